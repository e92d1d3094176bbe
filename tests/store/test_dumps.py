"""What was dumped is restored as it was, and what is no whole dump changes nothing."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neo4j
import orjson
import pytest

from immunograph.domain.snapshot import earlier_snapshot_id
from immunograph.errors import DumpUnusable, EngineSetup
from immunograph.folders import folder
from immunograph.store.dumps import read_dump, restore_dump, write_dump
from immunograph.store.graph import Graph
from immunograph.store.keys import new_key, revoke_key
from immunograph.store.loader import Loader
from immunograph.store.loads import loads_of

SCHEMA = folder("schema")
STUDY = "cools-lartigue-2013"


def wipe(driver: neo4j.Driver) -> None:
    driver.execute_query("MATCH (n) DETACH DELETE n", database_="neo4j")  # pyright: ignore[reportUnknownMemberType] # **config


@pytest.fixture
def dumped(loaded_graph: Graph, tmp_path: Path) -> Path:
    """A dump of the founding sources, one study of which is retracted, and a key beside them."""
    secret = new_key(loaded_graph, "dumper")
    loader = Loader(loaded_graph, schema=SCHEMA)
    loader.retract(STUDY, "withdrawn by its journal")
    file = tmp_path / "graph.jsonl.gz"
    try:
        write_dump(loaded_graph, file)
    finally:
        loader.retract(STUDY, None)
        revoke_key(loaded_graph, "dumper")
    text = gzip.decompress(file.read_bytes())
    assert secret.encode() not in text
    assert b"dumper" not in text
    return file


def test_a_dump_restored_into_an_empty_graph_gives_the_same_snapshot(
    dumped: Path, graph: Graph, empty_graph: neo4j.Driver, tmp_path: Path
) -> None:
    held = restore_dump(graph, dumped, schema=SCHEMA)
    stored = graph.snapshot()
    assert stored is not None
    assert stored["id"] == held.snapshot
    assert Loader(graph, schema=SCHEMA).knowledge.studies[STUDY].retracted
    loads = loads_of(graph)
    assert {load["by"] for load in loads} == {"local", f"restored from {dumped.name}"}
    again = tmp_path / "again.jsonl.gz"
    write_dump(graph, again)
    one, other = read_dump(dumped), read_dump(again)
    assert one.knowledge.contributions == other.knowledge.contributions
    assert one.snapshot == other.snapshot
    assert one.vocabulary == other.vocabulary


def test_the_same_content_gives_the_same_bytes(loaded_graph: Graph, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_dump(loaded_graph, one)
    write_dump(loaded_graph, other)
    assert one.read_bytes() == other.read_bytes()


def test_a_restore_that_was_stopped_is_finished_by_the_next(
    dumped: Path, graph: Graph, empty_graph: neo4j.Driver
) -> None:
    done: list[str] = []
    restore_dump(graph, dumped, schema=SCHEMA, progress=done.append, going_on=lambda: len(done) < 2)
    assert len(Loader(graph, schema=SCHEMA).knowledge.contributions) == len(done) == 2
    held = restore_dump(graph, dumped, schema=SCHEMA)
    assert (graph.snapshot() or {})["id"] == held.snapshot


def test_a_graph_that_holds_something_is_left_as_it_is(
    dumped: Path, graph: Graph, empty_graph: neo4j.Driver, founding: Any
) -> None:
    loader = Loader(graph, schema=SCHEMA)
    loader.prepare()
    other = founding.contributions[0]
    changed = other.model_copy(
        update={"source": other.source.model_copy(update={"title": "Another title"})}
    )
    loader.put(changed, founding.vocabulary)
    before = graph.snapshot()
    with pytest.raises(DumpUnusable, match="holds 1 sources already"):
        restore_dump(graph, dumped, schema=SCHEMA)
    assert graph.snapshot() == before


def test_a_dump_never_overwrites_a_file(loaded_graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.write_text("precious")
    with pytest.raises(EngineSetup, match="exists already"):
        write_dump(loaded_graph, file)
    assert file.read_text() == "precious"
    with pytest.raises(EngineSetup, match="Name another place"):
        write_dump(loaded_graph, tmp_path / "no" / "such" / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


def _repacked(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda body: gzip.compress(
        b"".join(change(gzip.decompress(body).splitlines(keepends=True)))
    )


def _renamed(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"metastasis", b"METASTASIS") for line in lines]


def _of_the_future(lines: list[bytes]) -> list[bytes]:
    return [orjson.dumps({"format": "immunograph dump 99"}) + b"\n", *lines[1:]]


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda body: body[: len(body) // 2],
    lambda body: body[:100] + bytes(20) + body[120:],
    lambda body: b"",
    lambda body: b"no dump at all",
    _repacked(lambda lines: lines[:-1]),
    _repacked(lambda lines: [*lines[:5], *lines[6:]]),
    _repacked(_renamed),
    _repacked(_of_the_future),
    _repacked(lambda lines: [lines[0], b"[" * 100_000 + b"\n", *lines[1:]]),
    _repacked(lambda lines: [lines[0], b'{"load": 7, "source": []}\n', *lines[1:]]),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_whole_dump_changes_nothing(
    damage: Callable[[bytes], bytes], loaded_graph: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "graph.jsonl.gz"
    write_dump(loaded_graph, file)
    file.write_bytes(damage(file.read_bytes()))
    before = loaded_graph.snapshot()
    with pytest.raises(DumpUnusable, match="Nothing was changed"):
        restore_dump(loaded_graph, file, schema=SCHEMA)
    assert loaded_graph.snapshot() == before


def test_a_dump_of_an_earlier_version_is_restored_under_the_id_that_its_content_has_now(
    dumped: Path, graph: Graph, empty_graph: neo4j.Driver
) -> None:
    held = read_dump(dumped)
    earlier = earlier_snapshot_id(held.knowledge).encode()
    text = gzip.decompress(dumped.read_bytes()).replace(held.snapshot.encode(), earlier)
    lines = text.splitlines(keepends=True)[:-1]
    end = {"lines": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    dumped.write_bytes(gzip.compress(b"".join([*lines, orjson.dumps({"end": end})])))
    assert restore_dump(graph, dumped, schema=SCHEMA).snapshot == held.snapshot
    assert (graph.snapshot() or {})["id"] == held.snapshot
    told = {load["after"] for load in loads_of(graph) if load["by"] == "local"}
    assert held.snapshot in told
    assert earlier.decode() not in told


def test_a_file_that_is_not_there_is_named(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(EngineSetup, match="There is no file"):
        restore_dump(graph, tmp_path / "none", schema=SCHEMA)


def test_an_empty_graph_and_one_changed_by_hand_are_not_dumped(
    graph: Graph, empty_graph: neo4j.Driver, founding: Any, tmp_path: Path
) -> None:
    with pytest.raises(DumpUnusable, match="nothing to dump"):
        write_dump(graph, tmp_path / "a")
    loader = Loader(graph, schema=SCHEMA)
    loader.prepare()
    loader.put(founding.contributions[0], founding.vocabulary)
    empty_graph.execute_query(  # pyright: ignore[reportUnknownMemberType] # **config
        "MATCH (s:Source) SET s.title = 'by hand'", database_="neo4j"
    )
    with pytest.raises(DumpUnusable, match="by another way than a load"):
        write_dump(graph, tmp_path / "a")
    assert not (tmp_path / "a").exists()
