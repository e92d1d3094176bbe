"""Signed paths over arrays: the network as two adjacency lists, and the searches that run on it.

**The order of paths.** A step of cost *c* weighs 16·c + 1, and the *key* of a path is the sum of
its weights. Keys order by cost, then by steps (a path has at most eight, so the low four bits
count them), and even a step that costs nothing has a weight. Paths of equal key are ordered by
their *codes*: the source, then for each step the entity it reaches and whether it inhibits, packed
as `entity << 1 | inhibits`. Two paths with the same codes are one path; its steps are the cheapest
of parallel rows, then the first.

**Nodes and entities.** An entity may be several nodes: itself, and itself as some steps reach it,
after which only some steps follow (see `steps`). The searches walk over nodes; a path visits no
*entity* twice, and of paths over the same entities with the same signs only the cheapest counts.

**The search** (`best_paths`) meets in the middle. A *state* is an entity with the net sign so far.
Labels (key, state, steps) grow from the sources and from the targets, cheapest first; a label
stays only if its state has none yet with as few steps. Where a step joins labels of both sides
with steps left and the right sign, the walk is rebuilt and, if it visits no entity twice, kept
among the best. The key of the last of these is the *bound*: nothing above it matters. Growing ends
when the radii of both sides together exceed the bound, for then every path within it begins with
labels of the source side and, after one step between the two, ends with labels of the target side.
`_meet` finds all these steps, each from that of its ends which is nearer to its own side, and
carries the keys of the target side over them to what lies before. So it knows every step that the
source side may take within the bound, few of the many that were looked at, and an exact lower
bound on what is still to come from each state. A depth-first enumeration from the sources along
these steps lists every path exactly. Walks that repeat an entity only loosen the bounds. All
comparisons with the bound are strict, so that ties survive to the end.

**Plain and compiled.** Every function below the line "Searches" is ordinary Python that numba can
compile. Until `compile_in_background` has done so they run as they stand, with the same answers:
about a hundred times slower, which small networks do not notice.
"""

# What numba compiles is written for it: arguments by position, comparisons and loops spelled out.
# ruff: noqa: PLR0917, PLR1714, SIM102, SIM109, SIM110
# The checker takes elements of integer arrays, once they were computed with, for arrays.
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
K = TypeVar("K")
"""Kernels of some kind."""

MAX_STEPS = 8
MAX_COST = (1 << 27) - 1
"""The largest cost of one step: room for a penalty above any sum of eight ordinary costs."""

COMPILE_ABOVE = 20_000
"""Networks with more steps than this wait for compilation instead of running uncompiled."""

COLUMNS = MAX_STEPS + 1
AHEAD = 4
"""How many states before its turn comes what a state needs is fetched from memory."""
WEIGHT = 16
LABEL_BITS = 28
LABEL_MASK = (1 << LABEL_BITS) - 1
LOW = (1 << 32) - 1
INFINITE = 1 << 62
LAST_EPOCH = 100_000_000

DONE, OUT_OF_WORK, STOPPED = 0, 1, 2


class Adjacency(NamedTuple):
    """The steps of a network in one direction, grouped by entity, cheapest first.

    The steps of entity `x` stand at `start[x]:start[x + 1]`, ordered by cost, neighbour, sign and
    row. `step` holds `weight << 32 | code` with the weight 16·cost + 1 and the code
    `neighbour << 1 | inhibits`: they are wanted together, and memory is what a search waits for.
    `row` is where the step stood in the arrays the network was built from.
    """

    start: Ints
    step: Longs
    row: Ints


@dataclass(frozen=True)
class Network:
    """An immutable signed network; nodes and steps are numbered from 0.

    `entity` is the entity of each node. The first nodes are the entities themselves, under their
    own numbers, and a path begins there. `pendant` marks nodes with exactly one neighbour, counting
    both directions: no path runs through them. `rows` is how many rows it was built from. All
    arrays are read-only, so that they can be mapped from a file and shared.
    """

    outgoing: Adjacency
    incoming: Adjacency
    pendant: Bytes
    entity: Ints
    rows: int

    @classmethod
    def build(
        cls,
        entities: int,
        source: ArrayLike,
        target: ArrayLike,
        negative: ArrayLike,
        cost: ArrayLike,
        *,
        entity: ArrayLike | None = None,
    ) -> Network:
        """Build the network of `entities` entities whose step `i` is row `i` of the arrays.

        `cost` is an integer from 0 to `MAX_COST`. `entity` is that of each node, where there are
        more nodes than entities. Steps from an entity to itself are left out, as no path takes
        them. Raises `ValueError` where the arrays do not fit each other.
        """
        entity_of = np.asarray(np.arange(entities) if entity is None else entity, np.int64)
        if not (entity_of[:entities] == np.arange(entities)).all() or len(entity_of) < entities:
            raise ValueError("the first nodes are not the entities themselves")
        if len(entity_of) > entities and not 0 <= entity_of.min() <= entity_of.max() < entities:
            raise ValueError(f"a node is of none of the {entities} entities")
        entities = len(entity_of)
        sources, targets, costs = (np.asarray(a, np.int64) for a in (source, target, cost))
        inhibits = np.asarray(negative).astype(bool).astype(np.int64)
        if not sources.shape == targets.shape == costs.shape == inhibits.shape:
            raise ValueError("source, target, negative and cost differ in length")
        if not 0 <= entities < 1 << 30:
            raise ValueError(f"{entities} nodes, but a network holds at most {1 << 30}")
        for name, ends in (("source", sources), ("target", targets)):
            if ends.size and (ends.min() < 0 or ends.max() >= entities):
                raise ValueError(f"a {name} is not one of the {entities} nodes")
        if costs.size and (costs.min() < 0 or costs.max() > MAX_COST):
            raise ValueError(f"a cost is not between 0 and {MAX_COST}")
        loops = entity_of[sources] == entity_of[targets]
        rows = np.flatnonzero(~loops)
        sources, targets, inhibits, costs = (a[rows] for a in (sources, targets, inhibits, costs))
        return cls(
            outgoing=_adjacency(entities, sources, targets, inhibits, costs, rows),
            incoming=_adjacency(entities, targets, sources, inhibits, costs, rows),
            pendant=_pendant(entities, sources, targets),
            entity=frozen(entity_of, np.int32),
            rows=len(loops),
        )

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.pendant)

    @cached_property
    def entities(self) -> int:
        """How many entities there are."""
        return 1 + int(self.entity.max(initial=-1))

    @cached_property
    def _others(self) -> dict[int, list[int]]:
        """The further nodes of entities that have some."""
        found: dict[int, list[int]] = {}
        for node, entity in enumerate(self.entity[self.entities :].tolist(), self.entities):
            found.setdefault(entity, []).append(node)
        return found

    def nodes_of(self, entities: Iterable[int]) -> list[int]:
        """All nodes of these entities."""
        others = self._others
        if not others:
            return list(entities)
        return [node for entity in entities for node in (entity, *others.get(entity, ()))]

    @property
    def steps(self) -> int:
        """How many steps there are, those of an entity to itself left out."""
        return len(self.outgoing.row)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Name every array of the network; `from_arrays` takes them back."""
        arrays: dict[str, NDArray[Any]] = {
            "pendant": self.pendant,
            "entity": self.entity,
            "rows": frozen([self.rows], np.int64),
        }
        for direction, lists in (("outgoing", self.outgoing), ("incoming", self.incoming)):
            for name, array in zip(Adjacency._fields, lists, strict=True):
                arrays[f"{direction}_{name}"] = array
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Network:
        """Restore a network from `to_arrays`, without copying arrays that are mapped from a file.

        Raises `KeyError` where an array is missing.
        """
        lists = [
            Adjacency(
                frozen(arrays[f"{side}_start"], np.int32),
                frozen(arrays[f"{side}_step"], np.int64),
                frozen(arrays[f"{side}_row"], np.int32),
            )
            for side in ("outgoing", "incoming")
        ]
        pendant = frozen(arrays["pendant"], np.uint8)
        entity = frozen(arrays["entity"], np.int32)
        return cls(lists[0], lists[1], pendant, entity, rows=int(arrays["rows"][0]))


def frozen(array: ArrayLike, dtype: type[np.generic]) -> NDArray[Any]:
    """View the array as a plain, contiguous, read-only one: the only kind the kernels take."""
    view = np.ascontiguousarray(array, dtype=dtype).view(np.ndarray)[:]
    view.flags.writeable = False
    return view


def _adjacency(
    entities: int, near: Longs, far: Longs, inhibits: Longs, cost: Longs, rows: Longs
) -> Adjacency:
    code = far << 1 | inhibits
    order = np.argsort(cost << 31 | code, kind="stable")
    order = order[np.argsort(near[order], kind="stable")]
    start = np.zeros(entities + 1, np.int64)
    np.cumsum(np.bincount(near, minlength=entities), out=start[1:])
    return Adjacency(
        start=frozen(start, np.int32),
        step=frozen((WEIGHT * cost[order] + 1) << 32 | code[order], np.int64),
        row=frozen(rows[order], np.int32),
    )


def _pendant(entities: int, sources: Longs, targets: Longs) -> Bytes:
    lowest = np.full(entities, entities, np.int64)
    highest = np.full(entities, -1, np.int64)
    for near, far in ((sources, targets), (targets, sources)):
        np.minimum.at(lowest, near, far)
        np.maximum.at(highest, near, far)
    return frozen(lowest == highest, np.uint8)


def _of_length(mask: ArrayLike, length: int, what: str) -> NDArray[Any]:
    array = np.asarray(mask)
    if array.shape != (length,):
        raise ValueError(f"a mask of shape {array.shape} does not fit {length} {what}")
    return array


OPEN, PENDANT, ENDS_ONLY, BANNED = 0, 1, 2, 3
_NONE_EXCLUDED = frozen([], np.uint8)


class Masks(NamedTuple):
    """What a question leaves out.

    `closed` says of each node whether a path may run through it: `OPEN`, or `PENDANT` (it has
    one neighbour only), `ENDS_ONLY` or `BANNED`. `steps` has one byte per row of the network, not
    0 where the step is excluded; of length 0 it excludes none. `entity` is the network's own.
    """

    closed: Bytes
    steps: Bytes
    entity: Ints

    @classmethod
    def of(
        cls,
        network: Network,
        *,
        banned: ArrayLike | None = None,
        inside: ArrayLike | None = None,
        steps: ArrayLike | None = None,
    ) -> Masks:
        """Bring the masks of a question, not 0 where they hold, into the form the kernels take.

        Raises `ValueError` where one is of another length than what it masks.
        """
        closed, excluded = network.pendant, _NONE_EXCLUDED
        for mask, degree in ((inside, ENDS_ONLY), (banned, BANNED)):
            if mask is not None:
                held = _of_length(mask, network.entities, "entities")[network.entity] != 0
                closed = frozen(np.maximum(closed, held * np.uint8(degree)), np.uint8)
        if steps is not None:
            excluded = frozen(_of_length(steps, network.rows, "rows"), np.uint8)
        return cls(closed, excluded, network.entity)


class Terms(NamedTuple):
    """What a search for paths looks for; the first four are those of `best_paths`.

    One source, or one target, is never inside a path; of several, the others may be. `centre` is
    the entity of a loop. Each is -1 where there is no such entity.
    """

    want: int
    signed: int
    loop: int
    max_steps: int
    lone_source: int
    lone_target: int
    centre: int


class Ranking(NamedTuple):
    """The best paths found so far, best first, with room for as many as were asked for.

    `keys` is `INFINITE` and `codes` is -1 where there is none. `codes` speak of entities, `nodes`
    are the same codes of nodes; `rows` are the steps.
    """

    keys: Longs
    codes: Ints
    nodes: Ints
    rows: Ints

    @classmethod
    def empty(cls, size: int, *, ceiling: int = INFINITE) -> Ranking:
        """A ranking without paths that takes only paths of a key below `ceiling`."""
        return cls(
            np.full(size, ceiling, np.int64),
            np.full((size, COLUMNS), -1, np.int32),
            np.full((size, COLUMNS), -1, np.int32),
            np.full((size, MAX_STEPS), -1, np.int32),
        )


class Search(NamedTuple):
    """Scratch of `best_paths`; side 0 grows from the sources, side 1 from the targets.

    Of all this only `settled` is cleared between questions.
    """

    settled: Bytes
    """[side, state >> 3] a bit for each state that a side has settled. Most states that are looked
    at are not, and this is small enough to stay close to the processor."""
    place: Ints
    """[state, side] where a settled state stands in `least`."""
    least: Longs
    """[side, place, n] key of the cheapest walk with at most n steps << LABEL_BITS | its label."""
    label: Ints
    """[side, label] state, steps << 1 | sign of the last, parent label, next step to look at."""
    heap: Longs
    """[side, position] key << LABEL_BITS | label."""
    within: Bytes
    """[side, n, state >> 3] a bit for each state that at most n steps from the side's ends reach,
    for the n that were counted."""
    queue: Ints
    """[side, position] the states of `within`, nearest first."""
    candidates: Ints
    """[n] those of the steps at hand that may lead to the other end."""
    owner: Ints
    """[n] place, on the source side, of the state that a useful step leaves."""
    found: Longs
    """[n] a useful step, packed as in `Adjacency.step`, in the order in which it was found."""
    useful: Longs
    """[n] the same, grouped by place, cheapest first."""
    first: Ints
    """[place] where its useful steps begin in `useful`."""
    codes: Ints
    """[COLUMNS] the path at hand, over nodes."""
    names: Ints
    """[COLUMNS] the same over entities."""
    counts: Longs
    """[n, side] what `best_paths` counts of each side, and in the last row `_meet`."""
    levels: Longs
    """[side, n] how far `within` is counted (-1: not at all), and the part of `queue` that was
    added last."""
    prices: Longs
    """[side, n] how many steps leave what a side has settled in n steps."""
    trail: Longs
    """[n, position] what `_enumerate` knows of each position of the path at hand."""


class Spread(NamedTuple):
    """Scratch of `reach`, which grows from one entity alone."""

    epoch: Longs
    slot: Longs
    """[state] epoch << 32 | its best label."""
    label: Ints
    """[label] state, parent label, code of the last step, steps, next step to look at, and, in the
    best label of a state, the label of that state met last."""
    keys: Longs
    """[label] key of the walk."""
    heap: Longs
    """[position] key << LABEL_BITS | label."""
    chosen: Ints
    """[position] the best label of each state of the wanted sign, best first."""
    met: Longs
    """[entity, sign] the epoch in which a path to one of its states was last counted."""


class Workspace(threading.local):
    """The scratch of each thread, kept from question to question and grown as needed."""

    def __init__(self) -> None:
        self._search: Search | None = None
        self._spread: Spread | None = None

    def search(self, nodes: int, labels: int) -> Search:
        """Scratch for a search with at most so many labels on a side."""
        search = self._search
        if search is None or len(search.place) < 2 * nodes or search.heap.shape[1] < labels:
            if search is not None:
                nodes = max(nodes, len(search.place) // 2)
                labels = max(labels, search.heap.shape[1])
            states = 2 * nodes
            search = self._search = Search(
                codes=np.empty(COLUMNS, np.int32),
                names=np.empty(COLUMNS, np.int32),
                counts=np.empty((7, 2), np.int64),
                levels=np.empty((2, 3), np.int64),
                prices=np.empty((2, COLUMNS), np.int64),
                trail=np.empty((6, COLUMNS), np.int64),
                settled=np.zeros((2, (states >> 3) + 1), np.uint8),
                within=np.empty((2, MAX_STEPS, (states >> 3) + 1), np.uint8),
                place=np.empty((states, 2), np.int32),
                queue=np.empty((2, states), np.int32),
                label=np.empty((2, labels, 4), np.int32),
                heap=np.empty((2, labels), np.int64),
                least=np.empty((2, min(states, labels) + 1, COLUMNS), np.int64),
                candidates=np.empty(labels, np.int32),
                owner=np.empty(labels, np.int32),
                found=np.empty(labels, np.int64),
                useful=np.empty(labels, np.int64),
                first=np.empty(min(states, labels) + 2, np.int32),
            )
        return search

    def spread(self, nodes: int, labels: int) -> Spread:
        """Scratch for a `reach` with at most so many labels."""
        spread = self._spread
        if spread is None or len(spread.slot) < 2 * nodes or len(spread.keys) < labels:
            if spread is not None:
                nodes = max(nodes, len(spread.slot) // 2)
                labels = max(labels, len(spread.keys))
            spread = self._spread = Spread(
                epoch=np.zeros(1, np.int64),
                slot=np.zeros(2 * nodes, np.int64),
                label=np.empty((labels, 6), np.int32),
                keys=np.empty(labels, np.int64),
                heap=np.empty(labels, np.int64),
                chosen=np.empty(2 * nodes, np.int32),
                met=np.zeros(2 * nodes, np.int64),
            )
        return spread


# ---- Searches: plain Python that numba can compile ------------------------------------------


def _fetch(array: NDArray[Any], index: int) -> None:
    """Compiled, ask memory for an element that is likely looked at soon; else do nothing."""


def _push(heap: Longs, size: int, value: int) -> int:
    """Put a value on the heap; return the new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 2
        if heap[above] <= value:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = value
    return size + 1


def _pop(heap: Longs, size: int) -> int:
    """Take the least value off the heap; return the new size."""
    size -= 1
    value = heap[size]
    place = 0
    while True:
        below = 4 * place + 1
        if below >= size:
            break
        least = heap[below]
        at = below
        for other in range(below + 1, min(below + 4, size)):
            if heap[other] < least:
                least = heap[other]
                at = other
        if least >= value:
            break
        heap[place] = least
        place = at
    heap[place] = value
    return size


def _holds(bits: Bytes, state: int) -> bool:
    """Whether a set of states, a bit each, holds this one."""
    return bits[state >> 3] >> (state & 7) & 1 != 0


def _add(bits: Bytes, state: int) -> None:
    """Add a state to a set of states."""
    bits[state >> 3] |= np.uint8(1 << (state & 7))


def _sift(
    packed_steps: Longs,
    first: int,
    last: int,
    heaviest: int,
    sign: int,
    signed: int,
    bits: Bytes,
    chosen: Ints,
) -> tuple[int, int]:
    """Choose, of some steps from a state, those that lead to a state in a set of states.

    `sign` is that of the state, turned where paths that inhibit are wanted. Ends with the first
    step heavier than `heaviest`, or where `chosen` is full. Returns how many were chosen, and the
    step after the last looked at. There is no branch on what is found: so the processor asks for
    many states at a time.
    """
    count = 0
    step = first
    while step < last and count < len(chosen):
        packed = packed_steps[step]
        if packed >> 32 > heaviest:
            break
        code = packed & LOW
        state = 2 * (code >> 1) + (sign ^ (code & signed))
        chosen[count] = step
        count += bits[state >> 3] >> (state & 7) & 1
        step += 1
    return count, step


def _precedes(codes: Ints, other: Ints) -> bool:
    """Whether the first of two paths of equal key comes first; of equal paths neither does."""
    for position in range(COLUMNS):
        if codes[position] != other[position]:
            return codes[position] < other[position]
    return False


def _same(codes: Ints, other: Ints) -> bool:
    # From the end, as the last entities of two paths from one source are likelier to differ.
    for position in range(COLUMNS - 1, -1, -1):
        if codes[position] != other[position]:
            return False
    return True


def _offer(ranking: Ranking, search: Search, entity_of: Ints, key: int) -> None:
    """Keep the path at hand if it is among the best.

    Of two over the same entities the cheaper stays, then that of the earlier nodes.
    """
    keys = ranking.keys
    last = len(keys) - 1
    if key > keys[last]:
        return
    nodes = search.codes
    codes = search.names
    for position in range(COLUMNS):
        code = nodes[position]
        codes[position] = code if code < 0 else (entity_of[code >> 1] << 1) | (code & 1)
    place = last
    known = False
    for other in range(len(keys)):
        if ranking.codes[other, 0] < 0:
            place = other
            break
        if _same(codes, ranking.codes[other]):
            if keys[other] < key:
                return
            if keys[other] == key and not _precedes(nodes, ranking.nodes[other]):
                return
            place = other
            known = True
            break
    if not known and key == keys[last] and not _precedes(codes, ranking.codes[last]):
        return
    while place > 0:
        above = place - 1
        if keys[above] < key or (keys[above] == key and _precedes(ranking.codes[above], codes)):
            break
        keys[place] = keys[above]
        for position in range(COLUMNS):
            ranking.codes[place, position] = ranking.codes[above, position]
            ranking.nodes[place, position] = ranking.nodes[above, position]
        place = above
    keys[place] = key
    for position in range(COLUMNS):
        ranking.codes[place, position] = codes[position]
        ranking.nodes[place, position] = nodes[position]


def _join(search: Search, entity_of: Ints, ahead: int, behind: int, code: int, loop: int) -> bool:
    """Write the walk "source to label `ahead`, one step, label `behind` to target" to `codes`.

    `code` is that of the step between. Returns whether the walk visits no entity twice; in a loop
    it ends where it began.
    """
    codes = search.codes
    label = search.label
    codes[:] = -1
    length = label[0, ahead, 1] >> 1
    at = ahead
    for position in range(length, 0, -1):
        codes[position] = (label[0, at, 0] & ~1) | (label[0, at, 1] & 1)
        at = label[0, at, 2]
    codes[0] = label[0, at, 0]
    length += 1
    codes[length] = code
    at = behind
    while label[1, at, 1] > 1:
        parent = label[1, at, 2]
        length += 1
        codes[length] = (label[1, parent, 0] & ~1) | (label[1, at, 1] & 1)
        at = parent
    for position in range(1, length + 1):
        entity = entity_of[codes[position] >> 1]
        for earlier in range(position):
            if entity_of[codes[earlier] >> 1] == entity and not (
                loop != 0 and earlier == 0 and position == length
            ):
                return False
    return True


def _count_hops(
    adjacency: Adjacency,
    masks: Masks,
    search: Search,
    terms: Terms,
    levels: Longs,
    side: int,
    bound: int,
    allowance: int,
) -> int:
    """Extend the fewest steps from a side's ends by whole levels while one costs the allowance.

    `levels[side]` holds the level reached and the part of the queue that is its frontier. Returns
    the number of steps looked at.
    """
    start, packed_steps, rows = adjacency
    closed, excluded, _ = masks
    _, signed, _, max_steps, lone_source, lone_target, centre = terms
    queue = search.queue[side]
    looked = 0
    while levels[side, 0] < max_steps - 1:
        first = levels[side, 1]
        last = levels[side, 2]
        price = 0
        for position in range(first, last):
            entity = queue[position] >> 1
            price += start[entity + 1] - start[entity]
        if price > allowance - looked:
            break
        end = last
        levels[side, 0] += 1
        within = search.within[side, levels[side, 0]]
        nearer = search.within[side, levels[side, 0] - 1]
        for byte in range(len(within)):
            within[byte] = nearer[byte]
        for position in range(first, last):
            if position + AHEAD < last:
                _fetch(packed_steps, start[queue[position + AHEAD] >> 1])
            state = queue[position]
            entity = state >> 1
            tolerated = PENDANT if entity == centre else OPEN
            for step in range(start[entity], start[entity + 1]):
                packed = packed_steps[step]
                if packed >> 32 > bound:
                    break
                if len(excluded) > 0 and excluded[rows[step]] != 0:
                    continue
                code = packed & LOW
                neighbour = code >> 1
                if neighbour == lone_source or neighbour == lone_target:
                    continue
                reached = 2 * neighbour + ((state & 1) ^ (code & signed))
                if not _holds(within, reached) and closed[neighbour] <= tolerated:
                    _add(within, reached)
                    queue[end] = reached
                    end += 1
        levels[side, 1] = last
        levels[side, 2] = end
        looked += price
    return looked


def _meet(
    outgoing: Adjacency,
    incoming: Adjacency,
    masks: Masks,
    search: Search,
    ranking: Ranking,
    terms: Terms,
    places: Longs,
    labels: int,
    work: int,
    budget: int,
    room: int,
    stop: Bytes,
) -> tuple[int, int]:
    """Find every step within the bound that leaves a state of the source side.

    `places` says how many states each side has settled, and is kept so, `labels` how many labels
    the target side has. Leaves the steps in `useful`, and extends `least` of the target side to
    what they leave. Returns the work done so far and how it ended.
    """
    closed, excluded, entity_of = masks
    want, signed, loop, max_steps, lone_source, lone_target, centre = terms
    place_of = search.place
    least = search.least
    label = search.label
    heap = search.heap[1]
    owner = search.owner
    found = search.found
    keys = ranking.keys
    last = len(keys) - 1
    looked = work
    count = 0
    queued = 0

    # A path has its step between the sides from a label of `ahead` steps to one of `behind`. With
    # a bound, the one nearer to its own side looks for it, which settles how far it must look.
    # Without, up to `reach` steps the source side looks, else the target side: what costs least.
    reach = search.counts[6]
    reach[:] = max_steps
    nearer_looks = keys[last] != INFINITE
    if not nearer_looks:
        price = search.prices
        price[:] = 0
        for side in range(2):
            start = outgoing.start if side == 0 else incoming.start
            for place in range(places[side]):
                entity = label[side, least[side, place, max_steps] & LABEL_MASK, 0] >> 1
                fewest = 0
                while least[side, place, fewest] == INFINITE:
                    fewest += 1
                price[side, fewest] += start[entity + 1] - start[entity]
        cheapest = INFINITE
        for ahead in range(-1, max_steps):
            behind = max_steps - 2 - ahead
            total = price[0, : ahead + 1].sum() + price[1, : behind + 1].sum()
            if total < cheapest:
                cheapest = total
                reach[0] = ahead
                reach[1] = behind

    for side in range(2):
        other = 1 - side
        facing_settled = search.settled[other]
        start, packed_steps, rows = outgoing if side == 0 else incoming
        for place in range(places[side]):
            if place + 2 * AHEAD < places[side]:
                later = least[side, place + 2 * AHEAD, max_steps] & LABEL_MASK
                _fetch(start, label[side, later, 0] >> 1)
                soon = least[side, place + AHEAD, max_steps] & LABEL_MASK
                _fetch(packed_steps, start[label[side, soon, 0] >> 1])
            nearest = least[side, place, max_steps]
            key = nearest >> LABEL_BITS
            if nearer_looks and 2 * key > keys[last]:
                break
            if not nearer_looks:
                fewest = 0
                while least[side, place, fewest] == INFINITE:
                    fewest += 1
                if fewest > reach[side]:
                    continue
            state = label[side, nearest & LABEL_MASK, 0]
            entity = state >> 1
            sign = state & 1
            first = start[entity]
            heaviest = keys[last] - (2 * key if nearer_looks else key)
            count_here, step = _sift(
                *(packed_steps, first, start[entity + 1], heaviest),
                *(sign ^ want, signed, facing_settled, search.candidates),
            )
            if count_here == len(search.candidates):
                return looked, OUT_OF_WORK
            for position in range(count_here):
                row = search.candidates[position]
                if len(excluded) > 0 and excluded[rows[row]] != 0:
                    continue
                packed = packed_steps[row]
                weight = packed >> 32
                bound = keys[last]
                code = packed & LOW
                neighbour = code >> 1
                negative = code & 1
                facing = place_of[2 * neighbour + (sign ^ (negative & signed) ^ want), other]
                far = least[other, facing, max_steps] >> LABEL_BITS
                if key + weight + far > bound:
                    continue
                if nearer_looks and (far < key or (far == key and side == 1)):
                    continue
                if side == 0:
                    near = place
                    beyond = facing
                    leaves = entity
                    reaches = neighbour
                else:
                    near = facing
                    beyond = place
                    leaves = neighbour
                    reaches = entity
                    code = (entity << 1) | negative
                tolerated = PENDANT if reaches == centre else OPEN
                within = False
                for steps in range(max_steps):
                    behind = least[1, beyond, steps]
                    ahead = least[0, near, max_steps - 1 - steps]
                    if ahead == INFINITE:
                        break
                    if behind == INFINITE:
                        continue
                    total = (ahead >> LABEL_BITS) + weight + (behind >> LABEL_BITS)
                    if total > keys[last]:
                        continue
                    within = True
                    if steps > 0 and least[1, beyond, steps - 1] == behind:
                        continue
                    looked += 1
                    if total < keys[last]:
                        if _join(
                            search, entity_of, ahead & LABEL_MASK, behind & LABEL_MASK, code, loop
                        ):
                            _offer(ranking, search, entity_of, total)
                    if leaves == lone_source or leaves == lone_target:
                        continue
                    if closed[leaves] > tolerated or labels >= room:
                        continue
                    label[1, labels, 0] = 2 * leaves + (
                        (label[1, behind & LABEL_MASK, 0] & 1) ^ (negative & signed)
                    )
                    label[1, labels, 1] = ((steps + 1) << 1) | negative
                    label[1, labels, 2] = behind & LABEL_MASK
                    label[1, labels, 3] = -1
                    reached = weight + (behind >> LABEL_BITS)
                    queued = _push(heap, queued, (reached << LABEL_BITS) | labels)
                    labels += 1
                if within and count < room:
                    owner[count] = near
                    found[count] = (weight << 32) | code
                    count += 1
            looked += step - first
            if looked > budget or labels >= room or count >= room:
                return looked, OUT_OF_WORK
            if stop[0] != 0:
                return looked, STOPPED

    # What lies before these steps on the source side, nearest to the target first.
    start, packed_steps, rows = incoming
    ahead_settled, behind_settled = search.settled
    while queued > 0:
        packed_label = heap[0]
        queued = _pop(heap, queued)
        key = packed_label >> LABEL_BITS
        this = packed_label & LABEL_MASK
        if key > keys[last]:
            break
        state = label[1, this, 0]
        steps = label[1, this, 1] >> 1
        entity = state >> 1
        sign = state & 1
        if not _holds(ahead_settled, 2 * entity + (sign ^ want)):
            continue
        near = place_of[2 * entity + (sign ^ want), 0]
        met = least[0, near, max_steps - steps]
        if met == INFINITE or (met >> LABEL_BITS) + key > keys[last]:
            continue
        if _holds(behind_settled, state):
            place = place_of[state, 1]
        else:
            place = places[1]
            places[1] += 1
            place_of[state, 1] = place
            _add(behind_settled, state)
            for n in range(max_steps + 1):
                least[1, place, n] = INFINITE
        if least[1, place, steps] != INFINITE:
            continue
        for n in range(steps, max_steps + 1):
            if least[1, place, n] != INFINITE:
                break
            least[1, place, n] = packed_label
        left = max_steps - steps - 1
        if left < 0:
            continue
        first = start[entity]
        step = first
        while step < start[entity + 1]:
            packed = packed_steps[step]
            reached = key + (packed >> 32)
            bound = keys[last]
            if reached > bound:
                break
            row = step
            step += 1
            if len(excluded) > 0 and excluded[rows[row]] != 0:
                continue
            code = packed & LOW
            neighbour = code >> 1
            negative = code & 1
            new_sign = sign ^ (negative & signed)
            if not _holds(ahead_settled, 2 * neighbour + (new_sign ^ want)):
                continue
            near = place_of[2 * neighbour + (new_sign ^ want), 0]
            ahead = least[0, near, left]
            if ahead == INFINITE:
                continue
            total = reached + (ahead >> LABEL_BITS)
            if total > bound:
                continue
            towards = (entity << 1) | negative
            if total < bound and _join(search, entity_of, ahead & LABEL_MASK, this, towards, loop):
                _offer(ranking, search, entity_of, total)
            if count < room:
                owner[count] = near
                found[count] = (packed & ~LOW) | towards
                count += 1
            if left == 0 or neighbour == lone_source or neighbour == lone_target:
                continue
            if closed[neighbour] != OPEN or labels >= room:
                continue
            new_state = 2 * neighbour + new_sign
            if _holds(behind_settled, new_state):
                if least[1, place_of[new_state, 1], steps + 1] != INFINITE:
                    continue
            label[1, labels, 0] = new_state
            label[1, labels, 1] = ((steps + 1) << 1) | negative
            label[1, labels, 2] = this
            label[1, labels, 3] = -1
            queued = _push(heap, queued, (reached << LABEL_BITS) | labels)
            labels += 1
        looked += step - first
        if looked > budget or labels >= room or count >= room:
            return looked, OUT_OF_WORK
        if stop[0] != 0:
            return looked, STOPPED
    _group(search, places[0], count)
    return looked, DONE


def _group(search: Search, places: int, count: int) -> None:
    """Group the useful steps that were found by the place that they leave, cheapest first, once."""
    owner = search.owner
    first = search.first
    useful = search.useful
    heap = search.heap[1]
    first[: places + 2] = 0
    for n in range(count):
        first[owner[n] + 2] += 1
    for place in range(places):
        first[place + 2] += first[place + 1]
    for n in range(count):
        place = owner[n] + 1
        useful[first[place]] = search.found[n]
        first[place] += 1
    # The steps of a place end at `first[place + 1]` now, and begin where those before it end.
    begin = 0
    kept = 0
    for place in range(places):
        end = first[place + 1]
        if end - begin > 1:
            queued = 0
            for n in range(begin, end):
                queued = _push(heap, queued, useful[n])
            for n in range(begin, end):
                useful[n] = heap[0]
                queued = _pop(heap, queued)
        first[place] = kept
        for n in range(begin, end):
            if n == begin or useful[n] != useful[n - 1]:
                useful[kept] = useful[n]
                kept += 1
        begin = end
    first[places] = kept


def _enumerate(
    outgoing: Adjacency,
    masks: Masks,
    search: Search,
    ranking: Ranking,
    terms: Terms,
    sources: Ints,
    floor: int,
    work: int,
    budget: int,
    stop: Bytes,
) -> tuple[int, int]:
    """List every path within the bound, depth first from each source, and keep the best.

    What is still to come from a state is at least what the target side found. From a state that
    the source side has settled with as few steps, only useful steps lead on. Returns the work
    done so far and how it ended.
    """
    start, packed_steps, rows = outgoing
    closed, excluded, entity_of = masks
    want, signed, loop, max_steps, _, lone_target, _ = terms
    place_of = search.place
    ahead_settled, behind_settled = search.settled
    least = search.least
    useful = search.useful
    first_useful = search.first
    codes = search.codes
    keys = ranking.keys
    last = len(keys) - 1
    search.trail[:] = 0
    next_step = search.trail[0]
    end_at = search.trail[1]
    known_at = search.trail[2]
    key_at = search.trail[3]
    entity_at = search.trail[4]
    sign_at = search.trail[5]
    codes[:] = -1
    for source in sources:
        depth = 0
        origin = entity_of[source]
        codes[0] = source << 1
        entity_at[0] = source
        place = place_of[2 * source, 0]
        known_at[0] = 1
        next_step[0] = first_useful[place]
        end_at[0] = first_useful[place + 1]
        while depth >= 0:
            entity = entity_at[depth]
            key = key_at[depth]
            known = known_at[depth] != 0
            left = max_steps - depth - 1
            first = next_step[depth]
            end = end_at[depth]
            step = first
            deeper = False
            # A step to anything but the target is followed by one to it at least. Whether there
            # is a step to the target, its side has found out.
            after = floor
            facing = 2 * entity + (sign_at[depth] ^ want)
            if depth == 0:
                after = 0
            elif _holds(behind_settled, facing):
                if least[1, place_of[facing, 1], 1] != INFINITE:
                    after = 0
            while step < end and not deeper:
                packed = useful[step] if known else packed_steps[step]
                reached = key + (packed >> 32)
                if reached + after > keys[last]:
                    break
                row = step
                step += 1
                if not known and len(excluded) > 0 and excluded[rows[row]] != 0:
                    continue
                code = packed & LOW
                neighbour = code >> 1
                sign = sign_at[depth] ^ (code & signed)
                facing = 2 * neighbour + (sign ^ want)
                if not _holds(behind_settled, facing):
                    continue
                place = place_of[facing, 1]
                ahead = least[1, place, left]
                if ahead == INFINITE:
                    continue
                total = reached + (ahead >> LABEL_BITS)
                if total > keys[last]:
                    continue
                visited = False
                named = entity_of[neighbour]
                for position in range(1, depth + 1):
                    visited = visited or entity_of[entity_at[position]] == named
                if visited or (named == origin and (loop == 0 or neighbour != source)):
                    continue
                codes[depth + 1] = code
                if least[1, place, 0] != INFINITE:
                    # The neighbour is a target, met with the wanted sign.
                    _offer(ranking, search, entity_of, reached)
                passes = left > 0 and neighbour != lone_target and neighbour != source
                if passes and least[1, place, 0] != INFINITE:
                    # Its bound says nothing of what lies behind it, nor whether it is open.
                    passes = closed[neighbour] == OPEN
                if passes and total >= keys[last]:
                    # A tie with the last at best: worth following unless already behind it.
                    passes = total == keys[last]
                    for position in range(depth + 2):
                        met = (entity_of[codes[position] >> 1] << 1) | (codes[position] & 1)
                        if met != ranking.codes[last, position]:
                            passes = passes and met < ranking.codes[last, position]
                            break
                if not passes:
                    codes[depth + 1] = -1
                    continue
                deeper = True
                next_step[depth] = step
                depth += 1
                entity_at[depth] = neighbour
                sign_at[depth] = sign
                key_at[depth] = reached
                next_step[depth] = start[neighbour]
                end_at[depth] = start[neighbour + 1]
                known_at[depth] = 0
                if _holds(ahead_settled, 2 * neighbour + sign):
                    place = place_of[2 * neighbour + sign, 0]
                    if least[0, place, depth] != INFINITE:
                        known_at[depth] = 1
                        next_step[depth] = first_useful[place]
                        end_at[depth] = first_useful[place + 1]
            work += step - first
            if not deeper:
                codes[depth] = -1
                depth -= 1
            if work > budget:
                return work, OUT_OF_WORK
            if stop[0] != 0:
                return work, STOPPED
    return work, DONE


def find_rows(
    outgoing: Adjacency, incoming: Adjacency, masks: Masks, codes: Ints, rows: Ints
) -> None:
    """Name the step behind each code: the cheapest that is not excluded, then the first row."""
    excluded = masks.steps
    for path in range(len(codes)):
        for position in range(MAX_STEPS):
            code = codes[path, position + 1]
            if code < 0:
                break
            source = codes[path, position] >> 1
            target = code >> 1
            out_degree = outgoing.start[source + 1] - outgoing.start[source]
            if out_degree <= incoming.start[target + 1] - incoming.start[target]:
                lists = outgoing
                entity = source
                wanted = code
            else:
                lists = incoming
                entity = target
                wanted = (source << 1) | (code & 1)
            for step in range(lists.start[entity], lists.start[entity + 1]):
                row = lists.row[step]
                if lists.step[step] & LOW == wanted and (len(excluded) == 0 or excluded[row] == 0):
                    rows[path, position] = row
                    break


def best_paths(
    outgoing: Adjacency,
    incoming: Adjacency,
    masks: Masks,
    search: Search,
    ranking: Ranking,
    sources: Ints,
    targets: Ints,
    want: int,
    signed: int,
    loop: int,
    max_steps: int,
    chunk: int,
    patience: int,
    budget: int,
    room: int,
    stop: Bytes,
) -> tuple[int, int]:
    """Fill the ranking with the best paths from any of `sources` to any of `targets`.

    `want` is 0 for paths that promote and 1 for those that inhibit; with `signed` 0 signs are
    not looked at and `want` is 0. `loop` 1: the one source is also the one target. The ends are
    distinct within each array and none is banned. `chunk` is how much of a long adjacency is
    looked at in one go, `patience` how many steps are looked at before fewest steps are counted,
    `room` how many labels a side may make. Returns the number of steps looked at, and `DONE`,
    `OUT_OF_WORK` (more than `budget`, or more labels than `room`) or `STOPPED` (`stop[0]` became
    other than 0): then better paths may be missing.
    """
    place_of = search.place
    settled = search.settled
    least = search.least
    label = search.label
    heap = search.heap
    within = search.within
    candidates = search.candidates
    closed, excluded, entity_of = masks
    keys = ranking.keys
    last = len(keys) - 1
    lone_source = sources[0] if len(sources) == 1 else -1
    lone_target = targets[0] if len(targets) == 1 else -1
    centre = lone_source if loop != 0 else -1
    terms = Terms(want, signed, loop, max_steps, lone_source, lone_target, centre)

    search.counts[:] = 0
    queued = search.counts[0]
    labels = search.counts[1]
    places = search.counts[2]
    spent = search.counts[3]
    radius = search.counts[4]
    floor = search.counts[5]
    levels = search.levels
    levels[:, 0] = -1
    for side in range(2):
        ends = sources if side == 0 else targets
        for position in range(len(ends)):
            state = 2 * ends[position]
            place_of[state, side] = position
            _add(settled[side], state)
            for n in range(max_steps + 1):
                least[side, position, n] = position
            label[side, position, 0] = state
            label[side, position, 1] = 0
            label[side, position, 2] = -1
            label[side, position, 3] = -1
            heap[side, position] = position
        queued[side] = labels[side] = places[side] = len(ends)

    # No walk from an end is cheaper than its first step; of several ends any may be met at once.
    if lone_source >= 0 and outgoing.start[lone_source] < outgoing.start[lone_source + 1]:
        floor[0] = outgoing.step[outgoing.start[lone_source]] >> 32
    if lone_target >= 0 and incoming.start[lone_target] < incoming.start[lone_target + 1]:
        floor[1] = incoming.step[incoming.start[lone_target]] >> 32

    work = 0
    hop_work = 0
    next_count = patience
    outcome = DONE
    while True:
        if patience > 0 and work > next_count:
            # Counting fewest steps pays once the search has cost something: labels that cannot
            # reach the other end in the steps they have left are dropped.
            if next_count == patience:
                for side in range(2):
                    ends = sources if side == 0 else targets
                    within[side, 0, :] = 0
                    for position in range(len(ends)):
                        _add(within[side, 0], 2 * ends[position])
                        search.queue[side, position] = 2 * ends[position]
                    levels[side, 0] = 0
                    levels[side, 1] = 0
                    levels[side, 2] = len(ends)
            next_count = 2 * work
            allowance = work
            for side in range(2):
                adjacency = outgoing if side == 0 else incoming
                price = _count_hops(
                    adjacency,
                    masks,
                    search,
                    terms,
                    levels,
                    side,
                    keys[last],
                    allowance,
                )
                allowance -= price
                hop_work += price

        # Which side grows: the cheaper one, until both radii together exceed the bound.
        for each in range(2):
            radius[each] = INFINITE >> 1
            if queued[each] > 0:
                radius[each] = heap[each, 0] >> LABEL_BITS
        if queued[0] == 0 or queued[1] == 0 or radius[0] + radius[1] > keys[last]:
            break
        ahead = label[0, heap[0, 0] & LABEL_MASK, 0] >> 1
        behind = label[1, heap[1, 0] & LABEL_MASK, 0] >> 1
        # The side that does not grow now likely goes on with this label in its turn.
        _fetch(outgoing.step, outgoing.start[ahead])
        _fetch(incoming.step, incoming.start[behind])
        price = spent[0] + min(chunk, outgoing.start[ahead + 1] - outgoing.start[ahead])
        other_price = spent[1] + min(chunk, incoming.start[behind + 1] - incoming.start[behind])
        side = 0 if price <= other_price else 1

        start, packed_steps, rows = outgoing if side == 0 else incoming
        # One of these likely comes to the top of the heap.
        for position in range(1, min(5, queued[side])):
            _fetch(start, label[side, heap[side, position] & LABEL_MASK, 0] >> 1)
        packed = heap[side, 0]
        queued[side] = _pop(heap[side], queued[side])
        key = packed >> LABEL_BITS
        this = packed & LABEL_MASK
        state = label[side, this, 0]
        steps = label[side, this, 1] >> 1
        entity = state >> 1
        sign = state & 1
        other = 1 - side
        step = start[entity]
        end = start[entity + 1]
        resumed = label[side, this, 3] >= 0
        if resumed:
            step = label[side, this, 3]
            key -= packed_steps[step] >> 32
        if steps > 0 and max_steps - steps <= levels[other, 0]:
            if not _holds(within[other, max_steps - steps], 2 * entity + (sign ^ want)):
                continue
        if steps > 0 and not resumed:
            if _holds(settled[side], state):
                place = place_of[state, side]
            else:
                place = places[side]
                places[side] += 1
                place_of[state, side] = place
                _add(settled[side], state)
                for n in range(max_steps + 1):
                    least[side, place, n] = INFINITE
            if least[side, place, steps] != INFINITE:
                continue
            for n in range(steps, max_steps + 1):
                if least[side, place, n] != INFINITE:
                    break
                least[side, place, n] = packed
            if steps == max_steps:
                continue

        left = max_steps - steps - 1
        own_settled = settled[side]
        facing_settled = settled[other]
        # A pendant entity leads back only: it is passed in a loop of two steps, never else.
        tolerated = PENDANT if entity == centre else OPEN
        counted = left <= levels[other, 0]
        in_reach = within[other, left if counted else 0]
        # What is further could at best be a direct step to the other end, which that end finds by
        # itself. And for the source side what the target side has not met is too far by then, and
        # what it has met it finds by itself.
        beyond = floor[other]
        if side == 0 and radius[1] > beyond:
            beyond = radius[1]
        furthest = keys[last] - beyond - key
        first = step
        stop_at = min(end, first + chunk)
        count = 0
        if counted:
            # Most steps lead where the other end is out of reach by now.
            count, step = _sift(
                packed_steps, step, stop_at, furthest, sign ^ want, signed, in_reach, candidates
            )
        else:
            while step < stop_at and packed_steps[step] >> 32 <= furthest:
                _fetch(closed, (packed_steps[step] & LOW) >> 1)
                candidates[count] = step
                count += 1
                step += 1
        for position in range(count):
            row = candidates[position]
            packed_step = packed_steps[row]
            reached = key + (packed_step >> 32)
            bound = keys[last]
            if reached + beyond > bound:
                break
            if len(excluded) > 0 and excluded[rows[row]] != 0:
                continue
            code = packed_step & LOW
            neighbour = code >> 1
            negative = code & 1
            new_sign = sign ^ (negative & signed)
            facing = 2 * neighbour + (new_sign ^ want)
            met = INFINITE
            if _holds(facing_settled, facing):
                met = least[other, place_of[facing, other], left]
            if met != INFINITE:
                total = reached + (met >> LABEL_BITS)
                if total > bound:
                    continue
                if total < bound:
                    if side == 0:
                        simple = _join(search, entity_of, this, met & LABEL_MASK, code, loop)
                    else:
                        towards = (entity << 1) | negative
                        simple = _join(search, entity_of, met & LABEL_MASK, this, towards, loop)
                    if simple:
                        _offer(ranking, search, entity_of, total)
            if reached + radius[other] > keys[last]:
                # Growing ends before its turn would come.
                continue
            if left == 0 or neighbour == lone_source or neighbour == lone_target:
                continue
            if closed[neighbour] > tolerated:
                continue
            new_state = 2 * neighbour + new_sign
            if _holds(own_settled, new_state):
                if least[side, place_of[new_state, side], steps + 1] != INFINITE:
                    continue
            new = labels[side]
            labels[side] += 1
            label[side, new, 0] = new_state
            label[side, new, 1] = ((steps + 1) << 1) | negative
            label[side, new, 2] = this
            label[side, new, 3] = -1
            queued[side] = _push(heap[side], queued[side], (reached << LABEL_BITS) | new)
        if step == stop_at and step < end:
            # The rest waits its turn under the key of its next step, so that the top of the heap
            # stays a valid radius.
            reached = key + (packed_steps[step] >> 32)
            if reached + beyond <= keys[last]:
                label[side, this, 3] = step
                queued[side] = _push(heap[side], queued[side], (reached << LABEL_BITS) | this)
        spent[side] += step - first
        work += step - first
        if work > budget or labels[side] > room:
            outcome = OUT_OF_WORK
            break
        if stop[0] != 0:
            outcome = STOPPED
            break

    work += hop_work
    if outcome == DONE:
        work, outcome = _meet(
            outgoing,
            incoming,
            masks,
            search,
            ranking,
            terms,
            places,
            labels[1],
            work,
            budget,
            room,
            stop,
        )
    if outcome == DONE:
        work, outcome = _enumerate(
            outgoing,
            masks,
            search,
            ranking,
            terms,
            sources,
            floor[1],
            work,
            budget,
            stop,
        )
    settled[:] = 0
    find_rows(outgoing, incoming, masks, ranking.nodes, ranking.rows)
    return work, outcome


def _walk_precedes(spread: Spread, entity_of: Ints, walk: int, other: int, downstream: int) -> bool:
    """Whether the walk of a label comes before that of another label of the same state.

    Both have the same number of steps. The earliest difference of their entities and signs
    decides, then that of their nodes. Downstream the labels lead back from the end of a walk,
    upstream on from its beginning.
    """
    label = spread.label
    by_entity = 0
    by_node = 0
    while walk != other:
        ours = label[walk, 2]
        theirs = label[other, 2]
        if ours != theirs:
            if downstream != 0 or by_node == 0:
                by_node = 1 if ours < theirs else -1
            ours = (entity_of[ours >> 1] << 1) | (ours & 1)
            theirs = (entity_of[theirs >> 1] << 1) | (theirs & 1)
            if ours != theirs:
                by_entity = 1 if ours < theirs else -1
                if downstream == 0:
                    break
        walk = label[walk, 1]
        other = label[other, 1]
    return by_entity > 0 or (by_entity == 0 and by_node > 0)


def _is_path(label: Ints, entity_of: Ints, walk: int) -> bool:
    """Whether a walk of `reach` visits no entity twice."""
    here = walk
    while label[here, 1] >= 0:
        earlier = label[here, 1]
        while earlier >= 0:
            if entity_of[label[earlier, 0] >> 1] == entity_of[label[here, 0] >> 1]:
                return False
            earlier = label[earlier, 1]
        here = label[here, 1]
    return True


def reach(
    adjacency: Adjacency,
    masks: Masks,
    spread: Spread,
    origin: int,
    downstream: int,
    want: int,
    wanted: int,
    max_steps: int,
    chunk: int,
    budget: int,
    stop: Bytes,
) -> tuple[int, int, int]:
    """Choose the best walk to each state near the origin, best first.

    `adjacency` is the outgoing one where `downstream` is 1, else the incoming one. Walks do not
    return to the origin but may visit another entity twice. States of the sign `want` (2: either)
    are listed in `chosen`, until there are paths for `wanted` entities and signs, and then all of
    the same key. Upstream only the nodes that are entities themselves are, since paths begin there.
    Returns how many were chosen, the number of steps looked at, and the outcome.
    """
    if spread.epoch[0] >= LAST_EPOCH:
        spread.slot[:] = 0
        spread.met[:] = 0
        spread.epoch[0] = 0
    spread.epoch[0] += 1
    epoch = spread.epoch[0]
    stamp = epoch << 32
    start, packed_steps, rows = adjacency
    closed, excluded, entity_of = masks
    slots = spread.slot
    label = spread.label
    keys = spread.keys
    heap = spread.heap
    chosen = spread.chosen
    label[0, 0] = 2 * origin
    label[0, 1] = -1
    label[0, 2] = 2 * origin
    label[0, 3] = 0
    label[0, 4] = -1
    keys[0] = 0
    heap[0] = 0
    queued = 1
    labels = 1
    count = 0
    paths = 0
    work = 0
    home = entity_of[origin]
    ceiling = INFINITE
    while queued > 0 and heap[0] >> LABEL_BITS <= ceiling:
        this = heap[0] & LABEL_MASK
        queued = _pop(heap, queued)
        key = keys[this]
        state = label[this, 0]
        steps = label[this, 3]
        entity = state >> 1
        step = start[entity]
        end = start[entity + 1]
        if label[this, 4] >= 0:
            step = label[this, 4]
        elif this > 0:
            slot = slots[state]
            if slot >> 32 == epoch:
                best = slot & LOW
                latest = label[best, 5]
                if keys[latest] == key:
                    # A walk of the same key has as many steps: the one that comes first stands
                    # for both, and so for all that continues either.
                    if _walk_precedes(spread, entity_of, this, latest, downstream):
                        label[latest, 1] = label[this, 1]
                        label[latest, 2] = label[this, 2]
                    continue
                if label[latest, 3] <= steps:
                    continue
                label[best, 5] = this
            else:
                slots[state] = stamp | this
                label[this, 5] = this
                named = entity_of[entity]
                if (want == 2 or state & 1 == want) and (downstream != 0 or named == entity):
                    chosen[count] = this
                    count += 1
                    aim = 2 * named + (state & 1)
                    if spread.met[aim] != epoch and _is_path(label, entity_of, this):
                        spread.met[aim] = epoch
                        paths += 1
                        if paths == wanted:
                            ceiling = key
            if steps == max_steps or closed[entity] != OPEN:
                continue
        first = step
        while step < end:
            packed = packed_steps[step]
            reached = key + (packed >> 32)
            if reached > ceiling:
                break
            if step - first == chunk:
                label[this, 4] = step
                queued = _push(heap, queued, (reached << LABEL_BITS) | this)
                break
            row = step
            step += 1
            if len(excluded) > 0 and excluded[rows[row]] != 0:
                continue
            code = packed & LOW
            neighbour = code >> 1
            if entity_of[neighbour] == home or closed[neighbour] == BANNED:
                continue
            new_state = 2 * neighbour + ((state & 1) ^ (code & 1))
            slot = slots[new_state]
            if slot >> 32 == epoch:
                latest = label[slot & LOW, 5]
                if label[latest, 3] <= steps + 1 and keys[latest] < reached:
                    continue
            if downstream == 0:
                code = (entity << 1) | (code & 1)
            label[labels, 0] = new_state
            label[labels, 1] = this
            label[labels, 2] = code
            label[labels, 3] = steps + 1
            label[labels, 4] = -1
            keys[labels] = reached
            queued = _push(heap, queued, (reached << LABEL_BITS) | labels)
            labels += 1
        work += step - first
        if work > budget:
            return count, work, OUT_OF_WORK
        if stop[0] != 0:
            return count, work, STOPPED
    return count, work, DONE


def trace(
    spread: Spread,
    masks: Masks,
    chosen: Ints,
    origin: int,
    downstream: int,
    codes: Ints,
    simple: Bytes,
) -> None:
    """Write the codes of the walks of the chosen labels, and whether each is a path."""
    label = spread.label
    for path in range(len(chosen)):
        length = 0
        this = chosen[path]
        while label[this, 1] >= 0:
            length += 1
            this = label[this, 1]
        this = chosen[path]
        codes[path, 0] = 2 * origin
        if downstream == 0:
            codes[path, 0] = label[this, 0] & ~1
        for position in range(1, length + 1):
            codes[path, position if downstream == 0 else length + 1 - position] = label[this, 2]
            this = label[this, 1]
        simple[path] = _is_path(label, masks.entity, chosen[path])


# ---- Compilation ----------------------------------------------------------------------------


class Kernels(NamedTuple):
    """The searches, either as plain Python or compiled."""

    best_paths: Callable[..., tuple[int, int]]
    find_rows: Callable[..., None]
    reach: Callable[..., tuple[int, int, int]]
    trace: Callable[..., None]


PLAIN = Kernels(best_paths, find_rows, reach, trace)


class Compilation(Generic[K]):
    """The one compilation of some searches: not begun, under way, done or failed.

    `make` compiles them, with all that is known or as numba does by itself; `what` they are is
    said where it fails.
    """

    def __init__(self, what: str, make: Callable[[bool], K]) -> None:
        self._what = what
        self._make = make
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.kernels: K | None = None

    def begin(self) -> threading.Thread:
        """Begin in a thread of its own, if that has not been done."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"compile {self._what}", daemon=True
                )
                self._thread.start()
            return self._thread

    def wait(self) -> bool:
        """Begin if need be and wait for the end; return whether it succeeded."""
        self.begin().join()
        return self.kernels is not None

    def kernels_for(self, size: int, plain: K) -> K:
        """The kernels to ask about so many steps; `plain` until these are compiled."""
        if self.kernels is None and size > COMPILE_ABOVE:
            self.wait()
        return self.kernels or plain

    def _run(self) -> None:
        try:
            kernels = self._make(True)
        except Exception as problem:  # noqa: BLE001  whatever ails these, there is a way without
            # A read-only installation without a home to write to has no place for a cache, what
            # another version of numba left there may not load, and it may lack what we ask of it.
            _log.info("The %s are compiled plainly, without a cache: %r", self._what, problem)
            try:
                kernels = self._make(False)
            except Exception:  # noqa: BLE001  the outermost edge of a thread of its own
                _log.warning(
                    "The %s run uncompiled: large graphs are slow", self._what, exc_info=True
                )
                return
        self.kernels = kernels


_log = logging.getLogger(__name__)
_workspace = Workspace()


def compile_in_background() -> None:
    """Begin to compile the kernels in a thread of their own; do nothing if that has begun."""
    _compilation.begin()


def compiled() -> bool:
    """Whether questions are answered by compiled kernels by now."""
    return _compilation.kernels is not None


def wait_until_compiled() -> bool:
    """Begin compilation if need be and wait for its end; return whether it succeeded."""
    return _compilation.wait()


def kernels_for(network: Network) -> Kernels:
    """The kernels to ask about this network.

    They are compiled once compilation has ended, and plain Python before. A network of more than
    `COMPILE_ABOVE` steps begins compilation if nobody has, and waits for it: seconds the first
    time, a fifth of a second with a warm cache. If compilation failed, Python is all there is.
    """
    return _compilation.kernels_for(network.steps, PLAIN)


def workspace() -> Workspace:
    """The scratch of the present thread."""
    return _workspace


def compile_searches(
    asked: Iterable[Callable[..., Any]],
    helpers: Iterable[Callable[..., Any]],
    around: Mapping[str, Any],
    *,
    all_ways: bool,
) -> dict[str, Any]:
    """Compile searches and the functions that only they call, each for the types it is called with.

    Each is copied into a namespace in which the functions it calls are compiled ones, so that the
    plain ones stay as they are; `around` is the namespace of their module, and the answer is the
    new one. `all_ways`: kept in a cache, and with all that `compiler` knows; else as numba does by
    itself.
    """
    # numba has no types that a strict checker accepts, and nothing of it leaves this function.
    # Its import takes long enough to keep it out of a start that may not need it.
    import numba  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    options: dict[str, Any] = {"nogil": True}
    inner: dict[str, Any] = {}
    namespace = dict(around)
    ways: dict[str, Any] = {}
    if all_ways:
        from immunograph.search import compiler  # noqa: PLC0415

        # Without numba's counts of references, which would hold up every step of a search.
        options.update(cache=True, _nrt=False, pipeline_class=compiler.Naturally)
        # Taking a scratch of two dozen arrays apart for Python takes long to compile.
        inner.update(no_cpython_wrapper=True, no_cfunc_wrapper=True)
        ways["_fetch"] = compiler.fetch
    njit: Any = numba.njit  # pyright: ignore[reportUnknownMemberType]
    for functions, jit in ((helpers, njit(**options, **inner)), (asked, njit(**options))):
        for function in functions:
            copy = FunctionType(function.__code__, namespace, function.__name__)
            copy.__module__ = function.__module__
            copy.__qualname__ = function.__qualname__
            namespace[function.__name__] = jit(copy)
    namespace.update(ways)
    return namespace


def _compile(all_ways: bool) -> Kernels:
    """Compile every search of this module."""
    helpers = (
        *(_fetch, _push, _pop, _holds, _add, _sift, _precedes, _same, _offer, _join),
        *(_count_hops, _group, _meet, _enumerate, _walk_precedes, _is_path),
    )
    namespace = compile_searches(PLAIN, helpers, globals(), all_ways=all_ways)
    kernels = Kernels(*(namespace[name] for name in Kernels._fields))
    _rehearse(kernels)
    for name in Kernels._fields:
        # From here on an argument of another type is an error, not seconds of compilation.
        namespace[name].disable_compile()
    # The machine code itself. By way of numba each question would have the types of its two dozen
    # arrays looked up, which takes a quarter of the time of a search on a small graph. They are
    # always the same: `frozen` arrays, and those of `Workspace` and `Ranking`.
    (only,) = namespace["best_paths"].overloads.values()
    return kernels._replace(best_paths=only.entry_point)


def _rehearse(kernels: Kernels) -> None:
    """Ask each kernel a tiny question, which makes numba compile it."""
    network = Network.build(3, [0, 1], [1, 2], [0, 1], [1, 1])
    masks = Masks.of(network)
    scratch = Workspace()
    ends = [frozen([entity], np.int32) for entity in (0, 2)]
    never = frozen([0], np.uint8)
    ranking = Ranking.empty(1)
    kernels.best_paths(
        *(network.outgoing, network.incoming, masks, scratch.search(3, 100), ranking),
        *(*ends, 1, 1, 0, 2, 32, 2000, 50, 90, never),
    )
    kernels.find_rows(network.outgoing, network.incoming, masks, ranking.codes, ranking.rows)
    spread = scratch.spread(3, 100)
    count, _, _ = kernels.reach(network.outgoing, masks, spread, 0, 1, 2, 9, 2, 16, 50, never)
    chosen = spread.chosen[:count]
    codes = np.full((len(chosen), COLUMNS), -1, np.int32)
    kernels.trace(spread, masks, chosen, 0, 1, codes, np.zeros(len(chosen), np.uint8))


_compilation = Compilation("path kernels", _compile)
