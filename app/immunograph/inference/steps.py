"""Which statements are steps of paths, and which step may follow which.

A path is a claim about its joints too. A step may not follow every step that ends where it begins:

1. *Number is not deed.* A step that changes how many tumour cells there are goes on only to what
   consists of these cells: growth, spread, relapse, outcomes, and what they are a step or process
   of. What tumour cells release or do to others does not follow. For all other cells fewer cells
   do less, and a path goes on.
2. *Where it acts.* What acts in one cell is not joined to what acts in another.

So an entity has several **ends**: the ways in which a step may reach it. Each end is a node of the
network that the searches run on, and from a node lead only the steps that may follow. Between two
nodes and for one sign the best believed statement is the step, then the first by id; a structural
statement is one only where no causal statement, of either sign, joins the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.vocabulary import (
    CLOSING_STEP,
    NOT_IN_A_CELL,
    NUMBERS,
    PLACED_STEPS,
    Basis,
    Role,
    StatementClass,
)
from immunograph.inference.belief import Weighed

Numbers = NDArray[np.int64]


class Ends(NamedTuple):
    """How a statement meets the step before it and the step after it."""

    number: bool = False
    """Its object is tumour cells, and it changes how many there are."""
    from_number: bool = False
    """What it says of its subject holds of the number of cells, too."""
    subject_cell: str | None = None
    """The cell in which its subject acts, where all its support states the same."""
    object_cell: str | None = None


PLAIN: Final = Ends()

GUESS: Final = 1e-9
"""Stands for the belief of a hypothesised step: it loses against any other, and nothing gives way
to it."""


def joins(before: Ends, after: Ends) -> bool:
    """Whether a step may follow another that ends where it begins.

    >>> joins(Ends(number=True), Ends()), joins(Ends(number=True), Ends(from_number=True))
    (False, True)
    >>> joins(Ends(object_cell="CL:0000775"), Ends(subject_cell="CL:0000235"))
    False
    """
    if before.number and not after.from_number:
        return False
    cells = (before.object_cell, after.subject_cell)
    return None in cells or cells[0] == cells[1]


def is_candidate(statement: Statement) -> bool:
    """Whether a statement is of the kind that paths take, if it is believed."""
    return statement.cls is StatementClass.CAUSAL or statement.effect in PLACED_STEPS


def ends_of(
    knowledge: Knowledge,
    statement: Statement,
    weighed: Iterable[Weighed],
    above: Callable[[str], frozenset[str]],
) -> Ends:
    """How a statement with this evidence meets other steps.

    `above` gives an entity and every class above it.
    """
    supporting = [
        one.evidence for one in weighed if one.evidence.role is Role.SUPPORTS and not one.retracted
    ]

    def marked(entity: str, mark: str) -> bool:
        return any(getattr(knowledge.entity(one), mark) for one in above(entity))

    number = (
        statement.cls is StatementClass.CAUSAL
        and marked(statement.object, "tumour_cells")
        and (
            statement.aspect in NUMBERS
            or any(
                one.predicate is not None and knowledge.vocabulary.changes_number(one.predicate)
                for one in supporting
            )
        )
    )
    from_number = statement.effect in ("step_of", CLOSING_STEP) or marked(
        statement.object, "of_tumour_cells"
    )
    sober = [one for one in supporting if one.basis is not Basis.HYPOTHESISED]
    stated = {one.context.in_cell for one in sober or supporting}
    cell = None
    if len(stated) == 1 and len(only := stated.pop()) == 1:
        [cell] = only

    def inside(entity: str) -> str | None:
        return None if knowledge.entity(entity).kind in NOT_IN_A_CELL else cell

    return Ends(number, from_number, inside(statement.subject), inside(statement.object))


# --- the choice ------------------------------------------------------------------------------


class Options(NamedTuple):
    """Believed statements that may be steps, as columns of equal length; entities by number."""

    statement: Sequence[str]
    subject: ArrayLike
    object: ArrayLike
    sign: ArrayLike
    """+1, -1, or 0 where the statement is structural."""
    belief: ArrayLike
    number: ArrayLike
    """The columns of `Ends`; cells as numbers, in the order of their ids, -1 for none."""
    from_number: ArrayLike
    subject_cell: ArrayLike
    object_cell: ArrayLike

    @classmethod
    def of(
        cls, options: Sequence[tuple[Statement, float, Ends]], index: Callable[[str], int]
    ) -> Options:
        """Statements with their beliefs and ends; `index` numbers entities."""
        cells = sorted(
            {c for *_, e in options for c in (e.subject_cell, e.object_cell) if c is not None}
        )
        of_cell: dict[str | None, int] = {cell: i for i, cell in enumerate(cells)}
        of_cell[None] = -1
        return cls(
            [statement.id for statement, _, _ in options],
            [index(statement.subject) for statement, _, _ in options],
            [index(statement.object) for statement, _, _ in options],
            [statement.sign for statement, _, _ in options],
            [belief for _, belief, _ in options],
            [ends.number for *_, ends in options],
            [ends.from_number for *_, ends in options],
            [of_cell[ends.subject_cell] for *_, ends in options],
            [of_cell[ends.object_cell] for *_, ends in options],
        )


class Chosen(NamedTuple):
    """The steps, a row each, in the order of source, entity reached, sign and target.

    One statement may be the step between several nodes.
    """

    option: Numbers
    """Which of the options each is."""
    source: Numbers
    target: Numbers
    entity: Numbers
    """The entity of each node; the first nodes are the entities themselves, in their order."""


_TURN: Final = np.array([2, 0, 1])
"""By sign: promoting before inhibiting before structural."""


def choose(entities: int, options: Options) -> Chosen:
    """The steps of a graph of so many entities.

    Raises ValueError for an option that joins what is no entity.
    """
    subject, object_ = (np.asarray(ends, np.int64) for ends in (options.subject, options.object))
    for ends in (subject, object_):
        if ends.size and (ends.min() < 0 or ends.max() >= entities):
            raise ValueError("an edge joins what is no entity")
    belief = np.asarray(options.belief, np.float64)
    sign = np.asarray(options.sign, np.int64)
    number = np.asarray(options.number, bool)
    from_number = np.asarray(options.from_number, bool)
    subject_cell = np.asarray(options.subject_cell, np.int64)
    object_cell = np.asarray(options.object_cell, np.int64)

    # The nodes: an entity, or an entity as it is reached by number or in a cell.
    arrival = number + 2 * (object_cell + 1)
    ways = int(arrival.max(initial=0)) + 1
    usable = belief > 0
    special, node = np.unique(
        (object_ * ways + arrival)[usable & (arrival > 0)], return_inverse=True
    )
    entity = np.concatenate([np.arange(entities), special // ways])
    reached = object_.copy()
    reached[usable & (arrival > 0)] = entities + node

    # From an entity itself any step leads; from its other nodes those that may follow.
    first = np.flatnonzero(usable)
    order = first[np.argsort(subject[first], kind="stable")]
    start = np.searchsorted(subject[order], special // ways)
    many = np.searchsorted(subject[order], special // ways, side="right") - start
    source = np.repeat(np.arange(len(special)), many)
    past = np.repeat(np.cumsum(many) - many, many)
    option = order[np.repeat(start, many) + np.arange(len(past)) - past]
    way = (special % ways)[source]
    cell = way // 2 - 1
    follows = ((way % 2 == 0) | from_number[option]) & (
        (cell < 0) | (subject_cell[option] < 0) | (subject_cell[option] == cell)
    )
    source = np.concatenate([subject[first], entities + source[follows]])
    option = np.concatenate([first, option[follows]])

    # The best of each sign between two nodes.
    nodes = len(entity)
    turn = _TURN[sign[option]]
    joint = (source * nodes + reached[option]) * 3 + turn
    order = np.argsort(joint, kind="stable")
    _best_first(order, joint, belief=belief, statements=options.statement, option=option)
    best = order[np.diff(joint[order], prepend=-1) != 0]
    source, option, turn = source[best], option[best], turn[best]
    pair = source * entities + object_[option]
    causal = (turn < 2) & (belief[option] > GUESS)
    kept = (turn < 2) | ~np.isin(pair, pair[causal])
    source, option, turn = source[kept], option[kept], turn[kept]

    # What alone leads to a node may have given way.
    held = _reached(nodes, entities, source, reached[option])
    number_of = np.cumsum(held) - 1
    kept = held[source]
    source, option, turn = number_of[source[kept]], option[kept], turn[kept]
    target = number_of[reached[option]]
    order = np.lexsort((target, turn, object_[option], source))
    return Chosen(option[order], source[order], target[order], entity[held])


def _reached(nodes: int, entities: int, source: Numbers, target: Numbers) -> NDArray[np.bool_]:
    """Which nodes are entities, or reached from them."""
    held = np.arange(nodes) < entities
    while True:
        before = np.count_nonzero(held)
        held[target[held[source]]] = True
        if np.count_nonzero(held) == before:
            return held


def _best_first(
    order: Numbers,
    joint: Numbers,
    *,
    belief: NDArray[np.float64],
    statements: Sequence[str],
    option: Numbers,
) -> None:
    """Put what is alike in an order by its joints with the best believed first, then by id."""
    differs = np.ones(len(order) + 1, bool)
    differs[1:-1] = np.diff(joint[order]) != 0
    # Few share source, target and sign with another: the ids of these alone are looked at.
    several = np.flatnonzero(~(differs[:-1] & differs[1:]))
    alike = order[several]
    ids = np.array([statements[number] for number in option[alike].tolist()])
    order[several] = alike[np.lexsort((ids, -belief[option[alike]], joint[alike]))]


def steps_among(options: Iterable[tuple[Statement, float, Ends]]) -> set[str]:
    """The statements among these, all from one entity to another, that some path may take.

    `choose` finds the same steps among them as among all.
    """
    best: dict[tuple[int, Ends], tuple[float, str]] = {}
    for statement, belief, ends in options:
        if belief > 0:
            key = statement.sign, ends
            best[key] = min(best.get(key, (1.0, "~")), (-belief, statement.id))
    everywhere = any(sign and ends.from_number and ends.subject_cell is None for sign, ends in best)
    return {name for (sign, _), (_, name) in best.items() if sign or not everywhere}
