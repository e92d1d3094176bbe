"""Lists of words that stand for patterns, so that they can be read and added to.

Commas and line ends part the alternatives. A `~` stands for the endings of a verb (`inhibit~`:
inhibit, inhibits, inhibited, inhibiting; `reduc~`: reduce, reduces, …), a `*` for any letters, and
`( | )` and `?` are as in regular expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ENDINGS: Final = "(?:e|es|s|ed|d|ing)?"


def alternatives(*lists: str) -> str:
    """The alternatives of some lists, as part of a pattern.

    >>> alternatives("no effect, tumou?r*")
    'no effect|tumou?r\\\\w*'
    """
    items = (item.strip() for text in lists for item in re.split(r"[,\n]+", text))
    return "|".join(_pattern(item) for item in items if item)


def any_of(*lists: str, patterns: Iterable[str] = ()) -> re.Pattern[str]:
    """A pattern of whole words; a word behind a hyphen is part of another (`TLR-induced`).

    `patterns`: alternatives that are regular expressions, tried first.

    >>> any_of("inhibit~").findall("It inhibits what was self-inhibited by inhibitors.")
    ['inhibits']
    """
    either = "|".join([*patterns, alternatives(*lists)])
    return re.compile(rf"(?<![-‐–])\b(?:{either})\b", re.IGNORECASE)


def _pattern(item: str) -> str:
    plain = re.sub(r"\((?!\?)", "(?:", item)
    return plain.replace("~", _ENDINGS).replace("*", r"\w*")
