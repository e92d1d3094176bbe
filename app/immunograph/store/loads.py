"""What each load changed, read back from the graph, and what takes it back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import orjson

from immunograph.domain.model import Contribution, Vocabulary
from immunograph.inference.changes import Undo
from immunograph.store.graph import SCAN_SECONDS, Graph

MOST: Final = 10_000
PROVISIONAL: Final = "loading-"
"""Begins the snapshot id of a graph in the middle of a bulk load."""
RESTORED: Final = "restored from "
"""Begins who loaded what a dump brought, whose own records follow it."""


def loads_of(graph: Graph) -> list[dict[str, Any]]:
    """The loads, the newest first; at most the last 10,000."""
    rows = graph.read(
        "MATCH (l:Load) RETURN l.id AS id, l.at AS at, l.by AS by, l.source AS source, "
        "l.before AS before, l.after AS after, l.details AS details "
        "ORDER BY l.at DESC, l.id LIMIT $most",
        {"most": MOST},
    )
    return [row | json.loads(row.pop("details")) for row in rows]


def headings_of(graph: Graph, *, most: int = MOST) -> list[dict[str, Any]]:
    """The same without what each changed: who loaded what, when, and from which snapshot on."""
    # Every record has a time: to ask for it lets the server read the newest from its index.
    return graph.read(
        "MATCH (l:Load) WHERE l.at IS NOT NULL "
        "RETURN l.id AS id, l.at AS at, l.by AS by, l.source AS source, "
        "l.before AS before, l.after AS after ORDER BY l.at DESC, l.id LIMIT $most",
        {"most": most},
    )


def changes_of(graph: Graph, loads: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What some loads changed, by id: `added`, `removed`, `changed`, and `undo`.

    `undo` is None for the records of versions that did not keep what they replaced.
    """
    rows = graph.read(
        "UNWIND $loads AS id MATCH (l:Load {id: id}) "
        "RETURN l.id AS id, l.details AS details, l.undo AS undo ORDER BY l.id LIMIT $most",
        {"loads": list(loads), "most": MOST},
        seconds=SCAN_SECONDS,
    )
    return {
        row["id"]: {
            **json.loads(row["details"]),
            "undo": None if row["undo"] is None else undo_of(row["undo"]),
        }
        for row in rows
    }


def undo_text(undo: Undo) -> str:
    """What takes a load back, as its record keeps it."""
    kept = {"contribution": undo.contribution, "vocabulary": undo.vocabulary}
    found: dict[str, Any] = {"source": undo.source}
    if undo.retracted is not None:
        found["retracted"] = undo.retracted
    for name, model in kept.items():
        if model is not None:
            found[name] = model.model_dump(mode="json", by_alias=True)
    return orjson.dumps(found).decode()


def undo_of(text: str) -> Undo:
    """What takes a load back, from its record."""
    found = orjson.loads(text)
    said, words = found.get("contribution"), found.get("vocabulary")
    return Undo(
        found["source"],
        None if said is None else Contribution.model_validate(said),
        found.get("retracted"),
        None if words is None else Vocabulary.model_validate(words),
    )


def loads_by(graph: Graph) -> dict[str, int]:
    """How many loads each loader made."""
    rows = graph.read(
        "MATCH (l:Load) RETURN l.by AS by, count(*) AS loads ORDER BY by LIMIT 1000",
        seconds=SCAN_SECONDS,
    )
    return {row["by"]: row["loads"] for row in rows}
