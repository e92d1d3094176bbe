"""Why there is no path, and where else to ask.

Asked within a question, so with small budgets and under its deadline. What is offered elsewhere is
told of what it is about, and of nothing else: an answer about a class never speaks for a member.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from immunograph.answers.paths import Because, EndNote, Reason, Relation, SeeAlso
from immunograph.domain.vocabulary import Effect, StatementClass
from immunograph.search.paths import Stop
from immunograph.service import shapes, verdicts, ways, wording
from immunograph.service.routes import Question, routes_within
from immunograph.service.view import Route, View

SEE_ALSO: Final = 10
"""The most other questions that are offered."""
ASKED: Final = 24
"""The most other questions that are tried."""
OTHER_WORK: Final = 100_000
"""Steps that the search for one of them looks at: a millisecond's worth, compiled."""
WEAK: Final = 0.3
"""Below this belief a path of several steps is no answer about somebody else's kind."""


class Why(NamedTuple):
    """The first reason that holds for there being no path, and the things it goes through."""

    reason: Reason
    through: Sequence[Because]
    complete: bool = True
    """False where the search for a reason ended early, so that another may hold."""


def why_none(view: View, question: Question, stop: Stop) -> Why:
    """Why a question that was searched to its end has no path."""
    one = question._replace(hypothesised=True, limit=1)
    guessed, cut = routes_within(view, one, work=ways.WORK, stop=stop)
    if guessed:
        taken = [step.statement for step in guessed[0].steps if step.hypothesised]
        return Why("only_hypothesised", _statements(view, taken))
    ended = _is_ended(cut)
    if associated := _associated(view, question):
        return Why("only_through_association", _statements(view, associated))
    chain, through, early = None, [], False
    search = ways.Search(question, view, stop)
    try:
        chain = search.by_association()
        if chain is None:
            through = search.classes()
    except ways.EndedError:
        early = True
    if chain is not None:
        return Why("only_through_association", _statements(view, chain), not ended)
    if through:
        named: list[Because] = [{**shapes.named(view, name)} for name in through]
        return Why("only_through_abstract", named, not (ended or early))
    ended = ended or early
    if view.filters.chosen and not stop[0]:
        loose = view.with_unstated
        found, cut = routes_within(
            loose, one._replace(hypothesised=False), work=ways.WORK, stop=stop
        )
        if found:
            taken = [step.statement for step in found[0].steps]
            unstated = [i for i in taken if not _stands(view, i)]
            return Why("only_unstated", _statements(loose, unstated or taken), not ended)
        ended = ended or _is_ended(cut)
    return Why("no_path", [], not ended)


def _is_ended(cut_by: str | None) -> bool:
    return cut_by in ("work", "time")


def _stands(view: View, statement: str) -> bool:
    """Whether a statement is believed by the evidence of a view, and left."""
    one = view.knowledge.statements.get(statement)
    return one is not None and view.belief(statement) > 0 and view.allows(one)


def _associated(view: View, question: Question) -> list[str]:
    """The associations that join two ends themselves, in either direction, best believed first."""
    found = [
        one.id
        for source, target in _pairs(question)
        for ends in ((source, target), (target, source))
        for one in view.knowledge.between(*ends)
        if one.cls is StatementClass.ASSOCIATION and _stands(view, one.id)
    ]
    return sorted(dict.fromkeys(found), key=lambda i: (-view.belief(i), i))


def _pairs(question: Question) -> Iterator[tuple[str, str]]:
    return (
        (source, target)
        for source in question.sources
        for target in question.targets
        if source != target
    )


# --- what is to be said of the ends ----------------------------------------------------------


def about_ends(view: View, question: Question) -> list[EndNote]:
    """Ends that are left out, directly or with all that names them, and kinds of each other."""
    found: list[EndNote] = [
        {"relation": "left_out", "entity": shapes.named(view, i), "of": None}
        for i in dict.fromkeys([*question.sources, *question.targets])
        if not _is_left(view, i)
    ]
    for source, target in _pairs(question):
        for one, other in ((source, target), (target, source)):
            if other in view.above(one):
                found.append(
                    {
                        "relation": "kind_of",
                        "entity": shapes.named(view, one),
                        "of": shapes.named(view, other),
                    }
                )
    return found


def _is_left(view: View, entity: str) -> bool:
    return view.knowledge.holds(entity) and entity not in view.without.entities


# --- elsewhere -------------------------------------------------------------------------------


RELATIONS: Final = ("other_effect", "reverse", "narrower", "broader")


class _Other(NamedTuple):
    """Another question that may be meant, and how it differs."""

    relation: Relation
    source: Sequence[str]
    target: Sequence[str]
    end: Literal["source", "target"] | None = None
    """Which end is a class or a kind, if one is."""
    of: str | None = None
    """The end that was asked about in its place."""


def elsewhere(view: View, question: Question, stop: Stop) -> list[SeeAlso]:
    """Questions near this one that have an answer, best believed first.

    The reverse one; the same of the other effect; the same of the classes and kinds of an end, but
    for chains of several steps that are hardly believed.
    """
    found: list[tuple[tuple[Any, ...], _Other, Route]] = []
    for other in _others(view, question):
        best = None if stop[0] else _most_believed(view, question, other, stop)
        if best is not None and not _is_weak(other, best.belief, len(best.steps)):
            rank = -best.belief, len(best.steps), RELATIONS.index(other.relation), best.rank
            found.append((rank, other, best))
    found.sort(key=lambda one: one[0])
    offers = [_offer(view, question, other, best, stop) for _, other, best in found[:SEE_ALSO]]
    left = [offer for offer in offers if offer is not None]
    return sorted(left, key=lambda one: (-one["belief"], one["steps"]))


def _is_weak(other: _Other, belief: float, steps: int) -> bool:
    """Whether a path of a class or kind is of several steps and hardly believed."""
    return other.end is not None and steps > 1 and belief < WEAK


def _most_believed(view: View, question: Question, other: _Other, stop: Stop) -> Route | None:
    """The most believed path of another question; None also where the search ended early."""
    asked = question._replace(
        sources=other.source,
        targets=other.target,
        effect=None if other.relation in ("reverse", "other_effect") else question.effect,
        hypothesised=False,
        limit=1,
    )
    routes, cut = routes_within(view, asked, work=OTHER_WORK, stop=stop)
    return None if not routes or _is_ended(cut) else routes[0]


def _offer(
    view: View, question: Question, other: _Other, best: Route, stop: Stop
) -> SeeAlso | None:
    """Another question with the effect of its verdict and the path which that rests on.

    Where an effect was asked for, with that and its most believed path. None where the path is
    weak, or the search for it ended early.
    """
    source, target = best.entities[0], best.entities[-1]
    effect: Effect | None = Effect.of_sign(best.sign)
    belief, steps = round(best.belief, 6), len(best.steps)
    if question.effect is None or other.relation == "reverse":
        asked = question._replace(
            sources=[source], targets=[target], effect=None, hypothesised=False
        )
        verdict = verdicts.in_short(view, asked, work=OTHER_WORK, stop=stop)
        if verdict is None:
            return None
        effect, route = verdict
        belief, steps = round(route.belief, 6), len(route.steps)
    if _is_weak(other, belief, steps):
        return None
    shape: SeeAlso = {
        "relation": other.relation,
        "end": other.end,
        "of": None if other.of is None else shapes.named(view, other.of),
        "source": shapes.named(view, source),
        "target": shapes.named(view, target),
        "effect": effect,
        "belief": belief,
        "steps": steps,
        "says": "",
    }
    return {**shape, "says": wording.offered(shape)}


def _ends(source: str, target: str) -> Iterator[tuple[Literal["source", "target"], str]]:
    yield "target", target
    yield "source", source


def _others(view: View, question: Question) -> Iterator[_Other]:
    """What else may be asked, nearest first; of an end that is left out nothing."""
    sources = [i for i in question.sources if _is_left(view, i)]
    targets = [i for i in question.targets if _is_left(view, i)]
    if not sources or not targets:
        return
    if question.effect is not None:
        yield _Other("other_effect", sources, targets)
    yield _Other("reverse", targets, sources)
    asked = set(_pairs(question))
    kin: list[tuple[tuple[Any, ...], _Other]] = []
    for source in sources:
        for target in targets:
            for end, entity in _ends(source, target):
                for distance, relation, near in _kin(view, entity):
                    pair = (source, near) if end == "target" else (near, target)
                    if pair[0] == pair[1] or pair in asked or not _is_left(view, near):
                        continue
                    asked.add(pair)
                    joined = bool(view.knowledge.between(*pair))
                    rank = not joined, distance, relation, *pair
                    kin.append((rank, _Other(relation, pair[:1], pair[1:], end, entity)))
                    if len(kin) > ways.WORK:
                        return
    yield from (other for _, other in sorted(kin, key=lambda one: one[0])[:ASKED])


def _kin(view: View, entity: str) -> Iterator[tuple[int, Relation, str]]:
    """The classes above an entity and the kinds below it, with how far each is."""
    if not view.knowledge.holds(entity):
        return
    number, members = view.columns.entity_number, view.derived.things.members
    relations: tuple[Relation, ...] = ("broader", "narrower")
    for relation in relations:
        seen = {entity}
        todo = deque([(0, entity)])
        while todo:
            distance, one = todo.popleft()
            if relation == "broader":
                near: Collection[str] = view.knowledge.entity(one).is_a
            else:
                near = [view.columns.entities[i] for i in members.get(number[one], ())]
            for other in sorted(near):
                if other not in seen and view.knowledge.holds(other):
                    seen.add(other)
                    todo.append((distance + 1, other))
                    yield distance + 1, relation, other


def _statements(view: View, identifiers: Iterable[str]) -> list[Because]:
    """Statements as id, name and class, in this order."""
    return [
        {"id": i, "name": shapes.sentence(view, one), "class": one.cls}
        for i in dict.fromkeys(identifiers)
        for one in [view.knowledge.statements[i]]
    ]
