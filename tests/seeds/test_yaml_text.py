"""YAML is read with the place of everything, and what is wrong with it is said with its place."""

from __future__ import annotations

import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from immunograph.seeds.yaml_text import MAX_DEPTH, Builder, SeedText, Unusual, read, values_alone


def faults(content: str | bytes) -> list[str]:
    """The faults of a text as `line:column: message`."""
    text = read(content if isinstance(content, bytes) else content.encode(), "f.yaml")
    return [str(fault).removeprefix("f.yaml:") for fault in text.faults]


def value(content: str) -> object:
    """The value of a text without faults."""
    text = read(content.encode(), "f.yaml")
    assert text.faults == []
    return text.value


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("12", 12),
        ("-1", -1),
        ("+1", 1),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("1.5", 1.5),
        ("-.5e-3", -0.0005),
        ("1e5", "1e5"),
        (".nan", ".nan"),
        ("2019-02-06", "2019-02-06"),
        ("12:30", "12:30"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_plain_words_are_read_as_people_mean_them(written: str, expected: object) -> None:
    found = value(f"a: {written}")

    assert found == {"a": expected}
    assert type(found["a"]) is type(expected)  # pyright: ignore[reportIndexIssue, reportUnknownArgumentType] # a dict, seen above


def test_text_enters_in_normal_form_c() -> None:
    assert value(unicodedata.normalize("NFD", "a: tumör")) == {"a": "tumör"}


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = read(b"\xef\xbb\xbfa: 1\r\nb: [2,\r\n  3]\r\n", "f.yaml")

    assert (text.value, text.faults) == ({"a": 1, "b": [2, 3]}, [])
    assert text.place(("a",)) == (1, 4)
    assert text.place(("b", 1)) == (3, 3)


def test_old_mac_line_ends_count_as_lines() -> None:
    text = read(b"a: 1\rb: 2\r", "f.yaml")

    assert text.value == {"a": 1, "b": 2}
    assert text.place(("b",))[0] == 2


def test_an_alias_stands_for_what_its_anchor_names() -> None:
    assert value("a: &x {b: 1}\nc: *x\nd: [*x, &y 2, *y]") == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": [{"b": 1}, 2, 2],
    }


# --- places -------------------------------------------------------------------------------------

PLACED = """\
id: x
list:
  - one
  - {deep: [1, 2]}
"""


def test_every_value_and_key_has_its_line_and_column() -> None:
    text = read(PLACED.encode(), "f.yaml")

    assert text.place(("id",)) == (1, 5)
    assert text.place(("id",), key=True) == (1, 1)
    assert text.place(("list", 0)) == (3, 5)
    assert text.place(("list", 1, "deep", 1)) == (4, 16)
    assert text.place(("list", 1, "deep"), key=True) == (4, 6)


def test_the_place_of_what_is_not_there_is_that_of_what_encloses_it() -> None:
    text = read(PLACED.encode(), "f.yaml")

    assert text.place(("list", 1, "missing", 3)) == text.place(("list", 1)) == (4, 5)
    assert SeedText("f.yaml").place(("nothing",)) == (1, 1)


def test_columns_count_characters_not_bytes() -> None:
    text = read("ä: [ö, ü]".encode(), "f.yaml")

    assert text.place(("ä", 1)) == (1, 8)


def test_inside_an_alias_the_place_is_that_of_the_alias() -> None:
    text = read(b"a: &x {b: 1}\nc: *x\n", "f.yaml")

    assert text.place(("c", "b")) == (2, 4)


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b"a: \xff", "1:4", "not UTF-8; save the file as UTF-8"),
        ("ok: 1\nä: ".encode() + b"\xe4", "2:4", "not UTF-8"),
        (b"\xef\xbb\xbfa: \xff", "1:4", "not UTF-8"),
        ("a: 1\nb:\t- 2", "2:", "not YAML"),
        ("a:\n\tb: 1", "2:1", "not YAML"),
        ("a: [1, 2", "2:1", "not YAML"),
        ("a: 'open", "1:", "not YAML"),
        ("a: 1\n b: 2", "2:", "not YAML"),
        ("a: \x07", "1:4", "not YAML"),
        ("ä: b\nc: \x07", "2:4", "not YAML"),
        ("a: 1\n---\nb: 2", "2:1", "a second document begins here; one file holds one source"),
        ("a: *x", "1:4", "alias *x is used before its anchor ends"),
        ("a: &x [*x]", "1:8", "used before its anchor ends"),
        ("a: !!python/object:os.system 1", "1:4", "tag"),
        ("a: !secret 1", "1:4", "tag !secret is not used in seed files; remove it"),
        ("[a, b]: 1", "1:1", "a key must be a plain word"),
        ("? {a: 1}\n: 2", "1:3", "a key must be a plain word"),
        ("a: 1\nb: 2\na: 3", "3:1", "key 'a' stands twice (first in line 1)"),
        ("x:\n  - {k: 1, k: 2}", "2:12", "key 'k' stands twice (first in line 2)"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    content: str | bytes, place: str, message: str
) -> None:
    [found] = faults(content)

    assert found.startswith(place)
    assert message in found


def test_nesting_is_bounded_however_deep_it_is_written() -> None:
    assert faults("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    for depth in (MAX_DEPTH + 1, 100_000):
        [found] = faults("[" * depth + "]" * depth)
        assert f"nested deeper than {MAX_DEPTH} levels" in found


def test_aliases_cannot_make_a_small_file_large() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for i in range(9):
        lines.append(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]")

    [found] = faults("\n".join(lines))

    assert "values in one document" in found


def test_after_a_key_that_stands_twice_the_rest_is_read_too() -> None:
    text = read(b"a: 1\na: 2\nb: 3\nb: 4\nc: 5", "f.yaml")

    assert len(text.faults) == 2
    assert text.value == {"a": 2, "b": 4, "c": 5}


@given(st.binary(max_size=60))
def test_no_bytes_at_all_raise_anything(content: bytes) -> None:
    for fault in read(content, "f.yaml").faults:
        assert fault.line >= 1
        assert fault.column >= 1


@given(st.text(alphabet=" \n\t:-[]{}&*!|>'\"#,?%@`abAB01~\\", max_size=60))
def test_no_text_of_the_signs_of_yaml_raises_anything(content: str) -> None:
    for fault in read(content.encode(), "f.yaml").faults:
        assert fault.line >= 1
        assert fault.column >= 1


YAML = st.text(alphabet=" \n:-[]{}&*!|>'\"#,?abAB01~é\u200b", max_size=40)
"""Texts that are now and then one of YAML, and now and then an unusual one."""


@given(YAML | st.lists(YAML, max_size=6).map(lambda lines: "\n".join(f"- {x}" for x in lines)))
def test_values_read_alone_are_those_read_with_their_places(content: str) -> None:
    with_places = SeedText("f.yaml")
    try:
        alone = values_alone(content)
    except (Unusual, yaml.YAMLError):
        return
    Builder(with_places).build(content)

    assert repr(alone) == repr(with_places.value)
    assert with_places.faults == []
