"""No barrier that axe-core finds, on any view, in light and dark."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Page

AXE: Final = (Path(__file__).parent / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
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
    "a list": {"view": "list", "name": ["neutrophil", "metastasis", "oncostatin"]},
    "the explanations": {"view": "help"},
    "open questions": {"view": "open"},
    "what is watched": {"view": "watched"},
}  # fmt: skip


def barriers(page: Page) -> list[str]:
    """What axe-core finds, each with where it stands."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{one['id']}: {one['help']} at {json.dumps([n['target'] for n in one['nodes']][:4])}"
        for one in found
    ]


def barriers_by_day_and_night(page: Page) -> list[str]:
    """The same in light and in dark, each told with where it was found."""
    found: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {one}" for one in barriers(page)]
    return found


@pytest.mark.parametrize("name", list(VIEWS))
def test_a_view_has_no_barrier(name: str, visitor: Callable[..., Any]) -> None:
    visit = visitor()
    visit.expected = ("Failed to load resource: the server responded with a status of 404",)
    assert barriers_by_day_and_night(visit.open(**VIEWS[name])) == []


def test_evidence_filters_and_tables_have_no_barrier(visitor: Callable[..., Any]) -> None:
    page = visitor().open(source="paclitaxel", target="lung metastasis")
    page.locator(".diagram [data-step]").first.click()
    page.wait_for_selector(".card.evidence")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.wait_for_selector("details.twin table")
    assert barriers_by_day_and_night(page) == []


def test_a_phone_has_no_barrier(visitor: Callable[..., Any]) -> None:
    page = visitor(width=390, height=844).open(source="neutrophil", target="metastasis")
    assert barriers(page) == []


def test_a_table_on_a_phone_has_no_barrier(visitor: Callable[..., Any]) -> None:
    page = visitor(width=390, height=844).open(view="interventions")
    assert barriers(page) == []


def test_a_tour_has_no_barrier(visitor: Callable[..., Any]) -> None:
    page = visitor().open(source="neutrophil", target="metastasis", tour="1")
    page.wait_for_selector(".tour")
    assert barriers_by_day_and_night(page) == []


def test_a_conflict_has_no_barrier(visitor: Callable[..., Any]) -> None:
    page = visitor().open(view="conflicts")
    page.locator("a[href*='view=conflict&']").first.click()
    page.wait_for_selector(".sidebyside .says")
    assert barriers_by_day_and_night(page) == []
