"""How sure the graph is: worked values, the laws of belief, status, and what holds in humans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphs import curie, entity, graph, says, source
from immunograph.belief import (
    CURATOR_LINEAGE,
    UNTRACED_LINEAGE,
    Weighed,
    assess,
    combined,
    cost,
    human_applicability,
    probability,
    status,
    strata,
    weigh,
)
from immunograph.derivation import derive
from immunograph.knowledge import Knowledge
from immunograph.model import Contribution, Evidence, Statement, Study, statement_id
from immunograph.vocabulary import SourceType, StatementClass, Status, Tier

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


def belief(*weights: Weighed) -> float:
    """What is believed of the claim."""
    return assess(CLAIM, weights).belief


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
        )
    )
    context = {
        "study_system": draw(st.lists(st.sampled_from(systems), max_size=2, unique=True)),
        "phase": draw(
            st.lists(st.sampled_from(("on_treatment", "withdrawal")), max_size=1, unique=True)
        ),
    }
    given_: dict[str, Any] = {
        "tier": tier,
        "type_": type_,
        "study": draw(st.sampled_from(("one", "two", "three", None))),
        "role": draw(st.sampled_from(("supports", "supports", "refutes"))),
        "basis": draw(st.sampled_from((*bases, "hypothesised"))),
        "directness": draw(st.sampled_from(("explicit", "derived", "implied"))),
        "hedged": draw(st.booleans()),
        "checked": draw(st.booleans()),
        "context": context,
        **fixed,
    }
    return weighed(**given_)


many = st.lists(weights(), min_size=1, max_size=4)


def beliefs(evidence: list[Weighed]) -> dict[str, float]:
    """The belief of each stratum."""
    return {one.stratum: one.belief for one in strata(evidence)}


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
    ([in_stratum()], "indirect"),
    ([{}], "indirect"),
    ([{"context": {"species": ("human",)}}], "indirect"),
    ([{"basis": "hypothesised", **IN_PATIENTS}], "indirect"),
    ([REFUTED_IN_PATIENTS], "contradicted"),
    ([{"study": "two"}, REFUTED_IN_PATIENTS], "contradicted"),
    ([{"study": "two", **IN_PATIENTS}, REFUTED_IN_PATIENTS], "contradicted"),
    ([{"study": "two", **IN_BOTH}, {"hedged": True, **REFUTED_IN_PATIENTS}], "indirect"),
    ([{"study": "two", **IN_PATIENTS}, {"hedged": True, **REFUTED_IN_PATIENTS}], "supported"),
    ([IN_PATIENTS, {"role": "refutes", "study": "two", **IN_HUMAN_CELLS}], "supported"),
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
    assert (human, human_after, human_mild) == ("indirect", "unknown", "indirect")


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
    assert human("growth") == "indirect"
