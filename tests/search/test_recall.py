"""What is remembered stays within its bytes, and what was used least recently goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from immunograph.search.recall import Budget, Memo, Remembering, size_of

KILOBYTE = 1_024


def text(number: int) -> str:
    """A text of its own of some kilobytes."""
    return f"{number:08}" * KILOBYTE


def test_a_budget_bounds_all_memos_that_share_it() -> None:
    budget = Budget(100 * KILOBYTE)
    memos = [Remembering(text, budget) for _ in range(3)]
    for number in range(200):
        assert memos[number % 3][number] == text(number)
        held = sum(8 * KILOBYTE * len(memo) for memo in memos)
        assert held <= budget.most
        assert budget.held <= budget.most
    assert sum(map(len, memos)) >= 5


def test_what_is_asked_for_again_and_again_is_made_once() -> None:
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return text(number)

    memo = Remembering(make, Budget(100 * KILOBYTE))
    for number in range(1, 200):
        memo[0]
        memo[number]
    assert made.count(0) == 1
    assert memo.recalled(1) is None
    assert memo.recalled(199) == text(199)


def test_a_memo_that_nobody_holds_is_no_more_of_the_budget() -> None:
    budget = Budget(100 * KILOBYTE)
    for number in range(20):
        assert Remembering(text, budget)[number] == text(number)
    assert budget.held <= budget.most


@given(st.lists(st.integers(1, 40), max_size=300))
def test_a_value_is_the_same_whether_it_was_forgotten_or_not(asked: list[int]) -> None:
    memo = Memo[int, str](Budget(60 * KILOBYTE))
    for number in asked:
        assert memo.remembered(number, lambda number=number: text(number)) == text(number)


def test_the_size_of_a_value_grows_with_what_it_alone_refers_to() -> None:
    texts = [text(number) for number in range(10)]
    assert size_of([text(number) for number in range(10)]) > 9 * 8 * KILOBYTE
    owners = [list(texts) for _ in range(10)]
    assert size_of(owners[0]) < 2 * 8 * KILOBYTE
