"""Keeps an eye on the graph: notices a new snapshot, and whether the engine answers."""

from __future__ import annotations

import logging
import time
from typing import Final

import anyio
from anyio import to_thread

from immunograph.errors import EngineUnavailable, ImmunographError, NotFound
from immunograph.service import Service

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 2.0
PATIENCE_SECONDS: Final = 5.0
"""How long readiness waits for an engine that neither answers nor refuses."""


class Watch:
    """Looks at the graph's snapshot now and then.

    When the engine is away the state read last goes on answering; only readiness tells.
    """

    def __init__(self, service: Service, *, every: float = EVERY_SECONDS) -> None:
        self._service = service
        self._every = every
        self._looking = anyio.Lock()
        self._thread = anyio.CapacityLimiter(1)
        self._looked_at = 0.0
        self._loaded = False
        self.fault: ImmunographError | None = None
        """Why the last look failed; None where it did not."""

    @property
    def snapshot(self) -> str | None:
        """The snapshot that answers are given from; None before the first was read."""
        return self._service.snapshot_id if self._loaded else None

    async def ensure(self) -> str:
        """The snapshot, read now if none was yet. Raises what kept it from being read."""
        if not self._loaded:
            async with self._looking:
                if not self._loaded:
                    await self._look()
            if not self._loaded and self.fault is not None:
                raise self.fault.with_traceback(None)
        return self._service.snapshot_id

    async def check(self) -> str:
        """The snapshot, if the engine answers now. Raises EngineUnavailable."""
        if time.monotonic() - self._looked_at > 2 * self._every:
            try:
                with anyio.fail_after(PATIENCE_SECONDS):
                    async with self._looking:
                        await self._look()
            except TimeoutError as error:
                raise EngineUnavailable(
                    f"Neo4j has not answered for {PATIENCE_SECONDS:.0f} seconds. Try again shortly."
                ) from error
        if self.fault is not None:
            raise self.fault.with_traceback(None)
        return self._service.snapshot_id

    async def look_again(self) -> None:
        """Look now: whoever loaded something is answered from it next."""
        async with self._looking:
            await self._look()

    async def keep_looking(self) -> None:
        """Look until cancelled."""
        while True:
            async with self._looking:
                await self._look()
            await anyio.sleep(self._every)

    async def _look(self) -> None:
        try:
            changed = await to_thread.run_sync(
                self._service.refresh, abandon_on_cancel=True, limiter=self._thread
            )
        except NotFound as fault:
            self.fault = EngineUnavailable(fault.message)
            self.fault.title = "Nothing is loaded yet"
        except ImmunographError as fault:
            if self.fault is None:
                log.warning("%s", fault.message)
            self.fault = fault
        except Exception as error:  # the outermost edge of a task that must go on
            log.exception("the graph could not be read")
            self.fault = EngineUnavailable(f"The graph could not be read: {type(error).__name__}.")
        else:
            if self.fault is not None and self._loaded:
                log.warning("the graph answers again")
            self.fault = None
            self._loaded = True
            if changed:
                log.info("answering from snapshot %s", self._service.snapshot_id)
        self._looked_at = time.monotonic()
