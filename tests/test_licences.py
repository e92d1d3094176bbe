"""Nothing ships, is installed or is fetched under a licence that nobody has allowed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from release.licences import (
    IMPORTED,
    RUN,
    VENDORED,
    browser_parts,
    is_allowed,
    java_parts,
    parts,
    python_parts,
    refused,
)

ROOT = Path(__file__).parents[1]


def test_every_part_has_a_licence_that_is_allowed() -> None:
    assert refused(parts()) == []


def test_no_part_is_left_out() -> None:
    pins = re.findall(r"^([a-z][\w.-]*)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M)
    named = {part.name for part in python_parts()}
    assert named <= set(pins)
    assert set(pins) - named <= {"colorama", "uvloop"}  # of other platforms
    vendored = {one.name for one in VENDORED.parent.iterdir() if one.is_dir()}
    assert {
        f"{part.name.rpartition('/')[2]}-{part.version}" for part in browser_parts()
    } == vendored
    assert all((VENDORED.parent / name / "LICENSE").is_file() for name in vendored)


def test_what_is_not_allowed_is_refused_with_what_to_do() -> None:
    python, java = next(python_parts()), next(java_parts())
    assert refused([python, java]) == []
    for licence in ("GPL-3.0-or-later", "unknown", "", "MIT AND SSPL-1.0", "(MIT"):
        [said] = refused([replace(python, licence=licence)])
        assert f"{python.name} {python.version} has the licence '{licence}'" in said
        assert "Do without it" in said
    assert refused([replace(java, licence="GPL-3.0-or-later")]) == []
    assert len(refused([replace(java, licence="AGPL-3.0-only")])) == 1


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR ISC)", True),
        ("(MIT AND GPL-3.0-only) OR ISC", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("MIT WITH some-exception", False),
        ("MIT ISC", False),
        ("MIT AND", False),
    ],
)
def test_an_expression_is_met_or_not(expression: str, met: bool) -> None:
    assert is_allowed(expression, IMPORTED) is met


def test_a_jar_whose_licence_was_not_looked_up_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "jars.tsv").write_text("org/other/1/other-1.jar\tMIT\n")
    with pytest.raises(KeyError):
        list(java_parts(tmp_path / "jars.tsv"))
    assert IMPORTED < RUN
