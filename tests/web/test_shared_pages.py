"""What others make of the pages: search engines, previews, sites that embed a claim; and the way back through lists."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from urllib.parse import quote

import pytest

from app.core.model import Record
from app.web import PAGES
from tests import records
from tests.web.asking import ask, essay, holding, run, serving
from tests.web.seeing import BROWSER, Element, ferries, look, reply_to, tree

NORLAND = Record.model_validate(records.five_ways())
BASE = "https://claims.example"
PLACES = ("/", "/claims?q=ferries", "/claims/ferries-promised", "/claims/ferries-promised?as_of=2021-03", "/sources",
          "/sources/norland", "/documents/the-ferries", "/transitions", "/verify")  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_head_names_the_page_for_programs(record, place):
    head = look(place, serving(holding(record), public_url=BASE)).one("head")
    og = {each.given["property"]: each.given["content"] for each in head.all("meta") if "property" in each.given}
    linked = json.loads(next(each for each in head.all("script") if "ld+json" in each.given.get("type", "")).text)

    assert head.one("link", rel="canonical").given["href"] == og["og:url"] == linked["url"] == BASE + place
    assert og["og:title"].endswith(head.one("title").text)
    assert linked["isPartOf"]["name"] == "Claims of The Ferries"


def test_canonical_address_of_a_page_leaves_out_what_a_form_adds():
    page = look("/claims?format=html&q=ferries", ferries())

    assert page.one("head").one("link", rel="canonical").given["href"].endswith("/claims?q=ferries")


def test_preview_and_linked_data_of_a_claim_never_lose_its_status_and_sources():
    head = look("/claims/ferries-promised", ferries()).one("head")
    og = {each.given["property"]: each.given["content"] for each in head.all("meta") if "property" in each.given}
    linked = json.loads(next(each for each in head.all("script") if "ld+json" in each.given.get("type", "")).text)
    attribution = run(ask(ferries(), "/claims/ferries-promised")).json["attribution"]

    assert og["og:title"].startswith("Disputed: ")
    assert og["og:description"] == linked["mainEntity"]["abstract"] == attribution
    assert linked["mainEntity"]["creativeWorkStatus"] == "disputed"


def test_text_of_a_record_cannot_end_the_linked_data():
    claim = records.claim("a", text="A </script><b>bold</b> thing came.")
    head = look("/claims/a", ferries(claims=[claim])).one("head")

    assert head.all("b") == []


def test_sitemap_names_pages_that_are_there_and_every_claim(record):
    app = serving(holding(record), public_url=BASE)
    addresses = re.findall(r"<loc>(.*?)</loc>", run(ask(app, "/sitemap.xml")).plain.decode())

    assert {f"{BASE}/claims/{each.id}" for each in record.claims} <= set(addresses)
    for each in addresses:
        assert reply_to(each.removeprefix(BASE), app).status == 200
    assert f"Sitemap: {BASE}/sitemap.xml" in run(ask(app, "/robots.txt")).plain.decode()


@pytest.mark.parametrize("as_of", ["", "?as_of=2021-04"])
def test_card_has_the_sentence_that_keeps_the_sources_and_may_be_framed(as_of):
    app = serving(holding(NORLAND))
    reply = run(ask(app, f"/claims/pilots-dismissed/card{as_of}", headers=BROWSER))
    card, claim = tree(reply.plain.decode()), run(ask(app, f"/claims/pilots-dismissed{as_of}")).json

    assert reply.status == 200
    assert "frame-ancestors *" in (reply.header("content-security-policy") or "")
    assert card.one("blockquote").text == claim["attribution"]
    assert card.one("span", "badge").text == claim["status"].replace("_", " ")
    assert card.one("a").given["href"].endswith(f"/claims/pilots-dismissed{as_of}")
    assert card.all("script") == []


def test_oembed_of_a_claim_is_its_card_and_its_sentence(record):
    app = serving(holding(record), public_url=BASE)
    address = f"{BASE}/claims/ferries-promised?as_of=2021-03"
    made = run(ask(app, f"/oembed?url={quote(address, safe='')}&maxwidth=300")).json
    frame = tree(made["html"]).one("iframe")

    assert (made["version"], made["type"], made["width"]) == ("1.0", "rich", 300)
    assert frame.given["src"] == f"{BASE}/claims/ferries-promised/card?as_of=2021-03"
    assert made["title"] == run(ask(app, "/claims/ferries-promised?as_of=2021-03")).json["attribution"]


def test_claim_page_says_where_its_oembed_is():
    (link,) = [each for each in look("/claims/ferries-promised", ferries()).one("head").all("link")
               if each.given.get("type") == "application/json+oembed"]  # fmt: skip
    target = link.given["href"].replace("http://127.0.0.1:8000", "")

    assert run(ask(ferries(), target)).json["type"] == "rich"


@pytest.mark.parametrize(
    ("query", "status"),
    [("url=https://claims.example/", 404), ("url=x/claims/nothing", 404), ("url=/claims/a%3Fas_of%3Dthen", 400),
     ("url=/claims/a%3Fx%3Dy", 400), ("", 404), ("url=/claims/a&format=xml", 400)],
)  # fmt: skip
def test_oembed_of_what_is_no_claim_is_refused(query, status):
    assert run(ask(ferries(), f"/oembed?{query}")).status == status


def content(page: Element) -> list[str]:
    """What a page shows, without the ways to its neighbours."""
    return [each.text for each in page.one("main").every() if each.tag in ("li", "td", "p")]


@pytest.mark.parametrize(
    "place",
    [
        "/claims?limit=2",
        "/claims?limit=2&sort=-status&q=ferries",
        "/sources?limit=2",
        "/transitions?limit=3",
        "/topics?limit=1",
        "/documents/the-ferries/coverage?limit=3",
        "/sources/ada-quill/impact?limit=1",
    ],
)
def test_previous_page_is_the_one_before(place):
    app, went = ferries(), [place]
    while following := [each for each in look(went[-1], app).all("a") if each.given.get("rel") == "next"]:
        went.append(following[0].given["href"])

    assert len(went) > 1
    for before, after in pairwise(went):
        (back,) = [each for each in look(after, app).all("a") if each.given.get("rel") == "prev"]
        assert content(look(back.given["href"], app)) == content(look(before, app))
    assert [each for each in look(place, app).all("a") if each.given.get("rel") == "prev"] == []


def test_hints_are_words_of_the_record_that_is_served():
    page = look("/", ferries())

    assert page.one("input", id="q").given["placeholder"] == "Portvale, Norland"
    assert page.one("input", id="as_of").given["placeholder"] == "2022-02"


def test_designations_are_not_broken():
    claim = next(each for each in essay().claims if "Su-35" in each.text)

    assert "Su-35" in [each.text for each in look(f"/claims/{claim.id}").one("h1").all("span", "nb")]


def test_facet_is_in_order_of_its_counts_and_then_of_its_names():
    for box in look("/claims").one("aside").all("div", "box"):
        rows = [(-int(row.one("span", "n").text), row.all("span")[0].text.casefold()) for row in box.all("a")
                if row.all("span", "n")]  # fmt: skip
        assert rows == sorted(rows)


def test_entities_are_told_with_their_kinds_and_in_order_of_both():
    rows = [(row[1], row[0]) for row in look("/entities", ferries()).table()]

    assert [kind for kind, _ in rows] == sorted(kind for kind, _ in rows)
    assert ("place", "Portvale also Port Vale") in rows


def test_what_breaks_is_told_on_a_page_to_a_browser_and_as_data_to_a_program(record, monkeypatch, caplog):
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    app = serving(holding(record))
    app.state.services = replace(app.state.services, pages={**PAGES, "listSources": broken})
    monkeypatch.setattr("app.web.catalogue.served_source", broken)
    page, data = reply_to("/sources", app), run(ask(app, "/sources"))

    assert (page.status, data.status) == (500, 500)
    assert tree(page.plain.decode()).one("h1").text == "Internal error"
    assert data.header("content-type") == "application/problem+json"
    assert "out of order" not in page.plain.decode()
