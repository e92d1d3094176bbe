"""The answer to what changed as a feed, for who watches the graph or one of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from immunograph.domain.model import digest
from immunograph.formats.atom import NAME, Entry, Feed
from immunograph.service import exports, wording

CHANGES: Final = "/v1/changes"


def address(since: str | None, question: str | None, **more: str) -> str:
    """Where it is told what changed.

    >>> address("0bd9d556", "/v1/paths?source=a&target=b")
    '/v1/changes?since=0bd9d556&question=/v1/paths?source%3Da%26target%3Db'
    """
    asked = {"since": since, "question": question, **more}
    given = {name: value for name, value in asked.items() if value is not None}
    return f"{CHANGES}?{urlencode(given, quote_via=quote, safe='/?')}" if given else CHANGES


def feed(answer: Mapping[str, Any]) -> Feed:
    """What changed, one entry a turn; its ids stay while the graph keeps its records."""
    question = answer["question"]["question"]
    watched = question or "the graph"
    newest = answer["items"][0]["at"] if answer["items"] else answer["loaded_at"]
    return Feed(
        id=f"urn:immunograph:changes:{digest(watched)}",
        title=f"What changed: {watched}",
        updated=newest,
        link=question or CHANGES,
        itself=address(answer["question"]["since"], question, format=NAME),
        generator="immunograph",
        rights=exports.rights(answer["snapshot"]).citation,
        entries=tuple(_entry(one, watched, question) for one in answer["items"]),
    )


def _entry(one: Mapping[str, Any], watched: str, question: str | None) -> Entry:
    did = [f"{source['id']} {source['did'] or 'loaded'}" for source in one["sources"]]
    by = wording.listed(did[: wording.NAMED]) + (" and others" if len(did) > wording.NAMED else "")
    became = one["answer"]
    count = wording.plural(len(one["statements"]), "statement")
    says = f"{by}: {count} came, went or moved."
    title = by
    if became is not None:
        before, after = became["before"]["says"], became["after"]["says"]
        title = after
        says = f"{by}. It was: {before} It is now: {after}" if before != after else f"{by}. {after}"
        for word in ("gained", "lost"):
            if became[word]:
                says += f" {word.capitalize()}: {'; '.join(became[word])}."
    return Entry(
        id=f"urn:immunograph:load:{one['id']}:{digest(watched)}",
        title=title,
        updated=one["at"],
        says=says,
        link=question or address(one["before"], None),
    )
