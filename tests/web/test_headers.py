"""Headers that every answer must have, whoever made it: security, CORS, Vary, HEAD."""

import pytest

from app.settings import Settings
from app.web import create_app
from tests.web.asking import ask, essay, essay_store, holding, run, serving

CLAIM = "/claims/iran-pledged-missiles"

ANSWERS = [
    ("GET", "/"),
    ("GET", "/claims"),
    ("GET", f"{CLAIM}?format=jsonld"),
    ("GET", "/claims?format=html"),
    ("GET", "/claims?format=csv"),
    ("GET", "/dataset?format=turtle"),
    ("GET", "/transitions?format=atom"),
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/problems"),
    ("GET", "/docs/start.js"),
    ("GET", "/docs/swagger-ui.css"),
    ("GET", "/schema/claims.json"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/nowhere"),
    ("GET", "/claims?limit=x"),
    ("GET", "/claims?format=xml"),
    ("HEAD", "/claims"),
    ("OPTIONS", "/claims"),
    ("POST", "/claims"),
    ("POST", "/verify"),
]


@pytest.mark.parametrize(("method", "target"), ANSWERS, ids=lambda value: value)
def test_every_answer_is_public_and_says_what_it_is_and_is_framed_by_nobody(method, target):
    reply = run(ask(serving(), target, method, {"origin": "https://reader.example"}))
    assert reply.header("x-content-type-options") == "nosniff"
    assert reply.header("referrer-policy") == "no-referrer"
    assert reply.header("x-frame-options") == "DENY"
    assert reply.header("access-control-allow-origin") == "*"
    assert reply.header("access-control-allow-credentials") is None
    assert reply.header("server") is None
    if reply.body:
        policy = reply.header("content-security-policy") or ""
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'unsafe-inline'" not in policy


@pytest.mark.parametrize("target", ["/claims", "/claims?format=csv", CLAIM, "/sources", "/dataset?format=csv", "/docs"])
def test_vary_names_what_the_answer_depends_on_on_a_200_and_on_its_304(target):
    app = serving()
    found = run(ask(app, target))
    unchanged = run(ask(app, target, headers={"if-none-match": found.etag}))
    assert (found.status, unchanged.status) == (200, 304)
    for reply in (found, unchanged):
        assert reply.header("vary") == "Accept, Accept-Encoding"


@pytest.mark.parametrize("target", ["/claims", CLAIM, "/dataset?format=csv", "/docs/start.js", "/openapi.json"])
def test_a_304_repeats_the_headers_that_a_cache_needs_and_has_no_body(target):
    app = serving()
    found = run(ask(app, target))
    unchanged = run(ask(app, target, headers={"if-none-match": found.etag}))
    assert unchanged.body == b""
    for name in ("etag", "cache-control", "vary", "last-modified"):
        assert unchanged.header(name) == found.header(name)
    for name in ("content-type", "content-length", "content-encoding"):
        assert unchanged.header(name) is None


@pytest.mark.parametrize("coding", ["", "gzip"], ids=["identity", "gzip"])
@pytest.mark.parametrize(
    "target",
    ["/", "/claims?limit=3", "/claims?format=html", CLAIM, "/dataset?format=turtle", "/dataset?format=jsonl", "/docs",
     "/docs/swagger-ui.js", "/openapi.json", "/nowhere", "/claims?limit=0", "/health/live", "/verify"],
)  # fmt: skip
def test_head_has_the_headers_of_get_and_no_body(target, coding):
    app, headers = serving(), {"accept-encoding": coding} if coding else {}
    head, got, again = (run(ask(app, target, method, headers)) for method in ("HEAD", "GET", "HEAD"))
    assert head.body == again.body == b""
    if target != "/verify":  # which takes no GET either, and names the method in its refusal
        assert (head.status, head.headers) == (got.status, got.headers) == (again.status, again.headers)
    assert head.status == got.status


def test_head_on_a_download_does_not_make_the_download(monkeypatch):
    store = holding(essay())

    begun = []

    async def download(edition, day):
        begun.append(day)
        yield b""

    monkeypatch.setattr(type(store.edition), "served", download)
    reply = run(ask(serving(store), "/dataset?format=csv", "HEAD"))
    assert (reply.status, reply.body, begun) == (200, b"", [])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("target", ["/claims", "/verify", "/nowhere"])
def test_a_preflight_from_any_origin_may_read(target, method):
    asked = {
        "origin": "https://reader.example",
        "access-control-request-method": method,
        "access-control-request-headers": "if-none-match, x-of-mine",
    }
    reply = run(ask(serving(), target, "OPTIONS", asked))
    assert (reply.status, reply.body) == (204, b"")
    assert reply.header("access-control-allow-origin") == "*"
    assert reply.header("access-control-allow-methods") == "GET, HEAD, POST"
    assert reply.header("access-control-allow-headers") == "*"
    assert reply.header("access-control-max-age") == "86400"


def test_a_page_elsewhere_may_read_the_tag_and_the_link():
    exposed = run(ask(serving(), "/claims")).header("access-control-expose-headers") or ""
    assert {"ETag", "Link", "Retry-After"} <= set(exposed.split(", "))


def test_health_is_kept_by_no_cache():
    for target in ("/health/live", "/health/ready"):
        reply = run(ask(serving(), target))
        assert reply.header("cache-control") == "no-store"
        assert reply.header("etag") is None


def test_the_time_a_cache_may_serve_is_the_settings():
    assert run(ask(serving(max_age=7), "/claims")).header("cache-control") == ("max-age=7, stale-if-error=86400")


@pytest.mark.parametrize("target", ["/claims", "/claims?format=csv", "/claims?format=turtle", "/dataset", "/sources"])
def test_servers_at_two_addresses_give_one_tag_exactly_where_they_give_the_same_bytes(target):
    here, there = (
        run(ask(create_app(essay_store(), Settings(), address=f"http://127.0.0.1:{each}"), target)) for each in (1, 2)
    )
    assert (here.header("etag") == there.header("etag")) is (here.body == there.body)
    assert (here.body == there.body) is ("format" not in target)
