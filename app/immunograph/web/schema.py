"""The OpenAPI of the service: made from routes and models, with an example of each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, cast

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from immunograph.answers.graph import Manifest
from immunograph.seeds.forms import source_schema
from immunograph.service import Service
from immunograph.service.rendering import formats_of
from immunograph.store.catalogue import MAX_LIMIT, Parameter, Query
from immunograph.web.problems import Problem

QUERIES: Final = "/v1/queries/{name}"
STATEMENTS: Final = "/v1/statements"
ONLY_AT: Final = {"effect": STATEMENTS, "kind": "/v1/entities"}
"""Names of parameters that mean something else elsewhere, and whose values the graph gives here."""
LONGEST_INTEGER: Final = 10**18 - 1
TYPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"type": "string", "minLength": 1, "pattern": r"\S"},
    "entity": {"type": "string", "minLength": 1, "pattern": r"\S"},
    "integer": {"type": "integer", "minimum": -LONGEST_INTEGER, "maximum": LONGEST_INTEGER},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
}
"""The types of the catalogue, as a JSON Schema has them."""

STALE: Final[Mapping[str, Any]] = {
    "description": "Seconds since the graph database answered last, where it does not answer now: "
    "the answer is given from the snapshot that was read then.",
    "schema": {"type": "integer", "minimum": 0},
}

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


class Described:
    """The OpenAPI of an application, for the state of the graph that it answers from.

    The values that a filter takes are those that the graph knows, and each query of the catalogue
    stands with its own parameters: what the schema allows is what the service takes.
    """

    def __init__(self, app: FastAPI, service: Service) -> None:
        self._app = app
        self._service = service
        self._choices: dict[str, list[str]] | None = None
        self._made: dict[str, Any] = {}

    def openapi(self) -> dict[str, Any]:
        """It, made anew only where other values are known."""
        choices = self._service.choices()
        if choices != self._choices:
            made = _make(self._app)
            for path, operations in made["paths"].items():
                for operation in operations.values():
                    _narrow(path, operation, choices)
            generic = made["paths"].pop(QUERIES)["get"]
            generic["parameters"] += made["paths"][QUERIES.removesuffix("/{name}")]["get"][
                "parameters"
            ]
            for query in self._service.catalogue():
                path = QUERIES.replace("{name}", query.name)
                made["paths"][path] = {"get": _of_query(generic, query)}
            self._choices, self._made = choices, made
        return self._made


def operation_name(route: APIRoute) -> str:
    """The name of an operation: that of its function."""
    return route.name


def _narrow(path: str, operation: dict[str, Any], choices: Mapping[str, Sequence[str]]) -> None:
    """Say which values the parameters of an operation take."""
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if name == "format":
            _enumerate(parameter["schema"], formats_of(operation["operationId"]))
        if name in choices and ONLY_AT.get(name, path) == path:
            _enumerate(parameter["schema"], choices[name])


def _enumerate(schema: dict[str, Any], values: Sequence[str]) -> None:
    """Narrow the text in a schema, which may repeat or be left out, to some values."""
    if "items" in schema:
        _enumerate(schema["items"], values)
    for option in schema.get("anyOf", ()):
        _enumerate(option, values)
    if schema.get("type") == "string":
        schema.update(enum=list(values))


def _of_query(generic: Mapping[str, Any], query: Query) -> dict[str, Any]:
    """The operation of one query of the catalogue."""
    operation = deepcopy(dict(generic))
    others = [p for p in operation["parameters"] if p["name"] not in ("name", "parameters")]
    return {
        **operation,
        "operationId": f"query_{query.name.replace('-', '_')}",
        "summary": query.title,
        "description": " ".join(filter(None, (query.title, query.description))),
        "parameters": [*others, *map(_parameter, query.parameters)],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(TYPES[parameter.type])
    if parameter.name == "limit":
        schema.update(minimum=1, maximum=MAX_LIMIT)
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.default is None,
        "description": parameter.meaning,
        "schema": schema,
    }


def _make(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
    )
    components = made.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = Problem.model_json_schema()
    manifest = TypeAdapter(Manifest).json_schema(ref_template="#/components/schemas/{model}")
    components |= manifest.pop("$defs") | {"Manifest": manifest}
    _describe_sources(made)
    examples = orjson.loads(EXAMPLES.read_bytes())
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            answered = operation["responses"]["200"]
            content = answered.get("content", {})
            if method == "get" and path.startswith("/v1/"):
                answered["headers"] = {"Immunograph-Stale": STALE}
            name = operation["operationId"]
            if name in examples and "application/json" in content:
                content["application/json"]["example"] = examples[name]
    return made


def _describe_sources(made: dict[str, Any]) -> None:
    """Say what a source that is sent must look like, where sources can be sent."""
    sending = made["paths"]["/v1/sources"].get("post")
    if sending is None:
        return
    schema = source_schema()
    parts = schema.pop("$defs")
    schema.pop("$schema")
    made["components"]["schemas"].update(
        {f"Source.{name}": _moved(part) for name, part in {"File": schema, **parts}.items()}
    )
    for content in sending["requestBody"]["content"].values():
        content["schema"] = {"$ref": "#/components/schemas/Source.File"}


def _moved(schema: Any) -> Any:
    """A schema whose parts stand among the components."""
    if isinstance(schema, dict):
        mapping = cast(dict[str, Any], schema)
        return {
            key: value.replace("#/$defs/", "#/components/schemas/Source.")
            if key == "$ref"
            else _moved(value)
            for key, value in mapping.items()
        }
    return [_moved(one) for one in cast(list[Any], schema)] if isinstance(schema, list) else schema
