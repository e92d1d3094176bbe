"""Which other sites' pages may read here: none, but for those that the settings name.

Browsers let a page read the answers of another site only where that site agrees (CORS). Only
questions are shared, never what changes the graph, and nothing that a browser knows of its user is
sent along.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from immunograph.questions import QUESTIONS

Headers = list[tuple[bytes, bytes]]

ANY: Final = "*"
ROOMS: Final = ("/v1/", "/trapi/")
READS: Final = frozenset({"GET", "HEAD"})
POSTED: Final = frozenset(
    {"/trapi/query", *(f"/v1{one.address}" for one in QUESTIONS.values() if one.sent)}
)
"""Questions that are sent, since they hold more than an address can."""
_VARY: Final = (b"vary", b"Origin")
_EXPOSED: Final = (
    b"access-control-expose-headers",
    b"ETag, Immunograph-Stale, Link, Retry-After, X-Request-Id",
)
_PREFLIGHT: Final = (
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"600"),
)


def is_question(method: str, path: str) -> bool:
    """Whether a request asks something of the graph, and changes nothing.

    >>> is_question("GET", "/v1/paths"), is_question("POST", "/v1/subgraph")
    (True, True)
    >>> is_question("POST", "/v1/sources"), is_question("GET", "/health/live")
    (False, False)
    """
    return (method in READS and path.startswith(ROOMS)) or (method == "POST" and path in POSTED)


class Origins:
    """The origins whose pages may read."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        self._named = frozenset(name.rstrip("/").lower() for name in named)

    def headers(self, *, method: str, path: str, origin: str | None) -> Headers:
        """What the answer to a question says of who may read it.

        >>> lab = Origins(["https://lab.example"])
        >>> lab.headers(method="GET", path="/v1/paths", origin="https://lab.example")[0]
        (b'access-control-allow-origin', b'https://lab.example')
        >>> lab.headers(method="POST", path="/v1/sources", origin="https://lab.example")
        []
        """
        if not self._named or not is_question(method, path):
            return []
        if ANY in self._named:
            return [(b"access-control-allow-origin", b"*"), _EXPOSED]
        if origin is None or origin.lower() not in self._named:
            return [_VARY]
        allowed = (b"access-control-allow-origin", origin.encode("latin-1"))
        return [allowed, _EXPOSED, _VARY]

    def preflight(
        self, *, method: str, path: str, origin: str | None, wanted: str | None
    ) -> Headers | None:
        """The answer to a browser that asks before it asks; None where it did not, or may not."""
        if method != "OPTIONS" or wanted is None:
            return None
        headers = self.headers(method=wanted.upper(), path=path, origin=origin)
        methods = b"POST" if wanted.upper() == "POST" else b"GET, HEAD"
        allowed = (b"access-control-allow-methods", methods)
        return [*headers, allowed, *_PREFLIGHT] if len(headers) > 1 else None
