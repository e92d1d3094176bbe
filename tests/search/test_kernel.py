"""The network of arrays and the compilation of the searches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunograph.search import kernel
from immunograph.search.kernel import LOW, MAX_COST, Network
from immunograph.search.paths import paths_between


def drawn(steps: int, *, seed: int, entities: int = 40, others: int = 0) -> Network:
    """A random network; so many `others` of its nodes are entities over again."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, entities + others, (2, steps))
    negative, cost = rng.integers(0, 2, steps), rng.integers(0, 4, steps)
    entity = np.concatenate([np.arange(entities), rng.integers(0, entities, others)])
    return Network.build(entities, source, target, negative, cost, entity=entity)


def test_a_network_names_the_row_of_each_step_in_both_directions() -> None:
    source, target, negative, cost = [0, 1, 0, 2], [1, 2, 2, 0], [0, 1, 0, 1], [5, 0, 3, 9]
    network = Network.build(3, source, target, negative, cost)
    for lists, near, far in (
        (network.outgoing, source, target),
        (network.incoming, target, source),
    ):
        for entity in range(3):
            for step in range(lists.start[entity], lists.start[entity + 1]):
                row = lists.row[step]
                packed = int(lists.step[step])
                assert near[row] == entity
                assert packed & LOW == far[row] << 1 | negative[row]
                assert packed >> 32 == 16 * cost[row] + 1


def test_the_steps_of_an_entity_stand_cheapest_first() -> None:
    network = drawn(500, seed=1)
    for lists in (network.outgoing, network.incoming):
        for entity in range(network.entities):
            steps = lists.step[lists.start[entity] : lists.start[entity + 1]]
            assert (np.diff(steps) >= 0).all()


def test_steps_from_an_entity_to_itself_are_left_out_and_keep_their_row_numbers() -> None:
    network = Network.build(3, [0, 1, 1], [0, 1, 2], [0, 0, 0], [1, 1, 1])
    assert network.steps == 1
    assert network.rows == 3
    assert paths_between(network, [1], [2]).paths[0].steps == (2,)


def test_pendant_entities_have_one_neighbour_whatever_the_direction_and_number_of_steps() -> None:
    network = Network.build(5, [0, 1, 0, 1, 2], [1, 0, 1, 2, 3], [0, 1, 1, 0, 0], [1] * 5)
    assert network.pendant.tolist() == [1, 0, 0, 1, 0]


def test_a_node_with_two_nodes_of_one_entity_for_neighbours_is_not_pendant() -> None:
    network = Network.build(2, [0, 2], [1, 1], [0, 0], [1, 1], entity=[0, 1, 0])
    assert network.pendant.tolist() == [1, 0, 1]
    assert network.nodes_of([0]) == [0, 2]
    assert (network.entities, network.nodes) == (2, 3)


def test_steps_between_two_nodes_of_one_entity_are_left_out() -> None:
    assert Network.build(1, [0], [1], [0], [1], entity=[0, 0]).steps == 0


@pytest.mark.parametrize(
    ("entity", "message"),
    [([1, 0], "not the entities themselves"), ([0], "not the entities themselves"),
     ([0, 1, 2], "of none of the 2"), ([0, 1, -1], "of none of the 2")],
)  # fmt: skip
def test_nodes_of_no_entity_are_refused(entity: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network.build(2, [0], [1], [0], [1], entity=entity)


def test_a_network_mapped_from_files_answers_like_the_one_in_memory(tmp_path: Path) -> None:
    network = drawn(200, seed=2, others=6)
    for name, array in network.to_arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = Network.from_arrays(
        {path.stem: np.load(path, mmap_mode="r") for path in tmp_path.iterdir()}
    )
    assert kernel.wait_until_compiled()
    assert (mapped.entities, mapped.steps, mapped.rows) == (40, network.steps, 200)
    assert paths_between(mapped, [0], [1]) == paths_between(network, [0], [1])


def test_a_network_without_steps_has_no_paths() -> None:
    network = Network.build(2, [], [], [], [])
    assert paths_between(network, [0], [1]).complete


def test_the_arrays_of_a_network_cannot_be_changed() -> None:
    for array in drawn(50, seed=3).to_arrays().values():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0], [1, 1], [0], [1]), "differ in length"),
        (([0], [2], [0], [1]), "target is not one of the 2"),
        (([-1], [1], [0], [1]), "source is not one of the 2"),
        (([0], [1], [0], [-1]), "cost is not between"),
        (([0], [1], [0], [MAX_COST + 1]), "cost is not between"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(columns: tuple[list[int], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network.build(2, *columns)


@given(
    seed=st.integers(0, 10**6),
    chunk=st.sampled_from([1, 2, 5, 16]),
    patience=st.sampled_from([0, 1, 10, 500]),
    max_steps=st.integers(1, 8),
    want=st.integers(0, 1),
)
@settings(max_examples=100, deadline=None)
def test_plain_and_compiled_searches_look_at_the_same_steps_and_give_the_same_bytes(
    seed: int, chunk: int, patience: int, max_steps: int, want: int
) -> None:
    assert kernel.wait_until_compiled()
    network = drawn(90, seed=seed, entities=25, others=seed % 4)
    ends = [kernel.frozen([entity], np.int32) for entity in (0, 1)]
    outcomes: list[tuple[object, ...]] = []
    for kernels in (kernel.PLAIN, kernel.kernels_for(network)):
        ranking = kernel.Ranking.empty(5)
        search = kernel.Workspace().search(network.nodes, 3000)
        work, outcome = kernels.best_paths(
            *(network.outgoing, network.incoming, kernel.Masks.of(network), search, ranking),
            *(
                *ends,
                want,
                1,
                0,
                max_steps,
                chunk,
                patience,
                2000,
                2900,
                kernel.frozen([0], np.uint8),
            ),
        )
        outcomes.append((work, outcome, *(array.tobytes() for array in ranking)))
    assert kernel.kernels_for(network) is not kernel.PLAIN
    assert outcomes[0] == outcomes[1]


def test_more_steps_between_two_entities_than_there_is_room_for_end_a_search() -> None:
    assert kernel.wait_until_compiled()
    network = kernel.Network.build(2, [0] * 200, [1] * 200, [0] * 200, [5] * 200)
    ends = [kernel.frozen([entity], np.int32) for entity in (0, 1)]
    never = kernel.frozen([0], np.uint8)
    outcomes: list[tuple[object, ...]] = []
    for kernels in (kernel.PLAIN, kernel.kernels_for(network)):
        ranking = kernel.Ranking.empty(1)
        _, outcome = kernels.best_paths(
            *(network.outgoing, network.incoming, kernel.Masks.of(network)),
            *(kernel.Workspace().search(2, 66), ranking),
            *(*ends, 0, 1, 0, 8, 16, 0, 2000, 50, never),
        )
        outcomes.append((outcome, *(array.tobytes() for array in ranking)))
    assert outcomes[0][0] == kernel.OUT_OF_WORK
    assert outcomes[0] == outcomes[1]


def test_a_large_network_waits_for_compilation() -> None:
    network = drawn(kernel.COMPILE_ABOVE + 2000, seed=4, entities=3000)
    assert network.steps > kernel.COMPILE_ABOVE
    assert kernel.kernels_for(network) is not kernel.PLAIN
    assert kernel.compiled()


def test_importing_the_searches_does_not_import_the_compiler() -> None:
    code = "import sys, immunograph.search.paths; raise SystemExit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_second_process_takes_the_compiled_searches_from_the_cache() -> None:
    assert kernel.wait_until_compiled()
    code = (
        "import logging; logging.basicConfig(level=logging.INFO);"
        "from immunograph.search import kernel; assert kernel.wait_until_compiled()"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "without a cache" not in run.stderr


@pytest.mark.soak
def test_searches_compile_without_a_place_for_a_cache(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "file" / "cache")}
    code = (
        "from immunograph.search import kernel; raise SystemExit(not kernel.wait_until_compiled())"
    )
    run = subprocess.run([sys.executable, "-c", code], check=False, env=environment)
    assert run.returncode == 0
