"""What everything costs by the size of the graph, through the commands and routes people use.

For each size a new graph is loaded from generated files, served from the graph alone and with its
library, asked, changed over HTTP and by commands. The sizes stand beside each other at the end.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Final
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import numpy as np

from bench import http, table
from bench.seeds import STATEMENTS, write_seed
from immunograph.composition import connected
from immunograph.settings import Settings
from immunograph.store.graph import Graph
from immunograph.store.keys import new_key

LATE: Final = 3
"""Sources that are kept back: one for commands, two for HTTP."""
BUSY: Final = """MATCH (e:Entity) WHERE e.id STARTS WITH 'itm:factor-'
RETURN e.name AS name ORDER BY COUNT { (e)--() } DESC, name"""
"""Generated entities, those of which most is said first."""
SEEN_SECONDS: Final = 120.0
"""How long another process may take to see a change."""
FILTERS: Final = (
    "species=mouse",
    "species=human",
    "study_system=human",
    "study_system=animal",
    "site=lung",
    "min_belief=0.7",
    "tier=primary",
    "disease=melanoma",
)


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each kind of question is asked."""

    paths: int
    pages: int
    mixed: int


THOROUGH: Final = Effort(paths=300, pages=100, mixed=10_000)
QUICK: Final = Effort(paths=60, pages=20, mixed=300)


@dataclass(slots=True)
class Figures:
    """What was measured at one size, by name, as it is shown."""

    shown: dict[str, str] = field(default_factory=dict[str, str])

    def tell(self, name: str, value: str, note: str = "") -> None:
        """Keep a figure, and print it at once: a large size takes long."""
        self.shown[name] = value
        table.line(name, value, note)

    def times(self, name: str, seconds: list[float]) -> None:
        """Keep the median and the 99th percentile."""
        middle, late = np.percentile(seconds, [50, 99])
        self.tell(name, f"{1e3 * middle:,.0f} / {1e3 * late:,.0f} ms", f"{len(seconds)} asked")


@dataclass(frozen=True, slots=True)
class Run:
    """A command that came to its end."""

    seconds: float
    processor_seconds: float
    megabytes: float
    """The most that it held in memory."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one size keeps its graph, its libraries and its files."""

    work: Path
    cache: Path

    @property
    def seed(self) -> Path:
        """The folder of the generated files."""
        return self.work / "seed"

    @property
    def environment(self) -> dict[str, str]:
        """Of commands: only this place is used."""
        own = {
            "IMMUNOGRAPH_DATA_DIR": str(self.work / "data"),
            "IMMUNOGRAPH_CACHE_DIR": str(self.cache),
            "IMMUNOGRAPH_SEED": str(self.seed),
        }
        kept = {name: value for name, value in os.environ.items() if name != "NEO4J_URI"}
        return {**kept, **own}

    @property
    def settings(self) -> Settings:
        """Of this place, for what is done in this process."""
        return Settings.model_validate(
            {"data_dir": self.work / "data", "cache_dir": self.cache, "neo4j_uri": None}
        )


def measure(work: Path, sizes: Iterable[int], *, quick: bool) -> None:
    """Measure graphs of so many sources each, one after the other."""
    found: dict[int, Figures] = {}
    for sources in sizes:
        found[sources] = Figures()
        place = Place(work / f"scale-{sources}", work / "scale-cache")
        _measure(place, sources, QUICK if quick else THOROUGH, found[sources])
        shutil.rmtree(place.work)
    _beside(found)


def _beside(found: dict[int, Figures]) -> None:
    print(f"\nBy the size of the graph\n{'=' * 90}")
    heads = "".join(f"{f'{STATEMENTS * sources:,}':>20}" for sources in found)
    print(f"  {'statements made':{table.WIDTH - 2}}{heads}")
    for name in dict.fromkeys(name for one in found.values() for name in one.shown):
        values = "".join(f"{one.shown.get(name, '–'):>20}" for one in found.values())
        print(f"  {name:{table.WIDTH - 2}}{values}")


def _measure(place: Place, sources: int, effort: Effort, told: Figures) -> None:
    files = write_seed(place.seed, sources + LATE)
    outside = place.seed / "late"
    outside.mkdir()
    late = [file.rename(outside / file.name) for file in files[-LATE:]]
    statements = sources * STATEMENTS
    print(f"\n{sources:,} sources that make {statements:,} statements\n{'=' * 90}")
    with connected(place.settings) as connection:
        load = _run(place, "seed", "load", place.seed / "sources")
        [held] = connection.graph.read(
            "MATCH (s:Snapshot) RETURN s.statements AS statements, s.entities AS entities LIMIT 1"
        )
        known = [row["name"] for row in connection.graph.read(BUSY)]
        told.tell("statements that differ", f"{held['statements']:,}")
        told.tell("first load", f"{load.seconds:,.0f} s", f"{statements / load.seconds:,.0f}/s")
        told.tell("its memory at most", f"{load.megabytes:,.0f} MB")
        told.tell("its processor", f"{load.processor_seconds:,.0f} s")
        shutil.rmtree(place.settings.libraries, ignore_errors=True)
        with http.started(place.environment) as (port, _, seconds):
            told.tell("ready, from the graph alone", f"{seconds:.1f} s")
            http.wait_until_compiled(port)
        with http.started(place.environment) as (port, pid, seconds):
            told.tell("ready, with its library", f"{seconds:.1f} s")
            told.tell("own memory, ready", f"{_own(pid):,.0f} MB")
            _ask(port, pid, known, effort, told)
            key = new_key(connection.graph, "bench")
            with http.started(place.environment) as (other, _, _):
                _post(port, other, late[1:], key, told)
        library = sum(file.stat().st_size for file in place.settings.libraries.iterdir())
        told.tell("libraries on disk", f"{library / 1e6:,.0f} MB")
        _change(place, connection.graph, late[0], told)
        _ask_in_terminal(place, known, told)


# --- questions over HTTP -----------------------------------------------------------------------


def _ask(port: int, pid: int, known: list[str], effort: Effort, told: Figures) -> None:
    pairs = _pairs(known)
    busy = [quote(name) for name in known[:4]]
    new = [f"/v1/paths?source={a}&target={b}" for a, b in islice(pairs, effort.paths)]
    plain = f"/v1/paths?source={busy[0]}&target={busy[1]}"
    told.tell("first path answer", f"{1e3 * _seconds(port, plain):,.0f} ms")
    told.times("path never asked for, p50 / p99", [_seconds(port, one) for one in new])
    plain = f"/v1/paths?source={busy[2]}&target={busy[3]}"
    told.times("filter never used", [_seconds(port, f"{plain}&{one}") for one in FILTERS])
    after = [
        _seconds(port, f"/v1/paths?source={a}&target={b}&{one}")
        for one, (a, b) in zip(islice(cycle(FILTERS), effort.pages), pairs, strict=False)
    ]
    told.times("path under a filter used before", after)
    without = [f"{plain}&without=source:paper-{number:05}" for number in range(8)]
    told.times("without one source, never asked", [_seconds(port, one) for one in without])
    searches = [f"/v1/entities?q={quote(name)}" for name in known[: effort.pages]]
    told.times("entities by name", [_seconds(port, one) for one in searches])
    told.tell("first page of statements", f"{1e3 * _seconds(port, '/v1/statements'):,.0f} ms")
    told.times("further pages of statements", list(_pages(port, effort.pages)))
    for name, path in (
        ("first page of conflicts", "/v1/conflicts"),
        ("first page of sources", "/v1/sources"),
        ("open questions of one entity", f"/v1/open-questions?entity={busy[0]}"),
        ("open questions of the whole graph", "/v1/open-questions"),
    ):
        told.tell(name, f"{_seconds(port, path):,.2f} s")
    told.tell("own memory, asked all that", f"{_own(pid):,.0f} MB")
    with _most(pid) as most:
        seconds = _seconds(port, "/v1/export?format=json", read=_skim)
    told.tell("export as JSON", f"{seconds:,.1f} s")
    told.tell("own memory at most meanwhile", f"{most():,.0f} MB")
    _mixed(port, known, effort.mixed)
    told.tell(f"own memory, {effort.mixed:,} mixed questions more", f"{_own(pid):,.0f} MB")


def _pairs(known: list[str]) -> Iterator[tuple[str, str]]:
    """Two entities each, as they stand in an address; those that are spoken of much come often."""
    chance = Random(7)
    weights = [1 / (rank + 20) ** 0.6 for rank in range(len(known))]
    while True:
        source, target = chance.choices(known, weights, k=2)
        if source != target:
            yield quote(source), quote(target)


def _mixed(port: int, known: list[str], count: int) -> None:
    """Questions of all kinds, most of them never asked."""
    chance = Random(17)
    kinds: tuple[Callable[[str, str], str], ...] = (
        lambda a, b: f"/v1/paths?source={a}&target={b}",
        lambda a, b: f"/v1/effect?source={a}&target={b}",
        lambda a, b: f"/v1/paths?source={a}&target={b}&{chance.choice(FILTERS)}",
        lambda a, _: f"/v1/influence?entity={a}&max_steps=3&limit=20",
        lambda a, _: f"/v1/entities/{a}",
        lambda a, _: f"/v1/entities?q={a}",
        lambda a, b: f"/v1/blockers?source={a}&target={b}",
        lambda a, b: f"/v1/paths?source={a}&target={b}&min_belief=0.{chance.randrange(10, 90)}",
    )
    for kind, (a, b) in zip(islice(cycle(kinds), count), _pairs(known), strict=False):
        try:
            http.ask(port, kind(a, b))
        except HTTPError as refused:
            if refused.code not in (404, 422, 503):
                raise


def _pages(port: int, count: int) -> Iterator[float]:
    """The seconds of one page of statements after the other."""
    path = "/v1/statements?limit=50"
    cursor = json.loads(http.ask(port, path))["next"]
    for _ in range(count):
        if cursor is None:
            return
        begun = time.perf_counter()
        body = http.ask(port, f"{path}&cursor={quote(cursor)}")
        yield time.perf_counter() - begun
        cursor = json.loads(body)["next"]


def _seconds(port: int, path: str, *, read: Callable[[int, str], object] = http.ask) -> float:
    begun = time.perf_counter()
    read(port, path)
    return time.perf_counter() - begun


def _skim(port: int, path: str) -> None:
    """Read an answer to its end and keep nothing of it."""
    with urlopen(f"http://{http.HOST}:{port}{path}", timeout=3_600) as answer:
        while answer.read(1 << 20):
            pass


def _post(port: int, other: int, files: list[Path], key: str, told: Figures) -> None:
    """Load sources over HTTP, until another process tells of them."""
    posted: list[float] = []
    seen: list[float] = []
    for file in files:
        begun = time.perf_counter()
        _send(port, file.read_bytes(), key=key)
        posted.append(time.perf_counter() - begun)
        while not _has(other, f"/v1/sources/{file.stem}"):
            if time.perf_counter() - begun > SEEN_SECONDS:
                raise TimeoutError(f"{file.stem} was posted, and no other process tells of it.")
            time.sleep(0.02)
        seen.append(time.perf_counter() - begun)
    told.tell("POST of one source", f"{max(posted):.2f} s", f"the slower of {len(posted)}")
    told.tell("until another process tells of it", f"{max(seen):.2f} s")


def _send(port: int, body: bytes, *, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/yaml"}
    url = f"http://{http.HOST}:{port}/v1/sources"
    with urlopen(Request(url, data=body, headers=headers, method="POST"), timeout=600) as answer:
        answer.read()


def _has(port: int, path: str) -> bool:
    try:
        http.ask(port, path)
    except HTTPError as missing:
        if missing.code != 404:
            raise
        return False
    return True


# --- commands ----------------------------------------------------------------------------------


def _change(place: Place, graph: Graph, late: Path, told: Figures) -> None:
    """One source and one study, by commands."""
    [study] = graph.read("MATCH (s:Study) RETURN s.id AS id ORDER BY id LIMIT 1")
    for name, command in (
        ("seed diff of one source", ("seed", "diff", late)),
        ("seed load of one source", ("seed", "load", late)),
        ("seed withdraw", ("seed", "withdraw", late.stem)),
        ("seed retract", ("seed", "retract", study["id"], "--why", "bench")),
        ("seed load of all again, nothing new", ("seed", "load", place.seed / "sources")),
    ):
        run = _run(place, *command)
        told.tell(name, f"{run.seconds:.1f} s", f"{run.processor_seconds:.1f} s of processor")


def _ask_in_terminal(place: Place, known: list[str], told: Figures) -> None:
    a, b, *_ = known
    questions = (
        ("paths", a, b),
        ("effect", a, b),
        ("influence", a),
        ("entities", a),
        ("entity", a),
        ("statements",),
        ("conflicts",),
        ("sources",),
        ("snapshot",),
        ("open-questions", a),
    )
    asked = [(command[0], _run(place, *command)) for command in questions]
    slowest, run = max(asked, key=lambda one: one[1].seconds)
    told.tell("slowest question in the terminal", f"{run.seconds:.1f} s", slowest)


def _run(place: Place, *command: str | Path) -> Run:
    arguments = [sys.executable, "-m", "bench.child", *map(str, command)]
    told = subprocess.run(arguments, env=place.environment, check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(told.stdout))


# --- processes ---------------------------------------------------------------------------------


def _own(pid: int) -> float:
    """Megabytes that are a process's alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


@contextmanager
def _most(pid: int) -> Generator[Callable[[], float]]:
    """The most megabytes that a process holds for itself meanwhile."""
    seen = [_own(pid)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            seen.append(_own(pid))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield lambda: max(seen)
    finally:
        over.set()
        watching.join()


def jars_of(settings: Settings, work: Path) -> None:
    """Let the places of a run use the Neo4j that was fetched before, and keep nothing else."""
    cache = work / "scale-cache"
    cache.mkdir(parents=True)
    jars = settings.cache_dir / "jars"
    jars.mkdir(parents=True, exist_ok=True)
    (cache / "jars").symlink_to(jars.absolute(), target_is_directory=True)
