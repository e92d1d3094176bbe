"""How long questions about paths take on a synthetic network, and what it occupies.

    python bench/kernel.py --steps 1000000

Degrees follow a power law in both directions, as in curated signalling networks, and hubs have
both. Times are those of the functions of `immunograph.search.paths`, compiled, on one core, each
over random questions that are the same in every run; they depend on the machine, the ratios less
so.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from immunograph.search import kernel
from immunograph.search.kernel import Network
from immunograph.search.paths import (
    Answer,
    Blockers,
    Effect,
    blockers,
    influence,
    loops,
    paths_between,
)

DEGREE = 10
INHIBITING = 0.3
HUBS = 100


@dataclass(frozen=True, slots=True)
class Rows:
    """A network as rows, before it is built."""

    entities: int
    source: kernel.Ints
    target: kernel.Ints
    negative: kernel.Bytes
    cost: kernel.Longs

    def build(self) -> Network:
        return Network.build(self.entities, self.source, self.target, self.negative, self.cost)


def generate(steps: int, *, seed: int = 1) -> Rows:
    """Draw a network: ends by a power law, beliefs between 0.3 and 0.99, at most one of a kind."""
    rng = np.random.default_rng(seed)
    entities = steps // DEGREE
    size = int(steps * 1.15)
    pull = rng.permutation((np.arange(entities) + 10.0) ** -0.7)
    # What points out much attracts much, but not in proportion.
    ends = [
        rng.choice(entities, size, p=weight / weight.sum())
        for weight in (pull, pull * np.exp(rng.normal(0, 1, entities)))
    ]
    negative = (rng.random(size) < INHIBITING).astype(np.int64)
    kind = (ends[0] * entities + ends[1]) * 2 + negative
    kind = rng.permutation(np.unique(kind))[:steps]
    belief = rng.uniform(0.3, 0.99, len(kind))
    return Rows(
        entities=entities,
        source=(kind // 2 // entities).astype(np.int32),
        target=(kind // 2 % entities).astype(np.int32),
        negative=(kind % 2).astype(np.uint8),
        cost=np.rint(-np.log(belief) * 1e6).astype(np.int64),
    )


def measure_with(
    clock: Callable[[], float],
    title: str,
    questions: list[Any],
    ask: Callable[[Any], Answer | Blockers],
) -> None:
    """Ask each question once, after a few to warm up, and print percentiles in milliseconds."""
    for question in questions[:20]:
        ask(question)
    times: list[float] = []
    cut = 0
    for question in questions:
        begun = clock()
        answer = ask(question)
        times.append(1e3 * (clock() - begun))
        cut += answer.cut_by == "work"
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    cuts = f"  {cut} of {len(questions)} cut by work" if cut else ""
    print(f"{title:44}{p50:10.2f}{p95:10.2f}{p99:10.2f}{cuts}", flush=True)


def resident() -> float:
    """Megabytes that this process occupies, where the system tells (Linux)."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  not a file
            lines = [line for line in status if line.startswith("VmRSS")]
    except OSError:
        return float("nan")
    return int(lines[0].split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument(
        "--processor", action="store_true", help="processor time, for a machine that is busy"
    )
    arguments = parser.parse_args()
    measure = partial(measure_with, time.thread_time if arguments.processor else time.perf_counter)

    begun = time.perf_counter()
    kernel.wait_until_compiled()
    print(f"compile or load      {time.perf_counter() - begun:8.2f} s")
    rows = generate(arguments.steps)
    before = resident()
    begun = time.perf_counter()
    network = rows.build()
    print(f"build                {time.perf_counter() - begun:8.2f} s")
    size = sum(array.nbytes for array in network.to_arrays().values()) / 1e6
    print(f"arrays               {size:8.1f} MB, {1e6 * size / network.steps:.1f} bytes a step")
    degrees = np.diff(network.outgoing.start) + np.diff(network.incoming.start)
    print(
        f"network              {network.steps} steps, {network.entities} entities, degree "
        f"{np.median(degrees):.0f} median, {degrees.max()} highest, "
        f"{network.pendant.mean():.0%} pendant"
    )

    rng = np.random.default_rng(2)
    linked = np.flatnonzero(degrees)
    pairs = [(int(a), int(b)) for a, b in rng.choice(linked, (arguments.questions, 2)) if a != b]
    hubs = np.argsort(-degrees)[:HUBS]
    hub_pairs = [(int(a), int(b)) for a, b in rng.choice(hubs, (arguments.questions, 2)) if a != b]
    few = [source for source, _ in pairs[:100]]

    print(f"\n{'':44}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}")
    effects: list[tuple[Effect | None, str]] = [(1, "one effect"), (None, "both")]
    for effect, name in effects:
        for most in (4, 8):
            measure(
                f"paths, at most {most} steps, {name}",
                pairs,
                lambda ends, most=most, effect=effect: paths_between(
                    network, [ends[0]], [ends[1]], max_steps=most, effect=effect
                ),
            )
    measure(
        "paths, hub to hub, at most 8 steps",
        hub_pairs,
        lambda ends: paths_between(network, [ends[0]], [ends[1]], effect=1),
    )
    sets = [(rng.choice(linked, 5).tolist(), rng.choice(linked, 5).tolist()) for _ in pairs]
    measure(
        "paths, five ends to five, at most 8 steps",
        sets,
        lambda ends: paths_between(network, ends[0], ends[1], effect=1),
    )
    excluded = (rng.random(len(rows.source)) < 0.3).astype(np.uint8)
    measure(
        "paths, 30 % of steps masked, at most 8",
        pairs,
        lambda ends: paths_between(network, [ends[0]], [ends[1]], effect=1, step_mask=excluded),
    )
    measure("influence, at most 4 steps, best 100", few, lambda one: influence(network, one))
    measure(
        "influence upstream, at most 4 steps, best 100",
        few,
        lambda one: influence(network, one, downstream=False),
    )
    for size in (1, 2, 4):
        measure(
            f"blockers, at most {size}, 8 steps",
            pairs,
            lambda ends, size=size: blockers(
                network, [ends[0]], [ends[1]], effect=1, max_size=size
            ),
        )
    measure(
        "loops, at most 8 steps",
        [a for a, _ in pairs],
        lambda one: loops(network, one, max_steps=8),
    )
    print(f"\nmemory beyond the rows  {resident() - before:8.1f} MB, scratch of a thread included")

    equal = Rows(rows.entities, rows.source, rows.target, rows.negative, 0 * rows.cost + 223_144)
    network = equal.build()
    print("\nall beliefs equal")
    for title, chosen in (("paths, at most 8 steps", pairs), ("hub to hub", hub_pairs)):
        measure(
            title,
            chosen,
            lambda ends: paths_between(network, [ends[0]], [ends[1]], effect=1),
        )
    measure("influence, at most 4 steps, best 100", few, lambda one: influence(network, one))


if __name__ == "__main__":
    main()
