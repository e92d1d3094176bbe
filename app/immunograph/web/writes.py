"""`POST` and `DELETE` of sources: one key per curator, one load after the other."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

import anyio
from fastapi import APIRouter, Header, Query, Request, Response

from immunograph.errors import BadQuestion
from immunograph.service import to_bytes
from immunograph.service.writing import Writing
from immunograph.web import answers, problems
from immunograph.web.routes import replies_of

MOST_BYTES: Final = 4 * 1024 * 1024
DryRun = Annotated[bool, Query(description="say what would change, and change nothing")]
Key = Annotated[str | None, Header(description="`Bearer` and the key of a curator")]
Version = Annotated[str | None, Header(description="the version of the source to replace")]

router = APIRouter(prefix="/v1", tags=["sources"])


@router.post(
    "/sources",
    response_model=answers.WriteAnswer,
    response_description="What the load changed.",
    responses=problems.responses(401, 409, 422, 503),
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
    by = await anyio.to_thread.run_sync(writing.owner, _bearer(authorization))
    body = await _body(request)
    work = partial(
        writing.load, body, by=by, replaces=(if_match or "").strip('"') or None, dry_run=dry_run
    )
    return await _answered(request, work)


@router.delete(
    "/sources/{id:path}",
    response_model=answers.WriteAnswer,
    response_description="What the withdrawal changed.",
    responses=problems.responses(401, 404, 409, 422, 503),
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
    by = await anyio.to_thread.run_sync(writing.owner, _bearer(authorization))
    work = partial(
        writing.withdraw, id, by=by, replaces=(if_match or "").strip('"') or None, dry_run=dry_run
    )
    return await _answered(request, work)


async def _answered(request: Request, work: Any) -> Response:
    answer = await anyio.to_thread.run_sync(work)
    if not answer["dry_run"]:
        await replies_of(request).watch.look_again()
    headers = {"Cache-Control": "no-store"}
    if answer["version"]:
        headers["ETag"] = f'"{answer["version"]}"'
    return Response(to_bytes(answer), media_type="application/json", headers=headers)


async def _body(request: Request) -> bytes:
    """The body, up to four megabytes."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise BadQuestion(
                f"The source is larger than {MOST_BYTES} bytes; load it with `seed load`.",
                parameter="body",
            )
        parts.append(part)
    return b"".join(parts)


def _bearer(header: str | None) -> str | None:
    scheme, _, key = (header or "").partition(" ")
    return key.strip() if scheme.casefold() == "bearer" else None


def _writing(request: Request) -> Writing:
    writing: Writing = request.app.state.writing
    return writing
