"""The query catalogue: what a query file says is held against its Cypher."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.errors import BadQuestion, BadSource, NotFound
from immunograph.store.catalogue import Catalogue, Parameter, Query, read_query

GOOD = """\
// What does an entity do? Every causal statement that starts at it.
// Most believed first.
// param entity: entity = "neutrophil" — the entity, by name or id
// param least: number = 0.5 — the least belief
// param net: boolean = false — whether to show summaries
// param limit: integer = 50 — how many rows
// returns object, belief
// :param {entity: "neutrophil", least: 0.5, net: false, limit: 50}
MATCH (a {id: $entity})-[r]->(b)
WHERE r.belief >= $least AND r.net = $net AND b.name <> '$text // no comment, no parameter'
RETURN b.name AS object, r.belief AS belief
ORDER BY belief DESC, object
LIMIT $limit
"""


@pytest.fixture
def query() -> Query:
    return read_query("what-an-entity-does", GOOD)


def faults_of(text: str, name: str = "a-query") -> list[tuple[int, str]]:
    with pytest.raises(BadSource) as caught:
        read_query(name, text)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_a_file_becomes_title_description_parameters_columns_and_cypher(query: Query) -> None:
    assert query.title == "What does an entity do?"
    assert query.description == "Every causal statement that starts at it. Most believed first."
    assert query.parameters[0] == Parameter(
        "entity", "entity", "the entity, by name or id", "neutrophil"
    )
    assert [p.default for p in query.parameters] == ["neutrophil", 0.5, False, 50]
    assert query.columns == ("object", "belief")
    assert query.cypher.startswith("MATCH (a")
    assert query.browser == ':param {entity: "neutrophil", least: 0.5, net: false, limit: 50}'


def test_a_title_that_is_a_sentence_loses_its_full_stop() -> None:
    assert read_query(
        "q", "// All of it.\n// returns n\nRETURN 1 AS n ORDER BY n LIMIT 1"
    ).title == ("All of it")


def test_the_card_is_plain_and_says_what_is_required(query: Query) -> None:
    card = query.card()
    assert json.loads(json.dumps(card)) == card
    assert card["parameters"][0] == {
        "name": "entity",
        "type": "entity",
        "meaning": "the entity, by name or id",
        "default": "neutrophil",
        "required": False,
    }


def test_values_are_defaults_where_nothing_is_given(query: Query) -> None:
    assert query.values({}) == {"entity": "neutrophil", "least": 0.5, "net": False, "limit": 50}


def test_text_becomes_values_of_the_declared_types(query: Query) -> None:
    values = query.values({"entity": " CCL2 ", "least": "1e-1", "net": "True", "limit": "7"})
    assert values == {"entity": "CCL2", "least": 0.1, "net": True, "limit": 7}


def test_names_of_entities_are_resolved_defaults_included(query: Query) -> None:
    ids = {"neutrophil": "CL:0000775", "CCL2": "HGNC:10618"}
    assert query.values({}, resolve=ids.__getitem__)["entity"] == "CL:0000775"
    assert query.values({"entity": "CCL2"}, resolve=ids.__getitem__)["entity"] == "HGNC:10618"


@pytest.mark.parametrize(
    ("given", "parameter", "said"),
    [
        ({"entitty": "x"}, "entitty", "has no parameter 'entitty'. It takes entity, least"),
        ({"least": "much"}, "least", "'much', which is no number"),
        ({"least": "nan"}, "least", "no number"),
        ({"limit": "ten"}, "limit", "no integer"),
        ({"limit": "1_000"}, "limit", "no integer"),
        ({"limit": "1" * 30}, "limit", "no integer"),
        ({"limit": "0"}, "limit", "ask for 1 to 1000"),
        ({"limit": "1001"}, "limit", "ask for 1 to 1000"),
        ({"net": "perhaps"}, "net", "no boolean"),
        ({"entity": "  "}, "entity", "no entity"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    query: Query, given: dict[str, str], parameter: str, said: str
) -> None:
    with pytest.raises(BadQuestion) as caught:
        query.values(given)
    assert said in caught.value.message
    assert caught.value.details["parameter"] == parameter


def test_a_parameter_without_a_default_must_be_given() -> None:
    text = (
        "// One? Yes.\n// param entity: entity — which one\n// returns n\n"
        '// :param {entity: "CCL2"}\nRETURN $entity AS n ORDER BY n LIMIT 1'
    )
    query = read_query("q", text)
    assert query.values({"entity": "CCL2"}) == {"entity": "CCL2"}
    with pytest.raises(BadQuestion, match=r"Query 'q' needs entity \(which one\)"):
        query.values({})


@given(st.integers(1, 1000), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_a_value_written_out_is_read_back(limit: int, least: float, net: bool) -> None:
    query = read_query("what-an-entity-does", GOOD)
    values = query.values({"limit": str(limit), "least": repr(least), "net": str(net)})
    assert (values["limit"], values["least"], values["net"]) == (limit, least, net)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("$least", "$most", 9, "$most is used but not declared"),
        ("r.net = $net", "true", 5, "parameter 'net' is declared but $net is not used"),
        ("returns object, belief", "returns object", 7, "returns object, belief; declare them so"),
        ("b.name AS object", "b.name", 9, "name the column `b.name` with AS"),
        ("LIMIT $limit", "// $limit", 9, "the last RETURN wants ORDER BY and LIMIT"),
        ("= 0.5 —", "= half —", 4, "default half is no number"),
        ("= 50 —", '= "50" —', 6, 'default "50" is no integer'),
        ("least: number", "least: float", 4, "'float' is no type; one of text, entity"),
        ("// param least: number = 0.5 — the", "// param least, the", 4, "write `// param name:"),
        ("// :param {entity", "// :param {entty", 8, "for Neo4j Browser, write `// :param {entity"),
        ("// returns object, belief\n", "", 8, "declare the columns"),
        ("// What does an entity do? ", "// ", 1, ""),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    if not said:
        assert read_query("q", text).title == "Every causal statement that starts at it"
        return
    assert any(at == line and said in message for at, message in faults_of(text)), faults_of(text)


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.cypher").write_text("RETURN 1", "utf-8")
    (tmp_path / "Two.cypher").write_text(GOOD.replace("$least", "$most"), "utf-8")
    with pytest.raises(BadSource) as caught:
        Catalogue.read(tmp_path)
    files = {Path(fault.file).name for fault in caught.value.faults}
    assert files == {"one.cypher", "Two.cypher"}
    assert len(caught.value.faults) > 3


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="no query file"):
        Catalogue.read(tmp_path)


def test_a_return_inside_a_subquery_is_not_taken_for_the_last() -> None:
    text = (
        "// One? Yes.\n// returns n, names\n"
        "MATCH (a)\nRETURN a.id AS n, COLLECT { MATCH (a)--(b) RETURN b.name ORDER BY b.name } "
        "AS names\nORDER BY n\nLIMIT 1"
    )
    assert read_query("q", text).columns == ("n", "names")


def test_an_unknown_query_is_answered_with_the_nearest() -> None:
    catalogue = Catalogue((read_query("what-an-entity-does", GOOD),))
    assert catalogue.query("what-an-entity-does").title == "What does an entity do?"
    with pytest.raises(NotFound, match="Did you mean what-an-entity-does") as caught:
        catalogue.query("what-entity-does")
    assert caught.value.details["suggestions"] == ["what-an-entity-does"]
