"""What a format is: its name, its writer, and the table of what it cannot hold.

That table is both the text that a reader sees and the code that counts, so the two cannot part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from immunograph.domain.model import Entity
from immunograph.formats.graph import ExportedGraph, ReportedIntervention, ReportedStatement
from immunograph.formats.references import Reference
from immunograph.formats.text import is_one_line

JSON_MEDIA_TYPE: Final = "application/json"

Write = Callable[[ExportedGraph], Iterator[bytes]]


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
    in_graph: Callable[[ExportedGraph], int] = none
    """What cannot be told of one thing alone."""


SET_ASIDE: Final = Loss(
    "passages that became nothing",
    "they are about sources, not about statements",
    in_graph=lambda graph: sum(len(source.not_statements) for source in graph.sources()),
)
ONE_LINE: Final = Loss(
    "texts of more than one line",
    "line breaks and tabs became blanks, control characters U+FFFD",
    in_statement=lambda one: sum(not is_one_line(each.evidence.says) for each in one.evidence),
    in_entity=lambda one: int(not is_one_line(one.name)),
)
BESIDE_STATEMENTS: Final = (
    Loss(
        "interventions",
        "the format holds statements; ask /v1/interventions",
        in_intervention=lambda _: 1,
    ),
    Loss(
        "evidence of interventions",
        "goes with them",
        in_intervention=lambda one: len(one.evidence),
    ),
    SET_ASIDE,
)
"""What has no place in any format that holds statements alone."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how it is called, written and named, and what it cannot hold."""

    name: str
    title: str
    media_type: str
    ending: str
    """Of a file's name, without the dot."""
    write: Write
    """Writes statements."""
    write_table: Callable[[Any], Iterator[bytes]] | None = None
    """Writes a `Table`, the rows of any answer; None where the format is no table."""
    cannot_hold: tuple[Loss, ...] = ()
    needs_whole: str | None = None
    """What of the graph must stand in memory to write it, and why; None: one statement."""
    needs: str | None = None
    """A package that it cannot be written without; an extra of the same name as the format."""

    @property
    def available(self) -> bool:
        """Whether what it needs is installed here."""
        return self.needs is None or find_spec(self.needs) is not None


@dataclass(frozen=True, slots=True)
class ReferenceFormat:
    """One format of papers."""

    name: str
    title: str
    media_type: str
    ending: str
    write: Callable[[Iterable[Reference]], Iterator[bytes]]


def manifest(graph: ExportedGraph, form: Format) -> dict[str, Any]:
    """What an export holds, whose it is, and what had no place in its format."""
    return {
        "snapshot": graph.snapshot,
        "format": form.name,
        "media_type": form.media_type,
        "version": graph.version,
        "licence": graph.rights.licence,
        "licence_url": graph.rights.licence_url,
        "citation": graph.rights.citation,
        "question": graph.question,
        "counts": _counts(graph),
        "no_place": counted(form.cannot_hold, graph),
        "needs_whole": form.needs_whole,
    }


def _counts(graph: ExportedGraph) -> dict[str, int]:
    """How much there is to hold, before anything is lost."""
    statements = causal = evidence = 0
    for one in graph.statements():
        statements += 1
        causal += one.causal
        evidence += len(one.evidence)
    interventions = [len(one.evidence) for one in graph.interventions()]
    return {
        "statements": statements,
        "causal": causal,
        "evidence": evidence + sum(interventions),
        "evidence_of_statements": evidence,
        "entities": sum(1 for _ in graph.entities()),
        "interventions": len(interventions),
        "conflicts": sum(1 for _ in graph.conflicts()),
        "sources": sum(1 for _ in graph.sources()),
        "studies": sum(1 for _ in graph.studies()),
    }


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
    add("in_graph", (graph,))
    return [
        {"what": loss.what, "count": count, "why": loss.why}
        for loss, count in zip(known, counts, strict=True)
        if count
    ]
