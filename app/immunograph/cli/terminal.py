"""Between a command and a person: opens the graph, asks, and shows the answer or its bytes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from immunograph.errors import BadQuestion, EngineSetup

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from immunograph.composition import Reporter
    from immunograph.names.lists import ListedName
    from immunograph.questions.question import Parameters, Question
    from immunograph.service.rendering import Output, Rendered
    from immunograph.settings import Settings

PIPED_WIDTH = 120
"""Columns where the output is no terminal and `COLUMNS` asks for no other width."""
NARROWEST = 20
FINISH_SECONDS = 4.0
"""How long a load that is asked to end may take to finish what it writes."""
Json = Annotated[bool, typer.Option("--json", help="The answer for programs.")]


def settings() -> Settings:
    """The settings of the environment. Raises EngineSetup naming the variable that is wrong."""
    from pydantic import ValidationError  # noqa: PLC0415

    from immunograph.settings import Settings  # noqa: PLC0415

    try:
        return Settings.model_validate({})
    except ValidationError as error:
        faults = [
            f"{_variable(str(fault['loc'][0]))} is '{fault['input']}': {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
        raise EngineSetup(f"{'. '.join(faults)}. docs/settings.md lists every setting.") from error


def _variable(name: str) -> str:
    upper = name.upper()
    return upper if upper.startswith("NEO4J_") else f"IMMUNOGRAPH_{upper}"


def output() -> Console:
    """Where answers are drawn."""
    from rich.console import Console  # noqa: PLC0415

    return Console(width=_width(), highlight=False)


def _width() -> int | None:
    """The columns that `COLUMNS` asks for, even of a pipe; None: those of the terminal."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(NARROWEST, int(asked))
    return None if sys.stdout.isatty() else PIPED_WIDTH


@contextmanager
def reporting(*, always: bool = False) -> Generator[Reporter]:
    """Tell those who wait on standard error: in a terminal, or `always`."""
    from rich.console import Console  # noqa: PLC0415

    from immunograph.composition import Reporter  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    told = always or console.is_terminal
    bar = _bar("Loading", console)
    task = bar.add_task("", total=None)

    def say(text: str) -> None:
        if told:
            console.print(text, style="dim")

    def loaded(source: str, done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total, description=source)
        if done == total:
            bar.stop()
            say(f"Loaded {total} source{'' if total == 1 else 's'}.")

    try:
        yield Reporter(say=say, loaded=loaded, console=console)
    finally:
        bar.stop()


@contextmanager
def counting(what: str) -> Generator[Callable[[int, int], None]]:
    """Show a person on standard error how many of how many are done."""
    from rich.console import Console  # noqa: PLC0415

    bar = _bar(what, Console(stderr=True, highlight=False))
    task = bar.add_task("", total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _bar(what: str, console: Console) -> Progress:
    """A bar with how fast it goes and how long it will take; none where nobody looks at it."""
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")

    return Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", style="dim"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def stoppable() -> Generator[None]:
    """Let a request to end, whoever sends it, take the way of Ctrl-C.

    One that comes while an object is being taken down, where Python ignores it, is made again.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    told = sys.unraisablehook
    again = Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    again.daemon = True

    def ask_again(ignored: sys.UnraisableHookArgs) -> None:
        if ignored.exc_type is not KeyboardInterrupt:
            told(ignored)
        elif not again.ident:
            again.start()

    sys.unraisablehook = ask_again
    try:
        yield
    finally:
        again.cancel()
        sys.unraisablehook = told
        signal.signal(signal.SIGTERM, before)


@contextmanager
def finishing(*, told: Callable[[], None]) -> Generator[Callable[[], bool]]:
    """Whether to go on: a request to end lets what is under way come to its end.

    A second one does not wait for it. What takes longer than `FINISH_SECONDS` is broken off, and
    so is the process: a server drops a transaction whose client is gone. `told` then says where
    that leaves things.
    """
    asked = False

    def break_off() -> None:
        told()
        sys.stderr.flush()
        os._exit(130)

    last_resort = Timer(FINISH_SECONDS, break_off)
    last_resort.daemon = True

    def ask_to_end(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            signal.default_int_handler(number, frame)
        asked = True
        sys.stderr.write("Stopping once this is written …\n")
        last_resort.start()

    before = {one: signal.signal(one, ask_to_end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: not asked
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        last_resort.cancel()


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a person wants an answer: drawn, unless something else is said."""

    json: bool = False
    format: str | None = None
    references: str | None = None
    manifest: bool = False
    out: Path | None = None

    @property
    def drawn(self) -> bool:
        """Whether it is to be drawn for people."""
        return self == Wanted()


def listed_names(file: Path) -> tuple[ListedName, ...]:
    """The names of a file, or of standard input where it is `-`. Raises BadQuestion."""
    from immunograph.names.lists import MOST_BYTES, read_list  # noqa: PLC0415

    if str(file) == "-":
        return tuple(read_list(sys.stdin.buffer.read(MOST_BYTES + 1)))
    try:
        with file.open("rb") as opened:
            return tuple(read_list(opened.read(MOST_BYTES + 1)))
    except OSError as error:
        raise BadQuestion(f"{file} cannot be read: {error.strerror}.") from error


def ask(question: Question[Any, Any], wanted: Wanted, asked: Parameters) -> None:
    """Ask a question, and show the answer."""
    from immunograph.composition import opened  # noqa: PLC0415
    from immunograph.questions import asking  # noqa: PLC0415

    with reporting() as reporter, opened(settings(), reporter=reporter) as found:
        if wanted.drawn:
            draw(question.name, question.answer(found.service, asked))
            return
        output = _output(wanted)
        rendered = asking.ask(found.service, question, asked, output)
        write(rendered, wanted.out)
        if wanted.out is not None and rendered.has_manifest:
            described = replace(output, manifest=True)
            beside = wanted.out.with_name(f"{wanted.out.name}.manifest.json")
            write(asking.ask(found.service, question, asked, described), beside)


def _output(wanted: Wanted) -> Output:
    from immunograph.service.rendering import Output  # noqa: PLC0415 # slow to import

    if wanted.json and wanted.format not in (None, "json"):
        raise typer.BadParameter(f"--json and --format {wanted.format} are two forms; name one.")
    return Output(
        format=wanted.format or "json", references=wanted.references, manifest=wanted.manifest
    )


def write(rendered: Rendered, out: Path | None) -> None:
    """An answer to a file, which is whole or not there, or to standard output."""
    if out is None:
        sys.stdout.flush()
        for chunk in rendered.chunks:
            sys.stdout.buffer.write(chunk)
        if sys.stdout.isatty():
            sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(rendered.chunks)
        part.replace(out)
    except OSError as error:
        raise BadQuestion(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def draw(question: str, answer: dict[str, Any]) -> None:
    """An answer as tables."""
    from immunograph.cli import drawing  # noqa: PLC0415

    getattr(drawing, f"draw_{question}")(output(), answer)


def show_cypher(name: str) -> None:
    """A query of the catalogue, ready for Neo4j Browser."""
    from immunograph import folders  # noqa: PLC0415
    from immunograph.store.catalogue import Catalogue  # noqa: PLC0415

    query = Catalogue.read(folders.folder("queries")).query(name)
    for text in filter(None, (query.browser, query.cypher)):
        sys.stdout.write(f"{text}\n")


def write_json(answer: Mapping[str, Any]) -> None:
    """An answer for programs, as HTTP writes it."""
    from immunograph.service import to_bytes  # noqa: PLC0415 # slow to import

    write_bytes(to_bytes(answer))


def write_bytes(body: bytes) -> None:
    """The bytes as they are; a terminal also gets the end of the line."""
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    if sys.stdout.isatty():
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet. Raises BadQuestion."""
    try:
        with file.open("x", encoding="utf-8") as lines:
            lines.write(text)
    except OSError as error:
        raise BadQuestion(
            f"{file} cannot be written: {error.strerror}. Nothing was changed.", parameter="out"
        ) from error
