"""A passage as a claim: where it speaks of its ends, and what it says was done to the subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from immunograph.curation.reading.wordlists import alternatives
from immunograph.names.spelling import fold

Words = re.Pattern[str]
Mark = tuple[int, int, int]
"""From where to where a text speaks of the subject: of less (−1), of more (1), just of it (0)."""

# --- how things are called -------------------------------------------------------------------

TOO_COMMON: Final = frozenset(
    alternatives(
        "cell, cells, protein, factor, receptor, type, human, mouse, tumour, tumor, cancer",
        "malignant, gene, state, ability, process, patient, blood, lung, host",
    ).split("|")
)
"""Words on which a name may turn and which still say nothing by themselves."""
JOINTS: Final = frozenset(
    alternatives("of, to, in, by, from, with, for, at, mediated, made, released, between").split(
        "|"
    )
)
"""Words that begin what only tells a name apart: seeding *in the lung*."""
LEMMAS: Final = {
    "growth": "gr[eo]w*", "metastasis": "metasta*", "survival": r"surviv*, liv(ed|e[sd]?) ",
    "migration": "migrat*, mov(ed?|ing)", "invasion": "inva[ds]*",
    "proliferation": "proliferat*, divi[ds]*, multipl*", "angiogenesis": "angiogen*, vessels?",
    "progression": "progress*", "seeding": "seed*, settl*", "colonisation": "coloni[sz]*",
    "recurrence": "recur*, relaps*, return*", "relapse": "relaps*, recur*",
    "inflammation": "inflam*", "infection": "infect*", "killing": "kill*",
    "outgrowth": "out-?gr[eo]w*, gr[eo]w* out", "extravasation": "extravasat*",
    "intravasation": "intravasat*", "phagocytosis": "phagocyt*", "apoptosis": "apoptosis",
    "activation": "activat*", "response": "respon*", "recruitment": "recruit*",
    "development": "develop*", "evasion": "evad*, evasion, escap*",
}  # fmt: skip
"""The word that a name turns on, in the forms that sentences have."""


@dataclass(frozen=True, slots=True)
class Names:
    """What an entity is called in a text."""

    names: tuple[str, ...]

    @property
    def whole(self) -> Words | None:
        """Its names, in any spelling."""
        return _patterns(self.names)[0]

    @property
    def loose(self) -> Words | None:
        """The word that its name turns on: *the receptor*, *metastases*."""
        return _patterns(self.names)[1]

    def stands_in(self, text: str) -> bool:
        """Whether a text speaks of it."""
        return any(
            pattern is not None and pattern.search(text) for pattern in _patterns(self.names)
        )


@lru_cache(maxsize=20_000)
def _patterns(names: tuple[str, ...]) -> tuple[Words | None, Words | None]:
    """The patterns of names; made where a passage is looked at closely, which most are not."""
    whole = sorted({_spellings(name) for name in names if name}, key=len, reverse=True)
    loose: set[str] = set()
    for name in names:
        words = [word for word in re.split(r"[\s-]+", fold(name)) if word]
        end = next((n for n, word in enumerate(words) if n and word in JOINTS), len(words))
        for word in words[:end][-1:]:
            if word in LEMMAS:
                loose.add(alternatives(LEMMAS[word]))
            elif len(word) > 3 and word not in TOO_COMMON:
                loose.add(re.escape(word[: max(4, len(word) - 2)]) + r"\w*")
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(whole)})", re.IGNORECASE) if whole else None,
        re.compile(rf"\b(?:{'|'.join(sorted(loose))})", re.IGNORECASE) if loose else None,
    )


def _spellings(name: str) -> str:
    """A name in the spellings that texts have: joined or not, plural or not."""
    parts = [re.escape(part) for part in re.split(r"[\s\-‐‑–_]+", name.strip()) if part]
    plain = re.sub(r"tumou?r", "tumou?r", r"[\s\-‐‑–_]*".join(parts))
    return plain + (r"(?:e?s)?(?!\w)" if plain[-1:].isalpha() else r"(?!\w)")


@dataclass(frozen=True, slots=True)
class Claim:
    """One passage, and what its statement takes it to say."""

    says: str
    subject: Names
    object: Names
    sign: int
    """+1, −1, or 0 for a verb without a sign."""
    perturbed: bool = False
    """Whether its basis is a perturbation, so that something was done, said or not."""
    molecule: bool = False
    """Whether the object is a molecule, which may be cut into its working form."""
    cell: bool = False
    """Whether the object is a cell, which may die."""
    opposed: bool = False
    """Whether the object is itself a lack of something, so that other words may turn it round."""
    drug: bool = False
    """Whether the subject is a drug, so that an inhibitor may be the subject itself."""


# --- clauses ---------------------------------------------------------------------------------

_SPLIT: Final = re.compile(
    r"[;:.!?](?=\s|$)|,\s|\s[–—]\s|\b(?:"
    + alternatives("but, yet, while, whereas, although, though, however, which, so that, and so")
    + r"|thereby|thus)\b",
    re.IGNORECASE,
)
CONTRAST: Final = re.compile(
    r"(?:,? ?\b(?:but|though|although|and|yet|or)\b,? not|,? not)(?= (?:"
    + alternatives(
        "to, in, on, at, into, by, from, of, through, via, with, for, that of, those of, other",
        "just, only, merely, alone, the, a, an, its, their, when, where, after, before",
    )
    + r"|[A-Z]\w*\d)\b)|,? rather than\b|\binstead of\b|,? and not\b",
    re.IGNORECASE,
)
"""`though not to the primary tumour`: what is set apart, not denied."""


def clauses_of(text: str) -> list[str]:
    """The clauses of a text, in order, as they stand there."""
    return [clause for clause in _SPLIT.split(text) if clause and clause.strip()]


# --- what was done to the subject ------------------------------------------------------------

_BARE: Final = (
    "(?:(?:"
    + alternatives(
        "the, a, an, its, their, these, this, those, such, any, some, all, host, tumou?r",
        "endogenous, local, myeloid, systemic, mature, murine, mouse, human, functional, both",
        "early, more, of, to, (expression|production|release|activity|function|gene|binding) of",
        "signall?ing (by|of|through)",
    )
    + ") ){0,4}"
)
"""What may stand between a word for something done and the name of what it was done to."""
LESS_BEFORE: Final = alternatives(
    """
    without, lack~( of)?, (in the )?absence of, loss of, los(ing|es|t), missing, free of
    deficien(t|cy) (in|of|for), devoid of, deprived of, depriving, null for
    block~, blockade of, blockers? of, inhibit~, inhibition of, inhibitors? (of|against|to)
    neutrali[sz]~, neutrali[sz]ation of, deplet~, depletion of, delet~, deletion of
    knock~[- ]?(out|down)( of)?, silenc~( of)?, remov~, removal of, ablat~, ablation of
    antagoni[sz]~, antagonists? (of|to|against), suppress~, suppression of, inactivat~
    inactivation of, disrupt~, disruption of, anti, antibod(y|ies) (to|against), target~
    (si|sh)RNAs? (against|to|for|of|targeting), eliminat~, elimination of, tak~( away| out)?
    took away, (switch|turn)(ed|ing) off, interfer~ with, abrogat~, abrogation of, impair~
    degrad~, digest~, dissolv~, withdraw~, withdrawal of, reduc~, reduction of, lower~
    decreas~, sequester~, prevent~, fewer, less, little, low, lower
    (did|do|does|could)(n['’]t| not) (express|make|have|produce|secrete|release|form)
    (made|make|had|have) no
    """
)
"""What makes less of what is named next."""
UNDONE: Final = (
    "(?:"
    + alternatives(
        """
        blocked, inhibited, knocked (out|down), neutrali[sz]ed, depleted, deleted, silenced, removed
        absent, lost, missing, lacking, taken (away|out|apart), ablated, inactivated, suppressed
        eliminated, antagoni[sz]ed, (switched|turned) off, gone, kept (away|out|from), degraded
        dissolved, digested, withdrawn, disrupted, abrogated, wiped out, cleared away, targeted
        reduced, lowered, deficient
        """
    )
    + r")\b"
)
LESS_AFTER: Final = (
    "[- ]?(?:"
    + alternatives(
        """
        deficien(t|cy), null, knock-?outs?, knock-?downs?, KO, depleted, depletion, blockade
        inhibition, inhibitors?, antagonists?, antagonism, blockers?, blocking, neutrali[sz]ation
        neutrali[sz]ing, silencing, silenced, deletion, deleted, loss, ablation, ablated, siRNA
        shRNA, low, negative, less, receptor (antagonists?|blockade|blockers?), removal
        withdrawal, targeting
        """
    )
    + r"|(?:\w+[- ]){0,2}?antibod(?:y|ies))\b|"
    r"[- ]?\(?[-−–⁻]/[-−–⁻]\)?|"
    r"(?: \w+){0,5}? (?:was|were|is|are|had been|has been|have been|been|being)(?: all)? "
    rf"(?:\w+ly )?{UNDONE}"
)
"""What makes less of what was named last."""
MORE_BEFORE: Final = alternatives(
    """
    more, most, many, rising, rais(ed|ing), high, higher, increas(ed|ing), elevated, much
    over-?express(ing|ion of|ed), giv(ing|en), add(ing|ed), supplying, injecting, activat(ing|ed)
    additional, extra, excess, abundant, lots of, greater, restor(ed|ing), gain of, boosting
    constitutively active, plenty of, stimulating, agonists? of, stronger
    """
)
"""What makes more of what is named next."""
_ITS_LACK: Final = re.compile(
    r"\b(?:its|their) (?:\w+ )?(?:"
    + alternatives(
        "knock-?(down|out), loss, absence, lack, suppression, depletion, removal, inhibition",
        "blockade, deletion, silencing, neutrali[sz]ation, deficiency, withdrawal, ablation",
    )
    + r")\b",
    re.IGNORECASE,
)
PRONOUN: Final = (
    r"(?:it|them|they|this|these|that|(?:the|this|these|that|both|either|such) (?:\w+ )?(?:"
    + alternatives(
        "protein, enzyme, receptor, gene, cells?, cytokine, chemokine, factor, ligand, molecule",
        "messenger, traps?, kinase, antagonist, interferon, integrin, pathway, signal",
    )
    + "))"
)


def _done(pattern: str) -> tuple[tuple[Words, int], ...]:
    """What tells of less, or of more, of what a pattern stands for."""
    undone = (  # `With CCL2 blocked`, but not `treatment with CCL2 blocked metastasis`
        rf"(?:^|[,;]\s*|\b(?:and|or|but|where) )with {_BARE}(?:{pattern})(?: \w+){{0,4}}? "
        rf"(?:\w+ly )?{UNDONE}"
    )
    return (
        (re.compile(rf"(?<!\w)(?:{LESS_BEFORE})[ -]{_BARE}(?:{pattern})", re.IGNORECASE), -1),
        (re.compile(rf"(?:{pattern})(?:{LESS_AFTER})", re.IGNORECASE), -1),
        (re.compile(undone, re.IGNORECASE), -1),
        (re.compile(rf"(?<!\w)(?:{MORE_BEFORE})[ -]{_BARE}(?:{pattern})", re.IGNORECASE), 1),
    )


_NAME, _WORD = "\x01", "\x02"
"""Stand in a text for each letter of the subject's name, and of the word that it turns on."""
_DONE_TO_NAME: Final = _done(f"{_NAME}+")
_DONE_TO_WORD: Final = _done(f"{_WORD}+")
_DONE_TO_PRONOUN: Final = _done(PRONOUN)
_BARE_NAME: Final = re.compile(f"{_NAME}+")
_BARE_WORD: Final = re.compile(f"{_WORD}+")


def masked(text: str, pattern: Words | None, letter: str) -> str:
    """A text with a letter in place of each letter of what a pattern finds."""
    return pattern.sub(lambda found: letter * len(found.group()), text) if pattern else text


def marks_of(claim: Claim, text: str) -> list[Mark]:
    """Where a text speaks of the subject, and what it says was done to it."""
    found: list[Mark] = []
    named = masked(text, claim.subject.whole, _NAME)
    plain = masked(named, claim.subject.loose, _WORD)

    def note(pattern: Words, sign: int) -> None:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if not any(start < other[1] and other[0] < end for other in found):
                found.append((start, end, sign))

    # A drug that inhibits is the subject itself, not less of it.
    for number, (pattern, sign) in enumerate(_DONE_TO_NAME):
        if not (claim.drug and number in (1, 2)):
            note(pattern, sign)
    for pattern, sign in _DONE_TO_PRONOUN:
        note(pattern, sign)
    note(_ITS_LACK, -1)
    if not found:
        for pattern, sign in _DONE_TO_WORD:
            note(pattern, sign)
    note(_BARE_NAME, 0)
    note(_BARE_WORD, 0)
    return sorted(found)


def less_done(claim: Claim, text: str) -> bool:
    """Whether a text says that there was less of the subject."""
    return any(sign < 0 for _, _, sign in marks_of(claim, text))
