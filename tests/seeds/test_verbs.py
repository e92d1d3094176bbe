"""A verb that is none of ours gets those of its sign, and never one of the other."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.domain.model import Predicate
from immunograph.domain.vocabulary import Effect, StatementClass
from immunograph.folders import folder
from immunograph.seeds import verbs
from immunograph.seeds.folder import read_home
from immunograph.seeds.verbs import MINUS, PLUS, is_denial, near_verbs, sign_of

VOCABULARY, _, _ = read_home(folder("seed"))
PREDICATES = {one.name: one for one in VOCABULARY.predicates}

LESS = (
    "negatively_regulates", "decreases", "suppresses", "downregulates", "directlyDecreases",
    "Inhibition", "DecreaseAmount", "down-regulates", "down-regulates activity",
    "down-regulates quantity by destabilization", "down-regulates quantity by repression",
    "deactivates", "inactivates", "represses", "silences", "kills", "abrogates", "attenuates",
    "antagonises", "dampens", "limits", "counteracts", "neutralizes", "depletes",
    "negative_regulator_of", "induces_degradation_of", "promotes_apoptosis_of",
    "stimulates_loss_of", "destabilises", "hinders", "inhibit", "preventing", "reducing",
    "RO:0002305",
)  # fmt: skip
MORE = (
    "upregulates", "up-regulates", "up_regulates", "up-regulates quantity by expression",
    "up-regulates quantity by stabilization", "directlyIncreases", "increases", "Activation",
    "IncreaseAmount", "positively_regulates", "stimulates", "induces", "causes", "drives",
    "potentiates", "attracts", "augments", "accelerates", "elevates", "secretes", "expresses",
    "transactivates", "sustains", "disinhibits", "derepresses", "unblocks",
    "inhibits_degradation_of", "prevents_loss_of", "blocks_suppression_of", "activate",
    "triggering", "RO:0002304",
)  # fmt: skip


@pytest.mark.parametrize(("names", "effect"), [(LESS, Effect.INHIBITS), (MORE, Effect.PROMOTES)])
def test_a_verb_with_a_sign_gets_verbs_of_that_sign_alone(
    names: tuple[str, ...], effect: Effect
) -> None:
    for name in names:
        near = near_verbs(name, VOCABULARY.predicates)
        assert near, name
        assert {PREDICATES[one].effect for one in near} == {effect}, (name, near)
        assert len(near) <= 3


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("attracts", "recruits"),  # by its letters it is `attacks`
        ("secretes", "releases"),
        ("kills", "kills"),
        ("decreases", "reduces"),  # by its letters it is `releases`
        ("Activation", "activates"),
        ("Inhibition", "inhibits"),
        ("suppresses", "inhibits"),
        ("upregulates", "promotes"),
        ("co-opts", "co_opts"),
        ("cuts off", "cuts_off"),
        ("inhibits production of", "inhibits_production_of"),
        ("is part of", "part_of"),
        ("partOf", "part_of"),
        ("subProcessOf", "step_of"),
        ("Complex", "captures"),
    ],
)
def test_the_nearest_in_meaning_comes_first(name: str, first: str) -> None:
    assert near_verbs(name, VOCABULARY.predicates)[0] == first


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("promtes", "promotes"), ("pormotes", "promotes"), ("inhbits", "inhibits"),
        ("realeses", "releases"), ("reduses", "reduces"), ("attaks", "attacks"),
        ("trigers", "triggers"), ("recuits", "recruits"), ("asociated_with", "associated_with"),
    ],
)  # fmt: skip
def test_a_slip_of_the_hand_gets_the_verb_that_was_meant(name: str, meant: str) -> None:
    assert meant in near_verbs(name, VOCABULARY.predicates)


@pytest.mark.parametrize(
    "name",
    ["regulates", "modulates", "affects", "influences", "alters", "binds",
     "biolink:affects", "phosphorylates", "unpromotes", "xyz", "", "→", "12"],
)  # fmt: skip
def test_a_verb_that_goes_either_way_gets_none_with_a_sign(name: str) -> None:
    near = near_verbs(name, VOCABULARY.predicates)
    assert all(PREDICATES[one].effect is None for one in near), near


@pytest.mark.parametrize(
    "name",
    ["does_not_inhibit", "fails_to_promote", "doesNotActivate", "no_effect_on", "never_induces",
     "not promotes", "cannot_block"],
)  # fmt: skip
def test_a_denial_gets_no_verb(name: str) -> None:
    assert is_denial(name)
    assert sign_of(name) is None
    assert near_verbs(name, VOCABULARY.predicates) == []


@pytest.mark.parametrize("name", ["notifies", "nourishes", "notch_activates", "nodulates"])
def test_a_verb_that_begins_like_a_denial_is_none(name: str) -> None:
    assert not is_denial(name)


@pytest.mark.parametrize(
    "name",
    ["associates_with", "correlates with", "positiveCorrelation", "association", "coincides_with"],
)
def test_what_goes_together_is_no_cause(name: str) -> None:
    near = near_verbs(name, VOCABULARY.predicates)
    assert near
    assert {PREDICATES[one].cls for one in near} == {StatementClass.ASSOCIATION}


def test_an_association_that_goes_the_other_way_is_not_offered() -> None:
    def verb(name: str, bel: str | None, direction: int | None) -> Predicate:
        given = {"name": name, "phrase": name, "class": "association", "bel": bel}
        return Predicate.model_validate({**given, "direction": direction})

    ours = [
        verb("rises_with", "positiveCorrelation", None),
        verb("falls_with", None, -1),
        verb("goes_with", "association", None),
    ]
    assert set(near_verbs("negativeCorrelation", ours)) == {"falls_with", "goes_with"}
    assert set(near_verbs("positively_correlated_with", ours)) == {"rises_with", "goes_with"}


def test_every_verb_of_ours_has_no_other_sign_than_its_own() -> None:
    for one in VOCABULARY.predicates:
        if one.effect is not None:
            assert sign_of(one.name) in (None, one.effect.sign), one.name


def test_words_for_more_and_for_less_never_begin_each_other() -> None:
    assert not [(a, b) for a in PLUS for b in MINUS if a.startswith(b) or b.startswith(a)]


@given(
    st.sampled_from([*PLUS, *MINUS]), st.sampled_from(["es", "s", "ed_by", "ion", "ing the", "X"])
)
def test_no_ending_turns_a_sign_round(stem: str, ending: str) -> None:
    sign = 1 if stem in PLUS else -1
    near = near_verbs(stem + ending, VOCABULARY.predicates)
    assert all((PREDICATES[one].effect or Effect.of_sign(sign)).sign == sign for one in near)


@given(st.text(max_size=30))
def test_anything_is_answered(name: str) -> None:
    assert len(near_verbs(name, VOCABULARY.predicates)) <= 3


def test_the_examples_hold() -> None:
    outcome = doctest.testmod(verbs)
    assert outcome.attempted
    assert not outcome.failed
