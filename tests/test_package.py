"""What is built from the checkout is whole: the wheel alone serves, and so does the source archive.

`make package` tries the same as people do: in a clean environment, on an empty home.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import orjson
import pytest
from release.packages import build, contents, unpacked

from immunograph.store.graph import Graph
from serving import Server, serving, told_by

ROOT = Path(__file__).parents[1]
ASKED = "/v1/paths?source=paclitaxel&target=lung+metastasis"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("dist"))


def test_the_wheel_alone_serves(
    wheel: Path, neo4j_server: Server, loaded_graph: Graph, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    # Before the editable installation of the checkout, whose dependencies it shares.
    first = {"PYTHONPATH": str(tmp_path / "installed")}
    code = "import immunograph, immunograph.folders as f; print(immunograph.__file__); "
    code += "print(*map(f.folder, ('docs', 'queries', 'schema', 'seed')), sep='\\n')"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **first},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert len(said) == 5
    assert all(Path(one).is_relative_to(tmp_path / "installed") for one in said), said
    assert all(any(Path(one).iterdir()) for one in said[1:])
    with serving(neo4j_server, HOME=str(tmp_path), **first) as process:
        page = told_by(process)["Page"]
        with urllib.request.urlopen(page + ASKED, timeout=60) as reply:
            assert orjson.loads(reply.read())["paths"]
        for address in ("/", "/help", "/v1/queries", "/docs"):
            with urllib.request.urlopen(page + address, timeout=60) as reply:
                assert reply.status == 200
                text = reply.read().decode()
            if address == "/":
                [script] = re.findall(r'<script [^>]*src="([^"]+)"', text)[:1]
                with urllib.request.urlopen(f"{page}/{script.lstrip('/')}", timeout=60) as reply:
                    assert reply.read()


def test_the_source_archive_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    source = unpacked(build("sdist", tmp_path / "dist"), tmp_path)
    again = build("wheel", tmp_path / "again", source=source)
    assert contents(again) == contents(wheel)
    assert (source / "tests" / "conftest.py").is_file()


def test_nothing_of_the_machine_is_in_the_packages(wheel: Path) -> None:
    held = contents(wheel)
    assert [name for name in held if name.endswith((".pyc", ".log", ".nbi", ".nbc"))] == []
    assert [name for name, content in held.items() if str(ROOT).encode() in content] == []
