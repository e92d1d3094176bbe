"""YAML text → plain values, with the place of every value and key.

The place of a value is found by its path: `("statements", 0, "evidence", 1, "span")`. Built from
the parser's event stream, so that depth and aliases are bounded before anything is built.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from immunograph.errors import Fault
from immunograph.letters import describe, invisible

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both from 1."""

MAX_DEPTH: Final = 40
MAX_VALUES: Final = 2_000_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COUNTS_BYTES: Final = hasattr(yaml, "CSafeLoader")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_FLOAT: Final = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$")
_WORDS: Final[dict[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(slots=True)
class SeedText:
    """The value of a YAML document and the places of all that is in it."""

    file: str
    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict[Path, Place])
    key_places: dict[Path, Place] = field(default_factory=dict[Path, Place])
    faults: list[Fault] = field(default_factory=list[Fault])

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of the value (or key) at a path, or of the nearest thing that encloses it."""
        if key and path in self.key_places:
            return self.key_places[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def fault(self, path: Path, message: str, *, key: bool = False) -> None:
        """Note a fault at a path."""
        self.faults.append(Fault(self.file, *self.place(path, key=key), message))


class _Builder:
    """Turns events into values; one frame for each open list or mapping."""

    def __init__(self, text: SeedText) -> None:
        self.text = text
        self.anchors: dict[str, Any] = {}
        self.sizes: dict[str, int] = {}
        self.values = 0

    def build(self, content: str) -> None:
        stack: list[tuple[Any, Path, str | None, int]] = []
        keys: list[str | None] = []
        for event in yaml.parse(content, Loader=_LOADER):
            mark: Any = event.start_mark
            place = (mark.line + 1, mark.column + 1)
            if isinstance(event, yaml.ScalarEvent):
                self._check_visible(event, content, place)
            if isinstance(event, yaml.DocumentStartEvent) and self.values:
                raise _Refused(place, "a second document begins here; one file holds one source")
            if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                container, _, anchor, before = stack.pop()
                keys.pop()
                if anchor:
                    self.anchors[anchor] = container
                    self.sizes[anchor] = self.values - before
                continue
            if not isinstance(
                event,
                yaml.ScalarEvent
                | yaml.AliasEvent
                | yaml.SequenceStartEvent
                | yaml.MappingStartEvent,
            ):
                continue
            parent = stack[-1][0] if stack else None
            if isinstance(parent, dict) and keys[-1] is None:
                keys[-1] = self._key(event, parent, stack[-1][1], place)  # pyright: ignore[reportUnknownArgumentType] # plain values
                continue
            path = self._path(stack, keys)
            value = self._value(event, place)
            self.text.places.setdefault(path, place)
            self._attach(parent, keys, value)
            if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
                if len(stack) >= MAX_DEPTH:
                    raise _Refused(place, f"nested deeper than {MAX_DEPTH} levels")
                stack.append((value, path, event.anchor, self.values))
                keys.append(None)
            elif isinstance(event, yaml.ScalarEvent) and event.anchor:
                self.anchors[event.anchor] = value
                self.sizes[event.anchor] = 1

    def _check_visible(self, event: Any, content: str, place: Place) -> None:
        """Refuse characters that nobody sees: two texts would look the same and not be."""
        value = str(event.value)
        at = None if value.isascii() else invisible(value)
        if at is None:
            return
        letter = value[at]
        raw = content[event.start_mark.index : event.end_mark.index]
        before = raw[: raw.find(letter)] if letter in raw else ""
        line, column = place
        if "\n" in before:
            line, column = line + before.count("\n"), len(before) - before.rfind("\n")
        else:
            column += len(before)
        message = f"invisible character {describe(letter)}; remove it"
        self.text.faults.append(Fault(self.text.file, line, column, message))

    def _path(self, stack: list[tuple[Any, Path, str | None, int]], keys: list[str | None]) -> Path:
        if not stack:
            return ()
        container, path, _, _ = stack[-1]
        step: str | int = len(container) if isinstance(container, list) else (keys[-1] or "")  # pyright: ignore[reportUnknownArgumentType] # plain values
        return (*path, step)

    def _attach(self, parent: Any, keys: list[str | None], value: Any) -> None:
        if isinstance(parent, list):
            parent.append(value)  # pyright: ignore[reportUnknownMemberType] # plain values
        elif isinstance(parent, dict):
            parent[keys[-1]] = value
            keys[-1] = None
        else:
            self.text.value = value

    def _key(self, event: Any, parent: dict[str, Any], path: Path, place: Place) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Refused(place, "a key must be a plain word")
        key = str(event.value)
        if key in parent:
            first = self.text.key_places[(*path, key)][0]
            self.text.faults.append(
                Fault(self.text.file, *place, f"key '{key}' stands twice (first in line {first})")
            )
        self.text.key_places[(*path, key)] = place
        return key

    def _value(self, event: Any, place: Place) -> Any:
        self.values += 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise _Refused(place, f"alias *{event.anchor} is used before its anchor ends")
            self.values += self.sizes[str(event.anchor)]
        if self.values > MAX_VALUES:
            raise _Refused(place, f"more than {MAX_VALUES} values in one document")
        if isinstance(event, yaml.AliasEvent):
            return self.anchors[str(event.anchor)]
        if event.tag not in (None, "!"):
            raise _Refused(place, f"tag {event.tag} is not used in seed files; remove it")
        if isinstance(event, yaml.SequenceStartEvent):
            return []
        if isinstance(event, yaml.MappingStartEvent):
            return {}
        return _scalar(str(event.value), plain=bool(event.implicit[0]))


class _Refused(Exception):
    """The text cannot be read on from here."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def _scalar(text: str, *, plain: bool) -> Any:
    """A value as YAML 1.2 reads it; text in normal form C, the one in which it enters the graph."""
    text = unicodedata.normalize("NFC", text)
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and len(text) < 19:
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def read(content: bytes, file: str) -> SeedText:
    """Read one YAML document; what is wrong with it as YAML is in `faults`, never raised.

    >>> read(b"a: [1, x]", "f.yaml").value
    {'a': [1, 'x']}
    """
    text = SeedText(file)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _end_of(content[: error.start].decode())
        text.faults.append(Fault(file, *place, "not UTF-8; save the file as UTF-8"))
        return text
    try:
        _Builder(text).build(decoded)
    except _Refused as refusal:
        text.faults.append(Fault(file, *refusal.place, str(refusal)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        text.faults.append(Fault(file, *place, f"not YAML: {error.problem or error.context}"))
    except yaml.reader.ReaderError as error:
        # The fast parser counts bytes, the slow one characters.
        counted = decoded.encode() if _COUNTS_BYTES else decoded
        before = counted[: int(error.position)]
        place = _end_of(before.decode() if isinstance(before, bytes) else before)
        text.faults.append(Fault(file, *place, f"not YAML: {error.reason}"))
    return text


def _end_of(text: str) -> Place:
    """The place right behind a text."""
    lines = _LINE_END.split(text)
    return len(lines), len(lines[-1]) + 1
