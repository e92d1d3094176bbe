"""Signs hidden in names: `CCL2 deficiency promotes …` says that CCL2 inhibits it, and hides it.

Three things tell a sign from a name. What was done to something (a knock-out, a siRNA, an antibody
to it) is never what a thing is called. A word such as *inhibitor* is part of many names
(plasminogen activator inhibitor-1), so it is a sign only where no idiom of the field has it. And
some words (*high*, *degradation*, *anti-*) are signs only beside the name of a molecule: high CCL2,
not high-density lipoprotein.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from immunograph.curation.reading.sign_words import (
    ADJECTIVE_NAMES,
    AGENT_LESS,
    AGENT_MORE,
    AGENT_NAMES,
    AGENT_OF_ITS_TARGET,
    ANTI,
    ANTI_ADJECTIVE,
    ANTI_NAMES,
    ANTI_SERUM,
    ANTIBODY_AFTER,
    ANTIBODY_NAMES,
    ANTIBODY_TO,
    AT_END_NAMES,
    CELL_WORDS,
    CELLS,
    DEFICIENT,
    DEFICIENT_NAMES,
    DONE_LESS,
    DONE_LESS_CASED,
    DONE_MORE,
    DONE_MORE_CASED,
    GENERIC,
    HIGH,
    HIGH_INSIDE,
    HIGH_NAMES,
    ILLNESSES,
    LACKING,
    LESS_ADJECTIVE,
    LESS_AT_END,
    LESS_OF,
    LEVEL,
    MOLECULE,
    MOLECULES,
    MORE_ADJECTIVE,
    MORE_AT_END,
    MORE_OF,
    OF_NAMES,
    STAND_INS,
    SYMBOL,
    TO,
)

Known = Callable[[str], str | None]
"""The kind of the entity that a name means; None where it means none, or several."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A word of a name that says more or less of something."""

    word: str
    sign: int
    done: bool
    """Whether it tells what was done to something, which no thing is called."""


def sign_in(name: str, kind: str | None = None, known: Known = lambda name: None) -> Sign | None:
    """The sign that a name holds, if it does; `known` says of what kind a part of it is.

    >>> sign_in("CCL2 knock-down"), sign_in("plasminogen activator inhibitor-1")
    (Sign(word='knock-down', sign=-1, done=True), None)
    >>> sign_in("MEK inhibitor")
    Sign(word='inhibitor', sign=-1, done=False)
    """
    text = unicodedata.normalize("NFKC", name.translate(STAND_INS)).translate(STAND_INS).strip()
    text = TO.split(text)[0]
    finders = (_done, _antibody) if kind in ILLNESSES else (_done, _agent, _antibody, _part, _level)
    for find in finders:
        if found := find(text, kind, known):
            return found
    return None


def _found(pattern: re.Pattern[str], text: str, sign: int, *, done: bool = False) -> Sign | None:
    found = pattern.search(text)
    if found is None:
        return None
    rest = {word.casefold() for word in re.findall(r"\w+", text.replace(found.group(), " "))}
    if rest <= GENERIC:  # the word alone is a thing: inhibitor, knock-out mouse
        return None
    word = found.group().strip(" (")
    return Sign(word[1:] if word[:1] == "-" and word[1:2].isalpha() else word, sign, done)


def _done(text: str, kind: str | None, known: Known) -> Sign | None:
    """What was done to something: a name of no thing."""
    for pattern, sign in (
        (DONE_LESS, -1), (DONE_LESS_CASED, -1), (DONE_MORE, 1), (DONE_MORE_CASED, 1),
    ):  # fmt: skip
        if found := _found(pattern, text, sign, done=True):
            return found
    if (found := LACKING.search(text)) and _begins_with_a_target(found["x"], known):
        return Sign(found.group(), -1, done=True)
    found = DEFICIENT.search(text)
    if found and not DEFICIENT_NAMES.search(text):
        before = text[: found.start()].split()
        if kind not in ILLNESSES or (before and _is_molecule(before[-1], known)):
            return Sign(found.group().strip(" -"), -1, done=True)
    return None


def _agent(text: str, kind: str | None, known: Known) -> Sign | None:
    """An agent that is named for what it does to something."""
    if AGENT_OF_ITS_TARGET.search(text):
        return None
    for pattern, sign in ((AGENT_LESS, -1), (AGENT_MORE, 1)):
        found = pattern.search(text)
        if found is None or found.group() == text:
            continue
        target = text[: found.start()].rstrip(" -") if found.end() == len(text) else ""
        if known(target) in MOLECULES | CELLS or not AGENT_NAMES.search(text):
            return Sign(found.group(), sign, done=False)
    return None


def _antibody(text: str, kind: str | None, known: Known) -> Sign | None:
    """An antibody to something, however it is written."""
    if found := ANTI.search(text):
        target = found["x"]
        if ANTI_NAMES.match(text, found.start()):
            return _found(ANTIBODY_TO, text, -1, done=True)
        if _begins_with_a_target(target, known):
            return Sign(found.group()[: -len(target)].strip() + target.split()[0], -1, done=True)
    found = ANTI_SERUM.search(text)
    if found and not ANTI_ADJECTIVE.fullmatch(found["x"]):
        return Sign(found.group(), -1, done=True)
    if ANTIBODY_NAMES.search(text):
        return None
    if sign := _found(ANTIBODY_TO, text, -1, done=True):
        return sign
    found = ANTIBODY_AFTER.search(text)
    if found and _is_molecule(found["x"], known):
        return Sign(found.group(), -1, done=True)
    return None


def _part(text: str, kind: str | None, known: Known) -> Sign | None:
    """Less or more *of* something, and what ends so."""
    if not OF_NAMES.search(text):
        for pattern, sign in ((LESS_OF, -1), (MORE_OF, 1)):
            if found := _found(pattern, text, sign):
                return found
    if not AT_END_NAMES.search(text):
        for pattern, sign in ((LESS_AT_END, -1), (MORE_AT_END, 1)):
            if match := pattern.search(text):
                return Sign(match.group(), sign, done=False)
    return None


def _level(text: str, kind: str | None, known: Known) -> Sign | None:
    """High or low something, or an adjective that says so."""
    if HIGH_NAMES.search(text) or ADJECTIVE_NAMES.search(text):
        return None
    if found := LEVEL.search(text):
        return Sign(found.group(), 1 if found["more"] else -1, done=False)
    of_a_cell = CELL_WORDS.search(text) is not None  # Ly6C-high monocytes are a kind of them
    if (found := HIGH.search(text)) and not of_a_cell:
        more = found["more"] or found["up"]
        thing = found["x"] or found["y"] or found["z"]
        spaced = (found["x"] or found["y"]) and "-" not in text[: len(text) - len(thing)]
        if spaced or _is_molecule(thing, known):
            return Sign(more or found["less"] or found["down"], 1 if more else -1, done=False)
    if (found := HIGH_INSIDE.search(text)) and not of_a_cell and _is_molecule(found["x"], known):
        level = found["level"]
        return Sign(level, 1 if level.casefold().startswith("h") else -1, done=False)
    return _found(LESS_ADJECTIVE, text, -1) or _found(MORE_ADJECTIVE, text, 1)


def _is_molecule(text: str, known: Known) -> bool:
    """Whether a text is written like a molecule, or names one that is known."""
    kind = known(text)
    if kind is not None:
        return kind in MOLECULES
    words = text.split()
    return bool(SYMBOL.match(words[0]) or (len(words) == 1 and MOLECULE.match(words[0])))


def _begins_with_a_target(text: str, known: Known) -> bool:
    """Whether a text begins with something that an antibody may be against."""
    words = text.split()
    for count in range(min(4, len(words)), 0, -1):
        kind = known(" ".join(words[:count]))
        if kind is not None:
            return kind in MOLECULES or kind in CELLS
    return bool(SYMBOL.match(words[0].rstrip(",;)")))
