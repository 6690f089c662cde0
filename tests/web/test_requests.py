"""Whatever is asked is answered, kept or made anew with the same bytes, and as the OpenAPI document says."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.query import vocabulary
from tests.web.asking import ask, essay, essay_store, run, serving

DOCUMENT: dict[str, Any] = run(ask(serving(), "/openapi.json")).json

KNOWN = {name: [str(each) for each in values] for name, values in vocabulary(essay().header).items()}
NAMES = sorted(
    {each["name"] for operations in DOCUMENT["paths"].values() for operation in operations.values()
     for each in operation["parameters"] if each["in"] == "query"}
)  # fmt: skip
VALUES = {
    **KNOWN,
    "format": ["json", "jsonl", "csv", "jsonld", "turtle", "text", "html", "atom", "schema"],
    "fields": ["id", "id,text", "status,basis"],
    "facets": ["status", "source,kind"],
    "sort": ["document", "-status", "period", "relevance"],
    "limit": ["1", "20", "100", "0", "101"],
    "as_of": ["2022", "2022-07", "2022-07-17"],
    "from": ["2022", "2023-01"],
    "to": ["2022", "2023-01"],
    "q": ["iran", '"Su-35"', "NEAR("],
}
PATHS = [
    *(path for path in DOCUMENT["paths"] if "{" not in path),
    *(f"/claims/{claim.id}{tail}" for claim in essay().claims[:5] for tail in ("", "/timeline")),
    *(f"/sources/{source.id}{tail}" for source in essay().sources[:4] for tail in ("", "/impact")),
    "/documents/axis-of-convenience",
    "/documents/axis-of-convenience/coverage",
]
HEADERS = {
    "accept": ["*/*", "text/csv", "application/ld+json;q=0.5, text/turtle", "text/html", "image/png", "", ";q=x,,"],
    "accept-encoding": ["gzip", "br;q=0.2, zstd", "identity", "*;q=0", ""],
    "if-none-match": ["*", '"x"', "W/"],
    "if-modified-since": ["Tue, 14 Nov 2023 22:13:20 GMT", "Mon, 01 Jan 1990 00:00:00 GMT", "never"],
    "host": ["127.0.0.1", "[", "x y"],
}
any_text = st.text(st.characters(codec="utf-8"), max_size=12)


@st.composite
def targets(draw: st.DrawFn) -> str:
    path = draw(
        st.sampled_from(PATHS)
        | st.builds(lambda path, tail: f"{path}/{quote(tail)}", st.sampled_from(PATHS), any_text)
        | st.builds(lambda text: f"/{quote(text)}", any_text)
    )
    names = draw(st.lists(st.sampled_from(NAMES), max_size=4))
    pairs = [(name, draw(st.sampled_from(VALUES.get(name, ["x"])) | any_text)) for name in names]
    pairs += draw(st.lists(st.tuples(any_text, any_text), max_size=1))
    query = draw(st.just(urlencode(pairs)) | st.from_regex(r"[!-~]{0,30}", fullmatch=True))
    return f"{path}?{query.replace('#', '')}"


headers = st.dictionaries(st.sampled_from(sorted(HEADERS)), st.none(), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: st.sampled_from(HEADERS[name]) | st.just("\xff,") for name in names})
)


def same(target: str, asked: dict[str, str], method: str = "GET", body: bytes = b"") -> int:
    """The status of the response, which is the same to the byte whether responses are kept or not."""
    made = run(ask(UNKEPT, target, method, asked, body))
    for _ in range(2):
        kept = run(ask(serving(), target, method, asked, body))
        assert (kept.status, kept.headers, kept.body) == (made.status, made.headers, made.body)
    return made.status


UNKEPT = serving(essay_store(), cache_bytes=0)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_answers_alike_in_every_format_and_at_every_parameter_s_example(path):
    assert same(path, {}) in (200, 405)
    for name in NAMES:
        for value in VALUES.get(name, ["x"])[:4]:
            assert same(f"{path}?{urlencode({name: value})}", {}) < 500


@settings(max_examples=400)
@given(target=targets(), asked=headers, method=st.sampled_from(["GET"] * 8 + ["HEAD", "POST", "OPTIONS", "PUT"]))
def test_whatever_is_asked_is_answered_alike_and_never_5xx(target, asked, method):
    assert same(target, asked, method) < 500


@settings(max_examples=150)
@given(
    body=st.binary(max_size=200) | st.text(max_size=100).map(str.encode),
    content_type=st.sampled_from(["text/plain", "", "text/plain; charset=utf-8", "application/json", "\xff"]),
    query=st.sampled_from(["", "?document=axis-of-convenience", "?document=x", "?format=csv", "?x"]),
)
def test_whatever_is_sent_to_be_verified_is_answered_and_never_5xx(body, content_type, query):
    assert same(f"/verify{query}", {"content-type": content_type}, "POST", body) < 500


READ = [path for path, operations in DOCUMENT["paths"].items() if "{" not in path and "get" in operations]


@pytest.mark.parametrize("path", READ)
def test_every_example_in_the_document_is_what_the_operation_answers(path):
    operation = DOCUMENT["paths"][path]["get"]
    limited = "?limit=1" if any(each["name"] == "limit" for each in operation["parameters"]) else ""
    content = operation["responses"]["200"]["content"]["application/json"]
    if path != "/schema/claims.json":
        assert content["example"] == run(ask(serving(), path + limited, headers={"accept": "application/json"})).json
