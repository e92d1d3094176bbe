"""Claims of a corpus → a seed folder that stands by itself: a source a paper, and what they share.

Claims wait on disk until all of a paper's are there, so that memory grows with entities and papers
and not with statements. The folder appears once it is whole: whoever stops the import, or whatever
ends it, leaves nothing half done, and the same file gives the same folder again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import orjson

from immunograph.curation.genes import Genes
from immunograph.curation.importing.contexts import RELEASE_LESS, Terms, context
from immunograph.curation.importing.identities import Identities, Identity, clean, visible
from immunograph.curation.importing.report import Report
from immunograph.curation.importing.writing import (
    LINES_FILE,
    REPORT_FILE,
    entity_lines,
    new_folder,
    vocabulary_lines,
    write_lines,
)
from immunograph.curation.template import slug
from immunograph.domain.locators import sentence_hash
from immunograph.domain.model import Entity, Predicate, Study, Vocabulary
from immunograph.domain.vocabulary import Aspect, Role, StatementClass
from immunograph.errors import BadSource, Fault
from immunograph.formats.reading.claims import (
    Claim,
    Corpus,
    Left,
    Paper,
    Reader,
    Thing,
    excerpt,
)
from immunograph.names.curies import OURS
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE
from immunograph.seeds.writing import yaml_lines

GROUNDING_FILE: Final = "grounding.tsv"
MOST_OF_A_SOURCE: Final = 20_000
"""Claims of one file; more of one paper, or of none, go on in a file of their own."""
BATCH: Final = 5_000
MOST_PLACES: Final = 5
"""Records of one sign that the report names for a pair with both."""
_OPEN: Final = ("cc0", "cc by", "cc-by", "public domain", "mit licen", "apache")
_CLOSED: Final = ("nc", "nd", "noncommercial", "noderiv")
_SIDES: Final = {
    Aspect.ACTIVITY: "activity of {}",
    Aspect.LOCATION: "location of {}",
    Aspect.AMOUNT: "amount of {}",
    Aspect.SURVIVAL: "survival of {}",
    Aspect.PROLIFERATION: "proliferation of {}",
    Aspect.NONE: "feedback of {} on itself",
}
"""What becomes the object where a statement would be of a thing with itself."""


@dataclass(frozen=True)
class Library:
    """What is known already, so that what an import brings meets it."""

    vocabulary: Vocabulary
    entities: tuple[Entity, ...]
    studies: tuple[Study, ...]
    sources: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    """The study of each source that is known, or None where it is untraced."""
    genes: Genes | None = None
    """HGNC's table, where it is installed."""
    retracted: frozenset[str] = frozenset()
    """The PubMed ids of retracted papers, beside the studies that are known to be."""


@dataclass(slots=True)
class _Source:
    """A source in the making: the paper, and who read it."""

    paper: Paper
    reader: bool
    doi: str | None = None


@dataclass(frozen=True)
class Imported:
    """A folder that was written, and what the report counts."""

    folder: Path
    report: Mapping[str, Any]


@dataclass
class _Import:
    """One import under way."""

    corpus: Corpus
    name: str
    licence: str | None
    library: Library
    identities: Identities
    terms: Terms
    report: Report
    spool: sqlite3.Connection
    sources: dict[str, _Source] = field(default_factory=dict[str, "_Source"])
    files: dict[str, str] = field(default_factory=dict[str, str])
    """What files are called in the report, by what they are called here."""
    verbs: set[str] = field(default_factory=set[str])
    waiting: list[tuple[str, bytes, str | None, int]] = field(
        default_factory=list[tuple[str, bytes, "str | None", int]]
    )

    def __post_init__(self) -> None:
        known = [*self.library.vocabulary.predicates, RELEASE_LESS]
        self.predicates: dict[str, Predicate] = {one.name: one for one in known}
        self.quoting = _may_quote(self.licence)
        self.placeholders: dict[str, str] = {}
        """The unnamed members that are spoken of, each with a source of its study that does."""
        self.studies: dict[tuple[str, str], Study] = {}
        """Those that are known, by PMID and by DOI."""
        for study in self.library.studies:
            for key, value in (("pmid", study.pmid), ("doi", study.doi)):
                if value:
                    self.studies.setdefault((key, value), study)
        self.folder = self.corpus.path if self.corpus.path.is_dir() else self.corpus.path.parent

    def take(self, one: Claim | Left) -> None:
        """Take one record, or note why it is left."""
        if isinstance(one, Left) and one.remark:
            self._note(one, "unused")
            return
        self.report.counts["records"] += 1
        if isinstance(one, Left):
            self._leave(one)
            return
        predicate = self.predicates.get(one.predicate)
        if predicate is None:
            self._leave(_left(one, f"'{one.predicate}' is no verb of the vocabulary"))
            return
        subject, object_ = self.identities.of(one.subject), self.identities.of(one.object)
        if self._of_others(one.paper, (subject.entity, object_.entity)):
            why = "an unnamed member that another study speaks of; a curator must ground it first"
            self._leave(_left(one, why))
            return
        aspect, turned = one.aspect, list(one.turned)
        ends = [(subject.entity, object_.entity)]
        if subject.entity == object_.entity:
            if predicate.cls is not StatementClass.CAUSAL:
                self._leave(_left(one, "both ends are one entity"))
                return
            side = self.identities.itself(subject.entity, _SIDES[aspect])
            ends = [(subject.entity, side)]
            if aspect is Aspect.NONE:
                ends.append((side, subject.entity))
            turned.append("of a thing on itself: by an entity for that side of it")
            aspect = Aspect.NONE
        source = self._source_of(one, subject.entity)
        for end in (subject.entity, object_.entity):
            if self.identities.entities[end].placeholder_of:
                self.placeholders.setdefault(end, source)
        evidence = self._evidence(one, predicate, subject, object_, turned)
        for number, (from_, to) in enumerate(ends):
            verb = one.predicate if not number else "promotes"
            row = [from_, verb, to, aspect, evidence, one.file, one.line]
            sign = self.predicates[verb].effect if one.role is Role.SUPPORTS else None
            pair = f"{from_} {to}" if sign else None
            self.waiting.append((source, orjson.dumps(row), pair, 1 if sign == "promotes" else -1))
        if one.predicate == RELEASE_LESS.name:
            self.verbs.add(one.predicate)
        if len(self.waiting) >= BATCH:
            self.flush()
        self._count(one, predicate, turned)
        why = "; ".join(turned)
        self.report.note(
            "taken", file=self._file(one.file), line=one.line,
            why=f"{source}{f' ({why})' if why else ''}",
            record=f"{subject.entity} {one.predicate} {object_.entity}",
        )  # fmt: skip

    def _of_others(self, paper: Paper, ends: Iterable[str]) -> bool:
        """Whether an end is the unnamed member that a source of another study speaks of."""
        owners = [self.identities.entities[end].placeholder_of for end in ends]
        study = self._known_study(paper.pmid, paper.doi)
        return any(
            owner and (study is None or self.library.sources.get(owner) != study.id)
            for owner in owners
        )

    def _known_study(self, pmid: str | None, doi: str | None) -> Study | None:
        """The study of a paper, by its PMID, else by its DOI."""
        if pmid:
            return self.studies.get(("pmid", pmid))
        return self.studies.get(("doi", doi)) if doi else None

    def _count(self, one: Claim, predicate: Predicate, turned: Iterable[str]) -> None:
        counts = self.report.counts
        counts["taken"] += 1
        counts[f"taken: {predicate.cls}"] += 1
        if predicate.effect is not None:
            counts["signed: taken"] += 1
        if one.role is not Role.SUPPORTS:
            counts[f"taken: {one.role}"] += 1
        self.report.turned.update(turned)

    def _leave(self, one: Left) -> None:
        self.report.counts["left"] += 1
        self.report.counts["signed: left"] += one.signed
        self.report.left[one.why.partition(":")[0]] += 1
        self._note(one, "left")

    def _note(self, one: Left, what: str) -> None:
        self.report.counts["unused"] += what == "unused"
        self.report.note(
            what, file=self._file(one.file), line=one.line, why=one.why, record=excerpt(one.text)
        )

    def flush(self) -> None:
        """Write what waits."""
        self.spool.executemany(
            "INSERT INTO claims (source, claim, pair, sign) VALUES (?, ?, ?, ?)", self.waiting
        )
        self.waiting.clear()

    def _file(self, name: str) -> str:
        """The name of a file as the corpus has it, without where it lies here."""
        known = self.files.get(name)
        if known is None:
            path = Path(name)
            within = path.is_relative_to(self.folder)
            known = visible(str(path.relative_to(self.folder)) if within else name)
            self.files[name] = known
        return known

    def _source_of(self, one: Claim, subject: str) -> str:
        """The source of a claim: of its paper, of whatever it cites, or of its subject.

        What cites nothing comes from no one study, so that no two such statements may spell a third
        one out: statements with one subject never do.
        """
        paper = one.paper
        if paper.pmid:
            key = f"pmid-{paper.pmid}"
        elif paper.doi:
            key = f"doi-{slug(paper.doi)}"
        elif paper.other or paper.citation:
            cited = str(paper.other or paper.citation)
            key = f"cited-{slug(cited)[:40].strip('-')}-{_hash(cited)}"
        else:
            key = f"no-paper-{slug(subject.removeprefix(OURS))}"
        read = "-read" if one.reader else ""
        identifier = f"{slug(self.name) or 'corpus'}{read}-{key}"
        known = self.sources.setdefault(identifier, _Source(paper, bool(one.reader), paper.doi))
        known.doi = known.doi or paper.doi
        return identifier

    def _evidence(
        self,
        one: Claim,
        predicate: Predicate,
        subject: Identity,
        object_: Identity,
        turned: Iterable[str],
    ) -> dict[str, Any]:
        text = visible(one.text) if one.text else ""
        found: dict[str, Any] = {}
        if text and self.quoting:
            found |= {"says": text, "quoted": True}
        else:
            names = (self.identities.entities[end.entity].name for end in (subject, object_))
            told = f" {predicate.phrase} ".join(names)
            denied = " does not hold" if one.role is Role.REFUTES else ""
            found["says"] = f"{self.name} records ({visible(one.key)}): {told}{denied}."
            if text and one.paper.pmid:
                found["sentence"] = sentence_hash(text)
        mapping = self.corpus.mapping
        stated = {name: values for name, values in one.context.items() if values}
        if mapping.species and "species" not in stated:
            stated["species"] = (mapping.species,)
        notes = [one.note, subject.note, object_.note, *turned]
        found |= {
            "role": None if one.role is Role.SUPPORTS else one.role,
            "no_change": one.no_change or None,
            "basis": one.basis,
            "directness": None if one.directness == "explicit" else one.directness,
            "hedged": one.hedged or None,
            "checked": False,
            "context": context(stated, self.terms, self._cell) or None,
            "reader": one.reader,
            "note": "; ".join(dict.fromkeys(visible(note) for note in notes if note)) or None,
            "record": {
                "corpus": self.name,
                "version": mapping.version,
                "file": self._file(one.file),
                "key": visible(one.key),
                "licence": self.licence,
            },
        }
        found["record"] = _given(found["record"])
        return _given(found)

    def _cell(self, name: str) -> str | None:
        """The entity of a cell that a context names by an id."""
        if ":" not in name:
            return None
        return self.identities.of(Thing(name=name, id=name, kind="Cell")).entity

    # --- writing ---------------------------------------------------------------------------

    def write(self, folder: Path) -> None:
        """Write every source, then what they share."""
        self.flush()
        studies, names = self._studies(), self.identities.names
        self._tell_retracted(studies.values())
        (folder / "sources").mkdir()
        found = self.spool.execute("SELECT source, claim FROM claims ORDER BY source, number")
        for source, rows in groupby(found, key=lambda row: row[0]):
            for part, claims in enumerate(_parts(rows), start=1):
                identifier = source if part == 1 else f"{source}-{part}"
                self._write_source(
                    folder / "sources" / f"{identifier}.yaml",
                    self.sources[source],
                    claims,
                    study=studies.get(source),
                    names=names,
                )
                self.report.counts["sources"] += 1
        verbs = [self.predicates[name] for name in sorted(self.verbs)]
        known = {one.name for one in self.library.vocabulary.predicates}
        vocabulary = self.terms.vocabulary(verbs=[one for one in verbs if one.name not in known])
        write_lines(folder / VOCABULARY_FILE, vocabulary_lines(vocabulary))
        entities = [
            one.model_copy(update={"placeholder_of": self.placeholders.get(one.id)})
            for _, one in sorted(self.identities.entities.items())
        ]
        write_lines(folder / ENTITIES_FILE, entity_lines(entities))
        self.report.counts["entities"] = len(entities)
        self.report.counts["entities without a public id"] = self.identities.ungrounded
        self.report.counts["gene symbols without a public id"] = self.identities.local_genes
        self.report.counts["studies"] = len({one.id for one in studies.values()})
        self.report.counts["pairs"], self.report.counts["pairs with both signs"] = self._pairs()
        self._tell_pairs_with_both_signs()
        with (folder / GROUNDING_FILE).open("w", encoding="utf-8") as file:
            file.write("name_space\tname\tid\tentity\tentity_name\thow\n")
            for (space, name, given), identity in sorted(self.identities.found.items()):
                entity = self.identities.entities[identity.entity]
                cells = (space, name, given, entity.id, entity.name, identity.how)
                file.write("\t".join(map(clean, cells)) + "\n")

    def _pairs(self) -> tuple[int, int]:
        """How many pairs have a sign, once it means what is meant, and how many have both."""
        return self.spool.execute(
            "SELECT count(*), coalesce(sum(low != high), 0) FROM (SELECT min(sign) AS low, "
            "max(sign) AS high FROM claims WHERE pair IS NOT NULL GROUP BY pair)"
        ).fetchone()

    def _tell_pairs_with_both_signs(self) -> None:
        """List them, each sign with its records."""
        found = self.spool.execute(
            "SELECT pair, sign, claim FROM claims WHERE pair IN (SELECT pair FROM claims "
            "WHERE pair IS NOT NULL GROUP BY pair HAVING min(sign) != max(sign)) "
            "ORDER BY pair, sign DESC, number"
        )
        for pair, rows in groupby(found, key=lambda row: row[0]):
            places = {1: list[str](), -1: list[str]()}
            for _, sign, claim in rows:
                *_, file, line = orjson.loads(claim)
                places[sign].append(f"{self._file(file)}:{line}")
            why = "; ".join(
                f"{verb} in {', '.join(places[sign][:MOST_PLACES])}"
                f"{_and_more(len(places[sign]) - MOST_PLACES)}"
                for sign, verb in ((1, "promotes"), (-1, "inhibits"))
            )
            self.report.note("both signs", file="", line=0, why=why, record=pair)

    def _studies(self) -> dict[str, Study]:
        """The study of each source that has a paper: one that is known, or a new one."""
        found: dict[str, Study] = {}
        # Those with a PMID first: a DOI alone then finds its paper.
        ordered = sorted(self.sources.items(), key=lambda one: (one[1].paper.pmid is None, one[0]))
        for identifier, source in ordered:
            pmid, doi = source.paper.pmid, source.doi
            if not pmid and not doi:
                continue
            study = self._known_study(pmid, doi)
            if study is None:
                free = doi if ("doi", doi or "") not in self.studies else None
                study = Study(
                    id=f"pmid-{pmid}" if pmid else f"doi-{slug(doi or '')}",
                    pmid=pmid,
                    doi=free,
                    citation=source.paper.citation and clean(source.paper.citation),
                )
                for key, value in (("pmid", pmid), ("doi", free)):
                    if value:
                        self.studies[key, value] = study
            found[identifier] = study
        return found

    def _tell_retracted(self, studies: Iterable[Study]) -> None:
        """Warn of papers that were retracted; what rests on those so marked is not believed."""
        for study in {one.id: one for one in studies}.values():
            why = study.retracted and f"{study.retracted}; it counts in no belief"
            if why is None and study.pmid in self.library.retracted:
                why = "on the list of retracted papers; `immunograph seed retract` marks it"
            if why is not None:
                self.report.retracted[study.id] = why
                self.report.note("retracted", file="", line=0, why=why, record=study.id)

    def _write_source(
        self,
        path: Path,
        made: _Source,
        claims: Iterable[list[Any]],
        *,
        study: Study | None,
        names: Mapping[str, str],
    ) -> None:
        paper = made.paper
        cited = f"PMID {paper.pmid}" if paper.pmid else f"DOI {paper.doi}" if paper.doi else None
        about = path.stem.partition("-no-paper-")[2]
        cited = cited or paper.other or paper.citation or f"records of {about} without a paper"
        head = {
            "id": path.stem,
            "type": "dataset",
            "tier": "machine_read" if made.reader else "dataset",
            "traceability": "doi" if paper.doi else "named" if study else "none",
            "title": clean(f"{self.name}: {cited}"),
            "study": study and study.model_dump(mode="json", exclude_none=True),
            "study_note": None if study else "the corpus names no paper for these records",
            "licence": self.licence,
        }
        statements = self._statements(claims)
        sentences = any("sentence" in e for one in statements for e in one["evidence"])
        if sentences:
            head["document"] = {"name": f"pubmed:{paper.pmid}"}
        keep = {key: one for key, one in head.items() if one is not None or key == "study"}
        write_lines(path, yaml_lines({**keep, "statements": statements}, names=names))

    def _statements(self, claims: Iterable[list[Any]]) -> list[dict[str, Any]]:
        """The statements of a source, each with its evidence; what is said twice is said once."""
        found: dict[tuple[str, ...], dict[str, Any]] = {}
        said: dict[tuple[str, ...], dict[str, Any]] = {}
        for subject, predicate, object_, aspect, evidence, file, line in claims:
            key = (subject, predicate, object_, aspect)
            statement = found.setdefault(
                key, {"subject": subject, "predicate": predicate, "object": object_,
                      **({} if aspect == "none" else {"aspect": aspect}), "evidence": []},
            )  # fmt: skip
            same = (*key, evidence.get("role", ""), evidence["says"])
            known = said.get(same)
            if known is None:
                said[same] = evidence
                statement["evidence"].append(evidence)
                self.report.counts["evidence"] += 1
                continue
            _merge(known, evidence)
            self.report.counts["merged"] += 1
            self.report.note(
                "merged", file=self._file(file), line=line, record=evidence["record"]["key"],
                why="the same sentence for the same statement of the same paper",
            )  # fmt: skip
        self.report.counts["statements of sources"] += len(found)
        return list(found.values())


def _merge(known: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Let a piece of evidence state what a repeat of it states besides."""
    ours: dict[str, Any] = known.setdefault("context", {})
    for name, value in other.get("context", {}).items():
        if name not in ours:
            ours[name] = value
        elif isinstance(value, list):
            ours[name] = list(dict.fromkeys([*ours[name], *value]))  # pyright: ignore[reportUnknownArgumentType] # texts
        elif value not in ours[name].split("; "):
            ours[name] = f"{ours[name]}; {value}"
    if not ours:
        del known["context"]
    note = other.get("note")
    if note and note not in known.get("note", ""):
        known["note"] = "; ".join(filter(None, [known.get("note"), note]))
    key, more = known["record"]["key"], other["record"]["key"]
    if more not in key.split(", "):
        known["record"]["key"] = f"{key}, {more}"


def _and_more(count: int) -> str:
    return f" and {count:,} more" if count > 0 else ""


def _parts(rows: Iterable[tuple[str, bytes]]) -> Iterator[Iterator[list[Any]]]:
    """The claims of a source, so many at a time."""
    numbered = enumerate(rows)
    for _, part in groupby(numbered, key=lambda one: one[0] // MOST_OF_A_SOURCE):
        yield (orjson.loads(claim) for _, (_, claim) in part)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in values.items() if one is not None}


def _left(one: Claim, why: str) -> Left:
    text = f"{one.subject.name} {one.predicate} {one.object.name}"
    return Left(one.file, one.line, text, why, signed=one.predicate in ("promotes", "inhibits"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _may_quote(licence: str | None) -> bool:
    """Whether a licence lets us repeat the sentences of a corpus.

    >>> _may_quote("CC BY 4.0"), _may_quote("CC BY-NC 4.0"), _may_quote(None)
    (True, False, False)
    """
    text = (licence or "").casefold()
    words = text.replace("-", " ").split()
    return any(one in text for one in _OPEN) and not any(one in words for one in _CLOSED)


def import_corpus(
    reader: Reader,
    corpus: Corpus,
    out: Path,
    library: Library,
    *,
    said: Callable[[str], None] = lambda text: None,
) -> Imported:
    """Read a corpus into a seed folder. Raises BadSource or BadQuestion, with nothing written."""
    name = corpus.mapping.corpus or _stem(corpus.path)
    with new_folder(out) as folder, (folder / LINES_FILE).open("w", encoding="utf-8") as lines:
        spool_file = folder / "claims.sqlite"
        with closing(sqlite3.connect(spool_file, isolation_level=None)) as spool:
            spool.execute("PRAGMA journal_mode = OFF")
            spool.execute("PRAGMA synchronous = OFF")
            spool.execute(
                "CREATE TABLE claims (number INTEGER PRIMARY KEY, source TEXT, claim BLOB, "
                "pair TEXT, sign INTEGER)"
            )
            spool.execute("BEGIN")
            under_way = _Import(
                corpus=corpus,
                name=name,
                licence=corpus.mapping.licence or reader.licence(corpus.path),
                library=library,
                identities=Identities(library.entities, corpus=name, genes=library.genes),
                terms=Terms(library.vocabulary),
                report=Report(lines),
                spool=spool,
            )
            for one in reader.read(corpus):
                under_way.take(one)
            report = under_way.report
            if not report.counts["taken"]:
                raise BadSource([Fault(str(corpus.path), 1, 1, _nothing(report))])
            said("Writing …")
            spool.execute("CREATE INDEX by_source ON claims (source, number)")
            under_way.write(folder)
        spool_file.unlink()
        report.grounded = under_way.identities.counts
        answer = {
            "corpus": name,
            "format": reader.name,
            "file": corpus.path.name,
            "licence": under_way.licence,
            **report.as_dict(),
        }
        (folder / REPORT_FILE).write_bytes(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    return Imported(out, answer)


def _nothing(report: Report) -> str:
    """Why nothing at all was taken."""
    reasons = [f"{why} ({count:,})" for why, count in report.left.most_common(3)]
    told = f": {'; '.join(reasons)}" if reasons else "; is this the format that you named?"
    return f"none of {report.counts['records']:,} records could be taken{told}"


def _stem(path: Path) -> str:
    """The name of a file without its endings."""
    return path.name.split(".")[0] or path.name
