"""Answers as bytes: kept by snapshot and question, with `ETag`, 304, gzip and `Link`.

The same question on the same snapshot has the same bytes, so what was answered once is answered
again from memory, on the event loop, before the framework looks at it. What must be computed goes
to a thread, behind one of two gates, so that a slow question never holds up the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

import anyio
from anyio import to_thread
from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from immunograph import __version__
from immunograph.errors import TooBusy
from immunograph.service import Answer, Service, to_bytes
from immunograph.web.cache import Cache, Kept, pack
from immunograph.web.watch import Watch

JSON: Final = "application/json"
PACKED: Final = "-gzip"
"""Ends the tag of a packed answer: other bytes, so another tag."""

TEMPLATE: Final = "immunograph.template"
"""Where a request says by which template of an address it was answered."""

T = TypeVar("T")
Ask = Callable[[Service], Answer]


class Gate:
    """Lets some work run at once in threads, some wait, and refuses the rest."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._limiter = anyio.CapacityLimiter(at_once)
        self._most_waiting = waiting
        self.refused = 0

    @property
    def running(self) -> int:
        """How many run now."""
        return int(self._limiter.borrowed_tokens)

    async def run(self, work: Callable[[], T]) -> T:
        """The outcome of the work. Raises TooBusy where too many wait already."""
        waiting = self._limiter.statistics().tasks_waiting
        if self._limiter.available_tokens <= 0 and waiting >= self._most_waiting:
            self.refused += 1
            raise TooBusy(
                f"{self.running} questions of this kind are being answered and {waiting} wait. "
                "Try again shortly."
            )
        return await to_thread.run_sync(work, limiter=self._limiter)


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer as bytes, and what decides whether it is kept."""

    body: bytes
    packed: bytes | None
    snapshot: str
    cut_by: str | None
    next: str | None


class Replies:
    """Answers questions to one service over HTTP."""

    def __init__(
        self, service: Service, *, watch: Watch, cache: Cache, light: Gate, heavy: Gate
    ) -> None:
        self._service = service
        self.watch = watch
        self.cache = cache
        self.light = light
        self.heavy = heavy

    def known(self, request: Request) -> Response | None:
        """The answer, if it was given before."""
        snapshot = self.watch.snapshot
        if snapshot is None:
            return None
        kept = self.cache.find((snapshot, normalised(request)))
        if kept is None:
            return None
        request.scope[TEMPLATE] = kept.route
        return _respond(request, kept)

    async def reply(
        self, request: Request, ask: Ask, *, heavy: bool, kept: bool = True
    ) -> Response:
        """Ask the service in a thread and answer with the bytes.

        `heavy` questions may search or derive; `kept` ones are fixed by the snapshot.
        """
        before = await self.watch.ensure()
        gate = self.heavy if heavy else self.light
        made = await gate.run(lambda: self._make(ask))
        question = normalised(request)
        settled = made.snapshot == before == self.watch.snapshot and made.cut_by != "time"
        if not kept:
            tag = tag_of(hashlib.sha256(made.body).hexdigest(), question)
        else:
            tag = tag_of(before, question) if settled else None
        answer = Kept(
            body=made.body,
            packed=made.packed,
            media_type=JSON,
            etag=tag,
            link=_link(request, made.next),
            route=request.scope["route"].path_format,
        )
        if settled and kept:
            self.cache.keep((before, question), answer)
        return _respond(request, answer)

    def _make(self, ask: Ask) -> _Made:
        answer = ask(self._service)
        body = to_bytes(answer)
        return _Made(
            body=body,
            packed=pack(body),
            snapshot=answer["snapshot"],
            cut_by=answer.get("cut_by"),
            next=answer.get("next"),
        )


class Memory:
    """Answers what was answered before, ahead of the framework: a third of its time."""

    def __init__(self, app: ASGIApp, *, replies: Replies) -> None:
        self._app = app
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; only questions are remembered."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"][:4] == "/v1/":
            answer = self._replies.known(Request(scope)) or answer
        await answer(scope, receive, send)


def normalised(request: Request) -> str:
    """A question as text: its path, and its parameters by name.

    Values of one parameter keep their order, since an answer repeats its question.

    >>> request = Request({"type": "http", "path": "/v1/loops", "headers": [],
    ...                    "query_string": b"max_steps=4&entity=breast+tumour"})
    >>> normalised(request)
    "/v1/loops?[('entity', 'breast tumour'), ('max_steps', '4')]"
    """
    query = request.scope["query_string"].decode("latin-1")
    asked = parse_qsl(query, keep_blank_values=True)
    return f"{request.scope['path']}?{sorted(asked, key=_name)}"


_name: Final = itemgetter(0)


def tag_of(snapshot: str, question: str) -> str:
    """The tag of an answer: of snapshot, question (which names its format) and version."""
    text = "\0".join((snapshot, question, __version__))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _holds(asked: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag, packed or not."""
    tags = (one.strip().removeprefix("W/").strip('"') for one in asked.split(","))
    return any(one.removesuffix(PACKED) == tag for one in tags)


def _takes_gzip(request: Request) -> bool:
    for coding in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _link(request: Request, following: str | None) -> str | None:
    """The next page, as RFC 8288 has it: relative, so that it holds behind any proxy."""
    if following is None:
        return None
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    query = urlencode([*asked, ("cursor", following)])
    return f'<{quote(request.scope["path"])}?{query}>; rel="next"'


def _respond(request: Request, answer: Kept) -> Response:
    packed = answer.packed if answer.packed is not None and _takes_gzip(request) else None
    headers: dict[str, str] = {"Vary": "Accept-Encoding", "Cache-Control": "no-store"}
    if answer.etag is not None:
        headers["Cache-Control"] = "no-cache"
        headers["ETag"] = f'"{answer.etag}{PACKED if packed is not None else ""}"'
        asked = request.headers.get("if-none-match")
        if asked is not None and (asked.strip() == "*" or _holds(asked, answer.etag)):
            return Response(status_code=304, headers=headers)
    if answer.link is not None:
        headers["Link"] = answer.link
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    body = answer.body if packed is None else packed
    return Response(body, media_type=answer.media_type, headers=headers)


def document(request: Request, body: Any, *, media_type: str) -> Response:
    """Something that is no answer of the graph, but is asked for again and again."""
    raw = body if isinstance(body, bytes) else to_bytes(body)
    tag = tag_of(hashlib.sha256(raw).hexdigest(), media_type)
    return _respond(
        request,
        Kept(
            body=raw,
            packed=pack(raw),
            media_type=media_type,
            etag=tag,
            link=None,
            route=request.scope["path"],
        ),
    )
