"""Plain values → the YAML text of a seed file, as a person would write it.

What `yaml_text` reads back is what was given. A list of the least size stands on one line, all
texts are in double quotes, and a name may stand behind an id as a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*")
"""What stands without quotes."""
_TAKEN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
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
            name = names.get(one) if isinstance(one, str) else None
            yield f"{indent}{key}: {short}" + (f"  # {name}" if name else "")
        elif isinstance(one, Mapping):
            yield f"{indent}{key}:"
            yield from _mapping(cast(Mapping[str, Any], one), f"{indent}  ", names)
        else:
            yield f"{indent}{key}:"
            yield from _sequence(one, f"{indent}  ", names)


def _sequence(value: Sequence[Any], indent: str, names: Mapping[str, str]) -> Iterator[str]:
    for one in value:
        short = _short(one, _ACROSS)
        if short is not None:
            yield f"{indent}- {short}"
            continue
        inner = f"{indent}  "
        write = _mapping if isinstance(one, Mapping) else _sequence
        parts = write(cast(Any, one), inner, names)
        first = next(parts)
        yield f"{indent}- {first[len(inner) :]}"
        yield from parts


def _short(value: Any, room: int) -> str | None:
    """A value on one line; None where it is too much for one."""
    if isinstance(value, Mapping):
        given = cast(Mapping[str, Any], value)
        parts = [(f"{key}: ", _short(one, room)) for key, one in given.items()]
        return _between("{}", parts, room)
    if isinstance(value, list | tuple):
        listed = cast(Sequence[Any], value)
        return _between("[]", [("", _short(one, room)) for one in listed], room)
    return scalar(value)


def _between(marks: str, parts: Sequence[tuple[str, str | None]], room: int) -> str | None:
    """Parts, each with what stands before it, on one line; None where that is too long."""
    if any(one is None for _, one in parts):
        return None
    text = f"{marks[0]}{', '.join(f'{before}{one}' for before, one in parts)}{marks[1]}"
    return text if len(text) <= room else None


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
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
