"""Jars are fetched once and held to their SHA-256, whatever happens on the way."""

from __future__ import annotations

import gc
import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from immunograph.errors import EngineSetup
from immunograph.store import keeper
from immunograph.store.fetch import Jar, fetch, parse_jars

FETCH = """
import io, sys
from pathlib import Path
from rich.console import Console
from immunograph.store.fetch import fetch, parse_jars

folder, repository = sys.argv[1:]
fetch(parse_jars(sys.stdin.read()), Path(folder), repository=repository, threads=1,
      console=Console(file=io.StringIO()))
"""


@dataclass
class Repository:
    """A tiny Maven repository on the loopback address that counts what it was asked for."""

    bodies: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    asked: Counter[str] = field(default_factory=Counter[str])
    connections: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)
    waits_for: str = ""
    tunnels: list[str] = field(default_factory=list[str])
    address: str = ""

    def add(self, name: str, *answers: bytes, size: int = 50_000) -> Jar:
        """Offer a jar; `answers` are given one after the other, then the truth."""
        path = f"org/example/{name}/1.0/{name}-1.0.jar"
        body = hashlib.sha256(name.encode()).digest() * (size // 32)
        self.bodies[path] = [*answers, body]
        return Jar(path, hashlib.sha256(body).hexdigest(), len(body))


@pytest.fixture
def repository() -> Generator[Repository]:
    offered = Repository()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            offered.connections += 1

        def do_GET(self) -> None:
            path = self.path.removeprefix("/maven2/")
            offered.asked[path] += 1
            if path == offered.waits_for:
                offered.go_on.wait(20)
            answers = offered.bodies.get(path)
            if answers is None:
                self.send_error(404)
                return
            body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the asker was killed, as one test wants

        def do_CONNECT(self) -> None:
            offered.tunnels.append(self.path)
            self.send_error(403, "No tunnels here")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        offered.address = f"http://127.0.0.1:{server.server_address[1]}/maven2"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield offered
        offered.go_on.set()
        server.shutdown()
        thread.join()


def quiet() -> Console:
    return Console(file=io.StringIO(), width=400)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_jars_arrive_whole_under_their_paths_and_in_the_order_of_the_list(
    repository: Repository, tmp_path: Path
) -> None:
    jars = [repository.add(name, size=64_000 * size) for size, name in enumerate("abc", 1)]
    paths = fetch(jars, tmp_path, console=quiet(), repository=repository.address)
    assert paths == [tmp_path / jar.path for jar in jars]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths] == [
        jar.sha256 for jar in jars
    ]
    assert not list(tmp_path.rglob("*.part"))


def test_a_second_fetch_asks_the_repository_for_nothing(
    repository: Repository, tmp_path: Path
) -> None:
    jars = [repository.add(name) for name in "abc"]
    for _ in range(2):
        fetch(jars, tmp_path, console=quiet(), repository=repository.address)
    assert set(repository.asked.values()) == {1}


def test_a_thread_keeps_its_connection_for_all_its_jars(
    repository: Repository, tmp_path: Path
) -> None:
    jars = [repository.add(f"jar{number}") for number in range(12)]
    fetch(jars, tmp_path, console=quiet(), repository=repository.address, threads=2)
    assert repository.connections <= 2


def test_a_download_damaged_once_is_fetched_again(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("shaky", b"not what was promised")
    (path,) = fetch([jar], tmp_path, console=quiet(), repository=repository.address)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256
    assert repository.asked[jar.path] == 2


def test_a_download_damaged_each_time_is_named_and_not_kept(
    repository: Repository, tmp_path: Path
) -> None:
    good = repository.add("good")
    jar = repository.add("altered")
    repository.bodies[jar.path] = [b"<html>Please log in to this network</html>"]
    with pytest.raises(EngineSetup, match="arrived damaged") as caught:
        fetch([good, jar], tmp_path, console=quiet(), repository=repository.address, pause=0)
    assert jar.path in caught.value.message
    assert "run the same command again" in caught.value.message
    assert not (tmp_path / jar.path).exists()


def test_a_kept_jar_damaged_later_is_named_and_fetched_anew(
    repository: Repository, tmp_path: Path
) -> None:
    jars = [repository.add(name) for name in "ab"]
    paths = fetch(jars, tmp_path, console=quiet(), repository=repository.address)
    body = bytearray(paths[0].read_bytes())
    body[1000] ^= 1  # the size stays the same
    paths[0].write_bytes(body)
    console = quiet()
    fetch(jars, tmp_path, console=console, repository=repository.address)
    assert f"The kept copy of {jars[0].path} is damaged" in said(console)
    assert hashlib.sha256(paths[0].read_bytes()).hexdigest() == jars[0].sha256
    assert repository.asked == {jars[0].path: 2, jars[1].path: 1}


def test_a_jar_that_the_repository_does_not_have_is_named_at_once(
    repository: Repository, tmp_path: Path
) -> None:
    jar = Jar("org/example/none/1/none-1.jar", "00", 1)
    with pytest.raises(EngineSetup, match=r"none-1\.jar could not be fetched .* 404"):
        fetch([jar], tmp_path, console=quiet(), repository=repository.address)
    assert repository.asked[jar.path] == 1


def test_without_a_network_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/maven2"
        with pytest.raises(EngineSetup, match="cannot be reached") as caught:
            fetch([Jar("a/a.jar", "00", 1)], tmp_path, console=quiet(), repository=address, pause=0)
    assert "NEO4J_URI" in caught.value.message
    assert "HTTPS_PROXY" in caught.value.message


def test_https_goes_through_the_proxy_that_the_environment_names(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", repository.address.removesuffix("/maven2"))
    monkeypatch.setenv("https_proxy", repository.address.removesuffix("/maven2"))
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(EngineSetup, match="No tunnels here"):
        fetch(
            [Jar("a/a.jar", "00", 1)],
            tmp_path,
            console=quiet(),
            repository="https://repository.invalid/maven2",
            pause=0,
        )
    assert set(repository.tunnels) == {"repository.invalid:443"}
    # The answer to a refused tunnel is left open by http.client before Python 3.12.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_folder_that_cannot_be_made_is_named(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineSetup, match="IMMUNOGRAPH_CACHE_DIR"):
        fetch(
            [repository.add("a")],
            tmp_path / "file" / "jars",
            console=quiet(),
            repository=repository.address,
        )


def test_of_two_processes_that_race_one_fetches_and_both_have_the_jars(
    repository: Repository, tmp_path: Path
) -> None:
    jars = [repository.add(name) for name in "abcdef"]
    repository.waits_for = jars[0].path
    with _fetching(jars, tmp_path, repository) as one, _fetching(jars, tmp_path, repository) as two:
        assert keeper.comes_true(lambda: repository.asked[jars[0].path] == 1, within=20)
        repository.go_on.set()
        assert [one.wait(20), two.wait(20)] == [0, 0]
    assert repository.asked == {jar.path: 1 for jar in jars}


def test_a_fetch_goes_on_where_a_killed_one_stopped(repository: Repository, tmp_path: Path) -> None:
    first = repository.add("first", size=90_000)
    second = repository.add("second")
    repository.waits_for = second.path
    with _fetching([first, second], tmp_path, repository) as process:
        assert keeper.comes_true(lambda: repository.asked[second.path] == 1, within=20)
        os.kill(process.pid, signal.SIGKILL)
    repository.go_on.set()
    fetch([first, second], tmp_path, console=quiet(), repository=repository.address)
    assert repository.asked == {first.path: 1, second.path: 2}


def test_the_shipped_list_names_each_jar_once_with_hash_and_size() -> None:
    listed = Path(keeper.__file__).with_name("neo4j-5.26.30.jars").read_text("utf-8")
    jars = parse_jars(listed)
    assert len({jar.path for jar in jars}) == len(jars) > 190
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert any(jar.path.startswith("org/neo4j/client/neo4j-browser/") for jar in jars)


def _fetching(jars: list[Jar], folder: Path, repository: Repository) -> subprocess.Popen[bytes]:
    """Another process that fetches these jars, one after the other."""
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH, str(folder), repository.address], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    lines = (f"{jar.path} {jar.sha256} {jar.size}\n" for jar in jars)
    process.stdin.write("".join(lines).encode())
    process.stdin.close()
    return process
