"""What is looked at for open questions: statements, paths, and pairs of ends, all within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Final, Literal, NamedTuple

import numpy as np

from immunograph.search import paths as search
from immunograph.search.kernel import Ints, Longs
from immunograph.search.paths import Stop
from immunograph.service import wording
from immunograph.service.routes import Question, routes_within
from immunograph.service.view import Route, View

WELL_BELIEVED: Final = wording.HARDLY
"""From this belief on a path of the whole graph, or of an entity, is worth an experiment."""
ROUTES: Final = 20
"""The best paths of one answer that are looked at."""
REACHED: Final = 50
"""The best paths from one entity, and to it, that are looked at."""
REACH: Final = 4
"""Their most steps."""
STARTS: Final = 500
"""Entities of the whole graph whose paths are looked at: those of which most is believed."""
FROM_EACH: Final = 10
"""The best paths of each of them."""
BESIDE: Final = 100
"""Neighbours of an entity on either side between which paths run through it: those of which most
is believed."""


class Way(NamedTuple):
    """A path as far as open questions depend on it; a large graph has many."""

    statements: tuple[str, ...]
    entities: tuple[str, ...]
    """In order, both ends included."""
    signs: tuple[int, ...]
    """Of each step; 0 where it is structural."""
    net: tuple[bool, ...]
    belief: float

    @classmethod
    def of(cls, route: Route) -> Way:
        """The same path as answers have it."""
        steps = route.steps
        return cls(
            tuple([step.statement for step in steps]),
            tuple(route.entities),
            tuple([step.sign for step in steps]),
            tuple([step.net for step in steps]),
            route.belief,
        )

    @classmethod
    def over(cls, view: View, rows: Iterable[int]) -> Way:
        """The path over these rows of the steps of a view, none of which is hypothesised."""
        columns, claims, derived = view.columns, view.columns.claims, view.derived
        numbers: list[int] = view.layer.steps.statements[list(rows)].tolist()
        ends = [int(claims.subject[numbers[0]]), *(int(claims.object[one]) for one in numbers)]
        return cls(
            tuple([columns.statements[one] for one in numbers]),
            tuple([columns.entities[one] for one in ends]),
            tuple([int(claims.sign[one]) for one in numbers]),
            tuple([bool(derived.net[one]) for one in numbers]),
            prod([float(derived.belief[one]) for one in numbers]),
        )

    @property
    def sign(self) -> int:
        """Of the whole path."""
        return self.sign_from(0)

    def sign_from(self, step: int) -> int:
        """Of what follows from a step on; structural steps leave it unchanged."""
        return prod(sign or 1 for sign in self.signs[step:])

    @property
    def key(self) -> str:
        """Tells it from all other paths of a view."""
        return f"{self.sign} {' '.join(self.statements)}"

    def spelled(self, view: View) -> Iterator[str]:
        """Its statements, and those that net ones among them sum up."""
        for statement, net in zip(self.statements, self.net, strict=True):
            yield statement
            if net:
                yield from view.mechanism(statement)


@dataclass(slots=True)
class Scope:
    """What is looked at for open questions."""

    ways: list[Way] = field(default_factory=list[Way])
    """No path twice."""
    statements: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    """The numbers of those whose support and whose conflicts are looked at."""
    pairs: list[Question] = field(default_factory=list[Question])
    """Answers whose sign is judged."""
    least: float = 0.0
    """Belief from which on a path is worth an experiment."""
    whole: bool = False
    """Whether all of a view is looked at."""
    cut_by: Literal["work", "time"] | None = None

    def add(self, ways: Iterable[Way]) -> None:
        """Look at these paths, too."""
        known = {way.key: way for way in self.ways}
        self.ways = list((known | {way.key: way for way in ways}).values())


def scope_of_answer(
    view: View, sources: Sequence[str], targets: Sequence[str], stop: Stop
) -> Scope:
    """The best paths of an answer, and the statements that they take."""
    question = Question(sources, targets, None, 8, ROUTES, hypothesised=False)
    routes, cut_by = routes_within(view, question, work=search.WORK, stop=stop)
    scope = Scope(pairs=[question], cut_by=cut_by if cut_by == "work" else None)
    scope.add(map(Way.of, routes))
    taken = {statement for way in scope.ways for statement in way.spelled(view)}
    scope.statements = np.array(sorted(map(view.number, taken)), np.int64)
    return scope


def scope_of_entity(view: View, entity: str, stop: Stop) -> Scope:
    """The best paths from, to and through an entity, and all that is said of it."""
    scope = Scope(least=WELL_BELIEVED)
    scope.statements = _touching(view, entity)
    if entity not in view.index:
        return scope
    ways: list[Way] = []
    for downstream in (True, False):
        ways += _reach(view, scope, entity, limit=REACHED, downstream=downstream, stop=stop)
    if not view.knowledge.entity(entity).abstract:
        ways += map(Way.of, _through(view, scope, entity))
    scope.add(ways)
    return scope


def _touching(view: View, entity: str) -> Longs:
    """The statements that have an entity as one of their ends."""
    columns = view.columns
    number = columns.entity_number[entity]
    found = [
        places[start[number] : start[number + 1]]
        for start, places in (columns.by_subject, columns.by_object)
    ]
    numbers = np.unique(np.concatenate(found))
    return numbers[view.derived.stands[numbers]]


def _through(view: View, scope: Scope, entity: str) -> Iterator[Route]:
    """The paths of two steps with an entity in their middle."""
    claims, touching = view.columns.claims, scope.statements
    number = view.columns.entity_number[entity]
    subjects = _most_believed(
        view, scope, touching[claims.object[touching] == number], claims.subject
    )
    objects = _most_believed(
        view, scope, touching[claims.subject[touching] == number], claims.object
    )
    for subject in subjects:
        for before in view.joining(subject, entity):
            for object_ in objects:
                if object_ != subject:
                    following = view.following(before.ends, entity, object_)
                    yield from (Route.of((before, after)) for after in following)


def _most_believed(view: View, scope: Scope, numbers: Longs, ends: Ints) -> list[str]:
    """The other ends of these statements, by id: of many those of which most is believed."""
    entities, which = np.unique(ends[numbers], return_inverse=True)
    best = np.zeros(len(entities))
    np.maximum.at(best, which, view.derived.belief[numbers])
    met: list[int] = entities.tolist()
    names = [view.columns.entities[one] for one in met]
    left = [place for place, name in enumerate(names) if name not in view.without.entities]
    if len(left) > BESIDE:
        scope.cut_by = "work"
        left = sorted(sorted(left, key=lambda place: -best[place])[:BESIDE])
    return [names[place] for place in left]


def scope_of_view(view: View, stop: Stop) -> Scope:
    """All steps of a view, and the best paths from the entities of which most is believed."""
    scope = Scope(least=WELL_BELIEVED, whole=True)
    columns, steps = view.columns, view.layer.steps.statements
    scope.statements = np.unique(steps)
    subjects = columns.claims.subject[steps]
    believed = np.bincount(subjects, view.derived.belief[steps], len(columns.entities))
    starts = np.unique(subjects)
    starts = starts[np.argsort(-believed[starts], kind="stable")]
    if len(starts) > STARTS:
        scope.cut_by = "work"
    ways: list[Way] = []
    first: list[int] = starts[:STARTS].tolist()
    for number in first:
        if stop[0]:
            break
        entity = columns.entities[number]
        ways += _reach(view, scope, entity, limit=FROM_EACH, downstream=True, stop=stop)
    scope.add(ways)
    return scope


def _reach(
    view: View, scope: Scope, entity: str, *, limit: int, downstream: bool, stop: Stop
) -> list[Way]:
    """The best paths from an entity, or to it; the pairs that both signs join are to be judged."""
    layer = view.layer
    found = search.influence(
        layer.network,
        view.index[entity],
        downstream=downstream,
        max_steps=REACH,
        limit=limit,
        banned=view.banned(),
        inside_banned=view.abstract,
        stop=stop,
    )
    ways = [Way.over(view, one.steps) for one in found.paths]
    signs: dict[str, set[int]] = {}
    for way in ways:
        signs.setdefault(way.entities[-1 if downstream else 0], set()).add(way.sign)
    for other, both in signs.items():
        if len(both) > 1:
            source, target = (entity, other) if downstream else (other, entity)
            scope.pairs.append(Question([source], [target], None, 8, 1, hypothesised=False))
    return ways
