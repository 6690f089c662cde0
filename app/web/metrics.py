"""``/metrics``: what this process has counted, for Prometheus (text exposition 0.0.4, or OpenMetrics if asked for)."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import __version__
from app.core.errors import StoreUnavailable
from app.store import ClaimStore
from app.web.counting import BOUNDS, Counts
from app.web.finished import SECURITY

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

HELP = {
    "claims_cache_hits": "Answers that were at hand.",
    "claims_cache_misses": "Answers that had to be made.",
    "claims_cache_bytes": "Bytes of the answers that are at hand.",
    "claims_record_reloads": "New versions of the record that took over.",
    "claims_record_refused": "New versions of the record that were refused.",
    "claims_connections": "Open connections.",
    "claims_connections_cut": "Connections that were closed for being slow.",
}
"""What the totals and levels of :class:`~app.web.counting.Counts` mean."""


def metrics(counts: Counts, store: ClaimStore) -> Route:
    """The route."""

    async def answer(request: Request) -> Response:
        # 80 ms to load, which nobody pays for who has no Prometheus.
        from prometheus_client import CollectorRegistry, ProcessCollector
        from prometheus_client.exposition import choose_encoder

        record = [each async for each in _record(store)]

        class Collector:
            def collect(self) -> Iterator["Metric"]:
                yield from _requests(counts)
                yield from record

        registry = CollectorRegistry(auto_describe=False)
        registry.register(Collector())
        ProcessCollector(registry=registry)
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        security = {name.decode(): value.decode() for name, value in SECURITY}
        return Response(encode(registry), headers=security | {"content-type": media_type, "cache-control": "no-store"})

    return Route("/metrics", answer)


def _requests(counts: Counts) -> Iterator["Metric"]:
    from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    requests = CounterMetricFamily("claims_requests", "Requests that were answered.", labels=["route", "status"])
    seconds = HistogramMetricFamily("claims_request_seconds", "Time that an answer took.", labels=["route"])
    by_route: dict[str, Counter[int]] = {}
    for (route, status), row in sorted(counts.rows.items()):
        requests.add_metric([route, str(status)], sum(row[1:]))
        by_route.setdefault(route, Counter()).update(dict(enumerate(row)))
    for route, together in by_route.items():
        below = list(accumulate(together[nth] for nth in range(1, len(BOUNDS) + 2)))
        names = [*map(str, BOUNDS), "+Inf"]
        seconds.add_metric([route], list(zip(names, below, strict=True)), sum_value=together[0])
    yield from (requests, seconds)
    for name, total in counts.totals.items():
        yield CounterMetricFamily(name, HELP[name], value=total())
    for name, level in counts.levels.items():
        yield GaugeMetricFamily(name, HELP[name], value=level())


async def _record(store: ClaimStore) -> AsyncIterator["Metric"]:
    from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily

    health = await store.health()
    yield GaugeMetricFamily("claims_ready", "Whether claims can be served.", value=health.ready)
    yield GaugeMetricFamily(
        "claims_record_faults", "What stands in the way of a newer record.", value=len(health.faults)
    )
    try:
        edition = store.edition
    except StoreUnavailable:
        return
    about = {"version": __version__, "revision": edition.revision}
    yield InfoMetricFamily("claims_record", "The record that is served, and the program that serves it.", value=about)
    yield GaugeMetricFamily("claims_record_claims", "Claims in the record.", value=edition.size)
    yield GaugeMetricFamily(
        "claims_record_modified_timestamp_seconds", "When this revision was first seen.", value=edition.modified
    )
