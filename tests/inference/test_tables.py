"""The graph as rows holds all that it asserts, and nothing of it is lost on the way back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from graphs import VOCABULARY, curie, does, graph, graphs, says, source
from immunograph import web
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Study, statement_id
from immunograph.domain.snapshot import snapshot_id
from immunograph.domain.vocabulary import Status
from immunograph.folders import folder
from immunograph.inference.derivation import derive
from immunograph.inference.tables import (
    Changes,
    LinkKey,
    NodeKey,
    Rows,
    changes_between,
    edge_type,
    knowledge_from,
    rows_of,
)
from immunograph.seeds.folder import read_seed


def laid_out(knowledge: Knowledge) -> Rows:
    """A graph as rows."""
    return rows_of(knowledge, derive(knowledge))


def and_back(knowledge: Knowledge) -> Knowledge:
    """A graph as rows and back."""
    return knowledge_from(laid_out(knowledge), knowledge.vocabulary)


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    """The shipped seed."""
    seed = read_seed(folder("seed"))
    return Knowledge(seed.vocabulary, seed.contributions)


def test_the_shipped_seed_comes_back_as_it_was(shipped: Knowledge) -> None:
    found = and_back(shipped)

    assert found.contributions == shipped.contributions
    assert snapshot_id(found) == snapshot_id(shipped)


def test_laying_the_shipped_seed_out_again_changes_no_row(shipped: Knowledge) -> None:
    assert not changes_between(laid_out(shipped), laid_out(and_back(shipped)))


@given(graphs())
@settings(max_examples=40)
def test_any_graph_comes_back_as_it_was(knowledge: Knowledge) -> None:
    def asserted(one: Knowledge) -> dict[str, object]:
        # A source is only given the entities that it uses.
        return {i: c.model_copy(update={"entities": ()}) for i, c in one.contributions.items()}

    found = and_back(knowledge)

    assert asserted(found) == asserted(knowledge)
    assert derive(found).assessments == derive(knowledge).assessments


def test_a_retraction_comes_back_whether_a_source_or_a_curator_said_it() -> None:
    by_source = graph(source("s", says("a promotes b"), study=Study(id="one", retracted="fraud")))
    by_curator = graph(source("s", says("a promotes b"), study="one"))
    by_curator.retract("one", "fraud")

    assert and_back(by_source).studies == by_source.studies
    assert and_back(by_source).retractions == {}
    assert and_back(by_curator).studies == by_curator.studies
    assert and_back(by_curator).retractions == {"one": "fraud"}


def test_rows_hold_only_what_a_graph_can_keep(shipped: Knowledge) -> None:
    rows = laid_out(shipped)

    for properties in (*rows.nodes.values(), *rows.links.values()):
        for value in properties.values():
            assert isinstance(value, str | int | float | bool | list)
            if isinstance(value, list):
                assert value
                assert len({type(one) for one in value}) == 1  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # plain values


def test_every_link_joins_two_nodes_that_are_there(shipped: Knowledge) -> None:
    rows = laid_out(shipped)

    for key in rows.links:
        assert key.source in rows.nodes, key
        assert key.target in rows.nodes, key


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, "PROMOTES"),
        ({"basis": "background"}, "PROMOTES"),
        ({"basis": "hypothesised"}, "MAY_PROMOTE"),
        ({"role": "refutes"}, None),
        ({"role": "refutes", "no_change": True}, None),
    ],
)
def test_a_causal_statement_is_drawn_by_what_is_held_of_it(
    how: dict[str, Any], expected: str | None
) -> None:
    rows = laid_out(graph(source("s", says("a promotes b", **how))))
    ends = NodeKey("Entity", curie("a")), NodeKey("Entity", curie("b"))

    drawn = [k.type for k in rows.links if (k.source, k.target) == ends]

    assert drawn == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("carries", "CARRIES"),
        ("correlated_with", "CORRELATED_WITH"),
        ("treats", "TREATS"),
        ("cautions", None),
        ("has_unknown_mode_in", None),
    ],
)
def test_other_statements_are_drawn_by_their_verb_and_cautions_and_gaps_are_not(
    verb: str, expected: str | None
) -> None:
    knowledge = graph(source("s", says(f"a {verb} b")))
    [statement] = knowledge.statements.values()

    assert edge_type(statement, Status.ASSERTED) == expected


def test_an_edge_shows_the_same_belief_as_its_statement() -> None:
    knowledge = graph(source("s", says("a promotes b"), says("a promotes c"), says("c promotes b")))
    rows = laid_out(knowledge)
    identifier = statement_id(curie("a"), "promotes", curie("b"))

    node = rows.nodes[NodeKey("Statement", identifier)]
    [edge] = [p for k, p in rows.links.items() if k.id == identifier]

    assert node["belief"] == edge["belief"] == 0.855
    assert node["net"] is edge["net"] is True


def test_an_outcome_points_at_an_entity_or_a_statement() -> None:
    said = says("a promotes b")
    knowledge = graph(
        source("s", said, interventions=[does("stop", "a", outcomes={"b": -1, said.id: 0})])
    )
    rows = laid_out(knowledge)

    found = {k.target: p.get("observed") for k, p in rows.links.items() if k.type == "OUTCOME"}

    assert found == {NodeKey("Entity", curie("b")): -1, NodeKey("Statement", said.id): 0}


def test_changes_lead_from_one_state_to_the_other() -> None:
    a, b, c = (NodeKey("Entity", x) for x in "abc")
    was = {"id": "a", "note": "n", "symbol": "A1"}
    before = Rows({a: was, b: {"id": "b"}}, {LinkKey(a, "IS_A", b): {}})
    now = {"id": "a", "name": "A", "symbol": "A2"}
    after = Rows({a: now, c: {"id": "c"}}, {LinkKey(a, "IS_A", c): {}})

    found = changes_between(before, after)

    assert found.set_nodes == {a: {"name": "A", "note": None, "symbol": "A2"}}
    assert (found.new_nodes, found.new_links) == ({c: {"id": "c"}}, {LinkKey(a, "IS_A", c): {}})
    assert found.set_links == {}
    assert (found.drop_nodes, found.drop_links) == ([b], [LinkKey(a, "IS_A", b)])
    assert not changes_between(after, after)
    assert not Changes()


def test_the_vocabulary_travels_beside_the_rows() -> None:
    knowledge = graph(source("s", says("a promotes b")))

    assert knowledge_from(laid_out(knowledge), VOCABULARY).vocabulary == VOCABULARY


# --- what people see in Neo4j Browser -----------------------------------------------------------


def test_an_edge_names_its_papers_its_setting_and_its_strata() -> None:
    first = Study(id="first", pmid="123", citation="Doe et al., Nature 2015;1:2")
    mouse = says("a promotes b", species="mouse", study_system="mouse_in_vivo", phase="withdrawal")
    human = says("a promotes b", species="human", study_system="human_observational",
                 condition="at rest")  # fmt: skip
    against = says("a promotes b", role="refutes", species="rat", condition="in doubt")
    knowledge = graph(
        source("one", mouse, study=first),
        source("two", human, study=Study(id="second", pmid="45")),
        source("three", against, study=Study(id="third", pmid="6")),
    )
    rows = laid_out(knowledge)
    [edge] = [found for key, found in rows.links.items() if key.type == "PROMOTES"]

    assert edge["pmids"] == ["123", "45"]
    assert edge["species"] == ["human", "mouse"]
    assert edge["condition"] == ["at rest"]
    [statement] = [found for key, found in rows.nodes.items() if key.label == "Statement"]
    strata = {name: value for name, value in statement.items() if name.startswith("belief_")}
    assert strata.keys() == {"belief_animal_withdrawal", "belief_human_withdrawal"}
    assert strata == {name: edge[name] for name in strata}
    assert max(strata.values()) == statement["belief"]


def test_evidence_and_studies_are_captioned_by_author_and_year() -> None:
    cited = Study(id="first", citation="Doe et al., Nature 2015;1:2")
    rows = laid_out(
        graph(
            source("one", says("a promotes b"), study=cited),
            source("two", says("a promotes b"), study=Study(id="second", citation="in press")),
            source("three", says("a promotes b"), study=None, type_="press"),
        )
    )
    captions = sorted(
        found["cited"] for key, found in rows.nodes.items() if key.label == "Evidence"
    )
    studies = {key.id: found for key, found in rows.nodes.items() if key.label == "Study"}

    assert captions == ["Doe et al. 2015", "three", "two"]
    assert (studies["first"]["cited"], studies["first"]["year"]) == ("Doe et al. 2015", 2015)
    assert (studies["second"]["cited"], "year" in studies["second"]) == ("second", False)


def test_every_caption_of_neo4j_browser_is_a_property_of_what_it_captions(
    shipped: Knowledge,
) -> None:
    style = (Path(web.__file__).parent / "guide.grass").read_text("utf-8")
    captions = dict(re.findall(r'^(?:node|relationship)\.(\w+) .*caption: "{(\w+)}"', style, re.M))
    rows = laid_out(shipped)
    nodes = [(key.label, found) for key, found in rows.nodes.items()]
    links = [(key.type, found) for key, found in rows.links.items()]

    assert {captions["Evidence"], captions["Study"]} == {"cited"}
    for name, found in (*nodes, *links):
        if name in captions:
            assert captions[name] in found


def test_a_graph_of_a_version_without_captions_is_read_and_brought_up_to_date() -> None:
    knowledge = graph(
        source("one", says("a promotes b"), study=Study(id="s", citation="X, Y 2015;1"))
    )
    now, before = laid_out(knowledge), laid_out(knowledge)
    for found in (*before.nodes.values(), *before.links.values()):
        for name in [
            n for n in found if n in ("cited", "year", "pmids") or n.startswith("belief_")
        ]:
            del found[name]
    changes = changes_between(before, now)

    assert knowledge_from(before, knowledge.vocabulary).contributions == knowledge.contributions
    assert {key.label for key in changes.set_nodes} == {"Evidence", "Study", "Statement"}
    assert not changes.new_nodes
    assert not changes.drop_nodes
