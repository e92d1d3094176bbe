"""The field's own tools read an export and tell what they found; each runs where it is installed.

`python readers.py FORMAT FILE` prints one JSON object: `statements`, by id the sign that the tool
sees (0: none), how many pieces of evidence, and the contexts, where the format has them; `checks`,
what the tool's own validation said. A check that fails ends the process.
"""

# Our environment holds few of these libraries, and most of theirs have no types.
# pyright: reportMissingTypeStubs=false, reportMissingImports=false
# pyright: reportMissingModuleSource=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false
# Each is imported where it is asked: an environment holds some of them.
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import types
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Found = dict[str, Any]

DIMENSIONS = (
    *("study_system", "species", "site", "disease", "stage", "phase", "cell_state", "treatment"),
    *("host_state", "in_cell", "dose", "time", "condition"),
)


def told(statements: Mapping[str, Mapping[str, Any]], *checks: str, **more: Any) -> Found:
    """What a reader found, in one form."""
    return {"statements": statements, "checks": list(checks), **more}


def one(sign: int, evidence: int, contexts: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """What was found of one statement."""
    kept = {name: sorted(set(values)) for name, values in contexts.items() if values}
    return {"sign": sign, "evidence": evidence, "contexts": kept}


def expect(holds: bool, what: str) -> None:
    """End with what does not hold."""
    if not holds:
        raise SystemExit(f"It does not hold that {what}.")


# --- tables ----------------------------------------------------------------------------------


def _split(text: str) -> list[str]:
    """A list that was joined by `|`, with a backslash before one that is meant."""
    parts, letters = [""], iter(text)
    for letter in letters:
        if letter == "\\":
            parts[-1] += next(letters)
        elif letter == "|":
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def _standing(sign: int, status: str) -> int:
    return sign if status in ("asserted", "background") else 0


def _of_rows(rows: Iterable[Mapping[str, Any]], lists: Callable[[Any], list[str]]) -> Found:
    statements: dict[str, Any] = {}
    for row in rows:
        counted = sum(int(row[name]) for name in ("supporting", "refuting", "qualifying"))
        contexts = {name: lists(row[name]) for name in DIMENSIONS}
        sign = _standing(int(row["sign"]), row["status"])
        statements[row["statement"]] = one(sign, counted, contexts)
    return told(statements)


def delimited(path: Path) -> Found:
    """pandas and polars, which must agree."""
    import pandas as pd  # pyright: ignore[reportMissingTypeStubs] # it has none
    import polars as pl

    separator = "\t" if path.suffix == ".tsv" else ","
    frame = pd.read_csv(path, sep=separator, keep_default_na=False, dtype={"statement": str})
    expect(str(frame["sign"].dtype).startswith("int"), "pandas reads signs as integers")
    expect(str(frame["belief"].dtype).startswith("float"), "pandas reads beliefs as numbers")
    other = pl.read_csv(path, separator=separator, infer_schema_length=None)
    expect(other["statement"].to_list() == frame["statement"].tolist(), "polars reads the same")
    expect(other["sign"].to_list() == frame["sign"].tolist(), "polars reads the same signs")
    found = _of_rows(frame.to_dict("records"), _split)
    return found | {"checks": ["pandas types", "polars agrees"]}


def parquet(path: Path) -> Found:
    """pyarrow, pandas and polars, which must agree."""
    import pandas as pd  # pyright: ignore[reportMissingTypeStubs] # it has none
    import polars as pl
    import pyarrow.parquet as pq  # pyright: ignore[reportMissingTypeStubs] # it has none

    table = pq.read_table(path)
    metadata = table.schema.metadata
    expect({b"snapshot", b"licence", b"citation"} <= metadata.keys(), "it says whose it is")
    rows = table.to_pylist()
    frame, other = pd.read_parquet(path), pl.read_parquet(path)
    expect(frame["statement"].tolist() == [row["statement"] for row in rows], "pandas agrees")
    expect(other["sign"].to_list() == [row["sign"] for row in rows], "polars agrees")
    found = _of_rows(rows, lambda value: value or [])
    return found | {"checks": ["pyarrow types", "pandas agrees", "polars agrees"]}


# --- networks --------------------------------------------------------------------------------


def _of_edges(edges: Iterable[Mapping[str, Any]], lists: Callable[[Any], list[str]]) -> Found:
    statements: dict[str, Any] = {}
    for data in edges:
        counted = sum(int(data[name]) for name in ("supporting", "refuting", "qualifying"))
        contexts = {name: lists(data.get(name) or "") for name in DIMENSIONS}
        signed = {"promotes": 1, "inhibits": -1}.get(data["interaction"], 0)
        expect(signed == int(data["sign"]), "interaction and sign say the same")
        statements[data["statement"]] = one(int(data["sign"]), counted, contexts)
    return told(statements)


def graphml(path: Path) -> Found:
    """networkx."""
    import networkx as nx

    graph = nx.read_graphml(path, force_multigraph=True)
    expect(all(key == data["statement"] for *_, key, data in graph.edges(keys=True, data=True)),
           "an edge goes by its statement")  # fmt: skip
    expect(all(data.get("name") for _, data in graph.nodes(data=True)), "nodes have names")
    return _of_edges((data for *_, data in graph.edges(data=True)), _split)


def cytoscape(path: Path) -> Found:
    """networkx."""
    import networkx as nx

    graph = nx.cytoscape_graph(json.loads(path.read_text("utf-8")))
    expect(graph.is_multigraph() and graph.is_directed(), "parallel edges keep their direction")
    return _of_edges((data for *_, data in graph.edges(data=True)), list)


def sif(path: Path) -> Found:
    """networkx, as an edge list with the interaction as its attribute."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    for line in path.read_text("utf-8").splitlines():
        source, interaction, target = line.split("\t")
        graph.add_edge(source, target, interaction=interaction)
    triples = Counter((s, d["interaction"], t) for s, t, d in graph.edges(data=True))
    return told({}, triples=sorted([*triple, count] for triple, count in triples.items()))


def cx2(path: Path) -> Found:
    """ndex2, with the declarations that its viewers go by."""
    from ndex2.cx2 import RawCX2NetworkFactory

    raw = json.loads(path.read_text("utf-8"))
    network = RawCX2NetworkFactory().get_cx2network(raw)
    nodes, edges = network.get_nodes(), network.get_edges()
    declared = network.get_attribute_declarations()
    for kind, things in (("nodes", nodes), ("edges", edges)):
        named = {name for thing in things.values() for name in thing["v"]}
        expect(named <= declared[kind].keys(), f"every attribute of {kind} is declared")
    expect(all(e["s"] in nodes and e["t"] in nodes for e in edges.values()), "no edge dangles")

    found = _of_edges((edge["v"] for edge in edges.values()), list)
    return found | {"checks": ["declarations", "no dangling edge"]}


# --- INDRA -----------------------------------------------------------------------------------


def indra(path: Path) -> Found:
    """INDRA, its JSON schema, its validator and its belief engine."""
    import indra as package
    import jsonschema
    from indra.belief import BeliefEngine
    from indra.statements import stmts_from_json
    from indra.statements.validate import assert_valid_db_refs, assert_valid_evidence
    from indra.tools.assemble_corpus import filter_no_hypothesis, filter_no_negated

    logging.disable(logging.WARNING)
    written = json.loads(path.read_text("utf-8"))
    schema = Path(package.__path__[0]) / "resources" / "statements_schema.json"
    jsonschema.validate(written, json.loads(schema.read_text("utf-8")))
    read = stmts_from_json(written)
    expect(len(read) == len(written), "INDRA drops none in silence")
    signs = {"Activation": 1, "IncreaseAmount": 1, "Inhibition": -1, "DecreaseAmount": -1}
    statements: dict[str, Any] = {}
    claimed = {
        s.uuid for s in filter_no_hypothesis(filter_no_negated(read)) if _is_claimed(s.evidence)
    }
    for statement in read:
        for agent in statement.agent_list():
            assert_valid_db_refs(agent.db_refs)
        contexts: dict[str, set[str]] = defaultdict(set)
        for evidence in statement.evidence:
            assert_valid_evidence(evidence)
            _expect_context(evidence)
            if not evidence.epistemics.get("negated"):
                for name in DIMENSIONS:
                    contexts[name] |= set(evidence.annotations.get(name, ()))
        sign = signs.get(type(statement).__name__, 0)
        sign = sign if statement.uuid in claimed else 0
        statements[statement.uuid] = one(sign, len(statement.evidence), contexts)
    beliefs = [s.belief for s in read]
    expect(any(0 < belief < 1 for belief in beliefs), "our beliefs arrive")
    BeliefEngine().set_prior_probs(read)
    return told(statements, "JSON schema", "db_refs", "contexts", "BeliefEngine does not raise")


def _is_claimed(evidence: Iterable[Any]) -> bool:
    return any(not {"negated", "hypothesis"} & e.epistemics.keys() for e in evidence)


def _expect_context(evidence: Any) -> None:
    """INDRA's own context says what the annotations say, where it has a part for it."""
    parts = {"species": "species", "disease": "disease", "organ": "site"}
    for part, ours in parts.items():
        held = getattr(evidence.context, part, None)
        stated = evidence.annotations.get(ours, [])
        expect((held.name if held else None) == (stated[0] if len(stated) == 1 else None),
               f"{part} is what was stated")  # fmt: skip


def signor(path: Path) -> Found:
    """INDRA's processor of SIGNOR, without the look-up of gene names, which asks the net."""
    package = types.ModuleType("protmapper")
    spec = find_spec("protmapper")
    assert spec is not None
    package.__path__ = list(spec.submodule_search_locations or ())
    setattr(package, "__version__", "0")  # noqa: B010 # a module has no such attribute of its own
    sys.modules["protmapper"] = package
    from protmapper.resources import ResourceManager

    with tempfile.NamedTemporaryFile(suffix=".tsv") as nothing:
        ResourceManager.get_create_resource_file = lambda *_, **__: nothing.name
        from indra.sources.signor import processor
        from indra.sources.signor.api import process_from_file
        from indra.statements import Agent

    processor.get_standard_agent = lambda name, db_refs: Agent(name, db_refs=db_refs)
    processor.standardize_name_db_refs = lambda references: (None, references)
    logging.disable(logging.WARNING)
    read = process_from_file(str(path)).statements
    lines = path.read_text("utf-8").count("\n") - 1
    expect(len(read) == lines, "the processor takes every row")
    signs = {"Activation": 1, "IncreaseAmount": 1, "Inhibition": -1, "DecreaseAmount": -1}
    found: dict[str, list[Any]] = defaultdict(list)
    for statement in read:
        [evidence] = statement.evidence
        name = evidence.annotations["NOTES"].split(",")[0].rpartition(" ")[2]
        expect(evidence.source_id.startswith("IMMUNOGRAPH-"), "a row goes by its evidence")
        found[name].append((signs[type(statement).__name__], evidence))
    statements: dict[str, Any] = {}
    taxa = {"9606": "human", "10090": "mouse"}
    for name, rows in found.items():
        [sign] = {sign for sign, _ in rows}
        species = [
            taxa[e.context.species.db_refs["TAXONOMY"]]
            for _, e in rows
            if e.context and e.context.species
        ]
        statements[name] = one(sign, len(rows), {"species": species})
    return told(statements, "every row taken")


# --- BEL -------------------------------------------------------------------------------------


def bel(path: Path) -> Found:
    """pybel."""
    import pybel

    logging.disable(logging.WARNING)
    graph = pybel.from_bel_script(str(path))
    expect(not graph.warnings, f"pybel warns of nothing ({graph.warnings[:1]})")
    signs = {"increases": 1, "decreases": -1}
    evidence: dict[str, dict[str, int]] = defaultdict(dict)
    contexts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for *_, data in graph.edges(data=True):
        # What has no direction stands there in both.
        said = {name: [each["identifier"] for each in values]
                for name, values in data["annotations"].items()}  # fmt: skip
        [statement], [passage] = said["StatementId"], said["EvidenceId"]
        evidence[statement][passage] = signs.get(data["relation"], 0)
        if data["relation"] == "causesNoChange":
            continue
        for name in DIMENSIONS:
            contexts[statement][name] |= {
                text.replace('\\"', '"').replace("\\\\", "\\")
                for text in said.get(name.title().replace("_", ""), ())
            }
    statements: dict[str, Any] = {}
    for statement, passages in evidence.items():
        [sign] = set(passages.values()) - {0} or {0}
        statements[statement] = one(sign, len(passages), contexts[statement])
    return told(statements, "no warning")


# --- Biolink ---------------------------------------------------------------------------------

DIRECTIONS = {"upregulated": 1, "increased": 1, "downregulated": -1, "decreased": -1}


def kgx(path: Path) -> Found:
    """The Biolink model: its pydantic classes, and its YAML for predicates and qualifiers."""
    import biolink_model
    import yaml
    from biolink_model.datamodel import pydanticmodel_v2 as model

    schema = Path(biolink_model.__path__[0]) / "schema" / "biolink_model.yaml"
    slots = yaml.safe_load(schema.read_text("utf-8"))["slots"]
    nodes, edges = _kgx_files(path)
    for node in nodes:
        [category] = node["category"]
        getattr(model, category.removeprefix("biolink:"))(**node)
    ids = {node["id"] for node in nodes}
    expect(len(ids) == len(nodes), "no node stands there twice")
    statements: dict[str, Any] = {}
    strict = 0
    for edge in edges:
        _expect_predicate(edge["predicate"], slots)
        expect({edge["subject"], edge["object"]} <= ids, "no edge dangles")
        for name in edge.keys() - {"id", "category"}:
            expect(name.replace("_", " ") in slots, f"{name} is a slot")
        [category] = edge["category"]
        kind = getattr(model, category.removeprefix("biolink:"))
        if category != "biolink:Association":
            kind(**{k: v for k, v in edge.items() if k in kind.model_fields})
            strict += 1
        direction = edge.get("object_direction_qualifier")
        expect(bool(direction) is (edge.get("qualified_predicate") == "biolink:causes"),
               "what has a direction is caused")  # fmt: skip
        contexts = {
            "species": [edge.get("species_context_qualifier")],
            "disease": [edge.get("disease_context_qualifier")],
            "site": edge.get("anatomical_context_qualifier") or [],
        }
        statements[edge["id"].removeprefix("itm:statement-")] = one(
            DIRECTIONS[direction] if direction else 0,
            int(edge["evidence_count"]),
            {name: [v for v in values if v] for name, values in contexts.items()},
        )
    _expect_that_false_predicates_are_found(slots)
    return told(
        statements, "predicates in the YAML", f"{strict} edges hold in strict classes", curies=True
    )


LISTS = ("category", "synonym", "xref", "provided_by", "publications", "has_evidence",
         "anatomical_context_qualifier")  # fmt: skip


def _kgx_files(path: Path) -> tuple[list[Any], list[Any]]:
    with zipfile.ZipFile(path) as archive:
        ending = "jsonl" if "jsonl" in path.name else "tsv"
        found: list[list[Any]] = []
        for what in ("nodes", "edges"):
            text = archive.read(f"immunograph_{what}.{ending}").decode()
            if ending == "jsonl":
                found.append([json.loads(line) for line in text.splitlines()])
                continue
            names, *rows = [line.split("\t") for line in text.split("\n")[:-1]]
            found.append(
                [
                    {
                        name: value.split("|") if name in LISTS else value
                        for name, value in zip(names, row, strict=True)
                        if value
                    }
                    for row in rows
                ]
            )
    return found[0], found[1]


def _expect_predicate(predicate: str, slots: Mapping[str, Any]) -> None:
    slot = slots.get(predicate.removeprefix("biolink:").replace("_", " "))
    expect(slot is not None, f"{predicate} is a predicate")
    assert slot is not None
    expect(not slot.get("deprecated"), f"{predicate} is no deprecated predicate")
    # `treats` is a mixin by its mark, and the canonical predicate by its annotation.
    canonical = (slot.get("annotations") or {}).get("canonical_predicate")
    usable = canonical or not (slot.get("abstract") or slot.get("mixin"))
    expect(bool(usable), f"{predicate} may be used")
    above = predicate.removeprefix("biolink:").replace("_", " ")
    while (parent := slots[above].get("is_a")) is not None:
        above = parent
    expect(above == "related to", f"{predicate} relates things")


def _expect_that_false_predicates_are_found(slots: Mapping[str, Any]) -> None:
    try:
        _expect_predicate("biolink:increases_amount_of", slots)
    except SystemExit:
        return
    raise SystemExit("A predicate that Biolink does not have was not found out.")


def trapi(path: Path) -> Found:
    """translator-tom: `tom-validate`, which must also find a false predicate."""
    tool = Path(sys.executable).with_name("tom-validate")
    _validated(tool, path, passes=True)
    written = json.loads(path.read_text("utf-8"))
    graph = written["message"]["knowledge_graph"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as false:
        edge = next(iter(graph["edges"].values()))
        was, edge["predicate"] = edge["predicate"], "biolink:increases_amount_of"
        json.dump(written, false)
        false.flush()
        _validated(tool, Path(false.name), passes=False)
        edge["predicate"] = was
    statements: dict[str, Any] = {}
    for statement, edge in graph["edges"].items():
        qualifiers = {
            q["qualifier_type_id"]: q["qualifier_value"] for q in edge.get("qualifiers", ())
        }
        direction = qualifiers.get("biolink:object_direction_qualifier")
        values = {a["attribute_type_id"]: a["value"] for a in edge["attributes"]}
        passages = [
            a for a in edge["attributes"] if a["attribute_type_id"] == "biolink:has_evidence"
        ]
        expect(len(passages) == values["biolink:evidence_count"], "the evidence is all there")
        contexts = {name: values.get(f"itm:{name}", []) for name in DIMENSIONS}
        sign = DIRECTIONS[direction] if direction else 0
        statements[statement] = one(sign, len(passages), contexts)
    return told(statements, "tom-validate: 0 errors", "a false predicate is found")


def trapi_answers(path: Path) -> Found:
    """translator-tom: responses to queries, the meta knowledge graph, and Biolink's hierarchy."""
    from translator_tom.utils.biolink import Biolink

    tool = Path(sys.executable).with_name("tom-validate")
    held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    results = 0
    for model, values in (("Response", held["responses"]), ("MetaKnowledgeGraph", [held["meta"]])):
        for value in values:
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(value, file)
                file.flush()
                _validated(tool, Path(file.name), passes=True, model=model)
            results += len(value.get("message", {}).get("results", ()))
    for name in ("categories", "predicates"):
        for one_, above in held[name].items():
            expect(set(Biolink.get_ancestors(one_)) == set(above), f"{one_} has {above} above it")
    for one_, other in held["inverses"].items():
        expect(Biolink.get_inverse(one_) == other, f"{other} is {one_} from the other end")
    return told({}, f"{len(held['responses'])} responses, {results} results: 0 errors")


def _validated(tool: Path, path: Path, *, passes: bool, model: str = "Response") -> None:
    done = subprocess.run([tool, model, path], capture_output=True, text=True, check=False)
    expect((done.returncode == 0) is passes, f"tom-validate says so:\n{done.stdout[-2000:]}")


# --- RDF ---------------------------------------------------------------------------------------

STATEMENTS = """
PREFIX im: <urn:immunograph:term:>
PREFIX np: <http://www.nanopub.org/nschema#>
SELECT ?statement ?sign ?effect ?subject ?object ?assertion ?provenance WHERE {
  GRAPH ?head { ?pub a np:Nanopublication ; np:hasAssertion ?assertion ;
                np:hasProvenance ?provenance ; np:hasPublicationInfo ?info . }
  GRAPH ?assertion { ?statement a im:Statement ; im:sign ?sign ; im:effect ?effect ;
                     im:subject ?subject ; im:object ?object . }
}
"""


def trig(path: Path) -> Found:
    """rdflib, by SPARQL."""
    import rdflib

    data = rdflib.Dataset()
    data.parse(path, format="trig")
    terms = rdflib.Namespace("urn:immunograph:term:")
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    statements: dict[str, Any] = {}
    for row in data.query(STATEMENTS):
        assertion, provenance = data.graph(row.assertion), data.graph(row.provenance)
        plain = (row.subject, terms[str(row.effect)], row.object) in assertion
        sign = int(row.sign)
        expect(not sign or plain, "what has a sign is asserted")
        passages = set(provenance.subjects(rdflib.RDF.type, terms.Evidence))
        derived = set(provenance.objects(row.assertion, prov.wasDerivedFrom))
        contexts = {
            name: [str(v) for e in derived for v in provenance.objects(e, terms[name])]
            for name in DIMENSIONS
        }
        name = str(row.statement).rpartition(":")[2]
        statements[name] = one(sign, len(passages), contexts)
    around = set(data.default_graph.subjects(rdflib.RDF.type, terms.Intervention))
    return told(statements, "SPARQL over the named graphs", interventions=len(around))


READERS: dict[str, Callable[[Path], Found]] = {
    "csv": delimited,
    "tsv": delimited,
    "parquet": parquet,
    "graphml": graphml,
    "cytoscape": cytoscape,
    "sif": sif,
    "cx2": cx2,
    "indra": indra,
    "signor": signor,
    "bel": bel,
    "kgx-tsv": kgx,
    "kgx-jsonl": kgx,
    "trapi": trapi,
    "trapi-answers": trapi_answers,
    "trig": trig,
}


def main() -> None:
    """Read one file."""
    name, path = sys.argv[1:]
    print(json.dumps(READERS[name](Path(path))))


if __name__ == "__main__":
    main()
