"""What a file says that is well formed and still, most likely, not what its source means.

Each lint has a code that stays; `seed/README.md` has the same table. A lint is a warning: the
curator may know better, and says so in a `note` that names the code.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from immunograph.curation.traps import trap_of
from immunograph.errors import Fault
from immunograph.lexicon import Lexicon, fold
from immunograph.model import Entity, Predicate
from immunograph.seedtext import Path
from immunograph.sources import (
    HEDGES,
    ContextForm,
    PassageForm,
    Reader,
    Reading,
    SourceForm,
    StatementForm,
)
from immunograph.vocabulary import (
    Basis,
    Effect,
    InterventionStatus,
    Role,
    StatementClass,
)

LINTS: Final[dict[str, str]] = {
    "polarity-in-name": "an entity whose name holds a sign, such as “inhibition of …”",
    "association-as-cause": "a causal verb over a passage that only tells of an association",
    "cause-as-association": "an association over words that tell of a cause",
    "class-bridge": "a source enters an abstract class and leaves it again: no path will pass",
    "hedge-missing": "a word of doubt in the words or the passage, and not `hedged: true`",
    "hedge-unfounded": "`hedged: true` without a word of doubt in the words",
    "opposite-edges": "one source says that a promotes b and that a inhibits b",
    "intervention-sign": "an experiment gives the opposite of what the same source states",
    "copied-words": "a paraphrase shares eight words or more in a row with the document",
    "trap-grounding": "a name that means something else in this field than in general tables",
    "unfinished": "nothing said yet, a study without a title, or ids and not how they were checked",
}
"""Every lint: its code and what it finds."""

RUN: Final = 8
"""Words in a row that count as copied."""

_LOWERED: Final = re.compile(
    r"\b(inhibition|suppression|blockade|blocking|loss|lack|absence|depletion|deletion|"
    r"knock-?(down|out)|silencing|neutrali[sz]ation|downregulation|reduction|decrease|"
    r"degradation) of\b|"
    r"(?<!\bto )\b\w+ (inhibition|blockade|depletion|deletion|deficiency|knock-?(down|out)|"
    r"silencing|neutrali[sz]ation|downregulation|degradation)$|"
    r"\bdeg\(|"
    r"\b(reduced|decreased|impaired|lowered|diminished|absent|downregulated|inhibited|blocked)\b|"
    r"-(deficient|depleted|null)\b",
    re.IGNORECASE,
)
"""Words for less, `deg(…)` of BEL among them; a response *to* a blockade is a thing by itself."""
_RAISED: Final = re.compile(
    r"\b(activation|induction|stimulation|enhancement|upregulation|overexpression|increase|"
    r"promotion) of\b|"
    r"\b(increased|elevated|enhanced|raised|upregulated|overexpressed)\b",
    re.IGNORECASE,
)
_ASSOCIATION: Final = re.compile(
    r"\b(associat(e[sd]?|ion|ions|ing)|correlat(e[sd]?|ion|ions|ing)|(go|goes|went) (along )?with|"
    r"linked (to|with)|prognostic|coincid(e[sd]?|ing))\b",
    re.IGNORECASE,
)
_CAUSE: Final = re.compile(
    r"\b(caus(e[sd]?|ing)|promot(e[sd]?|ing)|driv(e[sn]?|ing)|drove|induc(e[sd]?|ing)|"
    r"led to|leads? to|inhibit(s|ed|ing)?|block(s|ed|ing)|prevent(s|ed|ing)?|"
    r"stimulat(e[sd]?|ing)|trigger(s|ed|ing)?)\b",
    re.IGNORECASE,
)
_IN_GENERAL: Final = (Basis.HEADLINE, Basis.BACKGROUND, Basis.AMBIGUOUS, Basis.HYPOTHESISED)
"""What sums up or is known anyway: nobody means such a sentence as a step of a mechanism."""
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True, order=True)
class Lint:
    """One finding: its place, its code, and what to do."""

    file: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: [{self.code}] {self.message}"

    def as_fault(self) -> Fault:
        """The same as a fault, for those who want no warnings."""
        return Fault(self.file, self.line, self.column, f"[{self.code}] {self.message}")


def lint(reading: Reading, reader: Reader) -> list[Lint]:
    """All findings of one file, in the order of their places; none where it has no form."""
    if reading.form is None:
        return []
    inspection = _Inspection(reading, reader, reading.form)
    found = set(inspection.findings())
    return sorted(found - inspection.answered)


@dataclass(frozen=True, slots=True)
class _Edge:
    """One causal statement of the file, by ids."""

    subject: str
    effect: Effect
    object: str
    aspect: str
    path: Path
    contexts: tuple[ContextForm, ...]
    told: bool
    """Whether a passage tells it of its own, beyond a headline or what is known anyway."""


def _told_apart(one: _Edge, other: _Edge) -> bool:
    """Whether the passages of two statements state something on which they share no value."""
    for name in ContextForm.model_fields:
        ours, theirs = _stated(one, name), _stated(other, name)
        if ours and theirs and not ours & theirs:
            return True
    return False


def _stated(edge: _Edge, name: str) -> set[str]:
    values: set[str] = set()
    for context in edge.contexts:
        given = getattr(context, name)
        values.update(fold(one) for one in ((given,) if isinstance(given, str) else given or ()))
    return values


class _Inspection:
    """One source form under the eye of the lint."""

    def __init__(self, reading: Reading, reader: Reader, form: SourceForm) -> None:
        self.reading = reading
        self.reader = reader
        self.form = form
        self.entities = ChainMap({entity.id: entity for entity in form.entities}, reader.entities)
        self.lexicon = (
            Lexicon(form.entities, over=reader.lexicon) if form.entities else reader.lexicon
        )
        self.answered: set[Lint] = set()
        """Findings that a note of the curator names."""

    def findings(self) -> Iterator[Lint]:
        edges = list(self._edges())
        yield from self._unfinished()
        yield from self._entities()
        for number, statement in enumerate(self.form.statements):
            yield from self._statement(statement, ("statements", number))
        yield from self._bridges(edges)
        yield from self._opposites(edges)
        for number in range(len(self.form.interventions)):
            yield from self._intervention(number, edges)
        for passage, path in self._passages():
            yield from self._hedge(passage, path)
            yield from self._copied(passage.says, (*path, "says"))
        for number, caution in enumerate(self.form.cautions):
            yield from self._copied(caution.says, ("cautions", number, "says"))

    def _lint(self, code: str, path: Path, message: str) -> Lint:
        line, column = self.reading.text.place(path)
        one = Lint(self.reading.text.file, line, column, code, message)
        if any(code in note for note in self._notes(path)):
            self.answered.add(one)
        return one

    def _line(self, edge: _Edge) -> int:
        return self.reading.text.place(edge.path)[0]

    def _notes(self, path: Path) -> Iterator[str]:
        """The notes on the parts that a path passes, and on the passages of where it ends."""
        here: Any = self.reading.text.value
        parts: list[Any] = []
        for step in path:
            here = here[step]
            parts.append(here)
        if isinstance(here, dict):
            parts += cast(dict[str, Any], here).get("evidence") or ()
        for part in parts:
            note = cast(dict[str, Any], part).get("note") if isinstance(part, dict) else None
            if isinstance(note, str):
                yield note

    def _find(self, name: str) -> Entity | None:
        found = self.lexicon.find(name)
        return self.entities[found[0].id] if len(found) == 1 else None

    def _edges(self) -> Iterator[_Edge]:
        for number, form in enumerate(self.form.statements):
            predicate = self.reader.predicate(form.predicate)
            subject, object_ = self._find(form.subject), self._find(form.object)
            if predicate is None or predicate.effect is None or not subject or not object_:
                continue
            supporting = [e for e in form.evidence if e.role is Role.SUPPORTS]
            if not supporting:
                continue
            yield _Edge(
                subject.id,
                predicate.effect,
                object_.id,
                form.aspect.value,
                ("statements", number),
                contexts=tuple(e.context for e in supporting),
                told=any(e.basis not in _IN_GENERAL for e in supporting),
            )

    # --- what a new file leaves open -----------------------------------------------------

    def _unfinished(self) -> Iterator[Lint]:
        form = self.form
        if not (form.statements or form.cautions or form.interventions or form.not_statements):
            yield self._lint(
                "unfinished", (), "this source says nothing yet; write `statements`, or what was "
                "set aside under `not_statements`",
            )  # fmt: skip
        study = form.study
        if study is None:
            return
        if study.title is None:
            yield self._lint(
                "unfinished", ("study",), "the study has no `title`; as the journal prints it"
            )
        if (study.doi or study.pmid) and study.verified is None:
            yield self._lint(
                "unfinished", ("study",), "say under `verified` how DOI and PMID were checked, "
                "and where; remembered only is an answer too",
            )  # fmt: skip

    # --- names ---------------------------------------------------------------------------

    def _entities(self) -> Iterator[Lint]:
        for number, entity in enumerate(self.form.entities):
            path: Path = ("entities", number)
            yield from self._polarity(entity.name, (*path, "name"))
            for name in (entity.name, *filter(None, [entity.symbol]), *entity.synonyms):
                trap = trap_of(name)
                if trap is not None and entity.id in trap.never:
                    yield self._lint(
                        "trap-grounding",
                        (*path, "id"),
                        f"'{name}' is {entity.id} here ({trap.never[entity.id]}); in this field "
                        f"it is {trap.means}",
                    )

    def _polarity(self, name: str, path: Path) -> Iterator[Lint]:
        for pattern, sign in ((_LOWERED, "less"), (_RAISED, "more")):
            found = pattern.search(name)
            if found is not None:
                verb = "inhibits" if sign == "less" else "promotes"
                yield self._lint(
                    "polarity-in-name",
                    path,
                    f"'{found.group()}' in '{name}' is a sign ({sign} of something); name the "
                    f"thing itself and say it with the verb, such as `{verb}`",
                )

    # --- statements ----------------------------------------------------------------------

    def _statement(self, form: StatementForm, path: Path) -> Iterator[Lint]:
        yield from self._polarity(form.subject, (*path, "subject"))
        yield from self._polarity(form.object, (*path, "object"))
        predicate = self.reader.predicate(form.predicate)
        if predicate is None:
            return
        for number, passage in enumerate(form.evidence):
            if passage.role is Role.SUPPORTS:
                here = (*path, "evidence", number)
                yield from self._claim(form, predicate, passage, here)

    def _claim(
        self, form: StatementForm, predicate: Predicate, passage: PassageForm, path: Path
    ) -> Iterator[Lint]:
        """Whether the words tell of what the class of the verb says: a cause, or not."""
        told = self._passage_text(passage)
        if predicate.cls is StatementClass.CAUSAL and passage.basis is not Basis.PERTURBATION:
            for words, where in ((passage.says, "the words"), (told or "", "the passage")):
                found = _ASSOCIATION.search(words)
                if found and not (where == "the passage" and _CAUSE.search(words)):
                    yield self._lint(
                        "association-as-cause",
                        (*path, "says"),
                        f"'{form.predicate}' is a cause, but {where} have it only '"
                        f"{found.group()}'; write `predicate: associated_with`, or say what was "
                        "done to the subject",
                    )
                    return
        if predicate.cls is StatementClass.ASSOCIATION:
            found = _CAUSE.search(passage.says)
            if found and not _ASSOCIATION.search(passage.says):
                yield self._lint(
                    "cause-as-association",
                    (*path, "says"),
                    f"'{form.predicate}' is an association, but the words say "
                    f"'{found.group()}'; a causal verb, or other words?",
                )

    def _bridges(self, edges: list[_Edge]) -> Iterator[Lint]:
        entered: dict[str, _Edge] = {}
        for edge in edges:
            if edge.told and self.entities[edge.object].abstract:
                entered.setdefault(edge.object, edge)
        for edge in edges:
            into = entered.get(edge.subject) if edge.told else None
            if into is not None and into.subject != edge.object:
                name = self.entities[edge.subject].name
                yield self._lint(
                    "class-bridge",
                    edge.path,
                    f"line {self._line(into)} enters the abstract class {name} and this "
                    "statement leaves it, but no path may pass a class; name the member, or make a "
                    "placeholder (`placeholder_of`) if the source means one and does not name it",
                )

    def _opposites(self, edges: list[_Edge]) -> Iterator[Lint]:
        seen: dict[tuple[str, str, str], _Edge] = {}
        for edge in edges:
            key = (edge.subject, edge.object, edge.aspect)
            first = seen.setdefault(key, edge)
            if first.effect is not edge.effect and not _told_apart(first, edge):
                yield self._lint(
                    "opposite-edges",
                    edge.path,
                    f"line {self._line(first)} says that it {first.effect} and this that it "
                    f"{edge.effect}; an object or aspect of its own, or `role: refutes`?",
                )

    # --- interventions -------------------------------------------------------------------

    def _intervention(self, number: int, edges: list[_Edge]) -> Iterator[Lint]:
        form = self.form.interventions[number]
        path: Path = ("interventions", number)
        yield from self._polarity(form.target, (*path, "target"))
        target = self._find(form.target)
        refs = {statement.ref for statement in self.form.statements if statement.ref}
        for place, outcome in enumerate(form.outcomes):
            here = (*path, "outcomes", place)
            if outcome.on in refs:
                continue
            yield from self._polarity(outcome.on, (*here, "on"))
            on = self._find(outcome.on)
            if target is None or on is None or not outcome.observed:
                continue
            given = Effect.of_sign(form.change * outcome.observed)
            stated = [
                edge
                for edge in edges
                if (edge.subject, edge.object, edge.aspect) == (target.id, on.id, outcome.aspect)
            ]
            if stated and all(edge.effect is not given for edge in stated):
                yield self._lint(
                    "intervention-sign",
                    here,
                    f"change {form.change:+d} and observed {outcome.observed:+d} give that "
                    f"{target.name} {given} {on.name}, but line {self._line(stated[0])} says that "
                    f"it {stated[0].effect} it; is a sign turned round?",
                )

    # --- words ---------------------------------------------------------------------------

    def _passages(self) -> Iterator[tuple[PassageForm, Path]]:
        for number, statement in enumerate(self.form.statements):
            for place, passage in enumerate(statement.evidence):
                yield passage, ("statements", number, "evidence", place)
        for number, intervention in enumerate(self.form.interventions):
            proposed = intervention.status is InterventionStatus.PROPOSED
            for place, passage in enumerate(() if proposed else intervention.evidence):
                yield passage, ("interventions", number, "evidence", place)
            for at, outcome in enumerate(() if proposed else intervention.outcomes):
                for place, passage in enumerate(outcome.evidence):
                    yield (
                        passage,
                        ("interventions", number, "outcomes", at, "evidence", place),
                    )

    def _passage_text(self, passage: PassageForm) -> str | None:
        if self.reading.document is None or passage.span is None:
            return None
        return self.reading.document[passage.span[0] : passage.span[1]]

    def _hedge(self, passage: PassageForm, path: Path) -> Iterator[Lint]:
        told = self._passage_text(passage)
        said = HEDGES.search(passage.says)
        if not passage.hedged and passage.basis is not Basis.HYPOTHESISED:
            found, where = said, "the words have"
            if found is None and told is not None:
                found, where = HEDGES.search(told), "the passage has"
            if found is not None:
                yield self._lint(
                    "hedge-missing",
                    (*path, "says"),
                    f"{where} '{found.group()}'; add `hedged: true`, or narrow the span",
                )
        elif passage.hedged and said is None and passage.basis is not Basis.HYPOTHESISED:
            yield self._lint(
                "hedge-unfounded",
                (*path, "hedged"),
                "the words have no word of doubt; keep the source's may, might, could, seems, "
                "appears, suggests, possibly or potentially, or take `hedged` away",
            )

    def _copied(self, says: str, path: Path) -> Iterator[Lint]:
        run = longest_run(says, self.runs) if self.reading.document else []
        if len(run) >= RUN:
            yield self._lint(
                "copied-words",
                path,
                f"{len(run)} words in a row stand in the document: “{' '.join(run)}”; "
                "say it in your own",
            )

    @cached_property
    def runs(self) -> Runs:
        """The document's words in a row; made once."""
        return Runs.of(self.reading.document or "")


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
