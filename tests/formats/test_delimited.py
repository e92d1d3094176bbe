"""Rows arrive as they were sent, and no spreadsheet runs or rewrites what stands in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.formats import delimited
from immunograph.formats.graph import Rights
from immunograph.formats.tables import Column, Kind, Table, joined, split

COLUMNS = (
    Column("name", Kind.TEXT, "a name"),
    Column("sign", Kind.INTEGER, "a sign"),
    Column("belief", Kind.NUMBER, "a belief"),
    Column("net", Kind.FLAG, "a mark"),
    Column("sites", Kind.TEXTS, "a list"),
)


def _table(*rows: Mapping[str, Any]) -> Table:
    return Table(COLUMNS, lambda: rows, "snapshot", Rights("", "", ""))


def _read(written: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode(), newline=""), delimiter=delimiter))


def _written(*rows: Mapping[str, Any], delimiter: str = ",", excel: bool = False) -> bytes:
    return b"".join(delimited.write(_table(*rows), delimiter=delimiter, excel=excel))


def test_a_row_has_each_kind_in_its_form() -> None:
    row = {"name": "CCL2", "sign": -1, "belief": 0.475, "net": False, "sites": ["lung", "a|b"]}
    assert _written(row) == (b"name,sign,belief,net,sites\r\nCCL2,-1,0.475,false,lung|a\\|b\r\n")
    assert _written({}) == b"name,sign,belief,net,sites\r\n,,,,\r\n"


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "＝1"],
)
def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it(text: str) -> None:
    [row] = _read(_written({"name": text}))
    assert row["name"] == "'" + text
    assert delimited.restored(row["name"]) == text


def test_numbers_of_ours_stay_numbers() -> None:
    [row] = _read(_written({"sign": -1, "belief": 0.5}))
    assert (row["sign"], row["belief"]) == ("-1", "0.5")


@pytest.mark.parametrize(
    "text",
    ["SEPT2", "MARCH1", "Mar-3", "DEC1", "Oct 4", "1-Dec", "2/3", "0012", "2310009E13", "1.10",
     "1234567890123456"],
)  # fmt: skip
def test_excel_gets_as_text_what_it_would_make_a_date_or_a_number_of(text: str) -> None:
    plain, careful = _written({"name": text}), _written({"name": text}, excel=True)
    assert _read(plain)[0]["name"] == text
    assert careful.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    [row] = _read(careful.decode("utf-8-sig").encode())
    assert row["name"] == f'="{text}"'


@pytest.mark.parametrize("text", ["CCL2", "IL-6", "25985180", "p53", "annexin A6", "marching 1"])
def test_excel_gets_plain_what_it_leaves_alone(text: str) -> None:
    [row] = _read(_written({"name": text}, excel=True).decode("utf-8-sig").encode())
    assert row["name"] == text


@given(st.lists(st.text()))
def test_a_list_can_be_taken_apart_again(values: list[str]) -> None:
    assert split(joined(values)) == (values or [""])


@given(st.lists(st.text(), min_size=1), st.sampled_from(",\t"))
def test_every_text_comes_back(texts: list[str], delimiter: str) -> None:
    rows = [{"name": text, "sites": [text, text]} for text in texts]
    found = _read(_written(*rows, delimiter=delimiter), delimiter)
    assert [delimited.restored(row["name"]) for row in found] == texts
    assert [split(delimited.restored(row["sites"])) for row in found] == [[t, t] for t in texts]


@given(st.text(min_size=1))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    for excel in (False, True):
        [row] = _read(_written({"name": text}, excel=excel).decode("utf-8-sig").encode())
        cell = row["name"]
        if cell.startswith("="):  # a text that Excel is given as such
            assert excel
            assert cell == f'="{text}"'
            assert (
                text.replace(".", "").replace("-", "").replace("/", "").replace(" ", "").isalnum()
            )
        else:
            assert not cell.startswith(("+", "-", "@", "\t", "\r", "\n"))


def test_a_long_table_is_sent_in_pieces_of_a_size() -> None:
    rows = [{"name": "x" * 100}] * 5_000
    pieces = list(delimited.write(_table(*rows), delimiter=","))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 2 * delimited.CHUNK
    assert len(_read(b"".join(pieces))) == 5_000
