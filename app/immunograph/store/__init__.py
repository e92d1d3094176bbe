"""The graph in Neo4j, and a Neo4j of our own: the only room that imports the driver."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Final, cast

_FRAMES: Final = ("pandas", "pyarrow")
"""What the driver gives data frames by, where it is installed; nobody here asks it for one."""


def _import_driver() -> None:
    """Import the driver as if it had none of these: they take half a second and 60 MB.

    Whoever needs one of them still imports it, before or after.
    """
    modules = cast(dict[str, ModuleType | None], sys.modules)
    absent = [name for name in _FRAMES if name not in modules]
    for name in absent:
        modules[name] = None  # an import of it raises ImportError
    try:
        import_module("neo4j")
    finally:
        for name in absent:
            del modules[name]


_import_driver()
