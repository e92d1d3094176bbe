"""The questions about signed paths: how, by what, what breaks it, and what feeds back.

Entities and steps are numbers here, as a `Network` has them; that an entity may be several nodes
there is told to nobody. Entities are numbered in the order of their ids, so that comparing numbers
is comparing ids. A path visits no entity twice, whatever the sign; its effect is the product of the
signs of its steps. Paths are ranked by cost, then by fewer steps, then position by position by
entity and, of the same entity, promoting steps before inhibiting ones. The same question on the
same network has the same answer, to the byte.

Every question has a budget of work, the number of steps looked at. An answer that was cut by it
holds only true paths, but better ones may be missing, and an empty one means "unknown".
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunograph.errors import BadQuestion
from immunograph.search import kernel
from immunograph.search.hitting import HittingSets
from immunograph.search.kernel import Masks, Network, Ranking

Effect: TypeAlias = Literal[1, -1]
CutBy: TypeAlias = Literal["limit", "work", "time"]
Stop: TypeAlias = NDArray[np.uint8]
"""One byte that another thread sets to 1 to end a search."""

WORK = 30_000_000
"""Steps looked at before a search for paths gives up: some hundred times what ordinary questions
need, and what the rare one needs whose effect only walks around a loop seem to have."""

INFLUENCE_WORK = 5_000_000
"""The same for `influence`, which visits everything within reach."""

ROOM = 1_000_000
"""Labels that a search for paths has room for on each side; more than it makes end it too."""

CHUNK = 24
PATIENCE = 100
EITHER = 2


class Found(NamedTuple):
    """A path: `steps` are rows of the network, `entities` one more, from source to target.

    `effect` is +1 where it promotes and -1 where it inhibits; `cost` is the sum over its steps.
    """

    source: int
    target: int
    effect: Effect
    cost: int
    steps: tuple[int, ...]
    entities: tuple[int, ...]


class Answer(NamedTuple):
    """Paths, best first. `complete`: these are all there are; if not, `cut_by` says why.

    "limit": the best are here and more exist. "work" or "time": the search was ended early, the
    paths are true, and better ones may be missing.
    """

    paths: tuple[Found, ...]
    complete: bool
    cut_by: CutBy | None


@dataclass(frozen=True, slots=True)
class Blockers:
    """All sets of least size of inner entities whose removal breaks every path asked for.

    Each set is sorted, and so are the sets. None of the ends asked about is ever in one. `direct`
    is true where a path has only ends on it, so that no removal breaks it, and `connected` where
    there is a path at all. `complete` is false where a search was ended early: then what is said
    of sets is not proved, and `sets` is empty.
    """

    sets: tuple[tuple[int, ...], ...]
    direct: bool
    connected: bool
    complete: bool
    cut_by: CutBy | None


def stop_flag() -> Stop:
    """A flag to hand to a question; `flag[0] = 1` from any thread ends its search."""
    return np.zeros(1, np.uint8)


_NEVER = kernel.frozen(stop_flag(), np.uint8)


def paths_between(
    network: Network,
    sources: Iterable[int],
    targets: Iterable[int],
    *,
    effect: Effect | None = None,
    max_steps: int = 8,
    limit: int = 10,
    banned: ArrayLike | None = None,
    inside_banned: ArrayLike | None = None,
    step_mask: ArrayLike | None = None,
    masks: Masks | None = None,
    work: int = WORK,
    stop: Stop | None = None,
) -> Answer:
    """Find the best paths from any of `sources` to any of `targets`, all pairs ranked together.

    Equal ends are skipped, and a path may pass other members of both sets. `effect` None ranks
    paths of both effects together. `banned` and `inside_banned` hold one byte per entity: not 0
    keeps it off every path, or lets it only begin or end one. `step_mask` holds one byte per row
    of the network: not 0 leaves the step out. `masks` are the three, made ready for many
    questions about one network. Raises `BadQuestion`.

    >>> network = Network.build(3, [0, 1, 0], [1, 2, 2], [0, 1, 1], [100, 200, 500])
    >>> for path in paths_between(network, [0], [2]).paths:
    ...     print(path.effect, path.cost, path.entities)
    -1 300 (0, 1, 2)
    -1 500 (0, 2)
    """
    question = _Question.of(
        network,
        max_steps=max_steps,
        banned=banned,
        inside_banned=inside_banned,
        step_mask=step_mask,
        masks=masks,
        stop=stop,
    )
    ranking, cut_by = question.best(sources, targets, effect=effect, limit=limit, work=work)
    return _answer(_paths(ranking), limit, cut_by)


def steps_between(
    network: Network,
    sources: Iterable[int],
    targets: Iterable[int],
    *,
    effect: Effect | None,
    max_steps: int,
    limit: int,
    masks: Masks,
    work: int,
    stop: Stop | None,
) -> tuple[list[tuple[int, ...]], CutBy | None]:
    """The `steps` of the paths that `paths_between` finds, and its `cut_by`.

    For those who know what the steps join: on a small graph, to say so takes as long as the search.
    """
    question = _Question.of(network, max_steps=max_steps, masks=masks, stop=stop)
    ranking, cut_by = question.best(sources, targets, effect=effect, limit=limit, work=work)
    # What is left of a key is how many steps the path has.
    found = [
        tuple(rows[: key % kernel.WEIGHT])
        for key, rows in zip(ranking.keys.tolist(), ranking.rows.tolist(), strict=True)
        if rows[0] >= 0
    ]
    return found[:limit], _cut(len(found), limit, cut_by)


def loops(
    network: Network,
    entity: int,
    *,
    effect: Effect | None = None,
    max_steps: int = 6,
    limit: int = 10,
    banned: ArrayLike | None = None,
    inside_banned: ArrayLike | None = None,
    step_mask: ArrayLike | None = None,
    work: int = WORK,
    stop: Stop | None = None,
) -> Answer:
    """Find the best feedback loops: paths from the entity back to itself, which is on them twice.

    An effect of +1 is positive feedback. The other arguments are those of `paths_between`. Raises
    `BadQuestion`.
    """
    question = _Question.of(
        network,
        max_steps=max_steps,
        banned=banned,
        inside_banned=inside_banned,
        step_mask=step_mask,
        stop=stop,
    )
    if limit < 1:
        raise BadQuestion(f"limit is {limit}; ask for at least one loop.")
    if not len(question.ends([entity])):
        return Answer((), complete=True, cut_by=None)
    # A loop joins at its seam too: it ends at the node from which it began.
    found: dict[tuple[int, ...], tuple[tuple[int, ...], Found]] = {}
    cut_by: CutBy | None = None
    for node in network.nodes_of([entity]):
        ranking, looked, cut = question.ask(
            _alone(node), _alone(node), effect=effect, size=limit + 1, work=work, loop=True
        )
        work = max(0, work - looked)
        cut_by = cut_by or cut
        for rank, path in zip(_ranks(ranking), _paths(ranking), strict=False):
            codes = rank[1 : kernel.COLUMNS + 1]
            if codes not in found or rank < found[codes][0]:
                found[codes] = rank, path
    ranked = [path for _, path in sorted(found.values(), key=lambda one: one[0])]
    return _answer(ranked[: limit + 1], limit, cut_by)


def influence(
    network: Network,
    entity: int,
    *,
    downstream: bool = True,
    effect: Effect | None = None,
    max_steps: int = 4,
    limit: int | None = 100,
    banned: ArrayLike | None = None,
    inside_banned: ArrayLike | None = None,
    step_mask: ArrayLike | None = None,
    work: int = INFLUENCE_WORK,
    stop: Stop | None = None,
) -> Answer:
    """Find the best path to each entity within reach, or from each that reaches `entity`.

    An entity that is reached with both effects is answered with the best path of each, unless
    `effect` asks for one. `limit` None answers with all. The other arguments are those of
    `paths_between`. Raises `BadQuestion`.
    """
    question = _Question.of(
        network,
        max_steps=max_steps,
        banned=banned,
        inside_banned=inside_banned,
        step_mask=step_mask,
        stop=stop,
    )
    if limit is not None and limit < 1:
        raise BadQuestion(f"limit is {limit}; ask for at least one path, or None.")
    here = question.ends([entity])
    if not len(here):
        return Answer((), complete=True, cut_by=None)
    kernels, masks = question.kernels, question.masks
    work = min(work, kernel.LABEL_MASK // 2)
    spread = kernel.workspace().spread(network.nodes, question.most_labels(work) + 1)
    wanted = 2 * network.entities if limit is None else limit + 1
    # Paths begin at the entity itself, and end at whichever of its nodes.
    origins = [entity] if downstream else network.nodes_of([entity])
    ranked: dict[tuple[int, int], tuple[int, tuple[int, ...], tuple[int, ...]]] = {}
    walks: dict[tuple[int, int], int] = {}
    cut_by: CutBy | None = None
    looked, highest = 0, _HIGHEST

    def keep(key: int, nodes: list[int]) -> None:
        """Keep a path, given over nodes, if it is the best of its end and sign."""
        codes = _over_entities(network, nodes)
        aim = _aim(codes, downstream=downstream)
        ranked[aim] = min(ranked.get(aim, (_HIGHEST, (), ())), (key, codes, tuple(nodes)))

    for origin in origins:
        count, more, outcome = kernels.reach(
            *(network.outgoing if downstream else network.incoming, masks, spread, origin),
            *(int(downstream), _want(effect, EITHER), wanted, max_steps, CHUNK),
            *(max(0, work - looked), question.stop),
        )
        looked += more
        cut_by = cut_by or _CUT_BY[outcome]
        chosen = spread.chosen[:count]
        keys = spread.keys[chosen]
        nodes = np.full((count, kernel.COLUMNS), -1, np.int32)
        simple = np.zeros(count, np.uint8)
        kernels.trace(spread, masks, chosen, origin, int(downstream), nodes, simple)
        for key, walk, is_path in zip(keys.tolist(), nodes.tolist(), simple, strict=True):
            if is_path:
                keep(key, walk)
            else:
                aim = _aim(_over_entities(network, walk), downstream=downstream)
                walks[aim] = min(walks.get(aim, _HIGHEST), key)
        if len(origins) == 1 and cut_by is None and len(ranked) >= wanted:
            highest = int(keys[-1])
    # The best walk may visit an entity twice. Its key is then a lower bound on that of the best
    # path, which is searched for alone, up to the highest key that matters.
    for aim, key in walks.items():
        if aim in ranked and ranked[aim][0] < key:
            continue
        end, negative = aim
        far = question.ends([end])
        starts, ends = (here, far) if downstream else (far, here)
        ranking, more, cut = question.ask(
            *(starts, question.nodes(ends)),
            effect=-1 if negative else 1,
            size=1,
            work=max(0, min(WORK, work - looked)),
            ceiling=highest + 1,
        )
        looked += more
        cut_by = cut_by or cut
        if ranking.codes[0, 0] >= 0:
            keep(int(ranking.keys[0]), ranking.nodes[0].tolist())
    best = heapq.nsmallest(wanted, ranked.values())
    final = Ranking.empty(len(best))
    for place, (key, codes, nodes) in enumerate(best):
        final.keys[place] = key
        final.codes[place] = codes
        final.nodes[place] = nodes
    kernels.find_rows(network.outgoing, network.incoming, masks, final.nodes, final.rows)
    return _answer(_paths(final), len(best) if limit is None else limit, cut_by)


def _over_entities(network: Network, nodes: Sequence[int]) -> tuple[int, ...]:
    """The codes of a walk over nodes, as of entities."""
    most = network.entities
    entity = network.entity
    return tuple([c if c >> 1 < most else int(entity[c >> 1]) << 1 | c & 1 for c in nodes])


def _aim(codes: Sequence[int], *, downstream: bool) -> tuple[int, int]:
    """The entity at the far end of a walk, and whether the walk inhibits."""
    met = [code for code in codes if code >= 0]
    return (met[-1] if downstream else met[0]) >> 1, sum(code & 1 for code in met) & 1


def blockers(
    network: Network,
    sources: Iterable[int],
    targets: Iterable[int],
    *,
    effect: Effect | None = None,
    max_steps: int = 8,
    max_size: int = 2,
    banned: ArrayLike | None = None,
    inside_banned: ArrayLike | None = None,
    step_mask: ArrayLike | None = None,
    work: int = WORK,
    stop: Stop | None = None,
) -> Blockers:
    """Find all smallest sets of at most `max_size` entities whose removal breaks every path.

    Every blocking set holds an inner entity of every path. So: take a path, remove one of its
    inner entities after the other, and ask again. Paths without an entity in common, each of
    which needs a blocker of its own, say from which size on to look. `work` is the budget of the
    whole search. The other arguments are those of `paths_between`. Raises `BadQuestion`.
    """
    question = _Question.of(
        network,
        max_steps=max_steps,
        banned=banned,
        inside_banned=inside_banned,
        step_mask=step_mask,
        stop=stop,
    )
    if max_size < 1:
        raise BadQuestion(f"max_size is {max_size}; a set has at least one entity.")
    starts, ends = question.ends(sources), question.ends(targets)
    if not _joinable(starts, ends):
        return Blockers((), direct=False, connected=False, complete=True, cut_by=None)
    search = _BlockerSearch(
        question=question,
        starts=starts,
        ends=question.nodes(ends),
        effect=effect,
        closed=question.masks.closed,
        work=work,
    )
    blocking = HittingSets(search.avoiding)
    try:
        direct = search.has_direct_path()
        sets = () if direct else blocking.smallest(max_size)
    except _CutError as cut:
        connected = bool(blocking.known)
        return Blockers((), direct=False, connected=connected, complete=False, cut_by=cut.cut_by)
    return Blockers(
        sets, direct=direct, connected=direct or bool(blocking.known), complete=True, cut_by=None
    )


class Settling(NamedTuple):
    """A set of steps without which only paths of one effect are left, and some are.

    `rows` names one row for each step, in order.
    """

    rows: tuple[int, ...]
    leaves: Effect


class Settlings(NamedTuple):
    """All such sets of least size, in order; none where only one effect has paths.

    Where the search was ended early, `cut_by` says why and nothing is told: what was found by then
    is not proved to be least.
    """

    sets: tuple[Settling, ...]
    cut_by: CutBy | None = None


def settling(
    network: Network,
    sources: Iterable[int],
    targets: Iterable[int],
    *,
    alike: ArrayLike | None = None,
    max_steps: int = 8,
    max_size: int = 2,
    masks: Masks | None = None,
    work: int = WORK,
    stop: Stop | None = None,
) -> Settlings:
    """Find the smallest sets of at most `max_size` steps whose removal leaves one effect.

    `alike` numbers the rows so that those of one step have the same number; without it each row is
    a step. Every such set holds a step of every path of the other effect, so it is found as
    blocking sets are. Raises `BadQuestion`.

    >>> network = Network.build(3, [0, 1, 0], [1, 2, 2], [0, 0, 1], [100, 200, 500])
    >>> settling(network, [0], [2]).sets
    (Settling(rows=(0,), leaves=-1), Settling(rows=(1,), leaves=-1), Settling(rows=(2,), leaves=1))
    """
    question = _Question.of(network, max_steps=max_steps, masks=masks, stop=stop)
    starts, ends = question.ends(sources), question.ends(targets)
    if not _joinable(starts, ends):
        return Settlings(())
    excluded = question.masks.steps
    search = _SettlingSearch(
        question=question,
        starts=starts,
        ends=question.nodes(ends),
        alike=np.arange(network.rows) if alike is None else np.asarray(alike, np.int64),
        excluded=excluded.copy() if len(excluded) else np.zeros(network.rows, np.uint8),
        work=work,
    )
    try:
        return Settlings(tuple(search.least(max_size)))
    except _CutError as cut:
        return Settlings((), cut.cut_by)


@dataclass
class _SettlingSearch:
    """A search for paths of one effect that avoid some steps, each under its number."""

    question: _Question
    starts: kernel.Ints
    ends: kernel.Ints
    alike: kernel.Longs
    """The step of each row."""
    excluded: kernel.Bytes
    """A byte for each row: what the question itself leaves out, and what is avoided at hand."""
    work: int
    row_of: dict[int, int] = field(default_factory=dict[int, int])
    """A row of each step met."""
    rows_of: dict[int, kernel.Longs] = field(default_factory=dict[int, kernel.Longs])
    """All of them."""

    def least(self, max_size: int) -> list[Settling]:
        """The sets of least size, for either effect that may be left."""
        found: list[Settling] = []
        if any(self.path((), effect) is None for effect in _EFFECTS):
            return found
        for leaves in _EFFECTS:
            family = HittingSets(partial(self.path, effect=_OPPOSITE[leaves]))
            sets = family.smallest(
                max_size, admits=lambda removed, leaves=leaves: self.path(removed, leaves)
            )
            if found and sets and len(sets[0]) < max_size:
                found = []
            max_size = len(sets[0]) if sets else max_size
            found += [
                Settling(tuple(sorted(self.row_of[step] for step in steps)), leaves)
                for steps in sets
            ]
        return sorted(found)

    def path(self, removed: Iterable[int], effect: Effect) -> frozenset[int] | None:
        """The steps of the best path of an effect without these; None where there is none."""
        rows = np.concatenate([_NO_ROWS, *(self.rows_of[step] for step in removed)])
        before = self.excluded[rows]
        self.excluded[rows] = 1
        masks = self.question.masks._replace(steps=kernel.frozen(self.excluded, np.uint8))
        ranking, looked, cut_by = self.question.ask(
            self.starts, self.ends, effect=effect, size=1, work=self.work, masks=masks
        )
        self.excluded[rows] = before
        self.work = max(0, self.work - looked)
        taken = [row for row in ranking.rows[0].tolist() if row >= 0]
        if not taken and cut_by is not None:
            raise _CutError(cut_by)
        for row in taken:
            step = int(self.alike[row])
            if step not in self.row_of:
                self.row_of[step] = row
                self.rows_of[step] = np.flatnonzero(self.alike == step)
        return frozenset(self.alike[taken].tolist()) if taken else None


_EFFECTS: tuple[Effect, ...] = (1, -1)
_OPPOSITE: dict[Effect, Effect] = {1: -1, -1: 1}
_NO_ROWS = np.zeros(0, np.int64)


class _CutError(Exception):
    """A search ended before it knew."""

    def __init__(self, cut_by: CutBy) -> None:
        super().__init__(cut_by)
        self.cut_by: CutBy = cut_by


@dataclass
class _BlockerSearch:
    """A search for paths that avoid some entities."""

    question: _Question
    starts: kernel.Ints
    ends: kernel.Ints
    effect: Effect | None
    closed: kernel.Bytes
    """What the question itself leaves out."""
    work: int

    @property
    def kept(self) -> frozenset[int]:
        """The ends, which are never removed."""
        entity = self.question.network.entity
        return frozenset(self.starts.tolist()) | frozenset(entity[self.ends].tolist())

    def has_direct_path(self) -> bool:
        """Whether there is a path on which nothing can be removed."""
        removable = np.ones(len(self.closed), bool)
        removable[self.question.network.nodes_of(self.kept)] = False
        return self._path(np.maximum(self.closed, removable.view(np.uint8))) is not None

    def avoiding(self, removed: frozenset[int]) -> frozenset[int] | None:
        """The removable entities of a path that avoids the removed ones; None if there is none."""
        closed = self.closed.copy()
        closed[self.question.network.nodes_of(removed)] = kernel.BANNED
        return self._path(closed)

    def _path(self, closed: kernel.Bytes) -> frozenset[int] | None:
        masks = self.question.masks._replace(closed=kernel.frozen(closed, np.uint8))
        ranking, looked, cut_by = self.question.ask(
            self.starts, self.ends, effect=self.effect, size=1, work=self.work, masks=masks
        )
        self.work = max(0, self.work - looked)
        codes = ranking.codes[0].tolist()
        if codes[0] >= 0:
            # A true path serves here even if the search for a better one was cut.
            return frozenset(code >> 1 for code in codes if code >= 0) - self.kept
        if cut_by is not None:
            raise _CutError(cut_by)
        return None


_CUT_BY: tuple[CutBy | None, ...] = (None, "work", "time")
_HIGHEST = kernel.INFINITE - 1


class _Question(NamedTuple):
    """What the searches of one question share."""

    network: Network
    kernels: kernel.Kernels
    masks: Masks
    max_steps: int
    stop: Stop

    @classmethod
    def of(
        cls,
        network: Network,
        *,
        max_steps: int,
        stop: Stop | None,
        banned: ArrayLike | None = None,
        inside_banned: ArrayLike | None = None,
        step_mask: ArrayLike | None = None,
        masks: Masks | None = None,
    ) -> _Question:
        if not 1 <= max_steps <= kernel.MAX_STEPS:
            raise BadQuestion(f"max_steps is {max_steps}; ask for 1 to {kernel.MAX_STEPS} steps.")
        masks = masks or Masks.of(network, banned=banned, inside=inside_banned, steps=step_mask)
        return cls(
            network,
            kernel.kernels_for(network),
            masks,
            max_steps,
            _NEVER if stop is None else kernel.frozen(stop.view(np.uint8), np.uint8),
        )

    def ends(self, entities: Iterable[int]) -> kernel.Ints:
        """The distinct entities that are not banned, in order."""
        distinct = sorted(set(entities))
        closed = self.masks.closed
        most = self.network.entities
        if len(distinct) == 1 and 0 <= distinct[0] < most:
            return _NOBODY if closed[distinct[0]] == kernel.BANNED else _alone(distinct[0])
        if distinct and not 0 <= distinct[0] <= distinct[-1] < most:
            raise BadQuestion(
                f"entities are numbered 0 to {most - 1}; asked for {distinct[0]} to {distinct[-1]}."
            )
        return kernel.frozen([e for e in distinct if closed[e] != kernel.BANNED], np.int32)

    def nodes(self, ends: kernel.Ints) -> kernel.Ints:
        """All nodes of these entities, at any of which a path may end."""
        if self.network.nodes == self.network.entities:
            return ends
        return kernel.frozen(sorted(self.network.nodes_of(ends.tolist())), np.int32)

    def best(
        self,
        sources: Iterable[int],
        targets: Iterable[int],
        *,
        effect: Effect | None,
        limit: int,
        work: int,
    ) -> tuple[Ranking, CutBy | None]:
        """The best paths between any two, and one more than `limit` where there are as many."""
        if limit < 1:
            raise BadQuestion(f"limit is {limit}; ask for at least one path.")
        starts, ends = self.ends(sources), self.ends(targets)
        if not _joinable(starts, ends):
            return Ranking.empty(1), None
        ranking, _, cut_by = self.ask(
            starts, self.nodes(ends), effect=effect, size=limit + 1, work=work
        )
        return ranking, cut_by

    def most_labels(self, work: int) -> int:
        """How many labels a search that looks at so many steps makes at most.

        Each step looked at makes one, and is looked at once per sign and number of steps.
        """
        return min(work + CHUNK, 12 * self.max_steps * self.network.steps)

    def ask(
        self,
        starts: kernel.Ints,
        ends: kernel.Ints,
        *,
        effect: Effect | None,
        size: int,
        work: int,
        loop: bool = False,
        ceiling: int = kernel.INFINITE,
        masks: Masks | None = None,
    ) -> tuple[Ranking, int, CutBy | None]:
        """The best `size` paths of a key below the ceiling, the work done, and what cut it."""
        network = self.network
        room = min(ROOM, self.most_labels(work)) + max(len(starts), len(ends)) + 1
        search = kernel.workspace().search(network.nodes, room + CHUNK)
        blank = _blank(size, ceiling)
        ranking = Ranking(
            blank.keys.copy(), blank.codes.copy(), blank.nodes.copy(), blank.rows.copy()
        )
        want = _want(effect, EITHER)
        looked, outcome = self.kernels.best_paths(
            *(network.outgoing, network.incoming, masks or self.masks, search, ranking),
            *(starts, ends, want % EITHER, int(want != EITHER), int(loop)),
            *(self.max_steps, CHUNK, PATIENCE, work, room, self.stop),
        )
        return ranking, looked, _CUT_BY[outcome]


# What every small question needs is made once; on a small graph making it took as long as a search.
_NOBODY = kernel.frozen([], np.int32)


@lru_cache(maxsize=4_096)
def _alone(entity: int) -> kernel.Ints:
    return kernel.frozen([entity], np.int32)


@lru_cache(maxsize=16)
def _blank(size: int, ceiling: int) -> Ranking:
    return Ranking.empty(size, ceiling=ceiling)


def _want(effect: Effect | None, either: int) -> int:
    """The sign bit that the kernels look for: 0 promotes, 1 inhibits."""
    if effect not in (None, 1, -1):
        raise BadQuestion(f"effect is {effect}; ask for 1, -1 or None.")
    return either if effect is None else int(effect < 0)


def _joinable(starts: kernel.Ints, ends: kernel.Ints) -> bool:
    """Whether there is a pair of different ends."""
    if len(starts) == 1 and len(ends) == 1:
        return bool(starts[0] != ends[0])
    return len(starts) > 0 and len(ends) > 0


def _ranks(ranking: Ranking) -> list[tuple[int, ...]]:
    """What the paths are ordered by: key, codes of entities, codes of nodes."""
    return [
        (key, *codes, *nodes)
        for key, codes, nodes in zip(
            ranking.keys.tolist(), ranking.codes.tolist(), ranking.nodes.tolist(), strict=True
        )
    ]


def _paths(ranking: Ranking) -> list[Found]:
    paths: list[Found] = []
    for key, walk, rows in zip(
        ranking.keys.tolist(), ranking.codes.tolist(), ranking.rows.tolist(), strict=True
    ):
        if walk[0] < 0:
            break
        cost, steps = divmod(key, kernel.WEIGHT)
        met = walk[: steps + 1]
        entities = tuple([code >> 1 for code in met])
        # The lowest bit of a sum is that of the signs, one after the other.
        effect: Effect = -1 if sum(met) & 1 else 1
        # By position: on a small graph the names of fields cost as much as the search.
        paths.append(Found(entities[0], entities[-1], effect, cost, tuple(rows[:steps]), entities))
    return paths


def _answer(paths: list[Found], limit: int, cut_by: CutBy | None) -> Answer:
    cut_by = _cut(len(paths), limit, cut_by)
    return Answer(tuple(paths[:limit]), complete=cut_by is None, cut_by=cut_by)


def _cut(found: int, limit: int, cut_by: CutBy | None) -> CutBy | None:
    return "limit" if cut_by is None and found > limit else cut_by
