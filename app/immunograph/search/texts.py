"""Immutable texts in one array of bytes, so that a million of them can be mapped from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from immunograph.search.kernel import Bytes, Longs, frozen


class Raw(Protocol):
    """Texts that are read one by one."""

    def raw(self, place: int) -> bytes:
        """One text as its bytes, not decoded."""
        ...


class Texts(Sequence[str]):
    """Immutable texts in one array of bytes (UTF-8); each is decoded when asked for.

    >>> texts = Texts.of(["IL6", "TNF-α"])
    >>> texts[1], len(texts), texts.place("IL6"), texts.place("IL7")
    ('TNF-α', 2, 0, None)
    """

    def __init__(self, start: Longs, text: Bytes) -> None:
        """Text `i` stands at `text[start[i]:start[i + 1]]`."""
        self.start = start
        self.text = text

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """These texts in their order."""
        texts = list(texts)
        text = "".join(texts).encode()
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        if lengths.sum() != len(text):  # some letters take more than a byte
            lengths = np.array([len(one.encode()) for one in texts])
        start = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(lengths, out=start[1:])
        return cls(frozen(start, np.int64), frozen(np.frombuffer(text, np.uint8), np.uint8))

    def at(self, places: Longs) -> Texts:
        """The texts at these places, in their order."""
        lengths = np.diff(self.start)
        if len(places) == 0 or (lengths != lengths[0]).any():
            return Texts.of([self[int(place)] for place in places])
        # As ids of statements are: all of one length.
        start = np.arange(len(places) + 1) * lengths[0]
        table = self.text.reshape(len(self), lengths[0])
        return Texts(frozen(start, np.int64), frozen(table[places].reshape(-1), np.uint8))

    def __len__(self) -> int:
        return len(self.start) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        return self.text[self.start[place] : self.start[place + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        whole = self.text.tobytes()
        ends = self.start.tolist()
        for start, end in pairwise(ends):
            yield whole[start:end].decode()

    def raw(self, place: int) -> bytes:
        """One text as its bytes, not decoded."""
        return self.text[self.start[place] : self.start[place + 1]].tobytes()

    @cached_property
    def _table(self) -> NDArray[Any] | None:
        """The texts as one column, where all are of one length, as ids of statements are."""
        lengths = np.diff(self.start)
        if len(lengths) == 0 or lengths[0] == 0 or (lengths != lengths[0]).any():
            return None
        return self.text.view(f"S{lengths[0]}")

    def place(self, text: str) -> int | None:
        """Where a text stands, if these are sorted and it is one of them."""
        wanted = text.encode()
        table = self._table
        if table is not None:
            if len(wanted) != table.dtype.itemsize:
                return None
            low = int(table.searchsorted(wanted))
            return low if low < len(table) and table.item(low) == wanted else None
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self.raw(low) == wanted else None

    def without(self, places: Sequence[int]) -> Texts:
        """The texts but for those at these places."""
        if not len(places):
            return self
        return self.at(np.delete(np.arange(len(self)), places))

    def with_texts(self, texts: Sequence[str]) -> Texts:
        """These sorted texts and other sorted ones, none of them in both, in order."""
        if not texts:
            return self
        table, more = self._table, np.array([one.encode() for one in texts])
        if table is not None and all(len(one) == table.dtype.itemsize for one in more.tolist()):
            whole = np.insert(table, np.searchsorted(table, more), more.astype(table.dtype))
            start = np.arange(len(whole) + 1) * table.dtype.itemsize
            return Texts(frozen(start, np.int64), frozen(whole.view(np.uint8), np.uint8))
        return Texts.of(sorted((*self, *texts)))

    def places_in(self, other: Texts) -> Longs:
        """The place of each of these sorted texts among other sorted ones; -1 where it is none."""
        if other is self:
            return np.arange(len(self))
        one, table = self._table, other._table
        if one is not None and table is not None and one.dtype == table.dtype:
            found = np.searchsorted(table, one)
            found[found == len(table)] = 0
            return np.where(table[found] == one, found, -1)
        place = {text: number for number, text in enumerate(other)}
        return np.array([place.get(text, -1) for text in self], np.int64)


class Numbers(Mapping[str, int]):
    """The place of each of some sorted texts."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> int:
        found = self._texts.place(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._texts.place(key) is not None
