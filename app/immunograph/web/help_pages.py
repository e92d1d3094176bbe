"""The documentation at `/help`: the pages of `docs/` and the curator's guide, as HTML."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token

from immunograph.errors import NotFound
from immunograph.folders import folder
from immunograph.web.replies import HTML, document

PAGES: Final = {
    "tutorial": "docs/tutorial.md",
    "questions": "docs/questions.md",
    "confidence": "docs/confidence.md",
    "curating": "seed/README.md",
    "formats": "docs/formats.md",
    "programs": "docs/programs.md",
    "commands": "docs/commands.md",
    "settings": "docs/settings.md",
    "operations": "docs/operations.md",
    "threat-model": "docs/threat-model.md",
    "speed": "docs/speed.md",
}
"""The pages in the order in which they are listed, each with its file."""
_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)

router = APIRouter(include_in_schema=False)


@router.get("/help")
async def contents(request: Request) -> Response:
    """What there is to read."""
    listed = "\n".join(
        f'<li><a href="/help/{name}">{escape(_title(name))}</a></li>' for name in PAGES
    )
    body = f"<h1>Help</h1>\n<ul>\n{listed}\n</ul>\n"
    return document(request, _framed("Help", body), media_type=HTML)


@router.get("/help/{name}")
async def page(request: Request, name: str) -> Response:
    """One page. Raises NotFound with the names of those that there are."""
    if name not in PAGES:
        raise NotFound(f"There is no help page '{name}'; there are {', '.join(PAGES)}.")
    return document(request, _page(name), media_type=HTML)


@cache
def _page(name: str) -> bytes:
    return _framed(_title(name), rendered(_text(name), Path(PAGES[name])))


def rendered(text: str, at: Path) -> str:
    """Markdown as HTML; a link to another page of these leads to where that is served.

    `at` is where the text stands among the project's files. HTML in it is shown as text. Links to
    files that are not served become text.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(_COMMENT.sub("", text))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(tokens[place + 1].content))
        _relink(token.children or [], at)
    return markdown.renderer.render(tokens, markdown.options, {})


def _relink(tokens: list[Token], at: Path) -> None:
    """Lead links to files to where these are served."""
    unserved = False
    for token in tokens:
        if token.type == "link_open":
            address, _, part = str(token.attrs["href"]).partition("#")
            served = _served(address, at) if address and "://" not in address else address
            unserved = served is None
            if served is None:
                token.type, token.tag, token.attrs = "text", "", {}
                token.content = ""
            else:
                token.attrs["href"] = f"{served}#{part}" if part else served
        elif token.type == "link_close" and unserved:
            token.type, token.tag, token.content, unserved = "text", "", "", False


def _served(address: str, at: Path) -> str | None:
    """Where a file beside `at` is served; None where it is not."""
    parts: list[str] = []
    for part in (*at.parent.parts, *Path(address).parts):
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    place = "/".join(parts)
    return next((f"/help/{name}" for name, file in PAGES.items() if file == place), None)


def _anchor(heading: str) -> str:
    """A heading as part of an address, in the way that code hosts do it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@cache
def _text(name: str) -> str:
    home, _, file = PAGES[name].partition("/")
    return (folder(home) / file).read_text("utf-8")


def _title(name: str) -> str:
    return _text(name).partition("\n")[0].lstrip("# ")


def _framed(title: str, body: str) -> bytes:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · immunograph</title>
<link rel="icon" href="/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/plain.css">
</head>
<body>
<p class="soft"><a href="/">immunograph</a> · <a href="/help">help</a> ·
<a href="/docs">HTTP</a></p>
<main>
{body}</main>
</body>
</html>
""".encode()
