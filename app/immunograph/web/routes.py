"""Every question as an address under `/v1`: thin, and answered with ready bytes.

The models of `answers` document what comes back; nothing is validated on its way out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Annotated, Any, Final, cast, get_origin
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.routing import Match

from immunograph.errors import BadQuestion
from immunograph.formats import FORMATS, MANIFEST_MEDIA_TYPE, REFERENCE_FORMATS, atom
from immunograph.formats.format import JSON_MEDIA_TYPE
from immunograph.names.lists import MOST_BYTES, MOST_NAMES, ListedName, read_list
from immunograph.service.history import AskedAgain
from immunograph.web import answers, problems
from immunograph.web.bodies import body_of
from immunograph.web.questions import (
    OF_OUTPUT,
    BlockersQuestion,
    ChangesQuestion,
    ConflictsQuestion,
    EffectQuestion,
    EntitiesQuestion,
    ExportQuestion,
    ImpactQuestion,
    InfluenceQuestion,
    InterventionsQuestion,
    LoopsQuestion,
    OpenQuestionsQuestion,
    PagedQuestion,
    PathsQuestion,
    Question,
    ResolveQuestion,
    SourcesQuestion,
    StatementsQuestion,
    StudiesQuestion,
    SubgraphQuestion,
)
from immunograph.web.replies import Ask, Replies

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

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class QuestionRoute(APIRoute):
    """Refuses parameters that the question does not have, or that are given twice."""

    def get_route_handler(self) -> Handler:
        """The handler, with what comes before it."""
        handle = super().get_route_handler()
        repeats = _parameters(self)

        async def handle_question(request: Request) -> Response:
            if repeats is not None:
                _check_parameters(request, repeats)
            return await handle(request)

        return handle_question


def _parameters(route: APIRoute) -> dict[str, bool] | None:
    """The parameters of a question, and whether each repeats; None where any is welcome."""
    model = _model(route)
    if model is None:
        return None
    return {
        field.alias or name: get_origin(field.annotation) is list
        for name, field in model.model_fields.items()
    }


def _model(route: APIRoute) -> type[Question] | None:
    """The question that is asked at a route."""
    for parameter in route.dependant.query_params:
        model = parameter.field_info.annotation
        if isinstance(model, type) and issubclass(model, Question):
            return model
    return None


def asked_again(address: str) -> AskedAgain:
    """The question at an address under `/v1`, whatever stands before. Raises BadQuestion.

    >>> asked_again("effect?source=a&target=b&target=c").parameters["target"]
    ['b', 'c']
    """
    parts = urlsplit(address)
    path = unquote(parts.path)
    path = path if "/v1/" in path else f"/v1/{path.removeprefix('/')}"
    path = path[path.index("/v1/") :]
    scope = {"type": "http", "method": "GET", "path": path}
    for route in router.routes:
        match, found = route.matches(scope)
        if match is Match.FULL and isinstance(route, APIRoute):
            break
    else:
        raise BadQuestion(
            f"'{address}' is no address of a question. Name one such as "
            "/v1/paths?source=paclitaxel&target=lung+metastasis.",
            parameter="question",
        )
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = [one for one in pairs if one[0] not in OF_OUTPUT]
    model, repeats = _model(route), _parameters(route) or {}
    values: dict[str, Any] = {}
    for name, value in given:
        values[name] = [*values.get(name, ()), value] if repeats.get(name) else value
    try:
        _check_given(given, repeats)
        parameters = {} if model is None else model.model_validate(values).arguments()
    except BadQuestion as error:
        raise BadQuestion(f"In '{address}': {error.message}", parameter="question") from error
    except ValidationError as error:
        said = problems.bad_parameter(
            [{**fault, "loc": ("query", *fault["loc"])} for fault in error.errors()]
        )
        raise BadQuestion(f"In '{address}': {said.message}", parameter="question") from error
    asked = quote(path) + (f"?{urlencode(given)}" if given else "")
    return AskedAgain(asked, route.name, tuple(found["path_params"].values()), parameters)


def _check_parameters(request: Request, repeats: dict[str, bool]) -> None:
    _check_given(request.query_params.multi_items(), repeats)


def _check_given(pairs: Iterable[tuple[str, str]], repeats: dict[str, bool]) -> None:
    given = Counter(name for name, _ in pairs)
    for name, times in given.items():
        if name not in repeats:
            raise problems.unknown_parameter(name, list(repeats))
        if times > 1 and not repeats[name]:
            raise BadQuestion(f"'{name}' is given {times} times; give it once.", parameter=name)


def replies_of(request: Request) -> Replies:
    """What answers questions to this application."""
    return cast(Replies, request.app.state.replies)


async def _look_up(request: Request, ask: Ask) -> Response:
    return await replies_of(request).reply(request, ask)


async def _search(request: Request, ask: Ask) -> Response:
    return await replies_of(request).reply(request, ask, heavy=True)


def _answers(
    model: type[BaseModel], *statuses: int, forms: Mapping[str, Any] = OTHER_FORMS
) -> dict[str, Any]:
    """What may come back: the model of the answer, its other forms, the problems by status."""
    return {
        "response_model": model,
        "response_description": (model.__doc__ or "").strip(),
        "responses": {
            200: {"content": forms},
            **problems.responses(*statuses, 422, 503),
        },
    }


def _path(meaning: str) -> Any:
    return Path(max_length=300, description=meaning)


router = APIRouter(prefix="/v1", route_class=QuestionRoute)


# --- entities and statements ---------------------------------------------------------------


@router.get("/entities", tags=["entities"], **_answers(answers.Entities, 409, 429))
async def entities(request: Request, question: Annotated[EntitiesQuestion, Query()]) -> Response:
    """Entities by name, symbol, synonym or id, nearest first; all by name without `q`."""
    ask = question.ask(request, "entities")
    return await replies_of(request).reply(request, ask, engine=question.q is not None)


@router.get("/entities/{id:path}", tags=["entities"], **_answers(answers.EntityCard, 404, 409))
async def entity(
    request: Request,
    id: Annotated[str, _path("any name, symbol, synonym or id of an entity")],
    question: Annotated[Question, Query()],
) -> Response:
    """One entity, with the classes above it, its cautions and counts of its statements."""
    return await _look_up(request, question.ask(request, "entity", id))


@router.get("/statements", tags=["statements"], **_answers(answers.Statements, 404, 409, 429))
async def statements(
    request: Request, question: Annotated[StatementsQuestion, Query()]
) -> Response:
    """Statements, most believed first."""
    return await _search(request, question.ask(request, "statements"))


@router.get("/statements/{id}", tags=["statements"], **_answers(answers.StatementCard, 404))
async def statement(
    request: Request,
    id: Annotated[str, _path("id of a statement")],
    question: Annotated[Question, Query()],
) -> Response:
    """One statement with all its evidence, conflicts, cautions and interventions."""
    return await _look_up(request, question.ask(request, "statement", id))


# --- paths and what they raise -------------------------------------------------------------


@router.get("/paths", tags=["paths"], **_answers(answers.Paths, 404, 409, 429))
async def paths(request: Request, question: Annotated[PathsQuestion, Query()]) -> Response:
    """Signed paths from any source to any target, best first; no path is an answer too."""
    return await _search(request, question.ask(request, "paths"))


@router.get("/effect", tags=["paths"], **_answers(answers.Effects, 404, 409, 429))
async def effect(request: Request, question: Annotated[EffectQuestion, Query()]) -> Response:
    """The verdict on each pair of a source and a target: what one does to the other."""
    return await _search(request, question.ask(request, "effect"))


@router.get("/influence", tags=["paths"], **_answers(answers.Influence, 404, 409, 429))
async def influence(request: Request, question: Annotated[InfluenceQuestion, Query()]) -> Response:
    """What an entity reaches, or what reaches it, by the best simple path of each effect."""
    return await _search(request, question.ask(request, "influence"))


@router.get("/blockers", tags=["paths"], **_answers(answers.Blockers, 404, 409, 429))
async def blockers(request: Request, question: Annotated[BlockersQuestion, Query()]) -> Response:
    """All smallest sets of entities whose removal breaks every path."""
    return await _search(request, question.ask(request, "blockers"))


@router.get("/loops", tags=["paths"], **_answers(answers.Loops, 404, 409, 429))
async def loops(request: Request, question: Annotated[LoopsQuestion, Query()]) -> Response:
    """Feedback loops through an entity, reinforcing or balancing."""
    return await _search(request, question.ask(request, "loops"))


@router.get("/impact", tags=["paths"], **_answers(answers.Impact, 404, 409, 429))
async def impact(request: Request, question: Annotated[ImpactQuestion, Query()]) -> Response:
    """What changes when entities, statements, studies or sources are left out."""
    return await _search(request, question.ask(request, "impact"))


@router.get("/open-questions", tags=["paths"], **_answers(answers.OpenQuestions, 404, 409, 429))
async def open_questions(
    request: Request, question: Annotated[OpenQuestionsQuestion, Query()]
) -> Response:
    """What to test next, ranked: in the whole graph, about an entity, or in one answer."""
    return await _search(request, question.ask(request, "open_questions"))


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


async def _names(request: Request) -> list[ListedName]:
    body = await body_of(
        request, most_bytes=MOST_BYTES, what="list", instead="send it in several parts"
    )
    return read_list(body)


@router.post(
    "/resolve",
    tags=["lists"],
    openapi_extra=_LIST,
    **_answers(answers.ResolvedNames, 429),
)
async def resolve(request: Request, question: Annotated[ResolveQuestion, Query()]) -> Response:
    """What each name of a list is here; one that is not found costs none of the others."""
    names = await _names(request)
    return await _search(request, question.ask(request, "resolve", names=names))


@router.post(
    "/subgraph",
    tags=["lists"],
    openapi_extra=_LIST,
    **_answers(answers.Subgraph, 404, 409, 429),
)
async def subgraph(request: Request, question: Annotated[SubgraphQuestion, Query()]) -> Response:
    """The signed statements among a list of entities, and what would explain their directions."""
    names = await _names(request)
    return await _search(request, question.ask(request, "subgraph", names=names))


# --- lists -----------------------------------------------------------------------------------


@router.get("/conflicts", tags=["statements"], **_answers(answers.Conflicts, 404, 409, 429))
async def conflicts(request: Request, question: Annotated[ConflictsQuestion, Query()]) -> Response:
    """Opposing statements and what explains them; unresolved ones first."""
    return await _search(request, question.ask(request, "conflicts"))


@router.get("/conflicts/{id}", tags=["statements"], **_answers(answers.ConflictCard, 404))
async def conflict(
    request: Request,
    id: Annotated[str, _path("id of a conflict")],
    question: Annotated[Question, Query()],
) -> Response:
    """One conflict with both statements and their evidence."""
    return await _look_up(request, question.ask(request, "conflict", id))


@router.get("/interventions", tags=["statements"], **_answers(answers.Interventions, 404, 409))
async def interventions(
    request: Request, question: Annotated[InterventionsQuestion, Query()]
) -> Response:
    """Interventions, tested, proposed or in use; those on one entity on request."""
    return await _look_up(request, question.ask(request, "interventions"))


@router.get("/sources", tags=["sources"], **_answers(answers.Sources, 404, 409))
async def sources(request: Request, question: Annotated[SourcesQuestion, Query()]) -> Response:
    """What is loaded."""
    return await _look_up(request, question.ask(request, "sources"))


@router.get("/sources/{id:path}", tags=["sources"], **_answers(answers.SourceCard, 404, 409))
async def source(
    request: Request,
    id: Annotated[str, _path("local id of a source, or DOI or PMID of what it reports")],
    question: Annotated[Question, Query()],
) -> Response:
    """One source: what it says, what was set aside, and what rests on it alone."""
    return await _look_up(request, question.ask(request, "source", id))


@router.get("/studies", tags=["sources"], **_answers(answers.Studies, 409))
async def studies(request: Request, question: Annotated[StudiesQuestion, Query()]) -> Response:
    """The studies behind the sources, and what rests on each alone."""
    return await _look_up(request, question.ask(request, "studies"))


@router.get("/studies/{id:path}", tags=["sources"], **_answers(answers.StudyCard, 404, 409))
async def study(
    request: Request,
    id: Annotated[str, _path("local id, DOI or PMID of a study")],
    question: Annotated[Question, Query()],
) -> Response:
    """One study: its sources, its statements, and those that rest on it alone."""
    return await _look_up(request, question.ask(request, "study", id))


@router.get("/snapshot", tags=["graph"], **_answers(answers.SnapshotCard))
async def snapshot(request: Request, question: Annotated[Question, Query()]) -> Response:
    """What the graph holds now."""
    return await replies_of(request).reply(request, question.ask(request, "snapshot"), kept=False)


@router.get("/loads", tags=["graph"], **_answers(answers.Loads, 409, 429))
async def loads(request: Request, question: Annotated[PagedQuestion, Query()]) -> Response:
    """What each load changed, when and by whom; the newest first."""
    ask = question.ask(request, "loads")
    return await replies_of(request).reply(request, ask, engine=True, kept=False)


@router.get(
    "/changes", tags=["graph"], **_answers(answers.Changes, 404, 409, 429, forms=FEED_FORMS)
)
async def changes(request: Request, question: Annotated[ChangesQuestion, Query()]) -> Response:
    """What changed since a snapshot, or in the answer to a question; as a feed, too."""
    again = None if question.question is None else asked_again(question.question)
    ask = question.ask(request, "changes", again)
    return await replies_of(request).reply(request, ask, engine=True, kept=False)


@router.get("/export", tags=["graph"], **_answers(answers.Export, 429))
async def export(request: Request, question: Annotated[ExportQuestion, Query()]) -> Response:
    """The whole graph in one format: what it asserts, and what follows from that."""
    return await replies_of(request).stream(request, question.ask(request, "export"))


# --- catalogue -------------------------------------------------------------------------------


@router.get("/queries", tags=["queries"], **_answers(answers.Queries))
async def queries(request: Request, question: Annotated[Question, Query()]) -> Response:
    """The query catalogue, with parameters and columns."""
    return await _look_up(request, question.ask(request, "queries"))


@router.get(
    "/queries/{name}",
    tags=["queries"],
    openapi_extra={
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
    },
    **_answers(answers.QueryRows, 404, 409, 429),
)
async def query(request: Request, name: Annotated[str, _path("name of a query")]) -> Response:
    """Run one query of the catalogue; each of its parameters is one of the address."""
    given = request.query_params.multi_items()
    _check_parameters(request, {parameter: False for parameter, _ in given})
    own = {parameter: value for parameter, value in given if parameter not in OF_OUTPUT}
    question = _output_of(dict(given))
    return await replies_of(request).reply(
        request, question.ask(request, "query", name, own), engine=True, kept=False
    )


def _output_of(given: dict[str, str]) -> Question:
    """What an address says of the form of the answer. Raises BadQuestion."""
    try:
        return Question.model_validate({n: v for n, v in given.items() if n in OF_OUTPUT})
    except ValidationError as error:
        raise problems.bad_parameter(
            [{**fault, "loc": ("query", *fault["loc"])} for fault in error.errors()]
        ) from error
