"""Contributions → graph: one transaction each, idempotent, with a record of what changed.

The loader holds the graph's content in memory, applies a change to it, derives what follows, and
writes the rows that differ. The transaction first takes the snapshot node's lock and checks that
nobody else has loaded in between; if somebody has, the content is read again and the change made
anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

import neo4j

from immunograph import __version__
from immunograph.belief import Assessment
from immunograph.derivation import Derivation, Touched, derive, rederive
from immunograph.errors import EngineSetup, NotFound, Stale
from immunograph.knowledge import Knowledge
from immunograph.model import Contribution, Entity, Vocabulary
from immunograph.snapshot import snapshot_id
from immunograph.store.graph import SNAPSHOT_KEY, Graph, write_changes
from immunograph.tables import (
    Changes,
    NodeKey,
    Owner,
    Rows,
    changes_between,
    combined,
    knowledge_from,
    merged,
    owners,
    rows_owned,
)
from immunograph.vocabulary import PLACED_STEPS, StatementClass

TRIES: Final = 5
BULK: Final = 300
BATCH_SOURCES: Final = 100
PROVISIONAL: Final = "loading-"
"""Begins the snapshot id of a graph in the middle of a bulk load."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one load changed."""

    id: str
    at: str
    by: str
    source: str
    before: str | None
    after: str
    added: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    removed: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    changed: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def changes_nothing(self) -> bool:
        """Whether the graph is as it was."""
        return self.before == self.after


@dataclass(slots=True)
class _State:
    """The graph's content as last read or written."""

    snapshot: str | None
    knowledge: Knowledge
    derivation: Derivation
    parts: dict[Owner, Rows]
    """The rows of everything, by what owns them."""
    stale: Changes
    """Rows that the graph holds otherwise than they are derived now; written with the next load."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What one load does to the knowledge: the sources and statements that it speaks of."""

    source: str
    touched: frozenset[str]
    before: dict[str, Assessment]


class Loader:
    """Changes one graph, source by source."""

    def __init__(self, graph: Graph, *, schema: Path) -> None:
        self._graph = graph
        self._schema = schema
        self._held: _State | None = None

    def prepare(self) -> None:
        """Refuse a database that holds something else; lay constraints and indexes."""
        foreign = self._graph.foreign_labels()
        if foreign:
            raise EngineSetup(
                f"This database holds something else (labels {', '.join(foreign)}). "
                "Point NEO4J_URI or NEO4J_DATABASE at an empty one; nothing was changed."
            )
        self._graph.apply_schema(self._schema)

    @property
    def knowledge(self) -> Knowledge:
        """The graph's content."""
        return self._state().knowledge

    def put(
        self,
        contribution: Contribution,
        vocabulary: Vocabulary,
        *,
        by: str = "local",
        dry_run: bool = False,
    ) -> Load:
        """Load one source in place of what it said before."""
        return self._load([_Put(contribution, vocabulary)], by=by, dry_run=dry_run)[0]

    def put_all(
        self,
        contributions: Sequence[Contribution],
        vocabulary: Vocabulary,
        *,
        by: str = "local",
        progress: Callable[[str], None] = lambda source: None,
    ) -> list[Load]:
        """Load sources one after the other.

        Each has a transaction of its own; beyond a few hundred sources, a hundred share one, and
        the snapshot id is computed with the last. A source is never loaded by half.
        """
        bulk = len(contributions) > BULK
        size = BATCH_SOURCES if bulk else 1
        loads: list[Load] = []
        for start in range(0, len(contributions), size):
            batch = contributions[start : start + size]
            last = start + size >= len(contributions)
            acts = [_Put(contribution, vocabulary) for contribution in batch]
            loads.extend(self._load(acts, by=by, provisional=bulk and not last))
            for contribution in batch:
                progress(contribution.source.id)
        return loads

    def withdraw(self, source: str, *, by: str = "local", dry_run: bool = False) -> Load:
        """Take out all that a source says."""
        if source not in self.knowledge.contributions:
            raise NotFound(f"No source '{source}' is loaded. List them with `sources`.")
        return self._load([_Drop(source)], by=by, dry_run=dry_run)[0]

    def retract(
        self, study: str, why: str | None, *, by: str = "local", dry_run: bool = False
    ) -> Load:
        """Mark a study as retracted: kept and shown, in no belief. `why=None` takes it back."""
        if study not in self.knowledge.studies:
            raise NotFound(f"No study '{study}' is loaded. List them with `studies`.")
        return self._load([_Retract(study, why)], by=by, dry_run=dry_run)[0]

    # --- how ---------------------------------------------------------------------------

    def _state(self) -> _State:
        if self._held is None:
            snapshot = self._graph.snapshot()
            stored = self._graph.rows()
            knowledge = knowledge_from(stored, self._graph.vocabulary())
            derivation = derive(knowledge)
            parts = {
                owner: rows_owned(knowledge, derivation, owner)
                for owner in owners(knowledge, derivation)
            }
            self._held = _State(
                snapshot=snapshot["id"] if snapshot else None,
                knowledge=knowledge,
                derivation=derivation,
                parts=parts,
                stale=changes_between(stored, merged(parts.values())),
            )
        return self._held

    def _load(
        self,
        acts: Sequence[_Act],
        *,
        by: str,
        dry_run: bool = False,
        provisional: bool = False,
    ) -> list[Load]:
        for _ in range(TRIES):
            state = self._state()
            if not state.stale and all(act.changes_nothing(state.knowledge) for act in acts):
                return [_nothing(act.source, by, state.snapshot) for act in acts]
            # From here on the state is ahead of the graph; it is held again once written.
            self._held = None
            before = state.snapshot
            changes, rows = _apply(state, acts)
            state.snapshot = f"{PROVISIONAL}{uuid4().hex}" if provisional else None
            state.snapshot = state.snapshot or snapshot_id(state.knowledge)
            loads = [_record(state, change, before=before, by=by) for change in changes]
            if dry_run:
                return loads
            if not rows and before == state.snapshot:
                self._held = state
                return loads
            if self._graph.write(
                lambda tx, s=state, r=rows, b=before, w=loads: _write(tx, s, r, b, w)
            ):
                self._held = state
                return loads
        sources = ", ".join(act.source for act in acts[:3])
        raise Stale(
            f"Others kept loading while '{sources}' was to be loaded; nothing of it was written. "
            "Try again."
        )


class _Act(Protocol):
    """One thing that a load does."""

    @property
    def source(self) -> str: ...

    def changes_nothing(self, knowledge: Knowledge) -> bool: ...

    def apply(self, knowledge: Knowledge) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class _Put:
    contribution: Contribution
    vocabulary: Vocabulary

    @property
    def source(self) -> str:
        return self.contribution.source.id

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        held = knowledge.contributions.get(self.source)
        merged_already = merged_vocabulary(knowledge.vocabulary, self.vocabulary)
        return held == self.contribution and merged_already == knowledge.vocabulary

    def apply(self, knowledge: Knowledge) -> set[str]:
        knowledge.vocabulary = merged_vocabulary(knowledge.vocabulary, self.vocabulary)
        return knowledge.put(self.contribution)


@dataclass(frozen=True, slots=True)
class _Drop:
    source: str

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        return self.source not in knowledge.contributions

    def apply(self, knowledge: Knowledge) -> set[str]:
        return knowledge.drop(self.source)


@dataclass(frozen=True, slots=True)
class _Retract:
    study: str
    why: str | None

    @property
    def source(self) -> str:
        return f"study:{self.study}"

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        return knowledge.retractions.get(self.study) == self.why

    def apply(self, knowledge: Knowledge) -> set[str]:
        return knowledge.retract(self.study, self.why)


@dataclass(slots=True)
class _Surroundings:
    """What rows a change may move, and what its derivation must look at."""

    statements: set[str]
    subjects: set[str]
    owners: set[Owner]

    def note(self, knowledge: Knowledge, sources: Iterable[str], statements: set[str]) -> None:
        """Note a change's surroundings; once before it, once after it."""
        self.statements |= statements
        for identifier in statements:
            if identifier in knowledge.statements:
                self.subjects.add(knowledge.statements[identifier].subject)
        for source in sources:
            contribution = knowledge.contributions.get(source)
            if contribution is not None:
                self.owners.add(("source", source))
                self.owners.update(("entity", entity.id) for entity in contribution.entities)
                if contribution.study is not None:
                    self.owners.add(("study", contribution.study.id))


def _apply(state: _State, acts: Sequence[_Act]) -> tuple[list[_Change], Changes]:
    """Change the state; what each act touched, and the rows that must be written."""
    knowledge, derivation = state.knowledge, state.derivation
    around = _Surroundings(set(), set(), set())
    sources = [act.source for act in acts]
    for source in sources:
        held = knowledge.contributions.get(source)
        spoken = {s.id for s in held.statements} if held else set[str]()
        around.note(knowledge, [source], spoken)
    classes = _classes(knowledge, acts)
    joints = _joints(knowledge, around)
    old = derivation.assessments
    conflicts = dict(derivation.conflicts)
    changes: list[_Change] = []
    for act in acts:
        touched = frozenset(act.apply(knowledge))
        around.note(knowledge, [act.source], set(touched))
        if act.source.startswith("study:"):
            around.owners.add(("study", act.source.removeprefix("study:")))
        known = {i: old[i] for i in touched if i in old}
        changes.append(_Change(act.source, touched, known))
    moved = rederive(
        knowledge,
        derivation,
        Touched(
            statements=frozenset(around.statements),
            subjects=frozenset(around.subjects),
            joints=frozenset(joints | _joints(knowledge, around)),
            classes=any(
                knowledge.holds(i) and held != _class_of(knowledge.entity(i))
                for i, held in classes.items()
            ),
            cautions=_cautions_moved(knowledge, derivation, around.statements),
        ),
    )
    around.owners |= {("statement", i) for i in around.statements | moved}
    around.owners |= {
        ("conflict", i)
        for i in conflicts.keys() | derivation.conflicts.keys()
        if conflicts.get(i) != derivation.conflicts.get(i)
    }
    around.owners |= _renamed(state, around)
    dirty = sorted(around.owners)
    previous = merged(state.parts.pop(owner) for owner in dirty if owner in state.parts)
    for owner in dirty:
        part = rows_owned(knowledge, derivation, owner)
        if part.nodes:
            state.parts[owner] = part
    following = merged(state.parts[owner] for owner in dirty if owner in state.parts)
    rows = changes_between(previous, following)
    if state.stale:
        rows = combined(state.stale, rows)
        state.stale = Changes()
    return changes, rows


def _classes(knowledge: Knowledge, acts: Sequence[_Act]) -> dict[str, tuple[Any, ...]]:
    """What is known now of the classes of every entity that the acts may define anew."""
    found: dict[str, tuple[Any, ...]] = {}
    for act in acts:
        held = knowledge.contributions.get(act.source)
        for contribution in (held, act.contribution if isinstance(act, _Put) else None):
            for entity in contribution.entities if contribution else ():
                if knowledge.holds(entity.id):
                    found[entity.id] = _class_of(knowledge.entity(entity.id))
    return found


def _class_of(entity: Entity) -> tuple[Any, ...]:
    return entity.is_a, entity.abstract


def _joints(knowledge: Knowledge, around: _Surroundings) -> set[str]:
    """The ends of the placed steps among the statements that a change touches."""
    found: set[str] = set()
    for identifier in around.statements:
        statement = knowledge.statements.get(identifier)
        if statement is not None and statement.effect in PLACED_STEPS:
            found.update((statement.subject, statement.object))
    return found


def _cautions_moved(knowledge: Knowledge, derivation: Derivation, touched: set[str]) -> bool:
    held = {caution.statement for caution in derivation.cautions}
    return any(
        i in held
        or (i in knowledge.statements and knowledge.statements[i].cls is StatementClass.CAUTION)
        for i in touched
    )


def _renamed(state: _State, around: _Surroundings) -> set[Owner]:
    """The statements of entities whose name is another now."""
    found: set[Owner] = set()
    for kind, identifier in around.owners:
        part = state.parts.get((kind, identifier))
        if kind != "entity" or part is None or not state.knowledge.holds(identifier):
            continue
        name = part.nodes[NodeKey("Entity", identifier)]["name"]
        if name != state.knowledge.entity(identifier).name:
            knowledge = state.knowledge
            around_it = (*knowledge.out_of(identifier), *knowledge.into(identifier))
            found.update(("statement", s.id) for s in around_it)
    return found


def merged_vocabulary(ours: Vocabulary, theirs: Vocabulary) -> Vocabulary:
    """Every verb and term of both; where both define one, the newly loaded is heard."""
    merged: dict[str, Any] = {}
    for name in Vocabulary.model_fields:
        values = {v.name: v for v in getattr(ours, name)}
        values.update({v.name: v for v in getattr(theirs, name)})
        merged[name] = tuple(values[key] for key in sorted(values))
    return Vocabulary(**merged)


def _record(state: _State, change: _Change, *, before: str | None, by: str) -> Load:
    old, new = change.before, state.derivation.assessments
    touched = sorted(change.touched)
    return Load(
        id=uuid4().hex,
        at=_now(),
        by=by,
        source=change.source,
        before=before,
        after=state.snapshot or "",
        added=[{"id": i, "belief": new[i].belief} for i in touched if i in new and i not in old],
        removed=[{"id": i, "belief": old[i].belief} for i in touched if i in old and i not in new],
        changed=[
            {"id": i, "before": old[i].belief, "after": new[i].belief}
            for i in touched
            if i in old
            and i in new
            and (old[i].belief, old[i].status) != (new[i].belief, new[i].status)
        ],
    )


def _nothing(source: str, by: str, snapshot: str | None) -> Load:
    return Load(uuid4().hex, _now(), by, source, snapshot, snapshot or "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _write(
    tx: neo4j.ManagedTransaction,
    state: _State,
    rows: Changes,
    before: str | None,
    loads: Sequence[Load],
) -> bool:
    """Write in one transaction; False, and nothing written, where the graph is another by now."""
    if _locked_snapshot(tx) != before:
        return False
    write_changes(tx, rows)
    _write_snapshot(tx, state, loads)
    return True


def _locked_snapshot(tx: neo4j.ManagedTransaction) -> str | None:
    """The id of the graph's snapshot, with its node locked until the transaction ends."""
    row = tx.run(
        "MERGE (s:Snapshot {key: $key}) SET s.locked = true REMOVE s.locked RETURN s.id AS id",
        key=SNAPSHOT_KEY,
    ).single(strict=True)
    return row["id"]


def _write_snapshot(tx: neo4j.ManagedTransaction, state: _State, loads: Sequence[Load]) -> None:
    knowledge = state.knowledge
    tx.run(
        "MATCH (s:Snapshot {key: $key}) SET s += $properties",
        key=SNAPSHOT_KEY,
        properties={
            "id": state.snapshot,
            "name": (state.snapshot or "")[:12],
            "at": _now(),
            "version": __version__,
            "vocabulary": json.dumps(
                knowledge.vocabulary.model_dump(mode="json", by_alias=True), sort_keys=True
            ),
            "entities": knowledge.entity_count,
            "statements": len(knowledge.statements),
            "sources": len(knowledge.contributions),
            "studies": len(knowledge.studies),
        },
    ).consume()
    tx.run(
        "UNWIND $loads AS load CREATE (l:Load) SET l = load",
        loads=[
            {
                "id": load.id,
                "name": load.source,
                "at": load.at,
                "by": load.by,
                "source": load.source,
                "before": load.before,
                "after": load.after,
                "details": json.dumps(
                    {"added": load.added, "removed": load.removed, "changed": load.changed}
                ),
            }
            for load in loads
        ],
    ).consume()
