"""TriG: RDF in named graphs, each statement in the shape of a nanopublication, with PROV.

A statement has four graphs: the head, its assertion, its provenance (each piece of evidence, the
source that it stands in and the study behind that), and who publishes it under which licence. The
assertion holds a plain triple only where the statement stands; whatever its status, it is
described there as a statement with subject, effect, object and aspect, so nothing that is denied
or guessed is asserted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from immunograph.domain.model import Entity, Source, Study
from immunograph.domain.vocabulary import Role
from immunograph.formats.format import SET_ASIDE, Format
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedConflict,
    ReportedEvidence,
    ReportedIntervention,
    ReportedStatement,
    context_values,
)

OURS: Final = "urn:immunograph:"
"""How our own identifiers begin: names, and no addresses that somebody else might answer at."""

_PREFIXES: Final = {
    "im": f"{OURS}term:",
    "st": f"{OURS}statement:",
    "ev": f"{OURS}evidence:",
    "iv": f"{OURS}intervention:",
    "so": f"{OURS}source:",
    "sy": f"{OURS}study:",
    "itm": f"{OURS}entity:",
    "np": "http://www.nanopub.org/nschema#",
    "prov": "http://www.w3.org/ns/prov#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "bibo": "http://purl.org/ontology/bibo/",
}
_OBO: Final = frozenset(
    {"BFO", "CHEBI", "CL", "DOID", "ECO", "GO", "MONDO", "NCIT", "RO", "UBERON"}
)
"""Prefixes whose IRIs are those of the OBO Foundry."""
_ROLES: Final = {
    Role.SUPPORTS: "prov:wasDerivedFrom",
    Role.REFUTES: "im:refutedBy",
    Role.QUALIFIES: "im:qualifiedBy",
}
"""What evidence is to an assertion: only what supports it is what it was derived from."""
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
_TO_ESCAPE: Final = re.compile(r'["\\\x00-\x1f\x7f]')


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The prefixes, the whole in the default graph, then each statement in its four."""
    yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items()).encode()
    yield _block(_about(graph))
    for entity in graph.entities():
        yield _block(_entity(entity))
    for source in graph.sources():
        yield _block(_source(source))
    for study in graph.studies():
        yield _block(_study(study))
    for intervention in graph.interventions():
        yield _block(_intervention(intervention))
    for conflict in graph.conflicts():
        yield _block(_conflict(conflict))
    for one in graph.statements():
        yield _nanopublication(one, graph)


# --- terms -----------------------------------------------------------------------------------


def iri(curie: str) -> str:
    """What a CURIE names: ours and those of the OBO Foundry directly, others by identifiers.org.

    >>> iri("CL:0000775"), iri("HGNC:544")
    ('<http://purl.obolibrary.org/obo/CL_0000775>', '<https://identifiers.org/HGNC:544>')
    """
    prefix, _, local = curie.partition(":")
    if prefix == "itm":
        return _name("itm", local)
    if prefix in _OBO:
        return f"<http://purl.obolibrary.org/obo/{prefix}_{local}>"
    return f"<https://identifiers.org/{prefix}:{local}>"


def literal(value: Any) -> str:
    r"""A value as Turtle has it.

    >>> literal('it "drew"\nthem'), literal(True), literal(0.475)
    ('"it \\"drew\\"\\nthem"', 'true', '"0.475"^^xsd:double')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f'"{value!r}"^^xsd:double'
    return f'"{_TO_ESCAPE.sub(_escaped, str(value))}"'


def _escaped(found: re.Match[str]) -> str:
    letter = found.group()
    return _ESCAPES.get(letter) or f"\\u{ord(letter):04X}"


def _name(prefix: str, local: str) -> str:
    """One of ours; some ids hold what a prefixed name cannot."""
    return f"<{_PREFIXES[prefix]}{quote(local)}>"


Triples = Iterator[tuple[str, str]]
"""What is said of one subject: predicate and object; the first names the subject."""


def _block(said: Triples, *, indent: str = "") -> bytes:
    """What is said of a subject, in Turtle."""
    (subject, _), *rest = said
    body = f" ;\n{indent}    ".join(f"{predicate} {value}" for predicate, value in rest)
    return f"\n{indent}{subject}\n{indent}    {body} .\n".encode()


def _given(values: Mapping[str, Any]) -> Triples:
    """Literals by our names; lists one by one, what is not given not at all."""
    for name, value in values.items():
        for each in value if isinstance(value, list | tuple) else (value,):  # pyright: ignore[reportUnknownVariableType] # plain values
            if each is not None and each != "":
                yield f"im:{name}", literal(each)


# --- what stands around statements -----------------------------------------------------------


def _about(graph: ExportedGraph) -> Triples:
    yield f"<{OURS}snapshot:{graph.snapshot}>", ""
    yield "a", "prov:Entity"
    yield "dct:identifier", literal(graph.snapshot)
    yield "dct:license", f"<{graph.rights.licence_url}>"
    yield "dct:bibliographicCitation", literal(graph.rights.citation)


def _entity(one: Entity) -> Triples:
    yield iri(one.id), ""
    yield "a", f"im:{one.kind}"
    yield "rdfs:label", literal(one.name)
    for name in one.synonyms:
        yield "skos:altLabel", literal(name)
    for above in one.is_a:
        yield "rdfs:subClassOf", iri(above)
    for xref in one.xrefs:
        yield "im:xref", literal(xref)
    yield "dct:identifier", literal(one.id)
    yield from _given(
        {
            "symbol": one.symbol,
            "abstract": one.abstract or None,
            "tumour_cells": one.tumour_cells or None,
            "of_tumour_cells": one.of_tumour_cells or None,
            "placeholder_of": one.placeholder_of,
            "note": one.note,
        }
    )


def _source(one: Source) -> Triples:
    yield _name("so", one.id), ""
    yield "a", "prov:Entity"
    yield "dct:title", literal(one.title)
    if one.study is not None:
        yield "prov:wasDerivedFrom", _name("sy", one.study)
    yield from _given(
        {
            "type": one.type,
            "tier": one.tier,
            "traceability": one.traceability,
            "outlet": one.outlet,
            "published": one.published,
        }
    )


def _study(one: Study) -> Triples:
    yield _name("sy", one.id), ""
    yield "a", "prov:Entity"
    yield "dct:title", literal(one.title or one.id)
    if one.citation:
        yield "dct:bibliographicCitation", literal(one.citation)
    if one.doi:
        yield "bibo:doi", literal(one.doi)
    if one.pmid:
        yield "bibo:pmid", literal(one.pmid)
    yield from _given({"retracted": one.retracted, "laboratory": one.laboratory})


def _intervention(reported: ReportedIntervention) -> Triples:
    one = reported.intervention
    yield _name("iv", one.id), ""
    yield "a", "im:Intervention"
    yield "rdfs:label", literal(one.name)
    yield "im:target", iri(one.target)
    for outcome in one.outcomes:
        on = iri(outcome.on) if ":" in outcome.on else _name("st", outcome.on)
        seen = f" ; im:observed {outcome.observed}" if outcome.observed is not None else ""
        yield "im:outcome", f"[ im:on {on}{seen} ]"
    yield "prov:wasDerivedFrom", _name("so", one.source)
    for each in reported.evidence:
        yield "im:evidence", _passage(each)
    yield from _given(
        {
            "agent": one.agent,
            "process": one.process,
            "change": one.change,
            "mode": one.mode,
            "phase": one.phase,
            "condition": one.condition,
            "status": one.status,
        }
    )


def _passage(reported: ReportedEvidence) -> str:
    """Evidence of an intervention, in place."""
    said = " ; ".join(f"{name} {value}" for name, value in _of_evidence(reported))
    return f"[ a im:Evidence ; {said} ]"


def _conflict(reported: ReportedConflict) -> Triples:
    one = reported.conflict
    yield f"<{OURS}conflict:{one.id}>", ""
    yield "a", "im:Conflict"
    for statement in one.statements:
        yield "im:between", _name("st", statement)
    yield from _given(
        {
            "strength": one.conflict,
            "resolved_by": one.resolved_by,
            "explanation": one.explanation,
        }
    )


# --- statements --------------------------------------------------------------------------------


def _nanopublication(one: ReportedStatement, graph: ExportedGraph) -> bytes:
    """The four graphs of a statement; the IRI of the statement is that of its nanopublication."""
    base = f"{_PREFIXES['st']}{one.statement.id}"
    head, assertion, provenance, info = (
        f"<{base}#{part}>" for part in ("head", "assertion", "provenance", "pubinfo")
    )
    subject, object_ = iri(one.subject.id), iri(one.object.id)
    plain = f"{subject} {_property(one)} {object_} .\n    " if one.stands else ""
    evidence = "".join(_block(_evidence(each), indent="    ").decode() for each in one.evidence)
    used = " ; ".join(f"{_ROLES[e.evidence.role]} ev:{e.evidence.id}" for e in one.evidence)
    described = _block(_statement(one), indent="    ").decode()
    return (
        f"\n{head} {{\n    <{base}#nanopub> a np:Nanopublication ;\n"
        f"    np:hasAssertion {assertion} ; np:hasProvenance {provenance} ;\n"
        f"    np:hasPublicationInfo {info} .\n}}\n"
        f"{assertion} {{\n    {plain}{described.lstrip()}}}\n"
        f"{provenance} {{\n    {assertion} {used} .\n{evidence}}}\n"
        f"{info} {{\n    <{base}#nanopub> dct:license <{graph.rights.licence_url}> ;\n"
        f"    dct:isPartOf <{OURS}snapshot:{graph.snapshot}> ;\n"
        f'    prov:wasAttributedTo [ a prov:Agent ; rdfs:label "The immunograph curators" ] .\n}}\n'
    ).encode()


def _property(one: ReportedStatement) -> str:
    """The property of a plain triple: ours by effect, so that its sign is never lost."""
    return f"im:{one.statement.effect}"


def _statement(one: ReportedStatement) -> Triples:
    yield _name("st", one.statement.id), ""
    yield "a", "im:Statement"
    yield "rdfs:label", literal(one.sentence)
    yield "im:subject", iri(one.subject.id)
    yield "im:object", iri(one.object.id)
    if one.predicate.ro:
        yield "skos:broadMatch", iri(one.predicate.ro)
    yield from _given(
        {
            "effect": one.statement.effect,
            "predicate": one.predicate.name,
            "sign": one.sign,
            "direction": one.predicate.direction,
            "aspect": one.statement.aspect,
            "class": one.statement.cls,
            "status": one.status,
            "belief": one.belief,
            "net": one.net,
            "step": one.step,
            "human": one.human,
            "conflict": one.conflict or None,
            "studies": one.studies,
            "laboratories": one.laboratories,
        }
    )
    for stratum in one.strata:
        values = {
            "stratum": stratum.stratum,
            "support": stratum.support,
            "refute": stratum.refute,
            "belief": stratum.belief,
        }
        yield "im:in", f"[ {' ; '.join(f'{name} {value}' for name, value in _given(values))} ]"


def _evidence(reported: ReportedEvidence) -> Triples:
    yield f"ev:{reported.evidence.id}", ""
    yield "a", "im:Evidence"
    yield from _of_evidence(reported)


def _of_evidence(reported: ReportedEvidence) -> Triples:
    evidence = reported.evidence
    yield "dct:description", literal(evidence.says)
    yield "prov:hadPrimarySource", _name("so", reported.source.id)
    yield "im:eco", iri(evidence.eco)
    if evidence.derived_from is not None:
        yield "prov:wasInfluencedBy", _name("iv", evidence.derived_from)
    yield from _given(
        {
            "role": evidence.role,
            "predicate": evidence.predicate,
            "basis": evidence.basis,
            "directness": evidence.directness,
            "hedged": evidence.hedged,
            "no_change": evidence.no_change,
            "checked": evidence.checked,
            "human_unknown": evidence.human_unknown or None,
            "voice": evidence.voice,
            "note": evidence.note,
            **context_values(evidence.context),
            "reader": evidence.reader,
            "quoted": evidence.quoted or None,
            **_parts("record", evidence.record),
            **_parts("locator", evidence.locator),
        }
    )


def _parts(name: str, model: BaseModel | None) -> dict[str, Any]:
    """What a small model holds, each part by a name of its own."""
    if model is None:
        return {}
    return {f"{name}_{part}": value for part, value in model.model_dump(mode="json").items()}


FORMAT: Final = Format(
    name="trig",
    title="TriG: RDF, PROV, in the shape of nanopublications",
    media_type="application/trig",
    ending="trig",
    write=write,
    cannot_hold=(SET_ASIDE,),
)
