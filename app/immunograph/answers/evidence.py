"""One passage of a source, and what it rests on."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from immunograph.answers.parts import Ids, Meaning, Named
from immunograph.domain.vocabulary import (
    Basis,
    Directness,
    Phase,
    Role,
    SourceType,
    StudySystem,
    Tier,
    Traceability,
)


class Locator(TypedDict):
    """Where a passage stands."""

    document: Annotated[str, Meaning("its name; `pubmed:…` is an abstract that others hold")]
    start: Annotated[int | None, Meaning("code point of the decoded text, from 0")]
    end: Annotated[int | None, Meaning("the code point after the last")]
    sha256: Annotated[str | None, Meaning("of the passage in UTF-8")]
    sentence: Annotated[str | None, Meaning("SHA-256 of the sentence in its normal form")]


class Record(TypedDict):
    """Where in a corpus of others a piece of evidence stands."""

    corpus: str
    version: str | None
    file: str | None
    key: str
    licence: str | None


class EvidenceSource(TypedDict):
    """The source of a passage."""

    id: str
    title: str
    type: SourceType
    tier: Tier
    traceability: Traceability


class Evidence(TypedDict):
    """One passage, in our words, and what it does to one statement."""

    id: str
    role: Role
    basis: Basis
    says: Annotated[str, Meaning("what the passage says, in our words")]
    predicate: Annotated[str | None, Meaning("the verb of this passage")]
    voice: Annotated[str | None, Meaning("who says it, where the source lets others speak")]
    directness: Directness
    hedged: bool
    review: Annotated[bool, Meaning("whether a curator should look again")]
    no_change: Annotated[bool, Meaning("whether they looked for a change and saw none")]
    study_system: list[StudySystem]
    species: Ids
    site: Ids
    disease: Ids
    cell_state: Ids
    host_state: Ids
    in_cell: Annotated[list[Named], Meaning("the cell in which the subject or object acts")]
    treatment: Ids
    dose: str | None
    time: str | None
    condition: str | None
    stage: Ids
    phase: list[Phase]
    eco: Annotated[str, Meaning("term of the Evidence and Conclusion Ontology")]
    derived: Annotated[bool, Meaning("whether it follows from the outcome of an intervention")]
    derived_from: Annotated[str | None, Meaning("the id of that intervention")]
    checked: Annotated[bool, Meaning("whether the curator read the passage in the source itself")]
    human_unknown: Annotated[bool, Meaning("whether it warns that this is not known in humans")]
    note: Annotated[str | None, Meaning("what the curator noted")]
    locator: Locator | None
    reader: Annotated[str | None, Meaning("the program that read it, where no person did")]
    quoted: Annotated[bool, Meaning("whether `says` is the corpus' own sentence")]
    record: Record | None
    source: EvidenceSource
    study: str | None
    doi: str | None
    retracted: Annotated[str | None, Meaning("why and when its study was retracted")]


class PassageEvidence(Evidence):
    """Evidence with its passage, where the document is at hand."""

    passage: Annotated[str | None, Meaning("the passage itself, if its document is at hand")]
