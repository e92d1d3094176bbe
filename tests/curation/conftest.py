"""A small seed folder that curators' tests write files into."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from immunograph.curation.check import Report, check
from immunograph.curation.inspection import NOTHING_BESIDE, Beside
from immunograph.curation.lint import Lint, lint
from immunograph.folders import folder
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import read_home
from immunograph.seeds.reading import Reader

Write = Callable[..., Path]
Check = Callable[..., Report]


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A seed folder with the shipped vocabulary and entities, and no source."""
    home = tmp_path / "seed"
    home.mkdir()
    for name in ("vocabulary.yaml", "entities.yaml"):
        shutil.copy(folder("seed") / name, home / name)
    return home


@pytest.fixture
def write(seed: Path) -> Write:
    """Write a source of these statements (or other parts), as a curator would."""

    def written(body: str, *, name: str = "mine", head: str = "") -> Path:
        path = seed / f"{name}.yaml"
        path.write_text(
            f"id: {name}\ntype: abstract\ntier: primary_abstract\ntraceability: doi\n"
            f"title: What was seen\nstudy: {{id: {name}-study, title: A study}}\n{head}{body}",
            encoding="utf-8",
        )
        return path

    return written


@pytest.fixture
def checked(write: Write, seed: Path) -> Check:
    """The report on a source of these statements."""

    def report(body: str, *, document: str | None = None, head: str = "") -> Report:
        documents = None
        if document is not None:
            import hashlib  # noqa: PLC0415 - only where there is a document

            documents = seed / "documents"
            documents.mkdir(exist_ok=True)
            (documents / "text.txt").write_text(document, encoding="utf-8", newline="")
            digest = hashlib.sha256(document.encode()).hexdigest()
            head += f"document: {{name: text.txt, sha256: {digest}, characters: {len(document)}}}\n"
        return check([write(body, head=head)], documents=documents)

    return report


@cache
def reader() -> Reader:
    """A reader over the shipped vocabulary and entities; making one takes longer than any lint."""
    vocabulary, entities, _ = read_home(folder("seed"))
    return Reader(vocabulary, entities)


HEAD = (
    "id: mine\ntype: abstract\ntier: primary_abstract\ntraceability: doi\n"
    "title: What was seen\nstudy: {id: mine-study, title: A study}\n"
)


def linted(body: str, *, head: str = HEAD, beside: Beside = NOTHING_BESIDE) -> list[Lint]:
    """The findings on a source of these statements (or other parts)."""
    reading = reader().reading(yaml_text.read((head + body).encode(), "mine.yaml"))
    reader().take_faults()  # names that are no entities are none of the lint's business
    if reading.form is None:
        raise AssertionError(reading.text.faults)
    return lint(reading, reader(), beside)


def codes(findings: list[Lint]) -> list[str]:
    """The codes of findings."""
    return [one.code for one in findings]
