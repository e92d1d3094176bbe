"""An export holds all that the graph asserts and what follows, and can be checked by its id."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from graphs import graph, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.domain.snapshot import content, snapshot_id, snapshot_of
from immunograph.errors import BadQuestion
from immunograph.folders import folder
from immunograph.formats import FORMATS
from immunograph.seeds.folder import read_seed
from immunograph.service.exports import rights, whole
from immunograph.service.rendering import Output, check
from immunograph.service.shapes import conflict
from immunograph.service.view import View


def _exported(view: View) -> dict[str, Any]:
    return orjson.loads(b"".join(FORMATS["json"].write(whole(view))))


def test_the_snapshot_id_follows_from_the_content_that_is_exported() -> None:
    seed = read_seed(folder("seed"))
    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    snapshot = snapshot_id(knowledge)
    view = View(knowledge, snapshot=snapshot, filters=ALL_EVIDENCE, without=NOTHING)
    sent = _exported(view)
    assert snapshot_of(sent["content"]) == sent["snapshot"] == snapshot
    assert sent["content"] == content(knowledge)
    assert snapshot in sent["citation"]
    assert sent["licence"] == "CC BY 4.0"
    assert sent["derived"]["conflicts"] == [
        conflict(view, view.conflicts[i]) for i in sorted(view.conflicts)
    ]


def test_the_citation_is_the_one_that_stands_with_the_data() -> None:
    told = (folder("seed") / "CITATION.md").read_text(encoding="utf-8")
    [block] = [part for part in told.split("\n\n") if part.startswith("> ")]
    cited = " ".join(line.removeprefix("> ") for line in block.splitlines()).replace("*", "")
    assert rights("<id>").citation == cited.replace("`<id>`", "<id>")


def test_what_follows_stands_apart_from_what_is_asserted() -> None:
    view = view_of(graph(source("one", says("a promotes b"), says("b inhibits c"))))
    answer = _exported(view)
    [first, second] = [one["id"] for one in answer["content"]["statements"]]
    assert set(answer["derived"]["statements"]) == {first, second}
    for one in (first, second):
        derived = answer["derived"]["statements"][one]
        assert derived["belief"] == view.derivation.assessments[one].belief
        assert not {"belief", "cost", "net"} & answer["content"]["statements"][0].keys()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (Output(format="xml"), r"No format 'xml'\. Known: "),
        (Output(references="endnote"), r"No references 'endnote'\. Known: bibtex, csl, ris\."),
    ],
)
def test_an_unknown_format_is_refused_with_those_that_are_known(output: Output, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        check("export", output)
