"""Texts that are only ever added to, in a file: what was said once is read back, and not held.

A load of very much keeps its prose here while it goes on (see `prose.Prose.changed`): what stays is
never written again, and of the memory of the process it takes the places alone.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable
from typing import Final

import numpy as np

from immunograph.search.kernel import Longs

AT_ONCE: Final = 1 << 20
"""Bytes that are written together."""


class Spool:
    """A file without a name, which goes when nobody reads it any more."""

    def __init__(self) -> None:
        with tempfile.TemporaryFile(prefix="immunograph-") as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        self._end = 0

    def add(self, texts: Iterable[bytes]) -> Longs:
        """Write texts; where each begins, and where the last ends.

        >>> spool = Spool()
        >>> spool.add([b"one", b"", b"two"]).tolist(), spool.add([b"three"]).tolist()
        ([0, 3, 3, 6], [6, 11])
        >>> spool.read(3, 6)
        b'two'
        """
        places, waiting = [self._end], bytearray()
        for text in texts:
            waiting += text
            places.append(self._end + len(waiting))
            if len(waiting) >= AT_ONCE:
                self._write(waiting)
                waiting = bytearray()
        self._write(waiting)
        return np.array(places, np.int64)

    def _write(self, text: bytearray) -> None:
        left = memoryview(text)
        while left:
            written = os.pwrite(self._file, left, self._end)
            self._end += written
            left = left[written:]

    def read(self, start: int, end: int) -> bytes:
        """What stands between two places."""
        return os.pread(self._file, end - start, start)


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
        places = spool.add(texts)
        return cls(spool, places[:-1], places[1:])

    def arranged(self, kept: Longs, stays: Longs, texts: Iterable[bytes], new: Longs) -> Spooled:
        """Those that are kept at the places where they stay, and others, written now, between them.

        >>> one = Spooled.of(Spool(), [b"a", b"b"])
        >>> places = np.array([1]), np.array([0])
        >>> other = one.arranged(*places, [b"c"], np.array([1]))
        >>> other.raw(0), other.raw(1)
        (b'b', b'c')
        """
        places = self.spool.add(texts)
        start, end = (np.empty(len(kept) + len(new), np.int64) for _ in range(2))
        start[stays], end[stays] = self.start[kept], self.end[kept]
        start[new], end[new] = places[:-1], places[1:]
        return Spooled(self.spool, start, end)
