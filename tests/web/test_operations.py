"""The service says how it is, what it did, and what can be asked of it."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from immunograph import __version__
from immunograph.search import kernel
from immunograph.service import Service
from immunograph.web.app import create_app
from immunograph.web.operations import STATIC
from immunograph.web.sharing import POSTED

DOCS = Path(__file__).parents[2] / "docs"


def test_a_service_over_a_loaded_graph_is_alive_and_ready(
    client: TestClient, loaded_service: Service
) -> None:
    assert client.get("/health/live").json() == {"status": "alive"}
    ready = client.get("/health/ready").json()
    assert ready == {"status": "ready", "snapshot": loaded_service.snapshot_id}


def test_the_five_questions_of_the_start_page_are_answered(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    start = (STATIC / "start.html").read_text("utf-8")
    questions = [unescape(link) for link in re.findall(r'href="(/v1/[^"]+)"', start)]
    assert len(questions) == 5
    for question in questions:
        answer = client.get(question).json()
        found = answer.get("paths", answer.get("sets", answer.get("items", answer.get("fallen"))))
        assert found, question


def test_every_link_of_the_pages_leads_somewhere(client: TestClient) -> None:
    for page in ("/", "/docs"):
        for address in re.findall(r'(?:href|src)="(/[^"]*)"', client.get(page).text):
            assert client.get(unescape(address)).status_code == 200, address


def test_the_numbers_tell_what_was_asked_and_how_long_it_took(loaded_service: Service) -> None:
    client = TestClient(create_app(loaded_service), base_url="http://localhost")
    for _ in range(3):
        client.get("/v1/entities/paclitaxel")
    client.get("/v1/entities/no+such")
    client.get("/v1/nothing")
    text = client.get("/metrics").text
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    route = 'route="/v1/entities/{id}"'
    requests = "immunograph_http_requests_total"
    assert samples[f'{requests}{{method="GET",{route},status="200"}}'] == "3"
    assert samples[f'{requests}{{method="GET",{route},status="404"}}'] == "1"
    assert samples[f'{requests}{{method="GET",route="(other)",status="404"}}'] == "1"
    assert samples[f"immunograph_http_request_seconds_count{{{route}}}"] == "4"
    assert samples[f'immunograph_http_request_seconds_bucket{{{route},le="+Inf"}}'] == "4"
    assert samples["immunograph_cache_hits_total"] == "2"
    assert samples["immunograph_engine_up"] == "1"
    assert samples[f'immunograph_snapshot_info{{snapshot="{loaded_service.snapshot_id}"}}'] == "1"
    assert samples['immunograph_snapshot_nodes{of="sources"}'] == "6"
    assert float(samples["immunograph_snapshot_loaded_timestamp_seconds"]) <= time.time()
    assert samples["immunograph_stale_seconds"] == samples["immunograph_answers_stale_total"] == "0"
    assert float(samples["immunograph_process_resident_memory_bytes"]) > 10_000_000
    assert samples["immunograph_search_compiled"] == str(int(kernel.compiled()))
    assert samples[f'immunograph_build_info{{version="{__version__}"}}'] == "1"


def test_every_family_of_numbers_says_what_it_means(client: TestClient) -> None:
    text = client.get("/metrics").text
    named = {re.split(r"[{ ]", line)[0] for line in text.splitlines() if line[0] != "#"}
    helped = set(re.findall(r"^# HELP (\S+) .+$", text, re.M))
    assert {re.sub("_(bucket|sum|count)$", "", name) for name in named} <= helped


def test_openapi_names_the_version_and_no_write(app: FastAPI) -> None:
    openapi = app.openapi()
    assert openapi["info"]["version"] == __version__
    methods = {(path, m) for path, operations in openapi["paths"].items() for m in operations}
    assert {(path, m) for path, m in methods if m != "get"} == {(one, "post") for one in POSTED}


def test_the_numbers_that_the_guide_for_servers_names_are_told(client: TestClient) -> None:
    text = (DOCS / "operations.md").read_text("utf-8")
    named = set(re.findall(r"immunograph_[a-z_]+", text))
    assert len(named) >= 4
    told = client.get("/metrics").text
    assert all(f"# TYPE {name} " in told for name in named)
