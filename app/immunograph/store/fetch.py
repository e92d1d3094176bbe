"""Jars fetched once from a Maven repository, each by exact coordinate and SHA-256."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import queue
import ssl
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from immunograph.errors import EngineSetup
from immunograph.store.keeper import hold

ATTEMPTS = 4  # of one jar, before its fault is reported
TIMEOUT = 30.0  # seconds without a byte


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of a Maven repository: its path there, its SHA-256 in hex and its size in bytes."""

    path: str
    sha256: str
    size: int


def parse_jars(text: str) -> tuple[Jar, ...]:
    """Read a list of jars, one a line: path, SHA-256, bytes.

    >>> parse_jars("org/example/a/1.0/a-1.0.jar 9f86d0 4")
    (Jar(path='org/example/a/1.0/a-1.0.jar', sha256='9f86d0', size=4),)
    """
    rows = (line.split() for line in text.splitlines() if line.strip())
    return tuple(Jar(path, sha256, int(size)) for path, sha256, size in rows)


def fetch(
    jars: Iterable[Jar],
    folder: Path,
    *,
    name: str = "Neo4j",
    console: Console | None = None,
    repository: str | None = None,
    threads: int = 8,
    pause: float = 0.5,
) -> list[Path]:
    """Make sure that every jar lies undamaged in `folder`, and return their paths in order.

    Present jars are hashed in full each time (about 0.1 s for 120 MB), so a damaged one is noticed
    and fetched anew. A fetch that was cut short goes on where it stopped: a jar appears under its
    name only when it is complete. Of several processes one fetches, the others wait for it.

    `pause` is the wait in seconds before the second retry of a jar, doubled each time. Raises
    EngineSetup if a jar cannot be had whole.
    """
    jars = tuple(jars)
    console = console or Console(stderr=True)
    if _missing(jars, folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = hold(folder / ".lock", wait=0)
            if lock is None:
                console.print(f"Another process is fetching {name}; waiting for it.")
            while lock is None:
                lock = hold(folder / ".lock", wait=60)
        except OSError as fault:
            raise _unwritable(name, folder, fault) from fault
        with lock:
            missing = _missing(jars, folder)
            for jar in missing:
                if (folder / jar.path).exists():
                    console.print(
                        f"The kept copy of {escape(jar.path)} is damaged; fetching it anew."
                    )
            if missing:
                _fetch(
                    missing,
                    folder,
                    name=name,
                    console=console,
                    source=_Repository(repository or _maven_central(), pause=pause),
                    threads=threads,
                )
    return [folder / jar.path for jar in jars]


def _maven_central() -> str:
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415 # slow, and only a fetch needs it

    return MAVEN_CENTRAL_URL


def _missing(jars: tuple[Jar, ...], folder: Path) -> list[Jar]:
    """The jars that are absent or damaged."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        whole = pool.map(partial(_is_whole, folder), jars)
        return [jar for jar, ok in zip(jars, whole, strict=True) if not ok]


def _is_whole(folder: Path, jar: Jar) -> bool:
    try:
        with (folder / jar.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as fault:
        raise EngineSetup(
            f"The kept copy {folder / jar.path} cannot be read ({fault.strerror}). Make it "
            "readable or remove it, then run the same command again."
        ) from fault


def _fetch(
    jars: list[Jar],
    folder: Path,
    *,
    name: str,
    console: Console,
    source: _Repository,
    threads: int,
) -> None:
    total = sum(jar.size for jar in jars)
    console.print(f"Fetching {name} ({total / 1e6:.0f} MB, needed once) into {escape(str(folder))}")
    todo: queue.SimpleQueue[Jar] = queue.SimpleQueue()
    for jar in sorted(
        jars, key=lambda jar: -jar.size
    ):  # the longest first: none is left at the end
        todo.put(jar)
    stop = threading.Event()
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(name, total=total)

        def work() -> None:
            with source.visit() as visit:
                while not stop.is_set():
                    try:
                        jar = todo.get_nowait()
                    except queue.Empty:
                        return
                    body = visit.get(jar, arrived=partial(progress.advance, task), stop=stop)
                    if body is not None:
                        _keep(body, folder / jar.path, name=name)

        with ThreadPoolExecutor(threads) as pool:
            try:
                futures = [pool.submit(work) for _ in range(min(threads, len(jars)))]
                done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            finally:
                stop.set()  # also after Ctrl-C: leaving the pool waits for its threads
        for future in done:
            future.result()


def _keep(body: bytes, path: Path, *, name: str) -> None:
    """Write `body` so that it is seen under its name whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(body)
        part.replace(path)
    except OSError as fault:
        raise _unwritable(name, path, fault) from fault


def _unwritable(name: str, path: Path, fault: OSError) -> EngineSetup:
    return EngineSetup(
        f"{name} cannot be kept at {path}: {fault.strerror or fault}. Make room or set "
        "IMMUNOGRAPH_CACHE_DIR to a folder that can be written, then run the same command again."
    )


class _FetchError(Exception):
    """What went wrong with one attempt; `final` where another one cannot help."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class _Repository:
    """A Maven repository, by way of the proxy and the certificates that the environment names.

    HTTPS_PROXY and NO_PROXY are honoured, and SSL_CERT_FILE by the ssl module itself. A plain
    http address is for a mirror nearby and goes there directly.
    """

    def __init__(self, address: str, *, pause: float) -> None:
        self.address = urllib.parse.urlsplit(address)
        self.pause = pause
        self.context = ssl.create_default_context() if self.address.scheme == "https" else None

    def visit(self) -> _Visit:
        return _Visit(self)

    def connect(self) -> http.client.HTTPConnection:
        host = self.address.hostname or ""
        if self.context is None:
            return http.client.HTTPConnection(host, self.address.port, timeout=TIMEOUT)
        proxy = urllib.request.getproxies().get("https")
        if not proxy or urllib.request.proxy_bypass(host):
            return http.client.HTTPSConnection(
                host, self.address.port, timeout=TIMEOUT, context=self.context
            )
        via = urllib.parse.urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        connection = http.client.HTTPSConnection(
            via.hostname or "", via.port or 80, timeout=TIMEOUT, context=self.context
        )
        headers: dict[str, str] = {}
        if via.username:
            pair = (
                f"{urllib.parse.unquote(via.username)}:{urllib.parse.unquote(via.password or '')}"
            )
            headers["Proxy-Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        connection.set_tunnel(host, self.address.port or 443, headers)
        return connection


class _Visit:
    """One kept-alive connection to the repository, used by one thread."""

    def __init__(self, source: _Repository) -> None:
        self.source = source
        self.connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> _Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(
        self, jar: Jar, *, arrived: Callable[[int], object], stop: threading.Event
    ) -> bytes | None:
        """The bytes of a jar, or None when told to stop; `arrived` hears of each chunk."""
        for attempt in range(1, ATTEMPTS + 1):
            body = bytearray()
            try:
                self._read(jar, body, arrived=arrived, stop=stop)
                if stop.is_set():
                    return None
                found = hashlib.sha256(body).hexdigest()
                if found != jar.sha256:
                    raise _FetchError(
                        f"it arrived damaged ({len(body)} bytes with SHA-256 {found}, expected "
                        f"{jar.size} bytes with {jar.sha256})"
                    )
                return bytes(body)
            except (OSError, http.client.HTTPException, _FetchError) as fault:
                self._hang_up()
                arrived(-len(body))
                if attempt == ATTEMPTS or (isinstance(fault, _FetchError) and fault.final):
                    raise EngineSetup(self._account(jar, fault, attempt)) from fault
                # A kept-alive connection may simply have been closed: the first retry is at once.
                if attempt > 1:
                    stop.wait(self.source.pause * 2 ** (attempt - 2))
        raise AssertionError("the last attempt returns or raises")

    def _read(
        self,
        jar: Jar,
        body: bytearray,
        *,
        arrived: Callable[[int], object],
        stop: threading.Event,
    ) -> None:
        if self.connection is None:
            self.connection = self.source.connect()
        path = f"{self.source.address.path.rstrip('/')}/{urllib.parse.quote(jar.path)}"
        self.connection.request("GET", path, headers={"User-Agent": "immunograph"})
        with self.connection.getresponse() as answer:
            status = answer.status
            if status != http.HTTPStatus.OK:
                transient = status == http.HTTPStatus.TOO_MANY_REQUESTS or status >= 500
                said = f"the answer was {status} {answer.reason}"
                raise _FetchError(said, final=not transient)
            while not stop.is_set() and (chunk := answer.read(1 << 16)):
                body += chunk
                arrived(len(chunk))
                if len(body) > jar.size:
                    raise _FetchError(f"it is longer than the {jar.size} bytes expected")

    def _account(self, jar: Jar, fault: Exception, attempts: int) -> str:
        host = self.source.address.netloc
        tries = "" if attempts == 1 else f", {attempts} times"
        if isinstance(fault, _FetchError):
            return (
                f"{jar.path} could not be fetched from {host}: {fault}{tries}. A proxy on the way "
                "may alter or refuse downloads: try another network or check HTTPS_PROXY, then run "
                "the same command again; what has arrived is kept."
            )
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        return (
            f"{jar.path} could not be fetched: {host} cannot be reached "
            f"({reason or type(fault).__name__}){tries}. The local Neo4j is fetched once and needs "
            "the network for that: connect, or set HTTPS_PROXY (and SSL_CERT_FILE) as your network "
            "asks, then run the same command again; what has arrived is kept. Or set NEO4J_URI to "
            "use a Neo4j of your own."
        )
