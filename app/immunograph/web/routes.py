"""Every question as an address under `/v1`: thin, and answered with ready bytes.

The types of `answers` document what comes back; nothing is validated on its way out.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, cast
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import ValidationError

from immunograph.formats import FORMATS, MANIFEST_MEDIA_TYPE, REFERENCE_FORMATS, atom
from immunograph.formats.format import JSON_MEDIA_TYPE
from immunograph.names.lists import MOST_BYTES, MOST_NAMES, ListedName, read_list
from immunograph.questions import QUESTIONS
from immunograph.questions.asking import ask
from immunograph.questions.catalogue import QUERY
from immunograph.questions.graph import EXPORT
from immunograph.questions.question import Parameters, Question, never, parameters_of
from immunograph.questions.reading import (
    OF_OUTPUT,
    Form,
    asked_by,
    bad_query,
    check_given,
    check_once,
    in_path,
    model_of,
)
from immunograph.service import Service, feeds
from immunograph.service.rendering import FED, Pin, Rendered
from immunograph.web import problems
from immunograph.web.bodies import body_of
from immunograph.web.replies import Replies

OTHER_FORMS: Final[dict[str, Any]] = {
    **{
        one.media_type: {"schema": {}}
        for one in (*FORMATS.values(), *REFERENCE_FORMATS.values())
        if one.media_type != JSON_MEDIA_TYPE
    },
    MANIFEST_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Manifest"}},
}
"""What an answer may come as, where `format`, `references`, `manifest` or `Accept` asks for it."""

FEED_FORMS: Final[dict[str, Any]] = {**OTHER_FORMS, atom.MEDIA_TYPE: {"schema": {}}}


def replies_of(request: Request) -> Replies:
    """What answers questions to this application."""
    return cast(Replies, request.app.state.replies)


async def _names(request: Request) -> tuple[ListedName, ...]:
    """The list that a request sends."""
    body = await body_of(
        request, most_bytes=MOST_BYTES, what="list", instead="send it in several parts"
    )
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return tuple(read_list(body, as_json=sent_as == JSON_MEDIA_TYPE))


async def _answer(
    request: Request, question: Question[Any, Any], asked: Parameters, form: Form
) -> Response:
    """The response to a question, through the gate that it needs."""
    output = form.output()
    if form.snapshot is not None:
        about = _address(request) if question.settled else None
        output = replace(output, pin=Pin(form.snapshot, feeds.address(form.snapshot, about)))

    def put(service: Service) -> Rendered:
        return ask(service, question, asked, output)

    replies = replies_of(request)
    if question is EXPORT:
        return await replies.stream(request, put)
    return await replies.reply(
        request, put, heavy=question.heavy, engine=question.live(asked), kept=question.kept
    )


def _address(request: Request) -> str:
    """What a request asks, without the form that it wants."""
    asked = [one for one in request.query_params.multi_items() if one[0] not in OF_OUTPUT]
    path = quote(request.scope["path"])
    return f"{path}?{urlencode(asked)}" if asked else path


# --- lists of names --------------------------------------------------------------------------

_LIST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": f"up to {MOST_NAMES} names: one a line, behind a tab perhaps `up`, `down` "
        "or a signed change; or a JSON array of names, or of objects with `name` and `sign`",
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": "annexin A6\tup\nCCL2\tup\nmonocyte\n",
            },
            "application/json": {
                "schema": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_NAMES,
                    "items": {
                        "anyOf": [
                            {"type": "string"},
                            {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "sign": {
                                        "description": "1 or -1; a name with another is listed "
                                        "as one that cannot be used",
                                        "examples": [1, -1, None],
                                    },
                                },
                            },
                        ]
                    },
                },
                "example": [{"name": "annexin A6", "sign": 1}, "CCL2", "monocyte"],
            },
        },
    }
}

# --- routes ----------------------------------------------------------------------------------


def _add_question(router: APIRouter, question: Question[Any, Any]) -> None:
    """Give a question its address."""
    model = model_of(question)
    named = in_path(question)

    async def answer(request: Request, form: Annotated[Form, Query()], **path: str) -> Response:
        sent = {} if question.sent is None else {question.sent.field: await _names(request)}
        return await _answer(request, question, asked_by(question, form, {**path, **sent}), form)

    _add(router, question, answer, _signature(question, named, model))


def _signature(
    question: Question[Any, Any], named: list[str], model: type[Form] | None
) -> inspect.Signature:
    """What FastAPI reads: the request, what stands in the path, and what in the query."""
    kinds: dict[str, Any] = {"request": Request}
    for one in parameters_of(question.parameters):
        if one.field in named:
            path = Path(max_length=one.about.longest, description=one.about.help)
            kinds[one.field] = Annotated[str, path]
    if model is not None:
        kinds["form"] = Annotated[model, Query()]
    return inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
            for name, kind in kinds.items()
        ]
    )


def _add(
    router: APIRouter,
    question: Question[Any, Any],
    answer: Callable[..., Any],
    signature: inspect.Signature,
    extra: Mapping[str, Any] | None = None,
) -> None:
    setattr(answer, "__signature__", signature)  # noqa: B010 # FastAPI reads it
    limited = question.heavy or question.live is not never
    statuses = (*question.problems, *((429,) if limited else ()), 422, 503)
    router.add_api_route(
        question.address,
        answer,
        methods=["GET" if question.sent is None else "POST"],
        name=question.name,
        description=question.says,
        summary=question.name.replace("_", " ").title(),
        tags=[question.tag],
        response_model=question.returns,
        response_description=(question.returns.__doc__ or "").strip(),
        responses={
            200: {"content": FEED_FORMS if question.name == FED else OTHER_FORMS},
            **problems.responses(*statuses),
        },
        openapi_extra=dict(extra or (_LIST if question.sent else {})),
        dependencies=[Depends(_checking(question))],
    )


def _checking(question: Question[Any, Any]) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """What refuses parameters that a question does not have, or that are given twice.

    It comes before what is wrong with those that it has.
    """

    async def check(request: Request) -> None:
        given = request.query_params.multi_items()
        if question is QUERY:  # the graph knows what one of the catalogue takes
            check_once(given)
        else:
            check_given(given, question)

    return check


# --- the catalogue: its parameters are those of a query --------------------------------------

_OF_QUERY: Final = {
    "parameters": [
        {
            "name": "parameters",
            "in": "query",
            "required": False,
            "description": "the parameters of the query, each by its own name; "
            "`/v1/queries` lists them",
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }
    ]
}


async def _query(request: Request, name: str) -> Response:
    given = request.query_params.multi_items()
    own = {parameter: value for parameter, value in given if parameter not in OF_OUTPUT}
    form = {parameter: value for parameter, value in given if parameter in OF_OUTPUT}
    try:
        read = Form.model_validate(form)
    except ValidationError as error:
        raise bad_query(error) from error
    return await _answer(request, QUERY, QUERY.of({"name": name, "given": own}), read)


def router_of(questions: Iterable[Question[Any, Any]]) -> APIRouter:
    """Some questions, each at its address."""
    router = APIRouter(prefix="/v1")
    for one in questions:
        if one is QUERY:
            _add(router, one, _query, _signature(one, ["name"], None), _OF_QUERY)
        else:
            _add_question(router, one)
    return router


router: Final = router_of(QUESTIONS.values())
