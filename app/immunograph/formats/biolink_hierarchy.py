"""What stands above our categories, predicates and qualifier values in the Biolink model 4.4.4.

Whoever asks for a broader one means the narrower ones, too. `make interop` holds the tables to the
model itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _above(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Each with itself and all above it, by their full names."""
    return {
        f"biolink:{name}": frozenset(f"biolink:{one}" for one in (name, *above.split()))
        for name, above in table.items()
    }


CATEGORIES: Final = _above(
    {
        "Gene": (
            "BiologicalEntity ChemicalEntityOrGeneOrGeneProduct Entity GeneOrGeneProduct "
            "GeneOrGeneProductOrGeneFamily GenomicEntity MacromolecularMachineMixin "
            "NamedThing OntologyClass PhysicalEssence PhysicalEssenceOrOccurrent "
            "ThingWithTaxon"
        ),
        "Protein": (
            "BiologicalEntity ChemicalEntityOrGeneOrGeneProduct "
            "ChemicalEntityOrProteinOrPolypeptide Entity GeneOrGeneProduct GeneProductMixin "
            "MacromolecularMachineMixin NamedThing Polypeptide ThingWithTaxon"
        ),
        "Cell": (
            "AnatomicalEntity BiologicalEntity Entity NamedThing OntologyClass "
            "OrganismalEntity PhysicalEssence PhysicalEssenceOrOccurrent "
            "SubjectOfInvestigation ThingWithTaxon"
        ),
        "AnatomicalEntity": (
            "BiologicalEntity Entity NamedThing OntologyClass OrganismalEntity "
            "PhysicalEssence PhysicalEssenceOrOccurrent SubjectOfInvestigation "
            "ThingWithTaxon"
        ),
        "CellularComponent": (
            "AnatomicalEntity BiologicalEntity Entity NamedThing OntologyClass "
            "OrganismalEntity PhysicalEssence PhysicalEssenceOrOccurrent "
            "SubjectOfInvestigation ThingWithTaxon"
        ),
        "ChemicalEntity": (
            "ChemicalEntityOrGeneOrGeneProduct ChemicalEntityOrProteinOrPolypeptide "
            "ChemicalOrDrugOrTreatment Entity NamedThing PhysicalEssence "
            "PhysicalEssenceOrOccurrent"
        ),
        "Drug": (
            "ChemicalEntity ChemicalEntityOrGeneOrGeneProduct "
            "ChemicalEntityOrProteinOrPolypeptide ChemicalMixture ChemicalOrDrugOrTreatment "
            "Entity MolecularMixture NamedThing OntologyClass PhysicalEssence "
            "PhysicalEssenceOrOccurrent"
        ),
        "Disease": (
            "BiologicalEntity DiseaseOrPhenotypicFeature Entity NamedThing OntologyClass "
            "ThingWithTaxon"
        ),
        "PathologicalProcess": (
            "BiologicalEntity BiologicalProcess BiologicalProcessOrActivity Entity "
            "NamedThing Occurrent OntologyClass PathologicalEntityMixin "
            "PhysicalEssenceOrOccurrent ThingWithTaxon"
        ),
        "BiologicalProcess": (
            "BiologicalEntity BiologicalProcessOrActivity Entity NamedThing Occurrent "
            "OntologyClass PhysicalEssenceOrOccurrent ThingWithTaxon"
        ),
        "ClinicalFinding": (
            "BiologicalEntity DiseaseOrPhenotypicFeature Entity NamedThing OntologyClass "
            "PhenotypicFeature ThingWithTaxon"
        ),
        "PhenotypicFeature": (
            "BiologicalEntity DiseaseOrPhenotypicFeature Entity NamedThing OntologyClass "
            "ThingWithTaxon"
        ),
        "Treatment": "ChemicalOrDrugOrTreatment Entity ExposureEvent NamedThing OntologyClass",
        "OrganismalEntity": (
            "BiologicalEntity Entity NamedThing SubjectOfInvestigation ThingWithTaxon"
        ),
        "NamedThing": "Entity",
    }
)
PREDICATES: Final = _above(
    {
        "affects": "related_to related_to_at_instance_level",
        "regulates": "affects interacts_with related_to related_to_at_instance_level",
        "applied_to_treat": (
            "related_to related_to_at_instance_level treats_or_applied_or_studied_to_treat"
        ),
        "associated_with": "related_to related_to_at_instance_level",
        "correlated_with": "associated_with related_to related_to_at_instance_level",
        "derives_from": "related_to related_to_at_instance_level",
        "has_part": "overlaps related_to related_to_at_instance_level",
        "has_participant": "related_to related_to_at_instance_level",
        "located_in": "related_to related_to_at_instance_level",
        "location_of": "related_to related_to_at_instance_level",
        "negatively_correlated_with": (
            "associated_with correlated_with related_to related_to_at_instance_level"
        ),
        "positively_correlated_with": (
            "associated_with correlated_with related_to related_to_at_instance_level"
        ),
        "part_of": "overlaps related_to related_to_at_instance_level",
        "participates_in": "related_to related_to_at_instance_level",
        "physically_interacts_with": "interacts_with related_to related_to_at_instance_level",
        "related_to": "",
        "treats": "related_to related_to_at_instance_level treats_or_applied_or_studied_to_treat",
    }
)
INVERSES: Final = {
    f"biolink:{one}": f"biolink:{other}"
    for one, other in {
        "affects": "affected_by",
        "regulates": "regulated_by",
        "applied_to_treat": "treatment_applications_from",
        "associated_with": "associated_with",
        "correlated_with": "correlated_with",
        "derives_from": "derives_into",
        "has_part": "part_of",
        "has_participant": "participates_in",
        "located_in": "location_of",
        "location_of": "located_in",
        "negatively_correlated_with": "negatively_correlated_with",
        "positively_correlated_with": "positively_correlated_with",
        "part_of": "has_part",
        "participates_in": "has_participant",
        "physically_interacts_with": "physically_interacts_with",
        "related_to": "related_to",
        "treats": "treated_by",
        "related_to_at_instance_level": "related_to_at_instance_level",
        "interacts_with": "interacts_with",
        "overlaps": "overlaps",
    }.items()
}
"""The same relation told from the other end; a symmetric one is its own."""
VALUES: Final[Mapping[str, frozenset[str]]] = {
    "upregulated": frozenset({"upregulated", "increased"}),
    "downregulated": frozenset({"downregulated", "decreased"}),
    "synthesis": frozenset({"synthesis", "abundance", "activity_or_abundance"}),
    "abundance": frozenset({"abundance", "activity_or_abundance"}),
    "activity": frozenset({"activity", "activity_or_abundance"}),
    "biolink:causes": frozenset(
        {
            *("biolink:causes", "biolink:contributes_to"),
            *("biolink:related_to_at_instance_level", "biolink:related_to"),
        }
    ),
}
"""Values of qualifiers, for those that have any above them."""


def category_is(category: str, wanted: str) -> bool:
    """Whether a category is the wanted one or a kind of it.

    >>> category_is("biolink:Drug", "biolink:ChemicalEntity")
    True
    """
    return wanted in CATEGORIES.get(category, {category})


def predicate_is(predicate: str, wanted: str) -> bool:
    """Whether a predicate is the wanted one or a kind of it.

    >>> predicate_is("biolink:regulates", "biolink:affects")
    True
    """
    return wanted in PREDICATES.get(predicate, {predicate})


def inverse_is(predicate: str, wanted: str) -> bool:
    """Whether a predicate, told from its other end, is the wanted one or a kind of it.

    >>> inverse_is("biolink:regulates", "biolink:affected_by")
    True
    """
    above = PREDICATES.get(predicate, frozenset({predicate}))
    return wanted in {INVERSES[one] for one in above if one in INVERSES}


def value_is(value: str, wanted: str) -> bool:
    """Whether the value of a qualifier is the wanted one or a kind of it.

    >>> value_is("upregulated", "increased")
    True
    """
    return wanted in VALUES.get(value, {value})
