"""What knowledge holds, as one number that a change moves by what it brings and takes.

Each thing that is asserted has a number, the SHAKE-256 of its canonical JSON, and the tally is
their sum modulo 2^2048. So order does not matter, and nothing is hashed again because something
else changed. Two contents with one tally cannot be made on purpose either: the modulus is large
enough that sums are as hard to meet as hashes are (AdHash; Bellare and Micciancio 1997, with the
attack of Wagner 2002 taken into account).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import orjson
from pydantic import BaseModel

from immunograph.domain.model import Contribution

WIDTH: Final = 256
"""Bytes of a number."""
_MODULUS: Final = 1 << 8 * WIDTH
UNHEARD: Final = frozenset({"curator", "curated"})
"""What says who read a source, and when; it is no part of what the source says."""

Listed = tuple[str, Any]
"""Something that is asserted, as a model or as plain values, after the list it belongs to."""


def tally_of(things: Iterable[Listed]) -> int:
    """The tally of all of these.

    >>> one, other = ("studies", {"id": "a"}), ("studies", {"id": "b"})
    >>> tally_of([one, other]) == tally_of([other, one]) != tally_of([one])
    True
    """
    return sum(map(_number, things)) % _MODULUS


def moved(tally: int, *, gone: Iterable[Listed] = (), come: Iterable[Listed] = ()) -> int:
    """The tally once some things are gone and others have come."""
    return (tally + tally_of(come) - tally_of(gone)) % _MODULUS


def _number(thing: Listed) -> int:
    name, said = thing
    return int.from_bytes(hashlib.shake_256(name.encode() + canonical(said)).digest(WIDTH), "big")


def text_of(tally: int) -> str:
    """A tally as a graph keeps it, with the form that things had when they were counted."""
    return f"{_form()}:{hex_of(tally)}"


def hex_of(tally: int) -> str:
    """A tally as hex digits, all of them."""
    return f"{tally:0{2 * WIDTH}x}"


def tally_from(text: str | None) -> int | None:
    """The tally that a graph keeps; None where there is none, or things had another form."""
    form, _, digits = (text or "").partition(":")
    return int(digits, 16) if form == _form() else None


@cache
def _form() -> str:
    """Stands for the fields that things have: with others, each would have another number."""
    return hashlib.sha256(canonical(Contribution.model_json_schema())).hexdigest()[:16]


def canonical(value: Any) -> bytes:
    """Canonical JSON as RFC 8785 has it, for our content: plain ASCII keys, short decimals.

    A model is written without being made into plain values first, which takes longer than all else.
    """
    found = orjson.dumps(value, default=_fields, option=orjson.OPT_SORT_KEYS)
    if found.isascii() or unicodedata.is_normalized("NFC", found.decode()):
        return found
    return orjson.dumps(_normal(orjson.loads(found)), option=orjson.OPT_SORT_KEYS)


def _fields(model: BaseModel) -> dict[str, Any]:
    given = vars(model)
    if UNHEARD.isdisjoint(given):
        return given
    return {name: value for name, value in given.items() if name not in UNHEARD}


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_normal(k): _normal(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType] # plain JSON
    if isinstance(value, list | tuple):
        return [_normal(v) for v in value]  # pyright: ignore[reportUnknownVariableType] # plain JSON
    return value
