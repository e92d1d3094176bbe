"""A passage is found where it stands, and its span and hash are those that a seed file states."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from immunograph.curation.locate import locate

DOCUMENT = "Traps catch\r\n  microbes. Traps may rouse cells – and 🧫 cells.\n"


def test_a_passage_is_found_as_it_stands() -> None:
    found = locate(DOCUMENT, "may rouse cells")
    assert found.exact
    (passage,) = found.passages
    assert DOCUMENT[passage.start : passage.end] == "may rouse cells"
    assert passage.sha256 == hashlib.sha256(b"may rouse cells").hexdigest()


def test_white_space_does_not_matter_and_that_is_said() -> None:
    found = locate(DOCUMENT, "catch microbes.")
    assert not found.exact
    assert [DOCUMENT[p.start : p.end] for p in found.passages] == ["catch\r\n  microbes."]


def test_every_place_is_given_where_it_stands_more_than_once() -> None:
    assert [p.start for p in locate(DOCUMENT, "Traps").passages] == [0, 25]


def test_places_count_code_points_and_not_bytes() -> None:
    (passage,) = locate(DOCUMENT, "🧫").passages
    assert passage.end - passage.start == 1
    assert DOCUMENT[passage.start] == "🧫"


def test_what_does_not_stand_there_gets_the_nearest_passage() -> None:
    found = locate(DOCUMENT, "Traps might rouse cells")
    assert not found.passages
    assert found.nearest is not None
    assert "rouse cells" in found.nearest.text


def test_nothing_is_found_for_nothing() -> None:
    assert locate(DOCUMENT, "  ").passages == ()


@given(st.text(max_size=60), st.data())
def test_any_part_of_any_text_is_found(document: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(document)))
    end = data.draw(st.integers(start, len(document)))
    wanted = document[start:end]
    found = locate(document, wanted)
    if wanted.strip():
        assert any(wanted.strip() == p.text for p in found.passages)
    for passage in found.passages:
        assert document[passage.start : passage.end] == passage.text
