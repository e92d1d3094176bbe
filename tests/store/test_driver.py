"""What the import of Neo4j's driver brings into a process."""

from __future__ import annotations

import subprocess
import sys


def test_the_driver_is_imported_without_data_frames_which_stay_importable() -> None:
    code = (
        "import sys, immunograph.store.graph; "
        "assert 'neo4j' in sys.modules; "
        "slow = {'pandas', 'pyarrow'} & set(sys.modules); "
        "import pandas, pyarrow; "
        "raise SystemExit(f'imported {slow}' if slow else 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
