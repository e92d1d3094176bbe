"""Sentences by their hash: a passage that can be checked by whoever has the text.

Abstracts are not ours to ship. A locator then names the document and the SHA-256 of the sentence
in a normal form that survives copying: typographic quotes, dashes and blanks do not count.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import Final

_QUOTES: Final = str.maketrans(dict.fromkeys("‘’‚‛′‵", "'") | dict.fromkeys("“”„‟«»″‶", '"'))
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_SOFT_HYPHEN: Final = "\u00ad"
_HYPHENS: Final = re.compile(r"-(?:\s*-)+")
_BLANKS: Final = re.compile(r"\s+")
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9.]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_MOST_PARTS: Final = 4
"""Of a sentence that was cut at its abbreviations."""


def text_of_others(folder: Path, document: str) -> str | None:
    """A text that is not ours to ship, where somebody put it into a folder.

    `pubmed:25985180` is looked for as `pubmed-25985180.txt`; what copy of it this is does not
    matter, since its sentences are known by their hashes.
    """
    path = folder / f"{_NOT_IN_NAMES.sub('-', document)}.txt"
    return path.read_text("utf-8", errors="replace") if path.is_file() else None


def normal_sentence(text: str) -> str:
    """A sentence in its normal form: NFKC, quotes and dashes as in ASCII, one blank between words.

    >>> normal_sentence("MET\u2010deficient  neutrophils\u2019 role\u2014if any.")
    "MET-deficient neutrophils' role-if any"
    """
    # Primes become apostrophes before NFKC takes a double prime apart into two.
    text = text.translate(_QUOTES).replace(_SOFT_HYPHEN, "")
    text = unicodedata.normalize("NFKC", _DASHES.sub("-", text))
    text = _DASHES.sub("-", text.translate(_QUOTES))
    text = _BLANKS.sub(" ", _HYPHENS.sub("-", text)).strip()
    return text.rstrip(". ")


def sentence_hash(text: str) -> str:
    """The SHA-256 of a sentence in its normal form, in hex."""
    return hashlib.sha256(normal_sentence(text).encode()).hexdigest()


def sentence_around(document: str, start: int, end: int) -> str | None:
    """The sentence, or up to four, in which a passage of a text stands; None where it is longer.

    >>> sentence_around("Traps wake cells. They do so in mice. Others differ.", 23, 28)
    'They do so in mice.'
    """
    first, last = 0, len(document)
    parts = 1
    for cut in _SENTENCE_END.finditer(document):
        if cut.end() <= start:
            first = cut.end()
        elif cut.start() >= end:
            last = cut.start()
            break
        else:
            parts += 1
    text = document[first:last].strip()
    return text if text and parts <= _MOST_PARTS else None


def sentence_hashes(document: str) -> dict[str, str]:
    """The sentences of a text by their hash.

    A text is cut after each full stop, question or exclamation mark that a blank follows; since
    abbreviations end with one too, up to four consecutive parts also stand as one sentence.
    """
    parts = [part for part in _SENTENCE_END.split(document) if part.strip()]
    found: dict[str, str] = {}
    for start in range(len(parts)):
        for end in range(start + 1, min(start + _MOST_PARTS, len(parts)) + 1):
            sentence = " ".join(parts[start:end])
            found.setdefault(sentence_hash(sentence), sentence)
    return found
