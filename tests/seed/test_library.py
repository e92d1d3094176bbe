"""The library as one whole: its contradictions, and the laws of belief over all it holds."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Contribution, Evidence, Statement, digest, statement_id
from immunograph.domain.vocabulary import Phase, Role, SourceType, StatementClass, Tier
from immunograph.folders import folder
from immunograph.inference.belief import Weighed, assess, combined, weigh
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import derive
from immunograph.seeds.folder import read_seed

SEED = read_seed(folder("seed"))
KNOWLEDGE = Knowledge(SEED.vocabulary, SEED.contributions)
DERIVED = derive(KNOWLEDGE)
LEXICON = Lexicon(SEED.entities)

statements = st.sampled_from(
    [s for _, s in sorted(KNOWLEDGE.statements.items()) if s.cls is StatementClass.CAUSAL]
)
contributions = st.sampled_from(SEED.contributions)
over_the_whole_graph = settings(max_examples=10)
NEAR = re.compile(r"\b(CL|GO|MESH|MONDO|UBERON|EFO|NCIT|HGNC|CHEBI|HP|OMOP)[: ]\w+")
"""An id of a public table, within words."""


def beliefs(knowledge: Knowledge) -> dict[str, tuple[float, object]]:
    """What is believed of every statement, in all and in each stratum."""
    return {i: (a.belief, a.strata) for i, a in derive(knowledge).assessments.items()}


BELIEFS = beliefs(KNOWLEDGE)


def name(identifier: str) -> str:
    return KNOWLEDGE.entity(identifier).name


def named(conflict: Conflict) -> tuple[str, str, str]:
    """Who it is about, what one side promotes, and what the other inhibits."""
    plus, minus = (KNOWLEDGE.statements[i] for i in conflict.statements)
    return name(conflict.subject), name(plus.object), name(minus.object)


# --- public ids ---------------------------------------------------------------------------------


def test_what_has_no_public_id_says_what_is_near_or_that_nothing_is() -> None:
    own = [e for e in SEED.entities if e.id.startswith("itm:")]
    assert own
    for entity in own:
        where = entity.grounding.where or ""
        if entity.grounding.status == "close":
            assert NEAR.search(where), entity.name
            assert not entity.xrefs, entity.name
        else:
            assert entity.grounding.status == "local"
            assert entity.xrefs or "no public id" in where, entity.name
            assert all(xref in where for xref in entity.xrefs), entity.name


def test_a_public_id_was_seen_and_is_of_one_entity() -> None:
    ids = [i for e in SEED.entities for i in (e.id, *e.xrefs)]
    assert len(ids) == len(set(ids))
    for entity in SEED.entities:
        if not entity.id.startswith("itm:"):
            assert entity.grounding.status == "verified", entity.name
            assert entity.grounding.where, entity.name


# --- contradictions -----------------------------------------------------------------------------

GRANULARITY = "granularity of the object"
ENTRAINED = ("neutrophil", "lung metastasis", "metastatic seeding in the lung")
ONCOSTATIN = ("oncostatin M", "tumour growth", "proliferation of breast cancer cells in vitro")
MYELOID_VEGF = ("VEGF-A", "tumour progression", "tumour progression")
CCL2_IN_PATIENTS = ("CCL2", "poor prognosis", "poor prognosis")
NK_CELLS = ("neutrophil", *["metastatic colonisation of the lung"] * 2)
RESOLVERS = {
    ENTRAINED: GRANULARITY,
    ONCOSTATIN: GRANULARITY,
    MYELOID_VEGF: None,
    NK_CELLS: "host state",
    # one study says of which subtypes it speaks, the other does not
    CCL2_IN_PATIENTS: None,
    ("neutrophil",) + ("tumour growth",) * 2: "cell state",
    ("neutrophil",) + ("CD8 T cell",) * 2: "cell state",
    ("neutrophil", "circulating tumour cell", "malignant cell"): GRANULARITY,
    # the steps of spreading stand beside the whole, and T cells beside their CD8 kind
    ("neutrophil", "metastasis", "metastatic seeding in the lung"): GRANULARITY,
    ("neutrophil", "metastasis", "metastatic colonisation of the lung"): GRANULARITY,
    ("neutrophil", "lung metastasis", "metastatic colonisation of the lung"): GRANULARITY,
    ("oncostatin M", "tumour growth", "proliferation of malignant cells"): GRANULARITY,
    ("neutrophil", "CD8 T cell", "T cell"): GRANULARITY,
}


def test_its_conflicts_are_those_of_the_rule_each_with_what_tells_it_apart() -> None:
    found = {named(one): one.resolved_by for one in DERIVED.conflicts.values()}
    assert len(found) == len(DERIVED.conflicts)
    assert found == RESOLVERS


def test_what_nothing_tells_apart_and_only_that_shows_a_ratio_of_supports() -> None:
    for conflict in DERIVED.conflicts.values():
        assert (conflict.conflict > 0) is (conflict.resolved_by is None), named(conflict)


@pytest.mark.parametrize(
    ("pair", "studies"),
    [
        (ENTRAINED, ({"coffelt-2015", "wculek-2015"}, {"granot-2011"})),
        (MYELOID_VEGF, ({"lin-2007"}, {"stockmann-2008"})),
        (ONCOSTATIN, ({None}, {"spence-1997", "queen-2005"})),
        (CCL2_IN_PATIENTS, ({"qian-2011"}, {"lavender-2017"})),
        (NK_CELLS, ({"li-2020"}, {"li-2020"})),
    ],
)
def test_each_side_of_a_known_pair_rests_on_the_studies_that_said_so(
    pair: tuple[str, str, str], studies: tuple[set[str], set[str]]
) -> None:
    (conflict,) = [one for one in DERIVED.conflicts.values() if named(one) == pair]
    found = tuple(
        {e.study for e in KNOWLEDGE.evidence_of(i) if e.role is Role.SUPPORTS}
        for i in conflict.statements
    )
    assert found == studies


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("CCL2", id="its minus side is a path, and stopping a blockade derives a plus"),
        pytest.param("neutrophil extracellular trap", id="growth in a dish is no metastasis"),
        pytest.param("MET", id="no two statements of opposite sign share an object"),
        pytest.param("chemotherapy", id="the class"),
        pytest.param("neoadjuvant chemotherapy", id="a shrinking tumour is no metastasis"),
        pytest.param("killer cell", id="another subject than the neutrophil that helps"),
    ],
)
def test_what_only_sounds_contradictory_is_no_conflict_of_causes(subject: str) -> None:
    identifier = LEXICON.resolve(subject).id
    causal = [
        conflict
        for conflict in DERIVED.conflicts.values()
        if KNOWLEDGE.statements[conflict.statements[0]].cls is StatementClass.CAUSAL
    ]
    assert causal
    assert [one for one in causal if one.subject == identifier] == []


def test_the_founding_documents_alone_hold_no_conflict() -> None:
    founding = read_seed(folder("seed") / "founding")
    assert derive(Knowledge(founding.vocabulary, founding.contributions)).conflicts == {}


def test_a_blockade_and_its_end_are_two_interventions_told_apart_by_phase() -> None:
    ccl2, metastasis = (LEXICON.resolve(n).id for n in ("CCL2", "metastasis"))
    found = {
        one.phase: (one.change, outcome.observed)
        for one in KNOWLEDGE.interventions.values()
        if one.study == "bonapace-2014" and one.target == ccl2
        for outcome in one.outcomes
        if outcome.on == metastasis
    }
    assert found == {Phase.ON_TREATMENT: (-1, -1), Phase.WITHDRAWAL: (1, 1)}
    about = statement_id(ccl2, "promotes", metastasis)
    strata = {one.stratum for one in DERIVED.assessments[about].strata}
    assert strata >= {"animal:on_treatment", "animal:withdrawal"}


# --- the laws of belief ---------------------------------------------------------------------------


def copied(contribution: Contribution) -> Contribution:
    """The same document under another name."""
    identifier = f"{contribution.source.id}-copy"
    return contribution.model_copy(
        update={
            "source": contribution.source.model_copy(update={"id": identifier}),
            "interventions": (),
            "evidence": tuple(
                e.model_copy(update={"id": digest(e.id, identifier), "source": identifier})
                for e in contribution.evidence
            ),
        }
    )


@over_the_whole_graph
@given(contributions)
def test_a_document_loaded_twice_changes_no_belief(contribution: Contribution) -> None:
    twice = Knowledge(SEED.vocabulary, [*SEED.contributions, copied(contribution)])
    assert beliefs(twice) == BELIEFS


@over_the_whole_graph
@given(contributions, statements)
def test_a_caution_changes_only_what_holds_in_humans(
    contribution: Contribution, statement: Statement
) -> None:
    about = statement_id(statement.subject, "cautions", statement.object)
    warning = Statement.model_validate(
        {**statement.model_dump(), "id": about, "effect": "cautions", "aspect": "none",
         "cls": StatementClass.CAUTION}
    )  # fmt: skip
    passage = contribution.evidence[0].model_copy(
        update={"id": digest("caution", about), "about": about, "role": Role.QUALIFIES,
                "predicate": "cautions", "human_unknown": True}
    )  # fmt: skip
    warned = contribution.model_copy(
        update={
            "statements": (*contribution.statements, warning),
            "entities": (
                *contribution.entities,
                KNOWLEDGE.entity(statement.subject),
                KNOWLEDGE.entity(statement.object),
            ),
            "evidence": (*contribution.evidence, passage),
        }
    )
    knowledge = Knowledge(SEED.vocabulary, SEED.contributions)
    knowledge.put(warned)
    after = derive(knowledge)
    assert {i: b for i, b in beliefs(knowledge).items() if i != about} == {
        i: b for i, b in BELIEFS.items() if i != about
    }
    assert after.net == DERIVED.net
    assert after.assessments[statement.id].human == "unknown"


@pytest.mark.parametrize("kind", [SourceType.ABSTRACT, SourceType.PRESS])
def test_a_withdrawn_source_leaves_its_study_to_the_others_that_rest_on_it(
    kind: SourceType,
) -> None:
    by_study: dict[str, list[Contribution]] = {}
    for one in SEED.contributions:
        by_study.setdefault(one.source.study or "", []).append(one)
    shared = {study: both for study, both in by_study.items() if study and len(both) > 1}
    assert len(shared) == 4
    for study, both in shared.items():
        [gone] = [one for one in both if one.source.type is kind]
        knowledge = Knowledge(SEED.vocabulary, SEED.contributions)
        knowledge.drop(gone.source.id)
        rest = [one for one in SEED.contributions if one is not gone]
        assert study in knowledge.studies
        assert beliefs(knowledge) == beliefs(Knowledge(SEED.vocabulary, rest))


def test_without_what_was_set_aside_every_belief_is_the_same() -> None:
    pruned = [
        c.model_copy(update={"source": c.source.model_copy(update={"not_statements": ()})})
        for c in SEED.contributions
    ]
    assert beliefs(Knowledge(SEED.vocabulary, pruned)) == BELIEFS


def test_no_lineage_is_believed_more_than_its_best_passage() -> None:
    for weighed in DERIVED.weighed.values():
        for lineage in {one.lineage for one in weighed}:
            own = [one for one in weighed if one.lineage == lineage]
            assert combined(own) == pytest.approx(max(one.p for one in own))  # pyright: ignore[reportUnknownMemberType] # no stubs


def test_nothing_that_press_alone_supports_is_believed_above_0_60() -> None:
    capped = 0
    for identifier, weighed in DERIVED.weighed.items():
        supporting = [w for w in weighed if w.evidence.role is Role.SUPPORTS and w.p > 0]
        if supporting and all(one.tier.is_press for one in supporting):
            capped += 1
            assert DERIVED.assessments[identifier].belief <= 0.60
    assert capped > 50


def another(evidence: Evidence, role: Role) -> Weighed:
    """An independent abstract that says the same, in the same context, or denies it."""
    given_ = evidence.model_copy(
        update={"id": "another", "role": role, "hedged": False, "study": "another-study"}
    )
    weighed = weigh(given_, type_=SourceType.ABSTRACT, tier=Tier.PRIMARY_ABSTRACT, study=None)
    return replace(weighed, lineage="study:another-study")


@given(statements, st.data())
def test_an_independent_supporter_never_lowers_and_in_the_best_stratum_raises_belief(
    statement: Statement, data: st.DataObject
) -> None:
    weighed = DERIVED.weighed[statement.id]
    model = data.draw(st.sampled_from(weighed))
    supporter = another(model.evidence, Role.SUPPORTS)
    before, after = DERIVED.assessments[statement.id], assess(statement, [*weighed, supporter])
    supports = {one.stratum: one.support for one in after.strata}
    assert after.belief >= before.belief
    assert all(supports[s.stratum] >= s.support for s in before.strata if s.stratum in supports)
    best = before.strata[0] if before.strata else None
    touched = {s.stratum for s in assess(statement, [supporter]).strata}
    if best and touched == {best.stratum} and supporter.p > 0 and best.refute < 1:
        assert after.belief > before.belief


@given(statements, st.data())
def test_a_refuter_never_raises_belief(statement: Statement, data: st.DataObject) -> None:
    weighed = DERIVED.weighed[statement.id]
    refuter = another(data.draw(st.sampled_from(weighed)).evidence, Role.REFUTES)
    before = {s.stratum: s.belief for s in DERIVED.assessments[statement.id].strata}
    after = assess(statement, [*weighed, refuter])
    assert after.belief <= DERIVED.assessments[statement.id].belief
    assert all(s.belief <= before[s.stratum] for s in after.strata if s.stratum in before)


@given(statements, st.data())
def test_a_hedge_makes_a_passage_and_its_statement_no_surer(
    statement: Statement, data: st.DataObject
) -> None:
    weighed = DERIVED.weighed[statement.id]
    plain = data.draw(st.sampled_from(weighed))
    assume(plain.p > 0 and not plain.evidence.hedged and plain.evidence.role is Role.SUPPORTS)
    source = KNOWLEDGE.source(plain.evidence.source)
    study = KNOWLEDGE.studies.get(plain.evidence.study or "")
    hedged = weigh(
        plain.evidence.model_copy(update={"hedged": True}),
        type_=source.type, tier=source.tier, study=study,
    )  # fmt: skip
    assert hedged.p < plain.p
    rest = [one for one in weighed if one is not plain]
    assert assess(statement, [*rest, hedged]).belief <= DERIVED.assessments[statement.id].belief
