"""The answer to *how does X affect Y?*: ranked signed paths, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from immunograph import paths as search
from immunograph.service import reasons, shapes, telling, verdicts, wording
from immunograph.service.backstop import backstop
from immunograph.service.routes import Question, routes_within
from immunograph.service.telling import Told
from immunograph.service.verdicts import Verdict
from immunograph.service.view import View

WORK_AT_ONCE = 10_000
"""Steps that a short search looks at: a tenth of a millisecond's worth, compiled."""
NEW_AT_ONCE = 10
"""Paths that a quick answer may tell for the first time: a tenth of a millisecond each, which is
a third of what handing them to a thread takes."""


# --- the answer ------------------------------------------------------------------------------


def answer(view: View, question: Question) -> dict[str, Any]:
    """Everything that the contract says of paths, but the snapshot."""
    with backstop() as stop:
        found, cut_by = routes_within(view, question, work=search.WORK, stop=stop)
        verdict = verdicts.verdict(view, question, stop=stop)
        cut_by = "time" if stop[0] else cut_by
    told = [telling.told(view, route) for route in found]
    shown = [(one.path, one.evidence) for one in told]
    return _answer(view, question, verdict, told, cut_by, shown)


def answer_at_once(view: View, question: Question) -> dict[str, Any] | None:
    """The same, if a short search finds paths that were told before but for a few; else None.

    Its paths and its evidence are JSON already.
    """
    found, cut_by = routes_within(view, question, work=WORK_AT_ONCE, stop=None)
    if not found or cut_by in ("work", "time") or not verdicts.known(view, question):
        return None
    before: list[Told | None] = [view.recalled(route.key) for route in found]
    if before.count(None) > NEW_AT_ONCE:
        return None
    told = [one or telling.told(view, route) for one, route in zip(before, found, strict=True)]
    verdict = verdicts.verdict(view, question)
    return _answer(view, question, verdict, told, cut_by, [one.json for one in told])


def _answer(  # noqa: PLR0917 # what one answer is put together from
    view: View,
    question: Question,
    verdict: Verdict,
    told: Sequence[Told],
    cut_by: str | None,
    shown: Sequence[tuple[Any, dict[str, Any]]],
) -> dict[str, Any]:
    """`shown` is how each path is to appear, and its evidence by id."""
    evidence: dict[str, Any] = {}
    for _, passages in shown:
        evidence.update(passages)
    if verdict.against is not None:
        evidence.update(verdict.against.evidence)
    reason: str | None = None
    through: list[Any] = []
    see_also: list[Any] = []
    if not told and cut_by is None:
        reason, through = reasons.why_none(view, question)
        see_also = reasons.elsewhere(view, question)
    return {
        "question": {
            **_asked(view, question),
            "effect": question.effect,
            "limit": question.limit,
            **chosen(view),
        },
        "summary": wording.summary_of_paths(
            verdict=verdict.sentence,
            human=wording.in_humans(verdict.best.path) if verdict.best else "",
            interventions=wording.hit_by(verdict.best.path) if verdict.best else "",
            cut_by=cut_by,
            reason=reason,
            through=through,
            see_also=see_also,
        ),
        "verdict": verdict.shape(),
        "complete": cut_by is None,
        "cut_by": cut_by,
        "reason": reason,
        "through": through,
        "see_also": see_also,
        "paths": [path for path, _ in shown],
        "evidence": evidence,
    }


def effects(view: View, question: Question) -> dict[str, Any]:
    """The verdict on each pair of ends, without the paths."""
    items: list[dict[str, Any]] = []
    pairs = [(source, target) for source in question.sources for target in question.targets]
    with backstop() as stop:
        for source, target in pairs:
            pair = question._replace(sources=[source], targets=[target])
            verdict = verdicts.verdict(view, pair, stop=stop)
            summary = verdict.sentence
            if source == target:
                summary = "Source and target are the same entity; ask `loops` for feedback."
            items.append(
                {
                    "source": shapes.named(view, source),
                    "target": shapes.named(view, target),
                    "summary": summary or _no_path(view, pair, verdict),
                    "belief": verdict.best.path["belief"] if verdict.best else None,
                    "path": verdict.best.path if verdict.best else None,
                    "verdict": verdict.shape(),
                }
            )
        in_time = not stop[0]
    return {
        "question": {**_asked(view, question), **chosen(view)},
        "complete": in_time,
        "cut_by": None if in_time else "time",
        "items": items,
        "next": None,
    }


def _no_path(view: View, question: Question, verdict: Verdict) -> str:
    cut_by = "work" if verdict.because else None
    reason, through = (None, []) if cut_by else reasons.why_none(view, question)
    return wording.summary_of_paths(
        verdict="", human="", interventions="", cut_by=cut_by, reason=reason, through=through,
        see_also=(),
    )  # fmt: skip


def _asked(view: View, question: Question) -> dict[str, Any]:
    return {
        "source": [shapes.named(view, i) for i in question.sources],
        "target": [shapes.named(view, i) for i in question.targets],
        "max_steps": question.max_steps,
        "hypothesised": question.hypothesised,
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
