"""An agent asks by the official client: it gets what it can cite, for few tokens."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any, cast

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from immunograph.folders import folder
from immunograph.mcp.brief import fitted, tokens
from immunograph.mcp.server import serve
from immunograph.questions.influence import INFLUENCE
from immunograph.questions.paths import PATHS
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from serving import Server, environment

MOST_OF_SCHEMAS = 3_000
MOST_OF_ANSWER = 2_000
ENDS = {"source": ["paclitaxel"], "target": ["lung metastasis"]}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("paths", ENDS),
    ("paths", {**ENDS, "limit": 50, "without": ["CCL2"], "evidence": {"species": ["mouse"]}}),
    ("paths", {"source": ["neutrophil"], "target": ["CCL2"]}),
    ("effect", {"source": ["neutrophil", "paclitaxel"], "target": ["metastasis"]}),
    ("influence", {"entity": "neutrophil"}),
    ("influence", {"entity": "metastasis", "direction": "upstream", "max_steps": 8}),
    ("blockers", ENDS),
    ("statements", {}),
    ("statements", {"words": "neutrophil"}),
    ("details", {"id": "7d39195676c4398b"}),
    ("details", {"id": "oncostatin M"}),
    ("details", {"id": "source:news-2019-chemotherapy"}),
    ("details", {"id": "study:keklikoglou-2019"}),
    ("resolve", {"names": [f"gene{n}" for n in range(5_000)]}),
    ("subgraph", {"names": ["annexin A6\tup", "CCL2\tup", "monocyte\tdown", "nobody"], "steps": 2}),
]


@pytest.fixture
def service(loaded_graph: Graph) -> Service:
    return Service(loaded_graph, catalogue=Catalogue.read(folder("queries")))


def _run(service: Service, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with Client(serve(service)) as client:
            return await talk(client)

    return anyio.run(main)


async def _ask(client: Client, tool: str, asked: dict[str, Any]) -> tuple[bool, str]:
    """Whether it is an error, and the text."""
    found = cast(Any, await client.call_tool(tool, asked))
    (block,) = found.content
    return found.is_error, block.text


def test_the_schemas_of_all_tools_together_are_small(service: Service) -> None:
    async def talk(client: Client) -> list[Any]:
        return list((await client.list_tools()).tools)

    tools = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in
             _run(service, talk)]  # fmt: skip
    assert 6 <= len(tools) <= 8
    assert {tool for tool, _ in ASKED} == {one["name"] for one in tools}
    assert all(one["description"] and one["annotations"]["readOnlyHint"] for one in tools)
    assert tokens(tools) < MOST_OF_SCHEMAS


@pytest.mark.parametrize(("tool", "asked"), ASKED)
def test_every_answer_is_short_and_can_be_cited(
    tool: str, asked: dict[str, Any], service: Service
) -> None:
    async def talk(client: Client) -> tuple[bool, str]:
        return await _ask(client, tool, asked)

    is_error, text = _run(service, talk)
    assert not is_error, text
    answer = json.loads(text)
    assert tokens(answer) <= MOST_OF_ANSWER
    assert answer["snapshot"] == service.snapshot_id
    assert answer["summary"]
    statements = text.count('"statement":')
    assert bool(answer.get("references")) or not statements or "left_out" in answer


def test_the_question_of_paclitaxel_gets_verdict_chain_and_references(service: Service) -> None:
    async def talk(client: Client) -> list[tuple[bool, str]]:
        first = await _ask(client, "paths", ENDS)
        step = json.loads(first[1])["paths"][0]["steps"][1]["statement"]
        return [first, await _ask(client, "details", {"id": step})]

    (_, paths), (_, details) = _run(service, talk)
    found = json.loads(paths)
    assert found["verdict"] == {
        "kind": "determined",
        "effect": "promotes",
        "rests_on": "press",
        "because": found["verdict"]["because"],
    }
    assert found["paths"][0]["chain"] == ("paclitaxel -> exosome -> annexin A6 -> lung metastasis")
    whole = PATHS.ask(service, source=["paclitaxel"], target=["lung metastasis"], limit=3)
    assert [one["belief"] for one in found["paths"]] == [o["belief"] for o in whole["paths"]]
    (paper,) = found["references"]
    assert "PMID:30598531" in paper and "doi:10.1038/s41556-018-0256-3" in paper
    assert json.loads(details)["says"] == "exosome delivers annexin A6"


def test_what_cannot_be_answered_is_an_error_that_says_what_to_do(service: Service) -> None:
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("details", {"id": "oncostatin"}, "Did you mean oncostatin M (HGNC:8506)?"),
        ("details", {"id": "curcumin"}, "Set aside in news-2019-chemotherapy: advertisement"),
        ("paths", {**ENDS, "evidence": {"specie": ["human"]}}, "Known: species, "),
        ("paths", {**ENDS, "evidence": {"species": ["klingon"]}}, "Known: human, mouse."),
        ("resolve", {"names": []}, "holds no name"),
        ("statements", {"cursor": "x"}, "start again without it"),
    ]

    async def talk(client: Client) -> list[tuple[bool, str]]:
        return [await _ask(client, tool, asked) for tool, asked, _ in wrong]

    for (is_error, text), (*_, said) in zip(_run(service, talk), wrong, strict=True):
        assert is_error
        assert said in text
        assert "Traceback" not in text


def test_an_agent_that_asks_for_everything_gets_what_fits_and_how_much_does_not(
    service: Service,
) -> None:
    async def talk(client: Client) -> list[tuple[bool, str]]:
        most = {"entity": "neutrophil", "max_tokens": 200}
        return [
            await _ask(client, "influence", most),
            await _ask(client, "influence", {**most, "max_tokens": 10**9}),
        ]

    (_, small), (refused, _) = _run(service, talk)
    answer = json.loads(small)
    assert tokens(answer) <= 200
    whole = INFLUENCE.ask(service, entity="neutrophil")["items"]
    assert len(answer["items"]) + answer["left_out"]["items"] == len(whole)
    assert refused


def test_what_is_left_out_is_counted() -> None:
    brief = {"summary": "s", "items": [{"n": n} for n in range(100)], "references": ["r"] * 5}
    for most in (20, 60, 200, 2_000):
        found = fitted(brief, ["items", "references"], most)
        left = found.get("left_out", {})
        assert len(found["items"]) + left.get("items", 0) == 100
        assert len(found["references"]) + left.get("references", 0) == 5
        assert tokens(found) <= max(most, tokens({"summary": "s"}) + 30)


def test_the_command_serves_over_standard_input_and_output(
    loaded_graph: Graph, neo4j_server: Server
) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from immunograph.cli import main; main()", "mcp"],
        env=environment(neo4j_server),
    )

    async def main() -> tuple[bool, str]:
        async with Client(stdio_client(command)) as client:
            return await _ask(client, "paths", ENDS)

    is_error, text = anyio.run(main)
    assert not is_error
    assert json.loads(text)["verdict"]["kind"] == "determined"


def test_the_command_serves_over_http(loaded_graph: Graph, neo4j_server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-c", "from immunograph.cli import main; main()", "mcp", "--http"]

    async def main() -> tuple[bool, str]:
        env = {**environment(neo4j_server)}
        process = await anyio.open_process(
            [sys.executable, *words, "--port", str(port)], env={**_surroundings(), **env}
        )
        async with process:
            try:
                await _comes_up(port)
                async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                    return await _ask(client, "paths", ENDS)
            finally:
                process.terminate()

    is_error, text = anyio.run(main)
    assert not is_error
    assert json.loads(text)["snapshot"]


def _surroundings() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("IMMUNOGRAPH_", "NEO4J_"))}


async def _comes_up(port: int) -> None:
    """Wait until something listens there."""
    with anyio.fail_after(60):
        while True:
            try:
                stream = await anyio.connect_tcp("127.0.0.1", port)
            except OSError:
                await anyio.sleep(0.2)
            else:
                await stream.aclose()
                return
