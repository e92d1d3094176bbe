"""The past of a graph, rebuilt from the records of its loads, and what became of an answer.

Each record keeps what its load replaced, so that the states before it can be had back, newest
first. A state counts as known only if its snapshot id comes out as it was recorded: what cannot be
rebuilt is said to be unknown, never guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from immunograph.answers.changes import (
    AnswerInShort,
    BecameOfAnswer,
    Deed,
    NamedChange,
    ShortVerdict,
)
from immunograph.answers.changes import Turn as TurnShape
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Vocabulary
from immunograph.domain.snapshot import is_snapshot_of
from immunograph.errors import ImmunographError
from immunograph.inference.belief import Assessment
from immunograph.inference.changes import STUDY, Undo, take_back
from immunograph.service import shapes, wording
from immunograph.service.shapes import to_bytes
from immunograph.service.view import View
from immunograph.store.turns import Record, Turn


@dataclass(slots=True)
class Walk:
    """A state on its way back, which changes in place."""

    knowledge: Knowledge

    def back(self, turn: Turn, undo: Mapping[str, Undo | None]) -> bool:
        """Take a turn back; False where its record does not tell what it replaced."""
        undos = [undo.get(record["id"]) for record in turn.records]
        known = [one for one in undos if one is not None]
        if len(known) < len(undos):
            return False
        take_back(self.knowledge, known)
        return True

    def is_at(self, snapshot: str | None) -> bool:
        """Whether this is the state of a snapshot, to the byte; None is the empty graph."""
        if snapshot is None:
            return not self.knowledge.contributions
        return is_snapshot_of(self.knowledge, snapshot)


# --- an answer, and what became of it --------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    """What an answer said, in short."""

    says: str
    verdict: ShortVerdict | None = None
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    """What it listed, by what tells one from another."""
    digest: str = ""
    """Of all of it, but the snapshot."""
    error: ImmunographError | None = None
    """Why there is no answer."""

    @property
    def shape(self) -> AnswerInShort:
        """As answers show it."""
        return {"says": self.says, "verdict": self.verdict}


def in_short(answer: Mapping[str, Any]) -> Answered:
    """What an answer said: its sentence, its verdict, and what it listed."""
    parts = dict(_parts(answer))
    verdict = answer.get("verdict")
    says = answer.get("summary") or "; ".join(
        one["summary"] for one in answer.get("items", ()) if "summary" in one
    )
    if not says:
        says = (
            answer.get("name")
            or answer.get("title")
            or f"{answer.get('total', len(parts))} listed."
        )
    content = {k: v for k, v in answer.items() if k not in ("snapshot", "next", "references")}
    return Answered(
        says,
        None if verdict is None else {"kind": verdict["kind"], "effect": verdict["effect"]},
        parts,
        hashlib.sha256(to_bytes(content)).hexdigest(),
    )


def _parts(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path in answer.get("paths", ()):
        steps = path["steps"]
        names = [steps[0]["subject"], *(step["object"] for step in steps)]
        key = " ".join([path["effect"], *(one["id"] for one in names)])
        yield key, f"{path['effect']}: {' → '.join(one['name'] for one in names)}"
    for one in answer.get("sets", ()):
        names = [each["name"] for each in one["entities"]]
        yield " ".join(each["id"] for each in one["entities"]), " with ".join(names)
    for one in answer.get("items", ()):
        yield _part(one)


def _part(one: Mapping[str, Any]) -> tuple[str, str]:
    """What tells an item of a list from others, and what it is called."""
    if "verdict" in one:
        key = f"{one['source']['id']} {one['target']['id']} {one['verdict']['kind']}"
        return f"{key} {one['verdict']['effect']}", one["summary"]
    if "steps" in one and "kind" in one:  # a loop
        names = [step["subject"]["name"] for step in one["steps"]]
        return f"{one['kind']} {names}", f"{one['kind']}: {' → '.join([*names, names[0]])}"
    if "entity" in one:
        entity = one["entity"]
        return f"{entity['id']} {one['effect']}", f"{entity['name']} ({one['effect']})"
    if "phrase" in one:
        return one["id"], f"{one['subject']['name']} {one['phrase']} {one['object']['name']}"
    if "names" in one:
        return one["id"], " against ".join(one["names"])
    return one["id"], one.get("asks") or one.get("name") or one.get("title") or one["id"]


def difference(before: Answered, after: Answered) -> BecameOfAnswer:
    """What became of an answer."""
    return {
        "before": before.shape,
        "after": after.shape,
        "gained": [name for key, name in after.parts.items() if key not in before.parts],
        "lost": [name for key, name in before.parts.items() if key not in after.parts],
    }


# --- what changed ------------------------------------------------------------------------------


def statements_between(before: View, after: View, ids: Iterable[str]) -> list[NamedChange]:
    """Those of some statements whose belief or status differs between two states, by id."""
    found: list[NamedChange] = []
    for identifier in sorted(set(ids)):
        old, new = _assessed(before, identifier), _assessed(after, identifier)
        if (old and (old.belief, old.status)) == (new and (new.belief, new.status)):
            continue
        stands = after if new else before
        name = shapes.sentence(stands, stands.knowledge.statements[identifier])
        found.append(
            {
                "id": identifier,
                "name": name,
                "before": old and old.belief,
                "after": new and new.belief,
            }
        )
    return found


def _assessed(view: View, statement: str) -> Assessment | None:
    stands = statement in view.knowledge.statements
    return view.derivation.assessments[statement] if stands else None


def touched(changes: Iterable[Record]) -> set[str]:
    """The statements that loads touched."""
    kinds = ("added", "removed", "changed")
    return {one["id"] for change in changes for kind in kinds for one in change[kind]}


def recorded(changes: Iterable[Record], name_of: Callable[[str], str | None]) -> list[NamedChange]:
    """The same from the records of loads, the newest first, where the past is not to be had."""
    first: dict[str, float | None] = {}
    last: dict[str, float | None] = {}
    for change in changes:
        for kind, old, new in (
            ("added", None, "belief"),
            ("removed", "belief", None),
            ("changed", "before", "after"),
        ):
            for one in change[kind]:
                first[one["id"]] = one[old] if old else None
                last.setdefault(one["id"], one[new] if new else None)
    return [
        {"id": i, "name": name_of(i), "before": first[i], "after": last[i]}
        for i in sorted(first)
        if first[i] is not None or last[i] is not None
    ]


def names_replaced(undos: Iterable[Undo | None], words: Vocabulary) -> dict[str, str]:
    """The statements that loads replaced, as sentences: the graph may no longer hold them."""
    found: dict[str, str] = {}
    for said in (undo.contribution for undo in undos if undo is not None):
        if said is None:
            continue
        name = {entity.id: entity.name for entity in said.entities}
        verbs = {evidence.about: evidence.predicate for evidence in said.evidence}
        for one in said.statements:
            verb = words.phrase(verbs.get(one.id) or one.effect)
            found[one.id] = f"{name[one.subject]} {verb} {name[one.object]}"
    return found


def deed(record: Record, undo: Undo | None, after: Knowledge | None) -> Deed | None:
    """What a load did to its source, given what the graph held then; None where that is unknown."""
    if undo is not None and undo.contribution is None and not record["source"].startswith(STUDY):
        return "added"
    if undo is None or after is None:
        return None
    if record["source"].startswith(STUDY):
        stands = record["source"].removeprefix(STUDY) not in after.retractions
        return "restored" if stands else "retracted"
    return "replaced" if record["source"] in after.contributions else "withdrawn"


# --- in words ----------------------------------------------------------------------------------

UNKNOWN: Final = (
    "No load on record left the graph at that snapshot: it is of another graph, or older than the "
    "record."
)
NOT_KEPT: Final = (
    "How it was then cannot be known: a load since was recorded by a version that did not keep "
    "what it replaced, or the graph was changed by another way than a load."
)
SAME: Final = "Nothing has changed since."


def summary(turns: Sequence[Turn], statements: Sequence[NamedChange]) -> str:
    """What changed, in a sentence."""
    if not turns:
        return SAME
    came = sum(one["before"] is None for one in statements)
    went = sum(one["after"] is None for one in statements)
    loads = wording.plural(sum(len(turn.records) for turn in turns), "load")
    told = [
        f"{wording.plural(came, 'statement')} came" if came else "",
        f"{wording.number(went)} went" if went else "",
        f"{wording.number(moved)} moved" if (moved := len(statements) - came - went) else "",
    ]
    listed = wording.listed([one for one in told if one]) or "no statement is believed otherwise"
    return f"{loads.capitalize()}: {listed}."


def summary_of_answer(
    became: BecameOfAnswer, items: Sequence[TurnShape], turns: Sequence[Turn]
) -> str:
    """What became of an answer, in a sentence or two, and by which source."""
    if not turns:
        return SAME
    if not items:
        loads = wording.plural(sum(len(turn.records) for turn in turns), "load")
        return f"The answer is the same: {loads} since did not touch it."
    sources = dict.fromkeys(one["id"] for item in reversed(items) for one in item["sources"])
    more = [f"{len(sources) - wording.NAMED} more"] if len(sources) > wording.NAMED else []
    by = wording.listed([*[*sources][: wording.NAMED], *more])
    before, after = became["before"]["says"], became["after"]["says"]
    if before == after:
        return f"Its paths or beliefs moved, by {by}; in short it still reads: {after}"
    return f"Changed by {by}. It was: {before} It is now: {after}"
