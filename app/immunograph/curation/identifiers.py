"""How identifiers are written, table by table, and what kinds of thing a table holds.

Patterns are those of the tables themselves. A kind that a table does not hold is a slip of the
curator's: a gene's number on a cell, a cell's on a disease.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

GENE: Final = frozenset({"Gene", "Protein", "RNA", "MicroRNA"})
PROTEIN: Final = frozenset({"Protein", "ProteinFamily", "ProteinComplex", "Complex", "Peptide"})
CHEMICAL: Final = frozenset(
    {"Drug", "Molecule", "SmallMolecule", "Chemical", "Metabolite", "Treatment"}
)
PROCESS: Final = frozenset({"BiologicalProcess", "PathologicalProcess", "Process", "Pathway"})
ILLNESS: Final = frozenset({"Disease", "Phenotype", "PathologicalProcess"})
BODY: Final = frozenset({"AnatomicalEntity", "AnatomicalSystem", "Organ", "Tissue"})
LIFE: Final = frozenset({"Organism", "Virus", "Microbe", "Species"})
CELL: Final = frozenset({"Cell", "CellType", "CellCluster"})
PART: Final = frozenset({"CellularStructure", "CellularComponent"})
KINDS: Final = (
    GENE | PROTEIN | CHEMICAL | PROCESS | ILLNESS | BODY | LIFE | CELL | PART
    | {"CellLine", "ClinicalOutcome", "Quality", "MolecularActivity", "Variant", "Exposure"}
    | {"Variable"}  # of a table: what was measured, whatever it is
)  # fmt: skip
"""Every kind that an entity may have."""


@dataclass(frozen=True, slots=True)
class Table:
    """A public table of identifiers."""

    shape: re.Pattern[str]
    example: str
    holds: frozenset[str] = frozenset()
    """The kinds of thing in it; empty where it holds things of every kind."""


def _table(shape: str, example: str, holds: frozenset[str] = frozenset()) -> Table:
    return Table(re.compile(shape, re.ASCII), example, holds)


_SEVEN: Final = r"\d{7}"
TABLES: Final[dict[str, Table]] = {
    "HGNC": _table(r"\d{1,5}", "HGNC:10618", GENE),
    "NCBIGene": _table(r"\d{1,10}", "NCBIGene:6347", GENE),
    "ENSEMBL": _table(r"ENS[A-Z]*[GTP]\d{11}(\.\d+)?", "ENSEMBL:ENSG00000108691", GENE),
    "MGI": _table(r"\d{1,8}", "MGI:98259", GENE),
    "RGD": _table(r"\d{1,8}", "RGD:3645", GENE),
    "ZFIN": _table(r"ZDB-GENE-\d+-\d+", "ZFIN:ZDB-GENE-041111-308", GENE),
    "UniProtKB": _table(
        r"([OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9]([A-Z][A-Z0-9]{2}[0-9]){1,2})(-\d{1,2})?",
        "UniProtKB:P13500",
        PROTEIN | {"Gene"},
    ),
    "RefSeq": _table(r"[ANXWY][CGMPRTW]_\d{6,9}(\.\d+)?", "RefSeq:NP_002973", GENE),
    "ComplexPortal": _table(r"CPX-\d+", "ComplexPortal:CPX-2474", PROTEIN),
    "PR": _table(r"\d{9}|[A-Z0-9]{6,10}(-\d+)?", "PR:000001393", PROTEIN),
    "FPLX": _table(r"[A-Za-z0-9][\w.-]*", "FPLX:TGFB", PROTEIN | {"Gene"}),
    "InterPro": _table(r"IPR\d{6}", "InterPro:IPR001811", PROTEIN),
    "Pfam": _table(r"PF\d{5}", "Pfam:PF00048", PROTEIN),
    "EC": _table(r"\d+(\.(\d+|-)){0,3}", "EC:3.4.21.37", PROTEIN),
    "miRBase": _table(r"MI(MAT)?\d{7}", "miRBase:MI0000077", GENE),
    "RNACENTRAL": _table(r"URS[0-9A-F]{10}(_\d+)?", "RNACENTRAL:URS000039ED8D", GENE),
    "CL": _table(_SEVEN, "CL:0000775", CELL),
    "CLO": _table(_SEVEN, "CLO:0001604", CELL | {"CellLine"}),
    "Cellosaurus": _table(r"(CVCL_)?[A-Z0-9]{4}", "Cellosaurus:CVCL_0125", CELL | {"CellLine"}),
    "GO": _table(
        _SEVEN, "GO:0006954",
        PROCESS | PART | {"MolecularActivity", "Complex", "ProteinComplex", "Protein", "Quality"},
    ),
    "CHEBI": _table(r"\d{1,7}", "CHEBI:45863", CHEMICAL),
    "CHEMBL.COMPOUND": _table(r"CHEMBL\d+", "CHEMBL.COMPOUND:CHEMBL428647", CHEMICAL),
    "DrugBank": _table(r"DB\d{5}", "DrugBank:DB01229", CHEMICAL | PROTEIN),
    "PUBCHEM.COMPOUND": _table(r"\d{1,10}", "PUBCHEM.COMPOUND:36314", CHEMICAL),
    "HMDB": _table(r"HMDB\d{5,7}", "HMDB:HMDB0000122", CHEMICAL),
    "CAS": _table(r"\d{1,7}-\d\d-\d", "CAS:33069-62-4", CHEMICAL),
    "RXNORM": _table(r"\d{1,8}", "RXNORM:56946", CHEMICAL),
    "UNII": _table(r"[A-Z0-9]{10}", "UNII:P88XT4IS4D", CHEMICAL | PROTEIN),
    "MONDO": _table(_SEVEN, "MONDO:0007254", ILLNESS),
    "DOID": _table(r"\d{1,7}", "DOID:1612", ILLNESS),
    "Orphanet": _table(r"\d{1,7}", "Orphanet:180226", ILLNESS),
    "ICD10": _table(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", "ICD10:C50", ILLNESS),
    "HP": _table(_SEVEN, "HP:0003002", ILLNESS | {"ClinicalOutcome", "Quality"}),
    "MP": _table(_SEVEN, "MP:0001845", ILLNESS | {"Quality"}),
    "OMIM": _table(r"\d{6}", "OMIM:114480", ILLNESS | GENE),
    "UBERON": _table(_SEVEN, "UBERON:0002048", BODY),
    "BTO": _table(_SEVEN, "BTO:0000763", BODY | CELL | {"CellLine"}),
    "NCBITaxon": _table(r"\d{1,8}", "NCBITaxon:9606", LIFE),
    "Reactome": _table(r"R-[A-Z]{3}-\d+(\.\d+)?", "Reactome:R-HSA-380108"),
    "KEGG": _table(r"[A-Za-z]{1,5}\d+|[a-z]{3,4}:\S+", "KEGG:hsa04062"),
    "WikiPathways": _table(r"WP\d+", "WikiPathways:WP3929", PROCESS),
    "SIGNOR": _table(r"SIGNOR-[A-Z]+\d+", "SIGNOR:SIGNOR-C1"),
    "PATO": _table(_SEVEN, "PATO:0000001", frozenset({"Quality"})),
    "MESH": _table(r"[CDQ]\d{6}(\d{3})?", "MESH:D009504"),
    "NCIT": _table(r"C\d{1,8}", "NCIT:C15632"),
    "EFO": _table(_SEVEN, "EFO:0009708"),
    "UMLS": _table(r"C\d{7}", "UMLS:C0006142"),
    "SNOMEDCT": _table(r"\d{6,18}", "SNOMEDCT:254837009"),
    "SO": _table(_SEVEN, "SO:0000704"),
    "OBI": _table(_SEVEN, "OBI:0000070"),
    "ECO": _table(_SEVEN, "ECO:0000304"),
    "IDO": _table(_SEVEN, "IDO:0000528"),
    "OGMS": _table(_SEVEN, "OGMS:0000031"),
    "itm": _table(r"[a-z0-9]+(-[a-z0-9]+)*", "itm:immune-cell"),
}  # fmt: skip
"""The tables that entities of this field are in, by the prefix that we write."""
ALIASES: Final = {
    "uniprot": "UniProtKB", "up": "UniProtKB", "swissprot": "UniProtKB", "uniprotkb": "UniProtKB",
    "entrez": "NCBIGene", "egid": "NCBIGene", "geneid": "NCBIGene", "ncbi_gene": "NCBIGene",
    "mesh": "MESH", "msh": "MESH", "meshd": "MESH", "ncbi_taxonomy": "NCBITaxon",
    "taxonomy": "NCBITaxon", "taxon": "NCBITaxon", "chembl": "CHEMBL.COMPOUND",
    "pubchem": "PUBCHEM.COMPOUND", "cid": "PUBCHEM.COMPOUND", "drugbank": "DrugBank",
    "orpha": "Orphanet", "ordo": "Orphanet", "mim": "OMIM", "omim.ps": "OMIM", "snomed": "SNOMEDCT",
    "cvcl": "Cellosaurus", "go_ref": "GO", "gobp": "GO", "gocc": "GO", "gomf": "GO",
    "famplex": "FPLX", "doid": "DOID", "hpo": "HP", "ip": "InterPro", "xfam": "Pfam",
    "hgnc.symbol": "HGNC", "hgncid": "HGNC", "react": "Reactome",
}  # fmt: skip
"""How others write prefixes, in small letters."""
_IN_ANY_CASE: Final = {prefix.casefold(): prefix for prefix in TABLES} | ALIASES


def what_is_wrong(curie: str) -> str | None:
    """What is wrong with an identifier as it is written; None where nothing is.

    >>> what_is_wrong("HGNC:10618"), what_is_wrong("CL:775")
    (None, "'CL:775' is no id of CL, whose ids are like CL:0000775")
    """
    prefix, _, local = curie.partition(":")
    table = TABLES.get(prefix)
    if table is None:
        ours = _IN_ANY_CASE.get(prefix.casefold())
        if ours is None:
            return f"nobody here knows the prefix '{prefix}'; a public id, or `itm:…` of our own"
        return f"the prefix '{prefix}' is written '{ours}' here, as in {TABLES[ours].example}"
    if table.shape.fullmatch(local):
        return None
    if prefix == "HGNC":
        return f"'{curie}' is no id of HGNC, whose ids are numbers; a symbol stands under `symbol`"
    return f"'{curie}' is no id of {prefix}, whose ids are like {table.example}"


def fitting_kinds(curie: str) -> frozenset[str]:
    """The kinds of thing that the table of an identifier holds; empty where that says nothing."""
    table = TABLES.get(curie.partition(":")[0])
    return table.holds if table is not None else frozenset()
