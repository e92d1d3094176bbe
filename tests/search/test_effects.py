"""Whether the sign of a response is determined, against brute force, against numbers, in words."""

from __future__ import annotations

import doctest
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunograph.errors import BadQuestion
from immunograph.search import determinacy as searches
from immunograph.search import effects, kernel
from immunograph.search.effects import Determinacy, determinacy
from immunograph.search.kernel import Masks, Network
from immunograph.search.paths import Effect, Found, stop_flag
from responses import Graph

GENEROUS = 5_000_000
KERNELS_FOR = searches.kernels_for


@pytest.fixture(scope="module", params=["plain", "compiled"], autouse=True)
def search(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test of this module, with the search as plain Python and as compiled code."""
    if request.param == "compiled":
        assert searches.wait_until_compiled()
        yield
        return

    def plain(_network: Network) -> searches.Kernels:
        return searches.PLAIN

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searches, "kernels_for", plain)
        yield


def made(chance: Random, *, plain: bool) -> Graph:
    """A small graph with parallel steps, loops and masks; unless `plain`, entities of two nodes."""
    entities = chance.randint(2, 6)
    others = [] if plain else chance.choices(range(entities), k=chance.choice((0, 0, 1, 2, 3)))
    entity_of = (*range(entities), *others)
    inhibiting = chance.choice((0.0, 0.1, 0.3))
    pairs = [
        tuple(chance.choices(range(len(entity_of)), k=2))
        for _ in range(chance.randint(1, 2 * len(entity_of)))
    ]
    # Many loops, so that there are some beside a path.
    pairs += [(far, near) for near, far in pairs if chance.random() < 0.4]
    rows = tuple((near, far, int(chance.random() < inhibiting)) for near, far in pairs)
    few = chance.choice((0, 0, 0, 1, 2))
    return Graph(
        entity_of,
        rows,
        banned=frozenset(chance.sample(range(entities), min(few, entities))),
        inside_banned=frozenset(chance.sample(range(entities), min(few, entities))),
        excluded=frozenset(chance.sample(range(len(rows)), min(few, len(rows)))),
    )


# Hypothesis chooses the seed: drawn step by step, most graphs would hold no path.
graphs = st.integers(0, 2**32 - 1).map(lambda seed: made(Random(seed), plain=False))


WAYS: st.SearchStrategy[Effect] = st.sampled_from((1, -1))


def random_network(chance: np.random.Generator, *, entities: int, steps: int) -> Network:
    source, target = chance.integers(0, entities, (2, steps))
    return Network.build(entities, source, target, chance.random(steps) < 0.2, [1] * steps)


def network_of(graph: Graph) -> Network:
    source, target, negative = zip(*graph.rows, strict=True)
    entities = max(graph.entity_of) + 1
    cost = [7] * len(graph.rows)
    return Network.build(entities, source, target, negative, cost, entity=graph.entity_of)


def masks_of(graph: Graph, network: Network) -> Masks:
    def held(numbers: frozenset[int], length: int) -> list[int]:
        return [int(number in numbers) for number in range(length)]

    return Masks.of(
        network,
        banned=held(graph.banned, network.entities),
        inside=held(graph.inside_banned, network.entities),
        steps=held(graph.excluded, network.rows),
    )


def asked(
    graph: Graph, moved: Mapping[int, Effect], target: int, *, work: int = GENEROUS
) -> Determinacy:
    network = network_of(graph)
    return determinacy(network, moved, target, masks=masks_of(graph, network), work=work)


def drawn(draw: st.DataObject, graph: Graph, *, most: int = 1) -> tuple[dict[int, Effect], int]:
    """Some entities that are moved, and a target."""
    entity = st.sampled_from(graph.entities)
    return draw.draw(st.dictionaries(entity, WAYS, min_size=1, max_size=most)), draw.draw(entity)


@given(graphs, WAYS)
@settings(max_examples=150, deadline=None)
def test_what_is_said_of_one_that_is_moved_is_what_all_paths_and_loops_show(
    graph: Graph, way: Effect
) -> None:
    for target in graph.entities:
        answer = asked(graph, {0: way}, target)
        assert (answer.why, answer.effect) == graph.why({0: way}, target)


@given(graphs, st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_said_of_several_that_are_moved_holds_of_the_sum_of_their_responses(
    graph: Graph, data: st.DataObject
) -> None:
    moved, target = drawn(data, graph, most=3)
    answer = asked(graph, moved, target)
    assert (answer.why, answer.effect) == graph.why(moved, target)


@given(graphs, st.data())
@settings(max_examples=150, deadline=None)
def test_what_shows_an_answer_is_in_the_graph(graph: Graph, data: st.DataObject) -> None:
    moved, target = drawn(data, graph)
    [(source, way)] = moved.items()
    answer = asked(graph, moved, target)
    part = graph.part(moved, source, target)
    paths = {tuple(row for *_, row in path): path for path in part.paths} if part else {}
    loops = [frozenset(row for *_, row in loop) for loop in part.reinforcing] if part else []
    for found, effect in ((answer.rises, way), (answer.falls, -way), (answer.beside, None)):
        if found is not None:
            assert found.effect == (effect or found.effect)
            assert part is not None
            assert part.sign(paths[found.steps]) == found.effect
            assert found.cost == 7 * len(found.steps)
            assert found.entities == entities_of(graph, found.steps)
    if answer.why == "both_signs":
        assert answer.rises
        assert answer.falls
    if answer.why in ("loop", "apart", "direct"):
        assert answer.loop
        assert answer.beside
        assert frozenset(answer.loop.steps) in loops
        assert answer.loop.entities == entities_of(graph, answer.loop.steps)
        assert set(answer.loop.entities).isdisjoint(answer.beside.entities)


def entities_of(graph: Graph, steps: tuple[int, ...]) -> tuple[int, ...]:
    ends = [graph.entity_of[graph.rows[row][1]] for row in steps]
    return (graph.entity_of[graph.rows[steps[0]][0]], *ends)


@given(graphs, st.data(), st.integers(0, 120))
@settings(max_examples=150, deadline=None)
def test_an_answer_that_is_cut_claims_nothing_and_any_other_is_the_whole_one(
    graph: Graph, data: st.DataObject, work: int
) -> None:
    moved, target = drawn(data, graph, most=2)
    answer = asked(graph, moved, target, work=work)
    if answer.why == "work":
        assert answer.effect is None
    else:
        assert (answer.why, answer.effect) == graph.why(moved, target)


def responses(graph: Graph, source: int, target: int, *, held: bool, seed: int) -> set[float]:
    """The signs of the response for some strengths of the steps with which all settles."""
    rng = np.random.default_rng(seed)
    part = graph.part({source: 1}, source, target)
    signs: set[float] = set()
    for width in (0.3, 1.0, 2.0) * 4:
        strength = np.exp(rng.normal(0.0, width, len(graph.rows)))
        found = part.response(strength, held=held) if part else None
        if found is not None and abs(found) > 1e-9:
            signs.add(np.sign(found))
    return signs


def test_no_strengths_of_the_steps_turn_a_sign_that_is_determined() -> None:
    settled = Counter[str]()
    for seed in range(200):
        graph = made(Random(seed), plain=True)
        for source, target in permutations(graph.entities, 2):
            answer = asked(graph, {source: 1}, target)
            held = answer.why == "direct"
            if answer.effect is not None:
                signs = responses(graph, source, target, held=held, seed=seed)
                assert signs <= {answer.effect}
                settled[answer.why] += len(signs)
    assert min(settled[rule] for rule in ("one_sign", "apart", "direct")) >= 5


def test_both_answers_are_the_same_to_the_byte_compiled_or_not() -> None:
    assert searches.wait_until_compiled()
    chance = np.random.default_rng(5)
    for _ in range(40):
        network = random_network(chance, entities=30, steps=70)
        regions = [searches.Workspace().region(network, 90_000) for _ in range(2)]
        kernels = (searches.PLAIN, KERNELS_FOR(network))
        assert kernels[0] is not kernels[1]
        told: list[tuple[object, ...]] = []
        for region, how in zip(regions, kernels, strict=True):
            outcome = how.determine(
                *(network.outgoing, network.incoming, Masks.of(network), region),
                *(kernel.frozen([0], np.int32), 0, kernel.frozen([1], np.int32), 90_000),
                kernel.frozen([0], np.uint8),
            )
            lengths = region.lengths.tolist()
            found = [region.told[what, :length].tolist() for what, length in enumerate(lengths)]
            told.append((*outcome, lengths, found))
        assert told[0] == told[1]


# --- in words --------------------------------------------------------------------------------

Rows = list[tuple[int, int, int]]


def told(
    rows: Rows, *, moved: Mapping[int, Effect] | None = None, target: int = 9, entities: int = 10
) -> Determinacy:
    """The answer where 0 is moved up, unless said otherwise."""
    return asked(Graph(tuple(range(entities)), tuple(rows)), moved or {0: 1}, target)


def test_a_chain_determines_the_sign() -> None:
    answer = told([(0, 1, 0), (1, 2, 1), (2, 9, 0)])
    assert (answer.effect, answer.why) == (-1, "one_sign")
    assert answer.falls == Found(0, 9, -1, 21, (0, 1, 2), (0, 1, 2, 9))


def test_moving_it_down_turns_the_answer_round() -> None:
    answer = told([(0, 1, 0), (1, 9, 1)], moved={0: -1})
    assert (answer.effect, answer.why, answer.falls) == (1, "one_sign", None)
    assert answer.rises
    assert answer.rises.effect == -1


def test_two_steps_of_both_signs_between_two_entities_are_paths_of_both() -> None:
    answer = told([(0, 9, 0), (0, 9, 1)])
    assert (answer.effect, answer.why) == (None, "both_signs")


def test_a_balancing_loop_leaves_the_sign_determined() -> None:
    assert told([(0, 1, 0), (1, 9, 0), (1, 2, 0), (2, 1, 1)]).why == "one_sign"


def test_walks_of_the_other_sign_around_a_balancing_loop_are_no_paths() -> None:
    rows = [(0, 1, 0), (1, 2, 0), (2, 3, 1), (3, 1, 0), (2, 9, 0), (1, 4, 0), (4, 2, 0)]
    assert told(rows).why == "one_sign"


def test_a_reinforcing_loop_that_every_path_passes_leaves_the_sign_determined() -> None:
    assert told([(0, 1, 0), (1, 2, 0), (2, 1, 0), (1, 9, 0)]).why == "one_sign"


def test_a_reinforcing_loop_beside_a_path_leaves_it_open() -> None:
    # 2 and 3 reinforce each other and feed back on the path.
    rows = [(0, 1, 0), (1, 9, 0), (1, 2, 0), (2, 3, 0), (3, 2, 0), (3, 1, 1)]
    answer = told(rows)
    assert (answer.effect, answer.why) == (None, "loop")
    assert answer.loop
    assert set(answer.loop.entities) == {2, 3}
    assert answer.beside
    assert answer.beside.entities == (0, 1, 9)
    part = Graph(tuple(range(10)), tuple(rows)).part({0: 1}, 0, 9)
    assert part
    # Alone the two would run away where the product of their steps is above 1.
    weak, strong = (np.array([1, 1, 1, 1, back, 2]) for back in (0.5, 1.5))
    assert part.response(weak, held=False) == pytest.approx(0.2)
    assert part.response(strong, held=False) == pytest.approx(-1 / 3)


def test_a_loop_in_a_part_that_a_path_does_not_enter_is_forgiven() -> None:
    answer = told([(0, 9, 0), (0, 2, 0), (2, 3, 0), (3, 2, 0), (3, 9, 0)])
    assert (answer.effect, answer.why) == (1, "apart")
    assert answer.loop


def test_what_only_answers_the_target_does_not_turn_a_single_step() -> None:
    rows = [(0, 9, 1), (9, 2, 0), (2, 3, 1), (3, 2, 1), (3, 9, 0)]
    assert (told(rows).effect, told(rows).why) == (-1, "direct")
    longer = [(0, 1, 0), (1, 9, 1), *rows[1:], (3, 1, 0)]
    assert told(longer).why == "loop"


def test_what_leads_into_the_source_does_not_matter() -> None:
    assert told([(0, 9, 0), (9, 1, 1), (1, 0, 0)]).why == "one_sign"


def test_what_the_source_reaches_only_by_way_of_the_target_can_hold_a_loop_beside_it() -> None:
    assert told([(0, 1, 0), (1, 9, 0), (9, 2, 0), (2, 3, 0), (3, 2, 0), (3, 1, 0)]).why == "loop"


def test_equal_ends_and_ends_that_nothing_joins_have_no_path() -> None:
    assert told([(0, 1, 0), (1, 9, 0)], target=0).why == "no_path"
    assert told([(9, 0, 0), (1, 2, 0)]).why == "no_path"


def test_nothing_moved_moves_nothing() -> None:
    network = Network.build(2, [0], [1], [0], [1])
    assert determinacy(network, {}, 1) == Determinacy(None, "no_path")


def test_what_is_held_too_is_on_no_path() -> None:
    rows = [(0, 1, 0), (1, 9, 1), (0, 9, 0)]
    assert told(rows).why == "both_signs"
    assert told(rows, moved={0: 1, 1: -1}).effect == 1
    assert told(rows, moved={0: 1, 1: 1}).why == "both_signs"


def test_paths_of_any_length_count() -> None:
    rows = [(n, n + 1, 0) for n in range(59)]
    assert told(rows, target=59, entities=60).effect == 1
    assert told([*rows, (0, 59, 1)], target=59, entities=60).why == "both_signs"


def test_a_loop_of_any_length_counts() -> None:
    loop = [(n, n + 1, 0) for n in range(2, 40)] + [(40, 2, 0)]
    assert told(
        [(0, 1, 0), (1, 41, 0), (1, 2, 0), (30, 1, 0), *loop], target=41, entities=42
    ).why == ("loop")


def test_many_parts_in_a_row_take_no_longer_than_each_alone() -> None:
    # In each part walks, but not paths, have both signs, and there are six ways through.
    rows: Rows = []
    for part in range(12):
        a, b, c, d = range(3 * part, 3 * part + 4)
        rows += [(a, b, 0), (a, c, 0), (b, c, 0), (c, b, 0), (b, d, 0), (c, d, 0), (d, b, 1)]
    answer = told(rows, target=36, entities=37)
    assert answer.why != "both_signs"
    assert answer.looked < 30_000


def test_an_entity_of_two_nodes_is_visited_once() -> None:
    # 1 is reached as it is (node 1) or as a number (node 3), and goes on from there elsewhere.
    graph = Graph((0, 1, 2, 1), ((0, 3, 1), (3, 2, 0), (2, 1, 0)))
    assert asked(graph, {0: 1}, 1).falls == Found(0, 1, -1, 7, (0,), (0, 1))
    assert asked(graph, {0: 1}, 2).falls == Found(0, 2, -1, 14, (0, 1), (0, 1, 2))


# --- limits ----------------------------------------------------------------------------------


def test_one_strongly_connected_component_is_cut_and_left_open() -> None:
    rng = np.random.default_rng(1)
    ring = np.arange(3_000)
    ends = rng.integers(0, 3_000, (2, 9_000))
    source, target = np.concatenate([ring, ends[0]]), np.concatenate([np.roll(ring, -1), ends[1]])
    network = Network.build(3_000, source, target, np.zeros(12_000), np.ones(12_000))
    answer = determinacy(network, {0: 1}, 1500, work=12_000)
    assert (answer.effect, answer.why) == (None, "work")
    assert answer.looked < 14_000


def test_a_stop_flag_ends_a_search() -> None:
    network = Network.build(3, [0, 1], [1, 2], [0, 0], [1, 1])
    stop = stop_flag()
    stop[0] = 1
    answer = determinacy(network, {0: 1}, 2, stop=stop)
    assert (answer.effect, answer.why) == (None, "time")


def test_threads_have_a_scratch_each() -> None:
    network = random_network(np.random.default_rng(9), entities=60, steps=150)
    expected = [determinacy(network, {0: 1}, target) for target in range(1, 60)]
    found: list[list[Determinacy]] = []

    def ask() -> None:
        found.append([determinacy(network, {0: 1}, target) for target in range(1, 60)])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_a_scratch_that_has_served_a_hundred_million_questions_is_made_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = Graph((0, 1, 2), ((0, 1, 0), (1, 2, 1), (2, 1, 1)))
    expected = asked(graph, {0: 1}, 2)
    region = searches.workspace().region(network_of(graph), effects.FIRST_LOOK)
    for count in (searches.EPOCH, searches.TICK):
        region.tally[count] = kernel.LAST_EPOCH
    assert asked(graph, {0: 1}, 2) == expected
    assert region.tally[searches.EPOCH] == 1


def test_questions_that_make_no_sense_are_refused() -> None:
    network = Network.build(2, [0], [1], [0], [1])
    with pytest.raises(BadQuestion, match="numbered 0 to 1; asked for 2"):
        determinacy(network, {0: 1}, 2)
    with pytest.raises(BadQuestion, match="entity 0 is moved by 2"):
        determinacy(network, {0: 2}, 1)  # pyright: ignore[reportArgumentType]  what is refused


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(effects).failed == 0
