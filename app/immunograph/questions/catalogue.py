"""Which questions does the catalogue hold in Cypher, and what does one find?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.catalogue import Queries as QueriesAnswer
from immunograph.answers.catalogue import QueryRows
from immunograph.questions.question import About, Parameters, Question, always

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Queries(Parameters):
    """The query catalogue."""


def queries(service: Service, _: Queries) -> QueriesAnswer:
    """The query catalogue, with parameters and columns."""
    return {
        "snapshot": service.whole.snapshot,
        "items": [query.card() for query in service.catalogue()],
        "next": None,
        "references": [],
    }


@dataclass(frozen=True, kw_only=True)
class Query(Parameters):
    """Run one query of the catalogue; each of its parameters is an option: --limit 5."""

    name: Annotated[str, About("name of a query", argument="name")]
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    """Its own parameters, by name and as text."""


def query(service: Service, asked: Query) -> QueryRows:
    """Run one query of the catalogue; each of its parameters is one of the address."""
    one = service.query(asked.name)
    values = one.values(asked.given, resolve=service.entity_id)
    snapshot = service.whole.snapshot
    return {
        "snapshot": snapshot,
        "query": one.card(),
        "parameters": values,
        "columns": list(one.columns),
        "items": service.graph.read(one.cypher, values),
        "next": None,
        "references": [],
    }


QUERIES = Question(
    name="queries",
    parameters=Queries,
    answer=queries,
    returns=QueriesAnswer,
    heading="Cypher",
    tag="queries",
    settled=False,
)
QUERY = Question(
    name="query",
    parameters=Query,
    answer=query,
    returns=QueryRows,
    heading="Cypher",
    tag="queries",
    path="/queries/{name}",
    problems=(404, 409),
    live=always,
    settled=False,
    kept=False,
)
