"""The command line: the same questions as over HTTP, and what keeps the graph.

Every module below is imported when its command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from immunograph.cli import agents, asking, database, importing, keys, seeds, serving
from immunograph.errors import ImmunographError, NotFound
from immunograph.questions import QUESTIONS


class Commands(TyperGroup):
    """Commands whose errors are one sentence on standard error, and exit code 1."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in the order of a day's work, and not of the alphabet."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands under the headings that they were added with."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            text = command.get_short_help_str(formatter.width - 24)
            panels.setdefault(_panel(command), []).append((f"{name:14}", text))
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what is ours to say goes to standard error."""
        try:
            return super().invoke(ctx)
        except ImmunographError as error:
            sys.stderr.write(f"{error.message}\n")
            if isinstance(error, NotFound):
                for one in error.details.get("set_aside", ()):
                    sys.stderr.write(f"Set aside in {one['source']}: {one['why']}\n")
            raise typer.Exit(1) from error


def _panel(command: Any) -> str:
    """The heading of a command; those without one stand under the usual."""
    panel = getattr(command, "rich_help_panel", None)
    return panel if isinstance(panel, str) else "Commands"


app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,  # drawing help with rich takes longer than all else
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from immunograph import __version__  # noqa: PLC0415 - reads the metadata of the package

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def immunograph(
    _version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Immune–tumour mechanisms in which every step can be held to account."""


app.command(rich_help_panel="Service")(serving.serve)
app.command(rich_help_panel="Service")(agents.mcp)
asking.add_to(app, QUESTIONS.values())
app.add_typer(seeds.app, name="seed", rich_help_panel="Sources")
app.command("import", rich_help_panel="Sources")(importing.import_)
app.add_typer(keys.app, name="key", rich_help_panel="Sources")
app.add_typer(database.app, name="db", rich_help_panel="Service")


def main() -> None:
    """The console script."""
    app()
