"""One name in many spellings is one, two names are two, and the nearer spelling is known."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.names import spelling
from immunograph.names.spelling import fold, is_symbol, looseness, skeleton

FOLDED = {
    "white blood cell": (
        "White Blood Cell", "white\N{NO-BREAK SPACE}blood  cell", "white-blood-cell",
        "white_blood_cell",
        " “white blood cell”, ", "'white blood cell", '="white blood cell"', "• white blood cell",
        "(white blood cell)", "<i>white</i> blood cell", "white blood\N{SOFT HYPHEN} cell",
        "ｗｈｉｔｅ ｂｌｏｏｄ ｃｅｌｌ",
        "white\tblood\ncell", "white blood cell*", "white blood cell;",
    ),
    "TGF-β": (
        "TGF-beta", "TGF\N{NON-BREAKING HYPHEN}β", "TGF\N{EN DASH}β", "tgf_Beta", "TGF-&beta;",
        "TGF-&#946;",
        r"TGF-$\beta$", r"TGF-\beta", "TGF-ß", "TGF-\N{GREEK BETA SYMBOL}", "TGF-𝛽", "TGF- β",
        "TGF\N{MINUS SIGN}β", "TGF-\uf062",
    ),
    "IFN γ": ("IFN-ɣ", "IFN-&gamma;", "ifn-GAMMA", "IFN-\uf067"),
    "NF-κB": ("NF-ĸB", "NF-kappaB", "nf κb", "NF-&kappa;B"),
    "CD8+ T cell": (
        "CD8⁺ T cell", "CD8(+) T cell", "CD8<sup>+</sup> T cell", "CD8$^+$ T cell", "cd8+ t-cell",
    ),
    "CD4⁻ T cell": (
        "CD4- T cell", "CD4(-) T cell", "CD4\N{MINUS SIGN} T cell", "CD4<sup>-</sup> T cell",
        "CD4<sup>\N{MINUS SIGN}</sup> T cell",
    ),
    "PGE2": ("PGE₂", "PGE(2)", "pge2", "PGE<sub>2</sub>"),
    "neutrophils": ("neutrophil(s)", "Neutrophils®", "neutrophils™"),
    "TGF-β1": ("TGF-Î²1", "TGF-&amp;beta;1", "TGF-β(1)", "TGF-beta1"),
    "H2O2": ("H₂O₂", "H(2)O(2)", "H<sub>2</sub>O<sub>2</sub>", "h2o2", "$H2O2$"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"), [(one, other) for one, others in FOLDED.items() for other in others]
)
def test_what_texts_and_tables_put_on_a_name_is_folded_away(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("tumor", "tumour"), ("leukemia", "leukaemia"), ("anemia", "anaemia"),
        ("ischemic", "ischaemic"), ("hyperglycemia", "hyperglycaemia"), ("viremia", "viraemia"),
        ("estrogen", "oestrogen"), ("estradiol", "oestradiol"), ("edema", "oedema"),
        ("esophageal", "oesophageal"), ("hematopoiesis", "haematopoiesis"),
        ("hemoglobin", "haemoglobin"), ("hemangioma", "haemangioma"), ("signaling", "signalling"),
        ("remodeling", "remodelling"), ("tunneling", "tunnelling"), ("labeled", "labelled"),
        ("neutralization", "neutralisation"), ("polarized", "polarised"), ("analyze", "analyse"),
        ("fiber", "fibre"), ("germinal center", "germinal centre"), ("sulfate", "sulphate"),
        ("fetal liver", "foetal liver"), ("diarrhea", "diarrhoea"), ("dyspnea", "dyspnoea"),
        ("celiac disease", "coeliac disease"), ("etiology", "aetiology"),
        ("pediatric", "paediatric"),
        ("fecal", "faecal"), ("cecum", "caecum"), ("anesthesia", "anaesthesia"),
        ("homolog", "homologue"), ("orthologs", "orthologues"),
        ("immune defense", "immune defence"),
        ("aging", "ageing"), ("behavior", "behaviour"), ("leucocyte", "leukocyte"),
    ],
)  # fmt: skip
def test_american_and_british_spellings_are_one(american: str, british: str) -> None:
    assert fold(american) == fold(british)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chemokine", "chaemokine"), ("size", "sise"), ("interferon", "interferom"),
        ("imaging", "imageing"), ("colorectal", "colourectal"), ("testosterone", "testoesterone"),
        ("chemical", "chaemical"), ("TGF-β", "TGF-α"), ("CD4⁻ T cell", "CD4 T cell"),
        ("CD4⁻ T cell", "CD4+ T cell"), ("IL-6", "IL-6R"), ("IL17A-/-", "IL17A"),
        ("Großhirn", "Grobetahirn"),
        ("anti-PD-1", "PD-1"), ("Île", "le"), ("stage (2)", "stage 2 a"), ("lp(a)", "lpa"),
    ],
)  # fmt: skip
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


LOOSER = {
    1: (
        ("IL17A", "IL-17A"), ("IL 17A", "IL17A"), ("IL.17A", "IL-17A"), ("NF.kB", "NF-kB"),
        ("PDL1", "PD-L1"), ("GMCSF", "GM-CSF"), ("TGFβ1", "TGF-beta 1"), ("Gas6", "GAS-6"),
        ("naive T cell", "naïve T cell"), ("antitumour", "anti-tumour"), ("Sjogren", "Sjögren"),
        ("CD8-positive T cell", "CD8+ T cell"), ("CD4 negative T cell", "CD4⁻ T cell"),
        ("type 1 interferon", "type I interferon"), ("MHC class 2", "MHC class II"),
        ("Ly6G+Ly6C+ granulocyte", "Ly6G+ Ly6C+ granulocyte"),
    ),
    2: (
        ("neutrophils", "neutrophil"), ("lung metastases", "lung metastasis"), ("EVs", "EV"),
        ("CD8+T cells", "CD8 T cell"),
        ("viruses", "virus"), ("antibodies", "antibody"), ("fibroses", "fibrosis"),
        ("abscesses", "abscess"), ("mice", "mouse"), ("T cells", "T-cell"), ("CTCs", "CTC"),
        ("Crohn's disease", "Crohn disease"), ("CD8+ T cells", "CD8 T cell"), ("kinases", "kinase"),
        ("CXCR2+ neutrophil", "CXCR2 neutrophil"), ("NK CELLS", "NK cell"), ("diseases", "disease"),
    ),
    3: (
        ("TNFa", "TNF-α"), ("TNF-a", "TNF alpha"), ("IL-1b", "IL-1 beta"), ("TGFb", "TGF-β"),
        ("TGF-b1", "TGF-beta 1"), ("IFNg", "IFN-γ"), ("IFN-g", "IFN-gamma"), ("NF-kB", "NF-κB"),
        ("NFkB", "NF-kappa B"), ("interferon-g", "interferon gamma"), ("MIP-1a", "MIP-1 alpha"),
        ("integrin a4b1", "integrin α4β1"), ("HIF1a", "HIF-1α"), ("CD3e", "CD3 epsilon"),
        ("interleukin-1b", "interleukin 1 beta"),
        ("tumor necrosis factor-a", "tumour necrosis factor α"),
        ("IkBa", "IκBα"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("step", "one", "other"), [(step, *pair) for step, pairs in LOOSER.items() for pair in pairs]
)
def test_what_is_spelt_more_loosely_is_known_with_its_step(step: int, one: str, other: str) -> None:
    assert looseness(one, other) == looseness(other, one) == step


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IL-17", "IL-1 7"), ("CD1 1b", "CD11b"), ("IL-7", "IL-17"), ("CCL2", "CCL3"),
        ("CD4- T cell", "CD4 T cell"), ("CD4- T cells", "CD4+ T cell"),
        ("Ly6C- monocyte", "Ly6C+ monocyte"), ("PD-1- T cell", "PD-1 T cell"),
        ("PD-1+", "PD-1"), ("IL17A-/-", "IL17A"),
        ("anti-PD-1", "PD-1"), ("PD-1/PD-L1", "PD-1 PD-L1"), ("AIDS", "AID"), ("KRAS", "KRA"),
        ("ROS", "RO"), ("B cell", "beta cell"), ("beta cell", "b-cell"),
        ("T cell gamma", "T cell g"), ("ERα", "ERA"), ("inhibin α", "inhibin A"),
        ("haemoglobin α", "haemoglobin A"), ("protein kinase β", "protein kinase B"),
        ("eIF2α", "EIF2A"), ("eIF3-β", "EIF3B"), ("Ang II", "Ang-2"),
        ("type I interferon", "type II interferon"),
        ("vitamin A", "vitamin α"), ("virus", "viru"), ("IL-1α", "IL-1β"), ("TNFa", "TNF-β"),
    ],
)  # fmt: skip
def test_two_names_that_look_alike_are_two(one: str, other: str) -> None:
    assert looseness(one, other) is None
    assert looseness(other, one) is None


def test_a_symbol_has_no_plural_where_that_is_said() -> None:
    assert looseness("METs", "MET") == 2
    assert looseness("METs", "MET", countable=False) is None
    assert looseness("MET", "mets") is None
    assert looseness("nets", "NET") == 2


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("CCL2", True), ("PD-L1", True), ("TNF", True), ("p53", True), ("DNase", True),
        ("elastase", False), ("Taxol", False), ("T cell", False), ("IL-6 receptor", False),
    ],
)  # fmt: skip
def test_symbols_are_told_from_words(name: str, symbol: bool) -> None:
    assert is_symbol(name) is symbol


SYMBOLS = st.from_regex(
    r"[A-Za-z]{1,5}[- .]?[0-9]{0,2}[- ]?(alpha|beta|α|β|a|b|s|\+|-)?( [a-z]{3,7}s?)?",
    fullmatch=True,
)
NAMES = st.one_of(st.text(max_size=12), SYMBOLS)


@given(SYMBOLS)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(NAMES, NAMES)
def test_names_that_are_one_are_looked_up_by_one_key(one: str, other: str) -> None:
    if looseness(one, other) is not None:
        assert skeleton(fold(one)) == skeleton(fold(other))


@given(NAMES, st.data())
def test_a_name_is_looked_up_by_one_key_in_its_looser_spellings(
    name: str, data: st.DataObject
) -> None:
    changed = data.draw(
        st.sampled_from(
            [name.replace("-", " "), name.replace(" ", ""), name.replace("β", "b"), f"{name}s",
             name.replace("alpha", "a"), name.upper(), name.replace("-", "")]
        )
    )  # fmt: skip
    if looseness(changed, name) is not None:
        assert skeleton(fold(changed)) == skeleton(fold(name))


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(spelling)
    assert outcome.attempted and not outcome.failed
