"""What the repository offers to those who run it on a server fits the software."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Route

from containers import Instruction, instructions
from immunograph.cli.serving import GRACE_SECONDS
from immunograph.settings import Settings
from immunograph.store import keeper, local
from immunograph.web import bodies, gate, keys, operations, watch, writes
from immunograph.web.cache import MOST_BYTES

ROOT = Path(__file__).parents[1]
FILES = ["docs/operations.md", "docs/threat-model.md", "docker-compose.yml", "Dockerfile"]
VARIABLES = {
    name.upper() if name.startswith("neo4j_") else f"IMMUNOGRAPH_{name.upper()}"
    for name in Settings.model_fields
}


@pytest.mark.parametrize("name", FILES)
def test_every_variable_that_is_set_is_a_setting(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert set(re.findall(r"\bIMMUNOGRAPH_[A-Z_]+", text)) <= VARIABLES


# --- compose -----------------------------------------------------------------------------------

OF_COMPOSE = {"services", "volumes"}
OF_A_SERVICE = {
    "build", "cap_drop", "depends_on", "environment", "healthcheck", "image", "ports", "read_only",
    "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip
"""The keys of the compose specification that are used; whatever else stands there is misspelt."""
PORT = re.compile(r"127\.0\.0\.1:(\d+):(\d+)")


def _services() -> dict[str, Any]:
    return _compose()["services"]


def _compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


def _dockerfile() -> list[Instruction]:
    return instructions((ROOT / "Dockerfile").read_text("utf-8"))


def _last_stage(name: str) -> list[Instruction]:
    every = _dockerfile()
    return [one for one in every if one.name == name and one.stage == every[-1].stage]


def test_compose_has_the_form_of_its_specification() -> None:
    compose = _compose()
    assert compose.keys() <= OF_COMPOSE
    used: set[str] = set()
    for name, service in compose["services"].items():
        assert service.keys() <= OF_A_SERVICE, name
        assert ("image" in service) is not ("build" in service), name
        assert all(isinstance(value, str) for value in service["environment"].values()), name
        assert service["restart"] in ("unless-stopped", "always"), name
        for other, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert _is_looked_after(compose["services"][other])
        for mount in service["volumes"]:
            volume, _, inside = mount.partition(":")
            assert inside.startswith("/"), mount
            used.add(volume)
    assert used == compose["volumes"].keys()  # nothing of the machine is mounted
    assert all(volume is None for volume in compose["volumes"].values())


def _is_looked_after(service: dict[str, Any]) -> bool:
    """Whether there is a health check, of its own or of the image that is built."""
    checked = service.get("healthcheck", {})
    if checked:
        assert checked["test"][0] in ("CMD", "CMD-SHELL")
        assert set(checked) <= {"test", "interval", "timeout", "retries", "start_period"}
        return True
    return "build" in service and len(_last_stage("HEALTHCHECK")) == 1


def test_containers_have_no_more_rights_than_they_need() -> None:
    services = _services()
    ours = services["immunograph"]
    assert ours["read_only"] is True
    assert ours["tmpfs"] == ["/tmp"]
    assert ours["cap_drop"] == ["ALL"]
    assert ours["security_opt"] == ["no-new-privileges:true"]
    for name, service in services.items():
        assert all(PORT.fullmatch(port) for port in service["ports"]), name
        assert _is_looked_after(service), name


def test_no_secret_stands_in_compose_and_none_is_left_empty() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)([^}]*)\}", text)) == {
        ("NEO4J_PASSWORD", ":?set NEO4J_PASSWORD"),
        ("IMMUNOGRAPH_NAMES", ":-immunograph"),
    }
    assert _services()["neo4j"]["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")


def test_the_neo4j_of_compose_is_closed_as_the_local_one_is() -> None:
    neo4j = _services()["neo4j"]
    release = ".".join(local.VERSION.split(".")[:2])
    assert neo4j["image"] == f"neo4j:{release}-community"
    given = {
        name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_"): value
        for name, value in neo4j["environment"].items()
        if name != "NEO4J_AUTH"
    }
    ours = dict(re.findall(r"^([^#=\s]+)=(.*)$", local.CONFIGURATION, re.MULTILINE))
    assert given.items() <= ours.items()
    assert {
        "dbms.security.allow_csv_import_from_file_urls", "internal.dbms.cypher_ip_blocklist",
        "server.bolt.connection_keep_alive",
    } <= given.keys()  # fmt: skip


# --- the image ---------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_in_particular_and_writes_to_its_volume_alone() -> None:
    every = _dockerfile()
    assert [one.name for one in every].count("CMD") == 1
    command, user = every[-1], _last_stage("USER")
    assert (command.name, command.words) == ("CMD", ["immunograph", "serve"])
    assert [one.given for one in user] == ["immunograph"]
    assert f"useradd --create-home {user[0].given}" in " ".join(
        one.given for one in _last_stage("RUN")
    )
    # What is done after it is done as that user: nothing is installed then.
    assert not [one for one in _last_stage("RUN") if one.line > user[0].line]
    (volume,) = _last_stage("VOLUME")
    variables = dict(part.split("=", 1) for one in _last_stage("ENV") for part in one.given.split())
    written = ("IMMUNOGRAPH_CACHE_DIR", "NUMBA_CACHE_DIR")
    assert all(variables[name].startswith(volume.given) for name in written)
    assert variables["PYTHONDONTWRITEBYTECODE"] == "1"
    assert _services()["immunograph"]["volumes"] == [f"cache:{volume.given}"]


def test_the_image_is_looked_after_at_an_address_that_the_service_answers() -> None:
    (check,) = _last_stage("HEALTHCHECK")
    (exposed,) = _last_stage("EXPOSE")
    port = int(exposed.given)
    assert port == Settings.model_fields["port"].default
    assert _services()["immunograph"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert check.words[:2] == ["python", "-c"]
    ast.parse(check.words[2])
    (address,) = re.findall(r"http://127\.0\.0\.1:(\d+)(/[\w/]+)", check.words[2])
    assert address == (str(port), "/health/live")
    assert "/health/live" in _addresses()
    grace = int(_services()["immunograph"]["stop_grace_period"].removesuffix("s"))
    assert grace > GRACE_SECONDS + 5
    (signal_,) = _last_stage("STOPSIGNAL")
    assert signal_.given == "SIGTERM"


def _addresses() -> set[str]:
    return {route.path for route in operations.router.routes if isinstance(route, Route)}


def test_the_image_is_built_from_pinned_parts_of_this_repository() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    every = _dockerfile()
    sources = {
        source
        for one in every
        if one.name == "COPY" and "--from=" not in one.given
        for source in one.given.split()[:-1]
    }
    assert shipped.keys() | {"app", "requirements.lock"} <= sources
    assert [name for name in sources if not (ROOT / name).exists()] == []
    assert not [one for one in every if one.name == "ADD"]
    bases = {one.given.split()[0] for one in every if one.name == "FROM"}
    assert all(re.fullmatch(r"python:3\.\d+-slim", base) for base in bases)
    assert len(bases) == 1
    for one in every:
        if one.name == "RUN" and "pip install" in one.given:
            assert "--require-hashes" in one.given or "--no-deps ." in one.given


@pytest.mark.parametrize("text", ["FROM a\nRUNN b\n", "RUN a \\\n", "FROM\n"])
def test_what_is_no_dockerfile_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        instructions(text)


# --- systemd -----------------------------------------------------------------------------------


def _unit() -> str:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (unit,) = re.findall(r"```ini\n(# /etc/systemd/system/.*?)```", text, re.DOTALL)
    return unit


def test_the_unit_of_systemd_runs_the_service_and_gives_it_no_more_than_it_needs() -> None:
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # pyright: ignore[reportAttributeAccessIssue] # as its documentation says
    parser.read_string(re.sub(r"^Environment=(\w+)=", r"Environment.\1=", _unit(), flags=re.M))
    service = parser["Service"]
    assert service["ExecStart"].split()[1:] == ["serve", "--workers", "2"]
    assert service["User"] not in ("", "root")
    assert service["Environment.IMMUNOGRAPH_DATA_DIR"] == f"/var/lib/{service['StateDirectory']}"
    assert service["Environment.IMMUNOGRAPH_CACHE_DIR"] == f"/var/cache/{service['CacheDirectory']}"
    closed = (
        "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelTunables",
        "ProtectKernelModules", "ProtectControlGroups", "RestrictSUIDSGID", "LockPersonality",
    )  # fmt: skip
    assert {service[name] for name in closed} == {"yes"}
    assert service["ProtectSystem"] == "strict"
    # Java and our searches are compiled while they run, so memory may be written and run.
    assert "MemoryDenyWriteExecute" not in service
    assert float(service["TimeoutStopSec"]) > GRACE_SECONDS + keeper.STOP_TIMEOUT


def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    # Where there is no systemd, the test above is all that is looked at.
    if (systemd := shutil.which("systemd-analyze")) is None:
        return
    path = tmp_path / "immunograph.service"
    path.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={sys.executable}", _unit()))
    told = subprocess.run(
        [systemd, "verify", str(path)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")


# --- what is told ------------------------------------------------------------------------------


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for told in (
        f"for {gate.QUEUE_SECONDS:.0f} s",
        f"noticed within {watch.EVERY_SECONDS + watch.PATIENCE_SECONDS:.0f} s",
        f"{keys.WRONG_KEYS} a minute",
        f"{writes.MOST_BYTES // 2**20} MiB in {bodies.BODY_SECONDS:.0f} s",
        f"{MOST_BYTES // 2**20} MiB a worker",
    ):
        assert told in text, told
