"""The pictures of README, taken from a running service and its Neo4j Browser.

    python tests/page/screenshots.py http://127.0.0.1:8000 FOLDER [NAME …]

writes one PNG a view into FOLDER, at the size in which README shows them; names choose some. The
Neo4j must be the local one of the same settings, whose password is at hand.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

import neo4j_browser
from playwright.sync_api import Browser, sync_playwright

from immunograph.settings import Settings
from immunograph.store import local


@dataclass(frozen=True, slots=True)
class Shot:
    """One view, as one person sees it."""

    state: dict[str, str]
    scheme: Literal["light", "dark"] = "light"
    width: int = 1400
    height: int = 1000


SHOTS: Final = {
    "paths": Shot({"source": "paclitaxel", "target": "lung metastasis"}),
    "entity": Shot({"view": "entity", "entity": "neutrophil"}),
    "conflicts": Shot({"view": "conflicts"}),
}
NEO4J_BROWSER: Final = "neo4j-browser"


def take(base: str, folder: Path, names: list[str]) -> None:
    """The shots of these names into the folder, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--disable-gpu", *as_root]
        )
        for name in names:
            if name == NEO4J_BROWSER:
                _take_neo4j_browser(browser, folder)
            else:
                _take_view(browser, base, folder, name)
        browser.close()


def _take_view(browser: Browser, base: str, folder: Path, name: str) -> None:
    shot = SHOTS[name]
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{base.rstrip('/')}/?{urlencode(shot.state)}")
    page.wait_for_selector("#view h1")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"{name}.png")
    context.close()


def _take_neo4j_browser(browser: Browser, folder: Path) -> None:
    """The guide's first query in our colours, its guide below it."""
    with local.engine(Settings.model_validate({})) as engine:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        neo4j_browser.connect(page, engine)
        neo4j_browser.draw_mechanisms(page)
        page.wait_for_timeout(4_000)  # until the nodes have found their places
        page.screenshot(path=folder / f"{NEO4J_BROWSER}.png")
        context.close()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    take(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or [*SHOTS, NEO4J_BROWSER])
