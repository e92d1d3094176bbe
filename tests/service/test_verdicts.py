"""The first word of an answer, what it rests on, and what speaks against it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphs import LETTERS, Says, curie, entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import NOTHING, Filters, Without
from immunograph.domain.vocabulary import Effect
from immunograph.service import pathways
from immunograph.service.routes import Question
from immunograph.service.view import View

IN_MICE: dict[str, Any] = {"study_system": "mouse_in_vivo", "species": "mouse"}
TESTED: dict[str, Any] = {"basis": "perturbation", **IN_MICE}


def question(*ends: str, **more: Any) -> Question:
    """From the first of these to the last."""
    asked: dict[str, Any] = {"effect": None, "max_steps": 8, "limit": 10, "hypothesised": False}
    return Question([curie(ends[0])], [curie(ends[-1])], **{**asked, **more})


def answer(view: View | Knowledge, *ends: str, **more: Any) -> Any:
    view = view if isinstance(view, View) else view_of(view)
    return pathways.answer(view, question(*ends, **more))


def verdict(view: View | Knowledge, *ends: str, **more: Any) -> Any:
    return answer(view, *ends, **more)["verdict"]


# --- kinds -----------------------------------------------------------------------------------


def test_where_every_path_has_one_sign_the_answer_is_determined() -> None:
    found = answer(graph(source("s", says("a promotes b"), says("b inhibits c"))), "a", "c")

    assert found["verdict"]["kind"] == "determined"
    assert found["verdict"]["effect"] == "inhibits"
    assert found["verdict"]["rests_on"] == "one_context"
    assert found["verdict"]["against"] is None
    assert found["summary"].startswith("Inhibits ")


def test_without_a_path_there_is_no_verdict() -> None:
    found = verdict(graph(source("s", says("a promotes b"), says("c inhibits b"))), "a", "c")

    assert found == {
        "kind": "none", "effect": None, "rests_on": None, "by": None, "because": [],
        "against": None, "settled_by": [],
    }  # fmt: skip


def test_a_reinforcing_loop_beside_the_path_leaves_the_answer_open() -> None:
    loop = (says("b promotes d"), says("d promotes e"), says("e promotes d"), says("d promotes c"))
    knowledge = graph(source("s", says("a promotes b"), says("b promotes c"), *loop))
    found = verdict(knowledge, "a", "c")

    assert (found["kind"], found["effect"]) == ("open", "promotes")
    assert "loop" in found["because"][0]


def test_a_loop_that_only_answers_the_target_of_a_single_step_is_said_to_be_one() -> None:
    loop = (says("c promotes d"), says("d promotes e"), says("e promotes d"), says("d promotes c"))
    found = verdict(graph(source("s", says("a promotes c"), *loop)), "a", "c")

    assert (found["kind"], found["effect"]) == ("open", "promotes")
    assert "while the target is held" in found["because"][0]


def test_a_balancing_loop_beside_the_path_leaves_it_determined() -> None:
    loop = (says("b promotes d"), says("d promotes e"), says("e inhibits d"), says("d promotes c"))
    knowledge = graph(source("s", says("a promotes b"), says("b promotes c"), *loop))

    assert verdict(knowledge, "a", "c")["kind"] == "determined"


def test_a_tested_statement_outranks_a_more_believed_chain_stitched_from_papers() -> None:
    knowledge = graph(
        source("tested", says("a inhibits c", hedged=True, **TESTED), type_="abstract"),
        source("one", says("a promotes b", basis="perturbation", species="human")),
        source("two", says("b promotes c", basis="perturbation", disease="cancer")),
    )
    found = answer(knowledge, "a", "c")
    first = found["verdict"]

    assert found["paths"][0]["effect"] == "promotes"
    assert (first["kind"], first["effect"], first["rests_on"]) == ("leaning", "inhibits", "tested")
    assert first["against"]["effect"] == "promotes"
    assert first["against"]["foundation"] == "stitched"
    assert found["summary"].startswith("Inhibits (tested in mice, one study). A chain of two steps")
    assert set(first["against"]["steps"][0]["evidence"]) <= found["evidence"].keys()


def test_of_equal_foundations_one_must_be_twice_as_believed() -> None:
    weak = source("weak", says("a inhibits c", basis="ambiguous"), type_="abstract")
    strong = source("strong", says("a promotes c", basis="observed"), type_="abstract")
    rival = source("rival", says("a inhibits c", basis="asserted"), type_="abstract")

    leaning = verdict(graph(weak, strong), "a", "c")
    contested = verdict(graph(rival, strong), "a", "c")

    assert (leaning["kind"], leaning["effect"]) == ("leaning", "promotes")
    assert (contested["kind"], contested["effect"]) == ("contested", None)


@pytest.mark.parametrize(
    ("dimension", "one", "other"),
    [
        ("cell state", {"cell_state": "N1"}, {"cell_state": "N2"}),
        ("host state", {"host_state": "with NK cells"}, {"host_state": "without NK cells"}),
        ("stage", {"stage": "seeding"}, {"stage": "outgrowth"}),
        ("cancer type", {"disease": "breast cancer"}, {"disease": "cancer"}),
        ("site", {"site": "lung"}, {"site": "blood"}),
    ],
)
def test_what_tells_both_signs_apart_is_the_answer(
    dimension: str, one: dict[str, str], other: dict[str, str]
) -> None:
    knowledge = graph(
        source("one", says("a promotes c", **one)), source("other", says("a inhibits c", **other))
    )
    found = answer(knowledge, "a", "c")

    assert (found["verdict"]["kind"], found["verdict"]["by"]) == ("depends", dimension)
    assert found["summary"].startswith(f"Depends on {dimension}: promotes ")
    for value in (*one.values(), *other.values()):
        assert value in found["summary"]


def test_what_only_one_side_states_tells_nothing_apart() -> None:
    knowledge = graph(
        source("one", says("a promotes c", cell_state="N1")), source("other", says("a inhibits c"))
    )

    assert verdict(knowledge, "a", "c")["kind"] == "contested"


def test_press_alone_comes_after_a_chain_of_papers_and_hypotheses_last() -> None:
    press = source("press", says("a inhibits c"), type_="press", tier="press_release_doi")
    chain = source("paper", says("a promotes b", hedged=True), says("b promotes c", hedged=True))
    guess = source("guess", says("a inhibits c", basis="hypothesised"))

    assert verdict(graph(press, chain), "a", "c")["effect"] == "promotes"
    assert verdict(graph(press), "a", "c")["rests_on"] == "press"
    guessed = verdict(graph(guess, chain), "a", "c", hypothesised=True)
    assert (guessed["effect"], guessed["against"]["foundation"]) == ("promotes", "hypothesised")


def test_longer_paths_than_were_asked_for_count_against_being_determined() -> None:
    knowledge = graph(source("s", says("a promotes c"), says("a promotes b"), says("b inhibits c")))
    found = verdict(knowledge, "a", "c", max_steps=1)

    assert (found["kind"], found["effect"], found["against"]) == ("leaning", "promotes", None)


# --- what is asked does not move the verdict --------------------------------------------------


@given(graphs())
def test_neither_the_effect_asked_for_nor_the_limit_moves_the_verdict(knowledge: Knowledge) -> None:
    assume({"itm:a", "itm:c"} <= knowledge.entities.keys())
    wanted = verdict(knowledge, "a", "c")

    assert verdict(knowledge, "a", "c", effect="inhibits") == wanted
    assert verdict(knowledge, "a", "c", limit=1) == wanted


@given(graphs(plain=True), st.sampled_from(LETTERS), st.sampled_from(("promotes", "inhibits")))
def test_a_result_of_no_change_never_turns_the_first_word(
    knowledge: Knowledge, other: str, verb: str
) -> None:
    assume({"itm:a", curie(other)} <= knowledge.entities.keys() and other != "a")
    null = says(f"a {verb} {other}", role="refutes", no_change=True, basis="perturbation")
    before = verdict(knowledge, "a", other)["effect"]
    knowledge.put(source("null", null, entities=knowledge.entities.values()))
    after = verdict(View(knowledge, filters=Filters(), without=NOTHING), "a", other)["effect"]

    assert after in (before, None) or before is None


@given(graphs())
def test_every_part_of_a_verdict_agrees_with_the_paths(knowledge: Knowledge) -> None:
    view = view_of(knowledge)
    for name in LETTERS[1:]:
        if not {"itm:a", curie(name)} <= knowledge.entities.keys():
            continue
        found = answer(view, "a", name, limit=500)
        first = found["verdict"]
        signs = {path["effect"] for path in found["paths"]}
        if first["kind"] == "none":
            assert not signs
        elif first["kind"] in ("determined", "open"):
            assert signs == {first["effect"]}
        elif first["against"] is not None:
            assert signs == {"promotes", "inhibits"}
            assert first["effect"] != first["against"]["effect"]
        assert (first["by"] is not None) is (first["kind"] == "depends")
        assert (first["effect"] is None) is (first["kind"] in ("none", "depends", "contested"))


# --- ends ------------------------------------------------------------------------------------


def test_each_pair_of_ends_has_a_verdict_of_its_own() -> None:
    knowledge = graph(source("s", says("a promotes b"), says("b inhibits c")))
    asked = Question(
        [curie("a"), curie("b")], [curie("b"), curie("c")],
        effect=None, max_steps=8, limit=1, hypothesised=False,
    )  # fmt: skip
    items = pathways.effects(view_of(knowledge), asked)["items"]

    assert [(i["source"]["name"], i["target"]["name"], i["verdict"]["effect"]) for i in items] == [
        ("a", "b", "promotes"),
        ("a", "c", "inhibits"),
        ("b", "b", None),
        ("b", "c", "inhibits"),
    ]
    assert "the same entity" in items[2]["summary"]


def test_over_sets_of_ends_all_pairs_are_judged_together() -> None:
    knowledge = graph(source("s", says("a promotes c"), says("b inhibits c")))
    asked = question("a", "c")._replace(sources=[curie("a"), curie("b")])

    assert pathways.answer(view_of(knowledge), asked)["verdict"]["kind"] == "contested"


def test_filters_that_leave_nothing_leave_no_verdict() -> None:
    knowledge = graph(source("s", says("a promotes c", species="mouse")))
    view = view_of(knowledge, filters=Filters(species=("human",)))

    assert verdict(view, "a", "c")["kind"] == "none"


def test_a_net_statement_whose_mechanism_is_knocked_out_gives_no_first_word() -> None:
    knowledge = graph(source("s", says("a promotes c"), says("a promotes b"), says("b promotes c")))
    knocked_out = Without(entities=frozenset({curie("b")}))

    assert verdict(knowledge, "a", "c")["effect"] == "promotes"
    assert verdict(view_of(knowledge, without=knocked_out), "a", "c")["kind"] == "none"


def test_a_large_graph_in_which_all_reaches_all_is_answered_in_time() -> None:
    names = [f"n{i:03}" for i in range(150)]
    passages: list[Says] = [
        says(f"{one} {'inhibits' if (i * j) % 7 == 0 else 'promotes'} {names[(i + j) % 150]}")
        for i, one in enumerate(names)
        for j in (1, 3, 7, 20)
    ]
    found = verdict(graph(source("s", *passages)), names[0], names[75])

    assert found["kind"] in ("leaning", "contested", "open")


def test_a_killed_cell_makes_nothing() -> None:
    knowledge = graph(
        source("kills", says("a, inhibits, tumour cell", aspect="survival")),
        source("makes", says("tumour cell, promotes, c")),
        source("grows", says("tumour cell, promotes, growth")),
        entities=[
            entity("tumour cell", tumour_cells=True),
            entity("growth", of_tumour_cells=True),
        ],
    )

    assert verdict(knowledge, "a", "c")["kind"] == "none"
    assert verdict(knowledge, "a", "growth")["effect"] == Effect.INHIBITS
