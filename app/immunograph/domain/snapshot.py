"""The snapshot id: what the graph holds, as one hash that is the same on any machine."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any, Final

import orjson
from pydantic import BaseModel

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Vocabulary
from immunograph.domain.vocabulary import PRIORS

_UNHEARD: Final = frozenset({"curator", "curated"})
"""What says who read a source, and when; it is no part of what the source says."""


def content(knowledge: Knowledge) -> dict[str, Any]:
    """Everything that the graph asserts, as plain values, lists sorted by id.

    No derived values, no load times, no curators' names or dates.
    """
    return {
        "vocabulary": vocabulary_shape(knowledge.vocabulary),
        **{name: list(map(shape, listed)) for name, listed in _listed(knowledge).items()},
        "priors": PRIORS,
    }


def vocabulary_shape(vocabulary: Vocabulary) -> dict[str, Any]:
    """The vocabulary as content holds it, each list by name."""
    lists = vocabulary.model_dump(mode="json", by_alias=True)
    return {name: sorted(listed, key=lambda one: one["name"]) for name, listed in lists.items()}


def shape(model: BaseModel) -> dict[str, Any]:
    """An entity, a source, a statement … as content holds it."""
    return model.model_dump(mode="json", exclude=set(_UNHEARD))


def _listed(knowledge: Knowledge) -> dict[str, list[Any]]:
    """The lists of the content, as models sorted by id."""
    evidence = [e for c in knowledge.contributions.values() for e in c.evidence]
    return {
        name: sorted(models, key=lambda model: model.id)
        for name, models in (
            ("entities", knowledge.entities.values()),
            ("sources", knowledge.sources.values()),
            ("studies", knowledge.studies.values()),
            ("statements", knowledge.statements.values()),
            ("evidence", evidence),
            ("interventions", knowledge.interventions.values()),
        )
    }


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
    """Canonical JSON as RFC 8785 has it, for our content: plain ASCII keys, short decimals.

    A model is written without being made into plain values first, which takes longer than all else.
    """
    found = orjson.dumps(value, default=_fields, option=orjson.OPT_SORT_KEYS)
    if found.isascii() or unicodedata.is_normalized("NFC", found.decode()):
        return found
    return orjson.dumps(_normal(orjson.loads(found)), option=orjson.OPT_SORT_KEYS)


def _fields(model: BaseModel) -> dict[str, Any]:
    given = vars(model)
    if _UNHEARD.isdisjoint(given):
        return given
    return {name: value for name, value in given.items() if name not in _UNHEARD}


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_normal(k): _normal(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType] # plain JSON
    if isinstance(value, list | tuple):
        return [_normal(v) for v in value]  # pyright: ignore[reportUnknownVariableType] # plain JSON
    return value
