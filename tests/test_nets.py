"""Summary sentences are told from the mechanism that the same study spells out."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise, permutations

from hypothesis import given, settings

from graphs import LETTERS, curie, entity, graph, graphs, says, source
from immunograph.belief import CURATOR_LINEAGE
from immunograph.derivation import derive
from immunograph.knowledge import Knowledge
from immunograph.model import Contribution, Entity, Statement
from immunograph.vocabulary import PLACED_STEPS, Basis, Role, StatementClass


def net(*contributions: Contribution, entities: Iterable[Entity] = ()) -> set[str]:
    """The net statements of these sources as sentences."""
    knowledge = graph(*contributions, entities=entities)
    return {_sentence(knowledge.statements[i]) for i in derive(knowledge).net}


def _sentence(one: Statement) -> str:
    return " ".join((one.subject, one.effect, one.object)).replace("itm:", "")


SHORT = says("a promotes c")
CHAIN = (says("a promotes b"), says("b promotes c"))


def test_a_sentence_that_sums_up_a_chain_of_the_same_study_is_net() -> None:
    assert net(source("s", SHORT, *CHAIN)) == {"a promotes c"}


def test_a_chain_spread_over_two_sources_of_one_study_makes_it_net() -> None:
    assert net(source("s", SHORT, CHAIN[0], study="one"), source("t", CHAIN[1], study="one")) == {
        "a promotes c"
    }


def test_a_chain_of_another_study_does_not() -> None:
    assert net(source("s", SHORT), source("t", *CHAIN)) == set()


def test_untraceable_evidence_is_net_within_one_source_only() -> None:
    assert net(source("s", SHORT, *CHAIN, study=None, type_="press")) == {"a promotes c"}
    assert (
        net(
            source("s", SHORT, study=None, type_="press"),
            source("t", *CHAIN, study=None, type_="press"),
        )
        == set()
    )


def test_the_curators_background_makes_nothing_net() -> None:
    assert net(source("s", SHORT, *CHAIN, type_="curator")) == set()


def test_the_sign_of_the_chain_must_be_that_of_the_sentence() -> None:
    opposite = (says("a inhibits b"), says("b promotes c"))
    twice = (says("a inhibits b"), says("b inhibits c"))

    assert net(source("s", SHORT, *opposite)) == set()
    assert net(source("s", says("a inhibits c"), *opposite)) == {"a inhibits c"}
    assert net(source("s", SHORT, *twice)) == {"a promotes c"}


def test_placed_steps_of_the_chain_may_come_from_anywhere() -> None:
    assert net(
        source("s", SHORT, says("a promotes b")),
        source("curator", says("b step_of c"), type_="curator"),
    ) == {"a promotes c"}
    assert net(source("s", SHORT, says("b promotes c")), source("t", says("a carries b"))) == {
        "a promotes c"
    }


def test_a_placed_step_that_is_only_denied_makes_no_chain() -> None:
    denied = source("t", says("b step_of c", role="refutes"))

    assert net(source("s", SHORT, says("a promotes b")), denied) == set()


def test_other_structure_makes_no_chain() -> None:
    assert net(source("s", SHORT, says("a promotes b"), says("b part_of c"))) == set()


def test_an_abstract_class_inside_breaks_the_chain_and_at_an_end_does_not() -> None:
    assert net(source("s", SHORT, *CHAIN), entities=[entity("b", abstract=True)]) == set()
    assert net(source("s", SHORT, *CHAIN), entities=[entity("c", abstract=True)]) == {
        "a promotes c"
    }


def test_hypothesised_and_refuting_evidence_does_not_count() -> None:
    for how in ({"basis": "hypothesised"}, {"role": "refutes"}):
        assert net(source("s", SHORT, CHAIN[0], says("b promotes c", **how))) == set()
        assert net(source("s", says("a promotes c", **how), *CHAIN)) == set()


def test_a_net_statement_may_be_a_step_of_the_chain_of_another() -> None:
    steps = (says("a promotes b"), says("b promotes c"), says("c promotes d"))

    assert net(source("s", *steps, says("a promotes c"), says("a promotes d"))) == {
        "a promotes c",
        "a promotes d",
    }
    # The chain of the second goes through the first alone.
    assert net(
        source("s", steps[0], steps[1], SHORT),
        source("t", SHORT, says("c promotes d"), says("a promotes d")),
    ) == {"a promotes c", "a promotes d"}


def test_a_chain_has_at_most_eight_steps() -> None:
    def along(count: int) -> set[str]:
        words = [f"n{i}" for i in range(count + 1)]
        steps = [says(f"{x} promotes {y}") for x, y in pairwise(words)]
        return net(source("s", *steps, says(f"n0 promotes n{count}")))

    assert along(8) == {"n0 promotes n8"}
    assert along(9) == set()


def test_two_statements_between_the_same_two_do_not_make_each_other_net() -> None:
    assert net(source("s", SHORT, says("a promotes c", aspect="amount"))) == set()


def brute_force(knowledge: Knowledge) -> set[str]:
    """The net statements, by listing every chain of every study."""
    derivation = derive(knowledge)
    believed = {i for i, a in derivation.assessments.items() if a.belief > 0}
    placed = {
        (s.subject, s.object)
        for s in knowledge.statements.values()
        if s.effect in PLACED_STEPS and s.id in believed
    }
    found: set[str] = set()
    reporting: dict[str, set[str]] = {}
    for identifier, weighed in derivation.weighed.items():
        for one in weighed:
            evidence = one.evidence
            if (
                knowledge.statements[identifier].cls is StatementClass.CAUSAL
                and evidence.role is Role.SUPPORTS
                and evidence.basis is not Basis.HYPOTHESISED
                and one.lineage != CURATOR_LINEAGE
            ):
                where = evidence.study or f"source {evidence.source}"
                reporting.setdefault(where, set()).add(identifier)
    letters = [curie(letter) for letter in LETTERS]
    for members in reporting.values():
        arrows: dict[tuple[str, str], set[int]] = {pair: {1} for pair in placed}
        for identifier in members:
            one = knowledge.statements[identifier]
            arrows.setdefault((one.subject, one.object), set()).add(one.sign)
        for identifier in members:
            one = knowledge.statements[identifier]
            between = [
                x
                for x in letters
                if x not in (one.subject, one.object) and x not in knowledge.abstract
            ]
            for count in range(1, len(between) + 1):
                for inside in permutations(between, count):
                    way = [one.subject, *inside, one.object]
                    signs = {1}
                    for pair in pairwise(way):
                        signs = {s * t for s in signs for t in arrows.get(pair, ())}
                    if one.sign in signs:
                        found.add(identifier)
    return found


@given(graphs())
@settings(max_examples=80)
def test_net_marks_are_those_that_listing_every_chain_gives(knowledge: Knowledge) -> None:
    assert derive(knowledge).net == brute_force(knowledge)
