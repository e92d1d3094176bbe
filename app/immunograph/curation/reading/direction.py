"""Which sign the words of a passage give.

It is the product of two: what became of the object (fewer metastases), and what was done to the
subject (without CCL2, CCL2 was blocked). *Without CCL2 fewer metastases* says that CCL2 promotes
them. Where a clause says both more and less, or something was done and it is not clear to what, the
words leave the sign open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from immunograph.curation.reading.association import ACT
from immunograph.curation.reading.claim import CONTRAST, Claim, clauses_of, marks_of, masked
from immunograph.curation.reading.wordlists import alternatives, any_of

SHORT: Final = 25
"""Words up to which a text is about its statement; in a longer one, only clauses with both ends."""
LESS: Final = any_of(
    """
    less, fewer, fewest, least, lower~, lowest, reduc~, reductions?, decreas~, drop(s|ped|ping)?
    fell, falls, falling, smaller, slower, slow~, slowly, shrank, shrunk, shrink*, curb~
    prevent~, prevention, block~, blockade, inhibit~, inhibition, suppress~, suppression
    abolish~, abrogat~, attenuat~, impair~, dampen~, blunt~, diminish~, guard~ against
    act(s|ed)? against, fight(s|ing)?, fought, clear(s|ed|ing) (away)?, halt~, hinder~
    restrain~, restrict~, limit(s|ed|ing), destroy~, eliminat~, eradicat~, delay~, weaker
    weaken~, declin~, regress~, regression, repress~, repression, silenc~, down-?regulat~
    down-?regulation, deplet~, depletion, antagoni[sz]~, counteract~, thwart~, ward~ off
    negative(ly)? regulat(or|ion)s?, negatively regulat~, stop(s|ped|ping)?, disrupt~
    interfer~ with, rarer, cut(s|ting)? (down|back|off|short), halv~, disappeared, vanished
    minimi[sz]~, ameliorat~, mitigat~, worse, shorter
    help(s|ed)? (against|fight|clear|kill|stop|to (fight|clear|kill|stop))
    """,
    patterns=(
        r"h[eo]ld(?:s|ing)? (?:[\w-]+ ){0,5}?(?:back|down|up|off|in check)",
        r"ke(?:pt|eps?|eping) (?:[\w-]+ ){0,6}?(?:from(?: \w+ing)?|down|out|away|in check)",
        r"(?:prevent|stopp?|block|hinder|bar|sav)(?:s|ed|ing) (?:[\w-]+ ){0,6}?from \w+ing",
    ),
)
MORE: Final = any_of(
    """
    more, most, increas~, rose, rises, rising, rise in, rais~, higher, greater, enhanc~
    promot~, promotion, driv~, drove, induc~, induction, stimulat~, stimulation, accelerat~
    acceleration, faster, boost~, amplif(y|ies|ied|ying), up-?regulat~, up-?regulation
    augment~, favou?r~, foster~, help~, fuel(s|led|ed|ling)?, trigger~, larger, bigger
    stronger, strengthen~, potentiat~, doubl~, tripl~, multipl(y|ied), facilitat~
    spur(s|red|ring)?, caus~, lead~ to, led to, contribut~ to, aid~, need(s|ed)?, requir~
    depend(s|ed|ing|ent)? (up)?on, (necessary|essential|required|indispensable|sufficient) for
    recruit~, attract~, drew, draws?, activat~, elevat~, expand~, support~, sustain~
    better, longer, positively regulat~, worsen~, aggravat~, exacerbat~, let(s|ting)?, allow~
    enabl~, spread(s|ing)? faster, restor~
    """
)
SLOWLY: Final = any_of("more (slowly|rarely|seldom|weakly|poorly|sluggishly)")
LESS_SLOWLY: Final = any_of("less (slowly|rarely|seldom)")
CUT: Final = any_of("cuts?")
"""Less of a process; of a molecule it may be what makes it."""
PROTECTS: Final = re.compile(
    r"\bprotect(?:s|ed|ing|ion|ive)?(?P<whom>(?: [\w-]+){0,5}?) (?:against|from) "
    r"(?P<what>[^,;:.]*)",
    re.IGNORECASE,
)
_HOST: Final = re.compile(
    r"\W*(?:the |these |those |such )?(?:\w+ )?(?:mice|mouse|hosts?|animals?|patients?|people|"
    r"women|men|rats?|body|lungs?|tissues?)?\W*",
    re.IGNORECASE,
)
_OBJECT: Final = "\x03"
_KILLS: Final = re.compile(rf"\bkill\w* (?:[\w-]+ ){{0,2}}?{_OBJECT}", re.IGNORECASE)
DEATH: Final = any_of(
    "dies?, died, dying, death, apoptosis, necrosis, lysis, inactive, exhausted, exhaustion, anergy"
)
"""More of it is less of the cell that it befalls."""
OPPOSED: Final = any_of(
    "resistance, refractor*, evasion, escape, exclusion, exhaustion, dysfunction, poor, worse",
    "insensitiv*, tolerance, suppress*, apoptosis, death, dormancy",
)
"""Objects that are themselves a lack of something: less response is more resistance."""
UNCLEAR_ACT: Final = re.compile(
    r"\b(?:"
    + alternatives(
        """
        without, lack(s|ed|ing)?, absence, blockade, blocked, blocking, knock-?(out|down)s?
        knocked, deplet*, deficien*, neutrali*, inhibitors?, antibod*, antagonists?, siRNA
        shRNA, delet*, ablat*, silenc*, null, missing, withdraw*, removed, removal, removing
        treatment, treated, drugs?, the stop, gone, undid
        """
    )
    + r"|anti-\w+)\b|[-−–⁻]/[-−–⁻]",
    re.IGNORECASE,
)
"""Words for something done, or some lack, that may be of the subject or of something else."""
_MEANS: Final = re.compile(
    r"\b(?:by (?:\w+ly )?\w+ing|by means of|by way of|through|via|thanks to|because|since|due to|"
    r"as (?:it|they))\b.*$",
    re.IGNORECASE,
)
"""How it comes about: a sign of its own, which is not the statement's."""
_CONDITION: Final = re.compile(r"^(?:if|had|were|suppose)\b", re.IGNORECASE)
_KINDS: Final = re.compile(
    r"\b(?:in|of|among|from|at|on) (?:the )?(?:less|more|most|least) [\w-]+ [\w-]+", re.IGNORECASE
)
"""`In less immunogenic melanomas`: what they are, not what became of them."""
_NEGATED: Final = re.compile(
    r"\b(?:not|never|nor|neither|cannot|fail(?:s|ed|ing)? to|unable to|incapable of|"
    r"no (?:\w+ )?(?:more|fewer|less|rise|fall|drop|increase|decrease|reduction|loss|gain))\b|"
    r"n['’]t\b",
    re.IGNORECASE,
)
CUE: Final = re.compile(
    rf"{LESS.pattern}|{MORE.pattern}|{CUT.pattern}|\bprotect|\bkill", re.IGNORECASE
)


def told_sign(claim: Claim) -> tuple[int, str] | None:
    """The sign that the words give, and the word that gives it; None where they leave it open."""
    if CUE.search(claim.says) is None:
        return None
    says = _KINDS.sub(" ", CONTRAST.sub(" ", claim.says))
    marks = marks_of(claim, says)
    if (claim.perturbed and not marks) or _CONDITION.search(says):
        return None
    everywhere = {sign or 1 for _, _, sign in marks}
    long = len(says.split()) > SHORT
    rest = list(says)
    for start, end, _ in marks:
        rest[start:end] = " " * (end - start)
    unclear = UNCLEAR_ACT.search("".join(rest)) is not None
    told: list[tuple[bool, set[int], set[int], str]] = []
    place = 0
    for clause in clauses_of(says):
        start = says.index(clause, place)
        place = end = start + len(clause)
        here = {sign or 1 for at, to, sign in marks if at < end and to > start}
        named = claim.object.stands_in(clause)
        plain = _MEANS.sub(" ", "".join(rest[start:end]))
        if _NEGATED.search(plain) or (long and not (here and named)):
            continue
        if directions := dict(_directions(claim, plain)):
            word = min(directions.values())
            told.append((named, set(directions), here or everywhere, word))
    about = [one for one in told if one[0]] or told
    if claim.opposed and not all(named for named, *_ in about):
        return None
    signs: dict[int, str] = {}
    for _, directions, states, word in about:
        state = next(iter(states), 1)
        if len(directions) != 1 or len(states) > 1:
            return None
        if unclear and state > 0 and not _subject_acts(claim, says):
            return None
        signs[next(iter(directions)) * state] = word
    return next(iter(signs.items())) if len(signs) == 1 else None


def _subject_acts(claim: Claim, text: str) -> bool:
    """Whether the subject does something in the text: `CCL2 of the tumour reduced …`."""
    if claim.subject.whole is None:
        return False
    return any(
        pattern.match(word)
        for found in claim.subject.whole.finditer(text)
        for word in re.findall(r"[\w-]+", text[found.end() :])[:4]
        for pattern in (LESS, MORE, CUT, ACT)
    )


def _directions(claim: Claim, clause: str) -> Iterator[tuple[int, str]]:
    """What a clause says became of the object: each +1 more or −1 less, and by which word."""
    plain = clause
    for found in PROTECTS.finditer(clause):
        whom, what = found["whom"], found["what"]
        spared = claim.object.stands_in(whom)
        if claim.object.stands_in(what) or (_HOST.fullmatch(whom) and not spared):
            yield -1, found.group().lower()
        elif spared:
            yield 1, found.group().lower()
        plain = plain.replace(found.group(), " ")
    for pattern in (claim.object.whole, claim.object.loose):
        plain = pattern.sub(" ", plain) if pattern else plain
    plain = re.sub(r"\bno longer\b", " ", re.sub(r"\s+", " ", plain))
    turned = 1
    if DEATH.search(plain):
        if not claim.cell:  # whose death, and is it more or less of the object?
            return
        turned = -1
    for pattern, sign in ((SLOWLY, -1), (LESS_SLOWLY, 1), (LESS, -1), (MORE, 1)):
        for found in pattern.finditer(plain):
            yield sign * turned, found.group().lower()
        plain = pattern.sub(" ", plain)
    if not claim.molecule:
        for found in CUT.finditer(plain):
            yield -turned, found.group().lower()
    if _KILLS.search(masked(clause, claim.object.whole, _OBJECT)):
        yield -1, "kill"
