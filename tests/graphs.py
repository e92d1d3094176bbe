"""Small graphs for tests, written as sentences: who says what about whom, and how.

Entities are named by plain words; `a` has the id `itm:a`, so that ids sort as names do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import (
    Context,
    Contribution,
    Entity,
    Evidence,
    Intervention,
    Outcome,
    Source,
    Statement,
    Study,
    Vocabulary,
    digest,
    statement_id,
)
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING, Filters, Without
from immunograph.domain.vocabulary import StatementClass
from immunograph.service.view import View

_CAUSAL = {
    "promotes": "promotes",
    "releases": "promotes",
    "inhibits": "inhibits",
    "kills": "inhibits",
}
_OTHERS = {
    "carries": "structural",
    "step_of": "structural",
    "part_of": "structural",
    "process_of": "structural",
    "correlated_with": "association",
    "anticorrelated_with": "association",
    "treats": "annotation",
    "cautions": "caution",
    "has_unknown_mode_in": "gap",
}

_DIRECTIONS = {"correlated_with": 1, "anticorrelated_with": -1}

VOCABULARY: Final = Vocabulary.model_validate(
    {
        "predicates": [
            *(
                {
                    "name": name,
                    "phrase": name,
                    "class": "causal",
                    "effect": effect,
                    "number": name == "kills",
                }
                for name, effect in _CAUSAL.items()
            ),
            *(
                {
                    "name": name,
                    "phrase": name.replace("_", " "),
                    "class": cls,
                    "direction": _DIRECTIONS.get(name),
                }
                for name, cls in _OTHERS.items()
            ),
        ],
        "species": [{"name": "human", "synonyms": ["patients"]}, {"name": "mouse"}],
        "site": [{"name": "lung"}, {"name": "blood"}],
        "disease": [{"name": "cancer"}, {"name": "breast cancer", "is_a": ["cancer"]}],
    }
)
_PREDICATES = {predicate.name: predicate for predicate in VOCABULARY.predicates}

_UNSIGNED_WORDS = (StatementClass.CAUTION, StatementClass.GAP)

TIERS: Final = {
    "paper": "primary_fulltext",
    "abstract": "primary_abstract",
    "review": "review",
    "curator": "curator",
    "press": "press_tertiary",
    "dataset": "machine_read",
}


def curie(name: str) -> str:
    """The id of the entity of a name."""
    return name if ":" in name else f"itm:{name.replace(' ', '-')}"


@dataclass(frozen=True)
class Says:
    """One passage: a sentence and how it is said."""

    subject: str
    verb: str
    object: str
    aspect: str = "none"
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def id(self) -> str:
        """The id of the statement."""
        effect = _PREDICATES[self.verb].stated_effect
        return statement_id(curie(self.subject), effect, curie(self.object), self.aspect)


def says(sentence: str, *, aspect: str = "none", **how: Any) -> Says:
    """A passage from a sentence of three words, such as `a promotes b`; commas join long names.

    What is a part of a context (species, site, …) goes there, the rest is of the evidence.
    """
    parts = [part.strip() for part in sentence.split("," if "," in sentence else " ")]
    subject, verb, object_ = parts
    context: dict[str, Any] = {
        k: (v,) if isinstance(v, str) and k not in ("dose", "time", "condition") else v
        for k, v in how.items()
        if k in Context.model_fields
    }
    evidence = {k: v for k, v in how.items() if k not in Context.model_fields}
    return Says(subject, verb, object_, aspect, evidence, context)


def does(
    name: str,
    target: str,
    *,
    change: int = -1,
    outcomes: Mapping[str, int | None] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An intervention; outcomes by entity name or statement id."""
    status = more.pop("status", "tested")
    return {
        "name": name,
        "target": curie(target),
        "change": change,
        "mode": "block",
        "status": status,
        "outcomes": tuple(
            Outcome.model_validate({"on": on if len(on) == 16 else curie(on), "observed": seen})
            for on, seen in (outcomes or {}).items()
        ),
        **more,
    }


def source(
    identifier: str,
    *passages: Says,
    study: str | Study | None = "",
    type_: str = "paper",
    tier: str | None = None,
    interventions: Iterable[Mapping[str, Any]] = (),
    entities: Iterable[Entity] = (),
    **more: Any,
) -> Contribution:
    """What one source says; its study is its own unless given, None where untraceable."""
    if study == "":
        study = None if type_ == "curator" else f"study-of-{identifier}"
    known = Study(id=study) if isinstance(study, str) else study
    study_id = known.id if known else None
    own = {entity.id: entity for entity in entities}
    used: dict[str, Entity] = dict(own)
    statements: dict[str, Statement] = {}
    evidence: list[Evidence] = []
    numbers = count()
    for passage in passages:
        cells = [name.removeprefix("itm:") for name in passage.context.get("in_cell", ())]
        for name in (passage.subject, passage.object, *cells):
            used.setdefault(curie(name), entity(name))
        predicate = _PREDICATES[passage.verb]
        statements[passage.id] = Statement.model_validate(
            {
                "id": passage.id,
                "subject": curie(passage.subject),
                "effect": predicate.stated_effect,
                "object": curie(passage.object),
                "aspect": passage.aspect,
                "cls": predicate.cls,
            }
        )
        number = next(numbers)
        evidence.append(
            Evidence.model_validate(
                {
                    "id": digest(identifier, passage.id, str(number)),
                    "about": passage.id,
                    "predicate": predicate.name,
                    "source": identifier,
                    "study": study_id,
                    "role": "qualifies" if predicate.cls in _UNSIGNED_WORDS else "supports",
                    "basis": "asserted",
                    "eco": "ECO:0000304",
                    "says": f"Passage {number} of {identifier}.",
                    "context": passage.context,
                    **passage.evidence,
                }
            )
        )
    made = tuple(
        Intervention(
            id=f"{identifier}.{one['name'].replace(' ', '-')}",
            source=identifier,
            study=study_id,
            **one,
        )
        for one in interventions
    )
    for one in made:
        used.setdefault(one.target, entity(one.target.removeprefix("itm:")))
        for outcome in one.outcomes:
            if ":" in outcome.on:
                used.setdefault(outcome.on, entity(outcome.on.removeprefix("itm:")))
    todo = list(used.values())
    while todo:
        for parent in todo.pop().is_a:
            if parent not in used:
                used[parent] = entity(parent.removeprefix("itm:"))
                todo.append(used[parent])
    return Contribution(
        source=Source.model_validate(
            {
                "id": identifier,
                "type": type_,
                "tier": tier or TIERS[type_],
                "traceability": "doi" if known else "none",
                "title": f"What {identifier} says",
                "study": study_id,
                **more,
            }
        ),
        study=known,
        entities=tuple(used[i] for i in sorted(used)),
        statements=tuple(statements[i] for i in sorted(statements)),
        evidence=tuple(sorted(evidence, key=lambda one: one.id)),
        interventions=tuple(sorted(made, key=lambda one: one.id)),
    )


def entity(name: str, *classes: str, abstract: bool = False, **more: Any) -> Entity:
    """An entity and the classes directly above it."""
    return Entity.model_validate(
        {
            "id": curie(name),
            "name": name,
            "kind": "Cell",
            "is_a": tuple(curie(one) for one in classes),
            "abstract": abstract,
            "grounding": {"status": "local"},
            **more,
        }
    )


def graph(*contributions: Contribution, entities: Iterable[Entity] = ()) -> Knowledge:
    """The knowledge of these sources; entities given here stand in place of plain ones."""
    given = {one.id: one for one in entities}

    def dressed(contribution: Contribution) -> Contribution:
        found = {one.id: given.get(one.id, one) for one in contribution.entities}
        todo = list(found.values())
        while todo:
            for parent in todo.pop().is_a:
                if parent not in found:
                    found[parent] = given.get(parent, entity(parent.removeprefix("itm:")))
                    todo.append(found[parent])
        return contribution.model_copy(update={"entities": tuple(found[i] for i in sorted(found))})

    return Knowledge(VOCABULARY, [dressed(one) for one in contributions])


def view_of(
    knowledge: Knowledge, *, filters: Filters = ALL_EVIDENCE, without: Without = NOTHING
) -> View:
    """The view of a question."""
    return View(knowledge, filters=filters, without=without)


def names(ids: Iterable[str]) -> list[str]:
    """Entities by their names."""
    return [one.removeprefix("itm:") for one in ids]


# --- arbitrary graphs ---------------------------------------------------------------------------

LETTERS: Final = "abcdef"

SOURCES: Final = (
    ("one", "study-one", "paper", "primary_fulltext"),
    ("one-in-the-news", "study-one", "press", "press_release_doi"),
    ("two", "study-two", "abstract", "primary_abstract"),
    ("read", "study-two", "dataset", "machine_read"),
    ("untraced", None, "press", "press_untraceable"),
    ("curator", None, "curator", "curator"),
)
CAUSAL_VERBS: Final = (
    "promotes", "promotes", "promotes", "inhibits", "inhibits", "releases", "kills",
)  # fmt: skip
ALL_VERBS: Final = (
    *CAUSAL_VERBS, *CAUSAL_VERBS, "carries", "step_of", "step_of", "process_of",
    "correlated_with", "anticorrelated_with", "cautions", "part_of",
)  # fmt: skip


@st.composite
def graphs(
    draw: st.DrawFn, *, verbs: tuple[str, ...] = ALL_VERBS, plain: bool = False, most: int = 40
) -> Knowledge:
    """A small graph of up to six sources over six entities, some abstract, one of a class, some
    tumour cells, some processes that their number moves.

    Hypothesis chooses the seed: drawn part by part, most graphs would be too thin to hold a path.
    `plain` passages all support, and assert.
    """
    chance = Random(draw(st.integers(0, 2**32 - 1)))
    said: dict[str, list[Says]] = {}
    for _ in range(chance.randint(1, most)):
        name = chance.choice(SOURCES[:3] if chance.random() < 0.7 else SOURCES)[0]
        said.setdefault(name, []).append(_passage(chance, verbs, plain=plain))
    entities = _entities(chance)
    laboratories = (None, "north", "south")
    return graph(
        *(
            source(
                name,
                *said[name],
                study=Study(id=study, laboratory=chance.choice(laboratories)) if study else None,
                type_=type_,
                tier=tier,
                entities=entities,
            )
            for name, study, type_, tier in SOURCES
            if name in said
        )
    )


def _entities(chance: Random) -> list[Entity]:
    """The letters, each of some kind; what is marked of one holds for the member below it."""
    abstract = chance.sample(LETTERS[3:], chance.choice((0, 0, 1)))
    member, above = chance.choice((("a", "d"), ("b", "e"), ("c", "f"), ("", "")))
    marked = chance.random() < 0.8
    found: list[Entity] = []
    for letter in LETTERS:
        kind = chance.choice(("Cell", "Cell", "Protein", "Protein", "PathologicalProcess"))
        often = marked and chance.random() < 0.6
        found.append(
            entity(
                letter,
                *([above] if letter == member else []),
                abstract=letter in abstract,
                kind=kind,
                tumour_cells=often and kind == "Cell",
                of_tumour_cells=often and kind == "PathologicalProcess",
            )
        )
    return found


def _passage(chance: Random, verbs: tuple[str, ...], *, plain: bool) -> Says:
    """One sentence between two of the letters; most state little of their context."""
    subject, object_ = chance.sample(LETTERS, 2)
    verb = chance.choice(verbs)
    how: dict[str, Any] = {}
    if verb == "cautions":
        how["human_unknown"] = chance.random() < 0.5
    elif verb != "has_unknown_mode_in" and not plain:
        how["role"] = chance.choice(("supports",) * 5 + ("refutes",))
        how["no_change"] = how["role"] == "refutes" and chance.random() < 0.6
        how["basis"] = chance.choice(
            ("asserted", "asserted", "observed", "background", "headline", "hypothesised")
        )
        how["hedged"] = chance.random() < 0.2
        how["checked"] = chance.random() < 0.8
        how["reader"] = chance.choice((None, None, "reach", "sparser"))
    context: dict[str, Any] = {}
    for dimension, values in STATED.items():
        if chance.random() < 0.3:
            context[dimension] = tuple(chance.sample(values, chance.choice((1, 1, 2))))
    aspect = chance.choice(("none", "none", "none", "amount", "survival", "proliferation"))
    return Says(subject, verb, object_, aspect, how, context)


STATED: Final[dict[str, tuple[str, ...]]] = {
    "study_system": ("human_observational", "mouse_in_vivo", "in_vitro_human"),
    "species": ("human", "mouse"),
    "disease": ("cancer", "breast cancer"),
    "phase": ("on_treatment", "withdrawal"),
    "cell_state": ("N1", "N2"),
    "host_state": ("with NK cells", "without NK cells"),
    "in_cell": ("itm:m", "itm:n"),
}
