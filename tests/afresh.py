"""Whether a graph in Neo4j is what a derivation from nothing gives."""

from __future__ import annotations

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.snapshot import snapshot_id
from immunograph.inference.derivation import derive
from immunograph.inference.tables import rows_of
from immunograph.store.graph import Graph


def assert_is_as_if_loaded_afresh(
    graph: Graph, knowledge: Knowledge, *, provisional: str | None = None
) -> None:
    """The rows in Neo4j are those that a derivation from nothing gives.

    `provisional` begins an id that may stand for that of the content for the time being.
    """
    afresh = Knowledge(
        knowledge.vocabulary, knowledge.contributions.values(), knowledge.retractions
    )
    stored, wanted = graph.rows(), rows_of(afresh, derive(afresh))
    assert stored.nodes == wanted.nodes
    assert stored.links == wanted.links
    held = (graph.snapshot() or {})["id"]
    if provisional is None or not held.startswith(provisional):
        assert held == snapshot_id(afresh)
