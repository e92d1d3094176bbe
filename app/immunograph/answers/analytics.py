"""What an entity reaches, what breaks paths, loops, and what is lost without something."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

from immunograph.answers.parts import (
    Answer,
    Asked,
    AskedEnds,
    Belief,
    CutBy,
    Ids,
    Meaning,
    Named,
    Next,
    Observed,
)
from immunograph.answers.paths import Hit, Step
from immunograph.domain.vocabulary import (
    Effect,
    HumanApplicability,
    InterventionStatus,
    StatementClass,
)


class AskedEntity(Asked):
    """A question about one entity, as it was understood."""

    entity: Named
    max_steps: int
    limit: int


class AskedInfluence(AskedEntity):
    """A question for what an entity reaches, as it was understood."""

    direction: Literal["downstream", "upstream"]
    effect: Effect | None


class AskedBlockers(AskedEnds):
    """A question for what breaks paths, as it was understood."""

    effect: Effect | None
    max_steps: int
    max_size: int


class InfluenceItem(TypedDict):
    """One entity that is reached, or that reaches."""

    entity: Named
    effect: Effect
    belief: Annotated[Belief, Meaning("of its best simple path")]
    cost: Annotated[int, Meaning("of that path", least=0)]
    steps: Annotated[int, Meaning(least=1)]
    via: Annotated[Ids, Meaning("the entities in between, in order")]
    via_names: Annotated[list[str], Meaning("their names")]
    statements: Annotated[Ids, Meaning("the steps of that path")]


class Influence(Answer):
    """What an entity reaches, or what reaches it."""

    question: AskedInfluence
    complete: bool
    cut_by: CutBy
    items: list[InfluenceItem]
    next: Next


class SetIntervention(TypedDict):
    """An intervention that takes out a member of the set."""

    id: str
    name: str
    label: Annotated[str, Meaning("its name, with its paper where others here share the name")]
    study: Annotated[str, Meaning("its study, or its source where none can be traced")]
    status: InterventionStatus
    target: Annotated[Named, Meaning("what it is on")]
    observed: Annotated[Observed, Meaning("its outcome for a target of the paths")]


class BlockingSet(TypedDict):
    """Entities without which no path is left."""

    entities: list[Named]
    interventions: list[SetIntervention]
    human: HumanApplicability
    human_says: Annotated[str, Meaning("the same in words")]


class Blockers(Answer):
    """All smallest sets of entities whose removal breaks every path."""

    question: AskedBlockers
    summary: Annotated[str, Meaning("the answer in a sentence or two")]
    complete: bool
    cut_by: CutBy
    direct: Annotated[bool, Meaning("a path of one step exists, so nothing in between breaks it")]
    connected: Annotated[bool, Meaning("whether there is a path to break")]
    sets: list[BlockingSet]


class Loop(TypedDict):
    """One feedback loop."""

    kind: Literal["reinforcing", "balancing"]
    belief: Belief
    cost: Annotated[int, Meaning("sum over steps of round(-ln(belief) × 10⁶)", least=0)]
    steps: list[Step]
    interventions: list[Hit]


class Loops(Answer):
    """Feedback loops through an entity."""

    question: AskedEntity
    summary: Annotated[str, Meaning("the answer in a sentence or two")]
    complete: bool
    cut_by: CutBy
    items: list[Loop]
    next: Next


class Change(TypedDict):
    """What becomes of one statement."""

    id: str
    before: Belief | None
    after: Annotated[Belief | None, Meaning("null where the statement is gone")]


_ChangeClass = TypedDict("_ChangeClass", {"class": StatementClass})


class StatementChange(Change, _ChangeClass):
    """The same with what it is."""

    name: Annotated[str, Meaning("the statement as a sentence")]


class LostPath(TypedDict):
    """A path that is no longer there."""

    effect: Effect
    belief: Belief
    entities: list[Named]
    steps: Ids


class Impact(Answer):
    """What changes when something is left out."""

    question: AskedEnds
    summary: Annotated[str, Meaning("the answer in a sentence")]
    statements: list[StatementChange]
    fallen: Annotated[Ids, Meaning("statements that nothing supports any more")]
    paths_lost: list[LostPath]
    conflicts_gone: Annotated[Ids, Meaning("ids of the conflicts that are no longer there")]
