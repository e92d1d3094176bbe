"""Translator's questions (TRAPI 2.0), answered from the same graph: one hop, and paths.

An edge is a statement that stands, as the `trapi` format writes it. What a query graph may hold and
is not answered here is refused as not implemented, never passed over: an answer that ignores a
constraint would be wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

import orjson

from immunograph.answers.paths import SignedPath
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.domain.vocabulary import MAX_STEPS
from immunograph.errors import BadQuery, NotSupported
from immunograph.formats import biolink, trapi
from immunograph.formats.biolink_hierarchy import (
    category_is,
    inverse_is,
    predicate_is,
    value_is,
)
from immunograph.formats.format import JSON_MEDIA_TYPE
from immunograph.formats.graph import terms_of
from immunograph.service import Service, exports, pathways
from immunograph.service.rendering import Rendered
from immunograph.service.routes import Question
from immunograph.service.view import View

Json = dict[str, Any]

MOST_IDS: Final = 50
"""Ids of one node."""
MOST_EDGES: Final = 1_000
"""Edges of one answer, the best believed ones."""
MOST_PATHS: Final = 50
DEEPEST: Final = 100
"""Levels of a query graph: it is sent back, and what nests for ever cannot be."""
PATH_PREDICATE: Final = "biolink:affects"
"""What a path says of its ends."""


def answer(service: Service, query: Any) -> Rendered:
    """The response of a service to a query; see `response`."""
    view = service.view(ALL_EVIDENCE, NOTHING)
    body = orjson.dumps(response(view, service.state.lexicon, query))
    return Rendered(JSON_MEDIA_TYPE, view.snapshot, iter((body,)))


def response(view: View, lexicon: Lexicon, query: Any) -> Json:
    """The response to a query.

    Raises BadQuery where it is no query, and NotSupported where it asks for what is not answered.
    """
    graph = _query_graph(query)
    nodes = {name: _Node(lexicon, name, one) for name, one in _objects(graph, "nodes").items()}
    edges, paths = _objects(graph, "edges"), _objects(graph, "paths")
    if (edges and paths) or len(edges) > 1 or len(paths) > 1:
        hops = f"{len(edges)} edges" if edges else f"{len(paths)} paths"
        raise NotSupported(
            f"The query graph has {hops}; here one edge, or one path, is answered. "
            "Ask hop by hop, or for a path between two pinned nodes."
        )
    if not edges and not paths:
        raise BadQuery("The query graph has neither an edge nor a path.", parameter="query_graph")
    if edges:
        ((name, edge),) = edges.items()
        found = _one_hop(view, name, _Edge(edge, nodes))
    else:
        ((name, path),) = paths.items()
        found = _pathfinder(view, name, _Path(path, nodes))
    return {
        "message": {"query_graph": graph, **found.message},
        "status": "Success",
        "description": f"{found.says} {exports.rights(view.snapshot).citation}",
        "schema_version": trapi.VERSION,
        "biolink_version": biolink.VERSION,
        "data_release_versions": {biolink.SOURCE: view.snapshot},
    }


class _Found(NamedTuple):
    """What a query found, and how it is said in words."""

    message: Json
    says: str


# --- what is asked ---------------------------------------------------------------------------


def _query_graph(query: Any) -> Json:
    if not isinstance(query, dict):
        raise BadQuery("A query is a JSON object with a message.", parameter="message")
    asked = cast(Json, query)
    message = asked.get("message")
    graph = cast(Json, message).get("query_graph") if isinstance(message, dict) else None
    if not isinstance(graph, dict):
        raise BadQuery("The message of a query holds a query_graph.", parameter="query_graph")
    workflow = asked.get("workflow")
    if workflow not in (None, [], [{"id": "lookup"}]):
        raise NotSupported("Only the workflow of one operation, lookup, is run here.")
    if _is_deeper(graph, DEEPEST):
        message = f"The query graph nests deeper than {DEEPEST} levels."
        raise BadQuery(message, parameter="query_graph")
    return cast(Json, graph)


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects nest beyond so many levels.

    >>> _is_deeper({"a": [1]}, 2), _is_deeper({"a": [1]}, 1)
    (False, True)
    """
    here: list[Any] = [value]
    for _ in range(levels + 1):
        here = [inner for one in here for inner in _inner(one)]
        if not here:
            return False
    return True


def _inner(one: Any) -> Iterable[Any]:
    if isinstance(one, dict):
        return cast(Json, one).values()
    return cast(list[Any], one) if isinstance(one, list) else ()


def _objects(graph: Json, part: str) -> dict[str, Json]:
    """The members of a part of the query graph, each an object."""
    found: Any = graph.get(part) or {}
    if not isinstance(found, dict) or not all(
        isinstance(one, dict) for one in cast(Json, found).values()
    ):
        raise BadQuery(f"{part} of the query graph is an object of objects.", parameter=part)
    return cast(dict[str, Json], found)


def _texts(one: Json, name: str) -> list[str]:
    """A list of texts, empty where there is none."""
    found: Any = one.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(
        isinstance(text, str) for text in cast(list[Any], found)
    ):
        raise BadQuery(f"{name} is a list of texts.", parameter=name)
    return cast(list[str], found)


def _refuse(one: Json, where: str, names: Iterable[str]) -> None:
    for name in names:
        if one.get(name):
            raise NotSupported(f"{name} of {where} is not answered here.")


class _Node:
    """A node of a query graph: its entities here, if it is pinned, and its categories."""

    def __init__(self, lexicon: Lexicon, name: str, one: Json) -> None:
        where = f"node {name}"
        _refuse(one, where, ("member_ids", "constraints"))
        if one.get("set_interpretation") not in (None, "BATCH"):
            raise NotSupported(f"set_interpretation of {where}: BATCH is answered here, no other.")
        ids = _texts(one, "ids")
        if len(ids) > MOST_IDS:
            raise BadQuery(f"{where} has {len(ids)} ids; ask for at most {MOST_IDS}.")
        for curie in ids:
            if ":" not in curie:
                raise BadQuery(f"'{curie}' of {where} is no CURIE.", parameter="ids")
        self.name = name
        self.pinned = bool(ids)
        self.ids = list(dict.fromkeys(c.id for curie in ids for c in lexicon.find(curie)))
        self.categories = _texts(one, "categories")

    def takes(self, view: View, entity: str) -> bool:
        """Whether an entity may stand here; the categories of a pinned node say nothing."""
        if self.pinned:
            return entity in self.ids
        return _is_any(view, entity, self.categories)


def _is_any(view: View, entity: str, wanted: Sequence[str]) -> bool:
    categories = biolink.categories(view.full.entity(entity))
    return not wanted or any(category_is(c, w) for c in categories for w in wanted)


def _ends(one: Json, nodes: Mapping[str, _Node]) -> tuple[_Node, _Node]:
    try:
        return nodes[one["subject"]], nodes[one["object"]]
    except (KeyError, TypeError) as error:
        raise BadQuery("subject and object name nodes of the query graph.") from error


class _Edge:
    """An edge of a query graph."""

    def __init__(self, one: Json, nodes: Mapping[str, _Node]) -> None:
        self.subject, self.object = _ends(one, nodes)
        if one.get("knowledge_type") not in (None, "lookup"):
            raise NotSupported("Here knowledge is looked up; for what follows from it ask a path.")
        if not (self.subject.pinned or self.object.pinned):
            raise NotSupported("Neither end of the edge is pinned; name an id at one of them.")
        self.predicates = _texts(one, "predicates")
        constraints: Any = one.get("constraints") or {}
        if not isinstance(constraints, dict):
            raise BadQuery("constraints of an edge are an object.", parameter="constraints")
        self.constraints = cast(Json, constraints)
        known = {"knowledge_level", "agent_type", "sources", "qualifiers"}
        _refuse(self.constraints, "the edge", sorted(self.constraints.keys() - known))
        self.qualifiers = _qualifier_sets(self.constraints.get("qualifiers"))

    def matches(self, edge: Json, *, reverse: bool) -> bool:
        """Whether an edge is one of those that are asked for, told from its other end or not."""
        if self.predicates:
            is_it = inverse_is if reverse else predicate_is
            if not any(is_it(edge["predicate"], wanted) for wanted in self.predicates):
                return False
        held = {q["qualifier_type_id"]: q["qualifier_value"] for q in edge.get("qualifiers", ())}
        if reverse:
            held = {_other_end(name): value for name, value in held.items()}
        sources = [one["resource_id"] for one in edge["sources"]]
        return (
            self._allows("knowledge_level", [edge["knowledge_level"]])
            and self._allows("agent_type", [edge["agent_type"]])
            and self._allows("sources", sources)
            and (not self.qualifiers or any(_met(wanted, held) for wanted in self.qualifiers))
        )

    def _allows(self, name: str, values: Sequence[str]) -> bool:
        rule = self.constraints.get(name)
        if not rule:
            return True
        if not isinstance(rule, dict) or cast(Json, rule).get("behavior") not in ("ALLOW", "DENY"):
            raise BadQuery(f"{name} has a behavior, ALLOW or DENY.", parameter=name)
        among = not set(_texts(cast(Json, rule), "values")).isdisjoint(values)
        return among is (cast(Json, rule)["behavior"] == "ALLOW")


def _qualifier_sets(given: Any) -> list[dict[str, str]]:
    sets = cast(list[Any], given or [])
    if not isinstance(given or [], list) or not all(
        isinstance(one, dict) and all(isinstance(v, str) for v in cast(Json, one).values())
        for one in sets
    ):
        raise BadQuery("qualifiers are a list of objects of texts.", parameter="qualifiers")
    return cast(list[dict[str, str]], sets)


def _met(wanted: Mapping[str, str], held: Mapping[str, str]) -> bool:
    return all(name in held and value_is(held[name], value) for name, value in wanted.items())


def _other_end(name: str) -> str:
    """The name of a qualifier, told from the other end of its edge."""
    for one, other in (("object_", "subject_"), ("subject_", "object_")):
        if one in name:
            return name.replace(one, other)
    return name


class _Path:
    """A path of a query graph."""

    def __init__(self, one: Json, nodes: Mapping[str, _Node]) -> None:
        self.subject, self.object = _ends(one, nodes)
        if not (self.subject.pinned and self.object.pinned):
            raise BadQuery("Both ends of a path have ids.", parameter="ids")
        self.predicates = _texts(one, "predicates")
        constraints: Any = one.get("constraints") or []
        if not isinstance(constraints, list):
            raise BadQuery("constraints of a path are a list.", parameter="constraints")
        self.inside: list[list[str]] = []
        for rule in cast(list[Any], constraints):
            if not isinstance(rule, dict):
                raise BadQuery("A constraint of a path is an object.", parameter="constraints")
            known = "required_intermediate_categories"
            _refuse(cast(Json, rule), "the path", sorted(cast(Json, rule).keys() - {known}))
            self.inside.append(_texts(cast(Json, rule), known))

    def takes(self, view: View, inside: Sequence[str]) -> bool:
        """Whether a path over these entities meets one of the constraints."""
        return not self.inside or any(
            not wanted or any(_is_any(view, entity, wanted) for entity in inside)
            for wanted in self.inside
        )


# --- what is found ---------------------------------------------------------------------------


def _edges(view: View, statements: Iterable[str]) -> Iterator[tuple[str, Json]]:
    """Those statements that TRAPI can hold, as edges by their ids."""
    terms = terms_of(view.full.vocabulary)
    for identifier in statements:
        one = exports.reported_statement(view, identifier)
        if biolink.fits(one):
            yield identifier, trapi.edge(one, terms)


def _one_hop(view: View, name: str, asked: _Edge) -> _Found:
    pinned = [*asked.subject.ids, *asked.object.ids]
    knowledge = view.knowledge
    near = {
        one.id: one
        for entity in pinned
        if entity in knowledge.entities
        for one in (*knowledge.out_of(entity), *knowledge.into(entity))
    }
    belief = view.derivation.assessments
    order = sorted(near, key=lambda i: (-belief[i].belief, i))
    edges: dict[str, Json] = {}
    bound: dict[tuple[str, str], list[str]] = defaultdict(list)
    more = 0
    for identifier, edge in _edges(view, order):
        statement = near[identifier]
        for ends, reverse in (
            ((statement.subject, statement.object), False),
            ((statement.object, statement.subject), True),
        ):
            if (
                asked.subject.takes(view, ends[0])
                and asked.object.takes(view, ends[1])
                and asked.matches(edge, reverse=reverse)
            ):
                if identifier not in edges and len(edges) >= MOST_EDGES:
                    more += 1
                    continue
                edges[identifier] = edge
                if identifier not in bound[ends]:
                    bound[ends].append(identifier)
    results = [
        {
            "node_bindings": _bound(asked, *ends),
            "analyses": [
                {
                    "resource_id": biolink.SOURCE,
                    "edge_bindings": {name: {"ids": ids}},
                    "score": max(belief[i].belief for i in ids),
                }
            ],
        }
        for ends, ids in bound.items()
        if ids
    ]
    cut = f"The best believed; {more} more are left out." if more else ""
    return _Found(_message(view, edges, results), f"{len(edges)} edges. {cut}".strip())


def _bound(asked: _Edge | _Path, subject: str, object_: str) -> Json:
    return {
        asked.subject.name: {"ids": [biolink.curie(subject)]},
        asked.object.name: {"ids": [biolink.curie(object_)]},
    }


def _pathfinder(view: View, name: str, asked: _Path) -> _Found:
    related = not asked.predicates or any(
        predicate_is(PATH_PREDICATE, wanted) for wanted in asked.predicates
    )
    summary, paths = "No path.", list[SignedPath]()
    if related and any(one != other for one in asked.subject.ids for other in asked.object.ids):
        question = Question(
            sources=asked.subject.ids,
            targets=asked.object.ids,
            effect=None,
            max_steps=MAX_STEPS,
            limit=MOST_PATHS,
            hypothesised=False,
        )
        found = pathways.answer(view, question)
        summary, paths = found["summary"], found["paths"]
    edges: dict[str, Json] = {}
    graphs: Json = {}
    analyses: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for path in paths:
        steps = [step["statement"] for step in path["steps"]]
        inside = [step["object"]["id"] for step in path["steps"][:-1]]
        held = dict(_edges(view, steps))
        if len(held) < len(steps) or not asked.takes(view, inside):
            continue
        edges |= held
        graph = f"path-{'-'.join(steps)}"
        graphs[graph] = {"edges": steps}
        ends = path["steps"][0]["subject"]["id"], path["steps"][-1]["object"]["id"]
        analyses[ends].append(
            {
                "resource_id": biolink.SOURCE,
                "path_bindings": {name: {"ids": [graph]}},
                "score": path["belief"],
            }
        )
    results: list[Json] = [
        {"node_bindings": _bound(asked, *ends), "analyses": many} for ends, many in analyses.items()
    ]
    message = _message(view, edges, results)
    if graphs:
        message["auxiliary_graphs"] = graphs
    return _Found(message, summary)


def _message(view: View, edges: Json, results: list[Json]) -> Json:
    """The parts of a message: what results are bound to, where there are any."""
    ends = {end for i in edges for end in _of(view, i)}
    nodes = {biolink.curie(entity): trapi.node(view.full.entity(entity)) for entity in sorted(ends)}
    graph: Json = {"knowledge_graph": {"nodes": nodes, "edges": edges}} if edges else {}
    return {**graph, "results": results}


def _of(view: View, statement: str) -> tuple[str, str]:
    one = view.knowledge.statements[statement]
    return one.subject, one.object


# --- what can be asked for -------------------------------------------------------------------


def meta_knowledge_graph(service: Service) -> Rendered:
    """The categories and predicates of a service's graph; see `meta`."""
    view = service.view(ALL_EVIDENCE, NOTHING)
    body = view.remembered("meta knowledge graph", lambda: orjson.dumps(meta(view)))
    return Rendered(JSON_MEDIA_TYPE, view.snapshot, iter((body,)))


def meta(view: View) -> Json:
    """The categories and predicates that a view holds, each triple with its qualifiers."""
    prefixes: dict[str, set[str]] = defaultdict(set)
    triples: dict[tuple[str, str, str], list[Json]] = defaultdict(list)
    for identifier, edge in _edges(view, sorted(view.knowledge.statements)):
        categories: list[str] = []
        for entity in _of(view, identifier):
            (category,) = biolink.categories(view.full.entity(entity))
            prefixes[category].add(biolink.curie(entity).partition(":")[0])
            categories.append(category)
        triples[categories[0], edge["predicate"], categories[1]].append(edge)
    return {
        "nodes": {
            category: {"id_prefixes": sorted(held)} for category, held in sorted(prefixes.items())
        },
        "edges": [_meta_edge(*triple, edges) for triple, edges in sorted(triples.items())],
    }


def _meta_edge(subject: str, predicate: str, object_: str, edges: Sequence[Json]) -> Json:
    values: dict[str, set[str]] = defaultdict(set)
    types: set[str] = set()
    for edge in edges:
        types |= {one["attribute_type_id"] for one in edge["attributes"]}
        for one in edge.get("qualifiers", ()):
            values[one["qualifier_type_id"]].add(one["qualifier_value"])
    found: Json = {
        "subject": subject,
        "predicate": predicate,
        "object": object_,
        "knowledge_types": ["lookup"],
        "attributes": [{"attribute_type_id": one} for one in sorted(types)],
        "knowledge_levels": sorted({edge["knowledge_level"] for edge in edges}),
        "agent_types": sorted({edge["agent_type"] for edge in edges}),
        "sources": [biolink.SOURCE],
    }
    if values:
        found["qualifiers"] = [
            {"qualifier_type_id": name, "applicable_values": sorted(held)}
            for name, held in sorted(values.items())
        ]
    return found
