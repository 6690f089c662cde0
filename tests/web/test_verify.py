"""The reader's own copy: compared and forgotten, refused where it is no text."""

import os
from pathlib import Path

import pytest

from app.core.model import Record
from app.record.anchors import fold
from tests import records
from tests.web.asking import Reply, ask, holding, run, serving

PLAIN = {"content-type": "text/plain; charset=utf-8"}


def verified(app, text: str | bytes, target: str = "/verify", headers=PLAIN) -> Reply:
    body = text.encode() if isinstance(text, str) else text
    return run(ask(app, target, "POST", headers, body))


def outcomes(reply: Reply) -> list[str]:
    assert reply.status == 200
    return [each["outcome"] for each in reply.json["items"]]


@pytest.fixture
def app(record):
    return serving(holding(record))


def test_the_essay_itself_is_verified_at_every_passage(app):
    reply = verified(app, records.TEXT)
    assert outcomes(reply) == ["verified"] * 8
    assert reply.json["total"] == 8


def test_straight_quotes_and_other_line_breaks_make_no_difference(app):
    copy = records.TEXT.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"').replace(" ", "\r\n")
    assert outcomes(verified(app, copy)) == ["verified"] * 8


def test_each_passage_is_told_apart(app):
    kept, lost = records.TEXT.replace("Norland denied it.", ""), "Why, then?"
    items = verified(app, f"{lost} {kept} {lost}").json["items"]
    told = {each["ref"]: each["outcome"] for each in items}
    assert told["p1s2"] == "missing"
    assert told["p2s4"] == "ambiguous"
    assert told["p1s1"] == "moved"


def test_a_place_is_given_in_code_points_of_the_folded_copy(app):
    copy = "\u00a0 A \U0001f600 preface. " + records.TEXT
    first = verified(app, copy).json["items"][0]
    assert fold(copy)[first["start"] : first["end"]] == fold(records.ESSAY[0][2])


def test_nothing_of_a_copy_is_kept_or_may_be(app, caplog):
    reply = verified(app, "a secret of mine " + records.TEXT)
    assert reply.header("cache-control") == "no-store"
    assert reply.header("etag") is None
    assert b"secret" not in reply.body
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("headers", "body", "status", "says"),
    [
        ({"content-type": "application/json"}, b"{}", 415, "application/json"),
        ({"content-type": "text/html"}, b"<p>x", 415, "text/plain"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415, "text/plain"),
        ({"content-type": "text/plain; charset=latin-1"}, b"\xe9t\xe9", 415, "UTF-8"),
        (PLAIN, b"\xff\xfe", 415, "Byte 0"),
        (PLAIN, b"abc\xe9", 415, "Byte 3"),
        (PLAIN, b"", 400, "empty"),
        (PLAIN, b"x" * 1001, 413, "1000 bytes"),
    ],
    ids=["json", "html", "multipart", "latin-1", "utf-16", "cut", "empty", "large"],
)
def test_what_is_no_text_is_refused_with_what_to_do(record, headers, body, status, says):
    reply = verified(serving(holding(record), verify_bytes=1000), body, headers=headers)
    assert reply.status == status
    assert reply.header("content-type") == "application/problem+json"
    assert says in reply.json["detail"]


def test_a_text_that_comes_in_pieces_is_cut_off_where_it_grows_too_large(record):
    app = serving(holding(record), verify_bytes=1000)
    reply = run(ask(app, "/verify", "POST", PLAIN, [b"x" * 600] * 1000))
    assert reply.status == 413


@pytest.mark.parametrize(
    "content_type", ["text/plain", "TEXT/PLAIN", 'text/plain; charset="UTF-8"', "text/plain;charset=us-ascii"]
)
def test_plain_text_may_be_called_so_in_any_of_the_usual_ways(app, content_type):
    assert verified(app, "Norland denied it.", headers={"content-type": content_type}).status == 200
    assert verified(app, "Norland denied it.", headers={}).status == 200


def test_one_of_several_documents_must_be_named():
    whole = records.record()
    second = records.document("the-bridges")
    for passage in second["passages"]:
        passage["omitted"] = "A question that claims nothing."
    whole["documents"].append(second)
    app = serving(holding(Record.model_validate(whole)))
    refused = verified(app, records.TEXT)
    assert refused.status == 400
    assert refused.json["errors"][0]["did_you_mean"] == ["the-ferries", "the-bridges"]
    assert outcomes(verified(app, records.TEXT, "/verify?document=the-bridges")) == ["verified"] * 8


@pytest.mark.skipif("CLAIMS_ESSAY_TEXT" not in os.environ, reason="CLAIMS_ESSAY_TEXT names no copy of the essay")
@pytest.mark.parametrize("straight", [False, True], ids=["as published", "straight quotes"])
def test_all_91_passages_of_a_reader_s_copy_of_the_essay_are_verified(straight):
    text = Path(os.environ["CLAIMS_ESSAY_TEXT"]).read_text(encoding="utf-8")
    if straight:
        for curly, plain in {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2014": "-"}.items():
            text = text.replace(curly, plain)
        text = "\r\n".join(text.split())
    assert outcomes(verified(serving(), text)) == ["verified"] * 91


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("?format=html", 200), ("?format=json", 406), ("?document=axis-of-convenience", 200),
     ("?document=no-such", 400), ("?x=1", 400)],
)  # fmt: skip
def test_the_form_is_html_alone_and_ignores_nothing(query, status):
    assert run(ask(serving(), f"/verify{query}")).status == status
