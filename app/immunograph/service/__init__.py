"""One typed function per question; HTTP, the terminal and tests call the same ones.

`Service` holds the present state of one graph and answers every question as plain values that
are ready for JSON. Each answer names its snapshot.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from immunograph import __version__, garbage
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.papers import source_named, study_named
from immunograph.domain.selection import (
    ALL_EVIDENCE,
    NOTHING,
    Filters,
    Without,
    normalise_filters,
    one_of,
    parse_without,
    statement_named,
)
from immunograph.errors import Ambiguous, BadQuestion, EngineUnavailable, NotFound, Stale
from immunograph.names.lists import ListedName
from immunograph.search import determinacy, kernel
from immunograph.service import (
    analytics,
    citing,
    exports,
    history,
    listings,
    lists,
    open_questions,
    pathways,
    rendering,
    shapes,
)
from immunograph.service.choices import choices
from immunograph.service.deadline import deadline as one_deadline
from immunograph.service.history import AskedAgain, Walk
from immunograph.service.rendering import Output as Output  # part of what this room offers
from immunograph.service.rendering import Pin as Pin  # likewise
from immunograph.service.rendering import Rendered as Rendered  # likewise
from immunograph.service.routes import Question
from immunograph.service.shapes import to_bytes as to_bytes  # part of what this room offers
from immunograph.service.state import State, read_state
from immunograph.service.view import View
from immunograph.service.words import Words
from immunograph.store.catalogue import Catalogue, Query
from immunograph.store.graph import Graph
from immunograph.store.integrity import losses_of
from immunograph.store.loads import changes_of, headings_of, loads_of
from immunograph.store.present import Held, Present
from immunograph.store.turns import Turn, turns_of
from immunograph.store.turns import newest as newest_turns
from immunograph.store.turns import since as turns_since

Answer = dict[str, Any]
EffectName = Literal["promotes", "inhibits"]
Direction = Literal["out", "in", "both"]

MAX_LIMIT: Final = 1_000
MAX_PATHS: Final = 1_000
MAX_ENDS: Final = 50
MAX_STEPS: Final = 8
MAX_PAIRS: Final = 400
MAX_STEPS_BETWEEN: Final = 2
VIEWS_KEPT: Final = 32
EMPTY: Final = "The graph is empty. Load the shipped seed with `immunograph seed load --shipped`."
NO_CURSOR: Final = "The cursor is none that was given for this graph; start again without it."
MAX_AT_ONCE: Final = 50
"""Paths in an answer that takes no time."""
SMALL: Final = 20_000
"""Entities of a graph that may be searched in no time: a search marks each of them."""


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

    def refresh(self) -> bool:
        """Read the graph again if its snapshot is another than the one held; whether it was."""
        if self._state is not None and self.is_current():
            return False
        with self._lock:
            held, offered = self._state, self._offered
        with garbage.unsought():
            state = read_state(self._graph, held=held, offered=offered, folder=self._libraries)
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
            self._views[state.snapshot, ALL_EVIDENCE, NOTHING] = state.whole
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
        key = (state.snapshot, filters, without)
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        if key[1:] == (ALL_EVIDENCE, NOTHING):
            return state.whole
        view = View(
            state.knowledge,
            snapshot=state.snapshot,
            filters=filters,
            without=without,
            whole=state.whole,
        )
        with self._lock:
            view = self._views.setdefault(key, view)
            while len(self._views) > VIEWS_KEPT:
                self._views.popitem(last=False)
        return view

    def _view(self, filters: Filters, without: Sequence[str]) -> View:
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

    def _words(self, q: str | None) -> Words | None:
        return None if q is None else Words(q, entity=self.state.lexicon.only(q))

    def _page(
        self,
        view: View,
        question: str,
        answer: list[Any],
        *,
        limit: int,
        cursor: str | None,
        shape: Callable[[Any], Any],
        beside: Mapping[str, Any] = MappingProxyType({}),
    ) -> Answer:
        """One page of a list; the cursor holds the snapshot and where to go on.

        `beside`: what else the answer says.
        """
        _check_limit(limit, MAX_LIMIT)
        start = _cursor_start(cursor, view.snapshot)
        page = answer[start : start + limit]
        following = None
        if start + limit < len(answer):
            following = _cursor(view.snapshot, start + limit)
        items = {"items": [shape(one) for one in page], "next": following, "total": len(answer)}
        return _answered(view, question, {**beside, **items})

    def choices(self) -> dict[str, list[str]]:
        """The values that parameters take, by parameter; none before the graph was read."""
        return {} if self._state is None else choices(self._state.knowledge)

    def catalogue(self) -> Sequence[Query]:
        """The queries that can be asked by name."""
        return self._catalogue.queries

    # --- entities and statements ----------------------------------------------------------

    def entities(
        self, *, q: str | None = None, kind: str | None = None, limit: int = 20,
        cursor: str | None = None,
    ) -> Answer:  # fmt: skip
        """Entities by name, symbol, synonym or id, nearest first; all by name without `q`."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        found = listings.search_entities(self._graph, view.full, self.state.lexicon, q=q, kind=kind)
        return self._page(view, "entities", found, limit=limit, cursor=cursor, shape=shapes.entity)

    def entity(self, name: str) -> Answer:
        """One entity, with the classes above it, its cautions and counts of its statements."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        return _answered(view, "entity", listings.entity_card(view, self.entity_id(name)))

    def statements(
        self,
        *,
        entity: str | None = None,
        direction: Direction = "both",
        subject: str | None = None,
        object: str | None = None,
        cls: str | None = None,
        effect: str | None = None,
        predicate: str | None = None,
        status: str | None = None,
        source: str | None = None,
        study: str | None = None,
        q: str | None = None,
        without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Answer:
        """Statements, most believed first."""
        view = self._view(filters, without)
        found = listings.statements(
            view,
            entity=self.entity_id(entity) if entity else None,
            direction=direction,
            subject=self.entity_id(subject) if subject else None,
            object_=self.entity_id(object) if object else None,
            cls=cls,
            effect=effect,
            predicate=predicate,
            status=status,
            source=source,
            study=study,
            words=self._words(q),
        )
        return self._page(
            view,
            "statements",
            found,
            limit=limit,
            cursor=cursor,
            shape=lambda s: shapes.statement(view, s),
        )

    def statement(self, identifier: str) -> Answer:
        """One statement with all its evidence, conflicts, cautions and interventions."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        identifier = statement_named(view.knowledge, identifier)
        card = listings.statement_card(view, identifier, documents=self._documents)
        return _answered(view, "statement", card)

    # --- paths and what they raise ---------------------------------------------------------

    def paths(
        self,
        *,
        source: Sequence[str],
        target: Sequence[str],
        effect: EffectName | None = None,
        max_steps: int = MAX_STEPS,
        limit: int = 10,
        without: Sequence[str] = (),
        hypothesised: bool = False,
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """Signed paths from any source to any target, best first."""
        _check_steps(max_steps)
        _check_limit(limit, MAX_PATHS)
        sources, targets = self._ends(source, "source"), self._ends(target, "target")
        if set(sources) == set(targets) and len(set(sources)) == 1:
            raise BadQuestion(
                "source and target are the same entity; ask `loops` for feedback.",
                parameter="target",
            )
        view = self._view(filters, without)
        question = Question(
            sources=sources,
            targets=targets,
            effect=effect,
            max_steps=max_steps,
            limit=limit,
            hypothesised=hypothesised,
        )
        return {"snapshot": view.snapshot, **pathways.answer(view, question)}

    def effect(
        self,
        *,
        source: Sequence[str],
        target: Sequence[str],
        max_steps: int = MAX_STEPS,
        without: Sequence[str] = (),
        hypothesised: bool = False,
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """The verdict on each pair of a source and a target."""
        _check_steps(max_steps)
        sources, targets = self._ends(source, "source"), self._ends(target, "target")
        pairs = len(sources) * len(targets)
        if pairs > MAX_PAIRS:
            raise BadQuestion(
                f"{len(sources)} sources and {len(targets)} targets are {pairs} pairs; "
                f"ask for at most {MAX_PAIRS} at once.",
                parameter="target",
            )
        view = self._view(filters, without)
        question = Question(
            sources=sources,
            targets=targets,
            effect=None,
            max_steps=max_steps,
            limit=1,
            hypothesised=hypothesised,
        )
        return _answered(view, "effect", pathways.effects(view, question))

    def paths_at_once(
        self,
        *,
        source: str,
        target: str,
        effect: str | None = None,
        max_steps: int = MAX_STEPS,
        limit: int = 10,
    ) -> Answer | None:
        """The answer to `paths` about one pair of the whole graph, if it takes no time; else None.

        Where there is one it took about a millisecond at most, so that an event loop may ask: few
        steps are looked at, by compiled code, and few paths are told for the first time. Its paths
        and its evidence are JSON already, for `to_bytes`.
        Nothing is raised: what is wrong with a question, `paths` says.
        """
        state = self._state
        if state is None or not kernel.compiled() or limit > MAX_AT_ONCE:
            return None
        view = state.whole
        if len(view.ids) > SMALL:
            return None
        one, other = state.lexicon.only(source), state.lexicon.only(target)
        if one is None or other is None or one == other:
            return None
        question = Question(
            sources=[one],
            targets=[other],
            effect=effect,
            max_steps=max_steps,
            limit=limit,
            hypothesised=False,
        )
        found = pathways.answer_at_once(view, question)
        return None if found is None else {"snapshot": view.snapshot, **found}

    def influence(
        self,
        *,
        entity: str,
        direction: Literal["downstream", "upstream"] = "downstream",
        effect: EffectName | None = None,
        max_steps: int = 4,
        limit: int = 50,
        without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """What an entity reaches, or what reaches it, by the best simple path of each effect."""
        _check_steps(max_steps)
        _check_limit(limit, MAX_LIMIT)
        view = self._view(filters, without)
        found = analytics.influence(
            view,
            self.entity_id(entity),
            downstream=direction == "downstream",
            effect=effect,
            max_steps=max_steps,
            limit=limit,
        )
        return _answered(view, "influence", found)

    def blockers(
        self,
        *,
        source: Sequence[str],
        target: Sequence[str],
        effect: EffectName | None = None,
        max_steps: int = MAX_STEPS,
        max_size: int = 2,
        without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """All smallest sets of entities whose removal breaks every path."""
        _check_steps(max_steps)
        if not 1 <= max_size <= 4:
            raise BadQuestion(f"max_size is {max_size}; ask for 1 to 4.", parameter="max_size")
        view = self._view(filters, without)
        found = analytics.blockers(
            view,
            self._ends(source, "source"),
            self._ends(target, "target"),
            effect=effect,
            max_steps=max_steps,
            max_size=max_size,
        )
        return _answered(view, "blockers", found)

    def loops(
        self,
        *,
        entity: str,
        max_steps: int = 6,
        limit: int = 20,
        without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """Feedback loops through an entity, reinforcing or balancing."""
        _check_steps(max_steps)
        _check_limit(limit, MAX_LIMIT)
        view = self._view(filters, without)
        found = analytics.loops(view, self.entity_id(entity), max_steps=max_steps, limit=limit)
        return _answered(view, "loops", found)

    def impact(
        self,
        *,
        without: Sequence[str],
        source: Sequence[str] = (),
        target: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """What changes when entities, statements, studies or sources are left out."""
        if not without:
            raise BadQuestion("Say what to leave out with `without`.", parameter="without")
        if bool(source) != bool(target):
            raise BadQuestion("source and target go together.", parameter="target")
        view = self._view(filters, without)
        before = self._view(filters, ())
        found = analytics.impact(
            before,
            view,
            self._ends(source, "source") if source else [],
            self._ends(target, "target") if target else [],
        )
        return _answered(before, "impact", found)

    def open_questions(
        self,
        *,
        entity: str | None = None,
        source: Sequence[str] = (),
        target: Sequence[str] = (),
        kind: str | None = None,
        without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Answer:
        """What to test next: about the whole graph, one entity or one answer; most urgent first."""
        if bool(source) != bool(target):
            raise BadQuestion("source and target go together.", parameter="target")
        if entity is not None and source:
            raise BadQuestion(
                "An entity, or source and target: ask about one of the two.", parameter="entity"
            )
        view = self._view(filters, without)
        about = self.entity_id(entity) if entity else None
        sources = self._ends(source, "source") if source else []
        targets = self._ends(target, "target") if target else []
        if about is not None:
            listed = open_questions.of_entity(view, about)
        elif source:
            listed = open_questions.of_answer(view, sources, targets)
        else:
            listed = open_questions.of_graph(view)
        wanted = None if kind is None else one_of("kind", kind, list(open_questions.Kind))
        found = [one for one in listed.questions if wanted in (None, one.kind)]
        return self._page(
            view,
            "open_questions",
            found,
            limit=limit,
            cursor=cursor,
            shape=lambda one: open_questions.shape(view, one),
            beside={
                "question": open_questions.asked(view, about, sources, targets, wanted),
                "complete": listed.cut_by is None,
                "cut_by": listed.cut_by,
            },
        )

    # --- lists of names ----------------------------------------------------------------------

    def resolve(self, *, names: Sequence[ListedName]) -> Answer:
        """What each name of a list is here; one that is not found costs none of the others."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        return _answered(view, "resolve", lists.resolved(self._resolved(names)))

    def subgraph(
        self,
        *,
        names: Sequence[ListedName],
        steps: int = 1,
        limit: int = 200,
        cursor: str | None = None,
        without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE,
    ) -> Answer:
        """The signed statements among a list of entities; regulators of a list with directions."""
        if not 1 <= steps <= MAX_STEPS_BETWEEN:
            raise BadQuestion(
                f"steps is {steps}; ask for 1 to {MAX_STEPS_BETWEEN}.", parameter="steps"
            )
        view = self._view(filters, without)
        resolved = self._resolved(names)
        statements, beside = lists.subgraph(view, resolved, steps=steps)
        return self._page(
            view,
            "subgraph",
            statements,
            limit=limit,
            cursor=cursor,
            shape=lambda s: shapes.statement(view, s),
            beside=beside,
        )

    def _resolved(self, names: Sequence[ListedName]) -> list[lists.Resolved]:
        state = self.state
        return lists.resolve(
            names, state.lexicon, lambda name: analytics.mentions(name, state.set_aside)
        )

    # --- lists -------------------------------------------------------------------------------

    def conflicts(
        self, *, entity: str | None = None, without: Sequence[str] = (),
        filters: Filters = ALL_EVIDENCE, limit: int = 50, cursor: str | None = None,
    ) -> Answer:  # fmt: skip
        """Opposing statements and what explains them; unresolved ones first."""
        view = self._view(filters, without)
        found = listings.conflicts(view, entity=self.entity_id(entity) if entity else None)
        return self._page(
            view,
            "conflicts",
            found,
            limit=limit,
            cursor=cursor,
            shape=lambda c: shapes.conflict(view, c),
        )

    def conflict(self, identifier: str) -> Answer:
        """One conflict with both statements and their evidence."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        if identifier not in view.conflicts:
            raise NotFound(f"No conflict '{identifier}'. List them with `conflicts`.")
        return _answered(view, "conflict", listings.conflict_card(view, identifier))

    def interventions(
        self, *, entity: str | None = None, status: str | None = None, q: str | None = None,
        limit: int = 50, cursor: str | None = None,
    ) -> Answer:  # fmt: skip
        """Interventions, tested, proposed or in use; those of one target or outcome on request."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        found = listings.interventions(
            view,
            entity=self.entity_id(entity) if entity else None,
            status=status,
            words=self._words(q),
        )
        return self._page(
            view,
            "interventions",
            found,
            limit=limit,
            cursor=cursor,
            shape=lambda i: shapes.intervention(view, i),
        )

    def sources(
        self,
        *,
        q: str | None = None,
        type: str | None = None,
        tier: str | None = None,
        year: int | None = None,
        study: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Answer:
        """What is loaded."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        found = listings.sources(
            view, type_=type, tier=tier, year=year, study=study, words=self._words(q)
        )
        return self._page(
            view,
            "sources",
            found,
            limit=limit,
            cursor=cursor,
            shape=lambda s: shapes.source(view, s.id),
        )

    def source(self, identifier: str) -> Answer:
        """One source: what it says, and what was set aside."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        identifier = source_named(view.knowledge, identifier)
        return _answered(view, "source", shapes.source(view, identifier, whole=True))

    def studies(
        self, *, q: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> Answer:
        """The studies behind the sources, and what rests on each alone."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        return self._page(
            view,
            "studies",
            listings.studies(view, words=self._words(q)),
            limit=limit,
            cursor=cursor,
            shape=lambda s: shapes.study(view, s),
        )

    def study(self, identifier: str) -> Answer:
        """One study: its sources, its statements, and those that rest on it alone."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        identifier = study_named(view.knowledge, identifier)
        return _answered(view, "study", shapes.study(view, identifier))

    def snapshot(self) -> Answer:
        """What the graph holds now."""
        state = self.state
        view = self.view(ALL_EVIDENCE, NOTHING)
        found = {
            "version": __version__,
            "loaded_at": state.stored["at"],
            "loaded_by_version": state.stored["version"],
            "report_to": self._report_to,
            "browser": self._browser,
            **asdict(exports.rights(state.snapshot)),
            **rendering.offered(),
            **shapes.counts(view),
        }
        return _answered(view, "snapshot", found)

    def loads(self, *, limit: int = 50, cursor: str | None = None) -> Answer:
        """What each load changed, when and by whom; the newest first."""
        view = self.view(ALL_EVIDENCE, NOTHING)
        found = loads_of(self._graph)
        return self._page(view, "loads", found, limit=limit, cursor=cursor, shape=lambda load: load)

    def changes(
        self, question: AskedAgain | None = None, *, since: str | None = None, limit: int = 50
    ) -> Answer:
        """What changed since a snapshot, or in the answer to a question; the newest first.

        `since` is the id of a snapshot or its first digits; without it only the newest turns are
        looked at, so that a feed costs the same however long the record is.
        """
        _check_limit(limit, MAX_LIMIT)
        if question is not None and question.name not in history.SETTLED_BY_SNAPSHOT:
            raise BadQuestion(
                f"The answer to '{question.address}' does not follow from a snapshot; ask about "
                f"{', '.join(sorted(history.SETTLED_BY_SNAPSHOT))}.",
                parameter="question",
            )
        view = self.view(ALL_EVIDENCE, NOTHING)
        turns = turns_of(headings_of(self._graph), view.snapshot)
        if since is None:
            chosen = newest_turns(turns, limit)
        else:
            chosen = turns_since(turns, view.snapshot, since)
        if question is not None:
            found = self._changes_of_answer(view, question, chosen or (), limit)
        elif since is None:
            found = self._latest_changes(view, chosen or ())
        else:
            found = self._changes_of_graph(view, chosen or (), limit)
        if since is None and chosen != turns and found["cut_by"] is None:
            found |= {"complete": False, "cut_by": "limit"}
        if chosen is None:
            found |= {"known": False, "reason": "unknown_snapshot", "summary": history.UNKNOWN}
        at = chosen[-1].before if chosen else view.snapshot if chosen is not None else None
        asked = {"since": since, "question": None if question is None else question.address}
        about = {"question": asked, "since": at, "loaded_at": self.state.stored["at"]}
        return _answered(view, "changes", {**about, **found, "next": None})

    def _latest_changes(self, view: View, turns: Sequence[Turn]) -> Answer:
        """What each turn changed, as its records have it; no state before them is compared."""
        changes = changes_of(self._graph, (one["id"] for turn in turns for one in turn.records))
        undo = {i: one["undo"] for i, one in changes.items()}
        walk = Walk(view.knowledge.fork() if len(turns) > 1 else view.knowledge)
        items: list[Answer] = []
        known = True
        for place, turn in enumerate(turns):
            # How it was before the last of them is told by nothing, so that is not rebuilt.
            known = known and (not place or walk.back(turns[place - 1], undo))
            items.append(self._turn(view, turn, changes, walk.knowledge if known else None))
        records = [changes[one["id"]] for turn in turns for one in turn.records]
        names = history.names_replaced((one["undo"] for one in records), view.full.vocabulary)
        statements = history.recorded(records, lambda i: _sentence(view, i) or names.get(i))
        said = history.summary(turns, statements)
        return {
            "known": known,
            "reason": None if known else "not_kept",
            "summary": said if known else f"{said} {history.NOT_KEPT}",
            "complete": True,
            "cut_by": None,
            "items": items,
            "statements": statements,
            "answer": None,
        }

    def _changes_of_graph(self, view: View, turns: Sequence[Turn], limit: int) -> Answer:
        """What each turn changed, and what all of them did together."""
        changes = changes_of(self._graph, (one["id"] for turn in turns for one in turn.records))
        undo = {i: one["undo"] for i, one in changes.items()}
        walk = Walk(view.knowledge.fork())
        items: list[Answer] = []
        walking = True
        for turn in turns:
            after = walk.knowledge if walking else None
            item = self._turn(view, turn, changes, after)
            if len(items) < limit:
                items.append(item)
            walking = walking and walk.back(turn, undo)
        known = walking and walk.is_at(turns[-1].before if turns else view.snapshot)
        if known:
            before = self._at(walk, turns[-1].before if turns else view.snapshot)
            ids = history.touched(changes.values())
            past = before.view(ALL_EVIDENCE, NOTHING)
            statements = history.statements_between(past, view, ids)
        else:
            records = [changes[one["id"]] for turn in turns for one in turn.records]
            names = history.names_replaced((one["undo"] for one in records), view.full.vocabulary)
            statements = history.recorded(records, lambda i: _sentence(view, i) or names.get(i))
        return {
            "known": known,
            "reason": None if known else "not_kept",
            "summary": history.summary(turns, statements)
            + ("" if known else f" {history.NOT_KEPT}"),
            "complete": len(turns) <= limit,
            "cut_by": None if len(turns) <= limit else "limit",
            "items": items,
            "statements": statements,
            "answer": None,
        }

    def _changes_of_answer(
        self, view: View, question: AskedAgain, turns: Sequence[Turn], limit: int
    ) -> Answer:
        """The turns that changed an answer, found by asking again before each."""
        walk = Walk(view.knowledge.fork())
        now = after = self._answer_in_short(question)
        items: list[Answer] = []
        cut_by: str | None = None
        known = True
        looked_at = 0
        with one_deadline() as stop:
            for turn in turns:
                if stop[0] or len(items) == limit:
                    cut_by = "time" if stop[0] else "limit"
                    break
                changes = changes_of(self._graph, (one["id"] for one in turn.records))
                item = self._turn(view, turn, changes, walk.knowledge)
                undo = {i: one["undo"] for i, one in changes.items()}
                known = walk.back(turn, undo) and walk.is_at(turn.before)
                if not known:
                    break
                looked_at += 1
                before = self._at(walk, turn.before)._answer_in_short(question)
                if before.digest != after.digest:
                    items.append({**item, "answer": history.difference(before, after)})
                after = before
        if now.error is not None and not items:
            raise now.error
        became = history.difference(after, now)
        said = history.summary_of_answer(became, items, turns[:looked_at])
        return {
            "known": known,
            "reason": None if known else "not_kept",
            "summary": said if known else f"{said if looked_at else ''} {history.NOT_KEPT}".strip(),
            "complete": cut_by is None,
            "cut_by": cut_by,
            "items": items,
            "statements": [],
            "answer": became if known or looked_at else None,
        }

    def _turn(
        self, view: View, turn: Turn, changes: Mapping[str, Answer], after: Knowledge | None
    ) -> Answer:
        """Loads that took hold together: what they did to their sources and to statements.

        `after` is what the graph held then, where that is known.
        """
        sources: list[Answer] = []
        for record in turn.records:
            did = history.deed(record, changes[record["id"]]["undo"], after)
            known = after or view.knowledge
            undo = changes[record["id"]]["undo"]
            said = known.contributions.get(record["source"]) or (undo and undo.contribution)
            sources.append(
                {
                    "id": record["source"],
                    "title": said.source.title if said else None,
                    "study": said.source.study if said else None,
                    "did": did,
                    "by": record["by"],
                    "load": record["id"],
                }
            )
        names = history.names_replaced(
            (changes[one["id"]]["undo"] for one in turn.records), view.full.vocabulary
        )
        moved = history.recorded(
            [changes[one["id"]] for one in turn.records],
            lambda i: _sentence(view, i) or names.get(i),
        )
        return {
            "id": turn.records[0]["id"],
            "at": turn.at,
            "before": turn.before,
            "after": turn.after,
            "sources": sources,
            "statements": moved,
            "answer": None,
        }

    def _at(self, walk: Walk, snapshot: str | None) -> Service:
        """A service on a past state, for as long as the walk stays there."""
        past = Service(self._graph, catalogue=self._catalogue, documents=self._documents)
        past._state = State.of(Present.of(walk.knowledge, snapshot or ""))
        return past

    def _answer_in_short(self, question: AskedAgain) -> history.Answered:
        """What this state answers; what it does not know, it says."""
        if not self.state.knowledge.contributions:
            return history.Answered("Nothing was loaded.")
        try:
            answer = getattr(self, question.name)(*question.arguments, **question.parameters)
        except (NotFound, Ambiguous, BadQuestion) as error:
            return history.Answered(error.message, error=error)
        return history.in_short(answer)

    # --- catalogue -----------------------------------------------------------------------------

    def queries(self) -> Answer:
        """The query catalogue, with parameters and columns."""
        found = {"items": [query.card() for query in self._catalogue.queries], "next": None}
        return _answered(self.view(ALL_EVIDENCE, NOTHING), "queries", found)

    def query(self, name: str, parameters: Mapping[str, str]) -> Answer:
        """Run one query of the catalogue with its parameters, given as text."""
        query = self._catalogue.query(name)
        values = query.values(parameters, resolve=self.entity_id)
        view = self.view(ALL_EVIDENCE, NOTHING)
        found = {
            "query": query.card(),
            "parameters": values,
            "columns": list(query.columns),
            "items": self._graph.read(query.cypher, values),
            "next": None,
        }
        return _answered(view, "query", found)

    # --- formats -------------------------------------------------------------------------------

    def ask(self, question: str, output: Output, *arguments: Any, **parameters: Any) -> Rendered:
        """The answer of this service's function of that name, as it is wanted.

        Raises BadQuestion where that question's answer cannot be had in that form.
        """
        rendering.check(question, output)
        if question == "export":
            whole = self.view(ALL_EVIDENCE, NOTHING)
            return rendering.exported(whole, output).pinned(output.pin)
        while True:
            answer = getattr(self, question)(*arguments, **parameters)
            if output.plain:
                return rendering.as_json(answer, output.pin).pinned(output.pin)
            # What was left out is what the answer to `impact` is about.
            without = () if question == "impact" else parameters.get("without", ())
            view = self._view(parameters.get("filters", ALL_EVIDENCE), without)
            if answer["snapshot"] == view.snapshot:  # else somebody loaded in between
                own = {n: v for n, v in parameters.items() if n not in ("filters", "without")}
                asked = {"arguments": arguments, **own, **pathways.chosen(view)}
                found = rendering.rendered(view, question, answer, output, asked=asked)
                return found.pinned(output.pin)

    def ready(self) -> Answer:
        """Whether the graph answers and is loaded. Raises EngineUnavailable or NotFound."""
        self.refresh()
        return {"status": "ready", "snapshot": self.snapshot_id}

    def _ends(self, names: Sequence[str], parameter: str) -> list[str]:
        if not names:
            raise BadQuestion(f"Name at least one {parameter}.", parameter=parameter)
        if len(names) > MAX_ENDS:
            raise BadQuestion(
                f"{len(names)} of {parameter}; ask for at most {MAX_ENDS}.", parameter=parameter
            )
        return list(dict.fromkeys(self.entity_id(name) for name in names))


def _answered(view: View, question: str, found: Answer) -> Answer:
    """What was found, with its snapshot and the papers that it rests on."""
    cited = citing.references(view, citing.studies_of_answer(view, question, found))
    return {"snapshot": view.snapshot, **found, "references": cited}


def _sentence(view: View, statement: str) -> str | None:
    """A statement as people say it, while the graph holds it."""
    one = view.knowledge.statements.get(statement)
    return None if one is None else shapes.sentence(view, one)


def _check_limit(limit: int, most: int) -> None:
    if not 1 <= limit <= most:
        raise BadQuestion(f"limit is {limit}; ask for 1 to {most}.", parameter="limit")


def _check_steps(max_steps: int) -> None:
    if not 1 <= max_steps <= MAX_STEPS:
        raise BadQuestion(
            f"max_steps is {max_steps}; ask for 1 to {MAX_STEPS}.", parameter="max_steps"
        )


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
