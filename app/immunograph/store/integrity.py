"""Whether a graph still holds what was acknowledged, told by a few short reads.

Each load is one transaction, so an engine that recovers has all of it or nothing. What is looked
for is what recovery cannot bring back: files that are lost, or put back to an older state.
"""

from __future__ import annotations

from typing import Final

from immunograph.store.graph import Graph

COUNTED: Final = {
    "entities": "Entity",
    "statements": "Statement",
    "sources": "Source",
    "studies": "Study",
}
"""What the snapshot node has the number of, and the label of its nodes."""


def losses_of(graph: Graph, acknowledged: str | None) -> list[str]:
    """What a graph has lost, in words; empty where it holds all that it should.

    `acknowledged` is the id of a snapshot that it is known to have held.
    """
    snapshot = graph.snapshot()
    if snapshot is None:
        return [] if acknowledged is None else ["it is empty"]
    found = graph.read(
        "RETURN "
        + ", ".join(f"COUNT {{ (:{label}) }} AS {name}" for name, label in COUNTED.items())
    )[0]
    losses = [
        f"{found[name]} {name} of {snapshot[name]} are there"
        for name in COUNTED
        if found[name] != snapshot[name]
    ]
    known = acknowledged in (None, snapshot["id"]) or graph.read(
        "MATCH (l:Load {after: $id}) RETURN l.id AS id LIMIT 1", {"id": acknowledged}
    )
    if not known:
        losses.append(f"it knows nothing of the snapshot {acknowledged}, which it held")
    return losses
