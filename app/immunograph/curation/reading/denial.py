"""Whether the words of a passage deny what its statement says.

*Tumours did not grow without CCL2* denies nothing: it says that they need it. So what `not` stands
before, and what was done to the subject, decide.
"""

from __future__ import annotations

import re
from typing import Final

from immunograph.curation.reading.association import ACT
from immunograph.curation.reading.claim import (
    CONTRAST,
    PRONOUN,
    Claim,
    Names,
    clauses_of,
    less_done,
    masked,
)
from immunograph.curation.reading.direction import LESS, MORE
from immunograph.curation.reading.wordlists import alternatives, any_of

CUE: Final = re.compile(
    r"\b(?:"
    + alternatives(
        """
        no, not, never, nor, neither, cannot, little, hardly, lack*, fail*, unable, incapable
        independent*, regardless, irrespective, insensitive, unresponsive, whatever, whether
        without, same, equally, just, indistinguishable, comparable, ineffective, un*, dispensable
        expendable, redundant, irrelevant, needless, insufficient, nothing
        as (well|fast|much|often|many|readily|quickly)
        """
    )
    + r")\b|n['’]t\b",
    re.IGNORECASE,
)
"""Some word without which there is no denial, so that most passages need no closer look."""
NO_EFFECT: Final = re.compile(
    r"\b(?:no|little(?: or no)?|hardly any|without(?: any| an| a)?|"
    r"lack(?:s|ed)? (?:of )?(?:an|any)?|(?:had|has|have) no|not any)\s+"
    r"(?:(?!longer|more|less|fewer)\w+\s+){0,2}?(?:"
    + alternatives(
        "effects?, influence, impact, bearing, difference, change, role, part, relation(ship)?",
        "link, association, correlation, contribution, involvement, evidence, sign",
        "benefit, consequence, ability, capacity, power",
    )
    + r")\b|\bineffective\b|"
    r"\b(?:un|not )(?:affected|changed|altered|influenced|impaired|diminished|touched|moved)\b|"
    r"\b(?:did|does|do|was|were)(?:n['’]t| not) (?:\w+ )?(?:differ|matter|change|affect|alter|"
    r"influence|impact|modify|vary)\w*\b|\bno different\b|\bindistinguishable\b|"
    r"\bthe same (?:with|without|whether|whatever)|"
    r"\bthe same in (?:mice|hosts|animals|cells) (?:with|without)|"
    r"\b(?:stay(?:s|ed)|remain(?:s|ed)|was|were|grew|spread|formed|survived) (?:just )?the same\b|"
    r"\b(?:just|equally|as) (?:as )?(?:well|fast|much|often|many|readily|quickly) (?:with or )?"
    r"(?:without|whether)\b|\b(?:contribut|add|chang|did|do|meant?)\w* nothing\b|"
    r"\bmade no difference\b|\bcomparable (?:with|in)\b|"
    r"\bas (?:many|much|few|large|fast|often)\b[^.;,]{0,30}?\bas "
    r"(?:wild|controls?|normal|untreated|those|others|before|with)\b",
    re.IGNORECASE,
)
"""Words for an outcome that did not change, whatever was done."""
NEEDLESS: Final = any_of(
    """
    dispensable, expendable, redundant, irrelevant, unnecessary, unneeded, needless, uninvolved
    in no way, insufficient, need(s|ed)? no, require[sd]? no, do(es)? without
    """,
    r"not (\w+ )?(required|needed|necessary|essential|involved|indispensable|sufficient|responsible"
    "|enough)",
)
INDEPENDENT: Final = re.compile(
    r"\b(?:independent(?:ly)? (?:of|from)|regardless of|irrespective of|insensitive to|"
    r"unresponsive to|(?:with or|and) without|with and without|no matter (?:the|whether|how)|"
    r"whatever (?:the|its|their))(?P<of>[^,;:.]*)",
    re.IGNORECASE,
)
_SO_INDEPENDENT: Final = re.compile(
    r"[\w/-]+[- ]independent(?:ly)?\b(?! (?:of|from))", re.IGNORECASE
)
_THAT: Final = re.compile(rf"\s*{PRONOUN}\b", re.IGNORECASE)
NEGATION: Final = re.compile(
    r"\b(?:(?:did|does|do|was|were|is|are|could|can|would|will|has|have|had)(?:n['’]t| not)|cannot|"
    r"fail(?:s|ed|ing)? to|unable to|incapable of|not able to|never|nor|neither|not)\b"
    r"(?! (?:only|just|merely|yet|all|every|until|unless|alone|least|to the|in the|in other|by|"
    r"from|unlike|surprising\w*|uncommon\w*|necessarily only)\b)"
    r"(?P<verb>(?: \w+ly| been| be| itself| themselves| (?:seen|shown|found|appear) to| in)*"
    r" [\w-]+)?",
    re.IGNORECASE,
)
EMPTY: Final = re.compile(
    r"\bno (?:further |significant |measurable |detectable |clear )?"
    r"(?:(?P<more>more|rise|increase|gain|growth|surge)|"
    r"fewer|less|fall|drop|decrease|reduction|loss|decline)\b(?! than (?:a|one)\b)",
    re.IGNORECASE,
)
LESSENING: Final = re.compile(
    alternatives(
        """
        reduc, decreas, lower, cut, slow, inhibit, impair, prevent, block, protect, shrink
        suppress, diminish, curb, abolish, kill, limit, delay, stop, halt, hinder, attack, harm
        destroy, weaken, attenuat, blunt, dampen, counteract, eliminat, eradicat, restrain
        down-?regulat, affect, change, alter, influenc, matter
        """
    )
)
"""How verbs begin that make less of something, or nothing of it."""
CHANGING: Final = re.compile(
    LESSENING.pattern
    + "|"
    + alternatives(
        """
        increas, rais, enhanc, promot, driv, induc, stimulat, trigger, caus, accelerat, boost
        activat, help, contribut, lead, recruit, require, need, depend, support, favou?r, mediat
        act, work, up-?regulat, account, explain, modulat, regulat, participat, associat, correlat
        bind, interact, play, improv
        """
    )
)
"""How verbs begin by which one thing does something to another."""
VANISHING: Final = re.compile(
    alternatives("die, shrink, fall, drop, regress, declin, disappear, vanish, starv, wither")
)


_OBJECT: Final = "\x03"
"""Stands in a text for each letter of the object's name."""
_NO_OBJECT: Final = re.compile(rf"\bno (?:\w+ )?{_OBJECT}", re.IGNORECASE)
_UNLESS: Final = any_of("unless, until, where, when, before, only, except, once")


def denial_in(claim: Claim) -> str | None:
    """The words of a passage that deny what its statement says; None where none do."""
    if CUE.search(claim.says) is None:
        return None
    says = CONTRAST.sub(" ", claim.says.replace("whether or not", "irrespective of whether"))
    clauses = [clause.strip() for clause in clauses_of(says)]
    found = [_denial_of(claim, clause, says) for clause in clauses]
    for word, clause in zip(found, clauses, strict=True):
        if word is None:
            continue
        others = (
            other
            for denied, other in zip(found, clauses, strict=True)
            if denied is None and (claim.object.stands_in(other) or _asserts(other))
        )
        if claim.object.stands_in(clause) or not any(others):
            return word
    return None


def _asserts(clause: str) -> bool:
    return bool(MORE.search(clause) or LESS.search(clause) or ACT.search(clause))


def _denial_of(claim: Claim, clause: str, says: str) -> str | None:
    """What one clause denies of the statement."""
    if found := NO_EFFECT.search(clause):
        return found.group().strip()
    if (found := NEEDLESS.search(clause)) and _is_of(claim, clause):
        return found.group()
    if found := _independence(claim, clause, says):
        return found
    undone = less_done(claim, says)
    if claim.sign >= 0 and not undone and not claim.perturbed:
        found = _NO_OBJECT.search(masked(clause, claim.object.whole, _OBJECT))
        if found and not _UNLESS.search(clause):
            return "no"
    if (found := EMPTY.search(clause)) and claim.sign:
        expected = claim.sign * (-1 if undone else 1) > 0
        if bool(found["more"]) is expected:
            return found.group()
    for found in NEGATION.finditer(clause):
        verb = (found["verb"] or "").strip().split(" ")[-1].lower()
        if verb and _denies(claim, clause[: found.start()], verb, undone=undone):
            return found.group().strip()
    return None


def _is_of(claim: Claim, clause: str) -> bool:
    """Whether what a clause says is said of the subject, as far as it names any."""
    others = claim.says.replace(clause, " ")
    return claim.subject.stands_in(clause) or not claim.subject.stands_in(others)


def _independence(claim: Claim, clause: str, says: str) -> str | None:
    """Whether the outcome came about whatever the subject did."""
    subject = claim.subject.whole
    found = _SO_INDEPENDENT.search(clause)
    if found and subject and subject.search(found.group()):
        return found.group()
    for found in INDEPENDENT.finditer(clause):
        rest = says.replace(found.group(), " ")
        named = claim.subject.stands_in(found["of"]) or _THAT.match(found["of"])
        if named and not (subject and subject.search(rest)):
            return found.group().strip()
    return None


def _denies(claim: Claim, before: str, verb: str, *, undone: bool) -> bool:
    """Whether `not` before a verb speaks against the statement."""
    if claim.sign == 0:
        seen = verb in ("found", "seen", "detected", "present")
        return seen or bool(CHANGING.match(verb)) or _nearest(claim, before) == claim.subject
    if undone:  # without it, tumours did not grow; but: blocking it did not slow them
        return bool((LESSENING if claim.sign > 0 else CHANGING).match(verb))
    nearest = _nearest(claim, before)
    if claim.sign > 0:
        if VANISHING.match(verb) and nearest != claim.subject:
            return False
        return not claim.perturbed or nearest == claim.subject or bool(CHANGING.match(verb))
    return bool(CHANGING.match(verb)) and nearest != claim.object


def _nearest(claim: Claim, before: str) -> Names | None:
    """Which end of the statement a text names last."""
    last: tuple[int, Names] | None = None
    for names in (claim.subject, claim.object):
        for pattern in (names.whole, names.loose):
            for found in pattern.finditer(before) if pattern else ():
                if last is None or found.start() >= last[0]:
                    last = found.start(), names
    return last[1] if last else None
