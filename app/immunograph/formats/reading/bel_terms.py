"""BEL statements: text → terms and relation, and each term → the thing that it is about.

The grammar is that of BEL 1 and 2 as curators write it: functions in their short and long names,
names with or without quotes, labels behind a `!`, and statements that nest in one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from immunograph.domain.vocabulary import Aspect
from immunograph.formats.reading.bel_forms import form, modification
from immunograph.formats.reading.claims import Thing
from immunograph.names.curies import curie

DEEPEST: Final = 40


class BadBel(Exception):
    """A text that is no BEL; it says where and why."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name, in a name space or as it stands, and the label that goes with an identifier."""

    space: str
    value: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A function of names and of other terms."""

    function: str
    arguments: tuple[Term | Name, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Two terms and what relates them; the object may be a statement itself."""

    subject: Term
    relation: str
    object: Term | Link


FUNCTIONS: Final = {
    "abundance": "a", "proteinAbundance": "p", "rnaAbundance": "r", "geneAbundance": "g",
    "microRNAAbundance": "m", "complexAbundance": "complex", "compositeAbundance": "composite",
    "biologicalProcess": "bp", "pathology": "path", "populationAbundance": "pop",
    "population": "pop", "reaction": "rxn", "activity": "act", "molecularActivity": "ma",
    "degradation": "deg", "translocation": "tloc", "cellSecretion": "sec",
    "cellSurfaceExpression": "surf", "proteinModification": "pmod", "geneModification": "gmod",
    "variant": "var", "fragment": "frag", "substitution": "sub", "truncation": "trunc",
    "fusion": "fus", "location": "loc", "kinaseActivity": "kin", "catalyticActivity": "cat",
    "chaperoneActivity": "chap", "gtpBoundActivity": "gtp", "peptidaseActivity": "pep",
    "phosphataseActivity": "phos", "ribosylationActivity": "ribo",
    "transcriptionalActivity": "tscript", "transportActivity": "tport",
}  # fmt: skip
"""Long names → short ones."""
_LONG: Final = {long.casefold(): short for long, short in FUNCTIONS.items()}
_ACTIVITIES: Final = frozenset(
    ["act", "kin", "cat", "chap", "gtp", "pep", "phos", "ribo", "tscript", "tport"]
)
_KINDS: Final = {
    "p": "Protein", "g": "Protein", "r": "Protein", "m": "Molecule", "a": "Molecule",
    "bp": "BiologicalProcess", "path": "PathologicalProcess", "pop": "Cell",
    "complex": "Complex", "composite": "Complex", "rxn": "BiologicalProcess",
}  # fmt: skip
_AMOUNTS: Final = frozenset(["p", "g", "r", "m", "a", "pop", "complex", "composite"])
_WHOLES: Final = {"complex": "complex of {}", "composite": "{} together", "rxn": "reaction {}"}
_FORMS: Final = frozenset(["pmod", "gmod", "var", "frag", "sub", "trunc", "fus"])

RELATIONS: Final = {
    "->": "increases", "→": "increases", "increases": "increases",
    "-|": "decreases", "⊣": "decreases", "decreases": "decreases",
    "=>": "directlyIncreases", "⇒": "directlyIncreases", "directlyincreases": "directlyIncreases",
    "=|": "directlyDecreases", "directlydecreases": "directlyDecreases",
    "cnc": "causesNoChange", "causesnochange": "causesNoChange",
    "reg": "regulates", "regulates": "regulates",
    "pos": "positiveCorrelation", "positivecorrelation": "positiveCorrelation",
    "neg": "negativeCorrelation", "negativecorrelation": "negativeCorrelation",
    "cor": "correlation", "correlation": "correlation",
    "nocorrelation": "noCorrelation",
    "--": "association", "association": "association",
    "biomarkerfor": "biomarkerFor", "prognosticbiomarkerfor": "prognosticBiomarkerFor",
    "partof": "partOf", "subprocessof": "subProcessOf",
    "ratelimitingstepof": "rateLimitingStepOf",
    "hascomponent": "hasComponent", "hascomponents": "hasComponents",
    "hasmember": "hasMember", "hasmembers": "hasMembers", "hasvariant": "hasVariant",
    "isa": "isA", "eq": "equivalentTo", "equivalentto": "equivalentTo",
    "orthologous": "orthologous", "analogousto": "analogousTo", "analogous": "analogousTo",
    ":>": "transcribedTo", "transcribedto": "transcribedTo",
    ">>": "translatedTo", "translatedto": "translatedTo",
    "hasproduct": "hasProduct", "hasreactant": "hasReactant",
}  # fmt: skip
"""Spellings of relations, in small letters, → BEL's own."""
SIGNS: Final = {
    "increases": 1, "directlyIncreases": 1, "decreases": -1, "directlyDecreases": -1,
}  # fmt: skip

_BLANKS: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r"[^\s\"(),!:]+")
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_RELATION: Final = re.compile(r"->|-\||=>|=\||--|:>|>>|→|⇒|⊣|[A-Za-z]+")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str) -> Term | Link:
    """A statement, or a term by itself. Raises BadBel.

    >>> parse('p(HGNC:IL6) -> act(p(HGNC:"STAT3"))').relation
    'increases'
    """
    parser = _Parser(text)
    found = parser.statement(0)
    if parser.peek() not in ("", "#"):  # what stands behind a # is a comment
        raise BadBel(
            f"nothing is expected at column {parser.place + 1}: {text[parser.place :][:20]}"
        )
    return found


class _Parser:
    """A text and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def skip(self) -> None:
        found = _BLANKS.match(self.text, self.place)
        self.place = found.end() if found else self.place

    def peek(self) -> str:
        self.skip()
        return self.text[self.place : self.place + 1]

    def take(self, mark: str) -> bool:
        if self.peek() != mark:
            return False
        self.place += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            found = self.text[self.place : self.place + 12] or "the end"
            raise BadBel(f"'{mark}' is expected at column {self.place + 1}, where {found} stands")

    def statement(self, depth: int) -> Term | Link:
        if depth > DEEPEST:
            raise BadBel(f"nested deeper than {DEEPEST} levels")
        subject = self.term(depth)
        self.skip()
        found = _RELATION.match(self.text, self.place)
        if found is None:
            return subject
        relation = RELATIONS.get(found.group().casefold())
        if relation is None:
            raise BadBel(f"'{found.group()}' is no relation of BEL")
        self.place = found.end()
        if self.take("("):
            inner = self.statement(depth + 1)
            self.expect(")")
            return Link(subject, relation, inner)
        return Link(subject, relation, self.term(depth))

    def term(self, depth: int) -> Term:
        if depth > DEEPEST:
            raise BadBel(f"nested deeper than {DEEPEST} levels")
        self.skip()
        word = _WORD.match(self.text, self.place)
        if word is None:
            raise BadBel(f"a term is expected at column {self.place + 1}")
        self.place = word.end()
        self.expect("(")
        return self._arguments(word.group(), depth)

    def _arguments(self, function: str, depth: int) -> Term:
        found: list[Term | Name] = []
        if self.take(")"):
            return Term(_short(function), ())
        while True:
            found.append(self.argument(depth + 1))
            if self.take(")"):
                return Term(_short(function), tuple(found))
            self.expect(",")

    def argument(self, depth: int) -> Term | Name:
        """A term, or a name with or without its name space and label."""
        if depth > DEEPEST:
            raise BadBel(f"nested deeper than {DEEPEST} levels")
        first = self.value()
        if self.peek() == "(":
            self.place += 1
            return self._arguments(first, depth)
        space, value = "", first
        if self.take(":"):
            space, value = first, self.value()
            while self.take(":"):  # a name with a colon in it
                value = f"{value}:{self.value()}"
        label = self.value() if self.take("!") else None
        return Name(space, value, label)

    def value(self) -> str:
        """A text in quotes, or a word."""
        self.skip()
        if quoted := _TEXT.match(self.text, self.place):
            self.place = quoted.end()
            return _ESCAPED.sub(r"\1", quoted[1])
        if word := _WORD.match(self.text, self.place):
            self.place = word.end()
            return word.group()
        found = self.text[self.place : self.place + 12] or "the end"
        raise BadBel(f"a name is expected at column {self.place + 1}, where {found} stands")


def _short(function: str) -> str:
    return _LONG.get(function.casefold(), function)


# --- what terms mean --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class End:
    """One end of a BEL statement, as what it is about and how it is turned."""

    thing: Thing
    aspect: Aspect
    sign: int = 1
    """-1 where less of it is meant: its degradation."""
    released: bool = False
    turned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def end_of(term: Term) -> End:
    """What a term is about. Raises BadBel where it is about nothing that can be known again."""
    function = term.function
    if function in _ACTIVITIES:
        kinds = [a for a in term.arguments[1:] if isinstance(a, Term) and a.function == "ma"]
        named = [_value(one) for kind in kinds for one in kind.arguments]
        named += [function] if function != "act" else []
        inner = _inner(term)
        notes = (*inner.notes, f"activity: {', '.join(named)}") if named else inner.notes
        return End(inner.thing, Aspect.ACTIVITY, 1, turned=("act(): activity",), notes=notes)
    if function == "deg":
        inner = _inner(term)
        turned = ("deg(): the sign is turned",)
        return End(inner.thing, Aspect.AMOUNT, -1, turned=turned, notes=inner.notes)
    if function == "sec":
        inner = _inner(term)
        turned = ("sec(): release",)
        return End(inner.thing, Aspect.AMOUNT, released=True, turned=turned, notes=inner.notes)
    if function in ("tloc", "surf"):
        places = [
            f"{'from' if one.function == 'fromLoc' else 'to'} {_value(where)}"
            for one in term.arguments[1:]
            if isinstance(one, Term)
            for where in one.arguments
        ]
        places = places or (["to the cell surface"] if function == "surf" else [])
        inner = _inner(term)
        notes = (*inner.notes, ", ".join(places)) if places else inner.notes
        turned = (f"{function}(): location",)
        return End(inner.thing, Aspect.LOCATION, turned=turned, notes=notes)
    aspect = Aspect.AMOUNT if function in _AMOUNTS else Aspect.NONE
    notes = tuple(f"at {_value(place)}" for place in _places(term))
    turned = ("loc(): kept as a note",) if notes else ()
    return End(thing_of(term), aspect, 1, turned=turned, notes=notes)


def _inner(term: Term) -> End:
    if not term.arguments or not isinstance(term.arguments[0], Term):
        raise BadBel(f"{term.function}() is of nothing")
    return end_of(term.arguments[0])


def _places(term: Term) -> Iterator[Name | Term]:
    for one in term.arguments:
        if isinstance(one, Term) and one.function == "loc":
            yield from one.arguments


def thing_of(term: Term) -> Thing:
    """The entity that an abundance or a process is. Raises BadBel."""
    function, kind = term.function, _KINDS.get(term.function)
    if kind is None:
        raise BadBel(f"{function}() is no abundance, process or activity of BEL")
    arguments = [a for a in term.arguments if not (isinstance(a, Term) and a.function == "loc")]
    names = [one for one in arguments if isinstance(one, Name)]
    if names and isinstance(arguments[0], Name):
        base = _named(names[0], kind)
        forms = sorted(_told(one) for one in arguments[1:])
        if not forms:
            return base
        return Thing(
            name=f"{base.name} {' '.join(forms)}",
            space=f"form of {base.id or base.space}",
            kind=base.kind,
            form_of=base,
            whole=True,
        )
    parts = [one for one in arguments if isinstance(one, Term)]
    if not parts or names:
        raise BadBel(f"{function}() is of nothing")
    if function in _WHOLES:
        told = [_told(one) for one in parts]
        if function == "rxn":
            text = " → ".join(told)
        else:
            text = (" and " if function == "complex" else " with ").join(sorted(told))
        return Thing(name=_WHOLES[function].format(text), space=function, kind=kind, whole=True)
    if any(one.function not in _FORMS and one.function not in _KINDS for one in parts):
        raise BadBel(f"{function}() of {_told(parts[0])} is not understood")
    text = " ".join(map(_told, parts))
    return Thing(name=f"{function}({text})", space="BEL", kind=kind, whole=True)


def _named(name: Name, kind: str) -> Thing:
    """A named thing; where the name is an id of its name space, its label is the name."""
    if not name.value.strip():
        raise BadBel("a name is empty")
    identifier = curie(name.space, name.value) if name.space else None
    shown = name.label or (identifier if identifier else None) or name.value
    return Thing(name=shown, space=name.space, id=identifier, kind=kind)


def _value(one: Name | Term) -> str:
    return _told(one) if isinstance(one, Term) else one.label or one.value


def _told(one: Name | Term) -> str:
    """A term in few words: a named abundance by its name, all else with its function."""
    if isinstance(one, Name):
        return one.label or one.value
    inner = [_told(each) for each in one.arguments if not _is_place(each)]
    if one.function == "pmod" and inner and isinstance(one.arguments[0], Name):
        inner[0] = modification(one.arguments[0].space, one.arguments[0].value) or inner[0]
    if one.function in _KINDS and len(inner) == 1 and isinstance(one.arguments[0], Name):
        return inner[0]
    if one.function in ("reactants", "products", "list"):
        return " + ".join(inner)
    return form(one.function, inner)


def _is_place(one: Name | Term) -> bool:
    return isinstance(one, Term) and one.function == "loc"
