"""What follows for single statements, derived when it is asked for.

The same values as `inference.derivation.derive` gives, of which an answer shows a few. What takes
the whole graph to know (net marks, which statements stand) is read from columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.vocabulary import StatementClass
from immunograph.inference import nets
from immunograph.inference.belief import Assessment, Weighed
from immunograph.inference.conflicts import Conflict, conflicts_of, neighbours
from immunograph.inference.derivation import (
    Caution,
    Values,
    assess_in,
    caution_of,
    weighed_evidence,
)
from immunograph.inference.nets import Arrow, Steps, Told
from immunograph.inference.steps import Ends, is_candidate, steps_among
from immunograph.search.columns import Chosen
from immunograph.search.content import CLASSES
from immunograph.search.derived import Derived
from immunograph.search.kernel import Longs
from immunograph.search.recall import Remembering

V = TypeVar("V")


class Lazily(Mapping[str, V]):
    """Values by id, each made when it is asked for; `ids` are those that have one."""

    def __init__(self, ids: Callable[[], Sequence[str]], make: Callable[[str], V]) -> None:
        self._ids = ids
        self._made = Remembering(make)

    def __getitem__(self, key: str) -> V:
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids())

    def __len__(self) -> int:
        return len(self._ids())


class LazyDerivation:
    """What follows from a knowledge; `derived` holds what columns tell of it."""

    def __init__(self, knowledge: Knowledge, derived: Derived) -> None:
        self._knowledge = knowledge
        self._derived = derived
        self._columns = derived.columns
        self.weighed: Mapping[str, tuple[Weighed, ...]] = Lazily(
            self._standing, lambda i: weighed_evidence(knowledge, self._known(i))
        )
        self.assessments: Mapping[str, Assessment] = Lazily(self._standing, self._assess)
        self.ends: Mapping[str, Ends] = Lazily(self._standing, self._ends)
        self.told_in: Mapping[str, Told] = Lazily(self._lineages, self._told_in)
        self.net_of: Mapping[str, frozenset[str]] = Lazily(self._lineages, self._net_of)
        self._met: dict[str, str] = {}
        """A statement of each conflict that was found."""
        self._within: Mapping[str, dict[str, Conflict]] = Lazily(self._standing, self._conflicts_of)

    def _known(self, statement: str) -> str:
        """The statement itself. Raises KeyError where it does not stand."""
        return self._knowledge.statements[statement].id

    def _number(self, statement: str) -> int:
        return self._columns.statement_number[self._known(statement)]

    def _standing(self) -> list[str]:
        return self._named(self._derived.stands)

    def _named(self, which: NDArray[np.bool_]) -> list[str]:
        statements = self._columns.statements
        return [statements[number] for number in np.flatnonzero(which).tolist()]

    def values(self) -> Values:
        """The same values for a derivation to stand on."""
        cautions = {one.statement: one for one in self.cautions}
        on: dict[str, tuple[str, ...]] = {}
        for one in self.cautions:
            on[one.object] = (*on.get(one.object, ()), one.statement)
        return Values(
            weighed=self.weighed,
            assessments=self.assessments,
            ends=self.ends,
            steps=Lazily(self._steps, self._joined),
            told_in=self.told_in,
            net_of=self.net_of,
            net=Chosen(self._columns.statement_number, self._derived.net),
            conflicts=Lazily(lambda: list(self.conflicts), self._conflict),
            conflicts_by_statement=Lazily(self._standing, lambda i: tuple(sorted(self._within[i]))),
            caution_of=cautions,
            cautions_on=on,
        )

    def _steps(self) -> list[str]:
        return [one for one in self._standing() if self._is_among_steps(one)]

    def _is_among_steps(self, statement: str) -> bool:
        return is_candidate(self._knowledge.statements[statement]) and self.is_step(statement)

    def _joined(self, statement: str) -> tuple[str, str]:
        """What a step joins. Raises KeyError where a statement is none."""
        if not self._is_among_steps(statement):
            raise KeyError(statement)
        one = self._knowledge.statements[statement]
        return one.subject, one.object

    # --- statements ----------------------------------------------------------------------

    def _assess(self, statement: str) -> Assessment:
        unknown = bool(self._derived.unknown[self._number(statement)])
        weighed = self.weighed[statement]
        return assess_in(self._knowledge, statement, weighed, unknown_in_humans=unknown)

    def _ends(self, statement: str) -> Ends:
        return self._derived.ends(self._number(statement))

    def is_step(self, statement: str) -> bool:
        """Whether a path of the whole graph may take a statement."""
        one = self._knowledge.statements[statement]
        among = [s for s in self._knowledge.between(one.subject, one.object) if is_candidate(s)]
        belief = self._derived.belief
        return statement in steps_among(
            (s, float(belief[self._number(s.id)]), self.ends[s.id]) for s in among
        )

    @cached_property
    def cautions(self) -> tuple[Caution, ...]:
        """The cautions, by id."""
        which = self._columns.claims.cls == CLASSES.index(StatementClass.CAUTION)
        return tuple(
            caution_of(self._knowledge, i) for i in self._named(which & self._derived.stands)
        )

    # --- nets ----------------------------------------------------------------------------

    @cached_property
    def net(self) -> frozenset[str]:
        """The net statements."""
        return frozenset(self._named(self._derived.net))

    def _lineages(self) -> list[str]:
        told = self._columns.mechanisms.of[self._derived.joins.counts != 0]
        return [self._lineage(number) for number in np.unique(told).tolist()]

    def _lineage(self, number: int) -> str:
        """The name of a lineage, as `nets` has it."""
        studies = self._columns.studies
        if number < len(studies):
            return f"study:{studies[number]}"
        return f"source:{self._columns.sources[number - len(studies)]}"

    def _tellings(self, lineage: str) -> Longs:
        """The tellings of a lineage. Raises KeyError for one that tells nothing."""
        kind, _, name = lineage.partition(":")
        if kind == "study":
            number = self._columns.study_number[name]
        else:
            number = len(self._columns.studies) + self._columns.source_number[name]
        first, last = self._columns.mechanisms.lineage[number : number + 2].tolist()
        found = first + np.flatnonzero(self._derived.joins.counts[first:last])
        if not len(found):
            raise KeyError(lineage)
        return found

    def _net_of(self, lineage: str) -> frozenset[str]:
        told = self._tellings(lineage)
        net = told[self._derived.net_tellings[told]]
        numbers: list[int] = self._columns.mechanisms.statement[net].tolist()
        return frozenset(self._columns.statements[number] for number in numbers)

    def _told_in(self, lineage: str) -> Told:
        told = sorted(self._columns.mechanisms.statement[self._tellings(lineage)].tolist())
        statements = [self._knowledge.statements[self._columns.statements[n]] for n in told]
        return nets.telling(statements, self.ends)

    def placed(self, knowledge: Knowledge) -> Steps:
        """The structural steps that chains may pass; the knowledge is the one that is derived."""
        assert knowledge is self._knowledge
        return self._placed

    @cached_property
    def _placed(self) -> Steps:
        which = (self._derived.joins.passable != 0) & (self._columns.claims.placed != 0)
        steps = (self._knowledge.statements[i] for i in self._named(which))
        return Steps.of(
            (one.subject, Arrow(one.object, 1, self.ends[one.id], one.id)) for one in steps
        )

    # --- conflicts -----------------------------------------------------------------------

    def _conflicts_of(self, statement: str) -> dict[str, Conflict]:
        one = self._knowledge.statements[statement]
        if not self._may_be_contested(one):
            return {}
        found = conflicts_of(self._knowledge, [one], self.weighed, self.assessments)
        self._met.update(dict.fromkeys(found, statement))
        return found

    def _may_be_contested(self, one: Statement) -> bool:
        """Whether something of the other sign stands on the same subject and objects near it."""
        if one.cls is not StatementClass.CAUSAL:
            return True
        columns, claims = self._columns, self._columns.claims
        start, places = columns.by_subject
        subject = columns.entity_number[one.subject]
        own = places[start[subject] : start[subject + 1]]
        other = own[(claims.sign[own] == -one.sign) & self._derived.stands[own]]
        if not len(other):
            return False
        near = neighbours(self._knowledge, one.object)
        objects: list[int] = claims.object[other].tolist()
        return any(columns.entities[number] in near for number in objects)

    def _conflict(self, identifier: str) -> Conflict:
        """The conflict of an id, most often of a statement that was looked at before."""
        statement = self._met.get(identifier)
        return (
            self.conflicts[identifier] if statement is None else self._within[statement][identifier]
        )

    def conflicts_of(self, statement: str) -> list[Conflict]:
        """The conflicts that a statement is in, by id."""
        return [one for _, one in sorted(self._within[statement].items())]

    @cached_property
    def conflicts(self) -> dict[str, Conflict]:
        """The conflicts, by id."""
        found: dict[str, Conflict] = {}
        for identifier in self._named(self._contested()):
            found.update(self._within[identifier])
        return found

    def _contested(self) -> NDArray[np.bool_]:
        """The statements that promote, or go up with, what another of their subject does not."""
        columns, claims = self._columns, self._columns.claims
        direction = np.array(
            [self._knowledge.vocabulary.direction(effect) for effect in columns.effects], np.int64
        )
        associated = claims.cls == CLASSES.index(StatementClass.ASSOCIATION)
        sign = np.where(associated, np.append(direction, 0)[claims.effect], claims.sign)
        sign[~self._derived.stands] = 0
        near = [neighbours(self._knowledge, entity) for entity in columns.entities]
        number = columns.entity_number
        around = [sorted(number[one] for one in ones if one in number) for ones in near]
        many = np.array([len(ones) for ones in around], np.int64)
        first = np.cumsum(many) - many
        beside = np.array([one for ones in around for one in ones], np.int64)
        width = len(columns.entities) + 1
        alike = claims.subject.astype(np.int64) * len(CLASSES) + claims.cls
        alike = (alike * 16 + claims.aspect) * width
        other = np.flatnonzero(sign < 0)
        against = np.unique(alike[other] + claims.object[other])
        one = np.flatnonzero(sign > 0)
        copies = many[claims.object[one]]
        row = np.repeat(np.arange(len(one)), copies)
        place = np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
        objects = beside[first[claims.object[one]][row] + place]
        hit = np.isin(alike[one][row] + objects, against)
        found = np.zeros(len(sign), bool)
        found[one[row[hit]]] = True
        return found
