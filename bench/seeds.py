"""Generated seed files, in the manner of curated ones: a field of many papers, always the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

from immunograph.folders import folder
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE

STATEMENTS: Final = 10
"""Statements of one source."""
ENTITIES: Final = 4_000
_KINDS: Final = ("Gene", "Cell", "Process", "Complex", "Drug", "Phenotype")
_PROMOTING: Final = ("promotes", "enhances", "activates", "recruits", "releases", "produces")
_INHIBITING: Final = ("inhibits", "blocks", "prevents")
_PLACED: Final = ("carries", "step_of")
_OTHERS: Final = ("part_of", "participates_in", "associated_with", "correlated_with", "treats")
_SYSTEMS: Final = (
    ("mouse_in_vivo", "mouse"),
    ("mouse_in_vivo", "mouse"),
    ("in_vitro_mouse", "mouse"),
    ("in_vitro_human", "human"),
    ("human_observational", "human"),
    ("human_interventional", "human"),
)
_SITES: Final = ("lung", "bone", "liver", "breast", "lymph node", "primary tumour", "blood")
_DISEASES: Final = ("breast cancer", "melanoma", "colorectal cancer", "lung carcinoma", "sarcoma")
_STAGES: Final = ("primary", "circulation", "premetastatic", "seeding", "outgrowth")
_BASES: Final = ("perturbation", "observed", "observed", "asserted", "interpretation", "background")
_TYPES: Final = (
    ("abstract", "primary_abstract", "doi"),
    ("abstract", "primary_abstract", "doi"),
    ("paper", "primary_fulltext", "doi"),
    ("review", "review", "doi"),
    ("press", "press_release_named", "named"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement that papers may make, by names."""

    subject: str
    predicate: str
    object: str
    aspect: str


@dataclass(slots=True)
class Field:
    """Entities and the claims about them; a few of each are spoken of much, most of them rarely."""

    chance: Random
    entities: list[str] = field(default_factory=list[str])
    claims: list[Claim] = field(default_factory=list[Claim])
    weights: list[float] = field(default_factory=list[float])

    @classmethod
    def of(cls, sources: int, *, entities: int, seed: int) -> Field:
        """A field for so many sources: half as many claims again as are made."""
        chance = Random(seed)
        names = [f"factor {number}" for number in range(entities)]
        found = cls(chance, names)
        well_known = [1 / (rank + 20) ** 0.6 for rank in range(entities)]
        known = list(accumulate(well_known))
        for _ in range(3 * sources * STATEMENTS // 2):
            subject, object_ = chance.choices(names, cum_weights=known, k=2)
            if subject != object_:
                found.claims.append(_claim(chance, subject, object_))
        found.weights = list(accumulate(1 / (n + 50) ** 0.5 for n in range(len(found.claims))))
        return found

    def picked(self, count: int) -> list[Claim]:
        """Claims for one paper, none twice."""
        found = self.chance.choices(self.claims, cum_weights=self.weights, k=count)
        return list(dict.fromkeys(found))


def _claim(chance: Random, subject: str, object_: str) -> Claim:
    kind = chance.random()
    if kind < 0.55:
        predicate = chance.choice(_PROMOTING)
    elif kind < 0.85:
        predicate = chance.choice(_INHIBITING)
    elif kind < 0.88:
        predicate = chance.choice(_PLACED)
    else:
        predicate = chance.choice(_OTHERS)
    aspect = chance.choice(("none", "none", "amount", "activity")) if kind < 0.85 else "none"
    return Claim(subject, predicate, object_, aspect)


def write_seed(
    place: Path, sources: int, *, entities: int = ENTITIES, seed: int = 11
) -> list[Path]:
    """Write a seed folder: the shipped vocabulary, more entities, and so many sources.

    Returns the files of the sources, in the order of their names.
    """
    shipped = folder("seed")
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped / VOCABULARY_FILE, place / VOCABULARY_FILE)
    known = (shipped / ENTITIES_FILE).read_text("utf-8")
    field_ = Field.of(sources, entities=entities, seed=seed)
    lines = [line for name in field_.entities for line in _entity(field_.chance, name)]
    (place / ENTITIES_FILE).write_text("\n".join([known, *lines, ""]), "utf-8")
    files: list[Path] = []
    for number in range(sources):
        path = place / "sources" / f"{number // 500:03}" / f"paper-{number:05}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(_source(field_, number)) + "\n", "utf-8")
        files.append(path)
    return files


def _entity(chance: Random, name: str) -> Iterator[str]:
    number = int(name.split()[1])
    yield f'  - id: "itm:factor-{number}"'
    yield f"    name: {name}"
    yield f"    kind: {_KINDS[number % len(_KINDS)]}"
    yield f"    synonyms: [FCT{number}, factor-{number} protein]"
    if number % 7 == 6:
        # The first of every seven is the class of its neighbours, so that classes stay shallow.
        yield f'    is_a: ["itm:factor-{number - 6}"]'
    if chance.random() < 0.02:
        yield "    abstract: true"
    yield "    grounding: {status: local, where: generated}"


def _source(field_: Field, number: int) -> Iterator[str]:
    chance = field_.chance
    type_, tier, traceability = chance.choice(_TYPES)
    yield f"id: paper-{number:05}"
    yield f"type: {type_}"
    yield f"tier: {tier}"
    yield f"traceability: {traceability}"
    yield f"title: What paper {number} reports of its factors, as its authors tell it"
    yield f"outlet: Journal {number % 40}"
    yield f'published: "{1990 + number % 35}"'
    # Every tenth speaks of the study of the one before it, as a press release does.
    study = number - 1 if number % 10 == 9 else number
    yield "study:"
    yield f"  id: study-{study:05}"
    yield f"  title: The work of study {study}"
    yield f"  doi: 10.5555/study.{study:05}"
    yield f'  pmid: "{30_000_000 + study}"'
    yield "  verified: generated together"
    yield "curator: a curator"
    yield 'curated: "2026-11-22"'
    own = f"local {number}" if number % 12 == 5 else None
    if own:
        yield "entities:"
        yield f'  - id: "itm:local-{number}"'
        yield f"    name: {own}"
        yield "    kind: Process"
        yield "    grounding: {status: local, where: generated}"
    yield "statements:"
    for claim in _claims(field_, own):
        yield from _statement(chance, claim, number)
    if number % 50 == 7:
        subject, object_ = chance.sample(field_.entities, 2)
        yield "cautions:"
        yield f"  - subject: {subject}"
        yield f"    object: {object_}"
        yield "    says: Whether it holds in people nobody has looked at."
        yield "    human: unknown"
    if number % 5 == 2:
        yield from _intervention(field_, number)


def _claims(field_: Field, own: str | None) -> list[Claim]:
    """Ten statements; in every other source two of them are summed up by a third."""
    claims = field_.picked(STATEMENTS + 5)
    chance = field_.chance
    if own:
        claims.insert(0, Claim(claims[0].subject, "promotes", own, "none"))
    if chance.random() < 0.5:
        a, b, c = chance.sample(field_.entities[:500], 3)
        steps = (Claim(a, "promotes", b, "none"), Claim(b, "promotes", c, "none"))
        claims = [*steps, Claim(a, "promotes", c, "none"), *claims]
    return claims[:STATEMENTS]


def _statement(chance: Random, claim: Claim, number: int) -> Iterator[str]:
    yield f"  - subject: {claim.subject}"
    yield f"    predicate: {claim.predicate}"
    yield f"    object: {claim.object}"
    if claim.aspect != "none":
        yield f"    aspect: {claim.aspect}"
    yield "    evidence:"
    for piece in range(2 if chance.random() < 0.25 else 1):
        hedged = chance.random() < 0.1
        word = "may change" if hedged else "changed"
        yield f"      - says: In trial {piece} of paper {number} the second {word} with the first."
        yield f"        basis: {chance.choice(_BASES)}"
        if hedged:
            yield "        hedged: true"
        if chance.random() < 0.05:
            yield "        role: refutes"
        if chance.random() < 0.1:
            yield "        checked: false"
        yield f"        context: {{{_context(chance)}}}"


def _context(chance: Random) -> str:
    system, species = chance.choice(_SYSTEMS)
    parts = [f"study_system: {system}", f"species: {species}"]
    if chance.random() < 0.7:
        parts.append(f"site: {chance.choice(_SITES)}")
    if chance.random() < 0.6:
        parts.append(f"disease: {chance.choice(_DISEASES)}")
    if chance.random() < 0.4:
        parts.append(f"stage: {chance.choice(_STAGES)}")
    if chance.random() < 0.2:
        parts.append("condition: orthotopic graft in young females")
    return ", ".join(parts)


def _intervention(field_: Field, number: int) -> Iterator[str]:
    chance = field_.chance
    target, on = chance.sample(field_.entities, 2)
    yield "interventions:"
    yield "  - ref: knock-out"
    yield f"    name: knock out {target}"
    yield f"    target: {target}"
    yield "    change: -1"
    yield "    mode: knock out"
    yield "    phase: on_treatment"
    yield "    status: tested"
    yield "    outcomes:"
    yield f"      - {{on: {on}, observed: {chance.choice((-1, 0, 1))}}}"
    yield "    evidence:"
    yield f"      - says: Mice without it told the tale of paper {number}."
    yield "        basis: perturbation"
    yield f"        context: {{{_context(chance)}}}"
