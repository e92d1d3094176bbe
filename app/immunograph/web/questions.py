"""What may be asked, parameter by parameter, with the names of the contract.

Each model is one question; `arguments` are those of the service's function of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote, urlencode

from fastapi import Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from immunograph.domain.selection import CONTEXT_DIMENSIONS, Filters, known_value
from immunograph.domain.vocabulary import (
    Effect,
    InterventionStatus,
    SourceType,
    StatementClass,
    Status,
)
from immunograph.formats import FORMATS, REFERENCE_FORMATS, atom
from immunograph.service import (
    MAX_ENDS,
    MAX_LIMIT,
    MAX_PATHS,
    MAX_STEPS,
    MAX_STEPS_BETWEEN,
    Output,
    Pin,
    Rendered,
    Service,
    feeds,
)
from immunograph.service.history import LEAST, SETTLED_BY_SNAPSHOT
from immunograph.service.open_questions import Kind

LONGEST: Final = 300
"""Letters of a name or an id; nobody's is longer."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
"""A name or an id."""

SnapshotStart = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{LEAST},64}}$")]
"""The id of a snapshot, or its first digits."""

Wanted = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST, pattern=r"[\p{L}\p{N}]")
]
"""Words that are looked for: at least one letter or digit."""


def folding(known: Iterable[str]) -> BeforeValidator:
    """Takes a value for the known one that it means, whatever its case, joiners and number."""
    values = {str(one): str(one) for one in known}

    def fold(given: Any) -> Any:
        meant = known_value(given, values) if isinstance(given, str) else None
        return given if meant is None else meant

    return BeforeValidator(fold)


OneEffect = Annotated[Effect, folding(Effect)]
OneClass = Annotated[StatementClass, folding(StatementClass)]
OneStatus = Annotated[Status, folding(Status)]
OneInterventionStatus = Annotated[InterventionStatus, folding(InterventionStatus)]
OneType = Annotated[SourceType, folding(SourceType)]
OneKind = Annotated[Kind, folding(Kind)]
Side = Annotated[Literal["out", "in", "both"], folding(("out", "in", "both"))]
Stream = Annotated[Literal["downstream", "upstream"], folding(("downstream", "upstream"))]

FILTERS: Final = (*CONTEXT_DIMENSIONS, "tier")


def _known(names: Mapping[str, Any]) -> AfterValidator:
    """A name of the registry."""

    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"should be one of {', '.join(names)}")
        return name

    return AfterValidator(check)


FormatName = Annotated[
    str, folding(FORMATS), _known(FORMATS), Field(json_schema_extra={"enum": [*FORMATS]})
]
FED: Final = {**FORMATS, atom.NAME: None}
FeedFormatName = Annotated[
    str, folding(FED), _known(FED), Field(json_schema_extra={"enum": [*FED]})
]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
ReferenceFormatName = Annotated[
    str,
    folding(REFERENCE_FORMATS),
    _known(REFERENCE_FORMATS),
    Field(json_schema_extra={"enum": [*REFERENCE_FORMATS]}),
]


class Question(BaseModel):
    """What every question takes."""

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

    snapshot: SnapshotStart | None = Field(
        None,
        description="pins a shared address to a snapshot, by its id or the first digits of that: "
        "where the graph has moved on, the answer says so and links what changed",
    )

    def output(self) -> Output:
        """How the answer is wanted."""
        return Output(format=self.format, references=self.references, manifest=self.manifest)

    def arguments(self) -> dict[str, Any]:
        """The parameters as arguments of the service's function."""
        names = type(self).model_fields.keys() - OF_OUTPUT
        return {name: getattr(self, name) for name in names}

    def ask(
        self, request: Request, question: str, *arguments: Any, **sent: Any
    ) -> Callable[[Service], Rendered]:
        """The question of a request, ready to be put to a service: the name of its function.

        `sent` are those of its parameters that came in the body of the request.
        """
        output, parameters = self.output(), {**self.arguments(), **sent}
        if self.snapshot is not None:
            asked = _address(request) if question in SETTLED_BY_SNAPSHOT else None
            output = replace(output, pin=Pin(self.snapshot, feeds.address(self.snapshot, asked)))
        return lambda service: service.ask(question, output, *arguments, **parameters)


OF_OUTPUT: Final = frozenset(Question.model_fields)
"""What is said of the form of an answer, not of what is asked."""
OF_FORM: Final = OF_OUTPUT - {"snapshot"}
"""Of these what `Accept` may say, too."""


def _address(request: Request) -> str:
    """What a request asks, without the form that it wants."""
    asked = [one for one in request.query_params.multi_items() if one[0] not in OF_OUTPUT]
    path = quote(request.scope["path"])
    return f"{path}?{urlencode(asked)}" if asked else path


class PagedQuestion(Question):
    """A question for a list."""

    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="most items on this page")
    cursor: Text | None = Field(
        None, description="where to go on: `next` of the page before; holds for one snapshot"
    )


class FilteredQuestion(Question):
    """A question that chooses its evidence."""

    without: list[Text] = Field(
        [],
        max_length=MAX_ENDS,
        description="leave out an entity, or `statement:…`, `study:…`, `source:…`; studies and "
        "sources by local id, DOI or PMID; repeats",
    )
    species: list[Text] = Field([], description="only evidence in this species; repeats as any of")
    study_system: list[Text] = Field(
        [],
        description="only evidence from this study system, or a broader one: "
        "`human`, `animal`, `cells`; repeats as any of",
    )
    site: list[Text] = Field([], description="only evidence at this site; repeats as any of")
    disease: list[Text] = Field([], description="only evidence in this disease; repeats as any of")
    stage: list[Text] = Field(
        [], description="only evidence at this stage of spread; repeats as any of"
    )
    phase: list[Text] = Field(
        [], description="only evidence `on_treatment` or in `withdrawal`; repeats as any of"
    )
    tier: list[Text] = Field(
        [],
        description="only evidence from sources of this tier, or a broader one: "
        "`press`, `primary`; repeats as any of",
    )
    min_belief: float | None = Field(
        None, ge=0, le=1, description="only causal statements believed at least this much"
    )

    def arguments(self) -> dict[str, Any]:
        """The parameters, the filters gathered into one."""
        found = super().arguments()
        chosen: dict[str, Any] = {name: tuple(found.pop(name)) for name in FILTERS}
        filters = Filters(**chosen, min_belief=found.pop("min_belief"))
        return {**found, "filters": filters}


class EntitiesQuestion(PagedQuestion):
    """Which entities are there?"""

    q: Text | None = Field(
        None,
        description="words of a name, symbol, synonym or id",
        examples=["oncostatin"],
    )
    kind: Text | None = Field(None, description="only entities of this kind", examples=["cell"])
    limit: int = Field(20, ge=1, le=MAX_LIMIT, description="most items on this page")


class StatementsQuestion(PagedQuestion, FilteredQuestion):
    """Which statements are there?"""

    entity: Text | None = Field(
        None, description="statements that touch this entity", examples=["annexin A6"]
    )
    direction: Side = Field(
        "both", description="whether `entity` is the subject (out), the object (in) or either"
    )
    subject: Text | None = Field(None, description="statements with this subject")
    object: Text | None = Field(None, description="statements with this object")
    cls: OneClass | None = Field(None, alias="class", description="statements of this class")
    effect: Text | None = Field(
        None, description="`promotes`, `inhibits`, or the verb of a statement without a sign"
    )
    predicate: Text | None = Field(
        None, description="statements with this verb", examples=["releases"]
    )
    status: OneStatus | None = Field(None, description="statements of this status")
    source: Text | None = Field(
        None, description="statements that this source has evidence on: local id, DOI or PMID"
    )
    study: Text | None = Field(
        None, description="statements that this study has evidence on: local id, DOI or PMID"
    )
    q: Wanted | None = Field(
        None, description="words of its ends, of its verb or of what its evidence says"
    )


class Ends(Question):
    """A question about all that leads from some entities to others."""

    source: list[Text] = Field(
        min_length=1,
        max_length=MAX_ENDS,
        description="where paths start: any name or id of an entity; repeats as a set",
        examples=[["paclitaxel"]],
    )
    target: list[Text] = Field(
        min_length=1,
        max_length=MAX_ENDS,
        description="where paths end: any name or id of an entity; repeats as a set",
        examples=[["lung metastasis"]],
    )
    effect: OneEffect | None = Field(None, description="only paths of this net effect")
    max_steps: int = Field(MAX_STEPS, ge=1, le=MAX_STEPS, description="most steps of a path")


class WholePaths(Ends):
    """How does one thing affect another, by all evidence?"""

    limit: int = Field(10, ge=1, le=MAX_PATHS, description="how many paths, the best first")
    hypothesised: bool = Field(False, description="also take steps that are only hypothesised")


class PathsQuestion(WholePaths, FilteredQuestion):
    """How does one thing affect another?"""


class EffectQuestion(FilteredQuestion):
    """What does one thing do to another, in a word?"""

    source: list[Text] = Field(
        min_length=1,
        max_length=MAX_ENDS,
        description="any name or id of an entity; repeats, each pair is answered",
        examples=[["neutrophil"]],
    )
    target: list[Text] = Field(
        min_length=1,
        max_length=MAX_ENDS,
        description="any name or id of an entity; repeats, each pair is answered",
        examples=[["metastasis"]],
    )
    max_steps: int = Field(MAX_STEPS, ge=1, le=MAX_STEPS, description="most steps of a path")
    hypothesised: bool = Field(False, description="also take steps that are only hypothesised")


class BlockersQuestion(Ends, FilteredQuestion):
    """What breaks every path?"""

    max_size: int = Field(2, ge=1, le=4, description="most entities in one set")


class InfluenceQuestion(FilteredQuestion):
    """What does an entity reach, or what reaches it?"""

    entity: Text = Field(description="any name or id of an entity", examples=["oncostatin M"])
    direction: Stream = Field("downstream", description="what it reaches, or what reaches it")
    effect: OneEffect | None = Field(None, description="only this net effect")
    max_steps: int = Field(4, ge=1, le=MAX_STEPS, description="most steps of a path")
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="how many, the best believed first")


class LoopsQuestion(FilteredQuestion):
    """Which feedback loops pass an entity?"""

    entity: Text = Field(description="any name or id of an entity", examples=["breast tumour"])
    max_steps: int = Field(6, ge=1, le=MAX_STEPS, description="most steps of a loop")
    limit: int = Field(20, ge=1, le=MAX_LIMIT, description="how many, the best believed first")


class ImpactQuestion(FilteredQuestion):
    """What changes when something is left out?"""

    without: list[Text] = Field(
        min_length=1,
        max_length=MAX_ENDS,
        description="what to leave out: an entity, or `statement:…`, `study:…`, `source:…`; "
        "repeats",
        examples=[["annexin A6"]],
    )
    source: list[Text] = Field(
        [], max_length=MAX_ENDS, description="also list the paths lost from here; with `target`"
    )
    target: list[Text] = Field(
        [], max_length=MAX_ENDS, description="also list the paths lost to here; with `source`"
    )


class OpenQuestionsQuestion(PagedQuestion, FilteredQuestion):
    """What should be tested next?"""

    entity: Text | None = Field(
        None, description="what is open about this entity", examples=["annexin A6"]
    )
    source: list[Text] = Field(
        [],
        max_length=MAX_ENDS,
        description="what is open in the answer from here; with `target`",
    )
    target: list[Text] = Field(
        [], max_length=MAX_ENDS, description="what is open in the answer to here; with `source`"
    )
    kind: OneKind | None = Field(None, description="only open questions of this kind")
    limit: int = Field(20, ge=1, le=MAX_LIMIT, description="most items on this page")


class ResolveQuestion(Question):
    """What are these?"""


class SubgraphQuestion(PagedQuestion, FilteredQuestion):
    """What joins these?"""

    steps: int = Field(
        1,
        ge=1,
        le=MAX_STEPS_BETWEEN,
        description="2: also what leads from one of the list over one other entity to another",
    )
    limit: int = Field(200, ge=1, le=MAX_LIMIT, description="most statements on this page")


class ConflictsQuestion(PagedQuestion, FilteredQuestion):
    """Which statements contradict each other?"""

    entity: Text | None = Field(None, description="conflicts of statements that touch this entity")


class InterventionsQuestion(PagedQuestion):
    """What was done, is proposed or is in use?"""

    entity: Text | None = Field(
        None, description="interventions on this entity, or with an outcome on it"
    )
    status: OneInterventionStatus | None = Field(
        None, description="only tested ones, proposed ones or those in use"
    )
    q: Wanted | None = Field(
        None, description="words of its name, what it is on, or of what its evidence says"
    )


class ChangesQuestion(Question):
    """What changed since a snapshot?"""

    format: FeedFormatName = Field(
        "json", description="format of the answer; `atom` is a feed to watch it by its address"
    )
    since: SnapshotStart | None = Field(
        None,
        description="the id of a snapshot or its first digits; without it, as far as is recorded",
    )
    question: LongText | None = Field(
        None,
        description="the address of a question, to learn what became of its answer",
        examples=["/v1/paths?source=paclitaxel&target=lung+metastasis"],
    )
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="most changes, the newest first")

    def arguments(self) -> dict[str, Any]:
        """The parameters; what the question is, who knows the addresses finds out."""
        return {n: value for n, value in super().arguments().items() if n != "question"}


class ExportQuestion(Question):
    """What does the whole graph hold?"""

    rows: Literal["statements", "evidence"] = Field(
        "statements", description="in a table: one row a statement, or one a piece of evidence"
    )

    def output(self) -> Output:
        """How the graph is wanted."""
        return replace(super().output(), rows=self.rows)

    def arguments(self) -> dict[str, Any]:
        """None: it is the whole graph."""
        return {}


class ShelfQuestion(PagedQuestion):
    """Which sources, or studies, are there?"""

    limit: int = Field(100, ge=1, le=MAX_LIMIT, description="most items on this page")


class SourcesQuestion(ShelfQuestion):
    """Which sources are there?"""

    q: Wanted | None = Field(
        None, description="words of its title, outlet or study, or the DOI or PMID of that"
    )
    type: OneType | None = Field(None, description="sources of this type")
    tier: Text | None = Field(
        None, description="sources of this tier, or a broader one: `press`, `primary`"
    )
    year: int | None = Field(None, ge=1800, le=2200, description="sources published in this year")
    study: Text | None = Field(
        None, description="sources that report this study: local id, DOI or PMID"
    )


class StudiesQuestion(ShelfQuestion):
    """Which studies are there?"""

    q: Wanted | None = Field(None, description="words of its title or citation, or its DOI or PMID")
