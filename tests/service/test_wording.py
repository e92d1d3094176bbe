"""Answers in words say what their fields say, in one to three sentences."""

from __future__ import annotations

from typing import Any

import pytest

from immunograph.service.wording import (
    hit_by,
    in_humans,
    listed,
    number,
    plural,
    summary_of_paths,
)


def path(steps: int = 2, **given: Any) -> dict[str, Any]:
    """The fields of a path that a summary is made from."""
    return {
        "effect": "promotes",
        "steps": [{}] * steps,
        "human": "indirect",
        "human_says": "indirect in humans",
        "human_because": [],
        "interventions": [],
        **given,
    }


def summary(best: dict[str, Any] | None = None, **given: Any) -> str:
    """The summary of an answer whose best founded path this is."""
    asked: dict[str, Any] = {"cut_by": None, "reason": None, "through": [], "see_also": []}
    return summary_of_paths(
        verdict="Promotes (so it is)." if best else "",
        human=in_humans(best) if best else "",
        interventions=hit_by(best) if best else "",
        **{**asked, **given},
    )


INDIRECT = " In humans there is only indirect support."


@pytest.mark.parametrize(
    ("human", "because", "said"),
    [
        ("supported", [], "Every step was seen in humans."),
        ("indirect", [], "In humans there is only indirect support."),
        ("animal", [], "At least one step was seen in animals only."),
        ("unstated", [], "At least one step does not state its species."),
        ("contradicted", ["a promotes b"], "Contradicted in humans: a promotes b."),
        ("unknown", ["Not shown."], "Unknown in humans: Not shown."),
        ("unknown", ["Not shown.", "Not asked."], "Unknown in humans: Not shown; Not asked."),
    ],
)
def test_what_holds_in_humans_is_told_of_the_best_founded_path(
    human: str, because: list[str], said: str
) -> None:
    assert summary(path(human=human, human_because=because)) == f"Promotes (so it is). {said}"


@pytest.mark.parametrize(
    ("human", "says", "said"),
    [
        ("supported", "seen in humans", "Seen in humans."),
        ("animal", "mouse only", "Seen in mice only."),
        ("animal", "animals only", "Seen in animals only."),
        ("unstated", "species not stated", "The species is not stated."),
    ],
)
def test_of_one_step_it_is_told_in_fewer_words(human: str, says: str, said: str) -> None:
    assert summary(path(1, human=human, human_says=says)).endswith(said)


def intervention(name: str, observed: str = "decreased", status: str = "tested") -> dict[str, Any]:
    """An intervention on a path."""
    return {"name": name, "label": name, "observed": observed, "status": status}


def test_interventions_break_a_path_only_where_all_were_seen_to() -> None:
    breaks = summary(path(interventions=[intervention("block b"), intervention("stop c")]))
    hits = summary(
        path(interventions=[intervention("block b"), intervention("stop c", "no change")])
    )
    unseen = summary(path(interventions=[intervention("block b", "not measured")]))
    raises = summary(path(effect="inhibits", interventions=[intervention("block b")]))

    assert breaks.endswith("Two tested interventions break it: block b and stop c.")
    assert hits.endswith("Two tested interventions hit it: block b and stop c.")
    assert unseen.endswith("One tested intervention hits it, none measured at its end.")
    assert raises.endswith("One tested intervention hits it: block b.")


def test_proposed_interventions_are_not_told_as_tested() -> None:
    assert summary(path(interventions=[intervention("hope", status="proposed")])).endswith(INDIRECT)


def test_a_cut_answer_says_what_may_be_missing() -> None:
    assert "missing" not in summary(path(), cut_by="limit")
    assert "better paths may be missing" in summary(path(), cut_by="work")
    assert summary(cut_by="work") == (
        "Unknown: the search was ended early and found no path until then."
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("only_hypothesised", "No path of established steps; one by hypothesised steps: x."),
        ("only_through_association", "No causal path; what is known is an association: x."),
        ("only_through_abstract", "No path; the two meet only in x, a class whose members differ."),
        ("only_unstated", "No path under these filters; its evidence does not state the value."),
        ("no_path", "No path is known."),
    ],
)
def test_where_there_is_no_path_the_reason_is_told(reason: str, said: str) -> None:
    assert summary(reason=reason, through=[{"id": "x", "name": "x"}]) == said


def other(relation: str, name: str = "b", **given: Any) -> dict[str, Any]:
    """Another question that is offered."""
    end = "target" if relation in ("narrower", "broader") else None
    return {
        "relation": relation, "end": end, "of": {"name": "d"}, "source": {"name": "a"},
        "target": {"name": name}, "effect": "promotes", "belief": 0.81, "steps": 1, **given,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ([other("reverse")], "The other way round, a promotes b (0.81, one step)."),
        ([other("reverse", belief=0.2)], "The other way round, a promotes b (0.2, one step)."),
        ([other("reverse", effect=None)],
         "The other way round there are paths of both effects (0.81, one step)."),
        ([other("reverse", belief=0.2, steps=3)],
         "The other way round there is one that is hardly believed (0.2, three steps)."),
        ([other("reverse"), other("other_effect")],
         "There is an opposite one: a promotes b (0.81, one step)."),
        ([other("narrower")], "There is one for b, a kind of d: promotes (0.81, one step)."),
        ([other("narrower", effect=None)],
         "There is one for b, a kind of d: both promotes and inhibits (0.81, one step)."),
        ([other("broader")], "There is one for b, of which d is a kind."),
        ([other("broader"), other("narrower", "c"), other("reverse")],
         "The other way round, a promotes b (0.81, one step). "
         "There is one for c, a kind of d: promotes (0.81, one step)."),
        ([other("broader"), other("broader", "c"), other("broader", "e")],
         "There is one for b, of which d is a kind and c, of which d is a kind."),
    ],
)  # fmt: skip
def test_what_is_offered_elsewhere_is_told_as_what_it_is(
    offers: list[dict[str, Any]], said: str
) -> None:
    assert summary(reason="no_path", see_also=offers) == f"No path is known. {said}"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"effect": "inhibits"}, "No inhibiting path is known."),
        ({"reason": "only_through_abstract", "through": [{"name": "x"}, {"name": "y"}]},
         "No path; the two meet only in x or y, classes whose members differ."),
        ({"reason": "only_through_association",
          "through": [{"name": "a promotes b", "class": "causal"},
                      {"name": "b is associated with c", "class": "association"}]},
         "No causal path; the two are joined only by way of an association: a promotes b; "
         "b is associated with c."),
        ({"reason_complete": False}, "No path is known; why was not searched to the end."),
        ({"ends": [{"relation": "left_out", "entity": {"name": "x"}, "of": None}]},
         "No path is known; x is left out."),
        ({"ends": [{"relation": "kind_of", "entity": {"name": "x"}, "of": {"name": "y"}}]},
         "No path is known: x is a kind of y, which is no effect."),
    ],
)  # fmt: skip
def test_where_there_is_no_path_the_ends_are_spoken_of(given: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"reason": "no_path", **given}
    assert summary(None, **asked) == said


def test_counts_and_lists_read_as_people_say_them() -> None:
    assert [number(n) for n in (0, 1, 10, 11)] == ["no", "one", "ten", "11"]
    assert [plural(n, "path") for n in (0, 1, 2)] == ["no paths", "one path", "two paths"]
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
