"""An id is known in whatever way it is written, and nothing else is taken for one."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.folders import folder
from immunograph.names import curies
from immunograph.names.curies import REGISTERS, curie, doi, is_accession, pmid
from immunograph.seeds.folder import read_home

SPELLINGS = {
    "HGNC:8506": (
        "hgnc:8506", "HGNC:HGNC:8506", "HGNC_8506", "HGNC 8506", "HGNC ID: 8506", "HGNC: 8506",
        "https://identifiers.org/hgnc:8506", "http://identifiers.org/hgnc/HGNC:8506",
        "https://bioregistry.io/hgnc:8506", " 'HGNC:8506', ", "<HGNC:8506>",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:8506",
    ),
    "CL:0000775": (
        "CL_0000775", "cl:0000775", "CL:775", "obo:CL_0000775", "CL#0000775", "ＣＬ：０００0775",
        "http://purl.obolibrary.org/obo/CL_0000775", "<http://purl.obolibrary.org/obo/CL_0000775>",
        "https://ontobee.org/ontology/CL?iri=http://purl.obolibrary.org/obo/CL_0000775",
        "https://www.ebi.ac.uk/ols4/ontologies/cl/classes/"
        "http%253A%252F%252Fpurl.obolibrary.org%252Fobo%252FCL_0000775",
    ),
    "GO:0006954": (
        "GO:6954", "go:0006954", "GOBP:0006954", "GO\N{FULLWIDTH COLON}0006954",
        "https://amigo.geneontology.org/amigo/term/GO:0006954",
        "https://www.ebi.ac.uk/QuickGO/term/GO:0006954",
    ),
    "UniProtKB:P08133": (
        "uniprot:P08133", "UP:P08133", "UniProt:p08133", "UniProtKB/Swiss-Prot:P08133", "P08133",
        "sp|P08133|ANXA6_HUMAN", ">sp|P08133|ANXA6_HUMAN Annexin A6 OS=Homo sapiens", "P08133-2",
        "P08133.3", "UniProtKB:P08133-PRO_0000067462", "UniProtKB:P08133#PRO_0000067462",
        "https://www.uniprot.org/uniprotkb/P08133/entry", "http://purl.uniprot.org/uniprot/P08133",
        "https://rest.uniprot.org/uniprotkb/P08133.fasta", "SwissProt:P08133",
    ),
    "MESH:D009504": (
        "mesh:D009504", "MeSH:D009504", "MSH:D009504", "D009504", "mesh:d009504",
        "MeSH ID: D009504",
        "http://id.nlm.nih.gov/mesh/D009504", "https://meshb.nlm.nih.gov/record/ui?ui=D009504",
        "https://www.ncbi.nlm.nih.gov/mesh/?term=D009504",
    ),
    "NCBIGene:5008": (
        "NCBI Gene:5008", "Entrez Gene ID: 5008", "GeneID:5008", "ncbigene:5008", "entrez:5008",
        "https://www.ncbi.nlm.nih.gov/gene/5008",
    ),
    "ENSEMBL:ENSG00000099985": (
        "ENSG00000099985", "ENSG00000099985.4", "ensembl:ENSG00000099985",
        "https://www.ensembl.org/Homo_sapiens/Gene/Summary?db=core;g=ENSG00000099985",
        "ensg00000099985",
    ),
    "MGI:88255": (
        "MGI:MGI:88255", "mgi:88255", "MGI_88255", "MGI ID 88255",
        "https://www.informatics.jax.org/marker/MGI:88255",
    ),
    "CHEBI:45863": (
        "ChEBI:45863", "CHEBI:CHEBI:45863", "CHEBI_45863", "chebi:45863",
        "https://www.ebi.ac.uk/chebi/searchId.do?chebiId=CHEBI:45863",
    ),
    "DrugBank:DB01229": (
        "DB01229", "drugbank:DB01229", "DRUGBANK:db01229", "https://go.drugbank.com/drugs/DB01229",
        "https://identifiers.org/drugbank:DB01229",
    ),
    "NCIT:C15632": (
        "NCIt:C15632", "ncit:c15632", "NCIT_C15632", "NCI Thesaurus:C15632",
        "http://purl.obolibrary.org/obo/NCIT_C15632",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [(written, meant) for meant, spellings in SPELLINGS.items() for written in spellings],
)
def test_an_id_is_known_in_its_usual_spellings(written: str, meant: str) -> None:
    assert curie(written) == meant
    assert is_accession(written)


@pytest.mark.parametrize("meant", SPELLINGS)
def test_the_canonical_spelling_stays(meant: str) -> None:
    assert curie(meant) == meant


@pytest.mark.parametrize(
    ("register", "local", "meant"),
    [
        ("HGNC", "HGNC:8506", "HGNC:8506"),
        ("hgnc", "8506", "HGNC:8506"),
        ("UniProt", "P08133", "UniProtKB:P08133"),
        ("UP", "P08133-3", "UniProtKB:P08133"),
        ("MeSH", "D009504", "MESH:D009504"),
        ("go", "6954", "GO:0006954"),
        ("GO", "GO:0006954", "GO:0006954"),
        ("FPLX", "TGFB", "FPLX:TGFB"),
        ("Orpha", "145", "Orphanet:145"),
        ("taxon", "9606", "NCBITaxon:9606"),
        ("EGID", "5008", "NCBIGene:5008"),
        ("HGNCGENEFAMILY", "483", "HGNC.FAMILY:483"),
        ("ECCODE", "3.4.21.37", "EC:3.4.21.37"),
        ("InterPro", "IPR000827", "InterPro:IPR000827"),
    ],
)
def test_a_register_and_a_local_id_make_one(register: str, local: str, meant: str) -> None:
    assert curie(register, local) == meant


@pytest.mark.parametrize(
    "text",
    [
        "IL-6", "CCL2", "CD8", "B7-H1", "H2O2", "PR 3", "PR3", "CL 5", "HP 1", "MP 20", "type 1",
        "Ki-67", "p38", "T cell", "DB1", "C3", "D2", "MI 5", "stage 4 tumour", "R-spondin-1", "",
        ":", "foo:bar", "unknown:123", "a:b:c", "HGNC:OSM", "GO:neutrophil", "CL:", "MESH:X123",
        "UniProtKB:ANXA6", "CL:0000775 neutrophil", "1-Mar", "CHEBI:", "PMID:30728496",
        "10.1038/s41586-019-0915-y", "https://en.wikipedia.org/wiki/Interleukin_6",
    ],
)  # fmt: skip
def test_what_is_no_id_is_none(text: str) -> None:
    assert curie(text) is None


@pytest.mark.parametrize(
    "text", ["HGNC:6024", "P05231", "30728496", "PMID:30728496", "10.1038/x1", "GSE12345", "rs7412",
             "NCT01234567", "PMC6472931", "https://x.org/1", "foo:123", "8506"],
)  # fmt: skip
def test_numbers_of_any_register_are_told_from_names(text: str) -> None:
    assert is_accession(text)


@pytest.mark.parametrize(
    "text", ["IL-6", "CD279", "TAM", "neutrophil", "H2O2", "5-lipoxygenase", "itm:lung-metastasys",
             "4-1BB", "p53", "CXCR1/CXCR2 agonist"],
)  # fmt: skip
def test_names_are_no_numbers(text: str) -> None:
    assert not is_accession(text)


def test_every_id_and_xref_of_the_shipped_seed_is_canonical() -> None:
    _, entities, _ = read_home(folder("seed"))
    numbers = {number for one in entities for number in (one.id, *one.xrefs)}
    assert {number: curie(number) for number in numbers} == {number: number for number in numbers}


def test_no_two_registers_share_a_spelling() -> None:
    spellings = [
        spelling.casefold()
        for register in REGISTERS
        for spelling in {register.prefix.casefold(), *register.spellings}
    ]
    assert len(spellings) == len(set(spellings))


@given(st.text(max_size=30))
def test_what_comes_out_is_canonical_whatever_goes_in(text: str) -> None:
    number = curie(text)
    assert number is None or curie(number) == number


# --- papers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10.1172/JCI67484", "10.1172/jci67484"),
        ("doi:10.1172/JCI67484", "10.1172/jci67484"),
        ("DOI: 10.1172/JCI67484.", "10.1172/jci67484"),
        ("(10.1038/nature12345)", "10.1038/nature12345"),
        ("https://doi.org/10.1172/JCI67484", "10.1172/jci67484"),
        ("http://dx.doi.org/10.1172/JCI67484", "10.1172/jci67484"),
        ("doi.org/10.1172/JCI67484", "10.1172/jci67484"),
        ("doi:10.1172%2FJCI67484", "10.1172/jci67484"),
        ("info:doi/10.1172/JCI67484", "10.1172/jci67484"),
        ("https://www.science.org/doi/abs/10.1126/science.aaa1234?x=1", "10.1126/science.aaa1234"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/ijc.1", "10.1002/ijc.1"),
        ("https://www.pnas.org/doi/10.1073/pnas.0500001102/full", "10.1073/pnas.0500001102"),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000001",
            "10.1371/journal.pone.0000001",
        ),
        (
            "10.1002/(SICI)1097-0215(19970207)70:4<123::AID-IJC1>3.0.CO;2-X",
            "10.1002/(sici)1097-0215(19970207)70:4<123::aid-ijc1>3.0.co;2-x",
        ),
        ("10.1101/2020.01.01.123456v2", "10.1101/2020.01.01.123456"),
        ("10.1038/s41586\N{NON-BREAKING HYPHEN}019\N{EN DASH}0915-y", "10.1038/s41586-019-0915-y"),
    ],
)  # fmt: skip
def test_a_doi_is_known_in_its_usual_spellings(written: str, meant: str) -> None:
    assert doi(written) == meant
    assert doi(meant) == meant


@pytest.mark.parametrize(
    "text",
    ["", "10.1038", "10.1038/", "10.1/x", "PMID:30728496", "30728496", "10.1172 / JCI67484", "doi:",
     "https://www.nature.com/articles/s41586-019-0915-y", "Nature 2019", "11.1038/x"],
)  # fmt: skip
def test_what_is_no_doi_is_none(text: str) -> None:
    assert doi(text) is None


@pytest.mark.parametrize(
    "written",
    [
        "30728496", 30728496, 30728496.0, "30728496.0", "PMID:30728496", "pmid: 30728496",
        "PMID30728496", "PubMed:30728496", "PubMed ID 30728496", "MED:30728496", " 30728496\n",
        "030728496", "https://pubmed.ncbi.nlm.nih.gov/30728496/", "PMID: 30728496.",
        "https://www.ncbi.nlm.nih.gov/pubmed/30728496", "https://europepmc.org/article/MED/30728496",
        "https://pubmed.ncbi.nlm.nih.gov/?term=30728496", "３０７２８４９６",
        "https://pubmed.ncbi.nlm.nih.gov/30728496/#abstract", "https://identifiers.org/pubmed:30728496",
    ],
)  # fmt: skip
def test_a_pmid_is_known_in_its_usual_spellings(written: str | float) -> None:
    assert pmid(written) == "30728496"


@pytest.mark.parametrize(
    "text",
    ["", "0", 0, True, "PMC6472931", "123456789", "-5", "1.5", 1.5, "abc", "10.1038/x", "nan",
     "https://x.org/30728496", "30728496 30728497"],
)  # fmt: skip
def test_what_is_no_pmid_is_none(text: str | float) -> None:
    assert pmid(text) is None


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(curies)
    assert outcome.attempted and not outcome.failed
