"""`serve` as people run it: it says who can reach it, and ends in time."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
import urllib.request
from urllib.parse import urlsplit

import pytest

from immunograph.cli.serving import GRACE_SECONDS
from immunograph.store import keeper
from immunograph.store.graph import Graph
from immunograph.store.keys import new_key, revoke_key
from serving import Server, serving, told_by

SLACK_SECONDS = 10.0
"""What a busy machine may take beside: to end a process takes a second of its own."""


@pytest.mark.parametrize(
    ("host", "open_to"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)]
)
def test_a_service_that_the_network_reaches_says_so_once(
    host: str, open_to: bool, neo4j_server: Server, loaded_graph: Graph
) -> None:
    with serving(neo4j_server, IMMUNOGRAPH_HOST=host) as process:
        told = told_by(process)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert ("Open to" in told) is open_to
    if open_to:
        assert told["Open to"].startswith("the network: whoever reaches this address can read.")
    assert (out, err) == ("Stopped.\n", "")


def test_a_service_with_requests_open_ends_within_its_grace(
    neo4j_server: Server, loaded_graph: Graph
) -> None:
    key = new_key(loaded_graph, "slow")
    try:
        with serving(neo4j_server) as process:
            page = told_by(process)["Page"]
            with urllib.request.urlopen(f"{page}/health/ready", timeout=60) as reply:
                assert reply.status == 200
            address = urlsplit(page)
            assert address.hostname is not None
            assert address.port is not None
            head = (
                "POST /v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
                f"Authorization: Bearer {key}\r\n\r\nid: "
            )
            senders = [socket.create_connection((address.hostname, address.port)) for _ in range(3)]
            for sender in senders:
                sender.sendall(head.encode())
            time.sleep(1)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            answers = [sender.recv(100) for sender in senders]
            out, err = process.communicate(timeout=60)
            took = time.monotonic() - began
            for sender in senders:
                sender.close()
    finally:
        revoke_key(loaded_graph, "slow")
    assert all(answer.startswith(b"HTTP/1.1 503 ") for answer in answers), answers
    assert (process.returncode, out) == (0, "Stopped.\n")
    assert "Traceback" not in err
    assert took < GRACE_SECONDS + SLACK_SECONDS


def _pids(page: str) -> dict[str, int]:
    """The process id of each worker that is known, with the snapshot's number of sources."""
    with urllib.request.urlopen(f"{page}/metrics", timeout=60) as reply:
        text = reply.read().decode()
    found = re.findall(r'snapshot_nodes\{worker="(\d+)",of="sources"\} (\d+)', text)
    return {pid: int(sources) for pid, sources in found}


def test_workers_share_an_address_and_are_started_again(
    neo4j_server: Server, loaded_graph: Graph
) -> None:
    with serving(neo4j_server, "--workers", "2") as process:
        page = told_by(process)["Page"]
        assert keeper.comes_true(lambda: len(_pids(page)) == 2, within=120)
        before = _pids(page)
        assert set(before.values()) == {6}
        killed = min(before, key=int)
        os.kill(int(killed), signal.SIGKILL)
        asked = f"{page}/v1/entities/paclitaxel"
        for _ in range(20):  # the other goes on
            with urllib.request.urlopen(asked, timeout=60) as reply:
                assert reply.status == 200
        assert keeper.comes_true(
            lambda: len(_pids(page)) == 2 and killed not in _pids(page), within=120
        )
        workers = _pids(page)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "Stopped.\n")
    assert f"worker {killed} ended with -9 and is started again" in err
    assert not any(_runs(int(pid)) for pid in workers)


def test_workers_end_with_the_process_that_started_them(
    neo4j_server: Server, loaded_graph: Graph
) -> None:
    with serving(neo4j_server, "--workers", "2") as process:
        page = told_by(process)["Page"]
        assert keeper.comes_true(lambda: len(_pids(page)) == 2, within=120)
        workers = _pids(page)
        process.kill()
        process.wait()
        assert keeper.comes_true(lambda: not any(_runs(int(pid)) for pid in workers), within=60)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
