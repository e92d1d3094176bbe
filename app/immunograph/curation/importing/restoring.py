"""Our own JSON → the seed folder that it was made of: the same sources, and the same snapshot.

Sources and entities are held; statements, evidence and interventions wait on disk, so that memory
does not grow with them. Each source is read back as soon as it is written, and must be what the
export holds: nothing changes its meaning on the way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import orjson

from immunograph.curation.importing.folder import Imported
from immunograph.curation.importing.report import Report
from immunograph.curation.importing.writing import (
    LINES_FILE,
    REPORT_FILE,
    entity_lines,
    new_folder,
    vocabulary_lines,
    write_lines,
)
from immunograph.domain.model import (
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Model,
    Source,
    Statement,
    Study,
    Vocabulary,
)
from immunograph.errors import BadSource
from immunograph.formats.reading import native
from immunograph.formats.reading.claims import Left, Progress, excerpt
from immunograph.formats.reading.files import refused
from immunograph.names.curies import OURS
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE
from immunograph.seeds.reading import Reader
from immunograph.seeds.values import source_values
from immunograph.seeds.writing import yaml_lines

BATCH: Final = 5_000
M = TypeVar("M", bound=Model)


@dataclass
class _Export:
    """An export as far as it is read: what is held, and the claims that wait on disk."""

    spool: sqlite3.Connection
    report: Report
    head: native.Head | None = None
    vocabulary: Vocabulary | None = None
    entities: dict[str, Entity] = field(default_factory=dict[str, Entity])
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    studies: dict[str, Study] = field(default_factory=dict[str, Study])
    waiting: list[tuple[str, str, bytes]] = field(default_factory=list[tuple[str, str, bytes]])

    def take(self, one: native.Head | Model | Left) -> None:
        """Hold a model, or let it wait under its source; statements wait under their own id."""
        match one:
            case native.Head():
                self.head = one
            case Vocabulary():
                self.vocabulary = one
            case Entity():
                self.entities[one.id] = one
            case Source():
                self.sources[one.id] = one
            case Study():
                self.studies[one.id] = one
            case Statement():
                self._wait("statement", one.id, one)
            case Evidence() | Intervention():
                self._wait(type(one).__name__.casefold(), one.source, one)
            case Left():
                self.report.counts["unused"] += 1
                self.report.note(
                    "unused", file=one.file, line=one.line, why=one.why, record=excerpt(one.text)
                )
            case _:
                raise TypeError(type(one))

    def _wait(self, kind: str, under: str, one: Model) -> None:
        self.waiting.append((kind, under, one.model_dump_json().encode()))
        if len(self.waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self.spool.executemany("INSERT INTO held VALUES (?, ?, ?)", self.waiting)
        self.waiting.clear()

    def held(self, form: type[M], under: str) -> list[M]:
        """The models of one kind that wait under a source or an id."""
        rows = self.spool.execute(
            "SELECT model FROM held WHERE kind = ? AND name = ?", (form.__name__.casefold(), under)
        )
        return [form.model_validate_json(model) for (model,) in rows]

    def contribution(self, source: Source) -> Contribution:
        """All that one source brings, but for the entities that it shares."""
        evidence = self.held(Evidence, source.id)
        about = dict.fromkeys(one.about for one in evidence)
        return Contribution(
            source=source,
            study=self.studies.get(source.study or ""),
            entities=(),
            statements=_by_id(one for name in about for one in self.held(Statement, name)),
            evidence=_by_id(evidence),
            interventions=_by_id(self.held(Intervention, source.id)),
        )


T = TypeVar("T", Statement, Evidence, Intervention)


def _by_id(models: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(models, key=lambda one: one.id))


def restore(
    path: Path,
    out: Path,
    *,
    progress: Progress = lambda done, total: None,
    said: Callable[[str], None] = lambda text: None,
) -> Imported:
    """Read an export of ours into a seed folder. Raises BadSource or BadQuestion, with nothing
    written.
    """
    with new_folder(out) as folder, (folder / LINES_FILE).open("w", encoding="utf-8") as lines:
        spool_file = folder / "models.sqlite"
        with closing(sqlite3.connect(spool_file, isolation_level=None)) as spool:
            spool.execute("PRAGMA journal_mode = OFF")
            spool.execute("PRAGMA synchronous = OFF")
            spool.execute("CREATE TABLE held (kind TEXT, name TEXT, model BLOB)")
            spool.execute("BEGIN")
            export = _Export(spool, Report(lines))
            for one in native.models(path, progress):
                export.take(one)
            export.flush()
            said("Writing …")
            spool.execute("CREATE INDEX by_name ON held (kind, name)")
            _write(export, folder, path.name)
        spool_file.unlink()
        assert export.head is not None  # else refused
        head = export.head.values
        answer = {
            "corpus": f"immunograph {head.get('version')}",
            "format": native.NAME,
            "file": path.name,
            "licence": head.get("licence"),
            "snapshot": head.get("snapshot"),
            **export.report.as_dict(),
        }
        (folder / REPORT_FILE).write_bytes(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    return Imported(out, answer)


def _write(export: _Export, folder: Path, file: str) -> None:
    assert export.vocabulary is not None  # else refused
    write_lines(folder / VOCABULARY_FILE, vocabulary_lines(export.vocabulary))
    entities = [one for _, one in sorted(export.entities.items())]
    write_lines(folder / ENTITIES_FILE, entity_lines(entities))
    names = {one.id: one.name for one in entities if one.name != one.id}
    counts = export.report.counts
    reader = Reader(export.vocabulary, entities)
    (folder / "sources").mkdir()
    for source in export.sources.values():
        given = export.contribution(source)
        written = folder / "sources" / f"{source.id}.yaml"
        write_lines(written, yaml_lines(source_values(given), names=names))
        _check(given, reader, written, file)
        for one in given.evidence:
            export.report.note("taken", file=file, line=1, why=source.id, record=one.id)
        counts["records"] += len(given.evidence)
        counts["evidence"] += len(given.evidence)
        counts["statements of sources"] += len(given.statements)
        counts["signed: taken"] += sum(bool(one.sign) for one in given.statements)
        counts["interventions"] += len(given.interventions)
    if faults := reader.cross_faults():
        raise BadSource(faults)
    counts["taken"] = counts["records"]
    counts["sources"], counts["studies"] = len(export.sources), len(export.studies)
    counts["entities"] = len(entities)
    export.report.retracted |= {
        one.id: one.retracted for one in export.studies.values() if one.retracted
    }
    counts["entities without a public id"] = sum(one.id.startswith(OURS) for one in entities)
    (waiting,) = export.spool.execute(
        "SELECT count(*) FROM held WHERE kind = 'evidence'"
    ).fetchone()
    if waiting != counts["records"]:
        message = f"{waiting - counts['records']} pieces of evidence are of no source that it holds"
        raise refused(file, 1, message)


def _check(given: Contribution, reader: Reader, written: Path, file: str) -> None:
    """Refuse an export of which something else would come. Raises BadSource."""
    back = reader.read(written.read_bytes(), f"{file}: {written.stem}")
    if faults := reader.take_faults():
        raise BadSource(faults)
    assert back is not None  # without a fault it was read
    for name in ("source", "study", "statements", "evidence", "interventions"):
        if getattr(back, name) != getattr(given, name):
            message = (
                f"the {name} of source '{written.stem}' would not come back as they are; was the "
                "export changed, or written by another version?"
            )
            raise refused(file, 1, message)
