"""Studies and sources are found by local id, DOI or PMID, and no number is likened to another."""

from __future__ import annotations

from typing import Any

import pytest

from graphs import graph, says, source
from immunograph.domain.model import Study
from immunograph.domain.papers import names_paper, source_named, study_named
from immunograph.errors import Ambiguous, NotFound
from immunograph.names.curies import doi, pmid

HERON = Study(id="heron-2011", doi="10.1111/heron.2011", pmid="21111111", title="Herons wade")
EGRET = Study(id="egret-2012", doi="10.1016/S0140-6736(12)67889-0", pmid="22222222")
TWIN = Study(id="twin", doi="10.5555/twin", pmid="23333333")
SAYS = says("a promotes b")
KNOWLEDGE = graph(
    source("heron-2011-abstract", SAYS, study=HERON, type_="abstract"),
    source("heron-in-the-news", SAYS, study=HERON, type_="press"),
    source("egret-2012", SAYS, study=EGRET),
    source("twin-abstract", SAYS, study=TWIN, type_="abstract"),
    source("twin-review", SAYS, study=TWIN, type_="review"),
    source("again-1", SAYS, study=Study(id="again-1", doi="10.5555/again")),
    source("again-2", SAYS, study=Study(id="again-2", doi="10.5555/again")),
    source("rumour", SAYS, study=None, type_="press"),
)


@pytest.mark.parametrize(
    "text",
    [
        "10.1111/heron.2011",
        "10.1111/HERON.2011",
        "doi:10.1111/heron.2011",
        "DOI 10.1111/heron.2011.",
        "https://doi.org/10.1111/heron.2011",
        "http://dx.doi.org/10.1111/heron.2011",
        "https:/doi.org/10.1111/heron.2011",
        "doi.org/10.1111%2Fheron.2011",
        "https://doi.org/doi:10.1111/heron.2011",
    ],
)
def test_a_doi_is_known_with_or_without_prefix_or_address(text: str) -> None:
    assert doi(text) == "10.1111/heron.2011"
    assert names_paper(text)
    assert study_named(KNOWLEDGE, text) == study_named(KNOWLEDGE, f"study:{text}") == "heron-2011"


@pytest.mark.parametrize(
    "text",
    [
        "21111111",
        "PMID:21111111",
        "pmid 21111111",
        "pubmed:21111111",
        "https://pubmed.ncbi.nlm.nih.gov/21111111/",
        "www.ncbi.nlm.nih.gov/pubmed/21111111",
        "https://europepmc.org/article/MED/21111111",
    ],
)
def test_a_pmid_is_known_with_or_without_prefix_or_address(text: str) -> None:
    assert pmid(text) == "21111111"
    assert names_paper(text)
    assert study_named(KNOWLEDGE, text) == study_named(KNOWLEDGE, f"Study: {text}") == "heron-2011"


@pytest.mark.parametrize(
    "text",
    ["CCL2", "HGNC:544", "MESH:D009362", "10.1111", "4-1BB", "PMC3111111", "IL-10/IL-6", "heron"],
)
def test_other_names_and_numbers_are_neither(text: str) -> None:
    assert (doi(text), pmid(text)) == (None, None)
    assert not names_paper(text)


@pytest.mark.parametrize("name", ["heron-2011", "study:heron-2011", "Heron 2011", "HERON_2011"])
def test_a_local_id_is_known_whatever_its_case_and_joiners(name: str) -> None:
    assert study_named(KNOWLEDGE, name) == "heron-2011"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("egret-2012", "egret-2012"),
        ("source:heron-in-the-news", "heron-in-the-news"),
        ("https://doi.org/10.1016/S0140-6736(12)67889-0", "egret-2012"),
        ("source:pmid:22222222", "egret-2012"),
        ("10.1111/heron.2011", "heron-2011-abstract"),
        ("21111111", "heron-2011-abstract"),
    ],
)
def test_a_source_goes_by_its_id_or_by_its_paper_which_is_not_the_press(
    name: str, found: str
) -> None:
    assert source_named(KNOWLEDGE, name) == found


def test_of_two_texts_or_two_studies_of_one_paper_none_is_chosen() -> None:
    with pytest.raises(Ambiguous, match="twin-abstract or twin-review") as texts:
        source_named(KNOWLEDGE, "10.5555/twin")
    with pytest.raises(Ambiguous, match="again-1 or again-2"):
        study_named(KNOWLEDGE, "doi:10.5555/again")

    assert [one["id"] for one in texts.value.details["candidates"]] == [
        "twin-abstract",
        "twin-review",
    ]


def unknown(find: Any, name: str) -> NotFound:
    """The error for a name that is not known."""
    with pytest.raises(NotFound) as caught:
        find(KNOWLEDGE, name)
    return caught.value


@pytest.mark.parametrize(
    ("find", "name", "suggested"),
    [
        (study_named, "herron-2011", ["heron-2011"]),
        (study_named, "heron", ["heron-2011"]),
        (study_named, "Egret et al. 2012", ["egret-2012"]),
        (study_named, "heron-in-the-news", ["heron-2011"]),
        (source_named, "heron-2011", ["heron-2011-abstract", "heron-in-the-news"]),
        (source_named, "twinn-review", ["twin-review"]),
    ],
)
def test_a_name_that_is_alike_is_suggested(find: Any, name: str, suggested: list[str]) -> None:
    error = unknown(find, name)

    assert [one["id"] for one in error.details["suggestions"]][: len(suggested)] == suggested
    assert f"Did you mean {suggested[0]}" in error.message


@pytest.mark.parametrize("find", [study_named, source_named])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("21111112", "has this PMID"),
        ("pmid:2111111", "has this PMID"),
        ("10.1111/heron.2012", "has this DOI"),
        ("PMC3111111", "by local id, DOI or PMID"),
        ("abstract", "by local id, DOI or PMID"),
        ("2011", "has this PMID"),
    ],
)
def test_a_number_suggests_none_like_it(find: Any, name: str, said: str) -> None:
    error = unknown(find, name)

    assert error.details["suggestions"] == []
    assert said in error.message
