"""Where there is no path, the answer says why, and where else to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Graph, Manner, follows
from graphs import LETTERS, curie, entity, graph, graphs, names, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Entity
from immunograph.domain.selection import Filters, Without
from immunograph.domain.vocabulary import StatementClass
from immunograph.search.paths import stop_flag
from immunograph.service import pathways, reasons, ways
from immunograph.service.routes import Question
from immunograph.service.view import View


def ask(where: Knowledge | View, start: str, end: str, **more: Any) -> Any:
    """The answer between two entities by name."""
    view = view_of(where) if isinstance(where, Knowledge) else where
    asked: dict[str, Any] = {
        "sources": [curie(start)],
        "targets": [curie(end)],
        "effect": None,
        "max_steps": 8,
        "limit": 10,
        "hypothesised": False,
    }
    return pathways.answer(view, Question(**{**asked, **more}))


def why(
    *contributions: Contribution, entities: Iterable[Entity] = (), **more: Any
) -> tuple[str | None, list[str]]:
    """The reason why a does not reach d, and what it goes through."""
    answer = ask(graph(*contributions, entities=entities), "a", "d", **more)
    return answer["reason"], names(one["id"] for one in answer["through"])


GUESS = says("a promotes d", basis="hypothesised")
LINK = says("a correlated_with d")
CLASS = [entity("b", "f"), entity("c", "f"), entity("f", abstract=True)]
OVER_CLASS = (says("a promotes b"), says("c promotes d"))


def test_a_path_has_no_reason() -> None:
    assert why(source("s", says("a promotes d"))) == (None, [])


def test_a_guess_that_would_connect_is_named() -> None:
    assert why(source("s", GUESS)) == ("only_hypothesised", [GUESS.id])
    chain = (says("a promotes b"), says("b promotes d", basis="hypothesised"))
    assert why(source("s", *chain)) == ("only_hypothesised", [chain[1].id])


def test_a_guess_of_the_other_effect_is_no_reason() -> None:
    assert why(source("s", GUESS), effect="inhibits") == ("no_path", [])


def test_an_association_of_the_two_ends_is_named_alone_whichever_way_it_is_told() -> None:
    back = says("d correlated_with a", hedged=True)
    chain = (says("a promotes b"), says("b correlated_with d"))

    assert why(source("s", LINK)) == ("only_through_association", [LINK.id])
    assert why(source("s", back)) == ("only_through_association", [back.id])
    assert why(source("s", back, LINK, *chain)) == (
        "only_through_association",
        [LINK.id, back.id],
    )


@pytest.mark.parametrize(
    "chain",
    [
        ("a promotes b", "b correlated_with d"),
        ("a promotes b", "d correlated_with b"),
        ("a correlated_with b", "b inhibits d"),
        ("a promotes b", "b correlated_with c", "c promotes d"),
        ("a carries b", "c correlated_with b", "c step_of d"),
        ("b correlated_with a", "b promotes d"),
    ],
)
def test_an_association_with_others_is_named_with_the_whole_chain_in_its_order(
    chain: tuple[str, ...],
) -> None:
    steps = [says(one) for one in chain]
    knowledge = graph(source("s", *reversed(steps)))

    answer = ask(knowledge, "a", "d")

    assert answer["reason"] == "only_through_association"
    assert [one["id"] for one in answer["through"]] == [one.id for one in steps]
    names = "; ".join(one["name"] for one in answer["through"])
    causal = "causal" in {one["class"] for one in answer["through"]}
    assert (f"only by way of an association: {names}." in answer["summary"]) is causal


@pytest.mark.parametrize(
    "chain",
    [
        ("a promotes b", "b correlated_with c"),
        ("b promotes a", "b correlated_with d"),
        ("a promotes b", "b treats d"),
        ("a correlated_with b", "d promotes b"),
        ("a correlated_with b", "b correlated_with d"),
        ("b correlated_with a", "d correlated_with b"),
        ("a inhibits b", "c correlated_with b", "e correlated_with c", "e promotes d"),
    ],
)
def test_an_association_that_leads_nowhere_is_no_reason(chain: tuple[str, ...]) -> None:
    assert why(source("s", says("d part_of x"), *map(says, chain))) == ("no_path", [])


def test_a_path_of_the_other_effect_without_an_association_is_no_reason() -> None:
    assert why(source("s", says("a promotes d")), effect="inhibits") == ("no_path", [])


def test_a_chain_of_one_association_is_told_though_a_shorter_one_takes_two() -> None:
    one = [says(text) for text in ("a promotes b", "b promotes c", "c correlated_with d")]
    two = (says("a correlated_with e"), says("e correlated_with d"))

    assert why(source("s", *one, *two)) == (
        "only_through_association", [step.id for step in one],
    )  # fmt: skip


def test_an_association_has_no_sign_and_so_serves_either_effect() -> None:
    assert why(source("s", LINK), effect="inhibits") == ("only_through_association", [LINK.id])


def test_an_association_that_is_only_denied_connects_nothing() -> None:
    assert why(source("s", says("a correlated_with d", role="refutes"))) == ("no_path", [])


def test_each_class_that_alone_would_connect_is_named() -> None:
    both = [*CLASS, entity("e", abstract=True)]
    through_e = (says("a promotes e"), says("e promotes d"))

    assert why(source("s", *OVER_CLASS), entities=CLASS) == ("only_through_abstract", ["f"])
    assert why(source("s", *OVER_CLASS, *through_e), entities=both) == (
        "only_through_abstract",
        ["e", "f"],
    )


def test_the_steps_by_is_a_are_not_counted() -> None:
    one_step = source("s", says("a promotes b"), says("x part_of d"))
    entities = [entity("b", "f"), entity("d", "f"), entity("f", abstract=True)]

    assert why(one_step, entities=entities, max_steps=1) == ("only_through_abstract", ["f"])
    assert why(source("s", *OVER_CLASS), entities=CLASS, max_steps=1) == ("no_path", [])


def test_two_classes_in_a_row_do_not_connect() -> None:
    entities = [
        entity("b", "e"), entity("x", "e", "f"), entity("c", "f"),
        entity("e", abstract=True), entity("f", abstract=True),
    ]  # fmt: skip

    assert why(source("s", *OVER_CLASS, says("x part_of b")), entities=entities) == ("no_path", [])


def test_members_of_one_class_alone_are_no_path() -> None:
    entities = [entity("a", "f"), entity("d", "f"), entity("f", abstract=True)]

    assert why(source("s", says("a part_of d")), entities=entities) == ("no_path", [])


def test_a_class_that_is_not_abstract_is_no_reason() -> None:
    entities = [entity("b", "f"), entity("c", "f")]

    assert why(source("s", *OVER_CLASS), entities=entities) == ("no_path", [])


def test_a_class_that_begins_or_ends_the_question_is_inside_no_path() -> None:
    knowledge = graph(source("s", says("b promotes d"), says("f part_of x")), entities=CLASS)
    answer = ask(knowledge, "f", "d")

    assert (answer["reason"], answer["through"]) == ("no_path", [])
    assert [one["source"]["name"] for one in answer["see_also"]] == ["b"]


def test_evidence_that_leaves_a_filtered_value_unstated_is_named() -> None:
    steps = (says("a promotes b", species="mouse"), says("b promotes d"))
    knowledge = graph(source("s", *steps))
    mice = view_of(knowledge, filters=Filters(species=("mouse",)))
    patients = view_of(knowledge, filters=Filters(species=("human",)))

    answer = ask(mice, "a", "d")

    assert answer["reason"] == "only_unstated"
    assert [one["id"] for one in answer["through"]] == [steps[1].id]
    assert ask(patients, "a", "d")["reason"] == "no_path"


def test_a_summary_that_falls_with_its_mechanism_is_no_reason() -> None:
    steps = (says("a promotes d"), says("a promotes b"), says("b promotes d"))
    knowledge = graph(source("s", *steps))
    filters = Filters(species=("mouse",))
    whole = ask(view_of(knowledge, filters=filters), "a", "d")
    broken = view_of(knowledge, filters=filters, without=Without(entities=frozenset({curie("b")})))

    assert (whole["reason"], [one["id"] for one in whole["through"]]) == (
        "only_unstated",
        [steps[0].id],
    )
    assert ask(broken, "a", "d")["reason"] == "no_path"


def test_the_first_reason_that_holds_is_given() -> None:
    every = source("s", GUESS, LINK, *OVER_CLASS)

    assert why(every, entities=CLASS)[0] == "only_hypothesised"
    assert why(source("s", LINK, *OVER_CLASS), entities=CLASS)[0] == "only_through_association"
    assert why(source("s", *OVER_CLASS), entities=CLASS)[0] == "only_through_abstract"


def test_what_is_left_out_is_no_reason() -> None:
    knowledge = graph(source("s", GUESS, LINK, *OVER_CLASS), entities=CLASS)
    without = Without(statements=frozenset({GUESS.id, LINK.id}), entities=frozenset({curie("f")}))

    assert ask(view_of(knowledge, without=without), "a", "d")["reason"] == "no_path"


# --- elsewhere ----------------------------------------------------------------------------------

SPREAD = [entity("lung spread", "spread"), entity("bone spread", "spread"),
          entity("cd8", "lymphocyte"), entity("lymphocyte", "leukocyte", abstract=True),
          entity("leukocyte", abstract=True), entity("suppressor", "leukocyte")]  # fmt: skip


def offered(answer: dict[str, Any]) -> list[tuple[str, str, str | None, str, int]]:
    """What is offered: how it differs, its ends that were not asked for, effect, steps."""
    return [
        (one["relation"], one["source"]["name"], one["effect"], one["target"]["name"], one["steps"])
        for one in answer["see_also"]
    ]


def asked(start: str, end: str, *sentences: str, **more: Any) -> Any:
    """The answer where these sentences are all that is said."""
    known = source("s", says("start part_of end"), *map(says, sentences))
    knowledge = graph(known, source("other", says("x part_of y")), entities=SPREAD)
    view = view_of(knowledge, without=more.pop("without", Without()))
    return ask(view, start, end, **more)


@pytest.mark.parametrize(
    ("sentences", "expected", "said"),
    [
        (["end promotes start"], ("promotes", 1), "end promotes start (0.85, one step)"),
        (["end inhibits start"], ("inhibits", 1), "end inhibits start (0.85, one step)"),
        (["end inhibits b", "b inhibits start"], ("promotes", 2),
         "end promotes start (0.73, two steps)"),
        (["end step_of b", "b inhibits start"], ("inhibits", 2),
         "end inhibits start (0.73, two steps)"),
        (["end promotes start", "end inhibits start"], (None, 1), "paths of both effects"),
        (["end promotes start", "end promotes b", "b inhibits start"], ("promotes", 1),
         "end promotes start (0.85, one step)"),
    ],
)  # fmt: skip
def test_the_reverse_question_is_offered_where_it_has_an_answer(
    sentences: list[str], expected: tuple[str | None, int], said: str
) -> None:
    answer = asked("start", "end", *sentences)

    effect, steps = expected
    assert offered(answer) == [("reverse", "end", effect, "start", steps)]
    assert answer["summary"].startswith("No path is known. The other way round")
    assert said in answer["summary"]


@pytest.mark.parametrize(
    "sentences",
    [
        ["end correlated_with start"],
        ["end promotes b"],
        ["end promotes b", "start promotes b"],
        ["b promotes start", "b promotes end"],
    ],
)
def test_where_the_reverse_has_no_answer_either_nothing_is_offered(sentences: list[str]) -> None:
    answer = asked("start", "end", *sentences)

    assert answer["see_also"] == []
    assert "other way" not in answer["summary"]


def test_a_reverse_chain_that_is_hardly_believed_has_no_sign_in_the_summary() -> None:
    links = [f"{u} inhibits {v}" for u, v in pairwise(("end", *"bcdefgh", "start"))]
    answer = asked("start", "end", *links)

    assert offered(answer) == [("reverse", "end", "promotes", "start", 8)]
    assert answer["summary"] == (
        "No path is known. The other way round there is one that is hardly believed "
        "(0.29, eight steps)."
    )


def test_the_other_effect_is_offered_where_one_is_asked_for() -> None:
    answer = asked("start", "end", "start promotes end", "end promotes start", effect="inhibits")

    assert offered(answer) == [
        ("other_effect", "start", "promotes", "end", 1),
        ("reverse", "end", "promotes", "start", 1),
    ]
    assert answer["summary"] == (
        "No inhibiting path is known. There is an opposite one: start promotes end "
        "(0.85, one step)."
    )
    assert offered(asked("start", "end", "b promotes end", effect="inhibits")) == []


@pytest.mark.parametrize(
    ("ends", "sentences", "expected"),
    [
        (("a", "spread"), ["a, promotes, lung spread"], ["narrower"]),
        (("spread", "b"), ["lung spread, inhibits, b"], ["narrower"]),
        (("a", "spread"), ["a, promotes, lung spread", "a, inhibits, bone spread"],
         ["narrower", "narrower"]),
        (("a", "leukocyte"), ["a promotes cd8"], ["narrower"]),
        (("a", "spread"), ["a promotes b", "b, promotes, lung spread"], ["narrower"]),
        (("a", "lung spread"), ["a promotes spread"], ["broader"]),
        (("suppressor", "b"), ["leukocyte promotes b"], ["broader"]),
        (("cd8", "b"), ["leukocyte promotes b"], ["broader"]),
        (("a", "cd8"), ["a promotes leukocyte"], ["broader"]),
    ],
)  # fmt: skip
def test_classes_and_kinds_of_an_end_are_offered_as_what_they_are(
    ends: tuple[str, str], sentences: list[str], expected: list[str]
) -> None:
    entities = ["x, part_of, spread", "x, part_of, lung spread", "x part_of suppressor",
                "x part_of cd8", "x part_of a", "x part_of b"]  # fmt: skip
    answer = asked(*ends, *sentences, *entities)

    assert answer["paths"] == []
    assert [one["relation"] for one in answer["see_also"]] == expected
    for one in answer["see_also"]:
        assert one["of"]["name"] == ends[0 if one["end"] == "source" else 1]
        assert one["effect"] and one["belief"] > 0 and one["steps"] >= 1
        near = one[one["end"]]["name"]
        kind = f"{near}, a kind of {one['of']['name']}"
        class_ = f"{near}, of which {one['of']['name']} is a kind"
        assert one["says"].startswith(kind if one["relation"] == "narrower" else class_)
        assert (kind if one["relation"] == "narrower" else class_) in answer["summary"]


@pytest.mark.parametrize(
    ("ends", "sentences"),
    [
        (("a", "lung spread"), ["a, promotes, bone spread", "x, part_of, lung spread"]),
        (("a", "spread"), ["b, promotes, lung spread", "a part_of spread"]),
        (("suppressor", "b"), ["cd8 promotes b", "x part_of suppressor"]),
        (("cd8", "b"), ["suppressor promotes b", "x part_of cd8"]),
    ],
)
def test_what_is_a_kind_of_the_same_class_is_not_offered(
    ends: tuple[str, str], sentences: list[str]
) -> None:
    assert asked(*ends, *sentences)["see_also"] == []


@pytest.mark.parametrize("effect", ["promotes", "inhibits"])
@pytest.mark.parametrize("member", ["suppressor", "cd8"])
def test_the_summary_for_a_member_says_no_effect_of_its_class(effect: str, member: str) -> None:
    answer = asked(member, "b", f"leukocyte {effect} b", f"x part_of {member}")

    assert offered(answer) == [("broader", "leukocyte", effect, "b", 1)]
    assert f" There is one for leukocyte, of which {member} is a kind." in answer["summary"]
    assert not re.search(
        r"leukocyte,? (promotes|inhibits)|: (promotes|inhibits)", answer["summary"]
    )


def test_a_chain_of_a_class_or_kind_that_is_hardly_believed_is_not_offered() -> None:
    def weak(*sentences: str) -> list[tuple[str, str, str | None, str, int]]:
        told = [says(one, basis="ambiguous") for one in sentences]
        known = source("s", says("x part_of suppressor"), says("x part_of spread"), *told)
        knowledge = graph(known, entities=SPREAD)
        return [
            *offered(ask(knowledge, "suppressor", "b")),
            *offered(ask(knowledge, "b", "spread")),
        ]

    assert weak("leukocyte promotes c", "c promotes b") == []
    assert weak("b promotes c", "c, promotes, lung spread") == []
    assert weak("leukocyte promotes b") == [("broader", "leukocyte", "promotes", "b", 1)]
    assert weak("b, promotes, lung spread") == [("narrower", "b", "promotes", "lung spread", 1)]


def test_what_is_offered_comes_best_believed_first() -> None:
    knowledge = graph(
        source(
            "s",
            says("a, promotes, lung spread", hedged=True),
            says("a, inhibits, bone spread"),
            says("spread promotes a", basis="headline"),
            says("x part_of spread"),
        ),
        entities=SPREAD,
    )
    answer = ask(knowledge, "a", "spread")

    assert [one["belief"] for one in answer["see_also"]] == [0.855, 0.5985, 0.475]
    assert [one["relation"] for one in answer["see_also"]] == ["narrower", "narrower", "reverse"]
    assert answer["summary"] == (
        "No path is known. The other way round, spread promotes a (0.47, one step). "
        "There is one for bone spread, a kind of spread: inhibits (0.85, one step); "
        "for lung spread, a kind of spread: promotes (0.6, one step)."
    )


def test_the_effect_that_is_offered_is_that_of_the_verdict_and_not_of_the_best_product() -> None:
    knowledge = graph(
        source("s", says("d promotes a", hedged=True), says("a part_of d")),
        source("t", says("d inhibits b"), says("b promotes a")),
    )
    [reverse] = ask(knowledge, "a", "d")["see_also"]

    assert (reverse["effect"], reverse["belief"], reverse["steps"]) == ("promotes", 0.5985, 1)


def test_where_the_other_effect_is_known_no_reason_is_told_for_the_one() -> None:
    knowledge = graph(source("s", says("a promotes d"), says("a correlated_with d")))
    answer = ask(knowledge, "a", "d", effect="inhibits")

    assert answer["reason"] == "only_through_association"
    assert answer["summary"].startswith("No inhibiting path is known. There is an opposite one: ")


def test_a_guess_is_never_offered() -> None:
    knowledge = graph(source("s", says("d promotes a", basis="hypothesised"), says("a part_of d")))

    assert ask(knowledge, "a", "d", hypothesised=True)["see_also"] == []


def test_of_very_many_kinds_few_are_asked_and_those_that_are_joined_first() -> None:
    kinds = [entity(f"kind {n:03}", "spread") for n in range(300)]
    knowledge = graph(
        source("s", says("x part_of spread"), says("a, promotes, kind 299"),
               *(says(f"y, part_of, {one.name}") for one in kinds)),
        entities=kinds,
    )  # fmt: skip

    assert offered(ask(knowledge, "a", "spread")) == [("narrower", "a", "promotes", "kind 299", 1)]


# --- ends ---------------------------------------------------------------------------------------


def said_of_ends(answer: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """What is said of the ends."""
    return [
        (one["relation"], one["entity"]["name"], one["of"] and one["of"]["name"])
        for one in answer["ends"]
    ]


@pytest.mark.parametrize(
    ("ends", "kind", "class_"),
    [
        (("lung spread", "spread"), "lung spread", "spread"),
        (("spread", "lung spread"), "lung spread", "spread"),
        (("cd8", "lymphocyte"), "cd8", "lymphocyte"),
        (("cd8", "leukocyte"), "cd8", "leukocyte"),
        (("leukocyte", "suppressor"), "suppressor", "leukocyte"),
    ],
)
def test_a_kind_of_the_other_end_is_told_as_such(
    ends: tuple[str, str], kind: str, class_: str
) -> None:
    one, other = ends
    answer = asked(one, other, f"x, part_of, {one}", f"x, part_of, {other}")

    assert answer["paths"] == []
    assert said_of_ends(answer) == [("kind_of", kind, class_)]
    assert answer["summary"] == (
        f"No path is known: {kind} is a kind of {class_}, which is no effect."
    )


@pytest.mark.parametrize(
    ("ends", "sentences"),
    [
        (("lung spread", "bone spread"), []),
        (("cd8", "suppressor"), []),
        (("cd8", "leukocyte"), ["cd8 promotes leukocyte"]),
        (("a", "leukocyte"), []),
    ],
)
def test_other_ends_are_no_kinds_of_each_other(ends: tuple[str, str], sentences: list[str]) -> None:
    answer = asked(*ends, *sentences, *(f"x, part_of, {one}" for one in ends))

    assert said_of_ends(answer) == []
    assert "kind of" not in answer["summary"]


@pytest.mark.parametrize(
    ("without", "gone", "said"),
    [
        (Without(entities=frozenset({"itm:start"})), ["start"], "start is left out"),
        (Without(entities=frozenset({"itm:end"})), ["end"], "end is left out"),
        (Without(entities=frozenset({"itm:start", "itm:end"})), ["start", "end"],
         "start and end are left out"),
        (Without(sources=frozenset({"s"})), ["start", "end"], "start and end are left out"),
        (Without(studies=frozenset({"study-of-s"})), ["start", "end"],
         "start and end are left out"),
        (Without(entities=frozenset({"itm:end", "itm:b"})), ["end"], "end is left out"),
    ],
)  # fmt: skip
def test_an_end_that_is_left_out_is_told_with_no_path_and_nothing_elsewhere(
    without: Without, gone: list[str], said: str
) -> None:
    answer = asked(
        "start", "end", "start promotes b", "b promotes end", "end promotes start", without=without
    )

    assert (answer["paths"], answer["reason"], answer["complete"]) == ([], "no_path", True)
    assert said_of_ends(answer) == [("left_out", name, None) for name in gone]
    assert answer["summary"] == f"No path is known; {said}."
    assert answer["see_also"] == []


@pytest.mark.parametrize(
    "without",
    [
        Without(),
        Without(entities=frozenset({"itm:b"})),
        Without(statements=frozenset({says("start promotes b").id})),
        Without(sources=frozenset({"other"})),
    ],
)
def test_an_end_that_stays_is_not_told_to_be_left_out(without: Without) -> None:
    answer = asked("start", "end", "start promotes b", without=without)

    assert (answer["paths"], said_of_ends(answer)) == ([], [])
    assert "left out" not in answer["summary"]


def test_of_a_set_of_ends_one_that_stays_is_asked_for_still() -> None:
    knowledge = graph(source("s", says("a promotes d"), says("b promotes d")))
    view = view_of(knowledge, without=Without(entities=frozenset({curie("a")})))
    both = ask(view, "a", "d", sources=[curie("a"), curie("b")])
    turned = ask(view, "d", "a", targets=[curie("a"), curie("b")])

    assert [path["steps"][0]["subject"]["name"] for path in both["paths"]] == ["b"]
    assert said_of_ends(turned) == [("left_out", "a", None)]
    assert offered(turned) == [("reverse", "b", "promotes", "d", 1)]


# --- within a question --------------------------------------------------------------------------


def dense(count: int) -> Knowledge:
    """A graph in which everything promotes everything, and an association leads out of it."""
    names = [f"n{i:02}" for i in range(count)]
    told = [says(f"{u} promotes {v}") for u in names for v in names if u != v]
    own = [source(f"s{number}", one) for number, one in enumerate(told)]
    return graph(*own, source("link", says("n00 correlated_with d")))


def test_a_search_for_a_reason_that_takes_too_much_work_is_ended_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = ask(dense(8), "n01", "d")
    assert (whole["reason"], whole["reason_complete"]) == ("only_through_association", True)

    monkeypatch.setattr(ways, "WORK", 5)
    answer = ask(dense(8), "n01", "d")

    assert (answer["reason"], answer["complete"]) == ("no_path", True)
    assert (said_of_ends(answer), answer["reason_complete"]) == ([], False)
    assert answer["summary"] == "No path is known; why was not searched to the end."


def test_when_the_time_of_a_question_is_up_nothing_else_is_asked() -> None:
    knowledge = graph(source("s", says("d promotes a"), says("b correlated_with a")))
    view = view_of(knowledge)
    question = Question([curie("a")], [curie("d")], None, 8, 10, False)
    up = stop_flag()
    up[0] = 1

    assert reasons.elsewhere(view, question, up) == []
    assert not reasons.why_none(view, question, up).complete


def test_under_a_filter_nothing_that_the_whole_graph_laid_out_is_laid_out_again() -> None:
    whole = view_of(graph(source("s", says("a promotes b"), says("c promotes d"))))
    mice = View(whole.full, filters=Filters(species=("mouse",)), without=Without(), whole=whole)

    assert ask(mice, "a", "d")["reason"] == "no_path"
    assert mice.with_unstated.columns is whole.columns


def test_a_structural_step_that_gives_way_joins_nothing_to_a_class() -> None:
    # That a is a step of b holds of the number of a alone: of a itself, it inhibits b.
    entities = [*CLASS, entity("a", tumour_cells=True)]
    both = (says("a inhibits b"), says("a step_of b"), says("z kills a"), says("c promotes d"))

    found = source("s", *both)

    assert why(found, entities=entities, effect="inhibits") == ("only_through_abstract", ["f"])
    assert why(found, entities=entities, effect="promotes") == ("no_path", [])


# --- against brute force ------------------------------------------------------------------------

Ways = Iterator[tuple[int, set[str]]]


def connected(
    knowledge: Knowledge,
    start: str,
    end: str,
    *,
    extra: list[tuple[str, str, str]],
    counted: bool = True,
    allowed: str | None = None,
    most: int,
) -> Ways:
    """The sign of every path over steps and extra arcs, and which of the extra ones it takes."""
    brute = Graph(knowledge)
    plain = Manner(changes_number=False, holds_of_number=False, subject_in="", object_in="")
    open_ways: list[tuple[list[str], Manner | None, int, int, set[str]]] = [
        ([start], None, 0, 1, set())
    ]
    while open_ways:
        way, before, count, sign, taken = open_ways.pop()
        arcs: list[tuple[str, int, Manner, str | None]] = [
            (one.object, one.sign or 1, brute.manner[one.id], None)
            for one in brute.following(way[-1], before)
        ]
        if follows(before, plain):
            arcs += [(v, 1, plain, name) for u, v, name in extra if u == way[-1]]
        for v, step, manner, name in arcs:
            longer = count + (1 if name is None or counted else 0)
            if v in way or longer > most:
                continue
            using = taken | {name} if name else taken
            if v == end:
                if longer:
                    yield sign * step, using
            elif v not in brute.abstract or v == allowed:
                open_ways.append(([*way, v], manner, longer, sign * step, using))


@given(
    knowledge=graphs(
        verbs=("promotes", "inhibits", "kills", "correlated_with", "step_of"), most=16
    ),
    pair=st.sampled_from(list(permutations(LETTERS, 2))),
    effect=st.sampled_from((None, "promotes", "inhibits")),
    max_steps=st.integers(1, 4),
)
@settings(max_examples=150)
def test_the_reason_is_the_one_that_listing_all_paths_gives(
    *, knowledge: Knowledge, pair: tuple[str, str], effect: str | None, max_steps: int
) -> None:
    answer = ask(knowledge, *pair, effect=effect, max_steps=max_steps)
    if answer["paths"]:
        assert answer["reason"] is None
        return
    sign = {"promotes": 1, "inhibits": -1, None: None}[effect]
    ends = curie(pair[0]), curie(pair[1])
    guessing = Graph(knowledge, hypothesised=True)
    belief = guessing.belief
    links = [
        (u, v, one.id)
        for one in knowledge.statements.values()
        if one.cls is StatementClass.ASSOCIATION and belief[one.id] > 0
        for u, v in ((one.subject, one.object), (one.object, one.subject))
    ]
    classes = [
        name
        for name in sorted(guessing.abstract - set(ends))
        if any(
            sign in (None, found)
            for found, _ in connected(
                knowledge,
                *ends,
                extra=[
                    (u, v, "is_a")
                    for i, one in knowledge.entities.items()
                    if name in one.is_a
                    for u, v in ((i, name), (name, i))
                ],
                counted=False,
                allowed=name,
                most=max_steps,
            )
        )
    ]
    if guessing.paths([ends[0]], [ends[1]], sign=sign, max_steps=max_steps):
        assert answer["reason"] == "only_hypothesised"
    elif any(
        len(taken) == 1 for _, taken in connected(knowledge, *ends, extra=links, most=max_steps)
    ):
        assert answer["reason"] == "only_through_association"
        assert answer["through"]
    elif classes:
        assert answer["reason"] == "only_through_abstract"
        assert [one["id"] for one in answer["through"]] == classes
    else:
        assert answer["reason"] == "no_path"
