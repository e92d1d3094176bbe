"""A pile of contributions is the list of them, wherever they lie."""

from __future__ import annotations

import pytest

from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.seeds.pile import Pile


@pytest.mark.parametrize("held", [0, 3, 1_000])
def test_what_lies_in_a_file_comes_back_as_it_was(held: int) -> None:
    contributions = list(read_seed(folder("seed") / "founding").contributions)
    pile = Pile(held)
    assert list(pile) == []
    for one in contributions:
        pile.add(one)
    assert (len(pile), list(pile)) == (len(contributions), contributions)
    assert [pile[number] for number in range(len(pile))] == contributions
    assert (pile[-1], pile[1:3]) == (contributions[-1], contributions[1:3])
    with pytest.raises(IndexError):
        pile[len(pile)]
