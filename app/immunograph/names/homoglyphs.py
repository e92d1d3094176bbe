"""Letters that are not what they seem: invisible ones, and those of another script that look Latin.

A name with one of them would look like a known entity and be another. Names may be in any script;
what is refused is a word that mixes scripts, or that only looks Latin. Greek letters go with Latin
ones (`TGF-β`, `IFNγ`), but for those that look the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Soft hyphens, zero-width characters, and marks that turn the direction of writing."""

LOOKALIKES: Final[dict[str, str]] = {
    # Cyrillic
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "ѕ": "s", "і": "i",
    "ј": "j", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "к": "k", "А": "A", "В": "B", "Е": "E",
    "З": "3", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C", "Т": "T", "У": "Y",
    "Х": "X", "Ѕ": "S", "І": "I", "Ј": "J", "Ԛ": "Q", "Ԝ": "W",
    # Greek
    "ο": "o", "ι": "i", "ϲ": "c", "ϳ": "j", "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H",
    "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P", "Τ": "T", "Υ": "Y", "Χ": "X",
    # Armenian
    "օ": "o", "ս": "u", "հ": "h", "ո": "n", "Տ": "S", "Օ": "O",
}  # fmt: skip

_WORD: Final = re.compile(r"[^\W\d_]+")  # and digits above or below the line, which have no script


def invisible(text: str) -> int | None:
    """Where the first invisible character of a text stands, from 0; None without one."""
    found = INVISIBLE.search(text)
    return found.start() if found else None


def describe(letter: str) -> str:
    """A character by its code point and its Unicode name.

    >>> describe("а")
    'U+0430 CYRILLIC SMALL LETTER A'
    """
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')}"


def disguised(name: str) -> tuple[int, str] | None:
    """The first letter that makes a word of the name pass for another word, and where it stands.

    >>> disguised("metаstasis")
    (3, 'а')
    >>> disguised("TGF-β"), disguised("нейтрофил"), disguised("H₂O₂"), disguised("CD8⁺")
    (None, None, None, None)
    """
    if name.isascii():
        return None
    for word in _WORD.finditer(name):
        letters = [letter for letter in word.group() if letter.isalpha()]
        scripts = {letter: _script(letter) for letter in letters}
        foreign = [
            letter
            for letter in letters
            if scripts[letter] != "LATIN" and (letter in LOOKALIKES or scripts[letter] != "GREEK")
        ]
        mixes = "LATIN" in scripts.values()
        poses = all(letter in LOOKALIKES for letter in letters)
        if foreign and (mixes or poses):
            return name.index(foreign[0], word.start()), foreign[0]
    return None


def _script(letter: str) -> str:
    """The script of a letter, whatever its style; letters that all scripts share count as Latin."""
    first = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "LATIN").split()[0]
    return "LATIN" if first == "MODIFIER" else first
