"""KGX, as TSV or JSON lines → claims: the edges, with the names that their nodes give.

A zip or tar of both, a folder, or an edges file whose nodes file lies beside it. The sign is in
`object_direction_qualifier` together with `qualified_predicate`, or in predicates that Biolink had
before; a predicate without a sign stays one, and what is no relation of ours is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import orjson

from immunograph.domain.model import statement_id
from immunograph.domain.vocabulary import Aspect
from immunograph.formats.reading.claims import (
    NO_PAPER,
    Claim,
    Corpus,
    Left,
    Paper,
    Reader,
    Thing,
    excerpt,
)
from immunograph.formats.reading.files import Stream, lines, refused, rows, streams
from immunograph.names.curies import curie, doi, pmid

Slots = Mapping[str, Any]

_DIRECTIONS: Final = {
    "increased": 1, "upregulated": 1, "decreased": -1, "downregulated": -1,
}  # fmt: skip
_SIGNED: Final = {
    "positively_regulates": 1, "negatively_regulates": -1,
    "entity_positively_regulates_entity": 1, "entity_negatively_regulates_entity": -1,
    "process_positively_regulates_process": 1, "process_negatively_regulates_process": -1,
    "increases_activity_of": 1, "decreases_activity_of": -1,
    "increases_expression_of": 1, "decreases_expression_of": -1,
    "increases_abundance_of": 1, "decreases_abundance_of": -1,
}  # fmt: skip
"""Signed predicates of Biolink before version 3."""
_UNSIGNED: Final = {
    "correlated_with": "correlated_with", "positively_correlated_with": "correlated_with",
    "negatively_correlated_with": "negatively_correlated_with",
    "associated_with": "associated_with", "part_of": "part_of", "has_part": "has_part",
    "located_in": "located_in", "derives_from": "derives_from",
    "participates_in": "participates_in", "treats": "treats",
}  # fmt: skip
_NO_SIGN: Final = frozenset({"regulates", "affects"})
_ASPECTS: Final = {
    "abundance": Aspect.AMOUNT, "expression": Aspect.AMOUNT, "synthesis": Aspect.AMOUNT,
    "secretion": Aspect.AMOUNT, "release": Aspect.AMOUNT,
    "activity": Aspect.ACTIVITY, "localization": Aspect.LOCATION,
}  # fmt: skip
_KINDS: Final = {
    "Gene": "Protein", "Protein": "Protein", "GeneFamily": "Protein", "Cell": "Cell",
    "ChemicalEntity": "Molecule", "SmallMolecule": "Molecule", "Drug": "Drug",
    "MolecularMixture": "Molecule", "Disease": "Disease", "Treatment": "Treatment",
    "PhenotypicFeature": "PathologicalProcess", "PathologicalProcess": "PathologicalProcess",
    "BiologicalProcess": "BiologicalProcess", "Pathway": "BiologicalProcess",
    "MolecularActivity": "BiologicalProcess", "AnatomicalEntity": "AnatomicalEntity",
    "CellularComponent": "CellularStructure", "ClinicalFinding": "ClinicalOutcome",
    "OrganismalEntity": "Organism", "OrganismTaxon": "Organism",
}  # fmt: skip
_ENDINGS: Final = (".tsv", ".jsonl")


def _read(corpus: Corpus) -> Iterator[Claim | Left]:
    nodes: dict[str, Thing] = {}
    edges = 0
    for path in (_nodes_beside(corpus.path), corpus.path):
        if path is None:
            continue
        for stream in streams(path, endings=_ENDINGS, progress=lambda done, total: None):
            if _is_nodes(stream.name):
                for _, one in _slots(stream):
                    if not isinstance(one, str) and (thing := _node(one)) is not None:
                        nodes[str(one["id"])] = thing
    for stream in streams(corpus.path, endings=_ENDINGS, progress=corpus.progress):
        if _is_nodes(stream.name):
            continue
        for line, one in _slots(stream):
            edges += 1
            if isinstance(one, str):
                yield Left(stream.name, line, excerpt(one), "no edge: not a whole row")
            else:
                if edges == 1:
                    _check(one, stream.name)
                yield from _claims(one, nodes, stream.name, line)
    if not edges:
        raise refused(str(corpus.path), 1, "no edges; KGX names their file `…_edges.tsv`")


def _is_nodes(name: str) -> bool:
    return "node" in Path(name).name.casefold()


def _nodes_beside(path: Path) -> Path | None:
    """The nodes file that goes with an edges file."""
    if path.is_file() and "edges" in path.name:
        beside = path.with_name(path.name.replace("edges", "nodes"))
        return beside if beside.is_file() else None
    return None


def _slots(stream: Stream) -> Iterator[tuple[int, Slots | str]]:
    """The rows of a file by slots; a row that is none as its text."""
    if stream.name.endswith(".jsonl"):
        for text in lines(stream):
            if not text.strip():
                continue
            try:
                value: Any = orjson.loads(text)
            except orjson.JSONDecodeError:
                yield stream.line, text
                continue
            yield stream.line, cast(Slots, value) if isinstance(value, dict) else text
        return
    yield from rows(stream, delimiter="\t", quoted=False)


def _check(edge: Slots, file: str) -> None:
    lacking = {"subject", "predicate", "object"} - edge.keys()
    if lacking:
        raise refused(file, 1, f"no edges of KGX: they lack {', '.join(sorted(lacking))}")


def _several(value: Any) -> list[str]:
    if isinstance(value, str):
        return [one for one in value.split("|") if one]
    return [str(one) for one in cast(list[Any], value)] if isinstance(value, list) else []


def _node(one: Slots) -> Thing | None:
    if not one.get("id"):
        return None
    categories = [name.rpartition(":")[2] for name in _several(one.get("category"))]
    kind = next((_KINDS[name] for name in categories if name in _KINDS), "Molecule")
    identifier = str(one["id"])
    return Thing(
        name=str(one.get("name") or identifier),
        space=identifier.partition(":")[0],
        id=curie(identifier) or identifier,
        kind=kind,
        symbol=str(one["symbol"]) if one.get("symbol") else None,
        synonyms=tuple(_several(one.get("synonym"))),
        xrefs=tuple(_several(one.get("xref"))),
    )


def _claims(
    edge: Slots, nodes: Mapping[str, Thing], file: str, line: int
) -> Iterator[Claim | Left]:
    ends = [str(edge.get(name) or "") for name in ("subject", "object")]
    predicate = str(edge.get("predicate") or "").removeprefix("biolink:")
    shown = excerpt(f"{ends[0]} {predicate} {ends[1]}")
    if not all(ends):
        yield Left(file, line, shown, "an edge without both its ends")
        return
    direction = str(edge.get("object_direction_qualifier") or "")
    sign = _DIRECTIONS.get(direction, 0) if predicate in _NO_SIGN else _SIGNED.get(predicate, 0)
    before = str(edge.get("subject_direction_qualifier") or "")
    sign *= _DIRECTIONS.get(before, 1) if before else 1
    original, ours = str(edge.get("original_predicate") or ""), str(edge.get("id") or "")
    is_ours = original.startswith("itm:") and ours.startswith("itm:statement-")
    if not sign and predicate not in _UNSIGNED and not is_ours:
        why = "affects or regulates without a direction" if predicate in _NO_SIGN else (
            f"a predicate without a sign of ours: {predicate}"
        )  # fmt: skip
        if direction and direction not in _DIRECTIONS:
            why = f"a direction that is not known: {direction}"
        yield Left(file, line, shown, why, signed=bool(direction))
        return
    aspect = _ASPECTS.get(str(edge.get("object_aspect_qualifier") or ""), Aspect.NONE)
    verb = ("promotes" if sign > 0 else "inhibits") if sign else _UNSIGNED.get(predicate, "")
    if sign > 0 and aspect is Aspect.ACTIVITY:
        verb = "activates"
    subject, object_ = (nodes.get(end) or _node({"id": end}) for end in ends)
    assert subject is not None
    assert object_ is not None
    turned = [f"{before} subject: the sign is turned"] if _DIRECTIONS.get(before) == -1 else []
    if is_ours:
        verb = original.removeprefix("itm:")
        effect = ("promotes" if sign > 0 else "inhibits") if sign else verb
        aspect = next(
            (
                one
                for one in Aspect
                if f"itm:statement-{statement_id(subject.id or '', effect, object_.id or '', one)}"
                == ours
            ),
            aspect,
        )
    negated = str(edge.get("negated") or "").casefold() == "true"
    if negated:
        yield Left(file, line, shown, "a negated edge: it does not say what was seen", signed=True)
        return
    cited = _several(edge.get("publications"))
    papers: list[Paper] = []
    for one in cited:
        number, name = pmid(one), doi(one)
        if number or name:
            papers.append(Paper(pmid=number, doi=name))
        else:
            yield Left(file, line, one, "neither a PMID nor a DOI", remark=True)
    context = {
        ours_: tuple(_several(edge.get(theirs)))
        for theirs, ours_ in (
            ("species_context_qualifier", "species"),
            ("disease_context_qualifier", "disease"),
            ("anatomical_context_qualifier", "site"),
        )
        if edge.get(theirs)
    }
    known = edge.get("primary_knowledge_source")
    automated = str(edge.get("agent_type") or "") == "text_mining_agent"
    for paper in papers or [NO_PAPER]:
        yield Claim(
            file=file, line=line, key=ours or f"line {line}", subject=subject, predicate=verb,
            object=object_, aspect=aspect, paper=paper, context=context, turned=tuple(turned),
            note=f"from {known}" if known and known != "infores:immunograph" else None,
            reader=str(known or "text mining") if automated else None,
        )  # fmt: skip


KGX: Final = tuple(
    Reader(name, "KGX, as TSV or JSON lines", _read) for name in ("kgx", "kgx-tsv", "kgx-jsonl")
)
"""By one name, and by those of what we write."""
