"""A knowledge that grows, laid out as columns from time to time, so that little of it is held.

A load of very much makes Python objects of all that it brings, some 50 kB a source. Compacted, the
prose stands in a file, all else in arrays, and what is asked for is decoded: the load goes on over
that as over a mapped library. What follows from the evidence is then computed over arrays as well,
net statements by compiled searches.
"""

from __future__ import annotations

from collections.abc import Iterable

from immunograph.domain.knowledge import Knowledge
from immunograph.inference.derivation import Derivation
from immunograph.search.columns import Columns
from immunograph.search.content import Content
from immunograph.search.derived import derived_from
from immunograph.search.lazy import LazyDerivation
from immunograph.search.prose import SpooledProse, indexes_over


class Compaction:
    """Compacts one knowledge, again and again as it grows."""

    def __init__(self) -> None:
        self._knowledge: Knowledge | None = None
        """As it was compacted last."""
        self._prose = SpooledProse.nothing()
        self._touched: set[str] = set()

    @property
    def begun(self) -> bool:
        """Whether it was compacted before."""
        return self._knowledge is not None

    def note(self, sources: Iterable[str]) -> None:
        """Note sources that may say something else than they did, or for the first time."""
        self._touched.update(sources)

    def compacted(self, knowledge: Knowledge) -> tuple[Knowledge, Derivation]:
        """The same knowledge over columns, with all that follows from it.

        All sources that were touched since the last time must have been noted.
        """
        if self._knowledge is None:
            content = Content.of(knowledge)
        else:
            before = self._prose.content
            content = before.changed(self._knowledge, knowledge, self._touched, ())
        self._prose = SpooledProse.of(knowledge, content, self._prose, self._touched)
        self._touched = set()
        columns = Columns.of(knowledge, content)
        derived = derived_from(columns, knowledge)
        over = indexes_over(
            columns,
            self._prose.whole(knowledge),
            dict(knowledge.retractions),
            tally=knowledge.tally,
        )
        self._knowledge = Knowledge(knowledge.vocabulary, over=over)
        derivation = Derivation(LazyDerivation(self._knowledge, derived).values())
        return self._knowledge.fork(), derivation
