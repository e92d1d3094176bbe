"""Answers about the graph as a whole: snapshot, loads, changes, the query catalogue."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from immunograph.answers.analytics import Change
from immunograph.answers.catalogue import Queries, QueryRows
from immunograph.answers.changes import Changes
from immunograph.answers.graph import Loads, SnapshotCard
from immunograph.cli.drawing.tables import facts, figure, foot, heading, listed, more, table


def draw_snapshot(console: Console, answer: SnapshotCard) -> None:
    """What the graph holds."""
    heading(console, "snapshot", answer["snapshot"])
    names = (
        "entities",
        "statements",
        "evidence",
        "sources",
        "studies",
        "interventions",
        "conflicts",
    )
    facts(
        console,
        [
            *((name, str(answer[name])) for name in names),
            ("by class", [f"{count} {name}" for name, count in answer["by_class"].items()]),
            ("by status", [f"{count} {name}" for name, count in answer["by_status"].items()]),
            ("rest on press alone", str(answer["press_only"])),
            ("loaded", f"{answer['loaded_at']} by version {answer['loaded_by_version']}"),
            ("licence", f"{answer['licence']}, {answer['licence_url']}"),
            ("cite as", answer["citation"]),
        ],
    )


def draw_loads(console: Console, answer: Loads) -> None:
    """What each load changed."""
    rows = [
        (
            one["at"],
            one["by"],
            one["source"],
            len(one["added"]),
            len(one["removed"]),
            len(one["changed"]),
            Text(one["after"][:12], style="dim"),
        )
        for one in answer["items"]
    ]
    columns = ("at", "by", "source", "added", "removed", "changed", "snapshot")
    listed(console, answer, columns, rows, none="Nothing was loaded yet.")


def draw_changes(console: Console, answer: Changes) -> None:
    """What changed, turn by turn, and what became of the answer that was asked about."""
    console.print(Text(answer["summary"]))
    became = answer["answer"]
    if became is not None:
        facts(console, [("   was", became["before"]["says"]), ("   is", became["after"]["says"])])
    for one in answer["items"]:
        did = [f"{source['id']} {source['did'] or 'loaded'}" for source in one["sources"]]
        heading(console, one["at"], f"by {one['sources'][0]['by']} · {one['after'][:12]}")
        told: list[tuple[str, str | list[str]]] = [("   did", did)]
        turned = one["answer"]
        if turned is not None:
            told.append(("   then", turned["after"]["says"]))
            told += [("   gained", says) for says in turned["gained"]]
            told += [("   lost", says) for says in turned["lost"]]
        facts(console, told)
    if answer["statements"]:
        rows = [
            (one["name"] or one["id"], _before(one), _after(one)) for one in answer["statements"]
        ]
        table(console, ("statement", "before", "after"), rows)
    if not answer["complete"]:
        console.print("There is more: raise --limit, or ask from a later snapshot.", style="yellow")
    foot(console, answer)


def _before(one: Change) -> str:
    return "new" if one["before"] is None else figure(one["before"])


def _after(one: Change) -> str:
    return "gone" if one["after"] is None else figure(one["after"])


def draw_queries(console: Console, answer: Queries) -> None:
    """The catalogue: what each query answers and takes."""
    rows = [
        (
            one["name"],
            one["title"],
            " ".join(f"--{p['name'].replace('_', '-')}" for p in one["parameters"]),
        )
        for one in answer["items"]
    ]
    table(console, ("query", "answers", "takes"), rows)
    console.print("Run one with: immunograph query NAME --parameter value", style="dim")


def draw_query(console: Console, answer: QueryRows) -> None:
    """The rows of a query."""
    given = ", ".join(f"{name} {value}" for name, value in answer["parameters"].items())
    heading(console, answer["query"]["title"], given)
    names: list[str] = answer["columns"]
    columns = [name.replace("_", " ") for name in names]
    rows = [[row[name] for name in names] for row in answer["items"]]
    if rows:
        table(console, columns, rows)
    else:
        console.print("No rows.")
    more(console, len(rows), answer["next"])
    foot(console, answer)
