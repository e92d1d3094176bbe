"""Which evidence a question may use: filters, and what is left `without` something.

A filter or `without` chooses evidence; beliefs, conflicts and ranks follow as if only that
evidence had been loaded. Without an entity or a statement its steps are gone, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from immunograph.domain.knowledge import Knowledge, broader
from immunograph.domain.model import Evidence, Statement
from immunograph.domain.papers import local_id, names_paper, source_named, study_named
from immunograph.domain.vocabulary import (
    KINDS_ABOVE,
    Phase,
    Stage,
    StatementClass,
    StudySystem,
    Tier,
)
from immunograph.errors import BadQuestion, NotFound
from immunograph.names.spelling import fold

CONTEXT_DIMENSIONS: Final = ("species", "study_system", "site", "disease", "stage", "phase")
_SHORTENED: Final = re.compile(r"[0-9a-f]{6,15}")
"""The beginning of the id of a statement, long enough to be no accident."""
EXEMPT: Final = (StatementClass.STRUCTURAL, StatementClass.CAUTION, StatementClass.GAP)


class Filters(BaseModel):
    """All must hold on the same evidence; several values of one mean any of them.

    A value matches itself and its kinds; what is unstated never matches.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    species: tuple[str, ...] = ()
    study_system: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    disease: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    min_belief: float | None = Field(default=None, ge=0, le=1)

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that are filtered, with their values."""
        dimensions = (*CONTEXT_DIMENSIONS, "tier")
        return {name: getattr(self, name) for name in dimensions if getattr(self, name)}

    def stated(self) -> dict[str, Any]:
        """The filters that are set, for an answer's `question`."""
        found: dict[str, Any] = {name: list(values) for name, values in self.chosen.items()}
        if self.min_belief is not None:
            found["min_belief"] = self.min_belief
        return found


ALL_EVIDENCE: Final = Filters()


class Without(BaseModel):
    """What is left out: a knock-out, or a retraction."""

    model_config = ConfigDict(frozen=True)

    entities: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    studies: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def leaves_out(self, statement: Statement) -> bool:
        """Whether the statement, or an entity that it is about, is left out by name."""
        return self.names(statement.id, statement.subject, statement.object)

    def names(self, statement: str, subject: str, object_: str) -> bool:
        """Whether a statement between these entities is left out by name."""
        return statement in self.statements or not self.entities.isdisjoint((subject, object_))


def fold_value(value: str) -> str:
    """The form in which values are compared: as names are, without joiners and plurals.

    >>> fold_value("Pre-metastatic") == fold_value("premetastatic")
    True
    >>> fold_value("lymph_nodes") == fold_value("Lymph node")
    True
    """
    return "".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in fold(value).split()
    )


def known_value(value: str, known: Mapping[str, str]) -> str | None:
    """The value that is meant, whatever the case, joiners and number of its name; else None.

    `known` is each name with its value. A name as it stands comes first.

    >>> known_value("Mice", {"mouse": "mouse", "mice": "mouse"})
    'mouse'
    """
    if value in known:
        return known[value]
    folded = fold_value(value)
    return next((meant for name, meant in known.items() if fold_value(name) == folded), None)


def one_of(parameter: str, value: str, known: Iterable[str]) -> str:
    """The one of the known values that is meant. Raises BadQuestion with those that are known.

    >>> one_of("effect", "Promotes", ["inhibits", "promotes"])
    'promotes'
    """
    return _value_of(parameter, value, {one: one for one in known})


def _value_of(parameter: str, value: str, known: Mapping[str, str]) -> str:
    found = known_value(value, known)
    if found is None:
        values = list(dict.fromkeys(known.values()))
        raise BadQuestion(
            f"No {parameter} '{value}'. Known: {', '.join(values)}.",
            parameter=parameter,
            known=values,
        )
    return found


def normalise_filters(knowledge: Knowledge, filters: Filters) -> Filters:
    """The filters with every value under the one name that evidence uses; sorted.

    Raises BadQuestion naming a value that the dimension does not know.
    """
    values: dict[str, Any] = {"min_belief": filters.min_belief}
    for dimension, given in filters.chosen.items():
        known = _known_values(knowledge, dimension)
        found = {_value_of(dimension, value, known) for value in given}
        values[dimension] = tuple(sorted(found))
    return Filters(**values)


def values_of(knowledge: Knowledge, dimension: str) -> list[str]:
    """The values that evidence is chosen by in a dimension, each by the name that it goes by."""
    return sorted(set(_known_values(knowledge, dimension).values()))


def _known_values(knowledge: Knowledge, dimension: str) -> dict[str, str]:
    """The names that a dimension knows, and the value of each."""
    fixed = {"study_system": StudySystem, "stage": Stage, "phase": Phase, "tier": Tier}
    if dimension in fixed:
        above = KINDS_ABOVE.get(dimension, {})
        return {name: name for name in sorted({*map(str, fixed[dimension]), *above.values()})}
    known: dict[str, str] = {}
    for term in sorted(getattr(knowledge.vocabulary, dimension), key=lambda term: term.name):
        for name in (term.name, *term.synonyms, *([term.id] if term.id else [])):
            known.setdefault(name, term.name)
    return known


def parse_without(
    knowledge: Knowledge, given: Iterable[str], *, resolve: Callable[[str], str]
) -> Without:
    """Entities by any name, statements by id, studies and sources by id, DOI or PMID.

    `study:`, `source:` and `statement:` say what is meant; without, a DOI or PMID is a study, and
    a local id is a study or a source where it is no entity. `resolve` finds the id of the entity
    that a name means. Raises NotFound or Ambiguous for what the graph does not hold.
    """
    found: dict[str, set[str]] = {
        "entities": set(), "statements": set(), "studies": set(), "sources": set(),
    }  # fmt: skip
    for one in given:
        prefix, _, name = one.partition(":")
        kind = prefix.strip().casefold()
        if kind == "statement":
            found["statements"].add(statement_named(knowledge, name))
        elif kind == "study" or names_paper(one):
            found["studies"].add(study_named(knowledge, one))
        elif kind == "source":
            found["sources"].add(source_named(knowledge, one))
        elif one in knowledge.statements:
            found["statements"].add(one)
        else:
            room, identifier = _entity_or_text(knowledge, one, resolve)
            found[room].add(identifier)
    return Without(**{room: frozenset(names) for room, names in found.items()})


def _entity_or_text(
    knowledge: Knowledge, name: str, resolve: Callable[[str], str]
) -> tuple[str, str]:
    """The entity that a name means; where there is none, the study or source of that local id."""
    try:
        return "entities", resolve(name)
    except NotFound:
        for room, known in (("studies", knowledge.studies), ("sources", knowledge.contributions)):
            identifier = local_id(name, known)
            if identifier is not None:
                return room, identifier
        raise


def statement_named(knowledge: Knowledge, name: str) -> str:
    """The id of a statement that is given with or without its prefix.

    Ids are hashes: only one that begins like what was given is suggested. Raises NotFound.
    """
    prefix, colon, rest = name.strip().partition(":")
    given = (rest if colon and prefix.casefold() == "statement" else name).strip().casefold()
    if given in knowledge.statements:
        return given
    begun = _SHORTENED.fullmatch(given) is not None
    near = sorted(i for i in knowledge.statements if i.startswith(given)) if begun else []
    hint = f"Did you mean {', '.join(near[:5])}?" if near else "List them with `statements`."
    suggestions = [{"id": i, "name": i, "kind": "statement", "matched": i} for i in near[:5]]
    raise NotFound(f"No statement '{given}'. {hint}", suggestions=suggestions)


NOTHING: Final = Without()


def stated_in(evidence: Evidence, tier: Tier, dimension: str) -> tuple[str, ...]:
    """What a passage from a source of this tier states in a dimension that filters choose by."""
    if dimension == "tier":
        return (str(tier),)
    return tuple(map(str, getattr(evidence.context, dimension)))


class Selection:
    """Decides which evidence a question may use.

    `let_unstated` also keeps evidence that does not state a filtered value.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        filters: Filters,
        without: Without,
        *,
        let_unstated: bool = False,
    ) -> None:
        self._knowledge = knowledge
        self.chosen = filters.chosen
        self.without = without
        self.without_sources = without.sources | {
            source for study in without.studies for source in knowledge.sources_of_study(study)
        }
        """The sources that go whole."""
        self._let_unstated = let_unstated
        self._broader: dict[tuple[str, str], frozenset[str]] = {}

    @property
    def keeps_all(self) -> bool:
        """Whether every passage is left."""
        return not self.chosen and not self.without_sources and not self._leaves_out_cautions()

    def _leaves_out_cautions(self) -> bool:
        """Whether a caution is left out by name; what it warned of is then no longer covered."""
        if not self.without.statements and not self.without.entities:
            return False
        named = [self._knowledge.statements.get(i) for i in self.without.statements]
        touched = [
            one
            for entity in self.without.entities
            for one in (*self._knowledge.out_of(entity), *self._knowledge.into(entity))
        ]
        return any(one is not None and one.cls is StatementClass.CAUTION for one in named + touched)

    def allows(self, evidence: Evidence) -> bool:
        """Whether the passage is left after filters and `without`."""
        if evidence.source in self.without_sources:
            return False
        statement = self._knowledge.statements.get(evidence.about)
        if statement is None:
            return True
        if statement.cls is StatementClass.CAUTION and self.without.leaves_out(statement):
            return False
        if statement.cls in EXEMPT:
            return True
        tier = self._knowledge.source(evidence.source).tier
        return all(self.matches(d, stated_in(evidence, tier, d)) for d in self.chosen)

    def matches(self, dimension: str, stated: tuple[str, ...]) -> bool:
        """Whether a passage that states these values of a filtered dimension may be used."""
        if not stated:
            return self._let_unstated
        wanted = self.chosen[dimension]
        return any(not self._above(dimension, value).isdisjoint(wanted) for value in stated)

    def _above(self, dimension: str, value: str) -> frozenset[str]:
        key = (dimension, value)
        if key not in self._broader:
            self._broader[key] = broader(self._knowledge.vocabulary, dimension, value)
        return self._broader[key]
