"""The documentation is served, every page of it, and its links lead somewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from immunograph.web.help_pages import PAGES, rendered

ROOT = Path(__file__).parents[2]


def test_every_page_of_the_docs_is_served() -> None:
    assert {f"docs/{page.name}" for page in ROOT.glob("docs/*.md")} <= set(PAGES.values())


@pytest.mark.parametrize("address", ["/help", *(f"/help/{name}" for name in PAGES)])
def test_every_link_of_a_page_leads_somewhere(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert "<h1" in page.text
    assert "<!-- graph" not in page.text
    assert "&lt;!--" not in page.text
    links = {unescape(one) for one in re.findall(r'href="([^"]*)"', page.text)}
    assert "/" in links
    for link in links:
        if link.startswith("/"):
            assert client.get(link.partition("#")[0]).status_code == 200, link
        else:
            assert link.startswith(("#", "http://", "https://")), link


def test_an_unknown_page_is_not_found_and_says_which_there_are(client: TestClient) -> None:
    answer = client.get("/help/nothing")
    assert answer.status_code == 404
    assert "confidence" in answer.json()["detail"]


def test_html_in_a_text_is_shown_and_not_run() -> None:
    shown = rendered(
        "# One\n\n<script>alert(1)</script> [a](javascript:alert(1))", Path("docs/a.md")
    )
    assert "<script" not in shown
    assert 'href="javascript' not in shown


def test_a_link_to_another_page_leads_to_where_it_is_served() -> None:
    text = "[sure](confidence.md#belief) and [guide](../seed/README.md) and [licence](../LICENSE)"
    shown = rendered(text, Path("docs/tutorial.md"))
    assert 'href="/help/confidence#belief"' in shown
    assert 'href="/help/curating"' in shown
    assert "LICENSE" not in shown
    assert "licence" in shown
