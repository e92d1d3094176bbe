"""The answer to *how does X affect Y?*: ranked signed paths, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from immunograph import paths as search
from immunograph.belief import CURATOR_LINEAGE
from immunograph.derivation import covering
from immunograph.model import Context, Evidence, Intervention
from immunograph.service import reasons, shapes, wording
from immunograph.service.view import Step, View
from immunograph.vocabulary import (
    HUMAN_RANK,
    HumanApplicability,
    InterventionStatus,
    Role,
    StatementClass,
)

PENALTY = 80_000_000
"""Above the cost of any path of eight steps: hypothesised steps come last, by their number."""

SHARED_DIMENSIONS = ("species", "study_system", "site", "disease", "stage", "phase")


@dataclass(frozen=True, slots=True)
class Question:
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


@dataclass(frozen=True, slots=True)
class Route:
    """A path as the steps it takes; `cost` is that of its steps that are not hypothesised."""

    steps: tuple[Step, ...]
    sign: int
    cost: int

    @property
    def entities(self) -> list[str]:
        """The entities in order, both ends included."""
        return [self.steps[0].subject, *(step.object for step in self.steps)]

    @property
    def belief(self) -> float:
        """The product of the beliefs of the steps that are not hypothesised; 0 where all are."""
        believed = [step.belief for step in self.steps if not step.hypothesised]
        return prod(believed) if believed else 0.0

    @property
    def rank(self) -> tuple[Any, ...]:
        """Best first: hypothesised steps, cost, steps, then entities, promotes before inhibits."""
        codes = tuple((step.object, step.sign < 0) for step in self.steps)
        guessed = sum(step.hypothesised for step in self.steps)
        return guessed, self.cost, len(self.steps), self.steps[0].subject, codes


def routes(view: View, question: Question) -> tuple[list[Route], str | None]:
    """The best routes, and what cut the answer, if anything did.

    Routes of one step may be net statements; longer ones never take one.
    """
    direct = _direct(view, question)
    steps = view.steps
    network = view.network
    if question.hypothesised and view.hypothesised:
        steps = [*view.steps, *view.hypothesised]
        network = view.network_of(steps, guess=PENALTY)
    pairs = len(question.sources) * len(question.targets)
    index = view.index
    found = search.paths_between(
        network,
        [index[i] for i in question.sources if i in index],
        [index[i] for i in question.targets if i in index],
        effect=question.sign,
        max_steps=question.max_steps,
        limit=question.limit + 2 * pairs,
        banned=view.banned(),
        inside_banned=view.abstract,
    )
    longer = [
        _route([steps[row] for row in path.steps], path.effect)
        for path in found.paths
        if len(path.steps) > 1
    ]
    ranked = sorted([*direct, *longer], key=lambda route: route.rank)
    if found.cut_by in ("work", "time"):
        return ranked[: question.limit], found.cut_by
    cut = "limit" if len(ranked) > question.limit or found.cut_by else None
    return ranked[: question.limit], cut


def _direct(view: View, question: Question) -> list[Route]:
    wanted = question.sign
    found: list[Route] = []
    for source in question.sources:
        for target in question.targets:
            if source == target:
                continue
            steps = view.direct(source, target)
            if question.hypothesised:
                steps = [*steps, *view.guessed(source, target)]
            found.extend(
                _route([step], step.passes) for step in steps if wanted in (None, step.passes)
            )
    return found


def _route(steps: Sequence[Step], sign: int) -> Route:
    cost = sum(step.cost for step in steps if not step.hypothesised)
    return Route(tuple(steps), sign, cost)


# --- the answer ------------------------------------------------------------------------------


def answer(view: View, question: Question) -> dict[str, Any]:
    """Everything that the contract says of paths, but the snapshot."""
    found, cut_by = routes(view, question)
    told = [_told(view, route) for route in found]
    shapes_found = [shape for shape, _ in told]
    reason, through, see_also = None, list[Any](), list[Any]()
    if not found and cut_by is None:
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
            "filters": view.filters.stated(),
            "without": without_shape(view),
        },
        "summary": wording.summary_of_paths(
            shapes_found,
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
        "paths": shapes_found,
        "evidence": {i: shape for _, evidence in told for i, shape in evidence.items()},
    }


def without_shape(view: View) -> list[dict[str, Any]]:
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


def _told(view: View, route: Route) -> tuple[dict[str, Any], dict[str, Any]]:
    """The shape of a path, and those of the evidence that it names; made once for each view."""
    key = (route.sign, *(step.statement for step in route.steps))
    return view.remembered(key, lambda: _telling(view, route))


def _telling(view: View, route: Route) -> tuple[dict[str, Any], dict[str, Any]]:
    shape = path_shape(view, route)
    spoken = [i for step in shape["steps"] for i in (step["statement"], *step["also"])]
    spoken += [note["statement"] for note in (*shape["cautions"], *shape["notes"])]
    evidence = {
        one.id: view.remembered(one.id, lambda one=one: shapes.Ready(shapes.evidence(view, one)))
        for identifier in spoken
        for one in view.knowledge.evidence_of(identifier)
    }
    return shapes.Ready(shape), evidence


def path_shape(view: View, route: Route) -> dict[str, Any]:
    """One path with all that must be said of it."""
    cautions = covering(
        view.knowledge, view.derivation.cautions, route.entities, route.entities[-1]
    )
    human, because = _human(view, route, cautions)
    believed = [step.belief for step in route.steps]
    return {
        "effect": "promotes" if route.sign > 0 else "inhibits",
        "belief": round(route.belief, 6),
        "cost": route.cost,
        "steps": [step_shape(view, step) for step in route.steps],
        "weakest": believed.index(min(believed)),
        "human": human,
        "human_because": because,
        "stitched": _stitched(view, route),
        "shared_contexts": _shared(view, route),
        "cautions": [
            {
                "statement": caution.statement,
                "says": one.says,
                "human": "unknown" if one.human_unknown else None,
                "source": one.source,
                "evidence": one.id,
            }
            for caution in cautions
            for one in caution.evidence
        ],
        "notes": _notes(view, route),
        "net": _net_spanned(view, route),
        "interventions": interventions_on(view, route),
        "hypothesised": sum(step.hypothesised for step in route.steps),
    }


def step_shape(view: View, step: Step) -> dict[str, Any]:
    """One step with its statement, beliefs, contexts and evidence."""
    statement = view.knowledge.statements[step.statement]
    assessment = view.derivation.assessments[step.statement]
    return {
        "statement": step.statement,
        "subject": shapes.named(view, step.subject),
        "predicate": assessment.predicate,
        "phrase": shapes.phrase(view, assessment.predicate),
        "sign": step.sign,
        "object": shapes.named(view, step.object),
        "aspect": str(statement.aspect),
        "belief": step.belief,
        "cost": step.cost,
        "studies": assessment.studies,
        "class": str(statement.cls),
        "status": str(assessment.status),
        "net": step.statement in view.derivation.net,
        "human": assessment.human,
        "press_only": shapes.press_only(view, step.statement),
        "hypothesised": step.hypothesised,
        "contexts": shapes.contexts(view, step.statement),
        "conflict": view.conflict_value(step.statement),
        "conflicts": [conflict.id for conflict in view.conflicts_of(step.statement)],
        "also": list(step.also),
        "evidence": [one.id for one in view.knowledge.evidence_of(step.statement)],
    }


def _causal(route: Route) -> list[Step]:
    return [step for step in route.steps if step.sign]


def _human(view: View, route: Route, cautions: Iterable[Any]) -> tuple[str, list[str]]:
    """The worst of the causal steps and of the cautions that cover the path, and why."""
    unknown = [one.says for c in cautions for one in c.evidence if one.human_unknown]
    found = [view.derivation.assessments[s.statement].human for s in _causal(route)]
    stated = [human for human in found if human is not None]
    if unknown:
        stated.append(HumanApplicability.UNKNOWN)
    worst = min(stated, key=HUMAN_RANK.index, default=HumanApplicability.INDIRECT)
    if worst is HumanApplicability.UNKNOWN and unknown:
        return worst, list(dict.fromkeys(unknown))
    if worst is HumanApplicability.SUPPORTED:
        return worst, []
    return worst, [
        shapes.sentence(view, view.knowledge.statements[s.statement])
        for s in _causal(route)
        if view.derivation.assessments[s.statement].human is worst
    ]


def _supporting(view: View, statement: str) -> list[Evidence]:
    return [
        one.evidence
        for one in view.derivation.weighed[statement]
        if one.evidence.role is Role.SUPPORTS and one.p > 0
    ]


def _stitched(view: View, route: Route) -> bool:
    """Whether the steps come from contexts that never met."""
    causal = _causal(route)
    if not causal:
        return False
    studies: list[set[str]] = []
    sources: list[set[str]] = []
    for step in causal:
        weighed = [
            one
            for one in view.derivation.weighed[step.statement]
            if one.evidence.role is Role.SUPPORTS and (one.p > 0 or step.hypothesised)
        ]
        own = [one for one in weighed if one.lineage != CURATOR_LINEAGE]
        studies.append({one.evidence.study for one in own if one.evidence.study})
        sources.append({one.evidence.source for one in own})
    if set[str].intersection(*studies) or set[str].intersection(*sources):
        return False
    return not all(_common(view, causal, dimension) for dimension in ("species", "disease"))


def _common(view: View, causal: list[Step], dimension: str) -> set[str]:
    """The values of a dimension that every causal step states."""
    stated = [
        {v for e in _supporting(view, s.statement) for v in _values(e.context, dimension)}
        for s in causal
    ]
    return set[str].intersection(*stated) if stated else set()


def _values(context: Context, dimension: str) -> tuple[str, ...]:
    return tuple(map(str, getattr(context, dimension)))


def _shared(view: View, route: Route) -> list[dict[str, str]]:
    causal = _causal(route)
    return [
        {"dimension": dimension, "value": value}
        for dimension in SHARED_DIMENSIONS
        for value in sorted(_common(view, causal, dimension))
    ]


def _notes(view: View, route: Route) -> list[dict[str, Any]]:
    """Associations, annotations and gaps that touch an entity of the path."""
    classes = (StatementClass.ASSOCIATION, StatementClass.ANNOTATION, StatementClass.GAP)
    found: dict[str, dict[str, Any]] = {}
    for entity in route.entities:
        for one in (*view.knowledge.out_of(entity), *view.knowledge.into(entity)):
            if one.cls in classes and one.id not in found and view.allows(one):
                found[one.id] = {
                    "statement": one.id,
                    "class": str(one.cls),
                    "name": shapes.sentence(view, one),
                    "says": [e.says for e in view.knowledge.evidence_of(one.id)],
                }
    return [found[i] for i in sorted(found)]


def _net_spanned(view: View, route: Route) -> list[str]:
    """Net statements with both ends on the path, in order, and the sign of that stretch."""
    place = {entity: i for i, entity in enumerate(route.entities)}
    found: list[str] = []
    for identifier in sorted(view.derivation.net):
        one = view.knowledge.statements[identifier]
        start, end = place.get(one.subject), place.get(one.object)
        if start is None or end is None or start >= end or not view.allows(one):
            continue
        stretch = prod(step.passes for step in route.steps[start:end])
        if stretch == one.sign:
            found.append(identifier)
    return found


def interventions_on(view: View, route: Route) -> list[dict[str, Any]]:
    """The interventions that hit the path: where, and what was observed for its target."""
    entities = route.entities
    found: list[dict[str, Any]] = []
    for one in sorted(view.knowledge.interventions.values(), key=lambda i: i.id):
        step = _step_hit(route, entities, one)
        if step is None or one.target in view.without.entities:
            continue
        seen = {o.on: o.observed for o in one.outcomes}.get(entities[-1])
        tested = one.status is InterventionStatus.TESTED
        found.append(
            {
                "id": one.id,
                "name": one.name,
                "step": step,
                "status": str(one.status),
                "observed": shapes.OBSERVED[seen if tested else None],
                "target": shapes.named(view, one.target),
                "change": one.change,
                "phase": one.phase,
                "condition": one.condition,
            }
        )
    return sorted(found, key=lambda i: (i["status"] != "tested", i["step"], i["id"]))


def _step_hit(route: Route, entities: list[str], one: Intervention) -> int | None:
    """The step that an intervention hits.

    The step that leaves its target; the one that enters it, if a process of the target is named;
    the last one, if the target ends the path; that step, if its outcome is a statement. A loop
    enters its first entity by its last step.
    """
    outcomes = {outcome.on for outcome in one.outcomes}
    for number, step in enumerate(route.steps):
        if step.statement in outcomes:
            return number
    if one.target not in entities:
        return None
    place = entities.index(one.target)
    closes = place == 0 and entities[-1] == one.target
    if closes and one.process:
        return len(route.steps) - 1
    if place == len(route.steps) or (one.process and place > 0):
        return place - 1
    return place
