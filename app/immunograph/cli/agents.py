"""`immunograph mcp`: the questions as tools for agents."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from immunograph.cli import terminal
from immunograph.errors import BadQuestion

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

HOST = "127.0.0.1"
PATH = "/mcp"


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve over HTTP on this machine, not over stdio.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="With --http: the port.")] = 8001,
) -> None:
    """Serve the questions as tools for agents (Model Context Protocol)."""
    from immunograph.composition import opened  # noqa: PLC0415

    # Standard output belongs to the protocol; whoever waits is told on standard error.
    with (
        terminal.stoppable(),
        suppress(KeyboardInterrupt),
        terminal.reporting() as reporter,
        opened(terminal.settings(), reporter=reporter) as found,
    ):
        server = _server(found.service)
        if http:
            sys.stderr.write(f"Tools for agents at http://{HOST}:{port}{PATH}\n")
            # Every question stands by itself, so that no session is kept, and older clients that
            # ask for one are answered, too.
            server.run(
                "streamable-http",
                host=HOST,
                port=port,
                streamable_http_path=PATH,
                stateless_http=True,
                json_response=True,
            )
        else:
            server.run("stdio")


def _server(service: Any) -> MCPServer[Any]:
    """The server over a service. Raises BadQuestion where its package is not installed."""
    try:
        from immunograph.mcp.server import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise BadQuestion(
            "`immunograph mcp` needs a package that is not installed here. "
            "Install it with `pip install 'immunograph[mcp]'`."
        ) from error
    return serve(service)
