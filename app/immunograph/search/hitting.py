"""The smallest sets that meet every member of a family of sets which is only asked for members.

What breaks every path, or every path of one sign, is such a set: it has something of each.
"""

from __future__ import annotations

from collections.abc import Callable


class HittingSets:
    """A search for such sets of numbers.

    `ask` gives a member of the family that has none of the numbers it is given, or None if there
    is no such member. What it gave is kept in `known`, and not asked for again.
    """

    def __init__(self, ask: Callable[[frozenset[int]], frozenset[int] | None]) -> None:
        self._ask = ask
        self.known: list[frozenset[int]] = []

    def missed(self, chosen: frozenset[int]) -> frozenset[int] | None:
        """A member that has none of these numbers; None if they meet every one."""
        for member in self.known:
            if member.isdisjoint(chosen):
                return member
        member = self._ask(chosen)
        if member is not None:
            self.known.append(member)
        return member

    def smallest(
        self, most: int, *, admits: Callable[[frozenset[int]], object] | None = None
    ) -> tuple[tuple[int, ...], ...]:
        """All sets of the least size, at most `most`, in order; none where the family is empty.

        Only sets that are admitted count, and no set of which a part meets every member. Every
        such set has a number of each member: so take a member, choose one of its numbers after
        the other, and ask for another that has none. Members with nothing in common, each of which
        needs a number of its own, say from which size on to look.

        >>> family = [frozenset({1, 2}), frozenset({2, 3}), frozenset({3, 4})]
        >>> search = HittingSets(lambda chosen: next((f for f in family if not f & chosen), None))
        >>> search.smallest(2)
        ((1, 3), (2, 3), (2, 4))
        """
        apart = 0
        met: frozenset[int] = frozenset()
        while (member := self.missed(met)) is not None:
            apart += 1
            if apart > most:
                return ()
            met |= member
        for size in range(max(1, apart), most + 1 if apart else 0):
            sets: set[frozenset[int]] = set()
            self._extend(frozenset(), size, sets, set())
            found = [
                tuple(sorted(one))
                for one in sets
                if not any(other < one for other in sets) and (admits is None or admits(one))
            ]
            if found:
                return tuple(sorted(found))
        return ()

    def _extend(
        self,
        chosen: frozenset[int],
        left: int,
        sets: set[frozenset[int]],
        seen: set[frozenset[int]],
    ) -> None:
        """Add every set that holds `chosen` and at most `left` more."""
        if chosen in seen:
            return
        seen.add(chosen)
        member = self.missed(chosen)
        if member is None:
            sets.add(chosen)
        elif left == 1:
            # The last one is in every member still missed; each failure makes one more known.
            shared = member.intersection(*filter(chosen.isdisjoint, self.known))
            for number in sorted(shared):
                self._extend(chosen | {number}, 0, sets, seen)
        elif left > 1:
            for number in sorted(member):
                self._extend(chosen | {number}, left - 1, sets, seen)
