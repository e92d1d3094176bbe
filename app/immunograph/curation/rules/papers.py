"""Papers: one under two titles or two studies, and papers that were taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from immunograph.curation.inspection import Finding, Inspection
from immunograph.domain.model import Study
from immunograph.names.paper_ids import first_day
from immunograph.names.spelling import fold
from immunograph.seeds.reading import Reader
from immunograph.seeds.yaml_text import Path

_MARK: Final = re.compile(
    r"^\W*(?P<mark>(?:partial(?:ly)? )?retract(?:ed|ion)|withdrawn|withdrawal|"
    r"(?:temporary |temporarily )?(?:removed|removal)|"
    r"(?:editorial |editor['’]?s |publisher['’]?s )?(?:expressions? of |note of )?concern|"
    r"notice of retraction|statement of retraction|retraction and replacement)"
    r"(?: (?:article|paper|notice|note|statement|publication|chapter|preprint|manuscript))?"
    r"(?: (?:to|of|regarding|for|about))?\s*(?:[:\])]|\s[–—-]\s|\.\s|$)",
    re.IGNORECASE,
)
_MARK_ARTICLE: Final = re.compile(
    r"^\W*(?P<mark>retracted (?:article|paper|publication)|withdrawn (?:article|paper|preprint)|"
    r"retraction (?:note|notice) (?:to|for|of)|expression of concern (?:on|regarding|for|about|to)|"
    r"notice of retraction)\b",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(
    r"\s*[(\[](?:abstract|preprint|paper|retracted(?: article)?|full text|version \d+|v\d+|"
    r"press release|author manuscript|corrected)[^)\]]*[)\]]\s*$",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(
    r"^\W*(?:retracted(?: article| paper)?|withdrawn|preprint|corrigendum(?: to)?|erratum(?: to)?|"
    r"correction(?: to)?|author correction|publisher correction|"
    r"(?:editorial )?expression of concern)"
    r"\s*[:\])]\s*",
    re.IGNORECASE,
)
SHORT_TITLE: Final = 3
"""Words below which equal titles say nothing: `Editorial`, `A study`."""


def mark_of(title: str) -> str | None:
    """The mark of retraction, withdrawal or concern that a title begins with.

    >>> mark_of("RETRACTED: Traps and metastasis"), mark_of("Withdrawal of anti-CCL2 in mice")
    ('RETRACTED', None)
    """
    found = _MARK.match(title) or _MARK_ARTICLE.match(title)
    return found["mark"] if found else None


def retracted_paper(inspection: Inspection) -> Iterator[Finding]:
    """Papers that were taken back, by their title or by a list, and are not marked so."""
    form = inspection.form
    if form is None or (form.study is not None and form.study.retracted):
        return
    titles: list[tuple[Path, str]] = [(("title",), form.title)]
    if form.study is not None and form.study.title:
        titles.insert(0, (("study", "title"), form.study.title))
    for path, title in titles:
        if mark := mark_of(title):
            yield (
                path,
                f"the title begins with '{mark}'; if the paper was taken back, write under `study` "
                "`retracted:` who said so, when and why",
            )
            return
    pmid = form.study.pmid if form.study is not None else None
    if pmid is not None and pmid in inspection.beside.retracted:
        yield (
            ("study", "pmid"),
            f"PMID {pmid} is on the list of retracted papers; write under `study` "
            "`retracted:` who said so, when and why",
        )


def same_title(inspection: Inspection) -> Iterator[Finding]:
    """Two studies of one title, such as a preprint and its paper."""
    form = inspection.form
    if form is None or form.study is None or not form.study.title:
        return
    titles = _Titles.of(inspection.reader)
    other = titles.first.get(title_key(form.study.title))
    if other is not None and other[0].id != form.study.id:
        yield (
            ("study", "title"),
            f"study '{other[0].id}' in {other[1]} has this title too; a preprint and its paper are "
            "one study, so give both the same id",
        )


class _Titles:
    """The first study of each title, and where it stands."""

    def __init__(self) -> None:
        self.done = 0
        self.first: dict[str, tuple[Study, str]] = {}

    @classmethod
    def of(cls, reader: Reader) -> _Titles:
        """The titles read so far; what was indexed before is not indexed again."""
        titles = reader.memo.setdefault("studies by title", cls())
        assert isinstance(titles, cls)
        for study, file in reader.studies[titles.done :]:
            key = title_key(study.title or "")
            if len(key.split()) >= SHORT_TITLE:
                titles.first.setdefault(key, (study, file))
        titles.done = len(reader.studies)
        return titles


def title_key(title: str) -> str:
    """A title without what does not tell titles apart: case, spelling, punctuation, its version.

    >>> title_key("CCL2 recruits Monocytes.") == title_key("Preprint: CCL2 recruits monocytes (v2)")
    True
    """
    plain = _SUFFIX.sub("", _PREFIX.sub("", title))
    return " ".join(re.findall(r"\w+", fold(plain)))


def future_date(inspection: Inspection) -> Iterator[Finding]:
    """Days that have not come yet."""
    form, today = inspection.form, inspection.beside.today
    if form is None or today is None:
        return
    for key, given in (("published", form.published), ("curated", form.curated)):
        # It is tomorrow already somewhere.
        if given is not None and (first_day(given) - today).days > 1:
            yield (key,), f"{given} has not come yet"


def unfinished(inspection: Inspection) -> Iterator[Finding]:
    """What a new file leaves open."""
    form = inspection.form
    if form is None:
        return
    if not (form.statements or form.cautions or form.interventions or form.not_statements):
        yield (
            (),
            "this source says nothing yet; write `statements`, or what was set aside under "
            "`not_statements`",
        )
    study = form.study
    if study is None:
        return
    if study.title is None:
        yield ("study",), "the study has no `title`; as the journal prints it"
    if (study.doi or study.pmid) and study.verified is None:
        yield (
            ("study",),
            "say under `verified` how DOI and PMID were checked, and where; remembered only is an "
            "answer too",
        )
