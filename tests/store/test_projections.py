"""A projection is read once from the graph, then mapped from a file that all processes share."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
import pytest

from graphs import VOCABULARY, entity, says, source, view_of
from graphs import graph as a_graph
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.folders import folder
from immunograph.search.network import VERSION, Projection
from immunograph.seeds.folder import read_seed
from immunograph.service import Service
from immunograph.service.view import View
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.loader import PROVISIONAL, Loader
from immunograph.store.projections import (
    KEPT,
    SUFFIX,
    keep_projection,
    open_projection,
    read_steps,
)


@pytest.fixture
def projection(loaded_graph: Graph) -> Projection:
    stored = loaded_graph.snapshot()
    assert stored is not None
    return read_steps(loaded_graph).projection(stored["id"])


def _service(graph: Graph, arrays: Path) -> Service:
    return Service(graph, catalogue=Catalogue.read(folder("queries")), arrays=arrays)


def _view(service: Service) -> View:
    return service.view(ALL_EVIDENCE, NOTHING)


def _is_mapped(array: np.ndarray) -> bool:
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    return isinstance(base, np.memmap)


def test_the_graph_is_read_as_the_view_derives_it(
    loaded_graph: Graph, projection: Projection, tmp_path: Path
) -> None:
    view = _view(_service(loaded_graph, tmp_path))
    steps = view.layer.steps
    costs = np.array([step.cost for step in steps])
    assert projection.is_of(view.ids, [step.statement for step in steps], costs)
    assert projection.abstract.tolist() == view.abstract.tolist()
    assert list(projection.names) == [view.knowledge.entity(i).name for i in view.ids]
    assert set(projection.steps.statement) & view.derivation.net


def test_the_nodes_of_each_entity_are_read_as_the_view_derives_them(
    empty_graph: neo4j.Driver, graph: Graph, tmp_path: Path
) -> None:
    # The cell that is met first has the later id.
    knowledge = a_graph(
        source("one", says("a kills b"), says("b promotes c"), says("a promotes b")),
        source("two", says("a promotes d", in_cell="itm:n"), says("d promotes e")),
        source("three", says("b promotes d", in_cell="itm:m"), says("d step_of f")),
        entities=[
            entity("b", tumour_cells=True),
            entity("c", of_tumour_cells=True),
            *(entity(name, kind="Protein") for name in "def"),
        ],
    )
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    loader.put_all([*knowledge.contributions.values()], VOCABULARY)
    stored = graph.snapshot()
    assert stored is not None
    projection = read_steps(graph).projection(stored["id"])
    derived = view_of(knowledge).layer
    assert derived.network.nodes == derived.network.entities + 3
    for name, array in projection.network.to_arrays().items():
        assert np.array_equal(array, derived.network.to_arrays()[name]), name
    assert list(projection.steps.statement) == [step.statement for step in derived.steps]
    assert _view(_service(graph, tmp_path)).layer.steps == derived.steps


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
    projection: Projection,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: str,
) -> None:
    keep_projection(projection, folder=tmp_path)
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
    assert view.layer.network.steps == projection.network.steps


def test_a_snapshot_in_the_middle_of_a_load_is_never_written(
    projection: Projection, tmp_path: Path
) -> None:
    half = replace(projection, snapshot=f"{PROVISIONAL}{'a' * 32}")
    assert keep_projection(half, folder=tmp_path) is half
    assert open_projection(half.snapshot, folder=tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_only_the_snapshots_asked_for_last_keep_their_files(
    projection: Projection, tmp_path: Path
) -> None:
    for number in range(KEPT + 3):
        old = tmp_path / f"{number:064x}{SUFFIX}"
        old.write_bytes(b"of an old snapshot")
        os.utime(old, (number, number))
    keep_projection(projection, folder=tmp_path)
    left = sorted(file.stem for file in tmp_path.iterdir())
    assert left == sorted([projection.snapshot, *(f"{n:064x}" for n in range(4, KEPT + 3))])


def test_a_folder_that_cannot_be_written_leaves_the_arrays_in_memory(
    projection: Projection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert keep_projection(projection, folder=blocked / "arrays") is projection
    assert "held in memory" in caplog.text


def test_a_graph_whose_stored_values_are_old_is_still_answered_from_what_follows_now(
    loaded_graph: Graph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fresh = _view(_service(loaded_graph, tmp_path))
    stored = loaded_graph.snapshot()
    assert stored is not None
    projection = open_projection(stored["id"], folder=tmp_path)
    assert projection is not None
    old = Projection(
        snapshot=projection.snapshot,
        ids=projection.ids,
        names=projection.names,
        abstract=projection.abstract,
        steps=projection.steps._replace(cost=projection.steps.cost + np.int32(1)),
        network=projection.network,
    )
    keep_projection(old, folder=tmp_path)
    with caplog.at_level(logging.WARNING):
        view = _view(_service(loaded_graph, tmp_path))
    assert "load it again" in caplog.text
    assert np.array_equal(view.layer.network.outgoing.step, fresh.layer.network.outgoing.step)


def test_what_comes_and_goes_while_steps_are_read_is_in_no_file(
    loaded_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = read_seed(folder("seed"))
    [passing] = [c for c in seed.contributions if c.source.id.startswith("lin-2007")]
    loader = Loader(loaded_graph, schema=folder("schema"))
    read, acts = Graph.read_plain, ["withdraw", "put"]

    def read_while_others_load(self: Graph, cypher: str, *given: Any, **more: Any) -> Any:
        found = read(self, cypher, *given, **more)
        if "(e:Entity)" in cypher and acts[-1:] == ["put"]:
            acts.pop()
            loader.put(passing, seed.vocabulary)
        if "range(" in cypher and acts == ["withdraw"]:
            acts.pop()
            loader.withdraw(passing.source.id)
        return found

    monkeypatch.setattr(Graph, "read_plain", read_while_others_load)
    view = _view(_service(loaded_graph, tmp_path))
    assert acts == []
    assert _is_mapped(view.layer.network.outgoing.step)
    [file] = tmp_path.glob(f"*{SUFFIX}")
    kept = open_projection(file.stem, folder=tmp_path)
    assert kept is not None
    assert len(kept.steps.cost) == len(read_steps(loaded_graph).projection(file.stem).steps.cost)
