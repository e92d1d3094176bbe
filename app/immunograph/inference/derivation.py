"""What follows from the evidence: beliefs, net marks, conflicts, human applicability.

Nothing here is ever written by hand; it is computed from `Knowledge` whenever that changes, whole
or for what a change touched, with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple, Protocol

from immunograph.domain.knowledge import Ids, Knowledge, broader
from immunograph.domain.layers import Groups, Layered, LayeredSet
from immunograph.domain.model import Evidence, Statement, statement_id
from immunograph.domain.vocabulary import PLACED_STEPS, Effect, Role, StatementClass
from immunograph.inference.belief import Assessment, Stratum, Weighed, assess, reckoning, weigh
from immunograph.inference.conflicts import Conflict, conflicts_of
from immunograph.inference.nets import (
    MAX_CHAIN,
    Shared,
    SharedByMany,
    Steps,
    Told,
    counts,
    distances,
    lineages_of,
    net_statements,
    placed_steps,
    spelled_out,
    told_in,
)
from immunograph.inference.steps import Ends, ends_of, is_candidate, steps_among

MANY: Final = 200
"""Lineages from which on the distances between entities are measured for all of them at once."""


@dataclass(frozen=True, slots=True)
class Caution:
    """What must be said of all that goes from the subject, or a member of it, to the object."""

    statement: str
    subject: str
    object: str
    human_unknown: bool
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class PutOff:
    """What net statements are still to be looked for by, at the end of a load of very much."""

    lineages: set[str] = field(default_factory=set[str])
    """Lineages within which only chains without placed steps were looked for."""
    joints: set[Joint] = field(default_factory=set["Joint"])
    """Placed steps that chains may pass now, or could before."""
    redefined: set[str] = field(default_factory=set[str])
    """Entities that chains may pass now, or could before."""

    def copy(self) -> PutOff:
        """The same, to be changed on its own."""
        return PutOff(set(self.lineages), set(self.joints), set(self.redefined))


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a derivation may stand on: derived values as mappings that do not change.

    As with `knowledge.Indexes`, a mapping may make each value when it is asked for, and is gone
    through only where a question is about the whole graph.
    """

    weighed: Mapping[str, tuple[Weighed, ...]] = field(
        default_factory=dict[str, tuple[Weighed, ...]]
    )
    """The evidence of each statement."""
    assessments: Mapping[str, Assessment] = field(default_factory=dict[str, Assessment])
    ends: Mapping[str, Ends] = field(default_factory=dict[str, Ends])
    """How each statement joins those before and after it on a path."""
    steps: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """The statements that a path of the whole graph may take, with what they join."""
    told_in: Mapping[str, Told] = field(default_factory=dict[str, Told])
    """What each lineage tells; one that tells nothing may be absent."""
    net_of: Mapping[str, AbstractSet[str]] = field(default_factory=dict[str, AbstractSet[str]])
    """The net statements within each lineage; one without may be absent."""
    net: AbstractSet[str] = frozenset()
    """The net statements."""
    conflicts: Mapping[str, Conflict] = field(default_factory=dict[str, Conflict])
    conflicts_by_statement: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    """The ids of the conflicts that each statement is in, in order."""
    caution_of: Mapping[str, Caution] = field(default_factory=dict[str, Caution])
    """What each statement of the class of cautions says."""
    cautions_on: Mapping[str, Ids] = field(default_factory=dict[str, Ids])
    """The statements among them by their object."""


class Derivation:
    """All derived values of one state of knowledge; see `Values`."""

    __slots__ = (
        "assessments",
        "caution_of",
        "cautions_on",
        "conflicts",
        "conflicts_by_statement",
        "ends",
        "net",
        "net_of",
        "put_off",
        "steps",
        "told_in",
        "weighed",
    )

    def __init__(self, over: Values | None = None) -> None:
        """`over`: what is derived already, which stays as it is."""
        base = over or Values()
        self.weighed = Layered(base.weighed)
        self.assessments = Layered(base.assessments)
        self.ends = Layered(base.ends)
        self.steps = Layered(base.steps)
        self.told_in = Layered(base.told_in)
        self.net_of = Layered(base.net_of)
        self.net = LayeredSet(base.net)
        self.put_off = PutOff()
        self.conflicts = Layered(base.conflicts)
        self.conflicts_by_statement = Layered(base.conflicts_by_statement)
        self.caution_of = Layered(base.caution_of)
        self.cautions_on = Groups(base.cautions_on)

    def fork(self) -> Derivation:
        """The same values, to be brought up to date on their own; nothing is copied."""
        other = Derivation()
        other.weighed = self.weighed.fork()
        other.assessments = self.assessments.fork()
        other.ends = self.ends.fork()
        other.steps = self.steps.fork()
        other.told_in = self.told_in.fork()
        other.net_of = self.net_of.fork()
        other.net = self.net.fork()
        other.put_off = self.put_off.copy()
        other.conflicts = self.conflicts.fork()
        other.conflicts_by_statement = self.conflicts_by_statement.fork()
        other.caution_of = self.caution_of.fork()
        other.cautions_on = self.cautions_on.fork()
        return other

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """All cautions, by id."""
        return tuple(caution for _, caution in sorted(self.caution_of.items(), key=_first))

    def conflict_value(self, statement: str) -> float:
        """The strongest unresolved conflict that a statement is in; 0 where there is none."""
        ids = self.conflicts_by_statement.get(statement, ())
        return max((self.conflicts[i].conflict for i in ids), default=0.0)

    def placed(self, knowledge: Knowledge) -> Steps:
        """The structural steps that chains may pass."""
        return placed_steps(knowledge, self.weighed, self.ends)


def _first(pair: tuple[str, Caution]) -> str:
    return pair[0]


class Derived(Protocol):
    """What follows from some knowledge, whether it was derived as a whole or is when asked for."""

    @property
    def weighed(self) -> Mapping[str, tuple[Weighed, ...]]: ...
    @property
    def assessments(self) -> Mapping[str, Assessment]: ...
    @property
    def ends(self) -> Mapping[str, Ends]: ...
    @property
    def told_in(self) -> Mapping[str, Told]: ...
    @property
    def net_of(self) -> Mapping[str, AbstractSet[str]]: ...
    def placed(self, knowledge: Knowledge) -> Steps: ...


class Joint(NamedTuple):
    """A placed step: the id of its statement, its ends, and which kind of step it is."""

    id: str
    subject: str
    object: str
    effect: str


def joints_among(knowledge: Knowledge, statements: Iterable[str]) -> frozenset[Joint]:
    """The placed steps among these statements, by id; those that do not stand aside."""
    found = (knowledge.statements.get(identifier) for identifier in statements)
    return frozenset(
        Joint(step.id, step.subject, step.object, step.effect)
        for step in found
        if step is not None and step.effect in PLACED_STEPS
    )


def opposites_among(knowledge: Knowledge, statements: Iterable[str]) -> frozenset[str]:
    """What says the opposite of one of these statements; those that do not stand aside."""
    found = (knowledge.statements.get(identifier) for identifier in statements)
    return frozenset(opposite_of(one) for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change may have moved."""

    statements: frozenset[str]
    recast: frozenset[str] = frozenset()
    """The statements among them that are of another class than before."""
    joints: frozenset[Joint] = frozenset()
    """The `carries` and `step_of` steps among them, gone ones included: the chain of any study
    may pass them."""
    opposites: frozenset[str] = frozenset()
    """What says the opposite of one of them, gone ones included: a result of no change that was
    noted of one speaks against the other."""
    redefined: frozenset[str] = frozenset()
    """The known entities that are of another kind now, are abstract or not, or join otherwise."""
    words: bool = False
    """Whether a known verb or term means something else now, which any statement may rest on."""
    more_to_come: bool = False
    """Whether other changes follow at once: chains of placed steps are looked for with the last,
    since each placed step may bear on every study."""


def derive(knowledge: Knowledge) -> Derivation:
    """Everything that follows from the knowledge."""
    derivation = Derivation()
    everything = Touched(
        statements=frozenset(knowledge.statements),
        words=True,
    )
    rederive(knowledge, derivation, everything)
    return derivation


def weighed_evidence(knowledge: Knowledge, statement: str) -> tuple[Weighed, ...]:
    """The evidence of a statement with its lineages and probabilities."""
    found: list[Weighed] = []
    for evidence in knowledge.evidence_of(statement):
        source = knowledge.source(evidence.source)
        study = knowledge.studies.get(evidence.study) if evidence.study else None
        found.append(weigh(evidence, type_=source.type, tier=source.tier, study=study))
    return tuple(found)


def assess_in(
    knowledge: Knowledge, statement: str, weighed: tuple[Weighed, ...], *, unknown_in_humans: bool
) -> Assessment:
    """What its evidence makes of one statement; whether a caution covers it is known already."""
    one = knowledge.statements[statement]
    opposite = opposite_of(one)
    return assess(
        one,
        weighed,
        unknown_in_humans=unknown_in_humans,
        nulls=_nulls(weighed_evidence(knowledge, opposite)),
        broader=lambda dimension, value: broader(knowledge.vocabulary, dimension, value),
    )


def caution_of(knowledge: Knowledge, statement: str) -> Caution:
    """What a statement of the class of cautions says must be said."""
    one, evidence = knowledge.statements[statement], knowledge.evidence_of(statement)
    unknown = any(passage.human_unknown for passage in evidence)
    return Caution(statement, one.subject, one.object, unknown, evidence)


def covering(
    above: Callable[[str], frozenset[str]],
    cautions: Iterable[Caution],
    passed: Iterable[str],
    end: str,
) -> list[Caution]:
    """The cautions that cover what passes these entities and ends there.

    A caution covers its subject or a member of it, on the way to its object or a kind of it.
    `above` gives an entity and every class above it.
    """
    ends = above(end)
    before = [caution for caution in cautions if caution.object in ends]
    if not before:
        return []
    ways = frozenset[str]().union(*[above(entity) for entity in passed])
    return [caution for caution in before if caution.subject in ways]


@dataclass(frozen=True, slots=True)
class Moved:
    """Whose derived values may differ after a change, by id."""

    statements: set[str]
    conflicts: set[str]


def rederive(knowledge: Knowledge, derivation: Derivation, touched: Touched) -> Moved:
    """Bring a derivation up to date after a change, in place; only what it reaches is looked at."""
    lineages: set[str] = set()
    held = {step for step in touched.joints if counts(derivation.weighed.get(step.id, ()))}
    known = {step for step in touched.joints if step.id in derivation.weighed}
    standing = {i for i in touched.statements if i in knowledge.statements}
    rejoined: set[tuple[str, str]] = set()
    joined = {i: ends for i in touched.statements if (ends := derivation.ends.pop(i, None))}
    for identifier in touched.statements:
        before, after = derivation.weighed.pop(identifier, ()), ()
        derivation.assessments.pop(identifier, None)
        if identifier in derivation.steps:
            rejoined.add(derivation.steps.pop(identifier))
        if identifier in standing:
            after = derivation.weighed[identifier] = weighed_evidence(knowledge, identifier)
        same = () if identifier in touched.recast else _in_both(before, after)
        lineages |= lineages_of(one for one in (*before, *after) if one.evidence.id not in same)
    above = cache(knowledge.above)
    standing |= _renew_cautions(knowledge, derivation, touched.statements, above)
    standing |= touched.opposites & knowledge.statements.keys()
    kindred = _around(knowledge, touched.redefined)
    standing |= kindred
    if touched.words:
        standing = set(knowledge.statements)

    @cache
    def wider(dimension: str, value: str) -> frozenset[str]:
        return broader(knowledge.vocabulary, dimension, value)

    @cache
    def warned(entity: str) -> tuple[Caution, ...]:
        """What is unknown in humans of what ends at an entity."""
        ids = sorted(i for one in above(entity) for i in derivation.cautions_on.get(one, ()))
        found = (derivation.caution_of[i] for i in ids)
        return tuple(caution for caution in found if caution.human_unknown)

    moved: set[str] = set()
    joints: set[Joint] = set()
    for identifier in standing:
        statement = knowledge.statements[identifier]
        unknown = warned(statement.object)
        covered = bool(unknown and covering(above, unknown, [statement.subject], statement.object))
        assessment = assess(
            statement,
            derivation.weighed[identifier],
            unknown_in_humans=covered,
            nulls=_nulls(derivation.weighed.get(opposite_of(statement), ())),
            broader=wider,
        )
        if derivation.assessments.get(identifier) != assessment:
            derivation.assessments[identifier] = assessment
            moved.add(identifier)
        joins_as = ends_of(knowledge, statement, derivation.weighed[identifier], above)
        if joined.get(identifier, derivation.ends.get(identifier)) != joins_as:
            moved.add(identifier)
            # Every lineage that tells it tells it so.
            lineages |= lineages_of(derivation.weighed[identifier])
            joints |= joints_among(knowledge, [identifier])
        derivation.ends[identifier] = joins_as
    for entity in touched.redefined:
        # A chain passes it by steps of its lineage, or by placed steps.
        lineages |= _telling_of(knowledge, derivation, entity)
        around = (*knowledge.placed_from(entity), *knowledge.placed_to(entity))
        joints |= joints_among(knowledge, (step.id for step in around))
    if touched.words:
        lineages |= derivation.net_of.keys()
    _renew_told(knowledge, derivation, lineages)
    now = {step for step in touched.joints if counts(derivation.weighed.get(step.id, ()))}
    joints = (held ^ now) | {step for step in joints if counts(derivation.weighed.get(step.id, ()))}
    opposed = {*touched.statements, *moved, *kindred}
    come_or_gone = known ^ {step for step in touched.joints if step.id in knowledge.statements}
    for step in come_or_gone:
        opposed |= _brought_together(knowledge, step)
    if touched.words:
        opposed |= knowledge.statements.keys()
    moved |= _renew_nets(knowledge, derivation, lineages, joints, touched)
    conflicts = _renew_conflicts(knowledge, derivation, opposed)
    moved |= {s for one in conflicts.values() for s in one.statements if s in knowledge.statements}
    rejoined |= {
        (one.subject, one.object)
        for identifier in touched.statements | moved
        if (one := knowledge.statements.get(identifier)) is not None and is_candidate(one)
    }
    moved |= _renew_steps(knowledge, derivation, rejoined)
    return Moved(moved, set(conflicts))


def _brought_together(knowledge: Knowledge, step: Joint) -> set[str]:
    """The statements that contradict one another by a step that comes, or did by one that goes.

    They lead from one subject to the two ends of a `step_of` (see `conflicts.neighbours`).
    """
    if step.effect != "step_of":
        return set()
    sides = knowledge.into(step.subject), knowledge.into(step.object)
    starts, ends = ({one.subject for one in side} for side in sides)
    subjects = starts & ends
    return {one.id for side in sides for one in side if one.subject in subjects}


def opposite_of(statement: Statement) -> str:
    """The id of the statement that says the opposite; of one without a sign, its own."""
    if not statement.sign:
        return statement.id
    effect = Effect.of_sign(-statement.sign)
    return statement_id(statement.subject, effect, statement.object, statement.aspect)


def reckoned(
    knowledge: Knowledge, derivation: Derived, identifier: str
) -> tuple[Stratum, Sequence[Weighed]] | None:
    """The stratum whose belief is the statement's, with the evidence that counts in it."""
    return reckoning(
        derivation.weighed[identifier],
        nulls=_nulls(derivation.weighed.get(opposite_of(knowledge.statements[identifier]), ())),
        broader=lambda dimension, value: broader(knowledge.vocabulary, dimension, value),
    )


def _nulls(weighed: Iterable[Weighed]) -> list[Weighed]:
    """The results of no change among the evidence of a statement."""
    return [one for one in weighed if one.evidence.no_change and one.evidence.role is Role.REFUTES]


def _renew_steps(
    knowledge: Knowledge, derivation: Derivation, pairs: Iterable[tuple[str, str]]
) -> set[str]:
    """Choose anew the steps from one entity to another; the statements whose mark moved."""
    changed: set[str] = set()
    for pair in pairs:
        options = [one for one in knowledge.between(*pair) if is_candidate(one)]
        now = steps_among(
            (one, derivation.assessments[one.id].belief, derivation.ends[one.id]) for one in options
        )
        changed |= {one.id for one in options if (one.id in derivation.steps) != (one.id in now)}
        for one in options:
            derivation.steps.pop(one.id, None)
        derivation.steps.update(dict.fromkeys(now, pair))
    return changed


def sentence(knowledge: Knowledge, derivation: Derived, statement: str) -> str:
    """A statement as people say it: `MET inhibits metastasis (in neutrophil)`."""
    one = knowledge.statements[statement]
    predicate = derivation.assessments[statement].predicate
    return worded(knowledge, one, predicate, derivation.ends[statement])


def worded(knowledge: Knowledge, one: Statement, predicate: str, ends: Ends) -> str:
    """A statement as people say it, where the verb that its evidence shares is known."""
    verb = knowledge.vocabulary.phrase(predicate)
    said = f"{knowledge.entity(one.subject).name} {verb} {knowledge.entity(one.object).name}"
    cell = ends.subject_cell or ends.object_cell
    return f"{said} (in {knowledge.entity(cell).name})" if cell else said


def mechanism_of(
    knowledge: Knowledge,
    derivation: Derived,
    statement: str,
    allows: Callable[[str], bool] = lambda statement: True,
    belief: Callable[[str], float] | None = None,
) -> tuple[str, ...]:
    """The chain that spells a net statement out, best believed first among those allowed.

    `belief` says what is believed of a statement, where that is known without its assessment.
    """
    return spelled_out(
        knowledge.statements[statement],
        (
            derivation.told_in[lineage]
            for lineage in sorted(lineages_of(derivation.weighed[statement]))
            if statement in derivation.net_of.get(lineage, ())
        ),
        Shared(derivation.placed(knowledge), knowledge.abstract),
        belief=belief or (lambda one: derivation.assessments[one].belief),
        allows=allows,
    )


def _in_both(before: Sequence[Weighed], after: Sequence[Weighed]) -> set[str]:
    """The evidence that weighs what it did, by id."""
    held = {one.evidence.id: one for one in before}
    return {one.evidence.id for one in after if held.get(one.evidence.id) == one}


def _renew_cautions(
    knowledge: Knowledge,
    derivation: Derivation,
    touched: frozenset[str],
    above: Callable[[str], frozenset[str]],
) -> set[str]:
    """Bring the cautions up to date; the statements that are covered otherwise than before."""
    moved: list[Caution] = []
    for identifier in touched:
        statement = knowledge.statements.get(identifier)
        before, after = derivation.caution_of.pop(identifier, None), None
        if before is not None:
            derivation.cautions_on.discard(before.object, identifier)
        if statement is not None and statement.cls is StatementClass.CAUTION:
            after = derivation.caution_of[identifier] = caution_of(knowledge, identifier)
            derivation.cautions_on.add(after.object, identifier)
        if _unknown(before) is not _unknown(after):
            moved += [one for one in (before, after) if one is not None][-1:]
    return {
        statement.id
        for caution in moved
        for entity in knowledge.below(caution.subject)
        for statement in knowledge.out_of(entity)
        if caution.object in above(statement.object)
    }


def _unknown(caution: Caution | None) -> bool:
    return caution is not None and caution.human_unknown


def passing(
    knowledge: Knowledge,
    derivation: Derivation,
    placed: Steps,
    moved: set[Joint],
    *,
    closed: Callable[[str], bool],
) -> set[str]:
    """The lineages of which a chain may pass these placed steps, or may have passed them.

    A chain comes to such a step by placed steps from an entity that the lineage speaks of, and
    goes on by placed steps to another; it passes nothing that is closed, and ends after eight
    steps.
    """
    if not moved:
        return set()
    into: dict[str, set[str]] = {}
    out_of: dict[str, set[str]] = {}
    for step in moved:
        into.setdefault(step.object, set()).add(step.subject)
        out_of.setdefault(step.subject, set()).add(step.object)

    def speaking_of(
        begins: Iterable[str], onward: Callable[[str], Iterable[str]]
    ) -> dict[str, int]:
        """The lineages that speak of what is reached, and by how many steps at least."""
        near: dict[str, int] = {}
        ends = set(begins)
        passed = distances((one for one in ends if not closed(one)), onward, closed)
        for entity, steps in (dict.fromkeys(ends, 0) | passed).items():
            for lineage in _telling_of(knowledge, derivation, entity):
                near[lineage] = min(steps, near.get(lineage, steps))
        return near

    before = speaking_of(out_of, lambda entity: (*placed.before(entity), *into.get(entity, ())))
    if not before:
        return set()
    after = speaking_of(into, lambda entity: (*placed.after(entity), *out_of.get(entity, ())))
    return {
        lineage
        for lineage, steps in before.items()
        if lineage in after and steps + 1 + after[lineage] <= MAX_CHAIN
    }


def _closed(knowledge: Knowledge, redefined: AbstractSet[str]) -> Callable[[str], bool]:
    """Whether no chain passes an entity now, or did before these were redefined."""
    return lambda entity: entity in knowledge.abstract and entity not in redefined


def _around(knowledge: Knowledge, redefined: Iterable[str]) -> set[str]:
    """The statements about these entities and all kinds of them, or that hold in such a cell."""
    entities = {kind for entity in redefined for kind in knowledge.below(entity)}
    about = {
        statement.id
        for entity in entities
        for statement in (*knowledge.out_of(entity), *knowledge.into(entity))
    }
    return about.union(*(acting_in(knowledge, entity) for entity in entities))


def acting_in(knowledge: Knowledge, cell: str) -> Iterator[str]:
    """The statements of which some evidence says that they hold in a cell."""
    for source in knowledge.naming(cell):
        for evidence in knowledge.evidence_in(source):
            if cell in evidence.context.in_cell:
                yield evidence.about


def _telling_of(knowledge: Knowledge, derivation: Derivation, entity: str) -> set[str]:
    """The lineages that have evidence of a causal statement about an entity."""
    return {
        lineage
        for statement in (*knowledge.out_of(entity), *knowledge.into(entity))
        if statement.cls is StatementClass.CAUSAL
        for lineage in lineages_of(derivation.weighed[statement.id])
    }


def _renew_told(knowledge: Knowledge, derivation: Derivation, lineages: set[str]) -> None:
    """Note anew what these lineages support; those that are gone support nothing."""
    for lineage in lineages:
        if _is_live(knowledge, lineage):
            derivation.told_in[lineage] = told_in(
                knowledge, lineage, derivation.weighed, derivation.ends
            )
        else:
            derivation.told_in.pop(lineage, None)


def _renew_nets(
    knowledge: Knowledge,
    derivation: Derivation,
    lineages: set[str],
    joints: set[Joint],
    touched: Touched,
) -> set[str]:
    """Mark net statements anew within these lineages and those of which a chain may pass a joint.

    Returns the statements whose mark moved.
    """
    if touched.more_to_come:
        derivation.put_off.lineages |= lineages
        derivation.put_off.joints |= joints
        derivation.put_off.redefined |= touched.redefined
        placed = Steps.of(())
    else:
        put_off, derivation.put_off = derivation.put_off, PutOff()
        placed = derivation.placed(knowledge)
        lineages = lineages | put_off.lineages
        if not touched.words:
            closed = _closed(knowledge, put_off.redefined | touched.redefined)
            lineages |= passing(
                knowledge, derivation, placed, joints | put_off.joints, closed=closed
            )
    shared = (SharedByMany if len(lineages) > MANY else Shared)(placed, knowledge.abstract)
    turned: set[str] = set()
    for lineage in lineages:
        before: AbstractSet[str] = derivation.net_of.pop(lineage, frozenset())
        after = set[str]()
        if lineage in derivation.told_in:
            after = net_statements(derivation.told_in[lineage], shared)
            derivation.net_of[lineage] = after
        turned |= before ^ after
    now = {
        statement
        for statement in turned
        if any(
            statement in derivation.net_of.get(lineage, ())
            for lineage in lineages_of(derivation.weighed.get(statement, ()))
        )
    }
    changed = {i for i in turned if (i in derivation.net) != (i in now)}
    for identifier in changed:
        if identifier in now:
            derivation.net.add(identifier)
        else:
            derivation.net.discard(identifier)
    return {i for i in changed if i in knowledge.statements}


def _is_live(knowledge: Knowledge, lineage: str) -> bool:
    kind, _, name = lineage.partition(":")
    return name in (knowledge.studies if kind == "study" else knowledge.contributions)


def _renew_conflicts(
    knowledge: Knowledge, derivation: Derivation, opposed: set[str]
) -> dict[str, Conflict]:
    """Look anew for what these statements contradict; the conflicts that moved, by id.

    Those that are gone are given as they were.
    """
    held = derivation.conflicts_by_statement
    old = {i: derivation.conflicts[i] for s in opposed for i in held.get(s, ())}
    standing = [knowledge.statements[i] for i in opposed if i in knowledge.statements]
    new = conflicts_of(knowledge, standing, derivation.weighed, derivation.assessments)
    both = {**old, **new}
    changed = {i: one for i, one in both.items() if old.get(i) != new.get(i)}
    for identifier, conflict in changed.items():
        # A base would have to look for all conflicts to say whether it has one by its id alone.
        if identifier in new:
            derivation.conflicts.put(identifier, conflict, known=identifier in old)
        else:
            derivation.conflicts.take(identifier)
        for statement in conflict.statements:
            ids = {*held.get(statement, ()), identifier}
            if identifier not in new:
                ids.discard(identifier)
            if ids:
                held[statement] = tuple(sorted(ids))
            else:
                held.pop(statement, None)
    return changed
