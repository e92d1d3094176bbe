"""Files of other tools, for tests of their readers: whole ones, and whether one is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphs import view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.errors import BadQuestion, BadSource
from immunograph.folders import folder
from immunograph.formats import FORMATS
from immunograph.formats.reading import READERS
from immunograph.formats.reading.claims import Corpus, TableMapping
from immunograph.seeds.folder import read_seed
from immunograph.service.exports import whole

TABLES = {
    "table": b"source\tsign\ttarget\tpmid\nCCL2\t+\tmonocyte\t20237412\nIL6\t-\tHGNC:8506\t\n",
    "omnipath": (
        b"source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\t"
        b"is_inhibition\tconsensus_direction\tconsensus_stimulation\tconsensus_inhibition\tsources\t"
        b"references\nP13500\tP41597\tCCL2\tCCR2\t1\t1\t0\t1\t1\t0\tSIGNOR\tSIGNOR:20237412\n"
    ),
}


@cache
def whole_file(format_: str) -> bytes:
    """A file of a format that is read without a fault."""
    if format_ in TABLES:
        return TABLES[format_]
    seed = read_seed(folder("seed") / "founding")
    graph = whole(view_of(Knowledge(seed.vocabulary, seed.contributions[:2])))
    return b"".join(FORMATS["kgx-tsv" if format_ == "kgx" else format_].write(graph))


def is_read(format_: str, content: bytes, home: Path, mapping: TableMapping | None = None) -> bool:
    """Whether a reader takes a file; what it refuses has a place or says what to do."""
    path = home / "corpus"
    path.write_bytes(content)
    try:
        for _ in READERS[format_].read(Corpus(path, mapping or TableMapping())):
            pass
        READERS[format_].licence(path)
    except BadSource as refused:
        assert refused.faults
        assert all(one.line >= 1 and one.column >= 1 and one.message for one in refused.faults)
        return False
    except BadQuestion as refused:
        assert str(refused)
        return False
    return True
