"""Lists of names as people have them: one a line, a direction behind each, or JSON.

A line that cannot be read is kept with what is wrong with it, so that one bad line costs one name.
A direction is never guessed: where numbers may be something else than signed changes the whole
list is refused.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

import orjson

from immunograph.errors import BadQuestion

MOST_NAMES: Final = 5_000
MOST_BYTES: Final = 1024 * 1024
LONGEST: Final = 300
"""Letters of a name; nobody's is longer."""

Sign = int
"""1 up, -1 down."""

_UP: Final = frozenset({"+", "+1", "up", "increase", "increased", "upregulated", "up-regulated"})
_DOWN: Final = frozenset(
    {
        *("-", "\N{MINUS SIGN}", "-1", "\N{MINUS SIGN}1"),
        *("down", "decrease", "decreased", "downregulated", "down-regulated"),
    }
)
_LINE: Final = re.compile(r"\r\n|\r|\n")
_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class ListedName(NamedTuple):
    """A name of a list, and whether what it names went up or down."""

    line: int
    """Its place, from 1: the line of a text, the entry of a JSON array."""
    name: str
    sign: Sign | None = None
    fault: str | None = None
    """Why the line cannot be used."""


class _Read(NamedTuple):
    """A line with its direction as written: a word's sign, or a number."""

    listed: ListedName
    number: float | None = None


def read_list(body: bytes, *, as_json: bool = False) -> list[ListedName]:
    r"""The names of a list, in their order.

    A text has one name a line; behind a tab (or, where only a direction can stand there, a comma
    or a semicolon) may stand its direction: `up`, `down`, `+`, `-`, or a signed change. Blank
    lines and those that begin with `#` are passed over. JSON is an array of names, or of objects
    with `name` and `sign` (1 or -1); `as_json`: whoever sends it says that it is.

    Raises BadQuestion where this is no text, holds no name or too many, or has numbers that need
    not be signed changes: ratios and codes have no negative ones.

    >>> [(one.name, one.sign) for one in read_list(b"CCL2\tup\nIL6\n")]
    [('CCL2', 1), ('IL6', None)]
    >>> read_list(b'[{"name": "CCL2", "sign": -1}]')
    [ListedName(line=1, name='CCL2', sign=-1, fault=None)]
    """
    if len(body) > MOST_BYTES:
        raise _bad(f"The list is larger than {MOST_BYTES} bytes; send it in parts.")
    text = _decoded(body)
    begins_as_json = text.lstrip()[:1] in ("[", "{")
    entries = _entries(text, certain=as_json) if as_json or begins_as_json else None
    read = [*_lines(text)] if entries is None else [_Read(one) for one in entries]
    if not read:
        raise _bad("The list holds no name. Write one a line, or a JSON array of names.")
    if len(read) > MOST_NAMES:
        raise _bad(f"{len(read)} names; send at most {MOST_NAMES} at once.")
    return _signed(read)


def _bad(text: str) -> BadQuestion:
    return BadQuestion(text, parameter="body")


def _decoded(body: bytes) -> str:
    encoding = next((name for mark, name in _ENCODINGS if body.startswith(mark)), "utf-8")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise _bad(
            f"The list is no text in UTF-8 (byte {error.start}). Save it as text, one name a line."
        ) from error
    if "\0" in text:
        raise _bad("The list holds binary data. Save it as text, one name a line.")
    return text


# --- JSON ------------------------------------------------------------------------------------


def _entries(text: str, *, certain: bool) -> list[ListedName] | None:
    """The entries of a JSON array; None where this is a text that only begins like one."""
    try:
        found: Any = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if certain or text.lstrip().startswith("{") or text.rstrip().endswith("]"):
            how = "is sent as JSON" if certain else "begins as JSON does"
            raise _bad(f"The list {how} and is none: {error}.") from error
        return None
    if not isinstance(found, list):
        raise _bad("The JSON is no list; write an array of names, or of objects of name and sign.")
    entries = cast(list[Any], found)
    return [_entry(line, one) for line, one in enumerate(entries, start=1)]


def _entry(line: int, one: Any) -> ListedName:
    if isinstance(one, str):
        return _checked(line, one)
    if isinstance(one, dict):
        entry = cast(dict[str, Any], one)
        name: Any = entry.get("name")
        sign: Any = entry.get("sign")
        if isinstance(name, str) and entry.keys() <= {"name", "sign"}:
            if sign is None or (type(sign) is int and sign in (-1, 1)):
                return _checked(line, name, sign)
            return ListedName(line, name, None, "its sign is neither 1 nor -1")
    raise _bad(f"Entry {line} is neither a name nor an object with name and sign.")


# --- text ------------------------------------------------------------------------------------


def _lines(text: str) -> Iterator[_Read]:
    for line, written in enumerate(_LINE.split(text), start=1):
        stripped = written.strip()
        if stripped and not stripped.startswith("#"):
            yield _line(line, written.strip(" "))


def _line(line: int, written: str) -> _Read:
    cells = [_bare(cell) for cell in written.rstrip().split("\t")]
    if len(cells) > 2:
        fault = f"it has {len(cells)} cells; a line holds a name and perhaps its direction"
        return _Read(ListedName(line, cells[0], None, fault))
    if len(cells) == 2:
        direction = _direction(cells[1])
        if cells[1] and direction is None:
            fault = f"'{cells[1][:40]}' is no direction: write up, down, or a signed change"
            return _Read(ListedName(line, cells[0], None, fault))
        return _with(line, cells[0], direction)
    for mark in (",", ";"):
        name, found, last = written.rpartition(mark)
        direction = _direction(_bare(last)) if found else None
        if direction is not None:
            return _with(line, _bare(name), direction)
    return _with(line, cells[0], None)


def _bare(cell: str) -> str:
    """A cell without the quotes around it."""
    cell = cell.strip()
    return cell[1:-1].replace('""', '"') if cell[:1] == cell[-1:] == '"' and len(cell) > 1 else cell


def _direction(written: str) -> Sign | float | None:
    """What a cell says of the direction: a sign, a number, or nothing that is known."""
    word = written.casefold()
    if word in _UP:
        return 1
    if word in _DOWN:
        return -1
    try:
        number = float(word.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _with(line: int, name: str, direction: Sign | float | None) -> _Read:
    if isinstance(direction, float):
        return _Read(_checked(line, name), direction)
    return _Read(_checked(line, name, direction))


def _checked(line: int, name: str, sign: Sign | None = None) -> ListedName:
    name = name.strip()
    if not name:
        return ListedName(line, name, None, "it has no name")
    if len(name) > LONGEST:
        return ListedName(line, f"{name[:40]}…", None, f"its name is longer than {LONGEST} letters")
    return ListedName(line, name, sign)


def _signed(read: Sequence[_Read]) -> list[ListedName]:
    """The names, with the signs of their numbers; 0 is no direction."""
    numbers = [one.number for one in read if one.number is not None]
    if any(number != 1 for number in numbers) and min(numbers) >= 0:
        raise _bad(
            "No number of the list is negative: these may be ratios or codes. Write up and down, "
            "1 and -1, or changes on a scale with signs, such as logarithms of ratios."
        )
    found: list[ListedName] = []
    for listed, number in read:
        sign = 1 if number is not None and number > 0 else -1 if number else None
        found.append(listed if number is None else listed._replace(sign=sign))
    return found
