"""A view: the knowledge that a question may use, what follows from it, and the steps of paths.

The view without filters is the graph as loaded. Any other is what a graph loaded with only the
chosen evidence would be; `without` an entity or a statement, and `min_belief`, then only remove
steps, and with them the net statements whose every mechanism they break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, Final, NamedTuple, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.selection import EXEMPT, Filters, Selection, Without
from immunograph.domain.vocabulary import HUMAN_RANK, HumanApplicability, Status
from immunograph.inference.belief import cost
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import mechanism_of
from immunograph.inference.steps import GUESS, Ends, Options, choose, joins
from immunograph.search.columns import Chosen, Columns, Things, counts_alike
from immunograph.search.content import CLASSES
from immunograph.search.derived import STATUSES, Derived, Mask, costs, derived_from
from immunograph.search.kernel import Bytes, Longs, Masks, Network
from immunograph.search.lazy import LazyDerivation
from immunograph.search.library import Library
from immunograph.search.recall import Memo
from immunograph.store.present import Present

T = TypeVar("T")

ID_BYTES: Final = 100
"""Of one of many ids that a view holds."""
PENALTY: Final = 80_000_000
"""Above the cost of any path of eight steps: hypothesised steps come last, by their number."""


@dataclass(frozen=True, slots=True)
class Step:
    """The statement that a path takes between two entities, and the others that it might have."""

    statement: str
    subject: str
    object: str
    sign: int
    belief: float
    cost: int
    also: tuple[str, ...]
    ends: Ends
    net: bool = False
    hypothesised: bool = False

    @property
    def passes(self) -> int:
        """The factor of the path's sign: structural steps leave it unchanged."""
        return self.sign or 1


class Route(NamedTuple):
    """A path as the steps it takes; `cost` is that of its steps that are not hypothesised."""

    steps: tuple[Step, ...]
    sign: int
    cost: int
    key: str
    """Tells it from all other paths of a view: its sign and its statements."""
    rank: tuple[Any, ...]
    """Best first: hypothesised steps, cost, steps, then entities, promotes before inhibits."""

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Route:
        """The path that takes these steps; one that is hypothesised costs nothing."""
        taken = tuple(steps)
        sign = prod(step.passes for step in taken)
        cost = sum(step.cost for step in taken)
        guessed = sum(step.hypothesised for step in taken)
        codes = tuple((step.object, step.sign < 0) for step in taken)
        rank = guessed, cost, len(taken), taken[0].subject, codes
        key = f"{sign} {' '.join([step.statement for step in taken])}"
        return cls(taken, sign, cost, key, rank)

    @property
    def entities(self) -> list[str]:
        """The entities in order, both ends included."""
        return [self.steps[0].subject, *(step.object for step in self.steps)]

    @property
    def belief(self) -> float:
        """The product of the beliefs of the steps that are not hypothesised; 0 where all are."""
        believed = [step.belief for step in self.steps if not step.hypothesised]
        return prod(believed) if believed else 0.0


class Steps(Sequence[Step]):
    """The steps of a layer by row, each made when it is looked at."""

    def __init__(self, view: View, statements: Longs) -> None:
        self._view = view
        self.statements = statements
        """The number of the statement of each row."""

    def __len__(self) -> int:
        return len(self.statements)

    @overload
    def __getitem__(self, place: int) -> Step: ...
    @overload
    def __getitem__(self, place: slice) -> list[Step]: ...
    def __getitem__(self, place: int | slice) -> Step | list[Step]:
        if isinstance(place, slice):
            return [self._view.step(number) for number in self.statements[place].tolist()]
        return self._view.step(int(self.statements[place]))

    def __iter__(self) -> Iterator[Step]:
        # Not remembered: all steps of a large graph would push out what answers are made of.
        return map(self._view.made_step, self.statements.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Steps) and list(self) == list(other)

    __hash__ = None  # pyright: ignore[reportAssignmentType] # as lists have none


@dataclass(frozen=True)
class Layer:
    """Steps of a view, and the network whose rows they are."""

    view: View
    steps: Steps
    network: Network

    @cached_property
    def alike(self) -> Longs:
        """A number for each row that rows of the same statement share, in the order of rows."""
        _, first, which = np.unique(self.steps.statements, return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        return rank[which]

    @cached_property
    def first_row(self) -> Longs:
        """The first row of each statement of the view; past the last where it has none."""
        found = np.full(len(self.view.columns.statements), len(self.steps), np.int64)
        np.minimum.at(found, self.steps.statements, np.arange(len(self.steps)))
        return found

    @cached_property
    def masks(self) -> Masks:
        """What no path runs through."""
        return Masks.of(self.network, banned=self.view.banned(), inside=self.view.abstract)


class View:
    """The knowledge of a question and the steps that its paths may take."""

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        filters: Filters,
        without: Without,
        snapshot: str = "",
        whole: View | None = None,
        let_unstated: bool = False,
        present: Present | None = None,
    ) -> None:
        """Name the snapshot that the whole knowledge is.

        `whole` is the view without filters of the same knowledge, if there is one to lean on.
        `let_unstated` also keeps evidence that does not state a filtered value. For the view
        without filters, `present` is what that snapshot holds, where it is laid out already.
        """
        self.full = knowledge
        self.snapshot = snapshot
        self.filters = filters
        self.without = without
        self._whole = whole
        self._let_unstated = let_unstated
        self._present = present
        self._memory = Memo[Any, Any]()
        self.recalled: Final[Callable[[Any], Any]] = self._memory.recalled
        """What was made under a key and not forgotten; else None."""

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` makes, made once unless it was forgotten; nobody may change it."""
        return self._memory.remembered(key, make)

    @property
    def whole(self) -> View:
        """The view without filters of the same knowledge; itself where it leans on none.

        It remembers for all views what does not depend on which evidence was chosen.
        """
        return self if self._whole is None else self._whole

    @property
    def nbytes(self) -> int:
        """The bytes of what it holds beside what the view of all evidence does.

        Arrays, and sets of ids; what is remembered is counted where it is (see `recall`).
        """
        known = set[int]() if self._whole is None else {id(one) for one in _arrays(self._whole)}
        own = {id(one): one.nbytes for one in _arrays(self) if id(one) not in known}
        held: list[object] = list(vars(self).values())
        ids = [cast(Sized, one) for one in held if isinstance(one, (list, dict, frozenset))]
        return sum(own.values()) + sum(ID_BYTES * len(one) for one in ids)

    # --- evidence ------------------------------------------------------------------------

    @cached_property
    def columns(self) -> Columns:
        """The columns of the whole knowledge; numbers of statements are those of these columns."""
        if self._whole is not None:
            return self._whole.columns
        return Columns.of(self.full) if self._present is None else self._present.columns

    @property
    def library(self) -> Library | None:
        """The library of these columns, where they are mapped as they were written."""
        if self._whole is not None:
            return self._whole.library
        return None if self._present is None else self._present.library

    @cached_property
    def _selection(self) -> Selection:
        return Selection(self.full, self.filters, self.without, let_unstated=self._let_unstated)

    @cached_property
    def _kept(self) -> Mask:
        return self.columns.kept(self._selection)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge left by filters, and without studies and sources."""
        if self._selection.keeps_all:
            return self.full
        columns = self.columns
        gone = np.ones(len(columns.statements), bool)
        gone[columns.passages.statement[self._kept]] = False
        return self.full.part(
            keeps=self._selection.allows,
            gone=Chosen(columns.statement_number, gone),
            without_sources=self._selection.without_sources,
        )

    @cached_property
    def with_unstated(self) -> View:
        """The view that also keeps evidence which does not state a filtered value."""
        return View(
            self.full,
            filters=self.filters,
            without=self.without,
            whole=self._whole,
            let_unstated=True,
        )

    @cached_property
    def derived(self) -> Derived:
        """What follows from that knowledge, as columns."""
        if not self._selection.keeps_all:
            return derived_from(
                self.columns,
                self.knowledge,
                kept=self._kept,
                things=self._things(),
                retracted=self._retracted(),
                known=None if self._whole is None else self._whole.derived,
            )
        if self._whole is not None:
            return self._whole.derived
        if self._present is not None:
            return self._present.derived
        return derived_from(self.columns, self.full)

    def _things(self) -> Things:
        """The entities as they are known without the sources that are left out."""
        columns, left = self.columns, self.knowledge
        told = (
            entity.id
            for name in self._selection.without_sources & self.full.contributions.keys()
            for entity in self.full.contributions[name].entities
        )
        if all(
            not left.holds(i) or counts_alike(left.entity(i), self.full.entity(i)) for i in told
        ):
            return columns.things
        return Things.of(left, columns.entities, columns.entity_number)

    def _retracted(self) -> Mask:
        """The studies that are retracted by what the sources that are left say."""
        found = self.columns.retracted != 0
        for name in self._selection.without_sources & self.full.contributions.keys():
            study = self.full.said_by(name)
            if study is not None and study.id in self.knowledge.studies:
                merged = self.knowledge.studies[study.id]
                found[self.columns.study_number[study.id]] = merged.retracted is not None
        return found

    @cached_property
    def derivation(self) -> LazyDerivation:
        """What follows from that knowledge, statement by statement."""
        whole = self._whole
        if whole is not None and self._selection.keeps_all:
            return whole.derivation
        return LazyDerivation(self.knowledge, self.derived)

    @cached_property
    def conflicts(self) -> dict[str, Conflict]:
        """The conflicts between statements that are both left, by id."""
        return {i: one for i, one in self.derivation.conflicts.items() if self._is_left(one)}

    def _is_left(self, conflict: Conflict) -> bool:
        return all(self.allows(self.knowledge.statements[s]) for s in conflict.statements)

    def conflicts_of(self, statement: str) -> list[Conflict]:
        """The conflicts that a statement is in, by id."""
        return [one for one in self.derivation.conflicts_of(statement) if self._is_left(one)]

    def conflict_value(self, statement: str) -> float:
        """The strongest unresolved conflict that a statement is in; 0 where there is none."""
        return max((one.conflict for one in self.conflicts_of(statement)), default=0.0)

    def number(self, statement: str) -> int:
        """The number of a statement. Raises KeyError."""
        return self.columns.statement_number[statement]

    def belief(self, statement: str) -> float:
        """What is believed of a statement that is left."""
        return float(self.derived.belief[self.number(statement)])

    def predicate(self, statement: Statement) -> str:
        """The verb that all evidence of a statement shares, else its effect."""
        verb = int(self.derived.verb[self.number(statement.id)])
        return self.columns.verbs[verb] if verb >= 0 else statement.effect

    def status(self, statement: str) -> Status:
        """Where a statement that is left stands."""
        return STATUSES[int(self.derived.status[self.number(statement)])]

    def human(self, statement: str) -> HumanApplicability | None:
        """Whether a statement that is left holds in humans; None where it says nothing of them."""
        rank = int(self.derived.human[self.number(statement)])
        return None if rank < 0 else HUMAN_RANK[rank]

    def allows(self, statement: Statement) -> bool:
        """Whether a statement is left after `without` and `min_belief`."""
        if self.without.leaves_out(statement):
            return False
        least = self.filters.min_belief
        return least is None or statement.cls in EXEMPT or self.belief(statement.id) >= least

    @cached_property
    def allowed(self) -> Mask:
        """The same of every statement that stands."""
        columns, claims = self.columns, self.columns.claims
        found = self.derived.stands.copy()
        least = self.filters.min_belief
        if least is not None:
            exempt = np.isin(claims.cls, [CLASSES.index(one) for one in EXEMPT])
            found &= exempt | (self.derived.belief >= least)
        gone = np.zeros(len(columns.entities), bool)
        numbers = map(columns.entity_number.get, self.without.entities)
        gone[[number for number in numbers if number is not None]] = True
        found &= ~(gone[claims.subject] | gone[claims.object])
        numbers = map(columns.statement_number.get, self.without.statements)
        found[[number for number in numbers if number is not None]] = False
        return found

    def above(self, entity: str) -> frozenset[str]:
        """The entity and every class above it."""
        return self.remembered(("above", entity), lambda: self.knowledge.above(entity))

    # --- steps ---------------------------------------------------------------------------

    @cached_property
    def ids(self) -> list[str]:
        """The entities in order of their ids; kernels speak of their positions."""
        if not self._selection.without_sources:
            return self.columns.entities
        return [
            identifier for identifier in self.columns.entities if self.knowledge.holds(identifier)
        ]

    @cached_property
    def index(self) -> dict[str, int]:
        """The position of each entity."""
        if self.ids is self.columns.entities:
            return self.columns.entity_number
        return {identifier: i for i, identifier in enumerate(self.ids)}

    @cached_property
    def _place(self) -> Longs:
        """The position of each entity of the columns; of one that is gone, any."""
        if self.ids is self.columns.entities:
            return np.arange(len(self.ids))
        return np.array([self.index.get(i, 0) for i in self.columns.entities], np.int64)

    @cached_property
    def abstract(self) -> Bytes:
        """1 where an entity is an abstract class, which never bridges."""
        if self.ids is self.columns.entities:
            return self.derived.things.abstract
        held = [self.columns.entity_number[identifier] for identifier in self.ids]
        return self.derived.things.abstract[held]

    @cached_property
    def fallen(self) -> frozenset[str]:
        """The net statements that fall with what is left out, and are no steps any more."""
        return frozenset(self._named(self._fallen))

    def _named(self, which: Mask) -> list[str]:
        return [self.columns.statements[number] for number in np.flatnonzero(which).tolist()]

    @cached_property
    def _fallen(self) -> Mask:
        return self.derived.fallen(self.derived.stands & ~self.allowed)

    @cached_property
    def _options(self) -> Mask:
        """The believed statements that may be steps."""
        possible = self.allowed & ~self._fallen & (self.columns.claims.candidate != 0)
        return possible & (self.derived.belief > 0)

    @cached_property
    def layer(self) -> Layer:
        """The steps of this view, net statements that stand among them."""
        whole = self._whole
        if whole is not None and self._selection.keeps_all and self.allowed.all():
            return replace(whole.layer, view=self)
        library = self.library
        if library is not None and self._selection.keeps_all and self.allowed.all():
            statements, network = library.steps
            return Layer(self, Steps(self, statements), network)
        return self._layer(self._options)

    @cached_property
    def fine(self) -> Layer:
        """The steps that are no net statements: those of mechanisms."""
        net = self.derived.net
        return self._layer(self._options & ~net) if net.any() else self.layer

    @cached_property
    def with_guesses(self) -> Layer:
        """The steps and, where no other of the same effect joins two nodes, hypothesised ones."""
        return self._layer(self._options | self._guesses) if self._guesses.any() else self.layer

    @cached_property
    def closed(self) -> Layer:
        """The fine steps and those from a process to its bearer: a loop may close by one once."""
        held = np.zeros(len(self._options), bool)
        held[self.fine.steps.statements] = True
        return self._layer(held | self._closing)

    def _layer(self, chosen: Mask) -> Layer:
        claims, derived = self.columns.claims, self.derived
        options = np.flatnonzero(chosen)
        guessed = self._guesses[options]
        belief = np.where(guessed, GUESS, derived.belief[options])
        names = self.columns.statements
        found = choose(
            len(self.ids),
            Options(
                [names[option] for option in options.tolist()],
                self._place[claims.subject[options]],
                self._place[claims.object[options]],
                claims.sign[options],
                belief,
                *(
                    getattr(derived.joins, name)[options]
                    for name in ("number", "from_number", "subject_cell", "object_cell")
                ),
            ),
        )
        statements = options[found.option]
        cost_of = np.where(guessed, PENALTY, costs(belief))[found.option]
        network = Network.build(
            len(self.ids),
            found.source,
            found.target,
            claims.sign[statements] < 0,
            cost_of,
            entity=found.entity,
        )
        return Layer(self, Steps(self, statements), network)

    def step(self, number: int) -> Step:
        """The statement of a number, as a step."""
        return self.remembered(("number", number), lambda: self.made_step(number))

    def made_step(self, number: int) -> Step:
        """The same, made anew."""
        columns, claims = self.columns, self.columns.claims
        hypothesised = bool(self._guesses[number])
        belief = 0.0 if hypothesised else float(self.derived.belief[number])
        return Step(
            statement=columns.statements[number],
            subject=columns.entities[int(claims.subject[number])],
            object=columns.entities[int(claims.object[number])],
            sign=int(claims.sign[number]),
            belief=belief,
            cost=0 if hypothesised else cost(belief),
            also=self._also(number, self._guesses if hypothesised else self._options),
            ends=self.derived.ends(number),
            net=bool(self.derived.net[number]),
            hypothesised=hypothesised,
        )

    def _also(self, number: int, options: Mask) -> tuple[str, ...]:
        """The other options that join what a statement does by the same sign, best believed first.

        Of hypothesised ones none is believed.
        """
        columns, claims, belief = self.columns, self.columns.claims, self.derived.belief
        alike = columns.between(int(claims.subject[number]), int(claims.object[number]))
        alike = alike[options[alike] & (claims.sign[alike] == claims.sign[number])]
        numbers: list[int] = alike[alike != number].tolist()
        # They are numbered in the order of their ids.
        ranked = sorted(numbers, key=lambda one: (-float(belief[one]), one))
        return tuple(columns.statements[one] for one in ranked)

    def joining(self, subject: str, object_: str) -> list[Step]:
        """The steps of the layer from one entity to another, once each, in the order of rows."""
        first = self.layer.first_row
        rows = sorted(
            (int(first[number]), number)
            for one in self.knowledge.between(subject, object_)
            if first[number := self.number(one.id)] < len(self.layer.steps)
        )
        return [self.step(number) for _, number in rows]

    def following(self, before: Ends, subject: str, object_: str) -> list[Step]:
        """The steps from one entity to another that may follow one with these ends.

        A structural one gives way where a causal one may follow, too.
        """
        joined = [step for step in self.joining(subject, object_) if joins(before, step.ends)]
        gives_way = any(step.sign for step in joined)
        return [step for step in joined if step.sign or not gives_way]

    @cached_property
    def _guesses(self) -> Mask:
        """Hypothesised statements; `min_belief` does not touch them."""
        claims, status = self.columns.claims, self.derived.status
        hypothesised = status == STATUSES.index(Status.HYPOTHESISED)
        found = self.derived.stands & (claims.sign != 0) & hypothesised
        for number in np.flatnonzero(found).tolist():
            statement = self.knowledge.statements[self.columns.statements[number]]
            found[number] = not self.without.leaves_out(statement)
        return found

    @cached_property
    def closing(self) -> frozenset[str]:
        """What leads from a process to its bearer where no step joins the two."""
        return frozenset(self._named(self._closing))

    @cached_property
    def _closing(self) -> Mask:
        claims = self.columns.claims
        pairs = claims.subject.astype(np.int64) * len(self.columns.entities) + claims.object
        joined = np.isin(pairs, pairs[self.fine.steps.statements])
        return self.allowed & (claims.closing != 0) & (self.derived.belief > 0) & ~joined

    def mechanism(self, statement: str) -> tuple[str, ...]:
        """The chain that spells a net statement out in this view, best believed."""
        left = self.allowed & ~self._fallen

        def stands(identifier: str) -> bool:
            return bool(left[self.number(identifier)])

        return self.remembered(
            ("mechanism", statement),
            lambda: mechanism_of(
                self.knowledge, self.derivation, statement, stands, belief=self.belief
            ),
        )

    def banned(self) -> NDArray[np.uint8] | None:
        """1 for entities that are left out."""
        if not self.without.entities:
            return None
        return np.array([i in self.without.entities for i in self.ids], dtype=np.uint8)


def _arrays(view: View) -> Iterator[NDArray[Any]]:
    """The arrays that a view holds, those of its columns aside."""
    held = dict(vars(view))  # copied at once: others may make more of it meanwhile
    todo = [one for name, one in held.items() if name not in ("columns", "_whole")]
    while todo:
        one = todo.pop()
        if isinstance(one, np.ndarray):
            yield cast(NDArray[Any], one)
        elif isinstance(one, (Derived, Layer, Steps, Network, Masks, tuple)):
            parts = cast(Iterable[Any], one if isinstance(one, tuple) else [*vars(one).values()])
            todo += [part for part in parts if isinstance(part, _HOLDING)]


_HOLDING: Final = (np.ndarray, Derived, Steps, Network, Masks, tuple)
