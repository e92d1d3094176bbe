"""Brute force over statements: every path that the definition of a path allows, in rank order.

Written from the definition and from nothing else. Beliefs are taken as given, since tests of their
own hold them; how statements join, which are net, and which net ones fall, is worked out here, by
listing every chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from math import log, prod
from typing import NamedTuple

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Evidence, Statement
from immunograph.domain.vocabulary import StatementClass, Status
from immunograph.inference.derivation import derive

ELSEWHERE = frozenset(
    {
        "Cell", "CellCluster", "Organism", "AnatomicalEntity", "AnatomicalSystem", "Disease",
        "PathologicalProcess", "ClinicalOutcome", "Quality", "Treatment",
    }
)  # fmt: skip
"""Kinds of what acts in no cell."""


class Manner(NamedTuple):
    """How a statement meets what comes before and after it."""

    changes_number: bool
    holds_of_number: bool
    subject_in: str
    object_in: str

    @property
    def arrival(self) -> tuple[str, bool]:
        """Which end of its object it reaches; the plain one comes first."""
        return self.object_in, self.changes_number


def follows(before: Manner | None, after: Manner) -> bool:
    """Whether what is said with one manner may be followed by what is said with another."""
    if before is None:
        return True
    if before.changes_number and not after.holds_of_number:
        return False
    return not before.object_in or not after.subject_in or before.object_in == after.subject_in


def classes_of(knowledge: Knowledge, entity: str) -> Iterator[str]:
    """An entity and all classes above it."""
    yield entity
    for above in knowledge.entities[entity].is_a:
        yield from classes_of(knowledge, above)


def supporters(knowledge: Knowledge, statement: str) -> list[Evidence]:
    """What supports a statement and was not retracted."""
    return [
        one
        for one in knowledge.evidence_of(statement)
        if one.role == "supports" and not (one.study and knowledge.studies[one.study].retracted)
    ]


def manner(knowledge: Knowledge, one: Statement) -> Manner:
    """How a statement joins others, from what its support says."""
    entities = knowledge.entities
    support = supporters(knowledge, one.id)
    cells_die = {p.name for p in knowledge.vocabulary.predicates if p.number}
    to_tumour_cells = any(entities[i].tumour_cells for i in classes_of(knowledge, one.object))
    to_their_growth = any(entities[i].of_tumour_cells for i in classes_of(knowledge, one.object))
    sober = [e for e in support if e.basis != "hypothesised"] or support
    stated = {e.context.in_cell for e in sober}
    cell = ""
    if len(stated) == 1:
        cells = stated.pop()
        cell = cells[0] if len(cells) == 1 else ""
    return Manner(
        changes_number=one.cls is StatementClass.CAUSAL
        and to_tumour_cells
        and (
            one.aspect in ("survival", "proliferation", "amount")
            or any(e.predicate in cells_die for e in support)
        ),
        holds_of_number=one.effect in ("step_of", "process_of") or to_their_growth,
        subject_in="" if entities[one.subject].kind in ELSEWHERE else cell,
        object_in="" if entities[one.object].kind in ELSEWHERE else cell,
    )


# --- net statements -------------------------------------------------------------------------------


class Mechanisms:
    """The chains that spell statements out, within each study and each untraced source."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.manner = {i: manner(knowledge, one) for i, one in knowledge.statements.items()}
        self.told: dict[str, set[str]] = {}
        """The causal statements that each supports."""
        self.placed: list[Statement] = []
        for one in knowledge.statements.values():
            sober = [e for e in supporters(knowledge, one.id) if e.basis != "hypothesised"]
            if one.effect in ("carries", "step_of") and sober:
                self.placed.append(one)
            for evidence in sober if one.cls is StatementClass.CAUSAL else ():
                if evidence.study:
                    self.told.setdefault(f"study {evidence.study}", set()).add(one.id)
                elif knowledge.source(evidence.source).type != "curator":
                    self.told.setdefault(f"source {evidence.source}", set()).add(one.id)

    def chains(self, statement: str) -> Iterator[tuple[str, ...]]:
        """Every chain that spells a statement out."""
        one = self.knowledge.statements[statement]
        for told in self.told.values():
            if statement in told:
                steps = [*(self.knowledge.statements[i] for i in told), *self.placed]
                yield from self._chains(one, steps, ())

    def _chains(
        self, whole: Statement, steps: list[Statement], begun: tuple[Statement, ...]
    ) -> Iterator[tuple[str, ...]]:
        here = begun[-1].object if begun else whole.subject
        met = {whole.subject, *(one.object for one in begun)}
        before = self.manner[begun[-1].id] if begun else None
        for step in steps:
            if step.subject != here or not follows(before, self.manner[step.id]):
                continue
            chain = (*begun, step)
            if step.object == whole.object:
                if len(chain) > 1 and prod(one.sign or 1 for one in chain) == whole.sign:
                    yield tuple(one.id for one in chain)
            elif (
                step.object not in met
                and not self.knowledge.entities[step.object].abstract
                and len(chain) < 8
            ):
                yield from self._chains(whole, steps, chain)

    def net(self) -> set[str]:
        """The statements that some chain spells out."""
        return {i for i in self.knowledge.statements if next(self.chains(i), None)}

    def fallen(self, allows: Callable[[str], bool]) -> set[str]:
        """The net statements without a chain of allowed statements that do not fall themselves."""
        chains = {i: list(self.chains(i)) for i in self.net()}
        gone: set[str] = set()
        while True:
            broken = {
                i
                for i, every in chains.items()
                if not any(all(allows(s) and s not in gone for s in chain) for chain in every)
            }
            if broken == gone:
                return gone
            gone = broken


# --- paths ----------------------------------------------------------------------------------------


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
    arrivals: tuple[tuple[str, bool], ...]
    beliefs: tuple[tuple[float, str], ...]
    closings: int

    @property
    def codes(self) -> tuple[object, ...]:
        """What it is the best of: where it begins, then entity and sign of each step."""
        ways = zip(self.entities[1:], (sign < 0 for sign in self.signs), strict=True)
        return self.entities[0], tuple(ways)

    @property
    def rank(self) -> tuple[object, ...]:
        """Hypothesised last, then cost, fewer steps, entities, promotes before inhibits."""
        return self.guessed, self.cost, len(self.statements), *self.codes

    @property
    def preference(self) -> tuple[object, ...]:
        """What stands for all of its codes: the cheapest, by the plainer ends, best believed."""
        begun = self.arrivals[-1:] if self.entities[0] == self.entities[-1] else ()
        return self.guessed, self.cost, begun + self.arrivals, self.beliefs


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
        fine: bool = False,
        closing: bool = False,
    ) -> None:
        """`fine` leaves out net statements; `closing` lets steps from a process to its bearer be
        taken where nothing else joins the two."""
        derivation = derive(knowledge)
        mechanisms = Mechanisms(knowledge)
        self.knowledge = knowledge
        self.manner = mechanisms.manner
        self.belief = {i: a.belief for i, a in derivation.assessments.items()}
        self.status = {i: a.status for i, a in derivation.assessments.items()}
        self.net = mechanisms.net()
        self.entities = sorted(knowledge.entities)
        self.abstract = {i for i, one in knowledge.entities.items() if one.abstract}
        named = {
            one.id
            for one in knowledge.statements.values()
            if one.id in gone_statements
            or one.subject in gone_entities
            or one.object in gone_entities
        }

        def allows(identifier: str) -> bool:
            cls = knowledge.statements[identifier].cls
            exempt = cls in (
                StatementClass.STRUCTURAL, StatementClass.CAUTION, StatementClass.GAP,
            )  # fmt: skip
            least = 0 if min_belief is None or exempt else min_belief
            return identifier not in named and self.belief[identifier] >= least

        self.fallen = mechanisms.fallen(allows)
        standing = [
            knowledge.statements[i]
            for i in sorted(knowledge.statements)
            if self.belief[i] > 0 and allows(i) and i not in self.fallen
        ]
        self.usable = [one for one in standing if one.sign or one.effect in ("carries", "step_of")]
        steps = [one for one in self.usable if not (fine and one.id in self.net)]
        self.guesses = [
            one
            for i, one in sorted(knowledge.statements.items())
            if hypothesised
            and one.sign
            and self.status[i] is Status.HYPOTHESISED
            and i not in named
        ]
        joined = {(one.subject, one.object) for one in steps}
        self.closing = [
            one
            for one in standing
            if closing and one.effect == "process_of" and (one.subject, one.object) not in joined
        ]
        self.leaving: defaultdict[str, list[Statement]] = defaultdict(list)
        for one in (*steps, *self.guesses, *self.closing):
            self.leaving[one.subject].append(one)

    def following(self, entity: str, before: Manner | None) -> Iterator[Statement]:
        """The statements that may be the next step; a structural one only where no causal one that
        is believed, of either sign, leads to the same entity."""
        joined = [s for s in self.leaving[entity] if follows(before, self.manner[s.id])]
        causal = {one.object for one in joined if one.sign and one not in self.guesses}
        for one in joined:
            if one.sign or one.object not in causal:
                yield one

    def paths(
        self,
        sources: Collection[str],
        targets: Collection[str],
        *,
        sign: int | None = None,
        max_steps: int = 8,
        removed: Collection[str] = (),
    ) -> list[Walk]:
        """All paths in the order of the ranking."""
        found = (
            walk
            for source in set(sources) - set(removed)
            for walk in self._walks(source, set(targets) - {source}, max_steps, removed)
        )
        return self._ranked(walk for walk in found if sign in (None, walk.sign))

    def loops(self, entity: str, *, max_steps: int) -> list[Walk]:
        """All feedback loops, which join at their seam too and close by one step at most."""
        walks = (
            walk
            for walk in self._walks(entity, {entity}, max_steps, ())
            if follows(self.manner[walk.statements[-1]], self.manner[walk.statements[0]])
            and self._stands_at_the_seam(walk)
            and walk.closings <= 1
        )
        return self._ranked(walks)

    def _stands_at_the_seam(self, walk: Walk) -> bool:
        first = self.knowledge.statements[walk.statements[0]]
        return first in self.following(walk.entities[0], self.manner[walk.statements[-1]])

    def _ranked(self, walks: Iterable[Walk]) -> list[Walk]:
        """Of the same entities and signs the cheapest alone."""
        best: dict[object, Walk] = {}
        for walk in walks:
            known = best.setdefault(walk.codes, walk)
            best[walk.codes] = min(known, walk, key=lambda one: one.preference)
        return sorted(best.values(), key=lambda one: one.rank)

    def _walks(
        self, source: str, targets: Collection[str], max_steps: int, removed: Collection[str]
    ) -> Iterator[Walk]:
        loop = source in targets
        open_ways: list[tuple[Statement, ...]] = [()]
        while open_ways:
            way = open_ways.pop()
            here = way[-1].object if way else source
            met = {source, *(one.object for one in way)}
            # A loop may begin with what follows its end alone.
            nexts = (
                self.leaving[source]
                if loop and not way
                else self.following(here, self.manner[way[-1].id] if way else None)
            )
            for step in nexts:
                there = step.object
                if there in removed or (there in met and not (loop and there == source)):
                    continue
                if there in targets:
                    yield self._walk((*way, step))
                if there not in met and there not in self.abstract and len(way) + 1 < max_steps:
                    open_ways.append((*way, step))

    def _walk(self, steps: tuple[Statement, ...]) -> Walk:
        guesses = {one.id for one in self.guesses}
        believed = [self.belief[one.id] for one in steps if one.id not in guesses]
        return Walk(
            statements=tuple(one.id for one in steps),
            entities=(steps[0].subject, *(one.object for one in steps)),
            sign=prod(one.sign or 1 for one in steps),
            cost=sum(round(-log(max(belief, 0.0001)) * 1_000_000) for belief in believed),
            belief=prod(believed) if believed else 0.0,
            guessed=len(steps) - len(believed),
            also=tuple(self._also(one, guesses) for one in steps),
            signs=tuple(one.sign for one in steps),
            arrivals=tuple(self.manner[one.id].arrival for one in steps),
            beliefs=tuple((-self.belief[one.id], one.id) for one in steps),
            closings=sum(one in self.closing for one in steps),
        )

    def _also(self, step: Statement, guesses: set[str]) -> tuple[str, ...]:
        """The others between the same two, of the same sign, best believed first."""
        among = self.guesses if step.id in guesses else self.usable
        others = [
            one
            for one in among
            if (one.subject, one.object, one.sign) == (step.subject, step.object, step.sign)
            and one.id != step.id
        ]
        return tuple(o.id for o in sorted(others, key=lambda one: (-self.belief[one.id], one.id)))
