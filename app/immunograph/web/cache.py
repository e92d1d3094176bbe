"""Answers kept in memory: the least lately asked for go first when room runs out."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from typing import Final, NamedTuple

MOST_BYTES: Final = 64 * 1024 * 1024
WORTH_PACKING: Final = 1_000
"""Bytes from which gzip saves more than it costs."""
OVERHEAD: Final = 600
"""Bytes that an answer takes beside its text: the objects and the places in the table."""
NOTED: Final = 10_000
"""Questions that are noted as asked; then all of them are forgotten."""

Key = tuple[str, str]
"""A snapshot and a normalised question."""


class Kept(NamedTuple):
    """One answer, as it is and packed by gzip for those who take it."""

    body: bytes
    packed: bytes | None
    """None until somebody takes it; empty where that saves nothing."""
    media_type: str
    etag: str | None
    link: str | None
    """The value of its `Link` header: the next page, and what a file holds."""
    route: str
    """The template of the address that it answers."""
    file: str | None = None
    """The name that it is saved under, where it is a file."""

    @property
    def size(self) -> int:
        """Bytes that it holds in memory, about."""
        return len(self.body) + len(self.packed or b"") + len(self.link or "") + OVERHEAD


def pack(body: bytes) -> bytes | None:
    """The body as gzip, the same bytes every time; None where that would save nothing."""
    if len(body) < WORTH_PACKING:
        return None
    # One level more takes twice the time for a twentieth less.
    packed = gzip.compress(body, compresslevel=4, mtime=0)
    return packed if len(packed) < len(body) else None


class Cache:
    """Answers by snapshot and question, under a cap of bytes. Safe to share among threads."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Key, tuple[Kept, int]] = OrderedDict()
        """With the bytes that each takes."""
        self._noted: set[int] = set()
        self._lock = threading.Lock()
        self.bytes = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Kept | None:
        """The answer, if it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self.misses += 1
                return None
            self._kept.move_to_end(key)
            self.hits += 1
            return found[0]

    def noted(self, key: Key) -> bool:
        """Whether the question was noted before, not long ago; if not, note it."""
        mark = hash(key)
        if mark in self._noted:
            return True
        if len(self._noted) >= NOTED:
            self._noted.clear()
        self._noted.add(mark)
        return False

    def keep(self, key: Key, answer: Kept) -> None:
        """Keep an answer; one too large for an eighth of the cache is not kept."""
        size = answer.size + len(key[0]) + len(key[1])
        if size > self._most // 8:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            if old is not None:
                self.bytes -= old[1]
            self._kept[key] = answer, size
            self.bytes += size
            while self.bytes > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self.bytes -= gone
