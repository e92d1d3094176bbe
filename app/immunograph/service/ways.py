"""Ways that no path takes: by an association, or through a class.

How far a way may reach is found on the arrays of a view; the statements of an entity are told one
by one only where a way may run through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.vocabulary import StatementClass
from immunograph.inference.steps import PLAIN, Ends, joins
from immunograph.search.content import CLASSES
from immunograph.search.kernel import Ints
from immunograph.search.paths import Stop
from immunograph.service.routes import Question
from immunograph.service.view import View

WORK: Final = 200_000
"""Arcs or steps that one search for a reason looks at: a fifth of a second's worth."""
FAR: Final = 99
"""More steps than any path has."""

Numbers = NDArray[np.int64]


class EndedError(Exception):
    """A search ended before it knew."""


class Arc(NamedTuple):
    """A way from one entity to another by a statement; by `is_a` where there is none."""

    target: int
    sign: int
    statement: str | None
    linked: bool = False
    """Whether it is an association."""
    structural: bool = False
    """Whether it gives way to an arc that is not, where that may be taken, too."""
    ends: Ends = PLAIN
    """How it joins the arcs before and after it."""


class Ways:
    """The steps of a view as arcs; with `linked` its associations, too, in both directions; with
    `through` also, uncounted, from the members of that class to it and back.

    Entities are known by their numbers in the columns.
    """

    def __init__(self, view: View, *, linked: bool = False, through: int | None = None) -> None:
        self.view = view
        self.linked = linked
        self.through = through
        self.members = [] if through is None else view.derived.things.members.get(through, [])
        self.kin = np.array([] if through is None else [through, *self.members], np.int32)
        self._associations = _associations(view)
        self.start, self.end = view.remembered(("ways", linked), self._made_ends)

    def _made_ends(self) -> tuple[Ints, Ints]:
        """Where the counted arcs begin and end."""
        claims = self.view.columns.claims
        steps = np.unique(self.view.layer.steps.statements)
        links = np.flatnonzero(self._associations) if self.linked else np.empty(0, np.int64)
        subject, object_ = (
            [column[steps], column[links]] for column in (claims.subject, claims.object)
        )
        start = np.concatenate([*subject, object_[1]], dtype=np.int32)
        return start, np.concatenate([*object_, subject[1]], dtype=np.int32)

    def leaving(self, entity: int) -> Sequence[Arc]:
        """The arcs from an entity, in the order of the steps; associations and classes last."""
        found = [*self.view.remembered(("arcs", entity), lambda: _steps_from(self.view, entity))]
        if self.linked:
            found += self.view.remembered(
                ("associations", entity), lambda: self._associations_of(entity)
            )
        if self.through == entity:
            found += [Arc(one, 1, None) for one in self.members]
        elif self.through is not None and entity in self.members:
            found.append(Arc(self.through, 1, None))
        return found

    def _associations_of(self, entity: int) -> tuple[Arc, ...]:
        """The associations with an entity, by their numbers; they have no sign."""
        columns, claims = self.view.columns, self.view.columns.claims
        touching: list[Numbers] = []
        for start, statements in (columns.by_subject, columns.by_object):
            touching.append(statements[start[entity] : start[entity + 1]])
        numbers = np.unique(np.concatenate(touching))
        return tuple(
            Arc(end, 1, columns.statements[number], linked=True)
            for number in numbers[self._associations[numbers]].tolist()
            for start, end in (
                (int(claims.subject[number]), int(claims.object[number])),
                (int(claims.object[number]), int(claims.subject[number])),
            )
            if start == entity
        )

    def reached(self, starts: Iterable[int], *, downstream: bool, stop: Stop) -> NDArray[np.bool_]:
        """Which entities these are, or arcs lead to from them, or to them. Raises EndedError."""
        near, far = (self.start, self.end) if downstream else (self.end, self.start)
        found = np.zeros(len(self.view.columns.entities), bool)
        new = np.array([*starts], np.int64)
        while len(new):
            if stop[0]:
                raise EndedError
            found[new] = True
            last = np.zeros(len(found), bool)
            last[new] = True
            following = far[last[near]]
            new = np.unique(following[~found[following]])
        return found

    def fewest(self, target: int, *, most: int, stop: Stop) -> Numbers:
        """[entity] the fewest counted steps from it to the target, `FAR` where more than `most`.

        Nothing but the target and the class that is allowed is passed where it is abstract. Raises
        EndedError.
        """
        closed = self.view.derived.things.abstract.astype(bool)
        closed[[target] if self.through is None else [target, self.through]] = False
        found = np.full(len(closed), FAR, np.int64)
        found[target] = 0
        new = self._with_kin(found, np.array([target], np.int32), closed)
        for steps in range(1, most + 1):
            if stop[0]:
                raise EndedError
            last = np.zeros(len(closed), bool)
            last[new] = True
            before = self.start[(last & ~closed)[self.end]]
            new = np.unique(before[found[before] == FAR])
            found[new] = steps
            new = self._with_kin(found, new, closed)
        return found

    def _with_kin(self, found: Numbers, new: Ints, closed: NDArray[np.bool_]) -> Ints:
        """What was just reached, and what is as far by `is_a`."""
        if self.through is None or not len(new):
            return new
        # Whatever is as far as one that was just reached was just reached itself.
        steps, away = found[new[0]], found[self.kin]
        if not (away[~closed[self.kin]] == steps).any():
            return new
        more = self.kin[away == FAR]
        found[more] = steps
        return np.concatenate([new, more])


def _steps_from(view: View, entity: int) -> tuple[Arc, ...]:
    """The steps from an entity, those to one entity together, in the order of rows."""
    first = view.layer.first_row
    start, statements = view.columns.by_subject
    here = statements[start[entity] : start[entity + 1]]
    here = here[first[here] < len(view.layer.steps)]
    by_object: dict[int, list[Arc]] = {}
    for number in here[np.argsort(first[here])].tolist():
        step = view.step(number)
        target = view.columns.entity_number[step.object]
        arc = Arc(target, step.passes, step.statement, structural=not step.sign, ends=step.ends)
        by_object.setdefault(target, []).append(arc)
    return tuple(arc for arcs in by_object.values() for arc in arcs)


def _associations(view: View) -> NDArray[np.bool_]:
    """Which statements are associations that are left and believed."""

    def make() -> NDArray[np.bool_]:
        associated = view.columns.claims.cls == CLASSES.index(StatementClass.ASSOCIATION)
        return associated & view.allowed & (view.derived.belief > 0)

    return view.remembered("which are associations", make)


class Search:
    """Whether arcs join the ends of a question by a simple path; a plain depth-first search."""

    def __init__(self, question: Question, view: View, stop: Stop) -> None:
        number = view.columns.entity_number
        self.question = question
        self.view = view
        self.sources = [number[one] for one in question.sources]
        self.targets = [number[one] for one in question.targets]
        self.abstract = view.derived.things.abstract
        self.without = {number[one] for one in view.without.entities if one in number}
        self.stop = stop
        self.work = WORK

    def by_association(self) -> list[str] | None:
        """The statements of the shortest path that takes one association, or None.

        It has no sign, and takes no second: what goes with what goes with something else need not
        go with it. Raises EndedError.
        """
        return self._first(Ways(self.view, linked=True))

    def classes(self) -> list[str]:
        """The abstract classes that alone, allowed inside a path, would join the ends.

        Raises EndedError.
        """
        self.work = WORK
        ways = Ways(self.view)
        reached = ways.reached(self.sources, downstream=True, stop=self.stop)
        reaching = ways.reached(self.targets, downstream=False, stop=self.stop)
        names = set(np.flatnonzero(self.abstract).tolist()) - self.without
        found: list[str] = []
        for name in sorted(names):
            around = [name, *self.view.derived.things.members.get(name, ())]
            if not (reached[around].any() and reaching[around].any()):
                continue
            if self._first(Ways(self.view, through=name)) is not None:
                found.append(self.view.columns.entities[name])
        return found

    def _first(self, ways: Ways) -> list[str] | None:
        """The statements of the shortest path, or None where there is no path.

        A class that is allowed inside is inside no path that it begins or ends. Raises EndedError.
        """
        most = self.question.max_steps
        fewest = {target: ways.fewest(target, most=most, stop=self.stop) for target in self.targets}
        pairs = [
            (source, target)
            for source in self.sources
            for target in self.targets
            if source != target
            and not self.without & {source, target}
            and ways.through not in (source, target)
        ]
        for steps in range(1, most + 1):
            for source, target in pairs:
                if fewest[target][source] <= steps:
                    goal = _Goal(ways, target, fewest[target], steps)
                    found = self._go(goal, [source], [], 1, PLAIN, linked=False)
                    if found is not None:
                        return found
        return None

    def _look(self) -> None:
        self.work -= 1
        if self.work < 0 or (self.work % 1_024 == 0 and self.stop[0]):
            raise EndedError

    def _go(
        self,
        goal: _Goal,
        visited: list[int],
        way: list[str],
        sign: int,
        before: Ends,
        *,
        linked: bool,
    ) -> list[str] | None:
        """Go on from the last of the visited entities, which was reached by these statements."""
        arcs = goal.ways.leaving(visited[-1])
        for arc in arcs:
            self._look()
            taken = [*way, arc.statement] if arc.statement is not None else way
            beyond = int(goal.fewest[arc.target])
            if arc.target in visited or arc.target in self.without or (linked and arc.linked):
                continue
            if len(taken) + beyond > goal.most or not joins(before, arc.ends):
                continue
            if arc.structural and _gives_way(arc, arcs, before):
                continue
            net, has_link = sign * arc.sign, linked or arc.linked
            if arc.target == goal.target:
                if taken and self._is_wanted(goal.ways, net, has_link=has_link):
                    return taken
                continue
            if self.abstract[arc.target] and arc.target != goal.ways.through:
                continue
            further = [*visited, arc.target]
            found = self._go(goal, further, taken, net, arc.ends, linked=has_link)
            if found is not None:
                return found
        return None

    def _is_wanted(self, ways: Ways, net: int, *, has_link: bool) -> bool:
        """Whether a path of this sign is what is looked for."""
        return has_link if ways.linked else self.question.sign in (None, net)


def _gives_way(structural: Arc, arcs: Iterable[Arc], before: Ends) -> bool:
    """Whether a causal arc leads to the same entity and may follow, too."""
    return any(
        arc.target == structural.target
        and not arc.structural
        and not arc.linked
        and arc.statement is not None
        and joins(before, arc.ends)
        for arc in arcs
    )


class _Goal(NamedTuple):
    """What a search goes for, and by what."""

    ways: Ways
    target: int
    fewest: Numbers
    most: int
