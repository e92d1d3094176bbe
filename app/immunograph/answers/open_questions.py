"""What nobody knows, and what would settle it."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

from immunograph.answers.parts import Asked, Belief, Ids, Meaning, Named, Page
from immunograph.domain.vocabulary import OpenKind


class AskedOpen(Asked):
    """What open questions are about, as it was understood; nothing: the whole graph."""

    entity: Named | None
    source: list[Named]
    target: list[Named]
    kind: OpenKind | None


class Tried(TypedDict):
    """A tested intervention that came close, and what was seen."""

    id: str
    name: str
    study: Annotated[str, Meaning("its study, or its source where none can be traced")]
    paper: Annotated[str, Meaning("that work as people speak of it: author and year")]
    seen: list[str]


class OpenQuestion(TypedDict):
    """One thing that nobody knows: why, what would settle it, and what was tried."""

    id: str
    kind: Annotated[
        OpenKind,
        Meaning(
            "contested: both signs are equally founded; conflict: opposite statements "
            "that nothing tells apart; open: a loop may turn the sign; break_point: a path runs "
            "through it and nobody took it out while measuring the path's end; one_study and "
            "one_laboratory: a step that rests on nothing else"
        ),
    ]
    asks: str
    why: str
    settled_by: Annotated[list[str], Meaning("the experiments that would settle it")]
    tried: list[Tried]
    priority: Annotated[
        float,
        Meaning(
            "what it is ranked by: an expert-set weight of its kind × at_stake", least=0, most=1
        ),
    ]
    at_stake: Annotated[Belief, Meaning("of the best path, step or side that hangs on it")]
    paths: Annotated[int, Meaning("how many of the paths that were looked at hang on it", least=0)]
    entities: list[Named]
    statements: Ids
    conflict: Annotated[str | None, Meaning("id of the conflict, where it is one")]


class OpenQuestions(Page):
    """What to test next, most urgent first."""

    question: AskedOpen
    complete: Annotated[bool, Meaning("whether all that was asked about was looked at")]
    cut_by: Literal["work", "time"] | None
    items: list[OpenQuestion]
