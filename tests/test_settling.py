"""The steps that would settle an answer with two signs, against listing all paths."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.errors import BadQuestion
from immunograph.search.kernel import Masks, Network
from immunograph.search.paths import Settling, Settlings, settling
from oracle import Graph

ENTITIES = 6
Row = tuple[int, int, int, int]


@st.composite
def rows(draw: st.DrawFn) -> tuple[Row, ...]:
    """The rows of a small network."""
    chance = Random(draw(st.integers(0, 2**32 - 1)))
    found: list[Row] = []
    for _ in range(chance.randint(2, 14)):
        source, target = chance.sample(range(ENTITIES), 2)
        found.append((source, target, chance.randint(0, 1), chance.randint(0, 9)))
    return tuple(found)


def expected(rows: tuple[Row, ...], alike: list[int], max_size: int) -> list[Settling]:
    """By trying every set of steps."""

    def effects(gone: set[int]) -> set[int]:
        excluded = frozenset(row for row, step in enumerate(alike) if step in gone)
        graph = Graph(ENTITIES, rows, excluded=excluded)
        return {path.effect for path in graph.paths([0], [1], effect=None, max_steps=8)}

    if effects(set()) != {1, -1}:
        return []
    for size in range(1, max_size + 1):
        found: list[Settling] = []
        for steps in combinations(sorted(set(alike)), size):
            left = effects(set(steps))
            if len(left) == 1:
                named = tuple(sorted(alike.index(step) for step in steps))
                found.append(Settling(named, 1 if 1 in left else -1))
        if found:
            return sorted(found)
    return []


def named(found: Settlings, alike: list[int]) -> list[Settling]:
    """The same with the first row of each step."""
    return sorted(
        Settling(tuple(sorted(alike.index(alike[row]) for row in one.rows)), one.leaves)
        for one in found.sets
    )


@given(rows(), st.integers(1, 2), st.booleans())
def test_the_sets_are_those_that_trying_every_set_gives(
    rows: tuple[Row, ...], max_size: int, shared: bool
) -> None:
    alike = [row // 2 if shared else row for row in range(len(rows))]
    network = Network.build(ENTITIES, *np.array(rows, dtype=np.int64).T)
    found = settling(network, [0], [1], alike=alike, max_size=max_size)

    assert named(found, alike) == expected(rows, alike, max_size)


def test_out_of_work_nothing_is_claimed() -> None:
    network = Network.build(3, [0, 1, 0], [1, 2, 2], [0, 0, 1], [1, 1, 1])

    whole = settling(network, [0], [2])
    assert len(whole.sets) == 3
    cut = Settlings((), "work")
    answers = [settling(network, [0], [2], work=work) for work in range(120)]
    assert answers[0] == cut
    assert all(answer in (whole, cut) for answer in answers)
    assert settling(network, [0], [2]) == whole


def test_a_step_that_all_paths_share_settles_nothing() -> None:
    both = Network.build(3, [0, 1, 1], [1, 2, 2], [0, 0, 1], [1, 1, 1])
    assert [one.rows for one in settling(both, [0], [2]).sets] == [(1,), (2,)]
    excluded = Masks.of(both, steps=[0, 0, 1])
    assert settling(both, [0], [2], masks=excluded) == Settlings(())


def test_what_is_no_entity_is_refused() -> None:
    network = Network.build(2, [0], [1], [0], [1])

    with pytest.raises(BadQuestion, match="numbered 0 to 1"):
        settling(network, [0], [7])
