"""Which evidence may say a word, found in its bytes without decoding it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from immunograph.search.kernel import Longs
from immunograph.search.texts import Texts

BLOCK: Final = 1 << 24
"""Bytes that are looked through at once; a longer text is a block of its own."""
_SAYS: Final = b'"says":"'
_NEXT: Final = b'","'


class Saying(NamedTuple):
    """The places of evidence whose prose has a word that begins so, and where it may have one."""

    surely: Longs
    perhaps: Longs


def may_say(evidence: Texts, word: str) -> Saying:
    """Where evidence (as JSON) says a word that begins so, whatever the case of its letters.

    Of what holds other than ASCII, or what JSON escapes, bytes alone do not tell how it folds.

    >>> texts = Texts.of(['{"says":"The LUNGS.","site":["lung"]}', '{"says":"?","site":["lung"]}'])
    >>> may_say(texts, "lung").surely.tolist()
    [0]
    """
    nowhere = np.zeros(0, np.int64)
    if not word.isascii():
        return Saying(nowhere, np.arange(len(evidence)))
    surely, perhaps = [nowhere], [nowhere]
    for first, last in _blocks(evidence.start):
        starts: list[int] = (evidence.start[first : last + 1] - evidence.start[first]).tolist()
        run = evidence.text[evidence.start[first] : evidence.start[last]].tobytes()
        hits = np.fromiter(_hits(run, starts, word.casefold().encode()), np.int64)
        text = np.frombuffer(run, np.uint8)
        unlike = np.flatnonzero((text >= 128) | (text == ord("\\")))
        unsure = np.unique(np.searchsorted(starts, unlike, side="right")) - 1
        surely.append(first + np.setdiff1d(hits, unsure))
        perhaps.append(first + unsure)
    return Saying(np.concatenate(surely), np.concatenate(perhaps))


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
        # Where a quote stands within prose, behind a backslash, no hit counts for sure.
        following = run.find(_NEXT, prose, end)
        if at < prose:
            at = lower.find(word, prose)
        elif 0 <= following < at:
            at = lower.find(word, end)
        elif run[at - 1 : at].isalnum():
            at = lower.find(word, at + 1)
        else:
            yield text
            at = lower.find(word, end)
