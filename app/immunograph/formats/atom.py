"""An Atom feed (RFC 4287): what changed, one entry a change, for who watches it by address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from immunograph.formats.text import without_controls

NAME: Final = "atom"
MEDIA_TYPE: Final = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change."""

    id: str
    """A URN that is never given to another."""
    title: str
    updated: str
    """RFC 3339."""
    says: str
    link: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Changes, the newest first."""

    id: str
    title: str
    updated: str
    link: str
    """What is watched."""
    itself: str
    """Where the feed stands."""
    generator: str
    rights: str
    entries: tuple[Entry, ...]


def write(feed: Feed) -> Iterator[bytes]:
    """The feed, piece by piece; links are relative to where it stands."""
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"{_elements(id=feed.id, title=feed.title, updated=feed.updated, rights=feed.rights)}"
        f"<author><name>{_text(feed.generator)}</name></author>\n"
        f'<link rel="self" href={_quoted(feed.itself)}/>\n'
        f'<link rel="alternate" type="application/json" href={_quoted(feed.link)}/>\n'
    )
    yield head.encode()
    for one in feed.entries:
        body = _elements(id=one.id, title=one.title, updated=one.updated, summary=one.says)
        link = f'<link rel="alternate" type="application/json" href={_quoted(one.link)}/>\n'
        yield f"<entry>\n{body}{link}</entry>\n".encode()
    yield b"</feed>\n"


def _elements(**texts: str) -> str:
    return "".join(f"<{name}>{_text(text)}</{name}>\n" for name, text in texts.items())


def _text(text: str) -> str:
    return escape(without_controls(text))


def _quoted(text: str) -> str:
    return quoteattr(without_controls(text))
