"""Whatever is asked, within the schema or beyond it, is answered as the schema says.

Here each operation is asked a few questions in half a minute; the soak asks thousands, of a service
of its own, in every way that Schemathesis knows, and says how many.
"""

# Schemathesis leaves parts of its own types open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Generator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from figures import Figures, share_of
from immunograph.service import Service
from immunograph.store.graph import Graph
from immunograph.store.keys import new_key, revoke_key
from immunograph.web.app import create_app
from serving import Server, serving, told_by

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
    missing_required_header,
]
QUESTIONS = 10
"""How many questions each operation is asked in each mode: half a minute for all together."""
SOAKED = 150
"""The same in the soak, which also asks each operation what Schemathesis works out to cover it."""

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
    "id": ["annexin A6", "news-2013-nets", "cools-lartigue-2013"],
    "question": ["/v1/paths?source=paclitaxel&target=metastasis", "loops?entity=tumour"],
}
"""Names that mean something, so that questions reach what lies behind the parameters."""


def beyond_schema(case: schemathesis.Case[Any]) -> bool:
    """Whether a question is refused for what no schema can say of it.

    Paths lead elsewhere; what is watched is another question; both ends of an answer are named or
    none is, and no entity beside them; what a statement rests on is named by the ids of the present
    graph, too many to list; what is a list of names is more than that it is text; and an edge of a
    query graph names its nodes.
    """
    path, query = case.operation.path, case.query or {}
    if case.media_type == "text/plain" or path == "/trapi/query":
        return True
    if path == "/v1/paths" and query.get("source") == query.get("target"):
        return True
    about_answer = path in ("/v1/impact", "/v1/open-questions")
    if about_answer and bool(query.get("source")) != bool(query.get("target")):
        return True
    if path == "/v1/open-questions" and query.get("source") and query.get("entity"):
        return True
    if path == "/v1/changes" and not _can_be_watched(query):
        return True
    return path == "/v1/statements" and not {"source", "study"}.isdisjoint(query)


def _can_be_watched(query: dict[str, Any]) -> bool:
    """Whether it is the address of a question, if there is one; a feed has no manifest."""
    fed = query.get("format") == "atom"
    return query.get("question") in (None, *KNOWN["question"]) and not (
        fed and query.get("manifest") not in (None, False, "false")
    )


@pytest.fixture(scope="module")
def openapi(loaded_service: Service) -> Generator[Any]:
    """The schema of an application that answers to the name that Schemathesis asks at."""
    app = create_app(loaded_service, also_hosts=[asgi.HOST])
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    asgi.shutdown_lifespans()


@pytest.fixture(scope="module")
def openapi_of_known(loaded_service: Service) -> Generator[Any]:
    """The same, narrowed to names that the founding sources know."""
    app = create_app(loaded_service, also_hosts=[asgi.HOST])
    narrowed = deepcopy(app.openapi())
    for operation in (one for many in narrowed["paths"].values() for one in many.values()):
        for parameter in operation.get("parameters", []):
            if parameter["name"] in KNOWN:
                values = parameter["schema"].get("items", parameter["schema"])
                values.clear()
                values["enum"] = KNOWN[parameter["name"]]
    schema = schemathesis.openapi.from_dict(narrowed)
    schema.app = app
    yield schema
    asgi.shutdown_lifespans()


def test_no_question_is_answered_otherwise_than_promised(openapi: Any) -> None:
    for path, operations in openapi.raw_schema["paths"].items():
        for method, operation in operations.items():
            asked = openapi[path][method.upper()]
            assert _ask(asked, GenerationMode.POSITIVE), path
            if "parameters" in operation:
                assert _ask(asked, GenerationMode.NEGATIVE), path


def test_no_question_about_what_is_known_is_answered_otherwise_than_promised(
    openapi_of_known: Any,
) -> None:
    for path, operations in openapi_of_known.raw_schema["paths"].items():
        for method in operations:
            statuses = _ask(openapi_of_known[path][method.upper()], GenerationMode.POSITIVE)
            if "{" not in path:
                assert 200 in statuses, path


def _ask(operation: Any, mode: GenerationMode) -> Counter[int]:
    """Ask an operation some questions, hold each answer to the schema; the statuses."""
    statuses: Counter[int] = Counter()
    accepted = [positive_data_acceptance] if mode is GenerationMode.POSITIVE else []

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
        checks = CHECKS if beyond_schema(case) else [*CHECKS, *accepted]
        if case.media_type == "text/plain":  # whatever is not meant as text is text all the same
            checks = [check for check in checks if check is not negative_data_rejection]
        statuses[case.call_and_validate(checks=checks).status_code] += 1

    ask()
    return statuses


# --- the soak ----------------------------------------------------------------------------------

CONFIGURATION = """
[[operations]]
include-name = "POST /v1/sources"
# Whether a source can be loaded rests on the graph: which entities it knows, and what was loaded.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "409", "422", "429"]

[[operations]]
include-name = "POST /trapi/query"
# An edge of a query graph names its nodes, and not every form of query is answered.
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "422", "429", "501"]
"""
HOOKS = """
import schemathesis

from {module} import beyond_schema

@schemathesis.hook
def filter_case(context, case):
    return case.operation.path == "/trapi/query" or not beyond_schema(case)
"""


@pytest.mark.soak
def test_thousands_of_requests_are_answered_as_promised(
    neo4j_server: Server, loaded_graph: Graph, tmp_path: Path, figures: Figures
) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    (tmp_path / "hooks.py").write_text(HOOKS.format(module=Path(__file__).stem))
    key = new_key(loaded_graph, "soak")
    try:
        with serving(neo4j_server) as process:
            page = told_by(process)["Page"]
            with urllib.request.urlopen(f"{page}/health/ready", timeout=60) as reply:
                assert reply.status == 200
            ran = subprocess.run(
                [
                    *(sys.executable, "-m", "schemathesis.cli"),
                    *("--config-file", str(tmp_path / "schemathesis.toml")),
                    *("run", f"{page}/openapi.json", "--checks", "all", "--no-color"),
                    *("--max-examples", str(round(share_of(SOAKED, least=15)))),
                    "--continue-on-failure",
                    # What is withdrawn would be missed by whatever is asked next.
                    *("--exclude-method", "DELETE"),
                    *("--header", f"Authorization: Bearer {key}"),
                ],
                cwd=tmp_path,
                env={
                    **os.environ,
                    "SCHEMATHESIS_HOOKS": "hooks",
                    "PYTHONPATH": os.pathsep.join(
                        [str(tmp_path), str(Path(__file__).parent), str(Path(__file__).parents[1])]
                    ),
                },
                capture_output=True,
                text=True,
                check=False,
            )
    finally:
        revoke_key(loaded_graph, "soak")
    cases = re.search(r"(\d+) generated", ran.stdout)
    failures = re.search(r"(\d+) unique failure", ran.stdout)
    asked = int(cases[1]) if cases else 0
    promise = "requests by the whole OpenAPI, all checks: answered otherwise than promised"
    figures.at_most(promise, int(failures[1]) if failures else 0, 0, f"of {asked:,}")
    figures.at_least("requests by the whole OpenAPI", asked, 1_000, "requests")
    assert ran.returncode == 0, ran.stdout
