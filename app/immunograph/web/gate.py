"""Work in threads: so much at once, so much waiting for so long, and the rest refused.

Whoever asks may stop waiting: the asker left, the time was up, the engine is away. What has not
begun is then never begun, and a search is told to end. What cannot be told, such as a wait for an
engine that is halted, keeps its place until it has ended, so that there is never more of it than
there are places.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import anyio
from anyio import to_thread

from immunograph.errors import EngineUnavailable, ImmunographError, Overloaded
from immunograph.service.deadline import Asker, asked_by

T = TypeVar("T")
GiveUp = Callable[[], Awaitable[ImmunographError]]
"""Comes back once there is no use in waiting any more, with the reason."""

QUEUE_SECONDS: Final = 2.0
"""How long work may wait for its turn: nobody is served by an answer that comes late."""


class _Job(Generic[T]):
    """Some work, and what became of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._value: list[T] = []
        self.asker = Asker()
        self.error: Exception | None = None
        self.ended = anyio.Event()

    def carry_out(self) -> None:
        """Do it, in whatever thread."""
        try:
            with asked_by(self.asker):
                self._value.append(self._work())
        except Exception as error:  # noqa: BLE001 # raised again for whoever waits
            self.error = error

    def give_up(self, error: ImmunographError) -> None:
        """Have nobody wait for it any more."""
        if not self.ended.is_set():
            self.error = error
            self.ended.set()

    def outcome(self) -> T:
        """What came of it, or what kept it from coming."""
        if self.error is not None:
            raise self.error
        return self._value[0]


class Gate:
    """Lets some work run at once in threads, some wait for a while, and refuses the rest."""

    def __init__(self, *, at_once: int, waiting: int, queue_seconds: float = QUEUE_SECONDS) -> None:
        self._places = anyio.CapacityLimiter(at_once)
        self._threads = anyio.CapacityLimiter(at_once)
        self._most_waiting = waiting
        self._queue_seconds = queue_seconds
        self._jobs: set[_Job[Any]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.refused = 0

    @property
    def running(self) -> int:
        """How many run now."""
        return int(self._places.borrowed_tokens)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return self._places.statistics().tasks_waiting

    async def run(
        self, work: Callable[[], T], *, seconds: float | None = None, unless: Sequence[GiveUp] = ()
    ) -> T:
        """The outcome of the work.

        Raises Overloaded where too many wait already or it has waited too long, EngineUnavailable
        where it has not ended within so many seconds, and what the first of `unless` comes with.
        """
        if self._closed:
            raise stopping()
        if self._places.available_tokens <= 0 and self.waiting >= self._most_waiting:
            raise self._refusal()
        job = _Job(work)
        self._jobs.add(job)
        # Not a part of this task, which may end before the work does.
        task = asyncio.get_running_loop().create_task(self._see_to(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            async with anyio.create_task_group() as watchers:
                for one in unless:
                    watchers.start_soon(_give_up, one, job)
                with anyio.move_on_after(seconds):
                    await job.ended.wait()
                watchers.cancel_scope.cancel()
            if not job.ended.is_set():
                raise EngineUnavailable(
                    f"The graph database has not answered within {seconds:.0f} seconds. "
                    "Try again shortly."
                )
            return job.outcome()
        finally:
            job.asker.leave()

    def close(self) -> None:
        """Take no more work and wait for none: the service stops, and what runs is told to end."""
        self._closed = True
        for job in list(self._jobs):
            job.asker.leave()
            job.give_up(stopping())

    async def _see_to(self, job: _Job[T]) -> None:
        with anyio.move_on_after(self._queue_seconds) as waiting:
            await self._places.acquire_on_behalf_of(job)
        if waiting.cancelled_caught:
            self._jobs.discard(job)
            job.give_up(self._refusal())
            return
        try:
            if not job.asker.left:
                await to_thread.run_sync(
                    job.carry_out, abandon_on_cancel=True, limiter=self._threads
                )
        finally:
            self._jobs.discard(job)
            self._places.release_on_behalf_of(job)
            job.ended.set()

    def _refusal(self) -> Overloaded:
        self.refused += 1
        return Overloaded(
            f"{self.running} questions of this kind are being answered and {self.waiting} wait. "
            "Try again shortly."
        )


async def _give_up(unless: GiveUp, job: _Job[T]) -> None:
    job.give_up(await unless())


def stopping() -> Overloaded:
    """What is told to those who are not answered any more because the service stops."""
    return Overloaded("The service stops. Ask again once it is back.")


class Alarm:
    """Wakes whoever waits for it."""

    def __init__(self) -> None:
        self._waiting: set[anyio.Event] = set()

    async def wait(self) -> None:
        """Wait until it is raised the next time."""
        raised = anyio.Event()
        self._waiting.add(raised)
        try:
            await raised.wait()
        finally:
            self._waiting.discard(raised)

    def sound(self) -> None:
        """Wake all who wait now."""
        for raised in self._waiting:
            raised.set()
