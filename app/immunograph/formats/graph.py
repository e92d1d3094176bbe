"""What a writer is given: statements with all that is known of them, one after the other.

Everything that grows with the graph is a function that gives it anew, so that a format may look
at it several times (nodes before edges) and no writer holds more than one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from immunograph.domain.model import (
    Context,
    Entity,
    Evidence,
    Intervention,
    Predicate,
    Source,
    Statement,
    Study,
    Vocabulary,
)
from immunograph.domain.vocabulary import HumanApplicability, Role, StatementClass, Status
from immunograph.inference.belief import Stratum
from immunograph.inference.conflicts import Conflict

STANDING = frozenset({Status.ASSERTED, Status.BACKGROUND})
"""What evidence supports as more than a guess: the graph says that it is so."""


@dataclass(frozen=True, slots=True)
class ReportedEvidence:
    """A passage, the text that it stands in, and the work behind that."""

    evidence: Evidence
    source: Source
    study: Study | None

    @property
    def retracted(self) -> bool:
        """Whether its study was retracted, so that it counts for nothing."""
        return self.study is not None and self.study.retracted is not None


@dataclass(frozen=True, slots=True)
class ReportedStatement:
    """A statement with its ends, what follows from its evidence, and the evidence itself."""

    statement: Statement
    subject: Entity
    object: Entity
    sentence: str
    """As people say it: `annexin A6 stimulates the release of CCL2`, with the cell it is in."""
    predicate: Predicate
    """The verb that all its evidence shares, with its names elsewhere; else `promotes` or so."""
    status: Status
    belief: float
    net: bool
    step: bool
    """Whether a path of the whole graph may take it."""
    human: HumanApplicability | None
    conflict: float
    conflicts: tuple[str, ...]
    strata: tuple[Stratum, ...]
    studies: int
    laboratories: int
    press_only: bool
    evidence: tuple[ReportedEvidence, ...]

    @property
    def causal(self) -> bool:
        """Whether it is of the class whose signs mean something."""
        return self.statement.cls is StatementClass.CAUSAL

    @property
    def stands(self) -> bool:
        """Whether evidence supports it, and not as a guess alone."""
        return self.status in STANDING

    @property
    def sign(self) -> int:
        """What may be multiplied along a path: ±1 where it is causal and stands, else 0.

        Statements that are negated, null or only guessed have a direction (`statement.sign`) that
        nobody claims; a tool that knows no status must not take it for one.
        """
        return self.statement.sign if self.stands else 0

    def of_role(self, role: Role) -> list[ReportedEvidence]:
        """Its evidence that does this."""
        return [one for one in self.evidence if one.evidence.role is role]

    @property
    def supporting(self) -> list[ReportedEvidence]:
        """Its evidence that supports it."""
        return self.of_role(Role.SUPPORTS)

    @property
    def refuting(self) -> list[ReportedEvidence]:
        """Its evidence that speaks against it."""
        return self.of_role(Role.REFUTES)

    def stated(self, role: Role = Role.SUPPORTS) -> dict[str, list[str]]:
        """Each part of the context with the distinct values that evidence of a role states."""
        found: dict[str, dict[str, None]] = {}
        for one in self.of_role(role):
            for name, values in context_values(one.evidence.context).items():
                found.setdefault(name, {}).update(dict.fromkeys(values))
        return {name: list(values) for name, values in found.items()}


def context_values(context: Context) -> dict[str, list[str]]:
    """The parts that a context states, each with its values.

    >>> context_values(Context(species=("mouse",), dose="10 mg/kg"))
    {'species': ['mouse'], 'dose': ['10 mg/kg']}
    """
    found: dict[str, list[str]] = {}
    for name in Context.model_fields:
        value = getattr(context, name)
        if value:
            found[name] = [str(value)] if isinstance(value, str) else [str(one) for one in value]
    return found


def terms_of(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """The CURIE of each species, site and disease that has one, by dimension and name."""
    return {
        name: {term.name: term.id for term in getattr(vocabulary, name) if term.id}
        for name in ("species", "site", "disease")
    }


@dataclass(frozen=True, slots=True)
class ReportedIntervention:
    """Something done, proposed or in use, and the evidence of it."""

    intervention: Intervention
    target: Entity
    evidence: tuple[ReportedEvidence, ...]


@dataclass(frozen=True, slots=True)
class ReportedConflict:
    """Two opposite statements and what tells them apart, if anything does."""

    conflict: Conflict
    names: tuple[str, str]
    """Both as sentences, the promoting one first."""
    contexts: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
    """What the support of each states."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Whose the content is, what it may be used for, and how it is cited."""

    licence: str
    licence_url: str
    citation: str


def _nothing() -> Iterable[Any]:
    return ()


@dataclass(frozen=True)
class ExportedGraph:
    """The whole graph, or the part of it that one answer rests on."""

    snapshot: str
    version: str
    rights: Rights
    vocabulary: Vocabulary
    question: Mapping[str, Any] | None = None
    """What was asked; None where this is the whole graph."""
    entities: Callable[[], Iterable[Entity]] = field(default=_nothing)
    """Those that statements name and the classes above them, by id."""
    statements: Callable[[], Iterable[ReportedStatement]] = field(default=_nothing)
    """By id; those of an answer in the order of first use."""
    asserted: Callable[[], Iterable[Statement]] = field(default=_nothing)
    """The same without what follows, which takes longer to tell."""
    interventions: Callable[[], Iterable[ReportedIntervention]] = field(default=_nothing)
    sources: Callable[[], Iterable[Source]] = field(default=_nothing)
    studies: Callable[[], Iterable[Study]] = field(default=_nothing)
    conflicts: Callable[[], Iterable[ReportedConflict]] = field(default=_nothing)
    evidence: Callable[[], Iterable[Evidence]] = field(default=_nothing)
    """Of statements and of interventions, by id."""
