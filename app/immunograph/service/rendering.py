"""An answer, made once, as whoever asked wants to have it: JSON, a table, a graph, its papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import orjson

from immunograph import formats
from immunograph.answers.graph import Offered
from immunograph.answers.parts import Pinned
from immunograph.errors import BadQuestion
from immunograph.formats import atom
from immunograph.formats.format import JSON_MEDIA_TYPE, Format, ReferenceFormat, manifest
from immunograph.formats.graph import ExportedGraph
from immunograph.formats.references import reference_of
from immunograph.formats.tables import (
    Table,
    Values,
    evidence_rows,
    evidence_values,
    reference_lists,
    statement_values,
)
from immunograph.service import citing, exports, feeds
from immunograph.service.layouts import COLUMNS, LAYOUTS, Layout, Row, Shows
from immunograph.service.shapes import to_bytes
from immunograph.service.view import View

Answer = Mapping[str, Any]
FED: Final = "changes"
"""The question whose answer is a feed, too."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A snapshot, by its first digits, to which an address is pinned."""

    snapshot: str
    changes: str
    """The address that tells what changed since."""

    def shape(self, snapshot: str) -> Pinned:
        """What an answer from a snapshot says of it."""
        current = self.is_current(snapshot)
        return {
            "snapshot": self.snapshot,
            "current": current,
            "says": "This is the snapshot that the address is pinned to."
            if current
            else "The graph has moved on since the snapshot that this address is pinned to.",
            "changes": None if current else self.changes,
        }

    def is_current(self, snapshot: str) -> bool:
        """Whether an answer from a snapshot is of the pinned one."""
        return snapshot.startswith(self.snapshot)


@dataclass(frozen=True, slots=True)
class Output:
    """How an answer is wanted."""

    format: str = "json"
    references: str | None = None
    """A format of papers: those that the answer rests on, in place of the answer."""
    manifest: bool = False
    """What the format holds and what had no place in it, in place of the answer."""
    rows: str = "statements"
    """What a row of the whole graph is, in a table: `statements` or `evidence`."""
    pin: Pin | None = None
    """The snapshot that whoever asks has an answer from already."""

    @property
    def plain(self) -> bool:
        """Whether this is the answer itself, as JSON."""
        return self.format == "json" and self.references is None and not self.manifest


def formats_of(question: str) -> list[str]:
    """The formats that the answer to a question can be had in, by name.

    Tables fit every answer that has rows, the others those that hold statements; all must be
    installed. A feed is of changes alone.
    """
    layout = LAYOUTS.get(question)
    every = question == "export" or (layout is not None and layout.has_statements)
    found = [
        name
        for name, one in formats.FORMATS.items()
        if one.available
        and (every or name == "json" or (layout is not None and one.write_table is not None))
    ]
    return [*found, atom.NAME] if question == FED else found


def offered() -> Offered:
    """What there is to choose from, as the snapshot tells it."""
    return {
        "formats": [
            {
                "name": name,
                "title": formats.FORMATS[name].title,
                "ending": formats.FORMATS[name].ending,
                "table": formats.FORMATS[name].write_table is not None,
            }
            for name in formats_of("export")
        ],
        "reference_formats": [
            {"name": one.name, "title": one.title, "ending": one.ending}
            for one in formats.REFERENCE_FORMATS.values()
        ],
    }


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer on its way out, piece by piece."""

    media_type: str
    snapshot: str
    chunks: Iterator[bytes]
    file: str | None = None
    """The name to save it under; None for JSON answers, which are read where they are."""
    cut_by: str | None = None
    next: str | None = None
    has_manifest: bool = False
    """Whether the same question has a manifest of this format."""
    history: str | None = None
    """Where what changed is told, if the graph has left the snapshot of a pinned address."""

    def pinned(self, pin: Pin | None) -> Rendered:
        """The same, with what became of the snapshot that its address is pinned to."""
        if pin is None or pin.is_current(self.snapshot):
            return self
        return replace(self, history=pin.changes)


def check(question: str, output: Output) -> None:
    """Raises BadQuestion where the answer to a question cannot be had like this."""
    if output.references is not None:
        _known("references", output.references, formats.REFERENCE_FORMATS)
        return
    fitting = formats_of(question)
    if output.format == atom.NAME and atom.NAME in fitting and not output.manifest:
        return
    form = formats.FORMATS[_known("format", output.format, formats.FORMATS)]
    if not form.available:
        raise BadQuestion(
            f"'{form.name}' needs {form.needs}, which is not installed here. "
            f"Install it with `pip install 'immunograph[{form.name}]'`.",
            parameter="format",
        )
    if form.name not in fitting:
        raise BadQuestion(
            f"'{form.name}' holds statements, and the answer to {question} has none. "
            f"Here there are {', '.join(fitting)}.",
            parameter="format",
        )


def _known(parameter: str, name: str, known: Mapping[str, Any]) -> str:
    if name not in known:
        raise BadQuestion(
            f"No {parameter} '{name}'. Known: {', '.join(sorted(known))}.", parameter=parameter
        )
    return name


def rendered(
    view: View, question: str, answer: Answer, output: Output, *, asked: Mapping[str, Any]
) -> Rendered:
    """The answer to a question of a view as it is wanted, if not as plain JSON.

    `asked` is what its manifest says was asked, where the answer itself does not repeat it.
    """
    if output.references is not None:
        papers = formats.REFERENCE_FORMATS[output.references]
        cited = citing.papers(view, (one["study"] for one in answer["references"]))
        return _file(view, question, papers, papers.write(cited), answer)
    if output.format == atom.NAME:
        chunks = atom.write(feeds.feed(answer))
        return Rendered(atom.MEDIA_TYPE, view.snapshot, chunks, cut_by=answer.get("cut_by"))
    form = formats.FORMATS[output.format]
    layout = LAYOUTS[question]
    named = {"name": question, **(answer.get("question") or asked)}
    if output.manifest:
        return _manifest(_graph(view, answer, layout, named), form)
    if form.write_table is not None:
        chunks = form.write_table(_table(view, layout, answer))
    else:
        chunks = form.write(_graph(view, answer, layout, named))
    return _file(view, question, form, chunks, answer)


def exported(view: View, output: Output) -> Rendered:
    """The whole graph of a view as it is wanted."""
    graph = exports.whole(view)
    if output.references is not None:
        papers = formats.REFERENCE_FORMATS[output.references]
        cited = map(reference_of, graph.studies())
        return _file(view, "graph", papers, papers.write(cited))
    form = formats.FORMATS[output.format]
    if output.rows == "evidence":
        form = evidence_rows(form)
    if output.manifest:
        return _manifest(graph, form)
    return _file(view, "graph", form, form.write(graph))


def as_json(answer: Answer, pin: Pin | None = None) -> Rendered:
    """The answer itself; where its address is pinned, with what became of that snapshot."""
    if pin is not None:
        answer = {**answer, "pinned": pin.shape(answer["snapshot"])}
    return Rendered(
        media_type=JSON_MEDIA_TYPE,
        snapshot=answer["snapshot"],
        chunks=iter((to_bytes(answer),)),
        cut_by=answer.get("cut_by"),
        next=answer.get("next"),
    )


def _manifest(graph: ExportedGraph, form: Format) -> Rendered:
    chunks = iter((orjson.dumps(manifest(graph, form)),))
    return Rendered(formats.MANIFEST_MEDIA_TYPE, graph.snapshot, chunks)


def _file(
    view: View,
    stem: str,
    form: Format | ReferenceFormat,
    chunks: Iterator[bytes],
    answer: Answer = MappingProxyType({}),
) -> Rendered:
    return Rendered(
        media_type=form.media_type,
        snapshot=view.snapshot,
        chunks=chunks,
        file=f"immunograph-{stem}-{view.snapshot[:8]}.{form.ending}",
        cut_by=answer.get("cut_by"),
        next=answer.get("next"),
        has_manifest=isinstance(form, Format),
    )


# --- tables ----------------------------------------------------------------------------------


def _table(view: View, layout: Layout, answer: Answer) -> Table:
    own = layout.columns(answer)

    def rows() -> Iterator[Values]:
        for row in layout.rows(answer):
            values = {column.name: row.values.get(column.name) for column in own}
            for shown in _shown(view, layout.shows, row):
                yield {**shown, **values}

    columns = (*own, *COLUMNS[layout.shows])
    return Table(columns, rows, view.snapshot, exports.rights(view.snapshot))


def _shown(view: View, shows: Shows, row: Row) -> Iterator[Values]:
    match shows:
        case Shows.NOTHING:
            yield {}
        case Shows.STUDIES:
            studies = row.studies
            if studies is None:
                studies = [s for one in row.statements for s in citing.studies_of(view, one)]
            yield reference_lists(citing.papers(view, studies))
        case Shows.STATEMENT:
            yield statement_values(exports.reported_statement(view, row.statements[0]))
        case Shows.EVIDENCE:
            one = exports.reported_statement(view, row.statements[0])
            for reported in one.evidence:
                yield evidence_values(one, reported)


# --- graphs ----------------------------------------------------------------------------------


def _graph(view: View, answer: Answer, layout: Layout, asked: Mapping[str, Any]) -> ExportedGraph:
    """The statements that an answer names, each once, in the order of first use."""
    rows = list(layout.rows(answer))
    statements = dict.fromkeys(one for row in rows for one in row.statements)
    interventions = dict.fromkeys(one for row in rows for one in row.interventions)
    return exports.part(view, list(statements), list(interventions), asked)
