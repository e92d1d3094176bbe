"""`immunograph key`: who may load sources over HTTP."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from immunograph.cli import terminal

app = typer.Typer(
    help="Keys of curators, for loading over HTTP.", no_args_is_help=True, rich_markup_mode=None
)
Name = Annotated[str, typer.Argument(help="The curator's name.", show_default=False)]


@app.command()
def new(name: Name) -> None:
    """Make a key for a curator; it is shown once."""
    from immunograph.composition import connected  # noqa: PLC0415 # imports the driver
    from immunograph.store.keys import new_key  # noqa: PLC0415

    with connected(terminal.settings()) as connection:
        sys.stdout.write(f"{new_key(connection.graph, name)}\n")
    sys.stderr.write(f"The key of {name}, shown this once. Send it as `Authorization: Bearer …`.\n")


@app.command("list")
def list_keys(as_json: terminal.Json = False) -> None:
    """Every key: whose, since when, when last used, and whether it was revoked."""
    from immunograph.composition import connected  # noqa: PLC0415
    from immunograph.store.keys import keys_of  # noqa: PLC0415

    with connected(terminal.settings()) as connection:
        keys = keys_of(connection.graph)
    if as_json:
        terminal.write_json({"items": keys})
        return
    for key in keys:
        state = f"revoked {key['revoked']}" if key["revoked"] else "stands"
        used = f"used {key['used']}" if key["used"] else "never used"
        sys.stdout.write(f"{key['id']}  {key['created']}  {key['name']}  {state}, {used}\n")
    if not keys:
        sys.stdout.write("No key was made yet. `immunograph key new NAME` makes one.\n")


@app.command()
def revoke(name: Name) -> None:
    """End the key of a curator."""
    from immunograph.composition import connected  # noqa: PLC0415
    from immunograph.store.keys import revoke_key  # noqa: PLC0415

    with connected(terminal.settings()) as connection:
        revoke_key(connection.graph, name)
    sys.stdout.write(f"The key of {name} is revoked.\n")
