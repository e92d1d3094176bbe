"""Every question: one module each, or one for a family of them, with all that is said of it.

A module holds the parameters of its question, its function, and its line for HTTP and the terminal.
HTTP, OpenAPI, the terminal and the tools for agents find it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from immunograph.questions import (
    blockers,
    catalogue,
    conflicts,
    effect,
    entities,
    graph,
    impact,
    influence,
    interventions,
    lists,
    loops,
    open_questions,
    paths,
    sources,
    statements,
)
from immunograph.questions.question import Question

QUESTIONS: Final[Mapping[str, Question[Any, Any]]] = {
    one.name: one
    for one in (
        paths.PATHS,
        effect.EFFECT,
        influence.INFLUENCE,
        blockers.BLOCKERS,
        loops.LOOPS,
        impact.IMPACT,
        open_questions.OPEN_QUESTIONS,
        conflicts.CONFLICTS,
        conflicts.CONFLICT,
        lists.RESOLVE,
        lists.SUBGRAPH,
        entities.ENTITIES,
        entities.ENTITY,
        statements.STATEMENTS,
        statements.STATEMENT,
        interventions.INTERVENTIONS,
        sources.SOURCES,
        sources.SOURCE,
        sources.STUDIES,
        sources.STUDY,
        graph.SNAPSHOT,
        graph.LOADS,
        graph.CHANGES,
        graph.EXPORT,
        catalogue.QUERIES,
        catalogue.QUERY,
    )
}
"""By name, in the order in which the terminal lists them."""
