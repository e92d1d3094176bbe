"""What one does in Neo4j Browser: connect, take our colours, click a query of the guide, run it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from immunograph.store.local import Engine

CELL = "#f5c6dc"
FIRST = "MATCH (e:Entity)-[r:PROMOTES|INHIBITS]"
PATIENCE = 60_000  # milliseconds


def connect(page: Page, engine: Engine) -> None:
    """Open Neo4j Browser and sign in; user name, guide and style come by themselves."""
    page.goto(engine.browser)
    expect(page.get_by_test_id("username")).to_have_value(engine.username, timeout=PATIENCE)
    page.get_by_test_id("password").fill(engine.password.get_secret_value())
    page.get_by_test_id("connect").click()
    expect(page.locator("pre", has_text=FIRST)).to_be_visible(timeout=PATIENCE)


def draw_mechanisms(page: Page) -> None:
    """Run the guide's first query, until its graph is drawn."""
    run(page, FIRST)
    expect(page.locator(f"svg circle[fill='{CELL}']").first).to_be_visible(timeout=PATIENCE)


def run(page: Page, text: str) -> None:
    """Click a query of the guide into the editor, and run it."""
    page.locator("pre", has_text=text).first.click()
    page.get_by_test_id("editor-Run").first.click()
