"""From the text of an address to the parameters of a question, with what is wrong with it.

Each question has a model of pydantic, made from its parameters: it takes text for what it means,
and describes the parameters to OpenAPI.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
)

from immunograph.domain.selection import known_value
from immunograph.errors import BadQuestion
from immunograph.formats import FORMATS, REFERENCE_FORMATS, atom
from immunograph.questions import QUESTIONS
from immunograph.questions.parameters import SNAPSHOT_START
from immunograph.questions.question import P, Parameter, Question, parameters_of
from immunograph.service import Service, rendering
from immunograph.service.past import AskedAgain
from immunograph.service.rendering import Output

# --- how an answer is wanted -----------------------------------------------------------------


def folding(known: Iterable[str]) -> BeforeValidator:
    """Takes a value for the known one that it means, whatever its case, joiners and number."""
    values = {str(one): str(one) for one in known}

    def fold(given: Any) -> Any:
        meant = known_value(given, values) if isinstance(given, str) else None
        return given if meant is None else meant

    return BeforeValidator(fold)


def _known(names: Iterable[str]) -> AfterValidator:
    """A name that is listed."""

    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"should be one of {', '.join(names)}")
        return name

    return AfterValidator(check)


FED: Final = {**FORMATS, atom.NAME: None}
FormatName = Annotated[
    str, folding(FORMATS), _known(FORMATS), Field(json_schema_extra={"enum": [*FORMATS]})
]
FeedFormatName = Annotated[
    str, folding(FED), _known(FED), Field(json_schema_extra={"enum": [*FED]})
]
ReferenceFormatName = Annotated[
    str,
    folding(REFERENCE_FORMATS),
    _known(REFERENCE_FORMATS),
    Field(json_schema_extra={"enum": [*REFERENCE_FORMATS]}),
]


class Form(BaseModel):
    """How an answer is wanted: what every question takes besides its own parameters."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    format: FormatName = Field(
        "json",
        description="format of the answer; `Accept` chooses one too. Tables fit every answer, the "
        "others those that hold statements",
    )
    references: ReferenceFormatName | None = Field(
        None, description="the papers that the answer rests on in this format, in its place"
    )
    manifest: bool = Field(
        False,
        description="what the format holds of the answer and what had no place in it, whose it is "
        "and how it is cited, in its place",
    )
    snapshot: Annotated[str, StringConstraints(pattern=SNAPSHOT_START)] | None = Field(
        None,
        description="pins a shared address to a snapshot, by its id or the first digits of that: "
        "where the graph has moved on, the answer says so and links what changed",
    )

    def output(self) -> Output:
        """How the answer is wanted."""
        return Output(format=self.format, references=self.references, manifest=self.manifest)


class FeedForm(Form):
    """The same of an answer that is a feed, too."""

    format: FeedFormatName = Field(
        "json", description="format of the answer; `atom` is a feed to watch it by its address"
    )


OF_OUTPUT: Final = frozenset(Form.model_fields)
"""What is said of the form of an answer, not of what is asked."""
OF_FORM: Final = OF_OUTPUT - {"snapshot"}
"""Of these what `Accept` may say, too."""


# --- the parameters of a question ------------------------------------------------------------


@lru_cache(maxsize=64)
def model_of(question: Question[Any, Any]) -> type[Form]:
    """What a question takes in the query of its address."""
    fields: dict[str, Any] = {one.field: (_type(one), _field(one)) for one in in_query(question)}
    form = FeedForm if question.name == rendering.FED else Form
    return create_model(question.parameters.__name__, __base__=form, **fields)


def in_query(question: Question[Any, Any]) -> list[Parameter]:
    """The parameters of a question that stand in the query of its address."""
    every = parameters_of(question.parameters)
    return [one for one in every if not one.about.sent and one.field not in in_path(question)]


def in_path(question: Question[Any, Any]) -> list[str]:
    """The parameters that stand in the path of its address.

    >>> in_path(QUESTIONS["entity"]), in_path(QUESTIONS["paths"])
    (['id'], [])
    """
    return re.findall(r"{(\w+)", question.address)


def _type(one: Parameter) -> Any:
    kind: Any = one.type
    if one.values:
        kind = Annotated[kind, folding(one.values)]
    elif kind is str:
        limits = StringConstraints(
            min_length=None if one.about.pattern == SNAPSHOT_START else 1,
            max_length=None if one.about.pattern == SNAPSHOT_START else one.about.longest,
            pattern=one.about.pattern,
        )
        kind = Annotated[str, limits]
    if one.repeats:
        return list[kind]
    return kind | None if one.optional else kind


def _field(one: Parameter) -> Any:
    about = one.about
    least, most = ("min_length", "max_length") if one.repeats else ("ge", "le")
    given: dict[str, Any] = {least: about.least, most: about.most}
    if not one.required:
        given["default"] = [] if one.repeats else one.default
    return Field(
        **given,
        alias=about.alias,
        description=one.meaning,
        examples=None if about.example is None else [about.example],
    )


def asked_by(question: Question[P, Any], model: Form, others: Mapping[str, Any]) -> P:
    """The parameters of a question from those of its address and `others`. Raises BadQuestion."""
    given: dict[str, Any] = {}
    for one in in_query(question):
        value = getattr(model, one.field)
        given[one.field] = tuple(value) if one.repeats else value
    return question.of({**given, **others})


def check_given(pairs: Iterable[tuple[str, str]], question: Question[Any, Any]) -> None:
    """Refuse parameters that a question does not have, or that are given twice."""
    own = in_query(question)
    known = [*Form.model_fields, *(one.name for one in own)]
    given = list(pairs)
    for name, _ in given:
        if name not in known:
            raise unknown_parameter(name, known)
    repeating = {one.name for one in own if one.repeats}
    check_once(one for one in given if one[0] not in repeating)


def check_once(pairs: Iterable[tuple[str, str]]) -> None:
    """Refuse parameters that are given twice."""
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise BadQuestion(f"'{name}' is given {times} times; give it once.", parameter=name)


# --- what is wrong ---------------------------------------------------------------------------


def unknown_parameter(name: str, known: Sequence[str]) -> BadQuestion:
    """A parameter that the question does not have, and the nearest that it has."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        hint = f"Did you mean '{near[0]}'?"
    elif known:
        hint = f"Known: {', '.join(known)}."
    else:
        hint = "This question takes none."
    return BadQuestion(
        f"No parameter '{name}'. {hint}", parameter=name, suggestions=near, known=list(known)
    )


def bad_parameter(faults: Sequence[Any]) -> BadQuestion:
    """The faults that pydantic found in parameters, the first of them named."""
    found = [
        {
            "parameter": str(fault["loc"][1] if len(fault["loc"]) > 1 else fault["loc"][0]),
            "message": _fault_in_words(fault),
        }
        for fault in faults
    ]
    sentences = " ".join(f"{one['parameter']}: {one['message']}." for one in found)
    return BadQuestion(sentences, parameter=found[0]["parameter"], errors=found)


def bad_query(error: ValidationError) -> BadQuestion:
    """The same of parameters that stand in the query of an address."""
    return bad_parameter([{**one, "loc": ("query", *one["loc"])} for one in error.errors()])


def _fault_in_words(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "missing":
        return "it is required"
    said = str(fault["msg"]).removeprefix("Input ").removeprefix("Value error, ")
    given = fault.get("input")
    return f"'{given}' {said}" if isinstance(given, str | int | float) else said


# --- a question at an address ----------------------------------------------------------------


def asked_at(address: str) -> AskedAgain:
    """The question at an address under `/v1`, whatever stands before. Raises BadQuestion.

    >>> asked_at("effect?source=a&target=b&target=c").address
    '/v1/effect?source=a&target=b&target=c'
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise _no_address(address) from error
    path = unquote(parts.path)
    path = path[path.index("/v1/") + 3 :] if "/v1/" in path else f"/{path.removeprefix('/')}"
    question, named = _at(path, address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = [one for one in pairs if one[0] not in OF_OUTPUT]
    asked = quote(f"/v1{path}") + (f"?{urlencode(given)}" if given else "")
    if not question.settled:
        settled = sorted(name for name, one in QUESTIONS.items() if one.settled)
        raise BadQuestion(
            f"The answer to '{asked}' does not follow from a snapshot; ask about "
            f"{', '.join(settled)}.",
            parameter="question",
        )
    repeats = {one.name for one in in_query(question) if one.repeats}
    values: dict[str, Any] = {}
    for name, value in given:
        values[name] = [*values.get(name, ()), value] if name in repeats else value
    try:
        check_given(given, question)
        model = model_of(question).model_validate(values)
        parameters = asked_by(question, model, named)
    except (BadQuestion, ValidationError) as error:
        said = error if isinstance(error, BadQuestion) else bad_query(error)
        raise BadQuestion(f"In '{address}': {said.message}", parameter="question") from error

    def ask(service: Service) -> dict[str, Any]:
        return question.answer(service, parameters)

    return AskedAgain(asked, ask)


def _at(path: str, address: str) -> tuple[Question[Any, Any], dict[str, str]]:
    """The question at a path under `/v1`, and what the path names."""
    for question in QUESTIONS.values():
        template = re.sub(r"{(\w+):path}", r"(?P<\1>.+)", question.address)
        template = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template)
        found = None if question.sent else re.fullmatch(template, path)
        if found is not None:
            return question, found.groupdict()
    raise _no_address(address)


def _no_address(address: str) -> BadQuestion:
    return BadQuestion(
        f"'{address}' is no address of a question. Name one such as "
        "/v1/paths?source=paclitaxel&target=lung+metastasis.",
        parameter="question",
    )
