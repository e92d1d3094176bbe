"""Entities against what is known of them: second ones, and ids and kinds that are none."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from immunograph.curation.identifiers import KINDS, fitting_kinds, what_is_wrong
from immunograph.curation.inspection import Finding, Inspection
from immunograph.curation.traps import trap_of
from immunograph.domain.model import Entity
from immunograph.names.spelling import fold
from immunograph.seeds.reading import Reader
from immunograph.seeds.yaml_text import Path

SAME: Final = frozenset(("UniProtKB", "MGI", "HGNC", "NCBIGene", "ENSEMBL", "RGD", "CL", "FPLX"))
"""Tables in which two of ours are never the same row."""


def same_entity(inspection: Inspection) -> Iterator[Finding]:
    """A new entity that has the symbol, a name or an id of another.

    Equal names are faults already; names that only synonyms share are nobody's own.
    """
    if not inspection.entities:
        return
    index = _Index.of(inspection.reader)
    for number, entity in enumerate(inspection.entities):
        found = index.same(entity, inspection)
        if found is not None:
            other, how, key = found
            yield (
                ("entities", number, *key),
                f"{how} is {other.name} ({other.id}); use that one, or tell them apart by other "
                "names, or by `is_a`",
            )


class _Index:
    """The entities of a seed by what they are called and by their ids elsewhere."""

    def __init__(self) -> None:
        self.done = 0
        self.order: dict[str, int] = {}
        self.own: dict[str, list[Entity]] = {}
        """By name and symbol."""
        self.synonyms: dict[str, list[Entity]] = {}
        self.xrefs: dict[str, list[Entity]] = {}

    @classmethod
    def of(cls, reader: Reader) -> _Index:
        """All that are defined so far; what was indexed before is not indexed again."""
        index = reader.memo.setdefault("entities by what they are called", cls())
        assert isinstance(index, cls)
        for entity in reader.defined[index.done :]:
            if entity.id not in index.order:
                index.add(entity)
        index.done = len(reader.defined)
        return index

    def add(self, entity: Entity) -> None:
        """Note one more."""
        self.order[entity.id] = len(self.order)
        for name in {_key(entity.name), _key(entity.symbol or "")} - {""}:
            self.own.setdefault(name, []).append(entity)
        for name in {_key(one) for one in entity.synonyms}:
            self.synonyms.setdefault(name, []).append(entity)
        for xref in entity.xrefs:
            self.xrefs.setdefault(xref, []).append(entity)

    def same(
        self, entity: Entity, inspection: Inspection
    ) -> tuple[Entity, str, tuple[str | int, ...]] | None:
        """Another that it seems to be, how that is known, and where the file says so."""

        def other(key: str, *tables: dict[str, list[Entity]]) -> Entity | None:
            found = (one for table in tables for one in table.get(key, ()))
            return next((one for one in found if self._clashes(entity, one, inspection)), None)

        for key, name in (("name", entity.name), ("symbol", entity.symbol)):
            if name and (found := other(_key(name), self.own, self.synonyms)):
                return found, f"'{name}'", (key,)
        for number, name in enumerate(entity.synonyms):
            if found := other(_key(name), self.own):
                return found, f"'{name}'", ("synonyms", number)
        if found := other(entity.id, self.xrefs):
            return found, entity.id, ("id",)
        for number, xref in enumerate(entity.xrefs):
            if xref.partition(":")[0] in SAME and (found := other(xref, self.xrefs)):
                return found, xref, ("xrefs", number)
        return None

    def _clashes(self, entity: Entity, other: Entity, inspection: Inspection) -> bool:
        """Whether another was there before, is no class or kind of it, and was not told already."""
        if self.order[other.id] >= self.order[entity.id] or fold(other.name) == fold(entity.name):
            return False
        return other.id not in inspection.above(entity) and entity.id not in inspection.above(other)


def _key(name: str) -> str:
    """A name without what does not tell names apart: case, joiners, a plural."""
    plain = fold(name).replace(" ", "")
    return plain[:-1] if len(plain) > 5 and plain.endswith("s") and plain[-2] not in "su" else plain


def id_shape(inspection: Inspection) -> Iterator[Finding]:
    """Ids that their table does not have, and prefixes that nobody knows."""
    for number, entity in enumerate(inspection.entities):
        path: Path = ("entities", number)
        if wrong := what_is_wrong(entity.id):
            yield (*path, "id"), wrong
        for place, xref in enumerate(entity.xrefs):
            if wrong := what_is_wrong(xref):
                yield (*path, "xrefs", place), wrong


def kind_against_id(inspection: Inspection) -> Iterator[Finding]:
    """Kinds that nobody knows, and kinds that the table of the id does not hold."""
    for number, entity in enumerate(inspection.entities):
        path: Path = ("entities", number, "kind")
        if entity.kind not in KINDS:
            near = get_close_matches(entity.kind.capitalize(), sorted(KINDS), 3, 0.6)
            hint = (
                f"; nearest: {', '.join(near)}" if near else f"; known: {', '.join(sorted(KINDS))}"
            )
            yield path, f"nobody here knows the kind '{entity.kind}'{hint}"
            continue
        kinds = fitting_kinds(entity.id)
        if kinds and entity.kind not in kinds:
            prefix = entity.id.partition(":")[0]
            yield (
                path,
                f"{entity.id} is of {prefix}, which holds {_listed(kinds)}, and the kind is "
                f"{entity.kind}; the wrong id, or the wrong kind?",
            )


def trap_grounding(inspection: Inspection) -> Iterator[Finding]:
    """Names that mean something else in this field than in general tables."""
    for number, entity in enumerate(inspection.entities):
        for name in (entity.name, *filter(None, [entity.symbol]), *entity.synonyms):
            trap = trap_of(name)
            if trap is not None and entity.id in trap.never:
                yield (
                    ("entities", number, "id"),
                    f"'{name}' is {entity.id} here ({trap.never[entity.id]}); in this field "
                    f"it is {trap.means}",
                )


def _listed(kinds: frozenset[str]) -> str:
    first, *rest = sorted(kinds)
    return f"{', '.join([first, *rest[:-1]])} or {rest[-1]}" if rest else first
