"""How papers and days are named: DOI, PMID and dates, in one spelling each.

People paste what they have at hand: an address, a prefix, a number without quotes. What is meant is
clear, so it is taken; what is none is refused with what one looks like.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from immunograph.names.curies import doi, pmid

_PMC: Final = re.compile(r"(?:https?://\S+/)?PMC\s*:?\s*\d+/?", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")

FIRST_YEAR: Final = 1665
"""Of the first journals."""


def normal_doi(given: object) -> str:
    """A DOI without what stands before it, in lower case. Raises ValueError where it is none.

    DOIs are the same in either case; so they are compared, and kept, in one.

    >>> normal_doi("https://doi.org/10.1172/JCI67484")
    '10.1172/jci67484'
    """
    found = doi(given) if isinstance(given, str) else None
    if found is None:
        raise ValueError(
            f"'{str(given).strip()}' is no DOI. One begins with 10. and has a slash, such as "
            "10.1172/jci67484"
        )
    return found


def normal_pmid(given: object) -> str:
    """A PubMed id as its digits. Raises ValueError where it is none.

    >>> normal_pmid(23863628), normal_pmid("PMID: 23863628")
    ('23863628', '23863628')
    """
    text = str(given).strip()
    found = None if isinstance(given, bool) else pmid(text)
    if found is None:
        hint = ". It is a number, such as 23863628"
        if _PMC.fullmatch(text):
            hint = " but an id of PubMed Central; PubMed's own has digits alone"
        elif doi(text):
            hint = " but a DOI, which has a key of its own"
        raise ValueError(f"'{text}' is no PMID{hint}")
    return found


def normal_date(given: object) -> str:
    """A year, a month or a day as ISO 8601 has it. Raises ValueError where it is none.

    >>> normal_date(2019), normal_date("2019-02")
    ('2019', '2019-02')
    """
    text = str(given).strip()
    found = _DATE.fullmatch(text)
    try:
        if found is None or isinstance(given, bool):
            raise ValueError
        first_day(text)
    except ValueError:
        message = f"'{text}' is no date. Write a year, a month or a day: 2019, 2019-02, 2019-02-06"
        raise ValueError(message) from None
    return text


def first_day(text: str) -> date:
    """The day on which a year, month or day begins. Raises ValueError where there is none such."""
    year, month, day = (int(part) for part in [*text.split("-"), "1", "1"][:3])
    if year < FIRST_YEAR:
        raise ValueError(f"nothing was published in {year}")
    return date(year, month, day)
