"""Changed rows → Cypher: few queries, each with many rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, LiteralString, NamedTuple

import neo4j

from immunograph.errors import BadQuestion
from immunograph.inference.tables import LABELS, Changes, LinkKey, NodeKey, Properties
from immunograph.store.graph import literal

MOST_ROWS: Final = 5_000
_PLACES: Final = {label: place for place, label in enumerate(LABELS)}
_WORD: Final = re.compile(r"^[A-Za-z][A-Za-z_]*$")


class GivenRows(list[Any]):
    """The rows of a query. The driver spells out what it sends, for its log; these it need not."""

    def __repr__(self) -> str:
        return f"[{len(self)} rows]"


class Write(NamedTuple):
    """One query, and the rows that it is given."""

    text: LiteralString
    rows: GivenRows


def run(tx: neo4j.ManagedTransaction, writes: Iterable[Write]) -> None:
    """Write, in this order."""
    for write in writes:
        tx.run(write.text, given={"rows": write.rows}).consume()


def writes_of(changes: Changes) -> Iterator[Write]:
    """What writes changed rows: links go before their nodes, nodes come before their links.

    Rows are sorted by key, so that two writers take locks in the same order.
    """
    own, others = _own_links(changes)
    yield from _links_dropped(changes.drop_links)
    yield from _nodes_dropped(changes.drop_nodes)
    yield from _nodes_set(changes.set_nodes)
    yield from _nodes_made(changes.new_nodes, own)
    yield from _links_made(others)
    yield from _links_set(changes.set_links)


OwnLink = tuple[str, str, str]
"""The label and id of the target of a link that is made with the node it leaves, and its type."""


def _own_links(changes: Changes) -> tuple[dict[NodeKey, list[OwnLink]], dict[LinkKey, Properties]]:
    """The bare links of new nodes to nodes of labels before their own, and all others.

    So neither end of the former is sought twice.
    """
    own: dict[NodeKey, list[OwnLink]] = defaultdict(list)
    others: dict[LinkKey, Properties] = {}
    for key, properties in changes.new_links.items():
        source, target = key.source, key.target
        stands = _PLACES[target.label] < _PLACES[source.label]
        if stands and not properties and source in changes.new_nodes:
            own[source].append((target.label, target.id, key.type))
        else:
            others[key] = properties
    return own, others


def _links_dropped(links: Iterable[LinkKey]) -> Iterator[Write]:
    for (source, target), keys in _grouped(links):
        rows = [[key.source.id, key.target.id, key.type, key.id] for key in keys]
        yield from _each(rows, _of_link(source, target, "DELETE r"))


def _nodes_dropped(nodes: Iterable[NodeKey]) -> Iterator[Write]:
    dropped: dict[str, list[str]] = defaultdict(list)
    for key in nodes:
        dropped[key.label].append(key.id)
    for label, ids in sorted(dropped.items()):
        yield from _each(sorted(ids), f"{_sought('n', label, 'row')} DETACH DELETE n")


def _nodes_set(found: Mapping[NodeKey, Properties]) -> Iterator[Write]:
    nodes: dict[tuple[str, bool], list[list[Any]]] = defaultdict(list)
    for key, properties in sorted(found.items()):
        recast = key.label == "Entity" and "kind" in properties
        nodes[key.label, recast].append([key.id, properties])
    for (label, recast), rows in sorted(nodes.items()):
        sought, do = _sought("n", label, "row[0]"), "SET n += row[1]"
        if recast:
            do = f"REMOVE n:$(n.kind) {do} SET n:$(n.kind)"
        yield from _each(rows, f"{sought} {do}")


def _nodes_made(
    found: Mapping[NodeKey, Properties], own: Mapping[NodeKey, list[OwnLink]]
) -> Iterator[Write]:
    shapes: dict[tuple[int, tuple[str, ...]], list[list[Any]]] = defaultdict(list)
    for key, properties in sorted(found.items()):
        links = sorted(own.get(key, ()))
        shape = tuple(target for target, _, _ in links)
        ends = (word for _, id_, type_ in links for word in (id_, _word(type_)))
        shapes[_PLACES[key.label], shape].append([properties, *ends])
    for (place, shape), rows in sorted(shapes.items()):
        label = LABELS[place]
        kind = " SET n:$(row[0].kind)" if label == "Entity" else ""
        sought, made = "", ""
        for number, target in enumerate(shape):
            end = f"t{number}"
            sought += _sought(end, target, f"row[{2 * number + 1}]") + " "
            made += f" CREATE (n)-[:$(row[{2 * number + 2}])]->({end})"
        yield from _each(rows, f"{sought}CREATE (n:{label}) SET n = row[0]{kind}{made}")


def _links_made(found: Mapping[LinkKey, Properties]) -> Iterator[Write]:
    for (source, target), keys in _grouped(found):
        rows = [[key.source.id, key.target.id, _word(key.type), found[key]] for key in keys]
        ends = f"{_sought('a', source, 'row[0]')} {_sought('b', target, 'row[1]')}"
        yield from _each(rows, f"{ends} CREATE (a)-[r:$(row[2])]->(b) SET r = row[3]")


def _links_set(found: Mapping[LinkKey, Properties]) -> Iterator[Write]:
    for (source, target), keys in _grouped(found):
        rows = [[key.source.id, key.target.id, key.type, key.id, found[key]] for key in keys]
        yield from _each(rows, _of_link(source, target, "SET r += row[4]"))


def _of_link(source: str, target: str, do: str) -> str:
    """Does it with the link `r` of a row that begins with the ids of its ends, type and own id."""
    return (
        f"MATCH (a:{source} {{id: row[0]}})-[r]->(b:{target} {{id: row[1]}}) "
        f"{_by_id('a', source)} {_by_id('b', target)} "
        f"WHERE type(r) = row[2] AND coalesce(r.id, '') = row[3] {do}"
    )


def _sought(name: str, label: str, id_: str) -> str:
    """Finds a node by label and id."""
    return f"MATCH ({name}:{_word(label)} {{id: {id_}}}) {_by_id(name, label)}"


def _by_id(name: str, label: str) -> str:
    """Has the server seek a node by its id: with no statistics yet, it reads them all instead."""
    return f"USING INDEX SEEK {name}:{_word(label)}(id)"


def _grouped(links: Iterable[LinkKey]) -> Iterator[tuple[tuple[str, str], list[LinkKey]]]:
    """Links in order, by the labels of their ends."""
    groups: dict[tuple[str, str], list[LinkKey]] = defaultdict(list)
    for key in sorted(links):
        groups[_word(key.source.label), _word(key.target.label)].append(key)
    yield from sorted(groups.items())


def _each(rows: Sequence[Any], do: str) -> Iterator[Write]:
    """Do the same with every row.

    Planned once: nodes are sought by id, which stays right however the graph grows
    (`replan=skip`). Rows in a map are planned alike however many they are.
    """
    text = literal(f"CYPHER replan=skip UNWIND $given.rows AS row {do}")
    for start in range(0, len(rows), MOST_ROWS):
        yield Write(text, GivenRows(rows[start : start + MOST_ROWS]))


@cache
def _word(name: str) -> str:
    """A label or type that is a plain word, so that it can stand in Cypher as it is."""
    if not _WORD.match(name):
        raise BadQuestion(f"'{name}' cannot name a label or a type; use letters and underscores.")
    return name
