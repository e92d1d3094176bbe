"""Whatever becomes of a file of another tool, it is read or refused with its place: no traceback.

The files are our own exports and small tables, spoilt by a number that stands for the same damage
each time; so the corpus is kept without being stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from random import Random

import pytest

from graphs import view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.errors import BadQuestion, BadSource
from immunograph.folders import folder
from immunograph.formats import FORMATS
from immunograph.formats.reading import READERS
from immunograph.formats.reading.claims import Corpus, TableMapping
from immunograph.seeds.folder import read_seed
from immunograph.service.exports import whole

SPOILT, SPOILT_IN_A_SOAK = 40, 5_000
FOUND = (1, 27, 110, 210, 273, 450, 480, 1086)
"""Those that have broken a reader once; always asked again."""
TABLES = {
    "table": b"source\tsign\ttarget\tpmid\nCCL2\t+\tmonocyte\t20237412\nIL6\t-\tHGNC:8506\t\n",
    "omnipath": (
        b"source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\t"
        b"is_inhibition\tconsensus_direction\tconsensus_stimulation\tconsensus_inhibition\tsources\t"
        b"references\nP13500\tP41597\tCCL2\tCCR2\t1\t1\t0\t1\t1\t0\tSIGNOR\tSIGNOR:20237412\n"
    ),
}
TOKENS = (
    b"\0", b"\t", b"\n", b"\r", b'"', b"'", b"{", b"}", b"[", b"]" * 50, b"[" * 5_000, b"null",
    b"-1", b"1e999", b"NaN", b"\xff", b"\xef\xbb\xbf", "\u202e".encode(), b"9" * 5_000, b"../../x",
    b",,,,", b"p(", b")", b"=>", b"|", b"<a/>", b"PK\x03\x04", b"\x1f\x8b",
)  # fmt: skip

Damage = Callable[[bytes, Random], bytes]


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _drop(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + content[at + random.choice((1, 2, 10, 100)) :]


def _double(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[: at + random.choice((1, 10, 200))] + content[at:]


def _flip(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]


def _insert(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(TOKENS) + content[at:]


DAMAGES: tuple[Damage, ...] = (_cut, _drop, _double, _flip, _flip, _insert, _insert)


@cache
def whole_file(format_: str) -> bytes:
    """A file of a format that is read without a fault."""
    if format_ in TABLES:
        return TABLES[format_]
    seed = read_seed(folder("seed") / "founding")
    graph = whole(view_of(Knowledge(seed.vocabulary, seed.contributions[:2])))
    return b"".join(FORMATS["kgx-tsv" if format_ == "kgx" else format_].write(graph))


def spoilt(format_: str, number: int) -> bytes:
    """The file that a number stands for; the same each time."""
    random = Random(number)
    content = whole_file(format_)
    for _ in range(random.choice((1, 1, 2, 5))):
        content = random.choice(DAMAGES)(content, random)
    return content


def is_read(format_: str, content: bytes, home: Path) -> bool:
    """Whether a reader takes a file; what it refuses has a place or says what to do."""
    path = home / "corpus"
    path.write_bytes(content)
    try:
        for _ in READERS[format_].read(Corpus(path, TableMapping())):
            pass
        READERS[format_].licence(path)
    except BadSource as refused:
        assert refused.faults
        assert all(one.line >= 1 and one.column >= 1 and one.message for one in refused.faults)
        return False
    except BadQuestion as refused:
        assert str(refused)
        return False
    return True


def _spoil(format_: str, numbers: Iterable[int], home: Path) -> None:
    assert is_read(format_, whole_file(format_), home)
    for number in numbers:
        try:
            is_read(format_, spoilt(format_, number), home)
        except Exception as error:
            error.add_note(f"{format_}, number {number}")
            raise


@pytest.mark.parametrize("format_", sorted(READERS))
def test_a_spoilt_file_is_read_or_refused(format_: str, tmp_path: Path) -> None:
    _spoil(format_, [*range(SPOILT), *FOUND], tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("format_", sorted(READERS))
def test_thousands_of_spoilt_files_are_read_or_refused(format_: str, tmp_path: Path) -> None:
    _spoil(format_, range(SPOILT, SPOILT_IN_A_SOAK), tmp_path)
