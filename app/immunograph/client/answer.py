"""An answer in Python: as it came, as a table, as a graph, as BibTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from immunograph.answers.parts import Reference
from immunograph.client.connection import Asked, Connection
from immunograph.errors import BadQuestion

if TYPE_CHECKING:
    import networkx
    import pandas  # pyright: ignore[reportMissingTypeStubs] # it has none
    import polars

    from immunograph.formats.tables import Column

A = TypeVar("A")


class Answer(Generic[A]):
    """What the service answered to one question."""

    def __init__(self, connection: Connection, asked: Asked, raw: dict[str, Any]) -> None:
        self._connection = connection
        self.asked: Final = asked
        """The question, to ask for the next page."""
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
        return f"<{self.asked.name}: {said} snapshot {self.snapshot[:12]}>"

    def to_bytes(self, *, format: str) -> bytes:
        """The answer in one of the service's formats, such as `csv`, `graphml` or `trapi`."""
        return self._connection.fetch(self.asked, format=format)

    def to_bibtex(self) -> str:
        """Its papers as BibTeX."""
        return self._connection.fetch(self.asked, references="bibtex").decode()

    def to_pandas(self) -> pandas.DataFrame:
        """Its rows, one a statement or step, with author, year, PMID and DOI; lists stay lists."""
        pandas = _needed("pandas")
        if self.asked.name == "query":
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
        if self.asked.name == "query":
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
        text = self._connection.fetch(self.asked, format="graphml").decode()
        return networkx.parse_graphml(text, force_multigraph=True)

    def _table(self) -> tuple[Sequence[Column], list[dict[str, Any]]]:
        """The columns of its rows, and the rows by their names."""
        # What a question's columns hold is known where its rows are made.
        from immunograph.formats.tables import STATEMENT, Kind, split  # noqa: PLC0415
        from immunograph.service.layouts import COLUMNS, LAYOUTS  # noqa: PLC0415 # slow to import

        layout = LAYOUTS.get(self.asked.name)
        columns = STATEMENT  # of the whole graph
        if layout is not None:
            columns = (*layout.columns(self.raw), *COLUMNS[layout.shows])
        text = self._connection.fetch(self.asked, format="csv").decode("utf-8")

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
