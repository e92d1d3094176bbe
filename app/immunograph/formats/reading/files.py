"""Files of others, opened with care: plain, gzip, zip, tar or a folder, never more than they seem.

What is not the file that it should be raises BadSource, with its place: half an archive, a file
that unpacks to hundreds of times its size, bytes that are no text.
"""

from __future__ import annotations

import csv
import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

from immunograph.errors import BadSource, Fault

LONGEST_LINE: Final = 4_000_000
"""Bytes; a longer line is no line of a table or a script."""
UNSUSPECTED: Final = 100_000_000
"""Bytes that any file may unpack to."""
MOST_TIMES: Final = 250
"""How many times its packed size a larger file may unpack to; texts stay far below."""
MOST_MEMBERS: Final = 200_000


class _Bytes(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...
    def readline(self, size: int = ..., /) -> bytes: ...


def refused(file: str, line: int, message: str) -> BadSource:
    """The error for a file that cannot be read on."""
    return BadSource([Fault(file, line, 1, message)])


class Stream:
    """The bytes of one file, counted against the size that it was packed in."""

    def __init__(self, name: str, raw: _Bytes, *, packed: int, count: Callable[[int], None]):
        self.name = name
        self._raw = raw
        self._packed = packed
        self._count = count
        self._given = 0
        self.line = 0

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end. Raises BadSource."""
        return self._checked(self._raw.read, size)

    def readline(self) -> bytes:
        """The next line with its end. Raises BadSource."""
        self.line += 1
        line = self._checked(self._raw.readline, LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            message = f"a line of more than {LONGEST_LINE:,} bytes; is this the format you named?"
            raise refused(self.name, self.line, message)
        return line

    def _checked(self, take: Callable[[int], bytes], size: int) -> bytes:
        try:
            found = take(size)
        except EOFError as error:
            message = "the archive ends in the middle; get the whole file"
            raise refused(self.name, self.line, message) from error
        except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError) as error:
            raise refused(self.name, self.line, f"the archive is damaged: {error}") from error
        except RuntimeError as error:  # zipfile's word for a password
            raise refused(self.name, self.line, f"the archive cannot be read: {error}") from error
        except OSError as error:
            raise refused(self.name, self.line, f"cannot be read: {error}") from error
        self._given += len(found)
        if self._given > UNSUSPECTED and self._given > MOST_TIMES * self._packed:
            message = (
                f"it unpacks to more than {MOST_TIMES} times its size, as archives do that are "
                "made to fill a disk; unpack it yourself if you trust it"
            )
            raise refused(self.name, self.line, message)
        self._count(self._given)
        return found


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError) as error:
        raise refused(str(path), 1, f"no whole archive: {error}") from error
    except RuntimeError as error:  # what zipfile says of one that is encrypted or packed otherwise
        raise refused(str(path), 1, f"an archive that cannot be unpacked: {error}") from error
    except UnicodeDecodeError as error:  # of a name that a zip marks as UTF-8
        message = f"no whole archive: the name of a file in it is no text: {error.reason}"
        raise refused(str(path), 1, message) from error
    except OSError as error:
        raise refused(str(path), 1, f"cannot be read: {error.strerror or error}") from error


def streams(
    path: Path, *, endings: tuple[str, ...] = (), progress: Callable[[int, int], None]
) -> Iterator[Stream]:
    """Every file at a path: itself, or what an archive or a folder holds, by these endings.

    Raises BadSource where there is nothing to read.
    """
    if not path.exists():
        raise refused(str(path), 1, "there is no such file or folder")
    found = False
    for stream in _streams(path, progress=progress):
        if endings and stream.name != str(path) and not stream.name.lower().endswith(endings):
            continue
        found = True
        yield stream
    if not found:
        raise refused(str(path), 1, f"no file in it ends in {' or '.join(endings)}")


def _streams(path: Path, *, progress: Callable[[int, int], None]) -> Iterator[Stream]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        total = sum(file.stat().st_size for file in files)
        done = 0
        for file in files:
            with _translated(file), file.open("rb") as raw:
                size = file.stat().st_size
                before = done
                yield Stream(
                    str(file), raw, packed=size,
                    count=lambda given, before=before: progress(before + given, total),
                )  # fmt: skip
                done += size
        return
    size = path.stat().st_size
    with _translated(path), path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)

        def tell(_: int) -> None:
            progress(min(raw.tell(), size), size)

        if start[:2] == b"PK":
            yield from _of_zip(raw, size, tell)
        elif start[:2] == b"\x1f\x8b" and _is_tar(path):
            yield from _of_tar(raw, "r|gz", size, tell)
        elif start[:2] == b"\x1f\x8b":
            name = str(path)
            with gzip.open(raw, "rb") as unpacked:
                yield Stream(name, cast(_Bytes, unpacked), packed=size, count=tell)
        elif path.suffix.lower() == ".tar":
            yield from _of_tar(raw, "r|", size, tell)
        else:
            yield Stream(str(path), raw, packed=size, count=tell)


def _is_tar(path: Path) -> bool:
    try:
        with gzip.open(path, "rb") as unpacked:
            return unpacked.read(512)[257:262] == b"ustar"
    except EOFError:
        return False  # said when it is read


def _of_zip(raw: IO[bytes], size: int, tell: Callable[[int], None]) -> Iterator[Stream]:
    with zipfile.ZipFile(raw) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        if len(members) > MOST_MEMBERS:
            raise zipfile.BadZipFile(f"more than {MOST_MEMBERS:,} files")
        for member in members:
            with archive.open(member) as unpacked:
                packed = max(member.compress_size, 1)
                yield Stream(member.filename, cast(_Bytes, unpacked), packed=packed, count=tell)


def _of_tar(raw: IO[bytes], mode: Any, size: int, tell: Callable[[int], None]) -> Iterator[Stream]:
    with tarfile.open(fileobj=raw, mode=mode) as archive:
        members: Iterator[tarfile.TarInfo] = iter(archive)
        for member in members:
            if member.isfile() and (unpacked := archive.extractfile(member)) is not None:
                name = member.name.removeprefix("./")
                yield Stream(name, cast(_Bytes, unpacked), packed=size, count=tell)


def lines(stream: Stream) -> Iterator[str]:
    """The lines of a text without their ends; `stream.line` counts them. Raises BadSource."""
    while raw := stream.readline():
        if stream.line == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw:
            raise refused(stream.name, stream.line, "this is no text; is it the format you named?")
        try:
            yield raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            message = f"byte {error.start + 1} is not UTF-8; save the file as UTF-8"
            raise refused(stream.name, stream.line, message) from error


def rows(
    stream: Stream, *, delimiter: str | None = None, quoted: bool = True
) -> Iterator[tuple[int, dict[str, str] | str]]:
    """The rows of a table by the names of its columns, each with its line.

    A row with more or fewer cells than the table has columns is given as its text. Without a
    `delimiter`, a tab stands between columns if the first line has one, else a comma.
    """
    text = lines(stream)
    first = next(text, None)
    if first is None or not first.strip():
        raise refused(stream.name, 1, "the file is empty; its first line names the columns")
    mark = delimiter or ("\t" if "\t" in first else ",")
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    try:
        names = [
            name.strip() for name in next(csv.reader([first], delimiter=mark, quoting=quoting))
        ]
    except csv.Error as error:
        message = f"no names of columns: {error}; does each line end as Unix or Windows end it?"
        raise refused(stream.name, 1, message) from error
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise refused(stream.name, 1, f"column '{min(doubled)}' stands twice")
    table = csv.reader((f"{line}\n" for line in text), delimiter=mark, quoting=quoting)
    while True:
        begins = stream.line + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            message = f"no row of a table: {error}; is a quote left open?"
            raise refused(stream.name, begins, message) from error
        if cells is None:
            return
        if not cells:
            continue
        yield (
            begins,
            dict(zip(names, cells, strict=True))
            if len(cells) == len(names)
            else (f"{len(cells)} of {len(names)} columns: {mark.join(cells)}"),
        )
