"""Rows for spreadsheets and data frames: one a statement, or one a piece of evidence.

A column says what it holds, so that every table format writes the same ones. A list stays a list
until a format must join it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from immunograph.domain.model import Context, Entity, Study
from immunograph.formats.format import (
    BESIDE_STATEMENTS,
    Format,
    Loss,
    Write,
)
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedEvidence,
    ReportedStatement,
    Rights,
    context_values,
)
from immunograph.formats.references import Reference, reference_of


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    TEXTS = "texts"
    """A list of texts."""


@dataclass(frozen=True, slots=True)
class Column:
    """A name that stays, what it holds, and what that means."""

    name: str
    kind: Kind
    meaning: str


Values = Mapping[str, Any]
"""A row: what it holds by the names of columns; what it does not hold is empty."""


@dataclass(frozen=True)
class Table:
    """Columns, and rows that can be gone through again."""

    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Values]]
    snapshot: str
    rights: Rights


def _text(name: str, meaning: str) -> Column:
    return Column(name, Kind.TEXT, meaning)


def _texts(name: str, meaning: str) -> Column:
    return Column(name, Kind.TEXTS, meaning)


CONTEXT: Final = tuple(
    _texts(name, f"{name.replace('_', ' ')}, as supporting evidence states it")
    for name in Context.model_fields
)

REFERENCES: Final = (
    _texts("study", "the studies, in the order of first use; what follows is in the same order"),
    _texts("author", "their authors as cited"),
    _texts("year", "the year of each"),
    _texts("journal", "the journal of each"),
    _texts("pmid", "the PubMed id of each; empty where none is on record"),
    _texts("doi", "the DOI of each; empty where none is on record"),
)

STATEMENT: Final = (
    _text("statement", "id of the statement"),
    _text("subject_id", "CURIE of what acts"),
    _text("subject", "its name"),
    _text("subject_symbol", "its gene symbol, if it has one"),
    _text("subject_kind", "what kind of thing it is"),
    _text("predicate", "the verb that all evidence shares, else promotes or inhibits"),
    Column("sign", Kind.INTEGER, "1 promotes, -1 inhibits, 0 without sign; see status"),
    Column("direction", Kind.INTEGER, "of an association: 1 more goes with more, -1 with less"),
    _text("object_id", "CURIE of what is acted on"),
    _text("object", "its name"),
    _text("object_symbol", "its gene symbol, if it has one"),
    _text("object_kind", "what kind of thing it is"),
    _text("aspect", "the side of the object that changes"),
    _text("class", "causal, structural, association, annotation, caution or gap"),
    _text("status", "asserted or background stand; hypothesised, negated, null_result do not"),
    Column("belief", Kind.NUMBER, "0 to 1 in its best stratum; expert-set, not calibrated"),
    Column("net", Kind.FLAG, "whether a study spells it out in finer steps"),
    Column("is_step", Kind.FLAG, "whether a path of the whole graph may take it"),
    _text("human", "whether it holds in humans"),
    Column("conflict", Kind.NUMBER, "strength of an unresolved opposite, 0 to 1"),
    _texts("conflicts", "ids of the conflicts that it is in"),
    Column("press_only", Kind.FLAG, "whether all support is press"),
    Column("studies", Kind.INTEGER, "independent studies that support it"),
    Column("laboratories", Kind.INTEGER, "laboratories that these come from"),
    Column("supporting", Kind.INTEGER, "pieces of evidence that support it"),
    Column("refuting", Kind.INTEGER, "pieces of evidence that speak against it"),
    Column("qualifying", Kind.INTEGER, "pieces of evidence that do neither"),
    *CONTEXT,
    _texts("sources", "the sources that report it"),
    *REFERENCES,
)

EVIDENCE: Final = (
    _text("evidence", "id of the evidence"),
    _text("role", "supports, refutes or qualifies"),
    _text("basis", "what the passage rests on"),
    _text("directness", "explicit, derived or implied"),
    Column("hedged", Kind.FLAG, "whether it is said with doubt"),
    Column("no_change", Kind.FLAG, "refutes because no change was seen"),
    Column("checked", Kind.FLAG, "whether the curator read the passage in the source itself"),
    _text("says", "what the passage says, in our words"),
    _text("eco", "term of the Evidence and Conclusion Ontology"),
    _text("derived_from", "the intervention that it follows from"),
    _text("document", "where the passage stands"),
    Column("start", Kind.INTEGER, "its first code point, from 0"),
    Column("end", Kind.INTEGER, "the code point after its last"),
    _text("sha256", "of the passage"),
    _text("sentence", "hash of its sentence in normal form, for a text that others hold"),
    _text("reader", "the program that read it, where no person did"),
    Column("quoted", Kind.FLAG, "whether `says` is the sentence of a corpus itself"),
    _text("corpus", "the corpus of others that it comes from"),
    _text("record", "what that corpus calls it by"),
    _text("source", "id of the source"),
    _text("source_type", "what kind of text it is"),
    _text("tier", "how close it stands to the work that it reports"),
    _text("source_title", "its title"),
    Column("retracted", Kind.FLAG, "whether its study was retracted"),
    *(column for column in STATEMENT if column not in (*REFERENCES, *CONTEXT)),
    *(_texts(one.name, one.name.replace("_", " ") + ", as it states it") for one in CONTEXT),
    *(_text(one.name, one.meaning) for one in REFERENCES),
)


def statement_values(one: ReportedStatement) -> dict[str, Any]:
    """The row of a statement."""
    studies = {e.study.id: e.study for e in one.evidence if e.study is not None}
    return {
        **_statement_values(one),
        **one.stated(),
        **reference_lists(map(reference_of, studies.values())),
    }


def evidence_values(one: ReportedStatement, reported: ReportedEvidence) -> dict[str, Any]:
    """The row of one piece of evidence of a statement."""
    evidence, source = reported.evidence, reported.source
    locator = evidence.locator
    return {
        **_statement_values(one),
        "evidence": evidence.id,
        "role": evidence.role,
        "basis": evidence.basis,
        "directness": evidence.directness,
        "hedged": evidence.hedged,
        "no_change": evidence.no_change,
        "checked": evidence.checked,
        "says": evidence.says,
        "eco": evidence.eco,
        "derived_from": evidence.derived_from,
        "document": locator.document if locator else None,
        "start": locator.start if locator else None,
        "end": locator.end if locator else None,
        "sha256": locator.sha256 if locator else None,
        "sentence": locator.sentence if locator else None,
        "reader": evidence.reader,
        "quoted": evidence.quoted,
        "corpus": evidence.record.corpus if evidence.record else None,
        "record": evidence.record.key if evidence.record else None,
        "source": source.id,
        "source_type": source.type,
        "tier": source.tier,
        "source_title": source.title,
        "retracted": reported.retracted,
        **context_values(evidence.context),
        **(_reference_values(reported.study) if reported.study else {}),
    }


def _statement_values(one: ReportedStatement) -> dict[str, Any]:
    statement = one.statement
    return {
        "statement": statement.id,
        **_end_values("subject", one.subject),
        "predicate": one.predicate.name,
        "sign": statement.sign,
        "direction": one.predicate.direction,
        **_end_values("object", one.object),
        "aspect": statement.aspect,
        "class": statement.cls,
        "status": one.status,
        "belief": one.belief,
        "net": one.net,
        "is_step": one.step,
        "human": one.human,
        "conflict": one.conflict,
        "conflicts": list(one.conflicts),
        "press_only": one.press_only,
        "studies": one.studies,
        "laboratories": one.laboratories,
        "supporting": len(one.supporting),
        "refuting": len(one.refuting),
        "qualifying": len(one.evidence) - len(one.supporting) - len(one.refuting),
        "sources": list(dict.fromkeys(e.source.id for e in one.evidence)),
    }


def _end_values(end: str, entity: Entity) -> dict[str, Any]:
    return {
        f"{end}_id": entity.id,
        end: entity.name,
        f"{end}_symbol": entity.symbol,
        f"{end}_kind": entity.kind,
    }


def reference_lists(references: Iterable[Reference]) -> dict[str, list[str]]:
    """The papers of a row: each part a list, in the same order, empty where it is not known."""
    rows = [_parts(one) for one in references]
    return {column.name: [row[column.name] for row in rows] for column in REFERENCES}


def _reference_values(study: Study) -> dict[str, str | None]:
    return {name: part or None for name, part in _parts(reference_of(study)).items()}


def _parts(one: Reference) -> dict[str, str]:
    return {
        "study": one.study,
        "author": one.byline,
        "year": str(one.year) if one.year else "",
        "journal": one.journal or "",
        "pmid": one.pmid or "",
        "doi": one.doi or "",
    }


def statement_table(graph: ExportedGraph) -> Table:
    """One row a statement."""

    def rows() -> Iterator[Values]:
        for one in graph.statements():
            yield statement_values(one)

    return Table(STATEMENT, rows, graph.snapshot, graph.rights)


def evidence_table(graph: ExportedGraph) -> Table:
    """One row a piece of evidence, its statement repeated."""

    def rows() -> Iterator[Values]:
        for one in graph.statements():
            for reported in one.evidence:
                yield evidence_values(one, reported)

    return Table(EVIDENCE, rows, graph.snapshot, graph.rights)


ONE_BY_ONE: Final = Loss(
    "evidence one by one",
    "a row is a statement and counts its evidence; rows=evidence gives a row to each",
    in_statement=lambda one: len(one.evidence),
)
CANNOT_HOLD: Final = (ONE_BY_ONE, *BESIDE_STATEMENTS)


def as_table(write: Callable[[Table], Iterator[bytes]]) -> Write:
    """A writer of tables as one of statements, one row each."""
    return lambda graph: write(statement_table(graph))


def evidence_rows(form: Format) -> Format:
    """The format with a row for each piece of evidence, where it is a table; else as it is."""
    write = form.write_table
    if write is None:
        return form

    def write_evidence(graph: ExportedGraph) -> Iterator[bytes]:
        return write(evidence_table(graph))

    held = tuple(loss for loss in form.cannot_hold if loss is not ONE_BY_ONE)
    return replace(form, write=write_evidence, cannot_hold=held)


def joined(values: Sequence[Any]) -> str:
    r"""A list as one text: `|` stands between, and `\` before one that is meant.

    >>> joined(["lung", "a|b", ""])
    'lung|a\\|b|'
    """
    return "|".join(str(one).replace("\\", "\\\\").replace("|", "\\|") for one in values)


def split(text: str) -> list[str]:
    r"""The list that `joined` made a text of.

    >>> split("lung|a\\|b|")
    ['lung', 'a|b', '']
    """
    parts = [""]
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            parts[-1] += next(letters, "")
        elif letter == "|":
            parts.append("")
        else:
            parts[-1] += letter
    return parts
