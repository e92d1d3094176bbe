"""SIF: source, interaction, target; for Cytoscape and whatever wants the bare network.

Only statements that stand are written, since a triple cannot say that it is denied or guessed.
Ends are CURIEs: names may hold what parts the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from immunograph.formats.format import BESIDE_STATEMENTS, Format, Loss
from immunograph.formats.graph import ExportedGraph

CANNOT_HOLD: Final = (
    Loss(
        "statements that do not stand",
        "a triple cannot say that it is hypothesised, negated or a null result",
        in_statement=lambda one: int(not one.stands),
    ),
    Loss(
        "evidence",
        "the format holds the triple alone",
        in_statement=lambda one: len(one.evidence),
    ),
    Loss(
        "names of entities",
        "ends are CURIEs; /v1/entities?format=csv is the table that goes with them",
        in_entity=lambda _: 1,
    ),
    *BESIDE_STATEMENTS,
)


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """One line a statement."""
    for one in graph.statements():
        if one.stands:
            ends = one.statement
            yield f"{ends.subject}\t{ends.effect}\t{ends.object}\n".encode()


FORMAT: Final = Format(
    name="sif",
    title="SIF, the bare network",
    media_type="text/x-sif",
    ending="sif",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
