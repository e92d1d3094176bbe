"""Parquet: for pandas, polars, DuckDB and R; the rows of any table, with types and lists.

It needs pyarrow, which is as large as all the rest of the service: an extra. The columns are kept
a row group at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, Final

from immunograph.formats.archive import Sink
from immunograph.formats.format import Format
from immunograph.formats.tables import CANNOT_HOLD, Column, Kind, Table, as_table

ROW_GROUP: Final = 10_000
"""Rows that are held at once."""


def write(table: Table) -> Iterator[bytes]:
    """The table; whose it is stands in the metadata of its schema."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    schema = arrow.schema(
        [(column.name, _type(arrow, column.kind)) for column in table.columns],
        metadata={
            "snapshot": table.snapshot,
            "licence": table.rights.licence,
            "citation": table.rights.citation,
        },
    )
    sink = Sink()
    with parquet.ParquetWriter(arrow.PythonFile(sink, mode="w"), schema) as writer:
        rows = iter(table.rows())
        while group := list(islice(rows, ROW_GROUP)):
            columns = [_cells(group, column) for column in table.columns]
            writer.write_table(arrow.table(columns, schema=schema))
            yield sink.take()
    yield sink.take()


def _type(arrow: Any, kind: Kind) -> Any:
    match kind:
        case Kind.TEXT:
            return arrow.string()
        case Kind.TEXTS:
            return arrow.list_(arrow.string())
        case Kind.INTEGER:
            return arrow.int64()
        case Kind.NUMBER:
            return arrow.float64()
        case Kind.FLAG:
            return arrow.bool_()


def _cells(rows: Sequence[Mapping[str, Any]], column: Column) -> list[Any]:
    """The cells of a column; words of our own vocabulary become plain texts."""
    found = [row.get(column.name) for row in rows]
    match column.kind:
        case Kind.TEXT:
            return [None if value is None else str(value) for value in found]
        case Kind.TEXTS:
            return [None if value is None else [str(one) for one in value] for value in found]
        case _:
            return found


FORMAT: Final = Format(
    name="parquet",
    title="Parquet, the same with types",
    media_type="application/vnd.apache.parquet",
    ending="parquet",
    write=as_table(write),
    write_table=write,
    cannot_hold=CANNOT_HOLD,
    needs_whole=f"{ROW_GROUP:,} rows at a time: Parquet is written by columns",
    needs="pyarrow",
)
