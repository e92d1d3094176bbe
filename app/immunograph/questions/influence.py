"""What does an entity reach, or what reaches it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from immunograph.answers.analytics import Influence as InfluenceAnswer
from immunograph.questions.parameters import Best, ChoosesEvidence, MaxSteps, OneEffect
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Influence(ChoosesEvidence):
    """What does an entity reach, or what reaches it?"""

    entity: Annotated[
        str, About("any name or id of an entity", example="oncostatin M", argument="entity")
    ]
    direction: Annotated[
        Literal["downstream", "upstream"], About("what it reaches, or what reaches it")
    ] = "downstream"
    effect: OneEffect = None
    max_steps: MaxSteps = 4
    limit: Best = 50


def influence(service: Service, asked: Influence) -> InfluenceAnswer:
    """What an entity reaches, or what reaches it, by the best simple path of each effect."""
    from immunograph.service import analytics  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    return analytics.influence(
        view,
        service.entity_id(asked.entity),
        downstream=asked.direction == "downstream",
        effect=asked.effect,
        max_steps=asked.max_steps,
        limit=asked.limit,
    )


INFLUENCE = Question(
    name="influence",
    parameters=Influence,
    answer=influence,
    returns=InfluenceAnswer,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
