"""What is done to knowledge: what follows is as if derived from nothing, and every row is told."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import VOCABULARY, entity, graph, graphs, says, source
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Study, Vocabulary
from immunograph.domain.tally import tally_of
from immunograph.inference.changes import Act, Drop, Put, Retract, carry_out
from immunograph.inference.derivation import Derivation, derive
from immunograph.inference.tables import merged, owners, rows_of, rows_owned

OPPOSED = source("opposed", says("a promotes b"), says("a inhibits c"))
JOINS = source("joins", says("c step_of b"))


class Growing:
    """Knowledge that changes source by source, and what follows from it."""

    def __init__(self, knowledge: Knowledge, derivation: Derivation) -> None:
        self.knowledge = knowledge
        self.derivation = derivation
        found = owners(knowledge, derivation)
        self.parts = {owner: rows_owned(knowledge, derivation, owner) for owner in found}
        """The rows of each owner, made anew only where an act says so."""

    @classmethod
    def from_nothing(cls) -> Growing:
        """No source says anything yet."""
        return cls(Knowledge(VOCABULARY), Derivation())

    def put(
        self,
        *contributions: Contribution,
        vocabulary: Vocabulary = VOCABULARY,
        more_to_come: bool = False,
    ) -> None:
        """Let sources say this."""
        acts = [Put(contribution, vocabulary) for contribution in contributions]
        self._carry_out(acts, more_to_come=more_to_come)

    def drop(self, name: str) -> None:
        """Take out what a source says."""
        self._carry_out([Drop(name)])

    def retract(self, study: str, why: str | None) -> None:
        """Mark a study as retracted, or as standing again."""
        self._carry_out([Retract(study, why)])

    def _carry_out(self, acts: Sequence[Act], *, more_to_come: bool = False) -> None:
        _, owned = carry_out(self.knowledge, self.derivation, acts, more_to_come=more_to_come)
        for owner in owned:
            self.parts[owner] = rows_owned(self.knowledge, self.derivation, owner)

    def assert_is_derived_whole(self) -> None:
        """It is what a derivation from nothing gives."""
        whole = derive(self.knowledge)
        assert self.knowledge.tally == tally_of(self.knowledge.things())
        assert self.derivation.weighed == whole.weighed
        assert self.derivation.assessments == whole.assessments
        assert self.derivation.ends == whole.ends
        assert self.derivation.steps == whole.steps
        assert self.derivation.told_in == whole.told_in
        assert self.derivation.net_of == whole.net_of
        assert self.derivation.net == whole.net
        assert self.derivation.conflicts == whole.conflicts
        assert self.derivation.conflicts_by_statement == whole.conflicts_by_statement
        assert self.derivation.cautions == whole.cautions
        assert merged(self.parts.values()) == rows_of(self.knowledge, whole)


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


PLUS, MINUS = says("a promotes b"), says("a inhibits b")
NULL = source("null", says("a promotes b", role="refutes", no_change=True))


def test_a_result_of_no_change_that_comes_and_goes_moves_the_opposite_statement_too() -> None:
    growing = Growing.from_nothing()
    growing.put(source("s", MINUS))
    growing.put(NULL)
    growing.assert_is_derived_whole()
    assert growing.derivation.assessments[MINUS.id].belief < 0.855
    growing.drop("null")
    growing.assert_is_derived_whole()
    assert PLUS.id not in growing.knowledge.statements
    assert growing.derivation.assessments[MINUS.id].belief == 0.855


def test_a_study_that_did_not_see_it_counts_no_more_where_it_is_retracted() -> None:
    growing = Growing.from_nothing()
    for told in (source("s", MINUS), NULL):
        growing.put(told)
    growing.retract("study-of-null", "made up")
    growing.assert_is_derived_whole()
    assert growing.derivation.assessments[MINUS.id].belief == 0.855


def test_a_laboratory_that_another_source_names_counts_for_all_of_its_study() -> None:
    growing = Growing.from_nothing()
    for name in ("one", "two"):
        growing.put(source(name, PLUS, study=name))
    assert growing.derivation.assessments[PLUS.id].laboratories == 2
    for name in ("one", "two"):
        north = Study(id=name, laboratory="north")
        growing.put(source(f"{name}-too", says("c promotes d"), study=north))
        growing.assert_is_derived_whole()
    assert growing.derivation.assessments[PLUS.id].laboratories == 1


PROTEIN = [entity("b", kind="Protein")]
IN_M, IN_N = {"in_cell": "itm:m"}, {"in_cell": "itm:n"}


def of_proteins(*contributions: Contribution) -> list[Contribution]:
    """These sources, in which b is a protein."""
    return list(graph(*contributions, entities=PROTEIN).contributions.values())


def test_what_another_study_says_of_a_cell_moves_the_net_marks_of_the_first() -> None:
    whole = source(
        "s", says("a promotes c"), says("a promotes b", **IN_M), says("b promotes c", **IN_N)
    )
    elsewhere = source("t", says("b promotes c"))
    growing = Growing.from_nothing()
    for told in of_proteins(whole, elsewhere):
        growing.put(told)
        growing.assert_is_derived_whole()
    assert growing.derivation.net == {says("a promotes c").id}
    growing.drop("t")
    growing.assert_is_derived_whole()
    assert growing.derivation.net == set()


def test_where_a_placed_step_acts_moves_the_net_marks_of_those_that_pass_it() -> None:
    whole = source("s", says("a promotes c"), says("a promotes b", **IN_M))
    growing = Growing.from_nothing()
    for told in of_proteins(whole, source("t", says("b carries c", **IN_N))):
        growing.put(told)
    assert growing.derivation.net == set()
    growing.put(*of_proteins(source("u", says("b carries c"))))
    growing.assert_is_derived_whole()
    assert growing.derivation.net == {says("a promotes c").id}


def test_what_turns_out_to_be_tumour_cells_joins_otherwise_from_then_on() -> None:
    chain = (says("a kills b"), says("b promotes c"), says("a inhibits c"))
    growing = Growing.from_nothing()
    growing.put(source("s", *chain))
    assert growing.derivation.net == {chain[2].id}
    marked = entity("b", tumour_cells=True)
    growing.put(source("t", says("b promotes d"), entities=[marked]))
    growing.assert_is_derived_whole()
    assert growing.derivation.net == set()


def told_otherwise(**changes: dict[str, Any]) -> Vocabulary:
    """The vocabulary with parts of some verbs or terms put otherwise."""
    told = VOCABULARY.model_dump(mode="json", by_alias=True)
    for one in (*told["predicates"], *told["disease"]):
        one.update(changes.get(one["name"].replace(" ", "_"), {}))
    return Vocabulary.model_validate(told)


def test_a_verb_that_turns_out_to_change_numbers_joins_otherwise() -> None:
    growing = Growing.from_nothing()
    tumour = entity("b", tumour_cells=True)
    growing.put(source("s", MINUS, entities=[tumour]))
    assert not growing.derivation.ends[MINUS.id].number
    words = told_otherwise(inhibits={"number": True})
    growing.put(source("more", says("d promotes e")), vocabulary=words)
    growing.assert_is_derived_whole()
    assert growing.derivation.ends[MINUS.id].number


def test_an_association_that_turns_out_to_have_a_direction_makes_a_conflict() -> None:
    growing = Growing.from_nothing()
    both = [says("a correlated_with b"), says("a anticorrelated_with b")]
    undirected = told_otherwise(correlated_with={"direction": None})
    growing.put(source("s", *both), vocabulary=undirected)
    assert not growing.derivation.conflicts
    growing.put(source("more", says("d promotes e")))
    growing.assert_is_derived_whole()
    assert len(growing.derivation.conflicts) == 1


def test_a_disease_that_turns_out_to_be_a_kind_of_another_is_not_told_apart_from_it() -> None:
    growing = Growing.from_nothing()
    apart = told_otherwise(breast_cancer={"is_a": []})
    null = says("a promotes b", role="refutes", no_change=True, disease="cancer")
    growing.put(source("s", says("a promotes b", disease="breast cancer")), vocabulary=apart)
    growing.put(source("null", null), vocabulary=apart)
    assert growing.derivation.assessments[PLUS.id].belief == 0.855
    growing.put(source("more", says("d promotes e")))
    growing.assert_is_derived_whole()
    assert growing.derivation.assessments[PLUS.id].belief < 0.855


def retold(contribution: Contribution, chance: Random) -> Contribution:
    """The same, but it may know some entities by another name, or as something else."""
    entities = list(contribution.entities)
    for place, one in enumerate(entities):
        changes: dict[str, Any] = {}
        if chance.random() < 0.2:
            changes["name"] = f"{one.name} {chance.randint(1, 2)}"
        if chance.random() < 0.1:
            changes["is_a"] = tuple(sorted({chance.choice(entities).id} - {one.id}))
        for flag in ("abstract", "tumour_cells", "of_tumour_cells"):
            if chance.random() < 0.05:
                changes[flag] = not getattr(one, flag)
        if chance.random() < 0.05:
            changes["kind"] = chance.choice(("Cell", "Process", "Protein"))
        entities[place] = one.model_copy(update=changes)
    return contribution.model_copy(update={"entities": tuple(entities)})


@given(graphs(), graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_act_by_act_it_is_what_a_derivation_from_nothing_gives(
    one: Knowledge, other: Knowledge, chance: Random
) -> None:
    said = [*one.contributions.values(), *other.contributions.values()]
    chance.shuffle(said)
    growing = Growing.from_nothing()
    while said:
        some = [said.pop() for _ in range(min(len(said), chance.choice((1, 1, 2, 3))))]
        growing.put(*[retold(contribution, chance) for contribution in some])
        if chance.random() < 0.3:
            growing.drop(chance.choice(sorted(growing.knowledge.contributions)))
        if growing.knowledge.studies and chance.random() < 0.3:
            study = chance.choice(sorted(growing.knowledge.studies))
            growing.retract(study, chance.choice((None, "made up")))
        growing.assert_is_derived_whole()


@given(graphs(), graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_what_was_put_off_is_made_up_for_with_the_last_act(
    one: Knowledge, other: Knowledge, chance: Random
) -> None:
    growing = Growing.from_nothing()
    said = [*one.contributions.values(), *other.contributions.values()]
    chance.shuffle(said)
    said = [retold(contribution, chance) for contribution in said]
    known = chance.randint(0, len(said) - 1)
    for contribution in said[:known]:
        growing.put(contribution)
    for contribution in said[known:]:
        growing.put(contribution, more_to_come=contribution is not said[-1])
    growing.assert_is_derived_whole()


def test_a_net_statement_of_placed_steps_is_marked_with_the_last_act() -> None:
    growing = Growing.from_nothing()
    growing.put(source("net", says("a promotes c")), more_to_come=True)
    growing.put(source("first", says("a step_of b")), more_to_come=True)
    growing.put(source("second", says("b step_of c")), more_to_come=True)
    assert not growing.derivation.net
    growing.put(OPPOSED)
    assert growing.derivation.net == {says("a promotes c").id}
    growing.assert_is_derived_whole()


def test_a_verb_that_is_put_otherwise_renames_every_statement_that_has_it() -> None:
    growing = Growing.from_nothing()
    growing.put(OPPOSED)
    told = VOCABULARY.model_dump(mode="json", by_alias=True)
    for predicate in told["predicates"]:
        predicate["phrase"] = f"clearly {predicate['phrase']}"
    growing.put(source("more", says("d promotes e")), vocabulary=Vocabulary.model_validate(told))
    growing.assert_is_derived_whole()


def everything_in(knowledge: Knowledge, derivation: Derivation) -> dict[str, Any]:
    """All that is held, so that it can be compared."""
    values = {name: getattr(derivation, name) for name in Derivation.__slots__}
    return {**vars(knowledge), **values}


@given(graphs(), graphs())
def test_what_is_done_to_a_fork_stays_in_it(one: Knowledge, other: Knowledge) -> None:
    derivation = derive(one)
    before = deepcopy(everything_in(one, derivation))
    forked = Growing(one.fork(), derivation.fork())
    assert everything_in(forked.knowledge, forked.derivation) == before
    entities = list(one.entities.values())
    for contribution in other.contributions.values():
        dressed = graph(contribution, entities=entities).contributions
        forked.put(dressed[contribution.source.id])
        forked.assert_is_derived_whole()
    for name in sorted(forked.knowledge.contributions):
        forked.drop(name)
        forked.assert_is_derived_whole()
    assert everything_in(one, derivation) == before


@given(graphs(), st.randoms(use_true_random=False))
def test_both_sides_of_a_fork_go_on_and_are_as_if_built_anew(
    one: Knowledge, chance: Random
) -> None:
    said = list(one.contributions.values())
    sides = [Growing.from_nothing()]
    for _ in range(6):
        growing = chance.choice(sides)
        sides.append(Growing(growing.knowledge.fork(), growing.derivation.fork()))
        for side in chance.sample(sides, min(len(sides), 2)):
            if chance.random() < 0.7 or not side.knowledge.contributions:
                side.put(retold(chance.choice(said), chance))
            else:
                side.drop(chance.choice(sorted(side.knowledge.contributions)))
    for side in sides:
        held = side.knowledge
        anew = Knowledge(held.vocabulary, held.contributions.values(), held.retractions)
        assert rows_of(held, side.derivation) == rows_of(anew, derive(anew))
        side.assert_is_derived_whole()
