"""Translator's addresses (TRAPI 2.0), answered by the same service and behind the same gates."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from immunograph.answers.trapi import MetaKnowledgeGraph, TrapiResponse
from immunograph.errors import BadQuery
from immunograph.service import trapi
from immunograph.web import problems
from immunograph.web.bodies import body_of
from immunograph.web.routes import replies_of

MOST_BYTES: Final = 1024 * 1024

router = APIRouter(prefix="/trapi", tags=["trapi"])

_QUERY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "a query of TRAPI 2.0 with a query graph of one edge, or of one path "
        "between two pinned nodes",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["message"],
                    "properties": {
                        "message": {
                            "type": "object",
                            "required": ["query_graph"],
                            "properties": {"query_graph": {"type": "object"}},
                        }
                    },
                },
                "example": {
                    "message": {
                        "query_graph": {
                            "nodes": {
                                "drug": {"ids": ["CHEBI:45863"]},
                                "spread": {"ids": ["MESH:D009362"]},
                            },
                            "paths": {"how": {"subject": "drug", "object": "spread"}},
                        }
                    }
                },
            }
        },
    }
}


@router.post(
    "/query",
    response_model=TrapiResponse,
    responses=problems.responses(400, 422, 429, 501, 503),
    openapi_extra=_QUERY,
)
async def trapi_query(request: Request) -> Response:
    """The response to a query of one hop, or of paths between two nodes, as TRAPI 2.0 has it."""
    body = await body_of(request, most_bytes=MOST_BYTES, what="query", instead="ask with fewer ids")
    try:
        query: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadQuery(f"The query is no JSON: {error}.", parameter="body") from error
    return await replies_of(request).reply(request, partial(trapi.answer, query=query), heavy=True)


@router.get(
    "/meta_knowledge_graph",
    response_model=MetaKnowledgeGraph,
    responses=problems.responses(422, 429, 503),
)
async def meta_knowledge_graph(request: Request) -> Response:
    """The categories and predicates that can be asked for, as TRAPI 2.0 has them."""
    return await replies_of(request).reply(request, trapi.meta_knowledge_graph, heavy=True)
