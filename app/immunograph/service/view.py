"""A view: the knowledge that a question may use, what follows from it, and the steps of paths.

The view without filters is the graph as loaded. Any other is what a graph loaded with only the
chosen evidence would be; `without` an entity or a statement, and `min_belief`, then only remove
steps, and with them the net statements whose every mechanism they break.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Statement
from immunograph.domain.selection import EXEMPT, Filters, Without, select
from immunograph.domain.vocabulary import CLOSING_STEP, StatementClass, Status
from immunograph.inference.belief import cost
from immunograph.inference.conflicts import Conflict
from immunograph.inference.derivation import Derivation, derive, fallen_nets, mechanism_of
from immunograph.inference.steps import GUESS, Ends, Options, choose, is_candidate, joins
from immunograph.search.kernel import Masks, Network
from immunograph.search.network import Projection

T = TypeVar("T")
REMEMBERED: Final = 50_000
log = logging.getLogger(__name__)

PENALTY: Final = 80_000_000
"""Above the cost of any path of eight steps: hypothesised steps come last, by their number."""

Joint = tuple[str, str, int]
"""Two entities and the sign of what joins them; structural steps have sign 0."""
Option = tuple[Statement, float, Ends]
"""A statement that may be a step, its belief, and how it joins others."""


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


@dataclass(frozen=True)
class Layer:
    """Steps of a view, and the network whose rows they are."""

    view: View
    steps: list[Step]
    network: Network

    @cached_property
    def alike(self) -> np.ndarray:
        """A number for each row that rows of the same statement share."""
        numbers: dict[str, int] = {}
        return np.array(
            [numbers.setdefault(step.statement, len(numbers)) for step in self.steps], np.int64
        )

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
        projection: Projection | None = None,
        derivation: Derivation | None = None,
    ) -> None:
        """Name the snapshot that the whole knowledge is.

        `whole` is the view without filters of the same knowledge, if there is one to lean on.
        `let_unstated` also keeps evidence that does not state a filtered value. `projection` is
        that of the snapshot, and `derivation` what follows from the knowledge where that is known
        already; both for the view without filters.
        """
        self.full = knowledge
        self.snapshot = snapshot
        self.filters = filters
        self.without = without
        self._whole = whole
        self._let_unstated = let_unstated
        self._projection = projection
        self._derived = derivation
        self._memory: dict[Any, Any] = {}
        self.recalled: Final[Callable[[Any], Any]] = self._memory.get
        """What was made under a key and not forgotten; else None."""

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` makes, made once; whoever gets it must not change it.

        Holds at most 50,000 things, then forgets them all.
        """
        found = self._memory.get(key)
        if found is None:
            found = make()
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[key] = found
        return found

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge left by filters, and without studies and sources."""
        return select(self.full, self.filters, self.without, let_unstated=self._let_unstated)

    @cached_property
    def derivation(self) -> Derivation:
        """What follows from that knowledge."""
        if self._whole is not None and self._whole.knowledge is self.knowledge:
            return self._whole.derivation
        if self._derived is not None:
            return self._derived
        return derive(self.knowledge)

    @cached_property
    def conflicts(self) -> dict[str, Conflict]:
        """The conflicts between statements that are both left, by id."""
        statements = self.knowledge.statements
        return {
            i: conflict
            for i, conflict in self.derivation.conflicts.items()
            if all(self.allows(statements[s]) for s in conflict.statements)
        }

    def conflicts_of(self, statement: str) -> list[Conflict]:
        """The conflicts that a statement is in, by id."""
        ids = self.derivation.conflicts_by_statement.get(statement, ())
        return [self.conflicts[i] for i in ids if i in self.conflicts]

    def conflict_value(self, statement: str) -> float:
        """The strongest unresolved conflict that a statement is in; 0 where there is none."""
        return max((one.conflict for one in self.conflicts_of(statement)), default=0.0)

    def allows(self, statement: Statement) -> bool:
        """Whether a statement is left after `without` and `min_belief`."""
        if self.without.leaves_out(statement):
            return False
        least = self.filters.min_belief
        if least is None or statement.cls in EXEMPT:
            return True
        return self.derivation.assessments[statement.id].belief >= least

    def above(self, entity: str) -> frozenset[str]:
        """The entity and every class above it."""
        return self.remembered(("above", entity), lambda: self.knowledge.above(entity))

    # --- steps ---------------------------------------------------------------------------

    @cached_property
    def ids(self) -> list[str]:
        """The entities in order of their ids; kernels speak of their positions."""
        return sorted(self.knowledge.entities)

    @cached_property
    def index(self) -> dict[str, int]:
        """The position of each entity."""
        return {identifier: i for i, identifier in enumerate(self.ids)}

    @cached_property
    def abstract(self) -> np.ndarray:
        """1 where an entity is an abstract class, which never bridges."""
        entities = self.knowledge.entities
        return np.array([entities[i].abstract for i in self.ids], dtype=np.uint8)

    @cached_property
    def fallen(self) -> set[str]:
        """The net statements that fall with what is left out, and are no steps any more."""
        without, statements = self.without, self.knowledge.statements
        if self.filters.min_belief is not None:
            gone = [one for one in statements.values() if not self.allows(one)]
        else:
            around = [
                one
                for entity in without.entities
                for one in (*self.knowledge.out_of(entity), *self.knowledge.into(entity))
            ]
            gone = [*around, *[statements[i] for i in without.statements if i in statements]]
        return fallen_nets(self.knowledge, self.derivation, gone)

    @cached_property
    def _options(self) -> list[Option]:
        """The believed statements that may be steps, by id."""
        found: list[Option] = []
        for identifier in sorted(self.knowledge.statements):
            statement = self.knowledge.statements[identifier]
            if not is_candidate(statement):
                continue
            belief = self.derivation.assessments[identifier].belief
            if belief > 0 and self.allows(statement) and identifier not in self.fallen:
                found.append((statement, belief, self.derivation.ends[identifier]))
        return found

    @cached_property
    def _alike(self) -> dict[Joint, list[str]]:
        """The options by what they join and how, best believed first."""
        found: dict[Joint, list[Option]] = defaultdict(list)
        for option in self._options:
            statement = option[0]
            found[statement.subject, statement.object, statement.sign].append(option)
        return {
            joint: [s.id for s, *_ in sorted(options, key=lambda o: (-o[1], o[0].id))]
            for joint, options in found.items()
        }

    @cached_property
    def layer(self) -> Layer:
        """The steps of this view, net statements that stand among them."""
        layer = self._layer(self._options)
        projection = self._projection
        if projection is not None:
            chosen = [step.statement for step in layer.steps], [step.cost for step in layer.steps]
            if projection.is_of(self.ids, *chosen):
                return replace(layer, network=projection.network)
            log.warning(
                "The graph was loaded by a version that judged evidence otherwise; load it again "
                "to share its path arrays."
            )
        return layer

    @cached_property
    def fine(self) -> Layer:
        """The steps that are no net statements: those of mechanisms."""
        net = self.derivation.net
        if not net:
            return self.layer
        return self._layer([option for option in self._options if option[0].id not in net])

    @cached_property
    def with_guesses(self) -> Layer:
        """The steps and, where no other of the same effect joins two nodes, hypothesised ones."""
        guesses = [
            (self.knowledge.statements[i], GUESS, self.derivation.ends[i])
            for ids in self._guesses.values()
            for i in ids
        ]
        return self._layer([*self._options, *guesses]) if guesses else self.layer

    @cached_property
    def closed(self) -> Layer:
        """The fine steps and those from a process to its bearer: a loop may close by one once."""
        return self._layer([*self._options_of(self.fine), *self.closing])

    def _options_of(self, layer: Layer) -> list[Option]:
        held = {step.statement for step in layer.steps}
        return [option for option in self._options if option[0].id in held]

    def _layer(self, options: Sequence[Option]) -> Layer:
        index = self.index
        chosen = choose(len(self.ids), Options.of(options, index.__getitem__))
        made = [self._step(*option) for option in options]
        taken: list[int] = chosen.option.tolist()
        steps = [made[option] for option in taken]
        network = Network.build(
            len(self.ids),
            chosen.source,
            chosen.target,
            np.array([step.sign < 0 for step in steps], dtype=np.int64),
            np.array(
                [PENALTY if step.hypothesised else step.cost for step in steps], dtype=np.int64
            ),
            entity=chosen.entity,
        )
        return Layer(self, steps, network)

    def _step(self, statement: Statement, belief: float, ends: Ends) -> Step:
        joint = (statement.subject, statement.object, statement.sign)
        hypothesised = belief == GUESS
        others = self._guesses[joint] if hypothesised else self._alike.get(joint, ())
        return Step(
            statement=statement.id,
            subject=statement.subject,
            object=statement.object,
            sign=statement.sign,
            belief=0.0 if hypothesised else belief,
            cost=0 if hypothesised else cost(belief),
            also=tuple(i for i in others if i != statement.id),
            ends=ends,
            net=statement.id in self.derivation.net,
            hypothesised=hypothesised,
        )

    @cached_property
    def between(self) -> dict[tuple[str, str], list[Step]]:
        """The steps of the layer, once each, by what they join."""
        found: dict[tuple[str, str], dict[str, Step]] = defaultdict(dict)
        for step in self.layer.steps:
            found[step.subject, step.object][step.statement] = step
        return {pair: list(steps.values()) for pair, steps in found.items()}

    def following(self, before: Ends, subject: str, object_: str) -> list[Step]:
        """The steps from one entity to another that may follow one with these ends.

        A structural one gives way where a causal one may follow, too.
        """
        joined = [s for s in self.between.get((subject, object_), ()) if joins(before, s.ends)]
        gives_way = any(step.sign for step in joined)
        return [step for step in joined if step.sign or not gives_way]

    @cached_property
    def _guesses(self) -> dict[Joint, list[str]]:
        """Hypothesised statements by what they join, by id; `min_belief` does not touch them."""
        found: dict[Joint, list[str]] = defaultdict(list)
        for identifier in sorted(self.knowledge.statements):
            one = self.knowledge.statements[identifier]
            if (
                one.cls is StatementClass.CAUSAL
                and self.derivation.assessments[identifier].status is Status.HYPOTHESISED
                and not self.without.leaves_out(one)
            ):
                found[one.subject, one.object, one.sign].append(identifier)
        return dict(found)

    @cached_property
    def closing(self) -> list[Option]:
        """What leads from a process to its bearer where no step joins the two, by id."""
        joined = {(step.subject, step.object) for step in self.fine.steps}
        found: list[Option] = []
        for identifier in sorted(self.knowledge.statements):
            one = self.knowledge.statements[identifier]
            if one.effect == CLOSING_STEP and (one.subject, one.object) not in joined:
                belief = self.derivation.assessments[identifier].belief
                if belief > 0 and self.allows(one):
                    found.append((one, belief, self.derivation.ends[identifier]))
        return found

    def mechanism(self, statement: str) -> tuple[str, ...]:
        """The chain that spells a net statement out in this view, best believed."""
        statements = self.knowledge.statements

        def stands(identifier: str) -> bool:
            return self.allows(statements[identifier]) and identifier not in self.fallen

        return self.remembered(
            ("mechanism", statement),
            lambda: mechanism_of(self.knowledge, self.derivation, statement, stands),
        )

    def banned(self) -> np.ndarray | None:
        """1 for entities that are left out."""
        if not self.without.entities:
            return None
        return np.array([i in self.without.entities for i in self.ids], dtype=np.uint8)
