"""A change reads what it reaches: nothing is gone through, and what is elsewhere makes no odds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from typing import Any, cast

import pytest

from graphs import VOCABULARY, does, entity, graph, says, source
from immunograph.domain.knowledge import Indexes, Knowledge
from immunograph.domain.snapshot import snapshot_id
from immunograph.inference.changes import Act, Drop, Put, Retract, carry_out
from immunograph.inference.derivation import Derivation, Values, derive
from immunograph.inference.tables import rows_of, rows_owned


class Read:
    """Every key that was asked for, with the mapping that was asked."""

    def __init__(self) -> None:
        self.keys: set[tuple[str, Any]] = set()


class WatchedMapping(Mapping[Any, Any]):
    """A mapping that may not be gone through, and notes what is asked of it."""

    def __init__(self, name: str, held: Mapping[Any, Any], read: Read) -> None:
        self._name, self._held, self._read = name, held, read

    def __getitem__(self, key: Hashable) -> Any:
        self._read.keys.add((self._name, key))
        return self._held[key]

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError(f"a change goes through all of {self._name}")

    def __len__(self) -> int:
        return len(self._held)


class WatchedSet(AbstractSet[str]):
    """The same for a set."""

    def __init__(self, name: str, held: AbstractSet[str], read: Read) -> None:
        self._name, self._held, self._read = name, held, read

    def __contains__(self, key: object) -> bool:
        self._read.keys.add((self._name, key))
        return key in self._held

    def __iter__(self) -> Iterator[str]:
        raise AssertionError(f"a change goes through all of {self._name}")

    def __len__(self) -> int:
        return len(self._held)


def watched(knowledge: Knowledge, read: Read) -> tuple[Knowledge, Derivation]:
    """The same knowledge, and what follows from it, standing on bases that are watched."""

    def bases(of: Any, which: type[Indexes | Values]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in (one.name for one in fields(which)):
            held = getattr(of, name if hasattr(of, name) else f"_{name}")
            private = getattr(of, f"_{name}", held)  # beside a public view of it
            if isinstance(private, Mapping):
                found[name] = WatchedMapping(name, cast(Mapping[Any, Any], private), read)
            elif isinstance(private, AbstractSet):
                found[name] = WatchedSet(name, cast(AbstractSet[str], private), read)
            else:
                found[name] = held
        return found

    snapshot_id(knowledge)  # so that its tally is known
    indexes, values = bases(knowledge, Indexes), bases(derive(knowledge), Values)
    return (
        Knowledge(knowledge.vocabulary, over=Indexes(**indexes)),
        Derivation(over=Values(**values)),
    )


NEAR = [
    source("one", says("a promotes b"), says("b promotes c"), says("a promotes c")),
    source("two", says("b inhibits c", species="human"), study="study-two"),
    source("three", says("c step_of d"), says("part carries b"), says("a promotes e")),
    source("four", says("kind promotes d"), interventions=[does("x", "b", outcomes={"c": -1})]),
]
ENTITIES = [entity("part", "b"), entity("kind", "b"), entity("drug"), entity("taxol", "drug")]
TOLD = (
    says("a inhibits c"),
    says("taxol promotes b"),
    says("drug cautions c", human_unknown=True),
    says("b step_of e"),
    says("a promotes b", role="refutes", no_change=True),
)


def told_by(name: str) -> Put:
    """Let a source say this, of entities as they are known."""
    dressed = graph(source(name, *TOLD), entities=ENTITIES).contributions
    return Put(dressed[name], VOCABULARY)


ACTS: dict[str, list[Act]] = {
    "put": [told_by("new")],
    "replace": [told_by("one")],
    "drop": [Drop("three")],
    "redefine": [
        Put(
            source("zz", says("b promotes d"), entities=[entity("b", abstract=True, kind="Cell")]),
            VOCABULARY,
        )
    ],
    "retract": [Retract("study-two", "made up")],
    "all": [told_by("new"), Drop("one"), Retract("study-two", "made up")],
}


def far(number: int) -> Any:
    """A source that speaks of nothing that others speak of."""
    x, y, z = (f"{name}{number}" for name in "xyz")
    return source(
        f"far-{number}",
        *(says(f"{x} promotes {y}"), says(f"{y} promotes {z}"), says(f"{x} promotes {z}")),
        *(says(f"{x} inhibits {y}"), says(f"{z} carries {x}"), says(f"{y} cautions {z}")),
    )


def keys_read(acts: list[Act], unrelated: int) -> set[tuple[str, Any]]:
    """What a change reads of a graph with so many unrelated sources; it must be right, too."""
    read = Read()
    held = graph(*NEAR, *map(far, range(unrelated)), entities=ENTITIES)
    knowledge, derivation = watched(held, read)
    before = knowledge.fork(), derivation.fork()
    read.keys.clear()
    _, owned = carry_out(knowledge, derivation, acts)
    for owner in owned:
        rows_owned(*before, owner)
        rows_owned(knowledge, derivation, owner)
    snapshot = snapshot_id(knowledge)
    keys = set(read.keys)

    plain, follows = held.fork(), derive(held)
    carry_out(plain, follows, acts)
    assert snapshot == snapshot_id(
        Knowledge(VOCABULARY, plain.contributions.values(), plain.retractions)
    )
    assert rows_of(plain, follows) == rows_of(plain, derive(plain))
    for owner in owned:
        assert rows_owned(knowledge, derivation, owner) == rows_owned(plain, follows, owner)
    return keys


@pytest.mark.parametrize("acts", ACTS.values(), ids=ACTS)
def test_a_change_reads_the_same_however_much_else_there_is(acts: list[Act]) -> None:
    few, many = keys_read(acts, 1), keys_read(acts, 40)
    assert many == few
    assert 0 < len(few) < 600


def test_what_is_forked_and_never_asked_reads_nothing() -> None:
    read = Read()
    knowledge, derivation = watched(graph(*NEAR, entities=ENTITIES), read)
    read.keys.clear()
    knowledge.fork().fork()
    derivation.fork().fork()
    assert snapshot_id(knowledge.fork()) == snapshot_id(graph(*NEAR, entities=ENTITIES))
    assert (knowledge.entity_count, len(knowledge.contributions)) == (7, 4)
    assert not read.keys
