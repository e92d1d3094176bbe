"""The end of a search that takes too long, or that nobody waits for any more."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from immunograph.search.paths import Stop, stop_flag

SECONDS = 10.0
"""A search within its budget takes one or two at most, once it is compiled."""


class Asker:
    """Who waits for an answer, and may leave before it is there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flags: list[Stop] = []
        self.left = False

    def leave(self) -> None:
        """End the searches that are made for this asker, and those yet to come."""
        with self._lock:
            self.left = True
            for stop in self._flags:
                stop.fill(1)

    def waits_for(self, stop: Stop) -> None:
        """Raise this flag when the asker leaves."""
        with self._lock:
            self._flags.append(stop)
            if self.left:
                stop.fill(1)


_asker: Final[ContextVar[Asker | None]] = ContextVar("asker", default=None)


@contextmanager
def asked_by(asker: Asker) -> Generator[None]:
    """What is searched for meanwhile, in this thread, is for this asker."""
    before = _asker.set(asker)
    try:
        yield
    finally:
        _asker.reset(before)


@contextmanager
def deadline() -> Generator[Stop]:
    """A flag for the searches of a question, which goes up after `SECONDS`."""
    stop = stop_flag()
    asker = _asker.get()
    if asker is not None:
        asker.waits_for(stop)
    _deadlines.set(stop)
    try:
        yield stop
    finally:
        _deadlines.lift(stop)


class _Deadlines:
    """Raises each flag that is due; one thread does so for all questions."""

    def __init__(self) -> None:
        self._due: dict[int, tuple[float, Stop]] = {}
        self._turn = threading.Condition()
        self._wakes: float | None = None
        """When the thread looks again; None before it is started."""

    def set(self, stop: Stop) -> None:
        """Raise a flag after `SECONDS`."""
        ends = time.monotonic() + SECONDS
        with self._turn:
            self._due[id(stop)] = ends, stop
            if self._wakes is None:
                self._wakes = ends
                threading.Thread(target=self._watch, daemon=True, name="deadlines").start()
            elif ends < self._wakes:
                self._turn.notify()

    def lift(self, stop: Stop) -> None:
        """Let a flag be."""
        with self._turn:
            self._due.pop(id(stop), None)

    def _watch(self) -> None:
        with self._turn:
            while True:
                now = time.monotonic()
                for key, (ends, stop) in list(self._due.items()):
                    if ends <= now:
                        stop.fill(1)
                        del self._due[key]
                self._wakes = min((ends for ends, _ in self._due.values()), default=math.inf)
                self._turn.wait(None if math.isinf(self._wakes) else self._wakes - now)


_deadlines: Final = _Deadlines()
