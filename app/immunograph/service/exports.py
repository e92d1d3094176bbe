"""The graph of a view, or the part of it that an answer rests on, as writers of formats take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

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

BLOCK: Final = 4_096
"""Statements of the whole graph that are looked at together."""
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
    columns, stands = view.columns, view.derived.stands

    def statements() -> Iterator[str]:
        # Block by block: the ids of all are as large as an index of the graph.
        for start in range(0, len(stands), BLOCK):
            numbers: list[int] = np.flatnonzero(stands[start : start + BLOCK]).tolist()
            yield from (columns.statements[start + number] for number in numbers)

    return _graph(
        view,
        statements=statements,
        interventions=lambda: sorted(view.knowledge.interventions),
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

    def evidence() -> Iterable[Evidence]:
        if question is None:
            return _all_evidence(view)
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

    full = view.full
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
        asserted=lambda: map(knowledge.statements.__getitem__, statements()),
        sources=lambda: (
            full.source(i)
            for i in sorted(
                full.contributions if question is None else {e.source for e in evidence()}
            )
        ),
        studies=lambda: (
            full.studies[i]
            for i in sorted(
                full.studies if question is None else {e.study for e in evidence() if e.study}
            )
        ),
        conflicts=conflicts,
        evidence=evidence,
    )


def _all_evidence(view: View) -> Iterator[Evidence]:
    """The evidence of everything, by id. It is read twice: held are its ids, and what each is of.

    That is some thirty bytes a piece, where evidence itself takes two thousand.
    """
    knowledge, known = view.knowledge, view.columns.statements
    statements = np.flatnonzero(view.derived.stands)
    interventions = sorted(knowledge.interventions)
    numbers = np.append(statements, len(known) + np.arange(len(interventions))).astype(np.int32)

    def told(number: int) -> tuple[Evidence, ...]:
        further = number - len(known)
        return knowledge.evidence_of(known[number] if further < 0 else interventions[further])

    ids, about = [np.zeros(0, np.bytes_)], [np.zeros(0, np.int32)]
    for start in range(0, len(numbers), BLOCK):
        block = numbers[start : start + BLOCK]
        chosen: list[int] = block.tolist()
        found = [[one.id.encode() for one in told(number)] for number in chosen]
        ids.append(np.array([one for own in found for one in own], np.bytes_))
        about.append(np.repeat(block, [len(own) for own in found]))
    every, of = np.concatenate(ids), np.concatenate(about)
    del ids, about
    order = np.argsort(every, kind="stable")
    for start in range(0, len(order), BLOCK):
        places: list[int] = order[start : start + BLOCK].tolist()
        for place in places:
            identifier = bytes(every[place]).decode()
            yield next(one for one in told(int(of[place])) if one.id == identifier)


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
