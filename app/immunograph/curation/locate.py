"""A passage of a document → its span and hash, as a seed file states them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

ENOUGH: Final = 60.0
"""Likeness, out of 100, from which a passage is offered as the nearest one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a document; places count Unicode code points of the decoded text, from 0."""

    start: int
    end: int
    sha256: str
    text: str

    @classmethod
    def of(cls, document: str, start: int, end: int) -> Passage:
        """The passage between two places."""
        text = document[start:end]
        return cls(start, end, hashlib.sha256(text.encode()).hexdigest(), text)


@dataclass(frozen=True, slots=True)
class Found:
    """Every place where a text stands in a document, and how it was found."""

    passages: tuple[Passage, ...]
    exact: bool
    nearest: Passage | None = None
    """Where nothing was found: the passage that is most like it."""


def locate(document: str, wanted: str) -> Found:
    """Find a text in a document: as it is, else whatever the white space between its words.

    >>> locate("Traps catch\\n  microbes.", "catch microbes").passages[0].start
    6
    """
    wanted = wanted.strip()
    if not wanted:
        return Found((), exact=True)
    exact = _all(document, re.compile(re.escape(wanted)))
    if exact:
        return Found(exact, exact=True)
    words = re.compile(r"\s+".join(map(re.escape, wanted.split())))
    found = _all(document, words)
    return Found(found, exact=False, nearest=None if found else _nearest(document, wanted))


def _all(document: str, pattern: re.Pattern[str]) -> tuple[Passage, ...]:
    return tuple(Passage.of(document, *match.span()) for match in pattern.finditer(document))


def _nearest(document: str, wanted: str) -> Passage | None:
    best = fuzz.partial_ratio_alignment(wanted, document, score_cutoff=ENOUGH)
    if best is None or best.dest_start >= best.dest_end:
        return None
    start, end = best.dest_start, best.dest_end
    while start > 0 and not document[start - 1].isspace():
        start -= 1
    while end < len(document) and not document[end].isspace():
        end += 1
    return Passage.of(document, start, end)
