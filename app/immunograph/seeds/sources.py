"""A folder of seed files → vocabulary, entities and one contribution for each source.

The forms below are what a curator writes; `schema/source.schema.json` is generated from them.
Every fault of every file is gathered, with file, line and column, before anything is refused.
"""

from __future__ import annotations

import copy
import hashlib
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any, Final, Literal, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from immunograph.domain.lexicon import Candidate, Lexicon
from immunograph.domain.locators import sentence_hashes, text_of_others
from immunograph.domain.model import (
    Context,
    Contribution,
    Curie,
    Day,
    Document,
    Entity,
    Evidence,
    Intervention,
    LocalId,
    Locator,
    NotStatement,
    Outcome,
    Predicate,
    Record,
    Sentence,
    Sha256,
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
    Phase,
    Role,
    SourceType,
    Stage,
    StatementClass,
    StudySystem,
    Tier,
    Traceability,
)
from immunograph.errors import BadSource, Fault
from immunograph.names import homoglyphs
from immunograph.names.curies import is_accession
from immunograph.names.hedges import doubt_in
from immunograph.names.spelling import fold
from immunograph.seeds import yaml_text
from immunograph.seeds.files import texts
from immunograph.seeds.verbs import is_denial, near_verbs
from immunograph.seeds.yaml_text import Path, SeedText

VOCABULARY_FILE: Final = "vocabulary.yaml"
ENTITIES_FILE: Final = "entities.yaml"
UNKNOWN: Final = "itm:unknown-"
UNKNOWN_PREDICATE: Final = Predicate.model_validate(
    {"name": "unknown", "phrase": "?", "class": StatementClass.ANNOTATION}
)
"""What stands for a name with a fault, so that the rest of its statement is checked too."""


def _as_list(value: Any) -> Any:
    if value is None or isinstance(value, list | tuple):
        return cast(Any, value)
    return [value]


class _OneOrList:
    """Lets the JSON Schema take one value in place of a list of one, as the reader does."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(core)
        return {"anyOf": [several["items"], several]}


T = TypeVar("T")
F = TypeVar("F", bound=BaseModel)
Several = Annotated[tuple[T, ...], BeforeValidator(_as_list), _OneOrList()]
"""One value or a list of them."""


class Form(BaseModel):
    """What a curator writes; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ContextForm(Form):
    """In what, where and when; leave out what the passage does not state."""

    study_system: Several[StudySystem] = ()
    species: Several[str] = ()
    site: Several[str] = ()
    disease: Several[str] = ()
    stage: Several[Stage] = ()
    phase: Several[Phase] = ()
    cell_state: Several[str] = ()
    host_state: Several[str] = ()
    in_cell: Several[str] = ()
    treatment: Several[str] = ()
    dose: str | None = None
    time: str | None = None
    condition: str | None = None


class PassageForm(Form):
    """One passage in the curator's own words."""

    says: Sentence
    span: tuple[int, int] | None = None
    sha256: Sha256 | None = None
    sentence: Sha256 | None = None
    basis: Basis = Basis.ASSERTED
    hedged: bool = False
    directness: Directness = Directness.EXPLICIT
    voice: str | None = None
    context: ContextForm = ContextForm()
    eco: Curie | None = None
    checked: bool = True
    review: bool = False
    note: str | None = None
    reader: str | None = None
    quoted: bool = False
    record: Record | None = None


class EvidenceForm(PassageForm):
    """A passage and what it does to the statement."""

    role: Role = Role.SUPPORTS
    no_change: bool = False


class StatementForm(Form):
    """Subject, verb, object, and the passages that say so."""

    ref: LocalId | None = None
    subject: str
    predicate: str
    object: str
    aspect: Aspect = Aspect.NONE
    evidence: Annotated[tuple[EvidenceForm, ...], Field(min_length=1)]


class CautionForm(Form):
    """What must be said wherever the subject and the object meet."""

    subject: str
    object: str
    says: Sentence
    human: Literal["unknown"] | None = None
    span: tuple[int, int] | None = None
    sha256: Sha256 | None = None
    sentence: Sha256 | None = None
    voice: str | None = None
    context: ContextForm = ContextForm()
    checked: bool = True
    note: str | None = None


class OutcomeForm(Form):
    """What changed: `on` names an entity, or a statement of this file by its `ref`."""

    on: str
    aspect: Aspect = Aspect.NONE
    observed: Literal[-1, 0, 1] | None = None
    evidence: tuple[PassageForm, ...] = ()
    """Where the outcome has a passage of its own."""


class InterventionForm(Form):
    """Something done, proposed or in use, with what was seen."""

    ref: LocalId
    name: Sentence
    agent: str | None = None
    target: str
    process: str | None = None
    change: Literal[-1, 1]
    mode: Sentence
    phase: Phase | None = None
    condition: str | None = None
    status: InterventionStatus
    outcomes: tuple[OutcomeForm, ...] = ()
    evidence: Annotated[tuple[PassageForm, ...], Field(min_length=1)]


class SourceForm(Form):
    """One source: one YAML document."""

    id: LocalId
    type: SourceType
    tier: Tier
    traceability: Traceability
    title: Sentence
    study: Study | None
    study_note: str | None = None
    outlet: str | None = None
    published: Day | None = None
    licence: str | None = None
    document: Document | None = None
    curator: str | None = None
    curated: Day | None = None
    entities: tuple[Entity, ...] = ()
    statements: tuple[StatementForm, ...] = ()
    cautions: tuple[CautionForm, ...] = ()
    interventions: tuple[InterventionForm, ...] = ()
    not_statements: tuple[NotStatementForm, ...] = ()


class NotStatementForm(Form):
    """A passage that became nothing."""

    span: tuple[int, int]
    sha256: Sha256
    why: Sentence
    about: Several[str] = ()


class EntitiesForm(Form):
    """The file of entities that sources share."""

    entities: tuple[Entity, ...]


SourceForm.model_rebuild()


@dataclass(frozen=True, slots=True)
class Seed:
    """All that a folder of seed files says."""

    vocabulary: Vocabulary
    entities: tuple[Entity, ...]
    contributions: tuple[Contribution, ...]
    files: dict[str, FilePath]
    """The file of each source, by source id."""


def read_seed(
    folder: FilePath,
    *,
    documents: FilePath | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Seed:
    """Read every source under a folder, over the nearest vocabulary and entities at or above it.

    With `documents`, every locator is checked against the text. Raises BadSource with every fault.
    """
    home = seed_home(folder)
    vocabulary, entities, faults = read_home(home)
    files = [
        path
        for path in sorted(folder.rglob("*.yaml"))
        if path.name not in (VOCABULARY_FILE, ENTITIES_FILE)
    ]
    reader = Reader(vocabulary, entities, documents=documents)
    contributions: list[Contribution] = []
    for number, text in enumerate(texts(files), start=1):
        if isinstance(text, OSError):
            raise text
        contribution = reader.reading(text).contribution
        faults.extend(reader.take_faults())
        if contribution:
            contributions.append(contribution)
        progress(number, len(files))
    faults.extend(reader.cross_faults())
    if faults:
        raise BadSource(faults)
    return Seed(vocabulary, entities, tuple(contributions), reader.files)


def seed_home(folder: FilePath) -> FilePath:
    """The nearest folder, this one or above, that holds the vocabulary and the entities."""
    for home in (folder.resolve(), *folder.resolve().parents):
        if (home / VOCABULARY_FILE).is_file() and (home / ENTITIES_FILE).is_file():
            return home
    message = (
        f"no {VOCABULARY_FILE} and {ENTITIES_FILE} here or above; put the file under a seed folder"
    )
    raise BadSource([Fault(str(folder), 1, 1, message)])


def read_home(home: FilePath) -> tuple[Vocabulary, tuple[Entity, ...], list[Fault]]:
    """The vocabulary and the shared entities of a seed folder, with their faults."""
    faults: list[Fault] = []
    vocabulary_text = _read_text(home / VOCABULARY_FILE)
    vocabulary = _validated(vocabulary_text, Vocabulary)
    if vocabulary is not None:
        _check_vocabulary(vocabulary, vocabulary_text)
    entities_text = _read_text(home / ENTITIES_FILE)
    entities = _validated(entities_text, EntitiesForm)
    if entities is not None:
        _check_entities(entities.entities, {}, {}, entities_text)
    faults = [*vocabulary_text.told_faults(), *entities_text.told_faults()]
    if vocabulary is None or entities is None:
        raise BadSource(faults)
    return vocabulary, entities.entities, faults


def _read_text(path: FilePath) -> SeedText:
    return yaml_text.read(path.read_bytes(), str(path))


def _check_vocabulary(vocabulary: Vocabulary, text: SeedText) -> None:
    """Verbs and terms stand once, only causal verbs have an effect, classes are terms too."""
    for name in Vocabulary.model_fields:
        known: set[str] = set()
        for number, one in enumerate(getattr(vocabulary, name)):
            if one.name in known:
                text.fault((name, number, "name"), f"'{one.name}' stands twice")
            known.add(one.name)
        for number, one in enumerate(getattr(vocabulary, name)):
            for parent in getattr(one, "is_a", ()):
                if parent not in known:
                    hint = _nearest(parent, known)
                    text.fault((name, number, "is_a"), f"is_a '{parent}', which is no term{hint}")
    for number, predicate in enumerate(vocabulary.predicates):
        if (predicate.effect is not None) is not (predicate.cls is StatementClass.CAUSAL):
            text.fault(
                ("predicates", number),
                f"'{predicate.name}': causal verbs have an `effect`, and no others do",
            )


def _check_entities(
    entities: Iterable[Entity],
    shared: dict[str, Entity],
    shared_names: dict[str, Entity],
    text: SeedText,
) -> frozenset[str]:
    """Entities stand once, and their classes are entities that lead back to none of them.

    The folded names that two have: what else is wrong with such a name follows from that.
    """
    clashing: set[str] = set()
    own: dict[str, Entity] = {}
    places: dict[str, int] = {}
    for number, entity in enumerate(entities):
        if entity.id in own:
            text.fault(("entities", number, "id"), f"entity {entity.id} stands twice")
        own[entity.id] = entity
        places.setdefault(entity.id, number)
    known = ChainMap(own, shared)
    names = ChainMap[str, Entity]({}, shared_names)
    for identifier, entity in own.items():
        clashing.update(_check_names(entity, places[identifier], names, text))
        path: Path = ("entities", places[identifier], "is_a")
        for parent in entity.is_a:
            if parent not in known:
                hint = "" if is_accession(parent) else _nearest(parent, known)
                text.fault(path, f"{identifier} is_a {parent}, which is no entity{hint}")
        if _leads_back(identifier, known):
            text.fault(path, f"{identifier} is, by its classes, a kind of itself")
    return frozenset(clashing)


def _proper_names(entity: Entity) -> tuple[str, ...]:
    """What an entity is called by itself; synonyms may be shared."""
    return (entity.id, entity.name)


def _check_names(
    entity: Entity, number: int, names: MutableMapping[str, Entity], text: SeedText
) -> Iterator[str]:
    """An entity has a name of its own, in letters that are what they seem; the names it has not."""
    for key, name in (("name", entity.name), ("symbol", entity.symbol)):
        _check_letters(name or "", ("entities", number, key), text)
    for place, name in enumerate(entity.synonyms):
        _check_letters(name, ("entities", number, "synonyms", place), text)
    for name in _proper_names(entity):
        other = names.setdefault(fold(name), entity)
        if other.id != entity.id:
            text.fault(
                ("entities", number, "name"),
                f"'{name}' is {other.name} ({other.id}); use that one, or another name",
            )
            yield fold(name)


def _check_letters(name: str, path: Path, text: SeedText) -> bool:
    """Whether the letters of a name are what they seem; a fault where they are not."""
    found = homoglyphs.disguised(name)
    if found is None:
        return True
    place, letter = found
    latin = homoglyphs.LOOKALIKES.get(letter)
    instead = f"write the Latin '{latin}'" if latin else "write the word in one script"
    text.fault(path, f"letter {place + 1} of '{name}' is {homoglyphs.describe(letter)}; {instead}")
    return False


def _leads_back(identifier: str, known: Mapping[str, Entity]) -> bool:
    """Whether the classes above an entity hold it too."""
    seen: set[str] = set()
    todo = list(known[identifier].is_a)
    while todo:
        current = todo.pop()
        if current == identifier:
            return True
        if current in known and current not in seen:
            seen.add(current)
            todo.extend(known[current].is_a)
    return False


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 3, 0.5)
    return f"; nearest: {', '.join(near)}" if near else ""


def _validated(text: SeedText, form: type[F]) -> F | None:
    """The form, or None with every fault noted in the text."""
    if text.faults and text.value is None:
        return None
    value: Any = text.value
    if not isinstance(value, dict):
        text.fault((), f"expected keys and values, found {_kind(value)}")
        return None
    try:
        return form.model_validate(value)
    except ValidationError as error:
        for path, problem in _problems(error):
            if text.full:  # only counted
                text.fault(path, "")
            else:
                _note_problem(text, form, path, problem)
        return None


def _note_problem(text: SeedText, form: type[BaseModel], path: Path, problem: Any) -> None:
    """Say what a form refuses, in words for whoever wrote the file."""
    kind, where = problem["type"], ".".join(map(str, path))
    if kind == "missing" and isinstance(path[-1], int):
        text.fault(path[:-1], f"{'.'.join(map(str, path[:-1]))}: too few values")
    elif kind == "missing":
        text.fault(path[:-1], f"key '{path[-1]}' is missing")
    elif kind == "extra_forbidden":
        near = get_close_matches(str(path[-1]), _keys_of(form, path[:-1]), 1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        text.fault(path, f"unknown key '{path[-1]}'{hint}", key=True)
    elif problem["input"] is None:
        text.fault(path, f"{where} is empty; fill it in")
    elif kind in _EXPECTED:
        text.fault(path, f"{where}: expected {_EXPECTED[kind]}, found {_kind(problem['input'])}")
    else:
        message = str(problem["msg"]).removeprefix("Value error, ")
        text.fault(path, f"{where}: {message}")


_EXPECTED: Final = {"model_type": "keys and values", "tuple_type": "a list"}
"""What a value should have been, by the kind of error."""


def _problems(error: ValidationError) -> Iterator[tuple[Path, Any]]:
    """What a form refuses and where; a list is not called too short for what its parts have."""
    problems = error.errors(include_url=False)
    paths: list[Path] = [
        tuple(step for step in problem["loc"] if not str(step).startswith("function-"))
        for problem in problems
    ]
    for path, problem in zip(paths, problems, strict=True):
        if problem["type"] == "too_short":
            inside = any(other[: len(path)] == path != other for other in paths)
            if inside:
                continue
        yield path, problem


_PARTS: Final[dict[str, type[BaseModel]]] = {
    "entities": Entity,
    "statements": StatementForm,
    "cautions": CautionForm,
    "interventions": InterventionForm,
    "not_statements": NotStatementForm,
}
_STAND_INS: Final[dict[str, Any]] = {
    "id": "unnamed",
    "type": SourceType.PRESS,
    "tier": Tier.PRESS_TERTIARY,
    "traceability": Traceability.NONE,
    "title": "untitled",
    "study": None,
}


@dataclass(frozen=True, slots=True)
class _Rest:
    """What can be read of a file with faults, so that names and places in it are checked too."""

    form: SourceForm
    numbers: dict[str, list[int]]
    """Which of the statements, cautions, … of the file are in the form."""
    lost: frozenset[str]
    """Keys of the file whose values are not its own, or not all there."""
    words: frozenset[str]
    """Refs, ids and names that what is lost may have given."""


def _rest_of(value: Any) -> _Rest | None:
    """The sound parts of a file that is not sound as a whole."""
    if not isinstance(value, dict):
        return None
    given = cast(dict[str, Any], value)
    header = {key: one for key, one in given.items() if key not in _PARTS}
    lost = {str(path[0]) for path in _faulty(SourceForm, header)}
    if lost & {"type", "tier"}:
        lost |= {"type", "tier"}
    sound: dict[str, Any] = {k: one for k, one in header.items() if k not in lost}
    numbers: dict[str, list[int]] = {}
    words: set[str] = set()
    for name, form in _PARTS.items():
        parts: list[Any] = []
        numbers[name] = []
        listed = given.get(name)
        for number, part in enumerate(cast(list[Any], listed) if isinstance(listed, list) else []):
            words.update(_words_of(part))
            mended = _mended(form, part)
            if mended is None:
                lost.add(name)
                continue
            parts.append(mended)
            numbers[name].append(number)
        sound[name] = parts
    try:
        form = SourceForm.model_validate({**_STAND_INS, **sound})
    except ValidationError:
        return None
    return _Rest(form, numbers, frozenset(lost), frozenset(words))


def _faulty(form: type[BaseModel], value: Any) -> list[Path]:
    """The paths of what a form refuses in a value."""
    try:
        form.model_validate(value)
    except ValidationError as error:
        return [path for path, _ in _problems(error)]
    return []


def _mended(form: type[BaseModel], part: Any) -> dict[str, Any] | None:
    """A part without the keys that its form refuses; None where it cannot do without."""
    if not isinstance(part, dict):
        return None
    mended: dict[str, Any] = copy.deepcopy(cast(dict[str, Any], part))
    for path in _faulty(form, mended):
        _drop(mended, path)
    return None if _faulty(form, mended) else mended


def _drop(value: dict[str, Any], path: Path) -> None:
    """Take out the key that a path leads to, or the nearest one that encloses it."""
    last: tuple[dict[str, Any], str] | None = None
    here: Any = value
    for step in path:
        if isinstance(here, dict) and step in here:
            last = cast(dict[str, Any], here), str(step)
            here = cast(Any, here[step])
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):  # pyright: ignore[reportUnknownArgumentType] # plain values
            here = cast(Any, here[step])
        else:
            break
    if last is not None:
        last[0].pop(last[1], None)


def _words_of(part: Any) -> Iterator[str]:
    """The ref of a part, or the names of an entity."""
    if isinstance(part, dict):
        given = cast(dict[str, Any], part)
        words = [given.get("ref"), given.get("id"), given.get("name"), given.get("symbol")]
        synonyms: Any = given.get("synonyms")
        words += cast(list[Any], synonyms) if isinstance(synonyms, list) else []
        yield from (fold(word) for word in words if isinstance(word, str))


_schema_of: Final = cache(BaseModel.model_json_schema.__func__)


def _keys_of(form: type[BaseModel], path: Path) -> list[str]:
    """The keys that the form at a path knows."""
    schema = _schema_of(form)
    definitions = schema.get("$defs", {})

    def resolved(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "$ref" in node:
            yield from resolved(definitions[node["$ref"].rsplit("/", 1)[-1]])
        for option in (*node.get("anyOf", ()), *node.get("allOf", ())):
            yield from resolved(option)
        yield node

    nodes = [schema]
    for step in path:
        following: list[dict[str, Any]] = []
        for node in nodes:
            for option in resolved(node):
                child = option.get("items") if isinstance(step, int) else None
                child = child or option.get("properties", {}).get(step)
                if child:
                    following.append(child)
        nodes = following
    return [key for node in nodes for o in resolved(node) for key in o.get("properties", {})]


def _kind(value: Any) -> str:
    names: dict[type[Any], str] = {dict: "keys and values", list: "a list", str: "text"}
    names[type(None)] = "nothing"
    kind = cast(type[Any], type(value))
    return names.get(kind, kind.__name__)


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
        self.names = {fold(name): e for e in self.entities.values() for name in _proper_names(e)}
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
        self._study_of: dict[str, str | None] = dict(studies or {})
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
        form = _validated(text, SourceForm)
        contribution = document = None
        if form is None and not text.full and (rest := _rest_of(text.value)) is not None:
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
            for name in _proper_names(entity):
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
        self, reader: Reader, text: SeedText, form: SourceForm, rest: _Rest | None = None
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
            self.clashing = _check_entities(
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
        if not _check_letters(name, path, self.text):
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
        """The Evidence and Conclusion Ontology term, where the curator names no better one.

        ECO:0000306 curator's inference, 0000305 derived, 0000304 traceable author statement,
        0000303 non-traceable author statement.
        """
        if self.form.type is SourceType.CURATOR:
            return "ECO:0000306"
        if directness is Directness.DERIVED:
            return "ECO:0000305"
        return "ECO:0000303" if self.study is None else "ECO:0000304"

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


def source_schema() -> dict[str, Any]:
    """The JSON Schema of a source file."""
    schema = SourceForm.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "immunograph source"
    return schema
