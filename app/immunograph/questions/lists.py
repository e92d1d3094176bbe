"""What are the entities of a list, and what joins them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.lists import ResolvedNames
from immunograph.answers.lists import Subgraph as SubgraphAnswer
from immunograph.names.lists import ListedName
from immunograph.questions.parameters import MAX_LIMIT, ChoosesEvidence, Paged
from immunograph.questions.question import About, Parameters, Question

if TYPE_CHECKING:
    from immunograph.service import Service
    from immunograph.service.lists import Resolved

MAX_STEPS_BETWEEN = 2
Names = Annotated[
    tuple[ListedName, ...],
    About(
        "names, one a line, behind a tab perhaps up, down or a signed change; or a JSON array of "
        "names",
        argument="file",
        sent=True,
    ),
]


@dataclass(frozen=True, kw_only=True)
class Resolve(Parameters):
    """What is each name of a list here?"""

    names: Names


def resolve(service: Service, asked: Resolve) -> ResolvedNames:
    """What each name of a list is here; one that is not found costs none of the others."""
    from immunograph.service import lists  # noqa: PLC0415

    return lists.resolved(service.whole, _resolved(service, asked.names))


@dataclass(frozen=True, kw_only=True)
class Subgraph(Paged, ChoosesEvidence):
    """What joins the entities of a list, and what would explain their directions?"""

    names: Names
    steps: Annotated[
        int,
        About(
            "2: also what leads from one of the list over one other entity to another",
            1,
            MAX_STEPS_BETWEEN,
        ),
    ] = 1
    limit: Annotated[int, About("most statements on this page", 1, MAX_LIMIT)] = 200


def subgraph(service: Service, asked: Subgraph) -> SubgraphAnswer:
    """The signed statements among a list of entities, and what would explain their directions."""
    from immunograph.service import lists, pages, shapes  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    resolved = _resolved(service, asked.names)
    statements, beside = lists.subgraph(view, resolved, steps=asked.steps)
    page = pages.page(
        view,
        "subgraph",
        statements,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda s: shapes.statement(view, s),
    )
    return {**page, **beside}


def _resolved(service: Service, names: Sequence[ListedName]) -> list[Resolved]:
    from immunograph.service import analytics, lists  # noqa: PLC0415

    state = service.state
    return lists.resolve(
        names, state.lexicon, lambda name: analytics.mentions(name, state.set_aside)
    )


RESOLVE = Question(
    name="resolve",
    parameters=Resolve,
    answer=resolve,
    returns=ResolvedNames,
    heading="Lists",
    tag="lists",
    heavy=True,
    settled=False,
)
SUBGRAPH = Question(
    name="subgraph",
    parameters=Subgraph,
    answer=subgraph,
    returns=SubgraphAnswer,
    heading="Lists",
    tag="lists",
    problems=(404, 409),
    heavy=True,
    settled=False,
)
