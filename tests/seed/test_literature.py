"""The literature says what its abstracts say, with its doubts, and no more."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Contribution, Evidence, Statement, statement_id
from immunograph.domain.vocabulary import Basis, Phase, Role, SourceType, StatementClass, Tier
from immunograph.folders import folder
from immunograph.seeds.folder import Seed, read_seed

PAPERS = 39
STATEMENTS, INTERVENTIONS = 256, 62
"""Statements that a paper states outright, one caution among them, and interventions."""
LOCATED = 323
"""Pieces of evidence whose sentence has its hash."""
NOT_READ_AS_ABSTRACT = {"qian-2011", "karagiannis-2017"}
WITHOUT_DOI = {"spence-1997", "kitamura-2015"}
WITHOUT_PMID = WITHOUT_DOI | {"lavender-2017", "xiao-2021"}
NO_AUTHOR_SEEN = {"horn-1990", "spence-1997"}
CUT_OFF = {("araujo-2022", "Fibroblasts turned more contractile and more helpful to the tumour.")}
"""What was read of a sentence that the page cuts off: it has no hash."""
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
        if study.pmid is None:
            assert "no PMID" in study.verified or study.id == "kitamura-2015", study.id
    assert missing == WITHOUT_DOI
    assert {c.study.id for c in library.papers if c.study and not c.study.pmid} == WITHOUT_PMID


def test_a_citation_names_no_author_that_nobody_saw(library: Library) -> None:
    for paper in library.papers:
        assert paper.study is not None and paper.study.citation
        unnamed = paper.study.id in NO_AUTHOR_SEEN
        assert ("et al." in paper.study.citation or " and " in paper.study.citation) is not unnamed
        assert "remembered" not in paper.study.citation
        assert (paper.study.laboratory is None) is unnamed, paper.study.id


def test_studies_of_one_laboratory_are_known_as_such(library: Library) -> None:
    by_laboratory: dict[str, set[str]] = {}
    for paper in library.papers:
        if paper.study and paper.study.laboratory:
            by_laboratory.setdefault(paper.study.laboratory, set()).add(paper.study.id)
    assert {name: found for name, found in by_laboratory.items() if len(found) > 1} == {
        "Jeffrey W. Pollard": {"kitamura-2015", "lin-2006", "lin-2007", "qian-2011"},
        "Mikala Egeblad": {"albrengues-2018", "park-2016"},
        "Cheryl L. Jorcyk": {"queen-2005", "tawara-2018"},
        "Molecular Immunology, Helmholtz Centre for Infection Research": {
            "andzinski-2016", "jablonska-2010",
        },
    }  # fmt: skip


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


def test_every_sentence_that_was_read_can_be_checked_by_its_hash(library: Library) -> None:
    located, without = 0, set[tuple[str, str]]()
    for paper in library.papers:
        study = paper.source.study or ""
        for evidence in paper.evidence:
            if study in NOT_READ_AS_ABSTRACT:
                assert evidence.locator is None, evidence.says
            elif evidence.locator is None:
                without.add((study, evidence.says))
            else:
                locator = evidence.locator
                assert (locator.start, locator.end, locator.sha256) == (None, None, None)
                assert paper.source.document is not None and locator.sentence is not None
                assert locator.document == paper.source.document.name
                located += evidence.derived_from is None
    assert without == CUT_OFF
    assert located == LOCATED


def test_the_guide_tells_what_has_no_hash_and_how_much_that_is(library: Library) -> None:
    guide = (folder("seed") / "README.md").read_text(encoding="utf-8")
    own = [e for p in library.papers for e in p.evidence if e.derived_from is None]
    without = Counter(e.source for e in own if e.locator is None)
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) \|", guide, re.MULTILINE)
    assert rows == [(source, str(count)) for source, count in without.most_common()]
    said = f"Of {len(own)} pieces from papers these {without.total()} have none"
    assert said in " ".join(guide.split())
    shown = re.findall(r"^ {8}sentence: (\w{64})$", guide, re.MULTILINE)
    assert shown
    assert set(shown) <= {e.locator.sentence for e in own if e.locator}


def test_the_guide_tells_whose_wording_was_read(library: Library) -> None:
    guide = " ".join((folder("seed") / "README.md").read_text(encoding="utf-8").split())
    named = re.search(r"wording that was read: PubMed's of (.+?), the journal's", guide)
    assert named is not None
    on_pubmed = {p.study.id for p in library.papers if p.study and p.study.pmid}
    assert set(re.split(r", | and ", named[1])) < on_pubmed - NOT_READ_AS_ABSTRACT


def test_an_abstract_is_named_by_its_pmid_or_by_what_else_is_on_record(library: Library) -> None:
    for paper in library.papers:
        study, document = paper.study, paper.source.document
        assert study is not None
        if study.id in NOT_READ_AS_ABSTRACT:
            assert document is None
            continue
        assert document is not None and document.sha256 is None, study.id
        if study.pmid:
            assert document.name == f"pubmed:{study.pmid}"
        elif study.doi:
            assert document.name == f"doi:{study.doi}"
        else:
            assert document.name in ("pmc:PMC4493415", "aacr:cancerres/57/11/2223")


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


def test_the_background_is_what_terms_mean_and_no_cause(library: Library) -> None:
    background = library.by_source["curator-background-literature"]
    assert {s.effect for s in background.statements} == {"step_of"}
    assert {e.basis for e in background.evidence} == {Basis.BACKGROUND}
    lung, spread, growth = map(library.id, ("lung metastasis", "metastasis", "tumour growth"))
    steps = {(s.subject, s.object) for s in background.statements}
    assert {s for s, o in steps if o == growth} == {
        library.id("proliferation of malignant cells"),
        library.id("proliferation of breast cancer cells in vitro"),
    }
    of_the_lung = {s for s, o in steps if o == lung}
    assert of_the_lung == {
        library.id(name)
        for name in (
            "metastatic seeding in the lung",
            "survival of cancer cells in the lung",
            "metastatic colonisation of the lung",
        )
    }
    assert {s for s, o in steps if o == spread} == of_the_lung | {
        library.id(name)
        for name in (
            "invasion of breast cancer cells",
            "migration of cancer cells",
            "mobilisation of cancer cells from the primary tumour",
            "intravasation of tumour cells",
            "survival of tumour cells in the circulation",
            "extravasation of tumour cells",
            "awakening of dormant cancer cells",
        )
    }


@pytest.mark.parametrize(
    ("study", "statement", "cell"),
    [
        ("finisguerra-2015", ("MET", "inhibits", "metastasis", "none"), "neutrophil"),
        ("finisguerra-2015", ("MET", "inhibits", "tumour growth", "none"), "neutrophil"),
        ("finisguerra-2015", ("TNF", "promotes", "MET", "amount"), "neutrophil"),
        ("stockmann-2008", ("VEGF-A", "inhibits", "tumour progression", "none"), "myeloid cell"),
        ("kitamura-2015", ("CCL3", "promotes", "lung metastasis", "none"), "macrophage"),
        ("jablonska-2010", ("beta-interferon", "inhibits", "VEGF-A", "amount"), "neutrophil"),
        ("juneja-2017", ("PD-L1", "inhibits", "CD8 T cell", "activity"), "malignant cell"),
        ("chen-2011", ("VCAM1", "promotes", "AKT", "activity"), "breast cancer cell"),
        ("yang-2020", ("CCDC25", "promotes", "metastasis", "none"), "malignant cell"),
    ],
)
def test_what_holds_in_one_cell_says_in_which(
    library: Library, study: str, statement: tuple[str, str, str, str], cell: str
) -> None:
    found = library.evidence(study, *statement)
    assert found
    assert {e.context.in_cell for e in found} == {(library.id(cell),)}


def test_what_macrophages_bring_and_what_was_put_back_are_told_apart(library: Library) -> None:
    found = library.evidence("lin-2007", "VEGF-A", "promotes", "tumour progression")
    assert {(e.context.in_cell, e.hedged) for e in found} == {
        ((), False),
        ((library.id("macrophage"),), True),
    }


def test_hosts_with_and_without_nk_cells_give_both_signs(library: Library) -> None:
    colonisation = "metastatic colonisation of the lung"
    for effect, host in (("promotes", "NK cell-competent"), ("inhibits", "NK cell-deficient")):
        found = library.evidence("li-2020", "neutrophil", effect, colonisation)
        assert {e.context.host_state for e in found} == {(host,)}


def test_outcomes_of_opposite_direction_are_told_of_one_outcome(library: Library) -> None:
    verbs = {p.name: p.direction for p in library.seed.vocabulary.predicates if p.direction}
    assert verbs == {"correlated_with": 1, "negatively_correlated_with": -1}
    seen = {
        (study, verbs[s.effect])
        for study in ("qian-2011", "lavender-2017")
        for s in library.statements_from(study, "CCL2")
        if s.effect in verbs and s.object == library.id("poor prognosis")
        for e in library[study].evidence
        if e.about == s.id and e.role is Role.SUPPORTS
    }
    assert seen == {("qian-2011", 1), ("lavender-2017", -1)}


@pytest.mark.parametrize(
    ("member", "family"),
    [
        ("beta-interferon", "type I interferon"),
        ("TGF-beta 1", "TGF-beta"),
        ("IL-8", "CXCR1/CXCR2 agonist"),
        ("Ly6G+ Ly6C+ granulocyte", "neutrophil"),
        ("neutrophil", "myeloid cell"),
        ("monocyte", "myeloid cell"),
    ],
)
def test_members_are_linked_with_their_family(library: Library, member: str, family: str) -> None:
    entities = {e.id: e for e in library.seed.entities}
    assert library.id(family) in entities[library.id(member)].is_a


def test_traps_stand_between_killer_and_target_and_disable_nobody(library: Library) -> None:
    for killer in ("CD8 T cell", "NK cell"):
        (shielded,) = library.evidence(
            "teijeira-2020", "neutrophil extracellular trap", "inhibits", killer, "activity"
        )
        assert "between" in (shielded.note or "")


def test_macrophages_keep_cancer_cells_alive_which_is_not_yet_outgrowth(library: Library) -> None:
    objects = {s.object for s in library.statements_from("chen-2011", "VCAM1")}
    assert library.id("survival of cancer cells in the lung") in objects
    assert library.id("outgrowth in the lung") not in objects
