"""The files of a seed folder that an import makes; the folder appears once it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from immunograph.domain.model import Entity, Vocabulary
from immunograph.errors import BadQuestion
from immunograph.seeds.writing import scalar

REPORT_FILE: Final = "report.json"
LINES_FILE: Final = "report.tsv"


@contextmanager
def new_folder(out: Path) -> Generator[Path]:
    """A folder to fill, which takes its place once it is whole. Raises BadQuestion."""
    if (
        out.exists()
        and not (out / REPORT_FILE).is_file()
        and (not out.is_dir() or any(out.iterdir()))
    ):
        raise BadQuestion(
            f"{out} is there already and is no earlier import. Name another folder.",
            parameter="out",
        )
    part = out.parent / f".{out.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        yield part
        old = out.parent / f".{out.name}.old"
        if out.exists():
            out.rename(old)
        part.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise BadQuestion(f"{out} cannot be written: {error}.", parameter="out") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def vocabulary_lines(vocabulary: Vocabulary) -> Iterator[str]:
    """A vocabulary, each verb and term on a line."""
    for name in Vocabulary.model_fields:
        values = getattr(vocabulary, name)
        if values:
            yield f"{name}:"
            for one in values:
                given = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
                yield f"  - {_flow(given)}"


def entity_lines(entities: Iterable[Entity]) -> Iterator[str]:
    """The file of entities, each on a line."""
    yield "entities:"
    for one in entities:
        yield f"  - {_flow(one.model_dump(mode='json', exclude_defaults=True))}"


def _flow(value: Any) -> str:
    """A value on one line, however long."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"  # pyright: ignore[reportUnknownVariableType] # plain values
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"  # pyright: ignore[reportUnknownVariableType] # plain values
    return scalar(value)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a text file, line by line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
