"""What follows from a choice of evidence, as columns: beliefs, status, ends, nets.

`inference.derivation.derive` says the same of a knowledge, statement by statement, and is what
these columns are held to. Where a result of no change is among the evidence the statement is left
to that pure derivation, since to weigh one takes more than products.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.vocabulary import (
    HUMAN_RANK,
    NUMBERS,
    HumanApplicability,
    StatementClass,
    Status,
)
from immunograph.inference.derivation import assess_in
from immunograph.search import weighing
from immunograph.search.columns import (
    ASPECTS,
    CLASSES,
    HYPOTHESISED,
    NO_CHANGE,
    REFUTES,
    SUPPORTS,
    UNKNOWN_IN_HUMANS,
    Columns,
    Things,
    grouped,
)
from immunograph.search.kernel import Ints, Longs, frozen
from immunograph.search.weighing import Joins, Mechanisms, Read, Reals

Mask = NDArray[np.bool_]

STATUSES: Final = tuple(Status)
"""By the number that `weighing` gives them."""
_RANK: Final = {human: place for place, human in enumerate(HUMAN_RANK)}


@dataclass(frozen=True)
class Derived:
    """What follows for each statement, by its number; of those that do not stand, nothing."""

    columns: Columns
    things: Things
    kept: Mask
    """The rows of evidence that were chosen."""
    stands: Mask
    """Whether some of its evidence was."""
    belief: Reals
    status: NDArray[np.int8]
    """Place in `STATUSES`."""
    human: NDArray[np.int8]
    """Place in `HUMAN_RANK`; -1 where it says nothing of humans."""
    unknown: Mask
    """Whether a caution that covers it says unknown in humans."""
    opposed: Mask
    """Whether a result of no change was noted of it or of its opposite."""
    press_only: Mask
    passable: Mask
    """Whether a chain may pass it, if it is structural."""
    joins: Joins
    told: Mechanisms
    net_tellings: Mask

    @cached_property
    def net(self) -> Mask:
        """The net statements."""
        return self._told_by(self.net_tellings)

    def _told_by(self, tellings: Mask) -> Mask:
        found = np.zeros(len(self.belief), bool)
        found[self.told.statement[tellings]] = True
        return found

    def fallen(self, gone: Mask) -> Mask:
        """The net statements of which no chain stands where these statements are left out.

        One falls where it is spelled out in no lineage any more, and is then no step of a chain
        itself: `nets.fallen`.
        """
        fallen = np.zeros(len(gone), bool)
        if not gone.any() or not self.net_tellings.any():
            return fallen
        standing, falling = self.net_tellings, True
        while falling:
            standing = _spelled_out(self.told, self.joins, ~(gone | fallen), standing)
            before = np.count_nonzero(fallen)
            fallen = self.net & ~self._told_by(standing)
            falling = np.count_nonzero(fallen) > before
        return fallen

    @cached_property
    def verb(self) -> Ints:
        """The verb that all evidence of a statement shares, by its number; -1 where none is."""
        verbs, statement = self.columns.verb, self.columns.passages.statement
        rows = np.flatnonzero(self.kept & (verbs >= 0))
        lowest = np.full(len(self.belief), len(self.columns.verbs), np.int32)
        highest = np.full(len(self.belief), -1, np.int32)
        np.minimum.at(lowest, statement[rows], verbs[rows])
        np.maximum.at(highest, statement[rows], verbs[rows])
        return np.where(lowest == highest, highest, -1)

    @cached_property
    def ranking(self) -> Longs:
        """The statements that stand, most believed first, then by id."""
        standing = np.flatnonzero(self.stands)
        return standing[np.argsort(-self.belief[standing], kind="stable")]


def derived_from(
    columns: Columns,
    knowledge: Knowledge,
    *,
    kept: Mask | None = None,
    things: Things | None = None,
    retracted: Mask | None = None,
) -> Derived:
    """What follows from the rows of evidence that are kept, all where none are given.

    `knowledge` holds these alone. Where leaving out a source changed what is known of entities and
    studies, `things` and `retracted` say so.
    """
    passages, claims = columns.passages, columns.claims
    things = columns.things if things is None else things
    kept = np.ones(len(passages.p), bool) if kept is None else kept
    gone = columns.retracted != 0 if retracted is None else retracted
    standing = np.ones(len(kept), bool)
    of_study = passages.study >= 0
    standing[of_study] = ~gone[passages.study[of_study]]
    p = np.where(standing, passages.p, 0.0)
    read = Read(
        start=claims.start,
        flags=passages.flags,
        p=frozen(p, np.float64),
        lineage=passages.lineage,
        reader=passages.reader,
        groups=passages.groups,
        phases=passages.phases,
        in_cell=passages.in_cell,
        kept=frozen(kept, np.uint8),
        standing=frozen(standing, np.uint8),
    )
    count = len(columns.statements)
    found = weighing.empty_found(count)
    most = int(np.diff(claims.start).max(initial=1))
    weighing.kernels_for(len(p)).weigh_all(
        read,
        frozen(np.arange(count), np.int32),
        np.zeros(most, np.uint8),
        np.zeros(len(columns.readers)),
        found,
    )
    stands = found.marks & weighing.LIVE != 0
    unknown = _unknown_in_humans(columns, things, kept)
    belief = rounded(found.belief)
    human = _human(columns, found, unknown)
    status = found.status
    opposed = _opposed(columns, kept) & stands
    for number in np.flatnonzero(opposed).tolist():
        assessment = assess_in(
            knowledge, columns.statements[number], unknown_in_humans=bool(unknown[number])
        )
        belief[number] = assessment.belief
        status[number] = STATUSES.index(assessment.status)
        human[number] = -1 if assessment.human is None else _RANK[assessment.human]
    passable = found.marks & weighing.CAN_PASS != 0
    joins = _joins(columns, things, found)
    told = _mechanisms(columns, kept & (p > 0), passable)
    net = _spelled_out(told, joins, np.ones(count, bool), np.ones(len(told.of), bool))
    return Derived(
        columns=columns,
        things=things,
        kept=kept,
        stands=stands,
        belief=belief,
        status=status,
        human=human,
        unknown=unknown,
        opposed=opposed,
        press_only=found.marks & weighing.PRESS_ONLY != 0,
        passable=passable,
        joins=joins,
        told=told,
        net_tellings=net,
    )


def rounded(exact: Reals) -> Reals:
    """Numbers from 0 to 1 rounded to six decimals, each as `round` does.

    >>> rounded(np.array([0.23275, 0.9775, 0.1234565])).tolist()
    [0.23275, 0.9775, 0.123457]
    """
    scaled = exact * 1_000_000
    found = np.rint(scaled) / 1_000_000
    # Scaling rounds too: what lies between two decimals is asked for alone.
    for place in np.flatnonzero(np.abs(np.abs(scaled - np.floor(scaled)) - 0.5) < 1e-6):
        found[place] = round(float(exact[place]), 6)
    return found


def _human(columns: Columns, found: weighing.Found, unknown: Mask) -> NDArray[np.int8]:
    """`belief.human_applicability` of each statement."""
    refute, support = rounded(found.human_refute), rounded(found.human_support)
    marks, rank = found.marks, _RANK
    human = np.full(len(marks), rank[HumanApplicability.UNSTATED], np.int8)
    for mark, stated in (
        (weighing.ANIMAL, HumanApplicability.ANIMAL),
        (weighing.INDIRECT, HumanApplicability.INDIRECT),
        (weighing.SUPPORTED, HumanApplicability.SUPPORTED),
    ):
        human[marks & mark != 0] = rank[stated]
    human[(refute > 0) & (refute >= support)] = rank[HumanApplicability.CONTRADICTED]
    human[unknown] = rank[HumanApplicability.UNKNOWN]
    stated = (StatementClass.CAUSAL, StatementClass.ASSOCIATION)
    human[~np.isin(columns.claims.cls, [CLASSES.index(one) for one in stated])] = -1
    return human


def _unknown_in_humans(columns: Columns, things: Things, kept: Mask) -> Mask:
    """Which statements a caution covers that says unknown in humans."""
    passages, claims = columns.passages, columns.claims
    found = np.zeros(len(columns.statements), bool)
    rows = np.flatnonzero(kept & (passages.flags & UNKNOWN_IN_HUMANS != 0))
    start, places = columns.by_subject
    ends = np.zeros(len(columns.entities), bool)
    caution = CLASSES.index(StatementClass.CAUTION)
    for number in np.unique(passages.statement[rows]).tolist():
        if claims.cls[number] != caution:
            continue
        covered = list(things.below(int(claims.object[number])))
        ends[covered] = True
        for entity in things.below(int(claims.subject[number])):
            own = places[start[entity] : start[entity + 1]]
            found[own[ends[claims.object[own]]]] = True
        ends[covered] = False
    return found


def _opposed(columns: Columns, kept: Mask) -> Mask:
    """Which statements a result of no change speaks of, or of their opposites."""
    passages, opposite = columns.passages, columns.claims.opposite
    unchanged = REFUTES | NO_CHANGE
    rows = kept & (passages.flags & unchanged == unchanged)
    found = np.zeros(len(columns.statements), bool)
    found[passages.statement[rows]] = True
    others = opposite[found]
    found[others[others >= 0]] = True
    return found


def _joins(columns: Columns, things: Things, found: weighing.Found) -> Joins:
    """`steps.ends_of` each statement."""
    claims = columns.claims
    counted = np.isin(claims.aspect, [ASPECTS.index(one) for one in NUMBERS])
    counted |= found.marks & weighing.NUMBER != 0
    number = counted & (claims.sign != 0) & (things.tumour_cells[claims.object] != 0)
    from_number = (claims.from_number != 0) | (things.of_tumour_cells[claims.object] != 0)
    cell = np.append(columns.cell, -1)[found.in_cell]
    return Joins(
        subject=claims.subject,
        object=claims.object,
        sign=claims.sign,
        number=frozen(number, np.uint8),
        from_number=frozen(from_number, np.uint8),
        subject_cell=frozen(np.where(things.in_no_cell[claims.subject] != 0, -1, cell), np.int32),
        object_cell=frozen(np.where(things.in_no_cell[claims.object] != 0, -1, cell), np.int32),
        abstract=things.abstract,
    )


def _mechanisms(columns: Columns, counting: Mask, passable: Mask) -> Mechanisms:
    """What each lineage tells, by the rows of evidence that count."""
    passages, claims, entities = columns.passages, columns.claims, len(columns.entities)
    flags = passages.flags
    rows = counting & (flags & SUPPORTS != 0) & (flags & HYPOTHESISED == 0)
    rows &= (passages.telling >= 0) & (claims.sign[passages.statement] != 0)
    lineage = passages.telling[rows].astype(np.int64)
    keys = lineage * len(columns.statements) + passages.statement[rows]
    lineage, statement = np.divmod(np.unique(keys), max(1, len(columns.statements)))
    lineages = len(columns.studies) + len(columns.sources)
    subject, object_ = claims.subject[statement], claims.object[statement]
    order = np.lexsort((subject, lineage))
    lineage, statement, subject, object_ = (
        a[order] for a in (lineage, statement, subject, object_)
    )
    start = np.zeros(lineages + 1, np.int64)
    np.cumsum(np.bincount(lineage, minlength=lineages), out=start[1:])
    placed = np.flatnonzero(passable & (claims.placed != 0))
    leaving, leaving_order = grouped(claims.subject[placed], entities)
    entering, entering_order = grouped(claims.object[placed], entities)
    return Mechanisms(
        lineage=frozen(start, np.int64),
        of=frozen(lineage, np.int32),
        statement=frozen(statement, np.int32),
        subject=frozen(subject, np.int32),
        to_object=frozen(np.lexsort((object_, lineage)), np.int32),
        placed_start=frozen(leaving, np.int64),
        placed=frozen(placed[leaving_order], np.int32),
        entering_start=frozen(entering, np.int64),
        entering=frozen(placed[entering_order], np.int32),
    )


def _spelled_out(told: Mechanisms, joins: Joins, allowed: Mask, tellings: Mask) -> Mask:
    """Which of these tellings a chain of allowed steps spells out."""
    standing = tellings.astype(np.uint8)
    weighing.kernels_for(len(standing)).mark_nets(
        told,
        joins,
        frozen(joins.object[told.statement], np.int32),
        frozen(np.arange(len(standing)), np.int32),
        frozen(allowed, np.uint8),
        weighing.trail_for(len(joins.abstract)),
        standing,
    )
    return standing != 0
