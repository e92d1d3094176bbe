"""The command line on a real Neo4j: the bytes of HTTP for programs, chains for people."""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import neo4j
import pytest
import typer.main
from rich.console import Console
from typer.testing import CliRunner

from immunograph import __version__, composition
from immunograph.cli import app, drawing
from immunograph.cli import asking as cli_asking
from immunograph.cli.serving import behind
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import Filters
from immunograph.folders import folder
from immunograph.formats import FORMATS, REFERENCE_FORMATS
from immunograph.names.lists import read_list
from immunograph.questions import QUESTIONS, asking
from immunograph.questions.parameters import ChoosesEvidence
from immunograph.questions.question import parameters_of
from immunograph.seeds.folder import Seed
from immunograph.service import Service, to_bytes
from immunograph.service.rendering import Output
from immunograph.settings import Settings
from immunograph.store import keeper
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.store.loader import Loader
from immunograph.store.loads import loads_by
from serving import Server, environment, serving, told_by

Answer = dict[str, Any]
FOUNDING = folder("seed") / "founding"
COMMANDS = tuple(sorted(typer.main.get_group(app).commands))
"""Typer's group of commands, by name."""


class Ran(Protocol):
    """What a command left behind."""

    exit_code: int
    stdout: str
    stdout_bytes: bytes
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are tried as by somebody who has not set where the documents are."""
    monkeypatch.delenv("IMMUNOGRAPH_DOCUMENTS", raising=False)


@pytest.fixture
def run(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command in this process; the word LIST stands for a file of names."""

    file = tmp_path_factory.mktemp("list") / "list.txt"
    file.write_bytes(LIST)

    def invoke(*words: str, **more: str) -> Ran:
        given = [str(file) if word == "LIST" else word for word in words]
        return CliRunner().invoke(app, given, env=environment(neo4j_server) | more)  # pyright: ignore[reportReturnType] # its result has these

    return invoke


@pytest.fixture
def service(loaded_graph: Graph) -> Service:
    return Service(loaded_graph, catalogue=Catalogue.read(folder("queries")))


# --- the same questions as over HTTP -----------------------------------------------------------

LIST = b"annexin A6\tup\nCCL2\tup\nmonocyte\tdown\nlung metastasis\ncurcumin\noncostatin\n\t1\n"
ENDS: dict[str, Any] = {"source": ["paclitaxel"], "target": ["lung metastasis"]}
MOUSE: dict[str, Any] = {"study_system": ["animal_in_vivo"], "min_belief": 0.2}


def ask(service: Service, question: str, /, **given: Any) -> Answer:
    """The answer to a question with some of its parameters."""
    return QUESTIONS[question].ask(service, **given)


def rendered(service: Service, name: str, output: Output, **given: Any) -> bytes:
    """The same in some form, as bytes."""
    question = QUESTIONS[name]
    return b"".join(asking.ask(service, question, question.of(given), output).chunks)


ASKED: list[tuple[list[str], Callable[[Service], Answer]]] = [
    (["entities", "oncostatin"], lambda s: ask(s, "entities", q="oncostatin")),
    (["entities", "--kind", "Cell", "--limit", "3"],
     lambda s: ask(s, "entities", kind="Cell", limit=3)),
    (["entity", "breast tumor"], lambda s: ask(s, "entity", id="breast tumor")),
    (["statements", "CCL2", "--direction", "in"],
     lambda s: ask(s, "statements", entity="CCL2", direction="in")),
    (["statements", "--object", "metastasis", "--class", "causal", "--effect", "promotes"],
     lambda s: ask(s, "statements", object="metastasis", cls="causal", effect="promotes")),
    (["statements", "--predicate", "Releases", "--q", "neutrophil", "--status", "Asserted"],
     lambda s: ask(s, "statements", predicate="releases", q="neutrophil", status="asserted")),
    (["statement", "7d39195676c4398b"], lambda s: ask(s, "statement", id="7d39195676c4398b")),
    (["paths", "paclitaxel", "lung metastasis"], lambda s: ask(s, "paths", **ENDS)),
    (["paths", "paclitaxel", "lung metastasis", "--without", "CCL2", "--max-steps", "6"],
     lambda s: ask(s, "paths", **ENDS, without=["CCL2"], max_steps=6)),
    (["paths", "annexin A6", "lung metastasis", "--study-system", "animal_in_vivo",
      "--min-belief", "0.2", "--effect", "promotes"],
     lambda s: ask(s, "paths", source=["annexin A6"], target=["lung metastasis"], effect="promotes",
                       **MOUSE)),
    (["paths", "chemotherapy-resistant cancer cell", "metastasis", "--hypothesised"],
     lambda s: ask(s, "paths", source=["chemotherapy-resistant cancer cell"], target=["metastasis"],
                       hypothesised=True)),
    (["influence", "metastasis", "--direction", "upstream"],
     lambda s: ask(s, "influence", entity="metastasis", direction="upstream")),
    (["blockers", "paclitaxel", "lung metastasis", "--max-size", "1"],
     lambda s: ask(s, "blockers", **ENDS, max_size=1)),
    (["loops", "tumour"], lambda s: ask(s, "loops", entity="tumour")),
    (["impact", "annexin A6", "--source", "paclitaxel", "--target", "lung metastasis"],
     lambda s: ask(s, "impact", without=["annexin A6"], **ENDS)),
    (["open-questions"], lambda s: ask(s, "open_questions")),
    (["open-questions", "annexin A6", "--kind", "break point", "--limit", "3"],
     lambda s: ask(s, "open_questions", entity="annexin A6", kind="break_point", limit=3)),
    (["open-questions", "--source", "paclitaxel", "--target", "lung metastasis", "--without",
      "CCL2"], lambda s: ask(s, "open_questions", **ENDS, without=["CCL2"])),
    (["conflicts"], lambda s: ask(s, "conflicts")),
    (["conflicts", "neutrophil"], lambda s: ask(s, "conflicts", entity="neutrophil")),
    (["interventions", "--status", "tested"], lambda s: ask(s, "interventions", status="tested")),
    (["interventions", "--q", "cytokines", "--status", "IN-USE"],
     lambda s: ask(s, "interventions", q="cytokines", status="in_use")),
    (["sources"], lambda s: ask(s, "sources")),
    (["sources", "escort", "--type", "Press", "--year", "2019", "--study", "30728496"],
     lambda s: ask(s, "sources", q="escort", type="press", year=2019, study="szczerba-2019")),
    (["source", "news-2013-nets"], lambda s: ask(s, "source", id="news-2013-nets")),
    (["studies", "--limit", "2"], lambda s: ask(s, "studies", limit=2)),
    (["studies", "escort"], lambda s: ask(s, "studies", q="escort")),
    (["study", "szczerba-2019"], lambda s: ask(s, "study", id="szczerba-2019")),
    (["study", "10.1038/s41586-019-0915-y"], lambda s: ask(s, "study", id="szczerba-2019")),
    (["source", "pmid:30728496"], lambda s: ask(s, "source", id="news-2019-escort")),
    (["impact", "https://doi.org/10.1038/s41586-019-0915-y"],
     lambda s: ask(s, "impact", without=["study:szczerba-2019"])),
    (["resolve", "LIST"], lambda s: ask(s, "resolve", names=read_list(LIST))),
    (["subgraph", "LIST"], lambda s: ask(s, "subgraph", names=read_list(LIST))),
    (["subgraph", "LIST", "--steps", "2", "--study-system", "animal_in_vivo", "--min-belief", "0.2",
      "--limit", "1"],
     lambda s: ask(s, "subgraph", names=read_list(LIST), steps=2, **MOUSE, limit=1)),
    (["snapshot"], lambda s: ask(s, "snapshot")),
    (["loads"], lambda s: ask(s, "loads")),
    (["changes"], lambda s: ask(s, "changes")),
    (["changes", "00000000", "--limit", "3"],
     lambda s: ask(s, "changes", since="00000000", limit=3)),
    (["changes", "--question", "effect?source=neutrophil&target=metastasis"],
     lambda s: ask(s, "changes", question="/v1/effect?source=neutrophil&target=metastasis")),
    (["queries"], lambda s: ask(s, "queries")),
    (["query", "what-promotes-spread", "--limit", "3"],
     lambda s: ask(s, "query", name="what-promotes-spread", given={"limit": "3"})),
]  # fmt: skip


@pytest.mark.parametrize(("words", "question"), ASKED, ids=[" ".join(q[0]) for q in ASKED])
def test_json_is_the_bytes_that_the_service_gives(
    words: list[str], question: Callable[[Service], Answer], run: Run, service: Service
) -> None:
    ran = run(*words, "--json")
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout_bytes == to_bytes(question(service))


@pytest.mark.parametrize("words", [q[0] for q in ASKED], ids=[" ".join(q[0]) for q in ASKED])
def test_every_answer_can_be_drawn(words: list[str], run: Run, service: Service) -> None:
    ran = run(*words)
    assert ran.exit_code == 0, ran.stderr
    assert "snapshot" in ran.stdout or words == ["queries"]
    assert "None" not in ran.stdout


@pytest.mark.parametrize(
    ("options", "output"),
    [
        (["--format", "csv"], Output(format="csv")),
        (["--format", "excel"], Output(format="excel")),
        (["--format", "trapi"], Output(format="trapi")),
        (["--format", "bel", "--manifest"], Output(format="bel", manifest=True)),
        (["--references", "bibtex"], Output(references="bibtex")),
        (["--format", "json"], Output()),
    ],
)
def test_an_answer_comes_in_the_formats_of_the_field(
    options: list[str], output: Output, run: Run, service: Service
) -> None:
    ran = run("paths", "paclitaxel", "lung metastasis", *options)
    assert ran.exit_code == 0, ran.stderr
    asked = {"source": ["paclitaxel"], "target": ["lung metastasis"]}
    assert ran.stdout_bytes == rendered(service, "paths", output, **asked)


def test_the_whole_graph_is_written_with_its_manifest_beside_it(
    run: Run, service: Service, tmp_path: Path
) -> None:
    for name, rows in (("graphml", "statements"), ("csv", "evidence")):
        file = tmp_path / f"graph.{name}"
        ran = run("export", "--format", name, "--rows", rows, "--out", str(file))
        assert (ran.exit_code, ran.stdout) == (0, ""), ran.stderr
        assert file.read_bytes() == rendered(service, "export", Output(format=name), rows=rows)
        manifest = json.loads((tmp_path / f"graph.{name}.manifest.json").read_bytes())
        assert (manifest["format"], manifest["snapshot"]) == (name, service.snapshot_id)
    assert len(list(tmp_path.iterdir())) == 4
    whole = json.loads(run("export").stdout)
    assert whole["snapshot"] == service.snapshot_id


def test_what_cannot_be_written_is_said_and_leaves_nothing(
    run: Run, loaded_graph: Graph, tmp_path: Path
) -> None:
    ran = run("export", "--format", "csv", "--out", str(tmp_path / "nowhere" / "graph.csv"))
    assert ran.exit_code == 1
    assert ran.stderr.endswith("graph.csv cannot be written: No such file or directory.\n")
    assert not list(tmp_path.iterdir())
    ran = run("entities", "--format", "sif")
    assert ran.exit_code == 1
    assert "'sif' holds statements, and the answer to entities has none." in ran.stderr


def test_every_question_has_a_command() -> None:
    assert {name.replace("_", "-") for name in QUESTIONS} <= set(COMMANDS)


def test_options_keep_to_what_the_service_allows() -> None:
    assert {one.field for one in parameters_of(ChoosesEvidence)} == {
        "without",
        *Filters.model_fields,
    }
    assert tuple(FORMATS) == cli_asking.FORMATS
    assert tuple(REFERENCE_FORMATS) == cli_asking.REFERENCE_FORMATS


# --- what people see ---------------------------------------------------------------------------


def test_a_path_is_a_chain_with_its_weakest_step_and_what_breaks_it(
    run: Run, loaded_graph: Graph
) -> None:
    shown = run("paths", "paclitaxel", "lung metastasis").stdout
    short, long = shown[shown.index("1. ") : shown.index("2. ")], shown[shown.index("3. ") :]
    assert "paclitaxel ─▶ exosome ─▶ annexin A6 ─▶ lung metastasis" in short
    assert "annexin A6 ─▶ CCL2 ─▶ monocyte ─▶ lung metastasis" in short  # what step 3 sums up
    assert (
        "paclitaxel ─▶ exosome ─▶ annexin A6 ─▶ CCL2 ─▶ monocyte ─▶ outgrowth in the lung ── "
        "lung metastasis"
    ) in long
    assert "promotes · belief 0.0039 · unknown in humans" in long
    (weakest,) = (line for line in long.splitlines() if "weakest" in line)
    assert "monocyte facilitates outgrowth in the lung" in weakest
    assert "neutralise annexin A6 during chemotherapy (at step 3; seen at the end: decreased)" in (
        shown
    )
    assert re.search(r"caution +The senior author does not know whether annexin A6", shown)


def test_an_inhibiting_step_is_drawn_with_a_bar(run: Run, loaded_graph: Graph) -> None:
    shown = run("loops", "tumour").stdout
    assert "tumour ─▶ beta-interferon ─┤ growth factor made by immune cells ─▶" in shown
    assert "balancing" in shown


def test_a_list_that_goes_on_says_how(run: Run, loaded_graph: Graph) -> None:
    first = run("entities", "--limit", "2").stdout
    cursor = first.split("--cursor ")[1].split()[0]
    second = run("entities", "--limit", "2", "--cursor", cursor).stdout
    assert first.splitlines()[3] != second.splitlines()[3]


def test_a_list_with_nothing_in_it_says_so(run: Run, loaded_graph: Graph) -> None:
    assert "No entity is called that." in run("entities", "no such thing").stdout
    assert "No statement is like that." in run("statements", "tumour", "--class", "gap").stdout
    assert "No statements contradict each other." in run("conflicts", "--without", "tumour").stdout


def test_a_key_is_shown_once_listed_and_ended(run: Run, loaded_graph: Graph) -> None:
    made = run("key", "new", "grace")
    assert "shown this once" in made.stderr
    secret = made.stdout.strip()
    listed = run("key", "list").stdout
    assert "grace  stands" in listed and secret not in listed
    [key] = [
        k
        for k in json.loads(run("key", "list", "--json").stdout)["items"]
        if k["name"] == "grace" and k["revoked"] is None
    ]
    assert key.keys() == {"id", "name", "created", "revoked", "used"}
    assert "Revoke it first" in run("key", "new", "grace").stderr
    assert run("key", "revoke", "grace").stdout == "The key of grace is revoked.\n"
    assert "grace  stands" not in run("key", "list").stdout
    assert run("key", "revoke", "grace").exit_code == 1


def test_rows_too_wide_for_a_table_become_blocks(run: Run, loaded_graph: Graph) -> None:
    shown = run("query", "evidence-of-a-step").stdout
    assert "says          With annexin A6 neutralised" in shown


def test_a_query_shows_its_cypher_for_neo4j_browser(run: Run) -> None:
    shown = run("query", "cautions-for", "--cypher").stdout
    assert shown.startswith(':param {entity: "paclitaxel", limit: 50}\nMATCH ')


def test_a_query_takes_its_parameters_as_options(run: Run, loaded_graph: Graph) -> None:
    spaced = run("query", "what-an-entity-does", "--entity", "CCL2", "--json")
    equals = run("query", "what-an-entity-does", "--entity=CCL2", "--json")
    assert spaced.stdout_bytes == equals.stdout_bytes
    assert b'"object":"monocyte"' in spaced.stdout_bytes


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["entity", "oncostatin"],
         "No entity 'oncostatin'. Did you mean oncostatin M (HGNC:8506)?\n"),
        (["paths", "paclitaxel", "lung metastasis", "--species", "klingon"],
         "No species 'klingon'. Known: human, mouse.\n"),
        (["impact"], "Say what to leave out with `without`.\n"),
        (["query", "what-promotes"],
         "No query 'what-promotes'. Did you mean what-promotes-spread, what-an-entity-does?\n"),
        (["query", "signed-paths", "--sorce", "x"],
         "Query 'signed-paths' has no parameter 'sorce'. It takes source, target, limit.\n"),
    ],
)  # fmt: skip
def test_an_error_is_one_sentence_on_standard_error(
    words: list[str], said: str, run: Run, loaded_graph: Graph
) -> None:
    for more in ([], ["--json"]):
        ran = run(*words, *more)
        assert (ran.exit_code, ran.stdout, ran.stderr) == (1, "", said)


def test_a_name_from_a_passage_set_aside_is_told_so(run: Run, loaded_graph: Graph) -> None:
    ran = run("entity", "curcumin")
    assert ran.exit_code == 1
    assert ran.stderr.splitlines()[-1] == (
        "Set aside in news-2019-chemotherapy: advertisement with a health claim"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["paths", "paclitaxel"],
        ["paths", "paclitaxel", "CCL2", "--max-steps", "9"],
        ["paths", "paclitaxel", "CCL2", "--effect", "cures"],
        ["sources", "--type", "gossip"],
        ["influence", "CCL2", "--min-belief", "2"],
        ["entities", "--limit", "0"],
        ["query", "signed-paths", "stray"],
        ["query", "signed-paths", "--source"],
        ["query", "--source", "x", "--json"],
        ["snapshot", "--json", "--format", "csv"],
        ["nonsense"],
    ],
)
def test_a_command_used_wrongly_ends_with_2(words: list[str], run: Run) -> None:
    ran = run(*words)
    assert ran.exit_code == 2
    assert "Usage: " in ran.stderr


def test_a_setting_that_is_no_setting_is_named(run: Run) -> None:
    ran = run("snapshot", IMMUNOGRAPH_PORT="eighty")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("IMMUNOGRAPH_PORT is 'eighty': ")


def test_an_engine_that_does_not_answer_is_told(run: Run) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        ran = run("snapshot", NEO4J_URI=f"bolt://127.0.0.1:{nobody.getsockname()[1]}")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Neo4j does not answer: ")


def test_the_local_engine_is_off_where_another_is_named(run: Run, neo4j_server: Server) -> None:
    assert neo4j_server.uri in run("db", "status").stdout
    for command in (["start"], ["stop"]):
        ran = run("db", *command)
        assert ran.exit_code == 1
        assert "so the local Neo4j is off" in ran.stderr


def test_a_dump_is_written_and_restored(run: Run, loaded_graph: Graph, tmp_path: Path) -> None:
    stored = loaded_graph.snapshot()
    assert stored is not None
    file = str(tmp_path / "graph.jsonl.gz")
    for command, told in (("dump", "Written"), ("restore", "Restored")):
        ran = run("db", command, file)
        assert ran.exit_code == 0, ran.stderr
        assert ran.stdout.startswith(f"{told}: ")
        assert f"6 sources\nSnapshot {stored['id']}\n" in ran.stdout
    again = run("db", "dump", file)
    assert again.exit_code == 1
    assert "exists already" in again.stderr


# --- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_is_for(command: str, run: Run) -> None:
    ran = run(command, "--help")
    assert ran.exit_code == 0
    assert len(ran.stdout.splitlines()) > 4


def test_help_lists_every_command_under_a_heading(run: Run) -> None:
    shown = run("--help").stdout
    for heading in ("Questions:", "Look-ups:", "What it rests on:", "Cypher:", "Service:"):
        assert heading in shown
    assert all(f"  {command} " in shown for command in COMMANDS)


def test_help_waits_for_nothing_slow() -> None:
    code = (
        "import sys; from immunograph.cli import app; app(['--help'], standalone_mode=False); "
        "slow = {'neo4j', 'numba', 'numpy', 'pydantic', 'fastapi', 'rich'} & set(sys.modules); "
        "sys.exit(f'imported: {slow}' if slow else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout == f"{__version__}\n"


# --- loading -----------------------------------------------------------------------------------


def test_an_empty_graph_is_given_the_seed_by_the_first_question(
    run: Run, empty_graph: neo4j.Driver, graph: Graph
) -> None:
    ran = run("sources", "--json")
    assert ran.exit_code == 0, ran.stderr
    assert b'"total":6' in ran.stdout_bytes
    assert loads_by(graph) == {f"seed folder founding {__version__}": 6}


def test_a_first_load_that_was_broken_off_is_completed(
    run: Run, empty_graph: neo4j.Driver, graph: Graph, founding: Seed
) -> None:
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    by = f"seed folder founding {__version__}"
    loader.put(founding.contributions[0], founding.vocabulary, by=by)
    assert b'"total":6' in run("sources", "--json").stdout_bytes


def test_a_graph_that_others_loaded_is_left_as_it_is(
    run: Run, empty_graph: neo4j.Driver, graph: Graph, founding: Seed
) -> None:
    loader = Loader(graph, schema=folder("schema"))
    loader.prepare()
    loader.put(founding.contributions[0], founding.vocabulary, by="somebody")
    assert b'"total":1' in run("sources", "--json").stdout_bytes


def test_a_database_that_holds_something_else_is_refused_and_left_alone(
    run: Run, empty_graph: neo4j.Driver, graph: Graph
) -> None:
    with empty_graph.session(database="neo4j") as session:
        session.run("CREATE (:Person {name: 'Ada'})").consume()
    ran = run("snapshot")
    assert ran.exit_code == 1
    assert "holds something else (labels Person)" in ran.stderr
    assert graph.read("MATCH (n) RETURN count(n) AS nodes") == [{"nodes": 1}]
    with empty_graph.session(database="neo4j") as session:
        session.run("MATCH (n:Person) DELETE n").consume()


def test_a_local_neo4j_comes_and_goes_with_its_user(engine_settings: Settings) -> None:
    engine_settings = engine_settings.model_copy(
        update={"data_dir": engine_settings.data_dir / "of-the-command-line", "seed": FOUNDING}
    )
    told: list[str] = []
    loaded: list[tuple[str, int, int]] = []
    reporter = composition.Reporter(
        say=told.append, loaded=lambda source, done, total: loaded.append((source, done, total))
    )
    with composition.opened(engine_settings, reporter=reporter) as found:
        engine = found.connection.engine
        assert engine is not None
        assert keeper.is_used(engine.home)
        assert ask(found.service, "snapshot")["sources"] == 6
        assert len(found.loads) == 6
    assert told == ["Starting the local Neo4j …"]
    assert [done for _, done, _ in loaded] == [1, 2, 3, 4, 5, 6]
    assert not keeper.is_used(engine.home)
    assert not keeper.is_alive(engine.home)


def test_the_shell_answers_cypher_and_refuses_writes(
    neo4j_server: Server, loaded_graph: Graph
) -> None:
    asked = CliRunner().invoke(
        app,
        ["db", "shell"],
        input="MATCH (n:Entity {name: 'CCL2'})\nRETURN n.id AS id;\n",
        env=environment(neo4j_server),
    )
    assert asked.exit_code == 0
    assert "HGNC:10618" in asked.stdout
    refused = CliRunner().invoke(
        app, ["db", "shell"], input="CREATE (:Entity);", env=environment(neo4j_server)
    )
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Only reading is allowed here")


# --- serving -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_tells_where_it_is_and_stops_in_order(
    ending: signal.Signals, neo4j_server: Server, service: Service
) -> None:
    with serving(neo4j_server) as process:
        told = told_by(process)
        assert told["Snapshot"] == service.snapshot_id
        assert told["Graph"].startswith("6 sources, 86 statements")
        assert told["Neo4j"] == f"{neo4j_server.uri}, database neo4j"
        assert neo4j_server.password not in told.values()
        with urllib.request.urlopen(f"{told['Page']}/health/ready", timeout=30) as reply:
            assert reply.status == 200
        process.send_signal(ending)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")


MEDDLING = """
import threading, time, warnings
from immunograph.cli.serving import hold_back_framework_warning

hold_back_framework_warning()
ended = threading.Event()

def meddle():
    while not ended.is_set():
        with warnings.catch_warnings():
            time.sleep(0.0005)

thread = threading.Thread(target=meddle)
thread.start()
try:
    import immunograph.web.app
finally:
    ended.set()
    thread.join()
"""
"""The service is put behind HTTP while another thread switches the warnings of the process."""


def test_a_compiler_in_the_background_brings_no_warning_up() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", MEDDLING], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_busy_port_is_told_with_what_to_do(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = run("serve", IMMUNOGRAPH_PORT=port)
    assert ran.exit_code == 1
    assert ran.stderr.startswith(f"The service cannot listen on port {port} of 127.0.0.1: ")
    assert "IMMUNOGRAPH_PORT" in ran.stderr


def test_serve_says_what_the_graph_lacks_of_the_shipped_seed(founding: Seed) -> None:
    shipped = founding.contributions
    assert behind(Knowledge(founding.vocabulary, shipped), shipped) is None
    lacking = behind(Knowledge(founding.vocabulary, shipped[1:]), shipped)
    assert lacking is not None
    assert "behind the shipped seed: 1 of its 6 sources are missing" in lacking
    assert shipped[0].source.id in lacking
    none = behind(Knowledge(founding.vocabulary), shipped)
    assert none == "The graph does not hold the shipped seed of 6 sources."


# --- the width of a terminal, or of a pipe -----------------------------------------------------

WIDE = 100_000


@pytest.mark.parametrize(("words", "question"), ASKED, ids=[" ".join(q[0]) for q in ASKED])
def test_whatever_the_width_nothing_is_wider_and_nothing_is_cut_away(
    words: list[str],
    question: Callable[[Service], Answer],
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = question(service)

    def drawn(width: int) -> str:
        file = io.StringIO()
        draw = getattr(drawing, f"draw_{words[0].replace('-', '_')}")
        draw(Console(width=width, file=file, highlight=False), answer)
        return file.getvalue()

    # As tables and as blocks, which leave out what has no value and repeat what it is called.
    tables = _letters(drawn(WIDE))
    with monkeypatch.context() as patch:
        patch.setattr("immunograph.cli.drawing.tables.GAP", WIDE)
        whole = tables & _letters(drawn(WIDE))
    for width in (20, 33, 48, 79, 120, 200):
        shown = drawn(width)
        assert max(map(len, shown.splitlines())) <= width
        assert "…" not in shown
        assert not whole - _letters(shown)


def _letters(text: str) -> Counter[str]:
    """How often each letter and digit stands there."""
    return Counter(filter(str.isalnum, text))


def test_a_pipe_has_the_width_that_is_asked_for(run: Run, loaded_graph: Graph) -> None:
    for width in (40, 100, 180):
        lines = run("statements", COLUMNS=str(width)).stdout.splitlines()
        assert width / 2 < max(map(len, lines)) <= width
    usual = run("statements", COLUMNS="120").stdout
    for none in ("", "0", "wide", "-3"):
        assert run("statements", COLUMNS=none).stdout == usual
