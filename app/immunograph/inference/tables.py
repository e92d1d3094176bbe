"""Knowledge ⇄ rows: the graph as tables of nodes and links, free of any database.

`rows_of` lays knowledge and what is derived from it out as nodes and links; `knowledge_from` reads
the asserted part back. Between the two, the store writes only rows that differ.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

import orjson
from pydantic import BaseModel

from immunograph.domain.citations import in_passing, year_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import (
    Context,
    Contribution,
    Entity,
    Evidence,
    Grounding,
    Intervention,
    Locator,
    NotStatement,
    Outcome,
    Record,
    Source,
    Statement,
    Study,
    Vocabulary,
)
from immunograph.domain.vocabulary import Role, StatementClass, Status
from immunograph.inference.belief import cost
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import Derivation, sentence

Properties = dict[str, Any]

_WORDS: Final = re.compile(r"[a-z0-9]+")


class NodeKey(NamedTuple):
    """A node by its label and id."""

    label: str
    id: str


class LinkKey(NamedTuple):
    """A link by its ends and type; `id` tells parallel ones apart."""

    source: NodeKey
    type: str
    target: NodeKey
    id: str = ""


@dataclass(slots=True)
class Rows:
    """Nodes and links with their properties; `kind` is the second label of an entity."""

    nodes: dict[NodeKey, Properties] = field(default_factory=dict[NodeKey, Properties])
    links: dict[LinkKey, Properties] = field(default_factory=dict[LinkKey, Properties])


LABELS: Final = ("Entity", "Study", "Source", "Statement", "Intervention", "Evidence", "Conflict")
"""Each after those that its links lead to; entities link to one another too."""
_ROLE_LINKS: Final = {
    Role.SUPPORTS: "SUPPORTS",
    Role.REFUTES: "REFUTES",
    Role.QUALIFIES: "QUALIFIES",
}
_LINKED: Final = frozenset(
    {"about", "source", "study", "context", "locator", "derived_from", "record"}
)
"""What of a piece of evidence is told by links, or by fields of its own."""
_STUDY_FIELDS: Final = (
    "title", "citation", "doi", "pmid", "verified", "retracted", "laboratory",
)  # fmt: skip


CITED: Final = "cited"
"""How a piece of evidence is captioned: by author and year of its study, else by its source."""

Owner = tuple[str, str]
"""What a row belongs to and goes with: ("source", id), ("statement", id), ("entity", id), …"""


def owners(knowledge: Knowledge, derivation: Derivation) -> Iterator[Owner]:
    """Everything in the graph that owns rows."""
    yield from (("entity", i) for i in knowledge.entities)
    yield from (("study", i) for i in knowledge.studies)
    yield from (("source", i) for i in knowledge.contributions)
    yield from (("statement", i) for i in knowledge.statements)
    yield from (("conflict", i) for i in derivation.conflicts)


def rows_owned(knowledge: Knowledge, derivation: Derivation, owner: Owner) -> Rows:
    """The rows of one owner; none where the graph does not hold it."""
    rows = Rows()
    kind, identifier = owner
    if kind == "entity" and knowledge.holds(identifier):
        _entity_rows(rows, knowledge.entity(identifier))
    elif kind == "study" and identifier in knowledge.studies:
        study = knowledge.studies[identifier]
        key = NodeKey("Study", identifier)
        rows.nodes[key] = _filled(
            **study.model_dump(),
            name=study.title or identifier,
            year=year_of(study.citation),
            cited=in_passing(study.citation) or identifier,
        )
    elif kind == "source" and identifier in knowledge.contributions:
        _source_rows(rows, knowledge.contributions[identifier])
    elif kind == "statement" and identifier in knowledge.statements:
        _statement_rows(rows, knowledge, derivation, knowledge.statements[identifier])
    elif kind == "conflict" and identifier in derivation.conflicts:
        _conflict_rows(rows, derivation.conflicts[identifier])
    return rows


def rows_of(knowledge: Knowledge, derivation: Derivation) -> Rows:
    """The whole graph as rows."""
    return merged(rows_owned(knowledge, derivation, o) for o in owners(knowledge, derivation))


def merged(parts: Iterable[Rows]) -> Rows:
    """Rows of several owners as one."""
    rows = Rows()
    for part in parts:
        rows.nodes.update(part.nodes)
        rows.links.update(part.links)
    return rows


def _entity_rows(rows: Rows, entity: Entity) -> None:
    key = NodeKey("Entity", entity.id)
    rows.nodes[key] = _filled(
        **_plain(entity, without=("is_a", "grounding")),
        grounding=entity.grounding.status,
        grounded_where=entity.grounding.where,
    )
    for parent in entity.is_a:
        rows.links[LinkKey(key, "IS_A", NodeKey("Entity", parent))] = {}


def _conflict_rows(rows: Rows, conflict: Conflict) -> None:
    key = NodeKey("Conflict", conflict.id)
    rows.nodes[key] = _filled(
        id=conflict.id,
        name=conflict.resolved_by or "unresolved",
        conflict=conflict.conflict,
        resolved_by=conflict.resolved_by,
        explanation=conflict.explanation,
    )
    for statement in conflict.statements:
        rows.links[LinkKey(key, "BETWEEN", NodeKey("Statement", statement))] = {}


def _plain(model: BaseModel, *, without: Container[str] = ()) -> Properties:
    """The fields of a model as a graph keeps them; a term of a closed list is a string already."""
    return {
        name: list(cast(tuple[Any, ...], value)) if type(value) is tuple else value
        for name, value in model.__dict__.items()
        if value is not None and value != () and name not in without
    }


def _filled(**properties: Any) -> Properties:
    """Properties as a graph keeps them: no nulls, no empty lists, tuples as lists."""
    return {
        name: list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType] # plain values
        for name, value in properties.items()
        if value is not None and value not in ((), [])
    }


def _source_rows(rows: Rows, contribution: Contribution) -> None:
    source = contribution.source
    key = NodeKey("Source", source.id)
    rows.nodes[key] = _filled(
        **_plain(source, without=("document", "study", "not_statements")),
        name=source.title,
        document=source.document.name if source.document else None,
        document_sha256=source.document.sha256 if source.document else None,
        document_characters=source.document.characters if source.document else None,
        not_statements=[json.dumps(n.model_dump(), sort_keys=True) for n in source.not_statements],
    )
    study = contribution.study
    if study is not None:
        said = {name: getattr(study, name) for name in _STUDY_FIELDS}
        rows.links[LinkKey(key, "REPORTS", NodeKey("Study", study.id))] = _filled(**said)
    interventions = {intervention.id for intervention in contribution.interventions}
    cited = (study and in_passing(study.citation)) or source.id
    for evidence in contribution.evidence:
        _evidence_rows(rows, key, evidence, interventions, cited)
    for intervention in contribution.interventions:
        _intervention_rows(rows, key, intervention)


def _evidence_rows(
    rows: Rows, source: NodeKey, evidence: Evidence, interventions: Container[str], cited: str
) -> None:
    key = NodeKey("Evidence", evidence.id)
    rows.nodes[key] = {
        CITED: cited,
        **_plain(evidence, without=_LINKED),
        **_plain(evidence.context),
        **(_plain(evidence.locator) if evidence.locator else {}),
        **(_recorded(evidence.record) if evidence.record else {}),
    }
    rows.links[LinkKey(key, "REPORTED_IN", source)] = {}
    if evidence.about in interventions:
        rows.links[LinkKey(key, "DESCRIBES", NodeKey("Intervention", evidence.about))] = {}
    else:
        link = _ROLE_LINKS[evidence.role]
        rows.links[LinkKey(key, link, NodeKey("Statement", evidence.about))] = {}
    if evidence.derived_from:
        intervention = NodeKey("Intervention", evidence.derived_from)
        rows.links[LinkKey(key, "DERIVED_FROM", intervention)] = {}


def _recorded(record: Record) -> Properties:
    """A record as one property: its keys are the corpus' own affair."""
    return {"record": json.dumps(record.model_dump(exclude_none=True), sort_keys=True)}


def _intervention_rows(rows: Rows, source: NodeKey, intervention: Intervention) -> None:
    key = NodeKey("Intervention", intervention.id)
    without = ("target", "change", "outcomes", "source", "study")
    rows.nodes[key] = _plain(intervention, without=without)
    target = NodeKey("Entity", intervention.target)
    rows.links[LinkKey(key, "TARGETS", target)] = {"change": intervention.change}
    rows.links[LinkKey(key, "REPORTED_IN", source)] = {}
    if intervention.study:
        rows.links[LinkKey(key, "TESTED_IN", NodeKey("Study", intervention.study))] = {}
    for number, outcome in enumerate(intervention.outcomes):
        label = "Entity" if ":" in outcome.on else "Statement"
        link = LinkKey(key, "OUTCOME", NodeKey(label, outcome.on), str(number))
        rows.links[link] = _filled(id=str(number), observed=outcome.observed)


def _statement_rows(
    rows: Rows, knowledge: Knowledge, derivation: Derivation, statement: Statement
) -> None:
    assessment = derivation.assessments[statement.id]
    ends = derivation.ends[statement.id]
    key = NodeKey("Statement", statement.id)
    subject, object_ = NodeKey("Entity", statement.subject), NodeKey("Entity", statement.object)
    derived: Properties = {
        "id": statement.id,
        "aspect": statement.aspect,
        "predicate": assessment.predicate,
        "belief": assessment.belief,
        "conflict": derivation.conflict_value(statement.id),
        "studies": assessment.studies,
        "laboratories": assessment.laboratories,
        "net": statement.id in derivation.net,
        "status": assessment.status,
    }
    if assessment.human is not None:
        derived["human"] = assessment.human
    node = rows.nodes[key] = {
        **derived,
        "name": sentence(knowledge, derivation, statement.id),
        "effect": statement.effect,
        "cls": statement.cls,
    }
    if assessment.strata:
        node["strata"] = [orjson.dumps(stratum).decode() for stratum in assessment.strata]
    by_stratum = {stratum_property(one.stratum): one.belief for one in assessment.strata}
    node |= by_stratum
    rows.links[LinkKey(key, "SUBJECT", subject)] = {}
    rows.links[LinkKey(key, "OBJECT", object_)] = {}
    edge = edge_type(statement, assessment.status)
    if edge is not None:
        rows.links[LinkKey(subject, edge, object_, statement.id)] = {
            **derived,
            **by_stratum,
            **_support(knowledge, statement.id),
            "sign": statement.sign,
            "cost": cost(assessment.belief),
            "step": statement.id in derivation.steps,
            **{name: value for name, value in ends._asdict().items() if value},
        }


def stratum_property(stratum: str) -> str:
    """The property that holds the belief in one stratum.

    >>> stratum_property("animal, on treatment")
    'belief_animal_on_treatment'
    """
    return f"belief_{'_'.join(_WORDS.findall(stratum.lower()))}"


def _support(knowledge: Knowledge, statement: str) -> Properties:
    """The papers of what supports a statement, and what that states of its setting.

    A paper goes by the PMID that its own source gives, so that a row moves with that alone.
    """
    supporting = [one for one in knowledge.evidence_of(statement) if one.role is Role.SUPPORTS]
    studies = [knowledge.said_by(one.source) for one in supporting]
    return _filled(
        pmids=sorted({study.pmid for study in studies if study is not None and study.pmid}),
        species=sorted({name for one in supporting for name in one.context.species}),
        condition=sorted({one.context.condition for one in supporting if one.context.condition}),
    )


def edge_type(statement: Statement, status: Status) -> str | None:
    """The type of the edge that draws a statement between its entities, if one does.

    Negated, null and unknown statements, cautions and gaps have none.
    """
    if statement.cls in (StatementClass.CAUTION, StatementClass.GAP):
        return None
    if status in (Status.NEGATED, Status.NULL_RESULT, Status.UNKNOWN):
        return None
    effect = statement.effect.upper()
    may = status is Status.HYPOTHESISED and statement.cls is StatementClass.CAUSAL
    return f"MAY_{effect[:-1]}" if may else effect


def knowledge_from(rows: Rows, vocabulary: Vocabulary) -> Knowledge:
    """The knowledge that these rows assert; what is derived is left to be derived anew."""
    links: dict[str, dict[str, list[tuple[LinkKey, Properties]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for key, properties in rows.links.items():
        links[key.type][key.source.id].append((key, properties))
    entities = {
        key.id: _entity(properties, [k.target.id for k, _ in links["IS_A"][key.id]])
        for key, properties in rows.nodes.items()
        if key.label == "Entity"
    }
    statements = {
        key.id: Statement(
            id=key.id,
            subject=links["SUBJECT"][key.id][0][0].target.id,
            object=links["OBJECT"][key.id][0][0].target.id,
            effect=properties["effect"],
            aspect=properties["aspect"],
            cls=properties["cls"],
        )
        for key, properties in rows.nodes.items()
        if key.label == "Statement"
    }
    study_of = {
        source: Study(id=found[0][0].target.id, **found[0][1])
        for source, found in links["REPORTS"].items()
        if found
    }
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    interventions: dict[str, list[Intervention]] = defaultdict(list)
    contexts: dict[bytes, Context] = {}
    for key, properties in rows.nodes.items():
        if key.label == "Evidence":
            source = links["REPORTED_IN"][key.id][0][0].target.id
            study = study_of.get(source)
            evidence[source].append(_evidence(properties, links, source, study, contexts))
        elif key.label == "Intervention":
            source = links["REPORTED_IN"][key.id][0][0].target.id
            study = study_of.get(source)
            interventions[source].append(_intervention(properties, links, source, study))
    contributions = (
        contribution_from(
            _source(properties, study_of.get(key.id)),
            study=study_of.get(key.id),
            evidence=evidence[key.id],
            interventions=interventions[key.id],
            entities=entities,
            statements=statements,
        )
        for key, properties in rows.nodes.items()
        if key.label == "Source"
    )
    said = {(study.id, study.retracted) for study in study_of.values()}
    retractions = {
        key.id: properties["retracted"]
        for key, properties in rows.nodes.items()
        if key.label == "Study"
        and "retracted" in properties
        and (key.id, properties["retracted"]) not in said
    }
    return Knowledge(vocabulary, contributions, retractions)


def _entity(properties: Properties, parents: Iterable[str]) -> Entity:
    given = dict(properties)
    grounding = Grounding(status=given.pop("grounding"), where=given.pop("grounded_where", None))
    return Entity(**given, is_a=tuple(sorted(parents)), grounding=grounding)


def _source(properties: Properties, study: Study | None) -> Source:
    given = dict(properties)
    given.pop("name")
    document = given.pop("document", None)
    if document is not None:
        given["document"] = {
            "name": document,
            "sha256": given.pop("document_sha256", None),
            "characters": given.pop("document_characters", None),
        }
    passages = [json.loads(text) for text in given.pop("not_statements", [])]
    return Source(
        **given,
        study=study.id if study else None,
        not_statements=tuple(NotStatement(**passage) for passage in passages),
    )


def _evidence(
    properties: Properties,
    links: Mapping[str, Mapping[str, list[tuple[LinkKey, Properties]]]],
    source: str,
    study: Study | None,
    contexts: dict[bytes, Context],
) -> Evidence:
    """A piece of evidence; `contexts` are those met so far, since few are stated only once."""
    given = dict(properties)
    given.pop(CITED, None)  # older graphs have none
    identifier = given["id"]
    stated = {name: given.pop(name) for name in Context.model_fields if name in given}
    key = orjson.dumps(stated)
    context = contexts.get(key)
    if context is None:
        context = contexts[key] = Context(**stated)
    locator = record = None
    if "document" in given:
        locator = Locator(**{k: given.pop(k) for k in Locator.model_fields if k in given})
    if "record" in given:
        record = Record(**json.loads(given.pop("record")))
    abouts = [
        key.target.id
        for link in (*_ROLE_LINKS.values(), "DESCRIBES")
        for key, _ in links[link].get(identifier, ())
    ]
    derived = [key.target.id for key, _ in links["DERIVED_FROM"].get(identifier, ())]
    given.setdefault("predicate", None)
    return Evidence(
        **given,
        about=abouts[0],
        source=source,
        study=study.id if study else None,
        context=context,
        locator=locator,
        record=record,
        derived_from=derived[0] if derived else None,
    )


def _intervention(
    properties: Properties,
    links: Mapping[str, Mapping[str, list[tuple[LinkKey, Properties]]]],
    source: str,
    study: Study | None,
) -> Intervention:
    identifier = properties["id"]
    target, change = links["TARGETS"][identifier][0]
    outcomes = sorted(links["OUTCOME"].get(identifier, ()), key=lambda o: int(o[0].id))
    return Intervention(
        **properties,
        target=target.target.id,
        change=change["change"],
        outcomes=tuple(Outcome(on=k.target.id, observed=p.get("observed")) for k, p in outcomes),
        source=source,
        study=study.id if study else None,
    )


def contribution_from(
    source: Source,
    *,
    study: Study | None,
    evidence: list[Evidence],
    interventions: list[Intervention],
    entities: Mapping[str, Entity],
    statements: Mapping[str, Statement],
) -> Contribution:
    """All that a source brings, of what the graph holds of it and of what it speaks of."""
    abouts = {one.about for one in evidence}
    spoken = [statements[i] for i in sorted(abouts) if i in statements]
    used = {name for statement in spoken for name in (statement.subject, statement.object)}
    used.update(cell for one in evidence for cell in one.context.in_cell)
    for intervention in interventions:
        used.add(intervention.target)
        used.update(o.on for o in intervention.outcomes if o.on in entities)
    return Contribution(
        source=source,
        study=study,
        entities=tuple(_with_classes(used, entities)),
        statements=tuple(spoken),
        evidence=tuple(sorted(evidence, key=lambda one: one.id)),
        interventions=tuple(sorted(interventions, key=lambda one: one.id)),
    )


def _with_classes(used: set[str], entities: Mapping[str, Entity]) -> Iterator[Entity]:
    todo, seen = sorted(used), set[str]()
    while todo:
        identifier = todo.pop()
        if identifier not in seen:
            seen.add(identifier)
            todo.extend(entities[identifier].is_a)
    yield from (entities[identifier] for identifier in sorted(seen))


@dataclass(slots=True)
class Changes:
    """What must be written so that one set of rows becomes another.

    New rows are not there yet; of those to set, which are, it holds what differs: None takes a
    property away.
    """

    new_nodes: dict[NodeKey, Properties] = field(default_factory=dict[NodeKey, Properties])
    new_links: dict[LinkKey, Properties] = field(default_factory=dict[LinkKey, Properties])
    set_nodes: dict[NodeKey, Properties] = field(default_factory=dict[NodeKey, Properties])
    set_links: dict[LinkKey, Properties] = field(default_factory=dict[LinkKey, Properties])
    drop_nodes: list[NodeKey] = field(default_factory=list[NodeKey])
    drop_links: list[LinkKey] = field(default_factory=list[LinkKey])

    def __bool__(self) -> bool:
        new = self.new_nodes or self.new_links
        return bool(new or self.set_nodes or self.set_links or self.drop_nodes or self.drop_links)


def changes_between(before: Rows, after: Rows) -> Changes:
    """The rows to make, to set and to drop on the way from one state to the other."""
    changes = Changes(
        drop_nodes=[k for k in before.nodes if k not in after.nodes],
        drop_links=[k for k in before.links if k not in after.links],
    )
    for node, properties in after.nodes.items():
        if node not in before.nodes:
            changes.new_nodes[node] = properties
        elif before.nodes[node] != properties:
            changes.set_nodes[node] = _differing(before.nodes[node], properties)
    for link, properties in after.links.items():
        if link not in before.links:
            changes.new_links[link] = properties
        elif before.links[link] != properties:
            changes.set_links[link] = _differing(before.links[link], properties)
    return changes


def _differing(before: Properties, after: Properties) -> Properties:
    gone = dict.fromkeys(before.keys() - after.keys())
    return gone | {k: v for k, v in after.items() if k not in before or before[k] != v}
