"""Brute force: what is known of the sign of a response, by listing all paths and all loops."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

Step = tuple[int, int, int]
"""The nodes that it leads from and to, and its row."""
Way = tuple[Step, ...]


@dataclass(frozen=True)
class Graph:
    """A network as plain rows, with what a question leaves out; nodes 0 … are the entities."""

    entity_of: tuple[int, ...]
    rows: tuple[tuple[int, int, int], ...]
    """(source, target, inhibits), by nodes."""
    banned: frozenset[int] = frozenset()
    inside_banned: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()

    @property
    def entities(self) -> range:
        """The entities."""
        return range(max(self.entity_of) + 1)

    def part(self, moved: Mapping[int, int], source: int, target: int) -> Part | None:
        """What lies between one that is moved and the target; None where nothing joins them."""
        if target in moved or {source, target} & self.banned:
            return None

        def leaves(node: int) -> bool:
            entity = self.entity_of[node]
            return node == source or not (entity in self.inside_banned or entity in moved)

        def enters(node: int) -> bool:
            entity = self.entity_of[node]
            if entity in self.banned or entity in moved:
                return False
            return entity == target or entity not in self.inside_banned

        steps = [
            (near, far, row)
            for row, (near, far, _) in enumerate(self.rows)
            if row not in self.excluded
            and self.entity_of[near] != self.entity_of[far]
            and leaves(near)
            and enters(far)
        ]
        ahead = _closure({source}, [(near, far) for near, far, _ in steps])
        goals = {node for node in ahead if self.entity_of[node] == target}
        nodes = ahead & _closure(goals, [(far, near) for near, far, _ in steps])
        if source not in nodes:
            return None
        within = [step for step in steps if step[0] in nodes and step[1] in nodes]
        return Part(self, source, target, frozenset(nodes), tuple(within))

    def why(self, moved: Mapping[int, int], target: int) -> tuple[str, int | None]:
        """The reason, and the sign where one is determined."""
        parts = [(self.part(moved, source, target), way) for source, way in moved.items()]
        found = [(part, way) for part, way in parts if part is not None and part.paths]
        signs = {part.sign(path) * way for part, way in found for path in part.paths}
        if not found:
            return "no_path", None
        if len(signs) > 1:
            return "both_signs", None
        reasons = {part.reason() for part, _ in found}
        worst = next(r for r in ("loop", "direct", "apart", "one_sign") if r in reasons)
        return worst, None if worst == "loop" else signs.pop()


@dataclass(frozen=True)
class Part:
    """All that the source reaches and that reaches the target, without what enters the source."""

    graph: Graph
    source: int
    target: int
    nodes: frozenset[int]
    steps: tuple[Step, ...]

    def sign(self, way: Way) -> int:
        """The product of the steps."""
        return -1 if sum(self.graph.rows[row][2] for *_, row in way) % 2 else 1

    def met(self, way: Way) -> frozenset[int]:
        """The entities on a path or a loop."""
        return frozenset(self.graph.entity_of[node] for near, far, _ in way for node in (near, far))

    @cached_property
    def paths(self) -> list[Way]:
        """Every path, of any length."""
        return [
            way
            for way in self._ways(self.source, self.nodes)
            if self.graph.entity_of[way[-1][1]] == self.target
        ]

    @cached_property
    def reinforcing(self) -> list[Way]:
        """Every loop of positive sign that avoids both ends, from the least of its nodes."""
        return [
            way
            for start in sorted(self.nodes - {self.source})
            for way in self._ways(start, {node for node in self.nodes if node >= start})
            if way[-1][1] == start and self.sign(way) > 0 and self.target not in self.met(way)
        ]

    def _ways(self, start: int, allowed: Collection[int]) -> Iterator[Way]:
        """Every way from a node on that visits no entity twice, and those that close there."""
        open_ways: list[Way] = [()]
        while open_ways:
            way = open_ways.pop()
            here = way[-1][1] if way else start
            visited = self.met(way) | {self.graph.entity_of[start]}
            for step in self.steps:
                if step[0] != here or step[1] not in allowed:
                    continue
                if step[1] == start:
                    yield (*way, step)
                elif self.graph.entity_of[step[1]] not in visited:
                    yield (*way, step)
                    if self.graph.entity_of[step[1]] != self.target:
                        open_ways.append((*way, step))

    def reason(self) -> str:
        """Which rule determines the sign of its paths, if they have one; or `loop`."""
        beside = [
            (path, loop)
            for path, loop in product(self.paths, self.reinforcing)
            if not self.met(path) & self.met(loop)
        ]
        if not beside:
            return "one_sign"
        block = self._blocks()
        if block is not None and all(
            block[loop[0][0]] not in {block[far] for _, far, _ in path} for path, loop in beside
        ):
            return "apart"
        return "direct" if all(len(path) == 1 for path in self.paths) else "loop"

    def _blocks(self) -> dict[int, frozenset[int]] | None:
        """The strongly connected part of each node; None where they tear an entity apart."""
        pairs = [(near, far) for near, far, _ in self.steps]
        ahead = {node: _closure({node}, pairs) for node in self.nodes}
        block = {
            node: frozenset(other for other in ahead[node] if node in ahead[other])
            for node in self.nodes
        }
        of_entity = {(self.graph.entity_of[node], block[node]) for node in self.nodes}
        return block if len(of_entity) == len({entity for entity, _ in of_entity}) else None

    def response(self, strength: NDArray[np.float64], *, held: bool) -> float | None:
        """How far the target moves where the source moves by 1; None where nothing settles.

        `strength` has the effect of each row. Every entity damps itself by 1. `held`: what is left
        must settle too while the target is held. For graphs whose nodes are their entities.
        """
        nodes = sorted(self.nodes - {self.source})
        index = {node: i for i, node in enumerate(nodes)}
        system = -np.eye(len(nodes))
        push = np.zeros(len(nodes))
        for near, far, row in self.steps:
            effect = strength[row] * (-1 if self.graph.rows[row][2] else 1)
            if near == self.source:
                push[index[far]] += effect
            else:
                system[index[far], index[near]] += effect
        rest = [i for i, node in enumerate(nodes) if node != self.target]
        for part in (system, system[np.ix_(rest, rest)]) if held else (system,):
            if part.size and np.linalg.eigvals(part).real.max() >= -1e-9:
                return None
        return float(np.linalg.solve(system, -push)[index[self.target]])


def _closure(start: Collection[int], pairs: Collection[tuple[int, int]]) -> set[int]:
    met, todo = set(start), list(start)
    while todo:
        here = todo.pop()
        for near, far in pairs:
            if near == here and far not in met:
                met.add(far)
                todo.append(far)
    return met
