"""The questions that start where a path ends: what breaks it, what feeds back, what changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

import numpy as np

from immunograph.answers.analytics import (
    Blockers,
    BlockingSet,
    Impact,
    Influence,
    InfluenceItem,
    Loop,
    Loops,
    LostPath,
    SetIntervention,
    StatementChange,
)
from immunograph.answers.parts import Observed
from immunograph.domain.model import Intervention
from immunograph.domain.vocabulary import HUMAN_RANK, Effect, HumanApplicability
from immunograph.inference.steps import PLAIN
from immunograph.names.spelling import fold
from immunograph.search import paths as search
from immunograph.service import citing, pathways, shapes, telling, wording
from immunograph.service.deadline import deadline
from immunograph.service.routes import Question, routes
from immunograph.service.view import Route, View

LOOP_MARGIN = 50


def mentions(name: str, set_aside: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Source and why of the passages that became nothing and mention this name."""
    wanted = fold(name)
    return [(source, why) for source, about, why in set_aside if fold(about) == wanted]


def _sign(effect: str | None) -> search.Effect | None:
    if effect is None:
        return None
    return 1 if effect == "promotes" else -1


def influence(
    view: View,
    entity: str,
    *,
    downstream: bool,
    effect: str | None,
    max_steps: int,
    limit: int,
) -> Influence:
    """What an entity reaches, or what reaches it: the best simple path of each net effect."""
    routes: list[Route] = []
    cut_by = None
    if entity in view.index:
        layer = view.layer
        with deadline() as stop:
            found = search.influence(
                layer.network,
                view.index[entity],
                downstream=downstream,
                effect=_sign(effect),
                max_steps=max_steps,
                limit=limit,
                banned=view.banned(),
                inside_banned=view.abstract,
                stop=stop,
            )
        routes = [Route.of(layer.steps[row] for row in one.steps) for one in found.paths]
        cut_by = found.cut_by
    answer: Influence = {
        "snapshot": view.snapshot,
        "question": {
            "entity": shapes.named(view, entity),
            "direction": "downstream" if downstream else "upstream",
            "effect": None if effect is None else Effect(effect),
            "max_steps": max_steps,
            "limit": limit,
            **pathways.chosen(view),
        },
        "complete": cut_by is None,
        "cut_by": cut_by,
        "items": [_influence_shape(view, r, downstream=downstream) for r in routes[:limit]],
        "next": None,
        "references": [],
    }
    return citing.cited(view, "influence", answer)


def _end(route: Route, *, downstream: bool) -> str:
    return route.entities[-1 if downstream else 0]


def _influence_shape(view: View, route: Route, *, downstream: bool) -> InfluenceItem:
    return {
        "entity": shapes.named(view, _end(route, downstream=downstream)),
        "effect": Effect.of_sign(route.sign),
        "belief": round(route.belief, 6),
        "cost": route.cost,
        "steps": len(route.steps),
        "via": route.entities[1:-1],
        "via_names": [view.full.entity(i).name for i in route.entities[1:-1]],
        "statements": [step.statement for step in route.steps],
    }


def blockers(
    view: View,
    sources: Sequence[str],
    targets: Sequence[str],
    *,
    effect: str | None,
    max_steps: int,
    max_size: int,
) -> Blockers:
    """All smallest sets of entities whose removal breaks every path of non-net steps."""
    index = view.index
    with deadline() as stop:
        found = search.blockers(
            view.fine.network,
            [index[i] for i in sources if i in index],
            [index[i] for i in targets if i in index],
            effect=_sign(effect),
            max_steps=max_steps,
            max_size=max_size,
            banned=view.banned(),
            inside_banned=view.abstract,
            stop=stop,
        )
    sets = [_blocker_shape(view, [view.ids[i] for i in each], targets) for each in found.sets]
    answer: Blockers = {
        "snapshot": view.snapshot,
        "question": {
            "source": [shapes.named(view, i) for i in sources],
            "target": [shapes.named(view, i) for i in targets],
            "effect": None if effect is None else Effect(effect),
            "max_steps": max_steps,
            "max_size": max_size,
            **pathways.chosen(view),
        },
        "summary": _blockers_summary(found, sets, max_size),
        "complete": found.complete,
        "cut_by": found.cut_by,
        "direct": found.direct,
        "connected": found.connected,
        "sets": sets,
        "references": [],
    }
    return citing.cited(view, "blockers", answer)


def _blocker_shape(view: View, entities: list[str], targets: Sequence[str]) -> BlockingSet:
    known = [
        one
        for one in sorted(view.knowledge.interventions.values(), key=lambda i: i.id)
        if one.target in entities and one.change < 0
    ]
    shared = wording.shared_names(one.name for one in known)
    interventions: list[SetIntervention] = [
        {
            "id": one.id,
            "name": one.name,
            "study": one.study or one.source,
            "status": one.status,
            "target": shapes.named(view, one.target),
            "observed": _observed(one, targets),
            "label": wording.label(one.name, shapes.paper(view, one.study or one.source), shared),
        }
        for one in known
    ]
    unseen = shapes.OBSERVED[None]
    interventions.sort(key=lambda i: (i["status"] != "tested", i["observed"] == unseen, i["id"]))
    seen = _set_in_humans(view, entities)
    return {
        "entities": [shapes.named(view, i) for i in entities],
        "interventions": interventions,
        "human": seen,
        "human_says": wording.human(seen),
    }


def _observed(one: Intervention, targets: Sequence[str]) -> Observed:
    seen = {o.on: o.observed for o in one.outcomes}
    hits = [seen[t] for t in targets if t in seen]
    return shapes.OBSERVED[hits[0] if hits else None]


def _set_in_humans(view: View, entities: list[str]) -> HumanApplicability:
    """Whether the set holds in humans: the worst of what enters and leaves its members."""
    claims, steps = view.columns.claims, view.fine.steps.statements
    members = [view.columns.entity_number[one] for one in entities]
    around = np.isin(claims.subject[steps], members) | np.isin(claims.object[steps], members)
    human = view.derived.human[steps[around]]
    stated = human[human >= 0]
    return HUMAN_RANK[int(stated.min())] if len(stated) else HumanApplicability.UNSTATED


def _blockers_summary(found: search.Blockers, sets: Sequence[BlockingSet], max_size: int) -> str:
    if not found.complete:
        return "Unknown: the search was ended early."
    if found.direct:
        return "A path of one step exists, so nothing in between breaks it."
    if not found.connected:
        return "There is no path to break."
    if not sets:
        return (
            f"No set of up to {wording.plural(max_size, 'entity').replace('ys', 'ies')} breaks it."
        )
    names = [" with ".join(e["name"] for e in each["entities"]) for each in sets]
    tested = [i["label"] for each in sets for i in each["interventions"] if i["status"] == "tested"]
    sentence = f"Broken by taking out {wording.listed(names, 'or')}."
    if tested:
        sentence += f" Tested: {wording.listed(list(dict.fromkeys(tested)))}."
    return sentence


# --- loops -----------------------------------------------------------------------------------


def loops(view: View, entity: str, *, max_steps: int, limit: int) -> Loops:
    """Feedback loops through an entity; a loop may close once through `process_of`."""
    layer = view.closed
    closing = view.closing
    known = search.Answer((), complete=True, cut_by=None)
    if entity in view.index:
        with deadline() as stop:
            known = search.loops(
                layer.network,
                view.index[entity],
                max_steps=max_steps,
                limit=limit + LOOP_MARGIN,
                banned=view.banned(),
                inside_banned=view.abstract,
                stop=stop,
            )
    found: list[Loop] = []
    for path in known.paths:
        taken = [layer.steps[row] for row in path.steps]
        if sum(step.statement in closing for step in taken) > 1:
            continue
        route = Route.of(taken)
        found.append(
            {
                "kind": "reinforcing" if path.effect > 0 else "balancing",
                "belief": round(prod(step.belief for step in taken), 6),
                "cost": path.cost,
                "steps": [telling.step_shape(view, step) for step in taken],
                "interventions": telling.interventions_on(view, route),
            }
        )
    cut_by = known.cut_by or ("limit" if len(found) > limit else None)
    kept = found[:limit]
    answer: Loops = {
        "snapshot": view.snapshot,
        "question": {
            "entity": shapes.named(view, entity),
            "max_steps": max_steps,
            "limit": limit,
            **pathways.chosen(view),
        },
        "summary": _loops_summary(kept),
        "complete": cut_by is None,
        "cut_by": cut_by,
        "items": kept,
        "next": None,
        "references": [],
    }
    return citing.cited(view, "loops", answer)


def _loops_summary(found: Sequence[Loop]) -> str:
    if not found:
        return "No feedback loop is known within these steps."
    balancing = [loop for loop in found if loop["kind"] == "balancing"]
    reinforcing = len(found) - len(balancing)
    parts: list[str] = []
    if balancing:
        parts.append(f"{wording.plural(len(balancing), 'balancing loop')}")
    if reinforcing:
        parts.append(f"{wording.plural(reinforcing, 'reinforcing loop')}")
    sentence = wording.listed(parts)
    best = found[0]
    names = [step["subject"]["name"] for step in best["steps"]]
    chain = ", ".join([*names, names[0]])
    return f"{sentence[0].upper()}{sentence[1:]}. The best believed, {best['kind']}: {chain}."


# --- impact ----------------------------------------------------------------------------------


def impact(before: View, after: View, sources: Sequence[str], targets: Sequence[str]) -> Impact:
    """What changes when the second view takes the place of the first."""
    statements: list[StatementChange] = []
    fallen: list[str] = []
    standing, left = before.allowed, after.allowed
    old, new = before.derived, after.derived
    alike = left & (old.belief == new.belief) & (old.status == new.status)
    for number in np.flatnonzero(standing & ~alike).tolist():
        identifier = before.columns.statements[number]
        one = before.knowledge.statements[identifier]
        believed = float(old.belief[number])
        still = float(new.belief[number]) if left[number] else None
        statements.append(
            {
                "id": identifier,
                "name": shapes.sentence(before, one),
                "class": one.cls,
                "before": believed,
                "after": still,
            }
        )
        if still is None or (believed > 0 and still == 0):
            fallen.append(identifier)
    lost: list[LostPath] = []
    if sources:
        lost = _lost(before, after, sources, targets)
    conflicts_gone = sorted(before.conflicts.keys() - after.conflicts.keys())
    answer: Impact = {
        "snapshot": before.snapshot,
        "question": {
            "source": [shapes.named(before, i) for i in sources],
            "target": [shapes.named(before, i) for i in targets],
            **pathways.chosen(after),
        },
        "summary": (
            f"{len(fallen)} of {np.count_nonzero(standing)} statements fall, "
            f"{len(statements) - len(fallen)} more change their belief"
            + (f", {wording.plural(len(lost), 'path')} lost." if sources else ".")
        ),
        "statements": statements,
        "fallen": fallen,
        "paths_lost": lost,
        "conflicts_gone": conflicts_gone,
        "references": [],
    }
    return citing.cited(before, "impact", answer)


def _lost(
    before: View, after: View, sources: Sequence[str], targets: Sequence[str]
) -> list[LostPath]:
    """Those of the best paths between the ends that are no longer there, by whatever statement."""
    question = Question(
        sources=sources,
        targets=targets,
        effect=None,
        max_steps=8,
        limit=100,
        hypothesised=False,
    )
    return [
        {
            "effect": Effect.of_sign(route.sign),
            "belief": round(route.belief, 6),
            "entities": [shapes.named(before, i) for i in route.entities],
            "steps": [step.statement for step in route.steps],
        }
        for route in routes(before, question)[0]
        if not _stands(after, route)
    ]


def _stands(view: View, route: Route) -> bool:
    """Whether a view has a path by the same entities and signs."""
    open_ends = {PLAIN}
    for step in route.steps:
        open_ends = {
            other.ends
            for before in open_ends
            for other in view.following(before, step.subject, step.object)
            if other.passes == step.passes
        }
    return bool(open_ends)
