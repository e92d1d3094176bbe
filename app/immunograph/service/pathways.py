"""The answer to *how does X affect Y?*: ranked signed paths, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypedDict, cast

from immunograph.answers.evidence import Evidence
from immunograph.answers.parts import Asked, CutBy, Named
from immunograph.answers.paths import (
    Because,
    EffectItem,
    Effects,
    EndNote,
    Paths,
    Reason,
    SeeAlso,
    SignedPath,
)
from immunograph.domain.vocabulary import Effect, VerdictKind
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


def answer(view: View, question: Question) -> Paths:
    """Everything that the contract says of paths."""
    with deadline() as stop:
        found, cut_by = routes_within(view, question, work=search.WORK, stop=stop)
        verdict = verdicts.verdict(view, question, stop=stop)
        told = [telling.told(view, route) for route in found]
        absent = None if told or cut_by else _absent(view, question, stop)
        cut_by = "time" if stop[0] else cut_by
    return _answer(view, question, verdict, told, cut_by, absent=absent)


def answer_at_once(view: View, question: Question) -> Paths | None:
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
    return _answer(view, question, verdict, told, cut_by, at_once=True)


class Absent(NamedTuple):
    """What is said where there is no path."""

    reason: Reason | None = None
    reason_complete: bool = True
    through: Sequence[Because] = ()
    ends: Sequence[EndNote] = ()
    see_also: Sequence[SeeAlso] = ()


NOT_ABSENT: Final = Absent()


def _absent(view: View, question: Question, stop: search.Stop) -> Absent:
    """Why there is no path, and where else to ask: by small searches, under the same deadline."""
    why = reasons.why_none(view, question, stop)
    see_also = reasons.elsewhere(view, question, stop)
    return Absent(
        why.reason, why.complete, why.through, reasons.about_ends(view, question), see_also
    )


def _answer(
    view: View,
    question: Question,
    verdict: Verdict,
    told: Sequence[Told],
    cut_by: CutBy,
    *,
    absent: Absent | None = None,
    at_once: bool = False,
) -> Paths:
    """`at_once` takes each path, and its evidence, as the JSON that it was told as."""
    none = absent or NOT_ABSENT
    evidence: dict[str, Evidence] = {}
    for one in told:
        evidence.update(cast(dict[str, Evidence], one.json[1]) if at_once else one.evidence)
    if verdict.against is not None:
        evidence.update(verdict.against.evidence)
    return {
        "snapshot": view.snapshot,
        "question": {
            **_asked(view, question),
            "effect": None if question.effect is None else Effect(question.effect),
            "limit": question.limit,
            **chosen(view),
        },
        "summary": _summary(question, verdict, cut_by, none),
        "verdict": verdict.shape(),
        "complete": cut_by is None,
        "cut_by": cut_by,
        "reason": none.reason,
        "reason_complete": none.reason_complete,
        "through": list(none.through),
        "ends": list(none.ends),
        "see_also": list(none.see_also),
        "paths": [cast(SignedPath, one.json[0]) if at_once else one.path for one in told],
        "evidence": evidence,
        "references": citing.references(
            view,
            citing.studies_of_paths(
                view, (one.path for one in (*told, verdict.against) if one is not None)
            ),
        ),
    }


def effects(view: View, question: Question) -> Effects:
    """The verdict on each pair of ends, without the paths."""
    items: list[EffectItem] = []
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
    answer: Effects = {
        "snapshot": view.snapshot,
        "question": {**_asked(view, question), **chosen(view)},
        "complete": in_time,
        "cut_by": None if in_time else "time",
        "items": items,
        "next": None,
        "references": [],
    }
    return citing.cited(view, "effect", answer)


def _summary(question: Question, verdict: Verdict, cut_by: str | None, absent: Absent) -> str:
    """The verdict on a question, or why it has none."""
    best = verdict.best
    return wording.summary_of_paths(
        verdict="" if absent.reason else verdict.sentence,
        human=wording.in_humans(best.path) if best else "",
        interventions=wording.hit_by(best.path) if best else "",
        cut_by=cut_by,
        effect=question.effect,
        reason=absent.reason,
        reason_complete=absent.reason_complete,
        through=absent.through,
        see_also=absent.see_also,
        ends=absent.ends,
    )


class _AskedEnds(TypedDict):
    source: list[Named]
    target: list[Named]
    max_steps: int
    hypothesised: bool


def _asked(view: View, question: Question) -> _AskedEnds:
    return {
        "source": [shapes.named(view, i) for i in question.sources],
        "target": [shapes.named(view, i) for i in question.targets],
        "max_steps": question.max_steps,
        "hypothesised": question.hypothesised,
    }


def chosen(view: View) -> Asked:
    """The filters that are set and what is left out, as a question repeats them."""

    def make() -> Asked:
        return {"filters": view.filters.stated(), "without": _left_out(view)}

    return view.remembered("chosen", make)


def _left_out(view: View) -> list[Named]:
    """What is left out, as ids and names."""
    without = view.without
    found: list[Named] = [shapes.named(view, i) for i in sorted(without.entities)]
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
