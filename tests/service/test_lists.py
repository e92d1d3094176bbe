"""What joins a list is what listing every statement and every two steps gives."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Graph
from graphs import LETTERS, curie, entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.selection import Filters
from immunograph.names.lists import ListedName, read_list
from immunograph.search.paths import stop_flag
from immunograph.service import lists
from immunograph.service.view import View


def resolved(where: Knowledge, text: str) -> list[lists.Resolved]:
    lexicon = Lexicon(where.entities.values())
    return lists.resolve(read_list(text.encode()), lexicon, lambda name: [("s", name)])


def subgraph(view: View, text: str, *, steps: int = 1) -> dict[str, Any]:
    names = resolved(view.full, text)
    statements, beside = lists.subgraph(view, names, steps=steps)
    return {**beside, "items": [(s.subject, s.effect, s.object) for s in statements]}


@given(knowledge=graphs(), chosen=st.sets(st.sampled_from(LETTERS)), steps=st.integers(1, 2))
@settings(max_examples=80)
def test_a_subgraph_holds_every_signed_way_of_so_many_steps(
    knowledge: Knowledge, chosen: set[str], steps: int
) -> None:
    view, members = view_of(knowledge), {curie(name) for name in chosen}
    joined = lists.among(view, dict.fromkeys(members), steps=steps, stop=stop_flag())
    expected = {
        one.id
        for one in knowledge.statements.values()
        if one.sign
        and {one.subject, one.object} <= members
        and view.derivation.assessments[one.id].belief > 0
    }
    members_only = {s.id for s in joined.statements if {s.subject, s.object} <= members}
    assert members_only == expected
    brute = Graph(knowledge)
    between = {
        walk.entities[1]
        for start in members
        for end in members - {start}
        for walk in brute.paths([start], [end], sign=None, max_steps=steps)
        if len(walk.signs) == 2 and all(walk.signs) and walk.entities[1] not in members
    }
    assert set(joined.between) == between
    for one in joined.statements:
        ends = {one.subject, one.object}
        assert ends & members
        assert ends <= members | between


KNOWLEDGE = graph(
    source(
        "one",
        says("r promotes a"),
        says("r promotes b"),
        says("r inhibits c"),
        says("r inhibits d"),
        says("x promotes a"),
        says("a promotes b"),
        says("b inhibits y"),
        says("y promotes c"),
        says("z promotes e"),
    ),
    entities=[entity("z", abstract=True)],
)


def test_what_is_not_found_is_told_and_costs_nothing() -> None:
    found = subgraph(view_of(KNOWLEDGE), "a\nb\nnobody\n\t1\n")
    assert found["items"] == [("itm:a", "promotes", "itm:b")]
    assert found["counts"] == {"found": 2, "ambiguous": 0, "unknown": 1, "unreadable": 1}
    unmatched = found["unmatched"]
    assert [(one["line"], one["status"]) for one in unmatched] == [
        (3, "unknown"),
        (4, "unreadable"),
    ]
    assert unmatched[0]["set_aside"] == [{"source": "s", "why": "nobody"}]
    assert found["regulators"] is None


def test_two_steps_lead_over_what_is_not_listed() -> None:
    view = view_of(KNOWLEDGE)
    assert subgraph(view, "b\nc")["items"] == []
    found = subgraph(view, "b\nc", steps=2)
    assert {*found["items"]} == {
        ("itm:b", "inhibits", "itm:y"),
        ("itm:y", "promotes", "itm:c"),
    }
    between = found["between"]
    assert [one["id"] for one in between] == ["itm:y"]


def test_a_filter_leaves_out_what_it_leaves_out_everywhere() -> None:
    view = view_of(KNOWLEDGE, filters=Filters(species=("human",)))
    assert subgraph(view, "a\nb\nr")["items"] == []


def test_the_regulator_of_a_list_comes_first() -> None:
    found = subgraph(view_of(KNOWLEDGE), "a\t2\nb\t1\nc\t-1\nd\t-3")["regulators"]
    assert (found["listed"], found["up"], found["down"]) == (4, 2, 2)
    best, *others = found["items"]
    assert (best["entity"]["name"], best["state"]) == ("r", "increased")
    assert (best["agree"], best["disagree"], best["targets"]) == (4, 0, 4)
    assert {one["entity"]["name"] for one in others} == {"a", "x", "y"}
    assert all(best["p"] < one["p"] and best["q"] <= one["q"] for one in others)
    turned = subgraph(view_of(KNOWLEDGE), "a\t-2\nb\t-1\nc\t1\nd\t3")["regulators"]
    assert turned["items"][0]["state"] == "decreased"


def test_an_entity_with_both_directions_has_none() -> None:
    found = subgraph(view_of(KNOWLEDGE), "a\tup\nitm:a\tdown\nb\tup")
    asked = found["question"]
    a, b = asked["entities"]
    assert (a["names"], a["sign"], a["contradicted"]) == (["a", "itm:a"], None, True)
    assert (b["names"], b["sign"], b["contradicted"]) == (["b"], 1, False)


def test_a_name_is_looked_up_once_and_told_as_often_as_it_stands_there() -> None:
    found = resolved(KNOWLEDGE, "a\tup\na\tdown")
    assert [(one.listed.line, one.listed.sign) for one in found] == [(1, 1), (2, -1)]
    assert lists.members(found)["itm:a"].names == ("a",)


def test_many_unknown_names_are_not_all_searched_for() -> None:
    names = [ListedName(n, f"thing{n}") for n in range(lists.MOST_SUGGESTED + 50)]
    lexicon = Lexicon([entity("thing one"), *(entity(f"thing{n}x") for n in range(500))])
    found = lists.resolve(names, lexicon, lambda name: [])
    assert {one.status for one in found} == {"unknown"}
    assert not any(one.suggestions for one in found[lists.MOST_SUGGESTED :])
