"""`immunograph db`: the local Neo4j, which comes and goes with its users; dumps of the graph."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from immunograph.cli import terminal
from immunograph.errors import EngineSetup, ImmunographError

if TYPE_CHECKING:
    from immunograph.settings import Settings
    from immunograph.store.dumps import Dump
    from immunograph.store.graph import Graph
    from immunograph.store.local import Engine

app = typer.Typer(no_args_is_help=True, help="The local Neo4j, and dumps of the graph.")

File = Annotated[Path, typer.Argument(help="A dump: JSON lines, packed by gzip.")]


@app.command()
def start() -> None:
    """Start it, and keep it running until `db stop`."""
    from immunograph.store import local  # noqa: PLC0415

    with terminal.reporting() as reporter:
        _tell(local.start(_own(), console=reporter.console))


@app.command()
def stop() -> None:
    """Stop it, whoever uses it."""
    from immunograph.store import local  # noqa: PLC0415

    stopped = local.stop(_own())
    sys.stdout.write("Stopped.\n" if stopped else "It was not running.\n")


@app.command()
def status() -> None:
    """Say whether it runs, where, and for whom."""
    from immunograph.store import local  # noqa: PLC0415

    settings = terminal.settings()
    if settings.neo4j_uri is not None:
        sys.stdout.write(f"NEO4J_URI names {settings.neo4j_uri}, so the local Neo4j is not used.\n")
        return
    found = local.status(settings)
    if found.engine is None:
        sys.stdout.write(f"Neo4j {found.version} is not running. Its data: {found.home}\n")
        return
    use = "in use" if found.used else "not in use"
    kept = "kept until `db stop`" if found.kept else "ends with its last user"
    sys.stdout.write(f"Neo4j {found.version} runs, {use}, {kept}. Its data: {found.home}\n")
    sys.stdout.write(f"Bolt     {found.engine.uri}\nBrowser  {found.engine.browser}\n")


@app.command()
def shell() -> None:
    """Ask in Cypher, reading only; shows where Neo4j Browser is, and how to be let in."""
    from immunograph.composition import connected  # noqa: PLC0415

    with (
        terminal.reporting() as reporter,
        connected(terminal.settings(), reporter=reporter) as connection,
    ):
        asked_by_person = sys.stdin.isatty()
        if asked_by_person and connection.engine is not None:
            _tell(connection.engine)
        if asked_by_person:
            sys.stdout.write("End a query with a semicolon, and the shell with Ctrl-D.\n")
        _answer_all(connection.graph, asked_by_person=asked_by_person)


@app.command()
def dump(file: File) -> None:
    """Write all that the graph holds to a new file, also while it is in use."""
    from immunograph.composition import connected  # noqa: PLC0415
    from immunograph.store.dumps import write_dump  # noqa: PLC0415

    with (
        terminal.reporting() as reporter,
        connected(terminal.settings(), reporter=reporter) as connection,
    ):
        _tell_dump("Written", file, write_dump(connection.graph, file))


@app.command()
def restore(file: File) -> None:
    """Load a dump into an empty graph, and check that it holds the same snapshot."""
    from immunograph import folders  # noqa: PLC0415
    from immunograph.composition import connected  # noqa: PLC0415
    from immunograph.store.dumps import restore_dump  # noqa: PLC0415

    def begun() -> None:
        sys.stderr.write(f"Stopped. Restore {file} again to finish; nothing is loaded twice.\n")

    try:
        with (
            terminal.stoppable(),
            terminal.reporting() as reporter,
            connected(terminal.settings(), reporter=reporter) as connection,
            terminal.finishing(told=begun) as going_on,
        ):
            schema = folders.folder("schema")
            held = restore_dump(connection.graph, file, schema=schema, going_on=going_on)
            if not going_on():
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        begun()
        raise typer.Exit(130) from None
    _tell_dump("Restored", file, held)


def _tell_dump(what: str, file: Path, held: Dump) -> None:
    sys.stdout.write(f"{what}: {file}, {len(held.contributions)} sources\n")
    sys.stdout.write(f"Snapshot {held.snapshot}\n")


def _own() -> Settings:
    """The settings, where they leave the local Neo4j on."""
    settings = terminal.settings()
    if settings.neo4j_uri is not None:
        raise EngineSetup(
            f"NEO4J_URI names {settings.neo4j_uri}, so the local Neo4j is off. Unset it first, or "
            "see to that server by its own means."
        )
    return settings


def _tell(engine: Engine) -> None:
    """Where the engine is and how to be let in; only ever on a person's terminal."""
    sys.stdout.write(
        f"Bolt     {engine.uri}\n"
        f"Browser  {engine.browser}\n"
        f"User     {engine.username}\n"
        f"Password {engine.password.get_secret_value()}\n"
    )


def _answer_all(graph: Graph, *, asked_by_person: bool) -> None:
    """Answer each query of standard input, up to its semicolon."""
    from immunograph.cli import drawing  # noqa: PLC0415

    console = terminal.output()
    text = ""
    failed: ImmunographError | None = None
    while True:
        line = _line("> " if not text else "… ", asked_by_person=asked_by_person)
        text += line or ""
        if text.strip() and (line is None or line.rstrip().endswith(";")):
            try:
                rows = graph.read(text.strip().rstrip(";"))
            except ImmunographError as error:
                failed = error
                if not asked_by_person:
                    raise
                sys.stderr.write(f"{error.message}\n")
            else:
                columns = list(rows[0]) if rows else []
                drawing.table(console, columns, [[row[c] for c in columns] for row in rows])
                console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", style="dim")
            text = ""
        if line is None:
            break
    if failed is not None and not asked_by_person:
        raise failed


def _line(prompt: str, *, asked_by_person: bool) -> str | None:
    """The next line, or None at the end."""
    if not asked_by_person:
        return sys.stdin.readline() or None
    with contextlib.suppress(ImportError):
        importlib.import_module("readline")  # arrow keys and history, where the platform has them
    try:
        return input(prompt) + "\n"
    except EOFError:
        sys.stdout.write("\n")
        return None
