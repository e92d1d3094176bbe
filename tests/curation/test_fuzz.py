"""Whatever becomes of a seed file, it is read, or refused with places: no traceback, nothing half.

The files are the shipped ones, spoilt as by a slip of the hand or of a merge: lines and words
dropped, doubled, swapped, reindented, of another type, cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures import share_of
from immunograph.curation.lint import lint
from immunograph.domain.model import digest
from immunograph.errors import BadSource
from immunograph.folders import folder
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import read_home
from immunograph.seeds.reading import Reader
from immunograph.service.writing import Writing
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

MUTANTS, MUTANTS_OF_A_SOAK = 1_000, 12_000
FILES = sorted((folder("seed") / "founding").glob("*.yaml")) + sorted(
    (folder("seed") / "literature").glob("[a-c]*.yaml")
)
OTHER_VALUES = (
    "", "~", "[]", "{}", "true", "-1", "1e999", "0x10", "2026-11-22", "[1, 2", "{a: b}", "'", '"',
    "!!python/object:os.system {}", "&a [*a]", "*nowhere", "| text", "null", "[null]", "[[[]]]",
    "\u202eabc", "а", "9" * 400, "[-1, 5]", "[5, -1]", "a: b: c", "\t", "%", "@", "\x00", "\ufffe",
)  # fmt: skip

Spoil = Callable[[list[str], Random], None]


def drop(lines: list[str], random: Random) -> None:
    del lines[random.randrange(len(lines))]


def double(lines: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    lines.insert(at, lines[at])


def swap(lines: list[str], random: Random) -> None:
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def reindent(lines: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    by = random.choice((-4, -2, -1, 1, 2, 4))
    lines[at] = " " * by + lines[at] if by > 0 else lines[at][-by:]


def retype(lines: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    key, colon, _ = lines[at].partition(": ")
    if colon:
        lines[at] = f"{key}: {random.choice(OTHER_VALUES)}"


def misname(lines: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    words = lines[at].split(" ")
    place = random.randrange(len(words))
    words[place] = words[place][::-1] if random.random() < 0.5 else random.choice(OTHER_VALUES)
    lines[at] = " ".join(words)


def truncate(lines: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
    del lines[at + 1 :]


SPOILS: tuple[Spoil, ...] = (drop, double, swap, reindent, retype, misname, truncate)


@cache
def texts() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in FILES)


def spoilt(number: int, of: Sequence[str] | None = None) -> bytes:
    """The file that a number stands for; the same each time."""
    random = Random(number)
    lines = random.choice(of or texts()).split("\n")
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        if lines:
            random.choice(SPOILS)(lines, random)
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if random.random() < 0.1 and content:
        at = random.randrange(len(content))
        content = content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
    return content


def new_reader() -> Reader:
    vocabulary, entities, _ = read_home(folder("seed"))
    return Reader(vocabulary, entities)


one_reader = cache(new_reader)
"""A reader for many files; making one takes longer than reading most."""


def read_and_hold_to_it(content: bytes, reader: Reader) -> bool:
    """Read a file as a check does; whether it has a fault."""
    reading = reader.reading(yaml_text.read(content, "mutant.yaml"))
    findings = lint(reading, reader)
    faults = reader.take_faults()
    lines = content.count(b"\n") + content.count(b"\r") + 1
    for one in (*faults, *findings):
        assert one.file == "mutant.yaml"
        assert 1 <= one.line <= lines + 1
        assert one.column >= 1
        assert one.message
    assert (reading.contribution is None) is bool(faults)
    return bool(faults)


def fuzz(numbers: range) -> None:
    refused = 0
    reader = new_reader()
    for number in numbers:
        try:
            refused += read_and_hold_to_it(spoilt(number), reader)
        except Exception as error:
            error.add_note(f"mutant {number}")
            raise
    assert refused > len(numbers) // 2


def test_a_spoilt_file_is_refused_with_places_or_read() -> None:
    fuzz(range(MUTANTS))


@pytest.mark.soak
def test_thousands_of_spoilt_files_are_refused_with_places_or_read() -> None:
    fuzz(range(MUTANTS, MUTANTS + round(share_of(MUTANTS_OF_A_SOAK, least=1_000))))


def load_whole_or_not_at_all(content: bytes, graph: Graph, writing: Writing) -> bool:
    """Load a file as a service does, and take it out again; whether it was taken."""
    before = graph.snapshot()
    try:
        told = writing.load(content, by="a curator")
    except BadSource as refused:
        assert graph.snapshot() == before
        assert all(one.line >= 1 and one.column >= 1 for one in refused.faults)
        return False
    held = Loader(graph, schema=folder("schema")).knowledge.contributions[told["source"]]
    assert digest(held.model_dump_json()) == told["version"]
    assert (graph.snapshot() or {})["id"] == told["after"]
    writing.withdraw(told["source"], by="a curator")
    assert before is not None
    assert (graph.snapshot() or {})["id"] == before["id"]
    return True


def fuzz_loads(numbers: range, graph: Graph) -> None:
    """Load spoilt files of the literature into a graph that has none of it."""
    writing = Writing(graph, loader=Loader(graph, schema=folder("schema")), home=folder("seed"))
    literature = [text for text in texts() if "type: abstract" in text]
    taken = {
        load_whole_or_not_at_all(spoilt(number, literature), graph, writing) for number in numbers
    }
    assert taken == {True, False}


def test_a_spoilt_file_is_loaded_whole_or_not_at_all(loaded_graph: Graph) -> None:
    fuzz_loads(range(40), loaded_graph)


@pytest.mark.soak
def test_hundreds_of_spoilt_files_are_loaded_whole_or_not_at_all(loaded_graph: Graph) -> None:
    fuzz_loads(range(round(share_of(1000, least=100))), loaded_graph)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_places(content: bytes) -> None:
    assert read_and_hold_to_it(content, one_reader())


@given(st.text(max_size=200))
def test_any_text_is_refused_with_places(text: str) -> None:
    assert read_and_hold_to_it(text.encode("utf-8", "surrogatepass"), one_reader())


def test_a_file_of_another_kind_is_refused() -> None:
    for content in (b"", b"\xef\xbb\xbf", b"%PDF-1.7\x00", b"{}", b"[]", b"null", b"- a\n" * 99999):
        assert read_and_hold_to_it(content, one_reader()), content[:10]
