"""Who may ask, and what every answer carries."""

from __future__ import annotations

import html
import re
import socket
from typing import Any

import pytest
from starlette.testclient import TestClient

from immunograph.service import Service
from immunograph.web import operations
from immunograph.web.app import create_app
from immunograph.web.guard import Hosts


@pytest.mark.parametrize(
    ("listens_on", "header", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "LOCALHOST:8000", True),
        ("127.0.0.1", "[::1]:8000", True),
        ("127.0.0.1", "192.168.1.7:8000", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("127.0.0.1", "127.0.0.1.evil.example:8000", False),
        ("127.0.0.1", 'localhost:8000"><script>', False),
        ("127.0.0.1", "localhost:8000/elsewhere", False),
        ("127.0.0.1", "localhost:80000000", False),
        ("127.0.0.1", "user@localhost", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", None, False),
        ("graph.lab.example", "graph.lab.example", True),
        ("graph.lab.example", "other.lab.example", False),
        ("0.0.0.0", "graph.lab.example", False),
        ("0.0.0.0", "10.0.0.7:8000", True),
        ("0.0.0.0", f"{socket.gethostname()}:8000", True),
        ("127.0.0.1", f"{socket.gethostname()}.example", False),
        ("::", "graph.lab.example", False),
        ("::", "[2001:db8::7]:8000", True),
    ],
)
def test_a_name_is_answered_to_only_if_it_is_ours(
    listens_on: str, header: str | None, allowed: bool
) -> None:
    assert Hosts(listens_on).allow(header) is allowed


def test_a_request_under_a_foreign_name_is_refused(
    client: TestClient, loaded_service: Service, assert_problem: Any
) -> None:
    reply = client.get("/v1/snapshot", headers={"Host": "evil.example"})
    assert_problem(reply, status=421, kind="misdirected")
    opened = TestClient(
        create_app(loaded_service, also_hosts=["graph.example"]), base_url="http://graph.example"
    )
    assert opened.get("/health/live").status_code == 200


HERE, LAB, EVIL = "http://localhost", "https://lab.example", "https://evil.example"
ASKED = "/v1/snapshot"


def test_pages_of_other_sites_read_nothing_unless_they_are_named(loaded_service: Service) -> None:
    for allowed, origin, granted in (
        ([], LAB, None),
        ([LAB], EVIL, None),
        ([LAB], LAB, LAB),
        (["*"], EVIL, "*"),
    ):
        client = TestClient(create_app(loaded_service, origins=allowed), base_url=HERE)
        reply = client.get(ASKED, headers={"Origin": origin})
        assert reply.headers.get("access-control-allow-origin") == granted
        assert "access-control-allow-credentials" not in reply.headers
        if allowed == [LAB]:
            assert "Origin" in reply.headers["vary"]


def test_a_page_that_may_read_is_told_so_and_may_never_write(loaded_service: Service) -> None:
    app = create_app(loaded_service, origins=[LAB])
    client = TestClient(app, base_url="http://localhost")

    def preflight(method: str, path: str, origin: str = LAB) -> Any:
        asking = {"Origin": origin, "Access-Control-Request-Method": method}
        return client.options(path, headers=asking)

    agreed = preflight("GET", ASKED)
    assert agreed.status_code == 204
    assert agreed.headers["access-control-allow-origin"] == LAB
    assert agreed.headers["access-control-allow-methods"] == "GET, HEAD"
    agreed = preflight("POST", "/v1/resolve")
    assert agreed.headers["access-control-allow-methods"] == "POST"
    for refused in (
        preflight("POST", "/v1/sources"),
        preflight("DELETE", "/v1/sources/news-2013-nets"),
        preflight("GET", ASKED, EVIL),
        preflight("GET", "/metrics"),
    ):
        assert refused.status_code == 405
        assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    "asked", ["/", "/docs", "/v1/snapshot", "/v1/nothing", "/static/docs.js", "/metrics"]
)
def test_every_answer_is_closed_to_what_it_does_not_need(asked: str, client: TestClient) -> None:
    headers = client.get(asked).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "access-control-allow-origin" not in headers


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    pages = [path for path in operations.STATIC.iterdir() if path.is_file()]
    assert pages
    for path in pages:
        text = path.read_text("utf-8")
        assert "://" not in text, path
        assert " style=" not in text, path
        assert " on" + "click=" not in text, path
        assert "<script>" not in text, path


def test_a_page_that_is_not_modified_keeps_its_policy(client: TestClient) -> None:
    page = client.get("/")
    again = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


def test_the_guide_and_its_style_are_shared_with_neo4j_browser_alone(
    loaded_service: Service,
) -> None:
    client = TestClient(create_app(loaded_service), base_url="http://localhost")
    origin = {"Origin": "http://localhost:7474"}
    for address in ("/browser-guide", "/browser-style"):
        asked = client.options(address, headers={**origin, "Access-Control-Request-Method": "GET"})
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "*"
        assert asked.headers["access-control-allow-private-network"] == "true"
        shared = client.get(address, headers=origin)
        assert shared.headers["access-control-allow-origin"] == "*"
    assert ":style http://localhost/browser-style" in client.get("/browser-guide").text
    assert "relationship.INHIBITS" in client.get("/browser-style").text
    other = client.get("/v1/snapshot", headers=origin)
    assert "access-control-allow-origin" not in other.headers


def test_every_query_of_the_guide_runs_as_it_stands(loaded: Any) -> None:
    client = TestClient(create_app(loaded.service()), base_url="http://localhost")
    guide = client.get("/browser-guide").text
    queries = [html.unescape(q) for q in re.findall(r'lang="cypher">(.*?)</pre>', guide, re.DOTALL)]
    assert len(queries) == 10
    for query in queries:
        assert loaded.graph.read(query) is not None
