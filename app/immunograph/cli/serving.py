"""`immunograph serve`: the service, its page and the engine under them."""

from __future__ import annotations

import ipaddress
import socket
import sys
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from immunograph.cli import terminal
from immunograph.errors import EngineSetup

if TYPE_CHECKING:
    from immunograph.composition import Connection, Opened
    from immunograph.domain.knowledge import Knowledge
    from immunograph.domain.model import Contribution
    from immunograph.settings import Settings

GRACE_SECONDS = 3
"""How long requests that are open may take to end once the service is told to."""
OPEN = {
    "open": "the network: whoever reaches this address can read. Writing needs a key, which "
    "travels in the clear unless a proxy in front speaks HTTPS.",
    "key": "the network. Reading and writing need a key, which travels in the clear unless a proxy "
    "in front speaks HTTPS.",
}


def serve(
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer at the same address.")
    ] = 1,
) -> None:
    """Serve the page and HTTP, with the engine; an empty graph is given the shipped seed."""
    # Either way of ending it takes the same way out, so that the engine is left in order.
    with terminal.stoppable():
        with suppress(KeyboardInterrupt):
            settings = terminal.settings()
            with _listening(settings) as listener:
                _write_logs(settings)
                if workers == 1:
                    _serve(settings, listener)
                else:
                    _serve_with(workers, settings, listener)
        # Also where the server took the request and came to its end without passing it on.
        sys.stdout.write("Stopped.\n")


def _serve(settings: Settings, listener: socket.socket) -> None:
    from immunograph.composition import opened  # noqa: PLC0415

    hold_back_framework_warning()
    with (
        terminal.reporting(always=True) as reporter,
        opened(settings, reporter=reporter, guide_url=_guide(listener), serving=True) as found,
    ):
        _tell(found.connection, settings, listener)
        if settings.seed is None and not found.loads:
            _tell_behind(found.service.state.knowledge)
        _run(found, settings, listener)


def _serve_with(workers: int, settings: Settings, listener: socket.socket) -> None:
    """Bring up the engine and the graph, and have so many other processes serve it."""
    from immunograph.cli.workers import keep_serving  # noqa: PLC0415
    from immunograph.composition import connected, filled, laid_out, loader_of  # noqa: PLC0415

    with (
        tempfile.TemporaryDirectory(prefix="immunograph-") as shared,
        terminal.reporting(always=True) as reporter,
        connected(settings, reporter=reporter, guide_url=_guide(listener)) as connection,
    ):
        loader = loader_of(connection.graph, settings)
        loads = filled(connection, loader, settings, reporter=reporter, serving=True)
        _tell(connection, settings, listener)
        state = laid_out(connection.graph, settings, loader.read() if loads else None)
        if settings.seed is None and not loads:
            _tell_behind(state.knowledge)
        del loader, state  # what they hold is of no use here any more
        with suppress(KeyboardInterrupt):
            keep_serving(workers, listener, Path(shared))


def work(listener: socket.socket, shared: Path) -> None:
    """Be one of several processes that serve; `shared` is the folder of what they share."""
    from immunograph.composition import opened  # noqa: PLC0415

    hold_back_framework_warning()
    settings = terminal.settings()
    _write_logs(settings)
    with (
        terminal.stoppable(),
        suppress(KeyboardInterrupt),
        opened(settings, guide_url=_guide(listener), serving=True) as found,
    ):
        _run(found, settings, listener, shared=shared)


def _guide(listener: socket.socket) -> str:
    """The guide that Neo4j Browser plays."""
    return f"{_address(listener)}/browser-guide"


def _write_logs(settings: Settings) -> None:
    from immunograph.web.logs import write_logs  # noqa: PLC0415

    write_logs(as_json=settings.log == "json")


def hold_back_framework_warning() -> None:
    """Ignore, from here on, what FastAPI ignores for as long as it makes a field.

    It does so by `warnings.catch_warnings`, which is one for all threads: numba uses it too while
    it compiles the kernels in the background, and puts back what it found.
    """
    from pydantic.warnings import UnsupportedFieldAttributeWarning  # noqa: PLC0415

    warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)


def _listening(settings: Settings) -> socket.socket:
    """A socket on the address of the service, taken before anything slow is begun."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as fault:
        listener.close()
        raise EngineSetup(
            f"The service cannot listen on port {settings.port} of {settings.host}: "
            f"{fault.strerror}. Stop what uses it, or set IMMUNOGRAPH_PORT to another port "
            "(0 takes a free one)."
        ) from fault
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_loopback(listener: socket.socket) -> bool:
    """Whether only programs of this machine reach the address."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def _tell(connection: Connection, settings: Settings, listener: socket.socket) -> None:
    """What is served and where; the password only ever on a person's terminal."""
    from immunograph.cli import drawing  # noqa: PLC0415

    address = _address(listener)
    engine = connection.engine
    held = connection.graph.snapshot() or {}
    names = ("sources", "statements", "entities", "studies")
    console = terminal.output()
    pairs = [
        ("Page", address),
        ("HTTP", f"{address}/docs"),
        ("Graph", ", ".join(f"{held[name]} {name}" for name in names)),
        ("Snapshot", held["id"]),
    ]
    if engine is not None:
        shown = sys.stdout.isatty()
        pairs += [
            ("Neo4j Browser", engine.browser),
            ("User", engine.username),
            (
                "Password",
                engine.password.get_secret_value()
                if shown
                else f"in {engine.home / 'password'}, and shown by `immunograph db shell`",
            ),
        ]
    else:
        pairs.append(("Neo4j", f"{connection.uri}, database {connection.database}"))
    if not _is_loopback(listener):
        pairs.append(("Open to", OPEN[settings.reads]))
    drawing.facts(console, pairs)
    console.print("Stop with Ctrl-C.", style="dim")
    sys.stdout.flush()


def _tell_behind(held: Knowledge) -> None:
    """Whether this version ships sources that the graph does not hold as they are now."""
    from immunograph import folders  # noqa: PLC0415
    from immunograph.composition import read_sources  # noqa: PLC0415

    shipped = read_sources(folders.folder("seed")).contributions
    said = behind(held, shipped)
    if said is not None:
        sys.stdout.write(f"{said} `immunograph seed load --shipped` brings them.\n")
        sys.stdout.flush()


def behind(held: Knowledge, shipped: Sequence[Contribution]) -> str | None:
    """What a graph lacks of the shipped sources, as a sentence; None where it lacks nothing."""
    from immunograph.curation.diffs import differing  # noqa: PLC0415

    lacking = differing(held, shipped)
    if not lacking:
        return None
    if not any(one.source.id in held.contributions for one in shipped):
        return f"The graph does not hold the shipped seed of {len(shipped)} sources."
    names = ", ".join(lacking[:3]) + (", …" if len(lacking) > 3 else "")
    return (
        f"The graph is behind the shipped seed: {len(lacking)} of its {len(shipped)} sources "
        f"are missing or of another version ({names})."
    )


def _listed(text: str | None) -> list[str]:
    """What a setting names, with commas between."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _run(
    found: Opened, settings: Settings, listener: socket.socket, *, shared: Path | None = None
) -> None:
    import uvicorn  # noqa: PLC0415

    from immunograph.web.app import create_app  # noqa: PLC0415
    from immunograph.web.wire import Protocol, Server  # noqa: PLC0415

    app = create_app(
        found.service,
        host=settings.host,
        also_hosts=_listed(settings.names),
        origins=_listed(settings.origins),
        writing=found.writing,
        reads_need_key=settings.reads == "key",
        restart=found.connection.restart,
        rate=settings.rate,
        shared=shared,
    )
    config = uvicorn.Config(
        app,
        http=Protocol,
        log_level="warning",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # The server raises the signal again that ended it; what is left to do is done in order.
    with suppress(KeyboardInterrupt):
        Server(config, stop=app.state.stop).run(sockets=[listener])
