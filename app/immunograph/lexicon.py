"""Names → entities: by CURIE, name, symbol or synonym, whatever the case or the spelling."""

from __future__ import annotations

import re
import unicodedata
from collections import ChainMap
from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from immunograph.errors import Ambiguous, NotFound
from immunograph.letters import INVISIBLE
from immunograph.model import Entity

_US_TO_UK: Final = (
    (re.compile(r"tumor"), "tumour"),
    (re.compile(r"leukemi"), "leukaemi"),
    (re.compile(r"anemi"), "anaemi"),
    (re.compile(r"(?<!o)estrogen"), "oestrogen"),
    (re.compile(r"(?<!o)edema"), "oedema"),
    (re.compile(r"(?<!o)esophag"), "oesophag"),
    (re.compile(r"\bhem(?=ato|o)"), "haem"),
    (re.compile(r"ischemi"), "ischaemi"),
    (re.compile(r"signaling"), "signalling"),
    (re.compile(r"leucocyt"), "leukocyt"),
    (re.compile(r"(?<=[a-z]{3})iz(?=e|ing|ation)"), "is"),
    (re.compile(r"fiber"), "fibre"),
)
_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ω": "omega",
}  # fmt: skip
_JOINERS: Final = re.compile(r"[\s\-‐‑‒–—_]+")


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """The form in which names are compared: case, spelling, hyphens and Greek letters folded.

    >>> fold("Beta-Interferon") == fold("β interferon")
    True
    >>> fold("breast TUMOR")
    'breast tumour'
    """
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", name)).casefold().strip()
    for letter, word in _GREEK.items():
        text = text.replace(letter, word)
    for pattern, british in _US_TO_UK:
        text = pattern.sub(british, text)
    return _JOINERS.sub(" ", text)


class Candidate(NamedTuple):
    """An entity that a name may mean, and the name by which it was found."""

    id: str
    name: str
    kind: str
    matched: str


class Lexicon:
    """Finds entities by what people call them."""

    def __init__(self, entities: Iterable[Entity], *, over: Lexicon | None = None) -> None:
        """`over`: the lexicon of entities that are known besides, which stays as it is."""
        self._by_id: MutableMapping[str, Entity] = {}
        self._exact: MutableMapping[str, dict[str, str]] = {}
        if over is not None:
            self._by_id = ChainMap({}, over._by_id)
            self._exact = ChainMap({}, over._exact)
        for entity in entities:
            self._by_id[entity.id] = entity
            names = (entity.id, entity.name, *filter(None, [entity.symbol]), *entity.synonyms)
            for name in names:
                folded = fold(name)
                self._exact[folded] = {entity.id: name, **self._exact.get(folded, {})}

    def find(self, name: str) -> tuple[Candidate, ...]:
        """Every entity that the name may mean; an id or a preferred name outranks a synonym."""
        if name in self._by_id:
            return (self._candidate(name, name),)
        folded = fold(name)
        found = self._exact.get(folded, {})
        if len(found) == 1:
            return tuple(self._candidate(i, matched) for i, matched in found.items())
        preferred = [i for i in found if folded in (fold(i), fold(self._by_id[i].name))]
        return tuple(self._candidate(i, found[i]) for i in sorted(preferred or found))

    def only(self, name: str) -> str | None:
        """The id of the one entity that the name means; None where there is none, or several."""
        if name in self._by_id:
            return name
        found = self._exact.get(fold(name), {})
        ids = list(found) if len(found) == 1 else [one.id for one in self.find(name)]
        return ids[0] if len(ids) == 1 else None

    def beginning(self, text: str) -> tuple[Candidate, ...]:
        """Every entity with a name that begins so, the shortest such name first."""
        folded = fold(text)
        found: dict[str, Candidate] = {}
        for name in sorted(self._exact, key=lambda name: (len(name), name)):
            if name.startswith(folded):
                for i, matched in sorted(self._exact[name].items()):
                    found.setdefault(i, self._candidate(i, matched))
        return tuple(found.values())

    def resolve(self, name: str) -> Entity:
        """The one entity that the name means.

        Raises NotFound with `suggestions`, or Ambiguous with `candidates`.
        """
        found = self.find(name)
        if len(found) == 1:
            return self._by_id[found[0].id]
        if found:
            names = " or ".join(f"{c.name} ({c.id})" for c in found)
            raise Ambiguous(f"'{name}' may mean {names}. Ask by id.", candidates=found)
        near = self.suggest(name)
        hint = f" Did you mean {_listed(near)}?" if near else " Search for it with `entities`."
        raise NotFound(f"No entity '{name}'.{hint}", suggestions=near)

    def suggest(self, name: str, limit: int = 5) -> tuple[Candidate, ...]:
        """The nearest names, best first."""
        near = process.extract(
            fold(name), self._exact.keys(), scorer=fuzz.WRatio, limit=3 * limit, score_cutoff=70
        )
        found: dict[str, Candidate] = {}
        for folded, _, _ in near:
            for i, matched in sorted(self._exact[folded].items()):
                found.setdefault(i, self._candidate(i, matched))
        return tuple(found.values())[:limit]

    def _candidate(self, identifier: str, matched: str) -> Candidate:
        entity = self._by_id[identifier]
        return Candidate(entity.id, entity.name, entity.kind, matched)


def _listed(candidates: tuple[Candidate, ...]) -> str:
    return ", ".join(f"{c.name} ({c.id})" for c in candidates)
