"""YAML text → plain values, with the place of every value and key.

The place of a value is found by its path: `("statements", 0, "evidence", 1, "span")`. Built from
the parser's event stream, so that depth and aliases are bounded before anything is built. Where
nothing is unusual, as in nearly every file, the values are read alone, and the places once they are
asked for.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from immunograph.errors import Fault
from immunograph.names.homoglyphs import describe, invisible

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both from 1."""

MAX_DEPTH: Final = 40
MAX_VALUES: Final = 2_000_000
MOST_FAULTS: Final = 100
"""Faults of one text that are told one by one; nobody reads more at a time."""
MOST_LINES: Final = 5
"""Lines that are named where one fault stands in many places."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COUNTS_BYTES: Final = hasattr(yaml, "CSafeLoader")
_OPENING: Final = frozenset({yaml.AliasEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent})
_ENDS: Final = frozenset({yaml.SequenceEndEvent, yaml.MappingEndEvent})
_HOLDING: Final = (list, dict)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_FLOAT: Final = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$")
_BEGINS_NUMBER: Final = frozenset("+-.0123456789")
_WORDS: Final[dict[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(slots=True)
class _Marks:
    """The places of a list or mapping, of its keys and of what is in it."""

    place: Place
    keys: dict[str, Place] = field(default_factory=dict[str, Place])
    values: dict[str | int, Place | _Marks] = field(
        default_factory=dict[str | int, "Place | _Marks"]
    )


@dataclass(slots=True)
class SeedText:
    """The value of a YAML document and the places of all that is in it."""

    file: str
    value: Any = None
    marks: Place | _Marks | None = (1, 1)
    """None while they are not read yet: they are in `content`."""
    faults: list[Fault] = field(default_factory=list[Fault])
    content: str = ""
    untold: int = 0
    """Faults beyond those in `faults`."""
    first_untold: Place = (1, 1)
    again: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """The further lines of what is told once, by its message."""
    noted: int = 0
    """How often a fault was noted at a path, told or not."""

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of the value (or key) at a path, or of the nearest thing that encloses it."""
        if self.marks is None:
            marked = SeedText(self.file)
            Builder(marked).build(self.content)
            self.marks = marked.marks
        here = self.marks or (1, 1)
        for number, step in enumerate(path, start=1):
            if isinstance(here, tuple):
                break
            if key and number == len(path) and step in here.keys:
                return here.keys[str(step)]
            if step not in here.values:
                break
            here = here.values[step]
        return here if isinstance(here, tuple) else here.place

    @property
    def full(self) -> bool:
        """Whether further faults are only counted, so that their messages need not be made."""
        return len(self.faults) >= MOST_FAULTS

    def fault(self, path: Path, message: str, *, key: bool = False, once: bool = False) -> None:
        """Note a fault at a path; `once`: what is one cause is told once, with its other lines."""
        self.noted += 1
        place = self.place(path, key=key)
        if once and message in self.again:
            self.again[message].append(place[0])
        elif self.full:
            self.first_untold = self.first_untold if self.untold else place
            self.untold += 1
        else:
            self.faults.append(Fault(self.file, *place, message))
            if once:
                self.again[message] = []

    def told_faults(self) -> list[Fault]:
        """The faults as they are told: with their other lines, and how many more there are."""
        told = [
            Fault(one.file, one.line, one.column, one.message + _also(self.again[one.message]))
            if self.again.get(one.message)
            else one
            for one in self.faults
        ]
        if self.untold:
            told.append(Fault.rest(self.file, *self.first_untold, self.untold))
        return told


def _also(lines: list[int]) -> str:
    """Where else a fault stands, in a few words."""
    shown = [str(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        rest = len(lines) - MOST_LINES
        return f" (also in lines {', '.join(shown)} and {rest:,} more)"
    if len(shown) == 1:
        return f" (also in line {shown[0]})"
    return f" (also in lines {', '.join(shown[:-1])} and {shown[-1]})"


@dataclass(slots=True)
class _Frame:
    """An open list or mapping."""

    container: Any
    marks: _Marks
    anchor: str | None
    before: int
    """How many values there were when it opened."""
    mapping: bool
    key: str | None = None
    """The key whose value comes next; None where the next is a key, and in lists."""


class Unusual(Exception):
    """The text is not only keys, values and lists, or something is wrong with it."""


def values_alone(content: str) -> Any:
    """The value of a text in which nothing is unusual, without the place of anything.

    Raises Unusual or YAMLError, which `Builder` then says with its place.
    """
    value: Any = None
    stack: list[tuple[Any, str | None]] = []
    container: Any = None
    key: str | None = None
    values = 0
    one: Any
    for event in _events(content):
        kind = event.__class__
        if kind in _ENDS:
            container, key = stack.pop()
            continue
        if kind is yaml.ScalarEvent:
            text = event.value
            if event.anchor or event.tag not in (None, "!"):
                raise Unusual
            if not text.isascii() and invisible(text) is not None:
                raise Unusual
            if container.__class__ is dict and key is None:
                if text in container:
                    raise Unusual
                key = text
                continue
            one = _scalar(text, plain=event.implicit[0])
        elif kind in _OPENING:
            within_key = container.__class__ is dict and key is None
            alias = kind is yaml.AliasEvent
            if alias or within_key or event.anchor or event.tag or len(stack) >= MAX_DEPTH:
                raise Unusual
            one = {} if kind is yaml.MappingStartEvent else []
        elif kind is yaml.DocumentStartEvent and values:
            raise Unusual
        else:
            continue
        values += 1
        if values > MAX_VALUES:
            raise Unusual
        if container is None:
            value = one
        elif key is None:
            container.append(one)
        else:
            container[key] = one
            key = None
        if kind is not yaml.ScalarEvent:
            stack.append((container, key))
            container, key = one, None
    return value


class Builder:
    """Turns events into values; one frame for each open list or mapping."""

    def __init__(self, text: SeedText) -> None:
        self.text = text
        self.anchors: dict[str, Any] = {}
        self.sizes: dict[str, int] = {}
        self.values = 0

    def build(self, content: str) -> None:
        stack: list[_Frame] = []
        frame: _Frame | None = None
        for event in _events(content):
            kind = event.__class__
            if kind in _ENDS:
                assert frame is not None
                if frame.anchor:
                    self.anchors[frame.anchor] = frame.container
                    self.sizes[frame.anchor] = self.values - frame.before
                stack.pop()
                frame = stack[-1] if stack else None
                continue
            mark: Any = event.start_mark
            place = (mark.line + 1, mark.column + 1)
            if kind is yaml.ScalarEvent:
                if not event.value.isascii():
                    self._check_visible(event, content, place)
            elif kind not in _OPENING:
                if kind is yaml.DocumentStartEvent and self.values:
                    message = "a second document begins here; one file holds one source"
                    raise _Refused(place, message)
                continue
            if frame is not None and frame.mapping and frame.key is None:
                frame.key = self._key(event, frame, place)
                continue
            value = self._value(event, place)
            marks = self._attach(frame, value, place)
            if kind is yaml.ScalarEvent:
                if event.anchor:
                    self.anchors[event.anchor] = value
                    self.sizes[event.anchor] = 1
            elif kind is not yaml.AliasEvent:
                if len(stack) >= MAX_DEPTH:
                    raise _Refused(place, f"nested deeper than {MAX_DEPTH} levels")
                mapping = kind is yaml.MappingStartEvent
                frame = _Frame(value, marks, event.anchor, self.values, mapping)
                stack.append(frame)

    def _check_visible(self, event: Any, content: str, place: Place) -> None:
        """Refuse characters that nobody sees: two texts would look the same and not be."""
        value = str(event.value)
        at = invisible(value)
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

    def _attach(self, frame: _Frame | None, value: Any, place: Place) -> Any:
        """Put a value where it belongs, and its place; the marks of what will be in it."""
        mark = _Marks(place) if isinstance(value, _HOLDING) else place
        if frame is None:
            self.text.value = value
            self.text.marks = mark
            return mark
        if frame.mapping:
            key = frame.key or ""
            frame.container[key] = value
            frame.key = None
            frame.marks.values[key] = mark
            return mark
        frame.marks.values[len(frame.container)] = mark
        frame.container.append(value)
        return mark

    def _key(self, event: Any, frame: _Frame, place: Place) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Refused(place, "a key must be a plain word")
        key = str(event.value)
        if key in frame.marks.keys:
            first = frame.marks.keys[key][0]
            self.text.faults.append(
                Fault(self.text.file, *place, f"key '{key}' stands twice (first in line {first})")
            )
        frame.marks.keys[key] = place
        return key

    def _value(self, event: Any, place: Place) -> Any:
        kind = event.__class__
        self.values += 1
        if kind is yaml.AliasEvent:
            if event.anchor not in self.anchors:
                raise _Refused(place, f"alias *{event.anchor} is used before its anchor ends")
            self.values += self.sizes[str(event.anchor)]
        if self.values > MAX_VALUES:
            raise _Refused(place, f"more than {MAX_VALUES} values in one document")
        if kind is yaml.AliasEvent:
            return self.anchors[str(event.anchor)]
        if event.tag not in (None, "!"):
            raise _Refused(place, f"tag {event.tag} is not used in seed files; remove it")
        if kind is yaml.SequenceStartEvent:
            return []
        if kind is yaml.MappingStartEvent:
            return {}
        return _scalar(str(event.value), plain=bool(event.implicit[0]))


def _events(content: str) -> Iterator[Any]:
    """The parser's events; what `yaml.parse` gives, in half its time."""
    parser = _LOADER(content)
    try:
        yield from iter(parser.get_event, None)
    finally:
        parser.dispose()


class _Refused(Exception):
    """The text cannot be read on from here."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def _scalar(text: str, *, plain: bool) -> Any:
    """A value as YAML 1.2 reads it; text in normal form C, the one in which it enters the graph."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _BEGINS_NUMBER:
        return text
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
        text.value, text.marks, text.content = values_alone(decoded), None, decoded
        return text
    except (Unusual, yaml.YAMLError):
        pass  # what is unusual, or wrong, is said with its place below
    try:
        Builder(text).build(decoded)
    except (_Refused, yaml.YAMLError) as error:
        text.faults.append(Fault(file, *_why_unread(error, decoded)))
        text.value = None  # what was read so far lacks what follows: that is no fault of its own
    return text


def _why_unread(error: _Refused | yaml.YAMLError, content: str) -> tuple[int, int, str]:
    """Where and why a text cannot be read on."""
    if isinstance(error, _Refused):
        return *error.place, str(error)
    if isinstance(error, yaml.reader.ReaderError):
        # The fast parser counts bytes, the slow one characters.
        counted = content.encode() if _COUNTS_BYTES else content
        before = counted[: int(error.position)]
        place = _end_of(before.decode() if isinstance(before, bytes) else before)
        return *place, f"not YAML: {error.reason}"
    problem, mark = str(error), None
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = _LINE_END.split(content)
    written = lines[line - 1] if line <= len(lines) else ""
    tab = written.find("\t")
    if tab >= 0 and not written[:tab].strip(" -:?"):
        return (
            line,
            tab + 1,
            "not YAML: a tab, where only blanks may stand; put blanks in its place",
        )
    return line, column, f"not YAML: {problem}"


def _end_of(text: str) -> Place:
    """The place right behind a text."""
    lines = _LINE_END.split(text)
    return len(lines), len(lines[-1]) + 1
