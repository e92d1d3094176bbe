"""No barrier that axe-core finds, on any view, in light and dark."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

AXE: Final = (Path(__file__).parent / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
VIEWS: Final[dict[str, dict[str, Any]]] = {
    "the start": {},
    "paths": {"source": "paclitaxel", "target": "lung metastasis"},
    "a chosen path": {"source": "neutrophil", "target": "metastasis", "path": "2"},
    "no path": {"source": "neutrophil", "target": "CCL2"},
    "a knock-out": {
        "source": "paclitaxel", "target": "lung metastasis", "without": "annexin A6",
    },
    "an unknown name": {"source": "oncostatin", "target": "metastasis"},
    "what stands around": {"view": "entity", "entity": "neutrophil"},
    "influence": {"view": "entity", "entity": "neutrophil", "show": "downstream"},
    "loops": {"view": "entity", "entity": "tumour", "show": "loops"},
    "conflicts": {"view": "conflicts"},
    "interventions": {"view": "interventions"},
    "sources": {"view": "sources"},
    "studies": {"view": "sources", "show": "studies"},
    "a source": {"view": "source", "id": "news-2019-chemotherapy"},
    "a study": {"view": "study", "id": "keklikoglou-2019"},
    "queries": {"view": "queries"},
    "a query": {"view": "query", "name": "what-an-entity-does"},
    "the graph": {"view": "graph"},
}  # fmt: skip


def barriers(page: Page) -> list[str]:
    """What axe-core finds, each with where it stands."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{one['id']}: {one['help']} at {json.dumps([n['target'] for n in one['nodes']][:4])}"
        for one in found
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", list(VIEWS))
def test_a_view_has_no_barrier(name: str, scheme: str, visitor: Callable[..., Any]) -> None:
    visit = visitor(scheme=scheme)
    visit.expected = ("Failed to load resource: the server responded with a status of 404",)
    assert barriers(visit.open(**VIEWS[name])) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_evidence_filters_and_tables_have_no_barrier(
    scheme: str, visitor: Callable[..., Any]
) -> None:
    page = visitor(scheme=scheme).open(source="paclitaxel", target="lung metastasis")
    page.locator(".diagram [data-step]").first.click()
    page.wait_for_selector(".card.evidence")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert barriers(page) == []


def test_a_phone_has_no_barrier(visitor: Callable[..., Any]) -> None:
    page = visitor(width=390, height=844).open(source="neutrophil", target="metastasis")
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conflict_has_no_barrier(scheme: str, visitor: Callable[..., Any]) -> None:
    page = visitor(scheme=scheme).open(view="conflicts")
    page.locator("a[href*='view=conflict&']").first.click()
    page.wait_for_selector(".sidebyside .says")
    assert barriers(page) == []
