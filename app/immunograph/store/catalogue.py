"""The query catalogue: `queries/*.cypher` → frozen queries, each with a name, a title and types.

A query file begins with `//` lines only, so that it pastes into Neo4j Browser as it stands:

    // What does an entity do? Every causal statement that starts at it, most believed first.
    // param entity: entity = "neutrophil" — name or id of the entity
    // param limit: integer = 50 — how many rows
    // returns effect, object, belief
    // :param {entity: "neutrophil", limit: 50}
    MATCH …

The first sentence is the title, the rest up to the parameters describes. A default is written as
JSON; a parameter without one must be given. The last line is what Neo4j Browser needs to be told
first. What is declared is what is used, both ways: parameters and columns.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Final

from immunograph.answers.catalogue import CatalogueQuery
from immunograph.errors import BadQuestion, BadSource, Fault, NotFound

Value = str | int | float | bool
MAX_LIMIT: Final = 1_000
"""The most rows that a parameter called `limit` may ask for."""

_STEM: Final = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_PARAMETER: Final = re.compile(
    r"^param (?P<name>[a-z][a-z_]*): (?P<type>\w+)(?: = (?P<default>.+?))? — (?P<meaning>.+)$"
)
_RETURNS: Final = re.compile(r"^returns (?P<columns>[a-z][a-z_]*(?:, [a-z][a-z_]*)*)$")
_TITLE: Final = re.compile(r"^(.+?[.?!])(?:\s+|$)")
_USED: Final = re.compile(r"\$([A-Za-z_]\w*)")
_ASIDE: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`", re.S
)
_ALIAS: Final = re.compile(r"\bAS\s+([A-Za-z_]\w*)\s*$", re.I)
_INTEGER: Final = re.compile(r"^[+-]?[0-9]{1,18}$")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query; without a default it must be given.

    The types are text, entity (any name of one), integer, number and boolean.
    """

    name: str
    type: str
    meaning: str
    default: Value | None

    def value(self, text: str) -> Value:
        """The value that a text means for this type. Raises BadQuestion."""
        try:
            value = _READERS[self.type](text.strip())
        except ValueError:
            raise BadQuestion(
                f"{self.name} is '{text}', which is no {self.type}; it is {self.meaning}.",
                parameter=self.name,
            ) from None
        if self.name == "limit" and not 1 <= int(value) <= MAX_LIMIT:
            raise BadQuestion(f"limit is {value}; ask for 1 to {MAX_LIMIT}.", parameter="limit")
        return value


@dataclass(frozen=True)
class Query:
    """One question to the graph in Cypher; `name` is its URL and its name on the command line."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    cypher: str

    def values(
        self, parameters: Mapping[str, str], *, resolve: Callable[[str], str] | None = None
    ) -> dict[str, Value]:
        """The values of all parameters: those given as text, and the defaults of the others.

        `resolve` turns any name of an entity into its id, for parameters of that type.
        Raises BadQuestion naming what is unknown, missing or of another type.
        """
        known = {parameter.name for parameter in self.parameters}
        unknown = sorted(parameters.keys() - known)
        if unknown:
            takes = f"It takes {', '.join(p.name for p in self.parameters)}." if known else ""
            raise BadQuestion(
                f"Query '{self.name}' has no parameter {_quoted(unknown)}. "
                f"{takes or 'It takes none.'}",
                parameter=unknown[0],
            )
        given = {name for name, text in parameters.items() if text.strip()}
        missing = [p for p in self.parameters if p.default is None and p.name not in given]
        if missing:
            needs = "; ".join(f"{p.name} ({p.meaning})" for p in missing)
            raise BadQuestion(f"Query '{self.name}' needs {needs}.", parameter=missing[0].name)
        found: dict[str, Value] = {}
        for parameter in self.parameters:
            if parameter.name in parameters:
                value = parameter.value(parameters[parameter.name])
            else:
                assert parameter.default is not None
                value = parameter.default
            if parameter.type == "entity" and resolve is not None:
                value = resolve(str(value))
            found[parameter.name] = value
        return found

    @property
    def browser(self) -> str:
        """The line that sets the parameters in Neo4j Browser; empty where there are none."""
        return _browser_line(self.parameters, lambda p: f"<{p.name}>")

    def card(self) -> CatalogueQuery:
        """All of it as plain values."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "parameters": [
                {
                    "name": parameter.name,
                    "type": parameter.type,
                    "meaning": parameter.meaning,
                    "default": parameter.default,
                    "required": parameter.default is None,
                }
                for parameter in self.parameters
            ],
            "columns": list(self.columns),
            "cypher": self.cypher,
            "browser": self.browser,
        }


@dataclass(frozen=True)
class Catalogue:
    """The queries of one folder, by name."""

    queries: tuple[Query, ...]

    @classmethod
    def read(cls, folder: Path) -> Catalogue:
        """Every query file of a folder. Raises BadSource with every fault of every file."""
        faults: list[Fault] = []
        queries: list[Query] = []
        for path in sorted(folder.glob("*.cypher")):
            reading = _Reading(path.stem, path.read_text("utf-8"), str(path))
            query = reading.query()
            faults.extend(reading.faults)
            if query is not None:
                queries.append(query)
        if not queries and not faults:
            faults.append(Fault(str(folder), 1, 1, "no query file (*.cypher) in this folder"))
        if faults:
            raise BadSource(faults)
        return cls(tuple(queries))

    def query(self, name: str) -> Query:
        """The query of a name. Raises NotFound with the nearest names."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        near = get_close_matches(name, self._by_name, 3, 0.4)
        hint = f"Did you mean {', '.join(near)}?" if near else "List them with `queries`."
        raise NotFound(f"No query '{name}'. {hint}", suggestions=near)

    @cached_property
    def _by_name(self) -> dict[str, Query]:
        return {query.name: query for query in self.queries}


def read_query(name: str, text: str, *, file: str | None = None) -> Query:
    """One query from the text of its file. Raises BadSource with every fault.

    >>> read_query("one", "// One? A try.\\n// returns n\\nRETURN 1 AS n ORDER BY n LIMIT 1").title
    'One?'
    """
    reading = _Reading(name, text, file or f"{name}.cypher")
    query = reading.query()
    if query is None:
        raise BadSource(reading.faults)
    return query


class _Reading:
    """One query file on its way to a query."""

    def __init__(self, name: str, text: str, file: str) -> None:
        self.faults: list[Fault] = []
        self._name = name
        self._lines = text.splitlines()
        self._file = file
        self._parameters: dict[str, Parameter] = {}
        self._places: dict[str, int] = {}
        self._columns: tuple[str, ...] = ()
        self._returns_line = 0
        self._browser: tuple[int, str] | None = None

    def query(self) -> Query | None:
        """The query; None where there are faults."""
        if not _STEM.match(self._name):
            self._fault(1, "name the file with small letters, digits and single hyphens")
        size = self._header_size()
        prose = self._read_header(size)
        title, description = self._title(prose)
        cypher = "\n".join(self._lines[size:]).strip()
        self._check_parameters(cypher, size)
        self._check_browser_line(size)
        self._check_end(cypher, size)
        if self.faults:
            return None
        return Query(
            name=self._name,
            title=title,
            description=description,
            parameters=tuple(self._parameters.values()),
            columns=self._columns,
            cypher=cypher,
        )

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self._file, line, 1, message))

    def _header_size(self) -> int:
        for number, line in enumerate(self._lines):
            if not line.startswith("//"):
                return number
        return len(self._lines)

    def _read_header(self, size: int) -> list[str]:
        """The prose of the header; parameters, columns and Browser's line are noted."""
        prose: list[str] = []
        declared = False
        for number, line in enumerate(self._lines[:size], start=1):
            text = line.removeprefix("//").strip()
            if text.startswith("param "):
                declared = True
                self._read_parameter(text, number)
            elif text.startswith("returns "):
                declared = True
                self._read_columns(text, number)
            elif text.startswith(":"):
                declared = True
                self._browser = (number, text)
            elif declared and text:
                self._fault(number, "describe the query before its parameters and columns")
            elif text:
                prose.append(text)
        return prose

    def _read_parameter(self, text: str, line: int) -> None:
        match = _PARAMETER.match(text)
        if match is None:
            self._fault(line, "write `// param name: type = default — meaning`")
            return
        name, type_, meaning = match["name"], match["type"], match["meaning"].rstrip(".")
        if type_ not in _READERS:
            self._fault(line, f"'{type_}' is no type; one of {', '.join(_READERS)}")
            return
        if name in self._parameters:
            self._fault(line, f"parameter '{name}' is declared twice")
        default: Value | None = None
        if match["default"] is not None:
            try:
                default = json.loads(match["default"])
            except ValueError:
                default = None
            if not _fits(default, type_):
                self._fault(line, f"default {match['default']} is no {type_}; write it as JSON")
                return
        self._parameters[name] = Parameter(name, type_, meaning, default)
        self._places[name] = line

    def _read_columns(self, text: str, line: int) -> None:
        match = _RETURNS.match(text)
        if match is None:
            self._fault(line, "write `// returns first_column, second_column`")
            return
        if self._columns:
            self._fault(line, "the columns are declared twice")
        self._columns = tuple(match["columns"].split(", "))
        self._returns_line = line

    def _title(self, prose: list[str]) -> tuple[str, str]:
        text = " ".join(prose)
        match = _TITLE.match(text)
        if match is None:
            self._fault(1, "begin with `//` lines whose first sentence is the title")
            return "", ""
        return match[1].removesuffix("."), text[match.end() :].strip()

    def _check_parameters(self, cypher: str, size: int) -> None:
        bare = _ASIDE.sub(" ", cypher)
        used = set(_USED.findall(bare))
        for name in sorted(used - self._parameters.keys() - self._misread()):
            self._fault(size + 1, f"${name} is used but not declared; add `// param {name}: …`")
        for name, line in self._places.items():
            if name not in used:
                self._fault(line, f"parameter '{name}' is declared but ${name} is not used")

    def _misread(self) -> set[str]:
        """Parameters whose declaration has a fault of its own, so that it is told once."""
        lines = (line.removeprefix("//").strip() for line in self._lines if line.startswith("//"))
        return {line.split()[1].rstrip(":") for line in lines if line.startswith("param ")}

    def _check_browser_line(self, size: int) -> None:
        wanted = _browser_line(self._parameters.values(), lambda p: "…")
        pattern = re.escape(wanted).replace("…", ".+")
        line, found = self._browser or (size or 1, "")
        if not re.fullmatch(pattern, found):
            tell = f"write `// {wanted}`" if wanted else "there are no parameters to set; leave out"
            self._fault(line, f"for Neo4j Browser, {tell}{'' if wanted else f' `{found}`'}")

    def _check_end(self, cypher: str, size: int) -> None:
        """The last RETURN: its columns are those declared, and it is ordered and limited."""
        if not self._columns:
            self._fault(size + 1, "declare the columns with `// returns first_column, …`")
            return
        outer = _without_braces(_ASIDE.sub(" ", cypher))
        ends = list(re.finditer(r"\bRETURN\b", outer))
        if not ends:
            self._fault(size + 1, "end with RETURN … ORDER BY … LIMIT")
            return
        tail = outer[ends[-1].end() :]
        order = re.search(r"\bORDER\s+BY\b", tail)
        if order is None or re.search(r"\bLIMIT\b", tail[order.end() :]) is None:
            self._fault(size + 1, "the last RETURN wants ORDER BY and LIMIT")
            return
        listed = re.sub(r"^\s*DISTINCT\b", "", tail[: order.start()])
        returned: list[str] = []
        for part in _split(listed):
            match = _ALIAS.search(part)
            plain = part.strip()
            if match is None and not plain.isidentifier():
                self._fault(size + 1, f"name the column `{' '.join(part.split())}` with AS")
                return
            returned.append(match[1] if match else plain)
        if tuple(returned) != self._columns:
            self._fault(
                self._returns_line, f"the query returns {', '.join(returned)}; declare them so"
            )


def _split(text: str) -> Iterator[str]:
    """The parts between the commas that stand in no bracket."""
    start = depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _without_braces(text: str) -> str:
    """The text without what stands between braces: subqueries and maps."""
    kept: list[str] = []
    depth = 0
    for letter in text:
        depth -= letter == "}"
        if not depth:
            kept.append(letter)
        depth += letter == "{"
    return "".join(kept)


def _browser_line(parameters: Iterable[Parameter], stand_in: Callable[[Parameter], str]) -> str:
    """`:param {…}` with the defaults; a map of bare keys and JSON values, as Cypher reads it."""
    pairs = [
        f"{p.name}: "
        + (stand_in(p) if p.default is None else json.dumps(p.default, ensure_ascii=False))
        for p in parameters
    ]
    return f":param {{{', '.join(pairs)}}}" if pairs else ""


def _quoted(names: Iterable[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def _text(text: str) -> Value:
    if not text:
        raise ValueError
    return text


def _integer(text: str) -> Value:
    if not _INTEGER.match(text):
        raise ValueError
    return int(text)


def _number(text: str) -> Value:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def _boolean(text: str) -> Value:
    if text.lower() not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text.lower()]


_READERS: Final[dict[str, Callable[[str], Value]]] = {
    "text": _text,
    "entity": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}


def _fits(default: object, type_: str) -> bool:
    """Whether a value read from JSON is of the type."""
    if type_ in ("text", "entity"):
        return isinstance(default, str) and bool(default)
    if type_ == "boolean":
        return isinstance(default, bool)
    whole = isinstance(default, int) and not isinstance(default, bool)
    return whole or (type_ == "number" and isinstance(default, float))
