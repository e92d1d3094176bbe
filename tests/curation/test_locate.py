"""A passage is found where it stands, and its span and hash are those that a seed file states."""

from __future__ import annotations

import hashlib

import pytest
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


PAGE = (
    "The ﬁrst ﬂoating cells – “naïve” ones – can\u2019t metas-\n   tasise.  Pro-\ninflammatory "
    "IL\u20116\u00a0(10\u2076) stayed; tumor\u00ad-bearing mice\u200b lived…\r\n"
    "MMP9\u2212/\u2212 mice didn\u2019t. E\u0301tude diﬃcile: 5\u00a0µg, “Ⅳ”."
)


@pytest.mark.parametrize(
    ("wanted", "stands"),
    [
        ("The first floating cells", "The ﬁrst ﬂoating cells"),
        ("first", "ﬁrst"),
        ('"naïve" ones', "“naïve” ones"),
        ("cells - “naïve”", "cells – “naïve”"),
        ("cells — 'naïve'", "cells – “naïve”"),
        ("can't metastasise", "can\u2019t metas-\n   tasise"),
        ("metas-tasise", "metas-\n   tasise"),
        ("pro-inflammatory", "Pro-\ninflammatory"),
        ("proinflammatory IL-6", "Pro-\ninflammatory IL\u20116"),
        ("IL-6 (106) stayed", "IL\u20116\u00a0(10\u2076) stayed"),
        ("tumor-bearing mice lived...", "tumor\u00ad-bearing mice\u200b lived…"),
        ("MMP9-/- mice didn't", "MMP9\u2212/\u2212 mice didn\u2019t"),
        ("Étude difficile", "E\u0301tude diﬃcile"),
        ("5 μg, \"IV\"", "5\u00a0µg, “Ⅳ”"),
        ("THE FIRST FLOATING CELLS", "The ﬁrst ﬂoating cells"),
        ("can't metas-\ntasise", "can\u2019t metas-\n   tasise"),
        ("cells – naive", None),
    ],
)  # fmt: skip
def test_a_quote_is_found_through_other_letters_and_that_is_said(
    wanted: str, stands: str | None
) -> None:
    found = locate(PAGE, wanted)
    if stands is None:
        assert found.passages == ()
        assert found.nearest is not None
        return
    assert [passage.text for passage in found.passages] == [stands]
    assert (found.exact, found.letters) == (False, True)
    (passage,) = found.passages
    assert PAGE[passage.start : passage.end] == stands
    assert passage.sha256 == hashlib.sha256(stands.encode()).hexdigest()


@pytest.mark.parametrize(
    "wanted",
    [
        "therapist",  # blanks are no break
        "metastas is",
        "pro inflammatory",
        "profinflammatory",
        "first-floating",
        "5 mg",
        "IL-61",
        "MMP9-/+",
        "naïve one",
    ],
)
def test_other_words_are_not_found_through_other_letters(wanted: str) -> None:
    assert locate("the rapist " + PAGE, wanted).passages == ()


def test_other_white_space_alone_is_no_other_letters() -> None:
    found = locate("one\u00a0 two", "one two")
    assert (len(found.passages), found.exact, found.letters) == (1, False, False)


@given(st.text(max_size=60), st.data())
def test_a_text_in_plain_letters_stands_where_its_letters_stand(
    document: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(document)))
    end = data.draw(st.integers(start, len(document)))
    found = locate(document, document[start:end].upper())
    for passage in found.passages:
        assert document[passage.start : passage.end] == passage.text
