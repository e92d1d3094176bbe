"""Journeys through the page over all that is shipped: an answer read, cited and taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import pytest
from playwright.sync_api import Locator, Page, expect

from immunograph.folders import folder
from immunograph.service import Service
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

WIDE: Final = {"source": "G-CSF", "target": "lung metastasis", "limit": "100"}
BOTH_SIGNS: Final = {"source": "neutrophil", "target": "tumour growth"}


SEEN: Final = """chains => chains.map((chain) => {
  const copy = chain.cloneNode(true);
  for (const unseen of copy.querySelectorAll(".vh")) unseen.remove();
  return copy.textContent;
})"""
"""What is seen of each chain, without what only screen readers say."""


class Visit(Protocol):
    """One person at the page."""

    page: Page
    base: str
    expected: tuple[str, ...]

    def open(self, **state: Any) -> Page:
        """Open the page at a state."""
        ...


class Running(Protocol):
    """The service that the page is served by."""

    @property
    def service(self) -> Service:
        """What it answers from."""
        ...


ROWS: Final = 10_000
SORT: Final = """async (rows) => {
  const script = document.querySelector('script[src$="main.js"]').src;
  const { dataTable } = await import(new URL("datatable.js", script));
  const nameOf = (n) => `protein ${(n * 7919) % rows}`;
  const many = Array.from({ length: rows }, (_, n) => ({ n, name: nameOf(n) }));
  const table = dataTable({
    label: "Many", noun: "row", rows: many,
    columns: [
      { name: "name", value: (row) => row.name },
      { name: "number", value: (row) => row.n },
    ],
  });
  document.querySelector("main").replaceChildren(table);
  const times = [];
  for (const name of ["name", "name", "name", "name"]) {
    const button = [...table.querySelectorAll(".sorter")].find((one) => one.textContent === name);
    const from = performance.now();
    button.click();
    document.body.getBoundingClientRect();
    times.push(performance.now() - from);
  }
  return { times, first: table.querySelector("tbody th").textContent };
}"""
"""Sorts a table of so many rows by each column, with the time until it is laid out."""


@pytest.fixture(scope="module")
def shelf() -> Path:
    """All that is shipped."""
    return folder("seed")


def box_of(page: Page, entity: str) -> dict[str, float]:
    """Where an entity stands in the diagram of the answer."""
    node = page.locator(f'.answer .diagram .node:has(title:text-is("{entity}"))')
    box = node.bounding_box()
    assert box is not None
    return {"left": box["x"], "right": box["x"] + box["width"], "top": box["y"]}


# --- the verdict -------------------------------------------------------------------------------


def test_the_verdict_comes_first_with_both_sides_beside_it(visit: Visit) -> None:
    page = visit.open(**BOTH_SIGNS)
    expect(page.locator(".answer .summary strong").first).to_have_text("Depends on cell state")
    promotes, inhibits = page.locator(".balance .pan").all()
    expect(promotes).to_contain_text(re.compile(r"promotes\s+0\.98.*N2", re.DOTALL))
    expect(inhibits).to_contain_text(re.compile(r"inhibits\s+0\.85.*N1", re.DOTALL))
    widths = [
        pan.locator(".bar").evaluate("bar => bar.getBoundingClientRect().width")
        for pan in (promotes, inhibits)
    ]
    assert widths[0] > widths[1] > 0


# --- the picture -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1400])
def test_a_wide_answer_shows_both_its_ends(width: int, visitor: Callable[..., Visit]) -> None:
    page = visitor(width=width, height=900).open(**WIDE)
    for end in ("G-CSF", "lung metastasis"):
        box = box_of(page, end)
        assert 0 <= box["left"] < box["right"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_looks_closer_and_the_ends_stay_named(visit: Visit) -> None:
    page = visit.open(**WIDE)
    before = box_of(page, "neutrophil")
    frame = page.get_by_role("region", name=re.compile("^Diagram"))
    frame.focus()
    for _ in range(3):
        page.keyboard.press("+")
    after = box_of(page, "neutrophil")
    assert after["right"] - after["left"] > 3 * (before["right"] - before["left"])
    expect(page.locator(".pin", has_text="lung metastasis")).to_be_visible()
    place = frame.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 300, place["y"] + 200)
    page.mouse.down()
    page.mouse.move(place["x"] + 200, place["y"] + 150, steps=4)
    page.mouse.up()
    assert box_of(page, "neutrophil")["left"] == pytest.approx(after["left"] - 100, abs=2)
    page.get_by_role("button", name="fit: show all").click()
    assert box_of(page, "neutrophil")["left"] == pytest.approx(before["left"], abs=1)


def test_on_a_phone_the_chosen_path_is_drawn_alone(visitor: Callable[..., Visit]) -> None:
    page = visitor(width=390, height=844).open(**WIDE, path="3")
    expect(page.locator(".answer .diagram [data-step]")).to_have_count(3)
    page.get_by_role("link", name=re.compile("^Draw all")).click()
    expect(page.locator(".answer .diagram [data-step]").nth(20)).to_be_attached()


# --- the paths ---------------------------------------------------------------------------------


def test_no_two_paths_read_alike_and_each_shows_its_signs(visit: Visit) -> None:
    page = visit.open(**WIDE)
    lines: list[str] = page.locator(".pathlist a .chain").evaluate_all(SEEN)
    assert len(lines) > 20
    assert len(set(lines)) == len(lines)
    assert all(set(line) & set("→⊣") for line in lines)
    assert any("⊣" in line for line in lines)
    assert any("recruits Ly6G+ Ly6C+ granulocyte" in line for line in lines)


def test_what_is_shortened_is_said(visit: Visit) -> None:
    page = visit.open(source="beta-interferon", target="neutrophil", limit="20")
    expect(
        page.locator(".pathlist .chain", has_text="shortens the survival of").first
    ).to_be_visible()


def test_a_net_statement_unfolds_into_what_spells_it_out(visit: Visit) -> None:
    page = visit.open(**WIDE)
    first = page.locator(".pathlist > li").first
    first.get_by_text("spelled out").click()
    expect(first.locator(".unfold")).to_contain_text("PROK2")
    first.locator(".unfold a").click()
    expect(page.locator(".card.evidence .spelled")).to_contain_text("PROK2")


def test_papers_go_by_author_and_year(visit: Visit) -> None:
    page = visit.open(source="G-CSF", target="lung metastasis", limit="2")
    expect(page.locator(".answer .diagram .paper").first).to_have_text("Kowanetz 2010")
    expect(page.locator(".pathlist > li").first).to_contain_text("Kowanetz 2010")
    page.locator(".answer .diagram [data-step]").first.press("Enter")
    expect(page.locator(".card.evidence .source").first).to_contain_text("PMID")
    slugs = re.compile(r"\b[a-z]+-(19|20)\d\d\b")
    assert slugs.findall(page.locator("main").inner_text()) == []


def test_what_was_measured_at_the_end_comes_first_and_the_rest_is_folded(visit: Visit) -> None:
    page = visit.open(**BOTH_SIGNS)
    measured = page.get_by_role("list", name="Measured at tumour growth")
    expect(measured.get_by_role("listitem").first).to_contain_text("tumour growth")
    rest = page.get_by_role("list", name="Not measured at tumour growth")
    expect(rest).to_be_hidden()
    page.get_by_text(re.compile("more, not measured at tumour growth")).click()
    expect(rest).to_be_visible()


# --- the papers ----------------------------------------------------------------------------------


def test_the_papers_of_an_answer_are_copied_and_saved_for_a_reference_manager(visit: Visit) -> None:
    page = visit.open(**BOTH_SIGNS)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    papers = page.get_by_role("region", name="References")
    first = papers.get_by_role("listitem").first
    expect(first).to_contain_text("Fridlender et al., Cancer Cell 2009")
    expect(first.get_by_role("link", name="PMID 19732719")).to_have_attribute(
        "href", "https://pubmed.ncbi.nlm.nih.gov/19732719/"
    )
    for button, begins in (
        ("copy as text", "1. Fridlender et al., Cancer Cell 2009"),
        ("copy as BibTeX", "@article{"),
        ("copy as RIS", "TY  - JOUR"),
    ):
        papers.get_by_role("button", name=button).click()
        expect(papers.get_by_role("button", name="copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").startswith(begins)
        expect(papers.get_by_role("button", name=button)).to_be_visible()
    with page.expect_download() as got:
        papers.get_by_role("link", name="BibTeX file").click()
    assert "10.1016/j.ccr.2009.06.017" in got.value.path().read_text("utf-8")


def test_a_sentence_leads_to_its_abstract_with_the_names_marked(visit: Visit) -> None:
    page = visit.open(source="G-CSF", target="lung metastasis", limit="1")
    page.locator(".answer .diagram [data-step]").first.press("Enter")
    link = page.locator(".card.evidence .locator a").first
    expect(link).to_have_attribute(
        "href",
        "https://pubmed.ncbi.nlm.nih.gov/21081700/#:~:text=G%2DCSF&text=lung%20metastasis",
    )


def test_an_answer_is_cited_with_its_snapshot(visit: Visit) -> None:
    page = visit.open(**BOTH_SIGNS)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="copy citation").click()
    expect(page.get_by_role("button", name="copied")).to_be_visible()
    citation = page.evaluate("navigator.clipboard.readText()")
    snapshot = page.locator(".elsewhere .mono").last.get_attribute("title") or "?"
    assert citation.startswith("How does neutrophil affect tumour growth? In: The immunograph")
    assert f"Snapshot {snapshot}" in citation
    assert f"snapshot={snapshot[:16]}" in citation


# --- tables --------------------------------------------------------------------------------------


def first_column(page: Page) -> list[str]:
    """What the rows of the first table begin with."""
    return page.locator("tbody").first.locator("tr > th").all_inner_texts()


def years(page: Page) -> Locator:
    """The cells of the column of years."""
    return page.locator("td[data-name=year]")


def test_sources_are_searched_sorted_and_filtered_and_the_link_says_how(
    visit: Visit, visitor: Callable[..., Visit]
) -> None:
    page = visit.open(view="sources")
    whole = len(first_column(page))
    page.get_by_role("button", name="year").click()
    shown = [int(text) for text in years(page).all_inner_texts() if text]
    assert shown == sorted(shown, reverse=True)
    expect(page.get_by_role("columnheader", name="year")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_label("sign: Sources").select_option("inhibits")
    page.get_by_label("year: Sources").select_option("2015")
    page.get_by_role("searchbox").fill("neutrophil")
    page.wait_for_url("**find=neutrophil**")
    expect(page.locator(".found")).to_contain_text(f"of {whole} sources")
    rows = first_column(page)
    assert 0 < len(rows) < whole
    assert min(int(text) for text in years(page).all_inner_texts()) >= 2015
    other = visitor().page
    other.goto(page.url)
    other.wait_for_selector("tbody tr")
    assert first_column(other) == rows


def test_a_source_shows_what_it_says_and_whether_for_or_against(visit: Visit) -> None:
    page = visit.open(view="source", id="teijeira-2020-abstract")
    says = page.get_by_role("region", name="What it says")
    expect(says.locator("tbody tr").first.locator("td[data-name=says]")).not_to_be_empty()
    expect(says.locator(".tag.promotes").first).to_have_text("supports")


def test_interventions_are_found_by_what_was_given_and_short_on_a_phone(
    visitor: Callable[..., Visit],
) -> None:
    page = visitor(width=390, height=844).open(view="interventions")
    assert page.evaluate("document.documentElement.scrollHeight") < 5_000
    page.get_by_label("status: Interventions").select_option("proposed")
    expect(page.locator(".found")).to_contain_text("2 of 69")
    page.get_by_role("searchbox").fill("DNase")
    page.get_by_label("status: Interventions").select_option("")
    expect(page.locator("tbody tr").first).to_contain_text("neutrophil extracellular trap")


def test_ten_thousand_rows_are_sorted_at_once(visit: Visit) -> None:
    found = visit.open().evaluate(SORT, ROWS)
    assert found["first"] == f"protein {ROWS - 1}"
    assert min(found["times"]) <= 200, found["times"]


# --- beginning -----------------------------------------------------------------------------------


def test_the_start_says_what_this_is_and_its_questions_have_answers(visit: Visit) -> None:
    page = visit.open()
    expect(page.locator("h1")).to_have_text("How do immune cells help or hinder a tumour?")
    expect(page.locator(".holds")).to_contain_text(re.compile(r"39 papers.*loaded \d", re.DOTALL))
    assert page.locator(".topic").count() == 5
    addresses = page.locator(".topic a").evaluate_all("all => all.map((one) => one.search)")
    assert len(addresses) >= 15
    for address in addresses:
        asked = address.replace("?view=paths&", "?")
        assert page.request.get(f"{visit.base}/v1/paths{asked}").ok, address


def test_a_pasted_list_of_genes_becomes_a_subgraph_and_a_table(visit: Visit) -> None:
    page = visit.open()
    page.get_by_label("Or paste a list of genes or names").fill("CSF3\nneutrophil\nlung metastasis")
    page.get_by_role("button", name="Connect them").click()
    expect(page.locator("h1")).to_have_text("What joins these?")
    expect(page.locator(".diagram .node > title", has_text="G-CSF")).to_be_attached()
    expect(page.get_by_role("region", name="Statements among them")).to_contain_text(
        "raises the number of"
    )
    with page.expect_download() as got:
        page.get_by_role("button", name="csv", exact=True).click()
    text = got.value.path().read_text("utf-8")
    assert "G-CSF" in text
    assert "10.1038/nature14282" in text


def test_a_name_of_a_list_that_nobody_knows_is_mended_with_one_click(visit: Visit) -> None:
    page = visit.open(view="list", name=["oncostatin", "lung metastasis"])
    page.get_by_role("link", name="oncostatin M", exact=True).click()
    expect(page.get_by_role("table", name="What each name is")).to_contain_text("oncostatin M")
    expect(page.get_by_text(re.compile("^Not found"))).to_have_count(0)


def test_what_is_given_leads_to_its_interventions(visit: Visit) -> None:
    visit.expected = ("Failed to load resource: the server responded with a status of 404",)
    page = visit.open(source="DNase", target="metastasis")
    page.get_by_role("link", name="3 interventions with DNase").click()
    expect(page.locator("tbody tr").first).to_contain_text("DNase")


# --- explained -----------------------------------------------------------------------------------


def test_the_belief_of_a_statement_is_explained_with_its_own_numbers(visit: Visit) -> None:
    page = visit.open(**BOTH_SIGNS)
    page.locator(".pathlist a.path").first.click()
    page.locator(".answer .diagram .step:not(.dim)").first.press("Enter")
    page.get_by_text("How 0.98 comes about").click()
    expect(page.locator(".equation")).to_have_text("0.978 = 1 − (1 − 0.85)(1 − 0.807)(1 − 0.225)")
    expect(page.locator(".reckoning")).to_contain_text(
        "Fridlender 2009: 0.807 = 0.85 (paper, abstract) × 1 (perturbation) × 0.95 (derived)"
    )
    page.get_by_role("link", name="How belief is computed").click()
    expect(page.locator("#belief")).to_be_in_viewport()


def test_a_tour_of_an_answer_is_walked_by_keyboard(visit: Visit) -> None:
    page = visit.open(view="help")
    page.get_by_role("link", name="Take a tour of one answer").press("Enter")
    tour = page.get_by_role("dialog")
    expect(tour).to_contain_text("The verdict 1 of")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(tour).to_contain_text("For and against 2 of")
    expect(page.locator(".balance")).to_have_class(re.compile("toured"))
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)
    assert "tour=" not in page.url


# --- what is open, and what changed --------------------------------------------------------------


def test_what_is_open_in_an_answer_is_ranked_with_what_would_settle_it(visit: Visit) -> None:
    page = visit.open(**BOTH_SIGNS)
    page.get_by_role("link", name="what is open here").click()
    expect(page.locator("h1")).to_have_text("What is open in how neutrophil affects tumour growth?")
    priorities = [float(text) for text in page.locator("td[data-name=priority]").all_inner_texts()]
    assert priorities == sorted(priorities, reverse=True)
    expect(page.locator('td[data-name="would settle it"]').first).not_to_be_empty()


def test_a_watched_question_says_how_its_answer_changed_and_by_which_source(
    visit: Visit, running: Running, page_graph: Graph
) -> None:
    page = visit.open(source="G-CSF", target="lung metastasis")
    page.get_by_role("button", name="watch", exact=True).click()
    expect(page.get_by_role("button", name="watch no more")).to_be_visible()
    watched = page.get_by_role("region", name="How does G-CSF affect lung metastasis?")
    visit.open(view="watched")
    expect(watched).to_contain_text("Its answer is as it was")
    loader = Loader(page_graph, schema=folder("schema"))
    loader.withdraw("kowanetz-2010-abstract")
    running.service.refresh()
    visit.open(view="watched")
    expect(watched).to_contain_text("Its answer has changed")
    expect(watched.locator("dd").first).to_contain_text("Promotes")
    expect(watched).to_contain_text(re.compile(r"By: .*\(withdrawn\)"))
    feed = page.request.get(
        f"{visit.base}/{watched.get_by_role('link', name='Atom feed').get_attribute('href')}"
    )
    assert "<feed" in feed.text()
    watched.get_by_role("button", name="I have seen it").click()
    expect(watched).to_contain_text("Its answer is as it was")


# --- links that last -----------------------------------------------------------------------------


def test_a_pinned_link_says_that_the_graph_has_moved_on(
    visit: Visit, running: Running, page_graph: Graph
) -> None:
    page = visit.open(**BOTH_SIGNS)
    snapshot = page.locator(".elsewhere .mono").last.get_attribute("title") or "?"
    visit.open(**BOTH_SIGNS, snapshot=snapshot[:16])
    expect(page.locator(".moved")).to_have_count(0)
    loader = Loader(page_graph, schema=folder("schema"))
    loader.withdraw("granot-2011-abstract")
    running.service.refresh()
    visit.open(**BOTH_SIGNS, snapshot=snapshot[:16])
    expect(page.locator(".moved")).to_contain_text("the graph has moved on")
    page.get_by_role("link", name="What changed since").click()
    expect(page.locator("#since")).to_contain_text("removed")
