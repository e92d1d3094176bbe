"""Questions that are answered at once, on the event loop and ahead of the framework.

Only such as are asked rightly and take about a millisecond at most. Everything else is left to the
framework, so that what is wrong with a question is said in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from immunograph.service import Answer, Service
from immunograph.web.questions import WholePaths

Pairs = Sequence[tuple[str, str]]
"""The parameters of an address, in order."""

TAKEN: Final = frozenset(WholePaths.model_fields)


def _paths(service: Service, given: Pairs) -> Answer | None:
    """Paths between one pair of entities in the whole graph."""
    once = dict(given)
    if len(once) != len(given) or not once.keys() <= TAKEN:
        return None
    ends = {name: [once[name]] for name in ("source", "target") if name in once}
    try:
        asked = WholePaths.model_validate({**once, **ends})
    except ValidationError:
        return None
    if asked.hypothesised:
        return None
    return service.paths_at_once(
        source=asked.source[0],
        target=asked.target[0],
        effect=asked.effect,
        max_steps=asked.max_steps,
        limit=asked.limit,
    )


AT_ONCE: Final[Mapping[str, Callable[[Service, Pairs], Answer | None]]] = {"/v1/paths": _paths}
"""By address; each gives None for what it leaves to the framework."""
