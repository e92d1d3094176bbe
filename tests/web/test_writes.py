"""Loading over HTTP: with a key, one version over another, and nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.domain.snapshot import snapshot_id
from immunograph.errors import NotFound, Stale
from immunograph.folders import folder
from immunograph.inference.derivation import derive
from immunograph.questions import asking
from immunograph.questions.conflicts import CONFLICTS
from immunograph.questions.entities import ENTITIES
from immunograph.questions.graph import EXPORT
from immunograph.questions.loops import LOOPS
from immunograph.questions.sources import SOURCES, STUDIES
from immunograph.questions.statements import STATEMENTS
from immunograph.service import Service, to_bytes
from immunograph.service.rendering import Output
from immunograph.service.writing import Writing
from immunograph.store.graph import Graph
from immunograph.store.keys import keys_of, new_key, revoke_key
from immunograph.store.present import Held
from immunograph.web.app import create_app
from immunograph.web.keys import WRONG_KEYS

STATES_SEEN, PAUSE_SECONDS = 10, 0.3
SOURCE = """\
id: lab-note
type: curator
tier: curator
traceability: none
title: A note of the lab
study: null
study_note: nobody has published it
statements:
  - subject: neutrophil
    predicate: promotes
    object: {object}
    evidence: [{{says: {says}, basis: background}}]
"""


def source(object: str = "inflammation", says: str = "Seen in the lab.") -> bytes:
    return SOURCE.format(object=object, says=says).encode()


def writing_of(loaded: Any, offer: Callable[[Held], None] | None = None) -> Writing:
    """Loads into the graph that the tests share."""
    return Writing(loaded.graph, loader=loaded.loader(offer), home=folder("seed"))


@pytest.fixture
def writer(loaded: Any) -> Generator[TestClient]:
    """A client that may write, over a graph that is as it was afterwards."""
    service = loaded.service()
    writing = writing_of(loaded, offer=service.offer)
    before = loaded.graph.snapshot()["id"]
    client = TestClient(create_app(service, writing=writing), base_url="http://localhost")
    secret = new_key(loaded.graph, "ada")
    client.headers["Authorization"] = f"Bearer {secret}"
    with client:
        yield client
    if "lab-note" in loaded.loader().knowledge.contributions:
        loaded.loader().withdraw("lab-note")
    if any(key["revoked"] is None for key in keys_of(loaded.graph)):
        revoke_key(loaded.graph, "ada")
    assert loaded.graph.snapshot()["id"] == before


@pytest.mark.parametrize(
    ("address", "methods"),
    [("/v1/sources", "GET, POST"), ("/v1/sources/news-2013-nets", "DELETE, GET")],
)
def test_what_an_address_takes_is_said_in_full(
    address: str, methods: str, writer: TestClient
) -> None:
    assert writer.put(address).headers["allow"] == methods


def test_a_source_is_loaded_answered_from_and_withdrawn(writer: TestClient) -> None:
    asked = "/v1/statements?subject=neutrophil&object=inflammation"
    assert writer.get(asked).json()["items"] == []
    told = writer.post("/v1/sources", content=source()).json()
    assert told["by"] == "ada"
    assert [one["belief"] for one in told["added"]] == [0.36]
    found = writer.get(asked).json()
    assert found["snapshot"] == told["snapshot"]
    assert [one["id"] for one in found["items"]] == [told["added"][0]["id"]]
    loads = writer.get("/v1/loads").json()["items"]
    assert (loads[0]["by"], loads[0]["source"], loads[0]["id"]) == ("ada", "lab-note", told["id"])
    gone = writer.delete("/v1/sources/lab-note").json()
    assert [one["id"] for one in gone["removed"]] == [told["added"][0]["id"]]
    assert writer.get(asked).json()["items"] == []


def everything(service: Service) -> list[bytes]:
    """What a service answers of all that it holds."""
    loops = [
        LOOPS.ask(service, entity=one["id"]) for one in ENTITIES.ask(service, limit=1000)["items"]
    ]
    lists = (
        STATEMENTS.ask(service, limit=1000),
        SOURCES.ask(service),
        STUDIES.ask(service),
    )
    graph = b"".join(asking.ask(service, EXPORT, EXPORT.of({}), Output()).chunks)
    return [
        graph,
        *(to_bytes(one) for one in (CONFLICTS.ask(service), *lists, *loops)),
    ]


def test_a_service_is_told_what_was_loaded_and_answers_as_one_that_reads_it(
    writer: TestClient, loaded: Any
) -> None:
    told, reads = loaded.service(), loaded.service()
    told.refresh()
    offered = list[Held]()
    writing = writing_of(loaded, offer=offered.append)
    for says in ("Seen in the lab.", "Seen twice."):
        version = writing.load(source(says=says), by="ada")["version"]
        told.offer(offered[-1])
        assert told.refresh()
        assert told.state.knowledge is offered[-1].knowledge
        assert reads.refresh()
        assert everything(told) == everything(reads)
        one, other = told.state.knowledge, reads.state.knowledge
        assert snapshot_id(one) == snapshot_id(other)
        assert dict(one.contributions) == dict(other.contributions)
        writing.withdraw("lab-note", by="ada", replaces=version)


def test_what_will_be_held_is_offered_before_anybody_sees_its_snapshot(
    writer: TestClient, loaded: Any
) -> None:
    seen: list[tuple[str | None, str]] = []
    writing = writing_of(
        loaded, offer=lambda held: seen.append((held.snapshot, loaded.graph.snapshot()["id"]))
    )
    before = loaded.graph.snapshot()["id"]
    told = writing.load(source(), by="ada")
    writing.load(source(), by="ada")
    assert seen == [(told["after"], before)]


def test_what_a_service_is_told_does_not_stand_in_for_what_was_loaded_since(
    writer: TestClient, loaded: Any
) -> None:
    service, offered = loaded.service(), list[Held]()
    writing_of(loaded, offer=offered.append).load(source(), by="ada")
    writing_of(loaded).withdraw("lab-note", by="bo")
    service.offer(offered.pop())
    service.refresh()
    assert service.snapshot_id == loaded.graph.snapshot()["id"]
    assert "lab-note" not in service.state.knowledge.contributions


def test_while_two_services_load_each_answers_from_what_its_snapshot_holds(
    writer: TestClient, loaded: Any
) -> None:
    service = loaded.service()
    writers = (writing_of(loaded, offer=service.offer), writing_of(loaded))
    enough = threading.Event()

    def load(number: int) -> None:
        for time in count():
            body = source(says=f"Seen {time} times by {number}.")
            with suppress(Stale):  # where the other was quicker each time
                writers[number].load(body.replace(b"lab-note", b"note-%d" % number), by="ada")
                enough.wait(PAUSE_SECONDS)
                writers[number].withdraw(f"note-{number}", by="ada")
            if enough.wait(PAUSE_SECONDS):
                return

    with ThreadPoolExecutor(len(writers)) as pool:
        loads = [pool.submit(load, number) for number in range(len(writers))]
        try:
            seen = 0
            while seen < STATES_SEEN and not any(one.done() for one in loads):
                seen += service.refresh()
                assert snapshot_id(service.state.knowledge) == service.snapshot_id
                found = service.view(ALL_EVIDENCE, NOTHING).derivation
                whole = derive(service.state.knowledge)
                assert found.assessments == whole.assessments
                assert found.net == whole.net
                assert found.conflicts == whole.conflicts
        finally:
            enough.set()
        for one in loads:
            one.result()


def test_a_dry_run_says_what_would_change_and_changes_nothing(writer: TestClient) -> None:
    before = writer.get("/v1/snapshot").json()["snapshot"]
    told = writer.post("/v1/sources?dry_run=true", content=source()).json()
    assert told["dry_run"] is True
    assert len(told["added"]) == 1
    assert told["snapshot"] != before
    assert writer.get("/health/ready").json()["snapshot"] == before


def test_json_is_loaded_as_yaml_is(writer: TestClient) -> None:
    body = {
        "id": "lab-note",
        "type": "curator",
        "tier": "curator",
        "traceability": "none",
        "title": "A note of the lab",
        "study": None,
        "statements": [
            {
                "subject": "neutrophil",
                "predicate": "promotes",
                "object": "inflammation",
                "evidence": [{"says": "Seen in the lab.", "basis": "background"}],
            }
        ],
    }
    assert len(writer.post("/v1/sources", json=body).json()["added"]) == 1


def test_another_version_of_a_source_is_replaced_only_by_who_knows_it(
    writer: TestClient, assert_problem: Callable[..., dict[str, Any]]
) -> None:
    first = writer.post("/v1/sources", content=source())
    again = writer.post("/v1/sources", content=source())
    assert again.json()["before"] == again.json()["after"]
    other = source(says="Seen twice.")
    refused = assert_problem(writer.post("/v1/sources", content=other), status=409, kind="stale")
    assert refused["held"] == first.json()["version"]
    assert refused["given"] not in (None, refused["held"])
    kept = writer.get("/v1/sources/lab-note").json()
    assert kept["statements"][0]["id"] == first.json()["added"][0]["id"]
    replaced = writer.post(
        "/v1/sources", content=other, headers={"If-Match": first.headers["etag"]}
    )
    assert replaced.status_code == 200
    assert replaced.json()["version"] == refused["given"]


def test_of_two_curators_on_two_services_one_is_refused_and_nothing_is_lost(
    writer: TestClient, loaded: Any
) -> None:
    services = [writing_of(loaded) for _ in range(4)]
    start = threading.Barrier(len(services))

    def load(number: int) -> Any:
        start.wait(60)
        try:
            return services[number].load(source(says=f"Seen {number} times."), by="ada")
        except Stale as refused:
            return refused

    with ThreadPoolExecutor(len(services)) as pool:
        answers = list(pool.map(load, range(len(services))))
    done = [one for one in answers if not isinstance(one, Stale)]
    refused = [one for one in answers if isinstance(one, Stale)]
    assert len(done) == 1
    assert {one.details["held"] for one in refused} == {done[0]["version"]}
    assert len({one.details["given"] for one in refused}) == len(refused) == 3
    assert writer.get("/v1/loads").json()["items"][0]["id"] == done[0]["id"]


def test_what_another_service_loaded_since_it_was_read_is_not_written_over(
    writer: TestClient, loaded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (writing_of(loaded) for _ in range(2))
    write, meanwhile = Graph.write, [source(says="Seen by another.")]

    def write_after_the_other(self: Graph, *given: Any) -> Any:
        if meanwhile:
            other.load(meanwhile.pop(), by="bo")
        return write(self, *given)

    monkeypatch.setattr(Graph, "write", write_after_the_other)
    with pytest.raises(Stale) as refused:
        one.load(source(says="Seen by me."), by="ada")
    assert refused.value.details["held"] != refused.value.details["given"]
    told = writer.get("/v1/loads").json()["items"][0]
    assert (told["source"], told["by"]) == ("lab-note", "bo")


def test_a_faulty_source_is_refused_whole_with_every_place(
    writer: TestClient, assert_problem: Callable[..., dict[str, Any]]
) -> None:
    before = writer.get("/health/ready").json()["snapshot"]
    body = source(object="neutrofil").replace(b"type: curator", b"typ: curator")
    refused = assert_problem(
        writer.post("/v1/sources", content=body), status=422, kind="bad-source"
    )
    assert [(f["line"], "typ" in f["message"]) for f in refused["faults"]][:1] == [(1, True)]
    assert writer.get("/health/ready").json()["snapshot"] == before


def test_writing_needs_a_key_that_stands(
    writer: TestClient, loaded: Any, assert_problem: Callable[..., dict[str, Any]]
) -> None:
    key = writer.headers.pop("Authorization")
    assert_problem(writer.post("/v1/sources", content=source()), status=401, kind="not-allowed")
    assert_problem(writer.delete("/v1/sources/news-2013-nets"), status=401, kind="not-allowed")
    wrong = {"Authorization": "Bearer ig_wrong"}
    assert_problem(
        writer.post("/v1/sources", content=source(), headers=wrong), status=401, kind="not-allowed"
    )
    assert len(key) > 40
    assert key.removeprefix("Bearer ") not in str(keys_of(loaded.graph))
    revoke_key(loaded.graph, "ada")
    old = {"Authorization": key}
    refused = assert_problem(
        writer.post("/v1/sources", content=source(), headers=old), status=401, kind="not-allowed"
    )
    assert "revoked" in refused["detail"]
    with pytest.raises(NotFound):
        revoke_key(loaded.graph, "ada")


def test_without_writing_sources_can_only_be_read(client: TestClient) -> None:
    assert client.post("/v1/sources", content=source()).status_code == 405


def test_a_paper_that_is_loaded_under_another_study_is_refused_with_its_place(
    writer: TestClient,
) -> None:
    held = next(one for one in writer.get("/v1/studies").json()["items"] if one["doi"])
    study = f"study: {{id: lab-study, doi: 'https://doi.org/{held['doi'].upper()}'}}\n"
    body = source().decode().replace("study: null\nstudy_note: nobody has published it\n", study)
    answer = writer.post("/v1/sources?dry_run=true", content=body.encode())
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert fault["line"] == 6
    assert f"is that of study '{held['id']}' in the graph" in fault["message"]
    same = body.replace("id: lab-study", f"id: {held['id']}")
    assert writer.post("/v1/sources?dry_run=true", content=same.encode()).status_code == 200


def test_a_key_tells_when_it_was_used(writer: TestClient, loaded: Any) -> None:
    def used() -> str | None:
        return next(key["used"] for key in keys_of(loaded.graph) if key["revoked"] is None)

    assert used() is None
    writer.post("/v1/sources?dry_run=true", content=source())
    first = used()
    assert first is not None
    assert first <= datetime.now(UTC).isoformat()
    assert len(first) == len("2026-01-01T00:00")


def test_whoever_guesses_keys_is_told_to_wait(
    writer: TestClient, assert_problem: Callable[..., Any]
) -> None:
    right = writer.headers["Authorization"]
    for number in range(WRONG_KEYS):
        reply = writer.post(
            "/v1/sources", content=b"", headers={"Authorization": f"Bearer ig_{number}"}
        )
        assert_problem(reply, status=401, kind="not-allowed")
    for key in ("Bearer ig_another", right):  # the right one is not told from the others
        reply = writer.post("/v1/sources", content=b"", headers={"Authorization": key})
        assert_problem(reply, status=429, kind="too-busy")
    assert writer.get("/v1/snapshot").status_code == 200


def test_a_sender_who_leaves_is_no_error(writer: TestClient, loaded: Any) -> None:
    app = writer.app
    sent: list[Any] = []

    async def ask() -> None:
        messages = [{"type": "http.request", "body": b"id: ", "more_body": True}]

        async def receive() -> Any:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(
            {
                "type": "http", "method": "POST", "path": "/v1/sources", "query_string": b"",
                "headers": [
                    (b"host", b"localhost"),
                    (b"authorization", writer.headers["Authorization"].encode()),
                ],
            },
            receive, send,
        )  # fmt: skip

    anyio.run(ask)
    assert sent == []
    told = 'immunograph_http_requests_total{method="POST",route="/v1/sources",status="499"} 1'
    assert told in writer.get("/metrics").text
