"""Which names a misspelt or unfinished one may mean, where likeness means something.

Words are compared, not letters: a suggestion holds every word that was asked for, or is held by
them. A long word may be misspelt or cut short. Symbols and numbers never are: one letter makes
CCL3 another molecule than CCL2, and IL-7 another than IL-17. Nor are a receptor, a ligand or an
antagonist offered for the thing itself.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from heapq import nsmallest
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from immunograph.names.spelling import fold, is_symbol, one_of

ONE_AMISS: Final = 5
"""Letters of a word of which one may be amiss."""
TWO_AMISS: Final = 10
"""Letters of a word of which two may be."""
LOOKED_AT: Final = 1_000
"""Names that are compared with one question, the shortest first."""
OFFERED: Final = 50
"""Names that are near enough to look no further."""
MORE_WORDS: Final = 2
"""Words that a name may have beyond twice as many as were asked for."""
LONGEST: Final = 16
"""Words of a name that may be likened; a chemical formula has more."""
NEAR_WORDS: Final = 12
"""Known words that are tried for an unknown one."""

_BREAK: Final = re.compile(r"[^\w+−]+")
SMALL_WORDS: Final = frozenset(
    ("an", "as", "at", "by", "for", "from", "in", "of", "on", "the", "to")
)
_OTHER_THING: Final = frozenset(
    {
        "activated", "agonist", "and", "antagonist", "anti", "antibody", "associated", "binding",
        "blocker", "converting", "dependent", "homologue", "induced", "inducible", "inhibitor",
        "interacting", "ligand", "like", "mimetic", "plus", "precursor", "product", "pseudogene",
        "receptor", "regulated", "related", "response", "soluble", "substrate", "with",
    }
)  # fmt: skip
"""Words that make of one thing another, whichever of two names has them."""
_ASPECTS: Final = frozenset(
    {
        "abundance", "accumulation", "activation", "activity", "blockade", "burden",
        "concentration", "count", "density", "expression", "frequency", "gene", "human",
        "infiltration", "inhibition", "level", "mouse", "mrna", "murine", "number", "pathway",
        "production", "protein", "recruitment", "release", "secretion", "signalling",
    }
)  # fmt: skip
"""Words for something about a thing."""
_OPPOSITES: Final = (("hyper", "hypo"), ("inter", "intra"), ("macro", "micro"), ("over", "under"))
_SHORT_SYMBOL: Final = 4
"""Letters of a word that a number behind it makes a symbol: IL 17A, CCL 2."""


def words_of(folded: str) -> list[str]:
    """The words of a folded name in the singular, without small ones; a symbol is one word.

    >>> words_of("seeding in the lungs"), words_of("il 17a receptors"), words_of("ccl 2")
    (['seeding', 'lung'], ['il17a', 'receptor'], ['ccl2'])
    """
    words: list[str] = []
    for word in _BREAK.split(folded) if _BREAK.search(folded) else folded.split(" "):
        if word[:1].isdigit() and words and words[-1].isalpha() and len(words[-1]) <= _SHORT_SYMBOL:
            words[-1] += word
        elif word:
            words.append(one_of(word))
    return [word for word in words if word not in SMALL_WORDS]


def misspelt(asked: str, known: str, *, molecule: bool) -> int | None:
    """How many letters of a word are amiss; None where it is too unlike to be the known word.

    Names of molecules are stricter, since many differ by a letter or two: leptin, lectin.

    >>> misspelt("groth", "growth", molecule=False), misspelt("arginine", "arginase", molecule=True)
    (1, None)
    >>> misspelt("il7", "il17", molecule=True), misspelt("hyperoxia", "hypoxia", molecule=False)
    (None, None)
    """
    if any({_begins(asked, pair), _begins(known, pair)} == set(pair) for pair in _OPPOSITES):
        return None
    asked, known = _sounding(asked), _sounding(known)
    if asked == known:
        return 0
    shortest = min(len(asked), len(known))
    one, two = (7, 12) if molecule else (ONE_AMISS, TWO_AMISS)
    allowed = 0 if shortest < one else 1 if shortest < two else 2
    if not allowed or asked[0] != known[0] or not (asked.isalpha() and known.isalpha()):
        return None
    amiss = OSA.distance(asked, known, score_cutoff=allowed)
    return amiss if amiss <= allowed else None


def is_misspelt(asked: str, known: str) -> bool:
    """Whether of two folded names of perhaps molecules one is the other, misspelt.

    >>> is_misspelt("prokinetcin 2", "prokineticin 2")
    True
    >>> is_misspelt("prokineticin 1", "prokineticin 2"), is_misspelt("lectin", "leptin")
    (False, False)
    """
    ours, theirs = words_of(asked), words_of(known)
    return len(ours) == len(theirs) and all(
        misspelt(one, other, molecule=True) is not None
        for one, other in zip(ours, theirs, strict=True)
    )


def _sounding(word: str) -> str:
    """A word by some of its sounds: neutrofil, metastasys."""
    return word.replace("ph", "f").replace("y", "i")


def _begins(word: str, beginnings: Iterable[str]) -> str | None:
    return next((one for one in beginnings if word.startswith(one)), None)


def is_other_thing(words: Iterable[str], *, molecule: bool) -> bool:
    """Whether words that one of two names lacks make another thing of it.

    A number, a Greek letter or a single letter does so with molecules.

    >>> is_other_thing(["receptor"], molecule=False), is_other_thing(["2"], molecule=True)
    (True, True)
    >>> is_other_thing(["2"], molecule=False), is_other_thing(["severe"], molecule=True)
    (False, False)
    """
    return any(word in _OTHER_THING or (molecule and is_designation(word)) for word in words)


def is_rest(folded: str) -> bool:
    """Whether folded words behind a name leave it what it is: in the lung, expression, levels.

    >>> is_rest(""), is_rest("in the lung"), is_rest("expression levels"), is_rest("elastase")
    (True, True, True, False)
    """
    words = folded.split()
    return not words or words[0] in SMALL_WORDS or all(one_of(word) in _ASPECTS for word in words)


def is_designation(word: str) -> bool:
    """Whether a word tells one member of a family from the others: a number, a Greek letter.

    >>> is_designation("m"), is_designation("17a"), is_designation("beta"), is_designation("cell")
    (True, True, True, False)
    """
    return bool(_DESIGNATION.search(word))


_ACRONYM: Final = re.compile(r"(?<![\w-])[A-Z]{2,5}(?![\w-])")
_DESIGNATION: Final = re.compile(
    r"\d|^.$|^(alpha|beta|gamma|delta|epsilon|zeta|kappa|lambda|omega|i{1,3}|iv|vi?)\d*$"
)


class Near(NamedTuple):
    """A name that may be meant; `far` is how much it differs, in words and letters."""

    far: float
    name: str
    id: str


class Held(NamedTuple):
    """One name as an entity has it."""

    name: str
    id: str
    molecule: bool


class WordIndex:
    """Names by the words that they hold."""

    def __init__(self, names: Iterable[str], *, held: Callable[[str], Iterable[Held]]) -> None:
        """`names` are folded; `held` says by which entities, and as what."""
        self._names = sorted(names, key=lambda name: (len(name), name))
        self._held = held
        self._holding: dict[str, array[int]] = {}
        for number, name in enumerate(self._names):
            for word in set(words_of(name)):
                numbers = self._holding.get(word)
                if numbers is None:
                    numbers = self._holding[word] = array("I")
                numbers.append(number)
        self._in_order = sorted(w for w in self._holding if w.isalpha() and len(w) > _SHORT_SYMBOL)
        self._sounding: dict[tuple[str, int], dict[str, list[str]]] = {}
        """Words by their first letter and their length, then by their sound."""
        for word in self._in_order:
            sound = _sounding(word)
            alike = self._sounding.setdefault((sound[0], len(sound)), {})
            alike.setdefault(sound, []).append(word)

    def holding(self, folded: str) -> Iterator[str]:
        """Names that hold every word, the last one perhaps unfinished; the shortest first."""
        *whole, last = words_of(folded) or [""]
        choices = [{word: 0} for word in whole] + [{last: 0, **self._finished(last)}]
        for name, _ in self._chosen(choices):
            yield name

    def near(self, text: str) -> Iterator[Near]:
        """Names that hold every word that was asked for, each perhaps misspelt or unfinished."""
        folded = fold(text)
        asked = words_of(folded)
        if len(asked) > LONGEST:
            return
        acronyms = {fold(word) for word in _ACRONYM.findall(text)}
        choices = [{w: 0} if w in acronyms else self._meant(w) for w in asked]
        plurals = set(asked) - {folded.replace(" ", ""), *_BREAK.split(folded)}
        offered = 0
        for name, words in self._chosen(choices):
            if len(words) > 2 * len(asked) + MORE_WORDS:
                continue
            for held in self._held(name):
                symbols = _symbols(held.name)
                # A symbol has no plural, and an acronym is no word of that sound: TRAP, trap.
                if plurals & symbols or acronyms - symbols:
                    continue
                far = _far(asked, choices, words, symbols, molecule=held.molecule)
                if far is not None:
                    yield Near(far, held.name, held.id)
                    offered += 1
            if offered >= OFFERED:
                return

    def _chosen(self, choices: list[dict[str, int]]) -> Iterator[tuple[str, list[str]]]:
        """The names that hold one choice for each word, with their words, the shortest first."""
        lists = [[self._holding[w] for w in one if w in self._holding] for one in choices]
        if not lists or not all(lists):
            return
        rarest = min(lists, key=lambda found: sum(map(len, found)))
        numbers = {n for found in rarest for n in found[:LOOKED_AT]}
        for number in sorted(numbers)[:LOOKED_AT]:
            words = words_of(self._names[number])
            if all(not one.keys().isdisjoint(words) for one in choices):
                yield self._names[number], words

    def _meant(self, word: str) -> dict[str, int]:
        """Known words that a word may be, with the letters that are amiss."""
        if word in self._holding:
            return {word: 0}
        if not word.isalpha() or len(word) <= _SHORT_SYMBOL:
            return {}
        sound = _sounding(word)
        most = 1 if len(sound) < TWO_AMISS else 2
        near: dict[str, int] = {}
        for length in range(len(sound) - most, len(sound) + most + 1):
            alike = self._sounding.get((sound[0], length), {})
            for known, amiss, _ in process.extract_iter(
                sound, alike.keys(), scorer=OSA.distance, score_cutoff=most
            ):
                near |= dict.fromkeys(alike[known], int(amiss))
        nearest = nsmallest(NEAR_WORDS, near.items(), key=lambda one: (one[1], one[0]))
        return self._finished(word) | dict(nearest)

    def _finished(self, word: str) -> dict[str, int]:
        """Known words that begin with a word of some length; the shortest few."""
        if len(word) <= _SHORT_SYMBOL:
            return {}
        start = bisect_left(self._in_order, word)
        end = bisect_left(self._in_order, word + "\U0010ffff", start)
        return dict.fromkeys(nsmallest(NEAR_WORDS, self._in_order[start:end], key=len), 1)


def _symbols(name: str) -> set[str]:
    return {w for part in name.split() if is_symbol(part) for w in words_of(fold(part))}


def _far(
    asked: list[str],
    choices: list[dict[str, int]],
    words: list[str],
    symbols: set[str],
    *,
    molecule: bool,
) -> int | None:
    """How far the words of a name are from those that were asked for; None: another thing.

    What a name has more must stand in front, or be a number or letter behind it: neutrophil
    elastase for elastase, oncostatin M for oncostatin, but not arginine deiminase for arginine.
    """
    far, found = 0, set[int]()
    for word, choice in zip(asked, choices, strict=True):
        fits: list[tuple[int, int]] = []
        for place, known in enumerate(words):
            if known == word:
                fits.append((0, place))
            elif known in choice and known not in symbols:
                unfinished = choice[known] if known.startswith(word) else None
                amiss = misspelt(word, known, molecule=molecule)
                fits += [(far, place) for far in (unfinished, amiss) if far is not None]
        if not fits:
            return None
        amiss, place = min(fits)
        far += amiss
        found.add(place)
    more = [place for place in range(len(words)) if place not in found]
    behind = [place for place in more if place > max(found)]
    front = [place for place in more if place < min(found)]
    if any(words[place] in _OTHER_THING for place in more) or len(more) > len(asked) + MORE_WORDS:
        return None
    if (molecule or far) and not all(is_designation(words[place]) for place in behind):
        return None
    if far and len(more) > len(asked):
        return None
    if molecule and (
        (front and behind)
        or len(more) > len(front) + len(behind)
        or any(is_designation(words[place]) for place in front)
    ):
        return None
    if front and (molecule or len(asked) == 1) and any(map(is_designation, asked)):
        return None
    return far + len(more)
