"""The numbers of several workers under one address: whichever is asked tells those of all.

Each worker writes its own to a file in a folder that all share, now and then. One that has ended is
left out, as a counter that starts anew is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SAMPLE: Final = re.compile(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$")
SUFFIX: Final = ".metrics"


class Siblings:
    """The workers that share a folder; this process is one of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / f"{os.getpid()}{SUFFIX}"

    def tell(self, text: str) -> None:
        """Let the others know the numbers of this worker."""
        part = self._own.with_suffix(".part")
        part.write_text(labelled(text, worker=str(os.getpid())), "utf-8")
        part.replace(self._own)

    def text(self, own: str) -> str:
        """The numbers of all workers, given those of this one."""
        return merged([labelled(own, worker=str(os.getpid())), *self._others()])

    def _others(self) -> Iterator[str]:
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            if path == self._own:
                continue
            try:
                os.kill(int(path.stem), 0)
                yield path.read_text("utf-8")
            except (ProcessLookupError, FileNotFoundError):
                path.unlink(missing_ok=True)


def labelled(text: str, *, worker: str) -> str:
    """The same numbers, each of them with the worker that counted it.

    >>> labelled('# TYPE a counter\\na 1\\na{b="c"} 2\\n', worker="7").splitlines()[1:]
    ['a{worker="7"} 1', 'a{worker="7",b="c"} 2']
    """
    lines: list[str] = []
    for line in text.splitlines():
        match = _SAMPLE.match(line)
        if match is None:
            lines.append(line)
        else:
            name, labels, value = match.groups()
            others = f",{labels}" if labels else ""
            lines.append(f'{name}{{worker="{worker}"{others}}} {value}')
    return "".join(f"{line}\n" for line in lines)


def merged(texts: list[str]) -> str:
    """Texts of several workers as one, in which each family stands once.

    >>> merged(["# HELP a A.\\n# TYPE a gauge\\na 1\\n", "# HELP a A.\\n# TYPE a gauge\\na 2\\n"])
    '# HELP a A.\\n# TYPE a gauge\\na 1\\na 2\\n'
    """
    families: dict[str, list[str]] = {}
    for text in texts:
        for family in re.split(r"^(?=# HELP )", text, flags=re.MULTILINE):
            if family:
                help_, type_, *samples = family.splitlines(keepends=True)
                families.setdefault(help_ + type_, []).extend(samples)
    return "".join(head + "".join(samples) for head, samples in families.items())
