"""Whether the sign of a response is determined, and if not, why: shown on paths of any length.

**The question.** Some entities are moved, each up or down, and held; so what enters them is cut.
*R* is all that one of them reaches and that reaches the target. At steady state the response of the
target to it is, by Cramer's rule, a sum over the paths P between the two: the product of the steps
of P times the determinant of what R holds beside P, over the determinant of R (Mason 1956, Proc.
IRE 44:920; Levins 1974, Ann. N. Y. Acad. Sci. 231:123; Puccia and Levins, *Qualitative Modeling of
Complex Systems*, 1985). The whole is taken to be stable, which gives the divisor its sign, and
every entity to damp itself; a network holds no steps from an entity to itself. A part without a
reinforcing loop, that is one whose product is +1, then has a determinant of known sign too. So the
response is determined, by the rule

- `one_sign`, where every path has one sign, and R holds no reinforcing loop beside a path.

Two more rules forgive such loops. Answers name them, so that they can be told apart:

- `apart`: where the loop lies in a strongly connected part of R that the path does not enter. The
  matrix of R is block triangular, so the whole is stable only if each of its parts is, and a part
  beside the path contributes the determinant of something stable, whatever loops it holds.
- `direct`: where nothing but single steps join source and target. All else in R then answers the
  target alone, so that a loop there can only feed back. With *F* the gain of this feedback the
  response is step / (1 - F), and det(R) = det(rest) (1 - F): if the rest settles while the target
  is clamped, as in experiments that do so, the sign is that of the step. To clamp more than the
  target would take more for granted than one can know.

**The search.** R is found from both ends, and numbered anew. A breadth-first search over entities
with a sign tells what *walks* can do, which bounds what paths can do: where walks have one sign
nothing more is asked about signs. Otherwise a depth-first search looks for a path of each sign,
and leaves a branch as soon as no walk of that sign is left. Entities that every path passes part
the paths into layers, and strongly connected parts within these are knots. A path enters a knot
once and never returns to what it met before, so that what failed from where it entered fails
always; only within knots do paths multiply. Loops are searched in the same way, from each of their
entities, and left as soon as they block every path. All this is exact, but it can take exponential
time, as already the question whether there is a path of a given sign is NP-complete (LaPaugh and
Papadimitriou 1984, Networks 14:507). So it ends at a budget of steps looked at, and then nothing is
claimed.

**Entities of several nodes.** A network may give an entity several nodes. A path or a loop visits
no *entity* twice; walks may, which only loosens what they bound.

**Plain and compiled.** As in `kernel`: what stands below the line "Searches" runs as it stands
until it is compiled, with the same answers. This file is long because the searches share one
scratch, and are compiled together.
"""

# What numba compiles is written for it: arguments by position, comparisons and loops spelled out.
# ruff: noqa: PLR0917, PLR1714
# The checker takes elements of integer arrays, once they were computed with, for arrays.
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from immunograph.search import kernel
from immunograph.search.kernel import (
    BANNED,
    ENDS_ONLY,
    LAST_EPOCH,
    LOW,
    OUT_OF_WORK,
    STOPPED,
    Adjacency,
    Bytes,
    Ints,
    Longs,
    Masks,
    Network,
)

# ---- Searches: plain Python that numba can compile ------------------------------------------

# What `Region.slots` knows of a node, and `Region.entities` of an entity.
AHEAD, BEHIND, NUMBERED, NUMBER = range(4)
MET, KIND = range(2)
TARGET, HELD, FIRST_KIND = 0, 1, 2
# What `Region.tally` counts, and what it tells the searches to look for: a number that is constant
# where a function is called would have that compiled for itself.
LOOKED, BUDGET, EPOCH, TICK, LAST, ENDED, REACHED, NODES, KINDS, SHOWN = range(10)
ROOT, THROUGH, WANT, ENTERING = range(10, 14)
# What `Region.trail` holds of each depth of a search.
AT, BIT, STEP, TURN = range(4)
# What `Region.told` tells: a path of each sign, and a loop with, next to it, a path beside it. Of
# these there are two, so that a search for another loop does not lose the one that is known.
PROMOTING, INHIBITING, LOOP, OTHER = 0, 1, 2, 4
ANY, SEVERAL = 2, -2
# How a search ends, and instead of a step the ways not to find a walk.
FOUND, NONE, CUT, NO_WALK = 1, 0, -2, -1
# What `determine` comes to; what the searches of `kernel` come to stays free: OUT_OF_WORK, STOPPED.
NO_PATH, ONE_SIGN, APART, DIRECT, BOTH_SIGNS, BESIDE_LOOP = range(10, 16)


class Region(NamedTuple):
    """Scratch of `determine`: R, numbered anew from 0, which is the source.

    Of all this nothing is cleared between questions: what is read was stamped before, by the
    epoch of the question or the tick of the search. *n* is a node of R, and a state is a node with
    a bit: twice its number, and one more where the bit is set.
    """

    tally: Longs
    slots: Ints
    """[node of the network, …] the epochs in which it was met from the source, met from the targets
    and numbered, and its number."""
    entities: Ints
    """[entity of the network, …] the epoch in which it was met, and its kind."""
    queue: Ints
    """[side, position] nodes of the network, in the order in which they were met."""
    node: Ints
    """[n] which node of the network it is."""
    kind: Ints
    """[n] its entity, numbered anew: 0 is that of the target, 1 of what is moved."""
    start: Ints
    """[n] where its steps begin."""
    step: Ints
    """[step] the node it leads to << 1 | inhibits."""
    place: Ints
    """[step] where it stands in the adjacency of the network."""
    layer: Ints
    """[n] how many entities that every path passes come before it, -1 where no path goes."""
    knot: Ints
    """[n] the strongly connected part of what paths take."""
    block: Ints
    """[n] the strongly connected part of R."""
    ring: Ints
    """[n] the strongly connected part of what a loop beside a path may take, -1 where none may."""
    gate: Ints
    """[n] what `ring` and `block` are made of: 0 for what belongs there, else -1."""
    passed: Bytes
    """[kind] whether every path passes it."""
    taken: Bytes
    """[kind] whether the walk at hand is kept off it; 0 between searches."""
    strays: Ints
    """[kind] the knot that its nodes lie in, `SEVERAL` where they are in more than one."""
    seen: Ints
    """[state] the tick of the search that met it."""
    came: Ints
    """[state] the state before it."""
    way: Ints
    """[state] the step that led to it."""
    line: Ints
    """[position] states, or nodes, still to look at."""
    failed: Ints
    """[state] the tick of the search that found no path on from it."""
    trail: Ints
    """[search, what, depth] the path, or loop, at hand: its nodes, the bits of their states, the
    steps that led there, and the next to look at."""
    told: Ints
    """[what, position] the steps of what was found."""
    lengths: Longs
    """[what] how many they are; 0 where nothing was found."""


def _over(tally: Longs, stop: Bytes) -> bool:
    """Whether the search has to end."""
    if tally[LOOKED] > tally[BUDGET]:
        tally[ENDED] = OUT_OF_WORK
        return True
    if stop[0] != 0:
        tally[ENDED] = STOPPED
        return True
    return False


def _gather(
    outgoing: Adjacency,
    incoming: Adjacency,
    masks: Masks,
    region: Region,
    moved: Ints,
    source: int,
    targets: Ints,
    stop: Bytes,
) -> int:
    """Find R, from both ends in turn; as soon as one has met all it can, the other keeps to that.

    Returns `FOUND`, `NONE` where nothing joins them, or `CUT`.
    """
    tally = region.tally
    slots = region.slots
    entities = region.entities
    queue = region.queue
    closed, excluded, entity_of = masks
    epoch = tally[EPOCH]
    for number in range(len(moved)):
        entities[moved[number], MET] = epoch
        entities[moved[number], KIND] = HELD
    target = entity_of[targets[0]]
    held = entities[target, MET] == epoch
    if held or closed[target] == BANNED or closed[source] == BANNED:
        return NONE
    entities[target, MET] = epoch
    entities[target, KIND] = TARGET
    slots[source, AHEAD] = epoch
    queue[0, 0] = source
    for number in range(len(targets)):
        slots[targets[number], BEHIND] = epoch
        queue[1, number] = targets[number]
    first_ahead = 0
    last_ahead = 1
    first_behind = 0
    last_behind = len(targets)
    spent_ahead = 0
    spent_behind = 0
    joined = False
    done = -1
    while True:
        side = 0 if spent_ahead <= spent_behind else 1
        if done >= 0:
            side = 1 - done
        first = first_ahead if side == 0 else first_behind
        if first == (last_ahead if side == 0 else last_behind):
            if done >= 0:
                break
            if not joined:
                # This end has met all it can, and the other is not among it.
                return NONE
            done = side
            continue
        node = queue[side, first]
        if side == 0:
            first_ahead += 1
        else:
            first_behind += 1
        if side == 0 and node != source and closed[node] >= ENDS_ONLY:
            continue
        if done >= 0 and slots[node, done] != epoch:
            continue
        start, packed_steps, rows = outgoing if side == 0 else incoming
        begin = start[node]
        end = start[node + 1]
        for position in range(begin, end):
            if len(excluded) > 0 and excluded[rows[position]] != 0:
                continue
            neighbour = (packed_steps[position] & LOW) >> 1
            if slots[neighbour, side] == epoch or closed[neighbour] == BANNED:
                continue
            if done >= 0 and slots[neighbour, done] != epoch:
                continue
            if side == 1 and neighbour == source:
                slots[neighbour, BEHIND] = epoch
                joined = True
                continue
            entity = entity_of[neighbour]
            if entities[entity, MET] == epoch and entities[entity, KIND] == HELD:
                continue
            if closed[neighbour] == ENDS_ONLY and (side == 1 or entity != target):
                continue
            slots[neighbour, side] = epoch
            if side == 0:
                queue[0, last_ahead] = neighbour
                last_ahead += 1
                joined = joined or entity == target
            else:
                queue[1, last_behind] = neighbour
                last_behind += 1
        if side == 0:
            spent_ahead += end - begin + 1
        else:
            spent_behind += end - begin + 1
        tally[LOOKED] += end - begin + 1
        if _over(tally, stop):
            return CUT
    tally[REACHED] = last_ahead
    return _number(outgoing, masks, region, stop)


def _number(outgoing: Adjacency, masks: Masks, region: Region, stop: Bytes) -> int:
    """Number R anew: of what was met from the source, what was met from the target too."""
    tally = region.tally
    slots = region.slots
    entities = region.entities
    closed, excluded, entity_of = masks
    epoch = tally[EPOCH]
    nodes = 0
    kinds = FIRST_KIND
    for position in range(tally[REACHED]):
        node = region.queue[0, position]
        if slots[node, BEHIND] != epoch:
            continue
        if nodes == len(region.node):
            tally[ENDED] = OUT_OF_WORK
            return CUT
        slots[node, NUMBERED] = epoch
        slots[node, NUMBER] = nodes
        entity = entity_of[node]
        if entities[entity, MET] != epoch:
            entities[entity, MET] = epoch
            entities[entity, KIND] = kinds
            kinds += 1
        region.node[nodes] = node
        region.kind[nodes] = entities[entity, KIND]
        nodes += 1
    tally[NODES] = nodes
    tally[KINDS] = kinds
    start, packed_steps, rows = outgoing
    steps = 0
    for number in range(nodes):
        region.start[number] = steps
        node = region.node[number]
        if number > 0 and closed[node] >= ENDS_ONLY:
            continue
        begin = start[node]
        end = start[node + 1]
        for position in range(begin, end):
            if len(excluded) > 0 and excluded[rows[position]] != 0:
                continue
            code = packed_steps[position] & LOW
            reached = slots[code >> 1, NUMBER]
            if slots[code >> 1, NUMBERED] != epoch or reached == 0:
                continue
            if steps == len(region.step):
                tally[ENDED] = OUT_OF_WORK
                return CUT
            region.step[steps] = (reached << 1) | (code & 1)
            region.place[steps] = position
            steps += 1
        tally[LOOKED] += end - begin + 1
        if _over(tally, stop):
            return CUT
    region.start[nodes] = steps
    return FOUND


def _find_layers(region: Region) -> int:
    """Find the entities that every path passes, and between which of them each node may lie.

    Follows one shortest walk. What can be reached without its nodes further on tells how many of
    them can be bypassed, and where that comes to a halt stands one that cannot. A path that has
    passed it never returns to what was met before. Returns `FOUND` or `NONE`.
    """
    tally = region.tally
    nodes = tally[NODES]
    kind = region.kind
    start = region.start
    step = region.step
    layer = region.layer
    line = region.line
    came = region.came
    on_walk = region.way
    walk = region.trail[0, AT]
    for node in range(nodes):
        layer[node] = -1
        came[node] = -1
        on_walk[node] = -1
    line[0] = 0
    first = 0
    last = 1
    met = -1
    while first < last and met < 0:
        node = line[first]
        first += 1
        for edge in range(start[node], start[node + 1]):
            reached = step[edge] >> 1
            if kind[reached] == TARGET:
                met = node
                break
            if came[reached] < 0:
                came[reached] = node
                line[last] = reached
                last += 1
        tally[LOOKED] += start[node + 1] - start[node] + 1
    if met < 0:
        return NONE
    length = 0
    node = met
    while node > 0:
        length += 1
        node = came[node]
    node = met
    for position in range(length, -1, -1):
        walk[position] = node
        on_walk[node] = position
        node = came[node] if position > 0 else 0
    # The target stands on the walk after all these.
    end = length + 1
    count = 0
    halt = 0
    while halt < end:
        layer[walk[halt]] = count
        region.passed[kind[walk[halt]]] = 1
        line[0] = walk[halt]
        first = 0
        last = 1
        farthest = halt
        opened = halt
        while True:
            if first == last:
                if opened + 1 >= farthest:
                    break
                opened += 1
                layer[walk[opened]] = count
                line[last] = walk[opened]
                last += 1
            node = line[first]
            first += 1
            for edge in range(start[node], start[node + 1]):
                reached = step[edge] >> 1
                if kind[reached] == TARGET:
                    farthest = end
                elif on_walk[reached] >= 0:
                    farthest = max(farthest, on_walk[reached])
                elif layer[reached] < 0:
                    layer[reached] = count
                    line[last] = reached
                    last += 1
            tally[LOOKED] += start[node + 1] - start[node] + 1
        halt = farthest
        count += 1
    for node in range(nodes):
        if kind[node] == TARGET:
            layer[node] = count
    return FOUND


def _tie(region: Region, gate: Ints, into: Ints) -> None:
    """Find the strongly connected parts of the nodes with a gate, along steps that lower none.

    Parts are numbered so that steps between them lead to lower numbers; -1 where there is no gate.
    Tarjan's algorithm, with a stack of its own.
    """
    tally = region.tally
    nodes = tally[NODES]
    start = region.start
    step = region.step
    index = region.came
    lowest = region.way
    stack = region.line
    at = region.trail[0, AT]
    turn = region.trail[0, TURN]
    for node in range(nodes):
        index[node] = -1
        into[node] = -1
    met = 0
    parts = 0
    stacked = 0
    for root in range(nodes):
        if gate[root] < 0 or index[root] >= 0:
            continue
        depth = 0
        at[0] = root
        turn[0] = start[root]
        index[root] = met
        lowest[root] = met
        met += 1
        stack[stacked] = root
        stacked += 1
        while depth >= 0:
            node = at[depth]
            if turn[depth] < start[node + 1]:
                reached = step[turn[depth]] >> 1
                turn[depth] += 1
                if gate[reached] < gate[node]:
                    continue
                if index[reached] < 0:
                    depth += 1
                    at[depth] = reached
                    turn[depth] = start[reached]
                    index[reached] = met
                    lowest[reached] = met
                    met += 1
                    stack[stacked] = reached
                    stacked += 1
                elif into[reached] < 0:
                    lowest[node] = min(lowest[node], index[reached])
                continue
            if lowest[node] == index[node]:
                while True:
                    stacked -= 1
                    tied = stack[stacked]
                    into[tied] = parts
                    if tied == node:
                        break
                parts += 1
            depth -= 1
            if depth >= 0:
                lowest[at[depth]] = min(lowest[at[depth]], lowest[node])
        tally[LOOKED] += 1
    tally[LOOKED] += start[nodes]


def _walk(region: Region, gate: Ints, origin: int, stop: Bytes) -> int:
    """Look for a shortest walk from a state to the target, or back to `ROOT` where that is a node.

    The bit of a state is the sign of the walk; where `THROUGH` is a block it is whether the walk
    has met it. `WANT` is the bit that the walk must end with. It keeps off entities that are
    taken. Returns its last step, or `NO_WALK` or `CUT`; what comes before is in `came` and `way`.
    """
    tally = region.tally
    kind = region.kind
    start = region.start
    step = region.step
    block = region.block
    taken = region.taken
    seen = region.seen
    came = region.came
    way = region.way
    line = region.line
    root = tally[ROOT]
    through = tally[THROUGH]
    want = tally[WANT]
    tally[TICK] += 1
    tick = tally[TICK]
    tally[LOOKED] += 1
    seen[origin] = tick
    line[0] = origin
    first = 0
    last = 1
    while first < last:
        state = line[first]
        first += 1
        node = state >> 1
        for edge in range(start[node], start[node + 1]):
            code = step[edge]
            reached = code >> 1
            if gate[reached] < gate[node]:
                continue
            bit = (state & 1) ^ (code & 1)
            if through >= 0:
                bit = 1 if block[reached] == through else state & 1
            if reached == root or (root < 0 and kind[reached] == TARGET):
                if want == ANY or bit == want:
                    tally[LAST] = state
                    return edge
                continue
            if taken[kind[reached]] != 0:
                continue
            following = 2 * reached + bit
            if seen[following] == tick:
                continue
            seen[following] = tick
            came[following] = state
            way[following] = edge
            line[last] = following
            last += 1
        tally[LOOKED] += start[node + 1] - start[node]
        if _over(tally, stop):
            return CUT
    return NO_WALK


def _is_simple(region: Region, origin: int) -> bool:
    """Whether the walk that was found last visits no entity twice."""
    kind = region.kind
    taken = region.taken
    state = region.tally[LAST]
    simple = True
    while state != origin:
        if taken[kind[state >> 1]] != 0:
            simple = False
            break
        taken[kind[state >> 1]] = 1
        state = region.came[state]
    marked = region.tally[LAST]
    while marked != state:
        taken[kind[marked >> 1]] = 0
        marked = region.came[marked]
    return simple


def _tell(region: Region, trail: Ints, depth: int, last: int, what: int) -> None:
    """Keep what was found: the steps of a search down to a depth, then the walk found last."""
    origin = 2 * trail[AT, depth] + trail[BIT, depth]
    told = region.told[what]
    length = depth + 1
    state = region.tally[LAST]
    while state != origin:
        length += 1
        state = region.came[state]
    region.lengths[what] = length
    told[length - 1] = last
    state = region.tally[LAST]
    position = length - 2
    while state != origin:
        told[position] = region.way[state]
        state = region.came[state]
        position -= 1
    for position in range(depth):
        told[position] = trail[STEP, position + 1]


def _find_path(region: Region, what: int, stop: Bytes) -> int:
    """Look for a path that keeps off the entities that are taken; tell it as `what`.

    `THROUGH` and `WANT` are those of `_walk`. Returns `FOUND`, `NONE` or `CUT`.
    """
    tally = region.tally
    kind = region.kind
    start = region.start
    step = region.step
    layer = region.layer
    knot = region.knot
    block = region.block
    taken = region.taken
    strays = region.strays
    failed = region.failed
    trail = region.trail[0]
    at = trail[AT]
    bits = trail[BIT]
    steps = trail[STEP]
    turn = trail[TURN]
    through = tally[THROUGH]
    tally[ROOT] = -1
    tally[TICK] += 1
    search = tally[TICK]
    straying = 0
    depth = 0
    at[0] = 0
    bits[0] = 0
    fresh = True
    outcome = NONE
    reached = 0
    bit = 0
    while depth >= 0:
        node = at[depth]
        if fresh:
            origin = 2 * node + bits[depth]
            last = _walk(region, layer, origin, stop)
            if last == CUT:
                outcome = CUT
                break
            if last >= 0 and _is_simple(region, origin):
                _tell(region, trail, depth, last, what)
                outcome = FOUND
                break
            turn[depth] = start[node] if last >= 0 else start[node + 1]
        fresh = False
        edge = turn[depth]
        while edge < start[node + 1]:
            code = step[edge]
            edge += 1
            reached = code >> 1
            if layer[reached] < layer[node] or kind[reached] == TARGET:
                continue
            if taken[kind[reached]] != 0:
                continue
            bit = bits[depth] ^ (code & 1)
            if through >= 0:
                bit = 1 if block[reached] == through else bits[depth]
            if knot[reached] != knot[node] and failed[2 * reached + bit] == search:
                continue
            fresh = True
            break
        tally[LOOKED] += edge - turn[depth]
        turn[depth] = edge
        if fresh:
            depth += 1
            at[depth] = reached
            bits[depth] = bit
            steps[depth] = edge - 1
            taken[kind[reached]] = 1
            straying += strays[kind[reached]] == SEVERAL
            continue
        if depth > 0:
            taken[kind[node]] = 0
            straying -= strays[kind[node]] == SEVERAL
            if straying == 0 and knot[node] != knot[at[depth - 1]]:
                # Nothing met before can be met again from here on, so this holds for all.
                failed[2 * node + bits[depth]] = search
        depth -= 1
    while depth > 0:
        taken[kind[at[depth]]] = 0
        depth -= 1
    return outcome


def _mark(region: Region, what: int, mark: int) -> None:
    """Take the entities that a loop passes, or let go of them."""
    for position in range(region.lengths[what]):
        region.taken[region.kind[region.step[region.told[what, position]] >> 1]] = mark


def _find_loop(region: Region, stop: Bytes) -> int:
    """Look for a reinforcing loop beside a path, one that enters its block if that is `ENTERING`.

    Tells the two next to each other, where they do not overwrite those that are `SHOWN`. What turns
    out to be on no such loop loses its `ring`. Returns `FOUND`, `NONE` or `CUT`.
    """
    tally = region.tally
    nodes = tally[NODES]
    kind = region.kind
    start = region.start
    step = region.step
    ring = region.ring
    taken = region.taken
    trail = region.trail[1]
    at = trail[AT]
    bits = trail[BIT]
    steps = trail[STEP]
    turn = trail[TURN]
    # 0, but no constant: see `tally`.
    source = 0 * nodes
    loop = LOOP + OTHER - tally[SHOWN]
    want = 1 if tally[ENTERING] != 0 else ANY
    # At first only the shortest reinforcing walk around each, which most often is a loop.
    for deep in range(2):
        for root in range(nodes):
            if ring[root] < 0:
                continue
            through = region.block[root] if tally[ENTERING] != 0 else -1
            depth = 0
            at[0] = root
            bits[0] = 0
            taken[kind[root]] = 1
            fresh = True
            last = NO_WALK
            reached = root
            code = 0
            while depth >= 0:
                node = at[depth]
                if fresh:
                    origin = 2 * node + bits[depth]
                    tally[ROOT] = -1
                    tally[THROUGH] = through
                    tally[WANT] = want
                    last = _walk(region, region.layer, source, stop)
                    if last >= 0:
                        tally[ROOT] = root
                        tally[THROUGH] = -1
                        tally[WANT] = 0
                        last = _walk(region, ring, origin, stop)
                    outcome = CUT if last == CUT else NONE
                    if last >= 0 and _is_simple(region, origin):
                        _tell(region, trail, depth, last, loop)
                        _mark(region, loop, 1)
                        tally[THROUGH] = through
                        tally[WANT] = want
                        outcome = _find_path(region, loop + 1, stop)
                        _mark(region, loop, 0)
                        for position in range(depth + 1):
                            taken[kind[at[position]]] = 1
                    if outcome == FOUND:
                        tally[SHOWN] = loop
                    if outcome != NONE:
                        for position in range(depth + 1):
                            taken[kind[at[position]]] = 0
                        return outcome
                    turn[depth] = start[node] if last >= 0 and deep == 1 else start[node + 1]
                fresh = False
                edge = turn[depth]
                while edge < start[node + 1]:
                    code = step[edge]
                    edge += 1
                    reached = code >> 1
                    if ring[reached] >= ring[node] and taken[kind[reached]] == 0:
                        fresh = True
                        break
                tally[LOOKED] += edge - turn[depth]
                turn[depth] = edge
                if fresh:
                    bits[depth + 1] = bits[depth] ^ (code & 1)
                    depth += 1
                    at[depth] = reached
                    steps[depth] = edge - 1
                    taken[kind[reached]] = 1
                else:
                    taken[kind[node]] = 0
                    depth -= 1
            if deep == 1 or last == NO_WALK:
                ring[root] = -1
    return NONE


def _enters(region: Region) -> bool:
    """Whether the path beside the loop that was found enters its block."""
    loop = region.tally[SHOWN]
    path = loop + 1
    block = region.block[region.step[region.told[loop, 0]] >> 1]
    for position in range(region.lengths[path]):
        if region.block[region.step[region.told[path, position]] >> 1] == block:
            return True
    return False


def _tears(region: Region) -> bool:
    """Whether the nodes of an entity lie in several blocks, which then are none of entities."""
    first = region.line
    for kind in range(region.tally[KINDS]):
        first[kind] = -1
    for node in range(region.tally[NODES]):
        kind = region.kind[node]
        if first[kind] < 0:
            first[kind] = region.block[node]
        elif first[kind] != region.block[node]:
            return True
    return False


def _judge(region: Region, stop: Bytes) -> int:
    """What follows from R."""
    tally = region.tally
    nodes = tally[NODES]
    kind = region.kind
    knot = region.knot
    strays = region.strays
    for number in range(tally[KINDS]):
        region.passed[number] = 0
        region.taken[number] = 0
        strays[number] = -1
    if _find_layers(region) == NONE:
        return NO_PATH
    _tie(region, region.layer, knot)
    for node in range(nodes):
        if knot[node] >= 0:
            first = strays[kind[node]]
            strays[kind[node]] = knot[node] if first == -1 or first == knot[node] else SEVERAL
    region.taken[HELD] = 1
    tally[THROUGH] = -1
    found = 0
    for bit in range(2):
        tally[WANT] = bit
        outcome = _find_path(region, PROMOTING + bit, stop)
        if outcome == CUT:
            return CUT
        found += outcome == FOUND
    if found != 1:
        return BOTH_SIGNS if found == 2 else NO_PATH
    for node in range(nodes):
        region.gate[node] = 0
        if kind[node] < FIRST_KIND or region.passed[kind[node]] != 0:
            region.gate[node] = -1
    _tie(region, region.gate, region.ring)
    tally[SHOWN] = OTHER
    tally[ENTERING] = 0
    outcome = _find_loop(region, stop)
    if outcome == CUT:
        return CUT
    if outcome == NONE:
        return ONE_SIGN
    # There is a loop beside a path. Does it matter?
    for node in range(nodes):
        region.gate[node] = 0
    _tie(region, region.gate, region.block)
    if not _tears(region) and not _enters(region):
        tally[ENTERING] = 1
        outcome = _find_loop(region, stop)
        if outcome == CUT:
            return CUT
        if outcome == NONE:
            return APART
    # Is there a path through anything? All that is not the target now counts as one block.
    for node in range(nodes):
        region.block[node] = 0 if kind[node] == TARGET else 1
    tally[THROUGH] = 1
    tally[WANT] = 1
    outcome = _find_path(region, LOOP + OTHER - tally[SHOWN] + 1, stop)
    if outcome == CUT:
        return CUT
    return DIRECT if outcome == NONE else BESIDE_LOOP


def determine(
    outgoing: Adjacency,
    incoming: Adjacency,
    masks: Masks,
    region: Region,
    moved: Ints,
    source: int,
    targets: Ints,
    budget: int,
    stop: Bytes,
) -> tuple[int, int]:
    """Say what is known of the sign with which one of the entities that are moved moves the target.

    `moved` are entities, all of which are held, `source` is one of them, and `targets` are the
    nodes of the target. Returns what it comes to and how many steps were looked at; the paths and
    loops that show it are in `region.told`.
    """
    tally = region.tally
    if tally[EPOCH] >= LAST_EPOCH:
        region.slots[:] = 0
        region.entities[:] = 0
        tally[EPOCH] = 0
    if tally[TICK] >= LAST_EPOCH:
        region.seen[:] = 0
        region.failed[:] = 0
        tally[TICK] = 0
    tally[EPOCH] += 1
    tally[LOOKED] = 0
    tally[BUDGET] = budget
    region.lengths[:] = 0
    outcome = _gather(outgoing, incoming, masks, region, moved, source, targets, stop)
    if outcome == FOUND:
        outcome = _judge(region, stop)
    elif outcome == NONE:
        outcome = NO_PATH
    if outcome == CUT:
        outcome = tally[ENDED]
    return outcome, tally[LOOKED]


# ---- Compilation ----------------------------------------------------------------------------


class Kernels(NamedTuple):
    """The search, either as plain Python or compiled."""

    determine: Callable[..., tuple[int, int]]


PLAIN = Kernels(determine)


class Workspace(threading.local):
    """The scratch of each thread, kept from question to question and grown as needed."""

    def __init__(self) -> None:
        self._region: Region | None = None

    def region(self, network: Network, work: int) -> Region:
        """Scratch for a question of so much work: whatever is in R was looked at."""
        region = self._region
        nodes = min(network.nodes, work) + 1
        steps = min(network.steps, work) + 1
        if (
            region is None
            or len(region.queue[0]) < network.nodes
            or len(region.node) < nodes
            or len(region.step) < steps
        ):
            region = self._region = _region(network.nodes, nodes, steps)
        return region


def _region(all_nodes: int, nodes: int, steps: int) -> Region:
    states, kinds = 2 * nodes, nodes + FIRST_KIND
    return Region(
        tally=np.zeros(14, np.int64),
        slots=np.zeros((all_nodes, 4), np.int32),
        entities=np.zeros((all_nodes, 2), np.int32),
        queue=np.empty((2, all_nodes), np.int32),
        node=np.empty(nodes, np.int32),
        kind=np.empty(nodes, np.int32),
        start=np.empty(nodes + 1, np.int32),
        step=np.empty(steps, np.int32),
        place=np.empty(steps, np.int32),
        layer=np.empty(nodes, np.int32),
        knot=np.empty(nodes, np.int32),
        block=np.empty(nodes, np.int32),
        ring=np.empty(nodes, np.int32),
        gate=np.empty(nodes, np.int32),
        passed=np.empty(kinds, np.uint8),
        taken=np.empty(kinds, np.uint8),
        strays=np.empty(kinds, np.int32),
        seen=np.zeros(states, np.int32),
        came=np.empty(states, np.int32),
        way=np.empty(states, np.int32),
        line=np.empty(states, np.int32),
        failed=np.zeros(states, np.int32),
        trail=np.empty((2, 4, nodes), np.int32),
        told=np.empty((6, nodes), np.int32),
        lengths=np.zeros(6, np.int64),
    )


_workspace = Workspace()


def _compile(all_ways: bool) -> Kernels:
    """Compile the searches of this module."""
    helpers = (
        *(_over, _number, _gather, _find_layers, _tie, _walk, _is_simple, _tell),
        *(_find_path, _mark, _find_loop, _enters, _tears, _judge),
    )
    namespace = kernel.compile_searches(PLAIN, helpers, globals(), all_ways=all_ways)
    kernels = Kernels(namespace["determine"])
    network = Network.build(3, [0, 1], [1, 2], [0, 1], [1, 1])
    ends = [kernel.frozen([entity], np.int32) for entity in (0, 2)]
    kernels.determine(
        *(network.outgoing, network.incoming, Masks.of(network), Workspace().region(network, 10)),
        *(ends[0], 0, ends[1], 1_000, kernel.frozen([0], np.uint8)),
    )
    # From here on an argument of another type is an error, not seconds of compilation.
    namespace["determine"].disable_compile()
    (only,) = namespace["determine"].overloads.values()
    return kernels._replace(determine=only.entry_point)


_compilation = kernel.Compilation("searches for determinacy", _compile)


def compile_in_background() -> None:
    """Begin to compile the searches in a thread of their own; do nothing if that has begun."""
    _compilation.begin()


def wait_until_compiled() -> bool:
    """Begin compilation if need be and wait for its end; return whether it succeeded."""
    return _compilation.wait()


def kernels_for(network: Network) -> Kernels:
    """The search to ask about this network; large ones wait for its compilation."""
    return _compilation.kernels_for(network.steps, PLAIN)


def workspace() -> Workspace:
    """The scratch of the present thread."""
    return _workspace
