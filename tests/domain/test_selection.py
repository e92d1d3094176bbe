"""Filters and `without` choose evidence; all that follows is as if only that had been loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import LETTERS, VOCABULARY, curie, does, entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Evidence, Study, statement_id
from immunograph.domain.selection import (
    Filters,
    Without,
    normalise_filters,
    parse_without,
    statement_named,
)
from immunograph.domain.vocabulary import StatementClass
from immunograph.errors import BadQuestion, NotFound
from immunograph.inference.derivation import Derivation
from immunograph.search.lazy import LazyDerivation
from immunograph.service.view import View

A_TO_B = statement_id(curie("a"), "promotes", curie("b"))


def left(knowledge: Knowledge, *, without: Without | None = None, **filters: Any) -> set[str]:
    """What the chosen evidence says, in the words of its passages."""
    chosen = part(knowledge, filters, without)
    return {e.says for i in chosen.statements for e in chosen.evidence_of(i)}


def part(
    knowledge: Knowledge, filters: dict[str, Any], without: Without | None = None
) -> Knowledge:
    """What is left of a knowledge."""
    return view_of(knowledge, filters=Filters(**filters), without=without or Without()).knowledge


# --- what matches -------------------------------------------------------------------------------

CONTEXTS = graph(
    source(
        "s",
        says("a promotes b", says="human", study_system="human_observational", species="human"),
        says("a promotes b", says="mouse", study_system="mouse_in_vivo", species="mouse"),
        says("a promotes b", says="both", species=("human", "mouse"), disease="breast cancer"),
        says("a promotes b", says="cancer", disease="cancer"),
        says("a promotes b", says="cells", study_system="in_vitro_human", site="lung"),
        says("a promotes b", says="nothing"),
    )
)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"species": ("human",)}, {"human", "both"}),
        ({"species": ("human", "mouse")}, {"human", "mouse", "both"}),
        ({"study_system": ("human",)}, {"human"}),
        ({"study_system": ("animal",)}, {"mouse"}),
        ({"study_system": ("animal_in_vivo",)}, {"mouse"}),
        ({"study_system": ("cells",)}, {"cells"}),
        ({"study_system": ("cells", "animal")}, {"cells", "mouse"}),
        ({"disease": ("cancer",)}, {"both", "cancer"}),
        ({"disease": ("breast cancer",)}, {"both"}),
        ({"site": ("lung",)}, {"cells"}),
        ({"stage": ("seeding",)}, set[str]()),
        ({"species": ("human",), "disease": ("cancer",)}, {"both"}),
        ({"species": ("mouse",), "study_system": ("cells",)}, set[str]()),
        ({}, {"human", "mouse", "both", "cancer", "cells", "nothing"}),
    ],
)
def test_all_filters_hold_on_the_same_passage_and_a_value_matches_its_kinds(
    filters: dict[str, Any], expected: set[str]
) -> None:
    assert left(CONTEXTS, **filters) == expected


def test_tiers_are_filtered_by_the_source_and_press_is_a_kind() -> None:
    knowledge = graph(
        source("paper", says("a promotes b", says="paper")),
        source("abstract", says("a promotes b", says="abstract"), type_="abstract"),
        source("news", says("a promotes b", says="news"), type_="press"),
    )

    assert left(knowledge, tier=("press",)) == {"news"}
    assert left(knowledge, tier=("primary",)) == {"paper", "abstract"}
    assert left(knowledge, tier=("primary_abstract",)) == {"abstract"}


EXEMPT = graph(
    source(
        "s",
        says("a promotes b", says="causal"),
        says("a correlated_with b", says="association"),
        says("a treats b", says="annotation"),
        says("a step_of b", says="structural"),
        says("a cautions b", says="caution"),
        says("a has_unknown_mode_in b", says="gap"),
    ),
    source("t", says("a carries b", says="other source")),
)


def test_structure_cautions_and_gaps_are_exempt_from_filters() -> None:
    assert left(EXEMPT, species=("mouse",)) == {"structural", "caution", "gap", "other source"}


def test_nothing_is_exempt_from_without_a_source_or_study() -> None:
    assert left(EXEMPT, without=Without(sources=frozenset({"s"}))) == {"other source"}
    assert left(EXEMPT, without=Without(studies=frozenset({"study-of-s"}))) == {"other source"}


def test_without_a_study_every_source_of_it_is_gone_and_without_a_source_only_that() -> None:
    knowledge = graph(
        source("paper", says("a promotes b", says="paper"), study="one"),
        source("news", says("a promotes b", says="news"), study="one", type_="press"),
    )

    assert left(knowledge, without=Without(studies=frozenset({"one"}))) == set()
    assert left(knowledge, without=Without(sources=frozenset({"news"}))) == {"paper"}


def test_interventions_stay_under_filters_and_go_with_their_source() -> None:
    knowledge = graph(source("s", says("a promotes b"), interventions=[does("block a", "a")]))

    filtered = part(knowledge, {"species": ("mouse",)})
    withdrawn = part(knowledge, {}, Without(sources=frozenset({"s"})))

    assert list(filtered.interventions) == ["s.block-a"]
    assert not withdrawn.interventions


def test_without_a_caution_nothing_is_unknown_because_of_it() -> None:
    knowledge = graph(
        source("s", says("a promotes b")),
        source("warns", says("c cautions b", human_unknown=True)),
        entities=[entity("a", "c")],
    )
    caution = statement_id(curie("c"), "cautions", curie("b"))

    def human(without: Without) -> object:
        return view_of(knowledge, without=without).derivation.assessments[A_TO_B].human

    assert human(Without()) == "unknown"
    assert human(Without(statements=frozenset({caution}))) == "unstated"
    assert human(Without(entities=frozenset({curie("c")}))) == "unstated"
    assert human(Without(entities=frozenset({curie("d")}))) == "unknown"


# --- as if only that had been loaded ------------------------------------------------------------

TERMS = {
    "species": ("human", "mouse"),
    "study_system": ("human", "animal", "cells", "mouse_in_vivo"),
    "disease": ("cancer", "breast cancer"),
    "phase": ("on_treatment", "withdrawal"),
    "tier": ("press", "primary", "curator"),
}
KINDS = {
    "human_observational": {"human"},
    "mouse_in_vivo": {"animal", "animal_in_vivo"},
    "in_vitro_human": {"cells"},
    "breast cancer": {"cancer"},
    "primary_fulltext": {"primary"},
    "primary_abstract": {"primary"},
    "press_release_doi": {"press"},
    "press_untraceable": {"press"},
}
filters_of = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
        for name, values in TERMS.items()
    },
)


def loaded_anew(knowledge: Knowledge, keep: Callable[[Evidence], bool]) -> Knowledge:
    """A graph that was given only the evidence to keep."""
    return Knowledge(
        VOCABULARY,
        [
            c.model_copy(update={"evidence": tuple(e for e in c.evidence if keep(e))})
            for c in knowledge.contributions.values()
        ],
    )


def never_loaded(knowledge: Knowledge, *, name: str = "", study: str = "") -> Knowledge:
    """A graph that was never given a source, or the sources of a study."""
    said = knowledge.contributions.values()
    left = [c for c in said if c.source.id != name and not (study and c.source.study == study)]
    return Knowledge(VOCABULARY, left)


def follows(derivation: Derivation | LazyDerivation) -> tuple[object, ...]:
    """All derived values."""
    return derivation.assessments, derivation.net, derivation.conflicts, derivation.cautions


def assert_same(view: View, anew: View) -> None:
    """Two views derive the same and have the same steps, which join alike."""
    assert follows(view.derivation) == follows(anew.derivation)
    assert view.fallen == anew.fallen
    for ours, theirs in ((view.layer, anew.layer), (view.fine, anew.fine)):
        assert ours.steps == theirs.steps
        assert ours.network.entity.tolist() == theirs.network.entity.tolist()
        for lists, others in (
            (ours.network.outgoing, theirs.network.outgoing),
            (ours.network.incoming, theirs.network.incoming),
        ):
            for array, other in zip(lists, others, strict=True):
                assert array.tolist() == other.tolist()


@given(graphs(), filters_of)
@settings(max_examples=80)
def test_a_filtered_view_is_the_graph_loaded_with_only_the_evidence_that_matches(
    knowledge: Knowledge, chosen: dict[str, Any]
) -> None:
    def matches(evidence: Evidence) -> bool:
        if knowledge.statements[evidence.about].cls in (
            StatementClass.STRUCTURAL,
            StatementClass.CAUTION,
            StatementClass.GAP,
        ):
            return True
        for dimension, wanted in chosen.items():
            stated = (
                [str(knowledge.source(evidence.source).tier)]
                if dimension == "tier"
                else list(map(str, getattr(evidence.context, dimension)))
            )
            if not any(({value} | KINDS.get(value, set())) & set(wanted) for value in stated):
                return False
        return True

    view = view_of(knowledge, filters=Filters(**chosen))
    anew = view_of(loaded_anew(knowledge, matches))

    assert_same(view, anew)


NAMES = ("one", "one-in-the-news", "two", "read", "untraced", "curator")


@given(graphs(), st.sampled_from(NAMES))
@settings(max_examples=60)
def test_without_a_source_or_study_a_view_is_the_graph_that_never_had_it(
    knowledge: Knowledge, gone: str
) -> None:
    study = {"one-in-the-news": "study-one", "read": "study-two"}.get(gone, f"study-{gone}")
    for without, expected in (
        (Without(sources=frozenset({gone})), never_loaded(knowledge, name=gone)),
        (Without(studies=frozenset({study})), never_loaded(knowledge, study=study)),
    ):
        assert_same(view_of(knowledge, without=without), view_of(expected))


@given(
    knowledge=graphs(plain=True),
    gone=st.sampled_from(NAMES),
    letter=st.sampled_from(LETTERS),
    least=st.sampled_from((None, 0.5, 0.85)),
)
@settings(max_examples=80)
def test_what_falls_where_evidence_was_chosen_is_what_falls_where_only_that_was_loaded(
    *, knowledge: Knowledge, gone: str, letter: str, least: float | None
) -> None:
    anew = never_loaded(knowledge, name=gone)
    entities = frozenset({curie(letter)})
    filters = Filters(min_belief=least)

    chosen = Without(sources=frozenset({gone}), entities=entities)
    assert_same(
        view_of(knowledge, filters=filters, without=chosen),
        view_of(anew, filters=filters, without=Without(entities=entities)),
    )


@given(graphs(), st.sampled_from("abc"), st.floats(0, 1))
@settings(max_examples=60)
def test_without_an_entity_or_statement_and_min_belief_only_steps_are_gone(
    knowledge: Knowledge, letter: str, least: float
) -> None:
    whole = view_of(knowledge)
    some = sorted(knowledge.statements)[::2]
    for view in (
        view_of(knowledge, without=Without(entities=frozenset({curie(letter)}))),
        view_of(knowledge, without=Without(statements=frozenset(some))),
        view_of(knowledge, filters=Filters(min_belief=least)),
    ):
        assert view.derivation.net == whole.derivation.net
        assert {i: a.belief for i, a in view.derivation.assessments.items()}.items() <= {
            i: a.belief for i, a in whole.derivation.assessments.items()
        }.items()
        assert view.fallen <= view.derivation.net
        for step in view.layer.steps:
            assert view.allows(knowledge.statements[step.statement])
            assert step.statement not in view.fallen


def joined(view: View) -> list[tuple[str, str]]:
    """What the steps of a view join."""
    return [(step.subject, step.object) for step in view.layer.steps]


SUMMARY = says("a promotes c")


def test_without_the_mediator_the_summary_of_its_chain_is_net_and_no_step() -> None:
    knowledge = graph(
        source("s", SUMMARY, says("a promotes b"), says("b promotes c")),
        source("t", says("c promotes d")),
    )
    view = view_of(knowledge, without=Without(entities=frozenset({curie("b")})))

    assert view.derivation.net == view.fallen == {SUMMARY.id}
    assert joined(view) == [(curie("c"), curie("d"))]


def test_without_the_study_of_the_chain_its_summary_elsewhere_is_net_no_longer() -> None:
    knowledge = graph(
        source("s", SUMMARY, says("a promotes b"), says("b promotes c")),
        source("t", SUMMARY),
    )
    view = view_of(knowledge, without=Without(studies=frozenset({"study-of-s"})))

    assert view.derivation.net == set()
    assert joined(view) == [(curie("a"), curie("c"))]


def test_evidence_that_a_filter_leaves_out_breaks_no_chain_but_was_never_loaded() -> None:
    here, there = {"species": "mouse"}, {"species": "human"}
    knowledge = graph(
        source("s", says("a promotes c", **here), says("a promotes b", **here)),
        source("s-too", says("b promotes c", **there), study="study-of-s"),
    )

    assert view_of(knowledge).derivation.net == {SUMMARY.id}
    mice = view_of(knowledge, filters=Filters(species=("mouse",)))
    assert mice.derivation.net == mice.fallen == set()
    assert (curie("a"), curie("c")) in joined(mice)


def test_min_belief_is_per_statement_and_spares_structure() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b inhibits c", hedged=True)),
        source("t", says("c step_of d", hedged=True, basis="ambiguous")),
    )
    view = view_of(knowledge, filters=Filters(min_belief=0.7))

    assert joined(view) == [(curie("a"), curie("b")), (curie("c"), curie("d"))]


def test_evidence_that_leaves_the_filtered_value_unstated_can_be_let_through() -> None:
    mice = Filters(species=("mouse",))
    loose = View(CONTEXTS, filters=mice, without=Without(), let_unstated=True).knowledge
    found = {e.says for i in loose.statements for e in loose.evidence_of(i)}

    assert found == {"mouse", "both", "cancer", "cells", "nothing"}


# --- words --------------------------------------------------------------------------------------


def test_values_are_known_by_synonym_and_whatever_the_case() -> None:
    given_ = Filters(species=("Patients", "MOUSE"), study_system=("Mouse in vivo",))

    found = normalise_filters(CONTEXTS, given_)

    assert found.species == ("human", "mouse")
    assert found.study_system == ("mouse_in_vivo",)


def test_a_value_that_the_dimension_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(BadQuestion, match=r"No species 'ape'\. Known: human, mouse") as caught:
        normalise_filters(CONTEXTS, Filters(species=("ape",)))

    assert caught.value.details["parameter"] == "species"


def test_without_takes_entities_by_name_and_the_rest_by_id() -> None:
    lexicon = Lexicon(EXEMPT.entities.values())

    found = parse_without(
        EXEMPT,
        ["A", f"statement:{A_TO_B}", "study:study-of-t", "source:s"],
        resolve=lambda name: lexicon.resolve(name).id,
    )

    assert found == Without(
        entities=frozenset({curie("a")}),
        statements=frozenset({A_TO_B}),
        studies=frozenset({"study-of-t"}),
        sources=frozenset({"s"}),
    )


TRACED = graph(
    source(
        "s-abstract",
        says("a promotes b"),
        study=Study(id="s-2011", doi="10.1111/S.2011", pmid="21111111"),
        type_="abstract",
    )
)
STUDY = Without(studies=frozenset({"s-2011"}))
SOURCE = Without(sources=frozenset({"s-abstract"}))
STATEMENT = Without(statements=frozenset({says("a promotes b").id}))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("study:10.1111/s.2011", STUDY),
        ("https://doi.org/10.1111/S.2011", STUDY),
        ("pmid:21111111", STUDY),
        ("21111111", STUDY),
        ("Study:PMID 21111111", STUDY),
        ("s-2011", STUDY),
        ("S 2011", STUDY),
        ("source:doi:10.1111/s.2011", SOURCE),
        ("source:S-abstract", SOURCE),
        ("s-abstract", SOURCE),
        (says("a promotes b").id, STATEMENT),
        (f"Statement:{says('a promotes b').id.upper()}", STATEMENT),
        ("A", Without(entities=frozenset({curie("a")}))),
        ("itm:b", Without(entities=frozenset({curie("b")}))),
    ],
)
def test_what_is_left_out_goes_by_each_of_its_names(name: str, expected: Without) -> None:
    lexicon = Lexicon(TRACED.entities.values())

    assert parse_without(TRACED, [name], resolve=lambda one: lexicon.resolve(one).id) == expected


def test_an_entity_comes_before_a_study_of_the_same_name() -> None:
    knowledge = graph(source("s", says("a promotes b"), study="a"))
    lexicon = Lexicon(knowledge.entities.values())

    found = parse_without(knowledge, ["a"], resolve=lambda one: lexicon.resolve(one).id)

    assert found == Without(entities=frozenset({curie("a")}))


def test_only_the_beginning_of_an_id_suggests_a_statement() -> None:
    whole = says("a promotes b").id

    def suggested(name: str) -> list[str]:
        with pytest.raises(NotFound, match="No statement") as caught:
            statement_named(TRACED, name)
        return [one["id"] for one in caught.value.details["suggestions"]]

    assert suggested(whole[:8]) == suggested(f"statement:{whole[:6].upper()}") == [whole]
    other = ("0" if whole[0] != "0" else "1") + whole[1:]
    for name in (other, whole[:5], "a promotes b", "21111111"):
        assert suggested(name) == []


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ({"species": "Mouse"}, "mouse"),
        ({"species": "PATIENT"}, "human"),
        ({"study_system": "Mouse in-vivo"}, "mouse_in_vivo"),
        ({"study_system": "in vitro mouse"}, "in_vitro_mouse"),
        ({"study_system": "HUMANS"}, "human"),
        ({"stage": "Pre-metastatic"}, "premetastatic"),
        ({"phase": "On Treatment"}, "on_treatment"),
        ({"phase": "withdrawals"}, "withdrawal"),
        ({"tier": "Primary full-text"}, "primary_fulltext"),
        ({"disease": "Breast_Cancers"}, "breast cancer"),
        ({"site": "lungs"}, "lung"),
    ],
)
def test_a_value_is_known_whatever_its_case_joiners_and_number(
    given_: dict[str, str], found: str
) -> None:
    filters = normalise_filters(
        CONTEXTS, Filters.model_validate({k: (v,) for k, v in given_.items()})
    )

    assert list(filters.chosen.values()) == [(found,)]


@pytest.mark.parametrize(
    ("dimension", "value"),
    [("species", "mous"), ("stage", "metastatic"), ("phase", "treatment"), ("site", "bloody")],
)
def test_a_value_that_is_only_like_another_is_refused(dimension: str, value: str) -> None:
    with pytest.raises(BadQuestion, match="Known: ") as caught:
        normalise_filters(CONTEXTS, Filters.model_validate({dimension: (value,)}))

    assert caught.value.details["parameter"] == dimension
    assert set(caught.value.details["known"]) >= {
        "species": {"human", "mouse"}, "stage": {"premetastatic", "seeding"},
        "phase": {"withdrawal"}, "site": {"blood", "lung"},
    }[dimension]  # fmt: skip


@pytest.mark.parametrize("name", ["statement:none", "study:none", "source:none", "nobody"])
def test_without_something_that_the_graph_does_not_hold_is_refused(name: str) -> None:
    lexicon = Lexicon(EXEMPT.entities.values())

    with pytest.raises(NotFound, match="No "):
        parse_without(EXEMPT, [name], resolve=lambda one: lexicon.resolve(one).id)


def test_filters_say_what_they_ask_for() -> None:
    filters = Filters(species=("human",), min_belief=0.5)

    assert filters.stated() == {"species": ["human"], "min_belief": 0.5}
