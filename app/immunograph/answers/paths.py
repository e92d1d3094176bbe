"""Signed paths, and verdicts on what they tell."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from immunograph.answers.evidence import Evidence
from immunograph.answers.parts import (
    Answer,
    AskedEnds,
    Belief,
    Context,
    CutBy,
    Ids,
    Meaning,
    Named,
    Observed,
    Sign,
    UpOrDown,
)
from immunograph.answers.statements import Caution
from immunograph.domain.vocabulary import (
    Aspect,
    Effect,
    Foundation,
    HumanApplicability,
    InterventionStatus,
    Phase,
    StatementClass,
    Status,
    VerdictKind,
)

Reason = Literal[
    "only_hypothesised",
    "only_through_association",
    "only_through_abstract",
    "only_unstated",
    "no_path",
]


Relation = Literal["reverse", "other_effect", "broader", "narrower"]


class AskedPaths(AskedEnds):
    """A question for paths, as it was understood."""

    effect: Effect | None
    max_steps: int
    limit: int
    hypothesised: bool


class ChainStep(TypedDict):
    """A step of a chain that spells a net statement out."""

    statement: str
    subject: Named
    predicate: str
    sign: Sign
    object: Named
    belief: Belief


_StepClass = TypedDict("_StepClass", {"class": StatementClass})


class Step(_StepClass):
    """One step of a path, and the statement behind it."""

    statement: str
    subject: Named
    predicate: str
    phrase: Annotated[str, Meaning("how the verb reads between subject and object")]
    sign: Annotated[Sign, Meaning("0 on structural steps")]
    object: Named
    aspect: Aspect
    status: Status
    belief: Belief
    cost: Annotated[int, Meaning("round(-ln(belief) × 10⁶)", least=0)]
    studies: Annotated[int, Meaning(least=0)]
    human: HumanApplicability | None
    human_says: Annotated[str, Meaning("the same in words")]
    press_only: Annotated[bool, Meaning("whether all that supports it is press")]
    hypothesised: bool
    contexts: list[Context]
    conflict: Annotated[float | None, Meaning("min(S)/max(S) with an unresolved opposite")]
    conflicts: Ids
    also: Annotated[Ids, Meaning("other statements that join the same two with this sign")]
    net: Annotated[bool, Meaning("whether it sums up a mechanism that its study spells out")]
    spelled_out: Annotated[list[ChainStep], Meaning("that mechanism, best believed first")]
    in_cell: Annotated[Named | None, Meaning("the cell in which its subject or object acts")]
    laboratories: Annotated[int, Meaning("of the studies that support it", least=0)]
    evidence: Annotated[Ids, Meaning("keys of the answer's `evidence`")]


class Hit(TypedDict):
    """An intervention that hits a path."""

    id: str
    name: str
    label: Annotated[str, Meaning("its name, with its paper where others here share the name")]
    study: Annotated[str, Meaning("its study, or its source where none can be traced")]
    step: Annotated[int, Meaning("the step that it hits, from 0", least=0)]
    status: InterventionStatus
    observed: Annotated[Observed, Meaning("its outcome for the target of the path")]
    target: Annotated[Named, Meaning("what it is on")]
    change: UpOrDown
    phase: Phase | None
    condition: str | None


class SharedContext(TypedDict):
    """A value that all causal steps state."""

    dimension: str
    value: str


_NoteClass = TypedDict("_NoteClass", {"class": StatementClass})


class Note(_NoteClass):
    """An association, annotation or gap that touches an entity of the path."""

    statement: str
    name: Annotated[str, Meaning("the statement as a sentence")]
    says: Annotated[list[str], Meaning("what its evidence says")]


class Seam(TypedDict):
    """Where two steps of a path meet that were not seen together."""

    entity: Named
    dimension: Literal["cell_state", "in_cell"]
    before: Annotated[list[str], Meaning("what the step before states")]
    after: Annotated[list[str], Meaning("what the step after states")]


class Remark(TypedDict):
    """What the curator noted of the support of a step."""

    step: Annotated[int, Meaning(least=0)]
    says: str


class SignedPath(TypedDict):
    """One signed path, with all that must be said of it."""

    effect: Effect
    belief: Belief
    cost: Annotated[int, Meaning("sum over steps of round(-ln(belief) × 10⁶)", least=0)]
    steps: list[Step]
    weakest: Annotated[int, Meaning("the step of lowest belief, from 0", least=0)]
    human: HumanApplicability
    human_says: Annotated[str, Meaning("the same in words")]
    human_because: list[str]
    stitched: Annotated[bool, Meaning("put together from contexts that never met")]
    stitched_at: Annotated[list[Seam], Meaning("entities at which states or cells differ")]
    foundation: Annotated[Foundation, Meaning("what it rests on")]
    unfolded: Annotated[int, Meaning("its steps once every net one is spelled out")]
    remarks: list[Remark]
    shared_contexts: list[SharedContext]
    cautions: list[Caution]
    notes: list[Note]
    net: Annotated[Ids, Meaning("net statements that the path spans")]
    interventions: list[Hit]
    hypothesised: Annotated[int, Meaning("how many of its steps are only hypothesised", least=0)]


class SeeAlso(TypedDict):
    """Another question that has an answer; it says nothing of the one that was asked."""

    relation: Annotated[
        Relation,
        Meaning(
            "reverse: from target to source; other_effect: than the one asked for; "
            "broader: of a class of an end; narrower: of a kind of one"
        ),
    ]
    end: Annotated[
        Literal["source", "target"] | None,
        Meaning("which end is a class or a kind; null where both are as asked"),
    ]
    of: Annotated[Named | None, Meaning("the end that was asked about in its place")]
    source: Named
    target: Named
    effect: Annotated[
        Effect | None,
        Meaning("of its verdict; null where paths of both effects are as well founded"),
    ]
    belief: Annotated[Belief, Meaning("of the path that it rests on")]
    steps: Annotated[int, Meaning("of the path that it rests on", least=1)]
    says: Annotated[str, Meaning("the same in words")]


class EndNote(TypedDict):
    """Something about an end of a question without a path."""

    relation: Annotated[
        Literal["left_out", "kind_of"],
        Meaning(
            "left_out: `without` takes the entity away, by name or with all that names it; "
            "kind_of: one end is a kind of the other"
        ),
    ]
    entity: Named
    of: Named | None


_BecauseClass = TypedDict(
    "_BecauseClass",
    {
        "class": NotRequired[
            Annotated[StatementClass, Meaning("of a statement; absent for a class of things")]
        ]
    },
)


class Because(Named, _BecauseClass):
    """A class or a statement that a question without a path goes through."""


class SettlingStep(TypedDict):
    """A step whose removal would help to decide."""

    statement: str
    name: str


class SettlingIntervention(TypedDict):
    """An intervention that was tested there."""

    id: str
    name: str
    study: Annotated[str, Meaning("its study, or its source where none can be traced")]
    paper: Annotated[str, Meaning("that work as people speak of it: author and year")]


class Settling(TypedDict):
    """Steps without which one sign is left: the experiment that would decide."""

    steps: list[SettlingStep]
    leaves: Effect
    interventions: list[SettlingIntervention]


class Verdict(TypedDict):
    """How far the graph determines the sign of an answer, and on what that rests."""

    kind: VerdictKind
    effect: Effect | None
    rests_on: Foundation | None
    by: Annotated[str | None, Meaning("the dimension that tells the two signs apart")]
    because: list[str]
    against: Annotated[SignedPath | None, Meaning("the best founded path of the other sign")]
    settled_by: list[Settling]


class Paths(Answer):
    """Signed paths, best first."""

    question: AskedPaths
    summary: Annotated[str, Meaning("the answer in one to three plain sentences")]
    verdict: Verdict
    complete: Annotated[bool, Meaning("whether these are all there are")]
    cut_by: CutBy
    reason: Annotated[
        Reason | None,
        Meaning("why there is no path; null where there is one, or when cut"),
    ]
    through: Annotated[
        list[Because],
        Meaning(
            "the classes or statements in question; where only an association with others "
            "joins the ends, the whole chain in its order"
        ),
    ]
    see_also: Annotated[list[SeeAlso], Meaning("where there is no path: best believed first")]
    ends: Annotated[list[EndNote], Meaning("what is to be said of ends that no path joins")]
    reason_complete: Annotated[
        bool, Meaning("false where the search for a reason ended early: another may hold")
    ]
    paths: list[SignedPath]
    evidence: dict[str, Evidence]


class EffectItem(TypedDict):
    """The verdict on one pair."""

    source: Named
    target: Named
    summary: Annotated[str, Meaning("the verdict as a sentence")]
    belief: Annotated[Belief | None, Meaning("of the best founded path")]
    path: Annotated[SignedPath | None, Meaning("the best founded path")]
    verdict: Verdict


class AskedEffect(AskedEnds):
    """A question for verdicts, as it was understood."""

    max_steps: int
    hypothesised: bool


class Effects(Answer):
    """What one thing does to another, in a word, for each pair."""

    question: AskedEffect
    complete: Annotated[bool, Meaning("whether every pair was looked at in time")]
    cut_by: Literal["time"] | None
    items: list[EffectItem]
    next: None
