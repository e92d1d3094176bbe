"""Statements, conflicts between them, and interventions."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from immunograph.answers.evidence import Evidence, PassageEvidence
from immunograph.answers.parts import (
    Answer,
    Belief,
    Context,
    Ids,
    Meaning,
    Named,
    Observed,
    Page,
    Sign,
    UpOrDown,
)
from immunograph.domain.vocabulary import (
    Aspect,
    Effect,
    HumanApplicability,
    InterventionStatus,
    Phase,
    Role,
    StatementClass,
    Status,
)


class Stratum(TypedDict):
    """Belief in one system group and phase; never pooled with another."""

    stratum: str
    support: Belief
    refute: Belief
    belief: Belief
    studies: Annotated[int, Meaning("independent studies that support it here", least=0)]


_StatementClass = TypedDict("_StatementClass", {"class": StatementClass})


class StatementHead(_StatementClass):
    """What is said of a statement wherever it stands."""

    id: str
    subject: Named
    effect: Annotated[Effect | None, Meaning("null where the statement has no sign")]
    predicate: str
    phrase: Annotated[str, Meaning("how the verb reads between subject and object")]
    sign: Sign
    object: Named
    aspect: Aspect
    status: Status
    net: Annotated[bool, Meaning("whether it sums up a mechanism that its study spells out")]
    belief: Annotated[Belief, Meaning("of its best stratum")]
    strata: list[Stratum]
    conflict: Annotated[float | None, Meaning("min(S)/max(S) with an unresolved opposite")]
    studies: Annotated[int, Meaning(least=0)]
    laboratories: Annotated[int, Meaning("of these; one not named counts as of its own", least=0)]
    human: HumanApplicability | None
    human_says: Annotated[str, Meaning("the same in words")]
    press_only: Annotated[bool, Meaning("whether all that supports it is press")]
    contexts: list[Context]


class Statement(StatementHead):
    """Subject, effect, object, aspect, and what follows from its evidence."""

    conflicts: Annotated[Ids, Meaning("ids of its conflicts")]
    evidence: Annotated[Ids, Meaning("ids of its evidence")]


class CautionedStatement(Statement):
    """A caution, with what its sources say."""

    says: list[str]
    human_unknown: Annotated[bool, Meaning("whether it says that this is not known in humans")]


class Outcome(TypedDict):
    """What changed when an intervention was made."""

    on: Named
    observed: Sign | None
    seen: Annotated[Observed, Meaning("the same in words")]


class Intervention(TypedDict):
    """Something done, proposed or in use, with what was seen."""

    id: str
    name: str
    agent: Annotated[str | None, Meaning("what is given, where that is an entity")]
    target: Named
    process: Annotated[str | None, Meaning("the process of the target that is hit, if one is")]
    change: UpOrDown
    mode: str
    phase: Phase | None
    condition: str | None
    status: InterventionStatus
    outcomes: list[Outcome]
    source: str
    study: str | None
    evidence: list[Evidence]


class Conflict(TypedDict):
    """Two opposite statements, and what explains them."""

    id: str
    statements: Annotated[Ids, Meaning("the one that promotes, and the one that inhibits", items=2)]
    names: Annotated[list[str], Meaning("the same as sentences", items=2)]
    support: Annotated[list[float], Meaning(items=2)]
    conflict: float
    contexts: list[list[Context]]
    resolved_by: Annotated[str | None, Meaning("the dimension that tells them apart")]
    explanation: str


class Caution(TypedDict):
    """What a source warns of, where it covers a statement or a path."""

    statement: str
    says: str
    human: Literal["unknown"] | None
    source: str
    evidence: NotRequired[Annotated[str, Meaning("key of the answer's `evidence`")]]


class Counted(TypedDict):
    """Evidence that counts towards a belief, with what its weight is the product of."""

    id: str
    role: Role
    no_change: bool
    lineage: Annotated[str, Meaning("what it is one voice with; the best of each lineage counts")]
    study: str | None
    factors: dict[str, float]
    p: Belief


class Reckoning(TypedDict):
    """How a belief comes about: belief = S·(1 − R), S = 1 − ∏(1 − p) over supporting lineages."""

    stratum: str
    support: Belief
    refute: Belief
    belief: Belief
    most: Annotated[
        float | None, Meaning("what the belief never exceeds, where press stands alone")
    ]
    evidence: list[Counted]


class StatementCard(Answer, StatementHead):
    """One statement with everything around it."""

    name: Annotated[str, Meaning("the statement as a sentence")]
    reckoning: Annotated[Reckoning | None, Meaning("null where nothing counts for or against it")]
    evidence: list[PassageEvidence]
    conflicts: list[Conflict]
    cautions: list[Caution]
    interventions: list[Intervention]


class Statements(Page):
    """Statements, most believed first."""

    items: list[Statement]


class Conflicts(Page):
    """Conflicts, unresolved ones first."""

    items: list[Conflict]


class Side(StatementHead):
    """One side of a conflict with its evidence."""

    name: Annotated[str, Meaning("the statement as a sentence")]
    conflicts: Ids
    evidence: list[Evidence]


class ConflictCard(Answer, Conflict):
    """One conflict with both statements."""

    sides: Annotated[list[Side], Meaning(items=2)]


class Interventions(Page):
    """Interventions, tested ones first."""

    items: list[Intervention]
