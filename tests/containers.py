"""A Dockerfile, read as Docker reads it: its instructions, one after the other."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

KNOWN: Final = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile."""

    line: int
    name: str
    given: str
    stage: int
    """Which stage it belongs to, from 0; -1 before the first."""

    @property
    def words(self) -> list[str]:
        """What is given in exec form: a JSON array of texts. Raises ValueError."""
        found = json.loads(self.given[self.given.index("[") :])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):  # pyright: ignore[reportUnknownVariableType] # plain JSON
            raise ValueError(f"line {self.line}: no array of texts")
        return found  # pyright: ignore[reportUnknownVariableType] # looked at above


def instructions(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile. Raises ValueError where a line is none.

    >>> [(one.name, one.given) for one in instructions("FROM a:1\\nRUN b \\\\\\n  c\\n")]
    [('FROM', 'a:1'), ('RUN', 'b c')]
    """
    found: list[Instruction] = []
    stage = -1
    held, began = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#") or (not line.strip() and not held):
            continue
        began = began if held else number
        held += line.strip() if not held else f" {line.strip()}"
        if held.endswith("\\"):
            held = held[:-1].rstrip()
            continue
        match = re.fullmatch(r"([A-Za-z]+)\s+(.+)", held)
        if match is None or match[1].upper() not in KNOWN:
            raise ValueError(f"line {began} is no instruction: {held[:40]}")
        name = match[1].upper()
        stage += name == "FROM"
        found.append(Instruction(began, name, match[2], stage))
        held = ""
    if held:
        raise ValueError(f"line {began} does not end")
    return found
