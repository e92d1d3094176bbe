"""What to test next: where the graph says what nobody knows, ranked by what hangs on it.

Four kinds of open question, each with why it is one, what would settle it, and what was tried:
an answer whose sign is contested or open, a conflict that nothing explains, an entity that a well
believed path runs through and that nobody took out while measuring the path's end, and a step that
rests on one study or one laboratory. Nothing is asked that follows from the meaning of terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from immunograph.answers.open_questions import AskedOpen, Tried
from immunograph.answers.open_questions import OpenQuestion as OpenQuestionShape
from immunograph.domain.model import Intervention
from immunograph.domain.vocabulary import OpenKind
from immunograph.search.paths import Stop
from immunograph.service import pathways, shapes
from immunograph.service.deadline import deadline
from immunograph.service.open_kinds import few_in, narrow_in, uses_in
from immunograph.service.open_ranking import OpenQuestion, Ranked
from immunograph.service.open_scope import (
    Scope,
    scope_of_answer,
    scope_of_entity,
    scope_of_view,
)
from immunograph.service.view import View


@dataclass(frozen=True, slots=True)
class Listed:
    """Open questions, most urgent first, and what cut the search for them, if anything did."""

    questions: Ranked
    cut_by: Literal["work", "time"] | None


def of_graph(view: View) -> Listed:
    """What is open in all that a view holds; found once for each view."""
    return _remembered(view, ("open questions",), lambda stop: scope_of_view(view, stop))


def of_entity(view: View, entity: str) -> Listed:
    """What is open about an entity: paths from, to and through it, and what is said of it."""
    key = ("open questions", entity)
    return _remembered(view, key, lambda stop: scope_of_entity(view, entity, stop))


def of_answer(view: View, sources: Sequence[str], targets: Sequence[str]) -> Listed:
    """What is open in the answer to how some entities affect others."""
    key = ("open questions", tuple(sources), tuple(targets))
    return _remembered(view, key, lambda stop: scope_of_answer(view, sources, targets, stop))


def _remembered(view: View, key: tuple[Any, ...], scope: Callable[[Stop], Scope]) -> Listed:
    found: Listed | None = view.recalled(key)
    if found is None:
        with deadline() as stop:
            looked_at = scope(stop)
            uses = uses_in(view, looked_at)
            few = [*few_in(view, looked_at, uses, stop)]
            questions = Ranked(few, narrow_in(view, looked_at, uses))
            in_time = not stop[0]
            made = Listed(questions, looked_at.cut_by if in_time else "time")
        found = view.remembered(key, lambda: made) if in_time else made
    return found


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
