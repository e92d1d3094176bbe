"""Paths are ranked by columns as they would be by their evidence, read passage by passage."""

from __future__ import annotations

from hypothesis import given, settings
from tests.graphs import graphs

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING, Filters, Without
from immunograph.domain.vocabulary import Basis, Role
from immunograph.inference.belief import CURATOR_LINEAGE
from immunograph.service import grounds, shapes
from immunograph.service.view import Step, View


def assert_rests_on_its_evidence(view: View, step: Step) -> None:
    """Whether the ground of a step is what its evidence, decoded and weighed, says."""
    found = grounds.ground(view, step)
    assessment = view.derivation.assessments[step.statement]
    support = [
        one
        for one in view.derivation.weighed[step.statement]
        if one.evidence.role is Role.SUPPORTS and (one.p > 0 or step.hypothesised)
    ]
    own = [one.evidence for one in support if one.lineage != CURATOR_LINEAGE]
    believed = [one.evidence for one in support if one.p > 0]
    columns = view.columns
    many = len(columns.studies)
    assert found.tested == any(one.basis is Basis.PERTURBATION for one in believed)
    assert found.press_only == shapes.press_only(view, step.statement)
    assert found.unnulled == (1.0 if step.hypothesised else assessment.unnulled)
    assert {columns.studies[n] for n in found.studies} == {e.study for e in own if e.study}
    assert {columns.sources[n - many] for n in found.sources} == {e.source for e in own}
    for dimension in grounds.SHARED_DIMENSIONS:
        stated = {str(v) for one in believed for v in getattr(one.context, dimension)}
        assert found.stated[dimension] == stated


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_what_a_step_rests_on_is_what_its_evidence_says(knowledge: Knowledge) -> None:
    whole = View(knowledge, filters=ALL_EVIDENCE, without=NOTHING)
    some = next(iter(knowledge.sources))
    views = [
        whole,
        View(knowledge, filters=Filters(species=("mouse",)), without=NOTHING, whole=whole),
        View(
            knowledge, filters=ALL_EVIDENCE, without=Without(sources=frozenset({some})), whole=whole
        ),
    ]
    for view in views:
        for step in view.with_guesses.steps:
            assert_rests_on_its_evidence(view, step)
