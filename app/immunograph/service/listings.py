"""Look-ups: entities, statements, conflicts, interventions, and one of each with all around it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from immunograph.conflicts import Conflict
from immunograph.derivation import covering
from immunograph.errors import BadQuestion
from immunograph.knowledge import Knowledge
from immunograph.lexicon import Lexicon
from immunograph.locators import sentence_hashes, text_of_others
from immunograph.model import Entity, Evidence, Intervention, Statement
from immunograph.service import shapes
from immunograph.service.view import View
from immunograph.store.graph import Graph
from immunograph.store.search import entity_ids
from immunograph.vocabulary import Effect, InterventionStatus, StatementClass, Status

SEARCHED = 1_000


def search_entities(
    graph: Graph, knowledge: Knowledge, *, q: str | None, kind: str | None
) -> list[Entity]:
    """Entities that answer to `q`, nearest first; all by name where it is not given."""
    entities = knowledge.entities
    kinds = {entity.kind for entity in entities.values()}
    if kind is not None and kind not in kinds:
        known = ", ".join(sorted(kinds))
        raise BadQuestion(f"No kind '{kind}'. Known: {known}.", parameter="kind")
    if q is None:
        found = sorted(entities.values(), key=lambda e: (e.name.casefold(), e.id))
    else:
        lexicon = Lexicon(entities.values())
        exact = [c.id for c in (*lexicon.find(q), *lexicon.beginning(q))]
        ranked = dict.fromkeys([*exact, *entity_ids(graph, q, limit=SEARCHED)])
        found = [entities[i] for i in ranked if i in entities]
    return [entity for entity in found if kind is None or entity.kind == kind]


def entity_card(view: View, identifier: str) -> dict[str, Any]:
    """One entity with the classes above and the members below, cautions, and counts."""
    knowledge = view.knowledge
    around = _touching(view, identifier)
    above = knowledge.above(identifier)
    assessments = view.derivation.assessments
    return {
        **shapes.entity(knowledge.entity(identifier)),
        "is_a": [shapes.named(view, i) for i in sorted(knowledge.entity(identifier).is_a)],
        "members": [
            shapes.named(view, i) for i, e in knowledge.entities.items() if identifier in e.is_a
        ],
        "cautions": [
            shapes.statement(view, knowledge.statements[c.statement])
            | {"says": [e.says for e in c.evidence], "human_unknown": c.human_unknown}
            for c in view.derivation.cautions
            if c.subject in above or c.object in above
        ],
        "counts": {
            "statements": len(around),
            "by_class": dict(sorted(Counter(str(s.cls) for s in around).items())),
            "by_effect": dict(sorted(Counter(s.effect for s in around).items())),
            "by_status": dict(
                sorted(Counter(str(assessments[s.id].status) for s in around).items())
            ),
        },
    }


def _touching(view: View, entity: str) -> list[Statement]:
    return [*view.knowledge.out_of(entity), *view.knowledge.into(entity)]


def statements(
    view: View,
    *,
    entity: str | None,
    direction: str,
    subject: str | None,
    object_: str | None,
    cls: str | None,
    effect: str | None,
    status: str | None,
    source: str | None,
    study: str | None,
) -> list[Statement]:
    """The statements that match all that is given, most believed first."""
    _check_word("class", cls, [str(c) for c in StatementClass])
    _check_word("status", status, [str(s) for s in Status])
    _check_word("direction", direction, ["out", "in", "both"])
    _check_word("effect", effect, sorted(
        {str(e) for e in Effect} | {s.effect for s in view.full.statements.values()}
    ))  # fmt: skip
    _check_word("source", source, sorted(view.full.contributions))
    _check_word("study", study, sorted(view.full.studies))
    knowledge = view.knowledge
    of_source = None
    if source is not None:
        contribution = knowledge.contributions.get(source)
        of_source = {e.about for e in contribution.evidence} if contribution else set[str]()
    of_study = knowledge.statements_of_lineage(study, "") if study is not None else None

    def matches(one: Statement) -> bool:
        ends = {"out": (one.subject,), "in": (one.object,), "both": (one.subject, one.object)}
        assessment = view.derivation.assessments[one.id]
        return (
            (entity is None or entity in ends[direction])
            and (subject is None or one.subject == subject)
            and (object_ is None or one.object == object_)
            and (cls is None or one.cls == cls)
            and (effect is None or one.effect == effect)
            and (status is None or assessment.status == status)
            and (of_source is None or one.id in of_source)
            and (of_study is None or one.id in of_study)
            and view.allows(one)
        )

    found = [one for one in knowledge.statements.values() if matches(one)]
    return sorted(found, key=lambda s: (-view.derivation.assessments[s.id].belief, s.id))


def _check_word(parameter: str, value: str | None, known: list[str]) -> None:
    if value is not None and value not in known:
        raise BadQuestion(
            f"No {parameter} '{value}'. Known: {', '.join(known)}.", parameter=parameter
        )


def statement_card(view: View, identifier: str, *, documents: Path | None) -> dict[str, Any]:
    """One statement with all its evidence, conflicts, cautions and interventions."""
    knowledge = view.knowledge
    one = knowledge.statements[identifier]
    cautions = covering(view.above, view.derivation.cautions, [one.subject], one.object)
    return {
        **shapes.statement(view, one),
        "name": shapes.sentence(view, one),
        "evidence": [
            shapes.evidence(view, e) | {"passage": passage(documents, e)}
            for e in knowledge.evidence_of(identifier)
        ],
        "conflicts": [shapes.conflict(view, c) for c in view.conflicts_of(identifier)],
        "cautions": [
            {
                "statement": caution.statement,
                "says": evidence.says,
                "human": "unknown" if evidence.human_unknown else None,
                "source": evidence.source,
            }
            for caution in cautions
            for evidence in caution.evidence
        ],
        "interventions": [
            shapes.intervention(view, i)
            for i in sorted(knowledge.interventions.values(), key=lambda i: i.id)
            if _concerns(i, one)
        ],
    }


def _concerns(intervention: Intervention, one: Statement) -> bool:
    outcomes = {outcome.on for outcome in intervention.outcomes}
    if one.id in outcomes:
        return True
    return intervention.target == one.subject and one.object in outcomes


def passage(documents: Path | None, evidence: Evidence) -> str | None:
    """The passage itself, where the document is at hand and the hash matches; never stored."""
    locator = evidence.locator
    if documents is None or locator is None:
        return None
    if locator.sentence is not None and locator.sha256 is None:
        whole = text_of_others(documents, locator.document)
        return None if whole is None else sentence_hashes(whole).get(locator.sentence)
    path = documents / Path(locator.document).name
    if not path.is_file():
        return None
    text = path.read_bytes().decode("utf-8", errors="replace")[locator.start : locator.end]
    return text if hashlib.sha256(text.encode()).hexdigest() == locator.sha256 else None


def conflicts(view: View) -> list[Conflict]:
    """Unresolved conflicts first, the strongest of them first."""
    return sorted(
        view.conflicts.values(),
        key=lambda c: (c.resolved_by is not None, -c.conflict, c.id),
    )


def conflict_card(view: View, identifier: str) -> dict[str, Any]:
    """One conflict with both statements and their evidence."""
    one = view.conflicts[identifier]
    sides = [view.knowledge.statements[s] for s in one.statements]
    return {
        **shapes.conflict(view, one),
        "sides": [
            shapes.statement(view, side)
            | {
                "name": shapes.sentence(view, side),
                "evidence": [shapes.evidence(view, e) for e in view.knowledge.evidence_of(side.id)],
            }
            for side in sides
        ],
    }


def interventions(view: View, *, entity: str | None, status: str | None) -> list[Intervention]:
    """Interventions on an entity or with an outcome on it, tested ones first."""
    _check_word("status", status, [str(s) for s in InterventionStatus])
    order = [str(s) for s in InterventionStatus]
    found = [
        i
        for i in view.knowledge.interventions.values()
        if (status is None or i.status == status)
        and (entity is None or entity == i.target or entity in {o.on for o in i.outcomes})
    ]
    return sorted(found, key=lambda i: (order.index(str(i.status)), i.id))
