"""Contributions → graph: one transaction each, idempotent, with a record of what changed.

The loader holds the graph's content in memory, applies a change to it, derives what follows, and
writes the rows that differ. The transaction first takes the snapshot node's lock and checks that
nobody else has loaded in between; if somebody has, the content is read again and the change made
anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import neo4j

from immunograph import __version__
from immunograph.derivation import Derivation, derive
from immunograph.errors import EngineSetup, NotFound, Stale
from immunograph.knowledge import Knowledge
from immunograph.model import Contribution, Vocabulary
from immunograph.snapshot import snapshot_id
from immunograph.store.graph import SNAPSHOT_KEY, Graph, write_changes
from immunograph.tables import Rows, changes_between, knowledge_from, rows_of

TRIES: Final = 5


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
    conflicts_new: list[str] = field(default_factory=list[str])
    conflicts_gone: list[str] = field(default_factory=list[str])

    @property
    def changes_nothing(self) -> bool:
        """Whether the graph is as it was."""
        return self.before == self.after


@dataclass(slots=True)
class _State:
    """The graph's content as last read or written."""

    snapshot: str | None
    vocabulary: Vocabulary
    rows: Rows
    knowledge: Knowledge
    derivation: Derivation


class Loader:
    """Changes one graph, source by source."""

    def __init__(self, graph: Graph, *, schema: Path) -> None:
        self._graph = graph
        self._schema = schema
        self._state: _State | None = None

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
        return self._current().knowledge

    def put(
        self,
        contribution: Contribution,
        vocabulary: Vocabulary,
        *,
        by: str = "local",
        dry_run: bool = False,
    ) -> Load:
        """Load one source in place of what it said before."""

        def change(knowledge: Knowledge) -> None:
            knowledge.vocabulary = merged_vocabulary(knowledge.vocabulary, vocabulary)
            knowledge.put(contribution)

        return self._load(contribution.source.id, change, by=by, dry_run=dry_run)

    def withdraw(self, source: str, *, by: str = "local", dry_run: bool = False) -> Load:
        """Take out all that a source says."""
        if source not in self._current().knowledge.contributions:
            raise NotFound(f"No source '{source}' is loaded. List them with `sources`.")
        return self._load(source, lambda k: k.drop(source), by=by, dry_run=dry_run)

    def retract(
        self, study: str, why: str | None, *, by: str = "local", dry_run: bool = False
    ) -> Load:
        """Mark a study as retracted: kept and shown, in no belief. `why=None` takes it back."""
        if study not in self._current().knowledge.studies:
            raise NotFound(f"No study '{study}' is loaded. List them with `studies`.")
        return self._load(f"study:{study}", lambda k: k.retract(study, why), by=by, dry_run=dry_run)

    def put_all(
        self,
        contributions: Iterable[Contribution],
        vocabulary: Vocabulary,
        *,
        by: str = "local",
        progress: Callable[[str], None] = lambda source: None,
    ) -> list[Load]:
        """Load sources one after the other, each in a transaction of its own."""
        loads: list[Load] = []
        for contribution in contributions:
            loads.append(self.put(contribution, vocabulary, by=by))
            progress(contribution.source.id)
        return loads

    # --- how ---------------------------------------------------------------------------

    def _current(self) -> _State:
        if self._state is None:
            snapshot = self._graph.snapshot()
            vocabulary = self._graph.vocabulary()
            rows = self._graph.rows()
            knowledge = knowledge_from(rows, vocabulary)
            self._state = _State(
                snapshot=snapshot["id"] if snapshot else None,
                vocabulary=vocabulary,
                rows=rows,
                knowledge=knowledge,
                derivation=derive(knowledge),
            )
        return self._state

    def _load(
        self, source: str, change: Callable[[Knowledge], object], *, by: str, dry_run: bool
    ) -> Load:
        for _ in range(TRIES):
            state = self._current()
            self._state = None
            knowledge = copied(state.knowledge)
            change(knowledge)
            derivation = derive(knowledge)
            rows = rows_of(knowledge, derivation)
            after = _State(
                snapshot=snapshot_id(knowledge),
                vocabulary=knowledge.vocabulary,
                rows=rows,
                knowledge=knowledge,
                derivation=derivation,
            )
            load = _record(state, after, source=source, by=by)
            changes = changes_between(state.rows, rows)
            if dry_run:
                self._state = state
                return load
            if not changes and load.changes_nothing:
                self._state = state
                return load

            def write(
                tx: neo4j.ManagedTransaction,
                *,
                state: _State = state,
                after: _State = after,
                load: Load = load,
            ) -> bool:
                if _locked_snapshot(tx) != state.snapshot:
                    return False
                write_changes(tx, changes_between(state.rows, after.rows))
                _write_snapshot(tx, after, load)
                return True

            if self._graph.write(write):
                self._state = after
                return load
        raise Stale(
            f"Others kept loading while '{source}' was to be loaded; nothing of it was written. "
            "Try again."
        )


def copied(knowledge: Knowledge) -> Knowledge:
    """The same knowledge, free to change."""
    return Knowledge(knowledge.vocabulary, knowledge.contributions.values(), knowledge.retractions)


def merged_vocabulary(ours: Vocabulary, theirs: Vocabulary) -> Vocabulary:
    """Every verb and term of both; where both define one, the newly loaded is heard."""
    merged: dict[str, Any] = {}
    for name in Vocabulary.model_fields:
        values = {v.name: v for v in getattr(ours, name)}
        values.update({v.name: v for v in getattr(theirs, name)})
        merged[name] = tuple(values[key] for key in sorted(values))
    return Vocabulary(**merged)


def _record(before: _State, after: _State, *, source: str, by: str) -> Load:
    old, new = before.derivation.assessments, after.derivation.assessments
    both = old.keys() & new.keys()
    return Load(
        id=uuid4().hex,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        by=by,
        source=source,
        before=before.snapshot,
        after=after.snapshot or "",
        added=[{"id": i, "belief": new[i].belief} for i in sorted(new.keys() - old.keys())],
        removed=[{"id": i, "belief": old[i].belief} for i in sorted(old.keys() - new.keys())],
        changed=[
            {"id": i, "before": old[i].belief, "after": new[i].belief}
            for i in sorted(both)
            if old[i].belief != new[i].belief or old[i].status != new[i].status
        ],
        conflicts_new=sorted(
            after.derivation.conflicts.keys() - before.derivation.conflicts.keys()
        ),
        conflicts_gone=sorted(
            before.derivation.conflicts.keys() - after.derivation.conflicts.keys()
        ),
    )


def _locked_snapshot(tx: neo4j.ManagedTransaction) -> str | None:
    """The id of the graph's snapshot, with its node locked until the transaction ends."""
    row = tx.run(
        "MERGE (s:Snapshot {key: $key}) SET s.locked = true REMOVE s.locked RETURN s.id AS id",
        key=SNAPSHOT_KEY,
    ).single(strict=True)
    return row["id"]


def _write_snapshot(tx: neo4j.ManagedTransaction, after: _State, load: Load) -> None:
    knowledge = after.knowledge
    tx.run(
        "MATCH (s:Snapshot {key: $key}) SET s += $properties",
        key=SNAPSHOT_KEY,
        properties={
            "id": after.snapshot,
            "name": (after.snapshot or "")[:12],
            "at": load.at,
            "version": __version__,
            "vocabulary": json.dumps(
                knowledge.vocabulary.model_dump(mode="json", by_alias=True), sort_keys=True
            ),
            "entities": len(knowledge.entities),
            "statements": len(knowledge.statements),
            "sources": len(knowledge.contributions),
            "studies": len(knowledge.studies),
        },
    ).consume()
    tx.run(
        "CREATE (l:Load {id: $id, name: $source, at: $at, by: $by, source: $source, "
        "before: $before, after: $after, details: $details})",
        id=load.id,
        source=load.source,
        at=load.at,
        by=load.by,
        before=load.before,
        after=load.after,
        details=json.dumps(
            {
                "added": load.added,
                "removed": load.removed,
                "changed": load.changed,
                "conflicts_new": load.conflicts_new,
                "conflicts_gone": load.conflicts_gone,
            }
        ),
    ).consume()
