"""The application: a service, put behind HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import anyio
from anyio import to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp

from immunograph import __version__
from immunograph.service import Service
from immunograph.service.writing import Writing
from immunograph.web import cache, operations, problems, trapi, watch, writes
from immunograph.web.cache import Cache
from immunograph.web.gate import Alarm, Gate
from immunograph.web.guard import Guard, Hosts
from immunograph.web.keys import Keys
from immunograph.web.metrics import Metrics
from immunograph.web.replies import Memory, Replies
from immunograph.web.routes import router
from immunograph.web.schema import Described, operation_name
from immunograph.web.shares import Share
from immunograph.web.sharing import Origins
from immunograph.web.siblings import Siblings
from immunograph.web.watch import Watch

TELL_SECONDS: Final = 1.0
"""How old the numbers may be that several workers tell of each other."""


class _Application(FastAPI):
    """The framework, behind what answers without it."""

    doors: Callable[[ASGIApp], ASGIApp]

    def build_middleware_stack(self) -> ASGIApp:
        """Everything of the framework's own stands behind the doors."""
        return self.doors(super().build_middleware_stack())


def create_app(
    service: Service,
    *,
    host: str = "127.0.0.1",
    also_hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    cache_bytes: int = cache.MOST_BYTES,
    look_every: float = watch.EVERY_SECONDS,
    heavy_at_once: int = 4,
    heavy_waiting: int = 64,
    rate: int = 0,
    writing: Writing | None = None,
    reads_need_key: bool = False,
    restart: Callable[[bool], bool] = lambda broken: False,
    shared: Path | None = None,
) -> FastAPI:
    """The service over HTTP; the caller opens its graph before and closes it after.

    `host` is the address that is listened on; requests under other names are refused, but for
    those of the loopback, plain addresses and `also_hosts`. Pages of `origins` may read, those of
    no other site. `look_every` is in seconds: how soon a new snapshot is noticed. Heavy questions
    are those that search or derive; another machine may ask `rate` of them a minute, or any number
    if that is 0. Without `writing` sources can only be read; with it and `reads_need_key` nobody
    reads without a key either. `restart` starts an engine of our own
    again where it was killed, or where it is broken, and says whether it did. `shared` is the
    folder where several processes that serve one address tell each other their numbers.
    """
    siblings = None if shared is None else Siblings(shared)

    async def keep_telling(others: Siblings) -> None:
        while True:
            await to_thread.run_sync(others.tell, metrics.text(replies))
            await anyio.sleep(TELL_SECONDS)

    looker = Watch(service, every=look_every, restart=restart)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(looker.keep_looking)
            if siblings is not None:
                tasks.start_soon(keep_telling, siblings)
            yield
            tasks.cancel_scope.cancel()
            stop()

    app = _Application(
        title="immunograph",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_name,
        lifespan=life,
        # What there is to measure is at `/metrics`. To look for exporters in each request takes as
        # long as to answer from memory.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    metrics = Metrics()
    app.state.metrics = metrics
    app.state.siblings = siblings
    light = Gate(at_once=8, waiting=128)
    heavy = Gate(at_once=heavy_at_once, waiting=heavy_waiting)
    engine = Gate(at_once=8, waiting=64)
    changing = Gate(at_once=1, waiting=16, queue_seconds=30)

    def stop() -> None:
        """Take no more work, and end what is under way."""
        app.state.stopping.sound()
        for gate in (light, heavy, engine, changing):
            gate.close()

    app.state.stop = stop
    app.state.stopping = Alarm()
    replies = Replies(
        service,
        watch=looker,
        cache=Cache(most_bytes=cache_bytes),
        light=light,
        heavy=heavy,
        engine=engine,
        share=Share(rate, of="searches and queries"),
    )
    app.state.replies = replies
    app.include_router(router)
    app.include_router(trapi.router)
    keys: Keys | None = None
    if writing is not None:
        app.state.writing = writing
        app.state.changing = changing
        app.state.keys = keys = Keys(writing.owner, replies)
        app.include_router(writes.router)
    operations.install(app)
    problems.install(app)
    hosts = Hosts(host, also=also_hosts)
    sharing = Origins(origins)

    def doors(inner: ASGIApp) -> ASGIApp:
        memory = Memory(inner, replies=replies)
        readers = keys if reads_need_key else None
        return Guard(memory, hosts=hosts, origins=sharing, metrics=metrics, readers=readers)

    app.doors = doors
    app.openapi = Described(app, service).openapi
    return app
