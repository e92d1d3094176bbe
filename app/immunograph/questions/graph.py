"""What does the graph hold now, how did it come to that, and what did that change?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, cast

from immunograph.answers.changes import Changes as ChangesAnswer
from immunograph.answers.graph import Export as ExportAnswer
from immunograph.answers.graph import Load, SnapshotCard
from immunograph.answers.graph import Loads as LoadsAnswer
from immunograph.questions.parameters import MAX_LIMIT, SNAPSHOT_START, Paged
from immunograph.questions.question import About, Parameters, Question, always

if TYPE_CHECKING:
    from immunograph.service import Service
    from immunograph.service.view import View


@dataclass(frozen=True, kw_only=True)
class Snapshot(Parameters):
    """What does the graph hold now?"""


def snapshot(service: Service, _: Snapshot) -> SnapshotCard:
    """What the graph holds now."""
    from immunograph.service import exports, rendering, shapes  # noqa: PLC0415

    view = service.whole
    rights = exports.rights(view.snapshot)
    return {
        "snapshot": view.snapshot,
        **service.about(),
        "licence": rights.licence,
        "licence_url": rights.licence_url,
        "citation": rights.citation,
        **rendering.offered(),
        **shapes.counts(view),
        "references": [],
    }


@dataclass(frozen=True, kw_only=True)
class Loads(Paged):
    """What did each load change, when, and by whom?"""


def loads(service: Service, asked: Loads) -> LoadsAnswer:
    """What each load changed, when and by whom; the newest first."""
    from immunograph.service import pages  # noqa: PLC0415
    from immunograph.store.loads import loads_of  # noqa: PLC0415

    found = cast("list[Load]", loads_of(service.graph))  # as they were recorded
    return pages.page(
        service.whole,
        "loads",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda load: load,
    )


@dataclass(frozen=True, kw_only=True)
class Changes(Parameters):
    """What changed since a snapshot?"""

    since: Annotated[
        str | None,
        About(
            "the id of a snapshot or its first digits; without it, as far as is recorded",
            pattern=SNAPSHOT_START,
            argument="since",
        ),
    ] = None
    question: Annotated[
        str | None,
        About(
            "the address of a question, to learn what became of its answer",
            longest=4_000,
            example="/v1/paths?source=paclitaxel&target=lung+metastasis",
        ),
    ] = None
    limit: Annotated[int, About("most changes, the newest first", 1, MAX_LIMIT)] = 50


def changes(service: Service, asked: Changes) -> ChangesAnswer:
    """What changed since a snapshot, or in the answer to a question; as a feed, too."""
    from immunograph.questions.reading import asked_at  # noqa: PLC0415
    from immunograph.service import past  # noqa: PLC0415

    again = None if asked.question is None else asked_at(asked.question)
    return past.changes(service, again, since=asked.since, limit=asked.limit)


@dataclass(frozen=True, kw_only=True)
class Export(Parameters):
    """The whole graph, in a format that others read."""

    rows: Annotated[
        Literal["statements", "evidence"],
        About("in a table: one row a statement, or one a piece of evidence"),
    ] = "statements"


def export(service: Service, _: Export) -> View:
    """The whole graph in one format: what it asserts, and what follows from that."""
    return service.whole  # a format writes it piece by piece


SNAPSHOT = Question(
    name="snapshot",
    parameters=Snapshot,
    answer=snapshot,
    returns=SnapshotCard,
    heading="What it rests on",
    tag="graph",
    settled=False,
    kept=False,
)
LOADS = Question(
    name="loads",
    parameters=Loads,
    answer=loads,
    returns=LoadsAnswer,
    heading="What it rests on",
    tag="graph",
    problems=(409,),
    live=always,
    settled=False,
    kept=False,
)
CHANGES = Question(
    name="changes",
    parameters=Changes,
    answer=changes,
    returns=ChangesAnswer,
    heading="What it rests on",
    tag="graph",
    problems=(404, 409),
    live=always,
    settled=False,
    kept=False,
)
EXPORT = Question(
    name="export",
    parameters=Export,
    answer=export,
    returns=ExportAnswer,
    heading="What it rests on",
    tag="graph",
    heavy=True,
    settled=False,
)
