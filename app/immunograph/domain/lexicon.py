"""Names → entities: by CURIE, name, symbol, synonym or xref, in any of their usual spellings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping
from functools import cached_property
from heapq import nsmallest
from itertools import islice
from typing import Final, NamedTuple

from immunograph.domain.model import Entity
from immunograph.errors import Ambiguous, NotFound
from immunograph.names.curies import OURS, curie, is_accession
from immunograph.names.likeness import (
    SMALL_WORDS,
    Held,
    Near,
    WordIndex,
    is_other_thing,
    is_rest,
    words_of,
)
from immunograph.names.spelling import LONGEST_SYMBOL, fold, is_symbol, looseness, skeleton

SEARCHED: Final = 1_000
"""Names that one search takes from each way of finding them."""
LOST: Final = 2.5
"""What a word counts that was asked for and that a name lacks; one that it has more counts one."""
PHRASE: Final = 8
"""Words of a question in which shorter names are looked for."""

_GENE: Final = re.compile(r"(?:hgnc(?:\.symbol)?|mgi|rgd|gene|symbol)\s*:\s*(\S+)", re.IGNORECASE)
"""A gene by its symbol, as BEL writes it."""
_IN_BRACKETS: Final = re.compile(r"(?P<one>.+?)\s*[(\[](?P<other>[^()\[\]]+)[)\]]\s*")
_TWO_PARTS: Final = re.compile(r"(?P<one>[^!|\t]+)\s*[!|\t]\s*(?P<other>[^!|\t]+)")
"""`id ! name` of OBO, two cells of a table."""
_INVERTED: Final = re.compile(r"(?P<noun>[^,]+), (?P<rest>[^,]+)")
"""`Neoplastic Cells, Circulating`, as MeSH has it."""
_OF_GENES: Final = frozenset({"ENSEMBL", "HGNC", "MGI", "NCBIGene", "RGD", "UniProtKB"})
"""Registers in which one number is one gene."""
_MOLECULE: Final = re.compile(
    r"antibod|chemical|complex|drug|gene|molecul|protein|rna", re.IGNORECASE
)


_OWN, _SYMBOL, _SYNONYM = range(3)
"""What a name is to its entity: its name or id, its symbol, or a synonym or xref."""


class Candidate(NamedTuple):
    """An entity that a name may mean, and the name by which it was found."""

    id: str
    name: str
    kind: str
    matched: str


class _Match(NamedTuple):
    """How far one name of an entity is from what was asked; what sorts first is nearest."""

    looseness: int
    rank: int
    """Of the name: its own, a symbol, or a synonym."""
    rewritten: bool
    """Whether the name was asked for in other letters, if only in their case."""
    id: str
    matched: str


class Lexicon:
    """Finds entities by what people call them."""

    def __init__(self, entities: Iterable[Entity], *, over: Lexicon | None = None) -> None:
        """`over`: the lexicon of entities that are known besides, which stays as it is."""
        self._by_id: MutableMapping[str, Entity] = {}
        self._named: MutableMapping[str, tuple[str, ...]] = {}
        """Ids by each folded name, symbol, synonym, xref and id."""
        self._spelt: MutableMapping[str, tuple[str, ...]] = {}
        """Ids by the skeleton of a name, where that is another than the folded name."""
        if over is not None:
            self._by_id = ChainMap({}, over._by_id)
            self._named = ChainMap({}, over._named)
            self._spelt = ChainMap({}, over._spelt)
        for entity in entities:
            self._add(entity)

    def _add(self, entity: Entity) -> None:
        self._by_id[entity.id] = entity
        for name in _numbers_of(entity):
            number = curie(name) or name
            for spelt in (name,) if number == name else (name, number):
                _note(self._named, fold(spelt), entity.id)
        for name in _words_for(entity):
            folded = fold(name)
            bare = skeleton(folded)
            _note(self._named, folded, entity.id)
            if bare != folded:
                _note(self._spelt, bare, entity.id)

    # --- finding -----------------------------------------------------------------------------

    def find(self, name: str) -> tuple[Candidate, ...]:
        """Every entity that the name may mean.

        Of several the one is meant whose name is nearest as it is spelt; of those that are spelt
        alike the one that has the name as its own, before its symbol, before a synonym.
        """
        if name in self._by_id:
            return (self._candidate(name, name),)
        return self._by_name(name) or self._by_number(name) or self._by_parts(name)

    def only(self, name: str) -> str | None:
        """The id of the one entity that the name means; None where there is none, or several."""
        ids = self._named.get(fold(name), ())
        found = ids if len(ids) == 1 else [one.id for one in self.find(name)]
        return found[0] if len(found) == 1 else None

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

    def _by_name(self, asked: str) -> tuple[Candidate, ...]:
        matches = self._matches(asked)
        best = min((match[:3] for match in matches), default=None)
        return tuple(self._candidate(m.id, m.matched) for m in matches if m[:3] == best)

    def _matches(self, asked: str, *, loosely: bool = False) -> list[_Match]:
        """The entities that have the name, by id; spelt more loosely only where none has it so.

        `loosely`: those that are spelt more loosely besides.
        """
        folded = fold(asked)
        ids = set(self._named.get(folded, ()))
        if loosely or not ids:
            key = skeleton(folded)
            ids.update(*(names.get(key, ()) for names in (self._named, self._spelt) if key))
        found = (_nearest_name(asked, self._by_id[i]) for i in sorted(ids))
        return [match for match in found if match is not None]

    def _by_number(self, asked: str) -> tuple[Candidate, ...]:
        """Entities by an id or xref in any spelling; an id outranks an xref."""
        number = curie(asked)
        if number is None:
            return ()
        ids = self._named.get(fold(number), ())
        own = [i for i in ids if fold(curie(i) or i) == fold(number)]
        return tuple(self._candidate(i, number) for i in sorted(own or ids))

    def _by_parts(self, asked: str) -> tuple[Candidate, ...]:
        """Entities by two names of one thing, by `HGNC:symbol`, or by an inverted name."""
        gene = _GENE.fullmatch(asked.strip())
        if gene:
            symbol = fold(gene[1])
            found = [self._by_id[i] for i in sorted(self._named.get(symbol, ()))]
            return tuple(
                self._candidate(e.id, e.symbol)
                for e in found
                if e.symbol and fold(e.symbol) == symbol
            )
        for pattern in (_IN_BRACKETS, _TWO_PARTS):
            parts = pattern.fullmatch(asked.strip())
            if parts:
                return self._agreeing(parts["one"].strip(), parts["other"].strip())
        if asked.count("/") == 1:
            ours, theirs = map(self._by_name, asked.split("/"))
            ids = {candidate.id for candidate in theirs}
            return tuple(candidate for candidate in ours if candidate.id in ids)
        inverted = _INVERTED.fullmatch(asked.strip())
        return self._by_name(f"{inverted['rest']} {inverted['noun']}") if inverted else ()

    def _agreeing(self, one: str, other: str) -> tuple[Candidate, ...]:
        """What two names of one thing mean; all that they may mean where they disagree.

        An id stands for itself beside a name that is none of ours, and a name for itself beside
        an id of a register in which the entity has none.
        """
        ours, theirs = self.find(one), self.find(other)
        if ours and theirs:
            found = {candidate.id: candidate for candidate in (*ours, *theirs)}
            agreed = {c.id for c in ours} & {c.id for c in theirs}
            return tuple(found[i] for i in sorted(agreed or found))
        number = curie(one) or curie(other)
        if number is None:
            return ()
        named = ours or theirs
        if curie(one if ours else other):
            return named
        register = _register(number)
        return tuple(c for c in named if register not in self._registers(c.id))

    def _registers(self, identifier: str) -> set[str]:
        """The registers in which an entity has a number."""
        return {_register(number) for number in _numbers_of(self._by_id[identifier])}

    # --- searching ---------------------------------------------------------------------------

    def search(self, text: str) -> tuple[str, ...]:
        """Ids of all entities with such a name, nearest first.

        Those that have it, by its spelling and then as their name, symbol, or else; those of whom
        a name begins so; those of whom a name holds all its words; the shortest such names first;
        and those that may be meant.
        """
        found = dict.fromkeys(match.id for match in sorted(self._matches(text, loosely=True)))
        found |= dict.fromkeys(candidate.id for candidate in self.find(text))
        found |= dict.fromkeys(self._beginning(fold(text)))
        held = islice(self._words.holding(fold(text)), SEARCHED)
        found |= dict.fromkeys(i for name in held for i in sorted(self._named[name]))
        found |= dict.fromkeys(candidate.id for candidate in self.suggest(text))
        return tuple(found)

    def _beginning(self, folded: str) -> Iterator[str]:
        start = bisect_left(self._in_order, folded)
        end = bisect_left(self._in_order, folded + "\U0010ffff", start)
        names = self._in_order[start:end] if folded else []
        for name in nsmallest(
            SEARCHED, names, key=lambda n: (n[len(folded) :][:1].isalnum(), len(n), n)
        ):
            yield from sorted(self._named[name])

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._named)

    @cached_property
    def _words(self) -> WordIndex:
        return WordIndex((name for name in self._named if ":" not in name), held=self._held)

    def _held(self, folded: str) -> Iterator[Held]:
        """The entities that have a folded name, and how they write it."""
        for i in sorted(self._named[folded]):
            entity = self._by_id[i]
            molecule = self._is_molecule(i)
            yield from (Held(n, i, molecule) for n in _words_for(entity) if fold(n) == folded)

    def _is_molecule(self, identifier: str) -> bool:
        return bool(_MOLECULE.search(self._by_id[identifier].kind))

    def prepare(self) -> None:
        """Build now what the first search or suggestion would wait for."""
        _ = self._in_order, self._words

    def suggest(self, name: str, limit: int = 5) -> tuple[Candidate, ...]:
        """What may be meant by a name that nothing has, nearest first; see `likeness`."""
        if is_accession(name):
            return ()
        name = name.removeprefix(OURS)
        found = sorted((*self._within(name), *self._words.near(name)), key=_order)
        nearest: dict[str, Near] = {}
        for near in found:
            nearest.setdefault(near.id, near)
        return tuple(self._candidate(n.id, n.name) for n in islice(nearest.values(), limit))

    def _within(self, text: str) -> Iterator[Near]:
        """Names that are a part of what was asked, where the rest makes no other thing of it.

        The part must hold what the rest only describes: its end, or what stands before `of`, `in`
        and the like, or before words such as `expression`. Tumour is no part of tumour necrosis
        factor in that sense.
        """
        written = text.split()
        words = [fold(word) for word in written]
        if len(written) > PHRASE or not all(words):
            return
        for end in range(len(words), 0, -1):
            behind = words[end:]
            if not is_rest(" ".join(behind)):
                continue
            for start in range(1 if end == len(words) else 0, end):
                front = words[:start]
                if not SMALL_WORDS.isdisjoint(front):
                    break
                rest = words_of(" ".join(front + behind))
                phrase = " ".join(written[start:end])
                for found in self.find(phrase):
                    as_written = is_symbol(phrase) or not is_symbol(found.matched)  # Net, NET
                    molecule = self._is_molecule(found.id)
                    if as_written and not is_other_thing(rest, molecule=molecule):
                        yield Near(LOST * len(rest), found.matched, found.id)

    def doubles(self, entity: Entity) -> tuple[tuple[str, Candidate], ...]:
        """Other entities that seem to be the same thing: which name says so, and who has it.

        The name or symbol of one is a name of the other, or the id of one an xref of the other, or
        both have one number of a gene. A synonym that both have says nothing: things share many.
        """
        found: dict[str, tuple[str, Candidate]] = {}
        for name in _words_for(entity):
            own = name in (entity.name, entity.symbol)
            for match in self._matches(name, loosely=True):
                if own or match.rank < _SYNONYM:
                    found.setdefault(match.id, (name, self._candidate(match.id, match.matched)))
        for name in _numbers_of(entity):
            for other in self._by_number(name):
                gene = _register(name) in _OF_GENES
                if gene or name == entity.id or curie(other.id) == curie(name):
                    found.setdefault(other.id, (name, other))
        found.pop(entity.id, None)
        return tuple(found[i] for i in sorted(found))

    def _candidate(self, identifier: str, matched: str) -> Candidate:
        entity = self._by_id[identifier]
        return Candidate(entity.id, entity.name, entity.kind, matched)


def _words_for(entity: Entity) -> tuple[str, ...]:
    """What people call an entity."""
    return (entity.name, *filter(None, [entity.symbol]), *entity.synonyms)


def _numbers_of(entity: Entity) -> tuple[str, ...]:
    """What registers call an entity."""
    return (entity.id, *entity.xrefs)


def _register(number: str) -> str:
    return (curie(number) or number).partition(":")[0]


def _note(names: MutableMapping[str, tuple[str, ...]], key: str, identifier: str) -> None:
    ids = names.get(key, ())
    if identifier not in ids:
        names[key] = (*ids, identifier)


def _nearest_name(asked: str, entity: Entity) -> _Match | None:
    """The name of an entity that is nearest to what was asked; None where none is the same."""
    is_gene = entity.symbol is not None or entity.kind == "Protein"
    nearest: _Match | None = None
    for name in (*_words_for(entity), *_numbers_of(entity)):
        # Nobody speaks of two METs: what looks so is another word.
        countable = not is_gene or (len(name) > LONGEST_SYMBOL and not is_symbol(name))
        loose = looseness(asked, name, countable=countable)
        if loose is not None:
            rank = _SYMBOL if name == entity.symbol else _SYNONYM
            if name in (entity.id, entity.name):
                rank = _OWN
            match = _Match(loose, rank, name != asked, entity.id, name)
            nearest = min(nearest, match) if nearest else match
    return nearest


def _order(near: Near) -> tuple[float, int, str, str]:
    return (near.far, len(near.name), near.name, near.id)


def _listed(candidates: tuple[Candidate, ...]) -> str:
    return ", ".join(f"{c.name} ({c.id})" for c in candidates)
