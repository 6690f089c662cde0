"""Responses that are kept: the same to the byte as fresh ones, gone with their edition, bounded in bytes."""

import pytest
from fastapi import FastAPI

from app.store.memory import MemoryEdition
from app.web.response import ResponseCache
from tests.web.asking import SEEN, ask, essay, essay_store, holding, run, serving

CLAIM = "/claims/iran-pledged-missiles"

TARGETS = [
    "/",
    "/?format=html",
    "/claims",
    "/claims?format=html",
    "/claims?q=drone&facets=status&limit=5",
    "/claims?format=csv",
    "/claims?format=jsonld&limit=3",
    CLAIM,
    f"{CLAIM}?format=turtle&as_of=2022-07",
    f"{CLAIM}/timeline",
    "/sources",
    "/transitions?format=atom",
    "/dataset",
    "/dataset?format=csv",
    "/openapi.json",
    "/docs",
    "/docs/swagger-ui.js",
    "/health/ready",
    "/claims?limit=x",
    "/nowhere",
]
FRESH = serving(essay_store(), cache_bytes=0)
READERS: list[dict[str, str]] = [
    {},
    {"accept": "text/csv, */*;q=0.1", "accept-encoding": "zstd, gzip"},
    {"accept-encoding": "gzip;q=0.5, br"},
    {"accept": "application/ld+json"},
]
CONDITIONS: list[dict[str, str]] = [
    {"if-none-match": "*"},
    {"if-none-match": '"other"'},
    {"if-modified-since": "Tue, 14 Nov 2023 22:13:20 GMT"},
    {"if-modified-since": "Tue, 14 Nov 2023 22:13:19 GMT"},
]


def kept(app: FastAPI) -> ResponseCache:
    cache: ResponseCache = app.state.services.cache
    return cache


@pytest.mark.parametrize("target", TARGETS)
def test_a_kept_answer_is_a_fresh_one_to_the_byte_with_its_headers_in_order(target):
    keeping, fresh = serving(essay_store()), FRESH
    for reader in READERS:
        first = run(ask(fresh, target, headers=reader))
        etag = first.header("etag")
        own = [{"if-none-match": etag}] if etag else []
        for condition in ({}, {}, *CONDITIONS, *own, {}):
            expected = run(ask(fresh, target, headers=reader | condition))
            found = run(ask(keeping, target, headers=reader | condition))
            assert (found.status, found.headers, found.body) == (expected.status, expected.headers, expected.body)


def test_what_is_kept_is_told_apart_by_target_type_and_coding():
    app = serving(essay_store())
    for _ in range(2):
        for target in ("/claims", "/claims?limit=1", "/claims?limit=2"):
            for accept in ("text/csv", "application/json"):
                for coding in ("gzip", ""):
                    run(ask(app, target, headers={"accept": accept, "accept-encoding": coding}))
    assert len(kept(app)) == 12


def test_a_new_edition_empties_what_is_kept_and_is_served_at_once(record):
    store = holding(essay())
    app = serving(store)
    before = [run(ask(app, "/claims")) for _ in range(2)][1]
    store.replace(MemoryEdition.from_record(record, SEEN + 60))

    after = run(ask(app, "/claims"))

    assert before.json["total"] == len(essay().claims)
    assert after.json["total"] == 6
    assert after.header("last-modified") == "Tue, 14 Nov 2023 22:14:20 GMT"
    assert len(kept(app)) == 1
    assert run(ask(app, "/claims", headers={"if-none-match": before.etag})).status == 200


def test_a_store_that_lost_its_edition_is_not_answered_from_what_is_kept():
    store = holding(essay())
    app = serving(store)
    assert run(ask(app, "/claims")).status == 200
    store._edition = None
    assert run(ask(app, "/claims")).status == 503


def test_an_answer_that_was_begun_on_an_older_edition_is_not_kept_for_the_newer(record):
    store = holding(essay())

    class Slow(MemoryEdition):
        async def find(self, query, page):
            found = await super().find(query, page)
            store.replace(MemoryEdition.from_record(record, SEEN))
            return found

    store.replace(Slow.from_record(essay(), SEEN))
    store.edition.__class__ = Slow
    app = serving(store)
    assert run(ask(app, "/claims")).json["total"] == len(essay().claims)
    assert run(ask(app, "/claims")).json["total"] == 6


def test_the_bytes_that_are_kept_stay_within_their_bound_and_the_oldest_go_first():
    limit = 100_000
    app = serving(essay_store(), cache_bytes=limit)
    for number in range(1, 101):
        run(ask(app, f"/claims?limit=1&q={'x' * number}"))
        run(ask(app, "/claims?limit=1"))
        assert kept(app).size <= limit
        assert kept(app).size == sum(size for _, size in kept(app)._kept.values())
    assert kept(app).get((b"/claims", b"limit=1", "", "")) is not None
    assert kept(app).get((b"/claims", b"limit=1&q=x", "", "")) is None


def test_an_answer_larger_than_an_eighth_of_the_bound_is_not_kept():
    app = serving(essay_store(), cache_bytes=80_000)
    assert len(run(ask(app, "/claims?limit=100")).body) > 10_000
    assert len(kept(app)) == 0


@pytest.mark.parametrize("target", ["/claims?limit=x", "/nowhere", "/health/live", "/claims?format=xml"])
def test_what_may_change_any_time_is_not_kept(target):
    app = serving(essay_store())
    run(ask(app, target))
    assert len(kept(app)) == 0


def test_a_post_is_never_answered_from_what_is_kept():
    app = serving(essay_store())
    run(ask(app, "/claims"))
    assert run(ask(app, "/claims", "POST")).status == 405


@pytest.mark.parametrize("settings", [{"cache_bytes": 0}, {"telemetry": True}], ids=["no-bytes", "traced"])
def test_nothing_is_kept_where_there_is_no_room_or_every_request_must_be_seen(settings):
    app = serving(essay_store(), **settings)
    run(ask(app, "/claims"))
    assert len(kept(app)) == 0
