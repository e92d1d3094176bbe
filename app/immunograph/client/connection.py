"""What is asked of a running service, and the bytes that come back."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson

from immunograph import errors
from immunograph.errors import BadQuestion, EngineUnavailable, ImmunographError

SECONDS: Final = 60.0
"""How long the service may take for one answer."""
MOST_KEPT: Final = 256
"""Answers that are kept; those asked for least lately go first."""


class Asked:
    """A question on its way: its address, and what is sent with it."""

    __slots__ = ("name", "parameters", "path", "sent")

    def __init__(
        self, name: str, path: str, parameters: Mapping[str, Any], sent: bytes | None = None
    ) -> None:
        self.name = name
        self.path = path
        self.parameters = {n: v for n, v in parameters.items() if v is not None}
        self.sent = sent

    def address(self, **more: str) -> str:
        """The path and parameters, with `more` of how the answer is wanted."""
        query = urlencode({**self.parameters, **more}, doseq=True)
        return f"{self.path}?{query}" if query else self.path


class Connection:
    """Fetches answers of one service, and keeps them with their tags."""

    def __init__(self, url: str, *, key: str | None, seconds: float) -> None:
        """`key` is needed where reading needs one; `seconds` is how long an answer may take."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadQuestion(f"'{url}' is no address of a service; write http://… or https://…")
        self._url = url.rstrip("/")
        self._seconds = seconds
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        """Answers and their tags, by address."""

    def fetch(self, asked: Asked, **form: str) -> bytes:
        """The bytes of an answer, in some form."""
        address = asked.address(**form)
        kept = self._kept.get(address) if asked.sent is None else None
        headers = dict(self._headers)
        if kept is not None:
            headers["If-None-Match"] = kept[0]
        if asked.sent is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self._url + address, data=asked.sent, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as reply:
                body: bytes = reply.read()
                tag = reply.headers.get("ETag")
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304 and kept is not None:
                    self._kept.move_to_end(address)
                    return kept[1]
                raise _error(error.code, error.read()) from error
        except (OSError, http.client.HTTPException) as error:
            raise EngineUnavailable(
                f"Nothing answers at {self._url}: {error}. Start the service with "
                "`immunograph serve`."
            ) from error
        if tag is not None and asked.sent is None:
            self._keep(address, tag, body)
        return body

    def _keep(self, address: str, tag: str, body: bytes) -> None:
        self._kept[address] = (tag, body)
        self._kept.move_to_end(address)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _error(status: int, body: bytes) -> ImmunographError:
    """The error that a problem names (RFC 9457)."""
    try:
        problem: dict[str, Any] = orjson.loads(body)
        kind, detail = str(problem.pop("type")), str(problem.pop("detail"))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ImmunographError(f"The service answered with status {status} and no problem.")
    known = {
        "-".join(re.findall("[A-Z][a-z]*", one.__name__)).lower(): one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, ImmunographError)
    }
    found = known.get(kind.rpartition(":")[2], ImmunographError)
    if found is errors.BadSource:
        return ImmunographError(detail)
    return found(detail, **problem)
