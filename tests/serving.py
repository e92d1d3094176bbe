"""The service as a process of its own, as people run it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from immunograph.folders import folder
from immunograph.store import keeper

COMMAND = [sys.executable, "-c", "from immunograph.cli import main; main()"]


class Server(Protocol):
    """Where the Neo4j of the session answers."""

    uri: str
    username: str
    password: str


def environment(server: Server) -> dict[str, str]:
    """What points the command line at the Neo4j of the session."""
    return {
        "NEO4J_URI": server.uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": "neo4j",
        "IMMUNOGRAPH_SEED": str(folder("seed") / "founding"),
    }


@contextmanager
def serving(server: Server, *options: str, **more: str) -> Generator[subprocess.Popen[str]]:
    """The service, on a free port."""
    process = subprocess.Popen(
        [*COMMAND, "serve", *options],
        env={**os.environ, **environment(server), "IMMUNOGRAPH_PORT": "0", **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def told_by(process: subprocess.Popen[str]) -> dict[str, str]:
    """What `serve` tells once it serves, up to its last line."""
    assert process.stdout is not None
    return dict(_pairs(process.stdout))


def _pairs(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.startswith("Stop with"):
            return
        name, value = line.split("  ", 1)
        yield name, value.strip()


def keep_apart(data: Path) -> None:
    """Have the engine of a data folder take free ports, not those of the user's."""
    home = data / "neo4j"
    home.mkdir(parents=True, exist_ok=True)
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        ports = {"bolt": one.getsockname()[1], "http": two.getsockname()[1]}
    (home / "ports.json").write_text(json.dumps(ports))


class Site:
    """A service over a local engine of its own, and the commands of those who keep it."""

    def __init__(
        self,
        place: Path,
        *,
        seed: Path | None,
        options: tuple[str, ...] = (),
        before: tuple[str, ...] = (),
        **more: str,
    ) -> None:
        """`seed` is loaded first, all that is shipped where it is None.

        `options` are those of `serve`, `more` stands in the environment, and `before` before each
        command.
        """
        self.data = place / "data"
        self.home = self.data / "neo4j"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")},
            "IMMUNOGRAPH_DATA_DIR": str(self.data),
            "IMMUNOGRAPH_PORT": "0",
            **({} if seed is None else {"IMMUNOGRAPH_SEED": str(seed)}),
            **more,
        }
        keep_apart(self.data)
        self.page = ""
        self.before = before
        self._options = options
        self.log = place / "log"
        self._log = self.log.open("ab")
        self.process = self.serve()

    def serve(self) -> subprocess.Popen[str]:
        """Start the service, and wait until it serves."""
        process = subprocess.Popen(
            [*self.before, *COMMAND, "serve", *self._options],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert process.stdout is not None
        line = next((line for line in process.stdout if line.startswith("Page")), None)
        assert line is not None, self.log.read_text()[-2000:]
        self.page = line.split()[1]
        threading.Thread(target=_drain, args=[process.stdout], daemon=True).start()
        return process

    def run(self, *words: str) -> subprocess.Popen[str]:
        """Another command over the same graph."""
        return subprocess.Popen(
            [*self.before, *COMMAND, *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def new_key(self, name: str) -> str:
        """A key for somebody who writes."""
        with self.run("key", "new", name) as made:
            return made.communicate()[0].strip()

    def answers(self, address: str) -> bool:
        """Whether an address is answered as usual."""
        try:
            with urllib.request.urlopen(f"{self.page}{address}", timeout=20) as reply:
                return reply.status == 200
        except OSError:
            return False

    def engine_pid(self) -> int:
        """The process of the engine, once there is one."""
        assert keeper.comes_true(lambda: keeper.running(self.home) is not None, within=60)
        running = keeper.running(self.home)
        assert running is not None
        return running.pid

    def kill(self) -> None:
        """Kill the service, and start it again."""
        self.process.kill()
        self.process.wait()
        self.process = self.serve()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop it as people do; where a test has failed already, without looking how it goes."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(120)
        finally:
            self.process.kill()
            self.process.wait()
            self._log.close()
        assert kind is not None or code == 0, self.log.read_text()[-2000:]


def _drain(output: IO[str]) -> None:
    with output:
        for _ in output:
            pass


@contextmanager
def listening() -> Generator[tuple[int, list[bytes]]]:
    """A port, and who has come to it."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller:
                    came.append(b"a caller")

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listener.getsockname()[1], came
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
