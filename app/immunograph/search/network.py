"""The projection: the steps of one snapshot as arrays, for the kernels, and what names them.

Nothing of it depends on a question; `steps.choose` says which statement is the step between two
nodes.

`pack` lays a projection out as one run of bytes, and `unpack` restores it from a mapped file
without copying: what a question does not touch is never read from the disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunograph.inference.belief import LEAST_BELIEF, cost
from immunograph.inference.steps import Options, choose
from immunograph.search import container, kernel
from immunograph.search.container import UnusableFileError
from immunograph.search.kernel import Network, frozen
from immunograph.search.texts import Texts

VERSION: Final = 2
"""Of the arrays below, and of the rules that choose the steps."""


class Edges(NamedTuple):
    """Steps as columns, between nodes of the network."""

    statement: Texts
    source: kernel.Ints
    target: kernel.Ints
    sign: NDArray[np.int8]
    """+1, -1, or 0 where the statement is structural."""
    belief: NDArray[np.float64]
    cost: kernel.Ints


@dataclass(frozen=True, slots=True)
class Projection:
    """The steps of one snapshot; entities are numbered in the order of their ids."""

    snapshot: str
    ids: Texts
    names: Texts
    abstract: kernel.Bytes
    """1 where an entity is an abstract class, which never bridges."""
    steps: Edges
    """Row `i` of `network` is step `i`."""
    network: Network

    def is_of(
        self, ids: Sequence[str], statements: Sequence[str], costs: NDArray[np.int64]
    ) -> bool:
        """Whether these are its entities, and these its steps with their costs, in order."""
        return (
            len(costs) == len(self.steps.cost)
            and np.array_equal(self.steps.cost, costs)
            and list(self.steps.statement) == statements
            and list(self.ids) == ids
        )


class Rows(NamedTuple):
    """A snapshot as the store reads it: entities and the edges that are steps, in any order."""

    ids: Sequence[str]
    names: Sequence[str]
    abstract: Sequence[bool]
    edges: Options
    """Entities by their place in `ids`."""


def project(snapshot: str, rows: Rows) -> Projection:
    """The projection of the rows of a snapshot. Raises ValueError for an edge of no entity."""
    order = sorted(range(len(rows.ids)), key=rows.ids.__getitem__)
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    edges = rows.edges
    subject, object_ = (np.asarray(ends, np.int64) for ends in (edges.subject, edges.object))
    for ends in (subject, object_):
        if ends.size and (ends.min() < 0 or ends.max() >= len(order)):
            raise ValueError("an edge joins what is no entity")
    edges = edges._replace(subject=number[subject], object=number[object_])
    chosen = choose(len(order), edges)
    cost = costs(np.asarray(edges.belief, np.float64)).astype(np.int32)
    sign = np.asarray(edges.sign, np.int8)
    steps = Edges(
        Texts.of(edges.statement).at(chosen.option),
        frozen(chosen.source, np.int32),
        frozen(chosen.target, np.int32),
        frozen(sign[chosen.option], np.int8),
        frozen(np.asarray(edges.belief, np.float64)[chosen.option], np.float64),
        frozen(cost[chosen.option], np.int32),
    )
    return Projection(
        snapshot=snapshot,
        ids=Texts.of(rows.ids[i] for i in order),
        names=Texts.of(rows.names[i] for i in order),
        abstract=frozen([rows.abstract[i] for i in order], np.uint8),
        steps=steps,
        network=Network.build(
            len(order), steps.source, steps.target, steps.sign < 0, steps.cost,
            entity=chosen.entity,
        ),
    )  # fmt: skip


def costs(beliefs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The `cost` of each of many steps."""
    exact = -np.log(np.maximum(beliefs, LEAST_BELIEF)) * 1_000_000
    rounded = np.rint(exact).astype(np.int64)
    # The logarithm of an array may differ in its last digit from that of a number: what it could
    # round to the other side is asked for alone.
    for place in np.flatnonzero(np.abs(exact - rounded) > 0.5 - 1e-6):
        rounded[place] = cost(float(beliefs[place]))
    return rounded


# --- one run of bytes ------------------------------------------------------------------------


def _arrays(projection: Projection) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {"abstract": projection.abstract}
    texts = {"ids": projection.ids, "names": projection.names}
    texts["steps.statement"] = projection.steps.statement
    for name in Edges._fields[1:]:
        found[f"steps.{name}"] = getattr(projection.steps, name)
    for name, one in texts.items():
        found[f"{name}.start"], found[f"{name}.text"] = one.start, one.text
    for name, array in projection.network.to_arrays().items():
        found[f"network.{name}"] = array
    return found


def pack(projection: Projection) -> Iterator[bytes]:
    """The projection as pieces of one run of bytes."""
    return container.pack({"snapshot": projection.snapshot}, _arrays(projection), version=VERSION)


def unpack(run: NDArray[np.uint8]) -> Projection:
    """The projection that `pack` laid out, its arrays views of the given bytes.

    Raises UnusableFileError, saying why.
    """
    header, arrays = container.unpack(run, version=VERSION)
    try:
        return _restored(header["snapshot"], arrays)
    except KeyError as error:
        raise UnusableFileError(f"it holds no array {error}") from error


def _restored(snapshot: str, arrays: dict[str, NDArray[Any]]) -> Projection:
    def texts(name: str) -> Texts:
        return Texts(
            frozen(arrays[f"{name}.start"], np.int64), frozen(arrays[f"{name}.text"], np.uint8)
        )

    columns = (arrays[f"steps.{name}"] for name in Edges._fields[1:])
    return Projection(
        snapshot=snapshot,
        ids=texts("ids"),
        names=texts("names"),
        abstract=frozen(arrays["abstract"], np.uint8),
        steps=Edges(
            texts("steps.statement"),
            *(frozen(column, column.dtype.type) for column in columns),
        ),
        network=Network.from_arrays(
            {
                name.removeprefix("network."): array
                for name, array in arrays.items()
                if name.startswith("network.")
            }
        ),
    )
