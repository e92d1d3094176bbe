"""Words against the verb: denial, doubt, an association, the other sign; and what is fine."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from immunograph.curation.inspection import Inspection
from immunograph.curation.reading.direction import told_sign
from immunograph.curation.rules.claims import claim_of
from immunograph.domain.vocabulary import Role
from immunograph.folders import folder
from immunograph.names.hedges import doubt_in
from immunograph.seeds import yaml_text
from immunograph.seeds.folder import read_home
from immunograph.seeds.reading import Reader

from .conftest import codes, linted

STATEMENT = """\
statements:
  - subject: {subject}
    predicate: {predicate}
    object: {object}
    evidence: [{{says: {says}, basis: {basis}}}]
"""
OF_WORDS = ("denied-support", "sign-against-words", "association-as-cause", "cause-as-association")


SENTENCES = [
    line.split("\t")
    for line in Path(__file__).with_name("sentences.tsv").read_text("utf-8").splitlines()[1:]
]
"""What is found in a sentence, or `fine`; subject, verb, object, basis, and the sentence."""


def found_in(subject: str, predicate: str, object_: str, basis: str, says: str) -> list[str]:
    """The findings on the words of one statement."""
    body = STATEMENT.format(
        subject=subject, predicate=predicate, object=object_, basis=basis, says=json.dumps(says)
    )
    return [code for code in codes(linted(body)) if code in OF_WORDS]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence[-1])
def test_words_are_held_against_the_verb(sentence: list[str]) -> None:
    """Denial, another sign and an association are found; what says what the verb says is not."""
    expected, *statement = sentence
    assert found_in(*statement) == ([] if expected == "fine" else [expected])


def test_each_kind_has_inputs_enough() -> None:
    kinds = Counter(sentence[0] for sentence in SENTENCES)
    assert min(kinds.values()) >= 20
    assert kinds["fine"] >= 100


def test_a_finding_says_the_word_and_what_to_do() -> None:
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis", basis="perturbation",
        says="Blocking CCL2 had no effect on metastasis.",
    )  # fmt: skip
    (one,) = linted(body)
    assert one.message.startswith(
        "'had no effect' denies what the statement says; write `role: refutes`"
    )
    assert (one.line, one.column) == (11, 23)


def test_what_refutes_may_deny() -> None:
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis",
        basis="perturbation, role: refutes, no_change: true",
        says="Blocking CCL2 had no effect on metastasis.",
    )  # fmt: skip
    assert codes(linted(body)) == []


def test_a_sentence_of_a_corpus_is_not_held_against_one_statement() -> None:
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis", basis="asserted, quoted: true",
        says="CCL2 reduced metastasis.",
    )  # fmt: skip
    assert codes(linted(body)) == []


def test_a_note_that_names_the_code_answers() -> None:
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis",
        basis="asserted, note: 'sign-against-words: of the shed form alone'",
        says="CCL2 reduced metastasis.",
    )  # fmt: skip
    assert codes(linted(body)) == []


def test_the_first_thing_wrong_with_words_is_told_and_not_what_follows_from_it() -> None:
    says = "CCL2 was not associated with fewer metastases."
    assert found_in("CCL2", "promotes", "metastasis", "observed", says) == ["denied-support"]


def test_the_words_of_the_shipped_library_give_the_sign_of_its_verbs() -> None:
    """Where they give one; turned round, each of these would be found."""
    vocabulary, entities, _ = read_home(folder("seed"))
    reader = Reader(vocabulary, entities)
    told: list[bool] = []
    for path in sorted(Path(folder("seed")).glob("*/*.yaml")):
        reading = reader.reading(yaml_text.read(path.read_bytes(), str(path)))
        inspection = Inspection.of(reading, reader)
        for form in reading.form.statements if reading.form else ():
            predicate = reader.predicate(form.predicate)
            if predicate is None or predicate.effect is None:
                continue
            for passage in form.evidence:
                claim = claim_of(inspection, form, predicate, passage)
                sign = told_sign(claim) if passage.role is Role.SUPPORTS else None
                if sign is not None:
                    told.append(sign[0] == predicate.effect.sign)
    assert all(told)
    assert len(told) >= 100


# --- doubt -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        "CCL2 is thought to drive metastasis.",
        "CCL2 is widely believed to drive metastasis.",
        "CCL2 is likely a driver of metastasis.",
        "CCL2 most likely drives metastasis, it is argued.",
        "CCL2 is a putative driver of metastasis.",
        "The authors propose that CCL2 drives metastasis.",
        "CCL2 was proposed as a driver of metastasis.",
        "CCL2 is implicated in metastasis.",
        "CCL2 probably drives metastasis.",
        "Presumably CCL2 drives metastasis.",
        "Perhaps CCL2 drives metastasis.",
        "CCL2 is suspected of driving metastasis.",
        "It was hypothesised that CCL2 drives metastasis.",
        "It is possible that CCL2 drives metastasis.",
        "There is a possibility that CCL2 drives metastasis.",
        "CCL2 has a possible role in metastasis.",
        "CCL2 is a potential driver of metastasis.",
        "CCL2 may drive metastasis.",
        "May CCL2 drive metastasis?",
        "CCL2 could drive metastasis.",
        "CCL2 appears to drive metastasis.",
        "It appears that CCL2 drives metastasis.",
        "CCL2 apparently drives metastasis.",
        "CCL2 seemingly drives metastasis.",
        "The data hint at CCL2 driving metastasis.",
        "It was speculated that CCL2 drives metastasis.",
        "It cannot be excluded that CCL2 drives metastasis.",
        "CCL2 is unlikely to spare the lung.",
    ],
)
def test_doubt_is_found_in_whatever_words(says: str) -> None:
    assert doubt_in(says)
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis", basis="observed",
        says=json.dumps(says),
    )  # fmt: skip
    assert "hedge-missing" in codes(linted(body))
    assert "hedge" not in " ".join(codes(linted(body.replace("basis:", "hedged: true, basis:"))))


@pytest.mark.parametrize(
    "says",
    [
        "CCL2 can drive metastasis.",
        "CCL2 often drives metastasis.",
        "CCL2 drives some metastases, and many in the lung.",
        "With CCL2, mice were more likely to have metastases.",
        "Mice without CCL2 were less likely to have metastases.",
        "Metastases were twice as likely with CCL2.",
        "In May 2019 CCL2 was seen to drive metastasis.",
        "CCL2 drove metastasis, as was seen on 4 May.",
        "Without CCL2 the cells could not spread.",
        "Cells could no longer spread once CCL2 was blocked.",
        "Metastases appeared where there was CCL2.",
        "More metastases appeared with CCL2.",
        "CCL2 raised the metastatic potential of the cells.",
        "CCL2 made spread possible.",
        "CCL2 drove metastasis as early as possible.",
        "CCL2 drove metastasis, to the dismay of all.",
    ],
)
def test_ability_number_frequency_and_the_month_are_no_doubt(says: str) -> None:
    assert doubt_in(says) is None
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis", basis="perturbation",
        says=json.dumps(says),
    )  # fmt: skip
    assert codes(linted(body)) == []


@pytest.mark.parametrize(
    "says",
    ["CCL2 drives metastasis.", "CCL2 made spread likelier.", "Many cells spread by CCL2."],
)
def test_a_mark_of_doubt_without_a_word_of_it_is_found(says: str) -> None:
    body = STATEMENT.format(
        subject="CCL2", predicate="promotes", object="metastasis", basis="observed, hedged: true",
        says=says,
    )  # fmt: skip
    assert codes(linted(body)) == ["hedge-unfounded"]
