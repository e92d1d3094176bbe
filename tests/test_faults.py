"""Rounds of faults under a service that is written to: nothing that was acknowledged is lost.

Engine, service and loaders are killed or halted at random points. In the end the graph holds what
each acknowledged change left, nothing by half, and all that follows from it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import IO

import pytest
from bench.seeds import write_seed

from afresh import assert_is_as_if_loaded_afresh
from immunograph.composition import connected
from immunograph.folders import folder
from immunograph.settings import Settings
from immunograph.store import keeper
from immunograph.store.integrity import losses_of
from immunograph.store.loader import Loader
from immunograph.store.loads import PROVISIONAL

ROUNDS = int(os.environ.get("IMMUNOGRAPH_TEST_ROUNDS", "50"))
ANSWER_SECONDS = 180.0
COMMAND = [sys.executable, "-c", "from immunograph.cli import main; main()"]
SOURCE = """\
id: {name}
type: curator
tier: curator
traceability: none
title: A note of the lab
study: null
study_note: nobody has published it
statements:
  - subject: neutrophil
    predicate: promotes
    object: inflammation
    evidence: [{{says: Seen in the lab., basis: background}}]
"""


class Site:
    """A service over a local engine, with somebody who writes to it."""

    def __init__(self, folder_: Path) -> None:
        self.home = folder_ / "data" / "neo4j"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")},
            "IMMUNOGRAPH_DATA_DIR": str(folder_ / "data"),
            "IMMUNOGRAPH_SEED": str(folder("seed") / "founding"),
            "IMMUNOGRAPH_PORT": "0",
        }
        self.held: dict[str, bool | None] = {}
        """Sources by what the last change of each left: there, gone, or not known which."""
        self.acknowledged = 0
        self.page = ""
        self.key = ""
        self._log = (folder_ / "log").open("ab")
        self._process = self._serve()

    def _serve(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, "serve"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert process.stdout is not None
        self.page = next(line for line in process.stdout if line.startswith("Page")).split()[1]
        threading.Thread(target=_drain, args=[process.stdout], daemon=True).start()
        return process

    def run(self, *words: str) -> subprocess.Popen[str]:
        """Another command over the same graph."""
        return subprocess.Popen(
            [*COMMAND, *words], env=self.environment, stdout=subprocess.PIPE,
            stderr=self._log, text=True,
        )  # fmt: skip

    def answers(self) -> bool:
        """Whether the engine answers through the service: readiness is told of a moment ago."""
        try:
            with urllib.request.urlopen(f"{self.page}/v1/loads?limit=1", timeout=20) as reply:
                return reply.status == 200
        except OSError:
            return False

    def write(self, stopped: threading.Event) -> None:
        """Load sources, withdraw each third, and note what was acknowledged."""
        number = 0
        while not stopped.is_set():
            number += 1
            name = f"fault-{number}"
            self._change("POST", name, left=True)
            if number % 3 == 0:
                self._change("DELETE", name, left=False)

    def _change(self, method: str, name: str, *, left: bool) -> None:
        body = SOURCE.format(name=name).encode() if method == "POST" else None
        path = "/v1/sources" if method == "POST" else f"/v1/sources/{name}"
        request = urllib.request.Request(
            self.page + path, data=body, method=method,
            headers={"Authorization": f"Bearer {self.key}"},
        )  # fmt: skip
        self.held[name] = None
        try:
            with urllib.request.urlopen(request, timeout=60):
                self.held[name] = left
                self.acknowledged += 1
        except urllib.error.HTTPError as refused:
            assert refused.code in (404, 409, 503), refused.read()
            time.sleep(0.2)
        except OSError:
            time.sleep(0.2)

    def kill_engine(self) -> None:
        os.kill(self._engine(), signal.SIGKILL)

    def halt_engine(self, seconds: float) -> None:
        pid = self._engine()
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)

    def kill_service(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process = self._serve()

    def kill_loader(self, seed: Path, after: float) -> None:
        with self.run("seed", "load", str(seed)) as loader:
            time.sleep(after)
            loader.kill()

    def _engine(self) -> int:
        assert keeper.comes_true(lambda: keeper.running(self.home) is not None, within=60)
        running = keeper.running(self.home)
        assert running is not None
        return running.pid

    def end(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(60) == 0
        self._log.close()


def _drain(output: IO[str]) -> None:
    with output:
        for _ in output:
            pass


@pytest.mark.soak
def test_whatever_is_killed_what_was_acknowledged_stays(tmp_path: Path) -> None:
    write_seed(tmp_path / "seed", 40, entities=100)
    site = Site(tmp_path)
    chance = Random(11)
    with site.run("key", "new", "ada") as made:
        site.key = made.communicate()[0].strip()
    stopped = threading.Event()
    writer = threading.Thread(target=site.write, args=[stopped])
    writer.start()
    faults: dict[str, Callable[[], None]] = {
        "engine killed": site.kill_engine,
        "engine halted": lambda: site.halt_engine(chance.uniform(1, 20)),
        "service killed": site.kill_service,
        "loader killed": lambda: site.kill_loader(tmp_path / "seed", chance.uniform(2, 12)),
    }
    recoveries: dict[str, list[float]] = {name: [] for name in faults}
    try:
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.2, 3))
            name = chance.choice(list(faults))
            faults[name]()
            ended = time.monotonic()
            assert keeper.comes_true(site.answers, within=ANSWER_SECONDS), name
            recoveries[name].append(time.monotonic() - ended)
    finally:
        stopped.set()
        writer.join()
        site.end()
    told = {name: f"{len(s)}, answered after {max(s):.1f} s" for name, s in recoveries.items() if s}
    sys.stdout.write(f"\n{ROUNDS} rounds, {site.acknowledged} changes acknowledged: {told}\n")
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "neo4j_uri": None})
    with connected(settings) as connection:
        knowledge = Loader(connection.graph, schema=folder("schema")).knowledge
        for name, there in site.held.items():
            assert there is None or (name in knowledge.contributions) is there, name
        assert losses_of(connection.graph, None) == []
        assert_is_as_if_loaded_afresh(connection.graph, knowledge, provisional=PROVISIONAL)
    assert site.acknowledged > ROUNDS
