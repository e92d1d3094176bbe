"""What goes out comes back, or stands in the manifest; and nothing changes its meaning.

The readers are of this folder; `make interop` reads with the field's own tools.
"""

from __future__ import annotations

import csv
import doctest
import importlib
import io
import json
import pkgutil
import re
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from format_readers import READERS, Found
from graphs import Says, entity, graph, graphs, says, source, view_of
from immunograph import formats
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Entity, Predicate
from immunograph.errors import BadQuestion
from immunograph.folders import folder
from immunograph.formats import FORMATS
from immunograph.formats import format as form
from immunograph.formats.format import manifest
from immunograph.formats.graph import ExportedGraph
from immunograph.formats.text import one_line, without_controls
from immunograph.seeds.folder import read_seed
from immunograph.service.exports import whole
from immunograph.service.rendering import Output, check, formats_of

UNHELD = ("statements", "statements that do not stand")
UNHELD_EVIDENCE = (
    "evidence",
    "evidence of these statements",
    "qualifying evidence",
    "evidence that does not support",
)


@cache
def _library() -> ExportedGraph:
    seed = read_seed(folder("seed"))
    return whole(view_of(Knowledge(seed.vocabulary, seed.contributions)))


def _written(name: str, content: ExportedGraph) -> bytes:
    return b"".join(FORMATS[name].write(content))


def _lost(name: str, content: ExportedGraph) -> dict[str, int]:
    return {one["what"]: one["count"] for one in manifest(content, FORMATS[name])["no_place"]}


def _assert_all_came_back_or_are_declared_lost(name: str, content: ExportedGraph) -> Found:
    found, lost = READERS[name](_written(name, content)), _lost(name, content)
    sent = {one.statement.id: one for one in content.statements()}
    assert found.signs.keys() <= sent.keys()
    assert len(sent) - len(found.signs) == sum(lost.get(what, 0) for what in UNHELD)
    for statement, sign in found.signs.items():
        assert sign == sent[statement].sign, sent[statement].sentence
        assert 0 < found.evidence[statement] <= len(sent[statement].evidence)
    evidence = sum(len(one.evidence) for one in sent.values())
    back = sum(found.evidence.values())
    assert evidence - back == sum(lost.get(what, 0) for what in UNHELD_EVIDENCE)
    return found


def test_every_format_has_a_reader() -> None:
    assert READERS.keys() | {"sif", "excel", "parquet"} == FORMATS.keys()


@pytest.mark.parametrize("name", READERS)
def test_the_library_comes_back_or_is_declared_lost(name: str) -> None:
    found = _assert_all_came_back_or_are_declared_lost(name, _library())
    assert len(found.signs) > 75


@pytest.mark.parametrize("name", READERS)
def test_any_graph_comes_back_or_is_declared_lost(name: str) -> None:
    @given(graphs())
    @settings(max_examples=30)
    def check(knowledge: Knowledge) -> None:
        _assert_all_came_back_or_are_declared_lost(name, whole(view_of(knowledge)))

    check()


def _of_every_status() -> ExportedGraph:
    """One statement of each status and class, and one that is supported and refuted."""
    ends = {
        name: entity(name, kind="Protein", id=f"HGNC:{number}", xrefs=(f"UniProtKB:P0000{number}",))
        for number, name in enumerate("abcdefgh")
    }

    def about(sentence: str, **how: Any) -> Says:
        subject, verb, object_ = sentence.split()
        return Says(ends[subject].id, verb, ends[object_].id, "none", how)

    return whole(
        view_of(
            graph(
                source(
                    "paper",
                    about("a promotes b"),
                    about("a promotes b", role="refutes"),
                    about("a inhibits c", basis="background"),
                    about("a promotes d", basis="hypothesised"),
                    about("a promotes e", role="refutes"),
                    about("a inhibits f", role="refutes", no_change=True),
                    about("a correlated_with g"),
                    about("a part_of h"),
                    about("a cautions h", human_unknown=True),
                    entities=ends.values(),
                )
            )
        )
    )


def test_nothing_that_nobody_claims_is_claimed_in_any_format() -> None:
    content = _of_every_status()
    by_status = Counter(str(one.status) for one in content.statements())
    assert by_status == {
        "asserted": 3, "background": 1, "hypothesised": 1, "negated": 1, "null_result": 1,
        "unknown": 1,
    }  # fmt: skip
    claimed = {one.statement.id: one.sign for one in content.statements() if one.sign}
    assert sorted(claimed.values()) == [-1, 1]
    for name, read in READERS.items():
        found = read(_written(name, content))
        assert {i: sign for i, sign in found.signs.items() if sign} == claimed, name
    lines = sorted(_written("sif", content).decode().splitlines())
    assert lines == [
        "HGNC:0\tcorrelated_with\tHGNC:6",
        "HGNC:0\tinhibits\tHGNC:2",
        "HGNC:0\tpart_of\tHGNC:7",
        "HGNC:0\tpromotes\tHGNC:1",
    ]


def test_refuting_evidence_is_nowhere_support() -> None:
    content = whole(view_of(graph(
        source("paper", says("a promotes b"), says("a promotes b", role="refutes", no_change=True))
    )))  # fmt: skip
    [indra] = json.loads(_written("indra", content))
    assert [e.get("epistemics") for e in indra["evidence"]].count({"negated": True}) == 1
    relations = re.findall(r"\) (\w+) pop\(", _written("bel", content).decode())
    assert sorted(relations) == ["causesNoChange", "increases"]
    for name in ("kgx-jsonl", "trapi"):
        assert list(READERS[name](_written(name, content)).evidence.values()) == [1]
        assert _lost(name, content)["evidence that does not support"] == 1
    trig = _written("trig", content).decode()
    assert trig.count("prov:wasDerivedFrom ev:") == trig.count("im:refutedBy ev:") == 1


def test_an_aspect_makes_a_change_of_amount_and_an_activity_what_they_are() -> None:
    kinds = {"a": "Drug", "b": "Protein"}
    entities = [
        entity(n, kind=k, id=f"CHEBI:{n}" if k == "Drug" else f"HGNC:{n}") for n, k in kinds.items()
    ]
    said = [
        Says("CHEBI:a", "inhibits", "HGNC:b", aspect) for aspect in ("amount", "activity", "none")
    ]
    content = whole(view_of(graph(source("paper", *said, entities=entities))))
    types = {one["type"] for one in json.loads(_written("indra", content))}
    assert types == {"DecreaseAmount", "Inhibition"}
    bel = _written("bel", content).decode()
    assert len(re.findall(r"decreases act\(p\(HGNC", bel)) == 1
    assert len(re.findall(r"decreases p\(HGNC", bel)) == 2
    kgx = [e["object_aspect_qualifier"] for e in _edges(content)]
    assert sorted(kgx) == ["abundance", "activity", "activity_or_abundance"]


def _edges(content: ExportedGraph) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(_written("kgx-jsonl", content))) as archive:
        return [json.loads(line) for line in archive.read("immunograph_edges.jsonl").splitlines()]


def _kgx(text: str) -> str:
    return one_line(text).replace("|", "¦")


KEPT: dict[str, Callable[[str], str]] = {
    "graphml": without_controls,
    "bel": one_line,
    "kgx-tsv": _kgx,
    "signor": one_line,
}
"""What becomes of a text in formats that cannot hold all of it."""
CHANGED = (
    "control characters",
    "texts of more than one line",
    "names with characters that part columns",
)


@pytest.mark.parametrize(
    ("direction", "bel", "biolink"),
    [
        (None, "positiveCorrelation", "biolink:correlated_with"),
        (1, "positiveCorrelation", "biolink:positively_correlated_with"),
        (-1, "negativeCorrelation", "biolink:negatively_correlated_with"),
    ],
)
def test_an_association_keeps_its_direction_and_is_never_causal(
    direction: int | None, bel: str, biolink: str
) -> None:
    verb = Predicate.model_validate(
        {
            "name": "correlated_with",
            "phrase": "correlates with",
            "class": "association",
            "direction": direction,
            "bel": "positiveCorrelation",
            "biolink": "biolink:correlated_with",
        }
    )
    plain = whole(view_of(graph(source("paper", says("a correlated_with b")))))
    statements = [replace(one, predicate=verb) for one in plain.statements()]
    content = replace(plain, statements=lambda: statements)
    assert re.findall(r"\) (\w+) pop\(", _written("bel", content).decode()) == [bel]
    [edge] = _edges(content)
    assert edge["predicate"] == biolink
    assert not edge.keys() & {"qualified_predicate", "object_direction_qualifier"}
    [row] = csv.DictReader(io.StringIO(_written("csv", content).decode()))
    assert (row["sign"], row["direction"]) == ("0", "" if direction is None else str(direction))


NASTY = st.text(min_size=1, max_size=30).map(str.strip).filter(bool) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "SEPT2", "\N{GREEK SMALL LETTER BETA}1-integrin", "a|b", 'say "no"',
     "back\\slash", "tab\there", "line\nbreak", "nul\x00inside", "</node>", "&amp;", "]]>",
     "bell\x07", "עברית", "中性粒细胞", "e\N{COMBINING ACUTE ACCENT}", "🧬", "next\x85line",
     "para\N{PARAGRAPH SEPARATOR}graph", "p(HGNC:1) increases p(HGNC:2)", "{}", "%s", "a ! b"]
)  # fmt: skip


def _protein(identifier: str, name: str) -> Entity:
    return Entity.model_validate(
        {
            "id": identifier,
            "name": name,
            "kind": "Protein",
            "synonyms": (name,),
            "xrefs": ("UniProtKB:P1",),
            "grounding": {"status": "local"},
        }
    )


@pytest.mark.parametrize("name", READERS)
def test_a_name_may_hold_anything(name: str) -> None:
    kept = KEPT.get(name, str)

    @given(st.lists(NASTY, min_size=2, max_size=2, unique=True), NASTY)
    @settings(max_examples=60)
    def check(names: list[str], said: str) -> None:
        ids = [f"HGNC:{number}" for number in range(2)]
        entities = [_protein(i, text) for i, text in zip(ids, names, strict=True)]
        passage = Says(ids[0], "promotes", ids[1], "none", {"says": said})
        content = whole(view_of(graph(source("paper", passage, entities=entities))))
        found = _assert_all_came_back_or_are_declared_lost(name, content)
        assert {kept(text) for text in names} <= {kept(text) for text in found.names}
        changed = any(kept(text) != text for text in (*names, said))
        declared = [what for what in _lost(name, content) if what in CHANGED]
        if name == "kgx-tsv":  # it does not hold what is said
            changed = any(kept(text) != text for text in names)
        assert changed is bool(declared)
        if not changed:
            assert set(names) <= found.names

    check()


# --- streams ---------------------------------------------------------------------------------


def _many(count: int) -> ExportedGraph:
    """A graph of that many statements which are made while they are written."""
    content = _of_every_status()
    kinds = list(content.statements())

    def statements() -> Iterator[Any]:
        for number in range(count):
            one = kinds[number % len(kinds)]
            yield one

    entities = list(content.entities())
    return ExportedGraph(
        snapshot="0" * 64,
        version="1",
        rights=content.rights,
        vocabulary=content.vocabulary,
        entities=lambda: entities,
        statements=statements,
        asserted=lambda: (one.statement for one in statements()),
        evidence=lambda: (e.evidence for one in statements() for e in one.evidence),
    )


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"parquet"}))
def test_memory_does_not_grow_with_the_statements(name: str) -> None:
    write = FORMATS[name].write
    for _ in write(_many(50)):  # what is made once
        pass
    tracemalloc.start()
    try:
        for _ in write(_many(5_000)):  # one to nine megabytes, but for SIF
            pass
        assert tracemalloc.get_traced_memory()[1] < 800_000
    finally:
        tracemalloc.stop()


def test_a_writer_begins_before_it_has_seen_the_statements() -> None:
    for name in ("csv", "graphml", "json", "indra", "trig", "bel"):
        begun = list(islice(FORMATS[name].write(_many(10**9)), 3))
        assert all(begun), name


# --- the registry ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_who_it_is(name: str) -> None:
    one = FORMATS[name]
    assert one.name == name
    assert one.title
    assert "/" in one.media_type
    assert not one.ending.startswith(".")
    for loss in one.cannot_hold:
        assert loss.what
        assert loss.why


def test_the_manifest_names_what_had_no_place_and_why() -> None:
    told = manifest(_library(), FORMATS["signor"])
    sent = sum(1 for _ in _library().statements())
    assert told["counts"]["statements"] == sent
    statements = next(one for one in told["no_place"] if one["what"] == "statements")
    assert statements["count"] == sent - len(
        READERS["signor"](_written("signor", _library())).signs
    )
    assert "ChEBI" in statements["why"]
    assert "CC BY 4.0" in told["citation"]


def test_parquet_without_pyarrow_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        return None

    monkeypatch.setattr(form, "find_spec", missing)
    assert "parquet" not in formats_of("statements")
    with pytest.raises(BadQuestion, match=r"pip install 'immunograph\[parquet\]'"):
        check("statements", Output(format="parquet"))


def test_the_same_content_has_the_same_bytes() -> None:
    for name in FORMATS.keys() - {"parquet"}:
        assert _written(name, _library()) == _written(name, _library()), name


def test_what_docstrings_show_is_so() -> None:
    names = [one.name for one in pkgutil.iter_modules(formats.__path__)]
    modules = [formats, *(importlib.import_module(f"{formats.__name__}.{name}") for name in names)]
    outcomes = {module.__name__: doctest.testmod(module) for module in modules}
    assert {name for name, outcome in outcomes.items() if outcome.failed} == set()
    assert sum(outcome.attempted for outcome in outcomes.values()) > 15
