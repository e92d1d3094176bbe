"""`immunograph seed`: write, check, load and verify the files that the graph is made from."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from immunograph import garbage
from immunograph.cli import terminal
from immunograph.errors import BadQuestion, BadSource, EngineUnavailable, NotFound

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from immunograph.composition import Reporter
    from immunograph.curation.check import Report
    from immunograph.curation.diffs import Ends
    from immunograph.curation.grounding import Suggestion
    from immunograph.curation.locate import Passage
    from immunograph.domain.knowledge import Knowledge
    from immunograph.seeds.folder import Seed
    from immunograph.store.loader import Load, Loader

NEW_ENTITY = """\
Is a name new? Say in this file what it means, by a public id that means the same (status verified
where you saw it, else unverified), or by one of ours (itm:…, status local):
  entities:
    - {id: "HGNC:8506", name: oncostatin M, kind: Protein, grounding: {status: unverified}}"""

app = typer.Typer(no_args_is_help=True, help="Write, check, load and verify source files.")

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Seed files, or folders of them.", show_default=False),
]
Documents = Annotated[
    Path | None,
    typer.Option(help="Folder with the source documents (default: IMMUNOGRAPH_DOCUMENTS)."),
]
Shipped = Annotated[bool, typer.Option("--shipped", help="The seed that ships with this version.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]


@app.command()
def new(
    file: Annotated[
        Path | None, typer.Argument(help="The text that you read, as plain text in UTF-8.")
    ] = None,
    *,
    doi: Annotated[str | None, typer.Option(help="DOI of the study.")] = None,
    pmid: Annotated[str | None, typer.Option(help="PubMed id of the study.")] = None,
    type_: Annotated[
        str | None,
        typer.Option("--type", help="press, abstract, preprint, paper, review, dataset, curator."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="New file to write (default: to the terminal).")
    ] = None,
    as_json: terminal.Json = False,
) -> None:
    """Begin a source file: all that is known is in it, and what is not is left to you."""
    from immunograph.curation.template import Text, new_source  # noqa: PLC0415
    from immunograph.domain.vocabulary import SourceType  # noqa: PLC0415

    if type_ is not None and type_ not in list(SourceType):
        raise typer.BadParameter(
            f"'{type_}' is none of {', '.join(SourceType)}.", param_hint="--type"
        )
    if file is None and doi is None and pmid is None:
        raise typer.BadParameter("Name a text file, --doi or --pmid to begin from.")
    text = None if file is None else Text.of(file.name, _bytes_of(file))
    template = new_source(
        schema=_schema_from((out or Path("x")).parent),
        doi=doi,
        pmid=pmid,
        text=text,
        type_=None if type_ is None else SourceType(type_),
    )
    if out is not None:
        terminal.write_new(out, template.text)
    if as_json:
        written = None if out is None else str(out)
        terminal.write_json(
            {"id": template.id, "file": written, "text": template.text, "left": template.left}
        )
        return
    if out is None:
        sys.stdout.write(template.text)
    told = sys.stderr if out is None else sys.stdout
    if out is not None:
        told.write(f"Written: {out}\n")
    told.write(f"Left to fill in: {', '.join(template.left)}.\n")


@app.command()
def check(
    paths: Paths = None,
    documents: Documents = None,
    strict: Annotated[bool, typer.Option("--strict", help="Every warning is a fault.")] = False,
    as_json: terminal.Json = False,
) -> None:
    """Say every fault and warning of files, with file, line and column; nothing is loaded."""
    report = _checked(paths, documents=documents or terminal.settings().documents)
    if strict:
        report = report.strict
    if as_json:
        terminal.write_json(
            {
                "faults": [
                    {**_place(fault), "suggestions": _suggested(report.suggestions, fault)}
                    for fault in report.faults
                ],
                "warnings": [{**_place(one), "code": one.code} for one in report.lints],
                "files": report.files,
                **report.counts,
            }
        )
        if report.faults:
            raise typer.Exit(1)
        return
    for one in report.lints:
        sys.stdout.write(f"{one}\n")
    if report.lints:
        count = len(report.lints)
        sys.stdout.write(f"{count} warning{'' if count == 1 else 's'}.\n")
    if report.faults:
        _tell_faults(report)
    _tell_counts("No fault", report)


@app.command()
def locate(
    file: Annotated[Path, typer.Argument(help="A document, in UTF-8.")],
    text: Annotated[
        list[str], typer.Argument(help="The passage; white space, quotes and dashes do not matter.")
    ],
    as_json: terminal.Json = False,
) -> None:
    """Find a passage in a document, and print its span and hash to paste, and its sentence's."""
    from immunograph.curation.locate import locate as find  # noqa: PLC0415
    from immunograph.curation.template import Text  # noqa: PLC0415

    document = Text.of(file.name, _bytes_of(file))
    wanted = " ".join(text)
    found = find(document.text, wanted)
    if as_json:
        terminal.write_json(
            {
                "document": {
                    "name": document.name,
                    "sha256": document.sha256,
                    "characters": len(document.text),
                },
                "exact": found.exact,
                "other_letters": found.letters,
                "passages": [
                    {
                        "span": [p.start, p.end],
                        "sha256": p.sha256,
                        "sentence": _sentence_of(document.text, p),
                        "text": p.text,
                    }
                    for p in found.passages
                ],
            }
        )
        if not found.passages:
            raise typer.Exit(1)
        return
    if not found.passages:
        near = found.nearest
        hint = "" if near is None else f" The nearest, at {near.start}–{near.end}: {near.text}"
        raise NotFound(f"'{wanted}' does not stand in {file}.{hint}")
    for passage in found.passages:
        sys.stdout.write(f"span: [{passage.start}, {passage.end}]\nsha256: {passage.sha256}\n")
        if sentence := _sentence_of(document.text, passage):
            sys.stdout.write(f"sentence: {sentence}\n")
    if len(found.passages) > 1:
        sys.stderr.write(
            f"It stands {len(found.passages)} times; take the one you mean, or more words.\n"
        )
    if not found.exact:
        other = "letters" if found.letters else "white space"
        sys.stderr.write(f"Found with other {other} than you wrote.\n")


def _sentence_of(document: str, passage: Passage) -> str | None:
    """The hash of the sentence in which a passage stands, for a text that is not ours to ship."""
    from immunograph.domain.locators import sentence_around, sentence_hash  # noqa: PLC0415

    sentence = sentence_around(document, passage.start, passage.end)
    return None if sentence is None else sentence_hash(sentence)


@app.command()
def verify(
    paths: Paths = None, documents: Documents = None, as_json: terminal.Json = False
) -> None:
    """Hold every passage against the source documents."""
    folder = documents or terminal.settings().documents
    if folder is None:
        raise typer.BadParameter(
            "The source documents are needed. Name their folder with --documents or "
            "IMMUNOGRAPH_DOCUMENTS."
        )
    report = _checked(paths, documents=folder)
    if as_json:
        terminal.write_json({"faults": [_place(one) for one in report.faults], **report.counts})
        if report.faults:
            raise typer.Exit(1)
        return
    if report.faults:
        _tell_faults(report)
    passages = report.counts["passages"]
    _tell_counts(f"{passages} passages stand in {folder} as they were curated", report)
    if elsewhere := report.counts["elsewhere"]:
        terminal.output().print(
            f"{elsewhere} more are sentences of texts that are not there: an abstract is looked "
            "for as pubmed-<PMID>.txt."
        )


@app.command()
def diff(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Seed files, or folders.")],
    over: Annotated[
        Path | None, typer.Option(help="A folder of seed files, in place of the graph.")
    ] = None,
    as_json: terminal.Json = False,
) -> None:
    """Say what loading files would change: statements, beliefs, conflicts, paths."""
    from immunograph.curation.diffs import changes  # noqa: PLC0415
    from immunograph.domain.knowledge import Knowledge  # noqa: PLC0415
    from immunograph.inference.changes import Put  # noqa: PLC0415
    from immunograph.inference.derivation import derive  # noqa: PLC0415

    with garbage.unsought(ever=True):
        seeds, present = _seeds(paths), None
        if over is None:
            with loading() as (loader, _):
                knowledge, derivation = loader.derived()
                present = loader.present()
            _refuse_papers_elsewhere(seeds, knowledge)
        else:
            base = _seeds([over])
            knowledge = Knowledge(
                base[0].vocabulary, (c for seed in base for c in seed.contributions)
            )
            derivation = derive(knowledge)
        acts = [Put(c, seed.vocabulary) for seed in seeds for c in seed.contributions]
        answer = changes(knowledge, derivation, acts, _ends(paths), present=present)
    if as_json:
        terminal.write_json(answer)
    else:
        from immunograph.cli.drawing.changes import draw_diff  # noqa: PLC0415

        draw_diff(terminal.output(), answer)


@app.command()
def load(
    paths: Paths = None,
    shipped: Shipped = False,
    dry_run: DryRun = False,
    as_json: terminal.Json = False,
) -> None:
    """Load files, each in place of what its source said before."""
    from immunograph import __version__, composition, folders  # noqa: PLC0415

    if bool(paths) == shipped:
        raise typer.BadParameter("Name the files to load, or --shipped.")
    by = f"shipped seed {__version__}" if shipped else "local"
    loads: list[Load] = []
    done = total = 0

    def count(source: str, *_: int) -> None:
        nonlocal done
        done += 1
        told.loaded(source, done, total)

    def say_where() -> None:
        if told.console is not None:
            told.console.show_cursor()
        sys.stderr.write(f"Stopped. {_standing(done, total)}\n")

    try:
        with terminal.stoppable(), garbage.unsought(ever=True):
            seeds = _seeds([folders.folder("seed")] if shipped else paths)
            total = sum(len(seed.contributions) for seed in seeds)
            with loading() as (loader, told):
                if not dry_run:
                    loader.prepare()
                _refuse_papers_elsewhere(seeds, loader.knowledge)
                with terminal.finishing(told=say_where) as going_on:
                    reporter = replace(told, loaded=count, going_on=going_on)
                    for seed in seeds:
                        if dry_run:
                            loads += [
                                loader.put(c, seed.vocabulary, by=by, dry_run=True)
                                for c in seed.contributions
                                if going_on()
                            ]
                        else:
                            loads += composition.load(loader, seed, by=by, reporter=reporter)
                    if not going_on():
                        raise KeyboardInterrupt
    except KeyboardInterrupt:
        sys.stderr.write(f"Stopped. {_standing(done, total)}\n")
        raise typer.Exit(130) from None
    except EngineUnavailable as error:
        raise EngineUnavailable(f"{error.message} {_standing(done, total)}") from error
    _show_loads(loads, dry_run=dry_run, as_json=as_json)


@app.command()
def withdraw(
    source: Annotated[str, typer.Argument(help="Id, DOI or PMID of a source.")],
    dry_run: DryRun = False,
    as_json: terminal.Json = False,
) -> None:
    """Take out all that a source says; what others say of its study stays."""
    with loading() as (loader, _):
        loads = [loader.withdraw(source, dry_run=dry_run)]
    _show_loads(loads, dry_run=dry_run, as_json=as_json)


@app.command()
def retract(
    study: Annotated[str, typer.Argument(help="Id, DOI or PMID of a study.")],
    why: Annotated[str | None, typer.Option(help="Who retracted it, when, and why.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Let the study stand again.")] = False,
    *,
    dry_run: DryRun = False,
    as_json: terminal.Json = False,
) -> None:
    """Mark a study as retracted: it is kept and shown, and no belief rests on it."""
    if (why is not None and bool(why.strip())) == undo:
        raise typer.BadParameter("Say --why it is retracted, or --undo.")
    with loading() as (loader, _):
        loads = [loader.retract(study, None if undo else why, dry_run=dry_run)]
    _show_loads(loads, dry_run=dry_run, as_json=as_json)


@contextmanager
def loading() -> Generator[tuple[Loader, Reporter]]:
    """The loader of the graph that the settings name."""
    from immunograph import composition  # noqa: PLC0415

    settings = terminal.settings()
    with (
        terminal.reporting() as reporter,
        composition.connected(settings, reporter=reporter) as connection,
    ):
        yield composition.loader_of(connection.graph, settings), reporter


def _ends(paths: Sequence[Path]) -> Sequence[Ends]:
    """The questions that people ask first: those of the seed of the files, else the shipped."""
    from immunograph import folders  # noqa: PLC0415
    from immunograph.curation.diffs import ENDS_FILE, read_ends  # noqa: PLC0415
    from immunograph.seeds.folder import seed_home  # noqa: PLC0415

    path = paths[0]
    home = seed_home(path if path.is_dir() else path.parent)
    for file in (home / ENDS_FILE, folders.folder("seed") / ENDS_FILE):
        if file.is_file():
            return read_ends(file.read_text(encoding="utf-8"), file=str(file))
    return ()


def _standing(done: int, total: int) -> str:
    """What stands after a load that came to no end."""
    if not done:
        return "Nothing was loaded."
    return (
        f"{done} of {total} sources are loaded, each of them whole. Load again to finish; "
        "what is loaded is not loaded twice."
    )


def _checked(
    paths: Sequence[Path] | None, *, documents: Path | None = None, linted: bool = True
) -> Report:
    from immunograph import folders  # noqa: PLC0415
    from immunograph.curation.check import check as look_at  # noqa: PLC0415
    from immunograph.curation.grounding import ground, installed_table  # noqa: PLC0415
    from immunograph.curation.inspection import Beside  # noqa: PLC0415
    from immunograph.curation.retractions import retracted_papers  # noqa: PLC0415

    def meanings(names: Sequence[str]) -> Mapping[str, Sequence[Suggestion]]:
        return ground(names, installed_table())

    with terminal.counting("Reading") as progress, garbage.unsought(ever=True):
        return look_at(
            paths or [folders.folder("seed")],
            documents=documents,
            ground=meanings,
            linted=linted,
            beside=Beside(today=date.today(), retracted=retracted_papers()),
            progress=progress,
        )


def _seeds(paths: Sequence[Path] | None) -> tuple[Seed, ...]:
    """What files say; where they have a fault, all are told and the command ends."""
    report = _checked(paths, linted=False)
    if report.faults:
        _tell_faults(report)
    return report.seeds


def _refuse_papers_elsewhere(seeds: Sequence[Seed], held: Knowledge) -> None:
    """Raises BadSource where the graph has a paper of these under another study."""
    from immunograph.curation.check import papers_elsewhere  # noqa: PLC0415

    if faults := papers_elsewhere(seeds, held):
        raise BadSource(faults)


def _tell_faults(report: Report) -> NoReturn:
    """Every fault on standard error, with what unknown names may mean; then the end."""
    from immunograph.curation.grounding import missing_tables  # noqa: PLC0415

    sys.stderr.write(f"{str(BadSource(list(report.faults))).splitlines()[0]}\n")
    for fault in report.faults:
        sys.stderr.write(f"{fault}\n")
        for suggestion in report.suggestions.get(fault, ()):
            if not suggestion.known:  # the fault names those of the seed already
                sys.stderr.write(f"      {suggestion}\n")
    if report.suggestions:
        sys.stderr.write(f"{NEW_ENTITY}\n")
        if missing := missing_tables():
            sys.stderr.write(f"{missing}\n")
    raise typer.Exit(1)


def _tell_counts(what: str, report: Report) -> None:
    """What was looked at: sources, statements, pieces of evidence."""
    nouns = {"sources": "source", "statements": "statement", "evidence": "piece of evidence"}
    counted = [(report.counts[name], noun) for name, noun in nouns.items()]
    told = [f"{n} {noun if n == 1 else _plural(noun)}" for n, noun in counted]
    sys.stdout.write(f"{what}: {', '.join(told)}.\n")


def _plural(noun: str) -> str:
    first, *rest = noun.split(" ")
    return " ".join([f"{first}s", *rest])


def _place(one: Any) -> dict[str, Any]:
    return {"file": one.file, "line": one.line, "column": one.column, "message": one.message}


def _suggested(suggestions: Mapping[Any, Sequence[Suggestion]], fault: Any) -> list[dict[str, str]]:
    return [
        {"id": one.curie, "name": one.name, "synonym": one.matched, "why": one.why}
        for one in suggestions.get(fault, ())
    ]


def _bytes_of(file: Path) -> bytes:
    """What a file holds. Raises BadQuestion."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadQuestion(f"{file} cannot be read: {error.strerror}.", parameter="file") from error


def _schema_from(folder: Path) -> str:
    """The way from a folder to the JSON Schema, as an editor follows it."""
    import os  # noqa: PLC0415

    from immunograph import folders  # noqa: PLC0415

    schema = folders.folder("schema") / "source.schema.json"
    return Path(os.path.relpath(schema, folder.resolve())).as_posix()


def _show_loads(loads: Sequence[Load], *, dry_run: bool, as_json: bool) -> None:
    if not as_json:
        from immunograph.cli.drawing.changes import draw_written  # noqa: PLC0415

        draw_written(terminal.output(), loads, dry_run=dry_run)
        return
    terminal.write_json({"dry_run": dry_run, "loads": [one.as_dict() for one in loads]})
