"""Plain values → the YAML text of a seed file, as a person would write it.

What `yaml_text` reads back is what was given. A list of the least size stands on one line, all
texts are in double quotes, and a name may stand behind an id as a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*")
"""What stands without quotes."""
_TAKEN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_QUOTE: Final = json.JSONEncoder(ensure_ascii=False).encode
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_ACROSS: Final = 96
"""Characters of what may stand on one line."""


def yaml_lines(
    value: Mapping[str, Any], *, names: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The lines of a mapping; `names` stand as comments behind the values that they name.

    >>> print("\\n".join(yaml_lines({"id": "x", "span": [0, 1], "says": "A: b", "gone": None})))
    id: x
    span: [0, 1]
    says: "A: b"
    gone: null
    """
    yield from _mapping(value, "", names or {})


def _mapping(value: Mapping[str, Any], indent: str, names: Mapping[str, str]) -> Iterator[str]:
    for key, one in value.items():
        short = _short(one, _ACROSS)
        if short is not None:
            name = names.get(one) if one.__class__ is str else None
            yield f"{indent}{key}: {short}  # {name}" if name else f"{indent}{key}: {short}"
            continue
        yield f"{indent}{key}:"
        write = _mapping if isinstance(one, dict) else _sequence
        yield from write(cast(Any, one), f"{indent}  ", names)


def _sequence(value: Sequence[Any], indent: str, names: Mapping[str, str]) -> Iterator[str]:
    inner = f"{indent}  "
    for one in value:
        short = _short(one, _ACROSS)
        if short is not None:
            yield f"{indent}- {short}"
            continue
        write = _mapping if isinstance(one, dict) else _sequence
        parts = write(cast(Any, one), inner, names)
        yield f"{indent}- {next(parts)[len(inner) :]}"
        yield from parts


def _short(value: Any, room: int) -> str | None:
    """A value on one line; None where it is too much for one. A single value always fits."""
    if isinstance(value, dict):
        pairs = cast(dict[str, Any], value).items()
        return _between("{}", ((f"{key}: ", one) for key, one in pairs), room)
    if isinstance(value, list | tuple):
        return _between("[]", (("", one) for one in cast(Sequence[Any], value)), room)
    return scalar(value)


def _between(marks: str, parts: Iterable[tuple[str, Any]], room: int) -> str | None:
    """Parts, each with what stands before it; looked at no further than there is room."""
    found: list[str] = []
    left = room - 2
    for before, one in parts:
        short = _short(one, left)
        if short is None:
            return None
        found.append(before + short)
        left -= len(before) + len(short) + 2
        if left < -2:
            return None
    return f"{marks[0]}{', '.join(found)}{marks[1]}"


def scalar(value: Any) -> str:
    """A single value: texts in double quotes unless nothing in them could be taken otherwise.

    >>> scalar("promotes"), scalar("no"), scalar('say "x"'), scalar(True), scalar(None)
    ('promotes', '"no"', '"say \\\\"x\\\\""', 'true', 'null')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text not in _TAKEN:
        return text
    quoted = _QUOTE(text)
    if text.isascii() and "\x7f" not in text:
        return quoted
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
