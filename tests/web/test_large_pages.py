"""Pages of a large record show a part, say so, and stay small."""

import pytest
from starlette.types import ASGIApp

from app.core.query import MOST_VALUES
from app.web.pages.catalogue import MOST_CLAIMS
from app.web.pages.map import MOST_CELLS
from app.web.pages.search import MOST_ROWS
from app.web.pages.sources import MOST_WEIGHED
from tests import records
from tests.web.seeing import Element, ferries, look, reply_to

MANY = 250


@pytest.fixture(scope="module")
def large() -> ASGIApp:
    """1000 claims by 254 sources, about 250 entities, on 250 topics."""
    whole = records.many(MOST_CELLS + 500)
    sources = [*whole["sources"], *(records.source(f"voice-{at}") for at in range(MANY))]
    entities = [*whole["entities"], *(records.entity(f"place-{at}") for at in range(MANY))]
    topics = [*whole["topics"], *(records.topic(f"topic-{at}") for at in range(MANY))]
    for at, claim in enumerate(whole["claims"]):
        claim["statements"][0]["source"] = f"voice-{at % MANY}"
        claim["about"] = [f"place-{at % MANY}"]
        claim["topics"] = [f"topic-{at % MANY}", "transport"]
    return ferries(sources=sources, entities=entities, topics=topics, claims=whole["claims"])


def rows(page: Element) -> int:
    return sum(len(each.all("tr")) for each in page.all("tbody"))


def test_map_shows_the_first_claims_and_says_how_many_it_leaves_out(large):
    page = look("/", large)

    assert len(page.one("ul", "cells").all("a")) == MOST_CELLS
    assert f"The map shows the first {MOST_CELLS} claims; 500 more are in the list ." in page.text


@pytest.mark.parametrize("place", ["/sources", "/entities", "/topics"])
def test_long_list_is_paged_and_its_pages_hold_everything_once(large, place):
    seen, target = [], place
    while target:
        page = look(target, large)
        assert rows(page) <= 100
        seen += [each.all("a")[0].given["href"] for each in page.one("tbody").all("tr")]
        target = next((each.given["href"] for each in page.all("a", rel="next")), "")

    assert len(seen) == len(set(seen)) > MANY


def test_form_offers_at_most_two_hundred_sources_and_topics(large):
    page = look("/", large)

    assert [len(page.one("select", id=name).all("option")) for name in ("source", "topic")] == [201, 201]


def test_facet_of_more_values_than_are_counted_shows_its_largest_and_promises_no_number_of_others(large):
    page = look("/claims", large)

    assert {len(each.all("li")) for each in page.all("ul", "facet")} <= set(range(1, MOST_ROWS + 1))
    assert f"and at least {MOST_VALUES - MOST_ROWS} more: all topics" in page.one("aside").text


def test_facet_tells_how_many_more_values_there_are_where_all_are_counted():
    topics = [{"id": f"topic-{at}", "name": f"Topic {at}"} for at in range(99)]
    page = look(
        "/claims", ferries(topics=topics, claims=[records.claim("c-1", topics=[each["id"] for each in topics])])
    )

    assert f"and {99 - MOST_ROWS} more: all topics" in page.one("aside").text


def test_sentence_with_many_claims_shows_some_and_leads_to_the_others(large):
    page = look("/documents/the-ferries", large)

    assert {len(each.all("li")) for each in page.all("ul", "marked")} == {MOST_CLAIMS}
    assert "/claims?document=the-ferries&section=The+Crossing" in {each.given.get("href") for each in page.all("a")}


def test_impact_of_a_source_is_paged():
    claims = [
        records.claim(f"c-{at}", statements=[records.statement(f"s-{at}", source="norland", made="2021")])
        for at in range(120)
    ]
    app = ferries(claims=claims)

    assert rows(look("/sources/norland", app)) == 10
    assert "All 120 claims that would stand otherwise" in look("/sources/norland", app).text
    assert rows(look("/sources/norland/impact", app)) == 100


def test_source_with_very_many_claims_leaves_its_impact_to_a_page_of_its_own():
    app = ferries(claims=[records.claim(f"c-{at}") for at in range(MOST_WEIGHED + 1)])

    assert "too many claims to weigh" in look("/sources/ada-quill", app).text


@pytest.mark.parametrize(
    "place", ["/", "/claims?limit=100", "/sources", "/entities", "/transitions", "/documents/the-ferries"]
)
def test_page_of_a_large_record_is_sent_in_less_than_40_kilobytes(large, place):
    codings = {"accept-encoding": "gzip"}
    reply = reply_to(place, large, headers=codings)
    style = reply_to(look(place, large).one("link", rel="stylesheet").given["href"], large, headers=codings)

    assert len(reply.body) + len(style.body) < 40_000
