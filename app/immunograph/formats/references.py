"""The papers that an answer rests on: what a study's citation says, part by part."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from immunograph.domain.citations import authors_of, byline, parse_citation
from immunograph.domain.model import Study


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
        return byline(self.authors, others=self.others)

    @property
    def short(self) -> str:
        """The paper as people speak of it: `Qian 2011`; its title where no author is known."""
        if self.authors:
            return " ".join([self.authors[0], *([str(self.year)] if self.year else [])])
        return self.citation or self.title or self.study

    def shape(self) -> dict[str, Any]:
        """The reference as an answer holds it."""
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**parts, "authors": list(self.authors)}


def reference_of(study: Study) -> Reference:
    """What a study says of its paper.

    >>> said = "Wculek and Malanchi, Nature 2015;528(7582):413-417"
    >>> found = reference_of(Study(id="wculek-2015", citation=said))
    >>> found.authors, found.year, found.journal, found.volume, found.issue, found.pages
    (('Wculek', 'Malanchi'), 2015, 'Nature', '528', '7582', '413-417')
    """
    parts = parse_citation(study.citation or "")
    year = parts.get("year")
    return Reference(
        study=study.id,
        title=study.title,
        authors=authors_of(parts),
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
