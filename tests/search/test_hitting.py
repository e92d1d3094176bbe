"""The smallest sets that meet every member of a family, against trying all sets."""

from __future__ import annotations

import doctest
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from immunograph.search import hitting
from immunograph.search.hitting import HittingSets

NUMBERS = st.integers(0, 7)
FAMILIES = st.lists(st.frozensets(NUMBERS, min_size=1, max_size=4), max_size=8)


class Family:
    """A family that gives its first member without some numbers."""

    def __init__(self, members: list[frozenset[int]]) -> None:
        self.members = members

    def __call__(self, chosen: frozenset[int]) -> frozenset[int] | None:
        return next((member for member in self.members if not member & chosen), None)

    def smallest(self, most: int, refused: frozenset[int]) -> tuple[tuple[int, ...], ...]:
        """By trying all sets, but those that hold all that is refused."""
        for size in range(1, most + 1 if self.members else 0):
            found = [
                chosen
                for chosen in combinations(range(8), size)
                if self.meets(chosen)
                and not any(
                    self.meets(part) for less in range(size) for part in combinations(chosen, less)
                )
                and not refused <= set(chosen)
            ]
            if found:
                return tuple(found)
        return ()

    def meets(self, chosen: tuple[int, ...]) -> bool:
        """Whether a set has a number of each member."""
        return all(member & set(chosen) for member in self.members)


@given(FAMILIES, st.integers(1, 4))
def test_all_smallest_sets_are_found(members: list[frozenset[int]], most: int) -> None:
    family = Family(members)
    assert HittingSets(family).smallest(most) == family.smallest(most, frozenset(range(9)))


@given(FAMILIES, st.integers(1, 4), st.frozensets(NUMBERS, min_size=1, max_size=2))
def test_sets_that_are_not_admitted_make_room_for_larger_ones_but_not_of_their_own(
    members: list[frozenset[int]], most: int, refused: frozenset[int]
) -> None:
    family = Family(members)
    found = HittingSets(family).smallest(most, admits=lambda chosen: not refused <= chosen)
    assert found == family.smallest(most, refused)


@given(FAMILIES, st.integers(1, 4))
def test_it_asks_only_where_no_member_that_it_knows_answers(
    members: list[frozenset[int]], most: int
) -> None:
    family = Family(members)

    def ask(chosen: frozenset[int]) -> frozenset[int] | None:
        assert all(member & chosen for member in search.known)
        return family(chosen)

    search = HittingSets(ask)
    search.smallest(most)
    assert set(search.known) <= set(members)


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(hitting).failed == 0
