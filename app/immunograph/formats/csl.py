"""CSL-JSON: for citation processors, pandoc and Zotero."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from immunograph.formats.format import ReferenceFormat
from immunograph.formats.references import Reference


def write(references: Iterable[Reference]) -> Iterator[bytes]:
    """A list of items, one for each paper."""
    yield b"["
    for number, one in enumerate(references):
        notes = [f"Retracted: {one.retracted}"] if one.retracted else []
        if (one.others or not one.journal) and one.citation:  # CSL has no word for further authors
            notes.append(f"Cited as: {one.citation}")
        item: dict[str, Any] = {
            "id": one.study,
            "type": "article-journal" if one.journal else "document",
            "title": one.title,
            "author": [{"literal": name} for name in one.authors],
            "issued": {"date-parts": [[one.year]]} if one.year else None,
            "container-title": one.journal,
            "volume": one.volume,
            "issue": one.issue,
            "page": one.pages,
            "DOI": one.doi,
            "PMID": one.pmid,
            "note": "\n".join(notes),
        }
        yield b",\n" if number else b"\n"
        yield orjson.dumps({name: value for name, value in item.items() if value})
    yield b"\n]\n"


FORMAT: Final = ReferenceFormat(
    "csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", write
)
