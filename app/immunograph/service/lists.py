"""Lists of names: what each of them is here, what joins them, and what would explain them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from immunograph.answers.lists import (
    AboutList,
    NameCounts,
    NameStatus,
    Regulator,
    Regulators,
    ResolvedName,
    ResolvedNames,
)
from immunograph.domain.lexicon import Candidate, Lexicon
from immunograph.domain.model import Statement
from immunograph.inference import regulators
from immunograph.inference.regulators import Hits, Lot
from immunograph.inference.steps import joins
from immunograph.names.lists import ListedName, Sign
from immunograph.search.paths import Stop
from immunograph.service import citing, pathways, shapes, wording
from immunograph.service.deadline import deadline
from immunograph.service.view import View

MOST_SUGGESTED: Final = 100
"""Names for which others are suggested: a list of other things altogether needs none."""
MOST_REGULATORS: Final = 20
SIGNIFICANT: Final = 0.05
"""The q up to which a summary says that a regulator stands out."""

FOUND: Final = "found"
AMBIGUOUS: Final = "ambiguous"
UNKNOWN: Final = "unknown"
UNREADABLE: Final = "unreadable"
Mentions = Callable[[str], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A name of a list, and what is known of it here."""

    listed: ListedName
    status: NameStatus
    entity: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    suggestions: tuple[Candidate, ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()

    def shape(self) -> ResolvedName:
        """The name as answers have it."""
        one = self.entity
        return {
            "line": self.listed.line,
            "name": self.listed.name,
            "sign": self.listed.sign,
            "status": self.status,
            "entity": None if one is None else {"id": one.id, "name": one.name, "kind": one.kind},
            "matched": None if one is None else one.matched,
            "candidates": shapes.candidates(self.candidates),
            "suggestions": shapes.candidates(self.suggestions),
            "set_aside": [{"source": source, "why": why} for source, why in self.set_aside],
            "why": self.listed.fault,
        }


def resolve(names: Sequence[ListedName], lexicon: Lexicon, mentions: Mentions) -> list[Resolved]:
    """Each name of a list with the entity that it means, or what else is known of it.

    `mentions` gives source and why of what was set aside about a name.
    """
    suggested = 0
    found: dict[str, Resolved] = {}
    answer: list[Resolved] = []
    for listed in names:
        if listed.fault is not None:
            answer.append(Resolved(listed, UNREADABLE))
            continue
        known = found.get(listed.name)
        if known is None:
            candidates = lexicon.find(listed.name)
            if len(candidates) == 1:
                known = Resolved(listed, FOUND, entity=candidates[0])
            elif candidates:
                known = Resolved(listed, AMBIGUOUS, candidates=candidates)
            else:
                suggested += 1
                near = lexicon.suggest(listed.name) if suggested <= MOST_SUGGESTED else ()
                aside = tuple(mentions(listed.name))
                known = Resolved(listed, UNKNOWN, suggestions=near, set_aside=aside)
            found[listed.name] = known
        answer.append(
            Resolved(
                listed, known.status, known.entity, known.candidates, known.suggestions,
                known.set_aside,
            )
        )  # fmt: skip
    return answer


def resolved(view: View, names: Sequence[Resolved]) -> ResolvedNames:
    """The answer to *what are these?*."""
    answer: ResolvedNames = {
        "snapshot": view.snapshot,
        "question": {"names": len(names)},
        "summary": _found(names),
        "counts": counts(names),
        "items": [one.shape() for one in names],
        "next": None,
        "references": [],
    }
    return citing.cited(view, "resolve", answer)


def counts(names: Iterable[Resolved]) -> NameCounts:
    """How many names are of each status."""
    counted = Counter(one.status for one in names)
    return {
        "found": counted[FOUND],
        "ambiguous": counted[AMBIGUOUS],
        "unknown": counted[UNKNOWN],
        "unreadable": counted[UNREADABLE],
    }


def _found(names: Sequence[Resolved]) -> str:
    found = sum(one.status == FOUND for one in names)
    return f"{found} of {len(names)} names found."


# --- what joins them -------------------------------------------------------------------------


class Member(NamedTuple):
    """An entity of a list."""

    names: tuple[str, ...]
    signs: frozenset[Sign]

    @property
    def sign(self) -> Sign | None:
        """Which way it went; None where nothing, or both, is said."""
        return next(iter(self.signs)) if len(self.signs) == 1 else None


def members(names: Iterable[Resolved]) -> dict[str, Member]:
    """The entities of a list by id, in the order of their first names."""
    found: dict[str, Member] = {}
    for one in names:
        if one.entity is not None:
            before = found.get(one.entity.id, Member((), frozenset()))
            named = (*before.names, *({one.listed.name} - set(before.names)))
            signs = {one.listed.sign} - {None}
            found[one.entity.id] = Member(named, before.signs.union(s for s in signs if s))
    return found


class Joined(NamedTuple):
    """The signed statements among some entities, and the entities in between."""

    statements: list[Statement]
    between: list[str]


def among(view: View, entities: Mapping[str, Any], *, steps: int, stop: Stop) -> Joined:
    """The signed statements that join entities of a list, most believed first.

    With two steps also those that lead from one over something that is not listed to another. As
    on a path that is no abstract class, and the two must join there.
    """
    chosen: dict[str, Statement] = {}
    into: dict[str, list[Statement]] = defaultdict(list)
    out_of: dict[str, list[Statement]] = defaultdict(list)
    for entity in entities:
        for one in _signed(view, view.knowledge.out_of(entity)):
            if one.object in entities:
                chosen[one.id] = one
            else:
                into[one.object].append(one)
        for one in _signed(view, view.knowledge.into(entity)):
            if one.subject not in entities:
                out_of[one.subject].append(one)
    between: list[str] = []
    if steps > 1:
        ends = view.derivation.ends
        for entity in sorted(into.keys() & out_of.keys()):
            if stop[0]:
                break
            if view.full.entity(entity).abstract:
                continue
            joined = [
                pair
                for before in into[entity]
                for after in out_of[entity]
                if before.subject != after.object and joins(ends[before.id], ends[after.id])
                for pair in (before, after)
            ]
            chosen |= {one.id: one for one in joined}
            between += [entity] if joined else []
    belief = view.belief
    return Joined(sorted(chosen.values(), key=lambda s: (-belief(s.id), s.id)), between)


def _signed(view: View, statements: Iterable[Statement]) -> list[Statement]:
    """Those with a sign that are believed and left."""
    return [
        one
        for one in statements
        if one.sign and view.belief(one.id) > 0 and view.allows(one) and one.id not in view.fallen
    ]


def subgraph(
    view: View, names: Sequence[Resolved], *, steps: int
) -> tuple[list[Statement], AboutList]:
    """The answer to *what joins these?*: its statements, and all else that it says."""
    found = members(names)
    signed = {i: one.sign for i, one in found.items() if one.sign is not None}
    with deadline() as stop:
        joined = among(view, found, steps=steps, stop=stop)
        explained = _regulators(view, signed, stop) if signed else None
        cut_by = "time" if stop[0] else None
    return joined.statements, {
        "question": {
            "steps": steps,
            "entities": [
                {
                    **shapes.named(view, i),
                    "names": list(one.names),
                    "sign": one.sign,
                    "contradicted": len(one.signs) > 1,
                }
                for i, one in found.items()
            ],
            **pathways.chosen(view),
        },
        "summary": _summary(names, joined, explained),
        "counts": counts(names),
        "unmatched": [one.shape() for one in names if one.status != FOUND],
        "between": [shapes.named(view, i) for i in joined.between],
        "complete": cut_by is None,
        "cut_by": cut_by,
        "regulators": explained,
    }


def _summary(names: Sequence[Resolved], joined: Joined, explained: Regulators | None) -> str:
    """The answer in one to three sentences."""
    over = f", over {wording.plural(len(joined.between), 'other')}" if joined.between else ""
    said = [_found(names), f"{wording.plural(len(joined.statements), 'signed statement')}{over}."]
    if explained is not None and explained["items"]:
        best = explained["items"][0]
        change = f" ({best['state']})" if best["state"] else ""
        named = f"{best['entity']['name']}{change}, q {best['q']:.2g}"
        if best["q"] <= SIGNIFICANT:
            said.append(f"The regulator furthest from chance is {named}.")
        else:
            said.append(f"No regulator stands out from chance; the best is {named}.")
    return " ".join(s[:1].upper() + s[1:] for s in said)


# --- what would explain them -----------------------------------------------------------------


class _Signed(NamedTuple):
    """How far the signed statements of a view reach."""

    targets: frozenset[str]
    """Entities that anything acts on."""
    regulators: int
    """Entities that act on anything."""


def _reach(view: View) -> _Signed:
    def make() -> _Signed:
        claims, columns = view.columns.claims, view.columns
        signed = view.allowed & (claims.sign != 0) & (view.derived.belief > 0)
        signed[[view.number(one) for one in view.fallen]] = False
        objects: list[int] = np.unique(claims.object[signed]).tolist()
        subjects = np.unique(claims.subject[signed])
        return _Signed(frozenset(columns.entities[one] for one in objects), len(subjects))

    return view.remembered("signed reach", make)


def _regulators(view: View, signs: Mapping[str, Sign], stop: Stop) -> Regulators:
    """The entities that act on a signed list, the furthest from chance first."""
    reach = _reach(view)
    acted_on = {i: sign for i, sign in signs.items() if i in reach.targets}
    ups = sum(sign > 0 for sign in acted_on.values())
    lot = Lot(up=ups, down=len(acted_on) - ups, known=len(reach.targets))
    acts: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for target in acted_on:
        for one in _signed(view, view.knowledge.into(target)):
            acts[one.subject][target].append(one)
    scored: list[tuple[float, int, str, Regulator]] = []
    for subject, on in acts.items():
        if stop[0]:
            break
        targets = len({one.object for one in _signed(view, view.knowledge.out_of(subject))})
        hits = _hits(on, acted_on)
        score = regulators.score(hits, targets, lot)
        shape: Regulator = {
            "entity": shapes.named(view, subject),
            "state": score.state,
            "targets": targets,
            "listed": hits.overlap,
            "agree": hits.agree,
            "disagree": hits.disagree,
            "unclear": hits.unclear,
            "p_overlap": score.p_overlap,
            "p_signs": score.p_signs,
            "p": score.p,
            "q": 1.0,  # corrected once all are scored
            "statements": sorted(one.id for many in on.values() for one in many),
        }
        scored.append((score.p, -hits.overlap, subject, shape))
    scored.sort(key=lambda one: one[:3])
    qs = regulators.corrected([one[0] for one in scored], reach.regulators)
    return {
        "method": regulators.METHOD,
        "listed": lot.size,
        "up": lot.up,
        "down": lot.down,
        "acted_on": lot.known,
        "tested": reach.regulators,
        "items": [
            {**shape, "q": q}
            for (*_, shape), q in list(zip(scored, qs, strict=True))[:MOST_REGULATORS]
        ],
    }


def _hits(on: Mapping[str, Sequence[Statement]], signs: Mapping[str, Sign]) -> Hits:
    """What a regulator does to the listed entities."""
    counted: Counter[tuple[int, int]] = Counter()
    unclear = 0
    for target, statements in on.items():
        effects = {one.sign for one in statements}
        if len(effects) > 1:
            unclear += 1
        else:
            counted[effects.pop(), signs[target]] += 1
    return Hits(
        promotes_up=counted[1, 1],
        promotes_down=counted[1, -1],
        inhibits_up=counted[-1, 1],
        inhibits_down=counted[-1, -1],
        unclear=unclear,
    )
