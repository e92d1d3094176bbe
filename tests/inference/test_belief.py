"""How sure the graph is: worked values, the laws of belief, status, and what holds in humans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphs import VOCABULARY, curie, entity, graph, says, source
from immunograph.domain.knowledge import Knowledge, broader
from immunograph.domain.model import Contribution, Evidence, Statement, Study, statement_id
from immunograph.domain.vocabulary import SourceType, StatementClass, Status, Tier
from immunograph.inference.belief import (
    CURATOR_LINEAGE,
    UNTRACED_LINEAGE,
    Weighed,
    assess,
    combined,
    cost,
    expected_support,
    human_applicability,
    probability,
    status,
    strata,
    told_apart,
    weigh,
)
from immunograph.inference.derivation import derive

CLAIM = Statement.model_validate(
    {
        "id": statement_id("itm:a", "promotes", "itm:b"),
        "subject": "itm:a",
        "effect": "promotes",
        "object": "itm:b",
        "aspect": "none",
        "cls": "causal",
    }
)


def passage(**given: Any) -> Evidence:
    """A passage about the claim."""
    return Evidence.model_validate(
        {
            "id": "e",
            "about": CLAIM.id,
            "predicate": "promotes",
            "source": "s",
            "study": None,
            "role": "supports",
            "basis": "asserted",
            "says": "A promotes B.",
            "eco": "ECO:0000304",
            **given,
        }
    )


def weighed(
    *, tier: str = "primary_fulltext", study: str | None = "one", type_: str = "paper", **given: Any
) -> Weighed:
    """A passage with what its source and study make of it."""
    known = Study(id=study) if study else None
    return weigh(
        passage(study=study, **given), type_=SourceType(type_), tier=Tier(tier), study=known
    )


def belief(*weights: Weighed, nulls: Sequence[Weighed] = ()) -> float:
    """What is believed of the claim; `nulls` were noted of its opposite."""
    return assess(CLAIM, weights, nulls=nulls, broader=kinds).belief


def kinds(dimension: str, value: str) -> frozenset[str]:
    """What a value is one of."""
    return broader(VOCABULARY, dimension, value)


def in_stratum(system: str = "mouse_in_vivo", phase: str = "") -> dict[str, Any]:
    """A context in one stratum."""
    return {"context": {"study_system": (system,), "phase": (phase,) if phase else ()}}


# --- worked values ------------------------------------------------------------------------------


def test_a_press_release_with_a_doi_that_asserts_gives_0_54() -> None:
    assert belief(weighed(tier="press_release_doi")) == 0.54


def test_an_untraceable_news_item_that_asserts_gives_0_225() -> None:
    assert belief(weighed(tier="press_untraceable", study=None)) == 0.225


def test_two_passages_of_one_third_hand_news_item_give_the_better_0_23275() -> None:
    hedged = weighed(tier="press_tertiary", hedged=True)
    derived = weighed(
        tier="press_tertiary", basis="perturbation", directness="derived", hedged=True
    )

    assert round(hedged.p, 6) == 0.2205
    assert belief(hedged, derived) == 0.23275


def test_the_abstract_of_the_same_study_lifts_it_to_0_85_and_an_independent_one_to_0_9775() -> None:
    news = weighed(tier="press_tertiary", basis="perturbation", directness="derived", hedged=True)
    abstract = weighed(tier="primary_abstract", basis="perturbation")
    independent = weighed(tier="primary_abstract", basis="perturbation", study="two")

    assert belief(news, abstract) == 0.85
    assert belief(news, abstract, independent) == 0.9775


def test_a_release_that_names_its_institution_gives_0_45() -> None:
    assert belief(weighed(tier="press_release_named")) == 0.45


def test_a_passage_that_the_curator_did_not_read_counts_half() -> None:
    read = weighed(tier="primary_abstract")
    unread = weighed(tier="primary_abstract", checked=False)

    assert unread.p == read.p / 2


def test_belief_is_rounded_to_six_decimals_and_cost_follows_the_rounded_value() -> None:
    weights = [
        weighed(basis="headline", tier="press_tertiary", hedged=True, study=f"s{i}")
        for i in range(2)
    ]
    value = belief(*weights)

    assert value == round(1 - (1 - 0.35 * 0.5 * 0.7) ** 2, 6)
    assert cost(0.45) == 798_508
    assert cost(0.0) == cost(0.0001) == 9_210_340
    assert cost(1.0) == 0


# --- lineage ------------------------------------------------------------------------------------


def test_curator_background_is_one_lineage_and_so_is_all_that_cannot_be_traced() -> None:
    assert weighed(type_="curator", tier="curator", study=None).lineage == CURATOR_LINEAGE
    assert weighed(type_="press", tier="press_tertiary", study=None).lineage == UNTRACED_LINEAGE
    assert weighed(type_="press", tier="press_tertiary", study="one").lineage == "study:one"


def test_curator_background_is_no_independent_study() -> None:
    found = assess(CLAIM, [weighed(), weighed(type_="curator", tier="curator", study=None)])

    assert found.studies == 1


def test_a_retracted_study_is_kept_and_believed_nothing() -> None:
    retracted = weigh(
        passage(study="one"),
        type_=SourceType.PAPER,
        tier=Tier.PRIMARY_FULLTEXT,
        study=Study(id="one", retracted="images reused"),
    )

    assert retracted.p == 0
    assert belief(retracted) == 0
    assert status([retracted]) is Status.UNKNOWN


# --- laws ---------------------------------------------------------------------------------------

bases = ("perturbation", "observed", "asserted", "interpretation", "background", "headline")
systems = ("human_observational", "human_interventional", "mouse_in_vivo", "in_vitro_human")


@st.composite
def weights(draw: st.DrawFn, **fixed: Any) -> Weighed:
    """Any passage of any source; `fixed` overrules what is drawn."""
    type_, tier = draw(
        st.sampled_from(
            [("press", t) for t in Tier if t.is_press]
            + [("paper", Tier.PRIMARY_FULLTEXT), ("abstract", Tier.PRIMARY_ABSTRACT)]
            + [("dataset", Tier.MACHINE_READ)]
        )
    )
    context = {
        "study_system": draw(st.lists(st.sampled_from(systems), max_size=2, unique=True)),
        "phase": draw(
            st.lists(st.sampled_from(("on_treatment", "withdrawal")), max_size=1, unique=True)
        ),
        "disease": draw(
            st.lists(st.sampled_from(("cancer", "breast cancer", "asthma")), max_size=1)
        ),
        "cell_state": draw(st.lists(st.sampled_from(("N1", "N2")), max_size=2, unique=True)),
    }
    role = draw(st.sampled_from(("supports", "supports", "refutes")))
    given_: dict[str, Any] = {
        "tier": tier,
        "type_": type_,
        "study": draw(st.sampled_from(("one", "two", "three", None))),
        "role": role,
        "no_change": fixed.get("role", role) == "refutes" and draw(st.booleans()),
        "reader": draw(st.sampled_from((None, "REACH", "Sparser"))),
        "basis": draw(st.sampled_from((*bases, "hypothesised"))),
        "directness": draw(st.sampled_from(("explicit", "derived", "implied"))),
        "hedged": draw(st.booleans()),
        "checked": draw(st.booleans()),
        "context": context,
        **fixed,
    }
    return weighed(**given_)


many = st.lists(weights(), min_size=1, max_size=4)


def beliefs(evidence: Sequence[Weighed], nulls: Sequence[Weighed] = ()) -> dict[str, float]:
    """The belief of each stratum."""
    return {one.stratum: one.belief for one in strata(evidence, nulls=nulls, broader=kinds)}


@given(many, st.data())
def test_saying_it_again_in_the_same_study_changes_no_belief(
    evidence: list[Weighed], data: st.DataObject
) -> None:
    repeated = data.draw(st.sampled_from(evidence))

    assert assess(CLAIM, [*evidence, repeated]) == assess(CLAIM, evidence)


@given(st.lists(weights(study="one", role="supports"), min_size=1, max_size=5))
def test_one_lineage_is_never_believed_more_than_its_best_passage(evidence: list[Weighed]) -> None:
    assert combined(evidence) == pytest.approx(max(one.p for one in evidence))  # pyright: ignore[reportUnknownMemberType] # no stubs


@given(many, weights(role="supports", study="another"))
def test_an_independent_supporter_never_lowers_support_or_belief(
    evidence: list[Weighed], supporter: Weighed
) -> None:
    before, after = assess(CLAIM, evidence), assess(CLAIM, [*evidence, supporter])
    supports = {one.stratum: one.support for one in after.strata}

    assert after.belief >= before.belief
    for stratum in before.strata:
        if stratum.stratum in supports:
            assert supports[stratum.stratum] >= stratum.support


in_one_stratum = {"context": {"study_system": ("mouse_in_vivo",)}}


@given(
    st.lists(weights(**in_one_stratum), min_size=1, max_size=3),
    weights(role="supports", study="another", **in_one_stratum),
)
def test_an_independent_supporter_in_the_best_stratum_raises_belief_below_the_cap(
    evidence: list[Weighed], supporter: Weighed
) -> None:
    assume(supporter.p > 0 and belief(*evidence) < 0.59 and strata(evidence)[0].refute < 0.9)

    assert belief(*evidence, supporter) > belief(*evidence)


@given(many, weights(role="refutes"))
def test_a_refuter_raises_the_belief_of_no_stratum(
    evidence: list[Weighed], refuter: Weighed
) -> None:
    before, after = beliefs(evidence), beliefs([*evidence, refuter])

    for stratum in before.keys() & after.keys():
        assert after[stratum] <= before[stratum]


@given(many, weights(role="refutes"))
def test_a_refuter_that_opens_no_stratum_never_raises_belief(
    evidence: list[Weighed], refuter: Weighed
) -> None:
    assume(beliefs([*evidence, refuter]).keys() <= beliefs(evidence).keys())

    assert belief(*evidence, refuter) <= belief(*evidence)


@given(weights(role="supports", hedged=False))
def test_hedged_words_are_believed_less_than_plain_ones(plain: Weighed) -> None:
    assume(plain.p > 0)
    doubtful = plain.evidence.model_copy(update={"hedged": True})

    assert probability(doubtful, plain.tier) < plain.p


@given(
    st.lists(
        st.sampled_from([t for t in Tier if t.is_press]).flatmap(
            lambda tier: st.integers(0, 30).flatmap(
                lambda n: weights(role="supports", tier=tier, type_="press", study=f"s{n}")
            )
        ),
        min_size=1,
        max_size=12,
    )
)
def test_press_alone_is_never_believed_above_0_60(evidence: list[Weighed]) -> None:
    assert belief(*evidence) <= 0.60


def test_the_cap_holds_by_stratum_so_a_paper_elsewhere_does_not_lift_it() -> None:
    releases = [
        weighed(tier="press_release_doi", study=f"s{i}", **in_stratum("human_observational"))
        for i in range(4)
    ]
    paper = weighed(basis="ambiguous", **in_stratum("mouse_in_vivo"))

    assert beliefs([*releases, paper]) == {"human": 0.6, "animal": 0.285}


def test_a_paper_that_counts_for_nothing_does_not_lift_the_cap() -> None:
    releases = [weighed(tier="press_release_doi", study=f"s{i}") for i in range(4)]

    assert belief(*releases, weighed(basis="hypothesised", study="paper")) == 0.6


# --- no change ----------------------------------------------------------------------------------

ABSTRACT: dict[str, Any] = {"tier": "primary_abstract", "basis": "perturbation"}
NULL: dict[str, Any] = {"role": "refutes", "no_change": True, "study": "null", **ABSTRACT}


def two_abstracts(**context: Any) -> list[Weighed]:
    """Two independent abstracts that report the perturbation: 0.9775."""
    return [weighed(study=name, context=context, **ABSTRACT) for name in ("one", "two")]


def test_a_result_of_no_change_takes_support_away_with_half_its_weight() -> None:
    null = weighed(**NULL)

    assert null.p == 0.85
    assert belief(*two_abstracts()) == 0.9775
    assert belief(*two_abstracts(), null) == round(0.9775 * (1 - 0.425), 6)
    denial = weighed(role="refutes", study="null", **ABSTRACT)
    assert belief(*two_abstracts(), denial) == round(0.9775 * (1 - 0.85), 6)


def test_a_result_of_no_change_speaks_against_both_signs() -> None:
    null = weighed(**NULL)

    assert belief(*two_abstracts(), nulls=[null]) == belief(*two_abstracts(), null)
    graph_of = graph(
        source("s", says("a promotes b"), says("a inhibits b"), says("a promotes c")),
        source("t", says("a promotes b", role="refutes", no_change=True)),
    )
    found = derive(graph_of).assessments
    plus, minus = (found[says(f"a {verb} b").id] for verb in ("promotes", "inhibits"))

    assert plus.belief == minus.belief == round(0.855 * (1 - 0.855 / 2), 6)
    assert plus.unnulled == minus.unnulled == 0.855
    assert found[says("a promotes c").id].belief == 0.855
    # Its aspect is part of what it is about.
    assert plus.strata[0].refute == round(0.855 / 2, 6)


@pytest.mark.parametrize(
    ("dimension", "one", "other"),
    [
        ("disease", "breast cancer", "asthma"),
        ("site", "lung", "blood"),
        ("stage", "seeding", "primary"),
        ("treatment", "paclitaxel", "cisplatin"),
        ("cell_state", "N1", "N2"),
        ("host_state", "without NK cells", "with NK cells"),
    ],
)
def test_a_result_that_a_stated_dimension_tells_apart_leaves_belief_alone(
    dimension: str, one: str, other: str
) -> None:
    support = two_abstracts(**{dimension: (one,)})

    def after(*stated: str) -> float:
        return belief(*support, weighed(context={dimension: stated}, **NULL))

    assert after(other) == 0.9775
    assert after() == after(one) == after(one, other) == round(0.9775 * 0.575, 6)
    assert belief(*two_abstracts(), weighed(context={dimension: (other,)}, **NULL)) == after()


@pytest.mark.parametrize("dimension", ["species", "in_cell"])
def test_no_other_dimension_tells_a_result_of_no_change_apart(dimension: str) -> None:
    here, there = ("itm:m",), ("itm:n",)
    support = two_abstracts(**{dimension: here})

    assert belief(*support, weighed(context={dimension: there}, **NULL)) < 0.9775


def test_a_kind_of_what_the_support_states_is_not_told_apart_from_it() -> None:
    null: dict[str, Any] = {"context": {"disease": ("breast cancer",)}, **NULL}

    assert belief(*two_abstracts(disease=("cancer",)), weighed(**null)) < 0.9775
    wider: dict[str, Any] = {"context": {"disease": ("cancer",)}, **NULL}
    assert belief(*two_abstracts(disease=("breast cancer",)), weighed(**wider)) < 0.9775


def test_a_result_of_no_change_takes_away_only_what_it_is_not_told_apart_from() -> None:
    kept = weighed(study="one", context={"disease": ("asthma",)}, **ABSTRACT)
    lost = weighed(study="two", context={"disease": ("breast cancer",)}, **ABSTRACT)
    null = weighed(context={"disease": ("cancer",)}, **NULL)

    # With probability 0.425 the one that it speaks against is gone.
    assert belief(kept, lost, null) == round(0.575 * 0.9775 + 0.425 * 0.85, 6)


def test_two_results_of_no_change_of_one_study_are_one_and_of_two_studies_two() -> None:
    one, again, other = (weighed(**{**NULL, "study": name}) for name in ("x", "x", "y"))

    assert belief(*two_abstracts(), one, again) == belief(*two_abstracts(), one)
    assert belief(*two_abstracts(), one, other) == round(0.9775 * 0.575**2, 6)


def test_a_result_of_no_change_stays_in_its_stratum() -> None:
    null = weighed(**NULL, **in_stratum("mouse_in_vivo"))
    support = [weighed(study="one", **ABSTRACT, **in_stratum("human_observational"))]

    assert belief(*support, null) == belief(*support, nulls=[null]) == 0.85
    mice = [weighed(study="one", **ABSTRACT, **in_stratum("mouse_in_vivo"))]
    assert belief(*mice, null) == belief(*mice, nulls=[null]) == round(0.85 * 0.575, 6)
    # Support that states no system may be of any.
    assert belief(*two_abstracts(), null) == round(0.9775 * 0.575, 6)
    assert belief(*two_abstracts(), nulls=[null]) == round(0.9775 * 0.575, 6)
    assert beliefs([*support, null]) == {"human": 0.85, "animal": 0}
    assert beliefs(support, [null]) == {"human": 0.85}


def test_more_results_of_no_change_than_are_told_apart_speak_against_all() -> None:
    support = [weighed(study=f"s{i}", context={"site": (f"site {i}",)}) for i in range(14)]
    nulls = [
        weighed(role="refutes", no_change=True, study=f"n{i:02}", context={"site": (f"site {i}",)})
        for i in range(14)
    ]
    told = [belief(*support, *nulls[:n]) for n in range(15)]

    assert told == sorted(told, reverse=True)
    # As ten that are told apart and four that are not.
    assert told[14] == pytest.approx(told[10] * (1 - 0.855 / 2) ** 4, abs=2e-6)  # pyright: ignore[reportUnknownMemberType] # no stubs


nulls_of_any = weights(role="refutes").filter(lambda one: one.evidence.no_change)


@given(many, st.lists(nulls_of_any, min_size=1, max_size=3))
def test_of_whichever_sign_a_result_of_no_change_was_noted_it_speaks_alike(
    evidence: list[Weighed], nulls: list[Weighed]
) -> None:
    sided = [one for one in evidence if not one.evidence.no_change]

    assert belief(*sided, *nulls) == belief(*sided, nulls=nulls)


@given(many, st.lists(nulls_of_any, max_size=3), weights(role="supports", study="another"))
def test_an_independent_supporter_never_lowers_belief_among_results_of_no_change(
    evidence: list[Weighed], nulls: list[Weighed], supporter: Weighed
) -> None:
    assert belief(*evidence, supporter, nulls=nulls) >= belief(*evidence, nulls=nulls)


@given(many, st.lists(nulls_of_any, min_size=1, max_size=3))
def test_no_result_of_no_change_raises_belief_or_opens_a_stratum_beside_other_evidence(
    evidence: list[Weighed], nulls: list[Weighed]
) -> None:
    for extra, opposite in ((nulls, []), ([], nulls)):
        assert belief(*evidence, *extra, nulls=opposite) <= belief(*evidence)
        before, after = beliefs(evidence), beliefs([*evidence, *extra], opposite)
        for stratum in before.keys() & after.keys():
            assert after[stratum] <= before[stratum]
        for stratum in after.keys() - before.keys():
            assert after[stratum] == 0


@given(many, st.lists(nulls_of_any, max_size=3))
def test_unnulled_is_the_belief_as_if_no_result_of_no_change_were_known(
    evidence: list[Weighed], nulls: list[Weighed]
) -> None:
    sided = [one for one in evidence if not one.evidence.no_change]

    assert assess(CLAIM, evidence, nulls=nulls).unnulled == belief(*sided)


@given(many, st.lists(nulls_of_any, max_size=2))
def test_belief_is_what_is_to_be_expected_where_each_result_holds_with_half_its_weight(
    evidence: list[Weighed], nulls: list[Weighed]
) -> None:
    support = [one for one in evidence if one.evidence.role == "supports" and one.p > 0]
    lineages = sorted({one.lineage for one in nulls if one.p > 0})

    def weight(lineage: str) -> float:
        return max(one.p for one in nulls if one.lineage == lineage) / 2

    def against(lineage: str, one: Weighed) -> bool:
        return any(
            not told_apart(one.evidence.context, null.evidence.context, kinds)
            for null in nulls
            if null.lineage == lineage and null.p > 0
        )

    expected = 0.0
    for holds in product((False, True), repeat=len(lineages)):
        held = [lineage for lineage, holds_ in zip(lineages, holds, strict=True) if holds_]
        left = [one for one in support if not any(against(i, one) for i in held)]
        chance = prod(
            weight(i) if holds_ else 1 - weight(i)
            for i, holds_ in zip(lineages, holds, strict=True)
        )
        expected += chance * combined(left)

    assert expected_support(support, nulls, kinds) == pytest.approx(expected)  # pyright: ignore[reportUnknownMemberType] # no stubs


# --- readers and laboratories -------------------------------------------------------------------


def read_by(reader: str | None, **given: Any) -> Weighed:
    """A passage that a program read."""
    how: dict[str, Any] = {"tier": "machine_read", "type_": "dataset", "basis": "perturbation"}
    return weighed(**how, reader=reader, **given)


def test_a_reader_stands_in_place_of_the_tier() -> None:
    reach, sparser, other, unnamed = map(read_by, ("REACH", "Sparser", "another", None))

    assert [one.p for one in (reach, sparser, other, unnamed)] == [0.51, 0.28, 0.5, 0.5]
    assert weighed(reader="REACH").p == weighed().p


def test_what_one_reader_read_is_one_lineage_and_different_readers_combine() -> None:
    reach, sparser = read_by("REACH"), read_by("Sparser")

    assert belief(reach, sparser) == round(1 - 0.49 * 0.72, 6)
    assert belief(reach, read_by("REACH")) == 0.51
    assert belief(reach, read_by("reach")) == 0.51
    assert belief(reach, read_by("REACH", study="two")) == 0.51
    assert belief(read_by(None), read_by(None, study="two")) == 0.5


def test_what_a_program_read_adds_nothing_to_what_a_person_read_of_the_same_study() -> None:
    person = weighed(tier="primary_abstract", basis="perturbation")

    assert belief(person, read_by("REACH"), read_by("Sparser")) == belief(person) == 0.85
    assert belief(person, read_by("REACH", study="two")) == round(1 - 0.15 * 0.49, 6)


def test_independent_studies_are_counted_apart_from_their_laboratories() -> None:
    def of(study: str | None, laboratory: str | None, **given: Any) -> Weighed:
        known = Study(id=study, laboratory=laboratory) if study else None
        evidence = passage(study=study, **given)
        return weigh(evidence, type_=SourceType.PAPER, tier=Tier.PRIMARY_FULLTEXT, study=known)

    found = assess(
        CLAIM,
        [
            of("one", "north"),
            of("two", "north"),
            of("three", "south"),
            of("four", None),
            of("five", "west", role="refutes"),
            of("six", "east", basis="hypothesised"),
            weighed(type_="curator", tier="curator", study=None),
        ],
    )

    assert (found.studies, found.laboratories) == (4, 3)


# --- strata -------------------------------------------------------------------------------------


def test_evidence_of_different_systems_is_never_pooled_and_the_best_stratum_is_believed() -> None:
    found = assess(
        CLAIM,
        [
            weighed(study="one", basis="observed", **in_stratum("mouse_in_vivo")),
            weighed(study="two", basis="background", **in_stratum("human_observational")),
            weighed(study="three", role="refutes", **in_stratum("in_vitro_human")),
        ],
    )

    assert [(one.stratum, one.support, one.refute) for one in found.strata] == [
        ("animal", 0.9025, 0.0),
        ("human", 0.57, 0.0),
        ("cells", 0.0, 0.855),
    ]
    assert found.belief == 0.9025


@pytest.mark.parametrize(
    ("system", "group"),
    [
        ("human_interventional", "human"),
        ("human_observational", "human"),
        ("mouse_in_vivo", "animal"),
        ("animal_in_vivo", "animal"),
        ("in_vitro_human", "cells"),
        ("in_vitro_mouse", "cells"),
        ("ex_vivo", "cells"),
        ("in_silico", "cells"),
    ],
)
def test_a_study_system_belongs_to_its_group(system: str, group: str) -> None:
    assert beliefs([weighed(**in_stratum(system))]).keys() == {group}


def test_evidence_of_several_systems_counts_in_the_stratum_of_each() -> None:
    both = weighed(context={"study_system": ("human_observational", "mouse_in_vivo")})

    assert beliefs([both]) == {"human": 0.855, "animal": 0.855}


def test_evidence_that_states_no_system_counts_in_every_one_that_the_rest_states() -> None:
    found = beliefs(
        [
            weighed(study="one"),
            weighed(study="two", **in_stratum("mouse_in_vivo")),
            weighed(study="three", role="refutes", **in_stratum("human_observational")),
        ]
    )

    assert found == {
        "animal": round(1 - 0.145**2, 6),
        "human": round(0.855 * (1 - 0.855), 6),
    }


def test_where_none_states_a_system_there_is_one_stratum() -> None:
    assert beliefs([weighed(), weighed(study="two")]) == {"unstated": round(1 - 0.145**2, 6)}


def test_on_treatment_and_withdrawal_are_two_strata_and_unstated_phase_counts_in_both() -> None:
    found = beliefs(
        [
            weighed(study="one", **in_stratum(phase="on_treatment")),
            weighed(study="two", role="refutes", **in_stratum(phase="withdrawal")),
            weighed(study="three", basis="background", **in_stratum()),
        ]
    )

    assert found == {
        "animal:on_treatment": round(1 - (1 - 0.855) * (1 - 0.57), 6),
        "animal:withdrawal": round(0.57 * (1 - 0.855), 6),
    }


def test_a_hypothesis_opens_no_stratum_beside_evidence_that_counts() -> None:
    support = weighed(study="one")
    refuter = weighed(study="two", role="refutes", **in_stratum("human_observational"))
    guess = weighed(study="three", basis="hypothesised", **in_stratum("mouse_in_vivo"))

    assert beliefs([support, refuter, guess]) == beliefs([support, refuter])


def test_qualifying_evidence_counts_in_no_stratum() -> None:
    assert beliefs([weighed(), weighed(role="qualifies", **in_stratum())]).keys() == {"unstated"}


# --- status -------------------------------------------------------------------------------------


STATUSES: list[tuple[list[dict[str, Any]], Status]] = [
    ([{}], Status.ASSERTED),
    ([{"basis": "background"}], Status.BACKGROUND),
    ([{"basis": "background"}, {"basis": "observed"}], Status.ASSERTED),
    ([{"basis": "hypothesised"}], Status.HYPOTHESISED),
    ([{"basis": "hypothesised"}, {"basis": "background"}], Status.BACKGROUND),
    ([{"basis": "hypothesised"}, {}], Status.ASSERTED),
    ([{"role": "refutes"}], Status.NEGATED),
    ([{"role": "refutes", "no_change": True}], Status.NULL_RESULT),
    ([{"role": "refutes", "no_change": True}, {"role": "refutes"}], Status.NEGATED),
    ([{"role": "refutes"}, {}], Status.ASSERTED),
    ([{"role": "refutes"}, {"basis": "hypothesised"}], Status.HYPOTHESISED),
    ([{"role": "qualifies"}], Status.UNKNOWN),
]


@pytest.mark.parametrize(("evidence", "expected"), STATUSES)
def test_status_follows_from_the_evidence(evidence: list[dict[str, Any]], expected: Status) -> None:
    assert status([weighed(**one) for one in evidence]) is expected


def test_a_hypothesised_statement_has_no_belief() -> None:
    assert belief(weighed(basis="hypothesised")) == 0


def test_the_verb_is_the_one_that_all_evidence_shares_else_the_effect() -> None:
    assert assess(CLAIM, [weighed(predicate="releases")]).predicate == "releases"
    both = [weighed(predicate="releases"), weighed(predicate="recruits")]
    assert assess(CLAIM, both).predicate == "promotes"


# --- humans -------------------------------------------------------------------------------------

IN_PATIENTS: dict[str, Any] = {
    "context": {"study_system": ("human_observational",), "species": ("human",)}
}
IN_BOTH: dict[str, Any] = {
    "context": {
        "study_system": ("human_observational", "mouse_in_vivo"),
        "species": ("human", "mouse"),
    }
}
IN_HUMAN_CELLS: dict[str, Any] = {
    "context": {"study_system": ("in_vitro_human",), "species": ("human",)}
}
REFUTED_IN_PATIENTS: dict[str, Any] = {"role": "refutes", **IN_PATIENTS}


IN_HUMANS: list[tuple[list[dict[str, Any]], str]] = [
    ([IN_PATIENTS], "supported"),
    ([IN_BOTH], "indirect"),
    ([IN_HUMAN_CELLS], "indirect"),
    ([in_stratum()], "animal"),
    ([{}], "unstated"),
    ([{"context": {"species": ("mouse",)}}], "animal"),
    ([{"context": {"species": ("mouse", "human")}}], "indirect"),
    ([{"context": {"study_system": ("in_vitro_mouse",)}}], "animal"),
    ([{"context": {"study_system": ("in_vitro_human",)}}], "indirect"),
    ([{"context": {"study_system": ("animal_in_vivo",)}}], "animal"),
    ([{"context": {"study_system": ("ex_vivo",)}}], "unstated"),
    ([in_stratum(), {}], "animal"),
    ([in_stratum(), {"study": "two", **IN_HUMAN_CELLS}], "indirect"),
    ([in_stratum(), {"basis": "hypothesised", "study": "two", **IN_HUMAN_CELLS}], "animal"),
    ([{"context": {"species": ("human",)}}], "indirect"),
    ([{"basis": "hypothesised", **IN_PATIENTS}], "indirect"),
    ([REFUTED_IN_PATIENTS], "contradicted"),
    ([{"study": "two"}, REFUTED_IN_PATIENTS], "contradicted"),
    ([{"study": "two", **IN_PATIENTS}, REFUTED_IN_PATIENTS], "contradicted"),
    ([{"study": "two", **IN_BOTH}, {"hedged": True, **REFUTED_IN_PATIENTS}], "indirect"),
    ([{"study": "two", **IN_PATIENTS}, {"hedged": True, **REFUTED_IN_PATIENTS}], "supported"),
    ([IN_PATIENTS, {"role": "refutes", "study": "two", **IN_HUMAN_CELLS}], "supported"),
    ([{"no_change": True, **REFUTED_IN_PATIENTS}], "contradicted"),
    ([in_stratum(), {"study": "two", "no_change": True, **REFUTED_IN_PATIENTS}], "contradicted"),
    # A result of no change has half its weight here too.
    ([IN_PATIENTS, {"study": "two", "no_change": True, **REFUTED_IN_PATIENTS}], "supported"),
    (
        [
            {"basis": "headline", "hedged": True, **IN_PATIENTS},
            {"study": "two", "no_change": True, **REFUTED_IN_PATIENTS},
        ],
        "contradicted",
    ),
]


@pytest.mark.parametrize(("evidence", "expected"), IN_HUMANS)
def test_what_holds_in_humans_follows_from_evidence_that_states_a_human_system(
    evidence: list[dict[str, Any]], expected: str
) -> None:
    found = assess(CLAIM, [weighed(**one) for one in evidence])

    assert found.human == expected


def test_a_caution_that_says_unknown_outranks_all_evidence() -> None:
    for one in (IN_PATIENTS, REFUTED_IN_PATIENTS):
        found = assess(CLAIM, [weighed(**one)], unknown_in_humans=True)
        assert found.human == "unknown"


@pytest.mark.parametrize("cls", ["structural", "annotation", "caution", "gap"])
def test_what_is_neither_causal_nor_an_association_has_no_human_applicability(cls: str) -> None:
    other = CLAIM.model_copy(update={"cls": StatementClass(cls)})

    assert human_applicability(other, [weighed(**IN_PATIENTS)], unknown_in_humans=True) is None


# --- laws that need a graph ---------------------------------------------------------------------


def news(name: str = "news") -> Contribution:
    """A news item about one study."""
    return source(
        name,
        says("a promotes b", study_system=("mouse_in_vivo",)),
        says("b promotes c", hedged=True),
        study="one",
        type_="press",
    )


def test_loading_a_document_twice_under_two_names_changes_no_belief() -> None:
    once, twice = derive(graph(news())), derive(graph(news(), news("copy")))

    assert {i: a.belief for i, a in once.assessments.items()} == {
        i: a.belief for i, a in twice.assessments.items()
    }
    assert once.net == twice.net


def test_a_caution_changes_nothing_but_what_holds_in_humans() -> None:
    def found(knowledge: Knowledge) -> tuple[object, object]:
        derivation = derive(knowledge)
        one = derivation.assessments[CLAIM.id]
        return (one.belief, one.strata, one.status, one.studies), one.human

    caution = source("warns", says("a cautions b", human_unknown=True))
    mild = source("warns", says("a cautions b"))

    without, human = found(graph(news()))
    with_caution, human_after = found(graph(news(), caution))
    with_mild, human_mild = found(graph(news(), mild))

    assert without == with_caution == with_mild
    assert (human, human_after, human_mild) == ("animal", "unknown", "animal")


def test_what_a_source_set_aside_changes_nothing() -> None:
    aside = {"start": 0, "end": 5, "sha256": "0" * 64, "why": "an advert", "about": ("curcumin",)}
    with_advert = news().model_copy(
        update={"source": news().source.model_copy(update={"not_statements": (aside,)})}
    )

    assert derive(graph(news())).assessments == derive(graph(with_advert)).assessments


def test_opposite_statements_do_not_lower_each_other() -> None:
    alone = derive(graph(news()))
    opposed = derive(graph(news(), source("other", says("a inhibits b"))))

    assert alone.assessments[CLAIM.id].belief == opposed.assessments[CLAIM.id].belief


def test_a_caution_of_a_class_covers_its_members_on_the_way_to_its_object_or_a_kind_of_it() -> None:
    entities = [entity("drug", "drugs"), entity("lung spread", "spread")]
    passages = [says("drug, promotes, lung spread"), says("drug promotes growth")]
    caution = source("warns", says("drugs cautions spread", human_unknown=True))
    found = derive(graph(source("s", *passages), caution, entities=entities))

    def human(object_: str) -> object:
        return found.assessments[statement_id(curie("drug"), "promotes", curie(object_))].human

    assert human("lung spread") == "unknown"
    assert human("growth") == "unstated"
