"""Errors as RFC 9457 problems: one table from class to status."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, cast

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from immunograph.errors import (
    Ambiguous,
    BadQuery,
    BadQuestion,
    BadSource,
    Cancelled,
    DumpUnusable,
    EngineSetup,
    EngineUnavailable,
    ImmunographError,
    NotAllowed,
    NotFound,
    NotSupported,
    Overloaded,
    Stale,
    TooBusy,
)
from immunograph.questions.reading import bad_parameter

MEDIA_TYPE: Final = "application/problem+json"
URN: Final = "urn:immunograph:problem:"
RETRY_SECONDS: Final = 2

STATUS: Final[dict[type[ImmunographError], int]] = {
    NotFound: 404,
    Ambiguous: 409,
    BadQuery: 400,
    BadQuestion: 422,
    BadSource: 422,
    Stale: 409,
    NotAllowed: 401,
    TooBusy: 429,
    Overloaded: 503,
    Cancelled: 503,
    DumpUnusable: 422,
    EngineUnavailable: 503,
    EngineSetup: 503,
    NotSupported: 501,
    ImmunographError: 500,
}
"""The status of each class; a subclass without a row of its own takes its nearest parent's."""

HEADERS: Final = frozenset({"retry_after", "schemes"})
"""Details of an error that its headers tell."""
AGAIN: Final = (TooBusy, Overloaded, EngineUnavailable, EngineSetup)
"""Those that the same request may not meet again in a moment: they carry `Retry-After`."""


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it; each kind adds members of its own."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str = Field(description="a stable name of the kind of problem", pattern=f"^{URN}")
    title: str = Field(description="the kind of problem in a few words")
    status: int = Field(description="the HTTP status", ge=400, le=599)
    detail: str = Field(description="what was asked, what was found and what to do next")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of an operation, for its OpenAPI."""
    meanings = {
        400: "the request cannot be read",
        401: "no key, or one that is unknown or revoked",
        404: "unknown name: `suggestions`, and `set_aside` where a source mentions it",
        409: "ambiguous name: `candidates`; a cursor of another snapshot; or a source that is "
        "loaded in another version",
        422: "bad parameter: `parameter` names it",
        429: "more than one asker's share: try again after `Retry-After` seconds",
        501: "a form of query that is not answered here",
        503: "the graph database does not answer, or too many ask at once: try again after "
        "`Retry-After` seconds",
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": meanings[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted(statuses)
    }


def problem(
    *,
    kind: str,
    title: str,
    status: int,
    detail: str,
    extras: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem as a response; extras never overwrite its own members."""
    body = {
        **(extras or {}),
        "type": URN + kind,
        "title": title,
        "status": status,
        "detail": detail,
    }
    return Response(
        orjson.dumps(body, default=str),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def problem_of(error: ImmunographError) -> Response:
    """An error of ours as a problem."""
    row = next(cls for cls in type(error).__mro__ if cls in STATUS)
    headers: dict[str, str] = {}
    if isinstance(error, AGAIN):
        headers["Retry-After"] = str(error.details.get("retry_after", RETRY_SECONDS))
    if isinstance(error, NotAllowed):
        schemes = error.details.get("schemes", ("Bearer",))
        headers["WWW-Authenticate"] = ", ".join(f'{one} realm="immunograph"' for one in schemes)
    return problem(
        kind=_kebab(type(error).__name__),
        title=error.title,
        status=STATUS[row],
        detail=error.message,
        extras=_extras(error),
        headers=headers,
    )


def unforeseen(request: str) -> Response:
    """What a person sees of an error that nobody foresaw: nothing of its inside.

    `request` is the id by which the log knows it.
    """
    return problem(
        kind="unforeseen",
        title="Something went wrong on our side",
        status=500,
        detail="The question met an error that nobody foresaw; the service's log says more of "
        f"request {request}.",
    )


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""

    async def ours(_: Request, error: Exception) -> Response:
        return problem_of(cast(ImmunographError, error))

    async def invalid(_: Request, error: Exception) -> Response:
        return problem_of(bad_parameter(cast(RequestValidationError, error).errors()))

    async def refused(request: Request, error: Exception) -> Response:
        return _refused(request, cast(HTTPException, error))

    async def unknown(_: Request, error: Exception) -> Response:
        raise error  # for the guard to answer, not the framework

    app.add_exception_handler(Exception, unknown)
    app.add_exception_handler(ImmunographError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)


def _extras(error: ImmunographError) -> dict[str, Any]:
    extras = {name: value for name, value in error.details.items() if name not in HEADERS}
    if isinstance(error, BadSource):
        extras["faults"] = [dataclasses.asdict(fault) for fault in error.faults]
    if isinstance(error, NotFound):
        extras.setdefault("suggestions", [])
        extras.setdefault("set_aside", [])
    if isinstance(error, Ambiguous):
        extras.setdefault("candidates", [])
    if isinstance(error, BadQuestion):
        extras.setdefault("parameter", None)
    return extras


def _refused(request: Request, error: HTTPException) -> Response:
    """What the framework refuses: no such address, or not by this method."""
    path = request.url.path
    if error.status_code == 404:
        known = sorted(request.app.openapi()["paths"])
        near = get_close_matches(path, known, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "All of them are listed at /docs."
        return problem(
            kind="no-such-address",
            title="No such address",
            status=404,
            detail=f"Nothing answers at {path}. {hint}",
            extras={"suggestions": near},
        )
    if error.status_code == 405:
        allowed = _methods_of(request, error)
        return problem(
            kind="method-not-allowed",
            title="Method not allowed",
            status=405,
            detail=f"{request.method} is not answered at {path}; it takes {allowed}.",
            headers={"Allow": allowed},
        )
    return problem(
        kind="refused",
        title="The request cannot be answered",
        status=error.status_code,
        detail=str(error.detail),
        headers=error.headers,
    )


def _methods_of(request: Request, error: HTTPException) -> str:
    """The methods that an address takes: one route may read a source, and another withdraw it."""
    methods: set[str] = set()
    for path, operations in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"{[a-z]+}", "[^/]+", path), request.url.path):
            methods.update(method.upper() for method in operations)
    return ", ".join(sorted(methods)) or (error.headers or {}).get("Allow", "GET")


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
