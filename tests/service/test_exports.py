"""An export holds all that the graph asserts and what follows, and can be checked by its id."""

from __future__ import annotations

import hashlib

import orjson
import pytest

from graphs import graph, says, source, view_of
from immunograph.errors import BadQuestion
from immunograph.folders import folder
from immunograph.knowledge import Knowledge
from immunograph.selection import ALL_EVIDENCE, NOTHING
from immunograph.service.exports import export, rights
from immunograph.service.shapes import to_bytes
from immunograph.service.view import View
from immunograph.snapshot import canonical, snapshot_id
from immunograph.sources import read_seed


def test_the_snapshot_id_is_the_hash_of_the_content_that_is_exported() -> None:
    seed = read_seed(folder("seed"))
    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    snapshot = snapshot_id(knowledge)
    view = View(knowledge, snapshot=snapshot, filters=ALL_EVIDENCE, without=NOTHING)
    answer = export(view, "json")
    sent = orjson.loads(to_bytes(answer))
    assert hashlib.sha256(canonical(sent["content"])).hexdigest() == answer["snapshot"]
    assert snapshot in answer["citation"]
    assert answer["licence"] == "CC BY 4.0"


def test_the_citation_is_the_one_that_stands_with_the_data() -> None:
    told = (folder("seed") / "CITATION.md").read_text(encoding="utf-8")
    [block] = [part for part in told.split("\n\n") if part.startswith("> ")]
    cited = " ".join(line.removeprefix("> ") for line in block.splitlines()).replace("*", "")
    assert rights("<id>")["citation"] == cited.replace("`<id>`", "<id>")


def test_what_follows_stands_apart_from_what_is_asserted() -> None:
    view = view_of(graph(source("one", says("a promotes b"), says("b inhibits c"))))
    answer = export(view, "json")
    [first, second] = [one["id"] for one in answer["content"]["statements"]]
    assert set(answer["derived"]["statements"]) == {first, second}
    for one in (first, second):
        derived = answer["derived"]["statements"][one]
        assert derived["belief"] == view.derivation.assessments[one].belief
        assert not {"belief", "cost", "net"} & answer["content"]["statements"][0].keys()


def test_an_unknown_format_is_refused_with_those_that_are_known() -> None:
    view = view_of(graph(source("one", says("a promotes b"))))
    with pytest.raises(BadQuestion, match=r"No format 'xml'\. Known: json"):
        export(view, "xml")
