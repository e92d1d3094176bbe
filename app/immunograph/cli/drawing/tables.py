"""Tables, facts and paragraphs as wide as the terminal, of which nothing is cut away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from immunograph.answers.parts import Page, Snapshotted
from immunograph.domain.vocabulary import HumanApplicability

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


def foot(console: Console, answer: Snapshotted) -> None:
    """What is still to be said of an answer: the snapshot it is from."""
    console.print(f"snapshot {answer['snapshot'][:12]}", style="dim")


def more(console: Console, shown: int, cursor: str | None, total: int | str = "more") -> None:
    """Where a list goes on, if it does."""
    if cursor:
        console.print(f"{shown} of {total}. Go on with --cursor {cursor}", style="dim")


def listed(
    console: Console,
    answer: Page,
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
    more(console, len(rows), answer["next"], answer["total"])
    foot(console, answer)


def human(says: str, applicability: HumanApplicability | None) -> Text:
    """Whether something holds in humans, in words, in the colour of the answer."""
    return Text(says, style=HUMAN_STYLE.get(applicability or "", ""))


def plain(value: str) -> str:
    """A value of the vocabulary in plain words: `mouse in vivo`."""
    return value.replace("_", " ")
