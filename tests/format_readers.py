"""What a reader of each format finds in it, in terms of ours; nothing here is shared with writers.

Each gives, by the id of a statement, the sign that the format claims (0: it claims none) and how
many pieces of evidence stand behind it; and the names of the entities, where it has any.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree

SIGNS: Final = {"promotes": 1, "inhibits": -1}
GRAPHML: Final = "{http://graphml.graphdrawing.org/xmlns}"


@dataclass
class Found:
    """What a file says."""

    signs: dict[str, int] = field(default_factory=dict[str, int])
    evidence: dict[str, int] = field(default_factory=dict[str, int])
    names: set[str] = field(default_factory=set[str])

    def add(self, statement: str, sign: int, evidence: int) -> None:
        """A statement, which stands there once."""
        assert statement not in self.signs
        self.signs[statement] = sign
        self.evidence[statement] = evidence


def _claimed(sign: int, status: str) -> int:
    return sign if status in ("asserted", "background") else 0


def _native(data: bytes) -> Found:
    found, whole = Found(), json.loads(data)
    content, derived = whole["content"], whole["derived"]["statements"]
    counts: dict[str, int] = defaultdict(int)
    for one in content["evidence"]:
        counts[one["about"]] += 1
    for one in content["statements"]:
        sign = SIGNS.get(one["effect"], 0) if one["cls"] == "causal" else 0
        found.add(one["id"], _claimed(sign, derived[one["id"]]["status"]), counts[one["id"]])
    found.names = {one["name"] for one in content["entities"]}
    return found


def _rows(data: bytes, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


def _delimited(delimiter: str) -> Callable[[bytes], Found]:
    def read(data: bytes) -> Found:
        found = Found()
        for row in _rows(data, delimiter):
            counted = sum(int(row[name]) for name in ("supporting", "refuting", "qualifying"))
            found.add(row["statement"], _claimed(int(row["sign"]), row["status"]), counted)
            for name in (row["subject"], row["object"]):
                found.names.add(re.sub(r"\A'(?='*[=+\-@\t\r\n＝＋－＠])", "", name))
        return found

    return read


def _indra(data: bytes) -> Found:
    found = Found()
    signs = {"Activation": 1, "IncreaseAmount": 1, "Inhibition": -1, "DecreaseAmount": -1}
    for one in json.loads(data):
        flags = [set(each.get("epistemics", {})) for each in one["evidence"]]
        claimed = any(not flag for flag in flags)
        found.add(one["id"], signs.get(one["type"], 0) if claimed else 0, len(flags))
        for end in [one.get("subj"), one.get("obj"), *one.get("members", [])]:
            if end is not None:
                found.names.add(end["db_refs"]["TEXT"])
    return found


def _bel(data: bytes) -> Found:
    found = Found()
    counts: dict[str, list[int]] = defaultdict(list)
    statement = ""
    relations = {"increases": 1, "decreases": -1}
    for line in data.decode().splitlines():
        if line.startswith("SET StatementId"):
            statement = line.split('"')[1]
        elif line and not line.startswith(("SET ", "DEFINE ")):
            (relation,) = re.findall(r"(?<=[)]) (\w+) (?=\w+[(])", _without_strings(line))
            counts[statement].append(relations.get(relation, 0))
            found.names |= {
                re.sub(r"\\(.)", r"\1", name) for name in re.findall(r'! "((?:[^"\\]|\\.)*)"', line)
            }
    for one, signs in counts.items():
        [claimed] = set(signs) - {0} or {0}
        found.add(one, claimed, len(signs))
    return found


def _without_strings(line: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)


def _signor(data: bytes) -> Found:
    found = Found()
    for row in _rows(data, "\t"):
        statement = row["NOTES"].split(",")[0].rpartition(" ")[2]
        sign = 1 if row["EFFECT"].startswith("up-regulates") else -1
        assert found.signs.setdefault(statement, sign) == sign
        found.evidence[statement] = found.evidence.get(statement, 0) + 1
        found.names |= {row["ENTITYA"], row["ENTITYB"]}
    return found


DIRECTIONS: Final = {"upregulated": 1, "increased": 1, "downregulated": -1, "decreased": -1}


def _kgx(read: Callable[[str], list[dict[str, Any]]], ending: str) -> Callable[[bytes], Found]:
    def read_archive(data: bytes) -> Found:
        found = Found()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            nodes = read(archive.read(f"immunograph_nodes.{ending}").decode())
            edges = read(archive.read(f"immunograph_edges.{ending}").decode())
            manifest = json.loads(archive.read("manifest.json"))
        ids = {node["id"] for node in nodes}
        assert len(ids) == len(nodes) == manifest["counts"]["entities"]
        for edge in edges:
            assert {edge["subject"], edge["object"]} <= ids
            direction = edge.get("object_direction_qualifier")
            assert bool(direction) is (
                edge["predicate"] in ("biolink:regulates", "biolink:affects")
            )
            statement = edge["id"].removeprefix("itm:statement-")
            sign = DIRECTIONS[direction] if direction else 0
            found.add(statement, sign, int(edge["evidence_count"]))
        found.names = {node["name"] for node in nodes}
        return found

    return read_archive


def _plain_rows(text: str) -> list[dict[str, Any]]:
    """TSV as KGX reads it: no quotes."""
    names, *rows = [line.split("\t") for line in text.split("\n")[:-1]]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _trapi(data: bytes) -> Found:
    found = Found()
    graph = json.loads(data)["message"]["knowledge_graph"]
    _assert_no_nothing(graph)
    for statement, edge in graph.get("edges", {}).items():
        assert {edge["subject"], edge["object"]} <= graph["nodes"].keys()
        qualifiers = {
            one["qualifier_type_id"]: one["qualifier_value"] for one in edge.get("qualifiers", [])
        }
        direction = qualifiers.get("biolink:object_direction_qualifier")
        values = {one["attribute_type_id"]: one["value"] for one in edge["attributes"]}
        roles = [source["resource_role"] for source in edge["sources"]]
        assert roles == ["primary_knowledge_source"]
        sign = DIRECTIONS[direction] if direction else 0
        found.add(statement, sign, values["biolink:evidence_count"])
        kinds = [one["attribute_type_id"] for one in edge["attributes"]]
        assert kinds.count("biolink:has_evidence") == found.evidence[statement]
    found.names = {node["name"] for node in graph["nodes"].values()}
    return found


def _assert_no_nothing(value: Any) -> None:
    assert value is not None
    assert value != []
    if isinstance(value, dict):
        for one in value.values():  # pyright: ignore[reportUnknownVariableType] # plain JSON
            _assert_no_nothing(one)
    elif isinstance(value, list):
        for one in value:  # pyright: ignore[reportUnknownVariableType] # plain JSON
            _assert_no_nothing(one)


def _add_edge(found: Found, values: Mapping[str, Any]) -> None:
    counted = sum(int(values[name]) for name in ("supporting", "refuting", "qualifying"))
    sign, interaction = int(values["sign"]), values["interaction"]
    assert SIGNS.get(interaction, 0) == sign
    found.add(values["statement"], sign, counted)


def _cx2(data: bytes) -> Found:
    found = Found()
    aspects = {name: value for part in json.loads(data) for name, value in part.items()}
    counted = {one["name"]: one["elementCount"] for one in aspects["metaData"]}
    assert counted["nodes"] == len(aspects["nodes"])
    assert counted["edges"] == len(aspects["edges"])
    assert aspects["status"] == [{"success": True}]
    [declared] = aspects["attributeDeclarations"]
    ids = {node["id"] for node in aspects["nodes"]}
    for kind in ("nodes", "edges"):
        assert {name for one in aspects[kind] for name in one["v"]} <= declared[kind].keys()
    for edge in aspects["edges"]:
        assert {edge["s"], edge["t"]} <= ids
        _add_edge(found, edge["v"])
    found.names = {node["v"]["name"] for node in aspects["nodes"]}
    return found


def _graphml(data: bytes) -> Found:
    found = Found()
    root = ElementTree.fromstring(data)
    names = {key.attrib["id"]: key.attrib["attr.name"] for key in root.iter(f"{GRAPHML}key")}

    def values(element: ElementTree.Element) -> dict[str, str]:
        return {names[one.attrib["key"]]: one.text or "" for one in element.iter(f"{GRAPHML}data")}

    nodes = {node.attrib["id"]: values(node) for node in root.iter(f"{GRAPHML}node")}
    for edge in root.iter(f"{GRAPHML}edge"):
        assert {edge.attrib["source"], edge.attrib["target"]} <= nodes.keys()
        assert edge.attrib["id"] == values(edge)["statement"]
        _add_edge(found, values(edge))
    found.names = {node["name"] for node in nodes.values()}
    return found


def _cytoscape(data: bytes) -> Found:
    found = Found()
    elements = json.loads(data)["elements"]
    nodes = {node["data"]["id"]: node["data"] for node in elements["nodes"]}
    for edge in elements["edges"]:
        assert {edge["data"]["source"], edge["data"]["target"]} <= nodes.keys()
        _add_edge(found, edge["data"])
    found.names = {node["name"] for node in nodes.values()}
    return found


TOKEN: Final = re.compile(
    r'"(?P<text>(?:[^"\\\n\r]|\\.)*)"(?:\^\^\S+)?|<(?P<iri>[^<>"{}|^`\\\x00-\x20]*)>'
    r"|(?P<word>[^\s\"<>{}\[\];,]+)|(?P<mark>[{}\[\];,])"
)


def _trig(data: bytes) -> Found:
    """The statements that are described, each in its assertion, with what each graph holds."""
    found = Found()
    text = data.decode()
    assert not TOKEN.sub("", text).strip()
    graphs: dict[str, list[str]] = {}
    name, depth, last = "", 0, ""
    for token in TOKEN.finditer(text):
        word = token.group()
        depth += word == "{"
        if word == "{":
            name = last
            graphs[name] = []
        elif word == "}":
            depth -= 1
            name = ""
        elif name:
            graphs[name].append(word)
        elif last == "rdfs:label":
            found.names.add(_unescaped(token.group("text")))
        last = word
    assert depth == 0
    for graph, words in graphs.items():
        statement, _, part = graph.strip("<>").rpartition(":")[2].partition("#")
        if part == "assertion":
            described = words.index(f"<{graph.strip('<>').partition('#')[0]}>")
            effect = words[words.index("im:effect") + 1].strip('"')
            sign = int(words[words.index("im:sign") + 1])
            plain = words[1] if described else ""
            assert not plain or plain == f"im:{effect}"
            assert SIGNS.get(plain.removeprefix("im:"), 0) == sign
            provenance = graphs[graph.replace("#assertion", "#provenance")]
            found.add(statement, sign, provenance.count("im:Evidence"))
    return found


def _unescaped(text: str) -> str:
    return json.loads(f'"{text}"')


def _jsonl(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


READERS: Final[Mapping[str, Callable[[bytes], Found]]] = {
    "json": _native,
    "csv": _delimited(","),
    "tsv": _delimited("\t"),
    "indra": _indra,
    "bel": _bel,
    "kgx-tsv": _kgx(_plain_rows, "tsv"),
    "kgx-jsonl": _kgx(_jsonl, "jsonl"),
    "trapi": _trapi,
    "signor": _signor,
    "cx2": _cx2,
    "graphml": _graphml,
    "cytoscape": _cytoscape,
    "trig": _trig,
}
"""SIF has no ids, what Excel gets is no plain text, and Parquet needs pyarrow: elsewhere."""
