"""What others know comes in: every record becomes something, or stands in the report with why."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import view_of
from immunograph.cli.importing import FORMATS as OFFERED
from immunograph.curation.check import check
from immunograph.curation.genes import Gene, Genes, installed_genes
from immunograph.curation.importing.folder import Library, import_corpus
from immunograph.curation.importing.identities import Identities, clean
from immunograph.curation.importing.restoring import restore
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Evidence, Statement, Study
from immunograph.domain.snapshot import snapshot_id
from immunograph.domain.vocabulary import Aspect, Role
from immunograph.errors import BadQuestion, BadSource
from immunograph.folders import folder
from immunograph.formats import FORMATS
from immunograph.formats.format import counted
from immunograph.formats.graph import ExportedGraph
from immunograph.formats.reading import READERS
from immunograph.formats.reading.bel_terms import BadBel, parse
from immunograph.formats.reading.claims import Corpus, TableMapping, Thing
from immunograph.formats.signor import COLUMNS
from immunograph.formats.tables import evidence_rows
from immunograph.inference.changes import merged_vocabulary
from immunograph.inference.derivation import derive
from immunograph.names.homoglyphs import disguised
from immunograph.names.spelling import fold
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import Seed, read_seed
from immunograph.seeds.writing import yaml_lines
from immunograph.service.exports import whole


@cache
def _shipped() -> Seed:
    return read_seed(folder("seed"))


@cache
def _library() -> Library:
    seed = _shipped()
    studies = {c.study.id: c.study for c in seed.contributions if c.study is not None}
    sources = {c.source.id: c.source.study for c in seed.contributions}
    return Library(seed.vocabulary, seed.entities, tuple(studies.values()), sources)


class Taken:
    """A folder that was imported, as a seed, and its report."""

    def __init__(self, out: Path, report: Any) -> None:
        self.out = out
        self.report = report
        self.seed = read_seed(out)
        self.entities = {one.id: one for one in self.seed.entities}

    @property
    def statements(self) -> dict[str, Statement]:
        return {s.id: s for c in self.seed.contributions for s in c.statements}

    @property
    def evidence(self) -> list[Evidence]:
        return [e for c in self.seed.contributions for e in c.evidence]

    @property
    def told(self) -> set[tuple[str, str, str, str]]:
        """Statements by the names of their ends."""
        return {
            (self.entities[s.subject].name, s.effect, self.entities[s.object].name, s.aspect)
            for s in self.statements.values()
        }

    def lines(self) -> list[dict[str, str]]:
        """The report, record by record."""
        with (self.out / "report.tsv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))


def _taken(path: Path, format_: str, **known: Any) -> Taken:
    out = path.parent / f"{path.name}.out"
    corpus = Corpus(path, TableMapping(**known))
    imported = import_corpus(READERS[format_], corpus, out, _library())
    return Taken(out, imported.report)


def _table(tmp_path: Path, text: str, format_: str = "table", **known: Any) -> Taken:
    path = tmp_path / "pairs.tsv"
    path.write_text(text, encoding="utf-8")
    return _taken(path, format_, **known)


HEADER = """\
SET DOCUMENT Name = "ours for a test"
SET DOCUMENT Licenses = "CC0"
DEFINE NAMESPACE HGNC AS PATTERN ".*"
SET Citation = {"PubMed", "A journal 2020", "12345678"}
SET Evidence = "We wrote this sentence for a test."
"""


def _script(tmp_path: Path, statements: str, header: str = HEADER) -> Taken:
    path = tmp_path / "script.bel"
    path.write_text(header + statements, encoding="utf-8")
    return _taken(path, "bel")


def test_the_formats_that_are_offered_are_those_that_can_be_read() -> None:
    assert set(OFFERED) == {*READERS, "json"}


# --- tables ------------------------------------------------------------------------------------


def test_source_sign_and_target_are_understood_without_a_mapping(tmp_path: Path) -> None:
    taken = _table(
        tmp_path, "source\tsign\ttarget\tpmids\nflux a\t+\tflux b\t1\nflux b\t-\tgas c\t\n"
    )
    assert taken.told == {
        ("flux a", "promotes", "flux b", "none"),
        ("flux b", "inhibits", "gas c", "none"),
    }
    assert all(not one.checked for one in taken.evidence)
    assert [one.record.key for one in taken.evidence if one.record] == ["line 2", "line 3"]
    unused = [one for one in taken.lines() if one["what"] == "unused"]
    assert [(one["why"], one["record"]) for one in unused] == [
        ("columns that no mapping names", "pmids")
    ]


def test_a_folder_stands_by_itself_and_passes_the_check(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\nCCL2\t+\tmonocyte\n")
    report = check([taken.out])
    assert not report.faults
    assert report.counts["statements"] == 1


def test_a_mapping_names_papers_and_whatever_else(tmp_path: Path) -> None:
    text = (
        "a\teffect\tb\tpapers\twhat\nX1\tact\tX2\t20237412;PMID:111\tsaid here\nX1\trep\tX3\t\t\n"
    )
    taken = _table(
        tmp_path, text, corpus="mine", licence="CC BY 4.0", species="mouse",
        columns={"source": "a", "target": "b", "sign": "effect", "pmid": "papers", "text": "what"},
        signs={"act": "promotes", "rep": "inhibits"},
    )  # fmt: skip
    studies = {c.source.id: c.study for c in taken.seed.contributions}
    known = studies["mine-pmid-20237412"]
    assert known is not None
    assert known.id == "jablonska-2010", "a paper that the library has is that study"
    assert studies["mine-pmid-111"] is not None
    assert studies["mine-no-paper-x1"] is None
    quoted = {one.says for one in taken.evidence if one.quoted}
    assert quoted == {"said here"}
    assert {one.context.species for one in taken.evidence} == {("mouse",)}


def test_without_an_open_licence_a_sentence_is_kept_as_its_hash(tmp_path: Path) -> None:
    text = "source\tsign\ttarget\tpmid\tsays\nX1\t+\tX2\t111\tA secret sentence.\n"
    taken = _table(tmp_path, text, columns={"pmid": "pmid", "text": "says"})
    (one,) = taken.evidence
    assert "secret" not in "".join(p.read_text("utf-8") for p in taken.out.rglob("*.yaml"))
    assert one.locator is not None
    assert one.locator.sentence
    assert not one.quoted


@pytest.mark.parametrize("signs", ["0 1 2", "1 1", "1 0", "2 -1 1"])
def test_numbers_that_may_mean_anything_are_refused(tmp_path: Path, signs: str) -> None:
    rows = [f"X{n}\t{sign}\tY{n}" for n, sign in enumerate(signs.split())]
    with pytest.raises(BadSource, match="a coding that nobody here knows"):
        _table(tmp_path, "\n".join(["source\tsign\ttarget", *rows]))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pairs.tsv"]


def test_one_and_minus_one_are_signs(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\nX\t1\tY\nX\t-1\tZ\nX\t0\tW\n")
    assert {(s, e, o) for s, e, o, _ in taken.told} == {
        ("X", "promotes", "Y"),
        ("X", "inhibits", "Z"),
    }
    assert taken.report["left"] == {"the sign is unknown": 1}


def test_a_word_that_is_no_sign_is_left_with_its_line(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\nX\t+\tY\nX\tmaybe\tZ\nX\t?\tW\nX\t+\n")
    assert [(one["line"], one["what"]) for one in taken.lines()] == [
        ("2", "taken"), ("3", "left"), ("4", "left"), ("5", "left"),
    ]  # fmt: skip


def test_a_pair_with_both_signs_keeps_both(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\nX\t+\tY\nX\t-\tY\n")
    assert {effect for _, effect, _, _ in taken.told} == {"promotes", "inhibits"}


def test_a_loop_of_a_thing_with_itself_keeps_its_sign(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\nX\t-\tX\nX\t+\tY\n")
    assert {
        ("X", "inhibits", "feedback of X on itself", "none"),
        ("feedback of X on itself", "promotes", "X", "none"),
    } < taken.told


def test_records_without_a_paper_spell_nothing_out(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\nX\t+\tY\nY\t+\tZ\nX\t+\tZ\n")
    derivation = derive(Knowledge(taken.seed.vocabulary, taken.seed.contributions))
    assert not derivation.net, "they come from no one study"


def test_the_same_file_gives_the_same_snapshot(tmp_path: Path) -> None:
    text = "source\tsign\ttarget\nCCL2\t+\tmonocyte\nX\t-\tY\n"
    first = _table(tmp_path, text)
    before = snapshot_id(Knowledge(first.seed.vocabulary, first.seed.contributions))
    again = _table(tmp_path, text)
    assert snapshot_id(Knowledge(again.seed.vocabulary, again.seed.contributions)) == before


def test_what_is_no_earlier_import_is_never_written_over(tmp_path: Path) -> None:
    out = tmp_path / "pairs.tsv.out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(BadQuestion, match="no earlier import"):
        _table(tmp_path, "source\tsign\ttarget\nX\t+\tY\n")
    assert (out / "mine.txt").read_text() == "mine"


def test_an_import_that_is_broken_off_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("source\tsign\ttarget\n" + "X\t+\tY\n" * 50, encoding="utf-8")
    told: list[int] = []

    def stop(done: int, total: int) -> None:
        told.append(done)
        if len(told) > 20:
            raise KeyboardInterrupt

    corpus = Corpus(path, TableMapping(), progress=stop)
    with pytest.raises(KeyboardInterrupt):
        import_corpus(READERS["table"], corpus, tmp_path / "out", _library())
    assert [one.name for one in tmp_path.iterdir()] == ["pairs.tsv"]


# --- what others write badly -------------------------------------------------------------------


def _refused(path: Path, format_: str, why: str) -> None:
    before = sorted(one.name for one in path.parent.iterdir())
    with pytest.raises(BadSource, match=why):
        _taken(path, format_)
    assert sorted(one.name for one in path.parent.iterdir()) == before


@pytest.mark.parametrize("format_", sorted(set(READERS) - {"parquet"}))
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\x03" * 50, b"hello\nworld\n", b"\xff\xfe bad", b"<xml><a/></xml>"],
)
def test_a_file_of_another_format_is_refused_with_its_place(
    tmp_path: Path, format_: str, content: bytes
) -> None:
    path = tmp_path / "edges.tsv"
    path.write_bytes(content)
    _refused(path, format_, r"edges.tsv:\d+:\d+: ")


def test_half_an_archive_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"a{n}\t+\tb{n * 7919 % 1000}\n" for n in range(5_000))
    whole_file = gzip.compress(f"source\tsign\ttarget\n{rows}".encode())
    path = tmp_path / "edges.tsv.gz"
    path.write_bytes(whole_file[: len(whole_file) // 2])
    _refused(path, "table", "ends in the middle")


def test_half_a_zip_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a_edges.tsv", "subject\tpredicate\tobject\n")
    path = tmp_path / "kgx.zip"
    path.write_bytes(held.getvalue()[:40])
    _refused(path, "kgx", "no whole archive")


def test_half_a_list_of_statements_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "indra.json"
    one: dict[str, Any] = {
        "type": "Activation",
        "subj": {"name": "A"},
        "obj": {"name": "B"},
        "evidence": [],
    }
    path.write_text(json.dumps([one] * 5)[:-30])
    _refused(path, "indra", "ends in the middle")


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_a_bomb_is_refused_before_it_fills_anything(tmp_path: Path, packed: str) -> None:
    blanks = b"source\tsign\ttarget\n" + (b"a" * 20_000 + b"\t+\tb\n") * 5_500
    path = tmp_path / "edges.tsv.gz"
    if packed == "gzip":
        path.write_bytes(gzip.compress(blanks, 9))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("edges.tsv", blanks)
    _refused(path, "table", "unpacks to more than 250 times its size")


def test_a_quote_left_open_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    path.write_text('source,sign,target\na,+,b\n"c,+,d\n' + "e,+,f\n" * 40_000)
    _refused(path, "csv", "edges.csv:3:1: .*quote")


def test_bad_rows_are_counted_and_the_good_ones_taken(tmp_path: Path) -> None:
    taken = _table(tmp_path, "source\tsign\ttarget\n" + "a\tnonsense\tb\n" * 3_000 + "a\t+\tb\n")
    assert taken.report["counts"]["left"] == 3_000
    assert len(taken.lines()) == 3_001
    assert len(taken.statements) == 1


def test_names_in_every_script_stay_what_they_are(tmp_path: Path) -> None:
    names = [
        "нейтрофил",
        "好中球",
        "خلية",
        "TGF-β",
        "IL细胞6",
        "met\u0430stasis",
        "=cmd|x",
        "a\u200bb",
    ]
    rows = [f"{name}\t+\tzz target" for name in names]
    taken = _table(tmp_path, "\n".join(["source\tsign\ttarget", *rows]))
    found = {name for name, *_ in taken.told}
    assert {"нейтрофил", "好中球", "خلية", "metastasis", "=cmd|x", "ab"} <= found
    assert len(taken.statements) == len(names)
    assert not check([taken.out]).faults


@given(st.text(max_size=30))
def test_no_name_is_left_disguised(name: str) -> None:
    assert disguised(clean(name)) is None


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=8))
def test_no_two_entities_share_a_name(pairs: list[tuple[str, str]]) -> None:
    found = Identities((), corpus="c")
    for space, name in pairs:
        found.of(Thing(name, space))
    names = [fold(entity.name) for entity in found.entities.values()]
    assert len(set(names)) == len(found.entities)


_SCALARS = st.text() | st.booleans() | st.none() | st.integers(-9, 9)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(_VALUES)
def test_what_is_written_as_yaml_is_read_as_it_was(value: Any) -> None:
    text = "\n".join(yaml_lines({"value": value}))
    read = yaml_text.read(text.encode(), "x.yaml")
    if not read.faults:  # what nobody can see is refused
        assert _comparable(read.value) == _comparable({"value": value})


def _comparable(value: Any) -> Any:
    import unicodedata  # noqa: PLC0415

    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: _comparable(one) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType] # plain values
    if isinstance(value, list):
        return [_comparable(one) for one in value]  # pyright: ignore[reportUnknownVariableType] # plain values
    return value


# --- BEL ---------------------------------------------------------------------------------------


def test_degradation_turns_the_sign_and_is_an_amount(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) -> deg(p(HGNC:ABC2))\n"
        "p(HGNC:ABC1) -| deg(p(HGNC:ABC3))\n"
        "deg(p(HGNC:ABC4)) -> bp(GO:flow)\n",
    )
    assert taken.told == {
        ("ABC1", "inhibits", "ABC2", "amount"),
        ("ABC1", "promotes", "ABC3", "amount"),
        ("ABC4", "inhibits", "flow", "none"),
    }
    assert taken.report["turned"] == {"deg(): the sign is turned": 3}


def test_activity_is_an_aspect_of_the_object(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) -> act(p(HGNC:ABC2), ma(kin))\n"
        "act(p(HGNC:ABC1)) -| kin(p(HGNC:ABC3))\n"
        "p(HGNC:ABC1) -> act(p(HGNC:ABC1))\n",
    )
    assert taken.told == {
        ("ABC1", "promotes", "ABC2", "activity"),
        ("ABC1", "inhibits", "ABC3", "activity"),
        ("ABC1", "promotes", "activity of ABC1", "none"),
    }
    assert {one.predicate for one in taken.evidence} == {"activates", "inhibits"}


def test_correlations_are_associations_with_a_direction(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) pos path(MESH:Ache)\n"
        "p(HGNC:ABC1) negativeCorrelation path(MESH:Calm)\n"
        "deg(p(HGNC:ABC1)) pos path(MESH:Joy)\n"
        "p(HGNC:ABC1) -- path(MESH:Rest)\n",
    )
    assert {(effect, name) for _, effect, name, _ in taken.told} == {
        ("correlated_with", "Ache"),
        ("negatively_correlated_with", "Calm"),
        ("negatively_correlated_with", "Joy"),
        ("associated_with", "Rest"),
    }
    assert all(one.sign == 0 for one in taken.statements.values())


def test_no_change_refutes_and_release_and_place_are_kept(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) cnc p(HGNC:ABC2)\n"
        "p(HGNC:ABC1) -> sec(p(HGNC:ABC3))\n"
        "p(HGNC:ABC1) -| sec(p(HGNC:ABC4))\n"
        "p(HGNC:ABC1) -> tloc(p(HGNC:ABC5), fromLoc(GO:cytosol), toLoc(GO:nucleus))\n",
    )
    by_object = {taken.entities[s.object].name: s for s in taken.statements.values()}
    said = {one.about: one for one in taken.evidence}
    nothing = said[by_object["ABC2"].id]
    assert (nothing.role, nothing.no_change) == (Role.REFUTES, True)
    assert said[by_object["ABC3"].id].predicate == "induces_release_of"
    assert said[by_object["ABC4"].id].predicate == "inhibits_release_of"
    assert by_object["ABC5"].aspect is Aspect.LOCATION
    assert "from cytosol, to nucleus" in (said[by_object["ABC5"].id].note or "")


def test_complexes_and_forms_are_entities_of_their_own(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "complex(p(HGNC:ABC2), p(HGNC:ABC1)) -> bp(GO:flow)\n"
        "complex(p(HGNC:ABC1), p(HGNC:ABC2)) -> bp(GO:ebb)\n"
        "p(HGNC:ABC1, pmod(Ph, Ser, 9)) -> bp(GO:flow)\n"
        "composite(p(HGNC:ABC1), a(CHEBI:salt)) -| bp(GO:flow)\n",
    )
    assert {name for name, *_ in taken.told} == {
        "complex of ABC1 and ABC2",
        "ABC1 pmod(Ph, Ser, 9)",
        "ABC1 with salt together",
    }
    form = next(e for e in taken.entities.values() if e.name.startswith("ABC1 pmod"))
    assert [taken.entities[one].name for one in form.is_a] == ["ABC1"]


def test_a_form_is_one_entity_however_it_is_spelled(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1, pmod(P, S, 9), pmod(Ac)) -> bp(GO:flow)\n"
        "p(HGNC:ABC1, pmod(acetylation), pmod(Ph, Ser, 9)) -> bp(GO:ebb)\n"
        'p(HGNC:ABC1, pmod(go:0006468 ! "protein phosphorylation", Ser, 9), '
        'pmod(GO:"protein acetylation")) -> bp(GO:tide)\n'
        "p(HGNC:ABC1, trunc(Asp449)) -> bp(GO:flow)\n"
        'p(HGNC:ABC1, var("p.Asp449*")) -> bp(GO:ebb)\n'
        "p(HGNC:ABC1, sub(A, 127, Y)) -> bp(GO:flow)\n"
        "p(HGNC:ABC1, var(p.Ala127Tyr)) -> bp(GO:ebb)\n"
        "p(HGNC:ABC1, pmod(CONSO:P)) -> bp(GO:flow)\n",
    )
    assert {name for name, *_ in taken.told} == {
        "ABC1 pmod(Ac) pmod(Ph, Ser, 9)",
        "ABC1 var(p.Asp449*)",
        "ABC1 var(p.Ala127Tyr)",
        "ABC1 pmod(P)",
    }


def test_brackets_that_close_nothing_are_left_out_and_told(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) -| tloc(p(HGNC:ABC2), fromLoc(GO:cytosol), toLoc(GO:nucleus)))\n"
        'p(HGNC:ABC1) -> bp(GO:"flow (of a kind)"))  // a remark\n'
        "p(HGNC:ABC1) -> p(HGNC:ABC3),pmod(Ac))\n",
    )
    assert taken.report["turned"]["closing brackets too many: left out"] == 2
    assert taken.report["counts"]["signed: taken"] == 2
    (left,) = (one for one in taken.lines() if one["what"] == "left")
    assert left["record"] == "p(HGNC:ABC1) -> p(HGNC:ABC3),pmod(Ac))"


def test_the_species_follows_from_the_name_space_where_none_is_stated(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(MGI:Ccl2) -> bp(GO:flow)\n"
        'SET Species = "9606"\n'
        "p(MGI:Ccl2) -> bp(GO:ebb)\n"
        'SET Species = "10116"\n'
        "p(HGNC:CCL2) -> bp(GO:tide)\n",
    )
    about = {taken.entities[s.object].name: s.id for s in taken.statements.values()}
    species = {one.about: one.context.species for one in taken.evidence}
    assert species[about["flow"]] == ("mouse",)
    assert species[about["ebb"]] == ("human",)
    assert species[about["tide"]] == ("rat",)
    assert {s.subject for s in taken.statements.values()} == {"HGNC:10618"}
    assert any("mouse gene" in (one.note or "") for one in taken.evidence)


def test_pairs_with_both_signs_are_counted_by_what_is_meant(tmp_path: Path) -> None:
    """By their arrows alone six pairs have both signs; `deg()` makes that of two of them one."""
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) -> bp(GO:flow)\np(HGNC:ABC1) -| bp(GO:flow)\n"  # both
        "p(HGNC:ABC1) -> p(HGNC:ABC2)\nact(p(HGNC:ABC1)) -| r(HGNC:ABC2)\n"  # both, of one gene
        "p(HGNC:ABC1) -> p(HGNC:ABC3)\np(HGNC:ABC1) -| act(p(HGNC:ABC3))\n"  # both, by two aspects
        "p(HGNC:ABC1) => bp(GO:ebb)\np(HGNC:ABC1) =| bp(GO:ebb)\n"  # both
        "p(HGNC:ABC1) -> deg(p(HGNC:ABC4))\np(HGNC:ABC1) -| p(HGNC:ABC4)\n"  # less, twice
        "deg(p(HGNC:ABC1)) -> bp(GO:calm)\np(HGNC:ABC1) -| bp(GO:calm)\n"  # less, twice
        "p(HGNC:ABC1) -> deg(p(HGNC:ABC5))\np(HGNC:ABC1) -> p(HGNC:ABC5)\n"  # both, by deg() alone
        "p(HGNC:ABC1) cnc bp(GO:tide)\np(HGNC:ABC1) -> bp(GO:tide)\n"  # one, which is refuted
        "p(HGNC:ABC6) -> bp(GO:tide\n",  # left
    )
    counts = taken.report["counts"]
    assert (counts["pairs"], counts["pairs with both signs"]) == (8, 5)
    assert (counts["signed: taken"], counts["signed: left"]) == (16, 1)
    effects: dict[tuple[str, str], set[str]] = {}
    for subject, effect, object_, _ in taken.told:
        effects.setdefault((subject, object_), set()).add(effect)
    both = {object_ for (_, object_), found in effects.items() if len(found) == 2}
    assert both == {"flow", "ABC2", "ABC3", "ebb", "ABC5"}, "both are kept"
    assert effects["ABC1", "ABC4"] == effects["ABC1", "calm"] == {"inhibits"}
    listed = {one["record"]: one["why"] for one in taken.lines() if one["what"] == "both signs"}
    assert len(listed) == 5
    flow = next(why for pair, why in listed.items() if pair.endswith("go-flow"))
    assert re.fullmatch(r"promotes in \S+\.bel:(\d+); inhibits in \S+\.bel:(\d+)", flow)


def test_a_script_sets_and_unsets(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        'SET MeSHAnatomy = {"Lung", "Bone of somewhere"}\n'
        "p(HGNC:ABC1) -> bp(GO:flow)\n"
        "UNSET MeSHAnatomy\n"
        'SET Evidence = "A sentence over\ntwo lines."\n'
        "p(HGNC:ABC1) -> bp(GO:ebb) # with a comment\n"
        "p(HGNC:ABC1) -> (bp(GO:tide) -| bp(GO:calm))\n"
        'SET Citation = {"PubMed", "87654321"}\n'
        "p(HGNC:ABC1) -> bp(GO:flow)\n",
    )
    about = {s.id: taken.entities[s.object].name for s in taken.statements.values()}
    found = [(one.study, about[one.about], one.says, one.context.site) for one in taken.evidence]
    assert (
        "pmid-12345678",
        "flow",
        "We wrote this sentence for a test.",
        ("lung", "Bone of somewhere"),
    ) in found
    assert ("pmid-12345678", "ebb", "A sentence over two lines.", ()) in found
    assert ("tide", "inhibits", "calm", "none") in taken.told
    assert any(study == "pmid-87654321" and "records" in says for study, _, says, _ in found)


def test_what_is_no_bel_is_left_with_its_line_and_counted_as_signed(tmp_path: Path) -> None:
    taken = _script(
        tmp_path,
        "p(HGNC:ABC1) -> bp(GO:flow)\np(HGNC:ABC1) -> bp(GO:ebb\nbp(GO:x) isA bp(GO:y)\n"
        'SET Evidence = "left open\np(HGNC:ABC1)\nSET Species = "9606"\n'
        "p(HGNC:ABC1) -| bp(GO:calm)\n",
    )
    counts = taken.report["counts"]
    assert (counts["signed: taken"], counts["signed: left"]) == (2, 1)
    assert [one["line"] for one in taken.lines() if one["what"] == "left"] == ["7", "8"]


@given(st.text(alphabet='pact(HGNC:AB,")-> |=!\\ \n1', max_size=60) | st.text(max_size=40))
def test_the_bel_parser_refuses_and_never_breaks(text: str) -> None:
    try:
        parse(text)
    except BadBel as error:
        assert str(error)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBel, match="nested deeper"):
        parse("p(" * 5_000)


# --- what we write ourselves -------------------------------------------------------------------


@cache
def _graph() -> ExportedGraph:
    seed = _shipped()
    return whole(view_of(Knowledge(seed.vocabulary, seed.contributions)))


def _written(tmp_path: Path, name: str, graph: ExportedGraph | None = None) -> Path:
    path = tmp_path / f"ours.{FORMATS[name].ending}"
    path.write_bytes(b"".join(FORMATS[name].write(graph or _graph())))
    return path


def _held(name: str) -> tuple[set[str], int]:
    """The statements that a format holds, and how many it says that it lost."""
    lost = counted(FORMATS[name].cannot_hold, _graph())
    kinds = ("statements", "statements that do not stand")
    total = {one.statement.id for one in _graph().statements()}
    return total, sum(one["count"] for one in lost if one["what"] in kinds)


@pytest.mark.parametrize(
    "name",
    [
        *("bel", "indra", "kgx-tsv", "kgx-jsonl", "signor", "csv", "tsv"),
        pytest.param(
            "parquet", marks=pytest.mark.skipif(not FORMATS["parquet"].available, reason="an extra")
        ),
    ],
)
def test_our_own_export_comes_back_but_for_what_its_manifest_says_is_lost(
    tmp_path: Path, name: str
) -> None:
    taken = _taken(_written(tmp_path, name), name)
    ours, lost = _held(name)
    found = set(taken.statements)
    assert found <= ours, "nothing changes its meaning on the way"
    assert len(ours - found) == lost
    assert not check([taken.out], linted=False).faults


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """The shipped library, written as our JSON and read back."""
    tmp_path = tmp_path_factory.mktemp("restored")
    imported = restore(_written(tmp_path, "json"), tmp_path / "out")
    return Taken(imported.folder, imported.report)


def test_our_json_comes_back_as_the_same_sources(restored: Taken) -> None:
    unread = {"curator": None, "curated": None}
    sent = [
        one.model_copy(update={"source": one.source.model_copy(update=unread)})
        for one in _shipped().contributions
    ]
    back = restored.seed.contributions
    assert sorted(back, key=lambda c: c.source.id) == sorted(sent, key=lambda c: c.source.id)
    counts = restored.report["counts"]
    assert counts["taken"] == len(restored.evidence) == len(restored.lines())


def test_our_json_comes_back_as_the_same_snapshot(restored: Taken) -> None:
    back = Knowledge(restored.seed.vocabulary, restored.seed.contributions)
    seed = _shipped()
    assert snapshot_id(back) == snapshot_id(Knowledge(seed.vocabulary, seed.contributions))
    assert not check([restored.out], linted=False).faults


@pytest.mark.parametrize(
    ("found", "instead", "why"),
    [
        ('"says":"', '"says":"Not that ', "the evidence of source .* would not come back"),
        ('"format":"json"', '"format":"csv"', "`format` is not json"),
        ('"evidence":[', '"proofs":[', "'proofs' is no list that we know"),
        ('"interventions":[{"id":"', '"interventions":[{"ID":"', "one of interventions is none"),
        (',"derived":{"st', ',"more":1}{"st', "something follows after the end"),
    ],
)
def test_an_export_that_was_changed_is_refused(
    tmp_path: Path, found: str, instead: str, why: str
) -> None:
    path = _written(tmp_path, "json")
    text = path.read_text("utf-8")
    assert found in text
    path.write_text(text.replace(found, instead, 1), "utf-8")
    with pytest.raises(BadSource, match=why):
        restore(path, tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
def test_half_an_export_of_ours_is_refused(tmp_path: Path, share: float) -> None:
    path = _written(tmp_path, "json")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BadSource, match="ends in the middle"):
        restore(path, tmp_path / "out")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"snapshot": "x", "paths": []}', b"\xff\xfe", b"<xml/>"]
)
def test_what_is_no_export_of_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(content)
    with pytest.raises(BadSource, match=r"answer.json:\d+:\d+: "):
        restore(path, tmp_path / "out")


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_rows_of_evidence_come_back_with_what_each_says(tmp_path: Path, name: str) -> None:
    form = evidence_rows(FORMATS[name])
    path = tmp_path / f"ours.{form.ending}"
    path.write_bytes(b"".join(form.write(_graph())))
    taken = _taken(path, name, licence="CC0")
    ours = [each.evidence for one in _graph().statements() for each in one.evidence]
    assert len(taken.evidence) + taken.report["counts"].get("merged", 0) == len(ours)
    by_key = {one.record.key: one for one in taken.evidence if one.record}
    for one in ours:
        back = by_key.get(one.id)
        if back is not None:
            assert (back.about, back.role, back.basis, back.hedged, back.no_change) == (
                one.about, one.role, one.basis, one.hedged, one.no_change,
            )  # fmt: skip
            assert back.context.species == one.context.species
            assert not back.checked


# --- the formats of the field ------------------------------------------------------------------


def _json(tmp_path: Path, values: Any) -> Taken:
    path = tmp_path / "statements.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    return _taken(path, "indra")


def _agent(name: str, **references: str) -> dict[str, Any]:
    return {"name": name, "db_refs": {"TEXT": name, **references}}


def test_indra_evidence_refutes_guesses_and_names_its_reader(tmp_path: Path) -> None:
    ends = {"subj": _agent("CCL2", HGNC="10618"), "obj": _agent("ABC1", UP="P12345")}
    evidence: list[dict[str, Any]] = [
        {"source_api": "reach", "pmid": "111", "text": "one"},
        {"source_api": "reach", "pmid": "111", "epistemics": {"negated": True}},
        {"source_api": "signor", "pmid": "111", "epistemics": {"hypothesis": True}},
    ]
    taken = _json(
        tmp_path,
        [
            {"type": "IncreaseAmount", **ends, "evidence": evidence, "id": "a"},
            {"type": "Phosphorylation", "enz": ends["subj"], "sub": ends["obj"], "id": "b"},
        ],
    )
    (statement,) = taken.statements.values()
    assert (statement.subject, statement.object) == ("HGNC:10618", "UniProtKB:P12345")
    assert statement.aspect is Aspect.AMOUNT
    assert {(one.role, one.basis, one.reader) for one in taken.evidence} == {
        ("supports", "asserted", "reach"),
        ("refutes", "asserted", "reach"),
        ("supports", "hypothesised", None),
    }
    tiers = {c.source.id: c.source.tier for c in taken.seed.contributions}
    assert tiers == {
        "statements-read-pmid-111": "machine_read",
        "statements-pmid-111": "dataset",
    }
    assert taken.report["left"] == {"type without a sign": 1}


def test_one_gene_by_two_of_its_ids_is_one_entity(tmp_path: Path) -> None:
    taken = _table(
        tmp_path,
        "source\tsign\ttarget\tid\nCCL2\t+\tX1\tUniProtKB:P13500\nmcp1\t+\tX2\thgnc:10618\n",
        columns={"source_id": "id"},
    )
    assert {one.subject for one in taken.statements.values()} == {"HGNC:10618"}
    with (taken.out / "grounding.tsv").open(encoding="utf-8", newline="") as file:
        how = {row["name"]: row["how"] for row in csv.DictReader(file, delimiter="\t")}
    assert how["CCL2"] == "by another of its ids" or how["CCL2"] == "by its id"
    assert how["X1"] == "not grounded: a local entity"


GENES = """\
HGNC ID\tApproved symbol\tStatus\tAlias symbols\tPrevious symbols\t\
UniProt ID(supplied by UniProt)\tNCBI Gene ID(supplied by NCBI)
HGNC:101\tABC1\tApproved\tSHARED\tOLD1\tP12345, Q12345\t9001
HGNC:102\tABC2\tApproved\t\tSHARED\tP12346\t9002
HGNC:103\tABC3\tApproved\t\t\tP12346\t
HGNC:104\tGONE\tEntry Withdrawn\t\t\t\t
HGNC:10618\tCCL2\tApproved\tMCP1\t\tP13500\t6347
"""


def _with_table() -> Library:
    genes = Genes(csv.DictReader(GENES.splitlines(), delimiter="\t"))
    return replace(_library(), genes=genes)


def test_genes_are_grounded_in_hgnc_where_its_table_is_installed(tmp_path: Path) -> None:
    path = tmp_path / "genes.tsv"
    rows = [
        ("ABC1", "", "HGNC"), ("P12345", "UniProtKB:Q12345", ""), ("OLD1", "", "HGNC"),
        ("Abc1", "", "MGI"), ("SHARED", "", "HGNC"), ("P12346", "UniProtKB:P12346", ""),
        ("GONE", "", "HGNC"), ("6347", "NCBIGene:6347", ""), ("CCL2", "", "HGNC"),
    ]  # fmt: skip
    lines = [f"{name}\t+\tflux {n}\t{id_}\t{space}" for n, (name, id_, space) in enumerate(rows)]
    path.write_text("\n".join(["source\tsign\ttarget\tid\tspace", *lines]), encoding="utf-8")
    corpus = Corpus(path, TableMapping(columns={"source_id": "id", "source_space": "space"}))
    made = import_corpus(READERS["table"], corpus, tmp_path / "out", _with_table())
    taken = Taken(made.folder, made.report)
    found = {taken.entities[s.object].name: s.subject for s in taken.statements.values()}
    assert [found[f"flux {n}"] for n in range(len(rows))] == [
        "HGNC:101", "HGNC:101", "HGNC:101", "HGNC:101",
        "itm:hgnc-shared", "UniProtKB:P12346", "itm:hgnc-gone", "HGNC:10618", "HGNC:10618",
    ]  # fmt: skip
    assert taken.entities["HGNC:101"].symbol == "ABC1"
    assert taken.report["counts"]["gene symbols without a public id"] == 2
    assert any("ABC1 was called OLD1 before" in (one.note or "") for one in taken.evidence)
    assert not check([taken.out]).faults


def test_a_symbol_that_is_a_local_entity_is_met_by_its_number(tmp_path: Path) -> None:
    first = _script(tmp_path, "p(HGNC:ABC1) -> bp(GO:flow)\n")
    (local,) = {s.subject for s in first.statements.values()}
    assert local == "itm:hgnc-abc1"
    known = Library(first.seed.vocabulary, first.seed.entities, ())
    path = tmp_path / "later.tsv"
    path.write_text("source\tsign\ttarget\tid\tsymbol\nABC1\t+\tebb\tHGNC:101\tABC1\n")
    mapping = TableMapping(columns={"source_id": "id", "source_symbol": "symbol"})
    made = import_corpus(READERS["table"], Corpus(path, mapping), tmp_path / "out", known)
    later = Taken(made.folder, made.report)
    assert {s.subject for s in later.statements.values()} == {local}


def test_the_table_of_hgnc_is_read_where_its_package_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert installed_genes() is None
    (tmp_path / "indra" / "resources").mkdir(parents=True)
    (tmp_path / "indra" / "__init__.py").write_text("raise AssertionError('never imported')")
    (tmp_path / "indra" / "resources" / "hgnc_entries.tsv").write_text(GENES, encoding="utf-8")
    genes = installed_genes()
    assert genes is not None
    assert genes.named("abc2") == Gene("HGNC:102", "ABC2")


def test_retracted_papers_are_told(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("source\tsign\ttarget\tpmid\nX\t+\tY\t111\nX\t+\tZ\t222\nX\t+\tW\t333\n")
    study = Study(id="of-222", pmid="222", retracted="in 2009, for its images")
    library = replace(_library(), studies=(study,), retracted=frozenset({"111"}))
    corpus = Corpus(path, TableMapping(columns={"pmid": "pmid"}))
    made = import_corpus(READERS["table"], corpus, tmp_path / "out", library)
    assert made.report["retracted"] == {
        "of-222": "in 2009, for its images; it counts in no belief",
        "pmid-111": "on the list of retracted papers; `immunograph seed retract` marks it",
    }
    taken = Taken(made.folder, made.report)
    derivation = derive(Knowledge(taken.seed.vocabulary, taken.seed.contributions))
    name = {s.id: taken.entities[s.object].name for s in taken.statements.values()}
    beliefs = {name[i]: derivation.assessments[i].belief for i in name}
    assert beliefs["Z"] == 0 < beliefs["W"] == beliefs["Y"]


def _signor_row(**cells: str) -> str:
    given = {
        "ENTITYA": "CCL2", "TYPEA": "protein", "IDA": "P13500", "DATABASEA": "UNIPROT",
        "ENTITYB": "ABC1", "TYPEB": "protein", "IDB": "P12345", "DATABASEB": "UNIPROT",
        "EFFECT": "up-regulates", "TAX_ID": "10090", "PMID": "111", "SIGNOR_ID": "SIGNOR-1",
        **cells,
    }  # fmt: skip
    return "\t".join(given.get(name, "") for name in COLUMNS)


def test_signor_gives_sign_side_and_species(tmp_path: Path) -> None:
    rows = [
        _signor_row(),
        _signor_row(EFFECT="down-regulates quantity by repression", ENTITYB="B", IDB="P12346"),
        _signor_row(EFFECT="unknown"),
        _signor_row(EFFECT="does something"),
    ]
    path = tmp_path / "all.tsv"
    path.write_text("\n".join(["\t".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    taken = _taken(path, "signor")
    assert {(e, a) for _, e, _, a in taken.told} == {("promotes", "none"), ("inhibits", "amount")}
    assert {one.context.species for one in taken.evidence} == {("mouse",)}
    assert taken.report["counts"]["signed: left"] == 1
    assert taken.report["counts"]["left"] == 2


def test_omnipath_signs_are_its_two_columns_and_both_may_hold(tmp_path: Path) -> None:
    taken = _table(
        tmp_path,
        "source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_stimulation\tis_inhibition\t"
        "consensus_direction\treferences\n"
        "P13500\tP12345\tCCL2\tABC1\t1\t1\t1\tSIGNOR:11111111;HPRD:2222222\n"
        "P13500\tP12346\tCCL2\tABC2\t0\t0\t1\t\n"
        "P13500\tP12347\tCCL2\tABC3\tyes\t0\t1\t\n",
        "omnipath",
    )
    assert {(o, e) for _, e, o, _ in taken.told} == {("ABC1", "promotes"), ("ABC1", "inhibits")}
    assert len(taken.evidence) == 4, "each sign from each of the two papers"
    assert taken.report["counts"]["left"] == 2


def test_kgx_edges_of_others_are_signed_by_their_qualifiers(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "x_nodes.tsv",
            "id\tcategory\tname\nHGNC:10618\tbiolink:Gene\tCCL2\nHGNC:1\tbiolink:Gene\tABC1\n"
            "MONDO:1\tbiolink:Disease\tache\n",
        )
        archive.writestr(
            "x_edges.tsv",
            "subject\tpredicate\tobject\tqualified_predicate\tobject_direction_qualifier\t"
            "object_aspect_qualifier\tpublications\n"
            "HGNC:10618\tbiolink:regulates\tHGNC:1\tbiolink:causes\tdownregulated\tactivity\tPMID:111|PMID:112\n"
            "HGNC:10618\tbiolink:affects\tHGNC:1\t\t\t\t\n"
            "HGNC:10618\tbiolink:correlated_with\tMONDO:1\t\t\t\t\n"
            "HGNC:10618\tbiolink:subclass_of\tHGNC:1\t\t\t\t\n",
        )
    path = tmp_path / "x.zip"
    path.write_bytes(held.getvalue())
    taken = _taken(path, "kgx")
    assert taken.told == {
        ("CCL2", "inhibits", "ABC1", "activity"),
        ("CCL2", "correlated_with", "ache", "none"),
    }
    assert {one.study for one in taken.evidence} == {"pmid-111", "pmid-112", None}
    assert taken.report["counts"]["left"] == 2


def test_a_question_crosses_from_ours_to_theirs_through_a_shared_entity(tmp_path: Path) -> None:
    taken = _script(tmp_path, "p(HGNC:CCL2) -> bp(GO:flow)\n")
    seed = _shipped()
    together = Knowledge(
        merged_vocabulary(seed.vocabulary, taken.seed.vocabulary),
        (*seed.contributions, *taken.seed.contributions),
    )
    into = {s.subject for s in together.into("HGNC:10618")}
    out_of = {together.entity(s.object).name for s in together.out_of("HGNC:10618")}
    assert "HGNC:544" in into, "annexin A6, of the founding documents"
    assert "flow" in out_of
    assert together.entity("HGNC:10618") == next(e for e in seed.entities if e.id == "HGNC:10618")
