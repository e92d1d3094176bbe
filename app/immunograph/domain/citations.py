"""A citation, part by part, and how a paper is named in passing: `Finisguerra et al. 2015`.

A citation is one line as people write it: `Finisguerra et al., Nature 2015;522(7556):349-353`.
What does not read so keeps its text, and its parts stay empty: nothing is guessed.
"""

from __future__ import annotations

import re
from typing import Final

_CITATION: Final = re.compile(
    r"""
    (?P<head>[^;:()]+?)\s+                  # authors, and behind the last comma the journal
    (?P<year>(?:1[6-9]|20)\d\d)
    (?:;\s*(?P<volume>[^\s:();]+)
       (?:\((?P<issue>[^()]+)\))?
       (?::\s*(?P<pages>[^\s()]+))?
    )?
    \.?
    (?:\s+\((?P<note>[^()]*)\))?
    """,
    re.VERBOSE,
)
_LONGEST: Final = 1_000
"""Characters of a citation; what is longer is none."""
_OTHERS: Final = re.compile(r",?\s+et\ al\.?$")
_BETWEEN_AUTHORS: Final = re.compile(r",\s+(?:and|&)\s+|\s+(?:and|&)\s+|,\s+")


def parse_citation(citation: str) -> dict[str, str]:
    """The parts of a citation by name; none where it does not read as one.

    Without authors it must give a volume: `Kitamura 2015` names no journal.

    >>> parse_citation("in press, as the authors told us")
    {}
    """
    found = _CITATION.fullmatch(citation.strip()) if len(citation) <= _LONGEST else None
    if found is None:
        return {}
    parts = {name: text.strip() for name, text in found.groupdict().items() if text}
    authors, comma, journal = parts.pop("head").rpartition(", ")
    if not journal or not (comma or "volume" in parts):
        return {}
    parts["journal"] = journal
    if others := _OTHERS.search(authors):
        parts["others"] = others.group().strip(" ,")
        authors = authors[: others.start()]
    return parts | ({"authors": authors} if authors else {})


def authors_of(parts: dict[str, str]) -> tuple[str, ...]:
    """The authors that a citation names, each by itself."""
    authors = parts.get("authors")
    return tuple(_BETWEEN_AUTHORS.split(authors)) if authors else ()


def byline(authors: tuple[str, ...], *, others: bool) -> str:
    """Authors as one text.

    >>> byline(("Wculek", "Malanchi"), others=False), byline(("Finisguerra",), others=True)
    ('Wculek and Malanchi', 'Finisguerra et al.')
    """
    if others:
        return f"{', '.join(authors)} et al."
    *before, last = authors or ("",)
    return f"{', '.join(before)} and {last}" if before else last


def year_of(citation: str | None) -> int | None:
    """The year that a citation gives."""
    year = parse_citation(citation or "").get("year")
    return int(year) if year else None


def in_passing(citation: str | None) -> str | None:
    """Author and year of a citation; None where it names neither author nor year.

    >>> in_passing("Wculek and Malanchi, Nature 2015;528(7582):413-417")
    'Wculek and Malanchi 2015'
    """
    parts = parse_citation(citation or "")
    authors = authors_of(parts)
    if not authors or "year" not in parts:
        return None
    return f"{byline(authors, others='others' in parts)} {parts['year']}"
