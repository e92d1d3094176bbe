"""What answers look like, for OpenAPI alone: the service makes them, a test holds them to this.

Answers may hold more than is written here; what is written here stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from immunograph.domain.vocabulary import (
    Aspect,
    Basis,
    Directness,
    Effect,
    Foundation,
    HumanApplicability,
    InterventionStatus,
    OpenKind,
    Phase,
    Role,
    SourceType,
    StatementClass,
    Status,
    StudySystem,
    Tier,
    Traceability,
    VerdictKind,
)

Belief = Annotated[
    float, Field(ge=0, le=1, description="expert-set, not calibrated; rounded to 6 decimals")
]
Snapshot = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content that was asked")
]
CutBy = Annotated[
    Literal["limit", "work", "time"] | None,
    Field(
        description="limit: more exist; work: the search budget ended it, better ones may be "
        "missing; time: its deadline ended it; null: nothing did"
    ),
]
Next = Annotated[str | None, Field(description="cursor of the next page; null on the last")]
Observed = Literal["increased", "decreased", "no change", "not measured"]
Ids = list[str]
Context = dict[str, Any]
"""What evidence states of its setting; parts that it does not state are absent."""


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(populate_by_name=True)


class Named(Shape):
    """Something by its id and the name that people know."""

    id: str
    name: str
    kind: str | None = None


class Reference(Shape):
    """A paper that an answer rests on; what its study does not give is null."""

    study: str
    title: str | None
    authors: Ids = Field(description="as the citation names them")
    others: bool = Field(description="whether the citation says that there are more")
    year: int | None
    journal: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    pmid: str | None
    citation: str | None = Field(description="as the study gives it")
    retracted: str | None


class Snapshotted(Shape):
    """What every answer names."""

    snapshot: Snapshot


class Pinned(Shape):
    """What became of the snapshot to which the address of an answer is pinned."""

    snapshot: str = Field(description="as the address names it")
    current: bool = Field(description="whether the answer is of that snapshot")
    says: str
    changes: str | None = Field(description="the address that tells what changed since")


class Answer(Snapshotted):
    """What every answer names, and what it rests on."""

    pinned: Pinned | None = Field(
        None,
        description="there where the address names a snapshot",
        exclude_if=lambda pinned: pinned is None,
    )
    references: list[Reference] = Field(description="its papers, in the order of first use")


class Page(Answer):
    """One page of a list."""

    next: Next
    total: int = Field(ge=0, description="how many there are on all pages")


# --- evidence and statements ---------------------------------------------------------------


class Locator(Shape):
    """Where a passage stands."""

    document: str = Field(description="its name; `pubmed:…` is an abstract that others hold")
    start: int | None = Field(description="code point of the decoded text, from 0")
    end: int | None = Field(description="the code point after the last")
    sha256: str | None = Field(description="of the passage in UTF-8")
    sentence: str | None = Field(description="SHA-256 of the sentence in its normal form")


class Record(Shape):
    """Where in a corpus of others a piece of evidence stands."""

    corpus: str
    version: str | None
    file: str | None
    key: str
    licence: str | None


class EvidenceSource(Shape):
    """The source of a passage."""

    id: str
    title: str
    type: SourceType
    tier: Tier
    traceability: Traceability


class Evidence(Shape):
    """One passage, in our words, and what it does to one statement."""

    id: str
    role: Role
    basis: Basis
    says: str = Field(description="what the passage says, in our words")
    directness: Directness
    hedged: bool
    review: bool = Field(description="whether a curator should look again")
    study_system: list[StudySystem]
    species: Ids
    site: Ids
    disease: Ids
    cell_state: Ids
    host_state: Ids
    in_cell: list[Named] = Field(description="the cell in which the subject or object acts")
    dose: str | None
    time: str | None
    condition: str | None
    stage: Ids
    phase: list[Phase]
    eco: str = Field(description="term of the Evidence and Conclusion Ontology")
    derived: bool = Field(description="whether it follows from the outcome of an intervention")
    checked: bool = Field(description="whether the curator read the passage in the source itself")
    locator: Locator | None
    reader: str | None = Field(description="the program that read it, where no person did")
    quoted: bool = Field(description="whether `says` is the corpus' own sentence")
    record: Record | None
    source: EvidenceSource
    study: str | None


class Stratum(Shape):
    """Belief in one system group and phase; never pooled with another."""

    stratum: str
    support: Belief
    refute: Belief
    belief: Belief
    studies: int = Field(ge=0, description="independent studies that support it here")


class Statement(Shape):
    """Subject, effect, object, aspect, and what follows from its evidence."""

    id: str
    subject: Named
    effect: Effect | None = Field(description="null where the statement has no sign")
    predicate: str
    sign: Literal[-1, 0, 1]
    object: Named
    aspect: Aspect
    cls: StatementClass = Field(alias="class")
    status: Status
    net: bool = Field(description="whether it sums up a mechanism that its study spells out")
    belief: Belief = Field(description="of its best stratum")
    strata: list[Stratum]
    conflict: float | None = Field(description="min(S)/max(S) with an unresolved opposite")
    studies: int = Field(ge=0)
    laboratories: int = Field(ge=0, description="of these; one not named counts as of its own")
    human: HumanApplicability | None
    human_says: str = Field(description="the same in words")
    contexts: list[Context]
    evidence: Ids


class Conflict(Shape):
    """Two opposite statements, and what explains them."""

    id: str
    statements: Annotated[Ids, Field(min_length=2, max_length=2)]
    support: Annotated[list[float], Field(min_length=2, max_length=2)]
    conflict: float
    contexts: list[list[Context]]
    resolved_by: str | None = Field(description="the dimension that tells them apart")
    explanation: str


class Outcome(Shape):
    """What changed when an intervention was made."""

    on: Named
    observed: Literal[-1, 0, 1] | None


class Intervention(Shape):
    """Something done, proposed or in use, with what was seen."""

    id: str
    name: str
    target: Named
    process: str | None = Field(description="the process of the target that is hit, if one is")
    change: Literal[-1, 1]
    mode: str
    phase: Phase | None
    condition: str | None
    status: InterventionStatus
    outcomes: list[Outcome]
    study: str | None
    evidence: list[Evidence]


class Caution(Shape):
    """What a source warns of, where it covers a statement or a path."""

    statement: str
    says: str
    human: Literal["unknown"] | None
    source: str


class PassageEvidence(Evidence):
    """Evidence with its passage, where the document is at hand."""

    passage: str | None = Field(description="the passage itself, if its document is at hand")


class Counted(Shape):
    """Evidence that counts towards a belief, with what its weight is the product of."""

    id: str
    role: Role
    no_change: bool
    lineage: str = Field(description="what it is one voice with; the best of each lineage counts")
    study: str | None
    factors: dict[str, float]
    p: Belief


class Reckoning(Shape):
    """How a belief comes about: belief = S·(1 − R), S = 1 − ∏(1 − p) over supporting lineages."""

    stratum: str
    support: Belief
    refute: Belief
    belief: Belief
    most: float | None = Field(
        description="what the belief never exceeds, where press stands alone"
    )
    evidence: list[Counted]


class StatementCard(Answer, Statement):
    """One statement with everything around it."""

    reckoning: Reckoning | None = Field(description="null where nothing counts for or against it")
    evidence: list[PassageEvidence]  # pyright: ignore[reportIncompatibleVariableOverride] # the contract has ids in lists and the whole on a card
    conflicts: list[Conflict]
    cautions: list[Caution]
    interventions: list[Intervention]


class Statements(Page):
    """Statements, most believed first."""

    items: list[Statement]


# --- entities ------------------------------------------------------------------------------


class Entity(Shape):
    """A thing of the mechanism: a cell, a protein, a process, a drug."""

    id: str = Field(description="a CURIE; local ones begin with `itm:`")
    name: str
    kind: str
    symbol: str | None
    synonyms: Ids
    abstract: bool = Field(description="a class that may start or end a path, never bridge one")


class ListedEntity(Entity):
    """An entity in a list."""

    is_a: Ids


class Entities(Page):
    """Entities, nearest first."""

    items: list[ListedEntity]


class Counts(Shape):
    """Statements that touch an entity, counted."""

    statements: int
    by_class: dict[str, int]
    by_effect: dict[str, int]
    by_status: dict[str, int]


class EntityCard(Answer, Entity):
    """One entity with the classes above it, its cautions and counts."""

    is_a: list[Named]
    cautions: list[Statement]
    counts: Counts


# --- paths and what they raise -------------------------------------------------------------


class Asked(Shape):
    """The question as it was understood: every name resolved."""

    filters: dict[str, Any]
    without: list[Named]


class AskedEnds(Asked):
    """The ends of a question."""

    source: list[Named]
    target: list[Named]


class AskedPaths(AskedEnds):
    """A question for paths, as it was understood."""

    effect: Effect | None
    max_steps: int


class AskedEntity(Asked):
    """A question about one entity, as it was understood."""

    entity: Named
    max_steps: int


class ChainStep(Shape):
    """A step of a chain that spells a net statement out."""

    statement: str
    subject: Named
    predicate: str
    sign: Literal[-1, 0, 1]
    object: Named
    belief: Belief


class Step(Shape):
    """One step of a path, and the statement behind it."""

    statement: str
    subject: Named
    predicate: str
    sign: Literal[-1, 0, 1] = Field(description="0 on structural steps")
    object: Named
    belief: Belief
    studies: int = Field(ge=0)
    cls: StatementClass = Field(alias="class")
    human: HumanApplicability | None
    human_says: str = Field(description="the same in words")
    contexts: list[Context]
    conflicts: Ids
    also: Ids = Field(description="other statements that join the same two with this sign")
    net: bool = Field(description="whether it sums up a mechanism that its study spells out")
    spelled_out: list[ChainStep] = Field(description="that mechanism, best believed first")
    in_cell: Named | None = Field(description="the cell in which its subject or object acts")
    laboratories: int = Field(ge=0, description="of the studies that support it")
    evidence: Ids = Field(description="keys of the answer's `evidence`")


class Hit(Shape):
    """An intervention that hits a path."""

    id: str
    name: str
    label: str = Field(description="its name, with its paper where others here share the name")
    study: str = Field(description="its study, or its source where none can be traced")
    step: int = Field(ge=0, description="the step that it hits, from 0")
    status: InterventionStatus
    observed: Observed = Field(description="its outcome for the target of the path")


class SharedContext(Shape):
    """A value that all causal steps state."""

    dimension: str
    value: str


class Note(Shape):
    """An association, annotation or gap that touches an entity of the path."""

    statement: str


class Seam(Shape):
    """Where two steps of a path meet that were not seen together."""

    entity: Named
    dimension: Literal["cell_state", "in_cell"]
    before: list[str] = Field(description="what the step before states")
    after: list[str] = Field(description="what the step after states")


class Remark(Shape):
    """What the curator noted of the support of a step."""

    step: int = Field(ge=0)
    says: str


class SignedPath(Shape):
    """One signed path, with all that must be said of it."""

    effect: Effect
    belief: Belief
    cost: int = Field(ge=0, description="sum over steps of round(-ln(belief) × 10⁶)")
    steps: list[Step]
    weakest: int = Field(ge=0, description="the step of lowest belief, from 0")
    human: HumanApplicability
    human_says: str = Field(description="the same in words")
    human_because: list[str]
    stitched: bool = Field(description="put together from contexts that never met")
    stitched_at: list[Seam] = Field(description="entities at which states or cells differ")
    foundation: Foundation = Field(description="what it rests on")
    unfolded: int = Field(description="its steps once every net one is spelled out")
    remarks: list[Remark]
    shared_contexts: list[SharedContext]
    cautions: list[Caution]
    notes: list[Note]
    net: Ids = Field(description="net statements that the path spans")
    interventions: list[Hit]


class SeeAlso(Shape):
    """Another question that has an answer; it says nothing of the one that was asked."""

    relation: Literal["reverse", "other_effect", "broader", "narrower"] = Field(
        description="reverse: from target to source; other_effect: than the one asked for; "
        "broader: of a class of an end; narrower: of a kind of one"
    )
    end: Literal["source", "target"] | None = Field(
        description="which end is a class or a kind; null where both are as asked"
    )
    of: Named | None = Field(description="the end that was asked about in its place")
    source: Named
    target: Named
    effect: Effect | None = Field(
        description="of its verdict; null where paths of both effects are as well founded"
    )
    belief: Belief = Field(description="of the path that it rests on")
    steps: int = Field(ge=1, description="of the path that it rests on")
    says: str = Field(description="the same in words")


class EndNote(Shape):
    """Something about an end of a question without a path."""

    relation: Literal["left_out", "kind_of"] = Field(
        description="left_out: `without` takes the entity away, by name or with all that names it; "
        "kind_of: one end is a kind of the other"
    )
    entity: Named
    of: Named | None


class Because(Named):
    """A class or a statement that a question without a path goes through."""

    cls: StatementClass | None = Field(
        None, alias="class", description="of a statement; absent for a class of things"
    )


class SettlingStep(Shape):
    """A step whose removal would help to decide."""

    statement: str
    name: str


class SettlingIntervention(Shape):
    """An intervention that was tested there."""

    id: str
    name: str
    study: str = Field(description="its study, or its source where none can be traced")
    paper: str = Field(description="that work as people speak of it: author and year")


class Settling(Shape):
    """Steps without which one sign is left: the experiment that would decide."""

    steps: list[SettlingStep]
    leaves: Effect
    interventions: list[SettlingIntervention]


class Verdict(Shape):
    """How far the graph determines the sign of an answer, and on what that rests."""

    kind: VerdictKind
    effect: Effect | None
    rests_on: Foundation | None
    by: str | None = Field(description="the dimension that tells the two signs apart")
    because: list[str]
    against: SignedPath | None = Field(description="the best founded path of the other sign")
    settled_by: list[Settling]


class EffectItem(Shape):
    """The verdict on one pair."""

    source: Named
    target: Named
    summary: str = Field(description="the verdict as a sentence")
    belief: Belief | None = Field(description="of the best founded path")
    path: SignedPath | None = Field(description="the best founded path")
    verdict: Verdict


class AskedEffect(AskedEnds):
    """A question for verdicts, as it was understood."""

    max_steps: int
    hypothesised: bool


class Effects(Answer):
    """What one thing does to another, in a word, for each pair."""

    question: AskedEffect
    complete: bool = Field(description="whether every pair was looked at in time")
    cut_by: Literal["time"] | None
    items: list[EffectItem]
    next: None


class Paths(Answer):
    """Signed paths, best first."""

    question: AskedPaths
    summary: str = Field(description="the answer in one to three plain sentences")
    verdict: Verdict
    complete: bool = Field(description="whether these are all there are")
    cut_by: CutBy
    reason: (
        Literal[
            "only_hypothesised",
            "only_through_association",
            "only_through_abstract",
            "only_unstated",
            "no_path",
        ]
        | None
    ) = Field(description="why there is no path; null where there is one, or when cut")
    through: list[Because] = Field(
        description="the classes or statements in question; where only an association with others "
        "joins the ends, the whole chain in its order"
    )
    see_also: list[SeeAlso] = Field(description="where there is no path: best believed first")
    ends: list[EndNote] = Field(description="what is to be said of ends that no path joins")
    reason_complete: bool = Field(
        description="false where the search for a reason ended early: another may hold"
    )
    paths: list[SignedPath]
    evidence: dict[str, Evidence]


class InfluenceItem(Shape):
    """One entity that is reached, or that reaches."""

    entity: Named
    effect: Effect
    belief: Belief = Field(description="of its best simple path")
    steps: int = Field(ge=1)
    via: Ids = Field(description="the entities in between, in order")


class Influence(Answer):
    """What an entity reaches, or what reaches it."""

    question: AskedEntity
    complete: bool
    cut_by: CutBy
    items: list[InfluenceItem]
    next: Next


class SetIntervention(Shape):
    """An intervention that takes out a member of the set."""

    id: str
    name: str
    label: str = Field(description="its name, with its paper where others here share the name")
    study: str = Field(description="its study, or its source where none can be traced")
    status: InterventionStatus


class BlockingSet(Shape):
    """Entities without which no path is left."""

    entities: list[Named]
    interventions: list[SetIntervention]
    human: HumanApplicability
    human_says: str = Field(description="the same in words")


class Blockers(Answer):
    """All smallest sets of entities whose removal breaks every path."""

    question: AskedPaths
    complete: bool
    cut_by: CutBy
    direct: bool = Field(description="a path of one step exists, so nothing in between breaks it")
    sets: list[BlockingSet]


class Loop(Shape):
    """One feedback loop."""

    kind: Literal["reinforcing", "balancing"]
    belief: Belief
    steps: list[Step]


class Loops(Answer):
    """Feedback loops through an entity."""

    question: AskedEntity
    complete: bool
    cut_by: CutBy
    items: list[Loop]
    next: Next


class Change(Shape):
    """What becomes of one statement."""

    id: str
    before: Belief | None
    after: Belief | None = Field(description="null where the statement is gone")


class LostPath(Shape):
    """A path that is no longer there."""

    effect: Effect
    belief: Belief
    entities: list[Named]
    steps: Ids


class Impact(Answer):
    """What changes when something is left out."""

    question: AskedEnds
    statements: list[Change]
    fallen: Ids = Field(description="statements that nothing supports any more")
    paths_lost: list[LostPath]


class AskedOpen(Asked):
    """What open questions are about, as it was understood; nothing: the whole graph."""

    entity: Named | None
    source: list[Named]
    target: list[Named]
    kind: OpenKind | None


class Tried(Shape):
    """A tested intervention that came close, and what was seen."""

    id: str
    name: str
    study: str = Field(description="its study, or its source where none can be traced")
    paper: str = Field(description="that work as people speak of it: author and year")
    seen: list[str]


class OpenQuestion(Shape):
    """One thing that nobody knows: why, what would settle it, and what was tried."""

    id: str
    kind: OpenKind = Field(
        description="contested: both signs are equally founded; conflict: opposite statements "
        "that nothing tells apart; open: a loop may turn the sign; break_point: a path runs "
        "through it and nobody took it out while measuring the path's end; one_study and "
        "one_laboratory: a step that rests on nothing else"
    )
    asks: str
    why: str
    settled_by: list[str] = Field(description="the experiments that would settle it")
    tried: list[Tried]
    priority: float = Field(
        ge=0, le=1, description="what it is ranked by: an expert-set weight of its kind × at_stake"
    )
    at_stake: Belief = Field(description="of the best path, step or side that hangs on it")
    paths: int = Field(ge=0, description="how many of the paths that were looked at hang on it")
    entities: list[Named]
    statements: Ids
    conflict: str | None = Field(description="id of the conflict, where it is one")


class OpenQuestions(Page):
    """What to test next, most urgent first."""

    question: AskedOpen
    complete: bool = Field(description="whether all that was asked about was looked at")
    cut_by: Literal["work", "time"] | None
    items: list[OpenQuestion]


# --- lists of names --------------------------------------------------------------------------


class Matched(Named):
    """An entity that a name may mean."""

    matched: str = Field(description="the name by which it was found")


class AsideMention(Shape):
    """A source that mentions a name in a passage that became nothing, and why."""

    source: str
    why: str


class ResolvedName(Shape):
    """A name of a list, and what it is here."""

    line: int = Field(ge=1, description="of the text, or the entry of the array")
    name: str = Field(description="as it was given")
    sign: Literal[-1, 1] | None = Field(description="its direction, if one was given")
    status: Literal["found", "ambiguous", "unknown", "unreadable"]
    entity: Named | None
    matched: str | None = Field(description="the name of the entity by which it was found")
    candidates: list[Matched] = Field(description="what an ambiguous name may mean")
    suggestions: list[Matched] = Field(
        description="what an unknown name may mean; given for the first hundred of them"
    )
    set_aside: list[AsideMention]
    why: str | None = Field(description="why it cannot be read")


class NameCounts(Shape):
    """How many names of a list are of each status."""

    found: int
    ambiguous: int
    unknown: int
    unreadable: int


class AskedNames(Shape):
    """A list of names."""

    names: int = Field(ge=1, description="how many lines name something")


class ResolvedNames(Answer):
    """What each name of a list is, in their order."""

    question: AskedNames
    summary: str
    counts: NameCounts
    items: list[ResolvedName]
    next: None


class ListedEntityOf(Named):
    """An entity of a list."""

    names: Ids = Field(description="as they were given")
    sign: Literal[-1, 1] | None = Field(description="null where none, or both, were given")
    contradicted: bool = Field(description="whether both directions were given")


class AskedSubgraph(Asked):
    """A list, as it was understood."""

    steps: int
    entities: list[ListedEntityOf]


class Regulator(Shape):
    """An entity that acts on a list, and how far from chance."""

    entity: Named
    state: Literal["increased", "decreased"] | None = Field(
        description="which change of it would explain the directions better"
    )
    targets: int = Field(description="entities that it acts on")
    listed: int = Field(description="of these, how many are listed with a direction")
    agree: int = Field(description="listed ones that went as they would if it were increased")
    disagree: int = Field(description="listed ones that went as they would if it were decreased")
    unclear: int = Field(description="listed ones that it both promotes and inhibits")
    p_overlap: float = Field(ge=0, le=1)
    p_signs: float = Field(ge=0, le=1)
    p: float = Field(ge=0, le=1, description="both together")
    q: float = Field(ge=0, le=1, description="p, corrected for the number of regulators")
    statements: Ids


class Regulators(Shape):
    """What would explain the directions of a list, the furthest from chance first."""

    method: str
    listed: int = Field(description="entities with a direction that anything acts on")
    up: int
    down: int
    acted_on: int = Field(description="all entities that anything acts on")
    tested: int = Field(description="all entities that act on anything")
    items: list[Regulator] = Field(description="the best twenty")


class Subgraph(Page):
    """The signed statements among a list of entities."""

    question: AskedSubgraph
    summary: str
    counts: NameCounts
    unmatched: list[ResolvedName] = Field(description="names that are not found, with what is near")
    between: list[Named] = Field(description="entities that are not listed and lie on two steps")
    complete: bool
    cut_by: Literal["time"] | None
    items: list[Statement]
    regulators: Regulators | None = Field(description="null where no name has a direction")


# --- lists -----------------------------------------------------------------------------------


class Conflicts(Page):
    """Conflicts, unresolved ones first."""

    items: list[Conflict]


class Side(Statement):
    """One side of a conflict with its evidence."""

    evidence: list[Evidence]  # pyright: ignore[reportIncompatibleVariableOverride] # the contract has ids in lists and the whole on a card


class ConflictCard(Answer, Conflict):
    """One conflict with both statements."""

    sides: Annotated[list[Side], Field(min_length=2, max_length=2)]


class Interventions(Page):
    """Interventions, tested ones first."""

    items: list[Intervention]


class SourceHead(Shape):
    """A text that reports."""

    id: str
    type: SourceType
    tier: Tier
    traceability: Traceability
    title: str
    study: str | None


class Source(SourceHead):
    """A source in a list."""

    statements: Ids
    interventions: Ids
    not_statements: int = Field(ge=0, description="how many passages became nothing")


class Sources(Page):
    """What is loaded."""

    items: list[Source]


class SetAside(Shape):
    """A passage that became nothing, and why."""

    start: int
    end: int
    sha256: str
    why: str
    about: list[str]


class SourceSays(Shape):
    """What one passage of a source says on a statement."""

    role: Role
    no_change: bool = Field(description="whether they looked for a change and saw none")
    says: str = Field(description="what the passage says, in our words")


class SaidStatement(Statement):
    """A statement, and what one source says on it."""

    said: list[SourceSays]


class SourceCard(Answer, SourceHead):
    """One source: what it says, and what was set aside."""

    statements: list[SaidStatement]
    interventions: list[Intervention]
    not_statements: list[SetAside]
    alone: Ids = Field(description="statements that rest on it alone")


class Study(Shape):
    """The work behind one or more sources."""

    id: str
    title: str | None
    doi: str | None
    pmid: str | None
    retracted: str | None = Field(description="why and when it was retracted")
    sources: Ids
    statements: Ids
    alone: Ids = Field(description="statements that rest on it alone")


class Studies(Page):
    """The studies behind the sources."""

    items: list[Study]


class StudyCard(Answer, Study):
    """One study."""


class OfferedReferenceFormat(Shape):
    """A format of papers."""

    name: str = Field(description="what `references` takes")
    title: str
    ending: str = Field(description="of a file's name")


class OfferedFormat(OfferedReferenceFormat):
    """A format of answers."""

    name: str = Field(description="what `format` takes")
    table: bool = Field(description="whether it fits every answer, and not only statements")


class SnapshotCard(Answer):
    """What the graph holds now."""

    version: str = Field(description="version of the service")
    loaded_at: str = Field(description="when it came to be as it is; UTC, ISO 8601")
    licence: str = Field(description="of the data")
    licence_url: str
    citation: str = Field(description="how the data of this snapshot are cited")
    formats: list[OfferedFormat]
    reference_formats: list[OfferedReferenceFormat]
    entities: int
    statements: int
    evidence: int
    sources: int
    studies: int
    interventions: int
    conflicts: int
    by_class: dict[str, int]
    by_status: dict[str, int]


class Load(Shape):
    """What one load changed."""

    id: str
    at: str
    by: str
    source: str
    before: str | None
    after: str
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[dict[str, Any]]


class WriteAnswer(Load):
    """What a load or a withdrawal changed, or would change."""

    snapshot: str
    dry_run: bool
    version: str | None
    """Names what the source says now; to be sent as `If-Match` by who replaces it."""


class TurnSource(Shape):
    """A source that was loaded, withdrawn, or whose study was retracted."""

    id: str = Field(description="of a source, or `study:` and the id of a study")
    title: str | None
    study: str | None
    did: Literal["added", "replaced", "withdrawn", "retracted", "restored"] | None = Field(
        description="null where the record does not tell"
    )
    by: str
    load: str = Field(description="id of its load")


class NamedChange(Change):
    """What became of one statement, with how people say it."""

    name: str | None = Field(description="null where nothing that is kept names it")


class AnswerInShort(Shape):
    """An answer in short."""

    says: str
    verdict: ShortVerdict | None


class ShortVerdict(Shape):
    """The first word of an answer."""

    kind: VerdictKind
    effect: Effect | None


class BecameOfAnswer(Shape):
    """What became of an answer."""

    before: AnswerInShort
    after: AnswerInShort
    gained: list[str] = Field(description="paths, or what else it lists, that came")
    lost: list[str] = Field(description="what it no longer lists")


class Turn(Shape):
    """Loads that took hold together, and what they changed."""

    id: str
    at: str
    before: str | None = Field(description="the snapshot before; null where the graph was empty")
    after: str
    sources: list[TurnSource]
    statements: list[NamedChange]
    answer: BecameOfAnswer | None = Field(description="null where no question was asked about")


class AskedChanges(Shape):
    """What was asked, as it was understood."""

    since: str | None
    question: str | None = Field(description="the address of the question that is watched")


class Changes(Answer):
    """What changed since a snapshot, the newest first."""

    question: AskedChanges
    since: str | None = Field(
        description="the snapshot that it is told from; null where that is the empty graph, or is "
        "not known"
    )
    loaded_at: str = Field(description="when the graph came to be as it is now")
    known: bool = Field(
        description="whether that state could be rebuilt to the byte; else what the records of "
        "loads tell stands here"
    )
    reason: Literal["unknown_snapshot", "not_kept"] | None = Field(
        description="why it is not known: no load on record left the graph at it; or what a load "
        "replaced was not kept"
    )
    summary: str
    complete: bool
    cut_by: Literal["limit", "time"] | None
    items: list[Turn] = Field(
        description="the turns that changed something; of a question, those that changed its answer"
    )
    statements: list[NamedChange] = Field(
        description="what all turns together did, where no question was asked about"
    )
    answer: BecameOfAnswer | None
    next: None


class Loads(Page):
    """Loads, the newest first."""

    items: list[Load]


class Derived(Shape):
    """What follows from the evidence of one statement."""

    predicate: str
    status: Status
    belief: Belief
    cost: int
    studies: int = Field(description="independent studies that support it")
    laboratories: int = Field(description="of these; one not named counts as of its own")
    net: bool = Field(description="it sums up a mechanism that the same study spells out")
    step: bool = Field(description="whether a path of the whole graph may take it")
    human: HumanApplicability | None
    conflict: float
    strata: list[Stratum]


class DerivedValues(Shape):
    """What the service computes, by statement id; nobody writes it by hand."""

    statements: dict[str, Derived]
    conflicts: list[Conflict]


class Export(Snapshotted):
    """The whole graph."""

    format: Literal["json"]
    version: str = Field(description="version of the service")
    licence: str
    licence_url: str
    citation: str
    content: dict[str, Any] = Field(
        description="all that the graph asserts, lists sorted by id; the snapshot id follows from "
        "it as the help on formats says"
    )
    derived: DerivedValues


class NoPlace(Shape):
    """What a format cannot hold."""

    what: str
    count: int = Field(ge=1, description="how many there are")
    why: str


class Manifest(Snapshotted):
    """What a file holds, whose it is, and what had no place in its format."""

    format: str
    media_type: str
    version: str = Field(description="version of the service")
    licence: str
    licence_url: str
    citation: str
    question: dict[str, Any] | None = Field(description="null where it is the whole graph")
    counts: dict[str, int] = Field(description="what there is, before anything is lost")
    no_place: list[NoPlace]
    needs_whole: str | None = Field(
        description="what must stand in memory to write it; null where it is written as it comes"
    )


# --- catalogue -------------------------------------------------------------------------------


class QueryParameter(Shape):
    """A parameter of a query."""

    name: str
    type: str
    meaning: str
    default: str | int | float | bool | None
    required: bool


class CatalogueQuery(Shape):
    """One question to the graph in Cypher, ready for Neo4j Browser."""

    name: str
    title: str
    description: str
    parameters: list[QueryParameter]
    columns: list[str]
    cypher: str


class Queries(Answer):
    """The query catalogue."""

    items: list[CatalogueQuery]
    next: Next


class QueryRows(Answer):
    """The rows of one query."""

    query: CatalogueQuery
    parameters: dict[str, Any]
    columns: list[str]
    items: list[dict[str, Any]]
    next: Next


ANSWERS: Final[Mapping[str, type[Snapshotted]]] = {
    "paths": Paths,
    "effect": Effects,
    "influence": Influence,
    "blockers": Blockers,
    "loops": Loops,
    "impact": Impact,
    "open_questions": OpenQuestions,
    "conflicts": Conflicts,
    "conflict": ConflictCard,
    "resolve": ResolvedNames,
    "subgraph": Subgraph,
    "entities": Entities,
    "entity": EntityCard,
    "statements": Statements,
    "statement": StatementCard,
    "interventions": Interventions,
    "sources": Sources,
    "source": SourceCard,
    "studies": Studies,
    "study": StudyCard,
    "snapshot": SnapshotCard,
    "loads": Loads,
    "changes": Changes,
    "export": Export,
    "queries": Queries,
    "query": QueryRows,
}
"""By the name of the question."""


# --- TRAPI ---------------------------------------------------------------------------------------


class TrapiMessage(Shape):
    """The query graph as it was sent, what was found, and how that binds to it."""

    query_graph: dict[str, Any]
    knowledge_graph: dict[str, Any] | None = Field(None, description="absent where nothing is")
    results: list[dict[str, Any]]
    auxiliary_graphs: dict[str, Any] | None = Field(None, description="the paths, where asked for")


class TrapiResponse(Shape):
    """A response of TRAPI 2.0."""

    message: TrapiMessage
    status: Literal["Success"]
    description: str
    schema_version: str
    biolink_version: str
    data_release_versions: dict[str, str] = Field(description="the snapshot")


class MetaKnowledgeGraph(Shape):
    """What can be asked for by TRAPI."""

    nodes: dict[str, Any] = Field(description="prefixes of ids by category")
    edges: list[dict[str, Any]] = Field(description="each triple of categories and predicate")


# --- operations ------------------------------------------------------------------------------


class Health(Shape):
    """How the service is."""

    status: Literal["alive", "ready"]


class Readiness(Health):
    """That the engine answers and the graph is loaded."""

    snapshot: Snapshot
