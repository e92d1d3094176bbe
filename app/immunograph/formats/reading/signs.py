"""How tables write a sign: known codings, and refusal of all others.

A number means nothing by itself: `1` is activation in one copy of TRRUST, and unknown in another.
So numbers are signs only where the whole column has none but 1 and -1, and 0 for neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

UNKNOWN: Final = 0
"""Of a coding that says: the sign is not known."""

_WORDS: Final[dict[str, int]] = {
    **dict.fromkeys(
        [
            "+",
            "positive",
            "pos",
            "up",
            "activation",
            "activates",
            "activate",
            "stimulation",
            "stimulates",
            "increases",
            "increase",
            "promotes",
            "upregulates",
            "up-regulates",
            "upregulated",
            "->",
            "→",
            "induces",
            "enhances",
        ],
        1,
    ),
    **dict.fromkeys(
        [
            "-",
            "−",
            "–",
            "negative",
            "neg",
            "down",
            "inhibition",
            "inhibits",
            "inhibit",
            "repression",
            "represses",
            "decreases",
            "decrease",
            "downregulates",
            "down-regulates",
            "downregulated",
            "-|",
            "⊣",
            "suppresses",
            "reduces",
        ],
        -1,
    ),
    **dict.fromkeys(["?", "unknown", "unspecified", "ambiguous", "undetermined", "na", ""], 0),
}
_NUMBERS: Final[dict[str, int]] = {
    "1": 1, "+1": 1, "1.0": 1, "-1": -1, "−1": -1, "-1.0": -1, "0": 0, "0.0": 0
}  # fmt: skip
_NAMED: Final = {"promotes": 1, "inhibits": -1, "unknown": 0}


def _number(value: str) -> bool:
    return value.lstrip("+-−").replace(".", "", 1).isdigit()


def coding(values: Iterable[str], given: Mapping[str, str]) -> dict[str, int]:
    """The sign of each value that has one; a value without stands for nothing and is left.

    `given` is the mapping of whoever imports, which alone decides where it is there. Raises
    ValueError where the column as a whole cannot be understood.

    >>> coding(["+", "-", "?", "maybe"], {})
    {'+': 1, '-': -1, '?': 0}
    >>> coding(["0", "1", "2"], {})
    Traceback (most recent call last):
    ...
    ValueError: its signs are 0, 1, 2, a coding that nobody here knows; ...
    """
    found = list(dict.fromkeys(values))
    if given:
        bad = [name for name in given.values() if name not in _NAMED]
        if bad:
            raise ValueError(f"'{bad[0]}' is no sign; write promotes, inhibits or unknown")
        return {value: _NAMED[given[value]] for value in found if value in given}
    numbers = [value for value in found if _number(value)]
    if numbers and (set(numbers) - _NUMBERS.keys() or not any(_NUMBERS[n] < 0 for n in numbers)):
        shown = ", ".join(sorted(found)[:8])
        raise ValueError(
            f"its signs are {shown}, a coding that nobody here knows; say in a mapping file what "
            'each means, as in `signs: {"1": promotes, "2": inhibits, "0": unknown}`'
        )
    known = {**_WORDS, **_NUMBERS}
    coded = {v: known[v.strip().casefold()] for v in found if v.strip().casefold() in known}
    if found and not any(coded.values()):
        shown = ", ".join(repr(value) for value in found[:8])
        raise ValueError(
            f"none of its signs is known: {shown}; say in a mapping file what each means, as in "
            "`signs: {act: promotes, rep: inhibits}`"
        )
    return coded
