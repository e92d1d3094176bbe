"""Contributions → graph: one transaction each, idempotent, with a record of what changed.

The loader holds the graph's content in memory, applies a change to a fork of it, derives what
follows, and writes the rows that differ: at the cost of what the change touches. The transaction
first takes the snapshot node's lock and checks that nobody else has loaded in between; if somebody
has, the content is read again and the change made anew, with the lock held.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import neo4j

from immunograph import __version__, garbage
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Vocabulary
from immunograph.domain.papers import source_named, study_named
from immunograph.domain.snapshot import snapshot_id
from immunograph.domain.tally import text_of
from immunograph.errors import EngineSetup
from immunograph.inference.changes import Act, Done, Drop, Put, Retract, Undo, carry_out
from immunograph.inference.derivation import Derivation, derive
from immunograph.inference.tables import (
    Changes,
    Properties,
    changes_between,
    knowledge_from,
    merged,
    rows_of,
    rows_owned,
)
from immunograph.search import weighing
from immunograph.search.compaction import Compaction
from immunograph.store.following import contributions_of, touched_since
from immunograph.store.graph import SNAPSHOT_KEY, TALLY, Graph, tally_in, vocabulary_of
from immunograph.store.loads import PROVISIONAL, undo_text
from immunograph.store.present import Held, Present
from immunograph.store.writes import Write, run, writes_of

BULK: Final = 300
BATCH_SOURCES: Final = 250
BATCH_EVIDENCE: Final = 5_000
"""Many more in one transaction, and it outgrows what a small server gives it."""
AHEAD: Final = 4
"""Batches that may wait for the one being written: a server that has just started is slow."""
COMPACTED_AT: Final = 40_000
"""Pieces of evidence that a load in bulk holds as objects, some 150 MB of them."""
TURN_SECONDS: Final = 0.0005


Check = Callable[[Knowledge], None]
"""Sees what the graph holds before a change is made, each time it is tried; may raise."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one load changed."""

    id: str
    at: str
    by: str
    source: str
    before: str | None
    after: str
    details: str = '{"added": [], "removed": [], "changed": []}'
    """The statements that it moved, as its record keeps them: a tenth of what objects take."""

    @property
    def changes_nothing(self) -> bool:
        """Whether the graph is as it was."""
        return self.before == self.after

    @property
    def added(self) -> list[dict[str, Any]]:
        """The statements that came, and how they are believed."""
        return json.loads(self.details)["added"]

    @property
    def removed(self) -> list[dict[str, Any]]:
        """Those that are gone, and how they were believed."""
        return json.loads(self.details)["removed"]

    @property
    def changed(self) -> list[dict[str, Any]]:
        """Those that are believed otherwise, before and after."""
        return json.loads(self.details)["changed"]

    def as_dict(self) -> dict[str, Any]:
        """All of it, for programs."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "details"}
        return {**told, **json.loads(self.details)}


@dataclass(slots=True)
class _State:
    """The graph's content as last read or written.

    A change is made on a fork, which takes its place once it is written.
    """

    snapshot: str | None
    knowledge: Knowledge
    derivation: Derivation
    stale: Changes
    """Rows that the graph holds otherwise than they are derived now; written with the next load."""
    present: Present | None = None
    """The same in columns, where it was had from these and not changed since."""

    def fork(self) -> _State:
        """The same state, to be changed on its own."""
        return replace(
            self,
            knowledge=self.knowledge.fork(),
            derivation=self.derivation.fork(),
            present=None,
        )

    def as_held(self) -> Held:
        """What others may have of it, to change as they like."""
        return Held(self.snapshot, self.knowledge.fork())


class Loader:
    """Changes one graph, source by source."""

    def __init__(
        self,
        graph: Graph,
        *,
        schema: Path,
        offer: Callable[[Held], None] | None = None,
        start: Callable[[], Present | None] = lambda: None,
    ) -> None:
        """`offer` is given what the graph will hold, just before each change but those in bulk.

        Whoever sees the new snapshot then has it, and need not read it. `start` gives what the
        graph holds, where that is known without reading all of it.
        """
        self._graph = graph
        self._schema = schema
        self._offer = offer
        self._start = start
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

    def derived(self) -> tuple[Knowledge, Derivation]:
        """The graph's content and what follows from it, of one snapshot; not to be changed."""
        state = self._state()
        return state.knowledge, state.derivation

    def present(self) -> Present | None:
        """The same in columns; None where it is not laid out so."""
        return self._state().present

    def read(self) -> Held:
        """What the graph holds now, to be changed at will."""
        return self._state().as_held()

    def forget(self) -> None:
        """Let go of what is held; it is had again when it is needed."""
        self._held = None

    def put(
        self,
        contribution: Contribution,
        vocabulary: Vocabulary,
        *,
        by: str = "local",
        dry_run: bool = False,
        check: Check | None = None,
    ) -> Load:
        """Load one source in place of what it said before.

        `check` sees the graph's content as it is when the load takes hold, and may raise.
        """
        acts = [Put(contribution, vocabulary)]
        return self._load(acts, by=by, dry_run=dry_run, check=check)[0]

    def put_all(
        self,
        contributions: Sequence[Contribution],
        vocabulary: Vocabulary,
        *,
        by: str = "local",
        progress: Callable[[str], None] = lambda source: None,
        going_on: Callable[[], bool] = lambda: True,
    ) -> list[Load]:
        """Load sources one after the other, as long as it is `going_on`.

        Each has a transaction of its own; beyond a few hundred sources, many share one, and
        the snapshot id is computed with the last. A source is never loaded by half.
        """
        acts = (Put(contribution, vocabulary) for contribution in contributions)
        if len(contributions) > BULK:
            return self._put_in_bulk(_batches(acts), by=by, progress=progress, going_on=going_on)
        loads: list[Load] = []
        for act in acts:
            if not going_on():
                break
            loads += self._load([act], by=by)
            progress(act.source)
        return loads

    def _put_in_bulk(
        self,
        batches: Iterator[tuple[list[Put], bool]],
        *,
        by: str,
        progress: Callable[[str], None],
        going_on: Callable[[], bool],
    ) -> list[Load]:
        """Load batches, each written while what follows from the next ones is derived."""
        loads: list[Load] = []
        underway: deque[_Underway] = deque()

        def settle() -> bool:
            """Wait until the first batch is written; False where others loaded in between."""
            if not underway[0].writing.result():
                return False
            ahead = underway.popleft().ahead
            loads.extend(ahead.loads)
            for load in ahead.loads:
                progress(load.source)
            return True

        state, self._held = self._state().fork(), None
        compaction, held = Compaction(), 0
        weighing.compile_in_background()
        # From now on it moves with each change.
        state.knowledge.take_tally(state.knowledge.tally)
        ours = True
        with _quick_turns(), ThreadPoolExecutor(1, thread_name_prefix="write") as writer:
            try:
                while ours and going_on() and (batch := next(batches, None)):
                    acts, last = batch
                    compaction.note(act.source for act in acts)
                    held += sum(len(act.contribution.evidence) for act in acts)
                    due = held > COMPACTED_AT or (last and compaction.begun)
                    ahead = _ahead(
                        state, acts, by=by, provisional=not last,
                        compaction=compaction if due else None,
                    )  # fmt: skip
                    if due and not ahead.changes_nothing:
                        held = 0
                        garbage.give_back()
                    writing = writer.submit(self._write, ahead)
                    underway.append(_Underway(acts, last, ahead, writing))
                    while ours and underway and (len(underway) > AHEAD or underway[0].is_done):
                        ours = settle()
                while ours and underway and going_on():
                    ours = settle()
            finally:
                # Where it was stopped, what is being written is told as well, and no more begun.
                for one in reversed(underway):
                    one.writing.cancel()
                while underway and not underway[0].writing.cancelled() and settle():
                    pass
        if not underway and next(batches, None) is None:
            self._held = state
        left = chain(((one.acts, one.last) for one in underway), batches)
        for acts, last in left:
            if not going_on():
                break
            loads += self._load(acts, by=by, provisional=not last)
            for act in acts:
                progress(act.source)
        return loads

    def withdraw(
        self, source: str, *, by: str = "local", dry_run: bool = False, check: Check | None = None
    ) -> Load:
        """Take out all that a source says, by id, DOI or PMID; `check` as in `put`."""
        source = source_named(self.knowledge, source)
        return self._load([Drop(source)], by=by, dry_run=dry_run, check=check)[0]

    def retract(
        self, study: str, why: str | None, *, by: str = "local", dry_run: bool = False
    ) -> Load:
        """Mark a study, by id, DOI or PMID, as retracted: kept and shown, in no belief.

        `why=None` takes it back.
        """
        study = study_named(self.knowledge, study)
        return self._load([Retract(study, why)], by=by, dry_run=dry_run)[0]

    # --- how ---------------------------------------------------------------------------

    def _state(self) -> _State:
        snapshot = self._graph.snapshot()
        if self._held is None or self._held.snapshot != (snapshot["id"] if snapshot else None):
            with garbage.unsought():
                self._held = self._followed(snapshot) or self._started(snapshot) or self._read()
        return self._held

    def _followed(self, snapshot: Properties | None) -> _State | None:
        """The state that is held, with the few sources that others have loaded since.

        None where that is not all that came between, or not all of it is told by the sources.
        """
        held = self._held
        if held is None or held.snapshot is None or held.stale or snapshot is None:
            return None
        if snapshot["version"] != __version__ or snapshot["id"].startswith(PROVISIONAL):
            return None
        touched = touched_since(self._graph, held.snapshot, snapshot["id"])
        if touched is None or touched.studies or len(touched.sources) > BULK:
            return None
        sources = sorted(touched.sources)
        said = contributions_of(self._graph.in_turn(), sources, snapshot)
        if said is None:
            return None
        words = vocabulary_of(snapshot)
        then = held.fork()
        acts = [Put(said[one], words) if one in said else Drop(one) for one in sources]
        carry_out(then.knowledge, then.derivation, acts)
        then.snapshot = snapshot["id"]
        return then if snapshot_id(then.knowledge) == then.snapshot else None

    def _started(self, snapshot: Properties | None) -> _State | None:
        """The state from what is known already; None where it is of another snapshot.

        What another version wrote is read whole, since it may have derived otherwise.
        """
        if snapshot is None or snapshot["version"] != __version__:
            return None
        present = self._start()
        if present is None or present.snapshot != snapshot["id"]:
            return None
        return _State(
            snapshot=present.snapshot,
            knowledge=present.knowledge.fork(),
            derivation=present.derivation(),
            stale=Changes(),
            present=present,
        )

    def _read(self) -> _State:
        """The graph's content, what follows from it, and what of that the graph holds otherwise."""
        snapshot, stored, vocabulary = self._graph.content()
        knowledge = knowledge_from(stored, vocabulary)
        knowledge.take_tally(tally_in(snapshot))
        derivation = derive(knowledge)
        return _State(
            snapshot=snapshot["id"] if snapshot else None,
            knowledge=knowledge,
            derivation=derivation,
            stale=changes_between(stored, rows_of(knowledge, derivation)),
        )

    def _load(
        self,
        acts: Sequence[Act],
        *,
        by: str,
        dry_run: bool = False,
        provisional: bool = False,
        check: Check | None = None,
    ) -> list[Load]:
        """Change the graph.

        The change is made ready beforehand, so that nobody waits meanwhile; where others load in
        between, it is made ready again while they wait. So whoever loads comes to an end.
        """

        def ready() -> tuple[_State, _State, _Ahead]:
            state = self._state()
            if check is not None:
                check(state.knowledge)
            then = state.fork()
            ahead = _ahead(then, acts, by=by, provisional=provisional)
            if dry_run:
                return state, state, ahead
            if self._offer is not None and not ahead.changes_nothing:
                self._offer(then.as_held())
            # Where a write fails, what the graph holds is not known.
            self._held = None
            return state, then, ahead

        def in_turn(tx: neo4j.ManagedTransaction) -> tuple[_State, _Ahead]:
            _locked_snapshot(tx)
            _, then, ahead = ready()
            if not ahead.changes_nothing:
                _write_all(tx, ahead)
            return then, ahead

        state, then, ahead = ready()
        if not dry_run and not self._write(ahead):
            # Nothing was written: what others have loaded is followed from here.
            self._held = state
            then, ahead = self._graph.write(in_turn)
        self._held = then
        return ahead.loads

    def _write(self, ahead: _Ahead) -> bool:
        """Write in one transaction; False, and nothing written, where the graph is another."""
        if ahead.changes_nothing:
            return True
        return self._graph.write(lambda tx: _write(tx, ahead))


def _batches(acts: Iterable[Put]) -> Iterator[tuple[list[Put], bool]]:
    """Acts that share a transaction, and whether they are the last.

    So many sources, or fewer that say much.
    """
    batch: list[Put] = []
    held = 0
    for act in acts:
        evidence = len(act.contribution.evidence)
        if len(batch) == BATCH_SOURCES or (batch and held + evidence > BATCH_EVIDENCE):
            yield batch, False
            batch, held = [], 0
        batch.append(act)
        held += evidence
    if batch:
        yield batch, True


@contextmanager
def _quick_turns() -> Generator[None]:
    """Let the thread that writes have its turn at once, so that the server need not wait for it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@dataclass(frozen=True, slots=True)
class _Underway:
    """A batch that is being written, or waits for that."""

    acts: list[Put]
    last: bool
    ahead: _Ahead
    writing: Future[bool]

    @property
    def is_done(self) -> bool:
        """Whether it is written, or came to nothing."""
        return self.writing.done()


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What must be written so that the graph is as the state is already."""

    before: str | None
    writes: list[Write]
    loads: list[Load]
    undos: list[Undo]
    """What takes each of them back; kept with its record, so that the past can be told."""
    snapshot: dict[str, Any]
    """The properties of the snapshot node."""

    @property
    def changes_nothing(self) -> bool:
        """Whether the graph is so already."""
        return not self.writes and self.before == self.snapshot["id"]


def _ahead(
    state: _State,
    acts: Sequence[Act],
    *,
    by: str,
    provisional: bool,
    compaction: Compaction | None = None,
) -> _Ahead:
    """Change the state; `provisional`: its snapshot id is computed with a later change.

    With `compaction`, it is compacted then.
    """
    before = state.snapshot
    settled = provisional or not (before or "").startswith(PROVISIONAL)
    if settled and not state.stale and all(act.changes_nothing(state.knowledge) for act in acts):
        loads = [_nothing(act.source, by, before) for act in acts]
        return _Ahead(before, [], loads, [], {"id": before})
    stale, state.stale = state.stale, Changes()
    done, rows = _apply(state, acts, more_to_come=provisional, compaction=compaction)
    state.snapshot = f"{PROVISIONAL}{uuid4().hex}" if provisional else snapshot_id(state.knowledge)
    tally = None if provisional else text_of(state.knowledge.tally)
    loads = [_record(state, one, before=before, by=by) for one in done]
    writes = [*writes_of(stale), *writes_of(rows)]
    undos = [one.undo for one in done]
    return _Ahead(before, writes, loads, undos, _snapshot_of(state) | {TALLY: tally})


def _apply(
    state: _State, acts: Sequence[Act], *, more_to_come: bool, compaction: Compaction | None
) -> tuple[list[Done], Changes]:
    """Change the state; what each act did, and the rows that must be written."""
    before = state.fork()
    compacts = compaction is not None
    done, owned = carry_out(
        state.knowledge, state.derivation, acts, more_to_come=more_to_come or compacts
    )
    if compacts:
        net = set(state.derivation.net)
        state.knowledge, state.derivation = compaction.compacted(state.knowledge)
        # What was put off is made up for.
        owned |= {("statement", identifier) for identifier in net ^ set(state.derivation.net)}
    dirty = sorted(owned)
    previous, following = (
        merged(rows_owned(one.knowledge, one.derivation, owner) for owner in dirty)
        for one in (before, state)
    )
    return done, changes_between(previous, following)


def _record(state: _State, done: Done, *, before: str | None, by: str) -> Load:
    old, new = done.before, state.derivation.assessments
    touched = sorted(done.touched)
    added = [{"id": i, "belief": new[i].belief} for i in touched if i in new and i not in old]
    removed = [{"id": i, "belief": old[i].belief} for i in touched if i in old and i not in new]
    changed = [
        {"id": i, "before": old[i].belief, "after": new[i].belief}
        for i in touched
        if i in old
        and i in new
        and (old[i].belief, old[i].status) != (new[i].belief, new[i].status)
    ]
    return Load(
        id=uuid4().hex,
        at=_now(),
        by=by,
        source=done.source,
        before=before,
        after=state.snapshot or "",
        details=json.dumps({"added": added, "removed": removed, "changed": changed}),
    )


def _nothing(source: str, by: str, snapshot: str | None) -> Load:
    return Load(uuid4().hex, _now(), by, source, snapshot, snapshot or "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _write(tx: neo4j.ManagedTransaction, ahead: _Ahead) -> bool:
    if _locked_snapshot(tx) != ahead.before:
        return False
    _write_all(tx, ahead)
    return True


def _write_all(tx: neo4j.ManagedTransaction, ahead: _Ahead) -> None:
    run(tx, ahead.writes)
    _write_snapshot(tx, ahead)


def _locked_snapshot(tx: neo4j.ManagedTransaction) -> str | None:
    """The id of the snapshot, with its node locked until the transaction ends.

    None where nothing was ever loaded; the node is made then, so that there is one to lock.
    """
    [[found]] = tx.run(
        "MERGE (s:Snapshot {key: $key}) SET s.locked = true REMOVE s.locked RETURN s.id AS id",
        key=SNAPSHOT_KEY,
    ).values()
    return found


def _snapshot_of(state: _State) -> dict[str, Any]:
    knowledge = state.knowledge
    return {
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
    }


def _write_snapshot(tx: neo4j.ManagedTransaction, ahead: _Ahead) -> None:
    tx.run(
        "MATCH (s:Snapshot {key: $key}) SET s += $properties",
        key=SNAPSHOT_KEY,
        properties=ahead.snapshot,
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
                "details": load.details,
                "undo": undo_text(undo),
            }
            for load, undo in zip(ahead.loads, ahead.undos, strict=True)
        ],
    ).consume()
