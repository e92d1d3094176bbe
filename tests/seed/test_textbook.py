"""What a textbook says, asked of the shipped library: the first word, and what it must rest on.

`textbook.tsv` has a question a row. `accepted`: the effect of the verdict, or its kind where it has
none. `must` and `must_not`: `path:X` a path passes X, `anypath:X` likewise, `any:TEXT` the answer
says it somewhere, `summary:REGEX` its summary does.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from immunograph.answers.paths import Paths
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.service import pathways
from immunograph.service.routes import Question
from immunograph.service.view import View


class Row(NamedTuple):
    """A question with what an expert accepts."""

    source: str
    target: str
    accepted: str
    must: str
    must_not: str


TEXTBOOK = Path(__file__).parent.parent / "textbook.tsv"
with TEXTBOOK.open(encoding="utf-8") as file:
    ROWS = [Row(*(row[name] or "" for name in Row._fields))
            for row in csv.DictReader(file, delimiter="\t")]  # fmt: skip


@pytest.fixture(scope="module")
def library() -> View:
    """The whole shipped library."""
    seed = read_seed(folder("seed"))
    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    return View(knowledge, filters=ALL_EVIDENCE, without=NOTHING)


@pytest.fixture(scope="module")
def lexicon(library: View) -> Lexicon:
    return Lexicon(library.knowledge.entities.values())


def holds(answer: Paths, condition: str) -> bool:
    """Whether an answer meets a condition of the table."""
    kind, _, wanted = condition.partition(":")
    if kind in ("path", "anypath"):
        passed = {s["object"]["name"] for p in answer["paths"] for s in p["steps"][:-1]}
        return wanted in passed
    if kind == "summary":
        return re.search(wanted, answer["summary"]) is not None
    assert kind == "any", condition
    return wanted in json.dumps(answer, default=dict, ensure_ascii=False)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.source} → {row.target}" for row in ROWS])
def test_the_first_word_is_what_a_textbook_says(row: Row, library: View, lexicon: Lexicon) -> None:
    question = Question(
        [lexicon.resolve(row.source).id],
        [lexicon.resolve(row.target).id],
        effect=None,
        max_steps=8,
        limit=10,
        hypothesised=False,
    )
    answer = pathways.answer(library, question)
    verdict = answer["verdict"]
    first = verdict["effect"] or verdict["kind"]

    assert first in row.accepted.split(","), answer["summary"]
    begins = {"promotes": "Promotes", "inhibits": "Inhibits", "depends": "Depends on",
              "contested": "Contested", "none": "No "}  # fmt: skip
    assert answer["summary"].startswith(begins[first])
    assert not row.must or holds(answer, row.must), answer["summary"]
    assert not row.must_not or not holds(answer, row.must_not), answer["summary"]


def test_there_are_sixty_questions_and_more() -> None:
    assert len(ROWS) >= 62
