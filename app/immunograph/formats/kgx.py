"""KGX, as TSV and as JSON lines: nodes and edges of the Biolink model, for Translator's tools.

A zip of nodes, edges and manifest. KGX reads TSV without quotes: in it tabs and line breaks become
blanks, and `|`, which parts its lists, becomes `¦`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import orjson

from immunograph.domain.model import Entity
from immunograph.formats import biolink
from immunograph.formats.archive import zipped
from immunograph.formats.format import (
    BESIDE_STATEMENTS,
    Format,
    Loss,
    manifest,
)
from immunograph.formats.graph import ExportedGraph, ReportedStatement, terms_of
from immunograph.formats.text import is_one_line, one_line

Slots = Mapping[str, Any]

NODE: Final = ("id", "category", "name", "symbol", "synonym", "xref", "provided_by")
EDGE: Final = (
    *("id", "subject", "predicate", "object", "category"),
    *("qualified_predicate", "object_direction_qualifier", "object_aspect_qualifier"),
    *("species_context_qualifier", "disease_context_qualifier", "anatomical_context_qualifier"),
    *("knowledge_level", "agent_type", "primary_knowledge_source", "original_predicate"),
    *("publications", "has_evidence", "evidence_count", "has_confidence_score"),
)


def _contexts_lost(graph: ExportedGraph) -> int:
    """The dimensions that statements state and edges do not."""
    terms = terms_of(graph.vocabulary)
    return sum(
        len(one.stated()) - len(biolink.contexts(one, terms))
        for one in graph.statements()
        if biolink.fits(one)
    )


CANNOT_HOLD: Final = (
    *biolink.CANNOT_HOLD,
    Loss(
        "what each piece of evidence says and rests on",
        "an edge names its evidence and papers; the passages have no place",
        in_statement=lambda one: len(one.supporting) if biolink.fits(one) else 0,
    ),
    Loss(
        "contexts",
        "a qualifier holds of the whole edge: only what all support states, and has a CURIE",
        in_graph=_contexts_lost,
    ),
    Loss("net marks", "no place for them", in_statement=lambda one: int(one.net)),
    Loss("marks of conflict", "no place for them", in_statement=lambda one: len(one.conflicts)),
    *BESIDE_STATEMENTS,
)
_CHARACTERS: Final = Loss(
    "names with characters that part columns",
    "each such character became a blank or a `¦`",
    in_entity=lambda one: sum(
        not is_one_line(name) or "|" in name for name in (one.name, *one.synonyms)
    ),
)


def _node(one: Entity) -> Slots:
    return {
        "id": biolink.curie(one.id),
        "category": biolink.categories(one),
        "name": one.name,
        "symbol": one.symbol,
        "synonym": list(one.synonyms),
        "xref": [biolink.curie(xref) for xref in one.xrefs],
        "provided_by": [biolink.SOURCE],
    }


def _edge(one: ReportedStatement, terms: Mapping[str, Mapping[str, str]]) -> Slots:
    context: dict[str, Any] = biolink.contexts(one, terms)
    if "anatomical_context_qualifier" in context:  # the one that may have several
        context["anatomical_context_qualifier"] = [context["anatomical_context_qualifier"]]
    return {
        "id": f"itm:statement-{one.statement.id}",
        "subject": biolink.curie(one.subject.id),
        "predicate": biolink.predicate(one),
        "object": biolink.curie(one.object.id),
        "category": [biolink.association(one)],
        **biolink.qualifiers(one),
        **context,
        "knowledge_level": biolink.knowledge_level(one),
        "agent_type": "manual_agent",
        "primary_knowledge_source": biolink.SOURCE,
        "original_predicate": f"itm:{one.predicate.name}",
        "publications": biolink.publications(one),
        "has_evidence": [f"itm:evidence-{each.evidence.id}" for each in one.supporting],
        "evidence_count": len(one.supporting),
        "has_confidence_score": one.belief,
    }


def _edges(graph: ExportedGraph) -> Iterator[Slots]:
    terms = terms_of(graph.vocabulary)
    return (_edge(one, terms) for one in graph.statements() if biolink.fits(one))


def _tsv(columns: tuple[str, ...], rows: Iterable[Slots]) -> Iterator[bytes]:
    yield ("\t".join(columns) + "\n").encode()
    for row in rows:
        yield ("\t".join(_cell(row.get(column)) for column in columns) + "\n").encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(_plain(one) for one in value)  # pyright: ignore[reportUnknownVariableType] # slots are plain
    return _plain(value)


def _plain(value: Any) -> str:
    return one_line(str(value)).replace("|", "¦")


def _jsonl(columns: tuple[str, ...], rows: Iterable[Slots]) -> Iterator[bytes]:
    for row in rows:
        given = {name: value for name in columns if (value := row.get(name)) not in (None, [])}
        yield orjson.dumps(given) + b"\n"


def _write(
    lines: Callable[[tuple[str, ...], Iterable[Slots]], Iterator[bytes]],
    ending: str,
    form: Callable[[], Format],
    graph: ExportedGraph,
) -> Iterator[bytes]:
    return zipped(
        (
            (f"immunograph_nodes.{ending}", lines(NODE, map(_node, graph.entities()))),
            (f"immunograph_edges.{ending}", lines(EDGE, _edges(graph))),
            ("manifest.json", (orjson.dumps(part) for part in (manifest(graph, form()),))),
        )
    )


TSV: Final = Format(
    name="kgx-tsv",
    title="KGX TSV, zipped",
    media_type="application/zip",
    ending="kgx-tsv.zip",
    write=partial(_write, _tsv, "tsv", lambda: TSV),
    cannot_hold=(*CANNOT_HOLD, _CHARACTERS),
)
JSONL: Final = Format(
    name="kgx-jsonl",
    title="KGX JSON lines, zipped",
    media_type="application/zip",
    ending="kgx-jsonl.zip",
    write=partial(_write, _jsonl, "jsonl", lambda: JSONL),
    cannot_hold=CANNOT_HOLD,
)
