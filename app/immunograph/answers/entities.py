"""The things of the mechanism."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from immunograph.answers.parts import Answer, Ids, Meaning, Named, Page
from immunograph.answers.statements import CautionedStatement


class Grounding(TypedDict):
    """How an id came to be trusted."""

    status: str
    where: str | None


class Entity(TypedDict):
    """A thing of the mechanism: a cell, a protein, a process, a drug."""

    id: Annotated[str, Meaning("a CURIE; local ones begin with `itm:`")]
    name: str
    kind: str
    symbol: str | None
    synonyms: Ids
    abstract: Annotated[bool, Meaning("a class that may start or end a path, never bridge one")]
    placeholder_of: Annotated[str | None, Meaning("what it stands for, where a source is vague")]
    xrefs: Annotated[Ids, Meaning("its ids elsewhere")]
    grounding: Grounding
    note: str | None


class ListedEntity(Entity):
    """An entity in a list."""

    is_a: Ids


class Entities(Page):
    """Entities, nearest first."""

    items: list[ListedEntity]


class Counts(TypedDict):
    """Statements that touch an entity, counted."""

    statements: int
    by_class: dict[str, int]
    by_effect: dict[str, int]
    by_status: dict[str, int]


class EntityCard(Answer, Entity):
    """One entity with the classes above it, its cautions and counts."""

    is_a: list[Named]
    members: Annotated[list[Named], Meaning("what it is directly above")]
    cautions: list[CautionedStatement]
    counts: Counts
