"""A command that is asked to end does so, whatever it waits for."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

FINISHING = """
import sys, threading
from immunograph.cli import terminal

terminal.FINISH_SECONDS = 0.5

def told():
    sys.stderr.write("2 of 3 are written.\\n")

with terminal.finishing(told=told) as going_on:
    print("begun", flush=True)
    written = threading.Event()  # which a server that hangs never sends
    if sys.argv[1] == "hangs":
        written.wait()
    while going_on():
        written.wait(0.01)
print("ended")
"""


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("what", "code", "said"), [("goes on", 0, ""), ("hangs", 130, "2 of 3 are written.\n")]
)
def test_what_is_under_way_may_finish_and_what_hangs_is_broken_off(
    what: str, code: int, said: str, ask: signal.Signals
) -> None:
    command = [sys.executable, "-c", FINISHING, what]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        asked = time.monotonic()
        process.send_signal(ask)
        out, err = process.communicate(timeout=30)
        took = time.monotonic() - asked
    assert process.returncode == code
    assert out == ("ended\n" if code == 0 else "")
    assert err == f"Stopping once this is written …\n{said}"
    assert took < 5
