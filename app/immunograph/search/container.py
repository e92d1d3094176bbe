"""Arrays as one run of bytes, and back: what a question does not touch is never read from the disk.

A run begins with a magic word, sizes and the checksum of a header in JSON; the arrays follow, each
at a multiple of 64 bytes, so that they can be used where a file is mapped.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

MAGIC: Final = b"immunograph arrays\n\0"
ALIGNMENT: Final = 64
_LENGTHS: Final = 12
"""Bytes that follow the magic: version, length and checksum of the header."""


class UnusableFileError(ValueError):
    """A file of arrays that is truncated, of another version, or not one of ours."""


def pack(
    header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], *, version: int
) -> Iterator[bytes | memoryview]:
    """Pieces of one run of bytes: magic, sizes and their checksum, header, arrays."""
    places: dict[str, tuple[str, int, int]] = {}
    end = 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.size, end)
        end += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
    text = orjson.dumps({**header, "bytes": end, "arrays": places})
    head = MAGIC + b"".join(
        number.to_bytes(4, "little") for number in (version, len(text), zlib.crc32(text))
    )
    yield head + text + bytes(-(len(head) + len(text)) % ALIGNMENT)
    for array in arrays.values():
        yield np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        yield bytes(-array.nbytes % ALIGNMENT)


def unpack(
    run: NDArray[np.uint8], *, version: int
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the arrays of a run, each a flat view of the given bytes.

    Raises UnusableFileError, saying why.
    """
    begin = len(MAGIC) + _LENGTHS
    head = run[:begin].tobytes()
    if len(head) < begin or not head.startswith(MAGIC):
        raise UnusableFileError("it is not a file of arrays, or cut off in its header")
    stated, length, checksum = np.frombuffer(head[len(MAGIC) :], "<u4").tolist()
    if stated != version:
        raise UnusableFileError(f"it is of version {stated}, and this one writes {version}")
    text = run[begin : begin + length].tobytes()
    if len(text) < length or zlib.crc32(text) != checksum:
        raise UnusableFileError("its header is damaged")
    header: dict[str, Any] = orjson.loads(text)
    first = -(-(begin + length) // ALIGNMENT) * ALIGNMENT
    if len(run) != first + header["bytes"]:
        raise UnusableFileError(
            f"it holds {len(run)} bytes of {first + header['bytes']}: it was cut off"
        )
    arrays: dict[str, NDArray[Any]] = {}
    for name, (kind, count, place) in header.pop("arrays").items():
        dtype = np.dtype(kind)
        part = run[first + place : first + place + count * dtype.itemsize]
        arrays[name] = part.view(dtype)
    return header, arrays
