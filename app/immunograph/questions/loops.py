"""Which feedback loops pass through an entity?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.analytics import Loops as LoopsAnswer
from immunograph.domain.vocabulary import MAX_STEPS
from immunograph.questions.parameters import Best, ChoosesEvidence
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Loops(ChoosesEvidence):
    """Which feedback loops pass through an entity?"""

    entity: Annotated[
        str, About("any name or id of an entity", example="breast tumour", argument="entity")
    ]
    max_steps: Annotated[int, About("most steps of a loop", 1, MAX_STEPS)] = 6
    limit: Best = 20


def loops(service: Service, asked: Loops) -> LoopsAnswer:
    """Feedback loops through an entity, reinforcing or balancing."""
    from immunograph.service import analytics  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    entity = service.entity_id(asked.entity)
    return analytics.loops(view, entity, max_steps=asked.max_steps, limit=asked.limit)


LOOPS = Question(
    name="loops",
    parameters=Loops,
    answer=loops,
    returns=LoopsAnswer,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
