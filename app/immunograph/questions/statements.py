"""Which statements are there, and what is behind one?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from immunograph.answers.statements import StatementCard
from immunograph.answers.statements import Statements as StatementsAnswer
from immunograph.domain.vocabulary import StatementClass, Status
from immunograph.questions.parameters import WORDS, ChoosesEvidence, Paged
from immunograph.questions.question import About, Parameters, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Statements(Paged, ChoosesEvidence):
    """Which statements are there?"""

    entity: Annotated[
        str | None,
        About("statements that touch this entity", example="annexin A6", argument="entity"),
    ] = None
    direction: Annotated[
        Literal["out", "in", "both"],
        About("whether `entity` is the subject (out), the object (in) or either"),
    ] = "both"
    subject: Annotated[str | None, About("statements with this subject")] = None
    object: Annotated[str | None, About("statements with this object")] = None
    cls: Annotated[StatementClass | None, About("statements of this class", alias="class")] = None
    effect: Annotated[
        str | None, About("`promotes`, `inhibits`, or the verb of a statement without a sign")
    ] = None
    predicate: Annotated[str | None, About("statements with this verb", example="releases")] = None
    status: Annotated[Status | None, About("statements of this status")] = None
    source: Annotated[
        str | None, About("statements that this source has evidence on: local id, DOI or PMID")
    ] = None
    study: Annotated[
        str | None, About("statements that this study has evidence on: local id, DOI or PMID")
    ] = None
    q: Annotated[
        str | None,
        About("words of its ends, of its verb or of what its evidence says", pattern=WORDS),
    ] = None


def statements(service: Service, asked: Statements) -> StatementsAnswer:
    """Statements, most believed first."""
    from immunograph.service import listings, pages, shapes  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    found = listings.statements(
        view,
        entity=service.entity_id(asked.entity) if asked.entity else None,
        direction=asked.direction,
        subject=service.entity_id(asked.subject) if asked.subject else None,
        object_=service.entity_id(asked.object) if asked.object else None,
        cls=asked.cls,
        effect=asked.effect,
        predicate=asked.predicate,
        status=asked.status,
        source=asked.source,
        study=asked.study,
        words=service.words(asked.q),
    )
    return pages.page(
        view,
        "statements",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda s: shapes.statement(view, s),
    )


@dataclass(frozen=True, kw_only=True)
class Statement(Parameters):
    """One statement with all its evidence."""

    id: Annotated[str, About("id of a statement", argument="identifier")]


def statement(service: Service, asked: Statement) -> StatementCard:
    """One statement with all its evidence, conflicts, cautions and interventions."""
    from immunograph.domain.selection import statement_named  # noqa: PLC0415
    from immunograph.service import listings  # noqa: PLC0415

    view = service.whole
    identifier = statement_named(view.knowledge, asked.id)
    return listings.statement_card(view, identifier, documents=service.documents)


STATEMENTS = Question(
    name="statements",
    parameters=Statements,
    answer=statements,
    returns=StatementsAnswer,
    heading="Look-ups",
    tag="statements",
    problems=(404, 409),
    heavy=True,
)
STATEMENT = Question(
    name="statement",
    parameters=Statement,
    answer=statement,
    returns=StatementCard,
    heading="Look-ups",
    tag="statements",
    path="/statements/{id}",
    problems=(404,),
)
