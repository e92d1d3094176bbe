"""The service as a process of its own, as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Protocol

from immunograph.folders import folder


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
        [sys.executable, "-c", "from immunograph.cli import main; main()", "serve", *options],
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
