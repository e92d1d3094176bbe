"""No evidence that says a word is passed over by the look at its bytes."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.search import scanning
from immunograph.search.scanning import may_say
from immunograph.search.texts import Texts
from immunograph.service.words import Words

PARTS = [
    "lung",
    "Lungs",
    "LUNG",
    "plunge",
    "il6",
    '"',
    '","',
    '"}',
    "\\",
    "é",
    "ſ",
    "µ",
    " ",
    ".",
    "_",
]
PROSE = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)


@given(st.lists(st.tuples(PROSE, PROSE), min_size=1, max_size=6), st.sampled_from(["lungs", "il6"]))
def test_all_that_says_a_word_is_among_what_may_say_it(
    told: list[tuple[str, str]], asked: str
) -> None:
    rows = [{"id": aside, "says": says, "site": [aside]} for says, aside in told]
    words = Words(asked)
    [literal] = words.literals
    found = may_say(Texts.of(orjson.dumps(row).decode() for row in rows), literal)
    surely: set[int] = set(found.surely.tolist())
    perhaps: set[int] = set(found.perhaps.tolist())

    saying = {i for i, (says, _) in enumerate(told) if words.complete(frozenset(), [says])}
    assert saying <= surely | perhaps
    assert not words.begins[0] or surely <= saying
    for place in perhaps:  # what bytes cannot tell
        both = "".join(told[place])
        assert not both.isascii() or not both.isprintable() or "\\" in both or '"' in both


def test_where_blocks_end_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Texts.of('{"says":"%s"}' % ("lung" if number % 3 else "none") for number in range(50))
    whole = may_say(texts, "lung").surely.tolist()
    for size in (1, 30, 200):
        monkeypatch.setattr(scanning, "BLOCK", size)
        assert may_say(texts, "lung").surely.tolist() == whole
    assert len(whole) == 33
    assert may_say(Texts.of([]), "lung").surely.tolist() == []
