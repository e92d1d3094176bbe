"""What is to be said of a path: of its steps, of the entities that it passes, of the whole.

What concerns one step or one entity is put together once for each view, and a path only gathers
it; so is a whole path, since other answers of the view tell it again. Nobody may change a shape
that was told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np
from orjson import Fragment

from immunograph.answers.evidence import Evidence as EvidenceShape
from immunograph.answers.parts import Named, Observed
from immunograph.answers.paths import ChainStep, Hit, Note, Seam, SignedPath
from immunograph.answers.paths import Step as StepShape
from immunograph.domain.model import Context, Evidence, Intervention, Statement
from immunograph.domain.vocabulary import (
    HUMAN_RANK,
    Effect,
    Foundation,
    HumanApplicability,
    InterventionStatus,
    Role,
    StatementClass,
)
from immunograph.inference.derivation import Caution, covering
from immunograph.search.content import CLASSES
from immunograph.service import grounds as grounding
from immunograph.service import shapes, wording
from immunograph.service.grounds import SHARED_DIMENSIONS, Footing, Ground, Joint
from immunograph.service.shapes import json_of, ready
from immunograph.service.view import Route, Step, View

_NOTED = np.array(
    [
        one in (StatementClass.ASSOCIATION, StatementClass.ANNOTATION, StatementClass.GAP)
        for one in CLASSES
    ]
)
_UNSEEN = shapes.OBSERVED[None]

Passages = tuple[tuple[str, EvidenceShape], ...]
"""Evidence by id."""


@dataclass(frozen=True, eq=False)
class Told:
    """A path and the evidence that it names."""

    path: SignedPath
    evidence: dict[str, EvidenceShape]
    footing: Footing
    sides: tuple[Side, ...]
    """What its causal steps state, each, for what tells two paths apart."""
    papers: int
    """Studies, and sources whose study is not known, that its causal steps rest on."""

    @property
    def foundation(self) -> Foundation:
        """On what it rests."""
        return self.footing.foundation

    @cached_property
    def json(self) -> tuple[Fragment, dict[str, Fragment]]:
        """The path and the evidence as JSON."""
        return json_of(self.path), {i: json_of(one) for i, one in self.evidence.items()}


class Side(NamedTuple):
    """A causal step as a side of a contradiction: its subject, and what its support states."""

    subject: str
    contexts: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """What the paths through a step need of it."""

    shape: StepShape
    sentence: str
    ground: Ground
    side: Side
    remarks: tuple[str, ...]
    """What the curator noted of its support."""
    human: HumanApplicability | None
    evidence: Passages
    """Of its statement, and of the others that it might have."""


@dataclass(frozen=True, slots=True)
class _Intervention:
    """What the paths that an intervention hits need of it."""

    one: Intervention
    tested: bool
    target: Named
    observed: dict[str, Observed]
    """What was observed, by the entity or statement that it was observed of."""


@dataclass(frozen=True, slots=True)
class _Entity:
    """What the paths through an entity need of it."""

    notes: dict[str, tuple[Note, Passages]]
    """The associations, annotations and gaps that touch it."""
    net: dict[str, list[Statement]]
    """The net statements that leave it, by their object."""
    interventions: tuple[_Intervention, ...]
    """Those on it."""


def told(view: View, route: Route) -> Told:
    """A path as it is told; made once for each view, which remembers it by the route's key."""
    return view.remembered(route.key, lambda: _telling(view, route))


def step_shape(view: View, step: Step) -> StepShape:
    """One step with its statement, beliefs, contexts and evidence."""
    return _step(view, step).shape


def _telling(view: View, route: Route) -> Told:
    entities = route.entities
    steps = [_step(view, step) for step in route.steps]
    passed = [_entity(view, entity) for entity in entities]
    cautions = covering(view.above, view.derivation.cautions, entities, entities[-1])
    notes = {i: note for entity in passed for i, note in entity.notes.items()}
    noted = [notes[i] for i in sorted(notes)]
    causal = [told for told, step in zip(steps, route.steps, strict=True) if step.sign]
    human, because = _human(causal, cautions)
    believed = [step.belief for step in route.steps]
    guessed = sum(step.hypothesised for step in route.steps)
    grounds = [step.ground for step in causal]
    seams = [_seam(view, one) for one in grounding.seams(view, route.steps)]
    footing = grounding.footing(view, route)
    path: SignedPath = {
        "effect": Effect.of_sign(route.sign),
        "belief": round(route.belief, 6),
        "cost": route.cost,
        "steps": [step.shape for step in steps],
        "weakest": believed.index(min(believed)),
        "human": human,
        "human_says": wording.human(
            human,
            {name for step in causal for context in step.side.contexts for name in context.species},
        ),
        "human_because": because,
        "stitched": bool(seams) or grounding.met_never(grounds),
        "stitched_at": seams,
        "shared_contexts": [
            {"dimension": dimension, "value": value}
            for dimension in SHARED_DIMENSIONS
            for value in sorted(grounding.shared(grounds, dimension))
        ],
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
        "notes": [note for note, _ in noted],
        "remarks": [
            {"step": number, "says": says}
            for number, step in enumerate(steps)
            for says in step.remarks
        ],
        "net": _net_spanned(route, entities, passed),
        "interventions": _interventions_on(view, route, entities, passed),
        "hypothesised": guessed,
        "unfolded": _unfolded(view, [step.statement for step in route.steps]),
        "foundation": footing.foundation,
    }
    evidence: dict[str, EvidenceShape] = {}
    for step in steps:
        evidence.update(step.evidence)
    for caution in cautions:
        evidence.update(_passages(view, caution.evidence))
    for _, passages in noted:
        evidence.update(passages)
    return Told(
        ready(path),
        evidence,
        footing,
        tuple(step.side for step in causal),
        len(frozenset[int]().union(*[one.papers for one in grounds])),
    )


# --- steps -----------------------------------------------------------------------------------


def _step(view: View, step: Step) -> _Step:
    # The statement of a step says which others it might have, and whether it is hypothesised.
    return view.remembered(("step", step.statement), lambda: _step_told(view, step))


def _step_told(view: View, step: Step) -> _Step:
    statement = view.knowledge.statements[step.statement]
    predicate, human = view.predicate(statement), view.human(step.statement)
    weighed = [
        one
        for one in view.derivation.weighed[step.statement]
        if one.evidence.role is Role.SUPPORTS and (one.p > 0 or step.hypothesised)
    ]
    ground = grounding.ground(view, step)
    net = step.net
    cell = step.ends.subject_cell or step.ends.object_cell
    contexts = [one.evidence.context for one in weighed if one.p > 0]
    shape: StepShape = {
        "statement": step.statement,
        "subject": shapes.named(view, step.subject),
        "predicate": predicate,
        "phrase": shapes.phrase(view, predicate),
        "sign": step.sign,
        "object": shapes.named(view, step.object),
        "aspect": statement.aspect,
        "belief": step.belief,
        "cost": step.cost,
        "studies": len(ground.lineages),
        "class": statement.cls,
        "status": view.status(step.statement),
        "net": net,
        "spelled_out": _spelled_out(view, step.statement) if net else [],
        "in_cell": shapes.named(view, cell) if cell else None,
        "laboratories": grounding.laboratories(view, ground),
        "human": human,
        "human_says": shapes.human_says(view, step.statement),
        "press_only": ground.press_only,
        "hypothesised": step.hypothesised,
        "contexts": shapes.contexts(view, step.statement),
        "conflict": view.conflict_value(step.statement),
        "conflicts": [conflict.id for conflict in view.conflicts_of(step.statement)],
        "also": list(step.also),
        "evidence": [one.id for one in view.knowledge.evidence_of(step.statement)],
    }
    return _Step(
        shape=ready(shape),
        sentence=shapes.sentence(view, statement),
        ground=ground,
        side=Side(step.subject, tuple(contexts)),
        remarks=tuple(dict.fromkeys(one.evidence.note for one in weighed if one.evidence.note)),
        human=human,
        evidence=tuple(
            passage
            for identifier in (step.statement, *step.also)
            for passage in _passages(view, view.knowledge.evidence_of(identifier))
        ),
    )


def _spelled_out(view: View, statement: str) -> list[ChainStep]:
    """The chain that spells a net statement out, best believed first."""
    found: list[ChainStep] = []
    for identifier in view.mechanism(statement):
        one = view.knowledge.statements[identifier]
        found.append(
            {
                "statement": identifier,
                "subject": shapes.named(view, one.subject),
                "predicate": view.predicate(one),
                "sign": one.sign,
                "object": shapes.named(view, one.object),
                "belief": view.belief(identifier),
            }
        )
    return found


def _unfolded(view: View, steps: Iterable[str]) -> int:
    """How many statements these steps are once every net one is spelled out, each counted once.

    Where a study says much, net statements spell each other out, and may lead back to themselves.
    """
    seen: set[str] = set()
    fine = 0
    todo = list(steps)
    while todo:
        step = todo.pop()
        if step in seen:
            continue
        seen.add(step)
        chain = view.mechanism(step) if step in view.derivation.net else ()
        todo.extend(chain)
        fine += not chain
    return fine or len(seen)


def _seam(view: View, joint: Joint) -> Seam:
    before, after = (
        [view.full.entity(one).name for one in side] if joint.dimension == "in_cell" else [*side]
        for side in (joint.before, joint.after)
    )
    return {
        "entity": shapes.named(view, joint.entity),
        "dimension": joint.dimension,
        "before": before,
        "after": after,
    }


def _passages(view: View, evidence: Iterable[Evidence]) -> Passages:
    whole = view.whole  # a passage says the same under any filter
    return tuple(
        (one.id, whole.remembered(one.id, lambda one=one: ready(shapes.evidence(whole, one))))
        for one in evidence
    )


def _human(
    causal: Sequence[_Step], cautions: Iterable[Caution]
) -> tuple[HumanApplicability, list[str]]:
    """The worst of the causal steps and of the cautions that cover the path, and why."""
    unknown = [one.says for c in cautions for one in c.evidence if one.human_unknown]
    stated = [step.human for step in causal if step.human is not None]
    if unknown:
        stated.append(HumanApplicability.UNKNOWN)
    worst = min(stated, key=HUMAN_RANK.index, default=HumanApplicability.UNSTATED)
    if worst is HumanApplicability.UNKNOWN and unknown:
        return worst, list(dict.fromkeys(unknown))
    if worst is HumanApplicability.SUPPORTED:
        return worst, []
    return worst, [step.sentence for step in causal if step.human is worst]


# --- entities --------------------------------------------------------------------------------


def _entity(view: View, entity: str) -> _Entity:
    return view.remembered(("entity", entity), lambda: _entity_told(view, entity))


def _entity_told(view: View, entity: str) -> _Entity:
    columns = view.columns
    number = columns.entity_number[entity]
    leaving, entering = (
        places[start[number] : start[number + 1]]
        for start, places in (columns.by_subject, columns.by_object)
    )
    near = np.concatenate([leaving, entering])
    noted = near[view.allowed[near] & _NOTED[columns.claims.cls[near]]]
    net = leaving[view.allowed[leaving] & view.derived.net[leaving]]
    known, names = view.knowledge.statements, columns.statements
    spanned: dict[str, list[Statement]] = defaultdict(list)
    for one in net.tolist():
        spanned[known[names[one]].object].append(known[names[one]])
    return _Entity(
        notes={names[one]: _note(view, known[names[one]]) for one in noted.tolist()},
        net=dict(spanned),
        interventions=_interventions(view).get(entity, ()),
    )


def _note(view: View, one: Statement) -> tuple[Note, Passages]:
    evidence = view.knowledge.evidence_of(one.id)
    note: Note = {
        "statement": one.id,
        "class": one.cls,
        "name": shapes.sentence(view, one),
        "says": [passage.says for passage in evidence],
    }
    return ready(note), _passages(view, evidence)


def _net_spanned(route: Route, entities: Sequence[str], passed: Sequence[_Entity]) -> list[str]:
    """Net statements with both ends on the path, in order, and the sign of that stretch."""
    place = {entity: i for i, entity in enumerate(entities)}
    return sorted(
        one.id
        for start, entity in enumerate(passed)
        if place[entities[start]] == start
        for object_, end in place.items()
        if end > start
        for one in entity.net.get(object_, ())
        if prod(step.passes for step in route.steps[start:end]) == one.sign
    )


# --- interventions ---------------------------------------------------------------------------


def interventions_on(view: View, route: Route) -> list[Hit]:
    """The interventions that hit the path: where, and what was observed for its target."""
    entities = route.entities
    return _interventions_on(view, route, entities, [_entity(view, one) for one in entities])


def _interventions(view: View) -> dict[str, tuple[_Intervention, ...]]:
    """The interventions by their target, and by each statement that is an outcome of theirs."""

    def make() -> dict[str, tuple[_Intervention, ...]]:
        found: dict[str, dict[str, _Intervention]] = defaultdict(dict)
        for one in view.knowledge.interventions.values():
            if one.target in view.without.entities:
                continue
            tested = one.status is InterventionStatus.TESTED
            observed: dict[str, Observed] = {
                o.on: shapes.OBSERVED[o.observed] for o in one.outcomes
            }
            known = _Intervention(one, tested, shapes.named(view, one.target), observed)
            for hit in (one.target, *[on for on in observed if on in view.knowledge.statements]):
                found[hit][one.id] = known
        return {hit: tuple(ones.values()) for hit, ones in found.items()}

    return view.remembered("interventions", make)


def _interventions_on(
    view: View, route: Route, entities: Sequence[str], passed: Sequence[_Entity]
) -> list[Hit]:
    """The interventions that hit the path, each at one step.

    Tested ones come first, and of these what was measured at the end of the path.

    The step that is an outcome of it; else that which leaves its target, or which enters it where
    a process of the target is named or the target ends the path; else the net statement whose
    mechanism it hits. A loop enters its first entity by its last step.
    """
    last = len(route.steps) - 1
    hits: dict[str, tuple[int, _Intervention]] = {}
    by_statement = _interventions(view)
    for number, step in enumerate(route.steps):
        for known in by_statement.get(step.statement, ()):
            hits.setdefault(known.one.id, (number, known))
    loop = entities[0] == entities[-1]
    for place, entity in enumerate(passed):
        for known in entity.interventions:
            entered = place - 1 if place else last if loop else 0
            number = entered if known.one.process or place > last else place
            hits.setdefault(known.one.id, (number, known))
    for number, step in enumerate(route.steps):
        # A net statement falls with its mechanism, so what hits that hits the step.
        for identifier in view.mechanism(step.statement) if step.net else ():
            one = view.knowledge.statements[identifier]
            inner = () if one.object == step.object else _entity(view, one.object).interventions
            for known in (*by_statement.get(identifier, ()), *inner):
                hits.setdefault(known.one.id, (number, known))
    end = entities[-1]
    ranked = sorted(
        (not known.tested, known.observed.get(end, _UNSEEN) == _UNSEEN, number, i)
        for i, (number, known) in hits.items()
    )
    shared = wording.shared_names([hits[i][1].one.name for *_, i in ranked])
    return [_hit(view, hits[i][1], number, end, shared) for *_, number, i in ranked]


def _hit(view: View, known: _Intervention, step: int, end: str, shared: frozenset[str]) -> Hit:
    """An intervention as it hits a step; many paths have the same hits."""
    one = known.one
    observed = known.observed.get(end, _UNSEEN) if known.tested else _UNSEEN
    study = one.study or one.source
    label = wording.label(one.name, shapes.paper(view, study), shared)

    def make() -> Hit:
        shape: Hit = {
            "id": one.id,
            "name": one.name,
            "study": study,
            "step": step,
            "status": one.status,
            "observed": observed,
            "target": known.target,
            "change": one.change,
            "phase": one.phase,
            "condition": one.condition,
            "label": label,
        }
        return ready(shape)

    return view.remembered(("hit", one.id, step, observed, label), make)
