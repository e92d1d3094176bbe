"""A question put to a service, and its answer as whoever asks wants to have it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from immunograph.questions.graph import Export, export
from immunograph.questions.impact import Impact
from immunograph.questions.parameters import ChoosesEvidence
from immunograph.questions.question import Parameters, Question
from immunograph.service import Service, pathways, rendering
from immunograph.service.rendering import Output, Rendered


def ask(
    service: Service, question: Question[Any, Any], asked: Parameters, output: Output
) -> Rendered:
    """The answer to a question, as it is wanted.

    Raises BadQuestion where that question's answer cannot be had in that form.
    """
    rendering.check(question.name, output)
    if isinstance(asked, Export):
        whole = export(service, asked)
        return rendering.exported(whole, replace(output, rows=asked.rows)).pinned(output.pin)
    while True:
        answer = question.answer(service, asked)
        if output.plain:
            return rendering.as_json(answer, output.pin).pinned(output.pin)
        view = service.whole
        if isinstance(asked, ChoosesEvidence):
            # What was left out is what the answer to `impact` is about.
            without = () if isinstance(asked, Impact) else asked.without
            view = service.chosen(asked.filters, without)
        if answer["snapshot"] == view.snapshot:  # else somebody loaded in between
            own = {**_own(asked), **pathways.chosen(view)}
            found = rendering.rendered(view, question.name, answer, output, asked=own)
            return found.pinned(output.pin)


def _own(asked: Parameters) -> dict[str, Any]:
    """The parameters of a question but for those that choose evidence."""
    evidence = {one.name for one in fields(ChoosesEvidence)}
    every = {one.name: getattr(asked, one.name) for one in fields(asked)}
    return {name: value for name, value in every.items() if name not in evidence}
