"""Names are found whatever their case and spelling, and never mistaken for what they look like."""

from __future__ import annotations

import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import entity
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Entity
from immunograph.errors import Ambiguous, NotFound
from immunograph.names.spelling import fold

ENTITIES = [
    entity("tumour", synonyms=("neoplasm",)),
    entity("interferon beta", symbol="IFNB1", synonyms=("IFN-β", "beta-interferon")),
    entity("TGF-β", id="itm:tgf-beta"),
    entity("leukocyte", synonyms=("white blood cell",)),
    entity("oncostatin M", symbol="OSM", synonyms=("oncostatin",)),
    entity("NET", synonyms=("web",)),
    entity("spider web", synonyms=("web",)),
    entity("naïve T cell", id="itm:naive-t-cell"),
    entity("lung metastasis"),
    entity("metastasis", synonyms=("spread",)),
    entity("neutralising antibody"),
]
LEXICON = Lexicon(ENTITIES)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("tumour", "tumour"),
        ("Tumor", "tumour"),
        ("TUMOUR", "tumour"),
        ("  tumour ", "tumour"),
        ("itm:tumour", "tumour"),
        ("ITM:Tumour", "tumour"),
        ("neoplasm", "tumour"),
        ("ifnb1", "interferon beta"),
        ("Beta-Interferon", "interferon beta"),
        ("beta interferon", "interferon beta"),
        ("β-interferon", "interferon beta"),
        ("interferon β", "interferon beta"),
        ("interferon-beta", "interferon beta"),
        ("IFN-beta", "interferon beta"),
        ("IFN\N{NON-BREAKING HYPHEN}\N{GREEK BETA SYMBOL}", "interferon beta"),
        ("TGF beta", "TGF-β"),
        ("tgf_beta", "TGF-β"),
        ("TGF\N{EN DASH}β", "TGF-β"),
        ("leucocyte", "leukocyte"),
        ("white\N{NO-BREAK SPACE}blood  cell", "leukocyte"),
        ("neutralizing antibody", "neutralising antibody"),
        ("onco\N{SOFT HYPHEN}statin", "oncostatin M"),
        (unicodedata.normalize("NFD", "naïve T cell"), "naïve T cell"),
        (unicodedata.normalize("NFC", "naïve T cell"), "naïve T cell"),
    ],
)
def test_a_name_is_found_by_any_of_its_spellings(asked: str, name: str) -> None:
    assert LEXICON.resolve(asked).name == name


@given(st.text(max_size=12))
def test_folding_twice_is_folding_once_for_case_and_normal_form(name: str) -> None:
    assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name))
    assert fold(f" {name} ").strip() == fold(name).strip()


@pytest.mark.parametrize(
    "homoglyph", ["tum\N{CYRILLIC SMALL LETTER O}ur", "\N{CYRILLIC CAPITAL LETTER O}SM"]
)
def test_letters_of_another_script_are_never_matched_in_silence(homoglyph: str) -> None:
    assert LEXICON.find(homoglyph) == ()
    with pytest.raises(NotFound):
        LEXICON.resolve(homoglyph)


def test_a_name_of_two_entities_is_refused_with_both() -> None:
    with pytest.raises(
        Ambiguous, match=r"'web' may mean .*NET.* or .*spider web.*Ask by id"
    ) as caught:
        LEXICON.resolve("web")

    assert [one.id for one in caught.value.details["candidates"]] == ["itm:NET", "itm:spider-web"]


def test_a_preferred_name_outranks_the_synonym_of_another() -> None:
    lexicon = Lexicon([*ENTITIES, entity("invasion", synonyms=("metastasis",))])

    assert lexicon.resolve("metastasis").name == "metastasis"


def protein(name: str, symbol: str, *synonyms: str, **more: Any) -> Entity:
    return entity(name, kind="Protein", symbol=symbol, synonyms=synonyms, **more)


FIELD = Lexicon(
    [
        protein("PD-1", "PDCD1", "programmed cell death 1", id="HGNC:8760",
                xrefs=("UniProtKB:Q15116", "MGI:104879")),
        protein("PD-L1", "CD274", "B7-H1", "programmed death ligand 1", id="HGNC:17635",
                xrefs=("UniProtKB:Q9NZQ7",)),
        protein("IL-6", "IL6", "interleukin 6", id="HGNC:6018", xrefs=("UniProtKB:P05231",)),
        protein("IL-8", "CXCL8", id="HGNC:6025"),
        protein("IL-17A", "IL17A", "IL-17", "interleukin 17A", id="HGNC:5981"),
        protein("IL-1 beta", "IL1B", id="HGNC:5992"),
        protein("TNF", "TNF", "TNF-alpha", "tumour necrosis factor", id="HGNC:11892"),
        protein("CCL2", "CCL2", "MCP-1", "C-C motif chemokine ligand 2", id="HGNC:10618"),
        protein("MET", "MET", "hepatocyte growth factor receptor", id="HGNC:7029"),
        protein("neutrophil elastase", "ELANE", id="HGNC:3309"),
        protein("oncostatin M", "OSM", id="HGNC:8506", xrefs=("UniProtKB:P13725",)),
        protein("oncostatin M receptor", "OSMR", id="HGNC:8507"),
        protein("arginase 1", "ARG1", id="HGNC:663"),
        protein("NF-κB", "NFKB1", id="itm:nf-kb"),
        entity("paclitaxel", kind="Drug", synonyms=("Taxol",), id="CHEBI:45863",
               xrefs=("DrugBank:DB01229",)),
        entity("prostaglandin E2", kind="Molecule", synonyms=("PGE2",), id="CHEBI:15551"),
        entity("hydrogen peroxide", kind="Molecule", synonyms=("H2O2",), id="CHEBI:16240"),
        entity("neutrophil", synonyms=("PMN",), id="CL:0000775", xrefs=("MESH:D009504",)),
        entity("neutrophil extracellular trap", synonyms=("NET",), id="GO:0140644"),
        entity("extracellular vesicle", synonyms=("EV",), id="GO:1903561"),
        entity("CD4 T cell", synonyms=("CD4+ T cell",), id="CL:0000624"),
        entity("CD8 T cell", synonyms=("CD8+ T cell",), id="CL:0000625"),
        entity("circulating tumour cell", synonyms=("CTC",), id="MESH:D009360"),
        entity("metastasis", id="MESH:D009362", kind="PathologicalProcess"),
        entity("lung metastasis", kind="PathologicalProcess"),
        entity("tumour growth", kind="PathologicalProcess"),
        entity("tumour", kind="Disease", id="MONDO:0005070"),
        entity("infection", kind="Disease", id="MONDO:0005550"),
        entity("severe infection after surgery", kind="Disease"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        # case, joiners, Greek letters and their stand-ins
        ("Pdcd1", "PD-1"), ("PD1", "PD-1"), ("PD 1", "PD-1"), ("pdl1", "PD-L1"), ("PD_L1", "PD-L1"),
        ("Il17a", "IL-17A"), ("IL 17A", "IL-17A"), ("IL.17A", "IL-17A"), ("IL-\n17A", "IL-17A"),
        ("IL-1b", "IL-1 beta"), ("IL-1β", "IL-1 beta"), ("IL1-beta", "IL-1 beta"),
        ("IL-1\N{LATIN SMALL LETTER SHARP S}", "IL-1 beta"), ("TNFa", "TNF"), ("TNF-α", "TNF"),
        ("TNF\N{LATIN SMALL LETTER ALPHA}", "TNF"), ("TNF-&alpha;", "TNF"), ("NFkB", "NF-κB"),
        ("NF-kappa B", "NF-κB"), ("NF.kB", "NF-κB"), ("nfkb1", "NF-κB"), ("MCP1", "CCL2"),
        # plural, markers, sub- and superscripts
        ("neutrophils", "neutrophil"), ("NETs", "neutrophil extracellular trap"),
        ("EVs", "extracellular vesicle"), ("CTCs", "circulating tumour cell"),
        ("lung metastases", "lung metastasis"), ("LUNG METASTASES", "lung metastasis"),
        ("CD8⁺ T cells", "CD8 T cell"), ("CD8(+) T-cells", "CD8 T cell"),
        ("CD4<sup>+</sup> T cells", "CD4 T cell"), ("CD8-positive T cell", "CD8 T cell"),
        ("H₂O₂", "hydrogen peroxide"), ("PGE₂", "prostaglandin E2"), ("PGE-2", "prostaglandin E2"),
        # what a text or a table puts around it
        ('"IL6"', "IL-6"), ("'IL6", "IL-6"), ('="IL6"', "IL-6"), ("IL-6,", "IL-6"),
        ("• IL-6", "IL-6"),
        ("ＩＬ－６", "IL-6"), ("IL\N{NON-BREAKING HYPHEN}6", "IL-6"), ("IL\N{MINUS SIGN}6", "IL-6"),
        ("PGE(2)", "prostaglandin E2"), ("neutrophil(s)", "neutrophil"), ("Taxol®", "paclitaxel"),
        ("IL-1Î²", "IL-1 beta"), ("CD4+T cells", "CD4 T cell"), ("‘PD‐1’", "PD-1"),
        ("<i>Il6</i>", "IL-6"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_people_paste_it(asked: str, name: str) -> None:
    assert FIELD.resolve(asked).name == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("UniProtKB:Q15116", "PD-1"), ("uniprot:Q15116", "PD-1"), ("UP:Q15116", "PD-1"),
        ("Q15116", "PD-1"), ("sp|Q15116|PDCD1_HUMAN", "PD-1"), ("MGI:MGI:104879", "PD-1"),
        ("https://www.uniprot.org/uniprotkb/Q15116/entry", "PD-1"), ("Q15116-1", "PD-1"),
        ("mesh:D009504", "neutrophil"), ("MeSH:D009504", "neutrophil"), ("D009504", "neutrophil"),
        ("CL_0000775", "neutrophil"), ("cl:0000775", "neutrophil"), ("CL:775", "neutrophil"),
        ("http://purl.obolibrary.org/obo/CL_0000775", "neutrophil"),
        ("https://bioregistry.io/CL:0000775", "neutrophil"),
        ("HGNC:HGNC:8506", "oncostatin M"), ("hgnc:8506", "oncostatin M"),
        ("HGNC:OSM", "oncostatin M"),
        ("https://identifiers.org/hgnc:8506", "oncostatin M"), ("drugbank:DB01229", "paclitaxel"),
        ("CHEBI_45863", "paclitaxel"), ("MESH:D009362", "metastasis"),
        ("neutrophil (CL:0000775)", "neutrophil"), ("CL:0000775 ! neutrophil", "neutrophil"),
        ("neutrophil [CL_0000775]", "neutrophil"), ("HGNC:8506\tOSM", "oncostatin M"),
        ("OSM|HGNC:8506", "oncostatin M"), ("polymorph (MESH:D009504)", "neutrophil"),
        ("PD-L1/CD274", "PD-L1"), ("CCL2 / MCP-1", "CCL2"), ("CCL2 (ENSG00000108691)", "CCL2"),
        ("interleukin 6 (IL6)", "IL-6"),
        ("circulating tumor cells (CTCs)", "circulating tumour cell"), ("Tumour Cell, Circulating",
         "circulating tumour cell"),
    ],
)  # fmt: skip
def test_an_id_or_xref_is_found_in_any_spelling_and_beside_its_name(asked: str, name: str) -> None:
    assert FIELD.resolve(asked).name == name


@pytest.mark.parametrize(
    "asked",
    [
        # another molecule, or another cell
        "CD279", "CCL3", "CCL22", "CXCL10", "IL-7", "IL-16", "IL-1", "IL-1 7", "IL-17AR", "PD-L2",
        "TNF-β",
        "anti-PD-1", "IL-6R", "MCP-1 receptor", "PGE1", "oncostatin N", "OSMS", "H2O",
        "CD4- T cell", "CD4⁻ T cells", "CD8(-) T cell", "IL17A-/-", "CD84 T cell", "TAM", "METs",
        "mets",
        # an id that nothing has, or that is another's
        "HGNC:6024", "HGNC:60255", "UniProtKB:Q15117", "CL_0000776", "MESH:D009363", "Q15117",
        "PMID:30728496", "HGNC:NET", "FAS_HUMAN", "CCL2 (HGNC:10619)", "neutrophil (CL:0000776)",
        # names that say more than one part of them
        "PD-1/PD-L1", "IL-6/IL-8", "CCL2/CCL7", "metastasis (lung)", "IL-6 (receptor)", "1-Mar",
        "Sep-02",
    ],
)  # fmt: skip
def test_what_is_another_thing_is_not_found(asked: str) -> None:
    assert FIELD.find(asked) == ()


def test_a_name_with_the_id_of_another_may_mean_either() -> None:
    with pytest.raises(Ambiguous, match=r"CCL2 .* or IL-8"):
        FIELD.resolve("CCL2 (HGNC:6025)")


def test_an_id_says_which_of_two_a_name_means() -> None:
    assert LEXICON.resolve("web (itm:NET)").name == "NET"
    assert LEXICON.resolve("itm:spider-web ! web").name == "spider web"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("P2RY12", "P2RY12"),  # which is also shaped as an accession of UniProt
        ("par-1", "MARK2"), ("PAR1", "F2R"), ("par 1", "MARK2"),
        ("Nets", "snare"), ("nets", "NET structure"),
        ("EIF2A", "EIF2A"), ("eIF-2α", "EIF2S1"), ("TAPS", "TAPS"), ("Tap", "TAP"),
        ("MET", "MET"), ("mets", "metastasis"),
    ],
)  # fmt: skip
def test_the_name_that_is_spelt_nearest_is_meant(asked: str, name: str) -> None:
    lexicon = Lexicon(
        [
            protein("P2RY12", "P2RY12"),
            entity("other", xrefs=("UniProtKB:P2RY12",)),
            protein("MARK2", "MARK2", "PAR-1"),
            protein("F2R", "F2R", "PAR1"),
            entity("snare", synonyms=("Nets",)),
            entity("NET structure", synonyms=("nets",)),
            protein("EIF2A", "EIF2A"),
            protein("EIF2S1", "EIF2S1", "eIF-2alpha"),
            protein("TAP", "TAP"),
            protein("TAPS", "TAPS"),
            protein("MET", "MET"),
            entity("metastasis", synonyms=("mets",)),
        ]
    )

    assert [one.name for one in lexicon.find(asked)] == [name]


def test_a_symbol_outranks_a_synonym_and_a_name_outranks_both() -> None:
    synonym = entity("first", synonyms=("CAT",))
    symbol = protein("second", "CAT")
    name = entity("CAT")

    assert Lexicon([synonym, symbol]).resolve("cat").name == "second"
    assert Lexicon([synonym, symbol, name]).resolve("cat").name == "CAT"


def test_an_id_outranks_the_xref_of_another() -> None:
    lexicon = Lexicon(
        [entity("one", xrefs=("mesh:D1", "MESH:D009362")), entity("two", id="MESH:D009362")]
    )

    assert lexicon.resolve("MeSH:D009362").name == "two"
    assert lexicon.resolve("D009362").name == "two"


def test_an_xref_of_two_is_refused_with_both() -> None:
    xrefs = ("UniProtKB:P05231",)
    with pytest.raises(Ambiguous, match=r"one .* or two"):
        Lexicon([entity("one", xrefs=xrefs), entity("two", xrefs=xrefs)]).resolve("P05231")


def test_entities_over_others_are_found_beside_them() -> None:
    over = Lexicon([protein("IL-17F", "IL17F", "IL-17", id="HGNC:16404")], over=FIELD)

    assert over.resolve("Il17f").id == "HGNC:16404"
    assert over.resolve("neutrophils").id == "CL:0000775"
    assert [one.id for one in over.find("IL17")] == ["HGNC:16404", "HGNC:5981"]
    assert [one.id for one in FIELD.find("IL17")] == ["HGNC:5981"]


# --- suggestions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("neutrofil", ["neutrophil"]), ("neutrophyl", ["neutrophil"]), ("neutro", ["neutrophil"]),
        ("oncostatin", ["oncostatin M"]), ("oncostatine", ["oncostatin M"]),
        ("metastasys", ["metastasis", "lung metastasis"]),
        ("metastas", ["metastasis", "lung metastasis"]),
        ("tumor groth", ["tumour growth"]), ("tum\N{CYRILLIC SMALL LETTER O}ur", ["tumour"]),
        ("paclitaxol", ["paclitaxel"]), ("elastase", ["neutrophil elastase"]),
        ("severe infection", ["severe infection after surgery", "infection"]),
        ("regulatory CD4 T cell", ["CD4 T cell"]), ("IL-1", ["IL-1 beta"]),
        ("IL-6 expression", ["IL-6"]),
        ("circulatin tumor cells", ["circulating tumour cell"]), ("IL6 (human)", ["IL-6"]),
        ("lung metastases in mice", ["lung metastasis", "metastasis"]),
        ("itm:lung-metastasys", ["lung metastasis"]), ("PD-1 levels", ["PD-1"]),
    ],
)  # fmt: skip
def test_a_misspelt_or_partial_name_is_offered_what_is_near(asked: str, names: list[str]) -> None:
    with pytest.raises(NotFound, match="Did you mean") as caught:
        FIELD.resolve(asked)

    assert [one.name for one in caught.value.details["suggestions"]][: len(names)] == names


@pytest.mark.parametrize(
    "asked",
    [
        # numbers of registers
        "HGNC:6024", "hgnc:8505", "CL:0000776", "MESH:D009363", "P05232", "UniProtKB:P05230",
        "GO:0140645",
        "30728496", "PMID:30728496", "10.1038/s41586-019-0915-y", "PMC6472931", "ENSG00000136245",
        # symbols that differ by a letter or a number
        "CD279", "CD275", "CCL3", "CXCL9", "IL-7", "IL7", "IL-16", "TAM", "EVO", "OSN", "PD-L2",
        "PGE1",
        "NES", "Tnx", "ELANF", "VEGFB", "CTL", "ARG2",
        # another thing by one word
        "IL-6 receptor", "PD-1 ligand", "anti PD-1 antibody", "interleukin 7", "arginase 2",
        "arginine",
        "prostaglandin E1", "prostaglandin D2", "C-X-C motif chemokine ligand 2", "oncostatin N",
        "tumor necrosis factor receptor", "tumour suppressor", "hepatocyte growth factor",
        "elastin",
        "docetaxel", "CCL2 inhibitor", "neutrophil elastase inhibitor", "TRAP", "programmed death",
        "nerve net",
        "neutrophil gelatinase", "tumor necrosis factor-b",
        "qqqqqqqqqq", "the", "of",
    ],
)  # fmt: skip
def test_where_likeness_means_nothing_nothing_is_offered(asked: str) -> None:
    with pytest.raises(NotFound, match="Search for it with `entities`") as caught:
        FIELD.resolve(asked)

    assert caught.value.details["suggestions"] == ()


def test_suggestions_name_each_entity_once_and_no_more_than_asked_for() -> None:
    found = LEXICON.suggest("metastasys", limit=2)

    assert [one.name for one in found] == ["metastasis", "lung metastasis"]


def test_a_suggestion_tells_the_name_that_is_near() -> None:
    [found] = FIELD.suggest("hepatocite growth factor receptor")

    assert (found.name, found.matched) == ("MET", "hepatocyte growth factor receptor")


# --- search ---------------------------------------------------------------------------------


def searched(text: str, lexicon: Lexicon = FIELD) -> list[str]:
    return [lexicon.find(i)[0].name for i in lexicon.search(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("metastasis", ["metastasis", "lung metastasis"]),
        ("Metastases", ["metastasis", "lung metastasis"]),
        ("neutrophil", ["neutrophil", "neutrophil elastase", "neutrophil extracellular trap"]),
        ("oncostatin m", ["oncostatin M", "oncostatin M receptor"]),
        ("onco", ["oncostatin M", "oncostatin M receptor"]),
        ("il-1", ["IL-1 beta", "IL-17A"]),
        ("il17a", ["IL-17A"]),
        ("D009504", ["neutrophil"]),
        ("UP:P05231", ["IL-6"]),
        ("infection", ["infection", "severe infection after surgery"]),
        ("trap extracellular", ["neutrophil extracellular trap"]),
        ("surgery", ["severe infection after surgery"]),
    ],
)
def test_a_search_brings_the_name_itself_first_then_what_is_near(
    text: str, first: list[str]
) -> None:
    assert searched(text)[: len(first)] == first


def test_a_search_brings_names_before_symbols_before_synonyms() -> None:
    lexicon = Lexicon(
        [
            entity("a synonym", synonyms=("Web",)),
            entity("web of traps"),
            protein("a symbol", "WEB"),
            entity("web"),
            entity("spider web"),
        ]
    )

    assert searched("WEB", lexicon) == [
        "web",
        "a symbol",
        "a synonym",
        "web of traps",
        "spider web",
    ]


@pytest.mark.parametrize("nothing", ["", " ", "-", "qqqq", "CD279", "HGNC:6024", "IL-7"])
def test_a_search_for_what_nothing_has_brings_nothing(nothing: str) -> None:
    assert searched(nothing) == []


# --- doubles --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "double", "through"),
    [
        (protein("interleukin-6", "IL6"), "IL-6", "interleukin-6"),
        (entity("Il6"), "IL-6", "Il6"),
        (protein("BSF2", "BSF2", "IL-6"), "IL-6", "IL-6"),
        (entity("polymorph", xrefs=("CL:0000775",)), "neutrophil", "CL:0000775"),
        (entity("neutrophilic granulocyte", id="MESH:D009504"), "neutrophil", "MESH:D009504"),
        (entity("programmed death 1", xrefs=("uniprot:Q15116",)), "PD-1", "uniprot:Q15116"),
        (entity("NETs"), "neutrophil extracellular trap", "NETs"),
        (entity("TNFα", id="itm:tnf-alpha"), "TNF", "TNFα"),
        (entity("taxol"), "paclitaxel", "taxol"),
    ],
)
def test_a_second_entity_for_one_thing_is_known(new: Entity, double: str, through: str) -> None:
    assert [(name, one.name) for name, one in FIELD.doubles(new)] == [(through, double)]


@pytest.mark.parametrize(
    "new",
    [
        entity("neutrophil precursor", xrefs=("MESH:D000001",)),
        protein("IL-17F", "IL17F", "IL-17"),  # two share a synonym
        entity("granulocyte", synonyms=("PMN",)),
        protein("IL-7", "IL7", "interleukin 7"),
        entity("CD4- T cell", id="itm:cd4-lacking"),
        entity("NET formation", id="GO:0140645"),
        entity("leukocyte", id="CL:0000738", xrefs=("MESH:D009504",)),  # a heading of several
    ],
)
def test_what_only_resembles_another_is_no_second_one(new: Entity) -> None:
    assert FIELD.doubles(new) == ()


def test_an_entity_is_not_its_own_double() -> None:
    known = [FIELD.resolve(i) for i in ("HGNC:6018", "CL:0000775", "GO:0140644")]

    assert [FIELD.doubles(one) for one in known] == [(), (), ()]


@pytest.mark.parametrize("nothing", ["", " ", "-", "\N{ZERO WIDTH SPACE}"])
def test_an_empty_name_means_nothing(nothing: str) -> None:
    assert LEXICON.find(nothing) == ()
    with pytest.raises(NotFound):
        LEXICON.resolve(nothing)


# --- size -----------------------------------------------------------------------------------

SYLLABLES = ("ba", "cor", "den", "fil", "gran", "hep", "kin", "lym", "mon", "neu", "os", "tro")
NOUNS = ("receptor", "kinase", "ligand", "cell", "process", "factor", "syndrome", "antigen")


def many(count: int) -> Iterator[Entity]:
    """Entities with a made-up word, a symbol and two synonyms each."""
    chance = Random(count)
    for number in range(count):
        word = "".join(chance.choices(SYLLABLES, k=4))
        noun = chance.choice(NOUNS)
        yield Entity.model_construct(
            id=f"itm:e{number}",
            name=f"{word} {noun} {number % 97}",
            kind="Protein",
            symbol=f"{word[:4].upper()}{number}",
            synonyms=(f"{noun} of {word}s alpha {number}", f"{word[:3].upper()}-{number} beta"),
            xrefs=(f"HGNC:{number}",),
        )


def took(function: Callable[[], object]) -> float:
    """Seconds of the processor's time."""
    start = time.process_time()
    function()
    return time.process_time() - start


@pytest.mark.soak
def test_many_names_take_time_in_proportion_and_one_of_them_next_to_none() -> None:
    small, large = list(many(50_000)), list(many(200_000))
    small_time = took(lambda: Lexicon(small).prepare())
    lexicon = Lexicon([])

    def build() -> None:
        nonlocal lexicon
        lexicon = Lexicon(large)
        lexicon.prepare()

    assert took(build) < 8 * small_time  # 4 where it is linear
    chosen = Random(1).sample(large, 500)
    asked = [one.synonyms[1].replace("-", " ").replace(" beta", "b") for one in chosen]
    found = [took(lambda name=name: lexicon.find(name)) for name in asked]
    assert all(
        one in {c.id for c in lexicon.find(n)}
        for one, n in zip([e.id for e in chosen], asked, strict=True)
    )
    assert statistics.median(found) < 0.001
    unknown = [one.name.replace("o", "u", 1) for one in chosen] + [
        f"{noun}s in the cell" for noun in NOUNS
    ]
    offered = [took(lambda name=name: lexicon.suggest(name)) for name in unknown]
    assert statistics.quantiles(offered, n=20)[-1] < 0.05
