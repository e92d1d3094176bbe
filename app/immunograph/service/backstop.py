"""The end of a search that takes too long: the last resort, beside its budget of work."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from immunograph.paths import Stop, stop_flag

SECONDS = 10.0
"""A search within its budget takes one or two at most, once it is compiled."""


@contextmanager
def backstop() -> Generator[Stop]:
    """A flag for the searches of a question, which goes up after `SECONDS`."""
    stop = stop_flag()
    timer = threading.Timer(SECONDS, stop.fill, [1])
    timer.daemon = True
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()
