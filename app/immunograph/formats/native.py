"""Our own JSON: everything that the graph asserts, and apart from it what follows.

`content` alone is what the snapshot id stands for (`domain.snapshot.snapshot_of`). Whoever has it
can load the same graph, and derive the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

import orjson

from immunograph.domain.snapshot import shape, vocabulary_shape
from immunograph.domain.vocabulary import PRIORS
from immunograph.formats.format import JSON_MEDIA_TYPE, Format
from immunograph.formats.graph import ExportedGraph, ReportedConflict, ReportedStatement
from immunograph.inference.belief import cost


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The graph as one JSON object; lists are sorted by id."""
    head = {
        "snapshot": graph.snapshot,
        "format": "json",
        "version": graph.version,
        **asdict(graph.rights),
    }
    yield orjson.dumps(head)[:-1] + b',"content":{"vocabulary":'
    yield orjson.dumps(vocabulary_shape(graph.vocabulary))
    for name, models in (
        ("entities", graph.entities()),
        ("sources", graph.sources()),
        ("studies", graph.studies()),
        ("statements", graph.asserted()),
        ("evidence", graph.evidence()),
        ("interventions", (one.intervention for one in graph.interventions())),
    ):
        yield b',"' + name.encode() + b'":['
        yield from _between(orjson.dumps(shape(one)) for one in models)
        yield b"]"
    yield b',"priors":' + orjson.dumps(PRIORS) + b'},"derived":{"statements":{'
    yield from _between(
        orjson.dumps(one.statement.id) + b":" + orjson.dumps(_derived(one))
        for one in graph.statements()
    )
    yield b'},"conflicts":['
    yield from _between(orjson.dumps(_conflict(one)) for one in graph.conflicts())
    yield b"]}}"


def _between(parts: Iterable[bytes]) -> Iterator[bytes]:
    for number, part in enumerate(parts):
        yield b"," + part if number else part


def _derived(one: ReportedStatement) -> dict[str, Any]:
    return {
        "predicate": one.predicate.name,
        "status": one.status,
        "belief": one.belief,
        "cost": cost(one.belief),
        "studies": one.studies,
        "laboratories": one.laboratories,
        "net": one.net,
        "step": one.step,
        "human": one.human,
        "conflict": one.conflict,
        "strata": [asdict(stratum) for stratum in one.strata],
    }


def _conflict(reported: ReportedConflict) -> dict[str, Any]:
    one = reported.conflict
    return {
        "id": one.id,
        "statements": list(one.statements),
        "names": list(reported.names),
        "support": list(one.support),
        "conflict": one.conflict,
        "contexts": list(reported.contexts),
        "resolved_by": one.resolved_by,
        "explanation": one.explanation,
    }


FORMAT: Final = Format(
    name="json",
    title="our own JSON: everything that is asserted, and what follows",
    media_type=JSON_MEDIA_TYPE,
    ending="json",
    write=write,
)
