"""Rows of a table: who, p50, p95, p99, and what must be said of it."""

from __future__ import annotations

import numpy as np

WIDTH = 46


def head(title: str, unit: str = "ms") -> None:
    """Begin a part of the table."""
    print(
        f"\n{title:{WIDTH}}{f'p50 {unit}':>12}{f'p95 {unit}':>12}{f'p99 {unit}':>12}  ", flush=True
    )


def row(name: str, seconds: list[float], note: str = "") -> None:
    """Percentiles of these times, in milliseconds."""
    if not seconds:
        print(f"  {name:{WIDTH - 2}}{'–':>12}{'–':>12}{'–':>12}  {note}", flush=True)
        return
    shown = "".join(f"{_short(1e3 * v):>12}" for v in np.percentile(seconds, [50, 95, 99]))
    print(f"  {name:{WIDTH - 2}}{shown}  {note}", flush=True)


def line(name: str, value: str, note: str = "") -> None:
    """One figure."""
    print(f"  {name:{WIDTH - 2}}{value:>12}  {note}".rstrip(), flush=True)


def times(value: float) -> str:
    """How many times as long, with two figures that mean something."""
    return f"{value:,.0f} ×" if value >= 10 else f"{value:.1f} ×"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"
