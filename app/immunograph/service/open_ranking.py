"""Open questions in order of priority, each told only when a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.model import digest
from immunograph.domain.vocabulary import OpenKind
from immunograph.search.kernel import Longs

WEIGHTS: Final = {
    OpenKind.CONTESTED: 1.0,
    OpenKind.CONFLICT: 1.0,
    OpenKind.OPEN: 0.9,
    OpenKind.BREAK_POINT: 0.8,
    OpenKind.ONE_STUDY: 0.6,
    OpenKind.ONE_LABORATORY: 0.5,
}
"""How much an experiment on each would tell, as a share: expert-set, like the priors of belief.

An unknown sign turns an answer; a repeat mostly confirms.
"""


@dataclass(frozen=True)
class OpenQuestion:
    """One thing that nobody knows, and what hangs on it."""

    kind: OpenKind
    asks: str
    why: str
    settled_by: tuple[str, ...]
    at_stake: float
    """The belief of the best path, step or side that the answer would bear out or bring down."""
    entities: tuple[str, ...]
    statements: tuple[str, ...]
    tried: tuple[str, ...] = ()
    """Tested interventions that came close, by id."""
    conflict: str | None = None
    paths: int = 0
    """How many of the paths that were looked at hang on it."""

    @property
    def id(self) -> str:
        """The same for the same question on any graph."""
        return _identifier(self.kind, self.entities, self.statements)

    @property
    def priority(self) -> float:
        """What it is ranked by."""
        return _priority(self.kind, self.at_stake)


def _identifier(kind: OpenKind, entities: Iterable[str], statements: Iterable[str]) -> str:
    return digest("open", kind, *entities, *statements)


def _priority(kind: OpenKind, at_stake: float) -> float:
    return round(WEIGHTS[kind] * at_stake, 6)


class Candidate(NamedTuple):
    """An open question that is not told yet; the fields are those of `OpenQuestion`."""

    kind: OpenKind
    at_stake: float
    entities: tuple[str, ...]
    statements: tuple[str, ...]
    paths: int
    tell: Callable[[], OpenQuestion]


class NarrowSteps(NamedTuple):
    """Steps that rest on one study or laboratory, a row each: of a large graph most do."""

    statements: Longs
    """Their numbers."""
    single: NDArray[np.bool_]
    """Whether it is one study."""
    at_stake: NDArray[np.float64]
    paths: Longs
    candidate: Callable[[int, OpenKind, float, int], Candidate]
    """The question about the statement of a number, of a kind, with what is at stake and paths."""


_KINDS: Final = tuple(sorted(OpenKind))
"""In the order in which those of one priority stand."""


class Ranked(Sequence[OpenQuestion]):
    """Open questions, most urgent first, then those that more paths hang on, by kind and id.

    An id takes a digest, so those of one rank are put in order once a page shows some of them.
    """

    def __init__(self, few: Iterable[Candidate], narrow: NarrowSteps) -> None:
        self._few = tuple(few)
        self._narrow = narrow
        known = [(*_rank(one), _KINDS.index(one.kind)) for one in self._few]
        priority, paths, kind = (np.array([one[i] for one in known], np.float64) for i in range(3))
        one, lab = OpenKind.ONE_STUDY, OpenKind.ONE_LABORATORY
        single = narrow.single
        own = np.where(single, _priorities(one, narrow.at_stake), 0.0)
        own[~single] = _priorities(lab, narrow.at_stake[~single])
        own_kind = np.where(single, _KINDS.index(one), _KINDS.index(lab))
        kind = np.concatenate([kind, own_kind]).astype(np.int8)
        paths = np.concatenate([paths, narrow.paths])
        priority = np.concatenate([priority, own])
        order = np.lexsort((kind, -paths, -priority))
        self._order = order.astype(np.int32)
        """Places: first of the few, then of the narrow steps."""
        self._kind = kind[order]
        changes = np.zeros(len(order), bool)
        changes[:1] = True
        for key in (kind, paths, priority):
            changes[1:] |= np.diff(key[order]) != 0
        self._starts = np.append(np.flatnonzero(changes), len(order))
        """Where those of each rank begin."""
        self._in_order = np.diff(self._starts) == 1

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> OpenQuestion: ...
    @overload
    def __getitem__(self, place: slice) -> list[OpenQuestion]: ...
    def __getitem__(self, place: int | slice) -> OpenQuestion | list[OpenQuestion]:
        if isinstance(place, slice):
            return self.at(np.arange(len(self))[place])
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self.at(np.array([place % len(self)]))[0]

    def of_kind(self, kind: OpenKind) -> Sequence[OpenQuestion]:
        """Those of one kind, in the same order."""
        return _Some(self, np.flatnonzero(self._kind == _KINDS.index(kind)))

    def at(self, places: Longs) -> list[OpenQuestion]:
        """Those that stand at these places."""
        for rank in np.unique(np.searchsorted(self._starts, places, side="right") - 1).tolist():
            self._put_in_order(rank)
        return [self._candidate(place).tell() for place in self._order[places].tolist()]

    def _put_in_order(self, rank: int) -> None:
        if self._in_order[rank]:
            return
        first, last = self._starts[rank : rank + 2].tolist()
        alike: list[int] = self._order[first:last].tolist()
        self._order[first:last] = sorted(alike, key=self._identifier)
        self._in_order[rank] = True

    def _identifier(self, place: int) -> str:
        one = self._candidate(place)
        return _identifier(one.kind, one.entities, one.statements)

    def _candidate(self, place: int) -> Candidate:
        if place < len(self._few):
            return self._few[place]
        narrow, row = self._narrow, place - len(self._few)
        kind = OpenKind.ONE_STUDY if narrow.single[row] else OpenKind.ONE_LABORATORY
        return narrow.candidate(
            int(narrow.statements[row]), kind, float(narrow.at_stake[row]), int(narrow.paths[row])
        )


class _Some(Sequence[OpenQuestion]):
    """Those of many open questions that stand at some places."""

    def __init__(self, whole: Ranked, places: Longs) -> None:
        self._whole = whole
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> OpenQuestion: ...
    @overload
    def __getitem__(self, place: slice) -> list[OpenQuestion]: ...
    def __getitem__(self, place: int | slice) -> OpenQuestion | list[OpenQuestion]:
        if isinstance(place, slice):
            return self._whole.at(self._places[place])
        return self._whole[int(self._places[place])]


def _rank(one: Candidate) -> tuple[float, int]:
    return _priority(one.kind, one.at_stake), one.paths


def _priorities(kind: OpenKind, at_stake: NDArray[np.float64]) -> NDArray[np.float64]:
    """The priority of many questions of a kind: few different values, each rounded alone."""
    values, which = np.unique(at_stake, return_inverse=True)
    return np.array([_priority(kind, one) for one in values.tolist()], np.float64)[which]
