"""How long the soak takes, and the table of what it measured.

`make soak MINUTES=25` sets IMMUNOGRAPH_SOAK_MINUTES: parts that run for a time, a number of rounds
or of cases take their share of it. What a promise came to stands in one table at the end of the
run, whether it was kept or not.
"""

from __future__ import annotations

import os
from typing import Final, cast

import pytest

MINUTES: Final = float(os.environ.get("IMMUNOGRAPH_SOAK_MINUTES", "180"))
WHOLE_MINUTES: Final = 180.0
"""What the soak takes with every part as long as it is meant to be."""
FIXED_MINUTES: Final = 20.0
"""What it takes with every part as short as it can be: services start, graphs are loaded."""
_PROPERTY: Final = "figure"

Row = tuple[str, str, str, bool]
"""A promise, what was measured, its limit, and whether it was kept."""


def share_of(whole: float, *, least: float) -> float:
    """How much of what a whole soak does (seconds, rounds, cases) this one does.

    >>> share_of(60, least=5) >= 5
    True
    """
    return max(least, whole * (MINUTES - FIXED_MINUTES) / (WHOLE_MINUTES - FIXED_MINUTES))


def load_of_machine() -> str:
    """How busy the machine was within the last minute, for whoever reads a time."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


class Figures:
    """What one test measured; a promise that was not kept fails it once it has told all of them."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._broken: list[str] = []

    def told(self, promise: str, measured: str) -> None:
        """A figure that no limit is set to."""
        self._note((promise, measured, "", True))

    def at_most(self, promise: str, measured: float, limit: float, unit: str) -> None:
        """A promise that a figure stays within its limit."""
        self._hold(promise, measured, f"at most {limit:g} {unit}", measured <= limit, unit)

    def at_least(self, promise: str, measured: float, limit: float, unit: str) -> None:
        """A promise that a figure reaches its limit."""
        self._hold(promise, measured, f"at least {limit:g} {unit}", measured >= limit, unit)

    def close(self) -> None:
        """Fail where a promise was not kept."""
        if self._broken:
            pytest.fail("; ".join(self._broken), pytrace=False)

    def _hold(self, promise: str, measured: float, limit: str, kept: bool, unit: str) -> None:
        told = f"{measured:,.0f}" if measured == int(measured) else f"{measured:,.3g}"
        self._note((promise, f"{told} {unit}", limit, kept))
        if not kept:
            self._broken.append(f"{promise}: {told} {unit}, {limit}")

    def _note(self, row: Row) -> None:
        self._item.user_properties.append((_PROPERTY, row))


def table_of(reports: list[pytest.TestReport]) -> list[str]:
    """The lines of the table, in the order of the tests; none where nothing was measured."""
    reports = sorted(reports, key=lambda report: report.start)
    rows = [
        cast(Row, tuple(cast(list[object], value)))
        for report in reports
        for name, value in report.user_properties
        if name == _PROPERTY
    ]
    if not rows:
        return []
    heads: Row = ("Promise", "Measured", "Limit", True)
    wide = [
        max(map(len, cells)) for cells in zip(*(row[:3] for row in (heads, *rows)), strict=True)
    ]

    def line(row: Row) -> str:
        cells = [text.ljust(width) for text, width in zip(row[:3], wide, strict=True)]
        return "  ".join([*cells, "" if row[3] else "NOT KEPT"]).rstrip()

    return [line(heads), "  ".join("-" * one for one in wide), *map(line, rows)]
