"""The graph in Neo4j: one driver, reads in READ sessions, rows out; `writes` has the rows in.

The only room, with its neighbours in `store`, that knows Neo4j.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, LiteralString, NamedTuple, TypeVar, cast

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    DatabaseError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from immunograph.domain.model import Vocabulary
from immunograph.domain.tally import tally_from
from immunograph.errors import BadQuestion, Cancelled, EngineBroken, EngineSetup, EngineUnavailable
from immunograph.inference.tables import LABELS, LinkKey, NodeKey, Properties, Rows

CONNECT_SECONDS: Final = 3.0
"""Until the server takes a connection."""
ACQUIRE_SECONDS: Final = 5.0
"""Until there is a connection that can be used."""
READ_SECONDS: Final = 10.0
"""What the server may spend on a question; the first of its kind is planned, which takes longer."""
SCAN_SECONDS: Final = 600.0
"""The same for what reads every node."""
WRITE_SECONDS: Final = 300.0
"""The same for a change: many sources may share a transaction."""
IDLE_SECONDS: Final = 1.0
"""A connection idle for longer is tried before it is used: its server may have been restarted."""
MUST_RESTART: Final = "needs to be restarted"
"""What the server says after a fault that it cannot go on from, as where its disk was full."""
SNAPSHOT_KEY: Final = "graph"
TALLY: Final = "tally"
"""The property of the snapshot node that has the tally of the content; none amid a bulk load."""
T = TypeVar("T")


class Graph:
    """One database that holds our graph. Close it, or use it in a `with`."""

    def __init__(
        self,
        driver: neo4j.Driver,
        *,
        database: str,
        bookmarks: neo4j.api.BookmarkManager | None = None,
    ) -> None:
        self._driver = driver
        self._database = database
        self._bookmarks = bookmarks

    @classmethod
    def connect(cls, uri: str, *, username: str, password: str, database: str = "neo4j") -> Graph:
        """Open a graph. Raises EngineUnavailable (no answer) or EngineSetup (refused)."""
        try:
            driver = neo4j.GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType] # **config
                uri,
                auth=(username, password),
                connection_acquisition_timeout=ACQUIRE_SECONDS,
                connection_timeout=CONNECT_SECONDS,
                liveness_check_timeout=IDLE_SECONDS,
                max_transaction_retry_time=15,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                user_agent="immunograph",
            )
        except (DriverError, ValueError) as error:
            raise EngineSetup(f"'{uri}' is no address of a Neo4j: {error}") from error
        try:
            with _translated():
                driver.verify_connectivity()  # pyright: ignore[reportUnknownMemberType] # **config
        except BaseException:
            driver.close()
            raise
        return cls(driver, database=database)

    def close(self) -> None:
        """Give back every connection."""
        self._driver.close()

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading -------------------------------------------------------------------------

    def read(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = READ_SECONDS,
    ) -> list[dict[str, Any]]:
        """The rows of a read query; writes are refused by the server."""
        with _translated(), self._session(neo4j.READ_ACCESS) as session:
            return session.run(_query(cypher, seconds), dict(parameters or {})).data()

    def read_plain(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = READ_SECONDS,
    ) -> list[dict[str, Any]]:
        """The rows of a read query that returns plain values, which may be long lists.

        Unlike `read`, it does not look through every value for nodes, which takes longer than
        all else.
        """
        with _translated(), self._session(neo4j.READ_ACCESS) as session:
            return _plain(session, cypher, parameters, seconds=seconds)

    def in_turn(self) -> Graph:
        """The same graph for a few reads that belong together, in whatever threads.

        Each waits until all that those before it may have seen in parts is there in full. For a few
        reads alone: a server that is put back to an older state would be waited for in vain.
        """
        return Graph(
            self._driver,
            database=self._database,
            bookmarks=neo4j.GraphDatabase.bookmark_manager(),
        )

    def snapshot(self) -> Properties | None:
        """The properties of the snapshot node; None where nothing was ever loaded."""
        with _translated(), self._session(neo4j.READ_ACCESS) as session:
            return _snapshot(session)

    def foreign_labels(self) -> list[str]:
        """Labels of nodes that are not ours; a database that has some is not to be touched."""
        ours = [*LABELS, "Snapshot", "Load", "Key"]
        rows = self.read(
            "MATCH (n) WHERE none(label IN labels(n) WHERE label IN $ours) "
            "UNWIND coalesce(labels(n), ['(none)']) AS label "
            "RETURN DISTINCT label ORDER BY label LIMIT 5",
            {"ours": ours},
            seconds=SCAN_SECONDS,
        )
        return [row["label"] for row in rows]

    def rows(self) -> Rows:
        """The whole graph as rows."""
        with _translated(), self._session(neo4j.READ_ACCESS) as session:
            return _rows_of(_read(session))

    def content(self) -> tuple[Properties | None, Rows, Vocabulary]:
        """The snapshot node, and the rows and words of that snapshot.

        They take several reads: where somebody loads meanwhile, they are read again. The server
        shows a load in parts while it commits it; but in one session a read waits until all that
        was committed before the last one ended is there in full.
        """
        with _translated(), self._session(neo4j.READ_ACCESS) as session:
            # A server that has just started takes a second to plan the reads of every label.
            if not _plain(session, "MATCH (n) RETURN true LIMIT 1", seconds=READ_SECONDS):
                return None, Rows(), vocabulary_of(None)
            snapshot = _snapshot(session)
            while True:
                before, read, snapshot = snapshot, _read(session), _snapshot(session)
                # Not by its id alone: what is loaded and withdrawn meanwhile leaves that as it was.
                if before == snapshot:
                    return snapshot, _rows_of(read), vocabulary_of(snapshot)

    # --- writing -------------------------------------------------------------------------

    def write(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        """Run work in one write transaction."""
        with _translated(), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(neo4j.unit_of_work(timeout=WRITE_SECONDS)(work))

    def apply_schema(self, folder: Path) -> None:
        """Constraints and indexes, in the order of their files; applying them twice is the same."""
        with _translated(), self._session(neo4j.WRITE_ACCESS) as session:
            for path in sorted(folder.glob("*.cypher")):
                for statement in statements_of(path.read_text("utf-8")):
                    _lay(session, literal(statement))
            session.run("CALL db.awaitIndexes(60)").consume()

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(  # pyright: ignore[reportUnknownMemberType] # **config
            database=self._database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
        )


def _plain(
    session: neo4j.Session,
    cypher: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    seconds: float,
) -> list[dict[str, Any]]:
    result = session.run(_query(cypher, seconds), dict(parameters or {}))
    names = result.keys()
    return [dict(zip(names, row, strict=True)) for row in result.values()]


def _snapshot(session: neo4j.Session) -> Properties | None:
    found = _plain(
        session,
        "MATCH (s:Snapshot {key: $key}) RETURN properties(s) AS snapshot LIMIT 1",
        {"key": SNAPSHOT_KEY},
        seconds=READ_SECONDS,
    )
    return found[0]["snapshot"] if found else None


class _Read(NamedTuple):
    """The whole graph as it was read: perhaps in parts of several states of it."""

    nodes: dict[str, list[dict[str, Any]]]
    """The properties of the nodes of each label."""
    links: dict[str, list[dict[str, Any]]]
    """Links by the label of where they begin, each with the ids of its ends."""


def _read(session: neo4j.Session) -> _Read:
    """All nodes and links, row by row: to sort or to gather them would fill the server's heap."""
    nodes = {
        label: _plain(
            session,
            f"MATCH (n:{label}) RETURN properties(n) AS properties",
            seconds=SCAN_SECONDS,
        )
        for label in LABELS
    }
    links = {
        label: _plain(
            session,
            f"MATCH (a:{label})-[r]->(b) RETURN a.id AS from, type(r) AS type, "
            "head([l IN labels(b) WHERE l IN $labels]) AS label, b.id AS to, "
            "properties(r) AS properties",
            {"labels": list(LABELS)},
            seconds=SCAN_SECONDS,
        )
        for label in LABELS
    }
    return _Read(nodes, links)


def _rows_of(read: _Read) -> Rows:
    """What was read, as rows in an order of their own; it must be of one state of the graph."""
    rows = Rows()
    for label, found in read.nodes.items():
        for properties in sorted((row["properties"] for row in found), key=itemgetter("id")):
            rows.nodes[NodeKey(label, properties["id"])] = properties
    for label, links in read.links.items():
        for link in sorted(links, key=itemgetter("from", "type", "label", "to")):
            key = LinkKey(
                NodeKey(label, link["from"]),
                link["type"],
                NodeKey(link["label"], link["to"]),
                link["properties"].get("id", ""),
            )
            rows.links[key] = link["properties"]
    return rows


def tally_in(snapshot: Properties | None) -> int | None:
    """The tally of a snapshot; None where its node has none that this version understands."""
    return tally_from((snapshot or {}).get(TALLY))


def vocabulary_of(snapshot: Mapping[str, Any] | None) -> Vocabulary:
    """The vocabulary that the graph was loaded with; empty where nothing was."""
    if snapshot is None:
        return Vocabulary(predicates=())
    return Vocabulary.model_validate(json.loads(snapshot["vocabulary"]))


def statements_of(text: str) -> list[str]:
    """The statements of a Cypher file, comments aside."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]


def _lay(session: neo4j.Session, statement: LiteralString) -> None:
    """Lay a constraint or an index, though others may lay the same at once."""
    try:
        # As work that is tried again: two who lay something stand in each other's way.
        session.execute_write(lambda tx: tx.run(statement).consume())
    except ClientError as error:
        # Laid by another between the server's look and its deed.
        if not (error.code or "").endswith("EquivalentSchemaRuleAlreadyExists"):
            raise


def _query(text: str, seconds: float | None = None) -> neo4j.Query:
    """Text as a query of its own transaction, with its own time-out."""
    return neo4j.Query(literal(text), timeout=seconds)


def literal(text: str) -> LiteralString:
    """The one place where text becomes a query; values only ever travel as parameters."""
    return cast(LiteralString, text)


@contextmanager
def _translated() -> Generator[None]:
    """Neo4j's errors, said in ours."""
    try:
        yield
    except AuthError as error:
        raise EngineSetup(
            "Neo4j refuses the user name or password. Check NEO4J_USERNAME and NEO4J_PASSWORD."
        ) from error
    except (ServiceUnavailable, SessionExpired) as error:
        raise EngineUnavailable(f"Neo4j does not answer: {error}. Try again shortly.") from error
    except TransientError as error:
        [why, *_] = (error.message or error.code or "it does not say why").splitlines()
        raise EngineUnavailable(f"Neo4j cannot do that now: {why}. Try again shortly.") from error
    except ClientError as error:
        code = error.code or ""
        if "TransactionTimedOut" in code:
            raise Cancelled("The query ran out of time; ask for less at once.") from error
        if "AuthenticationRateLimit" in code:
            raise EngineUnavailable(
                "Neo4j was sent too many wrong passwords, and lets nobody in for some seconds. "
                "Try again shortly."
            ) from error
        if "AccessMode" in code:
            raise BadQuestion("Only reading is allowed here; this query writes.") from error
        raise BadQuestion(f"Neo4j refuses the query: {error.message}") from error
    except DatabaseError as error:
        [why, *_] = (error.message or error.code or "it does not say why").splitlines()
        kind = EngineBroken if MUST_RESTART in why else EngineUnavailable
        raise kind(f"Neo4j failed: {why} Try again shortly.") from error
    except (DriverError, Neo4jError) as error:
        raise EngineUnavailable(f"Neo4j failed: {error}. Try again shortly.") from error
