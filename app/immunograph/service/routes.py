"""The question *how does X affect Y?*, and the routes that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from immunograph.search import paths as search
from immunograph.service.deadline import deadline
from immunograph.service.view import Route, View


class Question(NamedTuple):
    """Ends by id, and how far and how many."""

    sources: Sequence[str]
    targets: Sequence[str]
    effect: str | None
    max_steps: int
    limit: int
    hypothesised: bool

    @property
    def sign(self) -> search.Effect | None:
        """The wanted net sign."""
        if self.effect is None:
            return None
        return 1 if self.effect == "promotes" else -1

    @property
    def reach(self) -> tuple[Any, ...]:
        """What a verdict depends on: neither the effect asked for nor how many are shown."""
        return self.max_steps, self.hypothesised


def routes(view: View, question: Question) -> tuple[list[Route], search.CutBy | None]:
    """The best routes, and what cut the answer, if anything did."""
    with deadline() as stop:
        return routes_within(view, question, work=search.WORK, stop=stop)


def routes_within(
    view: View, question: Question, *, work: int, stop: search.Stop | None
) -> tuple[list[Route], search.CutBy | None]:
    """The same within a budget of work, until the flag goes up."""
    layer = view.with_guesses if question.hypothesised else view.layer
    index = view.index
    found, cut_by = search.steps_between(
        layer.network,
        [index[i] for i in question.sources if i in index],
        [index[i] for i in question.targets if i in index],
        effect=question.sign,
        max_steps=question.max_steps,
        limit=question.limit,
        masks=layer.masks,
        work=work,
        stop=stop,
    )
    if layer is view.layer:
        return [view.recalled(rows) or _route(view, rows) for rows in found], cut_by
    return [Route.of(layer.steps[row] for row in rows) for rows in found], cut_by


def _route(view: View, rows: tuple[int, ...]) -> Route:
    """A path over the steps of a view; made once for each, by their rows."""
    return view.remembered(rows, lambda: Route.of(view.layer.steps[row] for row in rows))
