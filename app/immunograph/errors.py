"""Every error that immunograph raises on purpose.

ImmunographError
├── NotFound               a name, id or query that the graph does not hold
├── Ambiguous              a name that several entities answer to
├── BadQuestion            a parameter outside what the question allows
│   └── BadQuery           a query of TRAPI that is none
├── NotSupported           a query of a form that is not answered here
├── BadSource              a seed file that cannot be loaded as it stands
├── Stale                  a cursor or a load that rests on another snapshot
├── NotAllowed             a write without a key, or with one that was revoked
├── TooBusy                one asker asks for more than a fair share
├── Overloaded             all askers together ask for more than can be answered in time
├── Cancelled              the asker went away or the time was up
├── DumpUnusable           a dump that cannot be written, read or restored as it stands
├── EngineUnavailable      Neo4j does not answer
│   └── EngineBroken       Neo4j met something after which it must be started again
└── EngineSetup            the local Neo4j cannot be fetched, started or used

Each message says what was asked, what was found and what to do next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

_MORE: Final = re.compile(r"and ([\d,]+) more faults?; mend these first$")


class ImmunographError(Exception):
    """The root of every error that is ours; its text is fit for a person to read."""

    title = "Something is not right"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(ImmunographError):
    """A name, id or query that the graph does not hold."""

    title = "Not found"


class Ambiguous(ImmunographError):
    """A name that several entities answer to."""

    title = "Several entities answer to this name"


class BadQuestion(ImmunographError):
    """A parameter outside what the question allows."""

    title = "The question cannot be asked like this"


class BadQuery(BadQuestion):
    """A query of TRAPI that is none."""


class NotSupported(ImmunographError):
    """A query of a form that is not answered here."""

    title = "Not supported"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a seed file: its place, line and column from 1, and how to mend it."""

    file: str
    line: int
    column: int
    message: str

    @classmethod
    def rest(cls, file: str, line: int, column: int, count: int) -> Fault:
        """What stands for faults that are only counted."""
        return cls(
            file, line, column, f"and {count:,} more fault{'s'[: count > 1]}; mend these first"
        )

    @property
    def count(self) -> int:
        """How many faults it tells of."""
        found = _MORE.match(self.message)
        return int(found[1].replace(",", "")) if found else 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class BadSource(ImmunographError):
    """A seed file that cannot be loaded as it stands; `faults` holds every fault at once."""

    title = "The source cannot be loaded"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        count = sum(fault.count for fault in self.faults)
        heading = f"{count:,} fault{'s' if count != 1 else ''} found, nothing was loaded."
        super().__init__("\n".join([heading, *map(str, self.faults)]))


class Stale(ImmunographError):
    """A cursor or a load that rests on another snapshot than the graph's present one."""

    title = "The graph has changed since"


class NotAllowed(ImmunographError):
    """A write without a key, or with a key that is unknown or revoked."""

    title = "Not allowed"


class TooBusy(ImmunographError):
    """One asker asks for more than a fair share."""

    title = "Too many requests"


class Overloaded(ImmunographError):
    """All askers together ask for more than can be answered in time."""

    title = "The service is busy"


class Cancelled(ImmunographError):
    """The asker went away, or the time for the answer was up."""

    title = "Cancelled"


class DumpUnusable(ImmunographError):
    """A dump that cannot be written, read or restored as it stands; nothing was changed."""

    title = "The dump cannot be used"


class EngineUnavailable(ImmunographError):
    """Neo4j does not answer; trying again later may help."""

    title = "The graph database does not answer"


class EngineBroken(EngineUnavailable):
    """Neo4j answers that it must be started again, as after its disk was full."""


class EngineSetup(ImmunographError):
    """The local Neo4j cannot be fetched, started or used as it is set up."""

    title = "The graph database cannot be started"
