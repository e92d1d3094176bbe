"""What does one thing do to another, in a word?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from immunograph.answers.paths import Effects
from immunograph.domain.vocabulary import MAX_STEPS
from immunograph.errors import BadQuestion
from immunograph.questions.parameters import (
    MAX_ENDS,
    ChoosesEvidence,
    Hypothesised,
    MaxSteps,
)
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service

MAX_PAIRS: Final = 400
_EACH: Final = "repeats, each pair is answered"


@dataclass(frozen=True, kw_only=True)
class Effect(ChoosesEvidence):
    """What does one thing do to another, in a word?"""

    source: Annotated[
        tuple[str, ...],
        About(
            "any name or id of an entity",
            repeated=_EACH,
            least=1,
            most=MAX_ENDS,
            example=["neutrophil"],
            argument="source",
        ),
    ]
    target: Annotated[
        tuple[str, ...],
        About(
            "any name or id of an entity",
            repeated=_EACH,
            least=1,
            most=MAX_ENDS,
            example=["metastasis"],
            argument="target",
        ),
    ]
    max_steps: MaxSteps = MAX_STEPS
    hypothesised: Hypothesised = False


def effect(service: Service, asked: Effect) -> Effects:
    """The verdict on each pair of a source and a target: what one does to the other."""
    from immunograph.service import pathways, routes  # noqa: PLC0415

    sources, targets = service.entity_ids(asked.source), service.entity_ids(asked.target)
    pairs = len(sources) * len(targets)
    if pairs > MAX_PAIRS:
        raise BadQuestion(
            f"{len(sources)} sources and {len(targets)} targets are {pairs} pairs; "
            f"ask for at most {MAX_PAIRS} at once.",
            parameter="target",
        )
    view = service.chosen(asked.filters, asked.without)
    question = routes.Question(
        sources=sources,
        targets=targets,
        effect=None,
        max_steps=asked.max_steps,
        limit=1,
        hypothesised=asked.hypothesised,
    )
    return pathways.effects(view, question)


EFFECT = Question(
    name="effect",
    parameters=Effect,
    answer=effect,
    returns=Effects,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
