"""Answers are kept by snapshot and question, and sent again only where they are not known."""

from __future__ import annotations

import gzip
import threading
import time
from typing import Any

import anyio
import anyio.to_thread
import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient
from starlette.types import Message

from immunograph.errors import Cancelled, Overloaded
from immunograph.questions import asking
from immunograph.questions.paths import PATHS
from immunograph.questions.sources import SOURCES
from immunograph.search import kernel
from immunograph.service import Service, to_bytes
from immunograph.service.deadline import deadline
from immunograph.service.rendering import Output, Rendered, as_json
from immunograph.web.app import create_app
from immunograph.web.cache import OVERHEAD, Cache, Kept, pack
from immunograph.web.replies import LEFT, Replies
from immunograph.web.requests import asked_of
from immunograph.web.routes import router

ASKED = "/v1/paths?source=paclitaxel&target=lung+metastasis"
PLAIN = {"Accept-Encoding": "identity"}


async def _nothing_more() -> Message:
    """From an asker who waits for the answer."""
    await anyio.sleep_forever()
    return {}


def _request(query: str = "", path: str = "/v1/paths") -> Request:
    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": query.encode(),
         "headers": [], "route": next(iter(router.routes))},
        _nothing_more,
    )  # fmt: skip


def _replies(app: FastAPI) -> Replies:
    return app.state.replies


def _own_headers(reply: Any) -> dict[str, str]:
    """The headers of an answer, but for the one that tells requests apart."""
    return {name: value for name, value in reply.headers.items() if name != "x-request-id"}


def test_the_second_asker_is_answered_from_memory(loaded_service: Service) -> None:
    app = create_app(loaded_service)
    client = TestClient(app, base_url="http://localhost")
    first, second = client.get(ASKED), client.get(ASKED)
    assert first.content == second.content
    assert _own_headers(first) == _own_headers(second)
    assert _replies(app).cache.hits == 1


def test_the_order_of_parameters_makes_no_other_question(loaded_service: Service) -> None:
    app = create_app(loaded_service)
    client = TestClient(app, base_url="http://localhost")
    first = client.get(ASKED)
    second = client.get("/v1/paths?target=lung%20metastasis&source=paclitaxel")
    assert first.headers["etag"] == second.headers["etag"]
    assert _replies(app).cache.hits == 1


def _at_once(app: FastAPI, address: str) -> Response | None:
    path, _, query = address.partition("?")
    scope = _request(query, path).scope

    async def asked() -> Response | None:
        await _replies(app).watch.ensure()
        return await _replies(app).at_once(scope)

    return anyio.run(asked)


def test_a_question_about_paths_that_were_told_is_answered_at_once(
    loaded_service: Service,
) -> None:
    assert kernel.wait_until_compiled()
    app = create_app(loaded_service)
    client = TestClient(app, base_url="http://localhost")
    client.get(ASKED)
    asked: dict[str, dict[str, Any]] = {
        "&limit=7": {"limit": 7},
        "&max_steps=7&effect=promotes": {"max_steps": 7, "effect": "promotes"},
        "&format=json&limit=8": {"limit": 8},
    }
    for more, arguments in asked.items():
        answer = PATHS.ask(
            loaded_service, source=["paclitaxel"], target=["lung metastasis"], **arguments
        )
        at_once = _at_once(app, ASKED + more)
        assert at_once is not None
        assert at_once.body == to_bytes(answer)
        again = client.get(ASKED + more, headers=PLAIN)
        assert again.content == at_once.body
        assert again.headers["etag"] == at_once.headers["etag"]


def test_what_takes_no_time_is_kept_once_it_was_asked_twice(loaded_service: Service) -> None:
    assert kernel.wait_until_compiled()
    app = create_app(loaded_service)
    TestClient(app, base_url="http://localhost").get(ASKED)
    cache = _replies(app).cache
    before = len(cache)
    kept: list[int] = []
    for _ in range(3):
        assert _at_once(app, ASKED + "&limit=9") is not None
        kept.append(len(cache) - before)
    assert kept == [0, 1, 1]
    assert cache.hits == 1


@pytest.mark.parametrize(
    "other",
    [
        "&limit=0",
        "&limit=51",
        "&max_steps=9",
        "&limit=5&limit=5",
        "&source=doxorubicin",
        "&hypothesised=true",
        "&without=annexin+A6",
        "&species=mouse",
        "&format=yaml",
        "&limt=5",
    ],
)
def test_what_is_asked_otherwise_is_left_to_the_framework(
    other: str, loaded_service: Service
) -> None:
    assert kernel.wait_until_compiled()
    app = create_app(loaded_service)
    TestClient(app, base_url="http://localhost").get(ASKED)
    assert _at_once(app, ASKED + "&limit=6") is not None
    assert _at_once(app, ASKED + other) is None


@pytest.mark.parametrize(
    "query",
    [
        "",
        "source=paclitaxel",
        "source=paclitaxel&target=nobody",
        "source=paclitaxel&target=paclitaxel",
        "source=lung+metastasis&target=paclitaxel",
    ],
)
def test_what_has_no_paths_is_left_to_the_framework(query: str, loaded_service: Service) -> None:
    assert kernel.wait_until_compiled()
    assert _at_once(create_app(loaded_service), f"/v1/paths?{query}") is None


def test_another_question_has_another_tag(client: TestClient) -> None:
    tags = {
        client.get(asked).headers["etag"]
        for asked in (ASKED, f"{ASKED}&limit=9", f"{ASKED}&source=doxorubicin", "/v1/snapshot")
    }
    assert len(tags) == 4


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '{} , W/"other"'])
def test_who_has_the_answer_is_told_so(form: str, client: TestClient) -> None:
    for asked in (ASKED, "/v1/loads", "/docs", "/openapi.json"):
        tag = client.get(asked).headers["etag"]
        reply = client.get(asked, headers={"If-None-Match": form.format(tag)})
        assert reply.status_code == 304
        assert reply.content == b""
        assert reply.headers["etag"].strip('"').removesuffix("-gzip") in tag
        assert reply.headers["cache-control"] == "no-cache"


def test_a_tag_holds_over_a_restart(client: TestClient, loaded_service: Service) -> None:
    tag = client.get(ASKED).headers["etag"]
    again = TestClient(create_app(loaded_service), base_url="http://localhost")
    assert again.get(ASKED, headers={"If-None-Match": tag}).status_code == 304


def test_any_tag_is_told_only_of_answers_that_exist(client: TestClient) -> None:
    assert client.get(ASKED, headers={"If-None-Match": "*"}).status_code == 304
    assert client.get("/v1/paths", headers={"If-None-Match": "*"}).status_code == 422


def test_long_answers_are_packed_for_those_who_take_it(client: TestClient) -> None:
    plain = client.get(ASKED, headers=PLAIN)
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept, Accept-Encoding"
    with client.stream("GET", ASKED, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert len(raw) < len(plain.content) / 2
    assert gzip.decompress(raw) == plain.content


def test_an_answer_is_packed_for_the_first_who_takes_it(loaded_service: Service) -> None:
    app = create_app(loaded_service)
    client = TestClient(app, base_url="http://localhost")
    key = (loaded_service.snapshot_id, asked_of(_request(ASKED.partition("?")[2]).scope).question)
    sizes: list[int] = []
    client.get(ASKED, headers=PLAIN)
    for accepted in ("identity", "gzip", "identity", "gzip"):
        reply = client.get(ASKED, headers={"Accept-Encoding": accepted})
        assert reply.headers.get("content-encoding", "identity") == accepted
        kept = _replies(app).cache.find(key)
        assert kept is not None
        sizes.append(len(kept.packed or b""))
        assert _replies(app).cache.bytes == kept.size + sum(map(len, key))
    assert sizes[0] == 0 < sizes[1] == sizes[2] == sizes[3]


@pytest.mark.parametrize("refusal", ["gzip;q=0", "gzip; q=0.0", "br", ""])
def test_who_does_not_take_gzip_gets_none(refusal: str, client: TestClient) -> None:
    reply = client.get(ASKED, headers={"Accept-Encoding": refusal})
    assert "content-encoding" not in reply.headers


def test_a_head_has_what_a_get_has_but_the_body(client: TestClient) -> None:
    got, head = client.get(ASKED, headers=PLAIN), client.head(ASKED, headers=PLAIN)
    assert head.content == b""
    assert _own_headers(head) == _own_headers(got)


@pytest.mark.parametrize(("cut_by", "kept"), [("work", True), ("limit", True), ("time", False)])
def test_what_the_clock_cut_is_never_kept_and_has_no_tag(
    cut_by: str, kept: bool, loaded_service: Service
) -> None:
    replies = _replies(create_app(loaded_service))

    def ask(service: Service) -> Rendered:
        return as_json({"snapshot": service.snapshot_id, "cut_by": cut_by})

    async def asked() -> Any:
        return await replies.reply(_request(cut_by), ask, heavy=True)

    reply = anyio.run(asked)
    assert ("etag" in reply.headers) is kept
    assert reply.headers["cache-control"] == ("no-cache" if kept else "no-store")
    assert len(replies.cache) == int(kept)


def test_an_answer_of_a_snapshot_that_has_passed_is_not_kept(loaded_service: Service) -> None:
    replies = _replies(create_app(loaded_service))

    async def asked() -> Any:
        return await replies.reply(
            _request(), lambda service: as_json({"snapshot": "older"}), heavy=True
        )

    assert "etag" not in anyio.run(asked).headers
    assert len(replies.cache) == 0


def test_too_many_heavy_questions_are_refused_and_light_ones_are_not(
    loaded_service: Service,
) -> None:
    app = create_app(loaded_service, heavy_at_once=1, heavy_waiting=1)
    replies = _replies(app)
    go_on = threading.Event()
    refused: list[Overloaded] = []

    def slow(service: Service) -> Rendered:
        assert go_on.wait(30)
        return as_json({"snapshot": service.snapshot_id})

    def light_one(service: Service) -> Rendered:
        return asking.ask(service, SOURCES, SOURCES.of({}), Output())

    async def ask(number: int) -> None:
        try:
            await replies.reply(_request(str(number)), slow, heavy=True)
        except Overloaded as error:
            refused.append(error)

    async def ask_all() -> list[int]:
        statuses: list[int] = []
        await replies.watch.ensure()
        async with anyio.create_task_group() as tasks:
            for number in range(3):
                tasks.start_soon(ask, number)
                await anyio.sleep(0.05)
            light = await replies.reply(_request(path="/v1/sources"), light_one, heavy=False)
            statuses.append(light.status_code)
            go_on.set()
        return statuses

    assert anyio.run(ask_all) == [200]
    assert len(refused) == 1
    assert replies.heavy.refused == 1


def test_the_search_of_an_asker_who_left_ends(loaded_service: Service) -> None:
    replies = _replies(create_app(loaded_service))
    ended = threading.Event()

    def search(service: Service) -> Rendered:
        with deadline() as stop:
            while not stop[0]:
                time.sleep(0.01)
        ended.set()
        return as_json({"snapshot": service.snapshot_id, "cut_by": "time"})

    async def leave() -> Message:
        await anyio.sleep(0.1)
        return {"type": "http.disconnect"}

    async def ask() -> None:
        request = Request(_request().scope, leave)
        with pytest.raises(Cancelled):
            await replies.reply(request, search, heavy=True)
        assert request.scope[LEFT]
        assert await anyio.to_thread.run_sync(ended.wait, 5)
        while replies.heavy.running:
            await anyio.sleep(0.01)

    anyio.run(ask)
    assert len(replies.cache) == 0


# --- the cache -----------------------------------------------------------------------------


def _kept(body: bytes) -> Kept:
    return Kept(
        body=body, packed=None, media_type="application/json", etag="tag", link=None, route="/v1/a"
    )


def test_the_cache_forgets_what_was_least_lately_asked_for() -> None:
    each = 1_000 + OVERHEAD + 2
    cache = Cache(most_bytes=8 * each)
    for name in "abcdefgh":
        cache.keep(("s", name), _kept(b"x" * 1_000))
    assert cache.bytes == 8 * each
    assert cache.find(("s", "a"))
    cache.keep(("s", "i"), _kept(b"x" * 1_000))
    assert cache.find(("s", "a"))
    assert cache.find(("s", "b")) is None
    assert cache.bytes <= 8 * each


def test_the_cache_counts_a_question_once_however_often_it_is_kept() -> None:
    cache = Cache(most_bytes=100_000)
    for size in (10, 1_000, 100):
        cache.keep(("s", "a"), _kept(b"x" * size))
    assert cache.bytes == 100 + OVERHEAD + 2
    assert len(cache) == 1


def test_the_cache_notes_questions_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("immunograph.web.cache.NOTED", 2)
    cache = Cache()
    assert [cache.noted(("s", name)) for name in "aabbca"] == [
        *(False, True, False, True, False, False),
    ]


def test_the_cache_does_not_give_all_its_room_to_one_answer() -> None:
    cache = Cache(most_bytes=8_000)
    cache.keep(("s", "a"), _kept(b"x" * 2_000))
    assert len(cache) == 0


def test_short_answers_are_not_worth_packing() -> None:
    assert pack(b"x" * 999) is None
    assert pack(b"x" * 1_001) == pack(b"x" * 1_001) != None  # noqa: E711 # the same bytes each time
