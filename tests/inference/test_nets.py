"""Summary sentences are told from the mechanism that the same study spells out."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Mechanisms
from graphs import LETTERS, curie, entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Entity, Statement
from immunograph.domain.selection import Filters, Without
from immunograph.inference.belief import cost
from immunograph.inference.derivation import derive


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


def test_steps_that_do_not_join_make_no_chain() -> None:
    tumour = [entity("b", tumour_cells=True)]
    dies = (says("a kills b"), says("b promotes c"))

    assert net(source("s", says("a inhibits c"), *dies), entities=tumour) == set()
    assert net(
        source("s", says("a inhibits c"), *dies),
        entities=[*tumour, entity("c", of_tumour_cells=True)],
    ) == {"a inhibits c"}

    protein = [entity("b", kind="Protein")]
    here, there = {"in_cell": "itm:m"}, {"in_cell": "itm:n"}
    assert (
        net(
            source("s", SHORT, says("a promotes b", **here), says("b promotes c", **there)),
            entities=protein,
        )
        == set()
    )
    assert net(
        source("s", SHORT, says("a promotes b", **here), says("b promotes c")), entities=protein
    ) == {"a promotes c"}


def test_what_one_study_says_of_a_cell_joins_as_the_statement_of_all_studies_does() -> None:
    # One study says where b acts, another says the same without a word of it.
    protein = [entity("b", kind="Protein")]
    told = source(
        "s", SHORT, says("a promotes b", in_cell="itm:m"), says("b promotes c", in_cell="itm:n")
    )
    other = source("t", says("b promotes c"))

    assert net(told, entities=protein) == set()
    assert net(told, other, entities=protein) == {"a promotes c"}


@given(graphs())
@settings(max_examples=100)
def test_net_marks_are_those_that_listing_every_chain_gives(knowledge: Knowledge) -> None:
    assert derive(knowledge).net == Mechanisms(knowledge).net()


# --- what falls with its mechanism --------------------------------------------------------------


def standing(where: Knowledge, **without: Iterable[str]) -> set[str]:
    """The net statements that are left as steps without these entities or statements."""
    view = view_of(where, without=Without(**{k: frozenset(v) for k, v in without.items()}))
    held = {step.statement for step in view.layer.steps}
    return {_sentence(where.statements[i]) for i in view.derivation.net & held}


def test_a_summary_stands_while_a_chain_that_spells_it_out_does() -> None:
    two_ways = graph(
        source("s", SHORT, *CHAIN, says("a promotes d"), says("d promotes c")),
        source("t", says("a promotes b"), says("x promotes c")),
    )

    assert standing(two_ways) == {"a promotes c"}
    assert standing(two_ways, entities={"itm:b"}) == {"a promotes c"}
    assert standing(two_ways, statements={CHAIN[0].id}) == {"a promotes c"}
    assert standing(two_ways, entities={"itm:b", "itm:d"}) == set()
    assert standing(two_ways, statements={CHAIN[0].id, says("d promotes c").id}) == set()


def test_a_chain_of_a_study_that_does_not_say_the_whole_spells_nothing_out() -> None:
    knowledge = graph(
        source("s", SHORT, *CHAIN), source("t", says("a promotes d"), says("d promotes c"))
    )

    assert standing(knowledge, entities={"itm:b"}) == set()


def test_a_summary_falls_with_one_that_its_chain_passes() -> None:
    long = (says("c promotes d"), says("a promotes d"))
    one_study = graph(source("s", SHORT, *CHAIN, *long))

    assert standing(one_study) == {"a promotes c", "a promotes d"}
    assert standing(one_study, entities={"itm:b"}) == set()


def test_a_summary_falls_with_one_of_another_study_that_its_chain_passes() -> None:
    # Only the first study knows of b; the second says the whole of it and goes on.
    knowledge = graph(
        source("s", SHORT, *CHAIN),
        source("t", SHORT, says("c promotes d"), says("a promotes d")),
        source("u", says("a promotes d"), says("d promotes e"), says("a promotes e")),
    )

    assert standing(knowledge) == {"a promotes c", "a promotes d", "a promotes e"}
    assert standing(knowledge, entities={"itm:b"}) == set()
    assert standing(knowledge, statements={says("b promotes c").id}) == set()


def test_summaries_that_spell_each_other_out_stand_and_fall_together() -> None:
    knowledge = graph(
        source("s", says("a promotes c"), says("a promotes b"), says("b promotes c")),
        source("t", says("a promotes b"), says("a promotes c"), says("c promotes b")),
    )

    assert standing(knowledge) == {"a promotes b", "a promotes c"}
    assert standing(knowledge, entities={"itm:x"}) == {"a promotes b", "a promotes c"}
    assert standing(knowledge, statements={says("b promotes c").id}) == set()
    assert standing(knowledge, statements={says("c promotes b").id}) == set()


def test_a_placed_step_that_is_left_out_fells_what_passes_it() -> None:
    knowledge = graph(
        source("s", SHORT, says("a promotes b")),
        source("curator", says("b step_of c"), type_="curator"),
    )

    assert standing(knowledge) == {"a promotes c"}
    assert standing(knowledge, statements={says("b step_of c").id}) == set()


def test_a_step_of_too_little_belief_fells_the_summary_of_its_chain() -> None:
    knowledge = graph(source("s", SHORT, CHAIN[0], says("b promotes c", hedged=True)))

    assert [s.subject for s in view_of(knowledge, filters=Filters(min_belief=0.7)).layer.steps] == [
        "itm:a"
    ]
    assert view_of(knowledge, filters=Filters(min_belief=0.5)).fallen == set()


@given(
    knowledge=graphs(plain=True),
    letter=st.sampled_from(LETTERS),
    every=st.integers(1, 6),
    least=st.sampled_from((None, 0.5, 0.7, 0.85)),
)
@settings(max_examples=100)
def test_the_summaries_that_fall_are_those_of_which_no_listed_chain_stands(
    *, knowledge: Knowledge, letter: str, every: int, least: float | None
) -> None:
    some = sorted(knowledge.statements)[::every] if every < 6 else []
    view = view_of(
        knowledge,
        filters=Filters(min_belief=least),
        without=Without(entities=frozenset({curie(letter)}), statements=frozenset(some)),
    )

    def allows(identifier: str) -> bool:
        return view.allows(knowledge.statements[identifier])

    assert view.fallen == Mechanisms(knowledge).fallen(allows)


@given(knowledge=graphs(), letter=st.sampled_from(LETTERS))
@settings(max_examples=60)
def test_the_mechanism_of_a_net_statement_is_the_best_believed_of_its_chains(
    *, knowledge: Knowledge, letter: str
) -> None:
    view = view_of(knowledge, without=Without(entities=frozenset({curie(letter)})))
    mechanisms = Mechanisms(knowledge)
    belief = {i: a.belief for i, a in view.derivation.assessments.items()}

    def stands(identifier: str) -> bool:
        return identifier not in view.fallen and view.allows(knowledge.statements[identifier])

    for identifier in view.derivation.net:
        chains = [c for c in mechanisms.chains(identifier) if all(map(stands, c))]
        best = min(
            chains, key=lambda chain: (sum(cost(belief[i]) for i in chain), len(chain), chain),
            default=(),
        )  # fmt: skip
        assert view.mechanism(identifier) == best


def test_chains_of_the_other_sign_are_not_gone_through_one_by_one() -> None:
    parts = "abcdefghijklmnop"
    placed = [says(f"{one} step_of {other}") for one in parts for other in parts if one != other]
    told = [says("a inhibits b"), says("c promotes d")]

    assert net(source("parts", *placed), source("study", *told)) == {"c promotes d"}
