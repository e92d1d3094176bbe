"""What a load would change: statements, beliefs, conflicts, and the paths that people ask for.

Two states of knowledge are compared, the one that is and the one that would be; nothing is
written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from typing_extensions import TypedDict

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Contribution, Statement
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.domain.vocabulary import Effect, Status
from immunograph.errors import BadSource, Fault
from immunograph.inference.changes import STUDY, Act, carry_out
from immunograph.inference.derivation import Derivation
from immunograph.service.routes import Question, routes
from immunograph.service.view import Route, View
from immunograph.store.following import Touched
from immunograph.store.present import Present

MAX_STEPS: Final = 8
ENDS_FILE: Final = "ends.tsv"

Ends = tuple[str, str]
"""A question that people ask: from where, to where; by name."""
Change = Literal["appears", "is lost", "rises", "falls", "changes"]
"""What would become of a path."""


class StatementBelieved(TypedDict):
    """A statement as the graph has it, or would."""

    id: str
    says: str
    belief: float
    status: Status


class StatementMoved(StatementBelieved):
    """One that would be believed otherwise; `belief` and `status` are those after."""

    before: float
    after: float
    status_before: Status


class ConflictMoved(TypedDict):
    """A conflict between statements, and what tells them apart."""

    id: str
    between: list[str]
    resolved_by: str | None
    explanation: str


class ConflictsMoved(TypedDict):
    """What would become of conflicts."""

    new: list[ConflictMoved]
    gone: list[ConflictMoved]
    resolved: list[ConflictMoved]
    reopened: list[ConflictMoved]


class PathShape(TypedDict):
    """A path by the names and signs along it."""

    entities: list[str]
    signs: list[int]
    belief: float


class PathMoved(TypedDict):
    """What would become of the best path of one effect between two names."""

    source: str
    target: str
    effect: Effect
    change: Change
    before: PathShape | None
    after: PathShape | None


class StatementsMoved(TypedDict):
    """What would become of statements."""

    added: list[StatementBelieved]
    removed: list[StatementBelieved]
    changed: list[StatementMoved]


class Diff(StatementsMoved):
    """What a load would change; empty lists where nothing."""

    conflicts: ConflictsMoved
    paths: list[PathMoved]


def read_ends(text: str, *, file: str = ENDS_FILE) -> tuple[Ends, ...]:
    """Pairs of names, one a line, parted by a tab; `#` begins a comment. Raises BadSource.

    >>> read_ends("# the founding question\\npaclitaxel\\tlung metastasis")
    (('paclitaxel', 'lung metastasis'),)
    """
    found: list[Ends] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        names = [name.strip() for name in line.split("\t")]
        if len(names) != 2 or not all(names):
            message = f"'{line}' is not two names parted by a tab"
            raise BadSource([Fault(file, number, 1, message)])
        found.append((names[0], names[1]))
    return tuple(found)


def differing(knowledge: Knowledge, contributions: Iterable[Contribution]) -> list[str]:
    """The sources that are not loaded, or loaded in another version."""
    held = knowledge.contributions
    return sorted(c.source.id for c in contributions if held.get(c.source.id) != c)


def changes(
    knowledge: Knowledge,
    derivation: Derivation,
    acts: Sequence[Act],
    ends: Sequence[Ends],
    *,
    present: Present | None = None,
) -> Diff:
    """What acts would do to knowledge, in fields for programs.

    The knowledge, and what follows from it, stay as they are. `present` is both in columns, where
    they are laid out so: paths are then sought without reading the whole.
    """
    old, new = (knowledge, derivation), (knowledge.fork(), derivation.fork())
    _, owned = carry_out(*new, acts)
    moved: dict[str, list[str]] = defaultdict(list)
    for kind, identifier in sorted(owned):
        moved[kind].append(identifier)
    return {
        **_statements(old, new, moved["statement"]),
        "conflicts": _conflicts(old, new, moved["conflict"]),
        "paths": list(_paths(*_views(knowledge, new[0], acts, present), ends)) if ends else [],
    }


State = tuple[Knowledge, Derivation]


def _statements(old: State, new: State, moved: Sequence[str]) -> StatementsMoved:
    before, after = old[1].assessments, new[1].assessments
    added = [_statement(new, i) for i in moved if i in after and i not in before]
    removed = [_statement(old, i) for i in moved if i in before and i not in after]
    changed: list[StatementMoved] = [
        {
            **_statement(new, i),
            "before": before[i].belief,
            "after": after[i].belief,
            "status_before": before[i].status,
        }
        for i in moved
        if i in before
        and i in after
        and (before[i].belief, before[i].status) != (after[i].belief, after[i].status)
    ]
    return {"added": added, "removed": removed, "changed": changed}


def _statement(state: State, identifier: str) -> StatementBelieved:
    knowledge, derivation = state
    assessment = derivation.assessments[identifier]
    return {
        "id": identifier,
        "says": _says(knowledge, knowledge.statements[identifier]),
        "belief": assessment.belief,
        "status": assessment.status,
    }


def _says(knowledge: Knowledge, statement: Statement) -> str:
    subject = knowledge.entity(statement.subject).name
    object_ = knowledge.entity(statement.object).name
    aspect = "" if statement.aspect == "none" else f" ({statement.aspect})"
    return f"{subject} {statement.effect.replace('_', ' ')} {object_}{aspect}"


def _conflicts(old: State, new: State, moved: Sequence[str]) -> ConflictsMoved:
    before, after = old[1].conflicts, new[1].conflicts
    both = [i for i in moved if i in before and i in after]
    was, now = (
        {i for i in both if conflicts[i].resolved_by is not None} for conflicts in (before, after)
    )
    return {
        "new": [_conflict(new, i) for i in moved if i in after and i not in before],
        "gone": [_conflict(old, i) for i in moved if i in before and i not in after],
        "resolved": [_conflict(new, i) for i in sorted(now - was)],
        "reopened": [_conflict(new, i) for i in sorted(was - now)],
    }


def _conflict(state: State, identifier: str) -> ConflictMoved:
    knowledge, derivation = state
    conflict = derivation.conflicts[identifier]
    statements = [knowledge.statements[i] for i in conflict.statements]
    return {
        "id": conflict.id,
        "between": [_says(knowledge, statement) for statement in statements],
        "resolved_by": conflict.resolved_by,
        "explanation": conflict.explanation,
    }


def _views(
    held: Knowledge, then: Knowledge, acts: Sequence[Act], present: Present | None
) -> tuple[View, View]:
    """The views before and after the acts."""
    following = None
    if present is not None:
        named = {act.source for act in acts}
        studies = {one for one in named if one.startswith(STUDY)}
        touched = Touched(
            frozenset(named - studies), frozenset(one.removeprefix(STUDY) for one in studies)
        )
        following = present.with_changes(then, touched, {"id": ""})
    old, new = (
        View(knowledge, filters=ALL_EVIDENCE, without=NOTHING, present=columns)
        for knowledge, columns in ((held, present), (then, following))
    )
    return old, new


def _paths(old: View, new: View, ends: Sequence[Ends]) -> Iterable[PathMoved]:
    """The best path of each effect between well-known ends, where it is another or believed so."""
    sides = [(view, Lexicon(view.knowledge.entities.values())) for view in (old, new)]
    for source, target in ends:
        for effect in Effect:
            before, after = (_best(*side, source, target, effect) for side in sides)
            shapes = (_path(old, before), _path(new, after))
            if shapes[0] == shapes[1]:
                continue
            change: Change = "changes"
            if before is None or after is None:
                change = "appears" if after else "is lost"
            elif before.belief != after.belief:
                change = "rises" if after.belief > before.belief else "falls"
            yield {
                "source": source,
                "target": target,
                "effect": effect,
                "change": change,
                "before": shapes[0],
                "after": shapes[1],
            }


def _best(view: View, lexicon: Lexicon, source: str, target: str, effect: Effect) -> Route | None:
    ends = [lexicon.find(name) for name in (source, target)]
    if any(len(found) != 1 for found in ends):
        return None
    question = Question(
        sources=[ends[0][0].id],
        targets=[ends[1][0].id],
        effect=effect,
        max_steps=MAX_STEPS,
        limit=1,
        hypothesised=False,
    )
    found, _ = routes(view, question)
    return found[0] if found else None


def _path(view: View, route: Route | None) -> PathShape | None:
    if route is None:
        return None
    names = [view.knowledge.entity(identifier).name for identifier in route.entities]
    signs = [step.sign for step in route.steps]
    return {"entities": names, "signs": signs, "belief": round(route.belief, 6)}
