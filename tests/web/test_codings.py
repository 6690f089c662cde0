"""Content codings: chosen by the reader's preferences, one tag each, whole answers and streams alike."""

import pytest

from app.web.headers import CODINGS, SMALLEST, best_coding, best_media_type, coder
from tests.web.asking import DECODERS, ask, essay, run, serving


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0", None),
        ("zstd;q=0, *", "br"),
        ("identity;q=1, gzip;q=0.5", None),
        ("deflate", None),
        ("gzip;q=nonsense", None),
        ("gzip;q=0.001", "gzip"),
        (", ,gzip,", "gzip"),
    ],
)
def test_the_coding_is_the_one_that_the_reader_likes_best(accepted, coding):
    assert best_coding(accepted) == coding


OFFERED = ("application/json", "text/csv", "text/turtle", "text/html")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/*;q=0.5, application/json;q=0.4", "text/csv"),
        ("application/json;q=0, */*", "text/csv"),
        ("text/turtle;q=0.9, text/csv;q=0.8, */*;q=0.1", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("image/png", None),
        ("image/png, */*;q=0", None),
        ("application/json;q=0", None),
        ("application/json;profile=x", "application/json"),
        ("nonsense", None),
    ],
)
def test_the_media_type_is_the_one_that_the_reader_likes_best(accept, media_type):
    assert best_media_type(accept, OFFERED) == media_type


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize(
    "target",
    ["/claims", "/claims?format=csv", "/claims/iran-pledged-missiles", "/openapi.json", "/docs/swagger-ui.js",
     *(f"/dataset?format={name}" for name in ("jsonl", "csv", "jsonld", "turtle", "text"))],
)  # fmt: skip
def test_a_coded_answer_is_the_plain_one_under_a_tag_of_its_own(target, coding):
    app = serving()
    plain, coded = run(ask(app, target)), run(ask(app, target, headers={"accept-encoding": coding}))
    assert coded.header("content-encoding") == coding
    assert coded.plain == plain.body
    assert len(coded.body) < len(plain.body)
    assert coded.etag == plain.etag.rstrip('"') + f'-{coding}"'
    again = run(ask(app, target, headers={"accept-encoding": coding}))
    assert (again.body, again.headers) == (coded.body, coded.headers)


def test_an_answer_too_small_to_gain_is_sent_plain_under_the_plain_tag():
    app = serving()
    target = "/claims/iran-pledged-missiles?fields=id"
    plain, asked = run(ask(app, target)), run(ask(app, target, headers={"accept-encoding": "zstd"}))
    assert len(plain.body) < SMALLEST
    assert (asked.body, asked.headers) == (plain.body, plain.headers)


def test_a_long_problem_is_coded_too():
    target = "/claims?" + "&".join(f"statsu{n}=x" for n in range(20))
    reply = run(ask(serving(), target, headers={"accept-encoding": "br"}))
    assert (reply.status, reply.header("content-encoding")) == (400, "br")
    assert len(reply.json["errors"]) == 20


@pytest.mark.parametrize("coding", DECODERS)
def test_a_stream_is_coded_piece_by_piece_and_keeps_little_back(coding):
    compress, flush = coder(coding)
    pieces = [bytes([n % 251]) * 50_000 + str(n).encode() * 3000 for n in range(40)]
    coded = [compress(piece) for piece in pieces] + [flush()]
    assert DECODERS[coding](b"".join(coded)) == b"".join(pieces)


@pytest.mark.parametrize("coding", DECODERS)
def test_a_coding_of_equal_bytes_is_equal(coding):
    body = b"Who says so, and does it stand? " * 100
    assert CODINGS[coding](body) == CODINGS[coding](body)
    assert DECODERS[coding](CODINGS[coding](body)) == body


def test_a_download_comes_in_pieces_and_says_how_long_it_will_be():
    reply = run(ask(serving(), "/dataset?format=jsonl"))
    assert reply.header("content-length") == str(len(reply.body))
    assert reply.pieces > 1
    assert reply.body.count(b"\n") == 1 + len(essay().claims)


@pytest.mark.parametrize(
    ("target", "coding"), [("/dataset?format=jsonl", "gzip"), ("/dataset?format=csv", ""), ("/dataset?format=text", "")]
)
def test_a_download_whose_length_only_its_end_will_tell_names_none(target, coding):
    reply = run(ask(serving(), target, headers={"accept-encoding": coding}))
    assert reply.status == 200
    assert reply.header("content-length") is None
