"""A layered mapping is what a dict would be, and a fork leaves what it was forked from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from immunograph.domain.layers import Groups, Layered, LayeredSet

KEYS = st.integers(0, 30)
MEMBERS = st.sampled_from([f"m{number}" for number in range(20)])


class Forking(RuleBasedStateMachine):
    """Mappings forked from one another, each beside a dict, a dict of sets and a set."""

    @initialize(base=st.dictionaries(KEYS, st.integers(), max_size=30))
    def begin(self, base: dict[int, int]) -> None:
        self.base = base
        self.kept = dict(base)
        self.pairs = [(Layered(base), dict(base))]
        groups = {key: {f"m{value % 20}"} for key, value in base.items()}
        self.groups = [(Groups({key: tuple(found) for key, found in groups.items()}), groups)]
        self.sets = [(LayeredSet(base.keys()), set(base))]

    @rule(which=st.integers(0))
    def fork(self, which: int) -> None:
        one, like = self.pairs[which % len(self.pairs)]
        self.pairs.append((one.fork(), dict(like)))
        groups, alike = self.groups[which % len(self.groups)]
        self.groups.append((groups.fork(), {key: set(found) for key, found in alike.items()}))
        members, also = self.sets[which % len(self.sets)]
        self.sets.append((members.fork(), set(also)))

    @rule(which=st.integers(0), key=KEYS, value=st.integers())
    def put(self, which: int, key: int, value: int) -> None:
        one, like = self.pairs[which % len(self.pairs)]
        one[key] = like[key] = value
        for members in self.sets[which % len(self.sets)]:
            members.add(key)

    @rule(which=st.integers(0), key=KEYS)
    def take_out(self, which: int, key: int) -> None:
        one, like = self.pairs[which % len(self.pairs)]
        assert one.pop(key, None) == like.pop(key, None)
        for members in self.sets[which % len(self.sets)]:
            members.discard(key)

    @rule(which=st.integers(0), key=st.integers(0, 2), some=st.sets(MEMBERS))
    def join(self, which: int, key: int, some: set[str]) -> None:
        groups, like = self.groups[which % len(self.groups)]
        for member in some:
            groups.add(key, member)
            like.setdefault(key, set()).add(member)

    @rule(which=st.integers(0), key=KEYS, some=st.sets(MEMBERS))
    def join_anew(self, which: int, key: int, some: set[str]) -> None:
        groups, like = self.groups[which % len(self.groups)]
        for member in some - like.get(key, set()):
            groups.add_new(key, member)
            like.setdefault(key, set()).add(member)

    @rule(which=st.integers(0), key=st.integers(0, 2), some=st.sets(MEMBERS))
    def leave(self, which: int, key: int, some: set[str]) -> None:
        groups, like = self.groups[which % len(self.groups)]
        for member in some:
            groups.discard(key, member)
            like.get(key, set()).discard(member)
            if not like.get(key, True):
                del like[key]

    @invariant()
    def they_are_alike(self) -> None:
        for one, like in getattr(self, "pairs", ()):
            assert one == like
            assert (len(one), sorted(one)) == (len(like), sorted(like))
            assert all((key in one) == (key in like) for key in range(31))
            assert all(one.get(key, "none") == like.get(key, "none") for key in range(31))
        for groups, like in getattr(self, "groups", ()):
            assert {key: set(found) for key, found in groups.items()} == like
            assert groups == Groups({key: tuple(found) for key, found in like.items()})
            assert all(len(set(found)) == len(found) for found in groups.values())
        for members, like in getattr(self, "sets", ()):
            assert members == like
        assert getattr(self, "base", None) == getattr(self, "kept", None)


TestForking = Forking.TestCase
TestForking.settings = settings(max_examples=60, stateful_step_count=30)


@given(st.lists(st.tuples(KEYS, st.integers()), max_size=200))
def test_however_often_it_is_forked_few_layers_are_looked_at(
    changes: list[tuple[int, int]],
) -> None:
    one = Layered[int, int]()
    for key, value in changes:
        one = one.fork()
        one[key] = value
    assert one == dict(changes)
    assert len(one._layers) <= 7  # pyright: ignore[reportPrivateUsage] # what bounds a look-up


class Untouchable(Mapping[str, int]):
    """A base of a thousand values that may be asked for, and never gone through."""

    def __getitem__(self, key: str) -> int:
        number = int(key)
        if number >= 1000:
            raise KeyError(key)
        return number

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("nothing here needs all keys")

    def __len__(self) -> int:
        return 1000


def test_the_base_is_never_gone_through_to_change_count_or_fork() -> None:
    one = Layered(Untouchable())
    one["2000"] = 1
    del one["7"]
    other = one.fork()
    other["7"] = 7
    assert (len(one), len(other)) == (1000, 1001)
    assert (one.get("7"), other["7"], "7" in one, "8" in one, one.get("5000", 3)) == (
        None, 7, False, True, 3,
    )  # fmt: skip


class Unread(Mapping[str, tuple[str, ...]]):
    """Groups of which one may ask whether they are there, and nothing more."""

    def __getitem__(self, key: str) -> tuple[str, ...]:
        if key != "a":
            raise KeyError(key)
        raise AssertionError("nobody needs the members")

    def __contains__(self, key: object) -> bool:
        return key == "a"

    def __iter__(self) -> Iterator[str]:
        yield "a"

    def __len__(self) -> int:
        return 1


def test_who_joins_a_group_anew_does_not_look_at_its_members() -> None:
    groups = Groups[str](Unread())
    groups.add_new("a", "x")
    other = groups.fork()
    other.add_new("a", "y")
    other.add_new("b", "y")
    assert (len(groups), len(other)) == (1, 2)
