"""BEL script: for pybel and OpenBEL tools; one BEL statement for each piece of evidence.

Ids are given beside names (`p(HGNC:"544" ! "annexin A6")`), the statement and the evidence as
annotations, whose names keep clear of BEL's own (`Evidence` would be the text). A result without
change is `causesNoChange`; what only denies or guesses has no relation in BEL and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from immunograph.domain.model import Context, Entity
from immunograph.domain.vocabulary import Aspect, Basis, Role
from immunograph.formats.format import BESIDE_STATEMENTS, ONE_LINE, Format, Loss
from immunograph.formats.graph import (
    ExportedGraph,
    ReportedEvidence,
    ReportedStatement,
    context_values,
)
from immunograph.formats.text import one_line

_FUNCTIONS: Final = {
    "Protein": "p",
    "Cell": "pop",
    "CellCluster": "pop",
    "Organism": "pop",
    "BiologicalProcess": "bp",
    "PathologicalProcess": "path",
    "Disease": "path",
    "ClinicalOutcome": "path",
    "Quality": "path",
}
"""By the kind of an entity; all others are abundances, `a`."""
_RELATIONS: Final = {1: "increases", -1: "decreases"}
_RELEASED: Final = frozenset({"releases", "induces_release_of", "stimulates_release_of"})
_ACTIVE: Final = frozenset({"p", "a"})
_UNQUALIFIED: Final = frozenset({"hasComponent", "hasMember", "isA"})
"""Relations that BEL keeps without citation: nobody could be held to account for them."""
_PROCESSES: Final = frozenset({"bp", "path"})

_ANNOTATIONS: Final = (
    *(
        "StatementId",
        "EvidenceId",
        "Predicate",
        "Aspect",
        "Basis",
        "Directness",
        "Hedged",
        "NoChange",
    ),
    *("Checked", "Tier", "Source", "Eco"),
    *(name.title().replace("_", "") for name in Context.model_fields),
)


def relation(one: ReportedStatement, reported: ReportedEvidence) -> str | None:
    """The relation by which BEL says what a piece of evidence says; None where it has none."""
    evidence = reported.evidence
    if evidence.basis is Basis.HYPOTHESISED or evidence.role is Role.QUALIFIES:
        return None
    if evidence.role is Role.REFUTES:
        return "causesNoChange" if one.causal and evidence.no_change else None
    if one.causal:
        return _RELATIONS[one.statement.sign]
    if one.predicate.bel == "subProcessOf" and _function(one.subject) not in _PROCESSES:
        return None
    if one.predicate.bel == "positiveCorrelation" and one.predicate.direction == -1:
        return "negativeCorrelation"
    return None if one.predicate.bel in _UNQUALIFIED else one.predicate.bel


def _held(one: ReportedStatement) -> int:
    return sum(relation(one, reported) is not None for reported in one.evidence)


CANNOT_HOLD: Final = (
    Loss(
        "statements",
        "BEL has no relation for what is only guessed, denied, warned of, or a part of this kind",
        in_statement=lambda one: int(not _held(one)),
    ),
    Loss(
        "evidence",
        "BEL has no relation for what it says: a guess, a denial, a qualification",
        in_statement=lambda one: len(one.evidence) - _held(one),
    ),
    Loss("beliefs", "no place for them", in_statement=lambda _: 1),
    Loss("marks of conflict", "no place for them", in_statement=lambda one: len(one.conflicts)),
    Loss("net marks", "no place for them", in_statement=lambda one: int(one.net)),
    ONE_LINE,
    *BESIDE_STATEMENTS,
)


def write(graph: ExportedGraph) -> Iterator[bytes]:
    """The script: what it is, its name spaces and annotations, then the statements."""
    for name, value in (
        ("Name", "immunograph"),
        ("Version", graph.version),
        ("Description", graph.rights.citation),  # names the snapshot
        ("Authors", "The immunograph curators"),
        ("ContactInfo", graph.rights.licence_url),
        ("Licenses", graph.rights.licence),
    ):
        yield f"SET DOCUMENT {name} = {quoted(value)}\n".encode()
    for prefix in sorted({one.id.partition(":")[0] for one in graph.entities()}):
        yield f'DEFINE NAMESPACE {prefix} AS PATTERN ".*"\n'.encode()
    for name in _ANNOTATIONS:
        yield f'DEFINE ANNOTATION {name} AS PATTERN ".*"\n'.encode()
    for one in graph.statements():
        for reported in one.evidence:
            if (says := relation(one, reported)) is not None:
                yield "\n".join(_passage(one, reported, says)).encode() + b"\n"


def _passage(one: ReportedStatement, reported: ReportedEvidence, says: str) -> Iterator[str]:
    yield ""
    yield f"SET Citation = {_citation(reported)}"  # clears whatever was set before
    yield f"SET SupportingText = {quoted(reported.evidence.says)}"
    for name, values in _annotations(one, reported).items():
        given = [quoted(value) for value in values]
        yield f"SET {name} = {given[0] if len(given) == 1 else '{' + ', '.join(given) + '}'}"
    yield f"{_term(one.subject)} {says} {_object(one)}"


def _citation(reported: ReportedEvidence) -> str:
    study, source = reported.study, reported.source
    if study is not None and study.pmid:
        parts = "PubMed", study.title or study.id, study.pmid
    elif study is not None and study.doi:
        parts = "DOI", study.title or study.id, study.doi
    else:
        parts = "Other", source.title, study.id if study else source.id
    return "{" + ", ".join(quoted(part) for part in parts) + "}"


def _annotations(one: ReportedStatement, reported: ReportedEvidence) -> dict[str, list[str]]:
    evidence = reported.evidence
    return {
        "StatementId": [one.statement.id],
        "EvidenceId": [evidence.id],
        "Predicate": [evidence.predicate or one.predicate.name],
        "Aspect": [one.statement.aspect],
        "Basis": [evidence.basis],
        "Directness": [evidence.directness],
        "Hedged": [str(evidence.hedged).lower()],
        "NoChange": [str(evidence.no_change).lower()],
        "Checked": [str(evidence.checked).lower()],
        "Tier": [reported.source.tier],
        "Source": [reported.source.id],
        "Eco": [evidence.eco],
        **{
            name.title().replace("_", ""): values
            for name, values in context_values(evidence.context).items()
        },
    }


def _object(one: ReportedStatement) -> str:
    """The object with the side of it that changes, where BEL has a function for that."""
    term = _term(one.object)
    if one.predicate.name in _RELEASED:
        return f"sec({term})"
    if one.statement.aspect is Aspect.ACTIVITY and _function(one.object) in _ACTIVE:
        return f"act({term})"
    return term


def _function(entity: Entity) -> str:
    return _FUNCTIONS.get(entity.kind, "a")


def _term(entity: Entity) -> str:
    prefix, _, local = entity.id.partition(":")
    return f"{_function(entity)}({prefix}:{quoted(local)} ! {quoted(entity.name)})"


def quoted(text: str) -> str:
    r"""A text as BEL has it, on one line.

    >>> quoted('it "drew" neutrophils')
    '"it \\"drew\\" neutrophils"'
    """
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


FORMAT: Final = Format(
    name="bel",
    title="BEL script",
    media_type="application/vnd.bel",
    ending="bel",
    write=write,
    cannot_hold=CANNOT_HOLD,
)
