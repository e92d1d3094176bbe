"""The closed lists of the field: classes, roles, systems, tiers, and the priors of belief.

Verbs and the terms of species, sites and diseases are open lists; they live in
`seed/vocabulary.yaml` and become a `model.Vocabulary`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MAX_STEPS: Final = 8
"""Of a path: the founding chain has six."""


class Effect(StrEnum):
    """What a causal statement says its subject does to its object."""

    PROMOTES = "promotes"
    INHIBITS = "inhibits"

    @property
    def sign(self) -> int:
        """+1 for promotes, −1 for inhibits; signs multiply along a path."""
        return 1 if self is Effect.PROMOTES else -1

    @classmethod
    def of_sign(cls, sign: int) -> Effect:
        """The effect of a net sign, +1 or −1."""
        return cls.PROMOTES if sign > 0 else cls.INHIBITS


class StatementClass(StrEnum):
    """What kind of sentence a statement is; only causal ones are signed."""

    CAUSAL = "causal"
    STRUCTURAL = "structural"
    ASSOCIATION = "association"
    ANNOTATION = "annotation"
    CAUTION = "caution"
    GAP = "gap"


class Status(StrEnum):
    """Where a statement stands, derived from its evidence."""

    ASSERTED = "asserted"
    BACKGROUND = "background"
    HYPOTHESISED = "hypothesised"
    NEGATED = "negated"
    NULL_RESULT = "null_result"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a passage does to the statement that it is evidence of."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    QUALIFIES = "qualifies"


class Basis(StrEnum):
    """What a passage rests on; the key of the prior c."""

    PERTURBATION = "perturbation"
    OBSERVED = "observed"
    ASSERTED = "asserted"
    INTERPRETATION = "interpretation"
    BACKGROUND = "background"
    HEADLINE = "headline"
    AMBIGUOUS = "ambiguous"
    HYPOTHESISED = "hypothesised"


class Directness(StrEnum):
    """Whether a passage says it, an experiment in it gives it, or it only follows."""

    EXPLICIT = "explicit"
    DERIVED = "derived"
    IMPLIED = "implied"


class Aspect(StrEnum):
    """Which side of the object changes."""

    NONE = "none"
    AMOUNT = "amount"
    ACTIVITY = "activity"
    LOCATION = "location"
    SURVIVAL = "survival"
    PROLIFERATION = "proliferation"


class SourceType(StrEnum):
    PRESS = "press"
    ABSTRACT = "abstract"
    PREPRINT = "preprint"
    PAPER = "paper"
    REVIEW = "review"
    DATASET = "dataset"
    CURATOR = "curator"


class Tier(StrEnum):
    """How close a source stands to the work it reports; the key of the prior r."""

    PRIMARY_FULLTEXT = "primary_fulltext"
    PRIMARY_ABSTRACT = "primary_abstract"
    PREPRINT = "preprint"
    REVIEW = "review"
    DATASET = "dataset"
    MACHINE_READ = "machine_read"
    CURATOR = "curator"
    PRESS_RELEASE_DOI = "press_release_doi"
    PRESS_RELEASE_NAMED = "press_release_named"
    PRESS_TERTIARY = "press_tertiary"
    PRESS_UNTRACEABLE = "press_untraceable"

    @property
    def is_press(self) -> bool:
        """Press can never lift a belief above the cap."""
        return self.startswith("press_")


class Traceability(StrEnum):
    """What a source's own text gives of the study behind it."""

    DOI = "doi"
    NAMED = "named"
    NONE = "none"


class StudySystem(StrEnum):
    """In what a finding was made; `unstated` is the empty list."""

    HUMAN_INTERVENTIONAL = "human_interventional"
    HUMAN_OBSERVATIONAL = "human_observational"
    MOUSE_IN_VIVO = "mouse_in_vivo"
    ANIMAL_IN_VIVO = "animal_in_vivo"
    EX_VIVO = "ex_vivo"
    IN_VITRO_HUMAN = "in_vitro_human"
    IN_VITRO_MOUSE = "in_vitro_mouse"
    IN_SILICO = "in_silico"

    @property
    def group(self) -> str:
        """human, animal or cells: the first half of a stratum."""
        if self.value.startswith("human_"):
            return "human"
        return "animal" if self.value.endswith("_in_vivo") else "cells"


class Stage(StrEnum):
    """Where in the course of a tumour's spread a finding stands."""

    PRIMARY = "primary"
    CIRCULATION = "circulation"
    PREMETASTATIC = "premetastatic"
    SEEDING = "seeding"
    OUTGROWTH = "outgrowth"
    DORMANCY = "dormancy"


class Phase(StrEnum):
    """Whether an intervention is on or has been withdrawn: two different experiments."""

    ON_TREATMENT = "on_treatment"
    WITHDRAWAL = "withdrawal"


class InterventionStatus(StrEnum):
    TESTED = "tested"
    PROPOSED = "proposed"
    IN_USE = "in_use"


class HumanApplicability(StrEnum):
    """Whether a statement or path holds in humans, from worst to best."""

    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"
    UNSTATED = "unstated"
    ANIMAL = "animal"
    INDIRECT = "indirect"
    SUPPORTED = "supported"


class Foundation(StrEnum):
    """What a path rests on, best first."""

    TESTED = "tested"
    """A direct statement, whose object was measured after its subject was perturbed."""
    DIRECT = "direct"
    ONE_CONTEXT = "one_context"
    """A chain that is not stitched."""
    STITCHED = "stitched"
    PRESS = "press"
    """A step of it rests on press reports alone."""
    HYPOTHESISED = "hypothesised"


class OpenKind(StrEnum):
    """What is open in a question that nobody can answer yet."""

    CONTESTED = "contested"
    """An answer for which both signs are equally founded."""
    OPEN = "open"
    """An answer of one sign that a loop may turn, or of which not every path could be seen."""
    CONFLICT = "conflict"
    """Two opposite statements that nothing tells apart."""
    BREAK_POINT = "break_point"
    """What a path runs through, and nobody took out while measuring its end."""
    ONE_STUDY = "one_study"
    ONE_LABORATORY = "one_laboratory"


class VerdictKind(StrEnum):
    """How far the graph determines the sign of an answer."""

    DETERMINED = "determined"
    LEANING = "leaning"
    DEPENDS = "depends"
    CONTESTED = "contested"
    OPEN = "open"
    NONE = "none"


HUMAN_RANK: Final = tuple(HumanApplicability)
"""From worst to best; a path is as applicable as the worst of its steps."""

KINDS_ABOVE: Final[dict[str, dict[str, str]]] = {
    "study_system": {
        **{system.value: system.group for system in StudySystem if system != "mouse_in_vivo"},
        "mouse_in_vivo": "animal_in_vivo",
    },
    "tier": {tier.value: "press" for tier in Tier if tier.is_press}
    | {"primary_fulltext": "primary", "primary_abstract": "primary"},
}
"""The broader value above a value, by dimension: a filter for `human` matches its two systems."""

PLACED_STEPS: Final = frozenset({"carries", "step_of"})
"""Structural predicates that a path may pass with its sign unchanged."""

NUMBERS: Final = frozenset({Aspect.SURVIVAL, Aspect.PROLIFERATION, Aspect.AMOUNT})
"""The aspects of cells that say how many there are."""

CELLS: Final = frozenset({"Cell", "CellCluster"})
"""The kinds of entities that a cell state can be of."""

NOT_IN_A_CELL: Final = frozenset(
    {
        "Cell", "CellCluster", "Organism", "AnatomicalEntity", "AnatomicalSystem", "Disease",
        "PathologicalProcess", "ClinicalOutcome", "Quality", "Treatment",
    }
)  # fmt: skip
"""The kinds of entities that act in no cell, whatever cell a finding was made in."""

CLOSING_STEP: Final = "process_of"
"""The structural predicate, from process to bearer, by which a feedback loop may close once."""

PRIORS: Final[dict[str, dict[str, float]]] = {
    "tier": {
        "primary_fulltext": 0.95,
        "primary_abstract": 0.85,
        "preprint": 0.75,
        "review": 0.60,
        "dataset": 0.60,
        "machine_read": 0.50,
        "curator": 0.60,
        "press_release_doi": 0.60,
        "press_release_named": 0.50,
        "press_tertiary": 0.35,
        "press_untraceable": 0.25,
    },
    "basis": {
        "perturbation": 1.0,
        "observed": 0.95,
        "asserted": 0.9,
        "interpretation": 0.7,
        "background": 0.6,
        "headline": 0.5,
        "ambiguous": 0.3,
        "hypothesised": 0.0,
    },
    "directness": {"explicit": 1.0, "derived": 0.95, "implied": 0.6},
    "hedge": {"hedged": 0.7, "plain": 1.0},
    "checked": {"checked": 1.0, "unchecked": 0.5},
    "cap": {"press_only": 0.60},
    "reader": {"trips": 0.86, "medscan": 0.60, "reach": 0.51, "sparser": 0.28},
    "no_change": {"weight": 0.5},
}
"""Expert-set, not calibrated, and the product says so wherever it shows a belief; but `reader`
and `machine_read` were measured by others, on 1,835 labelled signed rows with activity for amount
forgiven. A reader stands in place of the tier, whose own prior is that of an unnamed one."""
