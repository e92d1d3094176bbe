"""Which entities would explain a list of things that went up or down, scored against chance.

A regulator has k of the n listed entities among the K that it acts on; N entities are acted on by
anything. Two questions are asked of it, each by an exact test:

*Overlap.* Are there more of the list among its targets than chance puts there? P(X ≥ k) of the
hypergeometric distribution (Fisher's exact test, one-sided).

*Signs.* Do the directions seen agree with those that it would bring about? It promotes m₊ and
inhibits m₋ of the listed ones. Where the U that went up and the D that went down are dealt out
among the listed at random, the number that agrees, were it more active, is a + (m₋ − c) with
P(a, c) = C(m₊, a) C(m₋, c) C(U + D − m₊ − m₋, U − a − c) / C(U + D, U). A list that went up as a
whole says nothing about signs, and gets 1. Two-sided: twice the smaller tail, at most 1.

Given the overlap, chance deals the signs independently of it, so the two are combined by Fisher's
method, P = x (1 − ln x) for x the product of the two, and corrected for all regulators that there
are by Benjamini and Hochberg (1995). The two questions are those of Krämer et al. 2014
(doi:10.1093/bioinformatics/btt703); that signs must be judged given how many of each the list has
is shown by Chindelevitch et al. 2012 (doi:10.1186/1471-2105-13-35), and done here without an
approximation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final, Literal

METHOD: Final = (
    "overlap: hypergeometric, one-sided; signs: exact, given how many of the list went up, "
    "two-sided; combined by Fisher's method; q by Benjamini and Hochberg over all regulators"
)
TINY: Final = 1e-9
"""Room for rounding where probabilities are compared."""


@dataclass(frozen=True, slots=True)
class Lot:
    """The list, as far as anything acts on what it names."""

    up: int
    down: int
    known: int
    """N: entities that anything acts on, the listed ones among them."""

    @property
    def size(self) -> int:
        """n: how many are listed."""
        return self.up + self.down


@dataclass(frozen=True, slots=True)
class Hits:
    """What one regulator does to the list: the number of listed targets by effect and direction."""

    promotes_up: int = 0
    promotes_down: int = 0
    inhibits_up: int = 0
    inhibits_down: int = 0
    unclear: int = 0
    """Listed targets that it both promotes and inhibits: they count in the overlap alone."""

    @property
    def agree(self) -> int:
        """Targets that went as they would if it were more active."""
        return self.promotes_up + self.inhibits_down

    @property
    def disagree(self) -> int:
        """Targets that went as they would if it were less active."""
        return self.promotes_down + self.inhibits_up

    @property
    def overlap(self) -> int:
        """k: all listed targets."""
        return self.agree + self.disagree + self.unclear


@dataclass(frozen=True, slots=True)
class Score:
    """How far from chance a regulator is, and which way it would have changed."""

    state: Literal["increased", "decreased"] | None
    """None where the signs speak for neither."""
    p_overlap: float
    p_signs: float
    p: float


def score(hits: Hits, targets: int, lot: Lot) -> Score:
    """The score of a regulator that acts on so many entities; see the module for the formulas.

    >>> lot = Lot(up=3, down=3, known=20)
    >>> found = score(Hits(promotes_up=3, inhibits_down=3), 6, lot)
    >>> found.state, round(found.p_signs, 3), found.p < 1e-4
    ('increased', 0.1, True)
    """
    overlap = _at_least(hits.overlap, drawn=lot.size, wanted=targets, among=lot.known)
    more, less = _agreement(hits, lot)
    signs = min(1.0, 2 * min(more, less))
    state = None
    if signs < 1 - TINY:
        state = "increased" if more < less else "decreased"
    both = overlap * signs
    return Score(state, overlap, signs, min(1.0, both * (1 - log(both))) if both else 0.0)


def corrected(ps: Sequence[float], tested: int) -> list[float]:
    """The p of `tested` tests, corrected (Benjamini and Hochberg 1995); those not given are 1.

    >>> [round(q, 2) for q in corrected([0.01, 0.04, 0.03], 4)]
    [0.04, 0.05, 0.05]
    """
    order = sorted(range(len(ps)), key=ps.__getitem__, reverse=True)
    found = [1.0] * len(ps)
    least = 1.0
    for place, one in enumerate(order):
        least = min(least, ps[one] * tested / (len(ps) - place))
        found[one] = least
    return found


def _agreement(hits: Hits, lot: Lot) -> tuple[float, float]:
    """The chance that as many agree or more, and as many or fewer."""
    promoted = hits.promotes_up + hits.promotes_down
    inhibited = hits.inhibits_up + hits.inhibits_down
    rest = lot.size - promoted - inhibited
    everything = _log_choose(lot.size, lot.up)
    more = less = 0.0
    for up in range(min(promoted, lot.up) + 1):
        for inhibited_up in range(min(inhibited, lot.up - up) + 1):
            left = lot.up - up - inhibited_up
            if left > rest:
                continue
            chance = exp(
                _log_choose(promoted, up)
                + _log_choose(inhibited, inhibited_up)
                + _log_choose(rest, left)
                - everything
            )
            agree = up + inhibited - inhibited_up
            more += chance if agree >= hits.agree else 0.0
            less += chance if agree <= hits.agree else 0.0
    return min(1.0, more), min(1.0, less)


def _at_least(found: int, *, drawn: int, wanted: int, among: int) -> float:
    """The chance to draw so many of the wanted ones, or more."""
    everything = _log_choose(among, drawn)
    chances = (
        exp(_log_choose(wanted, k) + _log_choose(among - wanted, drawn - k) - everything)
        for k in range(max(found, drawn + wanted - among, 0), min(drawn, wanted) + 1)
    )
    return min(1.0, sum(chances))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
