"""CX2: for NDEx and Cytoscape Web.

Attributes that are not declared vanish in viewers, and an edge whose end is missing passes their
readers: everything is declared here, and every end is among the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from immunograph.formats.attributes import CANNOT_HOLD as FLAT
from immunograph.formats.attributes import EDGE, NODE, edge_values, node_values
from immunograph.formats.format import Format
from immunograph.formats.graph import ExportedGraph
from immunograph.formats.tables import Column, Kind

CANNOT_HOLD: Final = FLAT
NEEDS_WHOLE: Final = "the ids of entities: nodes are numbered"

_TYPES: Final = {
    Kind.TEXT: "string",
    Kind.TEXTS: "list_of_string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "double",
    Kind.FLAG: "boolean",
}
_REPRESENTS: Final = Column("represents", Kind.TEXT, "the CURIE of a node")


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The aspects in their order; the counts of the metadata are taken beforehand."""
    numbers = {one.id: number for number, one in enumerate(graph.entities())}
    edges = sum(1 for _ in graph.statements())
    counts = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": len(numbers)}
    yield b"[" + orjson.dumps({"CXVersion": "2.0", "hasFragments": False}) + b",\n"
    yield _aspect(
        "metaData",
        [{"name": name, "elementCount": n} for name, n in {**counts, "edges": edges}.items()],
    )
    about = {
        "name": "immunograph" if graph.question is None else "immunograph: part of an answer",
        "description": graph.rights.citation,
        "version": graph.snapshot,
        "rights": graph.rights.licence,
        "rightsHolder": "The immunograph curators",
        "reference": graph.rights.licence_url,
    }
    declared = {
        "networkAttributes": {name: {"d": "string"} for name in about},
        "nodes": _declarations((_REPRESENTS, *NODE)),
        "edges": _declarations(EDGE),
    }
    yield _aspect("attributeDeclarations", [declared])
    yield _aspect("networkAttributes", [about])
    yield b'{"nodes":['
    yield from _elements(
        {"id": numbers[one.id], "v": _given({"represents": one.id, **node_values(one)})}
        for one in graph.entities()
    )
    yield b']},\n{"edges":['
    yield from _elements(
        {
            "id": number,
            "s": numbers[one.subject.id],
            "t": numbers[one.object.id],
            "v": _given({c.name: values.get(c.name) for c in EDGE}),
        }
        for number, one in enumerate(graph.statements())
        for values in (edge_values(one),)
    )
    yield b"]},\n" + orjson.dumps({"status": [{"success": True}]}) + b"]\n"


def _aspect(name: str, elements: Sequence[Mapping[str, Any]]) -> bytes:
    return orjson.dumps({name: elements}) + b",\n"


def _declarations(columns: Iterable[Column]) -> dict[str, dict[str, str]]:
    return {column.name: {"d": _TYPES[column.kind]} for column in columns}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [])}


def _elements(found: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for number, element in enumerate(found):
        yield b",\n" if number else b"\n"
        yield orjson.dumps(element)


FORMAT: Final = Format(
    name="cx2",
    title="CX2 of NDEx and Cytoscape Web",
    media_type="application/vnd.cx2+json",
    ending="cx2",
    write=write,
    cannot_hold=CANNOT_HOLD,
    needs_whole=NEEDS_WHOLE,
)
