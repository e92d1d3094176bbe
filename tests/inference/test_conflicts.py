"""Contradictions are found, kept, and told apart by the first dimension that does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from graphs import curie, entity, graph, graphs, says, source
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Entity, statement_id
from immunograph.domain.vocabulary import Basis, Role
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import Derivation, derive


def conflicts(*contributions: Contribution, entities: Iterable[Entity] = ()) -> list[Conflict]:
    """The conflicts between these sources."""
    return list(derive(graph(*contributions, entities=entities)).conflicts.values())


def opposed(
    plus: dict[str, Any] | None = None, minus: dict[str, Any] | None = None
) -> list[Conflict]:
    """The conflicts of two studies, one saying that a promotes b, one that a inhibits b."""
    return conflicts(
        source("plus", says("a promotes b", **(plus or {}))),
        source("minus", says("a inhibits b", **(minus or {}))),
    )


# --- what a conflict is -------------------------------------------------------------------------


def test_opposite_signs_on_the_same_object_are_a_conflict_and_both_are_kept() -> None:
    [conflict] = opposed()

    assert conflict.statements == (
        statement_id(curie("a"), "promotes", curie("b")),
        statement_id(curie("a"), "inhibits", curie("b")),
    )
    assert conflict.resolved_by is None


def test_the_same_sign_or_another_subject_or_aspect_is_none() -> None:
    assert conflicts(source("s", says("a promotes b")), source("t", says("a releases b"))) == []
    assert conflicts(source("s", says("a promotes b")), source("t", says("c inhibits b"))) == []
    assert opposed(minus={"aspect": "amount"}) == []
    assert conflicts(source("s", says("a promotes b")), source("t", says("a inhibits c"))) == []


@pytest.mark.parametrize(
    "how",
    [
        {"hedged": True},
        {"basis": "headline"},
        {"basis": "ambiguous"},
        {"basis": "hypothesised"},
        {"role": "refutes"},
    ],
)
def test_a_side_without_plain_support_cannot_contradict(how: dict[str, Any]) -> None:
    assert opposed(plus=how) == []
    assert opposed(minus=how) == []


def test_one_plain_passage_beside_hedged_ones_is_enough() -> None:
    plus = source("plus", says("a promotes b", hedged=True), says("a promotes b"))

    assert len(conflicts(plus, source("minus", says("a inhibits b")))) == 1


@pytest.mark.parametrize("parent_first", [True, False])
def test_objects_one_is_a_apart_conflict_and_granularity_tells_them_apart(
    parent_first: bool,
) -> None:
    plus, minus = ("b", "c") if parent_first else ("c", "b")
    [conflict] = conflicts(
        source("plus", says(f"a promotes {plus}")),
        source("minus", says(f"a inhibits {minus}")),
        entities=[entity("c", "b")],
    )

    assert conflict.resolved_by == "granularity of the object"
    assert conflict.conflict == 0


def test_objects_one_step_of_apart_conflict() -> None:
    [conflict] = conflicts(
        source("plus", says("a promotes b"), says("c step_of b")),
        source("minus", says("a inhibits c", species="mouse")),
    )

    assert conflict.resolved_by == "granularity of the object"


def test_objects_two_classes_apart_do_not_conflict() -> None:
    far = [entity("c", "d"), entity("d", "b")]

    assert (
        conflicts(
            source("plus", says("a promotes b")),
            source("minus", says("a inhibits c")),
            entities=far,
        )
        == []
    )


def test_other_structure_between_the_objects_does_not_make_a_conflict() -> None:
    assert (
        conflicts(
            source("plus", says("a promotes b"), says("c part_of b")),
            source("minus", says("a inhibits c")),
        )
        == []
    )


# --- what resolves it ---------------------------------------------------------------------------

APART: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("species or system", {"species": "human"}, {"species": "mouse"}),
    (
        "species or system",
        {"study_system": "mouse_in_vivo"},
        {"study_system": "in_vitro_mouse"},
    ),
    ("cell state", {"cell_state": "N1"}, {"cell_state": "N2"}),
    ("stage", {"stage": "seeding"}, {"stage": "outgrowth"}),
    ("site", {"site": "lung"}, {"site": "blood"}),
    ("treatment and phase", {"treatment": "anti-CCL2"}, {"treatment": "paclitaxel"}),
    ("treatment and phase", {"phase": "on_treatment"}, {"phase": "withdrawal"}),
    ("cancer type", {"disease": "cancer"}, {"disease": "breast cancer"}),
    ("dose or time", {"dose": "low"}, {"dose": "high"}),
    ("dose or time", {"time": "early"}, {"time": "late"}),
]


@pytest.mark.parametrize(("dimension", "plus", "minus"), APART)
def test_a_dimension_that_both_state_without_a_value_in_common_resolves(
    dimension: str, plus: dict[str, Any], minus: dict[str, Any]
) -> None:
    [conflict] = opposed(plus, minus)

    assert conflict.resolved_by == dimension
    assert conflict.conflict == 0
    assert dimension in conflict.explanation


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (APART[i], APART[j])
        for i, j in product(range(len(APART)), repeat=2)
        if i < j and APART[i][0] != APART[j][0]
    ],
)
def test_the_first_dimension_in_order_resolves(
    first: tuple[str, dict[str, Any], dict[str, Any]],
    second: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    [conflict] = opposed({**second[1], **first[1]}, {**second[2], **first[2]})

    assert conflict.resolved_by == first[0]


@pytest.mark.parametrize(("dimension", "plus", "minus"), APART)
def test_what_one_side_leaves_unstated_resolves_nothing(
    dimension: str, plus: dict[str, Any], minus: dict[str, Any]
) -> None:
    [conflict] = opposed(plus, {})

    assert conflict.resolved_by is None, dimension
    assert opposed({}, minus)[0].resolved_by is None


def test_a_value_in_common_resolves_nothing() -> None:
    [conflict] = opposed({"species": ("human", "mouse")}, {"species": "mouse"})

    assert conflict.resolved_by is None


def test_free_text_conditions_are_never_compared() -> None:
    [conflict] = opposed({"condition": "fed"}, {"condition": "fasted"})

    assert conflict.resolved_by is None


# --- the value ----------------------------------------------------------------------------------


def test_an_unresolved_conflict_on_one_object_shows_the_ratio_of_the_supports() -> None:
    [conflict] = opposed({"basis": "perturbation"}, {"basis": "background"})

    assert conflict.support == (0.95, 0.57)
    assert conflict.conflict == round(0.57 / 0.95, 6)


def test_without_a_shared_stratum_there_is_no_value() -> None:
    plus = source("plus", says("a promotes b", study_system="mouse_in_vivo", phase="on_treatment"))
    minus = source("minus", says("a inhibits b"))
    [conflict] = conflicts(plus, minus)

    assert conflict.resolved_by is None
    assert conflict.conflict == 0


def test_the_value_is_that_of_the_statement_in_its_strongest_conflict() -> None:
    derivation = derive(
        graph(
            source("plus", says("a promotes b")),
            source("minus", says("a inhibits b")),
        )
    )
    plus = statement_id(curie("a"), "promotes", curie("b"))

    assert derivation.conflict_value(plus) == 1.0
    assert derivation.conflict_value("none") == 0


# --- against brute force ------------------------------------------------------------------------


def pairs(knowledge: Knowledge, derivation: Derivation) -> set[frozenset[str]]:
    """Conflicting statements, by comparing all with all."""

    def plain(identifier: str) -> bool:
        return any(
            one.evidence.role is Role.SUPPORTS
            and not one.evidence.hedged
            and one.evidence.basis not in (Basis.HEADLINE, Basis.AMBIGUOUS, Basis.HYPOTHESISED)
            for one in derivation.weighed[identifier]
        )

    near = {
        (one.subject, one.object)
        for one in knowledge.statements.values()
        if one.effect == "step_of"
    }
    near |= {(i, parent) for i, one in knowledge.entities.items() for parent in one.is_a}
    found: set[frozenset[str]] = set()
    for a, b in product(knowledge.statements.values(), repeat=2):
        objects = (a.object, b.object)
        if (
            a.subject == b.subject
            and a.sign * b.sign == -1
            and a.aspect == b.aspect
            and (a.object == b.object or objects in near or objects[::-1] in near)
            and plain(a.id)
            and plain(b.id)
        ):
            found.add(frozenset((a.id, b.id)))
    return found


@given(graphs(verbs=("promotes", "inhibits", "inhibits", "step_of")))
@settings(max_examples=80)
def test_the_conflicts_are_those_that_comparing_all_with_all_gives(knowledge: Knowledge) -> None:
    derivation = derive(knowledge)

    found = {frozenset(one.statements) for one in derivation.conflicts.values()}
    assert found == pairs(knowledge, derivation)
    for one in derivation.conflicts.values():
        same = len({knowledge.statements[s].object for s in one.statements}) == 1
        assert (one.conflict > 0) <= (one.resolved_by is None and same)
        assert 0 <= one.conflict <= 1
