"""From files to the first answer, by the commands that people use: check, load, diff, serve."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from bench import http, table
from bench.seeds import STATEMENTS, write_seed
from immunograph.composition import connected
from immunograph.settings import Settings
from immunograph.store.graph import Graph, literal
from immunograph.store.keys import new_key

DROPPED_AT_ONCE: Final = 20_000
PATH: Final = "/v1/paths?source=factor%201&target=factor%203"


@dataclass(frozen=True, slots=True)
class Run:
    """A command that came to its end."""

    seconds: float
    processor_seconds: float
    megabytes: float
    """The most that it held in memory."""


def measure(work: Path, sources: int) -> None:
    """Check and load generated sources, then one more, and ask what was loaded."""
    files = write_seed(work / "seed", sources + 3)
    outside = work / "seed" / "late"
    outside.mkdir()
    late, *later = [file.rename(outside / file.name) for file in files[-3:]]
    folder = work / "seed" / "sources"
    statements = sources * STATEMENTS
    print(
        f"\nFrom files to answers, {sources:,} sources that make {statements:,} statements"
        f"\n{'=' * 90}"
    )
    data = work / "loading"
    environment = {**os.environ, "IMMUNOGRAPH_DATA_DIR": str(data), "IMMUNOGRAPH_PORT": "0"}
    environment.pop("NEO4J_URI", None)
    settings = Settings.model_validate({"data_dir": data, "neo4j_uri": None})
    with connected(settings) as connection:
        _tell("seed check", _run("seed", "check", folder, env=environment), statements)
        _tell("seed load, server new", _run("seed", "load", folder, env=environment), statements)
        _empty(connection.graph)
        _tell("seed load, at work", _run("seed", "load", folder, env=environment), statements)
        [held] = connection.graph.read(
            "MATCH (s:Snapshot) RETURN s.statements AS statements, s.entities AS entities LIMIT 1"
        )
        table.line("statements that differ", f"{held['statements']:,}")
        table.line("entities", f"{held['entities']:,}")
        _tell("seed load, again", _run("seed", "load", folder, env=environment))
        _tell("seed diff, one source more", _run("seed", "diff", late, env=environment))
        _tell("seed load, one source more", _run("seed", "load", late, env=environment))
        key = new_key(connection.graph, "bench")
        begun = time.perf_counter()
        compiled, seed = work / "compiled-loading", work / "seed"
        with http.serving(data, compiled=compiled, first=PATH, seed=seed) as (port, first):
            table.line("serve, until it is ready", f"{time.perf_counter() - begun - first:.1f} s")
            table.line("first path answer", f"{1e3 * first:.0f} ms")
            for species in ("mouse", "human"):
                begun = time.perf_counter()
                http.ask(port, f"{PATH}&species={species}")
                took = time.perf_counter() - begun
                table.line(f"first answer for species={species}", f"{took:.1f} s")
            for name, file in zip(("POST of one source", "POST of another"), later, strict=True):
                begun = time.perf_counter()
                _post(port, file.read_bytes(), key=key)
                table.line(name, f"{time.perf_counter() - begun:.1f} s")


def _empty(graph: Graph) -> None:
    """Take everything out of a graph, a part at a time."""
    for part in ("()-[one]->()", "(one)"):
        text = literal(f"MATCH {part} WITH one LIMIT {DROPPED_AT_ONCE} DELETE one RETURN count(*)")
        while graph.write(lambda tx, text=text: tx.run(text).value()) != [0]:
            pass


def _run(*command: str | Path, env: dict[str, str]) -> Run:
    arguments = [sys.executable, "-m", "bench.child", *map(str, command)]
    told = subprocess.run(arguments, env=env, check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(told.stdout))


def _tell(name: str, run: Run, statements: int = 0) -> None:
    rate = f"{statements / run.seconds:,.0f} statements/s, " if statements else ""
    note = f"{rate}{run.processor_seconds:.1f} s of processor, {run.megabytes:,.0f} MB at most"
    table.line(name, f"{run.seconds:.1f} s", note)


def _post(port: int, body: bytes, *, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/yaml"}
    url = f"http://{http.HOST}:{port}/v1/sources"
    with urlopen(Request(url, data=body, headers=headers, method="POST"), timeout=600) as answer:
        answer.read()
