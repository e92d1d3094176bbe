"""What changed since a snapshot."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

from immunograph.answers.analytics import Change
from immunograph.answers.parts import Answer, Meaning
from immunograph.domain.vocabulary import Effect, VerdictKind

Deed = Literal["added", "replaced", "withdrawn", "retracted", "restored"]


class TurnSource(TypedDict):
    """A source that was loaded, withdrawn, or whose study was retracted."""

    id: Annotated[str, Meaning("of a source, or `study:` and the id of a study")]
    title: str | None
    study: str | None
    did: Annotated[
        Deed | None,
        Meaning("null where the record does not tell"),
    ]
    by: str
    load: Annotated[str, Meaning("id of its load")]


class NamedChange(Change):
    """What became of one statement, with how people say it."""

    name: Annotated[str | None, Meaning("null where nothing that is kept names it")]


class AnswerInShort(TypedDict):
    """An answer in short."""

    says: str
    verdict: ShortVerdict | None


class ShortVerdict(TypedDict):
    """The first word of an answer."""

    kind: VerdictKind
    effect: Effect | None


class BecameOfAnswer(TypedDict):
    """What became of an answer."""

    before: AnswerInShort
    after: AnswerInShort
    gained: Annotated[list[str], Meaning("paths, or what else it lists, that came")]
    lost: Annotated[list[str], Meaning("what it no longer lists")]


class Turn(TypedDict):
    """Loads that took hold together, and what they changed."""

    id: str
    at: str
    before: Annotated[str | None, Meaning("the snapshot before; null where the graph was empty")]
    after: str
    sources: list[TurnSource]
    statements: list[NamedChange]
    answer: Annotated[BecameOfAnswer | None, Meaning("null where no question was asked about")]


class AskedChanges(TypedDict):
    """What was asked, as it was understood."""

    since: str | None
    question: Annotated[str | None, Meaning("the address of the question that is watched")]


class Found(TypedDict):
    """What changed, as far as it is known."""

    known: Annotated[
        bool,
        Meaning(
            "whether that state could be rebuilt to the byte; else what the records of "
            "loads tell stands here"
        ),
    ]
    reason: Annotated[
        Literal["unknown_snapshot", "not_kept"] | None,
        Meaning(
            "why it is not known: no load on record left the graph at it; or what a load "
            "replaced was not kept"
        ),
    ]
    summary: str
    complete: bool
    cut_by: Literal["limit", "time"] | None
    items: Annotated[
        list[Turn],
        Meaning("the turns that changed something; of a question, those that changed its answer"),
    ]
    statements: Annotated[
        list[NamedChange], Meaning("what all turns together did, where no question was asked about")
    ]
    answer: BecameOfAnswer | None


class Changes(Answer, Found):
    """What changed since a snapshot, the newest first."""

    question: AskedChanges
    since: Annotated[
        str | None,
        Meaning(
            "the snapshot that it is told from; null where that is the empty graph, or is not known"
        ),
    ]
    loaded_at: Annotated[str, Meaning("when the graph came to be as it is now")]
    next: None
