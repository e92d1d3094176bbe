"""One client has its share, and leaves the others theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from immunograph.errors import TooBusy
from immunograph.service import Service
from immunograph.web.app import create_app
from immunograph.web.shares import MOST_CLIENTS, Share, is_local


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _use(share: Share, client: str) -> bool:
    try:
        share.check(client)
    except TooBusy:
        return False
    share.use(client)
    return True


def test_a_share_is_used_up_and_comes_back_with_time() -> None:
    clock = Clock()
    share = Share(6, of="questions", clock=clock)
    assert [_use(share, "a") for _ in range(7)] == [True] * 6 + [False]
    with pytest.raises(TooBusy, match="6 questions a minute came from a") as refused:
        share.check("a")
    assert refused.value.details["retry_after"] == 10
    clock.now += 9
    assert not _use(share, "a")
    clock.now += 1
    assert _use(share, "a")
    clock.now += 3600
    assert [_use(share, "a") for _ in range(7)] == [True] * 6 + [False]


def test_what_one_client_uses_is_not_taken_from_another() -> None:
    share = Share(1, of="questions", clock=Clock())
    assert [_use(share, one) for one in "aabb"] == [True, False, True, False]
    assert share.refused == 2


def test_a_share_of_none_is_no_limit() -> None:
    share = Share(0, of="questions")
    assert all(_use(share, "a") for _ in range(1_000))


def test_no_more_clients_are_remembered_than_there_is_room_for() -> None:
    share = Share(1, of="questions", clock=Clock())
    assert all(_use(share, str(n)) for n in range(MOST_CLIENTS + 1))
    assert _use(share, "0")  # forgotten
    assert not _use(share, "2")


@pytest.mark.parametrize(
    ("client", "local"),
    [
        (("127.0.0.1", 1), True),
        (("::1", 1), True),
        (("192.168.1.7", 1), False),
        (("testclient", 1), False),
        (None, False),
    ],
)
def test_programs_of_this_machine_are_known(client: Any, local: bool) -> None:
    assert is_local({"client": client}) is local


def _from(app: FastAPI, client: str) -> TestClient:
    """A client of the application at some address."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (client, 1)}, receive, send)

    return TestClient(moved, base_url="http://localhost")


def test_searches_beyond_the_share_of_a_machine_are_refused(
    loaded_service: Service, assert_problem: Callable[..., Any]
) -> None:
    app = create_app(loaded_service, rate=3)
    one, other, here = (_from(app, host) for host in ("192.0.2.1", "192.0.2.2", "127.0.0.1"))

    def ask(client: TestClient, number: int) -> Any:
        return client.get(f"/v1/influence?entity=oncostatin+M&limit={number}")

    assert [ask(one, n).status_code for n in (1, 2, 3)] == [200] * 3
    refused = ask(one, 4)
    assert_problem(refused, status=429, kind="too-busy")
    assert 0 < int(refused.headers["retry-after"]) <= 20
    assert ask(one, 3).status_code == 200  # from memory
    assert one.get("/v1/entities/paclitaxel").status_code == 200  # looked up
    assert ask(other, 5).status_code == 200
    assert [ask(here, n).status_code for n in range(6, 12)] == [200] * 6
    assert "immunograph_shares_refused_total 1\n" in here.get("/metrics").text
