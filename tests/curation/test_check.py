"""A check tells every fault with its place, and what clashes with the other files of the seed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from immunograph.curation.check import check
from immunograph.curation.grounding import Suggestion, ground
from immunograph.seeds import yaml_text

from .conftest import Check, Write

STATEMENTS = """\
statements:
  - subject: {subject}
    predicate: promotes
    object: metastasis
    evidence: [{{says: It was seen.}}]
"""


def test_a_file_is_checked_against_the_others_of_its_seed(write: Write) -> None:
    write(STATEMENTS.format(subject="neutrophil"), name="other")
    path = write(STATEMENTS.format(subject="CCL2"), name="mine")
    path.write_text(path.read_text().replace("id: mine\n", "id: other\n"))
    (fault,) = check([path]).faults
    assert (fault.file, fault.line, fault.column) == (str(path), 1, 5)
    assert "'other' stands in" in fault.message


def test_the_faults_of_others_are_not_told(write: Write) -> None:
    write(STATEMENTS.format(subject="nonsense"), name="other")
    path = write(STATEMENTS.format(subject="CCL2"))
    report = check([path])
    assert not report.faults
    assert report.counts["sources"] == 1


def test_two_files_must_say_the_same_of_a_study(write: Write) -> None:
    body = STATEMENTS.format(subject="CCL2")
    one = write(body, name="one")
    two = write(body, name="two")
    one.write_text(one.read_text().replace("one-study", "same, doi: 10.1000/1"))
    two.write_text(two.read_text().replace("two-study", "same, doi: 10.1000/2"))
    (fault,) = check([two]).faults
    assert "doi of study 'same'" in fault.message


@pytest.mark.parametrize("spelled", ["10.1000/AB.1", "https://doi.org/10.1000/ab.1"])
def test_however_its_paper_is_spelled_another_file_is_looked_at(write: Write, spelled: str) -> None:
    body = STATEMENTS.format(subject="CCL2")
    one, two = write(body, name="one"), write(body, name="two")
    one.write_text(one.read_text().replace("one-study", "first, doi: 10.1000/ab.1"))
    two.write_text(two.read_text().replace("two-study", f"second, doi: '{spelled}'"))
    (fault,) = check([two]).faults
    assert "is that of study 'first'" in fault.message


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []
    read = yaml_text.read

    def noted(content: bytes, file: str) -> yaml_text.SeedText:
        names.append(Path(file).name)
        return read(content, file)

    monkeypatch.setattr(yaml_text, "read", noted)
    return names


def test_of_other_files_only_those_are_parsed_that_may_clash(
    write: Write, parsed: list[str]
) -> None:
    body = STATEMENTS.format(subject="CCL2")
    for number in range(5):
        write(body, name=f"other-{number}")
    path = write(body, name="mine")
    assert not check([path]).faults
    assert not [name for name in parsed if name.startswith("other-")]


@pytest.mark.parametrize("owns", [False, True], ids=["with none of its own", "with one of its own"])
def test_before_a_load_entities_of_others_are_looked_at_for_entities_of_its_own(
    write: Write, parsed: list[str], owns: bool
) -> None:
    head = "entities:\n  - {{id: '{id}', name: stray factor, kind: Protein, {grounding}}}\n"
    grounding = "grounding: {status: local}"
    body = STATEMENTS.format(subject="stray factor")
    write(body, name="other", head=head.format(id="itm:stray-factor", grounding=grounding))
    own = head.format(id="itm:factor-astray", grounding=grounding)
    path = write(body, head=own) if owns else write(STATEMENTS.format(subject="CCL2"))
    faults = check([path], linted=False).faults
    assert ("other.yaml" in parsed) is owns
    assert [("is stray factor" in fault.message, fault.file) for fault in faults] == (
        [(True, str(path))] if owns else []
    )


def test_the_key_order_of_another_file_hides_no_clash(write: Write) -> None:
    other = write(STATEMENTS.format(subject="neutrophil"), name="other")
    text = other.read_text().replace("id: other\n", "") + "id: mine\n"
    other.write_text(text)
    (fault,) = check([write(STATEMENTS.format(subject="CCL2"))]).faults
    assert "'mine' stands in" in fault.message


def test_every_fault_of_every_file_is_told_at_once(write: Write, seed: Path) -> None:
    write(STATEMENTS.format(subject="nonsense") + "extra: 1\n", name="one")
    write(STATEMENTS.format(subject="gibberish"), name="two")
    (seed / "three.yaml").write_text("id: [")
    report = check([seed])
    assert {Path(fault.file).name for fault in report.faults} == {
        "one.yaml", "two.yaml", "three.yaml",
    }  # fmt: skip


def test_what_is_no_file_is_a_fault(tmp_path: Path, seed: Path) -> None:
    for path, why in ((tmp_path / "none.yaml", "no such file"), (seed, "no .yaml file")):
        (fault,) = check([path]).faults
        assert why in fault.message


def test_a_file_outside_a_seed_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text("id: alone\n")
    (fault,) = check([path]).faults
    assert "no vocabulary.yaml and entities.yaml here or above" in fault.message


def test_unknown_names_get_what_they_may_mean(write: Write) -> None:
    path = write(STATEMENTS.format(subject="exosomal thing"))
    asked: list[str] = []

    def meanings(names: Sequence[str]) -> dict[str, list[Suggestion]]:
        asked.extend(names)
        return {name: ground(["exosome"], None)["exosome"] for name in names}

    report = check([path], ground=meanings)
    (fault,) = report.faults
    assert asked == ["exosomal thing"]
    *here, elsewhere = report.suggestions[fault]
    assert all(one.known for one in here)
    assert (elsewhere.curie, elsewhere.known) == ("GO:0070062", False)


# --- letters --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_in_either_normal_form(checked: Check, form: Literal["NFC", "NFD"]) -> None:
    head = (
        "entities:\n  - {id: 'itm:naive', name: naïve T cell, kind: Cell, "
        "grounding: {status: local}}\n"
    )
    name = unicodedata.normalize(form, "naïve T cell")
    report = checked(STATEMENTS.format(subject=name), head=head)
    assert not report.faults
    assert [s.subject for c in report.seeds[0].contributions for s in c.statements] == ["itm:naive"]


@pytest.mark.parametrize(
    ("name", "column", "says"),
    [
        ("neutr\u200bophil", 19, "U+200B ZERO WIDTH SPACE"),
        ("\u202eneutrophil", 14, "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("neutrophil\u200f", 24, "U+200F RIGHT-TO-LEFT MARK"),
        ("neutrо\u0440hil", 14, "letter 6 of"),
        ("\u0421\u0421L2", 14, "U+0421 CYRILLIC CAPITAL LETTER ES; write the Latin 'C'"),
        ("neutrophil \u0391", 14, "U+0391 GREEK CAPITAL LETTER ALPHA"),
    ],
)
def test_letters_that_are_not_what_they_seem_are_refused(
    checked: Check, name: str, column: int, says: str
) -> None:
    report = checked(STATEMENTS.format(subject=name))
    assert says in report.faults[0].message
    assert (report.faults[0].line, report.faults[0].column) == (8, column)
    assert report.counts["sources"] == 0


def test_a_new_entity_may_not_look_like_a_known_one(checked: Check) -> None:
    entity = "  - {{id: 'itm:new', name: {}, kind: Cell, grounding: {{status: local}}}}\n"
    for name, says in (
        ("Neutro-phil", None),
        ("NEUTROPHIL", "is neutrophil (CL:0000775)"),
        ("neutr\u043ephil", "CYRILLIC SMALL LETTER O"),
        ("ｎeutrophil", "is neutrophil (CL:0000775)"),
    ):
        report = checked("statements: []\n", head="entities:\n" + entity.format(name))
        messages = [fault.message for fault in report.faults]
        if says is None:
            assert messages == []
        else:
            assert len(messages) == 1
            assert says in messages[0]


def test_names_of_other_scripts_are_names(checked: Check) -> None:
    head = (
        "entities:\n  - {id: 'itm:new', name: a new cell, synonyms: [нейтрофил, 中性粒细胞, Tγ],"
        " kind: Cell, grounding: {status: local}}\n"
    )
    assert not checked(STATEMENTS.format(subject="нейтрофил"), head=head).faults


def test_odd_letters_in_ids_are_refused_with_their_place(checked: Check) -> None:
    report = checked(STATEMENTS.format(subject="CCL2") + "    ref: m\u0438ne\n")
    assert [(f.line, "ref" in f.message) for f in report.faults] == [(12, True)]


def test_a_clash_within_a_file_is_told_once(checked: Check) -> None:
    head = (
        "entities:\n"
        "  - {id: 'itm:one', name: a thing, kind: Cell, grounding: {status: local}}\n"
        "  - {id: 'itm:two', name: a thing, kind: Cell, grounding: {status: local}}\n"
    )
    (fault,) = checked(STATEMENTS.format(subject="CCL2"), head=head).faults
    assert "'a thing' is a thing (itm:one); use that one, or another name" in fault.message
