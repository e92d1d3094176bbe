"""What the graph holds, how it came to that, and all of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from typing_extensions import TypedDict

from immunograph.answers.parts import Answer, Belief, Meaning, Page, Snapshotted
from immunograph.answers.statements import Conflict, Stratum
from immunograph.domain.vocabulary import HumanApplicability, Status


class OfferedReferenceFormat(TypedDict):
    """A format of papers."""

    name: Annotated[str, Meaning("what `references` takes")]
    title: str
    ending: Annotated[str, Meaning("of a file's name")]


class OfferedFormat(OfferedReferenceFormat):
    """A format of answers."""

    name: Annotated[str, Meaning("what `format` takes")]
    table: Annotated[bool, Meaning("whether it fits every answer, and not only statements")]


class Held(TypedDict):
    """How much the graph holds, and of what."""

    entities: int
    statements: int
    evidence: int
    sources: int
    studies: int
    interventions: int
    conflicts: int
    by_class: dict[str, int]
    by_status: dict[str, int]
    net: Annotated[int, Meaning("statements that sum up a mechanism")]
    press_only: Annotated[int, Meaning("causal statements that press alone supports")]


class Offered(TypedDict):
    """What answers can be had in."""

    formats: list[OfferedFormat]
    reference_formats: list[OfferedReferenceFormat]


class Rights(TypedDict):
    """Whose the data are."""

    licence: Annotated[str, Meaning("of the data")]
    licence_url: str
    citation: Annotated[str, Meaning("how the data of this snapshot are cited")]


class About(TypedDict):
    """What the service says of itself, and of how the graph came to be as it is."""

    version: Annotated[str, Meaning("version of the service")]
    loaded_at: Annotated[str, Meaning("when it came to be as it is; UTC, ISO 8601")]
    loaded_by_version: Annotated[str, Meaning("version of what loaded it")]
    report_to: Annotated[str | None, Meaning("where errors are reported")]
    browser: Annotated[str | None, Meaning("the address of Neo4j Browser")]


class SnapshotCard(Answer, Held, Offered, Rights, About):
    """What the graph holds now."""


class Load(TypedDict):
    """What one load changed."""

    id: str
    at: str
    by: str
    source: str
    before: str | None
    after: str
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[dict[str, Any]]


class WriteAnswer(Load):
    """What a load or a withdrawal changed, or would change."""

    snapshot: str
    dry_run: bool
    version: str | None


class Loads(Page):
    """Loads, the newest first."""

    items: list[Load]


class Derived(TypedDict):
    """What follows from the evidence of one statement."""

    predicate: str
    status: Status
    belief: Belief
    cost: int
    studies: Annotated[int, Meaning("independent studies that support it")]
    laboratories: Annotated[int, Meaning("of these; one not named counts as of its own")]
    net: Annotated[bool, Meaning("it sums up a mechanism that the same study spells out")]
    step: Annotated[bool, Meaning("whether a path of the whole graph may take it")]
    human: HumanApplicability | None
    conflict: float
    strata: list[Stratum]


class DerivedValues(TypedDict):
    """What the service computes, by statement id; nobody writes it by hand."""

    statements: dict[str, Derived]
    conflicts: list[Conflict]


class Export(Snapshotted):
    """The whole graph."""

    format: Literal["json"]
    version: Annotated[str, Meaning("version of the service")]
    licence: str
    licence_url: str
    citation: str
    content: Annotated[
        dict[str, Any],
        Meaning(
            "all that the graph asserts, lists sorted by id; the snapshot id follows from it as "
            "the help on formats says"
        ),
    ]
    derived: DerivedValues


class NoPlace(TypedDict):
    """What a format cannot hold."""

    what: str
    count: Annotated[int, Meaning("how many there are", least=1)]
    why: str


class Manifest(Snapshotted):
    """What a file holds, whose it is, and what had no place in its format."""

    format: str
    media_type: str
    version: Annotated[str, Meaning("version of the service")]
    licence: str
    licence_url: str
    citation: str
    question: Annotated[dict[str, Any] | None, Meaning("null where it is the whole graph")]
    counts: Annotated[dict[str, int], Meaning("what there is, before anything is lost")]
    no_place: list[NoPlace]
    needs_whole: Annotated[
        str | None,
        Meaning("what must stand in memory to write it; null where it is written as it comes"),
    ]
