"""Which evidence may say a word, found in its bytes without decoding it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import numpy as np

from immunograph.search.kernel import Longs
from immunograph.search.texts import Texts

BLOCK: Final = 1 << 24
"""Bytes that are looked through at once; a longer text is a block of its own."""
LONGEST_ESCAPE: Final = 6
"""Bytes in which JSON may write one that is no letter, and yet end in one: `\\n`, `\\u001f`."""
_SAYS: Final = b'"says":"'
_NEXT: Final = b'","'


def may_say(evidence: Texts, word: str) -> Longs:
    """The places of the evidence (as JSON) whose prose may have a word that begins so.

    All that has is among them, whatever the case of its letters; so is all that holds other than
    ASCII, of which bytes alone do not tell how it folds.

    >>> texts = Texts.of(['{"says":"The LUNGS.","site":["lung"]}', '{"says":"?","site":["lung"]}'])
    >>> may_say(texts, "lung").tolist()
    [0]
    """
    if not word.isascii():
        return np.arange(len(evidence))
    found: list[int] = []
    for first, last in _blocks(evidence.start):
        starts: list[int] = (evidence.start[first : last + 1] - evidence.start[first]).tolist()
        run = evidence.text[evidence.start[first] : evidence.start[last]].tobytes()
        hits = set(_hits(run, starts, word.casefold().encode()))
        if not run.isascii():
            other = np.flatnonzero(np.frombuffer(run, np.uint8) >= 128)
            unsure: list[int] = np.unique(np.searchsorted(starts, other, side="right")).tolist()
            hits.update(text - 1 for text in unsure)
        found += [first + hit for hit in sorted(hits)]
    return np.array(found, np.int64)


def _blocks(start: Longs) -> Iterator[tuple[int, int]]:
    """The first text of each block, and the one behind its last."""
    first, many = 0, len(start) - 1
    while first < many:
        behind = int(np.searchsorted(start, int(start[first]) + BLOCK, side="right"))
        last = max(first + 1, min(behind - 1, many))
        yield first, last
        first = last


def _hits(run: bytes, starts: list[int], word: bytes) -> Iterator[int]:
    """The texts of a run of them in whose prose a word begins so; `starts` has its end, too."""
    lower = run.lower()
    at = lower.find(word)
    while at >= 0:
        text = bisect_right(starts, at) - 1
        end = starts[text + 1]
        prose = run.find(_SAYS, starts[text], end)
        if prose < 0:
            at = lower.find(word, end)
            continue
        prose += len(_SAYS)
        # A quote within prose stands behind a backslash: the next part of the text is meant.
        following = run.find(_NEXT, prose, end)
        if at < prose:
            at = lower.find(word, prose)
        elif 0 <= following < at:
            at = lower.find(word, end)
        elif run[at - 1 : at].isalnum() and b"\\" not in run[at - LONGEST_ESCAPE : at]:
            at = lower.find(word, at + 1)
        else:
            yield text
            at = lower.find(word, end)
