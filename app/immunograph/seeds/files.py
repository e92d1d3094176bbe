"""Seed files → their texts, in order.

To parse YAML takes as long as all that is then made of it. Where files are many, another process
parses them, a few ahead of who asks.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from immunograph.seeds import yaml_text
from immunograph.seeds.yaml_text import SeedText

VOCABULARY_FILE: Final = "vocabulary.yaml"
ENTITIES_FILE: Final = "entities.yaml"
MANY: Final = 400
"""Files from which on a process of their own is worth its start."""


def texts(files: Sequence[Path]) -> Iterator[SeedText | OSError]:
    """The text of each file, or why it cannot be read."""
    if len(files) < MANY:
        yield from map(_text_of, files)
        return
    # In a session of its own, so that Ctrl-C is for us alone; it ends with the pipe.
    command = [sys.executable, "-P", "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as ahead:
        assert ahead.stdin is not None
        assert ahead.stdout is not None
        try:
            found = _told(ahead.stdin, ahead.stdout, files)
            for file in files:
                # Should it have ended early, for which it gives its reason, we read the rest.
                yield next(found, None) or _text_of(file)
        finally:
            ahead.kill()


def _told(
    asked: IO[bytes], answers: IO[bytes], files: Sequence[Path]
) -> Iterator[SeedText | OSError]:
    """What the other process tells, as long as it does."""
    try:
        with asked:
            pickle.dump(files, asked)
        while True:
            yield pickle.load(answers)
    except (BrokenPipeError, EOFError, pickle.UnpicklingError):
        return


def _text_of(file: Path) -> SeedText | OSError:
    try:
        return yaml_text.read(file.read_bytes(), str(file))
    except OSError as error:
        return error


def main() -> None:
    """Read the files that standard input names, and write their texts as pickles."""
    gc.disable()
    try:
        for file in pickle.load(sys.stdin.buffer):
            pickle.dump(_text_of(file), sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(0)  # nobody asks any more


if __name__ == "__main__":
    main()
