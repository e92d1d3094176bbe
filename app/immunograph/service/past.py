"""The answer to *what changed?*: the turns since a snapshot, or those that changed an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from immunograph.answers.changes import Changes, Found, TurnSource
from immunograph.answers.changes import Turn as TurnShape
from immunograph.domain.knowledge import Knowledge
from immunograph.errors import Ambiguous, BadQuestion, NotFound
from immunograph.service import Service, citing, history, shapes
from immunograph.service.deadline import deadline
from immunograph.service.history import Walk
from immunograph.service.view import View
from immunograph.store.loads import changes_of, headings_of
from immunograph.store.turns import Turn, turns_of
from immunograph.store.turns import newest as newest_turns
from immunograph.store.turns import since as turns_since


class AskedAgain(NamedTuple):
    """A question to be asked of other states too."""

    address: str
    """As it is asked over HTTP."""
    ask: Callable[[Service], Mapping[str, Any]]


def changes(
    service: Service, question: AskedAgain | None, *, since: str | None, limit: int
) -> Changes:
    """What changed since a snapshot, or in the answer to a question; the newest first.

    `since` is the id of a snapshot or its first digits; without it only the newest turns are
    looked at, so that a feed costs the same however long the record is.
    """
    view = service.whole
    turns = turns_of(headings_of(service.graph), view.snapshot)
    if since is None:
        chosen = newest_turns(turns, limit)
    else:
        chosen = turns_since(turns, view.snapshot, since)
    if question is not None:
        found = _changes_of_answer(service, view, question, chosen or (), limit)
    elif since is None:
        found = _latest_changes(service, view, chosen or ())
    else:
        found = _changes_of_graph(service, view, chosen or (), limit)
    if since is None and chosen != turns and found["cut_by"] is None:
        found["complete"], found["cut_by"] = False, "limit"
    if chosen is None:
        found["known"] = False
        found["reason"] = "unknown_snapshot"
        found["summary"] = history.UNKNOWN
    at = chosen[-1].before if chosen else view.snapshot if chosen is not None else None
    answer: Changes = {
        "snapshot": view.snapshot,
        "question": {"since": since, "question": None if question is None else question.address},
        "since": at,
        "loaded_at": service.state.stored["at"],
        **found,
        "next": None,
        "references": [],
    }
    return citing.cited(view, "changes", answer)


def _latest_changes(service: Service, view: View, turns: Sequence[Turn]) -> Found:
    """What each turn changed, as its records have it; no state before them is compared."""
    changes = changes_of(service.graph, (one["id"] for turn in turns for one in turn.records))
    undo = {i: one["undo"] for i, one in changes.items()}
    walk = Walk(view.knowledge.fork() if len(turns) > 1 else view.knowledge)
    items: list[TurnShape] = []
    known = True
    for place, turn in enumerate(turns):
        # How it was before the last of them is told by nothing, so that is not rebuilt.
        known = known and (not place or walk.back(turns[place - 1], undo))
        items.append(_turn(view, turn, changes, walk.knowledge if known else None))
    records = [changes[one["id"]] for turn in turns for one in turn.records]
    names = history.names_replaced((one["undo"] for one in records), view.full.vocabulary)
    statements = history.recorded(records, lambda i: _sentence(view, i) or names.get(i))
    said = history.summary(turns, statements)
    return {
        "known": known,
        "reason": None if known else "not_kept",
        "summary": said if known else f"{said} {history.NOT_KEPT}",
        "complete": True,
        "cut_by": None,
        "items": items,
        "statements": statements,
        "answer": None,
    }


def _changes_of_graph(service: Service, view: View, turns: Sequence[Turn], limit: int) -> Found:
    """What each turn changed, and what all of them did together."""
    changes = changes_of(service.graph, (one["id"] for turn in turns for one in turn.records))
    undo = {i: one["undo"] for i, one in changes.items()}
    walk = Walk(view.knowledge.fork())
    items: list[TurnShape] = []
    walking = True
    for turn in turns:
        after = walk.knowledge if walking else None
        item = _turn(view, turn, changes, after)
        if len(items) < limit:
            items.append(item)
        walking = walking and walk.back(turn, undo)
    known = walking and walk.is_at(turns[-1].before if turns else view.snapshot)
    if known:
        snapshot = turns[-1].before if turns else view.snapshot
        past = service.at(walk.knowledge, snapshot or "")
        ids = history.touched(changes.values())
        statements = history.statements_between(past.whole, view, ids)
    else:
        records = [changes[one["id"]] for turn in turns for one in turn.records]
        names = history.names_replaced((one["undo"] for one in records), view.full.vocabulary)
        statements = history.recorded(records, lambda i: _sentence(view, i) or names.get(i))
    return {
        "known": known,
        "reason": None if known else "not_kept",
        "summary": history.summary(turns, statements) + ("" if known else f" {history.NOT_KEPT}"),
        "complete": len(turns) <= limit,
        "cut_by": None if len(turns) <= limit else "limit",
        "items": items,
        "statements": statements,
        "answer": None,
    }


def _changes_of_answer(
    service: Service, view: View, question: AskedAgain, turns: Sequence[Turn], limit: int
) -> Found:
    """The turns that changed an answer, found by asking again before each."""
    walk = Walk(view.knowledge.fork())
    now = after = _answer_in_short(service, question)
    items: list[TurnShape] = []
    cut_by: Literal["limit", "time"] | None = None
    known = True
    looked_at = 0
    with deadline() as stop:
        for turn in turns:
            if stop[0] or len(items) == limit:
                cut_by = "time" if stop[0] else "limit"
                break
            changes = changes_of(service.graph, (one["id"] for one in turn.records))
            item = _turn(view, turn, changes, walk.knowledge)
            undo = {i: one["undo"] for i, one in changes.items()}
            known = walk.back(turn, undo) and walk.is_at(turn.before)
            if not known:
                break
            looked_at += 1
            before = _answer_in_short(service.at(walk.knowledge, turn.before or ""), question)
            if before.digest != after.digest:
                items.append({**item, "answer": history.difference(before, after)})
            after = before
    if now.error is not None and not items:
        raise now.error
    became = history.difference(after, now)
    said = history.summary_of_answer(became, items, turns[:looked_at])
    return {
        "known": known,
        "reason": None if known else "not_kept",
        "summary": said if known else f"{said if looked_at else ''} {history.NOT_KEPT}".strip(),
        "complete": cut_by is None,
        "cut_by": cut_by,
        "items": items,
        "statements": [],
        "answer": became if known or looked_at else None,
    }


def _turn(
    view: View, turn: Turn, changes: Mapping[str, Mapping[str, Any]], after: Knowledge | None
) -> TurnShape:
    """Loads that took hold together: what they did to their sources and to statements.

    `after` is what the graph held then, where that is known.
    """
    sources: list[TurnSource] = []
    for record in turn.records:
        did = history.deed(record, changes[record["id"]]["undo"], after)
        known = after or view.knowledge
        undo = changes[record["id"]]["undo"]
        said = known.contributions.get(record["source"]) or (undo and undo.contribution)
        sources.append(
            {
                "id": record["source"],
                "title": said.source.title if said else None,
                "study": said.source.study if said else None,
                "did": did,
                "by": record["by"],
                "load": record["id"],
            }
        )
    names = history.names_replaced(
        (changes[one["id"]]["undo"] for one in turn.records), view.full.vocabulary
    )
    moved = history.recorded(
        [changes[one["id"]] for one in turn.records],
        lambda i: _sentence(view, i) or names.get(i),
    )
    return {
        "id": turn.records[0]["id"],
        "at": turn.at,
        "before": turn.before,
        "after": turn.after,
        "sources": sources,
        "statements": moved,
        "answer": None,
    }


def _answer_in_short(service: Service, question: AskedAgain) -> history.Answered:
    """What this state answers; what it does not know, it says."""
    if not service.state.knowledge.contributions:
        return history.Answered("Nothing was loaded.")
    try:
        answer = question.ask(service)
    except (NotFound, Ambiguous, BadQuestion) as error:
        return history.Answered(error.message, error=error)
    return history.in_short(answer)


def _sentence(view: View, statement: str) -> str | None:
    """A statement as people say it, while the graph holds it."""
    one = view.knowledge.statements.get(statement)
    return None if one is None else shapes.sentence(view, one)
