"""What is loaded, which studies stand behind it, and what rests on them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.sources import SourceCard, StudyCard
from immunograph.answers.sources import Sources as SourcesAnswer
from immunograph.answers.sources import Studies as StudiesAnswer
from immunograph.domain.vocabulary import SourceType
from immunograph.questions.parameters import WORDS, OnPage, Paged
from immunograph.questions.question import About, Parameters, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class Sources(Paged):
    """What is loaded?"""

    q: Annotated[
        str | None,
        About(
            "words of its title, outlet or study, or the DOI or PMID of that",
            pattern=WORDS,
            argument="words",
        ),
    ] = None
    type: Annotated[SourceType | None, About("sources of this type")] = None
    tier: Annotated[
        str | None, About("sources of this tier, or a broader one: `press`, `primary`")
    ] = None
    year: Annotated[int | None, About("sources published in this year", 1800, 2200)] = None
    study: Annotated[str | None, About("sources that report this study: local id, DOI or PMID")] = (
        None
    )
    limit: OnPage = 100


def sources(service: Service, asked: Sources) -> SourcesAnswer:
    """What is loaded."""
    from immunograph.service import listings, pages, shapes  # noqa: PLC0415

    view = service.whole
    found = listings.sources(
        view,
        type_=asked.type,
        tier=asked.tier,
        year=asked.year,
        study=asked.study,
        words=service.words(asked.q),
    )
    return pages.page(
        view,
        "sources",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda s: shapes.source(view, s.id),
    )


@dataclass(frozen=True, kw_only=True)
class Source(Parameters):
    """One source: what it says, and what was set aside."""

    id: Annotated[
        str,
        About("local id of a source, or DOI or PMID of what it reports", argument="identifier"),
    ]


def source(service: Service, asked: Source) -> SourceCard:
    """One source: what it says, what was set aside, and what rests on it alone."""
    from immunograph.domain.papers import source_named  # noqa: PLC0415
    from immunograph.service import citing, shapes  # noqa: PLC0415

    view = service.whole
    answer: SourceCard = {
        "snapshot": view.snapshot,
        **shapes.whole_source(view, source_named(view.knowledge, asked.id)),
        "references": [],
    }
    return citing.cited(view, "source", answer)


@dataclass(frozen=True, kw_only=True)
class Studies(Paged):
    """Which studies stand behind the sources?"""

    q: Annotated[
        str | None,
        About(
            "words of its title or citation, or its DOI or PMID", pattern=WORDS, argument="words"
        ),
    ] = None
    limit: OnPage = 100


def studies(service: Service, asked: Studies) -> StudiesAnswer:
    """The studies behind the sources, and what rests on each alone."""
    from immunograph.service import listings, pages, shapes  # noqa: PLC0415

    view = service.whole
    found = listings.studies(view, words=service.words(asked.q))
    return pages.page(
        view,
        "studies",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda s: shapes.study(view, s),
    )


@dataclass(frozen=True, kw_only=True)
class Study(Parameters):
    """One study, and what rests on it alone."""

    id: Annotated[str, About("local id, DOI or PMID of a study", argument="identifier")]


def study(service: Service, asked: Study) -> StudyCard:
    """One study: its sources, its statements, and those that rest on it alone."""
    from immunograph.domain.papers import study_named  # noqa: PLC0415
    from immunograph.service import citing, shapes  # noqa: PLC0415

    view = service.whole
    answer: StudyCard = {
        "snapshot": view.snapshot,
        **shapes.study(view, study_named(view.knowledge, asked.id)),
        "references": [],
    }
    return citing.cited(view, "study", answer)


SOURCES = Question(
    name="sources",
    parameters=Sources,
    answer=sources,
    returns=SourcesAnswer,
    heading="What it rests on",
    tag="sources",
    problems=(404, 409),
)
SOURCE = Question(
    name="source",
    parameters=Source,
    answer=source,
    returns=SourceCard,
    heading="What it rests on",
    tag="sources",
    path="/sources/{id:path}",
    problems=(404, 409),
)
STUDIES = Question(
    name="studies",
    parameters=Studies,
    answer=studies,
    returns=StudiesAnswer,
    heading="What it rests on",
    tag="sources",
    problems=(409,),
)
STUDY = Question(
    name="study",
    parameters=Study,
    answer=study,
    returns=StudyCard,
    heading="What it rests on",
    tag="sources",
    path="/studies/{id:path}",
    problems=(404, 409),
)
