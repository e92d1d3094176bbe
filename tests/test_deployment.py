"""What the repository offers to those who run it on a server fits the software."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from immunograph.settings import Settings
from immunograph.web import bodies, gate, keys, watch, writes
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


def test_containers_have_no_more_rights_than_they_need() -> None:
    services: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    ours = services["immunograph"]
    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert ours["security_opt"] == ["no-new-privileges:true"]
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert "USER immunograph" in dockerfile
    assert "HEALTHCHECK" in dockerfile
    assert dockerfile.index("USER immunograph") < dockerfile.index('CMD ["immunograph"')


def test_the_image_is_built_from_every_folder_that_the_wheel_ships() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    copied = (ROOT / "Dockerfile").read_text("utf-8")
    assert [name for name in shipped if f"COPY {name} {name}\n" not in copied] == []


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
