"""TRAPI 2.0: a response whose message holds a knowledge graph and no results, for Translator.

No nulls and no empty lists; one primary source an edge. What Biolink has no qualifier for stands
in attributes: each context dimension by its name, the evidence with what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from immunograph.domain.model import Entity
from immunograph.formats import biolink
from immunograph.formats.format import (
    BESIDE_STATEMENTS,
    Format,
)
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedEvidence,
    ReportedStatement,
    context_values,
    terms_of,
)

VERSION: Final = "2.0.0"

CANNOT_HOLD: Final = (*biolink.CANNOT_HOLD, *BESIDE_STATEMENTS)

_SOURCES: Final = ({"resource_id": biolink.SOURCE, "resource_role": "primary_knowledge_source"},)


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The response, its nodes before its edges."""
    terms = terms_of(graph.vocabulary)
    head = {
        "description": graph.rights.citation,
        "schema_version": VERSION,
        "biolink_version": biolink.VERSION,
        "data_release_versions": {biolink.SOURCE: graph.snapshot},
    }
    yield orjson.dumps(head)[:-1] + b',"message":{"knowledge_graph":{"nodes":{'
    yield from _members((biolink.curie(one.id), node(one)) for one in graph.entities())
    edges = _members(
        (one.statement.id, edge(one, terms)) for one in graph.statements() if biolink.fits(one)
    )
    first = next(edges, None)
    if first is not None:  # an empty object is as little allowed as an empty list
        yield b'},"edges":{' + first
        yield from edges
    yield b"}}}}\n"


def _members(found: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    for number, (name, value) in enumerate(found):
        member = orjson.dumps(name) + b":" + orjson.dumps(value)
        yield b",\n" + member if number else b"\n" + member


def node(one: Entity) -> dict[str, Any]:
    """An entity as a node."""
    attributes = _attributes(
        ("biolink:synonym", "synonyms", list(one.synonyms)),
        ("biolink:xref", "xrefs", [biolink.curie(xref) for xref in one.xrefs]),
        ("biolink:symbol", "symbol", one.symbol),
    )
    found = {"name": one.name, "categories": biolink.categories(one), "attributes": attributes}
    return {name: value for name, value in found.items() if value}


def edge(one: ReportedStatement, terms: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A statement that stands as an edge."""
    qualifiers = biolink.qualifiers(one) | biolink.contexts(one, terms)
    found: dict[str, Any] = {
        "subject": biolink.curie(one.subject.id),
        "predicate": biolink.predicate(one),
        "object": biolink.curie(one.object.id),
        "knowledge_level": biolink.knowledge_level(one),
        "agent_type": "manual_agent",
        "sources": list(_SOURCES),
        "qualifiers": [
            {"qualifier_type_id": f"biolink:{name}", "qualifier_value": value}
            for name, value in qualifiers.items()
        ],
        "attributes": _attributes(
            ("biolink:publications", "publications", biolink.publications(one)),
            ("biolink:evidence_count", "supporting", len(one.supporting)),
            ("biolink:has_confidence_score", "belief", one.belief),
            ("biolink:original_predicate", "predicate", f"itm:{one.predicate.name}"),
            ("itm:aspect", "aspect", one.statement.aspect),
            ("itm:direction", "direction", one.predicate.direction),
            ("itm:status", "status", one.status),
            ("itm:net", "net", one.net or None),
            ("itm:human", "human", one.human),
            ("itm:conflicts", "conflicts", list(one.conflicts)),
            *((f"itm:{name}", name, values) for name, values in one.stated().items()),
        )
        + [_evidence(each) for each in one.supporting],
    }
    return {name: value for name, value in found.items() if value}


def _evidence(reported: ReportedEvidence) -> dict[str, Any]:
    """A supporting passage, with what it rests on as attributes of the attribute."""
    evidence = reported.evidence
    return {
        "attribute_type_id": "biolink:has_evidence",
        "original_attribute_name": "evidence",
        "value": f"itm:evidence-{evidence.id}",
        "attributes": _attributes(
            ("itm:says", "says", evidence.says),
            ("itm:basis", "basis", evidence.basis),
            ("itm:directness", "directness", evidence.directness),
            ("itm:hedged", "hedged", evidence.hedged or None),
            ("itm:eco", "eco", evidence.eco),
            ("itm:source", "source", reported.source.id),
            ("itm:tier", "tier", reported.source.tier),
            ("itm:study", "study", evidence.study),
            ("itm:retracted", "retracted", reported.retracted or None),
            ("itm:reader", "reader", evidence.reader),
            ("itm:corpus", "corpus", evidence.record and evidence.record.corpus),
            ("itm:record", "record", evidence.record and evidence.record.key),
            *((f"itm:{name}", name, v) for name, v in context_values(evidence.context).items()),
        ),
    }


def _attributes(*given: tuple[str, str, Any]) -> list[dict[str, Any]]:
    """Attributes by type and by our name; one without a value is left out."""
    return [
        {"attribute_type_id": type_, "original_attribute_name": name, "value": value}
        for type_, name, value in given
        if value not in (None, [], "")
    ]


FORMAT: Final = Format(
    name="trapi",
    title="TRAPI 2.0 knowledge graph",
    media_type="application/vnd.trapi+json",
    ending="trapi.json",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
