"""The outermost edge: who may ask, what every answer carries, and what nobody foresaw.

A page of another site can make a browser send requests here under a name that it points at this
machine (DNS rebinding), so a service on the loopback answers to names of the loopback alone.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
import time
from collections.abc import Awaitable, Iterable
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from immunograph.errors import ImmunographError
from immunograph.web import problems
from immunograph.web.keys import Keys
from immunograph.web.logs import FIELDS, new_request_id, request_id
from immunograph.web.metrics import Metrics, Request
from immunograph.web.replies import LEFT, TEMPLATE
from immunograph.web.requests import header_of
from immunograph.web.sharing import Headers, Origins, is_question

log = logging.getLogger(__name__)
requests = logging.getLogger("immunograph.requests")

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
WILDCARDS: Final = frozenset({"0.0.0.0", "::", ""})
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "DELETE", "PUT", "PATCH"})

_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?")
"""A name or an address, and perhaps a port: nothing else may stand in an answer that repeats it."""
GONE: Final = 499
"""What is counted as the status of a request whose asker left before it was answered."""

ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
PAGE_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    b"frame-ancestors 'none'"
)
"""What a page of ours may load: what this service serves, and nothing else."""
DATA_POLICY: Final = b"default-src 'none'; frame-ancestors 'none'"


class Hosts:
    """The names that the service answers to: its address, those of this machine, and `also`."""

    def __init__(self, host: str, *, also: Iterable[str] = ()) -> None:
        named = {host, *also, *((socket.gethostname(),) if host in WILDCARDS else ())}
        self._names = LOOPBACK | {name.lower() for name in named if name not in WILDCARDS}

    def allow(self, header: str | None) -> bool:
        """Whether a `Host` header names this service; an address cannot be rebound.

        >>> Hosts("127.0.0.1").allow("localhost:8000")
        True
        >>> Hosts("127.0.0.1").allow("evil.example:8000")
        False
        """
        match = _HOST.fullmatch((header or "").strip().lower())
        if match is None:
            return False
        name = match[1] or match[2]
        return name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """Wraps the application: checks the host, adds headers, counts, and catches what is left."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Hosts,
        origins: Origins,
        metrics: Metrics,
        readers: Keys | None = None,
    ) -> None:
        """`readers` are let pass only with a key; without, anybody may read."""
        self._app = app
        self._hosts = hosts
        self._origins = origins
        self._metrics = metrics
        self._readers = readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, from beginning to end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method, path, origin = scope["method"], scope["path"], header_of(scope, b"origin")
        shared = self._origins.headers(method=method, path=path, origin=origin)
        identifier = new_request_id(header_of(scope, b"x-request-id"))
        asked = request_id.set(identifier)
        also = [*shared, (b"x-request-id", identifier.encode())]
        answer = _Answer(send, bodiless=method == "HEAD", also=also)
        # Whatever is answered to GET is answered to HEAD, without its body (RFC 9110, 9.3.2).
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            host = header_of(scope, b"host")
            wanted = header_of(scope, b"access-control-request-method")
            agreed = self._origins.preflight(method=method, path=path, origin=origin, wanted=wanted)
            if not self._hosts.allow(host):
                await _misdirected(host)(inner, receive, answer.send)
            elif agreed is not None:
                await _agreement(agreed)(inner, receive, answer.send)
            else:
                if self._readers is not None and is_question(method, path):
                    await self._readers.admit(inner)
                await self._app(inner, receive, answer.send)
        except ImmunographError as error:
            await problems.problem_of(error)(inner, receive, answer.send)
        except ClientDisconnect:
            inner[LEFT] = True
        except Exception:
            log.exception("%s %s met an error that nobody foresaw", method, _route(inner))
            if answer.status:
                raise
            await problems.unforeseen(identifier)(inner, receive, answer.send)
        finally:
            request = Request(
                method=method if method in METHODS else "(other)",
                route=_route(inner),
                status=GONE if LEFT in inner else answer.status,
                seconds=round(time.perf_counter() - began, 6),
            )
            self._metrics.count(request)
            if requests.isEnabledFor(logging.INFO):
                requests.info("answered", extra={FIELDS: request})
            request_id.reset(asked)


class _Answer:
    """An answer on its way out: gets its headers, and loses its body where nobody wants it."""

    def __init__(self, send: Send, *, bodiless: bool, also: Headers) -> None:
        self._send = send
        self._bodiless = bodiless
        self._also = also
        self.status = 0

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message["headers"], *ALWAYS, *self._also]
            # What "not modified" says replaces what the browser kept with the page (RFC 9111,
            # 3.2), and nothing tells here what that was: its own policy stays.
            if self.status != 304:
                headers.append((b"content-security-policy", _policy(headers)))
            message = {**message, "headers": headers}
        elif self._bodiless:
            message = {**message, "body": b""}
        return self._send(message)


def _policy(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"content-type":
            return PAGE_POLICY if value.startswith(b"text/html") else DATA_POLICY
    return DATA_POLICY


def _misdirected(host: str | None) -> Any:
    return problems.problem(
        kind="misdirected",
        title="Not a name of this service",
        status=421,
        detail=f"The service does not answer to the name '{host or ''}'. "
        "Ask at localhost or at its address, or name it in IMMUNOGRAPH_NAMES.",
    )


def _agreement(headers: Headers) -> Response:
    response = Response(status_code=204)
    response.raw_headers.extend(headers)
    return response


def _route(scope: Scope) -> str:
    """The template of the address that answered, so that few series are counted."""
    path = scope.get(TEMPLATE) or getattr(scope.get("route"), "path_format", None)
    return path if isinstance(path, str) else "(other)"
