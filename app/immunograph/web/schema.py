"""The OpenAPI of the service: made from routes and models, with an example of each answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from immunograph.web.problems import Problem

EXAMPLES: Final = Path(__file__).with_name("examples.json")
"""Answers by the name of their operation, shortened from those that the founding seed gives."""

DESCRIPTION: Final = """\
How could one thing affect another, what breaks the chain, does it hold in humans, and who says so?

Every answer names the `snapshot` that it was given from, and the same question on the same
snapshot has the same bytes. Entities go by id, name, symbol or synonym, without regard to case or
US/UK spelling. Filters and `without` choose evidence: beliefs, conflicts and ranks follow as if
only that evidence had been loaded. Errors are RFC 9457 problems. Beliefs are expert-set priors,
not calibrated probabilities, and nothing here is medical advice.
"""


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI of an application; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _make(app)
    return app.openapi_schema


def operation_name(route: APIRoute) -> str:
    """The name of an operation: that of its function."""
    return route.name


def _make(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
    )
    components = made.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = Problem.model_json_schema()
    examples = orjson.loads(EXAMPLES.read_bytes())
    for operations in made["paths"].values():
        for operation in operations.values():
            content = operation["responses"]["200"].get("content", {})
            name = operation["operationId"]
            if name in examples and "application/json" in content:
                content["application/json"]["example"] = examples[name]
    return made
