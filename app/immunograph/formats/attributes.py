"""What nodes and edges carry in the graph formats, the same in each: flat, and without objects.

Edges show everything that a row of a table does. One thing differs: `sign` is what may be
multiplied along a path, so it is 0 wherever nobody claims the statement (`ReportedStatement.sign`).
"""

from __future__ import annotations

from typing import Any, Final

from immunograph.domain.model import Entity
from immunograph.formats.format import BESIDE_STATEMENTS, Loss
from immunograph.formats.graph import ReportedStatement
from immunograph.formats.tables import STATEMENT, Column, Kind, statement_values

NODE: Final = (
    Column("name", Kind.TEXT, "as people know it"),
    Column("kind", Kind.TEXT, "what kind of thing it is"),
    Column("symbol", Kind.TEXT, "its gene symbol"),
    Column("synonyms", Kind.TEXTS, "other names"),
    Column("abstract", Kind.FLAG, "a class that no path bridges"),
    Column("is_a", Kind.TEXTS, "the classes directly above it"),
    Column("xrefs", Kind.TEXTS, "its ids elsewhere"),
)

_ENDS: Final = frozenset(
    f"{end}{part}" for end in ("subject", "object") for part in ("", "_id", "_symbol", "_kind")
)
EDGE: Final = (
    Column("interaction", Kind.TEXT, "see `interaction`"),
    Column("effect", Kind.TEXT, "promotes, inhibits, or the verb of one without a sign"),
    *(column for column in STATEMENT if column.name not in _ENDS),
    Column("evidence", Kind.TEXTS, "ids of its evidence"),
    Column("evidence_role", Kind.TEXTS, "what each does to it, in the same order"),
    Column("says", Kind.TEXTS, "what each says, in our words, in the same order"),
)

CANNOT_HOLD: Final = (
    Loss(
        "what each piece of evidence rests on",
        "an edge has no objects; rows=evidence of a table has basis, hedge, locator and context",
        in_statement=lambda one: len(one.evidence),
    ),
    *BESIDE_STATEMENTS,
)


def node_values(one: Entity) -> dict[str, Any]:
    """What a node carries."""
    return {
        "name": one.name,
        "kind": one.kind,
        "symbol": one.symbol,
        "synonyms": list(one.synonyms),
        "abstract": one.abstract,
        "is_a": list(one.is_a),
        "xrefs": list(one.xrefs),
    }


def edge_values(one: ReportedStatement) -> dict[str, Any]:
    """What an edge carries."""
    evidence = [reported.evidence for reported in one.evidence]
    return {
        **statement_values(one),
        "sign": one.sign,
        "interaction": interaction(one),
        "effect": one.statement.effect,
        "evidence": [each.id for each in evidence],
        "evidence_role": [str(each.role) for each in evidence],
        "says": [each.says for each in evidence],
    }


def interaction(one: ReportedStatement) -> str:
    """The name of an edge, which never claims what nobody does.

    `promotes` and `inhibits` stand; `may_promote` is a guess; `not_promotes` was denied or not
    seen; what has no sign goes by its verb.
    """
    effect = one.statement.effect
    if not one.causal or one.stands:
        return effect
    return f"may_{effect.removesuffix('s')}" if one.status == "hypothesised" else f"not_{effect}"
