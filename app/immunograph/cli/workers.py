"""Several processes that serve at one address, each started again where it ends.

The first process takes the address, brings up the engine and the graph, and starts the others; each
of them accepts connections of the same socket and answers from a state of its own. A worker ends
with the process that started it, however that ends: its standard input closes then.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

WORKER: Final = "immunograph.cli.worker"
LOOK_SECONDS: Final = 0.2
PAUSES: Final = (0.0, 1.0, 5.0, 30.0)
"""Seconds before a worker is started again that has ended soon, the first time and later."""
SOON: Final = 30.0
"""A worker that has served longer than this did not end because of how it was started."""
END_SECONDS: Final = 15.0
"""How long workers may take to end before they are killed."""


class _Worker:
    """One worker, and how often it ended soon."""

    def __init__(self, listener: socket.socket, folder: Path) -> None:
        self._command = [sys.executable, "-m", WORKER, str(listener.fileno()), str(folder)]
        self._fd = listener.fileno()
        self._ended_soon = 0
        self._due = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0

    def keep(self) -> None:
        """Start it where it does not run, once that is due."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            soon = now - self._began < SOON
            self._ended_soon = min(self._ended_soon + 1, len(PAUSES) - 1) if soon else 0
            pause = PAUSES[self._ended_soon]
            code = self._process.returncode
            log.error("worker %d ended with %d and is started again", self._process.pid, code)
            self._process, self._due = None, now + pause
        if self._process is None and now >= self._due:
            self._began = now
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[self._fd],
                start_new_session=True,
            )

    def ask_to_end(self) -> None:
        """Ask it to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, *, within: float) -> None:
        """Wait until it has ended; after so many seconds it is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            log.error("worker %d did not end and is killed", self._process.pid)
            self._process.kill()
            self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


def keep_serving(count: int, listener: socket.socket, folder: Path) -> None:
    """Serve with so many workers until this process is told to end (KeyboardInterrupt).

    `folder` is for what they share.
    """
    workers = [_Worker(listener, folder) for _ in range(count)]
    try:
        while True:
            for worker in workers:
                worker.keep()
            time.sleep(LOOK_SECONDS)
    finally:
        for worker in workers:
            worker.ask_to_end()
        deadline = time.monotonic() + END_SECONDS
        for worker in workers:
            worker.end(within=max(0.0, deadline - time.monotonic()))
