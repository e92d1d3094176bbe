"""Keeps an eye on the graph: notices a new snapshot, and whether the engine answers."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, Generic, TypeVar

import anyio
from anyio import to_thread

from immunograph.errors import EngineBroken, EngineUnavailable, ImmunographError, NotFound
from immunograph.service import Service
from immunograph.web.gate import Alarm

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 0.5
"""Between two looks: what another process has loaded is told of within two seconds."""
PATIENCE_SECONDS: Final = 3.0
"""How long one look waits for an engine that neither answers nor refuses: a busy one is slow.

With half a second between looks, whatever waits for a halted one ends within four seconds."""
PAUSE_SECONDS: Final = (2.0, 60.0)
"""Between two attempts to start the engine again: after the first failure, and at most."""

STARTING: Final = EngineUnavailable("Neo4j ended and is started again. Try again shortly.")
"""What is said while it is: one that has just started refuses even the right password."""

T = TypeVar("T")


class Watch:
    """Looks at the graph's snapshot now and then.

    When the engine is away the state read last goes on answering: `stale_seconds` tells for how
    long. `restart` starts an engine of our own again where it was killed, or where it says itself
    that it must be, and says whether it did.
    """

    def __init__(
        self,
        service: Service,
        *,
        every: float = EVERY_SECONDS,
        restart: Callable[[bool], bool] = lambda broken: False,
    ) -> None:
        self._service = service
        self._every = every
        self._looking = anyio.Lock()
        self._asking = _Once(self._ask)
        self._reading = _Once(self._read)
        self._restarting = _Once(self._start_again)
        self._threads = anyio.CapacityLimiter(3)
        """One for each of these."""
        self._restart = restart
        self._restart_at = 0.0
        self._broken = False
        """Whether the engine said, when last looked at, that it must be started again."""
        self._pause = PAUSE_SECONDS[0]
        self._unchecked = False
        """Whether the engine was away, and what it holds has not been looked at since."""
        self._looked_at = 0.0
        self._answered_at = 0.0
        self._alarm = Alarm()
        self._loaded = False
        self.restarts = 0
        self.fault: ImmunographError | None = None
        """Why the last look failed; None where it did not."""

    @property
    def snapshot(self) -> str | None:
        """The snapshot that answers are given from; None before the first was read."""
        return self._service.snapshot_id if self._loaded else None

    @property
    def stale_seconds(self) -> int | None:
        """How long ago the engine answered last, where it does not now; None where it does."""
        if self.fault is None or not self._loaded:
            return None
        return int(time.monotonic() - self._answered_at)

    async def ensure(self) -> str:
        """The snapshot, read now if none was yet. Raises what kept it from being read."""
        if not self._loaded:
            await self.look_again()
            if not self._loaded:
                self.require_engine()
        return self._service.snapshot_id

    async def check(self) -> str:
        """The snapshot, if the engine answers now. Raises EngineUnavailable."""
        if time.monotonic() - self._looked_at > 2 * self._every + PATIENCE_SECONDS:
            await self._look()
        self.require_engine()
        return await self.ensure()

    def require_engine(self) -> None:
        """Raise, without waiting, what the last look met."""
        if self.fault is not None:
            raise self.fault.with_traceback(None)

    async def away(self) -> ImmunographError:
        """Comes back once the engine does not answer, with what there is to say of it."""
        while self.fault is None:
            await self._alarm.wait()
        return self.fault

    async def look_again(self) -> None:
        """Look now and read what is new: whoever loaded something is answered from it next."""
        await self._look()
        await self._reading.wait()

    async def keep_looking(self) -> None:
        """Look until cancelled."""
        while True:
            await self._look()
            await anyio.sleep(self._every)

    async def _look(self) -> None:
        """Ask the engine for its snapshot, and begin to read the graph where that is another."""
        async with self._looking:
            try:
                is_current = await self._asking.outcome(within=PATIENCE_SECONDS)
            except TimeoutError:
                self._note(
                    EngineUnavailable(
                        f"Neo4j has not answered for {PATIENCE_SECONDS:.0f} seconds. "
                        "Try again shortly."
                    )
                )
            except ImmunographError as fault:
                self._note(STARTING if self._restarting.runs else fault)
                if not self._restarting.runs:
                    self._broken = isinstance(fault, EngineBroken)
                self._restarting.begin()
            except Exception as error:  # the outermost edge of a task that must go on
                log.exception("the graph could not be looked at")
                self._note(_unreadable(error))
            else:
                self._note(None)
                if not is_current:
                    self._reading.begin()
            self._looked_at = time.monotonic()

    async def _ask(self) -> bool:
        """Whether the snapshot held is the graph's."""
        is_current = await self._in_thread(self._service.is_current)
        if self._unchecked:
            await self._in_thread(self._service.check_graph)
            self._unchecked = False
        self._loaded = self._loaded or is_current
        return is_current

    async def _read(self) -> None:
        """Read the graph."""
        try:
            await self._in_thread(self._service.refresh)
        except ImmunographError as fault:
            self._note(fault)
        except Exception as error:  # as in `_look`
            log.exception("the graph could not be read")
            self._note(_unreadable(error))
        else:
            self._loaded = True
            log.info("answering from snapshot %s", self._service.snapshot_id)

    async def _start_again(self) -> None:
        """Start the engine again, if it is ours and was killed."""
        if time.monotonic() < self._restart_at:
            return
        try:
            restarted = await self._in_thread(partial(self._restart, self._broken))
        except ImmunographError as fault:
            log.error("the engine could not be started again: %s", fault.message)
            self._restart_at = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, PAUSE_SECONDS[1])
        else:
            self._pause = PAUSE_SECONDS[0]
            self.restarts += int(restarted)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._threads)

    def _note(self, fault: ImmunographError | None) -> None:
        """Take down how the last look went, and say where that has changed."""
        if isinstance(fault, NotFound):
            fault = EngineUnavailable(fault.message)
            fault.title = "Nothing is loaded yet"
        if fault is not None and self.fault is None:
            log.warning("%s", fault.message)
        elif fault is None and self.fault is not None and self._loaded:
            log.warning("the graph answers again")
        if fault is None:
            self._answered_at = time.monotonic()
        self._unchecked = self._unchecked or fault is not None
        self.fault = fault
        if fault is not None:
            self._alarm.sound()


class _Once(Generic[T]):
    """Something that is done once at a time: whoever wants it meanwhile waits for the same."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._work = work
        self._task: asyncio.Task[T] | None = None

    @property
    def runs(self) -> bool:
        """Whether it is being done."""
        return self._task is not None and not self._task.done()

    def begin(self) -> asyncio.Task[T]:
        """Do it; it goes on though nobody waits for it."""
        loop, task = asyncio.get_running_loop(), self._task
        if task is None or task.done() or task.get_loop() is not loop:
            task = self._task = loop.create_task(self._work())
            # Whoever waited for it may be gone by the time that it fails.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def outcome(self, *, within: float) -> T:
        """What comes of it. Raises TimeoutError where that takes longer than so many seconds."""
        task = self.begin()
        await asyncio.wait([task], timeout=within)
        if not task.done():
            raise TimeoutError
        return task.result()

    async def wait(self) -> None:
        """Wait until it has ended, if it was begun."""
        if self._task is not None:
            await asyncio.wait([self._task])


def _unreadable(error: Exception) -> EngineUnavailable:
    return EngineUnavailable(f"The graph could not be read: {type(error).__name__}.")
