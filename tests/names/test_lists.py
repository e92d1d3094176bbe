"""A list is read as people write it; what cannot be read is said, and nothing is guessed."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.errors import BadQuestion
from immunograph.names.lists import MOST_BYTES, MOST_NAMES, read_list


def read(text: str) -> list[tuple[str, int | None]]:
    return [(one.name, one.sign) for one in read_list(text.encode()) if one.fault is None]


def test_a_name_stands_on_a_line_of_its_own() -> None:
    assert read("CCL2\r\n\n  annexin A6 \r# of the lung\nIL-6") == [
        *(("CCL2", None), ("annexin A6", None), ("IL-6", None))
    ]
    assert [one.line for one in read_list(b"CCL2\n\nIL6")] == [1, 3]


@pytest.mark.parametrize(
    ("written", "sign"),
    [("up", 1), ("UP", 1), ("+", 1), ("+1", 1), ("1", 1), ("Increased", 1), ("down", -1),
     ("-", -1), ("\N{MINUS SIGN}2.5", -1), ("-1e-3", -1), ("downregulated", -1)],
)  # fmt: skip
def test_a_direction_stands_behind_a_tab_a_comma_or_a_semicolon(written: str, sign: int) -> None:
    for mark in ("\t", ",", ";", " , "):
        assert read(f"CCL2{mark}{written}") == [("CCL2", sign)]
    assert read(f'"CCL2","{written}"') == [("CCL2", sign)]


def test_a_comma_within_a_name_stays_there() -> None:
    assert read("Neoplastic Cells, Circulating\nNeoplastic Cells, Circulating,up") == [
        ("Neoplastic Cells, Circulating", None),
        ("Neoplastic Cells, Circulating", 1),
    ]


def test_no_change_is_no_direction() -> None:
    assert read("CCL2\t0\nIL6\t-1.5\nTNF\t2") == [("CCL2", None), ("IL6", -1), ("TNF", 1)]


@pytest.mark.parametrize("coded", ["a\t0\nb\t1\nc\t2", "a\t0.5\nb\t2", "a\t2", "a\tup\nb\t3"])
def test_numbers_that_may_be_codes_or_ratios_are_refused(coded: str) -> None:
    with pytest.raises(BadQuestion, match="may be ratios or codes"):
        read_list(coded.encode())


def test_a_line_that_cannot_be_read_costs_no_other() -> None:
    found = read_list(f"gene\tlogFC\nCCL2\t-2\na\t1\t2\n{'x' * 301}\nb\tnan\n\t1".encode())
    assert [(one.name, one.sign) for one in found if one.fault is None] == [("CCL2", -1)]
    faults = {one.line: one.fault for one in found if one.fault}
    assert faults[1] == "'logFC' is no direction: write up, down, or a signed change"
    assert faults[3] == "it has 3 cells; a line holds a name and perhaps its direction"
    assert faults[4] == "its name is longer than 300 letters"
    assert faults[5] is not None and "'nan' is no direction" in faults[5]
    assert faults[6] == "it has no name"


def test_json_holds_names_or_names_with_signs() -> None:
    found = read_list(b'["CCL2", {"name": "IL6", "sign": -1}, {"name": "", "sign": 1}]')
    assert [(one.line, one.name, one.sign) for one in found] == [
        *((1, "CCL2", None), (2, "IL6", -1), (3, "", None))
    ]
    assert found[2].fault == "it has no name"
    assert read_list(b'[{"name": "CCL2", "sign": true}]')[0].fault is not None


@pytest.mark.parametrize("body", [b'"CCL2"', b"true", b"CCL2", b"7", b"{}", b"[1"])
def test_what_is_sent_as_json_is_a_json_array(body: bytes) -> None:
    with pytest.raises(BadQuestion, match="JSON"):
        read_list(body, as_json=True)
    assert read_list(b' ["CCL2"]', as_json=True) == read_list(b"CCL2")


def test_a_name_may_begin_with_a_bracket() -> None:
    assert read("[18F]FDG\nCCL2") == [("[18F]FDG", None), ("CCL2", None)]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_spreadsheet_saves_text_with_a_mark_of_its_encoding(mark: str) -> None:
    assert read_list("TNF-α\tup".encode(mark)) == read_list("TNF-α\tup".encode())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "holds no name"),
        (b"\n# nothing\n", "holds no name"),
        (b"[]", "holds no name"),
        (gzip.compress(b"CCL2", mtime=0), "no text in UTF-8"),
        (b"PK\x03\x04\0\0", "binary data"),
        (b"\xff\xfeC\0\0", "no text in UTF-8"),
        (b'{"names": ["CCL2"]}', "write an array of names"),
        (b'{"names": ', "begins as JSON does and is none"),
        (b'["CCL2", ]', "begins as JSON does and is none"),
        (b"[" * 5_000 + b"]" * 5_000, "begins as JSON does and is none"),
        (b'["\\ud800"]', "begins as JSON does and is none"),
        (b"[1]", "Entry 1 is neither"),
        (b'[{"name": "a", "effect": 1}]', "Entry 1 is neither"),
        (b"a\n" * (MOST_NAMES + 1), f"{MOST_NAMES + 1} names"),
        (b"a" * (MOST_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(body: bytes, said: str) -> None:
    with pytest.raises(BadQuestion, match=said) as refused:
        read_list(body)
    assert refused.value.details == {"parameter": "body"}


@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8")))
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    try:
        found = read_list(body)
    except BadQuestion:
        return
    assert found
    assert all(one.sign in (None, 1, -1) for one in found)
    assert all(one.fault or one.name for one in found)
