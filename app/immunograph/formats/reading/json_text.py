"""JSON too large to hold: its values one by one, with as much of the text as one of them needs."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, Final

from immunograph.errors import BadSource
from immunograph.formats.reading.files import Stream, refused

CHUNK: Final = 1 << 18
LONGEST: Final = 50_000_000
"""Characters of one value; more is no list of statements."""


class JsonText:
    """The text of a stream, as much of it as one value needs, and the line where it begins."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decoder = json.JSONDecoder()
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.held = ""
        self.line = 1

    def skip(self, more: str = "") -> None:
        """Go on to what is no blank, nor one of these."""
        while True:
            rest = self.held.lstrip(f" \t\r\n{more}")
            self._drop(len(self.held) - len(rest))
            if rest or not self._read(CHUNK):
                return

    def begins_with(self, mark: str) -> bool:
        """Whether a mark comes next, which is then taken."""
        self.skip()
        found = self.held.startswith(mark)
        self._drop(len(mark) if found else 0)
        return found

    def value(self) -> Any:
        """The value that begins here. Raises BadSource."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self.held)
            except json.JSONDecodeError as error:
                cut = len(self.held) - error.pos < 64 or error.msg.startswith("Unterminated")
                if cut and len(self.held) < LONGEST and self._read(max(CHUNK, len(self.held))):
                    continue
                line = self.line + self.held.count("\n", 0, error.pos)
                what = "the file ends in the middle" if cut else error.msg
                raise refused(self._stream.name, line, f"no JSON: {what}") from error
            except RecursionError as error:
                raise refused(self._stream.name, self.line, "nested too deep") from error
            except ValueError as error:  # Python reads no number of more digits than that
                raise refused(self._stream.name, self.line, "a number is too long") from error
            self._drop(end)
            return value

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; whoever asks takes each one's value."""
        self._take("{", "an object")
        while not self.begins_with("}"):
            key = self.value()
            if not isinstance(key, str):
                raise self._refused(f"a name in quotes is expected, found {key!r:.40}")
            self._take(":", "a colon")
            yield key
            if not self.begins_with(",") and not self.held.startswith("}"):
                raise self._refused("a comma or } is expected")

    def elements(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        self._take("[", "a list")
        while not self.begins_with("]"):
            yield self.value()
            if not self.begins_with(",") and not self.held.startswith("]"):
                raise self._refused("a comma or ] is expected")

    def end(self) -> None:
        """Nothing but blanks may follow. Raises BadSource."""
        self.skip()
        if self.held:
            raise self._refused("something follows after the end")

    def _take(self, mark: str, what: str) -> None:
        if not self.begins_with(mark):
            raise self._refused(f"{what} is expected")

    def _refused(self, message: str) -> BadSource:
        what = message if self.held else "the file ends in the middle"
        return refused(self._stream.name, self.line, f"no JSON as we write it: {what}")

    def _drop(self, count: int) -> None:
        self.line += self.held.count("\n", 0, count)
        self.held = self.held[count:]

    def _read(self, size: int) -> bool:
        """Hold more; whether there was any. Raises BadSource."""
        raw = self._stream.read(size)
        try:
            self.held += self._decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            raise refused(self._stream.name, self.line, "not UTF-8; is this JSON?") from error
        return bool(raw)
