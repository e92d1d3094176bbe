"""Look-ups list what is left, in order, and refuse words that they do not know."""

from __future__ import annotations

import hashlib
from math import prod
from pathlib import Path
from typing import Any

import pytest

from graphs import Says, curie, does, entity, graph, names, says, source, view_of
from immunograph.domain.model import Locator, Study
from immunograph.domain.selection import Filters, Without
from immunograph.errors import BadQuestion, NotFound
from immunograph.service import listings, shapes
from immunograph.service.view import View
from immunograph.service.words import Words

STRONG, WEAK = says("a promotes b"), says("b inhibits c", hedged=True)
STEP, LINK = says("c step_of d"), says("a correlated_with c", basis="headline")
CAUTION = says("a cautions c", says="Not in patients.", human_unknown=True)
KNOWLEDGE = graph(
    source(
        "s",
        STRONG,
        STEP,
        LINK,
        CAUTION,
        interventions=[
            does("hope", "b", status="proposed"),
            does("block a", "a", outcomes={"b": -1}),
            does("block x", "x", outcomes={STRONG.id: -1}),
        ],
    ),
    source("t", WEAK, says("a promotes b", role="refutes")),
    entities=[entity("a", "kin")],
)


def listed(view: View | None = None, **asked: Any) -> list[str]:
    """The ids of the statements that match."""
    return [one.id for one in listings.statements(view or view_of(KNOWLEDGE), **asked)]


def test_statements_come_most_believed_first() -> None:
    beliefs = [view_of(KNOWLEDGE).derivation.assessments[i].belief for i in listed()]

    assert len(beliefs) == 5
    assert beliefs == sorted(beliefs, reverse=True)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"entity": curie("b")}, [STRONG, WEAK]),
        ({"entity": curie("b"), "direction": "out"}, [WEAK]),
        ({"entity": curie("b"), "direction": "in"}, [STRONG]),
        ({"subject": curie("a"), "object_": curie("c")}, [LINK, CAUTION]),
        ({"cls": "structural"}, [STEP]),
        ({"effect": "inhibits"}, [WEAK]),
        ({"effect": "step_of"}, [STEP]),
        ({"status": "unknown"}, [CAUTION]),
        ({"source": "t"}, [WEAK, STRONG]),
        ({"study": "study-of-s"}, [STRONG, STEP, LINK, CAUTION]),
        ({"source": "t", "effect": "promotes"}, [STRONG]),
        ({"predicate": "correlated_with"}, [LINK]),
        ({"effect": "Inhibits"}, [WEAK]),
        ({"effect": "INHIBIT"}, [WEAK]),
        ({"effect": "step-of"}, [STEP]),
        ({"predicate": "Correlated with"}, [LINK]),
        ({"status": "Unknown"}, [CAUTION]),
        ({"cls": "Structural"}, [STEP]),
        ({"cls": "associations"}, [LINK]),
        ({"entity": curie("b"), "direction": "OUT"}, [WEAK]),
        ({"study": "study:study-of-s", "effect": "inhibits"}, []),
        ({"words": Words("a promotes")}, [STRONG]),
        ({"words": Words("step")}, [STEP]),
        ({"words": Words("patients")}, [CAUTION]),
        ({"words": Words("b"), "effect": "inhibits"}, [WEAK]),
        ({"words": Words("no such entity", entity=curie("d"))}, [STEP]),
        ({"words": Words("patient promotes")}, []),
    ],
)
def test_statements_match_all_that_is_asked_for(
    asked: dict[str, Any], expected: list[Says]
) -> None:
    assert set(listed(**asked)) == {one.id for one in expected}


def test_min_belief_spares_structure_and_cautions() -> None:
    view = view_of(KNOWLEDGE, filters=Filters(min_belief=0.5))

    assert set(listed(view)) == {WEAK.id, STEP.id, CAUTION.id}


def test_what_is_left_out_is_not_listed() -> None:
    view = view_of(
        KNOWLEDGE,
        without=Without(entities=frozenset({curie("d")}), statements=frozenset({LINK.id})),
    )

    assert set(listed(view)) == {STRONG.id, WEAK.id, CAUTION.id}


@pytest.mark.parametrize(
    ("parameter", "word"),
    [
        ("cls", "cause"),
        ("status", "sure"),
        ("direction", "up"),
        ("effect", "likes"),
        ("predicate", "activates"),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_those_that_are(parameter: str, word: str) -> None:
    with pytest.raises(BadQuestion, match=rf"No \w+ '{word}'\. Known: ") as caught:
        asked: dict[str, Any] = {parameter: word}
        listed(None, **asked)

    assert caught.value.details["parameter"] == {"cls": "class"}.get(parameter, parameter)
    assert len(caught.value.details["known"]) > 1


@pytest.mark.parametrize("parameter", ["source", "study"])
def test_a_source_or_study_that_is_not_loaded_is_not_found(parameter: str) -> None:
    asked: dict[str, Any] = {parameter: "u"}
    with pytest.raises(NotFound, match=f"No {parameter} 'u'"):
        listed(None, **asked)


def test_an_entity_is_told_with_its_classes_cautions_and_counts() -> None:
    card = listings.entity_card(view_of(KNOWLEDGE), curie("a"))

    assert names(one["id"] for one in card["is_a"]) == ["kin"]
    assert [one["says"] for one in card["cautions"]] == [["Not in patients."]]
    assert card["counts"] == {
        "statements": 3,
        "by_class": {"association": 1, "causal": 1, "caution": 1},
        "by_effect": {"cautions": 1, "correlated_with": 1, "promotes": 1},
        "by_status": {"asserted": 2, "unknown": 1},
    }
    assert names(
        one["id"] for one in listings.entity_card(view_of(KNOWLEDGE), curie("kin"))["members"]
    ) == ["a"]


def test_a_statement_is_told_with_its_evidence_and_the_interventions_on_it() -> None:
    card = listings.statement_card(view_of(KNOWLEDGE), STRONG.id, documents=None)

    assert {one["role"] for one in card["evidence"]} == {"supports", "refutes"}
    assert [one["name"] for one in card["interventions"]] == ["block a", "block x"]
    assert card["effect"] == "promotes"
    assert listings.statement_card(view_of(KNOWLEDGE), STEP.id, documents=None)["effect"] is None


def test_a_belief_is_reckoned_from_the_factors_of_its_evidence() -> None:
    card = listings.statement_card(view_of(KNOWLEDGE), STRONG.id, documents=None)
    reckoned = card["reckoning"]
    assert reckoned is not None
    best: dict[tuple[str, str], float] = {}
    for one in reckoned["evidence"]:
        assert one["p"] == pytest.approx(prod(one["factors"].values()))
        voice = (one["role"], one["lineage"])
        best[voice] = max(best.get(voice, 0.0), one["p"])

    def together(role: str) -> float:
        return 1 - prod(1 - p for (own, _), p in best.items() if own == role)

    assert reckoned["support"] == pytest.approx(together("supports"), abs=1e-6)
    assert reckoned["belief"] == card["belief"]
    assert card["belief"] == pytest.approx(
        together("supports") * (1 - together("refutes")), abs=1e-6
    )


def test_a_source_says_whether_it_speaks_for_or_against_each_statement() -> None:
    view = view_of(KNOWLEDGE)
    roles = {
        (one["id"], said["role"])
        for source in KNOWLEDGE.contributions
        for one in shapes.whole_source(view, source)["statements"]
        for said in one["said"]
    }
    assert {(STRONG.id, "supports"), (STRONG.id, "refutes")} <= roles


def test_a_passage_is_shown_only_where_the_document_is_at_hand_and_the_hash_matches(
    tmp_path: Path,
) -> None:
    text = "Traps möve."
    (tmp_path / "doc.txt").write_bytes(text.encode())
    right = hashlib.sha256(text[6:10].encode()).hexdigest()

    def shown(document: str, sha256: str, documents: Path | None) -> str | None:
        locator = Locator(document=document, start=6, end=10, sha256=sha256)
        [evidence] = graph(source("s", says("a promotes b", locator=locator))).evidence_of(
            says("a promotes b").id
        )
        return listings.passage(documents, evidence)

    assert shown("doc.txt", right, tmp_path) == "möve"
    assert shown("doc.txt", "0" * 64, tmp_path) is None
    assert shown("other.txt", right, tmp_path) is None
    assert shown("doc.txt", right, None) is None
    assert shown("../doc.txt", right, tmp_path / "inside") is None


def test_conflicts_that_nothing_resolves_come_first() -> None:
    knowledge = graph(
        source("s", says("a promotes b", species="human"), says("c promotes d")),
        source("t", says("a inhibits b", species="mouse"), says("c inhibits d")),
    )
    view = view_of(knowledge)

    found = listings.conflicts(view)

    assert [one.resolved_by for one in found] == [None, "species or system"]
    assert shapes.conflict(view, found[0])["conflict"] == 1.0
    left = view_of(knowledge, without=Without(statements=frozenset({says("c inhibits d").id})))
    assert [one.resolved_by for one in listings.conflicts(left)] == ["species or system"]


def test_conflicts_are_those_of_an_entity_at_either_end_on_request() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("c promotes d")),
        source("t", says("a inhibits b"), says("c inhibits d")),
    )
    view = view_of(knowledge)

    def of(name: str) -> list[set[str]]:
        found = listings.conflicts(view, entity=curie(name))
        return [set(one.statements) for one in found]

    first = {says("a promotes b").id, says("a inhibits b").id}
    second = {says("c promotes d").id, says("c inhibits d").id}
    assert [of(name) for name in "abcd"] == [[first], [first], [second], [second]]
    assert of("x") == []


def test_interventions_come_tested_first_and_by_target_or_outcome() -> None:
    view = view_of(KNOWLEDGE)

    def found(**asked: Any) -> list[str]:
        return [one.name for one in listings.interventions(view, **asked)]

    assert found() == ["block a", "block x", "hope"]
    assert found(entity=curie("b")) == ["block a", "hope"]
    assert found(status="proposed") == found(status="Proposed") == ["hope"]
    assert found(words=Words("Blocks")) == ["block a", "block x", "hope"]
    assert found(words=Words("block"), status="TESTED") == ["block a", "block x"]
    assert found(words=Words("hop")) == []
    assert found(words=Words("a")) == ["block a", "block x"]
    assert found(words=Words("any", entity=curie("x"))) == ["block x"]
    with pytest.raises(BadQuestion, match="No status 'done'"):
        found(status="done")


def test_a_study_tells_what_rests_on_it_alone() -> None:
    knowledge = graph(
        source("paper", says("a promotes b"), says("b promotes c"), study="one"),
        source("news", says("b promotes c"), study="one", type_="press"),
        source("other", says("a promotes b")),
    )
    view = view_of(knowledge)

    one = shapes.study(view, "one")

    assert one["sources"] == ["news", "paper"]
    assert set(one["statements"]) == {says("a promotes b").id, says("b promotes c").id}
    assert one["alone"] == [says("b promotes c").id]
    assert shapes.alone_of(view, {"news"}) == []


SHELF = view_of(
    graph(
        source(
            "wading-abstract",
            says("a promotes b"),
            study=Study(
                id="wading-2011",
                title="How herons hunt in tumor fluid",
                citation="Ardea et al., J Birds 2011;4:1",
                doi="10.1111/Wade.2011",
                pmid="21111111",
            ),
            type_="abstract",
            published="2011",
            outlet="Journal of Birds",
        ),
        source("wading-news", says("a promotes b"), study="wading-2011", type_="press",
               published="2011-04-05"),
        source("shore", says("b promotes c"), published="2012", type_="review"),
        source("background", says("c promotes d"), type_="curator"),
    )
)  # fmt: skip
ABSTRACT, NEWS, SHORE, BACKGROUND = "wading-abstract", "wading-news", "shore", "background"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [BACKGROUND, SHORE, ABSTRACT, NEWS]),
        ({"type_": "Press"}, [NEWS]),
        ({"type_": "abstracts"}, [ABSTRACT]),
        ({"tier": "press"}, [NEWS]),
        ({"tier": "Primary"}, [ABSTRACT]),
        ({"tier": "PRIMARY-abstract"}, [ABSTRACT]),
        ({"year": 2011}, [ABSTRACT, NEWS]),
        ({"year": 2012}, [SHORE]),
        ({"year": 2010}, []),
        ({"study": "pmid:21111111"}, [ABSTRACT, NEWS]),
        ({"study": "wading-2011", "type_": "press"}, [NEWS]),
        ({"words": Words("birds")}, [ABSTRACT, NEWS]),
        ({"words": Words("journal of birds")}, [ABSTRACT]),
        ({"words": Words("heron tumours")}, [ABSTRACT, NEWS]),
        ({"words": Words("https://doi.org/10.1111/wade.2011")}, [ABSTRACT, NEWS]),
        ({"words": Words("21111111")}, [ABSTRACT, NEWS]),
        ({"words": Words("shore")}, [SHORE]),
        ({"words": Words("2111111")}, []),
        ({"words": Words("wade")}, [ABSTRACT, NEWS]),
        ({"words": Words("hun")}, []),
    ],
)
def test_sources_match_all_that_is_asked_for(asked: dict[str, Any], expected: list[str]) -> None:
    assert [one.id for one in listings.sources(SHELF, **asked)] == expected


@pytest.mark.parametrize(
    ("asked", "value"),
    [({"type_": "gossip"}, "gossip"), ({"type_": "abstra"}, "abstra"), ({"tier": "poor"}, "poor")],
)
def test_a_type_or_tier_that_is_not_known_is_refused(asked: dict[str, Any], value: str) -> None:
    with pytest.raises(BadQuestion, match=f"'{value}'. Known: .*press") as caught:
        listings.sources(SHELF, **asked)

    assert [caught.value.details["parameter"]] == [name.strip("_") for name in asked]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Ardea", ["wading-2011"]),
        ("herons hunting", []),
        ("TUMOUR fluids", ["wading-2011"]),
        ("doi:10.1111/WADE.2011", ["wading-2011"]),
        ("PMID 21111111", ["wading-2011"]),
        ("j birds 2011", ["wading-2011"]),
        ("study", ["study-of-shore"]),
        ("10.1111/wade.2012", []),
        ("ard", []),
    ],
)
def test_studies_match_words_and_papers(words: str, expected: list[str]) -> None:
    assert listings.studies(SHELF, words=Words(words)) == expected


@pytest.mark.parametrize(
    ("words", "text", "stands"),
    [
        ("neutro", "neutrophil", True),
        ("neutrophils", "neutrophil elastase", True),
        ("tumor", "breast tumour", True),
        ("beta-interferon", "interferon β", True),
        ("IL-17A", "IL-17A", True),
        ("traps", "NET trap", True),
        ("MET", "metastasis", False),
        ("CCL2", "CCL20", False),
        ("NET", "neutrophil", False),
        ("elastase cell", "neutrophil elastase", False),
        ("kill", "skill", False),
        ("IL-1", "IL-17A", False),
    ],
)
def test_a_word_stands_for_itself_and_for_what_begins_so_if_it_is_long(
    words: str, text: str, *, stands: bool
) -> None:
    assert Words(words).match([text]) is stands


@pytest.mark.parametrize("text", ["-", "???", "  ", "_/_"])
def test_what_holds_no_word_cannot_be_looked_for(text: str) -> None:
    with pytest.raises(BadQuestion, match="no word") as caught:
        Words(text)

    assert caught.value.details["parameter"] == "q"
