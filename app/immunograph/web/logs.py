"""What is written down while the service runs: each line with the request that it is about.

As text for people, or as one JSON object a line for programs. Neither questions nor keys nor who
asks are written down: a request is known by its id, the template of its address and its outcome.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

import orjson

FIELDS: Final = "fields"
"""Where a record has what a JSON line tells beside its message."""
GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An id of a proxy in front that is taken over; any other is replaced by one of ours."""

request_id: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The id of the request that is being answered, also in the threads that work for it."""

_START: Final = secrets.token_hex(4)
_numbers: Final = count(1)


def new_request_id(given: str | None) -> str:
    """The id of a request: that which it came with if it is one, else a new one.

    >>> new_request_id("a1-b2")
    'a1-b2'
    >>> new_request_id("x" * 65) != "x" * 65
    True
    """
    if given is not None and GIVEN.fullmatch(given):
        return given
    return f"{_START}-{next(_numbers):x}"


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """Time, level and message; line breaks within a message cannot pass for another line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        message = record.getMessage().replace("\r", "").replace("\n", " ")
        asked = request_id.get()
        line = f"{at} {record.levelname} {message}" + (f" [request {asked}]" if asked else "")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def write_logs(*, as_json: bool) -> None:
    """Write to standard error from here on: requests as JSON, or only what is amiss as text."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else TextLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("immunograph").setLevel(logging.INFO if as_json else logging.WARNING)
    # It tells of each connection that has ended; the watch says what that comes to.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
