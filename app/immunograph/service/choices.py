"""The values that parameters take in one state of the graph, where those can be listed."""

from __future__ import annotations

from collections.abc import Iterable

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import CONTEXT_DIMENSIONS, values_of
from immunograph.domain.vocabulary import Effect

LISTED = (*CONTEXT_DIMENSIONS, "tier")
"""Parameters that mean the same in every question."""


def choices(knowledge: Knowledge, effects: Iterable[str]) -> dict[str, list[str]]:
    """The values of each filter, the kinds of entities, the effects of statements, and verbs.

    `effects` are those that statements have.
    """
    found = {name: values_of(knowledge, name) for name in LISTED}
    found["kind"] = sorted({entity.kind for entity in knowledge.entities.values()})
    found["effect"] = sorted({*map(str, Effect), *effects})
    verbs = (one.name for one in knowledge.vocabulary.predicates)
    found["predicate"] = sorted({*map(str, Effect), *verbs})
    return found
