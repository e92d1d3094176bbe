"""One source file → its contribution, every fault with its place.

Reader and compilation stand together, since each passage is read against all that was read before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, Final, cast

from immunograph.domain.layers import Layered
from immunograph.domain.lexicon import Candidate, Lexicon
from immunograph.domain.locators import sentence_hashes, text_of_others
from immunograph.domain.model import (
    Context,
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Locator,
    NotStatement,
    Outcome,
    Predicate,
    Source,
    Statement,
    Study,
    Term,
    Vocabulary,
    digest,
    statement_id,
)
from immunograph.domain.vocabulary import (
    Aspect,
    Basis,
    Directness,
    Effect,
    InterventionStatus,
    Role,
    SourceType,
    StatementClass,
    Tier,
)
from immunograph.errors import Fault
from immunograph.names.hedges import doubt_in
from immunograph.names.spelling import fold
from immunograph.seeds import yaml_text
from immunograph.seeds.definitions import check_entities, check_letters, proper_names
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE
from immunograph.seeds.forms import (
    CautionForm,
    ContextForm,
    InterventionForm,
    OutcomeForm,
    PassageForm,
    SourceForm,
    StatementForm,
)
from immunograph.seeds.validation import F, Rest, rest_of, validated
from immunograph.seeds.values import default_eco
from immunograph.seeds.verbs import is_denial, near_verbs
from immunograph.seeds.yaml_text import Path, SeedText

UNKNOWN: Final = "itm:unknown-"
UNKNOWN_PREDICATE: Final = Predicate.model_validate(
    {"name": "unknown", "phrase": "?", "class": StatementClass.ANNOTATION}
)
"""What stands for a name with a fault, so that the rest of its statement is checked too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as it was read: its text with every place, its form, and what it brings."""

    text: SeedText
    form: SourceForm | None
    contribution: Contribution | None
    """None where the file has faults."""
    document: str | None
    """The text of its document, where it is at hand and is the one that was read."""


class PapersOfStudies:
    """Which study each paper is known under, so that no paper counts twice."""

    def __init__(self, studies: Iterable[Study] = ()) -> None:
        """`studies`: those of the graph."""
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        for study in studies:
            self.clash(study, "the graph")

    def clash(self, study: Study, where: str) -> tuple[str, str] | None:
        """The key, doi or pmid, that another study has, and what to do; else it is remembered."""
        for key, value in (("doi", study.doi), ("pmid", study.pmid)):
            if value is None:
                continue
            other, there = self._known.setdefault((key, value), (study.id, where))
            if other != study.id:
                return key, (
                    f"{key.upper()} {value} is that of study '{other}' in {there}, and here of "
                    f"'{study.id}'; one paper is one study, so give both the same id"
                )
        return None


class Reader:
    """Reads sources one by one over one vocabulary, and remembers what must not clash."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        entities: Iterable[Entity],
        *,
        documents: FilePath | None = None,
        studies: Mapping[str, str | None] | None = None,
        papers: Iterable[Study] = (),
    ) -> None:
        """`studies`: the study of each source that is loaded already, or None where untraced.

        `papers`: what is known of these studies.
        """
        self.vocabulary = vocabulary
        self.entities = {entity.id: entity for entity in entities}
        self.defined = list(self.entities.values())
        """The entities that sources share, then those that files define, as they were read."""
        self.documents = documents
        self.files: dict[str, FilePath] = {}
        self.lexicon = Lexicon(self.entities.values())
        self.meant: dict[str, str] = {}
        """The ids that names turned out to mean, without the entities of any one file."""
        self.contexts: dict[tuple[Any, ...], Context] = {}
        """Those read without a fault, by what was stated: many passages state the same."""
        self.names = {fold(name): e for e in self.entities.values() for name in proper_names(e)}
        self._predicates = {predicate.name: predicate for predicate in vocabulary.predicates}
        self._terms = {
            dimension: _term_names(getattr(vocabulary, dimension))
            for dimension in ("species", "site", "disease")
        }
        self._faults: list[Fault] = []
        self.studies: list[tuple[Study, str]] = []
        """What files say of studies, and which file does, as they were read."""
        self._studies: dict[str, tuple[Study, str]] = {}
        self.memo: dict[str, Any] = {}
        """What others make, once, of all that was read."""
        self._papers = PapersOfStudies(papers)
        self._study_of = Layered[str, str | None](studies)
        self._defined: dict[str, tuple[Entity, str]] = {}
        self._named: dict[str, tuple[Entity, str]] = {}
        self._placeholders: list[tuple[str, str | None, str, Fault]] = []

    def take_faults(self) -> list[Fault]:
        """The faults found since they were last taken."""
        faults, self._faults = self._faults, []
        return faults

    def cross_faults(self) -> list[Fault]:
        """What two files say that cannot both stand."""
        return [
            fault
            for source, study, owner, fault in self._placeholders
            if source != owner and (study is None or study != self._study_of.get(owner))
        ]

    def read(self, content: bytes, file: str) -> Contribution | None:
        """The contribution of one file; None where it has faults (see `take_faults`)."""
        return self.reading(yaml_text.read(content, file)).contribution

    def reading(self, text: SeedText) -> Reading:
        """One file as it was read, for those who look at more than what it brings."""
        form = validated(text, SourceForm)
        contribution = document = None
        if form is None and not text.full and (rest := rest_of(text.value)) is not None:
            _Compilation(self, text, rest.form, rest).contribution()
            if "study" not in rest.lost:
                self._study_of[rest.form.id] = rest.form.study.id if rest.form.study else None
        if form is not None:
            compilation = _Compilation(self, text, form)
            contribution, document = compilation.contribution(), compilation.document
            if form.id in self.files and str(self.files[form.id]) != text.file:
                text.fault(("id",), f"source id '{form.id}' stands in {self.files[form.id]} too")
            self.files[form.id] = FilePath(text.file)
            self._study_of[form.id] = form.study.id if form.study else None
            self._note_study(text, form)
            self._note_entities(text, form)
        self._faults.extend(text.told_faults())
        return Reading(text, form, None if text.faults else contribution, document)

    def _note_study(self, text: SeedText, form: SourceForm) -> None:
        if form.study is None:
            return
        self.studies.append((form.study, text.file))
        known, file = self._studies.setdefault(form.study.id, (form.study, text.file))
        for key in ("doi", "pmid", "title"):
            ours, theirs = getattr(form.study, key), getattr(known, key)
            if ours and theirs and ours != theirs:
                text.fault(
                    ("study", key),
                    f"{key} of study '{form.study.id}' is {ours} here but {theirs} in {file}",
                )
        if clash := self._papers.clash(form.study, text.file):
            key, message = clash
            text.fault(("study", key), message)

    def _note_entities(self, text: SeedText, form: SourceForm) -> None:
        self.defined.extend(form.entities)
        for number, entity in enumerate(form.entities):
            known, file = self._defined.setdefault(entity.id, (entity, text.file))
            if known != entity:
                text.fault(
                    ("entities", number, "id"),
                    f"{entity.id} is defined otherwise in {file}; "
                    f"define it once, in {ENTITIES_FILE}",
                )
            for name in proper_names(entity):
                other, file = self._named.setdefault(fold(name), (entity, text.file))
                if other.id != entity.id and file != text.file:  # within a file it is told already
                    text.fault(
                        ("entities", number, "name"),
                        f"'{name}' is {other.name} ({other.id}) in {file}; use that one",
                    )

    def predicate(self, name: str) -> Predicate | None:
        """The verb of a name."""
        return self._predicates.get(name)

    def near_predicates(self, name: str) -> list[str]:
        """Our verbs of the same sign for a name that is none."""
        return near_verbs(name, self.vocabulary.predicates)

    def term(self, dimension: str, name: str) -> str | None:
        """The one name of a species, site or disease."""
        return self._terms[dimension].get(fold(name))

    def near_terms(self, dimension: str, name: str) -> list[str]:
        """The nearest terms to a name that is none."""
        names = self._terms[dimension]
        return [names[near] for near in get_close_matches(fold(name), names, 3, 0.5)]

    def note_placeholder(self, source: str, study: str | None, owner: str, fault: Fault) -> None:
        """A source uses the unnamed member of another; allowed within one study only."""
        self._placeholders.append((source, study, owner, fault))


def _term_names(terms: Iterable[Term]) -> dict[str, str]:
    names: dict[str, str] = {}
    for term in terms:
        for name in (term.name, *term.synonyms, *([term.id] if term.id else [])):
            names.setdefault(fold(name), term.name)
    return names


class _Compilation:
    """One source form on its way to a contribution."""

    def __init__(
        self, reader: Reader, text: SeedText, form: SourceForm, rest: Rest | None = None
    ) -> None:
        """`rest`: the form is what could be read of a file, and is compiled for its faults."""
        self.reader = reader
        self.text = text
        self.form = form
        self.numbers = rest.numbers if rest else {}
        self.lost = rest.lost if rest else frozenset[str]()
        self.lost_words = rest.words if rest else frozenset[str]()
        self.own = {entity.id: entity for entity in form.entities}
        self.lexicon = (
            Lexicon(form.entities, over=reader.lexicon) if form.entities else reader.lexicon
        )
        self.statements: dict[str, Statement] = {}
        self.evidence: dict[str, Evidence] = {}
        self.interventions: dict[str, Intervention] = {}
        self.refs: dict[str, str] = {}
        self.used: set[str] = set()
        self.clashing = frozenset[str]()
        """Folded names that two entities have, which is told where they are defined."""
        self.unknown: dict[str, str] = {}
        """What was said of names that no entity has."""
        self.study = form.study.id if form.study else None
        self.document = self._document()

    def contribution(self) -> Contribution:
        form = self.form
        self._check_tier()
        if "entities" not in self.lost:
            self.clashing = check_entities(
                form.entities, self.reader.entities, self.reader.names, self.text
            )
        for number, entity in self._numbered("entities", form.entities):
            known = self.reader.entities.get(entity.id)
            if known is not None and known != entity:
                self.text.fault(
                    ("entities", number, "id"),
                    f"{entity.id} is {known.name} in {ENTITIES_FILE}; leave it out here",
                )
        for number, statement in self._numbered("statements", form.statements):
            self._statement(statement, ("statements", number))
        for number, caution in self._numbered("cautions", form.cautions):
            self._caution(caution, ("cautions", number))
        for number, intervention in self._numbered("interventions", form.interventions):
            self._intervention(intervention, ("interventions", number))
        source = Source(
            **form.model_dump(
                include={
                    "id",
                    "type",
                    "tier",
                    "traceability",
                    "title",
                    "study_note",
                    "outlet",
                    "published",
                    "licence",
                    "curator",
                    "curated",
                }
            ),
            document=form.document,
            study=self.study,
            not_statements=tuple(self._not_statements()),
        )
        return Contribution(
            source=source,
            study=form.study,
            entities=tuple(self._entities_used()),
            statements=tuple(sorted(self.statements.values(), key=lambda s: s.id)),
            evidence=tuple(sorted(self.evidence.values(), key=lambda e: e.id)),
            interventions=tuple(sorted(self.interventions.values(), key=lambda i: i.id)),
        )

    def _numbered(self, name: str, forms: tuple[F, ...]) -> Iterator[tuple[int, F]]:
        """The forms of one kind with their numbers in the file."""
        return zip(self.numbers.get(name, range(len(forms))), forms, strict=True)

    # --- names ---------------------------------------------------------------------------

    def _entity(self, name: str, path: Path) -> str:
        """The id that a name means; where it means none, a fault, and an id that nothing has."""
        identifier = None if self.own else self.reader.meant.get(name)
        if identifier is None:
            identifier = self._meaning(name, path)
            if identifier.startswith(UNKNOWN):
                return identifier
            if not self.own:
                self.reader.meant[name] = identifier
        self.used.add(identifier)
        self._check_placeholder(identifier, path)
        return identifier

    def _meaning(self, name: str, path: Path) -> str:
        """The id that a name means, looked up; as `_entity` where it means none."""
        unknown = f"{UNKNOWN}{digest(fold(name))}"
        if not check_letters(name, path, self.text):
            return unknown
        found = self.lexicon.find(name)
        if len(found) == 1:
            return found[0].id
        if found and fold(name) not in self.clashing:
            choices = " or ".join(f"{c.id} ({c.name})" for c in found)
            self.text.fault(path, f"'{name}' may mean {choices}; write the id", once=True)
        elif not found and fold(name) not in self.lost_words:
            self.text.fault(path, self._unknown_entity(name), once=True)
        return unknown

    def _unknown_entity(self, name: str) -> str:
        """What to say of a name that no entity has; made once for each, since it takes a search."""
        message = self.unknown.get(name)
        if message is None:
            found = () if self.text.full else self.lexicon.suggest(name, 3)
            near = ", ".join(map(_found_as, found))
            hint = f"; nearest: {near}" if near else f"; add it to {ENTITIES_FILE} or `entities`"
            message = self.unknown[name] = f"unknown entity '{name}'{hint}"
        return message

    def _check_placeholder(self, identifier: str, path: Path) -> None:
        entity = self.own.get(identifier) or self.reader.entities[identifier]
        if entity.placeholder_of and not self.lost & {"id", "study"}:
            fault = Fault(
                self.text.file,
                *self.text.place(path),
                f"'{entity.name}' is the unnamed member of source '{entity.placeholder_of}'; "
                "another study may use it only once a curator has grounded it",
            )
            owner = entity.placeholder_of
            self.reader.note_placeholder(self.form.id, self.study, owner, fault)

    def _entities_used(self) -> Iterator[Entity]:
        """The entities that are spoken of and every class above them, by id."""
        found: dict[str, Entity] = {}
        todo = list(self.used)
        while todo:
            identifier = todo.pop()
            entity = self.own.get(identifier) or self.reader.entities.get(identifier)
            if entity is not None and identifier not in found:
                found[identifier] = entity
                todo.extend(entity.is_a)
        yield from (found[identifier] for identifier in sorted(found))

    def _context(self, form: ContextForm, path: Path) -> Context:
        stated = tuple(form.__dict__.values())
        known = self.reader.contexts.get(stated)
        if known is not None:
            return known
        noted = self.text.noted
        context = self._context_of(form, path)
        # The cells of a context are entities that this source uses, in words of its own file.
        if self.text.noted == noted and not form.in_cell:
            self.reader.contexts[stated] = context
        return context

    def _context_of(self, form: ContextForm, path: Path) -> Context:
        values = {name: value for name, value in form.__dict__.items() if value not in (None, ())}
        for dimension in ("species", "site", "disease"):
            if dimension not in values:
                continue
            names: list[str] = []
            for name in values[dimension]:
                term = self.reader.term(dimension, name)
                if term is None:
                    near = ", ".join(self.reader.near_terms(dimension, name))
                    hint = f"; nearest: {near}" if near else f"; add it to {VOCABULARY_FILE}"
                    message = f"unknown {dimension} '{name}'{hint}"
                    self.text.fault((*path, dimension), message, once=True)
                else:
                    names.append(term)
            values[dimension] = tuple(names)
        if "in_cell" in values:
            cells = [self._entity(name, (*path, "in_cell")) for name in values["in_cell"]]
            values["in_cell"] = tuple(sorted(cells))
        return Context(**{k: _distinct(v) for k, v in values.items()})

    # --- places --------------------------------------------------------------------------

    def _check_tier(self) -> None:
        """Press stays press: its tiers are capped, and no other source has them."""
        if "tier" in self.lost:
            return
        type_, tier = self.form.type, self.form.tier
        fits = tier.is_press is (type_ is SourceType.PRESS) and (tier is Tier.CURATOR) is (
            type_ is SourceType.CURATOR
        )
        if not fits:
            self.text.fault(("tier",), f"tier {tier} does not go with type {type_}")
        if tier is Tier.MACHINE_READ and type_ is not SourceType.DATASET:
            self.text.fault(("tier",), "tier machine_read belongs to type dataset")

    def _document(self) -> str | None:
        """The text of the document, where it is at hand and is the one that was read."""
        folder, document = self.reader.documents, self.form.document
        if document is None:
            return None
        if (document.sha256 is None) is not (document.characters is None):
            self.text.fault(("document",), "sha256 and characters go together; or give neither")
            return None
        if folder is None:
            return None
        if document.sha256 is None:
            return text_of_others(folder, document.name)
        if FilePath(document.name).name != document.name:
            self.text.fault(("document", "name"), "a document is named without its folder")
            return None
        path = folder / document.name
        if not path.is_file():
            self.text.fault(("document", "name"), f"no {document.name} in {folder}")
            return None
        content = path.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != document.sha256:
            self.text.fault(
                ("document", "sha256"), f"{document.name} has SHA-256 {found}; another version?"
            )
            return None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            self.text.fault(("document", "name"), f"{document.name} is not UTF-8")
            return None
        if len(text) != document.characters:
            self.text.fault(
                ("document", "characters"), f"{document.name} has {len(text)} characters"
            )
        return text

    def _locator(
        self,
        span: tuple[int, int] | None,
        sha256: str | None,
        path: Path,
        *,
        sentence: str | None = None,
    ) -> Locator | None:
        if sentence is not None and span is None and sha256 is None:
            return self._sentence(sentence, path)
        if (span is None) != (sha256 is None):
            self.text.fault(
                path, "span and sha256 go together: `immunograph seed locate` gives both"
            )
            return None
        if span is None or sha256 is None:
            return None
        document = self.form.document
        if document is None:
            if "document" not in self.lost:
                self.text.fault(
                    (*path, "span"), "a span needs the `document` it counts in", once=True
                )
            return None
        if document.characters is None:
            message = (
                f"{document.name} has no sha256 and characters: a span has nothing to count in"
            )
            self.text.fault((*path, "span"), message)
            return None
        start, end = span
        if not 0 <= start < end <= document.characters:
            self.text.fault(
                (*path, "span"),
                f"span {start}–{end} is outside {document.name} (0–{document.characters})",
            )
            return None
        if self.document is not None:
            found = hashlib.sha256(self.document[start:end].encode()).hexdigest()
            if found != sha256:
                self.text.fault(
                    (*path, "sha256"), f"the passage at {start}–{end} has SHA-256 {found}"
                )
        return Locator(
            document=document.name, start=start, end=end, sha256=sha256, sentence=sentence
        )

    def _sentence(self, sentence: str, path: Path) -> Locator | None:
        """The locator of a sentence by its hash alone, in a document that others may hold."""
        document = self.form.document
        if document is None:
            if "document" not in self.lost:
                self.text.fault(
                    (*path, "sentence"), "a sentence needs the `document` it stands in", once=True
                )
            return None
        if self.document is not None and sentence not in sentence_hashes(self.document):
            message = f"no sentence of {document.name} has this hash; `seed locate` gives it"
            self.text.fault((*path, "sentence"), message)
        return Locator(document=document.name, sentence=sentence)

    def _not_statements(self) -> Iterator[NotStatement]:
        for number, form in self._numbered("not_statements", self.form.not_statements):
            path: Path = ("not_statements", number)
            if self._locator(form.span, form.sha256, path):
                yield NotStatement(
                    start=form.span[0],
                    end=form.span[1],
                    sha256=form.sha256,
                    why=form.why,
                    about=form.about,
                )

    # --- statements ----------------------------------------------------------------------

    def _statement(self, form: StatementForm, path: Path) -> None:
        predicate = self.reader.predicate(form.predicate)
        if predicate is None:
            near = ", ".join(self.reader.near_predicates(form.predicate))
            hint = f"; nearest: {near}" if near else f"; the verbs are in {VOCABULARY_FILE}"
            if is_denial(form.predicate):
                hint = "; a denial is the verb itself, with `role: refutes` on its evidence"
            message = f"unknown predicate '{form.predicate}'{hint}"
            self.text.fault((*path, "predicate"), message, once=True)
            predicate = UNKNOWN_PREDICATE
        subject = self._entity(form.subject, (*path, "subject"))
        object_ = self._entity(form.object, (*path, "object"))
        if subject == object_:
            self.text.fault((*path, "object"), "subject and object are the same entity")
        identifier = self._add_statement(subject, predicate, object_, form.aspect, path)
        if form.ref is not None:
            if form.ref in self.refs:
                self.text.fault((*path, "ref"), f"ref '{form.ref}' stands twice")
            self.refs[form.ref] = identifier
        for number, passage in enumerate(form.evidence):
            here = (*path, "evidence", number)
            role = passage.role
            if predicate.cls in (StatementClass.CAUTION, StatementClass.GAP):
                role = Role.QUALIFIES
            if passage.no_change and role is not Role.REFUTES:
                self.text.fault((*here, "no_change"), "no_change belongs to `role: refutes`")
            self._add_evidence(
                passage, here, about=identifier, predicate=predicate.name, role=role,
                no_change=passage.no_change,
            )  # fmt: skip

    def _add_statement(
        self, subject: str, predicate: Predicate, object_: str, aspect: Aspect, path: Path
    ) -> str:
        effect = predicate.stated_effect
        identifier = statement_id(subject, effect, object_, aspect)
        known = self.statements.get(identifier)
        if known is not None and known.cls is not predicate.cls:
            self.text.fault(path, f"the same statement stands as {known.cls} and {predicate.cls}")
        self.statements[identifier] = Statement(
            id=identifier, subject=subject, effect=effect, object=object_, aspect=aspect,
            cls=predicate.cls,
        )  # fmt: skip
        return identifier

    def _add_evidence(
        self,
        form: PassageForm,
        path: Path,
        *,
        about: str,
        predicate: str | None,
        role: Role,
        no_change: bool = False,
        human_unknown: bool = False,
    ) -> Evidence:
        locator = self._locator(form.span, form.sha256, path, sentence=form.sentence)
        span = f"{form.span[0]}-{form.span[1]}" if form.span else ""
        identifier = digest(self.form.id, about, role, predicate or "", span, form.says)
        if identifier in self.evidence:
            self.text.fault(path, "the same evidence stands twice")
        if self.form.type is SourceType.CURATOR and locator is not None:
            self.text.fault((*path, "span"), "a curator's own statement has no passage")
        if form.hedged and form.span and locator is not None and self.document is not None:
            passage = self.document[locator.start : locator.end]
            if doubt_in(passage) is None:
                self.text.fault(
                    (*path, "hedged"), "the passage has no word of doubt; widen the span over it"
                )
        evidence = Evidence(
            id=identifier,
            about=about,
            predicate=predicate,
            source=self.form.id,
            study=self.study,
            role=role,
            basis=form.basis,
            directness=form.directness,
            hedged=form.hedged,
            says=form.says,
            voice=form.voice,
            context=self._context(form.context, (*path, "context")),
            locator=locator,
            eco=form.eco or self._eco(form.directness),
            no_change=no_change,
            human_unknown=human_unknown,
            checked=form.checked,
            review=form.review,
            note=form.note,
            reader=form.reader,
            quoted=form.quoted,
            record=form.record,
        )
        self.evidence[identifier] = evidence
        return evidence

    def _eco(self, directness: Directness) -> str:
        return default_eco(self.form.type, directness, traced=self.study is not None)

    def _caution(self, form: CautionForm, path: Path) -> None:
        predicate = self.reader.predicate("cautions")
        if predicate is None:
            self.text.fault(path, f"{VOCABULARY_FILE} has no predicate 'cautions'")
            return
        subject = self._entity(form.subject, (*path, "subject"))
        object_ = self._entity(form.object, (*path, "object"))
        passage = PassageForm(
            says=form.says, span=form.span, sha256=form.sha256, sentence=form.sentence,
            voice=form.voice, context=form.context,
            checked=form.checked, note=form.note,
        )  # fmt: skip
        about = self._add_statement(subject, predicate, object_, Aspect.NONE, path)
        self._add_evidence(
            passage, path, about=about, predicate=predicate.name, role=Role.QUALIFIES,
            human_unknown=form.human == "unknown",
        )  # fmt: skip

    # --- interventions -------------------------------------------------------------------

    def _intervention(self, form: InterventionForm, path: Path) -> None:
        target = self._entity(form.target, (*path, "target"))
        identifier = f"{self.form.id}.{form.ref}"
        if identifier in self.interventions:
            self.text.fault((*path, "ref"), f"ref '{form.ref}' stands twice")
        passages = [
            self._add_evidence(
                passage, (*path, "evidence", number), about=identifier, predicate=None,
                role=Role.QUALIFIES,
            )
            for number, passage in enumerate(form.evidence)
        ]  # fmt: skip
        outcomes: list[Outcome] = []
        for number, outcome in enumerate(form.outcomes):
            here = (*path, "outcomes", number)
            if (outcome.observed is None) is (form.status is InterventionStatus.TESTED):
                self.text.fault(
                    here, "`observed` belongs to tested interventions, and to all of them"
                )
            own = [
                self._add_evidence(
                    passage, (*here, "evidence", n), about=identifier, predicate=None,
                    role=Role.QUALIFIES,
                )
                for n, passage in enumerate(outcome.evidence)
            ]  # fmt: skip
            if outcome.on in self.refs:
                outcomes.append(Outcome(on=self.refs[outcome.on], observed=outcome.observed))
                continue
            on = self._entity(outcome.on, (*here, "on"))
            outcomes.append(Outcome(on=on, observed=outcome.observed))
            if form.status is InterventionStatus.TESTED and outcome.observed is not None:
                self._derive(
                    form, outcome, target=target, on=on, passages=own or passages,
                    intervention=identifier, path=here,
                )  # fmt: skip
        self.interventions[identifier] = Intervention(
            id=identifier,
            name=form.name,
            agent=form.agent,
            target=target,
            process=form.process,
            change=form.change,
            mode=form.mode,
            phase=form.phase,
            condition=form.condition,
            status=form.status,
            outcomes=tuple(outcomes),
            source=self.form.id,
            study=self.study,
        )

    def _derive(
        self,
        form: InterventionForm,
        outcome: OutcomeForm,
        *,
        target: str,
        on: str,
        passages: list[Evidence],
        intervention: str,
        path: Path,
    ) -> None:
        """Target → outcome follows from the experiment: sign = change of target × observed change.

        No change refutes that the target promotes the outcome, in that context only. Where the
        same source already states the perturbation outright, there is nothing to derive.
        """
        if target == on:
            return
        observed = outcome.observed or 0
        effect = Effect.of_sign(form.change * observed) if observed else Effect.PROMOTES
        predicate = self.reader.predicate(effect)
        if predicate is None:
            self.text.fault(path, f"{VOCABULARY_FILE} has no predicate '{effect}'")
            return
        about = statement_id(target, effect, on, outcome.aspect)
        if any(e.about == about and e.basis is Basis.PERTURBATION and e.derived_from is None
               for e in self.evidence.values()):  # fmt: skip
            return
        self._add_statement(target, predicate, on, outcome.aspect, path)
        for passage in passages:
            context = passage.context
            if form.phase and not context.phase:
                context = context.model_copy(update={"phase": (form.phase,)})
            if form.condition and not context.condition:
                context = context.model_copy(update={"condition": form.condition})
            identifier = digest(passage.id, about, intervention)
            self.evidence[identifier] = passage.model_copy(
                update={
                    "id": identifier,
                    "about": about,
                    "predicate": predicate.name,
                    "role": Role.SUPPORTS if observed else Role.REFUTES,
                    "no_change": not observed,
                    "basis": Basis.PERTURBATION,
                    "directness": Directness.DERIVED,
                    "eco": self._eco(Directness.DERIVED),
                    "derived_from": intervention,
                    "context": context,
                }
            )


def _found_as(near: Candidate) -> str:
    """An entity with its id, and with the synonym by which it was found."""
    through = fold(near.matched) not in (fold(near.name), fold(near.id))
    return f"{near.name} ({near.id}{f', by {near.matched}' if through else ''})"


def _distinct(value: Any) -> Any:
    """A tuple without repeats; anything else as it is."""
    if not isinstance(value, tuple) or len(cast(tuple[Any, ...], value)) < 2:
        return cast(Any, value)
    return tuple(dict.fromkeys(cast(tuple[Any, ...], value)))
