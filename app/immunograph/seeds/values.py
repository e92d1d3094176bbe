"""A contribution → the values of its seed file: what `reading` makes of a file, the other way.

What a file derives (evidence from outcomes) is left out, since it is derived again. To tell which
passage an outcome rests on, the ids of derived evidence are matched: each is a digest of its
passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from immunograph.domain.model import Contribution, Evidence, Intervention, Statement, digest
from immunograph.domain.vocabulary import Aspect, Basis, Directness, Effect, SourceType

_PASSAGE: Final = ("voice", "checked", "review", "note", "reader", "quoted")
_SOURCE: Final = (
    *("id", "type", "tier", "traceability", "title", "study_note", "outlet", "published"),
    *("licence", "document", "curator", "curated"),
)

Values = dict[str, Any]


def source_values(one: Contribution) -> Values:
    """The values of a seed file that reads as this contribution, over the same entities.

    Statements that an outcome points at go under their own ids, as `ref`.
    """
    statements = {each.id: each for each in one.statements}
    pointed = {out.on for made in one.interventions for out in made.outcomes if ":" not in out.on}
    given: dict[tuple[str, str], list[Evidence]] = {}
    cautions: list[Values] = []
    about: dict[str, list[Evidence]] = {each.id: [] for each in one.interventions}
    for evidence in one.evidence:
        if evidence.derived_from is not None:
            continue
        if evidence.about in about:
            about[evidence.about].append(evidence)
        elif evidence.human_unknown:
            cautions.append(_caution(evidence, statements[evidence.about], one))
        else:
            given.setdefault((evidence.about, evidence.predicate or ""), []).append(evidence)
    values: Values = {
        **_stated(
            one.source.model_dump(mode="json", include=set(_SOURCE), exclude_none=True)
        ),
        "study": one.study and one.study.model_dump(mode="json", exclude_none=True),
        "statements": [],
        "cautions": cautions,
        "interventions": [_intervention(each, about[each.id], one) for each in one.interventions],
        "not_statements": [
            {"span": [each.start, each.end], "sha256": each.sha256, "why": each.why,
             **({"about": list(each.about)} if each.about else {})}
            for each in one.source.not_statements
        ],
    }  # fmt: skip
    for (identifier, predicate), passages in sorted(given.items()):
        statement = statements[identifier]
        values["statements"].append(
            {
                **({"ref": identifier} if identifier in pointed else {}),
                "subject": statement.subject,
                "predicate": predicate,
                "object": statement.object,
                **({"aspect": statement.aspect} if statement.aspect is not Aspect.NONE else {}),
                "evidence": [_evidence(each, one) for each in passages],
            }
        )
        pointed.discard(identifier)
    return {key: value for key, value in values.items() if value != [] or key == "study"}


def _stated(values: Mapping[str, Any]) -> Values:
    return {key: value for key, value in values.items() if value not in (None, [], False)}


def _evidence(one: Evidence, of: Contribution) -> Values:
    role = _stated({"no_change": one.no_change})
    if one.role != "supports":
        role["role"] = one.role
    return {**_passage(one, of), **role}


def _passage(one: Evidence, of: Contribution) -> Values:
    found: Values = {"says": one.says, **_locator(one), "basis": one.basis}
    if one.hedged:
        found["hedged"] = True
    if one.directness is not Directness.EXPLICIT:
        found["directness"] = one.directness
    if one.eco != default_eco(of.source.type, one.directness, traced=of.study is not None):
        found["eco"] = one.eco
    found |= _stated({name: getattr(one, name) for name in _PASSAGE if name != "checked"})
    if not one.checked:
        found["checked"] = False
    if one.record is not None:
        found["record"] = one.record.model_dump(mode="json", exclude_none=True)
    return found | _context(one)


def _context(one: Evidence) -> Values:
    stated = _stated(one.context.model_dump(mode="json"))
    return {"context": stated} if stated else {}


def _locator(one: Evidence) -> Values:
    if one.locator is None:
        return {}
    found = one.locator.model_dump(mode="json", exclude_none=True, exclude={"document"})
    span = [found.pop("start"), found.pop("end")] if "start" in found else None
    return {**({"span": span} if span else {}), **found}


def _caution(one: Evidence, statement: Statement, of: Contribution) -> Values:
    passage = _passage(one, of)
    kept = ("says", "span", "sha256", "sentence", "voice", "checked", "note", "context")
    return {
        "subject": statement.subject,
        "object": statement.object,
        "human": "unknown",
        **{key: passage[key] for key in kept if key in passage},
    }


# --- interventions ---------------------------------------------------------------------------


def _intervention(one: Intervention, passages: Sequence[Evidence], of: Contribution) -> Values:
    by_id = {each.id: each for each in passages}
    rests = [_rests_on(one, number, passages, of) for number in range(len(one.outcomes))]
    main, own = _shared_out(by_id.keys(), [found for _, found in rests])
    outcomes: list[Values] = []
    for outcome, (aspect, _), named in zip(one.outcomes, rests, own, strict=True):
        told: Values = {"on": outcome.on}
        if aspect is not Aspect.NONE:
            told["aspect"] = aspect
        if outcome.observed is not None:
            told["observed"] = outcome.observed
        if named:
            told["evidence"] = [_passage(by_id[each], of) for each in sorted(named)]
        outcomes.append(told)
    plain = one.model_dump(mode="json", exclude={"id", "outcomes", "source", "study"})
    return {
        "ref": one.id.removeprefix(f"{one.source}."),
        **_stated(plain),
        **({"outcomes": outcomes} if outcomes else {}),
        "evidence": [_passage(by_id[each], of) for each in sorted(main)],
    }


def _rests_on(
    one: Intervention, number: int, passages: Iterable[Evidence], of: Contribution
) -> tuple[Aspect, frozenset[str]]:
    """The aspect of an outcome, and the passages that evidence was derived from for it.

    No passage where nothing follows: it was not observed, or the source states it outright.
    """
    outcome = one.outcomes[number]
    if outcome.observed is None or ":" not in outcome.on or outcome.on == one.target:
        return Aspect.NONE, frozenset()
    effect = Effect.of_sign(one.change * outcome.observed) if outcome.observed else Effect.PROMOTES
    stated = Aspect.NONE
    for statement in of.statements:
        ends = (statement.subject, statement.effect, statement.object)
        if ends != (one.target, effect, outcome.on):
            continue
        pieces = [each for each in of.evidence if each.about == statement.id]
        ids = {each.id for each in pieces if each.derived_from == one.id}
        found = frozenset(
            each.id for each in passages if digest(each.id, statement.id, one.id) in ids
        )
        if found:
            return statement.aspect, found
        if any(e.basis is Basis.PERTURBATION and e.derived_from is None for e in pieces):
            stated = statement.aspect
    return stated, frozenset()


def _shared_out(
    passages: Iterable[str], rests: Sequence[frozenset[str]]
) -> tuple[frozenset[str], list[frozenset[str]]]:
    """The passages of an intervention itself, and those of each outcome of its own.

    An outcome without any of its own rests on those of the intervention; no passage stands twice.
    """
    every = frozenset(passages)
    silent = next((place for place, found in enumerate(rests) if not found), None)
    alone = every.difference(*rests)
    for main in (every, *rests, alone):
        own = [frozenset[str]() if found == main else found for found in rests]
        left = every - main - frozenset[str]().union(*own)
        if left and silent is not None:
            own[silent] = left
            left = frozenset[str]()
        if main and not left and len(main) + sum(map(len, own)) == len(every):
            return main, own
    return every, [frozenset() for _ in rests]


def default_eco(type_: SourceType, directness: Directness, *, traced: bool) -> str:
    """The Evidence and Conclusion Ontology term, where the curator names no better one.

    ECO:0000306 curator's inference, 0000305 derived, 0000304 traceable author statement,
    0000303 non-traceable author statement.
    """
    if type_ is SourceType.CURATOR:
        return "ECO:0000306"
    if directness is Directness.DERIVED:
        return "ECO:0000305"
    return "ECO:0000304" if traced else "ECO:0000303"
