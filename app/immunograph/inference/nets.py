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
from typing import Final, NamedTuple, TypeVar

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


T = TypeVar("T")


class Arrow(NamedTuple):
    """A step from where it begins: where it leads, its sign, how it joins, and its statement."""

    object: str
    sign: int
    ends: Ends
    statement: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps by where they begin and by where they end."""

    forward: Mapping[str, Sequence[Arrow]]
    backward: Mapping[str, AbstractSet[tuple[str, int]]]
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

    def after(self, entity: str) -> Iterator[str]:
        """Where the steps from an entity lead."""
        return (arrow.object for arrow in self.forward.get(entity, ()))

    def before(self, entity: str) -> Iterator[str]:
        """From where steps lead to an entity."""
        return (subject for subject, _ in self.backward.get(entity, ()))


def distances(
    starts: Iterable[str], onward: Callable[[str], Iterable[str]], closed: Callable[[str], bool]
) -> dict[str, int]:
    """The fewest steps from any of the starts, as far as a chain may go.

    What is closed is reached and not passed, but for a start.

    >>> onward = {"a": "bc", "b": "d", "c": "d", "d": "a"}
    >>> found = distances("a", onward.__getitem__, "b".__eq__)
    >>> sorted(found.items())
    [('a', 0), ('b', 1), ('c', 1), ('d', 2)]
    """
    found = dict.fromkeys(starts, 0)
    ring = list(found)
    for steps in range(1, MAX_CHAIN + 1):
        near = {other for entity in ring for other in onward(entity) if other not in found}
        found.update(dict.fromkeys(near, steps))
        ring = [entity for entity in near if not closed(entity)]
    return found


def counts(weighed: Iterable[Weighed]) -> bool:
    """Whether a placed step with this evidence may be part of a chain."""
    return any(
        one.evidence.role is Role.SUPPORTS
        and one.evidence.basis is not Basis.HYPOTHESISED
        and not one.retracted
        for one in weighed
    )


class _OnDemand(Mapping[str, T]):
    """Something of each entity, found when it is asked for; an entity of which there is none has
    no entry."""

    def __init__(self, find: Callable[[str], T], entities: Callable[[], Iterable[str]]) -> None:
        self._find = find
        self._entities = entities
        self._found: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._found:
            self._found[key] = self._find(key)
        if not self._found[key]:
            raise KeyError(key)
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return (entity for entity in sorted(set(self._entities())) if entity in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def placed_steps(
    knowledge: Knowledge,
    weighed_of: Mapping[str, tuple[Weighed, ...]],
    ends_of: Mapping[str, Ends],
) -> Steps:
    """The believed `carries` and `step_of` steps of the graph; their sign is +1.

    They are looked up entity by entity, so that nobody pays for those that no chain comes near.
    """

    def forward(entity: str) -> list[Arrow]:
        return [
            Arrow(one.object, 1, ends_of[one.id], one.id)
            for one in knowledge.placed_from(entity)
            if counts(weighed_of[one.id])
        ]

    def backward(entity: str) -> set[tuple[str, int]]:
        steps = knowledge.placed_to(entity)
        return {(one.subject, 1) for one in steps if counts(weighed_of[one.id])}

    return Steps(
        _OnDemand(forward, lambda: (one.subject for one in knowledge.placed)),
        _OnDemand(backward, lambda: (one.object for one in knowledge.placed)),
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


Away = Callable[[str], int]
"""The fewest steps from an entity to a certain one; FAR where more than a chain may have."""


class Shared:
    """What the chains of all lineages have in common: the placed steps, and what is abstract.

    Distances are measured around each entity that chains come to, which is right for few of them.
    """

    def __init__(self, placed: Steps, abstract: AbstractSet[str]) -> None:
        self.placed = placed
        self.abstract = abstract
        self._known: dict[str, Away] = {}

    def steps_to(self, target: str) -> Away | None:
        """The fewest placed steps to an entity; None where none leads to it."""
        if target not in self.placed.backward:
            return None
        if target not in self._known:
            found = distances([target], self.placed.before, self.abstract.__contains__)
            self._known[target] = lambda entity: found.get(entity, FAR)
        return self._known[target]


class SharedByMany(Shared):
    """The same for the chains of a whole graph: distances are measured over arrays."""

    def __init__(self, placed: Steps, abstract: AbstractSet[str]) -> None:
        super().__init__(placed, abstract)
        entities = sorted(placed.forward.keys() | placed.backward.keys())
        self._place = {entity: number for number, entity in enumerate(entities)}
        into = [[self._place[s] for s in placed.before(e)] for e in entities]
        self._starts = np.cumsum([0, *map(len, into)], dtype=np.int64)
        self._into = np.array([one for many in into for one in many], dtype=np.int64)
        self._open = np.array([entity not in abstract for entity in entities], dtype=np.bool_)
        self._rows: OrderedDict[str, npt.NDArray[np.uint8]] = OrderedDict()

    def steps_to(self, target: str) -> Away | None:
        """The fewest placed steps to an entity; None where none leads to it."""
        if target not in self.placed.backward:
            return None
        row = self._rows.pop(target, None)
        if row is None:
            row = self._measured(self._place[target])
            while self._rows and (len(self._rows) + 1) * row.nbytes > MOST_BYTES:
                self._rows.popitem(last=False)
        self._rows[target] = row
        place = self._place
        return lambda entity: int(row[place[entity]]) if entity in place else FAR

    def _measured(self, target: int) -> npt.NDArray[np.uint8]:
        row = np.full(len(self._place), FAR, dtype=np.uint8)
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
            if entity in self._shared.placed.forward:
                found = min(found, self._by_placed_steps(entity, sign))
            self._known[entity, sign] = found
        return found

    def _by_placed_steps(self, entity: str, sign: int) -> int:
        """The same where the first step is a placed one."""
        away = self._shared.steps_to(self._target) if sign > 0 else None
        found = FAR if away is None else away(entity)
        for (subject, own_sign), steps in self._own.items():
            if own_sign == sign and (away := self._shared.steps_to(subject)) is not None:
                found = min(found, away(entity) + steps)
        return found

    def _from_own_steps(self, statement: Statement, own: Steps) -> dict[tuple[str, int], int]:
        """The same from where the lineage's own steps begin, the first being one of them."""
        ends = {statement.subject, statement.object}
        found: dict[tuple[str, int], int] = {}
        rings: list[set[tuple[str, int]]] = [set() for _ in range(MAX_CHAIN + 1)]
        doors = [one for one in own.backward if one in self._shared.placed.forward]

        def lead(entity: str, sign: int, steps: int) -> None:
            """Note the own steps that end at the entity, so many steps before the end."""
            for subject, own_sign in own.backward.get(entity, ()) if steps < MAX_CHAIN else ():
                if subject not in ends and subject not in self._shared.abstract:
                    rings[steps + 1].add((subject, own_sign * sign))

        def arrive(entity: str, sign: int, steps: int) -> None:
            """Note the own steps that lead to the entity, by placed steps or at once."""
            lead(entity, sign, steps)
            if not doors or (away := self._shared.steps_to(entity)) is None:
                return
            for door in doors:
                between = away(door)
                if between and door not in ends and door not in self._shared.abstract:
                    lead(door, sign, steps + between)

        arrive(statement.object, 1, 0)
        for steps, ring in enumerate(rings):
            for subject, sign in ring:
                if (subject, sign) not in found:
                    found[subject, sign] = steps
                    arrive(subject, sign, steps)
        return found
