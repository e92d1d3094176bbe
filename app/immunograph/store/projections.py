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
from typing import Any, Final

import numpy as np

from immunograph.belief import cost
from immunograph.projection import Projection, Rows, UnusableFileError, pack, project, unpack
from immunograph.store.graph import Graph

log = logging.getLogger(__name__)

KEPT: Final = 4
"""Files that stay: the present snapshot, and what those slow to notice it still answer from."""
READ_SECONDS: Final = 600.0
ENTITIES_AT_ONCE: Final = 5_000
READERS: Final = 2
"""Reads at once: each keeps one core of the server at work."""
SIGNS: Final = {"PROMOTES": 1, "INHIBITS": -1}
"""Of the types of edges; what is structural has none."""
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


def read_projection(graph: Graph, snapshot: str) -> Projection:
    """Read the steps of the whole graph.

    Many edges share a row, since rows cost more than values do; not all of them, since the server
    gathers a row in its memory before it sends it. Entities go by the numbers that the server
    has for them, and properties are read at once: each halves what the server has to do.
    """
    [entities] = graph.read_plain(
        "MATCH (e:Entity) WITH e ORDER BY e.id RETURN collect(e.id) AS ids, "
        "collect(e.name) AS names, collect(coalesce(e.abstract, false)) AS abstract, "
        "collect(id(e)) AS numbers",
        seconds=READ_SECONDS,
    )
    ids = dict(zip(entities.pop("numbers"), entities["ids"], strict=True))

    def read(first: int) -> list[dict[str, Any]]:
        return graph.read_plain(
            "UNWIND $ids AS id "
            "MATCH (a:Entity {id: id})-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b:Entity) "
            "WITH id(a) AS source, id(b) AS target, type(r) AS type, properties(r) AS stored "
            "WHERE stored.belief > 0 "
            "RETURN type, collect(source) AS source, collect(target) AS target, "
            "collect(stored.id) AS statement, collect(stored.belief) AS belief, "
            "collect(CASE WHEN stored.net THEN stored.id END) AS net",
            {"ids": entities["ids"][first : first + ENTITIES_AT_ONCE]},
            seconds=READ_SECONDS,
        )

    found: dict[str, list[Any]] = {name: [] for name in Rows._fields}
    with ThreadPoolExecutor(READERS) as pool:
        for group in chain.from_iterable(pool.map(read, range(0, len(ids), ENTITIES_AT_ONCE))):
            net = frozenset(group["net"])
            found["source"] += map(ids.__getitem__, group["source"])
            found["target"] += map(ids.__getitem__, group["target"])
            found["statement"] += group["statement"]
            found["sign"] += [SIGNS.get(group["type"], 0)] * len(group["target"])
            found["belief"] += group["belief"]
            found["cost"] += map(cost, group["belief"])
            found["net"] += [one in net for one in group["statement"]]
    return project(snapshot, Rows(**(found | entities)))


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
