"""Pictures of the main views, taken from a running service.

    python tests/page/screenshots.py http://127.0.0.1:8000 FOLDER

writes one PNG a view into FOLDER, at the size in which README shows them.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright


@dataclass(frozen=True, slots=True)
class Shot:
    """One view, as one person sees it."""

    state: dict[str, str]
    scheme: Literal["light", "dark"] = "light"
    width: int = 1400


CHAIN: Final = {"source": "paclitaxel", "target": "lung metastasis"}
SHOTS: Final = {
    "start": Shot({}),
    "paths": Shot(CHAIN),
    "paths-dark": Shot(CHAIN, scheme="dark"),
    "paths-phone": Shot(CHAIN, width=390),
    "knock-out": Shot({**CHAIN, "without": "annexin A6"}),
    "entity": Shot({"view": "entity", "entity": "neutrophil"}),
    "conflicts": Shot({"view": "conflicts"}),
}


def take(base: str, folder: Path) -> None:
    """Every shot into the folder, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--disable-gpu", *as_root]
        )
        for name, shot in SHOTS.items():
            context = browser.new_context(
                viewport={"width": shot.width, "height": 900},
                color_scheme=shot.scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(f"{base.rstrip('/')}/?{urlencode(shot.state)}")
            page.wait_for_selector("#view h1")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    take(sys.argv[1], Path(sys.argv[2]))
