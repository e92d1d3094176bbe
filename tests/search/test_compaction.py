"""Knowledge that is compacted while it grows says, and lets follow, what it would say otherwise."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import graphs
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.snapshot import snapshot_id
from immunograph.inference.changes import Act, Drop, Put, carry_out
from immunograph.inference.derivation import derive
from immunograph.inference.tables import knowledge_from, rows_of
from immunograph.search.compaction import Compaction


@given(graphs(), graphs(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_it_is_what_it_would_be_and_so_is_what_follows(
    one: Knowledge, other: Knowledge, chance: Random
) -> None:
    words = one.vocabulary
    both = Knowledge(words, (*one.contributions.values(), *other.contributions.values()))
    # All of them say the same of an entity, as sources that a graph gives back do.
    read = knowledge_from(rows_of(both, derive(both)), words)
    acts: list[Act] = [Put(said, words) for said in read.contributions.values()]
    chance.shuffle(acts)
    acts += [Drop(name) for name in sorted(read.contributions)[::3]]
    knowledge = Knowledge(words)
    derivation = derive(knowledge)
    assert knowledge.tally == 0
    compaction = Compaction()
    while acts:
        batch, acts = acts[:2], acts[2:]
        carry_out(knowledge, derivation, batch, more_to_come=True)
        compaction.note(act.source for act in batch)
        if acts and chance.random() < 0.5:
            continue
        knowledge, derivation = compaction.compacted(knowledge)
        afresh = Knowledge(words, knowledge.contributions.values())
        wanted = rows_of(afresh, derive(afresh))
        found = rows_of(knowledge, derivation)
        assert (found.nodes, found.links) == (wanted.nodes, wanted.links)
        assert snapshot_id(knowledge) == snapshot_id(afresh)
