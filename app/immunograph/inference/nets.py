"""Net effects: statements that sum up a mechanism which the same study spells out.

A causal statement X→Y is net when, within one study (untraced: one source), it has supporting
evidence and so has every causal step of a chain X→Y of 2 to 8 steps with the same sign, no entity
twice, no abstract class inside, in which every step may follow the one before it. `carries` and
`step_of` in the chain may come from anywhere; its steps may be net themselves. The chain *spells
it out*.

A net statement may be a step, since who measured the whole knows more of it than the product of
its parts says. But it falls with its mechanism: where every chain that spells it out is broken it
is no step any more, so that no summary bypasses what has been taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.vocabulary import Basis, Role, StatementClass
from immunograph.inference.belief import CURATOR_LINEAGE, Weighed, cost
from immunograph.inference.steps import PLAIN, Ends, joins

MAX_CHAIN: Final = 8
MOST_CHAINS: Final = 1_000
"""Chains that are compared for the best believed one."""


class Arrow(NamedTuple):
    """A step from where it begins: where it leads, its sign, how it joins, and its statement."""

    object: str
    sign: int
    ends: Ends
    statement: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps by where they begin and by where they end."""

    forward: dict[str, list[Arrow]]
    backward: dict[str, set[str]]

    @classmethod
    def of(cls, steps: Iterable[tuple[str, Arrow]]) -> Steps:
        """Steps given with the entity where they begin."""
        forward: dict[str, list[Arrow]] = {}
        backward: dict[str, set[str]] = {}
        for subject, arrow in steps:
            forward.setdefault(subject, []).append(arrow)
            backward.setdefault(arrow.object, set()).add(subject)
        return cls(forward, backward)

    def with_steps(self, steps: Iterable[tuple[str, str]]) -> Steps:
        """These steps and others besides, of which only the ends count."""
        own = ((subject, arrow) for subject, arrows in self.forward.items() for arrow in arrows)
        more = ((subject, Arrow(object_, 1, PLAIN, "")) for subject, object_ in steps)
        return Steps.of((*own, *more))

    def reached(self, entities: Iterable[str]) -> set[str]:
        """The entities, and all that these steps lead to from them."""
        found: set[str] = set()
        todo = list(entities)
        while todo:
            if (entity := todo.pop()) not in found:
                found.add(entity)
                todo.extend(arrow.object for arrow in self.forward.get(entity, ()))
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


def placed_steps(
    knowledge: Knowledge,
    weighed_of: Mapping[str, tuple[Weighed, ...]],
    ends_of: Mapping[str, Ends],
) -> Steps:
    """The believed `carries` and `step_of` steps of the graph; their sign is +1."""
    return Steps.of(
        (one.subject, Arrow(one.object, 1, ends_of[one.id], one.id))
        for one in knowledge.placed
        if counts(weighed_of[one.id])
    )


@dataclass(frozen=True, slots=True)
class Told:
    """The causal statements that a lineage supports: they may be net, or steps of a chain."""

    statements: tuple[Statement, ...]
    """By id."""
    steps: Steps
    """The same as steps."""


def told_in(
    knowledge: Knowledge,
    lineage: str,
    weighed_of: Mapping[str, tuple[Weighed, ...]],
    ends_of: Mapping[str, Ends],
) -> Told:
    """What a lineage tells.

    A lineage is `study:<id>`, or `source:<id>` for a source whose study cannot be traced.
    """
    statements = tuple(
        knowledge.statements[i]
        for i in sorted(_members(knowledge, lineage))
        if _counts(knowledge.statements[i], lineage, weighed_of[i])
    )
    return Told(
        statements,
        Steps.of((s.subject, Arrow(s.object, s.sign, ends_of[s.id], s.id)) for s in statements),
    )


class Shared(NamedTuple):
    """What the chains of all lineages have in common."""

    placed: Steps
    abstract: AbstractSet[str]


def net_statements(told: Told, shared: Shared) -> set[str]:
    """The net statements among those that one lineage supports."""
    return {s.id for s in told.statements if next(chains(s, told, shared), None)}


def fallen(
    net_of: Mapping[str, AbstractSet[str]],
    told_in: Mapping[str, Told],
    shared: Shared,
    *,
    allows: Callable[[str], bool],
    lineages: Iterable[str],
    telling: Callable[[str], AbstractSet[str]],
) -> set[str]:
    """The net statements of which no chain stands where only some statements are allowed.

    `lineages` are those within which a chain may have been broken; all others stand as they did.
    A chain is broken by a net statement that falls, too, in whichever lineage that is net: so
    `telling` gives the lineages that tell a statement.
    """
    gone: set[str] = set()
    standing: dict[str, AbstractSet[str]] = dict(net_of)
    todo = set(lineages) & net_of.keys()

    def left(statement: str) -> bool:
        return allows(statement) and statement not in gone

    while todo:
        lineage = todo.pop()
        told = told_in[lineage]
        broken = {
            one.id
            for one in told.statements
            if one.id in standing[lineage] and not next(chains(one, told, shared, left), None)
        }
        standing[lineage] = standing[lineage] - broken
        for statement in broken:
            within = telling(statement) & net_of.keys()
            if not any(statement in standing[one] for one in within):
                gone.add(statement)
                todo |= within
    return gone


def spelled_out(
    statement: Statement,
    tellings: Iterable[Told],
    shared: Shared,
    *,
    belief: Callable[[str], float],
    allows: Callable[[str], bool],
) -> tuple[str, ...]:
    """The chain that spells a net statement out, as statements; the best believed, then by ids.

    Of very many chains, the best of the first thousand.
    """
    found = (
        chain
        for told in tellings
        for chain in islice(chains(statement, told, shared, allows), MOST_CHAINS)
    )
    return min(
        found,
        key=lambda chain: (sum(cost(belief(one)) for one in chain), len(chain), chain),
        default=(),
    )


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


def chains(
    statement: Statement,
    told: Told,
    shared: Shared,
    allows: Callable[[str], bool] = lambda statement: True,
) -> Iterator[tuple[str, ...]]:
    """Every chain of 2 to 8 allowed steps that gives the same effect as the statement."""
    own = told.steps
    placed, abstract = shared
    if not _another_way(statement, own, placed):
        return
    reach = _steps_to(statement.object, own, placed, abstract)
    start = (statement.subject, 1, PLAIN, frozenset({statement.subject}), ())
    todo: list[tuple[str, int, Ends, frozenset[str], tuple[str, ...]]] = [start]
    while todo:
        entity, sign, before, visited, chain = todo.pop()
        left = MAX_CHAIN + 1 - len(visited)
        for steps in (own, placed):
            for following, step_sign, ends, step in steps.forward.get(entity, ()):
                if not joins(before, ends) or not allows(step):
                    continue
                if following == statement.object:
                    if len(visited) > 1 and sign * step_sign == statement.sign:
                        yield (*chain, step)
                elif (
                    following not in visited
                    and following not in abstract
                    and reach.get(following, left) < left
                ):
                    deeper = (*chain, step)
                    todo.append((following, sign * step_sign, ends, visited | {following}, deeper))


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
