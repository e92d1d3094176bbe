"""The whole graph in one answer, in the formats that others read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from immunograph import __version__
from immunograph.belief import cost
from immunograph.errors import BadQuestion
from immunograph.service import shapes
from immunograph.service.view import View
from immunograph.snapshot import content

LICENCE: Final = "CC BY 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"


def export(view: View, format: str) -> dict[str, Any]:
    """The graph of a view in a format. Raises BadQuestion for one that is not known."""
    if format not in FORMATS:
        raise BadQuestion(
            f"No format '{format}'. Known: {', '.join(sorted(FORMATS))}.", parameter="format"
        )
    return FORMATS[format](view)


def as_json(view: View) -> dict[str, Any]:
    """Everything that the graph asserts, and apart from it what follows.

    `content` alone is what the snapshot id is the hash of: SHA-256 of its canonical JSON
    (RFC 8785, normal form C). Whoever has it can load the same graph, and derive the rest.
    """
    return {
        "snapshot": view.snapshot,
        "format": "json",
        "version": __version__,
        **rights(view.snapshot),
        "content": content(view.knowledge),
        "derived": {
            "statements": {i: _derived(view, i) for i in sorted(view.knowledge.statements)},
            "conflicts": [shapes.conflict(view, view.conflicts[i]) for i in sorted(view.conflicts)],
        },
    }


def rights(snapshot: str) -> dict[str, str]:
    """The licence of the data, and how those of a snapshot are cited (`seed/CITATION.md`)."""
    return {
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "citation": "The immunograph curators. immunograph seed: signed and evidenced statements "
        f"on how immune cells and tumours act on each other. Snapshot {snapshot}. {LICENCE}.",
    }


def _derived(view: View, statement: str) -> dict[str, Any]:
    assessment = view.derivation.assessments[statement]
    return {
        "predicate": assessment.predicate,
        "status": str(assessment.status),
        "belief": assessment.belief,
        "cost": cost(assessment.belief),
        "studies": assessment.studies,
        "laboratories": assessment.laboratories,
        "net": statement in view.derivation.net,
        "step": statement in view.derivation.steps,
        "human": assessment.human,
        "conflict": view.conflict_value(statement),
        "strata": [asdict(stratum) for stratum in assessment.strata],
    }


FORMATS: Final[dict[str, Callable[[View], dict[str, Any]]]] = {"json": as_json}
