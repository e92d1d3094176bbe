"""Every error is a problem of one shape, and says what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from immunograph.errors import (
    Ambiguous,
    BadQuestion,
    BadSource,
    EngineUnavailable,
    Fault,
    ImmunographError,
    NotAllowed,
    NotFound,
    TooBusy,
)
from immunograph.service import Service
from immunograph.web import problems
from immunograph.web.app import create_app

AssertProblem = Callable[..., dict[str, Any]]


def _kinds(root: type[ImmunographError] = ImmunographError) -> Iterator[type[ImmunographError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def _error(kind: type[ImmunographError]) -> ImmunographError:
    if kind is BadSource:
        return BadSource([Fault("a.yaml", 3, 1, "no such verb")])
    return kind("Asked for this, found that; do so next.")


@pytest.mark.parametrize("kind", list(_kinds()), ids=lambda kind: kind.__name__)
def test_every_error_of_ours_has_a_status_and_the_shape_of_a_problem(
    kind: type[ImmunographError], assert_problem: AssertProblem
) -> None:
    row = next(parent for parent in kind.__mro__ if parent in problems.STATUS)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
    error = _error(kind)
    body = assert_problem(problems.problem_of(error), status=problems.STATUS[row], kind=name)
    assert body["detail"] == error.message
    assert row is not ImmunographError or kind is ImmunographError, f"give {kind} a row"


@pytest.mark.parametrize(
    ("error", "member", "value"),
    [
        (NotFound("no"), "suggestions", []),
        (NotFound("no"), "set_aside", []),
        (NotFound("no", set_aside=[{"source": "a", "why": "b"}]), "set_aside",
         [{"source": "a", "why": "b"}]),
        (Ambiguous("two", candidates=[{"id": "a"}]), "candidates", [{"id": "a"}]),
        (BadQuestion("no", parameter="limit"), "parameter", "limit"),
        (_error(BadSource), "faults",
         [{"file": "a.yaml", "line": 3, "column": 1, "message": "no such verb"}]),
        (NotFound("no", status="teapot"), "status", 404),
    ],
)  # fmt: skip
def test_a_problem_carries_what_the_error_knows_and_never_loses_its_own_members(
    error: ImmunographError, member: str, value: object, assert_problem: AssertProblem
) -> None:
    reply = problems.problem_of(error)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
    assert assert_problem(reply, status=reply.status_code, kind=name)[member] == value


def test_an_error_says_when_to_come_back_or_how_to_be_allowed() -> None:
    busy = problems.problem_of(TooBusy("many", retry_after=7))
    assert busy.headers["retry-after"] == "7"
    assert b"retry_after" not in bytes(busy.body)
    assert problems.problem_of(EngineUnavailable("away")).headers["retry-after"] == "2"
    assert problems.problem_of(NotAllowed("no key")).headers["www-authenticate"] == (
        'Bearer realm="immunograph"'
    )


@pytest.mark.parametrize(
    ("asked", "status", "kind", "members"),
    [
        ("/v1/entities/oncostatin%20N", 404, "not-found", {}),
        ("/v1/paths?source=oncostatin&target=lung+metastasis", 404, "not-found", {}),
        ("/v1/paths?source=no+such+thing&target=lung+metastasis", 404, "not-found", {}),
        ("/v1/statements/0000000000000000", 404, "not-found", {}),
        ("/v1/conflicts/none", 404, "not-found", {}),
        ("/v1/sources/none", 404, "not-found", {}),
        ("/v1/studies/none", 404, "not-found", {}),
        ("/v1/queries/none", 404, "not-found", {}),
        ("/v1/paths?source=paclitaxel&target=lung+metastasis&without=source:none", 404,
         "not-found", {}),
        ("/v1/paths?source=paclitaxel", 422, "bad-question", {"parameter": "target"}),
        ("/v1/paths?sorce=paclitaxel", 422, "bad-question",
         {"parameter": "sorce", "suggestions": ["source"]}),
        ("/v1/snapshot?entity=paclitaxel", 422, "bad-question", {"parameter": "entity"}),
        ("/v1/paths?source=a&target=b&limit=0", 422, "bad-question", {"parameter": "limit"}),
        ("/v1/paths?source=a&target=b&limit=1&limit=2", 422, "bad-question",
         {"parameter": "limit"}),
        ("/v1/paths?source=a&target=b&max_steps=9", 422, "bad-question",
         {"parameter": "max_steps"}),
        ("/v1/paths?source=a&target=b&effect=both", 422, "bad-question",
         {"parameter": "effect"}),
        ("/v1/paths?source=paclitaxel&target=Taxol", 422, "bad-question",
         {"parameter": "target"}),
        ("/v1/statements?class=vague", 422, "bad-question", {"parameter": "class"}),
        ("/v1/statements?cls=causal", 422, "bad-question", {"parameter": "cls"}),
        ("/v1/statements?species=unicorn", 422, "bad-question", {"parameter": "species"}),
        ("/v1/statements?min_belief=nan", 422, "bad-question", {"parameter": "min_belief"}),
        ("/v1/statements?entity=", 422, "bad-question", {"parameter": "entity"}),
        ("/v1/entities?cursor=~~", 409, "stale", {}),
        ("/v1/entities?format=xml", 422, "bad-question", {"parameter": "format"}),
        ("/v1/impact", 422, "bad-question", {"parameter": "without"}),
        ("/v1/impact?without=annexin+A6&source=paclitaxel", 422, "bad-question",
         {"parameter": "target"}),
        ("/v1/queries/neighbourhood?limit=many", 422, "bad-question", {"parameter": "limit"}),
        ("/v1/queries/neighbourhood?limit=1&limit=2", 422, "bad-question",
         {"parameter": "limit"}),
        ("/v1/queries/neighbourhood?depth=2", 422, "bad-question", {"parameter": "depth"}),
        ("/v1/studies/30728497", 404, "not-found", {"suggestions": []}),
        ("/v1/studies/10.1038/s41586-019-0916-y", 404, "not-found", {"suggestions": []}),
        ("/v1/sources/PMID:30728497", 404, "not-found", {"suggestions": []}),
        ("/v1/statements?study=30728497", 404, "not-found", {"suggestions": []}),
        ("/v1/statements?source=nobody", 404, "not-found", {"suggestions": []}),
        ("/v1/impact?without=pmid:30728497", 404, "not-found", {"suggestions": []}),
        ("/v1/conflicts?entity=no+such+thing", 404, "not-found", {}),
        ("/v1/statements?predicate=cures", 422, "bad-question", {"parameter": "predicate"}),
        ("/v1/statements?effect=activates", 422, "bad-question", {"parameter": "effect"}),
        ("/v1/statements?q=---", 422, "bad-question", {"parameter": "q"}),
        ("/v1/statements?direction=up", 422, "bad-question", {"parameter": "direction"}),
        ("/v1/interventions?status=done", 422, "bad-question", {"parameter": "status"}),
        ("/v1/sources?type=gossip", 422, "bad-question", {"parameter": "type"}),
        ("/v1/sources?tier=gossip", 422, "bad-question", {"parameter": "tier"}),
        ("/v1/sources?year=long+ago", 422, "bad-question", {"parameter": "year"}),
        ("/v1/path", 404, "no-such-address", {}),
        ("/nowhere", 404, "no-such-address", {}),
        ("/static/../app.py", 404, "no-such-address", {}),
        ("/v1/paths/", 404, "no-such-address", {}),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_says_why(
    asked: str,
    status: int,
    kind: str,
    members: dict[str, Any],
    *,
    client: TestClient,
    assert_problem: AssertProblem,
) -> None:
    body = assert_problem(client.get(asked), status=status, kind=kind)
    assert {name: body[name] for name in members} == members


def test_an_unknown_name_comes_with_the_nearest_ones(client: TestClient) -> None:
    body = client.get("/v1/entities/oncostatine").json()
    assert "oncostatin M" in [one["name"] for one in body["suggestions"]]
    assert "oncostatin M" in body["detail"]


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        ("/v1/studies/szcerba-2019", "szczerba-2019"),
        ("/v1/studies/news-2019-escort", "szczerba-2019"),
        ("/v1/sources/szczerba-2019", "news-2019-escort"),
        ("/v1/sources/new-2019-escort", "news-2019-escort"),
        ("/v1/statements?study=Szczerba+et+al", "szczerba-2019"),
        ("/v1/paths?source=CCL2&target=monocyte&without=study:szczerba", "szczerba-2019"),
        ("/v1/statements/7d39195676", "7d39195676c4398b"),
    ],
)
def test_an_unknown_study_source_or_statement_comes_with_what_is_alike(
    asked: str, suggested: str, client: TestClient, assert_problem: AssertProblem
) -> None:
    body = assert_problem(client.get(asked), status=404, kind="not-found")
    assert suggested in [one["id"] for one in body["suggestions"]]
    assert suggested in body["detail"]


def test_a_value_that_is_not_known_is_refused_with_those_that_are(client: TestClient) -> None:
    for asked, known in (
        ("/v1/statements?predicate=cures", "releases"),
        ("/v1/statements?effect=activates", "promotes"),
        ("/v1/sources?type=gossip", "press"),
        ("/v1/paths?source=a&target=b&effect=cures", "promotes"),
        ("/v1/statements?direction=up", "out"),
        ("/v1/interventions?status=done", "in_use"),
    ):
        assert known in client.get(asked).json()["detail"]


def test_a_name_that_was_set_aside_comes_with_the_source_and_the_why(client: TestClient) -> None:
    body = client.get("/v1/entities/curcumin").json()
    assert body["set_aside"]
    assert {"source", "why"} == body["set_aside"][0].keys()


def test_a_cursor_of_another_snapshot_is_stale(
    client: TestClient, assert_problem: AssertProblem
) -> None:
    assert_problem(
        client.get("/v1/entities?cursor=MDAwMDAwMDAwMDAwMDAwMDoy"), status=409, kind="stale"
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_is_not_answered_is_refused_by_name(
    method: str, client: TestClient, assert_problem: AssertProblem
) -> None:
    reply = client.request(method, "/v1/paths")
    assert_problem(reply, status=405, kind="method-not-allowed")
    assert reply.headers["allow"] == "GET"


def test_an_unforeseen_error_tells_nothing_of_the_inside(
    loaded_service: Service, assert_problem: AssertProblem
) -> None:
    app = create_app(loaded_service)

    async def fail() -> None:
        raise RuntimeError("a secret of the inside")

    app.add_api_route("/fail", fail)
    reply = TestClient(app, base_url="http://localhost").get("/fail")
    body = assert_problem(reply, status=500, kind="unforeseen")
    assert "secret" not in str(body)


def test_every_problem_that_openapi_promises_is_of_the_problem_type(app: FastAPI) -> None:
    operations = [one for many in app.openapi()["paths"].values() for one in many.values()]
    for operation in operations:
        for status, response in operation["responses"].items():
            if status != "200":
                assert response["content"].keys() == {"application/problem+json"}
                assert response["description"]
