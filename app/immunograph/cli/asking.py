"""One command for each question; tables for people, `--json` for programs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from immunograph.cli import terminal
from immunograph.domain.vocabulary import (
    Effect,
    InterventionStatus,
    SourceType,
    StatementClass,
    Status,
)


def one_of(flag: str, known: Iterable[str], text: str) -> Any:
    """An option that takes one of the known values, whatever its case, joiners and number."""
    values = [str(one) for one in known]

    def choose(given: str) -> str:
        from immunograph.domain.selection import known_value  # noqa: PLC0415 # slow to import

        found = known_value(given, {one: one for one in values})
        if found is None:
            raise typer.BadParameter(f"'{given}' is none of {', '.join(values)}.")
        return found

    return typer.Option(flag, parser=choose, metavar=f"[{'|'.join(values)}]", help=text)


Entity = Annotated[str, typer.Argument(help="Any name or id of an entity.", show_default=False)]
Identifier = Annotated[str, typer.Argument(show_default=False)]
ListFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="Names, one a line, behind a tab perhaps up, down or a signed change; or a JSON array "
        "of names. - reads standard input.",
        show_default=False,
    ),
]
Paper = Annotated[str, typer.Argument(help="Local id, DOI or PMID.", show_default=False)]
Cursor = Annotated[str | None, typer.Option(help="Where to go on: `next` of the page before.")]
OneEffect = Annotated[str | None, one_of("--effect", Effect, "Only this net effect.")]
Words = Annotated[str | None, typer.Option("--q", help="Words that it is told with.")]
Several = list[str]

STEPS: Final = 8
"""The most steps of a path that may be asked for."""
MOST: Final = 1_000
"""The most rows that may be asked for at once."""

MaxSteps = Annotated[int, typer.Option(min=1, max=STEPS, help="Most steps of a path.")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="How many, the best first.")]

FILTERS: Final = {
    "species": "Only evidence in this species.",
    "study_system": "Only evidence from this study system, or human, animal, cells.",
    "site": "Only evidence at this site.",
    "disease": "Only evidence in this disease.",
    "stage": "Only evidence at this stage of spread.",
    "phase": "Only evidence on_treatment or in withdrawal.",
    "tier": "Only evidence from sources of this tier, or press, primary.",
}
PANEL: Final = "Which evidence (each repeats)"
FORMS: Final = "The answer in another form"

FORMATS: Final = (
    *(
        "json",
        "csv",
        "tsv",
        "excel",
        "parquet",
        "indra",
        "bel",
        "kgx-tsv",
        "kgx-jsonl",
        "trapi",
        "signor",
    ),
    *("cx2", "graphml", "sif", "cytoscape", "trig"),
)
"""By name; written out here, since to import them would make `--help` wait."""
REFERENCE_FORMATS: Final = ("bibtex", "ris", "csl")

Wanted = terminal.Wanted
TABLES: Final = Wanted()


def _form(type_: Any, *names: str, text: str) -> Any:
    return Annotated[
        type_, typer.Option(*names, help=text, rich_help_panel=FORMS, show_default=False)
    ]


OUTPUTS: Final[dict[str, tuple[Any, Any]]] = {
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


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--without` and every filter; it takes them as one `evidence`.

    Seven commands choose their evidence in the same way; this states the options once.
    """
    own = inspect.signature(command, eval_str=True)
    added = [
        _option("without", Several | None, "Leave out an entity, or statement:… study:… source:…"),
        *(_option(name, Several | None, text) for name, text in FILTERS.items()),
        _option(
            "min_belief", float | None, "Only causal statements believed so much.", min=0, max=1
        ),
    ]
    kept = [p for p in own.parameters.values() if p.name != "evidence"]
    names = [parameter.name for parameter in added]

    @wraps(command)
    def run(**given: Any) -> None:
        evidence = {name: given.pop(name) for name in names}
        command(**given, evidence=evidence)

    parameters = [*kept, *added]
    setattr(run, "__signature__", inspect.Signature(parameters))  # noqa: B010 # typer reads it
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def shown(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of how its answer is wanted; it takes them as one `wanted`."""
    own = inspect.signature(command, eval_str=True)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option)
        for name, (default, option) in OUTPUTS.items()
    ]
    kept = [p for p in own.parameters.values() if p.name != "wanted"]
    names = [parameter.name for parameter in added]

    @wraps(command)
    def run(**given: Any) -> None:
        wanted = terminal.Wanted(**{name: given.pop(name) for name in names})
        command(**given, wanted=wanted)

    parameters = [*kept, *added]
    setattr(run, "__signature__", inspect.Signature(parameters))  # noqa: B010 # typer reads it
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _option(name: str, type_: Any, text: str, **more: Any) -> inspect.Parameter:
    flag = f"--{name.replace('_', '-')}"
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            type_, typer.Option(flag, help=text, rich_help_panel=PANEL, show_default=False, **more)
        ],
    )


def chosen(evidence: dict[str, Any]) -> dict[str, Any]:
    """`without` and `filters` as the service takes them."""
    from immunograph.domain.selection import Filters  # noqa: PLC0415

    return {
        "without": tuple(evidence["without"] or ()),
        "filters": Filters(
            **{name: tuple(evidence[name] or ()) for name in FILTERS},
            min_belief=evidence["min_belief"],
        ),
    }


# --- entities and statements -----------------------------------------------------------------


def entities(
    words: Annotated[
        str | None, typer.Argument(help="Words of a name, symbol, synonym or id.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only entities of this kind.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
) -> None:
    """Which entities are there?"""
    terminal.ask("entities", wanted, q=words, kind=kind, limit=limit, cursor=cursor)


def entity(name: Entity, wanted: Wanted = TABLES) -> None:
    """What is known of one entity?"""
    terminal.ask("entity", wanted, name)


@filtered
def statements(
    entity: Annotated[str | None, typer.Argument(help="Statements that touch this entity.")] = None,
    *,
    direction: Annotated[
        str,
        one_of(
            "--direction",
            ("out", "in", "both"),
            "Whether the entity is the subject, the object or either.",
        ),
    ] = "both",
    subject: Annotated[str | None, typer.Option(help="Statements with this subject.")] = None,
    object_: Annotated[
        str | None, typer.Option("--object", help="Statements with this object.")
    ] = None,
    cls: Annotated[
        str | None, one_of("--class", StatementClass, "Statements of this class.")
    ] = None,
    effect: Annotated[
        str | None, typer.Option(help="promotes, inhibits, or the verb of one without a sign.")
    ] = None,
    predicate: Annotated[str | None, typer.Option(help="Statements with this verb.")] = None,
    status: Annotated[str | None, one_of("--status", Status, "Statements of this status.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Statements that this source tells: id, DOI or PMID.")
    ] = None,
    study: Annotated[
        str | None, typer.Option(help="Statements that this study backs: id, DOI or PMID.")
    ] = None,
    q: Words = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """Which statements are there?"""
    terminal.ask(
        "statements",
        wanted,
        entity=entity,
        direction=direction,
        subject=subject,
        object=object_,
        cls=cls,
        effect=effect,
        predicate=predicate,
        status=status,
        source=source,
        study=study,
        q=q,
        limit=limit,
        cursor=cursor,
        **chosen(evidence),
    )


def statement(identifier: Identifier, wanted: Wanted = TABLES) -> None:
    """One statement with all its evidence."""
    terminal.ask("statement", wanted, identifier)


# --- paths and what they raise ---------------------------------------------------------------


@filtered
def paths(
    source: Entity,
    target: Entity,
    *,
    effect: OneEffect = None,
    max_steps: MaxSteps = STEPS,
    limit: Limit = 10,
    hypothesised: Annotated[
        bool, typer.Option("--hypothesised", help="Also take steps that are only hypothesised.")
    ] = False,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """How does one thing affect another?"""
    terminal.ask(
        "paths",
        wanted,
        source=[source],
        target=[target],
        effect=effect,
        max_steps=max_steps,
        limit=limit,
        hypothesised=hypothesised,
        **chosen(evidence),
    )


@filtered
def effect(
    source: Entity,
    target: Entity,
    *,
    max_steps: MaxSteps = STEPS,
    hypothesised: Annotated[
        bool, typer.Option("--hypothesised", help="Also take steps that are only hypothesised.")
    ] = False,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """What does one thing do to another, in a word?"""
    terminal.ask(
        "effect",
        wanted,
        source=[source],
        target=[target],
        max_steps=max_steps,
        hypothesised=hypothesised,
        **chosen(evidence),
    )


@filtered
def influence(
    entity: Entity,
    *,
    direction: Annotated[
        str,
        one_of("--direction", ("downstream", "upstream"), "What it reaches, or what reaches it."),
    ] = "downstream",
    effect: OneEffect = None,
    max_steps: MaxSteps = 4,
    limit: Limit = 50,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """What does an entity reach, or what reaches it?"""
    terminal.ask(
        "influence",
        wanted,
        entity=entity,
        direction=direction,
        effect=effect,
        max_steps=max_steps,
        limit=limit,
        **chosen(evidence),
    )


@filtered
def blockers(
    source: Entity,
    target: Entity,
    *,
    effect: OneEffect = None,
    max_steps: MaxSteps = STEPS,
    max_size: Annotated[int, typer.Option(min=1, max=4, help="Most entities in one set.")] = 2,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """What breaks every path from one thing to another?"""
    terminal.ask(
        "blockers",
        wanted,
        source=[source],
        target=[target],
        effect=effect,
        max_steps=max_steps,
        max_size=max_size,
        **chosen(evidence),
    )


@filtered
def loops(
    entity: Entity,
    *,
    max_steps: MaxSteps = 6,
    limit: Limit = 20,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """Which feedback loops pass through an entity?"""
    terminal.ask(
        "loops", wanted, entity=entity, max_steps=max_steps, limit=limit, **chosen(evidence)
    )


@filtered
def impact(
    left_out: Annotated[
        Several | None,
        typer.Argument(
            metavar="NAME", help="An entity, or statement:… study:… source:… to leave out."
        ),
    ] = None,
    *,
    source: Annotated[
        Several | None, typer.Option(help="With --target: list the paths lost from here.")
    ] = None,
    target: Annotated[
        Several | None, typer.Option(help="With --source: list the paths lost to here.")
    ] = None,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """What changes when something is left out?"""
    evidence["without"] = [*(left_out or ()), *(evidence["without"] or ())]
    terminal.ask("impact", wanted, source=source or (), target=target or (), **chosen(evidence))


OPEN_KINDS: Final = (
    *("contested", "open", "conflict"),
    *("break_point", "one_study", "one_laboratory"),
)
"""Written out here, since to import them would make `--help` wait."""


@filtered
def open_questions(
    entity: Annotated[str | None, typer.Argument(help="What is open about this one.")] = None,
    *,
    source: Annotated[
        Several | None, typer.Option(help="With --target: in the answer from here.")
    ] = None,
    target: Annotated[
        Several | None, typer.Option(help="With --source: in the answer to here.")
    ] = None,
    kind: Annotated[str | None, one_of("--kind", OPEN_KINDS, "Only of this kind.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """What should be tested next?"""
    terminal.ask(
        "open_questions",
        wanted,
        entity=entity,
        source=source or (),
        target=target or (),
        kind=kind,
        limit=limit,
        cursor=cursor,
        **chosen(evidence),
    )


# --- lists of names --------------------------------------------------------------------------


def resolve(file: ListFile, wanted: Wanted = TABLES) -> None:
    """What is each name of a list here?"""
    terminal.ask("resolve", wanted, names=terminal.listed_names(file))


@filtered
def subgraph(
    file: ListFile,
    *,
    steps: Annotated[
        int, typer.Option(min=1, max=2, help="2: also over one entity that is not listed.")
    ] = 1,
    limit: Limit = 200,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """What joins the entities of a list, and what would explain their directions?"""
    terminal.ask(
        "subgraph",
        wanted,
        names=terminal.listed_names(file),
        steps=steps,
        limit=limit,
        cursor=cursor,
        **chosen(evidence),
    )


@filtered
def conflicts(
    entity: Annotated[str | None, typer.Argument(help="Of statements that touch this one.")] = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
    evidence: dict[str, Any],
) -> None:
    """Which statements contradict each other, and what explains it?"""
    terminal.ask("conflicts", wanted, entity=entity, limit=limit, cursor=cursor, **chosen(evidence))


def conflict(identifier: Identifier, wanted: Wanted = TABLES) -> None:
    """One conflict with both its sides."""
    terminal.ask("conflict", wanted, identifier)


# --- lists -----------------------------------------------------------------------------------


def interventions(
    entity: Annotated[
        str | None, typer.Argument(help="Interventions on this entity, or seen to change it.")
    ] = None,
    *,
    status: Annotated[
        str | None,
        one_of("--status", InterventionStatus, "Only tested, proposed or in use."),
    ] = None,
    q: Words = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
) -> None:
    """What was done, is proposed or is in use?"""
    terminal.ask(
        "interventions", wanted, entity=entity, status=status, q=q, limit=limit, cursor=cursor
    )


def sources(
    words: Annotated[
        str | None, typer.Argument(help="Words of a title, outlet or study, or a DOI or PMID.")
    ] = None,
    *,
    type: Annotated[str | None, one_of("--type", SourceType, "Sources of this type.")] = None,
    tier: Annotated[
        str | None, typer.Option(help="Sources of this tier, or press, primary.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Sources published in this year.")] = None,
    study: Annotated[
        str | None, typer.Option(help="Sources that report this study: id, DOI or PMID.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
) -> None:
    """What is loaded?"""
    terminal.ask(
        "sources",
        wanted,
        q=words,
        type=type,
        tier=tier,
        year=year,
        study=study,
        limit=limit,
        cursor=cursor,
    )


def source(identifier: Paper, wanted: Wanted = TABLES) -> None:
    """One source: what it says, and what was set aside."""
    terminal.ask("source", wanted, identifier)


def studies(
    words: Annotated[
        str | None, typer.Argument(help="Words of a title or citation, or a DOI or PMID.")
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    wanted: Wanted = TABLES,
) -> None:
    """Which studies stand behind the sources?"""
    terminal.ask("studies", wanted, q=words, limit=limit, cursor=cursor)


def study(identifier: Paper, wanted: Wanted = TABLES) -> None:
    """One study, and what rests on it alone."""
    terminal.ask("study", wanted, identifier)


def snapshot(wanted: Wanted = TABLES) -> None:
    """What does the graph hold now?"""
    terminal.ask("snapshot", wanted)


def loads(limit: Limit = 50, cursor: Cursor = None, wanted: Wanted = TABLES) -> None:
    """What did each load change, when, and by whom?"""
    terminal.ask("loads", wanted, limit=limit, cursor=cursor)


def changes(
    since: Annotated[
        str | None,
        typer.Argument(help="The id of a snapshot or its first digits; none: all on record."),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option(help="What became of this answer: /v1/paths?source=…&target=…"),
    ] = None,
    limit: Limit = 50,
    wanted: Wanted = TABLES,
) -> None:
    """What changed since a snapshot?"""
    asked = None
    if question is not None:
        from immunograph.web.routes import asked_again  # noqa: PLC0415 # slow to import

        asked = asked_again(question)
    terminal.ask("changes", wanted, asked, since=since, limit=limit)


class Rows(StrEnum):
    """What a row of the whole graph is, in a table."""

    STATEMENTS = "statements"
    EVIDENCE = "evidence"


def export(
    rows: Annotated[
        Rows, typer.Option(help="In a table: one row a statement, or a piece of evidence.")
    ] = Rows.STATEMENTS,
    wanted: Wanted = TABLES,
) -> None:
    """The whole graph, in a format that others read."""
    terminal.ask("export", replace(wanted, json=wanted.format is None, rows=rows.value))


# --- catalogue -------------------------------------------------------------------------------


def queries(wanted: Wanted = TABLES) -> None:
    """The query catalogue."""
    terminal.ask("queries", wanted)


def query(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="A query of the catalogue; none lists them.")
    ] = None,
    cypher: Annotated[
        bool, typer.Option("--cypher", help="Show its Cypher for Neo4j Browser; do not run it.")
    ] = False,
    wanted: Wanted = TABLES,
) -> None:
    """Run one query of the catalogue; each of its parameters is an option: --limit 5."""
    parameters = _parameters(context)
    if name is None:
        if parameters:
            raise typer.BadParameter("Parameters come after the name of a query.")
        terminal.ask("queries", wanted)
    elif cypher:
        terminal.show_cypher(name)
    else:
        terminal.ask("query", wanted, name, parameters)


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


def add_to(app: typer.Typer) -> None:
    """Add every question to the commands."""
    groups: dict[str, tuple[Callable[..., None], ...]] = {
        "Questions": (
            *(paths, effect, influence, blockers, loops, impact),
            *(open_questions, conflicts, conflict),
        ),
        "Lists": (resolve, subgraph),
        "Look-ups": (entities, entity, statements, statement, interventions),
        "What it rests on": (
            *(sources, source, studies, study),
            *(snapshot, loads, changes, export),
        ),
    }
    for panel, commands in groups.items():
        for command in commands:
            app.command(rich_help_panel=panel)(shown(command))
    app.command(rich_help_panel="Cypher")(shown(queries))
    app.command(
        rich_help_panel="Cypher",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(shown(query))
