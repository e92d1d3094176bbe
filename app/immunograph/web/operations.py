"""What is asked of the service itself: its health, its numbers, its documentation, its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from immunograph.answers.operations import Health, Readiness
from immunograph.errors import EngineUnavailable
from immunograph.service import to_bytes
from immunograph.web import assets, help_pages, problems
from immunograph.web.metrics import MEDIA_TYPE as METRICS_TYPE
from immunograph.web.metrics import Metrics
from immunograph.web.replies import HTML, document
from immunograph.web.routes import replies_of
from immunograph.web.siblings import Siblings

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
PAGE: Final = HERE / "page"
PLAIN: Final = "text/plain; charset=utf-8"
GUIDE: Final = {"/browser-guide": ("guide.html", HTML), "/browser-style": ("guide.grass", PLAIN)}
"""What Neo4j Browser plays on connecting, and the style that the guide offers it."""
SHARED: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Private-Network": "true",
}
"""Neo4j Browser fetches the guide from an origin of its own; nothing else is shared like this."""

router = APIRouter(tags=["operations"])


@router.get("/health/live", response_model=Health, response_description="It runs.")
async def live() -> Response:
    """Whether the process answers at all."""
    return _fresh({"status": "alive"})


@router.get(
    "/health/ready",
    response_model=Readiness,
    response_description="The engine answers and the graph is loaded.",
    responses=problems.responses(503),
)
async def ready(request: Request) -> Response:
    """Whether questions are answered from a graph whose engine is there.

    Where it is not, the problem says for how long, and which snapshot answers meanwhile.
    """
    watch = replies_of(request).watch
    try:
        snapshot = await watch.check()
    except EngineUnavailable as away:
        told = EngineUnavailable(
            away.message, snapshot=watch.snapshot, stale_seconds=watch.stale_seconds
        )
        told.title = away.title
        raise told from None
    return _fresh({"status": "ready", "snapshot": snapshot})


@router.get(
    "/metrics",
    response_class=Response,
    response_description="Prometheus' text format",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """What the service did since it started, worker by worker where there are several."""
    counted = cast(Metrics, request.app.state.metrics)
    text = counted.text(replies_of(request))
    siblings = cast(Siblings | None, request.app.state.siblings)
    if siblings is not None:
        text = await to_thread.run_sync(siblings.text, text)
    return Response(text, media_type=METRICS_TYPE, headers={"Cache-Control": "no-store"})


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """This interface, for programs."""
    return document(request, request.app.openapi(), media_type="application/json")


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """This interface, for people; made from `/openapi.json` by a script of our own."""
    return document(request, (STATIC / "docs.html").read_bytes(), media_type=HTML)


@router.get("/", include_in_schema=False)
async def start(request: Request) -> Response:
    """The page, where it is installed, or a few questions to begin with."""
    if not PAGE.is_dir():
        return document(request, (STATIC / "start.html").read_bytes(), media_type=HTML)
    lasting = f"page/{assets.read(PAGE).version}/"
    index = (PAGE / "index.html").read_text("utf-8").replace("page/", lasting)
    return document(request, index.encode(), media_type=HTML)


def install(app: FastAPI) -> None:
    """Add all of it, with the files that pages load and what Neo4j Browser fetches."""
    app.include_router(router)
    app.include_router(help_pages.router)
    app.router.routes.append(Mount("/static", StaticFiles(directory=STATIC)))
    if PAGE.is_dir():
        app.router.routes.append(Mount("/page", assets.read(PAGE)))
    for address, (name, media_type) in GUIDE.items():
        _share(app, address, HERE / name, media_type)


def _share(app: FastAPI, address: str, path: Path, media_type: str) -> None:
    """Share one file with Neo4j Browser; `{page}` and `{style}` in it become our addresses."""

    async def shared(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=SHARED)
        page = str(request.base_url)
        text = path.read_text("utf-8").replace("{page}", page)
        body = text.replace("{style}", f"{page}browser-style").encode()
        response = document(request, body, media_type=media_type)
        response.headers.update(SHARED)
        return response

    app.add_api_route(address, shared, methods=["GET", "OPTIONS"], include_in_schema=False)


def _fresh(body: dict[str, Any]) -> Response:
    return Response(
        to_bytes(body), media_type="application/json", headers={"Cache-Control": "no-store"}
    )
