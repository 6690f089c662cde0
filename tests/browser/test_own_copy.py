"""The reader's own copy in a browser: annotated there where scripts run, by the server where they do not."""

import unicodedata
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app.record.anchors import digest, fold
from app.web import create_app
from tests import records
from tests.browser.conftest import opened
from tests.running import ferries, serving

TRICKY = (
    "",
    " \t\u00a0\u2003 ",
    "a\u0301\u0328 \u1e9b\u0323 \ufb01 \u2460 \u00bd \u212b",
    "\u2018x\u2019 \u201cy\u201d \u00aby\u00bb \u2032\u2033\u02bc \u2012\u2014\u2212 \u2026",
    "so\u00adft zero\u200bwidth \ufeffmark \u2060join",
    "\x1c\x1d\x1e\x1f\x85\u2028\u2029\u3000\u1680 \u180e \u00a8 \u037a",
    "\U0001f600 \U0001d400\U0001d7ce \ud55c\uae00 \u1112\u1161\u11ab \uff76\uff9e",
    "a\r\nb\rc\n\n\n d",
)
COPIES = {
    "whole": records.TEXT,
    "straight": records.TEXT.replace("\u2019", "'").replace("\u201c", '"').replace(" ", "\n"),
    "cut": records.TEXT.replace("Norland denied it. ", ""),
    "changed": records.TEXT.replace("as boldly", "as meekly"),
    "moved": "\U0001f600 A preface. " + records.TEXT.replace("Why, then?", ""),
    "none": "Nothing of it.",
}


@pytest.fixture(scope="module")
def small() -> Iterator[str]:
    """Address of a server of the small record."""
    with serving(create_app(ferries())) as served:
        yield served


@pytest.fixture
def page(browser: Browser, small: str) -> Iterator[Page]:
    with opened(browser) as page:
        page.goto(f"{small}/verify")
        yield page


def annotate(page: Page, text: str) -> list[tuple[str, str]]:
    """Each sentence that is shown as found, by ref, with its words."""
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Annotate it").first.click()
    expect(page.locator(".annotated")).to_be_visible()
    shown = page.locator(".sentence:not(.changed)")
    return [(each.get_attribute("id") or "", each.locator("span").first.inner_text()) for each in shown.all()]


def test_folding_in_the_browser_is_that_of_the_record(page):
    for text in TRICKY:
        assert page.evaluate("fold", text) == fold(text), ascii(text)


def test_every_character_is_folded_alike(page):
    # A browser may know characters that are younger than this Python's tables.
    known = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    blocks = ["|".join(known[at : at + 2000]) for at in range(0, len(known), 2000)]
    hashes = page.evaluate("blocks => Promise.all(blocks.map((each) => digest(fold(each))))", blocks)

    assert [hex(ord(block[0])) for block, made in zip(blocks, hashes, strict=True) if made != digest(fold(block))] == []


@pytest.mark.parametrize("name", COPIES)
def test_copy_is_annotated_in_the_browser_as_by_the_server(browser, small, name):
    with opened(browser) as page:
        page.goto(f"{small}/verify")
        here = annotate(page, COPIES[name])
        lost = page.locator(".annotated .ref b").count()
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{small}/verify")
        there = annotate(page, COPIES[name])

        assert here == there
        assert lost == page.locator(".annotated .ref b", has_text="in your copy").count() == 8 - len(here)


def test_copy_does_not_leave_the_browser(page):
    asked: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        asked.append((request.method, request.url))

    page.on("request", note)
    annotate(page, records.TEXT)

    assert {method for method, _ in asked} == {"GET"}
    assert all("Norland" not in address and "verify" not in address for _, address in asked)
    expect(page.locator("#private")).to_contain_text("does not leave it")


def test_text_of_a_copy_is_never_markup(page):
    annotate(page, "<img src=x onerror=alert(1)>\n\n" + records.TEXT)

    assert page.locator(".annotated img").count() == 0
    expect(page.locator(".annotated")).to_contain_text("<img src=x")


@pytest.mark.parametrize(("path", "framed"), [("/claims/ferries-moored/card", True), ("/claims/ferries-moored", False)])
def test_card_of_a_claim_may_stand_in_a_frame_of_another_site_and_its_page_may_not(browser, small, path, framed):
    # Two ports are two origins; a page that a test makes up belongs to no network, and may open nothing here.
    framing = HTMLResponse(f'<iframe src="{small}{path}"></iframe>')
    with serving(Starlette(routes=[Route("/", framing)])) as outer, opened(browser) as page:
        page.goto(outer, wait_until="load")

        assert page.frame_locator("iframe").locator("blockquote").count() == framed
