"""Whatever is asked, within the schema or beyond it, is answered as the schema says."""

# Schemathesis leaves parts of its own types open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from immunograph.service import Service
from immunograph.web.app import create_app
from immunograph.web.routes import router

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
QUESTIONS = 15
"""How many questions each operation is asked in each mode: half a minute for all together."""

ENTITIES = [
    "paclitaxel",
    "lung metastasis",
    "annexin A6",
    "neutrophil",
    "HGNC:8506",
    "breast TUMOR",
]
KNOWN = {
    "source": [*ENTITIES, "news-2019-chemotherapy"],
    "target": ENTITIES,
    "entity": ENTITIES,
    "subject": ENTITIES,
    "object": ENTITIES,
    "without": [*ENTITIES, "source:news-2013-nets", "study:cools-lartigue-2013"],
    "species": ["human", "mouse"],
    "study_system": ["human", "animal", "mouse_in_vivo"],
    "tier": ["press", "primary", "curator"],
    "site": ["lung"],
    "disease": ["breast cancer"],
    "stage": ["seeding"],
    "phase": ["withdrawal"],
    "kind": ["Protein", "Cell"],
    "name": ["neighbourhood", "signed-paths"],
    "id": ["annexin A6", "news-2013-nets", "cools-lartigue-2013"],
}
"""Values that mean something, so that questions reach what lies behind the parameters."""

PATHS = [route.path_format for route in router.routes if isinstance(route, APIRoute)]


@pytest.fixture(scope="module")
def openapi(loaded_service: Service) -> Generator[Any]:
    """The schema of an application that answers to the name that Schemathesis asks at."""
    app = create_app(loaded_service, also_hosts=[asgi.HOST])
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    asgi.shutdown_lifespans()


@pytest.fixture(scope="module")
def openapi_of_known(loaded_service: Service) -> Generator[Any]:
    """The same, narrowed to values that the founding sources know."""
    app = create_app(loaded_service, also_hosts=[asgi.HOST])
    narrowed = deepcopy(app.openapi())
    for operations in narrowed["paths"].values():
        for parameter in operations["get"].get("parameters", []):
            if parameter["name"] in KNOWN:
                values = parameter["schema"].get("items", parameter["schema"])
                values.clear()
                values["enum"] = KNOWN[parameter["name"]]
    schema = schemathesis.openapi.from_dict(narrowed)
    schema.app = app
    yield schema
    asgi.shutdown_lifespans()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_question_is_answered_otherwise_than_promised(
    path: str, mode: GenerationMode, openapi: Any
) -> None:
    assert _ask(openapi[path]["GET"], mode)


@pytest.mark.parametrize("path", PATHS)
def test_no_question_about_what_is_known_is_answered_otherwise_than_promised(
    path: str, openapi_of_known: Any
) -> None:
    statuses = _ask(openapi_of_known[path]["GET"], GenerationMode.POSITIVE)
    if "{" not in path:
        assert 200 in statuses


def _ask(operation: Any, mode: GenerationMode) -> Counter[int]:
    """Ask an operation some questions, hold each answer to the schema; the statuses."""
    statuses: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=QUESTIONS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    def ask(case: schemathesis.Case[Any]) -> None:
        statuses[case.call_and_validate(checks=CHECKS).status_code] += 1

    ask()
    return statuses
