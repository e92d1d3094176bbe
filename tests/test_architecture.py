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


MOST_LINES = 500
LONG = {
    "search/kernel.py": "kernels that call one another are compiled together",
    "search/determinacy.py": "kernels that call one another are compiled together",
    "search/paths.py": "the questions to one search share its limits and how it is cut",
    "search/weighing.py": "the compiled form of one computation, belief",
    "search/columns.py": "every array of a snapshot is described once, where it is built",
    "domain/knowledge.py": "one interface to all that is known, over objects or over a library",
    "inference/derivation.py": "the order in which what follows is derived and derived again",
    "inference/tables.py": "rows of the graph to values and back, column by column",
    "seeds/reading.py": "each passage is read against all that was read before it",
    "store/loader.py": "one transaction's order of reading, deriving and writing",
    "store/local.py": "the life of one engine, from its files to its end",
    "service/view.py": "what a question may see, and all that is made of it once",
    "service/layouts.py": "one table: the columns and rows of every answer",
    "curation/importing/folder.py": "one import, from records to a folder that stands by itself",
}
"""Files that are longer than a reader holds in mind, each with its reason."""


def test_a_file_is_longer_than_a_reader_holds_in_mind_only_for_a_reason() -> None:
    package = ROOT / "app" / "immunograph"
    lines = {
        path.relative_to(package).as_posix(): path.read_text("utf-8").count("\n")
        for path in package.rglob("*.py")
    }

    assert {name for name, many in lines.items() if many > MOST_LINES} == set(LONG)
    assert sorted(lines.values())[len(lines) // 2] <= 160


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
