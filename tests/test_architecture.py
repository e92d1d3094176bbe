"""Rooms know only the rooms below them, and the pure ones bring no database with them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_direction_of_imports_holds() -> None:
    command = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


def test_every_room_has_its_place_in_the_order_and_on_the_map() -> None:
    contracts: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
        "importlinter"
    ]["contracts"]
    [layers] = [one["layers"] for one in contracts if one["type"] == "layers"]
    placed = {name.strip() for layer in layers for name in layer.replace(":", "|").split("|")}
    package = ROOT / "app" / "immunograph"
    rooms = {path.stem for path in package.glob("*.py")} - {"__init__"}
    rooms |= {path.parent.name for path in package.glob("*/__init__.py")}

    assert rooms == placed
    told = re.findall(r"`([a-z_]+)/?`", GUIDE.split("| Room in ")[1].split("\n\n")[0])
    assert sorted(told) == sorted(rooms)


@pytest.mark.parametrize(
    "room",
    [
        *("names.spelling", "domain.selection", "seeds.folder", "search.paths"),
        *("inference.belief", "inference.changes", "inference.derivation", "inference.tables"),
    ],
)
def test_a_pure_room_can_be_used_without_database_or_web(room: str) -> None:
    code = (
        f"import sys, immunograph.{room}\n"
        "print([m for m in ('neo4j', 'fastapi', 'typer', 'immunograph.store') if m in sys.modules])"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"


def test_what_needs_an_extra_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"]
    assert sorted(groups["extras"]) == sorted(one for extra in extras for one in extra)
    assert {"include-group": "extras"} in groups["dev"]
