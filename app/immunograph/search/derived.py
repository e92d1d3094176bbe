"""What follows from a choice of evidence, as columns: beliefs, status, ends, nets.

`inference.derivation.derive` says the same of a knowledge, statement by statement, and is what
these columns are held to. Where a result of no change is among the evidence the statement is left
to that pure derivation, since to weigh one takes more than products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.vocabulary import (
    HUMAN_RANK,
    NUMBERS,
    Basis,
    HumanApplicability,
    StatementClass,
    Status,
)
from immunograph.inference.belief import LEAST_BELIEF, cost
from immunograph.inference.derivation import assess_in, weighed_evidence
from immunograph.inference.steps import Ends
from immunograph.search import weighing
from immunograph.search.columns import (
    NO_CHANGE,
    REFUTES,
    SUPPORTS,
    UNKNOWN_IN_HUMANS,
    Columns,
    Things,
)
from immunograph.search.content import ASPECTS, CLASSES, Rows
from immunograph.search.kernel import Bytes, Ints, Longs, frozen
from immunograph.search.weighing import Found, Joins, Read, Reals

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
    standing: Mask
    """The rows of which the study is not retracted."""
    found: Found
    belief: Reals
    human: NDArray[np.int8]
    """Place in `HUMAN_RANK`; -1 where it says nothing of humans."""
    unknown: Mask
    """Whether a caution that covers it says unknown in humans."""
    opposed: Mask
    """Whether a result of no change was noted of it or of its opposite."""
    joins: Joins
    net_tellings: Mask

    @cached_property
    def stands(self) -> Mask:
        """The statements of which some evidence was chosen."""
        return self.found.marks & weighing.LIVE != 0

    @cached_property
    def press_only(self) -> Mask:
        """Those of which all support with p > 0 is press."""
        return self.found.marks & weighing.PRESS_ONLY != 0

    @property
    def status(self) -> NDArray[np.int8]:
        """Place in `STATUSES`."""
        return self.found.status

    @cached_property
    def net(self) -> Mask:
        """The net statements."""
        return self._told_by(self.net_tellings)

    def _told_by(self, tellings: Mask) -> Mask:
        found = np.zeros(len(self.belief), bool)
        found[self.columns.mechanisms.statement[tellings]] = True
        return found

    def fallen(self, gone: Mask) -> Mask:
        """The net statements of which no chain stands where these statements are left out.

        One falls where it is spelled out in no lineage any more, and is then no step of a chain
        itself.
        """
        fallen = np.zeros(len(gone), bool)
        if not gone.any() or not self.net_tellings.any():
            return fallen
        standing, falling = self.net_tellings, True
        while falling:
            allowed = ~(gone | fallen)
            standing = _spelled_out(self.columns, self.joins, standing, allowed=allowed)
            before = np.count_nonzero(fallen)
            fallen = self.net & ~self._told_by(standing)
            falling = np.count_nonzero(fallen) > before
        return fallen

    def ends(self, number: int) -> Ends:
        """How a statement meets other steps."""
        joins, cells = self.joins, self.columns.cells
        inside = (int(joins.subject_cell[number]), int(joins.object_cell[number]))
        subject_cell, object_cell = (cells[cell] if cell >= 0 else None for cell in inside)
        return Ends(
            bool(joins.number[number]), bool(joins.from_number[number]), subject_cell, object_cell
        )

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
    known: Derived | None = None,
) -> Derived:
    """What follows from the rows of evidence that are kept, all where none are given.

    `knowledge` holds these alone. Where leaving out a source changed what is known of entities and
    studies, `things` and `retracted` say so. `known` is what follows from other rows of the same
    columns: only what the difference touches is then weighed.
    """
    passages = columns.passages
    things = columns.things if things is None else things
    kept = np.ones(len(passages.p), bool) if kept is None else kept
    gone = columns.retracted != 0 if retracted is None else retracted
    standing = np.ones(len(kept), bool)
    of_study = passages.study >= 0
    standing[of_study] = ~gone[passages.study[of_study]]
    unknown = _unknown_in_humans(columns, things, kept)
    opposed = _opposed(columns, kept)
    if known is None:
        todo = np.arange(len(columns.statements))
        found = weighing.empty_found(len(columns.statements))
        belief, human = found.belief.copy(), np.full(len(found.belief), -1, np.int8)
    else:
        todo = _touched(columns, kept != known.kept, standing != known.standing)
        todo = np.flatnonzero(todo | (unknown != known.unknown))
        found = known.found.copied()
        belief, human = known.belief.copy(), known.human.copy()
    p = np.where(standing & kept, passages.p, 0.0)
    _weigh(columns, todo, kept=kept, standing=standing, p=p, found=found)
    belief[todo] = rounded(found.belief[todo])
    human[todo] = _human(columns, found, unknown)[todo]
    opposed &= found.marks & weighing.LIVE != 0
    weighed: list[int] = todo[opposed[todo]].tolist()
    for number in weighed:
        statement = columns.statements[number]
        own = weighed_evidence(knowledge, statement)
        assessment = assess_in(knowledge, statement, own, unknown_in_humans=bool(unknown[number]))
        belief[number] = assessment.belief
        human[number] = -1 if assessment.human is None else _RANK[assessment.human]
    joins = _joins(columns, things, found, p)
    return Derived(
        columns=columns,
        things=things,
        kept=kept,
        standing=standing,
        found=found,
        belief=belief,
        human=human,
        unknown=unknown,
        opposed=opposed,
        joins=joins,
        net_tellings=_nets(columns, joins, known),
    )


def rest_on_one(derived: Derived, laboratories: Sequence[str | None]) -> tuple[Mask, Mask]:
    """Which statements one study supports alone, and which the studies of one laboratory.

    `laboratories` are those of the studies of the columns; a study without one is one of its own.
    What the curator adds does not count.
    """
    columns = derived.columns
    passages, studies = columns.passages, len(columns.studies)
    counts = derived.kept & derived.standing & (passages.p > 0)
    rows = np.flatnonzero(counts & (passages.flags & SUPPORTS != 0) & (passages.lineage != 0))
    lineage, statement = passages.lineage[rows], passages.statement[rows]
    # Lineages are numbered from the curator, 0, over the studies to what is untraced.
    number = {name: studies + 2 + i for i, name in enumerate(sorted({*filter(None, laboratories)}))}
    group = np.arange(studies + 2)
    for place, name in enumerate(laboratories, start=1):
        if name is not None:
            group[place] = number[name]

    def alone(keys: Longs) -> Mask:
        lowest = np.full(len(derived.belief), np.iinfo(np.int64).max)
        highest = np.full(len(derived.belief), -1)
        np.minimum.at(lowest, statement, keys)
        np.maximum.at(highest, statement, keys)
        return lowest == highest

    return alone(lineage.astype(np.int64)), alone(group[lineage])


def perturbed(derived: Derived) -> Mask:
    """Which statements some evidence that counts says of that their subject was perturbed."""
    columns = derived.columns
    content, passages = columns.content, columns.passages
    manner = content.rows[Rows._fields.index("manner")][columns.row]
    states = np.array([one.basis is Basis.PERTURBATION for one in content.codes.manners], bool)
    found = np.zeros(len(derived.belief), bool)
    rows = states[manner] & derived.kept & derived.standing & (passages.p > 0)
    found[passages.statement[rows]] = True
    return found


def _touched(columns: Columns, *changed: Mask) -> Mask:
    """The statements of which evidence changed, and their opposites."""
    found = np.zeros(len(columns.statements), bool)
    for rows in changed:
        found[columns.passages.statement[rows]] = True
    opposite = columns.claims.opposite[found]
    found[opposite[opposite >= 0]] = True
    return found


def _weigh(
    columns: Columns, todo: Longs, *, kept: Mask, standing: Mask, p: Reals, found: Found
) -> None:
    """Weigh the evidence of the statements to do."""
    passages, start = columns.passages, columns.claims.start
    read = Read(
        start=start,
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
    weighing.kernels_for(len(todo)).weigh_all(
        read,
        frozen(todo, np.int32),
        np.zeros(int(np.diff(start).max(initial=1)), np.uint8),
        np.zeros(len(columns.readers)),
        found,
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


def costs(beliefs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The `cost` of each of many steps."""
    exact = -np.log(np.maximum(beliefs, LEAST_BELIEF)) * 1_000_000
    rounded = np.rint(exact).astype(np.int64)
    # The logarithm of an array may differ in its last digit from that of a number: what it could
    # round to the other side is asked for alone.
    for place in np.flatnonzero(np.abs(exact - rounded) > 0.5 - 1e-6):
        rounded[place] = cost(float(beliefs[place]))
    return rounded


def _human(columns: Columns, found: Found, unknown: Mask) -> NDArray[np.int8]:
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


def _joins(columns: Columns, things: Things, found: Found, p: Reals) -> Joins:
    """`steps.ends_of` each statement, and what counts of each telling; `p` is that of each row."""
    claims, telling = columns.claims, columns.passages.telling
    counted = np.isin(claims.aspect, [ASPECTS.index(one) for one in NUMBERS])
    counted |= found.marks & weighing.NUMBER != 0
    number = counted & (claims.sign != 0) & (things.tumour_cells[claims.object] != 0)
    from_number = (claims.from_number != 0) | (things.of_tumour_cells[claims.object] != 0)
    cell = np.append(columns.cell, -1)[found.in_cell]
    counts = np.zeros(len(columns.mechanisms.of), np.uint8)
    counts[telling[(telling >= 0) & (p > 0)]] = 1
    return Joins(
        subject=claims.subject,
        object=claims.object,
        sign=claims.sign,
        number=frozen(number, np.uint8),
        from_number=frozen(from_number, np.uint8),
        subject_cell=frozen(np.where(things.in_no_cell[claims.subject] != 0, -1, cell), np.int32),
        object_cell=frozen(np.where(things.in_no_cell[claims.object] != 0, -1, cell), np.int32),
        passable=frozen(found.marks & weighing.CAN_PASS != 0, np.uint8),
        abstract=things.abstract,
        counts=frozen(counts, np.uint8),
    )


def _nets(columns: Columns, joins: Joins, known: Derived | None) -> Mask:
    """Which tellings are net; those of lineages that nothing touched are as they were."""
    marks = joins.counts * np.uint8(weighing.TO_LOOK_AT)
    if known is not None and known.joins.abstract is joins.abstract:
        told, before = columns.mechanisms, known.joins
        moved = np.zeros(len(joins.sign), bool)
        for name in ("number", "from_number", "subject_cell", "object_cell", "passable"):
            moved |= getattr(joins, name) != getattr(before, name)
        if not (moved & (columns.claims.placed != 0)).any():
            touched = np.zeros(len(told.lineage), bool)
            touched[told.of[moved[told.statement] | (joins.counts != before.counts)]] = True
            same = ~touched[told.of]
            marks[same] = known.net_tellings[same] * np.uint8(weighing.KNOWN)
    return _marked(columns, joins, marks, np.ones(len(joins.sign), bool))


def _spelled_out(columns: Columns, joins: Joins, tellings: Mask, *, allowed: Mask) -> Mask:
    """Which of these tellings a chain of allowed steps spells out."""
    return _marked(columns, joins, tellings * np.uint8(weighing.TO_LOOK_AT), allowed)


def _marked(columns: Columns, joins: Joins, marks: Bytes, allowed: Mask) -> Mask:
    weighing.kernels_for(len(marks)).mark_nets(
        columns.mechanisms,
        joins,
        frozen(allowed, np.uint8),
        weighing.trail_for(len(joins.abstract)),
        marks,
    )
    return marks != 0
