"""Where reading needs a key nobody reads without one, and a browser's own never writes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from immunograph.folders import folder
from immunograph.service.writing import Writing
from immunograph.store.keys import new_key, revoke_key
from immunograph.web import keys
from immunograph.web.app import create_app

ASKED = ("/v1/snapshot", "/v1/paths?source=paclitaxel&target=lung+metastasis", "/v1/no/such")


@pytest.fixture
def client(loaded: Any) -> TestClient:
    """A service whose readers need a key."""
    writing = Writing(loaded.graph, loader=loaded.loader(), home=folder("seed"))
    app = create_app(loaded.service(), writing=writing, reads_need_key=True)
    return TestClient(app, base_url="http://localhost")


@pytest.fixture
def key(loaded: Any) -> Generator[str]:
    yield new_key(loaded.graph, "reader")
    if any(one["name"] == "reader" and one["revoked"] is None for one in _standing(loaded)):
        revoke_key(loaded.graph, "reader")


def _standing(loaded: Any) -> list[dict[str, Any]]:
    return loaded.graph.read("MATCH (k:Key) RETURN k.name AS name, k.revoked AS revoked")


def _basic(password: str, user: str = "anyone") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_nothing_is_read_without_a_key(
    client: TestClient, key: str, assert_problem: Callable[..., Any]
) -> None:
    client.get(ASKED[1], headers={"Authorization": f"Bearer {key}"})  # kept from here on
    for address in ASKED:
        for wrong in ({}, {"Authorization": "Bearer ig_wrong"}, {"Authorization": "Basic !"}):
            reply = client.get(address, headers=wrong)
            assert_problem(reply, status=401, kind="not-allowed")
            assert reply.headers["www-authenticate"].count("realm") >= 1
    asked = client.get(ASKED[0]).headers["www-authenticate"]
    assert asked == 'Basic realm="immunograph", Bearer realm="immunograph"'


def test_a_key_opens_whatever_is_to_be_read(client: TestClient, key: str) -> None:
    for headers in ({"Authorization": f"Bearer {key}"}, _basic(key), _basic(key, user="")):
        assert [client.get(address, headers=headers).status_code for address in ASKED] == [
            *(200, 200, 404),
        ]
    assert client.head(ASKED[0], headers=_basic(key)).status_code == 200


def test_pages_and_health_stay_open(client: TestClient) -> None:
    for address in ("/", "/docs", "/openapi.json", "/health/live", "/health/ready", "/metrics"):
        assert client.get(address).status_code == 200


def test_what_a_browser_sends_by_itself_changes_nothing(
    client: TestClient, key: str, assert_problem: Callable[..., Any]
) -> None:
    reply = client.post("/v1/sources", content=b"id: x", headers=_basic(key))
    assert_problem(reply, status=401, kind="not-allowed")
    assert reply.headers["www-authenticate"] == 'Bearer realm="immunograph"'


def test_a_key_that_was_revoked_is_not_taken_for_long(
    client: TestClient, key: str, loaded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(ASKED[0], headers=headers).status_code == 200
    revoke_key(loaded.graph, "reader")
    monkeypatch.setattr(keys, "KNOWN_SECONDS", 0.0)
    assert client.get(ASKED[0], headers=headers).status_code == 401


def test_a_known_key_goes_on_while_the_engine_is_away(
    key: str, loaded: Any, monkeypatch: pytest.MonkeyPatch, assert_problem: Callable[..., Any]
) -> None:
    monkeypatch.setattr(keys, "KNOWN_SECONDS", 0.0)
    graph = loaded.connect()
    writing = Writing(graph, loader=loaded.loader(), home=folder("seed"))
    app = create_app(loaded.service(graph), writing=writing, reads_need_key=True)
    client = TestClient(app, base_url="http://localhost")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(ASKED[0], headers=headers).status_code == 200
    graph.close()
    assert client.get(ASKED[0], headers=headers).status_code == 200
    stranger = client.get(ASKED[0], headers={"Authorization": "Bearer ig_new"})
    assert_problem(stranger, status=503, kind="engine-unavailable")
