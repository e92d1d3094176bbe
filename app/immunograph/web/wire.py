"""The server under the application: how it writes to connections, and how it ends.

What is written to a connection in one turn of the event loop is sent in one piece: a server writes
the head of an answer and its body one after the other, and each write that is sent is a way through
the network code of the system and wakes who waits for the answer.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_SECONDS: Final = 10.0
"""How long the head of a request may take to be sent."""
HEAD_BYTES: Final = 64 * 1024
"""How long it may be."""


class Gathering:
    """A transport that holds what is written until the event loop's next turn."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] = []
        self._call_soon = asyncio.get_running_loop().call_soon

    def __getattr__(self, name: str) -> Any:
        """Whatever sends nothing is left to the transport."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send this soon, behind what was written before."""
        if not self._held:
            self._call_soon(self.send)
        self._held.append(data)

    def writelines(self, list_of_data: Iterable[bytes]) -> None:
        """Send these soon, one after the other."""
        for data in list_of_data:
            self.write(data)

    def is_closing(self) -> bool:
        """Whether the connection takes no more."""
        return self._transport.is_closing()

    def write_eof(self) -> None:
        """Send what was written, and then no more."""
        self.send()
        self._transport.write_eof()

    def close(self) -> None:
        """Close the connection once it took what was written."""
        self.send()
        self._transport.close()

    def send(self) -> None:
        """Send what is held now."""
        held, self._held = self._held, []
        # Whoever was to get it may be gone by now.
        if held and not self.is_closing():
            self._transport.writelines(held)


class Protocol(AutoHTTPProtocol):
    """The server's own HTTP, over a transport that gathers.

    Who asks must have said what within some time and bytes: a connection costs little, but there
    are only so many, and the server itself waits for the head of a request for ever.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's own is none of asyncio's classes.
        self._wire = Gathering(cast(asyncio.Transport, transport))
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._await_head()
        super().connection_made(cast(asyncio.BaseTransport, self._wire))

    def data_received(self, data: bytes) -> None:
        """Take what was sent: of a head only so much."""
        heading = not self._answers()
        super().data_received(data)
        if self._answers():
            self._head_bytes = 0
            self._forget_head()
        elif heading:
            self._head_bytes += len(data)
            self._await_head()
            if self._head_bytes > HEAD_BYTES:
                self._wire.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._forget_head()
        super().connection_lost(exc)

    def _answers(self) -> bool:
        """Whether a request is being answered."""
        cycle: Any = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        if self._head_timer is None:
            loop = asyncio.get_running_loop()
            self._head_timer = loop.call_later(HEAD_SECONDS, self._close_unless_asked)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_unless_asked(self) -> None:
        self._head_timer = None
        if not self._answers():
            self._wire.close()

    def eof_received(self) -> bool | None:
        """Answer whoever asks no more and still listens, before the connection is closed."""
        self._wire.send()
        return super().eof_received()


class Server(uvicorn.Server):
    """A server that tells the application to end before it waits for open requests."""

    def __init__(self, config: uvicorn.Config, *, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way, wait for it for the time of grace, and close."""
        self._stop()
        await super().shutdown(sockets)
