"""Texts of a spool in an order of their own, as those of sources that come one after another."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from immunograph.search.kernel import Longs
from immunograph.spool import Spool


class Spooled:
    """Some texts of a spool in an order of their own."""

    def __init__(self, spool: Spool, start: Longs, end: Longs) -> None:
        """Text `i` stands from `start[i]` to `end[i]`."""
        self.spool = spool
        self.start = start
        self.end = end

    def __len__(self) -> int:
        return len(self.start)

    def raw(self, place: int) -> bytes:
        """One text as its bytes, not decoded."""
        return self.spool.read(int(self.start[place]), int(self.end[place]))

    @classmethod
    def of(cls, spool: Spool, texts: Iterable[bytes]) -> Spooled:
        """These texts, written now."""
        places = np.array(spool.add(texts), np.int64)
        return cls(spool, places[:-1], places[1:])

    def arranged(self, kept: Longs, stays: Longs, texts: Iterable[bytes], new: Longs) -> Spooled:
        """Those that are kept at the places where they stay, and others, written now, between them.

        >>> one = Spooled.of(Spool(), [b"a", b"b"])
        >>> places = np.array([1]), np.array([0])
        >>> other = one.arranged(*places, [b"c"], np.array([1]))
        >>> other.raw(0), other.raw(1)
        (b'b', b'c')
        """
        places = np.array(self.spool.add(texts), np.int64)
        start, end = (np.empty(len(kept) + len(new), np.int64) for _ in range(2))
        start[stays], end[stays] = self.start[kept], self.end[kept]
        start[new], end[new] = places[:-1], places[1:]
        return Spooled(self.spool, start, end)
