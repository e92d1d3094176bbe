"""All that the graph asserts, in memory: contributions, and the indexes that questions need.

A statement stands while any contribution has evidence about it; an entity while any contribution
names it. Loading puts one contribution in place of what that source said before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from immunograph.domain.layers import Groups, Layered, LayeredSet, Remaining
from immunograph.domain.model import (
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Source,
    Statement,
    Study,
    Vocabulary,
)
from immunograph.domain.tally import Listed, moved, tally_of
from immunograph.domain.vocabulary import KINDS_ABOVE, PLACED_STEPS

Ids = Collection[str]
"""Some ids, none twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """What knowledge may stand on: each index as a mapping that does not change.

    A mapping may make each value when it is asked for. It is asked for single keys, their presence
    and its length; it is gone through only where a question is about the whole graph. A group that
    has no members may be absent or empty.
    """

    contributions: Mapping[str, Contribution] = field(default_factory=dict[str, Contribution])
    """By source."""
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source])
    """The sources alone, which are looked at far more often."""
    said: Mapping[str, Study | None] = field(default_factory=dict[str, Study | None])
    """What each source says of its study, if it has one."""
    statements: Mapping[str, Statement] = field(default_factory=dict[str, Statement])
    """Those that evidence stands behind."""
    interventions: Mapping[str, Intervention] = field(default_factory=dict[str, Intervention])
    studies: Mapping[str, Study] = field(default_factory=dict[str, Study])
    """What all sources of a study say of it together, and why it was retracted."""
    evidence: Mapping[str, tuple[Evidence, ...]] = field(
        default_factory=dict[str, tuple[Evidence, ...]]
    )
    """Of each statement and intervention, by id."""
    heard: Mapping[str, tuple[str, Entity]] = field(default_factory=dict[str, tuple[str, Entity]])
    """Each entity as the last source by id tells it, with that source."""
    users: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    """The sources that name an entity."""
    kinds: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    """The entities whose `is_a` names an entity."""
    abstract: AbstractSet[str] = frozenset()
    """The entities that are abstract classes."""
    by_subject: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    by_object: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    by_ends: Mapping[tuple[str, str], Ids] = field(default_factory=dict[tuple[str, str], Ids])
    """The statements from one entity to another."""
    placed_from: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    """The structural statements that a path may pass, by subject."""
    placed_to: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    """The same by object."""
    sources_of_study: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    retractions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Why a study was retracted, where that was said by hand."""
    tally: int | None = None
    """Of all that is asserted (see `tally`); None where it is to be counted."""


LISTS: Final = ("entities", "sources", "studies", "statements", "evidence", "interventions")
"""What is asserted, beside the words for it."""


class Knowledge:
    """The contributions of every source, over one vocabulary."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        contributions: Iterable[Contribution] = (),
        retractions: Mapping[str, str] | None = None,
        *,
        over: Indexes | None = None,
    ) -> None:
        """`over`: what is known already, which stays as it is; the rest is put on top of it."""
        base = over or Indexes()
        self.vocabulary = vocabulary
        self.retractions = Layered(base.retractions)
        self.retractions.update(retractions or {})
        self.contributions = Layered(base.contributions)
        self._sources = Layered(base.sources)
        self._said = Layered(base.said)
        self.statements = Layered(base.statements)
        self.interventions = Layered(base.interventions)
        self.studies = Layered(base.studies)
        self._evidence = Layered(base.evidence)
        self._heard = Layered(base.heard)
        self._users = Groups(base.users)
        self._kinds = Groups(base.kinds)
        self._abstract = LayeredSet(base.abstract)
        self._by_subject = Groups(base.by_subject)
        self._by_object = Groups(base.by_object)
        self._by_ends = Groups(base.by_ends)
        self._placed_from = Groups(base.placed_from)
        self._placed_to = Groups(base.placed_to)
        self._sources_of_study = Groups(base.sources_of_study)
        self._tally = base.tally
        for contribution in contributions:
            self.put(contribution)

    def fork(self) -> Knowledge:
        """The same knowledge, to be changed on its own, as this one may be; nothing is copied."""
        other = Knowledge(self.vocabulary)
        self._share_with(other)
        return other

    def _share_with(self, other: Knowledge) -> None:
        """Let other knowledge be forked from this."""
        other.retractions = self.retractions.fork()
        other.contributions = self.contributions.fork()
        other._sources = self._sources.fork()
        other._said = self._said.fork()
        other.statements = self.statements.fork()
        other.interventions = self.interventions.fork()
        other.studies = self.studies.fork()
        other._evidence = self._evidence.fork()
        other._heard = self._heard.fork()
        other._users = self._users.fork()
        other._kinds = self._kinds.fork()
        other._abstract = self._abstract.fork()
        other._by_subject = self._by_subject.fork()
        other._by_object = self._by_object.fork()
        other._by_ends = self._by_ends.fork()
        other._placed_from = self._placed_from.fork()
        other._placed_to = self._placed_to.fork()
        other._sources_of_study = self._sources_of_study.fork()
        other._tally = self._tally

    # --- change --------------------------------------------------------------------------

    def put(self, contribution: Contribution) -> set[str]:
        """Put a contribution in place of what its source said before.

        Returns the ids of the statements whose evidence may have changed.
        """
        touched = self.drop(contribution.source.id)
        source = contribution.source.id
        self.contributions[source] = contribution
        self._count("sources", come=[contribution.source])
        self._count("evidence", come=contribution.evidence)
        self._sources[source] = contribution.source
        self._said[source] = contribution.study
        for entity in contribution.entities:
            self._users.add_new(entity.id, source)
            if entity.id not in self._heard or self._heard[entity.id][0] <= source:
                self._hear(source, entity)
        by_id = {statement.id: statement for statement in contribution.statements}
        for intervention in contribution.interventions:
            self._remove_intervention(intervention.id)
            self.interventions[intervention.id] = intervention
            self._count("interventions", come=[intervention])
        for evidence in contribution.evidence:
            self._add_evidence(evidence)
            if evidence.about in by_id:
                self._add_statement(by_id[evidence.about])
                touched.add(evidence.about)
        if contribution.study is not None:
            self._sources_of_study.add(contribution.study.id, source)
            touched |= self._merge_study(contribution.study.id)
        return touched

    def drop(self, source: str) -> set[str]:
        """Take out all that a source says; the ids of the statements that it spoke of."""
        contribution = self.contributions.pop(source, None)
        if contribution is None:
            return set()
        self._count("sources", gone=[contribution.source])
        self._count("evidence", gone=contribution.evidence)
        del self._sources[source], self._said[source]
        for entity in contribution.entities:
            self._users.discard(entity.id, source)
            self._hear_others(entity.id, source)
        for intervention in contribution.interventions:
            self._remove_intervention(intervention.id)
        touched: set[str] = set()
        for evidence in contribution.evidence:
            self._remove_evidence(evidence)
            if evidence.about in self.statements:
                touched.add(evidence.about)
            if evidence.about not in self._evidence:
                self._remove_statement(evidence.about)
        if contribution.study is not None:
            self._sources_of_study.discard(contribution.study.id, source)
            touched |= self._merge_study(contribution.study.id)
        return touched

    def retract(self, study: str, why: str | None) -> set[str]:
        """Mark a study as retracted (or, with None, as standing again): its statements."""
        if why is None:
            self.retractions.pop(study, None)
        else:
            self.retractions[study] = why
        return self._merge_study(study)

    def _add_evidence(self, evidence: Evidence) -> None:
        found = self._evidence.get(evidence.about, ())
        place = bisect_left(found, evidence.id, key=_id_of)
        after = place + (place < len(found) and found[place].id == evidence.id)
        self._evidence[evidence.about] = (*found[:place], evidence, *found[after:])

    def _remove_evidence(self, evidence: Evidence) -> None:
        left = [one for one in self._evidence.get(evidence.about, ()) if one.id != evidence.id]
        if left:
            self._evidence[evidence.about] = tuple(left)
        else:
            self._evidence.pop(evidence.about, None)

    def _remove_intervention(self, identifier: str) -> None:
        if identifier in self.interventions:
            self._count("interventions", gone=[self.interventions.pop(identifier)])

    def _add_statement(self, statement: Statement) -> None:
        before = self.statements.get(statement.id)
        if before == statement:
            return
        self._count("statements", gone=[] if before is None else [before], come=[statement])
        self.statements[statement.id] = statement
        if before is not None:
            return  # of another class than it was: its id stands for all else that it is
        self._by_subject.add_new(statement.subject, statement.id)
        self._by_object.add_new(statement.object, statement.id)
        self._by_ends.add_new((statement.subject, statement.object), statement.id)
        if statement.effect in PLACED_STEPS:
            self._placed_from.add_new(statement.subject, statement.id)
            self._placed_to.add_new(statement.object, statement.id)

    def _remove_statement(self, identifier: str) -> None:
        statement = self.statements.pop(identifier, None)
        if statement is not None:
            self._count("statements", gone=[statement])
            self._by_subject.discard(statement.subject, identifier)
            self._by_object.discard(statement.object, identifier)
            self._by_ends.discard((statement.subject, statement.object), identifier)
            self._placed_from.discard(statement.subject, identifier)
            self._placed_to.discard(statement.object, identifier)

    def _hear(self, source: str, entity: Entity) -> None:
        """Take what a source says of an entity for what it is."""
        _, before = self._heard.get(entity.id, (None, None))
        if before == entity:
            self._heard[entity.id] = source, entity
            return
        self._unhear(entity.id)
        self._heard[entity.id] = source, entity
        self._count("entities", come=[entity])
        for kind in entity.is_a:
            self._kinds.add(kind, entity.id)
        if entity.abstract:
            self._abstract.add(entity.id)

    def _unhear(self, entity: str) -> None:
        """Forget what an entity is."""
        if entity in self._heard:
            _, heard = self._heard.pop(entity)
            self._count("entities", gone=[heard])
            for kind in heard.is_a:
                self._kinds.discard(kind, entity)
            self._abstract.discard(entity)

    def _hear_others(self, entity: str, source: str) -> None:
        """Take what the others say of an entity for what it is, where this source was heard."""
        if entity not in self._heard or self._heard[entity][0] != source:
            return
        users = self._users.get(entity, ())
        if users:
            last = max(users)
            said = self.contributions[last].entities
            self._hear(last, next(one for one in reversed(said) if one.id == entity))
        else:
            self._unhear(entity)

    def _merge_study(self, study: str) -> set[str]:
        """Put together what the sources of a study say of it, the first by id that says it.

        Returns the study's statements where its standing or laboratory moved, since all of them are
        believed otherwise then, or counted otherwise.
        """
        before = self.studies.pop(study, None)
        self._count("studies", gone=[] if before is None else [before])
        sources = self.sources_of_study(study)
        if not sources:
            return set()
        told = [said for name in sources if (said := self._said[name]) is not None]
        merged = told[0]
        for said in told[1:]:
            known = {k: v for k, v in merged.model_dump().items() if v is not None}
            merged = Study(**{**said.model_dump(), **known})
        if study in self.retractions:
            merged = merged.model_copy(update={"retracted": self.retractions[study]})
        self.studies[study] = merged
        self._count("studies", come=[merged])
        if before is not None and _counts_as(before) == _counts_as(merged):
            return set()
        return self.statements_of_lineage(study, "")

    def _count(self, name: str, *, gone: Sequence[Any] = (), come: Sequence[Any] = ()) -> None:
        """Keep the tally, if there is one, while things of one list go and come."""
        if self._tally is not None:
            were, are = ([(name, thing) for thing in things] for things in (gone, come))
            self._tally = moved(self._tally, gone=were, come=are)

    # --- look --------------------------------------------------------------------------

    def things(self) -> Iterator[Listed]:
        """All that is asserted, each thing after the list that it belongs to."""
        yield from (("entities", entity) for _, entity in self._heard.values())
        yield from (("studies", study) for study in self.studies.values())
        yield from (("statements", statement) for statement in self.statements.values())
        yield from (("interventions", one) for one in self.interventions.values())
        for contribution in self.contributions.values():
            yield "sources", contribution.source
            yield from (("evidence", evidence) for evidence in contribution.evidence)

    @property
    def tally(self) -> int:
        """One number for all that is asserted; see `tally`. Counted once, then kept."""
        if self._tally is None:
            self._tally = tally_of(self.things())
        return self._tally

    def take_tally(self, tally: int | None) -> None:
        """Take the tally for known, so that it need not be counted."""
        self._tally = tally

    @property
    def entities(self) -> dict[str, Entity]:
        """Entities by id; where two sources define one, the last source by id is heard."""
        return {i: entity for i, (_, entity) in sorted(self._heard.items())}

    @property
    def entity_count(self) -> int:
        """How many entities the graph holds."""
        return len(self._heard)

    def holds(self, entity: str) -> bool:
        """Whether the graph holds an entity."""
        return entity in self._heard

    def entity(self, identifier: str) -> Entity:
        """One entity that the graph holds."""
        return self._heard[identifier][1]

    @property
    def abstract(self) -> AbstractSet[str]:
        """The abstract classes, which may start or end a path and never bridge one."""
        return self._abstract

    @property
    def placed(self) -> list[Statement]:
        """The structural statements that a path may pass: `carries` and `step_of`."""
        return self._standing(i for found in self._placed_from.values() for i in found)

    def placed_from(self, entity: str) -> list[Statement]:
        """Those of them with this subject, by id."""
        return self._standing(self._placed_from.get(entity, ()))

    def placed_to(self, entity: str) -> list[Statement]:
        """Those of them with this object, by id."""
        return self._standing(self._placed_to.get(entity, ()))

    def kinds_of(self, entity: str) -> list[str]:
        """The entities that are said to be a kind of this one, by id."""
        return sorted(self._kinds.get(entity, ()))

    @property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        return dict(sorted(self._sources.items()))

    def naming(self, entity: str) -> list[str]:
        """The sources that name an entity, by id."""
        return sorted(self._users.get(entity, ()))

    def source(self, identifier: str) -> Source:
        """One source that is loaded."""
        return self._sources[identifier]

    @property
    def study_of(self) -> Mapping[str, str | None]:
        """The study of each source; None where it is untraced."""
        return _StudyOf(self._sources)

    def said_by(self, source: str) -> Study | None:
        """What a source says of its study, if it has one."""
        return self._said[source]

    def heard_from(self, entity: str) -> str:
        """The source whose word on an entity is taken."""
        return self._heard[entity][0]

    def evidence_of(self, about: str) -> tuple[Evidence, ...]:
        """The evidence of a statement or an intervention, by id."""
        return self._evidence.get(about, ())

    def evidence_in(self, source: str) -> Iterator[Evidence]:
        """What a source has of evidence of statements."""
        for evidence in self.contributions[source].evidence:
            if evidence.about in self.statements and self._counts(evidence):
                yield evidence

    def _counts(self, evidence: Evidence) -> bool:
        """Whether a passage is the one that is held by its id, and of this knowledge."""
        found = self._evidence.get(evidence.about, ())
        place = bisect_left(found, evidence.id, key=_id_of)
        return place < len(found) and (found[place] is evidence or found[place] == evidence)

    def out_of(self, entity: str) -> list[Statement]:
        """The statements with this subject, by id."""
        return self._standing(self._by_subject.get(entity, ()))

    def into(self, entity: str) -> list[Statement]:
        """The statements with this object, by id."""
        return self._standing(self._by_object.get(entity, ()))

    def between(self, subject: str, object_: str) -> list[Statement]:
        """The statements from one entity to another, by id."""
        return self._standing(self._by_ends.get((subject, object_), ()))

    def _standing(self, statements: Iterable[str]) -> list[Statement]:
        return [self.statements[i] for i in sorted(statements) if i in self.statements]

    def sources_of_study(self, study: str) -> list[str]:
        """The sources that report a study."""
        found = self._sources_of_study.get(study, ())
        return sorted(name for name in found if name in self.contributions)

    def statements_of_lineage(self, study: str | None, source: str) -> set[str]:
        """The statements that a study (or, untraced, one source) has evidence about."""
        if study is None:
            sources = [source] if source in self.contributions else []
        else:
            sources = self.sources_of_study(study)
        return {evidence.about for name in sources for evidence in self.evidence_in(name)}

    def above(self, entity: str) -> frozenset[str]:
        """The entity and every class above it."""
        found: set[str] = set()
        todo = [entity]
        while todo:
            current = todo.pop()
            if current not in found and current in self._heard:
                found.add(current)
                todo.extend(self.entity(current).is_a)
        return frozenset(found)

    def below(self, entity: str) -> frozenset[str]:
        """The entity and every kind of it that the graph holds."""
        found: set[str] = set()
        todo = [entity]
        while todo:
            current = todo.pop()
            if current not in found and current in self._heard:
                found.add(current)
                todo.extend(self._kinds.get(current, ()))
        return frozenset(found)

    def part(
        self,
        *,
        keeps: Callable[[Evidence], bool],
        gone: AbstractSet[str],
        without_sources: AbstractSet[str] = frozenset(),
    ) -> Knowledge:
        """What would have been loaded had only some of the evidence been there; it is only read.

        `gone` are the statements that have none of it. Sources and their interventions stay,
        but for `without_sources`, which go whole. What is not touched is shared, not copied.
        """
        return _Part(self, keeps, gone, without_sources)


class _StudyOf(Mapping[str, str | None]):
    """The study of each source."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def __getitem__(self, key: str) -> str | None:
        return self._sources[key].study

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class _Part(Knowledge):
    """A part of some knowledge, which must not change meanwhile."""

    def __init__(
        self,
        whole: Knowledge,
        keeps: Callable[[Evidence], bool],
        gone: AbstractSet[str],
        without_sources: AbstractSet[str],
    ) -> None:
        super().__init__(whole.vocabulary)
        whole._share_with(self)
        self._tally = None
        self._keeps = keeps
        self.statements = Layered(Remaining(whole.statements, gone))
        left_out = [whole.contributions[i] for i in without_sources if i in whole.contributions]
        for contribution in left_out:
            self._leave_out(contribution)
        for study in {one.study.id for one in left_out if one.study is not None}:
            self._merge_study(study)

    def _leave_out(self, contribution: Contribution) -> None:
        """Take out what a source alone says, but for its evidence."""
        source = contribution.source.id
        del self.contributions[source], self._sources[source], self._said[source]
        for intervention in contribution.interventions:
            self.interventions.pop(intervention.id, None)
        for entity in contribution.entities:
            self._users.discard(entity.id, source)
            self._hear_others(entity.id, source)

    def put(self, contribution: Contribution) -> set[str]:
        """Refuse: what is shared with the whole would change."""
        raise TypeError(f"'{contribution.source.id}' cannot be put into a part of knowledge.")

    def drop(self, source: str) -> set[str]:
        """Refuse, as `put` does."""
        raise TypeError(f"'{source}' cannot be taken out of a part of knowledge.")

    def retract(self, study: str, why: str | None) -> set[str]:
        """Refuse, as `put` does."""
        raise TypeError(f"'{study}' cannot be retracted in a part of knowledge ({why}).")

    def evidence_of(self, about: str) -> tuple[Evidence, ...]:
        return tuple(filter(self._keeps, super().evidence_of(about)))

    def _counts(self, evidence: Evidence) -> bool:
        return self._keeps(evidence) and super()._counts(evidence)


def _id_of(evidence: Evidence) -> str:
    return evidence.id


def _counts_as(study: Study) -> tuple[bool, str | None]:
    """What weighing the evidence of a study looks at."""
    return study.retracted is None, study.laboratory


def broader(vocabulary: Vocabulary, dimension: str, value: str) -> frozenset[str]:
    """A value of a dimension and every value above it.

    >>> sorted(broader(Vocabulary(predicates=()), "study_system", "mouse_in_vivo"))
    ['animal', 'animal_in_vivo', 'mouse_in_vivo']
    """
    fixed = KINDS_ABOVE.get(dimension)
    if fixed is not None:
        found = [value]
        while found[-1] in fixed:
            found.append(fixed[found[-1]])
        return frozenset(found)
    terms = {term.name: term.is_a for term in getattr(vocabulary, dimension, ())}
    seen: set[str] = set()
    todo = [value]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo.extend(terms.get(current, ()))
    return frozenset(seen)
