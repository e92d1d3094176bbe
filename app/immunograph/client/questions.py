"""One method a question, with the names and defaults of the HTTP interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeVar, Unpack
from urllib.parse import quote

import orjson

from immunograph.answers.analytics import Blockers, Impact, Influence, Loops
from immunograph.answers.catalogue import Queries, QueryRows
from immunograph.answers.changes import Changes
from immunograph.answers.entities import Entities, EntityCard
from immunograph.answers.graph import Export, Loads, SnapshotCard
from immunograph.answers.lists import ResolvedNames, Subgraph
from immunograph.answers.open_questions import OpenQuestions
from immunograph.answers.paths import Effects, Paths
from immunograph.answers.sources import SourceCard, Sources, Studies, StudyCard
from immunograph.answers.statements import (
    ConflictCard,
    Conflicts,
    Interventions,
    StatementCard,
    Statements,
)
from immunograph.client.answer import Answer
from immunograph.client.connection import SECONDS, Asked, Connection

A = TypeVar("A")
Names = str | Sequence[str]
Effect = Literal["promotes", "inhibits"]


class Evidence(TypedDict, total=False):
    """Which evidence a question takes; a list means any of its values."""

    without: Names
    species: Names
    study_system: Names
    site: Names
    disease: Names
    stage: Names
    phase: Names
    tier: Names
    min_belief: float


class Client:
    """Asks one service. Raises the errors of `immunograph.errors`, as the service names them."""

    def __init__(
        self, url: str = "http://127.0.0.1:8000", *, key: str | None = None,
        seconds: float = SECONDS,
    ) -> None:  # fmt: skip
        """`key` is needed where reading needs one; `seconds` is how long an answer may take."""
        self._connection = Connection(url, key=key, seconds=seconds)

    # --- entities and statements -------------------------------------------------------------

    def entities(
        self,
        q: str | None = None,
        *,
        kind: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Answer[Entities]:
        """Entities by name, symbol, synonym or id, nearest first; all by name without `q`."""
        asked = {"q": q, "kind": kind, "limit": limit, "cursor": cursor}
        return self._ask("entities", asked)

    def entity(self, id: str) -> Answer[EntityCard]:
        """One entity, with the classes above it, its cautions and counts of its statements."""
        return self._ask("entity", card=("entities", id))

    def statements(
        self,
        entity: str | None = None,
        *,
        direction: Literal["out", "in", "both"] = "both",
        subject: str | None = None,
        object: str | None = None,
        cls: str | None = None,
        effect: str | None = None,
        predicate: str | None = None,
        status: str | None = None,
        source: str | None = None,
        study: str | None = None,
        q: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[Statements]:
        """Statements, most believed first."""
        asked = {
            "entity": entity,
            "direction": direction,
            "subject": subject,
            "object": object,
            "class": cls,
            "effect": effect,
            "predicate": predicate,
            "status": status,
            "source": source,
            "study": study,
            "q": q,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask("statements", {**asked, **evidence})

    def statement(self, id: str) -> Answer[StatementCard]:
        """One statement with all its evidence, conflicts, cautions and interventions."""
        return self._ask("statement", card=("statements", id))

    # --- paths and what they raise -----------------------------------------------------------

    def paths(
        self,
        source: Names,
        target: Names,
        *,
        effect: Effect | None = None,
        max_steps: int = 8,
        limit: int = 10,
        hypothesised: bool = False,
        **evidence: Unpack[Evidence],
    ) -> Answer[Paths]:
        """Signed paths from any source to any target, best first; no path is an answer too."""
        asked = {
            "source": source,
            "target": target,
            "effect": effect,
            "max_steps": max_steps,
            "limit": limit,
            "hypothesised": str(hypothesised).lower(),
        }
        return self._ask("paths", {**asked, **evidence})

    def effect(
        self,
        source: Names,
        target: Names,
        *,
        max_steps: int = 8,
        hypothesised: bool = False,
        **evidence: Unpack[Evidence],
    ) -> Answer[Effects]:
        """The verdict on each pair of a source and a target: what one does to the other."""
        asked = {
            "source": source,
            "target": target,
            "max_steps": max_steps,
            "hypothesised": str(hypothesised).lower(),
        }
        return self._ask("effect", {**asked, **evidence})

    def influence(
        self,
        entity: str,
        *,
        direction: Literal["downstream", "upstream"] = "downstream",
        effect: Effect | None = None,
        max_steps: int = 4,
        limit: int = 50,
        **evidence: Unpack[Evidence],
    ) -> Answer[Influence]:
        """What an entity reaches, or what reaches it, by the best simple path of each effect."""
        asked = {
            "entity": entity,
            "direction": direction,
            "effect": effect,
            "max_steps": max_steps,
            "limit": limit,
        }
        return self._ask("influence", {**asked, **evidence})

    def blockers(
        self,
        source: Names,
        target: Names,
        *,
        effect: Effect | None = None,
        max_steps: int = 8,
        max_size: int = 2,
        **evidence: Unpack[Evidence],
    ) -> Answer[Blockers]:
        """All smallest sets of entities whose removal breaks every path."""
        asked = {
            "source": source,
            "target": target,
            "effect": effect,
            "max_steps": max_steps,
            "max_size": max_size,
        }
        return self._ask("blockers", {**asked, **evidence})

    def loops(
        self, entity: str, *, max_steps: int = 6, limit: int = 20, **evidence: Unpack[Evidence]
    ) -> Answer[Loops]:
        """Feedback loops through an entity, reinforcing or balancing."""
        asked = {"entity": entity, "max_steps": max_steps, "limit": limit}
        return self._ask("loops", {**asked, **evidence})

    def impact(
        self, *, source: Names = (), target: Names = (), **evidence: Unpack[Evidence]
    ) -> Answer[Impact]:
        """What changes when entities, statements, studies or sources are left out: `without`."""
        asked = {"source": source, "target": target}
        return self._ask("impact", {**asked, **evidence})

    def open_questions(
        self,
        entity: str | None = None,
        *,
        source: Names = (),
        target: Names = (),
        kind: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[OpenQuestions]:
        """What to test next, ranked: in the whole graph, about an entity, or in one answer."""
        asked = {
            "entity": entity,
            "source": source,
            "target": target,
            "kind": kind,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask("open_questions", {**asked, **evidence})

    # --- lists of names ----------------------------------------------------------------------

    def resolve(self, names: Sequence[str] | Mapping[str, int]) -> Answer[ResolvedNames]:
        """What each name is here; a mapping gives each its direction, 1 or -1."""
        return self._ask("resolve", sent=_list(names))

    def subgraph(
        self,
        names: Sequence[str] | Mapping[str, int],
        *,
        steps: int = 1,
        limit: int = 200,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[Subgraph]:
        """The signed statements among some entities, and what would explain their directions."""
        asked = {"steps": steps, "limit": limit, "cursor": cursor}
        return self._ask("subgraph", {**asked, **evidence}, sent=_list(names))

    # --- lists -------------------------------------------------------------------------------

    def conflicts(
        self,
        entity: str | None = None,
        *,
        limit: int = 50,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[Conflicts]:
        """Opposing statements and what explains them; unresolved ones first."""
        asked = {"entity": entity, "limit": limit, "cursor": cursor}
        return self._ask("conflicts", {**asked, **evidence})

    def conflict(self, id: str) -> Answer[ConflictCard]:
        """One conflict with both statements and their evidence."""
        return self._ask("conflict", card=("conflicts", id))

    def interventions(
        self,
        entity: str | None = None,
        *,
        status: str | None = None,
        q: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Answer[Interventions]:
        """Interventions, tested, proposed or in use; those on one entity on request."""
        asked = {"entity": entity, "status": status, "q": q, "limit": limit, "cursor": cursor}
        return self._ask("interventions", asked)

    def sources(
        self,
        q: str | None = None,
        *,
        type: str | None = None,
        tier: str | None = None,
        year: int | None = None,
        study: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Answer[Sources]:
        """What is loaded."""
        asked = {
            "q": q,
            "type": type,
            "tier": tier,
            "year": year,
            "study": study,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask("sources", asked)

    def source(self, id: str) -> Answer[SourceCard]:
        """One source: what it says, what was set aside, and what rests on it alone."""
        return self._ask("source", card=("sources", id))

    def studies(
        self, q: str | None = None, *, limit: int = 100, cursor: str | None = None
    ) -> Answer[Studies]:
        """The studies behind the sources, and what rests on each alone."""
        return self._ask("studies", {"q": q, "limit": limit, "cursor": cursor})

    def study(self, id: str) -> Answer[StudyCard]:
        """One study: its sources, its statements, and those that rest on it alone."""
        return self._ask("study", card=("studies", id))

    def snapshot(self) -> Answer[SnapshotCard]:
        """What the graph holds now."""
        return self._ask("snapshot")

    def loads(self, *, limit: int = 50, cursor: str | None = None) -> Answer[Loads]:
        """What each load changed, when and by whom; the newest first."""
        return self._ask("loads", {"limit": limit, "cursor": cursor})

    def changes(
        self, since: str | None = None, *, question: str | None = None, limit: int = 50
    ) -> Answer[Changes]:
        """What changed since a snapshot, or in the answer to the question at an address."""
        asked = {"since": since, "question": question, "limit": limit}
        return self._ask("changes", asked)

    def export(self) -> Answer[Export]:
        """The whole graph: what it asserts, and what follows from that."""
        return self._ask("export")

    # --- catalogue ---------------------------------------------------------------------------

    def queries(self) -> Answer[Queries]:
        """The query catalogue, with parameters and columns."""
        return self._ask("queries")

    def query(self, name: str, **parameters: str | float) -> Answer[QueryRows]:
        """Run one query of the catalogue."""
        return self._ask("query", parameters, card=("queries", name))

    # --- asking ------------------------------------------------------------------------------

    def pages(self, first: Answer[A]) -> Iterator[Answer[A]]:
        """The pages of a list, from one that was asked for."""
        page: Answer[A] | None = first
        while page is not None:
            yield page
            following = page.raw.get("next")
            page = None
            if following is not None:
                asked = first.asked
                asked = Asked(
                    asked.name, asked.path, {**asked.parameters, "cursor": following}, asked.sent
                )
                page = self._answer(asked)

    def _ask(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        card: tuple[str, str] | None = None,
        sent: bytes | None = None,
    ) -> Answer[Any]:
        """Ask a question; `card` is the list that one thing stands in, and its name there."""
        path = f"/v1/{name.replace('_', '-')}"
        if card is not None:
            path = f"/v1/{card[0]}/{quote(card[1], safe='')}"
        return self._answer(Asked(name, path, parameters or {}, sent))

    def _answer(self, asked: Asked) -> Answer[Any]:
        raw: dict[str, Any] = orjson.loads(self._connection.fetch(asked))
        return Answer(self._connection, asked, raw)


def _list(names: Sequence[str] | Mapping[str, int]) -> bytes:
    if isinstance(names, Mapping):
        return orjson.dumps([{"name": name, "sign": sign} for name, sign in names.items()])
    return orjson.dumps(list(names))
