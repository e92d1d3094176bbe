"""The page in a real browser, on a real service, on a real Neo4j.

The graph holds the founding sources, two papers that contradict each other and one that
contradicts itself, and a source of our own: a name with markup in it, and something with a
thousand neighbours.
"""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

import neo4j
import pytest
import uvicorn
import yaml
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader
from immunograph.web.app import create_app

PAPERS: Final = ("fridlender-2009", "lin-2007", "stockmann-2008")
MARKUP: Final = '<img src=x onerror="document.title=1"> & <b>bold</b>'
CROWD: Final = 1_000
FLAGS: Final = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
INSTALL: Final = (
    "No Chromium: install one with `apt-get install chromium`, or with "
    "`python -m playwright install chromium`."
)
Scheme = Literal["light", "dark"]
PATIENCE: Final = 20_000
"""Milliseconds; a busy machine is slow now and then."""
expect.set_options(timeout=PATIENCE)


# --- the service -----------------------------------------------------------------------------


class Running:
    """A service that can go away and come back at the same address."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._service: Service | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def service(self) -> Service:
        """What it answers from."""
        assert self._service is not None, "nothing to serve"
        return self._service

    def serve(self, service: Service) -> None:
        """Answer from this service."""
        self._service = service
        self.start()

    def start(self) -> None:
        """Answer, for the first time or again."""
        config = uvicorn.Config(
            create_app(self.service), host="127.0.0.1", port=self.port, ws="none",
            log_level="warning", timeout_graceful_shutdown=2,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive() and time.monotonic() < until, "the service did not start"
            time.sleep(0.02)
        self._server, self._thread = server, thread

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=30)
        self._server = self._thread = None


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seed of its own: shipped sources, and the one that only these tests need."""
    home = tmp_path_factory.mktemp("seed")
    shipped = folder("seed")
    for name in ("vocabulary.yaml", "entities.yaml"):
        shutil.copy(shipped / name, home / name)
    shutil.copytree(shipped / "founding", home / "founding")
    (home / "papers").mkdir()
    for paper in PAPERS:
        shutil.copy(shipped / "literature" / f"{paper}.yaml", home / "papers")
    (home / "papers" / "crowd.yaml").write_text(yaml.safe_dump(_crowd()), encoding="utf-8")
    return home


def _crowd() -> dict[str, Any]:
    """A source on something with many neighbours, and on a name with markup in it."""
    grounding = {"status": "local", "where": "made for a test"}

    def entity(number: int, name: str) -> dict[str, Any]:
        return {
            "id": f"itm:crowd-{number}",
            "name": name,
            "kind": "Protein",
            "grounding": grounding,
        }

    def statement(subject: str, predicate: str, object_: str) -> dict[str, Any]:
        says = {"says": f"{subject} acts on {object_}.", "basis": "asserted"}
        return {"subject": subject, "predicate": predicate, "object": object_, "evidence": [says]}

    names = [f"neighbour {number}" for number in range(CROWD)]
    statements = [
        statement(name, "promotes", "hub") if n % 2 else statement("hub", "inhibits", name)
        for n, name in enumerate(names)
    ]
    return {
        "id": "crowd",
        "type": "curator",
        "tier": "curator",
        "traceability": "none",
        "title": "A source made for a test",
        "study": None,
        "study_note": "made for a test",
        "curator": "a test",
        "curated": "2026-01-01",
        "entities": [
            entity(CROWD, "hub"),
            entity(CROWD + 1, MARKUP),
            *(entity(number, name) for number, name in enumerate(names)),
        ],
        "statements": [*statements, statement(MARKUP, "promotes", "metastasis")],
    }


@pytest.fixture(scope="module")
def page_graph(graph: Graph, driver: neo4j.Driver, shelf: Path) -> Graph:
    """The graph that the page is looked at with."""
    with driver.session(database="neo4j") as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
    seed = read_seed(shelf)
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    loader.put_all(seed.contributions, seed.vocabulary)
    return graph


@pytest.fixture(scope="module")
def running(page_graph: Graph) -> Generator[Running]:
    """The service, answering."""
    service = Service(page_graph, catalogue=Catalogue.read(folder("queries")))
    service.refresh()
    running = Running()
    running.serve(service)
    yield running
    running.stop()


# --- the browser -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """A Chromium: the one on PATH, else playwright's own."""
    with sync_playwright() as playwright:
        browser = _launch(playwright.chromium)
        yield browser
        browser.close()


def _launch(chromium: BrowserType) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and not Path(chromium.executable_path).exists():
        if os.environ.get("CI"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return chromium.launch(executable_path=found, args=[*FLAGS, *as_root])


class Visit:
    """One person at the page; remembers what the browser complained of and asked for."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.context = context
        self.base = base
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.expected: tuple[str, ...] = ()
        """Beginnings of complaints that the test itself brings about."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def open(self, **state: str | list[str]) -> Page:
        """Open the page at a state, and wait until it stands still."""
        query = urlencode(state, doseq=True)
        self.page.goto(f"{self.base}/{'?' + query if query else ''}")
        self.page.wait_for_selector("#view h1")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def check(self) -> None:
        """Nothing was complained of, and nothing was asked of another machine."""
        here = urlsplit(self.base).netloc
        elsewhere = [
            url for url in self.asked
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != here
        ]  # fmt: skip
        assert elsewhere == []
        assert [
            text for text in self.complaints if not text.startswith(self.expected or "\0")
        ] == []


Visitor = Callable[..., Visit]


@pytest.fixture
def visitor(browser: Browser, running: Running) -> Iterator[Visitor]:
    """People to come; each leaves without a complaint."""
    visits: list[Visit] = []

    def come(*, scheme: Scheme = "light", width: int = 1280, height: int = 900) -> Visit:
        context = browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        visits.append(Visit(context, running.url))
        return visits[-1]

    yield come
    for visit in visits:
        visit.context.close()
    for visit in visits:
        visit.check()


@pytest.fixture
def visit(visitor: Visitor) -> Visit:
    """One person at a desk, in the light."""
    return visitor()


@pytest.fixture
def interrupted(running: Running) -> Callable[[], Any]:
    """The service is away within this, and back after it."""

    @contextmanager
    def away() -> Generator[None]:
        running.stop()
        try:
            yield
        finally:
            running.start()

    return away
