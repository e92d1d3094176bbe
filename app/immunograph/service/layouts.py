"""How the answer to each question becomes rows, and which statements and papers it rests on.

One layout a question, by the name of its function. A row has columns of its own, and names the
statements and studies that it shows: those give the rest of its columns, the graph formats their
content, and the answer its references.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NamedTuple

from immunograph.formats.tables import EVIDENCE, REFERENCES, STATEMENT, Column, Kind

Answer = Mapping[str, Any]


class Shows(Enum):
    """What stands in a row beside its own columns."""

    STATEMENT = "the columns of its one statement"
    EVIDENCE = "those of each piece of evidence of its one statement, each in a row"
    STUDIES = "the papers behind it"
    NOTHING = "nothing"


COLUMNS: Final = {
    Shows.STATEMENT: STATEMENT,
    Shows.EVIDENCE: EVIDENCE,
    Shows.STUDIES: REFERENCES,
    Shows.NOTHING: (),
}


class Row(NamedTuple):
    """One thing that an answer lists."""

    values: Mapping[str, Any]
    statements: Sequence[str] = ()
    studies: Sequence[str | None] | None = None
    """What it rests on; None: the studies of its statements."""
    interventions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows of an answer."""

    shows: Shows
    rows: Callable[[Answer], Iterable[Row]]
    columns: Callable[[Answer], tuple[Column, ...]]
    """Its own; those of what it shows follow."""
    has_statements: bool = True
    """Whether it names statements, which graph formats hold."""


def _layout(
    shows: Shows,
    rows: Callable[[Answer], Iterable[Row]],
    *columns: Column,
    has_statements: bool = True,
) -> Layout:
    return Layout(shows, rows, lambda _: columns, has_statements)


def _text(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.TEXT, meaning or name.replace("_", " "))


def _texts(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.TEXTS, meaning or name.replace("_", " "))


def _integer(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.INTEGER, meaning or name.replace("_", " "))


def _number(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.NUMBER, meaning or name.replace("_", " "))


def _flag(name: str, meaning: str = "") -> Column:
    return Column(name, Kind.FLAG, meaning or name.replace("_", " "))


def _items(answer: Answer) -> list[dict[str, Any]]:
    return answer["items"]


def _ids(things: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["id"] for one in things]


def _names(things: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["name"] for one in things]


# --- entities and statements -----------------------------------------------------------------

_ENTITY: Final = (
    _text("id"),
    _text("name"),
    _text("kind"),
    _text("symbol"),
    _texts("synonyms"),
    _flag("abstract", "whether it is a class that no path bridges"),
    _texts("is_a", "the classes directly above it"),
    _texts("xrefs", "its ids elsewhere"),
    _text("grounding", "how its id came to be trusted"),
    _text("note"),
)


def _entity(one: Mapping[str, Any]) -> dict[str, Any]:
    above = [a if isinstance(a, str) else a["id"] for a in one["is_a"]]
    return {**one, "is_a": above, "grounding": one["grounding"]["status"]}


def _entities(answer: Answer) -> Iterator[Row]:
    return (Row(_entity(one), studies=()) for one in _items(answer))


def _entity_card(answer: Answer) -> Iterator[Row]:
    yield Row(_entity(answer), statements=_ids(answer["cautions"]))


def _statements(answer: Answer) -> Iterator[Row]:
    return (Row({}, [one["id"]]) for one in _items(answer))


def _statement_card(answer: Answer) -> Iterator[Row]:
    yield Row({}, [answer["id"]], interventions=_ids(answer["interventions"]))


# --- paths and what they raise ---------------------------------------------------------------

_STEP: Final = (
    _integer("step", "from 1"),
    _flag("weakest", "whether it is the least believed of its path"),
    _flag("hypothesised", "whether it is a guess that nobody has seen"),
    _texts("also", "other statements that join the same two"),
)


def _path_steps(answer: Answer) -> Iterator[Row]:
    for number, path in enumerate(answer["paths"], start=1):
        for place, step in enumerate(path["steps"]):
            hits = [one for one in path["interventions"] if one["step"] == place]
            values = {
                "path": number,
                "path_effect": path["effect"],
                "path_belief": path["belief"],
                "path_human": path["human"],
                "stitched": path["stitched"],
                "step": place + 1,
                "weakest": place == path["weakest"],
                "hypothesised": step["hypothesised"],
                "also": step["also"],
                "interventions": [one["label"] for one in hits],
            }
            yield Row(values, [step["statement"]], interventions=_ids(hits))


def _verdicts(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        verdict, best = one["verdict"], one["path"]
        steps = [step["statement"] for step in best["steps"]] if best else []
        values = {
            "source_id": one["source"]["id"],
            "source": one["source"]["name"],
            "target_id": one["target"]["id"],
            "target": one["target"]["name"],
            "verdict": verdict["kind"],
            "effect": verdict["effect"],
            "rests_on": verdict["rests_on"],
            "by": verdict["by"],
            "because": verdict["because"],
            "summary": one["summary"],
            "belief": one["belief"],
            "statements": steps,
        }
        against = verdict["against"]
        opposed = [step["statement"] for step in against["steps"]] if against else []
        yield Row(values, [*steps, *opposed])


def _loop_steps(answer: Answer) -> Iterator[Row]:
    for number, loop in enumerate(_items(answer), start=1):
        weakest = min(step["belief"] for step in loop["steps"])
        for place, step in enumerate(loop["steps"], start=1):
            values = {
                "loop": number,
                "loop_kind": loop["kind"],
                "loop_belief": loop["belief"],
                "step": place,
                "weakest": step["belief"] == weakest,
                "hypothesised": step["hypothesised"],
                "also": step["also"],
            }
            yield Row(values, [step["statement"]])


def _influence(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        entity = one["entity"]
        own = {"entity_id": entity["id"], "entity": entity["name"], "entity_kind": entity["kind"]}
        yield Row({**one, **own}, one["statements"])


def _blocking_sets(answer: Answer) -> Iterator[Row]:
    for number, one in enumerate(answer["sets"], start=1):
        hits = one["interventions"]
        values = {
            "set": number,
            "entity_ids": _ids(one["entities"]),
            "entities": _names(one["entities"]),
            "human": one["human"],
            "interventions": [hit["label"] for hit in hits],
        }
        yield Row(values, (), [hit["study"] for hit in hits], _ids(hits))


def _changes(answer: Answer) -> Iterator[Row]:
    fallen = set(answer["fallen"])
    for one in answer["statements"]:
        values = {
            "before": one["before"],
            "after": one["after"],
            "fallen": one["id"] in fallen,
        }
        yield Row(values, [one["id"]])


def _open_questions(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        values = {
            **one,
            "entity_ids": _ids(one["entities"]),
            "entities": _names(one["entities"]),
            "tried": _names(one["tried"]),
        }
        yield Row(values, one["statements"], interventions=_ids(one["tried"]))


def _conflict(one: Mapping[str, Any]) -> Row:
    (promotes, inhibits), names = one["statements"], one["names"]
    values = {
        **one,
        "promotes_id": promotes,
        "promotes": names[0],
        "promotes_support": one["support"][0],
        "inhibits_id": inhibits,
        "inhibits": names[1],
        "inhibits_support": one["support"][1],
        "strength": one["conflict"],
    }
    return Row(values, one["statements"])


def _conflicts(answer: Answer) -> Iterator[Row]:
    return map(_conflict, _items(answer))


def _conflict_sides(answer: Answer) -> Iterator[Row]:
    values = {
        "conflict_id": answer["id"],
        "resolved_by": answer["resolved_by"],
        "explanation": answer["explanation"],
    }
    return (Row(values, [one]) for one in answer["statements"])


def _resolved(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        entity = one["entity"] or {"id": None, "name": None, "kind": None}
        others = one["candidates"] or one["suggestions"]
        values = {
            "entity_id": entity["id"],
            "entity": entity["name"],
            "entity_kind": entity["kind"],
            "others": [f"{other['name']} ({other['id']})" for other in others],
            "set_aside": [f"{aside['source']}: {aside['why']}" for aside in one["set_aside"]],
        }
        yield Row({**one, **values}, studies=())


# --- lists -------------------------------------------------------------------------------------


def _interventions(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        own = {
            "target_id": one["target"]["id"],
            "target": one["target"]["name"],
            "outcomes": [f"{seen['on']['name']}: {seen['seen']}" for seen in one["outcomes"]],
        }
        yield Row({**one, **own}, (), [one["study"]], [one["id"]])


def _source(one: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: len(one[name]) for name in ("statements", "interventions")}
    return {**one, **counts}


def _sources(answer: Answer) -> Iterator[Row]:
    return (Row(_source(one), one["statements"], [one["study"]]) for one in _items(answer))


def _source_card(answer: Answer) -> Iterator[Row]:
    return (
        Row({}, [one["id"]], interventions=_ids(answer["interventions"]))
        for one in answer["statements"]
    )


def _study(one: Mapping[str, Any]) -> Row:
    counts = {name: len(one[name]) for name in ("statements", "alone")}
    return Row({**one, **counts}, one["statements"], [one["id"]])


def _studies(answer: Answer) -> Iterator[Row]:
    return map(_study, _items(answer))


def _study_card(answer: Answer) -> Iterator[Row]:
    yield _study(answer)


_STUDY: Final = (
    _text("title"),
    _text("citation"),
    _text("retracted", "why and when it was retracted"),
    _texts("sources", "the sources that report it"),
    _integer("statements", "how many statements it has evidence on"),
    _integer("alone", "how many rest on it alone"),
)


def _snapshot(answer: Answer) -> Iterator[Row]:
    yield Row(answer, studies=())


def _loads(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        counts = {name: len(one[name]) for name in ("added", "removed", "changed")}
        yield Row({**one, **counts}, studies=())


def _turns(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        became = one["answer"] or {"before": {"says": None}, "after": {"says": None}}
        values = {
            "at": one["at"],
            "before": one["before"],
            "after": one["after"],
            "sources": _ids(one["sources"]),
            "did": [source["did"] or "" for source in one["sources"]],
            "by": [source["by"] for source in one["sources"]],
            "statements": len(one["statements"]),
            "answer_before": became["before"]["says"],
            "answer_after": became["after"]["says"],
        }
        yield Row(values, studies=[source["study"] for source in one["sources"]])


def _queries(answer: Answer) -> Iterator[Row]:
    for one in _items(answer):
        yield Row({**one, "parameters": _names(one["parameters"])}, studies=())


def _query(answer: Answer) -> Iterator[Row]:
    return (Row(one, studies=()) for one in _items(answer))


def _query_columns(answer: Answer) -> tuple[Column, ...]:
    """Those of the query; one that holds a list anywhere holds lists."""
    rows = _items(answer)
    return tuple(
        _texts(name) if any(isinstance(row[name], list) for row in rows) else _text(name)
        for name in answer["columns"]
    )


LAYOUTS: Final[Mapping[str, Layout]] = {
    "entities": _layout(Shows.NOTHING, _entities, *_ENTITY, has_statements=False),
    "entity": _layout(Shows.NOTHING, _entity_card, *_ENTITY, has_statements=False),
    "statements": _layout(Shows.STATEMENT, _statements),
    "statement": _layout(Shows.EVIDENCE, _statement_card),
    "paths": _layout(
        Shows.STATEMENT,
        _path_steps,
        _integer("path", "from 1, the best first"),
        _text("path_effect", "promotes or inhibits, over all its steps"),
        _number("path_belief", "the product over its steps"),
        _text("path_human", "whether it holds in humans"),
        _flag("stitched", "whether its steps come from contexts that never met"),
        *_STEP,
        _texts("interventions", "what was done, or is proposed, at this step"),
    ),
    "effect": _layout(
        Shows.STUDIES,
        _verdicts,
        _text("source_id"),
        _text("source"),
        _text("target_id"),
        _text("target"),
        _text("verdict", "determined, leaning, depends, contested, open or none"),
        _text("effect", "promotes, inhibits, or neither"),
        _text("rests_on", "what the best path rests on"),
        _text("by", "the dimension that it depends on"),
        _texts("because"),
        _text("summary", "the answer in words"),
        _number("belief", "of the best path"),
        _texts("statements", "its steps"),
    ),
    "influence": _layout(
        Shows.STUDIES,
        _influence,
        _text("entity_id"),
        _text("entity", "what is reached, or reaches"),
        _text("entity_kind"),
        _text("effect"),
        _number("belief", "of its best path"),
        _integer("steps", "of that path"),
        _texts("via", "ids of the entities in between"),
        _texts("via_names", "their names"),
        _texts("statements", "the steps"),
    ),
    "blockers": _layout(
        Shows.STUDIES,
        _blocking_sets,
        _integer("set", "from 1"),
        _texts("entity_ids"),
        _texts("entities", "without which no path is left"),
        _text("human"),
        _texts("interventions", "what takes out a member"),
        has_statements=False,
    ),
    "loops": _layout(
        Shows.STATEMENT,
        _loop_steps,
        _integer("loop", "from 1, the best believed first"),
        _text("loop_kind", "reinforcing or balancing"),
        _number("loop_belief"),
        *_STEP,
    ),
    "impact": _layout(
        Shows.STATEMENT,
        _changes,
        _number("before", "belief with what is left out"),
        _number("after", "belief without it; empty where the statement is gone"),
        _flag("fallen", "whether nothing supports it any more"),
    ),
    "resolve": _layout(
        Shows.NOTHING,
        _resolved,
        _integer("line", "of the list, from 1"),
        _text("name", "as the list has it"),
        _integer("sign", "its direction: -1 or 1"),
        _text("status", "found, ambiguous, unknown or unreadable"),
        _text("entity_id"),
        _text("entity"),
        _text("entity_kind"),
        _text("matched", "the name of the entity by which it was found"),
        _texts("others", "what an ambiguous name may mean, or an unknown one"),
        _texts("set_aside", "sources that mention it in a passage that became nothing"),
        _text("why", "it cannot be read"),
        has_statements=False,
    ),
    "subgraph": _layout(Shows.STATEMENT, _statements),
    "open_questions": _layout(
        Shows.STUDIES,
        _open_questions,
        _text("id"),
        _text("kind"),
        _number("priority", "what it is ranked by: how much it would tell, times what is at stake"),
        _text("asks"),
        _text("why"),
        _texts("settled_by", "the experiments that would settle it"),
        _texts("tried", "tested interventions that came close"),
        _number("at_stake", "belief of the best path, step or side that hangs on it"),
        _integer("paths", "how many of the paths that were looked at hang on it"),
        _texts("entity_ids"),
        _texts("entities"),
        _texts("statements"),
        _text("conflict"),
    ),
    "conflicts": _layout(
        Shows.STUDIES,
        _conflicts,
        _text("id"),
        _text("promotes_id"),
        _text("promotes", "the promoting statement"),
        _number("promotes_support"),
        _text("inhibits_id"),
        _text("inhibits", "the inhibiting statement"),
        _number("inhibits_support"),
        _number("strength", "0 where something resolves it"),
        _text("resolved_by", "the dimension that tells them apart"),
        _text("explanation"),
    ),
    "conflict": _layout(
        Shows.STATEMENT,
        _conflict_sides,
        _text("conflict_id"),
        _text("resolved_by", "the dimension that tells the two apart"),
        _text("explanation"),
    ),
    "interventions": _layout(
        Shows.STUDIES,
        _interventions,
        _text("id"),
        _text("name"),
        _text("agent"),
        _text("target_id"),
        _text("target"),
        _text("process"),
        _integer("change", "of the target: -1 or 1"),
        _text("mode"),
        _text("phase"),
        _text("condition"),
        _text("status"),
        _texts("outcomes", "what was seen to change, and how"),
        _text("source"),
        has_statements=False,
    ),
    "sources": _layout(
        Shows.STUDIES,
        _sources,
        _text("id"),
        _text("type"),
        _text("tier"),
        _text("traceability"),
        _text("title"),
        _text("outlet"),
        _text("published"),
        _integer("statements"),
        _integer("interventions"),
        _integer("not_statements", "passages that became nothing"),
    ),
    "source": _layout(Shows.STATEMENT, _source_card),
    "studies": _layout(Shows.STUDIES, _studies, *_STUDY),
    "study": _layout(Shows.STUDIES, _study_card, *_STUDY),
    "snapshot": _layout(
        Shows.NOTHING,
        _snapshot,
        _text("snapshot"),
        _text("version"),
        _text("loaded_at"),
        _text("licence"),
        _text("citation"),
        _integer("entities"),
        _integer("statements"),
        _integer("evidence"),
        _integer("sources"),
        _integer("studies"),
        _integer("interventions"),
        _integer("conflicts"),
        has_statements=False,
    ),
    "loads": _layout(
        Shows.NOTHING,
        _loads,
        _text("id"),
        _text("at"),
        _text("by"),
        _text("source"),
        _text("before"),
        _text("after"),
        _integer("added"),
        _integer("removed"),
        _integer("changed"),
        has_statements=False,
    ),
    "changes": _layout(
        Shows.STUDIES,
        _turns,
        _text("at"),
        _text("before", "the snapshot before; empty where the graph was empty"),
        _text("after", "the snapshot after"),
        _texts("sources", "what was loaded, withdrawn or retracted"),
        _texts("did", "what was done to each: added, replaced, withdrawn, retracted, restored"),
        _texts("by", "who did it"),
        _integer("statements", "how many came, went or are believed otherwise"),
        _text("answer_before", "what the watched answer said before"),
        _text("answer_after", "what it said after"),
        has_statements=False,
    ),
    "queries": _layout(
        Shows.NOTHING,
        _queries,
        _text("name"),
        _text("title"),
        _text("description"),
        _texts("parameters"),
        _texts("columns"),
        has_statements=False,
    ),
    "query": Layout(Shows.NOTHING, _query, _query_columns, has_statements=False),
}
