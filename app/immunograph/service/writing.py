"""Loading and withdrawing one source through the service, with a key, and never over another's."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Contribution, Entity, Vocabulary, digest
from immunograph.domain.papers import papers_of, source_named
from immunograph.errors import BadSource, NotFound, Stale
from immunograph.inference.changes import merged_vocabulary
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import Home
from immunograph.seeds.reading import Reader
from immunograph.store.graph import Graph
from immunograph.store.keys import owner_of
from immunograph.store.loader import Load, Loader

Answer = dict[str, Any]


class Writing:
    """Changes a graph, one source at a time; others may change it through services of their own.

    `home` is the seed folder whose vocabulary and entities a source may use beside those that the
    graph holds already.
    """

    def __init__(self, graph: Graph, *, loader: Loader, home: Path) -> None:
        self._graph = graph
        self._loader = loader
        self._home = Home(home)
        self._one_at_a_time = threading.Lock()

    def owner(self, key: str | None) -> str:
        """The curator whose key this is. Raises NotAllowed."""
        return owner_of(self._graph, key)

    def load(
        self, body: bytes, *, by: str, replaces: str | None = None, dry_run: bool = False
    ) -> Answer:
        """Load one source from YAML or JSON; the answer says what it changed.

        A source that is loaded already in another version is replaced only by who names that
        version in `replaces`; otherwise Stale names both. Raises BadSource with every fault.
        """
        with self._one_at_a_time:
            held = self._loader.knowledge
            vocabulary, shared, faults = self._home.read()
            if faults:
                raise BadSource(faults)
            vocabulary = merged_vocabulary(held.vocabulary, vocabulary)
            contribution = _read(body, vocabulary, held, shared)
            source, given = contribution.source.id, _version(contribution)

            def check(now: Knowledge) -> None:
                version = _version(now.contributions.get(source))
                if version not in (None, replaces, given):
                    raise Stale(
                        f"Source '{source}' is loaded in version {version}, and yours is {given}. "
                        "Nothing was changed. Read what is loaded, then send "
                        f"`If-Match: {version}` to put yours in its place.",
                        held=version,
                        given=given,
                    )

            load = self._loader.put(contribution, vocabulary, by=by, dry_run=dry_run, check=check)
            return _told(load, dry_run=dry_run, version=given)

    def withdraw(
        self, source: str, *, by: str, replaces: str | None = None, dry_run: bool = False
    ) -> Answer:
        """Take out all that a source says, by id, DOI or PMID; `replaces` as in `load`."""
        with self._one_at_a_time:
            source = source_named(self._loader.knowledge, source)

            def check(now: Knowledge) -> None:
                known = now.contributions.get(source)
                if known is None:
                    raise NotFound(f"No source '{source}' is loaded. List them with `sources`.")
                version = _version(known)
                if replaces not in (None, version):
                    raise Stale(
                        f"Source '{source}' is loaded in version {version}, not {replaces}. "
                        "Nothing was changed.",
                        held=version,
                        given=replaces,
                    )

            load = self._loader.withdraw(source, by=by, dry_run=dry_run, check=check)
            return _told(load, dry_run=dry_run, version=None)


def _read(
    body: bytes, vocabulary: Vocabulary, held: Knowledge, shared: Iterable[Entity]
) -> Contribution:
    """Read a source over the entities of all other sources and of the seed folder.

    What the folder says of an entity now is heard before what was loaded once.
    """
    text = yaml_text.read(body, "source")
    value: Any = text.value
    own: Any = cast(dict[str, Any], value).get("id") if isinstance(value, dict) else None
    others = held.fork()
    if isinstance(own, str):
        others.drop(own)
    known = others.entities
    known.update((entity.id, entity) for entity in shared)
    reader = Reader(vocabulary, known.values(), studies=held.study_of, papers=papers_of(others))
    contribution = reader.reading(text).contribution
    faults = [*reader.take_faults(), *reader.cross_faults()]
    if faults or contribution is None:
        raise BadSource(faults)
    return contribution


def _version(contribution: Contribution | None) -> str | None:
    """An id of all that a source says, so that two versions of it can be told apart."""
    return digest(contribution.model_dump_json()) if contribution is not None else None


def _told(load: Load, *, dry_run: bool, version: str | None) -> Answer:
    return {
        "snapshot": load.after,
        "dry_run": dry_run,
        "version": version,
        "id": load.id,
        "at": load.at,
        "by": load.by,
        "source": load.source,
        "before": load.before,
        "after": load.after,
        "added": load.added,
        "removed": load.removed,
        "changed": load.changed,
    }
