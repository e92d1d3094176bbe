"""Identifiers in their usual spellings → canonical CURIE, DOI or PMID, or None where they are none.

The same id is written in many ways: `CL:0000775`, `CL_0000775`, `obo:CL_0000775`, the address of
its page, `HGNC:HGNC:8506`, a UniProt line of FASTA, a number that Excel has made shorter. Prefixes,
their spellings and the shapes of local ids are facts of Bioregistry and of the registers
themselves. Where a register is spelt in several cases, ours is that of the seed and of Biolink.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from immunograph.names.homoglyphs import INVISIBLE


class Register(NamedTuple):
    """One register of identifiers."""

    prefix: str
    local: re.Pattern[str]
    """The shape of a whole local id, in capitals unless `cased`."""
    spellings: tuple[str, ...] = ()
    """Other prefixes for it, without case, blanks and marks."""
    width: int = 0
    """Digits of every local id; those that were lost at the front are put back. 0: they differ."""
    bare: bool = False
    """Whether a local id is known for what it is without a prefix."""
    cased: bool = False
    """Whether the case of a local id means something."""


def _register(
    prefix: str, local: str, spellings: str = "", *, width: int = 0, bare: bool = False,
    cased: bool = False,
) -> Register:  # fmt: skip
    return Register(prefix, re.compile(local), tuple(spellings.split()), width, bare, cased)


OURS: Final = "itm:"
"""How an id begins that is a word of ours and no number."""
_ACCESSION: Final = r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}"
"""Of UniProt, as it documents it."""

REGISTERS: Final = (
    # --- genes and proteins ---
    _register("HGNC", r"\d{1,5}"),
    _register("HGNC.FAMILY", r"\d{1,5}", "hgncgenefamily hgncgenegroup genefamily genegroup"),
    _register("MGI", r"\d{2,8}", "mgd"),
    _register("RGD", r"\d{2,9}"),
    _register("NCBIGene", r"\d{1,9}", "entrezgene entrez geneid egid ncbigeneid locuslink"),
    _register("ENSEMBL", r"ENS[A-Z]{0,6}[EGPT]\d{11}", "ensemblgene ensg", bare=True),
    _register("RefSeq", r"[ANXWY][CGMPRTW]_\d{6,9}", "refseqprot ncbiprotein", bare=True),
    _register(
        "UniProtKB",
        _ACCESSION,
        "uniprot up sp tr swissprot trembl uniprotswissprot uniprottrembl uniprotkbswissprot "
        "uniprotkbtrembl uniprotac uniprotkbac uniprotaccession",
        bare=True,
    ),
    _register("FPLX", r"[A-Za-z0-9_]+", "famplex", cased=True),
    _register("ComplexPortal", r"CPX-\d+", bare=True),
    _register("EC", r"\d{1,2}(?:\.(?:\d{1,3}|-)){3}", "ecnumber eccode enzyme"),
    _register("InterPro", r"IPR\d{6}", "ipr ip", bare=True),
    _register("Pfam", r"PF\d{5}", "pf", bare=True),
    _register("miRBase", r"MI(?:MAT)?\d{7}", "mirbasemature", bare=True),
    # --- ontologies of OBO and their like ---
    _register("CL", r"\d{7}", width=7),
    _register("GO", r"\d{7}", "gobp gocc gomf gobpid goccid gomfid geneontology", width=7),
    _register("UBERON", r"\d{7}", width=7),
    _register("MONDO", r"\d{7}", width=7),
    _register("HP", r"\d{7}", "hpo", width=7),
    _register("MP", r"\d{7}", width=7),
    _register("EFO", r"\d{7}", width=7),
    _register("OBI", r"\d{7}", width=7),
    _register("ECO", r"\d{7}", width=7),
    _register("SO", r"\d{7}", width=7),
    _register("CLO", r"\d{7}", width=7),
    _register("IDO", r"\d{7}", width=7),
    _register("VO", r"\d{7}", width=7),
    _register("BTO", r"\d{7}", width=7),
    _register("PATO", r"\d{7}", width=7),
    _register("PR", r"\d{9}", "pro proteinontology", width=9),
    _register("DOID", r"\d{1,7}", "do"),
    _register("CHEBI", r"\d{1,6}"),
    _register("NCBITaxon", r"\d{1,7}", "taxon tax taxonomy ncbitaxonomy taxid ncbitaxid"),
    # --- diseases, terms, drugs, pathways ---
    _register("MESH", r"[CDQ]\d{6}(?:\d{3})?", "msh meshunique meshdescriptorui", bare=True),
    _register("NCIT", r"C\d{2,7}", "nci ncithesaurus"),
    _register("OMIM", r"\d{6}", "mim omimps"),
    _register("UMLS", r"C\d{7}", "umlscui cui"),
    _register("Orphanet", r"\d{1,6}", "orpha ordo orphacode"),
    _register("SNOMEDCT", r"\d{6,18}", "snomed sctid snomedctus"),
    _register("DrugBank", r"DB\d{5}", bare=True),
    _register("PUBCHEM.COMPOUND", r"\d{1,9}", "pubchem cid pubchemcid pubchemcompoundcid"),
    _register("CHEMBL.COMPOUND", r"CHEMBL\d+", "chembl chemblcompound", bare=True),
    _register("UNII", r"[A-Z0-9]{10}"),
    _register("CAS", r"\d{2,7}-\d{2}-\d", "casrn casid"),
    _register("HMDB", r"HMDB\d{5,7}", bare=True),
    _register("Reactome", r"R-[A-Z]{3}-\d+", "react reactomepathway re", bare=True),
    _register("WikiPathways", r"WP\d{1,5}", "wikipathway wp"),
    _register("SIGNOR", r"SIGNOR-[A-Z]{1,4}\d+", bare=True),
    _register("Cellosaurus", r"[A-Z0-9]{4}", "cvcl"),
    # --- ours ---
    _register(OURS.removesuffix(":"), r"[a-z0-9]+(?:-[a-z0-9]+)*", cased=True),
)  # fmt: skip

_PADDED: Final = re.compile(r"\d{3,}")
"""What may be a number that has lost its zeros; shorter ones are rather part of a name."""
_MARKS: Final = re.compile(r"[^a-z0-9]+")


def _plain(prefix: str) -> str:
    return _MARKS.sub("", prefix.casefold())


_BY_SPELLING: Final = {
    _plain(spelling): register
    for register in REGISTERS
    for spelling in (register.prefix, *register.spellings)
}
_BY_PREFIX: Final = {register.prefix: register for register in REGISTERS}
_BARE: Final = tuple(register for register in REGISTERS if register.bare)

_EDGES: Final = " \t\r\n\"'`“”„‘’«»<>[](){}=,;.•*"
_ADDRESS: Final = re.compile(
    r"(?:[a-z]+:/{1,2}|www\.)|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|gov|edu|io|net|com|uk)/", re.I
)
_FASTA: Final = re.compile(r">?(?:sp|tr)\|([A-Z0-9]+)(?:-\d+)?\|", re.I)
_SPLIT: Final = re.compile(
    r"(?P<prefix>[A-Za-z][A-Za-z0-9./ -]*?) ?(?P<mark>[:_#|]| (?=[A-Za-z]*\d)) ?(?P<local>\S+)"
)
"""A prefix and what stands behind it."""
_VERSION: Final = re.compile(r"(?<=\d)\.\d{1,3}$")
_PART: Final = re.compile(r"(?:-\d+|[-:#_.]PRO_\d+)+$")
"""An isoform or a chain of a protein, of which we know the whole."""

_RESOLVERS: Final = re.compile(
    r"(?:identifiers\.org|bioregistry\.io(?:/registry)?|n2t\.net|purl\.uniprot\.org|w3id\.org)/"
    r"(?P<prefix>[^/:]+)[:/](?P<local>[^?#]+)",
    re.I,
)
_PAGES: Final = tuple(
    (re.compile(pattern, re.I), prefix)
    for pattern, prefix in (
        (r"uniprot\.org/(?:uniprot|uniprotkb|entry)/([A-Z0-9]+)", "UniProtKB"),
        (r"alphafold\.ebi\.ac\.uk/entry/(?:AF-)?([A-Z0-9]+)", "UniProtKB"),
        (r"ncbi\.nlm\.nih\.gov/gene/(?:\?term=)?(\d+)", "NCBIGene"),
        (r"ncbi\.nlm\.nih\.gov/mesh/(?:\?term=)?([CD]\d+)", "MESH"),
        (r"id\.nlm\.nih\.gov/mesh/(?:\d{4}/)?([CDQ]\d+)", "MESH"),
        (r"meshb[^/]*\.nlm\.nih\.gov/.*?[?&]ui=([CDQ]\d+)", "MESH"),
        (r"ensembl\.org/.*?(ENS[A-Z]*[EGPT]\d{11})", "ENSEMBL"),
        (r"genenames\.org/.*?HGNC:(\d+)", "HGNC"),
        (r"drugbank\.(?:com|ca)/drugs/(DB\d{5})", "DrugBank"),
        (r"pubchem\.ncbi\.nlm\.nih\.gov/compound/(\d+)", "PUBCHEM.COMPOUND"),
        (r"ebi\.ac\.uk/chembl/.*?(CHEMBL\d+)", "CHEMBL.COMPOUND"),
        (r"nci\.nih\.gov/.*?[?&]code=(C\d+)", "NCIT"),
        (r"ncit\.nci\.nih\.gov/.*?\b(C\d{2,7})\b", "NCIT"),
        (r"nci\.nih\.gov/.*?Thesaurus\.owl#(C\d+)", "NCIT"),
        (r"omim\.org/(?:entry|MIM)[/:](\d{6})", "OMIM"),
        (r"orpha\.net/.*?(?:Orphanet_|ORPHA[:=]?|Expert=)(\d+)", "Orphanet"),
        (r"reactome\.org/.*?(R-[A-Z]{3}-\d+)", "Reactome"),
        (r"wikipathways\.org/.*?(WP\d+)", "WikiPathways"),
        (r"ebi\.ac\.uk/interpro/entry/.*?(IPR\d{6})", "InterPro"),
        (r"cellosaurus\.org/CVCL_([A-Z0-9]{4})", "Cellosaurus"),
        (r"famplex/(?:#|.*?/)?([A-Za-z0-9_]+)$", "FPLX"),
        (r"taxonomy.*?[?&]id=(\d+)", "NCBITaxon"),
    )
)  # fmt: skip
"""Addresses of pages that name an id without its prefix."""
_IN_ADDRESS: Final = re.compile(
    r"[/=#:?&](?P<prefix>[A-Za-z][A-Za-z.]*)[:_](?P<local>[A-Za-z]*\d[A-Za-z0-9-]*)(?=$|[/?&#.,])"
)
"""An id with its prefix somewhere in an address, such as `…/obo/CL_0000775`."""


@lru_cache(maxsize=100_000)
def curie(text: str, local: str | None = None) -> str | None:
    """The canonical CURIE of an id: a whole one, an address, or the name of a register and `local`.

    An isoform, a chain or a version is taken for the whole; whether the id exists is not asked.

    >>> curie("uniprot:P08133"), curie("MeSH", "D009504"), curie("HGNC:HGNC:8506")
    ('UniProtKB:P08133', 'MESH:D009504', 'HGNC:8506')
    >>> curie("http://purl.obolibrary.org/obo/CL_0000775"), curie("GO", "6954"), curie("IL-6")
    ('CL:0000775', 'GO:0006954', None)
    """
    if local is None:
        prefix, _, rest = text.partition(":")
        register = _BY_PREFIX.get(prefix)
        if register and register.local.fullmatch(rest):
            return text
    text = _clean(text)
    if local is not None:
        register = _register_of(text)
        return register and _whole(register, _clean(local), lost_zeros=True)
    if _ADDRESS.match(text):
        return _in_address(unquote(unquote(text)))
    fasta = _FASTA.match(text)
    if fasta:
        return curie("UniProtKB", fasta[1])
    parts = _SPLIT.fullmatch(text)
    register = parts and _register_of(parts["prefix"])
    if parts and register:
        return _whole(register, parts["local"], lost_zeros=parts["mark"] == ":")
    if parts and _plain(parts["prefix"]) == "obo":
        return curie(parts["local"])
    found = (_whole(register, text, lost_zeros=False) for register in _BARE)
    return next(filter(None, found), None)


def is_accession(text: str) -> bool:
    """Whether a text is a number in some register, where likeness to another means nothing.

    >>> is_accession("HGNC:6025"), is_accession("P05231"), is_accession("30728496")
    (True, True, True)
    >>> is_accession("IL-6"), is_accession("T cell"), is_accession("itm:lung-metastasys")
    (False, False, False)
    """
    number = curie(text)
    if number is not None:
        return not number.startswith(OURS)
    text = _clean(text)
    return bool(doi(text) or pmid(text) or _ADDRESS.match(text) or _NUMBERED.fullmatch(text))


_NUMBERED: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9. ]*[:#]\s*[A-Za-z_-]{0,8}[\d.-]+"  # a prefix and a number
    r"|(?:PMC|GSE|GSM|GDS|SRP|SRR|NCT|CVCL_|ISRCTN|IPR|PF|EPI_ISL_|E-MTAB-)\d+|rs\d{3,}"
    r"|[\d.,\s-]*\d[\d.,\s-]*)",
    re.IGNORECASE,
)


def _clean(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
        text = re.sub("[‐‑‒–—―−]", "-", text)
    return " ".join(text.strip(_EDGES).split())


def _register_of(prefix: str) -> Register | None:
    """The register of a spelling; `HGNC ID` is HGNC."""
    plain = _plain(prefix)
    return _BY_SPELLING.get(plain) or _BY_SPELLING.get(re.sub(r"(?:id|ids|acc)$", "", plain))


def _whole(register: Register, local: str, *, lost_zeros: bool) -> str | None:
    """The CURIE of a local id, which may carry its prefix too; None if it has not its shape."""
    again = _SPLIT.fullmatch(local)
    if again and _register_of(again["prefix"]) is register:
        local = again["local"]
    if not register.cased:
        local = local.upper()
    if register.prefix == "UniProtKB":
        local = _PART.sub("", local)
    if not register.local.fullmatch(local):
        local = _VERSION.sub("", local)
    if lost_zeros and register.width and _PADDED.fullmatch(local):
        local = local.zfill(register.width)
    return f"{register.prefix}:{local}" if register.local.fullmatch(local) else None


def _in_address(address: str) -> str | None:
    for pattern, prefix in _PAGES:
        found = pattern.search(address)
        if found:
            return curie(prefix, found[1])
    found = _RESOLVERS.search(address)
    if found:
        whole = curie(found["prefix"], found["local"].rstrip("/"))
        if whole:
            return whole
    for found in reversed(list(_IN_ADDRESS.finditer(address))):
        whole = curie(found["prefix"], found["local"])
        if whole:
            return whole
    return None


# --- papers ------------------------------------------------------------------------------------

_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+")
_AROUND_DOI: Final = " \t\r\n\"'`“”<>[]{}"
_DOI_PREFIX: Final = re.compile(r"(?:(?:info|urn)[:/])?doi(?:\.org)?\s*[:/]?\s*", re.I)
_DOI_TAIL: Final = re.compile(
    r"(?:/(?:full|pdf|abstract|epdf|meta|html?)|\.full|\.pdf|v\d+\.full)+(?:\.pdf)?$", re.I
)
"""What publishers put behind a DOI in the address of a page."""
_DRAFT: Final = re.compile(r"(?<=^10\.1101/\d{4}\.\d\d\.\d\d\.\d{6})v\d+$")
"""The version of a preprint of bioRxiv, which has one DOI for all."""
_PMID_PREFIX: Final = re.compile(
    r"(?:pmid|pubmed|pub ?med ?id|pm ?id|medline|med)\s*(?:id)?\s*[:/#]?\s*(?=\d)", re.I
)
_PMID_PAGE: Final = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed|"
    r"europepmc\.org/(?:article|abstract)/med|(?:identifiers\.org|bioregistry\.io)/(?:pubmed|pmid)|"
    r"n2t\.net/pubmed|rdf\.ncbi\.nlm\.nih\.gov/pubchem/reference)[:/](?:\?term=|entrez/)?"
    r"(\d+)(?=$|[/?#&])",
    re.I,
)  # fmt: skip


def doi(text: str) -> str | None:
    """A DOI without prefix or address, in small letters, as Crossref compares them; None if none.

    >>> doi("https://doi.org/10.1172/JCI67484"), doi("DOI: 10.1038/s41586-019-0915-y.")
    ('10.1172/jci67484', '10.1038/s41586-019-0915-y')
    >>> doi("10.1038"), doi("PMID:30728496")
    (None, None)
    """
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip(_AROUND_DOI)
    text = re.sub("[‐‑‒–—―−]", "-", text)
    address = bool(_ADDRESS.match(text))
    if address or "%" in text:
        text = unquote(text)
    if address:
        text = text.split("#")[0]
        text = text if re.search(r"[?&=].*10\.\d{4}", text) else text.split("?")[0]
        found = _DOI.search(text)
        text = _DOI_TAIL.sub("", found[0].split("&")[0].rstrip("/")) if found else ""
    else:
        text = _DOI_PREFIX.sub("", text, count=1) if text[:2].isalpha() else text
    text = text.lstrip("(").rstrip(".,;:")
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(".,;:")
    text = _DRAFT.sub("", text)
    return text.lower() if _DOI.fullmatch(text) else None


def pmid(text: str | int | float) -> str | None:
    """A PMID as its digits, from a number, with prefix, or from an address; None if it is none.

    >>> pmid("PMID: 30728496"), pmid("https://pubmed.ncbi.nlm.nih.gov/30728496/"), pmid(30728496.0)
    ('30728496', '30728496', '30728496')
    >>> pmid("PMC6472931"), pmid("10.1038/x"), pmid(0)
    (None, None, None)
    """
    if isinstance(text, bool):
        return None
    text = _clean(str(text))
    page = _PMID_PAGE.search(text) if _ADDRESS.match(text) else None
    digits = page[1] if page else _PMID_PREFIX.sub("", text, count=1)
    digits = digits.removesuffix(".0").lstrip("0")
    return digits if re.fullmatch(r"[1-9][0-9]{0,7}", digits) else None
