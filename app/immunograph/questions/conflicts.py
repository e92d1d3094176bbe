"""Which statements contradict each other, and what explains it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.statements import ConflictCard
from immunograph.answers.statements import Conflicts as ConflictsAnswer
from immunograph.errors import NotFound
from immunograph.questions.parameters import ChoosesEvidence, Paged
from immunograph.questions.question import About, Parameters, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Conflicts(Paged, ChoosesEvidence):
    """Which statements contradict each other, and what explains it?"""

    entity: Annotated[
        str | None,
        About("conflicts of statements that touch this entity", argument="entity"),
    ] = None


def conflicts(service: Service, asked: Conflicts) -> ConflictsAnswer:
    """Opposing statements and what explains them; unresolved ones first."""
    from immunograph.service import listings, pages, shapes  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    entity = service.entity_id(asked.entity) if asked.entity else None
    found = listings.conflicts(view, entity=entity)
    return pages.page(
        view,
        "conflicts",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda c: shapes.conflict(view, c),
    )


@dataclass(frozen=True, kw_only=True)
class Conflict(Parameters):
    """One conflict with both its sides."""

    id: Annotated[str, About("id of a conflict", argument="identifier")]


def conflict(service: Service, asked: Conflict) -> ConflictCard:
    """One conflict with both statements and their evidence."""
    from immunograph.service import listings  # noqa: PLC0415

    view = service.whole
    if asked.id not in view.conflicts:
        raise NotFound(f"No conflict '{asked.id}'. List them with `conflicts`.")
    return listings.conflict_card(view, asked.id)


CONFLICTS = Question(
    name="conflicts",
    parameters=Conflicts,
    answer=conflicts,
    returns=ConflictsAnswer,
    heading="Questions",
    tag="statements",
    problems=(404, 409),
    heavy=True,
)
CONFLICT = Question(
    name="conflict",
    parameters=Conflict,
    answer=conflict,
    returns=ConflictCard,
    heading="Questions",
    tag="statements",
    path="/conflicts/{id}",
    problems=(404,),
)
