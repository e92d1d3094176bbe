"""Where `queries/`, `schema/` and `seed/` are: the checkout's if present, else the wheel's."""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of that name that goes with this installation."""
    package = Path(__file__).resolve().parent
    checkout = package.parents[1]
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return package / "shipped" / name
