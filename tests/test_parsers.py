"""Whatever is given to a parser, it is read, or refused in our words and in time; none crashes.

Each parser is given what Hypothesis makes of its corpus (`tests/corpus`, and whole files of ours)
and of pieces that its subject has a meaning for: spoilt, spliced and grown. The soak goes on for an
hour, shared among the parsers, and writes whatever breaks one into the corpus, from where every run
of the tests asks it again.
"""

# Hypothesis leaves the types of settings of a decorated function open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, cast

import orjson
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from figures import Figures, share_of
from foreign import is_read, whole_file
from graphs import view_of
from immunograph.curation.importing.mapping import read_mapping
from immunograph.curation.lint import lint
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.selection import Filters, normalise_filters, parse_without
from immunograph.errors import BadSource, ImmunographError
from immunograph.folders import folder
from immunograph.formats.reading import READERS, bel_terms, native
from immunograph.names import curies, paper_ids, spelling
from immunograph.names.lists import read_list
from immunograph.questions.reading import asked_at
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import Seed, read_home, read_seed
from immunograph.seeds.reading import Reader
from immunograph.service import pages, shapes, trapi
from immunograph.service.view import View
from immunograph.store.dumps import read_dump
from immunograph.store.graph import Graph
from immunograph.store.search import entity_ids

CORPUS: Final = Path(__file__).parent / "corpus"
EXAMPLES, EXAMPLES_OF_A_SOAK = 25, 300
"""Of each parser in every run of the tests, and at a time in the soak."""
SOAK_SECONDS: Final = share_of(3_600, least=120)
PARSE_SECONDS: Final = 2.0
"""Of the processor's time, that the parser of one small text may take."""
EVERYWHERE: Final = (
    b"\0", b"\t", b"\n", b"\r", b" ", b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b"(", b")", b",",
    b":", b"-", b"%", b"null", b"true", b"-1", b"1e999", b"NaN", b"9" * 400, b"\xff",
    b"\xef\xbb\xbf", b"\xff\xfe", "\u202eа\u00df\ufb01\ud7ff\U0001d54f".encode(), b"../../x",
    b"a" * 3_000, b"[" * 300, b"{\"a\":" * 300, b"(" * 300,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parser:
    """One parser: what reads, what it begins with, and the pieces that mean something to it."""

    name: str
    read: Callable[[bytes], object]
    """Raises ImmunographError, or BadBel and ValueError where those are its own, for a refusal."""
    begins: Callable[[], Sequence[bytes]] = field(default=lambda: ())
    pieces: tuple[bytes, ...] = ()
    refusals: tuple[type[Exception], ...] = (ImmunographError,)

    def corpus(self) -> list[bytes]:
        """What it is given first: what was kept, and whole files."""
        kept = [path.read_bytes() for path in sorted((CORPUS / self.name).glob("*"))]
        return [*kept, *self.begins()]

    def take(self, content: bytes) -> None:
        """Read this; anything but an answer or a refusal in time is raised."""
        began = time.process_time()
        try:
            self.read(content)
        except self.refusals as refused:
            assert str(refused), "it was refused without a word"
        took = time.process_time() - began
        assert took < PARSE_SECONDS, f"{len(content)} bytes took {took:.1f} s"


@st.composite
def grown(draw: st.DrawFn, corpus: Sequence[bytes], pieces: Sequence[bytes]) -> bytes:
    """Something of the corpus, spoilt, spliced or grown in a few places; or anything at all."""
    content = draw(st.sampled_from(corpus))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(content)))
        width = draw(st.sampled_from((1, 1, 2, 5, 20, 200)))
        kind = draw(st.integers(0, 6))
        before, after = content[:at], content[at:]
        if kind == 0:
            content = before
        elif kind == 1:
            content = before + after[width:]
        elif kind == 2:
            content = before + after[:width] * draw(st.sampled_from((2, 3, 50))) + after[width:]
        elif kind == 3:
            content = before + draw(st.sampled_from(pieces)) + after[width:]
        elif kind == 4:
            content = before + draw(st.sampled_from(pieces)) + after
        elif kind == 5:
            other = draw(st.sampled_from(corpus))
            content = before + other[draw(st.integers(0, len(other))) :]
        else:
            content = before + draw(st.binary(max_size=8)) + after
    return content


# --- the parsers -------------------------------------------------------------------------------


@cache
def founding() -> Seed:
    return read_seed(folder("seed") / "founding")


@cache
def knowledge() -> Knowledge:
    return Knowledge(founding().vocabulary, founding().contributions)


@cache
def view() -> View:
    return view_of(knowledge())


@cache
def lexicon() -> Lexicon:
    return Lexicon(knowledge().entities.values())


@cache
def reader() -> Reader:
    vocabulary, entities, _ = read_home(folder("seed"))
    return Reader(vocabulary, entities)


def _text(content: bytes) -> str:
    """As a text reaches us from an address, a terminal or a file: whatever it was before."""
    return content.decode("utf-8", "replace")


def read_source(content: bytes) -> None:
    """A seed file, as a check reads it."""
    reading = reader().reading(yaml_text.read(content, "any.yaml"))
    lint(reading, reader())
    faults = reader().take_faults()
    assert (reading.contribution is None) is bool(faults)
    assert all(one.line >= 1 and one.column >= 1 and one.message for one in faults)


def read_cursor(content: bytes) -> None:
    """A cursor, as it comes with an address; and one whose inside is this."""
    inside = base64.urlsafe_b64encode(content).decode().rstrip("=")
    listed = [*knowledge().statements.values()]
    shape = partial(shapes.statement, view())
    for cursor in (_text(content), inside):
        try:
            pages.page(view(), "statements", listed, limit=5, cursor=cursor, shape=shape)
        except ImmunographError as refused:
            assert str(refused)


def read_names(content: bytes) -> None:
    """A name, an id, a DOI, a PMID or a date, in whatever spelling."""
    text = _text(content)
    names = (spelling.fold, spelling.spellings, spelling.skeleton)
    for one in (curies.curie, curies.is_accession, curies.doi, curies.pmid, *names):
        one(text)
    register, _, local = text.partition(":")
    curies.curie(register, local)
    for one in (paper_ids.normal_doi, paper_ids.normal_pmid, paper_ids.normal_date):
        try:
            one(text)
        except ValueError as refused:
            assert str(refused)
    lexicon().find(text)
    lexicon().suggest(text)


def read_address(content: bytes) -> None:
    """The address of a question that is watched."""
    asked_at(_text(content))


def read_filters(content: bytes) -> None:
    """Filters, and what is left out, as JSON of lists."""
    text = _text(content)
    given: dict[str, list[str]] = {"species": [text], "without": [text]}
    with suppress(orjson.JSONDecodeError):
        found: Any = orjson.loads(content)
        if isinstance(found, dict):
            named = cast(dict[str, Any], found)
            given = {name: _texts(values) for name, values in named.items()}
    without = given.pop("without", [])
    parse_without(knowledge(), without, resolve=lambda name: lexicon().resolve(name).id)
    normalise_filters(knowledge(), Filters.model_validate(given, strict=False))


def _texts(value: Any) -> list[str]:
    several = cast(list[Any], value) if isinstance(value, list) else [value]
    return [one if isinstance(one, str) else repr(one) for one in several]


def read_query(content: bytes) -> None:
    """A query of TRAPI; what is no JSON is refused before, so that it is put into one here."""
    try:
        query = orjson.loads(content)
    except orjson.JSONDecodeError:
        text = _text(content)
        query = {"message": {"query_graph": {"nodes": {text: {"ids": [text]}}, "edges": {}}}}
    orjson.dumps(trapi.response(view(), lexicon(), query))


def read_bel(content: bytes) -> None:
    """A statement of BEL, and what its terms are about."""
    found = bel_terms.parse(_text(content))
    while isinstance(found, bel_terms.Link):
        bel_terms.end_of(found.subject)
        bel_terms.thing_of(found.subject)
        found = found.object
    bel_terms.end_of(found)
    bel_terms.thing_of(found)


READ_IN_MEMORY: Final = (
    Parser(
        "seed",
        read_source,
        begins=lambda: [
            path.read_bytes() for path in sorted((folder("seed") / "literature").glob("[a-d]*"))[:4]
        ],
        pieces=(
            b"- ", b": ", b"|\n", b"&a ", b"*a", b"!!python/object:os.system ", b"<<: *a",
            b"statements:", b"evidence:", b"span: [5, 1]", b"context: {species: mouse}",
        ),
    ),
    Parser("cursor", read_cursor, pieces=(b":5", b":-1", b":" + b"9" * 5_000, b"=", b"_")),
    Parser(
        "id",
        read_names,
        pieces=(
            b"HGNC:", b"CHEBI_", b"http://purl.obolibrary.org/obo/", b"10.1038/", b"PMID:",
            "\u03b1\u2010\u00b5\u1e9e".encode(), b"-", b"/",
        ),
    ),
    Parser(
        "address",
        read_address,
        pieces=(
            b"/v1/", b"?", b"&", b"=", b"source=", b"%2f", b"%zz", b"paths", b"entities/",
            b"queries/", b"+", b"#", b"//[",
        ),
    ),
    Parser(
        "filters",
        read_filters,
        refusals=(ImmunographError, ValidationError),
        pieces=(
            b'"species":', b'"without":', b'"statement:', b"study:", b"source:", b"10.1038/",
            b"mouse", b'"min_belief":',
        ),
    ),
    Parser(
        "trapi",
        read_query,
        pieces=(
            b'"ids":', b'"categories":', b'"paths":', b'"edges":', b'"subject":', b'"predicates":',
            b"biolink:", b'"constraints":', b'"qualifiers":', b'"behavior":', b'"ALLOW"', b"{}",
            b"[]", b'"x":' + b"[" * 300 + b"]" * 300 + b",",
        ),
    ),
    Parser(
        "bel-term",
        read_bel,
        refusals=(bel_terms.BadBel,),
        pieces=(
            b"p(", b"act(", b"complex(", b'"', b"!", b" -> ", b" -| ", b" increases ", b"var(",
            b"tloc(", b"fromLoc(", b"HGNC:", b"))", b'\\"', b"#",
        ),
    ),
    Parser(
        "list",
        read_list,
        pieces=(b"\tup", b",down", b";-1.5", b'{"name": ', b'"sign": 1}', b"# "),
    ),
)  # fmt: skip


@pytest.mark.parametrize("parser", READ_IN_MEMORY, ids=lambda one: one.name)
def test_whatever_is_read_is_read_or_refused(parser: Parser) -> None:
    _ask(parser)


@pytest.fixture
def in_files(tmp_path: Path) -> list[Parser]:
    """The parsers of files."""

    def read_corpus(name: str) -> Callable[[bytes], object]:
        return lambda content: is_read(name, content, tmp_path)

    def read_export(content: bytes) -> None:
        path = tmp_path / "export.json"
        path.write_bytes(content)
        for _ in native.models(path, lambda done, total: None):
            pass

    def read_packed_dump(content: bytes) -> None:
        """A dump whose lines these are, so that what is told of it is right."""
        lines = content.splitlines(keepends=True)
        digest = hashlib.sha256(b"".join(lines)).hexdigest()
        end = json.dumps({"end": {"lines": len(lines), "sha256": digest}}).encode()
        path = tmp_path / "dump.gz"
        path.write_bytes(gzip.compress(content + b"\n" * (not content.endswith(b"\n")) + end, 1))
        read_dump(path)

    def read_signs(content: bytes) -> None:
        """A mapping, and a table that is read by it."""
        path = tmp_path / "mapping.yaml"
        path.write_bytes(content)
        is_read("table", whole_file("table"), tmp_path, read_mapping(path))

    return [
        *(
            Parser(name, read_corpus(name), begins=lambda name=name: [whole_file(name)])
            for name in sorted(READERS)
        ),
        Parser("json", read_export, begins=lambda: [whole_file("json")]),
        Parser("dump", read_packed_dump),
        Parser(
            "mapping",
            read_signs,
            refusals=(BadSource,),
            pieces=(
                b"signs: ", b"columns: ", b"source: ", b"sign: ", b"promotes", b'"+": ', b"unknown",
            ),
        ),
    ]  # fmt: skip


def test_whatever_file_is_read_is_read_or_refused(in_files: list[Parser]) -> None:
    for parser in in_files:
        _ask(parser)


def test_whatever_is_searched_for_is_searched_for(loaded_graph: Graph) -> None:
    _ask(_lucene(loaded_graph))


def _lucene(graph: Graph) -> Parser:
    return Parser(
        "lucene", lambda content: entity_ids(graph, _text(content), limit=5),
        pieces=(
            b"*:*", b"AND", b"NOT ", b"~2", b"^4", b"[a TO b]", b"name:", b"/.*/", b"\\", b"|| ",
        ),
    )  # fmt: skip


def _ask(parser: Parser) -> None:
    """What is kept, and a few examples more, the same each time."""
    corpus = parser.corpus()
    assert corpus, f"tests/corpus/{parser.name} is empty"
    for content in corpus:
        parser.take(content)
    _examples(parser, corpus, EXAMPLES, number=0)


def _examples(parser: Parser, corpus: Sequence[bytes], count: int, *, number: int) -> None:
    failed: list[bytes] = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        derandomize=False,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(content=grown(corpus, (*EVERYWHERE, *parser.pieces)))
    def hold(content: bytes) -> None:
        try:
            parser.take(content)
        except Exception:
            failed.append(content)
            raise

    try:
        hold()
    except Exception as error:
        # The last one is the smallest that Hypothesis has found.
        kept = CORPUS / parser.name / hashlib.sha256(failed[-1]).hexdigest()[:12]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(failed[-1])
        error.add_note(f"{parser.name}: what broke it is kept as {kept}")
        raise


@pytest.mark.soak
def test_parsers_are_asked_for_an_hour(
    in_files: list[Parser], loaded_graph: Graph, figures: Figures
) -> None:
    parsers = [*READ_IN_MEMORY, *in_files, _lucene(loaded_graph)]
    asked = dict.fromkeys((one.name for one in parsers), 0)
    crashes: list[str] = []
    for parser in parsers:
        ends = time.monotonic() + SOAK_SECONDS / len(parsers)
        number = 1
        while time.monotonic() < ends:
            try:
                _examples(parser, parser.corpus(), EXAMPLES_OF_A_SOAK, number=number)
            except Exception as error:  # noqa: BLE001 # all parsers are asked, whatever one does
                crashes.append(f"{parser.name}: {error!r} {getattr(error, '__notes__', '')}")
                break
            asked[parser.name] += EXAMPLES_OF_A_SOAK
            number += 1
    for name, count in asked.items():
        figures.told(f"parser of {name}: texts", f"{count:,}")
    figures.at_most(
        f"{len(parsers)} parsers, {sum(asked.values()):,} texts in {SOAK_SECONDS:.0f} s: crashes",
        len(crashes),
        0,
        "parsers",
    )
    assert crashes == []
