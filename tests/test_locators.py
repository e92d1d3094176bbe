"""Sentences by their hash."""

from __future__ import annotations

import pytest

from immunograph.locators import normal_sentence, sentence_hash, sentence_hashes

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
