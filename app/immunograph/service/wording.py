"""Answers as plain sentences, made from their fields alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Shape = Mapping[str, Any]
"""A part of an answer, of which a sentence needs some fields alone."""

_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip

HARDLY: Final = 0.3
"""Below this belief the sign of a path of several steps is not told in passing."""

CUT: Final = "The search was ended early, and better paths may be missing."

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


def shared_names(names: Iterable[str]) -> frozenset[str]:
    """The names that several have."""
    return frozenset(name for name, times in Counter(names).items() if times > 1)


def label(name: str, paper: str, shared: frozenset[str]) -> str:
    """A name, and the paper where others have that name."""
    return f"{name} ({paper})" if name in shared else name


def summary_of_paths(
    *,
    verdict: str,
    human: str,
    interventions: str,
    cut_by: str | None,
    reason: str | None,
    through: Sequence[Shape],
    see_also: Sequence[Shape],
    ends: Sequence[Shape] = (),
    reason_complete: bool = True,
    effect: str | None = None,
) -> str:
    """The answer in one to three sentences.

    `verdict` is what `verdicts` says of the answer, empty where there is no path; `human` and
    `interventions` are what is to be said of its best founded path. `effect` is the one that was
    asked for, `ends` what is said of ends that nothing joins.
    """
    if verdict:
        cut = CUT if cut_by in ("work", "time") else ""
        return " ".join(part for part in (verdict, human, interventions, cut) if part)
    if cut_by is not None:
        return "Unknown: the search was ended early and found no path until then."
    if any(other["relation"] == "other_effect" for other in see_also):
        reason = "no_path"  # the reason for the one effect is told by the other
    why = _why(reason, through, ends, effect, complete=reason_complete)
    return " ".join([why, *_elsewhere(see_also)])


_HUMAN: Final = {
    "contradicted": "contradicted in humans",
    "unknown": "unknown in humans",
    "unstated": "species not stated",
    "animal": "animals only",
    "indirect": "indirect in humans",
    "supported": "seen in humans",
}


def human(value: str | None, species: Iterable[str] = ()) -> str:
    """Whether something holds in humans, in words; `species` are those of its support.

    >>> human("animal", ["mouse"]), human("supported")
    ('mouse only', 'seen in humans')
    """
    if value == "animal" and set(species) == {"mouse"}:
        return "mouse only"
    return _HUMAN.get(value or "", "")


def in_humans(path: Shape) -> str:
    """The sentence on whether a path holds in humans."""
    if path["human"] == "unknown":
        because = "; ".join(says.rstrip(".") for says in path["human_because"])
        return _sentence(f"Unknown in humans: {because}")
    if path["human"] == "contradicted":
        return _sentence(f"Contradicted in humans: {listed(path['human_because'])}")
    if path["human"] == "supported":
        return "Seen in humans." if len(path["steps"]) == 1 else "Every step was seen in humans."
    if path["human"] == "indirect":
        return "In humans there is only indirect support."
    where = "in mice" if path["human_says"] == "mouse only" else "in animals"
    if len(path["steps"]) == 1:
        return f"Seen {where} only." if path["human"] == "animal" else "The species is not stated."
    if path["human"] == "animal":
        return f"At least one step was seen {where} only."
    return "At least one step does not state its species."


def hit_by(path: Shape) -> str:
    """The sentence on the tested interventions that hit a path; empty where none does."""
    tested = [i for i in path["interventions"] if i["status"] == "tested"]
    measured = [i for i in tested if i["observed"] != "not measured"]
    if not tested:
        return ""
    if not measured:
        many = len(tested) > 1
        tests = plural(len(tested), "tested intervention").capitalize()
        return f"{tests} {'hit' if many else 'hits'} it, none measured at its end."
    names = [i["label"] for i in measured]
    breaks = all(i["observed"] == "decreased" for i in measured) and path["effect"] == "promotes"
    verb = "break" if breaks else "hit"
    verb += "s" if len(names) == 1 else ""
    count = plural(len(names), "tested intervention")
    some = listed(names) if len(names) <= NAMED else f"among them {listed(names[:NAMED])}"
    mark = ":" if len(names) <= NAMED else ","
    return _sentence(f"{count.capitalize()} {verb} it{mark} {some}")


_PEOPLE_SAY: Final = {"human": "humans", "mouse": "mice", "rat": "rats", "zebrafish": "zebrafish"}


def species(names: Sequence[str]) -> str:
    """Species as a finding was made in them.

    >>> species(["human", "mouse"])
    'humans and mice'
    """
    return listed([_PEOPLE_SAY.get(name, name) for name in names])


def study_count(count: int) -> str:
    """How many studies there are.

    >>> study_count(1), study_count(2)
    ('one study', 'two studies')
    """
    return "one study" if count == 1 else f"{number(count)} studies"


_AS: Final = {
    "cell state": "as",
    "cell in which it acts": "in",
    "species or system": "in",
    "stage": "in the stage of",
    "site": "at the site",
    "treatment and phase": "under",
    "host state": "where the host is",
    "cancer type": "in",
    "dose or time": "at",
}


def state(dimension: str, values: str) -> str:
    """The values of one side of what tells two paths apart.

    >>> state("cell state", "N1")
    'as N1'
    """
    return f"{_AS.get(dimension, 'with')} {values}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def offered(other: Shape) -> str:
    """Another question that has an answer, as what it is, and that answer.

    >>> other = {"relation": "narrower", "end": "target", "effect": "promotes", "belief": 0.81,
    ...          "steps": 1, "target": {"name": "lung metastasis"}, "of": {"name": "metastasis"}}
    >>> offered(other)
    'lung metastasis, a kind of metastasis: promotes (0.81, one step)'
    """
    answer = f"{other['effect'] or 'both promotes and inhibits'} ({_believed(other)})"
    return f"{_what(other)}: {answer}"


def _what(other: Shape) -> str:
    """How another question differs from the one that was asked."""
    if other["relation"] == "reverse":
        return "the other way round"
    if other["relation"] == "other_effect":
        return "the other effect"
    name, asked = other[other["end"]]["name"], other["of"]["name"]
    if other["relation"] == "narrower":
        return f"{name}, a kind of {asked}"
    return f"{name}, of which {asked} is a kind"


def _believed(other: Shape) -> str:
    return f"{other['belief']:.2g}, {plural(other['steps'], 'step')}"


def _elsewhere(see_also: Sequence[Shape]) -> list[str]:
    """Where else to ask, in at most two sentences."""
    sentences: list[str] = []
    for relation in ("other_effect", "reverse"):
        for other in see_also:
            if other["relation"] == relation and not sentences:
                sentences.append(_around(other))
    kinds = [other for other in see_also if other["relation"] == "narrower"]
    classes = [other for other in see_also if other["relation"] == "broader"]
    if kinds:
        sentences.append(f"There is one for {'; for '.join(map(offered, kinds[:3]))}.")
    elif classes:
        # What holds for a class is not said in one breath with a member.
        sentences.append(f"There is one for {listed([_what(other) for other in classes[:2]])}.")
    return sentences


def _around(other: Shape) -> str:
    """The reverse question, or that of the other effect, and its answer, if that is worth it."""
    ends = other["source"]["name"], other["target"]["name"]
    if other["relation"] == "other_effect":
        return (
            f"There is an opposite one: {ends[0]} {other['effect']} {ends[1]} ({_believed(other)})."
        )
    if other["steps"] > 1 and other["belief"] < HARDLY:
        return f"The other way round there is one that is hardly believed ({_believed(other)})."
    if other["effect"] is None:
        return f"The other way round there are paths of both effects ({_believed(other)})."
    return f"The other way round, {ends[0]} {other['effect']} {ends[1]} ({_believed(other)})."


def _why(
    reason: str | None,
    through: Sequence[Shape],
    ends: Sequence[Shape],
    effect: str | None,
    *,
    complete: bool,
) -> str:
    """Why there is no path, in a sentence."""
    which = {"promotes": "promoting ", "inhibits": "inhibiting "}.get(effect or "", "")
    plain = f"No {which}path is known"
    if out := [one["entity"]["name"] for one in ends if one["relation"] == "left_out"]:
        return f"{plain}; {listed(out)} {'is' if len(out) == 1 else 'are'} left out."
    kin = [one for one in ends if one["relation"] == "kind_of"]
    if kinds := [f"{one['entity']['name']} is a kind of {one['of']['name']}" for one in kin]:
        return f"{plain}: {listed(kinds)}, which is no effect."
    names = [one["name"] for one in through]
    if reason == "only_hypothesised":
        return f"No path of established steps; one by hypothesised steps: {listed(names)}."
    if reason == "only_through_association":
        if any(one.get("class") == "causal" for one in through):
            chain = "; ".join(names)
            return f"No causal path; the two are joined only by way of an association: {chain}."
        return f"No causal path; what is known is an association: {listed(names)}."
    if reason == "only_through_abstract":
        classes = "a class" if len(names) == 1 else "classes"
        return (
            f"No path; the two meet only in {listed(names, 'or')}, {classes} whose members differ."
        )
    if reason == "only_unstated":
        return "No path under these filters; its evidence does not state the value."
    return f"{plain}." if complete else f"{plain}; why was not searched to the end."
