"""Which entities are there, and what is known of one?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.entities import Entities as EntitiesAnswer
from immunograph.answers.entities import EntityCard
from immunograph.questions.parameters import OnPage, Paged
from immunograph.questions.question import About, Parameters, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Entities(Paged):
    """Which entities are there?"""

    q: Annotated[
        str | None,
        About("words of a name, symbol, synonym or id", example="oncostatin", argument="words"),
    ] = None
    kind: Annotated[str | None, About("only entities of this kind", example="cell")] = None
    limit: OnPage = 20


def entities(service: Service, asked: Entities) -> EntitiesAnswer:
    """Entities by name, symbol, synonym or id, nearest first; all by name without `q`."""
    from immunograph.service import listings, pages, shapes  # noqa: PLC0415

    view = service.whole
    found = listings.search_entities(service.graph, service.state, q=asked.q, kind=asked.kind)
    return pages.page(
        view, "entities", found, limit=asked.limit, cursor=asked.cursor, shape=shapes.entity
    )


@dataclass(frozen=True, kw_only=True)
class Entity(Parameters):
    """What is known of one entity?"""

    id: Annotated[str, About("any name, symbol, synonym or id of an entity", argument="name")]


def entity(service: Service, asked: Entity) -> EntityCard:
    """One entity, with the classes above it, its cautions and counts of its statements."""
    from immunograph.service import listings  # noqa: PLC0415

    return listings.entity_card(service.whole, service.entity_id(asked.id))


ENTITIES = Question(
    name="entities",
    parameters=Entities,
    answer=entities,
    returns=EntitiesAnswer,
    heading="Look-ups",
    tag="entities",
    problems=(409,),
    live=lambda asked: asked.q is not None,
    settled=False,
)
ENTITY = Question(
    name="entity",
    parameters=Entity,
    answer=entity,
    returns=EntityCard,
    heading="Look-ups",
    tag="entities",
    path="/entities/{id:path}",
    problems=(404, 409),
)
