"""Fields that cannot both be meant are found: what was done, in what, and between which ends."""

from __future__ import annotations

import pytest

from .conftest import codes, linted

INTERVENTION = """\
interventions:
  - ref: done
    name: {name}
    {agent}target: {target}
    change: {change}
    mode: {mode}
    phase: {phase}
    status: tested
    outcomes: [{{on: metastasis, observed: -1}}]
    evidence: [{{says: It was done.}}]
"""


def found_in(
    words: str, target: str, change: int, *, agent: str = "", key: str = "mode",
    phase: str = "on_treatment",
) -> list[str]:  # fmt: skip
    """The findings on an intervention whose mode, or name, is in these words."""
    given = {"name": "an experiment", "mode": "as told", key: words}
    body = INTERVENTION.format(
        target=target, change=change, phase=phase, agent=agent and f"agent: {agent}\n    ", **given
    )
    return codes(linted(body))


LESS = """
neutralise CCL2 | CCL2
block | CCL2
knock out | CCL2
knock-out mice | CCL2
knockdown of CCL2 | CCL2
deplete neutrophils | neutrophil
inhibit MET with crizotinib | MET
siRNA | MET
siRNA against MET | MET
shRNA knock-down | MET
anti-CCL2 antibody | CCL2
give anti-CCL2 antibody | CCL2
give an inhibitor of MET | MET
treat mice with a MET inhibitor | MET
administer a CXCR2 antagonist | CXCR2
add a monocyte inhibitor to neoadjuvant chemotherapy | monocyte
take the traps apart with DNase | neutrophil extracellular trap
do without gamma-delta T cells | gamma-delta T cell
keep macrophages out | macrophage
block infiltration | macrophage
remove macrophages with clodronate | macrophage
delete | CCL2
silence the gene of CCL2 | CCL2
CRISPR deletion | CCL2
antagonist | CCL2
ablate | neutrophil
suppress | CCL2
dominant negative STAT3 | STAT3
knock out the IL-1 receptor antagonist | IL-1 receptor antagonist
block both | CCL2
inhibit or knock down | COX-2
inhibit formation or degrade | neutrophil extracellular trap
shield the cut laminin with an antibody | cleaved laminin
"""
MORE = """
supply | beta-interferon
give beta-interferon to knock-out mice | beta-interferon
give beta-interferon to cancer patients | beta-interferon
treat mice with type I interferon | type I interferon
overexpress | MYC
overexpression of MYC | MYC
inject CCL2 | CCL2
agonist | CXCR2
activate CXCR2 with an agonist | CXCR2
restore macrophages | macrophage
transfer wild-type monocytes | monocyte
add CCL2 to neutrophils | CCL2
give IL-6 to mice treated with an antibody | IL-6
give VEGF back to tumours without macrophages | VEGF-A
give IL-6 where the IL-1 receptor is missing | IL-6
expand with G-CSF | neutrophil
raise neutrophils in hosts with NK cells | neutrophil
recombinant CCL2 | CCL2
induce | CCL2
knock-in | CCL2
transgene | CCL2
give IL-1 receptor antagonist | IL-1 receptor antagonist
restore or induce early | macrophage
give paclitaxel | paclitaxel
"""
OPEN = """
inhibit degradation of CCL2 | CCL2
inhibit the inhibitor of CCL2 | CCL2
stop the blockade | CCL2
withdraw anti-CCL2 | CCL2
watch | CCL2
bring macrophages back or in early | macrophage
radiotherapy | CCL2
"""


def rows(text: str) -> list[tuple[str, str]]:
    pairs = [line.split(" | ") for line in text.strip().splitlines()]
    return [(words, target) for words, target in pairs]


@pytest.mark.parametrize("key", ["mode", "name"])
@pytest.mark.parametrize(
    ("words", "target", "change"),
    [*((*row, -1) for row in rows(LESS)), *((*row, 1) for row in rows(MORE))],
)
def test_a_change_that_the_words_do_not_make_is_found(
    words: str, target: str, change: int, key: str
) -> None:
    assert found_in(words, target, -change, key=key) == ["change-against-mode"]
    assert found_in(words, target, change, key=key) == []


@pytest.mark.parametrize(("words", "target"), rows(OPEN))
def test_words_that_leave_it_open_are_left_alone(words: str, target: str) -> None:
    for change in (-1, 1):
        assert found_in(words, target, change) == []


def test_what_is_given_may_be_told_by_the_agent() -> None:
    for agent, change in (("anti-CCL2 antibody", -1), ("recombinant CCL2", 1), ("CCL2", 1)):
        assert found_in("give", "CCL2", change, agent=agent) == []
        assert found_in("give", "CCL2", -change, agent=agent) == ["change-against-mode"]


def test_the_end_of_a_blockade_is_told_in_words_of_the_blockade() -> None:
    assert found_in("neutralise CCL2", "CCL2", 1, phase="withdrawal") == []


def test_a_finding_says_the_words() -> None:
    (one,) = linted(
        INTERVENTION.format(
            name="knock out CCL2", mode="as told", target="CCL2", change=1, agent="",
            phase="on_treatment",
        )
    )  # fmt: skip
    assert "`change: +1`, but by its name, 'knock out CCL2', it makes less" in one.message
    assert (one.line, one.column) == (11, 13)


def test_the_note_of_a_passage_answers_for_the_intervention() -> None:
    body = INTERVENTION.format(
        name="knock out CCL2", mode="as told", target="CCL2", change=1, agent="",
        phase="on_treatment",
    )  # fmt: skip
    noted = body.replace("done.}", "done., note: 'change-against-mode: a sensitised strain'}")
    assert codes(linted(noted)) == []


# --- in what it was seen ---------------------------------------------------------------------

SEEN = """\
statements:
  - subject: CCL2
    predicate: promotes
    object: metastasis
    evidence: [{{says: It was seen., context: {{study_system: {systems}, species: {species}}}}}]
"""


@pytest.mark.parametrize(
    ("systems", "species"),
    [
        ("mouse_in_vivo", "human"),
        ("mouse_in_vivo", "patients"),
        ("in_vitro_human", "mouse"),
        ("in_vitro_human", "mice"),
        ("in_vitro_mouse", "human"),
        ("human_observational", "mouse"),
        ("human_interventional", "Mus musculus"),
        ("human_observational", "[human, mouse]"),
        ("[human_observational, human_interventional]", "[human, mouse]"),
        ("[mouse_in_vivo, in_vitro_human]", "mouse"),
        ("[mouse_in_vivo, human_observational]", "human"),
        ("[in_vitro_mouse, in_vitro_human]", "mouse"),
        ("animal_in_vivo", "human"),
        ("[ex_vivo, mouse_in_vivo]", "human"),
    ],
)
def test_a_system_without_its_species_is_found(systems: str, species: str) -> None:
    assert codes(linted(SEEN.format(systems=systems, species=species))) == [
        "system-against-species"
    ]


@pytest.mark.parametrize(
    ("systems", "species"),
    [
        ("mouse_in_vivo", "mouse"),
        ("mouse_in_vivo", "[mouse, human]"),  # a graft of human cells
        ("human_observational", "human"),
        ("[human_observational, mouse_in_vivo]", "[human, mouse]"),
        ("in_vitro_human", "human"),
        ("in_vitro_human", "[human, mouse]"),  # with a mouse protein
        ("in_vitro_mouse", "mice"),
        ("ex_vivo", "human"),
        ("ex_vivo", "mouse"),
        ("in_silico", "[human, mouse]"),
        ("animal_in_vivo", "mouse"),
        ("[ex_vivo, human_observational]", "[human, mouse]"),
        ("mouse_in_vivo", "[]"),
        ("[]", "human"),
    ],
)
def test_a_system_with_its_species_is_left_alone(systems: str, species: str) -> None:
    assert codes(linted(SEEN.format(systems=systems, species=species))) == []


def test_the_contexts_of_cautions_and_experiments_are_looked_at_too() -> None:
    context = "context: {study_system: mouse_in_vivo, species: human}"
    caution = f"cautions:\n  - {{subject: CCL2, object: metastasis, says: Unknown., {context}}}\n"
    intervention = INTERVENTION.format(
        name="block CCL2", mode="block", target="CCL2", change=-1, agent="", phase="on_treatment"
    ).replace("says: It was done.", f"says: It was done., {context}")
    for body in (caution, intervention):
        assert codes(linted(body)) == ["system-against-species"]


# --- a class and its member ------------------------------------------------------------------

ENDS = """\
statements:
  - {{subject: {subject}, predicate: {predicate}, object: {object}, evidence: [{{says: Seen.}}]}}
"""


@pytest.mark.parametrize(
    ("subject", "object_"),
    [
        ("regulatory T cell", "T cell"), ("T cell", "regulatory T cell"),
        ("neutrophil", "leukocyte"), ("neutrophil", "immune cell"), ("CCL2", "cytokine"),
        ("paclitaxel", "chemotherapy"), ("lung metastasis", "metastasis"),
        ("metastasis", "liver metastasis"), ("breast cancer cell", "malignant cell"),
        ("exosome", "extracellular vesicle"), ("doxorubicin", "chemotherapy"),
    ],
)  # fmt: skip
def test_a_class_and_its_member_as_ends_of_a_cause_are_found(subject: str, object_: str) -> None:
    body = ENDS.format(subject=subject, predicate="promotes", object=object_)
    (one,) = [one for one in linted(body) if one.code == "member-and-class"]
    assert "is a kind of" in one.message


@pytest.mark.parametrize(
    ("subject", "predicate", "object_"),
    [
        ("CD8 T cell", "inhibits", "CD4 T cell"),  # both are kinds of one class
        ("neutrophil", "promotes", "monocyte"),
        ("CCL2", "promotes", "IL-6"),
        ("neutrophil", "inhibits", "T cell"),
        ("lung metastasis", "step_of", "metastasis"),
        ("regulatory T cell", "correlated_with", "T cell"),
        ("circulating tumour cell", "derives_from", "malignant cell"),
        ("tumour", "promotes", "metastasis"),
        ("metastasis", "promotes", "inflammation"),
    ],
)
def test_other_ends_are_left_alone(subject: str, predicate: str, object_: str) -> None:
    body = ENDS.format(subject=subject, predicate=predicate, object=object_)
    assert "member-and-class" not in codes(linted(body))
