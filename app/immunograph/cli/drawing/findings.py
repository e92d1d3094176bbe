"""Answers about entities, statements, conflicts and lists of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from immunograph.answers.entities import Entities, EntityCard
from immunograph.answers.evidence import Evidence
from immunograph.answers.lists import ResolvedName, ResolvedNames, Subgraph
from immunograph.answers.parts import Answer
from immunograph.answers.statements import (
    ConflictCard,
    Conflicts,
    Intervention,
    StatementCard,
    StatementHead,
    Statements,
    Stratum,
)
from immunograph.cli.drawing.tables import (
    facts,
    figure,
    foot,
    heading,
    human,
    lines,
    listed,
    plain,
    table,
)


def sentence(one: StatementHead) -> str:
    """A statement as people say it."""
    return f"{one['subject']['name']} {one['phrase']} {one['object']['name']}"


def draw_statements(console: Console, answer: Statements) -> None:
    """Statements, most believed first."""
    rows = [
        (
            sentence(one),
            one["class"] if one["effect"] is None else one["effect"],
            one["belief"],
            one["studies"],
            one["status"],
            human(one["human_says"], one["human"]),
            Text(one["id"], style="dim"),
        )
        for one in answer["items"]
    ]
    columns = ("statement", "effect", "belief", "studies", "status", "in humans", "id")
    listed(console, answer, columns, rows, none="No statement is like that.")


def draw_resolve(console: Console, answer: ResolvedNames) -> None:
    """Each name of a list with what it is, or what may be meant."""
    console.print(Text(answer["summary"]))
    table(console, ("line", "name", "", "is", "id"), [_name_row(one) for one in answer["items"]])
    foot(console, answer)


def _name_row(one: ResolvedName) -> tuple[Any, ...]:
    entity = one["entity"]
    if entity is not None:
        return one["line"], one["name"], _direction(one), entity["name"], entity["id"]
    others = [f"{other['name']} ({other['id']})" for other in one["candidates"]]
    near = [f"{other['name']} ({other['id']})" for other in one["suggestions"]]
    said = one["why"] or "unknown"
    if others:
        said = f"ambiguous: {' or '.join(others)}"
    elif near:
        said = f"unknown; near: {', '.join(near)}"
    elif one["set_aside"]:
        said = f"set aside in {one['set_aside'][0]['source']}: {one['set_aside'][0]['why']}"
    return one["line"], one["name"], _direction(one), Text(said, style="yellow"), None


def _direction(one: ResolvedName) -> str | None:
    return {1: "up", -1: "down", None: None}[one["sign"]]


def draw_subgraph(console: Console, answer: Subgraph) -> None:
    """The statements among a list, what was not found, and what would explain the list."""
    console.print(Text(answer["summary"]))
    if answer["unmatched"]:
        columns = ("line", "name", "", "is", "id")
        table(console, columns, [_name_row(one) for one in answer["unmatched"]])
    explained = answer["regulators"]
    if explained is not None and explained["items"]:
        heading(console, "Regulators", explained["method"])
        table(
            console,
            ("regulator", "change", "listed", "agree", "disagree", "targets", "p", "q"),
            [
                (
                    one["entity"]["name"],
                    one["state"],
                    *(one[name] for name in ("listed", "agree", "disagree", "targets", "p", "q")),
                )
                for one in explained["items"]
            ],
        )
    if answer["between"]:
        names = ", ".join(one["name"] for one in answer["between"])
        lines(console, Text.assemble(("over  ", "dim"), names))
    if not answer["complete"]:
        console.print("Ended early; ask again.", style="yellow")
    draw_statements(console, answer)


def draw_statement(console: Console, answer: StatementCard) -> None:
    """One statement with its evidence."""
    heading(console, answer["name"], answer["id"])
    facts(
        console,
        [
            ("effect", answer["effect"] or answer["class"]),
            ("aspect", None if answer["aspect"] == "none" else answer["aspect"]),
            ("belief", figure(answer["belief"])),
            ("studies", str(answer["studies"])),
            ("status", answer["status"]),
            ("in humans", answer["human_says"]),
            ("net", "sums up a longer chain of the same study" if answer["net"] else None),
            ("strata", [_stratum(one) for one in answer["strata"]]),
        ],
    )
    _draw_evidence(console, answer["evidence"], papers_of(answer))
    _draw_around(console, answer)
    foot(console, answer)


def _stratum(one: Stratum) -> str:
    return f"{plain(one['stratum']).replace(':', ', ')} {figure(one['belief'])}"


def papers_of(answer: Answer) -> Mapping[str, str]:
    """The papers of an answer as people speak of them, by study: `Qian 2011`."""
    return {
        one["study"]: f"{one['authors'][0]} {one['year'] or ''}".strip()
        if one["authors"]
        else one["citation"] or one["title"] or one["study"]
        for one in answer["references"]
    }


def _draw_evidence(
    console: Console, evidence: Sequence[Evidence], papers: Mapping[str, str]
) -> None:
    rows = [
        (
            one["role"],
            one["says"],
            one["basis"] + (", hedged" if one["hedged"] else ""),
            [plain(value) for value in (*one["study_system"], *one["species"])],
            one["source"]["id"],
            papers.get(one["study"] or ""),
        )
        for one in evidence
    ]
    table(console, ("role", "says", "basis", "seen in", "source", "paper"), rows)


def _draw_around(console: Console, answer: StatementCard) -> None:
    facts(
        console,
        [
            *(("conflict", one["explanation"]) for one in answer["conflicts"]),
            *(("caution", one["says"]) for one in answer["cautions"]),
            *((one["status"].replace("_", " "), done(one)) for one in answer["interventions"]),
        ],
    )


def done(one: Intervention) -> str:
    seen = [f"{o['on']['name']}: {o['seen']}" for o in one["outcomes"]]
    return one["name"] + (f" ({'; '.join(seen)})" if seen else "")


def draw_entities(console: Console, answer: Entities) -> None:
    """Entities with what else they are called."""
    rows = [
        (one["name"], one["kind"], one["id"], [*filter(None, [one["symbol"]]), *one["synonyms"]])
        for one in answer["items"]
    ]
    none = "No entity is called that. Try fewer or other words; a part of a name will do."
    listed(console, answer, ("entity", "kind", "id", "also called"), rows, none=none)


def draw_entity(console: Console, answer: EntityCard) -> None:
    """One entity and how much is said of it."""
    heading(console, answer["name"], answer["id"])
    counts = answer["counts"]
    facts(
        console,
        [
            ("kind", answer["kind"]),
            ("symbol", answer["symbol"]),
            ("also called", answer["synonyms"]),
            ("is a", [one["name"] for one in answer["is_a"]]),
            ("kinds of it", [one["name"] for one in answer["members"]]),
            ("abstract", "a class: it may start or end a path, never bridge one"
             if answer["abstract"] else None),
            ("unnamed in", answer["placeholder_of"]),
            ("grounding", answer["grounding"]["status"]),
            ("note", answer["note"]),
            ("statements", [f"{count} {name}" for name, count in counts["by_effect"].items()]),
            *(("caution", says) for one in answer["cautions"] for says in one["says"]),
        ],
    )  # fmt: skip
    foot(console, answer)


def draw_conflicts(console: Console, answer: Conflicts) -> None:
    """Both sides of each conflict, and what explains it."""
    rows = [
        (
            *one["names"],
            one["resolved_by"] or Text("unresolved", style="yellow"),
            one["explanation"],
            Text(one["id"], style="dim"),
        )
        for one in answer["items"]
    ]
    columns = ("one says", "another says", "told apart by", "why", "id")
    listed(console, answer, columns, rows, none="No statements contradict each other.")


def draw_conflict(console: Console, answer: ConflictCard) -> None:
    """One conflict with the evidence of both sides."""
    console.print(Text(answer["explanation"]))
    for side in answer["sides"]:
        heading(console, side["name"], f"belief {figure(side['belief'])}")
        _draw_evidence(console, side["evidence"], papers_of(answer))
    foot(console, answer)
