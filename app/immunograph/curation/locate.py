"""A passage of a document → its span and hash, as a seed file states them.

What is copied from a page or a PDF seldom has the letters of the text beside it: ligatures, curly
quotes, long dashes, words broken at line ends. So where the words as given do not stand, both are
compared in plain letters, and every place is led back to the letters of the document.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

ENOUGH: Final = 60.0
"""Likeness, out of 100, from which a passage is offered as the nearest one."""

_DASHES: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")
_QUOTES: Final = frozenset("'`´‘’‚‛′‵ʼ\"“”„‟″‶«»")
"""Single or double: a quote within a quote changes from one to the other."""
_UNSEEN: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphens and what has no width."""
_BREAK: Final = "\n"
"""Stands for a hyphen at the end of a line: part of the word, or only of its break."""
_CLUSTERS: Final = re.compile(r"\s+|[^\s][\u0300-\u036f]*")


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
    letters: bool = False
    """Whether it stands there with other letters, not only with other white space."""
    nearest: Passage | None = None
    """Where nothing was found: the passage that is most like it."""


def locate(document: str, wanted: str) -> Found:
    """Find a text in a document: as it is, else whatever its white space, else in plain letters.

    >>> locate("Traps catch\\n  microbes.", "catch microbes").passages[0].start
    6
    >>> locate("cells ‘ﬁnd’ the meta-\\nstasis", "'find' the metastasis").passages[0].start
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
    if found:
        return Found(found, exact=False)
    found = _in_plain_letters(document, wanted)
    if found:
        return Found(found, exact=False, letters=True)
    return Found((), exact=False, nearest=_nearest(document, wanted))


def _all(document: str, pattern: re.Pattern[str]) -> tuple[Passage, ...]:
    return tuple(Passage.of(document, *match.span()) for match in pattern.finditer(document))


def _in_plain_letters(document: str, wanted: str) -> tuple[Passage, ...]:
    """The places of a text where both are written in plain letters."""
    letters, _ = _plain(wanted)
    if not letters.strip(f" {_BREAK}"):
        return ()
    text, places = _plain(document)
    parts = [_pattern_of(letter) for letter in letters.strip()]
    found: list[Passage] = []
    for match in re.finditer(f"{_BREAK}?".join(parts), text):
        start, end = places[match.start()][0], places[match.end() - 1][1]
        found.append(Passage.of(document, start, end))
    return tuple(found)


def _pattern_of(letter: str) -> str:
    """What a plain letter of the wanted text may stand as in the document's."""
    if letter == "-":
        return f"[-{_BREAK}]"
    return f"[-{_BREAK}]?" if letter == _BREAK else re.escape(letter)


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text in plain letters, and from where to where each of them stands in the text."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster in _CLUSTERS.finditer(text):
        start, end = cluster.span()
        given = cluster.group()
        if given.isspace():
            hyphen = bool(letters) and letters[-1] == "-" and _breaks(given)
            if hyphen and places[-1][1] == start:
                letters[-1], places[-1] = _BREAK, (places[-1][0], end)
                continue
            written = " "
        elif given[0] in _UNSEEN:
            continue
        elif given[0] in _DASHES:
            written = "-"
        else:
            written = unicodedata.normalize("NFKC", given).casefold()
            written = "'" if _QUOTES & {given, *written} else written
        letters.extend(written)
        places.extend([(start, end)] * len(written))
    return "".join(letters), places


def _breaks(blanks: str) -> bool:
    """Whether white space ends a line."""
    return "\n" in blanks or "\r" in blanks


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
