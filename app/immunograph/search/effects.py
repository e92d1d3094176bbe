"""Questions about effects: is the sign with which one thing answers another determined?

Entities, nodes and steps are numbers here, as a `Network` has them. What *determined* means and
how it is shown is told in `determinacy`. As for paths, a question has a budget of work, and the
same question on the same network has the same answer, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from immunograph.errors import BadQuestion
from immunograph.search import determinacy as searches
from immunograph.search import kernel
from immunograph.search.determinacy import Region
from immunograph.search.kernel import OUT_OF_WORK, STOPPED, WEIGHT, Bytes, Ints, Masks, Network
from immunograph.search.paths import Effect, Found, Stop, paths_between

WORK = 1_000_000
"""Steps looked at before a question is left open: fifty times what the hardest question about
PhysioMap's two thousand steps needs, and some 20 ms where a million steps lie in between."""

FIRST_LOOK = 30_000
"""Steps looked at before short paths of both signs are looked for, which need no more."""

Why: TypeAlias = Literal[
    "one_sign", "apart", "direct", "both_signs", "loop", "no_path", "work", "time"
]


class Determinacy(NamedTuple):
    """What is known of the sign with which a target answers.

    `effect` is 1 where it is known to rise, -1 to fall, else None. `why` is the rule that shows it
    (`one_sign`, `apart`, `direct`), or what stands against it:

    - `both_signs`: there are paths of both;
    - `loop`: a reinforcing loop beside a path may turn the sign round;
    - `no_path`: nothing that is moved reaches the target;
    - `work`, `time`: the search was ended before it knew.

    `rises` and `falls` are paths by which the target does; `loop` is a reinforcing loop, and
    `beside` a path that has no entity in common with it, which are also given where the rule is one
    that forgives loops. All that is given is true, of cut answers too. At most `looked` steps were
    looked at.
    """

    effect: Effect | None
    why: Why
    rises: Found | None = None
    falls: Found | None = None
    loop: Found | None = None
    beside: Found | None = None
    looked: int = 0


def determinacy(
    network: Network,
    moved: Mapping[int, Effect],
    target: int,
    *,
    masks: Masks | None = None,
    work: int = WORK,
    stop: Stop | None = None,
) -> Determinacy:
    """Ask whether the target rises or falls while some entities are held up (1) or down (-1).

    `masks` and `stop` are those of `paths_between`. Raises `BadQuestion`.

    >>> network = Network.build(4, [0, 1, 1, 2, 2], [1, 2, 3, 1, 3], [0, 0, 1, 1, 1], [1] * 5)
    >>> answer = determinacy(network, {0: 1}, 3)
    >>> print(answer.effect, answer.why)
    -1 one_sign
    """
    for entity in (*moved, target):
        if not 0 <= entity < network.entities:
            raise BadQuestion(
                f"entities are numbered 0 to {network.entities - 1}; asked for {entity}."
            )
    for entity, way in moved.items():
        if way not in (1, -1):
            raise BadQuestion(f"entity {entity} is moved by {way}; ask for 1 or -1.")
    question = _Question(
        network,
        masks or Masks.of(network),
        kernel.frozen(sorted(moved), np.int32),
        kernel.frozen(network.nodes_of([target]), np.int32),
        _NEVER if stop is None else kernel.frozen(stop.view(np.uint8), np.uint8),
    )
    united = Determinacy(None, "no_path")
    for source in sorted(moved):
        answer = question.ask(source, work=max(0, work - united.looked))
        united = _unite(united, answer if moved[source] > 0 else _turned(answer))
    return united


_NEVER = kernel.frozen([0], np.uint8)

_WHY: dict[int, Why] = {
    searches.NO_PATH: "no_path",
    searches.ONE_SIGN: "one_sign",
    searches.APART: "apart",
    searches.DIRECT: "direct",
    searches.BOTH_SIGNS: "both_signs",
    searches.BESIDE_LOOP: "loop",
    OUT_OF_WORK: "work",
    STOPPED: "time",
}
_WEAKER: tuple[Why, ...] = (
    *("no_path", "one_sign", "apart", "direct"),
    *("loop", "work", "time", "both_signs"),
)
"""Each claims less than the ones before; two answers together claim what the weaker one does."""


def _turned(answer: Determinacy) -> Determinacy:
    """The answer to the opposite move."""
    effect: Effect | None = None
    if answer.effect is not None:
        effect = -1 if answer.effect > 0 else 1
    return answer._replace(effect=effect, rises=answer.falls, falls=answer.rises)


def _unite(one: Determinacy, other: Determinacy) -> Determinacy:
    """What is known of the sum of two responses."""
    looked = one.looked + other.looked
    rises, falls = one.rises or other.rises, one.falls or other.falls
    if rises and falls:
        return Determinacy(None, "both_signs", rises, falls, looked=looked)
    weaker = max((one, other), key=lambda answer: _WEAKER.index(answer.why))
    return weaker._replace(rises=rises, falls=falls, looked=looked)


class _Question(NamedTuple):
    """What is asked of each that is moved."""

    network: Network
    masks: Masks
    moved: Ints
    targets: Ints
    """The nodes of the target."""
    stop: Bytes

    def ask(self, source: int, *, work: int) -> Determinacy:
        """What is known where this one rises, and all that are moved are held."""
        answer = self._search(source, work=min(work, FIRST_LOOK))
        if answer.why != "work" or work <= FIRST_LOOK:
            return answer
        # Where much lies between, there most often are short paths of both signs, soon found.
        looked = 3 * FIRST_LOOK
        rises, falls = (self._short_path(source, effect) for effect in _EFFECTS)
        if rises and falls:
            return Determinacy(None, "both_signs", rises, falls, looked=looked)
        answer = self._search(source, work=max(0, work - looked))
        return answer._replace(looked=looked + answer.looked)

    def _short_path(self, source: int, effect: Effect) -> Found | None:
        found = paths_between(
            self.network,
            [source],
            [int(self.targets[0])],
            effect=effect,
            limit=1,
            masks=self.masks,
            work=FIRST_LOOK,
            stop=self.stop,
        ).paths
        if not found:
            return None
        # It may have passed what is held.
        inside = found[0].entities[1:-1]
        return found[0] if set(inside).isdisjoint(self.moved.tolist()) else None

    def _search(self, source: int, *, work: int) -> Determinacy:
        network = self.network
        region = searches.workspace().region(network, work)
        outcome, looked = searches.kernels_for(network).determine(
            *(network.outgoing, network.incoming, self.masks, region),
            *(self.moved, source, self.targets, work, self.stop),
        )
        rises = self._told(region, searches.PROMOTING)
        falls = self._told(region, searches.INHIBITING)
        loop = beside = None
        if outcome in (searches.APART, searches.DIRECT, searches.BESIDE_LOOP):
            shown = int(region.tally[searches.SHOWN])
            loop, beside = self._told(region, shown), self._told(region, shown + 1)
        effect: Effect | None = None
        if outcome in (searches.ONE_SIGN, searches.APART, searches.DIRECT):
            effect = 1 if rises else -1
        return Determinacy(effect, _WHY[outcome], rises, falls, loop, beside, int(looked))

    def _told(self, region: Region, what: int) -> Found | None:
        """A path, or a loop, that was found."""
        steps = region.told[what, : region.lengths[what]]
        if not len(steps):
            return None
        network = self.network
        places = region.place[steps]
        packed = network.outgoing.step[places].tolist()
        nodes = region.node[region.step[steps] >> 1]
        # A path begins at the source, and a loop with what it ends with.
        first = region.node[0] if what in _PATHS else nodes[-1]
        entities = tuple(network.entity[[first, *nodes]].tolist())
        # The lowest bit of a sum is that of the signs, one after the other.
        effect: Effect = -1 if sum(packed) & 1 else 1
        cost = sum((step >> 32) // WEIGHT for step in packed)
        rows = tuple(network.outgoing.row[places].tolist())
        return Found(entities[0], entities[-1], effect, cost, rows, entities)


_PATHS = (searches.PROMOTING, searches.INHIBITING, searches.LOOP + 1, searches.OTHER + 1)
_EFFECTS: tuple[Effect, Effect] = (1, -1)
