"""Whatever is put into a question, it stays a value: nothing is run, changed or told by it."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from immunograph.folders import folder
from immunograph.formats import FORMATS, REFERENCE_FORMATS
from immunograph.service.writing import Writing
from immunograph.store.graph import Graph
from immunograph.store.keys import new_key, revoke_key
from immunograph.web import bodies, trapi, writes
from immunograph.web.app import create_app
from serving import Server, listening, serving, told_by

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


# --- what is sent --------------------------------------------------------------------------------

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script> \'"><b>bold</b>'
FIELDS = (
    "title", "outlet", "licence", "curator", "study", "verified", "citation", "laboratory",
    "name", "synonym", "where", "says", "dose", "time", "condition", "cell_state", "treatment",
    "voice", "note", "caution", "intervention", "mode", "tested", "why",
)  # fmt: skip
"""Every text of a source that whoever writes it chooses freely."""


def note(**texts: str) -> bytes:
    """A source whose texts are these, and plain ones where nothing is given."""
    given = {one: texts.get(one, f"plain {one}") for one in FIELDS}
    passage = {"basis": "observed", "checked": False}
    stated = {one: given[one] for one in ("dose", "time", "condition", "cell_state", "treatment")}
    hidden = "0" * 64
    return json.dumps(
        {
            "id": "lab-note", "type": "abstract", "tier": "primary_abstract",
            "traceability": "doi", "title": given["title"], "outlet": given["outlet"],
            "licence": given["licence"], "curator": given["curator"],
            "document": {"name": "note.txt", "sha256": hidden, "characters": 100},
            "study": {
                "id": "attack-2026", "title": given["study"], "doi": "10.5555/attack",
                "verified": given["verified"], "citation": given["citation"],
                "laboratory": given["laboratory"],
            },
            "entities": [
                {
                    "id": "itm:attack", "name": given["name"], "kind": "Process",
                    "synonyms": [given["synonym"]],
                    "grounding": {"status": "local", "where": given["where"]},
                }
            ],
            "statements": [
                {
                    "subject": given["name"], "predicate": "promotes", "object": "inflammation",
                    "evidence": [
                        {
                            **passage, "says": given["says"], "voice": given["voice"],
                            "note": given["note"], "context": stated,
                        }
                    ],
                }
            ],
            "cautions": [
                {
                    "subject": given["name"], "object": "inflammation", "says": given["caution"],
                    "checked": False,
                }
            ],
            "interventions": [
                {
                    "ref": "block", "name": given["intervention"], "target": given["name"],
                    "change": -1, "mode": given["mode"], "status": "tested",
                    "outcomes": [{"on": "inflammation", "observed": -1}],
                    "evidence": [{**passage, "says": given["tested"]}],
                }
            ],
            "not_statements": [{"span": [0, 5], "sha256": hidden, "why": given["why"]}],
        }
    ).encode()  # fmt: skip


@pytest.fixture
def writer(loaded: Any) -> Generator[TestClient]:
    """A client that may write, over a graph that is as it was afterwards."""
    service = loaded.service()
    loader = loaded.loader(service.offer)
    writing = Writing(loaded.graph, loader=loader, home=folder("seed"))
    client = TestClient(create_app(service, writing=writing), base_url="http://localhost")
    client.headers["Authorization"] = f"Bearer {new_key(loaded.graph, 'mallory')}"
    before = loaded.graph.snapshot()["id"]
    with client:
        yield client
    if "lab-note" in loaded.loader().knowledge.contributions:
        loaded.loader().withdraw("lab-note")
    revoke_key(loaded.graph, "mallory")
    assert loaded.graph.snapshot()["id"] == before


@pytest.mark.parametrize("value", [*CYPHER, *LUCENE, *OTHERS])
def test_no_value_that_is_sent_is_more_than_a_value(
    value: str, client: TestClient, loaded: Any
) -> None:
    before = _count(loaded.graph), loaded.graph.snapshot()
    nodes = {"a": {"ids": [f"x:{value}"], "categories": [value]}, "b": {"ids": [value]}}
    edge = {"subject": "a", "object": "b", "predicates": [value]}
    hop = {"message": {"query_graph": {"nodes": nodes, "edges": {value: edge}}}}
    for address, body in (
        ("/v1/resolve", value),
        ("/v1/resolve", json.dumps([value, {"name": value, "sign": 1}])),
        ("/v1/subgraph", f"CCL2\tup\n{value}\n"),
        ("/trapi/query", json.dumps(hop)),
    ):
        reply = client.post(address, content=body.encode())
        assert reply.status_code in (200, 404, 409, 422, 400, 501), (address, reply.text)
        assert not any(word in reply.text for word in NEVER), address
    assert (_count(loaded.graph), loaded.graph.snapshot()) == before


@pytest.mark.parametrize(
    "value", [*CYPHER[:3], "../../etc/passwd", "/etc/passwd", "\u202eabc", "x" * 20_000, "\x00"]
)
def test_no_text_of_a_source_is_more_than_a_text(
    value: str, writer: TestClient, loaded: Any
) -> None:
    before = _count(loaded.graph), loaded.graph.snapshot()
    sent = [note(**dict.fromkeys(FIELDS, value))]
    for plain in ('"lab-note"', '"attack-2026"', '"itm:attack"', '"promotes"', '"note.txt"'):
        sent.append(note().replace(plain.encode(), json.dumps(value).encode()))
    for body in sent:
        reply = writer.post("/v1/sources?dry_run=true", content=body)
        assert reply.status_code in (200, 422), reply.text
        assert not any(word in reply.text for word in NEVER), reply.text
    assert _count(loaded.graph)[0]["nodes"] == before[0][0]["nodes"]
    assert loaded.graph.snapshot() == before[1]


def test_markup_of_every_field_stays_text_in_every_answer(writer: TestClient) -> None:
    loaded_ = writer.post("/v1/sources", content=note(**dict.fromkeys(FIELDS, MARKUP)))
    assert loaded_.status_code == 200, loaded_.text
    named = quote(MARKUP)
    for address in (
        f"/v1/paths?source={named}&target=inflammation",
        f"/v1/entities/{quote(MARKUP, safe='')}",
        f"/v1/statements?entity={named}",
        f"/v1/interventions?entity={named}",
        "/v1/sources/lab-note",
        "/v1/studies/attack-2026",
        f"/v1/influence?entity={named}",
        "/v1/export?",
    ):
        reply = writer.get(address)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"] == "application/json"
        assert MARKUP in json.dumps(reply.json(), ensure_ascii=False).replace('\\"', '"')
        _assert_inert(reply)
        for name in (*FORMATS, *(f"references={one}" for one in REFERENCE_FORMATS)):
            form = name if "=" in name else f"format={name}"
            _assert_inert(writer.get(f"{address}{'&' if '?' in address else '?'}{form}"))


def _assert_inert(reply: Any) -> None:
    """Nothing that a browser would run: no page, nothing guessed, and XML that holds no element."""
    kind = reply.headers["content-type"]
    assert not kind.startswith("text/html")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "script" not in reply.headers["content-security-policy"]
    if reply.status_code == 200 and "xml" in kind:
        tags = {one.tag.rpartition("}")[2] for one in ElementTree.fromstring(reply.content).iter()}
        assert tags.isdisjoint({"img", "script", "b"})


def test_no_page_makes_markup_of_a_text() -> None:
    scripts = [*(Path(__file__).parents[2] / "app").rglob("*.js")]
    ours = "\n".join(one.read_text("utf-8") for one in scripts if "vendor" not in one.parts)
    assert len(ours) > 50_000
    made = r"\b(?:innerHTML|insertAdjacentHTML|document\.write|eval|Function)\b|outerHTML\s*="
    assert re.findall(made, ours) == []


# --- how much and how slowly ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/v1/sources", writes.MOST_BYTES),
        ("/v1/resolve", 1024 * 1024),
        ("/v1/subgraph", 1024 * 1024),
        ("/trapi/query", trapi.MOST_BYTES),
    ],
)
def test_of_a_body_of_fifty_megabytes_no_more_is_taken_than_may_be(
    address: str, most: int, writer: TestClient, loaded: Any
) -> None:
    reply, taken = _send(
        writer, address, (b"a: b # " + b"x" * 65_000 for _ in range(800)), end=b"\n"
    )
    assert reply == 422
    assert taken < most + 100_000


def _send(
    writer: TestClient, address: str, pieces: Iterator[bytes], *, end: bytes | None
) -> tuple[int, int]:
    """The status of the answer to a body in pieces, and how many bytes of it were taken.

    Without an `end` nothing more comes behind the pieces.
    """
    status: list[int] = []
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        piece = next(pieces, None)
        if piece is None and end is None:
            await anyio.sleep_forever()
        taken += len(piece or b"")
        return {"type": "http.request", "body": piece or end, "more_body": piece is not None}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    async def ask() -> None:
        scope = {
            "type": "http", "method": "POST", "path": address, "query_string": b"",
            "headers": [
                (b"host", b"localhost"),
                (b"authorization", writer.headers["Authorization"].encode()),
            ],
        }  # fmt: skip
        with anyio.fail_after(20):
            await writer.app(scope, receive, send)

    assert writer.portal is not None  # the application's own event loop, where its gates live
    writer.portal.call(ask)
    return status[0], taken


def test_who_sends_too_slowly_is_told_so(
    writer: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    began = time.monotonic()
    for address in ("/v1/sources", "/v1/resolve", "/trapi/query"):
        assert _send(writer, address, iter([b"id: ", b"x"]), end=None)[0] == 422
    assert time.monotonic() - began < 10


def test_who_does_not_read_the_answer_keeps_nobody_from_theirs(
    neo4j_server: Server, loaded: Any
) -> None:
    with serving(neo4j_server) as process:
        address = urlsplit(told_by(process)["Page"])
        assert address.hostname is not None and address.port is not None

        def ask(line: str) -> socket.socket:
            asker = socket.socket()
            # As little as there may be is taken on the way.
            asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            asker.settimeout(30)
            asker.connect((address.hostname, address.port))
            asker.sendall(f"GET {line} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            return asker

        slow = [ask("/v1/export?format=json") for _ in range(40)]
        time.sleep(0.5)
        began = time.monotonic()
        for question in ("/v1/paths?source=paclitaxel&target=CCL2", "/v1/export?format=csv"):
            with ask(question) as asker:
                assert asker.recv(15) == b"HTTP/1.1 200 OK"
        assert time.monotonic() - began < 10
        for asker in slow:
            asker.close()


# --- where it leads ------------------------------------------------------------------------------


def test_no_address_that_is_given_is_gone_to(
    app: FastAPI, client: TestClient, writer: TestClient
) -> None:
    with listening() as (port, came):
        elsewhere = f"http://127.0.0.1:{port}/x"
        for path, name in _taken(app):
            address = path.replace(f"{{{name}}}", quote(elsewhere, safe=""))
            client.get(f"{address.partition('{')[0]}?{name}={quote(elsewhere, safe='')}")
        writer.post("/v1/sources?dry_run=true", content=note(**dict.fromkeys(FIELDS, elsewhere)))
        document = note().replace(b'"note.txt"', json.dumps(elsewhere).encode())
        writer.post("/v1/sources?dry_run=true", content=document)
        for header in ("Host", "Origin", "Referer", "X-Forwarded-Host", "Forwarded"):
            client.get("/browser-guide", headers={header: elsewhere})
        assert came == []
