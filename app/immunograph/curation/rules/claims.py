"""What the words of a passage say, against the verb of its statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from immunograph.curation.inspection import Finding, Inspection
from immunograph.curation.reading.association import ASSOCIATION, CAUSE, association_in
from immunograph.curation.reading.claim import Claim, Names
from immunograph.curation.reading.denial import denial_in
from immunograph.curation.reading.direction import OPPOSED, told_sign
from immunograph.domain.model import Entity, Predicate
from immunograph.domain.vocabulary import Basis, Role, StatementClass
from immunograph.names.hedges import doubt_in
from immunograph.seeds.forms import EvidenceForm, PassageForm, StatementForm
from immunograph.seeds.yaml_text import Path


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with the words of one passage, by the code of the rule that says so."""

    code: str
    finding: Finding


def denied_support(inspection: Inspection) -> Iterator[Finding]:
    """Support whose words deny the statement."""
    return _of(inspection, "denied-support")


def association_as_cause(inspection: Inspection) -> Iterator[Finding]:
    """A causal verb over words that only tell of an association."""
    return _of(inspection, "association-as-cause")


def cause_as_association(inspection: Inspection) -> Iterator[Finding]:
    """An association over words that tell of a cause."""
    return _of(inspection, "cause-as-association")


def sign_against_words(inspection: Inspection) -> Iterator[Finding]:
    """A causal verb of one sign over words that give the other."""
    return _of(inspection, "sign-against-words")


def _of(inspection: Inspection, code: str) -> Iterator[Finding]:
    judged = inspection.memo("claims", lambda: tuple(_judged(inspection)))
    return (one.finding for one in judged if one.code == code)


def _judged(inspection: Inspection) -> Iterator[Judged]:
    """The first thing that is wrong with the words of each passage; the rest may follow from it."""
    for number, form in enumerate(inspection.form.statements if inspection.form else ()):
        predicate = inspection.predicate(form.predicate)
        if predicate is None or predicate.cls in (StatementClass.CAUTION, StatementClass.GAP):
            continue
        for place, passage in enumerate(form.evidence):
            # A sentence of a corpus is about more than one statement, and not in our words.
            if passage.role is Role.SUPPORTS and not passage.quoted:
                path: Path = ("statements", number, "evidence", place)
                if judged := _wrong(inspection, form, predicate, passage, path):
                    yield judged


def _wrong(
    inspection: Inspection,
    form: StatementForm,
    predicate: Predicate,
    passage: EvidenceForm,
    path: Path,
) -> Judged | None:
    says: Path = (*path, "says")
    claim = claim_of(inspection, form, predicate, passage)
    if denied := denial_in(claim):
        return Judged(
            "denied-support",
            (says, f"'{denied}' denies what the statement says; write `role: refutes`, with "
             "`no_change: true` if they looked and saw none"),
        )  # fmt: skip
    causal = predicate.cls is StatementClass.CAUSAL
    if causal and passage.basis is not Basis.PERTURBATION:
        told = inspection.passage_text(passage) or ""
        if found := association_in(passage.says):
            return Judged("association-as-cause", (says, _only(form, "the words", found)))
        if (found := association_in(told)) and not CAUSE.search(told):
            return Judged("association-as-cause", (says, _only(form, "the passage", found)))
    if predicate.cls is StatementClass.ASSOCIATION:
        found = CAUSE.search(passage.says)
        if found and not ASSOCIATION.search(passage.says):
            message = (
                f"'{form.predicate}' is an association, but the words say '{found.group()}'; a "
                "causal verb, or other words?"
            )
            return Judged("cause-as-association", (says, message))
    if causal and (told_otherwise := told_sign(claim)) and told_otherwise[0] != claim.sign:
        other = "promotes" if claim.sign < 0 else "inhibits"
        return Judged(
            "sign-against-words",
            (says, f"'{told_otherwise[1]}' has it the other way: by the words the subject {other} "
             f"the object, and '{form.predicate}' says the reverse"),
        )  # fmt: skip
    return None


def _only(form: StatementForm, where: str, word: str) -> str:
    return (
        f"'{form.predicate}' is a cause, but {where} have it only '{word}'; write "
        "`predicate: associated_with`, or say what was done to the subject"
    )


def claim_of(
    inspection: Inspection, form: StatementForm, predicate: Predicate, passage: PassageForm
) -> Claim:
    """A passage as a claim of its statement."""
    subject, object_ = inspection.find(form.subject), inspection.find(form.object)
    return Claim(
        says=passage.says,
        subject=_called(subject, form.subject),
        object=_called(object_, form.object),
        sign=predicate.effect.sign if predicate.effect else 0,
        perturbed=passage.basis is Basis.PERTURBATION,
        molecule=object_ is not None and object_.kind in ("Protein", "Molecule", "Gene"),
        cell=object_ is not None and object_.kind in ("Cell", "CellCluster", "Organism"),
        opposed=OPPOSED.search(object_.name if object_ else form.object) is not None,
        drug=subject is not None and subject.kind in ("Drug", "Treatment"),
    )


def _called(entity: Entity | None, name: str) -> Names:
    """How an end of a statement is called: by all names of its entity, and as it is written."""
    if entity is None:
        return Names((name,))
    names = (entity.name, entity.symbol or "", *entity.synonyms, name)
    return Names(tuple(dict.fromkeys(one for one in names if one)))


# --- doubt -----------------------------------------------------------------------------------


def hedge_missing(inspection: Inspection) -> Iterator[Finding]:
    """A word of doubt in the words or the passage, and no `hedged`."""
    for passage, path in inspection.passages():
        if passage.hedged or passage.basis is Basis.HYPOTHESISED:
            continue
        found, where = doubt_in(passage.says), "the words have"
        told = inspection.passage_text(passage)
        if found is None and told is not None:
            found, where = doubt_in(told), "the passage has"
        if found is not None:
            yield (
                (*path, "says"),
                f"{where} '{found}'; add `hedged: true`, or narrow the span",
            )


def hedge_unfounded(inspection: Inspection) -> Iterator[Finding]:
    """`hedged` over words without doubt."""
    for passage, path in inspection.passages():
        unfounded = passage.hedged and passage.basis is not Basis.HYPOTHESISED
        if unfounded and doubt_in(passage.says) is None:
            yield (
                (*path, "hedged"),
                "the words have no word of doubt; keep the source's may, might, seems, is thought "
                "to, likely, putative, …, or take `hedged` away",
            )
