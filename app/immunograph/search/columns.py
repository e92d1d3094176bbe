"""Columns: the entities, statements and evidence of a snapshot as arrays, without their prose.

Whatever a filter, a belief, a net mark or a step depends on is a number here, so that what follows
from some of the evidence is computed without looking at a single passage (see `derived`). Entities
and statements are numbered in the order of their ids; rows of evidence stand by statement, and
within one by lineage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Context, Entity, Statement, Vocabulary
from immunograph.domain.selection import CONTEXT_DIMENSIONS, EXEMPT, Selection
from immunograph.domain.vocabulary import (
    CLOSING_STEP,
    NOT_IN_A_CELL,
    PLACED_STEPS,
    Aspect,
    Basis,
    Phase,
    Role,
    SourceType,
    StatementClass,
    StudySystem,
    Tier,
)
from immunograph.inference.belief import groups_of, probability, reader_of, species_of
from immunograph.inference.steps import is_candidate
from immunograph.search.content import ASPECTS, CLASSES, TIERS, TYPES, Content, Manner, Rows
from immunograph.search.kernel import Bytes, Ints, Longs, frozen
from immunograph.search.texts import Texts

SUPPORTS: Final = 1
REFUTES: Final = 2
NO_CHANGE: Final = 4
HYPOTHESISED: Final = 8
BACKGROUND: Final = 16
PRESS: Final = 32
ONLY_HUMAN: Final = 64
"""All its systems are human, and so is its one species."""
SAYS_HUMAN: Final = 128
SAYS_SPECIES: Final = 256
CHANGES_NUMBER: Final = 512
UNKNOWN_IN_HUMANS: Final = 1024

GROUPS: Final = ("animal", "cells", "human")
PHASES: Final = tuple(map(str, Phase))
_ROLES: Final = {Role.SUPPORTS: SUPPORTS, Role.REFUTES: REFUTES, Role.QUALIFIES: 0}


class Passages(NamedTuple):
    """The evidence of statements, a row each; what depends on the study is not in it."""

    statement: Ints
    flags: Ints
    """What is true of it, as a sum of the constants above."""
    p: NDArray[np.float64]
    """Its probability, if its study is not retracted."""
    lineage: Ints
    """In the order of the names of lineages: the curator's is 0, that of what is untraced last."""
    reader: Ints
    """The program that read it, in the order of names; -1 where a person did."""
    groups: Bytes
    """The system groups that it states, a bit each."""
    phases: Bytes
    in_cell: Ints
    """Which of `Columns.cell` it states."""
    source: Ints
    study: Ints
    """-1 where it has none."""
    telling: Ints
    """Which of `Columns.mechanisms` it tells, if it counts; -1 where it tells none."""


class Claims(NamedTuple):
    """The statements, a row each."""

    subject: Ints
    object: Ints
    sign: NDArray[np.int8]
    cls: NDArray[np.int8]
    """Place in `CLASSES`."""
    aspect: NDArray[np.int8]
    """Place in `ASPECTS`."""
    candidate: Bytes
    """1 where a path may take it, if it is believed."""
    placed: Bytes
    closing: Bytes
    from_number: Bytes
    """1 where it goes on from the number of cells by its verb alone."""
    opposite: Ints
    """The statement that says the opposite; -1 where there is none."""
    effect: Ints
    """Place in `Columns.effects`."""
    start: Longs
    """The rows of evidence of statement `s` stand at `start[s]:start[s + 1]`."""


class Mechanisms(NamedTuple):
    """What each lineage tells, and the placed steps that the chains of all may pass.

    A *telling* is a causal statement as one lineage supports it. They stand by lineage and subject.
    """

    lineage: Longs
    """The tellings of lineage `n` stand at `lineage[n]:lineage[n + 1]`; studies come before what is
    untraced, of which each source is a lineage of its own."""
    of: Ints
    """The lineage of each telling."""
    statement: Ints
    subject: Ints
    object: Ints
    place: Ints
    """The tellings in order."""
    to_object: Ints
    """The tellings in the order of lineage and object."""
    placed_start: Longs
    """[entity] the placed steps from it stand at these places of `placed`."""
    placed: Ints
    entering_start: Longs
    """[entity] the placed steps to it stand at these places of `entering`."""
    entering: Ints


@dataclass(frozen=True)
class Things:
    """The entities as far as paths depend on them, all of equal length."""

    abstract: Bytes
    in_no_cell: Bytes
    tumour_cells: Bytes
    """1 where it, or a class above it, is so marked."""
    of_tumour_cells: Bytes
    members: dict[int, list[int]]
    """The entities directly below each class."""

    @classmethod
    def of(cls, knowledge: Knowledge, ids: Sequence[str], number: dict[str, int]) -> Things:
        """The entities of these ids as the knowledge has them; one that it lacks is nothing."""
        held = [knowledge.entity(i) if knowledge.holds(i) else None for i in ids]
        members: dict[int, list[int]] = {}
        for place, one in enumerate(held):
            for above in one.is_a if one else ():
                if above in number:
                    members.setdefault(number[above], []).append(place)

        def marked(mark: str) -> Bytes:
            chosen = [i for i, one in enumerate(held) if one is not None and getattr(one, mark)]
            found = np.zeros(len(ids), np.uint8)
            found[list(_below(members, chosen))] = 1
            return frozen(found, np.uint8)

        return cls(
            frozen([one is not None and one.abstract for one in held], np.uint8),
            frozen([one is not None and one.kind in NOT_IN_A_CELL for one in held], np.uint8),
            marked("tumour_cells"),
            marked("of_tumour_cells"),
            members,
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Every array of it; `from_arrays` takes them back."""
        pairs = [(above, one) for above, members in self.members.items() for one in members]
        return {
            "things.abstract": self.abstract,
            "things.in_no_cell": self.in_no_cell,
            "things.tumour_cells": self.tumour_cells,
            "things.of_tumour_cells": self.of_tumour_cells,
            "things.members": frozen(np.array(pairs, np.int64).reshape(-1), np.int64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Things:
        """Restore it. Raises KeyError where an array is missing."""
        members: dict[int, list[int]] = {}
        for above, one in arrays["things.members"].reshape(-1, 2).tolist():
            members.setdefault(above, []).append(one)
        return cls(
            arrays["things.abstract"],
            arrays["things.in_no_cell"],
            arrays["things.tumour_cells"],
            arrays["things.of_tumour_cells"],
            members,
        )

    def below(self, entity: int) -> set[int]:
        """An entity and all that are of its kind."""
        return _below(self.members, [entity])


def _below(members: dict[int, list[int]], entities: Iterable[int]) -> set[int]:
    found: set[int] = set()
    todo = list(entities)
    while todo:
        if (one := todo.pop()) not in found:
            found.add(one)
            todo.extend(members.get(one, ()))
    return found


def counts_alike(one: Entity, other: Entity) -> bool:
    """Whether paths depend on two definitions of an entity in the same way."""
    return (
        one.is_a == other.is_a
        and one.abstract is other.abstract
        and one.tumour_cells is other.tumour_cells
        and one.of_tumour_cells is other.of_tumour_cells
        and (one.kind in NOT_IN_A_CELL) is (other.kind in NOT_IN_A_CELL)
    )


@dataclass(frozen=True)
class Columns:
    """The columns of one snapshot. Nothing of them depends on a question."""

    content: Content
    row: Ints
    """The row of the content that each row of evidence here is."""
    readers: list[str]
    cells: list[str]
    """The cells that evidence states one of, by id."""
    effects: list[str]
    cell: Ints
    """The place in `cells` of each combination of cells that evidence states; -1 unless one."""
    verbs: list[str]
    verb: Ints
    """The verb of each row of evidence, by its place in `verbs`; -1 where it has none."""
    dimensions: dict[str, tuple[Ints, list[tuple[str, ...]]]]
    """Of each dimension that filters choose by, which of the combinations of values each row of
    evidence states, and these combinations."""
    passages: Passages
    claims: Claims
    mechanisms: Mechanisms
    things: Things

    @classmethod
    def of(cls, knowledge: Knowledge, content: Content | None = None) -> Columns:
        """The columns of all that is known; `content` is its content, where that is there."""
        return _Building(Content.of(knowledge) if content is None else content, knowledge).columns()

    @property
    def entities(self) -> list[str]:
        """Ids, sorted, as those below are."""
        return self.content.entities

    @property
    def statements(self) -> Texts:
        """The statements by number."""
        return self.content.statements

    @property
    def sources(self) -> list[str]:
        """The sources by number."""
        return self.content.sources

    @property
    def studies(self) -> list[str]:
        """The studies by number."""
        return self.content.studies

    @property
    def retracted(self) -> Bytes:
        """1 for each study that was."""
        return self.content.retracted

    @property
    def entity_number(self) -> dict[str, int]:
        """The number of each entity."""
        return self.content.entity_number

    @property
    def statement_number(self) -> Mapping[str, int]:
        """The number of each statement."""
        return self.content.statement_number

    @property
    def source_number(self) -> dict[str, int]:
        """The number of each source."""
        return self.content.source_number

    @property
    def study_number(self) -> dict[str, int]:
        """The number of each study."""
        return self.content.study_number

    @cached_property
    def by_subject(self) -> tuple[Longs, Longs]:
        """Where the statements of each subject begin, and the statements in that order."""
        return grouped(self.claims.subject, len(self.entities))

    @cached_property
    def by_object(self) -> tuple[Longs, Longs]:
        """The same of each object."""
        return grouped(self.claims.object, len(self.entities))

    def between(self, subject: int, object_: int) -> Longs:
        """The statements from one entity to another, in order."""
        (out, leaving), (into, entering) = self.by_subject, self.by_object
        own = leaving[out[subject] : out[subject + 1]]
        other = entering[into[object_] : into[object_ + 1]]
        if len(own) <= len(other):
            return own[self.claims.object[own] == object_]
        return other[self.claims.subject[other] == subject]

    def kept(self, selection: Selection) -> NDArray[np.bool_]:
        """Which rows of evidence a question may use."""
        passages, claims = self.passages, self.claims
        kept = np.ones(len(passages.p), bool)
        for name, (codes, stated) in self.dimensions.items():
            if name in selection.chosen:
                allowed = np.array([selection.matches(name, values) for values in stated], bool)
                kept &= allowed[codes]
        exempt = np.isin(claims.cls, [CLASSES.index(one) for one in EXEMPT])
        kept |= exempt[passages.statement]
        without_sources = selection.without_sources
        if without_sources:
            gone = np.zeros(len(self.sources), bool)
            number = self.source_number
            gone[[number[one] for one in without_sources if one in number]] = True
            kept &= ~gone[passages.source]
        for number in np.flatnonzero(claims.cls == CLASSES.index(StatementClass.CAUTION)).tolist():
            subject, object_ = int(claims.subject[number]), int(claims.object[number])
            ends = self.entities[subject], self.entities[object_]
            if selection.without.names(self.statements[number], *ends):
                kept[claims.start[number] : claims.start[number + 1]] = False
        return kept


class Chosen(AbstractSet[str]):
    """The chosen ones of many statements, as a set of their ids; `number` has them in order."""

    def __init__(self, number: Mapping[str, int], chosen: NDArray[np.bool_]) -> None:
        self._number = number
        self._chosen = chosen

    def __contains__(self, key: object) -> bool:
        number = self._number.get(cast(str, key))
        return number is not None and bool(self._chosen[number])

    def __iter__(self) -> Iterator[str]:
        return compress(self._number, self._chosen.tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._chosen))


def grouped(keys: NDArray[np.integer], groups: int) -> tuple[Longs, Longs]:
    """Where each group begins, and what is in them: the places of equal keys, in order.

    >>> start, places = grouped(np.array([1, 0, 1]), 3)
    >>> start.tolist(), places.tolist()
    ([0, 1, 3, 3], [1, 0, 2])
    """
    start = np.zeros(groups + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=groups), out=start[1:])
    return start, np.argsort(keys, kind="stable")


class _Weighty(NamedTuple):
    """A manner and the tier of the source that speaks so: what `belief.probability` looks at."""

    manner: Manner
    tier: Tier

    @property
    def p(self) -> float:
        """The probability of a passage, if its study is not retracted."""
        return probability(self.manner, self.tier)

    @property
    def reader(self) -> str:
        """The program that read it; empty where a person did."""
        return reader_of(self.manner.reader, self.tier) or ""

    def flags(self, vocabulary: Vocabulary) -> int:
        """The flags of a row, but for those that its context sets."""
        one = self.manner
        found = _ROLES[one.role] + PRESS * self.tier.is_press
        found += NO_CHANGE * one.no_change + UNKNOWN_IN_HUMANS * one.human_unknown
        found += HYPOTHESISED * (one.basis is Basis.HYPOTHESISED)
        found += BACKGROUND * (one.basis is Basis.BACKGROUND)
        verb = one.predicate
        return found + CHANGES_NUMBER * (verb is not None and vocabulary.changes_number(verb))


class _Building:
    """The columns of a content, under way; `knowledge` has the entities and the words."""

    def __init__(self, content: Content, knowledge: Knowledge) -> None:
        self.content = content
        self.knowledge = knowledge

    def columns(self) -> Columns:
        """All of them."""
        content, codes = self.content, self.content.codes
        lineage, within = self._lineages()
        order = np.lexsort((lineage, content.rows[0]))
        statement, source, study, in_cell, manner = (
            content.rows[place][order] for place in range(len(Rows._fields))
        )
        dimensions = {
            name: (
                frozen(content.rows[len(Rows._fields) + place][order], np.int32),
                codes.stated[name],
            )
            for place, name in enumerate(CONTEXT_DIMENSIONS)
        }
        tier = content.source_tier[source]
        tiers = [(str(one),) for one in TIERS]
        dimensions["tier"] = (frozen(tier, np.int32), tiers)
        combined = manner.astype(np.int64) * len(TIERS) + tier
        met, weighty = np.unique(combined, return_inverse=True)
        numbers: list[int] = met.tolist()
        manners = [_Weighty(codes.manners[i // len(TIERS)], TIERS[i % len(TIERS)]) for i in numbers]
        readers, reader = _numbered(one.reader for one in manners)
        verbs, verb = _numbered(one.manner.predicate or "" for one in manners)
        effects, effect = _numbered(codes.effects)
        cells = sorted({cells[0] for cells in codes.in_cells if len(cells) == 1})
        cell = [cells.index(one[0]) if len(one) == 1 else -1 for one in codes.in_cells]
        claims = self._claims(statement, effect)
        flags = np.array([one.flags(self.knowledge.vocabulary) for one in manners], np.int64)
        flags = flags[weighty] | _species(dimensions)
        counts = (flags & (SUPPORTS | HYPOTHESISED) == SUPPORTS) & (claims.sign[statement] != 0)
        within = np.where(counts, within[order], -1)
        mechanisms, telling = self._mechanisms(claims, within, statement)
        passages = Passages(
            statement=frozen(statement, np.int32),
            flags=frozen(flags, np.int32),
            p=frozen(np.array([one.p for one in manners], np.float64)[weighty], np.float64),
            lineage=frozen(lineage[order], np.int32),
            reader=frozen(reader[weighty], np.int32),
            groups=_bits(dimensions["study_system"], lambda v: StudySystem(v).group, GROUPS),
            phases=_bits(dimensions["phase"], str, PHASES),
            in_cell=frozen(in_cell, np.int32),
            source=frozen(source, np.int32),
            study=frozen(study, np.int32),
            telling=frozen(telling, np.int32),
        )
        return Columns(
            content=content,
            row=frozen(order, np.int32),
            readers=readers,
            cells=cells,
            effects=effects,
            cell=frozen(cell, np.int32),
            verbs=verbs,
            verb=frozen(verb[weighty], np.int32),
            dimensions=dimensions,
            passages=passages,
            claims=claims,
            mechanisms=mechanisms,
            things=Things.of(self.knowledge, content.entities, content.entity_number),
        )

    def _lineages(self) -> tuple[Longs, Longs]:
        """The lineage of each row of evidence, and the one within which it may be net."""
        content = self.content
        _, source, study = (content.rows[place].astype(np.int64) for place in range(3))
        by_curator = (content.source_type == TYPES.index(SourceType.CURATOR))[source]
        untraced = np.where(by_curator, 0, 1 + len(content.studies))
        alone = np.where(by_curator, -1, len(content.studies) + source)
        return np.where(study >= 0, 1 + study, untraced), np.where(study >= 0, study, alone)

    def _mechanisms(
        self, claims: Claims, lineage: Longs, statement: Ints
    ) -> tuple[Mechanisms, Longs]:
        """What is told within the lineage of each row of evidence, and the telling of each row."""
        content = self.content
        many, entities = max(1, len(content.statements)), len(content.entities)
        rows = np.flatnonzero(lineage >= 0)
        keys, which = np.unique(lineage[rows] * many + statement[rows], return_inverse=True)
        of, told = np.divmod(keys, many)
        order = np.lexsort((claims.subject[told], of))
        of, told = of[order], told[order]
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        telling = np.full(len(lineage), -1, np.int64)
        telling[rows] = place[which]
        start, _ = grouped(of, len(content.studies) + len(content.sources))
        placed = np.flatnonzero(claims.placed)
        leaving, leaving_order = grouped(claims.subject[placed], entities)
        entering, entering_order = grouped(claims.object[placed], entities)
        found = Mechanisms(
            lineage=frozen(start, np.int64),
            of=frozen(of, np.int32),
            statement=frozen(told, np.int32),
            subject=frozen(claims.subject[told], np.int32),
            object=frozen(claims.object[told], np.int32),
            place=frozen(np.arange(len(told)), np.int32),
            to_object=frozen(np.lexsort((claims.object[told], of)), np.int32),
            placed_start=frozen(leaving, np.int64),
            placed=frozen(placed[leaving_order], np.int32),
            entering_start=frozen(entering, np.int64),
            entering=frozen(placed[entering_order], np.int32),
        )
        return found, telling

    def _claims(self, evidence: Ints, effect_of: Longs) -> Claims:
        said, effects = self.content.said, self.content.codes.effects
        subject, object_ = said.subject.astype(np.int64), said.object.astype(np.int64)
        kinds = said.effect.astype(np.int64) * len(CLASSES) + said.cls
        met, kind = np.unique(kinds, return_inverse=True)
        numbers: list[int] = met.tolist()
        known = [
            _a_statement(effects[i // len(CLASSES)], CLASSES[i % len(CLASSES)]) for i in numbers
        ]

        def of_kind(told: Callable[[Statement], int], dtype: type[np.generic]) -> NDArray[Any]:
            return frozen(np.array([told(one) for one in known], np.int64)[kind], dtype)

        sign = of_kind(lambda one: one.sign, np.int8)
        aspect = said.aspect.astype(np.int64)
        return Claims(
            subject=said.subject,
            object=said.object,
            sign=sign,
            cls=said.cls,
            aspect=said.aspect,
            candidate=of_kind(is_candidate, np.uint8),
            placed=of_kind(lambda one: one.effect in PLACED_STEPS, np.uint8),
            closing=of_kind(lambda one: one.effect == CLOSING_STEP, np.uint8),
            from_number=of_kind(lambda one: one.effect in ("step_of", CLOSING_STEP), np.uint8),
            opposite=_opposites(subject, object_, aspect, sign, len(self.content.entities)),
            effect=frozen(np.array(effect_of, np.int64)[said.effect], np.int32),
            start=frozen(grouped(evidence, len(self.content.statements))[0], np.int64),
        )


def _a_statement(effect: str, cls: StatementClass) -> Statement:
    """Any statement of an effect and class."""
    return Statement(
        id="", subject="itm:any", effect=effect, object="itm:other", aspect=Aspect.NONE, cls=cls
    )


def _opposites(
    subject: Longs, object_: Longs, aspect: Longs, sign: NDArray[np.int8], entities: int
) -> Ints:
    """The statement that differs from each by its sign alone; -1 where there is none."""
    keys = (subject * entities + object_) * len(ASPECTS) + aspect
    found = np.full(len(keys), -1, np.int32)
    promoting, inhibiting = np.flatnonzero(sign > 0), np.flatnonzero(sign < 0)
    _, one, other = np.intersect1d(keys[promoting], keys[inhibiting], return_indices=True)
    found[promoting[one]], found[inhibiting[other]] = inhibiting[other], promoting[one]
    return frozen(found, np.int32)


def _numbered(names: Iterable[str]) -> tuple[list[str], Longs]:
    """The names that are met, sorted, and the place of each; -1 for the empty one."""
    names = list(names)
    met = sorted({name for name in names if name})
    place = {"": -1} | {name: number for number, name in enumerate(met)}
    return met, np.array([place[name] for name in names], np.int64)


def _bits(
    dimension: tuple[Ints, list[tuple[str, ...]]], group: Callable[[str], str], known: Sequence[str]
) -> Bytes:
    """The groups of the values that each row states, a bit each."""
    codes, stated = dimension
    bits = [sum({1 << known.index(group(value)) for value in values}) for values in stated]
    return frozen(np.array(bits, np.uint8)[codes], np.uint8)


def _species(dimensions: Mapping[str, tuple[Ints, list[tuple[str, ...]]]]) -> Longs:
    """What the context of each row says of species, as flags."""
    systems, in_systems = dimensions["study_system"]
    species, in_species = dimensions["species"]
    _, pairs = np.unique(systems.astype(np.int64) * len(in_species) + species, return_inverse=True)
    found = np.zeros(len(systems), np.int64)
    first = np.unique(pairs, return_index=True)[1]
    flags: list[int] = []
    for row in first.tolist():
        context = Context.model_validate(
            {
                "study_system": in_systems[systems[row]],
                "species": in_species[species[row]],
            }
        )
        stated = species_of(context)
        only = groups_of(context.study_system) == frozenset({"human"})
        only = only and context.species == ("human",)
        flags.append(
            ONLY_HUMAN * only + SAYS_HUMAN * ("human" in stated) + SAYS_SPECIES * bool(stated)
        )
    if flags:
        found = np.array(flags, np.int64)[pairs]
    return found
