"""The page's files, as ready bytes under an address that names their content.

A browser may keep what stands there for good, so a page that was opened once is fetched in one
request afterwards; a changed file changes the address.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import HTTPException, Response
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"
VERSION_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class File:
    """One file, as it is and packed by gzip."""

    raw: bytes
    packed: bytes
    media_type: str
    tag: str


class Assets:
    """An ASGI application that answers with the files of one folder, read once."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = files
        whole = "".join(f"{name}\0{file.tag}\0" for name, file in sorted(files.items()))
        self.version = hashlib.sha256(whole.encode()).hexdigest()[:VERSION_LENGTH]
        """Names the content of all files together."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, for `<version>/<name>`, or for `<name>` by whoever does not know it."""
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        lasting = name.startswith(f"{self.version}/")
        file = self._files.get(name.removeprefix(f"{self.version}/"))
        if file is None:
            raise HTTPException(404)
        await _answer(file, Headers(scope=scope), lasting)(scope, receive, send)


@cache
def read(folder: Path) -> Assets:
    """The files of a folder and of those in it."""
    return Assets(
        {
            path.relative_to(folder).as_posix(): _file(path)
            for path in folder.rglob("*")
            if path.is_file()
        }
    )


def _file(path: Path) -> File:
    raw = path.read_bytes()
    guessed = mimetypes.guess_type(path.name)[0] or "text/plain"
    kind = "text/javascript" if path.suffix == ".js" else guessed
    text = kind.startswith("text/") or kind.endswith("+xml")
    return File(
        raw=raw,
        packed=gzip.compress(raw, compresslevel=9, mtime=0),
        media_type=f"{kind}; charset=utf-8" if text else kind,
        tag=hashlib.sha256(raw).hexdigest()[:32],
    )


def _answer(file: File, asked: Headers, lasting: bool) -> Response:
    packed = "gzip" in asked.get("accept-encoding", "")
    tag = f'"{file.tag}-gzip"' if packed else f'"{file.tag}"'
    headers = {
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": FOR_GOOD if lasting else ASK_FIRST,
    }
    if tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = file.packed if packed else file.raw
    return Response(body, media_type=file.media_type, headers=headers)
