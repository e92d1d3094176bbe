"""Sentences by their hash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.domain.locators import (
    normal_sentence,
    sentence_around,
    sentence_hash,
    sentence_hashes,
)
from immunograph.folders import folder
from immunograph.seeds.folder import read_home
from immunograph.seeds.reading import Reader

COPIES = [
    "Neutrophils' traps - webs of DNA - wake dormant cells",
    "Neutrophils’ traps – webs of DNA – wake dormant cells.",
    "  Neutrophils′ traps — webs of\u00a0DNA — wake\n dormant cells. ",
    "Neutrophils' traps -- webs of DNA -- wake dor\u00admant cells.",
]


@pytest.mark.parametrize("copy", COPIES)
def test_a_sentence_is_the_same_in_every_copy(copy: str) -> None:
    assert sentence_hash(copy) == sentence_hash(COPIES[0])


@pytest.mark.parametrize(
    "other",
    [
        "Neutrophils' traps - webs of RNA - wake dormant cells",
        "neutrophils' traps - webs of DNA - wake dormant cells",
        "Neutrophils' traps - webs of DNA - wake dormant cells?",
    ],
)
def test_another_sentence_is_another(other: str) -> None:
    assert sentence_hash(other) != sentence_hash(COPIES[0])


def test_ligatures_and_wide_letters_are_plain_ones() -> None:
    assert normal_sentence("The ﬁrst ＣＤ８ cell.") == "The first CD8 cell"


def test_a_sentence_is_found_in_its_text_though_an_abbreviation_ends_inside() -> None:
    text = "Traps wake cells. Work by Albrengues et al. showed this in mice. Others differ."
    found = sentence_hashes(text)
    for sentence in ("Traps wake cells.", "Work by Albrengues et al. showed this in mice."):
        assert found[sentence_hash(sentence)].startswith(sentence[:4])
    assert sentence_hash("Traps wake mice.") not in found


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (0, 5, "Traps wake cells."),
        (18, 28, "Work by X et al. showed it."),
        (35, 60, "showed it. Others differ."),
        (0, 68, None),
    ],
)
def test_the_sentence_around_a_passage_is_one_of_its_text(
    start: int, end: int, sentence: str | None
) -> None:
    text = "Traps wake cells. Work by X et al. showed it. Others differ. Yes. No."
    found = sentence_around(text, start, end)
    if sentence is None:
        assert found is None
    else:
        assert found is not None
        assert sentence_hash(found) in sentence_hashes(text)
        assert text[start:end] in found


@given(st.lists(st.sampled_from(["One cell", "et al", "i.e", "two"]), min_size=1), st.data())
def test_whatever_is_located_has_a_sentence_that_verify_finds(
    parts: list[str], data: st.DataObject
) -> None:
    text = ". ".join(parts) + "."
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 8)))
    found = sentence_around(text, start, end)
    if found is not None:
        assert sentence_hash(found) in sentence_hashes(text)
        assert text[start:end].strip() in found


# --- in a seed file ----------------------------------------------------------------------------

TEXT = "Background first. Neutrophils without MET were fewer. That is all."
SOURCE = """
id: some-abstract
type: abstract
tier: primary_abstract
traceability: doi
title: On neutrophils
study: {{id: some-study, pmid: "1"}}
document: {document}
statements:
  - subject: MET
    predicate: promotes
    object: neutrophil
    evidence:
      - says: Fewer came without it.
        basis: perturbation
        sentence: {sentence}
        context: {{species: mouse, in_cell: {cell}}}
"""


def faults(
    documents: Path | None = None,
    *,
    sentence: str = "Neutrophils without MET were fewer",
    document: str = '{name: "pubmed:1"}',
    cell: str = "neutrophil",
) -> list[str]:
    """What is wrong with a source whose evidence names this sentence."""
    vocabulary, entities, _ = read_home(folder("seed"))
    reader = Reader(vocabulary, entities, documents=documents)
    text = SOURCE.format(sentence=sentence_hash(sentence), document=document, cell=cell)
    reader.read(text.encode(), "some.yaml")
    return [fault.message for fault in reader.take_faults()]


def test_a_sentence_of_a_text_that_is_not_at_hand_is_taken_as_curated(tmp_path: Path) -> None:
    assert faults() == faults(tmp_path) == []


def test_a_sentence_that_its_text_does_not_hold_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "pubmed-1.txt").write_text(TEXT)

    assert faults(tmp_path) == []
    [fault] = faults(tmp_path, sentence="Neutrophils without MET were many")
    assert "no sentence of pubmed:1 has this hash" in fault


def test_a_document_is_known_by_hash_and_length_or_by_its_name_alone() -> None:
    [fault] = faults(document='{name: "pubmed:1", characters: 20}')

    assert "sha256 and characters go together" in fault


@pytest.mark.parametrize("cell", ["no such cell", "neutrofill"])
def test_an_unknown_cell_is_a_fault(cell: str) -> None:
    [fault] = faults(cell=cell)

    assert f"unknown entity '{cell}'" in fault
