"""The snapshot id stands for what the graph asserts: nothing else changes it, and all that does."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import VOCABULARY, does, entity, graph, graphs, says, source
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, NotStatement, Study
from immunograph.domain.snapshot import (
    content,
    earlier_snapshot_id,
    is_snapshot_of,
    snapshot_id,
    snapshot_of,
)
from immunograph.domain.tally import canonical, hex_of, tally_from, text_of
from immunograph.domain.vocabulary import Basis, Role, Tier, Traceability


def contributions() -> list[Contribution]:
    """Two small sources."""
    return [
        source(
            "news",
            says("a promotes b", species="mouse"),
            says("b step_of c"),
            study="one",
            type_="press",
            interventions=[does("block b", "b", outcomes={"c": -1})],
        ),
        source("paper", says("a promotes b"), study="one"),
    ]


def changed(number: int = 0, **update: Any) -> Knowledge:
    """The graph with one source changed."""
    both = contributions()
    both[number] = both[number].model_copy(update=update)
    return graph(*both)


def with_source(**update: Any) -> Knowledge:
    """The graph with its first source described otherwise."""
    return changed(source=contributions()[0].source.model_copy(update=update))


def with_evidence(**update: Any) -> Knowledge:
    """The graph with one passage changed."""
    first, *others = contributions()[0].evidence
    return changed(evidence=(first.model_copy(update=update), *others))


BEFORE = snapshot_id(graph(*contributions()))


def test_the_id_is_a_sha_256_and_the_same_every_time() -> None:
    assert len(BEFORE) == 64
    assert snapshot_id(graph(*contributions())) == BEFORE


def test_the_order_of_loading_does_not_change_it() -> None:
    assert snapshot_id(graph(*reversed(contributions()))) == BEFORE


def test_the_order_of_the_vocabulary_does_not_change_it() -> None:
    turned = VOCABULARY.model_copy(
        update={
            "predicates": VOCABULARY.predicates[::-1],
            "species": VOCABULARY.species[::-1],
        }
    )

    assert snapshot_id(Knowledge(turned, contributions())) == BEFORE


def test_loading_again_or_loading_and_withdrawing_does_not_change_it() -> None:
    knowledge = graph(*contributions())
    knowledge.put(contributions()[0])
    knowledge.put(source("other", says("x promotes y")))
    knowledge.drop("other")

    assert snapshot_id(knowledge) == BEFORE


def test_who_curated_and_when_does_not_change_it() -> None:
    assert snapshot_id(with_source(curator="somebody", curated="2026-11-22")) == BEFORE


def test_the_normal_form_of_letters_does_not_change_it() -> None:
    composed, decomposed = (
        "tum\N{LATIN SMALL LETTER O WITH DIAERESIS}r",
        "tumo\N{COMBINING DIAERESIS}r",
    )

    assert snapshot_id(with_source(title=composed)) == snapshot_id(with_source(title=decomposed))


ASIDE = NotStatement(start=0, end=5, sha256="0" * 64, why="an advert")


@pytest.mark.parametrize(
    "knowledge",
    [
        with_source(title="Another title"),
        with_source(tier=Tier.PRESS_UNTRACEABLE),
        with_source(traceability=Traceability.NONE),
        with_source(not_statements=(ASIDE,)),
        with_evidence(says="Other words."),
        with_evidence(hedged=True),
        with_evidence(checked=False),
        with_evidence(basis=Basis.OBSERVED),
        with_evidence(role=Role.REFUTES),
        changed(evidence=contributions()[0].evidence[:1]),
        changed(interventions=()),
        changed(study=Study(id="one", doi="10.1000/one")),
        changed(entities=(*contributions()[0].entities, entity("z"))),
        changed(entities=tuple(entity(n, "z") if n == "a" else entity(n) for n in "abcz")),
        graph(contributions()[0]),
    ],
)
def test_what_the_graph_asserts_changes_it(knowledge: Knowledge) -> None:
    assert snapshot_id(knowledge) != BEFORE


def test_a_retraction_changes_it_and_taking_it_back_restores_it() -> None:
    knowledge = graph(*contributions())

    knowledge.retract("one", "images reused")
    retracted = snapshot_id(knowledge)
    knowledge.retract("one", None)

    assert retracted != BEFORE
    assert snapshot_id(knowledge) == BEFORE


def test_it_holds_no_derived_values() -> None:
    text = str(content(graph(*contributions())))

    for derived in ("belief", "strata", "conflict", "curated"):
        assert derived not in text


@given(graphs(), st.randoms())
@settings(max_examples=25)
def test_any_graph_has_one_id_whatever_the_order(knowledge: Knowledge, chance: Any) -> None:
    shuffled = list(knowledge.contributions.values())
    chance.shuffle(shuffled)

    assert snapshot_id(Knowledge(VOCABULARY, shuffled)) == snapshot_id(knowledge)
    assert snapshot_of(content(knowledge)) == snapshot_id(knowledge)


def test_an_id_that_an_earlier_version_made_is_known() -> None:
    knowledge = graph(*contributions())
    earlier = earlier_snapshot_id(knowledge)

    assert earlier == hashlib.sha256(canonical(content(knowledge))).hexdigest()
    assert is_snapshot_of(knowledge, earlier)
    assert is_snapshot_of(knowledge, BEFORE)
    assert not is_snapshot_of(changed(interventions=()), earlier)


def test_what_an_earlier_form_of_things_gave_is_counted_anew() -> None:
    tally = graph(*contributions()).tally

    assert tally_from(text_of(tally)) == tally
    assert tally_from(None) is tally_from(f"0123456789abcdef:{hex_of(tally)}") is None
