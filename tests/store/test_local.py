"""A real local Neo4j: started once, shared by its users, stopped with the last, and closed up."""

# The driver leaves the type of its **config open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import IO, LiteralString

import neo4j
import pytest

from immunograph.errors import EngineSetup
from immunograph.settings import Settings
from immunograph.store import keeper, local

USE = """
import sys
from pathlib import Path
from immunograph.settings import Settings
from immunograph.store import local

data_dir, cache_dir = map(Path, sys.argv[1:])
with local.engine(Settings(data_dir=data_dir, cache_dir=cache_dir), data_dir=data_dir) as engine:
    print(engine.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def settings(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder for this module, with a name that is hard on careless programs."""
    folder = tmp_path_factory.mktemp("local") / "Daten für Neo4j"
    return engine_settings.model_copy(update={"data_dir": folder})


@pytest.fixture
def stopped(settings: Settings) -> Generator[Path]:
    """That data folder, with nothing running in it before and after."""
    local.stop(settings, data_dir=settings.data_dir)
    yield settings.data_dir
    local.stop(settings, data_dir=settings.data_dir)


@pytest.fixture(scope="module")
def shared(
    engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Generator[local.Engine]:
    """An engine in a folder of its own that the tests which only look at it share."""
    data_dir = tmp_path_factory.mktemp("shared")
    guide = "http://127.0.0.1:8000/browser-guide"
    with local.engine(engine_settings, data_dir=data_dir, guide_url=guide) as engine:
        yield engine


def ask(engine: local.Engine, query: LiteralString, *, access: str = "READ") -> list[object]:
    """The values of the first column."""
    auth = (engine.username, engine.password.get_secret_value())
    with (
        neo4j.GraphDatabase.driver(engine.uri, auth=auth) as driver,
        driver.session(database="neo4j", default_access_mode=access) as session,
    ):
        return session.run(query).value()


def test_a_started_engine_answers_over_bolt(shared: local.Engine) -> None:
    assert ask(shared, "RETURN 1") == [1]


def test_a_read_session_refuses_to_write(shared: local.Engine) -> None:
    with pytest.raises(neo4j.exceptions.ClientError, match="AccessMode"):
        ask(shared, "CREATE (n) RETURN 1")


@pytest.mark.parametrize(
    "query",
    [
        "LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row",
        "LOAD CSV FROM 'http://127.0.0.1/' AS row RETURN row",
        "LOAD CSV FROM 'http://[::1]/' AS row RETURN row",
        "LOAD CSV FROM 'ftp://127.0.0.1/' AS row RETURN row",
    ],
)
def test_load_csv_reaches_neither_files_nor_hosts(
    shared: local.Engine, query: LiteralString
) -> None:
    with pytest.raises(neo4j.exceptions.ClientError, match=r"blocked|is false"):
        ask(shared, query)


def test_no_one_is_let_in_with_another_password(shared: local.Engine) -> None:
    with (
        neo4j.GraphDatabase.driver(shared.uri, auth=("neo4j", "neo4j")) as driver,
        pytest.raises(neo4j.exceptions.AuthError),
    ):
        driver.verify_connectivity()


def test_the_password_is_random_and_readable_by_the_user_alone(shared: local.Engine) -> None:
    file = shared.home / "password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(shared.home.stat().st_mode) == 0o700
    assert len(file.read_text().strip()) == 32
    assert shared.password.get_secret_value() not in repr(shared)
    logs = "".join(log.read_text(errors="replace") for log in (shared.home / "logs").iterdir())
    assert shared.password.get_secret_value() not in logs


def test_neo4j_browser_is_served_with_our_guide(shared: local.Engine) -> None:
    with urllib.request.urlopen(shared.browser) as answer:
        assert b"Neo4j Browser" in answer.read()
    settings = ask(shared, "SHOW SETTINGS 'browser.post_connect_cmd' YIELD value RETURN value")
    home = "http://127.0.0.1:8000"
    assert settings == [f"style {home}/browser-style; play {home}/browser-guide"]


def test_the_engine_listens_on_the_loopback_address_alone(shared: local.Engine) -> None:
    kept = json.loads((shared.home / "ports.json").read_text())
    for port in (kept["bolt"], kept["http"]):
        with socket.socket() as elsewhere:
            # Another address can be bound only where nothing listens on all of them.
            elsewhere.bind(("127.0.0.2", port))


def test_a_second_user_joins_and_the_last_one_out_stops_the_engine(
    settings: Settings, stopped: Path
) -> None:
    with local.engine(settings, data_dir=stopped) as first:
        with local.engine(settings, data_dir=stopped) as second:
            assert second == first
        assert local.status(settings, data_dir=stopped).used
        assert ask(first, "RETURN 1") == [1]
    status = local.status(settings, data_dir=stopped)
    assert (status.running, status.used) == (False, False)
    with pytest.raises(neo4j.exceptions.ServiceUnavailable):
        ask(first, "RETURN 1")


def test_of_users_that_race_one_starts_and_the_engine_outlives_its_starter(
    settings: Settings, stopped: Path
) -> None:
    with _user(settings, stopped) as one, _user(settings, stopped) as two:
        pids = {int(_out(user).readline()) for user in (one, two)}
        assert len(pids) == 1
        one.kill()
        one.wait()
        found = local.status(settings, data_dir=stopped).engine
        assert found is not None
        assert {found.pid} == pids
        assert ask(found, "RETURN 1") == [1]
        two.kill()  # the last user leaves without a word
        two.wait()
        assert keeper.comes_true(lambda: not keeper.is_alive(found.home), within=20)


@pytest.mark.soak
def test_a_kept_engine_stays_until_it_is_stopped(settings: Settings, stopped: Path) -> None:
    kept = local.start(settings, data_dir=stopped)
    with local.engine(settings, data_dir=stopped) as engine:
        assert engine == kept
    # The keeper looks each second; after two it has left the engine alone.
    assert not keeper.comes_true(
        lambda: not local.status(settings, data_dir=stopped).running, within=2.5
    )
    assert ask(kept, "RETURN 1") == [1]
    assert local.stop(settings, data_dir=stopped)
    assert not local.status(settings, data_dir=stopped).running
    assert not local.stop(settings, data_dir=stopped)


def test_after_a_killed_engine_the_next_user_finds_what_was_acknowledged(
    settings: Settings, stopped: Path
) -> None:
    with local.engine(settings, data_dir=stopped) as engine:
        ask(engine, "CREATE (n:Kept) RETURN 1", access="WRITE")
        os.kill(engine.pid, signal.SIGKILL)
        assert keeper.comes_true(lambda: not keeper.is_alive(engine.home), within=10)
        # What is left behind names a process id that another program has by now.
        left = {"pid": os.getpid(), "bolt": 1, "http": 1}
        (engine.home / "engine.json").write_text(json.dumps(left))
        assert not local.status(settings, data_dir=stopped).running
        assert not local.stop(settings, data_dir=stopped)
        with local.engine(settings, data_dir=stopped) as again:
            assert again.pid not in (engine.pid, os.getpid())
            assert again.uri == engine.uri
            assert ask(again, "MATCH (n:Kept) DELETE n RETURN 1", access="WRITE") == [1]


def test_an_engine_that_was_killed_is_started_again_and_one_that_was_stopped_is_not(
    settings: Settings, stopped: Path
) -> None:
    with local.engine(settings, data_dir=stopped) as engine:
        assert not local.restart_if_ended(settings, data_dir=stopped)
        ask(engine, "CREATE (n:Held) RETURN 1", access="WRITE")
        os.kill(engine.pid, signal.SIGKILL)
        assert keeper.comes_true(lambda: not keeper.is_alive(engine.home), within=10)
        assert local.restart_if_ended(settings, data_dir=stopped)
        assert not local.restart_if_ended(settings, data_dir=stopped)
        assert ask(engine, "MATCH (n:Held) DELETE n RETURN 1", access="WRITE") == [1]
        local.stop(settings, data_dir=stopped)
        assert not local.restart_if_ended(settings, data_dir=stopped)


def test_an_engine_that_is_broken_is_started_again_once_there_is_room(
    settings: Settings, stopped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local.engine(settings, data_dir=stopped) as engine:
        ask(engine, "CREATE (n:Held) RETURN 1", access="WRITE")
        with monkeypatch.context() as full:
            full.setattr(local, "ROOM_BYTES", 2**62)
            with pytest.raises(EngineSetup, match="Make room"):
                local.restart_if_ended(settings, broken=True, data_dir=stopped)
        assert local.restart_if_ended(settings, broken=True, data_dir=stopped)
        again = local.status(settings, data_dir=stopped).engine
        assert again is not None and again.pid != engine.pid
        assert ask(again, "MATCH (n:Held) DELETE n RETURN 1", access="WRITE") == [1]
        local.stop(settings, data_dir=stopped)
        assert not local.restart_if_ended(settings, broken=True, data_dir=stopped)


def test_an_engine_that_is_halted_still_stops_when_it_is_told_to(
    settings: Settings, stopped: Path
) -> None:
    engine = local.start(settings, data_dir=stopped)
    os.kill(engine.pid, signal.SIGSTOP)
    assert local.stop(settings, data_dir=stopped)
    log = (engine.home / "logs" / "neo4j.log").read_text("utf-8")
    assert log.rstrip().endswith("Stopped.")


@pytest.mark.soak
def test_whoever_is_interrupted_leaves_the_engine_to_its_keeper(
    settings: Settings, stopped: Path
) -> None:
    began = 0.0
    with (
        pytest.raises(KeyboardInterrupt),
        local.engine(settings, data_dir=stopped) as engine,
    ):
        began = time.monotonic()
        raise KeyboardInterrupt
    assert time.monotonic() - began < 0.5
    assert keeper.comes_true(lambda: not keeper.is_alive(engine.home), within=60)


def test_a_busy_port_that_the_folder_keeps_to_is_named(
    engine_settings: Settings, tmp_path: Path
) -> None:
    with socket.socket() as other, socket.socket() as spare:
        other.bind(("127.0.0.1", 0))
        other.listen()
        spare.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        home = tmp_path / "neo4j"
        home.mkdir()
        ports = {"bolt": port, "http": spare.getsockname()[1]}
        (home / "ports.json").write_text(json.dumps(ports))
        with (
            pytest.raises(EngineSetup, match=rf"keeps to port {port} for Bolt.*ports\.json"),
            local.engine(engine_settings, data_dir=tmp_path),
        ):
            pass
    assert not local.status(engine_settings, data_dir=tmp_path).used


@pytest.mark.soak
def test_a_port_that_another_program_takes_during_the_start_is_given_up(
    engine_settings: Settings, tmp_path: Path
) -> None:
    chosen, taken = tmp_path / "neo4j" / "ports.json", list[int]()

    def take() -> None:
        while not chosen.exists():
            time.sleep(0.01)
        other.bind(("127.0.0.1", json.loads(chosen.read_text())["bolt"]))
        other.listen()
        taken.append(other.getsockname()[1])

    with socket.socket() as other:
        taking = threading.Thread(target=take)
        taking.start()
        with local.engine(engine_settings, data_dir=tmp_path) as engine:
            taking.join()
            assert json.loads(chosen.read_text())["bolt"] not in taken
            assert ask(engine, "RETURN 1") == [1]


def test_a_start_that_fails_quotes_the_log_and_leaves_nothing_running(
    engine_settings: Settings, tmp_path: Path
) -> None:
    greedy = engine_settings.model_copy(update={"heap": "99999999g"})
    home = tmp_path / "neo4j"
    (home / "data" / "databases" / "system").mkdir(parents=True)  # as after a first start
    (home / "password").write_text("unused")
    with (
        pytest.raises(EngineSetup, match=r"reserve.*console\.log"),
        local.engine(greedy, data_dir=tmp_path),
    ):
        pass
    assert local.status(greedy, data_dir=tmp_path).engine is None


def test_a_lost_password_is_said_and_not_replaced(
    engine_settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "neo4j" / "data" / "databases" / "system").mkdir(parents=True)
    with (
        pytest.raises(EngineSetup, match=r"password is missing"),
        local.engine(engine_settings, data_dir=tmp_path),
    ):
        pass
    assert not (tmp_path / "neo4j" / "password").exists()


def test_the_status_of_a_folder_never_used_makes_nothing(
    engine_settings: Settings, tmp_path: Path
) -> None:
    assert not local.status(engine_settings, data_dir=tmp_path).running
    assert not local.stop(engine_settings, data_dir=tmp_path)
    assert not list(tmp_path.iterdir())


def _user(settings: Settings, data_dir: Path) -> subprocess.Popen[bytes]:
    """Another process that uses the engine until its standard input closes."""
    command = [sys.executable, "-c", USE, str(data_dir), str(settings.cache_dir)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout
