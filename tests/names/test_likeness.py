"""Words of names are likened, and what makes another thing of one is told."""

from __future__ import annotations

import doctest

import pytest

from immunograph.names import likeness
from immunograph.names.likeness import is_other_thing, misspelt


@pytest.mark.parametrize(
    ("asked", "known", "amiss"),
    [
        ("groth", "growth", 1), ("metastasys", "metastasis", 0), ("neutrofil", "neutrophil", 0),
        ("infecton", "infection", 1), ("tumuor", "tumour", 1), ("extravsation", "extravasation", 1),
        ("angiogenseis", "angiogenesis", 1), ("angiogneseis", "angiogenesis", 2),
    ],
)  # fmt: skip
def test_a_long_word_may_be_misspelt(asked: str, known: str, amiss: int) -> None:
    assert misspelt(asked, known, molecule=False) == amiss


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("il7", "il17"), ("tam", "taxol"), ("cell", "call"), ("intravasation", "extravasation"),
        ("hyperglycaemia", "hypoglycaemia"), ("intercellular", "intracellular"), ("n2", "n1"),
        ("agonist", "antagonist"), ("macroscopic", "microscopic"), ("survivin", "survival"),
    ],
)  # fmt: skip
def test_another_word_is_no_misspelt_one(asked: str, known: str) -> None:
    assert misspelt(asked, known, molecule=False) is None


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("leptin", "lectin"), ("arginine", "arginase"), ("inulin", "insulin"), ("actin", "activin"),
        ("docetaxel", "paclitaxel"), ("daunorubicin", "doxorubicin"),
        ("prednisone", "prednisolone"),
    ],
)  # fmt: skip
def test_molecules_of_like_names_stay_apart(asked: str, known: str) -> None:
    assert misspelt(asked, known, molecule=True) is None


@pytest.mark.parametrize(
    ("word", "molecule"),
    [("receptor", False), ("inhibitor", False), ("ligand", True), ("antibody", True), ("2", True),
     ("a", True), ("beta", True), ("17a", True), ("ii", True)],
)  # fmt: skip
def test_some_words_make_another_thing(word: str, molecule: bool) -> None:
    assert is_other_thing([word], molecule=molecule)


@pytest.mark.parametrize(
    ("word", "molecule"), [("severe", False), ("human", True), ("n1", False), ("expression", True)]
)
def test_other_words_do_not(word: str, molecule: bool) -> None:
    assert not is_other_thing([word], molecule=molecule)


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(likeness)
    assert outcome.attempted and not outcome.failed
