"""What a request asks, in which form, read as fast as answers are given from memory."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from starlette.types import Scope

LONG: Final = 2_000
"""Characters of an address from which it is read anew each time."""
SHORT: Final = 200
"""The same for one of its parameters."""


class Asked(NamedTuple):
    """What a request asks."""

    question: str
    """Its path, and its parameters by name, as text: the same for the same question.

    Values of one parameter keep their order, since an answer repeats its question.
    """
    parameters: tuple[tuple[str, str], ...]
    """In the order of the address."""


def asked_of(scope: Scope) -> Asked:
    """The question of a request.

    >>> scope = {"path": "/v1/loops", "query_string": b"max_steps=4&entity=breast+tumour"}
    >>> asked_of(scope).question
    "/v1/loops?[('entity', 'breast tumour'), ('max_steps', '4')]"
    """
    path, query = scope["path"], scope["query_string"]
    # What is long is not asked often, and would fill the memory.
    read = _read if len(path) + len(query) < LONG else _read.__wrapped__
    return read(path, query)


@lru_cache(maxsize=4_096)
def _read(path: str, query: bytes) -> Asked:
    given = [_given(part) for part in query.decode("latin-1").split("&") if part]
    return Asked(f"{path}?{sorted(given, key=_name)}", tuple(given))


def _given(part: str) -> tuple[str, str]:
    """A parameter; the short ones are of things that are asked about often."""
    return _unquoted(part) if len(part) < SHORT else _unquoted.__wrapped__(part)


@lru_cache(maxsize=4_096)
def _unquoted(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote_plus(name), unquote_plus(value)


_name: Final = itemgetter(0)


def header_of(scope: Scope, name: bytes) -> str | None:
    """A header of a request, if it has that; the first of several."""
    for other, value in scope["headers"]:
        if other == name:
            return value.decode("latin-1")
    return None


def takes_gzip(scope: Scope) -> bool:
    """Whether who asks takes an answer that is packed."""
    return _names_gzip(header_of(scope, b"accept-encoding") or "")


@lru_cache(maxsize=64)
def _names_gzip(header: str) -> bool:
    for coding in header.lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
