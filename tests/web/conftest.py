"""The service over HTTP, on a real Neo4j that holds the founding sources."""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

import neo4j
import orjson
import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from immunograph.folders import folder
from immunograph.seeds.folder import Seed, read_seed
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader
from immunograph.store.present import Held
from immunograph.web.app import create_app


class Server(Protocol):
    """Where the Neo4j of the session answers."""

    uri: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A graph with the founding sources, and what was loaded into it."""

    graph: Graph
    seed: Seed
    server: Server

    def service(self, graph: Graph | None = None) -> Service:
        """A service of its own, on this graph or over another connection to it."""
        return Service(graph or self.graph, catalogue=Catalogue.read(folder("queries")))

    def connect(self) -> Graph:
        """Another connection to the same graph."""
        server = self.server
        return Graph.connect(server.uri, username=server.username, password=server.password)

    def loader(self, offer: Callable[[Held], None] | None = None) -> Loader:
        """A loader for this graph."""
        return Loader(self.graph, schema=folder("schema"), offer=offer)


@pytest.fixture(scope="session")
def loaded(neo4j_server: Server, driver: neo4j.Driver) -> Generator[Loaded]:
    """The founding sources, loaded once for all tests of the web."""
    with driver.session(database="neo4j") as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
    seed = read_seed(folder("seed") / "founding")
    with Graph.connect(
        neo4j_server.uri, username=neo4j_server.username, password=neo4j_server.password
    ) as graph:
        loader = Loader(graph, schema=folder("schema"))
        loader.prepare()
        loader.put_all(seed.contributions, seed.vocabulary)
        yield Loaded(graph, seed, neo4j_server)


@pytest.fixture(scope="session")
def loaded_service(loaded: Loaded) -> Service:
    """The service on the founding sources."""
    service = loaded.service()
    service.refresh()
    return service


@pytest.fixture(scope="session")
def app(loaded_service: Service) -> FastAPI:
    """The application as it is served."""
    return create_app(loaded_service)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """Asks the application, at a name that it answers to."""
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture(scope="session")
def assert_problem() -> Callable[..., dict[str, Any]]:
    """The one place that says what every problem looks like; gives its members."""

    def check(reply: Any, *, status: int, kind: str) -> dict[str, Any]:
        content = reply.body if isinstance(reply, Response) else reply.content
        body = orjson.loads(content)
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.status_code == status == body["status"], body
        assert body["type"] == f"urn:immunograph:problem:{kind}"
        assert body["title"]
        assert body["detail"]
        assert isinstance(body["detail"], str)
        assert b"Traceback" not in content
        assert reply.headers["cache-control"] == "no-store"
        assert "etag" not in reply.headers
        if kind in ("too-busy", "overloaded", "engine-unavailable"):
            assert int(reply.headers["retry-after"]) > 0
        return body

    return check
