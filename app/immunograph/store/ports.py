"""Ports of the loopback address: which are free, and whether Neo4j answers at one."""

from __future__ import annotations

import base64
import http.client
import json
import random
import socket
import struct

from pydantic import SecretStr

from immunograph.errors import EngineSetup

LOOPBACK = "127.0.0.1"
USERNAME = "neo4j"
KEEPABLE_PORTS = range(20000, 32768)  # below those that systems lend to outgoing connections


def answers_bolt(port: int) -> bool:
    """Whether Bolt answers on this port: it agrees on a version with four bytes."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
            connection.sendall(struct.pack(">I4I", 0x6060B017, 0x00000405, 0x00000404, 4, 3))
            answer = b""
            while len(answer) < 4 and (chunk := connection.recv(4 - len(answer))):
                answer += chunk
    except OSError:
        return False
    return len(answer) == 4 and any(answer)


def lets_in(port: int, password: SecretStr) -> bool:
    """Whether Neo4j takes the password and runs a query, asked over http as Browser's users are."""
    credentials = base64.b64encode(f"{USERNAME}:{password.get_secret_value()}".encode()).decode()
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request(
            "POST",
            "/db/neo4j/query/v2",
            body=json.dumps({"statement": "RETURN 1"}),
            headers={"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
        )
        with connection.getresponse() as answer:
            return answer.status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listens(port: int) -> bool:
    """Whether anyone listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def is_free(port: int) -> bool:
    """Whether this port of the loopback address can be listened on."""
    if listens(port):
        return False
    with socket.socket() as probe:
        return _bind(probe, port)


def free_ports(*wanted: int) -> tuple[int, int]:
    """Two ports that are free: the wanted ones where they are, else any that may be kept."""
    others = random.sample(KEEPABLE_PORTS, 200)  # half for each, so that the two differ
    with socket.socket() as first, socket.socket() as second:
        for probe, port, half in zip((first, second), wanted, (0, 100), strict=True):
            tried = [*([port] if port else []), *others[half : half + 100]]
            if not any(is_free(candidate) and _bind(probe, candidate) for candidate in tried):
                raise EngineSetup(
                    f"No free port was found for the local Neo4j among {len(tried)} tried. End "
                    "programs that listen on the loopback address, then try again."
                )
        return first.getsockname()[1], second.getsockname()[1]


def _bind(probe: socket.socket, port: int) -> bool:
    """Whether the socket can be bound to this port, as the engine will."""
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((LOOPBACK, port))
    except OSError:
        return False
    return True
