"""What became of every record of a corpus: by count, and line by line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final

from immunograph.formats.text import one_line

COLUMNS: Final = ("file", "line", "what", "why", "record")
SHOWN: Final = 20
"""Reasons that are counted one by one for people."""


@dataclass(slots=True)
class Report:
    """Counts, and a table with a line for each record as it is read."""

    lines: IO[str]
    counts: Counter[str] = field(default_factory=Counter[str])
    """What was read, taken, merged and left."""
    turned: Counter[str] = field(default_factory=Counter[str])
    left: Counter[str] = field(default_factory=Counter[str])
    grounded: Mapping[str, int] = field(default_factory=dict[str, int])
    retracted: dict[str, str] = field(default_factory=dict[str, str])
    """Studies that were retracted, and why."""

    _write: Callable[[Iterable[Any]], Any] = field(init=False)

    def __post_init__(self) -> None:
        self._write = csv.writer(self.lines, delimiter="\t", lineterminator="\n").writerow
        self._write(COLUMNS)

    def note(self, what: str, *, file: str, line: int, why: str, record: str) -> None:
        """One record and what became of it."""
        self._write((file, line, what, *map(one_line, (why, record))))

    def as_dict(self) -> dict[str, Any]:
        """The counts, by kind."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "turned": dict(self.turned.most_common()),
            "left": dict(self.left.most_common()),
            "grounded": dict(sorted(self.grounded.items())),
            "retracted": dict(sorted(self.retracted.items())),
        }
