"""The content of a graph as one file that any later version reads, on any machine, in any Neo4j.

A dump is a text of JSON lines, packed by gzip: a heading with the id of the snapshot and what there
is; the vocabulary; each source with all that it says; retractions; the records of loads; and an end
with the digest of all lines before it. What is derived is left out, since it follows, and so are
keys. The same content gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

import neo4j
import orjson

from immunograph import __version__
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Vocabulary
from immunograph.domain.snapshot import is_snapshot_of, snapshot_id
from immunograph.errors import DumpUnusable, EngineSetup
from immunograph.inference.tables import knowledge_from
from immunograph.store.graph import SCAN_SECONDS, Graph
from immunograph.store.loader import Loader
from immunograph.store.loads import PROVISIONAL, RESTORED

FORMAT: Final = "immunograph dump 1"
LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes; no source comes near it, and a file that was made to fill the memory is noticed."""
LOADS: Final = "MATCH (l:Load) RETURN properties(l) AS load ORDER BY l.at, l.id"
LOADS_AT_ONCE: Final = 1_000


@dataclass(slots=True)
class Dump:
    """What a file holds."""

    snapshot: str
    version: str
    """Of the software that wrote it."""
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(predicates=()))
    contributions: list[Contribution] = field(default_factory=list[Contribution])
    retractions: dict[str, str] = field(default_factory=dict[str, str])
    loads: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def knowledge(self) -> Knowledge:
        """All that it asserts."""
        return Knowledge(self.vocabulary, self.contributions, self.retractions)


def write_dump(graph: Graph, file: Path) -> Dump:
    """Write a graph to a new file, whole or not at all; it may be used and changed meanwhile.

    Raises EngineSetup where the file cannot be written, and DumpUnusable where the graph does not
    hold what its snapshot says.
    """
    dump = _dump_of(graph)
    part = file.with_name(file.name + ".part")
    try:
        if file.exists():
            raise EngineSetup(f"{file} exists already. Name a new file, or remove it first.")
        with part.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            for line in _lines(dump):
                packed.write(line)
        part.replace(file)
    except OSError as fault:
        raise EngineSetup(
            f"The dump cannot be written to {file}: {fault.strerror}. Name another place."
        ) from fault
    finally:
        part.unlink(missing_ok=True)
    return dump


def _dump_of(graph: Graph) -> Dump:
    snapshot, rows, vocabulary = graph.content()
    if snapshot is None:
        raise DumpUnusable("There is nothing to dump: the graph is empty. Load something first.")
    if snapshot["id"].startswith(PROVISIONAL):
        raise DumpUnusable(
            "A load of this graph was broken off, so that its snapshot has no id. Load again to "
            "finish it, then dump it."
        )
    knowledge = knowledge_from(rows, vocabulary)
    if not is_snapshot_of(knowledge, snapshot["id"]):
        raise DumpUnusable(
            f"The graph holds the content {snapshot_id(knowledge)}, and its snapshot says "
            f"{snapshot['id']}. "
            "Something has changed it by another way than a load. Nothing was written."
        )
    return Dump(
        snapshot=snapshot["id"],
        version=__version__,
        vocabulary=vocabulary,
        contributions=[knowledge.contributions[i] for i in sorted(knowledge.contributions)],
        retractions=dict(sorted(knowledge.retractions.items())),
        loads=[row["load"] for row in graph.read_plain(LOADS, seconds=SCAN_SECONDS)],
    )


def _lines(dump: Dump) -> Iterator[bytes]:
    """The lines of the file, the last of which has the digest of those before."""
    digest = hashlib.sha256()
    lines = 0
    for value in _values(dump):
        line = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"
        digest.update(line)
        lines += 1
        yield line
    yield orjson.dumps({"end": {"lines": lines, "sha256": digest.hexdigest()}}) + b"\n"


def _values(dump: Dump) -> Iterator[dict[str, Any]]:
    yield {
        "format": FORMAT,
        "version": dump.version,
        "snapshot": dump.snapshot,
        "sources": len(dump.contributions),
        "loads": len(dump.loads),
    }
    yield {"vocabulary": dump.vocabulary.model_dump(mode="json", by_alias=True)}
    for contribution in dump.contributions:
        yield {"source": contribution.model_dump(mode="json", by_alias=True)}
    for study, why in dump.retractions.items():
        yield {"retraction": {"study": study, "why": why}}
    for load in dump.loads:
        yield {"load": load}


def read_dump(file: Path) -> Dump:
    """What a file holds. Raises DumpUnusable where it is no dump, cut off or damaged."""
    try:
        with gzip.open(file, "rb") as lines:
            return _read(file, lines)
    except FileNotFoundError as fault:
        raise EngineSetup(f"There is no file {file} to restore. Check its name.") from fault
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as fault:
        raise DumpUnusable(
            f"{file} cannot be read as a dump ({type(fault).__name__}). It is damaged, cut off or "
            "no dump. Nothing was changed."
        ) from fault


def _read(file: Path, lines: gzip.GzipFile) -> Dump:
    digest = hashlib.sha256()
    number = 0
    dump: Dump | None = None
    while line := lines.readline(LONGEST_LINE):
        value = _object(orjson.loads(line))
        if dump is None:
            if value.get("format") != FORMAT:
                raise DumpUnusable(
                    f"{file} is no '{FORMAT}', which is what this version reads. "
                    "Nothing was changed."
                )
            dump = Dump(str(value["snapshot"]), str(value["version"]))
        elif "end" in value:
            if value["end"] == {"lines": number, "sha256": digest.hexdigest()}:
                return dump
            break
        else:
            _take(dump, value)
        digest.update(line)
        number += 1
    raise DumpUnusable(f"{file} is damaged or cut off: its digest is another. Nothing was changed.")


def _take(dump: Dump, value: dict[str, Any]) -> None:
    """Take one line of a file."""
    if "vocabulary" in value:
        dump.vocabulary = Vocabulary.model_validate(value["vocabulary"])
    elif "source" in value:
        dump.contributions.append(Contribution.model_validate(value["source"]))
    elif "retraction" in value:
        dump.retractions[str(value["retraction"]["study"])] = str(value["retraction"]["why"])
    else:
        dump.loads.append(_object(value["load"]))


def _object(value: object) -> dict[str, Any]:
    """A JSON object. Raises ValueError where it is something else."""
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return cast(dict[str, Any], value)


def restore_dump(
    graph: Graph,
    file: Path,
    *,
    schema: Path,
    progress: Callable[[str], None] = lambda source: None,
    going_on: Callable[[], bool] = lambda: True,
) -> Dump:
    """Load what a file holds into an empty graph, or into one where this was begun before.

    Afterwards the graph is read anew, and its snapshot compared. Stopped before its end, as
    `going_on` tells, it is finished by another run. Where the dump names its snapshot by an id that
    an earlier version made, its loads are told by the one that it has now. Raises DumpUnusable and
    EngineSetup.
    """
    dump = read_dump(file)
    wanted = snapshot_id(dump.knowledge)
    as_said = is_snapshot_of(dump.knowledge, dump.snapshot)
    if not as_said and dump.version == __version__:
        raise DumpUnusable(
            f"{file} says that it holds the snapshot {dump.snapshot}, and holds {wanted}. "
            "Nothing was changed."
        )
    loader = Loader(graph, schema=schema)
    loader.prepare()
    _refuse_unless_begun(loader.knowledge, dump)
    loader.put_all(
        dump.contributions,
        dump.vocabulary,
        by=f"{RESTORED}{file.name}",
        progress=progress,
        going_on=going_on,
    )
    if not going_on():
        return dump
    for study, why in dump.retractions.items():
        loader.retract(study, why, by=f"{RESTORED}{file.name}")
    _write_loads(graph, (_renamed(load, dump.snapshot, wanted) for load in dump.loads))
    found = _dump_of(graph).snapshot
    if found != wanted:
        raise DumpUnusable(
            f"The graph holds the snapshot {found} after {file} was restored, which should give "
            f"{wanted}. Restore it into an empty graph."
        )
    return replace(dump, snapshot=wanted)


def _refuse_unless_begun(held: Knowledge, dump: Dump) -> None:
    """Refuse a graph that holds anything else than a part of the dump."""
    ours = {contribution.source.id: contribution for contribution in dump.contributions}
    if any(ours.get(i) != contribution for i, contribution in held.contributions.items()):
        raise DumpUnusable(
            f"The graph holds {len(held.contributions)} sources already, and a dump is restored "
            "into an empty one. Name another folder in IMMUNOGRAPH_DATA_DIR, or another database. "
            "Nothing was changed."
        )


def _renamed(load: dict[str, Any], snapshot: str, now: str) -> dict[str, Any]:
    """The record of a load, which knows a snapshot by the id that it has now."""
    ends = {end: now for end in ("before", "after") if load.get(end) == snapshot}
    return {**load, **ends}


def _write_loads(graph: Graph, loads: Iterable[dict[str, Any]]) -> None:
    """Add the records of the loads that the dump tells of."""
    listed = list(loads)
    for start in range(0, len(listed), LOADS_AT_ONCE):
        few = listed[start : start + LOADS_AT_ONCE]
        graph.write(lambda tx, few=few: _merge_loads(tx, few))


def _merge_loads(tx: neo4j.ManagedTransaction, loads: list[dict[str, Any]]) -> None:
    tx.run(
        "UNWIND $loads AS load MERGE (l:Load {id: load.id}) ON CREATE SET l = load", loads=loads
    ).consume()
