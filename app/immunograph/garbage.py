"""Python's search for garbage in cycles, put off while much is read that will be kept."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def unsought(*, ever: bool = False) -> Generator[None]:
    """Look for no garbage meanwhile: what is read holds none, and is looked through in vain.

    `ever`: nor among what was made meanwhile, once that is done. What is garbage among it stays in
    memory, so this is for what is done once.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Where two of them overlap in threads, the one that found it enabled enables it again.
        if before:
            if ever:
                gc.freeze()
            gc.enable()


def give_back() -> None:
    """Give back the memory of what was read, was laid out otherwise, and is held no more."""
    gc.collect()
