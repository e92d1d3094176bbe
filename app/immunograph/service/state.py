"""One state of the graph, with what every question needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Entity
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.search.library import Library, StepRows
from immunograph.search.prose import Prose
from immunograph.service.view import View
from immunograph.store.graph import Graph
from immunograph.store.libraries import keep_library
from immunograph.store.present import Held, Present, present_of

MANY: Final = 100
"""Sources that changed since a library was written, beyond which it is written anew at a start."""


@dataclass(frozen=True)
class State:
    """One state of the graph, as last read."""

    present: Present
    whole: View
    """The view of all evidence."""

    @classmethod
    def of(cls, present: Present) -> State:
        """The state of what a graph holds."""
        whole = View(
            present.knowledge,
            snapshot=present.snapshot,
            filters=ALL_EVIDENCE,
            without=NOTHING,
            present=present,
        )
        return cls(present, whole)

    @property
    def snapshot(self) -> str:
        """The snapshot's id."""
        return self.present.snapshot

    @property
    def stored(self) -> Mapping[str, Any]:
        """The properties of the snapshot's node."""
        return self.present.stored

    @property
    def knowledge(self) -> Knowledge:
        """All that the graph asserts."""
        return self.present.knowledge

    @cached_property
    def lexicon(self) -> Lexicon:
        """Names of every entity that the graph holds."""
        return Lexicon(self.knowledge.entities.values())

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of the entities that the graph holds."""
        return sorted({entity.kind for entity in self.by_name})

    @cached_property
    def by_name(self) -> list[Entity]:
        """The entities that the graph holds, by name."""
        entities = self.knowledge.entities.values()
        return sorted(entities, key=lambda one: (one.name.casefold(), one.id))

    @cached_property
    def set_aside(self) -> list[tuple[str, str, str]]:
        """Source, name and why of each mention in a passage that became nothing."""
        content = self.present.columns.content
        mentioning: list[int] = np.flatnonzero(content.source_mentions).tolist()
        return [
            (source.id, name, passage.why)
            for source in (self.knowledge.source(content.sources[one]) for one in mentioning)
            for passage in source.not_statements
            for name in passage.about
        ]


def read_state(
    graph: Graph,
    *,
    held: State | None,
    offered: Held | None,
    folder: Path | None,
    known: Present | None = None,
) -> State | None:
    """The graph's present state; None where nothing was ever loaded. As `present_of` reads it.

    `known` is what it holds, where that was just found. What was read whole, or followed far, is
    laid out as a library that other processes share.
    """
    before = None if held is None else held.present
    present = known or present_of(graph, held=before, offered=offered, folder=folder)
    if present is None:
        return None
    state = State.of(present)
    followed_near = present.touched and (held is not None or present.touched <= MANY)
    if present.library is not None or followed_near:
        return state
    library = keep_library(library_of(state.whole), folder=folder)
    return State.of(Present.of_library(library, present.stored))


def library_of(view: View) -> Library:
    """The library of a snapshot, of which this is the view of all evidence."""
    knowledge, columns = view.full, view.columns
    return Library(
        snapshot=view.snapshot,
        vocabulary=knowledge.vocabulary,
        retractions=dict(knowledge.retractions),
        tally=knowledge.tally,
        columns=columns,
        derived=view.derived,
        prose=Prose.of(knowledge, columns.content),
        steps=StepRows(view.layer.steps.statements, view.layer.network),
    )
