"""Letters that pass for others are found, and signs, digits and styles are not taken for them."""

from __future__ import annotations

import doctest

import pytest

from immunograph.names import homoglyphs
from immunograph.names.homoglyphs import disguised


@pytest.mark.parametrize(
    ("name", "place", "letter"),
    [
        ("tum\u043eur", 3, "\u043e"),  # Cyrillic o
        ("\u0421CL2", 0, "\u0421"),  # Cyrillic es
        ("NF-\u043aB", 3, "\u043a"),  # Cyrillic ka for kappa
        ("\u039fSM", 0, "\u039f"),  # Greek omicron
        ("VEGF-\u0391", 5, "\u0391"),  # Greek capital alpha
        ("\u0421D8\u207a T cell", 0, "\u0421"),
        ("H\u2082\u041e\u2082", 2, "\u041e"),  # Cyrillic o between digits below the line
    ],
)
def test_a_letter_of_another_script_is_found_with_its_place(
    name: str, place: int, letter: str
) -> None:
    assert disguised(name) == (place, letter)


@pytest.mark.parametrize(
    "name",
    [
        "H₂O₂", "CD8⁺ T cell", "CD4⁻", "Ca²⁺", "CO₂", "x²", "T½", "10⁶ cells", "IFNγ", "TGF-β1",
        "TNF-ɑ", "IFN-ɣ", "NF-ĸB", "IFN𝛾", "10µM", "ｎeutrophil", "Ⅱ", "naïve", "нейтрофил", "Å",
    ],
)  # fmt: skip
def test_digits_signs_and_styles_are_no_foreign_script(name: str) -> None:
    assert disguised(name) is None


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(homoglyphs)
    assert outcome.attempted and not outcome.failed
