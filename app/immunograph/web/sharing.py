"""Which other sites' pages may read here: none, but for those that the settings name.

Browsers let a page read the answers of another site only where that site agrees (CORS). Only
questions are shared, never what changes the graph, and nothing that a browser knows of its user is
sent along.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Headers = list[tuple[bytes, bytes]]

ANY: Final = "*"
ROOM: Final = "/v1/"
READS: Final = frozenset({"GET", "HEAD"})
_VARY: Final = (b"vary", b"Origin")
_EXPOSED: Final = (
    b"access-control-expose-headers",
    b"ETag, Immunograph-Stale, Link, Retry-After, X-Request-Id",
)
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"Accept, If-None-Match"),
    (b"access-control-max-age", b"600"),
)


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
        if not self._named or method not in READS or not path.startswith(ROOM):
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
        return [*headers, *_PREFLIGHT] if len(headers) > 1 else None
