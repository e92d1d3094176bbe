"""README and docs/ do what they say: their commands give the answers that stand under them.

`IMMUNOGRAPH_WRITE_DOCS=1 pytest tests/test_docs.py` writes answers and tables anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest
import typer

from immunograph.cli import app
from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.settings import Settings
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "seed" / "README.md", *ROOT.glob("docs/*.md")]
WRITING = bool(os.environ.get("IMMUNOGRAPH_WRITE_DOCS"))
SCREENS = 110
"""Lines that README may have beside its answer: two screens."""
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
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
    """What a command prints where 120 columns are asked for."""
    words = shlex.split(command)
    assert words[0] == "immunograph", command
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("IMMUNOGRAPH_", "NEO4J_"))},
        "NEO4J_URI": getattr(server, "uri"),  # noqa: B009 # a fixture's plain attribute
        "NEO4J_USERNAME": getattr(server, "username"),  # noqa: B009
        "NEO4J_PASSWORD": getattr(server, "password"),  # noqa: B009
        "COLUMNS": "120",
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


def replace(page: Path, old: str, new: str) -> None:
    """Write a part of a page anew, where that is asked for; else it must stand there."""
    text = page.read_text("utf-8")
    if WRITING and new not in text:
        page.write_text(text.replace(old, new, 1), "utf-8")
        return
    assert new in text, f"{page.name}: run with IMMUNOGRAPH_WRITE_DOCS=1 to write it anew"


def test_every_command_in_the_docs_gives_the_answer_that_stands_there(
    empty_graph: neo4j.Driver, neo4j_server: object
) -> None:
    blocks = [
        (page, name, block) for page in PAGES for name, block in BLOCK.findall(page.read_text())
    ]
    assert {name for _, name, _ in blocks} == set(SEEDS)
    assert README in {page for page, _, _ in blocks}
    for name in SEEDS:
        load(empty_graph, neo4j_server, name)
        for page, block in ((page, block) for page, graph, block in blocks if graph == name):
            for command, said in commands(block):
                answer = run(command, neo4j_server)
                replace(page, f"$ {command}\n{said}", f"$ {command}\n{answer}")


def test_the_table_of_settings_lists_every_setting() -> None:
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
    _replace_table(ROOT / "docs" / "settings.md", "".join(rows))


def test_the_table_of_commands_lists_every_command() -> None:
    rows = ["| Command | What it is for |\n|---|---|\n"]
    for words, command in _commands(typer.main.get_command(app), ()):
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        usage = " ".join(["immunograph", *words, *map(_shown, arguments)])
        options = [o for one in command.params for o in one.opts if o.startswith("--")]
        told = f" `{' '.join(options)}`" if options else ""
        rows.append(f"| `{usage}`{told} | {' '.join(command.help.split())} |\n")
    _replace_table(ROOT / "docs" / "commands.md", "".join(rows))


def _replace_table(page: Path, table: str) -> None:
    [old] = re.findall(r"(?:^\|.*\n)+", page.read_text("utf-8"), re.MULTILINE)
    replace(page, old, table)


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words; typer's own classes are no public types."""
    if not hasattr(command, "commands"):
        yield words, command
        return
    for name, one in command.commands.items():
        if not one.hidden:
            yield from _commands(one, (*words, name))


def _shown(argument: Any) -> str:
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def test_readme_is_read_on_two_screens() -> None:
    text = README.read_text("utf-8")
    [(_, answer)] = BLOCK.findall(text)
    assert len(text.splitlines()) - len(answer.splitlines()) <= SCREENS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = [one for one in LINK.findall(page.read_text("utf-8")) if "://" not in one]
    assert [one for one in links if not (page.parent / one).exists()] == []


def test_every_page_is_listed_in_readme() -> None:
    listed = {one for one in LINK.findall(README.read_text("utf-8")) if one.startswith("docs/")}
    assert listed == {f"docs/{page.name}" for page in ROOT.glob("docs/*.md")}


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_two_commands_of_the_readme_are_in_the_makefile(target: str) -> None:
    makefile = README.with_name("Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert f"make {target} " in README.read_text("utf-8")
