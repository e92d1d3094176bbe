"""The content of a snapshot after a change is the one that would be read off what is known now."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import graphs
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import CONTEXT_DIMENSIONS
from immunograph.folders import folder
from immunograph.search.content import Content, Rows
from immunograph.seeds.folder import read_seed

SEED = read_seed(folder("seed"))


def told(content: Content) -> dict[str, object]:
    """A content with its numbers replaced by what they stand for."""
    codes, said = content.codes, content.said
    studies = [*content.studies, None]
    rows = {name: content.rows[place].tolist() for place, name in enumerate(Rows._fields)}
    contexts = content.rows[len(Rows._fields) :].tolist()
    return {
        "entities": content.entities,
        "statements": [
            (
                *(identifier, content.entities[subject], content.entities[object_]),
                *(codes.effects[effect], aspect, cls),
            )
            for identifier, subject, object_, effect, aspect, cls in zip(
                content.statements, *(column.tolist() for column in said), strict=True
            )
        ],
        "sources": [
            (name, kind, tier, studies[study])
            for name, kind, tier, study in zip(
                content.sources,
                content.source_type.tolist(),
                content.source_tier.tolist(),
                content.source_study.tolist(),
                strict=True,
            )
        ],
        "studies": list(zip(content.studies, content.retracted.tolist(), strict=True)),
        "evidence": [
            (
                *(content.statements[statement], content.sources[source], studies[study]),
                *(codes.in_cells[in_cell], codes.manners[manner]),
                *(
                    codes.stated[name][code]
                    for name, code in zip(CONTEXT_DIMENSIONS, context, strict=True)
                ),
            )
            for statement, source, study, in_cell, manner, context in zip(
                *rows.values(), zip(*contexts, strict=True), strict=True
            )
        ],
    }


@given(graphs(), graphs(), st.integers(0, 7))
@settings(max_examples=100)
def test_after_a_change_of_some_sources_it_is_as_if_read_anew(
    before: Knowledge, other: Knowledge, chosen: int
) -> None:
    after = before.fork()
    names = sorted({*before.contributions, *other.contributions})
    changed = [name for place, name in enumerate(names) if chosen >> place & 1]
    for name in changed:
        if name in other.contributions:
            after.put(other.contributions[name])
        else:
            after.drop(name)

    found = Content.of(before).changed(before, after, changed, ())

    assert told(found) == told(Content.of(after))


def test_a_study_that_was_retracted_by_hand_is_so_in_the_content_alone() -> None:
    before = Knowledge(SEED.vocabulary, SEED.contributions)
    study = sorted(before.studies)[3]
    after = before.fork()
    after.retract(study, "withdrawn by its authors")

    content = Content.of(before)
    found = content.changed(before, after, (), [study])

    assert np.flatnonzero(found.retracted != content.retracted).tolist() == [3]
    assert told(found) == told(Content.of(after))


def test_a_source_of_the_shipped_library_comes_and_goes() -> None:
    whole = Knowledge(SEED.vocabulary, SEED.contributions)
    content = Content.of(whole)
    for contribution in SEED.contributions[::7]:
        name = contribution.source.id
        less = whole.fork()
        less.drop(name)
        without = content.changed(whole, less, [name], ())
        assert told(without) == told(Content.of(less))
        assert told(without.changed(less, whole, [name], ())) == told(content)
