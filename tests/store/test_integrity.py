"""What a graph has lost is told; one that holds all that was acknowledged has lost nothing."""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import neo4j
import pytest

from immunograph.store.graph import Graph, literal
from immunograph.store.integrity import losses_of


def test_a_graph_that_was_loaded_has_lost_nothing(loaded_graph: Graph) -> None:
    snapshot = loaded_graph.snapshot()
    assert snapshot is not None
    assert losses_of(loaded_graph, snapshot["id"]) == []
    assert losses_of(loaded_graph, None) == []


def test_a_state_that_a_later_load_replaced_is_not_lost(loaded_graph: Graph) -> None:
    states = loaded_graph.read("MATCH (l:Load) RETURN l.after AS id ORDER BY l.at LIMIT 1")
    assert losses_of(loaded_graph, states[0]["id"]) == []


def test_a_state_that_the_graph_knows_nothing_of_is_lost(loaded_graph: Graph) -> None:
    [told] = losses_of(loaded_graph, "0" * 64)
    assert told.startswith("it knows nothing of the snapshot 000")


@pytest.mark.parametrize("label", ["Statement", "Source", "Study", "Entity"])
def test_nodes_that_are_gone_are_told(
    loaded_graph: Graph, driver: neo4j.Driver, label: str
) -> None:
    # As if gone: the label is what is counted by, and can be given back.
    gone = f"MATCH (n:{label}) WITH n ORDER BY n.id LIMIT 1 SET n:Gone REMOVE n:{label}"
    driver.execute_query(literal(gone), database_="neo4j")
    try:
        [told] = losses_of(loaded_graph, None)
        assert " are there" in told
    finally:
        back = f"MATCH (n:Gone) SET n:{label} REMOVE n:Gone"
        driver.execute_query(literal(back), database_="neo4j")
    assert losses_of(loaded_graph, None) == []


def test_a_graph_that_is_empty_has_lost_what_it_held(
    graph: Graph, empty_graph: neo4j.Driver
) -> None:
    assert losses_of(graph, None) == []
    assert losses_of(graph, "0" * 64) == ["it is empty"]
