"""Contradictions: opposite statements, and the first dimension that tells them apart.

A conflict is two causal statements with the same subject and opposite signs, equal aspects, and
objects that are equal or one `is_a`/`step_of` apart, each with supporting evidence that is
unhedged and neither headline nor ambiguous. Both are kept; neither lowers the other's belief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Context, Statement, digest
from immunograph.domain.vocabulary import Basis, Role, StatementClass
from immunograph.inference.belief import Assessment, Weighed

GRANULARITY: Final = "granularity of the object"
IN_CELL: Final = "cell in which it acts"

DIMENSIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("species or system", ("species", "study_system")),
    ("cell state", ("cell_state",)),
    (IN_CELL, ("in_cell",)),
    ("stage", ("stage",)),
    ("site", ("site",)),
    ("treatment and phase", ("treatment", "phase")),
    ("host state", ("host_state",)),
    ("cancer type", ("disease",)),
    ("dose or time", ("dose", "time")),
)
"""Tried in this order, after granularity; free-text conditions are never compared.

Each with its parts, the fields of a context, which are compared one by one. The identity of the
entity needs no comparison: both sides have the same subject.
"""
_PARTS: Final = tuple(part for _, parts in DIMENSIONS for part in parts)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two opposite statements, what is believed of each, and what resolves them, if anything.

    Both are causal, or both are associations whose directions are opposite.
    """

    id: str
    subject: str
    statements: tuple[str, str]
    """The promoting statement first."""
    support: tuple[float, float]
    conflict: float
    """min(S)/max(S) in a shared stratum where nothing resolves it; 0 otherwise."""
    resolved_by: str | None
    explanation: str


def eligible(statement: Statement, weighed: Iterable[Weighed]) -> bool:
    """Whether a statement can stand on one side of a conflict."""
    return statement.cls in (StatementClass.CAUSAL, StatementClass.ASSOCIATION) and any(
        one.evidence.role is Role.SUPPORTS
        and one.p > 0
        and not one.evidence.hedged
        and one.evidence.basis not in (Basis.HEADLINE, Basis.AMBIGUOUS, Basis.HYPOTHESISED)
        for one in weighed
    )


def neighbours(knowledge: Knowledge, entity: str) -> set[str]:
    """The entity, and those one `is_a` or `step_of` away from it, in either direction."""
    found = {entity, *knowledge.kinds_of(entity)}
    if knowledge.holds(entity):
        found.update(knowledge.entity(entity).is_a)
    found.update(step.object for step in knowledge.placed_from(entity) if step.effect == "step_of")
    found.update(step.subject for step in knowledge.placed_to(entity) if step.effect == "step_of")
    return found


def conflicts_of(
    knowledge: Knowledge,
    statements: Iterable[Statement],
    weighed_of: Mapping[str, Sequence[Weighed]],
    assessments: Mapping[str, Assessment],
) -> dict[str, Conflict]:
    """The conflicts, by id, that have one of these statements on either side."""
    found: dict[str, Conflict] = {}
    sign, near = _signs(knowledge), cache(partial(neighbours, knowledge))
    for one in statements:
        if not sign(one):
            continue
        against = [
            other
            for object_ in near(one.object)
            for other in knowledge.between(one.subject, object_)
            if other.aspect is one.aspect and other.cls is one.cls and sign(one) * sign(other) < 0
        ]
        if not against or not eligible(one, weighed_of[one.id]):
            continue
        for other in against:
            if eligible(other, weighed_of[other.id]):
                a, b = (one, other) if sign(one) > 0 else (other, one)
                conflict = _conflict(knowledge, a, b, weighed_of, assessments)
                found[conflict.id] = conflict
    return found


def _signs(knowledge: Knowledge) -> Callable[[Statement], int]:
    """The sign of a causal statement, or the direction of an association that has one."""

    def sign(statement: Statement) -> int:
        if statement.cls is StatementClass.ASSOCIATION:
            return knowledge.vocabulary.direction(statement.effect)
        return statement.sign

    return sign


def _conflict(
    knowledge: Knowledge,
    a: Statement,
    b: Statement,
    weighed_of: Mapping[str, Sequence[Weighed]],
    assessments: Mapping[str, Assessment],
) -> Conflict:
    resolved, explanation = _resolver(knowledge, a, b, weighed_of)
    strata_a = {s.stratum: s.support for s in assessments[a.id].strata}
    strata_b = {s.stratum: s.support for s in assessments[b.id].strata}
    shared = sorted(
        (
            (min(strata_a[s], strata_b[s]) / max(strata_a[s], strata_b[s]), s)
            for s in strata_a.keys() & strata_b.keys()
            if max(strata_a[s], strata_b[s]) > 0
        ),
        key=lambda found: (-found[0], found[1]),
    )
    if shared:
        support = (strata_a[shared[0][1]], strata_b[shared[0][1]])
    else:
        support = (max(strata_a.values()), max(strata_b.values()))
    unresolved = resolved is None and a.object == b.object and bool(shared)
    return Conflict(
        id=digest("conflict", a.id, b.id),
        subject=a.subject,
        statements=(a.id, b.id),
        support=support,
        conflict=round(shared[0][0], 6) if unresolved else 0.0,
        resolved_by=resolved,
        explanation=explanation,
    )


def _resolver(
    knowledge: Knowledge, a: Statement, b: Statement, weighed_of: Mapping[str, Sequence[Weighed]]
) -> tuple[str | None, str]:
    """The first dimension that both sides state and on which they share no value."""
    if a.object != b.object:
        ends = f"{knowledge.entity(a.object).name} against {knowledge.entity(b.object).name}"
        return GRANULARITY, f"The objects are neighbours, not the same: {ends}."
    sides = _supporting(a, weighed_of), _supporting(b, weighed_of)
    apart = telling_apart(*sides, knowledge.above)
    if apart is not None:
        dimension, ours, theirs = apart
        if dimension == IN_CELL:
            ours, theirs = (
                frozenset(knowledge.entity(i).name for i in side) for side in (ours, theirs)
            )
        against = f"{listed_values(ours)} against {listed_values(theirs)}"
        return dimension, f"Told apart by {dimension}: {against}."
    conditions = [_conditions(side, weighed_of) for side in (a, b)]
    if all(conditions) and conditions[0] != conditions[1]:
        against = " against ".join("; ".join(sorted(stated)) for stated in conditions)
        return None, f"No compared dimension tells them apart. Their conditions: {against}."
    return None, "Nothing that both sides state tells them apart."


def _conditions(
    statement: Statement, weighed_of: Mapping[str, Sequence[Weighed]]
) -> frozenset[str]:
    """The conditions in free text; shown, never compared."""
    return frozenset(
        one.evidence.context.condition
        for one in weighed_of[statement.id]
        if one.evidence.role is Role.SUPPORTS and one.evidence.context.condition
    )


def telling_apart(
    ours: Sequence[Context], theirs: Sequence[Context], above: Callable[[str], frozenset[str]]
) -> tuple[str, frozenset[str], frozenset[str]] | None:
    """The first dimension that both sides state and on which they share no value, with these.

    Two cells are told apart only where neither is a kind of the other; `above` gives an entity and
    every class above it.
    """
    stated, against = _stated(ours), _stated(theirs)
    for dimension, parts in DIMENSIONS:
        for part in parts:
            one, other = stated.get(part), against.get(part)
            if not one or not other or one & other:
                continue
            if dimension == IN_CELL and any(
                a in above(b) or b in above(a) for a in one for b in other
            ):
                continue
            return dimension, frozenset(one), frozenset(other)
    return None


def _supporting(statement: Statement, weighed_of: Mapping[str, Sequence[Weighed]]) -> list[Context]:
    return [
        one.evidence.context
        for one in weighed_of[statement.id]
        if one.evidence.role is Role.SUPPORTS and one.p > 0
    ]


def _stated(contexts: Iterable[Context]) -> dict[str, set[str]]:
    """What contexts state on each part of a dimension; what none states is not there."""
    found: dict[str, set[str]] = {}
    for context in contexts:
        for part in _PARTS:
            values: str | tuple[str, ...] | None = getattr(context, part)
            if values:
                own = (values,) if isinstance(values, str) else values
                found.setdefault(part, set()).update(map(str, own))
    return found


def listed_values(values: frozenset[str]) -> str:
    """Values of a dimension as people read them."""
    return ", ".join(value.replace("_", " ") for value in sorted(values))
