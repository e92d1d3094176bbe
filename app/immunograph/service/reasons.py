"""Why there is no path, and where else to ask."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from immunograph.service import shapes
from immunograph.service.routes import Question, routes
from immunograph.service.view import Step, View
from immunograph.steps import PLAIN, Ends, joins
from immunograph.vocabulary import StatementClass

SEE_ALSO = 10
WORK = 200_000
FAR = 99
"""More steps than any path has."""


class Arc(NamedTuple):
    """A way from one entity to another; only counted arcs are steps."""

    target: str
    sign: int
    counted: bool
    through: str | None = None
    """What is named if the arc is taken: a statement or a class."""
    ends: Ends = PLAIN
    """How it joins the arcs before and after it."""


Arcs = dict[str, list[Arc]]


class Ways:
    """Arcs from where they leave, and what enters each entity: its start, and 1 if it counts."""

    def __init__(self, arcs: Arcs, entering: dict[str, list[tuple[str, int]]]) -> None:
        self.arcs = arcs
        self.entering = entering

    @classmethod
    def of(cls, arcs: Arcs) -> Ways:
        """These arcs."""
        return cls({}, {}).plus(arcs)

    def plus(self, more: Arcs) -> Ways:
        """The same and more; what they share is not copied."""
        arcs, entering = dict(self.arcs), dict(self.entering)
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for source, ways in more.items():
            arcs[source] = [*arcs.get(source, ()), *ways]
            for arc in ways:
                found[arc.target].append((source, int(arc.counted)))
        for target, starts in found.items():
            entering[target] = [*entering.get(target, ()), *starts]
        return Ways(arcs, entering)


def why_none(view: View, question: Question) -> tuple[str, list[dict[str, Any]]]:
    """The first reason that holds for there being no path, and the things it goes through."""
    ways = view.remembered("ways", lambda: Ways.of(_arcs(_steps(view))))
    search = _Search(question, view.knowledge.abstract, view.without.entities)

    guesses = [step for step in view.with_guesses.steps if step.hypothesised]
    if (found := search.first(ways.plus(_arcs(guesses, named=True)))) is not None:
        return "only_hypothesised", _statements(view, found)
    associated = view.remembered("associated", lambda: ways.plus(_associations(view)))
    if (found := search.first(associated, through=True)) is not None:
        return "only_through_association", _statements(view, found)
    through = [
        shapes.named(view, name)
        for name in sorted(view.knowledge.abstract - view.without.entities)
        if search.first(ways.plus(_class_arcs(view, name)), allowed=name) is not None
    ]
    if through:
        return "only_through_abstract", through
    if view.filters.chosen:
        loose = View(view.full, filters=view.filters, without=view.without, let_unstated=True)
        held = {step.statement for step in view.layer.steps}
        if (found := search.first(Ways.of(_arcs(_steps(loose), named=True)))) is not None:
            return "only_unstated", _statements(loose, (i for i in found if i not in held))
    return "no_path", []


def elsewhere(view: View, question: Question) -> list[dict[str, Any]]:
    """The same question at a broader or narrower end, where that has an answer."""
    found: list[dict[str, Any]] = []
    asked: set[tuple[str, str]] = set()
    for source in question.sources:
        for target in question.targets:
            for other_source, other_target in _near_pairs(view, source, target):
                if (other_source, other_target) in asked or len(found) >= SEE_ALSO:
                    continue
                asked.add((other_source, other_target))
                narrower = question._replace(
                    sources=[other_source], targets=[other_target], limit=1
                )
                best, _ = routes(view, narrower)
                if best:
                    found.append(
                        {
                            "source": shapes.named(view, other_source),
                            "target": shapes.named(view, other_target),
                            "effect": "promotes" if best[0].sign > 0 else "inhibits",
                            "belief": round(best[0].belief, 6),
                            "steps": len(best[0].steps),
                        }
                    )
    return found


def _near_pairs(view: View, source: str, target: str) -> Iterable[tuple[str, str]]:
    for near in _relatives(view, target):
        if near != source:
            yield source, near
    for near in _relatives(view, source):
        if near != target:
            yield near, target


def _relatives(view: View, entity: str) -> list[str]:
    """Broader ends first, then narrower ones."""
    if entity not in view.index:
        return []
    broader = sorted(view.above(entity) - {entity})
    members = _members(view)
    below: set[str] = set()
    todo = [entity]
    while todo:
        new = [i for i in members.get(todo.pop(), ()) if i not in below]
        below.update(new)
        todo.extend(new)
    return [*broader, *sorted(below - {entity})]


# --- arcs ------------------------------------------------------------------------------------


def _arcs(steps: Sequence[Step], *, named: bool = False) -> Arcs:
    found: Arcs = defaultdict(list)
    for step in steps:
        through = step.statement if named else None
        found[step.subject].append(Arc(step.object, step.passes, True, through, step.ends))
    return found


def _steps(view: View) -> list[Step]:
    return [step for steps in view.between.values() for step in steps]


def _associations(view: View) -> Arcs:
    """Associations, taken in both directions; they have no sign."""
    found: Arcs = defaultdict(list)
    for identifier in sorted(view.knowledge.statements):
        one = view.knowledge.statements[identifier]
        believed = view.derivation.assessments[identifier].belief > 0
        if one.cls is StatementClass.ASSOCIATION and believed and view.allows(one):
            found[one.subject].append(Arc(one.object, 1, True, identifier))
            found[one.object].append(Arc(one.subject, 1, True, identifier))
    return found


def _class_arcs(view: View, name: str) -> Arcs:
    """From each member to the class and back, by one `is_a`, uncounted."""
    members = _members(view).get(name, ())
    found: Arcs = {identifier: [Arc(name, 1, False)] for identifier in members}
    found[name] = [Arc(identifier, 1, False) for identifier in members]
    return found


def _members(view: View) -> dict[str, list[str]]:
    """The members of each class, by id."""

    def make() -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for identifier, entity in view.knowledge.entities.items():
            for name in entity.is_a:
                found[name].append(identifier)
        return dict(found)

    return view.remembered("members", make)


def _statements(view: View, identifiers: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"id": i, "name": shapes.sentence(view, view.knowledge.statements[i])}
        for i in dict.fromkeys(identifiers)
    ]


class _Search:
    """Whether arcs join the ends of a question by a simple path; a plain depth-first search."""

    def __init__(self, question: Question, abstract: set[str], without: frozenset[str]) -> None:
        self.question = question
        self.abstract = abstract
        self.without = without
        self.work = self.most = 0

    def first(
        self, ways: Ways, *, through: bool = False, allowed: str | None = None
    ) -> list[str] | None:
        """What the shortest path goes through, or None where there is no path.

        `through`: the path must go through something named, and then has no sign. `allowed` is an
        abstract class that may be inside; it is inside no path that it begins or ends.
        """
        fewest = {t: self._fewest(ways, t, allowed) for t in self.question.targets}
        pairs = [
            (source, target)
            for target in self.question.targets
            for source in self.question.sources
            if source != target
            and not self.without & {source, target}
            and allowed not in (source, target)
        ]
        wanted = None if through else self.question.sign
        for most in range(1, self.question.max_steps + 1):
            self.work, self.most = WORK, most
            for source, target in pairs:
                if fewest[target].get(source, FAR) > most:
                    continue
                found = self._go(
                    ways.arcs, source, target, fewest[target], [source], 1, most, wanted, [],
                    allowed, through, PLAIN,
                )  # fmt: skip
                if found is not None:
                    return found
        return None

    def _fewest(self, ways: Ways, target: str, allowed: str | None) -> dict[str, int]:
        """The fewest counted steps from each entity to the target."""
        fewest = {target: 0}
        todo = deque([target])
        while todo:
            here = todo.popleft()
            if here != target and here in self.abstract and here != allowed:
                continue
            for source, counted in ways.entering.get(here, ()):
                steps = fewest[here] + counted
                if steps < fewest.get(source, FAR):
                    fewest[source] = steps
                    todo.append(source)
        return fewest

    def _go(  # noqa: PLR0917 # the state of one depth-first search
        self,
        arcs: Arcs,
        here: str,
        target: str,
        fewest: dict[str, int],
        visited: list[str],
        sign: int,
        left: int,
        wanted: int | None,
        through: list[str],
        allowed: str | None,
        must: bool,
        before: Ends,
    ) -> list[str] | None:
        for arc in arcs.get(here, ()):
            self.work -= 1
            if self.work < 0:
                return None
            remaining = left - arc.counted
            beyond = fewest.get(arc.target, FAR)
            if arc.target in visited or arc.target in self.without or beyond > remaining:
                continue
            if not joins(before, arc.ends):
                continue
            named = [*through, arc.through] if arc.through else through
            net = sign * arc.sign
            if arc.target == target:
                if remaining < self.most and wanted in (None, net) and (named or not must):
                    return named
                continue
            if arc.target in self.abstract and arc.target != allowed:
                continue
            found = self._go(
                arcs, arc.target, target, fewest, [*visited, arc.target], net, remaining,
                wanted, named, allowed, must, arc.ends,
            )  # fmt: skip
            if found is not None:
                return found
        return None
