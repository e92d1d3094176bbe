"""Fields of one entry against each other: each well formed, and together they cannot be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from immunograph.curation.inspection import Finding, Inspection
from immunograph.curation.reading.wordlists import alternatives, any_of
from immunograph.domain.model import Entity
from immunograph.domain.vocabulary import Phase, StatementClass, StudySystem
from immunograph.names.spelling import fold
from immunograph.seeds.forms import ContextForm, InterventionForm
from immunograph.seeds.yaml_text import Path

# --- what was done, and whether that is more or less ------------------------------------------

LESS_DONE: Final = re.compile(
    alternatives(
        """
        ablat, abolish, abrogat, antagoni, antisense, attenuat, block, clear, cripple, crispr
        decreas, deficien, degrad, delet, deplet, destroy, digest, disrupt, dissol, downregulat
        eliminat, eradicat, exclud, halt, hinder, impair, inactivat, inhibit, interfer, kill
        knockdown, knockout, lessen, lower, neutrali, null, prevent, quench, reduc, remov, repress
        rnai, scaveng, sequester, shield, shrna, silenc, sirna, starv, stop, suppress, withhold
        """
    )
)
"""How words begin that make less of a target."""
HANDING: Final = re.compile(
    alternatives(
        "add, administ, appl, gave, giv, infus, inject, inoculat, provid, suppl, treat, use, using"
    )
)
"""Words for handing something over, which may itself make less of the target: give an inhibitor."""
MORE_DONE: Final = re.compile(
    HANDING.pattern
    + "|"
    + alternatives(
        """
        activat, agoni, boost, elevat, engraft, enhanc, enrich, expand, express, graft, implant
        increas, induc, knockin, mobili, overexpress, rais, reconstitut, recruit, replac, replenish
        rescu, restor, stimulat, transfer, transfect, transfus, transplant, upregulat
        """
    )
)
"""How words begin that make more of a target."""
LESS_AGENT: Final = any_of(
    """
    inhibitors?, antagonists?, blockers?, antibod*, mabs?, sirnas?, shrnas?, rnai, antisense*
    morpholinos?, degraders?, protacs?, dominant negative, decoys?, traps?, nanobod*, blockade
    inhibition, degradation, depletion, suppression, antagonism, neutrali*, depleting, blocking
    """,
    patterns=[r"anti[- ]?\w+"],
)
"""What makes less of its target, whoever is given it."""
MORE_AGENT: Final = any_of("agonists?, activators?, mimetics?, recombinant, agonistic, transgen*")
UNDOING: Final = any_of(
    "stop, stops, stopp*, withdr*, cessation, ceas*, end, ends, ending, wash ?out, lift*",
    "discontinu*, interrupt*, revers*",
)
"""What ends another thing that was done."""
_IN_ONE: Final = (
    (re.compile(r"\bknock(?:ed|ing|s)?[- ]?(out|down|in)\b"), r"knock\1"),
    (re.compile(r"\b(?:do|done|doing|did) without\b"), "lessen"),
    (re.compile(r"\b(?:tak(?:e|es|ing|en)|took) (?:\w+ ){0,3}?(?:apart|away|out)\b"), "lessen"),
    (re.compile(r"\bke(?:ep|eps|eping|pt) (?:\w+ ){0,3}?(?:out|away)\b"), "lessen"),
    (re.compile(r"\bbr(?:eak|eaking|oke) (?:\w+ ){0,3}?(?:up|down)\b"), "lessen"),
)
"""Words for less that are several."""
_HOW: Final = any_of("with, by, using, through, via")
_RECIPIENT: Final = any_of("to, into, in, where, during, beside, under, after, before, on, along")


def change_against_mode(inspection: Inspection) -> Iterator[Finding]:
    """A `change` that its `mode`, its name or its agent does not make."""
    for number, form in enumerate(inspection.form.interventions if inspection.form else ()):
        if form.phase is Phase.WITHDRAWAL:
            continue  # what ends a blockade is told in words of the blockade
        target = inspection.find(form.target)
        for key, text in (("mode", form.mode), ("name", form.name)):
            made = change_of(text, form, target)
            if made is not None and made != form.change:
                yield (
                    ("interventions", number, "change"),
                    f"`change: {form.change:+d}`, but by its {key}, '{text}', it makes "
                    f"{'less' if made < 0 else 'more'} of the target; is the sign turned round?",
                )
                break


def change_of(text: str, form: InterventionForm, target: Entity | None) -> int | None:
    """Whether words make more (+1) or less (−1) of a target; None where they leave it open."""
    plain = fold(text)
    names = [form.target]
    if target is not None:
        names += [target.name, target.symbol or "", *target.synonyms]
    for name in sorted(filter(None, names), key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(fold(name))}(?:e?s)?(?!\w)", "it", plain)
    for pattern, word in _IN_ONE:
        plain = pattern.sub(word, plain)
    if UNDOING.search(plain) and (LESS_AGENT.search(plain) or _word(LESS_DONE, plain)):
        return None
    more, less = _word(MORE_DONE, plain), _word(LESS_DONE, plain)
    if more is not None and (less is None or more.start() < less.start()):
        given = plain[more.end() :]
        if more.group().startswith("treat"):
            given = given.partition(" with ")[2]
        handed = HANDING.match(more.group()) is not None
        return -1 if handed and _hands_less(given, form.agent) else 1
    if less is not None:
        # To inhibit an inhibitor, or the degradation of it, makes more.
        between = _HOW.split(plain[less.end() :].partition(" it")[0])[0]
        twice = LESS_AGENT.search(between) and not re.match(r" (?:or|and)\b", between)
        return None if twice else -1
    if LESS_AGENT.search(plain):
        return -1
    return 1 if MORE_AGENT.search(plain) else None


def _word(stems: re.Pattern[str], plain: str) -> re.Match[str] | None:
    """The first word that begins so."""
    return re.search(rf"(?<!\w)(?:{stems.pattern})\w*", plain)


def _hands_less(given: str, agent: str | None) -> bool:
    """Whether what is handed over makes less of its target; whom it is given to does not matter."""
    parts = [part for part in _RECIPIENT.split(given) if part.strip()]
    return any(LESS_AGENT.search(part) for part in (*parts[:1], fold(agent or "")))


# --- in what it was seen ----------------------------------------------------------------------

SPECIES_OF: Final = {
    StudySystem.HUMAN_INTERVENTIONAL: "human",
    StudySystem.HUMAN_OBSERVATIONAL: "human",
    StudySystem.MOUSE_IN_VIVO: "mouse",
    StudySystem.IN_VITRO_HUMAN: "human",
    StudySystem.IN_VITRO_MOUSE: "mouse",
}
"""The species that a system cannot do without; a graft of human cells in mice has both."""
PEOPLE: Final = frozenset((StudySystem.HUMAN_INTERVENTIONAL, StudySystem.HUMAN_OBSERVATIONAL))


def system_against_species(inspection: Inspection) -> Iterator[Finding]:
    """A study system without its species among those stated, or people that are mice."""
    for context, path in _contexts(inspection):
        species = {inspection.reader.term("species", name) or name for name in context.species}
        systems = set(context.study_system)
        if not species or not systems:
            continue
        for system in context.study_system:
            needed = SPECIES_OF.get(system)
            if needed is not None and needed not in species:
                yield (
                    (*path, "species"),
                    f"study system {system} is of the {needed}, and species is "
                    f"{' and '.join(sorted(species))}; which is meant?",
                )
                break
        else:
            if systems <= PEOPLE and species != {"human"}:
                others = " and ".join(sorted(species - {"human"}))
                yield (
                    (*path, "species"),
                    f"a study of people alone ({', '.join(sorted(systems))}) has no {others}; add "
                    "the study system in which that was seen",
                )
            elif systems == {StudySystem.ANIMAL_IN_VIVO} and species == {"human"}:
                yield (
                    (*path, "species"),
                    "study system animal_in_vivo is of an animal, and species is human; which is "
                    "meant?",
                )


def _contexts(inspection: Inspection) -> Iterator[tuple[ContextForm, Path]]:
    form = inspection.form
    if form is None:
        return
    for number, statement in enumerate(form.statements):
        for place, passage in enumerate(statement.evidence):
            yield passage.context, ("statements", number, "evidence", place, "context")
    for number, caution in enumerate(form.cautions):
        yield caution.context, ("cautions", number, "context")
    for number, intervention in enumerate(form.interventions):
        for place, passage in enumerate(intervention.evidence):
            yield passage.context, ("interventions", number, "evidence", place, "context")
        for at, outcome in enumerate(intervention.outcomes):
            for place, passage in enumerate(outcome.evidence):
                path: Path = ("interventions", number, "outcomes", at, "evidence", place, "context")
                yield passage.context, path


# --- a class and its member ------------------------------------------------------------------


def member_and_class(inspection: Inspection) -> Iterator[Finding]:
    """A causal statement between a class and one of its kinds, which are no two ends."""
    for number, form in enumerate(inspection.form.statements if inspection.form else ()):
        predicate = inspection.predicate(form.predicate)
        subject, object_ = inspection.find(form.subject), inspection.find(form.object)
        if predicate is None or predicate.cls is not StatementClass.CAUSAL:
            continue
        if subject is None or object_ is None or subject.id == object_.id:
            continue
        for member, whole in ((subject, object_), (object_, subject)):
            if whole.id in inspection.above(member):
                yield (
                    ("statements", number, "object"),
                    f"{member.name} is a kind of {whole.name}, so that both ends are one thing; "
                    "name what acts, or what changes, by itself",
                )
