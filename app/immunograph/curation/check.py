"""Files and folders → every fault and every finding of the lint, each with its place.

A file is checked over the seed that it stands in: clashes of ids, studies and entities with the
other files there are its faults too, while what else is wrong with those is not told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Final

from immunograph.curation.grounding import Suggestion
from immunograph.curation.inspection import NOTHING_BESIDE, Beside
from immunograph.curation.lint import Lint, lint, lint_entities
from immunograph.curation.rules.papers import SHORT_TITLE, title_key
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Candidate
from immunograph.domain.locators import text_of_others
from immunograph.domain.papers import papers_of
from immunograph.errors import BadSource, Fault
from immunograph.seeds import yaml_text
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE, texts
from immunograph.seeds.folder import Seed, read_home, seed_home
from immunograph.seeds.pile import Pile
from immunograph.seeds.reading import PapersOfStudies, Reader

_BODY: Final = re.compile(rb"^(statements|cautions|interventions|not_statements):", re.MULTILINE)
_HEAD: Final = re.compile(rb"^(id|study|entities|type|tier|traceability|title):", re.MULTILINE)
_NAMING: Final = re.compile(rb"""\b(id|doi|pmid|placeholder_of)["']?:(?P<value>[^\n,}]*)""")
"""Whatever in the head of a file may name it, its study, a paper, or who owns a placeholder."""
_TITLE: Final = re.compile(
    rb"""^(?P<before>[^\n#]*?)\btitle["']?:[ \t]*(?P<value>[^\n]*)"""
    rb"""(?P<more>\n[ \t]+[^\n:]+(?=\n|$))?""",
    re.MULTILINE,
)
"""A title in the head of a file, and a line that may go on with it."""
_WORD: Final = re.compile(rb"[a-z0-9][a-z0-9.()_-]*")
_NO_NAMES: Final = frozenset({b"pmid", b"doi"})
_OWN_ENTITIES: Final = re.compile(rb"\bentities\b")
SHORT_WORD: Final = 5
"""Letters up to which a word is in too many titles to tell any apart."""
FEW: Final = 50
"""Files to check up to which each other file is first asked whether it may clash with them."""
_UNKNOWN: Final = re.compile(r"unknown entity '(?P<name>.+?)'(;|$)")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    faults: tuple[Fault, ...]
    lints: tuple[Lint, ...]
    seeds: tuple[Seed, ...] = ()
    """The sources without faults, one seed for each vocabulary that they stand over."""
    files: int = 0
    suggestions: Mapping[Fault, tuple[Suggestion, ...]] = field(
        default_factory=dict[Fault, tuple[Suggestion, ...]]
    )
    """What each unknown name may mean: those of the seed that are near, then those of tables."""
    counts: Counter[str] = field(default_factory=Counter[str])
    """Sources, statements, pieces of evidence and passages, of the sources without faults."""

    @property
    def strict(self) -> Report:
        """The same with every finding of the lint as a fault."""
        faults = sorted([*self.faults, *(one.as_fault() for one in self.lints)])
        return replace(self, faults=tuple(faults), lints=())


Ground = Callable[[Sequence[str]], Mapping[str, Sequence[Suggestion]]]
"""What may be meant by names that are no entities yet."""


def check(
    paths: Iterable[FilePath],
    *,
    documents: FilePath | None = None,
    ground: Ground = lambda names: {},
    linted: bool = True,
    beside: Beside = NOTHING_BESIDE,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check files, and every file under folders. Nothing is raised: all is in the report."""
    paths = list(dict.fromkeys(paths))
    faults: list[Fault] = []
    lints: list[Lint] = []
    seeds: list[Seed] = []
    near: dict[str, tuple[Suggestion, ...]] = {}
    homes: dict[FilePath, dict[FilePath, FilePath]] = {}
    home_of = cache(seed_home)
    for path in paths:
        try:
            files = _files_under(path)
            for file in files:
                homes.setdefault(home_of(file.parent), {}).setdefault(file.resolve(), file)
        except BadSource as error:
            faults += error.faults
    whole = [path.resolve() for path in paths if path.is_dir() or path.name == ENTITIES_FILE]
    total = sum(len(files) for files in homes.values())
    done = 0
    for home, found in homes.items():
        files = list(found.values())
        try:
            vocabulary, entities, home_faults = read_home(home)
        except BadSource as error:
            faults += error.faults
            continue
        faults += home_faults
        reader = Reader(vocabulary, entities, documents=documents)
        _note_others(reader, home, found, linted=linted)
        shared = home / ENTITIES_FILE
        if linted and any(shared.is_relative_to(path) for path in whole):
            text = yaml_text.read(shared.read_bytes(), str(shared))
            lints += lint_entities(text, entities, reader)
            beside = replace(beside, shared=frozenset())
        else:
            beside = replace(beside, shared=frozenset(entity.id for entity in entities))
        contributions, brought_by = Pile(), list[str]()
        for file, text in zip(files, texts(files), strict=True):
            if isinstance(text, OSError):
                faults.append(_unreadable(file, text))
                continue
            reading = reader.reading(text)
            faults += reader.take_faults()
            lints += lint(reading, reader, beside) if linted else []
            if reading.contribution is not None:
                contributions.add(reading.contribution)
                brought_by.append(str(file))
            done += 1
            progress(done, total)
        asked = {str(file) for file in files}
        crossed = [fault for fault in reader.cross_faults() if fault.file in asked]
        faults += crossed
        kept = _without(contributions, brought_by, {fault.file for fault in crossed})
        seeds.append(Seed(vocabulary, entities, kept, reader.files))
        suggest = reader.lexicon.suggest
        names = {name for fault in faults if (name := _unknown(fault)) and name not in near}
        near.update({name: tuple(map(_of_the_seed, suggest(name, 3))) for name in names})
    unknown = {fault: name for fault in faults if (name := _unknown(fault))}
    known = ground(sorted(set(unknown.values())))
    return Report(
        faults=tuple(sorted(set(faults))),
        lints=tuple(sorted(lints)),
        seeds=tuple(seeds),
        files=total,
        suggestions={
            fault: (*near.get(name, ()), *known.get(name, ())) for fault, name in unknown.items()
        },
        counts=_counts(seeds, documents),
    )


def _without(pile: Pile, files: Sequence[str], crossed: Container[str]) -> Pile:
    """The contributions but for those of files that clash with others."""
    if not any(file in crossed for file in files):
        return pile
    left = Pile()
    for file, contribution in zip(files, pile, strict=True):
        if file not in crossed:
            left.add(contribution)
    return left


def papers_elsewhere(seeds: Sequence[Seed], held: Knowledge) -> list[Fault]:
    """The papers that sources have under another study than the graph does.

    `held`: what the graph holds; what the seeds bring anew does not count.
    """
    if len(seeds) == 1 and not held.contributions:
        return []  # within one seed its reader has told them
    rest = held.fork()
    for seed in seeds:
        for one in seed.contributions:
            rest.drop(one.source.id)
    papers = PapersOfStudies(papers_of(rest))
    faults: list[Fault] = []
    for of, one in ((seed, one) for seed in seeds for one in seed.contributions):
        file = of.files[one.source.id]
        if one.study is not None and (clash := papers.clash(one.study, str(file))):
            key, message = clash
            text = yaml_text.read(file.read_bytes(), str(file))
            faults.append(Fault(str(file), *text.place(("study", key)), message))
    return faults


def _unknown(fault: Fault) -> str | None:
    """The name that a fault says is no entity."""
    match = _UNKNOWN.search(fault.message)
    return match["name"] if match else None


def _of_the_seed(near: Candidate) -> Suggestion:
    why = "in this seed, spelled like it"
    return Suggestion(near.id, near.name, near.matched, why, known=True)


def _files_under(path: FilePath) -> list[FilePath]:
    """The source files that a path names. Raises BadSource."""
    if path.is_dir():
        shared = (VOCABULARY_FILE, ENTITIES_FILE)
        found = [file for file in sorted(path.rglob("*.yaml")) if file.name not in shared]
        found = [file for file in found if file.is_file()]
        if not found:
            message = "no .yaml file in this folder; `immunograph seed new` begins one"
            raise BadSource([Fault(str(path), 1, 1, message)])
        return found
    if not path.exists():
        raise BadSource([Fault(str(path), 1, 1, "there is no such file or folder")])
    if path.name in (VOCABULARY_FILE, ENTITIES_FILE):
        return _files_under(path.parent)
    return [path]


def _unreadable(file: FilePath, error: OSError) -> Fault:
    return Fault(str(file), 1, 1, f"cannot be read: {error.strerror}")


def _note_others(
    reader: Reader, home: FilePath, checked: Collection[FilePath], *, linted: bool
) -> None:
    """Let the reader know the ids, studies and entities of the other files of the seed.

    `checked`: the files that are read besides, resolved. Where they are few, what cannot clash with
    them is not parsed. Entities of others are looked at where one of these defines some too, or
    where they are `linted`, since one that they have is then told for a double.
    """
    needles, titles, entities = None, None, True
    if len(checked) <= FEW:
        own = _heads(checked)
        needles, titles = _needles(reader, own), _titles_in(own)
        entities = linted or _OWN_ENTITIES.search(own) is not None or b"\\" in own
    for file in _files_under(home):
        # The home is resolved, and so is what stands in it but for links.
        if file in checked or (file.is_symlink() and file.resolve() in checked):
            continue
        with suppress(OSError):  # the fault of a file that nobody asked about
            head = _head(file.read_bytes())
            if (
                needles is None
                or titles is None
                or _may_clash(head, needles, titles, entities=entities)
            ):
                reader.read(head, str(file))
    reader.take_faults()


def _heads(files: Iterable[FilePath]) -> bytes:
    """The heads of files, one after the other; what cannot be read is told elsewhere."""
    found: list[bytes] = []
    for file in files:
        with suppress(OSError):
            found.append(_head(file.read_bytes()))
    return b"\n".join(found)


def _needles(reader: Reader, heads: bytes) -> re.Pattern[bytes] | None:
    """Finds what names a source, a study or a paper of these heads, or owns a placeholder.

    None where that is not plain to see.
    """
    named = {one.placeholder_of.encode() for one in reader.entities.values() if one.placeholder_of}
    for said in _NAMING.finditer(heads.lower()):
        # A DOI, with or without what stands before it, is known by its last part.
        words = set(_WORD.findall(said["value"].rpartition(b"/")[2])) - _NO_NAMES
        if not words:
            return None
        named |= words
    return re.compile(b"|".join(map(re.escape, sorted(named))))


def _titles_in(head: bytes) -> set[str] | None:
    """The titles of studies in the head of files, as `title_key` has them.

    None where one is not plain to see.
    """
    found: set[str] = set()
    for one in _TITLE.finditer(head):
        if not one["before"]:
            continue  # what the source itself is called, which may be that of many
        text = one["value"].decode("utf-8", "replace").strip()
        quote = text[:1] if text[:1] in ("'", '"') else ""
        if b"{" in one["before"]:
            text = text[: text.find(quote, 1) + 1] if quote else re.split("[,}]", text)[0].strip()
        elif one["more"] is not None:
            return None
        if text[:1] in ("", "|", ">", "&", "*", "!") or (quote and text[-1] != quote):
            return None
        key = title_key(text.strip(quote) if quote else text)
        if key.count(" ") + 1 >= SHORT_TITLE:
            found.add(key)
    return found


@cache
def _long_words(title: str) -> tuple[str, ...]:
    """Words of which an equal title has one at least, however it is spelled; "" where none is."""
    return tuple(word for word in title.split() if len(word) > SHORT_WORD and word.isascii()) or (
        "",
    )


def _may_clash(
    head: bytes, needles: re.Pattern[bytes], titles: set[str], *, entities: bool
) -> bool:
    """Whether the head of a file has to be parsed; `entities`: where it defines any, too."""
    plain = b"\\" not in head and b"%" not in head
    plain = plain and not (entities and _OWN_ENTITIES.search(head))
    lower = head.lower()
    if not plain or needles.search(lower) is not None:
        return True
    if not any(word.encode() in lower for title in titles for word in _long_words(title)):
        return False
    own = _titles_in(head)
    return own is None or not own.isdisjoint(titles)


def _head(content: bytes) -> bytes:
    """A file up to its statements, which says what may clash; the whole where that is spread."""
    body = _BODY.search(content)
    if body is None or _HEAD.search(content, body.start()):
        return content
    return content[: body.start()]


def _counts(seeds: Iterable[Seed], documents: FilePath | None) -> Counter[str]:
    """How much there is; of sentences in texts of others, those at hand and those that are not."""

    @cache
    def at_hand(document: str) -> bool:
        return documents is not None and text_of_others(documents, document) is not None

    found = Counter(sources=0, statements=0, evidence=0, passages=0, elsewhere=0)
    statements: set[str] = set()
    for contribution in (c for seed in seeds for c in seed.contributions):
        found["sources"] += 1
        statements.update(one.id for one in contribution.statements)
        found["evidence"] += len(contribution.evidence)
        found["passages"] += len(contribution.source.not_statements)
        for one in (e.locator for e in contribution.evidence if e.locator is not None):
            there = one.sha256 is not None or at_hand(one.document)
            found["passages" if there else "elsewhere"] += 1
    found["statements"] = len(statements)
    return found
