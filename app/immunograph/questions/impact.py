"""What changes when something is left out?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.analytics import Impact as ImpactAnswer
from immunograph.errors import BadQuestion
from immunograph.questions.parameters import MAX_ENDS, ChoosesEvidence
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Impact(ChoosesEvidence):
    """What changes when something is left out?"""

    without: Annotated[
        tuple[str, ...],
        About(
            "what to leave out: an entity, or `statement:…`, `study:…`, `source:…`",
            repeated="repeats",
            least=1,
            most=MAX_ENDS,
            example=["annexin A6"],
            argument="name",
            several=True,
        ),
    ] = field()
    source: Annotated[
        tuple[str, ...],
        About("also list the paths lost from here; with `target`", most=MAX_ENDS),
    ] = ()
    target: Annotated[
        tuple[str, ...],
        About("also list the paths lost to here; with `source`", most=MAX_ENDS),
    ] = ()

    def __post_init__(self) -> None:
        """Refuse what no question can be asked with."""
        if not self.without:
            raise BadQuestion("Say what to leave out with `without`.", parameter="without")
        super().__post_init__()
        if bool(self.source) != bool(self.target):
            raise BadQuestion("source and target go together.", parameter="target")


def impact(service: Service, asked: Impact) -> ImpactAnswer:
    """What changes when entities, statements, studies or sources are left out."""
    from immunograph.service import analytics  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    before = service.chosen(asked.filters, ())
    return analytics.impact(
        before, view, service.entity_ids(asked.source), service.entity_ids(asked.target)
    )


IMPACT = Question(
    name="impact",
    parameters=Impact,
    answer=impact,
    returns=ImpactAnswer,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
