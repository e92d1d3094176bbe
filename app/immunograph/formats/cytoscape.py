"""Cytoscape.js JSON: for web pages and Cytoscape, and for networkx (`cytoscape_graph`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

import orjson

from immunograph.formats.attributes import CANNOT_HOLD as FLAT
from immunograph.formats.attributes import EDGE, edge_values, node_values
from immunograph.formats.format import Format
from immunograph.formats.graph import ExportedGraph

CANNOT_HOLD: Final = FLAT


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The elements, nodes before edges; `directed`, `multigraph` and `value` are for networkx."""
    about = {"snapshot": graph.snapshot, "version": graph.version, **asdict(graph.rights)}
    head = {"format_version": "1.0", "directed": True, "multigraph": True, "data": about}
    yield orjson.dumps(head)[:-1] + b',"elements":{"nodes":['
    yield from _elements(
        {"id": one.id, "value": one.id, **node_values(one)} for one in graph.entities()
    )
    yield b'],"edges":['
    yield from _elements(
        {
            "id": one.statement.id,
            "key": one.statement.id,
            "source": one.subject.id,
            "target": one.object.id,
            **{column.name: values.get(column.name) for column in EDGE},
        }
        for one in graph.statements()
        for values in (edge_values(one),)
    )
    yield b"]}}\n"


def _elements(found: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, data in enumerate(found):
        given = {name: value for name, value in data.items() if value not in (None, [])}
        yield b",\n" if number else b"\n"
        yield orjson.dumps({"data": given})


FORMAT: Final = Format(
    name="cytoscape",
    title="Cytoscape.js JSON",
    media_type="application/vnd.cytoscape.js+json",
    ending="cyjs",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
