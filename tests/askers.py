"""Many who ask a service at once, each again once it is answered; and what the service counted."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlsplit

import orjson

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
    stale: int = 0
    """Answers that say that the engine is away."""

    def within(self, share: float) -> float:
        """How long this share of the questions took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Questions:
    """Questions of every kind about any entity, always the same ones."""

    def __init__(self, page: str, *, engine: bool = True) -> None:
        """Without `engine`, those alone that are answered while it is away."""
        with urllib.request.urlopen(f"{page}/v1/entities?limit=1000", timeout=60) as reply:
            self._names = [quote(one["id"]) for one in orjson.loads(reply.read())["items"]]
        self._chance = Random(7)
        self._engine = engine

    def next(self) -> str:
        """The address of the next question."""
        one, other = self._chance.sample(self._names, 2)
        ends = f"source={one}&target={other}"
        kinds = [
            f"paths?{ends}",
            f"paths?{ends}",
            f"paths?{ends}&{self._chance.choice(FILTERS)}",
            f"influence?entity={one}",
            f"blockers?{ends}",
            f"loops?entity={one}&max_steps=4",
            f"statements?entity={one}",
            f"entities/{one}",
            f"entities/{one}",
        ]
        if self._engine:
            kinds.append(f"entities?q={one[:8]}")
        return f"/v1/{self._chance.choice(kinds)}"


def ask_at_once(
    page: str,
    clients: int,
    *,
    seconds: float,
    question: Callable[[], str] | None = None,
    pause: float = 0.0,
) -> Asked:
    """So many clients, each asking again once it is answered, after a pause."""
    address = urlsplit(page)
    following = question or Questions(page).next
    asked = Asked()
    ends = time.monotonic() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while time.monotonic() < ends:
            began = time.monotonic()
            request = f"GET {following()} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            writer.write(request.encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), BOUND_SECONDS)
            [length] = re.findall(rb"content-length: (\d+)", head)
            await reader.readexactly(int(length))
            asked.seconds.append(time.monotonic() - began)
            asked.statuses[int(head[9:12])] += 1
            asked.stale += b"\r\nimmunograph-stale: " in head.lower()
            await asyncio.sleep(pause)
        writer.close()
        await writer.wait_closed()

    async def all_clients() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(clients):
                tasks.create_task(client())

    asyncio.run(all_clients())
    return asked


def numbers(page: str) -> str:
    """What the service counted."""
    with urllib.request.urlopen(f"{page}/metrics", timeout=60) as reply:
        return reply.read().decode()


def memory(page: str) -> float:
    """Megabytes of the service."""
    [found] = re.findall(r"^immunograph_process_resident_memory_bytes (\d+)", numbers(page), re.M)
    return int(found) / 1e6


def is_compiled(page: str) -> bool:
    """Whether searches run compiled by now."""
    return "immunograph_search_compiled 1\n" in numbers(page)


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
