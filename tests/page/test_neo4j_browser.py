"""Neo4j Browser, opened by hand in a real browser: it connects, and our guide opens by itself."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from immunograph.catalogue import Catalogue
from immunograph.folders import folder
from immunograph.service import Service
from immunograph.settings import Settings
from immunograph.sources import read_seed
from immunograph.store import local
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

from .conftest import Running

PROMOTES = "#0f766e"
PROTEIN = "#bfdff2"


@pytest.fixture(scope="module")
def engine(
    engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Generator[local.Engine]:
    """An engine whose Browser knows our guide, with the founding documents in it."""
    # Its address must be known before the engine starts, its graph only after.
    running = Running()
    home = tmp_path_factory.mktemp("engine")
    guide = f"{running.url}/browser-guide"
    with local.engine(engine_settings, data_dir=home, guide_url=guide) as engine:
        password = engine.password.get_secret_value()
        with Graph.connect(engine.uri, username=engine.username, password=password) as graph:
            loader = Loader(graph, schema=folder("schema"))
            loader.prepare()
            seed = read_seed(folder("seed") / "founding")
            loader.put_all(seed.contributions, seed.vocabulary)
            running.serve(Service(graph, catalogue=Catalogue.read(folder("queries"))))
            yield engine
            running.stop()


@pytest.fixture
def neo4j_browser(engine: local.Engine, browser: Browser) -> Generator[Page]:
    """Neo4j Browser, connected."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.goto(engine.browser)
    page.get_by_test_id("username").fill(engine.username)
    page.get_by_test_id("password").fill(engine.password.get_secret_value())
    page.get_by_test_id("connect").click()
    yield page
    context.close()


def test_the_guide_opens_by_itself_and_its_first_query_draws_the_graph_in_our_colours(
    neo4j_browser: Page,
) -> None:
    page = neo4j_browser
    first = page.locator("pre", has_text="MATCH p = (:Entity)-[r:PROMOTES|INHIBITS]")
    expect(first).to_be_visible(timeout=60_000)
    _run(page, ":style ")
    expect(page.get_by_text("relationship.INHIBITS").first).to_be_visible(timeout=30_000)
    _run(page, "MATCH p = (:Entity)-[r:PROMOTES|INHIBITS]")
    proteins = page.locator(f"svg circle[fill='{PROTEIN}']")
    expect(proteins.first).to_be_visible(timeout=60_000)
    assert page.locator(f"svg path[fill='{PROMOTES}']").count() > 0
    assert page.locator("svg text", has_text="CCL2").count() > 0


def _run(page: Page, text: str) -> None:
    """Click a query of the guide into the editor, and run it."""
    page.locator("pre", has_text=text).first.click()
    page.get_by_test_id("editor-Run").first.click()
