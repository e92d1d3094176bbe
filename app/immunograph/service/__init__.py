"""The present state of one graph, and the views of it that questions are answered from.

`Service` notices when the graph has changed, resolves names and chooses evidence; the functions of
the questions stand in `questions`. How each part of an answer is made stands in this room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from immunograph import __version__, garbage
from immunograph.answers.graph import About
from immunograph.answers.operations import Readiness
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import (
    ALL_EVIDENCE,
    NOTHING,
    Filters,
    Without,
    normalise_filters,
    parse_without,
)
from immunograph.errors import Ambiguous, EngineUnavailable, NotFound
from immunograph.search import determinacy, kernel
from immunograph.service import analytics, shapes
from immunograph.service.choices import choices
from immunograph.service.shapes import to_bytes as to_bytes  # part of what this room offers
from immunograph.service.state import State as State  # likewise
from immunograph.service.state import read_state
from immunograph.service.view import View
from immunograph.service.words import Words
from immunograph.store.catalogue import Catalogue, Query
from immunograph.store.graph import Graph
from immunograph.store.integrity import losses_of
from immunograph.store.present import Held, Present

VIEWS_KEPT: Final = 32
VIEW_BYTES: Final = 64 * 1024 * 1024
"""What the views that are kept may hold, the last one aside."""
EMPTY: Final = "The graph is empty. Load the shipped seed with `immunograph seed load --shipped`."


class Service:
    """Answers questions about one graph; notices by itself when the graph has changed."""

    def __init__(
        self,
        graph: Graph,
        *,
        catalogue: Catalogue,
        documents: Path | None = None,
        report_to: str | None = None,
        browser: str | None = None,
        libraries: Path | None = None,
    ) -> None:
        """`documents` holds source documents, to show passages; `report_to` and `browser` are the
        addresses for reports and of Neo4j Browser, told with the snapshot. `libraries` is the
        folder where processes share the library of a snapshot; without it each holds its own.
        """
        self._graph = graph
        self._catalogue = catalogue
        self._documents = documents
        self._report_to = report_to
        self._browser = browser
        self._libraries = libraries
        self._lock = threading.Lock()
        self._offered: Held | None = None
        self._state: State | None = None
        self._views: OrderedDict[tuple[str, Filters, Without], View] = OrderedDict()

    # --- state ---------------------------------------------------------------------------

    def is_current(self) -> bool:
        """Whether the state held is of the graph's snapshot: one short read of the graph.

        Raises NotFound where nothing is loaded, and EngineUnavailable.
        """
        stored = self._graph.snapshot()
        if stored is None:
            raise NotFound(EMPTY)
        return self._state is not None and self._state.snapshot == stored["id"]

    def check_graph(self) -> None:
        """Raise EngineUnavailable where the graph has lost something that was acknowledged.

        For after the engine ended in an unforeseen way; the state held is the witness.
        """
        losses = losses_of(self._graph, None if self._state is None else self._state.snapshot)
        if losses:
            raise EngineUnavailable(
                f"The graph has lost what it held: {'; '.join(losses)}. Answers are given from "
                "what was read before. Restore a dump, or start the service anew to answer from "
                "what is there."
            )

    def refresh(self, known: Present | None = None) -> bool:
        """Read the graph again if its snapshot is another than the one held; whether it was.

        `known` is what the graph holds, where that was found already.
        """
        if self._state is not None and self.is_current():
            return False
        with self._lock:
            held, offered = self._state, self._offered
        with garbage.unsought():
            state = read_state(
                self._graph, held=held, offered=offered, folder=self._libraries, known=known
            )
            if state is None:
                raise NotFound(EMPTY)
            # Built and compiled now, not in a request.
            kernel.kernels_for(state.whole.layer.network)
            determinacy.kernels_for(state.whole.layer.network)
            state.lexicon.prepare()
        with self._lock:
            if self._offered is not None and self._offered.snapshot == state.snapshot:
                self._offered = None
            self._state = state
            self._views.clear()
        return True

    def present(self) -> Present | None:
        """What the graph holds now; None where nothing was ever loaded."""
        try:
            self.refresh()
        except NotFound:
            return None
        return self.state.present

    def offer(self, held: Held) -> None:
        """What a loader of this process is about to write; `refresh` need not read it then."""
        with self._lock:
            self._offered = held

    @property
    def state(self) -> State:
        """The state that answers are given from."""
        if self._state is None:
            self.refresh()
        assert self._state is not None
        return self._state

    @property
    def snapshot_id(self) -> str:
        """The id of the snapshot that answers are given from."""
        return self.state.snapshot

    def view(self, filters: Filters, without: Without) -> View:
        """The view of the present state under filters and `without`; the last few are kept."""
        state = self.state
        if (filters, without) == (ALL_EVIDENCE, NOTHING):
            return state.whole
        key = (state.snapshot, filters, without)
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        view = View(
            state.knowledge,
            snapshot=state.snapshot,
            filters=filters,
            without=without,
            whole=state.whole,
        )
        with self._lock:
            view = self._views.setdefault(key, view)
            let_go = self._make_room()
        if let_go:
            garbage.give_back()  # views are held by what they hold
        return view

    def _make_room(self) -> bool:
        """Let the views go that were asked for least lately; whether they held much."""
        while len(self._views) > VIEWS_KEPT:
            self._views.popitem(last=False)
        held = {key: view.nbytes for key, view in self._views.items()}
        if sum(held.values()) <= VIEW_BYTES:
            return False
        # Half of the room is made at once, since to give back takes a while.
        while len(self._views) > 1 and sum(map(held.__getitem__, self._views)) > VIEW_BYTES // 2:
            self._views.popitem(last=False)
        return True

    @property
    def view_bytes(self) -> int:
        """What the views that are kept hold, beside that of all evidence."""
        with self._lock:
            return sum(view.nbytes for view in self._views.values())

    @property
    def whole(self) -> View:
        """The view of all evidence."""
        return self.state.whole

    def held(self) -> State | None:
        """The state held, where nothing needs to be read first."""
        return self._state

    def chosen(self, filters: Filters, without: Sequence[str]) -> View:
        """The view under filters and `without`, as people name them. Raises BadQuestion."""
        state = self.state
        return self.view(
            normalise_filters(state.knowledge, filters),
            parse_without(state.knowledge, without, resolve=self.entity_id),
        )

    def entity_id(self, name: str) -> str:
        """The id of the one entity that a name means; says what was set aside where none is."""
        state = self.state
        try:
            return state.lexicon.resolve(name).id
        except NotFound as error:
            aside = analytics.mentions(name, state.set_aside)
            raise NotFound(
                error.message,
                suggestions=shapes.candidates(error.details["suggestions"]),
                set_aside=[{"source": source, "why": why} for source, why in aside],
            ) from None
        except Ambiguous as error:
            found = shapes.candidates(error.details["candidates"])
            raise Ambiguous(error.message, candidates=found) from None

    def entity_ids(self, names: Iterable[str]) -> list[str]:
        """The ids of the entities that names mean, each once."""
        return list(dict.fromkeys(self.entity_id(name) for name in names))

    def words(self, q: str | None) -> Words | None:
        """The words that are looked for, if any are."""
        return None if q is None else Words(q, entity=self.state.lexicon.only(q))

    def choices(self) -> dict[str, list[str]]:
        """The values that parameters take, by parameter; none before the graph was read."""
        if self._state is None:
            return {}
        columns = self._state.present.columns
        said: list[int] = np.unique(columns.claims.effect).tolist()
        return choices(self._state.knowledge, [columns.effects[effect] for effect in said])

    def catalogue(self) -> Sequence[Query]:
        """The queries that can be asked by name."""
        return self._catalogue.queries

    def query(self, name: str) -> Query:
        """The query of the catalogue with this name. Raises NotFound."""
        return self._catalogue.query(name)

    @property
    def graph(self) -> Graph:
        """The graph database, for what is asked of it live."""
        return self._graph

    @property
    def documents(self) -> Path | None:
        """The folder with the source documents, if they are at hand."""
        return self._documents

    def about(self) -> About:
        """What the service says of itself, and of how the graph came to be as it is."""
        stored = self.state.stored
        return {
            "version": __version__,
            "loaded_at": stored["at"],
            "loaded_by_version": stored["version"],
            "report_to": self._report_to,
            "browser": self._browser,
        }

    def at(self, knowledge: Knowledge, snapshot: str) -> Service:
        """A service on a past state of the same graph."""
        past = Service(self._graph, catalogue=self._catalogue, documents=self._documents)
        past._state = State.of(Present.of(knowledge, snapshot))
        return past

    def ready(self) -> Readiness:
        """Whether the graph answers and is loaded. Raises EngineUnavailable or NotFound."""
        self.refresh()
        return {"status": "ready", "snapshot": self.snapshot_id}
