"""What a file says that is well formed and still, most likely, not what its source means.

Each lint has a code that stays; `seed/README.md` has the same table. A lint is a warning: the
curator may know better, and says so in a `note` that names the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from immunograph.curation.inspection import NOTHING_BESIDE, Beside, Finding, Inspection
from immunograph.curation.rules import claims, entities, fields, names, papers, structure
from immunograph.domain.model import Entity
from immunograph.errors import Fault
from immunograph.seeds.reading import Reader, Reading
from immunograph.seeds.yaml_text import SeedText


@dataclass(frozen=True, slots=True)
class Rule:
    """One lint: its code, what it finds, and the function that does."""

    code: str
    finds: str
    look: Callable[[Inspection], Iterator[Finding]]


RULES: Final = (
    Rule("polarity-in-name",
         "an entity whose name holds a sign, such as “inhibition of …” or “CCL2 knock-out”",
         names.polarity),
    Rule("denied-support", "support whose words deny it: no effect, failed to, dispensable for",
         claims.denied_support),
    Rule("sign-against-words",
         "words that have it the other way than the verb, with what was done to the subject",
         claims.sign_against_words),
    Rule("association-as-cause", "a causal verb over a passage that only tells of an association",
         claims.association_as_cause),
    Rule("cause-as-association", "an association over words that tell of a cause",
         claims.cause_as_association),
    Rule("hedge-missing", "a word of doubt in the words or the passage, and not `hedged: true`",
         claims.hedge_missing),
    Rule("hedge-unfounded", "`hedged: true` without a word of doubt in the words",
         claims.hedge_unfounded),
    Rule("class-bridge", "a source enters an abstract class and leaves it again: no path will pass",
         structure.class_bridge),
    Rule("member-and-class", "a causal verb between a class and one of its own kinds",
         fields.member_and_class),
    Rule("opposite-edges", "one source says that a promotes b and that a inhibits b",
         structure.opposite_edges),
    Rule("intervention-sign", "an experiment gives the opposite of what the same source states",
         structure.intervention_sign),
    Rule("change-against-mode",
         "a `change` that the mode or name of what was done does not make",
         fields.change_against_mode),
    Rule("system-against-species", "a study system whose species is not among those stated",
         fields.system_against_species),
    Rule("copied-words", "a paraphrase shares eight words or more in a row with the document",
         structure.copied_words),
    Rule("same-entity", "a new entity with the symbol, a name or an id of another",
         entities.same_entity),
    Rule("id-shape", "an id that its table cannot have, or a prefix that nobody knows",
         entities.id_shape),
    Rule("kind-against-id", "a kind that nobody knows, or that the table of the id does not hold",
         entities.kind_against_id),
    Rule("trap-grounding",
         "a name that means something else in this field than in general tables",
         entities.trap_grounding),
    Rule("same-title", "two studies of one title, such as a preprint and its paper",
         papers.same_title),
    Rule("retracted-paper", "a paper taken back, by its title or by a list, and not marked so",
         papers.retracted_paper),
    Rule("future-date", "a day that has not come yet", papers.future_date),
    Rule("unfinished",
         "nothing said yet, a study without a title, or ids and not how they were checked",
         papers.unfinished),
)  # fmt: skip
"""Every lint, in the order of the guide."""
LINTS: Final[dict[str, str]] = {rule.code: rule.finds for rule in RULES}
"""Every lint: its code and what it finds."""


@dataclass(frozen=True, slots=True, order=True)
class Lint:
    """One finding: its place, its code, and what to do."""

    file: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: [{self.code}] {self.message}"

    def as_fault(self) -> Fault:
        """The same as a fault, for those who want no warnings."""
        return Fault(self.file, self.line, self.column, f"[{self.code}] {self.message}")


def lint(reading: Reading, reader: Reader, beside: Beside = NOTHING_BESIDE) -> list[Lint]:
    """All findings of one file, in the order of their places; none where it has no form."""
    if reading.form is None:
        return []
    return _found(Inspection.of(reading, reader, beside))


def lint_entities(text: SeedText, entities: Iterable[Entity], reader: Reader) -> list[Lint]:
    """All findings of the file of entities that sources share."""
    return _found(Inspection(text, reader, None, entities=tuple(entities)))


def _found(inspection: Inspection) -> list[Lint]:
    """What the rules find and no note of the curator answers."""
    found: set[Lint] = set()
    answered: set[Lint] = set()
    for rule in RULES:
        for path, message in rule.look(inspection):
            line, column = inspection.text.place(path)
            one = Lint(inspection.text.file, line, column, rule.code, message)
            answers = any(rule.code in note for note in inspection.notes(path))
            (answered if answers else found).add(one)
    return sorted(found - answered)
