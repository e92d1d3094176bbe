"""How each thing looks in an answer: plain values with the names of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

import numpy as np
import orjson
from numpy.typing import NDArray

from immunograph.answers.entities import Entity as EntityShape
from immunograph.answers.entities import ListedEntity
from immunograph.answers.evidence import Evidence as EvidenceShape
from immunograph.answers.evidence import Locator, Record
from immunograph.answers.graph import Held
from immunograph.answers.lists import Matched
from immunograph.answers.parts import Context as ContextShape
from immunograph.answers.parts import Named, Observed
from immunograph.answers.sources import SetAside, SourceHead, SourceSays, StudyHead, WholeSource
from immunograph.answers.sources import Source as SourceShape
from immunograph.answers.sources import Study as StudyShape
from immunograph.answers.statements import Conflict as ConflictShape
from immunograph.answers.statements import Intervention as InterventionShape
from immunograph.answers.statements import Reckoning, StatementHead
from immunograph.answers.statements import Statement as StatementShape
from immunograph.domain.lexicon import Candidate
from immunograph.domain.model import (
    Context,
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Source,
    Statement,
)
from immunograph.domain.vocabulary import PRIORS, Effect, Role, StatementClass
from immunograph.formats.references import reference_of
from immunograph.inference.belief import Weighed, factors
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import reckoned, worded
from immunograph.search.columns import SUPPORTS
from immunograph.search.content import CLASSES
from immunograph.search.derived import STATUSES
from immunograph.service import wording
from immunograph.service.view import View

S = TypeVar("S", bound=Mapping[str, Any])


class Ready(dict[str, Any]):
    """A shape that does not change any more, with its JSON once it was asked for."""

    __slots__ = ("_json",)

    def json(self) -> orjson.Fragment:
        """The shape as JSON, made once."""
        try:
            return self._json
        except AttributeError:
            self._json = orjson.Fragment(to_bytes(dict(self)))
            return self._json


def paper(view: View, origin: str) -> str:
    """A study as people speak of it, `Qian 2011`; a source without one by its title."""

    def short() -> str:
        study = view.full.studies.get(origin)
        return reference_of(study).short if study else view.full.source(origin).title

    return view.whole.remembered(("paper", origin), short)


def ready(shape: S) -> S:
    """A shape that nobody changes any more: its JSON is made once."""
    return cast(S, Ready(shape))


def json_of(shape: Mapping[str, Any]) -> orjson.Fragment:
    """The JSON of a shape that is ready."""
    assert isinstance(shape, Ready)
    return shape.json()


def to_bytes(answer: Any) -> bytes:
    """An answer as JSON; the parts that are ready are taken as they stand."""
    return orjson.dumps(answer, default=_ready, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def _ready(value: Any) -> Any:
    if type(value) is Ready:
        return value.json()
    if isinstance(value, dict):
        return dict(cast(dict[Any, Any], value))
    raise TypeError(f"{type(value).__name__} has no JSON")


OBSERVED: Final[Mapping[int | None, Observed]] = {
    -1: "decreased",
    0: "no change",
    1: "increased",
    None: "not measured",
}


def candidates(found: Iterable[Candidate]) -> list[Matched]:
    """Entities that a name may mean."""
    return [{"id": c.id, "name": c.name, "kind": c.kind, "matched": c.matched} for c in found]


def named(view: View, identifier: str) -> Named:
    """An entity as id, name and kind."""
    entity = view.full.entity(identifier)
    return {"id": identifier, "name": entity.name, "kind": entity.kind}


def entity(one: Entity) -> ListedEntity:
    """An entity in a list."""
    return {**entity_head(one), "is_a": list(one.is_a)}


def entity_head(one: Entity) -> EntityShape:
    """An entity as it was curated."""
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "symbol": one.symbol,
        "synonyms": list(one.synonyms),
        "abstract": one.abstract,
        "placeholder_of": one.placeholder_of,
        "xrefs": list(one.xrefs),
        "grounding": {"status": one.grounding.status, "where": one.grounding.where},
        "note": one.note,
    }


def context(view: View, one: Context) -> ContextShape:
    """What a context states; unstated parts are left out."""
    shape = {k: v for k, v in one.model_dump(mode="json").items() if v not in (None, [], ())}
    if one.in_cell:
        shape["in_cell"] = [view.full.entity(cell).name for cell in one.in_cell]
    return shape


def contexts(view: View, statement: str) -> list[ContextShape]:
    """The distinct contexts that the supporting evidence of a statement states."""
    found: list[ContextShape] = []
    for evidence in view.knowledge.evidence_of(statement):
        if evidence.role is Role.SUPPORTS:
            shape = context(view, evidence.context)
            if shape and shape not in found:
                found.append(shape)
    return found


def statement(view: View, one: Statement) -> StatementShape:
    """A statement with what is derived from its evidence."""
    return {
        **statement_head(view, one),
        "conflicts": [conflict.id for conflict in view.conflicts_of(one.id)],
        "evidence": [evidence.id for evidence in view.knowledge.evidence_of(one.id)],
    }


def statement_head(view: View, one: Statement) -> StatementHead:
    """What is said of a statement wherever it stands."""
    assessment = view.derivation.assessments[one.id]
    return {
        "id": one.id,
        "subject": named(view, one.subject),
        "effect": Effect(one.effect) if one.sign else None,
        "predicate": assessment.predicate,
        "phrase": phrase(view, assessment.predicate),
        "sign": one.sign,
        "object": named(view, one.object),
        "aspect": one.aspect,
        "class": one.cls,
        "status": assessment.status,
        "net": one.id in view.derivation.net,
        "belief": assessment.belief,
        "strata": [
            {
                "stratum": s.stratum,
                "support": s.support,
                "refute": s.refute,
                "belief": s.belief,
                "studies": s.studies,
            }
            for s in assessment.strata
        ],
        "conflict": view.conflict_value(one.id),
        "studies": assessment.studies,
        "laboratories": assessment.laboratories,
        "human": assessment.human,
        "human_says": human_says(view, one.id),
        "press_only": press_only(view, one.id),
        "contexts": contexts(view, one.id),
    }


def human_says(view: View, statement: str) -> str:
    """Whether a statement holds in humans, in words."""
    contexts = [one.context for one in view.knowledge.evidence_of(statement)]
    species = {name for context in contexts for name in context.species}
    return wording.human(view.human(statement), species)


def press_only(view: View, identifier: str) -> bool:
    """Whether all support with p > 0 is press."""
    tiers = [
        one.tier
        for one in view.derivation.weighed[identifier]
        if one.evidence.role is Role.SUPPORTS and one.p > 0
    ]
    return bool(tiers) and all(tier.is_press for tier in tiers)


def phrase(view: View, predicate: str) -> str:
    """How a verb reads between subject and object."""
    return view.full.vocabulary.phrase(predicate)


def sentence(view: View, one: Statement) -> str:
    """A statement as people say it: `annexin A6 stimulates the release of CCL2`."""
    return worded(view.knowledge, one, view.predicate(one), view.derived.ends(view.number(one.id)))


def reckoning(view: View, one: Statement) -> Reckoning | None:
    """How the belief of a statement comes about; None where nothing counts for or against it.

    The evidence of the stratum that the belief is that of, with the factors of each p: the best of
    each lineage counts.
    """
    found = reckoned(view.knowledge, view.derivation, one.id)
    if found is None:
        return None
    stratum, members = found
    return {
        "stratum": stratum.stratum,
        "support": stratum.support,
        "refute": stratum.refute,
        "belief": stratum.belief,
        "most": PRIORS["cap"]["press_only"] if _press_alone(members) else None,
        "evidence": [
            {
                "id": member.evidence.id,
                "role": member.evidence.role,
                "no_change": member.evidence.no_change,
                "lineage": member.lineage,
                "study": member.evidence.study,
                "factors": factors(member.evidence, member.tier),
                "p": round(member.p, 6),
            }
            for member in sorted(members, key=lambda m: (-m.p, m.lineage, m.evidence.id))
        ],
    }


def _press_alone(members: Iterable[Weighed]) -> bool:
    """Whether all that supports in a stratum is press, whose belief is capped."""
    supporting = [m for m in members if m.evidence.role is Role.SUPPORTS and m.p > 0]
    return bool(supporting) and all(m.tier.is_press for m in supporting)


def evidence(view: View, one: Evidence) -> EvidenceShape:
    """A passage: what it says in our words, what it rests on, and where it stands."""
    source = view.full.source(one.source)
    study = view.full.studies.get(one.study) if one.study else None
    own = one.context
    return {
        "id": one.id,
        "role": one.role,
        "basis": one.basis,
        "says": one.says,
        "predicate": one.predicate,
        "voice": one.voice,
        "directness": one.directness,
        "hedged": one.hedged,
        "review": one.review,
        "no_change": one.no_change,
        "study_system": list(own.study_system),
        "species": list(own.species),
        "site": list(own.site),
        "disease": list(own.disease),
        "cell_state": list(own.cell_state),
        "host_state": list(own.host_state),
        "in_cell": [named(view, cell) for cell in own.in_cell],
        "treatment": list(own.treatment),
        "dose": own.dose,
        "time": own.time,
        "condition": own.condition,
        "stage": list(own.stage),
        "phase": list(own.phase),
        "eco": one.eco,
        "derived": one.derived_from is not None,
        "derived_from": one.derived_from,
        "checked": one.checked,
        "human_unknown": one.human_unknown,
        "note": one.note,
        "locator": cast(Locator, one.locator.model_dump()) if one.locator else None,
        "reader": one.reader,
        "quoted": one.quoted,
        "record": cast(Record, one.record.model_dump()) if one.record else None,
        "source": {
            "id": source.id,
            "title": source.title,
            "type": source.type,
            "tier": source.tier,
            "traceability": source.traceability,
        },
        "study": one.study,
        "doi": study.doi if study else None,
        "retracted": study.retracted if study else None,
    }


def intervention(view: View, one: Intervention) -> InterventionShape:
    """Something done, proposed or in use, with what was seen."""
    return {
        "id": one.id,
        "name": one.name,
        "agent": one.agent,
        "target": named(view, one.target),
        "process": one.process,
        "change": one.change,
        "mode": one.mode,
        "phase": one.phase,
        "condition": one.condition,
        "status": one.status,
        "outcomes": [
            {"on": _outcome_of(view, o.on), "observed": o.observed, "seen": OBSERVED[o.observed]}
            for o in one.outcomes
        ],
        "source": one.source,
        "study": one.study,
        "evidence": [evidence(view, e) for e in view.full.evidence_of(one.id)],
    }


def _outcome_of(view: View, on: str) -> Named:
    if ":" in on:
        return named(view, on)
    known = view.knowledge.statements.get(on)
    return {"id": on, "name": sentence(view, known) if known else on}


def source(view: View, identifier: str) -> SourceShape:
    """A source: what it is, and how much it says."""
    one = view.full.source(identifier)
    return {
        **_source_head(one),
        "statements": _said_in(view, [identifier]),
        "interventions": _done_by(view).get(identifier, []),
        "not_statements": len(one.not_statements),
    }


def _said_in(view: View, sources: Iterable[str]) -> list[str]:
    """The ids of the statements that some sources have evidence on, sorted."""
    content = view.columns.content
    found = [content.statements_in(content.source_number[one]) for one in sources]
    numbers: list[int] = np.unique(np.concatenate(found)).tolist() if found else []
    return [content.statements[number] for number in numbers]


def _done_by(view: View) -> dict[str, list[str]]:
    """The ids of the interventions of each source, sorted."""

    def make() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for identifier, one in sorted(view.full.interventions.items()):
            found.setdefault(one.source, []).append(identifier)
        return found

    return view.remembered("interventions of sources", make)


def whole_source(view: View, identifier: str) -> WholeSource:
    """A source: what it is, what it says, and what was set aside."""
    contribution = view.full.contributions[identifier]
    return {
        **_source_head(contribution.source),
        "statements": [
            {**statement(view, s), "said": _said(contribution, s.id)}
            for s in contribution.statements
        ],
        "interventions": [intervention(view, i) for i in contribution.interventions],
        "not_statements": [
            cast(SetAside, passage.model_dump(mode="json"))
            for passage in contribution.source.not_statements
        ],
        "alone": alone_of(view, {identifier}),
    }


def _source_head(one: Source) -> SourceHead:
    return cast(SourceHead, one.model_dump(mode="json", exclude={"not_statements"}))


def _said(contribution: Contribution, statement: str) -> list[SourceSays]:
    """What a source itself says on a statement, and whether that speaks for or against it."""
    return [
        {"role": one.role, "no_change": one.no_change, "says": one.says}
        for one in contribution.evidence
        if one.about == statement
    ]


def study(view: View, identifier: str) -> StudyShape:
    """A study, and what rests on it alone."""
    sources = view.full.sources_of_study(identifier)
    head = cast(StudyHead, view.full.studies[identifier].model_dump(mode="json"))
    return {
        **head,
        "sources": sources,
        "statements": _said_in(view, sources),
        "alone": alone_of(view, set(sources)),
    }


def alone_of(view: View, sources: set[str]) -> list[str]:
    """The statements whose every supporting passage stands in these sources."""
    columns, kept = view.columns, view.derived.kept
    numbers = {columns.source_number[one] for one in sources}
    supports = columns.passages.flags & SUPPORTS
    found: list[str] = []
    for identifier in _said_in(view, sources):
        number = view.number(identifier)
        rows = slice(columns.claims.start[number], columns.claims.start[number + 1])
        told = columns.passages.source[rows][kept[rows] & (supports[rows] != 0)]
        if len(told) and numbers.issuperset(told.tolist()):
            found.append(identifier)
    return found


def conflict(view: View, one: Conflict) -> ConflictShape:
    """Two opposing statements and what explains them."""
    return {
        "id": one.id,
        "statements": list(one.statements),
        "names": [sentence(view, view.knowledge.statements[s]) for s in one.statements],
        "support": list(one.support),
        "conflict": one.conflict,
        "contexts": [contexts(view, s) for s in one.statements],
        "resolved_by": one.resolved_by,
        "explanation": one.explanation,
    }


def counts(view: View) -> Held:
    """How much the graph holds, and of what."""
    knowledge, derived = view.knowledge, view.derived
    classes = view.columns.claims.cls[derived.stands]
    causal = view.columns.claims.cls == CLASSES.index(StatementClass.CAUSAL)
    return {
        "entities": len(knowledge.entities),
        "statements": len(knowledge.statements),
        "evidence": int(np.count_nonzero(derived.kept))
        + sum(len(knowledge.evidence_of(one)) for one in knowledge.interventions),
        "sources": len(knowledge.contributions),
        "studies": len(knowledge.studies),
        "interventions": len(knowledge.interventions),
        "conflicts": len(view.conflicts),
        "by_class": counted(classes, CLASSES),
        "by_status": counted(derived.status[derived.stands], STATUSES),
        "net": int(np.count_nonzero(derived.net)),
        "press_only": int(np.count_nonzero(derived.press_only & causal & derived.stands)),
    }


def counted(places: NDArray[np.integer], names: Sequence[str]) -> dict[str, int]:
    """How many there are of each name, given by its place."""
    counts: list[int] = np.bincount(places, minlength=len(names)).tolist()
    return dict(sorted((str(n), count) for n, count in zip(names, counts, strict=True) if count))
