"""Who may write: one key per curator, kept as a hash in the graph, revocable."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any, Final

import neo4j

from immunograph.errors import BadQuestion, NotAllowed, NotFound
from immunograph.store.graph import Graph

PREFIX: Final = "ig_"
MINUTE: Final = len("2026-01-01T00:00")


def new_key(graph: Graph, name: str) -> str:
    """Make a key for a curator and return it: the only time that it can be seen.

    A key is 256 random bits, so its plain SHA-256 cannot be guessed back. Raises BadQuestion where
    the name has a key that stands.
    """
    if not name.strip():
        raise BadQuestion("A key needs the name of its curator.", parameter="name")
    secret = PREFIX + secrets.token_urlsafe(32)

    def write(tx: neo4j.ManagedTransaction) -> bool:
        standing = tx.run(
            "MATCH (k:Key {name: $name}) WHERE k.revoked IS NULL RETURN k.name LIMIT 1", name=name
        ).single()
        if standing is not None:
            return False
        tx.run(
            "CREATE (:Key {id: $id, name: $name, hash: $hash, created: $now})",
            id=secrets.token_hex(6),
            name=name,
            hash=_hash(secret),
            now=_now(),
        ).consume()
        return True

    if not graph.write(write):
        raise BadQuestion(
            f"{name} has a key already. Revoke it first with `immunograph key revoke {name}`.",
            parameter="name",
        )
    return secret


def keys_of(graph: Graph) -> list[dict[str, Any]]:
    """Every key ever made, the newest first; never the keys themselves."""
    return graph.read(
        "MATCH (k:Key) RETURN k.id AS id, k.name AS name, k.created AS created, "
        "k.revoked AS revoked, k.used AS used ORDER BY k.created DESC, k.id LIMIT 1000"
    )


def revoke_key(graph: Graph, name: str) -> None:
    """End the key of a curator. Raises NotFound where none stands."""

    def write(tx: neo4j.ManagedTransaction) -> int:
        row = tx.run(
            "MATCH (k:Key {name: $name}) WHERE k.revoked IS NULL SET k.revoked = $now "
            "RETURN count(k) AS ended",
            name=name,
            now=_now(),
        ).single(strict=True)
        return int(row["ended"])

    if not graph.write(write):
        raise NotFound(f"No key of '{name}' stands. List them with `immunograph key list`.")


def owner_of(graph: Graph, secret: str | None) -> str:
    """The curator whose key this is; when it was used is noted, to the minute.

    Raises NotAllowed where it is missing, unknown or revoked.
    """
    if not secret:
        raise NotAllowed(
            "Writing needs a key: send `Authorization: Bearer …`. "
            "`immunograph key new NAME` makes one."
        )
    given = _hash(secret)
    rows = graph.read(
        "MATCH (k:Key {hash: $hash}) RETURN k.id AS id, k.name AS name, k.hash AS hash, "
        "k.revoked AS revoked, k.used AS used LIMIT 1",
        {"hash": given},
    )
    if not rows or not hmac.compare_digest(rows[0]["hash"], given):
        raise NotAllowed("This key is not known here. `immunograph key new NAME` makes one.")
    if rows[0]["revoked"] is not None:
        raise NotAllowed(f"The key of {rows[0]['name']} was revoked on {rows[0]['revoked']}.")
    now = _now()[:MINUTE]
    if rows[0]["used"] != now:
        graph.write(lambda tx: _note_use(tx, rows[0]["id"], now))
    return str(rows[0]["name"])


def _note_use(tx: neo4j.ManagedTransaction, identifier: str, now: str) -> None:
    tx.run("MATCH (k:Key {id: $id}) SET k.used = $now", id=identifier, now=now).consume()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
