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

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.vocabulary import Basis, Role, StatementClass
from immunograph.inference.belief import CURATOR_LINEAGE, Weighed, cost
from immunograph.inference.steps import PLAIN, Ends, joins

MAX_CHAIN: Final = 8
MOST_CHAINS: Final = 1_000
"""Chains that are compared for the best believed one."""
FAR: Final = 255
"""A distance in placed steps where no chain is short enough."""
MOST_BYTES: Final = 256 << 20
"""Bytes that distances may take; those asked for least recently are let go."""


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
    backward: dict[str, set[tuple[str, int]]]
    """Where they begin, with their sign, by where they end."""

    @classmethod
    def of(cls, steps: Iterable[tuple[str, Arrow]]) -> Steps:
        """Steps given with the entity where they begin."""
        forward: dict[str, list[Arrow]] = {}
        backward: dict[str, set[tuple[str, int]]] = {}
        for subject, arrow in steps:
            forward.setdefault(subject, []).append(arrow)
            backward.setdefault(arrow.object, set()).add((subject, arrow.sign))
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
                todo.extend(subject for subject, _ in self.backward.get(entity, ()))
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
    return telling(statements, ends_of)


def telling(statements: Sequence[Statement], ends_of: Mapping[str, Ends]) -> Told:
    """What tells these statements, given by id."""
    return Told(
        tuple(statements),
        Steps.of((s.subject, Arrow(s.object, s.sign, ends_of[s.id], s.id)) for s in statements),
    )


class Shared:
    """What the chains of all lineages have in common: the placed steps, and what is abstract."""

    def __init__(self, placed: Steps, abstract: AbstractSet[str]) -> None:
        self.placed = placed
        self.abstract = abstract
        entities = sorted(placed.forward.keys() | placed.backward.keys())
        self.place = {entity: number for number, entity in enumerate(entities)}
        """The place of each entity that a placed step begins or ends at, in `steps_to`."""
        into = [[self.place[s] for s, _ in placed.backward.get(e, ())] for e in entities]
        self._starts = np.cumsum([0, *map(len, into)], dtype=np.int64)
        self._into = np.array([one for many in into for one in many], dtype=np.int64)
        self._open = np.array([entity not in abstract for entity in entities], dtype=np.bool_)
        self._rows: OrderedDict[str, npt.NDArray[np.uint8]] = OrderedDict()

    def steps_to(self, target: str) -> npt.NDArray[np.uint8] | None:
        """The fewest placed steps to an entity, by place; None where none leads to it.

        FAR where more than a chain may have.
        """
        if target not in self.place:
            return None
        row = self._rows.pop(target, None)
        if row is None:
            row = self._measured(self.place[target])
            while self._rows and (len(self._rows) + 1) * row.nbytes > MOST_BYTES:
                self._rows.popitem(last=False)
        self._rows[target] = row
        return row

    def _measured(self, target: int) -> npt.NDArray[np.uint8]:
        row = np.full(len(self.place), FAR, dtype=np.uint8)
        row[target] = 0
        ring = np.array([target])
        for steps in range(1, MAX_CHAIN + 1):
            starts = self._starts[ring]
            counts = self._starts[ring + 1] - starts
            firsts = np.repeat(starts - np.cumsum(counts) + counts, counts)
            near = self._into[firsts + np.arange(len(firsts))]
            ring = np.unique(near[row[near] == FAR])
            row[ring] = steps
            ring = ring[self._open[ring]]
        return row


def net_statements(told: Told, shared: Shared) -> set[str]:
    """The net statements among those that one lineage supports."""
    return {s.id for s in told.statements if next(chains(s, told, shared), None)}


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
    own, placed, abstract = told.steps, shared.placed, shared.abstract
    if not _another_way(statement, own, placed):
        return
    needed = _Needed(statement, own, shared)
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
                    and needed.steps(following, statement.sign * sign * step_sign) < left
                ):
                    deeper = (*chain, step)
                    todo.append((following, sign * step_sign, ends, visited | {following}, deeper))


def _another_way(statement: Statement, own: Steps, placed: Steps) -> bool:
    """Whether another step leaves the subject and enters the object: without, no chain can be."""
    subject, object_ = statement.subject, statement.object
    return (subject in placed.forward or len(own.forward[subject]) > 1) and (
        object_ in placed.backward or len(own.backward[object_]) > 1
    )


class _Needed:
    """How many steps a chain needs at least to come to its end with the sign that it lacks.

    They are those of the shortest walk, whatever the joints: a chain may need more, never fewer.
    Without, a search among many placed steps would go through all that give the other sign.
    """

    def __init__(self, statement: Statement, own: Steps, shared: Shared) -> None:
        self._shared = shared
        self._target = statement.object
        self._known: dict[tuple[str, int], int] = {}
        self._own = self._from_own_steps(statement, own)

    def steps(self, entity: str, sign: int) -> int:
        """The fewest steps from the entity that give the sign; FAR where none do."""
        found = self._known.get((entity, sign))
        if found is None:
            found = self._own.get((entity, sign), FAR)
            place = self._shared.place.get(entity)
            if place is not None:
                found = min(found, self._by_placed_steps(place, sign))
            self._known[entity, sign] = found
        return found

    def _by_placed_steps(self, place: int, sign: int) -> int:
        """The same where the first step is a placed one."""
        row = self._shared.steps_to(self._target) if sign > 0 else None
        found = FAR if row is None else int(row[place])
        for (subject, own_sign), steps in self._own.items():
            if own_sign == sign and (row := self._shared.steps_to(subject)) is not None:
                found = min(found, int(row[place]) + steps)
        return found

    def _from_own_steps(self, statement: Statement, own: Steps) -> dict[tuple[str, int], int]:
        """The same from where the lineage's own steps begin, the first being one of them."""
        ends = {statement.subject, statement.object}
        found: dict[tuple[str, int], int] = {}
        rings: list[set[tuple[str, int]]] = [set() for _ in range(MAX_CHAIN + 1)]
        doors = [one for one in own.backward if one in self._shared.place]

        def lead(entity: str, sign: int, steps: int) -> None:
            """Note the own steps that end at the entity, so many steps before the end."""
            for subject, own_sign in own.backward.get(entity, ()) if steps < MAX_CHAIN else ():
                if subject not in ends and subject not in self._shared.abstract:
                    rings[steps + 1].add((subject, own_sign * sign))

        def arrive(entity: str, sign: int, steps: int) -> None:
            """Note the own steps that lead to the entity, by placed steps or at once."""
            lead(entity, sign, steps)
            if not doors or (row := self._shared.steps_to(entity)) is None:
                return
            for door in doors:
                between = int(row[self._shared.place[door]])
                if between and door not in ends and door not in self._shared.abstract:
                    lead(door, sign, steps + between)

        arrive(statement.object, 1, 0)
        for steps, ring in enumerate(rings):
            for subject, sign in ring:
                if (subject, sign) not in found:
                    found[subject, sign] = steps
                    arrive(subject, sign, steps)
        return found
