"""Answers drawn for people: chains, tables and plain sentences, from the answer's fields alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Answer = dict[str, Any]

ARROWS: Final = {1: "─▶", -1: "─┤", 0: "──"}
"""Promotes, inhibits, and a structural step that leaves the sign as it is."""
GUESSED: Final = "┄▶"
GAP: Final = 3
"""Characters between two columns."""
LEAST_VALUE: Final = 15
"""Characters of a value beside its name; with fewer, it stands below."""
HUMAN_STYLE: Final = {
    "supported": "green",
    "indirect": "",
    "unknown": "yellow",
    "contradicted": "red",
}


def figure(value: Any) -> str:
    """A belief in three digits, a count as it is; nothing where there is none.

    >>> figure(0.003896), figure(None)
    ('0.0039', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return f"{value:.2g}" if isinstance(value, float) and value < 0.01 else f"{value:.3g}"


def table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table, or one block for each row where the console is too narrow for the longest words.

    Numbers stand to the right, and a missing value says nothing.
    """
    given = [list(row) for row in rows]
    listed = [[_cell(value) for value in row] for row in given]
    least = [
        max(_longest_word(text) for text in (columns[n], *(cells[n].plain for cells in listed)))
        for n in range(len(columns))
    ]
    if sum(least) + GAP * (len(least) + 1) > console.width:
        for cells in listed:
            facts(console, zip(columns, cells, strict=True))
            console.print()
        return
    widths = _widths(console.width - GAP * len(columns) + 1, least, [columns, *_texts(listed)])
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        values = [row[number] for row in given if row[number] is not None]
        numeric = bool(values) and all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in values
        )
        drawn.add_column(
            column,
            justify="right" if numeric else "left",
            overflow="fold",
            width=widths[number],
        )
    for cells in listed:
        drawn.add_row(*cells)
    console.print(drawn)


def _texts(rows: Iterable[Sequence[Text]]) -> Iterator[list[str]]:
    return ([cell.plain for cell in cells] for cells in rows)


def _widths(room: int, least: Sequence[int], rows: Iterable[Sequence[str]]) -> list[int]:
    """How wide each column is: as its longest cell, if there is room for all.

    Else at least as its longest word; what is left goes first to those that want little more, so
    that the longest text is what wraps.

    >>> _widths(20, [4, 5], [["name", "what it says of it"]])
    [4, 16]
    >>> _widths(8, [1, 1], [["a b", "c d e f"]])
    [3, 5]
    """
    wanted = [max(map(len, cells), default=0) for cells in zip(*rows, strict=True)]
    more = [max(0, most - few) for most, few in zip(wanted, least, strict=True)]
    left = max(0, room - sum(least))
    widths = list(least)
    for done, column in enumerate(sorted(range(len(more)), key=more.__getitem__)):
        given = min(more[column], left // (len(more) - done))
        widths[column] += given
        left -= given
    return widths


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=0)


def _cell(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if value is None or isinstance(value, int | float):
        return Text(figure(value))
    if isinstance(value, list | tuple):
        return Text(", ".join(str(one) for one in value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # rows of a query
    if isinstance(value, dict):
        return Text(str(value.get("name") or value.get("id") or value))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] # rows of a query
    return Text(str(value))


def facts(console: Console, pairs: Iterable[tuple[str, Any]]) -> None:
    """Names and what they stand for, one a line; those without a value are left out.

    Where the console is too narrow for both, what they stand for is below them.
    """
    told = [(name, cell) for name, cell in ((n, _cell(value)) for n, value in pairs) if cell.plain]
    longest = max((len(name) for name, _ in told), default=0)
    if longest + GAP + LEAST_VALUE > console.width:
        for name, cell in told:
            console.print(Text(name, style="dim"))
            lines(console, cell)
        return
    drawn = Table.grid(padding=(0, 2))
    drawn.add_column(style="dim", no_wrap=True)
    drawn.add_column(overflow="fold")
    for name, cell in told:
        drawn.add_row(name, cell)
    console.print(drawn)


def heading(console: Console, text: str, note: str = "") -> None:
    """The line above a part of an answer."""
    console.print(Text.assemble((text, "bold"), (f"  {note}" if note else "", "dim")))


def lines(console: Console, text: Text | str, *, indent: int = 3) -> None:
    """A paragraph, set in."""
    console.print(Padding(text if isinstance(text, Text) else Text(text), (0, 0, 0, indent)))


def foot(console: Console, answer: Answer) -> None:
    """What is still to be said of a list: how much of it this is, and from which snapshot."""
    if answer.get("next"):
        console.print(
            f"{len(answer['items'])} of {answer.get('total', 'more')}. "
            f"Go on with --cursor {answer['next']}",
            style="dim",
        )
    console.print(f"snapshot {answer['snapshot'][:12]}", style="dim")


def _listed(
    console: Console,
    answer: Answer,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    none: str,
) -> None:
    """A list of answers and its foot; `none` is said where there are none."""
    if rows:
        table(console, columns, rows)
    else:
        console.print(none)
    foot(console, answer)


def human(one: Answer) -> Text:
    """Whether something holds in humans."""
    return Text(one["human_says"], style=HUMAN_STYLE.get(one["human"] or "", ""))


# --- paths -----------------------------------------------------------------------------------


def chain(steps: Sequence[Answer]) -> Text:
    """The steps as one chain: `paclitaxel ─▶ exosome ─▶ annexin A6`."""
    text = Text(steps[0]["subject"]["name"], style="bold")
    for step in steps:
        arrow = GUESSED if step.get("hypothesised") else ARROWS[step["sign"]]
        style = "red" if step["sign"] < 0 else "green" if step["sign"] > 0 else "dim"
        text.append(" ").append(arrow, style=f"not bold {style}").append(" ")
        text.append(step["object"]["name"])
    return text


def draw_paths(console: Console, answer: Answer) -> None:
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
        console.print(cut.get(answer["cut_by"], "Ended early; ask again."), style="yellow")
    foot(console, answer)


def draw_effect(console: Console, answer: Answer) -> None:
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


def _settling(one: Answer) -> str:
    without = " and ".join(step["name"] for step in one["steps"])
    tested = ", ".join(f"{i['name']} ({i['paper']})" for i in one["interventions"])
    return f"without {without} it {one['leaves']}" + (f"; tested there: {tested}" if tested else "")


def _draw_path(console: Console, number: int, path: Answer) -> None:
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
            human(step),
            _marks(step, weakest=place == path["weakest"]),
        )
        for place, step in enumerate(path["steps"])
    ]
    table(console, ("step", "statement", "belief", "studies", "in humans", ""), rows)
    shared = [
        f"{_plain(one['dimension'])} {_plain(one['value'])}" for one in path["shared_contexts"]
    ]
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


def _seam(one: Answer) -> str:
    sides = [", ".join(one[side]) or "not stated" for side in ("before", "after")]
    what = "cell state" if one["dimension"] == "cell_state" else "cell in which it acts"
    return f"at {one['entity']['name']}, {what}: {sides[0]}, then {sides[1]}"


def _hit(hit: Answer) -> str:
    where = f"at step {hit['step'] + 1}"
    seen = "" if hit["status"] != "tested" else f"; seen at the end: {hit['observed']}"
    return f"{hit['label']} ({where}{seen})"


def _marks(step: Answer, *, weakest: bool) -> Text:
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


def draw_influence(console: Console, answer: Answer) -> None:
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
    foot(console, answer)


def draw_blockers(console: Console, answer: Answer) -> None:
    """The sets that break every path, with the interventions that are known."""
    console.print(Text(answer["summary"]))
    if answer["sets"]:
        rows = [
            (
                " + ".join(one["name"] for one in each["entities"]),
                [f"{i['label']} ({i['status']})" for i in each["interventions"]],
                human(each),
            )
            for each in answer["sets"]
        ]
        table(console, ("take out", "known interventions", "in humans"), rows)
    foot(console, answer)


def draw_loops(console: Console, answer: Answer) -> None:
    """Each loop as a chain that comes back."""
    console.print(Text(answer["summary"]))
    for number, loop in enumerate(answer["items"], start=1):
        heading(console, f"{number}.", f"{loop['kind']} · belief {figure(loop['belief'])}")
        lines(console, chain(loop["steps"]))
        facts(
            console,
            [(f"   {hit['status'].replace('_', ' ')}", _hit(hit)) for hit in loop["interventions"]],
        )
    foot(console, answer)


def draw_impact(console: Console, answer: Answer) -> None:
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


def draw_open_questions(console: Console, answer: Answer) -> None:
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
    foot(console, answer)


def _tried(one: Answer) -> str:
    seen = f": {'; '.join(one['seen'])}" if one["seen"] else ""
    return f"{one['name']} ({one['paper']}){seen}"


# --- statements and entities -----------------------------------------------------------------


def sentence(one: Answer) -> str:
    """A statement as people say it."""
    return f"{one['subject']['name']} {one['phrase']} {one['object']['name']}"


def draw_statements(console: Console, answer: Answer) -> None:
    """Statements, most believed first."""
    rows = [
        (
            sentence(one),
            one["class"] if one["effect"] is None else one["effect"],
            one["belief"],
            one["studies"],
            one["status"],
            human(one),
            Text(one["id"], style="dim"),
        )
        for one in answer["items"]
    ]
    columns = ("statement", "effect", "belief", "studies", "status", "in humans", "id")
    _listed(console, answer, columns, rows, none="No statement is like that.")


def draw_resolve(console: Console, answer: Answer) -> None:
    """Each name of a list with what it is, or what may be meant."""
    console.print(Text(answer["summary"]))
    table(console, ("line", "name", "", "is", "id"), [_name_row(one) for one in answer["items"]])
    foot(console, answer)


def _name_row(one: Answer) -> tuple[Any, ...]:
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


def _direction(one: Answer) -> str | None:
    return {1: "up", -1: "down", None: None}[one["sign"]]


def draw_subgraph(console: Console, answer: Answer) -> None:
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


def draw_statement(console: Console, answer: Answer) -> None:
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
    _draw_evidence(console, answer["evidence"], _papers(answer))
    _draw_around(console, answer)
    foot(console, answer)


def _plain(value: str) -> str:
    """A value of the vocabulary in plain words: `mouse in vivo`."""
    return value.replace("_", " ")


def _stratum(one: Answer) -> str:
    return f"{_plain(one['stratum']).replace(':', ', ')} {figure(one['belief'])}"


def _papers(answer: Answer) -> Mapping[str, str]:
    """The papers of an answer as people speak of them, by study: `Qian 2011`."""
    return {
        one["study"]: f"{one['authors'][0]} {one['year'] or ''}".strip()
        if one["authors"]
        else one["citation"] or one["title"] or one["study"]
        for one in answer["references"]
    }


def _draw_evidence(console: Console, evidence: Sequence[Answer], papers: Mapping[str, str]) -> None:
    rows = [
        (
            one["role"],
            one["says"],
            one["basis"] + (", hedged" if one["hedged"] else ""),
            [_plain(value) for value in (*one["study_system"], *one["species"])],
            one["source"]["id"],
            papers.get(one["study"]),
        )
        for one in evidence
    ]
    table(console, ("role", "says", "basis", "seen in", "source", "paper"), rows)


def _draw_around(console: Console, answer: Answer) -> None:
    facts(
        console,
        [
            *(("conflict", one["explanation"]) for one in answer["conflicts"]),
            *(("caution", one["says"]) for one in answer["cautions"]),
            *((one["status"].replace("_", " "), _done(one)) for one in answer["interventions"]),
        ],
    )


def _done(one: Answer) -> str:
    seen = [f"{o['on']['name']}: {o['seen']}" for o in one["outcomes"]]
    return one["name"] + (f" ({'; '.join(seen)})" if seen else "")


def draw_entities(console: Console, answer: Answer) -> None:
    """Entities with what else they are called."""
    rows = [
        (one["name"], one["kind"], one["id"], [*filter(None, [one["symbol"]]), *one["synonyms"]])
        for one in answer["items"]
    ]
    none = "No entity is called that. Try fewer or other words; a part of a name will do."
    _listed(console, answer, ("entity", "kind", "id", "also called"), rows, none=none)


def draw_entity(console: Console, answer: Answer) -> None:
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


def draw_conflicts(console: Console, answer: Answer) -> None:
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
    _listed(console, answer, columns, rows, none="No statements contradict each other.")


def draw_conflict(console: Console, answer: Answer) -> None:
    """One conflict with the evidence of both sides."""
    console.print(Text(answer["explanation"]))
    for side in answer["sides"]:
        heading(console, side["name"], f"belief {figure(side['belief'])}")
        _draw_evidence(console, side["evidence"], _papers(answer))
    foot(console, answer)


# --- lists -----------------------------------------------------------------------------------


def draw_interventions(console: Console, answer: Answer) -> None:
    """What was done to what, and what was seen."""
    papers = _papers(answer)
    rows = [
        (
            one["name"],
            one["status"].replace("_", " "),
            f"{'less' if one['change'] < 0 else 'more'} {one['target']['name']}",
            [f"{o['on']['name']}: {o['seen']}" for o in one["outcomes"]],
            one["condition"] or _plain(one["phase"] or ""),
            papers.get(one["study"], one["source"]),
        )
        for one in answer["items"]
    ]
    columns = ("intervention", "status", "change", "seen", "condition", "paper")
    _listed(console, answer, columns, rows, none="No intervention is like that.")


def draw_sources(console: Console, answer: Answer) -> None:
    """What is loaded."""
    rows = [
        (one["id"], one["title"], one["tier"], one["study"], len(one["statements"]))
        for one in answer["items"]
    ]
    columns = ("source", "title", "tier", "study", "statements")
    _listed(console, answer, columns, rows, none="No source is loaded.")


def draw_source(console: Console, answer: Answer) -> None:
    """One source and what it says."""
    heading(console, answer["title"], answer["id"])
    facts(
        console,
        [
            ("type", answer["type"]),
            ("tier", answer["tier"]),
            ("traceability", answer["traceability"]),
            ("study", answer["study"]),
            ("of the study", answer["study_note"]),
            ("outlet", answer["outlet"]),
            (
                "rests on it alone",
                f"{len(answer['alone'])} of {len(answer['statements'])} statements",
            ),
        ],
    )
    rows = [
        (sentence(one), one["belief"], one["studies"], one["id"]) for one in answer["statements"]
    ]
    table(console, ("statement", "belief", "studies", "id"), rows)
    facts(
        console,
        [
            *((one["status"].replace("_", " "), _done(one)) for one in answer["interventions"]),
            *(("set aside", _set_aside(one)) for one in answer["not_statements"]),
        ],
    )
    foot(console, answer)


def _set_aside(passage: Answer) -> str:
    return f"{passage['start']}–{passage['end']}: {passage['why']}"


def draw_studies(console: Console, answer: Answer) -> None:
    """The studies, with how much rests on each alone."""
    rows = [
        (
            one["id"],
            one["title"],
            one["doi"],
            len(one["statements"]),
            len(one["alone"]),
            Text("retracted", style="red") if one["retracted"] else None,
        )
        for one in answer["items"]
    ]
    columns = ("study", "title", "DOI", "statements", "alone", "")
    _listed(console, answer, columns, rows, none="No study is loaded.")


def draw_study(console: Console, answer: Answer) -> None:
    """One study."""
    heading(console, answer["title"] or answer["id"], answer["id"])
    facts(
        console,
        [
            ("citation", answer["citation"]),
            ("DOI", answer["doi"]),
            ("PMID", answer["pmid"]),
            ("checked", answer["verified"]),
            ("retracted", answer["retracted"]),
            ("sources", answer["sources"]),
            ("statements", answer["statements"]),
            ("rest on it alone", answer["alone"]),
        ],
    )
    foot(console, answer)


def draw_snapshot(console: Console, answer: Answer) -> None:
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


def draw_loads(console: Console, answer: Answer) -> None:
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
    _listed(console, answer, columns, rows, none="Nothing was loaded yet.")


def draw_changes(console: Console, answer: Answer) -> None:
    """What changed, turn by turn, and what became of the answer that was asked about."""
    console.print(Text(answer["summary"]))
    became = answer["answer"]
    if became is not None:
        facts(console, [("   was", became["before"]["says"]), ("   is", became["after"]["says"])])
    for one in answer["items"]:
        did = [f"{source['id']} {source['did'] or 'loaded'}" for source in one["sources"]]
        heading(console, one["at"], f"by {one['sources'][0]['by']} · {one['after'][:12]}")
        nothing: Answer = {"after": {"says": None}, "gained": [], "lost": []}
        turned: Answer = one["answer"] or nothing
        facts(
            console,
            [
                ("   did", did),
                ("   then", turned["after"]["says"]),
                *(("   gained", says) for says in turned["gained"]),
                *(("   lost", says) for says in turned["lost"]),
            ],
        )
    if answer["statements"]:
        rows = [
            (one["name"] or one["id"], _before(one), _after(one)) for one in answer["statements"]
        ]
        table(console, ("statement", "before", "after"), rows)
    if not answer["complete"]:
        console.print("There is more: raise --limit, or ask from a later snapshot.", style="yellow")
    foot(console, answer)


def _before(one: Answer) -> str:
    return "new" if one["before"] is None else figure(one["before"])


def _after(one: Answer) -> str:
    return "gone" if one["after"] is None else figure(one["after"])


# --- catalogue -------------------------------------------------------------------------------


def draw_queries(console: Console, answer: Answer) -> None:
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


def draw_query(console: Console, answer: Answer) -> None:
    """The rows of a query."""
    given = ", ".join(f"{name} {value}" for name, value in answer["parameters"].items())
    heading(console, answer["query"]["title"], given)
    names: list[str] = answer["columns"]
    columns = [name.replace("_", " ") for name in names]
    rows = [[row[name] for name in names] for row in answer["items"]]
    _listed(console, answer, columns, rows, none="No rows.")
