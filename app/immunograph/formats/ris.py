"""RIS: for EndNote, Zotero, Mendeley and their like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from immunograph.formats.format import ReferenceFormat
from immunograph.formats.references import Reference
from immunograph.formats.text import one_line


def write(references: Iterable[Reference]) -> Iterator[bytes]:
    """One record for each paper; a tag that has no value is left out."""
    for one in references:
        start, _, end = (one.pages or "").partition("-")
        notes = [f"Retracted: {one.retracted}"] if one.retracted else []
        if one.others or not one.journal:  # RIS has no word for further authors
            notes.append(f"Cited as: {one.citation}" if one.citation else "")
        tags: list[tuple[str, str | int | None]] = [
            ("TY", "JOUR" if one.journal else "GEN"),
            ("ID", one.study),
            *(("AU", name) for name in one.authors),
            ("TI", one.title),
            ("JO", one.journal),
            ("PY", one.year),
            ("VL", one.volume),
            ("IS", one.issue),
            ("SP", start),
            ("EP", end),
            ("DO", one.doi),
            ("AN", one.pmid),
            *(("N1", note) for note in notes),
        ]
        lines = [f"{tag}  - {one_line(str(value))}" for tag, value in tags if value]
        yield ("\r\n".join([*lines, "ER  - "]) + "\r\n\r\n").encode()


FORMAT: Final = ReferenceFormat("ris", "RIS", "application/x-research-info-systems", "ris", write)
