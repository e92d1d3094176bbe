"""Where the parts are put together: settings → a connected graph, loaded, and its service."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

from immunograph import __version__, folders, garbage
from immunograph.errors import BadSource, Fault, NotFound
from immunograph.search import determinacy, kernel, weighing
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE
from immunograph.seeds.folder import Seed, read_home, read_seed, seed_home
from immunograph.seeds.reading import Reader
from immunograph.service import EMPTY, Service
from immunograph.service.state import State, read_state
from immunograph.service.writing import Writing
from immunograph.settings import Settings
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.loader import Load, Loader
from immunograph.store.loads import loads_by
from immunograph.store.present import Held, Present, known_of

if TYPE_CHECKING:
    from rich.console import Console

    from immunograph.store import local


def _silent(text: str) -> None: ...


def _uncounted(source: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Reporter:
    """How those who wait are told: what is done, and each source as it is loaded."""

    say: Callable[[str], None] = _silent
    loaded: Callable[[str, int, int], None] = _uncounted
    """The source, how many are loaded, and of how many."""
    going_on: Callable[[], bool] = lambda: True
    """Whether to load the next; asked before each."""
    console: Console | None = None
    """Where the fetch of the local Neo4j draws its bar; None: standard error."""


SILENT = Reporter()
LARGE: Final = 20_000
"""Statements of a graph that another process reads, where no library tells of it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """An open graph, and how people get at it."""

    graph: Graph
    uri: str
    database: str
    engine: local.Engine | None
    """The local Neo4j; None where NEO4J_URI names another."""
    restart: Callable[[bool], bool] = lambda broken: False
    """Starts the local Neo4j again where it was killed, or is broken; whether it did."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A service that is ready to answer."""

    connection: Connection
    service: Service
    loads: tuple[Load, ...]
    """What was loaded just now, because the graph was empty."""
    writing: Writing


@contextmanager
def connected(
    settings: Settings, *, reporter: Reporter = SILENT, guide_url: str | None = None
) -> Generator[Connection]:
    """The graph that the settings name: a Neo4j of one's own, else the local one.

    The local one is started if need be; `guide_url` is the guide that its Browser opens. Raises
    EngineSetup or EngineUnavailable.
    """
    if settings.neo4j_uri is not None:
        graph = Graph.connect(
            settings.neo4j_uri,
            username=settings.neo4j_username,
            password=settings.neo4j_password.get_secret_value(),
            database=settings.neo4j_database,
        )
        with graph:
            yield Connection(graph, settings.neo4j_uri, settings.neo4j_database, None)
        return
    from immunograph.store import local  # noqa: PLC0415 # slow, and of no use to the one above

    if not local.status(settings).running:
        reporter.say("Starting the local Neo4j …")
    with local.engine(settings, guide_url=guide_url, console=reporter.console) as engine:
        graph = Graph.connect(
            engine.uri,
            username=engine.username,
            password=engine.password.get_secret_value(),
        )
        with graph:

            def restart(broken: bool) -> bool:
                return local.restart_if_ended(settings, broken=broken, guide_url=guide_url)

            yield Connection(graph, engine.uri, "neo4j", engine, restart)


def loader_of(graph: Graph, settings: Settings) -> Loader:
    """A loader that goes on from the libraries of this machine, where they tell what there is."""
    return Loader(
        graph,
        schema=folders.folder("schema"),
        start=partial(known_of, graph, folder=settings.libraries),
    )


def laid_out(graph: Graph, settings: Settings, offered: Held | None = None) -> State:
    """The state of the graph, its library written for all processes that will serve it.

    `offered` is what was loaded just now. Raises NotFound where nothing is loaded.
    """
    known = _laid_out_apart(graph, settings) if offered is None else None
    with garbage.unsought():
        state = read_state(
            graph, held=None, offered=offered, folder=settings.libraries, known=known
        )
    if state is None:
        raise NotFound(EMPTY)
    return state


def _laid_out_apart(graph: Graph, settings: Settings) -> Present | None:
    """Have another process read a large graph that no library tells of yet.

    It takes a hundred times the memory that its library does, and gives it back by its end. Where
    libraries do tell of a large graph, what they tell.
    """
    stored = graph.snapshot()
    if stored is None or stored["statements"] < LARGE:
        return None
    with garbage.unsought():
        known = known_of(graph, folder=settings.libraries)
    if known is not None:
        return known
    reader = get_context("spawn").Process(target=_lay_out, args=(settings,), daemon=True)
    reader.start()
    try:
        reader.join()
    finally:
        reader.terminate()  # also after Ctrl-C
    if reader.exitcode:
        log.warning("The process that laid out the graph ended with %s.", reader.exitcode)
    return None


def _lay_out(settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that waits for it ends it
    with connected(settings) as connection, garbage.unsought():
        read_state(connection.graph, held=None, offered=None, folder=settings.libraries)


@contextmanager
def opened(
    settings: Settings,
    *,
    reporter: Reporter = SILENT,
    guide_url: str | None = None,
    serving: bool = False,
) -> Generator[Opened]:
    """A service over the graph that the settings name; an empty graph is given the seed first.

    A first load that was broken off is completed.
    `serving` lays constraints and indexes even where the graph is not empty, and refuses a
    database that also holds something else. Raises EngineSetup, EngineUnavailable or BadSource.
    """
    if serving:
        # The engine takes as long to start; no question is to wait for a compiler.
        kernel.compile_in_background()
        determinacy.compile_in_background()
        weighing.compile_in_background()
    with connected(settings, reporter=reporter, guide_url=guide_url) as connection:
        graph = connection.graph
        service = Service(
            graph,
            catalogue=Catalogue.read(folders.folder("queries")),
            documents=settings.documents,
            report_to=settings.report_to,
            browser=connection.engine.browser if connection.engine else None,
            libraries=settings.libraries,
        )
        loader = Loader(
            graph, schema=folders.folder("schema"), offer=service.offer, start=service.present
        )
        loads = filled(connection, loader, settings, reporter=reporter, serving=serving)
        known = None
        if loads:
            service.offer(loader.read())
        elif serving:
            known = _laid_out_apart(graph, settings)
        service.refresh(known)
        # It goes on from what the service holds.
        loader.forget()
        if serving:
            garbage.give_back()
        writing = Writing(graph, loader=loader, home=seed_home(_seed_folder(settings)))
        yield Opened(connection, service, loads, writing)


def filled(
    connection: Connection,
    loader: Loader,
    settings: Settings,
    *,
    reporter: Reporter = SILENT,
    serving: bool = False,
) -> tuple[Load, ...]:
    """Give an empty graph the seed, or finish that; what was loaded. `serving` as in `opened`."""
    unfinished = _is_unfinished(connection.graph, settings)
    if unfinished or serving:
        loader.prepare()
    if not unfinished:
        return ()
    seed = read_sources(_seed_folder(settings))
    return load(loader, seed, by=_first_loader(settings), reporter=reporter)


def _seed_folder(settings: Settings) -> Path:
    """What an empty graph is given."""
    return settings.seed or folders.folder("seed")


def _first_loader(settings: Settings) -> str:
    """Who loads an empty graph, as its records name it."""
    what = "shipped seed" if settings.seed is None else f"seed folder {settings.seed.name}"
    return f"{what} {__version__}"


def _is_unfinished(graph: Graph, settings: Settings) -> bool:
    """Whether the graph is empty, or its first load by this version was broken off.

    Once anybody else has loaded anything, the graph is theirs and left as it is.
    """
    loads = loads_by(graph)
    ours = loads.pop(_first_loader(settings), 0)
    return not loads and (not ours or ours < _sources_under(_seed_folder(settings)))


def _sources_under(folder: Path) -> int:
    """How many source files there are, without reading them."""
    shared = (VOCABULARY_FILE, ENTITIES_FILE)
    return sum(1 for path in folder.rglob("*.yaml") if path.name not in shared)


def read_sources(path: Path, *, documents: Path | None = None) -> Seed:
    """One seed file, or every one under a folder, over the nearest vocabulary and entities.

    With `documents`, every locator is checked against the text. Raises BadSource with every fault.
    """
    if not path.exists():
        raise BadSource([Fault(str(path), 1, 1, "there is no such file or folder")])
    if path.is_dir():
        return read_seed(path, documents=documents)
    vocabulary, entities, faults = read_home(seed_home(path.parent))
    reader = Reader(vocabulary, entities, documents=documents)
    contribution = reader.read(path.read_bytes(), str(path))
    faults += [*reader.take_faults(), *reader.cross_faults()]
    if faults or contribution is None:
        raise BadSource(faults)
    return Seed(vocabulary, entities, (contribution,), reader.files)


def load(loader: Loader, seed: Seed, *, by: str, reporter: Reporter = SILENT) -> tuple[Load, ...]:
    """Load what a seed says, source by source."""
    total = len(seed.contributions)
    done = 0

    def count(source: str) -> None:
        nonlocal done
        done += 1
        reporter.loaded(source, done, total)

    loads = loader.put_all(
        seed.contributions,
        seed.vocabulary,
        by=by,
        progress=count,
        going_on=reporter.going_on,
    )
    return tuple(loads)
