"""Studies and sources by what people call them: a local id, a DOI or a PMID, however spelt.

A source goes by the DOI or PMID of the study that it reports. Numbers are never likened to each
other: the next PMID is another paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rapidfuzz import fuzz, process

from immunograph.domain.knowledge import Knowledge
from immunograph.domain.model import Study
from immunograph.domain.vocabulary import SourceType
from immunograph.errors import Ambiguous, NotFound
from immunograph.names.curies import doi, pmid

_LIKE: Final = 80
"""From 0 to 100, how alike the letters of two ids are that may be meant for each other."""
_GENERIC: Final = re.compile(r"[\W\d_]|\b(?:abstract|paper|press|source|study|news|pmid|doi|pmc)\b")
"""What tells no study from another."""


def names_paper(text: str) -> bool:
    """Whether a text is a DOI or a PMID, so that no entity is meant."""
    return doi(text) is not None or pmid(text) is not None


def local_id(name: str, known: Iterable[str]) -> str | None:
    """The local id that a name is, whatever its case and joiners."""
    return next((i for i in (name, _slug(name)) if i in known), None)


def study_named(knowledge: Knowledge, name: str) -> str:
    """The id of the study that a local id, a DOI or a PMID names.

    Raises NotFound with `suggestions`, or Ambiguous where two studies have it.
    """
    given = _bare(name, "study")
    local = local_id(given, knowledge.studies)
    if local is not None:
        return local
    found = _of_paper(knowledge, given)
    if len(found) == 1:
        return found[0]
    titles = {i: study.title or i for i, study in knowledge.studies.items()}
    if found:
        raise _ambiguous(given, "study", {i: titles[i] for i in found})
    slug = _slug(given)
    own = knowledge.source(slug).study if slug in knowledge.contributions else None
    near = [own] if own else []
    raise _unknown(given, "study", near, titles)


def papers_of(knowledge: Knowledge) -> Iterator[Study]:
    """What is said of each study that may name a paper: once where one source reports it."""
    for identifier, study in knowledge.studies.items():
        sources = knowledge.sources_of_study(identifier)
        if len(sources) == 1:
            yield study
        else:
            yield from filter(None, map(knowledge.said_by, sources))


def source_named(knowledge: Knowledge, name: str) -> str:
    """The id of the source that a local id, or the DOI or PMID of its study, names.

    Of several that report the study, the paper or its abstract is meant, not the press. Raises
    NotFound with `suggestions`, or Ambiguous where several are left.
    """
    given = _bare(name, "source")
    local = local_id(given, knowledge.contributions)
    if local is not None:
        return local
    found = [i for study in _of_paper(knowledge, given) for i in knowledge.sources_of_study(study)]
    meant = [i for i in found if knowledge.source(i).type is not SourceType.PRESS] or found
    if len(meant) == 1:
        return meant[0]
    titles = {i: source.title for i, source in knowledge.sources.items()}
    if meant:
        raise _ambiguous(given, "source", {i: titles[i] for i in meant})
    raise _unknown(given, "source", knowledge.sources_of_study(_slug(given)), titles)


def _bare(name: str, kind: str) -> str:
    """A name without the prefix that says of what kind it is."""
    prefix, colon, rest = name.strip().partition(":")
    return rest.strip() if colon and prefix.casefold().strip() == kind else name.strip()


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def _of_paper(knowledge: Knowledge, name: str) -> list[str]:
    """The studies of a DOI or PMID, by id."""
    by_doi, by_pmid = doi(name), pmid(name)
    if by_doi is None and by_pmid is None:
        return []
    return [
        i
        for i, study in sorted(knowledge.studies.items())
        if (by_doi is not None and (study.doi or "").casefold() == by_doi)
        or (by_pmid is not None and study.pmid == by_pmid)
    ]


def _ambiguous(name: str, kind: str, titles: Mapping[str, str]) -> Ambiguous:
    which = " or ".join(titles)
    return Ambiguous(
        f"'{name}' may mean {which}. Ask by id.", candidates=_candidates(kind, titles.items())
    )


def _unknown(name: str, kind: str, near: Iterable[str], titles: Mapping[str, str]) -> NotFound:
    """The error for a name that is known to nobody; `near` is suggested before what is alike."""
    rooms = {"study": "studies", "source": "sources"}
    suggested = list(dict.fromkeys([*near, *_alike(name, titles)]))
    named = "DOI" if doi(name) else "PMID" if pmid(name) else None
    if suggested:
        hint = f"Did you mean {', '.join(suggested)}?"
    elif named:
        hint = f"Nothing that is loaded has this {named}; list what is with `{rooms[kind]}`."
    else:
        hint = f"Ask by local id, DOI or PMID; list them with `{rooms[kind]}`."
    return NotFound(
        f"No {kind} '{name}'. {hint}",
        suggestions=_candidates(kind, ((i, titles[i]) for i in suggested)),
    )


def _alike(name: str, titles: Mapping[str, str]) -> list[str]:
    """The ids whose letters are like those of a name, at most five; none for a number."""
    letters = _letters(name)
    if len(letters) < 3 or names_paper(name):
        return []
    found = process.extract(
        letters,
        {i: _letters(i) for i in sorted(titles)},
        scorer=fuzz.token_set_ratio,
        score_cutoff=_LIKE,
        limit=5,
    )
    return [i for _, _, i in found]


def _letters(name: str) -> str:
    return " ".join(_GENERIC.sub(" ", name.casefold()).split())


def _candidates(kind: str, titled: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"id": i, "name": title, "kind": kind, "matched": i} for i, title in titled]
