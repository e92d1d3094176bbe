r"""CSV and TSV: for spreadsheets, pandas, polars and R.

A text that a spreadsheet would run (`=cmd`, `@SUM`, a leading tab) has an apostrophe put before
it, in every file: `restored` takes it off again. For Excel there is a byte order mark besides, and
what Excel would turn into a date or a number (SEPT2, MARCH1, 2310009E13) is given as `="SEPT2"`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from immunograph.formats.format import Format
from immunograph.formats.tables import CANNOT_HOLD, Kind, Table, as_table, joined

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
CHUNK: Final = 65_536
"""Characters that are sent at once, about."""

_RUNS: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_MONTH: Final = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_TAKEN_FOR: Final = re.compile(
    rf"(?:{_MONTH})[ .\-/]?\d{{1,4}}"  # SEPT2, MARCH1, DEC-1, Oct 4
    rf"|\d{{1,4}}[ .\-/]?(?:{_MONTH})"  # 1-Dec
    r"|0\d+|\d{12,}"  # 0012, and what Excel rounds or shows as a power of ten
    r"|\d+(?:[.,:/\-]\d+){1,2}"  # 1/2, 2-3, 1.10
    r"|\d+(?:\.\d+)?e[+\-]?\d+",  # 2310009E13
    re.IGNORECASE | re.ASCII,
)


def write(table: Table, *, delimiter: str, excel: bool = False) -> Iterator[bytes]:
    """The table with a line of names, `\\r\\n` after each line as RFC 4180 has it."""
    text = io.StringIO(newline="")
    write_row = csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow
    if excel:
        text.write(BOM)
    write_row([column.name for column in table.columns])
    for row in table.rows():
        write_row([_cell(row.get(c.name), c.kind, excel=excel) for c in table.columns])
        if text.tell() > CHUNK:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written.encode()


def _cell(value: Any, kind: Kind, *, excel: bool) -> str:
    if value is None:
        return ""
    match kind:
        case Kind.FLAG:
            return "true" if value else "false"
        case Kind.INTEGER | Kind.NUMBER:
            return str(value)
        case Kind.TEXTS:
            text = joined(value)
        case Kind.TEXT:
            text = str(value)
    if excel and _TAKEN_FOR.fullmatch(text):
        return f'="{text}"'
    return guarded(text)


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it.

    >>> guarded("=cmd|' /C calc'!A0"), guarded("annexin A6")
    ("'=cmd|' /C calc'!A0", 'annexin A6')
    """
    return f"'{text}" if _RUNS.match(text) else text


def restored(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


_write_csv: Final = partial(write, delimiter=",")
_write_tsv: Final = partial(write, delimiter="\t")
_write_excel: Final = partial(write, delimiter=",", excel=True)

CSV: Final = Format(
    name="csv",
    title="CSV, one row a statement, an evidence or a step",
    media_type="text/csv",
    ending="csv",
    write=as_table(_write_csv),
    write_table=_write_csv,
    cannot_hold=CANNOT_HOLD,
)
EXCEL: Final = Format(
    name="excel",
    title="CSV that Excel reads as it is: no symbol becomes a date",
    media_type="text/csv",
    ending="csv",
    write=as_table(_write_excel),
    write_table=_write_excel,
    cannot_hold=CANNOT_HOLD,
)
TSV: Final = Format(
    name="tsv",
    title="TSV, the same with tabs",
    media_type="text/tab-separated-values",
    ending="tsv",
    write=as_table(_write_tsv),
    write_table=_write_tsv,
    cannot_hold=CANNOT_HOLD,
)
