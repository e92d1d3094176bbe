"""The lint finds what is well formed and not meant, and leaves alone what is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from immunograph.curation.check import Report, check
from immunograph.curation.lint import LINTS
from immunograph.curation.rules.structure import Runs, longest_run
from immunograph.folders import folder

from .conftest import Check

STATEMENT = """\
  - subject: {subject}
    predicate: {predicate}
    object: {object}
    evidence:
      - says: {says}
        basis: {basis}
"""


def statement(sentence: str, *, says: str = "It was seen.", basis: str = "observed") -> str:
    subject, predicate, object_ = (part.strip() for part in sentence.split(","))
    return STATEMENT.format(
        subject=subject, predicate=predicate, object=object_, says=says, basis=basis
    )


def codes(report: Report) -> list[str]:
    assert not report.faults
    return [one.code for one in report.lints]


def test_a_sign_hidden_in_a_name_is_found(checked: Check) -> None:
    head = (
        "entities:\n  - {id: 'itm:less-angiogenesis', name: inhibition of angiogenesis, "
        "kind: Process, grounding: {status: local}}\n"
    )
    report = checked(
        "statements:\n" + statement("neutrophil, promotes, inhibition of angiogenesis"), head=head
    )
    assert codes(report) == ["polarity-in-name"]  # where it is defined, not at each mention
    assert [(one.line, one.column) for one in report.lints] == [(8, 41)]
    assert "`inhibits`" in report.lints[0].message


@pytest.mark.parametrize(
    "name", ["CCL2 deficiency", "neutrophil depletion", "deg(p(HGNC:10618))", "degradation of CCL2"]
)
def test_a_sign_is_found_before_anybody_has_said_what_the_name_means(
    checked: Check, name: str
) -> None:
    report = checked("statements:\n" + statement(f'"{name}", promotes, metastasis'))
    assert [one.code for one in report.lints] == ["polarity-in-name"]
    assert report.faults


def test_a_response_to_a_blockade_is_a_thing_by_itself(checked: Check) -> None:
    body = statement("neutrophil, inhibits, response to checkpoint blockade")
    assert codes(checked("statements:\n" + body)) == []


def test_an_association_written_as_a_cause_is_found(checked: Check) -> None:
    words = "Many neutrophils were associated with metastasis."
    report = checked("statements:\n" + statement("neutrophil, promotes, metastasis", says=words))
    assert codes(report) == ["association-as-cause"]
    assert "associated_with" in report.lints[0].message


def test_an_experiment_may_tell_of_an_association_too(checked: Check) -> None:
    words = "Without them metastasis fell, which correlated with their number."
    body = statement("neutrophil, promotes, metastasis", says=words, basis="perturbation")
    assert codes(checked("statements:\n" + body)) == []


def test_a_cause_written_as_an_association_is_found(checked: Check) -> None:
    words = "Neutrophils drive metastasis."
    body = statement("neutrophil, associated_with, metastasis", says=words)
    assert codes(checked("statements:\n" + body)) == ["cause-as-association"]


def test_a_class_that_is_entered_and_left_is_found(checked: Check) -> None:
    body = statement("neutrophil, releases, cytokine") + statement("cytokine, promotes, metastasis")
    report = checked("statements:\n" + body)
    assert codes(report) == ["class-bridge"]
    assert report.lints[0].line == 14
    assert "line 8" in report.lints[0].message


@pytest.mark.parametrize("basis", ["background", "headline", "ambiguous"])
def test_what_is_said_of_a_class_in_general_is_no_bridge(checked: Check, basis: str) -> None:
    body = statement("neutrophil, releases, cytokine") + statement(
        "cytokine, promotes, metastasis", basis=basis
    )
    assert codes(checked("statements:\n" + body)) == []


def test_a_note_that_names_the_code_answers_a_finding_there_and_nowhere_else(
    checked: Check,
) -> None:
    words = "Neutrophils might help metastasis."
    note = "        note: 'hedge-missing: might is the month of a rite here'\n"
    body = statement("neutrophil, promotes, metastasis", says=words) + note
    assert codes(checked("statements:\n" + body)) == []
    other = statement("CCL2, promotes, metastasis", says="CCL2 might, too.")
    report = checked("statements:\n" + body + other)
    assert [(one.code, one.line) for one in report.lints] == [("hedge-missing", 19)]


def test_a_statement_is_answered_by_the_note_of_its_passage(checked: Check) -> None:
    body = statement("neutrophil, releases, cytokine") + statement("cytokine, promotes, metastasis")
    note = "        note: 'class-bridge: the paper means the class'\n"
    assert codes(checked("statements:\n" + body + note)) == []


def test_a_doubt_that_the_field_misses_is_found(checked: Check) -> None:
    words = "Neutrophils might help metastasis."
    body = statement("neutrophil, promotes, metastasis", says=words)
    assert codes(checked("statements:\n" + body)) == ["hedge-missing"]


def test_a_doubt_of_the_passage_is_found_where_the_document_is_at_hand(checked: Check) -> None:
    document = "Neutrophils may help metastasis."
    import hashlib  # noqa: PLC0415

    digest = hashlib.sha256(document.encode()).hexdigest()
    body = (
        "statements:\n" + statement("neutrophil, promotes, metastasis")
        + f"        span: [0, {len(document)}]\n        sha256: {digest}\n"
    )  # fmt: skip
    report = checked(body, document=document)
    assert codes(report) == ["hedge-missing"]
    assert "the passage has 'may'" in report.lints[0].message


def test_a_doubt_that_the_words_miss_is_found(checked: Check) -> None:
    body = statement("neutrophil, promotes, metastasis") + "        hedged: true\n"
    assert codes(checked("statements:\n" + body)) == ["hedge-unfounded"]


@pytest.mark.parametrize("says", ["They can.", "Often, some do.", "Many will, as a month of May."])
def test_ability_number_and_frequency_are_no_doubt(checked: Check, says: str) -> None:
    body = statement("neutrophil, promotes, metastasis", says=says.replace("May", "June"))
    assert codes(checked("statements:\n" + body)) == []


def test_a_statement_and_its_opposite_in_one_source_are_found(checked: Check) -> None:
    body = statement("neutrophil, promotes, metastasis") + statement(
        "neutrophil, inhibits, metastasis"
    )
    report = checked("statements:\n" + body)
    assert codes(report) == ["opposite-edges"]
    assert report.lints[0].line == 14


def test_opposites_that_their_contexts_tell_apart_are_left_alone(checked: Check) -> None:
    body = (
        statement("neutrophil, promotes, metastasis")
        + "        context: {cell_state: N2}\n"
        + statement("neutrophil, inhibits, metastasis")
        + "        context: {cell_state: N1}\n"
    )
    assert codes(checked("statements:\n" + body)) == []


INTERVENTION = """\
interventions:
  - ref: blocked
    name: block CCL2
    target: CCL2
    change: -1
    mode: block
    status: tested
    outcomes: [{{on: metastasis, observed: {observed}}}]
    evidence: [{{says: CCL2 was blocked.}}]
"""


@pytest.mark.parametrize(("observed", "found"), [(-1, []), (0, []), (1, ["intervention-sign"])])
def test_an_experiment_must_give_what_the_source_states(
    checked: Check, observed: int, found: list[str]
) -> None:
    body = "statements:\n" + statement("CCL2, promotes, metastasis")
    assert codes(checked(body + INTERVENTION.format(observed=observed))) == found


def test_copied_words_are_found_from_eight_on(checked: Check) -> None:
    document = "In mice, the traps of neutrophils woke the sleeping cancer cells of the lung."
    eight = "Here the traps of neutrophils woke the sleeping cancer, it is told."
    seven = "Here traps of neutrophils woke the sleeping cancer, it is told."
    body = "statements:\n" + statement("neutrophil, promotes, metastasis", says=eight)
    report = checked(body, document=document)
    assert codes(report) == ["copied-words"]
    assert "“the traps of neutrophils woke the sleeping cancer”" in report.lints[0].message
    body = "statements:\n" + statement("neutrophil, promotes, metastasis", says=seven)
    assert codes(checked(body, document=document)) == []


def test_the_longest_run_is_told_and_not_the_first() -> None:
    document = "a b c d e f g h x a b c d e f g h i j"
    assert len(longest_run("a b c d e f g h i j", Runs.of(document))) == 10


@pytest.mark.parametrize(
    ("name", "wrong"), [("NETs", "HGNC:11048"), ("OSM", "HGNC:21708"), ("exosome", "GO:0000178")]
)
def test_a_name_grounded_to_something_else_is_found(checked: Check, name: str, wrong: str) -> None:
    head = (
        f"entities:\n  - {{id: '{wrong}', name: something else, synonyms: [{name}], "
        "kind: Protein, grounding: {status: unverified}}\n"
    )
    body = "statements:\n" + statement("neutrophil, promotes, metastasis")
    assert "trap-grounding" in codes(checked(body, head=head))


def test_a_source_that_says_nothing_yet_is_found(checked: Check) -> None:
    report = checked("statements: []\n")
    assert codes(report) == ["unfinished"]
    assert "says nothing yet" in report.lints[0].message


def test_a_study_without_a_title_or_a_word_on_its_ids_is_found(seed: Path) -> None:
    path = seed / "mine.yaml"
    path.write_text(
        "id: mine\ntype: abstract\ntier: primary_abstract\ntraceability: doi\ntitle: Mine\n"
        "study: {id: mine, doi: 10.1000/1}\n"
        "statements:\n" + statement("neutrophil, promotes, metastasis")
    )
    found = check([path]).lints
    assert [one.code for one in found] == ["unfinished", "unfinished"]
    assert {one.line for one in found} == {6}
    assert "title" in found[0].message + found[1].message


def test_every_lint_stands_in_the_guide_with_its_meaning() -> None:
    guide = (folder("seed") / "README.md").read_text(encoding="utf-8")
    for code, meaning in LINTS.items():
        assert f"| `{code}` | {meaning} |" in guide


def test_the_shipped_seed_has_no_finding() -> None:
    documents = os.environ.get("IMMUNOGRAPH_DOCUMENTS")
    report = check([Path(folder("seed"))], documents=Path(documents) if documents else None)
    assert (report.lints, report.faults) == ((), ())
