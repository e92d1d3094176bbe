"""What follows from the evidence, brought up to date change by change."""

from __future__ import annotations

from copy import deepcopy
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import VOCABULARY, graph, graphs, says, source
from immunograph.derivation import Derivation, Joint, Touched, derive, joints_among, rederive
from immunograph.knowledge import Knowledge
from immunograph.model import Contribution

OPPOSED = source("opposed", says("a promotes b"), says("a inhibits c"))
JOINS = source("joins", says("c step_of b"))


class Growing:
    """Knowledge that changes source by source, and what follows from it."""

    def __init__(self, knowledge: Knowledge, derivation: Derivation) -> None:
        self.knowledge = knowledge
        self.derivation = derivation

    @classmethod
    def from_nothing(cls) -> Growing:
        """No source says anything yet."""
        return cls(Knowledge(VOCABULARY), Derivation())

    def put(self, contribution: Contribution) -> None:
        """Let a source say this."""
        held = self.knowledge.contributions.get(contribution.source.id)
        spoken = {one.id for one in held.statements} if held else set[str]()
        before = joints_among(self.knowledge, spoken)
        touched = spoken | self.knowledge.put(contribution)
        self._follow(touched, before)

    def drop(self, name: str) -> None:
        """Take out what a source says."""
        spoken = {one.id for one in self.knowledge.contributions[name].statements}
        before = joints_among(self.knowledge, spoken)
        self._follow(spoken | self.knowledge.drop(name), before)

    def _follow(self, touched: set[str], before: frozenset[Joint]) -> None:
        joints = before | joints_among(self.knowledge, touched)
        change = Touched(statements=frozenset(touched), joints=joints)
        rederive(self.knowledge, self.derivation, change)

    def assert_is_derived_whole(self) -> None:
        """It is what a derivation from nothing gives."""
        whole = derive(self.knowledge)
        assert self.derivation.weighed == whole.weighed
        assert self.derivation.assessments == whole.assessments
        assert self.derivation.net == whole.net
        assert self.derivation.conflicts == whole.conflicts
        assert self.derivation.conflicts_by_statement == whole.conflicts_by_statement
        assert self.derivation.cautions == whole.cautions


def test_a_step_that_comes_makes_a_conflict_of_statements_that_stood_before_it() -> None:
    growing = Growing.from_nothing()
    growing.put(OPPOSED)
    assert not growing.derivation.conflicts
    growing.put(JOINS)
    assert len(growing.derivation.conflicts) == 1
    growing.assert_is_derived_whole()


def test_a_step_that_goes_takes_the_conflict_with_it() -> None:
    growing = Growing.from_nothing()
    growing.put(JOINS)
    growing.put(OPPOSED)
    assert len(growing.derivation.conflicts) == 1
    growing.drop("joins")
    assert not growing.derivation.conflicts
    growing.assert_is_derived_whole()


def test_a_step_that_one_more_source_tells_leaves_conflicts_as_they_are() -> None:
    growing = Growing.from_nothing()
    for told in (JOINS, OPPOSED, source("more", says("c step_of b"))):
        growing.put(told)
    assert len(growing.derivation.conflicts) == 1
    growing.assert_is_derived_whole()
    growing.drop("joins")
    assert len(growing.derivation.conflicts) == 1
    growing.assert_is_derived_whole()


@given(graphs(), graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_change_by_change_it_is_what_a_derivation_from_nothing_gives(
    one: Knowledge, other: Knowledge, chance: Random
) -> None:
    entities = list(one.entities.values())
    said = [*one.contributions.values(), *other.contributions.values()]
    chance.shuffle(said)
    growing = Growing.from_nothing()
    for contribution in said:
        dressed = graph(contribution, entities=entities).contributions
        growing.put(dressed[contribution.source.id])
        if chance.random() < 0.3:
            growing.drop(chance.choice(sorted(growing.knowledge.contributions)))
        growing.assert_is_derived_whole()


@given(graphs(), graphs())
def test_what_is_done_to_a_copy_stays_in_it(one: Knowledge, other: Knowledge) -> None:
    derivation = derive(one)
    before = deepcopy((vars(one), derivation))
    copied = Growing(one.copy(), derivation.copy())
    assert vars(copied.knowledge) == vars(one)
    entities = list(one.entities.values())
    for contribution in other.contributions.values():
        dressed = graph(contribution, entities=entities).contributions
        copied.put(dressed[contribution.source.id])
        copied.assert_is_derived_whole()
    for name in sorted(copied.knowledge.contributions):
        copied.drop(name)
        copied.assert_is_derived_whole()
    assert (vars(one), derivation) == before
