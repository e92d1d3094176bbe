"""A library: all of one snapshot as arrays, what it asserts and what follows from it.

Laid out as one run of bytes by `pack`, and restored from a mapped file by `unpack`, it is ready at
once: nothing is decoded, weighed or searched before a question asks for it, and all processes of a
machine share its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from immunograph import __version__
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Vocabulary
from immunograph.domain.selection import CONTEXT_DIMENSIONS
from immunograph.domain.tally import tally_from, text_of
from immunograph.search import container
from immunograph.search.columns import Claims, Columns, Mechanisms, Passages, Things
from immunograph.search.container import UnusableFileError
from immunograph.search.content import TIERS, Codes, Content, Manner, Rows, Said
from immunograph.search.derived import Derived
from immunograph.search.kernel import Longs, Network, frozen
from immunograph.search.prose import Prose, indexes_over
from immunograph.search.texts import Texts
from immunograph.search.weighing import Found, Joins

T = TypeVar("T")

VERSION: Final = 5
"""Of the layout, and of every rule by which what follows was derived."""
_FIELDS: Final = len(Rows._fields) + len(CONTEXT_DIMENSIONS)
_OF_CONTENT: Final = (
    *("source_type", "source_tier", "source_study", "source_year", "source_mentions"),
    "retracted",
)
_PROSE: Final = (
    *("entities", "sources", "said", "studies", "evidence"),
    *("interventions", "done", "reports"),
)


class StepRows(NamedTuple):
    """The steps of the whole graph: the statement of each row of their network."""

    statements: Longs
    network: Network


@dataclass(frozen=True)
class Library:
    """All of one snapshot."""

    snapshot: str
    vocabulary: Vocabulary
    retractions: Mapping[str, str]
    columns: Columns
    derived: Derived
    prose: Prose
    steps: StepRows
    tally: int | None
    """Of all that is asserted; None where things were counted otherwise once."""

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is asserted, decoded as far as it is asked for."""
        over = indexes_over(self.columns, self.prose, self.retractions, tally=self.tally)
        return Knowledge(self.vocabulary, over=over)


def pack(library: Library) -> Iterator[bytes | memoryview]:
    """The library as pieces of one run of bytes."""
    content, codes = library.columns.content, library.columns.content.codes
    header = {
        "snapshot": library.snapshot,
        "vocabulary": library.vocabulary.model_dump(mode="json", by_alias=True),
        "retractions": dict(library.retractions),
        "tally": None if library.tally is None else text_of(library.tally),
        "made_by": __version__,
        "effects": codes.effects,
        "manners": [list(one) for one in codes.manners],
        "in_cells": codes.in_cells,
        "stated": codes.stated,
        "readers": library.columns.readers,
        "cells": library.columns.cells,
        "verbs": library.columns.verbs,
        "column_effects": library.columns.effects,
    }
    return container.pack(header, dict(_arrays(library, content)), version=VERSION)


def _arrays(library: Library, content: Content) -> Iterator[tuple[str, NDArray[Any]]]:
    columns, derived, prose = library.columns, library.derived, library.prose
    yield from _of_texts("statements", content.statements)
    yield from _of_texts("entities", Texts.of(content.entities))
    yield from _of_texts("sources", Texts.of(content.sources))
    yield from _of_texts("studies", Texts.of(content.studies))
    yield from _of_tuple("said", content.said)
    yield "content.rows", content.rows
    for name in _OF_CONTENT:
        yield f"content.{name}", getattr(content, name)
    for name in ("row", "cell", "verb"):
        yield f"columns.{name}", getattr(columns, name)
    for name, (codes, _) in columns.dimensions.items():
        yield f"dimensions.{name}", codes
    yield from _of_tuple("passages", columns.passages)
    yield from _of_tuple("claims", columns.claims)
    yield from _of_tuple("mechanisms", columns.mechanisms)
    yield from columns.things.to_arrays().items()
    yield from _of_tuple("found", derived.found)
    yield from _of_tuple("joins", derived.joins)
    for name in ("belief", "human", "unknown", "opposed", "net_tellings", "kept", "standing"):
        yield f"derived.{name}", getattr(derived, name)
    yield "steps.statements", library.steps.statements
    for name, array in library.steps.network.to_arrays().items():
        yield f"network.{name}", array
    yield "prose.heard", prose.heard
    for name in _PROSE:
        yield from _of_texts(f"prose.{name}", getattr(prose, name))


def _of_texts(name: str, texts: Texts) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{name}.start", texts.start
    yield f"{name}.text", texts.text


def _of_tuple(name: str, columns: NamedTuple) -> Iterator[tuple[str, NDArray[Any]]]:
    for field, array in columns._asdict().items():
        yield f"{name}.{field}", array


def unpack(run: NDArray[np.uint8]) -> Library:
    """The library that `pack` laid out, its arrays views of the given bytes.

    Raises UnusableFileError, saying why.
    """
    header, arrays = container.unpack(run, version=VERSION)
    if header["made_by"] != __version__:
        raise UnusableFileError(
            f"immunograph {header['made_by']} wrote it, and this is {__version__}, "
            "which may derive otherwise"
        )
    try:
        return _Restoring(header, arrays).library()
    except KeyError as error:
        raise UnusableFileError(f"it holds no {error}") from error


class _Restoring:
    """A library that is put together from the arrays of a run."""

    def __init__(self, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        self.header = header
        self.arrays = {name: frozen(one, one.dtype.type) for name, one in arrays.items()}

    def library(self) -> Library:
        header = self.header
        content = self.content()
        columns = self.columns(content)
        prose = Prose(
            heard=self.arrays["prose.heard"],
            **{name: self.texts(f"prose.{name}") for name in _PROSE},
        )
        return Library(
            snapshot=header["snapshot"],
            vocabulary=Vocabulary.model_validate(header["vocabulary"]),
            retractions=header["retractions"],
            tally=tally_from(header["tally"]),
            columns=columns,
            derived=self.derived(columns),
            prose=prose,
            steps=StepRows(
                self.arrays["steps.statements"],
                Network.from_arrays(self.under("network")),
            ),
        )

    def content(self) -> Content:
        header, arrays = self.header, self.arrays
        return Content(
            entities=list(self.texts("entities")),
            statements=self.texts("statements"),
            sources=list(self.texts("sources")),
            studies=list(self.texts("studies")),
            codes=Codes(
                header["effects"],
                [Manner.restored(values) for values in header["manners"]],
                [tuple(cells) for cells in header["in_cells"]],
                {name: [tuple(v) for v in stated] for name, stated in header["stated"].items()},
            ),
            said=self.table(Said, "said"),
            rows=arrays["content.rows"].reshape(_FIELDS, -1),
            **{name: arrays[f"content.{name}"] for name in _OF_CONTENT},
        )

    def columns(self, content: Content) -> Columns:
        header, arrays = self.header, self.arrays
        stated = {**content.codes.stated, "tier": [(str(tier),) for tier in TIERS]}
        return Columns(
            content=content,
            row=arrays["columns.row"],
            readers=header["readers"],
            cells=header["cells"],
            effects=header["column_effects"],
            cell=arrays["columns.cell"],
            verbs=header["verbs"],
            verb=arrays["columns.verb"],
            dimensions={
                name: (arrays[f"dimensions.{name}"], stated[name])
                for name in (*CONTEXT_DIMENSIONS, "tier")
            },
            passages=self.table(Passages, "passages"),
            claims=self.table(Claims, "claims"),
            mechanisms=self.table(Mechanisms, "mechanisms"),
            things=Things.from_arrays(arrays),
        )

    def derived(self, columns: Columns) -> Derived:
        arrays = self.arrays
        return Derived(
            columns=columns,
            things=columns.things,
            kept=arrays["derived.kept"],
            standing=arrays["derived.standing"],
            found=self.table(Found, "found"),
            belief=arrays["derived.belief"],
            human=arrays["derived.human"],
            unknown=arrays["derived.unknown"],
            opposed=arrays["derived.opposed"],
            joins=self.table(Joins, "joins"),
            net_tellings=arrays["derived.net_tellings"],
        )

    def texts(self, name: str) -> Texts:
        return Texts(self.arrays[f"{name}.start"], self.arrays[f"{name}.text"])

    def table(self, kind: Callable[..., T], name: str) -> T:
        fields = cast(Any, kind)._fields
        return kind(*(self.arrays[f"{name}.{field}"] for field in fields))

    def under(self, name: str) -> dict[str, NDArray[Any]]:
        return {
            one.removeprefix(f"{name}."): array
            for one, array in self.arrays.items()
            if one.startswith(f"{name}.")
        }
