"""What was done, is proposed or is in use?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.statements import Interventions as InterventionsAnswer
from immunograph.domain.vocabulary import InterventionStatus
from immunograph.questions.parameters import WORDS, Paged
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Interventions(Paged):
    """What was done, is proposed or is in use?"""

    entity: Annotated[
        str | None,
        About("interventions on this entity, or with an outcome on it", argument="entity"),
    ] = None
    status: Annotated[
        InterventionStatus | None, About("only tested ones, proposed ones or those in use")
    ] = None
    q: Annotated[
        str | None,
        About("words of its name, what it is on, or of what its evidence says", pattern=WORDS),
    ] = None


def interventions(service: Service, asked: Interventions) -> InterventionsAnswer:
    """Interventions, tested, proposed or in use; those on one entity on request."""
    from immunograph.service import listings, pages, shapes  # noqa: PLC0415

    view = service.whole
    found = listings.interventions(
        view,
        entity=service.entity_id(asked.entity) if asked.entity else None,
        status=asked.status,
        words=service.words(asked.q),
    )
    return pages.page(
        view,
        "interventions",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda i: shapes.intervention(view, i),
    )


INTERVENTIONS = Question(
    name="interventions",
    parameters=Interventions,
    answer=interventions,
    returns=InterventionsAnswer,
    heading="Look-ups",
    tag="statements",
    problems=(404, 409),
)
