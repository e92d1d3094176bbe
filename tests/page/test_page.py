"""Journeys through the page: what people come for, and what they meet on the way."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from playwright.sync_api import Locator, Page, expect

from immunograph.store.graph import Graph

MARKUP = '<img src=x onerror="document.title=1"> & <b>bold</b>'
CROWD = 1_000
CHAIN = [
    "paclitaxel", "exosome", "annexin A6", "CCL2", "monocyte", "outgrowth in the lung",
    "lung metastasis",
]  # fmt: skip
VIEWS: dict[str, dict[str, Any]] = {
    "the start": {},
    "paths": {"source": "paclitaxel", "target": "lung metastasis"},
    "paths of both signs": {"source": "neutrophil", "target": "tumour growth"},
    "no path": {"source": "neutrophil", "target": "CCL2"},
    "a knock-out": {
        "source": "paclitaxel", "target": "lung metastasis", "without": "annexin A6",
    },
    "what stands around": {"view": "entity", "entity": "neutrophil"},
    "influence": {"view": "entity", "entity": "neutrophil", "show": "downstream"},
    "what influences": {"view": "entity", "entity": "metastasis", "show": "upstream"},
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

FURTHER: dict[str, dict[str, Any]] = {
    "a list": {"view": "list", "name": ["neutrophil", "metastasis", "oncostatin"]},
    "the explanations": {"view": "help"},
    "open questions": {"view": "open"},
    "what is watched": {"view": "watched"},
}
"""Views that no one question of the graph answers, so that they have no Cypher."""


class Visit(Protocol):
    """One person at the page."""

    page: Page
    base: str
    expected: tuple[str, ...]

    def open(self, **state: Any) -> Page:
        """Open the page at a state."""
        ...


def summary(page: Page) -> Locator:
    """The answer as a sentence."""
    return page.locator(".answer .summary")


def panel(page: Page) -> Locator:
    """The evidence of the step that was opened."""
    return page.locator(".card.evidence")


def steps(page: Page) -> Locator:
    """The steps of the diagram."""
    return page.locator(".answer .diagram [data-step]")


def looks_of(page: Page) -> dict[str, Any]:
    """What a person sees of an answer, to compare two of them."""
    return {
        "question": page.locator("h1").inner_text(),
        "summary": summary(page).inner_text(),
        "steps": [step.locator("title").first.text_content() for step in steps(page).all()],
        "chips": page.locator(".chip.taken").all_inner_texts(),
        "evidence": panel(page).locator(".says").all_inner_texts(),
    }


# --- asking ------------------------------------------------------------------------------------


def test_an_example_leads_to_the_chain_from_paclitaxel_to_the_lung(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("link", name="How does paclitaxel affect lung metastasis?").click()
    expect(summary(page)).to_contain_text(
        "Promotes (by a chain of three steps, six where spelled out"
    )
    expect(steps(page)).to_have_count(8)
    names = page.locator(".answer .diagram .node > title").evaluate_all(
        "titles => titles.map((title) => title.textContent)"
    )
    assert sorted(names) == sorted(CHAIN)
    placed = {
        name: page.locator(f'.answer .diagram .node:has(title:text-is("{name}"))').bounding_box()
        for name in CHAIN
    }
    lefts = [box["x"] for name in CHAIN if (box := placed[name])]
    assert lefts == sorted(lefts)
    assert len(lefts) == len(CHAIN)


def test_the_weakest_step_opens_its_evidence_with_its_study(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    page.get_by_role("link", name=re.compile("weakest step")).last.click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text(
        "monocyte facilitates outgrowth in the lung"
    )
    expect(panel(page).get_by_role("heading", level=2)).to_be_focused()
    expect(panel(page).locator(".says").first).not_to_be_empty()
    expect(panel(page)).to_contain_text("background")
    expect(panel(page).get_by_role("link", name="doi:10.1038/s41556-018-0256-3")).to_have_attribute(
        "href", "https://doi.org/10.1038/s41556-018-0256-3"
    )
    assert "step=" in page.url


def test_without_annexin_a6_the_path_falls_and_comes_back(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    page.get_by_role("link", name="knock out annexin A6").click()
    expect(summary(page)).to_contain_text("No path")
    expect(page.locator(".chip.taken")).to_contain_text("without annexin A6")
    changed = page.locator(".changed")
    expect(changed).to_contain_text("3 paths of 3 shown before are lost")
    expect(changed.locator(".fallen .gone title")).to_have_text("annexin A6")
    expect(changed).to_contain_text("statements fall")
    page.go_back()
    expect(summary(page)).to_contain_text("Promotes")
    page.go_forward()
    expect(summary(page)).to_contain_text("No path")
    page.locator(".chip.taken").click()
    expect(steps(page)).to_have_count(8)


def test_retracting_a_study_and_asking_only_for_humans_are_one_click_each(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    steps(page).first.click()
    panel(page).get_by_role("link", name="retract this study").click()
    expect(page.locator(".changed")).to_contain_text("3 paths of 3 shown before are lost")
    expect(page.locator(".chip.taken")).to_contain_text("without")
    page.go_back()
    expect(steps(page)).to_have_count(8)
    page.locator(".chips").get_by_role("link", name="only in humans").click()
    expect(page.locator(".chip.on", has_text="only in humans")).to_be_visible()
    expect(page.locator(".changed")).to_contain_text("3 paths of 3 shown before are lost")


def test_a_shared_link_shows_the_same_in_another_browser(
    visit: Visit, visitor: Callable[..., Visit]
) -> None:
    page = visit.open(source="neutrophil", target="tumour growth")
    page.locator(".pathlist a.path").nth(1).click()
    steps(page).first.press("Enter")
    expect(panel(page)).to_be_visible()
    page.locator(".chips").get_by_role("link", name="inhibits").click()
    expect(page.locator(".chip.on", has_text="inhibits")).to_be_visible()
    page.wait_for_load_state("networkidle")
    other = visitor().page
    other.goto(page.url)
    other.wait_for_selector(".answer .diagram")
    other.wait_for_load_state("networkidle")
    assert looks_of(other) == looks_of(page)


def test_a_link_that_is_opened_again_is_drawn_from_what_the_browser_kept(visit: Visit) -> None:
    visit.open(source="paclitaxel", target="lung metastasis")
    page = visit.open(source="paclitaxel", target="lung metastasis")
    expect(steps(page)).to_have_count(8)
    fetched = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter((one) => one.transferSize > 0).map((one) => new URL(one.name).pathname)"""
    )
    assert [path for path in fetched if path.startswith("/page/")] == []


def test_it_is_asked_read_and_knocked_out_by_keyboard_alone(visit: Visit) -> None:
    page = visit.open()
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the answer")).to_be_focused()
    press("Enter")
    press("Tab")
    expect(page.get_by_role("combobox", name="From")).to_be_focused()
    page.keyboard.type("paclit")
    expect(page.get_by_role("option").first).to_contain_text("paclitaxel")
    press("ArrowDown")
    press("Enter")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_be_focused()
    page.keyboard.type("lung metas")
    expect(page.get_by_role("option").first).to_contain_text("lung metastasis")
    press("ArrowDown")
    press("Enter")
    press("Enter")
    expect(steps(page)).to_have_count(8)
    step = page.locator(".diagram [data-step]", has_text="annexin A6 stimulates")
    tab_to(page, f"[data-step='{step.get_attribute('data-step')}']")
    press("Enter")
    expect(panel(page).get_by_role("heading", level=2)).to_be_focused()
    tab_to(page, ".evidence .button")
    assert page.evaluate("document.activeElement.textContent") == "knock out annexin A6"
    press("Enter")
    expect(summary(page)).to_contain_text("No path")
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_skipping_to_the_answer_leaves_it_as_it_stands(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role("combobox", name="From").fill("annexin A6")
    page.get_by_role("link", name="Skip to the answer").press("Enter")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("combobox", name="From")).to_have_value("annexin A6")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something is focused. Fails where it cannot be reached."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("css => document.activeElement.matches(css)", selector):
            return
    pytest.fail(f"{selector} cannot be reached with the keyboard")


def test_why_there_is_no_path_is_said(visit: Visit) -> None:
    page = visit.open(source="neutrophil", target="CCL2")
    expect(summary(page)).to_contain_text("the two meet only in cytokine")
    page.locator(".none").get_by_role("link", name="cytokine", exact=True).click()
    expect(page.locator("h1")).to_have_text("cytokine")


def test_an_answer_that_was_cut_says_so(visit: Visit) -> None:
    page = visit.open(source="neutrophil", target="metastasis", limit="1")
    expect(page.locator(".cutnote")).to_contain_text("more exist")
    page.locator(".cutnote").get_by_role("link", name="Show more").click()
    expect(page.locator(".pathlist a.path").nth(1)).to_be_visible()


def test_a_name_that_nobody_knows_is_met_with_what_is_near(visit: Visit) -> None:
    visit.expected = ("Failed to load resource: the server responded with a status of 404",)
    page = visit.open(source="oncostatin", target="tumour growth")
    expect(page.get_by_role("alert")).to_contain_text("oncostatin")
    page.get_by_role("alert").get_by_role("link", name="oncostatin M", exact=True).click()
    expect(summary(page)).to_contain_text("Promotes")


def test_what_a_source_says_but_was_set_aside_is_told(visit: Visit) -> None:
    visit.expected = ("Failed to load resource: the server responded with a status of 404",)
    page = visit.open(source="curcumin", target="metastasis")
    expect(page.get_by_role("alert")).to_contain_text("set aside")
    page.get_by_role("link", name="news-2019-chemotherapy").click()
    expect(page.get_by_role("heading", name="What was set aside, and why")).to_be_visible()


# --- looking -------------------------------------------------------------------------------------


def test_a_conflict_shows_both_sides_and_what_resolves_it(visit: Visit) -> None:
    page = visit.open(view="conflicts")
    told_apart = page.locator("tbody tr", has_text="Told apart by cell state").first
    told_apart.get_by_role("link", name=re.compile("evidence of both sides")).click()
    sides = page.locator(".sidebyside")
    expect(sides).to_have_count(2)
    expect(sides.first).to_contain_text("promotes")
    expect(sides.last).to_contain_text("inhibits")
    expect(page.locator(".resolver")).to_contain_text("cell state")
    for side in sides.all():
        expect(side.locator(".says").first).not_to_be_empty()


def test_a_conflict_that_nothing_resolves_is_open_to_see(visit: Visit) -> None:
    page = visit.open(view="conflicts")
    unresolved = page.locator("tbody tr", has_text="Not resolved")
    expect(unresolved.first).to_contain_text("VEGF-A promotes tumour progression")
    expect(unresolved.first).to_contain_text("VEGF-A inhibits tumour progression")


def test_markup_in_a_name_is_shown_as_text(visit: Visit) -> None:
    page = visit.open(source=MARKUP, target="metastasis")
    expect(page.locator(".answer .diagram .node title").first).to_have_text(MARKUP)
    steps(page).first.click()
    expect(panel(page).get_by_role("heading", level=2)).to_contain_text(MARKUP)
    visit.open(view="entity", entity=MARKUP)
    expect(page.locator("h1")).to_have_text(MARKUP)
    assert page.locator("main img, main b b").count() == 0
    assert MARKUP in page.title()


def test_a_thousand_neighbours_are_drawn_and_can_be_moved(visit: Visit) -> None:
    page = visit.open(view="entity", entity="hub")
    expect(summary(page).or_(page.locator(".summary")).first).to_contain_text("1,000 statements")
    page.wait_for_function("() => document.querySelector('.mapbox')?.map")
    nodes = page.evaluate("document.querySelector('.mapbox').map.cy.nodes().length")
    assert nodes == CROWD + 1
    where = """() => {
      const cy = document.querySelector('.mapbox').map.cy;
      const box = document.querySelector('.mapbox').getBoundingClientRect();
      const hub = cy.nodes('[?middle]');
      const at = hub.renderedPosition();
      return {x: box.x + at.x, y: box.y + at.y, place: hub.position()};
    }"""
    page.locator(".mapbox").scroll_into_view_if_needed()
    before = page.evaluate(where)
    page.mouse.move(before["x"], before["y"])
    page.mouse.down()
    page.mouse.move(before["x"] + 40, before["y"] + 25, steps=5)
    page.mouse.up()
    after = page.evaluate(where)
    assert after["place"] != before["place"]
    assert after["x"] == pytest.approx(before["x"] + 40, abs=3)


def test_what_was_seen_to_have_no_effect_has_no_arrow_on_the_map(visit: Visit) -> None:
    page = visit.open(view="entity", entity="neutrophil")
    page.locator("details.twin summary").click()
    denied = page.locator("details.twin tr", has_text="negated")
    expect(denied.first.locator("td").nth(2)).to_have_text("none")
    page.wait_for_function("() => document.querySelector('.mapbox')?.map")
    ends = page.evaluate(
        """() => document.querySelector(".mapbox").map.cy.edges('[way = "denied"]')
          .map((edge) => edge.style("target-arrow-shape"))"""
    )
    assert ends == ["circle"] * denied.count()


def test_a_step_on_the_map_opens_its_evidence(visit: Visit) -> None:
    page = visit.open(view="entity", entity="annexin A6")
    page.locator("details.twin summary").click()
    page.locator("details.twin table a").first.click()
    expect(panel(page).locator(".says").first).not_to_be_empty()


def test_a_query_runs_with_other_parameters(visit: Visit) -> None:
    page = visit.open(view="query", name="what-an-entity-does")
    field = page.get_by_role("combobox", name="entity")
    field.fill("annexin A6")
    field.press("Escape")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("tbody")).to_contain_text("lung metastasis")
    expect(page.get_by_role("combobox", name="entity")).to_have_value("annexin A6")
    expect(page.locator("pre code")).to_contain_text(':param {entity: "HGNC:544"')


def test_what_changed_since_another_snapshot_is_listed(visit: Visit) -> None:
    page = visit.open(view="graph")
    page.get_by_role("link", name=re.compile("^changes since")).first.click()
    expect(page.locator("#since")).to_contain_text("added")
    expect(page.locator("#since tbody tr").first).to_be_visible()


def test_the_documentation_holds_the_guide_of_neo4j_browser(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.base}/docs#guide")
    expect(page.get_by_role("heading", name="The guide in Neo4j Browser")).to_be_visible()
    queries = page.locator("#guide ~ pre").all_inner_texts()
    assert len([text for text in queries if "MATCH" in text]) == 10
    expect(page.locator("main")).to_contain_text("What the labels mean")


# --- taking away, and reporting ----------------------------------------------------------------


def test_the_picture_is_saved_as_svg_and_png(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    with page.expect_download() as svg:
        page.get_by_role("button", name="SVG").last.click()
    root = ET.fromstring(svg.value.path().read_text("utf-8"))
    texts = " ".join(text for text in root.itertext())
    for word in ("How does paclitaxel affect lung metastasis?", "annexin A6", "snapshot"):
        assert word in texts
    assert not [one for one in root.iter() if "class" in one.attrib or "href" in one.attrib]
    with page.expect_download() as png:
        page.get_by_role("button", name="PNG").last.click()
    assert png.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_map_is_saved_as_svg_too(visit: Visit) -> None:
    page = visit.open(view="entity", entity="annexin A6")
    with page.expect_download() as svg:
        page.get_by_role("button", name="SVG").click()
    assert "annexin A6" in svg.value.path().read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "the start"])
def test_every_view_links_its_json_and_its_cypher(
    name: str, visit: Visit, page_graph: Graph
) -> None:
    page = visit.open(**VIEWS[name])
    frame = page.locator(".elsewhere").last
    address = frame.get_by_role("link", name="JSON", exact=True).get_attribute("href")
    reply = page.request.get(f"{visit.base}/{address}")
    assert reply.ok
    assert len(reply.json()["snapshot"]) == 64
    if name == "queries":
        return
    texts = page.locator(".cypher code").evaluate_all("all => all.map((one) => one.textContent)")
    assert texts
    for text in texts:
        if ":param" not in text:
            page_graph.read(text, {})


def test_an_answer_is_taken_away_as_a_table_and_as_its_papers(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    frame = page.locator(".elsewhere").last
    for name, file, begins in (
        ("csv", "csv", "path,path_effect,"),
        ("BibTeX", "bib", "@article{"),
    ):
        with page.expect_download() as got:
            frame.get_by_role("link", name=name, exact=True).click()
        assert got.value.suggested_filename.endswith(f".{file}")
        assert got.value.path().read_text("utf-8").startswith(begins)
    frame.get_by_text("more formats").click()
    with page.expect_download() as got:
        frame.get_by_role("link", name="graphml").click()
    ET.fromstring(got.value.path().read_text("utf-8"))


def test_the_whole_graph_is_taken_away_in_every_format_with_its_manifest(visit: Visit) -> None:
    page = visit.open(view="graph")
    table = page.get_by_role("table", name="Formats of the whole graph")
    address = table.get_by_role("link", name="manifest of trapi").get_attribute("href")
    manifest = page.request.get(f"{visit.base}/{address}").json()
    assert (manifest["format"], manifest["licence"]) == ("trapi", "CC BY 4.0")
    with page.expect_download() as got:
        table.get_by_role("link", name="sif (.sif)").click()
    assert "\tpromotes\t" in got.value.path().read_text("utf-8")


def test_a_wrong_sign_is_reported_with_statement_and_snapshot(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    steps(page).first.click()
    link = panel(page).get_by_role("link", name="report a wrong sign or source")
    href = link.get_attribute("href") or ""
    snapshot = page.locator(".elsewhere .mono").first.get_attribute("title") or ""
    assert href.startswith(("mailto:", "https:"))
    assert snapshot in href
    assert (steps(page).first.get_attribute("data-step") or "-") in href


# --- trouble -------------------------------------------------------------------------------------


def test_a_service_that_goes_away_is_said_kindly_and_recovers(
    visit: Visit, interrupted: Callable[[], Any]
) -> None:
    visit.expected = ("Failed to load resource: net::ERR_",)
    page = visit.open(source="paclitaxel", target="lung metastasis")
    with interrupted():
        page.locator(".chips").get_by_role("link", name="no press").click()
        expect(page.locator("#notice")).to_contain_text("does not answer just now")
        expect(page.locator("#notice")).to_contain_text("What you see is its last answer")
        expect(steps(page)).to_have_count(8)
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".chip.on", has_text="no press")).to_be_visible()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator(".changed")).to_contain_text("shown before are lost")


def test_a_page_opened_while_the_service_is_away_asks_again_by_itself(
    visit: Visit, interrupted: Callable[[], Any]
) -> None:
    visit.expected = ("Failed to load resource: net::ERR_",)
    page = visit.open()
    with interrupted():
        page.get_by_role("link", name="How does neutrophil affect metastasis?").click()
        expect(page.locator("#notice")).to_contain_text("Trying again")
    expect(summary(page)).to_contain_text("Promotes")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_long_question_shows_that_it_is_asked_and_can_be_cancelled(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    page.route("**/v1/paths?*effect=inhibits*", lambda route: None)
    page.locator(".chips").get_by_role("link", name="inhibits").click()
    expect(page.locator("#progress")).to_contain_text("Asking")
    page.get_by_role("button", name="cancel").click()
    expect(page.locator("#progress")).to_be_hidden()
    expect(steps(page)).to_have_count(8)
    page.locator(".chips").get_by_role("link", name="promotes").click()
    expect(page.locator(".chip.on", has_text="promotes")).to_be_visible()


# --- small, printed ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*VIEWS, *FURTHER])
def test_nothing_is_wider_than_a_phone(name: str, visitor: Callable[..., Visit]) -> None:
    page = visitor(width=390, height=844).open(**(VIEWS | FURTHER)[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_the_source_stands_above_the_target(visitor: Callable[..., Visit]) -> None:
    page = visitor(width=390, height=844).open(source="paclitaxel", target="lung metastasis")
    tops = [
        box["y"]
        for name in CHAIN
        if (box := page.locator(f'.diagram .node:has(title:text-is("{name}"))').bounding_box())
    ]
    assert tops == sorted(tops)
    assert len(tops) == len(CHAIN)


def test_what_is_folded_away_is_printed(visit: Visit) -> None:
    page = visit.open(source="paclitaxel", target="lung metastasis")
    table = page.locator("details.twin table").first
    expect(table).to_be_hidden()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(table).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(table).to_be_hidden()
