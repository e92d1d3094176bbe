"""BEL scripts → claims: what pybel compiles, read without it.

A script sets a citation, a sentence and annotations, and states under them. What each statement
becomes follows from its relation and from the functions around its ends (see `bel_terms`); our own
scripts say in their annotations what BEL has no words for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from immunograph.domain.model import Context
from immunograph.domain.vocabulary import Aspect, Basis, Directness, Role
from immunograph.errors import BadSource
from immunograph.formats.reading.bel_terms import (
    SIGNS,
    BadBel,
    End,
    Link,
    Term,
    end_of,
    parse,
)
from immunograph.formats.reading.claims import (
    NO_PAPER,
    Claim,
    Corpus,
    Left,
    Paper,
    Reader,
    excerpt,
)
from immunograph.formats.reading.files import Stream, lines, refused, streams
from immunograph.names.curies import doi, pmid

LONGEST: Final = 400
"""Lines that one sentence or statement may go on for; more is a quote left open."""

_COMMAND: Final = re.compile(r"\s*(SET|UNSET|DEFINE)\b\s*(.*)", re.DOTALL)
_BEGINS: Final = re.compile(r"\s*(?:SET|UNSET|DEFINE)\s+[A-Za-z{]")
_SET: Final = re.compile(r"(DOCUMENT\s+)?([A-Za-z_][\w ]*?)\s*=\s*(.*)", re.DOTALL)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NOT_QUOTES: Final = re.compile(r'[^"\\]+|\\.', re.DOTALL)

_CONTEXTS: Final = {
    "species": "species",
    "disease": "disease",
    "meshdisease": "disease",
    "anatomy": "site",
    "meshanatomy": "site",
    "gender": "host_state",
    "timepoint": "time",
    "concentration": "dose",
    **{name.replace("_", ""): name for name in Context.model_fields},
}
"""Our dimensions by the names of annotations, in small letters; others become conditions."""
_NOTED: Final = frozenset({"confidence", "textlocation", "subgraph"})
"""Annotations that speak of the text and not of the finding."""
_OURS: Final = frozenset(
    [
        "statementid",
        "evidenceid",
        "predicate",
        "aspect",
        "basis",
        "directness",
        "hedged",
        "nochange",
        "checked",
        "tier",
        "source",
        "eco",
    ]
)
"""Annotations of our own scripts that are no context."""
_UNSIGNED: Final = {
    "positiveCorrelation": "correlated_with",
    "negativeCorrelation": "negatively_correlated_with",
    "correlation": "associated_with",
    "association": "associated_with",
    "biomarkerFor": "associated_with",
    "prognosticBiomarkerFor": "associated_with",
    "regulates": "associated_with",
    "noCorrelation": "correlated_with",
    "partOf": "part_of",
    "hasComponent": "has_part",
    "hasComponents": "has_part",
    "subProcessOf": "step_of",
    "rateLimitingStepOf": "step_of",
}
_TURNED: Final = {
    "regulates": "regulates, without a sign: an association",
    "biomarkerFor": "a biomarker: an association",
    "prognosticBiomarkerFor": "a biomarker: an association",
    "causesNoChange": "causesNoChange: refutes, no change",
    "noCorrelation": "noCorrelation: refutes",
    "rateLimitingStepOf": "rateLimitingStepOf: a step of it",
}
_TURNED_OVER: Final = {
    "correlated_with": "negatively_correlated_with",
    "negatively_correlated_with": "correlated_with",
}


@dataclass
class _State:
    """What a script has set when a statement comes."""

    file: str
    document: dict[str, str] = field(default_factory=dict[str, str])
    paper: Paper = NO_PAPER
    sentence: str | None = None
    annotations: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def command(self, verb: str, rest: str) -> str | None:
        """Carry out SET and UNSET; why that cannot be done, if it cannot."""
        if verb == "DEFINE":
            return None
        if verb == "UNSET":
            self._unset(rest)
            return None
        found = _SET.fullmatch(rest.strip())
        if found is None:
            return "SET without a name and a value"
        name, values = found[2], _values(found[3])
        if found[1]:
            self.document[name.casefold()] = values[0] if values else ""
            return None
        match name.casefold():
            case "citation":
                self.paper, why = _paper(values)
                self.sentence = None
                self.annotations.clear()
                return why
            case "evidence" | "supportingtext" | "support":
                self.sentence = " ".join(" ".join(values).split()) or None
            case "statement_group":
                pass
            case _:
                self.annotations[name] = tuple(values)
        return None

    def _unset(self, rest: str) -> None:
        for name in re.split(r"[\s,{}]+", rest):
            match name.casefold():
                case "":
                    continue
                case "all":
                    self.annotations.clear()
                    self.paper, self.sentence = NO_PAPER, None
                case "citation":
                    self.paper, self.sentence = NO_PAPER, None
                    self.annotations.clear()
                case "evidence" | "supportingtext" | "support":
                    self.sentence = None
                case _:
                    self.annotations.pop(name, None)


def _values(text: str) -> list[str]:
    """The texts of a value: in quotes, a list of them, or a bare word."""
    found = [re.sub(r"\\(.)", r"\1", one) for one in _QUOTED.findall(text)]
    return found or [one.strip() for one in text.strip("{} \t").split(",") if one.strip()]


def _paper(values: list[str]) -> tuple[Paper, str | None]:
    """A citation: type, name, number; or type and number."""
    if not values:
        return NO_PAPER, "a citation without a value"
    kind, number = values[0].casefold(), values[-1] if len(values) < 3 else values[2]
    title = values[1] if len(values) > 2 and not values[1].isdigit() else None
    if "pubmed" in kind and pmid(number):
        return Paper(pmid=pmid(number), citation=title), None
    if "doi" in kind and doi(number):
        return Paper(doi=doi(number), citation=title), None
    why = f"'{number}' is no PMID" if "pubmed" in kind else None
    return Paper(other=excerpt(title or number, 120)), why


def _read(corpus: Corpus) -> Iterator[Claim | Left]:
    found = False
    for stream in streams(corpus.path, endings=(".bel",), progress=corpus.progress):
        state = _State(stream.name)
        for number, text in _logical(stream):
            command = _COMMAND.fullmatch(text)
            if command is None:
                for one in _statement(state, number, text):
                    found = found or isinstance(one, Claim)
                    yield one
            elif why := state.command(command[1], command[2]):
                yield Left(stream.name, number, excerpt(text), why, remark=True)
        if not found and not state.document:
            message = "no BEL script: it sets no DOCUMENT and states nothing"
            raise refused(stream.name, 1, message)


def _logical(stream: Stream) -> Iterator[tuple[int, str]]:
    """Lines put together that belong together: after a backslash, and within open quotes.

    A quote that is never closed ends where the next command begins.
    """
    held: list[str] = []
    begins = 0
    for raw in lines(stream):
        line = raw.rstrip()
        if held and (_BEGINS.match(line) or len(held) > LONGEST) and not held[-1].endswith("\\"):
            yield begins, "\n".join(held)
            held = []
        if not held:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            begins = stream.line
        held.append(line)
        if line.endswith("\\"):
            continue
        whole = "\n".join(one.removesuffix("\\") for one in held)
        if _NOT_QUOTES.sub("", whole).count('"') % 2 == 0:
            yield begins, whole
            held = []
    if held:
        yield begins, "\n".join(one.removesuffix("\\") for one in held)


_OF_LISTS: Final = {"hasComponents": "hasComponent", "hasMembers": "hasMember"}
"""Relations whose object may be a list of terms, and what each of these is."""
_SIGNED: Final = re.compile(
    r"->|-\||=>|=\||→|⊣|\b(?:increases|decreases|directlyIncreases|directlyDecreases)\b"
)
"""What tells a signed statement that cannot be read from other lines."""


def _statement(state: _State, number: int, text: str) -> Iterator[Claim | Left]:
    shown = excerpt(text)
    try:
        stated, spare = _without_spare_brackets(text.split(" //", maxsplit=1)[0].rstrip())
        found = parse(stated)
        if isinstance(found, Term):
            end_of(found)
            yield Left(state.file, number, shown, "a term by itself, which states nothing")
            return
        for link in list(_links(found)):
            nested = isinstance(found.object, Link)
            turned = _BRACKETS if spare else ()
            yield _claim(state, number, link, shown, nested=nested, turned=turned)
    except BadBel as error:
        signed = bool(_SIGNED.search(re.sub(_QUOTED, "", text)))
        yield Left(state.file, number, shown, f"no BEL: {error}", signed=signed)


_BRACKETS: Final = ("closing brackets too many: left out",)


def _without_spare_brackets(text: str) -> tuple[str, bool]:
    """A statement without the brackets at its end that close nothing, and whether it had any."""
    plain = _QUOTED.sub("", text)
    spare = plain.count(")") - plain.count("(")
    if spare <= 0 or not plain.endswith(")" * spare):
        return text, False
    return text[:-spare], True


def _links(link: Link) -> Iterator[Link]:
    """A statement and those nested in its object; of a nested one its subject is acted on."""
    if isinstance(link.object, Link):
        yield Link(link.subject, link.relation, link.object.subject)
        yield from _links(link.object)
    elif link.relation in _OF_LISTS and link.object.function == "list":
        for part in link.object.arguments:
            if not isinstance(part, Term):
                raise BadBel("list() is of terms")
            yield Link(link.subject, _OF_LISTS[link.relation], part)
    else:
        yield link


def _claim(
    state: _State,
    number: int,
    link: Link,
    shown: str,
    *,
    nested: bool,
    turned: tuple[str, ...],
) -> Claim | Left:
    relation = link.relation
    assert isinstance(link.object, Term)
    sign = SIGNS.get(relation, 1 if relation == "causesNoChange" else 0)
    try:
        subject, object_ = end_of(link.subject), end_of(link.object)
    except BadBel as error:
        return Left(state.file, number, shown, f"no BEL: {error}", signed=relation in SIGNS)
    if not sign and relation not in _UNSIGNED:
        return Left(state.file, number, shown, f"{relation} says what things are, not what they do")
    how = [*turned, *subject.turned, *object_.turned]
    if relation in _TURNED:
        how.append(_TURNED[relation])
    if nested:
        how.append("nested: a statement for each relation")
    refutes = relation in ("causesNoChange", "noCorrelation")
    notes = [*subject.notes, *object_.notes]
    notes += ["directly"] if relation.startswith("directly") else []
    notes += [f"BEL: {relation}"] if relation in _TURNED else []
    claim = Claim(
        file=state.file,
        line=number,
        key=f"line {number}",
        subject=subject.thing,
        predicate=_verb(sign * subject.sign * object_.sign, object_, relation, subject),
        object=object_.thing,
        aspect=_aspect(sign, object_),
        role=Role.REFUTES if refutes else Role.SUPPORTS,
        no_change=relation == "causesNoChange",
        text=state.sentence,
        paper=state.paper,
        context=_context(state, subject, object_),
        note="; ".join([*notes, *_noted(state)]) or None,
        turned=tuple(dict.fromkeys(how)),
    )
    return _as_ours(state, claim) if "StatementId" in state.annotations else claim


def _verb(sign: int, object_: End, relation: str, subject: End) -> str:
    if not sign:
        verb = _UNSIGNED[relation]
        turns = subject.sign * object_.sign < 0
        return _TURNED_OVER.get(verb, verb) if turns else verb
    if object_.released:
        return "induces_release_of" if sign > 0 else "inhibits_release_of"
    if object_.aspect is Aspect.ACTIVITY and sign > 0:
        return "activates"
    return "promotes" if sign > 0 else "inhibits"


def _aspect(sign: int, object_: End) -> Aspect:
    """The side of the object; of an association only what is more than how much there is."""
    if not sign and object_.aspect is Aspect.AMOUNT:
        return Aspect.NONE
    return object_.aspect


_SPACES: Final = {"mgi": "mouse", "rgd": "rat"}


def _context(state: _State, subject: End, object_: End) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in state.annotations.items():
        plain = name.casefold().replace("_", "")
        if plain in _NOTED or plain in _OURS:
            continue
        dimension = _CONTEXTS.get(plain)
        if dimension is None:
            told = tuple(f"{name}: {value}" for value in values)
            found["condition"] = (*found.get("condition", ()), *told)
        else:
            found[dimension] = (*found.get(dimension, ()), *values)
    if "species" not in found:
        spaces = (_base_space(end) for end in (subject, object_))
        species = dict.fromkeys(_SPACES[one] for one in spaces if one in _SPACES)
        if len(species) == 1:
            found["species"] = tuple(species)
    return found


def _base_space(end: End) -> str:
    thing = end.thing.form_of or end.thing
    return thing.space.casefold()


def _noted(state: _State) -> Iterator[str]:
    for name, values in state.annotations.items():
        if name.casefold().replace("_", "") in _NOTED:
            yield f"{name}: {', '.join(values)}"


def _as_ours(state: _State, claim: Claim) -> Claim | Left:
    """A claim of our own script as its annotations have it."""
    given = {name: values[0] for name, values in state.annotations.items() if values}
    try:
        return replace(
            claim,
            key=given.get("EvidenceId", claim.key),
            predicate=given.get("Predicate", claim.predicate),
            aspect=Aspect(given.get("Aspect", "none")),
            basis=Basis(given.get("Basis", "asserted")),
            directness=Directness(given.get("Directness", "explicit")),
            hedged=given.get("Hedged") == "true",
            turned=(),
            note=None,
        )
    except ValueError as error:
        text = f"{claim.subject.name} {claim.predicate} {claim.object.name}"
        return Left(state.file, claim.line, text, str(error), signed=True)


def _licence(path: Path) -> str | None:
    """The licence that scripts name, or the one that lies beside them; None where they differ."""
    said: set[str] = set()
    for stream in streams(path, progress=lambda done, total: None):
        name = Path(stream.name).name.casefold()
        try:
            if name.startswith("licen") and not name.endswith(".bel"):
                if "CC0 1.0 Universal" in stream.read(4_000).decode("utf-8", "replace"):
                    return "CC0-1.0"
            elif name.endswith(".bel") or stream.name == str(path):
                for line in lines(stream):
                    found = re.match(r'\s*SET\s+DOCUMENT\s+Licenses?\s*=\s*"([^"]*)"', line)
                    if found:
                        said.add(found[1])
                    if found or line.startswith(("DEFINE", "SET Citation")):
                        break
        except BadSource:
            return None  # said when it is read
    return min(said) if len({one.casefold() for one in said}) == 1 else None


BEL: Final = Reader("bel", "BEL scripts", _read, _licence)
