"""The shipped queries on the founding sources: what they return, and that it is right.

Where Cypher answers what the service answers too, the two are held against each other.
"""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from random import Random
from typing import Any, LiteralString, cast

import neo4j
import pytest

from immunograph.domain.knowledge import Knowledge
from immunograph.folders import folder
from immunograph.questions.blockers import BLOCKERS
from immunograph.questions.influence import INFLUENCE
from immunograph.questions.loops import LOOPS
from immunograph.questions.paths import PATHS
from immunograph.questions.statements import STATEMENTS
from immunograph.seeds.folder import Seed, read_seed
from immunograph.seeds.reading import Reader
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue, Query
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

QUERIES = folder("queries")
CATALOGUE = Catalogue.read(QUERIES)
ENDS = ("metastasis", "lung metastasis", "tumour growth")
Rows = list[dict[str, Any]]


@pytest.fixture
def service(loaded_graph: Graph) -> Service:
    return Service(loaded_graph, catalogue=CATALOGUE)


@pytest.fixture
def names(founding: Seed) -> list[str]:
    """The name of every entity that the founding sources use."""
    knowledge = Knowledge(founding.vocabulary, founding.contributions)
    return sorted(entity.name for entity in knowledge.entities.values())


def rows_of(graph: Graph, name: str, **given: str) -> Rows:
    query = CATALOGUE.query(name)
    return graph.read(query.cypher, query.values(given))


@pytest.mark.parametrize("query", CATALOGUE.queries, ids=lambda query: query.name)
def test_a_query_returns_the_columns_that_it_declares(
    query: Query, loaded_graph: Graph, driver: neo4j.Driver
) -> None:
    with driver.session(database="neo4j", default_access_mode="READ") as session:
        result = session.run(cast(LiteralString, query.cypher), query.values({}))
        assert tuple(result.keys()) == query.columns
        for record in result:
            assert all(_is_plain(value) for value in record.values())


def _is_plain(value: object) -> bool:
    """Whether JSON can say it: no node, relationship or path."""
    if isinstance(value, list):
        return all(_is_plain(one) for one in cast("list[object]", value))
    return value is None or isinstance(value, str | int | float | bool)


@pytest.mark.parametrize("query", CATALOGUE.queries, ids=lambda query: query.name)
def test_a_query_file_pastes_into_neo4j_browser_as_it_stands(
    query: Query, loaded_graph: Graph
) -> None:
    text = (QUERIES / f"{query.name}.cypher").read_text("utf-8")
    assert f"// {query.browser}\n" in text
    assert loaded_graph.read(text, query.values({})) == rows_of(loaded_graph, query.name)


@pytest.mark.parametrize("query", CATALOGUE.queries, ids=lambda query: query.name)
def test_a_query_shows_something_with_its_defaults(query: Query, loaded_graph: Graph) -> None:
    rows = rows_of(loaded_graph, query.name)
    assert bool(rows) is (query.name != "conflicts-and-resolvers")  # the five hold no conflict


def test_metastasis_is_promoted_by_what_promotes_a_kind_of_it(loaded_graph: Graph) -> None:
    rows = rows_of(loaded_graph, "what-promotes-spread")
    found = {(row["entity"], row["spread"]): row for row in rows}
    assert rows[0]["entity"] == "neutrophil"
    assert rows[0]["belief"] == 0.54
    assert found["annexin A6", "lung metastasis"]["human"] == "unknown"
    assert found["neutrophil extracellular trap", "metastasis"]["belief"] == 0.23275
    assert ("immune system", "metastasis") not in found  # it inhibits


def test_the_spread_may_be_named_by_id(loaded_graph: Graph) -> None:
    by_name = rows_of(loaded_graph, "what-promotes-spread", spread="lung metastasis")
    by_id = rows_of(loaded_graph, "what-promotes-spread", spread="itm:lung-metastasis")
    assert {row["entity"] for row in by_name} == {"annexin A6", "monocyte"}
    assert by_id == by_name


def test_a_hypothesised_deed_comes_last_with_belief_zero(loaded_graph: Graph) -> None:
    (row,) = rows_of(
        loaded_graph, "what-an-entity-does", entity="chemotherapy-resistant cancer cell"
    )
    assert (row["object"], row["status"], row["belief"]) == ("metastasis", "hypothesised", 0.0)


@pytest.mark.parametrize("target", ENDS)
def test_signed_paths_are_those_of_the_service(
    target: str, service: Service, loaded_graph: Graph, names: list[str]
) -> None:
    compared = 0
    for source in names:
        if source == target:
            continue
        found = PATHS.ask(service, source=[source], target=[target], max_steps=4, limit=100)
        wanted = [
            (p["effect"], p["cost"], [step["statement"] for step in p["steps"]])
            for p in found["paths"]
        ]
        rows = rows_of(loaded_graph, "signed-paths", source=source, target=target, limit="100")
        assert [(r["effect"], r["cost"], r["statements"]) for r in rows] == wanted, source
        for row, path in zip(rows, found["paths"], strict=True):
            # The server rounds halves in the sixth place otherwise.
            assert row["belief"] == pytest.approx(path["belief"], abs=1.5e-6)
            weakest = path["steps"][path["weakest"]]
            assert row["weakest"].startswith(weakest["subject"]["name"])
            assert row["weakest"].endswith(weakest["object"]["name"])
            assert row["net"] == [step["net"] for step in path["steps"]]
        compared += len(rows)
    assert compared >= 3


def test_a_path_is_drawn_with_its_signs(loaded_graph: Graph) -> None:
    rows = rows_of(loaded_graph, "signed-paths", source="beta-interferon", target="metastasis")
    assert {row["effect"] for row in rows} == {"inhibits"}
    assert [(row["path"], row["net"]) for row in rows] == [
        (
            "beta-interferon ─┤ connection of the tumour to vessels ─▶ metastasis",
            [True, False],
        ),
        (
            "beta-interferon ─┤ growth factor made by immune cells ─▶ "
            "connection of the tumour to vessels ─▶ metastasis",
            [False, False, False],
        ),
    ]


@pytest.mark.parametrize("target", ENDS)
def test_single_blockers_are_those_of_the_service(
    target: str, service: Service, loaded_graph: Graph, names: list[str]
) -> None:
    compared = 0
    for source in names:
        if source == target:
            continue
        found = BLOCKERS.ask(service, source=[source], target=[target], max_steps=4, max_size=1)
        wanted = {each["entities"][0]["id"] for each in found["sets"]}
        rows = rows_of(loaded_graph, "blockers-of-one", source=source, target=target)
        assert {row["entity_id"] for row in rows} == wanted, source
        compared += len(rows)
    assert compared >= 3


def test_a_blocker_comes_with_the_interventions_that_hit_it(loaded_graph: Graph) -> None:
    rows = rows_of(loaded_graph, "blockers-of-one")
    assert rows[0]["entity"] == "monocyte"
    assert rows[0]["tested"] == ["block monocytes during chemotherapy"]
    assert rows[0]["proposed"] == ["add a monocyte inhibitor to neoadjuvant chemotherapy"]
    assert {row["entity"] for row in rows[1:]} == {"CCL2", "outgrowth in the lung"}


def test_feedback_loops_are_those_of_the_service(
    service: Service, loaded_graph: Graph, names: list[str]
) -> None:
    compared = 0
    for entity in names:
        found = LOOPS.ask(service, entity=entity, max_steps=6, limit=100)["items"]
        wanted = [(one["kind"], [s["statement"] for s in one["steps"]]) for one in found]
        rows = rows_of(loaded_graph, "feedback-loops", entity=entity, limit="100")
        assert [(row["kind"], row["statements"]) for row in rows] == wanted, entity
        compared += len(rows)
    assert compared >= 4  # the loop of beta-interferon, from each of its entities


def test_influence_is_that_of_the_service(
    service: Service, loaded_graph: Graph, names: list[str]
) -> None:
    compared = 0
    for entity in names:
        found = INFLUENCE.ask(service, entity=entity, max_steps=4, limit=1000)["items"]
        wanted = {(one["entity"]["id"], one["effect"]): one for one in found}
        rows = rows_of(loaded_graph, "influence-downstream", entity=entity, limit="1000")
        assert {(row["entity_id"], row["effect"]) for row in rows} == wanted.keys(), entity
        for row in rows:
            one = wanted[row["entity_id"], row["effect"]]
            assert (row["cost"], row["steps"], row["via"]) == (
                one["cost"],
                one["steps"],
                one["via_names"],
            )
        compared += len(rows)
    assert compared > 50


# --- on the whole library, whose steps do not all join -------------------------------------------


@pytest.fixture(scope="module")
def library() -> Seed:
    """All sources that are shipped."""
    return read_seed(folder("seed"))


@pytest.fixture
def whole(graph: Graph, library: Seed) -> Service:
    """A service on the whole library."""
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    loader.put_all(library.contributions, library.vocabulary)
    for source in graph.read("MATCH (s:Source) RETURN s.id AS id", {}):
        if source["id"] not in {one.source.id for one in library.contributions}:
            loader.withdraw(source["id"])
    return Service(graph, catalogue=CATALOGUE)


def test_where_steps_do_not_join_queries_answer_as_the_service_does(
    whole: Service, graph: Graph, library: Seed
) -> None:
    knowledge = Knowledge(library.vocabulary, library.contributions)
    chance = Random(20)
    starts = sorted(i for i in knowledge.entities if knowledge.out_of(i))
    ends = sorted(i for i in knowledge.entities if knowledge.into(i))
    pairs = [(chance.choice(starts), chance.choice(ends)) for _ in range(150)]
    compared = 0
    for source, target in pairs:
        if source == target:
            continue
        found = PATHS.ask(whole, source=[source], target=[target], max_steps=4, limit=100)
        wanted = [(p["cost"], [step["statement"] for step in p["steps"]]) for p in found["paths"]]
        rows = rows_of(graph, "signed-paths", source=source, target=target, limit="100")
        assert [(row["cost"], row["statements"]) for row in rows] == wanted, (source, target)
        compared += len(rows)
    assert compared > 20
    for entity in chance.sample(starts, 10):
        reached = INFLUENCE.ask(whole, entity=entity, max_steps=4, limit=1000)["items"]
        rows = rows_of(graph, "influence-downstream", entity=entity, limit="1000")
        assert [(row["entity_id"], row["effect"], row["cost"]) for row in rows] == [
            (one["entity"]["id"], one["effect"], one["cost"]) for one in reached
        ], entity
        loops = LOOPS.ask(whole, entity=entity, max_steps=6, limit=100)["items"]
        rows = rows_of(graph, "feedback-loops", entity=entity, limit="100")
        assert [row["statements"] for row in rows] == [
            [step["statement"] for step in one["steps"]] for one in loops
        ], entity


def test_the_marks_of_joints_stand_on_the_edges(whole: Service, graph: Graph) -> None:
    found = graph.read(
        "MATCH ()-[r:PROMOTES|INHIBITS]->(b:Entity) WHERE r.number "
        "RETURN r.id AS id, b.name AS object, r.predicate AS verb ORDER BY id",
        {},
    )
    assert {row["object"] for row in found} >= {"malignant cell"}
    [cells] = graph.read(
        "MATCH ()-[r]->() WHERE r.object_cell IS NOT NULL OR r.subject_cell IS NOT NULL "
        "RETURN count(r) AS many, count(CASE WHEN r.step THEN 1 END) AS steps",
        {},
    )
    assert cells["many"] >= cells["steps"] > 0


def test_evidence_of_a_derived_step_names_its_study(loaded_graph: Graph) -> None:
    (row,) = rows_of(loaded_graph, "evidence-of-a-step")
    assert row["role"] == "supports"
    assert row["derived"] is True
    assert row["basis"] == "perturbation"
    assert (row["source"], row["study"]) == ("news-2019-chemotherapy", "keklikoglou-2019")
    assert row["systems"] == ["animal_in_vivo"]
    assert row["retracted"] is False


def test_press_only_statements_are_those_that_the_service_marks(
    service: Service, loaded_graph: Graph
) -> None:
    rows = rows_of(loaded_graph, "press-only-statements", limit="1000")
    listed = STATEMENTS.ask(service, cls="causal", limit=1000)["items"]
    assert {row["statement_id"] for row in rows} == {
        one["id"] for one in listed if one["press_only"]
    }
    assert all(row["belief"] <= 0.6 for row in rows)
    names = {row["statement"] for row in rows}
    assert "neutrophil releases neutrophil extracellular trap" not in names  # the curator's


def test_statements_of_a_single_study_name_it(service: Service, loaded_graph: Graph) -> None:
    rows = rows_of(loaded_graph, "single-study-statements", limit="1000")
    listed = STATEMENTS.ask(service, cls="causal", limit=1000)["items"]
    assert {row["statement_id"] for row in rows} == {
        one["id"] for one in listed if one["studies"] == 1
    }
    found = {row["statement"]: row for row in rows}
    assert found["annexin A6 promotes lung metastasis"]["study"] == "keklikoglou-2019"
    untraced = found["oncostatin M triggers metastasis"]
    assert (untraced["study"], untraced["traced"]) == ("news-oncostatin", False)


def test_interventions_are_listed_by_status(loaded_graph: Graph) -> None:
    tested = rows_of(loaded_graph, "interventions-tested")
    seen = {(row["intervention"], row["outcome"]): row["observed"] for row in tested}
    assert seen["neutralise annexin A6 during chemotherapy", "lung metastasis"] == -1
    assert (
        seen["block the release of cytokines by neutrophils", "neutrophil promotes metastasis"]
        == -1
    )
    proposed = rows_of(loaded_graph, "interventions-tested", status="proposed")
    assert all(row["observed"] is None for row in proposed)
    assert {row["target"] for row in proposed} == {"monocyte", "oncostatin M"}


def test_a_caution_about_a_class_covers_its_members(loaded_graph: Graph) -> None:
    (row,) = rows_of(loaded_graph, "cautions-for", entity="paclitaxel")
    assert (row["subject"], row["object"]) == ("chemotherapy", "metastasis")
    (row,) = rows_of(loaded_graph, "cautions-for", entity="annexin A6")
    assert row["unknown_in_humans"] is True


def test_the_neighbourhood_grows_by_one_step(loaded_graph: Graph) -> None:
    near = rows_of(loaded_graph, "neighbourhood", entity="oncostatin M")
    far = rows_of(loaded_graph, "neighbourhood", entity="oncostatin M", steps="2", limit="1000")
    assert near
    assert all("oncostatin M" in (row["subject"], row["object"]) for row in near)
    assert [row for row in far if row["away"] == 1] == near
    assert len(far) > len(near)
    assert len({row["statement"] for row in far}) == len(far)


CONTEST = """
id: a-contest
type: abstract
tier: primary_abstract
traceability: doi
title: Neutrophils do both
study: {id: a-contest, title: Neutrophils do both}
statements:
  - subject: neutrophil
    predicate: promotes
    object: lung metastasis
    evidence:
      - {says: They help., basis: observed, context: {stage: seeding}}
  - subject: neutrophil
    predicate: inhibits
    object: lung metastasis
    evidence:
      - {says: They hinder., basis: observed, context: {stage: outgrowth}}
"""


def test_both_sides_of_a_conflict_come_with_what_tells_them_apart(
    loaded_graph: Graph, founding: Seed
) -> None:
    contest = Reader(founding.vocabulary, founding.entities).read(CONTEST.encode(), "contest.yaml")
    assert contest is not None
    loader = Loader(loaded_graph, schema=folder("schema"))
    loader.put(contest, founding.vocabulary)
    try:
        rows = rows_of(loaded_graph, "conflicts-and-resolvers")
    finally:
        loader.withdraw("a-contest")
    resolvers = {(row["promotes"], row["inhibits"]): row["resolved_by"] for row in rows}
    assert resolvers == {
        ("neutrophil promotes lung metastasis", "neutrophil inhibits lung metastasis"): "stage",
        ("neutrophil promotes metastasis", "neutrophil inhibits lung metastasis"): (
            "granularity of the object"
        ),
    }
    assert rows_of(loaded_graph, "conflicts-and-resolvers") == []
