"""What a snapshot asserts, as numbers: which evidence speaks of what, in which manner and context.

The tables that columns are computed from (see `columns`). They are read off a knowledge once;
after a change of some sources only the rows of those are made anew. Entities, statements, sources
and studies are numbered in the order of their ids; rows of evidence stand by source, then by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Evidence, Statement
from immunograph.domain.selection import CONTEXT_DIMENSIONS
from immunograph.domain.vocabulary import (
    Aspect,
    Basis,
    Directness,
    Role,
    SourceType,
    StatementClass,
    Tier,
)
from immunograph.search.kernel import Bytes, Ints, Longs, frozen
from immunograph.search.texts import Numbers, Texts

H = TypeVar("H")

CLASSES: Final = tuple(StatementClass)
ASPECTS: Final = tuple(Aspect)
TYPES: Final = tuple(SourceType)
TIERS: Final = tuple(Tier)


class Manner(NamedTuple):
    """All that the weight of a passage depends on, its source, study and context aside."""

    role: Role
    basis: Basis
    directness: Directness
    hedged: bool
    checked: bool
    no_change: bool
    human_unknown: bool
    reader: str | None
    predicate: str | None

    @classmethod
    def of(cls, evidence: Evidence) -> Manner:
        """The manner of one passage."""
        return cls(*(getattr(evidence, name) for name in cls._fields))

    @classmethod
    def restored(cls, values: Sequence[Any]) -> Manner:
        """The manner of these values, as JSON has them."""
        role, basis, directness, *rest = values
        return cls(Role(role), Basis(basis), Directness(directness), *rest)


class Said(NamedTuple):
    """Statements as they are asserted, a row each."""

    subject: Ints
    object: Ints
    effect: Ints
    """Place in `Codes.effects`."""
    aspect: NDArray[np.int8]
    """Place in `ASPECTS`."""
    cls: NDArray[np.int8]
    """Place in `CLASSES`."""


class Codes(NamedTuple):
    """What the numbers of a content stand for; only ever added to."""

    effects: list[str]
    manners: list[Manner]
    in_cells: list[tuple[str, ...]]
    stated: dict[str, list[tuple[str, ...]]]
    """Of each dimension of context, the combinations of values that evidence states."""


class Found(dict[H, int]):
    """Numbers for what is met, in the order in which it is met."""

    def __missing__(self, key: H) -> int:
        number = len(self)
        self[key] = number
        return number


@dataclass(frozen=True)
class Content:
    """What a snapshot asserts."""

    entities: list[str]
    """Ids, sorted, as those below are."""
    statements: Texts
    sources: list[str]
    studies: list[str]
    codes: Codes
    said: Said
    rows: Ints
    """[field, row] the evidence of statements; fields as in `Rows`, then one for each of
    `CONTEXT_DIMENSIONS`."""
    source_type: NDArray[np.int8]
    """Place in `TYPES`."""
    source_tier: NDArray[np.int8]
    """Place in `TIERS`."""
    source_study: Ints
    """-1 where it has none."""
    source_year: Ints
    """In which each was published; 0 where that is not known."""
    source_mentions: Bytes
    """1 where it mentions names in passages that became nothing."""
    retracted: Bytes
    """1 for each study that was."""

    @classmethod
    def of(cls, knowledge: Knowledge) -> Content:
        """The content of all that is known."""
        return _Reading(knowledge, None).content(
            entities=sorted(knowledge.entities),
            statements=Texts.of(sorted(knowledge.statements)),
            sources=sorted(knowledge.contributions),
            studies=sorted(knowledge.studies),
        )

    @cached_property
    def entity_number(self) -> dict[str, int]:
        """The number of each entity."""
        return {identifier: number for number, identifier in enumerate(self.entities)}

    @cached_property
    def statement_number(self) -> Numbers:
        """The number of each statement."""
        return Numbers(self.statements)

    @cached_property
    def source_number(self) -> dict[str, int]:
        """The number of each source."""
        return {identifier: number for number, identifier in enumerate(self.sources)}

    @cached_property
    def study_number(self) -> dict[str, int]:
        """The number of each study."""
        return {identifier: number for number, identifier in enumerate(self.studies)}

    @cached_property
    def source_start(self) -> Longs:
        """The rows of source `n` stand at `source_start[n]:source_start[n + 1]`."""
        start = np.zeros(len(self.sources) + 1, np.int64)
        np.cumsum(np.bincount(self.rows[1], minlength=len(self.sources)), out=start[1:])
        return start

    @staticmethod
    def evidence_in(knowledge: Knowledge, source: str) -> list[Evidence]:
        """The evidence of a source in the order of rows."""
        return sorted(knowledge.evidence_in(source), key=lambda evidence: evidence.id)

    def statements_in(self, source: int) -> Ints:
        """The statements that a source has evidence on, in order."""
        first, last = self.source_start[source : source + 2].tolist()
        return np.unique(self.rows[0][first:last])

    def changed(
        self, before: Knowledge, after: Knowledge, sources: Iterable[str], studies: Iterable[str]
    ) -> Content:
        """The content once these sources say something else, or no more or for the first time.

        `studies` are those that were retracted by hand, or stand again. What is not touched is
        moved, and looked at no further.
        """
        touched = _Touched.by(before, after, sources, studies)
        return _Reading(after, self).content(
            entities=_merged(self.entities, touched.entities, after.holds),
            statements=self._statements_left(after, touched),
            sources=_merged(self.sources, touched.sources, after.contributions.__contains__),
            studies=_merged(self.studies, touched.studies, after.studies.__contains__),
            touched=touched,
        )

    def _statements_left(self, after: Knowledge, touched: _Touched) -> Texts:
        number = self.statement_number
        left = {one for one in touched.statements if one in after.statements}
        gone = [number[one] for one in touched.statements - left if one in number]
        new = sorted(one for one in left if one not in number)
        return self.statements.without(gone).with_texts(new)


class Rows(NamedTuple):
    """The first fields of a row of evidence."""

    statement: Ints
    source: Ints
    study: Ints
    """-1 where it has none."""
    in_cell: Ints
    """Place in `Codes.in_cells`."""
    manner: Ints
    """Place in `Codes.manners`."""


class _Touched(NamedTuple):
    """What a change of sources may have made, moved or ended."""

    entities: set[str]
    statements: set[str]
    sources: set[str]
    studies: set[str]

    @classmethod
    def by(
        cls, before: Knowledge, after: Knowledge, sources: Iterable[str], studies: Iterable[str]
    ) -> _Touched:
        found = cls(set(), set(), set(sources), set(studies))
        for source in found.sources:
            for known in (before, after):
                contribution = known.contributions.get(source)
                if contribution is not None:
                    found.entities.update(one.id for one in contribution.entities)
                    found.statements.update(one.id for one in contribution.statements)
                    if contribution.study is not None:
                        found.studies.add(contribution.study.id)
        return found


class _Reading:
    """A content that is read off a knowledge, over what was read before."""

    def __init__(self, knowledge: Knowledge, before: Content | None) -> None:
        self.knowledge = knowledge
        self.before = before
        codes = (
            before.codes if before else Codes([], [], [], {name: [] for name in CONTEXT_DIMENSIONS})
        )
        self.effects = _found(codes.effects)
        self.manners = _found(codes.manners)
        self.in_cells = _found(codes.in_cells)
        self.stated = {name: _found(codes.stated[name]) for name in CONTEXT_DIMENSIONS}

    def content(
        self,
        *,
        entities: list[str],
        statements: Texts,
        sources: list[str],
        studies: list[str],
        touched: _Touched | None = None,
    ) -> Content:
        """The content of all that is known, of which these are the ids."""
        entity, study = _numbers(entities), _numbers(studies)
        statement, source = Numbers(statements), _numbers(sources)
        known = self.knowledge
        anew: Sequence[str] = sources
        if touched is not None:
            anew = sorted(one for one in touched.sources if one in source)
        rows = self._rows(anew, statement, source, study)
        said_anew: Iterable[str] = statements
        if touched is not None:
            said_anew = sorted(one for one in touched.statements if one in statement)
        said = self._said(said_anew, entity)
        of_source = self._sources(anew, study)
        retracted_anew: Sequence[str] = studies
        if touched is not None:
            retracted_anew = sorted(one for one in touched.studies if one in study)
        retracted = np.array([known.studies[i].retracted is not None for i in retracted_anew], bool)
        if self.before is not None and touched is not None:
            moved = _Moved.of(self.before, entities, statements, sources, studies)
            rows = moved.rows(self.before, rows, touched)
            places = np.array([statement[i] for i in said_anew], np.int64)
            said = moved.said(self.before, said, places, len(statements))
            places = np.array([source[i] for i in anew], np.int64)
            of_source = moved.sources(self.before, of_source, places, len(sources))
            places = np.array([study[i] for i in retracted_anew], np.int64)
            whole = np.zeros(len(studies), bool)
            stays = moved.study >= 0
            whole[moved.study[stays]] = self.before.retracted[stays] != 0
            whole[places] = retracted
            retracted = whole
        order = np.argsort(rows[1], kind="stable")
        return Content(
            entities=entities,
            statements=statements,
            sources=sources,
            studies=studies,
            codes=Codes(
                list(self.effects),
                list(self.manners),
                list(self.in_cells),
                {name: list(found) for name, found in self.stated.items()},
            ),
            said=Said(
                *(frozen(column, np.int32) for column in said[:3]),
                *(frozen(column, np.int8) for column in said[3:]),
            ),
            rows=frozen(rows[:, order], np.int32),
            source_type=frozen(of_source[0], np.int8),
            source_tier=frozen(of_source[1], np.int8),
            source_study=frozen(of_source[2], np.int32),
            source_year=frozen(of_source[3], np.int32),
            source_mentions=frozen(of_source[4], np.uint8),
            retracted=frozen(retracted, np.uint8),
        )

    def _rows(
        self,
        sources: Iterable[str],
        statement: Mapping[str, int],
        source: Mapping[str, int],
        study: Mapping[str, int],
    ) -> Longs:
        """The evidence of these sources, in the order of their ids."""
        rows: list[tuple[int, ...]] = []
        for name in sources:
            number = source[name]
            for evidence in Content.evidence_in(self.knowledge, name):
                context = evidence.context
                rows.append(
                    (
                        statement[evidence.about],
                        number,
                        study.get(evidence.study or "", -1),
                        self.in_cells[context.in_cell],
                        self.manners[Manner.of(evidence)],
                        *(
                            codes[tuple(map(str, getattr(context, name)))]
                            for name, codes in self.stated.items()
                        ),
                    )
                )
        fields = len(Rows._fields) + len(CONTEXT_DIMENSIONS)
        return np.array(rows, np.int64).reshape(len(rows), fields).T

    def _said(self, statements: Iterable[str], entity: Mapping[str, int]) -> Longs:
        rows = [self._row(self.knowledge.statements[i], entity) for i in statements]
        return np.array(rows, np.int64).reshape(len(rows), len(Said._fields)).T

    def _row(self, one: Statement, entity: Mapping[str, int]) -> tuple[int, ...]:
        return (
            entity[one.subject],
            entity[one.object],
            self.effects[one.effect],
            ASPECTS.index(one.aspect),
            CLASSES.index(one.cls),
        )

    def _sources(self, sources: Iterable[str], study: Mapping[str, int]) -> Longs:
        known = [self.knowledge.source(name) for name in sources]
        rows = [
            (
                TYPES.index(one.type),
                TIERS.index(one.tier),
                study.get(one.study or "", -1),
                int(one.published[:4]) if one.published else 0,
                int(any(passage.about for passage in one.not_statements)),
            )
            for one in known
        ]
        return np.array(rows, np.int64).reshape(len(rows), 5).T


class _Moved(NamedTuple):
    """The new number of what was numbered before; -1 where it is gone."""

    entity: Longs
    statement: Longs
    source: Longs
    study: Longs

    @classmethod
    def of(
        cls,
        before: Content,
        entities: Sequence[str],
        statements: Texts,
        sources: Sequence[str],
        studies: Sequence[str],
    ) -> _Moved:
        return cls(
            _moved(before.entities, entities),
            before.statements.places_in(statements),
            _moved(before.sources, sources),
            _moved(before.studies, studies),
        )

    def rows(self, before: Content, anew: Longs, touched: _Touched) -> Longs:
        """The evidence of untouched sources, and what was read anew."""
        gone = np.zeros(len(before.sources), bool)
        number = before.source_number
        gone[[number[one] for one in touched.sources if one in number]] = True
        old = before.rows[:, ~gone[before.rows[1]]].astype(np.int64)
        old[0] = self.statement[old[0]]
        old[1] = self.source[old[1]]
        old[2] = np.append(self.study, -1)[old[2]]
        return np.concatenate([old, anew], axis=1)

    def said(self, before: Content, anew: Longs, places: Longs, many: int) -> Longs:
        old = np.stack([column.astype(np.int64) for column in before.said])
        old[:2] = self.entity[old[:2]]
        return _placed(old, self.statement, anew, places, many)

    def sources(self, before: Content, anew: Longs, places: Longs, many: int) -> Longs:
        study = np.append(self.study, -1)[before.source_study]
        columns = (
            *(before.source_type, before.source_tier, study),
            *(before.source_year, before.source_mentions),
        )
        old = np.stack([column.astype(np.int64) for column in columns])
        return _placed(old, self.source, anew, places, many)


def _placed(old: Longs, moved: Longs, anew: Longs, places: Longs, many: int) -> Longs:
    """Rows at their new places, and those made anew over them."""
    found = np.empty((len(old), many), np.int64)
    stays = moved >= 0
    found[:, moved[stays]] = old[:, stays]
    found[:, places] = anew
    return found


def _moved(before: Sequence[str], after: Sequence[str]) -> Longs:
    """The place of each text among others; -1 where it is none of them."""
    place = _numbers(after)
    return np.array([place.get(one, -1) for one in before], np.int64)


def _merged(ids: list[str], touched: set[str], is_left: Callable[[str], bool]) -> list[str]:
    """Sorted ids, once those that were touched have come or gone."""
    left = {one for one in touched if is_left(one)}
    if left <= set(ids) and left == touched & set(ids):
        return ids
    return sorted({one for one in ids if one not in touched} | left)


def _numbers(ids: Sequence[str]) -> dict[str, int]:
    return {identifier: number for number, identifier in enumerate(ids)}


def _found(known: Iterable[H]) -> Found[H]:
    found = Found[H]()
    for one in known:
        found[one]
    return found
