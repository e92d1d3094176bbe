"""The formats of the field: one module each, listed here with what each cannot hold.

A writer takes an `ExportedGraph` and gives its bytes piece by piece. Nothing here reads, asks or
stores anything: what is written follows from what is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final

from immunograph.errors import BadQuestion
from immunograph.formats import bibtex, csl, delimited, native, ris
from immunograph.formats.graph import ExportedGraph
from immunograph.formats.losses import INTERVENTION_EVIDENCE, INTERVENTIONS, Loss, counted
from immunograph.formats.references import Reference
from immunograph.formats.references import reference_of as reference_of
from immunograph.formats.tables import evidence_table as evidence_table
from immunograph.formats.tables import statement_table as statement_table

JSON_MEDIA_TYPE: Final = "application/json"
MANIFEST_MEDIA_TYPE: Final = "application/vnd.immunograph.manifest+json"

Write = Callable[..., Iterator[bytes]]
"""Of an `ExportedGraph`; `excel=True` where a format knows it."""
WriteTable = Callable[..., Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how it is called, written and named, and what it cannot hold."""

    name: str
    title: str
    media_type: str
    ending: str
    """Of a file's name, without the dot."""
    write: Write
    """Writes statements."""
    write_table: WriteTable | None = None
    """Writes the rows of any answer; None where the format is no table."""
    cannot_hold: tuple[Loss, ...] = ()
    needs_whole: str | None = None
    """What of the graph must stand in memory to write it, and why; None: one statement."""


@dataclass(frozen=True, slots=True)
class ReferenceFormat:
    """One format of papers."""

    name: str
    title: str
    media_type: str
    ending: str
    write: Callable[[Iterable[Reference]], Iterator[bytes]]


_ONE_BY_ONE: Final = Loss(
    "evidence one by one",
    "a row is a statement and counts its evidence; rows=evidence gives a row to each",
    in_statement=lambda one: len(one.evidence),
)


def _as_table(write: WriteTable) -> Write:
    def write_statements(graph: ExportedGraph, **how: bool) -> Iterator[bytes]:
        return write(statement_table(graph), **how)

    return write_statements


_CSV: Final = partial(delimited.write, delimiter=",")
_TSV: Final = partial(delimited.write, delimiter="\t")

_ALL: Final = (
    Format(
        name="json",
        title="our own JSON: everything that is asserted, and what follows",
        media_type=JSON_MEDIA_TYPE,
        ending="json",
        write=native.write,
    ),
    Format(
        name="csv",
        title="CSV, one row a statement, an evidence or a step",
        media_type="text/csv",
        ending="csv",
        write=_as_table(_CSV),
        write_table=_CSV,
        cannot_hold=(_ONE_BY_ONE, INTERVENTIONS, INTERVENTION_EVIDENCE),
    ),
    Format(
        name="tsv",
        title="TSV, one row a statement, an evidence or a step",
        media_type="text/tab-separated-values",
        ending="tsv",
        write=_as_table(_TSV),
        write_table=_TSV,
        cannot_hold=(_ONE_BY_ONE, INTERVENTIONS, INTERVENTION_EVIDENCE),
    ),
)

FORMATS: Final[Mapping[str, Format]] = {one.name: one for one in _ALL}
"""By name. `json` is the whole graph; the JSON of an answer is the answer itself."""

REFERENCE_FORMATS: Final[Mapping[str, ReferenceFormat]] = {
    one.name: one
    for one in (
        ReferenceFormat("bibtex", "BibTeX", "application/x-bibtex", "bib", bibtex.write),
        ReferenceFormat("ris", "RIS", "application/x-research-info-systems", "ris", ris.write),
        ReferenceFormat(
            "csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", csl.write
        ),
    )
}
"""The formats of the papers that an answer rests on, by name."""


def manifest(graph: ExportedGraph, form: Format) -> dict[str, Any]:
    """What an export holds, whose it is, and what had no place in its format."""
    return {
        "snapshot": graph.snapshot,
        "format": form.name,
        "media_type": form.media_type,
        "version": graph.version,
        "licence": graph.rights.licence,
        "licence_url": graph.rights.licence_url,
        "citation": graph.rights.citation,
        "question": graph.question,
        "counts": _counts(graph),
        "no_place": counted(form.cannot_hold, graph),
        "needs_whole": form.needs_whole,
    }


def _counts(graph: ExportedGraph) -> dict[str, int]:
    """How much there is to hold, before anything is lost."""
    statements = causal = evidence = 0
    for one in graph.statements():
        statements += 1
        causal += one.causal
        evidence += len(one.evidence)
    interventions = [len(one.evidence) for one in graph.interventions()]
    return {
        "statements": statements,
        "causal": causal,
        "evidence": evidence + sum(interventions),
        "evidence_of_statements": evidence,
        "entities": sum(1 for _ in graph.entities()),
        "interventions": len(interventions),
        "conflicts": sum(1 for _ in graph.conflicts()),
        "sources": sum(1 for _ in graph.sources()),
        "studies": sum(1 for _ in graph.studies()),
    }


def evidence_rows(form: Format) -> Format:
    """The format of a table with a row for each piece of evidence. Raises BadQuestion."""
    write = form.write_table
    if write is None:
        raise BadQuestion(
            f"'{form.name}' is no table, so it has no rows; leave out rows.", parameter="rows"
        )

    def write_evidence(graph: ExportedGraph, **how: bool) -> Iterator[bytes]:
        return write(evidence_table(graph), **how)

    return replace(
        form,
        write=write_evidence,
        cannot_hold=tuple(loss for loss in form.cannot_hold if loss is not _ONE_BY_ONE),
    )


@lru_cache(maxsize=256)
def accepted(header: str) -> tuple[str, str] | None:
    """The parameter and value that an `Accept` header asks for; None for JSON, or where it is open.

    >>> accepted("text/csv, application/json;q=0.5")
    ('format', 'csv')
    >>> accepted("application/x-bibtex")
    ('references', 'bibtex')
    >>> accepted("text/html,application/xhtml+xml,*/*;q=0.8")
    """
    best: tuple[float, tuple[str, str] | None] = (0.0, None)
    for part in header.split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        if name not in _BY_MEDIA_TYPE:
            continue
        quality = _quality(parameters)
        if quality > best[0]:
            best = quality, _BY_MEDIA_TYPE[name]
    return best[1]


def _quality(parameters: Iterable[str]) -> float:
    for one in parameters:
        if one.startswith("q="):
            try:
                return float(one[2:])
            except ValueError:
                return 0.0
    return 1.0


_SHARED: Final = frozenset({JSON_MEDIA_TYPE, "application/zip"})
"""Media types of several formats: who wants one of these names it."""

_BY_MEDIA_TYPE: Final[Mapping[str, tuple[str, str] | None]] = {
    **{one.media_type: ("format", one.name) for one in _ALL if one.media_type not in _SHARED},
    **{one.media_type: ("references", one.name) for one in REFERENCE_FORMATS.values()},
    JSON_MEDIA_TYPE: None,
    "*/*": None,
    "application/*": None,
}
