"""What every answer says besides what was found: its snapshot, its papers, and the next page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from immunograph.errors import Stale
from immunograph.service import citing
from immunograph.service.view import View

NO_CURSOR: Final = "The cursor is none that was given for this graph; start again without it."

T = TypeVar("T")


def answered(view: View, question: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, with its snapshot and the papers that it rests on."""
    cited = citing.references(view, citing.studies_of_answer(view, question, found))
    return {"snapshot": view.snapshot, **found, "references": cited}


def page(
    view: View,
    question: str,
    found: Sequence[T],
    *,
    limit: int,
    cursor: str | None,
    shape: Callable[[T], Any],
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """One page of a list; the cursor holds the snapshot and where to go on.

    `beside`: what else the answer says. Raises Stale.
    """
    start = _cursor_start(cursor, view.snapshot)
    shown = [shape(one) for one in found[start : start + limit]]
    following = None
    if start + limit < len(found):
        following = _cursor(view.snapshot, start + limit)
    items = {"items": shown, "next": following, "total": len(found)}
    return answered(view, question, {**beside, **items})


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
