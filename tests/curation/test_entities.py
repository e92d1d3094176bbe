"""Entities that stand twice, and ids and kinds that their table does not have."""

from __future__ import annotations

import doctest
import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from immunograph.curation import identifiers
from immunograph.curation.identifiers import KINDS, TABLES, what_is_wrong
from immunograph.domain.model import Curie, Entity

from .conftest import Check, codes, linted, reader

STATEMENTS = """\
statements:
  - {subject: CCL2, predicate: promotes, object: metastasis, evidence: [{says: It was seen.}]}
"""


def entity(**given: Any) -> dict[str, Any]:
    """An entity of ours that is like no other."""
    plain = {"id": "itm:new", "name": "a new thing", "kind": "Molecule"}
    return {**plain, "grounding": {"status": "local"}, **given}


def found_in(*entities: Mapping[str, Any]) -> list[str]:
    """The findings on a source that defines these."""
    reader().memo.clear()
    return codes(linted(f"entities: {json.dumps(entities)}\n{STATEMENTS}"))


# --- a second one for the same thing ---------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"name": "the chemokine", "symbol": "CCL2"},
        {"name": "CCL-2"},
        {"name": "MCP-1"},  # a synonym of CCL2
        {"name": "monocyte chemoattractant protein-1"},
        {"name": "IL6"},
        {"name": "vascular endothelial growth factor"},
        {"name": "polymorphonuclear leukocytes"},
        {"name": "interferon-β"},
        {"name": "interferon beta 1"},
        {"name": "white blood cell"},
        {"name": "cancer cells"},
        {"name": "the trap", "synonyms": ["neutrophil extracellular trap"]},
        {"name": "a protein", "synonyms": ["IL-6"]},
        {"name": "annexin", "symbol": "ANXA6"},
        {"name": "the same cell", "xrefs": ["UniProtKB:P13500"]},
        {"id": "UniProtKB:P13500", "name": "the same protein", "kind": "Protein"},
        {"id": "MGI:98259", "name": "the mouse's gene", "kind": "Gene"},
    ],
)
def test_a_second_entity_for_one_thing_is_found(given: dict[str, Any]) -> None:
    assert found_in(entity(**given)) == ["same-entity"]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "CCL20", "symbol": "CCL20"},
        {"name": "CCL21"},
        {"name": "IL-6 receptor", "symbol": "IL6R"},
        {"name": "IL-16"},
        {"name": "annexin A5", "symbol": "ANXA5"},
        {"name": "neutrophil progenitor"},
        {"name": "lung"},
        {"name": "metastatic niche"},
        {"name": "VEGF-C", "synonyms": ["a growth factor of lymph vessels"]},
        {"name": "myeloid VEGF-A", "synonyms": ["VEGF of myeloid cells"], "is_a": ["HGNC:12680"]},
        {"name": "noradrenaline transporter", "synonyms": ["NET"]},  # nobody's own name
        {"name": "near metastasis", "xrefs": ["MESH:D009362"]},  # a heading that several are near
        {"name": "trap of another kind", "synonyms": ["net"]},
    ],
)
def test_an_entity_of_its_own_is_left_alone(given: dict[str, Any]) -> None:
    assert "same-entity" not in found_in(entity(**given))


def test_of_two_in_one_file_the_second_is_found() -> None:
    one = entity(id="itm:one", name="first thing", symbol="XYZ1")
    two = entity(id="itm:two", name="second thing", symbol="XYZ1")
    assert found_in(one, two) == ["same-entity"]


def test_a_second_one_in_another_file_is_found(checked: Check) -> None:
    head = f"entities: {json.dumps([entity(name='MCP1')])}\n"
    (one,) = checked(STATEMENTS, head=head).lints
    assert (one.code, one.line) == ("same-entity", 7)
    assert "'MCP1' is CCL2 (HGNC:10618); use that one" in one.message


def test_what_is_a_fault_already_is_not_told_again(checked: Check) -> None:
    head = f"entities: {json.dumps([entity(name='CCL2')])}\n"
    report = checked(STATEMENTS, head=head)
    assert [one.code for one in report.lints] == []
    assert len(report.faults) == 1


# --- ids -------------------------------------------------------------------------------------

MISSHAPEN = (
    "HGNC:CCL2", "HGNC:106180", "HGNC:10618a", "CL:775", "CL:00007755", "CL:neutrophil", "GO:6954",
    "GO:00069540", "CHEBI:CHEBI45863", "CHEBI:paclitaxel", "MONDO:7254", "MONDO:00072540",
    "MESH:009504", "MESH:D9504", "MESH:E009504", "UniProtKB:13500", "UniProtKB:CCL2_HUMAN",
    "UniProtKB:P1350", "UBERON:2048", "DOID:C50", "NCBITaxon:mouse", "NCBIGene:CCL2",
    "ENSEMBL:108691", "DrugBank:1229", "HP:3002", "EFO:9708", "NCIT:15632", "PR:1393",
    "itm:New-Thing", "itm:new_thing", "CAS:33069624", "Reactome:380108",
)  # fmt: skip
WRITTEN_OTHERWISE = {
    "hgnc:10618": "HGNC", "Hgnc:10618": "HGNC", "MeSH:D009504": "MESH", "mesh:D009504": "MESH",
    "uniprot:P13500": "UniProtKB", "UniProt:P13500": "UniProtKB", "UP:P13500": "UniProtKB",
    "Chebi:45863": "CHEBI", "cl:0000775": "CL", "EGID:6347": "NCBIGene", "Entrez:6347": "NCBIGene",
    "DRUGBANK:DB01229": "DrugBank", "ORPHA:180226": "Orphanet", "taxon:9606": "NCBITaxon",
    "CHEMBL:CHEMBL428647": "CHEMBL.COMPOUND", "INTERPRO:IPR001811": "InterPro",
}  # fmt: skip
UNKNOWN = ("XYZ:1", "foo:bar", "gene:CCL2", "WIKI:neutrophil", "Q:123", "name:thing")


@pytest.mark.parametrize("curie", [*MISSHAPEN, *WRITTEN_OTHERWISE, *UNKNOWN])
def test_an_id_that_is_none_is_found(curie: str) -> None:
    wrong = what_is_wrong(curie)
    assert wrong is not None
    if curie in WRITTEN_OTHERWISE:
        assert f"is written '{WRITTEN_OTHERWISE[curie]}' here" in wrong
    if curie in UNKNOWN:
        assert "nobody here knows the prefix" in wrong
    assert "id-shape" in found_in(entity(id=curie))
    assert "id-shape" in found_in(entity(xrefs=[curie]))


SHAPELY = (
    "HGNC:10618", "HGNC:5", "CL:0000775", "GO:0006954", "CHEBI:45863", "CHEBI:5", "MONDO:0007254",
    "MESH:D009504", "MESH:C000657245", "MESH:D000072737", "UniProtKB:P13500", "UniProtKB:Q86WR0",
    "UniProtKB:A0A024R161", "UniProtKB:P13500-2", "UBERON:0002048", "DOID:1612", "NCBIGene:6347",
    "NCBITaxon:10090", "ENSEMBL:ENSG00000108691", "ENSEMBL:ENSMUSG00000035385", "DrugBank:DB01229",
    "HP:0003002", "EFO:0009708", "NCIT:C15632", "PR:000001393", "PR:P13500", "FPLX:TGFB",
    "MGI:98259", "itm:immune-cell", "CAS:33069-62-4", "Reactome:R-HSA-380108", "OMIM:114480",
    "RefSeq:NP_002973", "Cellosaurus:CVCL_0125", "miRBase:MI0000077", "EC:3.4.21.37",
)  # fmt: skip


@pytest.mark.parametrize("curie", SHAPELY)
def test_an_id_as_its_table_has_it_is_left_alone(curie: str) -> None:
    assert what_is_wrong(curie) is None
    assert "id-shape" not in found_in(entity(id=curie))


def test_every_example_is_an_id_of_its_table() -> None:
    curie: TypeAdapter[str] = TypeAdapter(Curie)
    for prefix, table in TABLES.items():
        assert table.example.startswith(f"{prefix}:")
        assert what_is_wrong(curie.validate_python(table.example)) is None
        assert table.holds <= KINDS


# --- kinds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("curie", "kind"),
    [
        ("HGNC:10618", "Cell"), ("HGNC:10618", "Disease"), ("HGNC:10618", "Drug"),
        ("CL:0000775", "Protein"), ("CL:0000775", "Disease"), ("CL:0000775", "Molecule"),
        ("CHEBI:45863", "Protein"), ("CHEBI:45863", "Disease"), ("CHEBI:45863", "Cell"),
        ("MONDO:0007254", "Cell"), ("MONDO:0007254", "Protein"), ("MONDO:0007254", "Drug"),
        ("GO:0006954", "Cell"), ("GO:0006954", "Drug"), ("UBERON:0002048", "Disease"),
        ("UBERON:0002048", "Cell"), ("UniProtKB:P02452", "Cell"), ("DOID:1612", "Protein"),
        ("NCBITaxon:10090", "Cell"), ("DrugBank:DB01229", "Disease"), ("HP:0003002", "Protein"),
    ],
)  # fmt: skip
def test_a_kind_that_the_table_does_not_hold_is_found(curie: str, kind: str) -> None:
    (one,) = linted(f"entities: {json.dumps([entity(id=curie, kind=kind)])}\n{STATEMENTS}")[:1]
    assert one.code in ("kind-against-id", "same-entity")
    assert "kind-against-id" in found_in(entity(id=curie, kind=kind))


@pytest.mark.parametrize(
    ("curie", "kind"),
    [
        ("HGNC:1", "Protein"), ("HGNC:1", "Gene"), ("HGNC:31476", "MicroRNA"),
        ("CL:0000001", "Cell"),
        ("CHEBI:1", "Drug"), ("CHEBI:1", "Molecule"), ("CHEBI:1", "Metabolite"),
        ("MONDO:0000001", "Disease"), ("MONDO:0000001", "PathologicalProcess"),
        ("GO:0000001", "BiologicalProcess"), ("GO:0000001", "CellularStructure"),
        ("GO:0000001", "Protein"), ("UBERON:0000001", "AnatomicalEntity"),
        ("MESH:D000001", "Protein"), ("MESH:D000001", "Cell"), ("NCIT:C1", "Treatment"),
        ("itm:thing", "Quality"), ("itm:thing", "ClinicalOutcome"), ("FPLX:X", "Protein"),
    ],
)  # fmt: skip
def test_a_kind_that_the_table_holds_is_left_alone(curie: str, kind: str) -> None:
    assert found_in(entity(id=curie, kind=kind)) == []


@pytest.mark.parametrize(
    ("kind", "near"),
    [
        ("Protien", "Protein"), ("protein", "Protein"), ("Cells", "Cell"), ("Thing", None),
        ("Chemokine", None), ("Illness", None), ("biological-process", "BiologicalProcess"),
    ],
)  # fmt: skip
def test_a_kind_that_nobody_knows_is_found(kind: str, near: str | None) -> None:
    (one,) = linted(f"entities: {json.dumps([entity(kind=kind)])}\n{STATEMENTS}")
    assert one.code == "kind-against-id"
    assert f"nobody here knows the kind '{kind}'" in one.message
    assert near is None or near in one.message


def test_the_shared_entities_have_ids_and_kinds_that_fit() -> None:
    for one in reader().entities.values():
        assert isinstance(one, Entity)
        assert what_is_wrong(one.id) is None
        assert one.kind in KINDS


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(identifiers)
    assert outcome.attempted
    assert not outcome.failed
