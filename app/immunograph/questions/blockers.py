"""What breaks every path from one thing to another?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.analytics import Blockers as BlockersAnswer
from immunograph.domain.vocabulary import Effect
from immunograph.questions.parameters import Ends
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Blockers(Ends):
    """What breaks every path from one thing to another?"""

    effect: Annotated[Effect | None, About("only paths of this net effect")] = None
    max_size: Annotated[int, About("most entities in one set", 1, 4)] = 2


def blockers(service: Service, asked: Blockers) -> BlockersAnswer:
    """All smallest sets of entities whose removal breaks every path."""
    from immunograph.service import analytics  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    return analytics.blockers(
        view,
        service.entity_ids(asked.source),
        service.entity_ids(asked.target),
        effect=asked.effect,
        max_steps=asked.max_steps,
        max_size=asked.max_size,
    )


BLOCKERS = Question(
    name="blockers",
    parameters=Blockers,
    answer=blockers,
    returns=BlockersAnswer,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
