"""Questions that are answered at once, on the event loop and ahead of the framework.

Only such as are asked rightly and take about a millisecond at most. Everything else is left to the
framework, so that what is wrong with a question is said in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from pydantic import ValidationError

from immunograph.service import Answer, Service
from immunograph.web.questions import LONGEST, WholePaths

Pairs = tuple[tuple[str, str], ...]
"""The parameters of an address, in order."""

ENDS: Final = frozenset({"source", "target"})
TAKEN: Final = frozenset(WholePaths.model_fields)


def _paths(service: Service, given: Pairs) -> Answer | None:
    """Paths between one pair of entities in the whole graph."""
    once = dict(given)
    if len(once) != len(given) or not ENDS <= once.keys() <= TAKEN:
        return None
    if max(map(len, once.values())) > LONGEST:
        return None
    source, target = once.pop("source"), once.pop("target")
    asked = _asked(tuple(once.items()))
    if asked is None or asked.hypothesised or asked.snapshot or not asked.output().plain:
        return None
    return service.paths_at_once(
        source=source,
        target=target,
        effect=asked.effect,
        max_steps=asked.max_steps,
        limit=asked.limit,
    )


@lru_cache(maxsize=1_024)
def _asked(others: Pairs) -> WholePaths | None:
    """What is asked beside the ends, if that is asked rightly: there are few ways to do so."""
    try:
        return WholePaths.model_validate({**dict(others), "source": ["any"], "target": ["any"]})
    except ValidationError:
        return None


AT_ONCE: Final[Mapping[str, Callable[[Service, Pairs], Answer | None]]] = {"/v1/paths": _paths}
"""By address; each gives None for what it leaves to the framework."""
