"""The queries in Cypher."""

from __future__ import annotations

from typing import Annotated, Any

from typing_extensions import TypedDict

from immunograph.answers.parts import Answer, Meaning, Next


class QueryParameter(TypedDict):
    """A parameter of a query."""

    name: str
    type: str
    meaning: str
    default: str | int | float | bool | None
    required: bool


class CatalogueQuery(TypedDict):
    """One question to the graph in Cypher, ready for Neo4j Browser."""

    name: str
    title: str
    description: str
    parameters: list[QueryParameter]
    columns: list[str]
    cypher: str
    browser: Annotated[
        str, Meaning("what Neo4j Browser needs to be told first; empty without parameters")
    ]


class Queries(Answer):
    """The query catalogue."""

    items: list[CatalogueQuery]
    next: Next


class QueryRows(Answer):
    """The rows of one query."""

    query: CatalogueQuery
    parameters: dict[str, Any]
    columns: list[str]
    items: list[dict[str, Any]]
    next: Next
