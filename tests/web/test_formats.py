"""Every answer can be had in the formats of the field, with its papers and its manifest."""

from __future__ import annotations

import csv
import gzip
import io
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from format_readers import READERS
from immunograph.formats import FORMATS
from immunograph.questions.graph import SNAPSHOT
from immunograph.service import Service
from immunograph.service.layouts import LAYOUTS
from immunograph.web.sharing import is_question

CHAIN = "source=paclitaxel&target=lung+metastasis"
HERE = [name for name, one in FORMATS.items() if one.available]
TABLES = [name for name in HERE if FORMATS[name].write_table]
ASKED = {
    "entities": "/v1/entities",
    "entity": "/v1/entities/annexin+A6",
    "statements": "/v1/statements?limit=1000",
    "statement": "/v1/statements/7d39195676c4398b",
    "paths": f"/v1/paths?{CHAIN}",
    "effect": f"/v1/effect?{CHAIN}",
    "influence": "/v1/influence?entity=oncostatin+M",
    "blockers": f"/v1/blockers?{CHAIN}",
    "loops": "/v1/loops?entity=tumour",
    "impact": "/v1/impact?without=annexin+A6",
    "open_questions": "/v1/open-questions?entity=annexin+A6",
    "conflicts": "/v1/conflicts",
    "interventions": "/v1/interventions",
    "sources": "/v1/sources",
    "source": "/v1/sources/news-2019-escort",
    "studies": "/v1/studies",
    "study": "/v1/studies/szczerba-2019",
    "snapshot": "/v1/snapshot",
    "loads": "/v1/loads",
    "changes": "/v1/changes",
    "queries": "/v1/queries",
    "query": "/v1/queries/neighbourhood?entity=annexin+A6",
    "resolve": "/v1/resolve",
    "subgraph": "/v1/subgraph?steps=2",
}
"""One address a question; the founding sources hold no conflict to ask for."""
LIST = "annexin A6\tup\nCCL2\tup\nmonocyte\tdown\nexosome\tup\nnobody\n"
"""What is sent with those that take a list."""


def _ask(client: TestClient, address: str) -> Any:
    if is_question("POST", address.partition("?")[0]):
        return client.post(address, content=LIST)
    return client.get(address)


def _with(address: str, **more: str) -> str:
    added = "&".join(f"{name}={value}" for name, value in more.items())
    return f"{address}{'&' if '?' in address else '?'}{added}"


def _rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_every_question_has_a_layout() -> None:
    assert LAYOUTS.keys() == ASKED.keys() | {"conflict"}


@pytest.mark.parametrize("question", ASKED)
def test_every_answer_is_a_table_too(question: str, client: TestClient) -> None:
    asked = ASKED[question].replace("annexin+A6", "annexin%20A6", 1)
    answer = _ask(client, asked).json()
    found = _ask(client, _with(asked, format="csv"))
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="immunograph-{question}-[0-9a-f]{{8}}\.csv"',
        found.headers["content-disposition"],
    )
    rows = _rows(found.text)
    counted = {
        "statement": lambda: len(answer["evidence"]),
        "paths": lambda: sum(len(path["steps"]) for path in answer["paths"]),
        "loops": lambda: sum(len(loop["steps"]) for loop in answer["items"]),
        "blockers": lambda: len(answer["sets"]),
        "impact": lambda: len(answer["statements"]),
        "source": lambda: len(answer["statements"]),
    }
    if question in ("entity", "study", "snapshot"):
        assert len(rows) == 1
    elif question in counted:
        assert len(rows) == counted[question]() > 0
    else:
        assert len(rows) == len(answer["items"])
    if question in ("statements", "statement", "paths", "loops", "source", "impact", "studies"):
        assert {"author", "year", "pmid", "doi"} <= rows[0].keys()
        cited = {doi for row in rows for doi in row["doi"].split("|") if doi}
        assert {one["doi"] for one in answer["references"]} - {None} >= cited


def test_a_path_names_its_papers_in_every_row(client: TestClient) -> None:
    rows = _rows(client.get(_with(ASKED["paths"], format="csv")).text)
    chain = [row for row in rows if row["path"] == rows[-1]["path"]]
    assert [int(row["step"]) for row in chain] == list(range(1, len(chain) + 1))
    assert {row["author"] for row in rows} == {"Keklikoglou et al."}
    assert {(row["year"], row["pmid"], row["doi"]) for row in rows} == {
        ("2019", "30598531", "10.1038/s41556-018-0256-3")
    }
    assert {row["sign"] for row in rows[:-1]} <= {"1", "-1", "0"}


def test_the_rows_of_statements_are_the_statements(client: TestClient) -> None:
    answer = client.get(ASKED["statements"]).json()["items"]
    rows = _rows(client.get(_with(ASKED["statements"], format="tsv")).text, "\t")
    assert [row["statement"] for row in rows] == [one["id"] for one in answer]
    for row, one in zip(rows, answer, strict=True):
        assert (row["subject_id"], row["object_id"]) == (one["subject"]["id"], one["object"]["id"])
        assert int(row["sign"]) == one["sign"]
        assert float(row["belief"]) == one["belief"]
        assert row["status"] == one["status"]
        counted = sum(int(row[name]) for name in ("supporting", "refuting", "qualifying"))
        assert counted == len(one["evidence"])


def test_a_filter_chooses_the_evidence_of_a_table_as_of_any_answer(client: TestClient) -> None:
    asked = "/v1/statements?species=mouse&limit=1000"
    answer, rows = client.get(asked).json()["items"], _rows(client.get(f"{asked}&format=csv").text)
    assert [row["statement"] for row in rows] == [one["id"] for one in answer]
    assert [float(row["belief"]) for row in rows] == [one["belief"] for one in answer]


def test_excel_gets_a_byte_order_mark(client: TestClient) -> None:
    found = client.get(_with(ASKED["statements"], format="excel"))
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())
    plain = _rows(client.get(_with(ASKED["statements"], format="csv")).text)
    assert len(_rows(found.content.decode("utf-8-sig"))) == len(plain)


def test_accept_chooses_as_format_does(client: TestClient) -> None:
    asked = ASKED["statements"]
    by_name = client.get(_with(asked, format="csv"))
    by_header = client.get(asked, headers={"Accept": "text/csv"})
    assert by_header.content == by_name.content
    assert by_header.headers["etag"] == by_name.headers["etag"]
    assert by_header.headers["vary"] == "Accept, Accept-Encoding"
    for header in ("*/*", "text/html,*/*;q=0.8", "application/json, text/csv;q=0.5"):
        plain = client.get(asked, headers={"Accept": header})
        assert plain.headers["content-type"] == "application/json"
    papers = client.get(asked, headers={"Accept": "application/x-bibtex"})
    assert papers.headers["content-type"] == "application/x-bibtex"
    named = client.get(_with(asked, format="tsv"), headers={"Accept": "text/csv"})
    assert named.headers["content-type"].startswith("text/tab-separated-values")


def test_a_paths_answer_that_takes_no_time_is_rendered_as_any_other(client: TestClient) -> None:
    for _ in range(3):
        found = client.get(ASKED["paths"], headers={"Accept": "text/csv"})
        assert found.headers["content-type"].startswith("text/csv")
        assert client.get(ASKED["paths"]).headers["content-type"] == "application/json"


def test_papers_are_those_of_the_answer_in_its_order(client: TestClient) -> None:
    answer = client.get(ASKED["statements"]).json()
    studies = [one["study"] for one in answer["references"]]
    assert len(studies) == len(set(studies)) > 2
    bibtex = client.get(_with(ASKED["statements"], references="bibtex"))
    assert re.findall(r"@article\{(.+),", bibtex.text) == studies
    assert bibtex.headers["content-disposition"].endswith('.bib"')
    ris = client.get(_with(ASKED["statements"], references="ris"))
    assert re.findall(r"ID  - (.+)\r", ris.text) == studies
    csl = client.get(_with(ASKED["statements"], references="csl")).json()
    assert [item["id"] for item in csl] == studies


def test_every_study_that_the_evidence_of_a_path_names_is_among_its_papers(
    client: TestClient,
) -> None:
    answer = client.get(ASKED["paths"]).json()
    steps = [i for path in answer["paths"] for step in path["steps"] for i in step["evidence"]]
    named = list(dict.fromkeys(s for i in steps if (s := answer["evidence"][i]["study"])))
    assert [one["study"] for one in answer["references"]][: len(named)] == named


def test_a_file_says_where_its_manifest_is(client: TestClient, loaded_service: Service) -> None:
    found = client.get(_with(ASKED["paths"], format="csv"))
    link = re.search(r'<([^>]+)>; rel="describedby"', found.headers["link"])
    assert link is not None
    manifest = client.get(link[1]).json()
    assert manifest["snapshot"] == loaded_service.snapshot_id
    assert manifest["format"] == "csv"
    assert manifest["licence"] == "CC BY 4.0"
    assert loaded_service.snapshot_id in manifest["citation"]
    assert manifest["question"]["source"][0]["name"] == "paclitaxel"
    steps = {row["statement"] for row in _rows(found.text)}
    assert manifest["counts"]["statements"] == len(steps)
    lost = {one["what"]: one["count"] for one in manifest["no_place"]}
    assert lost["evidence one by one"] == manifest["counts"]["evidence_of_statements"]
    assert lost["interventions"] == manifest["counts"]["interventions"] > 0


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"json", "csv", "tsv"}))
def test_a_whole_answer_is_a_graph_too(name: str, client: TestClient) -> None:
    answer = client.get(ASKED["paths"]).json()
    steps = {step["statement"]: step for path in answer["paths"] for step in path["steps"]}
    reply = client.get(_with(ASKED["paths"], format=name))
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith(FORMATS[name].media_type)
    assert reply.headers["content-disposition"].endswith(f'.{FORMATS[name].ending}"')
    found = READERS[name](reply.content)
    manifest = client.get(_with(ASKED["paths"], format=name, manifest="true")).json()
    lost = {one["what"]: one["count"] for one in manifest["no_place"]}
    assert found.signs.keys() <= steps.keys()
    assert len(steps) - len(found.signs) == lost.get("statements", 0)
    assert found.signs == {i: steps[i]["sign"] for i in found.signs}


@pytest.mark.parametrize(
    "question", [name for name, one in LAYOUTS.items() if one.has_statements and name in ASKED]
)
def test_every_answer_that_holds_statements_is_a_graph(question: str, client: TestClient) -> None:
    reply = _ask(client, _with(ASKED[question], format="trig"))
    assert reply.status_code == 200, reply.text
    found = READERS["trig"](reply.content)
    if question not in ("conflicts",):  # the founding sources hold none
        assert found.signs


@pytest.mark.parametrize(
    "question", [name for name, one in LAYOUTS.items() if not one.has_statements]
)
def test_an_answer_without_statements_is_a_table_alone(
    question: str, client: TestClient, assert_problem: Any
) -> None:
    asked = _with(ASKED[question], format="graphml")
    body = assert_problem(_ask(client, asked), status=422, kind="bad-question")
    feed = ", atom" if question == "changes" else ""
    assert f"Here there are json, {', '.join(TABLES)}{feed}." in body["detail"]


def test_the_snapshot_names_the_formats(client: TestClient) -> None:
    card = client.get("/v1/snapshot").json()
    assert [one["name"] for one in card["formats"]] == HERE
    assert [one["name"] for one in card["formats"] if one["table"]] == TABLES
    assert [one["name"] for one in card["reference_formats"]] == ["bibtex", "ris", "csl"]


def test_a_manifest_says_what_was_asked(client: TestClient) -> None:
    asked = "/v1/statements?class=causal&species=mouse&without=annexin+A6&format=csv&manifest=true"
    told = client.get(asked).json()["question"]
    assert told["name"] == "statements"
    assert told["cls"] == "causal"
    assert told["filters"] == {"species": ["mouse"]}
    assert [one["name"] for one in told["without"]] == ["annexin A6"]
    card = client.get("/v1/studies/szczerba-2019?format=csv&manifest=true").json()
    assert card["question"]["id"] == "szczerba-2019"


def test_the_pages_of_a_table_follow_each_other(client: TestClient) -> None:
    whole = _rows(client.get("/v1/statements?limit=1000&class=causal&format=csv").text)
    address: str | None = "/v1/statements?limit=7&class=causal&format=csv"
    found: list[dict[str, str]] = []
    while address is not None:
        reply = client.get(address)
        found += _rows(reply.text)
        link = re.search('<([^>]+)>; rel="next"', reply.headers["link"])
        address = link and link[1]
    assert found == whole


def test_the_whole_graph_is_sent_as_it_is_made(client: TestClient, loaded_service: Service) -> None:
    for form in TABLES[:2]:
        found = client.get(f"/v1/export?format={form}", headers={"Accept-Encoding": "identity"})
        assert found.status_code == 200
        assert "content-length" not in found.headers
        text = found.text
        assert found.headers["etag"]
        again = client.get(
            f"/v1/export?format={form}",
            headers={"If-None-Match": found.headers["etag"], "Accept-Encoding": "identity"},
        )
        assert again.status_code == 304
        delimiter = "," if form == "csv" else "\t"
        counts = SNAPSHOT.ask(loaded_service)
        assert len(_rows(text, delimiter)) == counts["statements"]
        evidence = client.get(f"/v1/export?format={form}&rows=evidence").text
        manifest = client.get(f"/v1/export?format={form}&manifest=true").json()
        assert manifest["counts"]["evidence"] == counts["evidence"]
        assert len(_rows(evidence, delimiter)) == manifest["counts"]["evidence_of_statements"]


def test_a_stream_is_packed_for_those_who_take_it(client: TestClient) -> None:
    plain = client.get("/v1/export", headers={"Accept-Encoding": "identity"})
    with client.stream("GET", "/v1/export", headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["etag"] != plain.headers["etag"]
        raw = b"".join(packed.iter_raw())
    assert len(raw) < len(plain.content) / 2
    assert gzip.decompress(raw) == plain.content
    assert plain.json()["snapshot"]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("/v1/statements?format=xml", "format"),
        ("/v1/statements?references=endnote", "references"),
        ("/v1/queries/neighbourhood?entity=CCL2&format=xml", "format"),
        ("/v1/export?format=csv&rows=columns", "rows"),
        ("/v1/statements?format=csv&rows=evidence", "rows"),
    ],
)
def test_a_form_that_an_answer_does_not_have_is_refused(
    asked: str, parameter: str, client: TestClient, assert_problem: Any
) -> None:
    body = assert_problem(client.get(asked), status=422, kind="bad-question")
    assert body["parameter"] == parameter
