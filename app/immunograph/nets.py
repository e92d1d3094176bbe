"""Net effects: statements that only sum up a mechanism which the same study spells out.

A causal statement X→Y is net when, within one study (untraced: one source), it has supporting
evidence and so has every causal step of a chain X→Y of 2 to 8 steps with the same sign, no entity
twice and no abstract class inside. `carries` and `step_of` in the chain may come from anywhere.
Otherwise every summary sentence would bypass the mechanism that it summarises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from immunograph.belief import CURATOR_LINEAGE, Weighed
from immunograph.knowledge import Knowledge
from immunograph.model import Statement
from immunograph.vocabulary import Basis, Role, StatementClass

MAX_CHAIN: Final = 8
Arrow = tuple[str, int]
"""Where a step leads, and its sign."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps by where they begin, with their signs, and by where they end."""

    forward: dict[str, set[Arrow]]
    backward: dict[str, set[str]]

    @classmethod
    def of(cls, steps: Iterable[tuple[str, str, int]]) -> Steps:
        """Steps given as subject, object and sign."""
        forward: dict[str, set[Arrow]] = {}
        backward: dict[str, set[str]] = {}
        for subject, object_, sign in steps:
            forward.setdefault(subject, set()).add((object_, sign))
            backward.setdefault(object_, set()).add(subject)
        return cls(forward, backward)

    def with_steps(self, steps: Iterable[tuple[str, str, int]]) -> Steps:
        """These steps and others besides."""
        own = (
            (subject, object_, sign)
            for subject, arrows in self.forward.items()
            for object_, sign in arrows
        )
        return Steps.of((*own, *steps))

    def reached(self, entities: Iterable[str]) -> set[str]:
        """The entities, and all that these steps lead to from them."""
        found: set[str] = set()
        todo = list(entities)
        while todo:
            if (entity := todo.pop()) not in found:
                found.add(entity)
                todo.extend(there for there, _ in self.forward.get(entity, ()))
        return found

    def reaching(self, entities: Iterable[str]) -> set[str]:
        """The entities, and all from where these steps lead to them."""
        found: set[str] = set()
        todo = list(entities)
        while todo:
            if (entity := todo.pop()) not in found:
                found.add(entity)
                todo.extend(self.backward.get(entity, ()))
        return found


def counts(weighed: Iterable[Weighed]) -> bool:
    """Whether a placed step with this evidence may be part of a chain."""
    return any(
        one.evidence.role is Role.SUPPORTS
        and one.evidence.basis is not Basis.HYPOTHESISED
        and not one.retracted
        for one in weighed
    )


def placed_steps(knowledge: Knowledge, weighed_of: Mapping[str, tuple[Weighed, ...]]) -> Steps:
    """The believed `carries` and `step_of` steps of the graph; their sign is +1."""
    return Steps.of(
        (statement.subject, statement.object, 1)
        for statement in knowledge.placed
        if counts(weighed_of[statement.id])
    )


@dataclass(frozen=True, slots=True)
class Told:
    """The causal statements that a lineage supports: they may be net, or steps of a chain."""

    statements: tuple[Statement, ...]
    """By id."""
    steps: Steps
    """The same as steps."""


def told_in(
    knowledge: Knowledge, lineage: str, weighed_of: Mapping[str, tuple[Weighed, ...]]
) -> Told:
    """What a lineage tells.

    A lineage is `study:<id>`, or `source:<id>` for a source whose study cannot be traced.
    """
    statements = tuple(
        knowledge.statements[i]
        for i in sorted(_members(knowledge, lineage))
        if _counts(knowledge.statements[i], lineage, weighed_of[i])
    )
    return Told(statements, Steps.of((s.subject, s.object, s.sign) for s in statements))


def net_statements(told: Told, placed: Steps, abstract: AbstractSet[str]) -> set[str]:
    """The net statements among those that one lineage supports."""
    return {s.id for s in told.statements if _has_chain(s, told.steps, placed, abstract)}


def lineages_of(weighed: Iterable[Weighed]) -> set[str]:
    """The lineages within which a statement with this evidence may be net."""
    return {_lineage_of(one) for one in weighed if one.lineage != CURATOR_LINEAGE}


def _lineage_of(one: Weighed) -> str:
    return one.lineage if one.evidence.study else f"source:{one.evidence.source}"


def _members(knowledge: Knowledge, lineage: str) -> set[str]:
    kind, _, name = lineage.partition(":")
    study = name if kind == "study" else None
    return knowledge.statements_of_lineage(study, name)


def _counts(statement: Statement, lineage: str, weighed: Iterable[Weighed]) -> bool:
    return statement.cls is StatementClass.CAUSAL and any(
        one.evidence.role is Role.SUPPORTS
        and one.evidence.basis is not Basis.HYPOTHESISED
        and one.p > 0
        and one.lineage != CURATOR_LINEAGE
        and _lineage_of(one) == lineage
        for one in weighed
    )


def _has_chain(statement: Statement, own: Steps, placed: Steps, abstract: AbstractSet[str]) -> bool:
    """Whether a chain of 2 to 8 steps gives the same effect as the statement."""
    if not _another_way(statement, own, placed):
        return False
    reach = _steps_to(statement.object, own, placed, abstract)
    todo = [(statement.subject, 1, frozenset({statement.subject}))]
    while todo:
        entity, sign, visited = todo.pop()
        left = MAX_CHAIN + 1 - len(visited)
        for steps in (own, placed):
            for following, step_sign in steps.forward.get(entity, ()):
                if following == statement.object:
                    if len(visited) > 1 and sign * step_sign == statement.sign:
                        return True
                elif (
                    following not in visited
                    and following not in abstract
                    and reach.get(following, left) < left
                ):
                    todo.append((following, sign * step_sign, visited | {following}))
    return False


def _another_way(statement: Statement, own: Steps, placed: Steps) -> bool:
    """Whether another step leaves the subject and enters the object: without, no chain can be."""
    subject, object_ = statement.subject, statement.object
    return (subject in placed.forward or len(own.forward[subject]) > 1) and (
        object_ in placed.backward or len(own.backward[object_]) > 1
    )


def _steps_to(target: str, own: Steps, placed: Steps, abstract: AbstractSet[str]) -> dict[str, int]:
    """The fewest steps from each entity to the target, whatever the sign."""
    steps = {target: 0}
    ring = [target]
    while ring and steps[ring[0]] < MAX_CHAIN:
        wider: list[str] = []
        for there in ring:
            for table in (own.backward, placed.backward):
                for entity in table.get(there, ()):
                    if entity not in steps and entity not in abstract:
                        steps[entity] = steps[there] + 1
                        wider.append(entity)
        ring = wider
    return steps
