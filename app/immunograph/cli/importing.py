"""`immunograph import`: corpora of others → a seed folder, or straight into the graph."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from immunograph.cli import seeds, terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from immunograph.curation.importing.folder import Imported, Library
    from immunograph.domain.knowledge import Knowledge
    from immunograph.formats.reading.claims import Corpus, Reader
    from immunograph.seeds.folder import Seed

SECONDS: Final = 0.2
"""Between two moves of the bar."""
MOST_REASONS: Final = 12
FORMATS: Final = (
    *("json", "table", "csv", "tsv", "parquet", "omnipath", "bel", "indra", "signor"),
    *("kgx", "kgx-tsv", "kgx-jsonl"),
)
"""What can be read; a test holds it to the readers, which are slow to import."""
OURS: Final = "json"
"""Our own export: what comes back is the same sources, not claims of a corpus."""


def import_(
    file: Annotated[Path, typer.Argument(help="A file, an archive or a folder of files.")],
    *,
    format_: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")],
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML: corpus, version, licence, columns, signs, species, reader, kind."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a seed folder that stands by itself.")
    ] = None,
    load: Annotated[bool, typer.Option("--load", help="Load it into the graph.")] = False,
    as_json: terminal.Json = False,
) -> None:
    """Take in what others know: as a seed folder to review, or straight into the graph."""
    from immunograph.curation.importing.mapping import read_mapping  # noqa: PLC0415
    from immunograph.formats.reading import READERS  # noqa: PLC0415
    from immunograph.formats.reading.claims import Corpus, TableMapping  # noqa: PLC0415

    if format_ not in FORMATS:
        raise typer.BadParameter(
            f"'{format_}' is none of {', '.join(FORMATS)}.", param_hint="--format"
        )
    if mapping is not None and format_ == OURS:
        raise typer.BadParameter("Our own export needs none.", param_hint="--mapping")
    reader = READERS.get(format_)
    if out is None and not load:
        raise typer.BadParameter("Say where it goes: --out FOLDER, --load, or both.")
    known = read_mapping(mapping) if mapping else TableMapping()
    try:
        with terminal.stoppable():
            corpus = Corpus(file, known)
            if load:
                _loaded(reader, corpus, out, as_json=as_json)
                return
            assert out is not None
            imported = _written(reader, corpus, out, _shipped_library)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was written; import again to begin anew.\n")
        raise typer.Exit(130) from None
    _show(imported.report, out, as_json=as_json)


def _library(seed: Seed, held: Knowledge | None = None) -> Library:
    """What the graph and the shipped seed know, the graph's word first."""
    from immunograph.curation.genes import installed_genes  # noqa: PLC0415
    from immunograph.curation.importing.folder import Library  # noqa: PLC0415
    from immunograph.curation.retractions import retracted_papers  # noqa: PLC0415
    from immunograph.inference.changes import merged_vocabulary  # noqa: PLC0415

    entities = {entity.id: entity for entity in seed.entities}
    studies = {one.study.id: one.study for one in seed.contributions if one.study is not None}
    sources = {one.source.id: one.source.study for one in seed.contributions}
    vocabulary = seed.vocabulary
    if held is not None:
        entities |= held.entities
        studies |= held.studies
        sources |= {name: one.source.study for name, one in held.contributions.items()}
        vocabulary = merged_vocabulary(vocabulary, held.vocabulary)
    return Library(
        vocabulary, tuple(entities.values()), tuple(studies.values()), sources,
        genes=installed_genes(), retracted=retracted_papers(),
    )  # fmt: skip


def _shipped_library() -> Library:
    from immunograph import folders  # noqa: PLC0415
    from immunograph.seeds.folder import read_seed  # noqa: PLC0415

    return _library(read_seed(folders.folder("seed")))


def _library_of_graph() -> Library:
    """The same with what the graph knows, of which nothing else stays in memory."""
    from immunograph import folders  # noqa: PLC0415
    from immunograph.seeds.folder import read_seed  # noqa: PLC0415

    with seeds.loading() as (loader, _):
        return _library(read_seed(folders.folder("seed")), loader.knowledge)


def _written(
    reader: Reader | None, corpus: Corpus, out: Path, library: Callable[[], Library]
) -> Imported:
    """The folder that comes of a corpus, or of our own export where there is no `reader`."""
    from dataclasses import replace  # noqa: PLC0415

    from immunograph.curation.importing.folder import import_corpus  # noqa: PLC0415
    from immunograph.curation.importing.restoring import restore  # noqa: PLC0415

    known = None if reader is None else library()
    with (
        terminal.counting("Reading") as move,
        terminal.reporting() as told,
    ):
        if reader is None or known is None:
            return restore(corpus.path, out, progress=_seldom(move), said=told.say)
        return import_corpus(
            reader, replace(corpus, progress=_seldom(move)), out, known, said=told.say
        )


def _seldom(move: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Moves a bar a few times a second, whoever asks for more."""
    last = 0.0

    def moved(done: int, total: int) -> None:
        nonlocal last
        now = monotonic()
        if now - last > SECONDS:
            last = now
            move(done, total)

    return moved


def _loaded(reader: Reader | None, corpus: Corpus, out: Path | None, *, as_json: bool) -> None:
    """Import over what the graph knows, and load that as `seed load` does."""
    with tempfile.TemporaryDirectory(prefix="immunograph-import-") as temporary:
        folder = out or Path(temporary) / "seed"
        imported = _written(reader, corpus, folder, _library_of_graph)
        _show(imported.report, out, as_json=as_json)
        seeds.load([folder], as_json=as_json)


def _show(report: Mapping[str, Any], out: Path | None, *, as_json: bool) -> None:
    from immunograph.curation.genes import INSTALL, TABLE  # noqa: PLC0415

    if as_json:
        terminal.write_json(report)
        return
    counts = report["counts"]
    told = sys.stdout.write
    told(
        f"{counts['records']:,} records: {counts['taken']:,} taken, {counts.get('left', 0):,} left"
    )
    signed = counts.get("signed: taken", 0)
    told(f"; of the signed {signed:,} taken, {counts.get('signed: left', 0):,} left.\n")
    if counts.get("pairs with both signs"):
        told(
            f"{counts['pairs with both signs']:,} of {counts['pairs']:,} signed pairs have both "
            "signs, and keep both.\n"
        )
    if counts.get("unused"):
        told(f"{counts['unused']:,} remarks on what is not used: see `unused` in report.tsv.\n")
    told(
        f"{counts['statements of sources']:,} statements, {counts['evidence']:,} pieces of "
        f"evidence ({counts.get('merged', 0):,} repeats merged), {counts['sources']:,} sources, "
        f"{counts['studies']:,} studies, {counts['entities']:,} entities "
        f"({counts['entities without a public id']:,} without a public id).\n"
    )
    for heading, found in (
        ("Turned", report["turned"]),
        ("Left", report["left"]),
        ("Grounded", report["grounded"]),
    ):
        for why, count in list(found.items())[:MOST_REASONS]:
            told(f"{heading}: {why}: {count:,}\n")
    local = counts.get("gene symbols without a public id")
    if local and find_spec(TABLE[0]) is None:
        told(f"{local:,} gene symbols would be grounded in HGNC after `{INSTALL}`.\n")
    for study, why in report["retracted"].items():
        told(f"Retracted: {study}: {why}\n")
    if out is not None:
        named = ", grounding.tsv every name" if report["grounded"] else ""
        told(
            f"Written: {out}. report.tsv has every record{named}; check it with "
            f"`immunograph seed check {out}`.\n"
        )
