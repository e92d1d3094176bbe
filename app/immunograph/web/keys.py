"""Whose key a request carries: to change the graph always, to read it where that is asked for.

A browser asks its user for a key by itself (`Basic`, with the key as the password), and sends it
with whatever it asks here, also where the page of another site has it ask; so that counts for
reading alone. Changes need the header that only programs send (`Bearer`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final

from starlette.types import Scope

from immunograph.errors import EngineUnavailable, NotAllowed
from immunograph.web.replies import Replies
from immunograph.web.requests import header_of
from immunograph.web.shares import Share, client_of

WRONG_KEYS: Final = 10
"""Wrong keys that one client may send in a minute."""
KNOWN_SECONDS: Final = 60.0
"""How long a key that was looked up is taken for a standing one when it is used to read."""
MOST_KNOWN: Final = 1_000
READING: Final = (
    "Reading needs a key here: send `Authorization: Bearer …`, or give it as the password where a "
    "browser asks for one. `immunograph key new NAME` makes one."
)


class Keys:
    """Looks up keys, and who sends too many that are none."""

    def __init__(self, owner: Callable[[str | None], str], replies: Replies) -> None:
        """`owner` gives the curator whose key it is, and raises NotAllowed."""
        self._owner = owner
        self._replies = replies
        self._known: OrderedDict[str, float] = OrderedDict()
        """Digests of keys that were looked up, and when."""
        self.wrong = Share(WRONG_KEYS, of="wrong keys")

    async def owner(self, scope: Scope) -> str:
        """The curator who may change the graph. Raises NotAllowed, TooBusy or EngineUnavailable."""
        return await self._look_up(scope, _bearer(scope))

    async def admit(self, scope: Scope) -> None:
        """Let a reader pass whose key stands, or stood when the engine last answered."""
        key = _bearer(scope) or _password(scope)
        if key is None:
            raise NotAllowed(READING, schemes=("Basic", "Bearer"))
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        looked_up = self._known.get(digest)
        if looked_up is not None and time.monotonic() - looked_up < KNOWN_SECONDS:
            return
        try:
            await self._look_up(scope, key)
        except NotAllowed:
            self._known.pop(digest, None)
            raise
        except EngineUnavailable:
            if looked_up is None:
                raise
        else:
            self._known[digest] = time.monotonic()
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    async def _look_up(self, scope: Scope, key: str | None) -> str:
        if key is None:
            return self._owner(None)
        client = client_of(scope)
        self.wrong.check(client)
        try:
            return await self._replies.ask_engine(partial(self._owner, key))
        except NotAllowed:
            self.wrong.use(client)
            raise


def _bearer(scope: Scope) -> str | None:
    return _credentials(scope, "bearer")


def _password(scope: Scope) -> str | None:
    """The password that a browser sends."""
    try:
        decoded = base64.b64decode(_credentials(scope, "basic") or "", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return decoded.partition(":")[2] or None


def _credentials(scope: Scope, wanted: str) -> str | None:
    scheme, _, given = (header_of(scope, b"authorization") or "").partition(" ")
    return given.strip() or None if scheme.casefold() == wanted else None
