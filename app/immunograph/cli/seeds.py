"""`immunograph seed`: check, load and verify the files that the graph is made from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from immunograph.cli import terminal
from immunograph.errors import BadQuestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from immunograph.sources import Seed
    from immunograph.store.loader import Load

app = typer.Typer(no_args_is_help=True, help="Check, load and verify source files.")

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Seed files, or folders of them.", show_default=False),
]
Documents = Annotated[
    Path | None,
    typer.Option(help="Folder with the source documents (default: IMMUNOGRAPH_DOCUMENTS)."),
]
Shipped = Annotated[bool, typer.Option("--shipped", help="The seed that ships with this version.")]


@app.command()
def check(paths: Paths = None, documents: Documents = None) -> None:
    """Read files and say every fault, with file, line and column; nothing is loaded."""
    for seed in _seeds(paths, documents=documents or terminal.settings().documents):
        _tell(seed, "No fault")


@app.command()
def verify(paths: Paths = None, documents: Documents = None) -> None:
    """Hold every passage against the source documents."""
    folder = documents or terminal.settings().documents
    if folder is None:
        raise BadQuestion(
            "The source documents are needed. Name their folder with --documents or "
            "IMMUNOGRAPH_DOCUMENTS.",
            parameter="documents",
        )
    for seed in _seeds(paths, documents=folder):
        passages = sum(
            1 for c in seed.contributions for e in c.evidence if e.locator is not None
        ) + sum(len(c.source.not_statements) for c in seed.contributions)
        _tell(seed, f"{passages} passages stand in {folder} as they were curated")


@app.command()
def load(
    paths: Paths = None,
    shipped: Shipped = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
) -> None:
    """Load files, each in place of what its source said before."""
    from immunograph import composition, folders  # noqa: PLC0415
    from immunograph.store.loader import Loader  # noqa: PLC0415

    if bool(paths) == shipped:
        raise BadQuestion("Name the files to load, or --shipped.", parameter="paths")
    by = "shipped seed" if shipped else "local"
    seeds = _seeds([folders.folder("seed")] if shipped else paths)
    with (
        terminal.reporting() as reporter,
        composition.connected(terminal.settings(), reporter=reporter) as connection,
    ):
        loader = Loader(connection.graph, schema=folders.folder("schema"))
        loader.prepare()
        loads: list[Load] = []
        for seed in seeds:
            if dry_run:
                loads += [
                    loader.put(c, seed.vocabulary, by=by, dry_run=True) for c in seed.contributions
                ]
            else:
                loads += composition.load(loader, seed, by=by, reporter=reporter)
    _draw_loads(loads, dry_run=dry_run)


def _seeds(paths: Sequence[Path] | None, *, documents: Path | None = None) -> list[Seed]:
    from immunograph import folders  # noqa: PLC0415
    from immunograph.composition import read_sources  # noqa: PLC0415

    return [read_sources(path, documents=documents) for path in paths or [folders.folder("seed")]]


def _tell(seed: Seed, what: str) -> None:
    sources = seed.contributions
    statements = {s.id for c in sources for s in c.statements}
    passages = sum(len(c.evidence) for c in sources)
    sys.stdout.write(
        f"{what}: {len(sources)} source{'' if len(sources) == 1 else 's'}, "
        f"{len(statements)} statements, {passages} pieces of evidence.\n"
    )


def _draw_loads(loads: Sequence[Load], *, dry_run: bool) -> None:
    from immunograph.cli import drawing  # noqa: PLC0415

    console = terminal.output()
    changing = [one for one in loads if not one.changes_nothing]
    if changing:
        rows: list[Any] = [
            (one.source, len(one.added), len(one.removed), len(one.changed)) for one in changing
        ]
        drawing.table(console, ("source", "added", "removed", "changed"), rows)
    same = len(loads) - len(changing)
    if not changing:
        console.print(f"Zero changes: all {same} sources stand as they were.")
    elif same:
        console.print(f"{same} sources stand as they were.")
    if dry_run:
        console.print("Nothing was written.", style="dim")
    elif loads:
        console.print(f"snapshot {loads[-1].after[:12]}", style="dim")
