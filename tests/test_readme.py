"""README does what it says: its commands give the answers that stand under them.

`IMMUNOGRAPH_WRITE_README=1 pytest tests/test_readme.py` writes the answers anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import neo4j
import pytest

from immunograph.folders import folder
from immunograph.seeds.sources import read_seed
from immunograph.settings import Settings
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

README = Path(__file__).parents[1] / "README.md"
WRITING = bool(os.environ.get("IMMUNOGRAPH_WRITE_README"))
BLOCK = re.compile(r"<!-- graph: (\w+) -->\n```console\n(.*?)```", re.DOTALL)
SEEDS = {"founding": "founding", "shipped": "."}


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the answer under it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def load(driver: neo4j.Driver, server: object, name: str) -> None:
    uri, username, password = (getattr(server, n) for n in ("uri", "username", "password"))
    with Graph.connect(uri, username=username, password=password) as graph:
        loader = Loader(graph, schema=folder("schema"))
        loader.prepare()
        seed = read_seed(folder("seed") / SEEDS[name])
        for source in set(loader.knowledge.contributions) - {
            c.source.id for c in seed.contributions
        }:
            loader.withdraw(source)
        loader.put_all(seed.contributions, seed.vocabulary)


def run(command: str, server: object) -> str:
    """What a command prints on a terminal of 100 columns."""
    words = shlex.split(command)
    assert words[0] == "immunograph", command
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("IMMUNOGRAPH_", "NEO4J_"))},
        "NEO4J_URI": getattr(server, "uri"),  # noqa: B009 # a fixture's plain attribute
        "NEO4J_USERNAME": getattr(server, "username"),  # noqa: B009
        "NEO4J_PASSWORD": getattr(server, "password"),  # noqa: B009
        "COLUMNS": "100",
    }
    done = subprocess.run(
        [str(Path(sys.executable).with_name("immunograph")), *words[1:]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def test_every_command_of_the_readme_gives_the_answer_that_stands_there(
    empty_graph: neo4j.Driver, neo4j_server: object
) -> None:
    text = README.read_text("utf-8")
    blocks = BLOCK.findall(text)
    assert {name for name, _ in blocks} == set(SEEDS)
    fresh: dict[str, str] = {}
    for name in SEEDS:
        load(empty_graph, neo4j_server, name)
        for block in (block for graph, block in blocks if graph == name):
            for command, said in commands(block):
                answer = run(command, neo4j_server)
                if not WRITING:
                    assert said == answer, command
                fresh[f"$ {command}\n{said}"] = f"$ {command}\n{answer}"
    if WRITING:
        for old, new in fresh.items():
            text = text.replace(old, new, 1)
        README.write_text(text, "utf-8")


def test_the_settings_table_of_the_readme_lists_every_setting() -> None:
    rows = ["| Variable | Default | What it is |\n|---|---|---|\n"]
    for name, field in Settings.model_fields.items():
        variable = name.upper() if name.startswith("neo4j_") else f"IMMUNOGRAPH_{name.upper()}"
        default = {
            "seed": "the shipped `seed/`",
            "data_dir": "the user's data folder",
            "cache_dir": "the user's cache folder",
            "neo4j_password": "–",
        }.get(name) or ("–" if field.default is None else f"`{field.default}`")
        rows.append(f"| `{variable}` | {default} | {field.description} |\n")
    table = "".join(rows)
    text = README.read_text("utf-8")
    if WRITING and table not in text:
        text = re.sub(r"<!-- settings -->\n+(\|.*\n)*", f"<!-- settings -->\n\n{table}", text)
        README.write_text(text, "utf-8")
    assert table in text, "run this test with IMMUNOGRAPH_WRITE_README=1"


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_two_commands_of_the_readme_are_in_the_makefile(target: str) -> None:
    makefile = README.with_name("Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert f"make {target} " in README.read_text("utf-8")
