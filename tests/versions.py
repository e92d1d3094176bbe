"""The contract suite on another Neo4j: python tests/versions.py 2026.08.1 [pytest's arguments].

Its jars are listed in `tests/store`, fetched once and run by the same local engine. What is tested
is whatever speaks to Neo4j; where the server itself is started, stopped or fetched, it is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from immunograph.settings import Settings
from immunograph.store import local

TESTS = Path(__file__).parent
CONTRACT = (
    "store/test_loader.py", "store/test_dumps.py", "store/test_earlier_versions.py",
    "store/test_catalogue.py", "store/test_integrity.py", "store/test_libraries.py",
    "queries", "curation/test_fuzz.py", "web/test_answers.py", "web/test_names.py",
    "web/test_writes.py", "web/test_keys.py", "web/test_changes.py", "web/test_attacks.py",
    "test_parsers.py", "test_cli.py", "test_cli_seeds.py",
)  # fmt: skip
NOT_OURS = "not local_neo4j and not shell and not local_engine"
"""Tests of the local engine of the version that is shipped."""


def main(version: str, arguments: list[str]) -> int:
    """Run the suite; pytest's exit code."""
    if version != local.VERSION:
        local.VERSION = version
        local.JARS = TESTS / "store" / f"neo4j-{version}.jars"
    settings = Settings.model_validate({"neo4j_uri": None})
    with (
        tempfile.TemporaryDirectory() as folder,
        local.engine(settings, data_dir=Path(folder)) as engine,
    ):
        told = sys.version.split()[0]
        sys.stdout.write(f"Neo4j {version}, Python {told}, {engine.uri}\n")
        sys.stdout.flush()
        return subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-k", NOT_OURS),
                *(str(TESTS / name) for name in CONTRACT),
                *arguments,
            ],
            env={
                **os.environ,
                "IMMUNOGRAPH_TEST_NEO4J_URI": engine.uri,
                "IMMUNOGRAPH_TEST_NEO4J_USERNAME": engine.username,
                "IMMUNOGRAPH_TEST_NEO4J_PASSWORD": engine.password.get_secret_value(),
            },
            check=False,
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
