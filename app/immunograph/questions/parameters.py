"""Parameters that several questions share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from immunograph.domain.vocabulary import MAX_STEPS, Effect
from immunograph.questions.question import About, Parameters

if TYPE_CHECKING:
    from immunograph.domain.selection import Filters

MAX_LIMIT: Final = 1_000
MAX_ENDS: Final = 50

WORDS: Final = r"[\p{L}\p{N}]"
"""What words hold that are looked for: at least one letter or digit."""

SNAPSHOT_START: Final = r"^[0-9a-f]{8,64}$"
"""The id of a snapshot, or its first digits: the terminal shows twelve."""

MaxSteps = Annotated[int, About("most steps of a path", 1, MAX_STEPS)]
Best = Annotated[int, About("how many, the best believed first", 1, MAX_LIMIT)]
OnPage = Annotated[int, About("most items on this page", 1, MAX_LIMIT)]
OneEffect = Annotated[Effect | None, About("only this net effect")]
Hypothesised = Annotated[bool, About("also take steps that are only hypothesised")]


@dataclass(frozen=True, kw_only=True)
class Paged(Parameters):
    """A question for a list."""

    limit: OnPage = 50
    cursor: Annotated[
        str | None, About("where to go on: `next` of the page before; holds for one snapshot")
    ] = None


@dataclass(frozen=True, kw_only=True)
class ChoosesEvidence(Parameters):
    """A question that chooses its evidence."""

    without: Annotated[
        tuple[str, ...],
        About(
            "leave out an entity, or `statement:…`, `study:…`, `source:…`; studies and sources by "
            "local id, DOI or PMID",
            most=MAX_ENDS,
            repeated="repeats",
        ),
    ] = ()
    species: Annotated[
        tuple[str, ...], About("only evidence in this species", repeated="repeats as any of")
    ] = ()
    study_system: Annotated[
        tuple[str, ...],
        About(
            "only evidence from this study system, or a broader one: `human`, `animal`, `cells`",
            repeated="repeats as any of",
        ),
    ] = ()
    site: Annotated[
        tuple[str, ...], About("only evidence at this site", repeated="repeats as any of")
    ] = ()
    disease: Annotated[
        tuple[str, ...], About("only evidence in this disease", repeated="repeats as any of")
    ] = ()
    stage: Annotated[
        tuple[str, ...],
        About("only evidence at this stage of spread", repeated="repeats as any of"),
    ] = ()
    phase: Annotated[
        tuple[str, ...],
        About("only evidence `on_treatment` or in `withdrawal`", repeated="repeats as any of"),
    ] = ()
    tier: Annotated[
        tuple[str, ...],
        About(
            "only evidence from sources of this tier, or a broader one: `press`, `primary`",
            repeated="repeats as any of",
        ),
    ] = ()
    min_belief: Annotated[
        float | None, About("only causal statements believed at least this much", 0, 1)
    ] = None

    @property
    def filters(self) -> Filters:
        """The filters as one."""
        from immunograph.domain.selection import Filters  # noqa: PLC0415 # slow to import

        return Filters(
            species=tuple(self.species),
            study_system=tuple(self.study_system),
            site=tuple(self.site),
            disease=tuple(self.disease),
            stage=tuple(self.stage),
            phase=tuple(self.phase),
            tier=tuple(self.tier),
            min_belief=self.min_belief,
        )


@dataclass(frozen=True, kw_only=True)
class Ends(ChoosesEvidence):
    """A question about all that leads from some entities to others."""

    source: Annotated[
        tuple[str, ...],
        About(
            "where paths start: any name or id of an entity",
            repeated="repeats as a set",
            least=1,
            most=MAX_ENDS,
            example=["paclitaxel"],
            argument="source",
        ),
    ]
    target: Annotated[
        tuple[str, ...],
        About(
            "where paths end: any name or id of an entity",
            repeated="repeats as a set",
            least=1,
            most=MAX_ENDS,
            example=["lung metastasis"],
            argument="target",
        ),
    ]
    max_steps: MaxSteps = MAX_STEPS
