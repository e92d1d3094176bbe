"""Things as a corpus names them → entities: ours where one means the same, else new ones.

Nothing is guessed. An end is one of our entities if its id is that entity's, or one of its xrefs;
if its symbol is, in a name space of genes; or if its whole name is one of that entity's, and both
are of like kind. Everything else is an entity of its own, listed with how it was grounded, under
its public id where the corpus gives one and else under a local id made from its name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from immunograph.curation.genes import Gene, Genes
from immunograph.curation.template import slug
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Entity
from immunograph.formats.reading.claims import Thing
from immunograph.formats.text import one_line
from immunograph.names.curies import OURS, curie
from immunograph.names.homoglyphs import INVISIBLE, LOOKALIKES, disguised
from immunograph.names.spelling import fold

GENES: Final[Mapping[str, str | None]] = {
    "hgnc": None, "hgncsymbol": None, "mgi": "mouse", "rgd": "rat", "symbol": None,
}  # fmt: skip
"""Name spaces of gene symbols, and the species that they are of; HGNC's are the human ones."""
LONGEST: Final = 60
"""Letters of a name in a local id; a hash stands for the rest."""
_CURIE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]*:[A-Za-z0-9._-]+")
_KIND: Final = re.compile(r"[A-Z][A-Za-z]+")
_JOINERS: Final = re.compile(r"[\s_-]+")
_LIKE: Final = {
    "Protein": "molecule", "Molecule": "molecule", "Drug": "molecule", "Gene": "molecule",
    "Cell": "cell", "CellCluster": "cell", "Organism": "organism",
    "BiologicalProcess": "process", "PathologicalProcess": "process", "Disease": "process",
    "ClinicalOutcome": "process", "Quality": "process",
}  # fmt: skip
"""Kinds that one name may mean; a variable of a table may be of any kind."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The entity that a thing is, and how that was found."""

    entity: str
    how: str
    note: str | None = None
    """What a reader of the evidence must know of it."""


class Identities:
    """Finds the entity of each thing, and holds those that were found."""

    def __init__(
        self, library: Iterable[Entity], *, corpus: str, genes: Genes | None = None
    ) -> None:
        """`library`: the entities that are known; `genes`: HGNC's table, where there is one."""
        self.library = {entity.id: entity for entity in library}
        self.corpus = corpus
        self.genes = genes
        self.entities: dict[str, Entity] = {}
        """Those that were found, with all classes above them."""
        self.counts: Counter[str] = Counter()
        """Things by how they were grounded."""
        self.found: dict[tuple[str, str, str], Identity] = {}
        """By name space, name and id as the corpus has them."""
        self._memo: dict[Thing, Identity] = {}
        self._lexicon = Lexicon(self.library.values())
        self._numbers: dict[str, str] = {}
        self._symbols: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for entity in self.library.values():
            for number in (entity.id, *entity.xrefs):
                self._numbers.setdefault(curie(number) or number, entity.id)
            if entity.symbol:
                self._symbols.setdefault(entity.symbol.casefold(), entity.id)
            for name in (entity.id, entity.name):
                self._names.setdefault(fold(name), entity.id)

    def of(self, thing: Thing) -> Identity:
        """The entity of a thing."""
        known = self._memo.get(thing)
        if known is None:
            known = self._memo[thing] = self._identity(thing)
            self._use(known.entity)
            self.counts[known.how] += 1
            self.found[thing.space, thing.name, thing.id or ""] = known
        return known

    def itself(self, entity: str, what: str) -> str:
        """The entity of a side of another: `activity of X`, or `feedback of X on itself`."""
        whole = self.entities[entity]
        thing = Thing(
            name=f"{what.format(whole.name)}", space="side", kind="BiologicalProcess", whole=True
        )
        return self.of(thing).entity

    def _identity(self, thing: Thing) -> Identity:
        note = self._species_note(thing)
        number = thing.id and (curie(thing.id) or thing.id)
        for one in (number, *(curie(xref) or xref for xref in thing.xrefs)):
            if one and one in self._numbers:
                how = "by its id" if one == number else "by another of its ids"
                return Identity(self._numbers[one], how, note)
        if not thing.whole and not number:
            named = self._by_symbol(thing) or self._by_name(thing)
            if named is not None:
                how = "by its symbol" if _is_gene(thing) else "by its name"
                entity = self.library[named]
                same = fold(thing.name) in (fold(entity.name), fold(entity.symbol or ""))
                said = None if same else f"{thing.name} is taken for {entity.name} ({entity.id})"
                return Identity(named, how, note or said)
        if gene := self._gene(thing, number):
            how = "by its symbol in HGNC" if number is None else "by its number in HGNC"
            said = f"{gene.symbol} was called {thing.name} before" if gene.former else None
            if gene.id in self._numbers:
                return Identity(self._numbers[gene.id], how, note or said)
            named = replace(thing, name=gene.symbol, symbol=gene.symbol, synonyms=(thing.name,))
            numbers = (*thing.xrefs, number) if number and number != gene.id else thing.xrefs
            return self._new(replace(named, xrefs=numbers), gene.id, how, note or said)
        if thing.symbol and number and (local := self._local_gene(thing.symbol)):
            return Identity(local, "by its symbol", note)
        if number and _CURIE.fullmatch(number):
            return self._new(thing, number, "new, under the id that the corpus gives", note)
        how = "new, a whole of several parts" if thing.whole else "not grounded: a local entity"
        return self._new(thing, self._local_id(thing), how, note)

    def _gene(self, thing: Thing, number: str | None) -> Gene | None:
        """The gene of HGNC that a thing is, by its number, else by its symbol."""
        if self.genes is None or thing.whole:
            return None
        if number is not None:
            return self.genes.numbered(number)
        return self.genes.named(thing.name) if _is_gene(thing) else None

    def _local_gene(self, symbol: str) -> str | None:
        """The local entity of a symbol, which an earlier import had no number for."""
        found = self._symbols.get(symbol.casefold())
        return found if found and found.startswith(OURS) else None

    @staticmethod
    def _species_note(thing: Thing) -> str | None:
        species = GENES.get(_space(thing))
        if species is None or thing.whole:
            return None
        return (
            f"{thing.name} is the {species} gene; its symbol in capitals stands for the human one"
        )

    def _by_symbol(self, thing: Thing) -> str | None:
        if not _is_gene(thing):
            return None
        return self._symbols.get(thing.name.casefold())

    def _by_name(self, thing: Thing) -> str | None:
        """The entity of our library with this very name, of a kind that it may be."""
        if _is_gene(thing):
            return None
        name = clean(thing.name)
        found = self._lexicon.find(name) if name else ()
        if len(found) != 1 or fold(found[0].matched) != fold(name):
            return None
        kind = self.library[found[0].id].kind
        alike = thing.kind == "Variable" or _LIKE.get(kind, kind) == _LIKE.get(
            thing.kind, thing.kind
        )
        return found[0].id if alike else None

    def _local_id(self, thing: Thing) -> str:
        """An id of ours made from the name, the same wherever the name is met again.

        A gene of another species goes under the human name space, as all gene products do.
        """
        space = "hgnc" if _is_gene(thing) else slug(thing.space)
        name = clean(thing.id or thing.name)
        plain = slug(name)
        whole = _JOINERS.sub("-", name.casefold()).strip("-")
        if not plain or plain != whole or len(plain) > LONGEST:
            plain = f"{plain[:LONGEST].strip('-')}-{_hash(name.casefold())}".strip("-")
        found = OURS + "-".join(filter(None, [space, plain]))
        if found in self.library:
            found = f"{found}-{_hash(thing.space + name)}"
        return found

    def _new(self, thing: Thing, identifier: str, how: str, note: str | None) -> Identity:
        if identifier in self.entities or identifier in self.library:
            return Identity(identifier, how, note)
        is_a: tuple[str, ...] = ()
        if thing.form_of is not None:
            is_a = (self.of(thing.form_of).entity,)
        name = self._free_name(thing, identifier)
        symbol = thing.symbol and clean(thing.symbol)
        if symbol is None and _is_gene(thing):
            symbol = _human(thing)
        local = identifier.startswith(OURS)
        where = f"{self.corpus}: {thing.space or 'without a name space'}, {clean(thing.name)}"
        self.entities[identifier] = Entity(
            id=identifier,
            name=name,
            kind=thing.kind if _KIND.fullmatch(thing.kind) else "Thing",
            symbol=symbol,
            synonyms=tuple(
                dict.fromkeys(
                    one
                    for given in (thing.name, *thing.synonyms)
                    if (one := clean(given)) and one != name
                )
            ),
            is_a=is_a,
            xrefs=tuple(one for xref in thing.xrefs if (one := curie(xref)) and one != identifier),
            grounding={"status": "local" if local else "unverified", "where": where},  # pyright: ignore[reportArgumentType] # validated
        )
        for number in (identifier, *self.entities[identifier].xrefs):
            self._numbers.setdefault(number, identifier)
        return Identity(identifier, how, note)

    def _free_name(self, thing: Thing, identifier: str) -> str:
        """The name, told apart by its name space or id where another entity has it."""
        name = clean(_human(thing) if _is_gene(thing) else thing.name) or identifier
        for candidate in (
            name,
            f"{name} ({clean(thing.space) or 'local'})",
            f"{name} [{identifier}]",
        ):
            if self._names.setdefault(fold(candidate), identifier) == identifier:
                return candidate
        return identifier

    def _use(self, identifier: str) -> None:
        """Hold an entity of the library with every class above it."""
        todo = [identifier]
        while todo:
            one = todo.pop()
            if one not in self.entities:
                self.entities[one] = self.library[one]
            todo.extend(c for c in self.entities[one].is_a if c not in self.entities)

    @property
    def names(self) -> dict[str, str]:
        """What entities are called, by id, where that says more than the id."""
        return {i: one.name for i, one in self.entities.items() if one.name != i}

    @property
    def local_genes(self) -> int:
        """How many gene symbols of the corpus have no number here."""
        return sum(
            one.symbol is not None and i.startswith(OURS) and i not in self.library
            for i, one in self.entities.items()
        )

    @property
    def ungrounded(self) -> int:
        """How many entities have no public id."""
        return sum(
            e.id.startswith(OURS) and e.id not in self.library for e in self.entities.values()
        )


def _space(thing: Thing) -> str:
    return re.sub(r"[^a-z0-9]", "", thing.space.casefold())


def _is_gene(thing: Thing) -> bool:
    return not thing.whole and thing.id is None and _space(thing) in GENES


def _human(thing: Thing) -> str:
    """The symbol of a gene as people write that of the human one."""
    return clean(thing.name if GENES[_space(thing)] is None else thing.name.upper())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def clean(name: str) -> str:
    """A name as a seed file may have it: on one line, without letters that are not what they seem.

    Letters of another script that look Latin become Latin; words of two scripts are parted.

    >>> clean("met\\u0430stasis"), clean("IL\\u200b-6"), clean("нейтрофил")
    ('metastasis', 'IL-6', 'нейтрофил')
    """
    text = visible(name)
    if text.isascii():
        return text
    while (found := disguised(text)) is not None:
        place, letter = found
        if letter in LOOKALIKES:
            text = text[:place] + LOOKALIKES[letter] + text[place + 1 :]
            continue
        before, after = text[:place], text[place + 1 :]
        latin = before[-1:].isalpha() and _is_latin(before[-1])
        if latin:
            text = f"{before}-{letter}{after}"
        elif after[:1].isalpha() and _is_latin(after[0]):
            text = f"{before}{letter}-{after}"
        else:  # parted from Latin letters further on
            end = place + 1
            while end < len(text) and text[end].isalpha() and not _is_latin(text[end]):
                end += 1
            joined = f"{text[:end]}-{text[end:]}" if end < len(text) else ""
            text = joined if joined and text[end].isalpha() else f"{before}?{after}"
    return text


def visible(text: str) -> str:
    """A text on one line, in normal form C, without what nobody sees.

    >>> visible("a\\u200b text\\n over lines")
    'a text over lines'
    """
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(one_line(text).split())


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
