"""Questions about paths, against brute force and in words."""

from __future__ import annotations

import doctest
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from immunograph.errors import BadQuestion
from immunograph.search import kernel, paths
from immunograph.search.kernel import MAX_COST, Network
from immunograph.search.paths import (
    Answer,
    Blockers,
    Found,
    blockers,
    influence,
    loops,
    paths_between,
)

EFFECTS = st.sampled_from([None, 1, -1])
STEPS = st.integers(1, 8)


@pytest.fixture(scope="module", params=["plain", "compiled"], autouse=True)
def searches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test of this module, with the searches as plain Python and as compiled code."""
    if request.param == "compiled":
        assert kernel.wait_until_compiled()
        yield
        return

    def plain(_network: Network) -> kernel.Kernels:
        return kernel.PLAIN

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "kernels_for", plain)
        yield


@st.composite
def graphs(draw: st.DrawFn) -> oracle.Graph:
    """Small graphs with ties, parallel rows of both signs, loops of one step, and masks.

    In half of them some entities are several nodes.
    """
    entities = draw(st.integers(2, 8))
    entity = st.integers(0, entities - 1)
    others = draw(st.lists(entity, max_size=draw(st.sampled_from([0, 5]))))
    node = st.integers(0, entities + len(others) - 1)
    cost = st.sampled_from(draw(st.sampled_from([(0,), (0, 1, 2), (3, 105361), (0, 7, MAX_COST)])))
    row = st.tuples(node, node, st.integers(0, 1), cost)
    rows = draw(st.lists(row, max_size=24))
    few = st.sets(entity, max_size=draw(st.sampled_from([0, 2])))
    excluded = st.sets(st.integers(0, max(0, len(rows) - 1)), max_size=draw(st.integers(0, 4)))
    return oracle.Graph(
        entities,
        tuple(rows),
        tuple(others),
        banned=frozenset(draw(few)),
        inside_banned=frozenset(draw(few)),
        excluded=frozenset(draw(excluded)) if rows else frozenset(),
    )


def network_of(
    rows: list[tuple[int, int, int, int]], *, entities: int = 10, others: tuple[int, ...] = ()
) -> Network:
    """Build a network from rows (source, target, inhibits, cost); `others` are the entities of
    further nodes."""
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return Network.build(entities, *columns, entity=[*range(entities), *others])


def mask(length: int, members: Any) -> kernel.Bytes:
    marks = np.zeros(length, np.uint8)
    marks[list(members)] = 1
    return marks


def ask_of(graph: oracle.Graph) -> tuple[Network, dict[str, Any]]:
    """The network of a graph and its masks; empty masks are sometimes left out."""
    asked = {
        "banned": mask(graph.entities, graph.banned),
        "inside_banned": mask(graph.entities, graph.inside_banned),
        "step_mask": mask(len(graph.rows), graph.excluded),
    }
    network = network_of(list(graph.rows), entities=graph.entities, others=graph.others)
    return network, {name: marks for name, marks in asked.items() if marks.any()}


def best(found: list[Found], limit: int) -> Answer:
    more = len(found) > limit
    return Answer(tuple(found[:limit]), complete=not more, cut_by="limit" if more else None)


@given(data=st.data(), graph=graphs(), effect=EFFECTS, max_steps=STEPS, limit=st.integers(1, 12))
@settings(max_examples=300, deadline=None)
def test_paths_are_those_of_brute_force_in_its_order(
    data: st.DataObject, graph: oracle.Graph, effect: Any, max_steps: int, limit: int
) -> None:
    ends = st.sets(st.integers(0, graph.entities - 1), min_size=1, max_size=4)
    sources, targets = data.draw(ends), data.draw(ends)
    network, masks = ask_of(graph)
    answer = paths_between(
        network, sources, targets, effect=effect, max_steps=max_steps, limit=limit, **masks
    )
    expected = graph.paths(sources, targets, effect=effect, max_steps=max_steps)
    assert answer == best(expected, limit)


@given(data=st.data(), graph=graphs(), effect=EFFECTS, max_steps=STEPS, limit=st.integers(1, 12))
@settings(max_examples=200, deadline=None)
def test_loops_are_those_of_brute_force_in_its_order(
    data: st.DataObject, graph: oracle.Graph, effect: Any, max_steps: int, limit: int
) -> None:
    entity = data.draw(st.integers(0, graph.entities - 1))
    network, masks = ask_of(graph)
    answer = loops(network, entity, effect=effect, max_steps=max_steps, limit=limit, **masks)
    expected = graph.paths([entity], [entity], effect=effect, max_steps=max_steps, loop=True)
    assert answer == best(expected, limit)


@given(
    data=st.data(),
    graph=graphs(),
    effect=EFFECTS,
    max_steps=STEPS,
    limit=st.none() | st.integers(1, 12),
    downstream=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_influence_is_the_best_path_for_each_entity_and_effect(
    *,
    data: st.DataObject,
    graph: oracle.Graph,
    effect: Any,
    max_steps: int,
    limit: int | None,
    downstream: bool,
) -> None:
    entity = data.draw(st.integers(0, graph.entities - 1))
    network, masks = ask_of(graph)
    answer = influence(
        network,
        entity,
        downstream=downstream,
        effect=effect,
        max_steps=max_steps,
        limit=limit,
        **masks,
    )
    expected = graph.influence(entity, downstream=downstream, effect=effect, max_steps=max_steps)
    assert answer == best(expected, len(expected) if limit is None else limit)


@given(data=st.data(), graph=graphs(), effect=EFFECTS, max_steps=STEPS, size=st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_blockers_are_all_smallest_sets_that_leave_no_path(
    data: st.DataObject, graph: oracle.Graph, effect: Any, max_steps: int, size: int
) -> None:
    ends = st.sets(st.integers(0, graph.entities - 1), min_size=1, max_size=3)
    sources, targets = data.draw(ends), data.draw(ends)
    network, masks = ask_of(graph)
    answer = blockers(
        network, sources, targets, effect=effect, max_steps=max_steps, max_size=size, **masks
    )
    found = graph.paths(sources, targets, effect=effect, max_steps=max_steps)
    direct = any(set(path.entities) <= sources | targets for path in found)
    assert answer == Blockers(
        graph.blockers(sources, targets, effect=effect, max_steps=max_steps, max_size=size),
        direct=direct,
        connected=bool(found),
        complete=True,
        cut_by=None,
    )


@given(data=st.data(), graph=graphs(), effect=EFFECTS, work=st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_a_search_cut_by_its_budget_holds_only_true_paths(
    data: st.DataObject, graph: oracle.Graph, effect: Any, work: int
) -> None:
    ends = st.sets(st.integers(0, graph.entities - 1), min_size=1, max_size=3)
    sources, targets = data.draw(ends), data.draw(ends)
    network, masks = ask_of(graph)
    answer = paths_between(network, sources, targets, effect=effect, work=work, **masks)
    every = graph.paths(sources, targets, effect=effect, max_steps=8)
    if answer.cut_by == "work":
        # A parallel row of higher cost is never taken, whatever was cut.
        assert set(answer.paths) <= set(every)
    else:
        assert answer == best(every, 10)
    again = paths_between(network, sources, targets, effect=effect, work=work, **masks)
    assert again == answer


def test_a_search_without_room_for_more_labels_is_cut_and_holds_only_true_paths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [(a, b, 0, 1 + a + b) for a in range(6) for b in range(6)]
    network = network_of(rows)
    every = set(paths_between(network, [0], [5], limit=1000).paths)
    monkeypatch.setattr(paths, "ROOM", 20)
    answer = paths_between(network, [0], [5], limit=1000)
    assert answer.cut_by == "work"
    assert set(answer.paths) < every


def test_influence_cut_by_its_budget_says_so() -> None:
    network = network_of([(a, b, 0, 1) for a in range(9) for b in range(9)])
    answer = influence(network, 0, work=3)
    assert answer.cut_by == "work"
    assert not answer.complete


def test_blockers_cut_by_their_budget_claim_nothing() -> None:
    network = network_of([(0, a, 0, 1) for a in range(1, 9)] + [(a, 9, 0, 1) for a in range(1, 9)])
    answer = blockers(network, [0], [9], work=0)
    assert answer == Blockers((), direct=False, connected=False, complete=False, cut_by="work")


def test_an_empty_answer_that_was_cut_is_not_complete() -> None:
    network = network_of([(a, a + 1, 0, 1) for a in range(8)])
    answer = paths_between(network, [0], [8], work=0)
    assert answer == Answer((), complete=False, cut_by="work")


def test_as_many_paths_as_asked_for_are_complete_if_there_are_no_more() -> None:
    network = network_of([(0, 1, 0, 1), (0, 2, 0, 1), (2, 1, 0, 1)])
    assert paths_between(network, [0], [1], limit=2).complete
    assert paths_between(network, [0], [1], limit=1).cut_by == "limit"


def test_a_set_stop_flag_ends_every_question() -> None:
    network = network_of([(a, b, 0, 1) for a in range(9) for b in range(9)])
    stop = paths.stop_flag()
    stop[0] = 1
    assert paths_between(network, [0], [1], stop=stop).cut_by == "time"
    assert loops(network, 0, stop=stop).cut_by == "time"
    assert influence(network, 0, stop=stop).cut_by == "time"


def test_a_stop_flag_set_by_another_thread_ends_a_search_under_way() -> None:
    rows = [(a, b, 0, 1) for a in range(60) for b in range(60)]
    network = network_of(rows, entities=60)
    stop = paths.stop_flag()
    answers: list[Answer] = []

    def search() -> None:
        # Some 10^12 paths of one cost: the search would take days.
        answers.append(paths_between(network, [0], [1], limit=10**6, work=10**15, stop=stop))

    thread = threading.Thread(target=search)
    thread.start()
    assert thread.is_alive()
    stop[0] = 1
    thread.join()
    assert answers[0].cut_by == "time"


def test_parallel_rows_are_one_step_the_cheapest_then_the_first() -> None:
    network = network_of([(0, 1, 0, 5), (0, 1, 0, 2), (0, 1, 0, 2), (0, 1, 1, 3)])
    answer = paths_between(network, [0], [1])
    assert [(path.effect, path.cost, path.steps) for path in answer.paths] == [
        (1, 2, (1,)),
        (-1, 3, (3,)),
    ]
    without = paths_between(network, [0], [1], effect=1, step_mask=mask(4, [1, 2]))
    assert [path.steps for path in without.paths] == [(0,)]


def test_abstract_entities_end_paths_and_never_bridge_them() -> None:
    network = network_of([(0, 1, 0, 1), (1, 2, 0, 1)])
    abstract = mask(10, [1])
    assert len(paths_between(network, [0], [1], inside_banned=abstract).paths) == 1
    assert len(paths_between(network, [1], [2], inside_banned=abstract).paths) == 1
    assert paths_between(network, [0], [2], inside_banned=abstract).paths == ()


def test_a_banned_entity_is_not_even_an_end() -> None:
    network = network_of([(0, 1, 0, 1)])
    for end in (0, 1):
        answer = paths_between(network, [0], [1], banned=mask(10, [end]))
        assert answer == Answer((), complete=True, cut_by=None)
    assert influence(network, 0, banned=mask(10, [0])).paths == ()


def test_a_path_may_pass_other_members_of_the_sets() -> None:
    network = network_of([(0, 1, 1, 1), (1, 2, 1, 1), (2, 3, 0, 1)])
    answer = paths_between(network, [0, 1], [2, 3], effect=1)
    assert [path.entities for path in answer.paths] == [(0, 1, 2), (0, 1, 2, 3)]


def test_equal_ends_are_skipped() -> None:
    network = network_of([(0, 1, 0, 1), (1, 0, 0, 1)])
    assert paths_between(network, [0], [0]) == Answer((), complete=True, cut_by=None)
    assert [path.entities for path in paths_between(network, [0, 1], [0, 1]).paths] == [
        (0, 1),
        (1, 0),
    ]


def test_ties_go_by_steps_then_entities_then_promoting_first() -> None:
    network = network_of(
        [
            (0, 2, 0, 1),
            (2, 9, 0, 1),
            (0, 1, 1, 1),
            (0, 1, 0, 1),
            (1, 9, 0, 1),
            (0, 3, 0, 0),
            (3, 4, 0, 1),
            (4, 9, 0, 1),
        ]
    )
    assert [path.steps for path in paths_between(network, [0], [9]).paths] == [
        (3, 4),
        (2, 4),
        (0, 1),
        (5, 6, 7),
    ]


def test_the_costliest_steps_add_up_without_overflow() -> None:
    network = network_of([(a, a + 1, 0, MAX_COST) for a in range(8)])
    assert paths_between(network, [0], [8]).paths[0].cost == 8 * MAX_COST


def test_a_loop_of_two_steps_passes_an_entity_without_other_neighbours() -> None:
    network = network_of([(0, 1, 0, 1), (1, 0, 1, 1), (0, 2, 0, 1)])
    assert [loop.entities for loop in loops(network, 0).paths] == [(0, 1, 0)]
    assert loops(network, 0).paths[0].effect == -1
    assert [loop.entities for loop in loops(network, 1).paths] == [(1, 0, 1)]


def test_influence_looks_again_where_the_cheapest_walk_visits_an_entity_twice() -> None:
    # The cheap way to inhibit 3 goes around 1 → 2 ⊣ 1; the only path goes by 4.
    network = network_of(
        [(0, 1, 0, 1), (1, 2, 0, 1), (2, 1, 1, 1), (1, 3, 0, 1), (0, 4, 0, 90), (4, 3, 1, 90)]
    )
    answer = influence(network, 0, effect=-1)
    assert [path.entities for path in answer.paths] == [(0, 4, 3)]


def test_of_paths_over_the_same_entities_with_the_same_signs_only_the_cheapest_is_given() -> None:
    # Entity 1 is node 3 too; the way by node 3 is dearer, but leads on to 2 where 1 does not.
    rows = [(0, 1, 0, 1), (0, 3, 0, 5), (1, 2, 0, 1), (3, 2, 0, 0), (3, 2, 1, 0)]
    network = network_of(rows, entities=3, others=(1,))
    found = paths_between(network, [0], [2]).paths
    assert [(path.effect, path.cost, path.entities, path.steps) for path in found] == [
        (1, 2, (0, 1, 2), (0, 2)),
        (-1, 5, (0, 1, 2), (1, 4)),
    ]


def test_a_path_begins_at_the_entity_itself_and_ends_at_whichever_of_its_nodes() -> None:
    network = network_of([(0, 3, 0, 1), (3, 2, 0, 1)], entities=3, others=(1,))
    assert [path.entities for path in paths_between(network, [0], [1]).paths] == [(0, 1)]
    assert paths_between(network, [1], [2]).paths == ()
    assert [path.entities for path in influence(network, 0).paths] == [(0, 1), (0, 1, 2)]
    assert [path.entities for path in influence(network, 2, downstream=False).paths] == [(0, 1, 2)]


def test_no_path_visits_two_nodes_of_one_entity() -> None:
    network = network_of([(0, 1, 0, 1), (1, 2, 0, 1), (2, 3, 0, 1)], entities=3, others=(0,))
    assert paths_between(network, [0], [0]).paths == ()
    assert [path.entities for path in influence(network, 0).paths] == [(0, 1), (0, 1, 2)]


def test_a_loop_joins_at_its_seam() -> None:
    # It comes back to node 2, another end of 0 than that from which 1 is reached.
    rows = [(0, 1, 0, 1), (1, 2, 0, 1)]
    apart = network_of(rows, entities=2, others=(0,))
    joined = network_of([*rows, (2, 1, 0, 4)], entities=2, others=(0,))
    assert loops(apart, 0).paths == ()
    assert [(loop.entities, loop.steps) for loop in loops(joined, 0).paths] == [((0, 1, 0), (2, 1))]
    assert [loop.steps for loop in loops(joined, 1).paths] == [(1, 2)]


def test_an_entity_is_taken_out_with_all_its_nodes() -> None:
    rows = [(0, 1, 0, 1), (1, 2, 0, 1), (0, 3, 1, 1), (3, 2, 0, 1)]
    network = network_of(rows, entities=3, others=(1,))
    assert blockers(network, [0], [2]).sets == ((1,),)
    assert paths_between(network, [0], [2], banned=mask(3, [1])).paths == ()
    assert paths_between(network, [0], [2], inside_banned=mask(3, [1])).paths == ()


@pytest.mark.parametrize("downstream", [True, False])
def test_walks_that_cost_the_same_are_told_apart_by_entities_and_not_by_nodes(
    *, downstream: bool
) -> None:
    # By way of 1 as node 4, or of 2 as itself: 1 comes first, though 4 comes after 2.
    rows = [(0, 4, 0, 1), (4, 3, 0, 1), (0, 2, 0, 1), (2, 3, 0, 1)]
    network = network_of(rows, entities=4, others=(1,))
    answer = influence(network, 0 if downstream else 3, downstream=downstream)
    assert (0, 1, 3) in [path.entities for path in answer.paths]
    assert (0, 2, 3) not in [path.entities for path in answer.paths]


def test_ends_are_never_blockers_and_a_path_of_ends_alone_is_direct() -> None:
    network = network_of([(0, 1, 0, 1), (1, 2, 0, 1), (2, 3, 0, 1)])
    assert blockers(network, [0], [3]).sets == ((1,), (2,))
    assert blockers(network, [0, 1], [3]).sets == ((2,),)
    assert blockers(network, [0, 1], [2, 3]).direct
    assert blockers(network, [0, 1], [2, 3]).sets == ()


def test_questions_that_cannot_be_asked_are_refused() -> None:
    network = network_of([(0, 1, 0, 1)])
    wrongs: list[dict[str, Any]] = [{"max_steps": 0}, {"max_steps": 9}, {"limit": 0}, {"effect": 0}]
    for wrong in wrongs:
        with pytest.raises(BadQuestion):
            paths_between(network, [0], [1], **wrong)
    with pytest.raises(BadQuestion, match="0 to 9"):
        paths_between(network, [0], [10])
    with pytest.raises(BadQuestion):
        blockers(network, [0], [1], max_size=0)
    with pytest.raises(ValueError, match="does not fit"):
        paths_between(network, [0], [1], banned=mask(3, [0]))


def test_threads_with_scratch_of_their_own_answer_alike() -> None:
    rng = np.random.default_rng(5)
    rows = np.column_stack(
        [rng.integers(0, 30, 120), rng.integers(0, 30, 120), rng.integers(0, 2, 120)]
    )
    network = network_of([(*row, 1) for row in rows.tolist()], entities=30)
    expected = [paths_between(network, [a], [a + 1]) for a in range(20)]
    answers: list[list[Answer]] = []

    def search() -> None:
        answers.append([paths_between(network, [a], [a + 1]) for a in range(20)])

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 3


def test_the_examples_in_the_docstrings_hold() -> None:
    outcome = doctest.testmod(paths)
    assert outcome.attempted > 0
    assert outcome.failed == 0
