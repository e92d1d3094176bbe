"""What a reader gives: claims of a corpus, one after the other, and what it could not take.

A claim is one statement with one piece of evidence, in the words of our vocabulary; its ends are
still named as the corpus names them. To find the entities that are meant is another's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from immunograph.domain.model import Model, Sentence
from immunograph.domain.vocabulary import Aspect, Basis, Directness, Role

Progress = Callable[[int, int], None]
"""Is told how many bytes of a file are read, and of how many."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One end of a claim, as the corpus names it."""

    name: str
    space: str = ""
    """The name space of the name, as the corpus writes it; empty where it has none."""
    id: str | None = None
    """Its canonical CURIE, where the corpus gives one."""
    kind: str = "Molecule"
    symbol: str | None = None
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    form_of: Thing | None = None
    """What it is a form of: a modified protein of that protein."""
    whole: bool = False
    """A complex, a composite, a reaction: an entity of its own, which no name finds."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The work that a claim is taken from."""

    pmid: str | None = None
    doi: str | None = None
    citation: str | None = None
    other: str | None = None
    """What the corpus cites where that is no paper: an address, a book."""


NO_PAPER: Final = Paper()


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a corpus, with the evidence that it has for it."""

    file: str
    line: int
    key: str
    """What the corpus calls this record by, or its line."""
    subject: Thing
    predicate: str
    object: Thing
    aspect: Aspect = Aspect.NONE
    role: Role = Role.SUPPORTS
    no_change: bool = False
    basis: Basis = Basis.ASSERTED
    directness: Directness = Directness.EXPLICIT
    hedged: bool = False
    text: str | None = None
    """The sentence behind it, as the corpus has it."""
    paper: Paper = NO_PAPER
    reader: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    note: str | None = None
    turned: tuple[str, ...] = ()
    """What was said otherwise there, and how it became this."""


@dataclass(frozen=True, slots=True)
class Left:
    """A record that became nothing, and why."""

    file: str
    line: int
    text: str
    why: str
    signed: bool = False
    """Whether it states a sign, as far as can be told."""
    remark: bool = False
    """Whether it is a part of a record, or of the file, beside which the record is taken."""


class TableMapping(Model):
    """What whoever imports a corpus knows of it; the columns and signs are those of tables."""

    corpus: Sentence | None = None
    version: str | None = None
    licence: str | None = None
    species: str | None = None
    """Of every record that states none."""
    reader: str | None = None
    """The program that read the texts, where no person did."""
    kind: str | None = None
    """What kind of thing every end is, where no column says so."""
    columns: Mapping[str, str] = Field(default_factory=dict)
    """Our name of a column → its name in the file."""
    signs: Mapping[str, str] = Field(default_factory=dict)
    """What stands in the column of signs → promotes, inhibits or unknown."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file to read, and what is known of it."""

    path: Path
    mapping: TableMapping
    progress: Progress = lambda done, total: None


Read = Callable[[Corpus], Iterator[Claim | Left]]


@dataclass(frozen=True, slots=True)
class Reader:
    """One format that can be read: its name and what gives its claims."""

    name: str
    title: str
    read: Read
    licence: Callable[[Path], str | None] = lambda path: None
    """What a file says of its own licence."""


def excerpt(value: Any, limit: int = 200) -> str:
    """The beginning of a record, on one line, for a report."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
