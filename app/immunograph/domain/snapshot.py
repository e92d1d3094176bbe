"""The snapshot id: what the graph holds, as one hash that is the same on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from immunograph.domain.knowledge import LISTS, Knowledge
from immunograph.domain.model import Vocabulary
from immunograph.domain.tally import UNHEARD, canonical, hex_of, tally_of
from immunograph.domain.vocabulary import PRIORS


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
    return model.model_dump(mode="json", exclude=set(UNHEARD))


def _listed(knowledge: Knowledge) -> dict[str, list[Any]]:
    """The lists of the content, as models sorted by id."""
    lists: dict[str, list[Any]] = {name: [] for name in LISTS}
    for name, thing in knowledge.things():
        lists[name].append(thing)
    return {name: sorted(models, key=lambda model: model.id) for name, models in lists.items()}


def snapshot_id(knowledge: Knowledge) -> str:
    """What stands for the content: SHA-256 of vocabulary, priors and the tally of all lists.

    Where the knowledge is tallied already, nothing else is looked at.
    """
    return _id_of(knowledge.tally, vocabulary_shape(knowledge.vocabulary), PRIORS)


def snapshot_of(content: Mapping[str, Any]) -> str:
    """The id of the snapshot that has this content, as an export in JSON holds it."""
    tally = tally_of((name, thing) for name in LISTS for thing in content[name])
    return _id_of(tally, content["vocabulary"], content["priors"])


def _id_of(tally: int, vocabulary: Any, priors: Any) -> str:
    parts = {"priors": priors, "tally": hex_of(tally), "vocabulary": vocabulary}
    return hashlib.sha256(canonical(parts)).hexdigest()


def is_snapshot_of(knowledge: Knowledge, snapshot: str) -> bool:
    """Whether an id stands for what the knowledge holds, be it one of earlier versions."""
    return snapshot in (snapshot_id(knowledge), earlier_snapshot_id(knowledge))


def earlier_snapshot_id(knowledge: Knowledge) -> str:
    """The id as earlier versions made it: SHA-256 of the canonical JSON of the whole content."""
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
