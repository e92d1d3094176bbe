"""The fault matrix: whatever breaks under a service in use, its promise holds.

Engine, service, workers and loaders are killed or halted, loads collide or are broken off, the disk
is full. What was acknowledged stays, nothing is there by half, all that follows from it is right;
meanwhile reads are answered, and what needs the engine is told so in time. Each row of the table
that `make soak` prints is one fault with its promise. A short form of two rows stands in
`tests/web/test_faults.py`, of the others in `tests/test_serving.py` and `tests/store`.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
from bench.seeds import write_seed

from afresh import assert_is_as_if_loaded_afresh
from askers import Asked, Questions, ask_at_once, is_compiled, numbers
from figures import Figures, share_of
from immunograph.composition import connected
from immunograph.errors import ImmunographError
from immunograph.folders import folder
from immunograph.seeds.folder import read_seed
from immunograph.settings import Settings
from immunograph.store import keeper, local
from immunograph.store.graph import Graph
from immunograph.store.integrity import losses_of
from immunograph.store.loader import Loader
from immunograph.store.loads import PROVISIONAL
from immunograph.store.ports import USERNAME
from serving import COMMAND, Site, keep_apart

pytestmark = pytest.mark.soak

ROUNDS = round(share_of(50, least=6))
ANSWER_SECONDS = 180.0
"""By when a service that was killed, or whose engine was, answers from the engine again."""
AWAY_SECONDS = 30.0
NOTICED_SECONDS = 5.0
"""From when on answers say that the engine is away."""
DEADLINE_SECONDS = 5.0
"""By when whoever asks what needs the engine is told that it is away."""
READ_SECONDS = 0.1
"""Within which 99 of 100 reads are answered meanwhile."""
RECOVERY_SECONDS = 15.0
STOP_SECONDS = 5.0
"""A load of any size ends so soon after it was asked to."""
READERS, PAUSE_SECONDS = 16, 0.1
"""Who reads meanwhile: each again a moment after it was answered."""
LARGE = 10_000
"""Sources of a large load, each of ten statements."""
DISK_MEGABYTES = 256
NEEDS_ENGINE = (
    ("GET", "/v1/entities?q=never+asked+{number}"),
    ("GET", "/v1/queries/neighbourhood?entity=annexin+A6"),
    ("GET", "/v1/loads"),
    ("POST", "/v1/sources?dry_run=true"),
    ("DELETE", "/v1/sources/news-2013-nets?dry_run=true"),
)
LOADS = "/v1/loads?limit=1"
"""What the engine alone can tell."""
SOURCE = """\
id: {name}
type: curator
tier: curator
traceability: none
title: A note of the lab
study: null
study_note: nobody has published it
statements:
  - subject: neutrophil
    predicate: promotes
    object: inflammation
    evidence: [{{says: {says}, basis: background}}]
"""


class Curator:
    """Somebody who loads sources into a service, and withdraws each third."""

    def __init__(self, site: Site, *, says: str = "Seen in the lab.") -> None:
        self.held: dict[str, bool | None] = {}
        """Sources by what the last change of each left: there, gone, or not known which."""
        self.acknowledged = 0
        self.refused: Counter[int] = Counter()
        self._site = site
        self._key = site.new_key("ada")
        self._says = says
        self._number = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Curator:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopped.is_set():
            self.turn()

    def turn(self) -> bool:
        """Load one more source, perhaps withdraw it; whether the load was acknowledged."""
        self._number += 1
        name = f"fault-{self._number}"
        loaded = self._change("POST", name, left=True)
        if self._number % 3 == 0:
            self._change("DELETE", name, left=False)
        return loaded

    def _change(self, method: str, name: str, *, left: bool) -> bool:
        body = SOURCE.format(name=name, says=self._says).encode() if method == "POST" else None
        path = "/v1/sources" if method == "POST" else f"/v1/sources/{name}"
        request = urllib.request.Request(
            self._site.page + path, data=body, method=method,
            headers={"Authorization": f"Bearer {self._key}"},
        )  # fmt: skip
        self.held[name] = None
        try:
            with urllib.request.urlopen(request, timeout=60):
                self.held[name] = left
                self.acknowledged += 1
                return True
        except urllib.error.HTTPError as refused:
            assert refused.code in (404, 409, 503), refused.read()
            self.refused[refused.code] += 1
            time.sleep(0.2)
        except OSError:
            time.sleep(0.2)
        return False


def lost(graph: Graph, curator: Curator) -> int:
    """How many acknowledged changes are not there; nothing is by half, whatever follows right."""
    knowledge = Loader(graph, schema=folder("schema")).knowledge
    assert losses_of(graph, None) == []
    assert_is_as_if_loaded_afresh(graph, knowledge, provisional=PROVISIONAL)
    return sum(
        there is not None and (name in knowledge.contributions) is not there
        for name, there in curator.held.items()
    )


def test_whatever_is_killed_what_was_acknowledged_stays(tmp_path: Path, figures: Figures) -> None:
    write_seed(tmp_path / "seed", 40, entities=100)
    founding = folder("seed") / "founding"
    with (
        Site(tmp_path, seed=founding, options=("--workers", "2")) as site,
        Curator(site) as curator,
    ):
        recoveries = rounds_of(site, tmp_path / "seed")
    for name, seconds in recoveries.items():
        promise = f"{name}: answered from the engine again ({len(seconds)} times)"
        figures.at_most(promise, max(seconds), ANSWER_SECONDS, "s")
    acknowledged = curator.acknowledged
    figures.at_least(f"{ROUNDS} rounds: changes acknowledged", acknowledged, ROUNDS, "changes")
    with connected(settings_in(tmp_path / "data")) as connection:
        missing = lost(connection.graph, curator)
    figures.at_most(f"{ROUNDS} rounds: changes lost", missing, 0, f"of {acknowledged}")


def rounds_of(site: Site, seed: Path) -> dict[str, list[float]]:
    """Faults at random points, and after how many seconds each time the engine was heard again."""
    chance = Random(11)

    def halt_engine() -> None:
        with halted(site.engine_pid()):
            time.sleep(chance.uniform(1, 20))

    def kill_worker() -> None:
        pids = re.findall(r'process_start_time_seconds\{worker="(\d+)"', numbers(site.page))
        os.kill(int(chance.choice(pids)), signal.SIGKILL)

    def kill_loader() -> None:
        with site.run("seed", "load", str(seed)) as loader:
            time.sleep(chance.uniform(2, 12))
            loader.kill()

    def load_twice_at_once() -> None:
        loaders = [site.run("seed", "load", str(seed)) for _ in range(2)]
        told = [loader.communicate() for loader in loaders]
        assert [loader.returncode for loader in loaders] == [0, 0], told

    faults: dict[str, Callable[[], None]] = {
        "engine killed": lambda: os.kill(site.engine_pid(), signal.SIGKILL),
        "engine halted": halt_engine,
        "service killed": site.kill,
        "worker killed": kill_worker,
        "loader killed": kill_loader,
        "two loaders at once": load_twice_at_once,
    }
    recoveries: dict[str, list[float]] = {name: [] for name in faults}
    for number in range(ROUNDS):
        time.sleep(chance.uniform(0.2, 3))
        # Each at least once, and then by chance.
        name = [*faults][number] if number < len(faults) else chance.choice([*faults])
        faults[name]()
        ended = time.monotonic()
        # Readiness is told of a moment ago: what the engine answers is looked at.
        assert keeper.comes_true(lambda: site.answers(LOADS), within=ANSWER_SECONDS), name
        recoveries[name].append(time.monotonic() - ended)
    return recoveries


def settings_in(data_dir: Path) -> Settings:
    return Settings.model_validate({"data_dir": data_dir, "neo4j_uri": None})


@contextmanager
def halted(pid: int) -> Generator[None]:
    """A process that does nothing meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


class Prober:
    """Asks, again and again, what needs the engine, and notes when it was told what."""

    def __init__(self, site: Site, key: str) -> None:
        self._page = urlsplit(site.page).netloc
        self._key = key
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=[method, address])
            for method, address in NEEDS_ENGINE
        ]
        self.told: list[tuple[float, float, int]] = []
        """When it was asked, how many seconds it took, and the status of the answer."""

    def __enter__(self) -> Prober:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, method: str, address: str) -> None:
        number = 0
        body = SOURCE.format(name="probe", says="Seen.") if method == "POST" else None
        while not self._stopped.wait(0.3):
            number += 1
            began = time.monotonic()
            connection = http.client.HTTPConnection(self._page, timeout=120)
            try:
                connection.request(
                    method, address.format(number=number), body,
                    {"Authorization": f"Bearer {self._key}"},
                )  # fmt: skip
                status = connection.getresponse().status
            finally:
                connection.close()
            self.told.append((began, time.monotonic() - began, status))


def through_a_fault(
    site: Site,
    figures: Figures,
    name: str,
    *,
    begin: Callable[[], None],
    end: Callable[[], None],
    seconds: float = AWAY_SECONDS,
) -> None:
    """Ask before, through and after a fault of the engine, and hold what is told to its promise."""
    assert keeper.comes_true(lambda: is_compiled(site.page), within=300)
    questions = Questions(site.page, engine=False)

    def read(for_seconds: float) -> Asked:
        return ask_at_once(
            site.page, READERS, seconds=for_seconds, question=questions.next, pause=PAUSE_SECONDS
        )

    read(10)
    usual = read(10)
    with Prober(site, site.new_key("prober")) as prober:
        time.sleep(2)
        begin()
        began = time.monotonic()
        first = read(NOTICED_SECONDS)
        rest = read(seconds - NOTICED_SECONDS)
        end()
        returned = time.monotonic()
        assert keeper.comes_true(
            lambda: site.answers("/health/ready") and site.answers(LOADS), within=120
        )
        recovered = time.monotonic() - returned
        after = read(5)
    figures.told(f"{name}: p99 of reads before", f"{usual.within(0.99) * 1e3:.0f} ms")
    both = Asked(first.statuses + rest.statuses, first.seconds + rest.seconds)
    figures.at_most(f"{name}: p99 of reads", both.within(0.99) * 1e3, READ_SECONDS * 1e3, "ms")
    failed = both.statuses.total() - both.statuses[200]
    figures.at_most(f"{name}: reads without an answer", failed, 0, f"of {both.statuses.total()}")
    unmarked = len(rest.seconds) - rest.stale
    figures.at_most(f"{name}: reads not marked stale", unmarked, 0, f"of {len(rest.seconds)}")
    meanwhile = [(took, status) for at, took, status in prober.told if began <= at < returned]
    statuses = Counter(status for _, status in meanwhile)
    others = statuses.total() - statuses[503]
    promise = f"{name}: what needs the engine told otherwise than 503"
    figures.at_most(promise, others, 0, f"of {statuses.total()}")
    promise = f"{name}: what needs the engine told so"
    figures.at_most(promise, max(took for took, _ in meanwhile), DEADLINE_SECONDS, "s")
    figures.at_most(f"{name}: recovery without a restart", recovered, RECOVERY_SECONDS, "s")
    figures.at_most(f"{name}: answers marked stale afterwards", after.stale, 0, "answers")


def test_an_engine_that_is_halted_under_load(tmp_path: Path, figures: Figures) -> None:
    with Site(tmp_path, seed=None) as site:
        pid = site.engine_pid()
        through_a_fault(
            site,
            figures,
            f"engine halted for {AWAY_SECONDS:.0f} s",
            begin=lambda: os.kill(pid, signal.SIGSTOP),
            end=lambda: os.kill(pid, signal.SIGCONT),
        )


def test_an_engine_of_others_that_is_killed_under_load(tmp_path: Path, figures: Figures) -> None:
    settings = settings_in(tmp_path / "theirs")
    keep_apart(settings.data_dir)
    engine = local.start(settings)

    def start_again() -> None:
        local.start(settings)

    try:
        with Site(
            tmp_path,
            seed=None,
            NEO4J_URI=engine.uri,
            NEO4J_USERNAME=engine.username,
            NEO4J_PASSWORD=engine.password.get_secret_value(),
        ) as site:
            through_a_fault(
                site,
                figures,
                f"engine of others killed for {AWAY_SECONDS:.0f} s",
                begin=lambda: os.kill(engine.pid, signal.SIGKILL),
                end=start_again,
            )
    finally:
        local.stop(settings)


def test_an_engine_of_our_own_that_is_killed_is_started_again(
    tmp_path: Path, figures: Figures
) -> None:
    returned: list[float] = []
    recovered: list[float] = []
    with Site(tmp_path, seed=None) as site:
        assert keeper.comes_true(lambda: is_compiled(site.page), within=300)
        for _ in range(round(share_of(5, least=2))):
            killed = site.engine_pid()
            began = time.monotonic()
            os.kill(killed, signal.SIGKILL)

            def is_back(killed: int = killed) -> bool:
                engine = keeper.running(site.home)
                return engine is not None and engine.pid != killed and lets_in(site)

            assert keeper.comes_true(is_back, within=ANSWER_SECONDS)
            back = time.monotonic()
            returned.append(back - began)
            assert keeper.comes_true(lambda: site.answers(LOADS), within=ANSWER_SECONDS)
            recovered.append(time.monotonic() - back)
    times = f"({len(returned)} times)"
    figures.told(f"engine of our own killed: started again {times}", f"{max(returned):.1f} s")
    promise = f"engine of our own killed: recovery after that {times}"
    figures.at_most(promise, max(recovered), RECOVERY_SECONDS, "s")


def lets_in(site: Site) -> bool:
    """Whether the engine of a service answers whoever has its password."""
    try:
        with connected_to(site) as graph:
            return graph.snapshot() is not None
    except ImmunographError:
        return False


def connected_to(site: Site) -> Graph:
    """A connection of our own to the engine of a service."""
    engine = keeper.running(site.home)
    assert engine is not None
    password = (site.home / "password").read_text("ascii").strip()
    uri = f"bolt://127.0.0.1:{engine.bolt}"
    return Graph.connect(uri, username=USERNAME, password=password)


def test_two_loaders_at_once_leave_what_both_brought(tmp_path: Path, figures: Figures) -> None:
    write_seed(tmp_path / "seed", 600)
    parts = [tmp_path / "seed" / "sources" / name for name in ("000", "001")]
    wanted = {one.source.id for part in parts for one in read_seed(part).contributions}
    with Site(tmp_path, seed=folder("seed") / "founding") as site:
        loaders = [site.run("seed", "load", str(part)) for part in parts]
        for loader in loaders:
            loader.communicate()
    failed = sum(loader.returncode != 0 for loader in loaders)
    figures.at_most("two loaders at once: that failed", failed, 0, "loaders")
    with connected(settings_in(tmp_path / "data")) as connection:
        knowledge = Loader(connection.graph, schema=folder("schema")).knowledge
        missing = len(wanted - set(knowledge.contributions))
        figures.at_most("two loaders at once: sources lost", missing, 0, f"of {len(wanted)}")
        assert_is_as_if_loaded_afresh(connection.graph, knowledge)


def test_a_large_load_ends_soon_after_it_is_asked_to(tmp_path: Path, figures: Figures) -> None:
    write_seed(tmp_path / "seed", LARGE)
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")},
        "IMMUNOGRAPH_DATA_DIR": str(tmp_path / "data"),
    }
    settings = settings_in(tmp_path / "data")
    keep_apart(settings.data_dir)
    local.start(settings)
    try:

        def load() -> subprocess.Popen[str]:
            return subprocess.Popen(
                [*COMMAND, "seed", "load", str(tmp_path / "seed")], env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip

        began = time.monotonic()
        chance = Random(7)
        ended: list[float] = []
        # The first is let go on for a while, so that the last ones are broken off late in a load.
        for after in [5, *(chance.uniform(1, 150) for _ in range(round(share_of(10, least=2))))]:
            run = load()
            try:
                run.wait(after)
            except subprocess.TimeoutExpired:
                asked = time.monotonic()
                run.send_signal(signal.SIGINT)
                run.wait(300)
                ended.append(time.monotonic() - asked)
                assert run.returncode in (130, -signal.SIGINT, 0)
            assert run.stderr is not None
            assert "Traceback" not in run.stderr.read()
            run.stderr.close()
    finally:
        local.stop(settings)
    took = time.monotonic() - began
    promise = f"Ctrl-C in a load of {LARGE:,} sources: it ends ({len(ended)} times in {took:.0f} s)"
    figures.at_most(promise, max(ended), STOP_SECONDS, "s")


# --- a full disk --------------------------------------------------------------------------------


def _may_mount() -> bool:
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_a_full_disk_loses_nothing(tmp_path: Path, figures: Figures) -> None:
    if not _may_mount():
        figures.told("full disk", "not run: a small disk cannot be mounted here")
        pytest.skip("a small disk cannot be mounted here")
    data = tmp_path / "data"
    data.mkdir()
    mount = f'mount -t tmpfs -o size={DISK_MEGABYTES}m none "$0" && exec "$@"'
    with Site(
        tmp_path,
        seed=folder("seed") / "founding",
        before=("unshare", "-rm", "sh", "-c", mount, str(data)),
    ) as site:
        # What is mounted there is seen by the service and by those who join it alone.
        pid = site.process.pid
        site.before = ("nsenter", "-t", str(pid), "-U", "-m", "--preserve-credentials")
        seen = Path(f"/proc/{pid}/root{data}")
        site.home = seen / "neo4j"
        curator = Curator(site, says="Seen in the lab. " * 500)
        assert curator.turn()
        ballast = seen / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4_096))
        began = time.monotonic()
        while time.monotonic() - began < 60 and curator.turn():
            pass
        refused = sum(curator.refused.values())
        figures.at_least("full disk: loads refused and not acknowledged", refused, 1, "loads")
        reads = ask_at_once(
            site.page,
            READERS,
            seconds=10,
            question=Questions(site.page, engine=False).next,
            pause=PAUSE_SECONDS,
        )
        failed = reads.statuses.total() - reads.statuses[200]
        of_all = f"of {reads.statuses.total():,}"
        figures.at_most("full disk: reads without an answer", failed, 0, of_all)
        ballast.unlink()
        began = time.monotonic()
        assert keeper.comes_true(curator.turn, within=ANSWER_SECONDS), _last_words(site)
        took = time.monotonic() - began
        figures.at_most("full disk: loads again once there is room", took, ANSWER_SECONDS, "s")
        with connected_to(site) as graph:
            missing = lost(graph, curator)
    figures.at_most("full disk: changes lost", missing, 0, f"of {curator.acknowledged}")


def _last_words(site: Site) -> str:
    debug = (site.home / "logs" / "debug.log").read_text(errors="replace")
    return f"{site.log.read_text()[-2000:]}\n…\n{debug[-4000:]}"
