"""Our words in those of the Biolink model 4.4, for the formats that speak it (KGX, TRAPI).

Translator's convention for a signed edge: between gene products `regulates` with the direction
`upregulated` or `downregulated`, else `affects` with `increased` or `decreased`, and
`qualified_predicate` `causes` on both. The sign is in the direction alone: a reader that knows no
qualifiers sees that one thing affects another, and no more.

Only statements that stand are written. Biolink could say `negated`, and hardly a reader looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from immunograph.domain.model import Entity
from immunograph.domain.vocabulary import Aspect, StatementClass
from immunograph.formats.format import Loss
from immunograph.formats.graph import ReportedStatement

VERSION: Final = "4.4.4"
"""The oldest that has all we say, which is what TRAPI's validators hold."""
SOURCE: Final = "infores:immunograph"

_CATEGORIES: Final = {
    "Protein": "biolink:Protein",
    "Cell": "biolink:Cell",
    "CellCluster": "biolink:AnatomicalEntity",
    "CellularStructure": "biolink:CellularComponent",
    "Molecule": "biolink:ChemicalEntity",
    "Drug": "biolink:Drug",
    "Disease": "biolink:Disease",
    "PathologicalProcess": "biolink:PathologicalProcess",
    "BiologicalProcess": "biolink:BiologicalProcess",
    "ClinicalOutcome": "biolink:ClinicalFinding",
    "Quality": "biolink:PhenotypicFeature",
    "Treatment": "biolink:Treatment",
    "AnatomicalEntity": "biolink:AnatomicalEntity",
    "AnatomicalSystem": "biolink:AnatomicalEntity",
    "Organism": "biolink:OrganismalEntity",
}
_CHEMICAL: Final = frozenset({"Molecule", "Drug"})
_BIOLOGICAL: Final = frozenset(_CATEGORIES) - _CHEMICAL - {"Treatment"}
_PREFIXES: Final = {"DrugBank": "DRUGBANK"}
"""Where Biolink spells a prefix otherwise than we do."""

_DIRECTIONS: Final = {
    "biolink:regulates": {1: "upregulated", -1: "downregulated"},
    "biolink:affects": {1: "increased", -1: "decreased"},
}
_CORRELATIONS: Final = {1: "positively", -1: "negatively"}
_ASPECTS: Final = {
    Aspect.AMOUNT: "abundance",
    Aspect.ACTIVITY: "activity",
    Aspect.LOCATION: "localization",
}
_VERBS: Final = {
    "releases": "release",
    "induces_release_of": "release",
    "stimulates_release_of": "release",
    "produces": "synthesis",
    "induces_production_of": "synthesis",
    "inhibits_production_of": "synthesis",
}
"""The side of the object that a verb changes, where Biolink has a word for it."""
_UNSAID: Final = frozenset({StatementClass.CAUTION, StatementClass.GAP})
"""What would become `related_to`: that two things are related is not what they say."""


def fits(one: ReportedStatement) -> bool:
    """Whether Biolink has a predicate for it, and it stands."""
    said = one.causal or (one.predicate.biolink is not None and one.statement.cls not in _UNSAID)
    return said and one.stands


def categories(entity: Entity) -> list[str]:
    """The category, by the identifier where that is of a gene: one, as strict classes have it."""
    if entity.id.startswith("HGNC:"):
        return ["biolink:Gene"]
    return [_CATEGORIES.get(entity.kind, "biolink:NamedThing")]


def curie(identifier: str) -> str:
    """An identifier with its prefix as Biolink spells it.

    >>> curie("DrugBank:DB01229"), curie("CL:0000775")
    ('DRUGBANK:DB01229', 'CL:0000775')
    """
    prefix, colon, local = identifier.partition(":")
    return f"{_PREFIXES.get(prefix, prefix)}{colon}{local}"


def predicate(one: ReportedStatement) -> str:
    """The predicate, which for a signed statement says no direction."""
    if one.causal:
        genes = one.subject.kind == one.object.kind == "Protein"
        return "biolink:regulates" if genes else "biolink:affects"
    known, direction = one.predicate.biolink, one.predicate.direction
    assert known is not None
    if known == "biolink:correlated_with" and direction is not None:
        return f"biolink:{_CORRELATIONS[direction]}_correlated_with"
    return known


def qualifiers(one: ReportedStatement) -> dict[str, str]:
    """What makes a signed edge signed: direction, aspect, and that it is caused."""
    if not one.causal:
        return {}
    found = {
        "qualified_predicate": "biolink:causes",
        "object_direction_qualifier": _DIRECTIONS[predicate(one)][one.sign],
    }
    if one.object.kind == "Protein" or one.object.kind in _CHEMICAL:
        aspect = _VERBS.get(one.predicate.name) or _ASPECTS.get(one.statement.aspect)
        found["object_aspect_qualifier"] = aspect or "activity_or_abundance"
    return found


def association(one: ReportedStatement) -> str:
    """The most special class of association that allows what the edge says."""
    if not one.causal:
        return "biolink:Association"
    ends = one.subject.kind, one.object.kind
    if ends == ("Protein", "Protein"):
        return "biolink:GeneRegulatesGeneAssociation"
    if ends[0] in _CHEMICAL and ends[1] == "Protein":
        return "biolink:ChemicalAffectsGeneAssociation"
    if ends[0] in ("Protein", *_CHEMICAL) and ends[1] in _CHEMICAL:
        return "biolink:GeneAffectsChemicalAssociation"
    if ends[0] in _CHEMICAL and ends[1] in _BIOLOGICAL:
        return "biolink:ChemicalAffectsBiologicalEntityAssociation"
    return "biolink:Association"


def knowledge_level(one: ReportedStatement) -> str:
    """What kind of knowledge it is."""
    if one.statement.cls is StatementClass.ASSOCIATION:
        return "statistical_association"
    return "knowledge_assertion"


def publications(one: ReportedStatement) -> list[str]:
    """The papers that support it, by PMID, else by DOI."""
    studies = {e.study.id: e.study for e in one.supporting if e.study is not None}.values()
    found = [f"PMID:{s.pmid}" if s.pmid else f"DOI:{s.doi}" for s in studies if s.pmid or s.doi]
    return list(dict.fromkeys(found))


def contexts(one: ReportedStatement, terms: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The qualifiers of context: only where all support that states a dimension states one value.

    A qualifier holds of the whole edge, so what one of several passages says of itself has none.
    """
    stated = one.stated()
    found: dict[str, str] = {}
    for dimension, qualifier in CONTEXTS.items():
        values = stated.get(dimension, [])
        everywhere = all(
            getattr(e.evidence.context, dimension) == tuple(values) for e in one.supporting
        )
        if len(values) == 1 and everywhere and values[0] in terms[dimension]:
            found[qualifier] = terms[dimension][values[0]]
    return found


CONTEXTS: Final = {
    "species": "species_context_qualifier",
    "disease": "disease_context_qualifier",
    "site": "anatomical_context_qualifier",
}


def _lost(one: ReportedStatement) -> int:
    return int(not fits(one))


CANNOT_HOLD: Final = (
    Loss(
        "statements",
        "hypothesised, negated, null, or a caution or gap: no predicate says so",
        in_statement=_lost,
    ),
    Loss(
        "evidence of these statements",
        "goes with them",
        in_statement=lambda one: _lost(one) * len(one.evidence),
    ),
    Loss(
        "evidence that does not support",
        "an edge counts its support alone",
        in_statement=lambda one: len(one.evidence) - len(one.supporting) if fits(one) else 0,
    ),
)
