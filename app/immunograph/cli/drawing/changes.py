"""What loads changed, and what loading would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from immunograph.cli.drawing.tables import table

if TYPE_CHECKING:
    from immunograph.curation.diffs import Diff, StatementBelieved
    from immunograph.store.loader import Load

MOST_ROWS: Final = 200
"""Sources of one load that are told one by one."""


def draw_written(console: Console, loads: Sequence[Load], *, dry_run: bool) -> None:
    """What loads changed, source by source where they are few; the snapshot last."""
    changing = [one for one in loads if not one.changes_nothing]
    if len(changing) > MOST_ROWS:
        added, removed, changed = (
            sum(len(getattr(one, name)) for one in changing)
            for name in ("added", "removed", "changed")
        )
        console.print(
            f"{len(changing)} sources: {added} statements added, {removed} removed, "
            f"{changed} changed."
        )
    elif changing:
        rows: list[Any] = [
            (one.source, len(one.added), len(one.removed), len(one.changed)) for one in changing
        ]
        table(console, ("source", "added", "removed", "changed"), rows)
    same = len(loads) - len(changing)
    if not changing:
        console.print(f"Zero changes: all {same} sources stand as they were.")
    elif same:
        console.print(f"{same} sources stand as they were.")
    if dry_run:
        console.print("Nothing was written.", style="dim")
    elif loads:
        console.print(f"snapshot {loads[-1].after[:12]}", style="dim")


def draw_diff(console: Console, answer: Diff) -> None:
    """What a load would change, the most telling last."""
    conflicts, paths = answer["conflicts"], answer["paths"]
    if not (answer["added"] or answer["removed"] or answer["changed"] or paths):
        console.print("Nothing would change.")
    rows = [
        *((f"+ {_stated(one)}", None, one["belief"]) for one in answer["added"]),
        *((f"− {_stated(one)}", one["belief"], None) for one in answer["removed"]),
        *((f"~ {_stated(one)}", one["before"], one["after"]) for one in answer["changed"]),
    ]
    if rows:
        table(console, ("statement", "belief before", "after"), rows)
    for what in ("new", "gone", "resolved", "reopened"):
        for conflict in conflicts[what]:
            by = conflict["resolved_by"]
            told = f"resolved by {by}" if by else "unresolved"
            console.print(f"Conflict, {what}: {' / '.join(conflict['between'])} ({told})")
    if paths:
        table(
            console,
            ("path", "effect", "", "belief before", "after"),
            [
                (
                    " → ".join(shape["entities"]),
                    one["effect"],
                    one["change"],
                    one["before"] and one["before"]["belief"],
                    one["after"] and one["after"]["belief"],
                )
                for one in paths
                if (shape := one["after"] or one["before"]) is not None
            ],
        )
    console.print("Nothing was written.", style="dim")


def _stated(one: StatementBelieved) -> str:
    """A statement as it stands: one that is denied, or only supposed, says so."""
    status = {
        "null_result": "no change was seen",
        "negated": "denied",
        "hypothesised": "supposed",
    }.get(one["status"])
    return f"{one['says']}: {status}" if status else one["says"]
