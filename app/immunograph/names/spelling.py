"""One name in its many spellings: what is folded before names are compared, step by step.

`fold` is what all names are compared by. Where nothing has the folded name, it may still be one
name that is spelt more loosely; `looseness` says by how much, so that the nearest is taken:

1. what joins letters and digits, and marks on letters: IL-17A, IL17A, IL.17A; naïve, naive;
   CD8-positive, CD8+
2. plural and possessive, and the plus of a marker in front of its cell: CD8+ T cells
3. Latin letters that stand for Greek ones behind a symbol: TNFa, IL-1b, NF-kB

A minus behind a marker (`CD4- T cell`, `Ly6C⁻`) is no hyphen and is never folded away.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from immunograph.names.homoglyphs import INVISIBLE

_US_TO_UK: Final = tuple(
    (re.compile(american), british)
    for american, british in (
        (r"tumor", "tumour"),
        (r"\b(behavi|flav|neighb)or\b", r"\1our"),
        (r"\bcolor(?!ect|im)", "colour"),
        (r"leuco", "leuko"),
        (r"(leuk|isch|glyc|hyper|hypox|bacter|septic|lipid)em(?=[io])", r"\1aem"),
        (r"\b(an|vir|ur|tox)em(?=i)", r"\1aem"),
        (r"\bhem(?=at|o|ang|agg|e\b)", "haem"),
        (r"anesthe", "anaesthe"),
        (r"\b(c|f)ec(?=um|al|es)", r"\1aec"),
        (r"\bpediatr", "paediatr"),
        (r"gynecolog", "gynaecolog"),
        (r"(?<!a)etiolog", "aetiolog"),
        (r"(?<!o)estr(?=ogen|adiol|iol|one\b|us\b)", "oestr"),
        (r"(?<!o)edema", "oedema"),
        (r"(?<!o)esophag", "oesophag"),
        (r"\bfet(?=us|al)", "foet"),
        (r"celiac", "coeliac"),
        (r"diarrhea", "diarrhoea"),
        (r"pnea\b", "pnoea"),
        (r"(signal|label|model|tunnel|channel)(?=ing|ed)", r"\1l"),
        (r"(?<=[a-z]{3})iz(?=e|ing|ation)", "is"),
        (r"(?<=[a-z])yz(?=e|ing)", "ys"),
        (r"fiber", "fibre"),
        (r"\bcenter", "centre"),
        (r"sulf", "sulph"),
        (r"\b(homo|ortho|para|ana)log(?=s?\b)", r"\1logue"),
        (r"defense", "defence"),
        (r"\baging\b", "ageing"),
    )
)

_SPELT_OTHERWISE: Final = re.compile("|".join(american.pattern for american, _ in _US_TO_UK))

_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega",
}  # fmt: skip
"""Without omicron and upsilon, which name nothing and look like Latin letters."""
_TAKEN_FOR_GREEK: Final = str.maketrans(
    {"ɑ": "α", "ɣ": "γ", "Ɣ": "γ", "ĸ": "κ", "∂": "δ"}
    | {chr(0xF000 + ord(latin)): greek for latin, greek in zip("abgdekw", "αβγδεκω", strict=True)}
)
"""Phonetic letters, and those of the Symbol font as word processors leave them behind."""
_SHARP_S: Final = re.compile(r"(?<![a-z])ß")
"""A German letter that stands for beta: IL-1ß, TNFß; not in Großhirn."""

_MARKUP: Final = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|span|font)\b[^<>]*>"
    r"|\\(?:mathrm|mathit|text\w*|rm|it|bf)\b|[${}^]|\\(?=[A-Za-z])",
    re.IGNORECASE,
)
"""What HTML and TeX leave in a name: <sup>+</sup>, $\\beta$."""
_DRESS: Final = str.maketrans(
    dict.fromkeys("’‘‛`´ʼ′ʹ", "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑‒–—―⁃﹣", "-")
    | dict.fromkeys("®™©", "")
    | {"⁻": "−"}
)
_IN_BRACKETS: Final = re.compile(r"(?<=[^\W\d_])\((\d\d?|e?s)\)")
"""A digit below the line as PubMed has it, PGE(2), and a plural left open: neutrophil(s)."""
_GARBLED: Final = re.compile("[ÎÏâÃ][\u0080-\u00bf\u2010-\u20ac]")
"""Letters of UTF-8 that were read one byte at a time: TGF-Î², as tables come out of Excel."""
_EDGES: Final = " \t\r\n\v\f\"'=<>,;:.•·*_-"
"""What surrounds a name that was copied out of a text or a table; a blank is among them."""
_LACKED: Final = re.compile(r"(?<=\w)\([-−]\)|(?<=\w)−(?!\w)")
"""The minus of a marker that a cell lacks: CD4(-), CD4⁻."""
_LACKED_BY_HYPHEN: Final = re.compile(
    r"(?<![\w-])([A-Za-z][\w.-]*?\d[A-Za-z]{0,2})-"
    r"(?=$|[,;.:\"'/)\]]|\s+(?!(?:alpha|beta|gamma|delta|kappa)\b)[A-Za-z])"
)
"""The same as people type it: CD4- T cell. But `IL- 6` and `5- lipoxygenase` are broken lines."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*")
_UNUSUAL: Final = re.compile(r"[<&\\$^`]|^\W|[^\w)+\]]$|\((?:[+-]|\d\d?|e?s)\)|-(?!\w)")
"""What asks for a second look at a name of plain letters."""
_SHORTEST: Final = 5
"""Letters of the shortest word that is spelt otherwise in America."""
_DIGIT: Final = re.compile(r"\d")


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """The form in which names are compared: case, spelling, hyphens and Greek letters folded.

    >>> fold("Beta-Interferon") == fold("β interferon") == fold(" “Beta&#8211;interferon”, ")
    True
    >>> fold("breast TUMOR"), fold("CD8⁺ T cell"), fold("CD4(-) T cell")
    ('breast tumour', 'cd8+ t cell', 'cd4− t cell')
    """
    if not _PLAIN.fullmatch(name) and (not name.isascii() or _UNUSUAL.search(name)):
        name = _undressed(name)
    words = name.casefold().replace("-", " ").replace("_", " ").split()
    return " ".join([word if len(word) < _SHORTEST else _british(word) for word in words])


def _undressed(name: str) -> str:
    """A name without what a text, a table or a word processor has put on it; Greek in words."""
    if "&" in name:
        name = html.unescape(html.unescape(name))
    if _GARBLED.search(name):
        name = _ungarbled(name)
    name = INVISIBLE.sub("", _MARKUP.sub("", name)).translate(_TAKEN_FOR_GREEK)
    name = _SHARP_S.sub("β", name).translate(_DRESS)
    name = unicodedata.normalize("NFKC", name).translate(_DRESS).replace("(+)", "+")
    name = _IN_BRACKETS.sub(r"\1", name)
    name = _LACKED_BY_HYPHEN.sub(r"\1−", _LACKED.sub("−", name.rstrip()))
    name = re.sub(r"(?<!\w)−|−(?=\w)", "-", name).strip(_EDGES)
    if name[:1] == "(" and name.find(")") == len(name) - 1:
        name = name[1:-1].strip(_EDGES)
    for letter, word in _GREEK.items():
        name = name.replace(letter, word).replace(letter.upper(), word)
    return name


def _ungarbled(name: str) -> str:
    try:
        return name.encode("cp1252").decode("utf-8")
    except UnicodeError:  # it was meant so
        return name


@lru_cache(maxsize=200_000)
def _british(word: str) -> str:
    if not _SPELT_OTHERWISE.search(word) or _DIGIT.search(word):  # with a digit it is a symbol
        return word
    for american, british in _US_TO_UK:
        word = american.sub(british, word)
    return word


# --- looser than folded -------------------------------------------------------------------------

_POSITIVE: Final = re.compile(r"\b([a-z]{1,4}|[a-z]* ?\d[a-z\d]*) ?(?:positive|pos)\b")
_NEGATIVE: Final = re.compile(r"\b([a-z]{1,4}|[a-z]* ?\d[a-z\d]*) ?(?:negative|neg)\b")
_ROMAN: Final = re.compile(r"\b(class|grade|phase|stage|type) (i{1,3}|iv)\b")
_ROMANS: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
"""Behind these words they are numbers; elsewhere not: Ang II is angiotensin, Ang-2 another."""
_JOINER: Final = re.compile(r"(?<!\d)[ .]|[ .](?!\d)")
"""A blank or dot between letters, or between a letter and a digit; between digits it means much."""
_PLUS: Final = re.compile(r"(?<=\w)\+ ?(?=[a-z]{4}|t |b |nk )")
_POSSESSIVE: Final = re.compile(r"(?<=\w)'s\b|(?<=s)'")
_KEPT: Final = re.compile(r"\b[A-Z]{1,5}S\b")
"""An acronym whose last letter is no plural: AIDS is not more than one AID."""
_TWO_CAPITALS: Final = re.compile(r"\b([A-Z]{2})s\b")
"""The plural of an acronym of two letters: EVs, DCs."""
_IRREGULAR: Final = {
    "alveoli": "alveolus", "bacilli": "bacillus", "bacteria": "bacterium", "bronchi": "bronchus",
    "doses": "dose", "foci": "focus", "fungi": "fungus", "indices": "index",
    "matrices": "matrix", "mice": "mouse", "mitochondria": "mitochondrion", "nuclei": "nucleus",
    "stimuli": "stimulus", "thymi": "thymus",
}  # fmt: skip

_LETTERS: Final = {
    "alpha": "a", "beta": "b", "gamma": "g", "delta": "d", "epsilon": "e", "zeta": "z",
    "kappa": "k", "lambda": "l", "omega": "w",
}  # fmt: skip
"""The letters of gene symbols in place of Greek ones."""
_GREEK_WORD: Final = re.compile("|".join(_LETTERS))
_GREEK_END: Final = re.compile(rf" ?(?P<greek>{'|'.join(_LETTERS)})(?![a-z])")
_KAPPA_B: Final = re.compile(r" ?kappa ?(?=b)")
LONGEST_SYMBOL: Final = 5
"""Letters of a symbol that has no digit."""
_SYMBOL: Final = re.compile(r"\d|[A-Z]{2}")
_LAST_WORD: Final = re.compile(r"[a-z\d]+$")
_NO_STAND_IN: Final = re.compile(r"\b(?:eif ?\d|cct|hp ?1|h ?2|e ?1|csp|acc) ?$")
"""What Greek and Latin letters make different proteins of, among all symbols of HGNC: eIF2α is
EIF2S1 and not EIF2A."""
_FAMILIES: Final = frozenset({"factor", "integrin", "interferon"})
"""Words whose members are told apart by Greek letters only."""
_PLAIN_WORDS: Final = frozenset({"anti", "cell", "drug", "form", "gene", "late", "pro", "type"})


@lru_cache(maxsize=100_000)
def joined(folded: str) -> str:
    """A folded name without what joins its letters and digits, and without marks on letters.

    >>> joined("il 17a"), joined("tgf beta 1"), joined("cd 8 positive t cell"), joined("naïve")
    ('il17a', 'tgfbeta1', 'cd8+tcell', 'naive')
    """
    folded = _levelled(folded)
    return _JOINER.sub("", folded) if " " in folded or "." in folded else folded


def _levelled(folded: str) -> str:
    if not folded.isascii():
        parts = unicodedata.normalize("NFD", folded)
        folded = "".join(c for c in parts if not unicodedata.combining(c))
    if "pos" in folded:
        folded = _POSITIVE.sub(r"\1+", folded)
    if "neg" in folded:
        folded = _NEGATIVE.sub(r"\1−", folded)
    if " i" in folded:
        folded = _ROMAN.sub(lambda found: f"{found[1]} {_ROMANS[found[2]]}", folded)
    return folded


def singular(name: str) -> str:
    """A folded name with every word in the singular; acronyms in capitals stay as they are.

    >>> singular("lung metastases"), singular("Antibodies"), singular("killer cells")
    ('lung metastasis', 'antibody', 'killer cell')
    >>> singular("virus"), singular("EVs"), singular("AIDS"), singular("Crohn's disease")
    ('virus', 'ev', 'aids', 'crohn disease')
    """
    shouted = " " in name and name.isupper()
    kept = () if shouted else {word.casefold() for word in _KEPT.findall(name)}
    folded = _POSSESSIVE.sub("", fold(_TWO_CAPITALS.sub(r"\1", name)))
    return " ".join(word if word in kept else one_of(word) for word in folded.split(" "))


@lru_cache(maxsize=200_000)
def one_of(word: str) -> str:
    """A folded word in the singular; what is short, or holds more than letters, as it is."""
    if len(word) < 4 or not word.isalpha():
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("stases", "oses", "yses", "eses")):
        return f"{word[:-2]}is"
    if word.endswith(("sses", "uses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def latin(folded: str) -> str:
    """A folded name with the letters of gene symbols for Greek ones that stand behind a symbol.

    >>> latin("tnf alpha"), latin("il 1beta"), latin("nf kappab"), latin("integrin alpha3beta1")
    ('tnfa', 'il 1b', 'nfkb', 'integrina3b1')
    >>> latin("beta cell"), latin("t cell gamma"), latin("er alpha")
    ('beta cell', 't cell gamma', 'er alpha')
    """

    def letter(found: re.Match[str]) -> str:
        front = found.string[: found.start()].rstrip(" ")
        before = _LAST_WORD.search(front)
        if before is None or _NO_STAND_IN.search(front):
            return found[0]
        word = before[0]
        symbol = not word.isalpha() or (3 <= len(word) <= 4 and word not in _PLAIN_WORDS)
        return _LETTERS[found["greek"]] if symbol or word in _FAMILIES else found[0]

    return _GREEK_END.sub(letter, _KAPPA_B.sub("k", folded))


class Spellings(NamedTuple):
    """One name, ever more loosely spelt."""

    folded: str
    joined: str
    singular: str
    latin: str


@lru_cache(maxsize=100_000)
def spellings(name: str, *, countable: bool = True) -> Spellings:
    """All spellings that a name is compared by; what is not `countable` has no plural.

    >>> spellings("IL-1 betas")
    Spellings(folded='il 1 betas', joined='il1betas', singular='il1beta', latin='il1b')
    """
    folded = fold(name)
    one = _PLUS.sub(" ", singular(name)) if countable else folded
    return Spellings(folded, joined(folded), joined(one), joined(latin(one)))


def skeleton(folded: str) -> str:
    """What all folded names share that `looseness` may find to be one: a key to look them up by.

    >>> skeleton("tnfa") == skeleton("tnf alpha") == skeleton("tnf alphas")
    True
    """
    words = _levelled(" ".join(map(one_of, folded.split(" "))))
    for mark in " .'+s":  # every s, since a plural may hide in the middle of what is joined
        words = words.replace(mark, "")
    return _GREEK_WORD.sub(_latin_letter, words)


def _latin_letter(found: re.Match[str]) -> str:
    return _LETTERS[found[0]]


def looseness(asked: str, name: str, *, countable: bool = True) -> int | None:
    """How much must be folded until two names are one: 0 to 3, as above; None if they are two.

    >>> looseness("TNF-α", "tnf alpha"), looseness("IL17A", "IL-17A"), looseness("EVs", "EV")
    (0, 1, 2)
    >>> looseness("TNFa", "TNF-alpha"), looseness("CD4- T cell", "CD4 T cell")
    (3, None)
    """
    if fold(asked) == fold(name):
        return 0
    if asked.isupper() and name.islower() and len(asked) <= LONGEST_SYMBOL:
        countable = False  # MET is no metastasis, which some call mets
    pairs = zip(
        spellings(asked, countable=countable), spellings(name, countable=countable), strict=True
    )
    return next((step for step, (one, other) in enumerate(pairs) if one == other), None)


def is_symbol(name: str) -> bool:
    """Whether a name is a symbol such as CCL2 or PD-L1, in which each letter counts.

    >>> is_symbol("CCL2"), is_symbol("PD-L1"), is_symbol("TNF"), is_symbol("elastase")
    (True, True, True, False)
    """
    return " " not in name and bool(_SYMBOL.search(name))
