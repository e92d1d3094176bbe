"""From one snapshot to the next by the records of loads: what changed is read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution
from immunograph.domain.snapshot import snapshot_id
from immunograph.inference.changes import STUDY
from immunograph.inference.tables import LABELS, LinkKey, NodeKey, Rows, knowledge_from
from immunograph.store.graph import Graph, vocabulary_of
from immunograph.store.loads import PROVISIONAL, RESTORED, headings_of
from immunograph.store.turns import Record, Turn, batches_of, since

MOST: Final = 1_000
"""Sources that are followed one by one; where more changed, the whole is read as fast."""
NEAR: Final = 100
"""Records of loads that are read first: whoever follows is seldom further behind."""
_READ: Final = """
MATCH (s:Source) WHERE s.id IN $sources
CALL (s) {
  MATCH (s)-[r:REPORTS]->(t:Study) RETURN s AS a, r, t AS b
  UNION MATCH (s)<-[r:REPORTED_IN]-(n) RETURN n AS a, r, s AS b
  UNION MATCH (s)<-[:REPORTED_IN]-(n:Evidence|Intervention)
        -[r:SUPPORTS|REFUTES|QUALIFIES|DESCRIBES|DERIVED_FROM|TARGETS|TESTED_IN|OUTCOME]->(m)
        RETURN n AS a, r, m AS b
  UNION MATCH (s)<-[:REPORTED_IN]-(:Evidence)-[:SUPPORTS|REFUTES|QUALIFIES]->(c:Statement)
        -[r:SUBJECT|OBJECT]->(e:Entity) RETURN c AS a, r, e AS b
}
RETURN labels(a) AS from_labels, properties(a) AS from, type(r) AS type,
  labels(b) AS to_labels, properties(b) AS to, properties(r) AS properties, elementId(r) AS id
ORDER BY id
"""
_CLASSES: Final = """
MATCH (e:Entity) WHERE e.id IN $entities
OPTIONAL MATCH (e)-[:IS_A]->(above:Entity)
RETURN properties(e) AS entity, collect(above.id) AS above ORDER BY entity.id
"""


class Touched(NamedTuple):
    """What changed between two snapshots."""

    sources: frozenset[str]
    studies: frozenset[str]
    """Those that were retracted by hand, or stand again."""


def touched_since(graph: Graph, before: str, now: str) -> Touched | None:
    """What changed from one snapshot to another; None where no records of loads lead there."""
    near = headings_of(graph, most=NEAR)
    turns = since(batches_of(near, now), now, before)
    if len(near) == NEAR and not _is_told_by(near, turns):
        turns = since(batches_of(headings_of(graph), now), now, before)
    if turns is None:
        return None
    touched = {record["source"] for turn in turns for record in turn.records}
    studies = {one for one in touched if one.startswith(STUDY)}
    by_hand = frozenset(one.removeprefix(STUDY) for one in studies)
    return Touched(frozenset(touched - studies), by_hand)


def _is_told_by(near: Sequence[Record], turns: Sequence[Turn] | None) -> bool:
    """Whether the newest records tell of turns as all records would.

    The oldest of them may belong to a turn of which more are left out, and a restored graph goes on
    with records that may be older than all of these.
    """
    if turns is None or any(one["by"].startswith(RESTORED) for one in near):
        return False
    return not turns or near[-1]["at"] < turns[-1].at


def follow(
    graph: Graph, held: Knowledge, touched: Touched, stored: Mapping[str, Any]
) -> Knowledge | None:
    """What the graph holds at the stored snapshot, by what changed since what is held.

    None where that is too much, or others loaded while it was read: the server shows a load in
    parts while it commits it. What comes out must have the stored snapshot's id, unless that is in
    the middle of a load and will be known with its end.
    """
    sources, studies = touched
    if len(sources) > MOST:
        return None
    # What may have been seen in parts is waited for: then the snapshot tells.
    graph = graph.in_turn()
    said = contributions_of(graph, sorted(sources), stored)
    retracted = _retracted(graph, sorted(studies))
    if said is None or graph.snapshot() != stored:
        return None
    now = held.fork()
    now.vocabulary = vocabulary_of(stored)
    for source in sorted(sources):
        if source in said:
            now.put(said[source])
        else:
            now.drop(source)
    for study, why in retracted.items():
        now.retract(study, None)
        if study in now.studies and now.studies[study].retracted != why:
            now.retract(study, why)
    if not stored["id"].startswith(PROVISIONAL) and snapshot_id(now) != stored["id"]:
        return None
    return now


def contributions_of(
    graph: Graph, sources: Sequence[str], stored: Mapping[str, Any]
) -> dict[str, Contribution] | None:
    """What these sources say at the stored snapshot, of those that the graph holds.

    None where the graph has moved on. The graph is one whose reads are in turn.
    """
    if not sources:
        return {}
    read = graph.read(_READ, {"sources": sources})
    if graph.snapshot() != stored:
        return None
    rows = Rows()
    for row in read:
        ends = [_node(rows, row[f"{end}_labels"], row[end]) for end in ("from", "to")]
        properties = row["properties"]
        rows.links[LinkKey(ends[0], row["type"], ends[1], properties.get("id", ""))] = properties
    named = {key.id for key in rows.nodes if key.label == "Entity"}
    named |= {cell for one in rows.nodes.values() for cell in one.get("in_cell", ())}
    while named:
        found = graph.read(_CLASSES, {"entities": sorted(named)})
        named = set[str]()
        for row in found:
            key = NodeKey("Entity", row["entity"]["id"])
            rows.nodes[key] = row["entity"]
            for above in row["above"]:
                rows.links[LinkKey(key, "IS_A", NodeKey("Entity", above))] = {}
                if NodeKey("Entity", above) not in rows.nodes:
                    named.add(above)
    if graph.snapshot() != stored:
        return None
    return dict(knowledge_from(rows, vocabulary_of(stored)).contributions)


def _node(rows: Rows, labels: Sequence[str], properties: dict[str, Any]) -> NodeKey:
    label = next(one for one in LABELS if one in labels)
    key = NodeKey(label, properties["id"])
    rows.nodes[key] = properties
    return key


def _retracted(graph: Graph, studies: Sequence[str]) -> dict[str, str | None]:
    rows = graph.read(
        "MATCH (t:Study) WHERE t.id IN $studies RETURN t.id AS id, t.retracted AS why ORDER BY id",
        {"studies": studies},
    )
    return {row["id"]: row["why"] for row in rows}
