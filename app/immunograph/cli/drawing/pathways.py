"""Answers about paths: chains, verdicts, influence, blockers, loops, impact and what is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from immunograph.answers.analytics import Blockers, Impact, Influence, Loops
from immunograph.answers.open_questions import OpenQuestions, Tried
from immunograph.answers.paths import (
    ChainStep,
    Effects,
    Hit,
    Paths,
    Seam,
    Settling,
    SignedPath,
    Step,
)
from immunograph.cli.drawing.tables import (
    facts,
    figure,
    foot,
    heading,
    human,
    lines,
    more,
    plain,
    table,
)

ARROWS: Final = {1: "─▶", -1: "─┤", 0: "──"}
"""Promotes, inhibits, and a structural step that leaves the sign as it is."""
GUESSED: Final = "┄▶"


def chain(steps: Sequence[ChainStep]) -> Text:
    """The steps as one chain: `paclitaxel ─▶ exosome ─▶ annexin A6`."""
    text = Text(steps[0]["subject"]["name"], style="bold")
    for step in steps:
        arrow = GUESSED if step.get("hypothesised") else ARROWS[step["sign"]]
        style = "red" if step["sign"] < 0 else "green" if step["sign"] > 0 else "dim"
        text.append(" ").append(arrow, style=f"not bold {style}").append(" ")
        text.append(step["object"]["name"])
    return text


def draw_paths(console: Console, answer: Paths) -> None:
    """Each path as a chain, with what must be said of it."""
    console.print(Text(answer["summary"]))
    for number, path in enumerate(answer["paths"], start=1):
        console.print()
        _draw_path(console, number, path)
    for other in answer["see_also"]:
        lines(
            console,
            f'See also: immunograph paths "{other["source"]["name"]}" "{other["target"]["name"]}"'
            f"  ({other['says']})",
        )
    if not answer["complete"]:
        cut = {"limit": "More paths exist: raise --limit.", "work": "Ended at the work budget."}
        console.print(cut.get(answer["cut_by"] or "", "Ended early; ask again."), style="yellow")
    foot(console, answer)


def draw_effect(console: Console, answer: Effects) -> None:
    """The verdict on each pair, what it rests on, and what would settle it."""
    for item in answer["items"]:
        verdict = item["verdict"]
        console.print(Text(item["summary"]))
        rows: list[tuple[str, Any]] = [("   verdict", verdict["kind"])]
        for name, path in (("rests on", item["path"]), ("against", verdict["against"])):
            if path is not None:
                shown = chain(path["steps"])
                shown.append(f"  belief {figure(path['belief'])}", style="dim")
                rows.append((f"   {name}", shown))
        rows += [("   would settle it", _settling(one)) for one in verdict["settled_by"]]
        facts(console, rows)
    foot(console, answer)


def _settling(one: Settling) -> str:
    without = " and ".join(step["name"] for step in one["steps"])
    tested = ", ".join(f"{i['name']} ({i['paper']})" for i in one["interventions"])
    return f"without {without} it {one['leaves']}" + (f"; tested there: {tested}" if tested else "")


def _draw_path(console: Console, number: int, path: SignedPath) -> None:
    note = [path["effect"], f"belief {figure(path['belief'])}", path["human_says"]]
    if path["stitched"]:
        note.append("stitched from contexts that never met")
    heading(console, f"{number}.", " · ".join(note))
    lines(console, chain(path["steps"]))
    hits = path["interventions"]
    rows = [
        (
            place + 1,
            Text.assemble(
                (f"{step['subject']['name']} ", "dim"),
                step["phrase"],
                (f" {step['object']['name']}", "dim"),
            ),
            step["belief"],
            step["studies"],
            human(step["human_says"], step["human"]),
            _marks(step, weakest=place == path["weakest"]),
        )
        for place, step in enumerate(path["steps"])
    ]
    table(console, ("step", "statement", "belief", "studies", "in humans", ""), rows)
    shared = [f"{plain(one['dimension'])} {plain(one['value'])}" for one in path["shared_contexts"]]
    facts(
        console,
        [
            ("   shared by all steps", shared),
            *(("   states differ", _seam(one)) for one in path["stitched_at"]),
            *(
                (f"   step {n + 1} sums up", chain(step["spelled_out"]))
                for n, step in enumerate(path["steps"])
                if step["spelled_out"]
            ),
            *((f"   {hit['status'].replace('_', ' ')}", _hit(hit)) for hit in hits),
            *(("   caution", one["says"]) for one in path["cautions"]),
            *(("   note", note["name"]) for note in path["notes"]),
            *((f"   note on step {one['step'] + 1}", one["says"]) for one in path["remarks"]),
        ],
    )


def _seam(one: Seam) -> str:
    sides = [", ".join(one[side]) or "not stated" for side in ("before", "after")]
    what = "cell state" if one["dimension"] == "cell_state" else "cell in which it acts"
    return f"at {one['entity']['name']}, {what}: {sides[0]}, then {sides[1]}"


def _hit(hit: Hit) -> str:
    where = f"at step {hit['step'] + 1}"
    seen = "" if hit["status"] != "tested" else f"; seen at the end: {hit['observed']}"
    return f"{hit['label']} ({where}{seen})"


def _marks(step: Step, *, weakest: bool) -> Text:
    marks: list[str] = []
    if weakest:
        marks.append("weakest")
    if step["hypothesised"]:
        marks.append("hypothesised")
    if step["net"]:
        marks.append("net")
    if step["press_only"]:
        marks.append("press only")
    if step["conflicts"]:
        marks.append("contradicted" if step["conflict"] else "opposed, explained")
    if step["also"]:
        marks.append(f"{len(step['also'])} more")
    return Text(", ".join(marks), style="yellow" if weakest else "dim")


def draw_influence(console: Console, answer: Influence) -> None:
    """What is reached, with the way there."""
    asked = answer["question"]
    name, steps = asked["entity"]["name"], asked["max_steps"]
    downstream = asked["direction"] == "downstream"
    heading(
        console,
        f"What {name} reaches" if downstream else f"What reaches {name}",
        f"within {steps} step{'' if steps == 1 else 's'}",
    )
    rows = [
        (one["entity"]["name"], one["effect"], one["belief"], one["steps"], one["via_names"])
        for one in answer["items"]
    ]
    table(console, ("entity", "effect", "belief", "steps", "via"), rows)
    more(console, len(answer["items"]), answer["next"])
    foot(console, answer)


def draw_blockers(console: Console, answer: Blockers) -> None:
    """The sets that break every path, with the interventions that are known."""
    console.print(Text(answer["summary"]))
    if answer["sets"]:
        rows = [
            (
                " + ".join(one["name"] for one in each["entities"]),
                [f"{i['label']} ({i['status']})" for i in each["interventions"]],
                human(each["human_says"], each["human"]),
            )
            for each in answer["sets"]
        ]
        table(console, ("take out", "known interventions", "in humans"), rows)
    foot(console, answer)


def draw_loops(console: Console, answer: Loops) -> None:
    """Each loop as a chain that comes back."""
    console.print(Text(answer["summary"]))
    for number, loop in enumerate(answer["items"], start=1):
        heading(console, f"{number}.", f"{loop['kind']} · belief {figure(loop['belief'])}")
        lines(console, chain(loop["steps"]))
        facts(
            console,
            [(f"   {hit['status'].replace('_', ' ')}", _hit(hit)) for hit in loop["interventions"]],
        )
    more(console, len(answer["items"]), answer["next"])
    foot(console, answer)


def draw_impact(console: Console, answer: Impact) -> None:
    """What falls, what changes, which paths are lost."""
    console.print(Text(answer["summary"]))
    rows = [
        (one["name"], one["before"], "gone" if one["after"] is None else figure(one["after"]))
        for one in answer["statements"]
    ]
    if rows:
        table(console, ("statement", "before", "after"), rows)
    for path in answer["paths_lost"]:
        names = " → ".join(one["name"] for one in path["entities"])
        lines(console, f"lost: {names} ({path['effect']}, belief {figure(path['belief'])})")
    foot(console, answer)


def draw_open_questions(console: Console, answer: OpenQuestions) -> None:
    """What to test next: each with why, what would settle it, and what was tried."""
    for number, one in enumerate(answer["items"], start=1):
        heading(
            console,
            f"{number}. {one['asks']}",
            f"{one['kind'].replace('_', ' ')} · priority {figure(one['priority'])}",
        )
        facts(
            console,
            [
                ("   why", one["why"]),
                *(("   would settle it", says) for says in one["settled_by"]),
                *(("   tried", _tried(each)) for each in one["tried"]),
            ],
        )
    if not answer["items"]:
        console.print("Nothing of that kind is open." if answer["complete"] else "Nothing found.")
    if not answer["complete"]:
        console.print("Not all could be looked at: ask about one entity.", style="yellow")
    more(console, len(answer["items"]), answer["next"], answer["total"])
    foot(console, answer)


def _tried(one: Tried) -> str:
    seen = f": {'; '.join(one['seen'])}" if one["seen"] else ""
    return f"{one['name']} ({one['paper']}){seen}"
