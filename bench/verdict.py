"""Is the first word right? What is said of the gene–phenotype pairs of PhysioMap, and how fast.

The data are not ours and stay outside: see `HOW_TO_GET`. Beside our answers stand those of shortest
paths and of the agreement of all simple paths, and an exhaustive form of the rule, without its
compiled search and unlimited in length, which no answer of ours may contradict.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench import table
from bench.kernel import generate
from bench.networks import pairs
from immunograph.search.effects import Determinacy, determinacy
from immunograph.search.kernel import Network
from immunograph.search.paths import Effect

HOW_TO_GET: Final = """\
PhysioMap is not at hand. `--physiomap FOLDER` names a folder with two tables, made of the relations
and of the rare-disease evaluation of bio-ontology-research-group/physiomap (on GitHub, CC BY 4.0):
  edges.tsv  source, sign (+ or -; others are left out), target
  pairs.tsv  intervention (`variable +` or `variable -`, several set apart by `;`), variable,
             observed (+ or -)"""

SIGNS: Final[Mapping[str, Effect]] = {"+": 1, "-": -1}
EXHAUSTIVE_SECONDS: Final = 20.0
"""For one pair; most take a fraction of one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What was moved, and which way the variable was seen to go."""

    moved: Mapping[str, Effect]
    variable: str
    observed: int


@dataclass(frozen=True)
class Relations:
    """A signed graph by names."""

    signs: dict[str, dict[str, set[int]]] = field(default_factory=dict[str, dict[str, set[int]]])
    """By source and target."""

    def add(self, source: str, target: str, sign: int) -> None:
        """Add a step."""
        self.signs.setdefault(source, {}).setdefault(target, set()).add(sign)
        self.signs.setdefault(target, {})

    def network(self) -> tuple[Network, dict[str, int]]:
        """The same as arrays, and the number of each name."""
        number = {name: place for place, name in enumerate(sorted(self.signs))}
        rows = [
            (number[source], number[target], int(sign < 0))
            for source, targets in sorted(self.signs.items())
            for target, signs in sorted(targets.items())
            for sign in sorted(signs)
        ]
        source, target, negative = zip(*rows, strict=True)
        return Network.build(len(number), source, target, negative, [1] * len(rows)), number


def read(folder: Path) -> tuple[Relations, list[Pair]]:
    """The relations and the pairs. A step from a variable to itself takes a way around a node."""
    relations = Relations()
    for row in _rows(folder / "edges.tsv"):
        source, target, sign = row["source"], row["target"], SIGNS.get(row["sign"])
        if sign is None:
            continue
        if source == target:
            source = f"{target} itself"
            relations.add(target, source, 1)
        relations.add(source, target, sign)
    found: list[Pair] = []
    for row in _rows(folder / "pairs.tsv"):
        moved: dict[str, Effect] = {}
        for part in row["intervention"].split(";"):
            name, way = part.strip().rsplit(" ", 1)
            moved[name] = SIGNS[way]
        found.append(Pair(moved, row["variable"], SIGNS[row["observed"]]))
    return relations, found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


# --- the exhaustive form ---------------------------------------------------------------------


class OutOfTime(Exception):
    """It took too long."""


@dataclass
class Exhaustive:
    """The rule as it reads: every simple path, and every loop beside it."""

    relations: Relations
    pair: Pair
    deadline: float

    def signs(self) -> set[int]:
        """The signs of the responses that all simple paths tell, up to the second one.

        Raises OutOfTime.
        """
        found: set[int] = set()
        for source, part in self._parts():
            for path in self._paths(part, source):
                found |= self._products(path, self.pair.moved[source])
                if len(found) > 1:
                    return found
        return found

    def loop_beside_a_path(self) -> bool:
        """Whether a reinforcing loop lies beside any of them. Raises OutOfTime."""
        known: dict[frozenset[str], bool] = {}
        for source, part in self._parts():
            for path in self._paths(part, source):
                rest = part - set(path)
                if rest not in known:
                    known[rest] = any(
                        1 in self._products((*loop, loop[0]), 1) for loop in self._loops(rest)
                    )
                if known[rest]:
                    return True
        return False

    def _parts(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Of each that is moved, all that lies between it and the variable."""
        signs, target = self.relations.signs, self.pair.variable
        for source in self.pair.moved:
            if source in signs and target in signs and target not in self.pair.moved:
                ahead = self._reached(source, signs)
                back: dict[str, dict[str, set[int]]] = {}
                for near in ahead:
                    for far in signs[near]:
                        if far in ahead and far not in self.pair.moved:
                            back.setdefault(far, {})[near] = set()
                if target in ahead:
                    yield source, frozenset(self._reached(target, back, everything=True))

    def _reached(
        self, start: str, steps: Mapping[str, Mapping[str, set[int]]], *, everything: bool = False
    ) -> set[str]:
        met, todo = {start}, [start]
        while todo:
            for following in steps.get(todo.pop(), ()):
                if following not in met and (everything or following not in self.pair.moved):
                    met.add(following)
                    todo.append(following)
        return met

    def _paths(self, part: frozenset[str], source: str) -> Iterator[tuple[str, ...]]:
        """Every simple path from a source to the variable."""
        yield from self._extended((source,), part - set(self.pair.moved), self.pair.variable)

    def _loops(self, part: frozenset[str]) -> Iterator[tuple[str, ...]]:
        """Every simple loop, from the first of its names."""
        for first in sorted(part):
            later = frozenset(name for name in part if name >= first)
            for walk in self._extended((first,), later, first):
                yield walk[:-1]

    def _extended(
        self, walk: tuple[str, ...], allowed: frozenset[str], end: str
    ) -> Iterator[tuple[str, ...]]:
        """Every simple way on from a walk to its end, only by what may still reach that."""
        if time.monotonic() > self.deadline:
            raise OutOfTime
        free = allowed - set(walk)
        for following in sorted(self.relations.signs[walk[-1]]):
            if following == end:
                yield (*walk, end)
            elif following in free and self._leads(following, free, end):
                yield from self._extended((*walk, following), allowed, end)

    def _leads(self, start: str, free: frozenset[str], end: str) -> bool:
        met, todo = {start}, [start]
        while todo:
            for following in self.relations.signs[todo.pop()]:
                if following == end:
                    return True
                if following in free and following not in met:
                    met.add(following)
                    todo.append(following)
        return False

    def _products(self, walk: tuple[str, ...], start: int) -> set[int]:
        found = {start}
        for near, far in pairwise(walk):
            found = {one * sign for one in found for sign in self.relations.signs[near][far]}
        return found


def shortest(relations: Relations, pair: Pair) -> set[int]:
    """The signs that the shortest paths tell."""
    level = {(name, way) for name, way in pair.moved.items() if name in relations.signs}
    met = set(pair.moved)
    while level:
        found = {sign for name, sign in level if name == pair.variable}
        if found and pair.variable not in pair.moved:
            return found
        level = {
            (far, way * sign)
            for near, way in level
            for far, signs in relations.signs[near].items()
            for sign in signs
            if far not in met
        }
        met |= {name for name, _ in level}
    return set()


# --- measuring -------------------------------------------------------------------------------

FORGIVING: Final = ("apart", "direct")
"""Rules that forgive a reinforcing loop: answers name them, and leave the sign open."""
COLUMNS: Final = ("right", "wrong", "undecided", "cut")


def measure(folder: Path | None, steps: int) -> None:
    """Tell how many pairs come out right, and how long that and a generated graph take."""
    print(f"\nThe verdict: which pairs are determined\n{'=' * 90}")
    if folder is None:
        print(HOW_TO_GET)
    else:
        _measure_physiomap(*read(folder))
    _measure_generated(steps)


def _measure_physiomap(relations: Relations, asked: list[Pair]) -> None:
    network, number = relations.network()
    told: list[Determinacy | None] = []
    seconds: list[float] = []
    for turn in range(2):
        told = []
        for pair in asked:
            moved: dict[int, Effect] = {
                number[name]: way for name, way in pair.moved.items() if name in number
            }
            begun = time.perf_counter()
            known = pair.variable in number
            told.append(determinacy(network, moved, number[pair.variable]) if known else None)
            if turn:
                seconds.append(time.perf_counter() - begun)
    print(f"PhysioMap, {network.steps:,} steps, {len(asked)} pairs\n")
    print(f"  {'':{table.WIDTH - 2}}" + "".join(f"{name:>11}" for name in COLUMNS))
    said = [_said(answer, "one_sign") for answer in told]
    _tell("immunograph, determined", asked, said)
    for rule in FORGIVING:
        _tell(f"  left open, said by the rule {rule}", asked, [_said(one, rule) for one in told])
    exhausted = [_exhaust(relations, pair) for pair in asked]
    _tell("one_sign, exhaustively", asked, [rule for _, rule in exhausted])
    _tell("agreement of simple paths", asked, [agreed for agreed, _ in exhausted])
    _tell("shortest paths", asked, [_only(shortest(relations, pair)) for pair in asked])
    alike = sum(ours == theirs for ours, (_, theirs) in zip(said, exhausted, strict=True))
    table.line("one_sign as the exhaustive form has it", f"{alike} of {len(asked)}")
    table.head("One verdict")
    table.row("PhysioMap", seconds)


Said = int | str
"""A sign, or why there is none."""


def _said(answer: Determinacy | None, rule: str) -> Said:
    """The sign that one rule gives."""
    if answer is None or answer.effect is None or answer.why != rule:
        return "cut" if answer and answer.why in ("work", "time") else "undecided"
    return answer.effect


def _only(signs: set[int]) -> Said:
    return next(iter(signs)) if len(signs) == 1 else "undecided"


def _tell(name: str, asked: list[Pair], said: list[Said]) -> None:
    counted = Counter(
        one if isinstance(one, str) else "right" if one == pair.observed else "wrong"
        for pair, one in zip(asked, said, strict=True)
    )
    print(
        f"  {name:{table.WIDTH - 2}}" + "".join(f"{counted[column]:>11,}" for column in COLUMNS),
        flush=True,
    )


def _exhaust(relations: Relations, pair: Pair) -> tuple[Said, Said]:
    """What all simple paths agree on, and what the rule says, told by the exhaustive form."""
    search = Exhaustive(relations, pair, time.monotonic() + EXHAUSTIVE_SECONDS)
    try:
        agreed = _only(search.signs())
    except OutOfTime:
        return "cut", "cut"
    try:
        beside = isinstance(agreed, int) and search.loop_beside_a_path()
    except OutOfTime:
        return agreed, "cut"
    return agreed, "undecided" if beside else agreed


def _measure_generated(steps: int) -> None:
    rows = generate(steps)
    network = rows.build()
    reasons = Counter[str]()
    seconds: list[float] = []
    ends = pairs(rows, 320)
    for place, (source, target) in enumerate(ends):
        begun = time.perf_counter()
        answer = determinacy(network, {source: 1}, target)
        if place >= 20:
            seconds.append(time.perf_counter() - begun)
            reasons[answer.why] += 1
    counted = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    table.row(f"Generated, {network.steps:,} steps", seconds, counted)
    # Where no step inhibits there is no second sign to find, and the search goes on to its end.
    network = Network.build(
        rows.entities, rows.source, rows.target, np.zeros_like(rows.negative), rows.cost
    )
    seconds.clear()
    cut = 0
    for source, target in ends[:100]:
        begun = time.perf_counter()
        cut += determinacy(network, {source: 1}, target).why == "work"
        seconds.append(time.perf_counter() - begun)
    table.row("the same, nothing inhibits", seconds, f"{cut} of {len(seconds)} cut and left open")
