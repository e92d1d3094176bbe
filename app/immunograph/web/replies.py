"""Answers as bytes: kept by snapshot and question, with `ETag`, 304, gzip and `Link`.

The same question on the same snapshot has the same bytes, so what was answered once is answered
again from memory, on the event loop, before the framework looks at it; so is what takes no time,
which is kept only once it was asked twice: what few ask would push out what took long to find.
What must be computed goes to a thread, behind one of three gates, so that neither a slow question
nor a slow engine holds up the others.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import quote, unquote_plus, urlencode

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from immunograph import __version__
from immunograph.errors import Cancelled, ImmunographError, Overloaded
from immunograph.service import Answer, Service, to_bytes
from immunograph.web.cache import WORTH_PACKING, Cache, Kept, Key, pack
from immunograph.web.gate import Gate, GiveUp
from immunograph.web.quick import AT_ONCE
from immunograph.web.shares import Share, client_of, is_local
from immunograph.web.watch import Watch

JSON: Final = "application/json"
PACKED: Final = "-gzip"
"""Ends the tag of a packed answer: other bytes, so another tag."""

TEMPLATE: Final = "immunograph.template"
"""Where a request says by which template of an address it was answered."""

LONG: Final = 2_000
"""Characters of an address from which it is read anew each time."""
SHORT: Final = 200
"""The same for one of its parameters."""

ENGINE_SECONDS: Final = 11.0
"""How long a question waits at most for a graph database that answers others meanwhile: a little
longer than that itself takes. Where it answers nobody, the watch has it end sooner."""
LEFT: Final = "immunograph.left"
"""Where a request says that its asker left before it was answered."""
STALE: Final = b"immunograph-stale"
"""Names the header of an answer that was given without the graph database."""

T = TypeVar("T")
Ask = Callable[[Service], Answer]


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer as bytes, and what decides whether it is kept."""

    body: bytes
    packed: bytes | None
    """None where nobody takes it, empty where it saves nothing."""
    snapshot: str
    cut_by: str | None
    next: str | None


class Replies:
    """Answers questions to one service over HTTP."""

    def __init__(
        self,
        service: Service,
        *,
        watch: Watch,
        cache: Cache,
        light: Gate,
        heavy: Gate,
        engine: Gate,
        share: Share,
    ) -> None:
        """`light` looks things up, `heavy` searches or derives, `engine` asks the database.

        `share` is how much of the latter two one client may have.
        """
        self._service = service
        self.watch = watch
        self.cache = cache
        self.light = light
        self.heavy = heavy
        self.engine = engine
        self.share = share
        self.cut: Counter[str] = Counter()
        """Answers that a limit cut, by that limit."""
        self.stale = 0
        """Answers given while the database was away."""

    @property
    def service(self) -> Service:
        """What gives the answers."""
        return self._service

    async def at_once(self, scope: Scope) -> Response | None:
        """The answer, if it was given before or takes no time."""
        snapshot = self.watch.snapshot
        if snapshot is None:
            return None
        asked = asked_of(scope)
        kept = self.cache.find((snapshot, asked.question))
        if kept is None:
            kept = self._quick(snapshot, asked, scope)
            if kept is None:
                return None
        if kept.packed is None and takes_gzip(scope):
            kept = await self._packed((snapshot, asked.question), kept)
        scope[TEMPLATE] = kept.route
        return self._respond(scope, kept)

    def _quick(self, snapshot: str, asked: Asked, scope: Scope) -> Kept | None:
        ask = AT_ONCE.get(scope["path"])
        answer = None if ask is None else ask(self._service, asked.parameters)
        if answer is None or answer["snapshot"] != snapshot:
            return None
        kept = Kept(
            body=to_bytes(answer),
            packed=None,
            media_type=JSON,
            etag=tag_of(snapshot, asked.question),
            link=None,
            route=scope["path"],
        )
        key = snapshot, asked.question
        if self.cache.noted(key):
            self.cache.keep(key, kept)
        return kept

    async def _packed(self, key: Key, kept: Kept) -> Kept:
        """The answer with its packed form, made in a thread for the first who takes it."""
        if len(kept.body) < WORTH_PACKING:
            return kept
        try:
            packed = await self.light.run(partial(pack, kept.body))
        except Overloaded:
            return kept
        kept = kept._replace(packed=packed or b"")
        self.cache.keep(key, kept)
        return kept

    async def reply(
        self,
        request: Request,
        ask: Ask,
        *,
        heavy: bool = False,
        engine: bool = False,
        kept: bool = True,
    ) -> Response:
        """Ask the service in a thread and answer with the bytes.

        `heavy` questions may search or derive, those with `engine` ask the graph database live;
        `kept` ones are fixed by the snapshot.
        """
        if (heavy or engine) and not is_local(request.scope):
            client = client_of(request.scope)
            self.share.check(client)
            self.share.use(client)
        before = await self.watch.ensure()
        packing = takes_gzip(request.scope)
        make = partial(self._make, ask, packing=packing)
        asker_left = partial(left, request)
        if engine:
            made = await self.ask_engine(make, asker_left)
        else:
            gate = self.heavy if heavy else self.light
            made = await gate.run(make, unless=[asker_left])
        question = asked_of(request.scope).question
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
        if made.cut_by is not None:
            self.cut[made.cut_by] += 1
        return self._respond(request.scope, answer)

    def _respond(self, scope: Scope, answer: Kept) -> Response:
        stale_seconds = self.watch.stale_seconds
        self.stale += stale_seconds is not None
        return _respond(scope, answer, stale_seconds)

    async def ask_engine(self, work: Callable[[], T], *unless: GiveUp) -> T:
        """The outcome of work that needs the graph database.

        It is not begun while that is away, and waited for only so long.
        """
        self.watch.require_engine()
        return await self.engine.run(
            work, seconds=ENGINE_SECONDS, unless=[self.watch.away, *unless]
        )

    def _make(self, ask: Ask, *, packing: bool) -> _Made:
        answer = ask(self._service)
        body = to_bytes(answer)
        return _Made(
            body=body,
            packed=pack(body) or b"" if packing else None,
            snapshot=answer["snapshot"],
            cut_by=answer.get("cut_by"),
            next=answer.get("next"),
        )


class Memory:
    """Answers ahead of the framework what needs none of it: a third of the time."""

    def __init__(self, app: ASGIApp, *, replies: Replies) -> None:
        self._app = app
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; only questions are remembered."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"][:4] == "/v1/":
            answer = await self._replies.at_once(scope) or answer
        await answer(scope, receive, send)


class Asked(NamedTuple):
    """What a request asks."""

    question: str
    """Its path, and its parameters by name, as text: the same for the same question.

    Values of one parameter keep their order, since an answer repeats its question.
    """
    parameters: tuple[tuple[str, str], ...]
    """In the order of the address."""


def asked_of(scope: Scope) -> Asked:
    """The question of a request.

    >>> scope = {"path": "/v1/loops", "query_string": b"max_steps=4&entity=breast+tumour"}
    >>> asked_of(scope).question
    "/v1/loops?[('entity', 'breast tumour'), ('max_steps', '4')]"
    """
    path, query = scope["path"], scope["query_string"]
    # What is long is not asked often, and would fill the memory.
    read = _read if len(path) + len(query) < LONG else _read.__wrapped__
    return read(path, query)


@lru_cache(maxsize=4_096)
def _read(path: str, query: bytes) -> Asked:
    given = [_given(part) for part in query.decode("latin-1").split("&") if part]
    return Asked(f"{path}?{sorted(given, key=_name)}", tuple(given))


def _given(part: str) -> tuple[str, str]:
    """A parameter; the short ones are of things that are asked about often."""
    return _unquoted(part) if len(part) < SHORT else _unquoted.__wrapped__(part)


@lru_cache(maxsize=4_096)
def _unquoted(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote_plus(name), unquote_plus(value)


_name: Final = itemgetter(0)


def tag_of(snapshot: str, question: str) -> str:
    """The tag of an answer: of snapshot, question (which names its format) and version."""
    text = "\0".join((snapshot, question, __version__))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _holds(asked: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag, packed or not."""
    tags = (one.strip().removeprefix("W/").strip('"') for one in asked.split(","))
    return any(one.removesuffix(PACKED) == tag for one in tags)


def header_of(scope: Scope, name: bytes) -> str | None:
    """A header of a request, if it has that; the first of several."""
    for other, value in scope["headers"]:
        if other == name:
            return value.decode("latin-1")
    return None


def takes_gzip(scope: Scope) -> bool:
    """Whether who asks takes an answer that is packed."""
    return _names_gzip(header_of(scope, b"accept-encoding") or "")


@lru_cache(maxsize=64)
def _names_gzip(header: str) -> bool:
    for coding in header.lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def left(request: Request) -> ImmunographError:
    """Comes back once whoever asked is gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    request.scope[LEFT] = True
    return Cancelled("Whoever asked has left.")


def _link(request: Request, following: str | None) -> str | None:
    """The next page, as RFC 8288 has it: relative, so that it holds behind any proxy."""
    if following is None:
        return None
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    query = urlencode([*asked, ("cursor", following)])
    return f'<{quote(request.scope["path"])}?{query}>; rel="next"'


def _respond(scope: Scope, answer: Kept, stale_seconds: int | None = None) -> Response:
    """The answer as a response; `stale_seconds` is how long the graph has not been seen."""
    body, etag = answer.body, answer.etag
    packed = bool(answer.packed) and takes_gzip(scope)
    if packed and answer.packed is not None:
        body = answer.packed
    headers = [(b"vary", b"Accept-Encoding")]
    if stale_seconds is not None:
        headers.append((STALE, str(stale_seconds).encode()))
    if etag is None:
        headers.append((b"cache-control", b"no-store"))
    else:
        headers.append((b"cache-control", b"no-cache"))
        headers.append((b"etag", f'"{etag}{PACKED if packed else ""}"'.encode()))
        asked = header_of(scope, b"if-none-match")
        if asked is not None and (asked.strip() == "*" or _holds(asked, etag)):
            return _Ready(b"", 304, headers)
    if answer.link is not None:
        headers.append((b"link", answer.link.encode("latin-1")))
    if packed:
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    headers.append((b"content-type", answer.media_type.encode()))
    return _Ready(body, 200, headers)


class _Ready(Response):
    """A response whose headers are ready, so that none are worked out."""

    def __init__(self, body: bytes, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = headers


def document(request: Request, body: Any, *, media_type: str) -> Response:
    """Something that is no answer of the graph, but is asked for again and again."""
    raw = body if isinstance(body, bytes) else to_bytes(body)
    return _respond(request.scope, _document(raw, media_type, request.scope["path"]))


@lru_cache(maxsize=16)
def _document(raw: bytes, media_type: str, path: str) -> Kept:
    return Kept(
        body=raw,
        packed=pack(raw),
        media_type=media_type,
        etag=tag_of(hashlib.sha256(raw).hexdigest(), media_type),
        link=None,
        route=path,
    )
