"""What should be tested next?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from immunograph.answers.open_questions import OpenQuestions as OpenQuestionsAnswer
from immunograph.domain.vocabulary import OpenKind
from immunograph.errors import BadQuestion
from immunograph.questions.parameters import MAX_ENDS, ChoosesEvidence, OnPage, Paged
from immunograph.questions.question import About, Question

if TYPE_CHECKING:
    from immunograph.service import Service


@dataclass(frozen=True, kw_only=True)
class OpenQuestions(Paged, ChoosesEvidence):
    """What should be tested next?"""

    entity: Annotated[
        str | None,
        About("what is open about this entity", example="annexin A6", argument="entity"),
    ] = None
    source: Annotated[
        tuple[str, ...],
        About("what is open in the answer from here; with `target`", most=MAX_ENDS),
    ] = ()
    target: Annotated[
        tuple[str, ...],
        About("what is open in the answer to here; with `source`", most=MAX_ENDS),
    ] = ()
    kind: Annotated[OpenKind | None, About("only open questions of this kind")] = None
    limit: OnPage = 20

    def __post_init__(self) -> None:
        """Refuse what no question can be asked with."""
        super().__post_init__()
        if bool(self.source) != bool(self.target):
            raise BadQuestion("source and target go together.", parameter="target")
        if self.entity is not None and self.source:
            raise BadQuestion(
                "An entity, or source and target: ask about one of the two.", parameter="entity"
            )


def open_questions(service: Service, asked: OpenQuestions) -> OpenQuestionsAnswer:
    """What to test next, ranked: in the whole graph, about an entity, or in one answer."""
    from immunograph.service import open_questions, pages  # noqa: PLC0415

    view = service.chosen(asked.filters, asked.without)
    about = service.entity_id(asked.entity) if asked.entity else None
    sources, targets = service.entity_ids(asked.source), service.entity_ids(asked.target)
    if about is not None:
        listed = open_questions.of_entity(view, about)
    elif sources:
        listed = open_questions.of_answer(view, sources, targets)
    else:
        listed = open_questions.of_graph(view)
    found = listed.questions if asked.kind is None else listed.questions.of_kind(asked.kind)
    page = pages.page(
        view,
        "open_questions",
        found,
        limit=asked.limit,
        cursor=asked.cursor,
        shape=lambda one: open_questions.shape(view, one),
    )
    return {
        **page,
        "question": open_questions.asked(view, about, sources, targets, asked.kind),
        "complete": listed.cut_by is None,
        "cut_by": listed.cut_by,
    }


OPEN_QUESTIONS = Question(
    name="open_questions",
    parameters=OpenQuestions,
    answer=open_questions,
    returns=OpenQuestionsAnswer,
    heading="Questions",
    tag="paths",
    problems=(404, 409),
    heavy=True,
)
