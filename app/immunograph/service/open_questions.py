"""What to test next: where the graph says what nobody knows, ranked by what hangs on it.

Four kinds of open question, each with why it is one, what would settle it, and what was tried:
an answer whose sign is contested or open, a conflict that nothing explains, an entity that a well
believed path runs through and that nobody took out while measuring the path's end, and a step that
rests on one study or one laboratory. Nothing is asked that follows from the meaning of terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, Final, Literal

from immunograph.answers.open_questions import AskedOpen, Tried
from immunograph.answers.open_questions import OpenQuestion as OpenQuestionShape
from immunograph.answers.paths import Settling
from immunograph.domain.model import Intervention, Statement, digest
from immunograph.domain.vocabulary import (
    Basis,
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
from immunograph.search import paths as search
from immunograph.search.paths import Stop
from immunograph.service import pathways, shapes, verdicts, wording
from immunograph.service.deadline import deadline
from immunograph.service.routes import Question, routes_within
from immunograph.service.view import Route, Step, View

WEIGHTS: Final = {
    OpenKind.CONTESTED: 1.0,
    OpenKind.CONFLICT: 1.0,
    OpenKind.OPEN: 0.9,
    OpenKind.BREAK_POINT: 0.8,
    OpenKind.ONE_STUDY: 0.6,
    OpenKind.ONE_LABORATORY: 0.5,
}
"""How much an experiment on each would tell, as a share: expert-set, like the priors of belief.

An unknown sign turns an answer; a repeat mostly confirms.
"""

WELL_BELIEVED: Final = wording.HARDLY
"""From this belief on a path of the whole graph, or of an entity, is worth an experiment."""
ROUTES: Final = 20
"""The best paths of one answer that are looked at."""
REACHED: Final = 50
"""The best paths from one entity, and to it, that are looked at."""
REACH: Final = 4
"""Their most steps."""
STARTS: Final = 500
"""Entities of the whole graph whose paths are looked at: those of which most is believed."""
FROM_EACH: Final = 10
"""The best paths of each of them."""
VERDICTS: Final = 25
"""Pairs of ends whose sign is judged: those of which both signs are most believed."""


@dataclass(frozen=True)
class OpenQuestion:
    """One thing that nobody knows, and what hangs on it."""

    kind: OpenKind
    asks: str
    why: str
    settled_by: tuple[str, ...]
    at_stake: float
    """The belief of the best path, step or side that the answer would bear out or bring down."""
    entities: tuple[str, ...]
    statements: tuple[str, ...]
    tried: tuple[str, ...] = ()
    """Tested interventions that came close, by id."""
    conflict: str | None = None
    paths: int = 0
    """How many of the paths that were looked at hang on it."""

    @property
    def id(self) -> str:
        """The same for the same question on any graph."""
        return digest("open", self.kind, *self.entities, *self.statements)

    @property
    def priority(self) -> float:
        """What it is ranked by."""
        return round(WEIGHTS[self.kind] * self.at_stake, 6)


@dataclass(slots=True)
class Scope:
    """What is looked at for open questions."""

    routes: list[Route] = field(default_factory=list[Route])
    statements: dict[str, None] = field(default_factory=dict[str, None])
    """Those whose support and whose conflicts are looked at, in order."""
    pairs: list[Question] = field(default_factory=list[Question])
    """Answers whose sign is judged."""
    least: float = 0.0
    """Belief from which on a path is worth an experiment."""
    cut_by: Literal["work", "time"] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Open questions, most urgent first, and what cut the search for them, if anything did."""

    questions: tuple[OpenQuestion, ...]
    cut_by: Literal["work", "time"] | None


def of_graph(view: View) -> Listed:
    """What is open in all that a view holds; found once for each view."""
    return _remembered(view, ("open questions",), lambda stop: _whole_scope(view, stop))


def of_entity(view: View, entity: str) -> Listed:
    """What is open about an entity: paths from, to and through it, and what is said of it."""
    key = ("open questions", entity)
    return _remembered(view, key, lambda stop: _entity_scope(view, entity, stop))


def of_answer(view: View, sources: Sequence[str], targets: Sequence[str]) -> Listed:
    """What is open in the answer to how some entities affect others."""
    question = Question(
        sources=sources,
        targets=targets,
        effect=None,
        max_steps=8,
        limit=ROUTES,
        hypothesised=False,
    )
    key = ("open questions", tuple(sources), tuple(targets))
    return _remembered(view, key, lambda stop: _answer_scope(view, question, stop))


def _remembered(view: View, key: tuple[Any, ...], scope: Callable[[Stop], Scope]) -> Listed:
    found: Listed | None = view.recalled(key)
    if found is None:
        with deadline() as stop:
            looked_at = scope(stop)
            questions = [*_of_scope(view, looked_at, stop)]
            questions.sort(key=lambda one: (-one.priority, -one.paths, one.kind, one.id))
            in_time = not stop[0]
            made = Listed(tuple(questions), looked_at.cut_by if in_time else "time")
        found = view.remembered(key, lambda: made) if in_time else made
    return found


# --- what is looked at -----------------------------------------------------------------------


def _answer_scope(view: View, question: Question, stop: Stop) -> Scope:
    routes, cut_by = routes_within(view, question, work=search.WORK, stop=stop)
    scope = Scope(routes, pairs=[question], cut_by=cut_by if cut_by == "work" else None)
    for route in routes:
        scope.statements.update((i, None) for step in route.steps for i in _spelled(view, step))
    return scope


def _spelled(view: View, step: Step) -> tuple[str, ...]:
    """The statement of a step and, where it sums others up, these."""
    return (step.statement, *(view.mechanism(step.statement) if step.net else ()))


def _entity_scope(view: View, entity: str, stop: Stop) -> Scope:
    scope = Scope(least=WELL_BELIEVED)
    knowledge = view.knowledge
    touching = (*knowledge.out_of(entity), *knowledge.into(entity))
    scope.statements.update((one.id, None) for one in touching)
    if entity not in view.index:
        return scope
    for downstream in (True, False):
        _reach(view, scope, entity, limit=REACHED, downstream=downstream, stop=stop)
    if not knowledge.entity(entity).abstract:
        scope.routes += _through(view, entity)
    return scope


def _through(view: View, entity: str) -> Iterator[Route]:
    """The paths of two steps with an entity in their middle."""
    knowledge = view.knowledge
    subjects = sorted({one.subject for one in knowledge.into(entity)} - view.without.entities)
    objects = sorted({one.object for one in knowledge.out_of(entity)} - view.without.entities)
    for subject in subjects:
        for before in view.joining(subject, entity):
            for object_ in objects:
                if object_ != subject:
                    following = view.following(before.ends, entity, object_)
                    yield from (Route.of((before, after)) for after in following)


def _whole_scope(view: View, stop: Stop) -> Scope:
    scope = Scope(least=WELL_BELIEVED)
    believed: dict[str, float] = {}
    for step in view.layer.steps:
        scope.statements[step.statement] = None
        believed[step.subject] = believed.get(step.subject, 0.0) + step.belief
    starts = sorted(believed, key=lambda i: (-believed[i], i))
    if len(starts) > STARTS:
        scope.cut_by = "work"
    for entity in starts[:STARTS]:
        if stop[0]:
            break
        _reach(view, scope, entity, limit=FROM_EACH, downstream=True, stop=stop)
    return scope


def _reach(
    view: View, scope: Scope, entity: str, *, limit: int, downstream: bool, stop: Stop
) -> None:
    """Add the best paths from an entity, or to it, and the pairs that both signs join."""
    layer = view.layer
    found = search.influence(
        layer.network,
        view.index[entity],
        downstream=downstream,
        max_steps=REACH,
        limit=limit,
        banned=view.banned(),
        inside_banned=view.abstract,
        stop=stop,
    )
    signs: dict[str, set[int]] = {}
    for one in found.paths:
        route = Route.of(layer.steps[row] for row in one.steps)
        scope.routes.append(route)
        signs.setdefault(route.entities[-1 if downstream else 0], set()).add(route.sign)
    for other, both in signs.items():
        if len(both) > 1:
            source, target = (entity, other) if downstream else (other, entity)
            scope.pairs.append(Question([source], [target], None, 8, 1, hypothesised=False))


# --- what is open in it ----------------------------------------------------------------------


def _of_scope(view: View, scope: Scope, stop: Stop) -> Iterator[OpenQuestion]:
    scope.routes = list({route.key: route for route in scope.routes}.values())
    yield from _verdicts(view, scope, stop)
    yield from _conflicts(view, scope)
    yield from _break_points(view, scope)
    yield from _narrow_steps(view, scope)


def _name(view: View, entity: str) -> str:
    return view.full.entity(entity).name


def _chain(view: View, route: Route) -> str:
    arrows = [" → " if step.sign > 0 else " ⊣ " if step.sign else " – " for step in route.steps]
    names = [_name(view, i) for i in route.entities]
    return "".join(map("".join, zip(names, [*arrows, ""], strict=True)))


def _verdicts(view: View, scope: Scope, stop: Stop) -> Iterator[OpenQuestion]:
    """Answers whose sign is contested or open."""
    best: dict[tuple[str, str], list[float]] = {}
    for route in scope.routes:
        best.setdefault((route.entities[0], route.entities[-1]), []).append(route.belief)

    def both(pair: Question) -> float:
        return min(best.get((pair.sources[0], pair.targets[0]), [0.0]))

    conflicting = [
        set(one.statements) for one in view.conflicts.values() if one.resolved_by is None
    ]
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
        if set(steps) in conflicting:
            continue  # the conflict is the question
        tried = [one["id"] for each in verdict.settled_by for one in each["interventions"]]
        yield OpenQuestion(
            kind=OpenKind.CONTESTED if verdict.kind is VerdictKind.CONTESTED else OpenKind.OPEN,
            asks=f"Does {source} promote or inhibit {target}?",
            why=verdict.sentence,
            settled_by=tuple(settled),
            at_stake=weaker.path["belief"],
            entities=(*sources, *targets),
            statements=tuple(dict.fromkeys(steps)),
            tried=tuple(dict.fromkeys(tried)),
            paths=sum(
                route.entities[0] in sources and route.entities[-1] in targets
                for route in scope.routes
            ),
        )


def _settling(one: Settling) -> str:
    without = wording.listed([step["name"] for step in one["steps"]])
    return f"Test whether {without}: without that it {one['leaves']}."


def _conflicts(view: View, scope: Scope) -> Iterator[OpenQuestion]:
    """Opposite statements that nothing tells apart."""
    found: dict[str, Conflict] = {}
    for statement in scope.statements:
        found.update((one.id, one) for one in view.conflicts_of(statement))
    uses = _uses(view, scope)
    for identifier, one in sorted(found.items()):
        if one.resolved_by is not None:
            continue
        sides = [view.knowledge.statements[i] for i in one.statements]
        says = [shapes.sentence(view, side) for side in sides]
        objects = tuple(dict.fromkeys(side.object for side in sides))
        target = wording.listed([_name(view, i) for i in objects], "or")
        asks = f"Does {_name(view, one.subject)} promote or inhibit {target}?"
        if sides[0].cls is not StatementClass.CAUSAL:
            asks = f"Which way does {_name(view, one.subject)} go with {target}?"
        yield OpenQuestion(
            kind=OpenKind.CONFLICT,
            asks=asks,
            why=f"“{says[0]}” (support {one.support[0]:.3g}) against “{says[1]}” "
            f"({one.support[1]:.3g}): {one.explanation}",
            settled_by=(_measured_together([_setting(view, side) for side in sides]),),
            at_stake=min(one.support),
            entities=(one.subject, *objects),
            statements=one.statements,
            tried=_tried(view, one.subject, {*objects, *one.statements}),
            conflict=identifier,
            paths=sum(len(uses.get(i, ())) for i in one.statements),
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


def _uses(view: View, scope: Scope) -> dict[str, list[Route]]:
    """The paths by the statements that they take, those that a net one sums up included."""
    found: dict[str, list[Route]] = {}
    for route in scope.routes:
        for statement in {i for step in route.steps for i in _spelled(view, step)}:
            found.setdefault(statement, []).append(route)
    return found


def _break_points(view: View, scope: Scope) -> Iterator[OpenQuestion]:
    """What paths run through, and nobody took out while measuring their end."""
    best: dict[tuple[str, str], list[Route]] = {}
    for route in scope.routes:
        if route.belief < scope.least:
            continue
        for place, entity in enumerate(route.entities[1:-1], start=1):
            if any(step.sign for step in route.steps[place:]):
                best.setdefault((entity, route.entities[-1]), []).append(route)
    for (entity, end), routes in sorted(best.items()):
        if _taken_out(view, entity, end):
            continue
        route = max(routes, key=lambda one: (one.belief, -len(one.steps), one.key))
        stretch = prod(step.passes for step in route.steps[route.entities.index(entity) :])
        name, target = _name(view, entity), _name(view, end)
        tried = _tried(view, entity, None)
        elsewhere = f"; {wording.plural(len(tried), 'test')} on it measured something else"
        yield OpenQuestion(
            kind=OpenKind.BREAK_POINT,
            asks=f"Does taking out {name} break the way from "
            f"{_name(view, route.entities[0])} to {target}?",
            why=f"{_chain(view, route)} is believed {route.belief:.3g}, and nobody is known to "
            f"have perturbed {name} and measured {target}{elsewhere if tried else ''}.",
            settled_by=(
                f"Block or remove {name} and measure {target}: "
                f"{'less' if stretch > 0 else 'more'} of it bears the path out, no change speaks "
                "against it.",
            ),
            at_stake=round(route.belief, 6),
            entities=(route.entities[0], entity, end),
            statements=tuple(step.statement for step in route.steps),
            tried=tried,
            paths=len(routes),
        )


def _taken_out(view: View, entity: str, end: str) -> bool:
    """Whether an entity was perturbed, and the end, or what it is a kind or class of, measured."""
    ends = view.above(end) | {
        one for one in _measured_after(view, entity) if end in view.above(one)
    }
    if not ends.isdisjoint(_measured_after(view, entity)):
        return True
    return any(
        one.evidence.basis is Basis.PERTURBATION and one.p > 0
        for object_ in ends
        for statement in view.knowledge.between(entity, object_)
        for one in view.derivation.weighed[statement.id]
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


def _narrow_steps(view: View, scope: Scope) -> Iterator[OpenQuestion]:
    """Steps that rest on one study, or on several of one laboratory."""
    uses = _uses(view, scope)
    routes_of_answer = scope.least == 0.0
    for identifier in scope.statements:
        one = view.knowledge.statements[identifier]
        assessment = view.derivation.assessments[identifier]
        if (
            one.cls is not StatementClass.CAUSAL
            or assessment.status is not Status.ASSERTED
            or assessment.laboratories != 1
            or not view.allows(one)
        ):
            continue
        taking = uses.get(identifier, [])
        belief = assessment.belief
        if routes_of_answer:
            belief = max((route.belief for route in taking), default=0.0)
        elif belief < scope.least:
            continue
        single = assessment.studies == 1
        sentence = shapes.sentence(view, one)
        behind = _behind(view, identifier)
        rests = f"one study ({behind})" if single else f"one laboratory ({behind})"
        press = ", known from press alone" if shapes.press_only(view, identifier) else ""
        lacks = _LACKS.get(assessment.human or HumanApplicability.SUPPORTED)
        repeat = "Another laboratory repeats it."
        if not _was_perturbed(view, identifier):
            repeat = f"Another laboratory perturbs {_name(view, one.subject)} and measures " + (
                f"{_name(view, one.object)}: that it was perturbed is not on record."
            )
        yield OpenQuestion(
            kind=OpenKind.ONE_STUDY if single else OpenKind.ONE_LABORATORY,
            asks=f"Does it hold elsewhere that {sentence}?",
            why=f"Believed {assessment.belief:.3g} on {rests}{press}"
            + (f"; {_taken_by(len(taking))}." if taking else "."),
            settled_by=tuple(filter(None, (repeat, lacks))),
            at_stake=round(belief, 6),
            entities=(one.subject, one.object),
            statements=(identifier,),
            tried=_tried(view, one.subject, {one.object, identifier}),
            paths=len(taking),
        )


def _taken_by(paths: int) -> str:
    return f"{wording.plural(paths, 'path')} here take{'s' if paths == 1 else ''} it"


def _was_perturbed(view: View, statement: str) -> bool:
    return any(
        one.evidence.basis is Basis.PERTURBATION and one.p > 0
        for one in view.derivation.weighed[statement]
    )


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


# --- how it looks ----------------------------------------------------------------------------


def shape(view: View, one: OpenQuestion) -> OpenQuestionShape:
    """An open question as answers show it."""
    interventions = view.knowledge.interventions
    return {
        "id": one.id,
        "kind": one.kind,
        "asks": one.asks,
        "why": one.why,
        "settled_by": list(one.settled_by),
        "tried": [_tried_shape(view, interventions[i]) for i in one.tried],
        "priority": one.priority,
        "at_stake": one.at_stake,
        "paths": one.paths,
        "entities": [shapes.named(view, i) for i in one.entities],
        "statements": list(one.statements),
        "conflict": one.conflict,
    }


def _tried_shape(view: View, one: Intervention) -> Tried:
    shown = shapes.intervention(view, one)
    seen = [f"{outcome['on']['name']}: {outcome['seen']}" for outcome in shown["outcomes"]]
    study = one.study or one.source
    paper = shapes.paper(view, study)
    return {"id": one.id, "name": one.name, "study": study, "paper": paper, "seen": seen}


def asked(
    view: View,
    entity: str | None,
    sources: Sequence[str],
    targets: Sequence[str],
    kind: OpenKind | None,
) -> AskedOpen:
    """The question as it was understood."""
    return {
        "entity": None if entity is None else shapes.named(view, entity),
        "source": [shapes.named(view, i) for i in sources],
        "target": [shapes.named(view, i) for i in targets],
        "kind": kind,
        **pathways.chosen(view),
    }
