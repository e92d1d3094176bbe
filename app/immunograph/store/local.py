"""A real Neo4j of our own, from packages alone: fetched once, shared by all who use it.

Java comes with a Python package, the jars from a Maven repository. The engine listens on the
loopback address only, behind a random password that only the user can read, and serves Neo4j
Browser. Its home is the folder `neo4j` in the data folder:

conf data logs import plugins run    as Neo4j lays them out
password                             readable by the user alone
ports.json                           chosen once and kept, so that Neo4j Browser keeps its settings
engine.json kept *.lock              who runs and who uses it (see `keeper`)
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urljoin, urlsplit

from pydantic import SecretStr
from rich.console import Console

from immunograph.errors import EngineSetup, EngineUnavailable
from immunograph.settings import Settings
from immunograph.store import keeper
from immunograph.store.fetch import fetch, parse_jars
from immunograph.store.java import java_executable
from immunograph.store.ports import (
    LOOPBACK,
    USERNAME,
    answers_bolt,
    free_ports,
    is_free,
    lets_in,
)

VERSION = "5.26.30"
JARS = resources.files("immunograph.store").joinpath(f"neo4j-{VERSION}.jars")
GUIDE_STYLE = "browser-style"
"""Where the service of a guide has the style that goes with it."""
PORT_TAKEN = "Address already in use"  # as its log says it
USUAL_PORTS = (7687, 7474)  # Bolt and http, where every Neo4j is looked for first
READY_TIMEOUT = 300.0  # seconds; a recovery after a crash of a large graph takes minutes
ROOM_BYTES = 32 * 1024 * 1024  # free on the disk, below which a start would fail half-way
TURN_TIMEOUT = READY_TIMEOUT + keeper.STOP_TIMEOUT

CONFIGURATION = """\
# Written at each start; changes made here are lost.
server.default_listen_address={host}
server.default_advertised_address={host}
server.bolt.listen_address={host}:{bolt}
server.bolt.advertised_address={host}:{bolt}
server.http.enabled=true
server.http.listen_address={host}:{http}
server.http.advertised_address={host}:{http}
server.https.enabled=false
server.memory.pagecache.size=128m
# A small graph needs no 512 MB of transaction log.
db.tx_log.preallocate=false
# Half a second to stop instead of ten.
internal.server.bolt.thread_pool_shutdown_wait_time=100ms
internal.server.bolt.connection_shutdown_wait_time=100ms
# LOAD CSV is possible in a read, so neither files nor any host are open to it.
dbms.security.allow_csv_import_from_file_urls=false
server.directories.import=import
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
# A ceiling; each query also sends its own.
db.transaction.timeout=30m
# It gives a sign of life while it works, so that one that is halted is told from one that is busy.
server.bolt.connection_keep_alive=5s
server.bolt.connection_keep_alive_probes=3
dbms.usage_report.enabled=false
client.allow_telemetry=false
browser.remote_content_hostname_whitelist={hosts}
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """A running local Neo4j: where it answers and how to be let in."""

    uri: str
    username: str
    password: SecretStr
    browser: str
    home: Path
    pid: int


@dataclass(frozen=True, slots=True)
class Status:
    """What there is of a local Neo4j: the engine if one runs, whether used, kept, and where."""

    engine: Engine | None
    used: bool
    kept: bool
    home: Path
    version: str = VERSION

    @property
    def running(self) -> bool:
        """Whether an engine runs."""
        return self.engine is not None


@contextmanager
def engine(
    settings: Settings,
    *,
    guide_url: str | None = None,
    data_dir: Path | None = None,
    console: Console | None = None,
) -> Generator[Engine]:
    """Use the local Neo4j: join the running one, or fetch and start it; the last one out stops it.

    `guide_url` is the Browser guide that opens itself on connect; it holds from the next start on.
    `data_dir` asks for an engine apart from the user's, kept in that folder, on any free ports.
    `console` (default: standard error) shows the fetch. Whoever is interrupted does not wait for
    the engine to stop: its keeper sees to that. Raises EngineSetup, or EngineUnavailable if an
    engine that runs does not answer.
    """
    place = _Place(settings, data_dir)
    with place.turn():
        use = place.use()
        try:
            found = _join_or_start(place, guide_url=guide_url, console=console)
        except BaseException:
            _leave(place, use)
            raise
    try:
        yield found
    except KeyboardInterrupt:
        use.close()
        raise
    finally:
        if not use.closed:
            with place.turn():
                _leave(place, use)


def _leave(place: _Place, use: IO[bytes]) -> None:
    use.close()
    keeper.stop_unless_wanted(place.home)


def restart_if_ended(
    settings: Settings,
    *,
    broken: bool = False,
    guide_url: str | None = None,
    data_dir: Path | None = None,
) -> bool:
    """Start the engine again where it ended without having been stopped; whether that was done.

    Also where it runs, but is `broken`: it said that it must be started again. For those who use
    it. One that was stopped on purpose stays so. Raises as `engine` does, and EngineSetup where
    there is no room on its disk.
    """
    place = _Place(settings, data_dir)
    seen = keeper.running(place.home) if broken and place.home.is_dir() else None
    if seen is None and not keeper.ended_unasked(place.home):
        return False
    _require_room(place)
    with place.turn():
        if seen is not None and keeper.end_at_once(place.home, seen):
            _log.warning("The local Neo4j (process %d) must be started again.", seen.pid)
        if not keeper.ended_unasked(place.home):  # another of its users was faster
            return False
        _log.warning("The local Neo4j ended without having been stopped; it is started again.")
        _join_or_start(place, guide_url=guide_url, console=None)
        return True


def _require_room(place: _Place) -> None:
    """Raise EngineSetup where an engine would find no room to recover and to go on."""
    free = shutil.disk_usage(place.home).free
    if free < ROOM_BYTES:
        raise EngineSetup(
            f"There are {free // 2**20} MB left on the disk of {place.home}, and the local Neo4j "
            f"needs {ROOM_BYTES // 2**20} to be started again. Make room; it is then started."
        )


def start(
    settings: Settings,
    *,
    guide_url: str | None = None,
    data_dir: Path | None = None,
    console: Console | None = None,
) -> Engine:
    """Start the local Neo4j if none runs, and keep it when its last user leaves, until `stop`."""
    place = _Place(settings, data_dir)
    with place.turn(), place.use():
        found = _join_or_start(place, guide_url=guide_url, console=console)
        place.kept.touch()
        return found


def stop(settings: Settings, *, data_dir: Path | None = None) -> bool:
    """Stop the local Neo4j, whoever uses it, and no longer keep it; False if none ran."""
    place = _Place(settings, data_dir)
    if not place.home.is_dir():
        return False
    with place.turn():
        place.kept.unlink(missing_ok=True)
        return keeper.stop(place.home)


def status(settings: Settings, *, data_dir: Path | None = None) -> Status:
    """What there is of the local Neo4j; nothing is started or waited for."""
    place = _Place(settings, data_dir)
    if not place.home.is_dir():
        return Status(engine=None, used=False, kept=False, home=place.home)
    process = keeper.running(place.home)
    return Status(
        engine=None if process is None else _engine(place, process),
        used=keeper.is_used(place.home),
        kept=place.kept.exists(),
        home=place.home,
    )


class _Place:
    """The home of an engine, and its locks."""

    def __init__(self, settings: Settings, data_dir: Path | None) -> None:
        self.settings = settings
        self.apart = data_dir is not None
        self.home = ((data_dir or settings.data_dir) / "neo4j").absolute()
        self.kept = self.home / "kept"
        self.console_log = self.home / "logs" / "console.log"
        self.neo4j_log = self.home / "logs" / "neo4j.log"

    def lay_out(self) -> None:
        """Make the folders that Neo4j wants to find, closed to other users."""
        if os.name != "posix":
            raise EngineSetup(
                "The local Neo4j runs on Linux and macOS. On Windows run immunograph inside WSL, "
                "or set NEO4J_URI to use a Neo4j of your own."
            )
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o700)
            for name in ("conf", "data", "logs", "import", "plugins", "run"):
                (self.home / name).mkdir(exist_ok=True)
        except OSError as fault:
            raise EngineSetup(
                f"The local Neo4j cannot keep its data in {self.home}: {fault.strerror}. Set "
                "IMMUNOGRAPH_DATA_DIR to a folder that can be written."
            ) from fault

    def turn(self) -> IO[bytes]:
        """Hold the right to join, start, leave or stop the engine until the result is closed."""
        self.lay_out()
        lock = keeper.hold(self.home / "turn.lock", wait=TURN_TIMEOUT)
        if lock is None:
            raise EngineUnavailable(
                f"Another process has been starting or stopping the Neo4j of {self.home} for "
                f"{TURN_TIMEOUT:.0f} s. See {self.neo4j_log}, then try again."
            )
        return lock

    def use(self) -> IO[bytes]:
        """Be a user of the engine until what is returned closes."""
        lock = keeper.hold(self.home / "users.lock", shared=True, wait=5)
        if lock is None:
            raise EngineUnavailable(f"{self.home / 'users.lock'} stays locked. Try again.")
        return lock

    def password(self) -> SecretStr:
        """The password, made at random the first time."""
        path = self.home / "password"
        try:
            return SecretStr(path.read_text("ascii").strip())
        except FileNotFoundError:
            pass
        if self.is_initialised():
            raise EngineSetup(
                f"{path} is missing, and the Neo4j in {self.home} cannot be opened without it. Put "
                "it back, or move that folder away and load your sources again."
            )
        password = secrets.token_hex(16)
        self.write_privately(path, password + "\n")
        return SecretStr(password)

    def is_initialised(self) -> bool:
        """Whether Neo4j was started here before, so that its users are already laid down."""
        return (self.home / "data" / "databases" / "system").exists()

    def write_privately(self, path: Path, text: str) -> None:
        """Write a file that only the user can read, whole or not at all."""
        descriptor, part = tempfile.mkstemp(dir=self.home, prefix=path.name)  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(part).replace(path)

    @property
    def ports_json(self) -> Path:
        """Where the ports of this home are kept."""
        return self.home / "ports.json"

    def ports(self) -> tuple[int, int]:
        """The Bolt and http port of this home: chosen once, then kept; raises if one is busy."""
        path = self.ports_json
        if path.exists():
            try:
                kept = json.loads(path.read_text("utf-8"))
                bolt, http = int(kept["bolt"]), int(kept["http"])
            except (ValueError, KeyError, TypeError) as fault:
                raise EngineSetup(
                    f"{path} does not name a bolt and an http port. Remove it to have them chosen."
                ) from fault
            for port, use in ((bolt, "Bolt"), (http, "Neo4j Browser")):
                if not is_free(port):
                    raise EngineSetup(
                        f"The local Neo4j keeps to port {port} for {use}, but another program is "
                        f"listening there. Stop that program, or remove {path} so that other ports "
                        "are chosen (Neo4j Browser then forgets its settings)."
                    )
            return bolt, http
        usual = (0, 0) if self.apart else USUAL_PORTS
        bolt, http = free_ports(*usual)
        self.write_privately(path, json.dumps({"bolt": bolt, "http": http}) + "\n")
        return bolt, http

    def has_lost_a_port(self) -> bool:
        """Whether the start failed since a port that was free a moment before is taken."""
        return PORT_TAKEN in self.last_words()[0]

    def last_words(self) -> tuple[str, Path]:
        """The line that tells most about a failed start, and the log that it stands in."""
        for log in (self.neo4j_log, self.console_log):
            text = log.read_text("utf-8", errors="replace") if log.exists() else ""
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            telling = [line for line in lines if re.match(r"Caused by|[\d-]+ \S+ ERROR", line)]
            if telling:  # of a chain of causes the last is the root
                return telling[-1], log
        # Java itself complains in a few lines, the first of them a heading.
        return "; ".join(lines[-2:]) or "nothing was logged", self.console_log


@dataclass(frozen=True, slots=True)
class _Java:
    """Java with Neo4j on its class path, for one home."""

    executable: Path
    jars: tuple[Path, ...]
    place: _Place

    def environment(self) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
        env["CLASSPATH"] = os.pathsep.join(map(str, self.jars))
        env["NEO4J_HOME"] = str(self.place.home)
        env["NEO4J_CONF"] = str(self.place.home / "conf")
        if sys.platform == "linux":
            env["LC_ALL"] = "C.UTF-8"  # else Java cannot open paths beyond ASCII in a plain locale
        return env

    def server(self) -> list[str]:
        """The command line of the server."""
        home = self.place.home
        opened = ("java.nio", "java.io", "sun.nio.ch")
        return [
            str(self.executable),
            f"-Xmx{self.place.settings.heap}",
            # On few processors and a small heap the usual collector takes a tenth of all the time.
            "-XX:+UseParallelGC",
            # A transaction of a large load fits among the young objects, and is not copied on.
            "-XX:NewRatio=1",
            # Compilers take half of a first load, and a quarter less of it where they inline less.
            "-XX:InlineSmallCode=1200",
            "-XX:MaxInlineLevel=9",
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in opened),
            "-Dfile.encoding=UTF-8",
            # An engine apart lives for minutes: without the optimising compiler it starts on half
            # the processor time, and is slower only once it has run for long.
            *(["-XX:TieredStopAtLevel=1"] if self.place.apart else []),
            self.entry_point(),
            f"--home-dir={home}",
            f"--config-dir={home / 'conf'}",
        ]

    def entry_point(self) -> str:
        """The server's main class, as its jar names it."""
        (jar,) = (jar for jar in self.jars if jar.name == f"neo4j-{VERSION}.jar")
        with zipfile.ZipFile(jar) as archive:
            text = archive.read("META-INF/services/org.neo4j.server.startup.EntryPoint").decode()
        return next(line for line in text.split() if not line.startswith("#"))

    def administer(self, command: list[str]) -> None:
        """Run one command of Neo4j's AdminTool to its end.

        Its words go by way of a file that only the user can read, since anyone may see a command
        line and one of the words may be the password.
        """
        with tempfile.NamedTemporaryFile("w", dir=self.place.home / "run", suffix=".args") as file:
            file.write(" ".join(["org.neo4j.cli.AdminTool", *command]))
            file.flush()
            finished = subprocess.run(
                [str(self.executable), f"-Xmx{self.place.settings.heap}", f"@{file.name}"],
                check=False,
                cwd=self.place.home,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        if finished.returncode != 0:
            said = finished.stderr.decode("utf-8", errors="replace").strip().splitlines()
            reason = next((line for line in said if "ailed" in line or "Exception" in line), "")
            raise EngineSetup(
                f"Neo4j's {' '.join(command[:2])} ended with {finished.returncode}: "
                f"{reason or ' '.join(said[-1:]) or 'no reason given'}"
            )


def _java(place: _Place, *, console: Console | None) -> _Java:
    """Find Java and fetch Neo4j."""
    jars = fetch(
        parse_jars(JARS.read_text("utf-8")),
        place.settings.cache_dir.absolute() / "jars",
        name=f"Neo4j {VERSION}",
        console=console,
    )
    return _Java(java_executable(VERSION), tuple(jars), place)


def _join_or_start(place: _Place, *, guide_url: str | None, console: Console | None) -> Engine:
    """The engine of this home, ready. Called with the turn, as a user."""
    process = keeper.running(place.home)
    joined = process is not None
    chosen = False
    if process is None:
        java = _java(place, console=console)
        chosen = not place.ports_json.exists()
        ports = place.ports()
        password = place.password()
        _configure(place, ports=ports, guide_url=guide_url)
        if not place.is_initialised():
            java.administer(["dbms", "set-initial-password", password.get_secret_value()])
        if place.neo4j_log.exists():  # what the log says is then of this start
            place.neo4j_log.replace(place.neo4j_log.with_suffix(".previous.log"))
        try:
            keeper.spawn(place.home, java.server(), ports=ports, env=java.environment())
        except subprocess.CalledProcessError as fault:
            raise _failed(place, "could not be started") from fault
        process = keeper.running(place.home)
    found = None if process is None else _engine(place, process)

    def settled() -> bool:
        if process is None or not keeper.is_alive(place.home):
            return True
        # Bolt answers, and may refuse the right password, before the users' database is there.
        return answers_bolt(process.bolt) and lets_in(process.http, place.password())

    if not keeper.comes_true(settled, within=READY_TIMEOUT):
        raise EngineUnavailable(
            f"The Neo4j of {place.home} runs, but its ports have not answered for "
            f"{READY_TIMEOUT:.0f} s. See {place.neo4j_log}, run `immunograph db stop`, and try "
            "again."
        )
    if found is None or not keeper.is_alive(place.home):
        if chosen and place.has_lost_a_port():  # to another engine that started meanwhile
            place.ports_json.unlink()
            return _join_or_start(place, guide_url=guide_url, console=console)
        if joined:  # and killed since
            return _join_or_start(place, guide_url=guide_url, console=console)
        raise _failed(place, "ended while it was starting")
    return found


def _failed(place: _Place, what: str) -> EngineSetup:
    words, log = place.last_words()
    return EngineSetup(
        f"The local Neo4j {what}. Its log says: {words.rstrip('.')}. See {log}, mend what it "
        "names, and try again."
    )


def _engine(place: _Place, process: keeper.Process) -> Engine:
    return Engine(
        uri=f"bolt://{LOOPBACK}:{process.bolt}",
        username=USERNAME,
        password=place.password(),
        browser=_browser(process),
        home=place.home,
        pid=process.pid,
    )


def _browser(process: keeper.Process) -> str:
    """The address of Neo4j Browser, which fills in where to connect and as whom."""
    connect = urlencode({"connectURL": f"bolt://{USERNAME}@{LOOPBACK}:{process.bolt}"})
    return f"http://{LOOPBACK}:{process.http}/browser/?{connect}"


def _configure(place: _Place, *, ports: tuple[int, int], guide_url: str | None) -> None:
    hosts = [LOOPBACK]
    guide = ""
    if guide_url is not None:
        style = urljoin(guide_url, GUIDE_STYLE)
        guide = f"browser.post_connect_cmd=style {style}; play {guide_url}\n"
        host = urlsplit(guide_url).hostname
        if host and host != LOOPBACK:
            hosts.append(host)
    bolt, http = ports
    text = CONFIGURATION.format(host=LOOPBACK, bolt=bolt, http=http, hosts=",".join(hosts)) + guide
    place.write_privately(place.home / "conf" / "neo4j.conf", text)
