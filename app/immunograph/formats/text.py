"""Text that arrives as it was sent, whatever its script and whatever reads it."""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BREAKS: Final = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def without_controls(text: str) -> str:
    """The text with a replacement character for each that XML 1.0 cannot hold, and for delete.

    >>> without_controls("a\\x00b")
    'a�b'
    """
    return _NO_TEXT.sub(REPLACEMENT, text)


def has_controls(text: str) -> bool:
    """Whether `without_controls` changes the text."""
    return _NO_TEXT.search(text) is not None


def one_line(text: str) -> str:
    """The text on one line and without tabs, for formats whose rows or statements are lines.

    >>> one_line("a\\tb\\nc")
    'a b c'
    """
    return without_controls(_BREAKS.sub(" ", text))


def is_one_line(text: str) -> bool:
    """Whether `one_line` leaves the text as it is."""
    return not has_controls(text) and _BREAKS.search(text) is None
