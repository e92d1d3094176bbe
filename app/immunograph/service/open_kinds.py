"""What is open in what is looked at: signs, conflicts, break points, and steps on one study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from immunograph.answers.paths import Settling
from immunograph.domain.model import Intervention, Statement
from immunograph.domain.vocabulary import (
    Foundation,
    HumanApplicability,
    InterventionStatus,
    OpenKind,
    StatementClass,
    Status,
    VerdictKind,
)
from immunograph.formats.references import reference_of
from immunograph.inference.belief import CURATOR_LINEAGE
from immunograph.inference.conflicts import Conflict
from immunograph.search.content import CLASSES
from immunograph.search.derived import STATUSES, Mask, perturbed, rest_on_one
from immunograph.search.paths import Stop
from immunograph.service import shapes, verdicts, wording
from immunograph.service.open_ranking import Candidate, NarrowSteps, OpenQuestion
from immunograph.service.open_scope import Scope, Way
from immunograph.service.routes import Question
from immunograph.service.view import View

VERDICTS: Final = 25
"""Pairs of ends whose sign is judged: those of which both signs are most believed."""


def few_in(view: View, scope: Scope, uses: Uses, stop: Stop) -> Iterator[Candidate]:
    """What is open but for steps that rest on one study or laboratory."""
    yield from _verdicts(view, scope, stop)
    yield from _conflicts(view, scope, uses)
    yield from _break_points(view, scope)


def _name(view: View, entity: str) -> str:
    return view.full.entity(entity).name


def _chain(view: View, way: Way) -> str:
    arrows = [" → " if sign > 0 else " ⊣ " if sign else " – " for sign in way.signs]
    names = [_name(view, i) for i in way.entities]
    return "".join(map("".join, zip(names, [*arrows, ""], strict=True)))


def _verdicts(view: View, scope: Scope, stop: Stop) -> Iterator[Candidate]:
    """Answers whose sign is contested or open."""
    best: dict[tuple[str, str], list[float]] = {}
    for way in scope.ways:
        best.setdefault((way.entities[0], way.entities[-1]), []).append(way.belief)

    def both(pair: Question) -> float:
        return min(best.get((pair.sources[0], pair.targets[0]), [0.0]))

    unlike = {(tuple(p.sources), tuple(p.targets)): p for p in scope.pairs}
    ranked = sorted(unlike.items(), key=lambda one: (-both(one[1]), one[0]))
    if len(ranked) > VERDICTS:
        scope.cut_by = scope.cut_by or "work"
    for (sources, targets), pair in ranked[:VERDICTS]:
        if stop[0]:
            return
        verdict = verdicts.verdict(view, pair, stop=stop)
        if verdict.best is None or verdict.kind not in (VerdictKind.CONTESTED, VerdictKind.OPEN):
            continue
        weaker = verdict.against or verdict.best
        if weaker.path["belief"] < scope.least:
            continue
        source, target = (
            wording.listed([_name(view, i) for i in ends], "or") for ends in (sources, targets)
        )
        settled = [*map(_settling, verdict.settled_by)]
        if verdict.best.foundation is not Foundation.TESTED:
            settled.append(
                f"Change {source} and measure {target} in one experiment: that outweighs any chain."
            )
        sides = [one for one in (verdict.best, verdict.against) if one is not None]
        steps = [step["statement"] for one in sides for step in one.path["steps"]]
        if _is_a_conflict(view, set(steps)):
            continue  # the conflict is the question
        tried = [one["id"] for each in verdict.settled_by for one in each["interventions"]]
        told = OpenQuestion(
            kind=OpenKind.CONTESTED if verdict.kind is VerdictKind.CONTESTED else OpenKind.OPEN,
            asks=f"Does {source} promote or inhibit {target}?",
            why=verdict.sentence,
            settled_by=tuple(settled),
            at_stake=weaker.path["belief"],
            entities=(*sources, *targets),
            statements=tuple(dict.fromkeys(steps)),
            tried=tuple(dict.fromkeys(tried)),
            paths=sum(
                way.entities[0] in sources and way.entities[-1] in targets for way in scope.ways
            ),
        )
        yield Candidate(
            told.kind,
            told.at_stake,
            told.entities,
            told.statements,
            told.paths,
            partial(_as_is, told),
        )


def _as_is(told: OpenQuestion) -> OpenQuestion:
    return told


def _is_a_conflict(view: View, statements: set[str]) -> bool:
    """Whether these are the two sides of a conflict that nothing resolves."""
    return len(statements) == 2 and any(
        set(one.statements) == statements and one.resolved_by is None
        for one in view.conflicts_of(min(statements))
    )


def _settling(one: Settling) -> str:
    without = wording.listed([step["name"] for step in one["steps"]])
    return f"Test whether {without}: without that it {one['leaves']}."


def _conflicts(view: View, scope: Scope, uses: Uses) -> Iterator[Candidate]:
    """Opposite statements that nothing tells apart."""
    found: dict[str, Conflict] = {}
    if scope.whole:
        near = np.zeros(len(view.columns.statements), bool)
        near[scope.statements] = True
        for one in view.conflicts.values():
            if any(near[view.number(side)] for side in one.statements):
                found[one.id] = one
    else:
        numbers: list[int] = scope.statements.tolist()
        for number in numbers:
            of_one = view.conflicts_of(view.columns.statements[number])
            found.update((one.id, one) for one in of_one)
    for _, one in sorted(found.items()):
        if one.resolved_by is not None:
            continue
        sides = [view.knowledge.statements[i] for i in one.statements]
        objects = tuple(dict.fromkeys(side.object for side in sides))
        paths = sum(uses[i].paths for i in one.statements if i in uses)
        yield Candidate(
            OpenKind.CONFLICT,
            min(one.support),
            (one.subject, *objects),
            one.statements,
            paths,
            partial(_conflict, view, one, objects, paths),
        )


def _conflict(view: View, one: Conflict, objects: tuple[str, ...], paths: int) -> OpenQuestion:
    sides = [view.knowledge.statements[i] for i in one.statements]
    says = [shapes.sentence(view, side) for side in sides]
    target = wording.listed([_name(view, i) for i in objects], "or")
    asks = f"Does {_name(view, one.subject)} promote or inhibit {target}?"
    if sides[0].cls is not StatementClass.CAUSAL:
        asks = f"Which way does {_name(view, one.subject)} go with {target}?"
    return OpenQuestion(
        kind=OpenKind.CONFLICT,
        asks=asks,
        why=f"“{says[0]}” (support {one.support[0]:.3g}) against “{says[1]}” "
        f"({one.support[1]:.3g}): {one.explanation}",
        settled_by=(_measured_together([_setting(view, side) for side in sides]),),
        at_stake=min(one.support),
        entities=(one.subject, *objects),
        statements=one.statements,
        tried=_tried(view, one.subject, {*objects, *one.statements}),
        conflict=one.id,
        paths=paths,
    )


def _measured_together(settings: Sequence[str]) -> str:
    """The experiment that would decide between statements seen in these settings.

    >>> _measured_together(["mouse", "mouse"])
    'Measure both in one experiment, in the setting of both: mouse.'
    >>> _measured_together(["rat", "mouse"])
    'Measure both in one experiment, in the setting of each: rat; mouse.'
    """
    found = list(dict.fromkeys(settings))
    whose = "both" if len(found) == 1 else "each"
    return f"Measure both in one experiment, in the setting of {whose}: {'; '.join(found)}."


_SETTING: Final = ("species", "study_system", "cell_state", "stage", "site", "disease")


def _setting(view: View, one: Statement) -> str:
    """Where the support of a statement saw it, in a few words."""
    contexts = shapes.contexts(view, one.id)
    stated = dict.fromkeys(
        str(value).replace("_", " ")
        for dimension in _SETTING
        for context in contexts
        for value in context.get(dimension, ())
    )
    return ", ".join(stated) or "not stated"


class Use(NamedTuple):
    """The paths that take a statement: how many, and what is believed of the best."""

    paths: int
    belief: float


Uses = dict[str, Use]


def uses_in(view: View, scope: Scope) -> Uses:
    """The statements that paths take, those that a net one sums up included."""
    found: Uses = {}
    for way in scope.ways:
        for statement in set(way.spelled(view)):
            paths, belief = found.get(statement, (0, 0.0))
            found[statement] = Use(paths + 1, max(belief, way.belief))
    return found


def _break_points(view: View, scope: Scope) -> Iterator[Candidate]:
    """What paths run through, and nobody took out while measuring their end."""
    best: dict[tuple[str, str], list[Way]] = {}
    for way in scope.ways:
        if way.belief < scope.least:
            continue
        for place, entity in enumerate(way.entities[1:-1], start=1):
            if any(way.signs[place:]):
                best.setdefault((entity, way.entities[-1]), []).append(way)
    for (entity, end), ways in sorted(best.items()):
        if _taken_out(view, entity, end):
            continue
        way = max(ways, key=lambda one: (one.belief, -len(one.signs), one.key))
        yield Candidate(
            OpenKind.BREAK_POINT,
            round(way.belief, 6),
            (way.entities[0], entity, end),
            way.statements,
            len(ways),
            partial(_break_point, view, way, entity, len(ways)),
        )


def _break_point(view: View, way: Way, entity: str, paths: int) -> OpenQuestion:
    start, end = way.entities[0], way.entities[-1]
    name, target = _name(view, entity), _name(view, end)
    tried = _tried(view, entity, None)
    elsewhere = f"; {wording.plural(len(tried), 'test')} on it measured something else"
    less = way.sign_from(way.entities.index(entity)) > 0
    return OpenQuestion(
        kind=OpenKind.BREAK_POINT,
        asks=f"Does taking out {name} break the way from {_name(view, start)} to {target}?",
        why=f"{_chain(view, way)} is believed {way.belief:.3g}, and nobody is known to "
        f"have perturbed {name} and measured {target}{elsewhere if tried else ''}.",
        settled_by=(
            f"Block or remove {name} and measure {target}: {'less' if less else 'more'} of it "
            "bears the path out, no change speaks against it.",
        ),
        at_stake=round(way.belief, 6),
        entities=(start, entity, end),
        statements=way.statements,
        tried=tried,
        paths=paths,
    )


def _taken_out(view: View, entity: str, end: str) -> bool:
    """Whether an entity was perturbed, and the end, or what it is a kind or class of, measured."""
    ends = view.above(end) | {
        one for one in _measured_after(view, entity) if end in view.above(one)
    }
    if not ends.isdisjoint(_measured_after(view, entity)):
        return True
    return any(
        _was_perturbed(view, statement.id)
        for object_ in ends
        for statement in view.knowledge.between(entity, object_)
    )


def _measured_after(view: View, entity: str) -> set[str]:
    """The entities that tested interventions on one were measured at."""
    statements = view.knowledge.statements
    found: set[str] = set()
    for one in _tested(view).get(entity, ()):
        for outcome in one.outcomes:
            known = statements.get(outcome.on)
            found.add(known.object if known else outcome.on)
    return found


def _tested(view: View) -> dict[str, list[Intervention]]:
    """The tested interventions by their target, by id."""

    def make() -> dict[str, list[Intervention]]:
        found: dict[str, list[Intervention]] = {}
        for _, one in sorted(view.knowledge.interventions.items()):
            if one.status is InterventionStatus.TESTED:
                found.setdefault(one.target, []).append(one)
        return found

    return view.remembered("tested interventions", make)


def _tried(view: View, entity: str, at: Iterable[str] | None) -> tuple[str, ...]:
    """The tested interventions on an entity, with an outcome at one of these, if any are given."""
    wanted = None if at is None else set(at)
    return tuple(
        one.id
        for one in _tested(view).get(entity, ())
        if wanted is None or wanted & {outcome.on for outcome in one.outcomes}
    )


_LACKS: Final = {
    HumanApplicability.ANIMAL: "It was seen in animals only: test it in human cells or tissue.",
    HumanApplicability.UNSTATED: "The species is not stated: test it where that is known.",
    HumanApplicability.UNKNOWN: "A source says that it is unknown in humans: test it there.",
    HumanApplicability.CONTRADICTED: "What was seen in humans speaks against it: test it there.",
}


def narrow_in(view: View, scope: Scope, uses: Uses) -> NarrowSteps:
    """Steps that rest on one study, or on several of one laboratory."""
    claims, derived = view.columns.claims, view.derived
    one_study, one_laboratory = _narrowness(view)
    which = one_laboratory & view.allowed
    which &= claims.cls == CLASSES.index(StatementClass.CAUSAL)
    which &= derived.status == STATUSES.index(Status.ASSERTED)
    of_answer = scope.least == 0.0
    if not of_answer:
        which &= derived.belief >= scope.least
    numbers = scope.statements[which[scope.statements]]
    paths, best = np.zeros(len(which), np.int64), np.zeros(len(which))
    for statement, use in uses.items():
        number = view.number(statement)
        paths[number], best[number] = use
    at_stake = (
        np.array([round(one, 6) for one in best[numbers].tolist()], np.float64)
        if of_answer
        else derived.belief[numbers]
    )
    return NarrowSteps(
        numbers, one_study[numbers], at_stake, paths[numbers], partial(_narrow_step, view)
    )


def _narrowness(view: View) -> tuple[Mask, Mask]:
    """Which statements rest on one study, and which on one laboratory."""

    def make() -> tuple[Mask, Mask]:
        studies = (view.knowledge.studies.get(i) for i in view.columns.studies)
        return rest_on_one(view.derived, [one.laboratory if one else None for one in studies])

    return view.remembered("rest on one", make)


def _narrow_step(view: View, number: int, kind: OpenKind, at_stake: float, paths: int) -> Candidate:
    claims, columns = view.columns.claims, view.columns
    identifier = columns.statements[number]
    ends = int(claims.subject[number]), int(claims.object[number])
    subject, object_ = (columns.entities[end] for end in ends)
    return Candidate(
        kind,
        at_stake,
        (subject, object_),
        (identifier,),
        paths,
        partial(_told_narrow, view, identifier, kind, at_stake, paths),
    )


def _told_narrow(
    view: View, identifier: str, kind: OpenKind, at_stake: float, paths: int
) -> OpenQuestion:
    one, assessment = view.knowledge.statements[identifier], view.derivation.assessments[identifier]
    sentence = shapes.sentence(view, one)
    behind = _behind(view, identifier)
    rests = f"one study ({behind})" if kind is OpenKind.ONE_STUDY else f"one laboratory ({behind})"
    press = ", known from press alone" if shapes.press_only(view, identifier) else ""
    lacks = _LACKS.get(assessment.human or HumanApplicability.SUPPORTED)
    repeat = "Another laboratory repeats it."
    if not _was_perturbed(view, identifier):
        repeat = f"Another laboratory perturbs {_name(view, one.subject)} and measures " + (
            f"{_name(view, one.object)}: that it was perturbed is not on record."
        )
    return OpenQuestion(
        kind=kind,
        asks=f"Does it hold elsewhere that {sentence}?",
        why=f"Believed {assessment.belief:.3g} on {rests}{press}"
        + (f"; {_taken_by(paths)}." if paths else "."),
        settled_by=tuple(filter(None, (repeat, lacks))),
        at_stake=at_stake,
        entities=(one.subject, one.object),
        statements=(identifier,),
        tried=_tried(view, one.subject, {one.object, identifier}),
        paths=paths,
    )


def _taken_by(paths: int) -> str:
    return f"{wording.plural(paths, 'path')} here take{'s' if paths == 1 else ''} it"


def _was_perturbed(view: View, statement: str) -> bool:
    found = view.remembered("perturbed", lambda: perturbed(view.derived))
    return bool(found[view.number(statement)])


def _behind(view: View, statement: str) -> str:
    """The paper that a statement rests on, as people name it; else its source."""
    supporting = [
        one
        for one in view.derivation.weighed[statement]
        if one.p > 0 and one.lineage != CURATOR_LINEAGE
    ]
    names: list[str] = []
    for one in supporting:
        study = view.full.studies.get(one.evidence.study or "")
        cited = None if study is None else reference_of(study)
        if cited is not None and cited.byline and cited.year:
            names.append(f"{cited.byline} {cited.year}")
        else:
            names.append(one.evidence.study or one.evidence.source)
    return wording.listed(list(dict.fromkeys(names)))
