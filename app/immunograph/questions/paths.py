"""How does one thing affect another?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.paths import Paths as PathsAnswer
from immunograph.domain.vocabulary import Effect
from immunograph.errors import BadQuestion
from immunograph.questions.parameters import Ends, Hypothesised
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service

MAX_PATHS = 1_000


@dataclass(frozen=True, kw_only=True)
class Paths(Ends):
    """How does one thing affect another?"""

    effect: Annotated[Effect | None, About("only paths of this net effect")] = None
    limit: Annotated[int, About("how many paths, the best first", 1, MAX_PATHS)] = 10
    hypothesised: Hypothesised = False


def paths(service: Service, asked: Paths) -> PathsAnswer:
    """Signed paths from any source to any target, best first; no path is an answer too."""
    from immunograph.service import pathways, routes  # noqa: PLC0415

    sources, targets = service.entity_ids(asked.source), service.entity_ids(asked.target)
    if sources == targets and len(sources) == 1:
        raise BadQuestion(
            "source and target are the same entity; ask `loops` for feedback.", parameter="target"
        )
    view = service.chosen(asked.filters, asked.without)
    question = routes.Question(
        sources=sources,
        targets=targets,
        effect=asked.effect,
        max_steps=asked.max_steps,
        limit=asked.limit,
        hypothesised=asked.hypothesised,
    )
    return pathways.answer(view, question)


PATHS = Question(
    name="paths",
    parameters=Paths,
    answer=paths,
    returns=PathsAnswer,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
