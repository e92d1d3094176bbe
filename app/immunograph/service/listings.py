"""Look-ups: entities, statements, conflicts, interventions, and one of each with all around it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from immunograph.answers.entities import EntityCard
from immunograph.answers.statements import ConflictCard, StatementCard
from immunograph.domain.locators import sentence_hashes, text_of_others
from immunograph.domain.model import Entity, Evidence, Intervention, Source, Statement, Study
from immunograph.domain.papers import source_named, study_named
from immunograph.domain.selection import one_of
from immunograph.domain.vocabulary import (
    KINDS_ABOVE,
    Effect,
    InterventionStatus,
    SourceType,
    StatementClass,
    Status,
    Tier,
)
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import covering
from immunograph.names.curies import is_accession
from immunograph.names.spelling import fold
from immunograph.search.content import ASPECTS, CLASSES, TIERS, TYPES
from immunograph.search.derived import STATUSES, Mask
from immunograph.search.kernel import Longs
from immunograph.search.scanning import may_say
from immunograph.search.texts import Texts
from immunograph.service import citing, shapes
from immunograph.service.pages import Shelf
from immunograph.service.state import State
from immunograph.service.view import View
from immunograph.service.words import Words
from immunograph.store.graph import Graph
from immunograph.store.search import entity_ids

SEARCHED = 1_000


def search_entities(graph: Graph, state: State, *, q: str | None, kind: str | None) -> list[Entity]:
    """Entities that answer to `q`, nearest first; all by name where it is not given.

    What has the name comes before what the server finds by its full text.
    """
    kind = _chosen("kind", kind, state.kinds)
    if q is None:
        found = state.by_name
    else:
        # Full text would find a number's register, and its neighbours.
        near = () if is_accession(q) else entity_ids(graph, q, limit=SEARCHED)
        ranked = dict.fromkeys([*state.lexicon.search(q), *near])
        found = [state.knowledge.entity(i) for i in ranked if state.knowledge.holds(i)]
    return found if kind is None else [entity for entity in found if entity.kind == kind]


def entity_card(view: View, identifier: str) -> EntityCard:
    """One entity with the classes above and the members below, cautions, and counts."""
    knowledge = view.knowledge
    around = _touching(view, identifier)
    above = knowledge.above(identifier)
    claims, effects = view.columns.claims, view.columns.effects
    answer: EntityCard = {
        "snapshot": view.snapshot,
        **shapes.entity_head(knowledge.entity(identifier)),
        "is_a": [shapes.named(view, i) for i in sorted(knowledge.entity(identifier).is_a)],
        "members": [shapes.named(view, i) for i in knowledge.kinds_of(identifier)],
        "cautions": [
            {
                **shapes.statement(view, knowledge.statements[c.statement]),
                "says": [e.says for e in c.evidence],
                "human_unknown": c.human_unknown,
            }
            for c in view.derivation.cautions
            if c.subject in above or c.object in above
        ],
        "counts": {
            "statements": len(around),
            "by_class": shapes.counted(claims.cls[around], CLASSES),
            "by_effect": shapes.counted(claims.effect[around], effects),
            "by_status": shapes.counted(view.derived.status[around], STATUSES),
        },
        "references": [],
    }
    return citing.cited(view, "entity", answer)


def _touching(view: View, entity: str) -> Longs:
    """The numbers of the statements from an entity, and of those to it."""
    columns = view.columns
    number = columns.entity_number.get(entity)
    if number is None:
        return np.zeros(0, np.int64)
    found = np.concatenate(
        [
            places[start[number] : start[number + 1]]
            for start, places in (columns.by_subject, columns.by_object)
        ]
    )
    return found[view.derived.stands[found]]


def statements(
    view: View,
    *,
    entity: str | None = None,
    direction: str = "both",
    subject: str | None = None,
    object_: str | None = None,
    cls: str | None = None,
    effect: str | None = None,
    predicate: str | None = None,
    status: str | None = None,
    source: str | None = None,
    study: str | None = None,
    words: Words | None = None,
) -> Sequence[Statement]:
    """The statements that match all that is given, most believed first.

    Ends are ids; `words` stand in the names of its ends, in its verb, or in what its evidence says.
    """
    direction = one_of("direction", direction, ["out", "in", "both"])
    cls = _chosen("class", cls, list(StatementClass))
    status = _chosen("status", status, list(Status))
    effects = set(view.columns.effects)
    effect = _chosen("effect", effect, [*Effect, *sorted(effects - set(Effect))])
    verbs = [one.name for one in view.full.vocabulary.predicates]
    predicate = _chosen("predicate", predicate, sorted({*verbs, *Effect}))
    knowledge = view.knowledge
    of_source = None
    if source is not None:
        name = source_named(view.full, source)
        of_source = knowledge.statements_of_lineage(None, name)
    of_study = None
    if study is not None:
        of_study = knowledge.statements_of_lineage(study_named(view.full, study), "")

    columns, claims, derived = view.columns, view.columns.claims, view.derived
    entities = columns.entity_number
    which = view.allowed.copy()
    if entity is not None:
        out, into = claims.subject == entities[entity], claims.object == entities[entity]
        which &= {"out": out, "in": into, "both": out | into}[direction]
    if subject is not None:
        which &= claims.subject == entities[subject]
    if object_ is not None:
        which &= claims.object == entities[object_]
    if cls is not None:
        which &= claims.cls == CLASSES.index(StatementClass(cls))
    if effect is not None:
        which &= claims.effect == _place(columns.effects, effect)
    if predicate is not None:
        shared = derived.verb == _place(columns.verbs, predicate)
        own = claims.effect == _place(columns.effects, predicate)
        which &= shared | ((derived.verb < 0) & own)
    if status is not None:
        which &= derived.status == STATUSES.index(Status(status))
    for chosen in (of_source, of_study):
        if chosen is not None:
            held = np.zeros(len(which), bool)
            held[[view.number(one) for one in chosen]] = True
            which &= held
    ranked = derived.ranking[which[derived.ranking]]

    def made(number: int) -> Statement:
        return knowledge.statements[columns.statements[number]]

    if words is not None:
        told = _telling(view, words, which)
        ranked = ranked[told[ranked]]
    return Shelf(ranked, made)


def _place(names: Sequence[str], name: str) -> int:
    """Where a name stands among others; past them all where it does not."""
    return names.index(name) if name in names else len(names)


def _chosen(parameter: str, value: str | None, known: Iterable[str]) -> str | None:
    """The known value that is meant, if one is given. Raises BadQuestion."""
    return None if value is None else one_of(parameter, value, [str(one) for one in known])


def _telling(view: View, words: Words, which: Mask) -> Mask:
    """Which of these statements, or what their evidence says, hold the words.

    Looked for in what entities and verbs are called, of which there are far fewer; evidence is
    read only where some of the words may stand in it.
    """
    columns, claims = view.columns, view.columns.claims
    names = view.remembered("folded names", lambda: _folded_names(view))
    verbs, verb = _verbs(view)
    named: list[Mask] = []
    complete, possible = which.copy(), which.copy()
    for word in range(len(words.literals)):
        of_entity, of_verb = words.holding(word, names), words.holding(word, verbs)
        found = of_entity[claims.subject] | of_entity[claims.object] | of_verb[verb]
        named.append(found)
        surely, perhaps = _saying(view, words, word, which & ~found)
        complete &= found | surely
        possible &= found | surely | perhaps
    if words.entity is not None:
        number = columns.entity_number[words.entity]
        complete |= (claims.subject == number) | (claims.object == number)
    told = which & complete
    numbers: list[int] = np.flatnonzero(possible & ~complete).tolist()
    for number in numbers:
        found = frozenset(word for word, where in enumerate(named) if where[number])
        evidence = view.knowledge.evidence_of(columns.statements[number])
        told[number] = words.complete(found, (one.says for one in evidence))
    return told


def _folded_names(view: View) -> list[str]:
    """All that each entity of the columns is called, folded, a name a line."""
    return ["\n".join(map(fold, _names(view, one))) for one in view.columns.entities]


def _verbs(view: View) -> tuple[list[str], Longs]:
    """What the verbs and aspects of statements are called, and which each statement has."""
    columns, verb = view.columns, view.derived.verb
    names = [*columns.verbs, *columns.effects]
    own = np.where(verb >= 0, verb, len(columns.verbs) + columns.claims.effect.astype(np.int64))
    called = [
        "\n".join(map(fold, (name, shapes.phrase(view, name), str(aspect))))
        for name in names
        for aspect in ASPECTS
    ]
    return called, own * len(ASPECTS) + columns.claims.aspect.astype(np.int64)


def _saying(view: View, words: Words, word: int, where: Mask) -> tuple[Mask, Mask]:
    """Which of these statements have evidence that says a word, and which may have such."""
    library, nowhere = view.library, np.zeros(len(where), bool)
    evidence = None if library is None else library.prose.evidence
    if library is None or not isinstance(evidence, Texts) or not where.any():
        return nowhere, where
    said = may_say(evidence, words.literals[word])
    columns, kept = library.columns, np.zeros(len(view.derived.kept), bool)
    kept[columns.row] = view.derived.kept

    def of_statements(places: Longs) -> Mask:
        found = nowhere.copy()
        found[columns.content.rows[0][places[kept[places]]]] = True
        return found & where

    surely, perhaps = of_statements(said.surely), of_statements(said.perhaps)
    return (surely, perhaps) if words.begins[word] else (nowhere, surely | perhaps)


def _names(view: View, entity: str) -> list[str]:
    """All that an entity is called."""
    one = view.full.entity(entity)
    return [one.id, one.name, *filter(None, [one.symbol]), *one.synonyms]


def statement_card(view: View, identifier: str, *, documents: Path | None) -> StatementCard:
    """One statement with all its evidence, conflicts, cautions and interventions."""
    knowledge = view.knowledge
    one = knowledge.statements[identifier]
    cautions = covering(view.above, view.derivation.cautions, [one.subject], one.object)
    answer: StatementCard = {
        "snapshot": view.snapshot,
        **shapes.statement_head(view, one),
        "name": shapes.sentence(view, one),
        "evidence": [
            {**shapes.evidence(view, e), "passage": passage(documents, e)}
            for e in knowledge.evidence_of(identifier)
        ],
        "reckoning": shapes.reckoning(view, one),
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
        "references": [],
    }
    return citing.cited(view, "statement", answer)


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


def conflicts(view: View, *, entity: str | None = None) -> list[Conflict]:
    """Unresolved conflicts first, the strongest of them first; of one entity on request."""
    if entity is None:
        return view.remembered("conflicts", lambda: sorted(view.conflicts.values(), key=_urgency))
    touching: list[int] = _touching(view, entity).tolist()
    found = {
        one.id: one
        for number in touching
        for one in view.conflicts_of(view.columns.statements[number])
    }
    return sorted(found.values(), key=_urgency)


def _urgency(conflict: Conflict) -> tuple[bool, float, str]:
    return conflict.resolved_by is not None, -conflict.conflict, conflict.id


def conflict_card(view: View, identifier: str) -> ConflictCard:
    """One conflict with both statements and their evidence."""
    one = view.conflicts[identifier]
    sides = [view.knowledge.statements[s] for s in one.statements]
    answer: ConflictCard = {
        "snapshot": view.snapshot,
        **shapes.conflict(view, one),
        "sides": [
            {
                **shapes.statement_head(view, side),
                "name": shapes.sentence(view, side),
                "conflicts": [conflict.id for conflict in view.conflicts_of(side.id)],
                "evidence": [shapes.evidence(view, e) for e in view.knowledge.evidence_of(side.id)],
            }
            for side in sides
        ],
        "references": [],
    }
    return citing.cited(view, "conflict", answer)


def interventions(
    view: View,
    *,
    entity: str | None = None,
    status: str | None = None,
    words: Words | None = None,
) -> list[Intervention]:
    """Interventions on an entity or with an outcome on it, tested ones first."""
    order = list(InterventionStatus)
    status = _chosen("status", status, order)
    found = [
        i
        for i in view.knowledge.interventions.values()
        if (status is None or i.status == status)
        and (entity is None or entity == i.target or entity in {o.on for o in i.outcomes})
        and (words is None or _does(view, i, words))
    ]
    return sorted(found, key=lambda i: (order.index(i.status), i.id))


def _concerned(view: View, one: Intervention) -> set[str]:
    """The entities that an intervention is on, or has an outcome on, alone or in a statement."""
    found = {one.target}
    for outcome in one.outcomes:
        statement = view.knowledge.statements.get(outcome.on)
        found |= {statement.subject, statement.object} if statement else {outcome.on}
    return found


def _does(view: View, one: Intervention, words: Words) -> bool:
    """Whether an intervention, or what its evidence says, holds the words."""
    told = (one.name, one.agent, one.mode, one.process, one.condition, one.study, one.source)
    names = [text for text in told if text]
    concerned = _concerned(view, one)
    if words.entity in concerned:
        return True
    for entity in sorted(concerned):
        if view.full.holds(entity):
            names += _names(view, entity)
    return words.match(names, (e.says for e in view.knowledge.evidence_of(one.id)))


def sources(
    view: View,
    *,
    type_: str | None = None,
    tier: str | None = None,
    year: int | None = None,
    study: str | None = None,
    words: Words | None = None,
) -> Sequence[Source]:
    """The sources that match all that is given, by id; a tier may be a broader one."""
    type_ = _chosen("type", type_, list(SourceType))
    above = KINDS_ABOVE["tier"]
    tier = _chosen("tier", tier, sorted({*Tier, *above.values()}))
    knowledge, content = view.knowledge, view.columns.content
    which = np.ones(len(content.sources), bool)
    if len(knowledge.contributions) < len(which):
        which[:] = [source in knowledge.contributions for source in content.sources]
    if type_ is not None:
        which &= content.source_type == TYPES.index(SourceType(type_))
    if tier is not None:
        fitting = [TIERS.index(one) for one in Tier if tier in (one, above.get(one))]
        which &= np.isin(content.source_tier, fitting)
    if year is not None:
        which &= content.source_year == year
    if study is not None:
        which &= content.source_study == content.study_number[study_named(view.full, study)]

    def made(number: int) -> Source:
        return knowledge.source(content.sources[number])

    if words is not None:
        of_study = np.append(_called(view, words), False)
        which &= words.standing(_told_of_sources(view)) | of_study[content.source_study]
    return Shelf(np.flatnonzero(which), made)


def _told_of_sources(view: View) -> list[str]:
    """What is known of each source of the columns as a text, folded, a name a line."""

    def told(one: Source) -> str:
        names = (one.id, one.title, one.outlet, one.published, one.study_note)
        return "\n".join(map(fold, filter(None, names)))

    def make() -> list[str]:
        return [told(view.full.source(one)) for one in view.columns.sources]

    return view.remembered("folded texts of sources", make)


def studies(view: View, *, words: Words | None = None) -> list[str]:
    """The ids of the studies that hold the words, or have that DOI or PMID."""
    known, every = view.knowledge.studies, view.columns.studies
    left = every if len(known) == len(every) else [one for one in every if one in known]
    if words is None:
        return left
    called, number = _called(view, words), view.columns.study_number
    return [one for one in left if called[number[one]]]


def _called(view: View, words: Words) -> Mask:
    """Which studies of the columns hold the words, or have that DOI or PMID."""

    def told(one: Study) -> str:
        names = (one.id, one.title, one.citation, one.doi, one.pmid)
        return "\n".join(map(fold, filter(None, names)))

    known = view.full.studies
    texts = view.remembered(
        "folded texts of studies", lambda: [told(known[one]) for one in view.columns.studies]
    )
    found = words.standing(texts)
    if words.names_paper:
        papers = (known[one] for one in view.columns.studies)
        found |= np.array([words.match_paper(one.doi, one.pmid) for one in papers], bool)
    return found
