"""A new source file holds what is known, and nothing that is not."""

from __future__ import annotations

import pytest

from immunograph.curation.template import Template, Text, as_doi, as_pmid, new_source
from immunograph.domain.vocabulary import SourceType
from immunograph.errors import BadQuestion
from immunograph.folders import folder
from immunograph.seeds.folder import read_home
from immunograph.seeds.reading import Reader

ABSTRACT = "A title\nSome text, doi:10.1016/j.ccell.2020.12.012. More.\n"
SCHEMA = "../../schema/source.schema.json"


def faults_of(template: Template) -> list[str]:
    vocabulary, entities, _ = read_home(folder("seed"))
    reader = Reader(vocabulary, entities)
    reader.read(template.text.encode(), "new.yaml")
    return [str(fault) for fault in reader.take_faults()]


def test_a_text_gives_document_and_identifier_and_the_rest_is_left() -> None:
    text = Text.of("Xiao 2021.txt", ABSTRACT.encode())
    template = new_source(schema=SCHEMA, text=text, type_=SourceType.ABSTRACT)
    assert template.id == "xiao-2021"
    assert f"sha256: {text.sha256}, characters: {len(ABSTRACT)}" in template.text
    assert "tier: primary_abstract" in template.text
    assert template.left == ("title", "study.title", "statements")
    assert faults_of(template) == ["new.yaml:6:7: title is empty; fill it in"]


def test_what_is_left_empty_is_named_by_the_check_with_its_place() -> None:
    template = new_source(schema=SCHEMA, pmid="PMID: 23863628")
    assert template.left == ("type", "tier", "traceability", "title", "study.title", "statements")
    lines = template.text.splitlines()
    for fault in faults_of(template):
        line = int(fault.split(":")[1])
        assert "fill in" in lines[line - 1]
    assert len(faults_of(template)) == 4


def test_a_doi_that_the_text_prints_is_offered_and_not_taken() -> None:
    template = new_source(schema=SCHEMA, text=Text.of("a.txt", ABSTRACT.encode()))
    assert "doi: 10.1016" not in template.text
    assert "# The text prints the DOI 10.1016/j.ccell.2020.12.012." in template.text
    assert "traceability: doi" in template.text


def test_an_editor_finds_the_schema_in_the_first_line() -> None:
    template = new_source(schema=SCHEMA, doi="10.1172/JCI67484")
    assert template.text.startswith(f"# yaml-language-server: $schema={SCHEMA}\n")


@pytest.mark.parametrize(
    "given", ["https://doi.org/10.1172/JCI67484", "doi:10.1172/JCI67484", " 10.1172/JCI67484 "]
)
def test_a_doi_is_read_as_people_paste_it(given: str) -> None:
    assert as_doi(given) == "10.1172/jci67484"


@pytest.mark.parametrize("given", ["JCI67484", "10.1172", "", "10.1172/a b"])
def test_what_is_no_doi_is_refused(given: str) -> None:
    with pytest.raises(BadQuestion, match="is no DOI"):
        as_doi(given)


@pytest.mark.parametrize("given", ["x", "0", "123456789012", "12a"])
def test_what_is_no_pmid_is_refused(given: str) -> None:
    with pytest.raises(BadQuestion, match="is no PMID"):
        as_pmid(given)


def test_odd_names_and_texts_still_make_yaml() -> None:
    text = Text.of('a "b": #c\u202e.txt', b"\x07 # odd: 'first' line\nmore")
    template = new_source(schema=SCHEMA, text=text, doi="10.1000/a:#b", type_=SourceType.PAPER)
    messages = faults_of(template)
    assert messages
    assert all("is empty" in message for message in messages)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadQuestion, match="not UTF-8"):
        Text.of("a.pdf", b"%PDF\xff\xfe")
    with pytest.raises(BadQuestion, match="holds no text"):
        Text.of("a.txt", b" \n")
