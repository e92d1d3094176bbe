"""Entities with a sign in their name; `reading.signs` knows what that looks like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from immunograph.curation.inspection import Finding, Inspection
from immunograph.curation.reading.sign_words import ILLNESSES
from immunograph.curation.reading.signs import Sign, sign_in
from immunograph.domain.model import Entity
from immunograph.names.spelling import fold
from immunograph.seeds.yaml_text import Path

CODE: Final = "polarity-in-name"
GENES: Final = frozenset(("HGNC", "UniProtKB", "NCBIGene", "ENSEMBL", "MGI", "RGD", "ZFIN", "PR"))
"""Tables of genes and proteins, some of which are named for what was first seen of them."""


def polarity(inspection: Inspection) -> Iterator[Finding]:
    """Entities with a sign in their name, and names of nothing known that hold one."""
    for number, entity in enumerate(inspection.entities):
        path: Path = ("entities", number)
        places = [((*path, "name"), entity.name), ((*path, "symbol"), entity.symbol or "")]
        places += [((*path, "synonyms", n), name) for n, name in enumerate(entity.synonyms)]
        for place, name in places:
            sign = _sign_of(entity, name, inspection)
            if sign is not None:
                yield place, _message(sign, name)
                break
    for path, name in inspection.mentions():
        entity = inspection.find(name)
        if entity is None:
            sign = sign_in(name, None, inspection.kind_of)
        elif entity.id in inspection.beside.shared and CODE not in (entity.note or ""):
            sign = _sign_of(entity, entity.name, inspection)
        else:
            continue  # told where it is defined
        if sign is not None:
            yield path, _message(sign, name if entity is None else entity.name)


def _sign_of(entity: Entity, name: str, inspection: Inspection) -> Sign | None:
    """The sign in a name of an entity; a name that a public table was seen to have is a name."""

    def known(text: str) -> str | None:
        found = inspection.find(text)
        return found.kind if found is not None and found.id != entity.id else None

    sign = sign_in(name, entity.kind, known)
    if sign is None:
        return None
    seen = entity.grounding.status == "verified" and not entity.id.startswith("itm:")
    own = {fold(one) for one in (entity.symbol or "", *entity.synonyms) if one}
    rest = fold(name.replace(sign.word, "").strip(" -"))
    named_so = entity.kind in ILLNESSES or entity.id.partition(":")[0] in GENES or not sign.done
    return None if seen and named_so and rest not in own else sign


def _message(sign: Sign, name: str) -> str:
    verb = "inhibits" if sign.sign < 0 else "promotes"
    side = "less" if sign.sign < 0 else "more"
    return (
        f"'{sign.word}' in '{name}' is a sign ({side} of something); name the thing itself and say "
        f"it with the verb, such as `{verb}`, or with an intervention"
    )
