"""The graph of a view, or the part of it that an answer rests on, as writers of formats take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from immunograph import __version__
from immunograph.domain.model import Entity, Evidence, Intervention, Predicate, Statement
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedConflict,
    ReportedEvidence,
    ReportedIntervention,
    ReportedStatement,
    Rights,
)
from immunograph.inference.conflicts import Conflict
from immunograph.service import shapes
from immunograph.service.view import View

LICENCE: Final = "CC BY 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"


def rights(snapshot: str) -> Rights:
    """The licence of the data, and how those of a snapshot are cited (`seed/CITATION.md`)."""
    return Rights(
        licence=LICENCE,
        licence_url=LICENCE_URL,
        citation="The immunograph curators. immunograph seed: signed and evidenced statements "
        f"on how immune cells and tumours act on each other. Snapshot {snapshot}. {LICENCE}.",
    )


def whole(view: View) -> ExportedGraph:
    """Everything that a view holds."""
    knowledge = view.knowledge
    return _graph(
        view,
        statements=lambda: sorted(knowledge.statements),
        interventions=lambda: sorted(knowledge.interventions),
        question=None,
    )


def part(
    view: View,
    statements: Sequence[str],
    interventions: Sequence[str],
    question: Mapping[str, Any],
) -> ExportedGraph:
    """What an answer rests on, in the order of first use."""
    return _graph(
        view,
        statements=lambda: statements,
        interventions=lambda: interventions,
        question=question,
    )


def _graph(
    view: View,
    *,
    statements: Callable[[], Iterable[str]],
    interventions: Callable[[], Iterable[str]],
    question: Mapping[str, Any] | None,
) -> ExportedGraph:
    knowledge = view.knowledge
    chosen = None if question is None else frozenset(statements())

    reported = partial(reported_statement, view)

    def evidence() -> list[Evidence]:
        found = [e for i in (*statements(), *interventions()) for e in knowledge.evidence_of(i)]
        return sorted(found, key=lambda one: one.id)

    def entities() -> Iterator[Entity]:
        if question is None:
            yield from view.full.entities.values()
            return
        named = {knowledge.interventions[i].target for i in interventions()}
        for one in (knowledge.statements[i] for i in statements()):
            named |= {one.subject, one.object}
        for identifier in sorted(frozenset[str]().union(*map(view.full.above, named))):
            yield view.full.entity(identifier)

    def conflicts() -> Iterator[ReportedConflict]:
        for _, one in sorted(view.conflicts.items()):
            if chosen is None or chosen.issuperset(one.statements):
                yield _reported_conflict(view, one)

    sources, studies = view.full.sources, view.full.studies
    return ExportedGraph(
        snapshot=view.snapshot,
        version=__version__,
        rights=rights(view.snapshot),
        vocabulary=view.full.vocabulary,
        question=question,
        entities=entities,
        statements=lambda: map(reported, statements()),
        interventions=lambda: (
            _reported_intervention(view, knowledge.interventions[i]) for i in interventions()
        ),
        sources=lambda: (
            sources[i]
            for i in (sources if question is None else sorted({e.source for e in evidence()}))
        ),
        studies=lambda: (
            studies[i]
            for i in sorted(
                studies if question is None else {e.study for e in evidence() if e.study}
            )
        ),
        conflicts=conflicts,
        evidence=evidence,
    )


def reported_statement(view: View, identifier: str) -> ReportedStatement:
    """A statement with what follows from its evidence under a view, and the evidence."""
    one = view.knowledge.statements[identifier]
    assessment = view.derivation.assessments[one.id]
    return ReportedStatement(
        statement=one,
        subject=view.full.entity(one.subject),
        object=view.full.entity(one.object),
        sentence=shapes.sentence(view, one),
        predicate=_predicate(view, assessment.predicate, one),
        status=assessment.status,
        belief=assessment.belief,
        net=one.id in view.derivation.net,
        step=view.derivation.is_step(one.id),
        human=assessment.human,
        conflict=view.conflict_value(one.id),
        conflicts=tuple(conflict.id for conflict in view.conflicts_of(one.id)),
        strata=assessment.strata,
        studies=assessment.studies,
        laboratories=assessment.laboratories,
        press_only=shapes.press_only(view, one.id),
        evidence=_reported(view, one.id),
    )


def _reported_intervention(view: View, one: Intervention) -> ReportedIntervention:
    return ReportedIntervention(one, view.full.entity(one.target), _reported(view, one.id))


def _reported_conflict(view: View, one: Conflict) -> ReportedConflict:
    promotes, inhibits = (view.knowledge.statements[i] for i in one.statements)
    return ReportedConflict(
        conflict=one,
        names=(shapes.sentence(view, promotes), shapes.sentence(view, inhibits)),
        contexts=(shapes.contexts(view, promotes.id), shapes.contexts(view, inhibits.id)),
    )


def _reported(view: View, about: str) -> tuple[ReportedEvidence, ...]:
    full = view.full
    return tuple(
        ReportedEvidence(
            one, full.source(one.source), full.studies[one.study] if one.study else None
        )
        for one in view.knowledge.evidence_of(about)
    )


def _predicate(view: View, name: str, one: Statement) -> Predicate:
    """A verb of the vocabulary; one that it does not have has no name elsewhere."""
    known = view.remembered(
        "predicates", lambda: {verb.name: verb for verb in view.full.vocabulary.predicates}
    )
    plain = {"name": name, "phrase": shapes.phrase(view, name), "class": one.cls}
    return known.get(name) or Predicate.model_validate(plain)
