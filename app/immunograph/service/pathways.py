"""The answer to *how does X affect Y?*: ranked signed paths, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from immunograph import paths as search
from immunograph.service import reasons, shapes, telling, wording
from immunograph.service.backstop import backstop
from immunograph.service.telling import Told
from immunograph.service.view import Route, View

WORK_AT_ONCE = 10_000
"""Steps that a short search looks at: a tenth of a millisecond's worth, compiled."""
NEW_AT_ONCE = 10
"""Paths that a quick answer may tell for the first time: a tenth of a millisecond each, which is
a third of what handing them to a thread takes."""


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


def routes(view: View, question: Question) -> tuple[list[Route], str | None]:
    """The best routes, and what cut the answer, if anything did."""
    with backstop() as stop:
        return _routes(view, question, work=search.WORK, stop=stop)


def _routes(
    view: View, question: Question, *, work: int, stop: search.Stop | None
) -> tuple[list[Route], str | None]:
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


# --- the answer ------------------------------------------------------------------------------


def answer(view: View, question: Question) -> dict[str, Any]:
    """Everything that the contract says of paths, but the snapshot."""
    found, cut_by = routes(view, question)
    told = [telling.told(view, route) for route in found]
    return _answer(view, question, told, cut_by, [(one.path, one.evidence) for one in told])


def answer_at_once(view: View, question: Question) -> dict[str, Any] | None:
    """The same, if a short search finds paths that were told before but for a few; else None.

    Its paths and its evidence are JSON already.
    """
    found, cut_by = _routes(view, question, work=WORK_AT_ONCE, stop=None)
    if not found or cut_by in ("work", "time"):
        return None
    before: list[Told | None] = [view.recalled(route.key) for route in found]
    if before.count(None) > NEW_AT_ONCE:
        return None
    told = [one or telling.told(view, route) for one, route in zip(before, found, strict=True)]
    return _answer(view, question, told, cut_by, [one.json for one in told])


def _answer(
    view: View,
    question: Question,
    told: Sequence[Told],
    cut_by: str | None,
    shown: Sequence[tuple[Any, dict[str, Any]]],
) -> dict[str, Any]:
    """`shown` is how each path is to appear, and its evidence by id."""
    evidence: dict[str, Any] = {}
    for _, passages in shown:
        evidence.update(passages)
    reason: str | None = None
    through: list[Any] = []
    see_also: list[Any] = []
    if not told and cut_by is None:
        reason, through = reasons.why_none(view, question)
        see_also = reasons.elsewhere(view, question)
    return {
        "question": {
            "source": [shapes.named(view, i) for i in question.sources],
            "target": [shapes.named(view, i) for i in question.targets],
            "effect": question.effect,
            "max_steps": question.max_steps,
            "limit": question.limit,
            "hypothesised": question.hypothesised,
            **chosen(view),
        },
        "summary": wording.summary_of_paths(
            tuple([one.kind for one in told]),
            best=told[0].as_best(alone=len(told) == 1) if told else "",
            cut_by=cut_by,
            reason=reason,
            through=through,
            see_also=see_also,
        ),
        "complete": cut_by is None,
        "cut_by": cut_by,
        "reason": reason,
        "through": through,
        "see_also": see_also,
        "paths": [path for path, _ in shown],
        "evidence": evidence,
    }


def chosen(view: View) -> dict[str, Any]:
    """The filters that are set and what is left out, as a question repeats them."""

    def make() -> dict[str, Any]:
        return {"filters": view.filters.stated(), "without": _left_out(view)}

    return view.remembered("chosen", make)


def _left_out(view: View) -> list[dict[str, Any]]:
    """What is left out, as ids and names."""
    without = view.without
    found: list[dict[str, Any]] = [shapes.named(view, i) for i in sorted(without.entities)]
    for i in sorted(without.statements):
        name = (
            shapes.sentence(view, view.full.statements[i]) if i in view.knowledge.statements else i
        )
        found.append({"id": f"statement:{i}", "name": name})
    for i in sorted(without.studies):
        found.append({"id": f"study:{i}", "name": view.full.studies[i].title or i})
    for i in sorted(without.sources):
        found.append({"id": f"source:{i}", "name": view.full.source(i).title})
    return found
