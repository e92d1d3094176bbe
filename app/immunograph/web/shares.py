"""How much one client may ask for: a share that is used up and comes back with time."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.types import Scope

from immunograph.errors import TooBusy

MOST_CLIENTS: Final = 10_000
"""Clients that are remembered; those heard of least lately are forgotten first."""


class Share:
    """So many a minute for each client, of which it may use up one minute's at once."""

    def __init__(
        self, a_minute: int, *, of: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`of` names what there are so many of; none are counted where `a_minute` is 0."""
        self._a_minute = a_minute
        self._of = of
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What each client has left, and when that was so."""
        self.refused = 0

    def check(self, client: str) -> None:
        """Raise TooBusy where a client has used up its share."""
        if self._a_minute and self._now(client) < 1:
            self.refused += 1
            wait = math.ceil((1 - self._now(client)) * 60 / self._a_minute)
            raise TooBusy(
                f"More than {self._a_minute} {self._of} a minute came from {client}. "
                f"Try again in {wait} seconds.",
                retry_after=wait,
            )

    def use(self, client: str) -> None:
        """Take one from what a client has left."""
        if not self._a_minute:
            return
        self._left[client] = self._now(client) - 1, self._clock()
        self._left.move_to_end(client)
        while len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)

    def _now(self, client: str) -> float:
        left, then = self._left.get(client, (float(self._a_minute), 0.0))
        return min(float(self._a_minute), left + (self._clock() - then) * self._a_minute / 60)


def client_of(scope: Scope) -> str:
    """Who asks, as far as that can be told: an address, or the network of one where they abound.

    >>> client_of({"client": ("203.0.113.7", 5000)})
    '203.0.113.7'
    >>> client_of({"client": ("2001:db8::1:2", 5000)})
    '2001:db8::/64'
    """
    host = (scope.get("client") or ("",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or "unknown"
    if address.version == 6 and not address.is_loopback:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


def is_local(scope: Scope) -> bool:
    """Whether a program of this machine asks, and for itself: a proxy here says for whom."""
    host = (scope.get("client") or ("",))[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
