"""Whether words tell of a cause, or only of what is seen together."""

from __future__ import annotations

import re
from typing import Final

from immunograph.curation.reading.wordlists import alternatives, any_of

_WHO: Final = alternatives(
    "patients, people, women, men, individuals, cases, survivors, (non-?)?responders"
)
_LEVEL: Final = alternatives(
    "higher, lower, raised, elevated, increased, reduced, decreased, enriched, abundant",
    "over-?expressed, up-?regulated, down-?regulated, more, fewer, less",
)
ASSOCIATION: Final = re.compile(
    r"(?<![-‐‑–])\b(?:associat(?:e[sd]?|ions?|ing) with|(?:is|are|was|were) associated|"
    + alternatives(
        """
        associations? (of|between), correlat~, correlations?, correlative, prognostic, coincid~
        (go|goes|went|going) (along |hand in hand )?with, linked (to|with)
        co-?occur(s|red|ring|rences?)?, co-?express(ed|ion), risk factors?, found together
        (hazard|odds|risk|rate|likelihood) ratios?, predictors?, foretell*, foretold
        tracked, parallel(s|ed), mirror(s|ed), in parallel with
        """
    )
    + r")\b|"
    r"\b(?:is|are|was|were|be|been|being|as|serve[sd]? as|became|proved|remained)"
    r"(?: (?:an?|the|independent|useful|good|strong|reliable|poor|new|early|known|possible))*"
    r" (?:bio)?(?:markers?|predictors?|indicators?|signs?) (?:of|for)\b|"
    r"\b(?:bio)?markers? (?:of|for) (?:poor|worse|better|good|bad|shorter|longer|relapse|prognosis|"
    r"survival|metastas|response|disease|progression)|"
    r"(?<!\bas )\bpredict(?:s|ed|ing|ive)\b",
    re.IGNORECASE,
)
"""Words for what is only seen together."""
COMPARED: Final = re.compile(
    r"\bmore (?:common|frequent|often|abundant|prevalent) in (?:\w+ ){0,3}?"
    rf"(?:{_WHO}|carriers|tumou?rs|cancers?|carcinomas?)\b|\baccompanied\b|"
    rf"\b(?:{_LEVEL})\b[^.;,]{{0,25}}?\b(?:in|among|of) (?:the )?"
    r"(?:(?:blood|serum|plasma|tissues?|biops\w+|samples?|tumou?rs?) (?:of|from) )?"
    rf"(?:\w+ )?(?:{_WHO})\b"
    r"(?! (?:given|treated|on|after|under|receiving|who (?:got|were given)))|"
    r"\b(?:patients|people|women|men|cases|those) (?:with|who had|having|whose tumou?rs? had) "
    r"(?:the )?(?:more|most|much|many|high|higher|low|lower|fewer|less|little|elevated|raised|"
    r"abundant|strong)\b",
    re.IGNORECASE,
)
"""People who differ are compared, which is an association where nothing is done besides."""
CAUSE: Final = any_of(
    "caus~, promot~, driv~, driven, drove, induc~, leads? to, led to, inhibit~, block(s|ed|ing)",
    "prevent~, stimulat~, trigger~",
)
ACT: Final = any_of(
    """
    caus~, promot~, driv~, driven, drove, induc~, leads? to, led to, inhibit~, block(s|ed|ing)
    prevent~, stimulat~, trigger~, ma(d|k)es?, lets?, ke(eps?|pt), drew, draws?, brought, brings?
    slow(s|ed|ing), cuts?, reduc~, rais~, suppress~, activat~, recruit~, enhanc~, accelerat~
    help~, protect~, kill~, expand~, impair~, restor~, facilitat~, boost~, spur(s|red|ring)?, fuel*
    """
)
"""What is done by one thing to another."""
_CLAUSES: Final = re.compile(r"[;:.]\s|,\s|\b(?:and|but|while|which|whereas)\b")


def association_in(text: str) -> str | None:
    """Words for what is only seen together, in a text in which nothing is done besides.

    >>> association_in("CCL2 is a marker of relapse.")
    'is a marker of'
    >>> association_in("CCL2 drove relapse, and its level correlated with it.")
    """
    found = ASSOCIATION.search(text)
    if found is None:
        compared = COMPARED.search(text)
        if compared is None or ACT.search(text.replace(compared.group(), " ")):
            return None
        return compared.group()
    for clause in _CLAUSES.split(text):
        if ACT.search(clause) and not ASSOCIATION.search(clause):
            return None
    return found.group()
