"""The questions from Python, asked of a running service.

    from immunograph.client import Client

    graph = Client("http://127.0.0.1:8000")
    answer = graph.paths("paclitaxel", "lung metastasis")
    answer.data["verdict"]["kind"], answer.pmids
    answer.to_pandas()

One method a question, with the names and defaults of the HTTP interface. An answer holds `data`,
the JSON with the types that OpenAPI describes; `raw`, the same without; and asks for the same
in another form where that is wanted. Answers are kept with their `ETag`, which stands for question
and snapshot: what was asked before is asked again, and comes over the wire only where the graph
has changed.
"""

from __future__ import annotations

import csv
import http.client
import io
import re
import urllib.error
import urllib.request
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypedDict, TypeVar, Unpack, cast
from urllib.parse import quote, urlencode, urlsplit

import orjson

from immunograph import errors
from immunograph.answers.analytics import Blockers, Impact, Influence, Loops
from immunograph.answers.catalogue import Queries, QueryRows
from immunograph.answers.changes import Changes
from immunograph.answers.entities import Entities, EntityCard
from immunograph.answers.graph import Export, Loads, SnapshotCard
from immunograph.answers.lists import ResolvedNames, Subgraph
from immunograph.answers.open_questions import OpenQuestions
from immunograph.answers.parts import Reference
from immunograph.answers.paths import Effects, Paths
from immunograph.answers.sources import SourceCard, Sources, Studies, StudyCard
from immunograph.answers.statements import (
    ConflictCard,
    Conflicts,
    Interventions,
    StatementCard,
    Statements,
)
from immunograph.errors import BadQuestion, EngineUnavailable, ImmunographError

if TYPE_CHECKING:
    import networkx
    import pandas  # pyright: ignore[reportMissingTypeStubs] # it has none
    import polars

    from immunograph.formats.tables import Column

SECONDS: Final = 60.0
"""How long the service may take for one answer."""
MOST_KEPT: Final = 256
"""Answers that are kept; those asked for least lately go first."""

A = TypeVar("A")
Names = str | Sequence[str]
Effect = Literal["promotes", "inhibits"]


class Evidence(TypedDict, total=False):
    """Which evidence a question takes; a list means any of its values."""

    without: Names
    species: Names
    study_system: Names
    site: Names
    disease: Names
    stage: Names
    phase: Names
    tier: Names
    min_belief: float


class Asked:
    """A question on its way: its address, and what is sent with it."""

    __slots__ = ("name", "parameters", "path", "sent")

    def __init__(
        self, name: str, path: str, parameters: Mapping[str, Any], sent: bytes | None = None
    ) -> None:
        self.name = name
        self.path = path
        self.parameters = {n: v for n, v in parameters.items() if v is not None}
        self.sent = sent

    def address(self, **more: str) -> str:
        """The path and parameters, with `more` of how the answer is wanted."""
        query = urlencode({**self.parameters, **more}, doseq=True)
        return f"{self.path}?{query}" if query else self.path


class Answer(Generic[A]):
    """What the service answered to one question."""

    def __init__(self, client: Client, asked: Asked, raw: dict[str, Any]) -> None:
        self._client = client
        self._asked = asked
        self.raw: Final = raw
        """The answer as it came."""

    @property
    def data(self) -> A:
        """The answer with the types of its parts, as OpenAPI describes them."""
        return cast(A, self.raw)

    @property
    def snapshot(self) -> str:
        """The id of what the graph held."""
        return self.raw["snapshot"]

    @property
    def references(self) -> list[Reference]:
        """The papers that it rests on, in the order of first use."""
        return self.raw.get("references", [])

    @property
    def pmids(self) -> list[str]:
        """Their PubMed ids."""
        return [one["pmid"] for one in self.references if one["pmid"]]

    def __repr__(self) -> str:
        said = self.raw.get("summary") or f"{len(self.raw.get('items', ()))} found"
        return f"<{self._asked.name}: {said} snapshot {self.snapshot[:12]}>"

    def to_bytes(self, *, format: str) -> bytes:
        """The answer in one of the service's formats, such as `csv`, `graphml` or `trapi`."""
        return self._client.fetch(self._asked, format=format)

    def to_bibtex(self) -> str:
        """Its papers as BibTeX."""
        return self._client.fetch(self._asked, references="bibtex").decode()

    def to_pandas(self) -> pandas.DataFrame:
        """Its rows, one a statement or step, with author, year, PMID and DOI; lists stay lists."""
        pandas = _needed("pandas")
        if self._asked.name == "query":
            return pandas.DataFrame(self.raw["items"], columns=self.raw["columns"])
        columns, rows = self._table()
        types = {
            "integer": "Int64", "number": "Float64", "flag": "boolean", "text": "string",
            "texts": "object",
        }  # fmt: skip
        return pandas.DataFrame(
            {
                one.name: pandas.Series([row[one.name] for row in rows], dtype=types[one.kind])
                for one in columns
            }
        )

    def to_polars(self) -> polars.DataFrame:
        """The same for polars."""
        polars = _needed("polars")
        if self._asked.name == "query":
            return polars.DataFrame(
                self.raw["items"], schema=self.raw["columns"], infer_schema_length=None
            )
        columns, rows = self._table()
        types = {
            "integer": polars.Int64, "number": polars.Float64, "flag": polars.Boolean,
            "text": polars.String, "texts": polars.List(polars.String),
        }  # fmt: skip
        return polars.DataFrame(rows, schema={one.name: types[one.kind] for one in columns})

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The statements that it names as a graph: an edge for each, keyed by its id."""
        networkx = _needed("networkx")
        text = self._client.fetch(self._asked, format="graphml").decode()
        return networkx.parse_graphml(text, force_multigraph=True)

    def _table(self) -> tuple[Sequence[Column], list[dict[str, Any]]]:
        """The columns of its rows, and the rows by their names."""
        # What a question's columns hold is known where its rows are made.
        from immunograph.formats.tables import STATEMENT, Kind, split  # noqa: PLC0415
        from immunograph.service.layouts import COLUMNS, LAYOUTS  # noqa: PLC0415 # slow to import

        layout = LAYOUTS.get(self._asked.name)
        columns = STATEMENT  # of the whole graph
        if layout is not None:
            columns = (*layout.columns(self.raw), *COLUMNS[layout.shows])
        text = self._client.fetch(self._asked, format="csv").decode("utf-8")

        def value(kind: Kind, written: str) -> Any:
            if kind is Kind.TEXTS:
                return split(written) if written else []
            if not written:
                return None
            match kind:
                case Kind.INTEGER:
                    return int(written)
                case Kind.NUMBER:
                    return float(written)
                case Kind.FLAG:
                    return written == "true"
                case _:
                    return written

        return columns, [
            {one.name: value(one.kind, row[one.name]) for one in columns}
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]


def _needed(package: str) -> Any:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise BadQuestion(
            f"{package} is not installed here. "
            f"Install it with `pip install 'immunograph[{package}]'`."
        ) from error


class Client:
    """Asks one service. Raises the errors of `immunograph.errors`, as the service names them."""

    def __init__(
        self, url: str = "http://127.0.0.1:8000", *, key: str | None = None,
        seconds: float = SECONDS,
    ) -> None:  # fmt: skip
        """`key` is needed where reading needs one; `seconds` is how long an answer may take."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadQuestion(f"'{url}' is no address of a service; write http://… or https://…")
        self._url = url.rstrip("/")
        self._seconds = seconds
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        """Answers and their tags, by address."""

    # --- entities and statements -------------------------------------------------------------

    def entities(
        self,
        q: str | None = None,
        *,
        kind: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Answer[Entities]:
        """Entities by name, symbol, synonym or id, nearest first; all by name without `q`."""
        asked = {"q": q, "kind": kind, "limit": limit, "cursor": cursor}
        return self._ask("entities", asked)

    def entity(self, id: str) -> Answer[EntityCard]:
        """One entity, with the classes above it, its cautions and counts of its statements."""
        return self._ask("entity", card=("entities", id))

    def statements(
        self,
        entity: str | None = None,
        *,
        direction: Literal["out", "in", "both"] = "both",
        subject: str | None = None,
        object: str | None = None,
        cls: str | None = None,
        effect: str | None = None,
        predicate: str | None = None,
        status: str | None = None,
        source: str | None = None,
        study: str | None = None,
        q: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[Statements]:
        """Statements, most believed first."""
        asked = {
            "entity": entity,
            "direction": direction,
            "subject": subject,
            "object": object,
            "class": cls,
            "effect": effect,
            "predicate": predicate,
            "status": status,
            "source": source,
            "study": study,
            "q": q,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask("statements", {**asked, **evidence})

    def statement(self, id: str) -> Answer[StatementCard]:
        """One statement with all its evidence, conflicts, cautions and interventions."""
        return self._ask("statement", card=("statements", id))

    # --- paths and what they raise -----------------------------------------------------------

    def paths(
        self,
        source: Names,
        target: Names,
        *,
        effect: Effect | None = None,
        max_steps: int = 8,
        limit: int = 10,
        hypothesised: bool = False,
        **evidence: Unpack[Evidence],
    ) -> Answer[Paths]:
        """Signed paths from any source to any target, best first; no path is an answer too."""
        asked = {
            "source": source,
            "target": target,
            "effect": effect,
            "max_steps": max_steps,
            "limit": limit,
            "hypothesised": str(hypothesised).lower(),
        }
        return self._ask("paths", {**asked, **evidence})

    def effect(
        self,
        source: Names,
        target: Names,
        *,
        max_steps: int = 8,
        hypothesised: bool = False,
        **evidence: Unpack[Evidence],
    ) -> Answer[Effects]:
        """The verdict on each pair of a source and a target: what one does to the other."""
        asked = {
            "source": source,
            "target": target,
            "max_steps": max_steps,
            "hypothesised": str(hypothesised).lower(),
        }
        return self._ask("effect", {**asked, **evidence})

    def influence(
        self,
        entity: str,
        *,
        direction: Literal["downstream", "upstream"] = "downstream",
        effect: Effect | None = None,
        max_steps: int = 4,
        limit: int = 50,
        **evidence: Unpack[Evidence],
    ) -> Answer[Influence]:
        """What an entity reaches, or what reaches it, by the best simple path of each effect."""
        asked = {
            "entity": entity,
            "direction": direction,
            "effect": effect,
            "max_steps": max_steps,
            "limit": limit,
        }
        return self._ask("influence", {**asked, **evidence})

    def blockers(
        self,
        source: Names,
        target: Names,
        *,
        effect: Effect | None = None,
        max_steps: int = 8,
        max_size: int = 2,
        **evidence: Unpack[Evidence],
    ) -> Answer[Blockers]:
        """All smallest sets of entities whose removal breaks every path."""
        asked = {
            "source": source,
            "target": target,
            "effect": effect,
            "max_steps": max_steps,
            "max_size": max_size,
        }
        return self._ask("blockers", {**asked, **evidence})

    def loops(
        self, entity: str, *, max_steps: int = 6, limit: int = 20, **evidence: Unpack[Evidence]
    ) -> Answer[Loops]:
        """Feedback loops through an entity, reinforcing or balancing."""
        asked = {"entity": entity, "max_steps": max_steps, "limit": limit}
        return self._ask("loops", {**asked, **evidence})

    def impact(
        self, *, source: Names = (), target: Names = (), **evidence: Unpack[Evidence]
    ) -> Answer[Impact]:
        """What changes when entities, statements, studies or sources are left out: `without`."""
        asked = {"source": source, "target": target}
        return self._ask("impact", {**asked, **evidence})

    def open_questions(
        self,
        entity: str | None = None,
        *,
        source: Names = (),
        target: Names = (),
        kind: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[OpenQuestions]:
        """What to test next, ranked: in the whole graph, about an entity, or in one answer."""
        asked = {
            "entity": entity,
            "source": source,
            "target": target,
            "kind": kind,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask("open_questions", {**asked, **evidence})

    # --- lists of names ----------------------------------------------------------------------

    def resolve(self, names: Sequence[str] | Mapping[str, int]) -> Answer[ResolvedNames]:
        """What each name is here; a mapping gives each its direction, 1 or -1."""
        return self._ask("resolve", sent=_list(names))

    def subgraph(
        self,
        names: Sequence[str] | Mapping[str, int],
        *,
        steps: int = 1,
        limit: int = 200,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[Subgraph]:
        """The signed statements among some entities, and what would explain their directions."""
        asked = {"steps": steps, "limit": limit, "cursor": cursor}
        return self._ask("subgraph", {**asked, **evidence}, sent=_list(names))

    # --- lists -------------------------------------------------------------------------------

    def conflicts(
        self,
        entity: str | None = None,
        *,
        limit: int = 50,
        cursor: str | None = None,
        **evidence: Unpack[Evidence],
    ) -> Answer[Conflicts]:
        """Opposing statements and what explains them; unresolved ones first."""
        asked = {"entity": entity, "limit": limit, "cursor": cursor}
        return self._ask("conflicts", {**asked, **evidence})

    def conflict(self, id: str) -> Answer[ConflictCard]:
        """One conflict with both statements and their evidence."""
        return self._ask("conflict", card=("conflicts", id))

    def interventions(
        self,
        entity: str | None = None,
        *,
        status: str | None = None,
        q: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Answer[Interventions]:
        """Interventions, tested, proposed or in use; those on one entity on request."""
        asked = {"entity": entity, "status": status, "q": q, "limit": limit, "cursor": cursor}
        return self._ask("interventions", asked)

    def sources(
        self,
        q: str | None = None,
        *,
        type: str | None = None,
        tier: str | None = None,
        year: int | None = None,
        study: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Answer[Sources]:
        """What is loaded."""
        asked = {
            "q": q,
            "type": type,
            "tier": tier,
            "year": year,
            "study": study,
            "limit": limit,
            "cursor": cursor,
        }
        return self._ask("sources", asked)

    def source(self, id: str) -> Answer[SourceCard]:
        """One source: what it says, what was set aside, and what rests on it alone."""
        return self._ask("source", card=("sources", id))

    def studies(
        self, q: str | None = None, *, limit: int = 100, cursor: str | None = None
    ) -> Answer[Studies]:
        """The studies behind the sources, and what rests on each alone."""
        return self._ask("studies", {"q": q, "limit": limit, "cursor": cursor})

    def study(self, id: str) -> Answer[StudyCard]:
        """One study: its sources, its statements, and those that rest on it alone."""
        return self._ask("study", card=("studies", id))

    def snapshot(self) -> Answer[SnapshotCard]:
        """What the graph holds now."""
        return self._ask("snapshot")

    def loads(self, *, limit: int = 50, cursor: str | None = None) -> Answer[Loads]:
        """What each load changed, when and by whom; the newest first."""
        return self._ask("loads", {"limit": limit, "cursor": cursor})

    def changes(
        self, since: str | None = None, *, question: str | None = None, limit: int = 50
    ) -> Answer[Changes]:
        """What changed since a snapshot, or in the answer to the question at an address."""
        asked = {"since": since, "question": question, "limit": limit}
        return self._ask("changes", asked)

    def export(self) -> Answer[Export]:
        """The whole graph: what it asserts, and what follows from that."""
        return self._ask("export")

    # --- catalogue ---------------------------------------------------------------------------

    def queries(self) -> Answer[Queries]:
        """The query catalogue, with parameters and columns."""
        return self._ask("queries")

    def query(self, name: str, **parameters: str | float) -> Answer[QueryRows]:
        """Run one query of the catalogue."""
        return self._ask("query", parameters, card=("queries", name))

    # --- asking ------------------------------------------------------------------------------

    def pages(self, first: Answer[A]) -> Iterator[Answer[A]]:
        """The pages of a list, from one that was asked for."""
        page: Answer[A] | None = first
        while page is not None:
            yield page
            following = page.raw.get("next")
            page = None
            if following is not None:
                asked = first._asked  # pyright: ignore[reportPrivateUsage] # both are the client's
                asked = Asked(
                    asked.name, asked.path, {**asked.parameters, "cursor": following}, asked.sent
                )
                page = self._answer(asked)

    def fetch(self, asked: Asked, **form: str) -> bytes:
        """The bytes of an answer, in some form."""
        address = asked.address(**form)
        kept = self._kept.get(address) if asked.sent is None else None
        headers = dict(self._headers)
        if kept is not None:
            headers["If-None-Match"] = kept[0]
        if asked.sent is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self._url + address, data=asked.sent, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as reply:
                body: bytes = reply.read()
                tag = reply.headers.get("ETag")
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304 and kept is not None:
                    self._kept.move_to_end(address)
                    return kept[1]
                raise _error(error.code, error.read()) from error
        except (OSError, http.client.HTTPException) as error:
            raise EngineUnavailable(
                f"Nothing answers at {self._url}: {error}. Start the service with "
                "`immunograph serve`."
            ) from error
        if tag is not None and asked.sent is None:
            self._keep(address, tag, body)
        return body

    def _keep(self, address: str, tag: str, body: bytes) -> None:
        self._kept[address] = (tag, body)
        self._kept.move_to_end(address)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _ask(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        card: tuple[str, str] | None = None,
        sent: bytes | None = None,
    ) -> Answer[Any]:
        """Ask a question; `card` is the list that one thing stands in, and its name there."""
        path = f"/v1/{name.replace('_', '-')}"
        if card is not None:
            path = f"/v1/{card[0]}/{quote(card[1], safe='')}"
        return self._answer(Asked(name, path, parameters or {}, sent))

    def _answer(self, asked: Asked) -> Answer[Any]:
        raw: dict[str, Any] = orjson.loads(self.fetch(asked))
        return Answer(self, asked, raw)


def _list(names: Sequence[str] | Mapping[str, int]) -> bytes:
    if isinstance(names, Mapping):
        return orjson.dumps([{"name": name, "sign": sign} for name, sign in names.items()])
    return orjson.dumps(list(names))


def _error(status: int, body: bytes) -> ImmunographError:
    """The error that a problem names (RFC 9457)."""
    try:
        problem: dict[str, Any] = orjson.loads(body)
        kind, detail = str(problem.pop("type")), str(problem.pop("detail"))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ImmunographError(f"The service answered with status {status} and no problem.")
    known = {
        "-".join(re.findall("[A-Z][a-z]*", one.__name__)).lower(): one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, ImmunographError)
    }
    found = known.get(kind.rpartition(":")[2], ImmunographError)
    if found is errors.BadSource:
        return ImmunographError(detail)
    return found(detail, **problem)
