"""Requests per second of one worker: the service beside an empty asynchronous route.

A *cached* answer was given before. A *live* one answers a question that nobody asked before on
this snapshot. What is to be said of a path is put together once, so there are two kinds of live
answers: of paths that were *told before*, in answers to other questions, and of *new* paths, of
which nothing was told since the start.

Run as a program it is the empty route: one FastAPI application, one worker. It also answers with
as many bytes as asked for, which is what any answer of that length costs.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice, product
from pathlib import Path
from random import Random
from typing import Any, Final, cast
from urllib.parse import quote
from urllib.request import urlopen

HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 16
PAIRS: Final = 2_000
CACHED: Final = 50
"""Different answers that are asked for again and again."""
START_SECONDS: Final = 600.0
FIRST: Final = "/v1/paths?source=paclitaxel&target=lung%20metastasis"
COMPILED: Final = b"immunograph_search_compiled 1"


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests per second, the median of the rounds, and the bytes of an answer."""

    per_second: float
    bytes: float


class Client(asyncio.Protocol):
    """One connection that asks the next question when the last is answered."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.answered = 0
        self.bytes = 0
        self.going = True
        self.done = asyncio.Event()
        self._held = b""
        self._missing = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's own is none of asyncio's classes.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        """Count whole answers. Raises ValueError for one that is no success."""
        if self._missing < 0:
            self._held += data
            end = self._held.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._held[:end].lower()
            if b" 200 " not in head[:20]:
                raise ValueError(self._held[:500].decode("latin-1"))
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            self._missing = length - (len(self._held) - end - 4)
            self.bytes += length
            self._held = b""
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self.answered += 1
            self._missing = -1
            following = next(self.requests, None) if self.going else None
            if following is not None:
                self.transport.write(following)
            else:
                self.done.set()


async def _connected(port: int, requests: Iterator[bytes]) -> list[Client]:
    loop = asyncio.get_running_loop()
    clients = [Client(requests) for _ in range(CONNECTIONS)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, HOST, port)
    return clients


async def _measure(port: int, requests: Iterator[bytes], seconds: float) -> Rates:
    """The rate over so many seconds, after a quarter of that to warm up."""
    clients = await _connected(port, requests)
    await asyncio.sleep(seconds / 4)
    before = sum(client.answered for client in clients)
    begun = time.perf_counter()
    await asyncio.sleep(seconds)
    answered = sum(client.answered for client in clients) - before
    took = time.perf_counter() - begun
    for client in clients:
        client.going = False
    await _end(clients)
    return _rates(clients, answered / took)


async def _measure_once(port: int, requests: Iterator[bytes]) -> Rates:
    """The rate over all of the requests, each asked once."""
    begun = time.perf_counter()
    clients = await _connected(port, requests)
    await _end(clients)
    took = time.perf_counter() - begun
    return _rates(clients, sum(client.answered for client in clients) / took)


async def _end(clients: list[Client]) -> None:
    for client in clients:
        await client.done.wait()
        client.transport.close()


def _rates(clients: list[Client], per_second: float) -> Rates:
    every = sum(client.answered for client in clients)
    return Rates(per_second, sum(client.bytes for client in clients) / every)


def request(path: str, *, takes: str = "identity") -> bytes:
    """A GET as bytes; `takes` is the encoding that is accepted."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: {takes}\r\n\r\n".encode()


@dataclass(frozen=True, slots=True)
class End:
    """An entity, and what it may be called."""

    id: str
    name: str

    @property
    def names(self) -> tuple[str, ...]:
        """Ways to name it in a question."""
        return tuple(dict.fromkeys((self.id, self.name, self.name.upper(), self.name.title())))


Pair = tuple[End, End]


def joined_pairs(port: int) -> list[Pair]:
    """Whom each entity of the served graph reaches, in no order."""
    listed = json.loads(ask(port, "/v1/entities?limit=1000"))["items"]
    found: dict[Pair, None] = {}
    for source in [End(one["id"], one["name"]) for one in listed]:
        path = f"/v1/influence?entity={quote(source.id)}&max_steps=6&limit=200"
        for one in json.loads(ask(port, path))["items"]:
            found[source, End(one["entity"]["id"], one["entity"]["name"])] = None
    pairs = list(found)
    Random(5).shuffle(pairs)
    return pairs[:PAIRS]


def questions(pairs: list[Pair]) -> Iterator[str]:
    """Questions for the best paths of each pair, each asked in other words than all before.

    The first ask about each pair once, so that later answers are of paths that were told before.
    """
    for limit, i, j in product(range(10, 5, -1), range(4), range(4)):
        for source, target in pairs:
            if i < len(source.names) and j < len(target.names):
                ends = f"source={quote(source.names[i])}&target={quote(target.names[j])}"
                yield f"/v1/paths?{ends}&limit={limit}"


def rates(
    service: int, empty: int, pairs: list[Pair], *, rounds: int, seconds: float
) -> dict[str, Rates]:
    """Each kind of request in turn, round after round; new paths in one pass, since once told
    they are new no more.
    """
    asking = questions(pairs)
    begun = list(islice(asking, len(pairs)))
    new = _run(_measure_once(service, map(request, begun)))
    live = map(request, asking)
    again = begun[:CACHED]
    packed = [request(path, takes="gzip") for path in again]
    as_long = request(f"/bytes/{new.bytes:.0f}")
    asked: dict[str, tuple[int, Callable[[], Iterator[bytes]]]] = {
        "empty route": (empty, lambda: cycle([request("/empty")])),
        "empty route, as many bytes": (empty, lambda: cycle([as_long])),
        "cached path answer": (service, lambda: cycle(map(request, again))),
        "cached path answer, gzip": (service, lambda: cycle(packed)),
        "live path answer, paths told before": (service, lambda: live),
    }
    found: dict[str, list[Rates]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, (port, requests) in asked.items():
            found[name].append(_run(_measure(port, requests(), seconds)))
    middle = {
        name: Rates(
            statistics.median(one.per_second for one in measured),
            statistics.median(one.bytes for one in measured),
        )
        for name, measured in found.items()
    }
    return {**middle, "live path answer, new paths, one pass": new}


def _run(measuring: Coroutine[Any, Any, Rates]) -> Rates:
    import uvloop  # noqa: PLC0415 # not on every system

    return uvloop.run(measuring)


@contextmanager
def serving(data: Path, *, compiled: Path) -> Generator[tuple[int, float]]:
    """`immunograph serve` on a free port, and the seconds its first path question took.

    Its graph is in `data`; `compiled` is where compiled code is kept, so that it can be cold.
    """
    own = {"IMMUNOGRAPH_DATA_DIR": str(data), "NUMBA_CACHE_DIR": str(compiled)}
    with started({**os.environ, **own}) as (port, _, _):
        begun = time.perf_counter()
        ask(port, FIRST)
        yield port, time.perf_counter() - begun


@contextmanager
def started(environment: dict[str, str]) -> Generator[tuple[int, int, float]]:
    """`immunograph serve` on a free port: that, its process, and the seconds until it was ready."""
    port = free_port()
    command = [sys.executable, "-c", "from immunograph.cli import main; main()", "serve"]
    begun = time.perf_counter()
    with _process(command, {**environment, "IMMUNOGRAPH_PORT": str(port)}) as pid:
        _wait(port, "/health/ready")
        yield port, pid, time.perf_counter() - begun


@contextmanager
def serving_nothing() -> Generator[int]:
    """The empty route on a free port."""
    port = free_port()
    with _process([sys.executable, "-m", "bench.http", str(port)], dict(os.environ)):
        _wait(port, "/empty")
        yield port


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Generator[int]:
    """A program that is ended at the end; its process id."""
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield started.pid
    finally:
        started.terminate()
        started.wait(60)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def ask(port: int, path: str) -> bytes:
    """The body of an answer."""
    with urlopen(f"http://{HOST}:{port}{path}", timeout=600) as answer:
        return answer.read()


def _wait(port: int, path: str) -> None:
    """Wait until a path is answered. Raises OSError."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            ask(port, path)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def wait_until_compiled(port: int) -> None:
    """Wait until the service answers by compiled searches. Raises TimeoutError."""
    end = time.monotonic() + START_SECONDS
    while COMPILED not in ask(port, "/metrics"):
        if time.monotonic() > end:
            raise TimeoutError(f"The searches were not compiled in {START_SECONDS:.0f} seconds.")
        time.sleep(0.2)


def main() -> None:
    """Serve the empty route."""
    import uvicorn  # noqa: PLC0415 # only this program needs it
    from fastapi import FastAPI, Response  # noqa: PLC0415

    app = FastAPI()

    async def empty() -> Response:
        return Response(b"")

    async def full(count: int) -> Response:
        return Response(bodies.setdefault(count, bytes(count)))

    bodies: dict[int, bytes] = {}
    app.add_api_route("/empty", empty)
    app.add_api_route("/bytes/{count}", full)
    uvicorn.run(app, host=HOST, port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
