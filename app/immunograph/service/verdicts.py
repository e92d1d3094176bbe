"""The verdict: how far the graph determines the sign of an answer, and on what that rests.

One wrong sign ends trust, so the first word of an answer is not the sign of the best product. Of
each sign the best founded path counts, then the most believed; results of no change, which speak
against both signs, never decide between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from immunograph.answers.paths import Settling, SignedPath
from immunograph.answers.paths import Verdict as VerdictShape
from immunograph.domain.model import Context, Intervention
from immunograph.domain.vocabulary import (
    Effect,
    Foundation,
    InterventionStatus,
    VerdictKind,
)
from immunograph.inference.conflicts import listed_values, telling_apart
from immunograph.search import effects
from immunograph.search import paths as search
from immunograph.search.paths import Stop
from immunograph.service import shapes, telling, wording
from immunograph.service.deadline import deadline
from immunograph.service.grounds import Footing, footing
from immunograph.service.routes import Question, routes_within
from immunograph.service.telling import Side, Told
from immunograph.service.view import Route, Step, View

WORK: Final = 3_000_000
"""Steps looked at for the paths of each sign: ten times what ordinary questions need."""
CONSIDERED: Final = 10
"""The most believed paths of each sign among which the best founded is looked for."""
TWICE: Final = 2.0
"""How many times as believed as the other sign one must be to decide, equally founded."""
MOST_SETTLING: Final = 10
"""Sets of steps that a verdict names."""


@dataclass(frozen=True)
class Verdict:
    """What is to be said first, and the paths that it rests on."""

    kind: VerdictKind
    effect: Effect | None
    best: Told | None
    """The best founded path of that effect, or of the better sign where there is none."""
    against: Told | None
    """The best founded path of the other sign."""
    by: str | None
    """The dimension that tells the two apart."""
    because: tuple[str, ...]
    sentence: str
    settled_by: tuple[Settling, ...]

    def shape(self) -> VerdictShape:
        """The verdict as answers show it."""
        return {
            "kind": self.kind,
            "effect": self.effect,
            "rests_on": self.best.foundation if self.best else None,
            "by": self.by,
            "because": list(self.because),
            "against": self.against.path if self.against else None,
            "settled_by": list(self.settled_by),
        }


def verdict(view: View, question: Question, *, stop: Stop | None = None) -> Verdict:
    """The verdict on a question about paths; made once for each view, unless time ran out.

    `stop` is the flag of the question that this is part of.
    """
    found = view.recalled(_key(question))
    if found is None:
        with deadline() if stop is None else nullcontext(stop) as flag:
            found = _verdict(view, question, flag)
            if not flag[0]:
                view.remembered(_key(question), lambda: found)
    return found


def known(view: View, question: Question) -> bool:
    """Whether a view remembers the verdict on a question."""
    return view.recalled(_key(question)) is not None


def _key(question: Question) -> tuple[Any, ...]:
    return ("verdict", tuple(question.sources), tuple(question.targets), *question.reach)


def in_short(
    view: View, question: Question, *, work: int, stop: Stop
) -> tuple[Effect | None, Route] | None:
    """The effect of the verdict on a question and the path it rests on, for one asked on the way.

    None where there is no path, or where a search for them ended early.
    """
    best, cut = _best(view, question, work, stop)
    if cut or not best:
        return None
    one, decides = _stronger({effect: foot for effect, (_, foot) in best.items()})
    return one if decides else None, best[one][0]


def _best(
    view: View, question: Question, work: int, stop: Stop
) -> tuple[dict[Effect, tuple[Route, Footing]], bool]:
    """The best founded path of each sign, and whether a search for them ended early."""
    best: dict[Effect, tuple[Route, Footing]] = {}
    cut = False
    for effect in Effect:
        asked = question._replace(effect=str(effect), limit=CONSIDERED)
        found, cut_by = routes_within(view, asked, work=work, stop=stop)
        cut = cut or cut_by in ("work", "time")
        routes = [*found, *_direct(view, question, effect)]
        if routes:
            ranked = [(route, footing(view, route)) for route in routes]
            best[effect] = min(ranked, key=lambda one: one[1].rank)
    return best, cut


def _stronger(sides: Mapping[Effect, Footing]) -> tuple[Effect, bool]:
    """The better founded sign, then the more believed, and whether that decides between them."""
    one, *rest = sorted(sides, key=lambda i: sides[i].rank)
    return one, all(
        sides[one].rank[0] < sides[other].rank[0]
        or sides[one].unnulled >= TWICE * sides[other].unnulled
        for other in rest
    )


def _verdict(view: View, question: Question, stop: Stop) -> Verdict:
    ranked, cut = _best(view, question, WORK, stop)
    best = {effect: telling.told(view, route) for effect, (route, _) in ranked.items()}
    if len(best) == len(Effect):
        return _of_both(view, question, best, stop)
    if best:
        return _of_one(view, question, *best.popitem(), cut=cut, stop=stop)
    kind = VerdictKind.OPEN if cut else VerdictKind.NONE
    because = ("the search was ended early",) if cut else ()
    return Verdict(kind, None, None, None, None, because, "", ())


def _direct(view: View, question: Question, effect: Effect) -> list[Route]:
    """The paths of one step, which are the best founded however little they are believed."""
    return [
        Route.of([step])
        for source in question.sources
        for target in question.targets
        for step in view.joining(source, target)
        if step.passes == effect.sign
    ]


def _of_one(
    view: View, question: Question, effect: Effect, best: Told, *, cut: bool, stop: Stop
) -> Verdict:
    """Where every path that was found has one sign."""
    kind, why = VerdictKind.OPEN, "work"
    if not cut:
        kind, why = _determined(view, question, effect.sign, stop)
    says, known, because = effect.capitalize(), wording_of(best), _BECAUSE[kind, why]
    if kind is VerdictKind.DETERMINED:
        sentence = f"{says} ({known}); every path says so."
    elif kind is VerdictKind.LEANING:
        sentence = f"{says} ({known}). {because.capitalize()}."
    else:
        sentence = f"{says} ({known}), as far as is known: {because}."
    return Verdict(kind, effect, best, None, None, (because,), sentence, ())


_BECAUSE: Final = {
    (VerdictKind.DETERMINED, ""): "every path, of any length, has this sign, and no loop "
    "beside it may turn it",
    (VerdictKind.LEANING, ""): "only longer paths have the opposite sign",
    (VerdictKind.OPEN, "loop"): "a reinforcing loop beside the paths may outweigh them",
    (VerdictKind.OPEN, "apart"): "a reinforcing loop lies beside the paths, in a part that they "
    "do not enter; if the whole is stable, it cannot turn the sign",
    (
        VerdictKind.OPEN,
        "direct",
    ): "a reinforcing loop answers the target; if the rest settles while "
    "the target is held, it cannot turn the sign",
    (VerdictKind.OPEN, "work"): "not every path could be looked at",
}
_LEAVES_OPEN: Final = ("", "apart", "direct", "loop", "work")
"""What may leave one sign open, the weightiest last."""


def _determined(view: View, question: Question, sign: int, stop: Stop) -> tuple[VerdictKind, str]:
    """How far paths of any length between each two ends agree on a sign, and what leaves it open.

    A path or a loop visits no entity twice, and steps join in it as in any other.
    """
    layer = view.with_guesses if question.hypothesised else view.layer
    open_by = ""
    work = effects.WORK
    for source in question.sources:
        for target in question.targets:
            if source == target or not {source, target} <= view.index.keys():
                continue
            answer = effects.determinacy(
                layer.network,
                {view.index[source]: 1},
                view.index[target],
                masks=layer.masks,
                work=work,
                stop=stop,
            )
            work = max(1, work - answer.looked)
            if answer.why == "both_signs" or answer.effect == -sign:
                return VerdictKind.LEANING, ""
            why = {"one_sign": "", "no_path": "", "time": "work"}.get(answer.why, answer.why)
            open_by = max(open_by, why, key=_LEAVES_OPEN.index)
    return VerdictKind.OPEN if open_by else VerdictKind.DETERMINED, open_by


def _of_both(view: View, question: Question, sides: dict[Effect, Told], stop: Stop) -> Verdict:
    """Where there are paths of both signs."""
    promotes, inhibits = sides[Effect.PROMOTES], sides[Effect.INHIBITS]
    settled_by = tuple(_settled_by(view, question, stop))
    one, decides = _stronger({effect: side.footing for effect, side in sides.items()})
    other = next(effect for effect in sides if effect is not one)
    best, against = sides[one], sides[other]
    if decides:
        better = "believed" if best.foundation is against.foundation else "founded"
        because = (
            f"{one} is better {better}: {wording_of(best)}",
            f"{other}: {wording_of(against)}",
        )
        sentence = f"{one.capitalize()} ({wording_of(best)}). {_opposite(against)}"
        return Verdict(VerdictKind.LEANING, one, best, against, None, because, sentence, settled_by)
    apart = _told_apart(view, promotes.sides, inhibits.sides)
    if apart is not None:
        dimension, ours, theirs = apart
        sentence = (
            f"Depends on {dimension}: promotes {wording.state(dimension, ours)} "
            f"({wording_of(promotes)}), inhibits {wording.state(dimension, theirs)} "
            f"({wording_of(inhibits)})."
        )
        because = (f"told apart by {dimension}: {ours} against {theirs}",)
        return Verdict(
            VerdictKind.DEPENDS, None, best, against, dimension, because, sentence, settled_by
        )
    sentence = (
        f"Contested: promotes ({wording_of(promotes)}), inhibits ({wording_of(inhibits)}), "
        "and nothing that both state tells them apart."
    )
    because = ("both signs are equally founded, and nothing tells them apart",)
    return Verdict(VerdictKind.CONTESTED, None, best, against, None, because, sentence, settled_by)


def _told_apart(
    view: View, ours: Sequence[Side], theirs: Sequence[Side]
) -> tuple[str, str, str] | None:
    """The first dimension that tells steps of one subject apart, with what each side states."""
    for one in ours:
        for other in theirs:
            if one.subject != other.subject:
                continue
            apart = telling_apart(one.contexts, other.contexts, view.above)
            if apart is not None:
                dimension, mine, yours = apart
                return dimension, _values(view, mine), _values(view, yours)
    return None


def _values(view: View, values: frozenset[str]) -> str:
    named = frozenset(view.full.entity(v).name if view.full.holds(v) else v for v in values)
    return listed_values(named)


def _opposite(against: Told) -> str:
    """The sentence on the best path of the other sign."""
    steps = len(against.path["steps"])
    if against.foundation in (Foundation.TESTED, Foundation.DIRECT):
        return f"The opposite is stated too ({wording_of(against)})."
    if against.foundation is Foundation.PRESS:
        return "Press reports alone say the opposite."
    if against.foundation is Foundation.HYPOTHESISED:
        return "A chain with hypothesised steps says the opposite."
    made = "stitched from" if against.path["stitched"] else "from"
    chain = f"A chain of {wording.plural(steps, 'step')} {made}"
    return f"{chain} {wording.plural(against.papers, 'paper')} says the opposite."


def wording_of(told: Told) -> str:
    """What a path rests on, in a few words: `tested in mice, two studies`."""
    path = told.path
    steps = path["steps"]
    if told.foundation is Foundation.HYPOTHESISED:
        return "hypothesised in part"
    if told.foundation is Foundation.PRESS:
        return f"{_way(path)}, press reports alone"
    if len(steps) == 1:
        studies = steps[0]["studies"]
        by = wording.study_count(studies) if studies else "background of the curator"
        if path["unfolded"] > 1:
            by += f", spelled out in {wording.plural(path['unfolded'], 'step')}"
        if told.foundation is not Foundation.TESTED:
            return f"directly, {by}"
        where = wording.species(_species(told.sides))
        return f"tested in {where}, {by}" if where else f"tested, {by}"
    kind = "stitched from" if path["stitched"] else "from"
    return f"{_way(path)} {kind} {wording.plural(told.papers, 'paper')}"


def _way(path: SignedPath) -> str:
    steps, unfolded = len(path["steps"]), path["unfolded"]
    if steps == 1:
        way, more = "directly", f"in {wording.plural(unfolded, 'step')}"
    else:
        way, more = f"by a chain of {wording.plural(steps, 'step')}", wording.number(unfolded)
    return f"{way}, {more} where spelled out" if unfolded > steps else way


def _species(sides: Iterable[Side]) -> list[str]:
    contexts: list[Context] = [context for side in sides for context in side.contexts]
    return sorted({name for context in contexts for name in context.species})


# --- what would settle it --------------------------------------------------------------------


def _settled_by(view: View, question: Question, stop: Stop) -> Iterator[Settling]:
    """The smallest sets of steps without which one sign is left, with the experiments on them."""
    layer = view.with_guesses if question.hypothesised else view.layer
    statements = view.knowledge.statements
    found = search.settling(
        layer.network,
        [view.index[i] for i in question.sources if i in view.index],
        [view.index[i] for i in question.targets if i in view.index],
        alike=layer.alike,
        max_steps=question.max_steps,
        masks=layer.masks,
        work=WORK,
        stop=stop,
    )
    for one in found.sets[:MOST_SETTLING]:
        steps = [layer.steps[row] for row in one.rows]
        yield {
            "steps": [
                {"statement": s.statement, "name": shapes.sentence(view, statements[s.statement])}
                for s in steps
            ],
            "leaves": Effect.of_sign(one.leaves),
            "interventions": [
                {
                    "id": tested.id,
                    "name": tested.name,
                    "study": (study := tested.study or tested.source),
                    "paper": shapes.paper(view, study),
                }
                for tested in _tested_on(view, steps)
            ],
        }


def _tested_on(view: View, steps: Sequence[Step]) -> list[Intervention]:
    """The tested interventions on where these steps begin, or with one of them as outcome."""
    tested = _tested(view)
    hit = {step.subject for step in steps} | {step.statement for step in steps}
    found = {one.id: one for place in hit for one in tested.get(place, ())}
    return [found[i] for i in sorted(found)]


def _tested(view: View) -> dict[str, list[Intervention]]:
    """The tested interventions by their target, and by each statement that is an outcome."""

    def make() -> dict[str, list[Intervention]]:
        found: dict[str, list[Intervention]] = {}
        for one in view.knowledge.interventions.values():
            if one.status is InterventionStatus.TESTED:
                for hit in {one.target, *(outcome.on for outcome in one.outcomes)} - _ends(one):
                    found.setdefault(hit, []).append(one)
        return found

    return view.remembered("tested by hit", make)


def _ends(one: Intervention) -> set[str]:
    """The entities that an intervention was measured at, which it does not touch."""
    return {outcome.on for outcome in one.outcomes if ":" in outcome.on} - {one.target}
