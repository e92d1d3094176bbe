"""Names that general tables ground to something else than this field means by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from immunograph.names.spelling import fold


@dataclass(frozen=True, slots=True)
class Trap:
    """A name, what it means here, and what it must never be taken for."""

    names: tuple[str, ...]
    means: str
    ids: tuple[str, ...]
    """The ids that the field means, the likeliest first."""
    never: Mapping[str, str]
    """Ids that tables give for the name, and what they are."""


TRAPS: Final = (
    Trap(
        ("NET", "NETs"),
        "neutrophil extracellular trap: GO:0140644 the structure, GO:0140645 its formation",
        ("GO:0140644", "GO:0140645"),
        {
            "HGNC:11048": "SLC6A2, a noradrenaline transporter",
            "HGNC:3325": "ELK3, a transcription factor",
            "HGNC:15464": "SPINK5, an inhibitor of proteases",
        },
    ),
    Trap(
        ("OSM",),
        "oncostatin M, HGNC:8506",
        ("HGNC:8506",),
        {"HGNC:21708": "CCM2, a scaffold protein"},
    ),
    Trap(
        ("exosome", "exosomes"),
        "the vesicle, GO:0070062",
        ("GO:0070062",),
        {"GO:0000178": "the RNA exosome, a complex of enzymes"},
    ),
)  # fmt: skip
"""Seen in real corpora; each name was grounded wrongly by a general table."""

_BY_NAME: Final = {fold(name): trap for trap in TRAPS for name in trap.names}


def trap_of(name: str) -> Trap | None:
    """The trap that a name is, if it is one."""
    return _BY_NAME.get(fold(name))
