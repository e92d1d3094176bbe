"""What the tests share: a real, empty Neo4j, never the user's.

In order: the server that IMMUNOGRAPH_TEST_NEO4J_URI names (with ..._USERNAME and ..._PASSWORD;
it must be empty), else a container where a Docker engine answers, else the local engine in a data
folder of its own. Of processes that share the tests (`pytest -n 2`), each has a server of its own.
"""

# The driver leaves the type of its **config open, and so does the Docker client.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import neo4j
import pytest
from hypothesis import settings as hypothesis_settings

from figures import Figures, load_of_machine, table_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.snapshot import snapshot_id
from immunograph.folders import folder
from immunograph.seeds.folder import Seed, read_seed
from immunograph.settings import Settings
from immunograph.store import keeper, local
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

IMAGE = "neo4j:5.26-community"
CONSTRAINTS = "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name"
INDEXES = "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name ORDER BY name"


# What draws for a pipe is tried as for a pipe: GNU readline, once imported, hands the width of a
# terminal on to every process that is started.
os.environ.pop("COLUMNS", None)
os.environ.pop("LINES", None)

# Busy machines are slow now and then; the same examples every time make a failure one's own.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.load_profile("steady")


@dataclass(frozen=True, slots=True)
class Server:
    """A Neo4j for tests."""

    uri: str
    username: str
    password: str


@pytest.fixture(scope="session")
def engine_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a local engine that shares the fetched jars with the user, and nothing else."""
    # Validated from a mapping, since the type checker takes each field for a required argument.
    cache_dir = Settings.model_validate({}).cache_dir
    data_dir = tmp_path_factory.mktemp("data")
    return Settings.model_validate(
        {"data_dir": data_dir, "cache_dir": cache_dir, "neo4j_uri": None}
    )


@pytest.fixture(scope="session")
def neo4j_server(engine_settings: Settings) -> Generator[Server]:
    """A running Neo4j that is empty at the start of the session."""
    if uri := os.environ.get("IMMUNOGRAPH_TEST_NEO4J_URI"):
        if "PYTEST_XDIST_WORKER" in os.environ:
            pytest.fail(
                "IMMUNOGRAPH_TEST_NEO4J_URI names one server, and the processes of `pytest -n` "
                "would wipe it under each other. Run pytest without -n."
            )
        server = Server(
            uri,
            os.environ.get("IMMUNOGRAPH_TEST_NEO4J_USERNAME", "neo4j"),
            os.environ.get("IMMUNOGRAPH_TEST_NEO4J_PASSWORD", ""),
        )
        _refuse_unless_empty(server)
        yield server
    elif _docker_answers():
        with _container() as server:
            yield server
    else:
        with local.engine(engine_settings, data_dir=engine_settings.data_dir) as engine:
            yield Server(engine.uri, engine.username, engine.password.get_secret_value())


@pytest.fixture(scope="session")
def driver(neo4j_server: Server) -> Generator[neo4j.Driver]:
    """A driver on the Neo4j of the session."""
    auth = (neo4j_server.username, neo4j_server.password)
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth) as driver:
        yield driver


@pytest.fixture
def empty_graph(driver: neo4j.Driver) -> neo4j.Driver:
    """The driver, on a database without data, constraints and indexes."""
    _wipe(driver)
    return driver


@pytest.fixture(scope="session")
def graph(neo4j_server: Server) -> Generator[Graph]:
    """A connection to the Neo4j of the session, whatever that holds."""
    with Graph.connect(
        neo4j_server.uri, username=neo4j_server.username, password=neo4j_server.password
    ) as graph:
        yield graph


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Generator[Figures]:
    """Where a test tells what it measured of what is promised."""
    figures = Figures(request.node)
    yield figures
    figures.close()


@pytest.fixture(scope="session")
def founding() -> Seed:
    """The founding sources."""
    return read_seed(folder("seed") / "founding")


@pytest.fixture
def loaded_graph(graph: Graph, driver: neo4j.Driver, founding: Seed) -> Graph:
    """A graph that holds the founding sources and nothing else; loaded anew if it does not."""
    stored = graph.snapshot()
    wanted = snapshot_id(Knowledge(founding.vocabulary, founding.contributions))
    if stored is None or stored["id"] != wanted or graph.foreign_labels():
        _wipe(driver)
        loader = Loader(graph, schema=folder("schema"))
        loader.prepare()
        loader.put_all(founding.contributions, founding.vocabulary)
    return graph


def _wipe(driver: neo4j.Driver) -> None:
    with driver.session(database="neo4j") as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
        for name in session.run(CONSTRAINTS).value():
            session.run("DROP CONSTRAINT $name IF EXISTS", name=name).consume()
        for name in session.run(INDEXES).value():
            session.run("DROP INDEX $name IF EXISTS", name=name).consume()


def _refuse_unless_empty(server: Server) -> None:
    auth = (server.username, server.password)
    with neo4j.GraphDatabase.driver(server.uri, auth=auth) as driver:
        nodes = driver.execute_query(
            "MATCH (n) RETURN count(n)",
            database_="neo4j",
            routing_=neo4j.RoutingControl.READ,
            result_transformer_=lambda result: result.single(strict=True).value(),
        )
    if nodes:
        pytest.exit(
            f"IMMUNOGRAPH_TEST_NEO4J_URI names {server.uri}, which holds {nodes} nodes. The tests "
            "wipe the database they run on: name an empty one.",
            returncode=2,
        )


def _docker_answers() -> bool:
    import docker  # noqa: PLC0415 - slow to import, and most runs do without
    import docker.errors  # noqa: PLC0415

    with warnings.catch_warnings():
        # Where no engine answers, the client leaves its socket open: let it go here and in silence.
        warnings.simplefilter("ignore", ResourceWarning)
        answers = True
        try:
            docker.from_env(timeout=5).close()
        except docker.errors.DockerException:
            answers = False
        gc.collect()
    return answers


@contextmanager
def _container() -> Generator[Server]:
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415

    password = "only-for-tests"
    container = DockerContainer(IMAGE).with_env("NEO4J_AUTH", f"neo4j/{password}")
    with container.with_exposed_ports(7687) as running:
        host = running.get_container_host_ip()
        uri = f"bolt://{host}:{running.get_exposed_port(7687)}"
        with neo4j.GraphDatabase.driver(uri, auth=("neo4j", password)) as driver:

            def answers() -> bool:
                try:
                    driver.verify_connectivity()
                except neo4j.exceptions.DriverError:
                    return False
                return True

            if not keeper.comes_true(answers, within=120):
                pytest.exit(f"The container of {IMAGE} does not answer at {uri}.", returncode=2)
        yield Server(uri, "neo4j", password)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of what was measured."""
    stats: dict[str, list[Any]] = terminalreporter.stats
    calls = [
        report
        for reports in stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
    ]
    table = table_of(calls)
    if table:
        terminalreporter.section("what was measured")
        for line in (*table, load_of_machine()):
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With IMMUNOGRAPH_NO_SKIP set, a run that left a test out has not passed."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if skipped and os.environ.get("IMMUNOGRAPH_NO_SKIP") and session.exitstatus == 0:
        reporter.write_line(f"{skipped} skipped, and IMMUNOGRAPH_NO_SKIP is set: that is a failure")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
