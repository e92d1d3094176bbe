"""BibTeX: for LaTeX, biber and reference managers; Unicode stays as it is (UTF-8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from immunograph.formats.format import ReferenceFormat
from immunograph.formats.references import Reference
from immunograph.formats.text import one_line

_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_SPECIALS: Final = re.compile(r"[\\{}$&#%_~^]")
_VERBATIM: Final = {"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"}
_VERBATIMS: Final = re.compile(r"[\\{} ]")


def write(references: Iterable[Reference]) -> Iterator[bytes]:
    """One entry for each paper, its key the id of the study."""
    for one in references:
        fields = {
            "title": f"{{{latex(one.title)}}}" if one.title else None,  # keeps its capitals
            "author": _authors(one),
            "journal": latex(one.journal) if one.journal else None,
            "year": str(one.year) if one.year else None,
            "volume": latex(one.volume) if one.volume else None,
            "number": latex(one.issue) if one.issue else None,
            "pages": latex(one.pages).replace("-", "--") if one.pages else None,
            "doi": verbatim(one.doi) if one.doi else None,
            "pmid": one.pmid,
            "note": latex(_note(one)) or None,
        }
        kind = "article" if one.journal else "misc"
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        body = ",\n".join([one.study, *lines])
        yield f"@{kind}{{{body}\n}}\n\n".encode()


def latex(text: str) -> str:
    """The text as LaTeX sets it.

    >>> latex("50% of IL-6_{high} & co.")
    '50\\\\% of IL-6\\\\_\\\\{high\\\\} \\\\& co.'
    """
    return _SPECIALS.sub(lambda found: _SPECIAL[found.group()], one_line(text))


def verbatim(text: str) -> str:
    """What LaTeX sets as it stands (`doi`, `url`): only what would end the field is encoded."""
    return _VERBATIMS.sub(lambda found: _VERBATIM[found.group()], one_line(text))


def _authors(one: Reference) -> str | None:
    """Each name in braces, so that none is taken apart: only surnames are known of most."""
    names = [f"{{{latex(name)}}}" for name in one.authors]
    return " and ".join([*names, *(["others"] if one.others and names else [])]) or None


def _note(one: Reference) -> str:
    told = [f"Retracted: {one.retracted}"] if one.retracted else []
    if one.citation and not one.journal:
        told.append(one.citation)
    return ". ".join(told)


FORMAT: Final = ReferenceFormat("bibtex", "BibTeX", "application/x-bibtex", "bib", write)
