"""Our own JSON → what it holds, model by model; what is derived there is passed over.

It is no corpus of claims: sources, studies and interventions come back as they were, so that the
same graph can be made of it again (`curation.importing.restoring`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from immunograph.domain.model import (
    Entity,
    Evidence,
    Intervention,
    Model,
    Source,
    Statement,
    Study,
    Vocabulary,
)
from immunograph.domain.vocabulary import PRIORS
from immunograph.formats.reading.claims import Left
from immunograph.formats.reading.files import Stream, refused, streams
from immunograph.formats.reading.json_text import JsonText

NAME: Final = "json"
LISTS: Final[dict[str, type[Model]]] = {
    "entities": Entity,
    "sources": Source,
    "studies": Study,
    "statements": Statement,
    "evidence": Evidence,
    "interventions": Intervention,
}
"""The lists of the content, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an export says of itself."""

    file: str
    values: dict[str, Any]


def models(path: Path, progress: Callable[[int, int], None]) -> Iterator[Head | Model | Left]:
    """The head of an export, its vocabulary, and all that its lists hold, one by one.

    Raises BadSource where it is no whole export of ours.
    """
    found = False
    for stream in streams(path, endings=(".json",), progress=progress):
        if found:
            raise refused(stream.name, 1, "a second export; import one at a time")
        found = True
        yield from _models(stream)


def _models(stream: Stream) -> Iterator[Head | Model | Left]:
    text = JsonText(stream)
    head: dict[str, Any] = {}
    seen: set[str] = set()
    for key in text.members():
        if key == "content":
            if head.get("format") != NAME:
                raise refused(stream.name, text.line, "no export of ours: `format` is not json")
            yield Head(stream.name, head)
            yield from _content(text, stream, seen)
        elif key == "derived":
            for name in text.members():
                _pass(text, listed=name != "statements")
        else:
            head[key] = text.value()
    text.end()
    lacking = {"vocabulary", *LISTS} - seen
    if lacking:
        message = (
            f"no whole export of ours: it lacks {', '.join(sorted(lacking))}. "
            "`immunograph export --format json` writes one; an answer is none"
        )
        raise refused(stream.name, 1, message)


def _content(text: JsonText, stream: Stream, seen: set[str]) -> Iterator[Model | Left]:
    for name in text.members():
        seen.add(name)
        if name == "vocabulary":
            yield _model(Vocabulary, text.value(), name, text, stream)
        elif name in LISTS:
            for one in text.elements():
                yield _model(LISTS[name], one, name, text, stream)
        elif name == "priors":
            if text.value() != PRIORS:
                why = "its priors are not those of this version: beliefs are computed by ours"
                yield Left(stream.name, text.line, "priors", why, remark=True)
        else:
            raise refused(stream.name, text.line, f"'{name}' is no list that we know")


def _model(form: type[Model], value: Any, name: str, text: JsonText, stream: Stream) -> Model:
    try:
        return form.model_validate(value)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        message = f"one of {name} is none of ours: {where}: {problem['msg']}"
        raise refused(stream.name, text.line, message) from error


def _pass(text: JsonText, *, listed: bool) -> None:
    """Go over what follows, value by value."""
    if listed:
        for _ in text.elements():
            continue
    else:
        for _ in text.members():
            text.value()
