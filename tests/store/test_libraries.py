"""A library is read once from the graph, then mapped from a file that all processes share."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
import pytest

from graphs import VOCABULARY, says, source
from graphs import graph as a_graph
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.domain.snapshot import snapshot_id
from immunograph.folders import folder
from immunograph.search.library import VERSION, Library
from immunograph.service import Service
from immunograph.service.state import library_of
from immunograph.service.view import View
from immunograph.store import following
from immunograph.store import loader as loading
from immunograph.store.catalogue import Catalogue
from immunograph.store.following import Touched, contributions_of, follow, touched_since
from immunograph.store.graph import Graph
from immunograph.store.libraries import KEPT, SUFFIX, keep_library, open_library
from immunograph.store.loader import Loader
from immunograph.store.loads import PROVISIONAL, RESTORED


@pytest.fixture
def library(loaded_graph: Graph) -> Library:
    return library_of(_view(_service(loaded_graph, None)))


@pytest.fixture
def loader(graph: Graph, empty_graph: neo4j.Driver) -> Loader:
    """Who loads into our graph, which is empty."""
    assert empty_graph is not None
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    return loader


def _service(graph: Graph, arrays: Path | None) -> Service:
    return Service(graph, catalogue=Catalogue.read(folder("queries")), libraries=arrays)


def _view(service: Service) -> View:
    return service.view(ALL_EVIDENCE, NOTHING)


def _is_mapped(array: np.ndarray) -> bool:
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    return isinstance(base, np.memmap)


def test_a_second_process_maps_the_file_of_the_first(loaded_graph: Graph, tmp_path: Path) -> None:
    first, second = (_service(loaded_graph, tmp_path) for _ in range(2))
    first.refresh()
    [file] = tmp_path.glob(f"*{SUFFIX}")
    assert file.stem == first.snapshot_id
    written = file.stat().st_ino
    for service in (first, second):
        assert _is_mapped(_view(service).layer.network.outgoing.step)
    assert file.stat().st_ino == written


@pytest.mark.parametrize("damage", ["truncated", "empty", "of another version", "no such file"])
def test_a_file_that_is_of_no_use_is_built_anew_with_one_line_in_the_log(
    loaded_graph: Graph,
    library: Library,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: str,
) -> None:
    keep_library(library, folder=tmp_path)
    [file] = tmp_path.glob(f"*{SUFFIX}")
    whole = file.read_bytes()
    harmed = {
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "of another version": whole[:20] + bytes([VERSION + 1]) + whole[21:],
        "no such file": b"not one of ours",
    }[damage]
    file.write_bytes(harmed)
    with caplog.at_level(logging.WARNING):
        view = _view(_service(loaded_graph, tmp_path))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "built anew" in caplog.text
    assert file.read_bytes() == whole
    assert view.layer.network.steps == library.steps.network.steps


def test_a_snapshot_in_the_middle_of_a_load_is_never_written(
    library: Library, tmp_path: Path
) -> None:
    half = replace(library, snapshot=f"{PROVISIONAL}{'a' * 32}")
    assert keep_library(half, folder=tmp_path) is half
    assert open_library(half.snapshot, folder=tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_only_the_snapshots_asked_for_last_keep_their_files(
    library: Library, tmp_path: Path
) -> None:
    for number in range(KEPT + 3):
        old = tmp_path / f"{number:064x}{SUFFIX}"
        old.write_bytes(b"of an old snapshot")
        os.utime(old, (number, number))
    keep_library(library, folder=tmp_path)
    left = sorted(file.stem for file in tmp_path.iterdir())
    assert left == sorted([library.snapshot, *(f"{n:064x}" for n in range(4, KEPT + 3))])


def test_a_folder_that_cannot_be_written_leaves_the_arrays_in_memory(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert keep_library(library, folder=blocked / "arrays") is library
    assert "held in memory" in caplog.text


class _Counted:
    """Counts the reads of the whole graph."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads = 0
        whole = Graph.content

        def content(graph: Graph) -> Any:
            self.reads += 1
            return whole(graph)

        monkeypatch.setattr(Graph, "content", content)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> _Counted:
    return _Counted(monkeypatch)


def _contributions() -> list[Contribution]:
    return [
        *a_graph(
            source("one", says("a promotes b"), says("b promotes c", in_cell="itm:n")),
            source("two", says("b inhibits c"), study="study-two"),
        ).contributions.values()
    ]


def test_a_service_follows_loads_of_others_without_reading_the_whole(
    loader: Loader, graph: Graph, tmp_path: Path, counted: _Counted
) -> None:
    one, two = _contributions()
    loader.put(one, VOCABULARY)
    service = _service(graph, tmp_path)
    service.refresh()
    before = counted.reads

    loader.put(two, VOCABULARY)
    assert service.refresh()
    assert service.state.knowledge.contributions.keys() == {"one", "two"}
    loader.retract("study-two", "its figures were drawn")
    assert service.refresh()
    assert service.state.knowledge.studies["study-two"].retracted == "its figures were drawn"
    loader.retract("study-two", None)
    loader.withdraw("one")
    assert service.refresh()

    assert counted.reads == before
    assert dict(service.state.knowledge.contributions) == {"two": two}
    assert service.snapshot_id == snapshot_id(Knowledge(VOCABULARY, [two]))
    fresh = _view(_service(graph, None))
    assert list(_view(service).layer.steps) == list(fresh.layer.steps)


def test_a_start_follows_from_the_library_of_an_earlier_snapshot(
    loader: Loader, graph: Graph, tmp_path: Path, counted: _Counted
) -> None:
    one, two = _contributions()
    loader.put(one, VOCABULARY)
    _service(graph, tmp_path).refresh()
    loader.put(two, VOCABULARY)
    before = counted.reads

    service = _service(graph, tmp_path)
    service.refresh()

    assert counted.reads == before
    assert dict(service.state.knowledge.contributions) == {"one": one, "two": two}


def test_where_the_records_of_loads_are_gone_the_whole_is_read_anew(
    empty_graph: neo4j.Driver,
    loader: Loader,
    graph: Graph,
    tmp_path: Path,
    *,
    counted: _Counted,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one, two = _contributions()
    loader.put(one, VOCABULARY)
    service = _service(graph, tmp_path)
    service.refresh()
    loader.put(two, VOCABULARY)
    empty_graph.execute_query("MATCH (l:Load) DETACH DELETE l")
    before = counted.reads

    with caplog.at_level(logging.INFO):
        assert service.refresh()

    assert counted.reads == before + 1
    assert "read anew" in caplog.text
    assert service.state.present.library is not None, "what was read whole is laid out"
    assert dict(service.state.knowledge.contributions) == {"one": one, "two": two}


def test_what_was_changed_by_hand_between_two_loads_is_noticed(
    empty_graph: neo4j.Driver, loader: Loader, graph: Graph, tmp_path: Path, counted: _Counted
) -> None:
    one, two = _contributions()
    loader.put(one, VOCABULARY)
    service = _service(graph, tmp_path)
    service.refresh()
    before = counted.reads
    loader.put(two, VOCABULARY)
    empty_graph.execute_query("MATCH (s:Source {id: 'two'}) SET s.title = 'Another title'")

    assert service.refresh()

    assert counted.reads == before + 1
    assert service.state.knowledge.source("two").title == "Another title"


def test_the_batches_of_a_large_load_are_followed_one_by_one(
    loader: Loader,
    graph: Graph,
    tmp_path: Path,
    counted: _Counted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "BULK", 1)
    monkeypatch.setattr(loading, "BATCH_SOURCES", 1)
    monkeypatch.setattr(loading, "AHEAD", 0)
    one, two = _contributions()
    three = a_graph(source("three", says("c promotes d"))).contributions["three"]
    loader.put(one, VOCABULARY)
    service = _service(graph, tmp_path)
    service.refresh()
    before = counted.reads
    seen: list[str] = []

    def look(_: str) -> None:
        service.refresh()
        seen.append(service.snapshot_id)

    loader.put_all([two, three], VOCABULARY, progress=look)
    service.refresh()

    assert seen[0].startswith(PROVISIONAL)
    assert counted.reads == before
    assert dict(service.state.knowledge.contributions) == {"one": one, "two": two, "three": three}
    assert service.snapshot_id == snapshot_id(service.state.knowledge)


def test_some_sources_are_read_as_the_whole_graph_is(loaded_graph: Graph) -> None:
    whole = _view(_service(loaded_graph, None)).full
    names = sorted(whole.contributions)[::3]
    stored = loaded_graph.snapshot()
    assert stored is not None
    assert contributions_of(loaded_graph.in_turn(), [*names, "none-such"], stored) == {
        name: whole.contributions[name] for name in names
    }


@pytest.mark.parametrize("read", ["MATCH (s:Source)", "MATCH (e:Entity)", "MATCH (t:Study)"])
def test_what_others_change_while_a_change_is_followed_is_not_taken_by_half(
    loader: Loader, graph: Graph, monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    one, two = _contributions()
    first = loader.put(one, VOCABULARY)
    held = loader.read().knowledge
    second = loader.put(two, VOCABULARY)
    stored = graph.snapshot()
    assert stored is not None
    touched = touched_since(graph, first.after, second.after)
    assert touched == Touched(frozenset({"two"}), frozenset())
    studied = Touched(frozenset({"two"}), frozenset(held.studies))
    ask, others = Graph.read, [lambda: loader.withdraw("two")]

    def read_beside_others(self: Graph, cypher: str, *given: Any, **more: Any) -> Any:
        rows = ask(self, cypher, *given, **more)
        if cypher.strip().startswith(read) and others:
            others.pop()()
        return rows

    monkeypatch.setattr(Graph, "read", read_beside_others)
    assert follow(graph, held, studied, stored) is None
    assert others == []
    monkeypatch.undo()
    loader.put(two, VOCABULARY)
    # The same content again, but another snapshot node: what was held goes on from there.
    again = graph.snapshot()
    assert again is not None
    found = follow(graph, held, studied, again)
    assert found is not None
    assert dict(found.contributions) == {"one": one, "two": two}


@pytest.mark.parametrize("by", ["local", f"{RESTORED}a dump"])
def test_the_newest_records_of_loads_tell_what_all_of_them_do(
    loader: Loader, graph: Graph, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    one, two = _contributions()
    loads = [
        loader.put(one, VOCABULARY),
        loader.put(two, VOCABULARY, by=by),
        loader.withdraw("two"),  # the snapshot is again what it was
        *loader.put_all([two, one], VOCABULARY),
        loader.withdraw("one"),
    ]
    pairs = [(before.after, now.after) for before in loads for now in loads]
    told = [touched_since(graph, *pair) for pair in pairs]
    assert Touched(frozenset({"one"}), frozenset()) in told
    for near in range(1, len(loads) + 1):
        monkeypatch.setattr(following, "NEAR", near)
        assert [touched_since(graph, *pair) for pair in pairs] == told


def test_a_change_is_followed_by_the_newest_records_alone(
    loader: Loader, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = _contributions()
    loads = [loader.put(one, VOCABULARY), loader.put(two, VOCABULARY), loader.withdraw("one")]
    ask, rows = Graph.read, list[int]()

    def counted(self: Graph, *given: Any, **more: Any) -> Any:
        found = ask(self, *given, **more)
        rows.append(len(found))
        return found

    monkeypatch.setattr(following, "NEAR", 2)
    monkeypatch.setattr(Graph, "read", counted)
    assert touched_since(graph, loads[1].after, loads[2].after) == Touched(
        frozenset({"one"}), frozenset()
    )
    assert rows == [2]
