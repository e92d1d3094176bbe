"""One command for each question, made from its parameters: tables for people, JSON for programs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from immunograph.cli import terminal
from immunograph.cli.terminal import Wanted
from immunograph.questions.catalogue import QUERIES, QUERY
from immunograph.questions.graph import EXPORT
from immunograph.questions.question import Parameter, Parameters, Question, parameters_of

FORMATS: Final = (
    *("json", "csv", "tsv", "excel", "parquet", "indra", "bel", "kgx-tsv", "kgx-jsonl", "trapi"),
    *("signor", "cx2", "graphml", "sif", "cytoscape", "trig"),
)
"""By name; written out here, since to import them would make `--help` wait."""
REFERENCE_FORMATS: Final = ("bibtex", "ris", "csl")

Command = Callable[..., None]


# --- how an answer is wanted -----------------------------------------------------------------


def _form(type_: Any, *names: str, text: str) -> Any:
    return Annotated[type_, typer.Option(*names, help=text, show_default=False)]


OUTPUTS: Final[Mapping[str, tuple[Any, Any]]] = {
    "json": (False, _form(bool, "--json", text="Print the answer as HTTP gives it.")),
    "format": (None, _form(str | None, "--format", text=f"One of {', '.join(FORMATS)}.")),
    "references": (
        None,
        _form(
            str | None,
            "--references",
            text=f"The papers that it rests on: {', '.join(REFERENCE_FORMATS)}.",
        ),
    ),
    "manifest": (
        False,
        _form(bool, "--manifest", text="What the format holds, and what had no place in it."),
    ),
    "out": (
        None,
        _form(Path | None, "--out", text="Write it to this file, its manifest beside it."),
    ),
}


def shown(run: Callable[..., None], own: Iterable[inspect.Parameter], text: str) -> Command:
    """A command with parameters of its own and those of how its answer is wanted.

    `run` takes the latter as one, `wanted`.
    """
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option)
        for name, (default, option) in OUTPUTS.items()
    ]

    def command(**given: Any) -> None:
        wanted = Wanted(**{name: given.pop(name) for name in OUTPUTS})
        run(**given, wanted=wanted)

    parameters = [*own, *added]
    command.__doc__ = text
    setattr(command, "__signature__", inspect.Signature(parameters))  # noqa: B010 # typer reads it
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


# --- the parameters of a question ------------------------------------------------------------


def command_of(question: Question[Any, Any]) -> Command:
    """The command that asks a question."""

    def run(*, wanted: Wanted, **given: Any) -> None:
        if question is EXPORT:  # it is written and not drawn
            wanted = replace(wanted, json=wanted.format is None)
        terminal.ask(question, wanted, asked_of(question, given))

    every = parameters_of(question.parameters)
    return shown(run, (taken for one in every for taken in _taken(one)), question.asks)


def asked_of(question: Question[Any, Any], given: Mapping[str, Any]) -> Parameters:
    """The parameters of a question from those of its command. Raises BadQuestion."""
    found: dict[str, Any] = {}
    for one in parameters_of(question.parameters):
        value = given[one.about.argument or one.field]
        if one.about.sent:
            value = terminal.listed_names(value)
        elif one.about.several:
            value = [*(value or ()), *(given[one.field] or ())]
        elif one.repeats and isinstance(value, str):
            value = [value]
        found[one.field] = tuple(value or ()) if one.repeats else value
    return question.of(found)


def _taken(one: Parameter) -> Iterator[inspect.Parameter]:
    """How a command takes a parameter: as an argument, as an option, or as either."""
    about = one.about
    if about.argument is not None:
        kind: Any = list[str] if about.several else Path if about.sent else str
        default = inspect.Parameter.empty
        if about.several or not one.required:
            kind, default = kind | None, None
        text = _sentence(one.meaning if about.several else about.help)
        if about.sent:
            text = f"{text} - reads standard input."
        metavar = about.argument.upper() if about.several or about.sent else None
        argument = typer.Argument(help=text, metavar=metavar, show_default=False)
        yield _parameter(about.argument, Annotated[kind, argument], default)
    if about.argument is None or about.several:
        kind = list[str] | None if one.repeats else one.type | None if one.optional else one.type
        kind = str | None if one.values and one.optional else str if one.values else kind
        default = None if one.repeats else one.default
        yield _parameter(one.field, Annotated[kind, _option(one)], default)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def _option(one: Parameter) -> Any:
    flag, text = f"--{one.name.replace('_', '-')}", _sentence(one.meaning)
    if one.values:
        return _one_of(flag, one.values, text)
    if one.repeats or one.type not in (int, float):
        return typer.Option(flag, help=text)
    return typer.Option(flag, help=text, min=one.about.least, max=one.about.most)


def _one_of(flag: str, values: Sequence[str], text: str) -> Any:
    """An option that takes one of the known values, whatever its case, joiners and number."""

    def choose(given: str) -> str:
        from immunograph.domain.selection import known_value  # noqa: PLC0415 # slow to import

        found = known_value(given, {one: one for one in values})
        if found is None:
            raise typer.BadParameter(f"'{given}' is none of {', '.join(values)}.")
        return found

    return typer.Option(flag, parser=choose, metavar=f"[{'|'.join(values)}]", help=text)


def _sentence(text: str) -> str:
    """The meaning of a parameter as a sentence of a terminal.

    >>> _sentence("`promotes`, or the verb"), _sentence("words of a name")
    ('promotes, or the verb.', 'Words of a name.')
    """
    plain = text.replace("`", "")
    return f"{plain if text.startswith('`') else plain[:1].upper() + plain[1:]}."


# --- catalogue -------------------------------------------------------------------------------


def query(context: typer.Context, *, name: str | None, cypher: bool, wanted: Wanted) -> None:
    """Run a query of the catalogue with the options that are its parameters."""
    parameters = _parameters(context)
    if name is None:
        if parameters:
            raise typer.BadParameter("Parameters come after the name of a query.")
        terminal.ask(QUERIES, wanted, QUERIES.of({}))
    elif cypher:
        terminal.show_cypher(name)
    else:
        terminal.ask(QUERY, wanted, QUERY.of({"name": name, "given": parameters}))


_OF_QUERY: Final = (
    _parameter("context", typer.Context, inspect.Parameter.empty),
    _parameter(
        "name",
        Annotated[str | None, typer.Argument(help="A query of the catalogue; none lists them.")],
        None,
    ),
    _parameter(
        "cypher",
        Annotated[
            bool, typer.Option("--cypher", help="Show its Cypher for Neo4j Browser; do not run it.")
        ],
        False,
    ),
)


def _parameters(context: typer.Context) -> dict[str, str]:
    """`--name value` and `--name=value` as a mapping."""
    found: dict[str, str] = {}
    rest = list(context.args)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name:
            raise typer.BadParameter(f"'{word}' stands alone; write --parameter value.")
        if not equals:
            if not rest:
                raise typer.BadParameter(f"--{name} has no value; write --{name} value.")
            value = rest.pop(0)
        found[name.replace("-", "_")] = value
    return found


def add_to(app: typer.Typer, questions: Iterable[Question[Any, Any]]) -> None:
    """Add questions to the commands."""
    for question in questions:
        free = question is QUERY
        command = shown(query, _OF_QUERY, question.asks) if free else command_of(question)
        settings = {"allow_extra_args": True, "ignore_unknown_options": True} if free else None
        app.command(
            question.name.replace("_", "-"),
            rich_help_panel=question.heading,
            context_settings=settings,
        )(command)
