"""All that the graph asserts, in memory: contributions, and the indexes that questions need.

A statement stands while any contribution has evidence about it; an entity while any contribution
names it. Loading puts one contribution in place of what that source said before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from immunograph import garbage
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
from immunograph.domain.vocabulary import KINDS_ABOVE, PLACED_STEPS


class Knowledge:
    """The contributions of every source, over one vocabulary."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        contributions: Iterable[Contribution] = (),
        retractions: Mapping[str, str] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.retractions = dict(retractions or {})
        self.contributions: dict[str, Contribution] = {}
        self.statements: dict[str, Statement] = {}
        self.interventions: dict[str, Intervention] = {}
        self.studies: dict[str, Study] = {}
        self._evidence: dict[str, dict[str, Evidence]] = {}
        self._entity_users: dict[str, dict[str, Entity]] = {}
        self._heard: dict[str, tuple[str, Entity]] = {}
        self._by_subject: dict[str, set[str]] = defaultdict(set)
        self._by_object: dict[str, set[str]] = defaultdict(set)
        self._by_ends: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._placed: set[str] = set()
        self._abstract: set[str] = set()
        self._sources_of_study: dict[str, set[str]] = defaultdict(set)
        for contribution in contributions:
            self.put(contribution)

    def copy(self) -> Knowledge:
        """The same knowledge, to be changed on its own; what sources say is shared."""
        with garbage.unsought():
            return self._copied()

    def _copied(self) -> Knowledge:
        other = Knowledge(self.vocabulary, (), self.retractions)
        other.contributions = dict(self.contributions)
        other.statements = dict(self.statements)
        other.interventions = dict(self.interventions)
        other.studies = dict(self.studies)
        other._evidence = {about: dict(found) for about, found in self._evidence.items()}
        other._entity_users = {i: dict(users) for i, users in self._entity_users.items()}
        other._heard = dict(self._heard)
        other._by_subject.update((i, set(found)) for i, found in self._by_subject.items())
        other._by_object.update((i, set(found)) for i, found in self._by_object.items())
        other._by_ends.update((ends, set(found)) for ends, found in self._by_ends.items())
        other._placed = set(self._placed)
        other._abstract = set(self._abstract)
        other._sources_of_study.update((i, set(n)) for i, n in self._sources_of_study.items())
        return other

    # --- change --------------------------------------------------------------------------

    def put(self, contribution: Contribution) -> set[str]:
        """Put a contribution in place of what its source said before.

        Returns the ids of the statements whose evidence may have changed.
        """
        touched = self.drop(contribution.source.id)
        source = contribution.source.id
        self.contributions[source] = contribution
        for entity in contribution.entities:
            self._entity_users.setdefault(entity.id, {})[source] = entity
            if entity.id not in self._heard or self._heard[entity.id][0] <= source:
                self._hear(entity.id, source)
        by_id = {statement.id: statement for statement in contribution.statements}
        for intervention in contribution.interventions:
            self.interventions[intervention.id] = intervention
        for evidence in contribution.evidence:
            self._evidence.setdefault(evidence.about, {})[evidence.id] = evidence
            if evidence.about in by_id:
                self._add_statement(by_id[evidence.about])
                touched.add(evidence.about)
        if contribution.study is not None:
            self._sources_of_study[contribution.study.id].add(source)
            touched |= self._merge_study(contribution.study.id)
        return touched

    def drop(self, source: str) -> set[str]:
        """Take out all that a source says; the ids of the statements that it spoke of."""
        contribution = self.contributions.pop(source, None)
        if contribution is None:
            return set()
        for entity in contribution.entities:
            users = self._entity_users[entity.id]
            users.pop(source, None)
            if users:
                self._hear(entity.id, max(users))
            else:
                del self._entity_users[entity.id], self._heard[entity.id]
                self._abstract.discard(entity.id)
        for intervention in contribution.interventions:
            self.interventions.pop(intervention.id, None)
        touched: set[str] = set()
        for evidence in contribution.evidence:
            about = self._evidence.get(evidence.about, {})
            about.pop(evidence.id, None)
            if evidence.about in self.statements:
                touched.add(evidence.about)
            if not about:
                self._evidence.pop(evidence.about, None)
                self._remove_statement(evidence.about)
        if contribution.study is not None:
            self._sources_of_study[contribution.study.id].discard(source)
            touched |= self._merge_study(contribution.study.id)
        return touched

    def retract(self, study: str, why: str | None) -> set[str]:
        """Mark a study as retracted (or, with None, as standing again): its statements."""
        if why is None:
            self.retractions.pop(study, None)
        else:
            self.retractions[study] = why
        return self._merge_study(study)

    def _add_statement(self, statement: Statement) -> None:
        self.statements[statement.id] = statement
        self._by_subject[statement.subject].add(statement.id)
        self._by_object[statement.object].add(statement.id)
        self._by_ends[statement.subject, statement.object].add(statement.id)
        if statement.effect in PLACED_STEPS:
            self._placed.add(statement.id)

    def _remove_statement(self, identifier: str) -> None:
        statement = self.statements.pop(identifier, None)
        if statement is not None:
            self._by_subject[statement.subject].discard(identifier)
            self._by_object[statement.object].discard(identifier)
            self._by_ends[statement.subject, statement.object].discard(identifier)
            self._placed.discard(identifier)

    def _hear(self, entity: str, source: str) -> None:
        """Take what a source says of an entity for what it is."""
        heard = self._entity_users[entity][source]
        self._heard[entity] = source, heard
        if heard.abstract:
            self._abstract.add(entity)
        else:
            self._abstract.discard(entity)

    def _merge_study(self, study: str) -> set[str]:
        """Put together what the sources of a study say of it, the first by id that says it.

        Returns the study's statements where its standing or laboratory moved, since all of them are
        believed otherwise then, or counted otherwise.
        """
        before = self.studies.pop(study, None)
        sources = self.sources_of_study(study)
        if not sources:
            return set()
        told = [said for name in sources if (said := self.contributions[name].study) is not None]
        merged = told[0]
        for said in told[1:]:
            known = {k: v for k, v in merged.model_dump().items() if v is not None}
            merged = Study(**{**said.model_dump(), **known})
        if study in self.retractions:
            merged = merged.model_copy(update={"retracted": self.retractions[study]})
        self.studies[study] = merged
        if before is not None and _counts_as(before) == _counts_as(merged):
            return set()
        return self.statements_of_lineage(study, "")

    # --- look --------------------------------------------------------------------------

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
    def abstract(self) -> set[str]:
        """The abstract classes, which may start or end a path and never bridge one."""
        return self._abstract

    @property
    def placed(self) -> list[Statement]:
        """The structural statements that a path may pass: `carries` and `step_of`."""
        return self._standing(self._placed)

    @property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        return {i: c.source for i, c in sorted(self.contributions.items())}

    def source(self, identifier: str) -> Source:
        """One source that is loaded."""
        return self.contributions[identifier].source

    def evidence_of(self, about: str) -> tuple[Evidence, ...]:
        """The evidence of a statement or an intervention, by id."""
        found = self._evidence.get(about, {})
        return tuple(found[i] for i in sorted(found) if self._is_kept(found[i]))

    def evidence_in(self, source: str) -> Iterator[Evidence]:
        """What a source has of evidence of statements."""
        for evidence in self.contributions[source].evidence:
            found = self._evidence.get(evidence.about, {})
            known = evidence.about in self.statements and found.get(evidence.id) is evidence
            if known and self._is_kept(evidence):
                yield evidence

    def _is_kept(self, evidence: Evidence) -> bool:
        """Whether a passage is of this knowledge; all are but in a part of it."""
        return True

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

    def part(
        self,
        *,
        keeps: Callable[[Evidence], bool],
        gone: Iterable[str],
        without_sources: AbstractSet[str] = frozenset(),
    ) -> Knowledge:
        """What would have been loaded had only some of the evidence been there; it is only read.

        `gone` are the statements that have none of it. Sources and their interventions stay,
        but for `without_sources`, which go whole. What is not touched is shared, not copied.
        """
        return _Part(self, keeps, gone, without_sources)


class _Part(Knowledge):
    """A part of some knowledge, which must not change meanwhile."""

    def __init__(
        self,
        whole: Knowledge,
        keeps: Callable[[Evidence], bool],
        gone: Iterable[str],
        without_sources: AbstractSet[str],
    ) -> None:
        super().__init__(whole.vocabulary, (), whole.retractions)
        self._keeps = keeps
        self.statements = dict(whole.statements)
        for identifier in gone:
            del self.statements[identifier]
        self.contributions = whole.contributions
        self.interventions = whole.interventions
        self.studies = whole.studies
        self._evidence = whole._evidence
        self._heard = whole._heard
        self._abstract = whole._abstract
        self._by_subject = whole._by_subject
        self._by_object = whole._by_object
        self._by_ends = whole._by_ends
        self._placed = whole._placed
        self._sources_of_study = whole._sources_of_study
        left_out = [whole.contributions[i] for i in without_sources if i in whole.contributions]
        if left_out:
            self._leave_out(whole, left_out)

    def _leave_out(self, whole: Knowledge, gone: Sequence[Contribution]) -> None:
        """Take what these sources alone say out of copies of what was shared."""
        self.contributions = dict(whole.contributions)
        self.interventions = dict(whole.interventions)
        self.studies = dict(whole.studies)
        self._heard = dict(whole._heard)
        self._abstract = set(whole._abstract)
        for contribution in gone:
            del self.contributions[contribution.source.id]
            for intervention in contribution.interventions:
                self.interventions.pop(intervention.id, None)
        for identifier in {entity.id for one in gone for entity in one.entities}:
            users = whole._entity_users[identifier]
            left = {name: entity for name, entity in users.items() if name in self.contributions}
            if left:
                last = max(left)
                self._heard[identifier] = last, left[last]
            else:
                del self._heard[identifier]
            if left and self._heard[identifier][1].abstract:
                self._abstract.add(identifier)
            else:
                self._abstract.discard(identifier)
        for study in {one.study.id for one in gone if one.study is not None}:
            self._merge_study(study)

    def put(self, contribution: Contribution) -> set[str]:
        """Refuse: what is shared with the whole would change."""
        raise TypeError(f"'{contribution.source.id}' cannot be put into a part of knowledge.")

    def drop(self, source: str) -> set[str]:
        """Refuse, as `put` does."""
        raise TypeError(f"'{source}' cannot be taken out of a part of knowledge.")

    def retract(self, study: str, why: str | None) -> set[str]:
        """Refuse, as `put` does."""
        raise TypeError(f"'{study}' cannot be retracted in a part of knowledge ({why}).")

    def _is_kept(self, evidence: Evidence) -> bool:
        return self._keeps(evidence)


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
