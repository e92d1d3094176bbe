"""Export the library in every format and read it with the field's own tools: `make interop`.

Each tool runs in an environment of its own, made once under the cache folder from a lock with
hashes, since their pins clash. What comes back must be what was sent: the same statements, signs,
numbers of evidence and contexts; what does not come back must be what the manifest says is lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from immunograph.curation.importing.restoring import restore
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.lexicon import Lexicon
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING
from immunograph.domain.snapshot import snapshot_id
from immunograph.domain.vocabulary import Role
from immunograph.folders import folder
from immunograph.formats import FORMATS, biolink
from immunograph.formats.biolink_hierarchy import CATEGORIES, INVERSES, PREDICATES
from immunograph.formats.format import Format, manifest
from immunograph.formats.graph import ExportedGraph, ReportedStatement, terms_of
from immunograph.seeds.folder import Seed, read_seed
from immunograph.service import trapi
from immunograph.service.exports import whole
from immunograph.service.view import View
from immunograph.settings import Settings

HERE: Final = Path(__file__).parent

OURS: Final = "json"
READ_BY: Final[Mapping[str, tuple[str, str]]] = {
    OURS: ("", "immunograph import"),
    "csv": ("graphs", "pandas, polars"),
    "tsv": ("graphs", "pandas, polars"),
    "parquet": ("graphs", "pyarrow, pandas, polars"),
    "indra": ("indra", "indra"),
    "bel": ("pybel", "pybel"),
    "kgx-tsv": ("translator", "biolink-model"),
    "kgx-jsonl": ("translator", "biolink-model"),
    "trapi": ("translator", "translator-tom"),
    "signor": ("indra", "indra's SIGNOR processor"),
    "cx2": ("ndex", "ndex2"),
    "graphml": ("graphs", "networkx"),
    "sif": ("graphs", "networkx"),
    "cytoscape": ("graphs", "networkx"),
    "trig": ("graphs", "rdflib"),
}
"""The environment and the tools that read each format; our own JSON is read by ourselves."""

LOST_STATEMENTS: Final = ("statements", "statements that do not stand")
LOST_EVIDENCE: Final = (
    "evidence",
    "evidence of these statements",
    "qualifying evidence",
    "evidence that does not support",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One format, as the table has it."""

    name: str
    tools: str
    statements: int
    evidence: int
    contexts: int
    checks: list[str]
    lost: dict[str, int]


def main() -> None:
    """Write, read back, compare, and print the table; ends with 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.interop", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=sorted(READ_BY), default=sorted(READ_BY))
    chosen = parser.parse_args().only
    view = _library()
    graph = whole(view)
    cache = Settings.model_validate({}).cache_dir / "interop"
    pythons = {
        name: environment(name, cache) for name in sorted({READ_BY[n][0] for n in chosen} - {""})
    }
    lines: list[Line] = []
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder_:
        for name in [one for one in READ_BY if one in chosen]:
            form = FORMATS[name]
            if name == "parquet":  # written with the pyarrow that reads it
                _borrow(pythons["graphs"])
            path = Path(folder_) / f"immunograph.{form.ending}"
            path.write_bytes(b"".join(form.write(graph)))
            found = (
                _restored(path, graph.snapshot)
                if name == OURS
                else _read(pythons[READ_BY[name][0]], name, path)
            )
            line, wrong = compare(form, graph, found)
            lines.append(line)
            faults += [f"{name}: {fault}" for fault in wrong]
        if "trapi" in chosen:
            path = Path(folder_) / "answers.json"
            path.write_text(json.dumps(_trapi_answers(view)), "utf-8")
            (said,) = _read(pythons["translator"], "trapi-answers", path)["checks"]
            print(f"TRAPI queries, by translator-tom: {said}")
    _print(graph, lines)
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


def _library() -> View:
    return _view(read_seed(folder("seed")))


def _view(seed: Seed) -> View:
    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    snapshot = snapshot_id(knowledge)
    return View(knowledge, snapshot=snapshot, filters=ALL_EVIDENCE, without=NOTHING)


def _trapi_answers(view: View) -> dict[str, Any]:
    """What is answered to queries of every form, what can be asked, and the hierarchy behind it."""
    ends = {"a": {"ids": ["CHEBI:45863"]}, "b": {"ids": ["itm:lung-metastasis"]}}
    both = {"subject": "a", "object": "b"}
    directed = {"qualifiers": [{"biolink:object_direction_qualifier": "increased"}]}
    asked: list[dict[str, Any]] = [
        {"nodes": {"a": {"ids": ["HGNC:544"]}, "b": {}}, "edges": {"e": both}},
        {
            "nodes": {"a": {"categories": ["biolink:Cell"]}, "b": {"ids": ["HGNC:10618"]}},
            "edges": {"e": {**both, "predicates": ["biolink:affects"], "constraints": directed}},
        },
        {"nodes": {"a": {"ids": ["HGNC:99999999"]}, "b": {}}, "edges": {"e": both}},
        {"nodes": ends, "paths": {"p": both}},
    ]
    lexicon = Lexicon(view.full.entities.values())
    responses = [
        trapi.response(view, lexicon, {"message": {"query_graph": graph}}) for graph in asked
    ]
    return {
        "responses": responses,
        "meta": trapi.meta(view),
        "categories": {name: sorted(above) for name, above in CATEGORIES.items()},
        "predicates": {name: sorted(above) for name, above in PREDICATES.items()},
        "inverses": INVERSES,
    }


def environment(name: str, cache: Path) -> Path:
    """The Python of an environment, made from its lock where there is none yet of this lock."""
    lock = HERE / f"{name}.lock"
    home = cache / name
    stamp = home / "made-of"
    python = home / "bin" / "python"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text("ascii") != digest:
        print(f"Installing the environment of {name} (once) …", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        stamp.write_text(digest, "ascii")
    return python


def _borrow(python: Path) -> None:
    """Let this process import what its own environment lacks; its own goes first."""
    [packages] = (python.parents[1] / "lib").glob("python*/site-packages")
    if str(packages) not in sys.path:
        sys.path.append(str(packages))


def _read(python: Path, name: str, path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [python, HERE / "readers.py", name, path],
        capture_output=True,
        text=True,
        # Some lay settings and downloads into the home folder; they get one of their own.
        env={**os.environ, "HOME": str(python.parents[1])},
        check=False,
    )
    if done.returncode:
        sys.exit(f"{name} was not read:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _restored(path: Path, snapshot: str) -> dict[str, Any]:
    """Our own JSON, as `immunograph import --format json` takes it in."""
    seed = read_seed(restore(path, path.parent / "restored").folder)
    view = _view(seed)
    statements = {
        one.statement.id: {
            "sign": one.sign,
            "evidence": len(one.evidence),
            "contexts": {name: sorted(values) for name, values in one.stated().items()},
        }
        for one in whole(view).statements()
    }
    if view.snapshot != snapshot:
        sys.exit(f"json came back as snapshot {view.snapshot}")
    interventions = sum(len(one.interventions) for one in seed.contributions)
    return {
        "statements": statements,
        "interventions": interventions,
        "checks": ["the same snapshot"],
    }


# --- comparing -------------------------------------------------------------------------------


def compare(form: Format, graph: ExportedGraph, found: Mapping[str, Any]) -> tuple[Line, list[str]]:
    """What was found against what was sent; every difference that the manifest does not tell."""
    told = manifest(graph, form)
    lost = {one["what"]: one["count"] for one in told["no_place"]}
    if form.name == "sif":
        return _compare_triples(graph, found, lost)
    sent = {one.statement.id: one for one in graph.statements()}
    faults: list[str] = []
    back: Mapping[str, Any] = found["statements"]
    if unknown := back.keys() - sent.keys():
        faults.append(f"{len(unknown)} statements were never sent")
    missing = len(sent) - len(back)
    declared = sum(lost.get(what, 0) for what in LOST_STATEMENTS)
    if missing != declared:
        faults.append(f"{missing} statements are missing, and the manifest tells of {declared}")
    evidence = contexts = 0
    for identifier, read in back.items():
        one = sent[identifier]
        if read["sign"] != one.sign:
            faults.append(f"the sign of {identifier} is {read['sign']} and was {one.sign}")
        evidence += read["evidence"]
        wanted = _contexts(form.name, one, graph)
        contexts += sum(map(len, read["contexts"].values()))
        if wanted is not None and read["contexts"] != wanted:
            faults.append(f"{identifier} is in {read['contexts']} and was in {wanted}")
    if "interventions" in found and found["interventions"] != told["counts"]["interventions"]:
        faults.append(f"{found['interventions']} interventions came back")
    gone = sum(len(one.evidence) for one in sent.values()) - evidence
    declared = sum(lost.get(what, 0) for what in LOST_EVIDENCE)
    if gone != declared:
        faults.append(
            f"{gone} pieces of evidence are missing, and the manifest tells of {declared}"
        )
    line = Line(
        form.name, READ_BY[form.name][1], len(back), evidence, contexts, found["checks"], lost
    )
    return line, faults


def _contexts(
    name: str, one: ReportedStatement, graph: ExportedGraph
) -> dict[str, list[str]] | None:
    """The contexts that a reader of a format must find; None where it holds none to compare."""
    if name.startswith("kgx"):
        held = biolink.contexts(one, terms_of(graph.vocabulary))
        return {d: [held[q]] for d, q in biolink.CONTEXTS.items() if q in held}
    if name == "signor":
        single = [e.evidence.context.species for e in one.supporting]
        species = sorted({s[0] for s in single if len(s) == 1})
        return {"species": species} if species else {}
    stated = one.stated()
    if name == "bel":
        guesses = [e for e in one.supporting if e.evidence.basis == "hypothesised"]
        if guesses:
            return None
    return {dimension: sorted(values) for dimension, values in stated.items()}


def _compare_triples(
    graph: ExportedGraph, found: Mapping[str, Any], lost: dict[str, int]
) -> tuple[Line, list[str]]:
    standing = [one.statement for one in graph.statements() if one.stands]
    sent = Counter((one.subject, one.effect, one.object) for one in standing)
    back = Counter({(s, effect, o): count for s, effect, o, count in found["triples"]})
    faults = [] if sent == back else ["the triples differ"]
    return Line("sif", READ_BY["sif"][1], back.total(), 0, 0, found["checks"], lost), faults


# --- the table -------------------------------------------------------------------------------


def _print(graph: ExportedGraph, lines: list[Line]) -> None:
    sent = list(graph.statements())
    evidence = sum(len(one.evidence) for one in sent)
    values = sum(len(v) for one in sent for v in one.stated(Role.SUPPORTS).values())
    print(
        f"The shipped library, snapshot {graph.snapshot[:12]}: {len(sent)} statements, "
        f"{evidence} pieces of evidence on them, {values} values of contexts.\n"
    )
    print("| Format | Read back by | Statements | Evidence | Contexts | Checked | Lost |")
    print("|---|---|---|---|---|---|---|")
    for line in lines:
        gone = "; ".join(f"{count} {what}" for what, count in line.lost.items()) or "nothing"
        checks = ", ".join(line.checks) or "–"
        print(
            f"| {line.name} | {line.tools} | {line.statements} | {line.evidence or '–'} "
            f"| {line.contexts or '–'} | {checks} | {gone} |"
        )


if __name__ == "__main__":
    main()
