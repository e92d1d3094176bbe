"""SIGNOR TSV → claims, one for each row: the direction from EFFECT, the side from its words.

SIGNOR names proteins by UniProt, chemicals by ChEBI or PubChem, and complexes, families,
phenotypes and stimuli by ids of its own, which stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

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
from immunograph.formats.reading.files import refused, rows, streams
from immunograph.names.curies import curie, doi, pmid

Row = Mapping[str, str]

_NEEDED: Final = frozenset(
    {"ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB", "EFFECT"}
)
_SIGNS: Final = {"up-regulates": 1, "down-regulates": -1}
_NO_SIGN: Final = frozenset({"unknown", "form complex", "binding", ""})
_KINDS: Final = {
    "protein": "Protein", "proteinfamily": "Protein", "fusion protein": "Protein",
    "antibody": "Molecule", "complex": "Complex", "chemical": "Drug", "smallmolecule": "Molecule",
    "mirna": "Molecule", "ncrna": "Molecule", "stimulus": "PathologicalProcess",
    "phenotype": "PathologicalProcess",
}  # fmt: skip
_OURS: Final = re.compile(r"immunograph statement ([0-9a-f]{16}), source (\S+)")


def _read(corpus: Corpus) -> Iterator[Claim | Left]:
    for stream in streams(corpus.path, endings=(".tsv", ".txt"), progress=corpus.progress):
        checked = False
        for line, row in rows(stream, delimiter="\t"):
            if isinstance(row, str):
                why = "not as many cells as the table has columns"
                yield Left(stream.name, line, excerpt(row), why)
                continue
            if not checked:
                lacking = _NEEDED - row.keys()
                if lacking:
                    message = f"no table of SIGNOR: it lacks {', '.join(sorted(lacking))}"
                    raise refused(stream.name, 1, message)
                checked = True
            yield from _claims(row, stream.name, line)


def _claims(row: Row, file: str, line: int) -> Iterator[Claim | Left]:
    effect = row["EFFECT"].strip().casefold()
    shown = excerpt(f"{row['ENTITYA']} {effect} {row['ENTITYB']}")
    sign = next((sign for word, sign in _SIGNS.items() if effect.startswith(word)), None)
    if sign is None:
        known = effect in _NO_SIGN
        why = "an effect without a sign" if known else "an effect that is none of SIGNOR's"
        yield Left(file, line, shown, f"{why}: {row['EFFECT']}", signed=not known)
        return
    subject, object_ = _thing(row, "A"), _thing(row, "B")
    if subject is None or object_ is None:
        yield Left(file, line, shown, "an end without a name", signed=True)
        return
    aspect = Aspect.NONE
    if "quantity" in effect:
        aspect = Aspect.AMOUNT
    elif "activity" in effect:
        aspect = Aspect.ACTIVITY
    verb = "activates" if aspect is Aspect.ACTIVITY else "promotes"
    cited = row.get("PMID", "").strip()
    number, name = pmid(cited), doi(cited)
    details = [
        f"{label}: {row[column].strip()}"
        for label, column in (("mechanism", "MECHANISM"), ("residue", "RESIDUE"))
        if row.get(column, "").strip()
    ]
    details += ["directly"] if row.get("DIRECT", "").strip().upper() in ("YES", "T", "TRUE") else []
    taxon = row.get("TAX_ID", "").strip()
    context: dict[str, tuple[str, ...]] = {"species": (taxon,)} if taxon.isdigit() else {}
    told = [
        f"{label}: {row[column].strip()}"
        for label, column in (("cells", "CELL_DATA"), ("tissues", "TISSUE_DATA"))
        if row.get(column, "").strip()
    ]
    if told:
        context["condition"] = tuple(told)
    claim = Claim(
        file=file,
        line=line,
        key=row.get("SIGNOR_ID", "").strip() or f"line {line}",
        subject=subject,
        predicate=verb if sign > 0 else "inhibits",
        object=object_,
        aspect=aspect,
        text=row.get("SENTENCE", "").strip() or None,
        paper=Paper(pmid=number, doi=name) if number or name else NO_PAPER,
        context=context,
        note="; ".join(details) or None,
    )
    ours = _OURS.search(row.get("NOTES", ""))
    yield _as_ours(claim, ours[1], subject, object_) if ours else claim


def _as_ours(claim: Claim, statement: str, subject: Thing, object_: Thing) -> Claim:
    """A claim of our own export with the aspect by which it has that id."""
    effect = "inhibits" if claim.predicate == "inhibits" else "promotes"
    for aspect in Aspect:
        if statement_id(subject.id or "", effect, object_.id or "", aspect) == statement:
            return replace(claim, aspect=aspect)
    return claim


def _thing(row: Row, end: str) -> Thing | None:
    name, number = row[f"ENTITY{end}"].strip(), row[f"ID{end}"].strip()
    type_, space = row[f"TYPE{end}"].strip().casefold(), row[f"DATABASE{end}"].strip()
    if not name and not number:
        return None
    own = space.upper() == "SIGNOR"
    identifier = curie(number) if own or ":" in number else curie(space, number) or curie(number)
    kind = _KINDS.get(type_, "Molecule")
    protein = type_ == "protein" and not own
    return Thing(
        name=name or number,
        space=space,
        id=identifier or (number if ":" in number else None),
        kind=kind,
        symbol=name if protein and name and " " not in name else None,
        whole=type_ == "complex" and identifier is None,
    )


SIGNOR: Final = Reader("signor", "SIGNOR TSV", _read)
