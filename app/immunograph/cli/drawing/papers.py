"""Answers about sources, studies and what was done in them."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from immunograph.answers.sources import SetAside, SourceCard, Sources, Studies, StudyCard
from immunograph.answers.statements import Interventions
from immunograph.cli.drawing.findings import done, papers_of, sentence
from immunograph.cli.drawing.tables import facts, foot, heading, listed, plain, table


def draw_interventions(console: Console, answer: Interventions) -> None:
    """What was done to what, and what was seen."""
    papers = papers_of(answer)
    rows = [
        (
            one["name"],
            one["status"].replace("_", " "),
            f"{'less' if one['change'] < 0 else 'more'} {one['target']['name']}",
            [f"{o['on']['name']}: {o['seen']}" for o in one["outcomes"]],
            one["condition"] or plain(one["phase"] or ""),
            papers.get(one["study"] or "", one["source"]),
        )
        for one in answer["items"]
    ]
    columns = ("intervention", "status", "change", "seen", "condition", "paper")
    listed(console, answer, columns, rows, none="No intervention is like that.")


def draw_sources(console: Console, answer: Sources) -> None:
    """What is loaded."""
    rows = [
        (one["id"], one["title"], one["tier"], one["study"], len(one["statements"]))
        for one in answer["items"]
    ]
    columns = ("source", "title", "tier", "study", "statements")
    listed(console, answer, columns, rows, none="No source is loaded.")


def draw_source(console: Console, answer: SourceCard) -> None:
    """One source and what it says."""
    heading(console, answer["title"], answer["id"])
    facts(
        console,
        [
            ("type", answer["type"]),
            ("tier", answer["tier"]),
            ("traceability", answer["traceability"]),
            ("study", answer["study"]),
            ("of the study", answer["study_note"]),
            ("outlet", answer["outlet"]),
            (
                "rests on it alone",
                f"{len(answer['alone'])} of {len(answer['statements'])} statements",
            ),
        ],
    )
    rows = [
        (sentence(one), one["belief"], one["studies"], one["id"]) for one in answer["statements"]
    ]
    table(console, ("statement", "belief", "studies", "id"), rows)
    facts(
        console,
        [
            *((one["status"].replace("_", " "), done(one)) for one in answer["interventions"]),
            *(("set aside", _set_aside(one)) for one in answer["not_statements"]),
        ],
    )
    foot(console, answer)


def _set_aside(passage: SetAside) -> str:
    return f"{passage['start']}–{passage['end']}: {passage['why']}"


def draw_studies(console: Console, answer: Studies) -> None:
    """The studies, with how much rests on each alone."""
    rows = [
        (
            one["id"],
            one["title"],
            one["doi"],
            len(one["statements"]),
            len(one["alone"]),
            Text("retracted", style="red") if one["retracted"] else None,
        )
        for one in answer["items"]
    ]
    columns = ("study", "title", "DOI", "statements", "alone", "")
    listed(console, answer, columns, rows, none="No study is loaded.")


def draw_study(console: Console, answer: StudyCard) -> None:
    """One study."""
    heading(console, answer["title"] or answer["id"], answer["id"])
    facts(
        console,
        [
            ("citation", answer["citation"]),
            ("DOI", answer["doi"]),
            ("PMID", answer["pmid"]),
            ("checked", answer["verified"]),
            ("retracted", answer["retracted"]),
            ("sources", answer["sources"]),
            ("statements", answer["statements"]),
            ("rest on it alone", answer["alone"]),
        ],
    )
    foot(console, answer)
