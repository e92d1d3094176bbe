"""What a graph holds now: mapped from a file, followed from the state before, or read whole."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from immunograph.domain.knowledge import Knowledge
from immunograph.inference.derivation import Derivation
from immunograph.inference.tables import knowledge_from
from immunograph.search.columns import Columns
from immunograph.search.derived import Derived, derived_from
from immunograph.search.lazy import LazyDerivation
from immunograph.search.library import Library
from immunograph.store.following import Touched, follow, touched_since
from immunograph.store.graph import Graph, tally_in
from immunograph.store.libraries import open_library, snapshots_kept

log = logging.getLogger(__name__)

TRIES: Final = 3
"""How often a graph is followed that others load into meanwhile, before all of it is read."""
EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Held:
    """What a graph holds at one snapshot."""

    snapshot: str | None
    """None where nothing was ever loaded."""
    knowledge: Knowledge


@dataclass(frozen=True)
class Present:
    """What a graph holds at one snapshot, and what follows from it."""

    snapshot: str
    stored: Mapping[str, Any]
    """The properties of the snapshot's node."""
    knowledge: Knowledge
    columns: Columns
    derived: Derived
    library: Library | None = None
    """Where it is mapped as it was written."""
    touched: int = 0
    """How many sources and studies changed since it was read whole; 0 where it just was."""

    @classmethod
    def of(cls, knowledge: Knowledge, snapshot: str, stored: Mapping[str, Any] = EMPTY) -> Present:
        """What follows from some knowledge, computed now."""
        columns = Columns.of(knowledge)
        return cls(snapshot, stored, knowledge, columns, derived_from(columns, knowledge))

    @classmethod
    def of_library(cls, library: Library, stored: Mapping[str, Any]) -> Present:
        """What a library holds."""
        return cls(
            library.snapshot, stored, library.knowledge, library.columns, library.derived, library
        )

    def with_changes(
        self, knowledge: Knowledge, touched: Touched, stored: Mapping[str, Any]
    ) -> Present:
        """What follows from the knowledge once these sources say something else."""
        before = self.columns.content
        content = before.changed(self.knowledge, knowledge, touched.sources, touched.studies)
        columns = Columns.of(knowledge, content)
        return Present(
            stored["id"],
            stored,
            knowledge,
            columns,
            derived_from(columns, knowledge),
            touched=self.touched + len(touched.sources) + len(touched.studies),
        )

    def derivation(self) -> Derivation:
        """What follows, statement by statement as it is asked for; to be changed on its own."""
        return Derivation(LazyDerivation(self.knowledge, self.derived).values())


def present_of(
    graph: Graph, *, held: Present | None = None, offered: Held | None = None, folder: Path | None
) -> Present | None:
    """What the graph holds now; None where nothing was ever loaded.

    `held` is what it held before, `offered` what a loader of this process has just written, and
    `folder` the one where processes share libraries. The whole graph is read only where neither
    these nor a library of an earlier snapshot, with the records of loads since, tell it.
    """
    stored, found = _known(graph, held=held, offered=offered, folder=folder)
    if stored is None or found is not None:
        return found
    if offered is not None and offered.snapshot == stored["id"]:
        knowledge = offered.knowledge
    else:
        read, rows, vocabulary = graph.content()
        if read is None:
            return None
        stored, knowledge = read, knowledge_from(rows, vocabulary)
        knowledge.take_tally(tally_in(read))
    return Present.of(knowledge, stored["id"], stored)


def known_of(graph: Graph, *, folder: Path | None) -> Present | None:
    """What the graph holds now, where libraries tell it; None where the whole must be read."""
    return _known(graph, folder=folder)[1]


def _known(
    graph: Graph,
    *,
    held: Present | None = None,
    offered: Held | None = None,
    folder: Path | None,
) -> tuple[Mapping[str, Any] | None, Present | None]:
    """The stored snapshot, and what the graph holds at it where it is known; as `present_of`."""
    stored: Mapping[str, Any] | None = None
    for _ in range(TRIES):
        before, stored = stored, graph.snapshot()
        if stored is None or (before is not None and before["id"] == stored["id"]):
            break  # nobody has loaded meanwhile: it is not to be followed
        found = followed(graph, stored, held=held, offered=offered, folder=folder)
        if found is not None:
            return stored, found
    return stored, None


def followed(
    graph: Graph,
    stored: Mapping[str, Any],
    *,
    held: Present | None = None,
    offered: Held | None = None,
    folder: Path | None,
) -> Present | None:
    """What the graph holds at the stored snapshot, where it is known without reading the whole.

    The arguments are those of `present_of`.
    """
    if held is None:
        library = open_library(stored["id"], folder=folder)
        if library is not None:
            return Present.of_library(library, stored)
        kept = _kept_before(graph, stored, folder)
        if kept is None:
            return None
        held, touched = kept
    else:
        touched = touched_since(graph, held.snapshot, stored["id"])
    knowledge: Knowledge | None = None
    if touched is not None:
        if offered is not None and offered.snapshot == stored["id"]:
            knowledge = offered.knowledge
        else:
            knowledge = follow(graph, held.knowledge, touched, stored)
    if touched is None or knowledge is None:
        log.info("The records of loads do not lead to the present snapshot: all is read anew.")
        return None
    return held.with_changes(knowledge, touched, stored)


def _kept_before(
    graph: Graph, stored: Mapping[str, Any], folder: Path | None
) -> tuple[Present, Touched] | None:
    """What the newest library holds from which records of loads lead to the present, and these."""
    for snapshot in snapshots_kept(folder):
        if snapshot == stored["id"]:
            continue
        touched = touched_since(graph, snapshot, stored["id"])
        library = None if touched is None else open_library(snapshot, folder=folder)
        if touched is not None and library is not None:
            return Present.of_library(library, {"id": snapshot}), touched
    return None
