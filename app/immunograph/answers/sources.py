"""What is loaded, and the studies behind it."""

from __future__ import annotations

from typing import Annotated, Any

from typing_extensions import TypedDict

from immunograph.answers.parts import Answer, Ids, Meaning, Page
from immunograph.answers.statements import Intervention, Statement
from immunograph.domain.vocabulary import Role, SourceType, Tier, Traceability


class SourceHead(TypedDict):
    """A text that reports."""

    id: str
    type: SourceType
    tier: Tier
    traceability: Traceability
    title: str
    study: str | None
    study_note: Annotated[
        str | None, Meaning("why no study can be named, or what the link rests on")
    ]
    outlet: str | None
    published: Annotated[str | None, Meaning("ISO 8601")]
    licence: str | None
    document: dict[str, Any] | None
    curator: str | None
    curated: Annotated[str | None, Meaning("when the curator read it; ISO 8601")]


class Source(SourceHead):
    """A source in a list."""

    statements: Ids
    interventions: Ids
    not_statements: Annotated[int, Meaning("how many passages became nothing", least=0)]


class Sources(Page):
    """What is loaded."""

    items: list[Source]


class SetAside(TypedDict):
    """A passage that became nothing, and why."""

    start: int
    end: int
    sha256: str
    why: str
    about: list[str]


class SourceSays(TypedDict):
    """What one passage of a source says on a statement."""

    role: Role
    no_change: Annotated[bool, Meaning("whether they looked for a change and saw none")]
    says: Annotated[str, Meaning("what the passage says, in our words")]


class SaidStatement(Statement):
    """A statement, and what one source says on it."""

    said: list[SourceSays]


class WholeSource(SourceHead):
    """All that one source says, and what was set aside."""

    statements: list[SaidStatement]
    interventions: list[Intervention]
    not_statements: list[SetAside]
    alone: Annotated[Ids, Meaning("statements that rest on it alone")]


class SourceCard(Answer, WholeSource):
    """One source: what it says, and what was set aside."""


class StudyHead(TypedDict):
    """What a study is."""

    id: str
    title: str | None
    doi: str | None
    pmid: str | None
    retracted: Annotated[str | None, Meaning("why and when it was retracted")]
    citation: str | None
    verified: Annotated[str | None, Meaning("how DOI and PMID were checked")]
    laboratory: Annotated[str | None, Meaning("the last author or group, as the paper gives it")]


class Study(StudyHead):
    """The work behind one or more sources."""

    sources: Ids
    statements: Ids
    alone: Annotated[Ids, Meaning("statements that rest on it alone")]


class Studies(Page):
    """The studies behind the sources."""

    items: list[Study]


class StudyCard(Answer, Study):
    """One study."""
