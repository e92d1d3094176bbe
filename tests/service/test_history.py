"""The past is had back to the byte, or is said to be unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import VOCABULARY, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Vocabulary
from immunograph.domain.snapshot import content, snapshot_id
from immunograph.inference.changes import Act, Drop, Put, Retract, Undo, carry_out
from immunograph.inference.derivation import Derivation
from immunograph.service import history, pathways
from immunograph.service.history import Walk
from immunograph.service.routes import Question
from immunograph.store.loads import undo_of, undo_text
from immunograph.store.turns import Turn, since, turns_of


class Recording:
    """Knowledge that changes, with the records that its loads would leave."""

    def __init__(self) -> None:
        self.knowledge = Knowledge(VOCABULARY)
        self.derivation = Derivation()
        self.records: list[dict[str, Any]] = []
        """The newest first, as they are read."""
        self.undo: dict[str, Undo] = {}
        self.now: str | None = None

    def do(self, *acts: Act, by: str = "ada") -> str:
        """One turn; the snapshot after it."""
        done, _ = carry_out(self.knowledge, self.derivation, acts)
        before, self.now = self.now, snapshot_id(self.knowledge)
        number = len(self.records)
        for one in done:
            record: dict[str, Any] = {
                "id": str(len(self.undo)),
                "at": f"{number:04d}",
                "by": by,
                "source": one.source,
                "before": before,
                "after": self.now,
            }
            self.records.insert(0, record)
            self.undo[record["id"]] = undo_of(undo_text(one.undo))
        return self.now

    def turns(self) -> list[Turn]:
        assert self.now is not None
        return turns_of(self.records, self.now)

    def walk(self) -> Walk:
        return Walk(self.knowledge.fork())


def put(name: str, *passages: Any, **more: Any) -> Put:
    return Put(source(name, *passages, **more), VOCABULARY)


@given(graphs(), graphs(), st.lists(st.integers(0, 5), min_size=1, max_size=8))
@settings(max_examples=40)
def test_every_state_before_is_had_back_to_the_byte(
    first: Knowledge, second: Knowledge, chosen: Sequence[int]
) -> None:
    recording = Recording()
    told = [*first.contributions.values(), *second.contributions.values()]
    states: list[tuple[str, dict[str, Any]]] = []
    for number, choice in enumerate(chosen):
        one = told[(number + choice) % len(told)]
        act: Act = Put(one, VOCABULARY)
        if choice == 4 and one.source.id in recording.knowledge.contributions:
            act = Drop(one.source.id)
        elif choice == 5 and one.study is not None and one.study.id in recording.knowledge.studies:
            stands = one.study.id not in recording.knowledge.retractions
            act = Retract(one.study.id, "it was wrong" if stands else None)
        if not act.changes_nothing(recording.knowledge):
            states.append((recording.do(act), content(recording.knowledge)))

    walk = recording.walk()
    for record in list(recording.records):
        snapshot, was = states.pop()
        assert content(walk.knowledge) == was
        assert walk.is_at(snapshot)
        turn = Turn(record["before"], record["after"], (record,))
        assert walk.back(turn, recording.undo)
    assert walk.is_at(None)


def test_words_that_a_load_brought_go_with_it() -> None:
    recording = Recording()
    before = recording.do(put("one", says("a promotes b")))
    more = {**VOCABULARY.model_dump(by_alias=True), "site": [{"name": "bone"}]}
    recording.do(Put(source("two", says("b promotes c")), Vocabulary.model_validate(more)))
    walk = recording.walk()

    assert walk.back(recording.turns()[0], recording.undo)
    assert walk.is_at(before)
    assert "bone" not in {term.name for term in walk.knowledge.vocabulary.site}


def test_a_record_that_kept_nothing_or_is_of_other_content_is_not_believed() -> None:
    recording = Recording()
    before = recording.do(put("one", says("a promotes b")))
    recording.do(put("one", says("a inhibits b")))
    [turn, _] = recording.turns()

    assert not recording.walk().back(turn, {})
    walk = recording.walk()
    assert walk.back(
        turn, {turn.records[0]["id"]: Undo("one", source("one", says("a promotes c")))}
    )
    assert not walk.is_at(before)


# --- the way back -------------------------------------------------------------------------------


def test_a_graph_that_was_in_one_state_twice_is_told_from_the_last_time() -> None:
    recording = Recording()
    one = recording.do(put("one", says("a promotes b")))
    recording.do(put("two", says("b promotes c")))
    assert recording.do(Drop("two")) == one
    last = recording.do(put("three", says("c promotes d")))

    turns = recording.turns()
    assert [turn.records[0]["source"] for turn in turns] == ["three", "two", "two", "one"]
    found = since(turns, last, one[:8])
    assert found is not None
    assert [turn.records[0]["source"] for turn in found] == ["three"]
    assert since(turns, last, last) == []
    assert since(turns, last, "0" * 64) is None


def test_what_a_restored_graph_brought_comes_before_its_own_loads() -> None:
    recording = Recording()
    recording.do(put("one", says("a promotes b")))
    now = recording.do(put("two", says("b promotes c")))
    restore = [
        {**one, "id": f"r{n}", "at": f"9{n}", "by": "restored from x", "source": f"r{n}",
         "before": None if n else "f" * 64, "after": "f" * 64 if n else now}
        for n, one in enumerate(recording.records)
    ]  # fmt: skip
    turns = turns_of([*restore, *recording.records], now)

    assert [turn.records[0]["source"] for turn in turns] == ["two", "one"]


def test_loads_whose_snapshot_had_no_id_are_one_turn() -> None:
    base = {"at": "1", "by": "x"}
    records = [
        {**base, "id": "c", "source": "c", "before": "loading-2", "after": "C"},
        {**base, "id": "b", "source": "b", "before": "loading-1", "after": "loading-2"},
        {**base, "id": "a", "source": "a", "before": "A", "after": "loading-1"},
    ]
    [turn] = turns_of(records, "C")

    assert (turn.before, turn.after) == ("A", "C")
    assert [one["source"] for one in turn.records] == ["c", "b", "a"]


# --- what became of an answer -------------------------------------------------------------------


def in_short(knowledge: Knowledge, *ends: str) -> history.Answered:
    question = Question([f"itm:{ends[0]}"], [f"itm:{ends[1]}"], None, 8, 10, hypothesised=False)
    return history.in_short(pathways.answer(view_of(knowledge), question))


def test_an_answer_tells_what_it_gained_and_lost() -> None:
    knowledge = Knowledge(VOCABULARY)
    knowledge.put(source("one", says("a promotes b"), says("b promotes c")))
    before = in_short(knowledge, "a", "c")
    knowledge.put(source("two", says("a inhibits c", basis="perturbation")))
    after = in_short(knowledge, "a", "c")
    became = history.difference(before, after)

    assert became["gained"] == ["inhibits: a → c"]
    assert became["lost"] == []
    assert became["before"]["verdict"] == {"kind": "determined", "effect": "promotes"}
    assert became["after"]["verdict"] == {"kind": "leaning", "effect": "inhibits"}
    assert before.digest != after.digest
    assert in_short(knowledge, "a", "c").digest == after.digest


@pytest.mark.parametrize(
    ("record", "undo", "there", "did"),
    [
        ("s", Undo("s"), True, "added"),
        ("s", Undo("s", source("s")), True, "replaced"),
        ("s", Undo("s", source("s")), False, "withdrawn"),
        ("s", None, True, None),
        ("study:study-of-s", Undo("study:study-of-s"), True, "restored"),
    ],
)
def test_what_a_load_did_is_told_from_what_it_replaced(
    record: str, undo: Undo | None, there: bool, did: str | None
) -> None:
    after = Knowledge(VOCABULARY, [source("s", says("a promotes b"))] if there else ())

    assert history.deed({"source": record}, undo, after) == did
    if undo is None or undo.contribution is not None:
        assert history.deed({"source": record}, undo, None) is None
