"""So much at once, so much waiting for so long, and nothing done that nobody waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from immunograph.errors import Cancelled, EngineUnavailable, ImmunographError, Overloaded
from immunograph.service.deadline import deadline
from immunograph.web.gate import Gate


async def _outcome(gate: Gate, work: Callable[[], Any], **how: Any) -> Any:
    try:
        return await gate.run(work, **how)
    except ImmunographError as error:
        return type(error)


def test_a_gate_that_refused_lets_later_work_through() -> None:
    gate = Gate(at_once=1, waiting=0)

    async def run() -> list[int]:
        return [await gate.run(lambda: 1), await gate.run(lambda: 2)]

    assert anyio.run(run) == [1, 2]
    assert gate.running == 0


def test_what_waits_too_long_for_its_turn_is_refused_and_never_begun() -> None:
    gate = Gate(at_once=1, waiting=5, queue_seconds=0.1)
    go_on = threading.Event()
    begun: list[int] = []

    async def run() -> list[Any]:
        outcomes: list[Any] = []

        async def ask(number: int) -> None:
            def work() -> int:
                begun.append(number)
                assert go_on.wait(30)
                return number

            outcomes.append(await _outcome(gate, work))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, 0)
            await anyio.sleep(0.05)
            tasks.start_soon(ask, 1)
            await anyio.sleep(0.3)
            go_on.set()
        return outcomes

    assert anyio.run(run) == [Overloaded, 0]
    assert begun == [0]
    assert gate.refused == 1


def test_what_hangs_is_not_waited_for_and_keeps_its_place() -> None:
    gate = Gate(at_once=1, waiting=1, queue_seconds=0.1)
    go_on = threading.Event()

    async def run() -> list[Any]:
        began = time.monotonic()
        outcomes = [
            await _outcome(gate, lambda: go_on.wait(30), seconds=0.2),
            await _outcome(gate, lambda: 1, seconds=0.2),
        ]
        assert time.monotonic() - began < 2
        assert gate.running == 1
        go_on.set()
        while gate.running:
            await anyio.sleep(0.01)
        return [*outcomes, await _outcome(gate, lambda: 2, seconds=0.2)]

    assert anyio.run(run) == [EngineUnavailable, Overloaded, 2]


def test_the_searches_of_an_asker_who_left_are_told_to_end() -> None:
    gate = Gate(at_once=1, waiting=0)
    left = anyio.Event()
    ended: list[int] = []

    def search() -> None:
        with deadline() as stop:
            while not stop[0]:
                time.sleep(0.01)
            ended.append(1)

    async def run() -> Any:
        async def gone() -> ImmunographError:
            await left.wait()
            return Cancelled("gone")

        outcomes: list[Any] = []

        async def ask() -> None:
            outcomes.append(await _outcome(gate, search, unless=[gone]))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await anyio.sleep(0.05)
            assert not ended
            left.set()
        with anyio.fail_after(5):
            while gate.running:
                await anyio.sleep(0.01)
        return outcomes

    assert anyio.run(run) == [Cancelled]
    assert ended == [1]


def test_a_gate_that_was_closed_ends_what_runs_and_takes_no_more() -> None:
    gate = Gate(at_once=1, waiting=5)
    ended: list[int] = []

    def search() -> None:
        with deadline() as stop:
            while not stop[0]:
                time.sleep(0.01)
            ended.append(1)

    async def run() -> list[Any]:
        outcomes: list[Any] = []

        async def ask() -> None:
            outcomes.append(await _outcome(gate, search))

        async with anyio.create_task_group() as tasks:
            for _ in range(2):  # one runs, and one waits
                tasks.start_soon(ask)
            await anyio.sleep(0.05)
            gate.close()
            outcomes.append(await _outcome(gate, lambda: 1))
        while gate.running:
            await anyio.sleep(0.01)
        return outcomes

    assert anyio.run(run) == [Overloaded] * 3
    assert ended == [1]


def test_an_error_of_the_work_is_met_by_whoever_asked() -> None:
    def fail() -> None:
        raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        anyio.run(Gate(at_once=1, waiting=0).run, fail)
