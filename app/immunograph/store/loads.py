"""What each load changed, read back from the graph."""

from __future__ import annotations

import json
from typing import Any, Final

from immunograph.store.graph import SCAN_SECONDS, Graph

MOST: Final = 10_000


def loads_of(graph: Graph) -> list[dict[str, Any]]:
    """The loads, the newest first; at most the last 10,000."""
    rows = graph.read(
        "MATCH (l:Load) RETURN l.id AS id, l.at AS at, l.by AS by, l.source AS source, "
        "l.before AS before, l.after AS after, l.details AS details "
        "ORDER BY l.at DESC, l.id LIMIT $most",
        {"most": MOST},
    )
    return [row | json.loads(row.pop("details")) for row in rows]


def loads_by(graph: Graph) -> dict[str, int]:
    """How many loads each loader made."""
    rows = graph.read(
        "MATCH (l:Load) RETURN l.by AS by, count(*) AS loads ORDER BY by LIMIT 1000",
        seconds=SCAN_SECONDS,
    )
    return {row["by"]: row["loads"] for row in rows}
