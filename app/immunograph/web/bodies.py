"""What is sent with a request: so much of it, within so many seconds."""

from __future__ import annotations

from typing import Final

import anyio
from fastapi import Request
from starlette.requests import ClientDisconnect

from immunograph.errors import BadQuestion
from immunograph.web.gate import Alarm, stopping

BODY_SECONDS: Final = 30.0
"""How long a body may take to be sent."""


async def body_of(request: Request, *, most_bytes: int, what: str, instead: str) -> bytes:
    """The body of a request, sent in time.

    Raises BadQuestion where it is larger than so many bytes, saying what to do `instead`.
    """
    stops: Alarm = request.app.state.stopping
    body: bytes | None = None
    stopped = False
    gone: ClientDisconnect | None = None

    async def end_with_service(reading: anyio.CancelScope) -> None:
        nonlocal stopped
        await stops.wait()
        stopped = True
        reading.cancel()

    async with anyio.create_task_group() as tasks:
        with anyio.move_on_after(BODY_SECONDS) as reading:
            tasks.start_soon(end_with_service, reading)
            try:
                body = await _read(request, most_bytes)
            except ClientDisconnect as fault:
                gone = fault
        tasks.cancel_scope.cancel()
    if gone is not None:
        raise gone
    if stopped:
        raise stopping()
    if body is None:
        raise BadQuestion(
            f"The {what} was not sent within {BODY_SECONDS:.0f} seconds. Send it again.",
            parameter="body",
        )
    if len(body) > most_bytes:
        raise BadQuestion(
            f"The {what} is larger than {most_bytes} bytes; {instead}.", parameter="body"
        )
    return body


async def _read(request: Request, most_bytes: int) -> bytes:
    """The body, or as much of it as shows that it is too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > most_bytes:
            break
    return b"".join(parts)
