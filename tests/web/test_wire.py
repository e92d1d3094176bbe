"""The wire: an answer goes out in one piece, and whole."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from immunograph.web import wire
from immunograph.web.wire import Gathering, Protocol


def _received(answer: Callable[[Gathering], None]) -> list[bytes]:
    """What one who asks receives, piece by piece, from one who answers so."""
    pieces: list[bytes] = []

    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            answer(Gathering(cast(asyncio.Transport, transport)))

    class Client(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            pieces.append(data)

        def connection_lost(self, exc: Exception | None) -> None:
            done.set()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(Server, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            transport, _ = await loop.create_connection(Client, host, port)
            await asyncio.wait_for(done.wait(), 10)
            transport.close()

    done = asyncio.Event()
    asyncio.run(run())
    return pieces


def test_head_and_body_are_sent_in_one_piece() -> None:
    def answer(wire: Gathering) -> None:
        wire.write(b"head")
        wire.writelines([b" and", b" body"])
        asyncio.get_running_loop().call_later(0.01, wire.close)

    assert _received(answer) == [b"head and body"]


def test_what_was_written_is_sent_before_the_connection_closes() -> None:
    def answer(wire: Gathering) -> None:
        wire.write(b"all of it")
        wire.close()
        wire.write(b"never")

    assert _received(answer) == [b"all of it"]


def test_the_end_stands_behind_what_was_written() -> None:
    def answer(wire: Gathering) -> None:
        wire.write(b"all of it")
        wire.write_eof()

    assert _received(answer) == [b"all of it"]


def test_nothing_is_sent_to_who_is_gone() -> None:
    def answer(wire: Gathering) -> None:
        wire.write(b"never")
        wire.abort()

    assert _received(answer) == []


def test_what_sends_nothing_is_left_to_the_transport() -> None:
    def answer(wire: Gathering) -> None:
        asked.append(wire.is_closing())
        wire.close()
        asked.append(wire.is_closing())

    asked: list[bool] = []
    assert _received(answer) == []
    assert asked == [False, True]


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer whoever has sent all of the body."""
    while (await receive()).get("more_body"):
        pass
    await PlainTextResponse("answered")(scope, receive, send)


def _answered(*asked: bytes, pause: float = 0.0, ended: bool = True) -> bytes:
    """What the server answers to one who sends so, and no more after that."""

    async def run() -> bytes:
        config = uvicorn.Config(_answer, http=Protocol, lifespan="off", log_level="warning")
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            with suppress(ConnectionError):  # where the server has heard enough
                for part in asked:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(pause)
                if ended:
                    writer.write_eof()
            answer = b""
            with suppress(ConnectionError):
                answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            server.should_exit = True
            await serving
        return answer

    return asyncio.run(run())


def test_whoever_asks_no_more_is_answered() -> None:
    answer = _answered(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\nanswered")


def test_the_last_answer_is_sent_before_the_connection_closes() -> None:
    answer = _answered(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nanswered")


def test_a_head_that_does_not_end_in_time_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.3)
    began = time.monotonic()
    slow = [b"GET / HTTP/1.1\r\nHost: localhost\r\n", *(b"X: y\r\n" for _ in range(20))]
    assert _answered(*slow, pause=0.1, ended=False) == b""
    assert _answered(ended=False) == b""
    assert time.monotonic() - began < 5
    monkeypatch.setattr(wire, "HEAD_SECONDS", 5)
    whole = [b"GET / HTTP/1.1\r\n", b"Host: localhost\r\n", b"\r\n"]
    assert _answered(*whole, pause=0.01).startswith(b"HTTP/1.1 200 ")


def test_a_head_without_end_is_not_kept() -> None:
    endless = [b"GET / HTTP/1.1\r\nHost: localhost\r\n", *(b"X: " + b"y" * 9_000 + b"\r\n",) * 9]
    assert b"200" not in _answered(*endless, ended=False)


def test_a_body_may_be_longer_than_a_head() -> None:
    body = b"z" * 300_000
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    assert _answered(head.encode() + body).startswith(b"HTTP/1.1 200 ")
