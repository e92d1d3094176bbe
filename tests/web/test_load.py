"""The service under many askers at once: answers without errors, in bounded time and memory."""

from __future__ import annotations

import asyncio
import re
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlsplit

import orjson
import pytest

from immunograph.store import keeper
from serving import Server, serving, told_by

CLIENTS = 64
FILTERS = (
    "species=mouse", "species=human", "study_system=human", "tier=primary", "tier=press",
    "disease=breast+cancer", "min_belief=0.3", "site=lung",
)  # fmt: skip
"""Few enough that their views are kept."""
BOUND_SECONDS = 30.0
"""By when whoever asks has an answer, however many ask."""


@dataclass(slots=True)
class Asked:
    """What came of many questions."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    seconds: list[float] = field(default_factory=list[float])

    def within(self, share: float) -> float:
        """How long this share of the questions took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Questions:
    """Questions of every kind about any entity, always the same ones."""

    def __init__(self, page: str) -> None:
        with urllib.request.urlopen(f"{page}/v1/entities?limit=1000", timeout=60) as reply:
            self._names = [quote(one["id"]) for one in orjson.loads(reply.read())["items"]]
        self._chance = Random(7)

    def next(self) -> str:
        one, other = self._chance.sample(self._names, 2)
        ends = f"source={one}&target={other}"
        kinds = (
            f"paths?{ends}",
            f"paths?{ends}",
            f"paths?{ends}&{self._chance.choice(FILTERS)}",
            f"influence?entity={one}",
            f"blockers?{ends}",
            f"loops?entity={one}&max_steps=4",
            f"statements?entity={one}",
            f"entities/{one}",
            f"entities/{one}",
            f"entities?q={one[:8]}",
        )
        return f"/v1/{self._chance.choice(kinds)}"


def ask_at_once(page: str, clients: int, *, seconds: float) -> Asked:
    """So many clients, each asking again once it is answered."""
    address = urlsplit(page)
    questions = Questions(page)
    asked = Asked()
    ends = time.monotonic() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while time.monotonic() < ends:
            began = time.monotonic()
            request = f"GET {questions.next()} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            writer.write(request.encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), BOUND_SECONDS)
            [length] = re.findall(rb"content-length: (\d+)", head)
            await reader.readexactly(int(length))
            asked.seconds.append(time.monotonic() - began)
            asked.statuses[int(head[9:12])] += 1
        writer.close()
        await writer.wait_closed()

    async def all_clients() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(clients):
                tasks.create_task(client())

    asyncio.run(all_clients())
    return asked


def numbers(page: str) -> str:
    with urllib.request.urlopen(f"{page}/metrics", timeout=60) as reply:
        return reply.read().decode()


def memory(page: str) -> float:
    """Megabytes of the service."""
    [found] = re.findall(r"^immunograph_process_resident_memory_bytes (\d+)", numbers(page), re.M)
    return int(found) / 1e6


def served_within(before: str, after: str, share: float) -> float:
    """How long this share of the answers took at most, as the service counted between."""
    pattern = r'^immunograph_http_request_seconds_bucket\{route="/v1/[^"]*",le="([^"]+)"\} (\d+)'

    def totals(text: str) -> Counter[float]:
        found: Counter[float] = Counter()
        for bound, count in re.findall(pattern, text, re.M):
            found[float(bound.replace("+Inf", "inf"))] += int(count)
        return found

    counts = totals(after)
    counts.subtract(totals(before))
    bounds = sorted(counts)
    wanted = share * counts[bounds[-1]]
    below, under = 0.0, 0
    for bound in bounds:
        if counts[bound] >= wanted:
            part = (wanted - under) / max(1, counts[bound] - under)
            return below + part * (bound - below) if bound < float("inf") else below
        below, under = bound, counts[bound]
    return below


@pytest.fixture(scope="module")
def page(neo4j_server: Server, loaded: object) -> Generator[str]:
    """The address of a service of its own."""
    with serving(neo4j_server) as process:
        address = told_by(process)["Page"]
        compiled = "immunograph_search_compiled 1\n"
        assert keeper.comes_true(lambda: compiled in numbers(address), within=300)
        yield address


def _load(page: str, *, seconds: float) -> None:
    """Ask with many clients for a while, twice as long as it takes to warm up."""
    ask_at_once(page, CLIENTS, seconds=seconds / 3)
    warm, before = memory(page), numbers(page)
    asked = ask_at_once(page, CLIENTS, seconds=2 * seconds / 3)
    p99 = served_within(before, numbers(page), 0.99)
    grown = memory(page) - warm
    sys.stdout.write(
        f"\n{CLIENTS} clients, {seconds:.0f} s: {asked.statuses}, "
        f"{len(asked.seconds) * 1.5 / seconds:.0f}/s, p50 {asked.within(0.5) * 1e3:.0f} ms, "
        f"p99 {asked.within(0.99) * 1e3:.0f} ms, in the service {p99 * 1e3:.0f} ms, "
        f"{warm:.0f} MB and {grown:+.0f} MB\n"
    )
    assert asked.statuses.keys() == {200}
    # The cache of answers fills meanwhile, and holds no more than that.
    assert grown < 64 + warm / 10


def test_many_askers_are_answered_without_an_error(page: str) -> None:
    _load(page, seconds=5)


def test_more_askers_than_can_be_served_are_all_told_something_in_time(page: str) -> None:
    _overload(page, seconds=3)


@pytest.mark.soak
def test_what_is_served_under_overload_is_served_nearly_as_soon(page: str) -> None:
    usual, overloaded = _overload(page, seconds=60)
    assert overloaded < 3 * usual


def _overload(page: str, *, seconds: float) -> tuple[float, float]:
    """The seconds within which 99 of 100 were served: usually, and with four times the askers."""
    before = numbers(page)
    ask_at_once(page, CLIENTS, seconds=seconds)
    between = numbers(page)
    asked = ask_at_once(page, 4 * CLIENTS, seconds=seconds)
    after = numbers(page)
    usual, overloaded = served_within(before, between, 0.99), served_within(between, after, 0.99)
    sys.stdout.write(
        f"\n{4 * CLIENTS} clients: {asked.statuses}, p99 {asked.within(0.99):.2f} s; in the "
        f"service {overloaded * 1e3:.0f} ms, with {CLIENTS} {usual * 1e3:.0f} ms\n"
    )
    assert asked.statuses.keys() <= {200, 429, 503}
    assert asked.statuses[200]
    assert max(asked.seconds) < BOUND_SECONDS
    return usual, overloaded


def test_as_many_filters_as_there_may_be_take_no_more_memory(page: str) -> None:
    def ask(number: int) -> None:
        filters = f"min_belief={number / 1000}&species={'mouse' if number % 2 else 'human'}"
        asked = f"{page}/v1/paths?source=paclitaxel&target=metastasis&{filters}"
        with urllib.request.urlopen(asked, timeout=60) as reply:
            assert reply.status == 200

    for number in range(60):
        ask(number)
    warm = memory(page)
    for number in range(60, 260):
        ask(number)
    assert memory(page) - warm < 50


@pytest.mark.soak
def test_many_askers_are_answered_for_ten_minutes(page: str) -> None:
    _load(page, seconds=600)
