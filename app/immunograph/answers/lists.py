"""What the names of a list are, and what joins them."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

from immunograph.answers.parts import Answer, Asked, Ids, Meaning, Named, Page, UpOrDown
from immunograph.answers.statements import Statement

NameStatus = Literal["found", "ambiguous", "unknown", "unreadable"]


class Matched(Named):
    """An entity that a name may mean."""

    matched: Annotated[str, Meaning("the name by which it was found")]


class AsideMention(TypedDict):
    """A source that mentions a name in a passage that became nothing, and why."""

    source: str
    why: str


class ResolvedName(TypedDict):
    """A name of a list, and what it is here."""

    line: Annotated[int, Meaning("of the text, or the entry of the array", least=1)]
    name: Annotated[str, Meaning("as it was given")]
    sign: Annotated[UpOrDown | None, Meaning("its direction, if one was given")]
    status: NameStatus
    entity: Named | None
    matched: Annotated[str | None, Meaning("the name of the entity by which it was found")]
    candidates: Annotated[list[Matched], Meaning("what an ambiguous name may mean")]
    suggestions: Annotated[
        list[Matched], Meaning("what an unknown name may mean; given for the first hundred of them")
    ]
    set_aside: list[AsideMention]
    why: Annotated[str | None, Meaning("why it cannot be read")]


class NameCounts(TypedDict):
    """How many names of a list are of each status."""

    found: int
    ambiguous: int
    unknown: int
    unreadable: int


class AskedNames(TypedDict):
    """A list of names."""

    names: Annotated[int, Meaning("how many lines name something", least=1)]


class ResolvedNames(Answer):
    """What each name of a list is, in their order."""

    question: AskedNames
    summary: str
    counts: NameCounts
    items: list[ResolvedName]
    next: None


class ListedEntityOf(Named):
    """An entity of a list."""

    names: Annotated[Ids, Meaning("as they were given")]
    sign: Annotated[UpOrDown | None, Meaning("null where none, or both, were given")]
    contradicted: Annotated[bool, Meaning("whether both directions were given")]


class AskedSubgraph(Asked):
    """A list, as it was understood."""

    steps: int
    entities: list[ListedEntityOf]


class Regulator(TypedDict):
    """An entity that acts on a list, and how far from chance."""

    entity: Named
    state: Annotated[
        Literal["increased", "decreased"] | None,
        Meaning("which change of it would explain the directions better"),
    ]
    targets: Annotated[int, Meaning("entities that it acts on")]
    listed: Annotated[int, Meaning("of these, how many are listed with a direction")]
    agree: Annotated[int, Meaning("listed ones that went as they would if it were increased")]
    disagree: Annotated[int, Meaning("listed ones that went as they would if it were decreased")]
    unclear: Annotated[int, Meaning("listed ones that it both promotes and inhibits")]
    p_overlap: Annotated[float, Meaning(least=0, most=1)]
    p_signs: Annotated[float, Meaning(least=0, most=1)]
    p: Annotated[float, Meaning("both together", least=0, most=1)]
    q: Annotated[float, Meaning("p, corrected for the number of regulators", least=0, most=1)]
    statements: Ids


class Regulators(TypedDict):
    """What would explain the directions of a list, the furthest from chance first."""

    method: str
    listed: Annotated[int, Meaning("entities with a direction that anything acts on")]
    up: int
    down: int
    acted_on: Annotated[int, Meaning("all entities that anything acts on")]
    tested: Annotated[int, Meaning("all entities that act on anything")]
    items: Annotated[list[Regulator], Meaning("the best twenty")]


class AboutList(TypedDict):
    """What is said of a list beside the statements that join it."""

    question: AskedSubgraph
    summary: str
    counts: NameCounts
    unmatched: Annotated[list[ResolvedName], Meaning("names that are not found, with what is near")]
    between: Annotated[list[Named], Meaning("entities that are not listed and lie on two steps")]
    complete: bool
    cut_by: Literal["time"] | None
    regulators: Annotated[Regulators | None, Meaning("null where no name has a direction")]


class Subgraph(Page, AboutList):
    """The signed statements among a list of entities."""

    items: list[Statement]
