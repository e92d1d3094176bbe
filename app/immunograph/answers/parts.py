"""What answers have in common: names, papers, beliefs, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

from typing_extensions import TypedDict

T = TypeVar("T")


class Meaning:
    """What is to be known of a part of an answer: pydantic writes it into the schema of that."""

    def __init__(
        self,
        text: str | None = None,
        *,
        least: float | None = None,
        most: float | None = None,
        items: int | None = None,
        pattern: str | None = None,
        values: Sequence[int] | None = None,
    ) -> None:
        """`items` is how many a list has, always, and `values` are all that there are."""
        stated = {
            "description": text,
            "minimum": least,
            "maximum": most,
            "minItems": items,
            "maxItems": items,
            "pattern": pattern,
            "enum": values,
        }
        self.stated = {name: value for name, value in stated.items() if value is not None}

    def __get_pydantic_json_schema__(self, core: Any, schema_of: Callable[[Any], Any]) -> Any:
        """The schema of the part, with what is stated here."""
        return {**schema_of(core), **self.stated}


Belief = Annotated[
    float, Meaning("expert-set, not calibrated; rounded to 6 decimals", least=0, most=1)
]
Snapshot = Annotated[
    str, Meaning("SHA-256 of the content that was asked", pattern="^[0-9a-f]{64}$")
]
Cut = Literal["limit", "work", "time"]
CutBy = Annotated[
    Cut | None,
    Meaning(
        "limit: more exist; work: the search budget ended it, better ones may be missing; time: "
        "its deadline ended it; null: nothing did"
    ),
]
Next = Annotated[str | None, Meaning("cursor of the next page; null on the last")]
Sign = Annotated[int, Meaning(values=[-1, 0, 1])]
UpOrDown = Annotated[int, Meaning(values=[-1, 1])]
Observed = Literal["increased", "decreased", "no change", "not measured"]
Ids = list[str]
Context = dict[str, Any]
"""What evidence states of its setting; parts that it does not state are absent."""


class Named(TypedDict):
    """Something by its id and the name that people know."""

    id: str
    name: str
    kind: NotRequired[str | None]


class Reference(TypedDict):
    """A paper that an answer rests on; what its study does not give is null."""

    study: str
    title: str | None
    authors: Annotated[Ids, Meaning("as the citation names them")]
    others: Annotated[bool, Meaning("whether the citation says that there are more")]
    year: int | None
    journal: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    pmid: str | None
    citation: Annotated[str | None, Meaning("as the study gives it")]
    retracted: str | None


class Snapshotted(TypedDict):
    """What every answer names."""

    snapshot: Snapshot


class Pinned(TypedDict):
    """What became of the snapshot to which the address of an answer is pinned."""

    snapshot: Annotated[str, Meaning("as the address names it")]
    current: Annotated[bool, Meaning("whether the answer is of that snapshot")]
    says: str
    changes: Annotated[str | None, Meaning("the address that tells what changed since")]


class Answer(Snapshotted):
    """What every answer names, and what it rests on."""

    pinned: NotRequired[Annotated[Pinned, Meaning("there where the address names a snapshot")]]
    references: Annotated[list[Reference], Meaning("its papers, in the order of first use")]


class Page(Answer):
    """One page of a list."""

    next: Next
    total: Annotated[int, Meaning("how many there are on all pages", least=0)]


class PageOf(Page, Generic[T]):
    """A page of whatever a list holds."""

    items: list[T]


class Asked(TypedDict):
    """The question as it was understood: every name resolved."""

    filters: dict[str, Any]
    without: list[Named]


class AskedEnds(Asked):
    """The ends of a question."""

    source: list[Named]
    target: list[Named]
