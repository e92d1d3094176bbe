"""A load that somebody stops, anywhere: nothing by half, and the next run finishes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

import neo4j
import pytest
from bench.seeds import write_seed

from afresh import assert_is_as_if_loaded_afresh
from figures import share_of
from immunograph.composition import Connection, connected
from immunograph.domain.model import Contribution
from immunograph.errors import EngineUnavailable
from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.settings import Settings
from immunograph.store import keeper, local
from immunograph.store.graph import Graph
from immunograph.store.loader import BATCH_SOURCES, BULK, Loader
from immunograph.store.loads import PROVISIONAL
from serving import keep_apart

STOPS = round(share_of(10, least=2))
WITHIN_SECONDS = 5.0
"""A load of any size ends so soon after it was asked to."""
COMMAND = [sys.executable, "-c", "from immunograph.cli import main; main()", "seed", "load"]


def settings_in(data_dir: Path) -> Settings:
    return Settings.model_validate({"data_dir": data_dir, "neo4j_uri": None})


def start(seed: Path, data_dir: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "IMMUNOGRAPH_DATA_DIR": str(data_dir)}
    environment.pop("NEO4J_URI", None)
    return subprocess.Popen(
        [*COMMAND, str(seed)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_consistent(graph: Graph, contributions: Mapping[str, Contribution]) -> int:
    """Whatever is loaded is loaded whole, and all that follows from it is right."""
    if graph.snapshot() is None:
        return 0
    knowledge = Loader(graph, schema=folder("schema")).knowledge
    for source, held in knowledge.contributions.items():
        assert held == contributions[source]
    assert_is_as_if_loaded_afresh(graph, knowledge, provisional=PROVISIONAL)
    return len(knowledge.contributions)


def loaded_in(graph: Graph) -> int:
    return int((graph.snapshot() or {}).get("sources", 0))


def wipe(connection: Connection) -> None:
    assert connection.engine is not None
    password = connection.engine.password.get_secret_value()
    auth = (connection.engine.username, password)
    with neo4j.GraphDatabase.driver(connection.uri, auth=auth) as driver:  # pyright: ignore[reportUnknownMemberType] # **config
        driver.execute_query("MATCH (n) DETACH DELETE n", database_="neo4j")


def contributions_of(seed: Path) -> dict[str, Contribution]:
    return {one.source.id: one for one in read_seed(seed).contributions}


def finish(seed: Path, data_dir: Path, graph: Graph) -> str:
    """Load to the end; the id of the snapshot."""
    run = start(seed, data_dir)
    _, told = run.communicate(timeout=600)
    assert (run.returncode, told) == (0, "")
    return str((graph.snapshot() or {})["id"])


@pytest.mark.soak
@pytest.mark.parametrize("sources", [60, BULK + 2 * BATCH_SOURCES])
@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
def test_a_load_that_is_stopped_is_whole_and_the_next_run_finishes_it(
    tmp_path: Path, sources: int, ask: signal.Signals
) -> None:
    write_seed(tmp_path / "seed", sources, entities=300)
    contributions = contributions_of(tmp_path / "seed")
    chance = Random(sources)
    data_dir = tmp_path / "data"
    keep_apart(data_dir)
    with connected(settings_in(data_dir)) as connection:
        whole = finish(tmp_path / "seed", data_dir, connection.graph)
        assert assert_consistent(connection.graph, contributions) == sources
        stopped = 0
        for _ in range(STOPS):
            loaded = loaded_in(connection.graph)
            if loaded == sources or chance.random() < 0.5:
                wipe(connection)
                loaded = 0
            run = start(tmp_path / "seed", data_dir)
            goal = chance.randrange(loaded, sources)
            time.sleep(1)
            while run.poll() is None and loaded_in(connection.graph) < goal:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.3))
            asked = time.monotonic()
            run.send_signal(ask)
            _, told = run.communicate(timeout=600)
            assert time.monotonic() - asked < WITHIN_SECONDS
            assert_consistent(connection.graph, contributions)
            assert "Traceback" not in told
            if run.returncode in (0, -ask):  # it came to its end, or had not yet begun
                continue
            assert run.returncode == 130, told
            # It says so, but for a signal that came before it began or when it was done.
            assert "Stopped. " in told or loaded_in(connection.graph) in (loaded, sources)
            stopped += 1
        assert stopped >= max(1, STOPS // 2)
        assert finish(tmp_path / "seed", data_dir, connection.graph) == whole
        assert assert_consistent(connection.graph, contributions) == sources


def begun(settings: Settings) -> bool:
    """Whether an engine runs that holds something."""
    engine = local.status(settings).engine
    if engine is None:
        return False
    password = engine.password.get_secret_value()
    try:
        with Graph.connect(engine.uri, username=engine.username, password=password) as graph:
            return graph.snapshot() is not None
    except EngineUnavailable:
        return False  # it is still starting


@pytest.mark.soak
def test_a_load_whose_engine_is_killed_is_whole_and_the_next_run_finishes_it(
    tmp_path: Path,
) -> None:
    write_seed(tmp_path / "seed", BULK + 60, entities=300)
    contributions = contributions_of(tmp_path / "seed")
    data_dir = tmp_path / "data"
    keep_apart(data_dir)
    run = start(tmp_path / "seed", data_dir)
    settings = settings_in(data_dir)
    assert keeper.comes_true(lambda: begun(settings), within=300)
    engine = local.status(settings).engine
    assert engine is not None
    os.kill(engine.pid, signal.SIGKILL)
    _, told = run.communicate(timeout=600)
    assert run.returncode == 1, told
    assert "Traceback" not in told
    assert "Load again to finish" in told or "Nothing was loaded" in told
    with connected(settings_in(data_dir)) as connection:
        assert_consistent(connection.graph, contributions)
        finish(tmp_path / "seed", data_dir, connection.graph)
        assert assert_consistent(connection.graph, contributions) == len(contributions)
