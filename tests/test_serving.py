"""`serve` as people run it: it says who can reach it, and ends in time."""

from __future__ import annotations

import signal
import socket
import time
import urllib.request
from urllib.parse import urlsplit

import pytest

from immunograph.cli.serving import GRACE_SECONDS
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
