"""Many files, parsed by another process: the same texts as each read by itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from immunograph.folders import folder
from immunograph.seeds import yaml_text
from immunograph.seeds.files import ENTITIES_FILE, MANY, VOCABULARY_FILE, texts
from immunograph.seeds.folder import Home
from immunograph.seeds.yaml_text import SeedText

BROKEN, UNUSUAL, GONE = 7, 130, 391


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """As many as are parsed ahead; one is no YAML, one has an anchor, one is not there."""
    made = [tmp_path / f"{number:03}.yaml" for number in range(MANY)]
    for number, file in enumerate(made):
        file.write_text(f"id: paper-{number}\nstatements:\n  - subject: Δ{number}\n", "utf-8")
    made[BROKEN].write_text("id: [paper\n", "utf-8")
    made[UNUSUAL].write_text("id: &a paper\ntitle: *a\n", "utf-8")
    made[GONE].unlink()
    return made


def _ends_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The other process ends before it says anything."""
    monkeypatch.setattr(sys, "executable", _script(tmp_path, "exit 1"))


def _breaks_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The other process ends in the middle of a text."""
    monkeypatch.setattr(
        sys, "executable", _script(tmp_path, f'"{sys.executable}" "$@" | head -c 9999')
    )


def _goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing befalls it."""


def _script(tmp_path: Path, does: str) -> str:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize("befalls", [_goes_on, _ends_at_once, _breaks_off])
def test_many_files_give_the_texts_that_each_gives_by_itself(
    files: list[Path],
    befalls: Callable[[pytest.MonkeyPatch, Path], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    befalls(monkeypatch, tmp_path)
    found = list(texts(files))
    assert isinstance(found.pop(GONE), FileNotFoundError)
    del files[GONE]
    faulty: list[Path] = []
    for file, text in zip(files, found, strict=True):
        assert isinstance(text, SeedText)
        if text.faults:
            faulty.append(file)
        alone = yaml_text.read(file.read_bytes(), str(file))
        assert (text.file, text.value, text.faults) == (alone.file, alone.value, alone.faults)
        for path in (("id",), ("statements", 0, "subject")):
            assert text.place(path) == alone.place(path)
    assert faulty == [files[BROKEN]]


def test_who_stops_asking_leaves_no_process_behind(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def noted(process: subprocess.Popen[bytes], *given: object, **options: object) -> None:
        begun.append(process)
        start(process, *given, **options)  # pyright: ignore[reportArgumentType, reportCallIssue] # as it was called

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    asked = iter(texts(files))
    next(asked)
    del asked
    [process] = begun
    assert process.returncode is not None


def test_a_home_is_read_again_where_one_of_its_files_changed(tmp_path: Path) -> None:
    for name in (VOCABULARY_FILE, ENTITIES_FILE):
        shutil.copy(folder("seed") / name, tmp_path / name)
    home = Home(tmp_path)
    vocabulary, entities, faults = home.read()
    assert not faults
    assert home.read()[1] is entities
    grounding = "grounding: {status: local, where: a test}"
    more = f'  - {{id: "itm:late", name: late, kind: Process, {grounding}}}'
    path = tmp_path / ENTITIES_FILE
    path.write_text(f"{path.read_text('utf-8')}\n{more}\n", "utf-8")
    words, now, _ = home.read()
    assert words == vocabulary
    assert {one.id for one in now} - {one.id for one in entities} == {"itm:late"}
