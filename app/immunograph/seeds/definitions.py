"""What the vocabulary and the entities must be: each once, and classes that lead back to none."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping

from immunograph.domain.model import (
    Entity,
    Vocabulary,
)
from immunograph.domain.vocabulary import (
    StatementClass,
)
from immunograph.names import homoglyphs
from immunograph.names.curies import is_accession
from immunograph.names.spelling import fold
from immunograph.seeds.validation import nearest
from immunograph.seeds.yaml_text import Path, SeedText


def check_vocabulary(vocabulary: Vocabulary, text: SeedText) -> None:
    """Verbs and terms stand once, only causal verbs have an effect, classes are terms too."""
    for name in Vocabulary.model_fields:
        known: set[str] = set()
        for number, one in enumerate(getattr(vocabulary, name)):
            if one.name in known:
                text.fault((name, number, "name"), f"'{one.name}' stands twice")
            known.add(one.name)
        for number, one in enumerate(getattr(vocabulary, name)):
            for parent in getattr(one, "is_a", ()):
                if parent not in known:
                    hint = nearest(parent, known)
                    text.fault((name, number, "is_a"), f"is_a '{parent}', which is no term{hint}")
    for number, predicate in enumerate(vocabulary.predicates):
        if (predicate.effect is not None) is not (predicate.cls is StatementClass.CAUSAL):
            text.fault(
                ("predicates", number),
                f"'{predicate.name}': causal verbs have an `effect`, and no others do",
            )


def check_entities(
    entities: Iterable[Entity],
    shared: dict[str, Entity],
    shared_names: dict[str, Entity],
    text: SeedText,
) -> frozenset[str]:
    """Entities stand once, and their classes are entities that lead back to none of them.

    The folded names that two have: what else is wrong with such a name follows from that.
    """
    clashing: set[str] = set()
    own: dict[str, Entity] = {}
    places: dict[str, int] = {}
    for number, entity in enumerate(entities):
        if entity.id in own:
            text.fault(("entities", number, "id"), f"entity {entity.id} stands twice")
        own[entity.id] = entity
        places.setdefault(entity.id, number)
    known = ChainMap(own, shared)
    names = ChainMap[str, Entity]({}, shared_names)
    for identifier, entity in own.items():
        clashing.update(_check_names(entity, places[identifier], names, text))
        path: Path = ("entities", places[identifier], "is_a")
        for parent in entity.is_a:
            if parent not in known:
                hint = "" if is_accession(parent) else nearest(parent, known)
                text.fault(path, f"{identifier} is_a {parent}, which is no entity{hint}")
        if _leads_back(identifier, known):
            text.fault(path, f"{identifier} is, by its classes, a kind of itself")
    return frozenset(clashing)


def proper_names(entity: Entity) -> tuple[str, ...]:
    """What an entity is called by itself; synonyms may be shared."""
    return (entity.id, entity.name)


def _check_names(
    entity: Entity, number: int, names: MutableMapping[str, Entity], text: SeedText
) -> Iterator[str]:
    """An entity has a name of its own, in letters that are what they seem; the names it has not."""
    for key, name in (("name", entity.name), ("symbol", entity.symbol)):
        check_letters(name or "", ("entities", number, key), text)
    for place, name in enumerate(entity.synonyms):
        check_letters(name, ("entities", number, "synonyms", place), text)
    for name in proper_names(entity):
        other = names.setdefault(fold(name), entity)
        if other.id != entity.id:
            text.fault(
                ("entities", number, "name"),
                f"'{name}' is {other.name} ({other.id}); use that one, or another name",
            )
            yield fold(name)


def check_letters(name: str, path: Path, text: SeedText) -> bool:
    """Whether the letters of a name are what they seem; a fault where they are not."""
    found = homoglyphs.disguised(name)
    if found is None:
        return True
    place, letter = found
    latin = homoglyphs.LOOKALIKES.get(letter)
    instead = f"write the Latin '{latin}'" if latin else "write the word in one script"
    text.fault(path, f"letter {place + 1} of '{name}' is {homoglyphs.describe(letter)}; {instead}")
    return False


def _leads_back(identifier: str, known: Mapping[str, Entity]) -> bool:
    """Whether the classes above an entity hold it too."""
    seen: set[str] = set()
    todo = list(known[identifier].is_a)
    while todo:
        current = todo.pop()
        if current == identifier:
            return True
        if current in known and current not in seen:
            seen.add(current)
            todo.extend(known[current].is_a)
    return False
