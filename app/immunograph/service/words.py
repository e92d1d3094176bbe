"""Lists by words: each word that is asked for must stand in what is told of a thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from immunograph.errors import BadQuestion
from immunograph.names.curies import doi, pmid
from immunograph.names.spelling import fold

SHORTEST_BEGINNING: Final = 4
"""Letters from which on the beginning of a word stands for it: `MET` is not `metastasis`."""

_WORD: Final = re.compile(r"[^\W_]+")


class Words:
    """Words that are looked for, whatever their case, spelling and number.

    A word stands for those that begin so, if it is long and holds no digit: `CCL2` is not `CCL20`.

    >>> tumours = Words("tumor cells")
    >>> tumours.match(["Cells of the tumour"]), tumours.match(["tumour growth"])
    (True, False)
    """

    def __init__(self, text: str, *, entity: str | None = None) -> None:
        """`entity` is the one that the whole text names, if it names one.

        Raises BadQuestion where the text holds no word.
        """
        words = _WORD.findall(fold(text)) or _WORD.findall(text.casefold())
        if not words:
            raise BadQuestion(f"'{text}' holds no word to look for.", parameter="q")
        self.entity = entity
        self.literals = [_literal(word) for word in words]
        """What each of them begins with, wherever it stands."""
        self.begins = [_stands_for_others(word) for word in words]
        """Whether each stands wherever a word begins with that."""
        self._patterns = [_pattern(word) for word in words]
        self._paper = doi(text) or pmid(text)

    def match(self, names: Iterable[str], prose: Iterable[str] = ()) -> bool:
        """Whether every word stands in one of the names, or in prose of ours."""
        return self.complete(self.found(names), prose)

    def found(self, names: Iterable[str]) -> frozenset[int]:
        """The places of the words that stand in one of these names."""
        text = "\n".join(fold(name) for name in names)
        return frozenset(i for i, pattern in enumerate(self._patterns) if pattern.search(text))

    def holding(self, word: int, folded: Sequence[str]) -> NDArray[np.bool_]:
        """In which of these folded texts one of the words stands, by its place."""
        search = self._patterns[word].search
        return np.fromiter((search(text) is not None for text in folded), bool, len(folded))

    def standing(self, folded: Sequence[str]) -> NDArray[np.bool_]:
        """Which of these folded texts hold every word."""
        found = np.ones(len(folded), bool)
        for word in range(len(self._patterns)):
            found &= self.holding(word, folded)
        return found

    @property
    def names_paper(self) -> bool:
        """Whether the words are a DOI or a PMID."""
        return self._paper is not None

    def complete(self, found: frozenset[int], prose: Iterable[str]) -> bool:
        """Whether all words that were not found stand in prose of ours.

        That is not respelt, which costs far more than the look: it has the British spelling.
        """
        if len(found) == len(self._patterns):
            return True
        text = "\n".join(prose).casefold()
        return bool(text) and all(
            i in found or pattern.search(text) for i, pattern in enumerate(self._patterns)
        )

    def match_paper(self, doi: str | None, pmid: str | None) -> bool:
        """Whether the words are this DOI or PMID."""
        return self._paper is not None and self._paper in ((doi or "").casefold(), pmid)


def _stands_for_others(word: str) -> bool:
    return word.isalpha() and len(word) >= SHORTEST_BEGINNING


def _literal(word: str) -> str:
    if _stands_for_others(word) and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _pattern(word: str) -> re.Pattern[str]:
    begins = r"(?<![^\W_])"
    if _stands_for_others(word):
        return re.compile(begins + re.escape(_literal(word)))
    return re.compile(begins + re.escape(word) + r"s?(?![^\W_])")
