"""The formats of the field: one module each, listed here with what each cannot hold.

A writer takes an `ExportedGraph` and gives its bytes piece by piece. Nothing here reads, asks or
stores anything: what is written follows from what is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from immunograph.formats import (
    bel,
    bibtex,
    csl,
    cx2,
    cytoscape,
    delimited,
    graphml,
    indra,
    kgx,
    native,
    parquet,
    ris,
    sif,
    signor,
    trapi,
    trig,
)
from immunograph.formats.format import JSON_MEDIA_TYPE, Format, ReferenceFormat

MANIFEST_MEDIA_TYPE: Final = "application/vnd.immunograph.manifest+json"

_ALL: Final = (
    native.FORMAT,
    delimited.CSV,
    delimited.TSV,
    delimited.EXCEL,
    parquet.FORMAT,
    indra.FORMAT,
    bel.FORMAT,
    kgx.TSV,
    kgx.JSONL,
    trapi.FORMAT,
    signor.FORMAT,
    cx2.FORMAT,
    graphml.FORMAT,
    sif.FORMAT,
    cytoscape.FORMAT,
    trig.FORMAT,
)

FORMATS: Final[Mapping[str, Format]] = {one.name: one for one in _ALL}
"""By name. `json` is the whole graph; the JSON of an answer is the answer itself."""

REFERENCE_FORMATS: Final[Mapping[str, ReferenceFormat]] = {
    one.name: one for one in (bibtex.FORMAT, ris.FORMAT, csl.FORMAT)
}
"""The formats of the papers that an answer rests on, by name."""


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
"""Media types that name no format: who wants one of theirs names it."""

_BY_MEDIA_TYPE: Final[Mapping[str, tuple[str, str] | None]] = {
    **{
        one.media_type: ("format", one.name)
        for one in reversed(_ALL)  # of two with one media type the first stands
        if one.media_type not in _SHARED
    },
    **{one.media_type: ("references", one.name) for one in REFERENCE_FORMATS.values()},
    JSON_MEDIA_TYPE: None,
    "*/*": None,
    "application/*": None,
}
