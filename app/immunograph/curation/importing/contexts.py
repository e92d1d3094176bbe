"""What a corpus states of a finding's circumstances → a context in the terms of a vocabulary.

Species, sites and diseases become terms, new ones where ours have none such; what fits no
dimension is kept as a condition, in the words of the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from immunograph.curation.importing.identities import clean
from immunograph.domain.model import Predicate, Term, Vocabulary
from immunograph.domain.vocabulary import Phase, Stage, StudySystem
from immunograph.names.curies import curie
from immunograph.names.spelling import fold

RELEASE_LESS: Final = Predicate.model_validate(
    {
        "name": "inhibits_release_of", "phrase": "inhibits the release of", "class": "causal",
        "effect": "inhibits", "ro": "RO:0002305", "biolink": "biolink:affects",
        "indra": "DecreaseAmount", "bel": "decreases", "signor": "down-regulates quantity",
    }
)  # fmt: skip
"""The one verb that corpora need beyond ours: less secretion."""
_TAXA: Final = {
    "NCBITaxon:9606": "human", "NCBITaxon:10090": "mouse", "NCBITaxon:10116": "rat",
    "NCBITaxon:10114": "rat (genus)", "NCBITaxon:7227": "fruit fly",
    "NCBITaxon:6239": "Caenorhabditis elegans", "NCBITaxon:7955": "zebrafish",
    "NCBITaxon:4932": "baker's yeast", "NCBITaxon:9913": "cattle", "NCBITaxon:9823": "pig",
    "NCBITaxon:9615": "dog", "NCBITaxon:9986": "rabbit", "NCBITaxon:9544": "rhesus macaque",
    "NCBITaxon:10036": "golden hamster", "NCBITaxon:10141": "guinea pig",
    "NCBITaxon:9031": "chicken", "NCBITaxon:562": "Escherichia coli",
}  # fmt: skip
"""Common names of the taxa that corpora name by number."""
_CLOSED: Final[Mapping[str, frozenset[str]]] = {
    "study_system": frozenset(StudySystem),
    "stage": frozenset(Stage),
    "phase": frozenset(Phase),
}
_TERMS: Final = ("species", "site", "disease")
_FREE: Final = ("cell_state", "host_state", "treatment")
_TEXTS: Final = ("dose", "time")


class Terms:
    """A vocabulary that grows by the terms that a corpus brings."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._base = vocabulary
        self._terms: dict[str, dict[str, str]] = {}
        self._new: dict[str, dict[str, Term]] = {name: {} for name in _TERMS}
        for dimension in _TERMS:
            names = self._terms[dimension] = {}
            for term in getattr(vocabulary, dimension):
                for name in (term.name, *term.synonyms, *([term.id] if term.id else [])):
                    names.setdefault(fold(name), term.name)

    def name(self, dimension: str, given: str) -> str:
        """The name of a term, which is new if none is called so."""
        known = self._terms[dimension]
        given = clean(given)
        number = (
            f"NCBITaxon:{given}" if dimension == "species" and given.isdigit() else curie(given)
        )
        for one in (given, number):
            if one and fold(one) in known:
                return known[fold(one)]
        name = _TAXA.get(number or "", f"taxon {given}" if given.isdigit() else given)
        if fold(name) in known:  # by its name, which had no id
            return known[fold(name)]
        self._new[dimension][name] = Term(name=name, id=number)
        for one in filter(None, (name, given, number)):
            known.setdefault(fold(one), name)
        return name

    def vocabulary(self, *, verbs: Iterable[Predicate] = ()) -> Vocabulary:
        """The vocabulary with all that has come."""
        return Vocabulary(
            predicates=(*self._base.predicates, *verbs),
            **{
                name: (*getattr(self._base, name), *self._new[name].values())  # pyright: ignore[reportArgumentType] # terms
                for name in _TERMS
            },
        )


def context(
    stated: Mapping[str, tuple[str, ...]], terms: Terms, cell: Callable[[str], str | None]
) -> dict[str, Any]:
    """The context of a seed file; `cell` gives the entity of a cell that an id names."""
    found: dict[str, Any] = {}
    rest: list[str] = []
    for dimension, values in stated.items():
        given = [one for value in values if (one := clean(value))]
        if not given:
            continue
        if dimension in _TERMS:
            known = [terms.name(dimension, value) for value in given if value != "-1"]
            if known:
                found[dimension] = list(dict.fromkeys(known))
        elif dimension in _CLOSED:
            found_here = [value for value in given if value in _CLOSED[dimension]]
            if found_here:
                found[dimension] = found_here
            rest += [f"{dimension}: {value}" for value in given if value not in found_here]
        elif dimension == "in_cell":
            cells = [(value, cell(value)) for value in given]
            found_cells = [entity for _, entity in cells if entity]
            if found_cells:
                found["in_cell"] = found_cells
            rest += [f"in {value}" for value, entity in cells if not entity]
        elif dimension in _FREE:
            found[dimension] = list(dict.fromkeys(given))
        elif dimension in _TEXTS:
            found[dimension] = "; ".join(dict.fromkeys(given))
        elif dimension == "condition":
            rest = [*given, *rest]
        else:
            rest.append(f"{dimension}: {', '.join(given)}")
    if rest:
        found["condition"] = "; ".join(dict.fromkeys(rest))
    return found
