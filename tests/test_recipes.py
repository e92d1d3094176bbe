"""The recipes of CONTRIBUTING.md: what each says is enough."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import pytest

from immunograph import formats
from immunograph.domain.knowledge import Knowledge
from immunograph.folders import folder
from immunograph.formats.format import Format
from immunograph.inference.derivation import derive
from immunograph.seeds.files import ENTITIES_FILE, VOCABULARY_FILE
from immunograph.seeds.folder import read_seed

VERB = """  - {name: awakens, phrase: awakens, class: causal, effect: promotes,
     ro: "RO:0002304", biolink: "biolink:affects", indra: Activation, bel: increases}
"""
SOURCE = """
id: a-paper
type: paper
tier: primary_fulltext
traceability: doi
title: A paper
study: {id: a-study, title: A study, doi: 10.5555/a.1, verified: made up}
curator: a curator
curated: "2026-11-22"
statements:
  - subject: neutrophil
    predicate: awakens
    object: malignant cell
    evidence:
      - says: Neutrophils awaken malignant cells.
        checked: false
        basis: observed
"""


def test_a_verb_is_one_line_of_the_vocabulary(tmp_path: Path) -> None:
    vocabulary = (folder("seed") / VOCABULARY_FILE).read_text("utf-8")
    first = vocabulary.index("  - {name: promotes,")
    (tmp_path / VOCABULARY_FILE).write_text(vocabulary[:first] + VERB + vocabulary[first:], "utf-8")
    shutil.copy(folder("seed") / ENTITIES_FILE, tmp_path)
    (tmp_path / "a-paper.yaml").write_text(SOURCE, "utf-8")

    seed = read_seed(tmp_path)

    knowledge = Knowledge(seed.vocabulary, seed.contributions)
    [statement] = knowledge.statements.values()
    derivation = derive(knowledge)
    assert derivation.assessments[statement.id].predicate == "awakens"
    assert statement.sign == 1
    assert statement.id in derivation.steps


@pytest.mark.parametrize("form", formats.FORMATS.values(), ids=lambda form: form.name)
def test_a_format_is_a_module_and_its_line_in_the_table(form: Format) -> None:
    modules = [one for one in vars(formats).values() if isinstance(one, ModuleType)]
    homes = [one for one in modules if any(held is form for held in vars(one).values())]
    assert len(homes) == 1
