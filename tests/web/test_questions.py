"""Questions with a body: what would be if, which claims a text repeats; and changes of some claims alone."""

import json
from xml.etree import ElementTree as ET

import pytest

from tests.web.asking import ask, holding, run, serving

JSON = {"content-type": "application/json"}
PLAIN = {"content-type": "text/plain; charset=utf-8"}
DENIAL = {"add": [{"source": "courier", "stance": "denies", "made": "2021-07"}]}


@pytest.fixture
def app(record):
    return serving(holding(record))


def what_if(app, question, target="/claims/ferries-moored/what-if", headers=JSON):
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    return run(ask(app, target, "POST", headers, body))


def match(app, text, target="/match", headers=PLAIN):
    return run(ask(app, target, "POST", headers, text if isinstance(text, bytes) else text.encode()))


def test_a_what_if_tells_verdict_sentence_and_timeline_before_and_after(app):
    reply = what_if(app, DENIAL)
    assert (reply.status, reply.header("cache-control"), reply.header("etag")) == (200, "no-store", None)
    told = reply.json
    assert (told["claim"], told["changed"]) == ("ferries-moored", True)
    assert (told["before"]["status"], told["after"]["status"]) == ("unconfirmed", "disputed")
    assert "The Courier (July 2021) denied this" in told["after"]["attribution"]
    assert [each["status"] for each in told["after"]["timeline"]] == ["unconfirmed", "disputed"]


def test_a_what_if_can_be_asked_as_of_a_day_and_leaves_no_trace(app):
    before = run(ask(app, "/claims/ferries-moored")).body
    told = what_if(app, DENIAL, "/claims/ferries-moored/what-if?as_of=2021-06").json
    assert (told["as_of"], told["changed"], told["after"]["status"]) == ("2021-06", False, "unconfirmed")
    assert run(ask(app, "/claims/ferries-moored")).body == before


@pytest.mark.parametrize(("target", "question", "headers", "status", "says"), [
    ("/claims/ferries-mored/what-if", {}, JSON, 404, "ferries-moored"),
    ("/claims/ferries-moored/what-if?as_if=2021", {}, JSON, 400, "Did you mean 'as_of'"),
    ("/claims/ferries-moored/what-if", b"{", JSON, 400, "no JSON text"),
    ("/claims/ferries-moored/what-if", b"\xff", JSON, 400, "no JSON text"),
    ("/claims/ferries-moored/what-if", {}, PLAIN, 415, "application/json"),
    ("/claims/ferries-moored/what-if", b" " * 100_001, JSON, 413, "100000 bytes"),
])  # fmt: skip
def test_a_what_if_that_cannot_be_answered_is_refused_in_words(app, target, question, headers, status, says):
    reply = what_if(app, question, target, headers)
    assert reply.status == status
    assert says in reply.body.decode()


def test_all_faults_of_a_what_if_come_at_once_with_their_pointers(app):
    question = {"add": [{"source": "couriers", "stance": "denied"}, {"sourc": "courier"}], "remov": []}
    errors = {each["parameter"]: each["message"] for each in what_if(app, question).json["errors"]}
    assert set(errors) == {"/add/0/stance", "/add/1", "/add/1/sourc", "/remov"}
    unknown = {"add": [{"source": "couriers", "stance": "denies"}], "remove": ["moored"]}
    errors = {each["parameter"]: each["message"] for each in what_if(app, unknown).json["errors"]}
    assert "Did you mean 'courier'?" in errors["/add/0/source"]
    assert "Did you mean 'moored-official'?" in errors["/remove/0"]


def test_a_text_is_matched_sentence_by_sentence(app):
    text = "Portvale and Norland have signed a lease for ferries. The weather was fine."
    reply = match(app, text)
    assert (reply.status, reply.header("cache-control"), reply.json["total"]) == (200, "no-store", 2)
    first, second = reply.json["items"]
    assert text[first["start"] : first["end"]] == first["text"]
    (found,) = first["matches"]
    assert (found["claim"], found["status"], found["wording"]) == ("lease-signed", "confirmed", "similar")
    assert found["attribution"].startswith("According to ")
    assert found["url"] == "/claims/lease-signed"
    assert second["matches"] == []


def test_a_match_has_the_status_of_the_day_that_is_asked_for(app):
    (item,) = match(app, "Portvale and Norland signed no lease for ferries.", "/match?as_of=2021").json["items"]
    (found,) = item["matches"]
    assert (found["wording"], found["status"]) == ("contradicts", "not_yet_made")


@pytest.mark.parametrize(("body", "headers", "status", "says"), [
    (b"", PLAIN, 400, "empty"), (b"   ", PLAIN, 400, "empty"), (b"\xff", PLAIN, 415, "Byte 0"),
    (b"{}", JSON, 415, "text/plain"), (b"x" * 1001, PLAIN, 413, "1000 bytes"), (b"So. " * 900, PLAIN, 413, "bytes"),
])  # fmt: skip
def test_what_is_no_text_is_not_matched(record, body, headers, status, says):
    reply = match(serving(holding(record), verify_bytes=1000), body, headers=headers)
    assert reply.status == status
    assert says in reply.body.decode()


def test_a_text_of_too_many_sentences_is_refused_with_their_number(app):
    reply = match(app, "It is so. " * 501)
    assert reply.status == 413
    assert "501 sentences" in reply.json["detail"]


@pytest.mark.parametrize(("query", "claims"), [
    ("claim=lease-signed", {"lease-signed"}),
    ("claim=lease-signed&claim=ferries-moored", {"lease-signed", "ferries-moored"}),
    ("source=courier", {"ferries-moored"}),
    ("topic=law", {"lease-signed"}),
    ("topic=transport&source=harbour-master", {"ferries-promised", "lease-signed"}),
    ("topic=law&claim=ferries-moored", set()),
])  # fmt: skip
def test_changes_can_be_followed_of_a_claim_a_source_or_a_topic_alone(app, query, claims):
    items = run(ask(app, f"/transitions?{query}")).json["items"]
    assert {each["claim"] for each in items} == claims
    feed = ET.fromstring(run(ask(app, f"/transitions?{query}&format=atom")).body)
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [each.findtext(f"{atom}title") or "" for each in feed.findall(f"{atom}entry")]
    assert len(titles) == len(items)
    assert {title.partition(":")[0] for title in titles} == claims
    assert query in (feed.findtext(f"{atom}id") or "").replace("%2C", ",")


def test_a_feed_of_some_changes_says_of_which_in_its_title(app):
    feed = run(ask(app, "/transitions?source=courier&topic=transport&format=atom")).body.decode()
    assert "<title>Changes of status: The Courier and " in feed


@pytest.mark.parametrize(("query", "near"), [
    ("claim=lease-singed", "lease-signed"), ("source=couriers", "courier"), ("topic=laws", "law"),
])  # fmt: skip
def test_changes_of_what_is_not_known_are_refused_with_what_was_meant(app, query, near):
    reply = run(ask(app, f"/transitions?{query}"))
    assert 400 <= reply.status < 500
    assert near in reply.json["did_you_mean"]


def test_a_page_of_some_changes_goes_on_with_them(app):
    first = run(ask(app, "/transitions?topic=transport&limit=1")).json
    second = run(ask(app, first["next"])).json
    whole = run(ask(app, "/transitions?topic=transport")).json["items"]
    assert [first["items"][0], second["items"][0]] == whole[:2]
    moved = first["next"].replace("topic=transport", "topic=law")
    assert 400 <= run(ask(app, moved)).status < 500


@pytest.mark.parametrize("format_", ["bibtex", "csl", "ris"])
def test_a_claim_and_a_list_are_served_as_references(app, format_):
    for target in ("/claims/lease-signed", "/claims?status=confirmed"):
        reply = run(ask(app, f"{target}{'&' if '?' in target else '?'}format={format_}"))
        assert reply.status == 200
        assert b"lease-signed" in reply.plain


def test_a_claim_without_a_verdict_has_no_review_and_is_told_why(app):
    assert run(ask(app, "/claims/lease-signed?format=claimreview")).json["@type"] == "ClaimReview"
    refused = run(ask(app, "/claims/ferries-promised?format=claimreview"))
    assert 400 <= refused.status < 500
    assert "gives a verdict" in refused.json["detail"]


def test_json_ld_stays_the_answer_to_its_media_type(app):
    reply = run(ask(app, "/claims/lease-signed", headers={"accept": "application/ld+json"}))
    assert "@graph" in reply.json


def test_the_document_tells_a_question_that_can_be_asked_and_closes_it_to_other_fields(app):
    document = run(ask(app, "/openapi.json")).json
    asked = document["paths"]["/claims/{claim_id}/what-if"]["post"]["requestBody"]
    assert asked["required"] is True
    schemas = document["components"]["schemas"]
    assert schemas["WhatIf"]["additionalProperties"] is False
    assert schemas["NewStatement"]["additionalProperties"] is False
    assert set(schemas["NewStatement"]["required"]) == {"source", "stance"}
    assert "additionalProperties" not in schemas["Supposed"]
    body = asked["content"]["application/json"]["example"]
    assert what_if(app, body, "/claims/ferries-promised/what-if").status == 200
