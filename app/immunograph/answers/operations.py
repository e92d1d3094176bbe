"""How the service is."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from immunograph.answers.parts import Snapshot


class Health(TypedDict):
    """How the service is."""

    status: Literal["alive", "ready"]


class Readiness(Health):
    """That the engine answers and the graph is loaded."""

    snapshot: Snapshot
