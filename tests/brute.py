"""Brute force over statements: every path that the definition of a path allows, in rank order.

Written from the definition and from nothing else; beliefs and net marks are taken as given, since
tests of their own hold them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log, prod

from immunograph.derivation import derive
from immunograph.knowledge import Knowledge
from immunograph.model import Statement
from immunograph.vocabulary import StatementClass, Status


@dataclass(frozen=True)
class Walk:
    """A path: the ids of its statements and entities, its sign and its place in the ranking."""

    statements: tuple[str, ...]
    entities: tuple[str, ...]
    sign: int
    cost: int
    belief: float
    guessed: int
    also: tuple[tuple[str, ...], ...]
    signs: tuple[int, ...]

    @property
    def rank(self) -> tuple[object, ...]:
        """Hypothesised last, then cost, fewer steps, entities, promotes before inhibits."""
        codes = tuple(zip(self.entities[1:], (sign < 0 for sign in self.signs), strict=True))
        return self.guessed, self.cost, len(self.statements), self.entities[0], codes


class Graph:
    """One graph, and what a question leaves out of it."""

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        gone_entities: Collection[str] = (),
        gone_statements: Collection[str] = (),
        min_belief: float | None = None,
        hypothesised: bool = False,
    ) -> None:
        derivation = derive(knowledge)
        self.knowledge = knowledge
        self.belief = {i: a.belief for i, a in derivation.assessments.items()}
        self.net = derivation.net
        self.hypothesised = hypothesised
        self.status = {i: a.status for i, a in derivation.assessments.items()}
        self.left = [
            one
            for one in knowledge.statements.values()
            if one.id not in gone_statements
            and one.subject not in gone_entities
            and one.object not in gone_entities
        ]
        self.least = min_belief
        self.entities = sorted(knowledge.entities)
        self.abstract = {i for i, one in knowledge.entities.items() if one.abstract}

    def options(self, source: str, target: str, sign: int) -> list[Statement]:
        """The statements that may be the step from one entity to another, best first."""
        found = [
            one
            for one in self.left
            if (one.subject, one.object) == (source, target)
            and self.belief[one.id] > 0
            and (
                (one.cls is StatementClass.CAUSAL and one.sign == sign)
                if sign
                else one.effect in ("carries", "step_of")
            )
            and (not sign or self.least is None or self.belief[one.id] >= self.least)
        ]
        return sorted(found, key=lambda one: (-self.belief[one.id], one.id))

    def guesses(self, source: str, target: str, sign: int) -> list[Statement]:
        """Hypothesised statements, by id."""
        found = [
            one
            for one in self.left
            if (one.subject, one.object, one.sign) == (source, target, sign)
            and sign
            and self.status[one.id] is Status.HYPOTHESISED
        ]
        return sorted(found, key=lambda one: one.id)

    def steps(
        self, source: str, target: str, *, alone: bool
    ) -> list[tuple[Statement, tuple[str, ...], bool]]:
        """The steps from one entity to another, with the others and whether it is a guess."""
        found: list[tuple[Statement, tuple[str, ...], bool]] = []
        for sign in (1, -1, 0):
            if sign == 0 and found:
                continue
            options = self.options(source, target, sign)
            usable = [one for one in options if alone or one.id not in self.net]
            if usable:
                also = tuple(one.id for one in options if one is not usable[0])
                found.append((usable[0], also, False))
        if self.hypothesised:
            taken = {one.sign or 1 for one, _, _ in found}
            for sign in (1, -1):
                guesses = self.guesses(source, target, sign)
                if guesses and sign not in taken:
                    found.append((guesses[0], tuple(one.id for one in guesses[1:]), True))
        return found

    def paths(
        self,
        sources: Collection[str],
        targets: Collection[str],
        *,
        sign: int | None = None,
        max_steps: int = 8,
        removed: Collection[str] = (),
        alone: bool = True,
    ) -> list[Walk]:
        """All paths in the order of the ranking; `alone` also those of one step."""
        found: list[Walk] = []
        for source in set(sources) - set(removed):
            for target in set(targets) - {source} - set(removed):
                if alone:
                    found += [self._walk([step]) for step in self.steps(source, target, alone=True)]
                for entities in self._ways(source, target, max_steps, removed):
                    found += [self._walk(choice) for choice in self._choices(entities)]
        kept = [one for one in found if sign in (None, one.sign)]
        return sorted(kept, key=lambda one: one.rank)

    def _ways(
        self, source: str, target: str, max_steps: int, removed: Collection[str]
    ) -> Iterator[list[str]]:
        """Every way from source to target of two steps or more, as entities."""
        open_ways = [[source]]
        while open_ways:
            way = open_ways.pop()
            if len(way) > max_steps:
                continue
            for following in self.entities:
                if following in way or following in removed:
                    continue
                if not self.steps(way[-1], following, alone=False):
                    continue
                if following == target:
                    if len(way) > 1:
                        yield [*way, target]
                elif following not in self.abstract:
                    open_ways.append([*way, following])

    def _choices(
        self, entities: list[str]
    ) -> Iterator[list[tuple[Statement, tuple[str, ...], bool]]]:
        """Every choice of one step between each two entities of a way."""
        choices: list[list[tuple[Statement, tuple[str, ...], bool]]] = [[]]
        for pair in pairwise(entities):
            steps = self.steps(*pair, alone=False)
            choices = [[*choice, step] for choice in choices for step in steps]
        yield from choices

    def _walk(self, steps: list[tuple[Statement, tuple[str, ...], bool]]) -> Walk:
        believed = [self.belief[one.id] for one, _, guess in steps if not guess]
        return Walk(
            statements=tuple(one.id for one, _, _ in steps),
            entities=(steps[0][0].subject, *(one.object for one, _, _ in steps)),
            sign=prod(one.sign or 1 for one, _, _ in steps),
            cost=sum(round(-log(max(belief, 0.0001)) * 1_000_000) for belief in believed),
            belief=prod(believed) if believed else 0.0,
            guessed=len(steps) - len(believed),
            also=tuple(also for _, also, _ in steps),
            signs=tuple(one.sign for one, _, _ in steps),
        )
