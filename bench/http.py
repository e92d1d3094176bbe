"""Requests per second of one worker: the service beside an empty asynchronous route.

Run as a program it is that empty route: one FastAPI application, one worker.
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
from itertools import cycle, product
from pathlib import Path
from random import Random
from typing import Any, Final, cast
from urllib.parse import quote
from urllib.request import urlopen

HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 16
PAIRS: Final = 600
START_SECONDS: Final = 600.0
FIRST: Final = "/v1/paths?source=paclitaxel&target=lung%20metastasis"


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
            if self.going:
                self.transport.write(next(self.requests))


async def _measure(port: int, requests: Iterator[bytes], seconds: float) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    clients = [Client(requests) for _ in range(CONNECTIONS)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, HOST, port)
    await asyncio.sleep(seconds / 4)
    before = sum(client.answered for client in clients)
    begun = time.perf_counter()
    await asyncio.sleep(seconds)
    answered = sum(client.answered for client in clients) - before
    took = time.perf_counter() - begun
    for client in clients:
        client.going = False
    await asyncio.sleep(0.05)
    for client in clients:
        client.transport.close()
    every = sum(client.answered for client in clients)
    return answered / took, sum(client.bytes for client in clients) / max(1, every)


def request(path: str, *, takes: str = "identity") -> bytes:
    """A GET as bytes; `takes` is the encoding that is accepted."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: {takes}\r\n\r\n".encode()


def answered_pairs(port: int) -> list[tuple[str, str]]:
    """Ends of paths of the served graph: whom each of its entities reaches."""
    listed = json.loads(ask(port, "/v1/entities?limit=1000"))["items"]
    found: list[tuple[str, str]] = []
    for source in [one["id"] for one in listed]:
        path = f"/v1/influence?entity={quote(source)}&max_steps=6&limit=200"
        reached = json.loads(ask(port, path))["items"]
        found.extend((source, target) for target in {one["entity"]["id"]: 1 for one in reached})
    Random(5).shuffle(found)
    return found[:PAIRS]


def questions(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Path questions, each other than all before; the first ask each pair once, for all there is.

    So the paths of later questions were told before, in other answers.
    """
    for limit, steps, effect in product(
        range(12, 7, -1), (8, 7, 6, 5, 4), ("", "&effect=promotes", "&effect=inhibits")
    ):
        for source, target in pairs:
            ends = f"source={quote(source)}&target={quote(target)}"
            yield f"/v1/paths?{ends}{effect}&max_steps={steps}&limit={limit}"


def rates(
    service: int, empty: int, pairs: list[tuple[str, str]], *, rounds: int, seconds: float
) -> dict[str, Rates]:
    """Each kind of request in turn, round after round."""
    asking = questions(pairs)
    begun = time.perf_counter()
    for _ in pairs:
        ask(service, next(asking))
    print(f"  first told, after a load: {1e3 * (time.perf_counter() - begun) / len(pairs):.1f} ms")
    live = map(request, asking)
    one = next(questions(pairs))
    asked: dict[str, tuple[int, Callable[[], Iterator[bytes]]]] = {
        "empty route": (empty, lambda: cycle([request("/empty")])),
        "cached path answer": (service, lambda: cycle([request(one)])),
        "cached path answer, gzip": (service, lambda: cycle([request(one, takes="gzip")])),
        "live path answer": (service, lambda: live),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, (port, requests) in asked.items():
            found[name].append(_run(_measure(port, requests(), seconds)))
    return {
        name: Rates(*(statistics.median(column) for column in zip(*measured, strict=True)))
        for name, measured in found.items()
    }


def _run(measuring: Coroutine[Any, Any, tuple[float, float]]) -> tuple[float, float]:
    import uvloop  # noqa: PLC0415 # not on every system

    return uvloop.run(measuring)


@contextmanager
def serving(data: Path, *, compiled: Path, first: str = FIRST) -> Generator[tuple[int, float]]:
    """`immunograph serve` on a free port, and the seconds its first path question took.

    Its graph is in `data`; `compiled` is where compiled code is kept, so that it can be cold.
    """
    port = free_port()
    environment = {
        **os.environ,
        "IMMUNOGRAPH_PORT": str(port),
        "IMMUNOGRAPH_DATA_DIR": str(data),
        "NUMBA_CACHE_DIR": str(compiled),
    }
    command = [sys.executable, "-c", "from immunograph.cli import main; main()", "serve"]
    with _process(command, environment):
        _wait(port, "/health/ready")
        begun = time.perf_counter()
        ask(port, first)
        yield port, time.perf_counter() - begun


@contextmanager
def serving_nothing() -> Generator[int]:
    """The empty route on a free port."""
    port = free_port()
    with _process([sys.executable, "-m", "bench.http", str(port)], dict(os.environ)):
        _wait(port, "/empty")
        yield port


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Generator[None]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


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


def main() -> None:
    """Serve the empty route."""
    import uvicorn  # noqa: PLC0415 # only this program needs it
    from fastapi import FastAPI, Response  # noqa: PLC0415

    app = FastAPI()

    async def empty() -> Response:
        return Response(b"")

    app.add_api_route("/empty", empty)
    uvicorn.run(app, host=HOST, port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
