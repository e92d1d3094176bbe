"""On what a path rests: its foundation, and how much it is believed of itself.

This is what paths are ranked by before any of them is told, so it is read off columns; evidence is
decoded only where two steps meet in a cell whose state may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import prod
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunograph.domain.vocabulary import CELLS, Basis, Foundation, Role
from immunograph.search.columns import NO_CHANGE, PRESS, SUPPORTS
from immunograph.search.content import Rows
from immunograph.service.view import Route, Step, View

SHARED_DIMENSIONS: Final = ("species", "study_system", "site", "disease", "stage", "phase")
_CURATOR: Final = 0
"""The lineage of what rests on the curator alone, by its number; those of studies follow it."""
_MANNER: Final = Rows._fields.index("manner")
_NOTHING: Final[frozenset[str]] = frozenset()


class Ground(NamedTuple):
    """On what a step rests: what is to be known of its support to rank the paths through it."""

    tested: bool
    """Whether its object was measured after its subject was perturbed."""
    press_only: bool
    """Whether all support with p > 0 is press."""
    unnulled: float
    """Its belief if there were no results of no change."""
    lineages: frozenset[int]
    """Of what is believed of its support, the curator's own aside."""
    studies: frozenset[int]
    """Of its support, the curator's own aside; so are the sources."""
    sources: frozenset[int]
    """By numbers that no study has."""
    stated: dict[str, frozenset[str]]
    """The values of each shared dimension that its support states."""

    @property
    def papers(self) -> frozenset[int]:
        """The studies, or where none is known the sources, that it rests on."""
        return self.studies or self.sources


def laboratories(view: View, ground: Ground) -> int:
    """Of how many laboratories these studies are; one that names none counts as of its own."""
    studies, known = view.columns.studies, view.knowledge.studies
    return len(
        {
            (known[studies[one - 1]].laboratory if one <= len(studies) else None) or one
            for one in ground.lineages
        }
    )


class Joint(NamedTuple):
    """Where two steps meet that were seen in different states, or only one in a stated cell."""

    entity: str
    dimension: Literal["cell_state", "in_cell"]
    before: tuple[str, ...]
    """What the step before it states: states, or the id of a cell."""
    after: tuple[str, ...]


class Footing(NamedTuple):
    """On what a path rests; the best founded is told first."""

    foundation: Foundation
    unnulled: float
    """The product of beliefs if there were no results of no change."""

    @property
    def rank(self) -> tuple[int, float]:
        """Best first."""
        return _RANK[self.foundation], -self.unnulled


_RANK: Final = {foundation: place for place, foundation in enumerate(Foundation)}


def footing(view: View, route: Route) -> Footing:
    """On what a path rests."""
    steps = route.steps
    grounds = [ground(view, step) for step in steps]
    unnulled = prod(one.unnulled for one in grounds)
    if any(step.hypothesised for step in steps):
        return Footing(Foundation.HYPOTHESISED, unnulled)
    if any(one.press_only for one in grounds):
        return Footing(Foundation.PRESS, unnulled)
    if len(steps) == 1:
        tested = grounds[0].tested
        return Footing(Foundation.TESTED if tested else Foundation.DIRECT, unnulled)
    causal = [one for one, step in zip(grounds, steps, strict=True) if step.sign]
    stitched = met_never(causal) or any(True for _ in seams(view, steps))
    return Footing(Foundation.STITCHED if stitched else Foundation.ONE_CONTEXT, unnulled)


def met_never(causal: Sequence[Ground]) -> bool:
    """Whether causal steps come from contexts that never met."""
    if not causal:
        return False
    if frozenset[int].intersection(*[one.studies for one in causal]):
        return False
    if frozenset[int].intersection(*[one.sources for one in causal]):
        return False
    return not (shared(causal, "species") and shared(causal, "disease"))


def shared(causal: Sequence[Ground], dimension: str) -> frozenset[str]:
    """The values of a dimension that every causal step states."""
    if not causal:
        return _NOTHING
    return frozenset[str].intersection(*[one.stated[dimension] for one in causal])


def seams(view: View, steps: Sequence[Step]) -> Iterator[Joint]:
    """The joints at which what was seen before and after may not be the same."""
    for before, after in pairwise(steps):
        entity = after.subject
        cells = before.ends.object_cell, after.ends.subject_cell
        if (cells[0] is None) is not (cells[1] is None):
            sides = [() if cell is None else (cell,) for cell in cells]
            yield Joint(entity, "in_cell", sides[0], sides[1])
        if view.full.entity(entity).kind not in CELLS:
            continue  # only a cell has states
        left, entered = states(view, after), states(view, before)
        if entered[1] and left[0] and entered[1].isdisjoint(left[0]):
            yield Joint(entity, "cell_state", tuple(sorted(entered[1])), tuple(sorted(left[0])))


def states(view: View, step: Step) -> tuple[frozenset[str], frozenset[str]]:
    """The cell states that the support of a step states of its subject, and of its object.

    A state is that of the subject where this is a cell, else that of the object.
    """

    def make() -> tuple[frozenset[str], frozenset[str]]:
        stated = frozenset(
            state
            for one in view.derivation.weighed[step.statement]
            if one.evidence.role is Role.SUPPORTS and one.p > 0
            for state in one.evidence.context.cell_state
        )
        if view.full.entity(step.subject).kind in CELLS:
            return stated, _NOTHING
        in_object = view.full.entity(step.object).kind in CELLS
        return _NOTHING, stated if in_object else _NOTHING

    return view.remembered(("states", step.statement), make)


def ground(view: View, step: Step) -> Ground:
    """On what a step rests."""
    return view.remembered(("ground", step.statement), lambda: _ground(view, step))


def _ground(view: View, step: Step) -> Ground:
    columns, derived = view.columns, view.derived
    passages, number = columns.passages, view.number(step.statement)
    rows = slice(*columns.claims.start[number : number + 2].tolist())
    flags = passages.flags[rows]
    counts = derived.kept[rows]
    nulls = bool(derived.opposed[number] or (counts & (flags & NO_CHANGE != 0)).any())
    counts = counts & (flags & SUPPORTS != 0)
    believed = counts & derived.standing[rows] & (passages.p[rows] > 0)
    traced = passages.lineage[rows] != _CURATOR
    own = np.flatnonzero(traced & (counts if step.hypothesised else believed))
    study, source = passages.study[rows][own], passages.source[rows][own]
    stating = np.flatnonzero(believed)
    manners = columns.content.codes.manners
    spoken: list[int] = columns.content.rows[_MANNER][columns.row[rows][stating]].tolist()
    unnulled = step.belief
    if step.hypothesised:
        unnulled = 1.0
    elif nulls:
        unnulled = view.derivation.assessments[step.statement].unnulled
    return Ground(
        tested=any(manners[one].basis is Basis.PERTURBATION for one in spoken),
        press_only=bool(len(stating)) and bool((flags[stating] & PRESS != 0).all()),
        unnulled=unnulled,
        lineages=frozenset(passages.lineage[rows][believed & traced].tolist()),
        studies=frozenset(study[study >= 0].tolist()),
        sources=frozenset((source + len(columns.studies)).tolist()),
        stated={name: _stated(view, name, rows, stating) for name in SHARED_DIMENSIONS},
    )


def _stated(view: View, dimension: str, rows: slice, which: NDArray[np.int64]) -> frozenset[str]:
    codes, values = view.columns.dimensions[dimension]
    own: set[int] = set(codes[rows][which].tolist())
    return frozenset(str(value) for code in own for value in values[code])
