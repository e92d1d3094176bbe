"""The prose of a snapshot: what its entities, sources and evidence say, decoded when asked for.

`Prose` holds every model as JSON in arrays that can be mapped from a file; `indexes_over` makes of
them, and of the columns, the indexes that a `Knowledge` stands on. So a question reads what its
answer shows, and a process holds the few things that were asked for last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, NamedTuple, TypeVar, cast

import numpy as np
from pydantic import BaseModel, TypeAdapter

from immunograph.domain.knowledge import Indexes, Knowledge
from immunograph.domain.model import (
    IN_NORMAL_FORM,
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Source,
    Statement,
    Study,
    Vocabulary,
)
from immunograph.inference.tables import contribution_from
from immunograph.search.columns import Columns, grouped
from immunograph.search.content import ASPECTS, CLASSES, Content
from immunograph.search.kernel import Bytes, Ints, Longs, frozen
from immunograph.search.recall import Remembering
from immunograph.search.spool import Spooled
from immunograph.search.texts import Numbers, Raw, Texts
from immunograph.spool import Spool

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_PASSAGES: Final = TypeAdapter(tuple[Evidence, ...])


@dataclass(frozen=True)
class Prose:
    """Every model of a snapshot as JSON, in the order of its content; the empty text for none."""

    entities: Texts
    heard: Ints
    """The source whose word on each entity is taken."""
    sources: Raw
    said: Raw
    """What each source says of its study."""
    studies: Texts
    evidence: Raw
    """A text for each row of the content."""
    interventions: Texts
    """Ids, sorted."""
    done: Texts
    """The interventions themselves."""
    reports: Texts
    """The evidence of each intervention, as one list."""

    @classmethod
    def of(cls, knowledge: Knowledge, content: Content) -> Prose:
        """The prose of all that is known; `content` is its content."""
        return cls.with_said(
            knowledge,
            content,
            sources=_texts(map(knowledge.source, content.sources)),
            said=_texts(map(knowledge.said_by, content.sources)),
            evidence=_texts(
                one for name in content.sources for one in content.evidence_in(knowledge, name)
            ),
        )

    @classmethod
    def with_said(
        cls, knowledge: Knowledge, content: Content, *, sources: Raw, said: Raw, evidence: Raw
    ) -> Prose:
        """The prose of all that is known, where what its sources say is at hand."""
        heard = [knowledge.heard_from(identifier) for identifier in content.entities]
        interventions = sorted(knowledge.interventions)
        return cls(
            entities=_texts(map(knowledge.entity, content.entities)),
            heard=frozen([content.source_number[name] for name in heard], np.int32),
            sources=sources,
            said=said,
            studies=_texts(knowledge.studies[one] for one in content.studies),
            evidence=evidence,
            interventions=Texts.of(interventions),
            done=_texts(knowledge.interventions[one] for one in interventions),
            reports=Texts.of(
                f"[{','.join(map(_text, knowledge.evidence_of(one)))}]" for one in interventions
            ),
        )


class SpooledProse(NamedTuple):
    """What sources say, in a spool: only that of new ones is written as sources come."""

    content: Content
    sources: Spooled
    said: Spooled
    evidence: Spooled

    @classmethod
    def of(
        cls, knowledge: Knowledge, content: Content, before: SpooledProse, touched: AbstractSet[str]
    ) -> SpooledProse:
        """That of all that is known, over what was known before these sources were touched."""
        known = before.content.source_number
        new = [name for name in content.sources if name not in known or name in touched]
        number = content.source_number
        again = _places([number[name] for name in new])
        stays = np.delete(np.arange(len(content.sources)), again)
        kept = _places([known[content.sources[place]] for place in stays.tolist()])
        # Rows stand by source in both, so that those which stay do in the same order.
        was, now = np.zeros(len(known), bool), np.zeros(len(content.sources), bool)
        was[kept], now[stays] = True, True
        in_before, in_now = was[before.content.rows[1]], now[content.rows[1]]
        said = (one for name in new for one in content.evidence_in(knowledge, name))
        return cls(
            content=content,
            sources=before.sources.arranged(
                kept, stays, _raw(map(knowledge.source, new)), again
            ),
            said=before.said.arranged(kept, stays, _raw(map(knowledge.said_by, new)), again),
            evidence=before.evidence.arranged(
                np.flatnonzero(in_before), np.flatnonzero(in_now), _raw(said),
                np.flatnonzero(~in_now),
            ),
        )  # fmt: skip

    @classmethod
    def nothing(cls) -> SpooledProse:
        """That of no source, in a new spool."""
        spool, content = Spool(), Content.of(Knowledge(Vocabulary(predicates=())))
        return cls(content, *(Spooled.of(spool, ()) for _ in range(3)))

    def whole(self, knowledge: Knowledge) -> Prose:
        """All prose, of which the rest is little."""
        return Prose.with_said(
            knowledge, self.content,
            sources=self.sources, said=self.said, evidence=self.evidence,
        )  # fmt: skip


def _places(numbers: list[int]) -> Longs:
    return np.array(numbers, np.int64)


def _raw(models: Iterable[BaseModel | None]) -> Iterator[bytes]:
    return (b"" if one is None else _text(one).encode() for one in models)


def _texts(models: Iterable[BaseModel | None]) -> Texts:
    return Texts.of("" if one is None else _text(one) for one in models)


def _text(model: BaseModel) -> str:
    return model.model_dump_json(exclude_defaults=True)


class Decoded(Mapping[K, V], Generic[K, V]):
    """A mapping of which each value is made when it is asked for; those asked for last are kept."""

    def __init__(self, numbers: Mapping[K, int], make: Callable[[int], V]) -> None:
        """`make` gives the value of a number."""
        self._numbers = numbers
        self._make = make
        self._made = Remembering[K, V](self._value)

    def _value(self, key: K) -> V:
        return self._make(self._numbers[key])

    def __getitem__(self, key: K) -> V:
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[K]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class _Either(Mapping[str, int]):
    """Numbers of one kind of things, and beyond those the numbers of another."""

    def __init__(self, first: Mapping[str, int], second: Mapping[str, int]) -> None:
        self._first = first
        self._second = second

    def __getitem__(self, key: str) -> int:
        found = self._first.get(key)
        return len(self._first) + self._second[key] if found is None else found

    def __contains__(self, key: object) -> bool:
        return key in self._first or key in self._second

    def __iter__(self) -> Iterator[str]:
        yield from self._first
        yield from self._second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)


class _Ends(Mapping[tuple[str, str], AbstractSet[str]]):
    """The statements from one entity to another."""

    def __init__(self, excerpts: _Excerpts) -> None:
        self._excerpts = excerpts

    def __getitem__(self, key: tuple[str, str]) -> AbstractSet[str]:
        found = self._excerpts.between(*key)
        if not found:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return bool(self.get(cast(tuple[str, str], key)))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._excerpts.pairs())

    def __len__(self) -> int:
        return len(self._excerpts.pairs())


def indexes_over(
    columns: Columns, prose: Prose, retractions: Mapping[str, str], *, tally: int | None
) -> Indexes:
    """The indexes of a knowledge over what a snapshot holds.

    Entities and interventions are decoded now: they are few, and most questions go through all of
    their names.
    """
    return _Excerpts(columns, prose).indexes(retractions, tally)


class _Excerpts:
    """Looks things up in columns, and decodes them."""

    def __init__(self, columns: Columns, prose: Prose) -> None:
        self.columns = columns
        self.content = columns.content
        self.prose = prose
        self.entities = {
            identifier: Entity.model_validate_json(prose.entities.raw(number))
            for number, identifier in enumerate(self.content.entities)
        }
        self.interventions = {
            identifier: Intervention.model_validate_json(prose.done.raw(number))
            for number, identifier in enumerate(prose.interventions)
        }
        self.statements = Decoded(self.content.statement_number, self.statement)
        self.evidence = Decoded(
            _Either(self.content.statement_number, Numbers(prose.interventions)), self.passages
        )

    def indexes(self, retractions: Mapping[str, str], tally: int | None) -> Indexes:
        """All of them."""
        content, prose = self.content, self.prose
        entity = content.entity_number
        heard: list[int] = prose.heard.tolist()
        placed = self.columns.claims.placed
        return Indexes(
            contributions=Decoded(content.source_number, self.contribution),
            sources=Decoded(content.source_number, self.source),
            said=Decoded(content.source_number, self.study_said),
            statements=self.statements,
            interventions=self.interventions,
            studies=Decoded(content.study_number, self.study),
            evidence=self.evidence,
            heard={
                identifier: (content.sources[heard[number]], self.entities[identifier])
                for number, identifier in enumerate(content.entities)
            },
            users=Decoded(entity, self.users),
            kinds=self.kinds,
            abstract=frozenset(i for i, one in self.entities.items() if one.abstract),
            by_subject=Decoded(entity, lambda one: self.named(self.out_of(one))),
            by_object=Decoded(entity, lambda one: self.named(self.into(one))),
            by_ends=_Ends(self),
            placed_from=self.gathered(placed, content.said.subject),
            placed_to=self.gathered(placed, content.said.object),
            sources_of_study=Decoded(content.study_number, self.sources_of_study),
            retractions=retractions,
            tally=tally,
        )

    # --- statements ----------------------------------------------------------------------

    def statement(self, number: int) -> Statement:
        """The statement of a number."""
        content = self.content
        subject, object_, effect, aspect, cls = (int(column[number]) for column in content.said)
        return Statement(
            id=content.statements[number],
            subject=content.entities[subject],
            effect=content.codes.effects[effect],
            object=content.entities[object_],
            aspect=ASPECTS[aspect],
            cls=CLASSES[cls],
        )

    def named(self, statements: Ints | Longs) -> frozenset[str]:
        """The ids of these."""
        numbers: list[int] = statements.tolist()
        return frozenset(self.content.statements[number] for number in numbers)

    def out_of(self, entity: int) -> Longs:
        """The statements with this subject."""
        start, places = self.columns.by_subject
        return places[start[entity] : start[entity + 1]]

    def into(self, entity: int) -> Longs:
        """The statements with this object."""
        start, places = self.columns.by_object
        return places[start[entity] : start[entity + 1]]

    def between(self, subject: str, object_: str) -> frozenset[str]:
        """The statements from one entity to another."""
        number = self.content.entity_number
        if subject not in number or object_ not in number:
            return frozenset()
        return self.named(self.columns.between(number[subject], number[object_]))

    def pairs(self) -> set[tuple[str, str]]:
        """The ends of all statements."""
        entities, said = self.content.entities, self.content.said
        met = zip(said.subject.tolist(), said.object.tolist(), strict=True)
        return {(entities[subject], entities[object_]) for subject, object_ in met}

    def gathered(self, chosen: Bytes, ends: Ints) -> dict[str, frozenset[str]]:
        """The chosen statements by one of their ends; they are few."""
        found: dict[str, set[str]] = {}
        for number in np.flatnonzero(chosen).tolist():
            entity = self.content.entities[int(ends[number])]
            found.setdefault(entity, set()).add(self.content.statements[number])
        return {entity: frozenset(those) for entity, those in found.items()}

    # --- evidence ------------------------------------------------------------------------

    def passages(self, number: int) -> tuple[Evidence, ...]:
        """The evidence of a statement; beyond the last of them, of an intervention."""
        statements = len(self.content.statements)
        if number >= statements:
            return _PASSAGES.validate_json(self.prose.reports.raw(number - statements))
        start = self.columns.claims.start
        return self.at_rows(self.columns.row[start[number] : start[number + 1]].tolist())

    def at_rows(self, rows: Iterable[int]) -> tuple[Evidence, ...]:
        """The evidence at these rows of the content, by id."""
        told = b",".join(map(self.prose.evidence.raw, rows))
        found = _PASSAGES.validate_json(b"[" + told + b"]")
        return tuple(sorted(found, key=lambda one: one.id))

    # --- sources -------------------------------------------------------------------------

    def source(self, number: int) -> Source:
        """The source of a number."""
        return Source.model_validate_json(self.prose.sources.raw(number), context=IN_NORMAL_FORM)

    def study_said(self, number: int) -> Study | None:
        """What a source says of its study, if it has one."""
        text = self.prose.said.raw(number)
        return Study.model_validate_json(text, context=IN_NORMAL_FORM) if text else None

    def study(self, number: int) -> Study:
        """The study of a number."""
        return Study.model_validate_json(self.prose.studies.raw(number), context=IN_NORMAL_FORM)

    def contribution(self, number: int) -> Contribution:
        """All that a source brought."""
        first, last = self.content.source_start[number : number + 2].tolist()
        source = self.source(number)
        done = self.done_by.get(source.id, [])
        evidence = list(self.at_rows(range(first, last)))
        for one in done:
            evidence += self.evidence[one.id]
        return contribution_from(
            source,
            study=self.study_said(number),
            evidence=evidence,
            interventions=done,
            entities=self.entities,
            statements=self.statements,
        )

    @cached_property
    def done_by(self) -> dict[str, list[Intervention]]:
        """The interventions of each source."""
        found: dict[str, list[Intervention]] = {}
        for one in self.interventions.values():
            found.setdefault(one.source, []).append(one)
        return found

    def sources_of_study(self, study: int) -> frozenset[str]:
        """The sources that report a study."""
        start, places = self.by_study
        sources: list[int] = places[start[study] : start[study + 1]].tolist()
        return frozenset(self.content.sources[number] for number in sources)

    @cached_property
    def by_study(self) -> tuple[Longs, Longs]:
        """Where the sources of each study begin, and the sources in that order."""
        # What is of no study stands first, under a group of its own.
        start, places = grouped(self.content.source_study + 1, len(self.content.studies) + 1)
        return start[1:], places

    # --- entities ------------------------------------------------------------------------

    @cached_property
    def kinds(self) -> dict[str, frozenset[str]]:
        """The entities whose `is_a` names an entity."""
        found: dict[str, set[str]] = {}
        for identifier, one in self.entities.items():
            for above in one.is_a:
                found.setdefault(above, set()).add(identifier)
        return {above: frozenset(those) for above, those in found.items()}

    def users(self, entity: int) -> frozenset[str]:
        """The sources that name an entity or one of its kind."""
        below, todo = set[str](), [self.content.entities[entity]]
        while todo:
            if (one := todo.pop()) not in below:
                below.add(one)
                todo.extend(self.kinds.get(one, ()))
        found: set[int] = set()
        names: set[str] = set()
        start, row = self.columns.claims.start, self.columns.row
        source = self.content.rows[1]
        for one in below:
            number = self.content.entity_number[one]
            for statement in (*self.out_of(number).tolist(), *self.into(number).tolist()):
                found.update(source[row[start[statement] : start[statement + 1]]].tolist())
            for code in self.cells.get(one, ()):
                found.update(source[self.content.rows[3] == code].tolist())
            names |= self.hit.get(one, set())
        return frozenset({self.content.sources[number] for number in found} | names)

    @cached_property
    def cells(self) -> dict[str, list[int]]:
        """The combinations of cells that name a cell."""
        found: dict[str, list[int]] = {}
        for code, cells in enumerate(self.content.codes.in_cells):
            for cell in cells:
                found.setdefault(cell, []).append(code)
        return found

    @cached_property
    def hit(self) -> dict[str, set[str]]:
        """The sources whose interventions name an entity."""
        found: dict[str, set[str]] = {}
        for one in self.interventions.values():
            for entity in (one.target, *(outcome.on for outcome in one.outcomes)):
                found.setdefault(entity, set()).add(one.source)
        return found
