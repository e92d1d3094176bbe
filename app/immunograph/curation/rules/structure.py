"""Statements of one file against each other, and words against those of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from immunograph.curation.inspection import Edge, Finding, Inspection
from immunograph.domain.vocabulary import Effect
from immunograph.names.spelling import fold
from immunograph.seeds.yaml_text import Path

RUN: Final = 8
"""Words in a row that count as copied."""
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")


def class_bridge(inspection: Inspection) -> Iterator[Finding]:
    """An abstract class that one statement enters and another leaves."""
    entered: dict[str, Edge] = {}
    for edge in inspection.edges:
        if edge.told and inspection.known[edge.object].abstract:
            entered.setdefault(edge.object, edge)
    for edge in inspection.edges:
        into = entered.get(edge.subject) if edge.told else None
        if into is not None and into.subject != edge.object:
            name = inspection.known[edge.subject].name
            yield (
                edge.path,
                f"line {inspection.line(into.path)} enters the abstract class {name} and this "
                "statement leaves it, but no path may pass a class; name the member, or make a "
                "placeholder (`placeholder_of`) if the source means one and does not name it",
            )


def opposite_edges(inspection: Inspection) -> Iterator[Finding]:
    """A statement and its opposite, in contexts that do not tell them apart."""
    seen: dict[tuple[str, str, str], Edge] = {}
    for edge in inspection.edges:
        key = (edge.subject, edge.object, edge.aspect)
        first = seen.setdefault(key, edge)
        if first.effect is not edge.effect and not first.told_apart(edge):
            yield (
                edge.path,
                f"line {inspection.line(first.path)} says that it {first.effect} and this that it "
                f"{edge.effect}; an object or aspect of its own, or `role: refutes`?",
            )


def intervention_sign(inspection: Inspection) -> Iterator[Finding]:
    """An experiment that gives the opposite of what the same source states."""
    for number, form in enumerate(inspection.form.interventions if inspection.form else ()):
        target = inspection.find(form.target)
        for place, outcome in enumerate(form.outcomes):
            on = None if outcome.on in inspection.refs else inspection.find(outcome.on)
            if target is None or on is None or not outcome.observed:
                continue
            given = Effect.of_sign(form.change * outcome.observed)
            stated = [
                edge
                for edge in inspection.edges
                if (edge.subject, edge.object, edge.aspect) == (target.id, on.id, outcome.aspect)
            ]
            if stated and all(edge.effect is not given for edge in stated):
                yield (
                    ("interventions", number, "outcomes", place),
                    f"change {form.change:+d} and observed {outcome.observed:+d} give that "
                    f"{target.name} {given} {on.name}, but line {inspection.line(stated[0].path)} "
                    f"says that it {stated[0].effect} it; is a sign turned round?",
                )


def copied_words(inspection: Inspection) -> Iterator[Finding]:
    """A paraphrase that is none."""
    if not inspection.document or inspection.form is None:
        return
    runs = Runs.of(inspection.document)
    said: list[tuple[Path, str]] = [
        ((*path, "says"), passage.says)
        for passage, path in inspection.passages()
        if not passage.quoted
    ]
    said += [(("cautions", n, "says"), one.says) for n, one in enumerate(inspection.form.cautions)]
    for path, says in said:
        run = longest_run(says, runs)
        if len(run) >= RUN:
            yield (
                path,
                f"{len(run)} words in a row stand in the document: “{' '.join(run)}”; say it in "
                "your own",
            )


@dataclass(frozen=True, slots=True)
class Runs:
    """The words of a document, and where each run of eight of them begins."""

    words: tuple[str, ...]
    starts: dict[tuple[str, ...], tuple[int, ...]]

    @classmethod
    def of(cls, document: str) -> Runs:
        """The runs of a text, in folded words."""
        words = tuple(fold(word) for word in _WORD.findall(document))
        starts: dict[tuple[str, ...], tuple[int, ...]] = {}
        for place in range(len(words) - RUN + 1):
            run = words[place : place + RUN]
            starts[run] = (*starts.get(run, ()), place)
        return cls(words, starts)


def longest_run(says: str, runs: Runs) -> list[str]:
    """The longest run of words, of eight or more, that a text shares with a document.

    >>> longest_run("A b c d e f g h!", Runs.of("x a b c d e f g h y"))
    ['A', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    """
    shown = _WORD.findall(says)
    words = tuple(fold(word) for word in shown)
    best: list[str] = []
    for place in range(len(words) - RUN + 1):
        for start in runs.starts.get(words[place : place + RUN], ()):
            length = RUN
            while (
                place + length < len(words)
                and start + length < len(runs.words)
                and words[place + length] == runs.words[start + length]
            ):
                length += 1
            if length > len(best):
                best = shown[place : place + length]
    return best
