"""What to test next is what nobody tested, and nothing that somebody did."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings

from graphs import LETTERS, curie, does, entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Study
from immunograph.domain.selection import Filters
from immunograph.domain.vocabulary import OpenKind
from immunograph.service import open_questions
from immunograph.service.open_questions import Listed
from immunograph.service.open_ranking import WEIGHTS, OpenQuestion
from immunograph.service.open_scope import ROUTES

AB, BC = says("a promotes b"), says("b promotes c")


def about(knowledge: Knowledge, *ends: str) -> Listed:
    """What is open: about the graph, an entity, or one answer, by how many are named."""
    view = view_of(knowledge)
    if not ends:
        return open_questions.of_graph(view)
    if len(ends) == 1:
        return open_questions.of_entity(view, curie(ends[0]))
    return open_questions.of_answer(view, [curie(ends[0])], [curie(ends[1])])


def of_kind(found: Listed, kind: OpenKind) -> list[OpenQuestion]:
    return [one for one in found.questions if one.kind is kind]


# --- break points -------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [(), ("a",), ("b",), ("c",), ("a", "c")])
def test_what_a_path_runs_through_and_nobody_took_out_is_open(ends: tuple[str, ...]) -> None:
    found = about(graph(source("one", AB), source("two", BC)), *ends)
    [one] = of_kind(found, OpenKind.BREAK_POINT)

    assert one.entities == ("itm:a", "itm:b", "itm:c")
    assert one.asks == "Does taking out b break the way from a to c?"
    assert one.settled_by == (
        "Block or remove b and measure c: less of it bears the path out, no change speaks "
        "against it.",
    )
    assert one.at_stake == pytest.approx((0.95 * 0.9) ** 2, abs=1e-6)
    assert one.priority == pytest.approx(WEIGHTS[OpenKind.BREAK_POINT] * one.at_stake, abs=1e-6)


def test_behind_an_inhibiting_step_more_would_be_seen() -> None:
    [one] = of_kind(
        about(graph(source("s", AB, says("b inhibits c"))), "a", "c"), OpenKind.BREAK_POINT
    )

    assert "measure c: more of it bears the path out" in one.settled_by[0]


@pytest.mark.parametrize("seen", [-1, 0, 1])
@pytest.mark.parametrize("measured", ["c", "kind of c", "class of c"])
def test_whatever_a_test_saw_at_the_end_or_a_kind_or_class_of_it_closes_the_question(
    measured: str, seen: int
) -> None:
    block = does("block b", "b", outcomes={measured: seen})
    entities = [
        entity("c", "class of c"),
        entity("kind of c", "c"),
        entity("class of c"),
    ]
    knowledge = graph(
        source("s", AB, BC, interventions=[block], entities=entities), entities=entities
    )

    assert not of_kind(about(knowledge, "a", "c"), OpenKind.BREAK_POINT)


@pytest.mark.parametrize(
    "block",
    [
        does("block b", "b", outcomes={"d": -1}),
        does("block b", "b", outcomes={"c": -1}, status="proposed"),
        does("block a", "a", outcomes={"c": -1}),
    ],
)
def test_a_test_elsewhere_or_only_proposed_leaves_it_open(block: dict[str, Any]) -> None:
    knowledge = graph(source("s", AB, BC, interventions=[block]))
    [one] = of_kind(about(knowledge, "a", "c"), OpenKind.BREAK_POINT)

    tried = block["target"] == "itm:b" and block["status"] == "tested"
    assert one.tried == (("s.block-b",) if tried else ())
    assert ("one test on it measured something else" in one.why) is tried


def test_a_passage_that_states_the_perturbation_closes_it_too() -> None:
    perturbed = graph(source("s", AB, says("b promotes c", basis="perturbation")))
    seen = graph(source("s", AB, says("b promotes c", basis="observed")))

    assert not of_kind(about(perturbed, "a", "c"), OpenKind.BREAK_POINT)
    assert of_kind(about(seen, "a", "c"), OpenKind.BREAK_POINT)


def test_what_follows_from_the_meaning_of_terms_is_no_experiment() -> None:
    knowledge = graph(source("s", AB, says("b step_of c")))

    assert not of_kind(about(knowledge, "a", "c"), OpenKind.BREAK_POINT)


def test_a_path_that_is_hardly_believed_is_open_in_its_own_answer_alone() -> None:
    weak = graph(source("s", says("a promotes b", hedged=True), says("b promotes c", hedged=True),
                        type_="press"))  # fmt: skip

    assert of_kind(about(weak, "a", "c"), OpenKind.BREAK_POINT)
    for ends in ((), ("a",), ("b",)):
        assert not about(weak, *ends).questions


def test_an_abstract_class_bridges_no_path_that_could_be_broken() -> None:
    knowledge = graph(source("s", AB, BC), entities=[entity("b", abstract=True)])

    for ends in ((), ("b",), ("a", "c")):
        assert not of_kind(about(knowledge, *ends), OpenKind.BREAK_POINT)


# --- one study, one laboratory ------------------------------------------------------------------


def test_a_step_on_one_study_is_open_until_another_laboratory_repeats_it() -> None:
    study = Study(id="first", citation="Doe et al., Nature 2015;1:2", laboratory="Doe")
    again = Study(id="again", citation="Doe et al., Cell 2016;1:2", laboratory="Doe")
    others = Study(id="others", laboratory="Roe")
    first = source("s", AB, study=study)
    second = source("t", AB, study=again)

    [one] = about(graph(first), "a").questions
    assert (one.kind, one.asks) == (OpenKind.ONE_STUDY, "Does it hold elsewhere that a promotes b?")
    assert one.why.startswith("Believed 0.855 on one study (Doe et al. 2015)")
    [one] = about(graph(first, second), "a").questions
    assert one.kind is OpenKind.ONE_LABORATORY
    assert "one laboratory (Doe et al. 2015 and Doe et al. 2016)" in one.why
    assert not about(graph(first, second, source("u", AB, study=others)), "a").questions


def test_curator_background_is_no_step_to_be_repeated() -> None:
    assert not about(graph(source("s", says("a promotes b", basis="background"), type_="curator")),
                     "a").questions  # fmt: skip


def test_what_is_missing_is_asked_for() -> None:
    mouse = {"species": "mouse", "study_system": "mouse_in_vivo"}
    perturbed = says("a promotes b", basis="perturbation", **mouse)
    seen = says("a promotes b", species="human", study_system="human_observational")

    [one] = about(graph(source("s", perturbed)), "a").questions
    assert one.settled_by == (
        "Another laboratory repeats it.",
        "It was seen in animals only: test it in human cells or tissue.",
    )
    [one] = about(graph(source("s", seen)), "a").questions
    assert one.settled_by == (
        "Another laboratory perturbs a and measures b: that it was perturbed is not on record.",
    )


# --- signs --------------------------------------------------------------------------------------


def test_an_unresolved_conflict_is_asked_once_and_first() -> None:
    knowledge = graph(
        source("one", says("a promotes b", site="lung")), source("two", says("a inhibits b"))
    )
    for ends in ((), ("a",), ("b",), ("a", "b")):
        first, *others = about(knowledge, *ends).questions
        assert (first.kind, first.asks) == (OpenKind.CONFLICT, "Does a promote or inhibit b?")
        assert first.conflict in view_of(knowledge).conflicts
        assert {one.kind for one in others} == {OpenKind.ONE_STUDY}


def test_a_conflict_that_a_dimension_explains_is_closed() -> None:
    knowledge = graph(
        source("one", says("a promotes b", site="lung")),
        source("two", says("a inhibits b", site="blood")),
    )
    assert {one.kind for one in about(knowledge, "a").questions} == {OpenKind.ONE_STUDY}


@pytest.mark.parametrize("ends", [(), ("a",), ("d",), ("a", "d")])
def test_a_contested_answer_names_the_step_that_would_decide(ends: tuple[str, ...]) -> None:
    knowledge = graph(
        source("s", AB, says("b promotes d"), says("a promotes c"), says("c inhibits d"))
    )
    [one] = of_kind(about(knowledge, *ends), OpenKind.CONTESTED)

    assert one.asks == "Does a promote or inhibit d?"
    assert one.entities == ("itm:a", "itm:d")
    assert any(says_.startswith("Test whether a promotes b") for says_ in one.settled_by)
    assert one.settled_by[-1].startswith("Change a and measure d in one experiment")
    assert about(knowledge, *ends).questions[0] == one


def test_a_loop_that_may_turn_the_sign_leaves_the_answer_open() -> None:
    loop = (says("b promotes e"), says("e promotes b"))
    knowledge = graph(source("s", says("a promotes d"), AB, says("b promotes d"), *loop))
    [one] = of_kind(about(knowledge, "a", "d"), OpenKind.OPEN)

    assert "loop" in one.why


# --- laws ---------------------------------------------------------------------------------------


@given(graphs())
@settings(max_examples=25)
def test_what_is_open_is_found_again_in_a_narrower_question(knowledge: Knowledge) -> None:
    view = view_of(knowledge)
    found = open_questions.of_graph(view)

    assert found.cut_by in (None, "work")
    ranks = [(-one.priority, -one.paths, str(one.kind), one.id) for one in found.questions]
    assert ranks == sorted(ranks)
    assert len({one.id for one in found.questions}) == len(found.questions)
    for one in found.questions:
        assert 0 < one.at_stake <= 1
        assert one.settled_by and one.why
        if one.kind in (OpenKind.ONE_STUDY, OpenKind.CONFLICT):
            narrow = open_questions.of_entity(view, one.entities[0])
            assert one.id in {other.id for other in narrow.questions}
        elif one.kind is OpenKind.BREAK_POINT:
            source_, entity_, target = one.entities
            narrow = open_questions.of_answer(view, [source_], [target])
            assert (
                entity_ in {other.entities[1] for other in of_kind(narrow, OpenKind.BREAK_POINT)}
                or len(narrow.questions) > ROUTES
            )


@given(graphs())
@settings(max_examples=15)
def test_no_step_that_two_laboratories_found_is_asked_to_be_repeated(knowledge: Knowledge) -> None:
    view = view_of(knowledge, filters=Filters(tier=("primary",)))
    for letter in LETTERS:
        assume(view.full.holds(curie(letter)))
        for one in open_questions.of_entity(view, curie(letter)).questions:
            if one.kind in (OpenKind.ONE_STUDY, OpenKind.ONE_LABORATORY):
                [statement] = one.statements
                assert view.derivation.assessments[statement].laboratories == 1
