"""Answers as bytes: kept by snapshot and question, with `ETag`, 304, gzip and `Link`.

The same question on the same snapshot has the same bytes, so what was answered once is answered
again from memory, on the event loop, before the framework looks at it; so is what takes no time,
which is kept only once it was asked twice: what few ask would push out what took long to find.
What must be computed goes to a thread, behind one of three gates, so that neither a slow question
nor a slow engine holds up the others.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from immunograph import __version__
from immunograph.errors import Cancelled, ImmunographError, Overloaded
from immunograph.formats import MANIFEST_MEDIA_TYPE, accepted
from immunograph.questions.reading import OF_FORM
from immunograph.service import Service, to_bytes
from immunograph.service.rendering import Rendered
from immunograph.web.cache import WORTH_PACKING, Cache, Kept, Key, pack
from immunograph.web.gate import Gate, GiveUp
from immunograph.web.quick import AT_ONCE
from immunograph.web.requests import Asked, asked_of, header_of, takes_gzip
from immunograph.web.shares import Share, client_of, is_local
from immunograph.web.sharing import is_question
from immunograph.web.watch import Watch

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
PACKED: Final = "-gzip"
"""Ends the tag of a packed answer: other bytes, so another tag."""

TEMPLATE: Final = "immunograph.template"
"""Where a request says by which template of an address it was answered."""

PIECE: Final = 65_536
"""Bytes of a stream that are sent at once."""

ENGINE_SECONDS: Final = 11.0
"""How long a question waits at most for a graph database that answers others meanwhile: a little
longer than that itself takes. Where it answers nobody, the watch has it end sooner."""
LEFT: Final = "immunograph.left"
"""Where a request says that its asker left before it was answered."""
STALE: Final = b"immunograph-stale"
"""Names the header of an answer that was given without the graph database."""

T = TypeVar("T")
Ask = Callable[[Service], Rendered]


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer as bytes."""

    rendered: Rendered
    body: bytes
    packed: bytes | None
    """None where nobody takes it, empty where it saves nothing."""


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
        if heavy or engine:
            self._take_share(request.scope)
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
        form = made.rendered
        settled = form.snapshot == before == self.watch.snapshot and form.cut_by != "time"
        posted = request.method == "POST"
        kept = kept and not posted  # what was sent is no part of its address
        if posted:
            tag = None
        elif not kept:
            tag = tag_of(hashlib.sha256(made.body).hexdigest(), question)
        else:
            tag = tag_of(before, question) if settled else None
        answer = Kept(
            body=made.body,
            packed=made.packed,
            media_type=_content_type(form),
            etag=tag,
            link=None if posted else _link(request, form),
            file=form.file,
            route=request.scope["route"].path_format,
        )
        if settled and kept:
            self.cache.keep((before, question), answer)
        if form.cut_by is not None:
            self.cut[form.cut_by] += 1
        return self._respond(request.scope, answer)

    def _take_share(self, scope: Scope) -> None:
        """Count this against what its client may have. Raises where that is used up."""
        if not is_local(scope):
            client = client_of(scope)
            self.share.check(client)
            self.share.use(client)

    def _respond(self, scope: Scope, answer: Kept) -> Response:
        return _respond(scope, answer, self._stale())

    def _stale(self) -> int | None:
        """How long the graph has not been seen, noted as told once more."""
        stale_seconds = self.watch.stale_seconds
        self.stale += stale_seconds is not None
        return stale_seconds

    async def ask_engine(self, work: Callable[[], T], *unless: GiveUp) -> T:
        """The outcome of work that needs the graph database.

        It is not begun while that is away, and waited for only so long.
        """
        self.watch.require_engine()
        return await self.engine.run(
            work, seconds=ENGINE_SECONDS, unless=[self.watch.away, *unless]
        )

    def _make(self, ask: Ask, *, packing: bool) -> _Made:
        rendered = ask(self._service)
        body = b"".join(rendered.chunks)
        return _Made(rendered, body, packed=pack(body) or b"" if packing else None)

    async def stream(self, request: Request, ask: Ask) -> Response:
        """Answer with bytes as they are made: what may be larger than memory is never held.

        What is begun goes to whoever still listens, whatever becomes of the graph meanwhile.
        """
        self._take_share(request.scope)
        before = await self.watch.ensure()
        packed = takes_gzip(request.scope)

        def begin() -> tuple[Rendered, Iterator[bytes], bytes]:
            rendered = ask(self._service)
            pieces = _pieces(rendered.chunks)
            if packed:
                pieces = _packing(pieces)
            return rendered, pieces, next(pieces, b"")

        form, pieces, first = await self.heavy.run(begin, unless=[partial(left, request)])
        tag = None
        if form.snapshot == before:
            tag = tag_of(before, asked_of(request.scope).question)
        headers, held = _head(request.scope, tag, packed=packed, stale_seconds=self._stale())
        if held:
            return _Ready(b"", 304, headers)
        headers += _described(_link(request, form), form.file, _content_type(form))
        return _Streamed(chain((first,), pieces), headers)


class Memory:
    """Answers ahead of the framework what needs none of it: a third of the time."""

    def __init__(self, app: ASGIApp, *, replies: Replies) -> None:
        self._app = app
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; only questions are remembered."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["path"][:4] == "/v1/":
            if scope["method"] == "GET":
                scope = _negotiated(scope)
                answer = await self._replies.at_once(scope) or answer
            elif is_question(scope["method"], scope["path"]):
                scope = _negotiated(scope)
        await answer(scope, receive, send)


def tag_of(snapshot: str, question: str) -> str:
    """The tag of an answer: of snapshot, question (which names its format) and version."""
    text = "\0".join((snapshot, question, __version__))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _holds(asked: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag, packed or not."""
    tags = (one.strip().removeprefix("W/").strip('"') for one in asked.split(","))
    return any(one.removesuffix(PACKED) == tag for one in tags)


async def left(request: Request) -> ImmunographError:
    """Comes back once whoever asked is gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    request.scope[LEFT] = True
    return Cancelled("Whoever asked has left.")


def _link(request: Request, form: Rendered) -> str | None:
    """The next page, and what a file holds, as RFC 8288 has them.

    They are relative, so that they hold behind any proxy.
    """
    asked = request.query_params.multi_items()
    path = quote(request.scope["path"])
    links: list[str] = []
    if form.next is not None:
        query = urlencode([*(pair for pair in asked if pair[0] != "cursor"), ("cursor", form.next)])
        links.append(f'<{path}?{query}>; rel="next"')
    if form.has_manifest:
        query = urlencode([*asked, ("manifest", "true")])
        links.append(f'<{path}?{query}>; rel="describedby"; type="{MANIFEST_MEDIA_TYPE}"')
    if form.history is not None:
        links.append(f'<{form.history}>; rel="version-history"')
    return ", ".join(links) or None


def _respond(scope: Scope, answer: Kept, stale_seconds: int | None = None) -> Response:
    """The answer as a response; `stale_seconds` is how long the graph has not been seen."""
    body = answer.body
    packed = bool(answer.packed) and takes_gzip(scope)
    if packed and answer.packed is not None:
        body = answer.packed
    headers, held = _head(scope, answer.etag, packed=packed, stale_seconds=stale_seconds)
    if held:
        return _Ready(b"", 304, headers)
    headers += _described(answer.link, answer.file, answer.media_type)
    headers.append((b"content-length", str(len(body)).encode()))
    return _Ready(body, 200, headers)


Headers = list[tuple[bytes, bytes]]


def _head(
    scope: Scope, etag: str | None, *, packed: bool, stale_seconds: int | None
) -> tuple[Headers, bool]:
    """The headers of any answer, and whether who asks holds it already."""
    headers = [(b"vary", b"Accept, Accept-Encoding")]
    if stale_seconds is not None:
        headers.append((STALE, str(stale_seconds).encode()))
    if etag is None:
        headers.append((b"cache-control", b"no-store"))
    else:
        headers.append((b"cache-control", b"no-cache"))
        headers.append((b"etag", f'"{etag}{PACKED if packed else ""}"'.encode()))
        asked = header_of(scope, b"if-none-match")
        if asked is not None and (asked.strip() == "*" or _holds(asked, etag)):
            return headers, True
    if packed:
        headers.append((b"content-encoding", b"gzip"))
    return headers, False


def _content_type(form: Rendered) -> str:
    text = form.media_type.startswith("text/")
    return f"{form.media_type}; charset=utf-8" if text else form.media_type


def _described(link: str | None, file: str | None, media_type: str) -> Headers:
    headers: Headers = [(b"content-type", media_type.encode())]
    if link is not None:
        headers.append((b"link", link.encode("latin-1")))
    if file is not None:
        headers.append((b"content-disposition", f'attachment; filename="{file}"'.encode()))
    return headers


def _negotiated(scope: Scope) -> Scope:
    """The request with the form that its `Accept` asks for as a parameter, where it names none."""
    header = header_of(scope, b"accept")
    chosen = accepted(header) if header else None
    if chosen is None or any(name in OF_FORM for name, _ in asked_of(scope).parameters):
        return scope
    query = b"&".join(filter(None, (scope["query_string"], "=".join(chosen).encode())))
    return {**scope, "query_string": query}


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a turn of the event loop."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _packing(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as gzip, one after the other."""
    packing = zlib.compressobj(4, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        if packed := packing.compress(piece):
            yield packed
    yield packing.flush()


class _Streamed(StreamingResponse):
    """A response whose body is made while it is sent, in threads."""

    def __init__(self, pieces: Iterable[bytes], headers: Headers) -> None:
        super().__init__(pieces)
        self.raw_headers = headers


class _Ready(Response):
    """A response whose headers are ready, so that none are worked out."""

    def __init__(self, body: bytes, status: int, headers: Headers) -> None:
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
