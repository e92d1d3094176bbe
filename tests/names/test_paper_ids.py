"""However a paper or a day is named, one spelling is kept; what is none is refused."""

from __future__ import annotations

import doctest
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from immunograph.domain.model import Study
from immunograph.names import paper_ids
from immunograph.names.paper_ids import normal_date, normal_doi, normal_pmid


@pytest.mark.parametrize(
    "given",
    [
        "10.1002/IJC.99",
        " 10.1002/ijc.99 ",
        "doi:10.1002/ijc.99",
        "DOI 10.1002/ijc.99",
        "doi: 10.1002/IJC.99",
        "info:doi/10.1002/ijc.99",
        "https://doi.org/10.1002/ijc.99",
        "http://dx.doi.org/10.1002/ijc.99",
        "https://www.doi.org/10.1002%2Fijc.99",
        "doi.org/10.1002/ijc.99",
        "https://identifiers.org/doi:10.1002/ijc.99",
        "10.1002/ijc.99.",
        "10.1002/ijc.99),",
    ],
)
def test_a_doi_is_taken_however_it_is_pasted(given: str) -> None:
    assert normal_doi(given) == "10.1002/ijc.99"


@pytest.mark.parametrize(
    "given",
    [
        "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
        "10.1016/S0140-6736(05)17869-6",
        "10.1101/2020.04.01.020966",
        "10.1000.10/123456",
    ],
)
def test_odd_dois_are_dois(given: str) -> None:
    assert normal_doi(given) == given.lower()


@pytest.mark.parametrize(
    "given",
    [
        "", "n/a", "10.1002", "10.1002/", "1002/ijc.99", "ijc.99", "10.12/x", "23863628",
        "https://www.nature.com/articles/s41586-019-0915-y", "10.1002/ijc 99",
        None, 10.1002, ["10.1002/ijc.99"],
    ],
)  # fmt: skip
def test_what_is_no_doi_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"is no DOI\. One begins with 10\."):
        normal_doi(given)


@pytest.mark.parametrize(
    "given",
    [
        "20237412",
        20237412,
        "PMID:20237412",
        "pmid 20237412",
        "PubMed ID: 20237412",
        "pubmed:20237412",
        "https://pubmed.ncbi.nlm.nih.gov/20237412/",
        "pubmed.ncbi.nlm.nih.gov/20237412/?from=search",
        "http://www.ncbi.nlm.nih.gov/pubmed/20237412",
        "https://europepmc.org/article/MED/20237412",
        "https://identifiers.org/pubmed:20237412",
    ],
)
def test_a_pmid_is_taken_however_it_is_pasted(given: object) -> None:
    assert normal_pmid(given) == "20237412"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "It is a number"),
        ("0", "It is a number"),
        (-20237412, "It is a number"),
        (20237412.5, "It is a number"),
        ("123456789", "It is a number"),
        ("20237412, 23863628", "It is a number"),
        (True, "It is a number"),
        ("PMC3726160", "an id of PubMed Central"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3726160/", "an id of PubMed Central"),
        ("10.1172/JCI37223", "a DOI, which has a key of its own"),
        ("https://doi.org/10.1172/JCI37223", "a DOI, which has a key of its own"),
    ],
)
def test_what_is_no_pmid_is_refused_and_why(given: object, why: str) -> None:
    with pytest.raises(ValueError, match=f"is no PMID.*{why}"):
        normal_pmid(given)


@pytest.mark.parametrize("given", ["2019", 2019, "2019-02", "2020-02-29", "1665-03-06"])
def test_a_year_a_month_and_a_day_are_dates(given: object) -> None:
    assert normal_date(given) == str(given)


@pytest.mark.parametrize(
    "given",
    [
        "2019-13", "2019-02-30", "2021-02-29", "2019-2-6", "06.02.2019", "2019/02/06", "20190206",
        "spring 2019", "", "201", 20190206, 1066, "2019-02-06T10:00", True, 2019.5, "in press",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"is no date\. Write a year, a month or a day"):
        normal_date(given)


@pytest.mark.parametrize("given", ["", " ", "no", "No", "none", "false", "not retracted"])
def test_a_retraction_says_why(given: str) -> None:
    with pytest.raises(ValidationError, match="leave the key out where it was not"):
        Study(id="one", retracted=given)


@pytest.mark.parametrize("given", [None, "2021, images used twice", "no author could explain it"])
def test_a_reason_and_its_absence_are_taken(given: str | None) -> None:
    assert Study(id="one", retracted=given).retracted == given


@pytest.mark.parametrize("normal", [normal_doi, normal_pmid, normal_date])
def test_what_is_normal_stays_as_it_is(normal: Callable[[object], str]) -> None:
    for given in ("10.1002/ijc.99", "20237412", "2019-02"):
        try:
            once = normal(given)
        except ValueError:
            continue
        assert normal(once) == once == given


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(paper_ids)
    assert outcome.attempted
    assert not outcome.failed
