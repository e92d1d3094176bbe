"""What one more worker costs in memory: maps the arrays of a file, and asks questions of them.

    python -m bench.worker FILE

Prints, as JSON, the megabytes of its own before and after, without what it shares with others.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from immunograph.search import container, kernel
from immunograph.search.kernel import Network
from immunograph.search.paths import blockers, influence, loops, paths_between

VERSION = 1
"""Of the arrays in a file."""


def mapped(file: Path) -> Network:
    """The network whose arrays a file holds."""
    _, arrays = container.unpack(np.memmap(file, np.uint8, "r"), version=VERSION)
    return Network.from_arrays(arrays)


def own() -> float:
    """Megabytes that no file backs: what is this process's alone."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Anonymous:"))


def main() -> None:
    """Map, ask two hundred questions of every kind, and tell."""
    file = Path(sys.argv[1])
    kernel.wait_until_compiled()
    before = own()
    network = mapped(file)
    linked = np.flatnonzero(np.diff(network.outgoing.start))
    rng = np.random.default_rng(3)
    for source, target in rng.choice(linked, (200, 2)).tolist():
        if source != target:
            paths_between(network, [source], [target])
            influence(network, source)
            blockers(network, [source], [target], effect=1)
            loops(network, source, max_steps=8)
    print(json.dumps({"before": before, "after": own()}))


if __name__ == "__main__":
    main()
