"""Translator asks in its own words (TRAPI 2.0) and gets the statements and paths of the graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.formats import biolink
from immunograph.formats.biolink_hierarchy import CATEGORIES, INVERSES, PREDICATES
from immunograph.questions.paths import PATHS
from immunograph.questions.statements import STATEMENTS
from immunograph.service import Service
from immunograph.service.exports import whole

ANXA6, CCL2 = "HGNC:544", "HGNC:10618"
DRUG, SPREAD = "CHEBI:45863", "itm:lung-metastasis"
Json = dict[str, Any]


def hop(subject: Json, object_: Json, **edge: Any) -> Json:
    """A query of one edge."""
    nodes = {"a": subject, "b": object_}
    return {
        "query_graph": {"nodes": nodes, "edges": {"e": {"subject": "a", "object": "b", **edge}}}
    }


def path(**more: Any) -> Json:
    """A query for paths."""
    nodes = {"a": {"ids": [DRUG]}, "b": {"ids": [SPREAD]}}
    return {
        "query_graph": {"nodes": nodes, "paths": {"p": {"subject": "a", "object": "b", **more}}}
    }


def ask(client: TestClient, message: Any, **more: Any) -> Json:
    """The message of a response."""
    reply = client.post("/trapi/query", json={"message": message, **more})
    assert reply.status_code == 200, reply.text
    assert list(_empty(reply.json())) in ([], ["message.results"])
    return reply.json()["message"]


def _empty(value: Any, where: str = "") -> Iterator[str]:
    """Where there is null, or an empty list, which TRAPI 2.0 has no place for but in results."""
    if value is None or value == []:
        yield where
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # plain JSON
    elif isinstance(value, list):
        items = list(enumerate(value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # plain JSON
    for name, one in items:
        yield from _empty(one, f"{where}.{name}".lstrip("."))


def bound(message: Json) -> list[tuple[str, str, list[str]]]:
    """Both nodes of each result, and its edges."""
    return [
        (
            *(one["node_bindings"][node]["ids"][0] for node in "ab"),
            one["analyses"][0]["edge_bindings"]["e"]["ids"],
        )
        for one in message["results"]
    ]


# --- one hop -----------------------------------------------------------------------------------


def test_one_hop_finds_the_statements_of_a_node_from_both_ends(
    client: TestClient, loaded_service: Service
) -> None:
    message = ask(client, hop({"ids": [ANXA6]}, {}))
    listed = STATEMENTS.ask(loaded_service, entity="annexin A6", limit=1000)["items"]
    stand = {one["id"] for one in listed if one["belief"] > 0 and one["class"] != "caution"}
    edges = message["knowledge_graph"]["edges"]
    assert edges.keys() == stand
    assert {i for *_, ids in bound(message) for i in ids} == stand
    assert all(one["node_bindings"]["a"]["ids"] == [ANXA6] for one in message["results"])
    ends = {edge[end] for edge in edges.values() for end in ("subject", "object")}
    assert message["knowledge_graph"]["nodes"].keys() == ends


def test_a_predicate_means_those_below_it_and_its_inverse(client: TestClient) -> None:
    (found,) = bound(ask(client, hop({"ids": [ANXA6]}, {"ids": [CCL2]})))
    for predicate in ("regulates", "affects", "interacts_with", "related_to"):
        predicates = [f"biolink:{predicate}"]
        assert bound(
            ask(client, hop({"ids": [ANXA6]}, {"ids": [CCL2]}, predicates=predicates))
        ) == [found]
    turned = hop({"ids": [CCL2]}, {"ids": [ANXA6]}, predicates=["biolink:affected_by"])
    assert bound(ask(client, turned)) == [(CCL2, ANXA6, found[2])]
    for predicate in ("affected_by", "treats"):
        message = hop({"ids": [ANXA6]}, {"ids": [CCL2]}, predicates=[f"biolink:{predicate}"])
        assert ask(client, message)["results"] == []


def test_a_category_means_those_below_it(client: TestClient) -> None:
    def others(*categories: str) -> set[str]:
        given = {"categories": [f"biolink:{one}" for one in categories]}
        return {other for _, other, _ in bound(ask(client, hop({"ids": [CCL2]}, given)))}

    assert ANXA6 in others("Gene") == others("GeneOrGeneProduct")
    assert others("Cell") <= others("AnatomicalEntity")
    assert others("Gene", "Cell") == others("Gene") | others("Cell")
    assert others("Drug") == set()


def test_a_direction_is_asked_for_by_a_qualifier(client: TestClient) -> None:
    def found(direction: str) -> bool:
        wanted = [{"biolink:object_direction_qualifier": direction}]
        constraints = {"qualifiers": wanted}
        message = hop({"ids": [ANXA6]}, {"ids": [CCL2]}, constraints=constraints)
        return bool(ask(client, message)["results"])

    assert found("upregulated") and found("increased")
    assert not found("downregulated") and not found("decreased")


def test_what_knowledge_is_taken_can_be_constrained(client: TestClient) -> None:
    def found(name: str, behavior: str, value: str) -> bool:
        constraints = {name: {"behavior": behavior, "values": [value]}}
        message = hop({"ids": [ANXA6]}, {"ids": [CCL2]}, constraints=constraints)
        return bool(ask(client, message)["results"])

    for name, value in (
        ("knowledge_level", "knowledge_assertion"),
        ("agent_type", "manual_agent"),
        ("sources", "infores:immunograph"),
    ):
        assert found(name, "ALLOW", value) and not found(name, "DENY", value)
        assert found(name, "DENY", "other") and not found(name, "ALLOW", "other")


def test_what_is_not_known_has_no_results(client: TestClient) -> None:
    message = ask(client, hop({"ids": ["HGNC:99999999"]}, {}))
    assert message["results"] == []
    assert "knowledge_graph" not in message
    assert message["query_graph"]["nodes"]["a"]["ids"] == ["HGNC:99999999"]


# --- paths -------------------------------------------------------------------------------------


def test_paths_are_those_of_the_graph(client: TestClient, loaded_service: Service) -> None:
    message = ask(client, path())
    (result,) = message["results"]
    assert result["node_bindings"] == {"a": {"ids": [DRUG]}, "b": {"ids": [SPREAD]}}
    answer = PATHS.ask(loaded_service, source=["paclitaxel"], target=["lung metastasis"])
    expected = [[step["statement"] for step in one["steps"]] for one in answer["paths"]]
    graphs = message["auxiliary_graphs"]
    ids = [one["path_bindings"]["p"]["ids"] for one in result["analyses"]]
    assert [graphs[graph]["edges"] for (graph,) in ids] == expected
    assert [one["score"] for one in result["analyses"]] == [o["belief"] for o in answer["paths"]]
    used = {edge for graph in graphs.values() for edge in graph["edges"]}
    assert message["knowledge_graph"]["edges"].keys() == used


def test_a_path_may_be_wanted_over_some_category(client: TestClient) -> None:
    def paths(*categories: str) -> int:
        rules = [{"required_intermediate_categories": [one]} for one in categories]
        found = ask(client, path(constraints=rules) if rules else path())["results"]
        return len(found[0]["analyses"]) if found else 0

    every = paths()
    assert 0 < paths("biolink:Cell") < every
    assert paths("biolink:Cell", "biolink:Gene") == every
    assert paths("biolink:Drug") == 0
    assert ask(client, path(predicates=["biolink:treats"]))["results"] == []


# --- what is refused -------------------------------------------------------------------------

THREE_HOPS = {
    "query_graph": {
        "nodes": {name: {"ids": [ANXA6]} for name in "abcd"},
        "edges": {one + o: {"subject": one, "object": o} for one, o in ("ab", "bc", "cd")},
    }
}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (THREE_HOPS, "3 edges; here one edge, or one path, is answered"),
        (hop({}, {}), "Neither end of the edge is pinned"),
        (hop({"ids": [ANXA6]}, {}, knowledge_type="inferred"), "looked up"),
        (hop({"ids": [ANXA6], "set_interpretation": "ALL"}, {}), "BATCH is answered"),
        (hop({"ids": [ANXA6], "constraints": [{"id": "x"}]}, {}), "constraints of node a"),
        (hop({"ids": [ANXA6]}, {}, constraints={"attributes": [{"id": "x"}]}), "attributes of"),
    ],
)
def test_what_is_not_answered_is_said_to_be_so(
    message: Json, said: str, client: TestClient, assert_problem: Any
) -> None:
    reply = client.post("/trapi/query", json={"message": message})
    body = assert_problem(reply, status=501, kind="not-supported")
    assert said in body["detail"]


@pytest.mark.parametrize(
    "sent",
    [
        *("", "x", "[]", "{}", '{"message": null}', '{"message": {"query_graph": []}}'),
        '{"message": {"query_graph": {"nodes": {"a": 1}}}}',
        '{"message": {"query_graph": {"nodes": {}, "edges": {"e": {"subject": "a"}}}}}',
        '{"message": {"query_graph": {"nodes": {"a": {"ids": "x:1"}}, "edges": {}}}}',
        '{"message": {"query_graph": {"nodes": {"a": {"ids": ["paclitaxel"]}}}}}',
        '{"message": {"query_graph": {"nodes": {"a": {"ids": ["x:1"]}},'
        ' "paths": {"p": {"subject": "a", "object": []}}}}}',
        '{"message": {"query_graph": {"nodes": {"a": {"ids": ["x:1"]}, "b": {}},'
        ' "paths": {"p": {"subject": "a", "object": "b"}}}}}',
    ],
)
def test_what_is_no_query_is_refused(sent: str, client: TestClient, assert_problem: Any) -> None:
    assert_problem(client.post("/trapi/query", content=sent), status=400, kind="bad-query")


def test_another_workflow_than_a_lookup_is_not_run(client: TestClient, assert_problem: Any) -> None:
    ask(client, path(), workflow=[{"id": "lookup"}])
    sent = {"message": path(), "workflow": [{"id": "overlay"}]}
    reply = client.post("/trapi/query", json=sent)
    assert_problem(reply, status=501, kind="not-supported")


# --- what can be asked for -------------------------------------------------------------------


def test_the_meta_knowledge_graph_tells_every_edge(
    client: TestClient, loaded_service: Service
) -> None:
    meta = client.get("/trapi/meta_knowledge_graph").json()
    told = {(one["subject"], one["predicate"], one["object"]) for one in meta["edges"]}
    view = loaded_service.view(ALL_EVIDENCE, NOTHING)
    held = {
        (*biolink.categories(one.subject), biolink.predicate(one), *biolink.categories(one.object))
        for one in whole(view).statements()
        if biolink.fits(one)
    }
    assert told == held
    assert {category for one in told for category in (one[0], one[2])} == meta["nodes"].keys()
    assert {category for one in told for category in (one[0], one[2])} <= CATEGORIES.keys()
    assert {predicate for _, predicate, _ in told} <= PREDICATES.keys() & INVERSES.keys()
