"""Forms of a protein in BEL: one spelling for what scripts spell in several ways.

BEL 1 has letters for modifications and amino acids, `sub()` and `trunc()`; BEL 2 has abbreviations,
three letters and `var()`; and pybel writes the GO process of a modification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_SPELLINGS: Final = {
    "Ac": ("A", "acetylation", "GO:0006473"),
    "ADPRib": ("R", "ADP-ribosylation", "GO:0006471"),
    "Farn": ("F", "farnesylation", "GO:0018343"),
    "Gerger": ("geranylgeranylation", "GO:0018344"),
    "Glyco": ("G", "glycosylation", "GO:0006486"),
    "Hy": ("H", "hydroxylation", "GO:0018126"),
    "ISG": ("ISGylation", "GO:0032020"),
    "Me": ("M", "methylation", "GO:0006479"),
    "Myr": ("myristoylation", "GO:0018377"),
    "Nedd": ("neddylation", "GO:0045116"),
    "NGlyco": ("N-linked glycosylation", "GO:0006487"),
    "NO": ("nitrosylation", "GO:0017014"),
    "OGlyco": ("O-linked glycosylation", "GO:0006493"),
    "Ox": ("O", "oxidation", "GO:0018158"),
    "Palm": ("palmitoylation", "GO:0018345"),
    "Ph": ("P", "phosphorylation", "GO:0006468"),
    "Sulf": ("sulfation", "sulphation", "GO:0006477"),
    "Sumo": ("S", "SUMOylation", "GO:0016925"),
    "Ub": ("U", "ubiquitination", "ubiquitinylation", "ubiquitylation", "GO:0016567"),
    "UbMono": ("monoubiquitination", "GO:0006513"),
    "UbPoly": ("polyubiquitination", "GO:0000209"),
}
_MODIFICATIONS: Final = {
    other.casefold(): name for name, others in _SPELLINGS.items() for other in (name, *others)
}
_AMINO_ACIDS: Final = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "E": "Glu", "Q": "Gln", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val",
}  # fmt: skip


def modification(space: str, name: str) -> str | None:
    """BEL's abbreviation of a modification; None where BEL has none, or the name is of others.

    >>> modification("", "P"), modification("", "ubiquitination"), modification("go", "0006473")
    ('Ph', 'Ub', 'Ac')
    >>> modification("GO", "protein oxidation"), modification("CONSO", "P")
    ('Ox', None)
    """
    plain = name.casefold()
    if space.casefold() == "go":
        plain = f"go:{plain}" if plain.isdigit() else plain.removeprefix("protein ")
    elif space:
        return None
    return _MODIFICATIONS.get(plain)


def form(function: str, told: Sequence[str]) -> str:
    """A form as BEL 2 has it, from what stands in the brackets of its function.

    >>> form("pmod", ["Ph", "S", "9"]), form("trunc", ["450"]), form("sub", ["A", "127", "Y"])
    ('pmod(Ph, Ser, 9)', 'var(p.450*)', 'var(p.Ala127Tyr)')
    """
    if function == "pmod":
        return f"pmod({', '.join([*told[:1], *map(_amino_acid, told[1:])])})"
    if function == "trunc" and len(told) == 1:
        return f"var(p.{told[0]}*)"
    if function == "sub" and len(told) == 3:
        return f"var(p.{''.join(map(_amino_acid, told))})"
    return f"{function}({', '.join(told)})"


def _amino_acid(code: str) -> str:
    """The three letters of an amino acid, or what else stands in its place."""
    return _AMINO_ACIDS.get(code, code)
