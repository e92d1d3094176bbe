"""What a load would change is the same whether the graph is read or laid out in columns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from immunograph.curation.diffs import ENDS_FILE, changes, read_ends
from immunograph.domain.knowledge import Knowledge
from immunograph.folders import folder
from immunograph.inference.changes import Act, Drop, Retract
from immunograph.inference.derivation import derive
from immunograph.seeds.folder import read_seed
from immunograph.store.present import Present

SEED = read_seed(folder("seed"))
ENDS = read_ends((folder("seed") / ENDS_FILE).read_text("utf-8"))


@pytest.mark.parametrize(
    "acts",
    [[Drop("news-2019-chemotherapy")], [Retract("keklikoglou-2019", "a test")]],
    ids=["without a source", "with a study retracted"],
)
def test_paths_are_the_same_over_columns(acts: Sequence[Act]) -> None:
    knowledge = Knowledge(SEED.vocabulary, SEED.contributions)
    present = Present.of(knowledge, "now")
    told = changes(knowledge, derive(knowledge), acts, ENDS)
    assert told["paths"]
    assert changes(knowledge, present.derivation(), acts, ENDS, present=present) == told
