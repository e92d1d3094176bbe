"""Values of a file → its form, or every fault in words for whoever wrote it.

Of a file with faults, what can be read is still read, so that names and places in it are checked,
too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, TypeVar, cast

from pydantic import (
    BaseModel,
    ValidationError,
)

from immunograph.domain.model import (
    Entity,
)
from immunograph.domain.vocabulary import (
    SourceType,
    Tier,
    Traceability,
)
from immunograph.names.spelling import fold
from immunograph.seeds.forms import (
    CautionForm,
    InterventionForm,
    NotStatementForm,
    SourceForm,
    StatementForm,
)
from immunograph.seeds.yaml_text import Path, SeedText

F = TypeVar("F", bound=BaseModel)


def nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 3, 0.5)
    return f"; nearest: {', '.join(near)}" if near else ""


def validated(text: SeedText, form: type[F]) -> F | None:
    """The form, or None with every fault noted in the text."""
    if text.faults and text.value is None:
        return None
    value: Any = text.value
    if not isinstance(value, dict):
        text.fault((), f"expected keys and values, found {_kind(value)}")
        return None
    try:
        return form.model_validate(value)
    except ValidationError as error:
        for path, problem in _problems(error):
            if text.full:  # only counted
                text.fault(path, "")
            else:
                _note_problem(text, form, path, problem)
        return None


def _note_problem(text: SeedText, form: type[BaseModel], path: Path, problem: Any) -> None:
    """Say what a form refuses, in words for whoever wrote the file."""
    kind, where = problem["type"], ".".join(map(str, path))
    if kind == "missing" and isinstance(path[-1], int):
        text.fault(path[:-1], f"{'.'.join(map(str, path[:-1]))}: too few values")
    elif kind == "missing":
        text.fault(path[:-1], f"key '{path[-1]}' is missing")
    elif kind == "extra_forbidden":
        near = get_close_matches(str(path[-1]), _keys_of(form, path[:-1]), 1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        text.fault(path, f"unknown key '{path[-1]}'{hint}", key=True)
    elif problem["input"] is None:
        text.fault(path, f"{where} is empty; fill it in")
    elif kind in _EXPECTED:
        text.fault(path, f"{where}: expected {_EXPECTED[kind]}, found {_kind(problem['input'])}")
    else:
        message = str(problem["msg"]).removeprefix("Value error, ")
        text.fault(path, f"{where}: {message}")


_EXPECTED: Final = {"model_type": "keys and values", "tuple_type": "a list"}
"""What a value should have been, by the kind of error."""


def _problems(error: ValidationError) -> Iterator[tuple[Path, Any]]:
    """What a form refuses and where; a list is not called too short for what its parts have."""
    problems = error.errors(include_url=False)
    paths: list[Path] = [
        tuple(step for step in problem["loc"] if not str(step).startswith("function-"))
        for problem in problems
    ]
    for path, problem in zip(paths, problems, strict=True):
        if problem["type"] == "too_short":
            inside = any(other[: len(path)] == path != other for other in paths)
            if inside:
                continue
        yield path, problem


_PARTS: Final[dict[str, type[BaseModel]]] = {
    "entities": Entity,
    "statements": StatementForm,
    "cautions": CautionForm,
    "interventions": InterventionForm,
    "not_statements": NotStatementForm,
}
_STAND_INS: Final[dict[str, Any]] = {
    "id": "unnamed",
    "type": SourceType.PRESS,
    "tier": Tier.PRESS_TERTIARY,
    "traceability": Traceability.NONE,
    "title": "untitled",
    "study": None,
}


@dataclass(frozen=True, slots=True)
class Rest:
    """What can be read of a file with faults, so that names and places in it are checked too."""

    form: SourceForm
    numbers: dict[str, list[int]]
    """Which of the statements, cautions, … of the file are in the form."""
    lost: frozenset[str]
    """Keys of the file whose values are not its own, or not all there."""
    words: frozenset[str]
    """Refs, ids and names that what is lost may have given."""


def rest_of(value: Any) -> Rest | None:
    """The sound parts of a file that is not sound as a whole."""
    if not isinstance(value, dict):
        return None
    given = cast(dict[str, Any], value)
    header = {key: one for key, one in given.items() if key not in _PARTS}
    lost = {str(path[0]) for path in _faulty(SourceForm, header)}
    if lost & {"type", "tier"}:
        lost |= {"type", "tier"}
    sound: dict[str, Any] = {k: one for k, one in header.items() if k not in lost}
    numbers: dict[str, list[int]] = {}
    words: set[str] = set()
    for name, form in _PARTS.items():
        parts: list[Any] = []
        numbers[name] = []
        listed = given.get(name)
        for number, part in enumerate(cast(list[Any], listed) if isinstance(listed, list) else []):
            words.update(_words_of(part))
            mended = _mended(form, part)
            if mended is None:
                lost.add(name)
                continue
            parts.append(mended)
            numbers[name].append(number)
        sound[name] = parts
    try:
        form = SourceForm.model_validate({**_STAND_INS, **sound})
    except ValidationError:
        return None
    return Rest(form, numbers, frozenset(lost), frozenset(words))


def _faulty(form: type[BaseModel], value: Any) -> list[Path]:
    """The paths of what a form refuses in a value."""
    try:
        form.model_validate(value)
    except ValidationError as error:
        return [path for path, _ in _problems(error)]
    return []


def _mended(form: type[BaseModel], part: Any) -> dict[str, Any] | None:
    """A part without the keys that its form refuses; None where it cannot do without."""
    if not isinstance(part, dict):
        return None
    mended: dict[str, Any] = copy.deepcopy(cast(dict[str, Any], part))
    for path in _faulty(form, mended):
        _drop(mended, path)
    return None if _faulty(form, mended) else mended


def _drop(value: dict[str, Any], path: Path) -> None:
    """Take out the key that a path leads to, or the nearest one that encloses it."""
    last: tuple[dict[str, Any], str] | None = None
    here: Any = value
    for step in path:
        if isinstance(here, dict) and step in here:
            last = cast(dict[str, Any], here), str(step)
            here = cast(Any, here[step])
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):  # pyright: ignore[reportUnknownArgumentType] # plain values
            here = cast(Any, here[step])
        else:
            break
    if last is not None:
        last[0].pop(last[1], None)


def _words_of(part: Any) -> Iterator[str]:
    """The ref of a part, or the names of an entity."""
    if isinstance(part, dict):
        given = cast(dict[str, Any], part)
        words = [given.get("ref"), given.get("id"), given.get("name"), given.get("symbol")]
        synonyms: Any = given.get("synonyms")
        words += cast(list[Any], synonyms) if isinstance(synonyms, list) else []
        yield from (fold(word) for word in words if isinstance(word, str))


_schema_of: Final = cache(BaseModel.model_json_schema.__func__)


def _keys_of(form: type[BaseModel], path: Path) -> list[str]:
    """The keys that the form at a path knows."""
    schema = _schema_of(form)
    definitions = schema.get("$defs", {})

    def resolved(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "$ref" in node:
            yield from resolved(definitions[node["$ref"].rsplit("/", 1)[-1]])
        for option in (*node.get("anyOf", ()), *node.get("allOf", ())):
            yield from resolved(option)
        yield node

    nodes = [schema]
    for step in path:
        following: list[dict[str, Any]] = []
        for node in nodes:
            for option in resolved(node):
                child = option.get("items") if isinstance(step, int) else None
                child = child or option.get("properties", {}).get(step)
                if child:
                    following.append(child)
        nodes = following
    return [key for node in nodes for o in resolved(node) for key in o.get("properties", {})]


def _kind(value: Any) -> str:
    names: dict[type[Any], str] = {dict: "keys and values", list: "a list", str: "text"}
    names[type(None)] = "nothing"
    kind = cast(type[Any], type(value))
    return names.get(kind, kind.__name__)
