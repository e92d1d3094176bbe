"""How a graph came to its present snapshot: its loads, put together by when they took hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from immunograph.store.loads import PROVISIONAL, RESTORED

RECENT: Final = 100
"""Loads that are looked at where nobody says since when."""

Record = Mapping[str, Any]
"""The record of one load, as `loads.headings_of` reads it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Loads that took hold together, and the snapshots between which they stand."""

    before: str | None
    """None where the graph was empty."""
    after: str
    records: tuple[Record, ...]

    @property
    def at(self) -> str:
        """When it took hold; UTC, ISO 8601."""
        return self.records[0]["at"]


def turns_of(records: Sequence[Record], now: str) -> list[Turn]:
    """How a graph came to its present snapshot, the newest turn first, as far as is recorded.

    Between the batches of one load the snapshot has no id; they are one turn. A restored graph goes
    on with the history that its dump brought.

    >>> first = {"id": "a", "at": "1", "by": "x", "source": "s", "before": None, "after": "A"}
    >>> second = {**first, "id": "b", "at": "2", "before": "A", "after": "B"}
    >>> [(turn.before, turn.after) for turn in turns_of([second, first], "B")]
    [('A', 'B'), (None, 'A')]
    """
    return _settled(batches_of(records, now))


def batches_of(records: Sequence[Record], now: str) -> list[Turn]:
    """The same, each batch of a large load as a turn of its own."""
    led_to: dict[str, list[tuple[int, Record]]] = defaultdict(list)
    for place, record in enumerate(records):
        if record["before"] != record["after"]:
            led_to[record["after"]].append((place, record))
    found: list[Turn] = []
    here: str | None = now
    newest = -1
    while here is not None:
        choices = [one for one in led_to.get(here, ()) if one[0] > newest]
        if not choices:
            break
        brought = [one for one in choices if not one[1]["by"].startswith(RESTORED)]
        newest, chosen = min(brought or choices)
        together = [one for one in choices if one[1]["before"] == chosen["before"]]
        together = [one for one in together if one[1]["at"] == chosen["at"]] or [(newest, chosen)]
        newest = max(place for place, _ in together)
        found.append(Turn(chosen["before"], here, tuple(record for _, record in together)))
        here = chosen["before"]
    return found


def _settled(turns: Iterable[Turn]) -> list[Turn]:
    """The turns, those between which the snapshot had no id taken as one."""
    found: list[Turn] = []
    for turn in turns:
        if found and (found[-1].before or "").startswith(PROVISIONAL):
            later = found.pop()
            found.append(Turn(turn.before, later.after, (*later.records, *turn.records)))
        else:
            found.append(turn)
    return found


def newest(turns: Sequence[Turn], most: int) -> list[Turn]:
    """The newest turns, at most so many and together of few loads.

    Of a newest turn of many loads, as the first of a large seed is, some stand for all.

    >>> of = lambda count: Turn("a", "b", tuple({"id": n} for n in range(count)))
    >>> [len(turn.records) for turn in newest([of(2), of(RECENT - 2), of(1)], 5)]
    [2, 98]
    >>> len(newest([of(2), of(3)], 1)), [len(turn.records) for turn in newest([of(RECENT + 1)], 5)]
    (1, [100])
    """
    found: list[Turn] = []
    left = RECENT
    for turn in turns[:most]:
        left -= len(turn.records)
        if left < 0:
            break
        found.append(turn)
    return found or [replace(turn, records=turn.records[:RECENT]) for turn in turns[:1]]


def since(turns: Sequence[Turn], now: str, snapshot: str) -> list[Turn] | None:
    """The turns since a snapshot, named by its first digits; None where none left the graph at it.

    >>> since([Turn("a" * 64, "b" * 64, ())], "b" * 64, "bbbbbbbb"), since([], "b", "cccccccc")
    ([], None)
    """
    if now.startswith(snapshot):
        return []
    for place, turn in enumerate(turns):
        if turn.before is not None and turn.before.startswith(snapshot):
            return list(turns[: place + 1])
    return None
