"""The papers that an answer rests on, in the order of first use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from immunograph.answers.parts import Answer
from immunograph.answers.parts import Reference as ReferenceShape
from immunograph.answers.paths import SignedPath
from immunograph.formats.references import Reference, reference_of
from immunograph.service.layouts import LAYOUTS
from immunograph.service.shapes import ready
from immunograph.service.view import View

A = TypeVar("A", bound=Answer)


def references(view: View, studies: Iterable[str | None]) -> list[ReferenceShape]:
    """Each study once, with author, year, journal, DOI and PMID, as answers hold them."""
    known = view.full.studies
    return [_shape(view, one) for one in dict.fromkeys(studies) if one is not None and one in known]


def papers(view: View, studies: Iterable[str | None]) -> list[Reference]:
    """The same for who writes them in a format."""
    known = view.full.studies
    return [
        reference_of(known[one])
        for one in dict.fromkeys(studies)
        if one is not None and one in known
    ]


def studies_of_paths(view: View, paths: Iterable[SignedPath]) -> Iterator[str | None]:
    """The studies behind the steps of paths, and behind the cautions that cover them."""
    for path in paths:
        for step in path["steps"]:
            yield from studies_of(view, step["statement"])
        for caution in path["cautions"]:
            yield view.full.source(caution["source"]).study


def studies_of(view: View, statement: str) -> tuple[str | None, ...]:
    """The studies that have evidence on a statement."""
    return view.remembered(
        ("studies", statement),
        lambda: tuple(one.study for one in view.knowledge.evidence_of(statement)),
    )


def studies_of_answer(view: View, question: str, answer: Mapping[str, Any]) -> Iterator[str | None]:
    """The studies behind whatever an answer lists, row by row."""
    for row in LAYOUTS[question].rows(answer):
        if row.studies is not None:
            yield from row.studies
        else:
            for statement in row.statements:
                yield from studies_of(view, statement)
        for intervention in row.interventions:
            yield view.full.interventions[intervention].study


def cited(view: View, question: str, answer: A) -> A:
    """An answer with the papers that what it lists rests on."""
    answer["references"] = references(view, studies_of_answer(view, question, answer))
    return answer


def _shape(view: View, study: str) -> ReferenceShape:
    def make() -> ReferenceShape:
        return ready(cast(ReferenceShape, reference_of(view.full.studies[study]).shape()))

    return view.whole.remembered(("reference", study), make)
