"""Answers as plain sentences, made from their fields alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip

Kind = tuple[str, int, bool]
"""What a summary counts of a path: its effect, its steps, and whether any is hypothesised."""

NAMED: Final = 4
"""How many names a sentence lists before it says `among them`."""


def number(count: int) -> str:
    """A small count as a word.

    >>> number(6), number(12)
    ('six', '12')
    """
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "path"), plural(2, "path")
    ('one path', 'two paths')
    """
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """Names as people list them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def told_apart(interventions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Interventions, each with a `label`: its name, and its study where others have that name.

    >>> one, other = {"name": "deplete", "study": "a"}, {"name": "deplete", "study": "b"}
    >>> [each["label"] for each in told_apart([one, other])], told_apart([one])[0]["label"]
    (['deplete (a)', 'deplete (b)'], 'deplete')
    """
    shared = shared_names(one["name"] for one in interventions)
    return [{**one, "label": label(one["name"], one["study"], shared)} for one in interventions]


def shared_names(names: Iterable[str]) -> frozenset[str]:
    """The names that several have."""
    return frozenset(name for name, times in Counter(names).items() if times > 1)


def label(name: str, study: str, shared: frozenset[str]) -> str:
    """A name, and the study where others have that name."""
    return f"{name} ({study})" if name in shared else name


def kind_of(path: dict[str, Any]) -> Kind:
    """The kind of a path."""
    return path["effect"], len(path["steps"]), path["hypothesised"] > 0


def summary_of_paths(
    kinds: tuple[Kind, ...],
    *,
    best: str,
    cut_by: str | None,
    reason: str | None,
    through: Sequence[dict[str, Any]],
    see_also: Sequence[dict[str, Any]],
) -> str:
    """The answer in one to three sentences; `best` is what `best_path` says of the first path."""
    if not kinds:
        return _none(cut_by, reason, through, see_also)
    return f"{_effects(kinds, cut_by)}. {best}"


def best_path(best: dict[str, Any], *, alone: bool) -> str:
    """The sentences about the best path; `alone` where there is no other."""
    sentences: list[str] = []
    if best["human"] == "unknown":
        because = "; ".join(says.rstrip(".") for says in best["human_because"])
        sentences.append(f"Unknown in humans: {because}")
    elif best["human"] == "contradicted":
        sentences.append(f"Contradicted in humans: {listed(best['human_because'])}")
    elif best["human"] == "supported":
        sentences.append("Every step of the best path has support in humans")
    else:
        sentences.append("In humans the best path has only indirect support")
    tested = [i for i in best["interventions"] if i["status"] == "tested"]
    if tested:
        names = [i["label"] for i in tested]
        verb = "hits" if len(names) == 1 else "hit"
        which = "it" if alone else "the best path"
        count = plural(len(names), "tested intervention")
        if all(i["observed"] == "decreased" for i in tested) and best["effect"] == "promotes":
            verb = "breaks" if len(names) == 1 else "break"
        some = listed(names) if len(names) <= NAMED else f"among them {listed(names[:NAMED])}"
        mark = ":" if len(names) <= NAMED else ","
        sentences.append(f"{count.capitalize()} {verb} {which}{mark} {some}")
    return " ".join(s if s.endswith((".", "!", "?")) else f"{s}." for s in sentences)


@lru_cache(maxsize=1_024)
def _effects(kinds: tuple[Kind, ...], cut_by: str | None) -> str:
    lengths: dict[str, list[int]] = {}
    for effect, count, _ in kinds:
        lengths.setdefault(effect, []).append(count)
    parts: list[str] = []
    for effect, steps in lengths.items():
        shortest, longest = min(steps), max(steps)
        longer = len(steps) - steps.count(1)
        if len(steps) == 1:
            how = "directly" if longest == 1 else f"by one path of {plural(longest, 'step')}"
        elif shortest == 1:
            how = f"directly and by {plural(longer, 'longer path')}" if longer else "directly"
        else:
            span = plural(longest, "step")
            if shortest < longest:
                span = f"{number(shortest)} to {span}"
            how = f"by {plural(len(steps), 'path')} of {span}"
        parts.append(f"{effect}, {how}")
    sentence = "; ".join(parts)
    sentence = sentence[0].upper() + sentence[1:]
    guessed = sum(hypothesised for _, _, hypothesised in kinds)
    if guessed:
        sentence += f" ({plural(guessed, 'path')} with hypothesised steps)"
    if cut_by == "limit":
        which = (
            "this is the best" if len(kinds) == 1 else f"these are the best {number(len(kinds))}"
        )
        sentence += f"; {which}, more exist"
    elif cut_by is not None:
        sentence += "; the search was ended early, and better ones may be missing"
    return sentence


def _none(
    cut_by: str | None,
    reason: str | None,
    through: Sequence[dict[str, Any]],
    see_also: Sequence[dict[str, Any]],
) -> str:
    if cut_by is not None:
        return "Unknown: the search was ended early and found no path until then."
    names = listed([one["name"] for one in through])
    because = {
        "only_hypothesised": f"No path of established steps; one by hypothesised steps: {names}.",
        "only_through_association": f"No causal path; what is known is an association: {names}.",
        "only_through_abstract": (
            f"No path; the two meet only in {names}, a class whose members differ."
        ),
        "only_unstated": "No path under these filters; its evidence does not state the value.",
    }
    sentence = because.get(reason or "", "No path is known.")
    if see_also:
        asked = see_also[0]
        sentence += f" But {asked['source']['name']} {asked['effect']} {asked['target']['name']}."
    return sentence
