"""Words of doubt in a text.

Doubt is what the authors leave open: may, might, seems, is thought to, likely, putative. Ability,
number and frequency (can, some, often, more likely to relapse) are none, nor is the month of May or
what *could not* happen.
"""

from __future__ import annotations

import re
from typing import Final

_DOUBT: Final = re.compile(
    r"\b(?P<may>may)\b(?! (?:\d|of \d))|"
    r"\b(?:might|could)\b(?!n['’]t| not\b| no longer\b| hardly\b| barely\b)|"
    r"\bseem(?:s|ed|ing|ingly)?\b|"
    r"\bappear(?:s|ed|ing)? (?:not )?(?:to\b|that\b|as (?:if|though)|likely)|\bit appear(?:s|ed)\b|"
    r"\bappear(?:s|ed)? (?:necessary|important|essential|critical|involved|responsible|crucial)\b|"
    r"\bapparently\b|"
    r"\bsuggest(?:s|ed|ing|ive|ion)?\b|"
    r"\bpossib(?:ly|ility)\b|\bit is possible\b|\bpossible (?:role|link|cause|mechanism|mediator|"
    r"explanation|involvement|target|part|route|driver|reason)s?\b|"
    r"\bpotentially\b|\bpotential (?:new |novel |therapeutic )?(?:role|link|cause|mechanism|"
    r"mediator|target|driver|regulator|contributor|explanation|involvement|player)s?\b|"
    r"\bmost likely\b(?! to)|"
    r"\b(?<!more )(?<!less )(?<!most )(?<!least )(?<!\bas )(?<!equally )(?:un)?likely\b|"
    r"\bprobabl[ey]\b|\bpresumabl[ey]\b|\bpresumed\b|\bperhaps\b|\bmaybe\b|\bconceivabl[ey]\b|"
    r"\bplausibl[ey]\b|\barguably\b|\bsupposed(?:ly)?\b|\bpurported(?:ly)?\b|\ballegedly\b|"
    r"\bputative(?:ly)?\b|\btentative(?:ly)?\b|\bspeculat(?:e[sd]?|ing|ion|ive)\b|"
    r"\bhypothesi[sz](?:e[sd]?|ing)\b|\bhypothetical(?:ly)?\b|"
    r"\bpostulat(?:e[sd]?|ing)\b|\bconjectur\w+|\bsuspect(?:s|ed|ing)?\b|"
    r"\bpropos(?:e|es|ed|ing)\b|"
    r"\b(?:is|are|was|were|been|being|widely|generally|long) (?:\w+ )?(?:thought|believed|assumed|"
    r"considered likely) to\b|\b(?:think|thinks|believe|believes|assume|assumes) that\b|"
    r"\bthought (?:to|that)\b|\bbelieved (?:to|that)\b|\bbelief that\b|"
    r"\bimplicat(?:e[sd]?|ing) (?:\w+ )?in\b|\bimplicat(?:ed|es|ing)\b|"
    r"\bhint(?:s|ed|ing)? (?:at|that)\b|\b(?:un|not )clear (?:whether|if)\b|\bremains? unclear\b|"
    r"\bopen (?:whether|question)\b|\bcannot be (?:ruled out|excluded)\b|\bin theory\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?:^|[.!?]\s+)[\"'“‘(]*$")


def doubt_in(text: str) -> str | None:
    """The first word of doubt in a text, as it stands there; None where there is none.

    >>> doubt_in("They may help."), doubt_in("They often help."), doubt_in("Seen in May 2019.")
    ('may', None, None)
    """
    for found in _DOUBT.finditer(text):
        if found["may"] == "May" and not _SENTENCE.search(text[: found.start()]):
            continue  # the month
        return found.group()
    return None
