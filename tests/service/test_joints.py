"""No path of an answer breaks a rule of joints: read from the answer as it is sent, and the seed.

What is checked knows nothing of how paths are found: only the steps of an answer with their
passages, the marks of entities and verbs in the shipped seed, and the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import prod
from random import Random
from typing import Any, NamedTuple

import orjson
import pytest

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.folders import folder
from immunograph.seeds.folder import Seed, read_seed
from immunograph.service import pathways, shapes
from immunograph.service.routes import Question
from immunograph.service.view import View

PAIRS = 500
NUMBERS = {"survival", "proliferation", "amount"}
PASSED = {"carries", "step_of"}
IN_NO_CELL = {
    "Cell", "CellCluster", "Organism", "AnatomicalEntity", "AnatomicalSystem", "Disease",
    "PathologicalProcess", "ClinicalOutcome", "Quality", "Treatment",
}  # fmt: skip

Json = dict[str, Any]


class Marks:
    """What the seed says of entities and verbs."""

    def __init__(self, seed: Seed) -> None:
        told = [*seed.entities, *(one for c in seed.contributions for one in c.entities)]
        self.entities = {one.id: one for one in told}
        self.killing = {one.name for one in seed.vocabulary.predicates if one.number}

    def holds(self, entity: str, mark: str) -> bool:
        """Whether an entity, or a class above it, is marked."""
        one = self.entities[entity]
        return getattr(one, mark) or any(self.holds(above, mark) for above in one.is_a)


class Told(NamedTuple):
    """A path of an answer, and all passages of the answer."""

    path: Json
    evidence: dict[str, Json]

    @property
    def steps(self) -> list[Json]:
        """Its steps in order."""
        return self.path["steps"]

    @property
    def entities(self) -> list[str]:
        """Its entities in order."""
        return [self.steps[0]["subject"]["id"], *(step["object"]["id"] for step in self.steps)]

    def support(self, step: Json) -> list[Json]:
        """The passages that support a step and are no mere hypotheses."""
        told = [self.evidence[i] for i in step["evidence"]]
        return [e for e in told if e["role"] == "supports" and e["basis"] != "hypothesised"]

    def changes_number(self, step: Json, marks: Marks) -> bool:
        """Whether there are more or fewer tumour cells after this."""
        verbs = {e["predicate"] for e in self.support(step)}
        return (
            step["sign"] != 0
            and marks.holds(step["object"]["id"], "tumour_cells")
            and (step["aspect"] in NUMBERS or bool(verbs & marks.killing))
        )

    def cell(self, step: Json, end: str) -> str | None:
        """The cell in which an end of a step acts, where all its support states the same one."""
        if step[end]["kind"] in IN_NO_CELL:
            return None
        stated = {tuple(cell["id"] for cell in e["in_cell"]) for e in self.support(step)}
        only = stated.pop() if len(stated) == 1 else ()
        return only[0] if len(only) == 1 else None


@pytest.fixture(scope="module")
def seed() -> Seed:
    return read_seed(folder("seed"))


@pytest.fixture(scope="module")
def marks(seed: Seed) -> Marks:
    return Marks(seed)


@pytest.fixture(scope="module")
def answers(seed: Seed) -> list[Json]:
    """The answers to questions between 500 pairs drawn at random, as they are sent.

    Also to what everything does to metastasis, since to that the number of tumour cells leads.
    """
    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    view = View(knowledge, filters=ALL_EVIDENCE, without=NOTHING)
    chance = Random(2026)
    starts = sorted(i for i in knowledge.entities if knowledge.out_of(i))
    ends = sorted(i for i in knowledge.entities if knowledge.into(i))
    drawn = ((chance.choice(starts), chance.choice(ends)) for _ in range(PAIRS))
    [spread] = (i for i, one in knowledge.entities.items() if one.name == "metastasis")
    pairs = [*drawn, *((start, spread) for start in starts)]
    questions = (
        Question([source], [target], None, 8, 20, hypothesised=False)
        for source, target in dict.fromkeys(pairs)
        if source != target
    )
    return [orjson.loads(shapes.to_bytes(pathways.answer(view, one))) for one in questions]


@pytest.fixture(scope="module")
def told(answers: list[Json]) -> list[Told]:
    """Every path of these answers."""
    return [Told(path, one["evidence"]) for one in answers for path in one["paths"]]


def joints(told: list[Told]) -> Iterator[tuple[Told, Json, Json]]:
    """Each two steps that follow each other."""
    return ((one, *pair) for one in told for pair in pairwise(one.steps))


def test_there_is_enough_to_check(answers: list[Json], told: list[Told], marks: Marks) -> None:
    answered = [one for one in answers if one["paths"]]
    assert len(answered) > PAIRS / 5
    assert len(told) > PAIRS
    assert any(one.changes_number(before, marks) for one, before, _ in joints(told))
    assert any(one.cell(before, "object") for one, before, _ in joints(told))
    assert any(step["net"] for one in told for step in one.steps)
    assert any(step["class"] == "structural" for one in told for step in one.steps)


def test_each_step_begins_where_the_one_before_it_ends_and_no_entity_comes_twice(
    told: list[Told], marks: Marks
) -> None:
    for one in told:
        for before, after in pairwise(one.steps):
            assert before["object"]["id"] == after["subject"]["id"]
        assert len(set(one.entities)) == len(one.entities) <= 9
        assert not any(marks.entities[i].abstract for i in one.entities[1:-1])


def test_the_effect_is_the_product_of_the_signs_and_structure_has_none(told: list[Told]) -> None:
    for one in told:
        for step in one.steps:
            assert step["class"] == ("causal" if step["sign"] else "structural")
            assert step["sign"] or step["predicate"] in PASSED
        sign = prod(step["sign"] or 1 for step in one.steps)
        assert one.path["effect"] == ("promotes" if sign > 0 else "inhibits")


def test_the_number_of_tumour_cells_goes_on_only_to_what_consists_of_them(
    told: list[Told], marks: Marks
) -> None:
    for one, before, after in joints(told):
        if one.changes_number(before, marks):
            assert after["predicate"] == "step_of" or marks.holds(
                after["object"]["id"], "of_tumour_cells"
            ), (before["statement"], after["statement"])


def test_what_acts_in_one_cell_is_not_joined_to_what_acts_in_another(told: list[Told]) -> None:
    for one, before, after in joints(told):
        cells = {one.cell(before, "object"), one.cell(after, "subject")} - {None}
        assert len(cells) < 2, (before["statement"], after["statement"])


def test_a_path_that_joins_a_stated_cell_to_none_is_stitched_there(told: list[Told]) -> None:
    for one in told:
        seams = [
            before["object"]["id"]
            for before, after in pairwise(one.steps)
            if (one.cell(before, "object") is None) is not (one.cell(after, "subject") is None)
        ]
        said = [s["entity"]["id"] for s in one.path["stitched_at"] if s["dimension"] == "in_cell"]
        assert said == seams
        assert one.path["stitched"] or not seams


def test_a_summary_is_spelled_out_by_a_chain_that_leads_where_it_does(told: list[Told]) -> None:
    for one in told:
        for step in one.steps:
            chain = step["spelled_out"]
            assert bool(chain) is step["net"]
            if chain:
                assert chain[0]["subject"] == step["subject"]
                assert chain[-1]["object"] == step["object"]
                assert 2 <= len(chain) <= 8
                assert prod(link["sign"] or 1 for link in chain) == step["sign"]
                for before, after in pairwise(chain):
                    assert before["object"]["id"] == after["subject"]["id"]


def test_of_the_same_entities_and_signs_there_is_one_path_and_the_cheapest_come_first(
    answers: list[Json],
) -> None:
    for answer in answers:
        told = [Told(path, {}) for path in answer["paths"]]
        ways = [(*one.entities, *(step["sign"] < 0 for step in one.steps)) for one in told]
        assert len(set(ways)) == len(ways)
        ranks = [
            (
                one.path["cost"],
                len(one.steps),
                [(step["object"]["id"], step["sign"] < 0) for step in one.steps],
            )
            for one in told
        ]
        assert ranks == sorted(ranks)
        for one, (cost, *_) in zip(told, ranks, strict=True):
            assert cost == sum(step["cost"] for step in one.steps)
