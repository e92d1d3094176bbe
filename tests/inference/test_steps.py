"""Which statements are steps, how they join, and that the marks on edges are enough to tell."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Manner, follows, manner
from graphs import entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.vocabulary import NUMBERS
from immunograph.inference.derivation import derive
from immunograph.inference.steps import (
    GUESS,
    PLAIN,
    Chosen,
    Ends,
    Options,
    choose,
    is_candidate,
    joins,
    steps_among,
)
from immunograph.inference.tables import rows_of

M, N = "itm:m", "itm:n"


# --- ends -----------------------------------------------------------------------------------------


@given(graphs())
@settings(max_examples=100)
def test_the_ends_of_a_statement_are_those_that_its_support_gives(knowledge: Knowledge) -> None:
    found = derive(knowledge).ends
    for identifier, one in knowledge.statements.items():
        expected = manner(knowledge, one)
        assert found[identifier] == Ends(
            expected.changes_number,
            expected.holds_of_number,
            expected.subject_in or None,
            expected.object_in or None,
        )


cells = st.sampled_from((None, M, N))
ends = st.builds(Ends, st.booleans(), st.booleans(), cells, cells)


@given(ends, ends)
def test_two_ends_join_unless_number_or_cell_keeps_them_apart(before: Ends, after: Ends) -> None:
    def as_manner(one: Ends) -> Manner:
        return Manner(one.number, one.from_number, one.subject_cell or "", one.object_cell or "")

    assert joins(before, after) == follows(as_manner(before), as_manner(after))
    assert joins(PLAIN, after)


@pytest.mark.parametrize("aspect", sorted(map(str, NUMBERS)))
def test_only_of_tumour_cells_and_their_kinds_an_aspect_is_a_number(aspect: str) -> None:
    statement = says("a promotes b", aspect=aspect)

    def number(*entities: Any) -> bool:
        return derive(graph(source("s", statement), entities=entities)).ends[statement.id].number

    assert not number()
    assert number(entity("b", tumour_cells=True))
    assert number(entity("b", "class"), entity("class", tumour_cells=True))
    assert not number(entity("a", tumour_cells=True))
    assert not number(entity("b", of_tumour_cells=True))


def test_a_verb_of_killing_among_others_makes_it_a_number() -> None:
    tumour = [entity("b", tumour_cells=True)]
    kills, inhibits = says("a kills b"), says("a inhibits b")
    assert kills.id == inhibits.id

    both = derive(graph(source("s", kills), source("t", inhibits), entities=tumour))
    denied = derive(graph(source("s", inhibits), source("t", says("a kills b", role="refutes")),
                          entities=tumour))  # fmt: skip

    assert both.ends[kills.id].number
    assert not denied.ends[kills.id].number


# --- the choice -----------------------------------------------------------------------------------


def options_of(knowledge: Knowledge) -> list[tuple[Statement, float, Ends]]:
    """The believed statements that may be steps, by id."""
    derivation = derive(knowledge)
    return [
        (one, belief, derivation.ends[identifier])
        for identifier, one in sorted(knowledge.statements.items())
        if is_candidate(one) and (belief := derivation.assessments[identifier].belief) > 0
    ]


def chosen(
    options: list[tuple[Statement, float, Ends]], numbers: dict[str, int]
) -> tuple[Chosen, list[tuple[str, int, int]]]:
    """The choice, and its rows as statement, source and target."""
    found = choose(len(numbers), Options.of(options, numbers.__getitem__))
    taken: list[int] = found.option.tolist()
    starts: list[int] = found.source.tolist()
    reached: list[int] = found.target.tolist()
    names = [options[option][0].id for option in taken]
    return found, list(zip(names, starts, reached, strict=True))


@given(graphs())
@settings(max_examples=150)
def test_the_steps_are_those_that_the_rule_gives_node_by_node(knowledge: Knowledge) -> None:
    options = options_of(knowledge)
    numbers = {i: n for n, i in enumerate(sorted(knowledge.entities))}
    of_entity = {n: i for i, n in numbers.items()}
    found, rows = chosen(options, numbers)

    # A node is an entity, or an entity as some step reaches it.
    expected: set[tuple[str, str, Ends, str, Ends]] = set()
    seen = {(entity_, PLAIN) for entity_ in numbers}
    todo = list(seen)
    while todo:
        subject, before = todo.pop()
        best: dict[tuple[str, int, Ends], tuple[float, str]] = {}
        joined: set[str] = set()
        for one, belief, how in options:
            if one.subject == subject and joins(before, how):
                to = Ends(number=how.number, object_cell=how.object_cell)
                key = one.object, one.sign, to
                best[key] = min(best.get(key, (0.0, "~")), (-belief, one.id))
                joined |= {one.object} if one.sign else set()
        for (object_, sign, to), (_, statement) in best.items():
            if sign or object_ not in joined:
                expected.add((statement, subject, before, object_, to))
                if (object_, to) not in seen:
                    seen.add((object_, to))
                    todo.append((object_, to))
    of = found.entity.tolist()
    assert of[: len(numbers)] == list(range(len(numbers)))
    assert len(of) == len(seen)
    how_of = {one.id: how for one, _, how in options}
    node: dict[int, Ends] = dict.fromkeys(range(len(numbers)), PLAIN)
    for statement, _, target in rows:
        how = how_of[statement]
        node.setdefault(target, Ends(number=how.number, object_cell=how.object_cell))
        assert node[target] == Ends(number=how.number, object_cell=how.object_cell)
    assert {
        (statement, of_entity[of[source_]], node[source_], of_entity[of[target]], node[target])
        for statement, source_, target in rows
    } == expected
    assert len(rows) == len(expected)


@given(graphs())
@settings(max_examples=150)
def test_the_marked_steps_are_enough_to_choose_from(knowledge: Knowledge) -> None:
    options = options_of(knowledge)
    numbers = {i: n for n, i in enumerate(sorted(knowledge.entities))}
    between: dict[tuple[str, str], list[tuple[Statement, float, Ends]]] = defaultdict(list)
    for option in options:
        between[option[0].subject, option[0].object].append(option)
    marked = {i for among in between.values() for i in steps_among(among)}

    whole, rows = chosen(options, numbers)
    part, same = chosen([one for one in options if one[0].id in marked], numbers)

    assert same == rows
    assert part.entity.tolist() == whole.entity.tolist()
    assert derive(knowledge).steps.keys() == marked


@given(graphs())
@settings(max_examples=100)
def test_every_marked_step_is_one_from_the_entity_itself_or_from_an_end_of_it(
    knowledge: Knowledge,
) -> None:
    """A mark says no more than it must: a causal step is the best of its ends."""
    derivation = derive(knowledge)
    for one in derivation.steps:
        statement, ends_ = knowledge.statements[one], derivation.ends[one]
        rank = (-derivation.assessments[one].belief, one)
        alike = [
            (-derivation.assessments[other.id].belief, other.id)
            for other in knowledge.between(statement.subject, statement.object)
            if other.sign == statement.sign and derivation.ends[other.id] == ends_
            and is_candidate(other)
        ]  # fmt: skip
        assert rank == min(alike)


def test_what_is_reached_only_by_a_step_that_gives_way_everywhere_is_no_node() -> None:
    # b would be reached in a cell by the structural step alone.
    told = (says("a carries b", in_cell=M), says("a promotes b"), says("b promotes c"))
    proteins = [entity(name, kind="Protein") for name in "abc"]
    options = options_of(graph(source("s", *told), entities=proteins))
    numbers = {f"itm:{name}": n for n, name in enumerate(["a", "b", "c", "m"])}

    found, rows = chosen(options, numbers)

    assert found.entity.tolist() == [0, 1, 2, 3]
    assert [statement for statement, _, _ in rows] == [told[1].id, told[2].id]


def test_a_guess_loses_against_any_other_and_nothing_gives_way_to_it() -> None:
    knowledge = graph(
        source("s", says("a promotes b"), says("a promotes b", aspect="amount")),
        source("t", says("a step_of c"), says("a inhibits c")),
    )
    promotes, amount, step, inhibits = (
        knowledge.statements[one.id]
        for one in (
            says("a promotes b"),
            says("a promotes b", aspect="amount"),
            says("a step_of c"),
            says("a inhibits c"),
        )
    )
    numbers = {i: n for n, i in enumerate(sorted(knowledge.entities))}

    _, rows = chosen(
        [
            (promotes, GUESS, PLAIN),
            (amount, 1e-6, PLAIN),
            (step, 1e-6, Ends(from_number=True)),
            (inhibits, GUESS, PLAIN),
        ],
        numbers,
    )

    assert [statement for statement, _, _ in rows] == [amount.id, inhibits.id, step.id]


@pytest.mark.parametrize(("subject", "object_"), [(-1, 0), (0, 2)])
def test_what_joins_no_entity_is_refused(subject: int, object_: int) -> None:
    option = Options(["s"], [subject], [object_], [1], [0.5], [False], [False], [-1], [-1])
    with pytest.raises(ValueError, match="no entity"):
        choose(2, option)


def test_of_nothing_nothing_is_chosen() -> None:
    found = choose(3, Options.of([], ["itm:a"].index))
    assert found.entity.tolist() == [0, 1, 2]
    assert not np.concatenate([found.option, found.source, found.target]).size


# --- the marks on edges ---------------------------------------------------------------------------


def test_an_edge_tells_how_its_statement_joins_and_whether_it_is_a_step() -> None:
    kills = says("k kills t")
    strong, weak = says("a promotes b", in_cell=M), says("a promotes b", aspect="amount",
                                                         hedged=True, in_cell=M)  # fmt: skip
    step, closes = says("p step_of q"), says("p process_of t")
    guess = says("t promotes g", basis="hypothesised")
    knowledge = graph(
        source("s", kills, strong, weak, step, closes, guess),
        entities=[
            entity("t", tumour_cells=True),
            entity("g", of_tumour_cells=True),
            entity("a", kind="Protein"),
            entity("b", kind="Protein"),
        ],
    )
    links = rows_of(knowledge, derive(knowledge)).links
    edge = {key.id: row for key, row in links.items() if key.id}

    def marks(identifier: str) -> dict[str, Any]:
        row = edge[identifier]
        names = ("step", *Ends._fields)
        return {name: row[name] for name in names if name in row}

    assert marks(kills.id) == {"step": True, "number": True}
    assert marks(strong.id) == {"step": True, "subject_cell": M, "object_cell": M}
    assert marks(weak.id) == {"step": False, "subject_cell": M, "object_cell": M}
    assert marks(step.id) == {"step": True, "from_number": True}
    assert marks(closes.id) == {"step": False, "from_number": True}
    assert marks(guess.id) == {"step": False, "from_number": True}


@given(graphs())
@settings(max_examples=60)
def test_every_edge_has_its_marks(knowledge: Knowledge) -> None:
    derivation = derive(knowledge)
    taken = {step.statement for step in view_of(knowledge).layer.steps}
    for key, row in rows_of(knowledge, derivation).links.items():
        if key.id in knowledge.statements and "sign" in row:
            assert row["step"] == (key.id in derivation.steps)
            assert row["step"] or key.id not in taken
            assert row["net"] == (key.id in derivation.net)
            told = {name: row.get(name) for name in ("subject_cell", "object_cell")}
            assert told == {
                "subject_cell": derivation.ends[key.id].subject_cell,
                "object_cell": derivation.ends[key.id].object_cell,
            }
            for name in ("number", "from_number"):
                assert row.get(name, False) is getattr(derivation.ends[key.id], name)
