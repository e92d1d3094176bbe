"""The formats that can be read: one reader each, beside its writer, listed here.

A reader goes through a file and gives its claims one by one (`claims`); it holds none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from immunograph.formats.reading import bel, indra, kgx, signor, table
from immunograph.formats.reading.claims import Reader

READERS: Final[Mapping[str, Reader]] = {
    one.name: one
    for one in (
        table.TABLE,
        table.CSV,
        table.TSV,
        table.PARQUET,
        table.OMNIPATH,
        bel.BEL,
        indra.INDRA,
        signor.SIGNOR,
        *kgx.KGX,
    )
}
"""By name, as `import --format` has it."""
