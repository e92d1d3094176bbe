"""Who uses the local Neo4j, who may start and stop it, and the keeper that stops it at the end.

Everything is told by locks on files in the engine's home, which the operating system drops with
their holder, so that a killed process leaves nothing behind that would have to be guessed at:

users.lock   shared: held by each user of the engine as long as it uses it
turn.lock    exclusive: held while an engine is joined, started, left or stopped
alive.lock   exclusive: inherited by the Java process itself, so it is held exactly as long as that
             lives; a process id in a left-over engine.json is never taken at its word

The last user to leave stops the engine. Where the last user was killed, the keeper does it: a small
process that looks every second whether anyone still uses the engine, and ends with it. Both live in
a session of their own, so Ctrl-C in a terminal or its closing does not reach them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import portalocker
from portalocker import LockFlags

from immunograph.errors import EngineSetup

STOP_TIMEOUT = 30.0  # seconds that a stop may take before the engine is killed
NAMED_WITHIN = 5.0  # seconds from an engine's first sign of life until engine.json names it
LOOK_EVERY = 1.0  # seconds between two looks of the keeper

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Process:
    """A started engine: its process id and its two ports on the loopback address."""

    pid: int
    bolt: int
    http: int


def hold(path: Path, *, shared: bool = False, wait: float = 0) -> IO[bytes] | None:
    """Lock a file, making it if need be; closing what is returned lets go of it.

    `wait` is how many seconds to wait for others that hold it; None is returned if they still do.
    """
    file = path.open("ab")
    flags = LockFlags.NON_BLOCKING | (LockFlags.SHARED if shared else LockFlags.EXCLUSIVE)

    def locks() -> bool:
        try:
            portalocker.lock(file, flags)
        except portalocker.AlreadyLocked:
            return False
        except portalocker.LockException as fault:
            raise EngineSetup(
                f"{path} cannot be locked ({fault}). Locks of files are needed where the local "
                "Neo4j and its data are kept: set IMMUNOGRAPH_DATA_DIR and IMMUNOGRAPH_CACHE_DIR "
                "to folders on a local disk."
            ) from fault
        return True

    held = False
    try:
        held = comes_true(locks, within=wait)
    finally:
        if not held:
            file.close()
    return file if held else None


def comes_true(condition: Callable[[], bool], *, within: float | None) -> bool:
    """Whether `condition` comes true within so many seconds (None: wait as long as it takes)."""
    deadline = None if within is None else time.monotonic() + within
    step = 0.01
    while not condition():
        if deadline is not None and time.monotonic() >= deadline:
            return False
        time.sleep(step)
        step = min(0.2, step * 1.3)
    return True


def is_free(path: Path) -> bool:
    """Whether nobody holds a lock on this file."""
    lock = hold(path)
    if lock is None:
        return False
    lock.close()
    return True


def is_alive(home: Path) -> bool:
    """Whether an engine runs on this home, ready or not."""
    return not is_free(home / "alive.lock")


def is_used(home: Path) -> bool:
    """Whether anyone uses the engine of this home."""
    return not is_free(home / "users.lock")


def running(home: Path) -> Process | None:
    """The engine that runs on this home, ready or not."""
    told = home / "engine.json"
    # One that is being started is alive a moment before it is named.
    comes_true(lambda: not is_alive(home) or told.exists(), within=NAMED_WITHIN)
    if not is_alive(home):
        return None
    try:
        return Process(**json.loads(told.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as fault:
        raise EngineSetup(
            f"A Neo4j runs on {home}, but {home / 'engine.json'}, which should name it, cannot be "
            "read. End the Java process whose command line names this folder, then try again."
        ) from fault


def ended_unasked(home: Path) -> bool:
    """Whether the engine of this home ended without having been stopped, as one does that crashes.

    A stop takes `engine.json` away; whoever kills the engine leaves it behind.
    """
    return (home / "engine.json").exists() and not is_alive(home)


def spawn(home: Path, command: list[str], *, ports: tuple[int, int], env: dict[str, str]) -> None:
    """Start Java under a keeper, both detached; `ports` are those it will have for Bolt and http.

    Called while holding the turn. Returns as soon as engine.json names the new process.
    """
    bolt, web = ports
    keeper = [sys.executable, "-P", "-m", __name__, str(home), str(bolt), str(web), *command]
    with (home / "logs" / "console.log").open("wb") as console:
        subprocess.run(
            keeper,
            check=True,
            cwd=home,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )


def stop(home: Path) -> bool:
    """Stop the engine of this home, whoever uses it; False if none ran. Called with the turn."""
    process = running(home)
    if process is None:
        return False
    # The lock was held a moment ago by the very process that engine.json names.
    _signal(process, signal.SIGTERM)
    _signal(process, signal.SIGCONT)  # one that is halted would not hear of it
    if not comes_true(lambda: not is_alive(home), within=STOP_TIMEOUT):
        _log.warning(
            "The local Neo4j (process %d) did not stop within %.0f s and was killed; its next "
            "start recovers what it had acknowledged.",
            process.pid,
            STOP_TIMEOUT,
        )
        _signal(process, signal.SIGKILL)
        comes_true(lambda: not is_alive(home), within=None)
    (home / "engine.json").unlink(missing_ok=True)
    return True


def end_at_once(home: Path, process: Process) -> bool:
    """Kill an engine that cannot stop in order; False where it is another that runs by now.

    What it leaves is what a crash leaves: its next start recovers what it had acknowledged. Called
    with the turn.
    """
    if running(home) != process:
        return False
    _signal(process, signal.SIGKILL)
    comes_true(lambda: not is_alive(home), within=None)
    return True


def _signal(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended just now, which is what was wanted
        os.kill(process.pid, number)


def stop_unless_wanted(home: Path) -> None:
    """Stop the engine if nobody uses it and nobody asked to keep it. Called with the turn."""
    if not (home / "kept").exists() and not is_used(home):
        stop(home)


def main(arguments: list[str]) -> None:
    """Start the engine, detach, and watch it to its end."""
    home = Path(arguments[0])
    alive = hold(home / "alive.lock", wait=5)
    if alive is None:
        raise SystemExit(f"a Neo4j already runs on {home}")
    (home / "engine.json").unlink(missing_ok=True)  # of an engine that ended without a stop
    java = subprocess.Popen(arguments[3:], pass_fds=[alive.fileno()])
    process = Process(java.pid, int(arguments[1]), int(arguments[2]))
    part = home / "engine.json.part"
    part.write_text(json.dumps(asdict(process)), "utf-8")
    part.replace(home / "engine.json")
    if os.fork():
        os._exit(0)  # the starter goes on; nothing here is to be cleaned up twice
    alive.close()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _watch(home, process)


def _watch(home: Path, process: Process) -> None:
    while True:
        time.sleep(LOOK_EVERY)
        try:
            turn = hold(home / "turn.lock")
            if turn is None:
                continue
            with turn:
                if not is_alive(home) or running(home) != process:
                    return
                stop_unless_wanted(home)
        except FileNotFoundError:  # the home was removed under the engine
            _signal(process, signal.SIGKILL)
            return


if __name__ == "__main__":
    main(sys.argv[1:])
