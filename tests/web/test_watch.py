"""A new snapshot is noticed without a restart; an engine that went away is told of."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import neo4j
from fastapi import FastAPI
from starlette.testclient import TestClient

from immunograph.web.app import create_app

ASKED = "/v1/paths?source=paclitaxel&target=lung+metastasis"


def _until(true: Callable[[], bool], *, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_load_is_noticed_while_the_service_runs(loaded: Any) -> None:
    app = create_app(loaded.service(), look_every=0.05)
    gone = "news-2019-chemotherapy"
    with TestClient(app, base_url="http://localhost") as client:
        before = client.get(ASKED)
        assert before.json()["paths"]
        loader = loaded.loader()
        loader.withdraw(gone)
        try:
            assert _until(lambda: client.get("/v1/snapshot").json()["snapshot"]
                          != before.json()["snapshot"])  # fmt: skip
            after = client.get(ASKED)
            assert after.headers.get("etag") != before.headers["etag"]
            assert not after.json().get("paths")
            assert client.get(f"/v1/sources/{gone}").status_code == 404
        finally:
            found = next(c for c in loaded.seed.contributions if c.source.id == gone)
            loader.put(found, loaded.seed.vocabulary)
        assert _until(lambda: client.get(ASKED).content == before.content)
        assert [load["source"] for load in client.get("/v1/loads?limit=2").json()["items"]] == [
            gone,
            gone,
        ]


def test_without_the_engine_old_answers_go_on_and_readiness_says_no(
    loaded: Any, assert_problem: Any
) -> None:
    graph = loaded.connect()
    app = create_app(loaded.service(graph), look_every=0.05)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        before = client.get(ASKED)
        assert before.status_code == 200
        assert client.get("/health/ready").status_code == 200
        graph.close()
        assert _until(lambda: client.get("/health/ready").status_code == 503)
        assert_problem(client.get("/health/ready"), status=503, kind="engine-unavailable")
        assert client.get("/health/live").status_code == 200
        assert client.get(ASKED).content == before.content
        assert client.get("/v1/statements?entity=CCL2").status_code == 200
        assert_problem(client.get("/v1/loads"), status=503, kind="engine-unavailable")
        assert_problem(
            client.get("/v1/queries/neighbourhood"), status=503, kind="engine-unavailable"
        )
        assert "immunograph_engine_up 0" in client.get("/metrics").text


def test_without_the_engine_from_the_start_every_question_says_so(
    loaded: Any, assert_problem: Any
) -> None:
    graph = loaded.connect()
    graph.close()
    app: FastAPI = create_app(loaded.service(graph))
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    for asked in (ASKED, "/v1/snapshot", "/health/ready"):
        assert_problem(client.get(asked), status=503, kind="engine-unavailable")
    assert client.get("/docs").status_code == 200
    assert "immunograph_snapshot_info{" not in client.get("/metrics").text


def test_over_an_empty_graph_nobody_is_ready(
    loaded: Any, driver: neo4j.Driver, assert_problem: Any
) -> None:
    move = "MATCH (s:Snapshot {key: $old}) SET s.key = $new"
    driver.execute_query(move, old="graph", new="aside", database_="neo4j")
    try:
        client = TestClient(create_app(loaded.service()), base_url="http://localhost")
        for asked in ("/health/ready", ASKED):
            body = assert_problem(client.get(asked), status=503, kind="engine-unavailable")
            assert body["title"] == "Nothing is loaded yet"
    finally:
        driver.execute_query(move, old="aside", new="graph", database_="neo4j")
