"""Translator's messages."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from typing_extensions import TypedDict

from immunograph.answers.parts import Meaning


class TrapiMessage(TypedDict):
    """The query graph as it was sent, what was found, and how that binds to it."""

    query_graph: dict[str, Any]
    knowledge_graph: NotRequired[
        Annotated[dict[str, Any] | None, Meaning("absent where nothing is")]
    ]
    results: list[dict[str, Any]]
    auxiliary_graphs: NotRequired[
        Annotated[dict[str, Any] | None, Meaning("the paths, where asked for")]
    ]


class TrapiResponse(TypedDict):
    """A response of TRAPI 2.0."""

    message: TrapiMessage
    status: Literal["Success"]
    description: str
    schema_version: str
    biolink_version: str
    data_release_versions: Annotated[dict[str, str], Meaning("the snapshot")]


class MetaKnowledgeGraph(TypedDict):
    """What can be asked for by TRAPI."""

    nodes: Annotated[dict[str, Any], Meaning("prefixes of ids by category")]
    edges: Annotated[list[dict[str, Any]], Meaning("each triple of categories and predicate")]
