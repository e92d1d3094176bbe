"""Whatever becomes of a file of another tool, it is read or refused with its place: no traceback.

The files are our own exports and small tables, spoilt by a number that stands for the same damage
each time; so the corpus is kept without being stored. `tests/test_parsers.py` spoils them further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest

from foreign import is_read, whole_file
from immunograph.formats.reading import READERS

SPOILT = 40
FOUND = (1, 27, 110, 210, 273, 450, 480, 1086)
"""Those that have broken a reader once; always asked again."""
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


def spoilt(format_: str, number: int) -> bytes:
    """The file that a number stands for; the same each time."""
    random = Random(number)
    content = whole_file(format_)
    for _ in range(random.choice((1, 1, 2, 5))):
        content = random.choice(DAMAGES)(content, random)
    return content


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
