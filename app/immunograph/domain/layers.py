"""Mappings that change on top of others: a fork costs nothing, and both sides go on on their own.

A `Layered` mapping has a base that it never changes (perhaps one that decodes each value when it is
asked for) and layers of changes above it, the newest first. A fork shares them all; whoever changes
first afterwards lays a new one on top. Layers are put together so that each is more than twice as
large as the one above it: a key is sought in few of them, however often a mapping was forked.
"""

from __future__ import annotations

from collections.abc import (
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSet,
)
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, Final, Self, TypeVar, cast, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")

FEW: Final = 8
"""Members of a group that are held in a tuple, which is smaller than a set."""


class _Mark(Enum):
    """What stands in a layer, or is found in it, in place of a value."""

    GONE = "gone"
    UNSAID = "unsaid"


# A name is looked up in a moment, a member of an enumeration is not.
_GONE: Final = _Mark.GONE
_UNSAID: Final = _Mark.UNSAID


class Layered(MutableMapping[K, V]):
    """A mapping over a base, which must not change meanwhile.

    Values are replaced, never changed in place. Length and presence are exact and cheap; only
    iterating goes through the base.

    >>> base = {"a": 1, "b": 2}
    >>> one = Layered(base)
    >>> other = one.fork()
    >>> del one["a"]
    >>> other["c"] = 3
    >>> sorted(one), sorted(other), sorted(base)
    (['b'], ['a', 'b', 'c'], ['a', 'b'])
    """

    __slots__ = ("_base", "_layers", "_more", "_shared")

    def __init__(self, base: Mapping[K, V] | None = None) -> None:
        self._base: Mapping[K, V] = {} if base is None else base
        self._layers: tuple[dict[K, V | _Mark], ...] = ({},)
        self._more = 0
        """How many more keys there are than in the base."""
        self._shared = False
        """Whether the newest layer belongs to others too, so that a change needs a new one."""

    def fork(self) -> Self:
        """The same mapping, to be changed on its own, as this one may be."""
        self._shared = True
        other = type(self)(self._base)
        other._layers, other._more, other._shared = self._layers, self._more, True
        return other

    def __getitem__(self, key: K) -> V:
        for layer in self._layers:
            found = layer.get(key, _UNSAID)
            if found is not _UNSAID:
                if found is _GONE:
                    raise KeyError(key)
                return found
        return self._base[key]

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        """The value of a key, or the default."""
        for layer in self._layers:
            found = layer.get(key, _UNSAID)
            if found is not _UNSAID:
                return default if found is _GONE else found
        return self._base.get(key, default)

    def __contains__(self, key: object) -> bool:
        return self._is_in(self._layers, key)

    def _is_in(self, layers: Iterable[dict[K, V | _Mark]], key: object) -> bool:
        for layer in layers:
            found = layer.get(cast(K, key), _UNSAID)
            if found is not _UNSAID:
                return found is not _GONE
        return key in self._base

    def __setitem__(self, key: K, value: V) -> None:
        top = self._top()
        if not self._is_in(self._layers, key):
            self._more += 1
        top[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        top = self._top()
        if self._is_in(self._layers[1:], key):
            top[key] = _GONE
        else:
            del top[key]
        self._more -= 1

    def put(self, key: K, value: V, *, known: bool) -> None:
        """Set a value where it is known whether the key has one, so that the base is not asked.

        >>> one = Layered({"a": 1})
        >>> one.put("b", 2, known=False)
        >>> one.put("a", 3, known=True)
        >>> one.take("b")
        >>> dict(one), len(one)
        ({'a': 3}, 1)
        """
        self._top()[key] = value
        self._more += not known

    def take(self, key: K) -> None:
        """Remove a key that is known to be there, likewise."""
        self._top()[key] = _GONE
        self._more -= 1

    def _top(self) -> dict[K, V | _Mark]:
        """The layer that is this mapping's own."""
        if self._shared:
            layers = [layer for layer in self._layers if layer]
            while len(layers) > 1 and 2 * len(layers[0]) >= len(layers[1]):
                layers[:2] = [{**layers[1], **layers[0]}]
            self._layers = ({}, *layers)
            self._shared = False
        return self._layers[0]

    def __len__(self) -> int:
        return len(self._base) + self._more

    def __iter__(self) -> Iterator[K]:
        layers = self._layers
        for key in self._base:
            if not any(key in layer for layer in layers):
                yield key
        for place in reversed(range(len(layers))):
            newer = layers[:place]
            for key, value in layers[place].items():
                if value is not _GONE and not any(key in layer for layer in newer):
                    yield key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)})"


class Groups(Layered[K, Collection[str]]):
    """The members of each key; one without members has no entry.

    >>> groups = Groups[str]()
    >>> groups.add("a", "x")
    >>> other = groups.fork()
    >>> other.add("a", "y")
    >>> groups["a"], other["a"]
    (('x',), ('x', 'y'))
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Whether all groups have the same members; these have no order."""
        if not isinstance(other, Groups):
            return NotImplemented
        groups = cast("Groups[K]", other)
        return len(self) == len(groups) and all(
            set(members) == set(groups.get(key, ())) for key, members in self.items()
        )

    __hash__ = None  # pyright: ignore[reportAssignmentType] # as of every mapping that changes

    def add(self, key: K, member: str) -> None:
        """Put a member into the group of a key."""
        found = self.get(key, ())
        if member in found:
            return
        if len(found) < FEW:
            self[key] = (*found, member)
        else:
            self._own(key, found).add(member)

    def add_new(self, key: K, member: str) -> None:
        """The same of one that is known not to be in it: a group of the base is not looked at.

        >>> base = {"a": frozenset("x")}
        >>> groups = Groups[str](base)
        >>> groups.add_new("a", "y")
        >>> sorted(groups["a"]), groups["a"] is groups.get("a")
        (['x', 'y'], True)
        """
        own = self._said(key)
        if own is _UNSAID and key in self._base:
            self[key] = _Grown(self._base, key, {member})
        elif isinstance(own, _Grown):
            if key not in self._top():
                own = _Grown(self._base, key, set(own.more))
                self[key] = own
            own.more.add(member)
        else:
            self.add(key, member)

    def _said(self, key: K) -> Collection[str] | _Mark:
        """What the layers say of a key, the base aside."""
        for layer in self._layers:
            found = layer.get(key, _UNSAID)
            if found is not _UNSAID:
                return found
        return _UNSAID

    def discard(self, key: K, member: str) -> None:
        """Take a member out of the group of a key, if it is there."""
        found = self.get(key, ())
        if member not in found:
            return
        if len(found) == 1:
            del self[key]
        elif len(found) <= FEW:
            self[key] = tuple(one for one in found if one != member)
        else:
            self._own(key, found).discard(member)

    def _own(self, key: K, found: Collection[str]) -> set[str]:
        """A large group as a set of this mapping's own: only that is changed in place."""
        if isinstance(found, set) and key in self._top():
            return found
        own = set(found)
        self[key] = own
        return own


class _Grown(Collection[str]):
    """A group of the base, read when it is asked for, and members that it has not."""

    __slots__ = ("_base", "_key", "more")

    def __init__(self, base: Mapping[Any, Collection[str]], key: Any, more: set[str]) -> None:
        self._base = base
        self._key = key
        self.more = more

    def __contains__(self, member: object) -> bool:
        return member in self.more or member in self._base[self._key]

    def __iter__(self) -> Iterator[str]:
        yield from self._base[self._key]
        yield from self.more

    def __len__(self) -> int:
        return len(self._base[self._key]) + len(self.more)


class LayeredSet(MutableSet[K]):
    """A set over a base that it never changes.

    >>> one = LayeredSet({"a", "b"})
    >>> other = one.fork()
    >>> one.discard("a")
    >>> sorted(one), sorted(other)
    (['b'], ['a', 'b'])
    """

    __slots__ = ("_members",)

    def __init__(self, base: AbstractSet[K] | None = None) -> None:
        self._members = Layered[K, None](None if base is None else _Keys(base))

    def fork(self) -> LayeredSet[K]:
        """The same set, to be changed on its own, as this one may be."""
        other = LayeredSet[K]()
        other._members = self._members.fork()
        return other

    def add(self, value: K) -> None:
        """Put a member in."""
        self._members[value] = None

    def discard(self, value: K) -> None:
        """Take a member out, if it is there."""
        if value in self._members:
            del self._members[value]

    def __contains__(self, value: object) -> bool:
        return value in self._members

    def __iter__(self) -> Iterator[K]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"LayeredSet({set(self)})"


class _Keys(Mapping[K, None]):
    """A set as a mapping of its members to nothing."""

    __slots__ = ("_members",)

    def __init__(self, members: AbstractSet[K]) -> None:
        self._members = members

    def __getitem__(self, key: K) -> None:
        if key not in self._members:
            raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self._members

    def __iter__(self) -> Iterator[K]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


class Remaining(Mapping[K, V]):
    """A mapping without some of its keys, which are not gone through.

    >>> sorted(Remaining({"a": 1, "b": 2}, {"a"}))
    ['b']
    """

    __slots__ = ("_gone", "_whole")

    def __init__(self, whole: Mapping[K, V], gone: AbstractSet[K]) -> None:
        """`gone` are keys of the whole."""
        self._whole = whole
        self._gone = gone

    def __getitem__(self, key: K) -> V:
        if key in self._gone:
            raise KeyError(key)
        return self._whole[key]

    def __contains__(self, key: object) -> bool:
        return key not in self._gone and key in self._whole

    def __iter__(self) -> Iterator[K]:
        return (key for key in self._whole if key not in self._gone)

    def __len__(self) -> int:
        return len(self._whole) - len(self._gone)
