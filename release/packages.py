"""The wheel and the source archive, built from the checkout without asking any network."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from release.licences import ROOT


def build(target: str, folder: Path, *, source: Path = ROOT) -> Path:
    """Build `wheel` or `sdist` of a source tree into a folder; the file."""
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.iterdir())
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder.absolute()],
        cwd=source,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    [built] = set(folder.iterdir()) - before
    return built


def unpacked(archive: Path, folder: Path) -> Path:
    """The source tree in a source archive, taken out into a folder."""
    with tarfile.open(archive) as packed:
        if hasattr(tarfile, "data_filter"):  # since Python 3.11.4
            packed.extraction_filter = tarfile.data_filter
        packed.extractall(folder)
    return folder / archive.name.removesuffix(".tar.gz")


def contents(wheel: Path) -> dict[str, bytes]:
    """What is in a wheel, by name."""
    with zipfile.ZipFile(wheel) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
