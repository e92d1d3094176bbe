"""What a curator writes; `schema/source.schema.json` is generated from these forms."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from immunograph.domain.model import (
    Curie,
    Day,
    Document,
    Entity,
    LocalId,
    Record,
    Sentence,
    Sha256,
    Study,
)
from immunograph.domain.vocabulary import (
    Aspect,
    Basis,
    Directness,
    InterventionStatus,
    Phase,
    Role,
    SourceType,
    Stage,
    StudySystem,
    Tier,
    Traceability,
)


def _as_list(value: Any) -> Any:
    if value is None or isinstance(value, list | tuple):
        return cast(Any, value)
    return [value]


class _OneOrList:
    """Lets the JSON Schema take one value in place of a list of one, as the reader does."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(core)
        return {"anyOf": [several["items"], several]}


T = TypeVar("T")
Several = Annotated[tuple[T, ...], BeforeValidator(_as_list), _OneOrList()]
"""One value or a list of them."""


class Form(BaseModel):
    """What a curator writes; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ContextForm(Form):
    """In what, where and when; leave out what the passage does not state."""

    study_system: Several[StudySystem] = ()
    species: Several[str] = ()
    site: Several[str] = ()
    disease: Several[str] = ()
    stage: Several[Stage] = ()
    phase: Several[Phase] = ()
    cell_state: Several[str] = ()
    host_state: Several[str] = ()
    in_cell: Several[str] = ()
    treatment: Several[str] = ()
    dose: str | None = None
    time: str | None = None
    condition: str | None = None


class PassageForm(Form):
    """One passage in the curator's own words."""

    says: Sentence
    span: tuple[int, int] | None = None
    sha256: Sha256 | None = None
    sentence: Sha256 | None = None
    basis: Basis = Basis.ASSERTED
    hedged: bool = False
    directness: Directness = Directness.EXPLICIT
    voice: str | None = None
    context: ContextForm = ContextForm()
    eco: Curie | None = None
    checked: bool = True
    review: bool = False
    note: str | None = None
    reader: str | None = None
    quoted: bool = False
    record: Record | None = None


class EvidenceForm(PassageForm):
    """A passage and what it does to the statement."""

    role: Role = Role.SUPPORTS
    no_change: bool = False


class StatementForm(Form):
    """Subject, verb, object, and the passages that say so."""

    ref: LocalId | None = None
    subject: str
    predicate: str
    object: str
    aspect: Aspect = Aspect.NONE
    evidence: Annotated[tuple[EvidenceForm, ...], Field(min_length=1)]


class CautionForm(Form):
    """What must be said wherever the subject and the object meet."""

    subject: str
    object: str
    says: Sentence
    human: Literal["unknown"] | None = None
    span: tuple[int, int] | None = None
    sha256: Sha256 | None = None
    sentence: Sha256 | None = None
    voice: str | None = None
    context: ContextForm = ContextForm()
    checked: bool = True
    note: str | None = None


class OutcomeForm(Form):
    """What changed: `on` names an entity, or a statement of this file by its `ref`."""

    on: str
    aspect: Aspect = Aspect.NONE
    observed: Literal[-1, 0, 1] | None = None
    evidence: tuple[PassageForm, ...] = ()
    """Where the outcome has a passage of its own."""


class InterventionForm(Form):
    """Something done, proposed or in use, with what was seen."""

    ref: LocalId
    name: Sentence
    agent: str | None = None
    target: str
    process: str | None = None
    change: Literal[-1, 1]
    mode: Sentence
    phase: Phase | None = None
    condition: str | None = None
    status: InterventionStatus
    outcomes: tuple[OutcomeForm, ...] = ()
    evidence: Annotated[tuple[PassageForm, ...], Field(min_length=1)]


class SourceForm(Form):
    """One source: one YAML document."""

    id: LocalId
    type: SourceType
    tier: Tier
    traceability: Traceability
    title: Sentence
    study: Study | None
    study_note: str | None = None
    outlet: str | None = None
    published: Day | None = None
    licence: str | None = None
    document: Document | None = None
    curator: str | None = None
    curated: Day | None = None
    entities: tuple[Entity, ...] = ()
    statements: tuple[StatementForm, ...] = ()
    cautions: tuple[CautionForm, ...] = ()
    interventions: tuple[InterventionForm, ...] = ()
    not_statements: tuple[NotStatementForm, ...] = ()


class NotStatementForm(Form):
    """A passage that became nothing."""

    span: tuple[int, int]
    sha256: Sha256
    why: Sentence
    about: Several[str] = ()


class EntitiesForm(Form):
    """The file of entities that sources share."""

    entities: tuple[Entity, ...]


SourceForm.model_rebuild()


def source_schema() -> dict[str, Any]:
    """The JSON Schema of a source file."""
    schema = SourceForm.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "immunograph source"
    return schema
