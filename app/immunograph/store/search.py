"""Full-text search over what people call an entity."""

from __future__ import annotations

import re
from typing import Final

from immunograph.lexicon import fold
from immunograph.store.graph import Graph

_SPECIAL: Final = re.compile(r'[+\-!(){}\[\]^"~*?:\\/&|]')


def entity_ids(graph: Graph, text: str, *, limit: int) -> list[str]:
    """Ids of entities by name, symbol, synonym or id, nearest first.

    Each word matches whole, as the beginning of a word, or with one or two letters amiss. What
    Lucene would read as syntax is taken for a space.
    """
    words = {word for form in (text, fold(text)) for word in _SPECIAL.sub(" ", form).split()}
    words = {word for word in words if word.upper() not in ("AND", "OR", "NOT", "TO")}
    if not words:
        return []
    terms = [f"{w}^4 OR {w}*^2" + (f" OR {w}~" if len(w) > 3 else "") for w in sorted(words)]
    rows = graph.read(
        "CALL db.index.fulltext.queryNodes('entity_text', $query) YIELD node, score "
        "RETURN node.id AS id, score ORDER BY score DESC, id LIMIT $limit",
        {"query": " OR ".join(terms), "limit": limit},
    )
    return [row["id"] for row in rows]
