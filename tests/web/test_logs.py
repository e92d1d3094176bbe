"""Every request is told apart, and what is written of it holds nothing that should not be there."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from immunograph.service import Service
from immunograph.web.app import create_app
from immunograph.web.logs import JsonLines, TextLines, request_id

ASKED = "/v1/paths?source=paclitaxel&target=lung+metastasis"


def test_every_answer_names_its_request(client: TestClient) -> None:
    identifiers = {client.get("/health/live").headers["x-request-id"] for _ in range(3)}
    assert len(identifiers) == 3
    given = client.get("/health/live", headers={"X-Request-Id": "proxy-7.a_1"})
    assert given.headers["x-request-id"] == "proxy-7.a_1"


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 65, "ä", '"};{"'])
def test_an_id_that_is_none_is_replaced(given: str, client: TestClient) -> None:
    reply = client.get("/health/live", headers={b"X-Request-Id": given.encode()})
    assert reply.headers["x-request-id"] not in ("", given)


def test_a_request_is_written_down_without_what_was_asked(
    loaded_service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(create_app(loaded_service), base_url="http://localhost")
    with caplog.at_level(logging.INFO, "immunograph.requests"):
        reply = client.get(
            f"{ASKED}&limit=3", headers={"Authorization": "Bearer ig_secret", "Cookie": "a=secret"}
        )
    [record] = [one for one in caplog.records if one.name == "immunograph.requests"]
    token = request_id.set(reply.headers["x-request-id"])
    line = json.loads(JsonLines().format(record))
    request_id.reset(token)
    assert line["request"] == reply.headers["x-request-id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/paths", 200)
    assert line["seconds"] > 0
    assert not {"secret", "paclitaxel", "testclient"} & set(
        json.dumps(line).replace('"', " ").split()
    )


def test_an_unforeseen_error_is_told_by_the_id_of_its_request(
    loaded_service: Service, caplog: pytest.LogCaptureFixture, assert_problem: Callable[..., Any]
) -> None:
    app = create_app(loaded_service)

    async def fail() -> None:
        raise RuntimeError("inside")

    app.add_api_route("/fail", fail)
    reply = TestClient(app, base_url="http://localhost").get("/fail?key=ig_secret")
    body = assert_problem(reply, status=500, kind="unforeseen")
    assert reply.headers["x-request-id"] in body["detail"]
    [record] = [one for one in caplog.records if one.name == "immunograph.web.guard"]
    for formatter in (JsonLines(), TextLines()):
        line = formatter.format(record)
        assert "RuntimeError: inside" in line
        assert "ig_secret" not in line


def test_a_message_with_line_breaks_is_one_line() -> None:
    record = logging.LogRecord("a", logging.WARNING, "f", 1, "one\r\n2026 INFO two", (), None)
    assert "\n" not in TextLines().format(record)
    assert "\n" not in JsonLines().format(record)
    assert json.loads(JsonLines().format(record))["message"] == "one\r\n2026 INFO two"
