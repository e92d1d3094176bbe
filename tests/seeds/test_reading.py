"""A seed file becomes a contribution, or every fault of it is said at once, each with its place."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunograph.domain.model import Contribution, Entity, Evidence, Study, Vocabulary, statement_id
from immunograph.errors import BadSource
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import Seed, read_seed
from immunograph.seeds.forms import source_schema
from immunograph.seeds.reading import Reader

VOCABULARY = """\
predicates:
  - {name: promotes, phrase: promotes, class: causal, effect: promotes}
  - {name: inhibits, phrase: inhibits, class: causal, effect: inhibits}
  - {name: releases, phrase: releases, class: causal, effect: promotes}
  - {name: step_of, phrase: is a step of, class: structural}
  - {name: cautions, phrase: calls for caution about, class: caution}
  - {name: has_unknown_mode_in, phrase: works by an unknown mode in, class: gap}
species:
  - {name: human, synonyms: [patients]}
  - {name: mouse, id: "NCBITaxon:10090", synonyms: [mice]}
site:
  - {name: lung}
disease:
  - {name: cancer}
  - {name: breast cancer, is_a: [cancer]}
"""
ENTITIES = """\
entities:
  - {id: "itm:neutrophil", name: neutrophil, kind: Cell, synonyms: [neutrophils, PMN],
     grounding: {status: local}}
  - {id: "itm:spread", name: metastasis, kind: Process, grounding: {status: local}}
  - {id: "itm:lung-spread", name: lung metastasis, kind: Process, is_a: ["itm:spread"],
     grounding: {status: local}}
  - {id: "itm:net", name: NET, kind: Structure, synonyms: [web], grounding: {status: local}}
  - {id: "itm:web", name: spider web, kind: Structure, synonyms: [web], grounding: {status: local}}
  - {id: "itm:some-cytokine", name: cytokine released by neutrophils, kind: Protein,
     placeholder_of: news, grounding: {status: local}}
"""
DOCUMENT = "Neutrophils release NETs. NETs may promote métastasis of the lung.\n"


def sha256(text: str) -> str:
    """The hash of a text or a passage."""
    return hashlib.sha256(text.encode()).hexdigest()


def span(passage: str) -> str:
    """Where a passage stands in the document, with its hash, as a seed file has it."""
    start = DOCUMENT.index(passage)
    return f"span: [{start}, {start + len(passage)}]\n        sha256: {sha256(passage)}"


VALID = f"""\
id: news
type: press
tier: press_release_doi
traceability: doi
title: A news item
study: {{id: one, doi: 10.1000/one, title: The study}}
document: {{name: news.txt, sha256: {sha256(DOCUMENT)}, characters: {len(DOCUMENT)}}}
statements:
  - ref: release
    subject: Neutrophils
    predicate: releases
    object: NET
    evidence:
      - says: Neutrophils give off NETs.
        {span("Neutrophils release NETs.")}
        context: {{species: [patients, mice], disease: breast cancer, stage: seeding}}
  - subject: NET
    predicate: promotes
    object: lung metastasis
    evidence:
      - says: NETs may help spread to the lung.
        {span("NETs may promote métastasis of the lung.")}
        hedged: true
cautions:
  - subject: NET
    object: metastasis
    says: Not known in patients.
    human: unknown
interventions:
  - ref: no-nets
    name: dissolve NETs
    target: NET
    change: -1
    mode: destroy
    phase: on_treatment
    status: tested
    outcomes: [{{on: metastasis, observed: -1}}, {{on: release, observed: 0}}]
    evidence:
      - says: Without NETs there was less spread.
not_statements:
  - {{span: [0, 5], sha256: {sha256(DOCUMENT[:5])}, why: a greeting, about: curcumin}}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A seed folder with vocabulary, entities and the document, and no source yet."""
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY)
    (tmp_path / "entities.yaml").write_text(ENTITIES)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "news.txt").write_bytes(DOCUMENT.encode())
    return tmp_path


Faults = Callable[..., list[str]]


@pytest.fixture
def load(home: Path) -> Callable[..., Seed]:
    """Reads a seed of these files, in the order of their names."""

    def read(*files: str | bytes) -> Seed:
        for number, content in enumerate(files):
            written = content if isinstance(content, bytes) else content.encode()
            (home / f"{number}.yaml").write_bytes(written)
        return read_seed(home, documents=home / "documents")

    return read


@pytest.fixture
def faults(load: Callable[..., Seed], home: Path) -> Faults:
    """The faults of these files as `file:line:column: message`."""

    def read(*files: str | bytes) -> list[str]:
        with pytest.raises(BadSource) as caught:
            load(*files)
        return [str(fault).removeprefix(f"{home}/") for fault in caught.value.faults]

    return read


def reader_of(**more: Any) -> Reader:
    """A reader over the vocabulary and entities above."""
    vocabulary = Vocabulary.model_validate(yaml_text.read(VOCABULARY.encode(), "v").value)
    entities: Any = yaml_text.read(ENTITIES.encode(), "e").value
    return Reader(vocabulary, [Entity.model_validate(e) for e in entities["entities"]], **more)


def changed(old: str, new: str, text: str = VALID) -> str:
    """The valid file with one thing changed."""
    assert old in text
    return text.replace(old, new, 1)


def about(contribution: Contribution, subject: str, effect: str, object_: str) -> list[Evidence]:
    """The evidence of one statement."""
    identifier = statement_id(f"itm:{subject}", effect, f"itm:{object_}")
    return [one for one in contribution.evidence if one.about == identifier]


# --- what a file says ---------------------------------------------------------------------------


def test_a_valid_file_becomes_a_contribution(load: Callable[..., Seed]) -> None:
    [found] = load(VALID).contributions

    assert found.source.id == "news"
    assert [entity.id for entity in found.entities] == [
        "itm:lung-spread", "itm:net", "itm:neutrophil", "itm:spread",
    ]  # fmt: skip
    [released] = about(found, "neutrophil", "promotes", "net")
    assert released.predicate == "releases"
    assert released.context.species == ("human", "mouse")
    assert released.context.stage == ("seeding",)
    assert released.study == "one"
    assert released.locator is not None
    assert (released.locator.start, released.locator.end) == (0, 25)
    assert found.source.not_statements[0].about == ("curcumin",)


def test_a_caution_qualifies_and_says_whether_it_is_about_humans(load: Callable[..., Seed]) -> None:
    [found] = load(VALID).contributions

    [caution] = about(found, "net", "cautions", "spread")

    assert (caution.role, caution.human_unknown) == ("qualifies", True)


def test_a_tested_intervention_gives_derived_evidence_for_target_and_outcome(
    load: Callable[..., Seed],
) -> None:
    [found] = load(VALID).contributions
    [intervention] = found.interventions

    [derived] = about(found, "net", "promotes", "spread")

    assert intervention.id == "news.no-nets"
    assert derived.derived_from == "news.no-nets"
    assert (derived.role, derived.basis, derived.directness) == (
        "supports", "perturbation", "derived",
    )  # fmt: skip
    assert derived.context.phase == ("on_treatment",)
    assert derived.eco == "ECO:0000305"


@pytest.mark.parametrize(
    ("change", "observed", "effect", "role"),
    [
        (-1, -1, "promotes", "supports"),
        (-1, 1, "inhibits", "supports"),
        (1, 1, "promotes", "supports"),
        (1, -1, "inhibits", "supports"),
        (-1, 0, "promotes", "refutes"),
        (1, 0, "promotes", "refutes"),
    ],
)
def test_the_sign_is_the_change_of_the_target_times_the_observed_change(
    load: Callable[..., Seed], change: int, observed: int, effect: str, role: str
) -> None:
    text = changed("change: -1", f"change: {change}")
    [found] = load(changed("observed: -1", f"observed: {observed}", text)).contributions

    [derived] = about(found, "net", effect, "spread")

    assert derived.role == role
    assert derived.no_change == (observed == 0)


def test_an_outcome_that_is_a_statement_derives_nothing(load: Callable[..., Seed]) -> None:
    [found] = load(VALID).contributions
    [intervention] = found.interventions

    released = statement_id("itm:neutrophil", "promotes", "itm:net")
    assert [outcome.on for outcome in intervention.outcomes] == ["itm:spread", released]
    assert [e.directness for e in found.evidence if e.about == released] == ["explicit"]


def test_where_the_source_states_the_perturbation_outright_nothing_is_derived(
    load: Callable[..., Seed],
) -> None:
    outright = """\
  - subject: NET
    predicate: promotes
    object: metastasis
    evidence: [{says: Less spread without them., basis: perturbation}]
cautions:
"""
    [found] = load(changed("cautions:\n", outright)).contributions

    [one] = about(found, "net", "promotes", "spread")

    assert one.derived_from is None


def test_a_proposed_intervention_derives_nothing(load: Callable[..., Seed]) -> None:
    text = changed("status: tested", "status: proposed")
    text = changed(
        "{on: metastasis, observed: -1}, {on: release, observed: 0}", "{on: metastasis}", text
    )
    [found] = load(text).contributions

    assert about(found, "net", "promotes", "spread") == []


def test_new_entities_of_a_source_are_known_to_it(load: Callable[..., Seed]) -> None:
    own = """\
entities:
  - {id: "itm:lysosome", name: lysosome, kind: Structure, is_a: ["itm:net"],
     grounding: {status: local}}
statements:
  - {subject: lysosome, predicate: promotes, object: metastasis, evidence: [{says: It helps.}]}
"""
    [found] = load(changed("statements:\n", own)).contributions

    assert about(found, "lysosome", "promotes", "spread")


def test_reading_twice_gives_the_same(load: Callable[..., Seed]) -> None:
    assert [*load(VALID).contributions] == [*load(VALID).contributions]


def test_the_schema_names_every_key_of_a_file() -> None:
    schema = source_schema()

    assert schema["additionalProperties"] is False
    assert {"id", "study", "statements", "not_statements"} <= schema["properties"].keys()


# --- what is wrong with a file ------------------------------------------------------------------

FAULTS = [
    # keys and types
    ("id: news\n", "idd: news\n", "0.yaml:1:1: unknown key 'idd'; did you mean 'id'?"),
    ("    subject: Neutrophils", "    subjct: Neutrophils",
     "unknown key 'subjct'; did you mean 'subject'?"),
    ("hedged: true", "hegded: true", "unknown key 'hegded'; did you mean 'hedged'?"),
    ("title: A news item\n", "", "0.yaml:1:1: key 'title' is missing"),
    ("    predicate: releases\n", "", "0.yaml:9:5: key 'predicate' is missing"),
    ("hedged: true", "hedged: maybe", "0.yaml:25:17: statements.1.evidence.0.hedged: "),
    ("tier: press_release_doi", "tier: press", "0.yaml:3:7: tier: Input should be "),
    ("type: press", "type: blog", "0.yaml:2:7: type: Input should be "),
    ("title: A news item", "title: [A, B]", "title: Input should be a valid string"),
    ("change: -1", "change: -2", "interventions.0.change: Input should be -1 or 1"),
    ("observed: 0", "observed: 2", "interventions.0.outcomes.1.observed: Input should be"),
    ("span: [0, 25]", "span: [0]", "0.yaml:15:15: statements.0.evidence.0.span: too few values"),
    ("span: [0, 25]", "span: 0", "statements.0.evidence.0.span"),
    ("id: news\n", "id: The News\n", "0.yaml:1:5: id: String should match pattern"),
    ("says: Neutrophils give off NETs.", 'says: "  "', "says: "),
    ("    evidence:\n      - says: Without NETs there was less spread.", "    evidence: []",
     "interventions.0.evidence: "),
    ("statements:\n", "statements: {}\nold:\n", "unknown key 'old'"),
    # names
    ("object: lung metastasis", "object: lung metastasys",
     "0.yaml:20:13: unknown entity 'lung metastasys'; nearest: lung metastasis (itm:lung-spread)"),
    ("object: lung metastasis", "object: qqqqqq",
     "unknown entity 'qqqqqq'; add it to entities.yaml or `entities`"),
    ("object: lung metastasis", "object: web",
     "'web' may mean itm:net (NET) or itm:web (spider web); write the id"),
    ("predicate: promotes", "predicate: promote",
     "unknown predicate 'promote'; nearest: promotes"),
    ("predicate: promotes", "predicate: qqqqqq",
     "unknown predicate 'qqqqqq'; the verbs are in vocabulary.yaml"),
    ("disease: breast cancer", "disease: brest cancer",
     "unknown disease 'brest cancer'; nearest: breast cancer"),
    ("species: [patients, mice]", "species: [patients, rats]", "unknown species 'rats'"),
    ("stage: seeding", "stage: sowing", "context.stage"),
    ("object: lung metastasis", "object: NET", "subject and object are the same entity"),
    ("on: metastasis", "on: metastas",
     "unknown entity 'metastas'; nearest: metastasis (itm:spread), lung metastasis (itm:"),
    # what stands twice
    ("  - subject: NET\n    predicate", "  - ref: release\n    subject: NET\n    predicate",
     "ref 'release' stands twice"),
    ("  - subject: NET\n    predicate", "  - subject: NET\n    subject: NET\n    predicate",
     "key 'subject' stands twice (first in line"),
    # places
    ("span: [0, 25]", "span: [0, 999]", "span 0–999 is outside news.txt (0–67)"),
    ("span: [0, 25]", "span: [25, 0]", "span 25–0 is outside news.txt"),
    ("span: [0, 25]", "span: [1, 25]", "0.yaml:16:17: the passage at 1–25 has SHA-256 "),
    ("        span: [0, 25]\n", "", "span and sha256 go together"),
    (f"characters: {len(DOCUMENT)}", "characters: 66", "news.txt has 67 characters"),
    (sha256(DOCUMENT), "0" * 64, "another version?"),
    ("name: news.txt", "name: lost.txt", "no lost.txt in "),
    ("name: news.txt", "name: ../news.txt", "a document is named without its folder"),
    ("span: [0, 5]", "span: [0, 6]", "the passage at 0–6 has SHA-256 "),
    (f"document: {{name: news.txt, sha256: {sha256(DOCUMENT)}, characters: {len(DOCUMENT)}}}\n", "",
     "a span needs the `document` it counts in"),
    ("        context: {species", "        hedged: true\n        context: {species",
     "the passage has no word of doubt; widen the span over it"),
    # what does not go together
    ("tier: press_release_doi", "tier: primary_fulltext",
     "0.yaml:3:7: tier primary_fulltext does not go with type press"),
    ("type: press", "type: paper", "tier press_release_doi does not go with type paper"),
    ("type: press\ntier: press_release_doi", "type: curator\ntier: curator",
     "a curator's own statement has no passage"),
    ("hedged: true", "no_change: true", "no_change belongs to `role: refutes`"),
    ("status: tested", "status: proposed",
     "`observed` belongs to tested interventions, and to all of them"),
    (", observed: -1", "", "`observed` belongs to tested interventions, and to all of them"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_is_said_with_its_place_and_what_to_do(
    faults: Faults, old: str, new: str, message: str
) -> None:
    found = faults(changed(old, new))

    assert any(message in fault for fault in found), found
    for fault in found:
        name, line, column, _ = fault.split(":", 3)
        assert name == "0.yaml"
        assert int(line) >= 1
        assert int(column) >= 1


def test_every_fault_of_every_file_is_said_at_once(faults: Faults) -> None:
    first = VALID
    for old, new in (
        ("object: lung metastasis", "object: nowhere"),
        ("predicate: releases", "predicate: leaks"),
        ("disease: breast cancer", "disease: gout"),
        ("span: [0, 25]", "span: [0, 999]"),
    ):
        first = changed(old, new, first)
    second = changed("id: news\n", "id: other\n", changed("hedged: true", "hegded: true"))

    found = faults(first, second)

    assert [fault.split(":")[0] for fault in found] == ["0.yaml"] * 4 + ["1.yaml"]
    lines = [int(fault.split(":")[1]) for fault in found]
    assert lines[:4] == sorted(lines[:4])


def test_faults_of_every_kind_are_said_together_and_none_hides_another(faults: Faults) -> None:
    text = VALID
    for old, new in (
        ("title: A news item\n", "titel: A news item\n"),  # two: one key unknown, one missing
        ("predicate: releases", "predicate: leaks"),
        ("span: [0, 25]", "span: [1, 25]"),
        ("disease: breast cancer", "disease: gout"),
        ("object: lung metastasis", "object: nowhere"),
        ("hedged: true", "hedged: perhaps"),
        ("subject: NET\n    object: metastasis", "subject: snare\n    object: metastasis"),
        ("change: -1", "change: -3"),
        ("span: [0, 5]", "span: [0, 6]"),
    ):
        text = changed(old, new, text)

    found = "\n".join(faults(text))

    for message in (
        "unknown key 'titel'; did you mean 'title'?",
        "key 'title' is missing",
        "unknown predicate 'leaks'",
        "the passage at 1–25 has SHA-256",
        "unknown disease 'gout'",
        "unknown entity 'nowhere'",
        "statements.1.evidence.0.hedged: ",
        "unknown entity 'snare'",
        "interventions.0.change: ",
        "the passage at 0–6 has SHA-256",
    ):
        assert message in found
    assert found.count("\n") == 9


def test_a_fault_of_a_statement_is_not_said_again_where_its_ref_is_used(faults: Faults) -> None:
    assert len(faults(changed("predicate: releases", "predicate: leaks"))) == 1
    assert len(faults(changed("    predicate: releases\n", ""))) == 1


def test_the_message_counts_the_faults_and_says_that_nothing_was_loaded(
    load: Callable[..., Seed],
) -> None:
    text = changed("object: lung metastasis", "object: nowhere")

    with pytest.raises(BadSource, match=r"^2 faults found, nothing was loaded"):
        load(changed("predicate: releases", "predicate: leaks", text))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected keys and values, found nothing"),
        (b"- a\n- b\n", "expected keys and values, found a list"),
        (b"just words", "expected keys and values, found text"),
        (b"12", "expected keys and values, found int"),
        (VALID.encode("utf-16"), "not UTF-8"),
        (VALID.encode("latin-1", "replace").replace(b"NETs may", b"N\xe9Ts may"), "not UTF-8"),
        (VALID.replace("  - ref", "\t- ref").encode(), "not YAML"),
        ((VALID + "---\nid: second\n").encode(), "a second document begins here"),
        (("x: " + "[" * 60 + "]" * 60 + "\n" + VALID).encode(), "nested deeper than"),
        (("x: &a [*a]\n" + VALID).encode(), "used before its anchor ends"),
        (("x: !!python/name:os.system\n" + VALID).encode(), "tag "),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    faults: Faults, content: bytes, message: str
) -> None:
    assert any(message in fault for fault in faults(content))


@pytest.mark.parametrize(
    "saved",
    [
        b"\xef\xbb\xbf" + VALID.encode(),
        VALID.replace("\n", "\r\n").encode(),
        VALID.replace("\n", "\r").encode(),
        f"--- # one document\n{VALID}...\n".encode(),
        VALID.replace("disease: breast cancer", 'disease: "Breast Cancer"').encode(),
    ],
)
def test_how_a_file_is_saved_changes_nothing(load: Callable[..., Seed], saved: bytes) -> None:
    assert [*load(saved).contributions] == [*load(VALID).contributions]


# --- what two files say -------------------------------------------------------------------------

OTHER = """\
id: other
type: paper
tier: primary_fulltext
traceability: doi
title: The paper
study: {id: two}
statements:
  - {subject: NET, predicate: promotes, object: metastasis, evidence: [{says: It does.}]}
"""
USES_PLACEHOLDER = changed("subject: NET", "subject: cytokine released by neutrophils", OTHER)
OWNER = changed("subject: NET", "subject: cytokine released by neutrophils")


def test_one_source_id_in_two_files_is_refused(faults: Faults) -> None:
    [found] = faults(VALID, changed("id: other", "id: news", OTHER))

    assert "1.yaml:1:5: source id 'news' stands in " in found


def test_a_study_that_two_files_describe_differently_is_refused(faults: Faults) -> None:
    other = changed("{id: two}", "{id: one, doi: 10.1000/two}", OTHER)

    [found] = faults(VALID, other)

    assert found.startswith(
        "1.yaml:6:23: doi of study 'one' is 10.1000/two here but 10.1000/one in "
    )


def test_a_study_that_one_file_describes_more_fully_is_fine(load: Callable[..., Seed]) -> None:
    assert len(load(VALID, changed("{id: two}", "{id: one, pmid: '1'}", OTHER)).contributions) == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "key"),
    [
        ("{id: one, doi: 10.1000/x}", "{id: two, doi: 10.1000/x}", "doi"),
        ("{id: one, doi: 10.1000/x}", "{id: two, doi: 'https://doi.org/10.1000/X'}", "doi"),
        ("{id: one, pmid: '77'}", "{id: two, pmid: 77}", "pmid"),
        ("{id: one, pmid: 'PMID:77'}", "{id: two, doi: 10.1000/x, pmid: '77'}", "pmid"),
        ("{id: one, doi: 10.1000/x, pmid: 77}", "{id: two, doi: 10.1000/x, pmid: 77}", "doi"),
    ],
)
def test_one_paper_under_two_studies_is_refused_once(
    faults: Faults, ours: str, theirs: str, key: str
) -> None:
    mine = changed("{id: one, doi: 10.1000/one, title: The study}", ours)

    [found] = faults(mine, changed("{id: two}", theirs, OTHER))

    assert found.startswith("1.yaml:6:")
    assert f"{key.upper()} " in found
    assert "is that of study 'one' in " in found
    assert "one paper is one study" in found


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("{id: one, doi: 10.1000/x}", "{id: one, doi: doi:10.1000/X}"),
        ("{id: one, doi: 10.1000/x}", "{id: two, doi: 10.1000/x.s1}"),
        ("{id: one, pmid: 7}", "{id: two, pmid: 77}"),
        ("{id: one, doi: 10.1000/x}", "{id: two}"),
    ],
)
def test_two_papers_and_two_sources_of_one_are_fine(
    load: Callable[..., Seed], ours: str, theirs: str
) -> None:
    mine = changed("{id: one, doi: 10.1000/one, title: The study}", ours)

    assert len(load(mine, changed("{id: two}", theirs, OTHER)).contributions) == 2


def test_a_paper_that_the_graph_has_under_another_study_is_refused() -> None:
    held = Study(id="held", doi="10.1000/ONE")
    for study, refused in (("one", 1), ("held", 0)):
        reader = reader_of(papers=[held])
        reader.read(changed("{id: one,", f"{{id: {study},").encode(), "f.yaml")
        found = [fault.message for fault in reader.take_faults()]
        assert len(found) == refused
        assert all("is that of study 'held' in the graph" in message for message in found)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("PMID:77", "77"), ("77", "77"), ("https://pubmed.ncbi.nlm.nih.gov/77", "77")],
)
def test_a_pmid_is_kept_in_one_spelling(load: Callable[..., Seed], given: str, kept: str) -> None:
    study = f"{{id: one, pmid: {given}, doi: 'doi:10.1000/ONE'}}"
    seed = load(changed("{id: one, doi: 10.1000/one, title: The study}", study))
    [contribution] = seed.contributions
    assert contribution.study == Study(id="one", pmid=kept, doi="10.1000/one")


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("pmid", "PMC123", "study.pmid: 'PMC123' is no PMID but an id of PubMed Central"),
        ("doi", "nature10138", "study.doi: 'nature10138' is no DOI"),
        ("retracted", "''", "study.retracted: say why and when it was retracted"),
    ],
)
def test_what_names_no_paper_is_refused_with_its_place(
    faults: Faults, key: str, value: str, says: str
) -> None:
    study = f"{{id: one, {key}: {value}}}"

    [found] = faults(changed("{id: one, doi: 10.1000/one, title: The study}", study))

    assert found.startswith(f"0.yaml:6:{20 + len(key)}: {says}")


@pytest.mark.parametrize(
    ("key", "value"), [("published", "2019-02-30"), ("curated", "22 November 2026")]
)
def test_what_is_no_date_is_refused_with_its_place(faults: Faults, key: str, value: str) -> None:
    [found] = faults(changed("title: A news item\n", f"title: A news item\n{key}: {value}\n"))

    assert found.startswith(f"0.yaml:6:{len(key) + 3}: {key}: '{value}' is no date. Write a year")


@pytest.mark.parametrize("value", ["2019", "'2019'", "2019-02", "2019-02-06", '"2019-02-06"'])
def test_dates_are_dates_with_and_without_quotes(load: Callable[..., Seed], value: str) -> None:
    head = f"title: A news item\npublished: {value}\ncurated: {value}\n"
    [contribution] = load(changed("title: A news item\n", head)).contributions
    assert contribution.source.published == contribution.source.curated == value.strip("\"'")


@pytest.mark.parametrize("study", ["{id: two}", "null"])
def test_the_unnamed_member_of_one_source_is_refused_in_another_study(
    faults: Faults, study: str
) -> None:
    other = changed("study: {id: two}", f"study: {study}\nstudy_note: x", USES_PLACEHOLDER)

    [found] = faults(OWNER, other)

    assert found.startswith("1.yaml:9:")
    assert "'cytokine released by neutrophils' is the unnamed member of source 'news'" in found


def test_the_unnamed_member_may_be_used_by_sources_of_the_same_study(
    load: Callable[..., Seed],
) -> None:
    other = changed("{id: two}", "{id: one}", USES_PLACEHOLDER)

    assert len(load(OWNER, other).contributions) == 2
    assert len(load(other, OWNER).contributions) == 2


def test_the_unnamed_member_of_a_source_that_is_not_at_hand_is_refused(faults: Faults) -> None:
    [found] = faults(USES_PLACEHOLDER)

    assert "unnamed member of source 'news'" in found


def test_the_studies_of_loaded_sources_decide_who_may_use_an_unnamed_member() -> None:
    for study, refused in (("two", 0), ("one", 1), (None, 1)):
        reader = reader_of(studies={"news": study})
        reader.read(USES_PLACEHOLDER.encode(), "f.yaml")
        assert len(reader.cross_faults()) == refused


def test_two_definitions_of_one_new_entity_are_refused(faults: Faults) -> None:
    def with_entity(text: str, name: str) -> str:
        entity = f"{{id: 'itm:new', name: {name}, kind: Cell, grounding: {{status: local}}}}"
        return changed("statements:\n", f"entities: [{entity}]\nstatements:\n", text)

    [found] = faults(with_entity(VALID, "new cell"), with_entity(OTHER, "other cell"))

    assert "1.yaml:7:17: itm:new is defined otherwise in " in found


@pytest.mark.parametrize(
    ("entity", "message"),
    [
        ("{id: 'itm:net', name: snare, kind: Cell, grounding: {status: local}}",
         "itm:net is NET in entities.yaml; leave it out here"),
        ("{id: 'itm:x', name: x, kind: Cell, is_a: ['itm:nett'], grounding: {status: local}}",
         "itm:x is_a itm:nett, which is no entity; nearest: itm:net"),
        ("{id: 'itm:x', name: x, kind: Cell, is_a: ['CL:0000737'], grounding: {status: local}}",
         "itm:x is_a CL:0000737, which is no entity"),
        ("{id: 'itm:x', name: x, kind: Cell, is_a: ['itm:x'], grounding: {status: local}}",
         "itm:x is, by its classes, a kind of itself"),
        ("{id: x, name: x, kind: Cell, grounding: {status: local}}", "entities.0.id: "),
        ("{id: 'itm:x', name: x, kind: Cell}", "key 'grounding' is missing"),
    ],
)  # fmt: skip
def test_an_entity_that_cannot_stand_is_refused(faults: Faults, entity: str, message: str) -> None:
    found = faults(changed("statements:\n", f"entities: [{entity}]\nstatements:\n"))

    assert any(message in fault for fault in found), found


# --- the shared files ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("vocabulary.yaml", "name: inhibits", "name: promotes",
         "vocabulary.yaml:3:12: 'promotes' stands twice"),
        ("vocabulary.yaml", "class: causal, effect: inhibits", "class: causal",
         "vocabulary.yaml:3:5: 'inhibits': causal verbs have an `effect`, and no others do"),
        ("vocabulary.yaml", "class: structural", "class: structural, effect: promotes",
         "'step_of': causal verbs have an `effect`, and no others do"),
        ("vocabulary.yaml", "is_a: [cancer]", "is_a: [cancr]",
         "is_a 'cancr', which is no term; nearest: cancer"),
        ("vocabulary.yaml", "class: gap", "class: hole", "predicates.5.class: Input should be"),
        ("entities.yaml", '"itm:web"', '"itm:net"', "entity itm:net stands twice"),
        ("entities.yaml", 'is_a: ["itm:spread"]', 'is_a: ["itm:sprea"]',
         "itm:lung-spread is_a itm:sprea, which is no entity; nearest: itm:spread"),
        ("entities.yaml", "name: metastasis, kind: Process",
         'name: metastasis, kind: Process, is_a: ["itm:lung-spread"]',
         "itm:spread is, by its classes, a kind of itself"),
        ("entities.yaml", "kind: Cell", "kind: Cell!", "entities.0.kind"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_shared_files_is_said_with_its_place(
    *, home: Path, faults: Faults, file: str, old: str, new: str, message: str
) -> None:
    path = home / file
    path.write_text(changed(old, new, path.read_text()))

    found = faults(VALID)

    assert any(message in fault for fault in found), found
    assert not any(f"{file}:1:1:" in fault for fault in found)


def test_a_folder_without_vocabulary_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"no vocabulary\.yaml and entities\.yaml here or above"):
        read_seed(tmp_path)


def test_sources_are_read_over_the_nearest_vocabulary_above_them(home: Path) -> None:
    folder = home / "founding"
    folder.mkdir()
    (folder / "news.yaml").write_text(VALID)
    (home / "elsewhere.yaml").write_text(OTHER)

    assert [c.source.id for c in read_seed(folder).contributions] == ["news"]
    assert [c.source.id for c in read_seed(home).contributions] == ["other", "news"]


def test_without_the_documents_a_passage_is_taken_on_trust(home: Path) -> None:
    (home / "news.yaml").write_text(changed("span: [0, 25]", "span: [1, 25]"))

    assert len(read_seed(home).contributions) == 1


def test_a_document_that_is_not_utf_8_is_refused(home: Path, faults: Faults) -> None:
    (home / "documents" / "news.txt").write_bytes(b"caf\xe9")
    digest = hashlib.sha256(b"caf\xe9").hexdigest()

    found = faults(changed(sha256(DOCUMENT), digest))

    assert any("news.txt is not UTF-8" in fault for fault in found)


# --- anything at all ----------------------------------------------------------------------------


SIGNS = [
    *" \n\t:-[]{}&*!|>'\"#,?%@`~\\\x00\x85éß🙂аb019",
    "null", "true", "*x", "&x ", "- ", "? ", "<<: ", "---\n", "..", "itm:", "0x", "1e9",
]  # fmt: skip


def mutated(seed: int, text: str) -> bytes:
    """The text with a few parts removed, doubled, moved or made into something else."""
    chance = random.Random(seed)
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        kind = chance.randrange(7)
        i, j = sorted(chance.sample(range(len(lines)), 2))
        if kind == 0:
            del lines[i : i + chance.randint(1, 3)]
        elif kind == 1:
            lines[i:i] = lines[i:j][:5]
        elif kind == 2:
            lines[i], lines[j] = lines[j], lines[i]
        elif kind == 3:
            lines[i] = " " * chance.randint(0, 9) + lines[i].lstrip()
        elif kind == 4:
            lines[i] = lines[i].partition(":")[0] + ": " + lines[j].partition(":")[2]
        else:
            at = chance.randint(0, len(lines[i]))
            drop = chance.randint(0, 3)
            lines[i] = lines[i][:at] + chance.choice(SIGNS) + lines[i][at + drop :]
        while len(lines) < 2:
            lines.append("")
    found = "\n".join(lines).encode()
    if chance.random() < 0.1:
        at = chance.randrange(len(found))
        found = found[:at] + bytes([chance.randrange(256)]) + found[at + 1 :]
    return found


@pytest.mark.parametrize("seed", range(0, 300, 50))
def test_a_damaged_file_is_read_or_refused_with_places_and_nothing_else(seed: int) -> None:
    for number in range(seed, seed + 50):
        reader = reader_of()
        content = mutated(number, VALID)
        found = reader.read(content, "f.yaml")
        faults = [*reader.take_faults(), *reader.cross_faults()]
        assert (found is None) == bool(faults) or reader.cross_faults(), number
        lines = content.count(b"\n") + content.count(b"\r") + 2
        for fault in faults:
            assert 1 <= fault.line <= lines, (number, fault)
            assert fault.column >= 1, (number, fault)
            assert fault.message, number


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "type", "statements", "evidence", "subject", "span", "study"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_values_under_the_keys_of_a_file_are_refused_in_order(values: object) -> None:
    reader = reader_of()

    assert reader.read(json.dumps(values).encode(), "f.yaml") is None
    assert reader.take_faults()


# --- the cause, and it alone --------------------------------------------------------------------

BROKEN = (
    (VALID.replace("  - ref", "\t- ref", 1), "0.yaml:9:1: not YAML: a tab, where only blanks"),
    (VALID.replace("title: A", "\ttitle: A"), "0.yaml:5:1: not YAML: a tab, where only blanks"),
    (VALID.replace("    object: NET", "\t\tobject: NET", 1), "0.yaml:12:1: not YAML: a tab"),
    (VALID.replace("title: A news", "title: a: news"), "0.yaml:5:9: not YAML: mapping values"),
    (VALID.replace("title: A news", "title: 'A news"), "not YAML: "),
    (VALID.replace("study: {id: one", "study: [id: one"), "not YAML: "),
    (VALID.replace("    predicate: releases", "   predicate: releases"), "not YAML: "),
    (VALID.replace("type: press", "type: *press"), "0.yaml:2:7: alias *press is used before"),
    (VALID.replace("type: press", "type: !press x"), "0.yaml:2:7: tag !press is not used"),
    ("```yaml\n" + VALID + "```\n", "0.yaml:1:1: not YAML: "),
    ("- " + VALID, "not YAML: "),
)


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_text_that_cannot_be_read_on_is_one_fault(faults: Faults, text: str, says: str) -> None:
    [found] = faults(text)

    assert says in found


STATEMENT = (
    "  - {{subject: {name}, predicate: {verb}, object: metastasis, "
    "evidence: [{{says: Seen {number}., context: {{disease: {disease}}}}}]}}\n"
)


def nine(name: str = "NET", verb: str = "promotes", disease: str = "cancer") -> list[str]:
    """Nine statements, to stand in lines 8 to 16 of the other file."""
    return [
        STATEMENT.format(name=name, verb=verb, disease=disease, number=number)
        for number in range(9)
    ]


@pytest.mark.parametrize(
    ("name", "verb", "disease", "says"),
    [
        ("neutrophile", "promotes", "breast cancer", "unknown entity 'neutrophile'"),
        ("NET", "promots", "breast cancer", "unknown predicate 'promots'"),
        ("NET", "promotes", "brest cancer", "unknown disease 'brest cancer'"),
    ],
)
def test_an_unknown_name_is_told_once_with_its_places(
    faults: Faults, name: str, verb: str, disease: str, says: str
) -> None:
    head, _, _ = OTHER.partition("  - {")

    [found] = faults(head + "".join(nine(name, verb, disease)))

    assert found.startswith("0.yaml:8:")
    assert says in found
    assert found.endswith(" (also in lines 9, 10, 11, 12, 13 and 3 more)")


def test_two_places_and_three_are_named_in_words(faults: Faults) -> None:
    head, _, _ = OTHER.partition("  - {")
    lines = nine("xyzzy")
    for count, told in ((1, ""), (2, " (also in line 9)"), (3, " (also in lines 9 and 10)")):
        [found] = faults(head + "".join(lines[:count]))
        assert found.partition("`entities`")[2] == told


def test_a_missing_document_is_told_once(faults: Faults) -> None:
    line = f"document: {{name: news.txt, sha256: {sha256(DOCUMENT)}, characters: {len(DOCUMENT)}}}"

    [found] = faults(changed(line + "\n", ""))

    assert "a span needs the `document` it counts in (also in line" in found


def test_what_stands_in_place_of_a_list_is_said(faults: Faults) -> None:
    [found] = faults(changed("[{says: It does.}]", "It does.", OTHER))

    assert found.endswith("statements.0.evidence: expected a list, found text")


@pytest.mark.parametrize("count", [101, 102, 3000])
def test_of_very_many_faults_the_first_hundred_are_told_and_the_rest_counted(count: int) -> None:
    reader = reader_of()
    reader.read((OTHER + "".join(f"key{n}: 1\n" for n in range(count))).encode(), "f.yaml")
    *told, last = reader.take_faults()
    assert len(told) == 100
    rest = count - 100
    assert last.message == f"and {rest:,} more fault{'' if rest == 1 else 's'}; mend these first"
    assert (last.line, last.count) == (109, rest)
    assert str(BadSource([*told, last])).startswith(f"{count:,} faults found")


def test_four_hundred_thousand_unknown_keys_are_answered_in_seconds() -> None:
    reader = reader_of()
    began = time.process_time()
    reader.read((OTHER + "".join(f"k{n}: 1\n" for n in range(400_000))).encode(), "f.yaml")
    *_, last = reader.take_faults()
    assert last.message == "and 399,900 more faults; mend these first"
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    "name", ["CD8⁺ T cell", "H₂O₂", "Ca²⁺", "PGE₂", "CD4⁺CD25⁺ cell", "CO₂", "IL‑1β²", "xⁿ", "H₃K₄"]
)
def test_raised_and_lowered_digits_are_no_foreign_script(
    load: Callable[..., Seed], name: str
) -> None:
    entity = (
        f"entities: [{{id: 'itm:new', name: {name}, kind: Cell, grounding: {{status: local}}}}]"
    )
    text = changed("subject: NET", f"subject: {name}", OTHER)

    [contribution] = load(changed("statements:\n", f"{entity}\nstatements:\n", text)).contributions

    assert contribution.statements[0].subject == "itm:new"


@pytest.mark.parametrize("name", ["CD8⁺ T сеll", "Н₂O₂", "СO₂"])
def test_a_foreign_letter_beside_a_raised_digit_is_found(faults: Faults, name: str) -> None:
    [found] = faults(changed("subject: NET", f"subject: {name}", OTHER))

    assert "CYRILLIC" in found
