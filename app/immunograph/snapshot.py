"""The snapshot id: what the graph holds, as one hash that is the same on any machine."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Any

import orjson

from immunograph.knowledge import Knowledge
from immunograph.vocabulary import PRIORS


def content(knowledge: Knowledge) -> dict[str, Any]:
    """Everything that the graph asserts, as plain values, lists sorted by id.

    No derived values, no load times, no curators' names or dates.
    """
    return {
        "vocabulary": {
            name: sorted(listed, key=lambda one: one["name"])
            for name, listed in knowledge.vocabulary.model_dump(mode="json", by_alias=True).items()
        },
        **{name: list(listed) for name, listed in _listed(knowledge).items()},
        "priors": PRIORS,
    }


def _listed(knowledge: Knowledge) -> dict[str, Iterator[dict[str, Any]]]:
    """The lists of the content, made as they are read: together they are large."""
    evidence = [e for c in knowledge.contributions.values() for e in c.evidence]
    return {
        "entities": _dumped(knowledge.entities.values()),
        "sources": (
            source.model_dump(mode="json", exclude={"curator", "curated"})
            for _, source in sorted(knowledge.sources.items())
        ),
        "studies": _dumped(knowledge.studies.values()),
        "statements": _dumped(knowledge.statements.values()),
        "evidence": _dumped(evidence),
        "interventions": _dumped(knowledge.interventions.values()),
    }


def _dumped(models: Any) -> Iterator[dict[str, Any]]:
    return (m.model_dump(mode="json") for m in sorted(models, key=lambda m: m.id))


def snapshot_id(knowledge: Knowledge) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of the content in normal form C."""
    lists = _listed(knowledge)
    few = content(Knowledge(knowledge.vocabulary))
    hashed = hashlib.sha256()
    for place, name in enumerate(sorted(few)):
        hashed.update(b"{" if place == 0 else b",")
        hashed.update(canonical(name) + b":")
        if name not in lists:
            hashed.update(canonical(few[name]))
            continue
        hashed.update(b"[")
        for number, one in enumerate(lists[name]):
            hashed.update(b"," + canonical(one) if number else canonical(one))
        hashed.update(b"]")
    hashed.update(b"}")
    return hashed.hexdigest()


def canonical(value: Any) -> bytes:
    """Canonical JSON as RFC 8785 has it, for our content: plain ASCII keys, short decimals."""
    found = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if found.isascii() or unicodedata.is_normalized("NFC", found.decode()):
        return found
    return orjson.dumps(_normal(value), option=orjson.OPT_SORT_KEYS)


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_normal(k): _normal(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType] # plain JSON
    if isinstance(value, list | tuple):
        return [_normal(v) for v in value]  # pyright: ignore[reportUnknownVariableType] # plain JSON
    return value
