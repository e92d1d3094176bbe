"""Several files as one stream: a zip that is written as it comes and is the same every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final, cast

THE_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every file, so that the same content has the same bytes."""


class Sink(io.RawIOBase):
    """Takes what a writer of files writes, and cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        """Whether it takes anything."""
        return True

    def write(self, data: Any, /) -> int:
        """Keep it until it is taken."""
        held = bytes(data)
        self._held.append(held)
        self._size += len(held)
        return len(held)

    def tell(self) -> int:
        """How much was written from the beginning on."""
        return self._size

    def take(self) -> bytes:
        """What was written since."""
        taken = b"".join(self._held)
        self._held.clear()
        return taken


def zipped(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The files by name, each of them gone through once."""
    sink = Sink()
    # A zip file goes back only where it can, whatever the type of its argument says.
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, chunks in files:
            entry = zipfile.ZipInfo(name, THE_BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as file:
                for chunk in chunks:
                    file.write(chunk)
                    if taken := sink.take():
                        yield taken
    yield sink.take()
