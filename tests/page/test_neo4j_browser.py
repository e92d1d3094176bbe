"""Neo4j Browser, opened by hand in a real browser: it connects, and our guide opens by itself."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser

from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.service import Service
from immunograph.settings import Settings
from immunograph.store import local
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

from . import neo4j_browser
from .conftest import Running

PROMOTES = "#0f766e"
FEW = 16
"""Nodes that one still reads at first sight."""


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


def test_guide_and_style_come_by_themselves_and_the_first_query_draws_in_our_colours(
    engine: local.Engine, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    neo4j_browser.connect(page, engine)
    neo4j_browser.draw_mechanisms(page)
    assert page.locator(f"svg path[fill='{PROMOTES}']").count() > 0
    assert page.locator("svg text", has_text="neutrophil").count() > 0
    assert page.locator("svg circle.b-outline, svg circle.outline").count() <= FEW
    context.close()
