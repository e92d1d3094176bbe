"""The projection holds exactly the steps that a view has, and comes back from its bytes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.folders import folder
from immunograph.inference.belief import cost
from immunograph.inference.derivation import derive
from immunograph.inference.steps import Options
from immunograph.inference.tables import rows_of
from immunograph.search.network import (
    VERSION,
    Projection,
    Rows,
    UnusableFileError,
    costs,
    pack,
    project,
    unpack,
)
from immunograph.search.texts import Texts
from immunograph.seeds.folder import read_seed
from immunograph.service.view import Step, View


def rows(view: View) -> Rows:
    """The rows that the store would read of the graph of a view."""
    stored = rows_of(view.knowledge, derive(view.knowledge))
    entities = [p for key, p in stored.nodes.items() if key.label == "Entity"]
    edges = [
        (key, p)
        for key, p in reversed(stored.links.items())
        if key.type in ("PROMOTES", "INHIBITS", "CARRIES", "STEP_OF") and p["step"]
    ]
    place = {p["id"]: i for i, p in enumerate(entities)}
    ends = ("subject_cell", "object_cell")
    named = sorted({p[name] for _, p in edges for name in ends if name in p})
    cells: dict[str | None, int] = {cell: i for i, cell in enumerate(named)}
    cells[None] = -1
    return Rows(
        ids=[p["id"] for p in entities],
        names=[p["name"] for p in entities],
        abstract=[p["abstract"] for p in entities],
        edges=Options(
            statement=[p["id"] for _, p in edges],
            subject=[place[key.source.id] for key, _ in edges],
            object=[place[key.target.id] for key, _ in edges],
            sign=[p["sign"] for _, p in edges],
            belief=[p["belief"] for _, p in edges],
            number=[p.get("number", False) for _, p in edges],
            from_number=[p.get("from_number", False) for _, p in edges],
            subject_cell=[cells[p.get("subject_cell")] for _, p in edges],
            object_cell=[cells[p.get("object_cell")] for _, p in edges],
        ),
    )


def projected(knowledge: Knowledge) -> tuple[View, Projection]:
    view = view_of(knowledge)
    return view, project("a" * 64, rows(view))


def as_steps(projection: Projection) -> list[tuple[object, ...]]:
    """The steps of a projection as the tuples that a view's steps are compared by."""
    of: list[int] = projection.network.entity.tolist()
    return [
        (projection.steps.statement[i], projection.ids[of[s]], projection.ids[of[t]], *rest)
        for i, (s, t, *rest) in enumerate(
            zip(*(column.tolist() for column in projection.steps[1:]), strict=True)
        )
    ]


def told(step: Step) -> tuple[object, ...]:
    return step.statement, step.subject, step.object, step.sign, step.belief, step.cost


def assert_same(view: View, projection: Projection) -> None:
    assert list(projection.ids) == view.ids
    assert projection.abstract.tolist() == view.abstract.tolist()
    assert as_steps(projection) == [told(step) for step in view.layer.steps]
    built = view.layer.network.to_arrays()
    for name, array in projection.network.to_arrays().items():
        assert np.array_equal(array, built[name]), name


@given(st.lists(st.floats(0, 1) | st.sampled_from([math.exp(-1.5e-6), math.exp(-2.5e-6)])))
def test_the_costs_of_many_steps_are_those_of_each(beliefs: list[float]) -> None:
    assert costs(np.array(beliefs, np.float64)).tolist() == [cost(one) for one in beliefs]


@pytest.mark.parametrize(("source", "target"), [(-1, 0), (0, 2)])
def test_an_edge_that_joins_what_is_no_entity_is_refused(source: int, target: int) -> None:
    with pytest.raises(ValueError, match="no entity"):
        project(
            "a" * 64,
            Rows(
                ids=["a", "b"],
                names=["A", "B"],
                abstract=[False, False],
                edges=Options(["s"], [source], [target], [1], [0.5], [False], [False], [-1], [-1]),
            ),
        )


@given(graphs())
def test_the_projection_of_any_graph_has_the_steps_of_its_view(knowledge: Knowledge) -> None:
    assert_same(*projected(knowledge))


@given(graphs())
def test_any_projection_comes_back_from_its_bytes(knowledge: Knowledge) -> None:
    view, projection = projected(knowledge)
    run = np.frombuffer(b"".join(pack(projection)), np.uint8)
    restored = unpack(run)
    assert_same(view, restored)
    assert list(restored.names) == list(projection.names)


def test_the_projection_of_the_shipped_seed_has_the_steps_of_its_view() -> None:
    seed = read_seed(folder("seed"))
    view, projection = projected(Knowledge(seed.vocabulary, seed.contributions))
    assert len(view.layer.steps) > 100
    assert projection.network.nodes > projection.network.entities
    assert_same(view, projection)


def test_a_net_statement_is_a_step_like_others() -> None:
    knowledge = graph(
        source("one", says("a promotes b"), says("b promotes c"), says("a promotes c"))
    )
    view, projection = projected(knowledge)
    [net] = view.derivation.net
    assert net in list(projection.steps.statement)


def test_what_another_process_maps_has_the_nodes_of_each_entity() -> None:
    knowledge = graph(
        source("one", says("a kills b"), says("b promotes c"), says("a promotes b")),
        entities=[entity("b", tumour_cells=True)],
    )
    _, projection = projected(knowledge)
    restored = unpack(np.frombuffer(b"".join(pack(projection)), np.uint8))
    assert restored.network.entity.tolist() == [0, 1, 2, 1]
    assert as_steps(restored) == as_steps(projection)
    assert [step[1:4] for step in as_steps(restored)] == [
        ("itm:a", "itm:b", 1),
        ("itm:a", "itm:b", -1),
        ("itm:b", "itm:c", 1),
    ]


def _packed() -> bytes:
    _, projection = projected(graph(source("one", says("a promotes b"), says("b inhibits c"))))
    return b"".join(pack(projection))


@pytest.mark.parametrize("length", [0, 1, 19, 25, 60, -64, -1])
def test_bytes_that_were_cut_off_are_refused(length: int) -> None:
    with pytest.raises(UnusableFileError):
        unpack(np.frombuffer(_packed()[:length], np.uint8))


def test_another_version_is_refused_by_its_number() -> None:
    other = bytearray(_packed())
    other[20] += 1
    with pytest.raises(UnusableFileError, match=f"of version {VERSION + 1}"):
        unpack(np.frombuffer(bytes(other), np.uint8))


def test_a_damaged_header_is_refused() -> None:
    other = bytearray(_packed())
    other[40] ^= 1
    with pytest.raises(UnusableFileError, match="damaged"):
        unpack(np.frombuffer(bytes(other), np.uint8))


def test_texts_are_found_and_sliced_like_a_list() -> None:
    words = ["", "CL:0000775", "HGNC:8506", "itm:β"]
    texts = Texts.of(words)
    assert list(texts) == words == texts[:]
    assert texts[-1] == "itm:β"
    assert [texts.place(word) for word in words] == [0, 1, 2, 3]
    assert texts.place("HGNC:1") is None
    with pytest.raises(IndexError):
        texts[4]
