"""``/metrics`` for Prometheus, by its own client: requests, kept responses, connections, and the record.

Several workers share a directory of counters (the client's multiprocess mode), so that whichever is asked tells of all.
"""

from collections.abc import Iterator
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from app import __version__
from app.core.errors import StoreUnavailable
from app.store import ClaimStore

BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the buckets of durations, in seconds: from a kept response to a download."""

OTHER = "other"
"""The route of paths that readers make up, which must not become series of their own."""


class Metrics:
    """The metrics of one process; with ``directory``, together with those of the other workers."""

    def __init__(self, store: ClaimStore, directory: str = "") -> None:
        self.store, self.directory = store, directory
        self.registry = own = CollectorRegistry()
        self._requests = Counter("claims_requests", "Requests that were answered.", ["route", "status"], registry=own)
        self._seconds = Histogram(
            "claims_request_seconds",
            "Time to make a response and hand it on; of those that the head cache sent, none is taken.",
            ["route"],
            registry=own,
            buckets=BOUNDS,
        )
        self._hits = Counter("claims_cache_hits", "Responses that were kept.", registry=own)
        self._misses = Counter("claims_cache_misses", "Responses that had to be made.", registry=own)
        self._bytes = _gauge("claims_cache_bytes", "Bytes of the responses that are kept.", own)
        self.connections = _gauge("claims_connections", "Open connections.", own)
        self.workers = _gauge("claims_workers", "Workers that serve.", own)
        self.cut = Counter("claims_connections_cut", "Connections that were closed for being slow.", registry=own)
        if not directory:
            ProcessCollector(registry=own)
        self._counter, self._timer = lru_cache(self._requests.labels), lru_cache(self._seconds.labels)

    def count(self, route: str, status: int, seconds: float) -> None:
        """Counts a request that took ``seconds``."""
        self._counter(route, str(status)).inc()
        self._timer(route).observe(seconds)

    def looked_up(self, found: bool, size: int) -> None:
        """Counts a look into the response cache, which holds ``size`` bytes."""
        (self._hits if found else self._misses).inc()
        self._bytes.set(size)

    def sent_at_once(self, route: str, status: int) -> None:
        """Counts a request that the head cache answered."""
        self._counter(route, str(status)).inc()
        self._hits.inc()

    async def exposition(self, accept: str) -> tuple[bytes, str]:
        """Returns all metrics in the text format that ``accept`` asks for, and its media type."""
        registry = self.registry
        if self.directory:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, self.directory)  # type: ignore[no-untyped-call]
        record = await self._record()

        class Together:
            def collect(self) -> Iterator[Metric]:
                yield from registry.collect()
                yield from record

        encode, media_type = choose_encoder(accept)
        return encode(Together()), media_type

    async def _record(self) -> list[Metric]:
        store, health = self.store, await self.store.health()
        metrics: list[Metric] = [
            GaugeMetricFamily("claims_ready", "Whether claims can be served.", health.ready),
            GaugeMetricFamily("claims_record_faults", "Faults that keep a newer record out.", len(health.faults)),
            CounterMetricFamily("claims_record_reloads", "New versions of the record that took over.", store.reloads),
            CounterMetricFamily("claims_record_refused", "New versions of the record, refused.", store.refused),
        ]  # fmt: skip
        try:
            edition = store.edition
        except StoreUnavailable:
            return metrics
        about = GaugeMetricFamily(
            "claims_record_info", "The record that is served, and the program.", labels=["version", "revision"]
        )
        about.add_metric([__version__, edition.revision], 1)
        return [
            *metrics,
            about,
            GaugeMetricFamily("claims_record_claims", "Claims in the record.", edition.size),
            GaugeMetricFamily(
                "claims_record_modified_timestamp_seconds", "When this revision was first seen.", edition.modified
            ),
        ]


def _gauge(name: str, told: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, told, registry=registry, multiprocess_mode="livesum")
