"""What follows from the evidence: beliefs, net marks, conflicts, human applicability.

Nothing here is ever written by hand; it is computed from `Knowledge` whenever that changes, whole
or for what a change touched, with the same result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from immunograph.belief import Assessment, Weighed, assess, weigh
from immunograph.conflicts import Conflict, conflicts_of, neighbours
from immunograph.knowledge import Knowledge
from immunograph.model import Evidence, Statement
from immunograph.nets import Arrow, lineages_of, net_statements, placed_steps
from immunograph.vocabulary import PLACED_STEPS, StatementClass


@dataclass(frozen=True, slots=True)
class Caution:
    """What must be said of all that goes from the subject, or a member of it, to the object."""

    statement: str
    subject: str
    object: str
    human_unknown: bool
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class Derivation:
    """All derived values of one state of knowledge."""

    weighed: dict[str, tuple[Weighed, ...]] = field(default_factory=dict[str, tuple[Weighed, ...]])
    assessments: dict[str, Assessment] = field(default_factory=dict[str, Assessment])
    net_of: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """The net statements within each lineage."""
    conflicts: dict[str, Conflict] = field(default_factory=dict[str, Conflict])
    cautions: tuple[Caution, ...] = ()
    net: set[str] = field(default_factory=set[str])
    conflicts_by_statement: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )

    def conflict_value(self, statement: str) -> float:
        """The strongest unresolved conflict that a statement is in; 0 where there is none."""
        ids = self.conflicts_by_statement.get(statement, ())
        return max((self.conflicts[i].conflict for i in ids), default=0.0)


def derive(knowledge: Knowledge) -> Derivation:
    """Everything that follows from the knowledge."""
    return rederive(knowledge, Derivation(), knowledge.statements.keys(), everything=True)


def weighed_evidence(knowledge: Knowledge, statement: str) -> tuple[Weighed, ...]:
    """The evidence of a statement with its lineages and probabilities."""
    found: list[Weighed] = []
    for evidence in knowledge.evidence_of(statement):
        source = knowledge.source(evidence.source)
        study = knowledge.studies.get(evidence.study) if evidence.study else None
        found.append(weigh(evidence, type_=source.type, tier=source.tier, study=study))
    return tuple(found)


def cautions_of(knowledge: Knowledge) -> tuple[Caution, ...]:
    """The cautions of the graph, by statement id."""
    found: list[Caution] = []
    for identifier in sorted(knowledge.statements):
        statement = knowledge.statements[identifier]
        if statement.cls is StatementClass.CAUTION:
            evidence = knowledge.evidence_of(identifier)
            unknown = any(one.human_unknown for one in evidence)
            caution = Caution(identifier, statement.subject, statement.object, unknown, evidence)
            found.append(caution)
    return tuple(found)


def covering(
    knowledge: Knowledge, cautions: Iterable[Caution], passed: Iterable[str], end: str
) -> list[Caution]:
    """The cautions that cover what passes these entities and ends there.

    A caution covers its subject or a member of it, on the way to its object or a kind of it.
    """
    ends = knowledge.above(end)
    ways = frozenset[str]().union(*(knowledge.above(entity) for entity in passed))
    return [c for c in cautions if c.object in ends and c.subject in ways]


def rederive(
    knowledge: Knowledge,
    before: Derivation,
    touched: Iterable[str],
    *,
    everything: bool = False,
) -> Derivation:
    """The derivation after a change that touched the evidence of these statements.

    Changes `before` in place and returns it. `everything` starts from nothing.
    """
    derivation = Derivation() if everything else before
    touched = set(touched)
    standing = {i for i in touched if i in knowledge.statements}
    lineages: set[str] = set()
    for identifier in touched:
        lineages |= lineages_of(derivation.weighed.pop(identifier, ()))
        derivation.assessments.pop(identifier, None)
    for identifier in standing:
        derivation.weighed[identifier] = weighed_evidence(knowledge, identifier)
        lineages |= lineages_of(derivation.weighed[identifier])
    cautions = cautions_of(knowledge)
    if cautions != derivation.cautions:
        derivation.cautions = cautions
        standing = set(knowledge.statements)
    unknown = [caution for caution in derivation.cautions if caution.human_unknown]
    for identifier in standing:
        statement = knowledge.statements[identifier]
        covered = bool(unknown) and bool(
            covering(knowledge, unknown, [statement.subject], statement.object)
        )
        derivation.assessments[identifier] = assess(
            statement, derivation.weighed[identifier], unknown_in_humans=covered
        )
    _renew_nets(knowledge, derivation, lineages)
    _renew_conflicts(knowledge, derivation)
    return derivation


def _renew_nets(knowledge: Knowledge, derivation: Derivation, lineages: set[str]) -> None:
    placed: dict[str, set[Arrow]] = placed_steps(knowledge)
    live = {i for i in lineages if _is_live(knowledge, i)}
    for gone in lineages - live:
        derivation.net_of.pop(gone, None)
    derivation.net_of.update(net_statements(knowledge, live, derivation.weighed, placed))
    derivation.net = set[str]().union(*derivation.net_of.values())


def _is_live(knowledge: Knowledge, lineage: str) -> bool:
    kind, _, name = lineage.partition(":")
    return name in (knowledge.studies if kind == "study" else knowledge.contributions)


def _renew_conflicts(knowledge: Knowledge, derivation: Derivation) -> None:
    near: dict[str, frozenset[str]] = {}

    def neighbourhood(entity: str) -> frozenset[str]:
        if entity not in near:
            near[entity] = neighbours(knowledge, entity)
        return near[entity]

    derivation.conflicts = {}
    by_statement: dict[str, list[str]] = {}
    subjects = _subjects_of_both_signs(knowledge.statements.values())
    for subject in sorted(subjects):
        for conflict in conflicts_of(
            knowledge, subject, derivation.weighed, derivation.assessments, neighbourhood
        ):
            derivation.conflicts[conflict.id] = conflict
            for statement in conflict.statements:
                by_statement.setdefault(statement, []).append(conflict.id)
    derivation.conflicts_by_statement = {s: tuple(sorted(c)) for s, c in by_statement.items()}


def _subjects_of_both_signs(statements: Iterable[Statement]) -> set[str]:
    signs: dict[str, set[int]] = {}
    for statement in statements:
        if statement.sign:
            signs.setdefault(statement.subject, set()).add(statement.sign)
    return {subject for subject, both in signs.items() if len(both) > 1}


def structural_change(before: Iterable[Statement], after: Iterable[Statement]) -> bool:
    """Whether a change moves steps that may stand in the chain of any study."""

    def placed(statements: Iterable[Statement]) -> set[str]:
        return {s.id for s in statements if s.effect in PLACED_STEPS}

    return placed(before) != placed(after)
