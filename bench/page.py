"""How soon the page draws what a shared link asks for, and what it weighs.

    python -m bench.page http://127.0.0.1:8000

opens links of a running service in a real Chromium, each time in a fresh context with an empty
cache. *Drawn* is the moment at which the browser has painted the diagram, counted from the start
of the navigation: the page marks it. A thousand neighbours are made up and handed to the page in
place of the service's answers, since no seed has that many.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from bench import table

LINKS: Final = {
    "six steps, one click from the start": {"source": "paclitaxel", "target": "lung metastasis"},
    "paths of both signs": {"source": "neutrophil", "target": "tumour growth"},
    "around one entity": {"view": "entity", "entity": "neutrophil"},
}
CROWD: Final = 1_000
ROWS: Final = 10_000
DRAGS: Final = 120
"""Moves of the pointer, one a frame where the frames keep up."""
SIZE: Final = {"width": 1280, "height": 900}
SETTLED_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Weight:
    """What was fetched, in requests and bytes, from the opening of a link."""

    requests: int
    transferred: int
    """As sent, headers included."""
    whole: int
    """As it is once unpacked."""


FETCHED: Final = """(until) => {
  const all = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .filter((one) => one.startTime <= until);
  const sum = (name) => all.reduce((total, one) => total + one[name], 0);
  return {requests: all.length, transferred: sum("transferSize"), whole: sum("decodedBodySize")};
}"""
DRAWN: Final = """() => performance.getEntriesByName("drawn")[0]?.startTime ?? null"""
MIDDLE: Final = """() =>
  document.querySelector(".mapbox").map.cy.nodes("[?middle]").renderedPosition()"""
FRAMES: Final = """() => {
  globalThis.frames_ = [];
  let last = null;
  const tick = (now) => {
    if (last !== null) globalThis.frames_.push(now - last);
    last = now;
    if (globalThis.frames_) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""


def measure(base: str, *, times: int) -> None:
    """Print the tables for the service at `base`."""
    with _chromium() as browser:
        table.head("From opening a shared link to its diagram, empty cache")
        weights: dict[str, tuple[Weight, Weight]] = {}
        for name, state in LINKS.items():
            seconds: list[float] = []
            for turn in range(times + 1):
                drawn, *weighed = _open(browser, f"{base}/?{urlencode(state)}")
                if turn:  # the first one also wakes the service
                    seconds.append(drawn)
                weights[name] = (weighed[0], weighed[1])
            table.row(name, seconds)
        print()
        for name, (before, after) in weights.items():
            table.line(name, _weighed(before))
            table.line("  and what comes after, in peace", _weighed(after))
        _measure_table(browser, base, times=times)
        _measure_crowd(browser, base, times=times)


def _weighed(weight: Weight) -> str:
    return (
        f"{weight.requests} requests, {weight.transferred / 1e3:,.0f} kB sent, "
        f"{weight.whole / 1e3:,.0f} kB unpacked"
    )


def _open(browser: Browser, url: str) -> tuple[float, Weight, Weight]:
    """Seconds until it is drawn, what was fetched until then, and in all."""
    with _visit(browser) as context:
        page = context.new_page()
        page.goto(url)
        page.wait_for_function(DRAWN, timeout=SETTLED_MS)
        drawn: float = page.evaluate(DRAWN)
        page.wait_for_load_state("networkidle")
        before = Weight(**page.evaluate(FETCHED, drawn))
        after = Weight(**page.evaluate(FETCHED, float("1e9")))
    return drawn / 1e3, before, after


# --- ten thousand rows ---------------------------------------------------------------------------

SORTED: Final = """async (column) => {
  const head = [...document.querySelectorAll(".datatable .sorter")]
    .find((one) => one.textContent === column);
  const begun = performance.now();
  head.click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""
"""Milliseconds from a click on a column's name until the sorted rows are painted."""


def _measure_table(browser: Browser, base: str, *, times: int) -> None:
    title = f"A table of {ROWS:,} rows, from a click to its rows in order"
    table.head(title)
    with _visit(browser) as context:
        page = context.new_page()
        known = page.request.get(f"{base}/v1/interventions?limit=100").json()
        items = [
            known["items"][number % len(known["items"])]
            | {"id": f"made-up.{number}", "name": f"intervention {number * 7919 % ROWS}"}
            for number in range(ROWS)
        ]
        body = json.dumps(known | {"items": items, "next": None, "total": ROWS})
        page.route(
            "**/v1/interventions?*",
            lambda route: route.fulfill(body=body, content_type="application/json"),
        )
        page.goto(f"{base}/?view=interventions")
        page.wait_for_selector(".datatable tbody tr", timeout=SETTLED_MS)
        for column in ("intervention", "year"):
            seconds = [page.evaluate(SORTED, column) / 1e3 for _ in range(times + 1)]
            table.row(f"by {column}", seconds[1:])


# --- a thousand neighbours -----------------------------------------------------------------------


def _measure_crowd(browser: Browser, base: str, *, times: int) -> None:
    title = f"{CROWD:,} neighbours"
    table.head(title)
    drawn: list[float] = []
    frames: dict[str, list[float]] = {"a frame while the map is moved": []}
    frames["a frame while the entity in the middle is dragged"] = []
    for _ in range(max(2, times // 4)):
        with _visit(browser) as context:
            page = context.new_page()
            _make_up(page, base)
            page.goto(f"{base}/?view=entity&entity=hub")
            page.wait_for_function(DRAWN, timeout=SETTLED_MS)
            drawn.append(page.evaluate(DRAWN) / 1e3)
            page.wait_for_load_state("networkidle")
            box = page.locator(".mapbox")
            box.scroll_into_view_if_needed()
            place = box.bounding_box()
            assert place is not None, "the map has no place"
            left, top = place["x"], place["y"]
            middle = page.evaluate(MIDDLE)
            starts = ((left + 12, top + 12), (left + middle["x"], top + middle["y"]))
            for name, start in zip(frames, starts, strict=True):
                frames[name] += _drag(page, *start)
    table.row("opened until drawn", drawn)
    for name, seconds in frames.items():
        table.row(name, seconds, f"{np.mean(np.asarray(seconds) < 0.05):.0%} below 50 ms")


def _drag(page: Page, x: float, y: float) -> list[float]:
    """Seconds between frames while the pointer moves."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    for number in range(DRAGS):
        page.mouse.move(x + 2 * (number % 40), y + number % 30)
    page.mouse.up()
    found: list[float] = page.evaluate(
        "() => { const found = globalThis.frames_; globalThis.frames_ = null; return found; }"
    )
    return [one / 1e3 for one in found]


def _make_up(page: Page, base: str) -> None:
    """Answer for something with a thousand neighbours in place of the service."""
    ask = page.request
    card = ask.get(f"{base}/v1/entities/neutrophil").json()
    around = ask.get(f"{base}/v1/statements?entity={quote(card['id'])}&limit=100").json()
    hub = {"id": "itm:hub", "name": "hub", "kind": "Protein"}
    causal = [one for one in around["items"] if one["sign"]]
    items: list[dict[str, Any]] = []
    for number in range(CROWD):
        other = {"id": f"itm:n{number}", "name": f"neighbour {number}", "kind": "Cell"}
        ends = (hub, other) if number % 2 else (other, hub)
        items.append(
            causal[number % len(causal)]
            | {"id": f"{number:016x}", "subject": ends[0], "object": ends[1]}
        )
    bodies = {
        "**/v1/entities/hub": card | hub,
        "**/v1/statements?*": around | {"items": items, "next": None, "total": CROWD},
    }
    for pattern, body in bodies.items():
        text = json.dumps(body)

        def fulfil(route: Route, *, text: str = text) -> None:
            route.fulfill(body=text, content_type="application/json")

        page.route(pattern, fulfil)


# --- the browser -----------------------------------------------------------------------------


@contextmanager
def _chromium() -> Generator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--disable-gpu", *as_root]
        )
        print(f"Chromium {browser.version}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        yield browser
        browser.close()


@contextmanager
def _visit(browser: Browser) -> Generator[BrowserContext]:
    context = browser.new_context(viewport=SIZE)  # pyright: ignore[reportArgumentType] # two ints
    yield context
    context.close()


def main() -> None:
    """Measure the service that runs at an address."""
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__)
    parser.add_argument("url", help="where the service answers")
    parser.add_argument("--times", type=int, default=20, help="openings of each link")
    given = parser.parse_args()
    measure(given.url.rstrip("/"), times=given.times)


if __name__ == "__main__":
    main()
