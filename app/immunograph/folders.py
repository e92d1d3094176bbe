"""Where `docs/`, `queries/`, `schema/` and `seed/` are: in the checkout, or else in the wheel."""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of that name that goes with this installation."""
    package = Path(__file__).resolve().parent
    checkout = package.parents[1]
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return package / "shipped" / name
