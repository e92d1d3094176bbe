"""Views are kept while there is room for what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from immunograph import service as room
from immunograph.domain.selection import NOTHING, Filters
from immunograph.folders import folder
from immunograph.service import Service
from immunograph.store.catalogue import Catalogue

if TYPE_CHECKING:
    from immunograph.store.graph import Graph


def asked(service: Service, least: float) -> int:
    """Ask for the steps of a view of its own; the bytes that it then holds."""
    view = service.view(Filters(species=("mouse",), min_belief=least), NOTHING)
    assert len(view.layer.steps) == len(view.layer.network.outgoing.step)
    return view.nbytes


def test_views_of_many_filters_hold_no_more_than_a_few(
    loaded_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(loaded_graph, catalogue=Catalogue.read(folder("queries")))
    one = asked(service, 0.5)
    assert one > 0
    monkeypatch.setattr(room, "VIEW_BYTES", 4 * one)
    for number in range(40):
        asked(service, 0.5 + number / 1_000)
        assert service.view_bytes <= 6 * one
    assert service.view_bytes > one
