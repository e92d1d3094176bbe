"""Where there is no path, the answer says why, and where else to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Graph
from graphs import LETTERS, curie, entity, graph, graphs, names, says, source, view_of
from immunograph.knowledge import Knowledge
from immunograph.model import Contribution, Entity
from immunograph.selection import Filters, Without
from immunograph.service import pathways
from immunograph.service.pathways import Question
from immunograph.service.view import View
from immunograph.vocabulary import StatementClass


def ask(where: Knowledge | View, start: str, end: str, **more: Any) -> dict[str, Any]:
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


def test_an_association_that_would_connect_is_named_and_taken_in_both_directions() -> None:
    assert why(source("s", LINK)) == ("only_through_association", [LINK.id])
    back = says("d correlated_with b")
    assert why(source("s", says("a promotes b"), back)) == ("only_through_association", [back.id])


def test_a_path_of_the_other_effect_without_an_association_is_no_reason() -> None:
    assert why(source("s", says("a promotes d")), effect="inhibits") == ("no_path", [])


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


def test_a_summary_of_one_step_may_leave_a_filtered_value_unstated() -> None:
    steps = (says("a promotes d"), says("a promotes b"), says("b promotes d"))
    knowledge = graph(source("s", *steps))
    mice = view_of(
        knowledge,
        filters=Filters(species=("mouse",)),
        without=Without(entities=frozenset({curie("b")})),
    )

    answer = ask(mice, "a", "d")

    assert answer["reason"] == "only_unstated"
    assert [one["id"] for one in answer["through"]] == [steps[0].id]


def test_the_first_reason_that_holds_is_given() -> None:
    every = source("s", GUESS, LINK, *OVER_CLASS)

    assert why(every, entities=CLASS)[0] == "only_hypothesised"
    assert why(source("s", LINK, *OVER_CLASS), entities=CLASS)[0] == "only_through_association"
    assert why(source("s", *OVER_CLASS), entities=CLASS)[0] == "only_through_abstract"


def test_what_is_left_out_is_no_reason() -> None:
    knowledge = graph(source("s", GUESS, LINK, *OVER_CLASS), entities=CLASS)
    without = Without(statements=frozenset({GUESS.id, LINK.id}), entities=frozenset({curie("f")}))

    assert ask(view_of(knowledge, without=without), "a", "d")["reason"] == "no_path"


def test_the_same_question_at_a_broader_or_narrower_end_is_offered_where_it_has_an_answer() -> None:
    spread = [entity("lung spread", "spread"), entity("bone spread", "spread")]
    knowledge = graph(
        source("s", says("a promotes spread"), says("a, inhibits, bone spread"),
               says("x, promotes, lung spread")),
        entities=spread,
    )  # fmt: skip

    answer = ask(knowledge, "a", "lung spread")

    assert answer["paths"] == []
    assert answer["see_also"] == [
        {
            "source": {"id": "itm:a", "name": "a", "kind": "Cell"},
            "target": {"id": "itm:spread", "name": "spread", "kind": "Cell"},
            "effect": "promotes",
            "belief": 0.855,
            "steps": 1,
        }
    ]
    assert answer["summary"] == "No path is known. But a promotes spread."
    assert [one["target"]["name"] for one in ask(knowledge, "x", "spread")["see_also"]] == [
        "lung spread"
    ]


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
    arcs: list[tuple[str, str, int, str | None]] = [
        (u, v, one.sign or 1, None)
        for u in brute.entities
        for v in brute.entities
        for one, _, _ in (brute.steps(u, v, alone=False) if u != v else [])
    ]
    arcs += [(u, v, 1, name) for u, v, name in extra]
    open_ways: list[tuple[list[str], int, int, set[str]]] = [([start], 0, 1, set())]
    while open_ways:
        way, count, sign, taken = open_ways.pop()
        for u, v, step, name in arcs:
            longer = count + (1 if name is None or counted else 0)
            if u != way[-1] or v in way or longer > most:
                continue
            using = taken | {name} if name else taken
            if v == end:
                if longer:
                    yield sign * step, using
            elif v not in brute.abstract or v == allowed:
                open_ways.append(([*way, v], longer, sign * step, using))


@given(
    knowledge=graphs(
        verbs=("promotes", "inhibits", "promotes", "correlated_with", "step_of"), most=16
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
    elif any(taken for _, taken in connected(knowledge, *ends, extra=links, most=max_steps)):
        assert answer["reason"] == "only_through_association"
        assert answer["through"]
    elif classes:
        assert answer["reason"] == "only_through_abstract"
        assert [one["id"] for one in answer["through"]] == classes
    else:
        assert answer["reason"] == "no_path"
