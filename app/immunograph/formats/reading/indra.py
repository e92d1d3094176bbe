"""INDRA Statement JSON → claims, one for each piece of evidence: a list, or one statement a line.

The type gives verb and aspect; `negated` evidence refutes and a `hypothesis` is one. Evidence that
a program read names its reader. Types without a sign are left, except associations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from immunograph.domain.model import Context
from immunograph.domain.vocabulary import Aspect, Basis, Directness, Role
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
from immunograph.formats.reading.files import Stream, refused, streams
from immunograph.formats.reading.json_text import JsonText
from immunograph.names.curies import curie, doi, pmid

Values = Mapping[str, Any]

_TYPES: Final[Mapping[str, tuple[str, Aspect]]] = {
    "Activation": ("activates", Aspect.ACTIVITY),
    "Inhibition": ("inhibits", Aspect.ACTIVITY),
    "IncreaseAmount": ("promotes", Aspect.AMOUNT),
    "DecreaseAmount": ("inhibits", Aspect.AMOUNT),
}
_READERS: Final = frozenset(
    {"reach", "trips", "sparser", "medscan", "eidos", "isi", "rlimsp", "geneways", "gnbr", "semrep"}
)
"""The `source_api` of programs that read texts; all others are databases."""
_KINDS: Final = {
    "HGNC": "Protein", "UP": "Protein", "FPLX": "Protein", "MGI": "Protein", "EGID": "Protein",
    "CHEBI": "Molecule", "PUBCHEM": "Molecule", "DRUGBANK": "Drug", "CHEMBL": "Molecule",
    "CL": "Cell", "GO": "BiologicalProcess", "MESH": "PathologicalProcess", "DOID": "Disease",
    "MONDO": "Disease", "HP": "PathologicalProcess", "UBERON": "AnatomicalEntity",
}  # fmt: skip
"""What kind of thing an id is of, the first that there is; MeSH's are mostly diseases."""


def _read(corpus: Corpus) -> Iterator[Claim | Left]:
    for stream in streams(corpus.path, endings=(".json", ".jsonl"), progress=corpus.progress):
        for number, (line, one) in enumerate(_objects(stream), start=1):
            yield from _claims(one, stream.name, line, number)


def _objects(stream: Stream) -> Iterator[tuple[int, Values]]:
    """The objects of a JSON list, or of lines, each with its line. Raises BadSource."""
    text = JsonText(stream)
    listed = text.begins_with("[")
    found = False
    while True:
        text.skip(",")
        if listed and text.begins_with("]"):
            return
        if not text.held:
            if listed or not found:
                message = "no JSON: the file ends in the middle" if listed else "the file is empty"
                raise refused(stream.name, text.line, message)
            return
        line, value = text.line, text.value()
        if not isinstance(value, dict):
            message = f"a statement is expected, found {excerpt(value, 40)}"
            raise refused(stream.name, line, message)
        found = True
        yield line, cast(Values, value)


def _claims(one: Values, file: str, line: int, number: int) -> Iterator[Claim | Left]:
    type_ = one.get("type")
    shown = excerpt(f"{type_} {one.get('id', '')} {_shown(one)}")
    if not isinstance(type_, str):
        yield Left(file, line, shown, "no statement of INDRA: it has no type")
        return
    verb = _TYPES.get(type_)
    if verb is not None:
        ends = [_thing(one.get("subj")), _thing(one.get("obj"))]
    elif type_ in ("Association", "Influence"):
        members = _list(one.get("members")) or [one.get("subj"), one.get("obj")]
        ends = [_thing(each) for each in members]
        verb = _of_events(type_, members)
    elif type_ == "Complex" and _all_ours(one):
        ends = [_thing(each) for each in _list(one.get("members"))]
        verb = "", Aspect.NONE  # its evidence says it
    else:
        yield Left(file, line, shown, f"type without a sign: {type_}")
        return
    if verb is None or len(ends) != 2 or None in ends:
        yield Left(file, line, shown, f"{type_} needs two ends that are named", signed=True)
        return
    subject, object_ = cast(list[Thing], ends)
    claim = Claim(
        file=file,
        line=line,
        key=str(one.get("id") or f"statement {number}"),
        subject=subject,
        predicate=verb[0],
        object=object_,
        aspect=verb[1],
    )
    for each in _list(one.get("evidence")) or [{}]:
        if not isinstance(each, dict):
            yield Left(file, line, shown, "a piece of evidence that is no object", signed=True)
            continue
        try:
            yield _with_evidence(claim, cast(Values, each))
        except ValueError as error:
            yield Left(file, line, shown, f"evidence that is not understood: {error}", signed=True)


def _of_events(type_: str, ends: list[Any]) -> tuple[str, Aspect] | None:
    """The verb of a statement between events, by their polarities."""
    if type_ == "Association":
        return "correlated_with", Aspect.NONE
    signs = [_dict(_dict(one).get("delta")).get("polarity") for one in ends]
    if len(signs) != 2 or signs[1] not in (1, -1) or signs[0] not in (1, -1, None):
        return None
    return ("promotes" if (signs[0] or 1) * signs[1] > 0 else "inhibits"), Aspect.NONE


def _shown(one: Values) -> str:
    ends = [one.get("subj"), one.get("obj"), *_list(one.get("members"))]
    return " ".join(str(_dict(end).get("name", "")) for end in ends if end)


def _list(value: Any) -> list[Any]:
    """A list as it stands; anything else is none."""
    return cast(list[Any], value) if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    """An object as it stands; anything else is an empty one."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _thing(agent: Any) -> Thing | None:
    """The thing that an agent, a concept or an event is; None where it has no name."""
    given = _dict(agent)
    given = _dict(given.get("concept")) or given
    name = str(given.get("name") or "").strip()
    references = _dict(given.get("db_refs"))
    if not name:
        return None
    numbers = {
        space: number
        for space, value in references.items()
        if isinstance(value, str) and space != "TEXT" and (number := curie(space, value))
    }
    order = [space for space in _KINDS if space in numbers]
    order += [space for space in numbers if space not in order]
    kind = _KINDS.get(order[0], "Molecule") if order else "Molecule"
    changed = any(given.get(key) for key in ("mods", "mutations", "bound_conditions"))
    base = Thing(
        name=name,
        space=order[0] if order else "",
        id=numbers[order[0]] if order else None,
        kind=kind,
        symbol=name if kind == "Protein" and " " not in name and "HGNC" in numbers else None,
        xrefs=tuple(numbers[space] for space in order[1:]),
    )
    if not changed:
        return base
    told = _state(given)
    return Thing(
        name=f"{name} {told}", space=f"form of {base.id or base.space}", kind=kind, form_of=base,
        whole=True,
    )  # fmt: skip


def _state(agent: Values) -> str:
    """The state of an agent in few words: its modifications, mutations and what is bound."""
    parts: list[str] = []
    for one in map(_dict, _list(agent.get("mods"))):
        sites = [str(one.get(k)) for k in ("residue", "position") if one.get(k)]
        held = "" if one.get("is_modified", True) else "un"
        parts.append(held + "".join([str(one.get("mod_type", "modified")), " ".join(["", *sites])]))
    for one in map(_dict, _list(agent.get("mutations"))):
        parts.append(
            "".join(str(one.get(k) or "") for k in ("residue_from", "position", "residue_to"))
        )
    for one in map(_dict, _list(agent.get("bound_conditions"))):
        held = "with" if one.get("is_bound", True) else "without"
        parts.append(f"{held} {_dict(one.get('agent')).get('name', '')}")
    return f"({', '.join(filter(None, parts)) or 'changed'})"


def _with_evidence(claim: Claim, evidence: Values) -> Claim:
    """A claim with one piece of its evidence. Raises ValueError for words of ours that are none."""
    epistemics = _dict(evidence.get("epistemics"))
    annotations = _dict(evidence.get("annotations"))
    references = _dict(evidence.get("text_refs"))
    number = pmid(str(evidence.get("pmid") or references.get("PMID") or ""))
    name = doi(str(references.get("DOI") or ""))
    api = str(evidence.get("source_api") or "")
    text = evidence.get("text")
    negated = bool(epistemics.get("negated"))
    found = replace(
        claim,
        role=Role.REFUTES if negated else Role.SUPPORTS,
        basis=Basis.HYPOTHESISED if epistemics.get("hypothesis") else Basis.ASSERTED,
        text=str(text) if text else None,
        paper=Paper(pmid=number, doi=name) if number or name else NO_PAPER,
        reader=api if api in _READERS else None,
        note=f"from {api}" if api and api != "assertion" else None,
        context=_context(_dict(evidence.get("context"))),
        turned=("negated: refutes",) if negated else (),
    )
    return _as_ours(found, annotations, evidence) if _is_ours(annotations) else found


def _context(context: Values) -> dict[str, tuple[str, ...]]:
    """INDRA's context of a biological finding; its cells and organs are places."""
    found: dict[str, tuple[str, ...]] = {}
    for theirs, ours in (
        ("species", "species"), ("disease", "disease"), ("organ", "site"),
        ("cell_type", "condition"), ("cell_line", "condition"), ("location", "condition"),
    ):  # fmt: skip
        one = context.get(theirs)
        name = _dict(one).get("name")
        if isinstance(name, str) and name:
            told = name if ours != "condition" else f"{theirs}: {name}"
            found[ours] = (*found.get(ours, ()), told)
    return found


def _all_ours(one: Values) -> bool:
    evidence = _list(one.get("evidence"))
    return bool(evidence) and all(_is_ours(_dict(_dict(e).get("annotations"))) for e in evidence)


def _is_ours(annotations: Values) -> bool:
    wanted = {"predicate", "subject", "object"}
    return annotations.get("database") == "immunograph" and wanted <= annotations.keys()


def _as_ours(claim: Claim, annotations: Values, evidence: Values) -> Claim:
    """Evidence of our own export, as its annotations have it. Raises ValueError."""
    ends = [
        replace(end, id=str(annotations[key]), name=end.name)
        for end, key in ((claim.subject, "subject"), (claim.object, "object"))
    ]
    return replace(
        claim,
        key=str(evidence.get("source_id") or claim.key),
        subject=ends[0],
        object=ends[1],
        predicate=str(annotations["predicate"]),
        aspect=Aspect(annotations.get("aspect") or "none"),
        role=Role(annotations.get("role") or "supports"),
        no_change=bool(annotations.get("no_change")),
        basis=Basis(annotations.get("basis") or "asserted"),
        directness=Directness(annotations.get("directness") or "explicit"),
        hedged=bool(annotations.get("hedged")),
        reader=cast("str | None", annotations.get("reader")),
        context={
            name: tuple(map(str, _list(annotations[name])))
            for name in Context.model_fields
            if annotations.get(name)
        },
        note=None,
        turned=(),
    )


INDRA: Final = Reader("indra", "INDRA Statement JSON", _read)
