"""What an earlier version left behind is read by this one, and brought up to date.

In `earlier/` are, by version, the founding sources as it had them: its dump, and its graph as it
stood in a data folder, all nodes and links with what was derived. `IMMUNOGRAPH_WRITE_EARLIER=1
pytest tests/store/test_earlier_versions.py` writes those of this version, before it is released.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import neo4j
import orjson
import pytest

from afresh import assert_is_as_if_loaded_afresh
from immunograph.domain.knowledge import Knowledge
from immunograph.folders import folder
from immunograph.inference.tables import rows_of
from immunograph.questions.paths import PATHS
from immunograph.seeds.folder import Seed
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue
from immunograph.store.dumps import read_dump, restore_dump, write_dump
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

ROOT = Path(__file__).parents[2]
EARLIER = Path(__file__).parent / "earlier"
GRAPHS = sorted(EARLIER.glob("*.graph.jsonl.gz"))
DUMPS = sorted(EARLIER.glob("*.dump.jsonl.gz"))
SCHEMA = folder("schema")
BEST_PATH = [
    *("4d460790a2d24936", "2017aeaca39c9653", "7d39195676c4398b"),
    *("d858a6563829a18e", "20ba6514db07c119", "38fd22b5652558a4"),
]
"""The statements by which all of them answer how paclitaxel affects lung metastasis."""


def put_graph(driver: neo4j.Driver, file: Path) -> None:
    """Put nodes and links into an empty database, as a file has them."""
    listed = [orjson.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    nodes = [one | {"place": place} for place, one in enumerate(listed) if "labels" in one]
    links = listed[len(nodes) :]
    ids: dict[int, str] = {}
    with driver.session(database="neo4j") as session:  # pyright: ignore[reportUnknownMemberType] # **config
        for labels, some in _by(nodes, lambda node: ":".join(node["labels"])):
            found = session.run(
                _query(
                    f"UNWIND $some AS one CREATE (n:{labels}) SET n = one.properties "
                    "RETURN one.place AS place, elementId(n) AS id"
                ),
                some=some,
            )
            ids |= {row["place"]: row["id"] for row in found}
        for type_, some in _by(links, lambda link: link["type"]):
            ends = [one | {"a": ids[one["from"]], "b": ids[one["to"]]} for one in some]
            session.run(
                _query(
                    "UNWIND $some AS one MATCH (a) WHERE elementId(a) = one.a "
                    "MATCH (b) WHERE elementId(b) = one.b "
                    f"CREATE (a)-[r:{type_}]->(b) SET r = one.properties"
                ),
                some=ends,
            ).consume()


def _query(text: str) -> neo4j.Query:
    # The driver wants literal texts; the labels and types of these files are our own.
    return neo4j.Query(text)  # pyright: ignore[reportArgumentType]


def _by(
    listed: list[dict[str, Any]], key: Callable[[dict[str, Any]], str]
) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    return [(one, list(some)) for one, some in groupby(sorted(listed, key=key), key=key)]


def assert_answers(graph: Graph) -> None:
    """The question is answered by the path by which it was answered when the file was written."""
    service = Service(graph, catalogue=Catalogue.read(folder("queries")))
    service.refresh()
    answer = PATHS.ask(service, source=["paclitaxel"], target=["lung metastasis"])
    paths = [[step["statement"] for step in path["steps"]] for path in answer["paths"]]
    assert BEST_PATH in paths


def assert_takes_a_load(graph: Graph, founding: Seed) -> None:
    """The sources of today replace those of then, and nothing of these is left."""
    loader = Loader(graph, schema=SCHEMA)
    loader.put_all(founding.contributions, founding.vocabulary)
    assert_is_as_if_loaded_afresh(graph, Knowledge(founding.vocabulary, founding.contributions))


@pytest.mark.parametrize("file", GRAPHS, ids=lambda file: file.name)
def test_a_data_folder_of_an_earlier_version_answers_and_any_load_brings_it_up_to_date(
    file: Path, graph: Graph, empty_graph: neo4j.Driver, founding: Seed
) -> None:
    put_graph(empty_graph, file)
    assert_answers(graph)
    loader = Loader(graph, schema=SCHEMA)
    loader.prepare()
    knowledge, derivation = loader.derived()
    if file.name.startswith("0.1.0"):  # which marked no steps as they are marked now
        assert graph.rows().links != rows_of(knowledge, derivation).links
    first = min(knowledge.contributions)
    loader.put(knowledge.contributions[first], knowledge.vocabulary)
    assert_is_as_if_loaded_afresh(graph, loader.knowledge)
    assert_takes_a_load(graph, founding)


@pytest.mark.parametrize("file", DUMPS, ids=lambda file: file.name)
def test_a_dump_of_an_earlier_version_is_restored_answers_and_takes_a_load(
    file: Path, graph: Graph, empty_graph: neo4j.Driver, founding: Seed
) -> None:
    dump = restore_dump(graph, file, schema=SCHEMA)
    assert dump.contributions
    assert_is_as_if_loaded_afresh(graph, dump.knowledge)
    assert_answers(graph)
    assert_takes_a_load(graph, founding)


def test_what_this_version_leaves_is_kept_for_later_ones(
    loaded_graph: Graph, driver: neo4j.Driver
) -> None:
    [version] = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    dump, graph = (EARLIER / f"{version}.{of}.jsonl.gz" for of in ("dump", "graph"))
    if os.environ.get("IMMUNOGRAPH_WRITE_EARLIER"):
        dump.unlink(missing_ok=True)
        write_dump(loaded_graph, dump)
        take_graph(driver, graph)
    assert read_dump(dump).version == version
    assert graph in EARLIER.iterdir()


def take_graph(driver: neo4j.Driver, file: Path) -> None:
    """Write all nodes and links of a database to a file, but for who loaded what."""
    with driver.session(database="neo4j") as session:  # pyright: ignore[reportUnknownMemberType] # **config
        nodes = session.run(
            "MATCH (n) WHERE NOT n:Load AND NOT n:Key RETURN elementId(n) AS id, "
            "labels(n) AS labels, properties(n) AS properties ORDER BY labels(n)[0], n.id"
        ).data()
        places = {node.pop("id"): place for place, node in enumerate(nodes)}
        links = session.run(
            "MATCH (a)-[r]->(b) RETURN elementId(a) AS `from`, elementId(b) AS `to`, "
            "type(r) AS type, properties(r) AS properties ORDER BY a.id, b.id, type, r.id"
        ).data()
    moved = [one | {"from": places[one["from"]], "to": places[one["to"]]} for one in links]
    listed = [orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in (*nodes, *moved)]
    file.write_bytes(gzip.compress(b"\n".join(listed) + b"\n", mtime=0))
