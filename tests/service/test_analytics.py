"""Influence, blockers, loops and impact are what listing every path gives."""

from __future__ import annotations

from itertools import combinations, permutations
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Graph, Walk
from graphs import LETTERS, curie, does, entity, graph, graphs, names, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution
from immunograph.domain.selection import Filters, Without
from immunograph.inference.derivation import derive
from immunograph.service import analytics
from immunograph.service.view import View

pairs = st.sampled_from(list(permutations(LETTERS, 2)))
effects = st.sampled_from((None, "promotes", "inhibits"))
SIGNS = {"promotes": 1, "inhibits": -1, None: None}


# --- influence ----------------------------------------------------------------------------------


def influence(where: Knowledge, entity_name: str, **more: Any) -> Any:
    """What an entity reaches."""
    asked: dict[str, Any] = {"downstream": True, "effect": None, "max_steps": 4, "limit": 100}
    return analytics.influence(view_of(where), curie(entity_name), **{**asked, **more})


@given(
    knowledge=graphs(),
    start=st.sampled_from(LETTERS),
    downstream=st.booleans(),
    effect=effects,
    max_steps=st.integers(1, 6),
    limit=st.sampled_from((1, 3, 100)),
)
@settings(max_examples=80)
def test_influence_is_the_best_path_of_each_effect_to_each_entity(
    *,
    knowledge: Knowledge,
    start: str,
    downstream: bool,
    effect: str | None,
    max_steps: int,
    limit: int,
) -> None:
    brute = Graph(knowledge)
    here, others = [curie(start)], [curie(x) for x in LETTERS if x != start]
    ends = (here, others) if downstream else (others, here)
    best: dict[tuple[str, int], Walk] = {}
    for walk in brute.paths(*ends, sign=SIGNS[effect], max_steps=max_steps):
        best.setdefault((walk.entities[-1 if downstream else 0], walk.sign), walk)
    expected = sorted(best.values(), key=lambda walk: walk.rank)

    answer = influence(
        knowledge, start, downstream=downstream, effect=effect, max_steps=max_steps, limit=limit
    )

    assert [tuple(item["statements"]) for item in answer["items"]] == [
        walk.statements for walk in expected[:limit]
    ]
    assert [item["cost"] for item in answer["items"]] == [w.cost for w in expected[:limit]]
    assert answer["complete"] == (len(expected) <= limit)
    assert answer["cut_by"] == (None if len(expected) <= limit else "limit")


def test_influence_tells_entity_effect_belief_steps_and_way() -> None:
    knowledge = graph(source("s", says("a promotes b"), says("b inhibits c")))

    down, up = influence(knowledge, "a"), influence(knowledge, "c", downstream=False)

    assert [
        (item["entity"]["name"], item["effect"], item["belief"], item["steps"], item["via"])
        for item in down["items"]
    ] == [("b", "promotes", 0.855, 1, []), ("c", "inhibits", 0.731025, 2, ["itm:b"])]
    assert names(item["entity"]["id"] for item in up["items"]) == ["b", "a"]


def test_influence_reaches_only_what_steps_that_join_lead_to() -> None:
    knowledge = graph(
        source("s", says("a kills b"), says("b promotes c"), says("b promotes d")),
        entities=[entity("b", tumour_cells=True), entity("d", of_tumour_cells=True)],
    )

    def reached(name: str, *, downstream: bool) -> list[str]:
        found = influence(knowledge, name, downstream=downstream)["items"]
        return names(item["entity"]["id"] for item in found)

    assert reached("a", downstream=True) == ["b", "d"]
    assert reached("c", downstream=False) == ["b"]
    assert reached("d", downstream=False) == ["b", "a"]


# --- blockers -----------------------------------------------------------------------------------


def blockers(where: Knowledge | View, *ends: str, **more: Any) -> Any:
    """The sets that break every path between two entities."""
    view = view_of(where) if isinstance(where, Knowledge) else where
    asked: dict[str, Any] = {"effect": None, "max_steps": 8, "max_size": 2}
    return analytics.blockers(view, [curie(ends[0])], [curie(ends[1])], **{**asked, **more})


def sets_of(answer: dict[str, Any]) -> list[list[str]]:
    """The sets by name."""
    return [names(one["id"] for one in each["entities"]) for each in answer["sets"]]


@given(
    knowledge=graphs(),
    ends=pairs,
    effect=effects,
    max_steps=st.integers(1, 8),
    max_size=st.integers(1, 3),
)
@settings(max_examples=80)
def test_blockers_are_all_smallest_sets_that_leave_no_path_of_steps_that_are_not_net(
    *,
    knowledge: Knowledge,
    ends: tuple[str, str],
    effect: str | None,
    max_steps: int,
    max_size: int,
) -> None:
    brute = Graph(knowledge, fine=True)
    start, end = curie(ends[0]), curie(ends[1])

    def open_without(removed: tuple[str, ...]) -> list[Walk]:
        return brute.paths([start], [end], sign=SIGNS[effect], max_steps=max_steps, removed=removed)

    every = open_without(())
    direct = any(len(walk.statements) == 1 for walk in every)
    expected: list[list[str]] = []
    if every and not direct:
        inner = [curie(x) for x in LETTERS if x not in ends]
        for size in range(1, max_size + 1):
            expected = [list(s) for s in combinations(inner, size) if not open_without(s)]
            if expected:
                break

    answer = blockers(knowledge, *ends, effect=effect, max_steps=max_steps, max_size=max_size)

    assert [[one["id"] for one in each["entities"]] for each in answer["sets"]] == expected
    assert answer["direct"] == direct
    assert answer["complete"]


DIAMOND = [
    says("a promotes b"), says("a promotes c"), says("b promotes d"), says("c promotes d"),
]  # fmt: skip


def test_two_ways_need_two_blockers() -> None:
    assert sets_of(blockers(graph(source("s", *DIAMOND)), "a", "d")) == [["b", "c"]]
    assert sets_of(blockers(graph(source("s", *DIAMOND)), "a", "d", max_size=1)) == []


def test_the_summary_sentence_of_a_study_does_not_hide_what_breaks_its_chain() -> None:
    chain = (says("a promotes b"), says("b promotes d"), says("a promotes d"))

    answer = blockers(graph(source("s", *chain)), "a", "d")

    assert sets_of(answer) == [["b"]]
    assert not answer["direct"]


def test_what_no_path_can_pass_breaks_nothing() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b promotes d"), says("a kills c")),
        source("t", says("c promotes d")),
        entities=[entity("c", tumour_cells=True)],
    )

    assert sets_of(blockers(knowledge, "a", "d")) == [["b"]]


def test_a_direct_step_that_is_not_net_leaves_nothing_to_break() -> None:
    answer = blockers(graph(source("s", *DIAMOND), source("t", says("a promotes d"))), "a", "d")

    assert answer["direct"]
    assert sets_of(answer) == []


def test_a_set_names_the_interventions_that_lower_its_members_and_how_it_stands_in_humans() -> None:
    patients = {"study_system": "human_observational", "species": "human"}
    knowledge = graph(
        source(
            "s",
            says("a promotes b", **patients),
            says("b promotes d"),
            interventions=[
                does("block b", "b", outcomes={"d": -1}),
                does("add b", "b", change=1, outcomes={"d": 1}),
                does("maybe", "b", status="proposed"),
                does("block a", "a"),
            ],
        )
    )
    [found] = blockers(knowledge, "a", "d")["sets"]

    assert [(i["name"], i["observed"]) for i in found["interventions"]] == [
        ("block b", "decreased"),
        ("maybe", "not measured"),
    ]
    assert found["human"] == "unstated"


# --- loops --------------------------------------------------------------------------------------


def loops(where: Knowledge | View, name: str, **more: Any) -> Any:
    """The loops through an entity."""
    view = view_of(where) if isinstance(where, Knowledge) else where
    return analytics.loops(view, curie(name), **{"max_steps": 6, "limit": 100, **more})


def ring(loop: dict[str, Any]) -> str:
    """A loop as one word."""
    return "".join(names(step["subject"]["id"] for step in loop["steps"]))


@given(
    knowledge=graphs(verbs=("promotes", "inhibits", "promotes", "kills", "step_of", "process_of")),
    start=st.sampled_from(LETTERS),
    max_steps=st.integers(2, 6),
    limit=st.sampled_from((1, 1000)),
)
@settings(max_examples=80)
def test_loops_are_all_that_come_back_by_at_most_one_step_from_process_to_bearer(
    *, knowledge: Knowledge, start: str, max_steps: int, limit: int
) -> None:
    expected = Graph(knowledge, fine=True, closing=True).loops(curie(start), max_steps=max_steps)

    answer = loops(knowledge, start, max_steps=max_steps, limit=limit)

    assert [tuple(s["statement"] for s in loop["steps"]) for loop in answer["items"]] == [
        walk.statements for walk in expected[:limit]
    ]
    assert [loop["cost"] for loop in answer["items"]] == [walk.cost for walk in expected[:limit]]
    assert answer["complete"] == (len(expected) <= limit)


def test_a_loop_is_reinforcing_or_balancing_by_its_sign() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b inhibits a"), says("b promotes c")),
        source("t", says("c inhibits a"), says("a inhibits b")),
    )
    found = {(ring(loop), loop["kind"]) for loop in loops(knowledge, "a")["items"]}

    assert found == {
        ("ab", "balancing"),
        ("ab", "reinforcing"),
        ("abc", "balancing"),
        ("abc", "reinforcing"),
    }


def test_a_loop_joins_at_its_seam() -> None:
    # Less of the tumour cells a is no less of what each of them releases.
    tumour = [entity("a", tumour_cells=True)]
    kills = (says("a promotes b"), says("b kills a"))
    acts = (says("a promotes b"), says("b inhibits a"))

    assert [ring(one) for one in loops(graph(source("s", *acts), entities=tumour), "a")["items"]]
    dead = graph(source("s", *kills), entities=tumour)
    assert loops(dead, "a")["items"] == loops(dead, "b")["items"] == []
    grown = graph(
        source("s", *kills, says("a promotes c"), says("c promotes b")),
        entities=[*tumour, entity("c", of_tumour_cells=True)],
    )
    assert [ring(one) for one in loops(grown, "a")["items"]] == ["acb"]


def test_a_loop_passes_no_net_statement() -> None:
    chain = (says("a promotes b"), says("b promotes c"), says("a promotes c"))
    knowledge = graph(source("s", *chain), source("t", says("c promotes a")))

    assert [ring(one) for one in loops(knowledge, "a")["items"]] == ["abc"]


def test_a_process_leads_back_to_its_bearer_once() -> None:
    once = graph(source("s", says("a promotes b"), says("b process_of a")))
    twice = graph(
        source("s", says("a promotes b"), says("b process_of c"), says("c promotes d")),
        source("t", says("d process_of a")),
    )

    [loop] = loops(once, "a")["items"]
    assert ring(loop) == "ab"
    assert loop["belief"] == round(prod((0.855, 0.855)), 6)
    assert [step["class"] for step in loop["steps"]] == ["causal", "structural"]
    assert loops(twice, "a")["items"] == []


def test_a_loop_tells_the_interventions_that_hit_it() -> None:
    knowledge = graph(
        source(
            "s",
            says("a promotes b"),
            says("b promotes a"),
            interventions=[
                does("block b", "b"),
                does("block a", "a"),
                does("stop release of a", "a", process="release"),
            ],
        )
    )
    [loop] = loops(knowledge, "a")["items"]

    assert {(i["name"], i["step"]) for i in loop["interventions"]} == {
        ("block a", 0),
        ("block b", 1),
        ("stop release of a", 1),
    }


def test_the_loops_are_summed_up_in_words() -> None:
    knowledge = graph(source("s", says("a promotes b"), says("b inhibits a")))

    assert loops(knowledge, "a")["summary"] == (
        "One balancing loop. The best believed, balancing: a, b, a."
    )
    assert loops(knowledge, "a", max_steps=1)["summary"] == (
        "No feedback loop is known within these steps."
    )


# --- impact -------------------------------------------------------------------------------------


def impact(
    knowledge: Knowledge,
    *ends: str,
    filters: Filters | None = None,
    **without: frozenset[str],
) -> Any:
    """What changes without something."""
    before = view_of(knowledge, filters=filters or Filters())
    after = view_of(knowledge, filters=filters or Filters(), without=Without(**without))
    sources, targets = ([curie(ends[0])], [curie(ends[1])]) if ends else ([], [])
    return analytics.impact(before, after, sources, targets)


def of_study(name: str, *sentences: str, hedged: bool = False) -> Contribution:
    """A source of a study of its own."""
    return source(name, *(says(one, hedged=hedged) for one in sentences))


def test_without_a_study_what_it_alone_said_falls_and_what_others_say_too_is_believed_less() -> (
    None
):
    knowledge = graph(of_study("s", "a promotes b", "b promotes c"), of_study("t", "a promotes b"))
    shared, alone = says("a promotes b").id, says("b promotes c").id

    answer = impact(knowledge, "a", "c", studies=frozenset({"study-of-s"}))

    assert {one["id"]: (one["before"], one["after"]) for one in answer["statements"]} == {
        shared: (round(1 - 0.145**2, 6), 0.855),
        alone: (0.855, None),
    }
    assert answer["fallen"] == [alone]
    assert [names(e["id"] for e in one["entities"]) for one in answer["paths_lost"]] == [
        ["a", "b", "c"]
    ]
    assert answer["summary"] == (
        "1 of 2 statements fall, 1 more change their belief, one path lost."
    )


def test_a_statement_that_only_a_refutation_is_left_of_falls() -> None:
    knowledge = graph(
        of_study("s", "a promotes b"), source("t", says("a promotes b", role="refutes"))
    )

    answer = impact(knowledge, sources=frozenset({"s"}))

    assert answer["fallen"] == [says("a promotes b").id]
    assert answer["statements"][0]["after"] == 0


def test_without_an_entity_its_statements_fall() -> None:
    knowledge = graph(of_study("s", "a promotes b", "b promotes c", "a promotes c"))

    answer = impact(knowledge, entities=frozenset({curie("b")}))

    assert sorted(answer["fallen"]) == sorted([says("a promotes b").id, says("b promotes c").id])
    assert answer["paths_lost"] == []


def test_what_a_filter_had_taken_away_already_does_not_fall() -> None:
    knowledge = graph(of_study("s", "a promotes b"), of_study("t", "b promotes c", hedged=True))

    answer = impact(knowledge, filters=Filters(min_belief=0.7), entities=frozenset({curie("b")}))

    assert answer["fallen"] == [says("a promotes b").id]


def test_a_path_that_another_statement_keeps_open_is_not_lost() -> None:
    knowledge = graph(
        of_study("s", "a promotes b", "b promotes c"),
        source("t", says("a promotes b", aspect="amount", hedged=True)),
    )

    answer = impact(knowledge, "a", "c", statements=frozenset({says("a promotes b").id}))

    assert answer["paths_lost"] == []


def test_a_path_that_a_structural_step_would_keep_open_where_it_gives_way_is_lost() -> None:
    # That b is a step of c holds of the number of b alone; else a causal statement joins the two.
    knowledge = graph(
        source("s", says("a promotes b"), says("b inhibits c"), says("b step_of c")),
        source("t", says("z kills b")),
        source("gone", says("b promotes c")),
        entities=[entity("b", tumour_cells=True)],
    )

    answer = impact(knowledge, "a", "c", sources=frozenset({"gone"}))

    assert [one["effect"] for one in answer["paths_lost"]] == ["promotes"]
    assert [one["effect"] for one in impact(knowledge, "z", "c")["paths_lost"]] == []


def test_conflicts_that_are_gone_are_told() -> None:
    knowledge = graph(of_study("s", "a promotes b"), of_study("t", "a inhibits b"))
    [conflict] = derive(knowledge).conflicts

    without_study = impact(knowledge, studies=frozenset({"study-of-t"}))
    without_side = impact(knowledge, statements=frozenset({says("a inhibits b").id}))

    assert without_study["conflicts_gone"] == without_side["conflicts_gone"] == [conflict]


@given(knowledge=graphs(), ends=pairs)
@settings(max_examples=60)
def test_the_paths_lost_are_those_whose_entities_and_signs_no_path_has_any_more(
    *, knowledge: Knowledge, ends: tuple[str, str]
) -> None:
    start, end = curie(ends[0]), curie(ends[1])
    gone = min(knowledge.contributions)
    said = [c for name, c in knowledge.contributions.items() if name != gone]
    after = Knowledge(knowledge.vocabulary, said)

    def ways(where: Knowledge) -> list[tuple[Any, ...]]:
        walks = Graph(where).paths([start], [end])
        return [(w.entities, tuple(sign or 1 for sign in w.signs), w.statements) for w in walks]

    left = {way[:2] for way in ways(after)}
    expected = [way[2] for way in ways(knowledge) if way[:2] not in left]

    answer = impact(knowledge, *ends, sources=frozenset({gone}))

    assert [tuple(one["steps"]) for one in answer["paths_lost"]] == expected


# --- what was set aside -------------------------------------------------------------------------


def test_a_name_that_only_a_passage_set_aside_mentions_is_found_with_its_reason() -> None:
    aside = [("s", "Curcumin", "an advert"), ("t", "moon", "a joke")]

    assert analytics.mentions("curcumin", aside) == [("s", "an advert")]
    assert analytics.mentions("sun", aside) == []


@pytest.mark.parametrize("abstract", [True, False])
def test_an_abstract_class_is_inside_no_loop(abstract: bool) -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b promotes a")),
        entities=[entity("b", abstract=abstract)],
    )

    assert len(loops(knowledge, "a")["items"]) == (0 if abstract else 1)
    assert len(loops(knowledge, "b")["items"]) == 1
