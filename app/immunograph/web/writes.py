"""`POST` and `DELETE` of sources: one key per curator, one load after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request, Response

from immunograph.answers.graph import WriteAnswer
from immunograph.errors import EngineUnavailable, ImmunographError
from immunograph.service import to_bytes
from immunograph.service.writing import Writing
from immunograph.web import problems
from immunograph.web.bodies import body_of
from immunograph.web.keys import Keys
from immunograph.web.metrics import Metrics
from immunograph.web.routes import replies_of
from immunograph.web.watch import Watch

MOST_BYTES: Final = 4 * 1024 * 1024
DryRun = Annotated[bool, Query(description="say what would change, and change nothing")]
Key = Annotated[str | None, Header(description="`Bearer` and the key of a curator")]
Version = Annotated[str | None, Header(description="the version of the source to replace")]

router = APIRouter(prefix="/v1", tags=["sources"])


@router.post(
    "/sources",
    response_model=WriteAnswer,
    response_description="What the load changed.",
    responses=problems.responses(401, 409, 422, 429, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "one source, as the seed files have it",
            "content": {
                "application/yaml": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "object"}},
            },
        }
    },
)
async def load_source(
    request: Request,
    dry_run: DryRun = False,
    authorization: Key = None,
    if_match: Version = None,
) -> Response:
    """Load one source in place of what it said before."""
    writing = _writing(request)
    by = await _keys(request).owner(request.scope)
    body = await body_of(
        request, most_bytes=MOST_BYTES, what="source", instead="load it with `seed load`"
    )
    work = partial(
        writing.load, body, by=by, replaces=(if_match or "").strip('"') or None, dry_run=dry_run
    )
    return await _answered(request, work)


@router.delete(
    "/sources/{id:path}",
    response_model=WriteAnswer,
    response_description="What the withdrawal changed.",
    responses=problems.responses(401, 404, 409, 422, 429, 503),
)
async def withdraw_source(
    request: Request,
    id: str,
    dry_run: DryRun = False,
    authorization: Key = None,
    if_match: Version = None,
) -> Response:
    """Take out all that a source says."""
    writing = _writing(request)
    by = await _keys(request).owner(request.scope)
    work = partial(
        writing.withdraw, id, by=by, replaces=(if_match or "").strip('"') or None, dry_run=dry_run
    )
    return await _answered(request, work)


async def _answered(request: Request, work: Callable[[], dict[str, Any]]) -> Response:
    """What a change came to; it is made to its end though whoever sent it is gone."""
    watch, gate = replies_of(request).watch, request.app.state.changing
    watch.require_engine()
    answer = await gate.run(work, unless=[partial(_cut_off, watch)])
    if not answer["dry_run"]:
        metrics: Metrics = request.app.state.metrics
        metrics.changes[request.method] += 1
        await replies_of(request).watch.look_again()
    headers = {"Cache-Control": "no-store"}
    if answer["version"]:
        headers["ETag"] = f'"{answer["version"]}"'
    return Response(to_bytes(answer), media_type="application/json", headers=headers)


async def _cut_off(watch: Watch) -> ImmunographError:
    fault = await watch.away()
    return EngineUnavailable(
        f"{fault.message} Whether the change was made is not known yet: send it again then, since "
        "nothing is loaded twice."
    )


def _keys(request: Request) -> Keys:
    keys: Keys = request.app.state.keys
    return keys


def _writing(request: Request) -> Writing:
    writing: Writing = request.app.state.writing
    return writing
