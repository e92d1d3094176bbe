"""A view: the knowledge that a question may use, what follows from it, and the steps of paths.

The view without filters is the graph as loaded. Any other is what a graph loaded with only the
chosen evidence would be; `without` an entity or a statement, and `min_belief`, then only remove
steps and leave every net mark as it was.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from immunograph.belief import Assessment, cost
from immunograph.derivation import Derivation, derive
from immunograph.kernel import Network
from immunograph.knowledge import Knowledge
from immunograph.model import Statement
from immunograph.selection import Filters, Without, select
from immunograph.vocabulary import PLACED_STEPS, StatementClass, Status

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


class View:
    """The knowledge of a question and the steps that its paths may take."""

    def __init__(self, knowledge: Knowledge, *, filters: Filters, without: Without) -> None:
        self.full = knowledge
        self.filters = filters
        self.without = without

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge left by filters, and without studies and sources."""
        return select(self.full, self.filters, self.without)

    @cached_property
    def derivation(self) -> Derivation:
        """What follows from that knowledge."""
        return derive(self.knowledge)

    def allows(self, statement: Statement) -> bool:
        """Whether a statement is left after `without` and `min_belief`."""
        if statement.id in self.without.statements:
            return False
        if not self.without.entities.isdisjoint((statement.subject, statement.object)):
            return False
        least = self.filters.min_belief
        if least is None or statement.cls is not StatementClass.CAUSAL:
            return True
        return self.derivation.assessments[statement.id].belief >= least

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
        pairs = sorted({(subject, object_) for subject, object_, _ in self._candidates})
        return [step for pair in pairs for step in self._chosen(*pair, net=False)]

    def direct(self, source: str, target: str) -> list[Step]:
        """The steps that are a path of one, net statements included."""
        return self._chosen(source, target, net=True)

    @cached_property
    def hypothesised(self) -> list[Step]:
        """Hypothesised steps, where no other of the same sign joins the same two."""
        found: dict[Joint, Step] = {}
        for identifier in sorted(self.knowledge.statements):
            statement = self.knowledge.statements[identifier]
            assessment = self.derivation.assessments[identifier]
            joint = (statement.subject, statement.object, statement.sign)
            if (
                statement.cls is StatementClass.CAUSAL
                and assessment.status is Status.HYPOTHESISED
                and joint not in self._candidates
                and joint not in found
                and identifier not in self.without.statements
                and self.without.entities.isdisjoint((statement.subject, statement.object))
            ):
                found[joint] = Step(
                    statement=identifier,
                    subject=statement.subject,
                    object=statement.object,
                    sign=statement.sign,
                    belief=0.0,
                    cost=0,
                    also=(),
                    hypothesised=True,
                )
        return list(found.values())

    @cached_property
    def network(self) -> Network:
        """The steps as signed arrays."""
        steps = self.steps
        index = self.index
        return Network.build(
            len(self.ids),
            np.array([index[s.subject] for s in steps], dtype=np.int64),
            np.array([index[s.object] for s in steps], dtype=np.int64),
            np.array([s.sign < 0 for s in steps], dtype=np.int64),
            np.array([s.cost for s in steps], dtype=np.int64),
        )

    def banned(self) -> np.ndarray | None:
        """1 for entities that are left out."""
        if not self.without.entities:
            return None
        return np.array([i in self.without.entities for i in self.ids], dtype=np.uint8)
