"""Whatever is put into a question, it stays a value: nothing is run, changed or told by it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from immunograph.store.graph import Graph

CYPHER = (
    "' OR 1=1 //",
    '"}) DETACH DELETE n //',
    "`) MATCH (n) DETACH DELETE n RETURN n //",
    "x'}) CALL { MATCH (n) DELETE n } IN TRANSACTIONS //",
    "$key",
    "\\u0027 OR true",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "CALL dbms.security.createUser('a','b')",
)
LUCENE = (
    "*:*", "id:*", "name:/.*/", "a~~~~", "(((((", '"', "\\", "[* TO *]", "NOT", "^^4", "&& ||",
    "?" * 200,
)  # fmt: skip
OTHERS = (
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "file:///etc/passwd",
    "http://127.0.0.1:7474/",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "\r\nSet-Cookie: a=b",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "ａｄｍｉｎ",
    "𝕏" * 300,
    "%" * 200,
)
NEVER = ("root:x:", "Traceback", "Neo.ClientError", "org.neo4j")


def _taken(app: FastAPI) -> list[tuple[str, str]]:
    """Every parameter of every question that takes text."""
    taken: list[tuple[str, str]] = []
    for path, operations in app.openapi()["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            taken.append((path, parameter["name"]))
    return taken


def _count(graph: Graph) -> list[dict[str, Any]]:
    return graph.read("MATCH (n) RETURN count(n) AS nodes, count { ()-->() } AS links")


@pytest.mark.parametrize("value", [*CYPHER, *LUCENE, *OTHERS])
def test_no_value_is_more_than_a_value(
    value: str, app: FastAPI, client: TestClient, loaded: Any
) -> None:
    before = _count(loaded.graph), loaded.graph.snapshot()
    asked: set[str] = set()
    for path, name in _taken(app):
        if f"{{{name}}}" in path:
            address = path.replace(f"{{{name}}}", quote(value, safe=""))
        else:
            others = "source=paclitaxel&target=CCL2&" if "{" not in path else ""
            address = f"{path.partition('{')[0]}?{others}{name}={quote(value, safe='')}"
        if address in asked:
            continue
        asked.add(address)
        reply = client.get(address)
        assert reply.status_code in (200, 404, 409, 422), (address, reply.text)
        assert not any(word in reply.text for word in NEVER), address
        assert "set-cookie" not in reply.headers
        assert not any("\n" in text or "\r" in text for text in reply.headers.values())
    assert len(asked) > 50
    assert (_count(loaded.graph), loaded.graph.snapshot()) == before


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/page/..%2f..%2fsettings.py",
        "/page/x/%2e%2e/%2e%2e/wire.py",
        "/static//etc/passwd",
        "/page/%00",
        "/browser-guide/../../settings.py",
    ],
)
def test_no_file_is_read_but_those_that_pages_load(path: str, client: TestClient) -> None:
    reply = client.get(path)
    assert reply.status_code in (404, 405)
    assert "import " not in reply.text


def test_what_is_too_much_is_refused(client: TestClient) -> None:
    for address in (
        f"/v1/entities?q={'x' * 60_000}",
        "/v1/paths?" + "&".join(f"source=e{n}" for n in range(4_000)) + "&target=a",
        "/v1/paths?source=a&target=b&" + "&".join(f"p{n}=1" for n in range(4_000)),
        f"/v1/entities/{'x' * 10_000}",
        f"/v1/queries/{'x' * 10_000}",
    ):
        reply = client.get(address)
        assert reply.status_code in (404, 422), address[:60]
        assert len(reply.content) < 300_000


def test_the_guide_repeats_nothing_that_is_no_address(client: TestClient) -> None:
    for host in ('localhost:1"><script>alert(1)</script>', "localhost/evil", "evil.example"):
        reply = client.get("/browser-guide", headers={"Host": host})
        assert reply.status_code == 421
        assert reply.headers["content-type"] == "application/problem+json"
