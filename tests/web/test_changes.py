"""What changed is told since any snapshot, of the graph and of one answer, and as a feed."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from immunograph.folders import folder
from immunograph.service import Service
from immunograph.service.writing import Writing
from immunograph.store import turns
from immunograph.store.loader import Loader
from immunograph.web.app import create_app

ATOM = {"a": "http://www.w3.org/2005/Atom"}
WATCHED = "/v1/paths?source=neutrophil&target=inflammation"
NOTE = """\
id: lab-note
type: curator
tier: curator
traceability: none
title: A note of the lab
study: null
study_note: nobody has published it
statements:
  - subject: neutrophil
    predicate: {verb}
    object: inflammation
    evidence: [{{says: Seen in the lab., basis: background}}]
"""


@pytest.fixture
def service(loaded: Any) -> Service:
    service = loaded.service()
    service.refresh()
    return service


@pytest.fixture
def lab(loaded: Any) -> Generator[Writing]:
    """Loads a note into the graph, which is as it was afterwards."""
    before = loaded.graph.snapshot()["id"]
    loader: Loader = loaded.loader()
    yield Writing(loaded.graph, loader=loader, home=folder("seed"))
    if "lab-note" in loader.knowledge.contributions:
        loader.withdraw("lab-note")
    loader.retract("szczerba-2019", None)
    assert loaded.graph.snapshot()["id"] == before


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_app(service), base_url="http://localhost")


def note(lab: Writing, verb: str, replaces: str | None = None) -> str:
    """Load the note, in place of the version named; its version."""
    told = lab.load(NOTE.format(verb=verb).encode(), by="ada", replaces=replaces)
    version = told["version"]
    assert version is not None
    return version


def ask(client: TestClient, service: Service, address: str) -> Any:
    service.refresh()
    reply = client.get(address)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_each_turn_tells_what_it_did_and_all_of_them_what_is_otherwise(
    lab: Writing, client: TestClient, service: Service, loaded: Any
) -> None:
    since = service.snapshot_id
    version = note(lab, "promotes")
    note(lab, "inhibits", version)
    loaded.loader().retract("szczerba-2019", "the lab took it back")
    found = ask(client, service, f"/v1/changes?since={since[:12]}")

    assert found["known"] and found["since"] == since and found["reason"] is None
    told = [(one["sources"][0]["id"], one["sources"][0]["did"]) for one in found["items"]]
    assert told == [
        ("study:szczerba-2019", "retracted"),
        ("lab-note", "replaced"),
        ("lab-note", "added"),
    ]
    [replaced] = [one for one in found["items"] if one["sources"][0]["did"] == "replaced"]
    named = {one["name"]: (one["before"], one["after"]) for one in replaced["statements"]}
    assert named["neutrophil promotes inflammation"] == (0.36, None)
    assert named["neutrophil inhibits inflammation"] == (None, 0.36)
    together = {one["name"]: one for one in found["statements"]}
    assert "neutrophil promotes inflammation" not in together
    assert together["neutrophil inhibits inflammation"]["before"] is None
    fallen = [one for one in found["statements"] if one["after"] == 0]
    assert fallen and all(one["before"] > 0 for one in fallen)


def test_a_watched_answer_tells_how_it_changed_and_by_which_source(
    lab: Writing, client: TestClient, service: Service, loaded: Any
) -> None:
    since = service.snapshot_id
    version = note(lab, "promotes")
    loaded.loader().retract("keklikoglou-2019", "it has nothing to do with it")
    note(lab, "inhibits", version)
    found = ask(client, service, f"/v1/changes?since={since}&question={quote(WATCHED)}")
    loaded.loader().retract("keklikoglou-2019", None)

    assert found["known"] and found["complete"]
    assert [one["sources"][0]["id"] for one in found["items"]] == ["lab-note", "lab-note"]
    newest, oldest = (one["answer"] for one in found["items"])
    assert newest["gained"] == ["inhibits: neutrophil → inflammation"]
    assert newest["lost"] == ["promotes: neutrophil → inflammation"]
    assert oldest["gained"] == ["promotes: neutrophil → inflammation"]
    assert found["answer"]["before"] == oldest["before"]
    assert found["answer"]["after"] == newest["after"]
    assert found["answer"]["after"]["verdict"]["effect"] == "inhibits"
    assert "lab-note" in found["summary"]


def test_an_answer_that_no_load_touched_is_said_to_be_the_same(
    lab: Writing, client: TestClient, service: Service
) -> None:
    since = service.snapshot_id
    note(lab, "promotes")
    other = quote("/v1/paths?source=paclitaxel&target=lung metastasis")
    found = ask(client, service, f"/v1/changes?since={since}&question={other}")

    assert found["items"] == []
    assert found["answer"]["before"] == found["answer"]["after"]
    assert found["summary"] == "The answer is the same: one load since did not touch it."
    nothing = ask(client, service, f"/v1/changes?since={service.snapshot_id}")
    assert (nothing["summary"], nothing["items"]) == ("Nothing has changed since.", [])


def test_without_since_the_newest_turns_alone_are_looked_at(
    client: TestClient, service: Service, lab: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = note(lab, "promotes")
    note(lab, "inhibits", version)
    monkeypatch.setattr(turns, "RECENT", 2)
    found = ask(client, service, "/v1/changes")
    did = [[source["did"] for source in item["sources"]] for item in found["items"]]
    assert did == [["replaced"], ["added"]]
    assert (found["known"], found["complete"], found["cut_by"]) == (True, False, "limit")
    assert found["since"] == found["items"][-1]["before"]
    assert len(found["statements"]) == 1
    assert len(ask(client, service, "/v1/changes?limit=1")["items"]) == 1


def test_a_snapshot_that_no_load_left_is_not_known(client: TestClient, service: Service) -> None:
    for question in ("", f"&question={quote(WATCHED)}"):
        found = ask(client, service, f"/v1/changes?since={'0' * 64}{question}")
        assert (found["known"], found["reason"], found["since"]) == (
            False, "unknown_snapshot", None,
        )  # fmt: skip
        assert found["items"] == []
        assert "of another graph, or older than the record" in found["summary"]


def test_what_an_older_version_replaced_without_keeping_it_is_not_known(
    lab: Writing, client: TestClient, service: Service, driver: Any
) -> None:
    since = service.snapshot_id
    version = note(lab, "promotes")
    note(lab, "inhibits", version)
    with driver.session(database="neo4j") as session:
        session.run("MATCH (l:Load {source: 'lab-note'}) REMOVE l.undo").consume()
    found = ask(client, service, f"/v1/changes?since={since}")
    assert (found["known"], found["reason"]) == (False, "not_kept")
    assert [one["sources"][0]["did"] for one in found["items"]] == [None, None]
    assert {one["after"] for one in found["statements"]} == {0.36}
    watched = ask(client, service, f"/v1/changes?since={since}&question={quote(WATCHED)}")
    assert (watched["known"], watched["reason"], watched["answer"]) == (False, "not_kept", None)
    assert "cannot be known" in watched["summary"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("/v1/nothing?x=1", "is no address of a question"),
        ("/v1/paths?source=neutrophil", "In '/v1/paths?source=neutrophil': target"),
        ("/v1/paths?sorce=a&target=b", "No parameter 'sorce'"),
        ("/v1/loads", "does not follow from a snapshot"),
        ("/v1/queries/neighbourhood", "does not follow from a snapshot"),
        ("/v1/snapshot", "does not follow from a snapshot"),
    ],
)
def test_what_cannot_be_watched_is_said(client: TestClient, question: str, said: str) -> None:
    reply = client.get("/v1/changes", params={"question": question})
    assert reply.status_code == 422
    assert reply.json()["parameter"] == "question"
    assert said in reply.json()["detail"]


def test_a_name_that_no_state_knew_is_not_found(client: TestClient, service: Service) -> None:
    question = quote("/v1/paths?source=oncostatin&target=metastasis")
    reply = client.get(f"/v1/changes?since={service.snapshot_id}&question={question}")
    assert reply.status_code == 404
    assert reply.json()["suggestions"]


# --- pinned addresses -----------------------------------------------------------------------------


def test_a_pinned_address_says_where_the_graph_has_moved_on(
    lab: Writing, client: TestClient, service: Service
) -> None:
    since = service.snapshot_id
    pinned = f"{WATCHED}&snapshot={since[:12]}"
    held = ask(client, service, pinned)
    assert held["pinned"]["current"] and held["pinned"]["changes"] is None
    assert "pinned" not in ask(client, service, WATCHED)
    note(lab, "promotes")
    service.refresh()
    reply = client.get(pinned)
    moved = reply.json()["pinned"]

    assert not moved["current"]
    assert f'<{moved["changes"]}>; rel="version-history"' in reply.headers["link"]
    assert reply.json()["snapshot"] == service.snapshot_id
    told = client.get(moved["changes"]).json()
    assert (told["since"], told["question"]["question"]) == (since, WATCHED)
    assert [one["sources"][0]["id"] for one in told["items"]] == ["lab-note"]
    table = client.get(f"{pinned}&format=csv")
    assert 'rel="version-history"' in table.headers["link"]
    assert client.get(pinned, headers={"Accept": "text/csv"}).content == table.content
    for address in (f"/v1/snapshot?snapshot={since}", f"/v1/export?format=sif&snapshot={since}"):
        assert f"</v1/changes?since={since}>" in client.get(address).headers["link"]


def test_a_pin_that_is_no_snapshot_is_refused(client: TestClient) -> None:
    for pin in ("xyz", "0bd9", "G" * 64):
        assert client.get(f"{WATCHED}&snapshot={pin}").status_code == 422


# --- the feed -------------------------------------------------------------------------------------


def test_a_feed_has_an_entry_for_each_turn_that_changed_the_answer(
    lab: Writing, client: TestClient, service: Service
) -> None:
    version = note(lab, "promotes")
    service.refresh()
    address = f"/v1/changes?question={quote(WATCHED)}&format=atom"
    first = client.get(address)
    assert first.headers["content-type"] == "application/atom+xml"
    feed = ElementTree.fromstring(first.content)
    entries = feed.findall("a:entry", ATOM)
    assert entries
    assert len({one.findtext("a:id", namespaces=ATOM) for one in entries}) == len(entries)
    newest = entries[0]
    assert "lab-note" in (newest.findtext("a:summary", namespaces=ATOM) or "")
    assert feed.findtext("a:updated", namespaces=ATOM) == newest.findtext(
        "a:updated", namespaces=ATOM
    )
    links = {one.get("rel"): one.get("href") for one in feed.findall("a:link", ATOM)}
    assert links["alternate"] == WATCHED
    assert ElementTree.fromstring(client.get(links["self"] or "").content).findtext(
        "a:id", namespaces=ATOM
    ) == feed.findtext("a:id", namespaces=ATOM)
    note(lab, "inhibits", version)
    service.refresh()
    later = ElementTree.fromstring(client.get(address).content).findall("a:entry", ATOM)
    ids = [one.findtext("a:id", namespaces=ATOM) for one in later]
    assert ids[1:] == [one.findtext("a:id", namespaces=ATOM) for one in entries]


def test_a_feed_is_of_changes_alone(client: TestClient) -> None:
    assert client.get(f"{WATCHED}&format=atom").status_code == 422
    assert client.get("/v1/changes?format=atom&manifest=true").status_code == 422
