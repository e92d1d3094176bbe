"""One file under the eye of the lint: what it says, and what is known besides.

A rule is a function from an inspection to findings, each a path in the file and what to do.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast

from immunograph.domain.lexicon import Lexicon
from immunograph.domain.model import Entity, Predicate
from immunograph.domain.vocabulary import Basis, Effect, InterventionStatus, Role
from immunograph.names.spelling import fold
from immunograph.seeds.forms import ContextForm, PassageForm, SourceForm
from immunograph.seeds.reading import Reader, Reading
from immunograph.seeds.yaml_text import Path, SeedText

T = TypeVar("T")
Finding = tuple[Path, str]
"""Where something stands in the file, and what is to be done about it."""

IN_GENERAL = (Basis.HEADLINE, Basis.BACKGROUND, Basis.AMBIGUOUS, Basis.HYPOTHESISED)
"""What sums up or is known anyway: nobody means such a sentence as a step of a mechanism."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a lint knows that stands in no seed file."""

    today: date | None = None
    """None where it is not to be asked what lies in the future."""
    retracted: Container[str] = ()
    """PubMed ids of papers that were retracted."""
    shared: Container[str] = ()
    """Ids of entities that stand in a file which is not itself under the lint."""


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Edge:
    """One causal statement of the file, by ids."""

    subject: str
    effect: Effect
    object: str
    aspect: str
    path: Path
    contexts: tuple[ContextForm, ...]
    told: bool
    """Whether a passage tells it of its own, beyond a headline or what is known anyway."""

    def told_apart(self, other: Edge) -> bool:
        """Whether the passages of two statements state something on which they share no value."""
        for name in ContextForm.model_fields:
            ours, theirs = self._stated(name), other._stated(name)
            if ours and theirs and not ours & theirs:
                return True
        return False

    def _stated(self, name: str) -> set[str]:
        values: set[str] = set()
        for context in self.contexts:
            given = getattr(context, name)
            values.update(
                fold(one) for one in ((given,) if isinstance(given, str) else given or ())
            )
        return values


class Inspection:
    """One file of sources, or the entities that sources share, and what is known besides."""

    def __init__(
        self,
        text: SeedText,
        reader: Reader,
        form: SourceForm | None,
        *,
        entities: tuple[Entity, ...],
        document: str | None = None,
        beside: Beside = NOTHING_BESIDE,
    ) -> None:
        self.text = text
        self.reader = reader
        self.form = form
        """None for the file of shared entities."""
        self.entities = entities
        """Those that the file defines."""
        self.document = document
        self.beside = beside
        own = {entity.id: entity for entity in entities}
        self.known: Mapping[str, Entity] = ChainMap(own, reader.entities)
        self.lexicon = (
            Lexicon(entities, over=reader.lexicon) if form and form.entities else reader.lexicon
        )
        self._found: dict[str, Entity | None] = {}
        self._memo: dict[str, Any] = {}

    def memo(self, name: str, make: Callable[[], T]) -> T:
        """What several rules rest on, made once."""
        if name not in self._memo:
            self._memo[name] = make()
        return self._memo[name]

    @classmethod
    def of(cls, reading: Reading, reader: Reader, beside: Beside = NOTHING_BESIDE) -> Inspection:
        """A source file as it was read; it has a form."""
        form = reading.form
        return cls(
            reading.text,
            reader,
            form,
            entities=form.entities if form else (),
            document=reading.document,
            beside=beside,
        )

    # --- names ---------------------------------------------------------------------------

    def find(self, name: str) -> Entity | None:
        """The one entity that a name means."""
        if name not in self._found:
            found = self.lexicon.find(name)
            self._found[name] = self.known.get(found[0].id) if len(found) == 1 else None
        return self._found[name]

    def kind_of(self, name: str) -> str | None:
        """The kind of the one entity that a name means."""
        found = self.find(name)
        return found.kind if found is not None else None

    def predicate(self, name: str) -> Predicate | None:
        """The verb of a name."""
        return self.reader.predicate(name)

    def mentions(self) -> Iterator[tuple[Path, str]]:
        """Every name by which an entity is spoken of, and where; a statement's ref is none."""
        if self.form is None:
            return
        for number, statement in enumerate(self.form.statements):
            yield ("statements", number, "subject"), statement.subject
            yield ("statements", number, "object"), statement.object
        for number, caution in enumerate(self.form.cautions):
            yield ("cautions", number, "subject"), caution.subject
            yield ("cautions", number, "object"), caution.object
        for number, intervention in enumerate(self.form.interventions):
            yield ("interventions", number, "target"), intervention.target
            for place, outcome in enumerate(intervention.outcomes):
                if outcome.on not in self.refs:
                    yield ("interventions", number, "outcomes", place, "on"), outcome.on

    def above(self, entity: Entity) -> set[str]:
        """The ids of every class above an entity."""
        found: set[str] = set()
        todo = list(entity.is_a)
        while todo:
            identifier = todo.pop()
            if identifier not in found:
                found.add(identifier)
                parent = self.known.get(identifier)
                todo.extend(parent.is_a if parent is not None else ())
        return found

    @cached_property
    def refs(self) -> frozenset[str]:
        """The refs of the file's statements."""
        statements = self.form.statements if self.form else ()
        return frozenset(one.ref for one in statements if one.ref)

    # --- statements and passages ---------------------------------------------------------

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The causal statements with support, by the ids of their ends."""
        return tuple(self._edges())

    def _edges(self) -> Iterator[Edge]:
        for number, form in enumerate(self.form.statements if self.form else ()):
            predicate = self.predicate(form.predicate)
            subject, object_ = self.find(form.subject), self.find(form.object)
            if predicate is None or predicate.effect is None or not subject or not object_:
                continue
            supporting = [e for e in form.evidence if e.role is Role.SUPPORTS]
            if not supporting:
                continue
            yield Edge(
                subject.id,
                predicate.effect,
                object_.id,
                form.aspect.value,
                ("statements", number),
                contexts=tuple(e.context for e in supporting),
                told=any(e.basis not in IN_GENERAL for e in supporting),
            )

    def passages(self) -> Iterator[tuple[PassageForm, Path]]:
        """The passages of statements and of what was done; a proposal is one of doubt anyway."""
        for number, statement in enumerate(self.form.statements if self.form else ()):
            for place, passage in enumerate(statement.evidence):
                yield passage, ("statements", number, "evidence", place)
        for number, intervention in enumerate(self.form.interventions if self.form else ()):
            proposed = intervention.status is InterventionStatus.PROPOSED
            for place, passage in enumerate(() if proposed else intervention.evidence):
                yield passage, ("interventions", number, "evidence", place)
            for at, outcome in enumerate(() if proposed else intervention.outcomes):
                for place, passage in enumerate(outcome.evidence):
                    yield (
                        passage,
                        ("interventions", number, "outcomes", at, "evidence", place),
                    )

    def passage_text(self, passage: PassageForm) -> str | None:
        """What the document has at the place of a passage, where it is at hand."""
        if self.document is None or passage.span is None:
            return None
        return self.document[passage.span[0] : passage.span[1]]

    # --- places and notes ----------------------------------------------------------------

    def line(self, path: Path) -> int:
        """The line in which something stands."""
        return self.text.place(path)[0]

    def notes(self, path: Path) -> Iterator[str]:
        """The curator's notes on the parts that a path passes, and on the passages of the last one.

        The note on a study, and on a source as a whole, is `study_note`.
        """
        parts = self._parts(path)
        if "evidence" not in path:
            for part in reversed(parts):
                if part.get("evidence"):
                    passages = cast(list[dict[str, Any]], part["evidence"])
                    parts = [*parts, *passages]
                    break
        if self.form is not None and (len(path) < 2 or path[0] == "study"):
            yield self.form.study_note or ""
        for part in parts:
            note = part.get("note")
            if isinstance(note, str):
                yield note

    def _parts(self, path: Path) -> list[dict[str, Any]]:
        """The keys and values that a path passes, as the file has them."""
        parts: list[dict[str, Any]] = []
        here: Any = self.text.value
        for step in path:
            here = here[step]
            if isinstance(here, dict):
                parts.append(here := cast(dict[str, Any], here))
        return parts
