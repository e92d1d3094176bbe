"""The papers that an answer rests on: what a study's citation says, part by part.

A citation is one line as people write it: `Finisguerra et al., Nature 2015;522(7556):349-353`.
What does not read so keeps its text, and its parts stay empty: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from immunograph.domain.model import Study

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


@dataclass(frozen=True, slots=True)
class Reference:
    """One paper; a part that its study does not give is empty."""

    study: str
    title: str | None
    authors: tuple[str, ...]
    """Those that the citation names, in its order and its spelling."""
    others: bool
    """Whether the citation says that there are more (et al.)."""
    year: int | None
    journal: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    pmid: str | None
    citation: str | None
    """As the study gives it."""
    retracted: str | None

    @property
    def byline(self) -> str:
        """The authors as one text: `Wculek and Malanchi`, `Finisguerra et al.`."""
        if self.others:
            return f"{', '.join(self.authors)} et al."
        *before, last = self.authors or ("",)
        return f"{', '.join(before)} and {last}" if before else last

    def shape(self) -> dict[str, Any]:
        """The reference as an answer holds it."""
        return {**asdict(self), "authors": list(self.authors)}


def reference_of(study: Study) -> Reference:
    """What a study says of its paper.

    >>> said = "Wculek and Malanchi, Nature 2015;528(7582):413-417"
    >>> found = reference_of(Study(id="wculek-2015", citation=said))
    >>> found.authors, found.year, found.journal, found.volume, found.issue, found.pages
    (('Wculek', 'Malanchi'), 2015, 'Nature', '528', '7582', '413-417')
    """
    parts = parse_citation(study.citation or "")
    authors = parts.get("authors")
    year = parts.get("year")
    return Reference(
        study=study.id,
        title=study.title,
        authors=tuple(_BETWEEN_AUTHORS.split(authors)) if authors else (),
        others="others" in parts,
        year=int(year) if year else None,
        journal=parts.get("journal"),
        volume=parts.get("volume"),
        issue=parts.get("issue"),
        pages=parts.get("pages"),
        doi=study.doi,
        pmid=study.pmid,
        citation=study.citation,
        retracted=study.retracted,
    )


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


def references_of(studies: Iterable[Study]) -> list[Reference]:
    """One reference for each study, in the order of first use."""
    return [reference_of(study) for study in {study.id: study for study in studies}.values()]
