"""What a process remembers of what it has made, within one bound in bytes.

Every memo shares one budget. What is remembered is either young or old: what is made or asked for
is young; once the young fill half of the budget they are the old, and what was old and not asked
for since is forgotten. So what was used least recently goes first, and to look something up costs
no more than in a dictionary.

Sizes are measured: of the first few values of each type all, later of one in many and of those
that are large themselves; of the others they are taken to be what these were on average.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

BYTES: Final = 64 * 1024 * 1024
"""Of all that a process remembers."""
ENTRY: Final = 150
"""Bytes of a key and its place in a dictionary."""
_ALWAYS: Final = 8
_EVERY: Final = 512
_SAMPLED: Final = 32
"""Of many parts, how many are looked into, about."""
_LARGE: Final = 16_384
"""Bytes of a value itself from which on it is always measured."""
_NEGLIGIBLE: Final = 8.0
"""Bytes below which a share of something is not looked into."""
_NO_VALUES: Final = (type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)


def size_of(value: object) -> float:
    """The bytes of a value and of what it refers to; of what has other owners too, its share.

    >>> size_of("x" * 1_000) < size_of(["x" * 1_000, "y" * 1_000]) < size_of("x" * 5_000)
    True
    """
    found = 0.0
    todo: list[tuple[object, float]] = [(value, 1.0)]
    while todo:
        one, share = todo.pop()
        own = sys.getsizeof(one)
        found += own * share
        if share * max(own, ENTRY) < _NEGLIGIBLE:
            continue
        others = gc.get_referents(one)
        if len(others) > _SAMPLED:
            # Of many some; by an odd distance, since keys and values of a dictionary take turns.
            every = len(others) // _SAMPLED | 1
            share *= every
            others = others[::every]
        for other in others:
            if isinstance(other, _NO_VALUES):
                continue
            # Besides its owners, the list that is gone through and the names here refer to it.
            owners = max(1, sys.getrefcount(other) - 3)
            todo.append((other, share / owners))
    return found


@dataclass(slots=True)
class _Kind:
    """What was measured of the values of one type in one memo."""

    met: int = 0
    many: int = 0
    measured: float = 0.0

    def estimate(self, value: object) -> float:
        """The size of a value, measured or taken from those that were."""
        self.met += 1
        known = self.many >= _ALWAYS and self.met % _EVERY
        if known and sys.getsizeof(value) <= _LARGE:
            return self.measured / self.many
        size = size_of(value)
        if size <= _LARGE * _EVERY:
            self.many += 1
            self.measured += size
        return size


class Budget:
    """So many bytes for all memos that share it."""

    def __init__(self, most: int = BYTES) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._memos: WeakSet[Memo[Any, Any]] = WeakSet()
        self._kinds: dict[type, _Kind] = {}
        self._young = 0.0
        self._old = 0.0

    @property
    def held(self) -> int:
        """The bytes that are remembered, about."""
        return int(self._young + self._old)

    def share_with(self, memo: Memo[Any, Any]) -> None:
        """Let a memo remember within this budget."""
        with self._lock:
            self._memos.add(memo)

    def spend(self, value: object) -> None:
        """Make room for what is remembered next, and count it."""
        with self._lock:
            kind = self._kinds.get(type(value))
            if kind is None:
                kind = self._kinds[type(value)] = _Kind()
            size = ENTRY + kind.estimate(value)
            if (self._young + size) * 2 > self.most:
                self._young, self._old = 0.0, self._young
                for memo in self._memos:
                    memo.grow_old()
            self._young += size


SHARED: Final = Budget()
"""That of this process."""


class Memo(Generic[K, V]):
    """Values by key that are made once, and made again where they were forgotten.

    >>> memo = Memo[str, int]()
    >>> memo.recalled("a"), memo.remembered("a", lambda: 1), memo.recalled("a")
    (None, 1, 1)
    """

    __slots__ = ("__weakref__", "_budget", "_old", "_young")

    def __init__(self, budget: Budget = SHARED) -> None:
        self._budget = budget
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        budget.share_with(self)

    def recalled(self, key: K) -> V | None:
        """What was made under a key and not forgotten; else None."""
        found = self._young.get(key)
        if found is None and (found := self._old.pop(key, None)) is not None:
            self.keep(key, found)
        return found

    def remembered(self, key: K, make: Callable[[], V]) -> V:
        """What `make` makes, which is not None; whoever gets it must not change it."""
        found = self.recalled(key)
        if found is None:
            found = make()
            self.keep(key, found)
        return found

    def keep(self, key: K, value: V) -> None:
        """Remember a value."""
        self._budget.spend(value)
        self._young[key] = value

    def grow_old(self) -> None:
        """Forget what was not asked for lately; for the budget."""
        self._old, self._young = self._young, {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


class Remembering(Memo[K, V]):
    """A memo that makes what it is asked for itself.

    >>> lengths = Remembering[str, int](len)
    >>> lengths["abc"], len(lengths)
    (3, 1)
    """

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[K], V], budget: Budget = SHARED) -> None:
        super().__init__(budget)
        self._make = make

    def __getitem__(self, key: K) -> V:
        found = self._young.get(key)
        if found is None:
            found = self.recalled(key)
            if found is None:
                found = self._make(key)
                self.keep(key, found)
        return found
