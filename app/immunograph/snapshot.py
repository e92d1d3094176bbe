"""The snapshot id: what the graph holds, as one hash that is the same on any machine."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import orjson

from immunograph.knowledge import Knowledge
from immunograph.vocabulary import PRIORS


def content(knowledge: Knowledge) -> dict[str, Any]:
    """Everything that the graph asserts, as plain values, lists sorted by id.

    No derived values, no load times, no curators' names or dates.
    """
    evidence = [e for c in knowledge.contributions.values() for e in c.evidence]
    return {
        "vocabulary": {
            name: sorted(listed, key=lambda one: one["name"])
            for name, listed in knowledge.vocabulary.model_dump(mode="json", by_alias=True).items()
        },
        "entities": _listed(knowledge.entities.values()),
        "sources": [
            source.model_dump(mode="json", exclude={"curator", "curated"})
            for _, source in sorted(knowledge.sources.items())
        ],
        "studies": _listed(knowledge.studies.values()),
        "statements": _listed(knowledge.statements.values()),
        "evidence": _listed(evidence),
        "interventions": _listed(knowledge.interventions.values()),
        "priors": PRIORS,
    }


def _listed(models: Any) -> list[dict[str, Any]]:
    return [m.model_dump(mode="json") for m in sorted(models, key=lambda m: m.id)]


def snapshot_id(knowledge: Knowledge) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of the content in normal form C."""
    return hashlib.sha256(canonical(content(knowledge))).hexdigest()


def canonical(value: dict[str, Any]) -> bytes:
    """Canonical JSON as RFC 8785 has it, for our content: plain ASCII keys, short decimals."""
    return orjson.dumps(_normal(value), option=orjson.OPT_SORT_KEYS)


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_normal(k): _normal(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType] # plain JSON
    if isinstance(value, list | tuple):
        return [_normal(v) for v in value]  # pyright: ignore[reportUnknownVariableType] # plain JSON
    return value
