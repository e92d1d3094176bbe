"""Answers for agents: what decides, in few tokens, with ids to ask for the rest.

Made from the fields of an answer alone. Each has a summary, the snapshot, and its references; what
did not fit is counted in `left_out`, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final

import orjson

Answer = Mapping[str, Any]

BYTES_PER_TOKEN: Final = 3
"""An estimate on the safe side: tokenisers take three to four bytes of English JSON for one."""


def tokens(value: Any) -> int:
    """About how many tokens a value takes as JSON.

    >>> tokens({"summary": "Promotes."})
    8
    """
    return ceil(len(orjson.dumps(value)) / BYTES_PER_TOKEN)


def fitted(brief: dict[str, Any], cut: Sequence[str], most: int) -> dict[str, Any]:
    """The answer in so many tokens: the ends of the lists named by `cut` are left out.

    The longest list loses its last entry first; each keeps its first as long as another has more.
    References that nothing shown rests on any more stay: they are the whole answer's.

    >>> fitted({"items": ["a" * 30] * 9}, ["items"], 60)["left_out"]
    {'items': 6}
    """
    kept = {name: list(brief[name]) for name in cut if brief.get(name)}
    sizes = {name: [len(orjson.dumps(one)) + 1 for one in kept[name]] for name in kept}
    left_out: dict[str, int] = {}
    rest = {name: value for name, value in brief.items() if name not in kept}
    room = most * BYTES_PER_TOKEN - len(orjson.dumps(rest)) - 40 - 40 * len(kept)
    while kept and sum(map(sum, sizes.values())) > room:
        name = max(kept, key=lambda one: (len(kept[one]) > 1, sum(sizes[one])))
        if not kept[name]:
            break
        kept[name].pop()
        sizes[name].pop()
        left_out[name] = left_out.get(name, 0) + 1
    found = {name: kept.get(name, value) for name, value in brief.items()}
    return {**found, "left_out": left_out} if left_out else found


def _stated(**given: Any) -> dict[str, Any]:
    """The parts that say something."""
    return {name: value for name, value in given.items() if value not in (None, [], {}, "")}


def _ended(answer: Answer, most: int, cut: Sequence[str], **told: Any) -> dict[str, Any]:
    listed = answer.get("items", ())
    brief = _stated(
        summary=answer.get("summary") or f"{answer.get('total', len(listed))} found.",
        **told,
        cut_by=answer.get("cut_by"),
        next=answer.get("next"),
        references=[reference(one) for one in answer["references"]],
        snapshot=answer["snapshot"],
    )
    return fitted(brief, [*cut, "references"], most)


def reference(one: Answer) -> str:
    """A paper in a line, to be cited by its DOI or PMID."""
    by = ", ".join(one["authors"]) + (" et al." if one["others"] else "")
    parts = [
        by or one["study"],
        str(one["year"] or ""),
        one["journal"] or "",
        f"PMID:{one['pmid']}" if one["pmid"] else "",
        f"doi:{one['doi']}" if one["doi"] else "",
        "RETRACTED" if one["retracted"] else "",
    ]
    return ", ".join(filter(None, parts))


def sentence(one: Answer) -> str:
    """A statement or a step as a sentence."""
    subject, object_ = one["subject"]["name"], one["object"]["name"]
    aspect = "" if one["aspect"] == "none" else f" ({one['aspect']})"
    return f"{subject} {one['phrase']} {object_}{aspect}"


# --- paths and verdicts ----------------------------------------------------------------------


def _verdict(one: Answer) -> dict[str, Any]:
    return _stated(
        kind=one["kind"],
        effect=one["effect"],
        rests_on=one["rests_on"],
        depends_on=one["by"],
        because=one["because"],
        settled_by=[
            f"without {' and '.join(step['name'] for step in each['steps'])}: {each['leaves']}"
            for each in one["settled_by"][:3]
        ],
    )


def _step(one: Answer) -> dict[str, Any]:
    return _stated(
        statement=one["statement"],
        says=sentence(one),
        belief=one["belief"],
        studies=one["studies"],
        human=one["human_says"],
        net=one["net"] or None,
        hypothesised=one["hypothesised"] or None,
        conflicts=one["conflicts"],
    )


ARROWS: Final = {1: "->", -1: "-|", 0: "--"}


def chain(steps: Sequence[Answer]) -> str:
    """The steps in a line: `a -> b -| c`; `--` leaves the sign as it is."""
    parts = [steps[0]["subject"]["name"]]
    for step in steps:
        parts += [ARROWS[step["sign"]], step["object"]["name"]]
    return " ".join(parts)


def _path(one: Answer) -> dict[str, Any]:
    return _stated(
        effect=one["effect"],
        belief=one["belief"],
        rests_on=one["foundation"],
        human=one["human_says"],
        chain=chain(one["steps"]),
        weakest=one["weakest"] + 1 if len(one["steps"]) > 1 else None,
        steps=[_step(step) for step in one["steps"]],
        interventions=[
            f"{hit['label']} ({hit['status']}, step {hit['step'] + 1}, end {hit['observed']})"
            for hit in one["interventions"][:4]
        ],
        cautions=[caution["says"] for caution in one["cautions"][:2]],
    )


def paths(answer: Answer, most: int) -> dict[str, Any]:
    """The verdict, the best paths, and the best one of the other sign."""
    against = answer["verdict"]["against"]
    return _ended(
        answer,
        most,
        ["paths", "see_also"],
        verdict=_verdict(answer["verdict"]),
        against=against and _stated(
            chain=chain(against["steps"]),
            effect=against["effect"],
            belief=against["belief"],
            statements=[step["statement"] for step in against["steps"]],
        ),
        paths=[_path(one) for one in answer["paths"]],
        reason=answer["reason"],
        see_also=[f"{o['source']['id']} to {o['target']['id']}: {o['says']}"
                  for o in answer["see_also"]],
    )  # fmt: skip


def effect(answer: Answer, most: int) -> dict[str, Any]:
    """The verdict on each pair."""
    items = [
        _stated(
            source=one["source"]["name"],
            target=one["target"]["name"],
            says=one["summary"],
            verdict=_verdict(one["verdict"]),
            belief=one["belief"],
            chain=one["path"] and chain(one["path"]["steps"]),
            statements=one["path"] and [step["statement"] for step in one["path"]["steps"]],
        )
        for one in answer["items"]
    ]
    return _ended(answer, most, ["items"], items=items)


def influence(answer: Answer, most: int) -> dict[str, Any]:
    """What is reached, or reaches."""
    items = [
        _stated(
            entity=one["entity"]["name"],
            id=one["entity"]["id"],
            effect=one["effect"],
            belief=one["belief"],
            via=one["via_names"],
        )
        for one in answer["items"]
    ]
    return _ended(answer, most, ["items"], items=items)


def blockers(answer: Answer, most: int) -> dict[str, Any]:
    """What breaks every path."""
    sets = [
        _stated(
            take_out=[f"{entity['name']} ({entity['id']})" for entity in one["entities"]],
            human=one["human_says"],
            interventions=[f"{hit['label']} ({hit['status']})" for hit in one["interventions"][:4]],
        )
        for one in answer["sets"]
    ]
    return _ended(answer, most, ["sets"], sets=sets)


# --- statements and names --------------------------------------------------------------------


def _statement(one: Answer) -> dict[str, Any]:
    return _stated(
        statement=one["id"],
        says=sentence(one),
        effect=one["effect"],
        belief=one["belief"],
        studies=one["studies"],
        status=None if one["status"] == "asserted" else one["status"],
        human=one["human_says"],
        conflicts=one["conflicts"],
    )


def statements(answer: Answer, most: int) -> dict[str, Any]:
    """Statements, most believed first."""
    items = [_statement(one) for one in answer["items"]]
    return _ended(answer, most, ["items"], total=answer["total"], items=items)


def subgraph(answer: Answer, most: int) -> dict[str, Any]:
    """What joins a list, and what would explain it."""
    explained: Answer = answer["regulators"] or {"items": []}
    regulators = [
        _stated(
            entity=one["entity"]["name"],
            change=one["state"],
            listed=one["listed"],
            agree=one["agree"],
            disagree=one["disagree"],
            p=float(f"{one['p']:.3g}"),
            q=float(f"{one['q']:.3g}"),
        )
        for one in explained["items"][:5]
    ]
    return _ended(
        answer,
        most,
        ["items", "unmatched", "regulators", "between"],
        unmatched=[_name(one) for one in answer["unmatched"]],
        items=[_statement(one) for one in answer["items"]],
        total=answer["total"],
        between=[one["name"] for one in answer["between"]],
        regulators=regulators,
        method=explained.get("method") if regulators else None,
    )


def resolve(answer: Answer, most: int) -> dict[str, Any]:
    """What each name is."""
    return _ended(answer, most, ["items"], items=[_name(one) for one in answer["items"]])


def _name(one: Answer) -> dict[str, Any]:
    entity: Answer = one["entity"] or {}
    others = [f"{o['name']} ({o['id']})" for o in (*one["candidates"], *one["suggestions"])]
    return _stated(
        name=one["name"],
        id=entity.get("id"),
        means=entity.get("name"),
        kind=entity.get("kind"),
        status=None if entity else one["status"],
        near=others,
        set_aside=[aside["why"] for aside in one["set_aside"]],
        why=one["why"],
    )


def statement(answer: Answer, most: int) -> dict[str, Any]:
    """One statement with its evidence, in our words."""
    passages = [
        _stated(
            role=None if one["role"] == "supports" else one["role"],
            says=one["says"],
            basis=one["basis"],
            hedged=one["hedged"] or None,
            species=one["species"],
            study_system=one["study_system"],
            site=one["site"],
            disease=one["disease"],
            source=one["source"]["id"],
            tier=one["source"]["tier"],
            doi=one["doi"],
            retracted=one["retracted"],
        )
        for one in answer["evidence"]
    ]
    told = {name: value for name, value in _statement(answer).items() if name != "conflicts"}
    return _ended(
        answer,
        most,
        ["evidence", "interventions"],
        **told,
        evidence=passages,
        conflicts=[one["explanation"] for one in answer["conflicts"]],
        cautions=[one["says"] for one in answer["cautions"][:3]],
        interventions=[f"{one['name']} ({one['status']})" for one in answer["interventions"]],
    )


def entity(answer: Answer, most: int) -> dict[str, Any]:
    """One entity."""
    return _ended(
        answer,
        most,
        ["synonyms", "cautions"],
        id=answer["id"],
        name=answer["name"],
        kind=answer["kind"],
        symbol=answer["symbol"],
        synonyms=answer["synonyms"],
        is_a=[f"{one['name']} ({one['id']})" for one in answer["is_a"]],
        cautions=[sentence(one) for one in answer["cautions"]],
        counts=answer["counts"],
    )


def source(answer: Answer, most: int) -> dict[str, Any]:
    """One source, and what it says."""
    return _ended(
        answer,
        most,
        ["statements", "set_aside", "interventions"],
        **{name: answer[name] for name in ("id", "title", "type", "tier", "study")},
        statements=[_statement(one) for one in answer["statements"]],
        interventions=[one["name"] for one in answer["interventions"]],
        set_aside=_whys(answer["not_statements"]),
    )


def _whys(passages: Iterable[Answer]) -> list[str]:
    return list(dict.fromkeys(one["why"] for one in passages))


def study(answer: Answer, most: int) -> dict[str, Any]:
    """One study, and what rests on it."""
    names = ("id", "title", "doi", "pmid", "retracted", "sources", "statements", "alone")
    return _ended(answer, most, ["statements", "alone"], **{name: answer[name] for name in names})


BRIEFS: Final[Mapping[str, Callable[[Answer, int], dict[str, Any]]]] = {
    one.__name__: one
    for one in (
        *(paths, effect, influence, blockers, statements, subgraph, resolve),
        *(statement, entity, source, study),
    )
}
"""By the name of the question."""
