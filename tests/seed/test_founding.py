"""The five founding documents say what they say, no more, and every passage can be shown."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import (
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Statement,
    statement_id,
)
from immunograph.domain.vocabulary import (
    Basis,
    Directness,
    InterventionStatus,
    Role,
    StatementClass,
)
from immunograph.folders import folder
from immunograph.seeds.folder import Seed, read_seed

FOUNDING = folder("seed") / "founding"
DOCUMENTS = os.environ.get("IMMUNOGRAPH_DOCUMENTS")
needs_documents = pytest.mark.skipif(
    not DOCUMENTS,
    reason="set IMMUNOGRAPH_DOCUMENTS to the folder that holds the five founding documents",
)
HEDGE = re.compile(
    r"\b(may|might|could|seems?|appears?|suggests?|possibly|potentially)\b", re.IGNORECASE
)
LONGEST_SHARED_RUN = 6

NETS, ESCORT, INTERFERON, ONCOSTATIN, CHEMOTHERAPY = (
    "news-2013-nets",
    "news-2019-escort",
    "news-2010-interferon",
    "news-oncostatin",
    "news-2019-chemotherapy",
)
NEWS = (NETS, ESCORT, INTERFERON, ONCOSTATIN, CHEMOTHERAPY)


class Reading:
    """The founding seed, asked by names."""

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        self.by_source = {c.source.id: c for c in seed.contributions}
        self.entities = {e.id: e for c in seed.contributions for e in c.entities}
        self.lexicon = Lexicon(seed.entities)

    def id(self, name: str) -> str:
        """The id that a name means."""
        return self.lexicon.resolve(name).id

    def statement(self, subject: str, effect: str, object_: str, aspect: str = "none") -> str:
        """The id of the statement of these names."""
        return statement_id(self.id(subject), effect, self.id(object_), aspect)

    def evidence(
        self, source: str, subject: str, effect: str, object_: str, aspect: str = "none"
    ) -> list[Evidence]:
        """What a source gives for the statement of these names."""
        about = self.statement(subject, effect, object_, aspect)
        return [e for e in self.by_source[source].evidence if e.about == about]

    def sources_of(self, subject: str, object_: str) -> dict[str, list[Statement]]:
        """Every statement from one entity to another, by source."""
        ends = (self.id(subject), self.id(object_))
        found = {
            source: [s for s in c.statements if (s.subject, s.object) == ends]
            for source, c in self.by_source.items()
        }
        return {source: statements for source, statements in found.items() if statements}

    def interventions(self, source: str) -> dict[str, Intervention]:
        """The interventions of a source by their ref."""
        return {i.id.partition(".")[2]: i for i in self.by_source[source].interventions}

    def all_evidence(self) -> Iterator[tuple[Contribution, Evidence]]:
        """Every piece of evidence with the contribution that it is in."""
        for contribution in self.seed.contributions:
            for evidence in contribution.evidence:
                yield contribution, evidence


@pytest.fixture(scope="module")
def reading() -> Reading:
    return Reading(read_seed(FOUNDING))


@pytest.fixture(scope="module")
def texts(reading: Reading) -> dict[str, str]:
    """The documents by name; read as bytes, so that no line end is translated."""
    documents = [c.source.document for c in reading.seed.contributions if c.source.document]
    return {d.name: (Path(DOCUMENTS or "") / d.name).read_bytes().decode() for d in documents}


# --- the passages, against the documents ------------------------------------------------------


@needs_documents
def test_every_locator_rehashes_against_its_document() -> None:
    seed = read_seed(FOUNDING, documents=Path(DOCUMENTS or ""))

    assert {c.source.id for c in seed.contributions} == {*NEWS, "curator-background"}


@needs_documents
def test_every_passage_and_every_span_set_aside_has_the_hash_on_record(
    reading: Reading, texts: dict[str, str]
) -> None:
    checked = 0
    for contribution in reading.seed.contributions:
        document = contribution.source.document
        if document is None:
            continue
        located = (e.locator for e in contribution.evidence if e.locator)
        for place in chain(located, contribution.source.not_statements):
            passage = texts[document.name][place.start : place.end]
            assert hashlib.sha256(passage.encode()).hexdigest() == place.sha256
            checked += 1

    assert checked > 100


@needs_documents
def test_a_hedged_passage_contains_a_word_of_doubt(reading: Reading, texts: dict[str, str]) -> None:
    for _, evidence in reading.all_evidence():
        if evidence.hedged:
            assert evidence.locator is not None
            passage = texts[evidence.locator.document][
                evidence.locator.start : evidence.locator.end
            ]
            assert HEDGE.search(passage), evidence.says


@needs_documents
def test_no_words_of_ours_repeat_a_run_of_the_document(
    reading: Reading, texts: dict[str, str]
) -> None:
    for contribution in reading.seed.contributions:
        document = contribution.source.document
        if document is None:
            continue
        theirs = set(_runs(texts[document.name]))
        source = contribution.source
        ours = (
            source.title,
            source.study_note,
            *(n.why for n in source.not_statements),
            *(i.name for i in contribution.interventions),
            *(e.says for e in contribution.evidence),
            *(e.note for e in contribution.evidence),
        )
        for words in filter(None, ours):
            assert not theirs.intersection(_runs(words)), words


@needs_documents
def test_nothing_below_the_article_but_adverts_is_touched(texts: dict[str, str]) -> None:
    """Readers' comments are personal: neither text nor place nor hash of them is kept."""
    reading = Reading(read_seed(FOUNDING))
    contribution = reading.by_source[CHEMOTHERAPY]
    assert contribution.source.document is not None
    end = texts[contribution.source.document.name].index("Report abuse")

    ends = [e.locator.end for e in contribution.evidence if e.locator and e.locator.end]
    assert ends and all(place <= end for place in ends)
    assert all(place.end <= end for place in contribution.source.not_statements)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("tumour", "tumor"))
    size = LONGEST_SHARED_RUN + 1
    return (tuple(words[i : i + size]) for i in range(len(words) - size + 1))


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("paclitaxel", "paclitaxel"),
        ("doxorubicin", "doxorubicin"),
        ("lung metastasis", "lung metastasis"),
        ("metastasis", "metastasis"),
        ("neutrophil", "neutrophil"),
        ("CCL2", "CCL2"),
        ("beta-interferon", "beta-interferon"),
        ("interferon beta", "beta-interferon"),
        ("IFNB1", "beta-interferon"),
        ("annexin A6", "annexin A6"),
        ("ANXA6", "annexin A6"),
        ("oncostatin M", "oncostatin M"),
        ("OSM", "oncostatin M"),
        ("monocyte", "monocyte"),
        ("exosome", "exosome"),
        ("connection of the tumour to vessels", "connection of the tumour to vessels"),
        ("tumor-vessel connection", "connection of the tumour to vessels"),
        ("cytokine", "cytokine"),
        ("growth factor", "growth factor"),
        ("tumor", "tumour"),
        ("tumour", "tumour"),
        ("breast tumor", "breast tumour"),
        ("immune cell", "immune cell"),
        ("white blood cell", "leukocyte"),
        ("NET", "neutrophil extracellular trap"),
    ],
)
def test_a_name_that_people_type_means_one_entity(reading: Reading, asked: str, name: str) -> None:
    assert reading.lexicon.resolve(asked).name == name


def test_no_name_of_a_founding_entity_means_two(reading: Reading) -> None:
    for entity in reading.entities.values():
        for name in filter(None, (entity.name, entity.symbol, *entity.synonyms)):
            assert reading.lexicon.resolve(name).id == entity.id


def test_misleading_names_lead_nowhere(reading: Reading) -> None:
    for name in ("seeding", "web", "small vesicles", "beta blocker", "curcumin"):
        assert reading.lexicon.find(name) == ()


def test_just_these_founding_classes_are_abstract(reading: Reading) -> None:
    abstract = {e.name for e in reading.seed.entities if e.abstract}

    assert {
        "cytokine",
        "growth factor",
        "immune messenger",
        "immune cell",
        "leukocyte",
        "immune system",
        "killer cell",
        "pathogen",
        "chemotherapy",
        "monocyte inhibitor",
    } <= abstract
    cells = ("neutrophil", "monocyte", "malignant cell", "circulating tumour cell", "lung cell")
    assert abstract.isdisjoint(cells)


@pytest.mark.parametrize(
    ("member", "above"),
    [
        ("neutrophil", "immune cell"),
        ("monocyte", "leukocyte"),
        ("paclitaxel", "chemotherapy"),
        ("doxorubicin", "chemotherapy"),
        ("neoadjuvant chemotherapy", "chemotherapy"),
        ("lung metastasis", "metastasis"),
        ("metastatic recurrence", "metastasis"),
        ("CCL2", "cytokine"),
        ("oncostatin M", "cytokine"),
        ("beta-interferon", "cytokine"),
        ("cytokine released by neutrophils", "cytokine"),
        ("growth factor made by immune cells", "growth factor"),
        ("breast cancer cell", "malignant cell"),
        ("circulating tumour cell", "malignant cell"),
        ("breast cancer", "breast tumour"),
    ],
)
def test_a_kind_stands_under_its_class(reading: Reading, member: str, above: str) -> None:
    entities: dict[str, Entity] = {e.id: e for e in reading.seed.entities}
    reached, todo = set[str](), [reading.id(member)]
    while todo:
        parents = entities[todo.pop()].is_a
        reached.update(parents)
        todo.extend(parents)

    assert reading.id(above) in reached


def test_unnamed_members_belong_to_the_text_that_leaves_them_unnamed(reading: Reading) -> None:
    owners = {e.name: e.placeholder_of for e in reading.entities.values() if e.placeholder_of}

    assert owners == {
        "cytokine released by neutrophils": ESCORT,
        "growth factor made by immune cells": INTERFERON,
    }


def test_tumours_and_their_cells_stay_distinct(reading: Reading) -> None:
    names = (
        "tumour",
        "breast tumour",
        "primary tumour",
        "breast cancer",
        "malignant cell",
        "breast cancer cell",
        "circulating tumour cell",
    )
    assert len({reading.id(name) for name in names}) == len(names)


# --- what each document says, and what it does not --------------------------------------------


@pytest.mark.parametrize(
    ("source", "tier", "traceability", "study"),
    [
        (NETS, "press_tertiary", "named", "cools-lartigue-2013"),
        (ESCORT, "press_release_doi", "doi", "szczerba-2019"),
        (INTERFERON, "press_release_named", "named", "jablonska-2010"),
        (ONCOSTATIN, "press_untraceable", "none", None),
        (CHEMOTHERAPY, "press_release_named", "named", "keklikoglou-2019"),
        ("curator-background", "curator", "none", None),
    ],
)
def test_a_source_is_trusted_by_what_its_text_gives(
    reading: Reading, source: str, tier: str, traceability: str, study: str | None
) -> None:
    found = reading.by_source[source].source

    assert (found.tier, found.traceability, found.study) == (tier, traceability, study)


def test_no_document_is_said_to_state_that_neutrophils_release_traps(reading: Reading) -> None:
    found = reading.sources_of("neutrophil", "neutrophil extracellular trap")

    assert list(found) == ["curator-background"]


def test_what_curators_add_is_background_alone(reading: Reading) -> None:
    evidence = reading.by_source["curator-background"].evidence

    assert {e.basis for e in evidence} == {Basis.BACKGROUND}
    assert {e.eco for e in evidence} == {"ECO:0000306"}
    assert not any(e.locator for e in evidence)


def test_neutrophils_that_spare_cancer_cells_refute_that_they_attack_them(
    reading: Reading,
) -> None:
    (evidence,) = reading.evidence(ONCOSTATIN, "neutrophil", "inhibits", "malignant cell")

    assert evidence.role is Role.REFUTES
    assert evidence.predicate == "attacks"
    assert evidence.no_change is False
    assert reading.sources_of("neutrophil", "malignant cell").keys() == {ONCOSTATIN}


def test_a_negative_effect_on_growth_that_means_harm_is_flagged(reading: Reading) -> None:
    (evidence,) = reading.evidence(ONCOSTATIN, "immune system", "promotes", "tumour growth")

    assert (evidence.basis, evidence.review) == (Basis.AMBIGUOUS, True)


def test_a_guess_about_other_cancers_is_no_finding(reading: Reading) -> None:
    (evidence,) = reading.evidence(ONCOSTATIN, "neutrophil", "generalises_to", "cancer")

    assert (evidence.basis, evidence.hedged) == (Basis.HYPOTHESISED, True)


def test_the_interferon_text_names_neither_neutrophils_nor_their_factors(
    reading: Reading,
) -> None:
    named = {e.name for e in reading.by_source[INTERFERON].entities}

    assert named.isdisjoint({"neutrophil", "VEGF-A", "MMP9", "angiogenesis"})


def test_the_escort_text_names_no_cytokine(reading: Reading) -> None:
    named = {e.name for e in reading.by_source[ESCORT].entities}

    assert named.isdisjoint({"IL-6", "IL-1 beta", "oncostatin M", "VCAM1"})
    assert reading.evidence(ESCORT, "neutrophil", "promotes", "cytokine released by neutrophils")


def test_nothing_said_of_neutrophils_is_said_of_the_lung(reading: Reading) -> None:
    assert reading.sources_of("neutrophil", "lung metastasis") == {}


def test_what_is_said_of_chemotherapy_is_not_said_of_a_drug(reading: Reading) -> None:
    for drug in ("paclitaxel", "doxorubicin"):
        (evidence,) = reading.evidence(CHEMOTHERAPY, drug, "promotes", "exosome", "amount")
        assert evidence.basis is Basis.OBSERVED
        subjects = [
            s.object
            for c in reading.seed.contributions
            for s in c.statements
            if s.subject == reading.id(drug)
        ]
        assert subjects == [reading.id("exosome")]


def test_every_step_from_the_drug_to_the_lung_is_there(reading: Reading) -> None:
    chain_of_steps = [
        ("paclitaxel", "promotes", "exosome", "amount", "induces_release_of"),
        ("exosome", "promotes", "annexin A6", "none", "delivers"),
        ("exosome", "carries", "annexin A6", "none", "carries"),
        ("annexin A6", "promotes", "CCL2", "amount", "stimulates_release_of"),
        ("CCL2", "promotes", "monocyte", "location", "recruits"),
        ("monocyte", "promotes", "outgrowth in the lung", "none", "facilitates"),
        ("outgrowth in the lung", "step_of", "lung metastasis", "none", "step_of"),
    ]
    for subject, effect, object_, aspect, predicate in chain_of_steps:
        (evidence,) = reading.evidence(CHEMOTHERAPY, subject, effect, object_, aspect)
        assert evidence.predicate == predicate


def test_survival_and_growth_in_the_lung_are_a_step_and_flagged(reading: Reading) -> None:
    outgrowth = "outgrowth in the lung"
    (lung,) = reading.evidence(CHEMOTHERAPY, outgrowth, "step_of", "lung metastasis")
    (whole,) = reading.evidence(CHEMOTHERAPY, outgrowth, "step_of", "metastasis")

    assert lung.review
    assert lung.basis is whole.basis is Basis.BACKGROUND


def test_beta_interferon_acts_directly_and_through_the_unnamed_factors(
    reading: Reading,
) -> None:
    vessels = "connection of the tumour to vessels"
    factor = "growth factor made by immune cells"

    assert len(reading.evidence(INTERFERON, "beta-interferon", "inhibits", vessels)) == 2
    assert reading.evidence(INTERFERON, "beta-interferon", "inhibits", factor, "amount")
    (implied,) = reading.evidence(INTERFERON, factor, "promotes", vessels)
    assert implied.directness is Directness.IMPLIED
    assert reading.evidence("curator-background", vessels, "process_of", "tumour")


@pytest.mark.parametrize(
    ("source", "parts", "cls"),
    [
        (NETS, ("neutrophil", "participates_in", "response to infection"), "structural"),
        (
            NETS,
            ("severe infection after surgery", "associated_with", "metastatic recurrence"),
            "association",
        ),
        (ESCORT, ("CTC-neutrophil cluster", "correlated_with", "poor prognosis"), "association"),
        (ESCORT, ("CTC-neutrophil cluster", "has_part", "neutrophil"), "structural"),
        (INTERFERON, ("beta-interferon product", "used_as_therapy_in", "cancer"), "annotation"),
        (INTERFERON, ("beta-interferon product", "has_unknown_mode_in", "cancer"), "gap"),
        (CHEMOTHERAPY, ("neoadjuvant chemotherapy", "treats", "breast cancer"), "annotation"),
        (
            CHEMOTHERAPY,
            (
                "clearance of the primary tumour",
                "has_clinical_benefit",
                "lasting freedom from cancer",
            ),
            "annotation",
        ),
        (CHEMOTHERAPY, ("exosome", "derives_from", "breast tumour"), "structural"),
    ],
)
def test_what_is_no_effect_is_never_a_causal_step(
    reading: Reading, source: str, parts: tuple[str, str, str], cls: str
) -> None:
    subject, effect, object_ = parts
    assert reading.evidence(source, subject, effect, object_)
    about = reading.statement(subject, effect, object_)
    (statement,) = [s for s in reading.by_source[source].statements if s.id == about]
    assert statement.cls == StatementClass(cls)
    assert statement.sign == 0


def test_two_cautions_stand_and_one_says_unknown_in_humans(reading: Reading) -> None:
    (unknown,) = reading.evidence(CHEMOTHERAPY, "annexin A6", "cautions", "metastasis")
    (clinical,) = reading.evidence(CHEMOTHERAPY, "chemotherapy", "cautions", "metastasis")

    assert unknown.human_unknown
    assert not clinical.human_unknown
    assert unknown.role is clinical.role is Role.QUALIFIES


# --- interventions ----------------------------------------------------------------------------


def test_blocking_the_release_falls_on_the_effect_of_neutrophils(reading: Reading) -> None:
    (blocked,) = reading.interventions(ESCORT).values()
    effect = reading.statement("neutrophil", "promotes", "metastasis")

    assert blocked.target == reading.id("cytokine released by neutrophils")
    assert (blocked.process, blocked.change, blocked.status) == ("release", -1, "tested")
    assert [(o.on, o.observed) for o in blocked.outcomes] == [(effect, -1)]
    assert not any(e.derived_from for e in reading.by_source[ESCORT].evidence)


@pytest.mark.parametrize(
    ("source", "subject", "object_"),
    [
        (NETS, "neutrophil extracellular trap", "metastasis"),
        (NETS, "neutrophil extracellular trap", "tumour growth"),
        (CHEMOTHERAPY, "annexin A6", "lung metastasis"),
        (CHEMOTHERAPY, "monocyte", "lung metastasis"),
    ],
)
def test_an_effect_follows_from_a_tested_intervention(
    reading: Reading, source: str, subject: str, object_: str
) -> None:
    derived = [e for e in reading.evidence(source, subject, "promotes", object_) if e.derived_from]

    assert [(e.basis, e.directness, e.eco) for e in derived] == [
        (Basis.PERTURBATION, Directness.DERIVED, "ECO:0000305")
    ]


def test_what_follows_from_a_test_during_chemotherapy_keeps_that_condition(
    reading: Reading,
) -> None:
    (derived,) = reading.evidence(CHEMOTHERAPY, "annexin A6", "promotes", "lung metastasis")

    assert derived.context.condition == "during chemotherapy"


def test_proposals_and_use_derive_nothing(reading: Reading) -> None:
    untested = {
        i.id: [o.observed for o in i.outcomes]
        for c in reading.seed.contributions
        for i in c.interventions
        if i.status is not InterventionStatus.TESTED
    }

    assert untested == {
        f"{INTERFERON}.give-beta-interferon": [],
        f"{ONCOSTATIN}.stop-the-production-of-oncostatin-m": [None, None],
        f"{CHEMOTHERAPY}.add-a-monocyte-inhibitor": [None],
    }
    assert not any(e.derived_from in untested for _, e in reading.all_evidence())


# --- what became nothing ----------------------------------------------------------------------


def test_what_was_set_aside_can_be_found_by_name_and_is_no_entity(reading: Reading) -> None:
    about = {
        name: source.id
        for source in (c.source for c in reading.seed.contributions)
        for place in source.not_statements
        for name in place.about
    }

    for name in ("curcumin", "beta blocker", "neural crest cell", "rituximab", "iodine"):
        assert name in about
        assert reading.lexicon.find(name) == ()


def test_every_span_set_aside_says_why(reading: Reading) -> None:
    counts = {s: len(reading.by_source[s].source.not_statements) for s in NEWS}

    assert counts == {NETS: 6, ESCORT: 12, INTERFERON: 4, ONCOSTATIN: 3, CHEMOTHERAPY: 12}


def test_no_context_comes_from_the_paper_behind_the_text(reading: Reading) -> None:
    patients = reading.evidence(
        CHEMOTHERAPY, "neoadjuvant chemotherapy", "associated_with", "annexin A6", "amount"
    )
    outgrowth = reading.evidence(CHEMOTHERAPY, "monocyte", "promotes", "outgrowth in the lung")

    assert [e.context.site for e in patients] == [()]
    assert [e.context.disease for e in outgrowth] == [()]
    species = {s for _, e in reading.all_evidence() for s in e.context.species}
    assert species == {"human", "mouse"}
    assert not any("mouse" in e.context.species for e in reading.by_source[CHEMOTHERAPY].evidence)
