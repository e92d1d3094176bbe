"""What a format cannot hold: declared by each, and counted for what is exported.

One table is both the text that a reader sees and the code that counts, so the two cannot part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from immunograph.formats.graph import ExportedGraph, ReportedIntervention, ReportedStatement
from immunograph.model import Entity


def none(_: Any) -> int:
    """Nothing of it is lost."""
    return 0


@dataclass(frozen=True, slots=True)
class Loss:
    """A kind of thing that has no place in a format, and how many of it one thing holds."""

    what: str
    """A plural: `refuting evidence`, `interventions`."""
    why: str
    in_statement: Callable[[ReportedStatement], int] = none
    in_entity: Callable[[Entity], int] = none
    in_intervention: Callable[[ReportedIntervention], int] = none


INTERVENTIONS: Final = Loss(
    "interventions",
    "the format holds statements; ask /v1/interventions",
    in_intervention=lambda _: 1,
)
INTERVENTION_EVIDENCE: Final = Loss(
    "evidence of interventions",
    "goes with them",
    in_intervention=lambda one: len(one.evidence),
)


def counted(losses: Iterable[Loss], graph: ExportedGraph) -> list[dict[str, Any]]:
    """What of a graph had no place, by kind, in one pass; a kind without any is left out."""
    known = list(losses)
    counts = [0] * len(known)

    def add(name: str, things: Iterable[Any]) -> None:
        counting = [
            (place, count)
            for place, loss in enumerate(known)
            if (count := getattr(loss, name)) is not none
        ]
        if counting:
            for one in things:
                for place, count in counting:
                    counts[place] += count(one)

    add("in_statement", graph.statements())
    add("in_entity", graph.entities())
    add("in_intervention", graph.interventions())
    return [
        {"what": loss.what, "count": count, "why": loss.why}
        for loss, count in zip(known, counts, strict=True)
        if count
    ]
