"""Answers drawn for people: chains, tables and plain sentences, from the answer's fields alone."""

from immunograph.cli.drawing.findings import (
    draw_conflict,
    draw_conflicts,
    draw_entities,
    draw_entity,
    draw_resolve,
    draw_statement,
    draw_statements,
    draw_subgraph,
)
from immunograph.cli.drawing.graph import (
    draw_changes,
    draw_loads,
    draw_queries,
    draw_query,
    draw_snapshot,
)
from immunograph.cli.drawing.papers import (
    draw_interventions,
    draw_source,
    draw_sources,
    draw_studies,
    draw_study,
)
from immunograph.cli.drawing.pathways import (
    draw_blockers,
    draw_effect,
    draw_impact,
    draw_influence,
    draw_loops,
    draw_open_questions,
    draw_paths,
)
from immunograph.cli.drawing.tables import facts, table

__all__ = [
    "draw_blockers",
    "draw_changes",
    "draw_conflict",
    "draw_conflicts",
    "draw_effect",
    "draw_entities",
    "draw_entity",
    "draw_impact",
    "draw_influence",
    "draw_interventions",
    "draw_loads",
    "draw_loops",
    "draw_open_questions",
    "draw_paths",
    "draw_queries",
    "draw_query",
    "draw_resolve",
    "draw_snapshot",
    "draw_source",
    "draw_sources",
    "draw_statement",
    "draw_statements",
    "draw_studies",
    "draw_study",
    "draw_subgraph",
    "facts",
    "table",
]
