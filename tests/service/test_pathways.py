"""Paths are those of the definition, best first, and each says what must be said of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Graph, Walk
from graphs import LETTERS, curie, does, entity, graph, graphs, names, says, source, view_of
from immunograph.answers.paths import SignedPath
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Study
from immunograph.domain.selection import Filters, Without
from immunograph.inference.belief import cost
from immunograph.service import deadline, pathways
from immunograph.service.routes import Question, routes
from immunograph.service.view import View


def question(
    sources: str | list[str],
    targets: str | list[str],
    *,
    effect: str | None = None,
    max_steps: int = 8,
    limit: int = 10,
    hypothesised: bool = False,
) -> Question:
    """A question between entities by name."""
    starts = [sources] if isinstance(sources, str) else sources
    ends = [targets] if isinstance(targets, str) else targets
    return Question(
        sources=[curie(one) for one in starts],
        targets=[curie(one) for one in ends],
        effect=effect,
        max_steps=max_steps,
        limit=limit,
        hypothesised=hypothesised,
    )


def ask(where: Knowledge | View, *ends: Any, **more: Any) -> Any:
    """The answer between two entities (or sets) by name."""
    view = view_of(where) if isinstance(where, Knowledge) else where
    return pathways.answer(view, question(*ends, **more))


def only(where: Knowledge | View, *ends: Any, **more: Any) -> Any:
    """The one path between two entities."""
    [path] = ask(where, *ends, **more)["paths"]
    return path


def way(path: dict[str, Any]) -> str:
    """A path as one word, such as `abc`."""
    entities = [path["steps"][0]["subject"], *(step["object"] for step in path["steps"])]
    return "".join(names(one["id"] for one in entities))


CHAIN = graph(source("s", says("a promotes b"), says("b inhibits c"), says("c inhibits d")))


# --- what a path is -----------------------------------------------------------------------------


def test_the_sign_of_a_path_is_the_product_of_its_signs() -> None:
    path = only(CHAIN, "a", "d")

    assert way(path) == "abcd"
    assert path["effect"] == "promotes"
    assert [step["sign"] for step in path["steps"]] == [1, -1, -1]
    assert only(CHAIN, "a", "c")["effect"] == "inhibits"


def test_belief_is_the_product_and_cost_the_sum_over_the_steps() -> None:
    path = only(CHAIN, "a", "d")

    assert path["belief"] == round(0.855**3, 6)
    assert path["cost"] == 3 * cost(0.855)


def test_asking_for_one_effect_leaves_out_the_other() -> None:
    assert ask(CHAIN, "a", "d", effect="promotes")["paths"]
    assert not ask(CHAIN, "a", "d", effect="inhibits")["paths"]


@pytest.mark.parametrize("verb", ["carries", "step_of"])
def test_placed_steps_are_passed_with_the_sign_unchanged(verb: str) -> None:
    knowledge = graph(source("s", says("a inhibits b"), says(f"b {verb} c")))
    path = only(knowledge, "a", "c")

    assert path["effect"] == "inhibits"
    assert [(step["sign"], step["class"]) for step in path["steps"]] == [
        (-1, "causal"),
        (0, "structural"),
    ]


@pytest.mark.parametrize("verb", ["part_of", "process_of", "correlated_with", "treats"])
def test_nothing_else_is_a_step(verb: str) -> None:
    knowledge = graph(source("s", says("a promotes b"), says(f"b {verb} c")))

    assert not ask(knowledge, "a", "c")["paths"]


def test_is_a_is_never_a_step() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("c promotes d")), entities=[entity("b", "c")]
    )

    assert not ask(knowledge, "a", "d")["paths"]


@pytest.mark.parametrize(
    "how", [{"role": "refutes"}, {"role": "refutes", "no_change": True}, {"basis": "hypothesised"}]
)
def test_what_is_not_believed_is_no_step(how: dict[str, Any]) -> None:
    knowledge = graph(source("s", says("a promotes b"), says("b promotes c", **how)))

    assert not ask(knowledge, "a", "c")["paths"]


def test_an_abstract_class_begins_or_ends_a_path_and_never_bridges_one() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b promotes c")),
        entities=[entity("b", abstract=True)],
    )

    assert not ask(knowledge, "a", "c")["paths"]
    assert way(only(knowledge, "a", "b")) == "ab"
    assert way(only(knowledge, "b", "c")) == "bc"


def test_a_net_statement_is_a_step_of_paths_of_any_length_and_is_marked() -> None:
    knowledge = graph(
        source(
            "s",
            says("a promotes b"),
            says("b promotes c"),
            says("a promotes c"),
            says("c promotes d"),
        )
    )

    assert [way(path) for path in ask(knowledge, "a", "c")["paths"]] == ["ac", "abc"]
    short, long = ask(knowledge, "a", "d")["paths"]
    assert (way(short), way(long)) == ("acd", "abcd")
    assert [step["net"] for step in short["steps"]] == [True, False]
    assert not any(step["net"] for step in long["steps"])
    without = view_of(knowledge, without=Without(entities=frozenset({curie("b")})))
    assert ask(without, "a", "c")["paths"] == ask(without, "a", "d")["paths"] == []


# --- where steps join ---------------------------------------------------------------------------

TUMOUR = entity("t", tumour_cells=True)
GROWTH = entity("g", of_tumour_cells=True)


@pytest.mark.parametrize(
    ("first", "aspect", "joined"),
    [
        ("kills", "none", False),
        ("promotes", "survival", False),
        ("inhibits", "proliferation", False),
        ("promotes", "amount", False),
        ("inhibits", "none", True),
        ("promotes", "activity", True),
        ("promotes", "location", True),
    ],
)
def test_more_or_fewer_tumour_cells_do_not_release_more_or_less(
    first: str, aspect: str, joined: bool
) -> None:
    knowledge = graph(
        source("s", says(f"k {first} t", aspect=aspect), says("t releases m")), entities=[TUMOUR]
    )

    assert [way(path) for path in ask(knowledge, "k", "m")["paths"]] == (["ktm"] if joined else [])
    assert way(only(knowledge, "k", "t")) == "kt"
    assert way(only(knowledge, "t", "m")) == "tm"


@pytest.mark.parametrize("second", ["t promotes g", "t inhibits g", "t step_of p"])
def test_their_number_moves_what_consists_of_them(second: str) -> None:
    knowledge = graph(source("s", says("k kills t"), says(second)), entities=[TUMOUR, GROWTH])

    assert ask(knowledge, "k", second.rsplit(maxsplit=1)[-1])["paths"]


@pytest.mark.parametrize("second", ["t promotes m", "t carries m", "t recruits m"])
def test_it_moves_nothing_that_they_carry_or_do_to_others(second: str) -> None:
    verb = second.replace("recruits", "promotes")
    knowledge = graph(source("s", says("k kills t"), says(verb)), entities=[TUMOUR, GROWTH])

    assert ask(knowledge, "k", "m")["paths"] == []


def test_marks_hold_for_all_kinds_below_and_not_by_step_of() -> None:
    kinds = [TUMOUR, GROWTH, entity("ctc", "t"), entity("spread", "g")]
    knowledge = graph(
        source("s", says("k kills ctc"), says("ctc promotes m"), says("ctc promotes spread")),
        source("t", says("x step_of g"), says("ctc promotes x")),
        entities=kinds,
    )

    assert ask(knowledge, "k", "m")["paths"] == ask(knowledge, "k", "x")["paths"] == []
    assert way(only(knowledge, "k", "spread")) == "kctcspread"


def test_fewer_of_other_cells_do_less_and_the_path_goes_on() -> None:
    knowledge = graph(source("s", says("k kills n"), says("n releases m")), entities=[TUMOUR])

    assert way(only(knowledge, "k", "m")) == "knm"


def test_a_protein_in_one_cell_is_not_joined_to_the_same_in_another() -> None:
    here, there = {"in_cell": "itm:m"}, {"in_cell": "itm:n"}
    proteins = [entity(name, kind="Protein") for name in "abc"]

    def joined(first: dict[str, Any], second: dict[str, Any]) -> bool:
        steps = (says("a promotes b", **first), says("b promotes c", **second))
        return bool(ask(graph(source("s", *steps), entities=proteins), "a", "c")["paths"])

    assert joined(here, here)
    assert joined(here, {})
    assert joined({}, here)
    assert not joined(here, there)
    # Of two cells the statement is of neither.
    assert joined(here, {"in_cell": ("itm:m", "itm:n")})


def test_a_statement_acts_in_a_cell_only_where_all_its_support_says_so() -> None:
    here, there = {"in_cell": "itm:m"}, {"in_cell": "itm:n"}
    first = source("s", says("a promotes b", **here))

    def joined(*second: dict[str, Any]) -> bool:
        told = [source(f"t{i}", says("b promotes c", **one)) for i, one in enumerate(second)]
        proteins = [entity("b", kind="Protein")]
        return bool(ask(graph(first, *told, entities=proteins), "a", "c")["paths"])

    assert not joined(there)
    assert not joined(there, there)
    assert joined(there, {})
    assert joined(there, here)
    assert not joined(there, {"basis": "hypothesised"})
    assert not joined(there, {"role": "refutes"})


def test_a_cell_and_a_process_act_in_no_cell() -> None:
    here, there = {"in_cell": "itm:m"}, {"in_cell": "itm:n"}

    for kind in ("Cell", "PathologicalProcess"):
        steps = (says("a promotes b", **here), says("b promotes c", **there))
        knowledge = graph(source("s", *steps), entities=[entity("b", kind=kind)])
        assert way(only(knowledge, "a", "c")) == "abc"


def test_the_step_from_an_end_is_the_best_believed_of_those_that_join() -> None:
    # Of what t does to g, what is believed more goes on from its number too.
    strong, weak = says("t promotes g"), says("t promotes g", aspect="amount", hedged=True)
    knowledge = graph(source("s", says("k promotes t"), strong, weak), entities=[TUMOUR, GROWTH])

    assert only(knowledge, "k", "g")["steps"][1]["statement"] == strong.id
    proteins = [entity(name, kind="Protein") for name in "abc"]
    here, there = {"in_cell": "itm:m"}, {"in_cell": "itm:n"}
    strong = says("b promotes c", **here)
    weak = says("b promotes c", aspect="amount", hedged=True, **there)
    knowledge = graph(source("s", says("a promotes b", **there), strong, weak), entities=proteins)

    path = only(knowledge, "a", "c")
    assert path["steps"][1]["statement"] == weak.id
    assert path["steps"][1]["also"] == [strong.id]
    assert only(knowledge, "b", "c")["steps"][0]["statement"] == strong.id


def test_a_structural_step_gives_way_only_where_a_causal_one_joins() -> None:
    steps = (says("k kills t"), says("t step_of p"), says("t inhibits p"))
    knowledge = graph(source("s", *steps), entities=[TUMOUR])

    assert only(knowledge, "t", "p")["effect"] == "inhibits"
    path = only(knowledge, "k", "p")
    assert (path["effect"], path["steps"][1]["class"]) == ("inhibits", "structural")


def test_of_two_ways_over_the_same_entities_with_the_same_signs_the_cheapest_is_given() -> None:
    by_number = says("a promotes t", aspect="amount", hedged=True)
    knowledge = graph(
        source("s", says("a promotes t"), by_number, says("t promotes g")),
        entities=[TUMOUR, GROWTH],
    )

    path = only(knowledge, "a", "g")
    assert path["steps"][0]["statement"] == says("a promotes t").id
    assert path["steps"][0]["also"] == [by_number.id]


def test_the_most_believed_statement_is_the_step_and_the_others_are_listed() -> None:
    weak, strong = says("a promotes b", hedged=True), says("a promotes b", aspect="amount")
    knowledge = graph(source("s", weak, strong))
    path = only(knowledge, "a", "b")

    assert path["steps"][0]["statement"] == strong.id
    assert path["steps"][0]["also"] == [weak.id]


def test_equal_beliefs_are_told_apart_by_id() -> None:
    both = [says("a promotes b"), says("a promotes b", aspect="amount")]

    path = only(graph(source("s", *both)), "a", "b")

    assert path["steps"][0]["statement"] == min(one.id for one in both)


def test_a_structural_step_gives_way_to_a_causal_one_of_either_sign() -> None:
    knowledge = graph(source("s", says("a step_of b"), says("a inhibits b", hedged=True)))

    assert only(knowledge, "a", "b")["effect"] == "inhibits"


def test_hypothesised_steps_join_on_request_and_such_paths_come_last() -> None:
    knowledge = graph(
        source(
            "s",
            says("a promotes b", basis="hypothesised"),
            says("b promotes d"),
            says("a promotes c", basis="ambiguous", hedged=True, checked=False),
            says("c promotes d", basis="ambiguous", hedged=True, checked=False),
        )
    )

    assert [way(path) for path in ask(knowledge, "a", "d")["paths"]] == ["acd"]
    found = ask(knowledge, "a", "d", hypothesised=True)["paths"]
    assert [way(path) for path in found] == ["acd", "abd"]
    assert found[1]["hypothesised"] == 1
    assert found[1]["belief"] == 0.855
    assert found[1]["cost"] == cost(0.855)
    assert found[1]["steps"][0]["hypothesised"]


def test_a_guess_takes_the_place_of_no_step() -> None:
    structural = says("a step_of b")
    guess = says("a inhibits b", basis="hypothesised")
    same = says("a promotes b", basis="hypothesised")
    knowledge = graph(source("s", structural, guess, same))

    found = ask(knowledge, "a", "b", hypothesised=True)["paths"]

    assert [path["steps"][0]["statement"] for path in found] == [structural.id, guess.id]
    causal = graph(source("s", says("a promotes b"), says("a promotes b", aspect="amount",
                                                          basis="hypothesised")))  # fmt: skip
    assert [p["hypothesised"] for p in ask(causal, "a", "b", hypothesised=True)["paths"]] == [0]


def test_of_guesses_the_first_that_joins_is_taken() -> None:
    proteins = [entity(name, kind="Protein") for name in "abc"]
    guesses = [
        says("b promotes c", aspect=aspect, basis="hypothesised", in_cell=f"itm:{cell}")
        for aspect, cell in (("none", "m"), ("amount", "n"))
    ]
    for cell, guess in zip("mn", guesses, strict=True):
        knowledge = graph(
            source("s", says("a promotes b", in_cell=f"itm:{cell}"), *guesses), entities=proteins
        )
        path = only(knowledge, "a", "c", hypothesised=True)
        assert path["steps"][1]["statement"] == guess.id


def test_a_path_of_nothing_but_a_guess_is_believed_nothing() -> None:
    knowledge = graph(source("s", says("a promotes b", basis="hypothesised")))

    assert only(knowledge, "a", "b", hypothesised=True)["belief"] == 0


def test_more_paths_than_the_limit_are_said_to_be_cut() -> None:
    letters = "bcdef"
    steps = [says(f"a promotes {x}") for x in letters] + [says(f"{x} promotes z") for x in letters]
    knowledge = graph(source("s", *steps))

    cut = ask(knowledge, "a", "z", limit=3)
    whole = ask(knowledge, "a", "z", limit=5)

    assert [way(path) for path in cut["paths"]] == ["abz", "acz", "adz"]
    assert (cut["complete"], cut["cut_by"]) == (False, "limit")
    assert (whole["complete"], whole["cut_by"]) == (True, None)


def test_sets_of_ends_are_ranked_together_and_equal_ends_are_skipped() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b promotes c"), says("d promotes c", hedged=True))
    )
    found = ask(knowledge, ["a", "b", "d"], ["b", "c"])["paths"]

    assert [way(path) for path in found] == ["ab", "bc", "abc", "dc"]


def test_equal_costs_are_ranked_by_steps_then_ids_and_promotes_comes_first() -> None:
    knowledge = graph(
        source(
            "s",
            says("a inhibits c"),
            says("a inhibits b"),
            says("a promotes b"),
            says("b promotes z"),
            says("c promotes z"),
        )
    )
    found = ask(knowledge, "a", "z")["paths"]

    assert [(way(path), path["effect"]) for path in found] == [
        ("abz", "promotes"),
        ("abz", "inhibits"),
        ("acz", "inhibits"),
    ]


def test_filters_that_contradict_each_other_give_no_path_and_no_error() -> None:
    knowledge = graph(
        source("s", says("a promotes b", species="human", study_system="human_observational"))
    )
    filters = Filters(species=("human",), study_system=("mouse_in_vivo",))

    answer = ask(view_of(knowledge, filters=filters), "a", "b")

    assert answer["paths"] == []
    assert answer["reason"] == "no_path"


# --- against brute force ------------------------------------------------------------------------


def same(found: SignedPath, walk: Walk) -> bool:
    """Whether a path of an answer is the one that brute force found."""
    return (
        tuple(step["statement"] for step in found["steps"]) == walk.statements
        and found["effect"] == ("promotes" if walk.sign > 0 else "inhibits")
        and found["cost"] == walk.cost
        and found["belief"] == round(walk.belief, 6)
        and tuple(tuple(step["also"]) for step in found["steps"]) == walk.also
        and found["hypothesised"] == walk.guessed
    )


letter_sets = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=2, unique=True)


@given(
    knowledge=graphs(),
    sources=letter_sets,
    targets=letter_sets,
    effect=st.sampled_from((None, "promotes", "inhibits")),
    max_steps=st.integers(1, 8),
    limit=st.sampled_from((1, 3, 100)),
    hypothesised=st.booleans(),
)
@settings(max_examples=120)
def test_paths_are_those_that_listing_all_gives(
    *,
    knowledge: Knowledge,
    sources: list[str],
    targets: list[str],
    effect: str | None,
    max_steps: int,
    limit: int,
    hypothesised: bool,
) -> None:
    asked = question(
        sources,
        targets,
        effect=effect,
        max_steps=max_steps,
        limit=limit,
        hypothesised=hypothesised,
    )
    sign = {"promotes": 1, "inhibits": -1, None: None}[effect]
    brute = Graph(knowledge, hypothesised=hypothesised)
    expected = brute.paths(asked.sources, asked.targets, sign=sign, max_steps=max_steps)

    answer = pathways.answer(view_of(knowledge), asked)

    assert [same(f, w) for f, w in zip(answer["paths"], expected[:limit], strict=True)] == [
        True
    ] * min(limit, len(expected))
    assert answer["complete"] == (len(expected) <= limit)
    assert answer["cut_by"] == (None if len(expected) <= limit else "limit")


@given(
    knowledge=graphs(plain=True),
    start=st.sampled_from(LETTERS),
    end=st.sampled_from(LETTERS),
    gone=st.sampled_from(LETTERS),
    least=st.sampled_from((None, 0.5, 0.85)),
    hypothesised=st.booleans(),
)
@settings(max_examples=80)
def test_what_is_left_out_is_on_no_path_and_every_other_path_stays(
    *,
    knowledge: Knowledge,
    start: str,
    end: str,
    gone: str,
    least: float | None,
    hypothesised: bool,
) -> None:
    some = sorted(knowledge.statements)[::3]
    entities, statements = {curie(gone)}, frozenset(some)
    brute = Graph(
        knowledge,
        gone_entities=entities,
        gone_statements=statements,
        min_belief=least,
        hypothesised=hypothesised,
    )
    view = view_of(
        knowledge,
        filters=Filters(min_belief=least),
        without=Without(entities=frozenset(entities), statements=statements),
    )

    answer = ask(view, start, end, limit=1000, hypothesised=hypothesised)

    expected = brute.paths([curie(start)], [curie(end)])
    assert [same(f, w) for f, w in zip(answer["paths"], expected, strict=True)] == [True] * len(
        expected
    )


@given(graphs(), st.sampled_from(LETTERS), st.sampled_from(LETTERS))
@settings(max_examples=30)
def test_the_net_statements_of_a_path_join_two_of_its_entities_with_the_sign_between(
    knowledge: Knowledge, start: str, end: str
) -> None:
    brute = Graph(knowledge)
    for path, walk in zip(
        ask(knowledge, start, end, limit=1000)["paths"],
        brute.paths([curie(start)], [curie(end)]),
        strict=True,
    ):
        expected: list[str] = []
        for identifier in sorted(brute.net):
            one = knowledge.statements[identifier]
            if {one.subject, one.object} <= set(walk.entities):
                i, j = walk.entities.index(one.subject), walk.entities.index(one.object)
                sign = 1
                for step in walk.signs[i:j]:
                    sign *= step or 1
                if i < j and sign == one.sign:
                    expected.append(identifier)
        assert path["net"] == expected


# --- what is said of a path ---------------------------------------------------------------------


def test_the_weakest_step_is_the_least_believed_and_the_earliest_of_equals() -> None:
    steps = (says("a promotes b"), says("b promotes c", hedged=True))
    knowledge = graph(source("s", *steps, says("c promotes d", hedged=True)))

    assert only(knowledge, "a", "d")["weakest"] == 1


def test_a_guess_is_the_weakest_step() -> None:
    knowledge = graph(source("s", says("a promotes b"), says("b promotes c", basis="hypothesised")))

    assert only(knowledge, "a", "c", hypothesised=True)["weakest"] == 1


TWO = (says("a promotes b"), says("b promotes c"))


def test_a_path_is_stitched_unless_one_study_or_source_reports_every_causal_step() -> None:
    apart = graph(source("s", TWO[0]), source("t", TWO[1]))
    one_study = graph(source("s", TWO[0], study="x"), source("t", TWO[1], study="x"))
    one_source = graph(source("s", *TWO, study=None, type_="press"))
    untraced = graph(
        source("s", TWO[0], study=None, type_="press"),
        source("t", TWO[1], study=None, type_="press"),
    )

    assert only(apart, "a", "c")["stitched"]
    assert not only(one_study, "a", "c")["stitched"]
    assert not only(one_source, "a", "c")["stitched"]
    assert only(untraced, "a", "c")["stitched"]


def test_the_curators_background_never_ties_a_path_together() -> None:
    assert only(graph(source("s", *TWO, type_="curator")), "a", "c")["stitched"]


def test_structural_steps_from_elsewhere_do_not_stitch() -> None:
    knowledge = graph(
        source("s", says("a promotes b")), source("t", says("b step_of c"), type_="curator")
    )

    assert not only(knowledge, "a", "c")["stitched"]


def test_species_and_disease_that_all_steps_share_tie_a_path_together() -> None:
    def stitched(first: dict[str, Any], second: dict[str, Any]) -> bool:
        knowledge = graph(
            source("s", says("a promotes b", **first)), source("t", says("b promotes c", **second))
        )
        return bool(only(knowledge, "a", "c")["stitched"])

    both = {"species": "mouse", "disease": "cancer"}
    assert not stitched(both, both)
    assert not stitched({**both, "species": ("human", "mouse")}, both)
    assert stitched(both, {"species": "mouse"})
    assert stitched(both, {"species": "mouse", "disease": "breast cancer"})
    assert stitched({}, {})


def test_shared_contexts_are_the_values_that_all_causal_steps_state() -> None:
    knowledge = graph(
        source(
            "s",
            says("a promotes b", species=("human", "mouse"), site="lung", phase="on_treatment"),
            says("b promotes c", species="mouse", phase="on_treatment"),
            says("c step_of d"),
        )
    )

    assert only(knowledge, "a", "d")["shared_contexts"] == [
        {"dimension": "species", "value": "mouse"},
        {"dimension": "phase", "value": "on_treatment"},
    ]


IN_PATIENTS = {"study_system": "human_observational", "species": "human"}


def test_a_path_holds_in_humans_as_its_worst_causal_step_does() -> None:
    def human(*contexts: dict[str, Any]) -> tuple[str, list[str]]:
        letters = "abcdef"
        steps = [
            says(f"{letters[i]} promotes {letters[i + 1]}", **context)
            for i, context in enumerate(contexts)
        ]
        path = only(graph(source("s", *steps)), "a", letters[len(contexts)])
        return path["human"], path["human_because"]

    assert human(IN_PATIENTS, IN_PATIENTS) == ("supported", [])
    assert human(IN_PATIENTS, {}) == ("unstated", ["b promotes c"])
    assert human({"species": "mouse"}, IN_PATIENTS) == ("animal", ["a promotes b"])
    assert human({"species": "mouse"}, {}) == ("unstated", ["b promotes c"])
    assert human({}, {}) == ("unstated", ["a promotes b", "b promotes c"])


def test_a_step_that_patients_contradict_makes_the_path_contradicted() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b promotes c")),
        source("t", says("b promotes c", role="refutes", hedged=True, **IN_PATIENTS)),
    )
    path = only(knowledge, "a", "c")

    assert (path["human"], path["human_because"]) == ("contradicted", ["b promotes c"])


def test_a_structural_step_says_nothing_of_humans() -> None:
    knowledge = graph(source("s", says("a promotes b", **IN_PATIENTS), says("b step_of c")))
    path = only(knowledge, "a", "c")

    assert path["human"] == "supported"
    assert path["steps"][1]["human"] is None


CLASSES = [entity("drug", "drugs"), entity("lung spread", "spread")]
DRUG = source(
    "s", says("drug promotes b"), says("b, promotes, lung spread"), says("b promotes growth")
)


@pytest.mark.parametrize(
    "caution", ["drugs cautions spread", "drug, cautions, lung spread", "b cautions spread"]
)
def test_a_caution_covers_paths_that_pass_its_subject_or_a_member_and_end_at_its_object_or_a_kind(
    caution: str,
) -> None:
    knowledge = graph(
        DRUG,
        source("warns", says(caution, says="Not shown in patients.", human_unknown=True)),
        entities=CLASSES,
    )
    path = only(knowledge, "drug", "lung spread")

    assert [one["says"] for one in path["cautions"]] == ["Not shown in patients."]
    assert (path["human"], path["human_because"]) == ("unknown", ["Not shown in patients."])
    assert only(knowledge, "drug", "growth")["cautions"] == []


@pytest.mark.parametrize("caution", ["drug, cautions, bone spread", "other cautions spread"])
def test_a_caution_about_something_else_does_not_cover(caution: str) -> None:
    knowledge = graph(DRUG, source("warns", says(caution, human_unknown=True)), entities=CLASSES)

    assert only(knowledge, "drug", "lung spread")["human"] == "unstated"


def test_a_caution_about_a_member_does_not_cover_its_class() -> None:
    knowledge = graph(
        source("s", says("drugs promotes spread")),
        source("warns", says("drug, cautions, lung spread", human_unknown=True)),
        entities=CLASSES,
    )

    assert only(knowledge, "drugs", "spread")["cautions"] == []


def test_a_caution_that_does_not_say_unknown_is_shown_and_lowers_nothing() -> None:
    knowledge = graph(DRUG, source("warns", says("drugs cautions spread")), entities=CLASSES)
    path = only(knowledge, "drug", "lung spread")

    assert len(path["cautions"]) == 1
    assert path["human"] == "unstated"


def test_notes_are_the_associations_annotations_and_gaps_that_touch_the_path() -> None:
    notes = [
        says("a correlated_with x"),
        says("y treats b"),
        says("b has_unknown_mode_in z"),
        says("x correlated_with y"),
        says("a part_of x"),
    ]
    knowledge = graph(source("s", says("a promotes b"), *notes))

    found = {one["statement"] for one in only(knowledge, "a", "b")["notes"]}

    assert found == {one.id for one in notes[:3]}


def test_conflicts_of_a_step_are_told_and_go_with_the_other_side() -> None:
    plus, minus = says("a promotes b"), says("a inhibits b")
    knowledge = graph(source("s", plus), source("t", minus))

    step = ask(knowledge, "a", "b", effect="promotes")["paths"][0]["steps"][0]
    without = view_of(knowledge, without=Without(statements=frozenset({minus.id})))
    alone = only(without, "a", "b")["steps"][0]

    assert len(step["conflicts"]) == 1
    assert step["conflict"] == 1.0
    assert (alone["conflicts"], alone["conflict"]) == ([], 0)


def test_every_passage_that_a_path_names_is_in_the_answer() -> None:
    knowledge = graph(
        DRUG,
        source("t", says("b correlated_with x"), says("drugs cautions spread")),
        entities=CLASSES,
    )
    answer = ask(knowledge, "drug", "lung spread")
    [path] = answer["paths"]
    named = {i for step in path["steps"] for i in step["evidence"]}
    named |= {one["evidence"] for one in path["cautions"]}

    assert named <= answer["evidence"].keys()
    assert {one["study"] for one in answer["evidence"].values()} == {"study-of-s", "study-of-t"}


# --- interventions ------------------------------------------------------------------------------


def hits(*interventions: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Name, step and outcome of the interventions on the path from a to d."""
    knowledge = graph(
        source(
            "s",
            says("a promotes b"),
            says("b promotes c"),
            says("c promotes d"),
            interventions=interventions,
        )
    )
    found = only(knowledge, "a", "d")["interventions"]
    return [(one["name"], one["step"], one["observed"]) for one in found]


@pytest.mark.parametrize(
    ("intervention", "step"),
    [
        (does("x", "a"), 0),
        (does("x", "b"), 1),
        (does("x", "c"), 2),
        (does("x", "d"), 2),
        (does("x", "b", process="release"), 0),
        (does("x", "c", process="production"), 1),
        (does("x", "d", process="release"), 2),
        (does("x", "a", process="release"), 0),
        (does("x", "z", outcomes={says("b promotes c").id: -1}), 1),
        (does("x", "a", outcomes={says("b promotes c").id: -1}), 1),
    ],
)
def test_an_intervention_hits_the_step_that_its_target_process_or_outcome_gives(
    intervention: dict[str, Any], step: int
) -> None:
    assert [found[:2] for found in hits(intervention)] == [("x", step)]


def test_an_intervention_on_something_else_does_not_hit() -> None:
    assert hits(does("x", "z", outcomes={"d": -1})) == []


@pytest.mark.parametrize(
    ("outcomes", "observed"),
    [
        ({"d": -1}, "decreased"),
        ({"d": 0}, "no change"),
        ({"d": 1}, "increased"),
        ({"c": -1}, "not measured"),
        ({}, "not measured"),
        ({says("b promotes c").id: -1}, "not measured"),
    ],
)
def test_observed_is_the_outcome_for_the_target_of_the_path(
    outcomes: dict[str, int | None], observed: str
) -> None:
    assert [found[2] for found in hits(does("x", "b", outcomes=outcomes))] == [observed]


def test_proposed_interventions_follow_the_tested_ones_and_have_seen_nothing() -> None:
    proposed = does("hope", "a", status="proposed", outcomes={"d": None})

    assert hits(proposed, does("try", "c", outcomes={"d": -1})) == [
        ("try", 2, "decreased"),
        ("hope", 0, "not measured"),
    ]


def test_what_was_measured_at_the_end_comes_first_and_equal_names_are_told_apart_by_study() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("b promotes c"), study="one"),
        source("t", says("a promotes x"), study="two", interventions=[does("deplete a", "a")]),
        source(
            "u",
            says("a promotes x"),
            study="three",
            interventions=[does("deplete a", "a", outcomes={"c": -1}), does("block b", "b")],
        ),
    )
    answer = ask(knowledge, "a", "c")

    assert [one["label"] for one in answer["paths"][0]["interventions"]] == [
        "deplete a (three)",
        "deplete a (two)",
        "block b",
    ]
    assert answer["summary"].endswith("One tested intervention breaks it: deplete a (three).")


def test_interventions_of_one_name_are_told_apart_by_author_and_year() -> None:
    knowledge = graph(
        *(
            source(
                name, says("a promotes b"),
                study=Study(id=name, citation=f"{name.title()} et al., A 2015"),
                interventions=[does("deplete a", "a", outcomes={"b": -1})],
            )
            for name in ("one", "two")
        )
    )  # fmt: skip
    answer = ask(knowledge, "a", "b")
    labels = [one["label"] for one in answer["paths"][0]["interventions"]]
    assert labels == ["deplete a (One 2015)", "deplete a (Two 2015)"]


# --- the answer in words ------------------------------------------------------------------------


def test_the_summary_says_effect_steps_humans_and_what_breaks_it() -> None:
    knowledge = graph(
        source(
            "s",
            says("a promotes b"),
            says("b promotes c"),
            interventions=[does("block b", "b", outcomes={"c": -1})],
        ),
        source("warns", says("a cautions c", says="Not shown in patients.", human_unknown=True)),
    )

    assert ask(knowledge, "a", "c")["summary"] == (
        "Promotes (by a chain of two steps from one paper); every path says so. "
        "Unknown in humans: Not shown in patients. "
        "One tested intervention breaks it: block b."
    )


def test_the_question_is_echoed_as_understood() -> None:
    view = view_of(
        CHAIN, filters=Filters(min_belief=0.1), without=Without(entities=frozenset({curie("d")}))
    )

    assert ask(view, "a", "c", effect="inhibits")["question"] == {
        "source": [{"id": "itm:a", "name": "a", "kind": "Cell"}],
        "target": [{"id": "itm:c", "name": "c", "kind": "Cell"}],
        "effect": "inhibits",
        "max_steps": 8,
        "limit": 10,
        "hypothesised": False,
        "filters": {"min_belief": 0.1},
        "without": [{"id": "itm:d", "name": "d", "kind": "Cell"}],
    }


def test_a_search_that_takes_too_long_is_ended_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    everyone = [f"e{i:02}" for i in range(24)]
    says_all = [says(f"{a} promotes {b}") for a in everyone for b in everyone if a != b]
    view = view_of(graph(source("s", *says_all)))
    monkeypatch.setattr(deadline, "SECONDS", 0.05)
    # Ten million paths of up to six steps, as good as one another.
    found, cut_by = routes(view, question("e00", "e01", max_steps=6, limit=10**6))
    assert cut_by == "time"
    assert {route.entities[0] for route in found} <= {curie("e00")}


def test_what_a_study_says_of_everything_with_everything_is_counted_once() -> None:
    """Its net statements spell each other out, and lead back to themselves."""
    pairs = [(a, b) for a in "abcdefgh" for b in "abcdefgh" if a != b]
    knowledge = graph(source("s", *(says(f"{a} promotes {b}") for a, b in pairs)))
    question = Question([curie("a")], [curie("h")], None, 8, 5, False)

    found = pathways.answer(view_of(knowledge), question)

    assert all(1 <= path["unfolded"] <= len(pairs) for path in found["paths"])
