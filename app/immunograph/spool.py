"""Texts that are only ever added to, in a file: what was said once is read back, and not held.

What very many sources say waits here until it is loaded, and stands here while the load goes on: of
the memory of the process it takes the places alone.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable
from typing import Final

from immunograph.errors import ImmunographError

AT_ONCE: Final = 1 << 20
"""Bytes that are written together."""


class Spool:
    """A file without a name, which goes when nobody reads it any more."""

    def __init__(self) -> None:
        with tempfile.TemporaryFile(prefix="immunograph-") as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        self._end = 0

    def add(self, texts: Iterable[bytes]) -> list[int]:
        """Write texts; where each begins, and where the last ends.

        Raises ImmunographError where the disk has no room.

        >>> spool = Spool()
        >>> spool.add([b"one", b"", b"two"]), spool.add([b"three"])
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
        return places

    def _write(self, text: bytearray) -> None:
        left = memoryview(text)
        while left:
            try:
                written = os.pwrite(self._file, left, self._end)
            except OSError as error:
                raise ImmunographError(
                    f"{tempfile.gettempdir()} does not take what is set aside during a large load: "
                    f"{error.strerror}. Make room there, or name another folder by TMPDIR, and "
                    "load again: what was loaded stands."
                ) from error
            self._end += written
            left = left[written:]

    def read(self, start: int, end: int) -> bytes:
        """What stands between two places."""
        return os.pread(self._file, end - start, start)
