"""What holds for every page: headings, titles, links, no script, nothing foreign, few bytes."""

from itertools import pairwise

import pytest

from app.web.pages import POLICY
from app.web.response import digest
from tests.web.asking import serving
from tests.web.seeing import look, reply_to

ESSAY = "axis-of-convenience"
PLACES = (
    "/",
    "/?as_of=2022-07",
    "/claims",
    "/claims?q=drones&status=asserted",
    "/claims/iran-providing-drones",
    "/sources",
    "/sources/reuters",
    "/sources/reuters/impact",
    "/sources/iranian-government",
    "/claims?denied_by=iranian-government",
    "/statuses",
    "/sourcings",
    "/verify",
    "/topics",
    "/entities",
    "/documents",
    f"/documents/{ESSAY}",
    f"/documents/{ESSAY}/coverage",
    "/transitions",
)


@pytest.mark.parametrize("place", PLACES)
def test_every_page_has_one_first_heading_and_no_level_left_out(place):
    levels = [int(each.tag[1]) for each in look(place).every() if each.tag in ("h1", "h2", "h3", "h4")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("place", PLACES)
def test_every_page_is_without_script_inline_style_and_anything_foreign(place):
    reply = reply_to(place)
    page = look(place)

    ours = "/verify" in place
    assert reply.header("content-security-policy") == f"{POLICY}; script-src 'self'" if ours else POLICY
    assert [
        each.given.get("src", "").partition("?")[0]
        for each in page.all("script")
        if each.given.get("type") != "application/ld+json"
    ] == ["/assets/verify.js"] * ours
    assert page.all("style") == []
    assert [
        each for each in page.every() if "style" in each.given or any(name.startswith("on") for name in each.given)
    ] == []
    loaded = [each.given["href"] for each in page.all("link") if each.given["rel"] in ("stylesheet", "icon")]
    assert all(each.startswith("/assets/") for each in loaded)


def test_every_page_has_a_title_of_its_own():
    titles = [look(place).one("head").one("title").text for place in PLACES]

    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 70


@pytest.mark.parametrize("place", PLACES)
def test_every_link_of_a_page_leads_somewhere(place):
    app = serving()
    links = {each.given["href"].partition("#")[0] for each in look(place).every() if "href" in each.given}
    ours = sorted(each for each in links if each.startswith("/"))

    # A page may have hundreds of one kind; every seventh of each is enough to find a kind that is wrong.
    for target in [*ours[:40], *ours[40::7]]:
        assert reply_to(target, app).status == 200, target


@pytest.mark.parametrize("place", PLACES)
def test_every_page_names_only_anchors_that_are_there(place):
    page = look(place)
    ids = [each.given["id"] for each in page.every() if "id" in each.given]
    named = [each.given[name] for each in page.every() for name in ("aria-labelledby", "for") if name in each.given]

    assert len(set(ids)) == len(ids)
    assert set(named) <= set(ids)


@pytest.mark.parametrize("place", PLACES)
def test_every_page_is_sent_in_less_than_40_kilobytes_with_its_style(place):
    codings = {"accept-encoding": "gzip"}
    page, style = reply_to(place, headers=codings), look(place).one("link", rel="stylesheet").given["href"]

    assert len(page.body) + len(reply_to(style, headers=codings).body) < 40_000


def test_style_is_named_by_its_content_kept_for_ever_and_compressed():
    style = look("/").one("link", rel="stylesheet").given["href"]
    reply = reply_to(style, headers={"accept-encoding": "br"})

    assert style == f"/assets/style.css?v={digest(reply.plain)}"
    assert "immutable" in (reply.header("cache-control") or "")
    assert reply.header("content-type") == "text/css; charset=utf-8"
    assert reply.header("content-encoding") == "br"
    assert reply_to(style, headers={"accept-encoding": "br", "if-none-match": reply.etag}).status == 304


def test_robots_are_let_in_everywhere():
    reply = reply_to("/robots.txt")

    assert reply.header("content-type") == "text/plain; charset=utf-8"
    assert reply.plain.endswith(b"User-agent: *\nAllow: /\n")
