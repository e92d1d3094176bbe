"""What is done to knowledge, source by source, and whose rows that may move.

Putting, dropping and retracting change knowledge and what follows from it together, in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Entity, Vocabulary
from immunograph.inference.belief import Assessment
from immunograph.inference.derivation import (
    Derivation,
    Touched,
    acting_in,
    joints_among,
    opposites_among,
    rederive,
)
from immunograph.inference.tables import Owner

STUDY: Final = "study:"
"""Begins what an act is about where that is a study."""


class Act(Protocol):
    """One thing that is done."""

    @property
    def source(self) -> str:
        """The source that it is about, or `study:` and the id of a study."""
        ...

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        """Whether the knowledge is so already."""
        ...

    def apply(self, knowledge: Knowledge) -> set[str]:
        """Do it; the ids of the statements whose evidence may have changed."""
        ...


@dataclass(frozen=True, slots=True)
class Put:
    """Let a source say this, in place of what it said before."""

    contribution: Contribution
    vocabulary: Vocabulary

    @property
    def source(self) -> str:
        return self.contribution.source.id

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        held = knowledge.contributions.get(self.source)
        merged_already = merged_vocabulary(knowledge.vocabulary, self.vocabulary)
        return held == self.contribution and merged_already == knowledge.vocabulary

    def apply(self, knowledge: Knowledge) -> set[str]:
        return knowledge.put(self.contribution)


@dataclass(frozen=True, slots=True)
class Drop:
    """Take out all that a source says."""

    source: str

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        return self.source not in knowledge.contributions

    def apply(self, knowledge: Knowledge) -> set[str]:
        return knowledge.drop(self.source)


@dataclass(frozen=True, slots=True)
class Retract:
    """Mark a study as retracted; with None as its reason, as standing again."""

    study: str
    why: str | None

    @property
    def source(self) -> str:
        return STUDY + self.study

    def changes_nothing(self, knowledge: Knowledge) -> bool:
        return knowledge.retractions.get(self.study) == self.why

    def apply(self, knowledge: Knowledge) -> set[str]:
        return knowledge.retract(self.study, self.why)


@dataclass(frozen=True, slots=True)
class Undo:
    """What stood in the place of what an act put there, so that it can be taken back."""

    source: str
    """As of the act: the id of a source, or `study:` and the id of a study."""
    contribution: Contribution | None = None
    """What the source said before; None where it was not there."""
    retracted: str | None = None
    """Why the study was retracted before; None where it stood."""
    vocabulary: Vocabulary | None = None
    """The words before, where the acts of this turn moved them."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the statements that it touched, and how those were believed before."""

    source: str
    touched: frozenset[str]
    before: dict[str, Assessment]
    undo: Undo


@dataclass(slots=True)
class _Surroundings:
    """What rows a change may move, and what its derivation must look at."""

    statements: set[str]
    owners: set[Owner]

    def note(self, knowledge: Knowledge, source: str, statements: Iterable[str]) -> None:
        """Note an act's surroundings; once before it, once after it."""
        self.statements.update(statements)
        contribution = knowledge.contributions.get(source)
        if contribution is not None:
            self.owners.add(("source", source))
            if contribution.study is not None:
                self.owners.add(("study", contribution.study.id))


def carry_out(
    knowledge: Knowledge, derivation: Derivation, acts: Sequence[Act], *, more_to_come: bool = False
) -> tuple[list[Done], set[Owner]]:
    """Change knowledge, and bring what follows from it up to date, in place.

    What each act did, and the owners of all rows that may differ. With `more_to_come`, net
    statements that only placed steps spell out are looked for with the last change.
    """
    around = _Surroundings(set(), set())
    for act in acts:
        held = knowledge.contributions.get(act.source)
        around.note(knowledge, act.source, (s.id for s in held.statements) if held else ())
    defined = _known(knowledge, acts)
    joints = joints_among(knowledge, around.statements)
    opposites = opposites_among(knowledge, around.statements)
    recast = _recast(knowledge, acts)
    old = derivation.assessments
    done: list[Done] = []
    words = knowledge.vocabulary
    for vocabulary in _vocabularies(acts):
        knowledge.vocabulary = merged_vocabulary(knowledge.vocabulary, vocabulary)
    now = knowledge.vocabulary
    reworded = {p.name for p in now.predicates if words.phrase(p.name) != p.phrase}
    if reworded:
        spoken = (i for i, one in old.items() if one.predicate in reworded)
        around.owners.update(("statement", identifier) for identifier in spoken)
    for act in acts:
        study = act.source.removeprefix(STUDY)
        undo = Undo(
            act.source,
            knowledge.contributions.get(act.source),
            knowledge.retractions.get(study) if study != act.source else None,
            words if not done and words != now else None,
        )
        touched = frozenset(act.apply(knowledge))
        around.note(knowledge, act.source, touched)
        if study != act.source:
            around.owners.add(("study", study))
        known = {i: old[i] for i in touched if i in old}
        done.append(Done(act.source, touched, known, undo))
    heard = {i: (was, _heard(knowledge, i)) for i, was in defined.items()}
    around.owners.update(("entity", i) for i, (was, now) in heard.items() if was != now)
    redefined = [(was, now) for was, now in heard.values() if was and now and was != now]
    for was, is_now in redefined:
        if was.name != is_now.name:
            # What is said of it, and how it contradicts, names it.
            named = (*knowledge.out_of(is_now.id), *knowledge.into(is_now.id))
            around.statements.update(statement.id for statement in named)
            around.statements.update(acting_in(knowledge, is_now.id))
    moved = rederive(
        knowledge,
        derivation,
        Touched(
            statements=frozenset(around.statements),
            recast=recast,
            joints=joints | joints_among(knowledge, around.statements),
            opposites=opposites | opposites_among(knowledge, around.statements),
            redefined=frozenset(
                now.id for was, now in redefined if _class_of(was) != _class_of(now)
            ),
            words=words != now and _meanings_moved(words, now),
            more_to_come=more_to_come,
        ),
    )
    around.owners |= {("statement", i) for i in around.statements | moved.statements}
    around.owners |= {("conflict", i) for i in moved.conflicts}
    return done, around.owners


def take_back(knowledge: Knowledge, undos: Sequence[Undo]) -> None:
    """Make of knowledge, in place, what it was before one turn of acts."""
    for undo in undos:
        _inverse(undo, knowledge.vocabulary).apply(knowledge)
    words = next((undo.vocabulary for undo in undos if undo.vocabulary is not None), None)
    if words is not None:
        knowledge.vocabulary = words


def _inverse(undo: Undo, vocabulary: Vocabulary) -> Act:
    if undo.source.startswith(STUDY):
        return Retract(undo.source.removeprefix(STUDY), undo.retracted)
    if undo.contribution is None:
        return Drop(undo.source)
    return Put(undo.contribution, vocabulary)


def _known(knowledge: Knowledge, acts: Sequence[Act]) -> dict[str, Entity | None]:
    """Every entity that the acts may define anew, as it is now; None where it is new."""
    found: dict[str, Entity | None] = {}
    for act in acts:
        held = knowledge.contributions.get(act.source)
        for contribution in (held, act.contribution if isinstance(act, Put) else None):
            for entity in contribution.entities if contribution else ():
                found[entity.id] = _heard(knowledge, entity.id)
    return found


def _vocabularies(acts: Sequence[Act]) -> list[Vocabulary]:
    """The vocabularies that the acts bring; most share one."""
    brought = {id(act.vocabulary): act.vocabulary for act in acts if isinstance(act, Put)}
    return list(brought.values())


def _recast(knowledge: Knowledge, acts: Sequence[Act]) -> frozenset[str]:
    """The statements that the acts make of another class than they are."""
    said = (s for act in acts if isinstance(act, Put) for s in act.contribution.statements)
    return frozenset(
        s.id
        for s in said
        if s.id in knowledge.statements and knowledge.statements[s.id].cls is not s.cls
    )


def _heard(knowledge: Knowledge, entity: str) -> Entity | None:
    return knowledge.entity(entity) if knowledge.holds(entity) else None


def _class_of(entity: Entity) -> tuple[Any, ...]:
    return (
        entity.is_a, entity.abstract, entity.kind, entity.tumour_cells, entity.of_tumour_cells
    )  # fmt: skip


def _means(vocabulary: Vocabulary, verb: str) -> tuple[bool, int]:
    """What follows from a verb beside the effect, which is part of a statement's id."""
    return vocabulary.changes_number(verb), vocabulary.direction(verb)


def _meanings_moved(before: Vocabulary, after: Vocabulary) -> bool:
    """Whether a verb that was known means something else now, or a term is of another kind."""
    verbs = (predicate.name for predicate in before.predicates)
    return _kinds_moved(before, after) or any(_means(before, v) != _means(after, v) for v in verbs)


def _kinds_moved(before: Vocabulary, after: Vocabulary) -> bool:
    """Whether a term that was known, or was named as above one, has others above it now."""
    for dimension in ("species", "site", "disease"):
        above, now = ({t.name: t.is_a for t in getattr(v, dimension)} for v in (before, after))
        names = above.keys() | {name for classes in above.values() for name in classes}
        if any(above.get(name, ()) != now.get(name, ()) for name in names):
            return True
    return False


def merged_vocabulary(ours: Vocabulary, theirs: Vocabulary) -> Vocabulary:
    """Every verb and term of both; where both define one, the newly loaded is heard."""
    if theirs == ours:
        return ours
    merged: dict[str, Any] = {}
    for name in Vocabulary.model_fields:
        values = {v.name: v for v in getattr(ours, name)}
        values.update({v.name: v for v in getattr(theirs, name)})
        merged[name] = tuple(values[key] for key in sorted(values))
    return Vocabulary(**merged)
