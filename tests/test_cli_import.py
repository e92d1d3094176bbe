"""`immunograph import` as people run it: to a folder, into a graph, and broken off."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Protocol

import neo4j
import pytest
from typer.testing import CliRunner

from immunograph.cli import app
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.snapshot import snapshot_id
from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

SCRIPT = """\
SET DOCUMENT Name = "ours for a test"
DEFINE NAMESPACE HGNC AS PATTERN ".*"
SET Citation = {"PubMed", "12345678"}
p(HGNC:CCL2) -> bp(GO:"an imagined flow")
"""


class Server(Protocol):
    """Where the Neo4j of the session answers."""

    uri: str
    username: str
    password: str


def _run(*words: str, **environment: str) -> Any:
    return CliRunner().invoke(app, list(words), env=environment)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A BEL script of one statement about an entity of ours."""
    path = tmp_path / "small.bel"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_a_folder_is_written_checked_and_told(script: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = _run("import", str(script), "--format", "bel", "--out", str(out))
    assert ran.exit_code == 0, ran.stderr
    assert "1 records: 1 taken, 0 left; of the signed 1 taken, 0 left." in ran.stdout
    assert json.loads((out / "report.json").read_bytes())["counts"]["taken"] == 1
    checked = _run("seed", "check", str(out))
    assert "No fault: 1 source, 1 statement, 1 piece of evidence." in checked.stdout
    again = _run("import", str(script), "--format", "bel", "--out", str(out), "--json")
    assert json.loads(again.stdout)["grounded"] == {
        "by its symbol": 1,
        "not grounded: a local entity": 1,
    }


def test_faults_are_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "trrust.tsv"
    path.write_text("source\tsign\ttarget\nA\t1\tB\nA\t2\tC\n")
    ran = _run("import", str(path), "--format", "table", "--out", str(tmp_path / "out"))
    assert ran.exit_code == 1
    assert "a coding that nobody here knows" in ran.stderr
    assert not (tmp_path / "out").exists()


def test_a_wrong_mapping_is_told_with_its_place(script: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("corpus: x\ncolunms: {}\n")
    ran = _run(
        "import", str(script), "--format", "bel", "--mapping", str(mapping), "--out",
        str(tmp_path / "out"),
    )  # fmt: skip
    assert ran.exit_code == 1
    assert "mapping.yaml:2:" in ran.stderr


def test_usage_says_what_is_missing(script: Path) -> None:
    assert "Say where it goes" in _run("import", str(script), "--format", "bel").stderr
    unknown = _run("import", str(script), "--format", "sbml", "--out", "x")
    assert unknown.exit_code == 2
    assert "none of json, table, csv" in unknown.stderr.replace("\n", " ")


def test_what_is_loaded_is_crossed_by_questions(
    script: Path, empty_graph: neo4j.Driver, neo4j_server: Server
) -> None:
    graph = Graph(empty_graph, database="neo4j")
    seed = read_seed(folder("seed") / "founding")
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    loader.put_all(seed.contributions, seed.vocabulary)
    server = {
        "NEO4J_URI": neo4j_server.uri,
        "NEO4J_USERNAME": neo4j_server.username,
        "NEO4J_PASSWORD": neo4j_server.password,
        "NEO4J_DATABASE": "neo4j",
    }
    ran = _run("import", str(script), "--format", "bel", "--load", **server)
    assert ran.exit_code == 0, ran.stderr
    asked = _run("paths", "annexin A6", "an imagined flow", "--json", **server)
    answer = json.loads(asked.stdout)
    steps = answer["paths"][0]["steps"]
    assert [step["object"]["name"] for step in steps] == ["CCL2", "an imagined flow"]
    sources = {one["source"]["id"] for one in answer["evidence"].values()}
    assert "small-pmid-12345678" in sources
    assert len(sources) > 1, "the first step is ours"
    again = _run("import", str(script), "--format", "bel", "--load", **server)
    assert "Zero changes" in again.stdout


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_import_that_is_broken_off_gives_the_same_snapshot_the_next_time(
    tmp_path: Path, how: signal.Signals
) -> None:
    table = tmp_path / "pairs.tsv"
    rows = (f"a{n % 700}\t{'+-'[n % 2]}\tb{n}" for n in range(6_000))
    table.write_text("\n".join(["source\tsign\ttarget", *rows]), encoding="utf-8")
    out = tmp_path / "out"
    words = [
        *("import", str(table), "--format", "table", "--out", str(out)),
    ]  # fmt: skip
    command = [sys.executable, "-c", "from immunograph.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        part = tmp_path / ".out.part" / "report.tsv"
        while not (part.exists() and part.stat().st_size > 30_000):
            assert process.poll() is None, "it was over before it was broken off"
            time.sleep(0.005)
        process.send_signal(how)
        _, told = process.communicate()
    assert not out.exists()
    if how is signal.SIGTERM:
        assert process.returncode == 130
        assert b"Nothing was written" in told
        assert sorted(one.name for one in tmp_path.iterdir()) == ["pairs.tsv"]
    snapshots: set[str] = set()
    for _ in range(2):
        assert _run(*words).exit_code == 0
        seed = read_seed(out)
        snapshots.add(snapshot_id(Knowledge(seed.vocabulary, seed.contributions)))
    assert len(snapshots) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "pairs.tsv"]
