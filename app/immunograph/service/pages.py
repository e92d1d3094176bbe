"""Lists, page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, overload

from immunograph.answers.parts import PageOf
from immunograph.errors import Stale
from immunograph.search.kernel import Ints, Longs
from immunograph.service import citing
from immunograph.service.view import View

NO_CURSOR: Final = "The cursor is none that was given for this graph; start again without it."

T = TypeVar("T")
S = TypeVar("S")


class Shelf(Sequence[T]):
    """Many things in order, each made when it is looked at: a page shows few of them.

    >>> import numpy as np
    >>> Shelf(np.array([3, 4, 5]), float)[1:]
    [4.0, 5.0]
    """

    def __init__(self, numbers: Longs | Ints, make: Callable[[int], T]) -> None:
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, slice):
            chosen: list[int] = self._numbers[place].tolist()
            return [self._make(number) for number in chosen]
        return self._make(int(self._numbers[place]))


def page(
    view: View,
    question: str,
    found: Sequence[T],
    *,
    limit: int,
    cursor: str | None,
    shape: Callable[[T], S],
) -> PageOf[S]:
    """One page of a list; the cursor holds the snapshot and where to go on. Raises Stale."""
    start = _cursor_start(cursor, view.snapshot)
    following = None
    if start + limit < len(found):
        following = _cursor(view.snapshot, start + limit)
    answer: PageOf[S] = {
        "snapshot": view.snapshot,
        "items": [shape(one) for one in found[start : start + limit]],
        "next": following,
        "total": len(found),
        "references": [],
    }
    return citing.cited(view, question, answer)


def _cursor(snapshot: str, start: int) -> str:
    return base64.urlsafe_b64encode(f"{snapshot[:16]}:{start}".encode()).decode().rstrip("=")


def _cursor_start(cursor: str | None, snapshot: str) -> int:
    if cursor is None:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        held, _, start = text.partition(":")
        begin = int(start)
    except (binascii.Error, ValueError) as error:
        raise Stale(NO_CURSOR) from error
    if held != snapshot[:16]:
        raise Stale("The graph has changed since this cursor was given; start again without it.")
    if begin < 0:
        raise Stale(NO_CURSOR)
    return begin
