"""What is answered is what OpenAPI says, for every question, on the founding sources."""

# jsonschema leaves parts of its own types open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from immunograph.folders import folder
from immunograph.questions.paths import PATHS
from immunograph.service import Service, to_bytes

CHAIN = "source=paclitaxel&target=lung+metastasis"
ASKED = [
    "/v1/entities",
    "/v1/entities?q=oncostatin",
    "/v1/entities?q=tumor&kind=Cell",
    "/v1/entities/paclitaxel",
    "/v1/entities/chemotherapy",
    "/v1/entities/HGNC:544",
    "/v1/statements?limit=1000",
    "/v1/statements?entity=annexin+A6&direction=out",
    "/v1/statements?subject=annexin+A6&object=CCL2&class=causal&effect=promotes",
    "/v1/statements?source=news-2013-nets&species=mouse&tier=press",
    "/v1/statements?status=hypothesised",
    "/v1/statements?q=tumor+release&predicate=Stimulates+release+of&direction=OUT",
    "/v1/statements?study=https://doi.org/10.1038/s41586-019-0915-y&class=Causal",
    f"/v1/paths?{CHAIN}",
    f"/v1/paths?{CHAIN}&target=metastasis&source=doxorubicin&limit=3&hypothesised=true",
    f"/v1/paths?{CHAIN}&without=annexin+A6",
    f"/v1/paths?{CHAIN}&species=human&min_belief=0.2",
    f"/v1/paths?{CHAIN}&effect=inhibits",
    "/v1/paths?source=neutrophil&target=lung+metastasis",
    "/v1/paths?source=lung+metastasis&target=paclitaxel",
    "/v1/paths?source=lung+metastasis&target=metastasis",
    f"/v1/paths?{CHAIN}&without=paclitaxel",
    f"/v1/effect?{CHAIN}&target=metastasis&target=paclitaxel&source=neutrophil",
    "/v1/effect?source=neutrophil&target=CCL2&hypothesised=true&species=human",
    "/v1/influence?entity=oncostatin+M",
    "/v1/influence?entity=lung+metastasis&direction=upstream&max_steps=8&limit=3",
    f"/v1/blockers?{CHAIN}",
    "/v1/blockers?source=neutrophil&target=metastasis&max_size=1",
    "/v1/loops?entity=breast+tumour",
    "/v1/loops?entity=oncostatin+M&max_steps=8",
    "/v1/impact?without=annexin+A6",
    f"/v1/impact?without=source:news-2019-chemotherapy&{CHAIN}",
    "/v1/open-questions",
    "/v1/open-questions?entity=annexin+A6&kind=Break+point&limit=2",
    f"/v1/open-questions?{CHAIN}&species=mouse&without=CCL2",
    "/v1/conflicts",
    "/v1/conflicts?entity=neutrophil",
    "/v1/interventions",
    "/v1/interventions?q=cytokine+release&status=Tested",
    "/v1/interventions?entity=annexin+A6&status=tested",
    "/v1/sources",
    "/v1/sources?q=neutrophil&type=Press&year=2019&tier=press&study=30728496",
    "/v1/sources/news-2019-escort",
    "/v1/studies",
    "/v1/studies?q=escort",
    "/v1/snapshot",
    "/v1/loads",
    "/v1/changes",
    "/v1/changes?since=00000000",
    "/v1/changes?question=/v1/paths?source%3Dpaclitaxel%26target%3Dlung%2Bmetastasis&limit=3",
    f"/v1/paths?{CHAIN}&snapshot=00000000",
    "/v1/export",
    "/v1/queries",
    *sorted(f"/v1/queries/{path.stem}" for path in folder("queries").glob("*.cypher")),
    "/v1/queries/neighbourhood?entity=annexin+A6&limit=3",
    "/trapi/meta_knowledge_graph",
    "/health/live",
    "/health/ready",
]


LIST = "annexin A6\tup\nCCL2\tup\nmonocyte\tdown\ncurcumin\nimmune\n\t\tx"
HOP = (
    '{"message": {"query_graph": {"nodes": {"a": {"ids": ["HGNC:544"]}, "b": {}},'
    ' "edges": {"e": {"subject": "a", "object": "b"}}}}}'
)
POSTED = [
    ("/v1/resolve", LIST),
    ("/v1/resolve", '["breast TUMOR", "oncostatin"]'),
    ("/v1/subgraph", LIST),
    ("/trapi/query", HOP),
    ("/v1/subgraph?steps=2&species=mouse&without=CCL2&limit=1", LIST),
    ("/v1/subgraph?steps=2", '["paclitaxel", {"name": "lung metastasis", "sign": 1}]'),
]
"""Questions that are sent, and what is sent with them."""


def _template(path: str, paths: Mapping[str, Any]) -> str:
    return next(
        template
        for template in sorted(paths, key=lambda one: "{" in one)
        if re.fullmatch(re.sub(r"\{[a-z]+\}", "[^/]+", template), path)
    )


def _validator(schema: Mapping[str, Any], openapi: Mapping[str, Any]) -> Draft202012Validator:
    """Refuses also what is not documented."""
    closed = {
        name: {**part, "additionalProperties": False} if "properties" in part else part
        for name, part in openapi["components"]["schemas"].items()
    }
    return Draft202012Validator({**schema, "components": {"schemas": closed}})


def _assert_as_promised(asked: str, body: Any, app: FastAPI, method: str = "get") -> None:
    openapi = app.openapi()
    template = _template(asked.partition("?")[0], openapi["paths"])
    promised = openapi["paths"][template][method]["responses"]["200"]["content"]
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}"
        for fault in _validator(promised["application/json"]["schema"], openapi).iter_errors(body)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("asked", ASKED)
def test_an_answer_is_as_its_schema_says(asked: str, client: TestClient, app: FastAPI) -> None:
    reply = client.get(asked)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    _assert_as_promised(asked, reply.json(), app)


@pytest.mark.parametrize(("asked", "sent"), POSTED)
def test_an_answer_to_what_is_sent_is_as_its_schema_says(
    asked: str, sent: str, client: TestClient, app: FastAPI
) -> None:
    reply = client.post(asked, content=sent)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    _assert_as_promised(asked, reply.json(), app, "post")


@pytest.mark.parametrize("room", ["statements", "studies", "sources", "entities"])
def test_everything_that_is_listed_can_be_asked_for(
    room: str, client: TestClient, app: FastAPI
) -> None:
    listed = client.get(f"/v1/{room}?limit=1000").json()
    assert listed["next"] is None
    assert len(listed["items"]) == listed["total"] > 0
    for one in listed["items"]:
        asked = f"/v1/{room}/{quote(one['id'])}"
        reply = client.get(asked)
        assert reply.status_code == 200, asked
        _assert_as_promised(asked, reply.json(), app)


def test_every_operation_under_v1_has_been_asked(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    every = [*ASKED, *(address for address, _ in POSTED)]
    asked = {_template(one.partition("?")[0], paths) for one in every}
    listed = {f"/v1/{room}/{{id}}" for room in ("statements", "studies")}
    only_in_the_literature = {"/v1/conflicts/{id}"}
    assert paths.keys() - asked - listed - only_in_the_literature == {"/metrics"}


def _operations(openapi: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each operation with its address."""
    for path, operations in openapi["paths"].items():
        for operation in operations.values():
            yield path, operation


def test_every_answer_has_an_example_that_its_schema_holds(app: FastAPI) -> None:
    openapi = app.openapi()
    for path, operation in _operations(openapi):
        promised = operation["responses"]["200"]["content"]
        if "application/json" not in promised:
            continue
        answer = promised["application/json"]
        assert "example" in answer, path
        _validator(answer["schema"], openapi).validate(answer["example"])


def test_every_parameter_says_what_it_means(app: FastAPI) -> None:
    for path, operation in _operations(app.openapi()):
        assert operation["description"], path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])


def test_the_bytes_are_those_of_the_service(client: TestClient, loaded_service: Service) -> None:
    answer = PATHS.ask(loaded_service, source=["paclitaxel"], target=["lung metastasis"])
    assert client.get(f"/v1/paths?{CHAIN}").content == to_bytes(answer)


def test_every_answer_names_the_snapshot(client: TestClient, loaded_service: Service) -> None:
    for asked in ASKED:
        if asked.startswith("/v1/"):
            assert client.get(asked).json()["snapshot"] == loaded_service.snapshot_id


def test_pages_follow_each_other_to_the_end(client: TestClient) -> None:
    whole = [one["id"] for one in client.get("/v1/statements?limit=1000").json()["items"]]
    found: list[str] = []
    address: str | None = "/v1/statements?limit=7&class=causal"
    while address is not None:
        reply = client.get(address)
        found += [one["id"] for one in reply.json()["items"]]
        link = re.fullmatch('<(.+)>; rel="next"', reply.headers.get("link", ""))
        assert (link is None) == (reply.json()["next"] is None)
        address = None if link is None else link[1]
    assert len(found) == len(set(found))
    assert found == [one for one in whole if one in set(found)]


DOI = "10.1038/s41586-019-0915-y"


@pytest.mark.parametrize(
    "name",
    [
        "szczerba-2019",
        DOI,
        f"doi:{DOI}",
        f"https://doi.org/{DOI}",
        f"https:/doi.org/{DOI.upper()}",
        quote(DOI, safe=""),
        "30728496",
        "PMID:30728496",
        "https://pubmed.ncbi.nlm.nih.gov/30728496/",
        f"study:{DOI}",
    ],
)
def test_a_paper_goes_by_id_doi_or_pmid_wherever_one_is_named(
    name: str, client: TestClient
) -> None:
    value = quote(name, safe="") if "%" not in name else name

    assert client.get(f"/v1/studies/{name}").json()["id"] == "szczerba-2019"
    if not name.startswith(("study:", "szczerba")):
        assert client.get(f"/v1/sources/{name}").json()["id"] == "news-2019-escort"
        assert client.get(f"/v1/sources?q={value}").json()["total"] == 1
    listed = client.get(f"/v1/statements?study={value}&limit=1000").json()
    assert listed == client.get("/v1/statements?study=szczerba-2019&limit=1000").json()
    assert listed["total"] > 5
    lost = client.get(f"/v1/impact?without={value}").json()
    assert lost == client.get("/v1/impact?without=study:szczerba-2019").json()
    assert len(lost["fallen"]) > 5


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        (f"/v1/paths?{CHAIN}&effect=Promotes", f"/v1/paths?{CHAIN}&effect=promotes"),
        (f"/v1/paths?{CHAIN}&species=Mouse", f"/v1/paths?{CHAIN}&species=mouse"),
        ("/v1/interventions?status=Tested", "/v1/interventions?status=tested"),
        ("/v1/interventions?status=in-use", "/v1/interventions?status=in_use"),
        ("/v1/statements?entity=CCL2&direction=OUT", "/v1/statements?entity=CCL2&direction=out"),
        ("/v1/statements?class=Causal", "/v1/statements?class=causal"),
        ("/v1/statements?status=null+result", "/v1/statements?status=null_result"),
        ("/v1/statements?stage=Pre-metastatic", "/v1/statements?stage=premetastatic"),
        ("/v1/statements?tier=Press+Tertiary", "/v1/statements?tier=press_tertiary"),
        ("/v1/influence?entity=CCL2&direction=UPSTREAM&effect=PROMOTE",
         "/v1/influence?entity=CCL2&direction=upstream&effect=promotes"),
        ("/v1/entities?kind=cells", "/v1/entities?kind=Cell"),
    ],
)  # fmt: skip
def test_a_value_is_known_whatever_its_case_joiners_and_number(
    asked: str, plain: str, client: TestClient
) -> None:
    reply = client.get(asked)

    assert reply.status_code == 200, reply.text
    assert reply.content == client.get(plain).content


def test_a_name_may_hold_a_slash(client: TestClient, assert_problem: Any) -> None:
    body = assert_problem(client.get("/v1/entities/IL-1/IL-6"), status=404, kind="not-found")
    assert "IL-1/IL-6" in body["detail"]
