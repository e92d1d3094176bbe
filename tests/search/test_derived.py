"""Columns say what the pure derivation says: on arbitrary graphs, and on the shipped library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Evidence, Study
from immunograph.domain.selection import Filters, Without
from immunograph.domain.vocabulary import HUMAN_RANK, Basis
from immunograph.folders import folder
from immunograph.inference.belief import probability
from immunograph.inference.derivation import derive
from immunograph.search import weighing
from immunograph.search.columns import Columns
from immunograph.search.derived import (
    STATUSES,
    Derived,
    derived_from,
    perturbed,
    rest_on_one,
    rounded,
)
from immunograph.seeds.folder import read_seed
from immunograph.service.view import View

SEED = read_seed(folder("seed"))
KNOWLEDGE = Knowledge(SEED.vocabulary, SEED.contributions)
WHOLE = view_of(KNOWLEDGE)

choices = st.sampled_from(
    [
        (Filters(species=("mouse",)), Without()),
        (Filters(study_system=("human",), disease=("cancer",)), Without()),
        (Filters(tier=("primary",)), Without()),
        (Filters(), Without(sources=frozenset({"one"}))),
        (Filters(species=("human",)), Without(sources=frozenset({"read", "curator"}))),
        (Filters(), Without(studies=frozenset({"study-one"}))),
    ]
)


@pytest.fixture(scope="module", params=["plain", "compiled"], autouse=True)
def passes(request: pytest.FixtureRequest) -> None:
    """Each test runs on plain Python, and on what is compiled of it."""
    if request.param == "compiled":
        assert weighing.wait_until_compiled()


def assert_as_derived(found: Derived, knowledge: Knowledge) -> None:
    """Every value of the columns is that of the pure derivation of the same knowledge."""
    whole, columns = derive(knowledge), found.columns
    standing = {columns.statements[number] for number in np.flatnonzero(found.stands).tolist()}
    assert standing == knowledge.statements.keys()
    for identifier in sorted(standing):
        number = columns.statement_number[identifier]
        assessment, ends = whole.assessments[identifier], whole.ends[identifier]
        assert found.belief[number] == assessment.belief
        assert STATUSES[found.status[number]] == assessment.status
        place = int(found.human[number])
        human = HUMAN_RANK[place] if place >= 0 else None
        assert human == assessment.human
        verb = found.verb[number]
        effect = knowledge.statements[identifier].effect
        assert (columns.verbs[verb] if verb >= 0 else effect) == assessment.predicate
        joins = found.joins
        places = int(joins.subject_cell[number]), int(joins.object_cell[number])
        cells = [columns.cells[cell] if cell >= 0 else None for cell in places]
        assert (joins.number[number], joins.from_number[number], *cells) == ends
    net = {columns.statements[number] for number in np.flatnonzero(found.net).tolist()}
    assert net == whole.net
    studies = (knowledge.studies.get(one) for one in columns.studies)
    laboratories = [one.laboratory if one else None for one in studies]
    one_study, one_laboratory = rest_on_one(found, laboratories)
    was_perturbed = perturbed(found)
    for identifier, number in columns.statement_number.items():
        assessment = whole.assessments.get(identifier)
        assert one_study[number] == (assessment is not None and assessment.studies == 1)
        assert one_laboratory[number] == (assessment is not None and assessment.laboratories == 1)
        bases = {one.evidence.basis for one in whole.weighed.get(identifier, ()) if one.p > 0}
        assert was_perturbed[number] == (Basis.PERTURBATION in bases)


@given(graphs())
@settings(max_examples=100)
def test_beliefs_humans_ends_and_nets_are_those_of_the_pure_derivation(
    knowledge: Knowledge,
) -> None:
    assert_as_derived(derived_from(Columns.of(knowledge), knowledge), knowledge)


@given(graphs(), choices)
@settings(max_examples=100)
def test_under_filters_and_without_sources_too(
    knowledge: Knowledge, chosen: tuple[Filters, Without]
) -> None:
    filters, without = chosen
    view = view_of(knowledge, filters=filters, without=without)

    assert_as_derived(view.derived, view.knowledge)


@given(graphs(), choices)
@settings(max_examples=100)
def test_what_is_known_of_the_whole_makes_no_difference(
    knowledge: Knowledge, chosen: tuple[Filters, Without]
) -> None:
    filters, without = chosen
    view = View(knowledge, filters=filters, without=without, whole=view_of(knowledge))

    assert_as_derived(view.derived, view.knowledge)


@pytest.mark.parametrize("number", range(0, len(SEED.contributions), 9))
def test_without_a_source_the_library_is_what_the_others_say(number: int) -> None:
    gone = Without(sources=frozenset({SEED.contributions[number].source.id}))
    view = View(KNOWLEDGE, filters=Filters(), without=gone, whole=WHOLE)

    assert_as_derived(view.derived, view.knowledge)


@given(graphs(), choices)
@settings(max_examples=100)
def test_what_is_derived_when_asked_for_is_what_was_derived_as_a_whole(
    knowledge: Knowledge, chosen: tuple[Filters, Without]
) -> None:
    filters, without = chosen
    view = view_of(knowledge, filters=filters, without=without)
    whole, lazy = derive(view.knowledge), view.derivation

    assert lazy.assessments == whole.assessments
    assert lazy.weighed == whole.weighed
    assert lazy.ends == whole.ends
    assert lazy.net == whole.net
    assert lazy.told_in == {name: told for name, told in whole.told_in.items() if told.statements}
    assert {name: net for name, net in lazy.net_of.items() if net} == {
        name: net for name, net in whole.net_of.items() if net
    }
    assert lazy.conflicts == whole.conflicts
    assert lazy.cautions == whole.cautions
    for identifier in view.knowledge.statements:
        assert lazy.is_step(identifier) == (identifier in whole.steps)
        ids = whole.conflicts_by_statement.get(identifier, ())
        assert [one.id for one in lazy.conflicts_of(identifier)] == list(ids)


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(species=("mouse",)), Filters(study_system=("human",), tier=("primary",))],
    ids=["whole", "mice", "humans"],
)
def test_the_library_is_believed_alike(filters: Filters) -> None:
    view = view_of(KNOWLEDGE, filters=filters)

    assert_as_derived(view.derived, view.knowledge)


def test_a_study_whose_retraction_only_a_source_told_stands_again_without_that_source() -> None:
    knowledge = graph(
        source("one", says("a promotes b"), study=Study(id="s")),
        source("two", says("a promotes b"), study=Study(id="s", retracted="Images, 2020.")),
    )

    assert view_of(knowledge).belief(says("a promotes b").id) == 0
    left = view_of(knowledge, without=Without(sources=frozenset({"two"})))
    assert left.belief(says("a promotes b").id) == 0.855
    assert_as_derived(left.derived, left.knowledge)


@given(st.lists(st.floats(0, 1) | st.integers(0, 10**7).map(lambda n: n / 10**7)))
@settings(max_examples=300)
def test_numbers_are_rounded_as_python_rounds_them(numbers: list[float]) -> None:
    assert rounded(np.array(numbers, np.float64)).tolist() == [round(one, 6) for one in numbers]


@given(graphs(), choices)
@settings(max_examples=50)
def test_the_evidence_that_columns_keep_is_what_a_part_of_the_knowledge_holds(
    knowledge: Knowledge, chosen: tuple[Filters, Without]
) -> None:
    filters, without = chosen
    view = view_of(knowledge, filters=filters, without=without)
    held: list[Evidence] = [
        one for i in view.knowledge.statements for one in view.knowledge.evidence_of(i)
    ]

    assert np.count_nonzero(view.derived.kept) == len(held)
    assert math.isclose(
        view.columns.passages.p[view.derived.kept].sum(),
        sum(weigh_of(view.knowledge, one) for one in held),
    )


def weigh_of(knowledge: Knowledge, evidence: Evidence) -> float:
    """The probability of a passage by its own words, whatever became of its study."""
    return probability(evidence, knowledge.source(evidence.source).tier)
