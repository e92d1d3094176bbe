"""Questions that are answered at once, on the event loop and ahead of the framework.

Only such as are asked rightly and take about a millisecond at most. Everything else is left to the
framework, so that what is wrong with a question is said in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from pydantic import ValidationError

from immunograph.answers.paths import Paths
from immunograph.questions.parameters import ChoosesEvidence
from immunograph.questions.paths import PATHS
from immunograph.questions.question import LONGEST, parameters_of
from immunograph.questions.reading import OF_OUTPUT, Form, asked_by, model_of
from immunograph.search import kernel
from immunograph.service import Service, pathways
from immunograph.service.routes import Question

Pairs = tuple[tuple[str, str], ...]
"""The parameters of an address, in order."""

MAX_AT_ONCE: Final = 50
"""Paths in an answer that takes no time."""
SMALL: Final = 20_000
"""Entities of a graph that may be searched in no time: a search marks each of them."""

ENDS: Final = frozenset({"source", "target"})
EVIDENCE: Final = frozenset(one.name for one in parameters_of(ChoosesEvidence))
TAKEN: Final = (OF_OUTPUT | {one.name for one in parameters_of(PATHS.parameters)}) - EVIDENCE


def _paths(service: Service, given: Pairs) -> Paths | None:
    """Paths between one pair of entities in the whole graph.

    Where there is an answer it took about a millisecond at most, so that an event loop may ask: few
    steps are looked at, by compiled code, and few paths are told for the first time. Its paths and
    its evidence are JSON already, for `to_bytes`.
    """
    once = dict(given)
    if len(once) != len(given) or not ENDS <= once.keys() <= TAKEN:
        return None
    if max(map(len, once.values())) > LONGEST:
        return None
    names = once.pop("source"), once.pop("target")
    how = _how(tuple(once.items()))
    state = service.held()
    if how is None or state is None or not kernel.compiled():
        return None
    view = state.whole
    one, other = (state.lexicon.only(name) for name in names)
    if one is None or other is None or one == other or len(view.ids) > SMALL:
        return None
    question = how._replace(sources=[one], targets=[other])
    return pathways.answer_at_once(view, question)


@lru_cache(maxsize=1_024)
def _how(others: Pairs) -> Question | None:
    """What is asked beside the ends, if that is asked rightly: there are few ways to do so.

    None also where it takes time, or an answer in another form.
    """
    given = {**dict(others), "source": ["any"], "target": ["any"]}
    try:
        form: Form = model_of(PATHS).model_validate(given)
    except ValidationError:
        return None
    asked = asked_by(PATHS, form, {})
    if asked.hypothesised or asked.limit > MAX_AT_ONCE or form.snapshot or not form.output().plain:
        return None
    return Question([], [], asked.effect, asked.max_steps, asked.limit, hypothesised=False)


AT_ONCE: Final[Mapping[str, Callable[[Service, Pairs], Paths | None]]] = {"/v1/paths": _paths}
"""By address; each gives None for what it leaves to the framework."""
