"""The service under many askers at once: answers without errors, in bounded time and memory.

Here for seconds, over the founding sources. The soak takes minutes: it asks a service over all that
is shipped, and one over a field of many generated papers.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from bench.seeds import write_seed

from askers import BOUND_SECONDS, ask_at_once, is_compiled, memory, numbers, served_within
from figures import Figures, share_of
from immunograph.store import keeper
from serving import Server, Site, serving, told_by

CLIENTS = 64
CAPACITY = 4
"""How many times as many ask where more do than can be served."""
WARM_FILTERS, FILTERS = 60, 200
PAPERS = 2_000
"""Of ten statements each."""


@pytest.fixture(scope="module")
def page(neo4j_server: Server, loaded: object) -> Generator[str]:
    """The address of a service of its own."""
    with serving(neo4j_server) as process:
        address = told_by(process)["Page"]
        assert keeper.comes_true(lambda: is_compiled(address), within=300)
        yield address


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a service over all that is shipped."""
    yield from _site(tmp_path_factory.mktemp("shipped"), seed=None)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a service over many papers."""
    place = tmp_path_factory.mktemp("generated")
    write_seed(place / "seed", PAPERS)
    yield from _site(place, seed=place / "seed")


def _site(place: Path, *, seed: Path | None) -> Generator[str]:
    with Site(place, seed=seed) as site:
        assert keeper.comes_true(lambda: is_compiled(site.page), within=300)
        yield site.page


def test_many_askers_are_answered_without_an_error(page: str, figures: Figures) -> None:
    _load(page, figures, seconds=5)


def test_more_askers_than_can_be_served_are_all_told_something_in_time(
    page: str, figures: Figures
) -> None:
    _overload(page, figures, seconds=3)


def test_as_many_filters_as_there_may_be_take_no_more_memory(page: str, figures: Figures) -> None:
    def asked(number: int) -> str:
        filters = f"min_belief={number / 1000}&species={'mouse' if number % 2 else 'human'}"
        return f"/v1/paths?source=paclitaxel&target=metastasis&{filters}"

    _filter(page, figures, asked, most_megabytes=50)


@pytest.mark.soak
def test_many_askers_are_answered_for_ten_minutes(shipped: str, figures: Figures) -> None:
    _load(shipped, figures, seconds=share_of(600, least=60))


@pytest.mark.soak
def test_what_is_served_under_overload_is_served_nearly_as_soon(
    shipped: str, figures: Figures
) -> None:
    usual, overloaded = _overload(shipped, figures, seconds=share_of(60, least=20))
    promise = f"{CAPACITY} times as many ask: p99 of what is served, against the usual one"
    figures.at_most(promise, overloaded / usual, 3, "times")


@pytest.mark.soak
def test_filters_of_a_large_graph_take_no_more_memory(generated: str, figures: Figures) -> None:
    def asked(number: int) -> str:
        ends = f"source=factor+{number % 50}&target=factor+{50 + number % 49}"
        return f"/v1/paths?{ends}&min_belief={number / 1000}&species=mouse"

    _filter(generated, figures, asked, most_megabytes=200)


def _load(page: str, figures: Figures, *, seconds: float) -> None:
    """Ask with many clients for a while, twice as long as it takes to warm up."""
    ask_at_once(page, CLIENTS, seconds=seconds / 3)
    warm, before = memory(page), numbers(page)
    asked = ask_at_once(page, CLIENTS, seconds=2 * seconds / 3)
    p99 = served_within(before, numbers(page), 0.99)
    of = f"{CLIENTS} clients for {seconds:.0f} s"
    figures.told(f"{of}: answers", f"{len(asked.seconds) * 1.5 / seconds:,.0f} a second")
    figures.told(
        f"{of}: p50 and p99 of askers, p99 in the service",
        f"{asked.within(0.5) * 1e3:.0f}, {asked.within(0.99) * 1e3:.0f}, {p99 * 1e3:.0f} ms",
    )
    errors = asked.statuses.total() - asked.statuses[200]
    others = {status: count for status, count in asked.statuses.items() if status != 200}
    figures.at_most(f"{of}: answers that are none {others or ''}".rstrip(), errors, 0, "answers")
    # The cache of answers fills meanwhile, and holds no more than that.
    grown = max(0.0, memory(page) - warm)
    figures.at_most(f"{of}: memory beyond {warm:.0f} MB", grown, round(64 + warm / 10), "MB")


def _overload(page: str, figures: Figures, *, seconds: float) -> tuple[float, float]:
    """The seconds within which 99 of 100 were served: usually, and with four times the askers."""
    before = numbers(page)
    ask_at_once(page, CLIENTS, seconds=seconds)
    between = numbers(page)
    asked = ask_at_once(page, CAPACITY * CLIENTS, seconds=seconds)
    after = numbers(page)
    usual, overloaded = served_within(before, between, 0.99), served_within(between, after, 0.99)
    of = f"{CAPACITY * CLIENTS} clients for {seconds:.0f} s"
    figures.told(
        f"{of}: p99 in the service, with {CLIENTS} and with all",
        f"{usual * 1e3:.0f}, {overloaded * 1e3:.0f} ms",
    )
    refused = asked.statuses[429] + asked.statuses[503]
    figures.told(f"{of}: served and told to come back", f"{asked.statuses[200]:,}, {refused:,}")
    others = asked.statuses.total() - asked.statuses[200] - refused
    figures.at_most(f"{of}: answers of another kind", others, 0, "answers")
    figures.at_least(f"{of}: served", asked.statuses[200], 1, "answers")
    figures.at_most(f"{of}: the slowest answer", max(asked.seconds), BOUND_SECONDS, "s")
    return usual, overloaded


def _filter(
    page: str, figures: Figures, address: Callable[[int], str], *, most_megabytes: float
) -> None:
    """Ask by one filter after the other."""

    def ask(number: int) -> None:
        with urllib.request.urlopen(page + address(number), timeout=60) as reply:
            assert reply.status == 200

    for number in range(WARM_FILTERS):
        ask(number)
    warm = memory(page)
    for number in range(WARM_FILTERS, WARM_FILTERS + FILTERS):
        ask(number)
    grown = max(0.0, memory(page) - warm)
    figures.at_most(f"{FILTERS} filters: memory beyond {warm:.0f} MB", grown, most_megabytes, "MB")
