"""Projections of snapshots: read from the graph once, then mapped from a file that all share.

A file is named by its snapshot, written whole or not at all, and never changed. Every process of
the machine maps the same one, so that its arrays are in memory once. The files of the snapshots
asked for last stay, older ones go; who still maps one keeps it until it is done.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunograph.inference.steps import Options
from immunograph.inference.tables import Properties
from immunograph.search.network import Projection, Rows, UnusableFileError, pack, project, unpack
from immunograph.store.graph import Graph

log = logging.getLogger(__name__)

KEPT: Final = 4
"""Files that stay: the present snapshot, and what those slow to notice it still answer from."""
READ_SECONDS: Final = 600.0
EDGES_AT_ONCE: Final = 20_000
READERS: Final = 2
"""Reads at once: each keeps one core of the server at work."""
SIGNS: Final = {"PROMOTES": 1, "INHIBITS": -1, "CARRIES": 0, "STEP_OF": 0}
"""Of the types of edges that a path may take; what is structural has none."""
_CELLS: Final = ("subject_cell", "object_cell")
SUFFIX: Final = ".arrays"
_WHOLE: Final = re.compile(r"[0-9a-f]{64}")
"""The id of a snapshot that was loaded to its end; one in the middle of a load begins otherwise."""


def open_projection(snapshot: str, *, folder: Path | None) -> Projection | None:
    """Map the projection of a snapshot from its file; None where there is none that is usable.

    Why a file is of no use is told by the log, and `keep_projection` then writes it anew.
    """
    path = _path(snapshot, folder)
    if path is None:
        return None
    try:
        projection = unpack(np.memmap(path, np.uint8, "r"))
        if projection.snapshot != snapshot:
            raise UnusableFileError(f"it is of the snapshot {projection.snapshot}")
        os.utime(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        # An empty file cannot even be mapped, and says so as a ValueError.
        log.warning("The path arrays in %s are built anew: %s.", path, fault)
        return None
    return projection


def keep_projection(projection: Projection, *, folder: Path | None) -> Projection:
    """Write a projection to its file, whole or not at all, and map it; files of old ones go.

    One of a snapshot in the middle of a load is only ever held in memory, as are all where
    `folder` is None or cannot be written, which the log then tells.
    """
    path = _path(projection.snapshot, folder)
    if path is None:
        return projection
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        part = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pack(projection):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as fault:
        log.warning("The path arrays are held in memory, not in %s: %s.", path, fault.strerror)
        if part is not None:
            part.unlink(missing_ok=True)
        return projection
    _sweep(path)
    return open_projection(projection.snapshot, folder=folder) or projection


def _path(snapshot: str, folder: Path | None) -> Path | None:
    if folder is None or not _WHOLE.fullmatch(snapshot):
        return None
    return folder / f"{snapshot}{SUFFIX}"


class StepsRead(NamedTuple):
    """The steps of the whole graph as they were read: perhaps in parts of several states of it."""

    entities: dict[str, list[Any]]
    groups: list[dict[str, Any]]
    after: Properties | None
    """The snapshot node once all was read: where it is what it was, they are of one state."""

    def projection(self, snapshot: str) -> Projection:
        """Their projection; they must be of one state of the graph."""
        numbers = np.array(self.entities["numbers"], np.int64)
        place = np.full(numbers.max(initial=-1) + 1, -1, np.int64)
        place[numbers] = np.arange(len(numbers))
        named: set[str | None] = {group[end] for group in self.groups for end in _CELLS}
        cells: dict[str | None, int] = {
            cell: number for number, cell in enumerate(sorted(filter(None, named)))
        }
        cells[None] = -1
        statements: list[str] = []
        none = np.empty(0, np.int64)
        pieces: list[tuple[NDArray[Any], ...]] = [(none,) * 8]
        for group in self.groups:
            edges = len(group["statement"])
            statements += group["statement"]
            joined = [cells[group[end]] for end in _CELLS]
            alike = (SIGNS[group["type"]], group["number"], group["from_number"], *joined)
            sign, *how = (np.full(edges, value) for value in alike)
            ends = (place[group["source"]], place[group["target"]])
            pieces.append((*ends, sign, group["belief"], *how))
        columns = (np.concatenate(column) for column in zip(*pieces, strict=True))
        entities = self.entities
        return project(
            snapshot,
            Rows(
                entities["ids"],
                entities["names"],
                entities["abstract"],
                Options(statements, *columns),
            ),
        )


def read_steps(graph: Graph) -> StepsRead:
    """Read the steps of the whole graph.

    Many edges share a row, since rows cost more than values do; not all of them, since the server
    gathers a row in its memory before it sends it. Entities and edges go by the numbers that the
    server has for them: it finds an edge by its number in half the time that it takes to find it
    from its ends.
    """
    graph = graph.in_turn()
    [entities] = graph.read_plain(
        "MATCH (e:Entity) RETURN collect(e.id) AS ids, collect(e.name) AS names, "
        "collect(coalesce(e.abstract, false)) AS abstract, collect(id(e)) AS numbers",
        seconds=READ_SECONDS,
    )

    def read(first: int) -> list[dict[str, Any]]:
        groups = graph.read_plain(
            f"MATCH (a)-[r:{'|'.join(SIGNS)}]->(b) WHERE id(r) IN range($first, $last) "
            "AND r.step RETURN type(r) AS type, coalesce(r.number, false) AS number, "
            "coalesce(r.from_number, false) AS from_number, "
            "r.subject_cell AS subject_cell, r.object_cell AS object_cell, "
            "collect(id(a)) AS source, collect(id(b)) AS target, collect(r.id) AS statement, "
            "collect(r.belief) AS belief",
            {"first": first, "last": first + EDGES_AT_ONCE - 1},
            seconds=READ_SECONDS,
        )
        for group in groups:
            for name in ("source", "target", "belief"):
                group[name] = np.array(group[name])  # takes far less memory than a list
        return groups

    end = max(_end(graph, edge_type) for edge_type in SIGNS)
    with ThreadPoolExecutor(READERS) as pool:
        groups = list(chain.from_iterable(pool.map(read, range(0, end, EDGES_AT_ONCE))))
    return StepsRead(entities, groups, graph.snapshot())


def _end(graph: Graph, edge_type: str) -> int:
    """Above the number of every edge of a type; the server keeps them in order."""
    last = graph.read_plain(
        f"MATCH ()-[r:{edge_type}]->() WITH r ORDER BY r DESC LIMIT 1 RETURN id(r) AS number",
        seconds=READ_SECONDS,
    )
    return 1 + last[0]["number"] if last else 0


def _sweep(newest: Path) -> None:
    """Remove the files of all but the snapshots asked for last."""

    def asked(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except FileNotFoundError:  # another process sweeps too
            return 0.0

    files = sorted(newest.parent.glob(f"*{SUFFIX}"), key=asked, reverse=True)
    for path in [file for file in files if file != newest][KEPT - 1 :]:
        path.unlink(missing_ok=True)
