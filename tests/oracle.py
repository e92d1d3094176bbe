"""Brute force: the answers to every question about paths, by listing all paths."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from immunograph.search.paths import Found


@dataclass(frozen=True)
class Graph:
    """A network as plain rows, with what a question leaves out.

    What is asked for, and what is left out but rows, is entities; rows join nodes.
    """

    entities: int
    rows: tuple[tuple[int, int, int, int], ...]
    """(source, target, inhibits, cost), between nodes"""
    others: tuple[int, ...] = ()
    """The entities of the nodes that follow those which are the entities themselves."""
    banned: frozenset[int] = frozenset()
    inside_banned: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    _steps: dict[int, list[tuple[int, int, int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int, int, int]]], init=False, compare=False
    )

    def __post_init__(self) -> None:
        for row, (source, target, inhibits, cost) in enumerate(self.rows):
            if row not in self.excluded and self.of(source) != self.of(target):
                self._steps.setdefault(source, []).append((target, inhibits, cost, row))

    def of(self, node: int) -> int:
        """The entity of a node."""
        return node if node < self.entities else self.others[node - self.entities]

    def nodes_of(self, entity: int) -> list[int]:
        """The nodes of an entity."""
        every = range(self.entities + len(self.others))
        return [node for node in every if self.of(node) == entity]

    def paths(
        self,
        sources: Collection[int],
        targets: Collection[int],
        *,
        effect: int | None,
        max_steps: int,
        loop: bool = False,
        removed: Collection[int] = (),
    ) -> list[Found]:
        """All paths, in the order of the ranking; of those over the same entities with the same
        signs the cheapest, then that of the earlier nodes and rows.

        A path begins at the entity itself and ends at any of its nodes; a loop ends at the node
        from which it began, whichever that is.
        """
        best: dict[tuple[int, ...], tuple[tuple[int, ...], Found]] = {}
        for walk in self._walks(sources, targets, max_steps, loop, self.banned.union(removed)):
            found = self._found(walk)
            if effect is not None and found.effect != effect:
                continue
            identity = self._codes(walk)
            nodes = (end for row in walk for end in self.rows[row][1:3])
            begun = self.rows[walk[0]][0]
            order = (found.cost, len(found.steps), *identity, begun, *nodes, *found.steps)
            if identity not in best or order < best[identity][0]:
                best[identity] = (order, found)
        return [found for _, found in sorted(best.values(), key=lambda pair: pair[0])]

    def influence(
        self, entity: int, *, downstream: bool, effect: int | None, max_steps: int
    ) -> list[Found]:
        """The best path to (or from) each entity, for each effect, in the order of the ranking."""
        others = [other for other in range(self.entities) if other != entity]
        ends = ([entity], others) if downstream else (others, [entity])
        seen: set[tuple[int, int, int]] = set()
        best: list[Found] = []
        for found in self.paths(*ends, effect=effect, max_steps=max_steps):
            what = (found.source, found.target, found.effect)
            if what not in seen:
                seen.add(what)
                best.append(found)
        return best

    def blockers(
        self,
        sources: Collection[int],
        targets: Collection[int],
        *,
        effect: int | None,
        max_steps: int,
        max_size: int,
    ) -> tuple[tuple[int, ...], ...]:
        """All smallest sets of entities, not among the ends, that leave no path."""
        paths = self.paths(sources, targets, effect=effect, max_steps=max_steps)
        inner = [set(path.entities).difference(sources, targets) for path in paths]
        candidates = sorted(set[int]().union(*inner))
        for size in range(1, max_size + 1) if inner else ():
            sets = [
                s for s in combinations(candidates, size) if all(path & set(s) for path in inner)
            ]
            if sets:
                return tuple(sets)
        return ()

    def _walks(
        self,
        sources: Iterable[int],
        targets: Collection[int],
        max_steps: int,
        loop: bool,
        banned: Collection[int],
    ) -> Iterator[tuple[int, ...]]:
        """Rows of every path, extended one step after the other."""
        for source in sources:
            if source in banned:
                continue
            for start in self.nodes_of(source) if loop else [source]:
                yield from self._walks_from(
                    start, start if loop else None, targets, max_steps, banned
                )

    def _walks_from(
        self,
        start: int,
        closing: int | None,
        targets: Collection[int],
        max_steps: int,
        banned: Collection[int],
    ) -> Iterator[tuple[int, ...]]:
        open_walks: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = [
            (start, (), (self.of(start),))
        ]
        while open_walks:
            here, walk, visited = open_walks.pop()
            for node, _, _, row in self._steps.get(here, ()):
                entity = self.of(node)
                if entity in banned:
                    continue
                if node == closing or (entity in targets and entity not in visited):
                    yield (*walk, row)
                inside = entity not in self.inside_banned and entity not in visited
                if inside and len(walk) + 1 < max_steps:
                    open_walks.append((node, (*walk, row), (*visited, entity)))

    def _codes(self, walk: tuple[int, ...]) -> tuple[int, ...]:
        """Source, then entity and sign of each step."""
        rows = [self.rows[row] for row in walk]
        return (self.of(rows[0][0]), *(part for row in rows for part in (self.of(row[1]), row[2])))

    def _found(self, walk: tuple[int, ...]) -> Found:
        rows = [self.rows[row] for row in walk]
        entities = (self.of(rows[0][0]), *(self.of(row[1]) for row in rows))
        return Found(
            source=entities[0],
            target=entities[-1],
            effect=-1 if sum(row[2] for row in rows) % 2 else 1,
            cost=sum(row[3] for row in rows),
            steps=walk,
            entities=entities,
        )
