"""One state of the graph: read whole, mapped from a file, or followed from the one before."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.inference.tables import knowledge_from
from immunograph.search.columns import Columns
from immunograph.search.library import Library, StepRows
from immunograph.search.prose import Prose
from immunograph.service.view import View
from immunograph.store.following import Followed, follow, touched_since
from immunograph.store.graph import Graph
from immunograph.store.libraries import keep_library, open_library, snapshots_kept
from immunograph.store.loader import Held

log = logging.getLogger(__name__)

MANY: Final = 100
"""Sources that changed since a library was written, beyond which it is written anew at a start."""


@dataclass(frozen=True)
class State:
    """One state of the graph, as last read."""

    snapshot: str
    stored: Mapping[str, Any]
    """The properties of the snapshot's node."""
    whole: View
    """The view of all evidence."""

    @property
    def knowledge(self) -> Knowledge:
        """All that the graph asserts."""
        return self.whole.full

    @cached_property
    def lexicon(self) -> Lexicon:
        """Names of every entity that the graph holds."""
        return Lexicon(self.knowledge.entities.values())

    @cached_property
    def set_aside(self) -> list[tuple[str, str, str]]:
        """Source, name and why of each mention in a passage that became nothing."""
        return [
            (source.id, name, passage.why)
            for source in self.knowledge.sources.values()
            for passage in source.not_statements
            for name in passage.about
        ]


def read_state(
    graph: Graph, *, held: State | None, offered: Held | None, folder: Path | None
) -> State | None:
    """The graph's present state; None where nothing was ever loaded.

    `held` is the state before, `offered` what a loader of this process has just written, and
    `folder` the one where processes share libraries. The whole graph is read only where neither
    these nor a library of an earlier snapshot, with the records of loads since, tell it.
    """
    stored = graph.snapshot()
    if stored is None:
        return None
    if held is None:
        library = open_library(stored["id"], folder=folder)
        if library is not None:
            return _of_library(library, stored)
        held = _kept_before(graph, stored, folder)
        if held is not None:
            state = _followed(graph, held, offered, stored)
            if state is not None and len(state.touched) <= MANY:
                return state.state
            if state is not None:
                return _of_library(
                    keep_library(library_of(state.state.whole), folder=folder), stored
                )
    else:
        state = _followed(graph, held, offered, stored)
        if state is not None:
            return state.state
    if held is not None:
        log.info("The records of loads do not lead to the present snapshot: all is read anew.")
    found, rows, vocabulary = graph.content()
    if found is None:
        return None
    knowledge = knowledge_from(rows, vocabulary)
    library = library_of(_view(knowledge, found["id"]))
    return _of_library(keep_library(library, folder=folder), found)


@dataclass(frozen=True, slots=True)
class _Next:
    state: State
    touched: frozenset[str]


def _kept_before(graph: Graph, stored: Mapping[str, Any], folder: Path | None) -> State | None:
    """The state of the newest library from which the records of loads lead to the present."""
    for snapshot in snapshots_kept(folder):
        if snapshot == stored["id"] or touched_since(graph, snapshot, stored["id"]) is None:
            continue
        library = open_library(snapshot, folder=folder)
        if library is not None:
            return _of_library(library, {"id": snapshot})
    return None


def _followed(
    graph: Graph, held: State, offered: Held | None, stored: Mapping[str, Any]
) -> _Next | None:
    """The stored state, by what changed since the one that is held."""
    now: Followed | None
    if offered is not None and offered.snapshot == stored["id"]:
        touched = touched_since(graph, held.snapshot, stored["id"])
        now = None if touched is None else Followed(offered.knowledge, *touched)
    else:
        now = follow(graph, held.knowledge, held.snapshot, stored)
    if now is None:
        return None
    content = held.whole.columns.content.changed(
        held.knowledge, now.knowledge, now.sources, now.studies
    )
    view = _view(now.knowledge, stored["id"], Columns.of(now.knowledge, content))
    return _Next(State(stored["id"], stored, view), now.sources)


def _view(knowledge: Knowledge, snapshot: str, columns: Columns | None = None) -> View:
    return View(
        knowledge, snapshot=snapshot, filters=ALL_EVIDENCE, without=NOTHING, columns=columns
    )


def library_of(view: View) -> Library:
    """The library of a snapshot, of which this is the view of all evidence."""
    knowledge, columns = view.full, view.columns
    return Library(
        snapshot=view.snapshot,
        vocabulary=knowledge.vocabulary,
        retractions=dict(knowledge.retractions),
        columns=columns,
        derived=view.derived,
        prose=Prose.of(knowledge, columns.content),
        steps=StepRows(view.layer.steps.statements, view.layer.network),
    )


def _of_library(library: Library, stored: Mapping[str, Any]) -> State:
    view = View(
        library.knowledge,
        snapshot=library.snapshot,
        filters=ALL_EVIDENCE,
        without=NOTHING,
        library=library,
    )
    return State(library.snapshot, stored, view)
