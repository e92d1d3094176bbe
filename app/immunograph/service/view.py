"""A view: the knowledge that a question may use, what follows from it, and the steps of paths.

The view without filters is the graph as loaded. Any other is what a graph loaded with only the
chosen evidence would be; `without` an entity or a statement, and `min_belief`, then only remove
steps and leave every net mark as it was.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from immunograph.belief import Assessment, cost
from immunograph.conflicts import Conflict
from immunograph.derivation import Derivation, derive
from immunograph.kernel import Masks, Network
from immunograph.knowledge import Knowledge
from immunograph.model import Statement
from immunograph.projection import Projection
from immunograph.selection import EXEMPT, Filters, Without, select
from immunograph.vocabulary import CLOSING_STEP, PLACED_STEPS, StatementClass, Status

T = TypeVar("T")
REMEMBERED: Final = 50_000
log = logging.getLogger(__name__)

Joint = tuple[str, str, int]
"""Two entities and the sign of what joins them; structural steps have sign 0."""


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
    def _candidates(self) -> dict[Joint, list[tuple[Assessment, Statement]]]:
        """Statements that may be steps, by what they join, best first."""
        found: dict[Joint, list[tuple[Assessment, Statement]]] = defaultdict(list)
        for statement in self.knowledge.statements.values():
            placed = statement.effect in PLACED_STEPS
            if not placed and statement.cls is not StatementClass.CAUSAL:
                continue
            assessment = self.derivation.assessments[statement.id]
            if assessment.belief > 0 and self.allows(statement):
                joint = (statement.subject, statement.object, statement.sign)
                found[joint].append((assessment, statement))
        for options in found.values():
            options.sort(key=lambda option: (-option[0].belief, option[1].id))
        return dict(found)

    def _step(self, joint: Joint, *, net: bool) -> Step | None:
        options = self._candidates.get(joint, [])
        usable = [o for o in options if net or o[1].id not in self.derivation.net]
        if not usable:
            return None
        assessment, statement = usable[0]
        return Step(
            statement=statement.id,
            subject=statement.subject,
            object=statement.object,
            sign=statement.sign,
            belief=assessment.belief,
            cost=cost(assessment.belief),
            also=tuple(s.id for _, s in options if s.id != statement.id),
        )

    def _chosen(self, subject: str, object_: str, *, net: bool) -> list[Step]:
        """The steps that join two entities in this direction, promoting before inhibiting."""
        causal = [self._step((subject, object_, sign), net=net) for sign in (1, -1)]
        found = [step for step in causal if step is not None]
        structural = None if found else self._step((subject, object_, 0), net=net)
        return [structural] if structural else found

    @cached_property
    def steps(self) -> list[Step]:
        """The steps of paths of two or more: one for each pair and sign, no net statement."""
        return [step for pair in sorted(self._joined) for step in self._chosen(*pair, net=False)]

    @cached_property
    def _joined(self) -> set[tuple[str, str]]:
        """What any candidate joins, in this direction."""
        return {(subject, object_) for subject, object_, _ in self._candidates}

    @cached_property
    def joints(self) -> set[Joint]:
        """What the steps of longer paths join, with the factor of the path's sign."""
        return {(step.subject, step.object, step.passes) for step in self.steps}

    def direct(self, source: str, target: str) -> Sequence[Route]:
        """The paths of one step, net statements included."""
        if (source, target) not in self._joined:
            return ()

        def make() -> list[Route]:
            return [Route.of([step]) for step in self._chosen(source, target, net=True)]

        return self.remembered(("direct", source, target), make)

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

    def _guess(self, joint: Joint) -> Step:
        subject, object_, sign = joint
        first, *others = self._guesses[joint]
        return Step(
            statement=first,
            subject=subject,
            object=object_,
            sign=sign,
            belief=0.0,
            cost=0,
            also=tuple(others),
            hypothesised=True,
        )

    @cached_property
    def hypothesised(self) -> list[Step]:
        """Hypothesised steps of longer paths, where no other of the same effect joins the two."""
        return [self._guess(joint) for joint in self._guesses if joint not in self.joints]

    def guessed(self, source: str, target: str) -> list[Route]:
        """The paths of one hypothesised step, where no other has the same effect."""
        taken = {route.sign for route in self.direct(source, target)}
        joints = [(source, target, sign) for sign in (1, -1) if sign not in taken]
        return [Route.of([self._guess(joint)]) for joint in joints if joint in self._guesses]

    @cached_property
    def network(self) -> Network:
        """The steps as signed arrays: those of the projection, where it has the same steps."""
        steps = self.steps
        projection = self._projection
        if projection is not None:
            chosen = [step.statement for step in steps], [step.cost for step in steps]
            if projection.is_of(self.ids, *chosen):
                return projection.network
            log.warning(
                "The graph was loaded by a version that judged evidence otherwise; load it again "
                "to share its path arrays."
            )
        return self.network_of(steps)

    @cached_property
    def masks(self) -> Masks:
        """What no path of that network runs through."""
        return self.masks_of(self.network)

    def masks_of(self, network: Network) -> Masks:
        """What no path of a network of this view runs through."""
        return Masks.of(network, banned=self.banned(), inside=self.abstract)

    def network_of(self, steps: Sequence[Step], *, guess: int = 0) -> Network:
        """Steps as signed arrays; a hypothesised one costs `guess`."""
        index = self.index
        return Network.build(
            len(self.ids),
            np.array([index[s.subject] for s in steps], dtype=np.int64),
            np.array([index[s.object] for s in steps], dtype=np.int64),
            np.array([s.sign < 0 for s in steps], dtype=np.int64),
            np.array([guess if s.hypothesised else s.cost for s in steps], dtype=np.int64),
        )

    @cached_property
    def closing(self) -> list[Step]:
        """Steps from a process to its bearer, by which a loop may close once."""
        joined = {(step.subject, step.object) for step in self.steps}
        best: dict[tuple[str, str], Step] = {}
        for identifier in sorted(self.knowledge.statements):
            one = self.knowledge.statements[identifier]
            belief = self.derivation.assessments[identifier].belief
            ends = (one.subject, one.object)
            if one.effect != CLOSING_STEP or belief <= 0 or ends in joined or not self.allows(one):
                continue
            if ends not in best or belief > best[ends].belief:
                best[ends] = Step(
                    statement=identifier,
                    subject=one.subject,
                    object=one.object,
                    sign=0,
                    belief=belief,
                    cost=cost(belief),
                    also=(),
                )
        return [best[ends] for ends in sorted(best)]

    def banned(self) -> np.ndarray | None:
        """1 for entities that are left out."""
        if not self.without.entities:
            return None
        return np.array([i in self.without.entities for i in self.ids], dtype=np.uint8)
