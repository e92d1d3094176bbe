"""The literature says what its abstracts say, with its doubts, and no more."""

from __future__ import annotations

import re

import pytest

from immunograph.folders import folder
from immunograph.lexicon import Lexicon
from immunograph.model import Contribution, Evidence, Statement, statement_id
from immunograph.sources import Seed, read_seed
from immunograph.vocabulary import Basis, Phase, Role, SourceType, StatementClass, Tier

PAPERS = 39
STATEMENTS, INTERVENTIONS = 204, 62
"""Statements that a paper states outright, one caution among them, and interventions."""
NOT_READ_AS_ABSTRACT = {"cools-lartigue-2013", "qian-2011", "karagiannis-2017"}
WITHOUT_DOI = {"lin-2007", "spence-1997", "kitamura-2015"}
LEFT_OUT = re.compile(r"\b(CD24|PAR2|ROR1|placode|neural crest)\b", re.IGNORECASE)
HEDGE = re.compile(
    r"\b(may|might|could|seems?|appears?|suggests?|possibly|potentially)\b", re.IGNORECASE
)


class Library:
    """The papers of the seed, asked by names."""

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        self.by_source = {c.source.id: c for c in seed.contributions}
        self.papers = [c for c in seed.contributions if c.source.type is SourceType.ABSTRACT]
        self.lexicon = Lexicon(seed.entities)

    def __getitem__(self, study: str) -> Contribution:
        return self.by_source[f"{study}-abstract"]

    def id(self, name: str) -> str:
        """The id that a name means."""
        return self.lexicon.resolve(name).id

    def evidence(
        self, study: str, subject: str, effect: str, object_: str, aspect: str = "none"
    ) -> list[Evidence]:
        """What one paper has on the statement of these names."""
        about = statement_id(self.id(subject), effect, self.id(object_), aspect)
        return [e for e in self[study].evidence if e.about == about]

    def statements_from(self, study: str, subject: str) -> list[Statement]:
        """What one paper says of a subject."""
        return [s for s in self[study].statements if s.subject == self.id(subject)]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(read_seed(folder("seed")))


def test_it_has_every_paper_once_and_background_of_its_own(library: Library) -> None:
    studies = [c.study.id for c in library.papers if c.study]
    assert len(studies) == len(set(studies)) == len(library.papers) == PAPERS
    assert all(c.source.id == f"{c.source.study}-abstract" for c in library.papers)
    assert all(c.source.tier is Tier.PRIMARY_ABSTRACT for c in library.papers)
    assert library.by_source["curator-background-literature"].study is None


def test_its_size_is_known(library: Library) -> None:
    outright = sum(
        len({e.about for e in c.evidence if e.derived_from is None} & {s.id for s in c.statements})
        for c in library.papers
    )
    assert outright == STATEMENTS
    assert sum(len(c.interventions) for c in library.papers) == INTERVENTIONS


def test_press_and_abstract_of_one_work_share_its_study(library: Library) -> None:
    press = {c.study.id: c.study for c in library.seed.contributions
             if c.study and c.source.tier.is_press}  # fmt: skip
    assert set(press) == {
        "cools-lartigue-2013", "szczerba-2019", "jablonska-2010", "keklikoglou-2019",
    }  # fmt: skip
    assert all(library[study].study == told for study, told in press.items())


def test_the_untraceable_press_item_is_joined_to_no_paper(library: Library) -> None:
    assert library.by_source["news-oncostatin"].study is None


def test_every_study_has_its_doi_or_says_that_none_is_on_record(library: Library) -> None:
    missing: set[str] = set()
    for paper in library.papers:
        study = paper.study
        assert study is not None
        assert study.title and study.citation and study.verified, study.id
        if study.doi is None:
            assert "no DOI" in study.verified, study.id
            assert "DOI" in (paper.source.study_note or ""), study.id
            missing.add(study.id)
        else:
            assert study.doi.startswith("10."), study.id
            assert "DOI" in study.verified, study.id
        assert "PMID" in study.verified, study.id
    assert missing == WITHOUT_DOI


def test_what_was_not_read_as_an_abstract_is_unchecked_and_nothing_else_is(
    library: Library,
) -> None:
    for paper in library.papers:
        expected = paper.source.study not in NOT_READ_AS_ABSTRACT
        assert {e.checked for e in paper.evidence} == {expected}, paper.source.id


def test_nothing_of_the_papers_that_were_left_out_enters(library: Library) -> None:
    for paper in library.papers:
        told = " ".join([paper.source.title, *(e.says for e in paper.evidence)])
        assert not LEFT_OUT.search(told), paper.source.id


def test_no_text_is_at_hand_so_no_passage_is_located(library: Library) -> None:
    assert all(e.locator is None for paper in library.papers for e in paper.evidence)


def test_a_word_of_doubt_stands_only_in_hedged_evidence(library: Library) -> None:
    for paper in library.papers:
        for evidence in paper.evidence:
            assert evidence.hedged or not HEDGE.search(evidence.says), evidence.says


def test_no_evidence_is_of_treatment_and_of_withdrawal_at_once(library: Library) -> None:
    assert [e.id for p in library.papers for e in p.evidence if len(e.context.phase) > 1] == []


def test_granot_joins_ccl2_to_entrainment_and_never_to_seeding(library: Library) -> None:
    (only,) = library.statements_from("granot-2011", "CCL2")
    assert only.object == library.id("anti-metastatic entrainment of neutrophils")
    (held_back,) = library.evidence(
        "granot-2011", "neutrophil", "inhibits", "metastatic seeding in the lung"
    )
    assert held_back.context.cell_state == ("tumour-entrained",)


def test_blocking_ccl2_and_stopping_the_blockade_both_give_that_it_promotes(
    library: Library,
) -> None:
    derived = library.evidence("bonapace-2014", "CCL2", "promotes", "metastasis")
    assert {e.derived_from: e.context.phase for e in derived} == {
        "bonapace-2014-abstract.anti-ccl2": (Phase.ON_TREATMENT,),
        "bonapace-2014-abstract.stop-anti-ccl2": (Phase.WITHDRAWAL,),
    }
    assert library.evidence("bonapace-2014", "CCL2", "inhibits", "metastasis") == []


def test_a_blockade_of_two_targets_says_nothing_of_either(library: Library) -> None:
    derived = [
        s
        for s in library["bonapace-2014"].statements
        for e in library["bonapace-2014"].evidence
        if e.about == s.id and e.derived_from == "bonapace-2014-abstract.block-both"
    ]
    assert {s.subject for s in derived} == {library.id("CCL2 with IL-6")}


def test_lavender_finds_killing_in_one_line_and_none_in_the_others(library: Library) -> None:
    found = library.evidence(
        "lavender-2017", "CCL2", "promotes", "killing of tumour cells by neutrophils"
    )
    assert {(e.role, e.no_change, e.derived_from) for e in found} == {
        (Role.SUPPORTS, False, None),
        (Role.REFUTES, True, None),
    }


def test_the_primary_tumour_did_not_change_without_neutrophils(library: Library) -> None:
    (null,) = library.evidence("coffelt-2015", "neutrophil", "promotes", "tumour growth")
    assert (null.role, null.no_change) == (Role.REFUTES, True)


def test_an_outcome_that_is_a_statement_derives_no_edge(library: Library) -> None:
    statement = statement_id(
        library.id("neoadjuvant chemotherapy"), "promotes", library.id("metastasis")
    )
    (mena,) = [i for i in library["karagiannis-2017"].interventions if i.id.endswith("mena")]
    assert [o.on for o in mena.outcomes] == [statement]
    assert library.statements_from("karagiannis-2017", "Mena") == []


def test_the_letter_on_chemotherapy_is_a_caution_for_humans(library: Library) -> None:
    (caution,) = [
        (s, e)
        for s in library["karagiannis-2017"].statements
        if s.cls is StatementClass.CAUTION
        for e in library["karagiannis-2017"].evidence
        if e.about == s.id
    ]
    assert caution[1].human_unknown


def test_the_background_is_two_definitions_and_no_cause(library: Library) -> None:
    background = library.by_source["curator-background-literature"]
    assert {(s.subject, s.effect, s.object) for s in background.statements} == {
        (library.id("metastatic seeding in the lung"), "step_of", library.id("lung metastasis")),
        (
            library.id("proliferation of breast cancer cells in vitro"),
            "step_of",
            library.id("tumour growth"),
        ),
    }
    assert {e.basis for e in background.evidence} == {Basis.BACKGROUND}
