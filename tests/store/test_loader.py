"""Loading into a real Neo4j: whole or not at all, twice as once, and the same in whatever order."""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, LiteralString, cast

import neo4j
import neo4j.graph
import pytest

from afresh import assert_is_as_if_loaded_afresh
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution
from immunograph.domain.snapshot import earlier_snapshot_id, snapshot_id
from immunograph.domain.vocabulary import StatementClass
from immunograph.errors import EngineSetup, NotFound
from immunograph.folders import folder
from immunograph.inference.derivation import derive
from immunograph.inference.tables import Rows, changes_between, knowledge_from, rows_of
from immunograph.seeds.folder import Seed, read_seed
from immunograph.store import loader as loading
from immunograph.store.dumps import write_dump
from immunograph.store.graph import Graph
from immunograph.store.loader import Load, Loader
from immunograph.store.loads import PROVISIONAL, loads_of
from immunograph.store.writes import run, writes_of

PAPERS = ("lin-2007", "stockmann-2008", "granot-2011", "fridlender-2009")


@pytest.fixture(scope="module")
def seed() -> Seed:
    """The founding documents, and some papers that contradict each other."""
    whole = read_seed(folder("seed"))
    chosen = [
        c
        for c in whole.contributions
        if c.source.type != "abstract" or c.source.id.startswith(PAPERS)
    ]
    return Seed(whole.vocabulary, whole.entities, tuple(chosen), whole.files)


@pytest.fixture
def clean(graph: Graph, empty_graph: neo4j.Driver) -> Graph:
    """Our graph, with nothing in it."""
    assert empty_graph is not None
    return graph


def _text(text: str) -> LiteralString:
    return cast(LiteralString, text)


def loader_of(graph: Graph) -> Loader:
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    return loader


def test_loads_withdrawals_and_retractions_in_any_order_leave_what_a_fresh_load_would(
    clean: Graph, seed: Seed
) -> None:
    chance = Random(7)
    loaders = [loader_of(clean), loader_of(clean)]
    waiting = list(seed.contributions)
    chance.shuffle(waiting)
    for turn in range(2 * len(waiting)):
        # Each goes on from what it has seen, and from what the other has done since.
        loader = chance.choice(loaders)
        loaded = sorted(loader.knowledge.contributions)
        studies = sorted(loader.knowledge.studies)
        act = chance.random()
        if waiting and (act < 0.6 or not loaded):
            promised = loader.put(waiting[-1], seed.vocabulary, dry_run=True)
            done = loader.put(waiting.pop(), seed.vocabulary)
            assert (promised.added, promised.changed) == (done.added, done.changed)
        elif act < 0.8 or not studies:
            gone = chance.choice(loaded)
            waiting.append(loader.knowledge.contributions[gone])
            loader.withdraw(gone)
        else:
            study = chance.choice(studies)
            standing = study in loader.knowledge.retractions
            loader.retract(study, "only tried", dry_run=True)
            loader.withdraw(chance.choice(loaded), dry_run=True)
            loader.retract(study, None if standing else "withdrawn by its authors")
        if turn % 4 == 3:
            assert_is_as_if_loaded_afresh(clean, loader.knowledge)
    loaders[0].put_all(waiting, seed.vocabulary)
    assert_is_as_if_loaded_afresh(clean, loader_of(clean).knowledge)


def test_what_others_have_loaded_is_followed_without_reading_the_whole(
    clean: Graph, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = loader_of(clean), loader_of(clean)
    first, second, third, fourth = seed.contributions[:4]
    one.put(first, seed.vocabulary)
    other.put(second, seed.vocabulary)

    def not_again(_: Graph) -> Any:
        raise AssertionError("the whole graph is read")

    monkeypatch.setattr(Graph, "content", not_again)
    with pytest.raises(AssertionError):
        loader_of(clean).put(third, seed.vocabulary)
    for loader, contribution in ((one, third), (other, fourth), (one, fourth)):
        loader.put(contribution, seed.vocabulary)
    other.withdraw(second.source.id)
    knowledge, derivation = one.derived()
    assert set(knowledge.contributions) == {one.source.id for one in (first, third, fourth)}
    assert derivation.assessments == derive(knowledge).assessments
    assert derivation.net == derive(knowledge).net
    assert_is_as_if_loaded_afresh(clean, knowledge)


def test_a_verb_that_becomes_another_class_moves_the_nets_of_those_who_used_it(
    clean: Graph, seed: Seed
) -> None:
    loader = loader_of(clean)
    loader.put_all(seed.contributions, seed.vocabulary)
    before = derive(loader.knowledge).net
    used = max(seed.contributions, key=lambda one: sum(s.id in before for s in one.statements))
    [sums_up, *_] = (s for s in used.statements if s.id in before)
    evidence = next(e for e in used.evidence if e.about == sums_up.id)
    later = used.model_copy(
        update={
            "source": used.source.model_copy(update={"id": "zz-later", "study": None}),
            "study": None,
            "statements": (sums_up.model_copy(update={"cls": StatementClass.ASSOCIATION}),),
            "evidence": (
                evidence.model_copy(update={"id": "later", "source": "zz-later", "study": None}),
            ),
            "interventions": (),
        }
    )
    loader.put(later, seed.vocabulary)
    assert sums_up.id not in derive(loader.knowledge).net
    assert_is_as_if_loaded_afresh(clean, loader.knowledge)


def test_an_entity_of_another_kind_loses_the_label_that_it_had(
    clean: Graph, empty_graph: neo4j.Driver, seed: Seed
) -> None:
    loader = loader_of(clean)
    source = next(one for one in seed.contributions if one.entities)
    loader.put(source, seed.vocabulary)
    entity = source.entities[0]
    other = entity.model_copy(update={"kind": "SomethingElse", "symbol": None, "note": "recast"})
    loader.put(
        source.model_copy(update={"entities": (other, *source.entities[1:])}), seed.vocabulary
    )
    found = empty_graph.execute_query("MATCH (n:Entity {id: $id}) RETURN n", id=entity.id)
    node = cast(neo4j.graph.Node, found.records[0]["n"])
    assert sorted(node.labels) == ["Entity", "SomethingElse"]
    assert node["note"] == "recast"
    assert_is_as_if_loaded_afresh(clean, loader.knowledge)


def test_loading_twice_changes_nothing_and_records_nothing(clean: Graph, seed: Seed) -> None:
    first = loader_of(clean).put_all(seed.contributions, seed.vocabulary)
    before = (clean.snapshot(), clean.rows(), loads_of(clean))
    again = loader_of(clean).put_all(seed.contributions, seed.vocabulary)
    assert all(load.added for load in first)
    assert all(load.changes_nothing for load in again)
    assert not any(load.added or load.removed or load.changed for load in again)
    assert (clean.snapshot(), clean.rows(), loads_of(clean)) == before


@pytest.mark.parametrize(
    ("ahead", "compacted_at"),
    [(0, loading.COMPACTED_AT), (loading.AHEAD, loading.COMPACTED_AT), (loading.AHEAD, 30)],
)
def test_a_bulk_load_that_is_broken_off_is_consistent_and_a_second_run_finishes_it(
    clean: Graph, seed: Seed, monkeypatch: pytest.MonkeyPatch, ahead: int, compacted_at: int
) -> None:
    monkeypatch.setattr(loading, "AHEAD", ahead)
    monkeypatch.setattr(loading, "COMPACTED_AT", compacted_at)
    monkeypatch.setattr(loading, "BULK", 3)
    monkeypatch.setattr(loading, "BATCH_SOURCES", 3)

    def interrupt(source: str) -> None:
        if source == seed.contributions[4].source.id:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader_of(clean).put_all(seed.contributions, seed.vocabulary, progress=interrupt)
    half = loader_of(clean)
    loaded = len(half.knowledge.contributions)
    assert loaded % 3 == 0, "a batch is loaded whole or not at all"
    if ahead:
        assert 6 <= loaded < len(seed.contributions), "no more batches begin once it is stopped"
    else:
        assert loaded == 6
    assert (clean.snapshot() or {})["id"].startswith(PROVISIONAL)
    stored, derived = clean.rows().nodes, rows_of(half.knowledge, derive(half.knowledge)).nodes
    assert stored.keys() == derived.keys()
    for key, properties in stored.items():
        # Chains of placed steps are looked for with the last batch.
        assert properties.get("net", False) <= derived[key].get("net", False)
        assert _but_net(properties) == _but_net(derived[key])
    half.put_all(seed.contributions, seed.vocabulary)
    whole = loader_of(clean).knowledge
    assert len(whole.contributions) == len(seed.contributions)
    assert_is_as_if_loaded_afresh(clean, whole)


def _but_net(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != "net"}


def test_sources_that_say_much_share_a_transaction_with_fewer(
    clean: Graph, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BULK", 3)
    monkeypatch.setattr(loading, "BATCH_EVIDENCE", 25)
    said = {one.source.id: len(one.evidence) for one in seed.contributions}
    shared: dict[str, list[int]] = {}
    for load in loader_of(clean).put_all(seed.contributions, seed.vocabulary):
        shared.setdefault(load.after, []).append(said[load.source])
    assert all(sum(batch) <= 25 or len(batch) == 1 for batch in shared.values())
    assert max(map(len, shared.values())) > 1
    assert sum(map(len, shared.values())) == len(said)


def test_what_is_written_is_sought_by_its_id_whatever_the_statistics_say(
    clean: Graph, empty_graph: neo4j.Driver, seed: Seed
) -> None:
    loader_of(clean)
    scans: set[tuple[str, str]] = set()

    class Explained:
        """A transaction that looks at the plan of each query before it runs it."""

        def __init__(self, tx: neo4j.ManagedTransaction) -> None:
            self._tx = tx

        def run(self, text: str, **given: Any) -> neo4j.Result:
            plan = cast(Any, self._tx.run(_text(f"EXPLAIN {text}"), **given).consume().plan)
            scans.update((text, step) for step in _steps(plan) if step.endswith("Scan@neo4j"))
            return self._tx.run(_text(text), **given)

    some, whole = (
        rows_of(one, derive(one))
        for one in (
            Knowledge(seed.vocabulary, seed.contributions[::2]),
            Knowledge(seed.vocabulary, seed.contributions),
        )
    )

    def write(tx: neo4j.ManagedTransaction, *ways: tuple[Rows, Rows]) -> None:
        explained = cast("neo4j.ManagedTransaction", Explained(tx))
        for before, after in ways:
            run(explained, writes_of(changes_between(before, after)))

    def forget() -> None:
        empty_graph.execute_query("CALL db.prepareForReplanning()")
        empty_graph.execute_query("CALL db.clearQueryCaches()")

    # Counted while it is empty, and written in one transaction: no statistics tell of anything.
    forget()
    clean.write(lambda tx: write(tx, (Rows(), some), (some, whole), (whole, Rows())))
    # The nodes are counted, the indexes are not.
    forget()
    clean.write(lambda tx: write(tx, (Rows(), some)))
    empty_graph.execute_query("CALL db.clearQueryCaches()")
    clean.write(lambda tx: write(tx, (some, whole)))
    clean.write(lambda tx: write(tx, (whole, some)))
    assert clean.rows() == some
    assert not scans


def _steps(plan: Any) -> Iterator[str]:
    """The operators of a plan, by name."""
    yield plan["operatorType"]
    for child in plan.get("children", ()):
        yield from _steps(child)


def test_two_loaders_at_once_lose_nothing(clean: Graph, seed: Seed) -> None:
    one, other = loader_of(clean), loader_of(clean)
    first, second = seed.contributions[:2]
    assert one.knowledge.contributions == other.knowledge.contributions == {}
    one.put(first, seed.vocabulary, by="one")
    other.put(second, seed.vocabulary, by="other")
    knowledge = loader_of(clean).knowledge
    assert set(knowledge.contributions) == {first.source.id, second.source.id}
    assert_is_as_if_loaded_afresh(clean, knowledge)
    assert {load["by"] for load in loads_of(clean)} == {"one", "other"}


def test_whoever_meets_the_loads_of_others_again_and_again_comes_to_an_end(
    clean: Graph, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = loader_of(clean), loader_of(clean)
    mine, theirs = seed.contributions[0], list(seed.contributions[1:4])
    write, writers, waited = Graph.write, ThreadPoolExecutor(1), list[Future[Load]]()

    def is_mine() -> bool:
        return threading.current_thread() is threading.main_thread()

    def write_beside_the_other(self: Graph, *given: Any) -> Any:
        if is_mine() and not waited:
            # As often as nobody holds the graph, somebody else is quicker.
            waited.append(writers.submit(other.put, theirs.pop(), seed.vocabulary, by="other"))
            waited[0].result(timeout=60)
        return write(self, *given)

    derived = loading._ahead  # pyright: ignore[reportPrivateUsage]

    def derive_beside_the_other(*given: Any, **more: Any) -> Any:
        if is_mine() and len(waited) == 1:
            waited.append(writers.submit(other.put, theirs.pop(), seed.vocabulary, by="other"))
            # Whoever holds the graph is not overtaken.
            with pytest.raises(TimeoutError):
                waited[-1].result(timeout=0.5)
        return derived(*given, **more)

    monkeypatch.setattr(Graph, "write", write_beside_the_other)
    monkeypatch.setattr(loading, "_ahead", derive_beside_the_other)
    with writers:
        one.put(mine, seed.vocabulary, by="one")
        for each in waited:
            each.result(timeout=60)
    assert len(waited) == 2
    knowledge = loader_of(clean).knowledge
    assert len(knowledge.contributions) == 3
    assert_is_as_if_loaded_afresh(clean, knowledge)


def test_all_who_load_an_empty_graph_at_once_come_to_their_end(
    clean: Graph, empty_graph: neo4j.Driver, seed: Seed
) -> None:
    # The first to come lays constraints and indexes, with the others beside it.
    for kind, all_of_them in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
        shown = empty_graph.execute_query(
            _text(f"SHOW {all_of_them} YIELD name, type WHERE type <> 'LOOKUP'")
        )
        for row in shown.records:
            empty_graph.execute_query(_text(f"DROP {kind} {row['name']}"))

    def load(_: int) -> None:
        loader_of(clean).put_all(seed.contributions[:8], seed.vocabulary)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(load, range(3)))
    knowledge = loader_of(clean).knowledge
    assert len(knowledge.contributions) == 8
    assert_is_as_if_loaded_afresh(clean, knowledge)


def test_a_reader_never_takes_a_part_of_a_load_for_the_whole(
    clean: Graph, seed: Seed, neo4j_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BULK", 0)
    loader = loader_of(clean)

    def version(number: int) -> list[Contribution]:
        """The seed, with other words in every piece of evidence."""
        return [
            c.model_copy(
                update={
                    "evidence": tuple(
                        e.model_copy(update={"note": f"version {number}"}) for e in c.evidence
                    )
                }
            )
            for c in seed.contributions
        ]

    loader.put_all(version(0), seed.vocabulary)
    seen: set[str] = set()
    other = Graph.connect(
        neo4j_server.uri, username=neo4j_server.username, password=neo4j_server.password
    )
    with ThreadPoolExecutor(1) as pool, other:
        for number in range(1, 9):
            load = pool.submit(loader.put_all, version(number), seed.vocabulary)
            while not load.done():
                snapshot, rows, vocabulary = other.content()
                held = snapshot_id(knowledge_from(rows, vocabulary))
                assert held == (snapshot or {})["id"]
                seen.add(held)
            load.result()
    assert len(seen) > 4


def test_what_comes_and_goes_while_a_graph_is_read_is_not_read_by_half(
    clean: Graph, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    *others, passing = seed.contributions
    loader = loader_of(clean)
    loader.put_all(others, seed.vocabulary)
    before = clean.snapshot()
    ask, acts = neo4j.Session.run, ["withdraw", "put"]

    def ask_while_others_load(self: neo4j.Session, query: Any, *given: Any, **more: Any) -> Any:
        text = getattr(query, "text", query)
        if "(n:Statement)" in text and acts[-1:] == ["put"]:
            acts.pop()
            loader.put(passing, seed.vocabulary)
        if "-[r]->(b)" in text and acts == ["withdraw"]:
            acts.pop()
            loader.withdraw(passing.source.id)
        return ask(self, query, *given, **more)

    monkeypatch.setattr(neo4j.Session, "run", ask_while_others_load)
    snapshot, rows, vocabulary = clean.content()
    assert acts == []
    assert (snapshot or {})["id"] == (before or {})["id"]
    assert snapshot_id(knowledge_from(rows, vocabulary)) == (before or {})["id"]


def test_a_graph_of_an_earlier_version_has_its_new_id_from_the_next_load_on(
    clean: Graph, empty_graph: neo4j.Driver, seed: Seed, tmp_path: Path
) -> None:
    first, second, third = seed.contributions[:3]
    loader = loader_of(clean)
    loader.put_all([first, second], seed.vocabulary)
    earlier = earlier_snapshot_id(loader.knowledge)
    empty_graph.execute_query(
        "MATCH (s) WHERE s:Snapshot SET s.id = $id REMOVE s.tally", id=earlier
    )
    loader = loader_of(clean)
    assert loader.put(first, seed.vocabulary).after == earlier
    assert write_dump(clean, tmp_path / "dump").snapshot == earlier
    load = loader.put(third, seed.vocabulary)
    assert load.before == earlier
    assert load.after == snapshot_id(Knowledge(seed.vocabulary, [first, second, third]))
    assert_is_as_if_loaded_afresh(clean, loader.knowledge)


def test_a_dry_run_writes_nothing_and_says_what_the_load_then_does(
    clean: Graph, seed: Seed
) -> None:
    loader = loader_of(clean)
    loader.put_all(seed.contributions[:-1], seed.vocabulary)
    before = (clean.snapshot(), clean.rows())
    promised = loader.put(seed.contributions[-1], seed.vocabulary, dry_run=True)
    assert (clean.snapshot(), clean.rows()) == before
    done = loader.put(seed.contributions[-1], seed.vocabulary)
    assert (promised.added, promised.changed, promised.after) == (
        done.added,
        done.changed,
        done.after,
    )


def test_a_database_that_holds_something_else_is_refused_and_left_alone(
    clean: Graph, driver: neo4j.Driver
) -> None:
    with driver.session(database="neo4j") as session:
        session.run("CREATE (:Film {title: 'a film'})").consume()
    with pytest.raises(EngineSetup, match="Film"):
        Loader(clean, schema=folder("schema")).prepare()
    with driver.session(database="neo4j") as session:
        assert session.run("MATCH (n) RETURN count(n)").single(strict=True).value() == 1
        session.run("MATCH (n:Film) DELETE n").consume()


def test_what_is_not_there_cannot_be_withdrawn_or_retracted(clean: Graph) -> None:
    with pytest.raises(NotFound, match="No source 'x'"):
        loader_of(clean).withdraw("x")
    with pytest.raises(NotFound, match="No study 'x'"):
        loader_of(clean).retract("x", "never was")
