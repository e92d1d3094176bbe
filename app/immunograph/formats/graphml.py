"""GraphML: for networkx, igraph, Gephi, yEd and Cytoscape; edges are directed and may be parallel.

Lists are joined by `|` (`tables.joined`), since GraphML knows none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from immunograph.formats.attributes import CANNOT_HOLD as FLAT
from immunograph.formats.attributes import EDGE, NODE, edge_values, node_values
from immunograph.formats.format import Format, Loss
from immunograph.formats.graph import ExportedGraph
from immunograph.formats.tables import Column, Kind, joined
from immunograph.formats.text import has_controls, without_controls

_TYPES: Final = {
    Kind.TEXT: "string",
    Kind.TEXTS: "string",
    Kind.INTEGER: "int",
    Kind.NUMBER: "double",
    Kind.FLAG: "boolean",
}

CANNOT_HOLD: Final = (
    Loss(
        "control characters",
        "XML 1.0 has none; each became U+FFFD",
        in_statement=lambda one: sum(has_controls(each.evidence.says) for each in one.evidence),
        in_entity=lambda one: sum(map(has_controls, (one.name, *one.synonyms))),
    ),
    *FLAT,
)


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The graph with its nodes before its edges."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        f"{_keys('node', NODE)}{_keys('edge', EDGE)}"
        '<key id="g_snapshot" for="graph" attr.name="snapshot" attr.type="string"/>\n'
        '<key id="g_licence" for="graph" attr.name="licence" attr.type="string"/>\n'
        '<key id="g_citation" for="graph" attr.name="citation" attr.type="string"/>\n'
        '<graph id="immunograph" edgedefault="directed">\n'
        f'<data key="g_snapshot">{graph.snapshot}</data>\n'
        f'<data key="g_licence">{escape(graph.rights.licence)}</data>\n'
        f'<data key="g_citation">{escape(graph.rights.citation)}</data>\n'
    ).encode()
    for one in graph.entities():
        data = _data("node", NODE, node_values(one))
        yield f"<node id={quoteattr(one.id)}>{data}</node>\n".encode()
    for one in graph.statements():
        ends = f"source={quoteattr(one.subject.id)} target={quoteattr(one.object.id)}"
        data = _data("edge", EDGE, edge_values(one))
        yield f"<edge id={quoteattr(one.statement.id)} {ends}>{data}</edge>\n".encode()
    yield b"</graph>\n</graphml>\n"


def _keys(what: str, columns: Sequence[Column]) -> str:
    return "".join(
        f'<key id="{what}_{column.name}" for="{what}" attr.name="{column.name}" '
        f'attr.type="{_TYPES[column.kind]}"/>\n'
        for column in columns
    )


def _data(what: str, columns: Sequence[Column], values: Mapping[str, Any]) -> str:
    """The values that are not empty."""
    found = ((column, values.get(column.name)) for column in columns)
    return "".join(
        f'<data key="{what}_{column.name}">{_text(column.kind, value)}</data>'
        for column, value in found
        if value not in (None, "", [])
    )


def _text(kind: Kind, value: Any) -> str:
    if kind is Kind.FLAG:
        return "true" if value else "false"
    text = joined(value) if kind is Kind.TEXTS else str(value)
    # A carriage return would be read as a line feed.
    return escape(without_controls(text), {"\r": "&#13;"})


FORMAT: Final = Format(
    name="graphml",
    title="GraphML",
    media_type="application/graphml+xml",
    ending="graphml",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
