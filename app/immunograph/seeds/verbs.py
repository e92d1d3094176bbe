"""What to offer for a verb that the vocabulary has not: verbs of the same sign, never of the other.

The vocabulary maps its verbs to those of SIGNOR, BEL and INDRA; beside that, a verb's sign follows
from its words. `deactivates` is nearer to `activates` than to `inhibits` by its letters, so letters
alone decide only where a verb has no sign of its own: a slip of the hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz.distance import OSA

from immunograph.domain.model import Predicate
from immunograph.domain.vocabulary import Effect, StatementClass

MOST: Final = 3

PLUS: Final = (
    "accelerat", "activat", "agoni", "allow", "amplif", "attract", "augment", "boost", "caus",
    "contribut", "driv", "drove", "elevat", "elicit", "enabl", "enhanc", "evok", "express",
    "facilitat", "favo", "foster", "generat", "help", "improv", "increas", "induc", "initiat",
    "licens", "mediat", "mobili", "permit", "positive", "potentiat", "produc", "promot", "protect",
    "provok", "rais", "recruit", "releas", "rescu", "restor", "secret", "stabili", "stimulat",
    "strengthen", "support", "sustain", "synthesi", "transactivat", "trigger", "upregulat",
)  # fmt: skip
"""How words begin that say more of what follows."""
MINUS: Final = (
    "ablat", "abolish", "abrogat", "antagoni", "apopto", "arrest", "attack", "attenuat", "bar",
    "block", "blunt", "clear", "combat", "constrain", "counteract", "curb", "cut", "damag",
    "dampen", "deactivat", "death", "decay", "declin", "decreas", "degrad", "delay", "delet",
    "deplet", "destabili", "destroy", "destruct", "diminish", "disrupt", "downregulat", "eliminat",
    "eradicat", "exclud", "exhaust", "extinguish", "halt", "hamper", "harm", "hinder", "impair",
    "imped", "inactivat", "inhibit", "interfer", "kill", "lessen", "limit", "loss", "lower", "lys",
    "mitigat", "negative", "neutrali", "oppos", "prevent", "quench", "reduc", "remov", "repel",
    "repress", "restrain", "restrict", "retard", "shrink", "silenc", "slow", "stop", "suppress",
    "thwart", "weaken",
)  # fmt: skip
"""How words begin that say less of what follows."""
UNDONE: Final = re.compile(r"(?:dis|de|un)(?=inhibit|repress|suppress|block|silenc)")
"""What turns a word for less round; `deactivat` and the like stand among the words for less."""
DENIALS: Final = frozenset(
    {"not", "no", "never", "without", "fail", "fails", "failed", "cannot", "doesnt", "nor"}
)
AKIN: Final = {
    "attract": "recruits", "secret": "releases", "express": "produces", "synthesi": "produces",
    "kill": "destroys", "lys": "destroys", "eliminat": "eradicates", "lower": "reduces",
    "decreas": "reduces", "diminish": "reduces", "rescu": "protects", "initiat": "triggers",
    "evok": "triggers", "elicit": "triggers",
}  # fmt: skip
"""Verbs of ours that mean what a word means whose letters are others."""
ASSOCIATIONS: Final = ("associat", "correlat", "coincid", "cooccur")
FEW: Final = 5
LIKE: Final = 0.65
"""Likeness, out of 1, from which a verb of the same sign is offered for its letters."""

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DIRECTION: Final = re.compile(r"\b(up|down) (?=regulat)")


def near_verbs(name: str, predicates: Iterable[Predicate]) -> list[str]:
    """Our verbs for one that we have not, the nearest first.

    A verb with a sign gets verbs of that sign alone; one that is denied, or goes either way, none.
    """
    known = list(predicates)
    words = _words_of(name)
    if not words or is_denial(name):
        return []
    sign = sign_of(name)
    if any(word.startswith(ASSOCIATIONS) for word in words):
        return _associations(words, sign, known)
    mapped = [one for one in known if _mapped(name, one)]
    signs = {one.effect for one in mapped}
    if sign is None and len(signs) == 1:
        (effect,) = signs
        if effect is None:
            return _names(sorted(mapped, key=lambda one: -_likeness(one, words)))
        sign = effect.sign
    if sign is None:
        return _slips(name, known)
    effect = Effect.of_sign(sign)
    ours = sorted(
        (one for one in known if one.effect is effect), key=lambda one: -_likeness(one, words)
    )
    same = [one for one in ours if _words_of(one.name) == words]
    akin = [one for one in ours if _akin(one, words)]
    general = [one for one in ours if one.name == effect]
    # What nearly every verb maps to says nothing of any of them.
    close = [one for one in ours if one in mapped and len(mapped) <= FEW]
    like = [one for one in ours if _likeness(one, words) >= LIKE]
    return _names([*same, *akin[:2], *general, *close, *like] or ours)


def _associations(words: Sequence[str], sign: int | None, known: Sequence[Predicate]) -> list[str]:
    """The verbs for what only goes together, and in the same direction where one is named."""
    fitting = [
        one
        for one in known
        if one.cls is StatementClass.ASSOCIATION
        and (sign is None or _direction(one) in (None, sign))
    ]
    return _names(sorted(fitting, key=lambda one: -_likeness(one, words)))


def _direction(one: Predicate) -> int | None:
    """Which way an association goes: as it says, else as BEL has it."""
    if one.direction is not None:
        return one.direction
    return {"positiveCorrelation": 1, "negativeCorrelation": -1}.get(one.bel or "")


def sign_of(name: str) -> int | None:
    """The sign that the words of a verb give, +1 or −1; None where they give none.

    >>> sign_of("down-regulates activity"), sign_of("directlyIncreases"), sign_of("modulates")
    (-1, 1, None)
    >>> sign_of("inhibits_degradation_of"), sign_of("induces_degradation_of")
    (1, -1)
    """
    sign, found = 1, False
    if is_denial(name):
        return None
    for word in _words_of(name):
        plain, undone = UNDONE.subn("", word)
        if plain.startswith(MINUS):
            sign, found = (sign if undone else -sign), True
        elif plain.startswith(PLUS):
            found = True
    return sign if found else None


def is_denial(name: str) -> bool:
    """Whether a verb denies what it names: `does_not_inhibit`."""
    return bool(DENIALS & set(_words_of(name)))


def _words_of(name: str) -> list[str]:
    """The words of a verb, however they are joined: `directlyIncreases`, `up-regulates quantity`.

    What follows `by` says how, and has signs of its own that are not the verb's.
    """
    words = " ".join(_WORDS.findall(name)).lower()
    return _DIRECTION.sub(r"\1", words).partition(" by ")[0].split()


def _mapped(name: str, predicate: Predicate) -> bool:
    """Whether SIGNOR, BEL or INDRA, or an ontology, have our verb under this name."""
    if name in (predicate.ro, predicate.biolink):
        return True
    given = _words_of(name)
    given = given[1:] if given[:1] == ["directly"] else given
    elsewhere = (predicate.indra, predicate.bel, predicate.signor, predicate.phrase)
    return any(_words_of(one) == given for one in elsewhere if one)


def _akin(one: Predicate, words: Sequence[str]) -> bool:
    """Whether a verb of ours begins as one of the words does, or means it."""
    first = one.name.split("_")[0]
    for word in words:
        if any(word.startswith(stem) and one.name == ours for stem, ours in AKIN.items()):
            return True
        if len(word) > 4 and len(first) > 4 and word[:5] == first[:5]:
            return True
    return False


def _likeness(one: Predicate, words: Sequence[str]) -> float:
    return SequenceMatcher(None, one.name, "_".join(words)).ratio()


def _slips(name: str, known: Sequence[Predicate]) -> list[str]:
    """The verbs that a name was meant for, but for a letter or two; none where signs differ."""
    plain = "_".join(_words_of(name))
    if not plain:
        return []
    near: dict[int, list[Predicate]] = {}
    for one in known:
        away = OSA.distance(plain, one.name)
        begins = plain[0] == one.name[0] or sorted(plain[:2]) == sorted(one.name[:2])
        if begins and away <= (1 if len(plain) < 7 else 2):
            near.setdefault(away, []).append(one)
    nearest = near[min(near)] if near else []
    return _names(nearest) if len({one.effect for one in nearest}) == 1 else []


def _names(predicates: Iterable[Predicate]) -> list[str]:
    return list(dict.fromkeys(one.name for one in predicates))[:MOST]
