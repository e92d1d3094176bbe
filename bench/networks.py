"""The networks that questions are asked about: the shipped seed, an edge list, generated ones."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path
from typing import Final

import numpy as np

from bench.kernel import Rows
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.folders import folder
from immunograph.inference.belief import cost
from immunograph.seeds.folder import read_seed
from immunograph.service.view import View

SIGNS: Final = {"+": 0, "1": 0, "+1": 0, "promotes": 0, "-": 1, "-1": 1, "inhibits": 1}
BEST: Final = 0.99
MISSED: Final = 0.4
"""How likely one study is wrong, where an edge list tells no beliefs."""


def seed_rows() -> Rows:
    """The steps of the shipped seed; abstract classes are entities like all others here."""
    seed = read_seed(folder("seed"))
    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    view = View(knowledge, filters=ALL_EVIDENCE, without=NOTHING)
    return _rows(
        {(s.subject, s.object, int(s.sign < 0)): s.belief for s in view.layer.steps},
    )


def read_edges(path: Path) -> Rows:
    """A table with a head: `source`, `target`, `sign` (+ or -) and, if told, `belief`.

    Without beliefs, rows of one edge count as studies: by `citation` where there is such a
    column, else each for itself; belief is 1 − 0.4ⁿ for n of them, at most 0.99. A name that ends
    in `.gz` is unpacked. Raises SystemExit, saying what is missing.
    """
    opening = gzip.open if path.suffix == ".gz" else open
    told: dict[tuple[str, str, int], float] = {}
    studies: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    with opening(path, "rt", encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter="," if ".csv" in path.suffixes else "\t")
        missing = {"source", "target", "sign"} - set(table.fieldnames or ())
        if missing:
            raise SystemExit(f"{path} has no column {', '.join(sorted(missing))} in its head.")
        for number, row in enumerate(table, 2):
            sign = SIGNS.get(row["sign"].strip().lower())
            if sign is None:
                raise SystemExit(f"{path}, line {number}: sign '{row['sign']}' is neither + nor -.")
            edge = (row["source"], row["target"], sign)
            if row.get("belief"):
                told[edge] = max(told.get(edge, 0.0), float(row["belief"]))
            studies[edge].add(row.get("citation") or str(number))
    edges = {edge: told.get(edge, min(BEST, 1 - MISSED ** len(studies[edge]))) for edge in studies}
    return _rows(edges)


def _rows(beliefs: dict[tuple[str, str, int], float]) -> Rows:
    edges = sorted(edge for edge in beliefs if edge[0] != edge[1])
    names = sorted({name for edge in edges for name in edge[:2]})
    number = {name: i for i, name in enumerate(names)}
    return Rows(
        entities=len(names),
        source=np.array([number[s] for s, _, _ in edges], np.int32),
        target=np.array([number[t] for _, t, _ in edges], np.int32),
        negative=np.array([negative for _, _, negative in edges], np.uint8),
        cost=np.array([cost(beliefs[edge]) for edge in edges], np.int64),
    )


def pairs(rows: Rows, count: int, *, hubs: int | None = None) -> list[tuple[int, int]]:
    """Random pairs of entities, from one that anything leaves to one that anything enters.

    `hubs`: only among so many of the best connected.
    """
    rng = np.random.default_rng(2)
    starts, ends = np.unique(rows.source), np.unique(rows.target)
    if hubs is not None:
        degree = np.bincount(rows.source, minlength=rows.entities)
        degree += np.bincount(rows.target, minlength=rows.entities)
        starts = ends = np.argsort(-degree, kind="stable")[:hubs]
    found: list[tuple[int, int]] = []
    while len(found) < count:
        source, target = int(rng.choice(starts)), int(rng.choice(ends))
        if source != target:
            found.append((source, target))
    return found
