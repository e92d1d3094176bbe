"""From Python: each question is a function, and an answer is what OpenAPI says, or a data frame."""

# networkx, pandas and polars leave parts of their types open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import inspect
import threading
import time
import typing
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import uvicorn
from fastapi import FastAPI
from nbclient import NotebookClient

from immunograph.client import Answer, Client, Evidence
from immunograph.client.connection import Asked, Connection
from immunograph.errors import Ambiguous, BadQuestion, EngineUnavailable, NotFound
from immunograph.questions.reading import OF_OUTPUT
from immunograph.service import Service
from immunograph.web.app import create_app

NOTEBOOK = Path(__file__).parents[2] / "docs" / "python.ipynb"
ENDS = ("paclitaxel", "lung metastasis")
LIST = {"annexin A6": 1, "CCL2": 1, "monocyte": -1, "nobody": 1}
ASKED: dict[str, Callable[[Client], Answer[Any]]] = {
    "entities": lambda c: c.entities("oncostatin", kind="Protein"),
    "entity": lambda c: c.entity("annexin A6"),
    "statements": lambda c: c.statements("neutrophil", cls="causal", species=["mouse", "human"]),
    "statement": lambda c: c.statement("7d39195676c4398b"),
    "paths": lambda c: c.paths(*ENDS),
    "effect": lambda c: c.effect(["neutrophil", "paclitaxel"], "metastasis"),
    "influence": lambda c: c.influence("oncostatin M"),
    "blockers": lambda c: c.blockers(*ENDS),
    "loops": lambda c: c.loops("tumour"),
    "impact": lambda c: c.impact(without="annexin A6"),
    "open_questions": lambda c: c.open_questions("annexin A6", kind="break_point"),
    "resolve": lambda c: c.resolve(LIST),
    "subgraph": lambda c: c.subgraph(LIST, steps=2, min_belief=0.1),
    "conflicts": lambda c: c.conflicts("neutrophil"),
    "interventions": lambda c: c.interventions(status="tested"),
    "sources": lambda c: c.sources(type="press"),
    "source": lambda c: c.source("news-2019-escort"),
    "studies": lambda c: c.studies(),
    "study": lambda c: c.study("10.1038/s41586-019-0915-y"),
    "snapshot": lambda c: c.snapshot(),
    "loads": lambda c: c.loads(limit=1),
    "changes": lambda c: c.changes(question="/v1/effect?source=neutrophil&target=metastasis"),
    "export": lambda c: c.export(),
    "queries": lambda c: c.queries(),
    "query": lambda c: c.query("neighbourhood", entity="annexin A6", limit=3),
}
"""Each question but that for one conflict, of which the founding sources hold none."""


@pytest.fixture(scope="module")
def url(loaded_service: Service) -> Generator[str]:
    """Where the service answers."""
    config = uvicorn.Config(create_app(loaded_service), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def graph(url: str) -> Client:
    """Asks the service from Python."""
    return Client(url)


# --- the functions are the questions ---------------------------------------------------------


def test_each_question_is_a_function_with_its_parameters_and_its_answer(app: FastAPI) -> None:
    operations = [
        operation
        for path, methods in app.openapi()["paths"].items()
        for operation in methods.values()
        if path.startswith("/v1/") and not path.startswith("/v1/queries/")
    ]
    names = {operation["operationId"] for operation in operations} | {"query"}
    assert names == ASKED.keys() | {"conflict"}
    for operation in operations:
        function = getattr(Client, operation["operationId"])
        signature = inspect.signature(function)
        taken = set(signature.parameters) - {"self", "names", "evidence"}
        if "evidence" in signature.parameters:
            taken |= set(Evidence.__annotations__)
        wanted = {one["name"] for one in operation.get("parameters", ())} - OF_OUTPUT - {"rows"}
        assert {{"cls": "class"}.get(name, name) for name in taken} == wanted
        for one in operation.get("parameters", ()):
            default = signature.parameters.get(one["name"])
            if default is not None and "default" in one["schema"]:
                given = [] if default.default == () else default.default
                assert given == one["schema"]["default"], one["name"]
        answer = typing.get_type_hints(function, include_extras=True)["return"]
        content = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert content["$ref"].endswith(f"/{typing.get_args(answer)[0].__name__}")


@pytest.mark.parametrize("question", ASKED)
def test_every_answer_has_its_types_and_is_a_table(question: str, graph: Client) -> None:
    answer = ASKED[question](graph)
    assert answer.snapshot == answer.data["snapshot"]
    assert answer.snapshot[:12] in repr(answer)
    frame, other = answer.to_pandas(), answer.to_polars()
    assert list(frame.columns) == other.columns
    assert len(frame) == len(other)
    counted = answer.raw.get("items")
    if counted is not None and question not in ("loops",):
        assert len(frame) == len(counted)


# --- from an answer to what people need -------------------------------------------------------


def test_an_answer_leads_to_its_papers_in_one_request_each(graph: Client) -> None:
    answer = graph.paths(*ENDS)
    assert answer.data["verdict"]["kind"] == "determined"
    assert answer.pmids == ["30598531"]
    assert [one["doi"] for one in answer.references] == ["10.1038/s41556-018-0256-3"]
    assert answer.to_bibtex().startswith("@article{keklikoglou-2019")
    frame = answer.to_pandas()
    assert {one for cited in frame["pmid"] for one in cited} == {"30598531"}
    assert {str(frame[name].dtype) for name in ("step", "sign")} == {"Int64"}
    assert str(frame["belief"].dtype) == "Float64"
    assert str(frame["weakest"].dtype) == "boolean"
    beliefs = [step["belief"] for path in answer.data["paths"] for step in path["steps"]]
    assert list(frame["belief"]) == beliefs
    assert answer.to_polars()["belief"].to_list() == beliefs
    assert all(isinstance(one, list) for one in frame["also"])


def test_an_answer_is_a_graph_with_its_statements_as_edges(graph: Client) -> None:
    answer = graph.paths(*ENDS)
    found = answer.to_networkx()
    statements = {step["statement"] for path in answer.data["paths"] for step in path["steps"]}
    assert {key for *_, key in found.edges(keys=True)} == statements
    assert all(data["sign"] in (-1, 0, 1) for *_, data in found.edges(data=True))


def test_a_list_is_gone_through_page_by_page(graph: Client) -> None:
    whole = graph.statements(limit=1_000)
    pages = list(graph.pages(graph.statements(limit=30)))
    assert [len(page.data["items"]) for page in pages[:-1]] == [30] * (len(pages) - 1)
    assert [one["id"] for page in pages for one in page.data["items"]] == [
        one["id"] for one in whole.data["items"]
    ]


def test_what_was_asked_before_comes_over_the_wire_no_more(url: str) -> None:
    class Counting(Connection):
        reads = 0

        def _keep(self, address: str, tag: str, body: bytes) -> None:
            self.reads += 1
            super()._keep(address, tag, body)

    connection = Counting(url, key=None, seconds=60)
    source, target = ENDS
    asked = Asked("paths", "/v1/paths", {"source": source, "target": target})
    first, again = connection.fetch(asked), connection.fetch(asked)
    assert connection.reads == 1
    assert again == first
    connection.fetch(asked, limit="1")
    assert connection.reads == 2


def test_an_error_is_that_of_the_service(graph: Client, url: str) -> None:
    with pytest.raises(NotFound, match="Did you mean oncostatin M") as unknown:
        graph.entity("oncostatin")
    assert unknown.value.details["suggestions"][0]["id"] == "HGNC:8506"
    with pytest.raises(BadQuestion, match="Known: human, mouse"):
        graph.paths(*ENDS, species="klingon")
    with pytest.raises((Ambiguous, NotFound)):
        graph.paths("immune", "metastasis")
    with pytest.raises(EngineUnavailable, match="Start the service"):
        Client("http://127.0.0.1:1").snapshot()
    with pytest.raises(BadQuestion, match="no address of a service"):
        Client("file:///etc/passwd")


def test_the_notebook_runs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMMUNOGRAPH_URL", url)
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells), "kept without its outputs"
    run = NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    texts = [
        output.get("text", "") or "".join(output.get("data", {}).get("text/plain", ""))
        for cell in run.cells
        for output in cell.get("outputs", ())
    ]
    assert any("determined" in text for text in texts)
    assert any("30598531" in text for text in texts)
