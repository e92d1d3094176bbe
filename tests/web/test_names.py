"""Over HTTP a name is found as people write it, and another thing is neither found nor offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

AssertProblem = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("neutrophils", "neutrophil"), ("D009504", "neutrophil"), ("CL_0000775", "neutrophil"),
        ("http://purl.obolibrary.org/obo/CL_0000775", "neutrophil"),
        ("https%3A%2F%2Fidentifiers.org%2Fhgnc%3A8506", "oncostatin M"), ("P13725", "oncostatin M"),
        ("HGNC:HGNC:10618", "CCL2"), ("MCP 1", "CCL2"), ("CCL2 (HGNC:10618)", "CCL2"),
        ("IFN-%CE%B2", "beta-interferon"), ("drugbank:DB01229", "paclitaxel"),
        ("LUNG METASTASES", "lung metastasis"),
    ],
)  # fmt: skip
def test_an_entity_is_found_as_people_write_it(
    asked: str, name: str, *, client: TestClient
) -> None:
    assert client.get(f"/v1/entities/{asked}").json()["name"] == name


@pytest.mark.parametrize(
    "asked", ["CD279", "HGNC:8507", "IL-7", "CCL3", "TAM", "oncostatin N", "P13726", "annexin A5"]
)
def test_another_thing_is_neither_found_nor_offered(
    asked: str, *, client: TestClient, assert_problem: AssertProblem
) -> None:
    body = assert_problem(client.get(f"/v1/entities/{asked}"), status=404, kind="not-found")
    assert body["suggestions"] == []


def test_a_name_with_the_id_of_another_is_ambiguous(
    client: TestClient, assert_problem: AssertProblem
) -> None:
    answer = client.get("/v1/entities/CCL2 (HGNC:8506)")
    body = assert_problem(answer, status=409, kind="ambiguous")
    assert [one["name"] for one in body["candidates"]] == ["CCL2", "oncostatin M"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("metastasis", ["metastasis", "lung metastasis"]),
        ("neutrophil", ["neutrophil", "cytokine released by neutrophils"]),  # "neutrophil cytokine"
        ("breast cancer", ["breast cancer", "breast cancer cell"]),
        ("tumor", ["tumour"]),
        ("ccl-2", ["CCL2"]),
        ("uniprot:P13725", ["oncostatin M"]),
        ("metastasys", ["metastasis"]),
    ],
)
def test_a_search_brings_the_name_itself_first(
    text: str, first: list[str], *, client: TestClient
) -> None:
    found = client.get("/v1/entities", params={"q": text}).json()["items"]
    assert [one["name"] for one in found][: len(first)] == first


@pytest.mark.parametrize("text", ["HGNC:8507", "CD279", "VEGFB", "P13726", "MESH:D009505"])
def test_a_search_for_what_is_not_there_brings_no_neighbour(
    text: str, *, client: TestClient
) -> None:
    assert client.get("/v1/entities", params={"q": text}).json()["items"] == []
