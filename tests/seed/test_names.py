"""The names of the shipped entities as people write them: each finds its own and no other."""

from __future__ import annotations

from collections import defaultdict

import pytest

from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Entity
from immunograph.folders import folder
from immunograph.names.spelling import fold, looseness, skeleton
from immunograph.seeds.folder import read_home

_, ENTITIES, _ = read_home(folder("seed"))
LEXICON = Lexicon(ENTITIES)


def names_of(entity: Entity) -> tuple[str, ...]:
    return (entity.name, *filter(None, [entity.symbol]), *entity.synonyms)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda one: one.id)
def test_every_name_and_number_of_an_entity_finds_just_it(entity: Entity) -> None:
    for name in (entity.id, *names_of(entity)):
        assert [one.id for one in LEXICON.find(name)] == [entity.id], name
    for number in entity.xrefs:
        assert entity.id in {one.id for one in LEXICON.find(number)}, number


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda one: one.id)
def test_no_spelling_of_a_name_finds_another_entity(entity: Entity) -> None:
    for name in names_of(entity):
        spellings = {
            name.upper(), name.lower(), name.replace("-", ""), name.replace("-", " "),
            name.replace(" ", "-"), name.replace(" ", "_"), name.replace("β", "b"),
            name.replace("beta", "b"), name.replace("alpha", "a"), name.replace("tumour", "tumor"),
            name.replace("-", "."), f"{name}s", f'"{name}"', f"{name} ({entity.id})",
            f"{entity.id} ! {name}",
        }  # fmt: skip
        for spelling in spellings:
            assert {one.id for one in LEXICON.find(spelling)} <= {entity.id}, spelling


def test_no_two_entities_are_one_by_the_way_they_are_spelt() -> None:
    alike: dict[str, list[tuple[str, Entity]]] = defaultdict(list)
    for entity in ENTITIES:
        for name in names_of(entity):
            alike[skeleton(fold(name))].append((name, entity))
    met = {
        (one, other)
        for names in alike.values()
        for one, entity in names
        for other, another in names
        if entity.id < another.id and looseness(one, other) is not None
    }
    assert met == set()


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda one: one.id)
def test_no_entity_is_a_second_one_for_another(entity: Entity) -> None:
    assert LEXICON.doubles(entity) == ()


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("neutrophils", "neutrophil"), ("D009504", "neutrophil"), ("CL_0000775", "neutrophil"),
        ("CD8⁺ T cells", "CD8 T cell"), ("CD4(+) T-cells", "CD4 T cell"),
        ("γδ T cells", "gamma-delta T cell"), ("IL17A", "IL-17A"), ("IL-1ß", "IL-1 beta"),
        ("TNFa", "TNF"), ("IFN-&gamma;", "interferon gamma"), ("IFNg", "interferon gamma"),
        ("TGFb", "TGF-beta"), ("TGF-b1", "TGF-beta 1"), ("MIP1α", "CCL3"), ("Mcp1", "CCL2"),
        ("PDL1", "PD-L1"), ("P13500", "CCL2"), ("MGI:MGI:98259", "CCL2"), ("COX2", "COX-2"),
        ("integrin a4", "integrin alpha4"), ("H₂O₂", "hydrogen peroxide"),
        ("PGE₂", "prostaglandin E2"),
        ("type 1 interferon", "type I interferon"), ("EVs", "extracellular vesicle"),
        ("antitumor immunity", "immune response to the tumour"), ("DNAse-I", "DNase I"),
        ("lung metastases", "lung metastasis"), ("DB01229", "paclitaxel"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_people_paste_it(asked: str, name: str) -> None:
    assert LEXICON.resolve(asked).name == name


def offered(asked: str) -> set[str]:
    """What a name is taken for, or is said to be near to."""
    return {one.name for one in LEXICON.find(asked) or LEXICON.suggest(asked)}


@pytest.mark.parametrize(
    ("asked", "never"),
    [
        ("CD279", "PD-L1"), ("CD273", "PD-L1"), ("PD-L2", "PD-L1"), ("TAM", "paclitaxel"),
        ("severe infection", "extracellular vesicle"), ("IL-7", "IL-17A"), ("CCL4", "CCL3"),
        ("CCL12", "CCL2"), ("CXCR3", "CXCR4"), ("MMP-2", "MMP9"), ("VEGF receptor", "VEGF-A"),
        ("IL-6 receptor", "IL-6"), ("annexin A5", "annexin A6"), ("cathepsin K", "cathepsin C"),
        ("arginine", "arginase 1"), ("IFN-α", "interferon gamma"), ("TGF-β2", "TGF-beta 1"),
        ("type II interferon", "type I interferon"), ("CD4- T cell", "CD4 T cell"),
        ("CD8⁻ T cells", "CD8 T cell"), ("Ly6G+ Ly6C- granulocyte", "Ly6G+ Ly6C+ granulocyte"),
        ("HGNC:6024", "IL-8"), ("P13501", "CCL2"), ("CL:0000774", "neutrophil"), ("METs", "MET"),
        ("tumor necrosis factor receptor", "tumour"), ("oncostatin N", "oncostatin M"),
    ],
)  # fmt: skip
def test_another_thing_is_neither_found_nor_offered(asked: str, never: str) -> None:
    assert never in {one.name for one in ENTITIES}
    assert never not in offered(asked)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("severe infection", "severe infection after surgery"), ("oncostatin", "oncostatin M"),
        ("oncostatine", "oncostatin M"), ("tumor groth", "tumour growth"),
        ("metastasys", "metastasis"),
        ("neutrofil", "neutrophil"), ("supressor cell", "myeloid-derived suppressor cell"),
        ("paclitaxol", "paclitaxel"), ("lung metastasis burden", "lung metastasis"),
        ("doxorubicine", "doxorubicin"), ("macrophag", "macrophage"),
    ],
)  # fmt: skip
def test_what_is_near_in_meaning_is_offered(asked: str, name: str) -> None:
    assert name in offered(asked)
