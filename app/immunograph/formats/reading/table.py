"""Signed tables: source, sign and target, and whatever else a mapping names.

Understood without a mapping: columns called source, sign and target (or one of their usual names),
and the tables that we write ourselves, whose columns say all. All other columns are left, and the
report says which. A cell with several PMIDs gives a claim for each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from immunograph.domain.model import Context
from immunograph.domain.vocabulary import Aspect, Basis, Directness, Role
from immunograph.formats.delimited import restored
from immunograph.formats.reading.claims import (
    NO_PAPER,
    Claim,
    Corpus,
    Left,
    Paper,
    Reader,
    Thing,
    excerpt,
)
from immunograph.formats.reading.files import refused, rows, streams
from immunograph.formats.reading.signs import coding
from immunograph.formats.tables import joined, split
from immunograph.names.curies import curie, doi, pmid

Row = Mapping[str, str]
Rows = Callable[[Corpus], Iterator[tuple[str, int, Row | str]]]
"""What gives the rows of a file, each with its file and line; a text is a row that is none."""

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "source": ("source", "subject", "regulator", "tf", "from", "entitya", "source_genesymbol"),
    "sign": ("sign", "effect", "interaction", "direction", "regulation", "mode"),
    "target": ("target", "object", "target_gene", "gene", "to", "entityb", "target_genesymbol"),
}
"""The names of the three columns that are understood by themselves, the first that is there."""
_ENDS: Final = ("name", "id", "kind", "symbol", "synonyms", "space")
KNOWN: Final = frozenset(
    {
        *("source", "sign", "target", "predicate", "aspect", "pmid", "doi", "citation", "text"),
        *("key", "reader", "note", "role", "no_change", "basis", "directness", "hedged"),
        *(f"{end}_{part}" for end in ("source", "target") for part in _ENDS),
        *Context.model_fields,
    }
)
"""What a mapping may name a column for."""
_OURS: Final = {
    "source": "subject", "source_id": "subject_id", "source_kind": "subject_kind",
    "source_symbol": "subject_symbol", "target": "object", "target_id": "object_id",
    "target_kind": "object_kind", "target_symbol": "object_symbol", "sign": "sign",
    "predicate": "predicate", "aspect": "aspect", "pmid": "pmid", "doi": "doi",
    **{name: name for name in Context.model_fields},
}  # fmt: skip
"""The columns of the tables that we write, by what they hold."""
_OURS_OF_EVIDENCE: Final = {
    **{name: name for name in ("role", "no_change", "basis", "directness", "hedged", "reader")},
    "text": "says",
    "key": "evidence",
}
_SEVERAL: Final = re.compile(r"[;|,\s]+")
_BY_SIGN: Final = {1: "promotes", -1: "inhibits"}


def claims(corpus: Corpus, table: Rows) -> Iterator[Claim | Left]:
    """The claims of a table. Raises BadSource where its columns or signs are not understood."""
    columns: dict[str, str] | None = None
    ours = False
    seen: Counter[str] = Counter()
    names: list[str] = []
    file, line = str(corpus.path), 1
    for file, line, row in table(corpus):
        if isinstance(row, str):
            continue
        if columns is None:
            names = list(row)
            ours = {"statement", "subject_id", "object_id", "predicate"} <= row.keys()
            columns = _columns(corpus, names, file, ours=ours)
        seen[row.get(columns.get("sign", ""), "")] += 1
        if len(seen) > 10_000:
            raise refused(file, line, f"column '{columns.get('sign')}' holds no signs")
    if columns is None:
        raise refused(file, line, "the table has no whole row")
    try:
        signs = {} if "predicate" in columns else coding(seen, corpus.mapping.signs)
    except ValueError as error:
        raise refused(file, 1, f"column '{columns['sign']}': {error}") from error
    unused = [name for name in names if name not in columns.values()]
    if unused and not ours:
        why = "columns that no mapping names"
        yield Left(file, 1, ", ".join(unused), why, remark=True)
    for file, line, row in table(Corpus(corpus.path, corpus.mapping)):
        if isinstance(row, str):
            yield Left(file, line, excerpt(row), "not as many cells as the table has columns")
            continue
        given = {
            name: _cell(row[column], ours=ours)
            for name, column in columns.items()
            if row.get(column)
        }
        yield from _claims(corpus, given, signs, file, line, ours=ours)


def _columns(corpus: Corpus, names: list[str], file: str, *, ours: bool) -> dict[str, str]:
    """Our names of the columns → theirs. Raises BadSource."""
    wanted = dict(corpus.mapping.columns)
    for ourname, theirs in wanted.items():
        if ourname not in KNOWN:
            message = f"the mapping names '{ourname}', which is none of {', '.join(sorted(KNOWN))}"
            raise refused(file, 1, message)
        if theirs not in names:
            message = f"no column '{theirs}', which the mapping names; there are {', '.join(names)}"
            raise refused(file, 1, message)
    if ours:
        found = _OURS | (_OURS_OF_EVIDENCE if "evidence" in names else {})
        return {**{k: v for k, v in found.items() if v in names}, **wanted}
    by_name = {name.casefold(): name for name in reversed(names)}
    for ourname, usual in USUAL.items():
        if ourname in wanted or (ourname == "sign" and "predicate" in wanted):
            continue
        theirs = next((by_name[name] for name in usual if name in by_name), None)
        if theirs is None:
            message = (
                f"no column for the {ourname}; there are {', '.join(names)}. Name it in a mapping "
                f"file, as in `columns: {{{ourname}: NAME}}`"
            )
            raise refused(file, 1, message)
        wanted[ourname] = theirs
    return wanted


def _cell(text: str, *, ours: bool) -> str:
    return (restored(text) if ours else text).strip()


def _claims(
    corpus: Corpus, row: Row, signs: Mapping[str, int], file: str, line: int, *, ours: bool
) -> Iterator[Claim | Left]:
    shown = excerpt(" ".join(row.get(name, "") for name in ("source", "sign", "target")))
    for end in ("source", "target"):
        if not row.get(end) and not row.get(f"{end}_id"):
            yield Left(file, line, shown, f"the {end} is empty")
            return
    predicate = row.get("predicate")
    if predicate is None:
        given = row.get("sign", "")
        sign = signs.get(given)
        if not sign:
            why = "the sign is unknown" if sign == 0 else "a sign that is none of the known ones"
            yield Left(file, line, shown, f"{why}: '{given}'" if given else "no sign is given")
            return
        predicate = _BY_SIGN[sign]
    try:
        claim = Claim(
            file=file,
            line=line,
            key=row.get("key") or f"line {line}",
            subject=_thing(row, "source", corpus),
            predicate=predicate,
            object=_thing(row, "target", corpus),
            aspect=Aspect(row.get("aspect") or "none"),
            role=Role(row.get("role") or "supports"),
            no_change=_flag(row.get("no_change")),
            basis=Basis(row.get("basis") or "asserted"),
            directness=Directness(row.get("directness") or "explicit"),
            hedged=_flag(row.get("hedged")),
            text=row.get("text"),
            reader=row.get("reader") or corpus.mapping.reader,
            context={
                name: tuple(split(row[name]) if ours else [row[name]])
                for name in Context.model_fields
                if row.get(name)
            },
            note=row.get("note"),
        )
    except ValueError as error:
        yield Left(file, line, shown, str(error), signed=True)
        return
    papers, strange = _papers(row, ours=ours)
    for paper in papers:
        yield replace(claim, paper=paper)
    for text in strange:
        yield Left(file, line, text, "neither a PMID nor a DOI", remark=True)


def _flag(text: str | None) -> bool:
    return (text or "").casefold() in ("true", "1", "yes")


def _thing(row: Row, end: str, corpus: Corpus) -> Thing:
    identifier = row.get(f"{end}_id")
    name = row.get(f"{end}_name") or row.get(end) or identifier or ""
    spelt = row.get(end, "")
    synonyms = [spelt] if spelt and spelt != name else []
    synonyms += [one for one in (row.get(f"{end}_synonyms") or "").split("|") if one.strip()]
    found = curie(identifier) if identifier else curie(spelt) if ":" in spelt else None
    return Thing(
        name=name,
        space=row.get(f"{end}_space", ""),
        id=found or identifier,
        kind=row.get(f"{end}_kind") or corpus.mapping.kind or "Variable",
        symbol=row.get(f"{end}_symbol"),
        synonyms=tuple(synonyms),
    )


def _papers(row: Row, *, ours: bool) -> tuple[list[Paper], list[str]]:
    """The papers of a row, and what stands there and is none."""
    pmids, dois = row.get("pmid", ""), row.get("doi", "")
    if ours and not row.get("key"):
        numbers, names = split(pmids) if pmids else [], split(dois) if dois else []
        width = max(len(numbers), len(names))
        pairs = zip(
            numbers + [""] * (width - len(numbers)), names + [""] * (width - len(names)),
            strict=True,
        )  # fmt: skip
        found = [Paper(pmid=pmid(n) if n else None, doi=doi(d) if d else None) for n, d in pairs]
        return found or [NO_PAPER], []
    parts = [one for one in _SEVERAL.split(pmids) if one]
    numbers = [pmid(one.rpartition(":")[2]) for one in parts]
    strange = [one for one, number in zip(parts, numbers, strict=True) if number is None]
    known = list(dict.fromkeys(number for number in numbers if number is not None))
    if len(known) > 1:
        return [Paper(pmid=number) for number in known], strange
    name = doi(dois) if dois else None
    if dois and name is None:
        strange.append(dois)
    paper = Paper(pmid=known[0] if known else None, doi=name, citation=row.get("citation"))
    return [paper], strange


def _delimited(corpus: Corpus) -> Iterator[tuple[str, int, Row | str]]:
    for stream in streams(corpus.path, endings=_ENDINGS, progress=corpus.progress):
        for line, row in rows(stream):
            yield stream.name, line, row


_ENDINGS: Final = (".tsv", ".csv", ".txt", ".tab")


def _parquet(corpus: Corpus) -> Iterator[tuple[str, int, Row | str]]:
    """The rows of a Parquet file, a group at a time. Raises BadSource."""
    from importlib import import_module  # noqa: PLC0415 # pyarrow is an extra

    try:
        parquet: Any = import_module("pyarrow.parquet")
        arrow: Any = import_module("pyarrow")
    except ModuleNotFoundError as error:
        message = "Parquet needs pyarrow: `pip install immunograph[parquet]`"
        raise refused(str(corpus.path), 1, message) from error
    name = str(corpus.path)
    try:
        with parquet.ParquetFile(corpus.path) as file:
            total = file.metadata.num_rows
            line = 0
            for batch in file.iter_batches(batch_size=2_000):
                for values in batch.to_pylist():
                    line += 1
                    yield name, line, {str(k): _text(v) for k, v in values.items()}
                corpus.progress(line, total)
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise refused(name, 1, f"no whole Parquet file: {error}") from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return joined([_text(one) for one in value])  # pyright: ignore[reportUnknownVariableType] # plain values
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _omnipath(corpus: Corpus) -> Iterator[Claim | Left]:
    """OmniPath's interactions: a row is a pair, which may be stimulated and inhibited at once."""
    for stream in streams(corpus.path, endings=_ENDINGS, progress=corpus.progress):
        table = rows(stream)
        checked = False
        for line, row in table:
            if isinstance(row, str):
                why = "not as many cells as the table has columns"
                yield Left(stream.name, line, excerpt(row), why)
                continue
            if not checked:
                _check_omnipath(row, stream.name)
                checked = True
            yield from _of_pair(row, corpus, stream.name, line)


def _check_omnipath(row: Row, file: str) -> None:
    lacking = {"source", "target", "is_stimulation", "is_inhibition"} - row.keys()
    if lacking:
        message = f"no table of OmniPath's interactions: it lacks {', '.join(sorted(lacking))}"
        raise refused(file, 1, message)


def _of_pair(row: Row, corpus: Corpus, file: str, line: int) -> Iterator[Claim | Left]:
    pair = excerpt(f"{row['source']} {row['target']}")
    signs: list[int] = []
    for column, sign in (("is_stimulation", 1), ("is_inhibition", -1)):
        value = row[column].strip().casefold()
        if value in ("1", "true", "1.0"):
            signs.append(sign)
        elif value not in ("0", "false", "0.0", ""):
            why = f"{column} is '{row[column]}', neither true nor false"
            yield Left(file, line, pair, why, signed=True)
            return
    if not signs:
        yield Left(file, line, pair, "neither stimulation nor inhibition")
        return
    numbers = re.findall(r"(?:^|[;:\s])(\d{4,8})(?=$|[;\s])", row.get("references", ""))
    papers = [Paper(pmid=one) for one in dict.fromkeys(numbers)] or [NO_PAPER]
    ends: list[Thing] = []
    for end in ("source", "target"):
        identifier, symbol = row[end].strip(), row.get(f"{end}_genesymbol", "").strip()
        whole = identifier.upper().startswith("COMPLEX")
        if not identifier:
            yield Left(file, line, pair, f"the {end} is empty", signed=True)
            return
        ends.append(
            Thing(
                name=symbol or identifier,
                space="OmniPath complex" if whole else "UniProt",
                id=None if whole else curie("UniProtKB", identifier) or curie(identifier),
                kind="Complex" if whole else "Protein",
                symbol=None if whole else symbol or None,
                whole=whole,
            )
        )
    turned = ("both signs of a pair: a statement each",) if len(signs) == 2 else ()
    species = row.get("ncbi_tax_id_source") or row.get("ncbi_tax_id") or ""
    for sign in signs:
        for paper in papers:
            yield Claim(
                file=file, line=line, key=f"line {line}", subject=ends[0],
                predicate=_BY_SIGN[sign], object=ends[1], paper=paper, turned=turned,
                reader=corpus.mapping.reader,
                context={"species": (species,)} if species else {},
                note=f"from {row['sources']}" if row.get("sources") else None,
            )  # fmt: skip


TABLE: Final = Reader(
    "table", "a signed table: source, sign, target", lambda corpus: claims(corpus, _delimited)
)
CSV: Final = Reader("csv", "our own CSV, or a signed table", TABLE.read)
TSV: Final = Reader("tsv", "our own TSV, or a signed table", TABLE.read)
PARQUET: Final = Reader(
    "parquet", "our own Parquet, or a signed table", lambda corpus: claims(corpus, _parquet)
)
OMNIPATH: Final = Reader("omnipath", "OmniPath's interactions, as TSV", _omnipath)
