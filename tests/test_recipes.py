"""The recipes of CONTRIBUTING.md: what each says is enough."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
import typer
from fastapi import FastAPI
from starlette.testclient import TestClient
from typer.testing import CliRunner

from immunograph import formats
from immunograph.answers.parts import Answer
from immunograph.cli import asking
from immunograph.domain.knowledge import Knowledge
from immunograph.folders import folder
from immunograph.formats.format import Format
from immunograph.inference.derivation import derive
from immunograph.questions.question import About, Parameters, Question
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE
from immunograph.seeds.folder import read_seed
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue
from immunograph.store.graph import Graph
from immunograph.web.app import create_app
from immunograph.web.routes import router_of
from serving import Server, environment

VERB = """  - {name: awakens, phrase: awakens, class: causal, effect: promotes,
     ro: "RO:0002304", biolink: "biolink:affects", indra: Activation, bel: increases}
"""
SOURCE = """
id: a-paper
type: paper
tier: primary_fulltext
traceability: doi
title: A paper
study: {id: a-study, title: A study, doi: 10.5555/a.1, verified: made up}
curator: a curator
curated: "2026-11-22"
statements:
  - subject: neutrophil
    predicate: awakens
    object: malignant cell
    evidence:
      - says: Neutrophils awaken malignant cells.
        checked: false
        basis: observed
"""


def test_a_verb_is_one_line_of_the_vocabulary(tmp_path: Path) -> None:
    vocabulary = (folder("seed") / VOCABULARY_FILE).read_text("utf-8")
    first = vocabulary.index("  - {name: promotes,")
    (tmp_path / VOCABULARY_FILE).write_text(vocabulary[:first] + VERB + vocabulary[first:], "utf-8")
    shutil.copy(folder("seed") / ENTITIES_FILE, tmp_path)
    (tmp_path / "a-paper.yaml").write_text(SOURCE, "utf-8")

    seed = read_seed(tmp_path)

    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    [statement] = knowledge.statements.values()
    derivation = derive(knowledge)
    assert derivation.assessments[statement.id].predicate == "awakens"
    assert statement.sign == 1
    assert statement.id in derivation.steps


@pytest.mark.parametrize("form", formats.FORMATS.values(), ids=lambda form: form.name)
def test_a_format_is_a_module_and_its_line_in_the_table(form: Format) -> None:
    modules = [one for one in vars(formats).values() if isinstance(one, ModuleType)]
    homes = [one for one in modules if any(held is form for held in vars(one).values())]
    assert len(homes) == 1


# --- a question: all of this stands in its module ---------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Namesakes(Parameters):
    """Which entities share a word of their name?"""

    word: Annotated[str, About("the word", example="cell", argument="word")]
    most: Annotated[int, About("how many at most", 1, 9)] = 3


class NamesakesAnswer(Answer):
    """Names that share a word."""

    items: list[str]


def namesakes(service: Service, asked: Namesakes) -> NamesakesAnswer:
    """Names that hold a word, in the order of the alphabet."""
    names = (one.name for one in service.whole.full.entities.values())
    found = sorted(name for name in names if asked.word in name.split())
    return {"snapshot": service.snapshot_id, "items": found[: asked.most], "references": []}


NAMESAKES = Question(
    name="namesakes",
    parameters=Namesakes,
    answer=namesakes,
    returns=NamesakesAnswer,
    heading="Look-ups",
    tag="entities",
)


@pytest.fixture
def served(loaded_graph: Graph) -> FastAPI:
    app = create_app(Service(loaded_graph, catalogue=Catalogue.read(folder("queries"))))
    app.include_router(router_of([NAMESAKES]))
    return app


def test_a_question_is_asked_over_http_by_its_module_alone(served: FastAPI) -> None:
    client = TestClient(served, base_url="http://localhost")
    found = client.get("/v1/namesakes?word=cell&most=2").json()
    assert len(found["items"]) == 2
    assert all("cell" in name for name in found["items"])
    fault = client.get("/v1/namesakes?word=cell&most=10").json()
    assert (fault["status"], fault["parameter"]) == (422, "most")
    near = client.get("/v1/namesakes?wort=cell").json()
    assert near["detail"] == "No parameter 'wort'. Did you mean 'word'?"


def test_a_question_is_in_openapi_by_its_module_alone(served: FastAPI) -> None:
    openapi: dict[str, Any] = served.openapi()
    operation = openapi["paths"]["/v1/namesakes"]["get"]
    assert operation["description"] == "Names that hold a word, in the order of the alphabet."
    own = {one["name"]: one for one in operation["parameters"]}
    assert own["word"]["required"]
    assert own["most"]["description"] == "how many at most"
    assert (own["most"]["schema"]["maximum"], own["most"]["schema"]["default"]) == (9, 3)
    answer = openapi["components"]["schemas"]["NamesakesAnswer"]
    assert answer["properties"]["items"]["items"] == {"type": "string"}


def test_a_question_is_a_command_by_its_module_alone(
    loaded_graph: Graph, neo4j_server: Server
) -> None:
    app = typer.Typer(rich_markup_mode=None)
    app.callback()(lambda: None)  # with one command alone typer would ask for no name
    asking.add_to(app, [NAMESAKES])
    run = CliRunner()
    shown = run.invoke(app, ["namesakes", "--help"]).stdout
    assert "Which entities share a word of their name?" in shown
    assert "How many at most.  [default: 3; 1<=x<=9]" in shown
    ran = run.invoke(
        app, ["namesakes", "cell", "--most", "1", "--json"], env=environment(neo4j_server)
    )
    wanted = NAMESAKES.ask(
        Service(loaded_graph, catalogue=Catalogue.read(folder("queries"))), word="cell", most=1
    )
    assert wanted["items"]
    assert f'"items":["{wanted["items"][0]}"]' in ran.stdout
