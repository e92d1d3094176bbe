"""The chances of a regulator are those that dealing the list out in every way gives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunograph.inference.regulators import Hits, Lot, corrected, score


def dealt(lot: Lot, hits: Hits) -> Iterator[int]:
    """How many agree, for every way to deal the ups of the list out."""
    promoted = hits.promotes_up + hits.promotes_down
    inhibited = hits.inhibits_up + hits.inhibits_down
    for ups in combinations(range(lot.size), lot.up):
        up = sum(one < promoted for one in ups)
        inhibited_up = sum(promoted <= one < promoted + inhibited for one in ups)
        yield up + inhibited - inhibited_up


@st.composite
def cases(draw: st.DrawFn) -> tuple[Hits, int, Lot]:
    counts = [draw(st.integers(0, 2)) for _ in range(4)]
    hits = Hits(*counts, unclear=draw(st.integers(0, 1)))
    up = hits.promotes_up + hits.inhibits_up + draw(st.integers(0, 3))
    down = hits.promotes_down + hits.inhibits_down + draw(st.integers(0, 3)) + hits.unclear
    targets = hits.overlap + draw(st.integers(0, 4))
    return (
        hits,
        targets,
        Lot(up, down, up + down + targets - hits.overlap + draw(st.integers(0, 5))),
    )


@given(case=cases())
@settings(max_examples=150)
def test_a_score_is_what_dealing_in_every_way_gives(case: tuple[Hits, int, Lot]) -> None:
    hits, targets, lot = case
    found = score(hits, targets, lot)
    agree = list(dealt(lot, hits))
    more = sum(one >= hits.agree for one in agree) / len(agree)
    less = sum(one <= hits.agree for one in agree) / len(agree)
    signs = min(1, 2 * min(more, less))
    assert found.p_signs == pytest.approx(signs)
    assert found.state == (None if signs == 1 else "increased" if more < less else "decreased")
    if lot.known <= 14:
        draws = list(combinations(range(lot.known), lot.size))
        overlap = sum(sum(one < targets for one in drawn) >= hits.overlap for drawn in draws)
        assert found.p_overlap == pytest.approx(overlap / len(draws))
    both = found.p_overlap * found.p_signs
    assert found.p == pytest.approx(min(1, both * (1 - log(both))))


def test_a_list_that_went_up_as_a_whole_says_nothing_about_signs() -> None:
    found = score(Hits(promotes_up=4), 4, Lot(up=6, down=0, known=40))
    assert (found.state, found.p_signs) == (None, 1.0)
    assert found.p_overlap < 0.001


def test_as_many_regulators_chosen_by_chance_pass_as_the_correction_lets() -> None:
    assert corrected([0.2, 0.01], 10) == [1.0, pytest.approx(0.1)]
    assert corrected([], 5) == []


@given(ps=st.lists(st.floats(0, 1), max_size=12), more=st.integers(0, 5))
def test_corrected_values_keep_the_order_and_are_no_smaller(ps: list[float], more: int) -> None:
    qs = corrected(ps, len(ps) + more)
    assert all(p <= q + 1e-12 and q <= 1 for p, q in zip(ps, qs, strict=True))
    assert [q for _, q in sorted(zip(ps, qs, strict=True))] == sorted(qs)
