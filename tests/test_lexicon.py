"""Names are found whatever their case and spelling, and never mistaken for what they look like."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import entity
from immunograph.errors import Ambiguous, NotFound
from immunograph.lexicon import Lexicon, fold

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


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("tumor", "tumour"),
        ("leukemia", "leukaemia"),
        ("anemia", "anaemia"),
        ("estrogen", "oestrogen"),
        ("edema", "oedema"),
        ("esophageal", "oesophageal"),
        ("hematopoiesis", "haematopoiesis"),
        ("hemoglobin", "haemoglobin"),
        ("ischemia", "ischaemia"),
        ("signaling", "signalling"),
        ("neutralization", "neutralisation"),
        ("fiber", "fibre"),
    ],
)
def test_american_and_british_spellings_are_one(american: str, british: str) -> None:
    assert fold(american) == fold(british)


@pytest.mark.parametrize(
    ("one", "other"), [("chemokine", "chaemokine"), ("size", "sise"), ("interferon", "interferom")]
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


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


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        NotFound, match=r"No entity 'oncostatine'\. Did you mean oncostatin M"
    ) as caught:
        LEXICON.resolve("oncostatine")

    assert caught.value.details["suggestions"][0].id == "itm:oncostatin-M"


def test_where_nothing_is_near_the_way_to_search_is_told() -> None:
    with pytest.raises(NotFound, match="Search for it with `entities`"):
        LEXICON.resolve("qqqqqqqqqq")


def test_suggestions_name_each_entity_once_and_no_more_than_asked_for() -> None:
    found = LEXICON.suggest("metastases", limit=2)

    assert [one.name for one in found] == ["metastasis", "lung metastasis"]


@pytest.mark.parametrize("nothing", ["", " ", "-", "\N{ZERO WIDTH SPACE}"])
def test_an_empty_name_means_nothing(nothing: str) -> None:
    assert LEXICON.find(nothing) == ()
    with pytest.raises(NotFound):
        LEXICON.resolve(nothing)
