"""What very many sources say, one after the other, most of it in a file until it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, overload

from immunograph.domain.model import Contribution
from immunograph.spool import Spool

IN_MEMORY: Final = 1_000
"""Contributions that are held as they are; a curated library has fewer."""


class Pile(Sequence[Contribution]):
    """Contributions in the order in which they came; those beyond the first many wait in a file."""

    def __init__(self, held: int = IN_MEMORY) -> None:
        self._most = held
        self._held: list[Contribution] = []
        self._spool: Spool | None = None
        self._places: list[int] = [0]

    def add(self, contribution: Contribution) -> None:
        """Put one on top."""
        if len(self._held) < self._most:
            self._held.append(contribution)
            return
        if self._spool is None:
            self._spool = Spool()
        text = contribution.model_dump_json(exclude_defaults=True).encode()
        self._places.append(self._spool.add([text])[-1])

    def __len__(self) -> int:
        return len(self._held) + len(self._places) - 1

    @overload
    def __getitem__(self, place: int) -> Contribution: ...
    @overload
    def __getitem__(self, place: slice) -> list[Contribution]: ...
    def __getitem__(self, place: int | slice) -> Contribution | list[Contribution]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        if number < len(self._held):
            return self._held[number]
        number -= len(self._held)
        return self._read(self._places[number], self._places[number + 1])

    def _read(self, start: int, end: int) -> Contribution:
        assert self._spool is not None
        return Contribution.model_validate_json(self._spool.read(start, end))

    def __iter__(self) -> Iterator[Contribution]:
        yield from self._held
        for start, end in pairwise(self._places):
            yield self._read(start, end)
