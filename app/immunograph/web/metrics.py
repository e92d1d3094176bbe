"""What the service did, in Prometheus' text format; counted in this process since it started."""

from __future__ import annotations

import resource
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypedDict

from immunograph import __version__
from immunograph.search import kernel
from immunograph.web.replies import Replies

MEDIA_TYPE: Final = "text/plain; version=0.0.4"
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the latency buckets, in seconds."""
COUNTED: Final = ("entities", "statements", "sources", "studies")
STARTED: Final = round(time.time(), 3)

Labels = dict[str, str]


class Request(TypedDict):
    """What is told of a request that was answered."""

    method: str
    route: str
    """The template of its address, so that there are few."""
    status: int
    seconds: float


class Metrics:
    """Requests by address and status, and how long they took."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()
        """Sources loaded (`POST`) and withdrawn (`DELETE`) here."""

    def count(self, request: Request) -> None:
        """Count one request."""
        route, seconds = request["route"], request["seconds"]
        self._requests[request["method"], route, request["status"]] += 1
        self._buckets[route][bisect_left(BOUNDS, seconds)] += 1
        self._seconds[route] += seconds  # pyright: ignore[reportArgumentType] # a counter adds floats too

    def text(self, replies: Replies) -> str:
        """Everything, as Prometheus reads it."""
        cache, watch = replies.cache, replies.watch
        snapshot = watch.snapshot
        gates = {"heavy": replies.heavy, "light": replies.light, "engine": replies.engine}
        families = [
            _family(
                "http_requests_total",
                "counter",
                "Requests answered.",
                (
                    ({"method": method, "route": route, "status": str(status)}, count)
                    for (method, route, status), count in sorted(self._requests.items())
                ),
            ),
            self._histogram(),
            _family(
                "answers_cut_total",
                "counter",
                "Answers that a limit, the work budget or the time cut.",
                [({"by": by}, count) for by, count in sorted(replies.cut.items())],
            ),
            _family(
                "answers_stale_total",
                "counter",
                "Answers given while the graph database was away.",
                [({}, replies.stale)],
            ),
            _family("cache_hits_total", "counter", "Answers from memory.", [({}, cache.hits)]),
            _family(
                "cache_misses_total",
                "counter",
                "Questions not found in memory.",
                [({}, cache.misses)],
            ),
            _family("cache_bytes", "gauge", "Bytes of kept answers.", [({}, cache.bytes)]),
            _family("cache_answers", "gauge", "Kept answers.", [({}, len(cache))]),
            _family(
                "questions_running",
                "gauge",
                "Questions being answered in threads.",
                [({"gate": name}, gate.running) for name, gate in gates.items()],
            ),
            _family(
                "questions_waiting",
                "gauge",
                "Questions that wait for their turn.",
                [({"gate": name}, gate.waiting) for name, gate in gates.items()],
            ),
            _family(
                "questions_refused_total",
                "counter",
                "Questions refused because too many waited, or for too long.",
                [({"gate": name}, gate.refused) for name, gate in gates.items()],
            ),
            _family(
                "shares_refused_total",
                "counter",
                "Questions refused because their client had used up its share.",
                [({}, replies.share.refused)],
            ),
            _family(
                "changes_total",
                "counter",
                "Sources loaded and withdrawn over HTTP.",
                [({"method": method}, n) for method, n in sorted(self.changes.items())],
            ),
            *_of_snapshot(replies),
            *_of_process(),
            _family(
                "engine_up",
                "gauge",
                "Whether the graph database answered when last looked at.",
                [({}, int(snapshot is not None and watch.fault is None))],
            ),
            _family(
                "engine_restarts_total",
                "counter",
                "How often the graph database was started again after it was killed.",
                [({}, watch.restarts)],
            ),
            _family(
                "stale_seconds",
                "gauge",
                "How long ago the graph database answered last, where it does not answer now.",
                [({}, watch.stale_seconds or 0)],
            ),
            _family(
                "snapshot_info",
                "gauge",
                "The snapshot that answers are given from.",
                [] if snapshot is None else [({"snapshot": snapshot}, 1)],
            ),
            _family(
                "search_compiled",
                "gauge",
                "Whether searches are compiled by now; until then they run as plain Python.",
                [({}, int(kernel.compiled()))],
            ),
            _family(
                "build_info", "gauge", "Version of the service.", [({"version": __version__}, 1)]
            ),
        ]
        return "".join(families)

    def _histogram(self) -> str:
        def samples() -> Iterator[str]:
            for route, buckets in sorted(self._buckets.items()):
                total = 0
                for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
                    total += count
                    yield _sample(f"{name}_bucket", {"route": route, "le": bound}, total)
                yield _sample(f"{name}_sum", {"route": route}, round(self._seconds[route], 6))
                yield _sample(f"{name}_count", {"route": route}, total)

        name = "http_request_seconds"
        return _head(name, "histogram", "Time until the answer was sent.") + "".join(samples())


def _of_snapshot(replies: Replies) -> Iterator[str]:
    """How much there is in the snapshot, and when it was loaded."""
    if replies.watch.snapshot is None:
        return
    stored = replies.service.state.stored
    yield _family(
        "snapshot_nodes",
        "gauge",
        "What the snapshot holds.",
        [({"of": name}, stored[name]) for name in COUNTED],
    )
    yield _family(
        "snapshot_loaded_timestamp_seconds",
        "gauge",
        "When the snapshot was loaded.",
        [({}, datetime.fromisoformat(stored["at"]).timestamp())],
    )


def _of_process() -> Iterator[str]:
    """What the process takes; where it began is told so that a restart is seen."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield _family(
        "process_cpu_seconds_total",
        "counter",
        "Processor time of the process.",
        [({}, round(used.ru_utime + used.ru_stime, 3))],
    )
    with suppress(OSError):  # where there is no such file, there is no such number
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        yield _family(
            "process_resident_memory_bytes",
            "gauge",
            "Memory of the process.",
            [({}, pages * resource.getpagesize())],
        )
    yield _family(
        "process_start_time_seconds",
        "gauge",
        "When the process began to serve.",
        [({}, STARTED)],
    )


def _family(name: str, kind: str, meaning: str, samples: Iterable[tuple[Labels, float]]) -> str:
    return _head(name, kind, meaning) + "".join(_sample(name, *sample) for sample in samples)


def _head(name: str, kind: str, meaning: str) -> str:
    return f"# HELP immunograph_{name} {meaning}\n# TYPE immunograph_{name} {kind}\n"


def _sample(name: str, labels: Labels, value: float) -> str:
    pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"immunograph_{name}{{{pairs}}} {value}\n" if pairs else f"immunograph_{name} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
