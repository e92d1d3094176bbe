"""An engine that is killed or halted under the service: what it needs ends, the rest goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from immunograph.folders import folder
from immunograph.seeds.folder import Seed
from immunograph.service import Service
from immunograph.service.writing import Writing
from immunograph.settings import Settings
from immunograph.store import keeper, local
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.keys import new_key
from immunograph.store.loader import Loader
from immunograph.web.app import create_app

ASKED = "/v1/paths?source=paclitaxel&target=lung+metastasis"
DEADLINE_SECONDS = 5.0
"""By when what needs the engine is told that it is away."""
SLACK_SECONDS = 1.0
"""What a busy machine may add to a deadline."""
RECOVERY_SECONDS = 15.0
HALTED_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Served:
    """A service over an engine of its own."""

    client: TestClient
    engine_pid: Callable[[], int]
    home: Path

    def timed(self, method: str, address: str, **how: Any) -> tuple[float, httpx2.Response]:
        """Ask, and say how long it took."""
        began = time.monotonic()
        reply = self.client.request(method, address, **how)
        return time.monotonic() - began, reply

    def is_ready(self) -> bool:
        return self.client.get("/health/ready").status_code == 200


@pytest.fixture(scope="module")
def served(
    engine_settings: Settings, founding: Seed, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Served]:
    data_dir = tmp_path_factory.mktemp("faults")
    with local.engine(engine_settings, data_dir=data_dir) as engine:
        password = engine.password.get_secret_value()
        with Graph.connect(engine.uri, username=engine.username, password=password) as graph:
            loader = Loader(graph, schema=folder("schema"))
            loader.prepare()
            loader.put_all(founding.contributions, founding.vocabulary)
            service = Service(graph, catalogue=Catalogue.read(folder("queries")))
            app = create_app(
                service,
                look_every=0.5,
                writing=Writing(graph, loader=loader, home=folder("seed")),
                restart=lambda broken: local.restart_if_ended(
                    engine_settings, broken=broken, data_dir=data_dir
                ),
            )
            key = new_key(graph, "ada")
            with TestClient(
                app, base_url="http://localhost", headers={"Authorization": f"Bearer {key}"}
            ) as client:

                def pid() -> int:
                    found = keeper.running(engine.home)
                    return found.pid if found else 0

                yield Served(client, pid, engine.home)


NEEDS_ENGINE: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/v1/entities?q=never+asked+before", {}),
    ("GET", "/v1/queries/neighbourhood?entity=annexin+A6", {}),
    ("GET", "/v1/loads", {}),
    ("POST", "/v1/sources", {"headers": {"Authorization": "Bearer ig_wrong"}, "content": b"id: x"}),
    ("POST", "/v1/sources?dry_run=true", {"content": b"id: x"}),
    ("DELETE", "/v1/sources/news-2013-nets?dry_run=true", {}),
]


def test_while_the_engine_is_halted_nothing_waits_beyond_its_deadline(
    served: Served, assert_problem: Any
) -> None:
    assert keeper.comes_true(served.is_ready, within=60)
    before = served.client.get(ASKED)
    pid = served.engine_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        halted = time.monotonic()
        with ThreadPoolExecutor(len(NEEDS_ENGINE)) as pool:
            asked = [pool.submit(served.timed, m, a, **how) for m, a, how in NEEDS_ENGINE]
        for took, reply in (one.result() for one in asked):
            assert_problem(reply, status=503, kind="engine-unavailable")
            assert took < DEADLINE_SECONDS + SLACK_SECONDS
        # By now it is known to be away, and nobody waits for it any more.
        for method, address, how in NEEDS_ENGINE:
            took, reply = served.timed(method, address, **how)
            assert_problem(reply, status=503, kind="engine-unavailable")
            assert took < SLACK_SECONDS
        without_key = {"headers": {"Authorization": ""}, "content": b"id: x"}
        _, reply = served.timed("POST", "/v1/sources", **without_key)
        assert_problem(reply, status=401, kind="not-allowed")
        _assert_stale(served, before.content, since=halted)
        time.sleep(max(0.0, halted + HALTED_SECONDS - time.monotonic()))
    finally:
        os.kill(pid, signal.SIGCONT)
    _assert_recovers(served)


def test_an_engine_that_is_killed_is_started_again_and_its_state_looked_at(
    served: Served, assert_problem: Any
) -> None:
    assert keeper.comes_true(served.is_ready, within=60)
    before = served.client.get(ASKED)
    pid = served.engine_pid()
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    assert keeper.comes_true(lambda: not served.is_ready(), within=10)
    _assert_stale(served, before.content, since=killed)
    assert_problem(served.client.get("/v1/loads"), status=503, kind="engine-unavailable")
    assert keeper.comes_true(served.is_ready, within=local.READY_TIMEOUT)
    assert served.engine_pid() not in (0, pid)
    told = "immunograph_engine_restarts_total 1\n"
    assert keeper.comes_true(lambda: told in served.client.get("/metrics").text, within=60)
    _assert_recovers(served)


def _assert_stale(served: Served, content: bytes, *, since: float) -> None:
    """What needs no engine is answered as before, and says for how long it has not been seen."""
    for address in (ASKED, f"{ASKED}&species=mouse", "/v1/entities/paclitaxel", "/v1/sources"):
        took, reply = served.timed("GET", address)
        assert reply.status_code == 200
        assert took < SLACK_SECONDS
        assert 0 <= int(reply.headers["immunograph-stale"]) <= time.monotonic() - since + 2
    assert served.client.get(ASKED).content == content
    told = served.client.get("/health/ready").json()
    assert told["snapshot"] == served.client.get("/v1/snapshot").json()["snapshot"]
    assert told["stale_seconds"] >= 0


def _assert_recovers(served: Served) -> None:
    assert keeper.comes_true(served.is_ready, within=RECOVERY_SECONDS)
    with ThreadPoolExecutor(8) as pool:  # connections that the fault has ended are not used again
        replies = pool.map(served.client.get, [f"/v1/entities?q=onco{n}" for n in range(24)])
    assert {reply.status_code for reply in replies} == {200}
    assert served.client.get("/v1/loads").status_code == 200
    reply = served.client.get(ASKED)
    assert "immunograph-stale" not in reply.headers
