"""Full-text search over what people call an entity."""

from __future__ import annotations

import re
from typing import Final

from immunograph.names.likeness import ONE_AMISS, TWO_AMISS
from immunograph.names.spelling import fold, is_symbol
from immunograph.store.graph import Graph

_SPECIAL: Final = re.compile(r'[+\-!(){}\[\]^"~*?:\\/&|]')


def entity_ids(graph: Graph, text: str, *, limit: int) -> list[str]:
    """Ids of entities by name, symbol, synonym or id, nearest first.

    Each word matches whole or as the beginning of a word, a long one with a letter or two amiss. A
    symbol never does: CD279 is not CD274. What Lucene would read as syntax is taken for a space.
    """
    words = {word for form in (text, fold(text)) for word in _SPECIAL.sub(" ", form).split()}
    words = {word for word in words if word.upper() not in ("AND", "OR", "NOT", "TO")}
    if not words:
        return []
    symbols = {form for word in words if is_symbol(word) for form in (word, fold(word))}
    terms = [f"{w}^4 OR {w}*^2" + ("" if w in symbols else _misspelt(w)) for w in sorted(words)]
    rows = graph.read(
        "CALL db.index.fulltext.queryNodes('entity_text', $query) YIELD node, score "
        "RETURN node.id AS id, score ORDER BY score DESC, id LIMIT $limit",
        {"query": " OR ".join(terms), "limit": limit},
    )
    return [row["id"] for row in rows]


def _misspelt(word: str) -> str:
    """What else Lucene shall take for a word: as many letters amiss as `likeness` forgives."""
    amiss = 0 if len(word) < ONE_AMISS else 1 if len(word) < TWO_AMISS else 2
    return f" OR {word}~{amiss}" if amiss else ""
