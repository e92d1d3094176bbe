"""The answer to *how does X affect Y?*: ranked signed paths, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from immunograph.domain.vocabulary import VerdictKind
from immunograph.search import paths as search
from immunograph.service import citing, reasons, shapes, telling, verdicts, wording
from immunograph.service.deadline import deadline
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
    with deadline() as stop:
        found, cut_by = routes_within(view, question, work=search.WORK, stop=stop)
        verdict = verdicts.verdict(view, question, stop=stop)
        told = [telling.told(view, route) for route in found]
        shown = [(one.path, one.evidence) for one in told]
        absent = None if told or cut_by else _absent(view, question, stop)
        cut_by = "time" if stop[0] else cut_by
    return _answer(view, question, verdict, told, cut_by, shown, absent=absent)


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


class Absent(NamedTuple):
    """What is said where there is no path."""

    reason: str | None = None
    reason_complete: bool = True
    through: Sequence[Any] = ()
    ends: Sequence[Any] = ()
    see_also: Sequence[Any] = ()


def _absent(view: View, question: Question, stop: search.Stop) -> Absent:
    """Why there is no path, and where else to ask: by small searches, under the same deadline."""
    why = reasons.why_none(view, question, stop)
    see_also = reasons.elsewhere(view, question, stop)
    return Absent(
        why.reason, why.complete, why.through, reasons.about_ends(view, question), see_also
    )


def _answer(  # noqa: PLR0917 # what one answer is put together from
    view: View,
    question: Question,
    verdict: Verdict,
    told: Sequence[Told],
    cut_by: str | None,
    shown: Sequence[tuple[Any, dict[str, Any]]],
    *,
    absent: Absent | None = None,
) -> dict[str, Any]:
    """`shown` is how each path is to appear, and its evidence by id."""
    none = absent or Absent()
    evidence: dict[str, Any] = {}
    for _, passages in shown:
        evidence.update(passages)
    if verdict.against is not None:
        evidence.update(verdict.against.evidence)
    return {
        "question": {
            **_asked(view, question),
            "effect": question.effect,
            "limit": question.limit,
            **chosen(view),
        },
        "summary": _summary(question, verdict, cut_by, none),
        "verdict": verdict.shape(),
        "complete": cut_by is None,
        "cut_by": cut_by,
        **none._asdict(),
        "paths": [path for path, _ in shown],
        "evidence": evidence,
        "references": citing.references(
            view,
            citing.studies_of_paths(
                view, (one.path for one in (*told, verdict.against) if one is not None)
            ),
        ),
    }


def effects(view: View, question: Question) -> dict[str, Any]:
    """The verdict on each pair of ends, without the paths."""
    items: list[dict[str, Any]] = []
    pairs = [(source, target) for source in question.sources for target in question.targets]
    with deadline() as stop:
        for source, target in pairs:
            pair = question._replace(sources=[source], targets=[target])
            verdict = verdicts.verdict(view, pair, stop=stop)
            absent = Absent()
            if verdict.kind is VerdictKind.NONE and source != target:
                absent = _absent(view, pair, stop)
            summary = "Source and target are the same entity; ask `loops` for feedback."
            if source != target:
                unknown = verdict.kind is VerdictKind.OPEN and verdict.best is None
                summary = _summary(pair, verdict, "work" if unknown else None, absent)
            items.append(
                {
                    "source": shapes.named(view, source),
                    "target": shapes.named(view, target),
                    "summary": summary,
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


def _summary(question: Question, verdict: Verdict, cut_by: str | None, absent: Absent) -> str:
    """The verdict on a question, or why it has none."""
    best = verdict.best
    return wording.summary_of_paths(
        verdict="" if absent.reason else verdict.sentence,
        human=wording.in_humans(best.path) if best else "",
        interventions=wording.hit_by(best.path) if best else "",
        cut_by=cut_by,
        effect=question.effect,
        **absent._asdict(),
    )


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
