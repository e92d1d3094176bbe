"""One of the processes that serve at one address: python -m immunograph.cli.worker FD FOLDER."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

from immunograph.cli import serving


def main(arguments: list[str]) -> None:
    """Serve at the socket that it was started with, until its standard input closes."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    listener = socket.socket(fileno=int(arguments[0]))
    serving.work(listener, Path(arguments[1]))


def _end_with_parent() -> None:
    # Not by a buffered reader: at the end of the process it could not be closed while it waits.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
