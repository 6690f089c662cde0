"""What is counted, and how it is told to Prometheus."""

import pytest
from fastapi import FastAPI
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import ASGIApp, Message

from app.settings import Settings
from app.store.memory import MemoryStore
from app.web import create_app
from app.web.metrics import BOUNDS, Metrics
from tests.web.asking import ask, essay, essay_store, holding

pytestmark = pytest.mark.anyio

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def counting(store: MemoryStore | None = None) -> FastAPI:
    store = store or essay_store()
    return create_app(store, Settings(), metrics=Metrics(store))


async def told(app: ASGIApp, accept: str = "") -> Samples:
    """Every sample of ``/metrics``."""
    reply = await ask(app, "/metrics", headers={"accept": accept} if accept else {})
    assert reply.status == 200
    parse = openmetrics if accept else text_string_to_metric_families
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(reply.body.decode())
        for sample in family.samples
    }


def at(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


async def test_requests_are_counted_by_route_and_status() -> None:
    app, some = counting(), essay().claims[0].id
    for target in ("/claims?limit=1", "/claims?limit=2", "/claims?limit=x", f"/claims/{some}", "/claims/nothing"):
        await ask(app, target)
    found = await told(app)
    assert at(found, "claims_requests_total", route="/claims", status="200") == 2
    assert at(found, "claims_requests_total", route="/claims", status="400") == 1
    assert at(found, "claims_requests_total", route="/claims/{claim_id}", status="200") == 1
    assert at(found, "claims_requests_total", route="/claims/{claim_id}", status="404") == 1


async def test_an_answer_out_of_the_cache_is_counted_as_every_other() -> None:
    app = counting()
    for _ in range(3):
        await ask(app, "/claims?limit=1")
    found = await told(app)
    assert at(found, "claims_requests_total", route="/claims", status="200") == 3
    assert at(found, "claims_cache_hits_total") == 2


async def test_paths_that_readers_make_up_are_one_series() -> None:
    app = counting()
    for target in ("/a", "/b", "/claims/x/y/z", "/claims/a/nothing"):
        await ask(app, target)
    assert at(await told(app), "claims_requests_total", route="other", status="404") == 4


async def test_durations_fall_into_buckets_that_add_up() -> None:
    app = counting()
    for _ in range(4):
        await ask(app, "/claims?limit=1")
    found = await told(app)
    counts = [
        at(found, "claims_request_seconds_bucket", route="/claims", le=each) for each in (*map(str, BOUNDS), "+Inf")
    ]
    assert counts == sorted(counts)
    assert counts[-1] == at(found, "claims_request_seconds_count", route="/claims") == 4
    assert at(found, "claims_request_seconds_sum", route="/claims") > 0


async def test_the_record_that_is_served_is_told() -> None:
    found = await told(counting(holding(essay(), 1_700_000_000)))
    assert at(found, "claims_record_claims") == len(essay().claims)
    assert at(found, "claims_record_modified_timestamp_seconds") == 1_700_000_000
    assert at(found, "claims_ready") == 1
    assert at(found, "claims_record_faults") == 0


async def test_a_store_without_a_record_is_told_as_not_ready() -> None:
    assert at(await told(counting(MemoryStore())), "claims_ready") == 0


async def test_openmetrics_is_given_to_who_asks_for_it() -> None:
    found = await told(counting(), "application/openmetrics-text; version=1.0.0")
    assert at(found, "claims_ready") == 1


async def test_metrics_are_never_stored() -> None:
    assert (await ask(counting(), "/metrics")).header("cache-control") == "no-store"


async def test_without_metrics_there_are_no_metrics() -> None:
    assert (await ask(create_app(essay_store()), "/metrics")).status == 404


async def test_a_request_whose_reader_left_is_counted_as_499() -> None:
    app = counting()
    scope = {
        "type": "http", "method": "POST", "path": "/verify", "raw_path": b"/verify", "root_path": "",
        "query_string": b"", "headers": [],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    await app(scope, receive, send)
    assert at(await told(app), "claims_requests_total", route="/verify", status="499") == 1
