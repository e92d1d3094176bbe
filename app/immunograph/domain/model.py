"""What the graph is made of: frozen models, free of input and output.

A **statement** is (subject, effect, object, aspect). **Evidence** is one passage of one
**source** that supports, refutes or qualifies it. A **study** is the work behind sources; all
evidence of one study is one **lineage**, however often it is repeated. An **intervention** is
what somebody did, or proposes to do, to an entity; it is not an entity of the mechanism.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from immunograph.domain.vocabulary import (
    Aspect,
    Basis,
    Directness,
    Effect,
    InterventionStatus,
    Phase,
    Role,
    SourceType,
    Stage,
    StatementClass,
    StudySystem,
    Tier,
    Traceability,
)
from immunograph.names.paper_ids import normal_date, normal_doi, normal_pmid

LOCAL_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Curie = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9.]*:[A-Za-z0-9._-]+$")]
"""A compact identifier, prefix and local part; ours begin with `itm:`."""
LocalId = Annotated[str, StringConstraints(pattern=LOCAL_ID)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_TEXT_OR_NUMBER = WithJsonSchema({"type": ["string", "integer"]})

IN_NORMAL_FORM: Final = {"in normal form": True}
"""The context of a validation of what was written from models: its names are normal already."""


def _normalised(normal: Callable[[object], str]) -> BeforeValidator:
    """Bring what people wrote into its one spelling."""

    def validate(given: object, info: ValidationInfo) -> object:
        return given if info.context is IN_NORMAL_FORM else normal(given)

    return BeforeValidator(validate)


Doi = Annotated[str, _normalised(normal_doi)]
Pmid = Annotated[str, _normalised(normal_pmid), _TEXT_OR_NUMBER]
Day = Annotated[str, _normalised(normal_date), _TEXT_OR_NUMBER]
"""A year, a month or a day."""


def _a_reason(given: object) -> object:
    """Refuse what says nothing, or that nothing was retracted: the key itself says that it was."""
    if str(given).strip().casefold() in ("", "no", "none", "false", "not retracted", "n/a", "-"):
        raise ValueError("say why and when it was retracted; leave the key out where it was not")
    return given


Reason = Annotated[Sentence, BeforeValidator(_a_reason)]


class Model(BaseModel):
    """Frozen, and refuses keys that it does not know.

    Which fields were given, and which are defaults, is not kept: nobody asks, and for each piece of
    evidence it would take twice the memory that its fields do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    _all_fields: ClassVar[set[str]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls._all_fields = set(cls.model_fields)

    def model_post_init(self, context: Any, /) -> None:
        """Let all of a class share one set of the names of its fields."""
        object.__setattr__(self, "__pydantic_fields_set__", self._all_fields)


class Grounding(Model):
    """How an identifier came to be trusted."""

    status: Literal["verified", "unverified", "local", "close"]
    where: str | None = None


class Entity(Model):
    """A thing of the mechanism: a cell, a protein, a process, a drug.

    `abstract` classes may start or end a path but never bridge one. A `placeholder_of` is the
    unnamed member that one source speaks of; only statements of that source's study may use it.
    `tumour_cells` and `of_tumour_cells` stand on the topmost of their kinds, and hold for all
    kinds below by `is_a` (see `steps`).
    """

    id: Curie
    name: Sentence
    kind: LocalId | Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+$")]
    symbol: str | None = None
    synonyms: tuple[str, ...] = ()
    is_a: tuple[Curie, ...] = ()
    abstract: bool = False
    placeholder_of: LocalId | None = None
    tumour_cells: bool = False
    """It is, or consists of, tumour cells: their number is another matter than their deeds."""
    of_tumour_cells: bool = False
    """A process or outcome that their number itself moves: growth, spread, relapse."""
    xrefs: tuple[str, ...] = ()
    grounding: Grounding
    note: str | None = None

    @field_validator("is_a")
    @classmethod
    def _in_order(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(classes)))


class Predicate(Model):
    """A verb: the class of statement it makes, its sign if causal, and its names elsewhere."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$")]
    phrase: Sentence
    """How it reads between subject and object: `stimulates the release of`."""
    cls: StatementClass = Field(alias="class")
    effect: Effect | None = None
    number: bool = False
    """Of a cell as object it changes how many there are, as a verb of killing does."""
    direction: Literal[-1, 1] | None = None
    """Of an association: whether more of the subject goes with more (+1) or less of the object."""
    ro: str | None = None
    biolink: str | None = None
    indra: str | None = None
    bel: str | None = None
    signor: str | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @property
    def stated_effect(self) -> str:
        """The second part of a statement's identity: promotes, inhibits, or the verb itself."""
        return self.effect.value if self.effect else self.name


class Term(Model):
    """A value of species, site or disease, with the broader terms above it."""

    name: Sentence
    id: Curie | None = None
    synonyms: tuple[str, ...] = ()
    is_a: tuple[str, ...] = ()


class Vocabulary(Model):
    """The open lists: verbs, and the terms of each dimension of context."""

    predicates: tuple[Predicate, ...]
    species: tuple[Term, ...] = ()
    site: tuple[Term, ...] = ()
    disease: tuple[Term, ...] = ()

    def phrase(self, predicate: str) -> str:
        """How a verb reads between subject and object."""
        return self._phrases.get(predicate, predicate.replace("_", " "))

    def changes_number(self, predicate: str) -> bool:
        """Whether a verb says that there are more or fewer of the cells that are its object."""
        return predicate in self._numbers

    def direction(self, predicate: str) -> int:
        """Of an association: +1 where its ends rise together, -1 against each other, else 0."""
        return self._directions.get(predicate, 0)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(one.name for one in self.predicates if one.number)

    @cached_property
    def _directions(self) -> dict[str, int]:
        return {one.name: one.direction for one in self.predicates if one.direction}

    @cached_property
    def _phrases(self) -> dict[str, str]:
        return {predicate.name: predicate.phrase for predicate in self.predicates}


class Locator(Model):
    """Where a passage stands in a document.

    Either code points of the decoded text and the hash of the passage; or the hash of the sentence
    in normal form (`locators.sentence_hash`), for a text that others hold.
    """

    document: str
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, gt=0)
    sha256: Sha256 | None = None
    sentence: Sha256 | None = None


class Context(Model):
    """In what, where and when a finding was made; several values mean any of them."""

    study_system: tuple[StudySystem, ...] = ()
    species: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    disease: tuple[str, ...] = ()
    stage: tuple[Stage, ...] = ()
    phase: tuple[Phase, ...] = ()
    cell_state: tuple[str, ...] = ()
    host_state: tuple[str, ...] = ()
    """Of the animal or patient: whether it has NK cells, its sex, its age."""
    in_cell: tuple[Curie, ...] = ()
    """The cell in which the subject or object acts, where that is itself no cell."""
    treatment: tuple[str, ...] = ()
    dose: str | None = None
    time: str | None = None
    condition: str | None = None


class Record(Model):
    """Where in a corpus of others a piece of evidence stands."""

    corpus: Sentence
    version: str | None = None
    file: str | None = None
    key: str
    """A line, or whatever the corpus calls its records by."""
    licence: str | None = None


class Evidence(Model):
    """One passage, in our words, and what it does to one statement."""

    id: str
    about: str
    """The id of the statement, or of the intervention, that this is evidence of."""
    predicate: str | None
    """The verb of this passage; a statement's own is the verb that all share."""
    source: str
    study: str | None
    role: Role
    basis: Basis
    directness: Directness = Directness.EXPLICIT
    hedged: bool = False
    says: Sentence
    voice: str | None = None
    context: Context = Context()
    locator: Locator | None = None
    eco: Curie
    derived_from: str | None = None
    """The intervention whose outcome gives this evidence."""
    no_change: bool = False
    """Refuting evidence that saw no change, rather than denied the effect."""
    human_unknown: bool = False
    """A caution that says: not known in humans."""
    checked: bool = True
    review: bool = False
    note: str | None = None
    reader: str | None = None
    """The program that read the passage, where no person did."""
    quoted: bool = False
    """`says` is the sentence of the corpus itself, as its licence allows."""
    record: Record | None = None


class Statement(Model):
    """Subject, effect, object, aspect. What is believed of it is derived from its evidence."""

    id: str
    subject: Curie
    effect: str
    object: Curie
    aspect: Aspect
    cls: StatementClass

    @property
    def sign(self) -> int:
        """+1 or −1 for causal statements, 0 for all others."""
        if self.cls is not StatementClass.CAUSAL:
            return 0
        return 1 if self.effect == Effect.PROMOTES else -1


class Outcome(Model):
    """What changed when an intervention was made: of an entity, or of a whole statement."""

    on: str
    """A CURIE, or the id of a statement."""
    observed: Literal[-1, 0, 1] | None = None
    """−1 fell, 0 no change, +1 rose; nothing where the intervention was only proposed."""


class Intervention(Model):
    """Something done to a target, and what was seen."""

    id: str
    name: Sentence
    agent: str | None = None
    target: Curie
    process: str | None = None
    """The process of the target that is hit (release, production), if not the target itself."""
    change: Literal[-1, 1]
    mode: str
    phase: Phase | None = None
    condition: str | None = None
    status: InterventionStatus
    outcomes: tuple[Outcome, ...] = ()
    source: str
    study: str | None


class Study(Model):
    """The work behind one or more sources. A retracted study is kept, marked, and not believed."""

    id: LocalId
    title: str | None = None
    citation: str | None = None
    doi: Doi | None = None
    pmid: Pmid | None = None
    verified: str | None = None
    """How DOI and PMID were checked."""
    retracted: Reason | None = None
    """Why and when it was retracted."""
    laboratory: str | None = None
    """The last author or group, as the paper gives it: studies of one are less independent."""


class NotStatement(Model):
    """A passage that became nothing, and why."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    sha256: Sha256
    why: Sentence
    about: tuple[str, ...] = ()
    """Names that the passage mentions, so that a search for them can say what was set aside."""


class Document(Model):
    """The text that a source was read from; its characters are Unicode code points.

    A text that others hold, such as the abstract `pubmed:<PMID>`, is known by its name alone.
    """

    name: str
    sha256: Sha256 | None = None
    characters: int | None = Field(default=None, gt=0)


class Source(Model):
    """A text that reports, and everything that is known of it as a text."""

    id: LocalId
    type: SourceType
    tier: Tier
    traceability: Traceability
    title: Sentence
    study: str | None
    study_note: str | None = None
    """Why no study can be named, or what the link rests on."""
    outlet: str | None = None
    published: Day | None = None
    licence: str | None = None
    document: Document | None = None
    not_statements: tuple[NotStatement, ...] = ()
    curator: str | None = None
    curated: Day | None = None
    """Who read it and when; not part of the content, so not of the snapshot."""


class Contribution(Model):
    """All that one source brings into the graph: the unit of loading."""

    source: Source
    study: Study | None
    entities: tuple[Entity, ...]
    """Those that its statements and interventions name, with every class above them."""
    statements: tuple[Statement, ...]
    evidence: tuple[Evidence, ...]
    """Of its statements and of its interventions, derived evidence included."""
    interventions: tuple[Intervention, ...]


def statement_id(subject: str, effect: str, object_: str, aspect: str = "none") -> str:
    """The id of a statement: the first 16 hex digits of the SHA-256 of its four parts.

    >>> statement_id("HGNC:544", "promotes", "HGNC:10618", "amount")
    '7d39195676c4398b'
    """
    return digest(subject, effect, object_, aspect)


def digest(*parts: str) -> str:
    """Sixteen hex digits that stand for the parts, taken in order, in normal form C."""
    text = "\x1f".join(parts)
    if not text.isascii():
        text = "\x1f".join(unicodedata.normalize("NFC", part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
