"""Compiled passes over columns: beliefs from evidence, and net statements from what lineages tell.

They do what `inference.belief` and `inference.nets` do, for very many statements, to the last bit:
products are taken over lineages in the same order. What those modules say about why is not said
again here. A result of no change is weighed by them alone (see `derived`).

As in `kernel`, what stands below the line "Passes" is plain Python that numba can compile, and runs
as it stands until it is.
"""

# What numba compiles is written for it: arguments by position, comparisons and loops spelled out.
# ruff: noqa: PLR0917
# The checker takes elements of integer arrays, once they were computed with, for arrays.
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.vocabulary import PRIORS
from immunograph.inference.nets import MAX_CHAIN
from immunograph.search import kernel
from immunograph.search.columns import (
    BACKGROUND,
    CHANGES_NUMBER,
    HYPOTHESISED,
    NO_CHANGE,
    ONLY_HUMAN,
    PRESS,
    REFUTES,
    SAYS_HUMAN,
    SAYS_SPECIES,
    SUPPORTS,
    Mechanisms,
)
from immunograph.search.kernel import Bytes, Ints, Longs, frozen

Reals = NDArray[np.float64]

LIVE, CAN_PASS, PRESS_ONLY, NUMBER, SUPPORTED, INDIRECT, ANIMAL = 1, 2, 4, 8, 16, 32, 64
"""What is true of a statement by its evidence: some of it is left; a chain may pass it, if it is
structural; all support with p > 0 is press; a verb of it says that the number of cells changes; and
what of humans its support states, best first."""
ASSERTED, BACKED, GUESSED, DENIED, UNCHANGED, UNKNOWN = range(6)
"""The status of a statement."""
TO_LOOK_AT, KNOWN = 1, 2
"""Marks of a telling that is net, as far as is known, and of one that is known to be."""
_CAP: Final = PRIORS["cap"]["press_only"]
_HUMAN: Final = 4
"""The bit of the group of human systems."""
_NO_GROUP: Final = 8
_NO_PHASE: Final = 4


class Read(NamedTuple):
    """The evidence as the passes take it; see `columns.Passages`."""

    start: Longs
    """The rows of statement `s` stand at `start[s]:start[s + 1]`."""
    flags: Ints
    p: Reals
    """0 where the study is retracted."""
    lineage: Ints
    reader: Ints
    groups: Bytes
    phases: Bytes
    in_cell: Ints
    kept: Bytes
    """1 where a row may be used."""
    standing: Bytes
    """1 where its study is not retracted."""


class Found(NamedTuple):
    """What follows for each statement."""

    belief: Reals
    """Of the best stratum, not yet rounded."""
    human_support: Reals
    human_refute: Reals
    """In human systems, not yet rounded."""
    status: NDArray[np.int8]
    marks: Bytes
    """The sum of what is true of it."""
    in_cell: Ints
    """The one combination of cells that its support states; -1 where there are several, or none."""

    def copied(self) -> Found:
        """The same, to be written over."""
        return Found(
            *(column.copy() for column in (self.belief, self.human_support, self.human_refute)),
            status=self.status.copy(),
            marks=self.marks.copy(),
            in_cell=self.in_cell.copy(),
        )


class Joins(NamedTuple):
    """Each statement as a step of a chain; `abstract` is of entities, `counts` of tellings."""

    subject: Ints
    object: Ints
    sign: NDArray[np.int8]
    number: Bytes
    from_number: Bytes
    subject_cell: Ints
    object_cell: Ints
    passable: Bytes
    """1 where a chain may pass it, if it is structural."""
    abstract: Bytes
    counts: Bytes
    """1 where evidence that counts is left of what a lineage tells."""


class Trail(NamedTuple):
    """Scratch of `mark_nets`."""

    steps: Ints
    """[state] the fewest steps to the target of the chain at hand, else more than any has. A state
    is twice an entity, and one more where the steps from there on give the sign −1."""
    ring: Ints
    """[n] the states that `steps` knows."""
    way: Longs
    """[what, depth]"""


# ---- Passes ----------------------------------------------------------------------------------


def _combined(read: Read, begin: int, end: int, role: int, taken: Bytes, programs: Reals) -> float:
    """`belief.combined` over the rows that are taken, of a role."""
    left = 1.0
    for reader in range(len(programs)):
        programs[reader] = 0.0
    # The lineage of the curator comes first, then those of programs, then all others.
    for turn in range(2):
        if turn == 1:
            for reader in range(len(programs)):
                left *= 1.0 - programs[reader]
        row = begin
        while row < end:
            lineage = read.lineage[row]
            by_person, by_program = 0.0, 0.0
            first = row
            while row < end and read.lineage[row] == lineage:
                if taken[row - begin] != 0 and read.flags[row] & role != 0:
                    p = read.p[row]
                    if read.reader[row] < 0:
                        by_person = max(by_person, p)
                    else:
                        by_program = max(by_program, p)
                row += 1
            if turn == 0 and by_program > 0 and by_person == 0:
                for other in range(first, row):
                    reader = read.reader[other]
                    if reader >= 0 and taken[other - begin] != 0 and read.flags[other] & role != 0:
                        programs[reader] = max(programs[reader], read.p[other])
            if by_person > 0 and (lineage == 0) == (turn == 0):
                left *= 1.0 - max(by_person, by_program)
    return 1.0 - left


def _status(read: Read, begin: int, end: int) -> int:
    """`belief.status`."""
    supporting, background, hypothesised, refuting, unchanged = 0, 0, 0, 0, 0
    for row in range(begin, end):
        if read.kept[row] == 0 or read.standing[row] == 0:
            continue
        flags = read.flags[row]
        if flags & SUPPORTS != 0:
            supporting += 1
            if flags & HYPOTHESISED != 0:
                hypothesised += 1
            elif flags & BACKGROUND != 0:
                background += 1
        elif flags & REFUTES != 0:
            refuting += 1
            if flags & NO_CHANGE != 0:
                unchanged += 1
    if supporting > 0:
        if hypothesised == supporting:
            return GUESSED
        return BACKED if background + hypothesised == supporting else ASSERTED
    if refuting > 0:
        return UNCHANGED if unchanged == refuting else DENIED
    return UNKNOWN


def _marks(read: Read, begin: int, end: int) -> int:
    """What is true of a statement, as a sum."""
    found, live, counting = 0, 0, 0
    press, others = 0, 0
    for row in range(begin, end):
        if read.kept[row] == 0:
            continue
        live = LIVE
        flags = read.flags[row]
        if flags & SUPPORTS == 0:
            continue
        if read.standing[row] != 0:
            if flags & HYPOTHESISED == 0:
                found |= CAN_PASS
            if flags & CHANGES_NUMBER != 0:
                found |= NUMBER
        if read.p[row] > 0:
            counting += 1
            if flags & PRESS != 0:
                press += 1
            else:
                others += 1
            if flags & ONLY_HUMAN != 0:
                found |= SUPPORTED
    if press > 0 and others == 0:
        found |= PRESS_ONLY
    for row in range(begin, end):
        flags = read.flags[row]
        if read.kept[row] == 0 or flags & SUPPORTS == 0 or (counting > 0 and read.p[row] <= 0):
            continue
        if flags & SAYS_HUMAN != 0:
            found |= INDIRECT
        if flags & SAYS_SPECIES != 0:
            found |= ANIMAL
    return found | live


def _in_cell(read: Read, begin: int, end: int) -> int:
    """The one combination of cells that the support states; -1 where it states several."""
    for sober in range(2):
        only, several = -1, 0
        for row in range(begin, end):
            flags = read.flags[row]
            if read.kept[row] == 0 or read.standing[row] == 0 or flags & SUPPORTS == 0:
                continue
            if sober == 0 and flags & HYPOTHESISED != 0:
                continue
            if only < 0:
                only = read.in_cell[row]
            elif only != read.in_cell[row]:
                several = 1
        if several != 0:
            return -1
        if only >= 0:
            return only
    return -1


def _best_stratum(read: Read, begin: int, end: int, taken: Bytes, programs: Reals) -> float:
    """The belief of the best stratum, where no result is one of no change."""
    groups, phases = 0, 0
    for row in range(begin, end):
        if read.kept[row] != 0 and read.flags[row] & (SUPPORTS | REFUTES) != 0 and read.p[row] > 0:
            groups |= read.groups[row]
            phases |= read.phases[row]
    groups = groups if groups != 0 else _NO_GROUP
    phases = phases if phases != 0 else _NO_PHASE
    best = 0.0
    for group in range(4):
        for phase in range(3):
            if groups >> group & 1 == 0 or phases >> phase & 1 == 0:
                continue
            press, others = 0, 0
            for row in range(begin, end):
                own, when, flags = read.groups[row], read.phases[row], read.flags[row]
                inside = (
                    read.kept[row] != 0
                    and read.p[row] > 0
                    and (own == 0 or own >> group & 1 != 0)
                    and (when == 0 or when >> phase & 1 != 0)
                )
                taken[row - begin] = 1 if inside else 0
                if inside and flags & SUPPORTS != 0:
                    if flags & PRESS != 0:
                        press += 1
                    else:
                        others += 1
            if press + others == 0:
                continue
            support = _combined(read, begin, end, SUPPORTS, taken, programs)
            refute = _combined(read, begin, end, REFUTES, taken, programs)
            belief = support * (1.0 - refute)
            if others == 0:
                belief = min(belief, _CAP)
            best = max(best, belief)
    return best


def weigh_all(read: Read, todo: Ints, taken: Bytes, programs: Reals, found: Found) -> None:
    """What follows from the evidence of the statements to do."""
    for place in range(len(todo)):
        statement = todo[place]
        begin, end = read.start[statement], read.start[statement + 1]
        found.status[statement] = _status(read, begin, end)
        found.marks[statement] = _marks(read, begin, end)
        found.in_cell[statement] = _in_cell(read, begin, end)
        found.belief[statement] = _best_stratum(read, begin, end, taken, programs)
        for row in range(begin, end):
            human = read.kept[row] != 0 and read.groups[row] & _HUMAN != 0
            taken[row - begin] = 1 if human else 0
        support = _combined(read, begin, end, SUPPORTS, taken, programs)
        refute = _combined(read, begin, end, REFUTES, taken, programs)
        belief = support * (1.0 - refute)
        found.human_support[statement] = support
        found.human_refute[statement] = 1.0 - belief / support if support > 0 else refute


def _joins(joins: Joins, number: int, cell: int, step: int) -> bool:
    """Whether a step may follow one that ends so."""
    if number != 0 and joins.from_number[step] == 0:
        return False
    own = joins.subject_cell[step]
    return cell < 0 or own < 0 or cell == own


def _first(keys: Ints, order: Ints, begin: int, end: int, wanted: int) -> int:
    """The first of the places in order whose key is not below the wanted one."""
    while begin < end:
        middle = (begin + end) >> 1
        if keys[order[middle]] < wanted:
            begin = middle + 1
        else:
            end = middle
    return begin


def _measure(told: Mechanisms, joins: Joins, lineage: int, target: int, trail: Trail) -> int:
    """Count the fewest steps to the target; how many states lead there."""
    first, last = told.lineage[lineage], told.lineage[lineage + 1]
    trail.ring[0], count, done = 2 * target, 1, 0
    trail.steps[2 * target] = 0
    while done < count:
        here, turned = trail.ring[done] >> 1, trail.ring[done] & 1
        steps = trail.steps[trail.ring[done]] + 1
        done += 1
        if steps > MAX_CHAIN:
            break
        place = _first(told.object, told.to_object, first, last, here)
        while place < last and told.object[told.to_object[place]] == here:
            telling = told.to_object[place]
            entity = told.subject[telling]
            place += 1
            if joins.counts[telling] == 0:
                continue
            inhibits = 1 if joins.sign[told.statement[telling]] < 0 else 0
            state = 2 * entity + (turned ^ inhibits)
            if trail.steps[state] > MAX_CHAIN and joins.abstract[entity] == 0:
                trail.steps[state] = steps
                trail.ring[count] = state
                count += 1
        for place in range(told.entering_start[here], told.entering_start[here + 1]):
            entity = joins.subject[told.entering[place]]
            if joins.passable[told.entering[place]] == 0:
                continue
            state = 2 * entity + turned
            if trail.steps[state] > MAX_CHAIN and joins.abstract[entity] == 0:
                trail.steps[state] = steps
                trail.ring[count] = state
                count += 1
    return count


def _is_spelled_out(
    told: Mechanisms,
    joins: Joins,
    telling: int,
    allowed: Bytes,
    trail: Trail,
) -> bool:
    """Whether a chain of allowed steps gives the same effect as a telling; `nets.chains`."""
    lineage, statement = told.of[telling], told.statement[telling]
    last = told.lineage[lineage + 1]
    target, wanted = joins.object[statement], joins.sign[statement]
    # [0] the entity, [1] the sign so far, [2] the next telling, [3] the next placed step,
    # [4] the number and [5] the cell of the step before.
    way = trail.way
    depth = 0
    way[0, 0], way[1, 0], way[4, 0], way[5, 0] = joins.subject[statement], 1, 0, -1
    way[2, 0] = _first(
        told.subject, told.place, told.lineage[lineage], last, joins.subject[statement]
    )
    way[3, 0] = told.placed_start[way[0, 0]]
    while depth >= 0:
        here = way[0, depth]
        if way[2, depth] < last and told.subject[way[2, depth]] == here:
            step = told.statement[way[2, depth]]
            may = joins.counts[way[2, depth]]
            way[2, depth] += 1
        elif way[3, depth] < told.placed_start[here + 1]:
            step = told.placed[way[3, depth]]
            may = joins.passable[step]
            way[3, depth] += 1
        else:
            depth -= 1
            continue
        if may == 0 or allowed[step] == 0:
            continue
        if not _joins(joins, way[4, depth], way[5, depth], step):
            continue
        following = joins.object[step]
        sign = way[1, depth] * (joins.sign[step] if joins.sign[step] != 0 else 1)
        if following == target:
            if depth > 0 and sign == wanted:
                return True
            continue
        state = 2 * following + (0 if sign == wanted else 1)
        if joins.abstract[following] != 0 or trail.steps[state] >= MAX_CHAIN - depth:
            continue
        met = False
        for before in range(depth + 1):
            if way[0, before] == following:
                met = True
        if met:
            continue
        depth += 1
        way[0, depth], way[1, depth] = following, sign
        way[2, depth] = _first(told.subject, told.place, told.lineage[lineage], last, following)
        way[3, depth] = told.placed_start[following]
        way[4, depth], way[5, depth] = joins.number[step], joins.object_cell[step]
    return False


def mark_nets(
    told: Mechanisms,
    joins: Joins,
    allowed: Bytes,
    trail: Trail,
    standing: Bytes,
) -> None:
    """Clear the mark of each telling marked `TO_LOOK_AT` that no chain of allowed steps gives."""
    for telling in range(len(standing)):
        if standing[telling] != TO_LOOK_AT:
            continue
        lineage, statement = told.of[telling], told.statement[telling]
        subject, target = joins.subject[statement], joins.object[statement]
        first, last = told.lineage[lineage], told.lineage[lineage + 1]
        # Without another step that leaves the subject, and one that enters the object, none can be.
        leaving = told.placed_start[subject + 1] - told.placed_start[subject]
        place = _first(told.subject, told.place, first, last, subject)
        while leaving < 2 and place < last and told.subject[place] == subject:
            if told.statement[place] != statement:
                leaving = 2
            place += 1
        entering = told.entering_start[target + 1] - told.entering_start[target]
        place = _first(told.object, told.to_object, first, last, target)
        while entering < 2 and place < last and told.object[told.to_object[place]] == target:
            if told.statement[told.to_object[place]] != statement:
                entering = 2
            place += 1
        if leaving == 0 or entering == 0:
            standing[telling] = 0
            continue
        count = _measure(told, joins, lineage, target, trail)
        if not _is_spelled_out(told, joins, telling, allowed, trail):
            standing[telling] = 0
        for place in range(count):
            trail.steps[trail.ring[place]] = MAX_CHAIN + 1


# ---- Compilation ----------------------------------------------------------------------------


class Kernels(NamedTuple):
    """The passes, either as plain Python or compiled."""

    weigh_all: Callable[..., None]
    mark_nets: Callable[..., None]


PLAIN = Kernels(weigh_all, mark_nets)


def trail_for(entities: int) -> Trail:
    """Scratch for so many entities."""
    return Trail(
        np.full(2 * entities, MAX_CHAIN + 1, np.int32),
        np.empty(2 * entities, np.int32),
        np.empty((6, MAX_CHAIN + 1), np.int64),
    )


def empty_found(statements: int) -> Found:
    """Room for what follows for so many statements."""
    return Found(
        *(np.zeros(statements, np.float64) for _ in range(3)),
        status=np.zeros(statements, np.int8),
        marks=np.zeros(statements, np.uint8),
        in_cell=np.zeros(statements, np.int32),
    )


def _compile(all_ways: bool) -> Kernels:
    """Compile the passes of this module."""
    helpers = (
        *(_combined, _status, _marks, _in_cell, _best_stratum),
        *(_joins, _first, _measure, _is_spelled_out),
    )
    namespace = kernel.compile_searches(PLAIN, helpers, globals(), all_ways=all_ways)
    kernels = Kernels(*(namespace[name] for name in Kernels._fields))

    def of(dtype: type[np.generic], *values: float) -> NDArray[Any]:
        return frozen(values, dtype)

    none = of(np.int32, 0)
    start = of(np.int64, 0, 1)
    byte = of(np.uint8, 1)
    read = Read(start, none, of(np.float64, 0.5), none, none, byte, byte, none, byte, byte)
    scratch = np.zeros(1, np.uint8)
    kernels.weigh_all(read, none, scratch, np.zeros(1), empty_found(1))
    told = Mechanisms(start, none, none, none, none, none, none, start, none, start, none)
    joins = Joins(none, none, of(np.int8, 1), byte, byte, none, none, byte, byte, byte)
    kernels.mark_nets(told, joins, byte, trail_for(1), scratch)
    for name in Kernels._fields:
        # From here on an argument of another type is an error, not seconds of compilation.
        namespace[name].disable_compile()
    return kernels


_compilation = kernel.Compilation("passes over columns", _compile)


def compile_in_background() -> None:
    """Begin to compile the passes in a thread of their own; do nothing if that has begun."""
    _compilation.begin()


def wait_until_compiled() -> bool:
    """Begin compilation if need be and wait for its end; return whether it succeeded."""
    return _compilation.wait()


def kernels_for(rows: int) -> Kernels:
    """The passes over so many rows; many wait for compilation."""
    return _compilation.kernels_for(rows, PLAIN)
