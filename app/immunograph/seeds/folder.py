"""A folder of seed files → vocabulary, entities and one contribution for each source.

Every fault of every file is gathered, with file, line and column, before anything is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from immunograph.domain.model import (
    Contribution,
    Entity,
    Vocabulary,
)
from immunograph.errors import BadSource, Fault
from immunograph.seeds import yaml_text
from immunograph.seeds.definitions import check_entities, check_vocabulary
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE, texts
from immunograph.seeds.forms import EntitiesForm
from immunograph.seeds.pile import Pile
from immunograph.seeds.reading import Reader
from immunograph.seeds.validation import validated
from immunograph.seeds.yaml_text import SeedText


@dataclass(frozen=True, slots=True)
class Seed:
    """All that a folder of seed files says."""

    vocabulary: Vocabulary
    entities: tuple[Entity, ...]
    contributions: Sequence[Contribution]
    files: dict[str, FilePath]
    """The file of each source, by source id."""


def read_seed(
    folder: FilePath,
    *,
    documents: FilePath | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Seed:
    """Read every source under a folder, over the nearest vocabulary and entities at or above it.

    With `documents`, every locator is checked against the text. Raises BadSource with every fault.
    """
    home = seed_home(folder)
    vocabulary, entities, faults = read_home(home)
    files = [
        path
        for path in sorted(folder.rglob("*.yaml"))
        if path.name not in (VOCABULARY_FILE, ENTITIES_FILE)
    ]
    reader = Reader(vocabulary, entities, documents=documents)
    contributions = Pile()
    for number, text in enumerate(texts(files), start=1):
        if isinstance(text, OSError):
            raise text
        contribution = reader.reading(text).contribution
        faults.extend(reader.take_faults())
        if contribution:
            contributions.add(contribution)
        progress(number, len(files))
    faults.extend(reader.cross_faults())
    if faults:
        raise BadSource(faults)
    return Seed(vocabulary, entities, contributions, reader.files)


def seed_home(folder: FilePath) -> FilePath:
    """The nearest folder, this one or above, that holds the vocabulary and the entities."""
    for home in (folder.resolve(), *folder.resolve().parents):
        if (home / VOCABULARY_FILE).is_file() and (home / ENTITIES_FILE).is_file():
            return home
    message = (
        f"no {VOCABULARY_FILE} and {ENTITIES_FILE} here or above; put the file under a seed folder"
    )
    raise BadSource([Fault(str(folder), 1, 1, message)])


def read_home(home: FilePath) -> tuple[Vocabulary, tuple[Entity, ...], list[Fault]]:
    """The vocabulary and the shared entities of a seed folder, with their faults."""
    faults: list[Fault] = []
    vocabulary_text = _read_text(home / VOCABULARY_FILE)
    vocabulary = validated(vocabulary_text, Vocabulary)
    if vocabulary is not None:
        check_vocabulary(vocabulary, vocabulary_text)
    entities_text = _read_text(home / ENTITIES_FILE)
    entities = validated(entities_text, EntitiesForm)
    if entities is not None:
        check_entities(entities.entities, {}, {}, entities_text)
    faults = [*vocabulary_text.told_faults(), *entities_text.told_faults()]
    if vocabulary is None or entities is None:
        raise BadSource(faults)
    return vocabulary, entities.entities, faults


class Home:
    """The vocabulary and the shared entities of a seed folder, read again where a file changed."""

    def __init__(self, folder: FilePath) -> None:
        self._folder = folder
        self._read: tuple[Vocabulary, tuple[Entity, ...], list[Fault]] | None = None
        self._as_of: list[tuple[int, int, int]] = []

    def read(self) -> tuple[Vocabulary, tuple[Entity, ...], list[Fault]]:
        """As `read_home` reads it."""
        found = [(self._folder / name).stat() for name in (VOCABULARY_FILE, ENTITIES_FILE)]
        as_of = [(one.st_mtime_ns, one.st_size, one.st_ino) for one in found]
        if self._read is None or as_of != self._as_of:
            self._read, self._as_of = read_home(self._folder), as_of
        return self._read


def _read_text(path: FilePath) -> SeedText:
    return yaml_text.read(path.read_bytes(), str(path))
