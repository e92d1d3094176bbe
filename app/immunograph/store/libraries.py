"""Libraries of snapshots: read from the graph once, then mapped from a file that all share.

A file is named by its snapshot, written whole or not at all, and never changed. Every process of
the machine maps the same one, so that its arrays are in memory once. The files of the snapshots
asked for last stay, older ones go; who still maps one keeps it until it is done.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from immunograph.search.container import UnusableFileError
from immunograph.search.library import Library, pack, unpack

log = logging.getLogger(__name__)

KEPT: Final = 3
"""Files that stay: the present snapshot, and what those slow to notice it still answer from."""
SUFFIX: Final = ".library"
_WHOLE: Final = re.compile(r"[0-9a-f]{64}")
"""The id of a snapshot that was loaded to its end; one in the middle of a load begins otherwise."""


def open_library(snapshot: str, *, folder: Path | None) -> Library | None:
    """Map the library of a snapshot from its file; None where there is none that is usable.

    Why a file is of no use is told by the log, and `keep_library` then writes it anew.
    """
    path = _path(snapshot, folder)
    if path is None:
        return None
    try:
        library = unpack(np.memmap(path, np.uint8, "r"))
        if library.snapshot != snapshot:
            raise UnusableFileError(f"it is of the snapshot {library.snapshot}")
        os.utime(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        # An empty file cannot even be mapped, and says so as a ValueError.
        log.warning("The library in %s is built anew: %s.", path, fault)
        return None
    return library


def snapshots_kept(folder: Path | None) -> Iterator[str]:
    """The snapshots that have a file, those asked for last first."""
    if folder is not None:
        for path in sorted(folder.glob(f"*{SUFFIX}"), key=_asked, reverse=True):
            yield path.stem


def keep_library(library: Library, *, folder: Path | None) -> Library:
    """Write a library to its file, whole or not at all, and map it; files of old ones go.

    One of a snapshot in the middle of a load is only ever held in memory, as are all where
    `folder` is None or cannot be written, which the log then tells.
    """
    path = _path(library.snapshot, folder)
    if path is None:
        return library
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        part = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pack(library):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as fault:
        log.warning("The library is held in memory, not in %s: %s.", path, fault.strerror)
        if part is not None:
            part.unlink(missing_ok=True)
        return library
    _sweep(path)
    return open_library(library.snapshot, folder=folder) or library


def _path(snapshot: str, folder: Path | None) -> Path | None:
    if folder is None or not _WHOLE.fullmatch(snapshot):
        return None
    return folder / f"{snapshot}{SUFFIX}"


def _asked(path: Path) -> float:
    """When a file was asked for last."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process sweeps too
        return 0.0


def _sweep(newest: Path) -> None:
    """Remove the files of all but the snapshots asked for last."""
    files = sorted(newest.parent.glob(f"*{SUFFIX}"), key=_asked, reverse=True)
    for path in [file for file in files if file != newest][KEPT - 1 :]:
        path.unlink(missing_ok=True)
