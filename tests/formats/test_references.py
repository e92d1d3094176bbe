"""A citation becomes its parts or stays as it is; papers go out whatever their names hold."""

from __future__ import annotations

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.domain.citations import parse_citation
from immunograph.domain.model import Study
from immunograph.folders import folder
from immunograph.formats import REFERENCE_FORMATS
from immunograph.formats.references import Reference, reference_of
from immunograph.seeds.folder import read_seed


@pytest.mark.parametrize(
    ("citation", "parts"),
    [
        (
            "Finisguerra et al., Nature 2015;522(7556):349-353",
            (("Finisguerra",), True, 2015, "Nature", "522", "7556", "349-353"),
        ),
        (
            "Wculek and Malanchi, Nature 2015;528(7582):413-417",
            (("Wculek", "Malanchi"), False, 2015, "Nature", "528", "7582", "413-417"),
        ),
        (
            "Smith, Jones, and Müller-Lüdenscheidt, J. Immunol. 2020;5(Suppl 1):e3",
            (("Smith", "Jones", "Müller-Lüdenscheidt"), False, 2020, "J. Immunol.", "5", "Suppl 1",
             "e3"),
        ),
        (
            "王伟 et al., 中华医学 2019;1(2):3-4",
            (("王伟",), True, 2019, "中华医学", "1", "2", "3-4"),
        ),
        (
            "Kitamura et al., J Exp Med 2015 (PMC4493415)",
            (("Kitamura",), True, 2015, "J Exp Med", None, None, None),
        ),
        (
            "Growth Factors 1990;2(2-3):157-165 (first author remembered as Horn, not seen)",
            ((), False, 1990, "Growth Factors", "2", "2-3", "157-165"),
        ),
        ("Li et al., Nat Commun 2020;11", (("Li",), True, 2020, "Nat Commun", "11", None, None)),
        ("Kitamura 2015", ((), False, None, None, None, None, None)),
        ("in press, 2027", ((), False, None, None, None, None, None)),
        ("", ((), False, None, None, None, None, None)),
    ],
)  # fmt: skip
def test_a_citation_becomes_its_parts_or_none(citation: str, parts: tuple[object, ...]) -> None:
    one = reference_of(Study(id="one", citation=citation))
    found = (one.authors, one.others, one.year, one.journal, one.volume, one.issue, one.pages)
    assert found == parts
    assert one.citation == citation


def test_every_citation_of_the_library_becomes_its_parts() -> None:
    for study in filter(None, (c.study for c in read_seed(folder("seed")).contributions)):
        one = reference_of(study)
        assert one.year, study.citation
        assert one.journal, study.citation
        assert one.authors or (study.citation or "").startswith(one.journal)


def _reference(**parts: object) -> Reference:
    citation = "Finisguerra et al., Nature 2015;522(7556):349-353"
    study = {"id": "one-2015", "doi": "10.1038/nature14407", "pmid": "25985180", **parts}
    return reference_of(Study.model_validate({"citation": citation, **study}))


def _written(name: str, *references: Reference) -> str:
    return b"".join(REFERENCE_FORMATS[name].write(references)).decode()


def test_bibtex_has_what_latex_sets() -> None:
    title = r"Δ_IL-6 & {50%} of #1 \ ~x^2 $5"
    found = _written("bibtex", _reference(title=title, retracted="2019"))
    assert found.startswith("@article{one-2015,\n")
    assert r"title = {{Δ\_IL-6 \& \{50\%\} of \#1 \textbackslash{} \textasciitilde{}x" in found
    assert "  author = {{Finisguerra} and others},\n" in found
    assert "  pages = {349--353},\n" in found
    assert "  doi = {10.1038/nature14407},\n" in found
    assert "  note = {Retracted: 2019}\n" in found


def test_ris_and_csl_keep_what_they_have_no_word_for_as_cited() -> None:
    one = _reference(title="α and β")
    ris = _written("ris", one)
    assert ris.startswith("TY  - JOUR\r\nID  - one-2015\r\nAU  - Finisguerra\r\nTI  - α and β\r\n")
    assert "SP  - 349\r\nEP  - 353\r\n" in ris
    assert "N1  - Cited as: Finisguerra et al., Nature" in ris
    [item] = orjson.loads(_written("csl", one))
    assert item["author"] == [{"literal": "Finisguerra"}]
    assert item["issued"] == {"date-parts": [[2015]]}
    assert (item["DOI"], item["PMID"]) == ("10.1038/nature14407", "25985180")
    assert item["note"].startswith("Cited as: Finisguerra et al.")


NASTY = st.text(min_size=1, max_size=40).filter(str.strip)


@given(title=NASTY, name=NASTY, why=NASTY)
def test_no_name_breaks_a_list_of_papers(title: str, name: str, why: str) -> None:
    one = Reference("one", title, (name,), True, 2015, "J", "1", None, "2-3", "10.1/x", "1", why,
                    why)  # fmt: skip
    bibtex, ris = _written("bibtex", one, one), _written("ris", one, one)
    for entry in re.split(r"(?m)^(?=@)", bibtex)[1:]:
        assert _depth(entry) == 0
    assert bibtex.count("@article{one,\n") == 2
    lines = ris.split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
    assert sum(line.startswith("ER  - ") for line in lines) == 2
    items = orjson.loads(_written("csl", one, one))
    assert [item["title"] for item in items] == [title, title]


def _depth(entry: str) -> int:
    """How many braces stay open; a negative one on the way is a fault."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", entry.replace(r"\\", "")):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    return depth


@given(st.text(max_size=60))
def test_any_text_is_read_as_a_citation_or_left(text: str) -> None:
    parts = parse_citation(text)
    assert not parts or parts["journal"]
    assert all(part in text for part in parts.values())
